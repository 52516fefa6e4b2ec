/* population.c — storage of the cells of one kind, block by block. */
#include "population.h"
#include "job.h"
#include "memory.h"
#include "random.h"
#include <stdio.h>

static size_t field_bytes(const struct population *population, const struct field *field, int padded) {
  return (size_t)field_rows(field, population->substances) * (size_t)padded * state_type_size(field->type);
}

/* Bytes of all fields of a mechanism, one line apart so that arrays do not share offsets modulo 4 KiB. */
static size_t mechanism_bytes(const struct population *population, const struct mechanism *mechanism,
                              int padded) {
  size_t bytes = 0;
  for (int f = 0; f < mechanism->n_fields; f++)
    bytes += field_bytes(population, &mechanism->fields[f], padded) + MEMORY_LINE;
  return bytes;
}

static void *take(char **cursor, size_t bytes) {
  void *piece = *cursor;
  *cursor += bytes + MEMORY_LINE;
  return piece;
}

static void place_fields(const struct population *population, const struct mechanism *mechanism, int padded,
                         char **cursor, void **column) {
  for (int f = 0; f < mechanism->n_fields; f++)
    column[f] = take(cursor, field_bytes(population, &mechanism->fields[f], padded));
}

static void free_arrivals(const struct population *population, struct block *block) {
  for (int p = 0; p < POPULATION_PORTS; p++) {
    for (int slot = 0; block->due[p] && slot < population->port[p].slots; slot++)
      memory_free(block->due[p][slot].event);
    memory_free(block->due[p]);
    block->due[p] = NULL;
  }
}

static enum status allocate_scratch(struct block *block) {
  size_t padded = (size_t)block->padded, step = padded + MEMORY_LANES;
  size_t tiles = POPULATION_BLOCK / POPULATION_TILE;
  TRY(memory_new("scratch of a block", 4 * step + tiles, sizeof(int32_t), &block->scratch));
  int32_t *own = block->scratch;
  block->background = own;
  block->fired = own + step;
  block->g = (float *)(void *)(own + 2 * step);
  block->g_E = (float *)(void *)(own + 3 * step);
  block->tile_fired = own + 4 * step;
  return STATUS_OK;
}

static enum status allocate_block(struct population *population, struct block *block) {
  size_t padded = memory_padded((size_t)block->n), words = 0, bytes = 0,
         columns = (size_t)population->cell->n_fields;
  for (int p = 0; p < population->n_ports; p++) words += (size_t)population->port[p].lanes;
  words += 3 + RELEASE_FACTORS; /* afferents, ambient, afferent_release; release */
  bytes = words * (padded * 4 + MEMORY_LINE) + MEMORY_LINE +
          mechanism_bytes(population, population->cell, (int)padded);
  for (int r = 0; r < population->n_receptors; r++) {
    bytes += mechanism_bytes(population, population->receptor[r].mechanism, (int)padded);
    columns += (size_t)population->receptor[r].mechanism->n_fields;
  }
  block->driven = true;
  TRY(memory_new("cells of a block", 1, bytes, &block->memory));
  TRY(memory_new("columns of a block", columns, sizeof(void *), &block->cell_column));
  TRY(memory_new("views of a block", (size_t)population->n_receptors + 1, sizeof *block->view, &block->view));
  char *cursor = block->memory;
  void **column = block->cell_column;
  place_fields(population, population->cell, (int)padded, &cursor, column);
  column += population->cell->n_fields;
  for (int r = 0; r < population->n_receptors; r++) {
    block->receptor_column[r] = column;
    place_fields(population, population->receptor[r].mechanism, (int)padded, &cursor, column);
    column += population->receptor[r].mechanism->n_fields;
  }
  for (int p = 0; p < population->n_ports; p++) {
    block->port[p] = take(&cursor, padded * 4 * (size_t)population->port[p].lanes);
  }
  block->afferents = take(&cursor, padded * 4);
  block->ambient = take(&cursor, padded * 4);
  block->afferent_release = take(&cursor, padded * 4);
  for (size_t i = 0; i < padded; i++) block->afferents[i] = block->afferent_release[i] = 1.0f;
  for (int f = 0; f < RELEASE_FACTORS; f++) {
    block->release[f] = take(&cursor, padded * 4);
    for (size_t i = 0; i < padded; i++) block->release[f][i] = 1.0f;
  }
  return allocate_scratch(block);
}

/* Asked before the first block is taken: what falls to each process of a job. */
static enum status ask_for_memory(const struct population *population) {
  enum { LINE_OF_CELLS = MEMORY_LANES };
  char what[128];
  double bytes = (double)mechanism_bytes(population, population->cell, LINE_OF_CELLS);
  for (int r = 0; r < population->n_receptors; r++)
    bytes += (double)mechanism_bytes(population, population->receptor[r].mechanism, LINE_OF_CELLS);
  snprintf(what, sizeof what, "%d cells of %s", population->n, population->name);
  return memory_ask(what, bytes * population->n / LINE_OF_CELLS / job_ranks());
}

enum status population_divide(struct population *population, int block_cells) {
  int tiles = (population->n + POPULATION_TILE - 1) / POPULATION_TILE;
  block_cells = block_cells < POPULATION_BLOCK ? block_cells : POPULATION_BLOCK;
  int per_block = block_cells < POPULATION_TILE ? 1 : block_cells / POPULATION_TILE;
  int n_blocks = (tiles + per_block - 1) / per_block;
  per_block = n_blocks ? (tiles + n_blocks - 1) / n_blocks : 1; /* even blocks rather than a small last one */
  n_blocks = n_blocks ? (tiles + per_block - 1) / per_block : 0;
  population->block_cells = per_block * POPULATION_TILE;
  TRY(ask_for_memory(population));
  TRY(memory_new("blocks", (size_t)n_blocks, sizeof(struct block), &population->block));
  population->n_blocks = n_blocks;
  for (int b = 0; b < n_blocks; b++) {
    struct block *block = &population->block[b];
    block->first = b * population->block_cells;
    int left = population->n - block->first;
    block->n = left < population->block_cells ? left : population->block_cells;
    block->padded = (int)memory_padded((size_t)block->n);
  }
  return STATUS_OK;
}

enum status population_hold(struct population *population, int b) {
  return population_holds(population, b) ? STATUS_OK : allocate_block(population, &population->block[b]);
}

enum status population_allocate(struct population *population, int block_cells) {
  static const int none[POPULATION_PORTS] = {1, 1, 1, 1};
  TRY(population_divide(population, block_cells));
  for (int b = 0; b < population->n_blocks; b++) TRY(population_hold(population, b));
  return population_horizon(population, none);
}

enum status population_horizon(struct population *population, const int ticks[POPULATION_PORTS]) {
  for (int b = 0; b < population->n_blocks; b++) free_arrivals(population, &population->block[b]);
  for (int p = 0; p < population->n_ports; p++) {
    population->port[p].slots = 1;
    while (population->port[p].slots < ticks[p]) population->port[p].slots *= 2;
  }
  for (int b = 0; b < population->n_blocks; b++) {
    for (int p = 0; p < population->n_ports && population_holds(population, b); p++) {
      TRY(memory_new("arrivals", (size_t)population->port[p].slots, sizeof(struct arrivals),
                     &population->block[b].due[p]));
    }
  }
  return STATUS_OK;
}

bool population_more_room(struct block *block, struct arrivals *arrivals) {
  uint32_t more = 2 * arrivals->capacity + 64;
  if (memory_resize("arrivals", arrivals->capacity, more, sizeof *arrivals->event, &arrivals->event) !=
      STATUS_OK) {
    block->no_memory = true;
    return false;
  }
  arrivals->capacity = more;
  return true;
}

static void sum_arrivals(const struct arrivals *arrivals, int lanes, int32_t *restrict port) {
  const struct arrival *event = arrivals->event;
  if (lanes == 1) {
    for (uint32_t e = 0; e < arrivals->n; e++) port[event[e].cell] += event[e].count[0];
    return;
  }
  for (uint32_t e = 0; e < arrivals->n; e++) {
    port[2 * event[e].cell] += event[e].count[0];
    port[2 * event[e].cell + 1] += event[e].count[1];
  }
}

/* Lines of the next tick's events that are asked for. */
enum { LINES_TO_READ = 6 };

static void read_ahead(const struct arrivals *arrivals) {
  const char *event = (const char *)arrivals->event;
  size_t bytes = arrivals->n * sizeof *arrivals->event;
  for (size_t at = 0; at < bytes && at < LINES_TO_READ * MEMORY_LINE; at += MEMORY_LINE)
    __builtin_prefetch(event + at);
}

void population_turn(struct population *population, int b, int64_t tick) {
  struct block *block = &population->block[b];
  for (int p = 0; p < population->n_ports; p++) {
    struct arrivals *arrivals = &block->due[p][tick & (population->port[p].slots - 1)];
    int lanes = population->port[p].lanes;
    memset(block->port[p], 0, (size_t)block->padded * (size_t)lanes * sizeof(int32_t));
    read_ahead(&block->due[p][(tick + 1) & (population->port[p].slots - 1)]);
    sum_arrivals(arrivals, lanes, block->port[p]);
  }
  for (int p = 0; p < population->n_ports; p++) {
    struct arrivals *arrivals = &block->due[p][tick & (population->port[p].slots - 1)];
    int whole = population->port[p].joins - 1;
    if (whole >= 0) sum_arrivals(arrivals, population->port[p].lanes, block->port[whole]);
    arrivals->n = 0;
  }
}

void population_drop_arrivals(struct population *population, int b) {
  for (int p = 0; p < population->n_ports; p++) {
    for (int slot = 0; slot < population->port[p].slots; slot++) population->block[b].due[p][slot].n = 0;
  }
}

void population_free(struct population *population) {
  for (int b = 0; b < population->n_blocks; b++) {
    free_arrivals(population, &population->block[b]);
    memory_free(population->block[b].memory);
    memory_free(population->block[b].scratch);
    memory_free(population->block[b].cell_column);
    memory_free(population->block[b].view);
  }
  memory_free(population->block);
  memory_free(population->cell_params);
  for (int r = 0; r < population->n_receptors; r++) memory_free(population->receptor[r].params);
  memory_free(population->drive_state);
  memory_free(population->inject_state);
  memory_free(population->x_um);
  memory_free(population->y_um);
  memory_free(population->z_um);
  memory_free(population->site);
  memory_free(population->in_site);
  *population = (struct population){0};
}

/* What a background event brings to a lane. */
static double event_nS(const struct population *population, int lane) {
  return population->background_nS[lane] * (1.0 - population->background_lost);
}

/* The ports of the cell mechanism itself. One whose background has ended stays open, if nothing else comes
 * in: what has come in still decays. */
static void own_ports(const struct population *population, const struct block *block, struct cells *cells) {
  for (int p = 0; p < MECHANISM_PORTS && population->cell->ports[p]; p++) {
    const struct port *port = &population->port[p];
    bool background = p == population->background_port;
    cells->own[p] =
        (struct inlet){.arrivals = block->port[p],
                       /* what a background that has ended brought still decays */
                       .unused = port->unused && !(background && population->drive && !block->driven),
                       .quantum = port->quantum[0],
                       .background = background && block->driven ? event_nS(population, 0) : 0.0};
  }
}

struct cells population_cells(const struct population *population, int b, int receptor) {
  const struct block *block = &population->block[b];
  struct cells cells = {.n = block->padded,
                        .stride = block->padded,
                        .params = population->cell_params,
                        .column = block->cell_column,
                        .V = block->cell_column[0],
                        .g = block->g,
                        .g_E = block->g_E,
                        .fired = block->fired};
  if (receptor < 0) {
    cells.background = block->background;
    cells.tile_fired = block->tile_fired;
    own_ports(population, block, &cells);
    return cells;
  }
  const struct receptor *r = &population->receptor[receptor];
  const struct port *port = &population->port[r->port];
  cells.params = r->params;
  cells.column = block->receptor_column[receptor];
  cells.arrivals = block->port[r->port];
  for (int p = 0; p < population->n_ports; p++) {
    if (population->port[p].joins == r->port + 1 && !population->port[p].unused) cells.part = block->port[p];
  }
  cells.lanes = port->lanes;
  cells.lane = r->lane;
  cells.quantum = port->quantum[r->lane];
  cells.background = block->background;
  bool driven = block->driven && r->port == population->background_port;
  cells.background_nS = driven ? event_nS(population, r->lane) : 0.0;
  cells.background_release = block->afferent_release;
  cells.synapses_nS = population->synapses_nS;
  cells.fibres_nS = population->fibres_nS;
  cells.ambient = block->ambient;
  cells.site = population->site ? population->site + block->first : NULL;
  cells.substances = population->substances;
  return cells;
}

void population_view(const struct population *population, int b) {
  struct cells *view = population->block[b].view;
  for (int r = 0; r < population->n_receptors; r++) view[r] = population_cells(population, b, r);
  view[population->n_receptors] = population_cells(population, b, -1);
}

void population_start(struct population *population, int b, uint64_t seed) {
  struct cells cells = population_cells(population, b, -1);
  for (int i = 0; i < cells.n; i++) {
    uint64_t id = population->first_id + (uint64_t)(population->block[b].first + i);
    struct random_draw vary = random_draw(seed, RANDOM_VARY, id, 0, 0);
    struct random_draw start = random_draw(seed, RANDOM_START, id, 0, 0);
    uint32_t u[8] = {vary.u[0],  vary.u[1],  vary.u[2],  vary.u[3],
                     start.u[0], start.u[1], start.u[2], start.u[3]};
    population->cell->start(&cells, i, u);
  }
  for (int r = 0; r < population->n_receptors; r++) {
    struct cells own = population_cells(population, b, r);
    if (population->receptor[r].mechanism->start) {
      for (int i = 0; i < own.n; i++) population->receptor[r].mechanism->start(&own, i, NULL);
    }
  }
}

size_t population_bytes(const struct population *population) {
  size_t bytes = (size_t)population->n * 16;
  for (int b = 0; b < population->n_blocks; b++) {
    if (!population_holds(population, b)) continue;
    size_t padded = (size_t)population->block[b].padded;
    bytes += mechanism_bytes(population, population->cell, (int)padded) + 8 * padded * 4;
    for (int r = 0; r < population->n_receptors; r++) {
      bytes += mechanism_bytes(population, population->receptor[r].mechanism, (int)padded);
    }
  }
  return bytes;
}
