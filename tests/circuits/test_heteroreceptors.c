/* test_heteroreceptors.c — GABA-B receptors at terminals leave release as it is until rest is known and at
 * rest; without SST cells unitary release is twice that of rest, as was published; the steady state is that
 * of the equations; GABA reaches as far as axons; gated pathways and the cortical background of their targets
 * are told, others not; a closed gate silences gated pathways alone; without SST cells, or switched off,
 * nothing happens; the same bits for any threads and after save and load. */
#include "small_patch.h"
#include "spikes.h"
#include "state.h"
#include "tissue/heteroreceptors.h"

struct scene {
  struct small_patch *patch;
  struct heteroreceptors own;
};

static struct heteroreceptor_params defaults(void) {
  struct heteroreceptor_params params;
  struct config *config;
  assert_ok(config_parse("test", "", &config));
  params_read(config, "tissue.gaba_b", heteroreceptor_params, n_heteroreceptor_params, NULL, 0, &params);
  config_free(config);
  return params;
}

/* The first population excites itself by a gated pathway, and the second, SST cells unless said otherwise, by
 * one that is not. A fourth and a half of their background come from the thalamus. */
static struct scene *make(const struct small_plan *plan, const struct heteroreceptor_params *params, bool on,
                          const char *second) {
  struct scene *scene;
  struct spine_params spines = small_spine_params();
  const double thalamic[SMALL_POPULATIONS] = {0.25, 0.5};
  assert_ok(memory_new("scene", 1, sizeof *scene, &scene));
  scene->patch = small_patch_new(plan, &spines);
  snprintf(scene->patch->population[1]->type, sizeof scene->patch->population[1]->type, "%s", second);
  scene->patch->wiring[0].projection->heeds = HEEDS_GABA_B;
  assert_ok(heteroreceptors_new(&scene->own, params, on, scene->patch->network, &scene->patch->sheet,
                                scene->patch->population, SMALL_POPULATIONS, thalamic));
  return scene;
}

static void drop(struct scene *scene) {
  heteroreceptors_free(&scene->own);
  heteroreceptors_free(&scene->own); /* of a zeroed one */
  small_patch_free(scene->patch);
  memory_free(scene);
}

/* So many spikes of SST cells at every site in each of some milliseconds. */
static void hold(struct scene *scene, double spikes, int ms) {
  struct observer observer = heteroreceptors_observer(&scene->own);
  for (int k = 0; k < ms; k++) {
    for (int s = 0; s < 100; s++) scene->own.spikes[s] = spikes;
    observer.millisecond(observer.context, scene->patch->network, k);
  }
}

static void rest(struct scene *scene) {
  hold(scene, 0.05, 5000);
  heteroreceptors_restart(&scene->own, true);
  hold(scene, 0.05, 100);
  heteroreceptors_set_rest(&scene->own);
}

static double factor(const struct heteroreceptor_params *p, double share) {
  double z = p->tone / (1 - p->tone) * share;
  return (1 - p->largest * z / (1 + z)) / (1 - p->largest * p->tone);
}

static void test_rest(void **state) {
  (void)state;
  struct heteroreceptor_params params = defaults();
  struct scene *scene = make(&small_plan, &params, true, "SST");
  hold(scene, 3, 500); /* rest is not known */
  for (int s = 0; s < 100; s++) assert_true(scene->own.receptors.factor[s] == 1);
  rest(scene);
  hold(scene, 0.05, 500);
  for (int s = 0; s < 100; s++) assert_near(scene->own.receptors.factor[s], 1, 1e-9);
  drop(scene);
}

/* EPSPs are half of what they are where SST cells are silent (Urban-Ciecko et al. 2015). */
static void test_published(void **state) {
  (void)state;
  struct heteroreceptor_params params = defaults();
  struct scene *scene = make(&small_plan, &params, true, "SST");
  rest(scene);
  hold(scene, 0, 10000);
  assert_near(1 / scene->own.receptors.factor[0], 0.5, 0.001);
  assert_near(scene->own.receptors.factor[0], presynaptic_most(&scene->own.receptors.params), 1e-6);
  drop(scene);
}

static void test_steady_state(void **state) {
  (void)state;
  static const double shares[] = {0.1, 0.5, 2, 30};
  struct heteroreceptor_params params = defaults();
  struct scene *scene = make(&small_plan, &params, true, "SST");
  rest(scene);
  for (int k = 0; k < 4; k++) {
    hold(scene, 0.05 * shares[k], 10000);
    for (int s = 0; s < 100; s++)
      assert_near(scene->own.receptors.factor[s], factor(&params, shares[k]), 1e-6);
  }
  drop(scene);
}

/* One spike: GABA is conserved, and its place is that of a Gaussian of the axons' reach, cut at 3 σ. */
static void test_reach(void **state) {
  (void)state;
  struct heteroreceptor_params params = defaults();
  params.reach = 60;
  struct scene *scene = make(&small_plan, &params, true, "SST");
  struct observer observer = heteroreceptors_observer(&scene->own);
  scene->own.spikes[55] = 1;
  observer.millisecond(observer.context, scene->patch->network, 0);
  double sum = 0;
  for (int s = 0; s < 100; s++) sum += scene->own.gaba[s];
  assert_near(sum, 1, 1e-12);
  assert_near(scene->own.gaba[57] / scene->own.gaba[55], exp(-0.5 * 100 * 100 / (60.0 * 60)), 1e-9);
  assert_near(scene->own.gaba[65], scene->own.gaba[56], 1e-15);
  for (int s = 0; s < 100; s++) assert_true(scene->own.spikes[s] == 0);
  drop(scene);
}

/* The gates of the source cells of gated pathways; the cortical three quarters of the background of
 * their targets, as far as neighbours send it. */
static void test_who_is_told(void **state) {
  (void)state;
  struct heteroreceptor_params params = defaults();
  struct scene *scene = make(&small_plan, &params, true, "SST");
  for (int s = 0; s < 100; s++) scene->own.receptors.factor[s] = 0.5 + 0.001 * s;
  heteroreceptors_restart(&scene->own, false);
  for (int p = 0; p < SMALL_POPULATIONS; p++) {
    const struct population *population = scene->patch->population[p];
    for (int i = 0; i < population->n; i++) {
      const struct block *block = &population->block[i / population->block_cells];
      float wanted = p == 0 ? (float)(0.5 + 0.001 * population->site[i]) : 1.0f;
      assert_true(block->release[RELEASE_GABA_B][i % population->block_cells] == wanted);
      assert_true(block->release[RELEASE_MGLUR2][i % population->block_cells] == 1.0f);
    }
  }
  assert_near(heteroreceptors_background(&scene->own, 0, 30), 1 + 0.75 * params.background * (0.53 - 1),
              1e-12);
  assert_true(heteroreceptors_background(&scene->own, 1, 30) == 1);
  drop(scene);
}

/* ---- in the fast loop ---- */

static void run(struct scene *scene, int ms) {
  struct observer observer = heteroreceptors_observer(&scene->own);
  struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .observers = &observer, .n_observers = 1};
  assert_ok(window_run(scene->patch->network, &window, 10 * ms));
}

/* All spikes of the SST cells, and no others, become GABA. */
static void test_counts(void **state) {
  (void)state;
  struct heteroreceptor_params params = defaults();
  struct small_plan plan = small_plan;
  plan.background_Hz = 400;
  struct scene *scene = make(&plan, &params, true, "SST");
  double spikes = 0, gaba = 0;
  heteroreceptors_restart(&scene->own, true);
  for (int ms = 0; ms < 200; ms++) {
    run(scene, 1);
    for (int64_t tick = scene->patch->network->tick - 10; tick < scene->patch->network->tick; tick++)
      spikes += spikes_at(scene->patch->network, 0, 1, tick)->n;
  }
  for (int s = 0; s < 100; s++) gaba += scene->own.gaba_sum[s];
  assert_true(spikes > 100);
  assert_near(gaba, spikes, 1e-9 * spikes);
  drop(scene);
}

/* With the gate shut, events of the gated pathway have no strength; those of the other have. */
static void test_gate_shut(void **state) {
  (void)state;
  struct heteroreceptor_params params = defaults();
  struct small_plan plan = small_plan;
  plan.background_Hz = 400;
  struct scene *scene = make(&plan, &params, true, "SST");
  for (int s = 0; s < 100; s++) scene->own.receptors.factor[s] = 0;
  heteroreceptors_restart(&scene->own, false);
  struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}};
  const struct projection *gated = scene->patch->wiring[0].projection,
                          *other = scene->patch->wiring[1].projection;
  assert_ok(window_run(scene->patch->network, &window, 2000));
  int fired = 0;
  for (int i = 0; i < scene->patch->population[0]->n; i++) {
    if (gated->last_tick[i] < 0) continue;
    fired++;
    assert_true(gated->x[i] == 1.0f); /* nothing was released */
    assert_true(other->x[i] < 1.0f);
  }
  assert_true(fired > 50);
  drop(scene);
}

static void test_nothing_to_do(void **state) {
  (void)state;
  struct heteroreceptor_params params = defaults();
  for (int k = 0; k < 2; k++) { /* switched off; no SST cells */
    struct scene *scene = make(&small_plan, &params, k == 1, k == 1 ? "PV" : "SST");
    rest(scene);
    hold(scene, 0, 3000);
    heteroreceptors_restart(&scene->own, false);
    for (int s = 0; s < 100; s++) assert_true(scene->own.receptors.factor[s] == 1);
    assert_true(scene->patch->population[0]->block[0].release[RELEASE_GABA_B][0] == 1.0f);
    drop(scene);
  }
}

static enum status visit(struct scene *scene, struct visitor *visitor) {
  TRY(network_visit(scene->patch->network, visitor));
  TRY(heteroreceptors_visit(&scene->own, "test", visitor));
  if (visitor->loading) heteroreceptors_restart(&scene->own, false);
  return STATUS_OK;
}

static uint64_t hash_of(struct scene *scene) {
  struct hasher hasher = state_hasher();
  assert_ok(visit(scene, &hasher.visitor));
  return hasher.hash;
}

static void test_same_bits(void **state) {
  (void)state;
  uint64_t first = 0;
  for (int threads = 1; threads <= 3; threads++) {
    struct heteroreceptor_params params = defaults();
    struct small_plan plan = small_plan;
    plan.threads = threads;
    plan.ranks = threads == 3 ? 2 : 1;
    plan.block_cells = 128 * threads;
    struct scene *scene = make(&plan, &params, true, "SST");
    run(scene, 60);
    heteroreceptors_set_rest(&scene->own);
    presynaptic_settle(&scene->own.receptors, 20); /* fast, so that it shows */
    run(scene, 40);
    assert_true(fabs(scene->own.receptors.factor[0] - 1) > 1e-3);
    if (threads == 1) first = hash_of(scene);
    assert_true(hash_of(scene) == first);
    drop(scene);
  }
}

static void test_saved_in_the_middle(void **state) {
  (void)state;
  struct heteroreceptor_params params = defaults();
  struct image *image;
  assert_ok(image_new(&image));
  struct scene *scene = make(&small_plan, &params, true, "SST");
  run(scene, 60);
  heteroreceptors_set_rest(&scene->own);
  run(scene, 20);
  assert_ok(visit(scene, image_saver(image)));
  run(scene, 20);
  uint64_t unbroken = hash_of(scene);
  drop(scene);
  scene = make(&small_plan, &params, true, "SST");
  assert_ok(visit(scene, image_loader(image)));
  run(scene, 20);
  assert_true(hash_of(scene) == unbroken);
  drop(scene);
  image_free(image);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rest),         cmocka_unit_test(test_published),
      cmocka_unit_test(test_steady_state), cmocka_unit_test(test_reach),
      cmocka_unit_test(test_who_is_told),  cmocka_unit_test(test_counts),
      cmocka_unit_test(test_gate_shut),    cmocka_unit_test(test_nothing_to_do),
      cmocka_unit_test(test_same_bits),    cmocka_unit_test(test_saved_in_the_middle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
