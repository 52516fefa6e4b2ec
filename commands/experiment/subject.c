/* subject.c — reading who is simulated. See subject.h. */
#include "subject.h"
#include "bath.h"
#include "fields.h"
#include "maths.h"
#include "memory.h"
#include "stress_events.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Clearance goes with the 3/4 power of body mass, volume with body mass (West et al. 1997,
 * doi:10.1126/science.276.5309.122): per mass, clearance falls with the quarter. */
static const double CLEARANCE_POWER = -0.25;
/* 10 kg/m² are one unit of adiposity (tissue/inflammation.c). */
static const double BMI_UNIT = 10;

const struct param subject_params[] = {
    PARAM_STR(struct subject_settings, species, NULL, SETTING, "",
              "name of a group of `species`: sets pharmacokinetics"),
    PARAM_BOOL(struct subject_settings, warmed, 0, SETTING, "",
               "the body is kept warm: anaesthesia does not lower its temperature"),
    PARAM_PICK(struct subject_settings, sex, 0, "male|female", SETTING, "",
               "sex: in females stress shortens dendrites less"),
    PARAM_NUM(struct subject_settings, body_mass, "kg", 0, 0, 1000, SETTING, "",
              "body mass, which scales clearance; 0 kg: that of the species"),
    PARAM_NUM(struct subject_settings, bmi, "kg/m2", 0, 0, 100, SETTING, "",
              "body-mass index, which raises cytokines at rest; 0 kg/m2: that of reference of the species"),
    PARAM_NUM(struct subject_settings, inflammation, "1", 1, 0.01, 100, SETTING, "",
              "factor on cytokines at rest, whatever the cause"),
    PARAM_NUM(struct subject_settings, clearance, "1", 1, 0.01, 100, SETTING, "",
              "factor on the clearance of all drugs: how far this subject is from the mean"),
    PARAM_STR(struct subject_settings, condition, "", SETTING, "",
              "name of a child of `conditions`: what lies behind the subject at time 0; empty: health"),
    PARAM_STR(struct subject_settings, from, "", SETTING, "",
              "file of a subject that an experiment kept (record.subject), to begin with, from where the "
              "program is started; {seed} in it stands for the seed; empty: none"),
};
const int n_subject_params = COUNT_OF(subject_params);

const struct param species_params[] = {
    PARAM_STR(struct species_settings, name, "", SETTING, "", "common name"),
    PARAM_STR(struct species_settings, latin, "", SETTING, "", "systematic name"),
    PARAM_NUM(struct species_settings, body_mass, "kg", 0.25, 0.001, 1000, ASSUMED, "of the species",
              "body mass"),
    PARAM_NUM(struct species_settings, bmi, "kg/m2", 0, 0, 100, ASSUMED, "of the species",
              "body-mass index to which cytokines at rest refer; 0 kg/m2: it has none"),
    PARAM_NUM(struct species_settings, temperature, "°C", 37, 20, 45, ASSUMED, "of the species",
              "body temperature"),
};
const int n_species_params = COUNT_OF(species_params);

const struct param condition_params[] = {
    PARAM_STR(struct condition_settings, title, "", SETTING, "", "what it is, in words"),
    PARAM_STR(struct condition_settings, stressor, NULL, SETTING, "", "name of a child of `stressors`"),
    PARAM_NUM(struct condition_settings, intensity, "1", 1, 0, 10, SETTING, "", "factor on its drive"),
    PARAM_NUM(struct condition_settings, over, "h", PARAM_REQUIRED, 0.001, 24, SETTING, "", "one session"),
    PARAM_NUM(struct condition_settings, every, "h", 24, 0.01, 1000, SETTING, "", "from one to the next"),
    PARAM_INT(struct condition_settings, count, 21, 1, 1000, SETTING, "", "number of sessions before time 0"),
    PARAM_BOOL(struct condition_settings, goes_on, 1, SETTING, "",
               "the sessions go on after time 0, in all arms"),
};
const int n_condition_params = COUNT_OF(condition_params);

/* ---- reading ---- */

static void read_species(struct experiment *experiment) {
  struct config *config = experiment->config;
  const char *species = experiment->subject.species, *names[32];
  char path[96];
  int n = config_count(config, "species");
  snprintf(path, sizeof path, "species.%s", species);
  bool found = config_has(config, path);
  for (int c = 0; c < n && c < COUNT_OF(names); c++) names[c] = config_child(config, "species", c);
  for (int c = 0; c < n; c++) { /* species that are there but not this subject's */
    const char *other = config_child(config, "species", c);
    char unread[96];
    snprintf(unread, sizeof unread, "species.%s", other ? other : "");
    if (other && strcmp(other, species) != 0) config_skip(config, unread);
  }
  if (!found) {
    config_unknown(config, "subject.species", species, names, n < COUNT_OF(names) ? n : COUNT_OF(names));
    config_skip(config, "drugs"); /* whose kinetics depend on it */
    return;
  }
  params_read(config, path, species_params, n_species_params, NULL, 0, &experiment->species);
  if (!experiment->species.name || !*experiment->species.name) experiment->species.name = species;
}

static void read_condition(struct experiment *experiment) {
  struct config *config = experiment->config;
  const char *wanted = experiment->subject.condition, *names[32];
  int n = config_count(config, "conditions"), known = 0;
  bool found = false;
  char path[96];
  for (int c = 0; c < n; c++) {
    const char *name = config_child(config, "conditions", c);
    if (!name) continue;
    if (known < COUNT_OF(names)) names[known++] = name;
    snprintf(path, sizeof path, "conditions.%.80s", name);
    if (!wanted || strcmp(wanted, name) != 0) {
      config_skip(config, path);
      continue;
    }
    found = true;
    params_read(config, path, condition_params, n_condition_params, NULL, 0, &experiment->condition);
  }
  if (wanted && *wanted && !found) config_unknown(config, "subject.condition", wanted, names, known);
}

void subject_read(struct experiment *experiment) {
  struct config *config = experiment->config;
  struct subject_settings *subject = &experiment->subject;
  params_read(config, "subject", subject_params, n_subject_params, NULL, 0, subject);
  read_condition(experiment);
  if (!subject->species) {
    config_skip(config, "species");
    config_skip(config, "drugs");
    return;
  }
  read_species(experiment);
  struct species_settings *species = &experiment->species;
  if (subject->bmi > 0 && species->name && species->bmi <= 0)
    config_fault(config, "subject.bmi", "%s has no body-mass index of reference", species->name);
}

/* A body mass that differs is that of the subject; doses per mass and for the whole body refer to it. */
void subject_scale_kinetics(struct experiment *experiment) {
  double mass = experiment->subject.body_mass, factor = experiment->subject.clearance;
  if (mass > 0) {
    factor *= maths_pow(mass / experiment->species.body_mass, CLEARANCE_POWER);
    experiment->species.body_mass = mass;
  }
  if (factor == 1) return;
  for (int s = 0; s < experiment->drugs.n_substances; s++)
    experiment->drugs.substance[s].kinetics.CL *= factor;
}

/* ---- a subject that was kept ---- */

static const char SEED_MARK[] = "{seed}";

bool subject_is_kept(const struct experiment *experiment) {
  return experiment->subject.from && *experiment->subject.from;
}

enum status subject_file_path(const struct experiment *experiment, char **out) {
  *out = NULL;
  if (!subject_is_kept(experiment)) return STATUS_OK;
  const char *from = experiment->subject.from, *at = strstr(from, SEED_MARK);
  size_t room = strlen(from) + 32, before = at ? (size_t)(at - from) : strlen(from);
  char *path = NULL;
  TRY(memory_new("path", room, 1, &path));
  snprintf(path, room, "%.*s", (int)before, from);
  if (at)
    snprintf(path + before, room - before, "%lld%s", (long long)experiment->simulation.seed,
             at + sizeof SEED_MARK - 1);
  *out = path;
  return STATUS_OK;
}

/* What a dose into tissue or a bath does follows from its time, not from what is in the body. */
static void check_keeping(const struct experiment *experiment) {
  for (int e = 0; e < experiment->n_events && experiment->record.subject; e++) {
    const struct dose_event *event = &experiment->event[e];
    if (stress_is(event) || (event->route != ROUTE_LOCAL && !bath_is(event))) continue;
    config_fault(experiment->config, "record.subject",
                 "a subject is kept with what is in its body; event %d gives %s into tissue or a bath", e,
                 event->drug);
    return;
  }
}

/* It must be there, and brings what lies behind it. */
static enum status check_begin(struct experiment *experiment) {
  struct config *config = experiment->config;
  const char *condition = experiment->subject.condition;
  char *path = NULL;
  if (!subject_is_kept(experiment)) return STATUS_OK;
  TRY(subject_file_path(experiment, &path));
  /* a batch gives other seeds than the config: a run tells by itself */
  if (!strstr(experiment->subject.from, SEED_MARK) && access(path, R_OK) != 0)
    config_fault(config, "subject.from", "%s cannot be read: %s", path, strerror(errno));
  if (condition && *condition)
    config_fault(config, "subject.condition",
                 "the subject of subject.from has its past: leave out one of the two");
  memory_free(path);
  return STATUS_OK;
}

enum status subject_check_files(struct experiment *experiment) {
  check_keeping(experiment);
  return check_begin(experiment);
}

/* ---- the body at rest ---- */

struct systemic_input subject_input(const struct experiment *experiment) {
  const struct subject_settings *subject = &experiment->subject;
  struct systemic_input in = {.raised = subject->inflammation - 1,
                              .stress_apart = !experiment->signalling.stress,
                              .gut_apart = !experiment->signalling.gut};
  if (subject->bmi > 0) in.adiposity = (subject->bmi - experiment->species.bmi) / BMI_UNIT;
  return in;
}

static bool is_lean(const struct experiment *experiment) {
  struct systemic_input in = subject_input(experiment);
  return in.adiposity == 0 && in.raised == 0;
}

bool subject_is_other(const struct experiment *experiment) {
  const char *condition = experiment->subject.condition;
  return !is_lean(experiment) || (condition && *condition) || subject_is_kept(experiment);
}

enum status subject_settle(struct experiment *experiment) {
  const struct condition_settings *condition = &experiment->condition;
  struct config *config = experiment->config;
  systemic_rest(experiment->body_rest);
  if (condition->stressor && *condition->stressor && stressor_named(experiment, condition->stressor) < 0)
    config_fault(config, "subject.condition", "there is no stressor \"%s\"", condition->stressor);
  if (condition->stressor && condition->over > condition->every)
    config_fault(config, "subject.condition", "a session lasts longer than the time to the next");
  if (is_lean(experiment)) return STATUS_OK;
  struct systemic_input in = subject_input(experiment);
  struct stiff *solver = NULL;
  TRY(systemic_solver(&solver));
  enum status status = systemic_settle(&experiment->systemic, &in, solver, experiment->body_rest);
  stiff_free(solver);
  return status;
}
