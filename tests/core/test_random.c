/* test_random.c — draws are those of Random123's Philox4x32-10 and Threefry4x32-12 in the layout that
 * random.h states, also several at once; streams, ids, times and indices give independent numbers; uniform,
 * normal, lognormal and integer draws have the moments they should, and a uniform number is never 0 or 1. */
#include "check.h"
#include "random_lanes.h"

/* Known answers of philox4x32-10 (Salmon et al. 2011, file kat_vectors of Random123), counter and key spread
 * over the arguments of random_draw. */
static void test_known_answers(void **state) {
  (void)state;
  struct {
    uint64_t seed, id, when;
    unsigned stream;
    uint32_t index, answer[4];
  } known[] = {
      {0, 0, 0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {UINT64_MAX, 0xffffffffff, UINT64_MAX, 0xff, 0xffff, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {0x299f31d0a4093822,
       0x85243f6a88,
       0x0370734413198a2e,
       0xa3,
       0x08d3,
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
  for (int k = 0; k < 3; k++) {
    struct random_draw draw = random_draw(known[k].seed, (enum random_stream)known[k].stream, known[k].id,
                                          known[k].when, known[k].index);
    assert_memory_equal(draw.u, known[k].answer, sizeof draw.u);
  }
}

/* Lane by lane the generator of the library itself. */
static void test_lanes(void **state) {
  (void)state;
  for (int k = 0; k < 1000; k++) {
    struct random_draw of = random_draw(5, RANDOM_WIRE, (uint64_t)k, 0, 0),
                       more = random_draw(5, RANDOM_WIRE, (uint64_t)k, 0, 1);
    uint64_t seed = (uint64_t)of.u[0] << 32 | of.u[1], when = (uint64_t)of.u[2] << 32 | of.u[3];
    random_lanes id, high, u[4];
    for (int l = 0; l < RANDOM_LANES; l++) {
      id[l] = more.u[0] + (uint32_t)l * more.u[1];
      high[l] = (more.u[2] & 0xff00ffffu) ^ (uint32_t)l;
    }
    random_draw_lanes(seed, RANDOM_BACKGROUND, &id, &high, when, u);
    for (int l = 0; l < RANDOM_LANES; l++) {
      uint64_t whole = (uint64_t)(high[l] >> 24) << 32 | id[l];
      struct random_draw draw = random_draw_threefry(seed, RANDOM_BACKGROUND, whole, when, high[l]);
      threefry4x32_ctr_t counter = {{id[l], high[l] | (uint32_t)RANDOM_BACKGROUND << 16, of.u[3], of.u[2]}};
      threefry4x32_key_t key = {{of.u[1], of.u[0], 0, 0}};
      threefry4x32_ctr_t own = threefry4x32_R(12, counter, key);
      for (int w = 0; w < 4; w++) {
        assert_int_equal(u[w][l], draw.u[w]);
        assert_int_equal(own.v[w], draw.u[w]);
      }
    }
  }
}

/* Twelve rounds are enough that each bit of id, time, index and seed flips every bit of the result half of
 * the time (5 standard errors). */
static void test_avalanche(void **state) {
  (void)state;
  enum { TRIALS = 2000, INPUTS = 40 + 64 + 16 + 64 };
  for (int bit = 0; bit < INPUTS; bit++) {
    int flips[128] = {0};
    uint64_t id = bit < 40 ? 1ull << bit : 0, when = bit >= 40 && bit < 104 ? 1ull << (bit - 40) : 0;
    uint32_t index = bit >= 104 && bit < 120 ? 1u << (bit - 104) : 0;
    uint64_t seed = bit >= 120 ? 1ull << (bit - 120) : 0;
    for (int k = 0; k < TRIALS; k++) {
      uint64_t i = (uint64_t)k * 3, t = (uint64_t)k / 7;
      struct random_draw a = random_draw_threefry(3, RANDOM_BACKGROUND, i, t, 1);
      struct random_draw b = random_draw_threefry(3 ^ seed, RANDOM_BACKGROUND, i ^ id, t ^ when, 1 ^ index);
      for (int o = 0; o < 128; o++) flips[o] += (a.u[o / 32] ^ b.u[o / 32]) >> (o % 32) & 1;
    }
    for (int o = 0; o < 128; o++) assert_near(flips[o], TRIALS / 2, 5.5 * sqrt(TRIALS / 4.0));
  }
}

/* Correlation of two sets of uniform numbers; its deviation is 1/√n if they are independent. */
static double correlation(const uint32_t *a, const uint32_t *b, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += (random_uniform(a[i]) - 0.5) * (random_uniform(b[i]) - 0.5);
  return 12.0 * sum / n;
}

enum { DRAWS = 100000 };

/* What differs in one argument only is independent: streams pairwise, and neighbours in the others. */
static void test_independence(void **state) {
  (void)state;
  static uint32_t u[RANDOM_STREAM_COUNT + 4][DRAWS];
  for (int i = 0; i < DRAWS; i++) {
    uint64_t id = (uint64_t)i % 317, when = (uint64_t)i / 317;
    for (int s = 0; s < RANDOM_STREAM_COUNT; s++)
      u[s][i] = random_draw(9, (enum random_stream)s, id, when, 0).u[0];
    u[RANDOM_STREAM_COUNT][i] = random_draw(9, RANDOM_PLACE, id + 1000, when, 0).u[0];
    u[RANDOM_STREAM_COUNT + 1][i] = random_draw(9, RANDOM_PLACE, id, when + 1000, 0).u[0];
    u[RANDOM_STREAM_COUNT + 2][i] = random_draw(9, RANDOM_PLACE, id, when, 1).u[0];
    u[RANDOM_STREAM_COUNT + 3][i] = random_draw(10, RANDOM_PLACE, id, when, 0).u[0];
  }
  for (int a = 0; a < RANDOM_STREAM_COUNT + 4; a++) {
    for (int b = 0; b < a; b++) assert_near(correlation(u[a], u[b], DRAWS), 0, 4.5 / sqrt(DRAWS));
  }
}

/* The four numbers of one draw are independent, and each is even over 64 bins (χ² of 63 degrees, 5 σ). */
static void test_four_numbers(void **state) {
  (void)state;
  static uint32_t u[4][DRAWS];
  static int count[4][64];
  for (int i = 0; i < DRAWS; i++) {
    struct random_draw draw = random_draw(1, RANDOM_WIRE, (uint64_t)i, 0, 0);
    for (int k = 0; k < 4; k++) {
      u[k][i] = draw.u[k];
      count[k][draw.u[k] >> 26]++;
    }
  }
  for (int k = 0; k < 4; k++) {
    double chi2 = 0, wanted = DRAWS / 64.0;
    for (int b = 0; b < 64; b++) chi2 += (count[k][b] - wanted) * (count[k][b] - wanted) / wanted;
    assert_near(chi2, 63, 5 * sqrt(2 * 63));
    for (int l = 0; l < k; l++) assert_near(correlation(u[k], u[l], DRAWS), 0, 4.5 / sqrt(DRAWS));
  }
}

static void test_uniform_ends(void **state) {
  (void)state;
  assert_true(random_uniform(0) > 0.0 && random_uniform(UINT32_MAX) < 1.0);
  assert_true(1.0 - random_uniform(UINT32_MAX) == random_uniform(0));
  assert_between(random_normal(UINT32_MAX), 6.2, 6.4);
  assert_true(random_normal(0) == -random_normal(UINT32_MAX));
  assert_int_equal(random_below(0, 7), 0);
  assert_int_equal(random_below(UINT32_MAX, 7), 6);
  assert_int_equal(random_below(UINT32_MAX, UINT32_MAX), UINT32_MAX - 1);
}

/* Moments within 5 standard errors, n = 4 × 10⁵. */
static void test_moments(void **state) {
  (void)state;
  const int n = 4 * DRAWS;
  double mean = 0, square = 0, z1 = 0, z2 = 0, z3 = 0, z4 = 0, l1 = 0, l2 = 0;
  for (int i = 0; i < DRAWS; i++) {
    struct random_draw draw = random_draw(77, RANDOM_VARY, (uint64_t)i, 3, 2);
    for (int k = 0; k < 4; k++) {
      double u = random_uniform(draw.u[k]), z = random_normal(draw.u[k]);
      double l = random_lognormal(draw.u[k], 3.0, 0.5);
      mean += u / n, square += u * u / n;
      z1 += z / n, z2 += z * z / n, z3 += z * z * z / n, z4 += z * z * z * z / n;
      l1 += l / n, l2 += l * l / n;
    }
  }
  const double error = 5 / sqrt(n);
  assert_near(mean, 0.5, error * sqrt(1.0 / 12));
  assert_near(square, 1.0 / 3, error * sqrt(4.0 / 45));
  assert_near(z1, 0, error);
  assert_near(z2, 1, error * sqrt(2));
  assert_near(z3, 0, error * sqrt(15));
  assert_near(z4, 3, error * sqrt(96));
  assert_near(l1, 3, error * 1.5);
  assert_near(sqrt(l2 - l1 * l1) / l1, 0.5, 0.01); /* 5 standard errors of the CV of this lognormal: 0.007 */
}

static void test_below_is_even(void **state) {
  (void)state;
  int count[5] = {0};
  for (int i = 0; i < DRAWS; i++)
    count[random_below(random_draw(5, RANDOM_FORM, (uint64_t)i, 0, 0).u[1], 5)]++;
  for (int k = 0; k < 5; k++) assert_near(count[k], DRAWS / 5.0, 5 * sqrt(DRAWS * 0.2 * 0.8));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known_answers), cmocka_unit_test(test_lanes),
      cmocka_unit_test(test_avalanche),     cmocka_unit_test(test_independence),
      cmocka_unit_test(test_four_numbers),  cmocka_unit_test(test_uniform_ends),
      cmocka_unit_test(test_moments),       cmocka_unit_test(test_below_is_even),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
