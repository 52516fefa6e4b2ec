/* test_glutamate.c — extracellular glutamate is the balance of release, uptake and leak: its start, its
 * steady state and its decay against the equation, 25–90 nM at the rates of awake tissue, every molecule
 * accounted for where uptake is off, diffusion by its decay length; release goes to the site of the target,
 * through the fast loop as by hand; receptors near synapses see more, by the field of a point source, and
 * cells are told so; lost uptake raises the level where it is lost; the same bits for any threads and
 * blocks, and after save and load. */
#include "small_patch.h"
#include "state.h"
#include "tissue/glutamate.h"
#include "units.h"
#include "window.h"

static struct glutamate_params defaults(void) {
  struct glutamate_params params;
  struct config *config;
  assert_ok(config_parse("test", "", &config));
  params_read(config, "tissue.glutamate", glutamate_params, n_glutamate_params, NULL, 0, &params);
  config_free(config);
  return params;
}

static struct small_patch *make_patch(const struct small_plan *plan) {
  struct spine_params spines = small_spine_params();
  return small_patch_new(plan, &spines);
}

static struct glutamate make(const struct small_patch *patch, const struct glutamate_params *params) {
  struct glutamate glutamate;
  assert_ok(glutamate_new(&glutamate, params, &patch->sheet, patch->network->population, SMALL_POPULATIONS,
                          patch->network->n_blocks));
  glutamate_restart(&glutamate, false);
  return glutamate;
}

static double *released(const struct population *population, int b) {
  return population_column(population, SPECIMEN_NMDA, "released", 0, b);
}

/* A millisecond in which every synapse of the cells of one site (−1: of all) releases `rate` times. */
static void millisecond(struct glutamate *glutamate, const struct small_patch *patch, int site, double rate) {
  struct observer observer = glutamate_observer(glutamate);
  for (int number = 0; number < patch->network->n_blocks; number++) {
    const struct population *population = patch->network->block_population[number];
    int b = patch->network->block_in_population[number];
    for (int i = 0; i < population->block[b].n; i++) {
      bool here = site < 0 || population->site[population->block[b].first + i] == site;
      released(population, b)[i] += here ? rate * population->synapses_nS : 0;
    }
    observer.block(observer.context, number, population, b);
  }
  observer.millisecond(observer.context, patch->network, 0);
}

/* µM/ms that a rate per synapse and ms releases: ρ n p/(α N_A). */
static double source(const struct glutamate_params *p, double rate) {
  return rate * p->synapses * p->molecules * p->release_probability / p->volume_share / 6.02214076e23 * 1e21;
}

/* Where uptake V_max G/(K_m + G) equals what comes. */
static double balance(const struct glutamate_params *p, double rate) {
  double s = source(p, rate) + p->leak;
  return p->K_m * s / (p->V_max - s);
}

static void test_start(void **state) {
  (void)state;
  struct small_patch *patch = make_patch(&small_plan);
  struct glutamate_params params = defaults();
  struct glutamate glutamate = make(patch, &params);
  for (int k = 0; k < 50; k++) millisecond(&glutamate, patch, -1, 0);
  for (int s = 0; s < 100; s++) assert_near(glutamate.concentration[s], balance(&params, 0), 1e-12);
  assert_between(glutamate.concentration[0] * 1e3, 25, 35); /* nM, of slices: Herman & Jahr 2007 */
  glutamate_free(&glutamate);
  params.V_max = 0; /* no uptake: there is no balance; it starts at none and rises by the leak */
  glutamate = make(patch, &params);
  assert_true(glutamate.concentration[0] == 0);
  for (int k = 0; k < 50; k++) millisecond(&glutamate, patch, -1, 0);
  for (int s = 0; s < 100; s++) assert_near(glutamate.concentration[s], 50 * 0.012, 1e-12);
  glutamate_free(&glutamate);
  glutamate_free(&glutamate); /* of a zeroed one */
  small_patch_free(patch);
}

/* From nothing to rates at which uptake saturates. */
static void test_steady_state(void **state) {
  (void)state;
  static const double rates_Hz[] = {0.1, 1, 10, 100, 400};
  struct small_patch *patch = make_patch(&small_plan);
  struct glutamate_params params = defaults();
  for (int r = 0; r < COUNT_OF(rates_Hz); r++) {
    struct glutamate glutamate = make(patch, &params);
    for (int k = 0; k < 400; k++) millisecond(&glutamate, patch, -1, rates_Hz[r] * 1e-3);
    double due = balance(&params, rates_Hz[r] * 1e-3);
    for (int s = 0; s < 100; s++) assert_near(glutamate.concentration[s], due, 1e-4 * due);
    glutamate_free(&glutamate);
  }
  small_patch_free(patch);
}

/* Synapses of awake cortex release at 0.5–2 Hz: 25–90 nM (Herman & Jahr 2007). */
static void test_awake(void **state) {
  (void)state;
  struct glutamate_params params = defaults();
  assert_between(balance(&params, 0.5e-3) * 1e3, 25, 90);
  assert_between(balance(&params, 2e-3) * 1e3, 25, 90);
  /* uptake far below saturation: first order, within the published 100–400 per second */
  assert_between(1000 * params.V_max / params.K_m, 100, 400);
  /* and the length over which glutamate would spread at these: √(0.32/0.4) to √(0.32/0.1) µm */
  assert_between(sqrt(params.diffusion * params.K_m / params.V_max), 0.89, 1.79);
}

/* After a burst: the decay against Runge–Kutta steps of 1 µs, through saturation. */
static void test_decay(void **state) {
  (void)state;
  struct small_patch *patch = make_patch(&small_plan);
  struct glutamate_params params = defaults();
  struct glutamate glutamate = make(patch, &params);
  millisecond(&glutamate, patch, -1, 2); /* 20 µM */
  double exact = glutamate.concentration[0];
  assert_true(exact > 15);
  for (int k = 0; k < 30; k++) {
    millisecond(&glutamate, patch, -1, 0);
    for (int step = 0; step < 1000; step++) {
      double G = exact, h = 1e-3, half;
#define RATE(G) (params.leak - params.V_max * (G) / (params.K_m + (G)))
      half = G + 0.5 * h * RATE(G);
      exact += h * RATE(half);
#undef RATE
    }
    assert_near(glutamate.concentration[0], exact, 0.01 * exact);
  }
  for (int k = 0; k < 30; k++) millisecond(&glutamate, patch, -1, 0);
  assert_near(glutamate.concentration[0], balance(&params, 0), 1e-3 * balance(&params, 0));
  glutamate_free(&glutamate);
  small_patch_free(patch);
}

/* Without uptake and leak: molecules in the tissue are molecules released, also when they spread and at open
 * edges. A source site's fall-off has the shape of diffusion: variance 2 D t in each direction. */
static void test_conservation(void **state) {
  (void)state;
  for (int periodic = 0; periodic < 2; periodic++) {
    struct small_plan plan = small_plan;
    plan.periodic = periodic;
    struct small_patch *patch = make_patch(&plan);
    struct glutamate_params params = defaults();
    params.V_max = params.leak = 0;
    params.diffusion = 5;
    struct glutamate glutamate = make(patch, &params);
    int middle = 55;
    double out = 0, sum = 0, square = 0, D_t = 0;
    for (int k = 0; k < 300; k++) {
      double rate = k < 100 ? 0.01 * (1 + k % 3) : 0;
      millisecond(&glutamate, patch, middle, rate);
      out += source(&params, rate);
      sum = square = 0;
      for (int s = 0; s < 100; s++) {
        double dx = (s % 10 - 5) * 50;
        sum += glutamate.concentration[s];
        square += glutamate.concentration[s] * dx * dx;
      }
      assert_near(sum, out, 1e-6 * out);
      D_t += 2 * params.diffusion * sum; /* each molecule walks on for a millisecond */
    }
    assert_near(square, D_t, 0.002 * D_t);
    glutamate_free(&glutamate);
    small_patch_free(patch);
  }
}

/* Each site has what its own cells receive; a population of another region adds nothing. */
static void test_sites(void **state) {
  (void)state;
  struct small_patch *patch = make_patch(&small_plan), *elsewhere = make_patch(&small_plan);
  struct glutamate_params params = defaults();
  params.diffusion = 0;
  struct glutamate glutamate = make(patch, &params);
  struct observer observer = glutamate_observer(&glutamate);
  for (int k = 0; k < 100; k++) {
    millisecond(&glutamate, patch, 42, 0.002);
    released(elsewhere->population[0], 0)[k] += 1000;
    observer.block(observer.context, 0, elsewhere->population[0], 0);
  }
  for (int s = 0; s < 100; s++)
    assert_near(glutamate.concentration[s], balance(&params, s == 42 ? 0.002 : 0), 1e-6);
  glutamate_free(&glutamate);
  small_patch_free(patch);
  small_patch_free(elsewhere);
}

/* ---- receptors outside of synapses ---- */

/* At rest A/G is 1 + σ S/G, with the concentration round a steady point source over the mean of all:
 * e^(−d/λ)/(4π D* d) of a molecule per ms against 1/k of ρ; and 25–90 nM come to them, too (Herman & Jahr
 * 2007). */
static void test_seen(void **state) {
  (void)state;
  struct small_patch *patch = make_patch(&small_plan);
  struct glutamate_params params = defaults();
  double k = params.V_max / params.K_m, length = sqrt(params.diffusion / k), d = params.receptor_distance;
  double near = exp(-d / length) / (4 * acos(-1.0) * params.diffusion * d) / params.synapses;
  assert_between(near * k, 0.1, 0.5); /* of what release adds to the mean */
  for (double rate = 0; rate <= 2e-3; rate += 0.5e-3) {
    struct glutamate glutamate = make(patch, &params);
    for (int ms = 0; ms < 200; ms++) millisecond(&glutamate, patch, -1, rate);
    double due = balance(&params, rate) + near * source(&params, rate);
    for (int s = 0; s < 100; s++) assert_near(glutamate.seen[s], due, 1e-4 * due);
    if (rate > 0) assert_between(glutamate.seen[0] * 1e3, 25, 100);
    assert_near(glutamate_mean_source(&glutamate, 3), source(&params, rate), 1e-6);
    assert_near(glutamate_mean_seen(&glutamate, 3), due, 0.1 * due); /* it rises at first */
    glutamate_free(&glutamate);
  }
  params.diffusion = 0; /* nothing gets there */
  struct glutamate glutamate = make(patch, &params);
  for (int ms = 0; ms < 50; ms++) millisecond(&glutamate, patch, -1, 1e-3);
  assert_true(glutamate.seen[5] == glutamate.concentration[5]);
  glutamate_free(&glutamate);
  small_patch_free(patch);
}

/* Every cell is told what its site sees, after a millisecond and after a restart. */
static void test_told(void **state) {
  (void)state;
  struct small_patch *patch = make_patch(&small_plan);
  struct glutamate_params params = defaults();
  struct glutamate glutamate = make(patch, &params);
  struct observer observer = glutamate_observer(&glutamate);
  for (int again = 0; again < 2; again++) {
    for (int ms = 0; ms < 5; ms++) millisecond(&glutamate, patch, 17, 0.01);
    if (again) glutamate_restart(&glutamate, false);
    for (int number = 0; number < patch->network->n_blocks; number++) {
      const struct population *population = patch->network->block_population[number];
      int b = patch->network->block_in_population[number];
      const struct block *block = &population->block[b];
      if (!again) observer.tell(observer.context, population, b);
      for (int i = 0; i < block->n; i++)
        assert_true(block->ambient[i] == (float)glutamate.seen[population->site[block->first + i]]);
    }
  }
  assert_true(glutamate.seen[17] > 2 * glutamate.seen[71]);
  glutamate_free(&glutamate);
  small_patch_free(patch);
}

/* Half of the uptake gone at one site, as inflammation and stress may take it; and at all by the config. */
static void test_uptake(void **state) {
  (void)state;
  struct small_patch *patch = make_patch(&small_plan);
  struct glutamate_params params = defaults(), half = params;
  params.diffusion = half.diffusion = 0;
  half.V_max *= 0.5;
  struct glutamate glutamate = make(patch, &params);
  glutamate.uptake[42] = 0.5;
  glutamate_restart(&glutamate, false);
  for (int k = 0; k < 200; k++) millisecond(&glutamate, patch, -1, 1e-3);
  for (int s = 0; s < 100; s++) {
    double due = balance(s == 42 ? &half : &params, 1e-3);
    assert_near(glutamate.concentration[s], due, 1e-4 * due);
  }
  glutamate_free(&glutamate);
  params.uptake = 0.5;
  glutamate = make(patch, &params);
  assert_near(glutamate.concentration[0], balance(&half, 0), 1e-12);
  for (int k = 0; k < 200; k++) millisecond(&glutamate, patch, -1, 1e-3);
  for (int s = 0; s < 100; s++)
    assert_near(glutamate.concentration[s], balance(&half, 1e-3), 1e-4 * balance(&half, 1e-3));
  glutamate_free(&glutamate);
  small_patch_free(patch);
}

/* ---- in the fast loop ---- */

static void run(struct small_patch *patch, struct glutamate *glutamate, int ms) {
  struct observer observer = glutamate_observer(glutamate);
  struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .observers = &observer, .n_observers = 1};
  assert_ok(window_run(patch->network, &window, 10 * ms));
}

/* Background of 20 volleys a second of eight fibres, on 160 synapses a cell, is 1 Hz a synapse; recurrent
 * release comes to it. The mean is the balance for the release that the receptors counted. */
static void test_fast_loop(void **state) {
  (void)state;
  struct small_plan plan = small_plan;
  plan.background_Hz = 20;
  struct small_patch *patch = make_patch(&plan);
  struct glutamate_params params = defaults();
  struct glutamate glutamate = make(patch, &params);
  run(patch, &glutamate, 50);
  for (int b = 0; b < patch->network->n_blocks; b++)
    population_clear_sums(patch->network->block_population[b], patch->network->block_in_population[b]);
  glutamate_restart(&glutamate, true);
  run(patch, &glutamate, 500);
  double nS = 0, synapses_nS = 0, mean = 0;
  for (int p = 0; p < SMALL_POPULATIONS; p++) {
    nS += population_sum(patch->population[p], SPECIMEN_NMDA, "released", 0);
    synapses_nS += patch->population[p]->n * patch->population[p]->synapses_nS;
  }
  for (int s = 0; s < 100; s++) mean += glutamate_mean(&glutamate, s) / 100;
  double rate = nS / synapses_nS / 500, due = balance(&params, rate);
  assert_between(rate * 1e3, 0.9, 2);
  assert_near(mean, due, 0.01 * due);
  assert_between(mean * 1e3, 25, 90);
  assert_true(glutamate.looks == 500);
  glutamate_free(&glutamate);
  small_patch_free(patch);
}

static uint64_t hash_of(struct glutamate *glutamate) {
  struct hasher hasher = state_hasher();
  assert_ok(glutamate_visit(glutamate, "test", &hasher.visitor));
  return hasher.hash;
}

static void test_same_bits(void **state) {
  (void)state;
  uint64_t first = 0;
  for (int threads = 1; threads <= 3; threads++) {
    struct small_plan plan = small_plan;
    plan.threads = threads;
    plan.ranks = threads == 3 ? 2 : 1;
    plan.block_cells = 128 * threads;
    struct small_patch *patch = make_patch(&plan);
    struct glutamate_params params = defaults();
    struct glutamate glutamate = make(patch, &params);
    run(patch, &glutamate, 60);
    if (threads == 1) first = hash_of(&glutamate);
    assert_true(hash_of(&glutamate) == first);
    glutamate_free(&glutamate);
    small_patch_free(patch);
  }
}

static enum status visit(struct small_patch *patch, struct glutamate *glutamate, struct visitor *visitor) {
  TRY(network_visit(patch->network, visitor));
  TRY(glutamate_visit(glutamate, "test", visitor));
  if (visitor->loading) glutamate_restart(glutamate, false);
  return STATUS_OK;
}

static void test_saved_in_the_middle(void **state) {
  (void)state;
  struct glutamate_params params = defaults();
  struct image *image;
  assert_ok(image_new(&image));
  struct small_patch *patch = make_patch(&small_plan);
  struct glutamate glutamate = make(patch, &params);
  run(patch, &glutamate, 40);
  assert_ok(visit(patch, &glutamate, image_saver(image)));
  run(patch, &glutamate, 40);
  uint64_t unbroken = hash_of(&glutamate);
  glutamate_free(&glutamate);
  small_patch_free(patch);
  patch = make_patch(&small_plan);
  glutamate = make(patch, &params);
  assert_ok(visit(patch, &glutamate, image_loader(image)));
  run(patch, &glutamate, 40);
  assert_true(hash_of(&glutamate) == unbroken);
  glutamate_free(&glutamate);
  small_patch_free(patch);
  image_free(image);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_start),        cmocka_unit_test(test_steady_state),
      cmocka_unit_test(test_awake),        cmocka_unit_test(test_decay),
      cmocka_unit_test(test_conservation), cmocka_unit_test(test_sites),
      cmocka_unit_test(test_seen),         cmocka_unit_test(test_told),
      cmocka_unit_test(test_uptake),       cmocka_unit_test(test_fast_loop),
      cmocka_unit_test(test_same_bits),    cmocka_unit_test(test_saved_in_the_middle)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
