/* test_arena.c — bundles hold exactly the static pathways that agree in source, port, weights, delays and
 * lanes; whatever the blocks, threads and ranks, every synapse that a rule draws lies in one arena, once,
 * with its class of delay, also where an owner has several arenas; what segments of any length add is the
 * plain sum in every sibling; a spike arrives exactly its delay later with the weight that belongs to its
 * source and target, beside those of synapses in lists;
 * ports that count together have one quantum; a rule that fails says so. Bounds are exact. */
#include "fixed_pathway.h"
#include <stdlib.h>

enum { SOURCES = 300, FIRST = 700, SECOND = 500 };

struct shape {
  int threads, ranks, block_cells;
};
static const struct shape shapes[] = {{1, 1, 128}, {1, 1, 1024}, {2, 1, 256},
                                      {3, 2, 128}, {1, 3, 256},  {2, 3, 1024}};

static const struct fixed_plan equal = {20, 1, 0.5f, 0.125f, 0.3, 2.0, 1},
                               graded = {9, STATIC_WEIGHTS, 0.25f, 0, 0.4, 0.4, 2};

static struct network *empty(double dt_ms) {
  struct network *network;
  assert_ok(network_new((struct clock){dt_ms}, 11, &network));
  return network;
}

/* ---- bundles ---- */

/* A pathway and, of each kind of difference, one that differs in nothing else. */
static void test_bundles(void **state) {
  (void)state;
  struct network *network = empty(0.1);
  struct population *source = metronome_population(network, "source", 40, 128),
                    *other = metronome_population(network, "other", 40, 128),
                    *a = metronome_population(network, "a", 30, 128),
                    *b = metronome_population(network, "b", 50, 128),
                    *one = metronome_population(network, "one", 50, 128);
  one->port[0].lanes = 1;
  struct fixed_plan heavy = equal, second = equal, later = equal, wider = equal, graded_too = equal;
  struct fixed_plan more = equal;
  heavy.weight *= 2, second.second *= 2, later.low_ms += 0.1, wider.high_ms += 0.2,
      graded_too.n_weights = STATIC_WEIGHTS;
  more.in_degree = 33, more.key = 7; /* how they are drawn is not shared */
  fixed_pathway(network, source, a, 0, &equal);
  metronome_projection(network, source, a, 0, 1, 1); /* not static: in no bundle */
  fixed_pathway(network, other, a, 0, &equal);
  fixed_pathway(network, source, a, 1, &equal);
  fixed_pathway(network, source, a, 0, &heavy);
  fixed_pathway(network, source, a, 0, &second);
  fixed_pathway(network, source, a, 0, &later);
  fixed_pathway(network, source, a, 0, &wider);
  fixed_pathway(network, source, a, 0, &graded_too);
  fixed_pathway(network, source, a, 0, &graded_too)->fixed->weight[1023] *= 1.01f;
  fixed_pathway(network, source, one, 0, &equal);
  fixed_pathway(network, source, b, 0, &more); /* agrees with the first */
  fixed_pathway(network, source, a, 0, &equal);
  fixed_pathway(network, source, b, 0, &graded_too); /* agrees with the first of 1,024 weights */
  fixed_pathway(network, source, a, 0, &graded_too)->fixed->salt++;
  static const int bundle_of[] = {0, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 7, 10};
  struct bundle *bundle;
  int n, placed = 0;
  assert_ok(bundles_make(network->projection, network->n_projections, &bundle, &n));
  assert_int_equal(n, 11);
  for (int k = 0; k < n; k++) {
    for (int p = 0; p < bundle[k].n_projections; p++, placed++) {
      assert_int_equal(bundle_of[bundle[k].projection[p]->index], k);
      assert_ptr_equal(bundle[k].source, bundle[k].projection[p]->source);
      assert_int_equal(bundle[k].lanes, bundle[k].projection[p]->target->port[bundle[k].port].lanes);
    }
  }
  assert_int_equal(placed, network->n_projections - 1);
  bundles_free(bundle, n);
  assert_ok(bundles_make(network->projection, 0, &bundle, &n));
  assert_true(!bundle && n == 0);
  bundles_free(bundle, n);
  network_free(network);
}

/* ---- what is drawn is what is kept ---- */

/* Pathways to both targets at both ports; some agree and share a bundle, two have the same ends. */
static struct network *make(const struct shape *shape) {
  struct network *network = empty(0.1);
  struct population *source = metronome_population(network, "source", SOURCES, shape->block_cells),
                    *first = metronome_population(network, "first", FIRST, shape->block_cells),
                    *second = metronome_population(network, "second", SECOND, shape->block_cells);
  struct fixed_plan again = equal, alone = graded;
  again.key = 4, alone.weight = -0.375f, alone.key = 5;
  fixed_pathway(network, source, first, 0, &equal);
  fixed_pathway(network, source, second, 0, &equal);
  fixed_pathway(network, source, first, 0, &again);
  fixed_pathway(network, source, second, 1, &graded);
  fixed_pathway(network, first, second, 1, &alone);
  assert_ok(network_connect(network, shape->threads, shape->ranks));
  return network;
}

/* One synapse in a word. */
static uint64_t word(int bundle, int target, uint64_t cell, uint64_t source, unsigned class) {
  return (uint64_t)bundle << 60 | (uint64_t)target << 56 | cell << 32 | source << 8 | class;
}

static int by_value(const void *a, const void *b) {
  const uint64_t *p = a, *q = b;
  return *p < *q ? -1 : *p > *q;
}

static int bundle_of(const struct network *network, const struct projection *projection) {
  for (int k = 0; k < network->n_bundles; k++) {
    for (int p = 0; p < network->bundle[k].n_projections; p++) {
      if (network->bundle[k].projection[p] == projection) return k;
    }
  }
  fail_msg("%s is in no bundle", projection->name);
  return -1;
}

static size_t drawn(const struct network *network, uint64_t *out) {
  struct fan_in fan_in = {0};
  size_t n = 0;
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    int bundle = bundle_of(network, projection);
    for (uint32_t i = 0; i < (uint32_t)projection->target->n; i++) {
      fan_in.n = 0;
      assert_ok(projection->fixed->draw(projection->fixed->rule, projection, i, &fan_in));
      for (size_t e = 0; e < fan_in.n; e++)
        out[n++] = word(bundle, projection->target->index, i, fan_in.source[e], fan_in.class[e]);
    }
  }
  fan_in_free(&fan_in);
  qsort(out, n, sizeof *out, by_value);
  return n;
}

/* The synapse at a place of an arena, which must be that of a cell, and congruent to its number. */
static uint64_t at_place(const struct network *network, const struct arena *arena, int k, int place,
                         uint32_t source, unsigned class) {
  int b = 0;
  while (b + 1 < arena->n_blocks && arena->first[b + 1] <= place) b++;
  const struct block *block = network->block[arena->block[b]];
  assert_true(place >= arena->first[b] && place < arena->first[b] + block->n);
  int cell = block->first + place - arena->first[b];
  assert_int_equal(cell % STATIC_WEIGHTS, place % STATIC_WEIGHTS);
  return word(k, network->block_population[arena->block[b]]->index, (uint64_t)cell, source, class);
}

/* Of bundle k in an arena, the first of its siblings, and in all of these. */
static size_t kept_of(const struct network *network, const struct arena *arena, int k, uint64_t *out) {
  const struct bundle *bundle = &network->bundle[k];
  const struct arena_synapses *synapses = &arena->synapses[k];
  const uint32_t *begin = synapses->begin;
  size_t n = 0;
  for (uint32_t j = 0; begin && j < (uint32_t)bundle->source->n; j++) {
    for (int a = 0; a < arena->siblings; a++) {
      for (int class = 0; class < bundle->n_classes; class ++, begin++) {
        for (uint32_t e = begin[0]; e < begin[1]; e++)
          out[n++] = at_place(network, arena + a, k, synapses->place[e], j, (unsigned)class);
      }
    }
  }
  assert_int_equal(n, synapses->n);
  return n;
}

static size_t kept(const struct network *network, uint64_t *out) {
  size_t n = 0;
  for (int a = 0; a < network->n_arenas; a++) {
    const struct arena *arena = &network->arena[a];
    assert_ptr_equal(arena->synapses, network->arena[a - arena->sibling].synapses);
    for (int k = 0; arena->sibling == 0 && k < network->n_bundles; k++)
      n += kept_of(network, arena, k, out + n);
  }
  qsort(out, n, sizeof *out, by_value);
  return n;
}

/* Arenas of one owner that static pathways end in, at most. */
static int most_siblings(const struct network *network) {
  int most = 0;
  for (int a = 0; a < network->n_arenas; a++)
    most = network->arena[a].siblings > most ? network->arena[a].siblings : most;
  return most;
}

static void test_every_synapse_once(void **state) {
  (void)state;
  enum { MOST = 100000 };
  static uint64_t wanted[MOST], found[MOST];
  for (int s = 0; s < COUNT_OF(shapes); s++) {
    struct network *network = make(&shapes[s]);
    assert_int_equal(network->n_bundles, 3);
    /* the ports of the targets differ; in the last shape every owner has one block */
    assert_int_equal(most_siblings(network), s + 1 < COUNT_OF(shapes) ? 2 : 1);
    assert_ok(network_draw(network));
    size_t n = drawn(network, wanted), degrees = 0;
    assert_true(n > 30000 && n <= MOST);
    assert_int_equal(kept(network, found), n);
    assert_memory_equal(found, wanted, n * sizeof *wanted);
    assert_int_equal(network_synapses(network), n);
    for (int k = 0; k < network->n_bundles; k++) {
      for (uint32_t j = 0; j < (uint32_t)network->bundle[k].source->n; j++)
        degrees += network_out_degree(network, k, j);
    }
    assert_int_equal(degrees, n);
    assert_true(network_synapse_bytes(network) >= 2 * n);
    network_free(network);
  }
  assert_int_equal(memory_in_use(), 0);
}

/* ---- delivery ---- */

/* Segments from nothing to more than one record of a list tells, in three sibling arenas. */
enum { PLACES = 3000, SIBLINGS = 3, CLASSES = 2, SENDERS = 5, SEGMENTS = SENDERS * SIBLINGS * CLASSES };
static const int sums_delays[CLASSES] = {3, 9};

struct family {
  struct arena arena[SIBLINGS];
  struct arena_synapses synapses[2]; /* none of bundle 0 */
  struct bundle bundle[2];
  struct static_pathway shared;
  uint32_t begin[SEGMENTS + 1];
  int32_t port[SIBLINGS][2 * PLACES], wanted[SIBLINGS][2 * PLACES];
};

static struct family *make_family(int lanes, int n_weights) {
  static const uint32_t lengths[SEGMENTS] = {
      0,  1,  129, 5000,  0, 127, 128, 3, 1025, 1024, 2300, 0, 0,    0, 200000, /* three records and more */
      17, 64, 0,   65535, 1, 0,   0,   0, 0,    0,    4096, 5, 2048, 1, 131070};
  static uint16_t place[450000];
  struct family *family;
  assert_ok(memory_new("family", 1, sizeof *family, &family));
  family->shared = (struct static_pathway){.n_weights = n_weights, .salt = 99};
  family->bundle[1] = (struct bundle){.port = 1,
                                      .lanes = lanes,
                                      .shared = &family->shared,
                                      .n_classes = CLASSES,
                                      .delay_ticks = sums_delays,
                                      .second = 77};
  for (int k = 0; k < n_weights; k++) family->bundle[1].count[k] = 1000 - 31 * (k * 389 % STATIC_WEIGHTS);
  family->begin[0] = 1; /* no list begins at a full line */
  for (int s = 0; s < SEGMENTS; s++) family->begin[s + 1] = family->begin[s] + lengths[s];
  assert_true(family->begin[SEGMENTS] <= COUNT_OF(place));
  for (uint32_t e = 0; e < family->begin[SEGMENTS]; e++) /* some of them again and again */
    place[e] = (uint16_t)random_below(random_draw(6, RANDOM_WIRE, e, 0, 0).u[0], e % 2 ? PLACES : 7);
  family->synapses[1] = (struct arena_synapses){family->begin, place, family->begin[SEGMENTS] - 1};
  for (int a = 0; a < SIBLINGS; a++) {
    struct arena *arena = &family->arena[a];
    arena->port[1] = family->port[a];
    arena->sibling = a, arena->siblings = SIBLINGS;
    arena->synapses = family->synapses;
    assert_ok(arena_horizon(arena, 12));
  }
  return family;
}

static void drop_family(struct family *family) {
  for (int a = 0; a < SIBLINGS; a++) {
    assert_false(family->arena[a].no_memory);
    family->arena[a].synapses = NULL; /* not its own */
    arena_free(&family->arena[a], 2);
  }
  memory_free(family);
}

static void expect_sum(struct family *family, uint32_t j, int class) {
  const struct bundle *bundle = &family->bundle[1];
  for (int a = 0; a < SIBLINGS; a++) {
    const uint32_t *begin = family->begin + ((int)j * SIBLINGS + a) * CLASSES + class;
    for (uint32_t e = begin[0]; e < begin[1]; e++) {
      uint32_t cell = family->synapses[1].place[e];
      int32_t *wanted = family->wanted[a] + cell * (uint32_t)bundle->lanes;
      wanted[0] += bundle->count[fixed_weight(&family->shared, j, cell)];
      if (bundle->lanes > 1) wanted[1] += 77;
    }
  }
}

static void arrive_and_check(struct family *family, int64_t tick) {
  for (int a = 0; a < SIBLINGS; a++) arena_arrive(&family->arena[a], family->bundle, tick);
  assert_memory_equal(family->port, family->wanted, sizeof family->port);
}

/* Source j fires at ticks j and 20 + j; all arrive at their ticks, once, but what was due before it was sent
 * and what was dropped. */
static void test_sums_are_plain(void **state) {
  (void)state;
  for (int kind = 0; kind < 4; kind++) {
    struct family *family = make_family(1 + kind % 2, kind < 2 ? 1 : STATIC_WEIGHTS);
    for (int64_t tick = 0; tick < 40; tick++) {
      uint32_t j = (uint32_t)tick % 20;
      arena_ask(family->arena, family->bundle + 1, 1, j % SENDERS);
      if (j < SENDERS) arena_send(family->arena, family->bundle + 1, 1, j, tick, 0);
      for (int64_t sent = tick - 10; sent <= tick; sent++) {
        for (int c = 0; c < CLASSES && sent >= 0 && sent % 20 < SENDERS; c++) {
          if (sent + sums_delays[c] + PROJECTION_LAG == tick) expect_sum(family, (uint32_t)(sent % 20), c);
        }
      }
      arrive_and_check(family, tick);
    }
    arena_send(family->arena, family->bundle + 1, 1, 1, 40, 47); /* without the first class */
    for (int64_t tick = 40; tick < 50; tick++) arrive_and_check(family, tick);
    expect_sum(family, 1, 1);
    arrive_and_check(family, 50);
    arena_send(family->arena, family->bundle + 1, 1, 2, 60, 60);
    for (int a = 0; a < SIBLINGS; a++) arena_drop(&family->arena[a]);
    for (int64_t tick = 60; tick < 76; tick++) arrive_and_check(family, tick);
    drop_family(family);
  }
  assert_int_equal(memory_in_use(), 0);
}

/* ---- arrivals ---- */

/* Counts that a target should have heard, [lane or port][tick][cell]. */
struct heard {
  int32_t counts[3][METRONOME_TICKS][FIRST];
};

static bool fires(const struct population *population, uint32_t j, int tick) {
  int b = (int)j / population->block_cells, i = (int)j % population->block_cells;
  int32_t period = ((int32_t *)population_column(population, -1, "period", 0, b))[i];
  int32_t phase = ((int32_t *)population_column(population, -1, "phase", 0, b))[i];
  return period > 0 && tick >= phase && (tick - phase) % period == 0;
}

static void expect_cell(struct heard *heard, const struct projection *projection, uint32_t i,
                        const struct fan_in *fan_in) {
  const struct port *port = &projection->target->port[projection->port];
  const struct static_pathway *fixed = projection->fixed;
  for (size_t e = 0; e < fan_in->n; e++) {
    int delay = projection->delay_ticks[fan_in->class[e]] + PROJECTION_LAG;
    for (int tick = 0; tick + delay < METRONOME_TICKS; tick++) {
      if (!fires(projection->source, fan_in->source[e], tick)) continue;
      float weight = fixed->weight[fixed_weight(fixed, fan_in->source[e], i)];
      heard->counts[2 * projection->port][tick + delay][i] +=
          (int32_t)lrint((double)weight / port->quantum[0]);
      if (projection->port == 0)
        heard->counts[1][tick + delay][i] += (int32_t)lrint((double)fixed->second / port->quantum[1]);
    }
  }
}

static void expect(struct heard *heard, const struct network *network, const struct population *target) {
  struct fan_in fan_in = {0};
  memset(heard, 0, sizeof *heard);
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    for (uint32_t i = 0; projection->target == target && i < (uint32_t)target->n; i++) {
      fan_in.n = 0;
      assert_ok(projection->fixed->draw(projection->fixed->rule, projection, i, &fan_in));
      expect_cell(heard, projection, i, &fan_in);
    }
  }
  fan_in_free(&fan_in);
}
static void check_heard(const struct heard *heard, const struct population *target) {
  int64_t all = 0;
  for (int r = 0; r < 3; r++) {
    for (int tick = 0; tick < METRONOME_TICKS; tick++) {
      for (int b = 0; b < target->n_blocks; b++) {
        const int32_t *column = population_column(target, r, "heard", tick, b);
        const int32_t *wanted = heard->counts[r][tick] + target->block[b].first;
        assert_memory_equal(column, wanted, (size_t)target->block[b].n * sizeof *column);
        for (int i = 0; i < target->block[b].n; i++) all += wanted[i] != 0;
      }
    }
  }
  assert_true(all > 50000);
}

static void run(struct network *network, int64_t ticks) {
  struct window window = {.step = {.dt_ms = network->clock.dt_ms, .slow_dt_ms = 1}};
  assert_ok(window_run(network, &window, ticks));
}

static void test_arrivals(void **state) {
  (void)state;
  static struct heard heard;
  for (int s = 0; s < COUNT_OF(shapes); s++) {
    struct network *network = make(&shapes[s]);
    assert_ok(network_draw(network));
    network_set_quanta(network, 1);
    metronome_start_all(network);
    run(network, METRONOME_TICKS);
    for (int p = 1; p < 3; p++) {
      expect(&heard, network, network->population[p]);
      check_heard(&heard, network->population[p]);
    }
    network_free(network);
  }
}

/* Onto a port that synapses in lists reach too: what is heard is the sum of what is heard from each. */
static void test_lists_beside(void **state) {
  (void)state;
  static int32_t heard[3][METRONOME_TICKS][64];
  for (int kind = 0; kind < 3; kind++) { /* arena, list, both */
    struct network *network = empty(0.1);
    struct population *source = metronome_population(network, "source", SOURCES, 128),
                      *target = metronome_population(network, "target", 64, 128);
    if (kind != 1) fixed_pathway(network, source, target, 1, &graded);
    if (kind != 0) metronome_projection(network, source, target, 1, 0.5, 0.5);
    struct edge edges[128];
    assert_ok(network_connect(network, 2, 2));
    if (kind != 0) {
      for (uint32_t k = 0; k < 128; k++)
        edges[k] = (struct edge){.target = k % 64, .source = (k * 7) % SOURCES, .full = (uint16_t)(64 + k)};
      assert_ok(projection_set(network->projection[network->n_projections - 1], 0, edges, 128));
      assert_ok(network_make_rows(network));
    }
    assert_ok(network_draw(network));
    network_set_quanta(network, 1);
    target->port[1].quantum[0] = 0x1p-16; /* one for all three networks */
    if (kind != 1) {
      for (int k = 0; k < STATIC_WEIGHTS; k++)
        network->bundle[0].count[k] = (int32_t)lrint((double)network->bundle[0].shared->weight[k] * 0x1p16);
    }
    metronome_start_all(network);
    run(network, METRONOME_TICKS);
    for (int tick = 0; tick < METRONOME_TICKS; tick++)
      memcpy(heard[kind][tick], population_column(target, 2, "heard", tick, 0), sizeof heard[kind][tick]);
    network_free(network);
  }
  int64_t both = 0;
  for (int tick = 0; tick < METRONOME_TICKS; tick++) {
    for (int i = 0; i < 64; i++) {
      assert_int_equal(heard[2][tick][i], heard[0][tick][i] + heard[1][tick][i]);
      both += heard[0][tick][i] != 0 && heard[1][tick][i] != 0;
    }
  }
  assert_true(both > 10);
}

/* ---- quanta and failures ---- */

/* Targets of one bundle count alike, also through a third population that shares a bundle with each. */
static void test_shared_quanta(void **state) {
  (void)state;
  struct network *network = empty(0.1);
  struct population *source = metronome_population(network, "source", SOURCES, 128),
                    *other = metronome_population(network, "other", SOURCES, 128),
                    *a = metronome_population(network, "a", 50, 128),
                    *b = metronome_population(network, "b", 50, 128),
                    *c = metronome_population(network, "c", 50, 128);
  struct fixed_plan heavy = equal, much = equal;
  heavy.weight = 64, heavy.second = 32;
  much.in_degree = 900;
  fixed_pathway(network, source, a, 0, &equal);
  fixed_pathway(network, source, b, 0, &equal);
  fixed_pathway(network, other, b, 0, &equal);
  fixed_pathway(network, other, c, 0, &much);
  fixed_pathway(network, c, c, 0, &heavy);
  assert_ok(network_connect(network, 1, 1));
  network_set_quanta(network, 2);
  for (int lane = 0; lane < 2; lane++) {
    double quantum = c->port[0].quantum[lane];
    assert_true(a->port[0].quantum[lane] == quantum && b->port[0].quantum[lane] == quantum);
    double peak = 0; /* the largest sum, that of c, decides */
    for (int p = 3; p < 5; p++) peak += projection_peak_nS(network->projection[p], lane);
    assert_between(2 * peak / quantum, 0x1p29, 0x1p31);
  }
  assert_ok(network_check_ports(network));
  for (int k = 0; k < network->n_bundles; k++) {
    const struct bundle *bundle = &network->bundle[k];
    assert_near(bundle->count[0] * c->port[0].quantum[0], (double)bundle->shared->weight[0],
                0.5 * c->port[0].quantum[0]);
    assert_near(bundle->second * c->port[0].quantum[1], (double)bundle->shared->second,
                0.5 * c->port[0].quantum[1]);
  }
  network_free(network);
}

static enum status fail_late(const void *rule, const struct projection *projection, uint32_t i,
                             struct fan_in *out) {
  if (i == 600) return status_fail(STATUS_CONFIG, "no synapses for cell 600");
  return fixed_draw(rule, projection, i, out);
}

static void test_failures(void **state) {
  (void)state;
  for (int s = 0; s < COUNT_OF(shapes); s++) {
    struct network *network = make(&shapes[s]);
    network->projection[0]->fixed->draw = fail_late;
    assert_fails(network_draw(network), STATUS_CONFIG, "cell 600");
    network_free(network);
  }
  assert_int_equal(memory_in_use(), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bundles),        cmocka_unit_test(test_every_synapse_once),
      cmocka_unit_test(test_sums_are_plain), cmocka_unit_test(test_arrivals),
      cmocka_unit_test(test_lists_beside),   cmocka_unit_test(test_shared_quanta),
      cmocka_unit_test(test_failures)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
