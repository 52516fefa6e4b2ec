/* gaps.h — times without windows in which the drug is not what the window before them saw.
 *
 * Until the next window the slow half takes the activity that the latest one measured. Where a drug that acts
 * on neurons comes or goes meanwhile, too much of the day is given to that moment. How much is the area
 * between the concentration and that at the window, over the whole area under the arm's curve. All substances
 * that act at a site, metabolites among them, count together, each in units of the concentration that names
 * its potency there (action_half_uM). Traces do not count; doses into tissue are left out. */
#ifndef COMMANDS_GAPS_H
#define COMMANDS_GAPS_H

#include "experiment/experiment.h"

/* The gap of an arm in which a drug departs most from what the window before it saw. */
struct gap {
  const char *site; /* "nmda_channel"; NULL: no drug, or no gap */
  double from_h, to_h, from, to;
  double share; /* area between the two over the area of the arm */
};

/* A gap of a larger share is told. */
#define GAP_SHARE 0.5

/* Fails: NO_MEMORY, DIVERGED, FAULT. */
MUST_USE enum status gap_of_arm(const struct experiment *experiment, int arm, struct gap *out);

#endif
