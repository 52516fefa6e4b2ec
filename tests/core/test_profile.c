/* test_profile.c — time that is spent is found in its phase and nowhere else, on the right scale; phases of a
 * run add up to no more than its time on all threads; without a profile nothing is measured and nothing
 * breaks; every phase has a name and a meaning. */
#include "fixed_pathway.h"
#include <time.h>

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void spend(double seconds) {
  for (double end = now_s() + seconds; now_s() < end;) continue;
}

static void test_time_goes_to_its_phase(void **state) {
  (void)state;
  struct profile *profile;
  double begin = now_s();
  assert_ok(profile_new(3, &profile));
  uint64_t time = profile_now(profile);
  spend(0.03);
  time = profile_add(profile, 0, PROFILE_advance, time);
  spend(0.01);
  time = profile_add(profile, 2, PROFILE_advance, time);
  double middle = now_s();
  spend(0.02);
  time = profile_add(profile, 1, PROFILE_wait, time);
  double elapsed = now_s() - begin, advance = profile_s(profile, PROFILE_advance),
         waited = profile_s(profile, PROFILE_wait);
  /* 2 %: the unit of the counter is found from a tenth of a second */
  assert_between(advance, 0.04 * 0.98, (middle - begin) * 1.02);
  assert_between(waited, 0.02 * 0.98, (elapsed - 0.04) * 1.02);
  assert_true(time > 0);
  for (int k = 0; k < PROFILE_PHASE_COUNT; k++) {
    if (k != PROFILE_advance && k != PROFILE_wait)
      assert_true(profile_s(profile, (enum profile_phase)k) == 0);
  }
  profile_free(profile);
  assert_int_equal(memory_in_use(), 0);
}

static void test_run(void **state) {
  (void)state;
  for (int threads = 1; threads <= 3; threads++) {
    const struct fixed_plan plan = {50, 1, 0.5f, 0.125f, 0.5, 2, 1};
    struct network *network;
    struct profile *profile;
    assert_ok(network_new((struct clock){0.1}, 11, &network));
    struct population *cells = metronome_population(network, "cells", 2000, 256);
    fixed_pathway(network, cells, cells, 0, &plan);
    assert_ok(network_connect(network, threads, threads));
    assert_ok(network_draw(network));
    network_set_quanta(network, 1);
    metronome_start_all(network);
    assert_ok(profile_new(threads, &profile));
    struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .profile = profile};
    double begin = now_s(), total = 0;
    assert_ok(window_run(network, &window, 2000));
    double elapsed = now_s() - begin;
    for (int k = 0; k < PROFILE_PHASE_COUNT; k++) {
      double seconds = profile_s(profile, (enum profile_phase)k);
      assert_true(seconds >= 0);
      total += seconds;
    }
    assert_between(total, 0.5 * elapsed, 1.02 * elapsed * threads);
    assert_true(profile_s(profile, PROFILE_advance) > 0 && profile_s(profile, PROFILE_deliver) > 0);
    assert_true(profile_s(profile, PROFILE_note) > 0 && profile_s(profile, PROFILE_exchange) > 0);
    profile_free(profile);
    network_free(network);
  }
}

static void test_without(void **state) {
  (void)state;
  assert_true(profile_now(NULL) == 0);
  assert_true(profile_add(NULL, 5, PROFILE_wait, 3) == 0);
  profile_free(NULL);
}

static void test_names(void **state) {
  (void)state;
  assert_string_equal(profile_name[PROFILE_deliver], "deliver");
  assert_string_equal(profile_name[PROFILE_wait], "wait");
  for (int k = 0; k < PROFILE_PHASE_COUNT; k++) {
    assert_true(*profile_name[k] && *profile_meaning[k]);
    for (int j = 0; j < k; j++) assert_string_not_equal(profile_name[k], profile_name[j]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_time_goes_to_its_phase),
                                     cmocka_unit_test(test_run), cmocka_unit_test(test_without),
                                     cmocka_unit_test(test_names)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
