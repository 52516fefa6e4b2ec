/* test_mglur2.c — autoreceptors leave release as it is until rest is known and at rest; glutamate lowers
 * it, its absence raises it, agonists add to glutamate; the course after a step is that of the two
 * equations; with the switch off terminals see the tone of rest; settling brings them to where time would;
 * glutamatergic terminals and those of the background are told, others not; what the cells release
 * follows; the same bits for any threads and after save and load. */
#include "drugs/action.h"
#include "small_patch.h"
#include "state.h"
#include "tissue/mglur2.h"

static const struct mglur2_agonist drug = {.EC50 = 0.004};

struct scene {
  struct small_patch *patch;
  struct glutamate glutamate;
  struct mglur2 mglur2;
};

static void read_all(struct glutamate_params *glutamate, struct presynaptic_params *mglur2) {
  struct config *config;
  assert_ok(config_parse("test", "", &config));
  params_read(config, "tissue.glutamate", glutamate_params, n_glutamate_params, NULL, 0, glutamate);
  params_read(config, "tissue.mglur2", mglur2_params, n_mglur2_params, NULL, 0, mglur2);
  config_free(config);
}

static struct presynaptic_params defaults(void) {
  struct glutamate_params glutamate;
  struct presynaptic_params mglur2;
  read_all(&glutamate, &mglur2);
  return mglur2;
}

static struct scene *make(const struct small_plan *plan, const struct presynaptic_params *params, bool on) {
  struct scene *scene;
  struct glutamate_params glutamate;
  struct presynaptic_params ignored;
  struct spine_params spines = small_spine_params();
  read_all(&glutamate, &ignored);
  assert_ok(memory_new("scene", 1, sizeof *scene, &scene));
  scene->patch = small_patch_new(plan, &spines);
  assert_ok(glutamate_new(&scene->glutamate, &glutamate, &scene->patch->sheet, scene->patch->population,
                          SMALL_POPULATIONS, plan->threads));
  assert_ok(mglur2_new(&scene->mglur2, params, on, &scene->glutamate, NULL, scene->patch->network, NULL));
  return scene;
}

static void drop(struct scene *scene) {
  mglur2_free(&scene->mglur2);
  mglur2_free(&scene->mglur2); /* of a zeroed one */
  glutamate_free(&scene->glutamate);
  small_patch_free(scene->patch);
  memory_free(scene);
}

/* Hold every site at a concentration for some milliseconds. */
static void hold(struct scene *scene, double uM, int ms) {
  struct observer observer = mglur2_observer(&scene->mglur2);
  for (int s = 0; s < 100; s++) scene->glutamate.seen[s] = uM;
  for (int k = 0; k < ms; k++) observer.millisecond(observer.context, scene->patch->network, k);
}

/* Rest at 50 nM, all sites alike. */
static void rest(struct scene *scene) {
  hold(scene, 0.05, 5000);
  mglur2_set_rest(&scene->mglur2); /* without a window, glutamate's mean is what there is */
  mglur2_restart(&scene->mglur2, true);
}

static double factor(const struct presynaptic_params *p, double activity) {
  return (1 - p->largest * activity) / (1 - p->largest * p->tone);
}

static void test_rest(void **state) {
  (void)state;
  struct presynaptic_params params = defaults();
  struct scene *scene = make(&small_plan, &params, true);
  hold(scene, 3, 2000); /* whatever there is before rest is known */
  for (int s = 0; s < 100; s++) assert_true(scene->mglur2.receptors.factor[s] == 1);
  hold(scene, 0.05, 5000);
  mglur2_set_rest(&scene->mglur2);
  hold(scene, 0.05, 1000);
  for (int s = 0; s < 100; s++) assert_near(scene->mglur2.receptors.factor[s], 1, 1e-9);
  drop(scene);
}

/* Twice, none and very much of the glutamate of rest; agonists alone and beside it. */
static void test_steady_state(void **state) {
  (void)state;
  const struct exposure agonist[] = {{ACTION_MGLUR2_AGONIST, 0, &drug, 0.008, NULL},
                                     {ACTION_AMPA_COMPETITIVE, 0, &drug, 1000, NULL},
                                     {ACTION_MGLUR2_AGONIST, 1, &drug, 0.004, NULL}};
  static const double hills[] = {1, 2};
  for (int k = 0; k < 2; k++) {
    struct presynaptic_params params = defaults();
    params.hill = hills[k];
    double n = params.hill, z0 = pow(params.tone / (1 - params.tone), 1 / n);
    struct scene *scene = make(&small_plan, &params, true);
    rest(scene);
    for (double times = 0; times < 5; times += 0.5) {
      hold(scene, 0.05 * times, 20000);
      double z = pow(z0 * times, n);
      assert_near(scene->mglur2.receptors.factor[7], factor(&params, z / (1 + z)), 1e-6);
    }
    mglur2_conditions(&scene->mglur2, agonist, 3, 0);
    hold(scene, 0, 20000);
    assert_near(scene->mglur2.receptors.factor[7], factor(&params, pow(3, n) / (1 + pow(3, n))), 1e-6);
    hold(scene, 0.05, 20000);
    double z = pow(3 + z0, n);
    assert_near(scene->mglur2.receptors.factor[7], factor(&params, z / (1 + z)), 1e-6);
    mglur2_conditions(&scene->mglur2, NULL, 0, 0);
    hold(scene, 0.05, 20000);
    assert_near(scene->mglur2.receptors.factor[7], 1, 1e-6);
    drop(scene);
  }
}

/* What Hascup et al. 2010 saw in awake rats, of which half needs calcium channels: without tone +40 %,
 * with the agonist −20 %. */
static void test_published_tone(void **state) {
  (void)state;
  struct presynaptic_params params = defaults();
  const struct exposure agonist = {ACTION_MGLUR2_AGONIST, 0, &drug, 100, NULL};
  struct scene *scene = make(&small_plan, &params, true);
  rest(scene);
  hold(scene, 0, 20000);
  assert_near(0.5 + 0.5 * scene->mglur2.receptors.factor[0], 1.4, 0.005);
  assert_near(scene->mglur2.receptors.factor[0], presynaptic_most(&params), 1e-6);
  mglur2_conditions(&scene->mglur2, &agonist, 1, 0);
  hold(scene, 0.05, 20000);
  assert_near(0.5 + 0.5 * scene->mglur2.receptors.factor[0], 0.8, 0.005);
  drop(scene);
}

/* A drug that raises release by itself: the factor that cells are told, and nothing the receptors are. */
static void test_raised_release(void **state) {
  (void)state;
  struct presynaptic_params params = defaults();
  const struct ampa_potentiator raises = {.EC50 = 2, .hill = 1, .current = 1, .release = 1.4};
  const struct exposure exposure = {ACTION_AMPA_POTENTIATOR, 0, &raises, 2, NULL};
  struct scene *scene = make(&small_plan, &params, true);
  const struct block *block = &scene->patch->network->population[0]->block[0];
  rest(scene);
  assert_near(block->afferent_release[0], 1, 1e-6);
  mglur2_conditions(&scene->mglur2, &exposure, 1, 0); /* is told at once */
  assert_near(block->afferent_release[0], 1.2, 1e-6);
  assert_near(scene->mglur2.receptors.factor[0], 1, 1e-6);
  mglur2_conditions(&scene->mglur2, NULL, 0, 0);
  assert_near(block->afferent_release[0], 1, 1e-6);
  drop(scene);
}

/* After a step of the agonist the filter does not matter: one exponential; after one of glutamate, both
 * equations in steps of 1 µs. */
static void test_course(void **state) {
  (void)state;
  struct presynaptic_params params = defaults();
  const struct exposure agonist = {ACTION_MGLUR2_AGONIST, 0, &drug, 0.004, NULL};
  struct scene *scene = make(&small_plan, &params, true);
  rest(scene);
  double z0 = params.tone / (1 - params.tone), a = 1, h = params.tone;
  for (int ms = 1; ms <= 3000; ms++) {
    hold(scene, 0.15, 1);
    for (int k = 0; k < 100; k++) {
      double step = 0.01, middle_a = a + 0.5 * step * (3 - a) / params.tau_on;
      h += step * (z0 * middle_a / (1 + z0 * middle_a) - h) / params.tau_off;
      a += step * (3 - middle_a) / params.tau_on;
    }
    assert_near(scene->mglur2.receptors.activity[3], h, 2e-4);
  }
  drop(scene);
  scene = make(&small_plan, &params, true);
  rest(scene);
  mglur2_conditions(&scene->mglur2, &agonist, 1, 0);
  double end = (z0 + 1) / (z0 + 2);
  for (int ms = 1; ms <= 3000; ms++) {
    hold(scene, 0.05, 1);
    assert_near(scene->mglur2.receptors.activity[3], end + (params.tone - end) * exp(-ms / params.tau_off),
                1e-6);
  }
  drop(scene);
}

static void test_switched_off(void **state) {
  (void)state;
  struct presynaptic_params params = defaults();
  const struct exposure agonist = {ACTION_MGLUR2_AGONIST, 0, &drug, 100, NULL};
  struct scene *scene = make(&small_plan, &params, false);
  rest(scene);
  mglur2_conditions(&scene->mglur2, &agonist, 1, 0);
  hold(scene, 5, 5000);
  for (int s = 0; s < 100; s++) assert_true(scene->mglur2.receptors.factor[s] == 1);
  drop(scene);
}

/* However short a window settles, it ends where receptors are after minutes. */
static void test_settling(void **state) {
  (void)state;
  static const int settle_ms[] = {50, 300, 1500};
  struct presynaptic_params params = defaults();
  const struct exposure agonist = {ACTION_MGLUR2_AGONIST, 0, &drug, 100, NULL};
  for (int k = 0; k < 3; k++) {
    struct scene *scene = make(&small_plan, &params, true);
    rest(scene);
    mglur2_conditions(&scene->mglur2, &agonist, 1, settle_ms[k]);
    hold(scene, 0.05, settle_ms[k]);
    assert_near(scene->mglur2.receptors.factor[0], factor(&params, 1), 0.005);
    mglur2_conditions(&scene->mglur2, &agonist, 1, 0);
    assert_true(scene->mglur2.receptors.pace == 1);
    drop(scene);
  }
}

/* Cells of population 0 excite, those of population 1 inhibit; every cell has a background. */
static void test_who_is_told(void **state) {
  (void)state;
  struct presynaptic_params params = defaults();
  struct scene *scene = make(&small_plan, &params, true);
  rest(scene);
  for (int s = 0; s < 100; s++) scene->mglur2.receptors.factor[s] = 0.5 + 0.001 * s;
  mglur2_restart(&scene->mglur2, false);
  for (int p = 0; p < SMALL_POPULATIONS; p++) {
    const struct population *population = scene->patch->population[p];
    for (int i = 0; i < population->n; i++) {
      const struct block *block = &population->block[i / population->block_cells];
      float wanted = (float)(0.5 + 0.001 * population->site[i]);
      assert_true(block->afferent_release[i % population->block_cells] == wanted);
      assert_true(block->release[RELEASE_MGLUR2][i % population->block_cells] == (p == 0 ? wanted : 1.0f));
    }
  }
  drop(scene);
}

/* A part of a background may have receptors, or answer to drugs: the rest releases as ever. */
static void test_shares_of_a_background(void **state) {
  (void)state;
  struct presynaptic_params params = defaults();
  struct scene *scene = make(&small_plan, &params, true);
  rest(scene);
  scene->mglur2.open_to[0] = (struct background_terminals){0.25, 0.5};
  scene->mglur2.open_to[1] = (struct background_terminals){0, 0};
  for (int s = 0; s < 100; s++) {
    scene->mglur2.receptors.factor[s] = 0.6;
    scene->mglur2.raised[s] = 1.4;
  }
  mglur2_restart(&scene->mglur2, false);
  const struct block *first = &scene->patch->population[0]->block[0],
                     *second = &scene->patch->population[1]->block[0];
  assert_near(first->afferent_release[3], (1 - 0.25 * 0.4) * (1 + 0.5 * 0.4), 1e-6);
  assert_true(second->afferent_release[3] == 1.0f);
  assert_near(first->release[RELEASE_MGLUR2][3], 0.6, 1e-6); /* their own terminals: what a pathway heeds */
  assert_near(first->release[RELEASE_DRUGS][3], 1.4, 1e-6);
  assert_true(first->release[RELEASE_GABA_B][3] == 1.0f);
  drop(scene);
}

/* ---- in the fast loop ---- */

static void run(struct scene *scene, int ms) {
  struct observer observers[] = {glutamate_observer(&scene->glutamate), mglur2_observer(&scene->mglur2)};
  struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .observers = observers, .n_observers = 2};
  assert_ok(window_run(scene->patch->network, &window, 10 * ms));
}

static void start_measuring(struct scene *scene) {
  const struct network *network = scene->patch->network;
  for (int b = 0; b < network->n_blocks; b++)
    population_clear_sums(network->block_population[b], network->block_in_population[b]);
  glutamate_restart(&scene->glutamate, true);
  mglur2_restart(&scene->mglur2, true);
}

/* Background of 160 events a second: with an agonist they release what is left of it, and glutamate falls. */
static void test_release_falls(void **state) {
  (void)state;
  struct presynaptic_params params = defaults();
  struct small_plan plan = small_plan;
  const struct exposure agonist = {ACTION_MGLUR2_AGONIST, 0, &drug, 100, NULL};
  plan.background_Hz = 20;
  plan.p0 = 0.01; /* hardly a recurrent synapse */
  struct scene *scene = make(&plan, &params, true);
  run(scene, 100);
  start_measuring(scene);
  run(scene, 400);
  double source = 0, left = 0, share = 0;
  for (int s = 0; s < 100; s++) source += glutamate_mean_source(&scene->glutamate, s);
  mglur2_set_rest(&scene->mglur2);
  mglur2_conditions(&scene->mglur2, &agonist, 1, 50);
  run(scene, 50);
  mglur2_conditions(&scene->mglur2, &agonist, 1, 0);
  start_measuring(scene);
  run(scene, 400);
  for (int s = 0; s < 100; s++) left += glutamate_mean_source(&scene->glutamate, s);
  for (int s = 0; s < 100; s++) share += presynaptic_mean(&scene->mglur2.receptors, s) / 100;
  assert_near(share, 0.6, 0.01);
  assert_near(left / source, share, 0.05); /* two stretches of the same random train */
  drop(scene);
}

static uint64_t hash_of(struct scene *scene) {
  struct hasher hasher = state_hasher();
  assert_ok(network_visit(scene->patch->network, &hasher.visitor));
  assert_ok(glutamate_visit(&scene->glutamate, "test", &hasher.visitor));
  assert_ok(mglur2_visit(&scene->mglur2, "test", &hasher.visitor));
  return hasher.hash;
}

static void test_same_bits(void **state) {
  (void)state;
  uint64_t first = 0;
  for (int threads = 1; threads <= 3; threads++) {
    struct presynaptic_params params = defaults();
    struct small_plan plan = small_plan;
    plan.threads = threads;
    plan.ranks = threads == 3 ? 2 : 1;
    plan.block_cells = 128 * threads;
    struct scene *scene = make(&plan, &params, true);
    run(scene, 20);
    mglur2_set_rest(&scene->mglur2);
    mglur2_conditions(&scene->mglur2, NULL, 0, 20); /* fast, so that it shows */
    run(scene, 40);
    assert_true(fabs(scene->mglur2.receptors.factor[0] - 1) > 1e-3);
    if (threads == 1) first = hash_of(scene);
    assert_true(hash_of(scene) == first);
    drop(scene);
  }
}

static enum status visit(struct scene *scene, struct visitor *visitor) {
  TRY(network_visit(scene->patch->network, visitor));
  TRY(glutamate_visit(&scene->glutamate, "test", visitor));
  TRY(mglur2_visit(&scene->mglur2, "test", visitor));
  if (!visitor->loading) return STATUS_OK;
  glutamate_restart(&scene->glutamate, false);
  mglur2_restart(&scene->mglur2, false);
  return STATUS_OK;
}

static void test_saved_in_the_middle(void **state) {
  (void)state;
  struct presynaptic_params params = defaults();
  struct image *image;
  assert_ok(image_new(&image));
  struct scene *scene = make(&small_plan, &params, true);
  run(scene, 20);
  mglur2_set_rest(&scene->mglur2);
  mglur2_conditions(&scene->mglur2, NULL, 0, 20);
  run(scene, 20);
  assert_ok(visit(scene, image_saver(image)));
  run(scene, 20);
  uint64_t unbroken = hash_of(scene);
  drop(scene);
  scene = make(&small_plan, &params, true);
  assert_ok(visit(scene, image_loader(image)));
  mglur2_conditions(&scene->mglur2, NULL, 0, 20);
  run(scene, 20);
  assert_true(hash_of(scene) == unbroken);
  drop(scene);
  image_free(image);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rest),
                                     cmocka_unit_test(test_steady_state),
                                     cmocka_unit_test(test_published_tone),
                                     cmocka_unit_test(test_raised_release),
                                     cmocka_unit_test(test_course),
                                     cmocka_unit_test(test_switched_off),
                                     cmocka_unit_test(test_settling),
                                     cmocka_unit_test(test_who_is_told),
                                     cmocka_unit_test(test_shares_of_a_background),
                                     cmocka_unit_test(test_release_falls),
                                     cmocka_unit_test(test_same_bits),
                                     cmocka_unit_test(test_saved_in_the_middle)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
