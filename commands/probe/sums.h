/* sums.h — mean and standard deviation of numbers as they come; what could not be measured is NaN and left
 * out. */
#ifndef COMMANDS_SUMS_H
#define COMMANDS_SUMS_H

#include <math.h>

struct sums {
  double n, sum, squares;
};

static inline void sums_add(struct sums *sums, double x) {
  if (isnan(x)) return;
  sums->n++;
  sums->sum += x;
  sums->squares += x * x;
}

static inline double sums_mean(const struct sums *sums) { return sums->n > 0 ? sums->sum / sums->n : NAN; }

static inline double sums_deviation(const struct sums *sums) {
  double mean = sums_mean(sums);
  return sums->n > 1 ? sqrt(fmax(0, sums->squares - sums->n * mean * mean) / (sums->n - 1)) : NAN;
}

#endif
