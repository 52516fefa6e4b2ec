/* systemic.c — the slow system of the whole body: its mechanisms put together and advanced by CVODE. */
#include "tissue/systemic.h"
#include "fields.h"

static const double RELATIVE_TOLERANCE = 1e-7, ABSOLUTE_TOLERANCE = 1e-9;

void systemic_read(struct config *config, struct systemic *out) {
  params_read(config, "tissue.inflammation", inflammation_params, n_inflammation_params, NULL, 0,
              &out->inflammation);
  params_read(config, "tissue.stress", stress_params, n_stress_params, NULL, 0, &out->stress);
  params_read(config, "tissue.gut", gut_params, n_gut_params, NULL, 0, &out->gut);
  params_read(config, "tissue.serotonin", serotonin_params, n_serotonin_params, NULL, 0, &out->serotonin);
}

void systemic_rest(double y[SYSTEMIC_COUNT]) {
#define SYSTEMIC_REST(name, id, rest, meaning) y[SYSTEMIC_##id] = rest;
  SYSTEMIC_STATES(SYSTEMIC_REST)
#undef SYSTEMIC_REST
}

struct body {
  const struct systemic *systemic;
  const struct systemic_input *in;
};

static void rates(double t_h, const double *y, double *dydt, void *context) {
  (void)t_h;
  const struct body *body = context;
  inflammation_rates(&body->systemic->inflammation, body->in, y, dydt);
  stress_rates(&body->systemic->stress, body->in, y, dydt);
  gut_rates(&body->systemic->gut, body->in, y, dydt);
  serotonin_rates(&body->systemic->serotonin, body->in, y, dydt);
}

enum status systemic_solver(struct stiff **out) {
  return stiff_new(SYSTEMIC_COUNT, RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE, out);
}

enum status systemic_advance(const struct systemic *systemic, const struct systemic_input *in,
                             struct stiff *solver, double t0_h, double t1_h, double y[SYSTEMIC_COUNT]) {
  struct body body = {systemic, in};
  return stiff_advance(solver, rates, &body, "the body: cytokines, hormones and serotonin", t0_h, t1_h, y);
}

/* Some ten times the slowest time constant, that of microglia. */
static const double SETTLED_H = 10000;

enum status systemic_settle(const struct systemic *systemic, const struct systemic_input *in,
                            struct stiff *solver, double y[SYSTEMIC_COUNT]) {
  systemic_rest(y);
  return systemic_advance(systemic, in, solver, 0, SETTLED_H, y);
}
