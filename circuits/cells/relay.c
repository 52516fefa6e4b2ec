/* relay.c — a source of spikes without a membrane: it fires in every tick in which something reaches it.
 *
 *   fired = 1 where the port `input` has an event, of whatever size, and the latest spike is t_ref ago
 * With background or a stimulus on that port each cell is a Poisson train of its own that goes out through
 * the pathways of its population: so cells that share sources of spikes get correlated input, as from the
 * afferent fibres of published circuits (Susin & Destexhe 2021, doi:10.1371/journal.pcbi.1009416). Several
 * events of one tick make one spike: of a rate r the share r dt/2 is lost. The potential means nothing and
 * stays 0. Method: exact. */
#include "maths.h"
#include "mechanism.h"

#define RELAY_FIELDS(X)                                                                                      \
  X(float, V, "mV", STATE, 1, "no potential: stays 0")                                                       \
  X(int32_t, hold, "tick", STATE, 1, "ticks of the dead time that are left")

FIELDS_DEFINE(relay, RELAY_FIELDS)

struct relay_params {
  double t_ref;
  /* derived */
  int32_t hold;
};

static const struct param params[] = {
    PARAM_NUM(struct relay_params, t_ref, "ms", 0, 0, 100, SETTING, "Poisson sources have none",
              "dead time after a spike, in whole steps"),
};

static void prepare(void *own, double dt_ms) {
  struct relay_params *p = own;
  p->hold = (int32_t)floor(p->t_ref / dt_ms + 0.5);
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  (void)u;
  struct relay s = relay_at(cells->column);
  s.V[i] = 0.0f;
  s.hold[i] = 0;
}

static inline void run(const struct cells *cells, bool has_background) {
  const struct relay_params *p = cells->params;
  struct relay s = relay_at(cells->column);
  const int32_t *restrict arrivals = cells->own[0].arrivals, *restrict background = cells->background;
  int32_t *restrict fired = cells->fired;
  const int32_t hold_ticks = p->hold;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    int32_t events = has_background ? arrivals[i] | background[i] : arrivals[i], left = s.hold[i];
    int32_t spike = (events != 0) & (left <= 0);
    s.hold[i] = spike ? hold_ticks : left > 0 ? left - 1 : 0;
    fired[i] = spike;
  }
}

static void advance(const struct cells *cells, const struct step *step) {
  (void)step;
  if (cells->own[0].background != 0.0)
    run(cells, true);
  else
    run(cells, false);
}

MECHANISM_DEFINE(relay, MECHANISM_CELL, "source that fires whenever an event reaches it",
                 "Susin & Destexhe 2021, doi:10.1371/journal.pcbi.1009416 (shared Poisson sources)",
                 relay_fields, params, .params_size = sizeof(struct relay_params), .ports = {"input"},
                 .port_unit = "1", .prepare = prepare, .start = start, .advance = advance);
