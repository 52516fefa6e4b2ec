/* test_machine.c — the constants of a machine have the signs and the order that any machine gives them; the
 * limit is the formula of machine.h, on a machine and a workload with made-up constants; it rises with every
 * part of the work; it names the term that binds; a slow cell does not raise it. */
#include "benchmark/machine.h"
#include "check.h"
#include "fields.h"
#include <sched.h>

/* Powers of two: all that follows is exact. */
static struct machine made_up(void) {
  struct machine machine = {.threads = 4,
                            .isa = "base",
                            .cache_bytes = 0x1p20,
                            .add_ns = {1, 1, 2, 2, 4, 8},
                            .read_1_GB_s = 0.5,
                            .read_all_GB_s = 1,
                            .update_1_GB_s = 0.25,
                            .update_all_GB_s = 0.5,
                            .segment_cached_ns = 8,
                            .segment_memory_ns = 32,
                            .barrier_ns = 64,
                            .poisson_ns = {0.25, 0.5, 0.5, 0.5, 1, 1, 2},
                            .exponential_ns = 0.25,
                            .difference_ns = 0.125};
  return machine;
}

static const struct machine_background background[] = {{1000, 0.8}, {500, 2}};

static struct workload work(void) {
  return (struct workload){.steps = 1e4,
                           .cells_ns = 1000,
                           .background = background,
                           .n_background = 2,
                           .events = 1e6,
                           .segments = 1e4,
                           .synapse_bytes = 4,
                           .list_bytes = 0x1p20,
                           .accumulator_bytes = 0x1p15,
                           .intervals = 1e4};
}

static void test_formula(void **state) {
  (void)state;
  struct machine machine = made_up();
  struct workload workload = work();
  /* cells 1e7 ns, background 1e4 (500 + 500) = 1e7, events 1e6 × 1, segments 1e4 × 8 */
  struct machine_limit one = machine_limit(&machine, &workload, false);
  assert_near(one.term_s[MACHINE_CELLS], 1e-2, 1e-12);
  assert_near(one.term_s[MACHINE_BACKGROUND], 1e-2, 1e-12);
  assert_near(one.term_s[MACHINE_EVENTS], 1e-3, 1e-12);
  assert_near(one.term_s[MACHINE_SEGMENTS], 8e-5, 1e-12);
  assert_near(one.term_s[MACHINE_BANDWIDTH], 0, 0);
  assert_near(one.term_s[MACHINE_BARRIERS], 0, 0);
  assert_near(one.total_s, 2.108e-2, 1e-12);
  /* four threads: a quarter, and 2 × 1e4 × 64 ns of barriers */
  struct machine_limit all = machine_limit(&machine, &workload, true);
  assert_near(all.term_s[MACHINE_BARRIERS], 1.28e-3, 1e-12);
  assert_near(all.total_s, 2.108e-2 / 4 + 1.28e-3, 1e-12);
  /* lists in memory: an event takes at least 4 B at 0.5 GB/s, a segment 32 ns; bandwidth has 4e6 B */
  workload.list_bytes = 0x1p21;
  one = machine_limit(&machine, &workload, false);
  assert_near(one.term_s[MACHINE_EVENTS], 8e-3, 1e-12);
  assert_near(one.term_s[MACHINE_SEGMENTS], 3.2e-4, 1e-12);
  assert_near(one.term_s[MACHINE_BANDWIDTH], 8e-3, 1e-12);
  assert_near(one.total_s, 2.832e-2, 1e-12); /* the sum, not the bandwidth beside it */
  /* cells that leave the cache: 1e4 × 2500 B at 0.25 GB/s and the lists take longer than all the rest */
  workload.cell_bytes = 2500;
  one = machine_limit(&machine, &workload, false);
  assert_near(one.total_s, 0.1 + 8e-3, 1e-12);
  assert_int_equal(one.binds, MACHINE_BANDWIDTH);
  all = machine_limit(&machine, &workload, true);
  assert_near(all.total_s, 0.05 + 4e-3 + 1.28e-3, 1e-12);
}

static void test_binding(void **state) {
  (void)state;
  const struct machine machine = made_up();
  for (int term = 0; term < MACHINE_TERMS; term++) {
    struct workload workload = work();
    if (term == MACHINE_CELLS) workload.cells_ns *= 100;
    if (term == MACHINE_BACKGROUND) workload.cells_ns = 0;
    if (term == MACHINE_EVENTS) workload.events *= 100;
    if (term == MACHINE_SEGMENTS) workload.segments *= 1e4;
    if (term == MACHINE_BANDWIDTH) workload.cell_bytes = 1e5;
    if (term == MACHINE_BARRIERS) workload.intervals *= 100;
    assert_int_equal(machine_limit(&machine, &workload, true).binds, term);
    assert_true(machine_term_names[term][0] != '\0');
  }
}

/* More of anything never takes less time, and mostly more. */
static void test_monotone(void **state) {
  (void)state;
  const struct machine machine = made_up();
  enum { PARTS = 7 };
  for (int all = 0; all < 2; all++) {
    for (int part = 0; part < PARTS; part++) {
      double last = 0, first = 0;
      for (double more = 1; more < 1e4; more *= 3) {
        struct workload workload = work();
        struct machine_background drives[] = {{1000, 0.8}, {500, 2}};
        workload.background = drives;
        double *const parts[PARTS] = {&workload.steps,   &workload.cells_ns,          &drives[0].cells,
                                      &workload.events,  &workload.accumulator_bytes, &workload.list_bytes,
                                      &workload.segments};
        *parts[part] *= more;
        double limit = machine_limit(&machine, &workload, all).total_s;
        assert_true(limit >= last);
        first = more == 1 ? limit : first;
        last = limit;
      }
      assert_true(last > first);
    }
  }
}

/* At the points what stands there, between them in between, outside as machine.h says. */
static void test_interpolation(void **state) {
  (void)state;
  const struct machine machine = made_up();
  for (int k = 0; k < MACHINE_SETS; k++)
    assert_near(machine_add_ns(&machine, machine_set_bytes[k]), machine.add_ns[k], 1e-12);
  assert_near(machine_add_ns(&machine, 0x1p22), sqrt(8), 1e-12);
  assert_near(machine_add_ns(&machine, 100), 1, 0);
  assert_near(machine_add_ns(&machine, 0), 1, 0);
  assert_near(machine_add_ns(&machine, 1e12), 8, 0);
  for (int k = 0; k < MACHINE_RATES; k++)
    assert_near(machine_poisson_ns(&machine, machine_rates[k]), machine.poisson_ns[k], 1e-12);
  assert_near(machine_poisson_ns(&machine, 0), 0, 0);
  assert_near(machine_poisson_ns(&machine, 0.005), 0.125, 1e-12);
  assert_near(machine_poisson_ns(&machine, 50), 20, 1e-12);
}

static void test_guard(void **state) {
  (void)state;
  const struct machine machine = made_up();
  /* two exponentials and two receptors: 0.75 ns, times 1.5 */
  assert_near(machine_cell_ns(&machine, 0.9, 2, 2), 0.9, 0);
  assert_near(machine_cell_ns(&machine, 1.125, 2, 2), 1.125, 0);
  assert_near(machine_cell_ns(&machine, 40, 2, 2), 1.125, 0);
  assert_near(machine_cell_ns(&machine, 40, 3, 2), 1.5, 0);
}

/* Loose: other work on the machine must not fail it. */
static void test_measured(void **state) {
  (void)state;
  struct machine machine;
  cpu_set_t before, after;
  assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
  assert_ok(machine_measure(1, 0.05, &machine));
  assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
  assert_true(CPU_EQUAL(&before, &after));
  assert_int_equal(machine.threads, 1);
  assert_true(machine.barrier_ns >= 0 && machine.cache_bytes >= 0x1p15);
  for (int k = 0; k < MACHINE_SETS; k++) {
    assert_true(machine.add_ns[k] > 0.05 && machine.add_ns[k] < 1000);
    if (k) assert_true(machine.add_ns[k] >= 0.5 * machine.add_ns[0]);
  }
  assert_true(machine.add_ns[MACHINE_SETS - 1] >= 0.8 * machine.add_ns[0]);
  const double rates[] = {machine.read_1_GB_s, machine.read_all_GB_s, machine.update_1_GB_s,
                          machine.update_all_GB_s};
  for (int k = 0; k < COUNT_OF(rates); k++) assert_true(rates[k] > 0.05 && rates[k] < 5000);
  assert_true(machine.segment_cached_ns > 0 && machine.segment_cached_ns < 1e4);
  assert_true(machine.segment_memory_ns >= machine.segment_cached_ns);
  for (int k = 0; k < MACHINE_RATES; k++) {
    assert_true(machine.poisson_ns[k] > 0 && machine.poisson_ns[k] < 1000);
    if (k) assert_true(machine.poisson_ns[k] >= 0.8 * machine.poisson_ns[k - 1]);
  }
  assert_true(machine.exponential_ns > 0.01 && machine.exponential_ns < 1000);
  assert_true(machine.difference_ns > 0.01 && machine.difference_ns < 1000);
}

static void test_refused(void **state) {
  (void)state;
  struct machine machine;
  assert_fails(machine_measure(1, 0, &machine), STATUS_USAGE, "effort");
  assert_fails(machine_measure(1, 2, &machine), STATUS_USAGE, "effort");
  assert_fails(machine_measure(0, 0.05, &machine), STATUS_WORLD, "threads");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_formula),  cmocka_unit_test(test_binding),
                                     cmocka_unit_test(test_monotone), cmocka_unit_test(test_interpolation),
                                     cmocka_unit_test(test_guard),    cmocka_unit_test(test_measured),
                                     cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
