/* scratch_fixture.h — for a test program that writes one file: each test has a directory of its own and the
 * path of a file in it; OK fails with the library's message. */
#ifndef TESTS_OUTPUT_SCRATCH_FIXTURE_H
#define TESTS_OUTPUT_SCRATCH_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "output/scratch.h"
#include "status.h"

static struct scratch scratch;
static char path[SCRATCH_MAX];

static inline int set_up(void **state) {
  (void)state;
  scratch = scratch_make();
  scratch_file(&scratch, "file.h5", path);
  return 0;
}

static inline int tear_down(void **state) {
  (void)state;
  scratch_remove(&scratch);
  return 0;
}

#define OK(call) assert_ok(call, __LINE__)
static inline void assert_ok(enum status status, int line) {
  if (status != STATUS_OK) fail_msg("line %d: %s", line, status_message());
}

#endif
