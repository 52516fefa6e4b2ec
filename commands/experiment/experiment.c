/* experiment.c — reading an experiment from its config. */
#include "experiment.h"
#include "bath.h"
#include "directory.h"
#include "fields.h"
#include "local_events.h"
#include "memory.h"
#include "protocol_checks.h"
#include "seeded.h"
#include "selection.h"
#include "signals/activity.h"
#include "simulation/extracellular.h"
#include "stimuli.h"
#include "stress_events.h"
#include "subject.h"
#include "windows.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct known_region known_regions[] = {
    {"mPFC", mpfc_anatomy}, {"CA1", ca1_anatomy}, {"CA3", ca3_anatomy}, {"DG", dg_anatomy}};
const int n_known_regions = COUNT_OF(known_regions);

/* ---- tables ---- */

const struct param experiment_params[] = {
    PARAM_STR(struct experiment_settings, title, "an experiment", SETTING, "",
              "one line that names the experiment"),
    PARAM_STR(struct experiment_settings, source, "", SETTING, "", "the publications that it follows"),
};
const int n_experiment_params = COUNT_OF(experiment_params);

const struct param simulation_params[] = {
    PARAM_NUM(struct simulation_settings, dt, "ms", 0.1, 0.01, 1, SETTING,
              "rates, block and irregularity agree from 0.02 to 0.2 ms", "time step of spikes; divides 1 ms"),
    PARAM_NUM(struct simulation_settings, settle, "s", 1.5, 0, 60, SETTING,
              "NMDA currents and facilitation settle within a second",
              "time before a window that is simulated but not measured"),
    PARAM_NUM(
        struct simulation_settings, kinetics_step, "ms", 10, 1, 10, SETTING,
        "short against the time in which channel block comes and goes; steps are shorter where it is not",
        "longest step of receptors' slow kinetics: 1, 2, 5 or 10 ms"),
    PARAM_NUM(struct simulation_settings, macro_step, "h", 0.5, 0.001, 24, SETTING,
              "short against BDNF and mTORC1 responses",
              "longest step of the slow half within a day of an event"),
    PARAM_NUM(struct simulation_settings, remodel_step, "h", 6, 0.1, 48, SETTING,
              "short against the turnover of spines", "longest time between two structural changes"),
    PARAM_NUM(struct simulation_settings, drug_step, "h", 0.0333333333333, 0.001, 24, SETTING,
              "resolves absorption",
              "step at which drug concentrations are recorded within a day of an event"),
    PARAM_NUM(struct simulation_settings, rate_limit, "Hz", 100, 0.1, 10000, SETTING,
              "no cells with spines fire so much on average",
              "mean rate of cells with spines in a window beyond which a run stops as diverged"),
    PARAM_INT(struct simulation_settings, seed, 1, 0, 9007199254740992, SETTING, "",
              "seed of all random draws"),
    PARAM_INT(struct simulation_settings, block, 1024, 128, 65536, SETTING,
              "fits the cache; changes speed, never a result", "cells of a block"),
};
const int n_simulation_params = COUNT_OF(simulation_params);

const struct param event_params[] = {
    PARAM_NUM(struct dose_event, at, "h", PARAM_REQUIRED, 0, 100000, SETTING, "",
              "time since the start of the protocol"),
    PARAM_STR(struct dose_event, kind, "dose", SETTING, "",
              "what happens: dose; bath, which holds a free concentration as over a slice; current, light or "
              "pulse onto cells; stress; or sham, nothing"),
    PARAM_STR(struct dose_event, drug, "", SETTING, "", "dose, bath: name of a child of `drugs`"),
    PARAM_STR(struct dose_event, stressor, "", SETTING, "", "kind stress: name of a child of `stressors`"),
    PARAM_NUM(struct dose_event, intensity, "1", 1, 0, 10, SETTING, "", "kind stress: factor on its drive"),
    PARAM_NUM(struct dose_event, dose, "mg/kg", 0, 0, 1e6, SETTING, "", "amount given, per body mass"),
    PARAM_NUM(struct dose_event, amount, "mg", 0, 0, 1e6, SETTING, "",
              "amount given to the whole body, instead of dose"),
    PARAM_NUM(struct dose_event, concentration, "uM", 0, 0, 1e5, SETTING, "",
              "kind bath: free at every receptor, from at on"),
    PARAM_PICK(struct dose_event, route, 0, ROUTES, SETTING, "", "route of administration"),
    PARAM_STR(
        struct dose_event, region, "", SETTING, "",
        "route local: the region whose tissue it goes into; elsewhere there is none; of a stimulus: that "
        "of its cells"),
    PARAM_STR(struct dose_event, population, "", SETTING, "",
              "stimulus: a population or a cell type; without one, all cells of the region"),
    PARAM_NUM(struct dose_event, current, "pA", 0, -1e6, 1e6, SETTING, "", "kind current: into each cell"),
    PARAM_NUM(struct dose_event, conductance, "nS", 0, 0, 1e5, SETTING, "",
              "kind light: of the opsin in each cell"),
    PARAM_NUM(struct dose_event, reversal, "mV", 0, -150, 100, SETTING, "",
              "kind light: its reversal potential; 0 mV drives as channelrhodopsin, -75 mV silences"),
    PARAM_NUM(struct dose_event, volleys, "1", 0, 0, 100, SETTING, "",
              "kind pulse: background events that each cell gets at once, on average"),
    PARAM_NUM(struct dose_event, volume, "mm3", 0, 0, 1000, SETTING, "",
              "route local: volume that is injected; its amount over it is the concentration"),
    PARAM_NUM(
        struct dose_event, radius, "um", -1, -1, 1e5, SETTING, "",
        "route local: radius that it reaches at first; -1 um: that of the volume, over the whole patch"),
    PARAM_NUM(struct dose_event, x, "um", -1, -1, 1e5, SETTING, "",
              "route local: middle of the radius, along x; -1 um: the middle of the patch"),
    PARAM_NUM(struct dose_event, y, "um", -1, -1, 1e5, SETTING, "", "the same along y"),
    PARAM_NUM(struct dose_event, over, "h", 0, 0, 1000, SETTING, "",
              "duration of an infusion; 0: at once; of a bath; 0: to the end; of a stimulus, of a session of "
              "stress"),
    PARAM_NUM(struct dose_event, every, "h", 24, 1e-7, 10000, SETTING, "", "interval of repeated events"),
    PARAM_INT(struct dose_event, count, 1, 1, 1000, SETTING, "", "how often it happens"),
};
const int n_event_params = COUNT_OF(event_params);

/* ---- regions, arms ---- */

static enum status read_regions(struct experiment *experiment) {
  struct config *config = experiment->config;
  const char *names[EXPERIMENT_REGIONS];
  for (int k = 0; k < n_known_regions; k++) names[k] = known_regions[k].name;
  int count = config_count(config, "regions");
  if (count == 0) config_fault(config, "regions", "no region is named; there are mPFC, CA1, CA3 and DG");
  for (int k = 0; k < n_known_regions;
       k++) { /* in the program's order, so that ids do not depend on that of the config */
    char path[64], drive[64];
    snprintf(path, sizeof path, "regions.%s", known_regions[k].name);
    snprintf(drive, sizeof drive, "calibrated.%s", known_regions[k].name);
    if (!config_has(config, path)) { /* a calibration may know more regions than an experiment has */
      config_skip(config, drive);
      continue;
    }
    TRY(known_regions[k].anatomy(&experiment->anatomy[experiment->n_regions]));
    TRY(selection_read(config, &experiment->anatomy[experiment->n_regions++]));
  }
  for (int c = 0; c < count; c++) {
    const char *child = config_child(config, "regions", c);
    bool known = false;
    for (int k = 0; child && k < n_known_regions; k++) known |= strcmp(child, names[k]) == 0;
    char path[128];
    snprintf(path, sizeof path, "regions.%s", child ? child : "");
    if (child && !known) config_unknown(config, path, child, names, n_known_regions);
  }
  return STATUS_OK;
}

struct arm_settings {
  const char *name;
};
const struct param arm_params[] = {
    PARAM_STR(struct arm_settings, name, NULL, SETTING, "", "name of the arm, and of its result file"),
};
const int n_arm_params = COUNT_OF(arm_params);

static void read_arms(struct experiment *experiment) {
  struct config *config = experiment->config;
  int n = config_count(config, "arms");
  if (n > EXPERIMENT_ARMS) config_fault(config, "arms", "%d arms, at most %d", n, EXPERIMENT_ARMS);
  for (int a = 0; a < n && a < EXPERIMENT_ARMS; a++) {
    struct arm_settings arm = {0};
    char path[32], name[40]; /* where the name stands, which an override may have put there */
    snprintf(path, sizeof path, "arms.[%d]", a);
    snprintf(name, sizeof name, "%s.name", path);
    params_read(config, path, arm_params, COUNT_OF(arm_params), NULL, 0, &arm);
    if (arm.name && !directory_names_arm(arm.name))
      config_fault(config, name,
                   "\"%.120s\" cannot name an arm: at most 100 letters, digits and _ - . +, a letter or "
                   "digit first, not .partial last",
                   arm.name);
    if (arm.name && strcmp(arm.name, "summary") == 0)
      config_fault(config, name, "\"summary\" cannot name an arm: summary.h5 is the table of all arms");
    experiment->arm[experiment->n_arms++] = arm.name ? arm.name : "";
    for (int k = 0; k < a; k++) {
      if (strcmp(experiment->arm[k], experiment->arm[a]) == 0)
        config_fault(config, name, "arm \"%s\" is there already", arm.name);
    }
  }
  if (n == 0) experiment->arm[experiment->n_arms++] = "run";
}

/* ---- protocol ---- */

static uint32_t read_event_arms(struct experiment *experiment, const char *event_path) {
  struct config *config = experiment->config;
  char path[64];
  snprintf(path, sizeof path, "%s.arms", event_path);
  if (!config_has(config, path)) return ~0u;
  uint32_t arms = 0;
  int n = config_count(config, path);
  for (int k = 0; k < n; k++) {
    const char *name = config_text_at(config, path, k);
    int a = 0;
    while (name && a < experiment->n_arms && strcmp(name, experiment->arm[a]) != 0) a++;
    if (name && a < experiment->n_arms)
      arms |= 1u << a;
    else if (name)
      config_unknown(config, path, name, experiment->arm, experiment->n_arms);
  }
  return arms;
}

static void check_event(struct experiment *experiment, const char *path, struct dose_event *event) {
  struct config *config = experiment->config;
  struct drug_share share[DRUG_PARTS];
  bool no_drug = stimulus_is(event) || sham_is(event) || stress_is(event);
  if (event->kind && strcmp(event->kind, "dose") != 0 && !bath_is(event) && !no_drug) {
    static const char *const kinds[] = {"dose", "bath", "current", "light", "pulse", "sham", "stress"};
    config_unknown(config, path, event->kind, kinds, COUNT_OF(kinds));
  }
  stimulus_check(experiment, path, event);
  stress_check(experiment, path, event);
  if (no_drug) return;
  bath_check(experiment, path, event);
  local_event_check(experiment, path, event);
  if (!event->drug || !*event->drug)
    config_fault(config, path, "which drug? Give the name of a child of `drugs`");
  if (!event->drug || !*event->drug || !experiment->species.name) return; /* told already */
  if (event->dose > 0 && event->amount > 0)
    config_fault(config, path, "give dose (per body mass) or amount, not both");
  const char *names[DRUG_SUBSTANCES + DRUG_MIXTURES];
  int n = 0;
  for (int s = 0; s < experiment->drugs.n_substances; s++) names[n++] = experiment->drugs.substance[s].name;
  for (int m = 0; m < experiment->drugs.n_mixtures; m++) names[n++] = experiment->drugs.mixture[m].name;
  if (drugs_split(&experiment->drugs, event->drug, 1.0, share) == 0)
    config_unknown(config, path, event->drug, names, n);
  else if (!bath_is(event) &&
           drugs_check_dose(&experiment->drugs, event->drug, event_mg_per_kg(experiment, event), event->over,
                            (enum route)event->route) != STATUS_OK) {
    config_fault(config, path, "%s", status_message());
  }
  if (event->count > 1 && event->over > event->every)
    config_fault(config, path, "the infusion lasts longer than the time to the next");
}

static void read_events(struct experiment *experiment) {
  int n = config_count(experiment->config, "protocol.events");
  if (n > EXPERIMENT_EVENTS)
    config_fault(experiment->config, "protocol.events", "%d events, at most %d", n, EXPERIMENT_EVENTS);
  for (int e = 0; e < n && e < EXPERIMENT_EVENTS; e++) {
    struct dose_event *event = &experiment->event[experiment->n_events++];
    char path[48];
    snprintf(path, sizeof path, "protocol.events.[%d]", e);
    params_read(experiment->config, path, event_params, n_event_params, NULL, 0, event);
    event->arms = read_event_arms(experiment, path);
    check_event(experiment, path, event);
  }
}

struct protocol_settings {
  double end;
};
const struct param protocol_params[] = {
    PARAM_NUM(struct protocol_settings, end, "h", 0, 0, 100000, SETTING, "",
              "end of the protocol; 0: when the last window ends"),
};
const int n_protocol_params = COUNT_OF(protocol_params);

static void read_protocol(struct experiment *experiment) {
  struct protocol_settings protocol;
  params_read(experiment->config, "protocol", protocol_params, COUNT_OF(protocol_params), NULL, 0, &protocol);
  read_events(experiment);
  windows_read(experiment);
  const struct window_plan *last = &experiment->window[experiment->n_windows ? experiment->n_windows - 1 : 0];
  double ends = last->at + last->duration / 3600.0;
  experiment->end_h = fmax(ends, protocol.end);
  protocol_check(experiment, protocol.end);
}

/* ---- all ---- */

int experiment_rows(struct config *config, const char *out[EXPERIMENT_ROWS]) {
  int n = config_count(config, "rows"), kept = 0;
  if (n > EXPERIMENT_ROWS) config_fault(config, "rows", "%d rows, at most %d", n, EXPERIMENT_ROWS);
  for (int k = 0; k < n && k < EXPERIMENT_ROWS; k++) {
    const char *id = config_text_at(config, "rows", k);
    if (id) out[kept++] = id;
  }
  return kept;
}

/* Windows are whole bins of activity, and slow kinetics end with each of them. */
static void check_kinetics_step(const struct experiment *experiment) {
  double step = experiment->simulation.kinetics_step;
  if (fmod(step, 1.0) != 0 || fmod(ACTIVITY_BIN_MS, step) != 0) {
    config_fault(experiment->config, "simulation.kinetics_step",
                 "%g ms do not divide %d ms: take 1, 2, 5 or 10", step, ACTIVITY_BIN_MS);
  }
}

enum status experiment_read(const char *path, const struct experiment_options *options,
                            struct experiment *out) {
  *out = (struct experiment){.quick = options->quick,
                             .refined = options->refine,
                             .command_line = options->command_line ? options->command_line : "",
                             .override_text = options->override_text ? options->override_text : ""};
  TRY(seeded_load(path, options->overrides, options->n_overrides, options->has_seed ? options->seed : -1,
                  &out->config));
  struct experiment_settings settings;
  params_read(out->config, "", experiment_params, n_experiment_params, NULL, 0, &settings);
  out->title = settings.title;
  out->source = settings.source;
  const char *rows[EXPERIMENT_ROWS];
  experiment_rows(out->config, rows);
  params_read(out->config, "simulation", simulation_params, n_simulation_params, NULL, 0, &out->simulation);
  check_kinetics_step(out);
  subject_read(out);
  stressors_read(out);
  extracellular_read(out->config, out);
  signalling_read(out->config, &out->signalling);
  afferents_read(out->config, &out->afferents);
  params_read(out->config, "drive.theta", theta_params, n_theta_params, NULL, 0, &out->theta);
  params_read(out->config, "synapses.calcium_entry", calcium_entry_params, n_calcium_entry_params, NULL, 0,
              &out->calcium_entry);
  params_read(out->config, "body.temperature", temperature_params, n_temperature_params, NULL, 0,
              &out->temperature);
  systemic_read(out->config, &out->systemic);
  spines_read(out->config, &out->spines);
  if (out->species.name) TRY(drugs_read(out->config, out->subject.species, &out->drugs));
  if (out->species.name) subject_scale_kinetics(out);
  TRY(subject_settle(out));
  TRY(read_regions(out));
  record_read(out->config, out->anatomy, out->n_regions, &out->record);
  probe_settings_read(out->config, out->anatomy, out->n_regions, &out->probe);
  read_arms(out);
  read_protocol(out);
  TRY(subject_check_files(out));
  config_skip(out->config, "bench");                /* what `spinule bench` times */
  if (!config_sound(out->config)) return STATUS_OK; /* told when all is read */
  if (out->automatic.on) TRY(windows_place(out));
  return options->refine ? windows_refine(out) : STATUS_OK;
}

void experiment_free(struct experiment *experiment) {
  for (int r = 0; r < experiment->n_regions; r++) {
    memory_free(experiment->anatomy[r].pathway);
    memory_free(experiment->anatomy[r].selected);
  }
  config_free(experiment->config);
  *experiment = (struct experiment){0};
}

/* ---- doses ---- */

double event_mg_per_kg(const struct experiment *experiment, const struct dose_event *event) {
  return event->amount > 0 ? event->amount / experiment->species.body_mass : event->dose;
}

static int by_dose_time(const void *a, const void *b) {
  const struct kinetics_dose *p = a, *q = b;
  return p->at_h < q->at_h ? -1 : p->at_h > q->at_h;
}

enum status experiment_doses(const struct experiment *experiment, int arm, struct arm_doses *out) {
  *out = (struct arm_doses){0};
  for (int e = 0; e < experiment->n_events; e++) {
    const struct dose_event *event = &experiment->event[e];
    if (!(event->arms >> arm & 1u)) continue;
    if (bath_is(event)) {
      TRY(bath_add(experiment, event, out));
      continue;
    }
    if (stress_is(event)) {
      TRY(stress_add(experiment, event, out));
      continue;
    }
    struct drug_share share[DRUG_PARTS];
    int n = drugs_split(&experiment->drugs, event->drug, event_mg_per_kg(experiment, event), share);
    if (event->route == ROUTE_LOCAL) {
      TRY(local_event_doses(experiment, event, share, n, out));
      continue;
    }
    for (int k = 0; k < n; k++) {
      int s = share[k].substance;
      size_t old = (size_t)out->n[s], room = old + (size_t)event->count;
      TRY(memory_resize("doses", old, room, sizeof **out->dose, &out->dose[s]));
      for (int64_t i = 0; i < event->count; i++) {
        out->dose[s][out->n[s]++] = (struct kinetics_dose){event->at + (double)i * event->every, event->over,
                                                           share[k].umol_per_kg, (enum route)event->route};
      }
    }
  }
  TRY(stress_go_on(experiment, out));
  for (int s = 0; s < DRUG_SUBSTANCES; s++) {
    if (out->n[s]) qsort(out->dose[s], (size_t)out->n[s], sizeof **out->dose, by_dose_time);
  }
  return STATUS_OK;
}

void experiment_free_doses(struct arm_doses *doses) {
  for (int s = 0; s < DRUG_SUBSTANCES; s++) memory_free(doses->dose[s]);
  memory_free(doses->bath);
  memory_free(doses->local);
  memory_free(doses->stress);
  *doses = (struct arm_doses){0};
}

static double felt_h(const struct experiment *experiment, const struct dose_event *event) {
  return stimulus_is(event) ? stimulus_felt_h(experiment, event) : event->at;
}

double experiment_divergence_h(const struct experiment *experiment, uint32_t arms) {
  double first = INFINITY;
  for (int e = 0; e < experiment->n_events; e++) {
    uint32_t some = experiment->event[e].arms & arms;
    if (some != 0 && some != arms) first = fmin(first, felt_h(experiment, &experiment->event[e]));
  }
  return first;
}

/* Number of the latest repeat of an event at or before t, −1 if there is none; by comparing times, since a
 * quotient of rounded times may fall on either side of a whole number. */
static double repeat_before(const struct dose_event *event, double t_h) {
  double k = fmin(floor((t_h - event->at) / event->every) + 1.0, (double)(event->count - 1));
  while (k >= 0 && event->at + k * event->every > t_h) k--;
  return fmax(k, -1.0);
}

double experiment_event_before_h(const struct experiment *experiment, double t_h) {
  double latest = -INFINITY;
  for (int e = 0; e < experiment->n_events; e++) {
    const struct dose_event *event = &experiment->event[e];
    double k = repeat_before(event, t_h);
    if (stress_is(event)) continue; /* nothing jumps */
    if (stimulus_is(event)) {
      latest = fmax(latest, stimulus_before_h(event, t_h));
      continue;
    }
    if (k >= 0) latest = fmax(latest, event->at + k * event->every);
    if (bath_is(event) && bath_end_h(event) <= t_h) latest = fmax(latest, bath_end_h(event));
  }
  return latest;
}

double experiment_event_after_h(const struct experiment *experiment, double t_h) {
  double next = INFINITY;
  for (int e = 0; e < experiment->n_events; e++) {
    const struct dose_event *event = &experiment->event[e];
    double k = repeat_before(event, t_h) + 1.0;
    if (stress_is(event)) continue;
    if (stimulus_is(event)) {
      next = fmin(next, stimulus_after_h(event, t_h));
      continue;
    }
    if (k < (double)event->count) next = fmin(next, event->at + k * event->every);
    if (bath_is(event) && bath_end_h(event) > t_h) next = fmin(next, bath_end_h(event));
  }
  return next;
}
