/* analyzed.h — put before each file that an analyzer reads, and before no other: what it cannot know of
 * another file, that status_fail gives back the status it is given. */
#ifndef TESTS_CHECKS_ANALYZED_H
#define TESTS_CHECKS_ANALYZED_H

#include "status.h"

/* it stands before the function of that name: NOLINTNEXTLINE(readability-identifier-naming) */
#define status_fail(status, ...) ((void)status_fail(status, __VA_ARGS__), (status))

#endif
