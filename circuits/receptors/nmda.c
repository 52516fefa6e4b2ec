/* nmda.c — synaptic NMDA receptors: magnesium, trapping block and other antagonists, per subunit.
 *
 *   I = (V − E_rev) Σ_s f_s g_s(t) u_s / (1 + m_s(V)),   m_s: magnesium.h
 * Each event opens all subunits of the cell's synapses at once, by shares f_s of the peak; g_s is a
 * difference of exponentials with unit peak (two_exponential.h), one rise for all and a decay of each
 * subunit's own,
 *   τ_s = decay_s · tau_decay / Σ_s f_s decay_s,
 * so that the mean over the peak is the cell type's tau_decay, which is what recordings give, and the
 * subunits keep their relative speed (GluN2A 45, 2B 120 ms: 75 ms at shares of 0.6 and 0.4). Fibres from
 * outside the region can open another mix, f'_s (`fibres_2A` …): their events count f'_s/f_s at g_s, so that
 * current, decay and block of a pathway follow from its subunits. u_s is what
 * drugs leave: trapping_block.h, with the open probability P_s of a receptor of this cell: its peak open
 * probability times the share of the cell's receptors that are activated, g_s(t) over the peak conductance
 * of all its synapses; V and P are the cell's own at every millisecond, so the mean over openings needs no
 * assumption. Neither selectivity for a cell type nor use-dependence is put in.
 *
 * Method: conductance exact from tick to tick; subunits of equal decay share one kernel; block every few
 * milliseconds by the means of each (trapping_block.h). While a window settles, a millisecond stands for
 * `slow_dt_ms` of block kinetics; between windows `rest` goes on with the window's mean rates. */
#include "receptors/nmda.h"
#include "receptors/arrivals.h"
#include "receptors/magnesium.h"
#include "receptors/trapping_receptor.h"
#include "receptors/two_exponential.h"

#define NMDA_FIELDS(X)                                                                                       \
  X(float, rise, "nS", STATE, 1, "rising part of the conductance")                                           \
  X(float, rise_fibres, "nS", STATE, 1, "that of fibres from outside, where their mix is another")           \
  X(float, decay, "nS", STATE, SUBUNITS, "decaying part of the conductance, by class of decay")              \
  TRAPPING_FIELDS(X)                                                                                         \
  X(double, released, "nS", SUM, 1, "conductance of all releases in the window")                             \
  X(double, released_fibres, "nS", SUM, 1, "that of fibres from outside, where their mix is another")        \
  X(float, arrived, "nS", DERIVED, 1, "released since the last full millisecond")                            \
  X(float, arrived_fibres, "nS", DERIVED, 1, "released_fibres since then")

FIELDS_DEFINE(nmda, NMDA_FIELDS)

#define DECAY(s, standard, range)                                                                            \
  PARAM_NUM(struct nmda_params, decay_2##s, "ms", standard, 1, 5000, PUBLISHED,                              \
            "Vicini et al. 1998, J Neurophysiol 79:555; Hansen et al. 2014; " range " at 35 C",              \
            "decay of GluN2" #s ", of which the ratio to the others counts")

#define FIBRES(s)                                                                                            \
  PARAM_NUM(struct nmda_params, fibres_2##s, "1", -1, -1, 1, ASSUMED,                                        \
            "inputs differ (hippocampal fibres to prefrontal cortex gain GluN2B, amygdalar ones do not: "    \
            "Flores-Barrera et al. 2014, Biol Psychiatry 75:508), by how much is not known",                 \
            "share_2" #s " at synapses of fibres from outside the region; where one of the four is given, "  \
            "those below 0 are 0, and with none given they have the mix of all others")

static const struct param params[] = {
    PARAM_NUM(struct nmda_params, tau_rise, "ms", 3, 0.2, 50, PUBLISHED,
              "4.3 ms in Hass et al. 2016, doi:10.1371/journal.pcbi.1004930; 2-5 ms at 35 C",
              "rise time constant"),
    PARAM_NUM(
        struct nmda_params, tau_decay, "ms", 75, 5, 3000, PUBLISHED,
        "Myme et al. 2003, doi:10.1152/jn.00070.2003 (69 +- 8 ms, mPFC L2/3); 75 ms in Hass et al. 2016",
        "decay time constant, mean over the subunits"),
    DECAY(A, 45, "40-60 ms"),
    DECAY(B, 120, "100-150 ms"),
    DECAY(C, 100, "about 100 ms"),
    DECAY(D, 150, "100-200 ms as triheteromer with 2B, the form found in synapses,"),
    PARAM_NUM(struct nmda_params, exposed, "1", 1, 0, 1, SETTING,
              "mechanisms.disinhibition, mechanisms.pyramidal_block",
              "share of the concentration of drugs that these receptors meet"),
    GLUN2_SHARE(struct nmda_params, A, 0.6),
    GLUN2_SHARE(struct nmda_params, B, 0.4),
    GLUN2_SHARE(struct nmda_params, C, 0),
    GLUN2_SHARE(struct nmda_params, D, 0),
    FIBRES(A),
    FIBRES(B),
    FIBRES(C),
    FIBRES(D),
    GLUN2_ROWS(struct nmda_params),
};

/* Decay of each subunit, ms. */
static void own_decays(const struct nmda_params *p, double tau[SUBUNITS]) {
  const double share[SUBUNITS] = {p->share_2A, p->share_2B, p->share_2C, p->share_2D};
  const double decay[SUBUNITS] = {p->decay_2A, p->decay_2B, p->decay_2C, p->decay_2D};
  double mean = 0;
  for (int s = 0; s < SUBUNITS; s++) mean += share[s] * decay[s];
  for (int s = 0; s < SUBUNITS; s++) tau[s] = decay[s] * p->tau_decay / mean;
}

/* Share of subunit s at synapses of fibres from outside the region; elsewhere it is share_2A … share_2D. */
static double share_at_fibres(const struct nmda_params *p, int s) {
  const double share[SUBUNITS] = {p->share_2A, p->share_2B, p->share_2C, p->share_2D};
  const double fibres[SUBUNITS] = {p->fibres_2A, p->fibres_2B, p->fibres_2C, p->fibres_2D};
  bool given = false;
  for (int k = 0; k < SUBUNITS; k++) given |= fibres[k] >= 0;
  return given ? fmax(fibres[s], 0) : share[s];
}

static const char *fibres_fault(const struct nmda_params *p) {
  const double share[SUBUNITS] = {p->share_2A, p->share_2B, p->share_2C, p->share_2D};
  double sum = 0;
  for (int s = 0; s < SUBUNITS; s++) {
    double fibres = share_at_fibres(p, s);
    sum += fibres;
    if (fibres > 0 && !(share[s] > 0))
      return "fibres from outside have a subunit that the cell has not: give it a small share, too";
  }
  return fabs(sum - 1.0) > 1e-6 ? "fibres_2A, 2B, 2C and 2D do not sum to 1" : NULL;
}

static const char *fault(const void *own) {
  const struct nmda_params *p = own;
  const char *shares = GLUN2_FAULT(p);
  if (!shares) shares = fibres_fault(p);
  if (shares) return shares;
  const double share[SUBUNITS] = {p->share_2A, p->share_2B, p->share_2C, p->share_2D};
  double tau[SUBUNITS];
  own_decays(p, tau);
  for (int s = 0; s < SUBUNITS; s++) {
    if (share[s] > 0 && two_exponential_fault(p->tau_rise, tau[s]))
      return "tau_rise is not smaller than the decay of every subunit";
  }
  return NULL;
}

/* What fibres from outside open of subunit s, over what all others do, less 1. */
static float excess_of(const struct nmda_params *p, int s) {
  const double share[SUBUNITS] = {p->share_2A, p->share_2B, p->share_2C, p->share_2D};
  return share[s] > 0 ? (float)(share_at_fibres(p, s) / share[s] - 1) : 0;
}

/* Subunits that the cell has, by equal decay and excess. */
static void classify(struct nmda_params *p, double dt_ms) {
  double tau[SUBUNITS];
  own_decays(p, tau);
  p->n_classes = 0;
  p->by_origin = false;
  for (int s = 0; s < SUBUNITS; s++) {
    int c = 0;
    const float excess = excess_of(p, s);
    p->at_fibres[s] = share_at_fibres(p, s);
    p->class_of[s] = 0;
    p->by_origin |= excess != 0;
    if (p->subunit.share[s] == 0.0f) continue;
    while (c < p->n_classes && (tau[p->class[c].subunit[0]] != tau[s] || p->class[c].excess != excess)) c++;
    if (c == p->n_classes) {
      struct two_exponential kernel = two_exponential(p->tau_rise, tau[s], dt_ms);
      p->class[p->n_classes++] =
          (struct decay_class){.factor = kernel.decay, .norm = kernel.norm, .excess = excess};
      p->rise = kernel.rise;
    }
    p->class[c].rise = c == 0 ? 1.0f : p->class[c].norm / p->class[0].norm;
    p->class[c].subunit[p->class[c].n++] = s;
    p->class_of[s] = c;
  }
}

static void prepare(void *own, double dt_ms) {
  struct nmda_params *p = own;
  p->subunit = GLUN2_DERIVE(p);
  p->alike = p->share_2C + p->share_2D == 0.0 && p->K0_2A == p->K0_2B;
  classify(p, dt_ms);
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  (void)u;
  const struct nmda_params *p = cells->params;
  struct nmda f = nmda_at(cells->column);
  for (int s = 0; s < SUBUNITS; s++) f.unblocked[s * cells->stride + i] = p->subunit.share[s];
}

/* ---- every tick ---- */

/* GluN2A and 2B: one division. `lanes` of the port and `classes` of decay are constants where this is
 * called. */
static inline void open_alike(const struct cells *cells, int lanes, int classes) {
  const struct nmda_params *p = cells->params;
  struct nmda f = nmda_at(cells->column);
  const struct decay_class fast = p->class[0], slow = p->class[1];
  const float quantum = (float)cells->quantum, event = (float)cells->background_nS, E_rev = (float)p->E_rev;
  const float mg = p->subunit.mg[0], rise = p->rise;
  const int32_t *restrict counts = cells->arrivals + cells->lane, *restrict background = cells->background;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
  const float *restrict V = cells->V, *restrict factor = cells->background_release;
  const int stride = cells->stride;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float w = __builtin_fmaf((float)background[i] * factor[i], event, arrivals_nS(counts, lanes, quantum, i));
    float jump = w * fast.norm, r0 = f.rise[i] + jump, d0 = f.decay[i] + jump;
    float r1 = r0 * rise, d1 = d0 * fast.factor, first = 0.5f * ((d0 - r0) + (d1 - r1)), opened;
    float with_mg = __builtin_fmaf(mg, magnesium_voltage(V[i]), 1.0f);
    f.rise[i] = r1;
    f.decay[i] = d1;
    if (classes == 1) {
      opened = first * ((f.unblocked[i] + f.unblocked[stride + i]) / with_mg);
    } else {
      float e0 = __builtin_fmaf(w, slow.norm, f.decay[stride + i]), e1 = e0 * slow.factor;
      f.decay[stride + i] = e1;
      float second = 0.5f * __builtin_fmaf(-slow.rise, r0 + r1, e0 + e1);
      opened = __builtin_fmaf(first, f.unblocked[i], second * f.unblocked[stride + i]) / with_mg;
    }
    f.arrived[i] += w;
    g[i] += opened;
    g_E[i] = __builtin_fmaf(opened, E_rev, g_E[i]);
  }
}

/* What the kernels of any mix share in a tick, for up to a tile of cells. */
struct mixture {
  float w[MECHANISM_TILE], rise[MECHANISM_TILE],
      voltage[MECHANISM_TILE];                                 /* rise: sum of the tick's two ends */
  float w_fibres[MECHANISM_TILE], rise_fibres[MECHANISM_TILE]; /* of them, by fibres from outside */
  float g[MECHANISM_TILE], opened[MECHANISM_TILE];
};

static inline void mix_rise(const struct cells *cells, const struct nmda *f, struct mixture *mix, int first,
                            int n, int lanes) {
  const struct nmda_params *p = cells->params;
  const float quantum = (float)cells->quantum, event = (float)cells->background_nS;
  const float rise = p->rise, norm = p->class[0].norm;
  const int32_t *restrict counts = cells->arrivals + cells->lane + first * lanes;
  const int32_t *restrict background = cells->background + first;
  const float *restrict factor = cells->background_release + first;
  float *restrict part = f->rise + first, *restrict arrived = f->arrived + first;
  const float *restrict V = cells->V + first;
#pragma omp simd
  for (int i = 0; i < n; i++) {
    float w = __builtin_fmaf((float)background[i] * factor[i], event, arrivals_nS(counts, lanes, quantum, i));
    float r0 = __builtin_fmaf(w, norm, part[i]), r1 = r0 * rise;
    part[i] = r1;
    arrived[i] += w;
    mix->w[i] = w;
    mix->rise[i] = r0 + r1;
    mix->voltage[i] = magnesium_voltage(V[i]);
    mix->opened[i] = 0.0f;
  }
}

/* The part of fibres from outside in what mix_rise has taken. */
static inline void mix_fibres(const struct cells *cells, const struct nmda *f, struct mixture *mix, int first,
                              int n) {
  const struct nmda_params *p = cells->params;
  const float quantum = (float)cells->quantum, rise = p->rise, norm = p->class[0].norm;
  const int32_t *restrict counts = cells->part + cells->lane + first * 2;
  float *restrict part = f->rise_fibres + first, *restrict arrived = f->arrived_fibres + first;
#pragma omp simd
  for (int i = 0; i < n; i++) {
    float w = arrivals_nS(counts, 2, quantum, i), r0 = __builtin_fmaf(w, norm, part[i]), r1 = r0 * rise;
    part[i] = r1;
    arrived[i] += w;
    mix->w_fibres[i] = w;
    mix->rise_fibres[i] = r0 + r1;
  }
}

/* Called, not inlined: GCC would try to make the loop over subunits vector code, and say that it cannot. */
static __attribute__((noinline)) void mix_subunit(struct mixture *mix, const float *restrict unblocked,
                                                  float mg, int n) {
#pragma omp simd
  for (int i = 0; i < n; i++) {
    float pore = unblocked[i] / __builtin_fmaf(mg, mix->voltage[i], 1.0f);
    mix->opened[i] = __builtin_fmaf(mix->g[i], pore, mix->opened[i]);
  }
}

static inline void mix_class(const struct cells *cells, const struct nmda *f, struct mixture *mix, int c,
                             int first, int n, bool fibres) {
  const struct nmda_params *p = cells->params;
  const struct decay_class class = p->class[c];
  float *restrict decay = f->decay + c * cells->stride + first;
#pragma omp simd
  for (int i = 0; i < n; i++) {
    float w = mix->w[i], rises = mix->rise[i];
    if (fibres) {
      w = __builtin_fmaf(class.excess, mix->w_fibres[i], w);
      rises = __builtin_fmaf(class.excess, mix->rise_fibres[i], rises);
    }
    float d0 = __builtin_fmaf(w, class.norm, decay[i]), d1 = d0 * class.factor;
    decay[i] = d1;
    mix->g[i] = 0.5f * __builtin_fmaf(-class.rise, rises, d0 + d1);
  }
  for (int k = 0; k < class.n; k++)
    mix_subunit(mix, f->unblocked + class.subunit[k] * cells->stride + first, p->subunit.mg[class.subunit[k]],
                n);
}

/* Any mix of subunits; with `fibres`, those from outside open one of their own. */
static inline void open_mixed(const struct cells *cells, int lanes, bool fibres) {
  const struct nmda_params *p = cells->params;
  struct nmda f = nmda_at(cells->column);
  const float E_rev = (float)p->E_rev;
  for (int first = 0; first < cells->n; first += MECHANISM_TILE) {
    struct mixture mix;
    const int n = cells->n - first < MECHANISM_TILE ? cells->n - first : MECHANISM_TILE;
    float *restrict g = cells->g + first, *restrict g_E = cells->g_E + first;
    mix_rise(cells, &f, &mix, first, n, lanes);
    if (fibres) mix_fibres(cells, &f, &mix, first, n);
    for (int c = 0; c < p->n_classes; c++) mix_class(cells, &f, &mix, c, first, n, fibres);
#pragma omp simd
    for (int i = 0; i < n; i++) {
      g[i] += mix.opened[i];
      g_E[i] = __builtin_fmaf(mix.opened[i], E_rev, g_E[i]);
    }
  }
}

static void open(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct nmda_params *p = cells->params;
  if (p->by_origin && cells->part) {
    open_mixed(cells, 2, true);
  } else if (!p->alike || p->by_origin) {
    cells->lanes == 1 ? open_mixed(cells, 1, false) : open_mixed(cells, 2, false);
  } else if (p->n_classes == 1) {
    cells->lanes == 1 ? open_alike(cells, 1, 1) : open_alike(cells, 2, 1);
  } else {
    cells->lanes == 1 ? open_alike(cells, 1, 2) : open_alike(cells, 2, 2);
  }
}

/* ---- once a millisecond ---- */

/* Subunit s at this millisecond: the charge with and without drugs. */
static inline void carry(const struct cells *cells, const struct nmda *f, int s) {
  const struct nmda_params *p = cells->params;
  const struct decay_class class = p->class[p->class_of[s]];
  const float mg = p->subunit.mg[s], share = p->subunit.share[s], E_rev = (float)p->E_rev;
  const int row = s * cells->stride;
  double *restrict charge = f->charge + row, *restrict without = f->charge_without + row;
  const float *restrict unblocked = f->unblocked + row, *restrict V = cells->V;
  const float *restrict decay = f->decay + p->class_of[s] * cells->stride;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float g = nmda_part(class, f->rise[i], f->rise_fibres[i], decay[i]);
    float drive = g * (V[i] - E_rev) / __builtin_fmaf(mg, f->voltage[i], 1.0f);
    float carried = drive * unblocked[i];
    f->current[i] += carried;
    charge[i] -= (double)carried;
    without[i] -= (double)(drive * share);
  }
}

static void activate(const struct cells *cells, int s, int first, int n, float *restrict activated) {
  const struct nmda_params *p = cells->params;
  struct nmda f = nmda_at(cells->column);
  const struct decay_class class = p->class[p->class_of[s]];
  const double synapses_nS = cells->synapses_nS + (double)class.excess * cells->fibres_nS;
  const float synapse = synapses_nS > 0.0 ? (float)(1.0 / synapses_nS) : 0.0f;
  const float *restrict rise = f.rise + first, *restrict fibres = f.rise_fibres + first;
  const float *restrict decay = f.decay + p->class_of[s] * cells->stride + first;
#pragma omp simd
  for (int i = 0; i < n; i++) activated[i] = nmda_part(class, rise[i], fibres[i], decay[i]) * synapse;
}

static struct trapping_receptor channels(const struct nmda_params *p, const struct nmda *f) {
  return (struct trapping_receptor){TRAPPING_ROWS(f), &p->subunit, p->exposed, 0.0, activate};
}

static void adapt(const struct cells *cells, const struct step *step) {
  const struct nmda_params *p = cells->params;
  struct nmda f = nmda_at(cells->column);
  const float *restrict V = cells->V;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    f.voltage[i] = magnesium_voltage(V[i]);
    f.current[i] = 0.0f;
    f.released[i] += (double)f.arrived[i];
    f.released_fibres[i] += (double)f.arrived_fibres[i];
    f.arrived[i] = f.arrived_fibres[i] = 0.0f;
  }
  for (int s = 0; s < SUBUNITS; s++) {
    if (p->subunit.share[s] > 0.0f) carry(cells, &f, s);
  }
  const struct trapping_receptor receptor = channels(p, &f);
  trapping_adapt(cells, step, &receptor);
}

static void rest(const struct cells *cells, const struct step *step, double rest_ms) {
  struct nmda f = nmda_at(cells->column);
  const struct trapping_receptor receptor = channels(cells->params, &f);
  trapping_rest_all(cells, step, &receptor, rest_ms);
}

MECHANISM_DEFINE(
    nmda, MECHANISM_RECEPTOR, "NMDA receptor with magnesium and trapping channel blockers",
    "Jahr & Stevens 1990, doi:10.1523/JNEUROSCI.10-09-03178.1990; MacDonald et al. 1991, J Physiol 432:483",
    nmda_fields, params, .exponentials = 1, .params_size = sizeof(struct nmda_params), .fault = fault,
    .prepare = prepare, .start = start, .open = open, .adapt = adapt, .rest = rest,
    .answers = 1u << ACTION_NMDA_CHANNEL | 1u << ACTION_NMDA_SUBUNIT);
