/* test_pipette.c — recordings from cells of a network: a step of current moves a cell as its membrane says,
 * the slow feedback brings it where it should be, a pulse makes one spike at its time. A clamped cell stays
 * where it is held, does not fire at any potential, and its current is that of its receptors. Cells without
 * a pipette do not notice, spikes that are cut reach nobody, and all is put back in the end. The same for
 * any blocks and threads. What one run sent can be sent again in another, beside pulses. */
#include "drive/pipette.h"
#include "drive/replay.h"
#include "specimen.h"
#include "spikes.h"

enum { CELLS = 300, EVENT_CELL = 150, EVENT_TICK = 100 };
static const double EVENT_NS = 2;

/* One background event at one cell. */
static void one_event(const struct population *population, int b, uint64_t seed, int64_t tick) {
  const struct block *block = &population->block[b];
  (void)seed;
  bool here = EVENT_CELL >= block->first && EVENT_CELL < block->first + block->n;
  if (tick == EVENT_TICK && here) block->background[EVENT_CELL - block->first] += 1;
}

static struct network *make(const char *model, int block_cells, int threads) {
  struct network *network;
  struct population *population;
  bool adex = strcmp(model, "adex") == 0;
  assert_ok(network_new((struct clock){0.1}, 4, &network));
  assert_ok(network_population(network, &population));
  struct population made =
      adex ? specimen(specimen_build(""), CELLS) : specimen_of(specimen_build(""), model, CELLS);
  made.index = population->index;
  made.background_port = adex ? 0 : -1;
  made.drive = adex ? one_event : NULL;
  made.drive_until = INT64_MAX;
  made.background_nS[0] = EVENT_NS;
  made.background_nS[1] = 0;
  *population = made;
  for (int r = -1; r < population->n_receptors; r++) {
    const struct mechanism *mechanism = r < 0 ? population->cell : population->receptor[r].mechanism;
    if (mechanism->prepare)
      mechanism->prepare(r < 0 ? population->cell_params : population->receptor[r].params, 0.1);
  }
  assert_ok(population_allocate(population, block_cells));
  assert_ok(network_connect(network, threads, 1));
  for (int b = 0; b < network->n_blocks; b++)
    population_start(population, network->block_in_population[b], 2);
  return network;
}

/* Spikes that left their cells. */
static int64_t sent;

static void count_sent(void *context, const struct network *network, int64_t first, int n) {
  (void)context;
  for (int k = 0; k < n; k++) sent += spikes_at(network, 0, 0, first + k)->n;
}

static void run_with(struct network *network, struct pipettes *pipettes, struct replay *replay, int ms) {
  const struct observer observers[] = {{.interval = count_sent},
                                       pipettes ? pipettes_observer(pipettes) : (struct observer){0},
                                       replay ? replay_observer(replay) : (struct observer){0}};
  struct window window = {
      .step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .observers = observers, .n_observers = COUNT_OF(observers)};
  sent = 0;
  assert_ok(window_run(network, &window, ms * network->ms_ticks));
}

static void run(struct network *network, struct pipettes *pipettes, int ms) {
  run_with(network, pipettes, NULL, ms);
}

static float value_of(const struct network *network, const char *field, int cell) {
  const struct population *population = network->population[0];
  int b = cell / population->block_cells;
  const float *column = population_column(population, -1, field, 0, b);
  return column[cell - population->block[b].first];
}

/* The cell's own leak and slow current give the deflection at the end of a long step. */
static void test_step(void **state) {
  (void)state;
  struct network *network = make("adex", 128, 1);
  struct pipettes pipettes;
  const struct pipette list[] = {{.cell = 7, .step_pA = -50, .step_from_ms = 300, .step_to_ms = 900}};
  assert_ok(pipettes_new(&pipettes, network, list, 1, 1000));
  run(network, &pipettes, 900);
  const struct pipette *p = &pipettes.pipette[0];
  double a = mechanism_number(network->population[0]->cell, network->population[0]->cell_params, "a");
  double leak = (double)value_of(network, "g_L", 7) + a;
  assert_int_equal(pipettes_samples(&pipettes), 9000);
  assert_near((double)p->trace[8999] - (double)p->trace[2990], -50 / leak, 0.02);
  assert_near(p->trace[8999], value_of(network, "V", 7), 0);
  pipettes_free(&pipettes);
  pipettes_free(&pipettes);
  assert_null(network->population[0]->inject);
  network_free(network);
}

static void test_feedback(void **state) {
  (void)state;
  struct network *network = make("adex", 128, 1);
  struct pipettes pipettes;
  const struct pipette list[] = {{.cell = 3, .hold_mV = -58, .feedback = true}};
  assert_ok(pipettes_new(&pipettes, network, list, 1, 1000));
  run(network, &pipettes, 800);
  assert_near(value_of(network, "V", 3), -58, 0.1);
  pipettes.pipette[0].feedback = false; /* the current that was found stays */
  pipettes_begin(&pipettes);
  run(network, &pipettes, 200);
  assert_near(value_of(network, "V", 3), -58, 0.5);
  pipettes_free(&pipettes);
  network_free(network);
}

static void test_pulses(void **state) {
  (void)state;
  struct network *network = make("adex", 128, 1);
  struct pipettes pipettes;
  const struct pipette list[] = {
      {.cell = 10, .n_pulses = 4, .pulse_first_ms = 20, .pulse_every_ms = 20, .cut = true},
      {.cell = 299, .n_pulses = 1, .pulse_first_ms = 95}};
  assert_ok(pipettes_new(&pipettes, network, list, 2, 200));
  run(network, &pipettes, 100);
  const struct pipette *train = &pipettes.pipette[0], *last = &pipettes.pipette[1];
  assert_int_equal(train->n_spikes, 4);
  for (int k = 0; k < 4; k++) assert_near(train->spike_ms[k], 20 * (k + 1) + 1.2, 1.2);
  assert_int_equal(last->n_spikes, 1);
  assert_int_equal(sent, 1); /* those of the other are cut */
  pipettes_begin(&pipettes); /* again from the start */
  run(network, &pipettes, 30);
  assert_int_equal(pipettes.pipette[0].n_spikes, 1);
  pipettes_free(&pipettes);
  network_free(network);
}

/* Of a silent cell only pulsed spikes leave, and are noted. */
static void test_silent(void **state) {
  (void)state;
  struct network *network = make("adex", 128, 1);
  struct pipettes pipettes;
  const struct pipette list[] = {{.cell = 20,
                                  .step_pA = 600,
                                  .step_to_ms = 100,
                                  .n_pulses = 2,
                                  .pulse_first_ms = 30,
                                  .pulse_every_ms = 40,
                                  .silent = true}};
  assert_ok(pipettes_new(&pipettes, network, list, 1, 100));
  run(network, &pipettes, 100);
  const struct pipette *p = &pipettes.pipette[0];
  assert_int_equal(p->n_spikes, 2);
  assert_int_equal(sent, 2);
  for (int k = 0; k < 2; k++) assert_near(p->spike_ms[k], 30 + 40 * k + 2.5, 2.5);
  pipettes_free(&pipettes);
  network_free(network);
}

/* A cell fires under a step; in the next run it gets none, or one that fires it more, and sends the same. Its
 * own state is not touched, and a pulsed cell sends what it fires. */
static void test_replay(void **state) {
  (void)state;
  for (int threads = 1; threads <= 2; threads++) {
    struct network *network = make("adex", 128, threads);
    struct pipettes pipettes;
    struct replay replay;
    const struct pipette list[] = {
        {.cell = 20, .step_pA = 600, .step_to_ms = 100},
        {.cell = 290, .n_pulses = 1, .pulse_first_ms = 40, .pulse_every_ms = 10, .silent = true}};
    assert_ok(pipettes_new(&pipettes, network, list, 2, 100));
    assert_ok(replay_new(&pipettes, &replay));
    struct pipette *p = &pipettes.pipette[0];
    pipettes.pipette[1].n_pulses = 0;
    run_with(network, &pipettes, &replay, 100);
    int64_t before = sent;
    assert_true(before >= 3);
    assert_int_equal(before, p->n_spikes);
    static const double steps[] = {0, 900};
    replay.plays = true;
    pipettes.pipette[1].n_pulses = 1;
    for (int k = 0; k < 2; k++) {
      p->step_pA = steps[k];
      pipettes_begin(&pipettes);
      run_with(network, &pipettes, &replay, 100);
      assert_int_equal(sent, before + 1);
      assert_true(k == 0 ? p->n_spikes <= 1 : p->n_spikes > before); /* one was under way */
      assert_int_equal(pipettes.pipette[1].n_spikes, 1);
    }
    replay_free(&replay);
    replay_free(&replay);
    pipettes_free(&pipettes);
    network_free(network);
  }
}

/* An event of known size: its peak current is w (V − E) at either side of the reversal potential, there is
 * none before, and no potential makes the cell fire. */
static void test_clamp(void **state) {
  (void)state;
  static const double holds[] = {-70, 40};
  for (int h = 0; h < 2; h++) {
    struct network *network = make("adex", 128, 1);
    float V_T = value_of(network, "V_T", EVENT_CELL), V_peak = value_of(network, "V_peak", EVENT_CELL);
    struct pipettes pipettes;
    const struct pipette list[] = {{.cell = EVENT_CELL, .mode = PIPETTE_VOLTAGE, .hold_mV = holds[h]}};
    assert_ok(pipettes_new(&pipettes, network, list, 1, 50));
    run(network, &pipettes, 50);
    const struct pipette *p = &pipettes.pipette[0];
    float least = 0, most = 0;
    for (int k = 0; k < EVENT_TICK; k++) assert_near(p->trace[k], 0, 0);
    for (int k = EVENT_TICK; k < 500; k++) {
      least = p->trace[k] < least ? p->trace[k] : least;
      most = p->trace[k] > most ? p->trace[k] : most;
    }
    assert_near(holds[h] < 0 ? least : most, EVENT_NS * holds[h], 0.01 * EVENT_NS * 70);
    assert_near(holds[h] < 0 ? most : least, 0, 1e-3);
    assert_int_equal(p->n_spikes, 0);
    assert_true(value_of(network, "V_T", EVENT_CELL) > 1000);
    pipettes_free(&pipettes);
    assert_near(value_of(network, "V_T", EVENT_CELL), V_T, 0);
    assert_near(value_of(network, "V_peak", EVENT_CELL), V_peak, 0);
    network_free(network);
  }
}

static const struct pipette several[] = {
    {.cell = 140, .mode = PIPETTE_VOLTAGE, .hold_mV = 0},
    {.cell = 2, .n_pulses = 3, .pulse_first_ms = 5, .pulse_every_ms = 7},
    {.cell = 260, .step_pA = 30, .step_from_ms = 10, .step_to_ms = 30},
    {.cell = EVENT_CELL, .hold_mV = -60, .feedback = true},
};

/* Others do not notice; blocks, threads and the order of the list do not matter. */
static void test_alike(void **state) {
  (void)state;
  struct network *alone = make("adex", 128, 1), *first = make("adex", 128, 1),
                 *second = make("adex", 1024, 2);
  struct pipette turned[COUNT_OF(several)];
  struct pipettes a, b;
  for (int k = 0; k < COUNT_OF(several); k++) turned[k] = several[COUNT_OF(several) - 1 - k];
  assert_ok(pipettes_new(&a, first, several, COUNT_OF(several), 40));
  assert_ok(pipettes_new(&b, second, turned, COUNT_OF(several), 40));
  run(alone, NULL, 40);
  run(first, &a, 40);
  run(second, &b, 40);
  for (int k = 0; k < COUNT_OF(several); k++) {
    assert_int_equal(a.pipette[k].cell, b.pipette[k].cell);
    assert_memory_equal(a.pipette[k].trace, b.pipette[k].trace, 400 * sizeof(float));
  }
  for (int i = 0; i < CELLS; i++) {
    bool touched = i == 140 || i == 2 || i == 260 || i == EVENT_CELL;
    if (!touched) assert_near(value_of(first, "V", i), value_of(alone, "V", i), 0);
  }
  pipettes_free(&a);
  pipettes_free(&b);
  network_free(alone);
  network_free(first);
  network_free(second);
}

static void test_refused(void **state) {
  (void)state;
  struct network *network = make("adex", 128, 1), *leaky = make("lif_conductance", 128, 1);
  struct pipettes pipettes, more;
  assert_fails(pipettes_new(&pipettes, network, (const struct pipette[]){{.cell = 4}, {.cell = 4}}, 2, 10),
               STATUS_FAULT, "two pipettes");
  pipettes_free(&pipettes);
  const struct pipette held[] = {{.cell = 4, .mode = PIPETTE_VOLTAGE}};
  assert_fails(pipettes_new(&pipettes, leaky, held, 1, 10), STATUS_CONFIG, "V_T");
  pipettes_free(&pipettes);
  assert_ok(pipettes_new(&pipettes, network, held, 1, 10));
  assert_fails(pipettes_new(&more, network, held, 1, 10), STATUS_FAULT, "pipettes already");
  pipettes_free(&more);
  assert_non_null(network->population[0]->inject);
  pipettes_free(&pipettes);
  network_free(network);
  network_free(leaky);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_step),   cmocka_unit_test(test_feedback),
                                     cmocka_unit_test(test_pulses), cmocka_unit_test(test_clamp),
                                     cmocka_unit_test(test_alike),  cmocka_unit_test(test_refused),
                                     cmocka_unit_test(test_silent), cmocka_unit_test(test_replay)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
