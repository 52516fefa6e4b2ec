/* run_plan.c — arms of one experiment, from the first to the last tick. See run_plan.h. */
#include "run_plan.h"
#include "arm_files.h"
#include "arms.h"
#include "findings/measures.h"
#include "findings/summary_text.h"
#include "job.h"
#include "live.h"
#include "memory.h"
#include "needs.h"
#include "pk_only.h"
#include "protocol.h"
#include "stop.h"
#include "terminal/run_options.h"
#include "threads.h"
#include "wall.h"
#include <math.h>
#include <stdio.h>

/* A checkpoint is written after every window, and after slow steps when this much wall time has passed, s. */
static const double CHECKPOINT_EVERY_S = 30.0, PROGRESS_FILE_EVERY_S = 5.0;

struct session {
  const struct run_options *options;
  struct experiment experiment;
  struct simulation simulation;
  struct directory *directory;
  struct progress *progress;
  struct log log;
  struct live *live; /* copies of what is being written; NULL: none are wanted */
  struct arms arms;  /* that share what they can */
  int n_resumed;     /* arms that go on alone */
  /* shares of one arm's work: of all stretches of the tree together, of those done; where this one began */
  double work, done, stretch_from;
  double begin_s, saved_s, told_s;
  bool saved; /* since what the arms share began */
};

/* ---- which arms ---- */

/* Split the arms into those that begin and those that go on; complete ones are left out of a resumed run. */
static enum status sort_arms(struct session *session, uint32_t set, uint32_t *fresh, uint32_t *resumed) {
  const struct run_options *options = session->options;
  *fresh = *resumed = 0;
  if (!options->resume && !options->overwrite)
    TRY(arm_files_spare(session->directory, session->experiment.arm, session->experiment.n_arms, set));
  for (int a = 0; a < session->experiment.n_arms; a++) {
    enum result_found found;
    bool saved = false;
    if (!(set >> a & 1u)) continue;
    TRY(arm_files_find(session->directory, session->experiment.arm[a], &found, &saved));
    if (options->resume && found == RESULT_FOUND_COMPLETE) continue;
    *(options->resume && found == RESULT_FOUND_PARTIAL && saved ? resumed : fresh) |= 1u << a;
  }
  session->n_resumed = __builtin_popcount(*resumed);
  return STATUS_OK;
}

/* ---- while it runs ---- */

/* Share of all work: what arms share counts once. */
static double total_share(const struct session *session) {
  double own = fmax(0.0, simulation_share(&session->simulation) - session->stretch_from);
  double all = session->work + session->n_resumed;
  return all > 0 ? fmin(1.0, (session->done + own) / all) : 1.0;
}

static const char *arm_name(const struct session *session, int k) {
  return session->experiment.arm[session->arms.one[k].arm];
}

/* Whose work it is now. */
static void name_group(const struct session *session, char *out, size_t size) {
  const struct arms *arms = &session->arms;
  const char *first = arm_name(session, arms->first);
  int others = arms->end - arms->first - 1;
  if (others == 0)
    snprintf(out, size, "%.100s", first);
  else if (others + 1 == arms->n)
    snprintf(out, size, "all arms");
  else
    snprintf(out, size, "%.100s and %d other%s", first, others, others == 1 ? "" : "s");
}

static void show(struct session *session) {
  const struct simulation *simulation = &session->simulation;
  const struct experiment *experiment = &session->experiment;
  if (simulation->position >= simulation->n_stages) return;
  const struct stage *stage = &simulation->stage[simulation->position];
  char group[128], phase[192], detail[96];
  name_group(session, group, sizeof group);
  snprintf(phase, sizeof phase, "%s, %.50s", group,
           stage->kind == STAGE_WINDOW ? experiment->window[stage->window].label : "tissue");
  snprintf(detail, sizeof detail, "%.2f h, window %d of %d", simulation_time_h(simulation), stage->window + 1,
           experiment->n_windows);
  progress_update(session->progress, total_share(session), phase, detail);
}

static enum status stop(void *context, const struct simulation *simulation) {
  struct session *session = context;
  if (session->progress) show(session);
  return exchange_agree(simulation->network->exchange, stop_wanted());
}

static enum status stage_done(void *context, struct simulation *simulation) {
  struct session *session = context;
  double now = wall_s();
  bool window = simulation->position > 0 && simulation->stage[simulation->position - 1].kind == STAGE_WINDOW;
  exchange_tell(simulation->network->exchange, &now, sizeof now); /* all judge by one clock */
  if (now - session->told_s > PROGRESS_FILE_EVERY_S || window) {
    TRY(arms_progress(&session->arms, simulation, now - session->begin_s));
    session->told_s = now;
  }
  if (!window && now - session->saved_s < CHECKPOINT_EVERY_S) return STATUS_OK;
  session->saved_s = now;
  session->saved = true;
  TRY(arms_save(&session->arms, simulation));
  for (int k = session->arms.first; k < session->arms.end; k++)
    live_update(session->live, arm_name(session, k));
  return STATUS_OK;
}

/* Run to a stage; a stop leaves checkpoints and resumable files of all arms that are not complete. */
static enum status run_to(struct session *session, const struct recording *recording, int until) {
  struct protocol_watch watch = {session, stop, stage_done};
  enum status status = protocol_run(&session->simulation, recording, until, &watch);
  if (status != STATUS_INTERRUPTED && status != STATUS_TERMINATED && status != STATUS_TIME_LIMIT)
    return status;
  char message[256];
  snprintf(message, sizeof message, "%s", status_message());
  TRY(arms_progress(&session->arms, &session->simulation, wall_s() - session->begin_s));
  TRY(arms_suspend(&session->arms, &session->simulation));
  return status_fail(status, "%s", message);
}

static enum status finish_arm(struct session *session, int k) {
  TRY(arms_finish(&session->arms, k, &session->simulation, wall_s() - session->begin_s));
  live_drop(session->live, arm_name(session, k));
  return STATUS_OK;
}

/* From here to a stage is one stretch of work. */
static enum status run_stretch(struct session *session, const struct recording *recording, int until) {
  session->stretch_from = simulation_share(&session->simulation);
  TRY(run_to(session, recording, until));
  session->done += simulation_share(&session->simulation) - session->stretch_from;
  session->stretch_from = simulation_share(&session->simulation);
  return STATUS_OK;
}

/* ---- arms that begin ---- */

/* The stage at which arms first … end−1 part. */
static int parting_of(const struct session *session, int first, int end) {
  uint32_t set = 0;
  for (int k = first; k < end; k++) set |= 1u << session->arms.one[k].arm;
  return simulation_divergence(&session->simulation, experiment_divergence_h(&session->experiment, set));
}

/* Bring those of the arms first … end−1 together that go on like the first beyond a stage; gives their end.
 * */
static int gather(struct session *session, int first, int end, int stage) {
  struct arm_result *one = session->arms.one;
  int gathered = first + 1;
  for (int k = first + 1; k < end && stage < session->simulation.n_stages; k++) {
    struct arm_result other = one[k];
    uint32_t pair = 1u << one[first].arm | 1u << other.arm;
    double parts_h = experiment_divergence_h(&session->experiment, pair);
    if (simulation_divergence(&session->simulation, parts_h) <= stage) continue;
    for (int j = k; j > gathered; j--) one[j] = one[j - 1];
    one[gathered++] = other;
  }
  return gathered;
}

/* Share of an arm's biological time that lies before a stage. */
static double share_before(const struct session *session, int stage) {
  struct simulation at = session->simulation;
  at.position = stage;
  at.window_ticks = 0;
  return simulation_share(&at);
}

/* Work of arms first … end−1 from a stage on, in shares of one arm's. */
static double work_of(struct session *session, int first, int end, int from) {
  int parting = end - first > 1 ? parting_of(session, first, end) : session->simulation.n_stages;
  double work = share_before(session, parting) - share_before(session, from);
  for (int k = first, next; k < end && end - first > 1; k = next) {
    next = gather(session, k, end, parting);
    work += work_of(session, k, next, parting);
  }
  return work;
}

/* What arms first … end−1 have in common, written to all their files; each has a checkpoint of it. */
static enum status run_shared(struct session *session, int first, int end, int until) {
  struct recorder *recorders[EXPERIMENT_ARMS];
  struct recording recording;
  struct tee tee;
  for (int k = first; k < end; k++) recorders[k - first] = arms_recorder(&session->arms, k);
  tee_open(&tee, recorders, end - first);
  session->saved = false;
  enum status status = simulation_arm(&session->simulation, session->arms.one[first].arm);
  if (status == STATUS_OK) status = recording_open(&session->simulation, &tee.recorder, -1, &recording);
  if (status == STATUS_OK) status = run_stretch(session, &recording, until);
  if (status == STATUS_OK && !session->saved) status = arms_save(&session->arms, &session->simulation);
  tee_close(&tee);
  return status;
}

/* Arm k from here to its end. */
static enum status run_alone(struct session *session, int k) {
  struct recording recording;
  int arm = session->arms.one[k].arm;
  TRY(simulation_arm(&session->simulation, arm));
  TRY(recording_open(&session->simulation, arms_recorder(&session->arms, k), arm, &recording));
  TRY(run_stretch(session, &recording, session->simulation.n_stages));
  return finish_arm(session, k);
}

/* Arms first … end−1 from here to their ends: together up to where they part, then group by group, each from
 * the image of that moment. */
static enum status run_group(struct session *session, int first, int end) {
  struct simulation *simulation = &session->simulation;
  struct image *image = NULL;
  enum status status;
  session->arms.first = first;
  session->arms.end = end;
  if (end - first == 1) return run_alone(session, first);
  int parting = parting_of(session, first, end);
  TRY(run_shared(session, first, end, parting));
  TRY(image_new(&image));
  TRY_GOTO(simulation_visit(simulation, image_saver(image)), done);
  for (int k = first, next; k < end; k = next) {
    next = gather(session, k, end, parting);
    if (k > first) TRY_GOTO(simulation_visit(simulation, image_loader(image)), done);
    TRY_GOTO(run_group(session, k, next), done);
  }
done:
  image_free(image);
  return status;
}

static enum status run_fresh(struct session *session, uint32_t set) {
  enum result_mode mode = session->options->overwrite ? RESULT_OVERWRITE : RESULT_NEW;
  TRY(arms_open(&session->simulation, session->directory, set, mode, &session->log, &session->arms));
  session->work = work_of(session, 0, session->arms.n, 0);
  return run_group(session, 0, session->arms.n);
}

/* ---- arms that go on ---- */

static enum status run_resumed(struct session *session, int arm) {
  struct recording recording;
  TRY(simulation_arm(&session->simulation, arm));
  TRY(arms_open(&session->simulation, session->directory, 1u << arm, RESULT_RESUME, &session->log,
                &session->arms));
  TRY(recording_open(&session->simulation, arms_recorder(&session->arms, 0), arm, &recording));
  TRY(run_stretch(session, &recording, session->simulation.n_stages));
  TRY(finish_arm(session, 0));
  arms_free(&session->arms);
  return STATUS_OK;
}

/* ---- the whole ---- */

/* Fresh arms go first: they begin from the network as it was wired, which resuming an arm replaces by its
 * checkpoint. */
static enum status run_arms(struct session *session, uint32_t fresh, uint32_t resumed) {
  if (fresh) TRY(run_fresh(session, fresh));
  arms_free(&session->arms);
  for (int a = 0; a < session->experiment.n_arms; a++) {
    if (resumed >> a & 1u) TRY(run_resumed(session, a));
  }
  return STATUS_OK;
}

/* Where the wall time went, and that of the windows phase by phase. */
static void print_profile(const struct simulation *simulation, FILE *out) {
  double total = 0;
  fprintf(out, "build %.1f s, spikes %.1f s for %.1f s of biology, tissue %.1f s, structure %.1f s\n",
          simulation->build_wall_s, simulation->spike_wall_s, simulation->biology_s,
          simulation->slow_wall_s - simulation->remodel_wall_s, simulation->remodel_wall_s);
  for (int k = 0; k < PROFILE_PHASE_COUNT; k++)
    total += profile_s(simulation->profile, (enum profile_phase)k);
  for (int k = 0; k < PROFILE_PHASE_COUNT; k++) {
    double spent = profile_s(simulation->profile, (enum profile_phase)k);
    fprintf(out, "  %-10s %7.2f s %5.1f %%  %s\n", profile_name[k], spent,
            total > 0 ? 100.0 * spent / total : 0.0, profile_meaning[k]);
  }
}

/* The first process has found out which arms begin and which go on, and when the run began. */
static void tell_arms(struct session *session, uint32_t *fresh, uint32_t *resumed) {
  struct exchange *exchange = session->simulation.network->exchange;
  double times[] = {session->begin_s, session->saved_s};
  uint32_t sets[] = {*fresh, *resumed};
  exchange_tell(exchange, sets, sizeof sets);
  exchange_tell(exchange, times, sizeof times);
  *fresh = sets[0];
  *resumed = sets[1];
  session->begin_s = times[0];
  session->saved_s = times[1];
  session->n_resumed = __builtin_popcount(*resumed);
}

/* The arms of a set (bits). */
static enum status run_all(struct session *session, uint32_t set, FILE *out) {
  const struct run_options *options = session->options;
  uint32_t fresh = 0, resumed = 0;
  bool first = job_rank() == 0;
  TRY(job_agree(first ? sort_arms(session, set, &fresh, &resumed) : STATUS_OK));
  TRY(job_agree(
      first ? needs_fit(&session->simulation, directory_path(session->directory), __builtin_popcount(fresh))
            : STATUS_OK));
  stop_watch(options->time_limit_s); /* asked while it builds, it stops after its first bin of spikes */
  if (first) {
    TRY(progress_open((enum progress_mode)options->progress, stderr, &session->progress));
    progress_update(session->progress, 0, "building the circuits", "");
  }
  enum status status =
      simulation_wire(&session->simulation, threads_wanted(options->threads), (int)options->virtual_ranks);
  if (status == STATUS_OK) status = simulation_instruments(&session->simulation);
  if (status == STATUS_OK) tell_arms(session, &fresh, &resumed);
  if (status == STATUS_OK && options->profile)
    status = profile_new(threads_wanted(options->threads), &session->simulation.profile);
  if (status == STATUS_OK) status = run_arms(session, fresh, resumed);
  stop_forget();
  progress_close(session->progress);
  session->progress = NULL;
  TRY(status);
  if (!first) return STATUS_OK;
  TRY(measures_write(directory_path(session->directory), &session->experiment, set));
  TRY(summary_text(out, directory_path(session->directory), &session->experiment, set));
  if (options->profile) print_profile(&session->simulation, out);
  return STATUS_OK;
}

/* Concentrations alone: all faults but those of regions are told. */
static enum status run_concentrations(struct session *session, const char *directory, FILE *out) {
  const struct experiment *experiment = &session->experiment;
  uint32_t set, fresh, resumed;
  pk_only_skip(experiment);
  TRY(config_finish(experiment->config));
  TRY(arm_files_choose(&session->options->arms, session->experiment.arm, session->experiment.n_arms, &set));
  TRY(directory_open(directory, &session->directory));
  TRY(sort_arms(session, set, &fresh, &resumed));
  return pk_only_run(experiment, session->directory, set,
                     session->options->overwrite ? RESULT_OVERWRITE : RESULT_NEW, out);
}

struct experiment_options run_plan_reading(const struct arguments *arguments, const struct run_plan *plan) {
  const struct run_options *options = arguments->options;
  return (struct experiment_options){.overrides = options->overrides.text,
                                     .n_overrides = options->overrides.n,
                                     .quick = options->quick,
                                     .refine = plan->refine,
                                     .has_seed = plan->seed >= 0,
                                     .seed = plan->seed,
                                     .command_line = arguments->line,
                                     .override_text = options->overrides.lines};
}

static enum status open_directory(struct session *session, const char *path) {
  TRY(directory_open(path, &session->directory));
  return session->options->live ? live_open(session->directory, &session->log, &session->live) : STATUS_OK;
}

static enum status run_session(struct session *session, const struct arguments *arguments,
                               const struct run_plan *plan) {
  const struct run_options *options = session->options;
  uint32_t set;
  struct experiment_options read = run_plan_reading(arguments, plan);
  session->begin_s = session->saved_s = wall_s();
  session->log.level = LOG_WARNING;
  TRY(experiment_read(arguments->words.text[0], &read, &session->experiment));
  config_drop(session->experiment.config, "batch"); /* has no part in a run, nor in what is recorded of it */
  if (options->pk_only) return run_concentrations(session, plan->directory, plan->out);
  TRY(simulation_place(&session->experiment, &session->simulation));
  TRY(config_finish(session->experiment.config));
  TRY(arm_files_choose(&options->arms, session->experiment.arm, session->experiment.n_arms, &set));
  bool first = job_rank() == 0;
  TRY(job_agree(first ? open_directory(session, plan->directory) : STATUS_OK));
  return run_all(session, set, plan->out);
}

/* Arms that were stopped, or failed, have closed their own files. */
static void close_live(struct session *session) {
  for (int a = 0; a < session->experiment.n_arms; a++) live_drop(session->live, session->experiment.arm[a]);
  live_close(session->live);
}

enum status run_plan_make(const struct arguments *arguments, const struct run_plan *plan) {
  struct session *session = NULL;
  TRY(memory_new("run", 1, sizeof *session, &session));
  session->options = arguments->options;
  enum status status = run_session(session, arguments, plan);
  progress_close(session->progress);
  arms_free(&session->arms); /* keeps the message of the failure */
  close_live(session);
  directory_close(session->directory);
  simulation_free(&session->simulation);
  experiment_free(&session->experiment);
  memory_free(session);
  return status;
}
