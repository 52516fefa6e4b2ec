/* test_voltage_clamp.c — events of known number and size reach cells under clamp: those that lie apart are
 * found, with their size, in both holding potentials, and none where nothing comes but the amplifier's noise;
 * at higher rates those are missed that fall together. A steady NMDA current makes no events. The mean
 * current is that of the conductances. The cell does not notice, blocks do not matter, and a clamp goes on
 * after save and load. */
#include "random.h"
#include "receptors/nmda.h"
#include "signals/voltage_clamp.h"
#include "specimen.h"
#include "state.h"

enum { CELLS = 300, CLAMPED = 4 };

static const struct clamp_settings settings = {
    .hold_excitatory = -70, .hold_inhibitory = 0, .noise = 2, .smoothing = 0.5, .samples = 1000};

struct scene {
  struct population population;
  struct population *list[1];
  struct network network;
  struct clamp clamp;
  int64_t tick, events[CLAMP_KINDS];
  double rate_Hz[CLAMP_KINDS], event_nS, nmda_nS;
};

static struct scene *make(int block_cells, double noise) {
  struct scene *scene;
  struct clamp_settings own = settings;
  assert_ok(memory_new("scene", 1, sizeof *scene, &scene));
  scene->population = specimen(specimen_build(""), CELLS);
  scene->population.background_nS[0] = scene->population.background_nS[1] = 0;
  specimen_ready(&scene->population, 0.1, block_cells);
  scene->list[0] = &scene->population;
  scene->network = (struct network){.clock = {0.1}, .seed = 3, .population = scene->list, .n_populations = 1};
  own.noise = noise;
  assert_ok(clamp_new(&scene->clamp, &own, &scene->network, (int[]){CLAMPED}));
  return scene;
}

static void drop(struct scene *scene) {
  clamp_free(&scene->clamp);
  clamp_free(&scene->clamp);
  population_free(&scene->population);
  memory_free(scene);
}

/* One tick of a block: events of the wanted rates reach its cells. */
static void tick_block(struct scene *scene, int b) {
  struct population *population = &scene->population;
  struct block *block = &population->block[b];
  struct step step = {.tick = scene->tick, .slow_dt_ms = 1};
  int32_t event = (int32_t)(scene->event_nS * 0x1p20), steady = (int32_t)(scene->nmda_nS * 0x1p20);
  for (int i = 0; i < block->padded; i++) {
    uint64_t id = (uint64_t)(block->first + i);
    struct random_draw draw = random_draw(9, RANDOM_WIRE, id, (uint64_t)scene->tick, 0);
    bool excited = random_uniform(draw.u[0]) < scene->rate_Hz[0] * 1e-4;
    bool inhibited = random_uniform(draw.u[1]) < scene->rate_Hz[1] * 1e-4;
    block->port[0][2 * i] = excited ? event : 0;
    block->port[0][2 * i + 1] = steady;
    block->port[1][i] = inhibited ? event : 0;
    block->g[i] = block->g_E[i] = 0;
    for (int k = 0; k < CLAMPED; k++) {
      bool own = block->first + i == scene->clamp.cell[k].cell;
      scene->events[0] += own && excited;
      scene->events[1] += own && inhibited;
    }
  }
  for (int r = -1; r < population->n_receptors; r++) {
    struct cells cells = population_cells(population, b, r);
    if (r >= 0) population->receptor[r].mechanism->open(&cells, &step);
  }
  struct cells cells = population_cells(population, b, SPECIMEN_CELL);
  population->cell->advance(&cells, &step);
}

static void run(struct scene *scene, int ms, bool clamped) {
  struct observer observer = clamp_observer(&scene->clamp);
  memset(scene->events, 0, sizeof scene->events);
  for (int t = 0; t < 10 * ms; t++, scene->tick++) {
    for (int b = 0; b < scene->population.n_blocks; b++) {
      tick_block(scene, b);
      if (clamped) observer.tick(observer.context, 0, &scene->population, b, scene->tick);
    }
    if (clamped && t % 10 == 9) observer.millisecond(observer.context, &scene->network, scene->tick);
    if (t % 100 == 99) clamp_take(&scene->clamp, true);
  }
}

static struct clamp_measures measured(const struct scene *scene, enum clamp_kind kind) {
  struct clamp_measures out;
  clamp_measure(&scene->clamp, 0, kind, &out);
  return out;
}

/* Found over those that came. */
static double found(const struct scene *scene, enum clamp_kind kind, double seconds) {
  return measured(scene, kind).frequency_Hz * seconds * CLAMPED / (double)scene->events[kind];
}

static void test_events(void **state) {
  (void)state;
  static const double rates_Hz[] = {10, 100}, least[] = {0.93, 0.80}, most[] = {1.01, 0.95};
  for (int k = 0; k < 2; k++) {
    struct scene *scene = make(1024, 2);
    scene->event_nS = 0.4;
    scene->rate_Hz[0] = scene->rate_Hz[1] = rates_Hz[k];
    run(scene, 200, true);
    clamp_clear(&scene->clamp);
    run(scene, 5000, true);
    assert_true(scene->events[0] > 100 && scene->events[1] > 100);
    assert_between(found(scene, CLAMP_EXCITATORY, 5), least[k], most[k]);
    assert_between(found(scene, CLAMP_INHIBITORY, 5), least[k], most[k]);
    assert_near(measured(scene, CLAMP_EXCITATORY).amplitude_pA, 0.4 * 70, 0.15 * 28);
    assert_near(measured(scene, CLAMP_INHIBITORY).amplitude_pA, 0.4 * 75, 0.15 * 30);
    drop(scene);
  }
}

static void test_noise(void **state) {
  (void)state;
  struct scene *scene = make(1024, 2);
  run(scene, 5000, true);
  assert_true(measured(scene, CLAMP_EXCITATORY).frequency_Hz <= 0.2);
  assert_true(measured(scene, CLAMP_INHIBITORY).frequency_Hz <= 0.2);
  assert_near(measured(scene, CLAMP_EXCITATORY).current_pA, 0, 0.05);
  assert_between(clamp_threshold_pA(&scene->clamp, 0, CLAMP_EXCITATORY), 3, 15);
  drop(scene);
  scene = make(1024, 0);
  scene->event_nS = 0.05; /* what noise hides is seen without it */
  scene->rate_Hz[0] = scene->rate_Hz[1] = 10;
  run(scene, 3000, true);
  assert_between(found(scene, CLAMP_EXCITATORY, 3), 0.95, 1);
  drop(scene);
}

/* 0.01 nS in every tick stand for many small events; at −70 mV magnesium leaves 4 % of them. */
static void test_steady(void **state) {
  (void)state;
  struct scene *scene = make(1024, 2);
  scene->nmda_nS = 0.01;
  run(scene, 1000, true);
  clamp_clear(&scene->clamp);
  run(scene, 3000, true);
  assert_true(measured(scene, CLAMP_EXCITATORY).frequency_Hz <= 0.35);
  const struct nmda_params *nmda = scene->population.receptor[SPECIMEN_NMDA].params;
  float rise = specimen_floats(&scene->population, SPECIMEN_NMDA, "rise")[0];
  double g = 0;
  for (int s = 0; s < SUBUNITS; s++) {
    const float *decay = population_column(&scene->population, SPECIMEN_NMDA, "decay", nmda->class_of[s], 0);
    g += (double)(nmda->subunit.share[s] * nmda_part(nmda->class[nmda->class_of[s]], rise, 0, decay[0]));
  }
  double open = 1 / (1 + 1 / 3.57 * exp(0.062 * 70));
  assert_near(measured(scene, CLAMP_EXCITATORY).current_pA, 70 * g * open, 0.01 * 70 * g * open);
  assert_near(scene->clamp.cell[0].excitatory_nS, g * open, 1e-4 * g);
  drop(scene);
}

/* The same events without a clamp, in other blocks, and with a clamp that is loaded in the middle. */
static void test_same(void **state) {
  (void)state;
  struct clamp_measures first = {0};
  static const int blocks[] = {1024, 128};
  float V[2], free_V = 0;
  for (int w = 0; w < 3; w++) {
    struct scene *scene = make(blocks[w % 2], 2), *other = make(blocks[w % 2], 2);
    struct image *image;
    scene->event_nS = 0.4;
    scene->rate_Hz[0] = scene->rate_Hz[1] = 50;
    assert_ok(image_new(&image));
    run(scene, 500, w < 2);
    assert_ok(clamp_visit(&scene->clamp, image_saver(image)));
    clamp_free(&scene->clamp);
    assert_ok(clamp_new(&scene->clamp, &settings, &scene->network, (int[]){CLAMPED}));
    assert_ok(clamp_visit(&scene->clamp, image_loader(image)));
    run(scene, 500, w < 2);
    float *cell = population_column(&scene->population, SPECIMEN_CELL, "V", 0, 0);
    if (w < 2) {
      struct clamp_measures m = measured(scene, CLAMP_EXCITATORY);
      first = w == 0 ? m : first;
      assert_memory_equal(&m, &first, sizeof m);
      assert_int_equal(scene->clamp.conductance.n, 1000);
      V[w] = cell[5];
    } else {
      free_V = cell[5];
    }
    image_free(image);
    drop(scene);
    drop(other);
  }
  assert_true(V[0] == V[1] && V[0] == free_V);
}

static void test_faults(void **state) {
  (void)state;
  struct scene *scene = make(1024, 2);
  struct clamp clamp;
  assert_fails(clamp_new(&clamp, &settings, &scene->network, (int[]){CELLS + 1}), STATUS_CONFIG,
               "has 300 cells");
  clamp_free(&clamp);
  assert_fails(clamp_new(&clamp, &settings, &scene->network, (int[]){CLAMP_CELLS + 1}), STATUS_CONFIG,
               "at most 64");
  clamp_free(&clamp);
  drop(scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_events), cmocka_unit_test(test_noise),
                                     cmocka_unit_test(test_steady), cmocka_unit_test(test_same),
                                     cmocka_unit_test(test_faults)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
