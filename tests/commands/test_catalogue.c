/* test_catalogue.c — questions find the parameters that they mean; every table is sound; and every value that
 * a region really reads is described by exactly one row of the catalogue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiment/catalogue.h"
#include "experiment/defaults.h"
#include "experiment/describe.h"
#include "memory.h"
#include "units.h"

#define NMDA "regions.<region>.populations.<population>.nmda.tau_decay"
#define P0 "regions.<region>.pathways.<from>_to_<to>.p0"
#define DOSE "protocol.events.<i>.dose"

static void questions_find_what_they_mean(void **state) {
  (void)state;
  static const struct {
    const char *path, *asked;
    enum catalogue_match match;
  } cases[] = {
      {NMDA, "tau_decay", CATALOGUE_ENDS},
      {NMDA, "nmda.tau_decay", CATALOGUE_ENDS},
      {NMDA, "PV_L5.nmda.tau_decay", CATALOGUE_ENDS},
      {NMDA, "regions.mPFC.populations.PV_L5.nmda.tau_decay", CATALOGUE_ENDS},
      {NMDA, NMDA, CATALOGUE_ENDS},
      {NMDA, "nmda", CATALOGUE_GROUP},
      {NMDA, "populations.PV_L5.nmda", CATALOGUE_GROUP},
      {NMDA, "regions", CATALOGUE_GROUP},
      {NMDA, "decay", CATALOGUE_CONTAINS},
      {NMDA, "NMDA", CATALOGUE_CONTAINS},
      {NMDA, "PV_L5", CATALOGUE_NONE}, /* a name alone would mean everything */
      {NMDA, "ampa.tau_decay", CATALOGUE_NONE},
      {NMDA, "x.regions.mPFC.populations.PV_L5.nmda.tau_decay", CATALOGUE_NONE},
      {P0, "pathways.PV_L5_to_PYR_L5.p0", CATALOGUE_ENDS},
      {P0, "pathways.PV_L5.p0", CATALOGUE_NONE},
      {P0, "pathways._to_.p0", CATALOGUE_NONE},
      {DOSE, "protocol.events.[0].dose", CATALOGUE_ENDS},
      {DOSE, "protocol.events.dose", CATALOGUE_ENDS}, /* whichever it is */
      {DOSE, "events", CATALOGUE_GROUP},
      {"protocol.events.<i>.drug", "protocol.events.dose", CATALOGUE_NONE},
      {"title", "title", CATALOGUE_ENDS},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (catalogue_match(cases[i].path, cases[i].asked) != cases[i].match)
      fail_msg("%s asked by %s", cases[i].path, cases[i].asked);
  }
}

static void check_row(const struct catalogue_table *table, const struct param *param) {
  char text[DESCRIBE_MAX];
  double factor;
  bool number = param->type == PARAM_NUMBER || param->type == PARAM_INTEGER;
  bool sound = param->meaning && *param->meaning && param->source;
  sound = sound && (param->standing == SETTING || *param->source); /* a claim names where it comes from */
  if (number) sound = sound && param->low <= param->high;
  if (number && !isnan(param->standard))
    sound = sound && param->standard >= param->low && param->standard <= param->high;
  if (param->type == PARAM_NUMBER)
    sound = sound && units_factor(param->unit, param->unit, &factor) == STATUS_OK;
  describe_default(param, text);
  sound = sound && *text;
  describe_range(param, text);
  sound = sound && *text;
  if (!sound) fail_msg("%s.%s", table->path, param->key);
}

static void tables_are_sound(void **state) {
  (void)state;
  struct catalogue catalogue;
  assert_int_equal(catalogue_open(&catalogue), STATUS_OK);
  assert_true(catalogue.n > 8);
  for (int t = 0; t < catalogue.n; t++) {
    const struct catalogue_table *table = &catalogue.table[t];
    assert_true(table->n > 0 && *table->title);
    for (int i = 0; i < table->n; i++) {
      check_row(table, &table->params[i]);
      for (int k = 0; k < i; k++) assert_string_not_equal(table->params[i].key, table->params[k].key);
    }
  }
  catalogue_close(&catalogue);
}

/* Is this the table of a cell model that no region's population has? All stand at the same place. */
static bool of_other_cell(const struct catalogue *catalogue, const struct catalogue_table *table) {
  for (int i = 0; i < catalogue->mechanisms->n; i++) {
    const struct mechanism *mechanism = catalogue->mechanisms->list[i];
    size_t length = strlen(mechanism->name);
    if (strncmp(table->title, mechanism->name, length) == 0 && table->title[length] == ':')
      return mechanism->kind == MECHANISM_CELL && strcmp(mechanism->name, "adex") != 0;
  }
  return false;
}

/* Rows that describe a resolved path. */
static int rows_of(const struct catalogue *catalogue, const char *path) {
  char row[2 * CATALOGUE_PATH_MAX];
  int n = 0;
  for (int t = 0; t < catalogue->n; t++) {
    if (of_other_cell(catalogue, &catalogue->table[t])) continue;
    for (int i = 0; i < catalogue->table[t].n; i++) {
      snprintf(row, sizeof row, "%s.%s", catalogue->table[t].path, catalogue->table[t].params[i].key);
      n += catalogue_match(row, path) == CATALOGUE_ENDS;
    }
  }
  return n;
}

static void every_value_of_a_region_is_described(void **state) {
  (void)state;
  struct catalogue catalogue;
  struct defaults *defaults;
  int presets = 0;
  assert_int_equal(catalogue_open(&catalogue), STATUS_OK);
  assert_int_equal(defaults_open(&defaults), STATUS_OK);
  assert_true(defaults_count(defaults) > 1000);
  for (int i = 0; i < defaults_count(defaults); i++) {
    const struct resolved *value = defaults_at(defaults, i);
    presets += strcmp(value->origin, "preset") == 0;
    if (rows_of(&catalogue, value->path) != 1) fail_msg("%s", value->path);
  }
  assert_true(presets > 100);
  defaults_close(defaults);
  catalogue_close(&catalogue);
}

static void rows_read_well(void **state) {
  (void)state;
  struct thing {
    double x;
    int pick;
    bool flag;
    const char *text;
  };
  static const struct param rows[] = {
      PARAM_NUM(struct thing, x, "ms", 75, 5, 3000, SETTING, "", "a time"),
      PARAM_NUM(struct thing, x, "mg/kg", PARAM_REQUIRED, 0, 10, SETTING, "", "a dose"),
      PARAM_PICK(struct thing, pick, 1, "mouse|rat|human", SETTING, "", "a choice"),
      PARAM_BOOL(struct thing, flag, 1, SETTING, "", "a switch"),
      PARAM_STR(struct thing, text, "none", SETTING, "", "a text"),
      PARAM_STR(struct thing, text, NULL, SETTING, "", "a needed text"),
  };
  static const char *const expected[][2] = {
      {"75 ms", "5 ms … 3 s"},        {"required", "0 mg/kg … 10 mg/kg"},
      {"rat", "mouse, rat or human"}, {"true", "true or false"},
      {"\"none\"", "text"},           {"required", "text"}};
  char text[DESCRIBE_MAX];
  for (int i = 0; i < COUNT_OF(rows); i++) {
    describe_default(&rows[i], text);
    assert_string_equal(text, expected[i][0]);
    describe_range(&rows[i], text);
    assert_string_equal(text, expected[i][1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(questions_find_what_they_mean),
      cmocka_unit_test(tables_are_sound),
      cmocka_unit_test(every_value_of_a_region_is_described),
      cmocka_unit_test(rows_read_well),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
