/* rows.c — making rows: counting what every source cell reaches, then filling it in, list by list. */
#include "rows.h"
#include "memory.h"

enum status rows_add(struct rows *rows, struct synapse_list list) {
  if (rows->n_lists == REACH_LISTS) {
    return status_fail(STATUS_CONFIG, "%s: more than %d lists of synapses in one thread",
                       list.projection->name, REACH_LISTS);
  }
  if (rows->n_lists == rows->capacity) {
    int capacity = 2 * rows->capacity + 16;
    TRY(memory_resize("rows", (size_t)rows->capacity, (size_t)capacity, sizeof *rows->list, &rows->list));
    rows->capacity = capacity;
  }
  rows->list[rows->n_lists++] = list;
  return STATUS_OK;
}

static uint32_t pieces(uint32_t synapses) { return (synapses + VISIT_SYNAPSES - 1) / VISIT_SYNAPSES; }

/* Of every source cell, how many reaches it has in list l: into count. */
static void count_list(const struct rows *rows, int l, uint32_t *count) {
  const struct synapse_block *block = &rows->list[l].projection->block[rows->list[l].b];
  for (uint32_t k = 0; k < block->n_sources; k++)
    count[block->source[k]] += pieces(block->begin[k + 1] - block->begin[k]);
}

static void fill_list(struct rows *rows, int l) {
  const struct synapse_block *block = &rows->list[l].projection->block[rows->list[l].b];
  for (uint32_t k = 0; k < block->n_sources; k++) {
    uint32_t *next = &rows->begin[block->source[k]];
    for (uint32_t at = block->begin[k], end = block->begin[k + 1]; at < end; at += VISIT_SYNAPSES) {
      uint32_t left = end - at;
      rows->reach[(*next)++] = (struct reach){
          .begin = at, .n = left < VISIT_SYNAPSES ? left : VISIT_SYNAPSES, .list = (uint32_t)l};
    }
  }
}

enum status rows_make(struct rows *rows, const struct population *source) {
  if (rows->n_lists == 0) return STATUS_OK;
  size_t n = (size_t)source->n, total = 0;
  TRY(memory_new("rows", n + 1, sizeof *rows->begin, &rows->begin));
  for (int l = 0; l < rows->n_lists; l++) count_list(rows, l, rows->begin);
  for (size_t i = 0; i <= n; i++) { /* begin[i] becomes the first reach of cell i, and its end when filled */
    uint32_t count = rows->begin[i];
    rows->begin[i] = (uint32_t)total;
    total += count;
  }
  if (total > UINT32_MAX) {
    return status_fail(STATUS_CONFIG, "the cells of %s reach %zu lists of synapses in one thread, at most %u",
                       source->name, total, UINT32_MAX);
  }
  TRY(memory_new("rows", total, sizeof *rows->reach, &rows->reach));
  for (int l = 0; l < rows->n_lists; l++) fill_list(rows, l);
  for (size_t i = n; i > 0; i--) rows->begin[i] = rows->begin[i - 1];
  rows->begin[0] = 0;
  return STATUS_OK;
}

void rows_free(struct rows *rows) {
  memory_free(rows->list);
  memory_free(rows->begin);
  memory_free(rows->reach);
  *rows = (struct rows){0};
}

size_t rows_bytes(const struct rows *rows, const struct population *source) {
  if (!rows->begin) return 0;
  size_t n = (size_t)source->n;
  return (n + 1) * sizeof *rows->begin + rows->begin[n] * sizeof *rows->reach;
}
