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
 * windows `rest` goes on with the window's mean rates, all blockers together: over so long a step those that
 * compete must not be held. */
#include "drugs/action.h"
#include "population.h"
#include "receptors/arrivals.h"
#include "receptors/magnesium.h"
#include "receptors/relax.h"
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
  X(float, arrived, "nS", DERIVED, 1, "the same since the last full millisecond")                            \
  X(float, voltage, "1", DERIVED, 1, "exp(-slope V) of magnesium's block at the last millisecond")           \
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

/* One tick; `lanes` of the port, and `alike`, which says that one class of magnesium block is enough, are
 * constants where this is called. */
static inline void open_class(const struct cells *cells, int lanes, int alike) {
  const struct nmda_params *p = cells->params;
  struct nmda f = nmda_at(cells->column);
  const struct two_exponential kernel = p->kernel;
  const float quantum = (float)cells->quantum, event = (float)cells->background_nS, E_rev = (float)p->E_rev;
  const float mg[SUBUNITS] = {p->mg[0], p->mg[1], p->mg[2], p->mg[3]};
  const int32_t *restrict counts = cells->arrivals + cells->lane, *restrict background = cells->background;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
  const float *restrict V = cells->V, *restrict factor = cells->background_release;
  const int stride = cells->stride;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float recurrent = arrivals_nS(counts, lanes, quantum, i);
    float w = __builtin_fmaf((float)background[i] * factor[i], event, recurrent);
    float opened = two_exponential_step(kernel, w, &f.rise[i], &f.decay[i]);
    float voltage = magnesium_voltage(V[i]);
    opened *= alike ? open_share_2AB(&f, mg, stride, voltage, i) : open_share(&f, mg, stride, voltage, i);
    f.arrived[i] += w;
    g[i] += opened;
    g_E[i] = __builtin_fmaf(opened, E_rev, g_E[i]);
  }
}

static void open(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct nmda_params *p = cells->params;
  bool alike = p->share_2C + p->share_2D == 0.0 && p->K0_2A == p->K0_2B;
  if (cells->lanes == 1) {
    alike ? open_class(cells, 1, 1) : open_class(cells, 1, 0);
  } else {
    alike ? open_class(cells, 2, 1) : open_class(cells, 2, 0);
  }
}

/* ---- once a millisecond ---- */

/* One blocker at one subunit, per open probability: see the equation above. */
struct site {
  float on, off, escape; /* 1/ms; on at the present concentration, off at −66 mV */
  float voltage;         /* zδ F/RT, 1/mV */
  double *restrict blocked, *restrict unbind;
  const float *restrict here; /* share of the concentration at each cell */
};

/* Shares of concentrations at the cells of a block: 1, or those of blockers that do not reach all of it. */
struct shares {
  float one[POPULATION_BLOCK], local[BLOCKERS][POPULATION_BLOCK];
};

static void fill_ones(const struct cells *cells, struct shares *shares) {
  for (int i = 0; i < cells->n; i++) shares->one[i] = 1.0f;
}

static const float *share_of(const struct cells *cells, const struct exposure *exposure, float *local,
                             const float *one) {
  if (!exposure->reach) return one;
  for (int i = 0; i < cells->n; i++) local[i] = exposure->reach[cells->site[i]];
  return local;
}

/* Is this a blocker of the channel? */
static bool acts_here(const struct exposure *exposure) {
  return exposure->action == ACTION_NMDA_CHANNEL && exposure->slot < BLOCKERS;
}

/* The blockers that are present, at subunit s; gives their number. */
static int find_sites(const struct cells *cells, const struct step *step, const struct nmda *f, int s,
                      struct site site[BLOCKERS], struct shares *shares) {
  const struct nmda_params *p = cells->params;
  int n = 0;
  for (int e = 0; e < step->n_exposures && n < BLOCKERS; e++) {
    const struct exposure *exposure = &step->exposures[e];
    if (!acts_here(exposure)) continue;
    const struct nmda_channel *drug = exposure->properties;
    const double K_d[SUBUNITS] = {drug->K_d_2A, drug->K_d_2B, drug->K_d_2C, drug->K_d_2D};
    const int row = (exposure->slot * SUBUNITS + s) * cells->stride;
    const float *here = share_of(cells, exposure, shares->local[n], shares->one);
    site[n++] = (struct site){.here = here,
                              .on = (float)(drug->k_on * exposure->free_uM),
                              .off = (float)(drug->k_on * K_d[s]),
                              .escape = (float)drug->k_escape,
                              .voltage = (float)drug->z_delta / p->RT_F_mV,
                              .blocked = f->blocked + row,
                              .unbind = f->unbind + row};
  }
  return n;
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

/* Reciprocal of the conductance of all synapses: a cell that has none opens no receptor. */
static float per_synapse(const struct cells *cells) {
  return cells->synapses_nS > 0.0 ? (float)(1.0 / cells->synapses_nS) : 0.0f;
}

/* Subunit s at this millisecond, `n` blockers being present (a constant where this is called): the charge
 * with and without drug, and what opening, voltage and concentration do to the block. */
static inline void look_with(const struct cells *cells, const struct nmda *f, int s, const struct site *site,
                             float time, int n) {
  const struct nmda_params *p = cells->params;
  const float mg = p->mg[s], share = p->share[s], peak = p->peak[s], E_rev = (float)p->E_rev;
  const float synapse = per_synapse(cells);
  const int row = s * cells->stride;
  double *restrict charge = f->charge + row, *restrict without = f->charge_without + row;
  double *restrict bind = f->bind + row;
  float *restrict unblocked = f->unblocked + row;
  const float *restrict V = cells->V;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float g = f->decay[i] - f->rise[i], free_of_mg = 1.0f / __builtin_fmaf(mg, f->voltage[i], 1.0f);
    float drive = g * (V[i] - E_rev) * free_of_mg, carried = drive * unblocked[i];
    f->current[i] += carried;
    charge[i] -= (double)carried;
    without[i] -= (double)(drive * share);
    float activated = g * synapse, P = peak * (activated > 1.0f ? 1.0f : activated), access = P * free_of_mg;
    double held = 0;
#pragma GCC unroll 8
    for (int k = 0; k < n; k++) held += site[k].blocked[i];
#pragma GCC unroll 8
    for (int k = 0; k < n; k++) {
      double b = site[k].blocked[i];
      float weaker = maths_exp_f32(site[k].voltage * (V[i] + 66.0f));
      double change = block_change(b, held - b, access * site[k].on * site[k].here[i],
                                   P * site[k].off * weaker, site[k].escape, time);
      site[k].blocked[i] = b + change;
      site[k].unbind[i] += (double)(P * weaker);
      held += change;
    }
    if (n == 0) continue;
    bind[i] += (double)access;
    unblocked[i] = (float)((double)share * (1.0 - held));
  }
}

static void look(const struct cells *cells, const struct nmda *f, int s, const struct site *site, float time,
                 int n) {
  switch (n) {
#define WITH(k)                                                                                              \
  case k:                                                                                                    \
    look_with(cells, f, s, site, time, k);                                                                   \
    break;
    WITH(0)
    WITH(1)
    WITH(2)
    WITH(3)
    WITH(4) WITH(5) WITH(6) WITH(7)
#undef WITH
        default : look_with(cells, f, s, site, time, BLOCKERS);
  }
}

static void adapt(const struct cells *cells, const struct step *step) {
  const struct nmda_params *p = cells->params;
  struct nmda f = nmda_at(cells->column);
  const float *restrict V = cells->V;
  struct shares shares;
  if (step->n_exposures > 0) fill_ones(cells, &shares);
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    f.voltage[i] = magnesium_voltage(V[i]);
    f.current[i] = 0.0f;
    f.released[i] += (double)f.arrived[i];
    f.arrived[i] = 0.0f;
    f.looks[i] += 1.0;
  }
  for (int s = 0; s < SUBUNITS; s++) {
    if (p->share[s] == 0.0f) continue;
    struct site site[BLOCKERS];
    int n = find_sites(cells, step, &f, s, site, &shares);
    look(cells, &f, s, site, (float)step->slow_dt_ms, n);
  }
}

/* ---- over times without spikes ---- */

/* Two blockers, exactly: b' = on − M b with M = [[off_0 + on_0, on_0], [on_1, off_1 + on_1]], whose
 * eigenvalues s ± q are real and not negative. */
static void relax_pair(const double *on, const double *off, double time, double *b) {
  double m00 = off[0] + on[0], m11 = off[1] + on[1], s = 0.5 * (m00 + m11), d = 0.5 * (m00 - m11);
  double q = sqrt(d * d + on[0] * on[1]), det = m00 * m11 - on[0] * on[1];
  if (!(det > 0)) return; /* nothing binds and nothing leaves */
  double steady0 = (on[0] * m11 - on[0] * on[1]) / det, steady1 = (on[1] * m00 - on[0] * on[1]) / det;
  double slow = maths_exp(-(det / (s + q)) * time), fast = maths_exp(-(s + q) * time);
  double even = 0.5 * (slow + fast), odd = q > 0 ? 0.5 * (slow - fast) / q : time * slow;
  double x0 = b[0] - steady0, x1 = b[1] - steady1;
  b[0] = steady0 + even * x0 - odd * (d * x0 + on[0] * x1);
  b[1] = steady1 + even * x1 - odd * (on[1] * x0 - d * x1);
  for (int k = 0; k < 2; k++) b[k] = b[k] > 0.0 ? b[k] : 0.0;
}

/* Rates of blocker k in cell i, as in the mean of its last window. */
static inline void mean_rates(const struct nmda *f, int row, const struct site *site, int i, double *on,
                              double *off) {
  double looks = f->looks[i] > 0 ? f->looks[i] : 1.0;
  *on = f->bind[row + i] / looks * (double)(site->on * site->here[i]);
  *off = site->unbind[i] / looks * (double)site->off + (double)site->escape;
}

/* One blocker or two, exactly. */
static void rest_few(const struct cells *cells, const struct nmda *f, int row, const struct site *site, int n,
                     double time) {
  for (int i = 0; i < cells->n; i++) {
    double on[2], off[2], b[2];
    for (int k = 0; k < n; k++) {
      mean_rates(f, row, &site[k], i, &on[k], &off[k]);
      b[k] = site[k].blocked[i];
    }
    if (n == 1)
      b[0] += (on[0] / (on[0] + off[0] + 1e-300) - b[0]) * (1.0 - maths_exp(-(on[0] + off[0]) * time));
    else
      relax_pair(on, off, time, b);
    for (int k = 0; k < n; k++) site[k].blocked[i] = b[k];
  }
}

static void rest_many(const struct cells *cells, const struct nmda *f, int row, const struct site *site,
                      int n, double time) {
  for (int first = 0; first < cells->n; first += RELAX_CELLS) {
    relax_rows on, off, b;
    for (int k = 0; k < n; k++) {
      for (int i = 0; i < RELAX_CELLS; i++) {
        mean_rates(f, row, &site[k], first + i, &on[k][i], &off[k][i]);
        b[k][i] = site[k].blocked[first + i];
      }
    }
    relax_cells(on, off, n, time, b);
    for (int k = 0; k < n; k++) {
      for (int i = 0; i < RELAX_CELLS; i++) site[k].blocked[first + i] = b[k][i];
    }
  }
}

/* The equation with each cell's mean rates of its last window. */
static void rest_subunit(const struct cells *cells, const struct nmda *f, int s, const struct site *site,
                         int n, double time) {
  const struct nmda_params *p = cells->params;
  const int row = s * cells->stride;
  n <= 2 ? rest_few(cells, f, row, site, n, time) : rest_many(cells, f, row, site, n, time);
  for (int i = 0; i < cells->n; i++) {
    double held = 0;
    for (int k = 0; k < n; k++) held += site[k].blocked[i];
    f->unblocked[row + i] = (float)((double)p->share[s] * (1.0 - held));
  }
}

static void rest(const struct cells *cells, const struct step *step, double rest_ms) {
  const struct nmda_params *p = cells->params;
  struct nmda f = nmda_at(cells->column);
  struct shares shares;
  fill_ones(cells, &shares);
  for (int s = 0; s < SUBUNITS; s++) {
    if (p->share[s] == 0.0f) continue;
    struct site site[BLOCKERS];
    int n = find_sites(cells, step, &f, s, site, &shares);
    if (n > 0) rest_subunit(cells, &f, s, site, n, rest_ms);
  }
}

MECHANISM_DEFINE(
    nmda, MECHANISM_RECEPTOR, "NMDA receptor with magnesium and trapping channel blockers",
    "Jahr & Stevens 1990, doi:10.1523/JNEUROSCI.10-09-03178.1990; MacDonald et al. 1991, J Physiol 432:483",
    nmda_fields, params, .exponentials = 1, .params_size = sizeof(struct nmda_params), .fault = fault,
    .prepare = prepare, .start = start, .open = open, .adapt = adapt, .rest = rest,
    .answers = 1u << ACTION_NMDA_CHANNEL);
