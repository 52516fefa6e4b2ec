/* test_host.c — what is said of the machine is what the system says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "host.h"

static void test_machine(void **state) {
  (void)state;
  struct host host;
  char name[HOST_TEXT_MAX] = "";
  host_describe(&host);
  assert_int_equal(gethostname(name, sizeof name - 1), 0);
  assert_string_equal(host.name, name);
  assert_true(host.processors >= 1 && host.processors <= sysconf(_SC_NPROCESSORS_CONF));
  assert_true(host.memory_bytes == (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE));
  assert_true(strlen(host.cpu) > 0 && strchr("\t :", host.cpu[0]) == NULL);
  assert_non_null(strstr(host.os, "Linux"));
}

static void test_time(void **state) {
  (void)state;
  char text[HOST_TIME_MAX];
  struct tm utc = {0};
  host_time(text);
  assert_non_null(strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc));
  double apart = difftime(time(NULL), timegm(&utc));
  assert_true(apart >= 0 && apart < 60);
}

/* Memory that is touched raises the peak, and giving it back does not lower it. */
static void test_peak(void **state) {
  (void)state;
  enum { MORE = 64 << 20 };
  uint64_t before = host_peak_bytes();
  char *bytes = malloc(MORE);
  assert_non_null(bytes);
  for (size_t i = 0; i < MORE; i += 4096) ((volatile char *)bytes)[i] = 1;
  uint64_t during = host_peak_bytes();
  free(bytes);
  assert_true(before > 0 && during >= before + MORE / 2);
  assert_true(host_peak_bytes() >= during - (1 << 20)); /* the system counts in batches of pages */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_machine),
      cmocka_unit_test(test_time),
      cmocka_unit_test(test_peak),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
