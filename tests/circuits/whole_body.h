/* whole_body.h — one body: the default parameters of its mechanisms, an input at rest, a solver. */
#ifndef TESTS_CIRCUITS_WHOLE_BODY_H
#define TESTS_CIRCUITS_WHOLE_BODY_H

#include "check.h"
#include "fields.h"
#include "tissue/systemic.h"

struct body {
  struct systemic systemic;
  struct systemic_input in;
  struct stiff *solver;
  double y[SYSTEMIC_COUNT];
  double time_h;
};

static inline struct body body(void) {
  struct body body = {.time_h = 0};
  struct config *config;
  assert_ok(config_parse("test", "", &config));
  systemic_read(config, &body.systemic);
  config_free(config);
  assert_ok(systemic_solver(&body.solver));
  systemic_rest(body.y);
  return body;
}

static inline void body_advance(struct body *body, double hours) {
  assert_ok(systemic_advance(&body->systemic, &body->in, body->solver, body->time_h, body->time_h + hours,
                             body->y));
  body->time_h += hours;
}

#endif
