/* probe.c — a circuit at rest, and recordings that begin from there. See probe.h. */
#include "probe.h"
#include "memory.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- rest ---- */

/* Without background nothing is on its way and time does not matter: the cells' state is enough, beside
 * synapses that have recovered. */
static enum status visit_quiet(struct probe *probe, struct visitor *visitor) {
  struct network *network = probe->network;
  for (int p = 0; p < network->n_populations; p++) {
    TRY(population_visit(network->population[p], visitor));
    for (int b = 0; b < network->population[p]->n_blocks; b++)
      population_drop_arrivals(network->population[p], b);
  }
  for (int k = 0; k < network->n_projections; k++) {
    struct projection *projection = network->projection[k];
    for (uint32_t i = 0; i < projection->n_sources; i++) {
      projection->last_tick[i] = -1; /* it has never fired */
      projection->x[i] = 1.0f;
    }
  }
  return STATUS_OK;
}

static enum status visit_rest(struct probe *probe, struct visitor *visitor) {
  return probe->settings->background ? simulation_visit(probe->simulation, visitor)
                                     : visit_quiet(probe, visitor);
}

enum status probe_rest(struct probe *probe) { return visit_rest(probe, image_loader(probe->rest)); }

enum status probe_record(struct probe *probe, struct pipettes *pipettes, struct replay *replay, double ms,
                         const struct exposure *exposures, int n) {
  struct network *network = probe->network;
  struct observer observers[2] = {{0}, {0}};
  if (pipettes) {
    observers[0] = pipettes_observer(pipettes);
    pipettes_begin(pipettes);
  }
  if (replay) observers[1] = replay_observer(replay);
  const struct window window = {
      .step = {.dt_ms = network->clock.dt_ms, .slow_dt_ms = 1.0, .exposures = exposures, .n_exposures = n},
      .observers = observers,
      .n_observers = COUNT_OF(observers)};
  probe->biology_s += ceil(ms) * 1e-3;
  return window_run(network, &window, (int64_t)ceil(ms) * network->ms_ticks);
}

/* ---- making ---- */

/* Glutamate has two kinds of receptors, and so its ports have two lanes. */
static bool ends_on_glutamate(const struct projection *projection) {
  return projection->target->port[projection->port].lanes == 2;
}

static void name_populations(struct probe *probe) {
  for (int p = 0; p < probe->network->n_populations; p++) {
    struct population *population = probe->network->population[p];
    struct probe_population *own = &probe->population[p];
    own->population = population;
    own->region = population->region_index;
    own->chosen =
        !population->outside && probe_settings_choose(probe->settings, population->region, population->name);
    snprintf(own->name, PROBE_NAME, "%s.%s", population->region, population->name);
  }
}

static void name_pathways(struct probe *probe) {
  for (int k = 0; k < probe->network->n_projections; k++) {
    const struct projection *projection = probe->network->projection[k];
    const struct population *source = projection->source, *target = projection->target;
    struct probe_pathway *own = &probe->pathway[k];
    bool tract = strcmp(source->region, target->region) != 0;
    own->projection = projection;
    own->excitatory = ends_on_glutamate(projection);
    /* synapses of fibres from outside are counted with those of the cells that they reach */
    own->chosen = (source->outside || probe->population[source->index].chosen) &&
                  probe->population[target->index].chosen;
    snprintf(own->name, PROBE_NAME, "%s.%s_to_%s%s%s", source->region, source->name,
             tract ? target->region : "", tract ? "." : "", target->name);
    if (own->excitatory) probe->population[source->index].excitatory = true;
  }
}

enum status probe_new(struct simulation *simulation, const struct probe_settings *settings,
                      struct probe *out) {
  struct network *network = simulation->network;
  *out = (struct probe){.settings = settings, .simulation = simulation, .network = network};
  TRY(memory_new("probed populations", (size_t)network->n_populations, sizeof *out->population,
                 &out->population));
  TRY(memory_new("probed pathways", (size_t)network->n_projections + 1, sizeof *out->pathway, &out->pathway));
  name_populations(out);
  name_pathways(out);
  for (int p = 0; p < network->n_populations && !settings->background; p++) {
    network->population[p]->drive_until = 0;
    network->population[p]->inject = NULL;
  }
  TRY(image_new(&out->rest));
  TRY(probe_record(out, NULL, NULL, settings->settle, NULL, 0));
  return visit_rest(out, image_saver(out->rest));
}

void probe_free(struct probe *probe) {
  image_free(probe->rest);
  memory_free(probe->population);
  memory_free(probe->pathway);
  *probe = (struct probe){0};
}
