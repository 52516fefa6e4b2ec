/* gaps.c — the widest gaps between windows, as a drug counts them. See gaps.h. */
#include "gaps.h"
#include "course.h"
#include "memory.h"
#include <math.h>
#include <string.h>

/* Longest step of the integral, h; mean difference, of the arm's peak, below which days of it count not. */
static const double STEP_H = 0.1, LEAST_OF_PEAK = 0.03;

/* What is followed: each substance by itself, and behind them all blockers of NMDA channels together. */
enum { BLOCKERS_ALL = DRUG_SUBSTANCES, FOLLOWED };

struct walk {
  const struct experiment *experiment;
  struct arm_doses doses;
  struct course course;
  double now[FOLLOWED], area[FOLLOWED];            /* µM or K_d, and times h, since the arm began */
  double seen[FOLLOWED], area_at_window[FOLLOWED]; /* at the latest window */
  double peak[FOLLOWED];
  struct gap widest[FOLLOWED]; /* `share`: the area apart, not yet over all */
};

/* Does it act on cells or synapses, at once, and not at NMDA channels? */
static bool moves_firing(const struct substance *substance) {
  static const enum action actions[] = {
      ACTION_NMDA_SUBUNIT,   ACTION_NMDA_ALLOSTERIC,  ACTION_AMPA_COMPETITIVE, ACTION_AMPA_POTENTIATOR,
      ACTION_GABA_A_AGONIST, ACTION_GABA_A_MODULATOR, ACTION_MGLUR2_AGONIST};
  if (substance->acts[ACTION_NMDA_CHANNEL]) return false;
  for (int k = 0; k < COUNT_OF(actions); k++) {
    if (substance->acts[actions[k]]) return true;
  }
  return false;
}

static void look(struct walk *walk) {
  const struct drugs *drugs = &walk->experiment->drugs;
  walk->now[BLOCKERS_ALL] = 0;
  for (int s = 0; s < drugs->n_substances; s++) {
    const struct substance *substance = &drugs->substance[s];
    double uM = course_brain_uM(&walk->doses, &walk->course, s);
    walk->now[s] = moves_firing(substance) ? uM : 0;
    if (substance->acts[ACTION_NMDA_CHANNEL])
      walk->now[BLOCKERS_ALL] += uM / substance->properties[ACTION_NMDA_CHANNEL].nmda_channel.K_d_2B;
  }
}

static enum status walk_to(struct walk *walk, double t_h) {
  while (walk->course.time_h < t_h) {
    double before[FOLLOWED], from = walk->course.time_h;
    double next = fmin(fmin(from + STEP_H, t_h), experiment_event_after_h(walk->experiment, from));
    memcpy(before, walk->now, sizeof before);
    TRY(course_cool(walk->experiment, &walk->doses, &walk->course, next));
    TRY(course_step(&walk->experiment->drugs, &walk->doses, &walk->course, next));
    look(walk);
    for (int f = 0; f < FOLLOWED; f++) {
      walk->area[f] += 0.5 * (before[f] + walk->now[f]) * (next - from);
      walk->peak[f] = fmax(walk->peak[f], walk->now[f]);
    }
  }
  return STATUS_OK;
}

/* The gap that ends here, if it is the widest so far. */
static void close_gap(struct walk *walk, int f, double from_h) {
  double to_h = walk->course.time_h, area = walk->area[f] - walk->area_at_window[f];
  double apart = fabs(area - walk->seen[f] * (to_h - from_h));
  bool all = f == BLOCKERS_ALL;
  if (apart <= walk->widest[f].share) return;
  walk->widest[f] =
      (struct gap){.drug = all ? "what blocks NMDA channels" : walk->experiment->drugs.substance[f].name,
                   .unit = all ? "K_d" : "uM",
                   .from_h = from_h,
                   .to_h = to_h,
                   .from = walk->seen[f],
                   .to = walk->now[f],
                   .share = apart};
}

static enum status walk_windows(struct walk *walk) {
  const struct experiment *experiment = walk->experiment;
  for (int w = 0; w <= experiment->n_windows; w++) {
    TRY(walk_to(walk, w < experiment->n_windows ? experiment->window[w].at : experiment->end_h));
    for (int f = 0; f < FOLLOWED; f++) {
      if (w > 0) close_gap(walk, f, experiment->window[w - 1].at);
      walk->seen[f] = walk->now[f];
      walk->area_at_window[f] = walk->area[f];
    }
  }
  return STATUS_OK;
}

enum status gap_of_arm(const struct experiment *experiment, int arm, struct gap *out) {
  struct walk *walk = NULL;
  enum status status;
  *out = (struct gap){0};
  TRY(memory_new("course", 1, sizeof *walk, &walk));
  walk->experiment = experiment;
  TRY_GOTO(experiment_doses(experiment, arm, &walk->doses), done);
  TRY_GOTO(walk_windows(walk), done);
  for (int f = 0; f < FOLLOWED; f++) {
    if (!(walk->area[f] > 0)) continue;
    struct gap *gap = &walk->widest[f];
    if (gap->share < LEAST_OF_PEAK * walk->peak[f] * (gap->to_h - gap->from_h)) continue;
    gap->share /= walk->area[f];
    if (gap->share > out->share) *out = *gap;
  }
  status = STATUS_OK;
done:
  experiment_free_doses(&walk->doses);
  memory_free(walk);
  return status;
}
