/* gaps.c — the widest gaps between windows, as a drug counts them. See gaps.h. */
#include "gaps.h"
#include "course.h"
#include "memory.h"
#include <math.h>
#include <string.h>

/* Longest step of the integral, h; mean difference that does not count, in half-maximal concentrations: some
 * 2 % of the receptors. */
static const double STEP_H = 0.1, LEAST = 0.02;

/* Sites at which a drug moves firing at once: all that acts at one counts together, metabolites too. */
static const enum action followed[] = {
    ACTION_NMDA_CHANNEL,     ACTION_NMDA_SUBUNIT,   ACTION_NMDA_ALLOSTERIC,  ACTION_AMPA_COMPETITIVE,
    ACTION_AMPA_POTENTIATOR, ACTION_GABA_A_AGONIST, ACTION_GABA_A_MODULATOR, ACTION_MGLUR2_AGONIST};
enum { FOLLOWED = COUNT_OF(followed) };

struct walk {
  const struct experiment *experiment;
  struct arm_doses doses;
  struct course course;
  double now[FOLLOWED], area[FOLLOWED]; /* half-maximal concentrations, and times h, since the arm began */
  double seen[FOLLOWED], area_at_window[FOLLOWED]; /* at the latest window */
  struct gap widest[FOLLOWED];                     /* `share`: the area apart, not yet over all */
};

static void look(struct walk *walk) {
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  int n = course_exposures_at(walk->experiment, &walk->doses, &walk->course, -1, NULL, NULL, exposures);
  memset(walk->now, 0, sizeof walk->now);
  for (int f = 0; f < FOLLOWED; f++) {
    for (int e = 0; e < n; e++) {
      double half = exposures[e].action == (int)followed[f] ? action_half_uM(&exposures[e]) : 0;
      if (half > 0) walk->now[f] += exposures[e].free_uM / half;
    }
  }
}

static enum status walk_to(struct walk *walk, double t_h) {
  while (walk->course.time_h < t_h) {
    double before[FOLLOWED], from = walk->course.time_h;
    double next = fmin(fmin(from + STEP_H, t_h), experiment_event_after_h(walk->experiment, from));
    memcpy(before, walk->now, sizeof before);
    TRY(course_follow(walk->experiment, &walk->doses, &walk->course, NULL, next));
    TRY(course_step(&walk->experiment->drugs, &walk->doses, &walk->course, next));
    look(walk);
    for (int f = 0; f < FOLLOWED; f++) walk->area[f] += 0.5 * (before[f] + walk->now[f]) * (next - from);
  }
  return STATUS_OK;
}

/* The gap that ends here, if it is the widest so far. */
static void close_gap(struct walk *walk, int f, double from_h) {
  double to_h = walk->course.time_h, area = walk->area[f] - walk->area_at_window[f];
  double apart = fabs(area - walk->seen[f] * (to_h - from_h));
  if (apart <= walk->widest[f].share || apart < LEAST * (to_h - from_h)) return;
  walk->widest[f] = (struct gap){.site = action_sites[followed[f]].name,
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
    walk->widest[f].share /= walk->area[f];
    if (walk->widest[f].share > out->share) *out = walk->widest[f];
  }
  status = STATUS_OK;
done:
  experiment_free_doses(&walk->doses);
  memory_free(walk);
  return status;
}
