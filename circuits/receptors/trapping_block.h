/* trapping_block.h — what drugs do to the NMDA receptors of one subunit, synaptic or extrasynaptic.
 *
 *   db_k/dt = [P k_on,k + (1 − P) k_closed,k] C_k F/(1 + m + σ) − [P k_on,k + (1 − P) k_closed,k] K_k(V) b_k
 *             − k_esc,k b_k,       F = 1 − Σ_k b_k
 *   K_k(V) = K_d,k(−66 mV) exp(zδ_k (V + 66 mV) F/RT)
 *   P = P_peak · (activated share) · a,   a = 1 − Σ_j most_j c_j/(1 + Σ_j c_j),  c_j = C_j/IC50_j
 *   conductance:  × a F (1 + m)/(1 + m + σ),     σ = Σ_k C_k/K_σ,k exp(−zδ_σ,k (V + 66 mV) F/RT)
 * b_k, share held by blocker k: it competes with magnesium (m) for the open pore, is trapped when the channel
 * closes, and leaves closed channels slowly (k_esc; 0.0013/s for ketamine from Mealing et al. 1999, JPET
 * 288:204). It is a cation, so its binding depends on voltage (zδ; MacDonald et al. 1991, J Physiol 432:483).
 * k_closed: blockers that reach resting receptors (hydroxynorketamine: Abbott & Popescu 2020, PMC7406986), at
 * the same affinity. σ: a second, superficial site that cannot be held together with the deep one, comes and
 * goes within milliseconds to a second, and so traps nothing (memantine: Kotermanski et al. 2009,
 * doi:10.1113/jphysiol.2009.176297); taken to be in equilibrium. a: antagonists of a
 * subunit and of the allosteric site, which depend neither on voltage nor on use.
 *
 * Method, once a millisecond: one blocker by the exact exponential step of its linear equation. Several: F is
 * an exponential from its value F₀ with the rate λ = Σ on + Σ on·off/Σ on, each b_k follows exactly from F,
 * and where F ends follows from the sum of all. Exact for equal rates of leaving, second order else, and
 * stable for any step with the right end: Σ b stays within 0 … 1. Over times without spikes `trapping_rest`
 * goes on with the mean rates of the last window. Errors: tests/numerics/test_block_kinetics.c. */
#ifndef CIRCUITS_RECEPTORS_TRAPPING_BLOCK_H
#define CIRCUITS_RECEPTORS_TRAPPING_BLOCK_H

#include "drugs/action.h"
#include "maths.h"
#include "receptors/glun2.h"
#include "receptors/relax.h"

enum { BLOCKERS = ACTION_SLOTS, TRAPPING_TILE = MECHANISM_TILE };

/* Fields that keep the state; rows PER_SUBSTANCE(SUBUNITS). The sums are means of rates, for which single
 * precision is enough: moving them is what blockers cost most. */
struct trapping_fields {
  double *blocked;
  float *bind, *unbind;
};

/* Antagonists that compete for one site: sum of C/K, and of what each would take at saturation times its
 * part. */
struct trapping_site {
  double occupied, taken;
};

/* One that does not reach the whole sheet. */
struct trapping_local {
  double relative, most; /* C/K where it is strongest */
  const float *reach;
  bool allosteric;
};

struct trapping_blocker {
  float on, off, escape; /* 1/ms; on at the present concentration, off at −66 mV */
  float closed;          /* binding to a closed channel over binding to an open one */
  float voltage;         /* zδ F/RT, 1/mV */
  double *restrict blocked;
  float *restrict bind, *restrict unbind;
  const float *reach; /* share of the concentration at each site; NULL: 1 */
};

struct trapping_drugs {
  int n, n_superficial, n_local;
  bool any;                            /* does anything act here? */
  struct trapping_site subunit, other; /* antagonists there that reach the whole sheet; other: allosteric */
  float active;                        /* share of the opening that these leave */
  struct trapping_local local[2 * ACTION_SLOTS];
  const int32_t *site; /* of each cell */
  struct trapping_blocker blocker[BLOCKERS];
  struct {
    float relative, voltage; /* C/K at −66 mV; zδ F/RT, 1/mV */
    const float *reach;
  } superficial[BLOCKERS];
};

static inline void trapping_add(const struct cells *cells, const struct trapping_fields *fields, int s,
                                const struct exposure *exposure, double uM, float RT_F_mV,
                                struct trapping_drugs *drugs) {
  if (exposure->slot >= cells->substances || drugs->n == BLOCKERS) return;
  const struct nmda_channel *drug = exposure->properties;
  const double K_d[SUBUNITS] = {drug->K_d_2A, drug->K_d_2B, drug->K_d_2C, drug->K_d_2D};
  const int row = (exposure->slot * SUBUNITS + s) * cells->stride;
  drugs->blocker[drugs->n++] = (struct trapping_blocker){.on = (float)(drug->k_on * uM),
                                                         .off = (float)(drug->k_on * K_d[s]),
                                                         .escape = (float)drug->k_escape,
                                                         .closed = (float)(drug->k_closed / drug->k_on),
                                                         .voltage = (float)drug->z_delta / RT_F_mV,
                                                         .blocked = fields->blocked + row,
                                                         .bind = fields->bind + row,
                                                         .unbind = fields->unbind + row,
                                                         .reach = exposure->reach};
  if (!(drug->K_superficial > 0)) return;
  drugs->superficial[drugs->n_superficial].relative = (float)(uM / drug->K_superficial);
  drugs->superficial[drugs->n_superficial].reach = exposure->reach;
  drugs->superficial[drugs->n_superficial++].voltage = (float)drug->z_superficial / RT_F_mV;
}

static inline void trapping_compete(struct trapping_site *site, double relative, double most) {
  site->occupied += relative;
  site->taken += most * relative;
}

/* Share of the opening that they leave. */
static inline double trapping_left(const struct trapping_site *site) {
  return 1.0 - site->taken / (1.0 + site->occupied);
}

/* An antagonist takes from the opening, of all cells or at the sites that it reaches. */
static inline void trapping_oppose(const struct exposure *exposure, double relative, double most,
                                   bool allosteric, struct trapping_drugs *drugs) {
  if (!exposure->reach)
    trapping_compete(allosteric ? &drugs->other : &drugs->subunit, relative, most);
  else if (drugs->n_local < 2 * ACTION_SLOTS)
    drugs->local[drugs->n_local++] = (struct trapping_local){relative, most, exposure->reach, allosteric};
}

/* All that acts on subunit s in this step. `reach`: share of the concentrations that is seen here.
 * `allosteric`: share of the receptors with the allosteric site. */
static inline void trapping_find(const struct cells *cells, const struct step *step,
                                 const struct trapping_fields *fields, int s, float RT_F_mV, double reach,
                                 double allosteric, struct trapping_drugs *drugs) {
  drugs->n = drugs->n_superficial = drugs->n_local = 0;
  drugs->subunit = drugs->other = (struct trapping_site){0};
  drugs->site = cells->site;
  drugs->any = false;
  for (int e = 0; e < step->n_exposures && reach > 0; e++) {
    const struct exposure *exposure = &step->exposures[e];
    double uM = reach * exposure->free_uM;
    if (exposure->action == ACTION_NMDA_CHANNEL) {
      trapping_add(cells, fields, s, exposure, uM, RT_F_mV, drugs);
    } else if (exposure->action == ACTION_NMDA_SUBUNIT) {
      const struct nmda_subunit *drug = exposure->properties;
      const double IC50[SUBUNITS] = {drug->IC50_2A, drug->IC50_2B, drug->IC50_2C, drug->IC50_2D};
      const double most[SUBUNITS] = {drug->most_2A, drug->most_2B, drug->most_2C, drug->most_2D};
      trapping_oppose(exposure, uM / IC50[s], most[s], false, drugs);
    } else if (exposure->action == ACTION_NMDA_ALLOSTERIC && allosteric > 0) {
      const struct nmda_allosteric *drug = exposure->properties;
      trapping_oppose(exposure, uM / drug->K, allosteric * drug->most, true, drugs);
    } else {
      continue;
    }
    drugs->any = true;
  }
  drugs->active = (float)(trapping_left(&drugs->subunit) * trapping_left(&drugs->other));
}

/* Share of a concentration at cell i. */
static inline float trapping_here(const struct trapping_drugs *drugs, const float *reach, int i) {
  return reach ? reach[drugs->site[i]] : 1.0f;
}

/* Share of the opening that antagonists leave at cell i. */
static inline float trapping_active(const struct trapping_drugs *drugs, int i) {
  if (drugs->n_local == 0) return drugs->active;
  struct trapping_site subunit = drugs->subunit, other = drugs->other;
  for (int k = 0; k < drugs->n_local; k++) {
    const struct trapping_local *local = &drugs->local[k];
    double relative = local->relative * (double)trapping_here(drugs, local->reach, i);
    trapping_compete(local->allosteric ? &other : &subunit, relative, local->most);
  }
  return (float)(trapping_left(&subunit) * trapping_left(&other));
}

/* ---- once a millisecond ---- */

/* Up to TRAPPING_TILE cells in a row: what the potential does, for all subunits, and then one subunit. */
struct trapping_tile {
  float superficial[TRAPPING_TILE], weaker[BLOCKERS][TRAPPING_TILE]; /* σ; K_d over that at −66 mV */
  float here[TRAPPING_TILE], active[TRAPPING_TILE];
  float activated[TRAPPING_TILE]; /* in: share of the receptors that glutamate has activated */
  float left[TRAPPING_TILE];      /* out: factor on their conductance */
  float open[TRAPPING_TILE], pore[TRAPPING_TILE];
  float on_sum[TRAPPING_TILE], cross[TRAPPING_TILE], rate[TRAPPING_TILE], gone[TRAPPING_TILE];
  float decaying[TRAPPING_TILE], staying[TRAPPING_TILE], released[TRAPPING_TILE];
  double held[TRAPPING_TILE];
  float on[BLOCKERS][TRAPPING_TILE], off[BLOCKERS][TRAPPING_TILE], loss[BLOCKERS][TRAPPING_TILE];
};

/* Kernels are built for `wide` and not: a flag that is known only at run time would leave them scalar. */
#define TRAPPING_INLINE static inline __attribute__((always_inline))

/* (1 − e^(−x))/x, x ≥ 0: the mean of a decay over its first x. Where all x of a tile are small, which is as a
 * rule, `wide` is false and no exponential is taken; both ways give equal bits. */
#define TRAPPING_SMALL 0.1f
TRAPPING_INLINE float trapping_mean(float x, bool wide) {
  float series = __builtin_fmaf(x, __builtin_fmaf(x, 1.0f / 12.0f, 0.5f), 1.0f);
  if (!wide) return 1.0f / series;
  float above = x < TRAPPING_SMALL ? 1.0f : 1.0f - maths_exp_f32(-x);
  return above / (x < TRAPPING_SMALL ? series : x);
}

/* Called, not inlined: GCC would try to make the loop over substances vector code, and say that it cannot. */
static __attribute__((noinline)) void trapping_superficial(float *restrict superficial, const float *here,
                                                           float relative, float slope, const float *V,
                                                           int n) {
#pragma omp simd
  for (int i = 0; i < n; i++) superficial[i] += here[i] * relative * maths_exp_f32(slope * (V[i] + 66.0f));
}

/* Shares of a concentration at the cells of the tile. */
static inline void trapping_reach(const struct trapping_drugs *drugs, const float *reach,
                                  struct trapping_tile *tile, int first, int n) {
  for (int i = 0; i < n; i++) tile->here[i] = trapping_here(drugs, reach, first + i);
}

/* What the potentials of the tile, V and on, do to drugs of any subunit. */
static inline void trapping_voltage(const struct trapping_drugs *drugs, struct trapping_tile *tile,
                                    const float *V, int first, int n) {
  memset(tile->superficial, 0, sizeof tile->superficial);
  for (int k = 0; k < drugs->n_superficial; k++) {
    trapping_reach(drugs, drugs->superficial[k].reach, tile, first, n);
    trapping_superficial(tile->superficial, tile->here, drugs->superficial[k].relative,
                         -drugs->superficial[k].voltage, V, n);
  }
  for (int k = 0; k < drugs->n; k++) {
    const float slope = drugs->blocker[k].voltage;
    float *restrict weaker = tile->weaker[k];
#pragma omp simd
    for (int i = 0; i < n; i++) weaker[i] = maths_exp_f32(slope * (V[i] + 66.0f));
  }
}

/* Open probability, the share of pores that a blocker finds free, and what is left without deep block. */
TRAPPING_INLINE void trapping_pores(const struct trapping_drugs *drugs, struct trapping_tile *tile,
                                    const float *voltage, int first, int n, float mg, float peak) {
  for (int i = 0; i < n; i++) tile->active[i] = trapping_active(drugs, first + i);
#pragma omp simd
  for (int i = 0; i < n; i++) {
    float pore = 1.0f / (__builtin_fmaf(mg, voltage[i], 1.0f) + tile->superficial[i]);
    float activated = tile->activated[i] > 0.0f ? tile->activated[i] : 0.0f;
    tile->open[i] = peak * tile->active[i] * (activated < 1.0f ? activated : 1.0f);
    tile->pore[i] = pore;
    tile->left[i] = tile->active[i] * (1.0f - tile->superficial[i] * pore);
    tile->held[i] = 0;
    tile->on_sum[i] = 0.0f;
    tile->cross[i] = 0.0f;
  }
}

/* Rates of blocker k in the tile's cells. */
TRAPPING_INLINE void trapping_rates(const struct trapping_drugs *drugs, struct trapping_tile *tile, int k,
                                    int first, int n) {
  const struct trapping_blocker *blocker = &drugs->blocker[k];
  const double *restrict blocked = blocker->blocked + first;
  float *restrict bind = blocker->bind + first, *restrict unbind = blocker->unbind + first;
  float *restrict on = tile->on[k], *restrict off = tile->off[k];
  const float *restrict weaker = tile->weaker[k];
  const struct trapping_blocker b = *blocker;
  trapping_reach(drugs, b.reach, tile, first, n);
#pragma omp simd
  for (int i = 0; i < n; i++) {
    float access = __builtin_fmaf(b.closed, 1.0f - tile->open[i], tile->open[i]);
    float binds = access * tile->pore[i], leaves = access * weaker[i];
    bind[i] += binds;
    unbind[i] += leaves;
    on[i] = b.on * tile->here[i] * binds;
    off[i] = __builtin_fmaf(b.off, leaves, b.escape);
    tile->on_sum[i] += on[i];
    tile->cross[i] = __builtin_fmaf(on[i], off[i], tile->cross[i]);
    tile->held[i] += blocked[i];
  }
}

TRAPPING_INLINE void trapping_one(const struct trapping_blocker *blocker, struct trapping_tile *tile,
                                  int first, int n, float time, bool wide) {
  double *restrict blocked = blocker->blocked + first;
#pragma omp simd
  for (int i = 0; i < n; i++) {
    float rate = tile->on[0][i] + tile->off[0][i], steady = tile->on[0][i] / (rate + 1e-30f);
    float gone = rate * time * trapping_mean(rate * time, wide);
    blocked[i] += (double)((steady - (float)blocked[i]) * gone);
    tile->held[i] = blocked[i];
  }
}

/* What blocker k takes of an F that decays from its start, takes of one that stays, and releases: these
 * replace its rates. */
TRAPPING_INLINE void trapping_shares(const struct trapping_blocker *blocker, struct trapping_tile *tile,
                                     int k, int first, int n, float time, bool wide) {
  const double *restrict blocked = blocker->blocked + first;
  float *restrict on = tile->on[k], *restrict off = tile->off[k], *restrict loss = tile->loss[k];
#pragma omp simd
  for (int i = 0; i < n; i++) {
    float rate = tile->rate[i], leaving = off[i], stays = time * trapping_mean(leaving * time, wide);
    float apart = rate < leaving ? leaving - rate : rate - leaving;
    loss[i] = leaving * stays;
    float slower = 1.0f - (rate < leaving ? tile->gone[i] : loss[i]);
    off[i] = on[i] * stays;
    on[i] *= time * slower * trapping_mean(apart * time, wide);
    tile->decaying[i] += on[i];
    tile->staying[i] += off[i];
    tile->released[i] = __builtin_fmaf((float)blocked[i], loss[i], tile->released[i]);
  }
}

TRAPPING_INLINE void trapping_several(const struct trapping_drugs *drugs, struct trapping_tile *tile,
                                      int first, int n, float time, bool wide) {
#pragma omp simd
  for (int i = 0; i < n; i++) {
    tile->rate[i] = tile->on_sum[i] + tile->cross[i] / (tile->on_sum[i] + 1e-30f);
    tile->gone[i] = tile->rate[i] * time * trapping_mean(tile->rate[i] * time, wide);
    tile->decaying[i] = tile->staying[i] = tile->released[i] = 0.0f;
  }
  for (int k = 0; k < drugs->n; k++) trapping_shares(&drugs->blocker[k], tile, k, first, n, time, wide);
#pragma omp simd
  for (int i = 0; i < n; i++) {
    float start = (float)(1.0 - tile->held[i]), lost = tile->gone[i] - tile->decaying[i];
    float end = (start * lost + tile->released[i]) / (lost + tile->staying[i] + 1e-30f);
    tile->decaying[i] = start - end;
    tile->staying[i] = end;
    tile->held[i] = 0;
  }
  for (int k = 0; k < drugs->n; k++) {
    double *restrict blocked = drugs->blocker[k].blocked + first;
    const float *restrict on = tile->on[k], *restrict off = tile->off[k], *restrict loss = tile->loss[k];
#pragma omp simd
    for (int i = 0; i < n; i++) {
      float bound = __builtin_fmaf(tile->decaying[i], on[i], tile->staying[i] * off[i]);
      blocked[i] += (double)__builtin_fmaf(-(float)blocked[i], loss[i], bound);
      tile->held[i] += blocked[i];
    }
  }
}

/* Is any rate too large for the series over `time`? */
static inline bool trapping_wide(const struct trapping_drugs *drugs, const struct trapping_tile *tile, int n,
                                 float time) {
  int wide = 0;
  for (int k = 0; k < drugs->n; k++) {
    for (int i = 0; i < n; i++) wide |= (tile->on_sum[i] + tile->off[k][i]) * time >= 0.5f * TRAPPING_SMALL;
  }
  return wide;
}

/* Subunit s of cells first … first + n − 1 over `time` ms: fills tile->left from tile->activated. `voltage`,
 * exp(−slope V) of magnesium.h, begins at the first. After trapping_voltage. */
static inline void trapping_look(const struct trapping_drugs *drugs, struct trapping_tile *tile,
                                 const float *voltage, int first, int n, float mg, float peak, float time) {
  trapping_pores(drugs, tile, voltage, first, n, mg, peak);
  if (drugs->n == 0) return;
  for (int k = 0; k < drugs->n; k++) trapping_rates(drugs, tile, k, first, n);
  bool wide = trapping_wide(drugs, tile, n, time);
  if (drugs->n == 1) {
    wide ? trapping_one(&drugs->blocker[0], tile, first, n, time, true)
         : trapping_one(&drugs->blocker[0], tile, first, n, time, false);
  } else {
    wide ? trapping_several(drugs, tile, first, n, time, true)
         : trapping_several(drugs, tile, first, n, time, false);
  }
#pragma omp simd
  for (int i = 0; i < n; i++) tile->left[i] = (float)((double)tile->left[i] * (1.0 - tile->held[i]));
}

/* ---- over times without spikes ---- */

/* Two blockers, exactly: b' = on − M b with M = [[off_0 + on_0, on_0], [on_1, off_1 + on_1]], whose
 * eigenvalues s ± q are real and not negative. */
static inline void trapping_pair(const double *on, const double *off, double time, double *b) {
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

/* Rates of blocker k in cell i, as in the mean of its last window of `looks` milliseconds. */
static inline void trapping_mean_rates(const struct trapping_drugs *drugs, int k, const double *looks, int i,
                                       double *on, double *off) {
  const struct trapping_blocker *blocker = &drugs->blocker[k];
  double n_looks = looks[i] > 0 ? looks[i] : 1.0;
  *on = blocker->bind[i] / n_looks * (double)(blocker->on * trapping_here(drugs, blocker->reach, i));
  *off = blocker->unbind[i] / n_looks * (double)blocker->off + (double)blocker->escape;
}

/* One blocker or two, exactly. */
static inline void trapping_rest_few(const struct cells *cells, const struct trapping_drugs *drugs,
                                     const double *looks, double time) {
  for (int i = 0; i < cells->n; i++) {
    double on[2], off[2], b[2];
    for (int k = 0; k < drugs->n; k++) {
      trapping_mean_rates(drugs, k, looks, i, &on[k], &off[k]);
      b[k] = drugs->blocker[k].blocked[i];
    }
    if (drugs->n == 1)
      b[0] += (on[0] / (on[0] + off[0] + 1e-300) - b[0]) * (1.0 - maths_exp(-(on[0] + off[0]) * time));
    else if (drugs->n == 2)
      trapping_pair(on, off, time, b);
    for (int k = 0; k < drugs->n; k++) drugs->blocker[k].blocked[i] = b[k];
  }
}

static inline void trapping_rest_many(const struct cells *cells, const struct trapping_drugs *drugs,
                                      const double *looks, double time) {
  for (int first = 0; first < cells->n; first += RELAX_CELLS) {
    relax_rows on, off, b;
    for (int k = 0; k < drugs->n; k++) {
      for (int i = 0; i < RELAX_CELLS; i++) {
        trapping_mean_rates(drugs, k, looks, first + i, &on[k][i], &off[k][i]);
        b[k][i] = drugs->blocker[k].blocked[first + i];
      }
    }
    relax_cells(on, off, drugs->n, time, b);
    for (int k = 0; k < drugs->n; k++) {
      for (int i = 0; i < RELAX_CELLS; i++) drugs->blocker[k].blocked[first + i] = b[k][i];
    }
  }
}

/* Subunit s of all cells over `time` ms at the mean rates of their last window, of `looks` milliseconds each;
 * fills the factor on the conductance times `share`. */
static inline void trapping_rest(const struct cells *cells, const struct trapping_drugs *drugs,
                                 const double *looks, float share, float *unblocked, double time) {
  drugs->n <= 2 ? trapping_rest_few(cells, drugs, looks, time)
                : trapping_rest_many(cells, drugs, looks, time);
  for (int i = 0; i < cells->n; i++) {
    double held = 0;
    for (int k = 0; k < drugs->n; k++) held += drugs->blocker[k].blocked[i];
    unblocked[i] = (float)((double)(share * trapping_active(drugs, i)) * (1.0 - held));
  }
}

#endif
