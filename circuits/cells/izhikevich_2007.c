/* izhikevich_2007.c — Izhikevich's cell in the form of 2007, with a capacitance. Izhikevich 2007, Dynamical
 * Systems in Neuroscience (MIT Press), chapter 8, doi:10.7551/mitpress/2526.001.0001.
 *
 *   C_m dv/dt = k (v−v_r)(v−v_t) − u + I − Σ g (v−E),   du/dt = a (b (v−v_r) − u)
 *   v ≥ V_peak: spike, v ← c, u ← u + d
 * quadratic.h has method, order, stability, and what a spike inside a step does. */
#include "cells/quadratic.h"
#include "random.h"

#define IZHIKEVICH_2007_FIELDS(X) QUADRATIC_FIELDS(X, "pA")

FIELDS_DEFINE(izhikevich_2007, IZHIKEVICH_2007_FIELDS)

struct izhikevich_2007_params {
  double C_m, k, v_r, v_t, a, b, c, d, V_peak;
  struct quadratic quadratic;
};

#define BOOK "Izhikevich 2007, Dynamical Systems in Neuroscience, MIT Press, chapter 8 (regular spiking)"

static const struct param params[] = {
    PARAM_NUM(struct izhikevich_2007_params, C_m, "pF", 100, 1, 5000, PUBLISHED, BOOK,
              "membrane capacitance"),
    PARAM_NUM(struct izhikevich_2007_params, k, "nS/mV", 0.7, 0.001, 100, PUBLISHED, BOOK,
              "factor of the parabola"),
    PARAM_NUM(struct izhikevich_2007_params, v_r, "mV", -60, -120, 0, PUBLISHED, BOOK, "resting potential"),
    PARAM_NUM(struct izhikevich_2007_params, v_t, "mV", -40, -90, 20, PUBLISHED, BOOK,
              "threshold of instantaneous input"),
    PARAM_NUM(struct izhikevich_2007_params, a, "1/ms", 0.03, 0.0001, 1, PUBLISHED, BOOK, "rate of recovery"),
    PARAM_NUM(struct izhikevich_2007_params, b, "nS", -2, -100, 100, PUBLISHED, BOOK,
              "coupling of recovery to the potential"),
    PARAM_NUM(struct izhikevich_2007_params, c, "mV", -50, -120, 0, PUBLISHED, BOOK, "reset potential"),
    PARAM_NUM(struct izhikevich_2007_params, d, "pA", 100, -1000, 5000, PUBLISHED, BOOK,
              "step of recovery at a spike"),
    PARAM_NUM(struct izhikevich_2007_params, V_peak, "mV", 35, 0, 60, PUBLISHED, BOOK, "peak of a spike"),
};

static const char *fault(const void *own) {
  const struct izhikevich_2007_params *p = own;
  return p->v_r < p->v_t ? NULL : "v_r is not below v_t";
}

static void prepare(void *own, double dt_ms) {
  struct izhikevich_2007_params *p = own;
  p->quadratic = (struct quadratic){.q2 = p->k / p->C_m,
                                    .q1 = -p->k / p->C_m * (p->v_r + p->v_t),
                                    .q0 = p->k / p->C_m * p->v_r * p->v_t,
                                    .per_u = 1.0 / p->C_m,
                                    .per_pA = 1.0 / p->C_m,
                                    .a = p->a,
                                    .b = p->b,
                                    .v0 = p->v_r,
                                    .c = p->c,
                                    .d = p->d,
                                    .peak = p->V_peak,
                                    .dt_ms = dt_ms,
                                    .gain = 1.0 - maths_exp(-p->a * dt_ms)};
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  const struct izhikevich_2007_params *p = cells->params;
  struct izhikevich_2007 s = izhikevich_2007_at(cells->column);
  s.V[i] = (float)(p->v_r + 0.5 * (p->v_t - p->v_r) * random_uniform(u[4])); /* first spikes apart */
  s.u[i] = 0.0f;
  s.late[i] = 0.0f;
}

static void advance(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct izhikevich_2007_params *p = cells->params;
  struct izhikevich_2007 s = izhikevich_2007_at(cells->column);
  const struct quadratic_state state = {s.V, s.u, s.late};
  const struct quadratic_step q = quadratic_step(&p->quadratic);
  const float *restrict g = cells->g, *restrict g_E = cells->g_E;
  int32_t *restrict fired = cells->fired;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) quadratic_move(&q, g[i], g_E[i], s.late[i], &s.V[i], &s.u[i]);
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    bool spike = s.V[i] >= 0.5f * QUADRATIC_SPIKE;
    s.late[i] = spike ? s.late[i] : 0.0f;
    fired[i] = spike ? 1 : 0;
  }
  quadratic_resets(cells, &p->quadratic, &state);
}

MECHANISM_DEFINE(izhikevich_2007, MECHANISM_CELL, "Izhikevich's cell, form of 2007",
                 "Izhikevich 2007, Dynamical Systems in Neuroscience, MIT Press, chapter 8",
                 izhikevich_2007_fields, params, .params_size = sizeof(struct izhikevich_2007_params),
                 .fault = fault, .prepare = prepare, .start = start, .advance = advance);
