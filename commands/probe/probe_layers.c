/* probe_layers.c — cells of a built circuit by population, class and layer. See probe.h. */
#include "probe.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static double area_mm2(const struct probe *probe, int region) {
  const struct sheet *sheet = &probe->simulation->region[region].sheet;
  return sheet_side_x_um(sheet) * sheet_side_y_um(sheet) * 1e-6;
}

/* Cells of a region: of one class, or of both; of one layer, or of all. */
static double count(const struct probe *probe, int region, const char *layer, bool excitatory, bool both) {
  double n = 0;
  for (int p = 0; p < probe->network->n_populations; p++) {
    const struct probe_population *own = &probe->population[p];
    bool here = own->region == region && !own->population->outside &&
                (!layer || strcmp(own->population->layer, layer) == 0);
    if (here && (both || own->excitatory == excitatory)) n += own->population->n;
  }
  return n;
}

static void put_layer(struct probe *probe, int region, const char *layer) {
  if (probe->n_layers == PROBE_LAYERS) return;
  struct probe_layer *out = &probe->layer[probe->n_layers++];
  const char *name = probe->simulation->region[region].name;
  double excitatory = count(probe, region, layer, true, false), all = count(probe, region, layer, true, true);
  snprintf(out->name, PROBE_NAME, "%s%s%s", name, layer ? "." : "", layer ? layer : "");
  out->cells = all;
  out->density = all / area_mm2(probe, region);
  out->share = all / count(probe, region, NULL, true, true);
  out->inhibitory = (all - excitatory) / all;
  out->e_to_i = all > excitatory ? excitatory / (all - excitatory) : NAN;
}

static bool opens_layer(const struct probe *probe, int p) {
  const struct probe_population *own = &probe->population[p];
  for (int q = 0; q < p; q++) {
    const struct probe_population *other = &probe->population[q];
    if (other->region == own->region && !other->population->outside &&
        strcmp(other->population->layer, own->population->layer) == 0)
      return false;
  }
  return true;
}

static void put_population(const struct probe *probe, struct probe_population *own) {
  const struct population *population = own->population;
  own->cells = own->density = own->share = own->share_of_class = own->depth_from = own->depth_to = NAN;
  if (population->outside) return; /* fibres: their cells are not here */
  own->cells = population->n;
  own->density = population->n / area_mm2(probe, own->region);
  own->share = population->n / count(probe, own->region, NULL, true, true);
  own->share_of_class = population->n / count(probe, own->region, NULL, own->excitatory, false);
  own->depth_from = INFINITY;
  own->depth_to = -INFINITY;
  for (int i = 0; i < population->n && population->z_um; i++) {
    own->depth_from = fmin(own->depth_from, (double)population->z_um[i]);
    own->depth_to = fmax(own->depth_to, (double)population->z_um[i]);
  }
}

void probe_count_cells(struct probe *probe) {
  for (int p = 0; p < probe->network->n_populations; p++) put_population(probe, &probe->population[p]);
  for (int r = 0; r < probe->simulation->n_regions; r++) {
    put_layer(probe, r, NULL);
    for (int p = 0; p < probe->network->n_populations; p++) {
      bool here = probe->population[p].region == r && !probe->population[p].population->outside;
      if (here && opens_layer(probe, p)) put_layer(probe, r, probe->population[p].population->layer);
    }
  }
}
