/* two_exponential.h — the conductance that fast receptors share: difference of two exponentials with unit
 * peak.
 *
 *   g(t) = w N (e^(−t/τ_decay) − e^(−t/τ_rise)),   N = 1 / (value at the peak t* = ln(τ_d/τ_r) τ_d τ_r/(τ_d −
 * τ_r)) Both parts decay exactly from tick to tick; a spike that arrives at a tick adds w N to both before
 * the step. The value given to the cell is the mean over the step's ends, which makes the cell's step second
 * order in dt. */
#ifndef CIRCUITS_RECEPTORS_TWO_EXPONENTIAL_H
#define CIRCUITS_RECEPTORS_TWO_EXPONENTIAL_H

#include "maths.h"

struct two_exponential {
  float rise, decay; /* factors of one tick */
  float norm;        /* N */
};

static inline struct two_exponential two_exponential(double tau_rise_ms, double tau_decay_ms, double dt_ms) {
  double peak_ms =
      maths_log(tau_decay_ms / tau_rise_ms) * tau_decay_ms * tau_rise_ms / (tau_decay_ms - tau_rise_ms);
  double peak = maths_exp(-peak_ms / tau_decay_ms) - maths_exp(-peak_ms / tau_rise_ms);
  return (struct two_exponential){(float)maths_exp(-dt_ms / tau_rise_ms),
                                  (float)maths_exp(-dt_ms / tau_decay_ms), (float)(1.0 / peak)};
}

/* A rise that is not faster than the decay has no unit peak. */
static inline const char *two_exponential_fault(double tau_rise_ms, double tau_decay_ms) {
  return tau_rise_ms < tau_decay_ms ? NULL : "tau_rise is not smaller than tau_decay";
}

/* One tick of one cell: jump w (nS), then decay; gives the mean conductance of the tick. */
static inline float two_exponential_step(struct two_exponential k, float w, float *rise, float *decay) {
  float jump = w * k.norm;
  float r0 = *rise + jump, d0 = *decay + jump;
  float r1 = r0 * k.rise, d1 = d0 * k.decay;
  *rise = r1;
  *decay = d1;
  return 0.5f * ((d0 - r0) + (d1 - r1));
}

#endif
