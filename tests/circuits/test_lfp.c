/* test_lfp.c — the proxy is the weighted sum of the currents that receptors carry, excitation 6 ms late: of
 * currents that are set, for the mean over all cells, over populations, at electrodes and of single cells,
 * whatever the blocks. In a network it is that of the receptors' own currents, has equal bits for any threads
 * and blocks, goes on after save and load, and does not touch the network. Other populations are not looked
 * at. */
#include "circuits/small_patch.h"
#include "signals/lfp.h"
#include "state.h"

static const struct lfp_settings settings = {.grid_um = 240, .samples = 100, .single_cells = true};

static double current_of(int receptor, int cell, int ms) {
  return receptor == SPECIMEN_AMPA        ? -10.0 - 0.01 * cell - ms
         : receptor == SPECIMEN_GABA_FAST ? 4.0 + 0.02 * cell + ms
                                          : 1;
}

static void set_currents(const struct population *population, int ms) {
  static const int receptors[] = {SPECIMEN_AMPA, SPECIMEN_GABA_FAST, SPECIMEN_GABA_SLOW};
  for (int r = 0; r < COUNT_OF(receptors); r++) {
    for (int b = 0; b < population->n_blocks; b++) {
      const struct block *block = &population->block[b];
      float *current = population_column(population, receptors[r], "current", 0, b);
      for (int i = 0; i < block->padded; i++) /* what lies beyond the last cell must not count */
        current[i] = i < block->n ? (float)current_of(receptors[r], block->first + i, ms) : 1e6f;
    }
  }
}

/* Mean over cells first … last of what they carry at a millisecond. */
static double wanted(int first, int last, int ms) {
  double sum = 0;
  int late = ms >= LFP_DELAY_MS ? ms - LFP_DELAY_MS : ms;
  for (int i = first; i <= last; i++)
    sum += 1.65 * (current_of(SPECIMEN_GABA_FAST, i, ms) + 1) - current_of(SPECIMEN_AMPA, i, late);
  return sum / (last - first + 1);
}

static void look(const struct observer *observer, const struct population *population) {
  for (int b = 0; b < population->n_blocks; b++) observer->block(observer->context, 0, population, b);
}

/* 500 and 300 cells in two halves of a sheet: cells of the first lie at the left. */
static struct population placed(int n, int block_cells, float x_um) {
  struct population population = specimen(specimen_build(""), n);
  specimen_ready(&population, 0.1, block_cells);
  assert_ok(memory_new("x", (size_t)n, sizeof(float), &population.x_um));
  assert_ok(memory_new("y", (size_t)n, sizeof(float), &population.y_um));
  for (int i = 0; i < n; i++) population.x_um[i] = x_um, population.y_um[i] = 100;
  return population;
}

static void test_law(void **state) {
  (void)state;
  const struct sheet sheet = {10, 5, 50, true};
  for (int block_cells = 128; block_cells <= 1024; block_cells *= 2) {
    struct population left = placed(500, block_cells, 120), right = placed(300, block_cells, 400),
                      stranger = placed(100, block_cells, 10);
    const struct population *const spiny[] = {&left, &right};
    struct lfp lfp;
    assert_ok(lfp_new(&lfp, &settings, &sheet, spiny, 2));
    assert_true(lfp.grid_x == 2 && lfp.grid_y == 1 && lfp.n_single == LFP_SINGLE_CELLS);
    struct observer observer = lfp_observer(&lfp);
    for (int ms = 0; ms < 20; ms++) {
      set_currents(&left, ms);
      set_currents(&right, ms);
      set_currents(&stranger, 1000 * ms);
      look(&observer, &stranger);
      look(&observer, &right);
      look(&observer, &left);
      observer.millisecond(observer.context, NULL, 10 * ms);
      const double *sample = lfp_pending(&lfp, lfp.n_pending - 1);
      double of_left = wanted(0, 499, ms), of_right = wanted(0, 299, ms);
      assert_near(sample[0], (500 * of_left + 300 * of_right) / 800, 1e-3);
      assert_near(sample[1], of_left, 1e-3);
      assert_near(sample[2], of_right, 1e-3);
      assert_near(sample[lfp.first_electrode], of_left, 1e-3);
      assert_near(sample[lfp.first_electrode + 1], of_right, 1e-3);
      assert_near(sample[lfp.first_single], wanted(6, 6, ms),
                  1e-3); /* of 40: the cell in the middle of 12.5 */
      if (lfp.n_pending == LFP_PENDING) lfp_take(&lfp, ms > 10);
    }
    assert_int_equal(lfp.trace.n, 10);
    lfp_free(&lfp);
    lfp_free(&lfp);
    population_free(&left);
    population_free(&right);
    population_free(&stranger);
  }
}

/* ---- in a network ---- */

enum { MS = 40 };

struct heard {
  double all[MS], single[MS];
  uint64_t hash;
};

static void run(struct small_patch *patch, const struct observer *observer, int ms) {
  struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .observers = observer, .n_observers = 1};
  assert_ok(window_run(patch->network, &window, 10 * ms));
}

static void hear(struct lfp *lfp, struct heard *heard, int from) {
  for (int i = 0; i < lfp->n_pending; i++) {
    heard->all[from + i] = lfp_pending(lfp, i)[0];
    heard->single[from + i] = lfp_pending(lfp, i)[lfp->first_single];
  }
  lfp_take(lfp, true);
}

/* With `listen` the LFP of the first population, handed over to another observer in the middle. */
static struct heard run_patch(int block_cells, int threads, bool listen) {
  struct small_plan plan = small_plan;
  struct spine_params spines = small_spine_params();
  struct heard heard = {.hash = 0};
  struct lfp lfp, other;
  struct image *image;
  plan.block_cells = block_cells;
  plan.threads = threads;
  struct small_patch *patch = small_patch_new(&plan, &spines);
  const struct population *spiny = patch->population[0];
  for (int b = 0; b < patch->network->n_blocks; b++)
    population_start(patch->network->block_population[b], patch->network->block_in_population[b], SMALL_SEED);
  assert_ok(lfp_new(&lfp, &settings, &patch->sheet, &spiny, 1));
  assert_ok(lfp_new(&other, &settings, &patch->sheet, &spiny, 1));
  struct observer observer = lfp_observer(&lfp), second = lfp_observer(&other), none = {0};
  for (int ms = 0; ms < MS / 2; ms += LFP_PENDING) {
    run(patch, listen ? &observer : &none, LFP_PENDING);
    hear(&lfp, &heard, ms);
  }
  assert_ok(image_new(&image));
  assert_ok(lfp_visit(&lfp, "test", image_saver(image)));
  assert_ok(lfp_visit(&other, "test", image_loader(image)));
  for (int ms = MS / 2; ms < MS; ms += LFP_PENDING) {
    run(patch, listen ? &second : &none, LFP_PENDING);
    hear(&other, &heard, ms);
  }
  if (listen) assert_int_equal(other.trace.n, MS);
  struct hasher hasher = state_hasher();
  assert_ok(network_visit(patch->network, &hasher.visitor));
  heard.hash = hasher.hash;
  image_free(image);
  lfp_free(&lfp);
  lfp_free(&other);
  small_patch_free(patch);
  return heard;
}

static void test_network(void **state) {
  (void)state;
  struct heard one = run_patch(1024, 1, true), three = run_patch(128, 3, true),
               deaf = run_patch(256, 2, false);
  assert_memory_equal(one.all, three.all, sizeof one.all);
  assert_memory_equal(one.single, three.single, sizeof one.single);
  assert_true(one.hash == three.hash && one.hash == deaf.hash);
  for (int ms = 10; ms < MS; ms++) assert_true(one.all[ms] > 1 && one.single[ms] >= 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_law), cmocka_unit_test(test_network)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
