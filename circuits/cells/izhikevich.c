/* izhikevich.c — Izhikevich's cell in the form of 2003, doi:10.1109/TNN.2003.820440.
 *
 *   dv/dt = 0.04 v² + 5 v + 140 − u + I/C_m,   du/dt = a (b v − u),   v ≥ V_peak: spike, v ← c, u ← u + d
 * v in mV, t in ms, u in mV/ms; I is what stimulus and receptors bring. The form has no capacitance: with the
 * default of 1 pF a current of I pA is the number I of the paper, with 100 pF conductances have their usual
 * size. quadratic.h has method, order, stability, and what a spike inside a step does. The equation is
 * solved, not the scheme of two half-steps of 1 ms in the paper, which fires at other times. */
#include "cells/quadratic.h"
#include "random.h"

#define IZHIKEVICH_FIELDS(X) QUADRATIC_FIELDS(X, "mV/ms")

FIELDS_DEFINE(izhikevich, IZHIKEVICH_FIELDS)

struct izhikevich_params {
  double a, b, c, d, V_peak, C_m;
  struct quadratic quadratic;
};

#define PAPER "Izhikevich 2003, doi:10.1109/TNN.2003.820440 (regular spiking)"

static const struct param params[] = {
    PARAM_NUM(struct izhikevich_params, a, "1/ms", 0.02, 0.0001, 1, PUBLISHED, PAPER, "rate of recovery"),
    PARAM_NUM(struct izhikevich_params, b, "1/ms", 0.2, -10, 10, PUBLISHED, PAPER,
              "coupling of recovery to the potential"),
    PARAM_NUM(struct izhikevich_params, c, "mV", -65, -120, 0, PUBLISHED, PAPER, "reset potential"),
    PARAM_NUM(struct izhikevich_params, d, "mV/ms", 8, -100, 100, PUBLISHED, PAPER,
              "step of recovery at a spike"),
    PARAM_NUM(struct izhikevich_params, V_peak, "mV", 30, 0, 60, PUBLISHED, PAPER, "peak of a spike"),
    PARAM_NUM(struct izhikevich_params, C_m, "pF", 1, 0.1, 5000, ASSUMED,
              "makes the number I of the paper a current in pA",
              "membrane capacitance for currents from outside"),
};

static void prepare(void *own, double dt_ms) {
  struct izhikevich_params *p = own;
  p->quadratic = (struct quadratic){.q2 = 0.04,
                                    .q1 = 5.0,
                                    .q0 = 140.0,
                                    .per_u = 1.0,
                                    .per_pA = 1.0 / p->C_m,
                                    .a = p->a,
                                    .b = p->b,
                                    .c = p->c,
                                    .d = p->d,
                                    .peak = p->V_peak,
                                    .dt_ms = dt_ms,
                                    .gain = 1.0 - maths_exp(-p->a * dt_ms)};
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  const struct izhikevich_params *p = cells->params;
  struct izhikevich s = izhikevich_at(cells->column);
  s.V[i] = (float)(p->c - 5.0 + 10.0 * random_uniform(u[4])); /* so that the first spikes do not coincide */
  s.u[i] = (float)(p->b * (double)s.V[i]);
  s.late[i] = 0.0f;
}

static void advance(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct izhikevich_params *p = cells->params;
  struct izhikevich s = izhikevich_at(cells->column);
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

MECHANISM_DEFINE(izhikevich, MECHANISM_CELL, "Izhikevich's cell, form of 2003",
                 "Izhikevich 2003, doi:10.1109/TNN.2003.820440", izhikevich_fields, params,
                 .params_size = sizeof(struct izhikevich_params), .prepare = prepare, .start = start,
                 .advance = advance);
