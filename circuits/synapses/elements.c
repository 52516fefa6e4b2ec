/* elements.c — calcium and growth of synaptic elements; elements_change.c makes and takes synapses. See
 * elements.h. */
#include "synapses/elements.h"
#include "fields.h"
#include "maths.h"
#include "memory.h"
#include <stdio.h>
#include <string.h>

#define DIAZ "Diaz-Pier et al. 2016, doi:10.3389/fnana.2016.00057 (example of NEST)"

const struct param elements_params[] = {
    PARAM_NUM(struct elements_settings, interval, "ms", 1000, 1, 1e9, PUBLISHED, DIAZ,
              "time between two structural changes"),
    PARAM_NUM(struct elements_settings, step, "ms", 10, 1, 1000, SETTING, "a thousandth of tau",
              "step of calcium's decay and of growth; divides the interval"),
    PARAM_NUM(struct elements_settings, tau, "ms", 10000, 10, 1e9, PUBLISHED, DIAZ,
              "time constant of calcium"),
    PARAM_NUM(struct elements_settings, beta, "1", 0.001, 0, 1e3, PUBLISHED, DIAZ,
              "calcium that a spike brings"),
    PARAM_NUM(struct elements_settings, vacant_loss, "1", 0.1, 0, 1, PUBLISHED, DIAZ,
              "share of the vacant elements that is lost at a change"),
};
const int n_elements_params = COUNT_OF(elements_params);

const struct param growth_params[] = {
    PARAM_PICK(struct growth, curve, GROWTH_GAUSSIAN, "gaussian|linear|sigmoid", PUBLISHED,
               "Butz & van Ooyen 2013, doi:10.1371/journal.pcbi.1003259", "form of the growth curve"),
    PARAM_NUM(struct growth, eta, "1", 0, -1e6, 1e6, PUBLISHED, DIAZ,
              "calcium below which elements are withdrawn; gaussian only"),
    PARAM_NUM(struct growth, epsilon, "1", 0.05, -1e6, 1e6, PUBLISHED, DIAZ,
              "calcium above which they are withdrawn: the target"),
    PARAM_NUM(struct growth, rate, "Hz", 0.1, 0, 1e6, PUBLISHED, DIAZ, "elements per second at most"),
    PARAM_NUM(struct growth, slope, "1", 0.1, 1e-9, 1e6, ASSUMED, "of the order of the target",
              "width of the sigmoid"),
    PARAM_NUM(struct growth, start, "1", 0, 0, 1e5, SETTING, "", "elements of every cell at the start"),
};
const int n_growth_params = COUNT_OF(growth_params);

/* ---- curves ---- */

static const double TWO_SQRT_LN2 = 1.66510922231539537643;

double growth_rate(const struct growth *growth, double calcium) {
  switch ((enum growth_curve)growth->curve) {
  case GROWTH_LINEAR:
    return growth->rate * (1.0 - calcium / growth->epsilon);
  case GROWTH_SIGMOID:
    return growth->rate * (2.0 / (1.0 + maths_exp((calcium - growth->epsilon) / growth->slope)) - 1.0);
  default: {
    double zeta = (growth->epsilon - growth->eta) / TWO_SQRT_LN2;
    double from = (calcium - 0.5 * (growth->eta + growth->epsilon)) / zeta;
    return growth->rate * (2.0 * maths_exp(-from * from) - 1.0);
  }
  }
}

static const char *growth_fault(const struct growth *growth) {
  if (growth->curve == GROWTH_GAUSSIAN && !(growth->epsilon > growth->eta))
    return "epsilon is not above eta, where a Gaussian curve begins";
  if (growth->curve == GROWTH_LINEAR && growth->epsilon == 0) return "a linear curve needs an epsilon";
  return NULL;
}

/* ---- making ---- */

/* Ticks of a time that is a whole number of milliseconds; 0 if it is not. */
static int64_t whole_ticks(const struct network *network, double ms) {
  double whole = floor(ms + 0.5);
  return fabs(ms - whole) < 1e-6 ? clock_ticks(&network->clock, whole) : 0;
}

enum status elements_new(const struct elements_settings *settings, const struct network *network,
                         struct elements **out) {
  TRY(memory_new("elements", 1, sizeof **out, out));
  struct elements *elements = *out;
  elements->settings = *settings;
  elements->network = network;
  elements->step_ticks = whole_ticks(network, settings->step);
  elements->interval_ticks = whole_ticks(network, settings->interval);
  if (elements->step_ticks < 1 || elements->interval_ticks < 1 ||
      elements->interval_ticks % elements->step_ticks != 0)
    return status_fail(STATUS_CONFIG,
                       "interval %g ms and step %g ms are whole milliseconds, and the one holds the other a "
                       "whole number of times",
                       settings->interval, settings->step);
  elements->decay = maths_exp(-settings->step / settings->tau);
  return memory_new("elements", (size_t)network->n_populations, sizeof *elements->cells, &elements->cells);
}

void elements_free(struct elements *elements) {
  if (!elements) return;
  for (int p = 0; elements->cells && p < elements->network->n_populations; p++) {
    struct element_cells *cells = &elements->cells[p];
    memory_free(cells->calcium);
    memory_free(cells->axon.count);
    for (int k = 0; k < cells->n_dendrites; k++) memory_free(cells->dendrite[k].count);
  }
  memory_free(elements->cells);
  memory_free(elements->pathway);
  memory_free(elements);
}

static enum status new_kind(struct elements *elements, int p, const char *type, const struct growth *growth,
                            struct element_kind *kind) {
  const struct population *population = elements->network->population[p];
  struct element_cells *cells = &elements->cells[p];
  size_t n = (size_t)population->n;
  const char *fault = growth_fault(growth);
  if (fault) return status_fail(STATUS_CONFIG, "%s", fault);
  if (!cells->calcium) TRY(memory_new("calcium", n, sizeof(double), &cells->calcium));
  TRY(memory_new("elements", n, sizeof(double), &kind->count));
  for (size_t i = 0; i < n; i++) kind->count[i] = growth->start;
  kind->type = type;
  kind->growth = *growth;
  return STATUS_OK;
}

enum status elements_axon(struct elements *elements, int p, const char *type, const struct growth *growth) {
  return new_kind(elements, p, type, growth, &elements->cells[p].axon);
}

enum status elements_dendrites(struct elements *elements, int p, const char *type,
                               const struct growth *growth) {
  struct element_cells *cells = &elements->cells[p];
  if (cells->n_dendrites == ELEMENTS_TYPES)
    return status_fail(STATUS_CONFIG, "more than %d types of dendritic elements", ELEMENTS_TYPES);
  TRY(new_kind(elements, p, type, growth, &cells->dendrite[cells->n_dendrites]));
  cells->n_dendrites++;
  return STATUS_OK;
}

static const struct element_kind *dendrite_of(const struct elements *elements, int p, const char *type) {
  const struct element_cells *cells = &elements->cells[p];
  for (int k = 0; k < cells->n_dendrites; k++) {
    if (strcmp(cells->dendrite[k].type, type) == 0) return &cells->dendrite[k];
  }
  return NULL;
}

/* A full-grown synapse weighs this many quanta; so many of them may come to a cell in one tick. */
enum { FULL = 4096, SYNAPSES_MOST = 8192 };

enum status elements_pathway(struct elements *elements, struct projection *projection, const char *type,
                             double weight, bool autapses) {
  const struct element_kind *axon = &elements->cells[projection->source->index].axon;
  if (!axon->type || strcmp(axon->type, type) != 0)
    return status_fail(STATUS_CONFIG, "%s has no axon of the type %s", projection->source->name, type);
  if (!dendrite_of(elements, projection->target->index, type))
    return status_fail(STATUS_CONFIG, "%s has no dendrites of the type %s", projection->target->name, type);
  size_t n = (size_t)elements->n_pathways;
  TRY(memory_resize("pathways", n, n + 1, sizeof *elements->pathway, &elements->pathway));
  elements->pathway[elements->n_pathways++] = (struct element_pathway){projection, type, autapses};
  projection->mean_nS = weight;
  projection->weight_quantum_nS = weight / FULL;
  projection->reserve_nS = fabs(weight) * SYNAPSES_MOST;
  projection->plastic = true;
  projection->U = 1.0;
  return STATUS_OK;
}

static bool joined(const struct elements *elements, int from, int to, const char *type) {
  for (int k = 0; k < elements->n_pathways; k++) {
    const struct element_pathway *pathway = &elements->pathway[k];
    if (pathway->projection->source->index == from && pathway->projection->target->index == to &&
        strcmp(pathway->type, type) == 0)
      return true;
  }
  return false;
}

bool elements_unmatched(const struct elements *elements, const char **type, int *from, int *to) {
  int n = elements->network->n_populations;
  for (*from = 0; *from < n; ++*from) {
    *type = elements->cells[*from].axon.type;
    for (*to = 0; *type && *to < n; ++*to) {
      if (dendrite_of(elements, *to, *type) && !joined(elements, *from, *to, *type)) return true;
    }
  }
  return false;
}

/* ---- growth ---- */

static void grow(const struct elements *elements, struct element_kind *kind, const double *calcium,
                 const struct block *block) {
  double seconds = elements->settings.step * 1e-3;
  for (int i = block->first; i < block->first + block->n; i++) {
    double z = kind->count[i] + growth_rate(&kind->growth, calcium[i]) * seconds;
    kind->count[i] = z > 0 ? z : 0;
  }
}

static void tick(void *context, int thread, const struct population *population, int b, int64_t now) {
  (void)thread;
  const struct elements *elements = context;
  struct element_cells *cells = &elements->cells[population->index];
  const struct block *block = &population->block[b];
  if (!cells->calcium) return;
  double *calcium = cells->calcium + block->first;
  const double beta = elements->settings.beta, decay = elements->decay;
  for (int i = 0; i < block->n; i++) {
    if (block->fired[i]) calcium[i] += beta;
  }
  if ((now + 1) % elements->step_ticks != 0) return;
  for (int i = 0; i < block->n; i++) calcium[i] *= decay;
  if (cells->axon.type) grow(elements, &cells->axon, cells->calcium, block);
  for (int k = 0; k < cells->n_dendrites; k++) grow(elements, &cells->dendrite[k], cells->calcium, block);
}

struct observer elements_observer(struct elements *elements) {
  return (struct observer){.context = elements, .tick = tick};
}

bool elements_due(const struct elements *elements, int64_t now) {
  return now > 0 && now % elements->interval_ticks == 0;
}

/* ---- measures and state ---- */

static double mean(const double *value, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += value[i];
  return n > 0 ? sum / n : (double)NAN;
}

double elements_calcium(const struct elements *elements, int p) {
  return mean(elements->cells[p].calcium, elements->network->population[p]->n);
}

double elements_count(const struct elements *elements, int p, int dendrite) {
  const struct element_cells *cells = &elements->cells[p];
  return mean(dendrite < 0 ? cells->axon.count : cells->dendrite[dendrite].count,
              elements->network->population[p]->n);
}

static enum status visit_kind(const struct element_kind *kind, const struct population *population,
                              const char *side, struct visitor *visitor) {
  char name[128];
  if (!kind->type) return STATUS_OK;
  snprintf(name, sizeof name, "%s/%s/%s_%.40s", population->region, population->name, side, kind->type);
  return visitor->array(visitor, name, STATE_F64, (size_t)population->n, kind->count);
}

enum status elements_visit(struct elements *elements, struct visitor *visitor) {
  char name[96];
  for (int p = 0; p < elements->network->n_populations; p++) {
    const struct population *population = elements->network->population[p];
    struct element_cells *cells = &elements->cells[p];
    if (!cells->calcium) continue;
    snprintf(name, sizeof name, "%s/%s/calcium", population->region, population->name);
    TRY(visitor->array(visitor, name, STATE_F64, (size_t)population->n, cells->calcium));
    TRY(visit_kind(&cells->axon, population, "axon", visitor));
    for (int k = 0; k < cells->n_dendrites; k++)
      TRY(visit_kind(&cells->dendrite[k], population, "dendrite", visitor));
  }
  return STATUS_OK;
}
