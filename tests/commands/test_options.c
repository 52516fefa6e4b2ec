/* test_options.c — a command line gives what its table promises, wherever options stand; every way to get one
 * wrong is told apart, with the nearest name; the line kept for provenance means the same to a shell; the
 * tables of all commands are sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "command.h"
#include "memory.h"
#include "terminal/run_options.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

struct wish {
  bool loud;
  int64_t number;
  const char *text;
  struct texts list;
  int colour;
  double time_s;
};

static const struct option rows[] = {
    {.name = "loud", .letter = 'l', .type = OPTION_FLAG, .offset = offsetof(struct wish, loud)},
    {.name = "number",
     .letter = 'n',
     .type = OPTION_INTEGER,
     .offset = offsetof(struct wish, number),
     .value = "N",
     .standard = 7,
     .low = -5,
     .high = 100},
    {.name = "text", .letter = 't', .type = OPTION_TEXT, .offset = offsetof(struct wish, text), .value = "T"},
    {.name = "set", .letter = 's', .type = OPTION_TEXTS, .offset = offsetof(struct wish, list), .value = "A"},
    {.name = "colour",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct wish, colour),
     .value = "red|green|blue",
     .standard = 2},
    {.name = "time-limit",
     .type = OPTION_DURATION,
     .offset = offsetof(struct wish, time_s),
     .value = "DURATION"},
};
static const struct syntax syntax = {"A [B]", 1, 2, rows, COUNT(rows), sizeof(struct wish)};

#define READ(arguments, ...)                                                                                 \
  options_read("try", &syntax, COUNT(((const char *[]){__VA_ARGS__})), (const char *[]){__VA_ARGS__},        \
               &(arguments))

static void gives_defaults(void **state) {
  (void)state;
  struct arguments got;
  assert_int_equal(READ(got, "word"), STATUS_OK);
  const struct wish *wish = got.options;
  assert_false(wish->loud);
  assert_int_equal(wish->number, 7);
  assert_null(wish->text);
  assert_int_equal(wish->list.n, 0);
  assert_string_equal(wish->list.lines, "");
  assert_int_equal(wish->colour, 2);
  assert_true(wish->time_s == 0);
  assert_int_equal(got.words.n, 1);
  assert_string_equal(got.words.text[0], "word");
  options_free(&got);
}

static void reads_every_form(void **state) {
  (void)state;
  struct arguments got;
  assert_int_equal(READ(got, "--number=-3", "first", "-s", "a=1", "--colour", "green", "-l", "second",
                        "-sb=2", "--text", "-", "--set", "c=--d", "--time-limit", "1.5 min"),
                   STATUS_OK);
  const struct wish *wish = got.options;
  assert_true(wish->loud);
  assert_int_equal(wish->number, -3);
  assert_string_equal(wish->text, "-");
  assert_int_equal(wish->colour, 1);
  assert_true(wish->time_s > 89.999 && wish->time_s < 90.001);
  assert_int_equal(wish->list.n, 3);
  assert_string_equal(wish->list.text[0], "a=1");
  assert_string_equal(wish->list.text[1], "b=2");
  assert_string_equal(wish->list.text[2], "c=--d");
  assert_string_equal(wish->list.lines, "a=1\nb=2\nc=--d");
  assert_int_equal(got.words.n, 2);
  assert_string_equal(got.words.text[0], "first");
  assert_string_equal(got.words.text[1], "second");
  options_free(&got);
}

static void last_one_counts(void **state) {
  (void)state;
  struct arguments got;
  assert_int_equal(READ(got, "-n1", "x", "-n", "2", "--number", "3", "--colour=red", "--colour=blue"),
                   STATUS_OK);
  const struct wish *wish = got.options;
  assert_int_equal(wish->number, 3);
  assert_int_equal(wish->colour, 2);
  options_free(&got);
}

static void flags_and_value_in_one_word(void **state) {
  (void)state;
  struct arguments got;
  assert_int_equal(READ(got, "-ln42", "x"), STATUS_OK);
  const struct wish *wish = got.options;
  assert_true(wish->loud);
  assert_int_equal(wish->number, 42);
  options_free(&got);
}

static void two_dashes_end_options(void **state) {
  (void)state;
  struct arguments got;
  assert_int_equal(READ(got, "--loud", "--", "--number", "-x"), STATUS_OK);
  const struct wish *wish = got.options;
  assert_true(wish->loud);
  assert_int_equal(got.words.n, 2);
  assert_string_equal(got.words.text[0], "--number");
  assert_string_equal(got.words.text[1], "-x");
  options_free(&got);
}

static void help_needs_nothing_else(void **state) {
  (void)state;
  struct arguments got;
  assert_int_equal(READ(got, "--help", "--nonsense"), STATUS_OK);
  assert_true(got.help);
  options_free(&got);
  assert_int_equal(READ(got, "-h"), STATUS_OK);
  assert_true(got.help);
  options_free(&got);
}

/* What is wrong with a line, and what the message must name. */
static void refuses(const char *const *words, int n, const char *named, const char *also) {
  struct arguments got;
  assert_int_equal(options_read("try", &syntax, n, words, &got), STATUS_USAGE);
  assert_non_null(strstr(status_message(), "try: "));
  if (!strstr(status_message(), named) || !strstr(status_message(), also))
    fail_msg("\"%s\" should name %s and %s", status_message(), named, also);
  assert_null(strchr(status_message(), '\n'));
  assert_null(got.options);
  assert_null(got.words.text);
}
#define REFUSES(named, also, ...)                                                                            \
  refuses((const char *[]){__VA_ARGS__}, COUNT(((const char *[]){__VA_ARGS__})), named, also)

static void tells_what_is_wrong(void **state) {
  (void)state;
  REFUSES("--colr", "--colour", "x", "--colr=red");
  REFUSES("--nmber", "--number", "x", "--nmber", "3");
  REFUSES("--loudly", "unknown", "x", "--loudly");
  REFUSES("-q", "unknown", "x", "-q");
  REFUSES("-lq", "unknown", "x", "-lq");
  REFUSES("--loud", "no value", "x", "--loud=yes");
  REFUSES("--number", "needs a value", "x", "--number");
  REFUSES("--text", "needs a value", "x", "--text", "--loud");
  REFUSES("-n", "needs a value", "x", "-n");
  REFUSES("--number", "-5 … 100", "x", "--number", "101");
  REFUSES("--number", "-5 … 100", "x", "--number", "-6");
  REFUSES("--number", "-5 … 100", "x", "--number", "99999999999999999999");
  REFUSES("--number", "whole number", "x", "--number", "3.5");
  REFUSES("--number", "whole number", "x", "--number", "");
  REFUSES("--colour", "green", "x", "--colour", "gren");
  REFUSES("--colour", "red|green|blue", "x", "--colour", "ultraviolet");
  REFUSES("--time-limit", "\"90\"", "x", "--time-limit", "90");
  REFUSES("--time-limit", "\"3 mV\"", "x", "--time-limit", "3 mV");
  REFUSES("--time-limit", "0 s", "x", "--time-limit", "-3 s");
  REFUSES("too few", "A [B]", "--loud");
  REFUSES("too many", "\"three\"", "one", "two", "three");
}

/* A quoted line, read back by a shell, is the words it was made of. */
static void line_means_the_same_to_a_shell(void **state) {
  (void)state;
  const char *words[] = {"printf", "%s\\n",   "plain",          "two words",
                         "it's",   "a\"b",    "$HOME `x` \\ *", "[0].dose=\"3 mg/kg\"",
                         "",       "µm; & |", "--x=#~!",        "'quoted'"};
  char *line = NULL, read[256];
  assert_int_equal(options_line(COUNT(words), words, &line), STATUS_OK);
  FILE *shell = popen(line, "r");
  assert_non_null(shell);
  for (int i = 2; i < COUNT(words); i++) {
    assert_non_null(fgets(read, sizeof read, shell));
    read[strcspn(read, "\n")] = '\0';
    assert_string_equal(read, words[i]);
  }
  assert_null(fgets(read, sizeof read, shell));
  assert_int_equal(pclose(shell), 0);
  memory_free(line);
}

static void plain_words_stay_unquoted(void **state) {
  (void)state;
  const char *words[] = {"spinule", "run", "a/b.cfg", "-o", "x_1"};
  char *line = NULL;
  assert_int_equal(options_line(COUNT(words), words, &line), STATUS_OK);
  assert_string_equal(line, "spinule run a/b.cfg -o x_1");
  memory_free(line);
}

static void check_rows(const struct option *table, int n) {
  int length;
  assert_true(n <= OPTIONS_MAX);
  for (int i = 0; i < n; i++) {
    assert_true(strlen(table[i].meaning) > 3);
    assert_int_equal(table[i].type == OPTION_FLAG, table[i].value == NULL);
    assert_true(strcmp(table[i].name, "help") != 0 && table[i].letter != 'h');
    if (table[i].type == OPTION_CHOICE)
      assert_non_null(options_word(table[i].value, (int)table[i].standard, &length));
    for (int k = 0; k < i; k++) {
      assert_string_not_equal(table[i].name, table[k].name);
      assert_true(!table[i].letter || table[i].letter != table[k].letter);
    }
  }
}

static void tables_are_sound(void **state) {
  (void)state;
  for (int i = 0; i < n_commands; i++) {
    const struct command *command = commands[i], *found = NULL;
    check_rows(command->syntax.options, command->syntax.n_options);
    assert_int_equal(command_find(command->name, &found), STATUS_OK);
    assert_ptr_equal(found, command);
    assert_non_null(strstr(command->example, command->name));
    assert_non_null(command->run);
  }
  check_rows(run_option_rows, RUN_OPTION_ROWS);
  check_rows(check_option_rows, CHECK_OPTION_ROWS);
  check_rows(calibrate_option_rows, CALIBRATE_OPTION_ROWS);
}

static void unknown_command_gets_a_hint(void **state) {
  (void)state;
  const struct command *found = NULL;
  assert_int_equal(command_find("explian", &found), STATUS_USAGE);
  assert_null(found);
  assert_non_null(strstr(status_message(), "explain"));
}

/* The table of `run`, filled through its own struct. */
static void run_takes_its_options(void **state) {
  (void)state;
  const struct syntax run = {"CONFIG", 1, 1, run_option_rows, RUN_OPTION_ROWS, sizeof(struct run_options)};
  const char *plain[] = {"x.cfg"}, *full[] = {"--arm",
                                              "vehicle",
                                              "x.cfg",
                                              "-o",
                                              "out",
                                              "--arm=drug",
                                              "--seed",
                                              "3",
                                              "-t2",
                                              "--quick",
                                              "-s",
                                              "a.b=1",
                                              "--progress",
                                              "json",
                                              "--time-limit",
                                              "2 h",
                                              "--virtual-ranks=4"};
  struct arguments got;
  assert_int_equal(options_read("run", &run, COUNT(plain), plain, &got), STATUS_OK);
  const struct run_options *options = got.options;
  assert_int_equal(options->seed, -1);
  assert_int_equal(options->threads, 0);
  assert_int_equal(options->virtual_ranks, 1);
  assert_int_equal(options->progress, PROGRESS_AUTO);
  options_free(&got);
  assert_int_equal(options_read("run", &run, COUNT(full), full, &got), STATUS_OK);
  options = got.options;
  assert_string_equal(options->directory, "out");
  assert_int_equal(options->arms.n, 2);
  assert_string_equal(options->arms.text[1], "drug");
  assert_int_equal(options->seed, 3);
  assert_int_equal(options->threads, 2);
  assert_true(options->quick && !options->resume && !options->overwrite && !options->profile);
  assert_int_equal(options->progress, PROGRESS_JSON);
  assert_true(options->time_limit_s > 7199.9 && options->time_limit_s < 7200.1);
  assert_int_equal(options->virtual_ranks, 4);
  options_free(&got);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gives_defaults),
      cmocka_unit_test(reads_every_form),
      cmocka_unit_test(last_one_counts),
      cmocka_unit_test(flags_and_value_in_one_word),
      cmocka_unit_test(two_dashes_end_options),
      cmocka_unit_test(help_needs_nothing_else),
      cmocka_unit_test(tells_what_is_wrong),
      cmocka_unit_test(line_means_the_same_to_a_shell),
      cmocka_unit_test(plain_words_stay_unquoted),
      cmocka_unit_test(tables_are_sound),
      cmocka_unit_test(unknown_command_gets_a_hint),
      cmocka_unit_test(run_takes_its_options),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
