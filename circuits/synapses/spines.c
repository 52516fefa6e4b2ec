/* spines.c — counting spines: at the start, per cell, per site, and as state. remodel.c has their turnover.
 * */
#include "synapses/spines.h"
#include "memory.h"
#include "random.h"
#include "synapses/remodel.h"
#include <stdio.h>
#include <string.h>

const struct param spine_params[] = {
    PARAM_NUM(struct spine_params, young_loss, "1/d", 0.13, 0, 10, PUBLISHED,
              "0.10-0.25 a day; with the share of persistent spines it gives a formation of 6 % a day, the "
              "upper end of 2-6 % "
              "in adult frontal cortex, two-photon studies",
              "rate at which a young spine is lost"),
    PARAM_NUM(
        struct spine_params, mature_loss, "1/d", 0.004, 0, 10, PUBLISHED,
        "3-5 % in two weeks: Zuo et al. 2005, doi:10.1016/j.neuron.2005.04.001; Grutzendler et al. 2002, "
        "doi:10.1038/nature01276",
        "rate at which a persistent spine is lost"),
    PARAM_NUM(struct spine_params, persistent, "1", 0.54, 0.01, 0.99, PUBLISHED,
              "of rodents 35-80 days old, Holtmaat et al. 2005, doi:10.1016/j.neuron.2005.01.003",
              "share of persistent spines at rest"),
    PARAM_NUM(struct spine_params, vacancies, "1", 1, 0.01, 100, ASSUMED,
              "gains of 25-45 % need at least half as many vacant elements as spines",
              "vacant elements per spine at the start"),
    PARAM_NUM(struct spine_params, gain_half, "1", 4, 0.01, 1000, ASSUMED,
              "formation x1.5-3 at 12-24 h, Moda-Sava et al. 2019, doi:10.1126/science.aat8078",
              "K of the formation gain"),
    PARAM_NUM(struct spine_params, gain_hill, "1", 4, 0.5, 8, ASSUMED, "as gain_half",
              "steepness of the formation gain"),
    PARAM_NUM(struct spine_params, ampa_start, "1", 0.2, 0, 1, ASSUMED,
              "new spines have NMDA before AMPA receptors", "AMPA of a new synapse, of full"),
    PARAM_NUM(struct spine_params, ampa_growth, "h", 24, 1, 126, ASSUMED,
              "new spines become functional within a day", "time until AMPA is full"),
    PARAM_NUM(struct spine_params, density, "1/µm", 1.2, 0.01, 20, ASSUMED,
              "about 1 per um on apical tufts of prefrontal pyramidal cells; only ratios matter",
              "spines per length of dendrite at the start"),
    PARAM_NUM(struct spine_params, retract, "h", 240, 1, 100000, ASSUMED,
              "apical length x0.71-0.82 after 21 days of stress: Cook & Wellman 2004, doi:10.1002/neu.20025",
              "time constant with which dendrites shorten"),
    PARAM_NUM(struct spine_params, regrow, "h", 96, 1, 100000, ASSUMED,
              "length is back 7-10 days after stress, PMC5555043", "time constant with which they grow back"),
    PARAM_NUM(struct spine_params, inactivity_loss, "1", 1, 0, 100, ASSUMED,
              "cortex that lost its input replaces spines three times as fast, Keck et al. 2008, "
              "doi:10.1038/nn.2181; against: trimmed whiskers slow loss in young mice, Zuo et al. 2005, "
              "doi:10.1038/nature03715",
              "rise of the rates of loss on cells that were silent for a day"),
    PARAM_NUM(struct spine_params, inactive_below, "1", 0.5, 0.01, 1, ASSUMED,
              "loss is known where input is gone, not where it is a little less, which scaling meets",
              "firing over a day, of baseline, below which loss rises"),
};
const int n_spine_params = COUNT_OF(spine_params);

/* The group of all regions. */
#define GENERAL "synapses.spines"

static void derive(struct spine_params *p) {
  p->formation = (1.0 - p->persistent) * p->young_loss + p->persistent * p->mature_loss;
  p->maturation = p->mature_loss * p->persistent / (1.0 - p->persistent);
}

void spines_read(struct config *config, struct spine_params *out) {
  params_read(config, GENERAL, spine_params, n_spine_params, NULL, 0, out);
  derive(out);
}

/* The presets of a region, and behind them, so that they win, what the config gives for all regions. */
static int merge(struct config *config, const struct spine_params *general, const struct preset *presets,
                 int n, struct preset *out) {
  for (int k = 0; k < n; k++) out[k] = presets[k];
  for (int p = 0; p < n_spine_params; p++) {
    char path[64];
    snprintf(path, sizeof path, "%s.%s", GENERAL, spine_params[p].key);
    if (!config_has(config, path)) continue;
    double value;
    memcpy(&value, (const char *)general + spine_params[p].offset, sizeof value);
    out[n++] = (struct preset){spine_params[p].key, value, SETTING, GENERAL " of the config"};
  }
  return n;
}

void spines_read_region(struct config *config, const char *group, const struct spine_params *general,
                        const struct preset *presets, int n, struct spine_params *out) {
  struct preset all[2 * COUNT_OF(spine_params)];
  n = merge(config, general, presets, n < n_spine_params ? n : n_spine_params, all);
  params_read(config, group, spine_params, n_spine_params, all, n, out);
  derive(out);
}

double spines_young_mean_h(const struct spine_params *p) { return 24.0 / (p->young_loss + p->maturation); }

/* ---- counting ---- */

struct spine_cells *spines_cells_of(const struct spines *spines, const struct population *population) {
  for (int k = 0; k < spines->n_cells; k++) {
    if (spines->cells[k].population == population) return &spines->cells[k];
  }
  return NULL;
}

struct spine_sources *spines_sources_of(const struct spines *spines, const struct population *population) {
  for (int k = 0; k < spines->n_sources; k++) {
    if (spines->sources[k].population == population) return &spines->sources[k];
  }
  return NULL;
}

static void count_block(const struct projection *projection, int b, struct spine_cells *cells,
                        int32_t *bound) {
  const struct synapse_block *block = &projection->block[b];
  int first = projection->target->block[b].first;
  for (uint32_t k = 0; k < block->n_sources; k++) {
    uint32_t begin = block->begin[k], end = block->begin[k + 1];
    bound[block->source[k]] += (int32_t)(end - begin);
    for (uint32_t e = begin; e < end; e++) {
      int i = first + synapse_cell(block->synapse[e]);
      cells->recurrent[i]++;
      cells->weight_nS[i] += (float)(block->synapse[e].weight * projection->weight_quantum_nS);
    }
  }
}

/* AMPA of n afferent spines at rest, in full-grown ones. */
static float at_rest(const struct spines *spines, int32_t n) {
  return (float)(n * remodel_growth_at_rest(&spines->params));
}

/* Background of a cell goes with its afferent spines, weighted by their AMPA; 1 at the start. */
static void set_background(const struct spines *spines, const struct spine_cells *cells) {
  struct population *population = cells->population;
  float most = (float)population->background_spread;
  for (int b = 0; b < population->n_blocks; b++) {
    struct block *block = &population->block[b];
    for (int i = 0; i < block->n && population_holds(population, b); i++) {
      float rest = at_rest(spines, cells->afferents_start[block->first + i]);
      float factor = rest > 0 ? cells->grown[block->first + i] / rest : 1.0f;
      block->afferents[i] = factor < most ? factor : most;
    }
  }
}

/* What each process counted: of its own target cells, and of the sources of their synapses. */
static void meet(struct spines *spines) {
  for (int k = 0; k < spines->n_cells; k++) {
    const struct spine_cells *cells = &spines->cells[k];
    population_unite(cells->population, cells->recurrent, sizeof *cells->recurrent);
    population_unite(cells->population, cells->weight_nS, sizeof *cells->weight_nS);
  }
  for (int k = 0; k < spines->n_sources; k++) {
    const struct population *population = spines->sources[k].population;
    exchange_sum32(population->exchange, spines->sources[k].bound, (size_t)population->n);
  }
}

void spines_recount(struct spines *spines) {
  for (int k = 0; k < spines->n_cells; k++) {
    size_t n = (size_t)spines->cells[k].population->n;
    memset(spines->cells[k].recurrent, 0, n * sizeof(int32_t));
    memset(spines->cells[k].weight_nS, 0, n * sizeof(float));
    set_background(spines, &spines->cells[k]);
  }
  for (int k = 0; k < spines->n_sources; k++) {
    memset(spines->sources[k].bound, 0, (size_t)spines->sources[k].population->n * sizeof(int32_t));
  }
  for (int w = 0; w < spines->n_pathways; w++) {
    const struct projection *projection = spines->pathway[w].projection;
    struct spine_cells *cells = spines_cells_of(spines, projection->target);
    int32_t *bound = spines_sources_of(spines, projection->source)->bound;
    for (int b = 0; b < projection->target->n_blocks; b++) count_block(projection, b, cells, bound);
    spines->turnover[w].alive = (int64_t)projection_count(projection);
    exchange_sum(projection->target->exchange, &spines->turnover[w].alive, 1);
  }
  meet(spines);
  spines->afferents.alive = 0;
  for (int k = 0; k < spines->n_cells; k++) {
    const struct spine_cells *cells = &spines->cells[k];
    for (int i = 0; i < cells->population->n; i++)
      spines->afferents.alive += cells->young[i] + cells->mature[i];
  }
}

void spines_restore(struct spines *spines) {
  float share[SYNAPSE_GROWN + 1];
  remodel_growth(&spines->params, share);
  for (int w = 0; w < spines->n_pathways; w++) {
    struct projection *projection = spines->pathway[w].projection;
    for (int b = 0; b < projection->target->n_blocks; b++) projection_grow(projection, b, share);
  }
  spines_recount(spines);
}

/* ---- taking up ---- */

static enum status new_cells(struct spines *spines, struct population *population) {
  if (spines_cells_of(spines, population)) return STATUS_OK;
  struct spine_cells *cells = &spines->cells[spines->n_cells];
  size_t n = (size_t)population->n;
  cells->population = population;
  spines->n_cells++; /* from here on freed with the rest */
  TRY(memory_new("spines", n, sizeof(int32_t), &cells->start));
  TRY(memory_new("spines", n, sizeof(int32_t), &cells->afferents_start));
  TRY(memory_new("spines", n, sizeof(int32_t), &cells->recurrent));
  TRY(memory_new("spines", n, sizeof(float), &cells->weight_nS));
  TRY(memory_new("spines", n, sizeof(float), &cells->start_nS));
  TRY(memory_new("spines", n, sizeof(int32_t), &cells->young));
  TRY(memory_new("spines", n, sizeof(int32_t), &cells->mature));
  TRY(memory_new("spines", n, sizeof(float), &cells->grown));
  TRY(memory_new("spines", n, sizeof(float), &cells->dendrite));
  TRY(memory_new("spines", n, sizeof(float), &cells->bared));
  double young_share = 1.0 - spines->params.persistent;
  for (size_t i = 0; i < n; i++) {
    int32_t afferents = (int32_t)(population->afferent_synapses + 0.5);
    cells->afferents_start[i] = afferents;
    cells->young[i] = remodel_binomial(afferents, young_share, spines->seed, population->first_id + i, 0);
    cells->mature[i] = afferents - cells->young[i];
    cells->grown[i] = at_rest(spines, afferents);
    cells->dendrite[i] = 1.0f;
  }
  return STATUS_OK;
}

static enum status new_sources(struct spines *spines, const struct population *population) {
  if (spines_sources_of(spines, population)) return STATUS_OK;
  struct spine_sources *sources = &spines->sources[spines->n_sources++];
  sources->population = population;
  TRY(memory_new("boutons", (size_t)population->n, sizeof(int32_t), &sources->start));
  return memory_new("boutons", (size_t)population->n, sizeof(int32_t), &sources->bound);
}

static void count_onto(const struct projection *projection, int32_t *onto) {
  for (int b = 0; b < projection->target->n_blocks; b++) {
    const struct synapse_block *block = &projection->block[b];
    int first = projection->target->block[b].first;
    for (size_t e = 0; e < block->n; e++) onto[first + synapse_cell(block->synapse[e])]++;
  }
}

/* The counts at the start. */
static void keep_start(struct spines *spines) {
  for (int k = 0; k < spines->n_cells; k++) {
    struct spine_cells *cells = &spines->cells[k];
    for (int i = 0; i < cells->population->n; i++) {
      cells->start[i] = cells->recurrent[i] + cells->afferents_start[i];
      cells->start_nS[i] = cells->weight_nS[i];
    }
  }
  for (int k = 0; k < spines->n_sources; k++) {
    memcpy(spines->sources[k].start, spines->sources[k].bound,
           (size_t)spines->sources[k].population->n * sizeof(int32_t));
  }
  for (int w = 0; w < spines->n_pathways; w++) count_onto(spines->pathway[w].projection, spines->onto[w]);
}

static enum status new_pathway(struct spines *spines, struct spine_pathway pathway) {
  int w = spines->n_pathways++;
  spines->pathway[w] = pathway;
  if (pathway.wiring) TRY(partners_new(&spines->partners[w], pathway.wiring));
  TRY(memory_new("spines", (size_t)pathway.projection->target->n, sizeof(int32_t), &spines->onto[w]));
  TRY(new_cells(spines, pathway.projection->target));
  return new_sources(spines, pathway.projection->source);
}

static enum status new_pathways(struct spines *spines, const struct spine_inputs *inputs) {
  for (int w = 0; w < inputs->n_wirings; w++) {
    struct projection *projection = inputs->wiring[w].projection;
    const struct spine_pathway pathway = {.projection = projection, .wiring = &inputs->wiring[w]};
    if (projection->plastic) TRY(new_pathway(spines, pathway));
  }
  for (int t = 0; t < inputs->n_tract; t++) {
    struct projection *projection = inputs->tract[t].projection;
    const struct spine_pathway pathway = {
        .projection = projection, .tract = &inputs->tract[t], .peak = tract_peak(&inputs->tract[t])};
    if (projection->plastic) TRY(new_pathway(spines, pathway));
  }
  return STATUS_OK;
}

enum status spines_new(struct spines *spines, const struct spine_params *params, const struct sheet *sheet,
                       const struct spine_inputs *inputs, uint64_t seed) {
  *spines = (struct spines){.params = *params, .sheet = sheet, .seed = seed};
  size_t room = (size_t)(inputs->n_wirings + inputs->n_tract);
  TRY(memory_new("spines", room + (size_t)inputs->n_own, sizeof *spines->cells, &spines->cells));
  TRY(memory_new("spines", room, sizeof *spines->sources, &spines->sources));
  TRY(memory_new("spines", room, sizeof *spines->pathway, &spines->pathway));
  TRY(memory_new("spines", room, sizeof *spines->turnover, &spines->turnover));
  TRY(memory_new("spines", room, sizeof *spines->partners, &spines->partners));
  TRY(memory_new("spines", room, sizeof *spines->onto, &spines->onto));
  TRY(new_pathways(spines, inputs));
  for (int k = 0; k < inputs->n_own; k++) {
    if (inputs->own[k]->spiny) TRY(new_cells(spines, inputs->own[k]));
  }
  spines_restore(spines);
  keep_start(spines);
  return STATUS_OK;
}

void spines_free(struct spines *spines) {
  for (int k = 0; k < spines->n_cells; k++) {
    struct spine_cells *cells = &spines->cells[k];
    void *const pieces[] = {
        cells->start, cells->afferents_start, cells->recurrent, cells->weight_nS, cells->start_nS,
        cells->young, cells->mature,          cells->grown,     cells->dendrite,  cells->bared};
    for (int p = 0; p < COUNT_OF(pieces); p++) memory_free(pieces[p]);
  }
  for (int k = 0; k < spines->n_sources; k++) {
    memory_free(spines->sources[k].start);
    memory_free(spines->sources[k].bound);
  }
  for (int w = 0; w < spines->n_pathways; w++) {
    partners_free(&spines->partners[w]);
    memory_free(spines->onto[w]);
  }
  memory_free(spines->partners);
  memory_free(spines->onto);
  memory_free(spines->cells);
  memory_free(spines->sources);
  memory_free(spines->pathway);
  memory_free(spines->turnover);
  *spines = (struct spines){0};
}

/* ---- maps and state ---- */

struct site_sum {
  double cells, length;            /* length of dendrites, summed over cells */
  double now, start;               /* spines; those of the start on the present length */
  double synapses, synapses_start; /* plastic ones */
  double weight, weight_start;     /* nS */
  double ampa, ampa_start;         /* of all spines: in full-grown synapses */
};

/* Add cells first … first + n − 1 of a population. */
static void add_cells(const struct spines *spines, const struct spine_cells *cells, int first, int n,
                      struct site_sum *sum) {
  for (int i = first; i < first + n; i++) {
    double own = cells->start[i] - cells->afferents_start[i], start_nS = (double)cells->start_nS[i];
    sum->cells++;
    sum->length += (double)cells->dendrite[i];
    sum->now += cells->recurrent[i] + cells->young[i] + cells->mature[i];
    sum->start += cells->start[i] * (double)cells->dendrite[i];
    sum->synapses += cells->recurrent[i];
    sum->synapses_start += own;
    sum->weight += (double)cells->weight_nS[i];
    sum->weight_start += start_nS;
    sum->ampa += (start_nS > 0 ? own * (double)cells->weight_nS[i] / start_nS : 0) + (double)cells->grown[i];
    sum->ampa_start += own + (double)at_rest(spines, cells->afferents_start[i]);
  }
}

static struct site_sum sum_site(const struct spines *spines, int site) {
  struct site_sum sum = {0};
  for (int k = 0; k < spines->n_cells; k++) {
    struct site_cells here = spines->cells[k].population->in_site[site];
    add_cells(spines, &spines->cells[k], here.first, here.n, &sum);
  }
  return sum;
}

static double density(const struct spines *spines, const struct site_sum *sum) {
  return sum->start > 0 ? spines->params.density * sum->now / sum->start : NAN;
}

struct spine_means spines_means(const struct spines *spines, const struct spine_cells *cells) {
  struct site_sum sum = {0};
  add_cells(spines, cells, 0, cells->population->n, &sum);
  return (struct spine_means){density(spines, &sum), sum.now / sum.cells, sum.length / sum.cells};
}

double spines_ampa(const struct spines *spines, int site) {
  struct site_sum sum = sum_site(spines, site);
  return sum.ampa_start > 0 ? sum.ampa / sum.ampa_start : 1;
}

void spines_map(const struct spines *spines, const struct spine_maps *maps) {
  for (int site = 0; site < sheet_sites(spines->sheet); site++) {
    struct site_sum sum = sum_site(spines, site);
    bool both = sum.synapses > 0 && sum.weight_start > 0;
    if (maps->density_per_um) maps->density_per_um[site] = density(spines, &sum);
    if (maps->per_cell) maps->per_cell[site] = sum.cells > 0 ? sum.now / sum.cells : NAN;
    if (maps->dendrite) maps->dendrite[site] = sum.cells > 0 ? sum.length / sum.cells : NAN;
    if (maps->synapses) maps->synapses[site] = sum.synapses;
    if (maps->weight)
      maps->weight[site] = both ? sum.weight / sum.synapses / (sum.weight_start / sum.synapses_start) : NAN;
  }
}

enum status spines_visit(struct spines *spines, struct visitor *visitor) {
  char name[96];
  for (int k = 0; k < spines->n_cells; k++) {
    struct spine_cells *cells = &spines->cells[k];
    size_t n = (size_t)cells->population->n;
    snprintf(name, sizeof name, "%s/%s/afferents_young", cells->population->region, cells->population->name);
    TRY(visitor->array(visitor, name, STATE_I32, n, cells->young));
    snprintf(name, sizeof name, "%s/%s/afferents_mature", cells->population->region, cells->population->name);
    TRY(visitor->array(visitor, name, STATE_I32, n, cells->mature));
    snprintf(name, sizeof name, "%s/%s/afferents_grown", cells->population->region, cells->population->name);
    TRY(visitor->array(visitor, name, STATE_F32, n, cells->grown));
    snprintf(name, sizeof name, "%s/%s/dendrite", cells->population->region, cells->population->name);
    TRY(visitor->array(visitor, name, STATE_F32, n, cells->dendrite));
  }
  return STATUS_OK;
}
