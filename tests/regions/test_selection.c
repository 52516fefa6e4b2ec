/* test_selection.c — a part of a circuit: populations are kept or left out by name, type or layer,
 * pathways with them; what is left is built as it is in the whole; a word that names nothing, or a choice
 * that leaves nothing, is a fault. */
#include "selection.h"
#include "small_anatomy.h"

static struct anatomy chosen(const char *list, struct config **config) {
  char text[256];
  struct anatomy anatomy = small_anatomy(true);
  snprintf(text, sizeof text,
           "regions: { here: { %s }; };\ncalibrated: { here: { B1: { x = 1; }; A2: { x = 1; }; }; };", list);
  assert_ok(config_parse("test", text, config));
  assert_ok(selection_read(*config, &anatomy));
  return anatomy;
}

static void drop(struct anatomy *anatomy, struct config *config) {
  memory_free(anatomy->pathway);
  memory_free(anatomy->selected);
  config_free(config);
}

static void test_choices(void **state) {
  (void)state;
  static const struct {
    const char *list, *names;
    int pathways;
  } cases[] = {{"", "A1 B1 A2 ", 9},
               {"only = [\"L1\"];", "A1 B1 ", 4},
               {"only = [\"A2\", \"PV\"];", "B1 A2 ", 4},
               {"without = [\"PV\"];", "A1 A2 ", 4},
               {"only = [\"L1\"]; without = [\"B1\"];", "A1 ", 1}};
  for (int k = 0; k < COUNT_OF(cases); k++) {
    struct config *config;
    struct anatomy anatomy = chosen(cases[k].list, &config);
    char names[64] = "";
    for (int p = 0; p < anatomy.n_populations; p++) {
      strcat(names, anatomy.population[p].name);
      strcat(names, " ");
    }
    assert_string_equal(names, cases[k].names);
    assert_int_equal(anatomy.n_pathways, cases[k].pathways);
    for (int w = 0; w < anatomy.n_pathways; w++) { /* the weight of a row says where it led */
      const char *to = anatomy.population[anatomy.pathway[w].to].name;
      int was = strcmp(to, "A1") == 0 ? 0 : strcmp(to, "B1") == 0 ? 1 : 2;
      assert_near(anatomy.pathway[w].mean_nS, 0.2 + 0.1 * was, 1e-12);
    }
    drop(&anatomy, config);
  }
}

/* Drives of populations that are left out are passed over; those that are left are still to be read. */
static void test_drives(void **state) {
  (void)state;
  struct config *config;
  struct anatomy anatomy = chosen("without = [\"PV\", \"A2\"];", &config);
  assert_ok(config_finish(config));
  drop(&anatomy, config);
  anatomy = chosen("without = [\"PV\"];", &config);
  assert_fails(config_finish(config), STATUS_CONFIG, "A2");
  drop(&anatomy, config);
}

static void test_faults(void **state) {
  (void)state;
  static const char *const wrong[][2] = {
      {"without = [\"VIP\"];", "VIP"},
      {"only = [\"L1\"]; without = [\"PYR\", \"PV\"];", "leave no population"},
      {"only = \"L1\";", "give a list of names"}};
  for (int k = 0; k < COUNT_OF(wrong); k++) {
    struct config *config;
    struct anatomy anatomy = chosen(wrong[k][0], &config);
    assert_fails(config_finish(config), STATUS_CONFIG, wrong[k][1]);
    drop(&anatomy, config);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_choices), cmocka_unit_test(test_drives),
                                     cmocka_unit_test(test_faults)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
