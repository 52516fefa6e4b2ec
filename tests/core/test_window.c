/* test_window.c — an event emitted at tick t through a synapse of delay d arrives at tick t + d exactly, for
 * every delay, interval, number of threads, ranks and size of blocks; observers are called when they should,
 * see the spikes of their interval, and every block once a millisecond, by its owner or, where blocks are
 * loose, by one other; a potential that leaves the possible stops the run, at the lowest cell whatever the
 * threads. */
#include "metronome.h"
#include "random.h"
#include <stdatomic.h>

enum { SENDERS = 300, HEARERS = 200, SYNAPSES = 3000 };

static struct edge synapse_at(uint32_t k, int n_classes) {
  struct random_draw draw = random_draw(5, RANDOM_WIRE, k, 0, 0);
  return (struct edge){.target = random_below(draw.u[0], HEARERS),
                       .source = random_below(draw.u[1], SENDERS),
                       .full = (uint16_t)(1 + random_below(draw.u[2], 1000)),
                       .delay = (uint8_t)random_below(draw.u[3], (uint32_t)n_classes)};
}

static enum status set_block(void *context, struct projection *projection, int b) {
  (void)context;
  const struct block *block = &projection->target->block[b];
  struct edge *edges;
  size_t n = 0;
  TRY(memory_new("edges", SYNAPSES, sizeof *edges, &edges));
  for (uint32_t k = 0; k < SYNAPSES; k++) {
    struct edge edge = synapse_at(k, projection->n_classes);
    if (edge.target >= (uint32_t)block->first && edge.target < (uint32_t)(block->first + block->n))
      edges[n++] = edge;
  }
  enum status status = projection_set(projection, b, edges, n);
  memory_free(edges);
  return status;
}

struct shape {
  int threads, ranks, block_cells;
  double low_ms, high_ms;
  int crowd; /* cells that have nothing to do with them: with many blocks threads take such of others */
};

/* Senders → hearers through both ports. */
static struct network *make(const struct shape *shape) {
  struct network *network;
  assert_ok(network_new((struct clock){0.1}, 11, &network));
  struct population *sender = metronome_population(network, "sender", SENDERS, shape->block_cells),
                    *hearer = metronome_population(network, "hearer", HEARERS, shape->block_cells);
  metronome_projection(network, sender, hearer, 0, shape->low_ms, shape->high_ms);
  metronome_projection(network, sender, hearer, 1, shape->low_ms, shape->high_ms)->weight_quantum_nS =
      1.0 / 1024;
  metronome_population(network, "crowd", shape->crowd, shape->block_cells);
  assert_ok(network_connect(network, shape->threads, shape->ranks));
  assert_ok(network_each_block(network, set_block, NULL));
  metronome_start_all(network);
  return network;
}

static void run(struct network *network, const struct observer *observer, int64_t n_ticks) {
  struct window window = {
      .step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .observers = observer, .n_observers = observer ? 1 : 0};
  assert_ok(window_run(network, &window, n_ticks));
}

static int32_t *field_at(const struct population *population, int receptor, const char *name, int row,
                         int i) {
  int32_t *column = population_column(population, receptor, name, row, i / population->block_cells);
  return column + i % population->block_cells;
}

/* Every count that every hearer should get at every tick, by the definition of a delay. */
static void expect(const struct network *network, int p, int32_t (*counts)[HEARERS]) {
  const struct projection *projection = network->projection[p];
  const struct population *sender = projection->source;
  int32_t per_weight = p == 0 ? 16 : 1; /* weight quantum over port quantum */
  memset(counts, 0, METRONOME_TICKS * sizeof *counts);
  for (uint32_t k = 0; k < SYNAPSES; k++) {
    struct edge edge = synapse_at(k, projection->n_classes);
    int period = *field_at(sender, -1, "period", 0, (int)edge.source);
    int phase = *field_at(sender, -1, "phase", 0, (int)edge.source);
    for (int t = phase; t < METRONOME_TICKS; t += period) {
      int arrival = t + projection->delay_ticks[edge.delay] + PROJECTION_LAG;
      if (arrival < METRONOME_TICKS) counts[arrival][edge.target] += edge.full * per_weight;
    }
  }
}

static void test_delays_are_exact(void **state) {
  (void)state;
  static int32_t wanted[METRONOME_TICKS][HEARERS];
  static const struct shape shapes[] = {{1, 1, 128, 0.1, 2.0, 0},    {2, 1, 128, 0.1, 2.0, 0},
                                        {3, 1, 256, 0.2, 3.0, 0},    {1, 2, 128, 0.5, 3.0, 0},
                                        {2, 3, 128, 0.5, 12.0, 0},   {3, 2, 1024, 1.0, 20.0, 0},
                                        {2, 1, 1024, 1.5, 1.5, 0},   {1, 3, 256, 3.0, 28.0, 0},
                                        {3, 1, 128, 0.1, 2.0, 4000}, {2, 2, 128, 0.5, 3.0, 4000}};
  for (int s = 0; s < COUNT_OF(shapes); s++) {
    struct network *network = make(&shapes[s]);
    run(network, NULL, METRONOME_TICKS / 2); /* in two windows: arrivals under way carry over */
    run(network, NULL, METRONOME_TICKS / 2);
    for (int p = 0; p < 2; p++) {
      expect(network, p, wanted);
      int64_t arrived = 0;
      for (int t = 0; t < METRONOME_TICKS; t++) {
        for (int i = 0; i < HEARERS; i++) {
          int32_t heard = *field_at(network->population[1], 2 * p, "heard", t, i);
          if (heard != wanted[t][i])
            fail_msg("shape %d: %d counts at tick %d, cell %d, not %d", s, heard, t, i, wanted[t][i]);
          arrived += heard;
        }
      }
      assert_true(arrived > 100000);
    }
    network_free(network);
  }
}

/* ---- observers ---- */

struct diary {
  int intervals, milliseconds, blocks[64], ticks[64], told[64];
  atomic_int astray, early, taken; /* of any thread */
  int64_t next_interval, next_millisecond;
  int spikes;
  const struct network *network;
};

static void note_interval(void *context, const struct network *network, int64_t first, int n) {
  struct diary *diary = context;
  diary->intervals++;
  assert_int_equal(first, diary->next_interval);
  assert_int_equal(n, network->interval);
  diary->next_interval += n;
  int ranks = exchange_ranks(network->exchange);
  for (int k = 0; k < n; k++) {
    for (int r = 0; r < ranks; r++) {
      const struct spike_list *list =
          &network->rank[r].history[(int)((first + k) % network->ring)]; /* of population 0 */
      if (r == 0) diary->spikes += list->n;
      for (int s = 0; s < list->n; s++) {
        int64_t since = first + k - *field_at(network->population[0], -1, "phase", 0, (int)list->cell[s]);
        assert_int_equal(since % *field_at(network->population[0], -1, "period", 0, (int)list->cell[s]), 0);
        if (s) assert_true(list->cell[s] > list->cell[s - 1]); /* sorted */
        assert_true(list->efficacy[s] == 1.0f && list->efficacy[list->capacity + s] == 1.0f);
      }
    }
  }
}

static void note_millisecond(void *context, const struct network *network, int64_t tick) {
  struct diary *diary = context;
  diary->milliseconds++;
  diary->next_millisecond += network->ms_ticks;
  assert_int_equal(tick, diary->next_millisecond);
}

static void note_block(void *context, int thread, const struct population *population, int b) {
  struct diary *diary = context;
  const struct block *block = &population->block[b];
  diary->blocks[block->number]++; /* a block is advanced by one thread, so nobody else writes here */
  if (block->thread != thread) diary->taken++;
}

/* After the millisecond of all: as many as there were. */
static void note_told(void *context, const struct population *population, int b) {
  struct diary *diary = context;
  const struct block *block = &population->block[b];
  if (++diary->told[block->number] != diary->milliseconds) diary->early++;
  for (int i = 0; i < block->n; i++) block->release[0][i] = (float)diary->milliseconds;
}

static void note_tick(void *context, int thread, const struct population *population, int b, int64_t tick) {
  struct diary *diary = context;
  const struct block *block = &population->block[b];
  (void)thread;
  if (tick != diary->ticks[block->number]) diary->astray++;
  diary->ticks[block->number]++;
}

static void test_observers(void **state) {
  (void)state;
  static const struct shape shapes[] = {{1, 1, 128, 0.5, 3.0, 0},    {3, 1, 128, 0.5, 3.0, 0},
                                        {2, 3, 128, 1.0, 3.0, 0},    {1, 1, 128, 0.5, 3.0, 4000},
                                        {2, 1, 128, 0.5, 3.0, 4000}, {4, 2, 128, 0.5, 3.0, 4000}};
  for (int s = 0; s < COUNT_OF(shapes); s++) {
    struct network *network = make(&shapes[s]);
    assert_true((network->n_loose > 0) == (shapes[s].crowd > 0 && shapes[s].threads > 1));
    struct diary diary = {.network = network};
    const struct observer observer = {.context = &diary,
                                      .tick = note_tick,
                                      .block = note_block,
                                      .interval = note_interval,
                                      .millisecond = note_millisecond,
                                      .tell = note_told};
    run(network, &observer, 100);
    run(network, &observer, 150);
    int wanted = 0;
    for (int i = 0; i < SENDERS; i++) {
      int period = *field_at(network->population[0], -1, "period", 0, i);
      int phase = *field_at(network->population[0], -1, "phase", 0, i);
      wanted += (249 - phase) / period + 1;
    }
    assert_int_equal(diary.intervals, 250 / network->interval);
    assert_int_equal(diary.milliseconds, 25);
    assert_int_equal(diary.spikes, wanted);
    assert_int_equal(diary.astray, 0);
    if (network->n_loose == 0) assert_int_equal(diary.taken, 0);
    assert_int_equal(diary.early, 0);
    for (int b = 0; b < network->n_blocks; b++) {
      assert_int_equal(diary.blocks[b], 25);
      assert_int_equal(diary.ticks[b], 250);
      assert_int_equal(diary.told[b], 25);
      assert_true(network->block[b]->release[0][0] == 25.0f);
    }
    assert_int_equal(network->tick, 250);
    network_free(network);
  }
}

/* ---- conditions ---- */

/* Writes down the conditions that it meets, in place of what arrives. */
static void note_conditions(const struct cells *cells, const struct step *step) {
  for (int i = 0; i < cells->n; i++)
    listener_at(cells->column).total[i] = step->slow_dt_ms + step->n_exposures;
}

/* Each population meets the step of its region, every tick and every millisecond; without steps of regions
 * all meet the window's. */
static void test_regions(void **state) {
  (void)state;
  static const struct mechanism noting = {.name = "noting",
                                          .kind = MECHANISM_RECEPTOR,
                                          .fields = listener_fields,
                                          .n_fields = COUNT_OF(listener_fields),
                                          .open = note_conditions,
                                          .adapt = note_conditions};
  for (int threads = 1; threads <= 2; threads++) {
    const struct shape shape = {threads, 1, 128, 0.5, 3.0, 0};
    struct network *network = make(&shape);
    for (int p = 0; p < 2; p++) network->population[p]->receptor[1].mechanism = &noting;
    network->population[0]->region_index = 1;
    const struct step regions[] = {{.dt_ms = 0.1, .slow_dt_ms = 3}, {.dt_ms = 0.1, .slow_dt_ms = 5}};
    struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 7}, .regions = regions};
    assert_ok(window_run(network, &window, 20));
    const double *sender = population_column(network->population[0], 1, "total", 0, 0);
    const double *hearer = population_column(network->population[1], 1, "total", 0, 0);
    assert_true(sender[0] == 5 && hearer[0] == 3);
    window.regions = NULL;
    assert_ok(window_run(network, &window, 20));
    assert_true(sender[0] == 7 && hearer[0] == 7);
    network_free(network);
  }
}

/* ---- failure ---- */

static void test_watch(void **state) {
  (void)state;
  for (int threads = 1; threads <= 3; threads++) {
    const struct shape shape = {threads, threads == 2 ? 2 : 1, 128, 0.5, 3.0, 0};
    struct network *network = make(&shape);
    *(float *)field_at(network->population[0], -1, "V", 0, 131) = NAN;
    *(float *)field_at(network->population[0], -1, "V", 0, 140) = 1e9f;
    *(float *)field_at(network->population[1], -1, "V", 0, 3) = -300;
    struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}};
    assert_fails(window_run(network, &window, 100), STATUS_DIVERGED, "test/sender: cell 131 at 1.0 ms");
    network_free(network);
  }
}

static void test_broken_millisecond(void **state) {
  (void)state;
  const struct shape shape = {1, 1, 128, 0.5, 3.0, 0};
  struct network *network = make(&shape);
  struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}};
  assert_fails(window_run(network, &window, 15), STATUS_FAULT, "15 ticks");
  assert_int_equal(network->tick, 0);
  assert_ok(window_run(network, &window, 0));
  network_free(network);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_delays_are_exact),
      cmocka_unit_test(test_observers),
      cmocka_unit_test(test_regions),
      cmocka_unit_test(test_watch),
      cmocka_unit_test(test_broken_millisecond),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
