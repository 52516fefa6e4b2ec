/* nmda.c — NMDA receptors with magnesium and trapping channel blockers, per subunit.
 *
 *   g(t): difference of exponentials (two_exponential.h), shared out over GluN2A, 2B, 2C, 2D by the cell
 * type's shares f_s;
 *   I = g (V − E_rev) Σ_s f_s (1 − b_s) / (1 + m_s(V)),  b_s = Σ_k b_s,k over the blockers k present
 *   db_s,k/dt = P_s [ k_on C (1 − b_s)/(1 + m_s(V)) − k_off(V) b_s,k ] − k_esc b_s,k
 *   k_off(V)/k_on = K_d(V) = K_d(−66 mV) exp(zδ (V + 66 mV) F/RT)
 * The blocker competes with magnesium for the open pore (magnesium.h), is trapped when the channel closes,
 * and leaves closed channels slowly (k_esc; 0.0013/s for ketamine from Mealing et al. 1999, JPET 288:204). It
 * is a cation, so its own binding depends on voltage (zδ; MacDonald et al. 1991). P_s, the open probability
 * of a receptor of this cell, is its peak open probability times the share of the cell's receptors that are
 * activated, g(t) over the peak conductance of all its synapses; V and P are the cell's own at every
 * millisecond, so the mean over openings needs no assumption. Neither selectivity for a cell type nor
 * use-dependence is put in.
 *
 * Method: conductance exact from tick to tick; block every millisecond by the exact exponential step of its
 * linear equation with the other blockers held (stable for any step; error against a tight solution in
 * tests/numerics). While a window settles, a millisecond stands for `slow_dt_ms` of block kinetics; between
 * windows `rest` goes on with the window's mean rates. */
#include "drugs/action.h"
#include "receptors/arrivals.h"
#include "receptors/magnesium.h"
#include "receptors/two_exponential.h"

enum { SUBUNITS = 4, BLOCKERS = ACTION_SLOTS, BLOCK_ROWS = SUBUNITS * BLOCKERS };

#define NMDA_FIELDS(X)                                                                                       \
  X(float, rise, "nS", STATE, 1, "rising part of the conductance")                                           \
  X(float, decay, "nS", STATE, 1, "decaying part of the conductance")                                        \
  X(double, blocked, "1", STATE, BLOCK_ROWS, "share blocked, by blocker and subunit")                        \
  X(float, unblocked, "1", STATE, SUBUNITS, "share of the conductance: of a subunit, free of drug")          \
  X(double, charge, "nS mV", SUM, SUBUNITS, "charge carried in the window, by subunit")                      \
  X(double, charge_without, "nS mV", SUM, SUBUNITS, "the same with no drug")                                 \
  X(double, bind, "1", SUM, SUBUNITS, "sum of open probability over 1 + m: what binding is proportional to") \
  X(double, unbind, "1", SUM, BLOCK_ROWS, "sum of open probability times K_d(V)/K_d(-66 mV)")                \
  X(double, looks, "1", SUM, 1, "milliseconds in the sums")                                                  \
  X(double, released, "nS", SUM, 1, "conductance of all releases in the window")                             \
  X(float, current, "pA", DERIVED, 1, "current at the last millisecond")

FIELDS_DEFINE(nmda, NMDA_FIELDS)

struct nmda_params {
  double tau_rise, tau_decay, E_rev, Mg;
  double share_2A, share_2B, share_2C, share_2D;
  double K0_2A, K0_2B, K0_2C, K0_2D;
  double P_2A, P_2B, P_2C, P_2D;
  double temperature;
  /* derived */
  struct two_exponential kernel;
  float share[SUBUNITS], mg[SUBUNITS], peak[SUBUNITS]; /* mg: [Mg]/K0 */
  float RT_F_mV;
};

#define TRAYNELIS "Traynelis et al. 2010, doi:10.1124/pr.109.002451 (range over preparations)"
#define MG_2CD                                                                                               \
  "from the ratio of ketamine's IC50 with and without Mg at -66 mV, Kotermanski & Johnson 2009, "            \
  "doi:10.1523/JNEUROSCI.3703-08.2009, with the slope of Jahr & Stevens"
#define JAHR "Jahr & Stevens 1990, doi:10.1523/JNEUROSCI.10-09-03178.1990"
#define SHARES                                                                                               \
  "consistent with Yi et al. 2019, PMC6858497, and Perszyk et al. 2016, doi:10.1124/mol.116.105130, not "    \
  "measured as shares"

static const struct param params[] = {
    PARAM_NUM(struct nmda_params, tau_rise, "ms", 3, 0.2, 50, PUBLISHED,
              "4.3 ms in Hass et al. 2016, doi:10.1371/journal.pcbi.1004930; 2-5 ms at 35 C",
              "rise time constant"),
    PARAM_NUM(
        struct nmda_params, tau_decay, "ms", 75, 5, 3000, PUBLISHED,
        "Myme et al. 2003, doi:10.1152/jn.00070.2003 (69 +- 8 ms, mPFC L2/3); 75 ms in Hass et al. 2016",
        "decay time constant"),
    PARAM_NUM(struct nmda_params, E_rev, "mV", 0, -20, 20, PUBLISHED, JAHR, "reversal potential"),
    PARAM_NUM(struct nmda_params, Mg, "mM", 1, 0, 10, ASSUMED,
              "interstitial Mg is 0.7-1.0 mM in vivo, usually 1 in slices", "extracellular magnesium"),
    PARAM_NUM(struct nmda_params, share_2A, "1", 0.6, 0, 1, ASSUMED, SHARES,
              "share of conductance carried by GluN2A"),
    PARAM_NUM(struct nmda_params, share_2B, "1", 0.4, 0, 1, ASSUMED, SHARES, "share carried by GluN2B"),
    PARAM_NUM(struct nmda_params, share_2C, "1", 0, 0, 1, ASSUMED, SHARES, "share carried by GluN2C"),
    PARAM_NUM(struct nmda_params, share_2D, "1", 0, 0, 1, ASSUMED, SHARES, "share carried by GluN2D"),
    PARAM_NUM(struct nmda_params, K0_2A, "mM", 3.57, 0.01, 1000, PUBLISHED, JAHR, "K_Mg at 0 mV, GluN2A"),
    PARAM_NUM(struct nmda_params, K0_2B, "mM", 3.57, 0.01, 1000, PUBLISHED, JAHR, "K_Mg at 0 mV, GluN2B"),
    PARAM_NUM(struct nmda_params, K0_2C, "mM", 45, 0.01, 1000, PUBLISHED, MG_2CD, "K_Mg at 0 mV, GluN2C"),
    PARAM_NUM(struct nmda_params, K0_2D, "mM", 23, 0.01, 1000, PUBLISHED, MG_2CD, "K_Mg at 0 mV, GluN2D"),
    PARAM_NUM(struct nmda_params, P_2A, "1", 0.4, 0.0001, 1, PUBLISHED, TRAYNELIS,
              "peak open probability, GluN2A"),
    PARAM_NUM(struct nmda_params, P_2B, "1", 0.13, 0.0001, 1, PUBLISHED, TRAYNELIS,
              "peak open probability, GluN2B"),
    PARAM_NUM(struct nmda_params, P_2C, "1", 0.01, 0.0001, 1, PUBLISHED, TRAYNELIS,
              "peak open probability, GluN2C"),
    PARAM_NUM(struct nmda_params, P_2D, "1", 0.02, 0.0001, 1, PUBLISHED, TRAYNELIS,
              "peak open probability, GluN2D"),
    PARAM_NUM(struct nmda_params, temperature, "°C", 37, 0, 45, ASSUMED, "body temperature of mammals",
              "temperature that sets RT/F"),
};

static const char *fault(const void *own) {
  const struct nmda_params *p = own;
  double sum = p->share_2A + p->share_2B + p->share_2C + p->share_2D;
  if (fabs(sum - 1.0) > 1e-6) return "the shares of GluN2A, 2B, 2C and 2D do not sum to 1";
  return two_exponential_fault(p->tau_rise, p->tau_decay);
}

static void prepare(void *own, double dt_ms) {
  struct nmda_params *p = own;
  const double share[SUBUNITS] = {p->share_2A, p->share_2B, p->share_2C, p->share_2D};
  const double K0[SUBUNITS] = {p->K0_2A, p->K0_2B, p->K0_2C, p->K0_2D};
  const double peak[SUBUNITS] = {p->P_2A, p->P_2B, p->P_2C, p->P_2D};
  p->kernel = two_exponential(p->tau_rise, p->tau_decay, dt_ms);
  p->RT_F_mV = (float)(8.314462618 * (p->temperature + 273.15) / 96485.33212 * 1000.0);
  for (int s = 0; s < SUBUNITS; s++) {
    p->share[s] = (float)share[s];
    p->mg[s] = (float)(p->Mg / K0[s]);
    p->peak[s] = (float)peak[s];
  }
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  (void)u;
  const struct nmda_params *p = cells->params;
  struct nmda f = nmda_at(cells->column);
  for (int s = 0; s < SUBUNITS; s++) f.unblocked[s * cells->stride + i] = p->share[s];
}

/* Open share of the conductance of cell i: neither magnesium nor a drug in the pore. */
static inline float open_share(const struct nmda *f, const float *mg, int stride, float voltage, int i) {
  float pore = f->unblocked[i] / __builtin_fmaf(mg[0], voltage, 1.0f);
  pore += f->unblocked[stride + i] / __builtin_fmaf(mg[1], voltage, 1.0f);
  pore += f->unblocked[2 * stride + i] / __builtin_fmaf(mg[2], voltage, 1.0f);
  return pore + f->unblocked[3 * stride + i] / __builtin_fmaf(mg[3], voltage, 1.0f);
}

/* The same when the cell type has GluN2A and 2B only, which magnesium blocks alike: one division. */
static inline float open_share_2AB(const struct nmda *f, const float *mg, int stride, float voltage, int i) {
  return (f->unblocked[i] + f->unblocked[stride + i]) / __builtin_fmaf(mg[0], voltage, 1.0f);
}

/* One tick; `alike` (a constant where this is called) says that one class of magnesium block is enough. */
static inline void open_class(const struct cells *cells, int alike) {
  const struct nmda_params *p = cells->params;
  struct nmda f = nmda_at(cells->column);
  const struct two_exponential kernel = p->kernel;
  const float quantum = (float)cells->quantum, event = (float)cells->background_nS, E_rev = (float)p->E_rev;
  const float mg[SUBUNITS] = {p->mg[0], p->mg[1], p->mg[2], p->mg[3]};
  const int32_t *restrict arrivals = cells->arrivals, *restrict background = cells->background;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
  const float *restrict V = cells->V;
  const int lanes = cells->lanes, lane = cells->lane, stride = cells->stride;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float w = arrivals_from_spikes(arrivals, lanes, lane, quantum, i) + (float)background[i] * event;
    float opened = two_exponential_step(kernel, w, &f.rise[i], &f.decay[i]);
    float voltage = magnesium_voltage(V[i]);
    opened *= alike ? open_share_2AB(&f, mg, stride, voltage, i) : open_share(&f, mg, stride, voltage, i);
    g[i] += opened;
    g_E[i] = __builtin_fmaf(opened, E_rev, g_E[i]);
  }
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    f.released[i] +=
        (double)arrivals[i * lanes + lane] * (double)quantum + (double)background[i] * (double)event;
  }
}

static void open(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct nmda_params *p = cells->params;
  if (p->share_2C + p->share_2D == 0.0 && p->K0_2A == p->K0_2B) {
    open_class(cells, 1);
  } else {
    open_class(cells, 0);
  }
}

/* Charge with and without drug, and the current, at this millisecond. */
static void note_charge(const struct cells *cells, const struct nmda_params *p, const struct nmda *f) {
  const int stride = cells->stride;
  for (int i = 0; i < cells->n; i++) f->current[i] = 0.0f;
  for (int s = 0; s < SUBUNITS; s++) {
    if (p->share[s] == 0.0f) continue;
    const float mg = p->mg[s], share = p->share[s], E_rev = (float)p->E_rev;
    double *restrict charge = f->charge + s * stride, *restrict without = f->charge_without + s * stride;
    const float *restrict unblocked = f->unblocked + s * stride, *restrict V = cells->V;
#pragma omp simd
    for (int i = 0; i < cells->n; i++) {
      float drive =
          (f->decay[i] - f->rise[i]) * (V[i] - E_rev) / __builtin_fmaf(mg, magnesium_voltage(V[i]), 1.0f);
      f->current[i] += drive * unblocked[i];
      charge[i] -= (double)(drive * unblocked[i]);
      without[i] -= (double)(drive * share);
    }
  }
}

/* Rates of one blocker at one subunit, per µM and per K_d: see the equation above. */
struct site {
  float k_on, K_d, k_escape, voltage; /* 1/(µM ms), µM at −66 mV, 1/ms, 1/mV */
};

static struct site site_of(const struct exposure *exposure, int s, const struct nmda_params *p) {
  const struct nmda_channel *drug = exposure->properties;
  const double K_d[SUBUNITS] = {drug->K_d_2A, drug->K_d_2B, drug->K_d_2C, drug->K_d_2D};
  return (struct site){(float)drug->k_on, (float)K_d[s], (float)drug->k_escape,
                       (float)drug->z_delta / p->RT_F_mV};
}

/* 1 − e^(−x), also where x is small against the resolution of a float. */
static inline float share_reached(float x) {
  float series = x / __builtin_fmaf(x, __builtin_fmaf(x, 1.0f / 12.0f, 0.5f), 1.0f);
  return x < 0.1f ? series : 1.0f - maths_exp_f32(-x);
}

/* Change of one blocker's share at one subunit over `time` ms: exact for the linear equation with the other
 * blockers held. */
static inline double block_change(double b, double others, float on, float off, float escape, float time) {
  float rate = on + off + escape;
  float steady = on * (float)(1.0 - others) / (rate + 1e-30f);
  return (double)((steady - (float)b) * share_reached(rate * time));
}

/* Share that the blockers other than `slot` hold. */
static inline double held_by_others(const double *blocked, int stride, int s, int slot, int i) {
  double held = 0;
  for (int k = 0; k < BLOCKERS; k++) held += k == slot ? 0.0 : blocked[(k * SUBUNITS + s) * stride + i];
  return held;
}

/* Open probability of a receptor of the cell: activated share of its synapses times the subunit's peak. */
static inline float open_probability(const struct nmda *f, float peak, float per_synapse, int i) {
  return peak * maths_clamp_f32((f->decay[i] - f->rise[i]) * per_synapse, 0.0f, 1.0f);
}

static void advance_block_of(const struct cells *cells, const struct nmda_params *p, const struct nmda *f,
                             int s, const struct exposure *exposure, float time) {
  const int stride = cells->stride, slot = exposure->slot, row = (slot * SUBUNITS + s) * stride;
  const struct site site = site_of(exposure, s, p);
  const float on_uM = site.k_on * (float)exposure->free_uM, per_synapse = (float)(1.0 / cells->synapses_nS);
  const float mg = p->mg[s], peak = p->peak[s];
  double *restrict blocked = f->blocked, *restrict unbind = f->unbind + row;
  const float *restrict V = cells->V;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float P = open_probability(f, peak, per_synapse, i);
    float on = P * on_uM / __builtin_fmaf(mg, magnesium_voltage(V[i]), 1.0f);
    float weaker = maths_exp_f32(site.voltage * (V[i] + 66.0f));
    double others = held_by_others(blocked, stride, s, slot, i);
    blocked[row + i] +=
        block_change(blocked[row + i], others, on, P * site.k_on * site.K_d * weaker, site.k_escape, time);
    unbind[i] += (double)(P * weaker);
  }
}

/* What the blockers leave of each subunit's conductance. */
static void set_unblocked(const struct cells *cells, const struct nmda_params *p, const struct nmda *f) {
  for (int s = 0; s < SUBUNITS; s++) {
    for (int i = 0; i < cells->n; i++) {
      f->unblocked[s * cells->stride + i] =
          (float)(p->share[s] * (1.0 - held_by_others(f->blocked, cells->stride, s, -1, i)));
    }
  }
}

static void note_binding(const struct cells *cells, const struct nmda_params *p, const struct nmda *f,
                         int s) {
  const float per_synapse = (float)(1.0 / cells->synapses_nS), mg = p->mg[s], peak = p->peak[s];
  double *restrict bind = f->bind + s * cells->stride;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float P = open_probability(f, peak, per_synapse, i);
    bind[i] += (double)(P / __builtin_fmaf(mg, magnesium_voltage(cells->V[i]), 1.0f));
  }
}

/* Is this a blocker of the channel? */
static bool acts_here(const struct exposure *exposure) {
  return exposure->action == ACTION_NMDA_CHANNEL && exposure->slot < BLOCKERS;
}

static void adapt(const struct cells *cells, const struct step *step) {
  const struct nmda_params *p = cells->params;
  struct nmda f = nmda_at(cells->column);
  bool any = false;
  note_charge(cells, p, &f);
  for (int i = 0; i < cells->n; i++) f.looks[i] += 1.0;
  for (int e = 0; e < step->n_exposures; e++) {
    if (!acts_here(&step->exposures[e])) continue;
    any = true;
    for (int s = 0; s < SUBUNITS; s++) {
      if (p->share[s] != 0.0f)
        advance_block_of(cells, p, &f, s, &step->exposures[e], (float)step->slow_dt_ms);
    }
  }
  if (!any) return;
  for (int s = 0; s < SUBUNITS; s++) {
    if (p->share[s] != 0.0f) note_binding(cells, p, &f, s);
  }
  set_unblocked(cells, p, &f);
}

/* Without spikes to simulate: the same equation with each cell's mean rates of its last window. */
static void rest_block_of(const struct cells *cells, const struct nmda *f, int s, struct site site,
                          const struct exposure *exposure, float time) {
  const int stride = cells->stride, row = (exposure->slot * SUBUNITS + s) * stride;
  const float on_uM = site.k_on * (float)exposure->free_uM, off_K = site.k_on * site.K_d;
  for (int i = 0; i < cells->n; i++) {
    double looks = f->looks[i] > 0 ? f->looks[i] : 1.0, b = f->blocked[row + i];
    float on = (float)(f->bind[s * stride + i] / looks) * on_uM,
          off = (float)(f->unbind[row + i] / looks) * off_K;
    double others = held_by_others(f->blocked, stride, s, exposure->slot, i);
    f->blocked[row + i] = b + block_change(b, others, on, off, site.k_escape, time);
  }
}

static void rest(const struct cells *cells, const struct step *step, double rest_ms) {
  const struct nmda_params *p = cells->params;
  struct nmda f = nmda_at(cells->column);
  for (int e = 0; e < step->n_exposures; e++) {
    if (!acts_here(&step->exposures[e])) continue;
    for (int s = 0; s < SUBUNITS; s++) {
      if (p->share[s] == 0.0f) continue;
      rest_block_of(cells, &f, s, site_of(&step->exposures[e], s, p), &step->exposures[e], (float)rest_ms);
    }
  }
  set_unblocked(cells, p, &f);
}

MECHANISM_DEFINE(
    nmda, MECHANISM_RECEPTOR, "NMDA receptor with magnesium and trapping channel blockers",
    "Jahr & Stevens 1990, doi:10.1523/JNEUROSCI.10-09-03178.1990; MacDonald et al. 1991, J Physiol 432:483",
    nmda_fields, params, .params_size = sizeof(struct nmda_params), .fault = fault, .prepare = prepare,
    .start = start, .open = open, .adapt = adapt, .rest = rest);
