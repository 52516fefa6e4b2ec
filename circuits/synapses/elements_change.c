/* elements_change.c — one structural change of a network that wires itself: synapses lost with their
 * elements, vacant elements paired. See elements.h.
 *
 * By one thread, over all synapses in the order of pathway, target, source, so that the storage of blocks
 * plays no part; it comes once in thousands of ticks. */
#include "fields.h"
#include "memory.h"
#include "random.h"
#include "synapses/elements.h"
#include <stdlib.h>
#include <string.h>

struct link {
  uint32_t pathway, target, source; /* cells by their number in the population */
  bool lost;
};

struct change {
  struct elements *elements;
  struct network *network;
  uint64_t number; /* of the change */
  struct link *link;
  size_t n, room;
};

/* Numbers of one purpose and one change. */
struct dice {
  uint64_t seed, id, when;
  uint64_t count;
  struct random_draw draw;
};

enum purpose { AXONS_LOSE, DENDRITES_LOSE, SHUFFLE_AXONS, SHUFFLE_DENDRITES, PURPOSES };

/* `which`: a cell's id, or the number of a type. */
static struct dice dice_of(const struct change *change, enum purpose purpose, uint64_t which) {
  return (struct dice){
      .seed = change->network->seed, .id = which, .when = change->number * PURPOSES + purpose};
}

static uint32_t roll(struct dice *dice, uint32_t below) {
  uint64_t k = dice->count++;
  if (k % 4 == 0) /* the index has 16 bits, what is above goes to the time */
    dice->draw = random_draw(dice->seed, RANDOM_ELEMENTS, dice->id, dice->when + (k >> 18 << 40),
                             (uint32_t)(k >> 2) & 0xffffu);
  return random_below(dice->draw.u[k % 4], below);
}

/* ---- what there is ---- */

static int by_order(const void *a, const void *b) {
  const struct link *p = a, *q = b;
  if (p->pathway != q->pathway) return p->pathway < q->pathway ? -1 : 1;
  if (p->target != q->target) return p->target < q->target ? -1 : 1;
  return p->source < q->source ? -1 : p->source > q->source;
}

static enum status add_link(struct change *change, uint32_t pathway, uint32_t target, uint32_t source) {
  if (change->n == change->room) {
    size_t more = 2 * change->room + 1024;
    TRY(memory_resize("synapses", change->room, more, sizeof *change->link, &change->link));
    change->room = more;
  }
  change->link[change->n++] = (struct link){pathway, target, source, false};
  return STATUS_OK;
}

static enum status gather(struct change *change) {
  for (int k = 0; k < change->elements->n_pathways; k++) {
    const struct projection *projection = change->elements->pathway[k].projection;
    for (int b = 0; b < projection->target->n_blocks; b++) {
      struct edge *edges = NULL;
      size_t n = 0;
      enum status status = projection_edges(projection, b, &edges, &n);
      for (size_t e = 0; e < n && status == STATUS_OK; e++)
        status = add_link(change, (uint32_t)k, edges[e].target, edges[e].source);
      memory_free(edges);
      TRY(status);
    }
  }
  if (change->n) qsort(change->link, change->n, sizeof *change->link, by_order);
  return STATUS_OK;
}

/* ---- loss ---- */

/* A kind of elements of one population: whose synapses are theirs? */
struct side {
  const struct element_kind *kind;
  int population;
  bool axon;
};

static bool concerns(const struct change *change, const struct side *side, const struct link *link) {
  const struct element_pathway *pathway = &change->elements->pathway[link->pathway];
  const struct population *own = side->axon ? pathway->projection->source : pathway->projection->target;
  return !link->lost && own->index == side->population && strcmp(pathway->type, side->kind->type) == 0;
}

static uint32_t cell_of(const struct side *side, const struct link *link) {
  return side->axon ? link->source : link->target;
}

/* Synapses of every cell by this side: begin[i] … begin[i+1]−1 of `list`, in their order. */
static enum status list_cells(const struct change *change, const struct side *side, uint32_t **begin,
                              uint32_t **list) {
  size_t n = (size_t)change->network->population[side->population]->n;
  TRY(memory_new("synapses of cells", n + 2, sizeof **begin, begin));
  TRY(memory_new("synapses of cells", change->n, sizeof **list, list));
  uint32_t *at = *begin + 1; /* at[i]: where those of cell i go on; ends as begin[i + 1] */
  for (size_t e = 0; e < change->n; e++) {
    if (concerns(change, side, &change->link[e])) at[cell_of(side, &change->link[e]) + 1]++;
  }
  for (size_t i = 1; i <= n; i++) at[i] += at[i - 1];
  for (size_t e = 0; e < change->n; e++) {
    if (concerns(change, side, &change->link[e]))
      (*list)[at[cell_of(side, &change->link[e])]++] = (uint32_t)e;
  }
  return STATUS_OK;
}

/* Of n synapses `excess` go, any of them alike. */
static void lose(struct change *change, struct dice *dice, uint32_t *list, uint32_t n, uint32_t excess) {
  for (uint32_t k = 0; k < excess; k++) {
    uint32_t other = k + roll(dice, n - k), taken = list[other];
    list[other] = list[k];
    list[k] = taken;
    /* listed synapses are links: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    change->link[taken].lost = true;
    change->elements->removed++;
  }
}

static enum status withdraw(struct change *change, const struct side *side) {
  const struct population *population = change->network->population[side->population];
  uint32_t *begin = NULL, *list = NULL;
  enum status status = list_cells(change, side, &begin, &list);
  for (int i = 0; i < population->n && status == STATUS_OK; i++) {
    uint32_t n = begin[i + 1] - begin[i];
    double usable = floor(side->kind->count[i]);
    if ((double)n <= usable) continue;
    struct dice dice =
        dice_of(change, side->axon ? AXONS_LOSE : DENDRITES_LOSE, population->first_id + (uint64_t)i);
    dice.when += side->axon ? 0
                            : (uint64_t)(side->kind - change->elements->cells[side->population].dendrite)
                                  << 48; /* types of one cell apart */
    lose(change, &dice, list + begin[i], n, n - (uint32_t)usable);
  }
  memory_free(begin);
  memory_free(list);
  return status;
}

static enum status withdraw_all(struct change *change, bool axons) {
  const struct elements *elements = change->elements;
  for (int p = 0; p < change->network->n_populations; p++) {
    const struct element_cells *cells = &elements->cells[p];
    if (axons && cells->axon.type) {
      const struct side side = {&cells->axon, p, true};
      TRY(withdraw(change, &side));
    }
    for (int k = 0; k < cells->n_dendrites && !axons; k++) {
      const struct side side = {&cells->dendrite[k], p, false};
      TRY(withdraw(change, &side));
    }
  }
  return STATUS_OK;
}

/* ---- pairing ---- */

struct place {
  int population;
  uint32_t cell;
};
struct pool {
  struct place *place;
  size_t n, room;
};

static enum status add_places(struct pool *pool, int population, uint32_t cell, size_t vacant) {
  if (pool->n + vacant > pool->room) {
    size_t more = 2 * (pool->n + vacant) + 256;
    TRY(memory_resize("vacant elements", pool->room, more, sizeof *pool->place, &pool->place));
    pool->room = more;
  }
  for (size_t v = 0; v < vacant; v++) pool->place[pool->n++] = (struct place){population, cell};
  return STATUS_OK;
}

/* Synapses that the cells of a side have now. */
static enum status count_side(const struct change *change, const struct side *side, uint32_t **connected) {
  size_t n = (size_t)change->network->population[side->population]->n;
  TRY(memory_new("synapses of cells", n, sizeof **connected, connected));
  for (size_t e = 0; e < change->n; e++) {
    if (concerns(change, side, &change->link[e])) (*connected)[cell_of(side, &change->link[e])]++;
  }
  return STATUS_OK;
}

/* The vacant elements of a side join a pool (NULL: none), or lose a share. */
static enum status vacant(const struct change *change, const struct side *side, struct pool *pool,
                          double loss) {
  const struct population *population = change->network->population[side->population];
  uint32_t *connected = NULL;
  TRY(count_side(change, side, &connected));
  enum status status = STATUS_OK;
  for (int i = 0; i < population->n && status == STATUS_OK; i++) {
    double left = floor(side->kind->count[i]) - (double)connected[i];
    if (left < 1) continue;
    if (pool) status = add_places(pool, side->population, (uint32_t)i, (size_t)left);
    side->kind->count[i] -= loss * left;
  }
  memory_free(connected);
  return status;
}

/* All sides of a type, axonal or dendritic; `type` NULL: of every type. */
static enum status vacant_all(const struct change *change, const char *type, bool axons, struct pool *pool,
                              double loss) {
  for (int p = 0; p < change->network->n_populations; p++) {
    const struct element_cells *cells = &change->elements->cells[p];
    const struct side axon = {&cells->axon, p, true};
    if (axons && cells->axon.type && (!type || strcmp(cells->axon.type, type) == 0))
      TRY(vacant(change, &axon, pool, loss));
    for (int k = 0; k < cells->n_dendrites && !axons; k++) {
      const struct side side = {&cells->dendrite[k], p, false};
      if (!type || strcmp(cells->dendrite[k].type, type) == 0) TRY(vacant(change, &side, pool, loss));
    }
  }
  return STATUS_OK;
}

static void shuffle(struct pool *pool, struct dice *dice) {
  for (size_t k = pool->n; k > 1; k--) {
    size_t other = roll(dice, (uint32_t)k);
    struct place taken = pool->place[k - 1];
    pool->place[k - 1] = pool->place[other];
    pool->place[other] = taken;
  }
}

static int pathway_between(const struct elements *elements, const char *type, int from, int to) {
  for (int k = 0; k < elements->n_pathways; k++) {
    const struct element_pathway *pathway = &elements->pathway[k];
    if (pathway->projection->source->index == from && pathway->projection->target->index == to &&
        strcmp(pathway->type, type) == 0)
      return k;
  }
  return -1;
}

static enum status pair(struct change *change, const char *type, const struct pool *axons,
                        const struct pool *dendrites) {
  size_t n = axons->n < dendrites->n ? axons->n : dendrites->n;
  for (size_t e = 0; e < n; e++) {
    const struct place *from = &axons->place[e], *to = &dendrites->place[e];
    int k = pathway_between(change->elements, type, from->population, to->population);
    bool itself = from->population == to->population && from->cell == to->cell;
    if (k < 0 || (itself && !change->elements->pathway[k].autapses)) continue;
    TRY(add_link(change, (uint32_t)k, to->cell, from->cell));
    change->elements->formed++;
  }
  return STATUS_OK;
}

/* Is this the first pathway of its type? */
static bool is_first(const struct elements *elements, int k) {
  for (int j = 0; j < k; j++) {
    if (strcmp(elements->pathway[j].type, elements->pathway[k].type) == 0) return false;
  }
  return true;
}

static enum status pair_all(struct change *change) {
  const struct elements *elements = change->elements;
  for (int k = 0; k < elements->n_pathways; k++) {
    struct pool axons = {0}, dendrites = {0};
    const char *type = elements->pathway[k].type;
    if (!is_first(elements, k)) continue;
    enum status status = vacant_all(change, type, true, &axons, 0);
    if (status == STATUS_OK) status = vacant_all(change, type, false, &dendrites, 0);
    struct dice of_axons = dice_of(change, SHUFFLE_AXONS, (uint64_t)k),
                of_dendrites = dice_of(change, SHUFFLE_DENDRITES, (uint64_t)k);
    shuffle(&axons, &of_axons);
    shuffle(&dendrites, &of_dendrites);
    if (status == STATUS_OK) status = pair(change, type, &axons, &dendrites);
    memory_free(axons.place);
    memory_free(dendrites.place);
    TRY(status);
  }
  return STATUS_OK;
}

/* ---- back into the network ---- */

static enum status set_block(const struct change *change, uint32_t pathway, size_t *at, int b) {
  struct projection *projection = change->elements->pathway[pathway].projection;
  const struct block *block = &projection->target->block[b];
  uint32_t end = (uint32_t)(block->first + block->n);
  uint16_t full = (uint16_t)floor(projection->mean_nS / projection->weight_quantum_nS + 0.5);
  size_t from = *at, n = 0;
  struct edge *edges = NULL;
  while (*at < change->n && change->link[*at].pathway == pathway && change->link[*at].target < end) ++*at;
  TRY(memory_new("edges", *at - from, sizeof *edges, &edges));
  for (size_t e = from; e < *at; e++) {
    const struct link *link = &change->link[e];
    if (link->lost) continue;
    edges[n++] =
        (struct edge){.target = link->target, .source = link->source, .full = full, .age = SYNAPSE_GROWN};
  }
  enum status status = projection_set(projection, b, edges, n);
  memory_free(edges);
  return status;
}

static enum status put_back(struct change *change) {
  size_t at = 0;
  if (change->n) qsort(change->link, change->n, sizeof *change->link, by_order);
  for (int k = 0; k < change->elements->n_pathways; k++) {
    const struct population *target = change->elements->pathway[k].projection->target;
    for (int b = 0; b < target->n_blocks; b++) TRY(set_block(change, (uint32_t)k, &at, b));
  }
  TRY(network_make_rows(change->network));
  TRY(network_restore_arrivals(change->network));
  return network_check_ports(change->network);
}

enum status elements_change(struct elements *elements, struct network *network) {
  struct change change = {.elements = elements,
                          .network = network,
                          .number = (uint64_t)(network->tick / elements->interval_ticks)};
  enum status status;
  elements->formed = elements->removed = 0;
  TRY_GOTO(gather(&change), done);
  TRY_GOTO(withdraw_all(&change, true), done);
  TRY_GOTO(withdraw_all(&change, false), done);
  TRY_GOTO(pair_all(&change), done);
  TRY_GOTO(vacant_all(&change, NULL, true, NULL, elements->settings.vacant_loss), done);
  TRY_GOTO(vacant_all(&change, NULL, false, NULL, elements->settings.vacant_loss), done);
  status = put_back(&change);
done:
  memory_free(change.link);
  return status;
}
