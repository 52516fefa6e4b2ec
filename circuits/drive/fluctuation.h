/* fluctuation.h — slow fluctuations of the background's rate that all cells of a region share.
 *
 *   dx = −x/τ dt + √(2/τ) dW                     Ornstein–Uhlenbeck: mean 0, variance 1
 *   background of a population:  r(t) = r₀ f(t),  f = clamp(1 + d x, 0, 1 + 3 d)/m
 *
 * d is the depth, 1, τ the correlation time, ms, m the mean of the clamped value, so that f averages to one:
 * |m − 1| < 0.0002 up to d = 0.36, 0.004 at 0.5, 0.083 at 1. The clamp takes from the SD of f: it is 0.99 d
 * at 0.4, 0.97 d at 0.5, 0.80 d at 1. x is held for steps of 1 ms. It is a function of seed, region and
 * protocol time alone (the clock of theta.h), so nothing of it has to be kept, and arms, which share their
 * windows, share it.
 *
 * Method: halving. x is Gaussian and Markov, so between two known values at a distance h on either side it is
 * normal with mean (x₋ + x₊) ρ/(1 + ρ²) and variance (1 − ρ²)/(1 + ρ²), ρ = e^{−h/τ}: exact. Halving begins
 * between values so far apart that their correlation is below 2⁻⁵³, and ends at the step, after about
 * log₂ 37 τ/ms draws of one number each, which belongs to seed, region and step.
 *
 * Mazzoni, Panzeri, Logothetis & Brunel 2008, doi:10.1371/journal.pcbi.1000239: noise that all cells share,
 * which with the network's own rhythm gives LFP spectra as in cortex. */
#ifndef CIRCUITS_DRIVE_FLUCTUATION_H
#define CIRCUITS_DRIVE_FLUCTUATION_H

#include "drive/theta.h"
#include "population.h"
#include "random.h"

enum { FLUCTUATION_HALVINGS = 20 };

/* The group regions.<region>.fluctuation. */
struct fluctuation_settings {
  double depth, tau; /* 1, ms */
};

extern const struct param fluctuation_params[];
extern const int n_fluctuation_params;

struct fluctuation {
  const struct theta_clock *clock; /* NULL: none */
  uint64_t seed, region;
  double depth, most, inverse_mean;
  int halvings;                                                 /* a whole is 2^halvings steps */
  double share[FLUCTUATION_HALVINGS], sd[FLUCTUATION_HALVINGS]; /* at a distance of 2^k steps */
};

/* The fluctuation of one region, by its index; at depth 0 none. `clock` stays the caller's, and must outlive
 * what is set. Settings are in the ranges of fluctuation_params. */
void fluctuation_set(struct fluctuation *fluctuation, const struct fluctuation_settings *settings,
                     const struct theta_clock *clock, uint64_t seed, uint64_t region);

static inline double fluctuation_number(const struct fluctuation *fluctuation, uint64_t step) {
  return random_normal(
      random_draw_threefry(fluctuation->seed, RANDOM_FLUCTUATION, fluctuation->region, step, 0).u[0]);
}

/* Where `held` keeps the ends of the whole, behind the middles by their halving, and f. */
enum { FLUCTUATION_END = FLUCTUATION_HALVINGS, FLUCTUATION_FACTOR = FLUCTUATION_END + 2 };
_Static_assert((int)FLUCTUATION_FACTOR < (int)POPULATION_HELD, "blocks hold too few values");

static inline bool fluctuation_known(const struct steps_held *held, int k, uint64_t step) {
  return held->known[k] && held->step[k] == step;
}

static inline double fluctuation_hold(struct steps_held *held, int k, uint64_t step, double value) {
  held->known[k] = true;
  held->step[k] = step;
  return held->value[k] = value;
}

/* x at an end of the whole. */
static inline double fluctuation_end(const struct fluctuation *fluctuation, struct steps_held *held, int k,
                                     uint64_t step) {
  if (fluctuation_known(held, k, step)) return held->value[k];
  return fluctuation_hold(held, k, step, fluctuation_number(fluctuation, step));
}

/* x at a step of protocol time; those before time 0 count down from 2⁶⁴. `held` begins with nothing known
 * and belongs to one fluctuation: most of the halvings of a step are those of the step before. */
static inline double fluctuation_x(const struct fluctuation *fluctuation, uint64_t step,
                                   struct steps_held *held) {
  const uint64_t whole = (uint64_t)1 << fluctuation->halvings;
  uint64_t from = step & ~(whole - 1);
  double before = fluctuation_end(fluctuation, held, FLUCTUATION_END, from);
  if (step == from) return before;
  double after = fluctuation_end(fluctuation, held, FLUCTUATION_END + 1, from + whole);
  for (int k = fluctuation->halvings - 1; step != from; k--) {
    const uint64_t middle = from + ((uint64_t)1 << k);
    double x = held->value[k];
    if (!fluctuation_known(held, k, middle)) {
      x = fluctuation->share[k] * (before + after) +
          fluctuation->sd[k] * fluctuation_number(fluctuation, middle);
      fluctuation_hold(held, k, middle, x);
    }
    if (step >= middle) {
      from = middle;
      before = x;
    } else {
      after = x;
    }
  }
  return before;
}

/* The step that a tick lies in. The margin is above what protocol time is rounded by. */
static inline uint64_t fluctuation_step(const struct theta_clock *clock, int64_t tick) {
  return (uint64_t)(int64_t)floor(theta_ms(clock, tick) + 1e-3);
}

/* f at a step; of one that has a clock. */
static inline double fluctuation_factor(const struct fluctuation *fluctuation, uint64_t step,
                                        struct steps_held *held) {
  if (fluctuation_known(held, FLUCTUATION_FACTOR, step)) return held->value[FLUCTUATION_FACTOR];
  double f = (1.0 + fluctuation->depth * fluctuation_x(fluctuation, step, held)) * fluctuation->inverse_mean;
  f = f > 0 ? f : 0;
  return fluctuation_hold(held, FLUCTUATION_FACTOR, step, f < fluctuation->most ? f : fluctuation->most);
}

/* The largest f; 1 where there is none. */
static inline double fluctuation_most(const struct fluctuation *fluctuation) {
  return fluctuation->clock ? fluctuation->most : 1.0;
}

#endif
