/* drug_trial.h — for tests of configs/drugs: read a file, give one dose, follow what is in plasma and
 * brain. */
#ifndef TESTS_CONFIGS_DRUG_TRIAL_H
#define TESTS_CONFIGS_DRUG_TRIAL_H

#include "drugs/drug.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#ifndef SOURCE_ROOT /* which the build defines */
#define SOURCE_ROOT "."
#endif
#define DRUGS SOURCE_ROOT "/configs/drugs/"

static inline void within(const char *what, double value, double low, double high) {
  if (!(value >= low && value <= high)) fail_msg("%s: %g is not within %g … %g", what, value, low, high);
}

static inline void near(double value, double wanted, double relative) {
  within("value", value, wanted * (1 - relative), wanted * (1 + relative));
}

static inline struct config *open_file(const char *path) {
  char text[600];
  struct config *config = NULL;
  snprintf(text, sizeof text, "drugs = {\n@include \"%s\"\n};\n", path);
  if (config_parse("test.cfg", text, &config) != STATUS_OK) fail_msg("%s", status_message());
  return config;
}

static inline struct config *read_drugs(const char *name, const char *species, struct drugs *drugs) {
  char path[400];
  snprintf(path, sizeof path, DRUGS "%s.cfg", name);
  struct config *config = open_file(path);
  assert_int_equal(drugs_read(config, species, drugs), STATUS_OK);
  if (config_finish(config) != STATUS_OK) fail_msg("%s", status_message());
  return config;
}

static inline int find(const struct drugs *drugs, const char *name) {
  for (int i = 0; i < drugs->n_substances; i++) {
    if (strcmp(drugs->substance[i].name, name) == 0) return i;
  }
  fail_msg("no %s", name);
  return 0;
}

/* One dose of a drug on its way: all substances of the file, of which it gives some. */
struct trial {
  struct drugs drugs;
  struct config *config;
  struct kinetics_dose dose[DRUG_PARTS];
  struct drug_share part[DRUG_PARTS];
  double state[DRUG_SUBSTANCES][KINETICS_STATES];
  int n;
  double time_h;
};

static inline void start_drug(struct trial *trial, const char *file, const char *drug, const char *species,
                              double mg_per_kg, enum route route, double over_h) {
  memset(trial, 0, sizeof *trial);
  trial->config = read_drugs(file, species, &trial->drugs);
  assert_int_equal(drugs_check_dose(&trial->drugs, drug, mg_per_kg, over_h, route), STATUS_OK);
  trial->n = drugs_split(&trial->drugs, drug, mg_per_kg, trial->part);
  for (int i = 0; i < trial->n; i++)
    trial->dose[i] = (struct kinetics_dose){0, over_h, trial->part[i].umol_per_kg, route};
}

static inline void start(struct trial *trial, const char *file, const char *species, double mg_per_kg,
                         enum route route, double over_h) {
  start_drug(trial, file, file, species, mg_per_kg, route, over_h);
}

static inline void stop(struct trial *trial) { config_free(trial->config); }

static inline const struct substance *substance_of(const struct trial *trial, int i) {
  return &trial->drugs.substance[trial->part[i].substance];
}

static inline void advance_family(struct trial *trial, int family, double to_h) {
  struct kinetics_member member[KINETICS_FAMILY];
  int id[KINETICS_FAMILY], n = drugs_family(&trial->drugs, family, id);
  for (int m = 0; m < n; m++) {
    const struct substance *substance = &trial->drugs.substance[id[m]];
    member[m] = (struct kinetics_member){id[m], "drug", &substance->kinetics, NULL, 0, trial->state[id[m]]};
    for (int i = 0; i < trial->n; i++) {
      if (trial->part[i].substance != id[m]) continue;
      member[m].doses = &trial->dose[i];
      member[m].n_doses = 1;
    }
  }
  assert_int_equal(kinetics_advance(member, n, trial->time_h, to_h), STATUS_OK);
}

static inline void advance_to(struct trial *trial, double minutes) {
  for (int i = 0; i < trial->n; i++) advance_family(trial, substance_of(trial, i)->family, minutes / 60);
  trial->time_h = minutes / 60;
}

static inline double brain_uM(const struct trial *trial) {
  double sum = 0;
  for (int i = 0; i < trial->n; i++) sum += kinetics_brain_uM(trial->state[trial->part[i].substance]);
  return sum;
}

static inline double plasma_ng_mL(const struct trial *trial) {
  double sum = 0;
  for (int i = 0; i < trial->n; i++) {
    const struct substance *substance = substance_of(trial, i);
    sum += kinetics_plasma_uM(&substance->kinetics, trial->state[trial->part[i].substance]) *
           substance->molar_mass;
  }
  return sum;
}

#endif
