/* made.c — looks for a run's results. See made.h. */
#include "made.h"
#include "experiment/seeded.h"
#include "memory.h"
#include "result.h"
#include "text_file.h"
#include <stdio.h>
#include <string.h>

static bool text_is(struct store *store, const char *path, const char *wanted) {
  char *text = NULL;
  bool same = store_read_text(store, path, NULL, &text) == STATUS_OK && strcmp(text, wanted) == 0;
  memory_free(text);
  return same;
}

static bool seed_is(struct store *store, int64_t wanted) {
  int64_t seed;
  if (wanted < 0) return true;
  return store_read(store, "/provenance/seed", NULL, STATE_I64, 1, &seed) == STATUS_OK && seed == wanted;
}

/* Was the arm's file made by this program, of this config? */
static bool is_current(const char *file, const struct version *version, const char *resolved, int64_t seed) {
  struct store *store = NULL;
  if (store_open(file, false, &store) != STATUS_OK) return false;
  bool current = seed_is(store, seed) && text_is(store, "/provenance/config_resolved", resolved) &&
                 text_is(store, "/provenance/git_commit", version->commit) &&
                 text_is(store, "/provenance/build", version->build);
  store_abandon(store);
  return current;
}

static bool exists(const char *file) {
  FILE *found = text_file_read(file);
  if (found) fclose(found);
  return found != NULL;
}

enum status made_find(const struct wanted_run *run, const struct version *version, enum made *out) {
  struct config *config = NULL;
  const char *resolved = NULL;
  char file[4096];
  int found = 0, current = 0;
  TRY(seeded_load(run->config, run->set, run->n_sets, run->seed, &config));
  config_drop(config, "batch");
  enum status status = config_resolved_text(config, &resolved);
  for (int k = 0; k < run->n_arms && status == STATUS_OK; k++) {
    snprintf(file, sizeof file, "%s/%s%s", run->directory, run->arm[k], RESULT_SUFFIX);
    if (!exists(file)) continue;
    found++;
    current += is_current(file, version, resolved, run->seed);
  }
  snprintf(file, sizeof file, "%s/summary.h5", run->directory);
  bool whole = current == run->n_arms && (!run->has_summary || exists(file));
  *out = found == 0 ? MADE_NONE : current < found ? MADE_OTHER : whole ? MADE_COMPLETE : MADE_PART;
  config_free(config);
  return status;
}
