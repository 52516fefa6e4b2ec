/* test_circuit_pathways.c — pathways of circuits without space: the rule `all` joins every pair once; a
 * pathway with a short-term state has the synapses of its rule, all of one weight and size of second lane,
 * and depresses and facilitates as Tsodyks, Pawelzik & Markram 1998 have it; so NMDA that saturates (Wang
 * 2002) has the mean gate of its differential equations. A smaller circuit keeps the mean input of `all`. */
#include "plain_circuit.h"

/* Sources of one regular rate, 20 ms: relays driven by hand; targets that only add up. */
static const char saturating[] =
    "circuit: { populations: {\n"
    "    A: { cells = 30; cell = \"relay\"; };\n"
    "    B: { cells = 20; cell = \"lif_conductance\"; V_th = \"0 mV\";\n"
    "      receptors: { nmda: { mechanism = \"nmda_plain\"; port = \"glutamate\"; tau_rise = \"1.6 ms\";\n"
    "          tau_decay = \"100 ms\"; Mg = \"0 mM\"; E_rev = \"-10 mV\"; };\n"
    "        more: { mechanism = \"ampa\"; port = \"glutamate\"; }; };\n"
    "      start: { V_low = \"-70 mV\"; V_high = \"-70 mV\"; }; }; };\n"
    "  pathways: (\n"
    "    { from = [\"A\"]; to = [\"B\"]; port = \"glutamate\"; rule = \"all\"; weight = \"0.01 nS\";\n"
    "      second = \"0.002 nS\"; delay = \"1 ms\"; U = 0.632121; tau_rec = \"100 ms\"; } ); };\n";

static const struct projection *first_of(const struct made *made) { return made->network->projection[0]; }

static void advance(struct made *made, int ms) {
  const struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}};
  assert_ok(random_circuit_advance(&made->circuit, &window, 10 * ms));
}

/* All sources fire in the next tick. */
static void fire(struct made *made) {
  struct population *sources = made->network->population[0];
  struct block *block = &sources->block[0];
  struct arrivals *due = &block->due[0][made->network->tick & (sources->port[0].slots - 1)];
  for (uint32_t i = 0; i < (uint32_t)sources->n; i++) {
    assert_true(due->n < due->capacity || population_more_room(block, due));
    due->event[due->n++] = (struct arrival){i, {1, 0}};
  }
}

static void test_all(void **state) {
  (void)state;
  struct made made = build(saturating, 0, 128);
  assert_int_equal(projection_count(first_of(&made)), 30 * 20);
  struct edge *edges;
  size_t n;
  bool seen[20][30] = {{false}};
  assert_ok(projection_edges(first_of(&made), 0, &edges, &n));
  for (size_t e = 0; e < n; e++) {
    assert_false(seen[edges[e].target][edges[e].source]);
    seen[edges[e].target][edges[e].source] = true;
    assert_near(edges[e].full * first_of(&made)->weight_quantum_nS, 0.01, 1e-12);
  }
  memory_free(edges);
  drop(&made);
  /* among one population without autapses */
  made =
      build(changed(plain, "rule = \"in_degree\"; in_degree = 10;\n      autapses = false", "rule = \"all\""),
            0, 128);
  assert_int_equal(made.network->projection[0]->fixed->most, 239);
  drop(&made);
}

/* The other rules draw the same synapses with and without a short-term state. */
static void test_rules(void **state) {
  (void)state;
  static const char *const rules[] = {"pairwise\"; p = 0.3", "in_degree\"; in_degree = 7",
                                      "total\"; p = 0.2"};
  for (int k = 0; k < COUNT_OF(rules); k++) {
    char rule[64];
    snprintf(rule, sizeof rule, "rule = \"%s", rules[k]);
    struct made made = build(changed(saturating, "rule = \"all\"", rule), 0, 128);
    struct made fixed =
        build(changed(changed(saturating, "rule = \"all\"", rule), "U = 0.632121;", ""), 0, 128);
    assert_null(first_of(&made)->fixed);
    assert_non_null(first_of(&fixed)->fixed);
    assert_int_equal(network_synapses(made.network), network_synapses(fixed.network));
    drop(&made);
    drop(&fixed);
  }
}

/* Peaks of the first and the second lane, and what later spikes are worth: U x, x from its recursion. */
static void test_depression(void **state) {
  (void)state;
  struct made made = build(saturating, 0, 128);
  double x = 1;
  for (int spike = 0; spike < 5; spike++) {
    fire(&made);
    advance(&made, 20);
    assert_near(first_of(&made)->x[3], x * (1 - 0.632121), 1e-4);
    x = 1 - (1 - x * (1 - 0.632121)) * exp(-20.0 / 100);
  }
  drop(&made);
}

/* x' = −x/2 + Σδ, s' = −s/100 + 0.5 x (1 − s) at a regular rate: mean of s in the last period, by small
 * steps. */
static double mean_gate(double period_ms) {
  double x = 0, s = 0, sum = 0;
  const double h = 0.005;
  int steps = (int)(period_ms / h + 0.5), periods = (int)(2000 / period_ms);
  for (int k = 0; k < periods; k++) {
    x += 1;
    sum = 0;
    for (int i = 0; i < steps; i++) {
      s += h * (-s / 100 + 0.5 * x * (1 - s));
      x -= h * x / 2;
      sum += s;
    }
  }
  return sum / steps;
}

/* Conductance of 30 sources over the weight per unit of the gate (0.01 nS stands for k0 0.92001). */
static double measured_gate(int period_ms) {
  struct made made = build(saturating, 0, 128);
  struct population *targets = made.network->population[1];
  const float *rise = population_column(targets, 0, "rise", 0, 0),
              *decay = population_column(targets, 0, "decay", 0, 0);
  double sum = 0;
  int periods = 2000 / period_ms;
  for (int k = 0; k < periods; k++) {
    fire(&made);
    sum = 0;
    for (int ms = 0; ms < period_ms; ms++) {
      advance(&made, 1);
      sum += (double)(decay[0] - rise[0]) / period_ms;
    }
  }
  drop(&made);
  return sum / (30 * 0.01 / (0.64846 * 0.92001));
}

static void test_saturation(void **state) {
  (void)state;
  static const int periods[] = {200, 50, 25, 20};
  for (int k = 0; k < COUNT_OF(periods); k++) {
    double wanted = mean_gate(periods[k]), found = measured_gate(periods[k]);
    print_message("%g Hz: mean gate %.4f, of the equations %.4f\n", 1e3 / periods[k], found, wanted);
    assert_near(found, wanted, 0.003 * wanted);
  }
}

static void test_smaller(void **state) {
  (void)state;
  struct made made = build(saturating, 25, 128);
  assert_int_equal(made.network->population[0]->n, 15);
  assert_int_equal(projection_count(first_of(&made)), 15 * 10);
  assert_near(first_of(&made)->mean_nS, 0.02, 1e-12);
  drop(&made);
}

static void test_faults(void **state) {
  (void)state;
  struct made made;
  assert_fails(read(changed(saturating, "second =", "weight_sd = \"0.001 nS\"; second ="), 0, 128, &made),
               STATUS_CONFIG, "no weight_sd");
  drop(&made);
  assert_fails(read(changed(saturating, "rule = \"all\"", "rule = \"al\""), 0, 128, &made), STATUS_CONFIG,
               "all");
  drop(&made);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_all),        cmocka_unit_test(test_rules),
                                     cmocka_unit_test(test_depression), cmocka_unit_test(test_saturation),
                                     cmocka_unit_test(test_smaller),    cmocka_unit_test(test_faults)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
