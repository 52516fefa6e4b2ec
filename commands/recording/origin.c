/* origin.c — provenance and cells of a result. See origin.h. */
#include "origin.h"
#include "cells.h"
#include "fields.h"
#include "memory.h"
#include "provenance.h"
#include "version.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const standings[] = {"published", "calibrated", "assumed", "setting"};

/* ---- provenance ---- */

static bool is_publication(const char *source) {
  return strstr(source, "doi:") || strstr(source, "PMC") || strstr(source, "et al.");
}

static void add_citation(const char **citation, int *n, const char *source) {
  if (!source || !is_publication(source)) return;
  for (int i = 0; i < *n; i++) {
    if (strcmp(citation[i], source) == 0) return;
  }
  citation[(*n)++] = source;
}

static void gather(const struct origin *origin, struct provenance *out,
                   struct provenance_parameter *parameter, const char **citation) {
  const struct config *config = origin->config;
  int n = config_resolved_count(config), cited = 0;
  for (int k = 0; k < origin->n_works; k++) add_citation(citation, &cited, origin->work[k]);
  for (int i = 0; i < n; i++) {
    const struct resolved *resolved = config_resolved_at(config, i);
    parameter[i] = (struct provenance_parameter){resolved->path,
                                                 resolved->value,
                                                 resolved->origin,
                                                 standings[resolved->standing],
                                                 resolved->source ? resolved->source : "",
                                                 resolved->meaning ? resolved->meaning : ""};
    if (resolved->standing == PUBLISHED) add_citation(citation, &cited, resolved->source);
  }
  out->parameter = parameter;
  out->n_parameters = n;
  out->citation = citation;
  out->n_citations = cited;
}

enum status origin_begin(struct store *store, const struct origin *origin) {
  struct version version;
  struct provenance_parameter *parameter = NULL;
  const char **citation = NULL;
  size_t n = (size_t)config_resolved_count(origin->config);
  enum status status;
  TRY(version_describe(&version));
  struct config *whole = origin->whole ? origin->whole : origin->config;
  struct provenance provenance = {.config = config_source_text(whole),
                                  .command_line = origin->command_line,
                                  .overrides = origin->overrides,
                                  .program_version = version.program,
                                  .git_commit = version.commit,
                                  .git_dirty = version.dirty,
                                  .build = version.build,
                                  .libraries = version.libraries,
                                  .rng = origin->rng,
                                  .seed = origin->seed,
                                  .threads = origin->threads,
                                  .parent_uuid = origin->parent_uuid ? origin->parent_uuid : ""};
  TRY(config_resolved_text(whole, &provenance.config_resolved));
  TRY(memory_new("parameters", n, sizeof *parameter, &parameter));
  TRY_GOTO(memory_new("citations", n + (size_t)origin->n_works, sizeof *citation, &citation), done);
  gather(origin, &provenance, parameter, citation);
  status = provenance_begin(store, &provenance);
done:
  memory_free(parameter);
  memory_free(citation);
  return status;
}

/* The works behind the mechanisms of all populations. */
static enum status list_works(const struct network *network, const char ***out, int *n) {
  *n = 0;
  *out = NULL;
  if (!network) return STATUS_OK;
  TRY(memory_new("citations", (size_t)network->n_populations * (1 + POPULATION_RECEPTORS), sizeof **out,
                 out));
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    (*out)[(*n)++] = population->cell->citation;
    for (int r = 0; r < population->n_receptors; r++)
      (*out)[(*n)++] = population->receptor[r].mechanism->citation;
  }
  return STATUS_OK;
}

enum status origin_write_provenance(const struct experiment *experiment, const struct network *network,
                                    const char *parent_uuid, struct store *store) {
  const char **works = NULL;
  int n = 0;
  TRY(list_works(network, &works, &n));
  const struct origin origin = {.config = experiment->config,
                                .command_line = experiment->command_line,
                                .overrides = experiment->override_text,
                                .rng = "Philox4x32-10, key = seed, counter = (id, stream and index, when)",
                                .seed = (uint64_t)experiment->simulation.seed,
                                .threads = network ? team_size(network->team) : 1,
                                .parent_uuid = parent_uuid,
                                .work = works,
                                .n_works = n};
  enum status status = origin_begin(store, &origin);
  memory_free(works);
  return status;
}

enum status origin_write(const struct simulation *simulation, struct store *store) {
  if (store)
    TRY(origin_write_provenance(simulation->experiment, simulation->network, simulation->parent, store));
  for (int r = 0; r < simulation->n_regions; r++)
    TRY(cells_write(store, simulation->network, simulation->region[r].name, true));
  return STATUS_OK;
}

enum status origin_resumed(struct store *store, double t_s) {
  struct version version;
  TRY(version_describe(&version));
  return provenance_resumed(store, t_s, version.program);
}

enum status origin_end(struct simulation *simulation, struct store *store) {
  uint64_t hash;
  TRY(simulation_hash(simulation, &hash));
  if (!store) return STATUS_OK;
  const struct provenance_phase phase[] = {
      {"build", simulation->build_wall_s, NAN},
      {"spikes", simulation->spike_wall_s, NAN},
      {"tissue", simulation->slow_wall_s - simulation->remodel_wall_s, NAN},
      {"structure", simulation->remodel_wall_s, NAN}};
  return provenance_end(store, hash, phase, COUNT_OF(phase), simulation->biology_s, simulation->spike_wall_s);
}
