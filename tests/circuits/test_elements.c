/* test_elements.c — a network that wires itself: growth curves have their zeros and extremes where the
 * equations have them; calcium is the rate times τβ; a change pairs all that can be paired, each element
 * once, takes the synapses of elements that are gone, and a share of what is vacant; synapses have the
 * weight of their pathway and act; what makes no sense in a config is told with its place. */
#include "plain_circuit.h"
#include "synapses/elements.h"

/* Sources with three elements each, targets with two: 30 axonal, 16 dendritic. Nothing grows by itself. */
static const char pairs[] =
    "circuit: { elements: { interval = \"20 ms\"; step = \"10 ms\"; tau = \"100 ms\"; beta = 0.1; };\n"
    "  populations: {\n"
    "    A: { cells = 10; cell = \"relay\";\n"
    "      background: { port = \"input\"; rate = \"0 Hz\"; weight = 1.0; };\n"
    "      axon: { type = \"x\"; rate = \"0 Hz\"; start = 3.0; }; };\n"
    "    B: { cells = 8; cell = \"lif_alpha\"; E_L = \"-70 mV\"; V_th = \"-55 mV\"; V_reset = \"-70 mV\";\n"
    "      start: { V_low = \"-70 mV\"; V_high = \"-70 mV\"; };\n"
    "      dendrites: { x: { rate = \"0 Hz\"; start = 2.0; }; }; }; };\n"
    "  pathways: (\n"
    "    { from = [\"A\"]; to = [\"B\"]; port = \"current\"; rule = \"grown\"; type = \"x\"; weight = \"100 "
    "pA\";\n"
    "      delay = \"1 ms\"; } ); };\n";

static void advance(struct made *made, int ms) {
  const struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}};
  assert_ok(random_circuit_advance(&made->circuit, &window, 10 * ms));
}

static const struct projection *grown(const struct made *made) {
  return made->circuit.elements->pathway[0].projection;
}

/* Synapses of every source and target. */
static void count_both(const struct made *made, int *out, int *in) {
  const struct projection *projection = grown(made);
  memset(out, 0, (size_t)projection->source->n * sizeof *out);
  memset(in, 0, (size_t)projection->target->n * sizeof *in);
  for (int b = 0; b < projection->target->n_blocks; b++) {
    struct edge *edges;
    size_t n;
    assert_ok(projection_edges(projection, b, &edges, &n));
    for (size_t e = 0; e < n; e++) {
      out[edges[e].source]++;
      in[edges[e].target]++;
    }
    memory_free(edges);
  }
}

/* ---- curves ---- */

static void test_curves(void **state) {
  (void)state;
  struct growth g = {.curve = GROWTH_GAUSSIAN, .eta = 0.1, .epsilon = 0.7, .rate = 2};
  assert_near(growth_rate(&g, 0.1), 0, 1e-12);
  assert_near(growth_rate(&g, 0.7), 0, 1e-12);
  assert_near(growth_rate(&g, 0.4), 2, 1e-12);
  assert_near(growth_rate(&g, 5), -2, 1e-9);
  assert_true(growth_rate(&g, 0.05) < 0);
  g = (struct growth){.curve = GROWTH_LINEAR, .epsilon = 0.5, .rate = 2};
  assert_near(growth_rate(&g, 0), 2, 1e-12);
  assert_near(growth_rate(&g, 0.5), 0, 1e-12);
  assert_near(growth_rate(&g, 1), -2, 1e-12);
  g = (struct growth){.curve = GROWTH_SIGMOID, .epsilon = 0.5, .slope = 0.01, .rate = 2};
  assert_near(growth_rate(&g, 0.5), 0, 1e-12);
  assert_near(growth_rate(&g, 0), 2, 1e-9);
  assert_near(growth_rate(&g, 1), -2, 1e-9);
}

/* Elements follow the curve at the calcium that is there: silent cells, whose calcium stays 0. */
static void test_growth(void **state) {
  (void)state;
  struct made made = build(changed(pairs, "type = \"x\"; rate = \"0 Hz\"; start = 3.0;",
                                   "type = \"x\"; curve = \"linear\"; rate = \"10 Hz\"; start = 3.0;"),
                           0, 128);
  const struct elements *elements = made.circuit.elements;
  advance(&made, 10);
  assert_near(elements_count(elements, 0, -1), 3.1, 1e-9);
  assert_near(elements_count(elements, 1, 0), 2, 0);
  assert_near(elements_calcium(elements, 1), 0, 0);
  drop(&made);
  made = build(changed(pairs, "type = \"x\"; rate = \"0 Hz\"; start = 3.0;",
                       "type = \"x\"; eta = 0.2; epsilon = 0.4; rate = \"1000 Hz\"; start = 3.0;"),
               0, 128);
  advance(&made, 10);
  assert_near(elements_count(made.circuit.elements, 0, -1), 0, 0); /* never below */
  drop(&made);
}

/* 10 cells at 400 Hz for 2 s: τ β r = 0.1 s × 0.1 × 400 Hz, but for what decays within a step. */
static void test_calcium(void **state) {
  (void)state;
  struct made made = build(changed(pairs, "rate = \"0 Hz\"; weight", "rate = \"400 Hz\"; weight"), 0, 128);
  double sum = 0;
  enum { SAMPLES = 40 };
  for (int k = -10; k < SAMPLES; k++) {
    advance(&made, 50);
    if (k >= 0) sum += elements_calcium(made.circuit.elements, 0) / SAMPLES;
  }
  double wanted = 0.1 * 400 * 0.01 * exp(-0.1) / (1 - exp(-0.1)); /* just after a step of 10 ms */
  assert_near(sum, wanted * (1 - 0.02), 0.06 * wanted);           /* several events of a tick are one: 2 % */
  drop(&made);
}

/* ---- changes ---- */

static void test_pairing(void **state) {
  (void)state;
  struct made made = build(pairs, 0, 128);
  int out[10], in[8];
  advance(&made, 19);
  assert_int_equal(projection_count(grown(&made)), 0);
  advance(&made, 1);
  assert_int_equal(projection_count(grown(&made)), 16);
  assert_int_equal(made.circuit.elements->formed, 16);
  count_both(&made, out, in);
  double vacant = 0;
  for (int i = 0; i < 8; i++) assert_int_equal(in[i], 2);
  for (int i = 0; i < 10; i++) {
    assert_between(out[i], 0, 3);
    vacant += 3 - out[i];
    assert_near(made.circuit.elements->cells[0].axon.count[i], 3 - 0.1 * (3 - out[i]), 1e-12);
  }
  assert_near(vacant, 14, 0);
  assert_near(elements_count(made.circuit.elements, 1, 0), 2, 0); /* none is vacant */
  advance(&made, 20);
  assert_int_equal(projection_count(grown(&made)), 16);
  assert_int_equal(made.circuit.elements->formed, 0);
  drop(&made);
}

/* All synapses of one source go with its elements, those of a target in part; what is left pairs anew. */
static void test_withdrawal(void **state) {
  (void)state;
  struct made made = build(pairs, 0, 128);
  struct elements *elements = made.circuit.elements;
  int out[10], in[8];
  advance(&made, 20);
  count_both(&made, out, in);
  int source = 0;
  while (out[source] == 0) source++;
  int lost = out[source];
  elements->cells[0].axon.count[source] = 0.9;
  elements->cells[1].dendrite[0].count[5] = 1.5;
  advance(&made, 20);
  count_both(&made, out, in);
  assert_int_equal(out[source], 0);
  assert_int_equal(in[5], 1);
  assert_between(elements->removed, lost, lost + 1);
  assert_int_equal(projection_count(grown(&made)), 15); /* others had vacant axons for the rest */
  drop(&made);
}

/* Without any axon left there is no synapse. */
static void test_nothing_left(void **state) {
  (void)state;
  struct made made = build(pairs, 0, 128);
  advance(&made, 20);
  for (int i = 0; i < 10; i++) made.circuit.elements->cells[0].axon.count[i] = 0;
  advance(&made, 20);
  assert_int_equal(projection_count(grown(&made)), 0);
  assert_int_equal(made.circuit.elements->removed, 16);
  drop(&made);
}

/* A spike of every source brings two alpha currents of 100 pA to every target: V rises as NEST's does, and by
 * as much less where the weight is negative. */
static double response(const char *text) {
  struct made made = build(text, 0, 128);
  advance(&made, 20);
  struct population *sources = made.network->population[0];
  const float *V = population_column(made.network->population[1], -1, "V", 0, 0);
  double peak = 0;
  sources->background_Hz = 0;
  sources->block[0].port[0][0] = 0;
  struct arrivals *due = &sources->block[0].due[0][made.network->tick & (sources->port[0].slots - 1)];
  for (uint32_t i = 0; i < 10; i++) {
    assert_true(due->n < due->capacity || population_more_room(&sources->block[0], due));
    due->event[due->n++] = (struct arrival){i, {1, 0}};
  }
  for (int ms = 0; ms < 20; ms++) {
    advance(&made, 1);
    peak = fabs((double)V[0] + 70) > fabs(peak) ? (double)V[0] + 70 : peak;
  }
  drop(&made);
  return peak;
}

static void test_weight(void **state) {
  (void)state;
  double up = response(pairs);
  assert_between(up, 0.2, 4);
  assert_near(response(changed(pairs, "\"100 pA\"", "\"50 pA\"")), up / 2, 0.01 * up);
  assert_near(response(changed(pairs, "\"100 pA\"", "\"-100 pA\"")), -up, 0.01 * up);
}

/* ---- faults ---- */

#define GROWN "port = \"current\"; rule = \"grown\"; type = \"x\"; weight = \"100 pA\";"

static void test_faults(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *word;
  } rows[] = {
      {"interval = \"20 ms\"", "interval = \"25 ms\"", "the one holds the other"},
      {"step = \"10 ms\"", "step = \"2.5 ms\"", "whole milliseconds"},
      {"elements: {", "elementz: {", "elements"},
      {"type = \"x\"; weight", "weight", "needs the `type`"},
      {"rule = \"grown\"; type = \"x\"", "rule = \"grown\"; type = \"y\"", "no axon of the type y"},
      {"dendrites: { x:", "dendrites: { z:", "no dendrites of the type x"},
      {GROWN, "port = \"current\"; rule = \"all\"; weight = \"100 pA\";", "no pathway with the rule grown"},
      {GROWN, GROWN " U = 0.5;", "no short-term state"},
      {GROWN, GROWN " weight_sd = \"1 pA\";", "one weight"},
      {"weight = \"100 pA\"", "weight = \"0 pA\"", "needs a weight"},
      {"type = \"x\"; rate", "type = \"x\"; eta = 1.0; rate", "epsilon is not above eta"},
  };
  for (int k = 0; k < COUNT_OF(rows); k++) {
    struct made made;
    print_message("%s\n", rows[k].to);
    assert_fails(read(changed(pairs, rows[k].from, rows[k].to), 0, 128, &made), STATUS_CONFIG, rows[k].word);
    assert_non_null(strstr(status_message(), "test.cfg:"));
    drop(&made);
  }
}

static void test_memory(void **state) {
  (void)state;
  assert_int_equal(memory_in_use(), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_curves),  cmocka_unit_test(test_growth),     cmocka_unit_test(test_calcium),
      cmocka_unit_test(test_pairing), cmocka_unit_test(test_withdrawal), cmocka_unit_test(test_nothing_left),
      cmocka_unit_test(test_weight),  cmocka_unit_test(test_faults),     cmocka_unit_test(test_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
