/* arms.c — results and checkpoints of arms that are simulated together. See arms.h. */
#include "arms.h"
#include "arm_files.h"
#include "checkpoint.h"
#include "memory.h"
#include "recording/origin.h"

/* ---- checkpoints ---- */

struct walk {
  struct simulation *simulation;
  struct result *result;
};

static enum status walk(void *context, struct visitor *visitor) {
  const struct walk *w = context;
  TRY(result_visit(w->result, visitor));
  return simulation_visit(w->simulation, visitor);
}

static enum status load(struct arm_result *one, struct simulation *simulation, const struct log *log) {
  struct walk w = {simulation, one->result};
  bool previous = false;
  TRY(checkpoint_load(one->checkpoint, one->fingerprint, walk, &w, &previous));
  if (previous && log)
    log_warning(log, "%s: damaged or missing; went on from the one before", one->checkpoint);
  return STATUS_OK;
}

/* ---- opening and closing ---- */

static enum status open_one(struct simulation *simulation, const struct directory *directory,
                            enum result_mode mode, const struct log *log, struct arm_result *one) {
  const struct experiment *experiment = simulation->experiment;
  static const char *const modes[2][2] = {{"", " refined"}, {" quick", " quick refined"}};
  const char *name = experiment->arm[one->arm];
  TRY(directory_file(directory, name, CHECKPOINT_SUFFIX, &one->checkpoint));
  TRY(arm_files_fingerprint(experiment->config, experiment->simulation.seed, name,
                            modes[experiment->quick][experiment->refined], &one->fingerprint));
  if (mode == RESULT_RESUME)
    TRY(checkpoint_check(one->checkpoint, one->fingerprint)); /* before it is touched */
  TRY(result_open(directory, name, experiment->title, mode, log, &one->result));
  if (mode != RESULT_RESUME) return origin_write(simulation, result_store(one->result));
  TRY(simulation_arm(simulation, one->arm));
  TRY(load(one, simulation, log));
  return origin_resumed(result_store(one->result), simulation_time_h(simulation) * 3600.0);
}

enum status arms_open(struct simulation *simulation, const struct directory *directory, uint32_t set,
                      enum result_mode mode, const struct log *log, struct arms *out) {
  *out = (struct arms){0};
  for (int a = 0; a < simulation->experiment->n_arms; a++) {
    if (!(set >> a & 1u)) continue;
    struct arm_result *one = &out->one[out->n++];
    one->arm = a;
    TRY(open_one(simulation, directory, mode, log, one));
  }
  out->end = out->n;
  return STATUS_OK;
}

void arms_free(struct arms *arms) {
  for (int k = 0; k < arms->n; k++) {
    result_fail(arms->one[k].result);
    memory_free(arms->one[k].checkpoint);
    memory_free(arms->one[k].fingerprint);
  }
  *arms = (struct arms){0};
}

enum status arms_save(struct arms *arms, struct simulation *simulation) {
  for (int k = arms->first; k < arms->end; k++) {
    struct walk w = {simulation, arms->one[k].result};
    TRY(result_sync(arms->one[k].result));
    TRY(checkpoint_save(arms->one[k].checkpoint, arms->one[k].fingerprint, walk, &w));
  }
  return STATUS_OK;
}

enum status arms_progress(struct arms *arms, const struct simulation *simulation, double wall_s) {
  for (int k = arms->first; k < arms->end; k++) {
    TRY(result_progress(arms->one[k].result, simulation_time_h(simulation) * 3600.0, wall_s,
                        simulation_share(simulation)));
  }
  return STATUS_OK;
}

enum status arms_suspend(struct arms *arms, struct simulation *simulation) {
  TRY(arms_save(arms, simulation));
  for (int k = 0; k < arms->n; k++) {
    struct result *result = arms->one[k].result;
    arms->one[k].result = NULL;
    if (result) TRY(result_suspend(result));
  }
  return STATUS_OK;
}

enum status arms_finish(struct arms *arms, int k, struct simulation *simulation, double wall_s) {
  struct result *result = arms->one[k].result;
  TRY(arms_progress(arms, simulation, wall_s));
  TRY(origin_end(simulation, result_store(result)));
  arms->one[k].result = NULL;
  TRY(result_finish(result));
  arm_files_forget(arms->one[k].checkpoint);
  return STATUS_OK;
}
