/* history.c — the time before time 0. See history.h. */
#include "history.h"
#include "experiment/stress_events.h"
#include "experiment/subject.h"
#include "kept_subject.h"
#include "protocol.h"
#include "structure.h"
#include <math.h>
#include <string.h>

/* Signalling comes to rest within weeks. */
static const double SETTLED_H = 5000;

/* All sites of a region are alike: one is solved, with cells that fire as in health. */
static enum status live_tissue(struct simulation *simulation, int r, double t0_h, double t1_h) {
  struct tissue *tissue = &simulation->tissue[r];
  struct body_effects body = simulation_body(simulation, &simulation->slow, r);
  const struct signalling_input in = {.throughput = 1,
                                      .rate = 1,
                                      .excitation = 1,
                                      .bdnf_left = 1,
                                      .mtorc1_left = 1,
                                      .inflamed = body.inflamed,
                                      .stress_lost = body.stress_lost,
                                      .gut_change = body.gut_change};
  double y[SIGNALLING_COUNT];
  for (int k = 0; k < SIGNALLING_COUNT; k++) y[k] = tissue->y[k][0];
  TRY(signalling_advance(&simulation->experiment->signalling, &in, simulation->solver[0],
                         simulation->region[r].name, t0_h, t1_h, y));
  for (int k = 0; k < SIGNALLING_COUNT; k++) {
    for (int s = 0; s < tissue->n_sites; s++) tissue->y[k][s] = y[k];
  }
  return STATUS_OK;
}

/* One session and the time to the next. */
static enum status live_session(struct simulation *simulation, const struct stressor *stressor, double t0_h) {
  const struct experiment *experiment = simulation->experiment;
  const struct condition_settings *condition = &experiment->condition;
  double drive = fmin(1, stressor->drive * condition->intensity), t1_h = t0_h + condition->every;
  struct systemic_input rest = subject_input(experiment), in = rest;
  *(stressor->predictable ? &in.predictable : &in.stressed) = drive;
  TRY(systemic_advance(&experiment->systemic, &in, simulation->systemic_solver, t0_h, t0_h + condition->over,
                       simulation->slow.body));
  if (condition->over < condition->every)
    TRY(systemic_advance(&experiment->systemic, &rest, simulation->systemic_solver, t0_h + condition->over,
                         t1_h, simulation->slow.body));
  for (int r = 0; r < simulation->n_regions; r++) TRY(live_tissue(simulation, r, t0_h, t1_h));
  return structure_change(simulation, t1_h);
}

static enum status live_condition(struct simulation *simulation) {
  const struct experiment *experiment = simulation->experiment;
  const struct condition_settings *condition = &experiment->condition;
  const struct stressor *stressor = &experiment->stressor[stressor_named(experiment, condition->stressor)];
  double begin_h = -(double)condition->count * condition->every;
  simulation->remodelled_h = begin_h;
  for (int64_t k = 0; k < condition->count; k++)
    TRY(live_session(simulation, stressor, begin_h + (double)k * condition->every));
  simulation->remodelled_h = 0;
  return STATUS_OK;
}

enum status history_live(struct simulation *simulation) {
  const struct experiment *experiment = simulation->experiment;
  size_t bytes = sizeof experiment->body_rest;
  memcpy(simulation->slow.body, experiment->body_rest, bytes);
  if (experiment->record.subject || subject_is_kept(experiment)) TRY(kept_subject_identify(simulation));
  if (subject_is_kept(experiment)) return kept_subject_load(simulation);
  if (subject_is_other(experiment)) {
    for (int r = 0; r < simulation->n_regions; r++) TRY(live_tissue(simulation, r, -SETTLED_H, 0));
    if (experiment->condition.stressor) TRY(live_condition(simulation));
    protocol_set_content(simulation);
  }
  memcpy(simulation->fast.body, simulation->slow.body, bytes);
  return STATUS_OK;
}
