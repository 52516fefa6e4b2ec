/* test_space.c — density, in-degree and weight belong to the tissue: they are the same in periodic patches
 * of any size and aspect, and the in-degree is the one that is expected; at open edges the mean is as much
 * lower as the kernel hangs over, and a cell in the middle of a large patch has all of it. Bounds are 5
 * standard errors. */
#include "small_anatomy.h"

/* In-degrees of a random pathway scatter by at most the root of their mean. */
static void check_pathways(const struct built *built) {
  const struct region *region = &built->region[0];
  for (int w = 0; w < region->n_wirings; w++) {
    const struct projection *projection = region->wiring[w].projection;
    double n = projection->target->n, wanted = region_expected_in_degree(region, w);
    double synapses = wanted * n;
    /* no cell meets itself */
    double self = projection->source == projection->target ? region->wiring[w].p0 : 0;
    assert_near(small_in_degree(projection), wanted - self,
                5 * sqrt(wanted / n) + 0.4 * self + 0.01 * wanted);
    assert_near(small_mean_nS(projection), projection->mean_nS,
                5 * projection->mean_nS * projection->cv / sqrt(synapses));
  }
}

static void test_periodic(void **state) {
  (void)state;
  static const char *const sizes[] = {
      "side = \"200 µm\";", "side = \"250 µm\";", "side = \"400 µm\"; side_y = \"200 µm\";",
      "side = \"200 µm\"; side_y = \"350 µm\";", "side = \"200 µm\"; pitch = \"25 µm\";"};
  double first[9] = {0};
  for (int k = 0; k < COUNT_OF(sizes); k++) {
    char text[256];
    snprintf(text, sizeof text, "regions: { here: { %s }; };", sizes[k]);
    struct built *built = small_build(text, false, 3);
    small_wire(built);
    check_pathways(built);
    const struct region *region = &built->region[0];
    double area = sheet_side_x_um(&region->sheet) * sheet_side_y_um(&region->sheet);
    for (int p = 0; p < 3; p++)
      assert_near(region->population[p]->n / area * 1e6, region->anatomy.population[p].density_per_mm2, 15);
    for (int w = 0; w < region->n_wirings; w++) {
      double here = region_expected_in_degree(region, w);
      if (k == 0) first[w] = here;
      assert_near(here, first[w], 0.015 * first[w]); /* of 40 to 80 cells */
    }
    small_drop(built);
  }
}

static void test_open(void **state) {
  (void)state;
  struct built *built = small_build(
      "regions: { here: { side = \"450 µm\"; side_y = \"200 µm\"; edges = \"open\"; }; };", false, 5);
  small_wire(built);
  check_pathways(built);
  const struct projection *projection = small_pathway(built, "A1_to_A1");
  const struct wiring *wiring = &built->region[0].wiring[0];
  double whole = 5000e-6 * wiring->p0 * 6.2831853 * 60 * 60, corner = 0, middle = 0;
  int corners = 0, middles = 0;
  int32_t in[2048] = {0};
  for (int b = 0; b < projection->target->n_blocks; b++) {
    const struct synapse_block *block = &projection->block[b];
    for (size_t e = 0; e < block->n; e++)
      in[projection->target->block[b].first + synapse_cell(block->synapse[e])]++;
  }
  const struct population *cells = projection->target;
  for (int i = 0; i < cells->n; i++) {
    bool left = cells->x_um[i] < 30 && (cells->y_um[i] < 30 || cells->y_um[i] > 170);
    bool inside = cells->x_um[i] > 180 && cells->x_um[i] < 270;
    if (left) corner += in[i], corners++;
    if (inside) middle += in[i], middles++;
  }
  /* along y the patch is 200 µm: what is left of the kernel there, over all places */
  double along_y = 0;
  for (int k = 0; k < 400; k++) {
    double y = 0.5 * (k + 0.5);
    along_y += (erf(y / 60 / sqrt(2)) + erf((200 - y) / 60 / sqrt(2))) / 2 / 400;
  }
  assert_true(corners > 3 && middles > 60);
  assert_near(middle / middles, whole * along_y, 5 * sqrt(whole / middles));
  assert_between(corner / corners, 0.22 * whole, 0.6 * whole); /* a quarter, and a little that lies inside */
  small_drop(built);
}

static void test_sides(void **state) {
  (void)state;
  struct built *built =
      small_build("regions: { here: { side = \"200 µm\"; side_y = \"130 µm\"; }; };", false, 1);
  assert_fails(config_finish(built->config), STATUS_CONFIG, "side_y is not a multiple of pitch");
  small_drop(built);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_periodic), cmocka_unit_test(test_open),
                                     cmocka_unit_test(test_sides)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
