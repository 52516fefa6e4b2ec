/* membrane.c — potentials and conductances of sampled cells. See membrane.h. */
#include "signals/membrane.h"
#include "memory.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Receptors whose reversal potential lies above this excite, mV. */
static const double EXCITES_MV = -30.0;

enum { SUMS = sizeof(struct membrane_sums) / sizeof(double) };

/* ---- making ---- */

/* Did an earlier receptor read this port? What drugs open beside synapses comes later. */
static bool port_known(const struct population *population, int r) {
  for (int k = 0; k < r; k++) {
    if (population->receptor[k].port == population->receptor[r].port) return true;
  }
  return false;
}

/* Mean reversal potentials of the receptors that pathways reach, one for each port. */
static void set_reversals(const struct population *population, struct membrane_population *own) {
  double sum[2] = {0}, n[2] = {0};
  for (int r = 0; r < population->n_receptors; r++) {
    const struct receptor *receptor = &population->receptor[r];
    double E_rev = mechanism_number(receptor->mechanism, receptor->params, "E_rev");
    if (isnan(E_rev) || port_known(population, r)) continue;
    sum[E_rev > EXCITES_MV] += E_rev;
    n[E_rev > EXCITES_MV]++;
  }
  own->E_i = n[0] > 0 ? sum[0] / n[0] : NAN;
  own->E_e = n[1] > 0 ? sum[1] / n[1] : NAN;
}

static enum status new_population(const struct population *population, struct membrane_population *own) {
  own->n = population->n < MEMBRANE_CELLS ? population->n : MEMBRANE_CELLS;
  if (population->outside) own->n = 0; /* fibres have no potential here */
  size_t n = (size_t)own->n + 1;
  TRY(memory_new("sampled cells", n, sizeof *own->cell, &own->cell));
  TRY(memory_new("sampled cells", n, sizeof *own->of, &own->of));
  TRY(memory_new("sampled cells", n, sizeof *own->e, &own->e));
  TRY(memory_new("sampled cells", n, sizeof *own->i, &own->i));
  TRY(memory_new("sampled cells", n, sizeof *own->V, &own->V));
  for (int k = 0; k < own->n; k++) own->cell[k] = (int)((int64_t)(2 * k + 1) * population->n / (2 * own->n));
  set_reversals(population, own);
  return STATUS_OK;
}

enum status membrane_new(struct membrane *membrane, const struct network *network) {
  *membrane = (struct membrane){.network = network};
  TRY(memory_new("sampled cells", (size_t)network->n_populations, sizeof *membrane->population,
                 &membrane->population));
  for (int p = 0; p < network->n_populations; p++)
    TRY(new_population(network->population[p], &membrane->population[p]));
  return STATUS_OK;
}

void membrane_free(struct membrane *membrane) {
  for (int p = 0; membrane->population && p < membrane->network->n_populations; p++) {
    struct membrane_population *own = &membrane->population[p];
    memory_free(own->cell);
    memory_free(own->of);
    memory_free(own->e);
    memory_free(own->i);
    memory_free(own->V);
  }
  memory_free(membrane->population);
  *membrane = (struct membrane){0};
}

void membrane_begin(struct membrane *membrane, int64_t first, int64_t ticks) {
  membrane->first = first;
  membrane->ticks = ticks;
  for (int p = 0; p < membrane->network->n_populations; p++) {
    struct membrane_population *own = &membrane->population[p];
    memset(own->of, 0, (size_t)own->n * sizeof *own->of);
    own->mean = (struct membrane_sums){0};
  }
}

/* ---- looking on ---- */

static void add(struct membrane_sums *sums, double V, double e, double i) {
  sums->n++;
  sums->V += V;
  sums->VV += V * V;
  sums->e += e;
  sums->i += i;
  sums->ee += e * e;
  sums->ii += i * i;
  sums->ei += e * i;
}

static int first_from(const struct membrane_population *own, int cell) {
  int k = 0;
  while (k < own->n && own->cell[k] < cell) k++;
  return k;
}

static void look(void *context, int thread, const struct population *population, int b, int64_t tick) {
  struct membrane *membrane = context;
  struct membrane_population *own = &membrane->population[population->index];
  const struct block *block = &population->block[b];
  const float *V = block->cell_column[0];
  (void)thread;
  if ((tick + 1) % membrane->network->ms_ticks != 0) return;
  if (tick < membrane->first || tick >= membrane->first + membrane->ticks) return;
  for (int k = first_from(own, block->first); k < own->n && own->cell[k] < block->first + block->n; k++) {
    int at = own->cell[k] - block->first;
    double G = (double)block->g[at], J = (double)block->g_E[at];
    own->e[k] = (J - own->E_i * G) / (own->E_e - own->E_i);
    own->i[k] = G - own->e[k];
    own->V[k] = (double)V[at];
  }
}

/* The sampled cells of all processes. */
static void meet(struct membrane_population *own, struct exchange *exchange) {
  double *const fields[] = {own->V, own->e, own->i};
  for (int f = 0; f < COUNT_OF(fields); f++)
    exchange_unite(exchange, fields[f], (size_t)own->n * sizeof(double));
}

static void forget(struct membrane_population *own) {
  double *const fields[] = {own->V, own->e, own->i};
  for (int f = 0; f < COUNT_OF(fields); f++) memset(fields[f], 0, (size_t)own->n * sizeof(double));
}

/* Each cell, and means over cells, in their order. */
static void take_means(void *context, const struct network *network, int64_t tick) {
  struct membrane *membrane = context;
  if (tick <= membrane->first || tick > membrane->first + membrane->ticks) return;
  for (int p = 0; p < network->n_populations; p++) {
    struct membrane_population *own = &membrane->population[p];
    double V = 0, e = 0, i = 0;
    if (own->n == 0) continue;
    meet(own, network->exchange);
    for (int k = 0; k < own->n; k++) {
      add(&own->of[k], own->V[k], own->e[k], own->i[k]);
      V += own->V[k];
      e += own->e[k];
      i += own->i[k];
    }
    add(&own->mean, V / own->n, e / own->n, i / own->n);
    if (!exchange_whole(network->exchange)) forget(own);
  }
}

struct observer membrane_observer(struct membrane *membrane) {
  return (struct observer){.context = membrane, .tick = look, .millisecond = take_means};
}

/* ---- measures ---- */

static double variance(double n, double sum, double squares) {
  return n > 1 ? fmax(0, squares - sum * sum / n) / (n - 1) : NAN;
}

static double correlation(const struct membrane_sums *s) {
  double covariance = s->n > 1 ? (s->ei - s->e * s->i / s->n) / (s->n - 1) : NAN;
  double spread = sqrt(variance(s->n, s->e, s->ee) * variance(s->n, s->i, s->ii));
  return spread > 0 ? covariance / spread : NAN;
}

/* Leak of the sampled cells; NAN where their model has none of this name. */
static void leaks_of(const struct population *population, const struct membrane_population *own, float *out) {
  bool any = false;
  for (int f = 0; f < population->cell->n_fields; f++)
    any |= strcmp(population->cell->fields[f].name, "g_L") == 0;
  for (int k = 0; k < own->n; k++) {
    int cell = own->cell[k], b = cell / population->block_cells;
    const float *g_L = population_column(population, -1, "g_L", 0, b);
    out[k] = g_L ? g_L[cell - population->block[b].first] : 0;
  }
  exchange_unite(population->exchange, out, (size_t)own->n * sizeof *out);
  for (int k = 0; k < own->n && !any; k++) out[k] = NAN;
}

void membrane_measure(const struct membrane *membrane, int p, struct membrane_measures *out) {
  const struct population *population = membrane->network->population[p];
  const struct membrane_population *own = &membrane->population[p];
  double n = own->n, V = 0, VV = 0, sd = 0, e = 0, i = 0, relative = 0, together = 0, correlated = 0;
  float leak[MEMBRANE_CELLS];
  leaks_of(population, own, leak);
  for (int k = 0; k < own->n; k++) {
    const struct membrane_sums *s = &own->of[k];
    double mean = s->V / s->n, c = correlation(s);
    V += mean;
    VV += mean * mean;
    sd += sqrt(variance(s->n, s->V, s->VV));
    e += s->e / s->n;
    i += s->i / s->n;
    relative += (s->e + s->i) / s->n / (double)leak[k];
    if (isnan(c)) continue;
    together += c;
    correlated++;
  }
  *out = (struct membrane_measures){.V_mean = V / n,
                                    .V_sd = sd / n,
                                    .V_spread = sqrt(variance(n, V, VV)),
                                    .g_e = e / n,
                                    .g_i = i / n,
                                    .g_ratio = e > 0 ? i / e : NAN,
                                    .g_relative = relative / n,
                                    .balance = correlation(&own->mean),
                                    .balance_cell = correlated > 0 ? together / correlated : NAN};
}

/* ---- state ---- */

enum status membrane_visit(struct membrane *membrane, struct visitor *visitor) {
  int64_t window[] = {membrane->first, membrane->ticks};
  char name[80];
  TRY(visitor->array(visitor, "membrane/window", STATE_I64, 2, window));
  membrane->first = window[0];
  membrane->ticks = window[1];
  for (int p = 0; p < membrane->network->n_populations; p++) {
    const struct population *population = membrane->network->population[p];
    struct membrane_population *own = &membrane->population[p];
    snprintf(name, sizeof name, "%s/%s/membrane", population->region, population->name);
    TRY(visitor->array(visitor, name, STATE_F64, (size_t)own->n * SUMS, own->of));
    TRY(visitor->array(visitor, name, STATE_F64, SUMS, &own->mean));
  }
  return STATUS_OK;
}
