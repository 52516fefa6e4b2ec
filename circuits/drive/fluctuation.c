/* fluctuation.c — settings of a region's shared fluctuation. The equations stand in fluctuation.h. */
#include "drive/fluctuation.h"

static const double STEP_MS = 1.0;
/* Largest x that counts. */
static const double HIGHEST = 3.0;
/* Distance, in τ, at which values are taken as independent: e^-37 is below 2^-53. */
static const double INDEPENDENT = 37.0;

#define MAZZONI "Mazzoni et al. 2008, doi:10.1371/journal.pcbi.1000239"
const struct param fluctuation_params[] = {
    PARAM_NUM(struct fluctuation_settings, depth, "1", 0, 0, 1, ASSUMED,
              "0: the trains of cells are independent; 0.4 of 1.2-2.6 spikes/ms in " MAZZONI " (recalled)",
              "SD of the background's rate that all cells of the region share, relative to the rate"),
    PARAM_NUM(struct fluctuation_settings, tau, "ms", 50, 5, 10000, ASSUMED,
              "16 ms in " MAZZONI " (recalled); spike counts in vivo correlate over longer times",
              "correlation time of this fluctuation"),
};
const int n_fluctuation_params = COUNT_OF(fluctuation_params);

/* Of 1 + d x, clamped: over equal parts of the distribution of x. */
static double clamped_mean(double depth) {
  enum { PARTS = 4096 };
  double sum = 0;
  for (int i = 0; i < PARTS; i++) {
    double f = 1.0 + depth * maths_normal_quantile((i + 0.5) / PARTS);
    sum += fmin(fmax(f, 0), 1.0 + HIGHEST * depth);
  }
  return sum / PARTS;
}

void fluctuation_set(struct fluctuation *fluctuation, const struct fluctuation_settings *settings,
                     const struct theta_clock *clock, uint64_t seed, uint64_t region) {
  *fluctuation = (struct fluctuation){.seed = seed, .region = region};
  if (!(settings->depth > 0)) return;
  double mean = clamped_mean(settings->depth);
  fluctuation->clock = clock;
  fluctuation->depth = settings->depth;
  fluctuation->most = (1.0 + HIGHEST * settings->depth) / mean;
  fluctuation->inverse_mean = 1.0 / mean;
  double h_ms = STEP_MS;
  int k = 0;
  for (; k < FLUCTUATION_HALVINGS && h_ms < INDEPENDENT * settings->tau; k++, h_ms *= 2) {
    double rho = maths_exp(-h_ms / settings->tau), squared = rho * rho;
    fluctuation->share[k] = rho / (1.0 + squared);
    fluctuation->sd[k] = sqrt((1.0 - squared) / (1.0 + squared));
  }
  fluctuation->halvings = k;
}
