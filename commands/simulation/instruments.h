/* instruments.h — what looks on while spikes are simulated: electrodes for the LFP proxy of each region,
 * counters of spikes, potentials of sampled cells, voltage clamps. They change nothing; what they have
 * gathered of a window that runs is state, so that a run can stop inside a window. instruments_record.h
 * writes what they saw. */
#ifndef COMMANDS_INSTRUMENTS_H
#define COMMANDS_INSTRUMENTS_H

#include "experiment/experiment.h"
#include "signals/lfp.h"
#include "signals/locking.h"
#include "signals/membrane.h"
#include "signals/potentials.h"
#include "signals/rhythm.h"
#include "signals/spectrum.h"
#include "signals/spiking.h"

enum { INSTRUMENTS_OBSERVERS = EXPERIMENT_REGIONS + 4 };

struct instruments {
  const struct experiment *experiment;
  const struct network *network;
  struct lfp lfp[EXPERIMENT_REGIONS]; /* of regions that have pyramidal cells, if `record.lfp` */
  int n_regions;
  struct spiking spiking;       /* if `record.statistics` */
  struct locking locking;       /* if `record.statistics` */
  struct rhythm rhythm;         /* if `record.spectra` */
  struct membrane membrane;     /* if `record.membrane` */
  struct clamp clamp;           /* if cells are clamped */
  struct potentials potentials; /* if cells are traced */
  struct spectrum *spectrum;    /* if `record.spectra` */
  size_t samples;               /* milliseconds of the longest window */
};

/* Can as many cells be clamped, or traced, as the config wants? Faults go to it. When all populations are
 * known. */
void instruments_check(const struct experiment *experiment, const struct network *network);

/* The instruments of all populations of a network; then those of each region, in their order: `spiny` are its
 * populations of pyramidal cells. Fails: NO_MEMORY; CONFIG (more clamps than a population has cells). Free
 * with instruments_free (accepts zeroed ones, also after a failure). */
MUST_USE enum status instruments_new(struct instruments *instruments, const struct experiment *experiment,
                                     const struct theta_clock *theta, const struct network *network);
MUST_USE enum status instruments_add_region(struct instruments *instruments, const struct sheet *sheet,
                                            const struct population *const *spiny, int n);
void instruments_free(struct instruments *instruments);

/* Fills at most INSTRUMENTS_OBSERVERS observers; gives their number. */
int instruments_observers(struct instruments *instruments, struct observer *out);

/* A window of so many ticks begins to be measured at a tick. */
void instruments_begin(struct instruments *instruments, int64_t tick, int64_t ticks);
/* A window has been measured whole; the first is the baseline. */
void instruments_end(struct instruments *instruments, bool baseline);

MUST_USE enum status instruments_visit(struct instruments *instruments, struct visitor *visitor);

#endif
