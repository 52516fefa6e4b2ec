/* arm_files.c — results and checkpoints that a directory has. See arm_files.h. */
#include "arm_files.h"
#include "checkpoint.h"
#include "memory.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum status arm_files_choose(const struct texts *wanted, const char *const *arm, int n_arms, uint32_t *set) {
  *set = wanted->n ? 0 : (uint32_t)(((uint64_t)1 << n_arms) - 1);
  for (int k = 0; k < wanted->n; k++) {
    int a = 0;
    while (a < n_arms && strcmp(arm[a], wanted->text[k]) != 0) a++;
    if (a == n_arms) {
      const char *near = nearest_word(wanted->text[k], arm, n_arms);
      return status_fail(STATUS_USAGE, "--arm %s: there is no such arm%s%s%s", wanted->text[k],
                         near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    }
    *set |= 1u << a;
  }
  return STATUS_OK;
}

enum status arm_files_find(const struct directory *directory, const char *arm, enum result_found *found,
                           bool *saved) {
  char *path = NULL;
  TRY(result_find(directory, arm, found));
  TRY(directory_file(directory, arm, CHECKPOINT_SUFFIX, &path));
  *saved = checkpoint_exists(path);
  memory_free(path);
  return STATUS_OK;
}

enum status arm_files_spare(const struct directory *directory, const char *const *arm, int n_arms,
                            uint32_t set) {
  const char *complete = NULL;
  for (int a = 0; a < n_arms; a++) {
    enum result_found found;
    bool saved = false;
    if (!(set >> a & 1u)) continue;
    TRY(arm_files_find(directory, arm[a], &found, &saved));
    if (found == RESULT_FOUND_PARTIAL && saved)
      return status_fail(
          STATUS_CONFIG,
          "%s: an unfinished result of arm %s is there; --resume goes on, --overwrite begins again",
          directory_path(directory), arm[a]);
    if (found == RESULT_FOUND_COMPLETE) complete = arm[a];
  }
  if (!complete) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: a complete result of arm %s is there; --overwrite replaces it",
                     directory_path(directory), complete);
}

enum status arm_files_fingerprint(struct config *config, int64_t seed, const char *arm, const char *mode,
                                  char **out) {
  const char *text = NULL;
  char line[160];
  TRY(config_resolved_text(config, &text));
  struct hasher hasher = state_hasher();
  TRY(hasher.visitor.array(&hasher.visitor, "config", STATE_U8, strlen(text), (void *)(uintptr_t)text));
  snprintf(line, sizeof line, "%016llx seed %lld arm %s%s", (unsigned long long)hasher.hash, (long long)seed,
           arm, mode);
  return memory_text(line, out);
}

void arm_files_forget(const char *checkpoint) {
  char previous[PATH_MAX];
  unlink(checkpoint);
  if ((size_t)snprintf(previous, sizeof previous, "%s.prev", checkpoint) < sizeof previous) unlink(previous);
}
