/* extracellular.h — glutamate outside the cells of a region as a run handles it: the field, the receptors
 * at terminals, the virtual probe and electrode, its bursts; and what of them is recorded. */
#ifndef COMMANDS_EXTRACELLULAR_H
#define COMMANDS_EXTRACELLULAR_H

#include "recording/recording.h"

/* Observers of one region. */
enum { EXTRACELLULAR_OBSERVERS = 5 };

/* What a window measured in a region as a whole. */
#define EXTRACELLULAR_MEASURES(X)                                                                            \
  X(dialysate, "uM", "what a microdialysis probe would read")                                                \
  X(bursts, "Hz", "bursts of glutamate above the baseline's threshold")                                      \
  X(bursts_own, "Hz", "bursts of glutamate above the window's own threshold")                                \
  X(burst_duration, "ms", "mean duration of those above the baseline's threshold")                           \
  X(burst_extent, "1", "mean share of sites that take part in them")
#define EXTRACELLULAR_ENUM(name, unit, meaning) EXTRACELLULAR_##name,
enum extracellular_measure { EXTRACELLULAR_MEASURES(EXTRACELLULAR_ENUM) EXTRACELLULAR_MEASURE_COUNT };
#undef EXTRACELLULAR_ENUM

/* Read the groups of the config that concern it; after the regions were built, find devices that lie
 * outside of their sheet (faults of the config). */
void extracellular_read(struct config *config, struct experiment *experiment);
void extracellular_check(const struct simulation *simulation);

/* How far terminals may be driven: to be said before weights are counted (region_wire). */
void extracellular_prepare(struct simulation *simulation);

/* Fails: NO_MEMORY. Free with extracellular_free (accepts a zeroed one). */
MUST_USE enum status extracellular_new(struct tissue *tissue, const struct simulation *simulation,
                                       int threads);
void extracellular_free(struct tissue *tissue);
MUST_USE enum status extracellular_visit(struct tissue *tissue, struct visitor *visitor);
/* After a load, and at the start of a window. */
void extracellular_restart(struct tissue *tissue, bool clear_sums);

/* The observers of a region, in the order in which they must look. Gives their number. */
int extracellular_observers(struct tissue *tissue, struct observer out[EXTRACELLULAR_OBSERVERS]);

/* A window begins to settle; begins to be measured; is over (`baseline`: it says what rest is). */
void extracellular_begin(struct tissue *tissue);
void extracellular_measure(struct tissue *tissue);
/* What holds in this part of the window: `settle_ms` that it takes to settle, 0 when it has; all of its
 * ms. */
MUST_USE enum status extracellular_conditions(struct tissue *tissue, const struct step *step,
                                              double settle_ms, double window_ms);

/* ---- what is recorded ---- */

/* The groups /dialysis/<region>, /electrode/<region> and /bursts/<region>. Fails: as the recorder does. */
MUST_USE enum status extracellular_describe(const struct simulation *simulation, struct recorder *to, int r,
                                            struct recording *out);
/* A row of /electrode if one is due after so many ticks of the window; at its start one of NaN. */
MUST_USE enum status extracellular_row(const struct recording *recording, const struct simulation *simulation,
                                       double time_s);
/* The window is over: its bursts are recorded and the probe is read; `baseline`: it says what rest is. Fills
 * tissue.extracellular. Fails: as the recorder does; NO_MEMORY. */
MUST_USE enum status extracellular_end(const struct recording *recording, struct simulation *simulation,
                                       const struct stage *stage);
/* Samples of the probe that fill up between two times without spikes. */
MUST_USE enum status extracellular_sample(const struct recording *recording, struct simulation *simulation,
                                          double t0_h, double t1_h);

/* The *n signals of /bursts/<region>. */
const struct signal *extracellular_burst_signals(int *n);

#endif
