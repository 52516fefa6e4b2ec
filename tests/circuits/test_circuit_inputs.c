/* test_circuit_inputs.c — what a circuit's config puts into its cells: potentials start from the distribution
 * that is asked for, whatever the blocks; background comes at its rate, up to 1 MHz, and ends when it should;
 * a step of current charges a passive cell as the formula says, also where a tick is divided. Bounds are 5
 * standard errors. */
#include "plain_circuit.h"
#include "window.h"

static const struct population *first_of(const struct made *made) { return made->network->population[0]; }

/* ---- potentials and background ---- */

static void potentials(const char *text, int block_cells, double *mean, double *sd, double *low,
                       double *high) {
  struct made made = build(text, 0, block_cells);
  const struct population *population = first_of(&made);
  double n = population->n, sum = 0, square = 0;
  *low = 1e9, *high = -1e9;
  for (int i = 0; i < population->n; i++) {
    const float *column = population->block[i / population->block_cells].cell_column[0];
    double V = (double)column[i % population->block_cells];
    sum += V, square += V * V;
    *low = fmin(*low, V), *high = fmax(*high, V);
  }
  *mean = sum / n, *sd = sqrt(square / n - sum * sum / n / n);
  drop(&made);
}

static void test_start(void **state) {
  (void)state;
  static char many[4096];
  double mean, sd, low, high, again[4];
  strcpy(many, changed(plain, "cells = 240", "cells = 6000"));
  potentials(many, 1024, &mean, &sd, &low, &high);
  assert_near(mean, -57.5, 5 * 15 / sqrt(12 * 6000.0));
  assert_near(sd, 15 / sqrt(12), 5 * 15 * sqrt((1.0 / 80 - 1.0 / 144) * 3 / 6000));
  assert_between(low, -65, -64.9);
  assert_between(high, -50.1, -50);
  potentials(many, 128, &again[0], &again[1], &again[2], &again[3]);
  assert_true(again[0] == mean && again[1] == sd && again[2] == low && again[3] == high);
  const char *normal_start = "V_mean = \"-58 mV\"; V_sd = \"4 mV\";";
  potentials(changed(many, "V_low = \"-65 mV\"; V_high = \"-50 mV\";", normal_start), 256, &mean, &sd, &low,
             &high);
  assert_near(mean, -58, 5 * 4 / sqrt(6000));
  assert_near(sd, 4, 5 * 4 / sqrt(2 * 6000.0));
  assert_true(low < -58 - 3 * 4 && high > -58 + 3 * 4);
  potentials(changed(many, "V_low = \"-65 mV\"; V_high = \"-50 mV\";", "V_mean = \"-58.5 mV\";"), 256, &mean,
             &sd, &low, &high);
  assert_true(low == -58.5 && high == -58.5); /* all alike */
  /* without the group: as the cell model starts, between E_L and 2 mV under threshold */
  potentials(changed(many, "start: { V_low = \"-65 mV\"; V_high = \"-50 mV\"; };", ""), 256, &mean, &sd, &low,
             &high);
  assert_true(low >= -70 && high <= -52 && sd > 4);
}

static void test_background(void **state) {
  (void)state;
  struct made made = build(plain, 0, 128);
  struct population *population = made.network->population[0];
  double events = 0;
  const int ticks = 5000;
  assert_null(made.network->population[1]->drive);
  assert_int_equal(made.network->population[1]->background_port, -1);
  for (int b = 0; b < population->n_blocks; b++) {
    struct block *block = &population->block[b];
    for (int tick = 0; tick < ticks; tick++) {
      memset(block->background, 0, sizeof(int32_t) * (size_t)block->padded);
      population->drive(population, b, made.network->seed, tick);
      for (int i = 0; i < block->n; i++) events += block->background[i];
    }
  }
  double due = 240 * ticks * 100 * 1e-4;
  assert_near(events, due, 5 * sqrt(due));
  drop(&made);
}

/* ---- through a cell ---- */

/* Cells that do not fire: I decays with 0.5 ms, V with 10 ms to −65 mV, 0.04 mV for every pA. */
static const char passive[] =
    "circuit: { populations: { A: { cells = 300; cell = \"lif_current\"; C_m = \"250 pF\"; tau_m = \"10 "
    "ms\";\n"
    "  E_L = \"-65 mV\"; V_th = \"100 mV\"; V_reset = \"-65 mV\"; t_ref = \"2 ms\"; tau_syn = \"0.5 ms\";\n"
    "  start: { V_mean = \"-65 mV\"; }; INPUT }; }; };\n";

static void run(struct made *made, int ms) {
  const struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}};
  assert_ok(window_run(made->network, &window, 10 * ms));
}

static double mean_of(const struct made *made, const char *field, double *sd) {
  const struct population *population = first_of(made);
  double sum = 0, square = 0, n = population->n;
  for (int b = 0; b < population->n_blocks; b++) {
    const float *column = population_column(population, -1, field, 0, b);
    for (int i = 0; i < population->block[b].n; i++) {
      sum += (double)column[i];
      square += (double)column[i] * (double)column[i];
    }
  }
  *sd = sqrt(fmax(0, square / n - sum * sum / n / n));
  return sum / n;
}

/* With m events a tick of 1 pA, and a decay d = e^-0.2 after each: mean m d/(1 − d), variance m d²/(1 − d²).
 */
static void test_rates(void **state) {
  (void)state;
  static const double rates[] = {1000, 3000, 20000, 300000, 1e6};
  for (int k = 0; k < COUNT_OF(rates); k++) {
    char input[160];
    double m = rates[k] * 1e-4, d = exp(-0.2), sd, n = 300;
    snprintf(input, sizeof input,
             "background: { port = \"current\"; rate = \"%.0f Hz\"; weight = \"1 pA\"; until = \"20 ms\"; };",
             rates[k]);
    struct made made = build(changed(passive, "INPUT", input), 0, 128);
    run(&made, 20);
    double mean = mean_of(&made, "I", &sd), due = sqrt(m * d * d / (1 - d * d));
    assert_near(mean, m * d / (1 - d), 5 * due / sqrt(n));
    /* the fourth cumulant of shot noise: m d⁴/(1 − d⁴) */
    double excess = m * pow(d, 4) / (1 - pow(d, 4)) / pow(due, 4);
    assert_near(sd, due, 5 * due * sqrt((2 + excess) / n) / 2);
    run(&made, 1); /* no event more: ten decays */
    assert_near(mean_of(&made, "I", &sd), mean * exp(-2), 1e-4 * mean);
    run(&made, 20);
    assert_between(mean_of(&made, "I", &sd), 0, 1e-15 * mean);
    drop(&made);
  }
}

/* From F to G: 4 mV (e^(−(30 − G)/10) − e^(−(30 − F)/10)) above rest after 30 ms. The mean over a divided
 * tick is off by the decay in half a tick, 0.5 %, of that tick's share. */
static void test_step(void **state) {
  (void)state;
  static const struct {
    double from, to, allowed;
  } rows[] = {{5, 15, 2e-5},      {0, 30, 2e-5},       {20, 20, 2e-5},
              {29.9, 1000, 2e-5}, {5.05, 15.05, 2e-4}, {12.32, 12.38, 2e-4}};
  for (int k = 0; k < COUNT_OF(rows); k++) {
    char input[160];
    double sd, to = fmin(rows[k].to, 30);
    snprintf(input, sizeof input, "step: { current = \"0.1 nA\"; from = \"%g ms\"; to = \"%g ms\"; };",
             rows[k].from, rows[k].to);
    struct made made = build(changed(passive, "INPUT", input), 0, 128);
    run(&made, 30);
    assert_near(mean_of(&made, "V", &sd) + 65, 4 * (exp(-(30 - to) / 10) - exp(-(30 - rows[k].from) / 10)),
                rows[k].allowed);
    assert_near(sd, 0, 1e-5);
    drop(&made);
  }
  assert_int_equal(memory_in_use(), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_start), cmocka_unit_test(test_background),
                                     cmocka_unit_test(test_rates), cmocka_unit_test(test_step)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
