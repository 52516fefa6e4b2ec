/* test_network_statistics.c — whole circuits (coba, brunel, adex of configs/circuits, at full size) fire as
 * they do in other simulators: rates, irregularity, correlation and fluctuation of both populations over 2 s
 * (spike_statistics.h) against tests/reference/spike_statistics.tsv, lines of equal warm-up and window that
 * draw partners without repetition.
 *
 * Test: for each of the 34 quantities of a circuit, the difference between our mean over seeds and the mean
 * of each of two groups of runs, and of both together, over its standard error
 *   SE² = S² (1/n + 1/n_g) + step²/12.
 * S² pools, weighted by degrees of freedom, the variance over our seeds and that of the groups: if all
 * programs simulate the same circuit, their runs spread alike. Of a group only the range is known: its
 * variance is (range/c)², c² = d2² + d3² for n_g runs of a normal quantity, which has as many degrees of
 * freedom as stands in `ranges` below; a single run adds none. The step is that of quantities which come in
 * steps (quantiles of rates in multiples of 1/2 s, numbers of cells). Student's t, two-sided; a false alarm
 * in any of the 3 × 3 × 34 comparisons has a probability of at most 1 % (Bonferroni, whatever depends on
 * what).
 * Power: differences from both groups together that are found in 9 of 10 cases are at most 15 % (coba),
 * 3 % (brunel) and 4 % (adex) of the rate and 0.15, 0.01 and 0.1 of the mean CV. This is asserted, from the
 * pooled spread, so that runs which spread more cannot make the test blind. For coba the 7 runs of the groups
 * set the limit: no number of our seeds brings it under 12 %. A group that is known to differ, Brunel's
 * circuit with partners drawn repeatedly (CV 0.374, not 0.358), is told apart at the same level.
 *
 * The activity of coba may die by chance: such a seed is replaced by the next, at most one in six. Prints a
 * table for docs/results.md: mean ± SD of ours, mean (min … max) of theirs, t, and the difference `found`. */
#include "circuit.h"
#include "params.h"
#include "random_circuit.h"
#include "reference.h"
#include "spike_statistics.h"
#include "spikes.h"
#include "student.h"
#include "window.h"

enum { WINDOW_MS = 2000, SIDES = 2, QUANTITIES = SIDES * STATISTICS_COUNT, GROUPS = 2, MOST_SEEDS = 48 };
enum { CIRCUITS = 3, FAMILY = CIRCUITS * (GROUPS + 1) * QUANTITIES };
static const double false_alarms = 0.01, power = 0.9;
static const char *const side_name[SIDES] = {"E", "I"};

/* Range of n normal numbers, in standard deviations: root of its mean square; degrees of freedom. */
static const struct {
  double c, df;
} ranges[] = {{1, 0}, {1, 0}, {1.4142, 1.00}, {1.9116, 1.98}, {2.2389, 2.93}, {2.4812, 3.83}, {2.6725, 4.68}};

struct group {
  const char *peer, *method;
};
static const struct circuit {
  const char *name;
  int warm_ms, seeds;
  bool may_die;
  double rate_found, cv_found; /* differences found with that power: share of the rate, CV */
  struct group group[GROUPS];
} circuits[CIRCUITS] = {
    {"coba", 500, 48, true, 0.15, 0.15, {{"nest", "default"}, {"neuron", "ExpSyn+reset"}}},
    {"brunel", 500, 8, false, 0.03, 0.01, {{"brian2-cpp", "exact"}, {"nest", "nomult"}}},
    {"adex", 1000, 8, false, 0.04, 0.1, {{"brian2-cpp", "rk2"}, {"nest", "nomult"}}},
};
static const struct group repeated = {"nest", "multapses"};

static struct reference table;

/* ---- our runs ---- */

struct listener {
  int64_t from; /* the tick at which the window begins */
  struct spike_record record[SIDES];
};

static void note_spikes(void *context, const struct network *network, int64_t first, int n) {
  struct listener *listener = context;
  for (int64_t tick = first; tick < first + n; tick++) {
    if (tick < listener->from) continue;
    for (int p = 0; p < SIDES; p++) {
      const struct spike_list *list = spikes_at(network, 0, p, tick);
      for (int s = 0; s < list->n; s++)
        spike_record_add(&listener->record[p], list->cell[s], tick - listener->from);
    }
  }
}

/* What bench and others read of the file. */
static struct config *open(const char *name) {
  struct config *config;
  char path[512];
  snprintf(path, sizeof path, "%s/configs/circuits/%s.cfg", SOURCE_ROOT, name);
  assert_ok(config_load(path, NULL, 0, &config));
  config_skip(config, "title");
  config_skip(config, "simulation"); /* the time step of all is 0.1 ms */
  return config;
}

static void simulate(const struct circuit *circuit, uint64_t seed, struct listener *listener) {
  static const double dt_ms = 0.1;
  const struct mechanisms *mechanisms;
  const struct circuit_settings settings = {.block_cells = POPULATION_BLOCK};
  struct random_circuit built;
  struct network *network;
  struct config *config = open(circuit->name);
  assert_ok(circuit_mechanisms(&mechanisms));
  assert_ok(network_new((struct clock){dt_ms}, seed, &network));
  assert_ok(random_circuit_read(config, mechanisms, &settings, network, &built));
  assert_ok(config_finish(config));
  assert_ok(network_connect(network, 1, 1));
  assert_ok(random_circuit_wire(&built));
  assert_int_equal(network->n_populations, SIDES);
  listener->from = (int64_t)circuit->warm_ms * network->ms_ticks;
  for (int p = 0; p < SIDES; p++) {
    struct spike_record *record = &listener->record[p];
    record->n_cells = network->population[p]->n;
    record->dt_ms = dt_ms;
    record->window_ms = WINDOW_MS;
    record->n = 0;
  }
  const struct observer observer = {.context = listener, .interval = note_spikes};
  const struct window window = {
      .step = {.dt_ms = dt_ms, .slow_dt_ms = 1}, .observers = &observer, .n_observers = 1};
  assert_ok(window_run(network, &window, listener->from + (int64_t)WINDOW_MS * network->ms_ticks));
  network_free(network);
  config_free(config);
}

/* Something fired in the last 50 ms. */
static bool alive(const struct spike_record *record) {
  return record->n > 0 && record->spike[record->n - 1].tick * record->dt_ms > WINDOW_MS - 50;
}

/* ours[quantity][seed]; E first. */
static void measure(const struct circuit *circuit, double ours[QUANTITIES][MOST_SEEDS]) {
  struct listener listener = {0};
  int died = 0;
  for (int n = 0; n < circuit->seeds;) {
    double found[STATISTICS_COUNT];
    simulate(circuit, (uint64_t)(n + died + 1), &listener);
    if (!alive(&listener.record[0])) {
      died++;
      print_message("%s: the activity of seed %d died\n", circuit->name, n + died);
      assert_true(circuit->may_die && 6 * died <= circuit->seeds);
      continue;
    }
    for (int p = 0; p < SIDES; p++) {
      statistics_measure(&listener.record[p], found);
      for (int q = 0; q < STATISTICS_COUNT; q++) ours[p * STATISTICS_COUNT + q][n] = found[q];
    }
    n++;
  }
  for (int p = 0; p < SIDES; p++) memory_free(listener.record[p].spike);
}

/* ---- their runs ---- */

struct sample {
  double n, mean, min, max, variance, df;
};

static struct sample published(const struct circuit *circuit, const struct group *group,
                               const char *quantity) {
  for (int row = 0; row < table.n_rows; row++) {
    if (strcmp(reference_text(&table, row, "circuit"), circuit->name) != 0 ||
        strcmp(reference_text(&table, row, "peer"), group->peer) != 0 ||
        strcmp(reference_text(&table, row, "method"), group->method) != 0 ||
        strcmp(reference_text(&table, row, "quantity"), quantity) != 0 ||
        reference_value(&table, row, "T_ms") != WINDOW_MS)
      continue;
    struct sample sample = {reference_value(&table, row, "runs"),
                            reference_value(&table, row, "mean"),
                            reference_value(&table, row, "min"),
                            reference_value(&table, row, "max"),
                            0,
                            0};
    assert_true(reference_value(&table, row, "warm_ms") == circuit->warm_ms);
    assert_true(sample.n < COUNT_OF(ranges));
    double range = (sample.max - sample.min) / ranges[(int)sample.n].c;
    sample.variance = range * range;
    sample.df = ranges[(int)sample.n].df;
    return sample;
  }
  fail_msg("no %s of %s by %s %s", quantity, circuit->name, group->peer, group->method);
  return (struct sample){0};
}

static struct sample sample_of(const double *value, int n) {
  struct moments m = moments_of(value, (size_t)n);
  struct sample sample = {n, m.mean, value[0], value[0], m.squares / (m.n - 1), m.n - 1};
  for (int k = 0; k < n; k++) {
    sample.min = fmin(sample.min, value[k]);
    sample.max = fmax(sample.max, value[k]);
  }
  return sample;
}

/* ---- comparing ---- */

/* One quantity: ours, each group, both groups together. */
struct comparison {
  struct sample ours, group[GROUPS + 1];
  double variance, df, step;
};

static double step_of(int quantity) {
  if (quantity == STATISTICS_CV_N) return 1;
  return quantity >= STATISTICS_RATE_Q05 && quantity <= STATISTICS_RATE_Q95 ? 1000.0 / WINDOW_MS : 0;
}

static void name_of(int q, char name[40]) {
  snprintf(name, 40, statistics_name[q % STATISTICS_COUNT], side_name[q / STATISTICS_COUNT]);
}

static struct comparison compare(const struct circuit *circuit, int q, const double *ours) {
  char name[40];
  name_of(q, name);
  struct comparison c = {.ours = sample_of(ours, circuit->seeds), .step = step_of(q % STATISTICS_COUNT)};
  struct sample *both = &c.group[GROUPS];
  double squares = c.ours.df * c.ours.variance;
  c.df = c.ours.df;
  for (int g = 0; g < GROUPS; g++) {
    struct sample *group = &c.group[g];
    *group = published(circuit, &circuit->group[g], name);
    squares += group->df * group->variance;
    c.df += group->df;
    both->n += group->n;
    both->mean += group->n * group->mean;
  }
  both->mean /= both->n;
  c.variance = squares / c.df;
  return c;
}

static double standard_error(const struct comparison *c, const struct sample *group) {
  return sqrt(c->variance * (1 / c->ours.n + 1 / group->n) + c->step * c->step / 12);
}

static double t_of(const struct comparison *c, const struct sample *group) {
  double difference = c->ours.mean - group->mean, error = standard_error(c, group);
  return error > 0 ? difference / error : difference == 0 ? 0 : copysign(INFINITY, difference);
}

static void print_head(const struct circuit *circuit) {
  print_message("\n| %s | ours, %d seeds |", circuit->name, circuit->seeds);
  for (int g = 0; g < GROUPS; g++)
    print_message(" %s %s | t |", circuit->group[g].peer, circuit->group[g].method);
  print_message(" t of both | found |\n|---|---|---|---|---|---|---|---|\n");
}

static void print_row(const struct comparison *c, const char *name, double found) {
  print_message("| %s | %.4g ± %.2g |", name, c->ours.mean, sqrt(c->ours.variance));
  for (int g = 0; g < GROUPS; g++) {
    const struct sample *group = &c->group[g];
    if (group->n > 1)
      print_message(" %.4g (%.4g … %.4g) | %+.1f |", group->mean, group->min, group->max, t_of(c, group));
    else
      print_message(" %.4g | %+.1f |", group->mean, t_of(c, group));
  }
  print_message(" %+.1f | %.2g |\n", t_of(c, &c->group[GROUPS]), found);
}

/* The difference that the test finds is small enough where the circuit states it. */
static void check_power(const struct circuit *circuit, int quantity, const char *name, double ours,
                        double found) {
  bool rate = quantity == STATISTICS_RATE;
  double bound = rate ? circuit->rate_found * ours : circuit->cv_found;
  if ((rate || quantity == STATISTICS_CV) && !(found <= bound))
    fail_msg("%s, %s: differences under %.3g may go unseen, not only under %.3g", circuit->name, name, found,
             bound);
}

static void check(const struct circuit *circuit) {
  static double ours[QUANTITIES][MOST_SEEDS];
  double critical = 0, shift = 0, worst = 0;
  int failed = 0;
  measure(circuit, ours);
  print_head(circuit);
  for (int q = 0; q < QUANTITIES; q++) {
    struct comparison c = compare(circuit, q, ours[q]);
    char name[40];
    name_of(q, name);
    if (q == 0) { /* the degrees of freedom are those of all quantities */
      critical = student_critical(false_alarms / FAMILY, c.df);
      shift = student_detectable(critical, c.df, power);
    }
    double found = shift * standard_error(&c, &c.group[GROUPS]);
    print_row(&c, name, found);
    for (int g = 0; g <= GROUPS; g++) {
      double t = fabs(t_of(&c, &c.group[g]));
      worst = fmax(worst, t);
      failed += t > critical;
    }
    check_power(circuit, q % STATISTICS_COUNT, name, c.ours.mean, found);
    if (strcmp(circuit->name, "brunel") == 0 && q % STATISTICS_COUNT == STATISTICS_CV) {
      struct sample other = published(circuit, &repeated, name);
      print_message("| %s, partners repeated | | %.4g | %+.1f | | | | |\n", name, other.mean,
                    t_of(&c, &other));
      assert_true(t_of(&c, &other) < -critical);
    }
  }
  print_message("%s: largest |t| %.2f, critical %.2f, detectable %.2f\n", circuit->name, worst, critical,
                shift);
  if (failed) fail_msg("%s: %d comparisons beyond t = %.2f", circuit->name, failed, critical);
}

static void test_coba(void **state) {
  (void)state;
  check(&circuits[0]);
}

static void test_brunel(void **state) {
  (void)state;
  check(&circuits[1]);
}

static void test_adex(void **state) {
  (void)state;
  check(&circuits[2]);
}

/* ---- the tools ---- */

/* Published critical values; a difference of one critical value is found in about half the cases. */
static void test_student(void **state) {
  (void)state;
  assert_near(student_critical(0.05, 4), 2.776445, 1e-4);
  assert_near(student_critical(0.001, 10), 4.586894, 1e-4);
  assert_near(student_critical(2e-4, 4), 13.03367, 1e-3);
  assert_near(student_critical(0.05, 1e5), 1.96, 1e-3);
  assert_near(student_detectable(1.96, 1e5, 0.9), 1.96 + 1.28155, 1e-3);
  assert_between(student_beyond(4, 10, 4), 0.4, 0.6);
}

/* Two cells in step every 100 and every 50 ticks of 0.1 ms, by turns, one that is silent: 200 ms. */
static void test_statistics(void **state) {
  (void)state;
  struct spike_record record = {.n_cells = 3, .dt_ms = 0.1, .window_ms = 200};
  double found[STATISTICS_COUNT];
  for (int64_t tick = 20; tick < 2000; tick += tick % 150 == 20 ? 50 : 100)
    for (uint32_t c = 0; c < 2; c++) spike_record_add(&record, 2 * c, tick);
  assert_int_equal(record.n, 2 * 27);
  statistics_measure(&record, found);
  assert_near(found[STATISTICS_RATE], 2 * 135.0 / 3, 1e-9);
  assert_near(found[STATISTICS_RATE_SD], 135 / sqrt(3), 1e-9);
  assert_near(found[STATISTICS_RATE_Q05], 0.1 * 135, 1e-9);
  assert_near(found[STATISTICS_RATE_Q95], 135, 1e-9);
  assert_near(found[STATISTICS_CV_N], 2, 0);
  assert_near(found[STATISTICS_CV], sqrt(26 * 25.0 * 25 / 25) / 75, 1e-9);
  assert_near(found[STATISTICS_CV_SD], 0, 1e-9);
  assert_near(found[STATISTICS_CORR], 1, 1e-9);
  /* bins of 5 ms, 2 or 0 spikes: 27 and 13 of 40 */
  double variance = (27 * 4 - 54 * 54 / 40.0) / 39;
  assert_near(found[STATISTICS_POPVAR], sqrt(variance) / (54 / 40.0), 1e-9);
  assert_near(found[STATISTICS_POPFANO], variance / (54 / 40.0), 1e-9);
  memory_free(record.spike);
}

int main(void) {
  reference_read("spike_statistics", &table);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_student), cmocka_unit_test(test_statistics),
                                     cmocka_unit_test(test_coba), cmocka_unit_test(test_brunel),
                                     cmocka_unit_test(test_adex)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
