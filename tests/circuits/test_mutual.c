/* test_mutual.c — pairs connected both ways are as many as their reciprocity says, and p(r) is as without; no
 * cell onto itself, no pair twice, and blocks do not matter. Bounds are 5 standard errors, seeds fixed. */
#include "synapses/mutual.h"
#include "wired_patch.h"

enum { MUTUAL_CELLS = 1600, NEAR_UM = 60 };
static bool onto[MUTUAL_CELLS][MUTUAL_CELLS]; /* [target][source] */

/* All synapses of a population onto itself, none on its own cell, none twice. */
static struct patch *wire_onto_itself(double p0, double reciprocity, bool periodic, int block_cells,
                                      uint64_t seed) {
  const struct clock clock = {0.1};
  struct patch *patch = make(10, 50, periodic, MUTUAL_CELLS, 1, block_cells);
  population_free(&patch->target);
  patch->target = patch->source;
  patch->projection.source = &patch->target;
  patch->source = (struct population){0};
  assert_ok(population_divide(&patch->target, block_cells));
  patch->wiring.p0 = p0;
  patch->wiring.width_um = 80;
  patch->wiring.reciprocity = reciprocity;
  assert_ok(projection_delays(&patch->projection, &clock, 0.5, wiring_longest_ms(&patch->wiring)));
  assert_ok(projection_allocate(&patch->projection));
  memset(onto, 0, sizeof onto);
  for (int b = 0; b < patch->target.n_blocks; b++) {
    struct edge *edges;
    size_t n;
    assert_ok(wiring_block(&patch->wiring, b, seed));
    assert_ok(projection_edges(&patch->projection, b, &edges, &n));
    for (size_t e = 0; e < n; e++) {
      assert_int_not_equal(edges[e].source, edges[e].target);
      assert_false(onto[edges[e].target][edges[e].source]);
      onto[edges[e].target][edges[e].source] = true;
    }
    memory_free(edges);
  }
  return patch;
}

/* What is expected and what came, over all unordered pairs: synapses, pairs joined both ways, and these among
 * cells that are near; variances of independent pairs. */
struct joined {
  double one, one_due, one_var, both, both_due, both_var, near, near_due, near_var;
};

static struct joined count_joined(const struct patch *patch, double reciprocity) {
  struct joined sum = {0};
  for (uint32_t i = 0; i < MUTUAL_CELLS; i++) {
    for (uint32_t j = i + 1; j < MUTUAL_CELLS; j++) {
      double side = sheet_side_x_um(&patch->sheet);
      const float *x = patch->target.x_um, *y = patch->target.y_um;
      double dx = sheet_difference(patch->sheet.periodic, side, (double)x[i], (double)x[j]);
      double dy = sheet_difference(patch->sheet.periodic, side, (double)y[i], (double)y[j]);
      double p = wiring_probability(&patch->wiring, dx, dy);
      double due = reciprocity * p * p < p ? reciprocity * p * p : p, both = onto[i][j] && onto[j][i];
      bool near = dx * dx + dy * dy < NEAR_UM * NEAR_UM;
      sum.one += onto[i][j] + onto[j][i], sum.one_due += 2 * p;
      sum.one_var += 2 * p + 2 * due - 4 * p * p;
      sum.both += both, sum.both_due += due, sum.both_var += due * (1 - due);
      if (near) sum.near += both, sum.near_due += due, sum.near_var += due * (1 - due);
    }
  }
  return sum;
}

/* p(r) is what it was, and both ways are R p² of the pairs, or p where R p is above 1: near by, and on the
 * whole, to 5 standard errors. Two thirds as many, by an R too small by a third, do not pass. */
static void test_reciprocity(void **state) {
  (void)state;
  static const struct {
    double p0, reciprocity;
    bool periodic;
  } cases[] = {{.1, 1, true}, {.1, 4, true}, {.1, 4, false}, {.3, 2, true}, {.4, 4, true}, {1, 3, true}};
  for (size_t k = 0; k < COUNT_OF(cases); k++) {
    struct patch *patch =
        wire_onto_itself(cases[k].p0, cases[k].reciprocity, cases[k].periodic, 512, 20 + (uint64_t)k);
    struct joined sum = count_joined(patch, cases[k].reciprocity);
    assert_near(sum.one, sum.one_due, 5 * sqrt(sum.one_var));
    assert_near(sum.both, sum.both_due, 5 * sqrt(sum.both_var));
    assert_near(sum.near, sum.near_due, 5 * sqrt(sum.near_var));
    assert_true(sum.near_due / 3 > 5 * sqrt(sum.near_var));
    drop(patch);
  }
}

/* Both cells of a pair meet the same draws, wherever blocks end. */
static void test_blocks_do_not_part_pairs(void **state) {
  (void)state;
  static bool first[MUTUAL_CELLS][MUTUAL_CELLS];
  drop(wire_onto_itself(.2, 3, true, 128, 30));
  memcpy(first, onto, sizeof onto);
  for (int block_cells = 256; block_cells <= 2048; block_cells *= 2) {
    drop(wire_onto_itself(.2, 3, true, block_cells, 30));
    assert_memory_equal(first, onto, sizeof onto);
  }
}

/* What is put together gives the connection probability and the pairs that are asked for. */
static void test_shares(void **state) {
  (void)state;
  assert_true(mutual_share(1.7, 3) == 1 && mutual_rest(1.7, 3) == 0); /* cut at 1 */
  for (double reciprocity = 1; reciprocity <= 5; reciprocity += 0.5) {
    for (double p = 0; p <= 1; p += 1.0 / 64) {
      double m = mutual_share(p, reciprocity), q = mutual_rest(p, reciprocity);
      double both = reciprocity * p * p < p ? reciprocity * p * p : p;
      assert_near(m + (1 - m) * q, p, 1e-12);
      assert_near(m + (1 - m) * q * q, both, 1e-12);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reciprocity),
      cmocka_unit_test(test_blocks_do_not_part_pairs),
      cmocka_unit_test(test_shares),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
