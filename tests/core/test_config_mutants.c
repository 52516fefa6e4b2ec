/* test_config_mutants.c — thousands of damaged configs and overrides, the same in every run: none crashes,
 * loops or leaks; a refusal is one line that names its place, and was made before libconfig had to refuse;
 * what is accepted has a canonical text that reads as itself. */
#include "memory.h"
#include "params.h"
#include "random.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { TEXT_BYTES = 4096, MUTANTS = 6000, OVERRIDES = 3000 };

static const char base[] =
    "# an experiment\nsimulation = { seed = 3000000000; dt = \"0.1 ms\"; };\n"
    "regions = {\n  mPFC = {\n    side = \"0.5 mm\"; edges = \"open\"; share = 0.25;\n"
    "    populations = { PV = { g_L = \"10 nS\"; source = \"doi:1\"; standing = \"published\"; }; };\n"
    "    @include \"part.cfg\"\n  };\n};\n/* events */\n"
    "protocol = {\n  events = ( { at = \"0 min\"; drug = \"ketamine\"; dose = \"10 mg/kg\"; },\n"
    "             { at = \"1 d\"; kind = \"sham\"; flag = TRUE; } );\n"
    "  times = [1, 2.5, -3, 0x1F, 7L]; // five\n  names = [\"a\" \"b\", \"\\x41\\n\\\"\"];\n};\nlast = "
    "-1.5e-3\n";

static const char *const words[] = {"{",
                                    "}",
                                    "[",
                                    "]",
                                    "(",
                                    ")",
                                    "=",
                                    ":",
                                    ";",
                                    ",",
                                    "\"",
                                    "\\",
                                    "#",
                                    "#*",
                                    "/*",
                                    "*/",
                                    "//",
                                    "@include \"part.cfg\"\n",
                                    "\n@include \"x.cfg\"\n",
                                    "\n",
                                    " ",
                                    "true",
                                    "1",
                                    "-",
                                    ".",
                                    "1e",
                                    "L",
                                    "0x",
                                    "5 mm",
                                    "\"a\"",
                                    "side = 1;",
                                    "\r",
                                    "\t",
                                    "\v",
                                    "µ",
                                    "\xB5",
                                    "\xF0\x9F",
                                    "99999999999",
                                    "1e308",
                                    "1e-400",
                                    "source = \"s\";",
                                    "standing = \"assumed\";",
                                    "a = { b = ( [ ] ) };"};

static uint32_t draw(uint64_t mutant, uint32_t index, uint32_t n) {
  return random_below(random_draw(2, RANDOM_START, mutant, 0, index).u[0], n);
}

/* Put `word` in the place of text[at], text[at + 1], …, `gone` bytes in all. */
static void replace(char *text, size_t at, size_t gone, const char *word, size_t length) {
  size_t whole = strlen(text);
  if (at + gone > whole) gone = whole - at;
  if (whole - gone + length >= TEXT_BYTES) return;
  memmove(text + at + length, text + at + gone, whole - at - gone + 1);
  memcpy(text + at, word, length);
}

/* One to six changes: bytes lost, a stretch doubled, a word put in or over, a byte changed. */
static void mutate(uint64_t mutant, char *text) {
  int changes = 1 + (int)draw(mutant, 0, 6);
  for (int i = 0; i < changes; i++) {
    uint32_t index = 8 * (uint32_t)i;
    size_t at = draw(mutant, index + 1, (uint32_t)strlen(text) + 1), span = 1 + draw(mutant, index + 2, 20);
    const char *word = words[draw(mutant, index + 3, COUNT_OF(words))];
    char copy[32] = {0};
    strncpy(copy, text + at, span);
    char byte = (char)(1 + draw(mutant, index + 4, 255));
    switch (draw(mutant, index + 5, 6)) {
    case 0:
      replace(text, at, span, "", 0);
      break;
    case 1:
      replace(text, draw(mutant, index + 6, (uint32_t)strlen(text) + 1), 0, copy, strlen(copy));
      break;
    case 2:
      replace(text, at, strlen(word), word, strlen(word));
      break;
    case 3:
      replace(text, at, 1, &byte, 1);
      break;
    default:
      replace(text, at, 0, word, strlen(word));
      break;
    }
  }
}

struct patch {
  double side, share;
  int64_t seed;
  const char *title;
  bool flag;
  int edges;
};

static const struct param table[] = {
    PARAM_NUM(struct patch, side, "µm", 500, 50, 5000, SETTING, "", "side"),
    PARAM_NUM(struct patch, share, "1", 0.5, 0, 1, SETTING, "", "share"),
    PARAM_INT(struct patch, seed, 1, 0, 1e12, SETTING, "", "seed"),
    PARAM_STR(struct patch, title, "", SETTING, "", "title"),
    PARAM_BOOL(struct patch, flag, 0, SETTING, "", "flag"),
    PARAM_PICK(struct patch, edges, 0, "periodic|open", SETTING, "", "edges"),
};

/* Read it as a program would; whatever it holds, the values are in range. */
static void read_all(struct config *config) {
  static const char *const lists[] = {"protocol.events", "protocol.times", "protocol.names", "regions",
                                      "last"};
  struct patch patch;
  char path[200];
  for (int l = 0; l < COUNT_OF(lists); l++) {
    for (int i = 0; i < config_count(config, lists[l]); i++) {
      const char *name = config_child(config, lists[l], i);
      if (name)
        snprintf(path, sizeof path, "%s.%s", lists[l], name);
      else
        snprintf(path, sizeof path, "%s.[%d]", lists[l], i);
      params_read(config, path, table, COUNT_OF(table), NULL, 0, &patch);
      assert_true(patch.side >= 50 && patch.side <= 5000 && patch.share >= 0 && patch.share <= 1);
      assert_true(patch.edges == 0 || patch.edges == 1);
      assert_non_null(patch.title);
      (void)config_text_at(config, lists[l], i);
      (void)config_number_at(config, lists[l], "ms", i);
    }
  }
}

/* A refusal: one line of text, with the place in front, and not in libconfig's words. */
static void assert_refusal(const char *message, const char *const *places, int n_places) {
  static const char *const foreign[] = {": syntax error", ": duplicate setting name",
                                        ": mismatched element type in array", ": cannot open include file"};
  size_t length = strlen(message);
  bool placed = false;
  assert_true(length > 0);
  for (const char *at = message; *at; at++) assert_true((unsigned char)*at >= ' ' || *at == '\t');
  for (int i = 0; i < n_places; i++) placed |= strncmp(message, places[i], strlen(places[i])) == 0;
  if (!placed) fail_msg("no place: %s", message);
  for (int i = 0; i < COUNT_OF(foreign); i++) {
    size_t tail = strlen(foreign[i]);
    if (length >= tail && strcmp(message + length - tail, foreign[i]) == 0) fail_msg("%s", message);
  }
}

/* An accepted config is read, reported, and its canonical text reads as itself. */
static void assert_sound(struct config *config) {
  const char *text, *again;
  struct config *copy;
  read_all(config);
  if (config_finish(config) != STATUS_OK) {
    for (const char *at = status_message(); *at; at++) assert_true((unsigned char)*at >= ' ' || *at == '\n');
  }
  assert_int_equal(config_resolved_text(config, &text), STATUS_OK);
  if (config_parse("again.cfg", text, &copy) != STATUS_OK) fail_msg("%s in\n%s", status_message(), text);
  assert_int_equal(config_resolved_text(copy, &again), STATUS_OK);
  assert_string_equal(again, text);
  config_free(copy);
}

static void damaged_configs_are_refused_or_sound(void **state) {
  (void)state;
  static const char *const places[] = {"x.cfg:", "part.cfg:"};
  size_t held = memory_in_use();
  int accepted = 0;
  for (uint64_t mutant = 0; mutant < MUTANTS; mutant++) {
    char text[TEXT_BYTES];
    struct config *config;
    strcpy(text, base);
    mutate(mutant, text);
    enum status status = config_parse("x.cfg", text, &config);
    if (status == STATUS_OK) {
      assert_sound(config);
      accepted++;
    } else {
      assert_int_equal(status, STATUS_CONFIG);
      assert_null(config);
      assert_refusal(status_message(), places, COUNT_OF(places));
    }
    config_free(config);
    assert_int_equal(memory_in_use(), held);
  }
  assert_in_range(accepted, MUTANTS / 20, MUTANTS - MUTANTS / 20); /* both happen */
}

static void damaged_overrides_are_refused_or_sound(void **state) {
  (void)state;
  static const char *const good[] = {"protocol.events.[0].dose=\"30 mg/kg\"", "regions.mPFC.side=0.4 mm",
                                     "regions.CA1.populations.PV={ g_L = \"9 nS\"; }",
                                     "protocol.times[2]=(1, 2.5)", "simulation.seed=12"};
  static const char *const places[] = {"-s "};
  size_t held = memory_in_use();
  int accepted = 0;
  for (uint64_t mutant = 0; mutant < OVERRIDES; mutant++) {
    char text[TEXT_BYTES];
    const char *override = text;
    struct config *config;
    strcpy(text, good[mutant % COUNT_OF(good)]);
    mutate(MUTANTS + mutant, text);
    enum status status = config_load("x.cfg", &override, 1, &config);
    if (status == STATUS_OK) {
      assert_sound(config);
      accepted++;
    } else {
      assert_int_equal(status, STATUS_CONFIG);
      assert_refusal(status_message(), places, COUNT_OF(places));
    }
    config_free(config);
    assert_int_equal(memory_in_use(), held);
  }
  assert_in_range(accepted, OVERRIDES / 20, OVERRIDES - OVERRIDES / 20);
}

/* The undamaged texts are sound, and no change is hidden by an error in them. */
static void the_undamaged_config_is_sound(void **state) {
  (void)state;
  struct config *config;
  assert_int_equal(config_load("x.cfg", NULL, 0, &config), STATUS_OK);
  assert_true(config_has(config, "regions.mPFC.included"));
  assert_sound(config);
  config_free(config);
}

/* ---- a folder that holds the base and its include ---- */

static int write_folder(void **state) {
  static char path[] = "/tmp/test_mutants_XXXXXX";
  *state = path;
  if (!mkdtemp(path) || chdir(path) != 0) return -1;
  FILE *file = fopen("x.cfg", "w"), *part = fopen("part.cfg", "w");
  if (!file || !part) return -1;
  fputs(base, file);
  fputs("included = {\n  rate = \"5 Hz\";\n};\n", part);
  return fclose(file) || fclose(part) ? -1 : 0;
}

static int remove_folder(void **state) {
  return unlink("x.cfg") || unlink("part.cfg") || chdir("/") || rmdir(*state) ? -1 : 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_undamaged_config_is_sound),
                                     cmocka_unit_test(damaged_configs_are_refused_or_sound),
                                     cmocka_unit_test(damaged_overrides_are_refused_or_sound)};
  return cmocka_run_group_tests(tests, write_folder, remove_folder);
}
