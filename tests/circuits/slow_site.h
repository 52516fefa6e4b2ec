/* slow_site.h — one site of tissue: the default parameters of its mechanisms, an input at rest, a solver. */
#ifndef TESTS_CIRCUITS_SLOW_SITE_H
#define TESTS_CIRCUITS_SLOW_SITE_H

#include "check.h"
#include "fields.h"
#include "tissue/signalling.h"

struct slow_site {
  struct signalling signalling;
  struct signalling_input in;
  struct stiff *solver;
  double y[SIGNALLING_COUNT];
  double time_h;
};

/* An input with the body at rest. */
static inline struct signalling_input slow_input(double throughput, double resting_blocked, double rate,
                                                 double bdnf_left, double mtorc1_left) {
  return (struct signalling_input){.throughput = throughput,
                                   .resting_blocked = resting_blocked,
                                   .rate = rate,
                                   .scale_then = 1,
                                   .excitation = 1,
                                   .bdnf_left = bdnf_left,
                                   .mtorc1_left = mtorc1_left};
}

static inline struct slow_site slow_site(void) {
  struct slow_site site = {.in = slow_input(1, 0, 1, 1, 1)};
  struct config *config;
  assert_ok(config_parse("test", "", &config));
  signalling_read(config, &site.signalling);
  config_free(config);
  assert_ok(signalling_solver(&site.solver));
  signalling_rest(site.y);
  return site;
}

static inline void slow_advance(struct slow_site *site, double hours) {
  assert_ok(signalling_advance(&site->signalling, &site->in, site->solver, "test", site->time_h,
                               site->time_h + hours, site->y));
  site->time_h += hours;
}

/* The same rates by the classical Runge–Kutta method in steps of 3.6 s, the scale as the product of its
 * steps: what the solver is held against. */
static inline void slow_advance_plainly(struct slow_site *site, double hours) {
  const double h = 0.001;
  for (int k = (int)(hours / h + 0.5); k > 0; k--) {
    double slope[4][SIGNALLING_COUNT], y[SIGNALLING_COUNT];
    static const double at[4] = {0, 0.5, 0.5, 1}, weight[4] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
    for (int stage = 0; stage < 4; stage++) {
      for (int i = 0; i < SIGNALLING_SOLVED; i++)
        y[i] = site->y[i] + (stage ? h * at[stage] * slope[stage - 1][i] : 0);
      signalling_rates(&site->signalling, &site->in, y, slope[stage]);
    }
    for (int stage = 0; stage < 4; stage++)
      for (int i = 0; i < SIGNALLING_SOLVED; i++) site->y[i] += h * weight[stage] * slope[stage][i];
    scaling_advance(&site->signalling.scaling, &site->in, h * (1.0 - site->in.slowing),
                    &site->y[SIGNALLING_SCALE], &site->y[SIGNALLING_GABA_SCALE]);
  }
  site->time_h += hours;
}

#endif
