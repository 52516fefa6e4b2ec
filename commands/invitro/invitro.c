/* invitro.c — reading an experiment in vitro from its config. See invitro.h. */
#include "invitro.h"
#include "circuit.h"
#include "directory.h"
#include "experiment/experiment.h"
#include "fields.h"
#include "memory.h"
#include "names.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 160 };

/* ---- tables ---- */

const struct param invitro_params[] = {
    PARAM_NUM(struct invitro_settings, dt, "ms", 0.1, 0.01, 1, SETTING, "as in a network",
              "time step of conductances; divides 1 ms"),
    PARAM_NUM(struct invitro_settings, V, "mV", -66, -150, 100, SETTING, "", "holding potential"),
    PARAM_NUM(struct invitro_settings, temperature, "°C", 22, 0, 45, SETTING,
              "room temperature, at which most recordings in vitro are made",
              "of the bath; sets RT/F where a receptor has a temperature"),
    PARAM_NUM(struct invitro_settings, conductance, "nS", 10, 0.001, 1000, SETTING,
              "currents of a nanoampere at most", "of all receptors of a kind when all are active"),
    PARAM_NUM(struct invitro_settings, duration, "s", PARAM_REQUIRED, 0.001, 1e6, SETTING, "",
              "length of a run"),
    PARAM_NUM(struct invitro_settings, sample, "s", 0.01, 0.001, 10000, SETTING, "",
              "interval at which traces are written"),
    PARAM_NUM(struct invitro_settings, settle, "s", 1, 0, 1000, SETTING,
              "conductances are steady within some time constants of decay",
              "after a change of solution or potential, before strides may grow"),
    PARAM_NUM(struct invitro_settings, stride, "ms", 1, 1, 10000, SETTING,
              "exact while agonist, potential and drugs stand still",
              "time of slow kinetics that a simulated millisecond stands for once all is steady"),
};
const int n_invitro_params = COUNT_OF(invitro_params);

const struct param invitro_patch_params[] = {
    PARAM_STR(struct invitro_patch, cell, "", SETTING, "",
              "receptors of a cell type, \"mPFC.PV_L5\": its values replace the defaults"),
    PARAM_NUM(struct invitro_patch, V, "mV", -66, -150, 100, SETTING, "",
              "holding potential of this patch, in the place of the common one"),
};
const int n_invitro_patch_params = COUNT_OF(invitro_patch_params);

#define FROM_TO(type)                                                                                        \
  PARAM_NUM(type, at, "s", PARAM_REQUIRED, 0, 1e6, SETTING, "", "when it comes"),                            \
      PARAM_NUM(type, until, "s", PARAM_REQUIRED, 0, 1e6, SETTING, "", "when it goes")

const struct param invitro_agonist_params[] = {
    PARAM_STR(struct invitro_agonist, name, NULL, SETTING, "", "name of the agonist, for people"),
    PARAM_NUM(struct invitro_agonist, concentration, "uM", PARAM_REQUIRED, 0, 1e6, SETTING, "",
              "its concentration"),
    PARAM_NUM(struct invitro_agonist, EC50, "uM", PARAM_REQUIRED, 1e-6, 1e6, ASSUMED,
              "no default: it belongs to the agonist and the receptor", "concentration that activates half"),
    PARAM_NUM(struct invitro_agonist, hill, "1", 1, 0.1, 10, ASSUMED, "one site", "Hill coefficient"),
    FROM_TO(struct invitro_agonist),
};
const int n_invitro_agonist_params = COUNT_OF(invitro_agonist_params);

const struct param invitro_drug_params[] = {
    PARAM_STR(struct invitro_drug, drug, NULL, SETTING, "", "name of a child of `drugs`"),
    PARAM_NUM(struct invitro_drug, concentration, "uM", 0, 0, 1e6, SETTING, "",
              "its concentration; of a mixture, of all its parts together"),
    PARAM_BOOL(struct invitro_drug, series, 0, SETTING, "",
               "one run for each concentration of `clamp.series`, in the place of concentration"),
    FROM_TO(struct invitro_drug),
};
const int n_invitro_drug_params = COUNT_OF(invitro_drug_params);

const struct param invitro_voltage_params[] = {
    PARAM_NUM(struct invitro_voltage, V, "mV", PARAM_REQUIRED, -150, 100, SETTING, "", "potential"),
    FROM_TO(struct invitro_voltage),
};
const int n_invitro_voltage_params = COUNT_OF(invitro_voltage_params);

const struct param invitro_measure_params[] = {
    PARAM_STR(struct invitro_measure, id, NULL, SETTING, "", "its name in results"),
    PARAM_PICK(struct invitro_measure, kind, 0, INVITRO_KINDS, SETTING, "", "what is read off"),
    PARAM_STR(struct invitro_measure, drug, "", SETTING, "", "the drug whose binding is meant"),
    PARAM_BOOL(struct invitro_measure, binding, 0, SETTING, "",
               "IC50 of the binding of `drug`, as of a radioligand, and not of the current"),
    PARAM_NUM(struct invitro_measure, from, "s", PARAM_REQUIRED, 0, 1e6, SETTING, "", "from here"),
    PARAM_NUM(struct invitro_measure, to, "s", PARAM_REQUIRED, 0, 1e6, SETTING, "", "until here"),
    PARAM_NUM(struct invitro_measure, later, "s", 0, 0, 1e6, SETTING, "", "trapped: block later, from here"),
    PARAM_NUM(struct invitro_measure, later_to, "s", 0, 0, 1e6, SETTING, "", "trapped: until here"),
};
const int n_invitro_measure_params = COUNT_OF(invitro_measure_params);

/* ---- patches ---- */

/* A row of a region's table by "region.population"; a fault if there is none. */
static enum status find_cell(struct invitro *invitro, const char *path, const char *cell,
                             struct circuit_preset *presets, int *n) {
  const char *dot = strchr(cell, '.'), *names[REGION_POPULATIONS], *regions[EXPERIMENT_REGIONS];
  *n = 0;
  for (int r = 0; r < n_known_regions; r++) {
    regions[r] = known_regions[r].name;
    if (!dot || strlen(regions[r]) != (size_t)(dot - cell) ||
        strncmp(cell, regions[r], strlen(regions[r])) != 0)
      continue;
    struct anatomy anatomy;
    TRY(known_regions[r].anatomy(&anatomy));
    memory_free(anatomy.pathway);
    for (int k = 0; k < anatomy.n_populations; k++) {
      names[k] = anatomy.population[k].name;
      if (strcmp(names[k], dot + 1) == 0) *n = region_presets(&anatomy.population[k], presets);
    }
    if (*n == 0) config_unknown(invitro->config, path, dot + 1, names, anatomy.n_populations);
    return STATUS_OK;
  }
  if (!dot)
    config_fault(invitro->config, path, "\"%s\" names no cell type: region.population, as mPFC.PV_L5", cell);
  else
    config_unknown(invitro->config, path, cell, regions, n_known_regions);
  return STATUS_OK;
}

static enum status read_receptor(struct invitro *invitro, const char *path, const struct mechanism *mechanism,
                                 const struct circuit_preset *cell, int n_cell, struct invitro_patch *patch) {
  struct preset presets[REGION_ALL_PRESETS + 1] = {
      {"temperature", invitro->settings.temperature, SETTING, "of the bath"}};
  int n = 1;
  if (patch->n_receptors == PATCH_RECEPTORS) {
    config_fault(invitro->config, path, "more than %d kinds of receptors", PATCH_RECEPTORS);
    config_skip(invitro->config, path);
    return STATUS_OK;
  }
  for (int k = 0; k < n_cell; k++) {
    if (strcmp(cell[k].mechanism, mechanism->name) == 0) presets[n++] = cell[k].preset;
  }
  struct patch_receptor *receptor = &patch->receptor[patch->n_receptors++];
  receptor->mechanism = mechanism;
  TRY(circuit_read_params(mechanism, invitro->config, path, presets, n, &receptor->params));
  circuit_no_fibres(mechanism, receptor->params, invitro->config, path);
  return STATUS_OK;
}

static enum status read_patch(struct invitro *invitro, const struct mechanisms *mechanisms,
                              const char *name) {
  struct invitro_patch *patch = &invitro->patch[invitro->n_patches++];
  const struct preset V = {"V", invitro->settings.V, SETTING, "clamp.V"};
  struct circuit_preset cell[REGION_ALL_PRESETS];
  char path[PATH_BYTES], sub[PATH_BYTES + 32];
  int n_cell = 0;
  snprintf(path, sizeof path, "clamp.patches.%s", name);
  params_read(invitro->config, path, invitro_patch_params, n_invitro_patch_params, &V, 1, patch);
  patch->name = name;
  if (!directory_names_arm(name) || strcmp(name, "summary") == 0)
    config_fault(invitro->config, path, "\"%s\" cannot name a patch, which names a file", name);
  if (patch->cell && *patch->cell) TRY(find_cell(invitro, path, patch->cell, cell, &n_cell));
  for (int m = 0; m < mechanisms->n; m++) {
    const struct mechanism *mechanism = mechanisms->list[m];
    if (mechanism->kind != MECHANISM_RECEPTOR) continue;
    snprintf(sub, sizeof sub, "%s.%s", path, mechanism->name);
    if (config_has(invitro->config, sub)) TRY(read_receptor(invitro, sub, mechanism, cell, n_cell, patch));
  }
  if (patch->n_receptors == 0)
    config_fault(invitro->config, path, "the patch has no receptors; give a group such as nmda or ampa");
  return STATUS_OK;
}

static enum status read_patches(struct invitro *invitro) {
  const struct mechanisms *mechanisms;
  int n = config_count(invitro->config, "clamp.patches");
  TRY(circuit_mechanisms(&mechanisms));
  if (n == 0) config_fault(invitro->config, "clamp", "no patch: give a group clamp.patches");
  if (n > INVITRO_PATCHES)
    config_fault(invitro->config, "clamp.patches", "%d patches, at most %d", n, INVITRO_PATCHES);
  for (int p = 0; p < n && p < INVITRO_PATCHES; p++) {
    const char *name = config_child(invitro->config, "clamp.patches", p);
    if (name)
      TRY(read_patch(invitro, mechanisms, name));
    else
      config_fault(invitro->config, "clamp.patches", "patches are groups with names, not a list");
  }
  return STATUS_OK;
}

/* ---- steps and measures ---- */

static uint32_t read_set(struct invitro *invitro, const char *of) {
  const char *names[INVITRO_PATCHES];
  char path[PATH_BYTES];
  uint32_t set = 0;
  snprintf(path, sizeof path, "%s.patches", of);
  if (!config_has(invitro->config, path)) return ~0u;
  for (int p = 0; p < invitro->n_patches; p++) names[p] = invitro->patch[p].name;
  for (int k = 0; k < config_count(invitro->config, path); k++) {
    const char *name = config_text_at(invitro->config, path, k);
    int p = 0;
    while (name && p < invitro->n_patches && strcmp(name, names[p]) != 0) p++;
    if (name && p == invitro->n_patches)
      config_unknown(invitro->config, path, name, names, invitro->n_patches);
    if (name && p < invitro->n_patches) set |= 1u << p;
  }
  return set;
}

static void check_times(struct invitro *invitro, const char *path, double at, double until) {
  if (until <= at) config_fault(invitro->config, path, "it ends at %g s, before it began at %g s", until, at);
  if (until > invitro->settings.duration + 1e-9)
    config_fault(invitro->config, path, "it ends at %g s, and the run at %g s", until,
                 invitro->settings.duration);
}

/* A drug of the config; a fault if there is none. */
static void check_drug(struct invitro *invitro, const char *path, const char *name) {
  const char *names[DRUG_SUBSTANCES + DRUG_MIXTURES];
  struct drug_share share[DRUG_PARTS];
  int n = 0;
  if (!name || drugs_split(&invitro->drugs, name, 1.0, share) > 0) return;
  for (int s = 0; s < invitro->drugs.n_substances; s++) names[n++] = invitro->drugs.substance[s].name;
  for (int m = 0; m < invitro->drugs.n_mixtures; m++) names[n++] = invitro->drugs.mixture[m].name;
  config_unknown(invitro->config, path, name, names, n);
}

/* Rows of a list of the group, at most `most` of them. */
static int count_rows(struct invitro *invitro, const char *list, int most) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "clamp.%s", list);
  int n = config_count(invitro->config, path);
  if (n > most) config_fault(invitro->config, path, "%d rows, at most %d", n, most);
  return n < most ? n : most;
}

static void read_agonists(struct invitro *invitro) {
  invitro->n_agonists = count_rows(invitro, "agonists", INVITRO_STEPS);
  for (int k = 0; k < invitro->n_agonists; k++) {
    struct invitro_agonist *row = &invitro->agonist[k];
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "clamp.agonists.[%d]", k);
    params_read(invitro->config, path, invitro_agonist_params, n_invitro_agonist_params, NULL, 0, row);
    row->patches = read_set(invitro, path);
    check_times(invitro, path, row->at, row->until);
  }
}

static void read_drugs(struct invitro *invitro) {
  invitro->n_drugs = count_rows(invitro, "drugs", INVITRO_STEPS);
  for (int k = 0; k < invitro->n_drugs; k++) {
    struct invitro_drug *row = &invitro->drug[k];
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "clamp.drugs.[%d]", k);
    params_read(invitro->config, path, invitro_drug_params, n_invitro_drug_params, NULL, 0, row);
    row->patches = read_set(invitro, path);
    check_times(invitro, path, row->at, row->until);
    check_drug(invitro, path, row->drug);
    if (row->series && row->concentration > 0)
      config_fault(invitro->config, path, "give a concentration or series = true, not both");
    if (!row->series && !(row->concentration > 0))
      config_fault(invitro->config, path, "give a concentration, or series = true");
    if (row->series && invitro->n_series == 0)
      config_fault(invitro->config, path, "there is no list clamp.series");
  }
}

static void read_voltages(struct invitro *invitro) {
  invitro->n_voltages = count_rows(invitro, "voltages", INVITRO_STEPS);
  for (int k = 0; k < invitro->n_voltages; k++) {
    struct invitro_voltage *row = &invitro->voltage[k];
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "clamp.voltages.[%d]", k);
    params_read(invitro->config, path, invitro_voltage_params, n_invitro_voltage_params, NULL, 0, row);
    row->patches = read_set(invitro, path);
    check_times(invitro, path, row->at, row->until);
  }
}

static void check_measure(struct invitro *invitro, const char *path, const struct invitro_measure *row) {
  bool fits = row->kind == INVITRO_IC50 || row->kind == INVITRO_KI;
  bool binds = row->kind == INVITRO_BOUND || row->kind == INVITRO_KI || row->binding;
  check_times(invitro, path, row->from, row->to);
  if (row->kind == INVITRO_TRAPPED) check_times(invitro, path, row->later, row->later_to);
  if (row->kind != INVITRO_TRAPPED && (row->later > 0 || row->later_to > 0))
    config_fault(invitro->config, path, "later and later_to belong to the kind trapped");
  if (row->binding && row->kind != INVITRO_IC50)
    config_fault(invitro->config, path, "binding belongs to the kind IC50");
  if (fits && invitro->n_series < 2)
    config_fault(invitro->config, path, "a curve needs at least two concentrations in clamp.series");
  if (binds && row->drug && !*row->drug) config_fault(invitro->config, path, "which drug is it that binds?");
  if (!binds && row->drug && *row->drug)
    config_fault(invitro->config, path, "this kind reads the current: it takes no drug");
  if (row->drug && *row->drug) check_drug(invitro, path, row->drug);
  if (row->id && !names_plain(row->id))
    config_fault(invitro->config, path, "\"%s\" cannot name a measure: letters, digits and _ only", row->id);
}

static void read_measures(struct invitro *invitro) {
  invitro->n_measures = count_rows(invitro, "measures", INVITRO_MEASURES);
  for (int k = 0; k < invitro->n_measures; k++) {
    struct invitro_measure *row = &invitro->measure[k];
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "clamp.measures.[%d]", k);
    params_read(invitro->config, path, invitro_measure_params, n_invitro_measure_params, NULL, 0, row);
    row->patches = read_set(invitro, path);
    check_measure(invitro, path, row);
    for (int j = 0; j < k && row->id; j++) {
      if (invitro->measure[j].id && strcmp(invitro->measure[j].id, row->id) == 0 &&
          (invitro->measure[j].patches & row->patches))
        config_fault(invitro->config, path, "the measure \"%s\" is there already", row->id);
    }
  }
}

static void read_series(struct invitro *invitro, bool quick) {
  struct config *config = invitro->config;
  int n = config_has(config, "clamp.series") ? config_count(config, "clamp.series") : 0;
  if (n > INVITRO_RUNS - 1)
    config_fault(config, "clamp.series", "%d concentrations, at most %d", n, INVITRO_RUNS - 1);
  for (int k = 0; k < n && k < INVITRO_RUNS - 1; k++) {
    double value = config_number_at(config, "clamp.series", "uM", k);
    if (!(value > 0 && value <= 1e6)) {
      if (!isnan(value))
        config_fault(config, "clamp.series", "%g uM is out of range (above 0, up to 1 M)", value);
      continue;
    }
    if (invitro->n_series && value <= invitro->series[invitro->n_series - 1])
      config_fault(config, "clamp.series", "concentrations must rise");
    if (!quick || k % 2 == 0) invitro->series[invitro->n_series++] = value;
  }
}

/* ---- all ---- */

static void check_settings(struct invitro *invitro) {
  const struct invitro_settings *s = &invitro->settings;
  double per_ms = 1.0 / s->dt, samples = s->duration / s->sample;
  if (fabs(per_ms - floor(per_ms + 0.5)) > 1e-6)
    config_fault(invitro->config, "clamp.dt", "%g ms does not divide a millisecond", s->dt);
  if (samples > 200000)
    config_fault(invitro->config, "clamp.sample", "%.0f samples in a run, at most 200000", samples);
}

enum status invitro_found(const char *path, const struct texts *overrides, bool *out) {
  struct config *config = NULL;
  *out = false;
  TRY(config_load(path, overrides->text, overrides->n, &config));
  *out = config_has(config, "clamp");
  config_free(config);
  return STATUS_OK;
}

enum status invitro_read(const char *path, const struct texts *overrides, bool quick, struct invitro *out) {
  *out = (struct invitro){0};
  TRY(config_load(path, overrides->text, overrides->n, &out->config));
  struct experiment_settings top;
  params_read(out->config, "", experiment_params, n_experiment_params, NULL, 0, &top);
  const char *rows[EXPERIMENT_ROWS];
  experiment_rows(out->config, rows);
  out->title = top.title;
  params_read(out->config, "clamp", invitro_params, n_invitro_params, NULL, 0, &out->settings);
  check_settings(out);
  TRY(drugs_read(out->config, NULL, &out->drugs));
  read_series(out, quick);
  TRY(read_patches(out));
  read_agonists(out);
  read_drugs(out);
  read_voltages(out);
  read_measures(out);
  return config_finish(out->config);
}

void invitro_free(struct invitro *invitro) {
  for (int p = 0; p < invitro->n_patches; p++) {
    for (int r = 0; r < invitro->patch[p].n_receptors; r++) memory_free(invitro->patch[p].receptor[r].params);
  }
  config_free(invitro->config);
  *invitro = (struct invitro){0};
}
