/* test_layout.c — text for people is counted in characters, wrapped within the width, lined up in tables, and
 * never hands a terminal a control character. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/layout.h"

static char *text;
static size_t size;

static FILE *begin(void) {
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  return out;
}

static void assert_page(FILE *out, const char *expected) {
  fclose(out);
  assert_string_equal(text, expected);
  free(text);
}

static void counts_characters(void **state) {
  (void)state;
  assert_int_equal(layout_columns(""), 0);
  assert_int_equal(layout_columns("5 µm … 3 °C"), 11);
  assert_int_equal(layout_cut("µm", 1), 2);
  assert_int_equal(layout_cut("aµ…b", 3), 6);
  assert_int_equal(layout_cut("abc", 9), 3);
  assert_int_equal(layout_cut("abc", 0), 0);
}

static void control_characters_become_marks(void **state) {
  (void)state;
  FILE *out = begin();
  layout_print(out, "a\033[31mb\x7f\tµ\xc2\x9b"
                    "c\n");
  assert_page(out, "a?[31mb??µ?c?");
}

static void wraps_within_the_width(void **state) {
  (void)state;
  FILE *out = begin();
  for (int i = 0; i < 60; i++) fputs(i == 0 ? "          " : "", out);
  layout_wrap(
      out,
      "seven µµµµµ words  of different lengths that go on and on and on and on until they have filled "
      "three lines of text, or even more than that, if somebody had the patience to read on",
      10);
  fclose(out);
  int lines = 0;
  char *rest = text;
  for (char *line; (line = strsep(&rest, "\n")) != NULL && *line; lines++) {
    assert_true(layout_columns(line) <= LAYOUT_WIDTH);
    assert_int_equal(strspn(line, " "), 10);
    /* the next word would not have fitted: lines are as full as they can be */
    if (rest && *rest) assert_true(layout_columns(line) + 1 + (int)strcspn(rest + 10, " \n") > LAYOUT_WIDTH);
  }
  assert_in_range(lines, 2, 4);
  free(text);
}

static void a_word_longer_than_the_line_stays_whole(void **state) {
  (void)state;
  char word[2 * LAYOUT_WIDTH + 1], expected[2 * LAYOUT_WIDTH + 10];
  memset(word, 'x', sizeof word - 1);
  word[sizeof word - 1] = '\0';
  FILE *out = begin();
  layout_wrap(out, word, 0);
  snprintf(expected, sizeof expected, "%s\n", word);
  assert_page(out, expected);
}

static struct layout *sample(void) {
  struct layout *layout;
  assert_int_equal(layout_open("lr", &layout), STATUS_OK);
  static const char *const cells[] = {"name", "µm", "a|b", "12", "somewhat longer", "3.25"};
  for (int i = 0; i < 6; i++) assert_int_equal(layout_cell(layout, "%s", cells[i]), STATUS_OK);
  return layout;
}

static void tables_line_up(void **state) {
  (void)state;
  struct layout *layout = sample();
  FILE *out = begin();
  layout_table(layout, 1, out);
  assert_page(out, " name               µm\n"
                   " a|b                12\n"
                   " somewhat longer  3.25\n");
  layout_close(layout);
}

static void markdown_escapes_what_would_end_a_cell(void **state) {
  (void)state;
  struct layout *layout = sample();
  FILE *out = begin();
  layout_markdown(layout, out);
  assert_page(out, "| name | µm |\n|---|---:|\n| a\\|b | 12 |\n| somewhat longer | 3.25 |\n");
  layout_close(layout);
}

static void cells_have_any_length(void **state) {
  (void)state;
  enum { LONG = 100000, MANY = 1000 };
  struct layout *layout;
  assert_int_equal(layout_open("l", &layout), STATUS_OK);
  for (int i = 0; i < MANY; i++) assert_int_equal(layout_cell(layout, "%d", i), STATUS_OK);
  assert_int_equal(layout_cell(layout, "%0*d", LONG, 7), STATUS_OK);
  FILE *out = begin();
  layout_table(layout, 0, out);
  fclose(out);
  assert_int_equal(size, 10 * 2 + 90 * 3 + 900 * 4 + LONG + 1);
  free(text);
  layout_close(layout);
}

static void bytes_have_a_unit_of_their_size(void **state) {
  (void)state;
  static const struct {
    double bytes;
    const char *text;
  } cases[] = {{0, "0 B"},         {999, "999 B"},    {999.6, "1 kB"},
               {55500, "55.5 kB"}, {1.5e9, "1.5 GB"}, {3e15, "3e+03 TB"}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    char written[LAYOUT_BYTES];
    layout_bytes(cases[k].bytes, written);
    assert_string_equal(written, cases[k].text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts_characters),      cmocka_unit_test(control_characters_become_marks),
      cmocka_unit_test(wraps_within_the_width), cmocka_unit_test(a_word_longer_than_the_line_stays_whole),
      cmocka_unit_test(tables_line_up),         cmocka_unit_test(markdown_escapes_what_would_end_a_cell),
      cmocka_unit_test(cells_have_any_length),  cmocka_unit_test(bytes_have_a_unit_of_their_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
