/* test_electrode.c — an electrode shows the mean of its sites, with a first-order response of its time
 * constant, exactly for steps; at the start of a window it shows what there is; its reading is state. */
#include "signals/electrode.h"
#include "small_patch.h"
#include "state.h"

struct scene {
  struct small_patch *patch;
  struct glutamate glutamate;
  struct electrode_params params;
};

static struct scene make(void) {
  struct scene scene;
  struct config *config;
  struct glutamate_params tissue;
  struct spine_params spines = small_spine_params();
  scene.patch = small_patch_new(&small_plan, &spines);
  assert_ok(config_parse("test", "", &config));
  params_read(config, "tissue.glutamate", glutamate_params, n_glutamate_params, NULL, 0, &tissue);
  params_read(config, "record.electrode", electrode_params, n_electrode_params, NULL, 0, &scene.params);
  config_free(config);
  assert_ok(glutamate_new(&scene.glutamate, &tissue, &scene.patch->sheet, scene.patch->population,
                          SMALL_POPULATIONS, 1));
  return scene;
}

static void test_response(void **state) {
  (void)state;
  struct scene scene = make();
  struct electrode electrode;
  for (int s = 0; s < 100; s++) scene.glutamate.concentration[s] = 0.01 * s;
  assert_ok(electrode_new(&electrode, &scene.params, &scene.glutamate));
  assert_int_equal(electrode.n_sites, 4); /* round the middle, where four sites meet */
  double mean = 0.01 * (44 + 45 + 54 + 55) / 4;
  assert_near(electrode.reading, mean, 1e-12);
  struct observer observer = electrode_observer(&electrode);
  for (int s = 0; s < 100; s++) scene.glutamate.concentration[s] += 0.5;
  for (int ms = 1; ms <= 3000; ms++) {
    observer.millisecond(observer.context, scene.patch->network, ms);
    assert_near(electrode.reading, mean + 0.5 * (1 - exp(-ms / 1000.0)), 1e-9);
  }
  electrode_begin(&electrode);
  assert_near(electrode.reading, mean + 0.5, 1e-12);
  electrode_free(&electrode);
  electrode_free(&electrode); /* of a zeroed one */
  glutamate_free(&scene.glutamate);
  small_patch_free(scene.patch);
}

static void test_state(void **state) {
  (void)state;
  struct scene scene = make();
  struct electrode electrode;
  struct image *image;
  assert_ok(image_new(&image));
  scene.params.x = 225, scene.params.y = -225, scene.params.radius = 1;
  assert_ok(electrode_new(&electrode, &scene.params, &scene.glutamate));
  assert_int_equal(electrode.n_sites, 1);
  assert_int_equal(electrode.site[0], 9);
  electrode.reading = 7;
  assert_ok(electrode_visit(&electrode, "test", image_saver(image)));
  electrode.reading = 8;
  assert_ok(electrode_visit(&electrode, "test", image_loader(image)));
  assert_true(electrode.reading == 7);
  electrode_free(&electrode);
  glutamate_free(&scene.glutamate);
  small_patch_free(scene.patch);
  image_free(image);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_response), cmocka_unit_test(test_state)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
