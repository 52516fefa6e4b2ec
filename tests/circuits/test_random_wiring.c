/* test_random_wiring.c — synapses follow their rule. In-degrees that are fixed: different sources, each as
 * likely as any other (χ² over sources; a bias of 4 % is rejected), any two cells with as many in common as
 * chance gives; the same for more than half of the sources, down to all but one. Pairs: in- and out-degrees
 * binomial in mean and variance, no pair twice, at probabilities of 0, nearly 0, nearly 1 and 1. A total:
 * exact, sources and targets uniform and independent, a pair connected with the probability that the number
 * was made from. Delays are those of a normal distribution cut at half a tick, in classes that grow or in
 * those of a step. Draws depend on seed, pathway and target alone. Bounds are 5
 * standard errors, seeds are fixed. */
#include "check.h"
#include "memory.h"
#include "synapses/random_wiring.h"

static const struct clock TENTH = {0.1};

/* A pathway between cells that have no more than an id. */
struct pathway {
  struct population source, target;
  struct projection projection;
  struct fan_in fan_in;
};

/* Onto itself if there are no targets. */
static void set(struct pathway *pathway, int sources, int targets, const struct random_wiring *wiring) {
  *pathway = (struct pathway){.source = {.name = "source", .n = sources},
                              .target = {.name = "target", .n = targets, .first_id = 100000}};
  pathway->projection = (struct projection){.name = "source_to_target",
                                            .index = 3,
                                            .source = &pathway->source,
                                            .target = targets ? &pathway->target : &pathway->source};
  assert_ok(random_wiring_set(&pathway->projection, wiring, &TENTH, 17));
}

static void drop(struct pathway *pathway) {
  fan_in_free(&pathway->fan_in);
  projection_free(&pathway->projection);
}

static const struct fan_in *draw(struct pathway *pathway, int i) {
  const struct static_pathway *fixed = pathway->projection.fixed;
  pathway->fan_in.n = 0;
  assert_ok(fixed->draw(fixed->rule, &pathway->projection, (uint32_t)i, &pathway->fan_in));
  assert_true(pathway->fan_in.n <= fixed->most);
  return &pathway->fan_in;
}

static struct random_wiring rule_of(enum wiring_rule rule) {
  return (struct random_wiring){.rule = rule, .weight = 1, .delay_ms = 1.5};
}

/* ---- fixed in-degrees ---- */

enum { CELLS = 1000 };

/* χ² of how often each source was drawn against shares that go from 1 − bias to 1 + bias. */
static double chi_square(const double *count, int n, double mean, double variance, double bias) {
  double chi2 = 0;
  for (int j = 0; j < n; j++) {
    double due = mean * (1 + bias * (2.0 * j / (n - 1) - 1));
    chi2 += (count[j] - due) * (count[j] - due) / variance;
  }
  return chi2;
}

/* The variance of a count is T p (1 − p), so a linear bias of ±4 % adds T p/(1−p) × 0.04²/3 for each of 1,000
 * sources: at T = 20,000 at least 550 (p = 0.05), 12 standard deviations of χ². */
static void test_in_degree(void **state) {
  (void)state;
  static const uint32_t degrees[] = {50, 300, 501, 800, 950};
  const int targets = 20000;
  for (int k = 0; k < COUNT_OF(degrees); k++) {
    struct pathway pathway;
    struct random_wiring wiring = rule_of(RULE_IN_DEGREE);
    static double count[CELLS];
    double p = degrees[k] / (double)CELLS, common = 0;
    static bool met[2][CELLS];
    wiring.in_degree = degrees[k];
    set(&pathway, CELLS, targets, &wiring);
    memset(count, 0, sizeof count);
    for (int i = 0; i < targets; i++) {
      const struct fan_in *fan_in = draw(&pathway, i);
      bool *own = met[i % 2];
      memset(own, 0, sizeof met[0]);
      assert_int_equal(fan_in->n, degrees[k]);
      for (size_t e = 0; e < fan_in->n; e++) {
        assert_true(fan_in->source[e] < CELLS && !own[fan_in->source[e]]);
        own[fan_in->source[e]] = true;
        count[fan_in->source[e]]++;
      }
      for (int j = 0; i && j < CELLS; j++) common += met[0][j] && met[1][j];
    }
    double variance = targets * p * (1 - p), chi2 = chi_square(count, CELLS, targets * p, variance, 0);
    assert_near(chi2, CELLS, 5 * sqrt(2.0 * CELLS));
    assert_true(chi_square(count, CELLS, targets * p, variance, 0.04) > CELLS + 8 * sqrt(2.0 * CELLS));
    /* of two cells: hypergeometric, mean K²/N, variance K²/N (1 − p)² N/(N − 1) */
    double n = targets - 1, mean = degrees[k] * p;
    assert_near(common / n, mean, 5 * sqrt(mean * (1 - p) * (1 - p) * CELLS / (CELLS - 1.0) / n));
    drop(&pathway);
  }
}

/* No cell finds itself unless it may, also where nearly all are wanted. */
static void test_autapses(void **state) {
  (void)state;
  static const uint32_t degrees[] = {0, 1, 20, 31, 40, 58, 59, 60};
  for (int k = 0; k < COUNT_OF(degrees); k++) {
    for (int allowed = degrees[k] == 60; allowed < 2; allowed++) {
      struct pathway pathway;
      struct random_wiring wiring = rule_of(RULE_IN_DEGREE);
      int itself = 0;
      wiring.in_degree = degrees[k], wiring.autapses = allowed;
      set(&pathway, 60, 0, &wiring);
      for (int i = 0; i < 60; i++) {
        bool met[60] = {false};
        const struct fan_in *fan_in = draw(&pathway, i);
        assert_int_equal(fan_in->n, degrees[k]);
        for (size_t e = 0; e < fan_in->n; e++) {
          assert_false(met[fan_in->source[e]]);
          met[fan_in->source[e]] = true;
        }
        itself += met[i];
      }
      double p = degrees[k] / 60.0;
      assert_near(itself, allowed ? degrees[k] : 0, allowed ? 5 * sqrt(60 * p * (1 - p)) : 0);
      drop(&pathway);
    }
  }
}

static void test_refused(void **state) {
  (void)state;
  struct population cells = {.name = "cells", .n = 60}, others = {.name = "others", .n = 10};
  struct projection onto_itself = {.name = "a", .source = &cells, .target = &cells},
                    onto_others = {.name = "b", .source = &cells, .target = &others};
  struct random_wiring wiring = rule_of(RULE_IN_DEGREE), pairs = rule_of(RULE_PAIRWISE);
  wiring.in_degree = 60;
  assert_fails(random_wiring_set(&onto_itself, &wiring, &TENTH, 1), STATUS_CONFIG, "cells has only 59 cells");
  wiring.in_degree = 61;
  assert_fails(random_wiring_set(&onto_others, &wiring, &TENTH, 1), STATUS_CONFIG, "b: 61 different sources");
  wiring.autapses = true;
  assert_fails(random_wiring_set(&onto_itself, &wiring, &TENTH, 1), STATUS_CONFIG, "only 60 cells");
  pairs.p = 1.01;
  assert_fails(random_wiring_set(&onto_itself, &pairs, &TENTH, 1), STATUS_CONFIG, "1.01");
  pairs.p = 0.5, pairs.delay_ms = 0.04;
  assert_fails(random_wiring_set(&onto_itself, &pairs, &TENTH, 1), STATUS_CONFIG, "shorter than a time step");
  pairs.delay_ms = 40, pairs.delay_sd_ms = 10;
  assert_fails(random_wiring_set(&onto_itself, &pairs, &TENTH, 1), STATUS_CONFIG, "delay classes");
  pairs.delay_ms = 1.5, pairs.delay_sd_ms = 0.5, pairs.delay_step_ms = 0.04;
  assert_fails(random_wiring_set(&onto_itself, &pairs, &TENTH, 1), STATUS_CONFIG, "a: a step of 0.04 ms");
  pairs.delay_ms = 40, pairs.delay_sd_ms = 10, pairs.delay_step_ms = 1;
  assert_fails(random_wiring_set(&onto_itself, &pairs, &TENTH, 1), STATUS_CONFIG, "more than 64 classes");
  struct population none = {.name = "none"};
  struct projection from_none = {.name = "c", .source = &none, .target = &cells};
  wiring.in_degree = 1;
  assert_fails(random_wiring_set(&from_none, &wiring, &TENTH, 1), STATUS_CONFIG, "none has only 0 cells");
  assert_int_equal(memory_in_use(), 0);
}

/* ---- pairs ---- */

/* In- and out-degrees: (k − N p)²/v, v = N p (1 − p), has mean 1 and variance 2 + (1 − 6 p (1 − p))/v. */
static void test_pairwise(void **state) {
  (void)state;
  static const double chances[] = {0.001, 0.02, 0.3, 0.5, 0.9, 0.995};
  for (int k = 0; k < COUNT_OF(chances); k++) {
    struct pathway pathway;
    struct random_wiring wiring = rule_of(RULE_PAIRWISE);
    static double out[CELLS];
    const int targets = 3000;
    double p = wiring.p = chances[k], in_square = 0, out_square = 0, all = 0;
    double in_variance = CELLS * p * (1 - p), out_variance = targets * p * (1 - p);
    set(&pathway, CELLS, targets, &wiring);
    memset(out, 0, sizeof out);
    for (int i = 0; i < targets; i++) {
      const struct fan_in *fan_in = draw(&pathway, i);
      for (size_t e = 0; e < fan_in->n; e++) {
        assert_true(fan_in->source[e] < CELLS && (e == 0 || fan_in->source[e] > fan_in->source[e - 1]));
        out[fan_in->source[e]]++;
      }
      all += (double)fan_in->n;
      in_square += pow((double)fan_in->n - CELLS * p, 2) / in_variance;
    }
    for (int j = 0; j < CELLS; j++) out_square += pow(out[j] - targets * p, 2) / out_variance;
    assert_near(all, CELLS * targets * p, 5 * sqrt(CELLS * targets * p * (1 - p)));
    double excess = 1 - 6 * p * (1 - p);
    assert_near(in_square, targets, 5 * sqrt(targets * (2 + excess / in_variance)));
    assert_near(out_square, CELLS, 5 * sqrt(CELLS * (2 + excess / out_variance)));
    drop(&pathway);
  }
}

static void test_pairwise_ends(void **state) {
  (void)state;
  static const struct {
    double p;
    size_t least, most; /* of 100 sources */
  } rows[] = {{0, 0, 0}, {1e-300, 0, 0}, {1e-17, 0, 0}, {1e-12, 0, 0}, {1 - 1e-12, 100, 100}, {1, 100, 100}};
  for (int k = 0; k < COUNT_OF(rows); k++) {
    struct pathway pathway;
    struct random_wiring wiring = rule_of(RULE_PAIRWISE);
    wiring.p = rows[k].p;
    set(&pathway, 100, 50, &wiring);
    for (int i = 0; i < 50; i++) assert_between(draw(&pathway, i)->n, rows[k].least, rows[k].most);
    drop(&pathway);
    set(&pathway, 100, 0, &wiring); /* onto itself: without itself */
    for (int i = 0; i < 100; i++) {
      const struct fan_in *fan_in = draw(&pathway, i);
      assert_int_equal(fan_in->n, rows[k].most ? 99 : 0);
      for (size_t e = 0; e < fan_in->n; e++) assert_int_not_equal(fan_in->source[e], i);
    }
    drop(&pathway);
    wiring.autapses = true;
    set(&pathway, 100, 0, &wiring);
    for (int i = 0; i < 100; i++) assert_int_equal(draw(&pathway, i)->n, rows[k].most);
    drop(&pathway);
  }
}

/* Far below what 1 − p can hold, and where ln(1 − p) is a series. */
static void test_tiny(void **state) {
  (void)state;
  static const double chances[] = {1e-17, 1e-6, 1e-5};
  for (int k = 0; k < COUNT_OF(chances); k++) {
    struct pathway pathway;
    struct random_wiring wiring = rule_of(RULE_PAIRWISE);
    const int sources = 1000000, targets = 500;
    double all = 0, sum = 0, p = wiring.p = chances[k];
    set(&pathway, sources, targets, &wiring);
    for (int i = 0; i < targets; i++) {
      const struct fan_in *fan_in = draw(&pathway, i);
      all += (double)fan_in->n;
      for (size_t e = 0; e < fan_in->n; e++) sum += fan_in->source[e] / (double)sources;
    }
    assert_near(all, p * sources * targets, 5 * sqrt(p * sources * targets));
    if (all > 0) assert_near(sum / all, 0.5, 5 / sqrt(12 * all));
    drop(&pathway);
  }
}

static void test_no_cells(void **state) {
  (void)state;
  for (int rule = RULE_PAIRWISE; rule <= RULE_TOTAL; rule++) {
    struct random_wiring wiring = rule_of((enum wiring_rule)rule);
    struct population none = {.name = "none"}, cells = {.name = "cells", .n = 10};
    struct projection projection[] = {{.name = "a", .source = &none, .target = &cells},
                                      {.name = "b", .source = &cells, .target = &none},
                                      {.name = "c", .source = &none, .target = &none}};
    struct fan_in fan_in = {0};
    wiring.p = 0.5;
    for (int k = 0; k < COUNT_OF(projection); k++) {
      assert_ok(random_wiring_set(&projection[k], &wiring, &TENTH, 1));
      const struct static_pathway *fixed = projection[k].fixed;
      for (uint32_t i = 0; i < (uint32_t)projection[k].target->n; i++)
        assert_ok(fixed->draw(fixed->rule, &projection[k], i, &fan_in));
      assert_int_equal(fan_in.n, 0);
      projection_free(&projection[k]);
    }
    fan_in_free(&fan_in);
  }
  assert_int_equal(memory_in_use(), 0);
}

/* ---- a total ---- */

/* ln(1 − p)/ln(1 − 1/(N M)), to the nearest whole number. */
static void test_number(void **state) {
  (void)state;
  static const double chances[] = {0, 1e-17, 1e-9, 0.0003, 0.00099, 0.00101, 0.0437, 0.1009, 0.3726, 0.999};
  static const int sizes[][2] = {{1, 2}, {7, 3}, {500, 500}, {1065, 4850}, {21915, 20683}, {2000000, 300000}};
  for (int c = 0; c < COUNT_OF(chances); c++) {
    for (int s = 0; s < COUNT_OF(sizes); s++) {
      long double pairs = (long double)sizes[s][0] * sizes[s][1];
      long double wanted = log1pl(-(long double)chances[c]) / log1pl(-1 / pairs);
      assert_near(random_wiring_total(chances[c], sizes[s][0], sizes[s][1]), wanted,
                  0.5 + 1e-12 * (double)wanted);
    }
  }
  assert_int_equal(random_wiring_total(0.1, 0, 100), 0);
}

/* 400 synapses from every source and 200 onto every target: a linear bias of ±20 % adds 400 × 0.2²/3 to χ²
 * for each of 1,000 sources and 200 × 0.2²/3 for each of 2,000 targets, more than 25 standard deviations.
 * There are more synapses than one word of the counter tells apart. */
static void test_total(void **state) {
  (void)state;
  struct pathway pathway;
  struct random_wiring wiring = rule_of(RULE_TOTAL);
  enum { TARGETS = 2000 };
  static double out[CELLS], in[TARGETS], coarse[10][10];
  wiring.total = random_wiring_total(0.181, CELLS, TARGETS);
  set(&pathway, CELLS, TARGETS, &wiring);
  static bool met[TARGETS][CELLS];
  size_t all = 0, pairs = 0, most = 0;
  for (int i = 0; i < TARGETS; i++) {
    const struct fan_in *fan_in = draw(&pathway, i);
    all += fan_in->n, in[i] = (double)fan_in->n;
    most = fan_in->n > most ? fan_in->n : most;
    for (size_t e = 0; e < fan_in->n; e++) {
      out[fan_in->source[e]]++;
      coarse[i / (TARGETS / 10)][fan_in->source[e] / 100]++;
      pairs += !met[i][fan_in->source[e]];
      met[i][fan_in->source[e]] = true;
    }
  }
  assert_int_equal(all, wiring.total);
  assert_true(all > 300000);
  assert_int_equal(most, pathway.projection.fixed->most);
  double S = (double)all, chi2 = 0;
  assert_near(chi_square(out, CELLS, S / CELLS, S / CELLS, 0), CELLS - 1, 5 * sqrt(2.0 * CELLS));
  assert_near(chi_square(in, TARGETS, S / TARGETS, S / TARGETS, 0), TARGETS - 1, 5 * sqrt(2.0 * TARGETS));
  assert_true(chi_square(out, CELLS, S / CELLS, S / CELLS, 0.2) > CELLS + 8 * sqrt(2.0 * CELLS));
  assert_true(chi_square(in, TARGETS, S / TARGETS, S / TARGETS, 0.2) > TARGETS + 8 * sqrt(2.0 * TARGETS));
  for (int a = 0; a < 10; a++) chi2 += chi_square(coarse[a], 10, S / 100, S / 100, 0);
  assert_near(chi2, 99, 5 * sqrt(2.0 * 99));
  /* pairs that are connected at all; their number varies less than a binomial one */
  assert_near(pairs, 0.181 * CELLS * TARGETS, 5 * sqrt(0.181 * 0.819 * CELLS * TARGETS));
  drop(&pathway);
}

static void test_expected(void **state) {
  (void)state;
  const struct random_wiring wiring = {.p = 0.25, .in_degree = 7, .total = 1234};
  struct random_wiring kind = wiring;
  kind.rule = RULE_PAIRWISE;
  assert_near(random_wiring_expected(&kind, 40, 60), 600, 1e-9);
  kind.rule = RULE_IN_DEGREE;
  assert_near(random_wiring_expected(&kind, 40, 60), 420, 1e-9);
  kind.rule = RULE_TOTAL;
  assert_near(random_wiring_expected(&kind, 40, 60), 1234, 1e-9);
}

/* ---- delays ---- */

static double below(double x, double mean, double sd) { return 0.5 * erfc((mean - x) / (sd * sqrt(2))); }

/* Share of class c: a normal distribution between the middles to its neighbours, cut at half a tick. */
static double share_of(const struct projection *projection, int c, double mean, double sd) {
  const int *ticks = projection->delay_ticks;
  int last = projection->n_classes - 1;
  double cut = below(0.05, mean, sd);
  double from = c == 0 ? cut : below(0.05 * (ticks[c - 1] + ticks[c]), mean, sd);
  double to = c == last ? 1 : below(0.05 * (ticks[c] + ticks[c + 1]), mean, sd);
  return (to - from) / (1 - cut);
}

/* Shares come in 4,096ths, so each may be off by one of them. Mean and SD of the cut normal distribution,
 * with the width of classes (0.1, 0.2 and 0.5 ms) in the variance; 1/12 of a class is its share of the
 * error. */
static void test_delays(void **state) {
  (void)state;
  static const double rows[][3] = {{1.5, 0.75, 0}, {0.75, 0.375, 0},   {0.3, 0.3, 0},
                                   {5, 1, 0},      {1.5, 0.01, 0},     {1.5, 0.75, 0.1},
                                   {5, 1, 0.5},    {0.75, 0.375, 0.1}, {1.5, 0.75, 0.3}};
  for (int k = 0; k < COUNT_OF(rows); k++) {
    struct pathway pathway;
    struct random_wiring wiring = rule_of(RULE_IN_DEGREE);
    double mean = rows[k][0], sd = rows[k][1], count[PROJECTION_CLASSES] = {0}, n = 0, sum = 0, square = 0;
    wiring.in_degree = 500, wiring.delay_ms = mean, wiring.delay_sd_ms = sd;
    double step = wiring.delay_step_ms = rows[k][2];
    set(&pathway, CELLS, 1000, &wiring);
    const struct projection *projection = &pathway.projection;
    assert_true(projection->delay_ticks[0] >= 1);
    for (int i = 0; i < 1000; i++) {
      const struct fan_in *fan_in = draw(&pathway, i);
      for (size_t e = 0; e < fan_in->n; e++, n++) {
        assert_true(fan_in->class[e] < projection -> n_classes);
        double ms = 0.1 * projection->delay_ticks[fan_in->class[e]];
        count[fan_in->class[e]]++;
        sum += ms - mean, square += (ms - mean) * (ms - mean);
      }
    }
    for (int c = 0; c < projection->n_classes; c++) {
      if (step > 0 && c > 0)
        assert_near(projection->delay_ticks[c] - projection->delay_ticks[c - 1], 10 * step, 1e-9);
      double p = share_of(projection, c, mean, sd);
      assert_near(count[c] / n, p, 5 * sqrt(p / n) + 1.0 / 4096);
    }
    /* moments of a normal distribution that is cut below a = (0.05 − mean)/sd */
    double a = (0.05 - mean) / sd,
           lambda = exp(-0.5 * a * a) / sqrt(2 * 3.14159265358979) / (1 - below(a, 0, 1));
    double variance = sd * sd * (1 + a * lambda - lambda * lambda), class = step > 0   ? step
                                                                            : mean > 3 ? 0.5
                                                                            : mean > 1 ? 0.2
                                                                                       : 0.1;
    double allowed = 5 * sd / sqrt(n) + class / 12 + 2e-3;
    assert_near(sum / n, sd * lambda, allowed);
    double found = square / n - sum * sum / n / n;
    if (sd > 0.1) assert_near(sqrt(found), sqrt(variance + class * class / 12), allowed);
    drop(&pathway);
  }
}

static void test_one_delay(void **state) {
  (void)state;
  struct pathway pathway;
  struct random_wiring wiring = rule_of(RULE_IN_DEGREE);
  wiring.in_degree = 50, wiring.delay_ms = 47.3; /* no class lies there; it is exact all the same */
  set(&pathway, 100, 20, &wiring);
  assert_int_equal(pathway.projection.n_classes, 1);
  assert_int_equal(pathway.projection.delay_ticks[0], 473);
  for (int i = 0; i < 20; i++) {
    const struct fan_in *fan_in = draw(&pathway, i);
    for (size_t e = 0; e < fan_in->n; e++) assert_int_equal(fan_in->class[e], 0);
  }
  drop(&pathway);
}

/* ---- what draws depend on ---- */

/* Sources and classes of one target in one number. */
static uint64_t digest(const struct projection *projection, uint32_t i, struct fan_in *fan_in) {
  uint64_t hash = 1469598103934665603u;
  fan_in->n = 0;
  assert_ok(projection->fixed->draw(projection->fixed->rule, projection, i, fan_in));
  for (size_t e = 0; e < fan_in->n; e++)
    hash = (hash ^ ((uint64_t)fan_in->source[e] << 8 | fan_in->class[e])) * 1099511628211u;
  return hash;
}

/* Not on what was drawn before, nor into what; but on the seed, the pathway's number and the cell's id, and
 * the id alone tells cells apart, whatever the population's beginning. */
static void test_keys(void **state) {
  (void)state;
  for (int rule = RULE_PAIRWISE; rule <= RULE_TOTAL; rule++) {
    struct population source = {.name = "source", .n = 2000}, target = {.name = "target", .n = 50};
    struct random_wiring wiring = {
        .rule = (enum wiring_rule)rule, .p = 0.1, .in_degree = 1500, .total = 9000};
    wiring.weight = 1, wiring.weight_sd = 0.1, wiring.delay_ms = 1.5, wiring.delay_sd_ms = 0.3;
    struct projection made[5];
    struct fan_in used = {0};
    uint64_t first[50];
    for (int k = 0; k < 5; k++) {
      made[k] = (struct projection){.index = k == 1, .source = &source, .target = &target};
      assert_ok(random_wiring_set(&made[k], &wiring, &TENTH, k == 2 ? 6 : 5));
    }
    for (uint32_t i = 0; i < 50; i++) first[i] = digest(&made[0], i, &used);
    for (uint32_t i = 50;
         i-- > 0;) { /* backwards, into something new, from another of the same description */
      struct fan_in fresh = {0};
      assert_true(digest(&made[0], i, &fresh) == first[i]);
      assert_true(digest(&made[1], i, &used) != first[i]);
      assert_true(digest(&made[2], i, &used) != first[i]);
      assert_true(digest(&made[3], i, &used) == first[i]);
      if (i) assert_true(first[i] != first[i - 1]);
      fan_in_free(&fresh);
    }
    target.first_id = 7;
    for (uint32_t i = 0; rule != RULE_TOTAL && i < 43; i++)
      assert_true(digest(&made[0], i, &used) == first[i + 7]);
    target.first_id = 0;
    fan_in_free(&used);
    for (int k = 0; k < 5; k++) projection_free(&made[k]);
  }
  assert_int_equal(memory_in_use(), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_in_degree),     cmocka_unit_test(test_autapses),
                                     cmocka_unit_test(test_refused),       cmocka_unit_test(test_pairwise),
                                     cmocka_unit_test(test_pairwise_ends), cmocka_unit_test(test_number),
                                     cmocka_unit_test(test_total),         cmocka_unit_test(test_expected),
                                     cmocka_unit_test(test_tiny),          cmocka_unit_test(test_no_cells),
                                     cmocka_unit_test(test_delays),        cmocka_unit_test(test_one_delay),
                                     cmocka_unit_test(test_keys)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
