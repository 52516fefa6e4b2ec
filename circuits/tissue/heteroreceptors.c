/* heteroreceptors.c — GABA-B receptors at glutamatergic terminals. See heteroreceptors.h. */
#include "tissue/heteroreceptors.h"
#include "fields.h"
#include "memory.h"
#include "spikes.h"
#include <stdio.h>
#include <string.h>

#define URBAN_CIECKO "Urban-Ciecko et al. 2015, PubMed 25728691"

const struct param heteroreceptor_params[] = {
    PARAM_NUM(
        struct heteroreceptor_params, tone, "1", 0.667, 0, 0.99, PUBLISHED,
        "with `largest`: EPSPs between pyramidal cells are half of what they are without, " URBAN_CIECKO,
        "activity of the receptors at rest"),
    PARAM_NUM(struct heteroreceptor_params, largest, "1", 0.75, 0, 0.99, PUBLISHED,
              "with `tone`: EPSPs between pyramidal cells are half of what they are without, " URBAN_CIECKO,
              "share of release that full activity takes away"),
    PARAM_NUM(struct heteroreceptor_params, hill, "1", 1, 0.5, 4, ASSUMED,
              "one site of GABA in each receptor", "Hill coefficient"),
    PARAM_NUM(struct heteroreceptor_params, tau_on, "ms", 200, 1, 1e5, ASSUMED,
              "G proteins reach terminals within some hundred milliseconds", "time constant of onset"),
    PARAM_NUM(struct heteroreceptor_params, tau_off, "ms", 500, 1, 1e5, ASSUMED,
              "reversible and rapid when light on SST cells ends, " URBAN_CIECKO, "time constant of decay"),
    PARAM_NUM(struct heteroreceptor_params, reach, "µm", 100, 1, 2000, ASSUMED,
              "as far as synapses of SST cells reach: regions/mpfc.c",
              "standard deviation of where GABA goes"),
    PARAM_NUM(
        struct heteroreceptor_params, background, "1", 0.5, 0, 1, ASSUMED,
        "terminals of neighbours, as those that were measured: about half of the synapses on a cortical cell "
        "are of axons of the grey matter, Braitenberg & Schuez 1998, doi:10.1007/978-3-662-03733-1",
        "share of the cortical background whose terminals have the receptors"),
};
const int n_heteroreceptor_params = COUNT_OF(heteroreceptor_params);

struct presynaptic_params heteroreceptors_at_terminals(const struct heteroreceptor_params *params) {
  return (struct presynaptic_params){params->tone, params->largest, params->hill, params->tau_on,
                                     params->tau_off};
}

/* ---- who ---- */

static bool is_gated(const struct projection *projection) { return projection->heeds & HEEDS_GABA_B; }

static void mark(struct heteroreceptors *own, int p, const double *thalamic) {
  const struct population *population = own->population[p];
  own->gates[p] = strcmp(population->type, "SST") == 0;
  bool reached = false;
  for (int q = 0; q < own->network->n_projections; q++) {
    const struct projection *projection = own->network->projection[q];
    own->gated[p] |= is_gated(projection) && projection->source == population;
    reached |= is_gated(projection) && projection->target == population;
  }
  own->open_to[p] = reached ? own->params.background * (1.0 - thalamic[p]) : 0;
}

enum status heteroreceptors_new(struct heteroreceptors *own, const struct heteroreceptor_params *params,
                                bool on, const struct network *network, const struct sheet *sheet,
                                struct population *const *populations, int n, const double *thalamic) {
  *own = (struct heteroreceptors){
      .params = *params, .network = network, .sheet = sheet, .population = populations, .n_populations = n};
  double **const fields[] = {&own->spikes, &own->gaba, &own->gaba_sum, &own->scratch};
  int sites = sheet_sites(sheet);
  for (int f = 0; f < COUNT_OF(fields); f++)
    TRY(memory_new("GABA-B receptors", (size_t)sites, sizeof(double), fields[f]));
  TRY(memory_new("GABA-B receptors", (size_t)n, sizeof(bool), &own->gates));
  TRY(memory_new("GABA-B receptors", (size_t)n, sizeof(bool), &own->gated));
  TRY(memory_new("GABA-B receptors", (size_t)n, sizeof(double), &own->open_to));
  bool gates = false, gated = false;
  for (int p = 0; p < n; p++) {
    mark(own, p, thalamic);
    gates |= own->gates[p];
    gated |= own->gated[p];
  }
  own->any = gates && gated;
  struct presynaptic_params terminals = heteroreceptors_at_terminals(params);
  return presynaptic_new(&own->receptors, &terminals, on, sites, own->gaba);
}

void heteroreceptors_free(struct heteroreceptors *own) {
  presynaptic_free(&own->receptors);
  memory_free(own->spikes);
  memory_free(own->gaba);
  memory_free(own->gaba_sum);
  memory_free(own->scratch);
  memory_free(own->gates);
  memory_free(own->gated);
  memory_free(own->open_to);
  *own = (struct heteroreceptors){0};
}

/* ---- time ---- */

static void count(void *context, const struct network *network, int64_t first, int n) {
  struct heteroreceptors *own = context;
  for (int p = 0; p < own->n_populations && own->any; p++) {
    const struct population *population = own->population[p];
    for (int64_t tick = first; own->gates[p] && tick < first + n; tick++) {
      const struct spike_list *list = spikes_at(network, 0, population->index, tick);
      for (int s = 0; s < list->n; s++) own->spikes[population->site[list->cell[s]]] += 1.0;
    }
  }
}

static void advance(void *context, const struct network *network, int64_t tick) {
  (void)tick;
  struct heteroreceptors *own = context;
  if (!own->any) return;
  /* the process of rank 0 hears all spikes */
  exchange_tell(network->exchange, own->spikes, (size_t)own->receptors.sites * sizeof(double));
  sheet_smooth(own->sheet, own->spikes, own->gaba, own->scratch, own->params.reach);
  presynaptic_advance(&own->receptors, own->gaba, NULL);
  for (int s = 0; s < own->receptors.sites; s++) own->gaba_sum[s] += own->gaba[s];
  memset(own->spikes, 0, (size_t)own->receptors.sites * sizeof(double));
}

static void tell(void *context, const struct population *population, int b) {
  const struct heteroreceptors *own = context;
  const struct block *block = &population->block[b];
  int p = 0;
  while (p < own->n_populations && own->population[p] != population) p++;
  if (p == own->n_populations || !own->gated[p] || !own->any || !population_holds(population, b)) return;
  for (int i = 0, end; i < block->n; i = end) {
    const float factor = (float)own->receptors.factor[population->site[block->first + i]];
    end = population_site_end(population, block, i);
    for (int j = i; j < end; j++) block->release[RELEASE_GABA_B][j] = factor;
  }
}

struct observer heteroreceptors_observer(struct heteroreceptors *own) {
  return (struct observer){.context = own, .interval = count, .millisecond = advance, .tell = tell};
}

double heteroreceptors_background(const struct heteroreceptors *own, int population, int site) {
  return 1.0 + own->open_to[population] * (own->receptors.factor[site] - 1.0);
}

void heteroreceptors_restart(struct heteroreceptors *own, bool clear_sums) {
  for (int p = 0; p < own->n_populations; p++) {
    for (int b = 0; b < own->population[p]->n_blocks; b++) tell(own, own->population[p], b);
  }
  if (!clear_sums) return;
  presynaptic_forget(&own->receptors);
  memset(own->gaba_sum, 0, (size_t)own->receptors.sites * sizeof(double));
}

void heteroreceptors_set_rest(struct heteroreceptors *own) {
  double looks = own->receptors.looks;
  for (int s = 0; s < own->receptors.sites && looks > 0; s++)
    presynaptic_rest(&own->receptors, s, own->gaba_sum[s] / looks);
}

enum status heteroreceptors_visit(struct heteroreceptors *own, const char *region, struct visitor *visitor) {
  char name[96];
  snprintf(name, sizeof name, "%s/gaba_b_gaba_sum", region);
  TRY(visitor->array(visitor, name, STATE_F64, (size_t)own->receptors.sites, own->gaba_sum));
  return presynaptic_visit(&own->receptors, region, "gaba_b", visitor);
}
