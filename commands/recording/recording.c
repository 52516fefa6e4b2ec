/* recording.c — groups, tables and rows of a result. docs/formats.md lists them. */
#include "drug_rows.h"
#include "experiment/windows.h"
#include "fields.h"
#include "memory.h"
#include "recording_block.h"
#include "recording_body.h"
#include "signals/blockade.h"
#include "simulation/extracellular.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SIGNALS_MAX = 256, NAME_MAX_BYTES = 64 };

/* A group of signals being described, with room for the names it makes. */
struct description {
  struct signal signal[SIGNALS_MAX];
  char name[SIGNALS_MAX][NAME_MAX_BYTES];
  int n;
};

static void add(struct description *d, const char *unit, const char *label, const char *first,
                const char *second) {
  if (d->n == SIGNALS_MAX) return;
  snprintf(d->name[d->n], NAME_MAX_BYTES, "%s%s", first, second);
  d->signal[d->n] = (struct signal){d->name[d->n], unit, label};
  d->n++;
}

static enum status describe(struct recorder *to, struct description *d, const char *path, const char *title,
                            const char *unit, int *handle) {
  *handle = -1;
  if (d->n == 0) return STATUS_OK;
  struct signal_group group = {.path = path,
                               .title = title,
                               .axis = "time",
                               .axis_unit = unit,
                               .axis_label = "time",
                               .signals = d->signal,
                               .n_signals = d->n};
  return to->group(to, &group, handle);
}

/* ---- groups ---- */

static enum status describe_rates(const struct simulation *simulation, struct recorder *to,
                                  struct description *d, int *handle) {
  const struct network *network = simulation->network;
  for (int p = 0; p < network->n_populations; p++)
    add(d, "Hz", "firing rate", network->population[p]->name, "");
  struct signal_group group = {.path = "rates",
                               .title = "firing rates",
                               .axis = "time",
                               .axis_unit = "s",
                               .axis_label = "time",
                               .signals = d->signal,
                               .n_signals = d->n,
                               .single = true};
  return to->group(to, &group, handle);
}

static const struct signal slow_signals[] = {
#define ROW(name, id, rest, meaning) {#name, "1", meaning},
    SIGNALLING_STATES(ROW)
#undef ROW
        {"ampa_content", "1", "AMPA content of a synapse, of its start"},
    {"spine_density", "1/µm", "spines per length of dendrite"},
    {"spines", "1", "spines of a cell, recurrent and afferent"},
    {"dendrite", "1", "length of dendrites, of its start"},
};

static enum status describe_slow(const struct simulation *simulation, struct recorder *to,
                                 struct description *d, int *handle) {
  for (int r = 0; r < simulation->n_regions; r++) {
    for (int k = 0; k < COUNT_OF(slow_signals); k++) {
      char last[NAME_MAX_BYTES];
      snprintf(last, sizeof last, "_%s", slow_signals[k].name);
      add(d, slow_signals[k].unit, "mean over the region", simulation->region[r].name, last);
      snprintf(last, sizeof last, "_%s_errors", slow_signals[k].name);
      add(d, slow_signals[k].unit, "standard deviation over sites", simulation->region[r].name, last);
    }
  }
  return describe(to, d, "slow", "slow variables, relative to rest", "d", handle);
}

static enum status describe_turnover(const struct simulation *simulation, struct recorder *to,
                                     struct description *d, int *handle) {
  static const char *const kinds[] = {"formed_", "removed_", "alive_"};
  char name[NAME_MAX_BYTES];
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct spines *spines = &simulation->tissue[r].spines;
    for (int k = 0; k < COUNT_OF(kinds); k++) {
      for (int w = 0; w < spines->n_pathways; w++)
        add(d, "1", "synapses", kinds[k], spines->pathway[w].projection->name);
      snprintf(name, sizeof name, "%s_afferents", simulation->region[r].name);
      add(d, "1", "synapses", kinds[k], name);
    }
    for (int k = 0; k < spines->n_cells; k++) {
      const char *population = spines->cells[k].population->name;
      add(d, "1/µm", "spines per length of dendrite", "density_", population);
      add(d, "1", "spines per cell", "spines_", population);
      add(d, "1", "length of dendrites, of its start", "dendrite_", population);
    }
  }
  return describe(to, d, "plasticity/turnover",
                  "synapses formed and removed since the row before, and alive; spines by population", "d",
                  handle);
}

static enum status describe_summary(const struct simulation *simulation, struct recorder *to, int r,
                                    struct description *d, int *handle) {
  const struct region *region = &simulation->region[r];
  char path[64];
#define ROW(name, unit, meaning) add(d, unit, meaning, #name, "");
  SITE_MEASURES(ROW)
  EXTRACELLULAR_MEASURES(ROW)
#undef ROW
  for (int k = 0; k < region->anatomy.n_populations; k++)
    add(d, "Hz", "firing rate", "rate_", region->population[k]->name);
  for (int k = 0; k < region->anatomy.n_populations; k++) {
    add(d, "1", "blocked share of NMDA charge", "blocked_", region->population[k]->name);
  }
  for (int k = 0; k < region->anatomy.n_populations; k++)
    add(d, "1", "release of its terminals that drugs and stress leave", "output_",
        region->population[k]->name);
  snprintf(path, sizeof path, "summary/%s", region->name);
  return describe(to, d, path, "what each window measured", "h", handle);
}

static const struct signal map_signals[] = {
    {"spine_density", "1/µm", "spines per length of dendrite"},
    {"synapse_count", "1", "plastic synapses onto the cells of the site"},
    {"ampa_weight", "1", "mean AMPA weight of recurrent synapses, of its start"},
    {"bdnf", "1", "extracellular BDNF, of rest"},
    {"mtorc1", "1", "mTORC1, of rest"},
    {"proteins", "1", "synaptic proteins, of rest"},
    {"glutamate", "µM", "extracellular glutamate in the latest window"},
    {"nmda_block", "1", "blocked share of NMDA charge in the latest window"},
    {"ampa_throughput", "1", "recurrent AMPA throughput in the latest window, of baseline"},
};

static enum status describe_map(const struct simulation *simulation, struct recorder *to, int r,
                                int *handle) {
  const struct sheet *sheet = &simulation->region[r].sheet;
  char path[64];
  *handle = -1;
  if (!simulation->experiment->record.maps) return STATUS_OK;
  snprintf(path, sizeof path, "maps/%s", simulation->region[r].name);
  struct signal_group group = {.path = path,
                               .title = simulation->region[r].anatomy.title,
                               .axis = "time",
                               .axis_unit = "h",
                               .axis_label = "time",
                               .signals = map_signals,
                               .n_signals = COUNT_OF(map_signals),
                               .side_y = sheet->n_y,
                               .side_x = sheet->n_x,
                               .first_um = 0.5 * sheet->pitch_um,
                               .pitch_um = sheet->pitch_um,
                               .single = true};
  return to->group(to, &group, handle);
}

/* ---- tables ---- */

static enum status write_populations(const struct simulation *simulation, struct recorder *to) {
  enum { MOST = 128 };
  const char *name[MOST], *region[MOST], *type[MOST], *layer[MOST];
  int64_t first[MOST], count[MOST];
  double target[MOST], drive[MOST], event[MOST];
  int n = 0;
  for (int k = 0; k < simulation->network->n_populations && n < MOST; k++) {
    const struct population *population = simulation->network->population[k];
    if (population->outside) continue;
    int p = n++;
    name[p] = population->name;
    region[p] = population->region;
    type[p] = population->type;
    layer[p] = population->layer;
    first[p] = (int64_t)population->first_node;
    count[p] = population->n;
    target[p] = population->target_Hz;
    drive[p] = population->background_Hz;
    event[p] = population->background_nS[0];
  }
  const struct column columns[] = {
      {"name", COLUMN_TEXT, "", "", name},
      {"region", COLUMN_TEXT, "", "", region},
      {"cell_type", COLUMN_TEXT, "", "", type},
      {"layer", COLUMN_TEXT, "", "", layer},
      {"first_node_id", COLUMN_I64, "1", "first cell in /nodes/<region>", first},
      {"count", COLUMN_I64, "1", "cells", count},
      {"target_rate_Hz", COLUMN_F64, "Hz", "published mean rate", target},
      {"drive_Hz", COLUMN_F64, "Hz", "background events per cell, as calibrated", drive},
      {"drive_event_nS", COLUMN_F64, "nS", "AMPA peak of a background event", event}};
  const struct table table = {"populations", "populations", n, columns, COUNT_OF(columns)};
  return to->table(to, &table);
}

enum status recording_windows(const struct recording *recording, const struct simulation *simulation) {
  const struct experiment *experiment = simulation->experiment;
  double start[EXPERIMENT_WINDOWS], stop[EXPERIMENT_WINDOWS], settled[EXPERIMENT_WINDOWS];
  const char *label[EXPERIMENT_WINDOWS];
  int n = 0;
  for (int64_t s = 0; s < simulation->position; s++) {
    if (simulation->stage[s].kind != STAGE_WINDOW) continue;
    int w = simulation->stage[s].window;
    const struct window_plan *window = &experiment->window[w];
    start[n] = window->at - windows_settle_s(experiment, w) / 3600.0;
    settled[n] = window->at;
    stop[n] = window->at + window->duration / 3600.0;
    label[n++] = window->label;
  }
  const struct column columns[] = {{"start_h", COLUMN_F64, "h", "first spike possible", start},
                                   {"settled_h", COLUMN_F64, "h", "measurement begins", settled},
                                   {"stop_h", COLUMN_F64, "h", "", stop},
                                   {"label", COLUMN_TEXT, "", "", label}};
  const struct table table = {"protocol/windows", "windows of spikes that are complete", n, columns,
                              COUNT_OF(columns)};
  return recording->to->table(recording->to, &table);
}

enum status recording_open(const struct simulation *simulation, struct recorder *to, int arm,
                           struct recording *out) {
  struct description *d = NULL;
  TRY(memory_new("descriptions", (size_t)(4 + simulation->n_regions), sizeof *d, &d));
  *out = (struct recording){.to = to};
  enum status status;
  TRY_GOTO(describe_rates(simulation, to, &d[0], &out->rates), done);
  TRY_GOTO(drug_rows_describe(simulation->experiment, to, &out->drugs), done);
  TRY_GOTO(recording_block_open(simulation, out), done);
  TRY_GOTO(describe_slow(simulation, to, &d[1], &out->slow), done);
  TRY_GOTO(describe_turnover(simulation, to, &d[2], &out->turnover), done);
  TRY_GOTO(recording_body_open(simulation, to, &out->body), done);
  for (int r = 0; r < simulation->n_regions; r++) {
    TRY_GOTO(describe_summary(simulation, to, r, &d[4 + r], &out->summary[r]), done);
    TRY_GOTO(describe_map(simulation, to, r, &out->maps[r]), done);
    TRY_GOTO(extracellular_describe(simulation, to, r, out), done);
  }
  TRY_GOTO(instruments_describe(simulation, to, &out->instruments), done);
  TRY_GOTO(write_populations(simulation, to), done);
  if (arm >= 0) TRY_GOTO(drug_rows_events(simulation->experiment, to, arm), done);
done:
  memory_free(d);
  return status;
}

/* ---- rows ---- */

enum status recording_rates(const struct recording *recording, const struct simulation *simulation,
                            double time_s, const double *rates) {
  double missing[SIGNALS_MAX];
  for (int p = 0; p < simulation->network->n_populations && p < SIGNALS_MAX; p++) missing[p] = NAN;
  return recording->to->append(recording->to, recording->rates, time_s, rates ? rates : missing);
}

enum status recording_window(const struct recording *recording, const struct simulation *simulation,
                             double time_h) {
  const struct window_plan *window =
      &simulation->experiment->window[simulation->stage[simulation->position].window];
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct region *region = &simulation->region[r];
    double row[SIGNALS_MAX];
    int n = 0;
    for (int m = 0; m < SITE_MEASURE_COUNT; m++)
      row[n++] = tissue_mean(&simulation->tissue[r], simulation->tissue[r].measured[m]);
    for (int m = 0; m < EXTRACELLULAR_MEASURE_COUNT; m++) row[n++] = simulation->tissue[r].extracellular[m];
    for (int k = 0; k < region->anatomy.n_populations; k++) {
      const struct population *population = region->population[k];
      row[n++] = (double)activity_spikes(&simulation->activity, population->index) / population->n /
                 window->duration;
    }
    for (int k = 0; k < region->anatomy.n_populations; k++) {
      double share[BLOCKADE_SUBUNITS];
      blockade_of(region->population[k], BLOCKADE_SYNAPTIC, share, &row[n++]);
    }
    for (int k = 0; k < region->anatomy.n_populations; k++)
      row[n++] = 1.0 - region->population[k]->release_lost;
    TRY(recording->to->append(recording->to, recording->summary[r], time_h, row));
  }
  TRY(instruments_window(simulation, recording->to, &recording->instruments, time_h));
  return recording_block_row(recording, simulation, time_h);
}

enum status recording_drugs(const struct recording *recording, const struct simulation *simulation,
                            const struct course *course) {
  return drug_rows_append(simulation->experiment, &simulation->doses, recording->to, recording->drugs,
                          course);
}

static double deviation(const struct tissue *tissue, const double *per_site) {
  double mean = tissue_mean(tissue, per_site), sum = 0;
  for (int s = 0; s < tissue->n_sites; s++) sum += (per_site[s] - mean) * (per_site[s] - mean);
  return tissue->n_sites > 1 ? sqrt(sum / (tissue->n_sites - 1)) : 0;
}

/* Derived fields of a region, for slow courses and maps. */
struct derived {
  double *content, *density, *per_cell, *dendrite, *synapses, *weight, *throughput;
};
enum { DERIVED_FIELDS = 7 };

static enum status derive(const struct simulation *simulation, const struct tissue *tissue, double *room,
                          struct derived *out) {
  size_t sites = (size_t)tissue->n_sites;
  double **const field[DERIVED_FIELDS] = {&out->content,  &out->density, &out->per_cell,  &out->dendrite,
                                          &out->synapses, &out->weight,  &out->throughput};
  for (int f = 0; f < DERIVED_FIELDS; f++) *field[f] = room + (size_t)f * sites;
  const struct spine_maps maps = {out->density, out->per_cell, out->dendrite, out->synapses, out->weight};
  spines_map(&tissue->spines, &maps);
  for (int s = 0; s < tissue->n_sites; s++) {
    out->content[s] = simulation_ampa_content(simulation, (int)(tissue - simulation->tissue), s);
    out->throughput[s] = tissue_relative(tissue, SITE_throughput, s);
  }
  return STATUS_OK;
}

static enum status record_map(const struct recording *recording, const struct tissue *tissue,
                              const struct derived *d, int r, double time_h) {
  const double *field[] = {d->density,
                           d->synapses,
                           d->weight,
                           tissue->y[SIGNALLING_BDNF],
                           tissue->y[SIGNALLING_MTORC1],
                           tissue->y[SIGNALLING_PROTEINS],
                           tissue->measured[SITE_glutamate],
                           tissue->measured[SITE_blocked],
                           d->throughput};
  double *row = NULL;
  if (recording->maps[r] < 0) return STATUS_OK;
  size_t sites = (size_t)tissue->n_sites;
  TRY(memory_new("map", sites * COUNT_OF(field), sizeof *row, &row));
  for (int f = 0; f < COUNT_OF(field); f++) memcpy(row + (size_t)f * sites, field[f], sites * sizeof *row);
  enum status status = recording->to->append(recording->to, recording->maps[r], time_h, row);
  memory_free(row);
  return status;
}

enum status recording_slow(const struct recording *recording, const struct simulation *simulation,
                           double time_h) {
  double row[SIGNALS_MAX];
  int n = 0;
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct tissue *tissue = &simulation->tissue[r];
    struct derived derived;
    double *room = NULL;
    TRY(memory_new("maps", (size_t)tissue->n_sites * DERIVED_FIELDS, sizeof *room, &room));
    enum status status = derive(simulation, tissue, room, &derived);
    const double *field[COUNT_OF(slow_signals)];
    for (int k = 0; k < SIGNALLING_COUNT; k++) field[k] = tissue->y[k];
    field[SIGNALLING_COUNT] = derived.content;
    field[SIGNALLING_COUNT + 1] = derived.density;
    field[SIGNALLING_COUNT + 2] = derived.per_cell;
    field[SIGNALLING_COUNT + 3] = derived.dendrite;
    for (int k = 0; k < COUNT_OF(slow_signals); k++) {
      row[n++] = tissue_mean(tissue, field[k]);
      row[n++] = deviation(tissue, field[k]);
    }
    if (status == STATUS_OK) status = record_map(recording, tissue, &derived, r, time_h);
    memory_free(room);
    TRY(status);
  }
  TRY(recording_body_row(recording->to, recording->body, &simulation->slow, time_h));
  return recording->to->append(recording->to, recording->slow, time_h / 24.0, row);
}

enum status recording_turnover(const struct recording *recording, const struct simulation *simulation,
                               double time_h) {
  double row[SIGNALS_MAX];
  int n = 0;
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct spines *spines = &simulation->tissue[r].spines;
    for (int w = 0; w < spines->n_pathways; w++) row[n++] = (double)spines->turnover[w].formed;
    row[n++] = (double)spines->afferents.formed;
    for (int w = 0; w < spines->n_pathways; w++) row[n++] = (double)spines->turnover[w].removed;
    row[n++] = (double)spines->afferents.removed;
    for (int w = 0; w < spines->n_pathways; w++) row[n++] = (double)spines->turnover[w].alive;
    row[n++] = (double)spines->afferents.alive;
    for (int k = 0; k < spines->n_cells; k++) {
      const struct spine_means means = spines_means(spines, &spines->cells[k]);
      row[n++] = means.density_per_um;
      row[n++] = means.per_cell;
      row[n++] = means.dendrite;
    }
  }
  return recording->to->append(recording->to, recording->turnover, time_h / 24.0, row);
}

/* ---- what there is, for `spinule list signals` ---- */

const struct signal *recording_slow_signals(int *n) {
  *n = COUNT_OF(slow_signals);
  return slow_signals;
}

const struct signal *recording_map_signals(int *n) {
  *n = COUNT_OF(map_signals);
  return map_signals;
}
