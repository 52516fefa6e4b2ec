/* region.c — from tables and config to placed cells and drawn synapses. */
#include "region.h"
#include "cell_classes.h"
#include "circuit.h"
#include "memory.h"
#include "placement.h"
#include "region_drive.h"
#include "region_pathways.h"
#include <stdio.h>
#include <string.h>

const struct param region_params[] = {
    PARAM_NUM(struct region_settings, side, "µm", 500, 50, 20000, SETTING, "the patch that is simulated",
              "side of the patch, along x and y"),
    PARAM_NUM(struct region_settings, side_y, "µm", 0, 0, 20000, SETTING, "the patch that is simulated",
              "side along y, where it differs; 0: as side"),
    PARAM_NUM(struct region_settings, pitch, "µm", 50, 10, 500, SETTING, "spatial resolution of maps",
              "side of one site"),
    PARAM_NUM(struct region_settings, velocity, "m/s", 0.3, 0.01, 100, PUBLISHED,
              "local unmyelinated axons, 0.2-0.5 m/s; Bezaire et al. 2016, doi:10.7554/eLife.18566",
              "conduction velocity"),
    PARAM_NUM(struct region_settings, delay_least, "ms", 0.5, 0.1, 5, ASSUMED,
              "shortest latency seen in paired recordings, Hass et al. 2016",
              "delays are not shorter than this"),
    PARAM_NUM(struct region_settings, serotonin, "1", 1, 0, 10, ASSUMED, "the region's table",
              "5-HT1A receptors of its cells, relative to CA1: what adaptation to serotonin does here"),
    PARAM_NUM(struct region_settings, stress, "1", 1, 0, 1, ASSUMED, "the region's table",
              "load of stress that it feels, of the whole: what lasting stress does here"),
    PARAM_PICK(struct region_settings, edges, 0, "periodic|open", SETTING, "", "what lies beyond the patch"),
};
const int n_region_params = COUNT_OF(region_params);

const struct param population_params[] = {
    PARAM_NUM(struct population_settings, density, "1/mm²", 1000, 0, 1e6, PUBLISHED, BY_REGION,
              "cells under 1 mm²"),
    PARAM_NUM(struct population_settings, top, "µm", 0, 0, 5000, PUBLISHED, BY_REGION,
              "upper end of the depth range"),
    PARAM_NUM(struct population_settings, bottom, "µm", 100, 0, 5000, PUBLISHED, BY_REGION,
              "lower end of the depth range"),
    PARAM_NUM(struct population_settings, target_rate, "Hz", 1, 0, 500, PUBLISHED, BY_REGION,
              "mean rate in vivo"),
    PARAM_NUM(struct population_settings, background_rate, "Hz", 100, 0, 20000, CALIBRATED,
              "start value; `spinule calibrate` finds the one that gives target_rate",
              "background events per second and cell"),
    PARAM_NUM(struct population_settings, event, "nS", 1, 0, 100, ASSUMED,
              "a volley of about eight correlated fibres: its size sets the irregularity of firing",
              "AMPA peak of a background event"),
    PARAM_NUM(struct population_settings, afferents, "1", 300, 1, 100000, ASSUMED,
              "background rate times eight fibres a volley over 2 Hz a fibre",
              "afferent synapses the background stands for"),
    PARAM_NUM(struct population_settings, nmda_ratio, "1", 0.7, 0, 10, PUBLISHED, BY_REGION,
              "NMDA:AMPA peak conductance without Mg"),
    PARAM_NUM(struct population_settings, thalamic, "1", 0, 0, 1, ASSUMED, BY_REGION,
              "share of afferents that comes from the thalamus"),
    PARAM_NUM(struct population_settings, entorhinal, "1", 0, 0, 1, ASSUMED, BY_REGION,
              "share of afferents that comes from entorhinal cortex"),
    PARAM_NUM(struct population_settings, mglur2, "1", 1, 0, 1, ASSUMED, BY_REGION,
              "share of the background's terminals that have mGlu2/3 autoreceptors"),
    PARAM_NUM(
        struct population_settings, ampa_potentiator, "1", 1, 0, 1, ASSUMED, BY_REGION,
        "share of the background's terminals that answer to drugs on release (action ampa_potentiator)"),
    PARAM_NUM(struct population_settings, stress_loss, "1", 0, 0, 1, ASSUMED, "by class of cell",
              "share of its release of GABA that the whole load of stress takes"),
};
const int n_population_params = COUNT_OF(population_params);

/* What a calibration wrote of one population. */
struct calibrated {
  double background_rate, target, reached, spread;
  int64_t seeds;
  const char *date;
};

const struct param calibrated_params[] = {
    PARAM_NUM(struct calibrated, background_rate, "Hz", PARAM_REQUIRED, 0, 20000, CALIBRATED,
              "the controller of drive/homeostat.c", "background events per second and cell that were found"),
    PARAM_NUM(struct calibrated, target, "Hz", PARAM_REQUIRED, 0, 1000, SETTING, "",
              "the rate that was wanted"),
    PARAM_NUM(struct calibrated, reached, "Hz", PARAM_REQUIRED, 0, 1000, SETTING, "",
              "the rate with frozen drive"),
    PARAM_NUM(struct calibrated, spread, "Hz", 0, 0, 1000, SETTING, "", "its standard deviation over seeds"),
    PARAM_INT(struct calibrated, seeds, 1, 1, 1000, SETTING, "", "networks in which it was measured"),
    PARAM_STR(struct calibrated, date, NULL, SETTING, "", "day of the calibration"),
};
const int n_calibrated_params = COUNT_OF(calibrated_params);

/* ---- cells ---- */

/* What an agonist of GABA-A receptors holds open goes with the membrane of a cell, so with its leak: where
 * all cells had the same, it left small interneurons last, and pyramidal cells ran free of them for hours. */
enum { AGONIST_INSTANCES = 2 };
static const double AGONIST_OVER_LEAK = 2.5;

static int agonist_presets(const struct adex_row *cell, struct circuit_preset out[AGONIST_INSTANCES]) {
  static const char *const instances[AGONIST_INSTANCES] = {"gaba_a_fast", "gaba_a_slow"};
  for (int k = 0; k < AGONIST_INSTANCES; k++)
    out[k] = (struct circuit_preset){
        instances[k],
        {"tonic", AGONIST_OVER_LEAK * cell->g_L, ASSUMED, "2.5 times the leak; no measured value was found"}};
  return AGONIST_INSTANCES;
}

static int table_presets(const struct population_row *row, struct circuit_preset *out) {
  const struct adex_row *a = &row->adex;
  const struct preset cell[] = {
      {"C_m", a->C_m, PUBLISHED, row->source},       {"g_L", a->g_L, PUBLISHED, row->source},
      {"E_L", a->E_L, PUBLISHED, row->source},       {"V_T", a->V_T, PUBLISHED, row->source},
      {"Delta_T", a->Delta_T, ASSUMED, row->source}, {"a", a->a, ASSUMED, row->source},
      {"tau_w", a->tau_w, ASSUMED, row->source},     {"b", a->b, ASSUMED, row->source},
      {"V_reset", a->V_reset, ASSUMED, row->source}, {"t_ref", a->t_ref, ASSUMED, row->source}};
  int n = 0;
  for (int k = 0; k < COUNT_OF(cell); k++) out[n++] = (struct circuit_preset){"cell", cell[k]};
  n += agonist_presets(a, out + n);
  for (int k = 0; k < REGION_PRESETS && row->preset[k].key; k++) {
    const struct anatomy_preset *preset = &row->preset[k];
    bool share = strncmp(preset->key, "share", 5) == 0, hcn = strcmp(preset->mechanism, "hcn") == 0,
         tonic = strcmp(preset->key, "g_max") == 0;
    out[n++] = (struct circuit_preset){
        preset->mechanism,
        {preset->key, preset->value, share || hcn || tonic ? ASSUMED : PUBLISHED,
         share   ? "consistent with Yi et al. 2019, PMC6858497; Perszyk et al. 2016"
         : hcn   ? "g_h: 0.15 of the leak, 1-2 nS at 10 nS; HCN1: O-LM cells have HCN2 beside it"
         : tonic ? "a tonic current of a few pA at 25-90 nM of glutamate; most in cells with GluN2D"
                 : row->source}};
  }
  return n;
}

/* Rows that give subunit shares of a receptor give all that are not 0. */
static int complete_shares(const struct population_row *row, const char *receptor, struct circuit_preset *out,
                           int n) {
  static const char *const subunits[] = {"share_2A", "share_2B", "share_2C", "share_2D"};
  for (int s = 0; s < COUNT_OF(subunits); s++) {
    bool given = false;
    for (int k = 0; k < REGION_PRESETS && row->preset[k].key; k++)
      given |=
          strcmp(row->preset[k].mechanism, receptor) == 0 && strcmp(row->preset[k].key, subunits[s]) == 0;
    if (!given)
      out[n++] = (struct circuit_preset){receptor, {subunits[s], 0, ASSUMED, "not found in this cell type"}};
  }
  return n;
}

int region_presets(const struct population_row *row, struct circuit_preset out[REGION_ALL_PRESETS]) {
  static const char *const receptors[] = {"nmda", "nmda_extrasynaptic"};
  int n = table_presets(row, out);
  for (int r = 0; r < COUNT_OF(receptors); r++) n = complete_shares(row, receptors[r], out, n);
  return n;
}

/* All that the tables and the run say of mechanisms; gives their number. */
enum { PRESETS = REGION_ALL_PRESETS + 5 };
static int all_presets(const struct region *region, int k, const struct region_context *context,
                       struct circuit_preset out[PRESETS]) {
  static const char *const receptors[] = {"nmda", "nmda_extrasynaptic"};
  const struct population_row *row = &region->anatomy.population[k];
  int n = region_presets(row, out);
  bool releases = cell_class_glutamatergic(&region->anatomy, k);
  bool reached = !(releases ? context->pyramidal_spared : context->interneurons_spared);
  const char *off = releases ? "mechanisms.pyramidal_block is off" : "mechanisms.disinhibition is off";
  for (int r = 0; r < COUNT_OF(receptors); r++) {
    out[n++] = (struct circuit_preset){
        receptors[r], {"temperature", context->temperature_C, ASSUMED, "of the subject's species"}};
  }
  if (!reached) out[n++] = (struct circuit_preset){receptors[0], {"exposed", 0, SETTING, off}};
  if (!context->extrasynaptic || !(reached || releases))
    out[n++] = (struct circuit_preset){
        receptors[1],
        {"exposed", 0, SETTING, context->extrasynaptic ? off : "mechanisms.extrasynaptic is off"}};
  if (context->allosteric_site)
    out[n++] =
        (struct circuit_preset){receptors[1], {"allosteric", 1, SETTING, "mechanisms.allosteric_site is on"}};
  return n;
}

/* The drive that a calibration found, from the group `calibrated`, if the config has one for this population.
 * */
static struct preset calibrated_drive(struct region *region, int k, struct config *config) {
  const struct population_row *row = &region->anatomy.population[k];
  struct calibrated calibrated = {0};
  char path[96];
  snprintf(path, sizeof path, "calibrated.%s.%s", region->name, row->name);
  if (!config_has(config, path)) {
    return (struct preset){"background_rate", row->background_Hz, ASSUMED, "start value for the calibration"};
  }
  params_read(config, path, calibrated_params, n_calibrated_params, NULL, 0, &calibrated);
  char *source = region->calibrated_source[k];
  snprintf(source, REGION_SOURCE, "%s, to %g Hz, reached %g Hz, seeds: %lld", calibrated.date,
           calibrated.target, calibrated.reached, (long long)calibrated.seeds);
  return (struct preset){"background_rate", calibrated.background_rate, CALIBRATED, source};
}

/* Fibres of the thalamus that are told apart are no part of the background. */
static double thalamic_share(const struct anatomy *anatomy, int k) {
  for (int a = 0; a < anatomy->n_afferents; a++) {
    const struct afferent_row *row = &anatomy->afferent[a];
    for (int t = 0; row->thalamic && t < REGION_POPULATIONS && row->target[t].to; t++) {
      if (strcmp(row->target[t].to, anatomy->population[k].name) == 0) return 0;
    }
  }
  return anatomy->thalamic;
}

static void read_population(struct region *region, int k, struct config *config, const char *path) {
  const struct population_row *row = &region->anatomy.population[k];
  const char *stress_source;
  double stress_loss = cell_class_stress_loss(row->type, &stress_source);
  const struct preset presets[] = {
      {"density", row->density_per_mm2, PUBLISHED, row->source},
      {"top", row->top_um, PUBLISHED, row->source},
      {"bottom", row->bottom_um, PUBLISHED, row->source},
      {"target_rate", row->target_Hz, PUBLISHED, "awake rates, see docs/model.md"},
      calibrated_drive(region, k, config),
      {"event", row->event_nS, ASSUMED, "volley of about eight fibres"},
      {"afferents", row->afferents, ASSUMED,
       "background rate x fibres of a volley / 2 Hz; docs/model.md, poisson"},
      {"nmda_ratio", row->nmda_ratio, PUBLISHED, "see docs/model.md, NMDA:AMPA"},
      {"thalamic", thalamic_share(&region->anatomy, k), ASSUMED, "see docs/model.md, afferents"},
      {"entorhinal", region->anatomy.entorhinal, ASSUMED, "see docs/model.md, afferents"},
      {"mglur2", region->anatomy.background_mglur2, ASSUMED, region->anatomy.terminals_source},
      {"ampa_potentiator", region->anatomy.background_potentiated, ASSUMED, region->anatomy.terminals_source},
      {"stress_loss", stress_loss, ASSUMED, stress_source}};
  params_read(config, path, population_params, n_population_params, presets, COUNT_OF(presets),
              &region->own[k]);
  if (region->own[k].thalamic + region->own[k].entorhinal > 1.0 + 1e-12)
    config_fault(config, path,
                 "the shares `thalamic` and `entorhinal` of its afferents are together above 1");
}

static enum status build_population(struct region *region, int k, const struct region_context *context) {
  const struct population_row *row = &region->anatomy.population[k];
  struct network *network = context->network;
  struct circuit_preset presets[PRESETS];
  char path[96];
  snprintf(path, sizeof path, "regions.%s.populations.%s", region->name, row->name);
  int n_presets = all_presets(region, k, context, presets);
  read_population(region, k, context->config, path);
  const struct population_settings *own = &region->own[k];
  struct population *population;
  TRY(network_population(network, &population));
  region->population[k] = population;
  snprintf(population->name, sizeof population->name, "%s", row->name);
  snprintf(population->region, sizeof population->region, "%s", region->name);
  population->region_index = context->index;
  snprintf(population->type, sizeof population->type, "%s", row->type);
  snprintf(population->layer, sizeof population->layer, "%s", row->layer);
  TRY(circuit_equip(population, row->cell, context->mechanisms, context->config, path, presets, n_presets,
                    network->clock.dt_ms));
  double area_mm2 = sheet_side_x_um(&region->sheet) * sheet_side_y_um(&region->sheet) * 1e-6;
  population->n = (int)(own->density * area_mm2 + 0.5);
  population->first_node = region->n_cells;
  population->first_id =
      k ? region->population[k - 1]->first_id + (uint64_t)region->population[k - 1]->n : region->first_id;
  population->target_Hz = own->target_rate;
  population->afferent_synapses = own->afferents;
  population->spiny = row->spines;
  population->substances = context->substances;
  region->n_cells += (uint64_t)population->n;
  population->background_port = circuit_port("glutamate");
  population->background_nS[0] = own->event;
  population->background_nS[1] = own->event * own->nmda_ratio;
  TRY(population_divide(population, context->block_cells));
  TRY(placement_place(population, &region->sheet, own->top, own->bottom, network->seed));
  return region_drive_set(region, k, context, path);
}

/* ---- the region ---- */

static int sites_along(const struct region *region, struct config *config, const char *path, const char *key,
                       double side_um) {
  int sites = (int)(side_um / region->settings.pitch + 0.5);
  sites = sites < 1 ? 1 : sites;
  if (fabs(sites * region->settings.pitch - side_um) > 1e-6 * side_um)
    config_fault(config, path, "%s is not a multiple of pitch", key);
  return sites;
}

static void read_spines(struct region *region, const struct region_context *context) {
  char group[64];
  snprintf(group, sizeof group, "regions.%s.spines", region->name);
  spines_read_region(context->config, group, context->spines, region->anatomy.spine, region->anatomy.n_spine,
                     &region->spines);
}

enum status region_build(struct region *region, const struct anatomy *anatomy,
                         const struct region_context *context) {
  struct config *config = context->config;
  struct network *network = context->network;
  *region = (struct region){.name = anatomy->name, .anatomy = *anatomy};
  char path[64];
  snprintf(path, sizeof path, "regions.%s", region->name);
  const struct preset presets[] = {
      {"side", anatomy->side_um, SETTING, "the smallest patch that holds its kernels"},
      {"serotonin", anatomy->serotonin, ASSUMED, anatomy->serotonin_source},
      {"stress", anatomy->stress, ASSUMED, anatomy->stress_source}};
  params_read(config, path, region_params, n_region_params, presets, COUNT_OF(presets), &region->settings);
  region_drive_read(region, context);
  read_spines(region, context);
  region->sheet = (struct sheet){.pitch_um = region->settings.pitch, .periodic = region->settings.edges == 0};
  region->sheet.n_x = sites_along(region, config, path, "side", region->settings.side);
  region->sheet.n_y = region->settings.side_y > 0
                          ? sites_along(region, config, path, "side_y", region->settings.side_y)
                          : region->sheet.n_x;
  for (int p = 0; p < network->n_populations; p++) region->first_id += (uint64_t)network->population[p]->n;
  for (int k = 0; k < anatomy->n_populations; k++) {
    TRY(build_population(region, k, context));
  }
  TRY(memory_new("pathways", (size_t)anatomy->n_pathways, sizeof *region->wiring, &region->wiring));
  for (int k = 0; k < anatomy->n_pathways; k++) {
    TRY(region_pathways_add(region, &anatomy->pathway[k], context, &region->wiring[k]));
    region->wiring[k].young_share = 1.0 - region->spines.persistent;
    region->wiring[k].young_mean_h = spines_young_mean_h(&region->spines);
    region->n_wirings++;
    struct projection *projection = region->wiring[k].projection;
    projection->expected = region_expected_in_degree(region, k) * projection->target->n;
  }
  return STATUS_OK;
}

/* ---- synapses ---- */

struct wire_job {
  struct region *const *regions;
  int n;
  uint64_t seed;
};

static enum status wire_tract(const struct region *region, struct projection *projection, int b,
                              uint64_t seed, bool *found) {
  for (int k = 0; k < region->n_tracts && !*found; k++) {
    if (region->tract[k].projection != projection) continue;
    *found = true;
    return tract_block(&region->tract[k], b, seed);
  }
  return STATUS_OK;
}

static enum status wire_block(void *context, struct projection *projection, int b) {
  const struct wire_job *job = context;
  for (int r = 0; r < job->n; r++) {
    for (int w = 0; w < job->regions[r]->n_wirings; w++) {
      if (job->regions[r]->wiring[w].projection == projection)
        return wiring_block(&job->regions[r]->wiring[w], b, job->seed);
    }
  }
  bool found = false;
  for (int r = 0; r < job->n && !found; r++)
    TRY(wire_tract(job->regions[r], projection, b, job->seed, &found));
  return STATUS_OK;
}

static void release(struct region *const *regions, int n) {
  for (int r = 0; r < n; r++) {
    for (int w = 0; w < regions[r]->n_wirings; w++) wiring_release(&regions[r]->wiring[w]);
  }
}

static enum status prepare(struct region *const *regions, int n) {
  enum status status = STATUS_OK;
  for (int r = 0; r < n; r++) {
    for (int w = 0; w < regions[r]->n_wirings && status == STATUS_OK; w++)
      status = wiring_prepare(&regions[r]->wiring[w]);
  }
  if (status != STATUS_OK) release(regions, n);
  return status;
}

struct start_job {
  struct network *network;
};

static void start_block(void *context, int thread, int i) {
  (void)thread;
  const struct start_job *job = context;
  population_start(job->network->block_population[i], job->network->block_in_population[i],
                   job->network->seed);
}

enum status region_wire(struct region *const *regions, int n, struct network *network) {
  struct wire_job job = {regions, n, network->seed};
  TRY(prepare(regions, n));
  enum status status = network_each_block(network, wire_block, &job);
  release(regions, n);
  if (status != STATUS_OK) return status;
  for (int r = 0; r < n; r++) region_count_receptors(regions[r]);
  network_set_quanta(network, REGION_HEADROOM);
  struct start_job start = {network};
  network_blocks(network, start_block, &start);
  return STATUS_OK;
}

void region_release(struct region *region) {
  for (int k = 0; k < region->n_sources; k++) memory_free(region->source[k].projecting);
  memory_free(region->source);
  memory_free(region->tract);
  memory_free(region->wiring);
  *region = (struct region){0};
}

void region_free(struct region *region) {
  memory_free(region->anatomy.pathway);
  memory_free(region->anatomy.selected);
  region_release(region);
}
