/* probe_pairs.c — choosing connected pairs, and means over them. See probe_pairs.h. */
#include "probe_pairs.h"
#include "circuit.h"
#include "memory.h"
#include "sums.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- marks on cells ---- */

/* A byte for every cell of every population. */
static enum status new_marks(const struct network *network, uint8_t ***out) {
  TRY(memory_new("marks", (size_t)network->n_populations, sizeof **out, out));
  for (int p = 0; p < network->n_populations; p++)
    TRY(memory_new("marks", (size_t)network->population[p]->n + 1, 1, &(*out)[p]));
  return STATUS_OK;
}

static void free_marks(const struct network *network, uint8_t **marks) {
  for (int p = 0; marks && p < network->n_populations; p++) memory_free(marks[p]);
  memory_free(marks);
}

/* Do something with every edge whose source has a mark. */
typedef enum status each_edge(void *context, int pathway, const struct edge *edge);

static enum status each_marked(const struct network *network, uint8_t *const *marks, each_edge *each,
                               void *context) {
  for (int k = 0; k < network->n_projections; k++) {
    const struct projection *projection = network->projection[k];
    const uint8_t *own = marks[projection->source->index];
    for (int b = 0; b < projection->target->n_blocks && projection->block; b++) {
      struct edge *edges = NULL;
      size_t n;
      enum status status = projection_edges(projection, b, &edges, &n);
      for (size_t e = 0; e < n && status == STATUS_OK; e++) {
        if (own[edges[e].source]) status = each(context, k, &edges[e]);
      }
      memory_free(edges);
      TRY(status);
    }
  }
  return STATUS_OK;
}

/* ---- choosing ---- */

struct search {
  const struct probe *probe;
  struct probe_pairs *pairs;
  uint8_t **sources, **inputs;
  size_t room;
};

static struct probe_pair no_pair(const struct projection *projection, int pathway, const struct edge *edge) {
  struct probe_pair pair = {.pathway = pathway,
                            .source = edge->source,
                            .target = edge->target,
                            .delay = projection->delay_ticks[edge->delay]};
#define NOTHING(name) pair.name = NAN;
  PROBE_PAIR(NOTHING)
#undef NOTHING
  return pair;
}

static enum status add_candidate(void *context, int pathway, const struct edge *edge) {
  struct search *search = context;
  struct probe_pairs *pairs = search->pairs;
  const struct projection *projection = search->probe->network->projection[pathway];
  uint8_t *inputs = &search->inputs[projection->target->index][edge->target];
  if (*inputs < UINT8_MAX) ++*inputs;
  if (!search->probe->pathway[pathway].chosen) return STATUS_OK;
  if ((size_t)pairs->n == search->room) {
    size_t more = 2 * search->room + 256;
    TRY(memory_resize("pairs", search->room, more, sizeof *pairs->pair, &pairs->pair));
    search->room = more;
  }
  pairs->pair[pairs->n++] = no_pair(projection, pathway, edge);
  return STATUS_OK;
}

/* Sources lie far apart: those of one round are every so many cells, and rounds fill the gaps. */
static enum status choose_sources(struct search *search, int round, bool excitatory) {
  const struct probe *probe = search->probe;
  const struct probe_settings *s = probe->settings;
  struct probe_pairs *pairs = search->pairs;
  size_t most = (size_t)probe->network->n_populations * (size_t)s->sources;
  TRY(memory_new("sources", most + 1, sizeof *pairs->source, &pairs->source));
  for (int p = 0; p < probe->network->n_populations; p++) {
    int64_t n = probe->population[p].population->n, all = s->sources * s->rounds;
    bool wanted = probe->population[p].chosen && probe->population[p].excitatory == excitatory;
    for (int64_t k = 0; k < s->sources && wanted && n > 0; k++) {
      int cell = (int)((2 * (k * s->rounds + round) + 1) * n / (2 * all));
      if (search->sources[p][cell]) continue; /* fewer cells than sources */
      search->sources[p][cell] = 1;
      pairs->source[pairs->n_sources++] = (struct probe_source){p, cell};
    }
  }
  return STATUS_OK;
}

static int by_target(const void *a, const void *b) {
  const struct probe_pair *p = a, *q = b;
  if (p->pathway != q->pathway) return p->pathway < q->pathway ? -1 : 1;
  if (p->target != q->target) return p->target < q->target ? -1 : 1;
  return p->source < q->source ? -1 : p->source > q->source;
}

/* Of the n candidates of a pathway, from `first` on, keep some, evenly spaced; gives where they end. */
static int keep(struct probe_pairs *pairs, int first, int n, int most, int to) {
  int kept = n < most ? n : most;
  for (int k = 0; k < kept; k++) pairs->pair[to + k] = pairs->pair[first + (int)((int64_t)k * n / kept)];
  return to + kept;
}

static void choose_pairs(struct search *search) {
  const struct probe *probe = search->probe;
  struct probe_pairs *pairs = search->pairs;
  int most = (int)((probe->settings->targets + probe->settings->rounds - 1) / probe->settings->rounds), n = 0;
  for (int k = 0; k < pairs->n; k++) {
    const struct probe_pair *pair = &pairs->pair[k];
    int p = probe->network->projection[pair->pathway]->target->index;
    if (search->inputs[p][pair->target] == 1 && !search->sources[p][pair->target])
      pairs->pair[n++] = pairs->pair[k];
  }
  if (n > 0) qsort(pairs->pair, (size_t)n, sizeof *pairs->pair, by_target);
  pairs->n = 0;
  for (int first = 0, count; first < n; first += count) {
    for (count = 1; first + count < n && pairs->pair[first + count].pathway == pairs->pair[first].pathway;)
      count++;
    pairs->n = keep(pairs, first, count, most, pairs->n);
  }
}

enum status probe_pairs_choose(const struct probe *probe, int round, bool excitatory,
                               struct probe_pairs *out) {
  struct search search = {.probe = probe, .pairs = out};
  *out = (struct probe_pairs){0};
  enum status status = new_marks(probe->network, &search.sources);
  if (status == STATUS_OK) status = new_marks(probe->network, &search.inputs);
  if (status == STATUS_OK) status = choose_sources(&search, round, excitatory);
  if (status == STATUS_OK) status = each_marked(probe->network, search.sources, add_candidate, &search);
  if (status == STATUS_OK) choose_pairs(&search);
  free_marks(probe->network, search.sources);
  free_marks(probe->network, search.inputs);
  return status;
}

void probe_pairs_free(struct probe_pairs *pairs) {
  memory_free(pairs->source);
  memory_free(pairs->pair);
  *pairs = (struct probe_pairs){0};
}

enum status probe_pairs_join(struct probe_pairs *all, const struct probe_pairs *more) {
  size_t old = (size_t)all->n;
  TRY(memory_resize("pairs", old, old + (size_t)more->n, sizeof *all->pair, &all->pair));
  if (more->n) memcpy(all->pair + old, more->pair, (size_t)more->n * sizeof *all->pair);
  all->n += more->n;
  return STATUS_OK;
}

double probe_pair_reversal(const struct probe_pair *pair, const struct probe *probe) {
  const struct projection *projection = probe->network->projection[pair->pathway];
  const struct population *target = projection->target;
  bool excitatory = probe->pathway[pair->pathway].excitatory;
  int port = excitatory ? circuit_port("glutamate") : projection->port;
  for (int r = 0; r < target->n_receptors; r++) {
    const struct receptor *receptor = &target->receptor[r];
    double E_rev = mechanism_number(receptor->mechanism, receptor->params, "E_rev");
    if (receptor->port == port && !isnan(E_rev)) return E_rev;
  }
  return NAN;
}

/* ---- means ---- */

static double variation(const struct sums *sums) { return sums_deviation(sums) / fabs(sums_mean(sums)); }

static int by_value(const void *a, const void *b) {
  double p = *(const double *)a, q = *(const double *)b;
  return p < q ? -1 : p > q;
}

static double median_psp(const struct probe_pairs *all, int pathway, double *room) {
  int n = 0;
  for (int k = 0; k < all->n; k++) {
    if (all->pair[k].pathway == pathway && !isnan(all->pair[k].psp)) room[n++] = all->pair[k].psp;
  }
  if (n == 0) return NAN;
  qsort(room, (size_t)n, sizeof *room, by_value);
  return n % 2 ? room[n / 2] : 0.5 * (room[n / 2 - 1] + room[n / 2]);
}

static double failures_of(const struct probe_pairs *all, int pathway, double least) {
  double n = 0, failed = 0;
  for (int k = 0; k < all->n; k++) {
    if (all->pair[k].pathway != pathway || isnan(all->pair[k].current)) continue;
    n++;
    failed += fabs(all->pair[k].current) < least;
  }
  return n > 0 ? failed / n : NAN;
}

static void summarise(const struct probe_pairs *all, int pathway, double failure, double *room,
                      struct probe_pathway *out) {
#define SUM(name) struct sums name = {0};
  PROBE_PAIR(SUM)
#undef SUM
  double n = 0;
  for (int k = 0; k < all->n; k++) {
    const struct probe_pair *pair = &all->pair[k];
    if (pair->pathway != pathway) continue;
#define ADD(name) sums_add(&name, pair->name);
    PROBE_PAIR(ADD)
#undef ADD
    n++;
  }
  out->pairs = n;
  out->psp = sums_mean(&psp);
  out->psp_median = median_psp(all, pathway, room);
  out->psp_cv = variation(&psp);
  out->psp_held = sums_mean(&psp_held);
  out->latency = sums_mean(&latency);
  out->rise = sums_mean(&rise);
  out->half_width = sums_mean(&half_width);
  out->decay = sums_mean(&decay);
  out->current = sums_mean(&current);
  out->conductance = sums_mean(&conductance);
  out->current_rise = sums_mean(&current_rise);
  out->current_decay = sums_mean(&current_decay);
  out->failures = failures_of(all, pathway, failure * fabs(out->current));
  out->ppr_train = sums_mean(&ppr_train);
  out->ppr_pair = sums_mean(&ppr_pair);
  out->train = sums_mean(&train);
  out->nmda_ampa = sums_mean(&nmda) / sums_mean(&ampa);
  out->nmda_ampa_charge = sums_mean(&nmda_charge) / sums_mean(&ampa_charge);
}

enum status probe_pairs_summarise(const struct probe_pairs *all, struct probe *probe, double failure) {
  double *room = NULL;
  TRY(memory_new("pairs", (size_t)all->n + 1, sizeof *room, &room));
  for (int k = 0; k < probe->network->n_projections; k++)
    summarise(all, k, failure, room, &probe->pathway[k]);
  memory_free(room);
  return STATUS_OK;
}
