/* population_fields.c — what cells hold, field by field: found, gathered, summed, saved and loaded. */
#include "exchange.h"
#include "memory.h"
#include "population.h"
#include <float.h>
#include <stdio.h>
#include <string.h>

int population_receptor(const struct population *population, const char *name) {
  for (int r = 0; r < population->n_receptors; r++) {
    if (strcmp(population->receptor[r].name, name) == 0) return r;
  }
  return -1;
}

static const struct mechanism *mechanism_of(const struct population *population, int receptor) {
  return receptor < 0 ? population->cell : population->receptor[receptor].mechanism;
}

static int field_index(const struct mechanism *mechanism, const char *name) {
  for (int f = 0; f < mechanism->n_fields; f++) {
    if (strcmp(mechanism->fields[f].name, name) == 0) return f;
  }
  return -1;
}

static void *column_at(const struct block *block, const struct field *field, int receptor, int f, int row) {
  char *base = receptor < 0 ? block->cell_column[f] : block->receptor_column[receptor][f];
  return base + (size_t)row * (size_t)block->padded * state_type_size(field->type);
}

void *population_column(const struct population *population, int receptor, const char *field, int row,
                        int b) {
  const struct mechanism *mechanism = mechanism_of(population, receptor);
  int f = field_index(mechanism, field);
  if (f < 0 || row >= field_rows(&mechanism->fields[f], population->substances)) return NULL;
  if (!population_holds(population, b)) return NULL;
  return column_at(&population->block[b], &mechanism->fields[f], receptor, f, row);
}

/* A field of the cells that are held, in id order; 0 elsewhere. */
static void copy_held(const struct population *population, const struct field *field, int receptor, int f,
                      int row, void *all) {
  size_t size = state_type_size(field->type);
  for (int b = 0; b < population->n_blocks; b++) {
    const struct block *block = &population->block[b];
    char *to = (char *)all + (size_t)block->first * size;
    if (population_holds(population, b))
      memcpy(to, column_at(block, field, receptor, f, row), (size_t)block->n * size);
    else
      memset(to, 0, (size_t)block->n * size);
  }
}

void population_gather(const struct population *population, int receptor, const char *field, int row,
                       void *out) {
  const struct mechanism *mechanism = mechanism_of(population, receptor);
  int f = field_index(mechanism, field);
  if (f < 0 || row >= field_rows(&mechanism->fields[f], population->substances)) return;
  copy_held(population, &mechanism->fields[f], receptor, f, row, out);
  exchange_unite(population->exchange, out,
                 (size_t)population->n * state_type_size(mechanism->fields[f].type));
}

void population_unite(const struct population *population, void *values, size_t size) {
  if (exchange_whole(population->exchange)) return;
  for (int b = 0; b < population->n_blocks; b++) {
    const struct block *block = &population->block[b];
    if (population_holds(population, b)) continue;
    memset((char *)values + (size_t)block->first * size, 0, (size_t)block->n * size);
  }
  exchange_unite(population->exchange, values, (size_t)population->n * size);
}

static double tile_sum(const struct block *block, const struct field *field, const void *data, int tile) {
  int stop = tile + POPULATION_TILE < block->n ? tile + POPULATION_TILE : block->n;
  double sum = 0;
  for (int i = tile; i < stop; i++)
    sum += field->type == STATE_F32 ? (double)((const float *)data)[i] : ((const double *)data)[i];
  return sum;
}

double population_sum(const struct population *population, int receptor, const char *field, int row) {
  enum { TOGETHER = 512 }; /* tiles of which the processes tell each other at a time */
  const struct mechanism *mechanism = mechanism_of(population, receptor);
  int f = field_index(mechanism, field), tiles = (population->n + POPULATION_TILE - 1) / POPULATION_TILE;
  double total = 0;
  if (f < 0 || row >= field_rows(&mechanism->fields[f], population->substances)) return total;
  for (int first = 0; first < tiles; first += TOGETHER) {
    double sum[TOGETHER] = {0};
    int n = tiles - first < TOGETHER ? tiles - first : TOGETHER;
    for (int k = 0; k < n; k++) {
      int cell = (first + k) * POPULATION_TILE, b = cell / population->block_cells;
      const struct block *block = &population->block[b];
      if (!population_holds(population, b)) continue;
      const void *data = column_at(block, &mechanism->fields[f], receptor, f, row);
      sum[k] = tile_sum(block, &mechanism->fields[f], data, cell - block->first);
    }
    exchange_unite(population->exchange, sum, (size_t)n * sizeof *sum);
    for (int k = 0; k < n; k++) total += sum[k];
  }
  return total;
}

static size_t field_bytes(const struct population *population, const struct field *field,
                          const struct block *block) {
  return (size_t)field_rows(field, population->substances) * (size_t)block->padded *
         state_type_size(field->type);
}

void population_clear_sums(struct population *population, int b) {
  if (!population_holds(population, b)) return;
  for (int r = -1; r < population->n_receptors; r++) {
    const struct mechanism *mechanism = mechanism_of(population, r);
    for (int f = 0; f < mechanism->n_fields; f++) {
      if (mechanism->fields[f].role != FIELD_SUM) continue;
      memset(column_at(&population->block[b], &mechanism->fields[f], r, f, 0), 0,
             field_bytes(population, &mechanism->fields[f], &population->block[b]));
    }
  }
}

/* One field of all cells, in id order: gathered from the blocks to be saved, scattered when loaded. */
static enum status visit_field(struct population *population, struct visitor *visitor, int receptor, int f,
                               void *all) {
  const struct field *field = &mechanism_of(population, receptor)->fields[f];
  size_t size = state_type_size(field->type);
  char name[128];
  for (int row = 0; row < field_rows(field, population->substances); row++) {
    snprintf(name, sizeof name, "%s/%s/%s/%s[%d]", population->region, population->name,
             receptor < 0 ? "cell" : population->receptor[receptor].name, field->name, row);
    if (!visitor->loading) {
      copy_held(population, field, receptor, f, row, all);
      if (!visitor->own) exchange_unite(population->exchange, all, (size_t)population->n * size);
    }
    TRY(visitor->array(visitor, name, field->type, (size_t)population->n, all));
    if (visitor->loading) TRY(state_finite(name, field->type, all, (size_t)population->n));
    for (int b = 0; b < population->n_blocks && visitor->loading; b++) {
      const struct block *block = &population->block[b];
      if (!population_holds(population, b)) continue;
      memcpy(column_at(block, field, receptor, f, row), (char *)all + (size_t)block->first * size,
             (size_t)block->n * size);
    }
  }
  return STATUS_OK;
}

void population_afferents(const struct population *population, float *out, bool all) {
  for (int b = 0; b < population->n_blocks; b++) {
    const struct block *block = &population->block[b];
    size_t bytes = (size_t)block->n * sizeof *out;
    if (population_holds(population, b))
      memcpy(out + block->first, block->afferents, bytes);
    else
      memset(out + block->first, 0, bytes);
  }
  if (all) exchange_unite(population->exchange, out, (size_t)population->n * sizeof *out);
}

static enum status visit_all(struct population *population, struct visitor *visitor, void *all) {
  for (int r = -1; r < population->n_receptors; r++) {
    const struct mechanism *mechanism = mechanism_of(population, r);
    for (int f = 0; f < mechanism->n_fields; f++) {
      if (mechanism->fields[f].role != FIELD_STATE && mechanism->fields[f].role != FIELD_SUM) continue;
      TRY(visit_field(population, visitor, r, f, all));
    }
  }
  float *factor = all;
  char name[64];
  snprintf(name, sizeof name, "%s/%s/afferents", population->region, population->name);
  population_afferents(population, factor, !visitor->own);
  TRY(visitor->array(visitor, name, STATE_F32, (size_t)population->n, factor));
  if (visitor->loading) TRY(state_within(name, factor, (size_t)population->n, 0, FLT_MAX));
  for (int b = 0; b < population->n_blocks && visitor->loading; b++) {
    if (!population_holds(population, b)) continue;
    memcpy(population->block[b].afferents, factor + population->block[b].first,
           (size_t)population->block[b].n * 4);
  }
  return STATUS_OK;
}

enum status population_visit(struct population *population, struct visitor *visitor) {
  void *all = NULL;
  TRY(memory_new("visited field", (size_t)population->n, sizeof(double), &all));
  enum status status = visit_all(population, visitor, all);
  memory_free(all);
  return status;
}
