/* region_pathways.c — from a row and config to a pathway within a region. See region_pathways.h. */
#include "region_pathways.h"
#include "circuit.h"
#include "tissue/presynaptic.h"
#include <stdio.h>
#include <string.h>

const struct param pathway_params[] = {
    PARAM_NUM(struct pathway_settings, width, "µm", 125, 1, 5000, PUBLISHED, BY_REGION,
              "width of the distance kernel"),
    PARAM_NUM(struct pathway_settings, p0, "1", 0.1, 0, 1, PUBLISHED, BY_REGION,
              "connection probability at distance 0"),
    PARAM_NUM(
        struct pathway_settings, reciprocity, "1", 1, 1, 20, PUBLISHED, BY_REGION,
        "pairs of cells connected both ways over those expected by chance; of a population onto itself"),
    PARAM_NUM(struct pathway_settings, weight, "nS", 0.3, 0, 100, PUBLISHED, BY_REGION,
              "mean peak conductance of the first spike"),
    PARAM_NUM(struct pathway_settings, cv, "1", 0.8, 0, 3, PUBLISHED, BY_REGION,
              "coefficient of variation of the weights"),
    PARAM_NUM(struct pathway_settings, delay, "ms", 1.0, 0, 100, PUBLISHED, BY_REGION,
              "synaptic part of the delay, mean"),
    PARAM_NUM(struct pathway_settings, delay_sd, "ms", 0.2, 0, 20, PUBLISHED, BY_REGION,
              "synaptic part of the delay, SD"),
    PARAM_NUM(struct pathway_settings, U, "1", 0.5, 0.001, 1, PUBLISHED, BY_REGION,
              "release probability of the first spike; given in a config, it holds for all source cells"),
    PARAM_NUM(struct pathway_settings, tau_rec, "ms", 500, 0, 20000, PUBLISHED, BY_REGION,
              "recovery from depression"),
    PARAM_NUM(struct pathway_settings, tau_facil, "ms", 0, 0, 20000, PUBLISHED, BY_REGION,
              "decay of facilitation"),
    PARAM_NUM(struct pathway_settings, nmda_ratio, "1", 0.7, 0, 10, PUBLISHED,
              "the target's; by pathway: Rotaru et al. 2011, doi:10.1523/JNEUROSCI.1970-10.2011, PMC9763122",
              "NMDA:AMPA peak conductance without Mg; glutamatergic pathways only"),
    PARAM_BOOL(struct pathway_settings, mglur2, 1, PUBLISHED, BY_REGION,
               "terminals have mGlu2/3 autoreceptors; glutamatergic pathways only"),
    PARAM_BOOL(struct pathway_settings, ampa_potentiator, 1, ASSUMED, BY_REGION,
               "terminals answer to drugs on release (action ampa_potentiator); glutamatergic pathways only"),
    PARAM_BOOL(
        struct pathway_settings, gaba_b, 0, PUBLISHED,
        "pyramidal onto pyramidal and SST cells of neocortex, not onto PV cells: Kanigowski et al. 2023 "
        "(abstract seen; authors and year recalled)",
        "terminals have GABA-B receptors that SST cells hold down; glutamatergic pathways only"),
};
const int n_pathway_params = COUNT_OF(pathway_params);

static void read_pathway(const struct region *region, const struct pathway_row *row, struct config *config,
                         struct pathway_settings *settings) {
  char path[128];
  snprintf(path, sizeof path, "regions.%s.pathways.%s_to_%s", region->name,
           region->anatomy.population[row->from].name, region->anatomy.population[row->to].name);
  const struct preset presets[] = {
      {"width", row->width_um, PUBLISHED, row->source},
      {"p0", row->p0, PUBLISHED, row->source},
      {"reciprocity", row->reciprocity > 1 ? row->reciprocity : 1, PUBLISHED, row->source},
      {"weight", row->mean_nS, PUBLISHED, row->source},
      {"cv", row->cv, PUBLISHED, row->source},
      {"delay", row->delay_ms, PUBLISHED, row->source},
      {"delay_sd", row->delay_sd_ms, PUBLISHED, row->source},
      {"U", row->U, PUBLISHED, row->source},
      {"tau_rec", row->tau_rec_ms, PUBLISHED, row->source},
      {"tau_facil", row->tau_facil_ms, PUBLISHED, row->source},
      {"nmda_ratio", region->own[row->to].nmda_ratio, PUBLISHED, "the target's"},
      {"mglur2", (row->heeds & HEEDS_MGLUR2) != 0, PUBLISHED, region->anatomy.terminals_source},
      {"ampa_potentiator", (row->heeds & HEEDS_DRUGS) != 0, ASSUMED, region->anatomy.terminals_source},
      {"gaba_b", (row->heeds & HEEDS_GABA_B) != 0, PUBLISHED,
       "Kanigowski et al. 2023 (abstract seen; authors and year recalled)"}};
  int others = circuit_port(row->port) == circuit_port("glutamate") ? 0 : 4; /* the last are of glutamate */
  params_read(config, path, pathway_params, n_pathway_params - others, presets, COUNT_OF(presets) - others,
              settings);
  if (settings->reciprocity > 1 && row->from != row->to) {
    snprintf(path + strlen(path), sizeof path - strlen(path), ".reciprocity");
    config_fault(config, path, "reciprocity is of a population onto itself: leave it at 1 from %s to %s",
                 region->anatomy.population[row->from].name, region->anatomy.population[row->to].name);
  }
}

/* A pathway whose short-term plasticity stands in the config has no classes. */
static bool gives_release(struct config *config, const struct region *region, const struct pathway_row *row) {
  static const char *const keys[] = {"U", "tau_rec", "tau_facil"};
  bool given = false;
  for (int k = 0; k < COUNT_OF(keys); k++) {
    char path[160];
    snprintf(path, sizeof path, "regions.%s.pathways.%s_to_%s.%s", region->name,
             region->anatomy.population[row->from].name, region->anatomy.population[row->to].name, keys[k]);
    given |= config_has(config, path);
  }
  return given;
}

enum status region_pathways_add(struct region *region, const struct pathway_row *row,
                                const struct region_context *context, struct wiring *wiring) {
  struct config *config = context->config;
  struct network *network = context->network;
  struct pathway_settings s = {0};
  read_pathway(region, row, config, &s);
  struct projection *projection;
  TRY(network_projection(network, region->population[row->from], region->population[row->to], &projection));
  snprintf(projection->name, sizeof projection->name, "%s_to_%s", projection->source->name,
           projection->target->name);
  projection->port = circuit_port(row->port);
  projection->mean_nS = s.weight;
  projection->cv = s.cv;
  projection->counted_nS = s.weight * s.nmda_ratio; /* 0 where there is no glutamate */
  projection->weight_quantum_nS = s.weight * PROJECTION_WEIGHT_RANGE / 65535.0;
  projection->U = s.U;
  projection->tau_rec_ms = s.tau_rec;
  projection->tau_facil_ms = s.tau_facil;
  bool onto_spines = projection->target->spiny && projection->port == projection->target->background_port;
  projection->plastic = row->plastic || onto_spines;
  projection->heeds = (s.mglur2 ? HEEDS_MGLUR2 : 0u) | (s.ampa_potentiator ? HEEDS_DRUGS : 0u) |
                      (s.gaba_b ? HEEDS_GABA_B : 0u);
  projection->target->spiny |= row->plastic;
  *wiring = (struct wiring){.projection = projection,
                            .sheet = &region->sheet,
                            .shape = row->shape,
                            .p0 = s.p0,
                            .width_um = s.width,
                            .reciprocity = s.reciprocity,
                            .delay_ms = s.delay,
                            .delay_sd_ms = s.delay_sd,
                            .velocity_m_per_s = region->settings.velocity,
                            .delay_least_ms = region->settings.delay_least};
  TRY(projection_delays(projection, &network->clock, region->settings.delay_least,
                        wiring_longest_ms(wiring)));
  TRY(projection_divide(projection));
  if (!row->classes || gives_release(config, region, row)) return STATUS_OK;
  return projection_classes(projection, row->classes, row->n_classes, network->seed);
}
