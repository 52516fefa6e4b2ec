/* summary_text.h — the result of a run in ten lines: words and numbers, each arm against the first. */
#ifndef COMMANDS_SUMMARY_TEXT_H
#define COMMANDS_SUMMARY_TEXT_H

#include "experiment/experiment.h"
#include <stdio.h>

/* Read the complete results of the arms of a set (bits) in a directory and print what they say; ratios are to
 * the experiment's first arm, if it is there. Fails: CONFIG (a result lacks something), WORLD, NO_MEMORY. */
MUST_USE enum status summary_text(FILE *out, const char *directory, const struct experiment *experiment,
                                  uint32_t set);

#endif
