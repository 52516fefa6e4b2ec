/* test_membrane.c — potentials and conductances that a test writes into cells are told back: their means,
 * their spread in time and over cells, excitation and inhibition apart, and how they go together. The same
 * for any blocks, and over save and load in the middle; milliseconds outside of the window do not count. */
#include "random.h"
#include "signals/membrane.h"
#include "specimen.h"
#include "state.h"

enum { CELLS = 250, TICKS = 20000 };

struct scene {
  struct population population;
  struct population *list[1];
  struct network network;
  struct membrane membrane;
  bool follows; /* inhibition follows excitation */
};

static struct scene *make(int block_cells) {
  struct scene *scene;
  assert_ok(memory_new("scene", 1, sizeof *scene, &scene));
  scene->population = specimen(specimen_build(""), CELLS);
  specimen_ready(&scene->population, 0.1, block_cells);
  scene->list[0] = &scene->population;
  scene->network = (struct network){
      .clock = {0.1}, .seed = 3, .population = scene->list, .n_populations = 1, .ms_ticks = 10};
  assert_ok(membrane_new(&scene->membrane, &scene->network));
  membrane_begin(&scene->membrane, 1000, TICKS);
  return scene;
}

static void drop(struct scene *scene) {
  membrane_free(&scene->membrane);
  membrane_free(&scene->membrane);
  population_free(&scene->population);
  memory_free(scene);
}

/* From −1 to 1 with mean 0. */
static double noise(int cell, int64_t ms, uint32_t what) {
  return 2 * random_uniform(random_draw(9, RANDOM_WIRE, (uint64_t)cell, (uint64_t)ms, what).u[0]) - 1;
}

/* Excitation 2 ± 1 nS; inhibition 6 ± 3, its own or in step; potential −60 ± 4 around a mean of the cell. */
static void write_block(struct scene *scene, int b, int64_t ms) {
  struct block *block = &scene->population.block[b];
  float *V = block->cell_column[0];
  double E_i = scene->membrane.population[0].E_i;
  for (int i = 0; i < block->n; i++) {
    int cell = block->first + i;
    double x = noise(cell, ms, 0), e = 2 + x, inhibition = 6 + 3 * (scene->follows ? x : noise(cell, ms, 1));
    V[i] = (float)(-60 + 4 * noise(cell, ms, 2) + 2 * noise(cell, 0, 3));
    block->g[i] = (float)(e + inhibition);
    block->g_E[i] = (float)(inhibition * E_i);
  }
}

static void run(struct scene *scene, int64_t first, int64_t last) {
  struct observer observer = membrane_observer(&scene->membrane);
  for (int64_t tick = first; tick < last; tick++) {
    for (int b = 0; b < scene->population.n_blocks; b++) {
      write_block(scene, b, tick / 10);
      observer.tick(&scene->membrane, 0, &scene->population, b, tick);
    }
    if ((tick + 1) % 10 == 0) observer.millisecond(&scene->membrane, &scene->network, tick + 1);
  }
}

static struct membrane_measures measure(int block_cells, bool follows) {
  struct scene *scene = make(block_cells);
  struct membrane_measures m;
  scene->follows = follows;
  run(scene, 0, TICKS + 2000); /* 100 ms before the window and after it */
  membrane_measure(&scene->membrane, 0, &m);
  drop(scene);
  return m;
}

static void test_measures(void **state) {
  (void)state;
  struct membrane_measures m = measure(128, false);
  assert_near(m.V_mean, -60, 0.3);
  assert_near(m.V_sd, 4 / sqrt(3), 0.05);
  assert_near(m.V_spread, 2 / sqrt(3), 0.15);
  assert_near(m.g_e, 2, 0.01);
  assert_near(m.g_i, 6, 0.02);
  assert_near(m.g_ratio, 3, 0.02);
  assert_near(m.balance, 0, 0.08);
  assert_near(m.balance_cell, 0, 0.01);
  const struct mechanism *adex = mechanism_find(specimen_build(""), "adex");
  void *params = specimen_defaults(adex);
  double leak = mechanism_number(adex, params, "g_L");
  memory_free(params);
  assert_near(m.g_relative, 8 / leak, 0.1 * 8 / leak); /* leaks differ by a fifth */
}

static void test_balance(void **state) {
  (void)state;
  struct membrane_measures m = measure(128, true);
  assert_near(m.balance, 1, 1e-3);
  assert_near(m.balance_cell, 1, 1e-3);
}

static void test_blocks(void **state) {
  (void)state;
  struct membrane_measures a = measure(128, false), b = measure(1024, false);
  assert_memory_equal(&a, &b, sizeof a);
}

static void test_saved(void **state) {
  (void)state;
  struct scene *whole = make(128), *half = make(128), *other = make(1024);
  struct membrane_measures a, b;
  struct image *image;
  assert_ok(image_new(&image));
  run(whole, 0, TICKS);
  membrane_measure(&whole->membrane, 0, &a);
  run(half, 0, 7770);
  assert_ok(membrane_visit(&half->membrane, image_saver(image)));
  assert_ok(membrane_visit(&other->membrane, image_loader(image)));
  run(other, 7770, TICKS);
  membrane_measure(&other->membrane, 0, &b);
  assert_memory_equal(&a, &b, sizeof a);
  image_free(image);
  drop(whole);
  drop(half);
  drop(other);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_measures), cmocka_unit_test(test_balance),
                                     cmocka_unit_test(test_blocks), cmocka_unit_test(test_saved)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
