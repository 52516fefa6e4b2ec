/* structure.c — structural change between windows. See structure.h. */
#include "structure.h"
#include "body_course.h"
#include <math.h>

bool structure_due(const struct simulation *simulation, const struct stage *stage) {
  double since = stage->t1_h - simulation->remodelled_h,
         step = simulation->experiment->simulation.remodel_step;
  return since > step - 1e-9 || (stage->may_remodel && since > fmin(1.0, step) - 1e-9);
}

/* The body acts on all sites of a region alike. */
static void set_factors(const struct simulation *simulation, struct tissue *tissue) {
  struct body_effects body =
      simulation_body(simulation, &simulation->slow, (int)(tissue - simulation->tissue));
  for (int s = 0; s < tissue->n_sites; s++) {
    tissue->elimination_factor[s] = body.elimination_factor;
    tissue->formation_factor[s] = body.formation_factor;
    tissue->dendrite_target[s] = body.dendrite_target;
  }
}

enum status structure_change(struct simulation *simulation, double t_h) {
  if (simulation->remodels == SPINES_STEPS - 1) {
    return status_fail(STATUS_CONFIG, "more than %d structural changes: raise simulation.remodel_step",
                       SPINES_STEPS - 1);
  }
  for (int r = 0; r < simulation->n_regions; r++) {
    struct tissue *tissue = &simulation->tissue[r];
    set_factors(simulation, tissue);
    const struct spine_sites sites = {.proteins = tissue->y[SIGNALLING_PROTEINS],
                                      .elimination_factor = tissue->elimination_factor,
                                      .formation_factor = tissue->formation_factor,
                                      .dendrite_target = tissue->dendrite_target,
                                      .activity = tissue->y[SIGNALLING_ACTIVITY]};
    TRY(spines_remodel(&tissue->spines, simulation->network, &sites, simulation->remodelled_h, t_h,
                       (uint32_t)simulation->remodels));
  }
  simulation->remodels++;
  simulation->remodelled_h = t_h;
  return STATUS_OK;
}
