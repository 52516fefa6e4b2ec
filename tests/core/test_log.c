/* test_log.c — each message is one line on standard error, and a level silences those above it. */
#include "log.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What a log of this level writes of one warning and one piece of information. */
static void written(enum log_level level, char text[200]) {
  FILE *file = tmpfile();
  int kept = dup(STDERR_FILENO);
  struct log log = {level};
  assert_non_null(file);
  fflush(stderr);
  dup2(fileno(file), STDERR_FILENO);
  log_warning(&log, "disk %d %% full", 97);
  log_info(&log, "window %d of %d", 1, 3);
  fflush(stderr);
  dup2(kept, STDERR_FILENO);
  close(kept);
  rewind(file);
  text[fread(text, 1, 199, file)] = '\0';
  fclose(file);
}

static void levels_choose_the_lines(void **state) {
  (void)state;
  char text[200];
  written(LOG_QUIET, text);
  assert_string_equal(text, "");
  written(LOG_WARNING, text);
  assert_string_equal(text, "warning: disk 97 % full\n");
  written(LOG_INFO, text);
  assert_string_equal(text, "warning: disk 97 % full\nwindow 1 of 3\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(levels_choose_the_lines)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
