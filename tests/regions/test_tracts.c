/* test_tracts.c — named afferents are Poisson fibres where the region they come from is not there, and its
 * cells where it is, with in-degrees that keep the mean input; both are wired alike and fire as they
 * should; synapses onto cells with spines are plastic; tracts of the config lead from any population of one
 * region to those of another; what is wrong is told with its place. */
#include "circuit.h"
#include "signals/activity.h"
#include "small_anatomy.h"
#include "tissue/presynaptic.h"
#include "window.h"

static const char plain[] = "regions: { here: { side = \"200 µm\"; }; there: { side = \"200 µm\"; }; };";

/* Every cell hears so many on average, from projecting cells alone, at delays within the bounds. */
static void check_tract(const struct tract_wiring *wiring, double in_degree) {
  const struct projection *projection = wiring->projection;
  double n = projection->target->n;
  assert_near(wiring->in_degree, in_degree, 1e-9);
  assert_near(small_in_degree(projection), in_degree, 5 * sqrt(in_degree / n));
  assert_near(small_mean_nS(projection), projection->mean_nS,
              5 * projection->mean_nS * projection->cv / sqrt(in_degree * n));
  for (int b = 0; b < projection->target->n_blocks; b++) {
    const struct synapse_block *block = &projection->block[b];
    for (uint32_t k = 0; k < block->n_sources; k++) {
      bool known = false;
      for (int j = 0; j < wiring->n_projecting; j++) known |= wiring->projecting[j] == block->source[k];
      assert_true(known);
    }
    for (size_t e = 0; e < block->n; e++) {
      int ticks = projection->delay_ticks[synapse_class(block->synapse[e])];
      assert_between(ticks, 10 * wiring->delay_low_ms - 5, 10 * wiring->delay_high_ms + 5);
    }
  }
}

static void test_fibres(void **state) {
  (void)state;
  struct built *built = small_build("regions: { here: { side = \"200 µm\"; }; };", false, 2);
  const struct region *region = &built->region[0];
  assert_int_equal(region->n_sources, 1);
  const struct tract_source *source = &region->source[0];
  assert_true(source->fibres && source->thalamic && source->population->outside);
  assert_int_equal(source->population->n, 40); /* 1,000 under 1 mm² */
  assert_int_equal(source->n_projecting, 40);
  assert_near(region->own[0].thalamic, 0, 0); /* the thalamus is told apart there */
  assert_near(region->own[2].thalamic, 0.3, 1e-12);
  const struct projection *projection = small_pathway(built, "here_far_to_B1");
  assert_non_null(projection);
  assert_string_equal(projection->target->port[projection->port].name, "glutamate_afferent");
  assert_near(projection->counted_nS, 0.3, 1e-12); /* 0.6 nS at the ratio 0.5 of the target */
  small_wire(built);
  assert_int_equal(region->n_tracts, 2);
  check_tract(&region->tract[0], 20);
  check_tract(&region->tract[1], 10);
  /* both ports count in one quantum, and the whole holds the sum of both */
  const struct port *port = projection->target->port;
  assert_true(port[0].quantum[0] == port[projection->port].quantum[0]);
  small_drop(built);
}

/* Of a tract, synapses onto cells with spines sit on these, and are as young at the start as at rest; those
 * onto other cells stay. */
static void test_spines(void **state) {
  (void)state;
  static const char tracts[] = "regions: { here: { side = \"200 µm\"; }; there: { side = \"200 µm\"; }; };"
                               "tracts: ({ from = \"there.S\"; to = [\"here.A1\", \"here.A2\"];"
                               " in_degree = 25.0; weight = \"0.2 nS\"; delay = \"5 ms\"; },"
                               "{ from = \"there.S\"; to = [\"here.A1\"]; port = \"gaba_fast\";"
                               " in_degree = 5.0; weight = \"0.2 nS\"; delay = \"5 ms\"; });";
  struct built *built = small_build(tracts, true, 6);
  const struct region *here = &built->region[0];
  int onto_spines = 0;
  small_wire(built);
  assert_int_equal(here->n_tracts, 5);
  for (int t = 0; t < here->n_tracts; t++) {
    const struct projection *projection = here->tract[t].projection;
    bool glutamate = circuit_glutamatergic(projection->port);
    assert_int_equal(projection->plastic, glutamate && projection->target == here->population[0]);
    if (!projection->plastic) continue;
    double young = 0, hours = 0, n = (double)projection_count(projection);
    for (int b = 0; b < projection->target->n_blocks; b++) {
      for (size_t e = 0; e < projection->block[b].n; e++) {
        uint8_t age = projection->block[b].age[e];
        young += (age & SYNAPSE_YOUNG) != 0;
        hours += age & SYNAPSE_YOUNG ? age & SYNAPSE_GROWN : 0;
      }
    }
    onto_spines++;
    double mean_h = spines_young_mean_h(&here->spines), hour = exp(-1 / mean_h);
    assert_near(young / n, 1 - here->spines.persistent, 5 * sqrt(0.25 / n));
    double whole = hour / (1 - hour) * (1 - exp(-127 / mean_h)); /* whole hours, 127 at most */
    assert_near(hours / young, whole, 5 * 64 / sqrt(young));
  }
  assert_int_equal(onto_spines, 2);
  small_drop(built);
}

/* Fibres fire at their rate, are counted, and leave no spikes of nodes. */
static void test_rate(void **state) {
  (void)state;
  struct built *built =
      small_build("regions: { here: { side = \"200 µm\"; afferents: { far: { rate = \"40 Hz\"; "
                  "density = \"5000 1/mm2\"; }; }; }; };",
                  false, 4);
  struct activity activity;
  double rates[8];
  small_wire(built);
  assert_ok(activity_new(&activity, built->network));
  struct observer observer = activity_observer(&activity);
  struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .observers = &observer, .n_observers = 1};
  assert_ok(window_run(built->network, &window, 2000));
  int fibres = built->region[0].source[0].population->index;
  double spikes = (double)activity_spikes(&activity, fibres);
  assert_near(spikes, 200 * 40 * 0.2, 5 * sqrt(200 * 40 * 0.2));
  size_t cells = 0;
  for (int p = 0; p < 3; p++) cells += (size_t)activity_spikes(&activity, p);
  assert_int_equal(activity.buffer[0].n, cells);
  struct recorder nobody = {0};
  assert_ok(activity_flush(&activity, &nobody, false, rates));
  assert_near(rates[fibres] * 0.2 * 200 * 0.01 / 0.2, spikes, 1e-6 * spikes);
  activity_free(&activity);
  small_drop(built);
}

/* Cells of the other region: half of them project; they fire twice as often, so half the in-degree does. */
static void test_cells(void **state) {
  (void)state;
  struct built *built = small_build(plain, true, 2);
  const struct region *region = &built->region[0];
  const struct tract_source *source = &region->source[0];
  assert_ptr_equal(source->population, built->region[1].population[0]);
  assert_false(source->fibres);
  assert_int_equal(built->network->n_populations, 4);
  assert_near(source->n_projecting, 80, 5 * sqrt(160 * .25));
  small_wire(built);
  check_tract(&region->tract[0], 10);
  check_tract(&region->tract[1], 5);
  small_drop(built);
}

static void test_choice(void **state) {
  (void)state;
  struct built *built =
      small_build("regions: { here: { side = \"200 µm\"; afferents: { far: { driven_by = \"poisson\"; "
                  "A1: { in_degree = 7; }; }; }; }; there: {}; };",
                  true, 2);
  assert_true(built->region[0].source[0].fibres);
  small_wire(built);
  check_tract(&built->region[0].tract[0], 7);
  small_drop(built);
  built =
      small_build("regions: { here: { afferents: { far: { driven_by = \"nothing\"; }; }; }; };", false, 2);
  assert_int_equal(built->region[0].n_sources, 0);
  assert_ok(config_finish(built->config));
  small_drop(built);
  /* a patch with too few cells keeps its fibres */
  built = small_build(
      "regions: { here: { afferents: { far: { rate = \"20 Hz\"; }; }; }; there: { side = \"50 µm\"; }; };",
      true, 2);
  assert_true(built->region[0].source[0].fibres);
  small_drop(built);
}

/* Topography: sources lie where their targets are, on a sheet of another size too; and the mean stays. */
static void test_tract(void **state) {
  (void)state;
  struct built *built =
      small_build("regions: { here: { side = \"200 µm\"; }; there: { side = \"400 µm\"; }; };\n"
                  "tracts = ( { from = \"there.S\"; to = [\"here.A1\", \"here.A2\"]; in_degree = 12; "
                  "weight = \"0.5 nS\"; delay = \"4 ms\"; delay_sd = \"0.5 ms\"; width = \"20 µm\"; },\n"
                  "{ from = \"here.B1\"; to = [\"there.S\"]; port = \"gaba_slow\"; in_degree = 3; "
                  "weight = \"1 nS\"; delay = \"2 ms\"; } );",
                  true, 2);
  small_wire(built);
  const struct projection *projection = small_pathway(built, "S_to_A2");
  assert_near(small_in_degree(projection), 12, 5 * sqrt(12.0 / projection->target->n));
  double far = 0;
  for (int b = 0; b < projection->target->n_blocks; b++) {
    const struct synapse_block *block = &projection->block[b];
    for (uint32_t k = 0; k < block->n_sources; k++) {
      for (uint32_t e = block->begin[k]; e < block->begin[k + 1]; e++) {
        int i = projection->target->block[b].first + synapse_cell(block->synapse[e]);
        double x = sheet_difference(true, 200, (double)projection->target->x_um[i],
                                    (double)projection->source->x_um[block->source[k]] / 2);
        far += x * x / (double)projection_count(projection);
      }
    }
  }
  assert_near(sqrt(far), 20, 2);
  const struct projection *back = small_pathway(built, "B1_to_S");
  assert_string_equal(back->target->port[back->port].name, "gaba_slow");
  assert_near(back->counted_nS, 0, 0);
  assert_near(small_in_degree(back), 3, 5 * sqrt(3.0 / back->target->n));
  small_drop(built);
}

/* What terminals answer to: an afferent has its row's, a tract both, unless the config says another. */
static void test_terminals(void **state) {
  (void)state;
  struct built *built =
      small_build("regions: { here: { side = \"200 µm\"; afferents: { far: { mglur2 = true; }; }; }; "
                  "there: { }; };\n"
                  "tracts = ( { from = \"there.S\"; to = [\"here.A2\"]; in_degree = 12; "
                  "weight = \"0.5 nS\"; delay = \"4 ms\"; },\n"
                  "{ from = \"here.A1\"; to = [\"there.S\"]; in_degree = 3; mglur2 = false; "
                  "weight = \"1 nS\"; delay = \"2 ms\"; } );",
                  true, 2);
  assert_ok(config_finish(built->config));
  assert_int_equal(small_pathway(built, "S_to_A1")->heeds, HEEDS_MGLUR2);
  assert_int_equal(small_pathway(built, "S_to_A2")->heeds, HEEDS_MGLUR2 | HEEDS_DRUGS);
  assert_int_equal(small_pathway(built, "A1_to_S")->heeds, HEEDS_DRUGS);
  small_drop(built);
}

static void test_faults(void **state) {
  (void)state;
  static const char *const wrong[][2] = {
      {"from = \"there.X\"; to = [\"here.A1\"];", "X"},
      {"from = \"nowhere.S\"; to = [\"here.A1\"];", "nowhere"},
      {"from = \"there\"; to = [\"here.A1\"];", "there"},
      {"from = \"there.S\"; to = [\"there.S\"];", "lies in the region that the tract comes from"},
      {"from = \"there.S\"; to = [\"here.Q\"];", "Q"},
      {"from = \"there.S\";", "names no population"},
      {"from = \"there.S\"; to = [\"here.A1\"]; share = 0.01;", "cannot be had from the"},
      {"from = \"there.S\"; to = [\"here.A1\"]; delay_low = \"9 ms\"; delay_high = \"5 ms\";",
       "above delay_high"}};
  for (int k = 0; k < COUNT_OF(wrong); k++) {
    char text[512];
    snprintf(text, sizeof text,
             "%s\ntracts = ( { %s in_degree = 20; weight = \"0.5 nS\"; delay = \"4 ms\"; } );", plain,
             wrong[k][0]);
    struct built *built = small_build(text, true, 2);
    enum status status = config_finish(built->config);
    assert_int_equal(status, STATUS_CONFIG);
    if (!strstr(status_message(), wrong[k][1]) || !strstr(status_message(), "test:2"))
      fail_msg("\"%s\" does not say \"%s\" of line 2", status_message(), wrong[k][1]);
    assert_null(strchr(status_message(), '\n')); /* one line */
    small_drop(built);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_fibres),    cmocka_unit_test(test_spines),
                                     cmocka_unit_test(test_rate),      cmocka_unit_test(test_cells),
                                     cmocka_unit_test(test_choice),    cmocka_unit_test(test_tract),
                                     cmocka_unit_test(test_terminals), cmocka_unit_test(test_faults)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
