/* test_params.c — a table and a config fill a struct: every type, defaults, presets, origins and sources;
 * each fault once, with its exact message; all faults of a config at once, in the order of its lines. */
#include "memory.h"
#include "params.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

struct patch {
  double side, share, rate;
  int64_t seed;
  bool plastic;
  const char *title;
  int edges;
};

static const struct param table[] = {
    PARAM_NUM(struct patch, side, "µm", 500, 50, 5000, ASSUMED, "smallest that holds the kernels", "side"),
    PARAM_NUM(struct patch, share, "1", 0.5, 0, 1, PUBLISHED, "doi:1", "share"),
    PARAM_NUM(struct patch, rate, "Hz", 2, 0, INFINITY, PUBLISHED, "doi:2", "rate"),
    PARAM_INT(struct patch, seed, 1, 0, 9e15, SETTING, "", "seed"),
    PARAM_BOOL(struct patch, plastic, 1, SETTING, "", "do synapses change"),
    PARAM_STR(struct patch, title, "a patch", SETTING, "", "title"),
    PARAM_PICK(struct patch, edges, 0, "periodic|open", SETTING, "", "what lies beyond"),
};

static const struct param required[] = {
    PARAM_NUM(struct patch, side, "µm", PARAM_REQUIRED, 50, 5000, SETTING, "", "side"),
    PARAM_NUM(struct patch, rate, "Hz", PARAM_REQUIRED, 0, INFINITY, SETTING, "", "rate"),
    PARAM_INT(struct patch, seed, PARAM_REQUIRED, 0, 100, SETTING, "", "seed"),
    PARAM_BOOL(struct patch, plastic, PARAM_REQUIRED, SETTING, "", "do synapses change"),
    PARAM_STR(struct patch, title, NULL, SETTING, "", "title"),
    PARAM_PICK(struct patch, edges, PARAM_REQUIRED, "periodic|open", SETTING, "", "what lies beyond"),
};

static struct config *parsed(const char *text) {
  struct config *config;
  if (config_parse("x.cfg", text, &config) != STATUS_OK) fail_msg("%s", status_message());
  return config;
}

static struct patch read_patch(struct config *config, const char *path) {
  struct patch patch;
  memset(&patch, 0xA5, sizeof patch);
  params_read(config, path, table, COUNT_OF(table), NULL, 0, &patch);
  return patch;
}

static const struct resolved *resolved(const struct config *config, const char *path) {
  const struct resolved *found = NULL;
  for (int i = 0; i < config_resolved_count(config); i++) {
    if (strcmp(config_resolved_at(config, i)->path, path) != 0) continue;
    assert_null(found); /* each path once */
    found = config_resolved_at(config, i);
  }
  assert_non_null(found);
  return found;
}

static void assert_resolved(const struct config *config, const char *path, const char *value,
                            const char *origin, enum standing standing, const char *source) {
  const struct resolved *entry = resolved(config, path);
  assert_string_equal(entry->value, value);
  assert_string_equal(entry->origin, origin);
  assert_int_equal(entry->standing, standing);
  assert_string_equal(entry->source, source);
}

/* The config must have exactly these faults; it is freed. */
static void assert_faults(struct config *config, const char *expected) {
  enum status status = config_finish(config);
  assert_string_equal(status == STATUS_OK ? "" : status_message(), expected);
  assert_int_equal(status, *expected ? STATUS_CONFIG : STATUS_OK);
  config_free(config);
}

static void absent_groups_give_defaults(void **state) {
  (void)state;
  struct config *config = parsed("");
  struct patch patch = read_patch(config, "regions.here");
  assert_true(patch.side == 500 && patch.share == 0.5 && patch.rate == 2);
  assert_true(patch.seed == 1 && patch.plastic && patch.edges == 0);
  assert_string_equal(patch.title, "a patch");
  assert_int_equal(config_resolved_count(config), COUNT_OF(table));
  assert_resolved(config, "regions.here.side", "500 µm", "default", ASSUMED,
                  "smallest that holds the kernels");
  assert_resolved(config, "regions.here.plastic", "true", "default", SETTING, "");
  assert_resolved(config, "regions.here.edges", "periodic", "default", SETTING, "");
  assert_string_equal(resolved(config, "regions.here.plastic")->meaning, "do synapses change");
  assert_faults(config, "");
}

static void values_of_every_type_are_read(void **state) {
  (void)state;
  struct config *config =
      parsed("a = { side = \"0.4 mm\"; share = 1; rate = \"0.1 kHz\"; seed = 9000000000;\n"
             "plastic = false; title = \"x\"; edges = \"open\"; };\n");
  struct patch patch = read_patch(config, "a");
  assert_true(patch.side == 400 && patch.share == 1 && patch.rate == 100);
  assert_true(patch.seed == 9000000000 && !patch.plastic && patch.edges == 1);
  assert_string_equal(patch.title, "x");
  assert_resolved(config, "a.side", "400 µm", "config", SETTING, "given in the config");
  assert_resolved(config, "a.share", "1", "config", SETTING, "given in the config");
  assert_resolved(config, "a.seed", "9000000000", "config", SETTING, "given in the config");
  assert_resolved(config, "a.edges", "open", "config", SETTING, "given in the config");
  assert_faults(config, "");
  config = parsed("share = 25e-2; seed = 1e6; side = \"6.02214076e2 um\"; rate = \"2 %/s\";");
  patch = read_patch(config, "");
  assert_true(patch.share == 0.25 && patch.seed == 1000000 && patch.side == 602.214076 && patch.rate == 0.02);
  assert_resolved(config, "side", "602.214076 µm", "config", SETTING, "given in the config");
  assert_faults(config, "");
}

static void presets_replace_defaults(void **state) {
  (void)state;
  static const struct preset presets[] = {{"side", 800, PUBLISHED, "doi:3"},
                                          {"seed", 4, ASSUMED, "why not"},
                                          {"edges", 1, ASSUMED, "slices"},
                                          {"of_another_table", 5, ASSUMED, ""},
                                          {"side", 900, CALIBRATED, "the later one holds"}};
  struct config *config = parsed("a = { seed = 7; };");
  struct patch patch;
  params_read(config, "a", table, COUNT_OF(table), presets, COUNT_OF(presets), &patch);
  assert_true(patch.side == 900 && patch.seed == 7 && patch.edges == 1 && patch.rate == 2);
  assert_resolved(config, "a.side", "900 µm", "preset", CALIBRATED, "the later one holds");
  assert_resolved(config, "a.edges", "open", "preset", ASSUMED, "slices");
  assert_resolved(config, "a.seed", "7", "config", SETTING, "given in the config");
  assert_string_equal(resolved(config, "a.side")->meaning, "side");
  assert_faults(config, "");
  static const struct preset wild[] = {{"side", 9000, PUBLISHED, "doi:3"}};
  config = parsed("a = { };");
  params_read(config, "a", table, COUNT_OF(table), wild, 1, &patch);
  assert_faults(config, "x.cfg:1: a.side: the preset 9 mm is out of range (50 µm … 5 mm)");
}

static void groups_can_state_their_source(void **state) {
  (void)state;
  struct config *config = parsed("a = { side = \"1 mm\"; source = \"fitted 2025-01-01\"; standing = "
                                 "\"calibrated\"; };\nb = { side = \"1 mm\"; source = \"doi:4\"; };");
  read_patch(config, "a");
  read_patch(config, "b");
  assert_resolved(config, "a.side", "1000 µm", "config", CALIBRATED, "fitted 2025-01-01");
  assert_resolved(config, "a.rate", "2 Hz", "default", PUBLISHED, "doi:2");
  assert_resolved(config, "b.side", "1000 µm", "config", SETTING, "doi:4");
  assert_faults(config, "");
  config = parsed(
      "a = { side = \"1 mm\"; standing = \"published\"; };\nb = { standing = \"publishd\"; source = 3; };");
  read_patch(config, "a");
  read_patch(config, "b");
  assert_faults(config,
                "x.cfg:1: a.standing: a standing needs a source beside it\n"
                "x.cfg:2: b.source: 3 is not a text in quotes\n"
                "x.cfg:2: b.standing: \"publishd\" is none of published, calibrated, assumed; did you mean "
                "\"published\"?\n"
                "x.cfg:2: b.standing: a standing needs a source beside it");
  struct named {
    const char *source;
  } named;
  static const struct param own[] = {
      PARAM_STR(struct named, source, "", SETTING, "", "where glutamate comes from")};
  config = parsed("a = { source = \"axons\"; };");
  params_read(config, "a", own, 1, NULL, 0, &named);
  assert_string_equal(named.source, "axons");
  assert_resolved(config, "a.source", "axons", "config", SETTING, "given in the config");
  assert_faults(config, "");
}

/* −1 stands for "not given"; what lies between it and 0 would be taken for that without a word. */
static void below_0_only_the_sign_for_nothing(void **state) {
  (void)state;
  static const struct param rows[] = {PARAM_NUM(struct patch, share, "1", -1, -1, 1, SETTING, "", "share"),
                                      PARAM_NUM(struct patch, side, "µm", -1, -5, 5, SETTING, "", "side")};
  struct config *config = parsed("a = { share = -1.0; side = \"-0.5 µm\"; };\nb = { share = -0.5; };");
  struct patch patch;
  params_read(config, "a", rows, 2, NULL, 0, &patch);
  assert_true(patch.share == -1 && patch.side == -0.5);
  params_read(config, "b", rows, 2, NULL, 0, &patch);
  assert_faults(config, "x.cfg:2: b.share: -0.5 is out of range: below 0 only -1 has a meaning");
}

static void each_fault_says_what_is_wrong(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } rows[] = {
      {"\na = { side = \"500 mm\"; };", "x.cfg:2: a.side: \"500 mm\" is out of range (50 µm … 5 mm)"},
      {"a = { side = 500; };", "x.cfg:1: a.side: \"500\" has no unit (example: \"500 µm\")"},
      {"a = { side = 0.5; };", "x.cfg:1: a.side: \"0.5\" has no unit (example: \"500 µm\")"},
      {"a = { side = \"5 ms\"; };", "x.cfg:1: a.side: \"5 ms\" is not a length (example: \"500 µm\")"},
      {"a = { side = true; };", "x.cfg:1: a.side: true is not a quantity"},
      {"a = { side = { x = 1; }; };", "x.cfg:1: a.side: a group { } is not a quantity"},
      {"a = { side = [\"1 mm\"]; };", "x.cfg:1: a.side: a list ( ) is not a quantity"},
      {"a = { side = \"1\\nmm\"; };", "x.cfg:1: a.side: \"1…\" is not a quantity"},
      {"a = { share = 1.5; };", "x.cfg:1: a.share: 1.5 is out of range (0 … 1)"},
      {"a = { share = \"0.5 mm\"; };", "x.cfg:1: a.share: \"0.5 mm\" is not a pure number (example: 0.5)"},
      {"a = { rate = \"-1 Hz\"; };", "x.cfg:1: a.rate: \"-1 Hz\" is out of range (at least 0 Hz)"},
      {"a = { seed = 2.5; };", "x.cfg:1: a.seed: 2.5 is not a whole number"},
      {"a = { seed = -1; };", "x.cfg:1: a.seed: -1 is out of range (0 … 9e15)"},
      {"a = { seed = \"1\"; };", "x.cfg:1: a.seed: \"1\" is not a whole number"},
      {"a = { plastic = 1; };", "x.cfg:1: a.plastic: 1 is neither true nor false"},
      {"a = { plastic = \"yes\"; };", "x.cfg:1: a.plastic: \"yes\" is neither true nor false"},
      {"a = { title = 3; };", "x.cfg:1: a.title: 3 is not a text in quotes"},
      {"a = { edges = 0; };", "x.cfg:1: a.edges: 0 is not a text in quotes"},
      {"a = { edges = \"opn\"; };",
       "x.cfg:1: a.edges: \"opn\" is none of periodic, open; did you mean \"open\"?"},
      {"a = { edges = \"closed\"; };", "x.cfg:1: a.edges: \"closed\" is none of periodic, open"},
      {"a = { edges = \"op\"; };", "x.cfg:1: a.edges: \"op\" is none of periodic, open"},
      {"a = { sise = \"1 mm\"; };", "x.cfg:1: a.sise: unknown key; did you mean \"side\"?"},
      {"a = { Side = \"1 mm\"; };", "x.cfg:1: a.Side: unknown key; did you mean \"side\"?"},
      {"a = { colour = 1; };", "x.cfg:1: a.colour: unknown key"},
      {"a = { };\nb = { side = 1; };", "x.cfg:2: b: unknown key"},
      {"a = 3;", "x.cfg:1: a: 3 is not a group { }"},
      {"a = ( );", "x.cfg:1: a: a list ( ) is not a group { }"},
  };
  for (int i = 0; i < COUNT_OF(rows); i++) {
    struct config *config = parsed(rows[i].text);
    struct patch patch = read_patch(config, "a");
    assert_true(patch.side == 500 && patch.seed == 1 && patch.edges == 0 && patch.plastic); /* the defaults */
    assert_faults(config, rows[i].message);
  }
}

static void required_values_are_missed(void **state) {
  (void)state;
  struct config *config = parsed("\nregions = {\n  a = { };\n};");
  struct patch patch;
  params_read(config, "regions.a", required, COUNT_OF(required), NULL, 0, &patch);
  params_read(config, "regions.b.c", required, 1, NULL, 0, &patch);
  params_read(config, "other", required + 4, 1, NULL, 0, &patch);
  assert_faults(config, "x.cfg: other.title: missing: a text\n"
                        "x.cfg:2: regions.b.c.side: missing: a number (50 µm … 5 mm)\n"
                        "x.cfg:3: regions.a.side: missing: a number (50 µm … 5 mm)\n"
                        "x.cfg:3: regions.a.rate: missing: a number (at least 0 Hz)\n"
                        "x.cfg:3: regions.a.seed: missing: a whole number (0 … 100)\n"
                        "x.cfg:3: regions.a.plastic: missing: true or false\n"
                        "x.cfg:3: regions.a.title: missing: a text\n"
                        "x.cfg:3: regions.a.edges: missing: one of periodic|open");
}

static void all_faults_come_at_once_in_order(void **state) {
  (void)state;
  struct config *config =
      parsed("z = {\n  rate = 3;\n  seeed = 4;\n};\na = {\n  side = \"1 s\";\n};\nq = 1;\n");
  read_patch(config, "a");
  read_patch(config, "z");
  read_patch(config, "a"); /* a second time: no fault twice, no value twice */
  config_fault(config, "z.rate", "%s", "and of that");
  config_fault(config, "a.nowhere.at_all", "of its nearest parent");
  assert_int_equal(config_resolved_count(config), 2 * COUNT_OF(table));
  assert_faults(config, "x.cfg:2: z.rate: \"3\" has no unit (example: \"10 Hz\")\n"
                        "x.cfg:2: z.rate: and of that\n"
                        "x.cfg:3: z.seeed: unknown key; did you mean \"seed\"?\n"
                        "x.cfg:5: a.nowhere.at_all: of its nearest parent\n"
                        "x.cfg:6: a.side: \"1 s\" is not a length (example: \"500 µm\")\n"
                        "x.cfg:8: q: unknown key");
}

static void long_reports_end_with_a_count(void **state) {
  (void)state;
  char text[40 * 300];
  int length = 0;
  for (int i = 0; i < 300; i++)
    length += snprintf(text + length, sizeof text - (size_t)length, "key%d = 1;\n", i);
  struct config *config = parsed(text);
  assert_int_equal(config_finish(config), STATUS_CONFIG);
  const char *message = status_message(), *last = strrchr(message, '\n');
  int lines = 0, more = 0;
  for (const char *at = message; (at = strchr(at, '\n')); at++) lines++;
  assert_int_equal(sscanf(last, "\n… and %d more", &more), 1);
  assert_int_equal(lines + more, 300);
  assert_true(strlen(message) < 4000);
  config_free(config);
}

static void settings_are_asked_for_one_by_one(void **state) {
  (void)state;
  struct config *config = parsed("arms = { vehicle = { }; drug = { dose = 1; }; };\n"
                                 "names = [\"a\", \"b\"];\ntimes = (\"1 min\", 3, \"2 s\");\n"
                                 "events = ( { at = 1; }, { at = 2; when = 3; } );\ncount = 3;");
  assert_true(config_has(config, "arms.drug.dose"));
  assert_false(config_has(config, "arms.drug.doses"));
  assert_false(config_has(config, "count.more"));
  assert_int_equal(config_count(config, "arms"), 2);
  assert_string_equal(config_child(config, "arms", 0), "vehicle");
  assert_null(config_child(config, "arms", 2));
  assert_null(config_child(config, "arms", -1));
  assert_int_equal(config_count(config, "nothing"), 0);
  assert_int_equal(config_count(config, "names"), 2);
  assert_string_equal(config_text_at(config, "names", 1), "b");
  assert_true(config_number_at(config, "times", "s", 0) == 60);
  assert_true(isnan(config_number_at(config, "times", "s", 1)));
  assert_null(config_text_at(config, "times", 1));
  assert_null(config_text_at(config, "names", 2));
  assert_int_equal(config_count(config, "events"), 2);
  assert_null(config_child(config, "events", 1));
  assert_true(config_has(config, "events.[0].at"));
  assert_true(config_has(config, "events[1].at"));
  assert_false(config_has(config, "events.[2].at"));
  assert_int_equal(config_count(config, "count"), 0);
  assert_faults(config, "x.cfg:2: names.[2]: missing\n"
                        "x.cfg:3: times.[1]: \"3\" has no unit (example: \"10 s\")\n"
                        "x.cfg:3: times.[1]: 3 is not a text in quotes\n"
                        "x.cfg:4: events.[1].when: unknown key\n"
                        "x.cfg:5: count: 3 is neither a group nor a list");
}

/* A group that is refused as a whole is not searched for unknown keys; one that was read is. */
static void unknown_words_carry_a_hint(void **state) {
  (void)state;
  static const char *const known[] = {"memory", "mpfc"};
  struct config *config = parsed("regions = { mPFF = { side = 1; }; here = { sid = 1; }; };");
  for (int i = 0; i < config_count(config, "regions"); i++) config_child(config, "regions", i);
  config_unknown(config, "regions.mPFF", "mPFF", known, COUNT_OF(known));
  config_unknown(config, "regions", "elsewhere", NULL, 0);
  read_patch(config, "regions.here");
  config_fault(config, "regions.here", "its shares do not sum to 1");
  assert_faults(config, "x.cfg:1: regions.mPFF: \"mPFF\" is none of memory, mpfc; did you mean \"mpfc\"?\n"
                        "x.cfg:1: regions: \"elsewhere\" is unknown\n"
                        "x.cfg:1: regions.here: its shares do not sum to 1\n"
                        "x.cfg:1: regions.here.sid: unknown key; did you mean \"side\"?");
}

static void nearest_words_are_near(void **state) {
  (void)state;
  static const char *const words[] = {"side", "pitch", "tau_rise", "tau_decay", "U"};
  assert_string_equal(nearest_word("sied", words, 5), "side"); /* a swap is one step */
  assert_string_equal(nearest_word("pich", words, 5), "pitch");
  assert_string_equal(nearest_word("TAU_RISE", words, 5), "tau_rise");
  assert_string_equal(nearest_word("tau_decya", words, 5), "tau_decay");
  assert_null(nearest_word("x", words, 5)); /* nothing in common */
  assert_null(nearest_word("velocity", words, 5));
  assert_null(nearest_word("side", NULL, 0));
  assert_null(nearest_word("sidesidesidesidesidesidesidesidesidesidesidesideside", words, 5));
}

static void long_texts_are_cut_between_letters(void **state) {
  (void)state;
  struct config *config = parsed("title = \"µµµµµµµµµµµµµµµµµµµµµµµµµµµµµµµµµµµµµµµµ\";");
  struct patch patch = read_patch(config, "");
  assert_int_equal(strlen(patch.title), 80);
  const char *value = resolved(config, "title")->value;
  assert_string_equal(value + strlen(value) - 5, "µ…");
  assert_true(strlen(value) <= 63 && strlen(value) % 2 == 1);
  assert_faults(config, "");
}

static int count_memory(void **state) {
  *state = (void *)memory_in_use();
  return 0;
}

static int nothing_is_held(void **state) { return memory_in_use() == (size_t)*state ? 0 : -1; }

int main(void) {
#define LEAKLESS(test) cmocka_unit_test_setup_teardown(test, count_memory, nothing_is_held)
  const struct CMUnitTest tests[] = {
      LEAKLESS(absent_groups_give_defaults),        LEAKLESS(values_of_every_type_are_read),
      LEAKLESS(presets_replace_defaults),           LEAKLESS(groups_can_state_their_source),
      LEAKLESS(below_0_only_the_sign_for_nothing),  LEAKLESS(each_fault_says_what_is_wrong),
      LEAKLESS(required_values_are_missed),         LEAKLESS(all_faults_come_at_once_in_order),
      LEAKLESS(long_reports_end_with_a_count),      LEAKLESS(settings_are_asked_for_one_by_one),
      LEAKLESS(unknown_words_carry_a_hint),         LEAKLESS(nearest_words_are_near),
      LEAKLESS(long_texts_are_cut_between_letters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
