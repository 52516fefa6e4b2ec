/* start.h — how cells come to differ: draws that every cell model uses at its start. */
#ifndef CIRCUITS_CELLS_START_H
#define CIRCUITS_CELLS_START_H

#include "mechanism.h"
#include "random.h"

/* Lognormal with mean and coefficient of variation, cut at 3 standard deviations of the logarithm. */
static inline float start_lognormal(uint32_t u, double mean, double cv) {
  double deviation = sqrt(maths_log(1.0 + cv * cv)), z = random_normal(u);
  z = z < -3.0 ? -3.0 : z > 3.0 ? 3.0 : z;
  return (float)(mean * maths_exp(deviation * z - 0.5 * deviation * deviation));
}

/* Normal, cut at 3 standard deviations. */
static inline float start_normal(uint32_t u, double mean, double deviation) {
  double z = random_normal(u);
  return (float)(mean + deviation * (z < -3.0 ? -3.0 : z > 3.0 ? 3.0 : z));
}

#endif
