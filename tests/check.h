/* check.h — what most tests say: a call is done, a number lies near another. cmocka and what it needs. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "status.h"

/* The call gives STATUS_OK; its message if it does not. */
#define assert_ok(call)                                                                                      \
  do {                                                                                                       \
    enum status ok_status = (call);                                                                          \
    if (ok_status != STATUS_OK) fail_msg("%s: %s", status_text(ok_status), status_message());                \
  } while (0)

/* The call fails with this status, and its message holds the word. */
#define assert_fails(call, wanted, word)                                                                     \
  do {                                                                                                       \
    enum status fails_status = (call);                                                                       \
    if (fails_status != (wanted))                                                                            \
      fail_msg("%s where %s was due", status_text(fails_status), status_text(wanted));                       \
    if (!strstr(status_message(), word)) fail_msg("\"%s\" does not say \"%s\"", status_message(), word);     \
  } while (0)

/* |value − wanted| ≤ allowed. */
#define assert_near(value, wanted, allowed)                                                                  \
  do {                                                                                                       \
    double near_value = (double)(value), near_wanted = (double)(wanted), near_allowed = (double)(allowed);   \
    if (!(fabs(near_value - near_wanted) <= near_allowed))                                                   \
      fail_msg(#value " = %.9g, not %.9g within %.3g", near_value, near_wanted, near_allowed);               \
  } while (0)

/* low ≤ value ≤ high. */
#define assert_between(value, low, high)                                                                     \
  do {                                                                                                       \
    double between_value = (double)(value);                                                                  \
    if (!(between_value >= (double)(low) && between_value <= (double)(high)))                                \
      fail_msg(#value " = %.9g, not in %.9g … %.9g", between_value, (double)(low), (double)(high));          \
  } while (0)

#endif
