/* test_tract.c — which cells project belongs to seed and cells and is about the share that is asked for,
 * more if so many are needed; synapses do not depend on blocks; the largest probability is that of the
 * law. */
#include "small_patch.h"
#include "synapses/tract.h"

struct made {
  struct small_patch *patch;
  struct projection *projection;
  struct tract_wiring wiring;
  uint32_t *projecting;
};

/* From the second population onto the first. */
static struct made make(int block_cells, double width_um) {
  struct small_plan plan = small_plan;
  struct spine_params spines = small_spine_params();
  struct made made = {0};
  plan.block_cells = block_cells;
  made.patch = small_patch_new(&plan, &spines);
  made.projection = made.patch->wiring[2].projection;
  made.wiring = (struct tract_wiring){.projection = made.projection,
                                      .from = &made.patch->sheet,
                                      .to = &made.patch->sheet,
                                      .in_degree = 15,
                                      .width_um = width_um,
                                      .delay_ms = 2,
                                      .delay_sd_ms = .3,
                                      .delay_low_ms = 1.5,
                                      .delay_high_ms = 3};
  assert_ok(tract_sources(made.projection->source, 0.4, 0, SMALL_SEED, &made.projecting,
                          &made.wiring.n_projecting));
  made.wiring.projecting = made.projecting;
  return made;
}

static void drop(struct made *made) {
  memory_free(made->projecting);
  small_patch_free(made->patch);
}

static uint64_t hash_of(struct made *made) {
  uint64_t hash = 1;
  for (int b = 0; b < made->projection->target->n_blocks; b++)
    assert_ok(tract_block(&made->wiring, b, SMALL_SEED));
  for (int b = 0; b < made->projection->target->n_blocks; b++) {
    struct edge *edge;
    size_t n;
    assert_ok(projection_edges(made->projection, b, &edge, &n));
    for (size_t e = 0; e < n; e++)
      hash +=
          ((uint64_t)edge[e].target * 1000003 + edge[e].source) * (edge[e].full + 7919u * edge[e].delay + 1u);
    memory_free(edge);
  }
  return hash;
}

static void test_blocks(void **state) {
  (void)state;
  static const double widths[] = {0, 120};
  for (int w = 0; w < 2; w++) {
    struct made few = make(1024, widths[w]), many = make(128, widths[w]);
    assert_true(hash_of(&few) == hash_of(&many));
    assert_near((double)projection_count(few.projection) / few.projection->target->n, 15,
                5 * sqrt(15.0 / few.projection->target->n) + 0.5 * w);
    drop(&few);
    drop(&many);
  }
}

static void test_sources(void **state) {
  (void)state;
  struct made made = make(256, 0);
  const struct population *source = made.projection->source;
  assert_near(made.wiring.n_projecting, 0.4 * source->n, 5 * sqrt(source->n * 0.24));
  for (int k = 1; k < made.wiring.n_projecting; k++) assert_true(made.projecting[k] > made.projecting[k - 1]);
  uint32_t *more;
  int n;
  assert_ok(tract_sources(source, 0.1, 300, SMALL_SEED, &more, &n));
  assert_between(n, 300, 420);
  memory_free(more);
  assert_ok(tract_sources(source, 0.1, source->n + 5, SMALL_SEED, &more, &n));
  assert_int_equal(n, source->n);
  memory_free(more);
  drop(&made);
}

static void test_peak(void **state) {
  (void)state;
  struct made made = make(256, 0);
  assert_near(tract_peak(&made.wiring), 15.0 / made.wiring.n_projecting, 1e-12);
  made.wiring.width_um = 50; /* a tenth of the side: no image is near */
  assert_near(tract_peak(&made.wiring), 15.0 * 500 * 500 / made.wiring.n_projecting / (2 * 3.14159265 * 2500),
              1e-3);
  drop(&made);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_blocks), cmocka_unit_test(test_sources),
                                     cmocka_unit_test(test_peak)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
