/* conditions.c — exposures of regions; rates of afferent areas and release at terminals, population by
 * population: what calcium channels leave, and stress of the transmitter of interneurons. */
#include "conditions.h"
#include "drive/poisson.h"

int conditions_at(const struct simulation *simulation, const struct course *course, struct conditions *out) {
  int all = 0;
  for (int r = 0; r < simulation->n_regions; r++) {
    int n = course_exposures(simulation, course, r, out->exposures[r]);
    out->step[r] = (struct step){.dt_ms = simulation->network->clock.dt_ms,
                                 .slow_dt_ms = 1.0,
                                 .slow_every = (int)simulation->experiment->simulation.kinetics_step,
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
  if (!experiment->signalling.afferents) return (struct afferent_rates){1, 1, 1};
  int n = course_exposures(simulation, &simulation->fast, -1, body);
  return afferents_rates(&experiment->afferents, experiment->species.temperature, body, n,
                         &simulation->afferents);
}

/* Sites to ask: one, unless a drug does not reach all of a region alike. */
static int sites_to_ask(const struct step *step, const struct region *region) {
  bool local = false;
  for (int e = 0; e < step->n_exposures; e++) local |= step->exposures[e].reach != NULL;
  return local ? sheet_sites(&region->sheet) : 1;
}

/* Means over the sites of a region, whose cells share one drive. */
static double mean_factor(const struct experiment *experiment, struct afferent_rates rates,
                          struct afferent_origin origin, const struct step *step, int sites) {
  double sum = 0;
  for (int s = 0; s < sites; s++) {
    sum += afferents_factor(&experiment->afferents, rates, origin, step->exposures, step->n_exposures, s);
  }
  return sum / sites;
}

static double mean_release_lost(const struct experiment *experiment, const struct step *step, int sites) {
  double sum = 0;
  for (int s = 0; s < sites; s++) {
    double blocked = calcium_entry_blocked(step->exposures, step->n_exposures, s);
    sum += calcium_entry_release_lost(&experiment->calcium_entry, blocked);
  }
  return sum / sites;
}

void conditions_set(struct simulation *simulation, const struct conditions *conditions) {
  const struct experiment *experiment = simulation->experiment;
  struct afferent_rates rates = afferent_rates_now(simulation);
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct region *region = &simulation->region[r];
    const struct step *step = &conditions->step[r];
    int sites = sites_to_ask(step, region);
    double felt = simulation_body(simulation, &simulation->fast, r).felt;
    double lost = mean_release_lost(experiment, step, sites);
    for (int k = 0; k < region->anatomy.n_populations; k++) {
      struct population *population = region->population[k];
      const struct afferent_origin origin = {region->own[k].thalamic, region->own[k].entorhinal};
      poisson_scale(population, mean_factor(experiment, rates, origin, step, sites));
      population->background_lost = lost;
      population->release_lost = lost + (1 - lost) * region->own[k].stress_loss * felt;
    }
    for (int k = 0; k < region->n_sources; k++) {
      const struct tract_source *source = &region->source[k];
      if (!source->fibres) continue; /* cells of a region meet the drug there */
      const struct afferent_origin origin = {.thalamic = source->thalamic};
      poisson_scale(source->population, mean_factor(experiment, rates, origin, step, sites));
      source->population->release_lost = lost;
    }
  }
}
