/* circuit_values.c — what a complete result of a circuit without space found, read back from its file: arms
 * of this run and arms that were there before make one table. See circuit_experiment.h. */
#include "circuit_experiment.h"
#include "findings/signal_measures.h"
#include "store.h"
#include <ctype.h>
#include <stdio.h>

static const struct {
  const char *name, *unit, *group, *meaning;
} measures[] = {
#define ROW(name, unit, group, meaning) {#name, unit, group, meaning},
    CIRCUIT_MEASURES(ROW)
#undef ROW
};

int circuit_values_count(const struct circuit_experiment *experiment) {
  return experiment->n_windows * CIRCUIT_MEASURE_COUNT * experiment->network->n_populations;
}

static void name_value(const struct circuit_experiment *experiment, int w, int m, const char *population,
                       struct circuit_value *out) {
  const char *label = experiment->n_windows > 1 ? experiment->window[w].label : "";
  int length = snprintf(out->id, sizeof out->id, "%s_%.30s", measures[m].name, population);
  if (*label)
    snprintf(out->id + length, sizeof out->id - (size_t)length, "_%.30s", label);
  else if (experiment->n_windows > 1)
    snprintf(out->id + length, sizeof out->id - (size_t)length, "_%d", w);
  for (char *c = out->id; *c; c++) *c = isalnum((unsigned char)*c) ? *c : '_';
  out->unit = measures[m].unit;
  out->meaning = measures[m].meaning;
}

static enum status read_values(const struct circuit_experiment *experiment, struct store *store,
                               struct circuit_value *out) {
  const struct network *network = experiment->network;
  for (int w = 0; w < experiment->n_windows; w++) {
    for (int m = 0; m < CIRCUIT_MEASURE_COUNT; m++) {
      for (int p = 0; p < network->n_populations; p++, out++) {
        const char *population = network->population[p]->name;
        char path[STORE_NAME_MAX];
        name_value(experiment, w, m, population, out);
        snprintf(path, sizeof path, "/%s/circuit/%s_%.30s", measures[m].group, measures[m].name, population);
        out->found = store_object(store, path) == STORE_DATASET;
        TRY(signal_measures_value(store, path, w, &out->value));
      }
    }
  }
  return STATUS_OK;
}

enum status circuit_values_read(const struct circuit_experiment *experiment, const char *path,
                                struct circuit_value *out) {
  struct store *store = NULL;
  TRY(store_open(path, false, &store));
  enum status status = read_values(experiment, store, out);
  store_abandon(store);
  return status;
}
