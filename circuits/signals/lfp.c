/* lfp.c — sums of currents, and the proxy made of them. See lfp.h. */
#include "signals/lfp.h"
#include "memory.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double GABA_WEIGHT = 1.65;

enum { LANES = 16 }; /* partial sums of a tile: their number is a constant of the model */

/* ---- making ---- */

static int single_cell(const struct lfp_population *part, int k) {
  return (int)(((int64_t)(2 * k + 1) * part->population->n) / (2 * part->n_single));
}

/* Electrode in whose square the centre of a tile lies. */
static int electrode_of(const struct lfp *lfp, const struct population *population, int tile) {
  int first = tile * POPULATION_TILE, n = population->n - first;
  double x = 0, y = 0;
  n = n < POPULATION_TILE ? n : POPULATION_TILE;
  for (int i = first; i < first + n; i++) {
    x += (double)population->x_um[i] / n;
    y += (double)population->y_um[i] / n;
  }
  int column = (int)(x / lfp->grid_um), row = (int)(y / lfp->grid_um);
  column = column < lfp->grid_x ? column : lfp->grid_x - 1;
  row = row < lfp->grid_y ? row : lfp->grid_y - 1;
  return row * lfp->grid_x + column;
}

static void make_grid(struct lfp *lfp, double wanted_um, const struct sheet *sheet) {
  double side = sheet_side_x_um(sheet);
  if (wanted_um <= 0) return;
  lfp->grid_x = (int)fmax(1.0, floor(side / wanted_um + 0.5));
  lfp->grid_um = side / lfp->grid_x;
  lfp->grid_y = (int)fmax(1.0, floor(sheet_side_y_um(sheet) / lfp->grid_um + 0.5));
}

static enum status new_part(struct lfp *lfp, const struct population *population) {
  struct lfp_population *part = &lfp->part[lfp->n_parts++];
  size_t tiles = (size_t)(population->n + POPULATION_TILE - 1) / POPULATION_TILE;
  *part = (struct lfp_population){.population = population, .n_tiles = (int)tiles};
  part->ampa = population_receptor(population, "ampa");
  part->gaba[0] = population_receptor(population, "gaba_a_fast");
  part->gaba[1] = population_receptor(population, "gaba_a_slow");
  TRY(memory_new("LFP", tiles, sizeof(double), &part->ampa_pA));
  TRY(memory_new("LFP", tiles, sizeof(double), &part->gaba_pA));
  TRY(memory_new("LFP", tiles, sizeof(int32_t), &part->electrode));
  for (int t = 0; t < part->n_tiles && lfp->grid_x > 0; t++) {
    int left = population->n - t * POPULATION_TILE;
    part->electrode[t] = electrode_of(lfp, population, t);
    lfp->electrode_cells[part->electrode[t]] += left < POPULATION_TILE ? left : POPULATION_TILE;
  }
  lfp->n_cells += population->n;
  return STATUS_OK;
}

/* Single cells fall to the populations by their share of the cells. */
static void share_singles(struct lfp *lfp) {
  double before = 0;
  int most = lfp->n_cells < LFP_SINGLE_CELLS ? (int)lfp->n_cells : LFP_SINGLE_CELLS;
  for (int p = 0; p < lfp->n_parts; p++) {
    struct lfp_population *part = &lfp->part[p];
    int first = (int)floor(most * before / lfp->n_cells + 0.5);
    before += part->population->n;
    part->first_single = first;
    part->n_single = (int)floor(most * before / lfp->n_cells + 0.5) - first;
  }
  lfp->n_single = most;
}

enum status lfp_new(struct lfp *lfp, const struct lfp_settings *settings, const struct sheet *sheet,
                    const struct population *const *populations, int n) {
  *lfp = (struct lfp){0};
  if (n > LFP_POPULATIONS)
    return status_fail(STATUS_FAULT, "LFP of more than %d populations", LFP_POPULATIONS);
  make_grid(lfp, settings->grid_um, sheet);
  size_t electrodes = (size_t)lfp->grid_x * (size_t)lfp->grid_y;
  TRY(memory_new("LFP", electrodes, sizeof(double), &lfp->electrode_cells));
  for (int p = 0; p < n; p++) TRY(new_part(lfp, populations[p]));
  if (settings->single_cells) share_singles(lfp);
  lfp->first_population = 1;
  lfp->first_single = 1 + (n > 1 ? n : 0);
  lfp->first_electrode = lfp->first_single + lfp->n_single;
  lfp->channels = lfp->first_electrode + (int)electrodes;
  size_t channels = (size_t)lfp->channels;
  TRY(memory_new("LFP", channels, sizeof(double), &lfp->ampa_pA));
  TRY(memory_new("LFP", channels, sizeof(double), &lfp->gaba_pA));
  TRY(memory_new("LFP", channels * LFP_PENDING, sizeof(double), &lfp->pending));
  TRY(memory_new("LFP", channels * LFP_DELAY_MS, sizeof(double), &lfp->delayed));
  return trace_new(&lfp->trace, lfp->first_electrode, settings->samples);
}

void lfp_free(struct lfp *lfp) {
  for (int p = 0; p < lfp->n_parts; p++) {
    memory_free(lfp->part[p].ampa_pA);
    memory_free(lfp->part[p].gaba_pA);
    memory_free(lfp->part[p].electrode);
  }
  memory_free(lfp->electrode_cells);
  memory_free(lfp->ampa_pA);
  memory_free(lfp->gaba_pA);
  memory_free(lfp->pending);
  memory_free(lfp->delayed);
  trace_free(&lfp->trace);
  *lfp = (struct lfp){0};
}

/* ---- looking on ---- */

/* Sum over the cells of a tile, in one order whatever the vector width. */
static double tile_sum(const float *restrict x, int n) {
  float lane[LANES] = {0};
  double sum = 0;
  int i = 0;
  for (; i + LANES <= n; i += LANES) {
#pragma omp simd
    for (int l = 0; l < LANES; l++) lane[l] += x[i + l];
  }
  for (int l = 0; i + l < n; l++) lane[l] += x[i + l];
  for (int l = 0; l < LANES; l++) sum += (double)lane[l];
  return sum;
}

static const float *current_of(const struct population *population, int receptor, int b) {
  return receptor < 0 ? NULL : population_column(population, receptor, "current", 0, b);
}

static struct lfp_population *part_of(struct lfp *lfp, const struct population *population) {
  for (int p = 0; p < lfp->n_parts; p++) {
    if (lfp->part[p].population == population) return &lfp->part[p];
  }
  return NULL;
}

/* Currents of a block: sums of its tiles, and those of its single cells. */
static void look(void *context, int thread, const struct population *population, int b) {
  struct lfp *lfp = context;
  struct lfp_population *part = part_of(lfp, population);
  (void)thread;
  if (!part) return;
  const struct block *block = &population->block[b];
  const float *ampa = current_of(population, part->ampa, b);
  const float *gaba[2] = {current_of(population, part->gaba[0], b), current_of(population, part->gaba[1], b)};
  for (int first = 0; first < block->n; first += POPULATION_TILE) {
    int tile = (block->first + first) / POPULATION_TILE, left = block->n - first;
    int n = left < POPULATION_TILE ? left : POPULATION_TILE;
    part->ampa_pA[tile] = ampa ? tile_sum(ampa + first, n) : 0;
    part->gaba_pA[tile] = gaba[0] ? tile_sum(gaba[0] + first, n) : 0;
    part->gaba_pA[tile] += gaba[1] ? tile_sum(gaba[1] + first, n) : 0;
  }
  for (int k = 0; k < part->n_single; k++) {
    int i = single_cell(part, k) - block->first, channel = lfp->first_single + part->first_single + k;
    if (i < 0 || i >= block->n) continue;
    lfp->ampa_pA[channel] = ampa ? (double)ampa[i] : 0;
    lfp->gaba_pA[channel] = (gaba[0] ? (double)gaba[0][i] : 0) + (gaba[1] ? (double)gaba[1][i] : 0);
  }
}

/* Means of the channels over many cells, from the sums of tiles in id order. */
static void combine(struct lfp *lfp) {
  for (int c = 0; c < lfp->channels; c++) {
    bool single = c >= lfp->first_single && c < lfp->first_electrode;
    lfp->ampa_pA[c] = single ? lfp->ampa_pA[c] : 0;
    lfp->gaba_pA[c] = single ? lfp->gaba_pA[c] : 0;
  }
  for (int p = 0; p < lfp->n_parts; p++) {
    const struct lfp_population *part = &lfp->part[p];
    double ampa = 0, gaba = 0;
    for (int t = 0; t < part->n_tiles; t++) {
      ampa += part->ampa_pA[t];
      gaba += part->gaba_pA[t];
      if (lfp->grid_x == 0) continue;
      lfp->ampa_pA[lfp->first_electrode + part->electrode[t]] += part->ampa_pA[t];
      lfp->gaba_pA[lfp->first_electrode + part->electrode[t]] += part->gaba_pA[t];
    }
    lfp->ampa_pA[0] += ampa;
    lfp->gaba_pA[0] += gaba;
    if (lfp->n_parts == 1) continue;
    lfp->ampa_pA[lfp->first_population + p] = ampa / part->population->n;
    lfp->gaba_pA[lfp->first_population + p] = gaba / part->population->n;
  }
  lfp->ampa_pA[0] /= lfp->n_cells;
  lfp->gaba_pA[0] /= lfp->n_cells;
  for (int e = 0; e < lfp->grid_x * lfp->grid_y; e++) { /* no cells: 0/0, no value */
    lfp->ampa_pA[lfp->first_electrode + e] /= lfp->electrode_cells[e];
    lfp->gaba_pA[lfp->first_electrode + e] /= lfp->electrode_cells[e];
  }
}

/* Where cells are in several processes: tiles and single cells of all of them. */
static void meet(struct lfp *lfp, struct exchange *exchange) {
  for (int p = 0; p < lfp->n_parts; p++) {
    size_t bytes = (size_t)lfp->part[p].n_tiles * sizeof(double);
    exchange_unite(exchange, lfp->part[p].ampa_pA, bytes);
    exchange_unite(exchange, lfp->part[p].gaba_pA, bytes);
  }
  exchange_unite(exchange, lfp->ampa_pA + lfp->first_single, (size_t)lfp->n_single * sizeof(double));
  exchange_unite(exchange, lfp->gaba_pA + lfp->first_single, (size_t)lfp->n_single * sizeof(double));
}

/* What others have is 0 here until the next meeting. */
static void forget(struct lfp *lfp) {
  for (int p = 0; p < lfp->n_parts; p++) {
    size_t bytes = (size_t)lfp->part[p].n_tiles * sizeof(double);
    memset(lfp->part[p].ampa_pA, 0, bytes);
    memset(lfp->part[p].gaba_pA, 0, bytes);
  }
  memset(lfp->ampa_pA + lfp->first_single, 0, (size_t)lfp->n_single * sizeof(double));
  memset(lfp->gaba_pA + lfp->first_single, 0, (size_t)lfp->n_single * sizeof(double));
}

static void sample(void *context, const struct network *network, int64_t tick) {
  struct lfp *lfp = context;
  (void)network, (void)tick;
  if (lfp->n_parts == 0) return;
  struct exchange *exchange = lfp->part[0].population->exchange;
  bool several = !exchange_whole(exchange);
  if (several) meet(lfp, exchange);
  combine(lfp);
  double *past = lfp->delayed + (size_t)(lfp->seen % LFP_DELAY_MS) * (size_t)lfp->channels;
  double *out = lfp->n_pending < LFP_PENDING ? lfp->pending + lfp->n_pending++ * lfp->channels : NULL;
  for (int c = 0; c < lfp->channels; c++) {
    double ampa = lfp->seen < LFP_DELAY_MS ? lfp->ampa_pA[c] : past[c];
    past[c] = lfp->ampa_pA[c];
    if (out) out[c] = GABA_WEIGHT * lfp->gaba_pA[c] - ampa;
  }
  if (several) forget(lfp);
  lfp->seen++;
}

struct observer lfp_observer(struct lfp *lfp) {
  return (struct observer){.context = lfp, .block = look, .millisecond = sample};
}

const double *lfp_pending(const struct lfp *lfp, int i) {
  return lfp->pending + (size_t)i * (size_t)lfp->channels;
}

void lfp_take(struct lfp *lfp, bool measured) {
  for (int i = 0; i < lfp->n_pending && measured; i++) trace_add(&lfp->trace, lfp_pending(lfp, i));
  lfp->n_pending = 0;
}

void lfp_clear(struct lfp *lfp) { lfp->trace.n = 0; }

enum status lfp_visit(struct lfp *lfp, const char *region, struct visitor *visitor) {
  char name[64];
  snprintf(name, sizeof name, "%s/lfp/delayed", region);
  TRY(visitor->array(visitor, name, STATE_F64, (size_t)lfp->channels * LFP_DELAY_MS, lfp->delayed));
  snprintf(name, sizeof name, "%s/lfp/seen", region);
  TRY(visitor->array(visitor, name, STATE_I64, 1, &lfp->seen));
  snprintf(name, sizeof name, "%s/lfp/trace", region);
  return trace_visit(&lfp->trace, name, visitor);
}
