/* fibre.c — an axon whose cell lies elsewhere: it carries a spike whenever its drive brings an event, or
 * something arrives at its port. Driven by independent Poisson events it is a Poisson source of spikes; its
 * terminals have short-term plasticity, delays and targets like those of any cell. Two events of one tick are
 * one spike: at 10 Hz and ticks of 0.1 ms that loses a spike in two thousand. */
#include "fields.h"
#include "mechanism.h"

#define FIBRE_FIELDS(X) X(float, V, "mV", STATE, 1, "potential that is shown; it does nothing")

FIELDS_DEFINE(fibre, FIBRE_FIELDS)

struct fibre_params {
  double V;
};

static const struct param params[] = {
    PARAM_NUM(struct fibre_params, V, "mV", -65, -100, 0, SETTING, "it does nothing",
              "potential that is shown"),
};

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  (void)u;
  const struct fibre_params *p = cells->params;
  fibre_at(cells->column).V[i] = p ? (float)p->V : -65.0f;
}

static void advance(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct inlet *in = &cells->own[0];
  const int32_t *restrict background = cells->background, *restrict arrivals = in->arrivals;
  int32_t *restrict fired = cells->fired;
  const int32_t driven = in->background != 0.0, heard = !in->unused;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    int32_t events = (driven ? background[i] : 0) + (heard ? arrivals[i] : 0);
    fired[i] = events > 0 ? 1 : 0;
  }
}

MECHANISM_DEFINE(fibre, MECHANISM_CELL, "an axon from elsewhere, which carries the events of its drive", "",
                 fibre_fields, params, .params_size = sizeof(struct fibre_params), .ports = {"events"},
                 .port_unit = "1", .start = start, .advance = advance);
