/* homeostat.c — the controller of the background drive. See homeostat.h. */
#include "drive/homeostat.h"
#include "drive/poisson.h"
#include "maths.h"
#include "memory.h"

static const double SMOOTHING_MS = 400.0, LEAST_DRIVE_HZ = 0.1, FIRST_PART = 0.6, AVERAGED_PART = 0.75;

enum status homeostat_new(struct homeostat *homeostat, struct network *network) {
  size_t n = (size_t)network->n_populations;
  *homeostat = (struct homeostat){.network = network};
  TRY(memory_new("controller", n, sizeof(double), &homeostat->rate));
  TRY(memory_new("controller", n, sizeof(double), &homeostat->log_drive));
  TRY(memory_new("controller", n, sizeof(double), &homeostat->sum));
  for (int p = 0; p < network->n_populations; p++) {
    homeostat->rate[p] = network->population[p]->target_Hz;
    homeostat->log_drive[p] = maths_log(fmax(network->population[p]->background_Hz, LEAST_DRIVE_HZ));
  }
  return STATUS_OK;
}

void homeostat_free(struct homeostat *homeostat) {
  memory_free(homeostat->rate);
  memory_free(homeostat->log_drive);
  memory_free(homeostat->sum);
  *homeostat = (struct homeostat){0};
}

double homeostat_kappa(double share) {
  if (share < FIRST_PART) return 0.1 + (0.03 - 0.1) * share / FIRST_PART;
  return 0.04 + (0.015 - 0.04) * (share - FIRST_PART) / (1.0 - FIRST_PART);
}

bool homeostat_averages(double share) { return share >= AVERAGED_PART; }

/* Is a drive looked for? Fibres from outside fire at the rate that is given. */
static bool is_driven(const struct population *population) {
  return population->target_Hz > 0 && !population->outside;
}

static enum status set_drive(const struct homeostat *homeostat, int p, double log_drive) {
  struct population *population = homeostat->network->population[p];
  return poisson_set(population, maths_exp(log_drive), population->background_spread,
                     homeostat->network->clock.dt_ms);
}

enum status homeostat_step(struct homeostat *homeostat, const double *rate_Hz, double kappa, bool average) {
  const double fresh = 1.0 - maths_exp(-HOMEOSTAT_STEP_MS / SMOOTHING_MS);
  for (int p = 0; p < homeostat->network->n_populations; p++) {
    double target = homeostat->network->population[p]->target_Hz;
    if (!is_driven(homeostat->network->population[p])) continue;
    homeostat->rate[p] += fresh * (rate_Hz[p] - homeostat->rate[p]);
    double error = (target - homeostat->rate[p]) / target;
    error = error < -1.0 ? -1.0 : error > 1.0 ? 1.0 : error;
    homeostat->log_drive[p] = fmax(homeostat->log_drive[p] + kappa * error, maths_log(LEAST_DRIVE_HZ));
    if (average) homeostat->sum[p] += homeostat->log_drive[p];
    TRY(set_drive(homeostat, p, homeostat->log_drive[p]));
  }
  homeostat->n_sum += average;
  return STATUS_OK;
}

void homeostat_forget(struct homeostat *homeostat) {
  for (int p = 0; p < homeostat->network->n_populations; p++) homeostat->sum[p] = 0;
  homeostat->n_sum = 0;
}

enum status homeostat_freeze(struct homeostat *homeostat) {
  for (int p = 0; p < homeostat->network->n_populations && homeostat->n_sum > 0; p++) {
    if (!is_driven(homeostat->network->population[p])) continue;
    homeostat->log_drive[p] = homeostat->sum[p] / (double)homeostat->n_sum;
    TRY(set_drive(homeostat, p, homeostat->log_drive[p]));
  }
  return STATUS_OK;
}
