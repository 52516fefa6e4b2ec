/* circuit_arm.c — an arm of a circuit without space, bin by bin. See circuit_arm.h. */
#include "circuit_arm.h"
#include "checkpoint.h"
#include "fields.h"
#include "job.h"
#include "log.h"
#include "memory.h"
#include "packers.h"
#include "provenance.h"
#include "recording/origin.h"
#include "shared.h"
#include "simulation/arm_files.h"
#include "simulation/shared_checkpoint.h"
#include "simulation/stop.h"
#include "simulation/threads.h"
#include "simulation/wall.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double CHECKPOINT_EVERY_S = 30.0, PROGRESS_FILE_EVERY_S = 5.0; /* wall time */

struct arm {
  struct circuit_session *session;
  struct circuit_experiment experiment;
  struct circuit_recording recording;
  struct result *result;   /* NULL in the processes of a job that do not write */
  struct packers *packers; /* compress what is written; NULL there, too */
  struct tee nowhere;
  char *checkpoint, *fingerprint;
  int64_t bin; /* bins done */
  double build_s, spikes_s, saved_s, told_s;
};

static const char *name_of(const struct arm *arm) { return arm->session->plan.arm[arm->experiment.arm].name; }

static int64_t bins_of(const struct arm *arm) {
  return (int64_t)floor(circuit_end_s(&arm->experiment) * 1000.0 / ACTIVITY_BIN_MS + 0.5);
}

static struct exchange *exchange_of(const struct arm *arm) { return arm->experiment.network->exchange; }

static double reached_s(const struct arm *arm) { return (double)arm->bin * ACTIVITY_BIN_MS * 1e-3; }

/* ---- where it comes from ---- */

static enum status write_origin(const struct arm *arm, struct store *store) {
  const struct network *network = arm->experiment.network;
  const struct circuit_arm *plan = &arm->session->plan.arm[arm->experiment.arm];
  const char *works[CIRCUIT_POPULATIONS * (1 + POPULATION_RECEPTORS)];
  char *overrides = NULL;
  int n = 0;
  TRY(options_join(arm->session->overrides, plan->n_sets, plan->set, &overrides));
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    works[n++] = population->cell->citation;
    for (int r = 0; r < population->n_receptors; r++)
      works[n++] = population->receptor[r].mechanism->citation;
  }
  const struct origin origin = {.config = arm->experiment.config,
                                .whole = arm->session->plan.config,
                                .command_line = arm->session->line,
                                .overrides = overrides,
                                .rng = "Philox4x32-10, key = seed, counter = (id, stream and index, when)",
                                .seed = (uint64_t)arm->experiment.settings.seed,
                                .threads = team_size(network->team),
                                .work = works,
                                .n_works = n};
  enum status status = origin_begin(store, &origin);
  memory_free(overrides);
  return status;
}

static enum status visit_circuit(void *context, struct visitor *visitor) {
  return random_circuit_visit(context, visitor);
}

static enum status write_end(struct arm *arm) {
  struct hasher hasher = state_hasher();
  double end_s = circuit_end_s(&arm->experiment);
  TRY(shared_walk(exchange_of(arm), &hasher.visitor, false, visit_circuit, &arm->experiment.circuit));
  if (!arm->result) return STATUS_OK;
  const struct provenance_phase phase[] = {{"build", arm->build_s, (double)NAN},
                                           {"spikes", arm->spikes_s, (double)NAN}};
  return provenance_end(result_store(arm->result), hasher.hash, phase, COUNT_OF(phase), end_s, arm->spikes_s);
}

/* ---- checkpoints ---- */

static enum status visit(void *context, struct visitor *visitor) {
  struct arm *arm = context;
  int64_t bin = arm->bin;
  TRY(visitor->array(visitor, "bin", STATE_I64, 1, &bin));
  if (visitor->loading && (bin < 0 || bin > bins_of(arm)))
    return status_fail(STATUS_CONFIG, "checkpoint: its position is not in this experiment");
  arm->bin = bin;
  TRY(random_circuit_visit(&arm->experiment.circuit, visitor));
  return circuit_recording_visit(&arm->recording, visitor);
}

static struct shared_checkpoint checkpoint_of(struct arm *arm) {
  return (struct shared_checkpoint){.exchange = exchange_of(arm),
                                    .path = arm->checkpoint,
                                    .fingerprint = arm->fingerprint,
                                    .result = arm->result,
                                    .visit = visit,
                                    .context = arm};
}

static enum status tell(struct arm *arm) {
  double now = wall_s(), end_s = circuit_end_s(&arm->experiment);
  arm->told_s = now;
  if (!arm->result) return STATUS_OK;
  return result_progress(arm->result, reached_s(arm), now - arm->session->begin_s, reached_s(arm) / end_s);
}

static enum status save(struct arm *arm) {
  struct shared_checkpoint checkpoint = checkpoint_of(arm);
  TRY(tell(arm));
  TRY(shared_checkpoint_save(&checkpoint));
  live_update(arm->session->live, name_of(arm));
  arm->saved_s = wall_s();
  return STATUS_OK;
}

static enum status load(struct arm *arm, const struct log *log) {
  struct shared_checkpoint checkpoint = checkpoint_of(arm);
  TRY(shared_checkpoint_load(&checkpoint, log));
  return arm->result ? origin_resumed(result_store(arm->result), reached_s(arm)) : STATUS_OK;
}

/* The run stops here: what is there is closed as resumable. */
static enum status suspend(struct arm *arm, enum status why) {
  char message[256];
  snprintf(message, sizeof message, "%s", status_message());
  TRY(save(arm));
  struct result *result = arm->result;
  arm->result = NULL;
  if (result) TRY(result_suspend(result));
  return status_fail(why, "%s", message);
}

/* ---- the windows ---- */

/* The window that a bin lies in, from its first tick on; −1: none. */
static int window_at(const struct circuit_experiment *experiment, double t_s) {
  for (int w = 0; w < experiment->n_windows; w++) {
    const struct circuit_window *window = &experiment->window[w];
    if (t_s > window->at - 1e-6 && t_s < window->at + window->duration - 1e-6) return w;
  }
  return -1;
}

static void show(const struct arm *arm) {
  const struct circuit_session *session = arm->session;
  double end_s = circuit_end_s(&arm->experiment);
  char detail[64];
  snprintf(detail, sizeof detail, "%.1f of %.1f s", reached_s(arm), end_s);
  progress_update(session->progress, (session->n_done + reached_s(arm) / end_s) / session->n_chosen,
                  name_of(arm), detail);
}

static enum status advance_bin(struct arm *arm, int64_t bin_ticks, bool *window_ends) {
  const struct circuit_experiment *experiment = &arm->experiment;
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  struct observer observers[3];
  double from_s = reached_s(arm), to_s = (double)(arm->bin + 1) * ACTIVITY_BIN_MS * 1e-3;
  int w = window_at(experiment, from_s);
  bool begins = w >= 0 && window_at(experiment, from_s - ACTIVITY_BIN_MS * 1e-3) != w;
  *window_ends = w >= 0 && window_at(experiment, to_s) != w;
  if (begins) circuit_begin(&arm->recording, w);
  struct window window = {
      .step = {.dt_ms = experiment->settings.dt, .slow_dt_ms = 1.0, .exposures = exposures},
      .observers = observers};
  window.step.n_exposures = circuit_exposures(experiment, from_s, exposures);
  window.n_observers = circuit_observers(&arm->recording, w >= 0, observers);
  TRY(random_circuit_advance(&arm->experiment.circuit, &window, bin_ticks));
  TRY(circuit_bin(&arm->recording, w >= 0));
  arm->bin++;
  return *window_ends ? circuit_end(&arm->recording, w) : STATUS_OK;
}

/* Is a checkpoint due? All judge by the clock of the first process. */
static bool due(const struct arm *arm, bool window_ends) {
  double since_s = wall_s() - arm->saved_s;
  exchange_tell(exchange_of(arm), &since_s, sizeof since_s);
  return window_ends || since_s > CHECKPOINT_EVERY_S;
}

static enum status advance(struct arm *arm) {
  int64_t bin_ticks = ACTIVITY_BIN_MS * (int64_t)arm->experiment.network->ms_ticks, bins = bins_of(arm);
  double begin = wall_s();
  while (arm->bin < bins) {
    bool window_ends = false;
    TRY(advance_bin(arm, bin_ticks, &window_ends));
    arm->spikes_s = wall_s() - begin;
    if (arm->session->progress) show(arm);
    if (arm->bin == bins) break;
    enum status wanted = exchange_agree(exchange_of(arm), stop_wanted());
    if (wanted != STATUS_OK) return suspend(arm, wanted);
    if (due(arm, window_ends)) TRY(save(arm));
    if (wall_s() - arm->told_s > PROGRESS_FILE_EVERY_S) TRY(tell(arm));
  }
  return STATUS_OK;
}

/* ---- an arm ---- */

static enum status build(struct arm *arm, int a) {
  const struct run_options *options = arm->session->options;
  double begin = wall_s();
  TRY(circuit_read(&arm->session->read, &arm->session->plan, a, &arm->experiment));
  TRY(circuit_wire(&arm->experiment, threads_wanted(options->threads), (int)options->virtual_ranks));
  arm->build_s = wall_s() - begin;
  return STATUS_OK;
}

/* What the first process has of an arm before the others take part. */
static enum status open_files(struct arm *arm, enum result_mode mode, const struct log *log) {
  const struct circuit_session *session = arm->session;
  const struct circuit_experiment *experiment = &arm->experiment;
  if (job_rank() > 0) return STATUS_OK;
  TRY(directory_file(session->directory, name_of(arm), CHECKPOINT_SUFFIX, &arm->checkpoint));
  TRY(arm_files_fingerprint(experiment->config, experiment->settings.seed, name_of(arm),
                            session->options->quick ? " quick" : "", &arm->fingerprint));
  if (mode == RESULT_RESUME)
    TRY(checkpoint_check(arm->checkpoint, arm->fingerprint)); /* before anything is touched */
  TRY(packers_new(packers_beside(team_size(experiment->network->team)), &arm->packers));
  TRY(result_open(session->directory, name_of(arm), session->plan.title, mode, log, &arm->result));
  store_share(result_store(arm->result), arm->packers);
  if (mode == RESULT_RESUME) return STATUS_OK;
  TRY(store_attribute_text(result_store(arm->result), "/", "default", "rates"));
  return write_origin(arm, result_store(arm->result));
}

static enum status record(struct arm *arm, enum result_mode mode, const struct log *log) {
  struct recorder *to = arm->result ? result_recorder(arm->result) : &arm->nowhere.recorder;
  enum status status = circuit_recording_open(&arm->experiment, to, &arm->recording);
  TRY(exchange_agree(exchange_of(arm), status));
  activity_begin(&arm->recording.activity, 0, 0);
  if (mode == RESULT_RESUME) TRY(load(arm, log));
  arm->saved_s = arm->told_s = wall_s();
  TRY(advance(arm));
  TRY(tell(arm));
  return write_end(arm);
}

static enum status run(struct arm *arm, int a, enum result_mode mode) {
  const struct log log = {.level = LOG_WARNING};
  TRY(build(arm, a));
  TRY(exchange_agree(exchange_of(arm), open_files(arm, mode, &log)));
  TRY(record(arm, mode, &log));
  struct result *result = arm->result;
  arm->result = NULL;
  if (!result) return STATUS_OK;
  TRY(result_finish(result));
  arm_files_forget(arm->checkpoint);
  return STATUS_OK;
}

enum status circuit_arm_run(struct circuit_session *session, int a, enum result_mode mode) {
  struct arm *arm = NULL;
  TRY(memory_new("arm", 1, sizeof *arm, &arm));
  arm->session = session;
  tee_open(&arm->nowhere, NULL, 0);
  if (session->progress)
    progress_update(session->progress, (double)session->n_done / session->n_chosen, session->plan.arm[a].name,
                    "building");
  enum status status = run(arm, a, mode);
  if (status == STATUS_OK) session->n_done++;
  result_fail(arm->result);
  packers_free(arm->packers);
  live_drop(session->live, session->plan.arm[a].name);
  circuit_recording_close(&arm->recording);
  tee_close(&arm->nowhere);
  circuit_free(&arm->experiment);
  memory_free(arm->checkpoint);
  memory_free(arm->fingerprint);
  memory_free(arm);
  return status;
}
