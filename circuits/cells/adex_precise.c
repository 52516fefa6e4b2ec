/* adex_precise.c — the cell of adex.c solved as exactly as its input is known, with spikes inside a tick:
 * what the fast kernel is measured against, and what to run where exact spike times matter. It takes some
 * hundred times as long.
 *
 *   equation, parameters and reset as in adex.c; g and Σ g E are constant within a tick
 * Method: the classical Runge–Kutta step of order 4 in double precision. Its own steps s follow from where
 * the cell is, 1/s = 10 (g_L + Σ g)/C_m + 10 U/C_m + 2 |dV/dt|/Δ_T with U = g_L exp((V−V_T)/Δ_T), and are cut
 * at the tick's end. From 20 slope factors above V_T infinity is C_m/U away, less than 1e-7 ms. After the
 * reset, and the refractory time, the tick goes on. Because of conductances s is not cut below dt/4096:
 * stable for g up to 1e4 C_m/dt, and beyond that within a slope factor of the end. `since` holds the time
 * from a spike to the end of its tick. One spike a tick: another would wait for the next.
 *
 * A loop over cells with branches: the one exception among the kernels. */
#include "cells/adex_cell.h"

#define ADEX_PRECISE_FIELDS(X)                                                                               \
  X(float, V, "mV", STATE, 1, "membrane potential")                                                          \
  X(float, V_low, "mV", STATE, 1, "what single precision leaves of it")                                      \
  X(double, w, "pA", STATE, 1, "adaptation current")                                                         \
  X(double, hold, "ms", STATE, 1, "refractory time that is left")                                            \
  X(float, since, "ms", STATE, 1, "from the last spike to the end of its tick")                              \
  ADEX_VARIED(X)

FIELDS_DEFINE(adex_precise, ADEX_PRECISE_FIELDS)

static const double NEVER_BELOW = 1.0 / 4096.0, INFINITY_SLOPES = 20.0;

struct membrane {
  double C_m, g_L, E_L, V_T, g, g_E;
};

struct rates {
  double V, w;
};

static inline double upswing(const struct adex_params *p, const struct membrane *m, double V) {
  double slopes = (V - m->V_T) / p->Delta_T;
  return m->g_L * maths_exp(slopes < 40.0 ? slopes : 40.0);
}

static inline struct rates rates(const struct adex_params *p, const struct membrane *m, double V, double w) {
  double current = p->Delta_T * upswing(p, m, V) - m->g_L * (V - m->E_L) - m->g * V + m->g_E - w;
  return (struct rates){current / m->C_m, (p->a * (V - m->E_L) - w) / p->tau_w};
}

static void runge_kutta(const struct adex_params *p, const struct membrane *m, double s, double *V,
                        double *w) {
  struct rates a = rates(p, m, *V, *w);
  struct rates b = rates(p, m, *V + 0.5 * s * a.V, *w + 0.5 * s * a.w);
  struct rates c = rates(p, m, *V + 0.5 * s * b.V, *w + 0.5 * s * b.w);
  struct rates d = rates(p, m, *V + s * c.V, *w + s * c.w);
  *V += s / 6.0 * (a.V + 2.0 * (b.V + c.V) + d.V);
  *w += s / 6.0 * (a.w + 2.0 * (b.w + c.w) + d.w);
}

/* Up to `left` ms, or to infinity; gives what is left. */
static double climb(const struct adex_params *p, const struct membrane *m, double left, double *V,
                    double *w) {
  while (left > 0.0 && *V - m->V_T < INFINITY_SLOPES * p->Delta_T) {
    double passive = 0.1 * m->C_m / (m->g_L + m->g), active = 0.1 * m->C_m / upswing(p, m, *V);
    double s = passive > NEVER_BELOW * p->dt_ms ? passive : NEVER_BELOW * p->dt_ms;
    double rate = fabs(rates(p, m, *V, *w).V);
    s = 1.0 / (1.0 / s + 1.0 / active + rate / (0.5 * p->Delta_T));
    s = s < left ? s : left;
    runge_kutta(p, m, s, V, w);
    left -= s;
  }
  return left;
}

static double hold(const struct adex_params *p, const struct membrane *m, double left, double *held,
                   double *w) {
  double s = *held < left ? *held : left, far = p->a * (p->V_reset - m->E_L);
  *w = far + (*w - far) * maths_exp(-s / p->tau_w);
  *held -= s;
  return left - s;
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  const struct adex_params *p = cells->params;
  struct adex_precise s = adex_precise_at(cells->column);
  adex_vary(p, u, &s.C_m[i], &s.g_L[i], &s.E_L[i], &s.V_T[i]);
  s.V[i] = adex_start_V(p, u[4]);
  s.V_low[i] = s.since[i] = 0.0f;
  s.w[i] = s.hold[i] = 0.0;
}

static void advance(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct adex_params *p = cells->params;
  struct adex_precise s = adex_precise_at(cells->column);
  for (int i = 0; i < cells->n; i++) {
    struct membrane m = {(double)s.C_m[i], (double)s.g_L[i],    (double)s.E_L[i],
                         (double)s.V_T[i], (double)cells->g[i], (double)cells->g_E[i]};
    double V = (double)s.V[i] + (double)s.V_low[i], left = p->dt_ms;
    left = hold(p, &m, left, &s.hold[i], &s.w[i]);
    left = climb(p, &m, left, &V, &s.w[i]);
    cells->fired[i] = V - m.V_T >= INFINITY_SLOPES * p->Delta_T;
    if (cells->fired[i]) {
      V = p->V_reset;
      s.w[i] += p->b;
      s.hold[i] = p->t_ref;
      s.since[i] = (float)left;
      left = hold(p, &m, left, &s.hold[i], &s.w[i]);
      climb(p, &m, left, &V, &s.w[i]);
    }
    s.V[i] = (float)V;
    s.V_low[i] = (float)(V - (double)s.V[i]);
  }
}

MECHANISM_DEFINE(adex_precise, MECHANISM_CELL,
                 "adaptive exponential integrate-and-fire cell with exact spike times (slow)",
                 "Brette & Gerstner 2005, doi:10.1152/jn.00686.2005", adex_precise_fields, adex_params,
                 .params_size = sizeof(struct adex_params), .prepare = adex_prepare, .start = start,
                 .advance = advance);
