/* paired.h — an arm against the control, seed by seed: both saw the same background spikes, so the spread of
 * their differences is what counts. */
#ifndef COMMANDS_PAIRED_H
#define COMMANDS_PAIRED_H

#include "status.h"

#define PAIRED_POWER 0.8 /* of the smallest difference that could have been shown, at 5 % */

struct paired {
  int n;                               /* pairs in which both are finite */
  double control, mean, sd;            /* means over pairs; standard deviation of the arm */
  double difference, low, high;        /* arm − control, mean with its 95 % interval (Student's t) */
  double ratio, ratio_low, ratio_high; /* arm / control, likewise */
  double effect;     /* difference over the standard deviation of differences (Cohen's d_z) */
  double p;          /* two-sided, of a paired t test */
  double detectable; /* smallest difference shown with PAIRED_POWER by as many seeds */
};

/* The numbers of a comparison, as tables name and explain them. */
#define PAIRED_COLUMNS(X)                                                                                    \
  X(control, "mean of the control arm over the seeds")                                                       \
  X(mean, "mean of the arm over the seeds")                                                                  \
  X(sd, "standard deviation of the arm over the seeds")                                                      \
  X(difference, "arm minus control, seed by seed: mean")                                                     \
  X(low, "lower end of its 95 % interval")                                                                   \
  X(high, "upper end of its 95 % interval")                                                                  \
  X(ratio, "arm over control, seed by seed: mean")                                                           \
  X(ratio_low, "lower end of its 95 % interval")                                                             \
  X(ratio_high, "upper end of its 95 % interval")                                                            \
  X(effect, "difference over the standard deviation of differences")                                         \
  X(p, "of a paired t test, two-sided")                                                                      \
  X(detectable, "smallest difference that as many seeds would show, 5 %, power 80 %")

/* From n values of each; NAN where too few are left. Fails: NO_MEMORY. */
MUST_USE enum status paired_of(const double *control, const double *arm, int n, struct paired *out);

#endif
