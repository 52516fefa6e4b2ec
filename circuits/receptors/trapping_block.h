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
 * Method: once a millisecond the factors of C_k F and of b_k are gathered (`binding`, `leaving`: the same for
 * all blockers of one charge and one k_closed/k_on); b moves by their means once in a step of up to
 * `slow_every` milliseconds, shorter where drugs bind fast (TRAPPING_LEAP). One blocker by the exact
 * exponential step of its linear equation. Several: F is an exponential from its value F₀ with the rate
 * λ = Σ on + Σ on·off/Σ on, each b_k follows exactly from F, and where F ends follows from the sum of all.
 * Exact for equal rates of leaving, second order else, and stable for any step with the right end: Σ b stays
 * within 0 … 1. Over times without spikes `trapping_rest` goes on with the mean rates of the last window.
 * Errors: tests/numerics/test_block_kinetics.c. */
#ifndef CIRCUITS_RECEPTORS_TRAPPING_BLOCK_H
#define CIRCUITS_RECEPTORS_TRAPPING_BLOCK_H

#include "maths.h"
#include "receptors/trapping_drugs.h"

enum { TRAPPING_TILE = MECHANISM_TILE };

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

/* ---- once a millisecond ---- */

/* What the potentials of the tile, V and on, do to drugs of any subunit. */
static inline void trapping_voltage(const struct trapping_drugs *drugs, struct trapping_tile *tile,
                                    const float *V, int first, int n) {
  memset(tile->superficial, 0, sizeof tile->superficial);
  for (int k = 0; k < drugs->n_superficial; k++) {
    trapping_reach(drugs, drugs->superficial[k].reach, tile, first, n);
    trapping_superficial(tile->superficial, tile->here, drugs->superficial[k].relative,
                         -drugs->superficial[k].voltage, V, n);
  }
  for (int q = 0; q < drugs->n_kinds; q++) {
    const float slope = drugs->kind[q].voltage;
    float *restrict weaker = tile->weaker[q];
#pragma omp simd
    for (int i = 0; i < n; i++) weaker[i] = maths_exp_f32(slope * (V[i] + 66.0f));
  }
}

/* Share of the opening that antagonists leave, in the cells of the tile. */
static inline void trapping_activity(const struct trapping_drugs *drugs, struct trapping_tile *tile,
                                     int first, int n) {
  float *restrict active = tile->active;
  for (int i = 0; i < n; i++) active[i] = drugs->active;
  for (int i = 0; drugs->n_local > 0 && i < n; i++) active[i] = trapping_active(drugs, first + i);
}

/* Open probability, and the share of pores that a blocker finds free. */
static inline void trapping_pores(struct trapping_tile *tile, const float *voltage, int n, float mg,
                                  float peak) {
#pragma omp simd
  for (int i = 0; i < n; i++) {
    float activated = tile->activated[i] > 0.0f ? tile->activated[i] : 0.0f;
    tile->open[i] = peak * tile->active[i] * (activated < 1.0f ? activated : 1.0f);
    tile->pore[i] = 1.0f / (__builtin_fmaf(mg, voltage[i], 1.0f) + tile->superficial[i]);
  }
}

static inline void trapping_gather(const struct trapping_kind *kind, const struct trapping_tile *tile,
                                   const float *restrict weaker, int first, int n) {
  const float closed = kind->closed;
  float *restrict binding = kind->binding + first, *restrict leaving = kind->leaving + first;
#pragma omp simd
  for (int i = 0; i < n; i++) {
    float access = __builtin_fmaf(closed, 1.0f - tile->open[i], tile->open[i]);
    binding[i] = __builtin_fmaf(access, tile->pore[i], binding[i]);
    leaving[i] = __builtin_fmaf(access, weaker[i], leaving[i]);
  }
}

/* Subunit s of cells first … first + n − 1 at this millisecond, from tile->activated. `voltage`,
 * exp(−slope V) of magnesium.h, begins at the first. After trapping_voltage. */
static inline void trapping_look(const struct trapping_drugs *drugs, struct trapping_tile *tile,
                                 const float *voltage, int first, int n, float mg, float peak) {
  trapping_activity(drugs, tile, first, n);
  trapping_pores(tile, voltage, n, mg, peak);
  for (int q = 0; q < drugs->n_kinds; q++) trapping_gather(&drugs->kind[q], tile, tile->weaker[q], first, n);
}

/* ---- where block moves ---- */

/* In one step no more than this may be taken, in units of the free channels, if all were activated and none
 * held magnesium; at usual opening and potentials it is a hundredth of that. */
#define TRAPPING_LEAP 2.0f

/* What is taken of the free channels of a subunit in a millisecond, if all are activated and hold no
 * magnesium. */
static inline float trapping_fastest(const struct trapping_drugs *drugs, float peak) {
  float taken = 0;
  for (int k = 0; k < drugs->n; k++) {
    const float closed = drugs->kind[drugs->blocker[k].kind].closed;
    taken += drugs->blocker[k].on * (peak + closed * (1.0f - peak));
  }
  return taken;
}

/* Milliseconds from one move of block to the next: a divisor of step->slow_every. A second site follows the
 * potential at once, and what it leaves is known at every millisecond. */
static inline int trapping_every(const struct step *step, const struct glun2 *subunit,
                                 const struct trapping_drugs *drugs) {
  int every = step->slow_every > 1 ? step->slow_every : 1;
  for (int s = 0; s < SUBUNITS; s++) {
    float fastest = trapping_fastest(&drugs[s], subunit->peak[s]);
    int longest = drugs[s].n_superficial > 0 ? 1 : every;
    while (longest > 1 && (step->slow_every % longest != 0 || (float)longest * fastest > TRAPPING_LEAP))
      longest--;
    every = longest;
  }
  return every;
}

/* Does it move at the end of this millisecond? */
static inline bool trapping_due(const struct step *step, int every) {
  return (int64_t)((double)step->tick * step->dt_ms + 0.5) % every == 0;
}

/* Mean rates of blocker k in the tile's cells since the last move; the sums of the window grow. */
TRAPPING_INLINE void trapping_rates(const struct trapping_drugs *drugs, struct trapping_tile *tile, int k,
                                    int first, int n, float waited) {
  const struct trapping_blocker b = drugs->blocker[k];
  const double *restrict blocked = b.blocked + first;
  const float *restrict binding = drugs->kind[b.kind].binding + first;
  const float *restrict leaving = drugs->kind[b.kind].leaving + first;
  float *restrict bind = b.bind + first, *restrict unbind = b.unbind + first;
  float *restrict on = tile->on[k], *restrict off = tile->off[k];
  const float mean = 1.0f / waited;
  trapping_reach(drugs, b.reach, tile, first, n);
#pragma omp simd
  for (int i = 0; i < n; i++) {
    bind[i] += binding[i];
    unbind[i] += leaving[i];
    on[i] = b.on * tile->here[i] * (mean * binding[i]);
    off[i] = __builtin_fmaf(b.off, mean * leaving[i], b.escape);
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

static inline void trapping_clear(const struct trapping_kind *kind, int first, int n) {
  memset(kind->binding + first, 0, (size_t)n * sizeof(float));
  memset(kind->leaving + first, 0, (size_t)n * sizeof(float));
}

/* The subunit that was looked at just now over the `waited` milliseconds since the last move, which stand for
 * `time` ms: fills tile->left. */
static inline void trapping_move(const struct trapping_drugs *drugs, struct trapping_tile *tile, int first,
                                 int n, float waited, float time) {
#pragma omp simd
  for (int i = 0; i < n; i++) {
    tile->left[i] = tile->active[i] * (1.0f - tile->superficial[i] * tile->pore[i]);
    tile->held[i] = 0;
    tile->on_sum[i] = tile->cross[i] = 0.0f;
  }
  if (drugs->n == 0) return;
  for (int k = 0; k < drugs->n; k++) trapping_rates(drugs, tile, k, first, n, waited);
  for (int q = 0; q < drugs->n_kinds; q++) trapping_clear(&drugs->kind[q], first, n);
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

#endif
