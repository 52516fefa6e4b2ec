/* arms.c — results and checkpoints of arms that are simulated together. See arms.h. */
#include "arms.h"
#include "arm_files.h"
#include "checkpoint.h"
#include "job.h"
#include "kept_subject.h"
#include "memory.h"
#include "recording/origin.h"
#include "shared_checkpoint.h"
#include <stdio.h>

/* ---- checkpoints ---- */

static enum status visit(void *context, struct visitor *visitor) {
  return simulation_visit(context, visitor);
}

static struct exchange *exchange_of(const struct simulation *simulation) {
  return simulation->network->exchange;
}

static struct shared_checkpoint checkpoint_of(const struct arm_result *one, struct simulation *simulation) {
  return (struct shared_checkpoint){.exchange = exchange_of(simulation),
                                    .path = one->checkpoint,
                                    .fingerprint = one->fingerprint,
                                    .result = one->result,
                                    .visit = visit,
                                    .context = simulation};
}

/* ---- opening and closing ---- */

/* What the first process has of an arm before the others take part. */
static enum status open_files(const struct simulation *simulation, const struct directory *directory,
                              enum result_mode mode, const struct log *log, struct arm_result *one) {
  const struct experiment *experiment = simulation->experiment;
  static const char *const modes[2][2] = {{"", " refined"}, {" quick", " quick refined"}};
  const char *name = experiment->arm[one->arm];
  if (job_rank() > 0) return STATUS_OK;
  TRY(directory_file(directory, name, CHECKPOINT_SUFFIX, &one->checkpoint));
  TRY(directory_file(directory, name, KEPT_SUBJECT_SUFFIX, &one->subject));
  TRY(kept_subject_spare(experiment, one->subject));
  char whole_mode[64]; /* it goes on from the same subject alone */
  snprintf(whole_mode, sizeof whole_mode, "%s%s%s", modes[experiment->quick][experiment->refined],
           *simulation->parent ? " from " : "", simulation->parent);
  TRY(arm_files_fingerprint(experiment->config, experiment->simulation.seed, name, whole_mode,
                            &one->fingerprint));
  if (mode == RESULT_RESUME)
    TRY(checkpoint_check(one->checkpoint, one->fingerprint)); /* before it is touched */
  TRY(result_open(directory, name, experiment->title, mode, log, &one->result));
  if (mode != RESULT_RESUME) arm_files_forget(one->subject); /* of the result before */
  return STATUS_OK;
}

static enum status open_one(struct simulation *simulation, const struct directory *directory,
                            enum result_mode mode, const struct log *log, struct arm_result *one) {
  enum status status = open_files(simulation, directory, mode, log, one);
  TRY(exchange_agree(exchange_of(simulation), status));
  struct store *store = one->result ? result_store(one->result) : NULL;
  if (mode != RESULT_RESUME) return origin_write(simulation, store);
  TRY(simulation_arm(simulation, one->arm));
  struct shared_checkpoint checkpoint = checkpoint_of(one, simulation);
  TRY(shared_checkpoint_load(&checkpoint, log));
  return store ? origin_resumed(store, simulation_time_h(simulation) * 3600.0) : STATUS_OK;
}

struct recorder *arms_recorder(struct arms *arms, int k) {
  struct result *result = arms->one[k].result;
  return result ? result_recorder(result) : &arms->nowhere.recorder;
}

enum status arms_open(struct simulation *simulation, const struct directory *directory, uint32_t set,
                      enum result_mode mode, const struct log *log, struct arms *out) {
  *out = (struct arms){0};
  tee_open(&out->nowhere, NULL, 0);
  enum status status = STATUS_OK;
  if (job_rank() == 0)
    status = packers_new(packers_beside(team_size(simulation->network->team)), &out->packers);
  TRY(exchange_agree(exchange_of(simulation), status));
  for (int a = 0; a < simulation->experiment->n_arms; a++) {
    if (!(set >> a & 1u)) continue;
    struct arm_result *one = &out->one[out->n++];
    one->arm = a;
    TRY(open_one(simulation, directory, mode, log, one));
    if (one->result) store_share(result_store(one->result), out->packers);
  }
  out->end = out->n;
  return STATUS_OK;
}

void arms_free(struct arms *arms) {
  for (int k = 0; k < arms->n; k++) {
    result_fail(arms->one[k].result);
    memory_free(arms->one[k].checkpoint);
    memory_free(arms->one[k].subject);
    memory_free(arms->one[k].fingerprint);
  }
  packers_free(arms->packers);
  tee_close(&arms->nowhere);
  *arms = (struct arms){0};
}

enum status arms_save(struct arms *arms, struct simulation *simulation) {
  for (int k = arms->first; k < arms->end; k++) {
    struct shared_checkpoint checkpoint = checkpoint_of(&arms->one[k], simulation);
    TRY(shared_checkpoint_save(&checkpoint));
  }
  return STATUS_OK;
}

enum status arms_progress(struct arms *arms, const struct simulation *simulation, double wall_s) {
  for (int k = arms->first; k < arms->end; k++) {
    if (!arms->one[k].result) continue;
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
  if (simulation->experiment->record.subject)
    TRY(kept_subject_save(simulation, arms->one[k].subject, result ? result_uuid(result) : NULL));
  TRY(arms_progress(arms, simulation, wall_s));
  TRY(origin_end(simulation, result ? result_store(result) : NULL));
  arms->one[k].result = NULL;
  if (!result) return STATUS_OK;
  TRY(result_finish(result));
  arm_files_forget(arms->one[k].checkpoint);
  return STATUS_OK;
}
