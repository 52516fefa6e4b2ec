/* arm_files.h — what a directory has of the arms of an experiment, whatever kind of circuit it simulates. */
#ifndef COMMANDS_ARM_FILES_H
#define COMMANDS_ARM_FILES_H

#include "params.h"
#include "result.h"
#include "terminal/options.h"

/* The arms that are wanted (none named: all), as bits. Fails: USAGE (no such arm). */
MUST_USE enum status arm_files_choose(const struct texts *wanted, const char *const *arm, int n_arms,
                                      uint32_t *set);

/* What is there of an arm; with a checkpoint (`saved`) it can be gone on with. Fails: CONFIG, NO_MEMORY. */
MUST_USE enum status arm_files_find(const struct directory *directory, const char *arm,
                                    enum result_found *found, bool *saved);

/* Without a word on what is to become of them, results that are there are left alone. Fails: CONFIG (an arm
 * of the set is complete, or can be gone on with), NO_MEMORY. */
MUST_USE enum status arm_files_spare(const struct directory *directory, const char *const *arm, int n_arms,
                                     uint32_t set);

/* What a checkpoint belongs to: the resolved config, seed, arm, and in `mode` what else makes runs differ.
 * Free with memory_free. Fails: NO_MEMORY. */
MUST_USE enum status arm_files_fingerprint(struct config *config, int64_t seed, const char *arm,
                                           const char *mode, char **out);

/* A checkpoint has served its purpose. */
void arm_files_forget(const char *checkpoint);

#endif
