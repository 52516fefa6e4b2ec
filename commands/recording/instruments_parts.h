/* instruments_parts.h — what instruments_describe.c (groups) and instruments_record.c (rows) share. */
#ifndef COMMANDS_INSTRUMENTS_PARTS_H
#define COMMANDS_INSTRUMENTS_PARTS_H

#include "instruments_record.h"
#include <stddef.h>

enum {
  INSTRUMENTS_SIGNALS = 256, /* of a group, at most */
  INSTRUMENTS_SPIKING = 12,
  INSTRUMENTS_LOCKING = 2,
  INSTRUMENTS_MEMBRANE = 9,
  INSTRUMENTS_CLAMP = 3,
  INSTRUMENTS_BANDS = 9
};

/* A number of a struct of measures, and how it is called in a result. */
struct instruments_measure {
  const char *name, *unit, *label;
  size_t offset;
};
extern const struct instruments_measure
    instruments_spiking[INSTRUMENTS_SPIKING],   /* of struct spiking_measures, for every population */
    instruments_locking[INSTRUMENTS_LOCKING],   /* of struct locking_measures, beside these */
    instruments_membrane[INSTRUMENTS_MEMBRANE], /* of struct membrane_measures, for every population */
    instruments_clamp[INSTRUMENTS_CLAMP],       /* of struct clamp_measures, for each kind of current */
    instruments_bands[INSTRUMENTS_BANDS];       /* of struct instruments_band_measures */

/* Of the LFP of a region, behind the powers of its bands. */
struct instruments_band_measures {
  double peak, theta_peak, exponent, coherent, incoherent, many, coherence, coupling, coupling_z;
};

static inline double instruments_value(const void *measures, const struct instruments_measure *row) {
  return *(const double *)(const void *)((const char *)measures + row->offset);
}

static inline bool instruments_clamped(const struct instruments *instruments,
                                       const struct population *population) {
  return instruments->clamp.network && instruments->clamp.population[population->index].n > 0;
}

/* Frequencies of a spectrum that are written, from 0 on. */
int instruments_columns(const struct spectrum *spectrum);

#endif
