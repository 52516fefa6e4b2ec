/* conditions.c — rates of afferent areas and release at terminals, population by population. */
#include "conditions.h"
#include "drive/poisson.h"

void conditions_set(struct simulation *simulation, const struct exposure *exposures, int n) {
  const struct experiment *experiment = simulation->experiment;
  const struct afferents *afferents = &experiment->afferents;
  struct afferent_rates rates = {1, 1};
  if (experiment->signalling.afferents)
    rates = afferents_rates(afferents, experiment->species.temperature, exposures, n);
  double lost = calcium_entry_release_lost(&experiment->calcium_entry, calcium_entry_blocked(exposures, n));
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct region *region = &simulation->region[r];
    for (int k = 0; k < region->anatomy.n_populations; k++) {
      struct population *population = region->population[k];
      poisson_scale(population, afferents_factor(afferents, rates, region->own[k].thalamic, exposures, n));
      population->background_lost = population->release_lost = lost;
    }
  }
}
