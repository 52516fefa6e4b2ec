/* test_sheet.c — diffusion keeps what there is, decays each mode at its rate (order 1 in time), tends to the
 * analytic Gaussian with order 2 in space, and stays positive at any step; smoothing keeps the mean of a
 * periodic sheet and a constant field of an open one, has the variance of its kernel, and counts no site
 * twice. The order of sites is a curve that meets each once and stays together. */
#include "check.h"
#include "random.h"
#include "sheet.h"
#include <stdlib.h>

enum { MOST = 128 * 128 };
static const double TAU = 6.283185307179586;

static double total(const struct sheet *sheet, const double *c) {
  double sum = 0;
  for (int s = 0; s < sheet_sites(sheet); s++) sum += c[s];
  return sum;
}

static void fill_at_random(const struct sheet *sheet, double *c) {
  for (int s = 0; s < sheet_sites(sheet); s++)
    c[s] = random_uniform(random_draw(4, RANDOM_PLACE, (uint64_t)s, 0, 0).u[0]);
}

static void test_difference(void **state) {
  (void)state;
  assert_near(sheet_difference(false, 100, 10, 95), 85, 0);
  assert_near(sheet_difference(true, 100, 10, 95), -15, 0);
  assert_near(sheet_difference(true, 100, 95, 10), 15, 0);
  assert_near(sheet_difference(true, 100, 20, 60), 40, 0);
}

static void test_diffusion_conserves(void **state) {
  (void)state;
  static double c[MOST], scratch[MOST];
  for (int periodic = 0; periodic <= 1; periodic++) {
    const struct sheet sheet = {9, 13, 25, periodic};
    fill_at_random(&sheet, c);
    double before = total(&sheet, c);
    for (int k = 0; k < 50; k++) sheet_diffuse(&sheet, c, scratch, 30, 5);
    assert_near(total(&sheet, c), before, 1e-12 * before);
    /* and at last it is the same everywhere: edges leak neither in nor out */
    sheet_diffuse(&sheet, c, scratch, 30, 1e5);
    for (int s = 0; s < sheet_sites(&sheet); s++) assert_near(c[s], before / (9 * 13), 1e-10);
  }
}

/* Largest deviation of a Fourier mode from exp(−λt), λ that of the five-point stencil: errors of time. */
static double mode_error(int steps) {
  static double c[MOST], scratch[MOST];
  const struct sheet sheet = {16, 16, 10, true};
  const double D = 1.0, time_ms = 60;
  double rate = D / 100 * (4 - 2 * cos(TAU * 2 / 16) - 2 * cos(TAU * 3 / 16)), error = 0;
  for (int s = 0; s < 256; s++) c[s] = cos(TAU * 2 / 16 * (s % 16)) * cos(TAU * 3 / 16 * (s / 16));
  for (int k = 0; k < steps; k++) sheet_diffuse(&sheet, c, scratch, D, time_ms / steps);
  for (int s = 0; s < 256; s++) {
    double wanted = exp(-rate * time_ms) * cos(TAU * 2 / 16 * (s % 16)) * cos(TAU * 3 / 16 * (s / 16));
    error = fmax(error, fabs(c[s] - wanted));
  }
  return error;
}

static void test_order_in_time(void **state) {
  (void)state;
  double coarse = mode_error(10), fine = mode_error(20), finest = mode_error(40);
  assert_between(log2(coarse / fine), 0.95, 1.1);
  assert_between(log2(fine / finest), 0.97, 1.05);
}

/* Largest deviation from a Gaussian that spreads by σ² = σ₀² + 2Dt, on n × n sites of a sheet of 400 µm, in
 * shares of its peak at the end. */
static double gaussian_error(int n, bool periodic) {
  static double c[MOST], scratch[MOST];
  const struct sheet sheet = {n, n, 400.0 / n, periodic};
  const double D = 2, time_ms = 200, sigma0 = 25, sigma1 = sqrt(25 * 25 + 2 * 2 * 200.0);
  double error = 0;
  for (int s = 0; s < n * n; s++) {
    double x = (s % n + 0.5) * sheet.pitch_um - 200, y = (s / n + 0.5) * sheet.pitch_um - 200;
    c[s] = exp(-(x * x + y * y) / (2 * sigma0 * sigma0));
  }
  sheet_diffuse(&sheet, c, scratch, D, time_ms);
  for (int s = 0; s < n * n; s++) {
    double x = (s % n + 0.5) * sheet.pitch_um - 200, y = (s / n + 0.5) * sheet.pitch_um - 200;
    double wanted = exp(-(x * x + y * y) / (2 * sigma1 * sigma1)); /* times σ₀²/σ₁², the peak */
    error = fmax(error, fabs(c[s] * sigma1 * sigma1 / (sigma0 * sigma0) - wanted));
  }
  return error;
}

/* The steps in time shrink with the square of the pitch, so the whole is of order 2. */
static void test_order_in_space(void **state) {
  (void)state;
  for (int periodic = 0; periodic <= 1; periodic++) {
    double coarse = gaussian_error(32, periodic), fine = gaussian_error(64, periodic);
    assert_true(coarse < 0.01);
    assert_between(log2(coarse / fine), 1.8, 2.2);
  }
}

static void test_large_steps_stay_positive(void **state) {
  (void)state;
  static double c[MOST], scratch[MOST];
  const struct sheet sheet = {32, 32, 10, true};
  memset(c, 0, sizeof c);
  c[500] = 1;
  sheet_diffuse(&sheet, c, scratch, 50, 37); /* D dt/pitch² = 18.5 */
  for (int s = 0; s < 1024; s++) assert_between(c[s], 0, 1);
  sheet_diffuse(&sheet, c, scratch, 0, 37); /* nothing moves without diffusion */
  assert_near(total(&sheet, c), 1, 1e-13);
}

static void test_smoothing_keeps(void **state) {
  (void)state;
  static double in[MOST], out[MOST], scratch[MOST];
  for (int n = 1; n <= 12; n++) {
    const struct sheet periodic = {n, n + 1, 25, true}, open = {n, n + 1, 25, false};
    fill_at_random(&periodic, in);
    for (double sigma = 0; sigma < 200; sigma += 19) {
      sheet_smooth(&periodic, in, out, scratch, sigma);
      assert_near(total(&periodic, out), total(&periodic, in), 1e-12 * total(&periodic, in));
    }
    for (int s = 0; s < sheet_sites(&open); s++) in[s] = 3.5;
    sheet_smooth(&open, in, out, scratch, 60);
    for (int s = 0; s < sheet_sites(&open); s++) assert_near(out[s], 3.5, 1e-14);
  }
}

/* A spike becomes the kernel: its variance along an axis is that of the Gaussian cut at 3 σ, 0.973 σ². */
static void test_smoothing_width(void **state) {
  (void)state;
  static double in[MOST], out[MOST], scratch[MOST];
  const struct sheet sheet = {101, 101, 1, true};
  memset(in, 0, sizeof in);
  in[50 * 101 + 50] = 1;
  sheet_smooth(&sheet, in, out, scratch, 12);
  double variance = 0;
  for (int s = 0; s < 101 * 101; s++) variance += out[s] * (s % 101 - 50) * (s % 101 - 50);
  assert_near(variance, 0.9733 * 144, 0.01 * 144);
  sheet_smooth(&sheet, in, out, scratch, 0);
  assert_memory_equal(in, out, 101 * 101 * sizeof *in);
}

/* A kernel far wider than the sheet is the mean: on an odd sheet every site counts once. */
static void test_wide_kernel(void **state) {
  (void)state;
  static double in[MOST], out[MOST], scratch[MOST];
  const struct sheet sheet = {5, 5, 10, true};
  fill_at_random(&sheet, in);
  sheet_smooth(&sheet, in, out, scratch, 1e6);
  for (int s = 0; s < 25; s++) assert_near(out[s], total(&sheet, in) / 25, 1e-9);
}

/* ---- places ---- */

/* Sites round a place, against the distance by hand, across the edge of a torus and at open edges. */
static void test_disc(void **state) {
  (void)state;
  for (int periodic = 0; periodic < 2; periodic++) {
    struct sheet sheet = {8, 6, 25, periodic};
    int32_t site[48];
    for (double x = -100; x <= 100; x += 40) {
      for (double radius = 1; radius < 200; radius *= 1.7) {
        int n = sheet_disc(&sheet, x, 20, radius, site), due = 0;
        for (int s = 0; s < 48; s++) {
          double dx = fabs((s % 8 + 0.5) * 25 - 100 - x), dy = fabs((s / 8 + 0.5) * 25 - 75 - 20);
          if (periodic) dx = fmin(dx, 200 - dx), dy = fmin(dy, 150 - dy);
          due += sqrt(dx * dx + dy * dy) <= radius;
        }
        assert_int_equal(n, due > 0 ? due : 1);
        for (int k = 1; k < n; k++) assert_true(site[k] > site[k - 1]);
      }
    }
    assert_int_equal(sheet_disc(&sheet, 88, -63, 0, site), 1);
    assert_int_equal(site[0], 7); /* the corner of x */
    assert_near(sheet_distance_um(&sheet, 0, 7), periodic ? 25 : 175, 1e-12);
    assert_near(sheet_distance_um(&sheet, 7, 40), hypot(periodic ? 25 : 175, periodic ? 25 : 125), 1e-12);
  }
}

/* ---- order ---- */

/* The curve of any rectangle meets every site once, goes from neighbour to neighbour, and stays together: of
 * n sites in a row the distance between the outermost is below 3 √n, where rows of the sheet would have n. */
static void test_curve(void **state) {
  (void)state;
  static int32_t order[MOST];
  for (int k = 0; k < 400; k++) {
    struct random_draw draw = random_draw(9, RANDOM_PLACE, (uint64_t)k, 0, 0);
    int n_x = 1 + (int)random_below(draw.u[0], 100), n_y = 1 + (int)random_below(draw.u[1], 100);
    const struct sheet sheet = {n_x, n_y, 50, true};
    bool met[MOST] = {false};
    int diagonal = 0;
    sheet_curve(&sheet, order);
    for (int s = 0; s < sheet_sites(&sheet); s++) {
      assert_in_range(order[s], 0, sheet_sites(&sheet) - 1);
      assert_false(met[order[s]]);
      met[order[s]] = true;
      if (s == 0) continue;
      int dx = abs(order[s] % n_x - order[s - 1] % n_x), dy = abs(order[s] / n_x - order[s - 1] / n_x);
      assert_true(dx <= 1 && dy <= 1);
      diagonal += dx + dy == 2;
    }
    assert_true(diagonal <= 1);
  }
}

static void test_curve_is_compact(void **state) {
  (void)state;
  static int32_t order[MOST];
  static const int sides[][2] = {{10, 10}, {85, 85}, {64, 64}, {128, 96}, {37, 71}};
  for (int k = 0; k < 5; k++) {
    const struct sheet sheet = {sides[k][0], sides[k][1], 50, true};
    sheet_curve(&sheet, order);
    for (int n = 4; n <= sheet_sites(&sheet); n *= 2) {
      for (int first = 0; first + n <= sheet_sites(&sheet); first += n) {
        int low_x = sheet.n_x, high_x = 0, low_y = sheet.n_y, high_y = 0;
        for (int s = first; s < first + n; s++) {
          int x = order[s] % sheet.n_x, y = order[s] / sheet.n_x;
          low_x = x < low_x ? x : low_x, high_x = x > high_x ? x : high_x;
          low_y = y < low_y ? y : low_y, high_y = y > high_y ? y : high_y;
        }
        assert_true(high_x - low_x < 3 * sqrt(n) && high_y - low_y < 3 * sqrt(n));
      }
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_difference),
      cmocka_unit_test(test_diffusion_conserves),
      cmocka_unit_test(test_order_in_time),
      cmocka_unit_test(test_order_in_space),
      cmocka_unit_test(test_large_steps_stay_positive),
      cmocka_unit_test(test_smoothing_keeps),
      cmocka_unit_test(test_smoothing_width),
      cmocka_unit_test(test_wide_kernel),
      cmocka_unit_test(test_disc),
      cmocka_unit_test(test_curve),
      cmocka_unit_test(test_curve_is_compact),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
