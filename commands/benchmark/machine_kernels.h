/* machine_kernels.h — the loops that machine_measure.c times: what a simulation of spikes cannot do without,
 * written as plainly as can be, once per instruction set. They are not those of the program, so a slow
 * program does not move its own limit. */
#ifndef COMMANDS_MACHINE_KERNELS_H
#define COMMANDS_MACHINE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* Lists of targets: source s has the places begin[s] … begin[s] + length − 1 of its pool. */
struct machine_lists {
  const uint16_t *place;
  const uint32_t *begin;
  int length;
};

struct machine_kernels {
  /* set[place[e]] += 1 for n events, a multiple of 4 */
  void (*add)(int32_t *set, const uint32_t *place, int n);
  /* Sum of n words; 1 more to each. */
  uint64_t (*read)(const uint64_t *data, size_t n);
  void (*update)(uint64_t *data, size_t n);
  /* The events of n sources, with prefetch that runs ahead over the ends of lists. */
  void (*deliver)(int32_t *set, const struct machine_lists *lists, const uint32_t *source, int n);
  /* e^x, and a conductance that is a difference of exponentials, for n cells (a multiple of 16). */
  void (*exponential)(float *x, int n);
  void (*difference)(float *rise, float *decay, float *g, int32_t *arrivals, int n);
  /* A tick of Poisson events on n cells (a power of two, at least 64): `events` on random cells; or a count
   * per cell from n_thresholds thresholds. */
  void (*superpose)(int32_t *background, int n, int events, uint64_t tick);
  void (*invert)(int32_t *background, int n, const uint32_t *threshold, int n_thresholds, uint64_t tick);
};

/* Those of the build that the mechanisms have (SPINULE_ISA forces one); plain ones if there are none. */
const struct machine_kernels *machine_kernels(const char *isa);

#endif
