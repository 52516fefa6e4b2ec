/* pk_only.c — courses of concentrations by themselves. See pk_only.h. */
#include "pk_only.h"
#include "experiment/subject.h"
#include "memory.h"
#include "provenance.h"
#include "recording/drug_rows.h"
#include "recording/origin.h"
#include "simulation/wall.h"
#include "state.h"
#include "terminal/layout.h"
#include <math.h>
#include <stdio.h>

/* Steps a day or more after the latest event, h: what is left falls over many hours. */
static const double LATER_STEP_H = 0.5;
#define MIN_PER_H 60.0

void pk_only_skip(const struct experiment *experiment) {
  if (subject_is_kept(experiment))
    config_fault(experiment->config, "subject.from",
                 "what is in this subject's body is not known to --pk-only: leave it out");
  config_skip(experiment->config, "regions");
  config_skip(experiment->config, "calibrated");
}

/* ---- one arm ---- */

struct peak {
  double uM, at_h;
};

struct arm_course {
  const struct experiment *experiment;
  struct arm_doses doses;
  struct course course;
  struct peak plasma[DRUG_SUBSTANCES], brain[DRUG_SUBSTANCES];
};

static void raise_peak(struct peak *peak, double uM, double at_h) {
  if (uM > peak->uM) *peak = (struct peak){uM, at_h};
}

static void look(struct arm_course *arm) {
  const struct drugs *drugs = &arm->experiment->drugs;
  for (int s = 0; s < drugs->n_substances; s++) {
    const double *state = arm->course.state[s];
    raise_peak(&arm->plasma[s], kinetics_plasma_uM(&drugs->substance[s].kinetics, state), arm->course.time_h);
    raise_peak(&arm->brain[s], kinetics_brain_uM(state), arm->course.time_h);
  }
}

/* Body temperature is a matter of concentrations; what else drugs do to the body is not looked at. */
static enum status step_to(struct arm_course *arm, double t_h) {
  TRY(course_follow(arm->experiment, &arm->doses, &arm->course, NULL, t_h));
  return course_step(&arm->experiment->drugs, &arm->doses, &arm->course, t_h);
}

/* A bolus of this very time is given at the start of the next step: its peak in plasma is there. */
static enum status look_after(struct arm_course *arm) {
  const double MOMENT_H = 1e-6;
  struct course before = arm->course;
  TRY(step_to(arm, before.time_h + MOMENT_H));
  arm->course.time_h = before.time_h;
  look(arm);
  arm->course = before;
  return STATUS_OK;
}

static double next_h(const struct experiment *experiment, double t_h) {
  double latest = fmax(0, experiment_event_before_h(experiment, t_h)),
         step = experiment->simulation.drug_step;
  if (t_h - latest >= 24.0) step = fmax(step, LATER_STEP_H);
  double next = (floor(t_h / step + 1e-9) + 1.0) * step;
  return fmin(fmin(next, experiment->end_h), experiment_event_after_h(experiment, t_h));
}

static enum status run_arm(struct arm_course *arm, struct recorder *to) {
  const struct experiment *experiment = arm->experiment;
  int handle;
  TRY(drug_rows_describe(experiment, to, &handle));
  TRY(drug_rows_append(experiment, &arm->doses, to, handle, &arm->course));
  while (arm->course.time_h < experiment->end_h) {
    if (experiment_event_before_h(experiment, arm->course.time_h) == arm->course.time_h) TRY(look_after(arm));
    TRY(step_to(arm, next_h(experiment, arm->course.time_h)));
    look(arm);
    TRY(drug_rows_append(experiment, &arm->doses, to, handle, &arm->course));
  }
  return STATUS_OK;
}

/* ---- its result ---- */

static enum status end_result(struct arm_course *arm, struct result *result, double begin_s) {
  struct hasher hasher = state_hasher();
  TRY(course_visit(&arm->course, "course", &hasher.visitor));
  const struct provenance_phase phase[] = {{"kinetics", wall_s() - begin_s, NAN}};
  TRY(provenance_end(result_store(result), hasher.hash, phase, 1, 0, 0));
  return result_progress(result, arm->experiment->end_h * 3600.0, wall_s() - begin_s, 1.0);
}

static enum status write_arm(struct arm_course *arm, const struct directory *directory, int a,
                             enum result_mode mode) {
  const struct experiment *experiment = arm->experiment;
  struct result *result = NULL;
  double begin_s = wall_s();
  TRY(result_open(directory, experiment->arm[a], experiment->title, mode, NULL, &result));
  struct recorder *to = result_recorder(result);
  enum status status;
  TRY_GOTO(store_attribute_text(result_store(result), "/", "default", "drugs"), failed);
  TRY_GOTO(origin_write_provenance(experiment, NULL, NULL, result_store(result)), failed);
  TRY_GOTO(drug_rows_events(experiment, to, a), failed);
  TRY_GOTO(run_arm(arm, to), failed);
  TRY_GOTO(end_result(arm, result, begin_s), failed);
  return result_finish(result);
failed:
  result_fail(result);
  return status;
}

/* ---- the table ---- */

static enum status add_row(const struct arm_course *arm, int a, int s, struct layout *layout) {
  const struct experiment *experiment = arm->experiment;
  const double *state = arm->course.state[s];
  const struct peak peak[] = {arm->plasma[s], arm->brain[s]};
  const double area[] = {state[KINETICS_PLASMA_AREA], state[KINETICS_BRAIN_AREA]};
  TRY(layout_cell(layout, "%s", experiment->arm[a]));
  TRY(layout_cell(layout, "%s", experiment->drugs.substance[s].name));
  for (int k = 0; k < 2; k++) {
    TRY(layout_cell(layout, "%.4g", peak[k].uM));
    TRY(layout_cell(layout, "%.4g", peak[k].at_h));
    TRY(layout_cell(layout, "%.4g", area[k] / MIN_PER_H));
  }
  return STATUS_OK;
}

static enum status add_arm(const struct arm_course *arm, int a, struct layout *layout) {
  bool given[DRUG_SUBSTANCES];
  course_given(&arm->experiment->drugs, &arm->doses, arm->experiment->end_h, given);
  for (int s = 0; s < arm->experiment->drugs.n_substances; s++) {
    if (given[s]) TRY(add_row(arm, a, s, layout));
  }
  return STATUS_OK;
}

static enum status add_head(struct layout *layout) {
  static const char *const heads[] = {"arm",      "substance", "plasma µM", "at h",
                                      "AUC µM h", "brain µM",  "at h",      "AUC µM h"};
  for (int h = 0; h < 8; h++) TRY(layout_cell(layout, "%s", heads[h]));
  return STATUS_OK;
}

static enum status run_one(const struct experiment *experiment, const struct directory *directory, int a,
                           enum result_mode mode, struct layout *layout) {
  struct arm_course *arm = NULL;
  enum status status;
  TRY(memory_new("course", 1, sizeof *arm, &arm));
  arm->experiment = experiment;
  TRY_GOTO(experiment_doses(experiment, a, &arm->doses), done);
  TRY_GOTO(write_arm(arm, directory, a, mode), done);
  status = add_arm(arm, a, layout);
done:
  experiment_free_doses(&arm->doses);
  memory_free(arm);
  return status;
}

enum status pk_only_run(const struct experiment *experiment, const struct directory *directory, uint32_t set,
                        enum result_mode mode, FILE *out) {
  struct layout *layout = NULL;
  enum status status;
  TRY(layout_open("llrrrrrr", &layout));
  TRY_GOTO(add_head(layout), done);
  for (int a = 0; a < experiment->n_arms; a++) {
    if (set >> a & 1u) TRY_GOTO(run_one(experiment, directory, a, mode, layout), done);
  }
  fprintf(out, "%s: total in plasma, free in the brain, to %.4g h\n", experiment->title, experiment->end_h);
  layout_table(layout, 2, out);
  fprintf(out, "results: %s\n", directory_path(directory));
  status = STATUS_OK;
done:
  layout_close(layout);
  return status;
}
