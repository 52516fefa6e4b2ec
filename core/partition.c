/* partition.c — blocks to ranks and threads, and arenas.
 *
 * Neither changes a result: sums of arrivals are of integers, and every other thing a block needs is its
 * own. */
#include "partition.h"
#include "arena_dense.h"
#include "memory.h"
#include <stdlib.h>

/* Costs in units of what a receptor costs a cell in a tick, some 0.5 ns (Xeon with AVX-512, two threads, a
 * patch of mPFC and one of CA1, by least squares over their blocks): what each mechanism of a block takes
 * however few its cells are, a static synapse that is heard of, and one that has a weight of its own. */
static const double MECHANISM_COST = 500.0, STATIC_COST = 4.0, ARRIVAL_COST = 48.0;

/* What arrivals cost a cell of a population in a tick, from published rates (1 Hz if unknown). */
static double arrivals_cost(const struct network *network, const struct population *population) {
  double per_s = 0;
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    if (projection->target != population || population->n == 0) continue;
    double rate_Hz = projection->source->target_Hz > 0 ? projection->source->target_Hz : 1.0;
    per_s += rate_Hz * (projection->fixed ? STATIC_COST * projection->fixed->most
                                          : ARRIVAL_COST * projection->expected / population->n);
  }
  return per_s * network->clock.dt_ms * 1e-3;
}

static double block_cost(const struct network *network, int b) {
  const struct population *population = network->block_population[b];
  const int mechanisms = 1 + population->n_receptors;
  return MECHANISM_COST * mechanisms +
         network->block[b]->n * (1.0 + mechanisms + arrivals_cost(network, population));
}

/* ---- ranks ---- */

/* Where a block lies: its region, and how far along its population. Cells follow one another in space, so
 * blocks at one place of all populations of a region come together. */
struct placed {
  double along;
  int region, block;
};

static int by_place(const void *a, const void *b) {
  const struct placed *p = a, *q = b;
  if (p->region != q->region) return p->region - q->region;
  if (p->along != q->along) return p->along < q->along ? -1 : 1;
  return p->block - q->block;
}

/* Each rank gets a stretch of the blocks in the order of their places, of equal cost: what lies near in space
 * is in one rank, or in the next, and of every population a rank has cells that follow one another. */
static enum status assign_ranks(struct network *network, int n_ranks) {
  struct placed *order = NULL;
  double total = 0, before = 0;
  if (network->n_blocks == 0) return STATUS_OK;
  TRY(memory_new("blocks", (size_t)network->n_blocks, sizeof *order, &order));
  for (int b = 0; b < network->n_blocks; b++) {
    const struct population *population = network->block_population[b];
    double along = (network->block_in_population[b] + 0.5) / population->n_blocks;
    order[b] = (struct placed){along, population->region_index, b};
    total += block_cost(network, b);
  }
  qsort(order, (size_t)network->n_blocks, sizeof *order, by_place);
  for (int k = 0; k < network->n_blocks; k++) {
    double cost = block_cost(network, order[k].block);
    int rank = (int)(n_ranks * (before + 0.5 * cost) / total);
    network->block[order[k].block]->rank = rank < n_ranks ? rank : n_ranks - 1;
    before += cost;
  }
  memory_free(order);
  return STATUS_OK;
}

/* ---- threads ---- */

struct costed {
  double cost;
  int block;
};

static int by_cost(const void *a, const void *b) {
  const struct costed *p = a, *q = b;
  if (p->cost != q->cost) return p->cost > q->cost ? -1 : 1;
  return p->block - q->block;
}

/* Blocks of a rank, largest first, each to its least loaded thread. */
static void share_rank(struct network *network, int rank, int n_threads, const struct costed *order,
                       double *load) {
  for (int t = 0; t < n_threads; t++) load[t] = 0;
  for (int k = 0; k < network->n_blocks; k++) {
    struct block *block = network->block[order[k].block];
    int least = 0;
    if (block->rank != rank) continue;
    for (int t = 1; t < n_threads; t++) least = load[t] < load[least] ? t : least;
    load[least] += order[k].cost;
    block->thread = (least + rank) % n_threads; /* so that small ranks of one process do not meet in one */
  }
}

static enum status assign_threads(struct network *network, int n_threads) {
  struct costed *order = NULL;
  double *load = NULL;
  TRY(memory_new("blocks", (size_t)network->n_blocks, sizeof *order, &order));
  enum status status = memory_new("load", (size_t)n_threads, sizeof *load, &load);
  for (int b = 0; status == STATUS_OK && b < network->n_blocks; b++) {
    order[b] = (struct costed){block_cost(network, b), b};
    network->block[b]->thread = -1; /* of another process */
  }
  if (status == STATUS_OK && network->n_blocks)
    qsort(order, (size_t)network->n_blocks, sizeof *order, by_cost);
  for (int k = 0; status == STATUS_OK && k < exchange_held(network->exchange); k++)
    share_rank(network, exchange_first(network->exchange) + k, n_threads, order, load);
  memory_free(order);
  memory_free(load);
  return status;
}

enum status partition_blocks(struct network *network, int n_threads) {
  TRY(assign_ranks(network, exchange_ranks(network->exchange)));
  TRY(assign_threads(network, n_threads));
  for (int b = 0; b < network->n_blocks; b++) {
    if (network->block[b]->thread < 0) continue;
    TRY(population_hold(network->block_population[b], network->block_in_population[b]));
  }
  return STATUS_OK;
}

/* ---- arenas ---- */

/* Ports of a population at which static pathways end, as bits. */
static unsigned static_ports(const struct network *network, const struct population *population) {
  unsigned ports = 0;
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    if (projection->fixed && projection->target == population) ports |= 1u << projection->port;
  }
  return ports;
}

static enum status add_arena(struct network *network, int rank, int thread, struct arena **out) {
  size_t n = (size_t)network->n_arenas;
  TRY(memory_resize("arenas", n, n + 1, sizeof *network->arena, &network->arena));
  *out = &network->arena[network->n_arenas++];
  **out = (struct arena){.rank = rank, .thread = thread, .siblings = 1};
  return STATUS_OK;
}

/* Where a block begins that comes after n places: its place and its number are equal modulo STATIC_WEIGHTS.
 * */
static int place_after(int64_t n, const struct block *block) {
  return (int)(n + ((block->first - n) & (STATIC_WEIGHTS - 1)));
}

static enum status add_block(const struct network *network, struct arena *arena, int number) {
  size_t n = (size_t)arena->n_blocks;
  TRY(memory_resize("arena", n, n + 1, sizeof *arena->block, &arena->block));
  TRY(memory_resize("arena", n, n + 1, sizeof *arena->first, &arena->first));
  arena->block[n] = number;
  const struct block *block = network->block[number];
  arena->first[n] = place_after(arena->n_places, block);
  arena->n_places = arena->first[n] + block->padded;
  arena->n_blocks++;
  return STATUS_OK;
}

/* Populations may share an arena if their ports that static pathways end on are alike: this number is equal
 * then, and 0 if there are none. */
static unsigned port_form(const struct network *network, const struct population *population) {
  unsigned ports = static_ports(network, population), form = 0;
  for (int p = 0; p < POPULATION_PORTS; p++)
    form |= ports >> p & 1u ? (unsigned)population->port[p].lanes << 2 * p : 0;
  return form;
}

/* Lanes of port p of the populations of an arena; 0 if no static pathway ends there. */
static int lanes_of(const struct network *network, const struct arena *arena, int p) {
  return (int)(port_form(network, network->block_population[arena->block[0]]) >> 2 * p & 3u);
}

/* One array of arrivals per port, which the blocks use in the place of their own. */
static enum status place_ports(struct network *network, struct arena *arena) {
  int lanes[POPULATION_PORTS];
  size_t words = 0, places = ((size_t)arena->n_places + DENSE_CELLS - 1) / DENSE_CELLS * DENSE_CELLS;
  for (int p = 0; p < POPULATION_PORTS; p++) {
    lanes[p] = lanes_of(network, arena, p);
    words += lanes[p] ? places * (size_t)lanes[p] + MEMORY_LANES : 0;
  }
  TRY(memory_new("arrivals", words, sizeof(int32_t), &arena->memory));
  int32_t *next = arena->memory;
  for (int p = 0; p < POPULATION_PORTS; p++) {
    if (lanes[p] == 0) continue;
    arena->port[p] = next;
    next += places * (size_t)lanes[p] + MEMORY_LANES;
    for (int k = 0; k < arena->n_blocks; k++) {
      if (static_ports(network, network->block_population[arena->block[k]]) >> p & 1u)
        network->block[arena->block[k]]->port[p] = arena->port[p] + arena->first[k] * lanes[p];
    }
  }
  return STATUS_OK;
}

/* Arenas first … of one owner become siblings, whose synapses the first keeps. */
static enum status join_siblings(struct network *network, int first) {
  struct arena_synapses *synapses;
  if (first == network->n_arenas) return STATUS_OK;
  TRY(memory_new("arena", (size_t)network->n_bundles, sizeof *synapses, &synapses));
  for (int a = first; a < network->n_arenas; a++) {
    network->arena[a].sibling = a - first;
    network->arena[a].siblings = network->n_arenas - first;
    network->arena[a].synapses = synapses;
    TRY(memory_new("arena", (size_t)network->n_bundles, sizeof *network->arena[a].bits,
                   &network->arena[a].bits));
  }
  return STATUS_OK;
}

/* Blocks of one owner whose ports have one form: arenas as few as are sure to hold them, of about equal
 * size. */
struct share {
  int rank, thread;
  unsigned form;
};

static bool belongs(const struct network *network, int b, const struct share *share) {
  return network->block[b]->rank == share->rank && network->block[b]->thread == share->thread &&
         port_form(network, network->block_population[b]) == share->form;
}

static enum status fill_arenas(struct network *network, const struct share *share) {
  struct arena *arena = NULL;
  int64_t total = 0, room = ARENA_CELLS - 2 * STATIC_WEIGHTS, filled = 0, part = 0;
  for (int b = 0; b < network->n_blocks; b++) {
    if (belongs(network, b, share)) total = place_after(total, network->block[b]) + network->block[b]->padded;
  }
  int64_t parts = (total + room - 1) / room;
  for (int b = 0; b < network->n_blocks; b++) {
    const struct block *block = network->block[b];
    if (!belongs(network, b, share)) continue;
    bool full = arena && place_after(arena->n_places, block) + block->padded > ARENA_CELLS;
    bool share_done = arena && part + 1 < parts && filled + arena->n_places >= total * (part + 1) / parts;
    if (!arena || full || share_done) {
      filled += arena ? arena->n_places : 0;
      part += arena != NULL;
      TRY(add_arena(network, share->rank, share->thread, &arena));
    }
    TRY(add_block(network, arena, b));
  }
  return STATUS_OK;
}

static enum status make_shared(struct network *network, int rank, int thread) {
  int first = network->n_arenas;
  for (int p = 0; p < network->n_populations; p++) {
    struct share share = {rank, thread, port_form(network, network->population[p])};
    bool done = share.form == 0;
    for (int q = 0; q < p; q++) done |= port_form(network, network->population[q]) == share.form;
    if (!done) TRY(fill_arenas(network, &share));
  }
  return join_siblings(network, first);
}

static enum status make_single(struct network *network) {
  for (int b = 0; b < network->n_blocks; b++) {
    struct arena *arena;
    if (network->block[b]->thread < 0) continue;
    if (static_ports(network, network->block_population[b])) continue;
    int first = network->n_arenas;
    TRY(add_arena(network, network->block[b]->rank, network->block[b]->thread, &arena));
    TRY(add_block(network, arena, b));
    TRY(join_siblings(network, first));
  }
  return STATUS_OK;
}

/* Ticks that a segment can be on its way: the longest delay, and the interval in which it was emitted. */
static enum status set_horizons(struct network *network) {
  int longest = 0;
  for (int k = 0; k < network->n_bundles; k++) {
    int last = network->bundle[k].delay_ticks[network->bundle[k].n_classes - 1] + PROJECTION_LAG;
    longest = last > longest ? last : longest;
  }
  for (int a = 0; a < network->n_arenas; a++) { /* of siblings all or none have targets */
    bool targets = false;
    for (int p = 0; p < POPULATION_PORTS; p++) targets |= network->arena[a].port[p] != NULL;
    if (targets) TRY(arena_horizon(&network->arena[a], longest + network->interval + 1));
  }
  return STATUS_OK;
}

/* Of a thread's load, so much may be done by another: more than the loads of an interval differ by. */
static const double LOOSE_SHARE = 0.2;

static bool may_be_loose(const struct network *network, const struct arena *arena) {
  return arena->n_blocks == 1 && !arena->slots && network->block_population[arena->block[0]]->n_receptors > 0;
}

/* The cheapest of a thread's arenas, up to its share, behind those of others in the list. */
static void loosen(struct network *network, int thread, struct costed *order) {
  int n = 0;
  double load = 0, shared = 0;
  for (int a = 0; a < network->n_arenas; a++) {
    const struct arena *arena = &network->arena[a];
    if (arena->thread != thread) continue;
    for (int k = 0; k < arena->n_blocks; k++) load += block_cost(network, arena->block[k]);
    if (may_be_loose(network, arena)) order[n++] = (struct costed){block_cost(network, arena->block[0]), a};
  }
  qsort(order, (size_t)n, sizeof *order, by_cost);
  while (n > 0 && (shared += order[--n].cost) <= LOOSE_SHARE * load) {
    network->arena[order[n].block].loose = true;
    network->loose[network->n_loose++] = order[n].block;
  }
}

static enum status loosen_all(struct network *network, int n_threads) {
  struct costed *order = NULL;
  if (n_threads < 2) return STATUS_OK;
  TRY(memory_new("arenas", (size_t)network->n_arenas, sizeof *network->loose, &network->loose));
  TRY(memory_new("arenas", (size_t)network->n_arenas, sizeof *order, &order));
  for (int thread = 0; thread < n_threads; thread++) loosen(network, thread, order);
  memory_free(order);
  return STATUS_OK;
}

/* What a block needs within a tick only, the blocks of a thread share: it stays in the nearest cache. */
static enum status share_scratch(struct network *network, int n_threads) {
  enum { ARRAYS = 5, WORDS = POPULATION_BLOCK + MEMORY_LANES };
  size_t per_thread = (size_t)ARRAYS * WORDS;
  TRY(memory_new("scratch", (size_t)n_threads * per_thread, sizeof(int32_t), &network->scratch));
  for (int a = 0; a < network->n_arenas; a++) {
    for (int k = 0; k < network->arena[a].n_blocks && !network->arena[a].loose; k++) {
      struct block *block = network->block[network->arena[a].block[k]];
      int32_t *own = network->scratch + (size_t)block->thread * per_thread;
      memory_free(block->scratch);
      block->scratch = NULL;
      block->background = own;
      block->fired = own + WORDS;
      block->g = (float *)(void *)(own + 2 * WORDS);
      block->g_E = (float *)(void *)(own + 3 * WORDS);
      block->tile_fired = own + 4 * WORDS;
    }
  }
  return STATUS_OK;
}

static void find_unused_ports(struct network *network) {
  for (int p = 0; p < network->n_populations; p++) {
    struct population *population = network->population[p];
    for (int k = 0; k < population->n_ports; k++) population->port[k].unused = true;
  }
  for (int p = 0; p < network->n_projections; p++)
    network->projection[p]->target->port[network->projection[p]->port].unused = false;
}

enum status partition_arenas(struct network *network, int n_threads) {
  int first = exchange_first(network->exchange), held = exchange_held(network->exchange);
  find_unused_ports(network);
  for (int rank = first; rank < first + held && network->n_bundles; rank++) {
    for (int thread = 0; thread < n_threads; thread++) TRY(make_shared(network, rank, thread));
  }
  TRY(make_single(network));
  for (int a = 0; a < network->n_arenas && network->n_bundles; a++)
    TRY(place_ports(network, &network->arena[a]));
  TRY(set_horizons(network));
  TRY(loosen_all(network, n_threads));
  return share_scratch(network, n_threads);
}
