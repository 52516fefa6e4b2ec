/* systemic.c — the slow system of the whole body: its mechanisms put together and advanced by CVODE. */
#include "tissue/systemic.h"
#include "fields.h"

static const double RELATIVE_TOLERANCE = 1e-7, ABSOLUTE_TOLERANCE = 1e-9;

void systemic_read(struct config *config, struct systemic *out) {
  params_read(config, "tissue.inflammation", inflammation_params, n_inflammation_params, NULL, 0,
              &out->inflammation);
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
  serotonin_rates(&body->systemic->serotonin, body->in, y, dydt);
}

enum status systemic_solver(struct stiff **out) {
  return stiff_new(SYSTEMIC_COUNT, RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE, out);
}

enum status systemic_advance(const struct systemic *systemic, const struct systemic_input *in,
                             struct stiff *solver, double t0_h, double t1_h, double y[SYSTEMIC_COUNT]) {
  struct body body = {systemic, in};
  return stiff_advance(solver, rates, &body, "cytokines and serotonin", t0_h, t1_h, y);
}
