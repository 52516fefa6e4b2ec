/* test_random_circuit.c — a circuit from its config: every key moves what it names, and nothing else is due;
 * what is wrong is told with its place and the nearest word; another number of cells keeps in-degrees, or
 * probabilities with the weights and currents of van Albada et al. 2015, worked out by hand. Bounds are 5
 * standard errors. */
#include "plain_circuit.h"

/* ---- every key ---- */

static const struct population *E_of(const struct made *made) { return made->network->population[0]; }
static const struct projection *first_of(const struct made *made) { return made->network->projection[0]; }

static double number_in(const struct mechanism *mechanism, const void *params, const char *key) {
  for (int k = 0; k < mechanism->n_params; k++) {
    if (strcmp(mechanism->params[k].key, key) == 0)
      return *(const double *)(const void *)((const char *)params + mechanism->params[k].offset);
  }
  fail_msg("%s has no %s", mechanism->name, key);
  return 0;
}

static double cells(const struct made *made) { return E_of(made)->n; }
static double rate(const struct made *made) { return E_of(made)->target_Hz; }
static double C_m(const struct made *made) {
  return number_in(E_of(made)->cell, E_of(made)->cell_params, "C_m");
}
static double tau(const struct made *made) {
  return number_in(E_of(made)->receptor[0].mechanism, E_of(made)->receptor[0].params, "tau_decay");
}
static double kind(const struct made *made) { return *E_of(made)->receptor[2].mechanism->name == 'a'; }
static double ports(const struct made *made) { return E_of(made)->n_ports; }
static double low(const struct made *made) { return made->circuit.start[0].low_mV; }
static double spread(const struct made *made) { return made->circuit.start[0].spread_mV; }
static double normal(const struct made *made) { return made->circuit.start[0].normal; }
static double events_Hz(const struct made *made) { return E_of(made)->background_Hz; }
static double event_port(const struct made *made) { return E_of(made)->background_port; }
static double event_nS(const struct made *made) { return E_of(made)->background_nS[0]; }
static double event_second(const struct made *made) { return E_of(made)->background_nS[1]; }
static double pathways(const struct made *made) { return made->network->n_projections; }
static double port(const struct made *made) { return first_of(made)->port; }
static double weight(const struct made *made) { return (double)first_of(made)->fixed->weight[0]; }
static double weights(const struct made *made) { return first_of(made)->fixed->n_weights; }
static double second(const struct made *made) { return (double)first_of(made)->fixed->second; }
static double delay(const struct made *made) { return first_of(made)->delay_ticks[0]; }
static double classes(const struct made *made) { return first_of(made)->n_classes; }
static double settle(const struct made *made) { return made->circuit.times.settle; }
static double duration(const struct made *made) { return made->circuit.times.measure; }

/* Synapses of a pathway; of cells onto themselves. */
static double count(const struct projection *projection, bool itself) {
  struct fan_in fan_in = {0};
  double n = 0;
  for (uint32_t i = 0; i < (uint32_t)projection->target->n; i++) {
    fan_in.n = 0;
    assert_ok(projection->fixed->draw(projection->fixed->rule, projection, i, &fan_in));
    for (size_t e = 0; e < fan_in.n; e++) n += !itself || fan_in.source[e] == i;
  }
  fan_in_free(&fan_in);
  return n;
}
static double synapses(const struct made *made) { return count(first_of(made), false); }
static double autapses(const struct made *made) { return count(first_of(made), true); }
static double pairs(const struct made *made) { return count(made->network->projection[2], false); }

#define UNIFORM "V_low = \"-65 mV\"; V_high = \"-50 mV\";"

static const struct row {
  const char *from, *to;
  double (*probe)(const struct made *made);
  double before, after, allowed;
} rows[] = {
    {"cells = 240", "cells = 130", cells, 240, 130, 0},
    {"rate = \"5 Hz\"", "rate = \"7 Hz\"", rate, 5, 7, 0},
    {"C_m = \"210 pF\"", "C_m = \"190 pF\"", C_m, 210, 190, 0},
    {"tau_decay = \"3 ms\"", "tau_decay = \"4 ms\"", tau, 3, 4, 0},
    {"gaba: { mechanism = \"gaba_a\"", "gaba: { mechanism = \"ampa\"", kind, 0, 1, 0},
    {"gaba_a\"; }", "gaba_a\"; port = \"gaba\"; }", ports, 2, 2, 0},
    {"gaba_a\"; }", "gaba_a\"; }; more: { mechanism = \"gaba_a\"; }", ports, 2, 3, 0},
    {"V_low = \"-65 mV\"", "V_low = \"-66 mV\"", low, -65, -66, 0},
    {"V_high = \"-50 mV\"", "V_high = \"-49 mV\"", spread, 15, 16, 0},
    {UNIFORM, "V_mean = \"-60 mV\"; V_sd = \"3 mV\";", normal, 0, 1, 0},
    {UNIFORM, "V_mean = \"-60 mV\"; V_sd = \"3 mV\";", low, -65, -60, 0},
    {UNIFORM, "V_mean = \"-60 mV\"; V_sd = \"3 mV\";", spread, 15, 3, 0},
    {UNIFORM, "V_mean = \"-60 mV\";", normal, 0, 1, 0},
    {UNIFORM, "V_mean = \"-60 mV\";", spread, 15, 0, 0},
    {"rate = \"100 Hz\"", "rate = \"90 Hz\"", events_Hz, 100, 90, 0},
    {"background: { port = \"glutamate\"", "background: { port = \"gaba\"", event_port, 0, 1, 0},
    {"weight = \"1.5 nS\"", "weight = \"1.6 nS\"", event_nS, 1.5, 1.6, 1e-12},
    {"second = \"0.1 nS\"", "second = \"0.2 nS\"", event_second, 0.1, 0.2, 1e-12},
    {"from = [\"E\"]", "from = [\"E\", \"I\"]", pathways, 3, 5, 0},
    {"to = [\"E\", \"I\"]; port = \"glutamate\"", "to = [\"E\"]; port = \"gaba\"", port, 0, 1, 0},
    {"in_degree = 10", "in_degree = 12", synapses, 2400, 2880, 0},
    {"rule = \"in_degree\"", "rule = \"total\"; p = 0.1", synapses, 2400, 6069, 0}, /* 57,600 × −ln 0.9 */
    {"rule = \"in_degree\"", "rule = \"pairwise\"; p = 0.1", synapses, 2400, 5736, 360}, /* 5 √5,162 */
    {"p = 0.25", "p = 0.5", pairs, 3600, 7200, 300},                                     /* 5 √3,600 */
    {"autapses = false", "autapses = true", autapses, 0, 10, 9.9},
    {"weight = \"0.5 nS\"", "weight = \"0.75 nS\"", weight, 0.5, 0.75, 0},
    {"weight_sd = \"0 nS\"", "weight_sd = \"0.1 nS\"", weights, 1, 1024, 0},
    {"second = \"0.05 nS\"", "second = \"0.125 nS\"", second, 0.05, 0.125, 1e-8},
    {"delay = \"1.5 ms\"", "delay = \"2.3 ms\"", delay, 15, 23, 0},
    {"delay_sd = \"0 ms\"", "delay_sd = \"0.05 ms\"", classes, 1, 3, 0}, /* 1.3, 1.5, 1.7 ms */
    {"settle = \"0.5 s\"", "settle = \"0.25 s\"", settle, 0.5, 0.25, 0},
    {"measure = \"2 s\"", "measure = \"3 s\"", duration, 2, 3, 0},
};

static void test_every_key(void **state) {
  (void)state;
  struct made before = build(plain, 0, 128);
  for (int k = 0; k < COUNT_OF(rows); k++) {
    const struct row *row = &rows[k];
    struct made after = build(changed(plain, row->from, row->to), 0, 128);
    double was = row->probe(&before), is = row->probe(&after);
    bool right = fabs(was - row->before) <= fmax(row->allowed, 0) && fabs(is - row->after) <= row->allowed;
    if (!right)
      fail_msg("%s → %s: from %g to %g, not from %g to %g", row->from, row->to, was, is, row->before,
               row->after);
    drop(&after);
  }
  assert_int_equal(before.network->population[1]->first_id, 240);
  assert_int_equal(network_synapses(before.network), (size_t)(2400 + 600 + pairs(&before)));
  drop(&before);
  assert_int_equal(memory_in_use(), 0);
}

/* Weights at a port of the cell model have its unit. */
static void test_unit_of_the_port(void **state) {
  (void)state;
  static const char text[] =
      "circuit: { populations: { A: { cells = 20; cell = \"dumb\"; I_e = \"3 pA\";\n"
      "  background: { port = \"current\"; rate = \"10 Hz\"; weight = \"-0.05 nA\"; }; }; };\n"
      "  pathways: ( { from = [\"A\"]; to = [\"A\"]; port = \"current\"; in_degree = 3; rule = "
      "\"in_degree\";\n"
      "    weight = \"-0.2 nA\"; } ); };\n";
  struct made made = build(text, 0, 128);
  assert_string_equal(E_of(&made)->port[0].name, "current");
  assert_near(E_of(&made)->background_nS[0], -50, 1e-9);
  assert_near((double)first_of(&made)->fixed->weight[0], -200, 1e-4);
  drop(&made);
  assert_fails(read(changed(text, "-0.2 nA", "-0.2 nS"), 0, 128, &made), STATUS_CONFIG, "test.cfg:4");
  drop(&made);
}

/* Delays that are spread: mean and 4 SD, in growing classes or at the multiples of a step. */
static void test_steps_of_delays(void **state) {
  (void)state;
  const char *spread = changed(plain, "delay_sd = \"0 ms\"", "delay_sd = \"0.25 ms\"");
  struct made made = build(spread, 0, 128);
  assert_int_equal(classes(&made), 14); /* 0.5 … 1.0 ms every 0.1 ms, 1.2 … 2.6 ms every 0.2 ms */
  drop(&made);
  made = build(changed(spread, "scaling", "delay_step = \"0.5 ms\"; scaling"), 0, 128);
  assert_int_equal(classes(&made), 5);
  for (int c = 0; c < 5; c++) assert_int_equal(first_of(&made)->delay_ticks[c], 5 + 5 * c);
  drop(&made);
}

/* Populations and pathways without cells are built like others. */
static void test_no_cells(void **state) {
  (void)state;
  static const char text[] =
      "circuit: { populations: { A: { cells = 20; cell = \"dumb\"; }; B: { cells = 0; cell = \"dumb\"; }; "
      "};\n"
      "  pathways: ( { from = [\"A\", \"B\"]; to = [\"B\"]; port = \"current\"; rule = \"pairwise\"; p = "
      "0.5; },\n"
      "    { from = [\"B\"]; to = [\"A\", \"B\"]; port = \"current\"; rule = \"in_degree\"; in_degree = 0; "
      "},\n"
      "    { from = [\"B\"]; to = [\"A\", \"B\"]; port = \"current\"; rule = \"total\"; p = 0.5; } ); };\n";
  for (int cells = 0; cells < 100; cells += 40) {
    struct made made = build(text, cells, 128);
    assert_int_equal(network_synapses(made.network), 0);
    drop(&made);
  }
}

/* ---- faults ---- */

static const struct {
  const char *from, *to, *said[2];
} faults[] = {
    {"to = [\"E\", \"I\"]", "to = [\"E\", \"J\"]", {"test.cfg:24: ", "\"J\" is none of E, I"}},
    {"from = [\"I\"]", "from = [\"i\"]", {"test.cfg:27: ", "did you mean \"I\"?"}},
    {"port = \"gaba\"", "port = \"gaab\"", {"test.cfg:27: ", "did you mean \"gaba\"?"}},
    {"background: { port = \"glutamate\"",
     "background: { port = \"glutamte\"",
     {"test.cfg:13: ", "\"glutamate\"?"}},
    {"cell = \"adex\"", "cell = \"adx\"", {"test.cfg:", "did you mean \"adex\"?"}},
    {"cell = \"adex\"", "cell = \"ampa\"", {"test.cfg:", "\"ampa\" is none of"}},
    {"mechanism = \"gaba_a\"", "mechanism = \"gabba_a\"", {"test.cfg:10: ", "did you mean \"gaba_a\"?"}},
    {"gaba_a\";",
     "gaba_a\"; port = \"glutamate\";",
     {"test.cfg:10: ", "more than two receptors at the port glutamate"}},
    {"in_degree = 10", "in_degree = 240", {"test.cfg:24: ", "E_to_E: 240 different sources"}},
    {"p = 0.25", "p = 1.5", {"test.cfg:27: ", "out of range"}},
    {"p = 0.25", "p = -0.25", {"test.cfg:27: ", "out of range"}},
    {"cells = 240", "cells = -1", {"test.cfg:5: ", "out of range"}},
    {"in_degree = 10", "in_degree = -1", {"test.cfg:24: ", "out of range"}},
    {"delay = \"1.5 ms\"", "delay = \"-1.5 ms\"", {"test.cfg:25: ", "out of range"}},
    {"delay = \"1.5 ms\"", "delay = \"0.02 ms\"", {"test.cfg:24: ", "shorter than a time step"}},
    {"delay_sd = \"0 ms\"", "delay_sd = \"300 ms\"", {"test.cfg:24: ", "delay classes"}},
    {"V_low = \"-65 mV\"", "V_mean = \"-60 mV\"", {"test.cfg:12: ", "both V_mean and V_high"}},
    {"V_high = \"-50 mV\"", "V_mean = \"-60 mV\"", {"test.cfg:12: ", "both V_mean and V_low"}},
    {"V_high = \"-50 mV\"", "V_sd = \"4 mV\"", {"test.cfg:12: ", "neither V_mean nor both"}},
    {"V_high = \"-50 mV\"", "V_high = \"-65.1 mV\"", {"test.cfg:12: ", "V_low is above V_high"}},
    {UNIFORM, "", {"test.cfg:12: ", "neither V_mean nor both"}},
    {"start: {", "step: { from = \"2 ms\"; to = \"1 ms\"; }; start: {", {"test.cfg:12: ", "ends before"}},
    {"rate = \"100 Hz\"", "rate = \"1.1 MHz\"", {"test.cfg:13: ", "out of range"}},
    {"rate = \"100 Hz\"", "rate = \"-1 Hz\"", {"test.cfg:13: ", "out of range"}},
    {"weight = \"4 nS\"", "weight = \"4 pA\"", {"test.cfg:27: ", "not a conductance"}},
    {"p = 0.25", "q = 0.25", {"test.cfg:27: ", "q: unknown key"}},
    {"C_m", "C_n", {"test.cfg:6: ", "did you mean \"C_m\""}},
    {"rule = \"pairwise\"", "rule = \"pairwse\"", {"test.cfg:27: ", "did you mean \"pairwise\"?"}},
    {"scaling = \"in_degree\"", "scaling = \"none\"", {"test.cfg:2: ", "none"}},
    {"cell = \"adex\"; rate", "rate", {"test.cfg:4: ", "missing"}},
    {"from = [\"I\"]; ", "", {"test.cfg:27: ", "name no populations"}},
    {"port = \"gaba\"; ", "", {"test.cfg:27: ", "missing"}},
    {"circuit: {", "circuit: { }; other: {", {"no population", "other: unknown"}},
};

static void test_faults(void **state) {
  (void)state;
  for (int k = 0; k < COUNT_OF(faults); k++) {
    struct made made;
    const char *text = changed(plain, faults[k].from, faults[k].to);
    if (read(text, 0, 128, &made) == STATUS_OK) fail_msg("%s is taken", faults[k].to);
    for (int s = 0; s < 2; s++) {
      if (!strstr(status_message(), faults[k].said[s]))
        fail_msg("%s: \"%s\" does not say \"%s\"", faults[k].to, status_message(), faults[k].said[s]);
    }
    drop(&made);
  }
  assert_int_equal(memory_in_use(), 0);
}

static void test_long_names(void **state) {
  (void)state;
  static const char text[] = "circuit: { populations: { %s: { cells = 3; cell = \"dumb\"; }; };\n};\n";
  char config[200];
  struct made made;
  snprintf(config, sizeof config, text, "a_name_of_23_characters");
  assert_ok(read(config, 0, 128, &made));
  assert_string_equal(E_of(&made)->name, "a_name_of_23_characters");
  drop(&made);
  snprintf(config, sizeof config, text, "a_name_of_24_characters_");
  assert_fails(read(config, 0, 128, &made), STATUS_CONFIG, "test.cfg:1: ");
  assert_non_null(strstr(status_message(), "longer than 23 bytes"));
  drop(&made);
}

/* All faults of a file are told at once, also those that show when a pathway is made. */
static void test_faults_together(void **state) {
  (void)state;
  struct made made;
  const char *text = changed(plain, "p = 0.25", "p = 2");
  assert_fails(read(changed(text, "cells = 240", "cells = -240"), 0, 128, &made), STATUS_CONFIG,
               "test.cfg:5: ");
  assert_non_null(strstr(status_message(), "test.cfg:27: "));
  drop(&made);
  text = changed(plain, "p = 0.25", "p = 2");
  assert_fails(read(changed(text, "in_degree = 10", "in_degree = 240"), 0, 128, &made), STATUS_CONFIG,
               "test.cfg:24: ");
  assert_non_null(strstr(status_message(), "test.cfg:27: "));
  drop(&made);
}

/* ---- another number of cells ---- */

static void test_scaling_by_in_degree(void **state) {
  (void)state;
  static const struct {
    int64_t cells;
    int E, I;
    double factor;
  } sizes[] = {{0, 240, 60, 1},
               {300, 240, 60, 1},
               {900, 720, 180, 3},
               {150, 120, 30, 0.5},
               {601, 481, 120, 601.0 / 300}};
  for (int k = 0; k < COUNT_OF(sizes); k++) {
    struct made made = build(plain, sizes[k].cells, 256);
    assert_int_equal(made.network->population[0]->n, sizes[k].E);
    assert_int_equal(made.network->population[1]->n, sizes[k].I);
    assert_true(synapses(&made) == 10 * sizes[k].E);
    double inputs = pairs(&made) / sizes[k].E; /* 60 × 0.25 = 15 each, whatever the size */
    assert_near(inputs, 15, 5 * sqrt(15.0 / sizes[k].E) + 0.02);
    assert_near(weight(&made), 0.5, 0);
    drop(&made);
    const char *total = changed(plain, "rule = \"in_degree\"", "rule = \"total\"; p = 0.1");
    made = build(total, sizes[k].cells, 256);
    assert_near(synapses(&made), 6069 * sizes[k].factor, 0.5);
    drop(&made);
  }
}

static void test_too_few_cells(void **state) {
  (void)state;
  struct made made;
  assert_fails(read(changed(plain, "p = 0.25", "p = 0.8"), 200, 128, &made), STATUS_CONFIG, "I_to_E");
  drop(&made);
  assert_fails(read(plain, 12, 128, &made), STATUS_CONFIG, "only 9 cells");
  drop(&made);
  assert_fails(read(plain, 3000000000, 128, &made), STATUS_CONFIG, "2e9");
  drop(&made);
}

/* A quarter of the cells: in-degrees of 100 and 20 become 25 and 5, weights double, and the mean input that
 * is lost, (1 − √(1/4)) K w ν τ, comes as a current. Onto A: half of 100 × 40 pA × 8 Hz × 0.5 ms = 16 pA, and
 * of 20 × −160 pA × 10 Hz × 0.5 ms = −16 pA; onto B: half of 100 × 40 pA × 8 Hz × 2 ms = 64 pA. */
static void test_scaling_by_probability(void **state) {
  (void)state;
  static const char text[] =
      "circuit: { scaling = \"probability\"; populations: {\n"
      "    A: { cells = 800; cell = \"dumb\"; rate = \"8 Hz\"; I_e = \"100 pA\"; };\n"
      "    B: { cells = 200; cell = \"dumb\"; rate = \"10 Hz\"; I_e = \"100 pA\"; tau_syn = \"2 ms\"; }; };\n"
      "  pathways: (\n"
      "    { from = [\"A\"]; to = [\"A\", \"B\"]; port = \"current\"; rule = \"in_degree\"; in_degree = "
      "100;\n"
      "      weight = \"40 pA\"; weight_sd = \"4 pA\"; },\n"
      "    { from = [\"B\"]; to = [\"A\"]; port = \"current\"; rule = \"in_degree\"; in_degree = 20;\n"
      "      weight = \"-160 pA\"; } ); };\n";
  struct made made = build(text, 250, 128);
  const struct population *A = made.network->population[0], *B = made.network->population[1];
  assert_true(A->n == 200 && B->n == 50);
  assert_true(count(made.network->projection[0], false) == 25 * 200);
  assert_true(count(made.network->projection[1], false) == 25 * 50);
  assert_true(count(made.network->projection[2], false) == 5 * 200);
  double mean = 0, square = 0;
  for (int l = 0; l < STATIC_WEIGHTS; l++) {
    double w = (double)made.network->projection[0]->fixed->weight[l];
    mean += w / STATIC_WEIGHTS, square += (w - 80) * (w - 80) / STATIC_WEIGHTS;
  }
  assert_near(mean, 80, 1e-4);
  assert_near(sqrt(square), 8, 1e-4);
  assert_near((double)made.network->projection[2]->fixed->weight[0], -320, 1e-4);
  assert_near(number_in(&dumb, A->cell_params, "I_e"), 100 + 8 - 8, 1e-9);
  assert_near(number_in(&dumb, B->cell_params, "I_e"), 100 + 32, 1e-9);
  drop(&made);
  made = build(text, 1000, 128); /* the size that is written: nothing moves */
  assert_near(number_in(&dumb, made.network->population[1]->cell_params, "I_e"), 100, 0);
  assert_true(count(made.network->projection[0], false) == 100 * 800);
  drop(&made);
}

/* Without rates nothing can replace the input that is lost; and events from outside shrink like those inside:
 * a quarter of 4 kHz, twice 40 pA, and half of 4 kHz × 40 pA × 0.5 ms as a current. */
static void test_what_scaling_needs(void **state) {
  (void)state;
  static const char text[] =
      "circuit: { scaling = \"probability\"; populations: {\n"
      "    A: { cells = 800; cell = \"dumb\"; rate = \"8 Hz\";\n"
      "      background: { port = \"current\"; rate = \"4000 Hz\"; weight = \"40 pA\"; }; }; };\n"
      "  pathways: (\n"
      "    { from = [\"A\"]; to = [\"A\"]; port = \"current\"; rule = \"in_degree\"; in_degree = 100; } ); "
      "};\n";
  struct made made = build(text, 200, 128);
  assert_near(E_of(&made)->background_Hz, 1000, 1e-9);
  assert_near(E_of(&made)->background_nS[0], 80, 1e-9);
  assert_near(number_in(&dumb, E_of(&made)->cell_params, "I_e"), 0.5 * 4000 * 40 * 0.5e-3, 1e-9);
  drop(&made);
  made = build(changed(text, "probability", "in_degree"), 200, 128);
  assert_near(E_of(&made)->background_Hz, 4000, 0);
  assert_near(E_of(&made)->background_nS[0], 40, 0);
  drop(&made);
  const char *unknown = changed(text, "rate = \"8 Hz\";", "");
  made = build(unknown, 800, 128);
  drop(&made);
  assert_fails(read(unknown, 200, 128, &made), STATUS_CONFIG, "test.cfg:5: ");
  assert_non_null(strstr(status_message(), "needs the `rate` of A"));
  drop(&made);
}

/* Pairs and totals keep p: synapses shrink with the square. The current is that of the in-degree at full
 * size, 800 p for pairs and −800 ln(1 − p) for a total: half of it × 40 pA × 8 Hz × 0.5 ms. */
static void test_probability_of_pairs(void **state) {
  (void)state;
  static const char text[] = "circuit: { scaling = \"probability\"; populations: {\n"
                             "    A: { cells = 800; cell = \"dumb\"; rate = \"8 Hz\"; }; };\n"
                             "  pathways: (\n"
                             "    { from = [\"A\"]; to = [\"A\"]; port = \"current\"; rule = \"pairwise\"; p "
                             "= 0.1; autapses = true;\n"
                             "      weight = \"40 pA\"; } ); };\n";
  struct made made = build(text, 200, 128);
  assert_near(count(first_of(&made), false), 4000, 5 * sqrt(3600));
  assert_near(number_in(&dumb, E_of(&made)->cell_params, "I_e"), 0.5 * 80 * 40 * 8 * 0.5e-3, 1e-9);
  drop(&made);
  made = build(changed(text, "pairwise", "total"), 200, 128);
  assert_near(count(first_of(&made), false), 40000 * -log(0.9), 1);
  assert_near(number_in(&dumb, E_of(&made)->cell_params, "I_e"), 0.5 * -log(0.9) * 800 * 40 * 8 * 0.5e-3,
              1e-3);
  drop(&made);
  const char *other = changed(plain, "scaling = \"in_degree\"", "scaling = \"probability\"");
  assert_fails(read(other, 150, 128, &made), STATUS_CONFIG, "test.cfg:24: ");
  assert_non_null(strstr(status_message(), "synaptic currents"));
  drop(&made);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_key),
      cmocka_unit_test(test_unit_of_the_port),
      cmocka_unit_test(test_steps_of_delays),
      cmocka_unit_test(test_no_cells),
      cmocka_unit_test(test_faults),
      cmocka_unit_test(test_faults_together),
      cmocka_unit_test(test_long_names),
      cmocka_unit_test(test_scaling_by_in_degree),
      cmocka_unit_test(test_too_few_cells),
      cmocka_unit_test(test_scaling_by_probability),
      cmocka_unit_test(test_probability_of_pairs),
      cmocka_unit_test(test_what_scaling_needs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
