/* pipette.c — giving current, holding potentials, reading both. See pipette.h. */
#include "drive/pipette.h"
#include "fields.h"
#include "memory.h"
#include "spikes.h"
#include <stdlib.h>
#include <string.h>

/* A pulse fires any cell of these circuits within a few ticks; where it does not within this time, it is
 * given up. Gain of the slow feedback: well below the leak over the membrane time constant. */
static const double PULSE_PA = 4000, PULSE_MS = 5, FEEDBACK_PA_PER_MV_MS = 0.08;

/* Fields by which a cell model says where it fires, and a potential that no cell reaches, mV. */
static const char *const sodium_fields[] = {"V_T", "V_peak"};
enum { SODIUM_FIELDS = COUNT_OF(sodium_fields) };
static const float UNREACHED_MV = 1e6f;

/* What a population's inject_state points to: the pipettes, and what was injected before they came, which
 * goes on. */
struct place {
  struct pipettes *all;
  void (*before)(const struct population *population, int b, int64_t tick);
  void *before_state;
};

/* ---- in the loop ---- */

static double now_ms(const struct pipettes *all, int64_t tick) {
  return clock_ms(&all->network->clock, tick - all->begin);
}

/* Is it time for the next pulse? */
static bool pulsed(const struct pipette *p, double ms, bool *over) {
  double at = p->pulse_first_ms + p->pulse * p->pulse_every_ms;
  *over = p->pulse < p->n_pulses && ms > at + PULSE_MS;
  return p->pulse < p->n_pulses && ms > at - 1e-9 && !*over;
}

static double current_of(struct pipette *p, double ms) {
  bool over, pulse = pulsed(p, ms, &over), step = ms > p->step_from_ms - 1e-9 && ms < p->step_to_ms - 1e-9;
  if (over) p->pulse++;
  return p->holding_pA + (step ? p->step_pA : 0.0) + (pulse ? PULSE_PA : 0.0);
}

static void inject(const struct population *population, int b, int64_t tick) {
  const struct place *place = population->inject_state;
  struct pipettes *all = place->all;
  const struct block *block = &population->block[b];
  const int *of_block = all->of_block[population->index];
  float *V = block->cell_column[0];
  if (place->before) {
    struct population own = *population;
    own.inject_state = place->before_state;
    place->before(&own, b, tick);
  }
  for (int k = of_block[b]; k < of_block[b + 1]; k++) {
    struct pipette *p = &all->pipette[k];
    int i = p->cell - block->first;
    if (p->mode == PIPETTE_VOLTAGE)
      V[i] = (float)p->hold_mV;
    else
      block->g_E[i] += (float)current_of(p, now_ms(all, tick));
  }
}

static void note_spike(struct pipettes *all, struct pipette *p, const struct block *block, int64_t tick) {
  bool over, asked = pulsed(p, now_ms(all, tick), &over);
  if (p->cut || (p->silent && !asked)) block->fired[p->cell - block->first] = 0;
  if (p->silent && !asked) return;
  if (p->n_spikes < PIPETTE_SPIKES) p->spike_ms[p->n_spikes] = now_ms(all, tick + 1);
  p->n_spikes++;
  p->pulse += asked;
}

static void read_tick(void *context, int thread, const struct population *population, int b, int64_t tick) {
  struct pipettes *all = context;
  const struct block *block = &population->block[b];
  const int *of_block = all->of_block[population->index];
  const float *V = block->cell_column[0];
  int64_t at = tick - all->begin;
  double dt_ms = all->network->clock.dt_ms;
  (void)thread;
  for (int k = of_block ? of_block[b] : 0; of_block && k < of_block[b + 1]; k++) {
    struct pipette *p = &all->pipette[k];
    int i = p->cell - block->first;
    bool held = p->mode == PIPETTE_VOLTAGE;
    double current = (double)block->g[i] * p->hold_mV - (double)block->g_E[i];
    if (at >= 0 && at < all->ticks) p->trace[at] = held ? (float)current : V[i];
    if (p->feedback && !held) p->holding_pA += FEEDBACK_PA_PER_MV_MS * dt_ms * (p->hold_mV - (double)V[i]);
    if (block->fired[i]) note_spike(all, p, block, tick);
  }
}

struct observer pipettes_observer(struct pipettes *pipettes) {
  return (struct observer){.context = pipettes, .tick = read_tick};
}

/* ---- attaching ---- */

static int by_cell(const void *a, const void *b) {
  const struct pipette *p = a, *q = b;
  if (p->population != q->population) return p->population < q->population ? -1 : 1;
  return p->cell < q->cell ? -1 : p->cell > q->cell;
}

/* Put the blocker in, or take it out again. */
static enum status block_sodium(struct pipettes *all, int k, bool on) {
  const struct pipette *p = &all->pipette[k];
  /* pipettes that are held have a network: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
  const struct population *population = all->network->population[p->population];
  int b = p->cell / population->block_cells, i = p->cell - population->block[b].first;
  for (int f = 0; f < SODIUM_FIELDS; f++) {
    float *column = population_column(population, -1, sodium_fields[f], 0, b);
    if (!column)
      return status_fail(STATUS_CONFIG, "%s/%s: a voltage clamp needs cells with a field %s",
                         population->region, population->name, sodium_fields[f]);
    float *before = &all->sodium[k * SODIUM_FIELDS + f];
    if (on) *before = column[i];
    column[i] = on ? UNREACHED_MV : *before;
  }
  return STATUS_OK;
}

static enum status attach(struct pipettes *all, int p, int first, int n) {
  struct population *population = all->network->population[p];
  struct place *place = NULL;
  if (population->inject == inject)
    return status_fail(STATUS_FAULT, "%s/%s: there are pipettes already", population->region,
                       population->name);
  TRY(memory_new("pipettes", (size_t)population->n_blocks + 1, sizeof(int), &all->of_block[p]));
  for (int b = 0, k = first; b <= population->n_blocks; b++) {
    int end = b < population->n_blocks ? population->block[b].first : population->n;
    while (k < first + n && all->pipette[k].cell < end) k++;
    all->of_block[p][b] = k;
  }
  TRY(memory_new("pipettes", 1, sizeof *place, &place));
  *place = (struct place){all, population->inject, population->inject_state};
  population->inject_state = place;
  population->inject = inject;
  return STATUS_OK;
}

static enum status attach_all(struct pipettes *all) {
  for (int k = 0, n; k < all->n; k += n) {
    int p = all->pipette[k].population;
    for (n = 1; k + n < all->n && all->pipette[k + n].population == p; n++) {
      if (all->pipette[k + n].cell == all->pipette[k + n - 1].cell)
        return status_fail(STATUS_FAULT, "two pipettes on cell %d of a population", all->pipette[k].cell);
    }
    TRY(attach(all, p, k, n));
  }
  for (int k = 0; k < all->n; k++) {
    struct pipette *p = &all->pipette[k];
    p->trace = all->trace + (size_t)k * (size_t)all->ticks;
    if (p->n_pulses > 0) all->pulsed[p->population][p->cell] = 1;
    if (p->mode == PIPETTE_VOLTAGE) TRY(block_sodium(all, k, true));
  }
  return STATUS_OK;
}

enum status pipettes_new(struct pipettes *pipettes, const struct network *network, const struct pipette *list,
                         int n, double ms) {
  size_t populations = (size_t)network->n_populations;
  *pipettes = (struct pipettes){.network = network, .ticks = clock_ticks(&network->clock, ms)};
  TRY(memory_new("pipettes", (size_t)n + 1, sizeof *list, &pipettes->pipette));
  TRY(memory_new("pipettes", (size_t)n * SODIUM_FIELDS + 1, sizeof(float), &pipettes->sodium));
  TRY(memory_new("recordings", (size_t)n * (size_t)pipettes->ticks + 1, sizeof(float), &pipettes->trace));
  TRY(memory_new("pipettes", populations, sizeof *pipettes->of_block, &pipettes->of_block));
  TRY(memory_new("pipettes", populations, sizeof *pipettes->pulsed, &pipettes->pulsed));
  for (int p = 0; p < network->n_populations; p++)
    TRY(memory_new("pipettes", (size_t)network->population[p]->n + 1, 1, &pipettes->pulsed[p]));
  memcpy(pipettes->pipette, list, (size_t)n * sizeof *list);
  qsort(pipettes->pipette, (size_t)n, sizeof *list, by_cell);
  for (int k = 0; k < n; k++) pipettes->pipette[k].trace = NULL; /* none is blocked yet */
  pipettes->n = n;
  TRY(attach_all(pipettes));
  pipettes_begin(pipettes);
  return STATUS_OK;
}

void pipettes_free(struct pipettes *pipettes) {
  int n = pipettes->network && pipettes->of_block ? pipettes->network->n_populations : 0;
  for (int k = 0; k < pipettes->n; k++) {
    const struct pipette *p = &pipettes->pipette[k];
    bool blocked = p->mode == PIPETTE_VOLTAGE && pipettes->sodium[k * SODIUM_FIELDS] != 0.0f;
    if (blocked && block_sodium(pipettes, k, false) != STATUS_OK) break; /* it was there when it was put in */
  }
  for (int p = 0; p < n; p++) {
    struct population *population = pipettes->network->population[p];
    memory_free(pipettes->of_block[p]);
    if (pipettes->pulsed) memory_free(pipettes->pulsed[p]);
    struct place *place = population->inject == inject ? population->inject_state : NULL;
    if (!place || place->all != pipettes) continue;
    population->inject = place->before;
    population->inject_state = place->before_state;
    memory_free(place);
  }
  memory_free(pipettes->of_block);
  memory_free(pipettes->pulsed);
  memory_free(pipettes->pipette);
  memory_free(pipettes->sodium);
  memory_free(pipettes->trace);
  *pipettes = (struct pipettes){0};
}

void pipettes_begin(struct pipettes *pipettes) {
  pipettes->begin = pipettes->network->tick;
  for (int k = 0; k < pipettes->n; k++) pipettes->pipette[k].n_spikes = pipettes->pipette[k].pulse = 0;
}

int pipettes_samples(const struct pipettes *pipettes) {
  int64_t n = pipettes->network->tick - pipettes->begin;
  return (int)(n < pipettes->ticks ? n : pipettes->ticks);
}

bool pipettes_pulsed(const struct pipettes *pipettes, int population, int cell) {
  return pipettes->pulsed[population][cell] != 0;
}
