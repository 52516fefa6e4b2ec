/* test_activity.c — every spike is written once, in the order of time and cell, at its time of the protocol,
 * into its region; counts per cell and rates per bin are those of the spikes; what is only counted is not
 * written; the same for any threads, ranks and blocks; counts survive save and load; a recorder that fails is
 * heard. Cells fire by a known clock. */
#include "core/metronome.h"
#include "signals/activity.h"
#include "state.h"

enum { MOST = 20000 };

/* A recorder that keeps spikes. */
struct kept {
  struct recorder recorder;
  int n[2];
  double time_ms[2][MOST];
  uint64_t node[2][MOST];
  enum status answer;
};

static enum status keep(struct recorder *self, const char *region, const double *time_ms,
                        const uint64_t *node, size_t n) {
  struct kept *kept = (struct kept *)self;
  int r = strcmp(region, "north") == 0 ? 0 : 1;
  if (r == 1) assert_string_equal(region, "south");
  for (size_t k = 0; k < n; k++, kept->n[r]++) {
    assert_true(kept->n[r] < MOST);
    kept->time_ms[r][kept->n[r]] = time_ms[k];
    kept->node[r][kept->n[r]] = node[k];
  }
  if (kept->answer != STATUS_OK) return status_fail(kept->answer, "the disk is full");
  return STATUS_OK;
}

/* Three populations, two of them in one region, that are not connected but for one pathway: delays set the
 * length of intervals. */
static struct network *make(int block_cells, int threads, int ranks) {
  struct network *network;
  static const char *const regions[] = {"north", "south", "north"};
  static const uint64_t first_node[] = {0, 0, 300};
  static const int cells[] = {300, 200, 150};
  assert_ok(network_new((struct clock){0.1}, 4, &network));
  for (int p = 0; p < 3; p++) {
    struct population *population = metronome_population(network, regions[p], cells[p], block_cells);
    snprintf(population->region, sizeof population->region, "%s", regions[p]);
    population->first_node = first_node[p];
  }
  metronome_projection(network, network->population[0], network->population[1], 0, 0.5, 2);
  assert_ok(network_connect(network, threads, ranks));
  for (int b = 0; b < network->population[1]->n_blocks; b++)
    assert_ok(projection_set(network->projection[0], b, NULL, 0));
  metronome_start_all(network);
  return network;
}

static bool fires(const struct population *population, int i, int64_t tick) {
  const struct block *block = &population->block[i / population->block_cells];
  struct metronome s = metronome_at(block->cell_column);
  int64_t since = tick - s.phase[i - block->first];
  return since >= 0 && since % s.period[i - block->first] == 0;
}

static void run(struct network *network, struct activity *activity, int ms) {
  struct observer observer = activity_observer(activity);
  struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .observers = &observer, .n_observers = 1};
  assert_ok(window_run(network, &window, 10 * ms));
}

/* Ten bins of 10 ms from tick 200 on, which is 5 s of the protocol. */
static void test_spikes(void **state) {
  (void)state;
  static const struct { int block_cells, threads, ranks; } ways[] = {{1024, 1, 1}, {128, 3, 1}, {128, 2, 3}};
  for (int way = 0; way < COUNT_OF(ways); way++) {
    static struct kept kept;
    memset(&kept, 0, sizeof kept);
    kept.recorder.spikes = keep;
    struct network *network = make(ways[way].block_cells, ways[way].threads, ways[way].ranks);
    struct activity activity;
    assert_ok(activity_new(&activity, network));
    run(network, &activity, 20);
    double rates[3];
    assert_ok(activity_flush(&activity, NULL, false, rates));
    activity_clear(&activity);
    activity_begin(&activity, network->tick, 5000);
    for (int bin = 0; bin < 10; bin++) {
      run(network, &activity, ACTIVITY_BIN_MS);
      assert_ok(activity_flush(&activity, &kept.recorder, true, rates));
      for (int p = 0; p < 3; p++) {
        const struct population *population = network->population[p];
        int spikes = 0;
        for (int64_t tick = 200 + 100 * bin; tick < 300 + 100 * bin; tick++)
          for (int i = 0; i < population->n; i++) spikes += fires(population, i, tick);
        assert_near(rates[p], spikes / (population->n * 0.01), 1e-9);
      }
    }
    int at[2] = {0};
    for (int64_t tick = 200; tick < 1200; tick++) {
      for (int p = 0; p < 3; p++) {
        const struct population *population = network->population[p];
        int r = p == 1;
        for (int i = 0; i < population->n; i++) {
          if (!fires(population, i, tick)) continue;
          assert_true(at[r] < kept.n[r]);
          assert_near(kept.time_ms[r][at[r]], 5000 + 0.1 * (double)(tick - 200), 1e-9);
          assert_int_equal(kept.node[r][at[r]], population->first_node + (uint64_t)i);
          at[r]++;
        }
      }
    }
    assert_true(at[0] == kept.n[0] && at[1] == kept.n[1] && at[0] > 1000);
    activity_free(&activity);
    network_free(network);
  }
}

static void test_counts(void **state) {
  (void)state;
  struct network *network = make(256, 2, 1);
  struct activity activity;
  double rates[3];
  assert_ok(activity_new(&activity, network));
  run(network, &activity, 30);
  assert_ok(activity_flush(&activity, NULL, false, rates));
  for (int p = 0; p < 3; p++) {
    const struct population *population = network->population[p];
    int64_t sum = 0;
    for (int i = 0; i < population->n; i++) {
      uint32_t spikes = 0;
      for (int64_t tick = 0; tick < 300; tick++) spikes += fires(population, i, tick);
      assert_int_equal(activity.count[p][i], spikes);
      sum += spikes;
    }
    assert_int_equal(activity_spikes(&activity, p), sum);
    assert_true(sum > 0);
  }
  activity_clear(&activity);
  for (int p = 0; p < 3; p++) assert_int_equal(activity_spikes(&activity, p), 0);
  activity_free(&activity);
  activity_free(&activity); /* of a zeroed one */
  network_free(network);
}

/* Spikes that were counted only do not come with the next that are written. */
static void test_counted_only(void **state) {
  (void)state;
  static struct kept kept;
  memset(&kept, 0, sizeof kept);
  kept.recorder.spikes = keep;
  struct network *network = make(256, 1, 1);
  struct activity activity;
  double rates[3];
  assert_ok(activity_new(&activity, network));
  activity_begin(&activity, 0, 0);
  run(network, &activity, 10);
  assert_ok(activity_flush(&activity, &kept.recorder, false, rates));
  assert_true(kept.n[0] == 0 && kept.n[1] == 0 && rates[0] > 0);
  run(network, &activity, 10);
  assert_ok(activity_flush(&activity, &kept.recorder, true, rates));
  assert_true(kept.n[0] > 0);
  for (int k = 0; k < kept.n[0]; k++) assert_true(kept.time_ms[0][k] >= 10);
  activity_free(&activity);
  network_free(network);
}

static void test_state(void **state) {
  (void)state;
  struct image *image;
  struct network *network = make(256, 1, 1);
  struct activity activity, other;
  double rates[3];
  assert_ok(image_new(&image));
  assert_ok(activity_new(&activity, network));
  assert_ok(activity_new(&other, network));
  activity_begin(&activity, 0, 720);
  run(network, &activity, 20);
  assert_ok(activity_flush(&activity, NULL, false, rates));
  assert_ok(activity_visit(&activity, image_saver(image)));
  assert_ok(activity_visit(&other, image_loader(image)));
  assert_true(other.first_tick == 0 && other.start_ms == 720);
  for (int p = 0; p < 3; p++) assert_int_equal(activity_spikes(&other, p), activity_spikes(&activity, p));
  activity_free(&activity);
  activity_free(&other);
  image_free(image);
  network_free(network);
}

static void test_recorder_fails(void **state) {
  (void)state;
  static struct kept kept;
  memset(&kept, 0, sizeof kept);
  kept.recorder.spikes = keep;
  kept.answer = STATUS_WORLD;
  struct network *network = make(256, 1, 1);
  struct activity activity;
  double rates[3];
  assert_ok(activity_new(&activity, network));
  run(network, &activity, 10);
  assert_fails(activity_flush(&activity, &kept.recorder, true, rates), STATUS_WORLD, "disk is full");
  activity_free(&activity);
  network_free(network);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_spikes), cmocka_unit_test(test_counts),
                                     cmocka_unit_test(test_counted_only), cmocka_unit_test(test_state),
                                     cmocka_unit_test(test_recorder_fails)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
