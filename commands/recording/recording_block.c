/* recording_block.c — what each window measured of the block of NMDA receptors: by population, place and
 * subunit, and by pathway. The rows follow the same loops as the names. */
#include "recording_block.h"
#include "circuit.h"
#include "memory.h"
#include "signals/blockade.h"
#include <stdio.h>

enum { SIGNALS_MAX = 512, NAME_MAX_BYTES = 80 };

/* Names being listed, or values being gathered: the same walk does both. */
struct walk {
  const struct simulation *simulation;
  int n;
  bool naming;
  struct signal signal[SIGNALS_MAX];
  char name[SIGNALS_MAX][NAME_MAX_BYTES];
  double value[SIGNALS_MAX];
};

static void put(struct walk *walk, const char *name, const char *middle, const char *last, double value) {
  if (walk->n == SIGNALS_MAX) return;
  if (walk->naming) {
    snprintf(walk->name[walk->n], NAME_MAX_BYTES, "%s%s%s%s", name, middle, *last ? "_" : "", last);
    walk->signal[walk->n] = (struct signal){walk->name[walk->n], "1", "blocked share of NMDA charge"};
  }
  walk->value[walk->n++] = value;
}

/* Synaptic shares have the bare name of their population. */
static void walk_populations(struct walk *walk) {
  static const char *const middle[BLOCKADE_PLACES] = {"", "_extrasynaptic"};
  const struct network *network = walk->simulation->network;
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    if (population->outside) continue;
    for (int place = 0; place < BLOCKADE_PLACES; place++) {
      double share[BLOCKADE_SUBUNITS] = {0}, all = 0;
      if (!walk->naming) blockade_of(population, (enum blockade_place)place, share, &all);
      put(walk, population->name, middle[place], "", all);
      for (int s = 0; s < BLOCKADE_SUBUNITS; s++) {
        if (blockade_has(population, (enum blockade_place)place, s))
          put(walk, population->name, middle[place], blockade_subunits[s], share[s]);
      }
    }
    put(walk, population->name, "_total", "", walk->naming ? 0 : blockade_whole(population));
  }
}

static enum status walk_pathways(struct walk *walk) {
  const struct network *network = walk->simulation->network;
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    double share = 0;
    if (!circuit_glutamatergic(projection->port)) continue;
    if (!walk->naming)
      TRY(blockade_pathway(projection, walk->simulation->activity.count[projection->source->index], &share));
    put(walk, projection->name, "", "", share);
  }
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    double share = 0;
    if (population->outside) continue;
    if (!walk->naming) TRY(blockade_afferents(population, &share));
    put(walk, population->name, "_afferents", "", share);
  }
  return STATUS_OK;
}

static enum status describe(struct walk *walk, const char *path, const char *title, struct recorder *to,
                            int *handle) {
  struct signal_group group = {.path = path,
                               .title = title,
                               .axis = "time",
                               .axis_unit = "h",
                               .axis_label = "time",
                               .signals = walk->signal,
                               .n_signals = walk->n};
  enum status status = to->group(to, &group, handle);
  walk->n = 0;
  return status;
}

enum status recording_block_open(const struct simulation *simulation, struct recording *out) {
  struct walk *walk = NULL;
  enum status status;
  TRY(memory_new("descriptions", 1, sizeof *walk, &walk));
  walk->simulation = simulation;
  walk->naming = true;
  walk_populations(walk);
  TRY_GOTO(describe(walk, "block", "blocked share of the NMDA charge, by population and subunit", out->to,
                    &out->block),
           done);
  TRY_GOTO(walk_pathways(walk), done);
  status =
      describe(walk, "pathways", "blocked share of the NMDA charge, by pathway", out->to, &out->pathways);
done:
  memory_free(walk);
  return status;
}

enum status recording_block_row(const struct recording *recording, const struct simulation *simulation,
                                double time_h) {
  struct walk *walk = NULL;
  enum status status;
  TRY(memory_new("shares", 1, sizeof *walk, &walk));
  walk->simulation = simulation;
  walk_populations(walk);
  TRY_GOTO(recording->to->append(recording->to, recording->block, time_h, walk->value), done);
  walk->n = 0;
  TRY_GOTO(walk_pathways(walk), done);
  status = recording->to->append(recording->to, recording->pathways, time_h, walk->value);
done:
  memory_free(walk);
  return status;
}
