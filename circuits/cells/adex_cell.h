/* adex_cell.h — what the fast and the precise AdEx cell have in common: parameters, and how cells differ. */
#ifndef CIRCUITS_CELLS_ADEX_CELL_H
#define CIRCUITS_CELLS_ADEX_CELL_H

#include "cells/start.h"
#include "maths.h"

/* C_m and g_L are lognormal, E_L and V_T normal, all cut at 3 standard deviations. */
#define ADEX_VARIED(X)                                                                                       \
  X(float, C_m, "pF", VARIED, 1, "membrane capacitance")                                                     \
  X(float, g_L, "nS", VARIED, 1, "leak conductance")                                                         \
  X(float, E_L, "mV", VARIED, 1, "leak reversal potential")                                                  \
  X(float, V_T, "mV", VARIED, 1, "threshold of the exponential")

struct adex_params {
  double C_m, g_L, E_L, V_T, Delta_T, a, tau_w, b, V_reset, t_ref;
  double cv_C_m, cv_g_L, sd_E_L, sd_V_T;
  /* derived */
  double dt_ms, hold_ticks;
  double
      w_gain; /* 1 − e^(−dt/τ_w): in single precision e^(−dt/τ_w) itself would change τ_w by 1e-4 and more */
};

#define NAUD "Naud et al. 2008, doi:10.1007/s00422-008-0264-7 (tonic pattern); populations give their own"
#define SPREAD                                                                                               \
  "Hass, Hertaeg & Durstewitz 2016, doi:10.1371/journal.pcbi.1004930, has 0.11-0.34 and 4-9 mV with "        \
  "fitting noise"

static const struct param adex_params[] = {
    PARAM_NUM(struct adex_params, C_m, "pF", 200, 5, 5000, PUBLISHED, NAUD, "membrane capacitance, mean"),
    PARAM_NUM(struct adex_params, g_L, "nS", 10, 0.1, 500, PUBLISHED, NAUD, "leak conductance, mean"),
    PARAM_NUM(struct adex_params, E_L, "mV", -70, -120, -30, PUBLISHED, NAUD,
              "leak reversal potential, mean"),
    PARAM_NUM(struct adex_params, V_T, "mV", -50, -90, 0, PUBLISHED, NAUD,
              "threshold of the exponential, mean"),
    PARAM_NUM(struct adex_params, Delta_T, "mV", 2, 0.1, 40, PUBLISHED, NAUD,
              "slope factor of the exponential"),
    PARAM_NUM(struct adex_params, a, "nS", 2, -20, 200, PUBLISHED, NAUD,
              "adaptation: coupling to the potential"),
    PARAM_NUM(struct adex_params, tau_w, "ms", 30, 0.5, 5000, PUBLISHED, NAUD, "adaptation: time constant"),
    PARAM_NUM(struct adex_params, b, "pA", 0, 0, 5000, PUBLISHED, NAUD, "adaptation: step at a spike"),
    PARAM_NUM(struct adex_params, V_reset, "mV", -58, -150, 0, PUBLISHED, NAUD, "reset potential"),
    PARAM_NUM(struct adex_params, t_ref, "ms", 2, 0, 100, ASSUMED,
              "absolute refractory time of cortical cells, 1-3 ms", "refractory time"),
    PARAM_NUM(struct adex_params, cv_C_m, "1", 0.2, 0, 1, ASSUMED, SPREAD,
              "coefficient of variation of C_m over cells"),
    PARAM_NUM(struct adex_params, cv_g_L, "1", 0.2, 0, 1, ASSUMED, SPREAD,
              "coefficient of variation of g_L over cells"),
    PARAM_NUM(struct adex_params, sd_E_L, "mV", 3, 0, 20, ASSUMED, SPREAD,
              "standard deviation of E_L over cells"),
    PARAM_NUM(struct adex_params, sd_V_T, "mV", 2.5, 0, 20, ASSUMED, SPREAD,
              "standard deviation of V_T over cells"),
};

static inline void adex_prepare(void *own, double dt_ms) {
  struct adex_params *p = own;
  p->dt_ms = dt_ms;
  p->w_gain = 1.0 - maths_exp(-dt_ms / p->tau_w);
  p->hold_ticks = p->t_ref / dt_ms;
}

/* One cell's own parameters from four numbers. */
static inline void adex_vary(const struct adex_params *p, const uint32_t u[4], float *C_m, float *g_L,
                             float *E_L, float *V_T) {
  *C_m = start_lognormal(u[0], p->C_m, p->cv_C_m);
  *g_L = start_lognormal(u[1], p->g_L, p->cv_g_L);
  *E_L = start_normal(u[2], p->E_L, p->sd_E_L);
  *V_T = start_normal(u[3], p->V_T, p->sd_V_T);
}

/* Between rest and a little under threshold, so that the first spikes do not coincide. */
static inline float adex_start_V(const struct adex_params *p, uint32_t u) {
  return (float)(p->E_L + (p->V_T - 2.0 - p->E_L) * random_uniform(u));
}

#endif
