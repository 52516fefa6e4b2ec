/* test_fourier.c — a cosine is one bin of its size, noise keeps its energy; the analytic signal of a cosine
 * turns in a circle, a gain takes bands away, odd and even lengths alike; bits do not depend on what was
 * planned before. */
#include "check.h"
#include "fourier.h"
#include "memory.h"
#include "random.h"

static const double TURN = 6.283185307179586;

static void test_cosine(void **state) {
  (void)state;
  static const int lengths[] = {64, 250, 105};
  for (int l = 0; l < 3; l++) {
    struct fourier *f;
    int n = lengths[l];
    assert_ok(fourier_new(n, &f));
    for (int j = 0; j < n; j++) fourier_samples(f)[j] = 3 * cos(TURN * 7 * j / n + 0.4) + 2;
    const double *bin = fourier_forward(f);
    for (int k = 0; k <= n / 2; k++) {
      double size = hypot(bin[2 * k], bin[2 * k + 1]);
      assert_near(size, k == 0 ? 2.0 * n : k == 7 ? 1.5 * n : 0, 1e-9 * n);
    }
    assert_near(atan2(bin[15], bin[14]), 0.4, 1e-9);
    fourier_free(f);
  }
  fourier_free(NULL);
}

static void test_energy(void **state) {
  (void)state;
  enum { N = 1001 };
  struct fourier *f;
  double energy = 0, transformed = 0;
  assert_ok(fourier_new(N, &f));
  for (uint64_t j = 0; j < N; j++) {
    double x = fourier_samples(f)[j] = random_normal(random_draw(1, RANDOM_VARY, j, 0, 0).u[0]);
    energy += x * x;
  }
  const double *bin = fourier_forward(f);
  for (int k = 0; k <= N / 2; k++)
    transformed += (bin[2 * k] * bin[2 * k] + bin[2 * k + 1] * bin[2 * k + 1]) * (k ? 2.0 : 1.0) / N;
  assert_near(transformed, energy, 1e-9 * energy);
  fourier_free(f);
}

static void test_analytic(void **state) {
  (void)state;
  for (int n = 200; n <= 201; n++) {
    struct fourier *f;
    double gain[101];
    assert_ok(fourier_new(n, &f));
    for (int k = 0; k <= n / 2; k++) gain[k] = k < 20 ? 1 : 0;
    for (int j = 0; j < n; j++)
      fourier_samples(f)[j] = 2 * cos(TURN * 10 * j / n) + 5 * cos(TURN * 40 * j / n);
    fourier_forward(f);
    const double *wave = fourier_analytic(f, gain);
    for (int j = 0; j < n; j++) {
      assert_near(wave[2 * j], 2 * cos(TURN * 10 * j / n), 1e-9);
      assert_near(wave[2 * j + 1], 2 * sin(TURN * 10 * j / n), 1e-9);
    }
    fourier_free(f);
  }
}

static void transform(double out[500]) {
  struct fourier *f;
  assert_ok(fourier_new(480, &f));
  for (uint64_t j = 0; j < 480; j++)
    fourier_samples(f)[j] = random_uniform(random_draw(2, RANDOM_VARY, j, 0, 0).u[0]);
  memcpy(out, fourier_forward(f), 482 * sizeof(double));
  fourier_free(f);
}

static void test_bits(void **state) {
  (void)state;
  double first[500], later[500];
  transform(first);
  for (int n = 2; n < 1000; n = 2 * n + 3) {
    struct fourier *other;
    assert_ok(fourier_new(n, &other));
    fourier_forward(other);
    fourier_free(other);
  }
  transform(later);
  assert_memory_equal(first, later, 482 * sizeof(double));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cosine), cmocka_unit_test(test_energy),
                                     cmocka_unit_test(test_analytic), cmocka_unit_test(test_bits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
