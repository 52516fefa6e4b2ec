/* test_bursts.c — bursts that were put in are found, with their onset, duration, size, peak and extent; a
 * front's speed is that with which it was sent; a raised level is a burst for the control and none for
 * itself; what is too short or too low is none; the series is state, in the middle of a window too. */
#include "random.h"
#include "signals/bursts.h"
#include "small_patch.h"
#include "state.h"

enum { WINDOW_MS = 2000, BINS = WINDOW_MS / BURSTS_BIN_MS, SITES = 100 };

struct scene {
  struct small_patch *patch;
  struct glutamate glutamate;
  struct bursts bursts;
};

static struct scene *make(void) {
  struct scene *scene;
  struct config *config;
  struct glutamate_params tissue;
  struct bursts_params params;
  struct spine_params spines = small_spine_params();
  assert_ok(memory_new("scene", 1, sizeof *scene, &scene));
  scene->patch = small_patch_new(&small_plan, &spines);
  assert_ok(config_parse("test", "", &config));
  params_read(config, "tissue.glutamate", glutamate_params, n_glutamate_params, NULL, 0, &tissue);
  params_read(config, "record.bursts", bursts_params, n_bursts_params, NULL, 0, &params);
  config_free(config);
  assert_ok(glutamate_new(&scene->glutamate, &tissue, &scene->patch->sheet, scene->patch->population,
                          SMALL_POPULATIONS, 1));
  assert_ok(bursts_new(&scene->bursts, &params, &scene->glutamate));
  return scene;
}

static void drop(struct scene *scene) {
  bursts_free(&scene->bursts);
  bursts_free(&scene->bursts); /* of a zeroed one */
  glutamate_free(&scene->glutamate);
  small_patch_free(scene->patch);
  memory_free(scene);
}

/* What a window holds: a level with noise of ±1 nM per site and bin, and something on top. */
typedef double on_top(int site, double ms);

static double nothing(int site, double ms) {
  (void)site, (void)ms;
  return 0;
}

static void feed(struct scene *scene, double level, on_top *more, int from_ms, int to_ms) {
  struct observer observer = bursts_observer(&scene->bursts);
  for (int ms = from_ms; ms < to_ms; ms++) {
    for (int s = 0; s < SITES; s++) {
      uint32_t u = random_draw(4, RANDOM_WIRE, (uint64_t)s, (uint64_t)(ms / BURSTS_BIN_MS), 0).u[0];
      scene->glutamate.concentration[s] = level + 0.002 * (random_uniform(u) - 0.5) + more(s, ms);
    }
    observer.millisecond(observer.context, scene->patch->network, ms);
  }
}

static void window(struct scene *scene, double level, on_top *more) {
  assert_ok(bursts_listen(&scene->bursts, WINDOW_MS, false));
  feed(scene, 1, nothing, 0, 100); /* it settles */
  assert_ok(bursts_listen(&scene->bursts, WINDOW_MS, true));
  bursts_begin(&scene->bursts);
  feed(scene, level, more, 0, WINDOW_MS);
  assert_int_equal(scene->bursts.n, BINS * SITES);
}

static int count(const struct scene *scene, enum bursts_criterion criterion) {
  struct burst *burst;
  int n;
  assert_ok(bursts_find(&scene->bursts, criterion, &burst, &n));
  memory_free(burst);
  return n;
}

/* 20 nM on half of the sites from 500 to 560 ms, and one bin of it at 1500 ms, too short. */
static double on_half(int site, double ms) {
  bool now = (ms >= 500 && ms < 560) || (ms >= 1500 && ms < 1505);
  return now && site % 10 < 5 ? 0.02 : 0;
}

static void test_found(void **state) {
  (void)state;
  struct scene *scene = make();
  window(scene, 0.05, nothing);
  bursts_set_control(&scene->bursts);
  assert_int_equal(count(scene, BURSTS_CONTROL), 0);
  assert_int_equal(count(scene, BURSTS_OWN), 0);
  window(scene, 0.05, on_half);
  for (int criterion = 0; criterion < BURSTS_CRITERIA; criterion++) {
    struct burst *burst;
    int n;
    assert_ok(bursts_find(&scene->bursts, criterion, &burst, &n));
    assert_int_equal(n, 1);
    assert_true(burst[0].onset_ms == 500 && burst[0].duration_ms == 60);
    assert_near(burst[0].size_uM_ms, 60 * 0.01, 60 * 0.01 * 0.05);
    assert_near(burst[0].peak_uM, 0.06, 0.0005);
    assert_near(burst[0].extent, 0.5, 1e-9);
    assert_true(isnan(burst[0].speed_m_s)); /* all at once */
    memory_free(burst);
  }
  drop(scene);
}

/* A level 10 nM higher is one long burst for the control; by its own measure there is none. */
static void test_level(void **state) {
  (void)state;
  struct scene *scene = make();
  window(scene, 0.05, nothing);
  bursts_set_control(&scene->bursts);
  window(scene, 0.06, nothing);
  assert_int_equal(count(scene, BURSTS_CONTROL), 1);
  assert_int_equal(count(scene, BURSTS_OWN), 0);
  scene->bursts.params.threshold = 1e5;
  assert_int_equal(count(scene, BURSTS_CONTROL), 0);
  drop(scene);
}

/* A wave from the site in column 4, row 5, at 10 µm/ms, over the edges of the torus; each site for 30 ms. */
static double front_um_ms = 10;
static double wave(int site, double ms) {
  double dx = abs(site % 10 - 4), dy = abs(site / 10 - 5);
  dx = fmin(dx, 10 - dx), dy = fmin(dy, 10 - dy);
  double begin = 1000 + 50 * sqrt(dx * dx + dy * dy) / front_um_ms, since = ms - begin;
  return since >= 0 && since < 30 ? 0.03 * fmin(1, since / 5) : 0;
}

static void test_speed(void **state) {
  (void)state;
  static const double speeds[] = {3, 10, 25}; /* µm/ms are mm/s */
  struct scene *scene = make();
  window(scene, 0.05, nothing);
  bursts_set_control(&scene->bursts);
  for (int k = 0; k < 3; k++) {
    struct burst *burst;
    int n;
    front_um_ms = speeds[k];
    window(scene, 0.05, wave);
    assert_ok(bursts_find(&scene->bursts, BURSTS_CONTROL, &burst, &n));
    assert_int_equal(n, 1);
    assert_near(burst[0].extent, 1, 1e-9);
    assert_near(burst[0].speed_m_s, speeds[k] * 1e-3, 0.1 * speeds[k] * 1e-3);
    assert_between(burst[0].onset_ms, 995, 1020);
    memory_free(burst);
  }
  drop(scene);
}

static uint64_t hash_of(struct scene *scene) {
  struct hasher hasher = state_hasher();
  assert_ok(bursts_visit(&scene->bursts, "test", &hasher.visitor));
  return hasher.hash;
}

static void test_saved_in_the_middle(void **state) {
  (void)state;
  struct image *image;
  assert_ok(image_new(&image));
  struct scene *scene = make();
  window(scene, 0.05, nothing);
  bursts_set_control(&scene->bursts);
  bursts_begin(&scene->bursts);
  feed(scene, 0.05, on_half, 0, 520);
  assert_ok(bursts_visit(&scene->bursts, "test", image_saver(image)));
  feed(scene, 0.05, on_half, 520, WINDOW_MS);
  uint64_t unbroken = hash_of(scene);
  drop(scene);
  scene = make();
  assert_ok(bursts_visit(&scene->bursts, "test", image_loader(image)));
  assert_ok(bursts_listen(&scene->bursts, WINDOW_MS, true));
  feed(scene, 0.05, on_half, 520, WINDOW_MS);
  assert_true(hash_of(scene) == unbroken);
  assert_int_equal(count(scene, BURSTS_CONTROL), 1);
  drop(scene);
  image_free(image);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_found), cmocka_unit_test(test_level),
                                     cmocka_unit_test(test_speed),
                                     cmocka_unit_test(test_saved_in_the_middle)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
