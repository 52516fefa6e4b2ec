/* window.h — the fast loop: some time of spikes under constant conditions.
 *
 * Per interval (the minimum delay), every thread takes its blocks, and such of others' as it has time for,
 * through all ticks of the interval while they are in its cache: collect what arrives, draw the background,
 * open receptors, advance cells, note spikes. Then the ranks exchange spikes. Once a millisecond receptors
 * adapt, observers look, and the watch stops a run whose potentials leave the possible. */
#ifndef CORE_WINDOW_H
#define CORE_WINDOW_H

#include "network.h"
#include "profile.h"

/* Someone who looks on. Hooks that are NULL are not called. None may fail; none but `tell` may change what
 * others read. */
struct observer {
  void *context;
  /* Every tick, by the thread that advances the block, which may change from interval to interval, when its
   * cells have advanced. */
  void (*tick)(void *context, int thread, const struct population *population, int b, int64_t tick);
  /* Every millisecond, by the same. */
  void (*block)(void *context, int thread, const struct population *population, int b);
  /* After every interval, by one thread while the others wait: the spikes of ticks first … first+n−1 are in
   * the history; in processes other than that of rank 0, those only that they hear. */
  void (*interval)(void *context, const struct network *network, int64_t first, int n);
  /* After every millisecond, by one thread, when all blocks have been looked at: it may meet with the other
   * processes. */
  void (*millisecond)(void *context, const struct network *network, int64_t tick);
  /* After that, by the thread that owns the block: sets what cells are told of the field that the observer
   * keeps (ambient, release, afferent_release of struct block), and nothing else. */
  void (*tell)(void *context, const struct population *population, int b);
};

struct window {
  struct step step;           /* conditions; tick is filled here */
  const struct step *regions; /* those of each region instead, by region_index of a population; NULL: alike */
  const struct observer *observers;
  int n_observers;
  struct profile *profile; /* NULL: none is kept */
};

/* Advance the network by n_ticks (a multiple of a millisecond). Fails: DIVERGED (population, cell, time,
 * value), NO_MEMORY. By all (exchange.h). */
MUST_USE enum status window_run(struct network *network, const struct window *window, int64_t n_ticks);

#endif
