/* tracts.c — from rows and config to fibres and pathways between sheets. See tracts.h. */
#include "tracts.h"
#include "drive/poisson.h"
#include "memory.h"
#include "placement.h"
#include "tissue/presynaptic.h"
#include <stdio.h>
#include <string.h>

/* ---- tables ---- */

struct stream_settings {
  double rate, density, share, width, delay, delay_sd, delay_low, delay_high, U, tau_rec, tau_facil, cv;
  double theta_depth, theta_phase;
  int driven_by;
  bool mglur2, ampa_potentiator;
};
enum { BY_CELLS, BY_POISSON, BY_NOTHING };

#define TERMINALS_MGLUR2 "terminals have mGlu2/3 autoreceptors"
#define TERMINALS_POTENTIATED "terminals answer to drugs on release (action ampa_potentiator)"
#define STREAM(member, unit, standard, low, high, standing, meaning)                                         \
  PARAM_NUM(struct stream_settings, member, unit, standard, low, high, standing, BY_REGION, meaning)
const struct param stream_params[] = {
    PARAM_PICK(struct stream_settings, driven_by, BY_CELLS, "cells|poisson|nothing", SETTING, "",
               "cells: those it comes from, where the experiment has enough of them, else Poisson fibres"),
    STREAM(rate, "Hz", 1, 0, 500, PUBLISHED, "mean rate of a fibre"),
    STREAM(density, "1/mm²", 1000, 0, 1e6, ASSUMED, "Poisson fibres under 1 mm² of the region"),
    STREAM(share, "1", 1, 0.001, 1, PUBLISHED, "share of the cells it comes from that project here"),
    STREAM(width, "µm", 0, 0, 1e5, ASSUMED, "width of a fibre's terminals; 0: they go everywhere alike"),
    STREAM(delay, "ms", 3, 0.1, 100, PUBLISHED, "delay from the cell to the synapse, mean"),
    STREAM(delay_sd, "ms", 1, 0, 50, PUBLISHED, "its standard deviation"),
    STREAM(delay_low, "ms", 1, 0.1, 100, PUBLISHED, "delays are not shorter"),
    STREAM(delay_high, "ms", 10, 0.1, 100, PUBLISHED, "delays are not longer"),
    STREAM(U, "1", 0.5, 0.001, 1, PUBLISHED, "release probability of the first spike"),
    STREAM(tau_rec, "ms", 500, 0, 20000, PUBLISHED, "recovery from depression"),
    STREAM(tau_facil, "ms", 0, 0, 20000, PUBLISHED, "decay of facilitation"),
    STREAM(cv, "1", 0.8, 0, 3, PUBLISHED, "coefficient of variation of the weights"),
    STREAM(theta_depth, "1", 0, 0, 1, ASSUMED, "depth with which the rate of Poisson fibres follows theta"),
    STREAM(theta_phase, "1", 0, -360, 360, ASSUMED, "phase at which it is highest, degrees"),
    PARAM_BOOL(struct stream_settings, mglur2, 1, PUBLISHED, BY_REGION, TERMINALS_MGLUR2),
    PARAM_BOOL(struct stream_settings, ampa_potentiator, 1, ASSUMED, BY_REGION, TERMINALS_POTENTIATED),
};
const int n_stream_params = COUNT_OF(stream_params);

struct stream_target_settings {
  double in_degree, weight, nmda_ratio;
};
const struct param stream_target_params[] = {
    PARAM_NUM(struct stream_target_settings, in_degree, "1", 0, 0, 1e5, ASSUMED, BY_REGION,
              "fibres that a cell hears, mean"),
    PARAM_NUM(struct stream_target_settings, weight, "nS", 0, 0, 100, PUBLISHED, BY_REGION,
              "mean peak conductance of the first spike"),
    PARAM_NUM(struct stream_target_settings, nmda_ratio, "1", 0.7, 0, 10, PUBLISHED, "the target's",
              "NMDA:AMPA peak conductance without Mg"),
};
const int n_stream_target_params = COUNT_OF(stream_target_params);

struct tract_settings {
  const char *from;
  int port;
  double in_degree, weight, cv, nmda_ratio, share, width, delay, delay_sd, delay_low, delay_high, U, tau_rec,
      tau_facil;
  bool mglur2, ampa_potentiator;
};
#define TRACT(member, unit, standard, low, high, meaning)                                                    \
  PARAM_NUM(struct tract_settings, member, unit, standard, low, high, SETTING, "", meaning)
const struct param tract_params[] = {
    PARAM_STR(struct tract_settings, from, NULL, SETTING, "",
              "region and population that it comes from, as \"CA1.CA1_PYR\""),
    PARAM_PICK(struct tract_settings, port, 0, "glutamate|gaba_fast|gaba_slow", SETTING, "",
               "receptors that it opens"),
    TRACT(in_degree, "1", PARAM_REQUIRED, 0, 1e5, "sources of a target cell, mean"),
    TRACT(weight, "nS", PARAM_REQUIRED, 0, 100, "mean peak conductance of the first spike"),
    TRACT(cv, "1", 0.8, 0, 3, "coefficient of variation of the weights"),
    TRACT(nmda_ratio, "1", -1, -1, 10,
          "NMDA:AMPA peak conductance without Mg, of glutamate; -1: the target's"),
    TRACT(share, "1", 1, 0.001, 1, "share of the source cells that project"),
    TRACT(width, "µm", 0, 0, 1e5, "width of the topography, on the target's sheet; 0: none"),
    TRACT(delay, "ms", PARAM_REQUIRED, 0.1, 100, "delay from cell to synapse, mean"),
    TRACT(delay_sd, "ms", 0, 0, 50, "its standard deviation"),
    TRACT(delay_low, "ms", 0.5, 0.1, 100, "delays are not shorter"),
    TRACT(delay_high, "ms", 100, 0.1, 100, "delays are not longer"),
    TRACT(U, "1", 1, 0.001, 1, "release probability of the first spike"),
    TRACT(tau_rec, "ms", 0, 0, 20000, "recovery from depression; 0: none"),
    TRACT(tau_facil, "ms", 0, 0, 20000, "decay of facilitation; 0: none"),
    PARAM_BOOL(struct tract_settings, mglur2, 1, SETTING, "", TERMINALS_MGLUR2 ", if it opens glutamate"),
    PARAM_BOOL(struct tract_settings, ampa_potentiator, 1, SETTING, "",
               TERMINALS_POTENTIATED ", if it opens glutamate"),
};
const int n_tract_params = COUNT_OF(tract_params);

/* ---- one pathway ---- */

/* All that a pathway between sheets is made of. */
struct plan {
  const char *path; /* in the config */
  struct tract_source *source;
  const struct sheet *from;
  int port;
  double in_degree, width, weight, cv, nmda_ratio, delay, delay_sd, delay_low, delay_high, U, tau_rec,
      tau_facil;
  unsigned heeds;
};

static unsigned heeds(bool mglur2, bool drugs) {
  return (mglur2 ? HEEDS_MGLUR2 : 0u) | (drugs ? HEEDS_DRUGS : 0u);
}

/* Standard deviations of a delay within which its classes lie. */
static const double DELAY_SPREAD = 4.0;

static void describe(struct projection *projection, const struct plan *plan) {
  snprintf(projection->name, sizeof projection->name, "%s_to_%s", projection->source->name,
           projection->target->name);
  projection->port = plan->port;
  projection->mean_nS = plan->weight;
  projection->cv = plan->cv;
  projection->counted_nS = circuit_glutamatergic(plan->port) ? plan->weight * plan->nmda_ratio : 0;
  projection->weight_quantum_nS = plan->weight * PROJECTION_WEIGHT_RANGE / 65535.0;
  projection->U = plan->U;
  projection->tau_rec_ms = plan->tau_rec;
  projection->tau_facil_ms = plan->tau_facil;
  projection->heeds = plan->heeds;
  projection->plastic = projection->target->spiny && circuit_glutamatergic(plan->port);
}

static enum status add_pathway(struct region *region, int target, const struct plan *plan,
                               const struct region_context *context) {
  struct network *network = context->network;
  struct projection *projection;
  size_t n = (size_t)region->n_tracts;
  double low = fmax(plan->delay_low, plan->delay - DELAY_SPREAD * plan->delay_sd);
  double high = fmin(plan->delay_high, plan->delay + DELAY_SPREAD * plan->delay_sd);
  TRY(memory_resize("tracts", n, n + 1, sizeof *region->tract, &region->tract));
  TRY(network_projection(network, plan->source->population, region->population[target], &projection));
  describe(projection, plan);
  projection->expected = plan->in_degree * projection->target->n;
  struct tract_wiring *wiring = &region->tract[region->n_tracts++];
  *wiring = (struct tract_wiring){.projection = projection,
                                  .from = plan->from,
                                  .to = &region->sheet,
                                  .in_degree = plan->in_degree,
                                  .width_um = plan->width,
                                  .delay_ms = plan->delay,
                                  .delay_sd_ms = plan->delay_sd,
                                  .delay_low_ms = low,
                                  .delay_high_ms = fmax(low, high),
                                  .projecting = plan->source->projecting,
                                  .n_projecting = plan->source->n_projecting,
                                  .young_share = 1.0 - region->spines.persistent,
                                  .young_mean_h = spines_young_mean_h(&region->spines)};
  if (plan->delay_low > plan->delay_high)
    config_fault(context->config, plan->path, "delay_low is above delay_high");
  if (tract_peak(wiring) > 1.0)
    config_fault(context->config, plan->path,
                 "an in-degree of %g cannot be had from the %d cells of %s that project: a larger patch or "
                 "share, or a wider topography",
                 plan->in_degree, plan->source->n_projecting, plan->source->population->name);
  enum status status = projection_delays(projection, &network->clock, low, fmax(low, high));
  if (status == STATUS_CONFIG) config_fault(context->config, plan->path, "%s", status_message());
  if (status != STATUS_OK && status != STATUS_CONFIG) return status;
  return projection_divide(projection);
}

/* A source that the region keeps; its cells are found by the caller. */
static enum status add_source(struct region *region, struct population *population, const char *title,
                              struct tract_source **out) {
  size_t n = (size_t)region->n_sources;
  TRY(memory_resize("sources of tracts", n, n + 1, sizeof *region->source, &region->source));
  *out = &region->source[region->n_sources++];
  **out = (struct tract_source){.population = population, .title = title};
  return STATUS_OK;
}

/* ---- named afferents ---- */

static struct region *find_region(struct region *regions, int n, const char *name) {
  for (int r = 0; name && r < n; r++) {
    if (strcmp(regions[r].name, name) == 0) return &regions[r];
  }
  return NULL;
}

static int find_population(const struct region *region, const char *name) {
  for (int k = 0; name && k < region->anatomy.n_populations; k++) {
    if (strcmp(region->anatomy.population[k].name, name) == 0) return k;
  }
  return -1;
}

static void read_stream(const struct region *region, const struct afferent_row *row, struct config *config,
                        const char *path, struct stream_settings *settings) {
  const char *terminals = region->anatomy.terminals_source;
  const struct preset presets[] = {{"rate", row->rate_Hz, ASSUMED, row->source},
                                   {"density", row->density_per_mm2, ASSUMED, row->source},
                                   {"share", row->share, ASSUMED, row->source},
                                   {"width", row->width_um, ASSUMED, row->source},
                                   {"delay", row->delay_ms, PUBLISHED, row->source},
                                   {"delay_sd", row->delay_sd_ms, PUBLISHED, row->source},
                                   {"delay_low", row->delay_low_ms, PUBLISHED, row->source},
                                   {"delay_high", row->delay_high_ms, PUBLISHED, row->source},
                                   {"U", row->U, ASSUMED, row->source},
                                   {"tau_rec", row->tau_rec_ms, ASSUMED, row->source},
                                   {"tau_facil", row->tau_facil_ms, ASSUMED, row->source},
                                   {"cv", row->cv, ASSUMED, row->source},
                                   {"theta_depth", row->theta_depth, ASSUMED, row->source},
                                   {"theta_phase", row->theta_phase, ASSUMED, row->source},
                                   {"mglur2", (row->heeds & HEEDS_MGLUR2) != 0, PUBLISHED, terminals},
                                   {"ampa_potentiator", (row->heeds & HEEDS_DRUGS) != 0, ASSUMED, terminals}};
  params_read(config, path, stream_params, n_stream_params, presets, COUNT_OF(presets), settings);
}

/* What each target of a stream is set to; gives the largest in-degree. */
static double read_targets(const struct region *region, const struct afferent_row *row, struct config *config,
                           const char *path, struct stream_target_settings *out) {
  double most = 0;
  for (int t = 0; t < REGION_POPULATIONS && row->target[t].to; t++) {
    int k = find_population(region, row->target[t].to);
    if (k < 0) continue; /* left out of this circuit */
    char own[160];
    snprintf(own, sizeof own, "%s.%s", path, row->target[t].to);
    const struct preset presets[] = {{"in_degree", row->target[t].in_degree, ASSUMED, row->source},
                                     {"weight", row->target[t].mean_nS, ASSUMED, row->source},
                                     {"nmda_ratio",
                                      row->nmda_ratio > 0 ? row->nmda_ratio : region->own[k].nmda_ratio,
                                      PUBLISHED, row->nmda_ratio > 0 ? row->source : "the target's"}};
    params_read(config, own, stream_target_params, n_stream_target_params, presets, COUNT_OF(presets),
                &out[t]);
    most = out[t].in_degree > most ? out[t].in_degree : most;
  }
  return most;
}

/* Fibres on the sheet of the region; in a small patch more than its area has, so that in-degrees can be
 * met. */
static enum status make_fibres(struct region *region, const struct afferent_row *row,
                               const struct stream_settings *settings, double most,
                               const struct region_context *context, struct population **out) {
  const double FIBRES_PER_INPUT = 2.0;
  struct network *network = context->network;
  struct population *fibres;
  TRY(network_population(network, &fibres));
  *out = fibres;
  snprintf(fibres->name, sizeof fibres->name, "%s_%s", region->name, row->name);
  snprintf(fibres->region, sizeof fibres->region, "%s", region->name);
  snprintf(fibres->type, sizeof fibres->type, "fibre");
  fibres->region_index = region->population[0]->region_index;
  fibres->cell = mechanism_find(context->mechanisms, "fibre");
  fibres->outside = true;
  fibres->n_ports = 1;
  fibres->port[0] = (struct port){.name = fibres->cell->ports[0], .lanes = 1};
  fibres->background_nS[0] = 1.0;
  double area_mm2 = sheet_side_x_um(&region->sheet) * sheet_side_y_um(&region->sheet) * 1e-6;
  fibres->n = (int)(fmax(settings->density * area_mm2, FIBRES_PER_INPUT * most) + 0.5);
  fibres->target_Hz = settings->rate;
  fibres->substances = context->substances;
  for (int p = 0; p < network->n_populations - 1; p++)
    fibres->first_id += (uint64_t)network->population[p]->n;
  TRY(population_divide(fibres, context->block_cells));
  TRY(placement_place(fibres, &region->sheet, 0, 0, network->seed));
  const struct theta_inputs inputs = {.depth = settings->theta_depth, .phase = settings->theta_phase};
  double spread = REGION_AFFERENT_SPREAD * (context->theta ? theta_most(context->theta, &inputs) : 1.0);
  TRY(poisson_set(fibres, settings->rate, spread, network->clock.dt_ms));
  if (!context->theta) return STATUS_OK;
  return theta_equip(fibres, context->clock, context->theta, &inputs, 0, network->seed);
}

/* The cells a stream comes from, if the experiment has as many as it needs. */
static enum status find_cells(struct region *region, const struct afferent_row *row, struct region *regions,
                              int n, const struct stream_settings *settings, double most, uint64_t seed,
                              struct tract_source **out, const struct sheet **from, double *factor) {
  struct region *home = find_region(regions, n, row->region);
  int k = home && home != region ? find_population(home, row->population) : -1;
  if (settings->driven_by != BY_CELLS || k < 0) return STATUS_OK;
  struct population *cells = home->population[k];
  double matched = cells->target_Hz > 0 ? settings->rate / cells->target_Hz : 1.0;
  int least = (int)ceil(most * matched);
  if (cells->n < least) return STATUS_OK;
  TRY(add_source(region, cells, row->title, out));
  *from = &home->sheet;
  *factor = matched;
  return tract_sources(cells, settings->share, least, seed, &(*out)->projecting, &(*out)->n_projecting);
}

static enum status build_stream(struct region *region, const struct afferent_row *row, struct region *regions,
                                int n, const struct region_context *context) {
  struct stream_settings s;
  struct stream_target_settings target[REGION_POPULATIONS] = {0};
  char path[96];
  snprintf(path, sizeof path, "regions.%s.afferents.%s", region->name, row->name);
  read_stream(region, row, context->config, path, &s);
  double most = read_targets(region, row, context->config, path, target), factor = 1;
  if (s.driven_by == BY_NOTHING || !(most > 0)) return STATUS_OK;
  struct tract_source *source = NULL;
  const struct sheet *from = &region->sheet;
  TRY(find_cells(region, row, regions, n, &s, most, context->network->seed, &source, &from, &factor));
  if (!source) {
    struct population *fibres;
    TRY(make_fibres(region, row, &s, most, context, &fibres));
    TRY(add_source(region, fibres, row->title, &source));
    source->fibres = true;
    source->thalamic = row->thalamic;
    TRY(tract_sources(fibres, 1, 0, context->network->seed, &source->projecting, &source->n_projecting));
  }
  for (int t = 0; t < REGION_POPULATIONS && row->target[t].to; t++) {
    struct plan plan = {path,
                        source,
                        from,
                        circuit_port("glutamate_afferent"),
                        target[t].in_degree * factor,
                        s.width,
                        target[t].weight,
                        s.cv,
                        target[t].nmda_ratio,
                        s.delay,
                        s.delay_sd,
                        s.delay_low,
                        s.delay_high,
                        s.U,
                        s.tau_rec,
                        s.tau_facil,
                        heeds(s.mglur2, s.ampa_potentiator)};
    int k = find_population(region, row->target[t].to);
    if (k >= 0 && target[t].in_degree > 0) TRY(add_pathway(region, k, &plan, context));
  }
  return STATUS_OK;
}

/* ---- tracts of the config ---- */

/* Region and population of "CA1.CA1_PYR"; a fault if there is none. */
static struct region *find_end(struct region *regions, int n, struct config *config, const char *path,
                               const char *name, int *k) {
  const char *known[REGION_POPULATIONS], *dot = name ? strchr(name, '.') : NULL;
  char region_name[32];
  *k = -1;
  if (!name) return NULL;
  snprintf(region_name, sizeof region_name, "%.*s", dot ? (int)(dot - name) : (int)strlen(name), name);
  struct region *region = find_region(regions, n, region_name);
  if (!region) {
    for (int r = 0; r < n && r < COUNT_OF(known); r++) known[r] = regions[r].name;
    config_unknown(config, path, region_name, known, n);
    return NULL;
  }
  *k = dot ? find_population(region, dot + 1) : -1;
  if (*k >= 0) return region;
  for (int p = 0; p < region->anatomy.n_populations; p++) known[p] = region->anatomy.population[p].name;
  config_unknown(config, path, dot ? dot + 1 : name, known, region->anatomy.n_populations);
  return NULL;
}

static int port_of(const struct tract_settings *s) {
  static const char *const ports[] = {"glutamate_afferent", "gaba_fast", "gaba_slow"};
  return circuit_port(ports[s->port]);
}

static enum status build_targets(struct region *regions, int n, const char *path, const char *to_path,
                                 struct region *home, int from, const struct tract_settings *s,
                                 const struct region_context *context) {
  int n_to = config_count(context->config, to_path);
  if (n_to == 0) config_fault(context->config, path, "`to` names no population: give a list");
  for (int i = 0; i < n_to; i++) {
    const char *name = config_text_at(context->config, to_path, i);
    int k;
    struct region *region = find_end(regions, n, context->config, to_path, name, &k);
    if (!region || !home) continue;
    if (region == home) {
      config_fault(context->config, to_path, "%s lies in the region that the tract comes from", name);
      continue;
    }
    struct tract_source *source;
    TRY(add_source(region, home->population[from], "tract", &source));
    TRY(tract_sources(home->population[from], s->share, 0, context->network->seed, &source->projecting,
                      &source->n_projecting));
    double ratio = s->nmda_ratio < 0 ? region->own[k].nmda_ratio : s->nmda_ratio;
    struct plan plan = {path,
                        source,
                        &home->sheet,
                        port_of(s),
                        s->in_degree,
                        s->width,
                        s->weight,
                        s->cv,
                        ratio,
                        s->delay,
                        s->delay_sd,
                        s->delay_low,
                        s->delay_high,
                        s->U,
                        s->tau_rec,
                        s->tau_facil,
                        heeds(s->mglur2, s->ampa_potentiator)};
    TRY(add_pathway(region, k, &plan, context));
  }
  return STATUS_OK;
}

static enum status build_tract(struct region *regions, int n, int i, const struct region_context *context) {
  struct tract_settings s = {0};
  char path[48], from[64], to[64];
  int k = -1;
  snprintf(path, sizeof path, "tracts.[%d]", i);
  snprintf(from, sizeof from, "%s.from", path);
  snprintf(to, sizeof to, "%s.to", path);
  params_read(context->config, path, tract_params, n_tract_params, NULL, 0, &s);
  struct region *home = find_end(regions, n, context->config, from, s.from, &k);
  if (!(s.delay > 0 && s.in_degree >= 0 && s.weight >= 0)) home = NULL; /* told already */
  return build_targets(regions, n, path, to, home, k, &s, context);
}

enum status tracts_build(struct region *regions, int n, const struct region_context *context) {
  for (int r = 0; r < n; r++) {
    for (int a = 0; a < regions[r].anatomy.n_afferents; a++)
      TRY(build_stream(&regions[r], &regions[r].anatomy.afferent[a], regions, n, context));
  }
  int n_tracts = config_count(context->config, "tracts");
  for (int i = 0; i < n_tracts; i++) TRY(build_tract(regions, n, i, context));
  return STATUS_OK;
}
