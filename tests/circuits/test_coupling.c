/* test_coupling.c — a fast rhythm whose size follows the phase of a slow one has the modulation index of its
 * law, whatever the phase at which it is largest, far above its surrogates; one that follows nothing, or
 * another rhythm, lies among them. A stretch below a second has none. */
#include "check.h"
#include "memory.h"
#include "random.h"
#include "signals/coupling.h"

enum { RATE = 1000, SAMPLES = 8000 };
static const double TURN = 6.283185307179586;
static const struct coupling_bands bands = {4, 12, 30, 80};

/* Slow rhythm near 7 Hz whose phase wanders; a fast one of 55 Hz with size 1 + depth cos(phase − turned), by
 * that phase or by one that wanders for itself; noise. */
static struct coupling measure(double depth, double turned, bool follows, double spread, size_t n) {
  static double x[SAMPLES];
  double phase = 0, other = 0;
  struct coupling out;
  for (uint64_t j = 0; j < SAMPLES; j++) {
    struct random_draw draw = random_draw(5, RANDOM_VARY, j, 0, 0);
    phase += TURN * 7 / RATE + 0.04 * random_normal(draw.u[0]);
    other += TURN * 7 / RATE + 0.04 * random_normal(draw.u[1]);
    double size = 1 + depth * cos((follows ? phase : other) - turned);
    x[j] = 3 * cos(phase) + size * cos(TURN * 55 * (double)j / RATE + 1) + spread * random_normal(draw.u[2]);
  }
  assert_ok(coupling_measure(x, n, RATE, &bands, &out));
  return out;
}

/* Of the law itself, its mean over each bin. */
static double index_of(double depth, double turned) {
  double index = 0;
  for (int p = 0; p < COUPLING_PHASES; p++) {
    double from = TURN * p / COUPLING_PHASES, to = TURN * (p + 1) / COUPLING_PHASES;
    double mean = 1 + depth * (sin(to - turned) - sin(from - turned)) / (to - from);
    index += mean / COUPLING_PHASES * log(mean / COUPLING_PHASES);
  }
  return (log(COUPLING_PHASES) + index) / log(COUPLING_PHASES);
}

static void test_law(void **state) {
  (void)state;
  static const double depths[] = {0.3, 0.8};
  for (int d = 0; d < 2; d++) {
    for (double turned = 0; turned < 6; turned += 1.3) {
      struct coupling clean = measure(depths[d], turned, true, 0, SAMPLES);
      assert_near(clean.index, index_of(depths[d], turned), 0.15 * index_of(depths[d], 0));
      assert_true(clean.z > 3);
    }
  }
  struct coupling noisy = measure(0.8, 2, true, 0.3, SAMPLES);
  assert_between(noisy.index, 0.5 * index_of(0.8, 0), index_of(0.8, 0));
}

static void test_none(void **state) {
  (void)state;
  struct coupling none = measure(0, 0, true, 1, SAMPLES), other = measure(0.8, 0, false, 0.3, SAMPLES);
  assert_true(none.index < 0.003 && fabs(none.z) < 3);
  assert_true(other.index < 0.3 * index_of(0.8, 0) && fabs(other.z) < 3);
}

static void test_short(void **state) {
  (void)state;
  struct coupling out = measure(0.8, 0, true, 0, RATE - 1);
  assert_true(isnan(out.index) && isnan(out.z));
  out = measure(0.8, 0, true, 0, RATE);
  assert_true(out.index > 0.5 * index_of(0.8, 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_law), cmocka_unit_test(test_none),
                                     cmocka_unit_test(test_short)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
