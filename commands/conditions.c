/* conditions.c — exposures of regions; rates of afferent areas and release at terminals, population by
 * population. */
#include "conditions.h"
#include "drive/poisson.h"

int conditions_at(const struct simulation *simulation, const struct course *course, struct conditions *out) {
  int all = 0;
  for (int r = 0; r < simulation->n_regions; r++) {
    int n = course_exposures(simulation, course, r, out->exposures[r]);
    out->step[r] = (struct step){.dt_ms = simulation->network->clock.dt_ms,
                                 .slow_dt_ms = 1.0,
                                 .exposures = out->exposures[r],
                                 .n_exposures = n};
    all += n;
  }
  return all;
}

/* Afferent areas lie elsewhere: a dose into tissue does not reach them. */
static struct afferent_rates afferent_rates_now(const struct simulation *simulation) {
  const struct experiment *experiment = simulation->experiment;
  struct exposure body[DRUG_SUBSTANCES * ACTION_COUNT];
  if (!experiment->signalling.afferents) return (struct afferent_rates){1, 1};
  int n = course_exposures(simulation, &simulation->fast, -1, body);
  return afferents_rates(&experiment->afferents, experiment->species.temperature, body, n);
}

void conditions_set(struct simulation *simulation, const struct conditions *conditions) {
  const struct experiment *experiment = simulation->experiment;
  const struct afferents *afferents = &experiment->afferents;
  struct afferent_rates rates = afferent_rates_now(simulation);
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct region *region = &simulation->region[r];
    const struct exposure *exposures = conditions->step[r].exposures;
    int n = conditions->step[r].n_exposures;
    double lost = calcium_entry_release_lost(&experiment->calcium_entry, calcium_entry_blocked(exposures, n));
    for (int k = 0; k < region->anatomy.n_populations; k++) {
      struct population *population = region->population[k];
      poisson_scale(population, afferents_factor(afferents, rates, region->own[k].thalamic, exposures, n));
      population->background_lost = population->release_lost = lost;
    }
  }
}
