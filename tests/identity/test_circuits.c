/* test_circuits.c — circuits without space give the same spikes and states, bit for bit, on 1 … 3
 * threads, 1 … 3 ranks, blocks of 128, 256 and 1,024 cells and every instruction set, and in one run or
 * saved half-way, loaded into another shape and gone on with; another seed gives another run. The scenes are
 * a small circuit that has every rule, unequal delays and weights, and ports that differ in lanes, so that
 * every owner has several arenas, and those of configs/circuits at small size. With the argument `full`,
 * which takes minutes: those at the size that their files state, saved half-way and gone on with. */
#include "random.h"
#include "random_circuit.h"
#include "specimen.h"
#include "spikes.h"
#include "window.h"

/* Excitation and inhibition, every rule, delays in several classes and graded weights, two receptors at a
 * port, one at the same port of another population, a current for a time, populations that are no whole
 * blocks, one that nothing reaches. */
static const char mixed[] =
    "circuit: { populations: {\n"
    "  E: { cells = 700; cell = \"adex\"; b = \"40 pA\"; receptors: {\n"
    "      ampa: { mechanism = \"ampa\"; port = \"glutamate\"; };\n"
    "      nmda: { mechanism = \"nmda\"; port = \"glutamate\"; };\n"
    "      gaba: { mechanism = \"gaba_a\"; E_rev = \"-75 mV\"; }; };\n"
    "    background: { port = \"glutamate\"; rate = \"800 Hz\"; weight = \"1.4 nS\"; second = \"0.1 nS\"; "
    "}; };\n"
    "  I: { cells = 190; cell = \"adex\"; start: { V_mean = \"-60 mV\"; V_sd = \"4 mV\"; }; receptors: {\n"
    "      ampa: { mechanism = \"ampa\"; port = \"glutamate\"; };\n"
    "      nmda: { mechanism = \"nmda\"; port = \"glutamate\"; };\n"
    "      gaba: { mechanism = \"gaba_a\"; }; };\n"
    "    background: { port = \"glutamate\"; rate = \"800 Hz\"; weight = \"1.4 nS\"; second = \"0.1 nS\"; "
    "}; };\n"
    "  L: { cells = 300; cell = \"adex\"; receptors: {\n"
    "      ampa: { mechanism = \"ampa\"; port = \"glutamate\"; }; };\n"
    "    step: { current = \"150 pA\"; from = \"20.03 ms\"; to = \"90 ms\"; }; };\n"
    "  X: { cells = 150; cell = \"adex\"; receptors: {\n"
    "      drive: { mechanism = \"ampa\"; }; };\n"
    "    background: { port = \"drive\"; rate = \"2000 Hz\"; weight = \"1.5 nS\"; }; }; };\n"
    "  pathways: (\n"
    "    { from = [\"E\", \"X\"]; to = [\"E\", \"I\", \"L\"]; port = \"glutamate\";\n"
    "      rule = \"in_degree\"; in_degree = 60;\n"
    "      weight = \"0.5 nS\"; weight_sd = \"0.1 nS\"; second = \"0.05 nS\"; delay = \"1.5 ms\"; delay_sd = "
    "\"0.5 ms\"; },\n"
    "    { from = [\"I\"]; to = [\"E\"]; port = \"gaba\"; rule = \"pairwise\"; p = 0.3; weight = \"2 nS\"; "
    "delay = \"0.8 ms\"; },\n"
    "    { from = [\"I\"]; to = [\"I\"]; port = \"gaba\"; rule = \"total\"; p = 0.3; weight = \"2 nS\"; "
    "delay = \"0.8 ms\";\n"
    "      delay_sd = \"0.3 ms\"; } ); };\n";

/* Pathways that have a short-term state, connect all with all, or grow and are withdrawn, every 20 ms; shared
 * sources; stimuli with ramps and a rate that fluctuates. */
static const char living[] =
    "circuit: { elements: { interval = \"20 ms\"; tau = \"100 ms\"; beta = 0.1; };\n"
    "  populations: {\n"
    "  E: { cells = 700; cell = \"lif_alpha\"; E_L = \"-70 mV\"; V_th = \"-55 mV\"; V_reset = \"-70 mV\";\n"
    "    background: { port = \"current\"; rate = \"9000 Hz\"; weight = \"8 pA\"; };\n"
    "    stimuli: ( { rate = \"200 Hz\"; sd = \"80 Hz\"; redraw = \"7 ms\"; from = \"10 ms\"; to = \"30 "
    "ms\";\n"
    "        every = \"40 ms\"; } );\n"
    "    axon: { type = \"x\"; epsilon = 0.2; rate = \"900 Hz\"; };\n"
    "    dendrites: { x: { epsilon = 0.3; rate = \"900 Hz\"; };\n"
    "      y: { epsilon = 0.1; rate = \"900 Hz\"; }; }; };\n"
    "  I: { cells = 190; cell = \"lif_alpha\"; E_L = \"-70 mV\"; V_th = \"-55 mV\"; V_reset = \"-70 mV\";\n"
    "    background: { port = \"current\"; rate = \"9000 Hz\"; weight = \"8 pA\"; };\n"
    "    axon: { type = \"y\"; epsilon = 0.4; rate = \"900 Hz\"; };\n"
    "    dendrites: { x: { epsilon = 0.4; rate = \"900 Hz\"; }; }; };\n"
    "  S: { cells = 300; cell = \"relay\";\n"
    "    background: { port = \"input\"; rate = \"5 Hz\"; weight = 1.0; };\n"
    "    stimuli: ( { rate = \"20 Hz\"; from = \"30 ms\"; to = \"70 ms\"; ramp = \"10 ms\"; } ); }; };\n"
    "  pathways: (\n"
    "    { from = [\"S\"]; to = [\"E\", \"I\"]; port = \"current\"; rule = \"pairwise\"; p = 0.1;\n"
    "      weight = \"30 pA\"; delay = \"0.7 ms\"; },\n"
    "    { from = [\"E\"]; to = [\"I\"]; port = \"current\"; rule = \"all\"; weight = \"2 pA\"; delay = \"1 "
    "ms\";\n"
    "      U = 0.4; tau_rec = \"80 ms\"; tau_facil = \"30 ms\"; },\n"
    "    { from = [\"E\"]; to = [\"E\", \"I\"]; port = \"current\"; rule = \"grown\"; type = \"x\";\n"
    "      weight = \"60 pA\"; delay = \"1.2 ms\"; },\n"
    "    { from = [\"I\"]; to = [\"E\"]; port = \"inhibitory\"; rule = \"grown\"; type = \"y\";\n"
    "      weight = \"-90 pA\"; delay = \"0.8 ms\"; } ); };\n";

/* A scene of configs/circuits at this many cells is one line. */
static const struct scene {
  const char *name, *text; /* NULL: the file configs/circuits/<name>.cfg */
  int64_t cells;
  int siblings; /* blocks that an arena holds, where a port asks for more */
} scenes[] = {
    {"mixed", mixed, 0, 2},    {"living", living, 0, 1},
    {"nmda", NULL, 800, 1},    {"coba", NULL, 600, 1},
    {"brunel", NULL, 1500, 1}, {"adex", NULL, 600, 1},
    {"wang", NULL, 600, 1},    {"microcircuit_poisson", NULL, 2000, 1},
};

static const struct scene full_scenes[] = {
    {"coba", NULL, 0, 1},         {"brunel", NULL, 0, 1},
    {"adex", NULL, 0, 1},         {"nmda", NULL, 0, 1},
    {"wang", NULL, 0, 1},         {"susin", NULL, 0, 1},
    {"microcircuit", NULL, 0, 1}, {"microcircuit_poisson", NULL, 0, 1}};

struct shape {
  int threads, ranks, block_cells;
  const char *isa;
  uint64_t seed;
};
static const struct shape standard = {1, 1, 1024, "", 21};

enum { HALF_MS = 60 };

struct built {
  struct config *config;
  struct network *network;
  struct random_circuit circuit;
  uint64_t spikes_hash;
  int64_t spikes;
};

/* ---- building ---- */

static struct config *open(const struct scene *scene) {
  struct config *config;
  char path[512];
  snprintf(path, sizeof path, "%s/configs/circuits/%s.cfg", SOURCE_ROOT, scene->name);
  if (scene->text)
    assert_ok(config_parse(scene->name, scene->text, &config));
  else
    assert_ok(config_load(path, NULL, 0, &config));
  config_skip(config, "title");
  config_skip(config, "circuit.windows");
  config_skip(config, "simulation"); /* the time step of all is the default, 0.1 ms */
  return config;
}

static struct built *build(const struct scene *scene, const struct shape *shape) {
  struct built *built;
  const struct circuit_settings settings = {.cells = scene->cells, .block_cells = shape->block_cells};
  assert_ok(memory_new("circuit", 1, sizeof *built, &built));
  built->config = open(scene);
  assert_ok(network_new((struct clock){0.1}, shape->seed, &built->network));
  assert_ok(random_circuit_read(built->config, specimen_build(shape->isa), &settings, built->network,
                                &built->circuit));
  assert_ok(config_finish(built->config));
  assert_ok(network_connect(built->network, shape->threads, shape->ranks));
  assert_ok(random_circuit_wire(&built->circuit));
  return built;
}

static void drop(struct built *built) {
  random_circuit_free(&built->circuit);
  network_free(built->network);
  config_free(built->config);
  memory_free(built);
}

/* ---- running ---- */

static uint64_t mix(uint64_t hash, uint64_t value) {
  struct random_draw draw = random_draw(hash, RANDOM_PLACE, 0, value, 0);
  return draw.u[0] | (uint64_t)draw.u[1] << 32;
}

static void note_spikes(void *context, const struct network *network, int64_t first, int n) {
  struct built *built = context;
  for (int64_t tick = first; tick < first + n; tick++) {
    for (int p = 0; p < network->n_populations; p++) {
      const struct spike_list *list = spikes_at(network, 0, p, tick);
      built->spikes += list->n;
      for (int s = 0; s < list->n; s++)
        built->spikes_hash =
            mix(built->spikes_hash, (uint64_t)tick << 40 | (uint64_t)p << 32 | list->cell[s]);
    }
  }
}

static void run(struct built *built, int ms) {
  const struct observer observer = {.context = built, .interval = note_spikes};
  const struct window window = {
      .step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .observers = &observer, .n_observers = 1};
  assert_ok(random_circuit_advance(&built->circuit, &window, ms * 10));
}

static uint64_t hash_of(struct built *built) {
  struct hasher hasher = state_hasher();
  assert_ok(random_circuit_visit(&built->circuit, &hasher.visitor));
  return mix(hasher.hash, built->spikes_hash);
}

static uint64_t hash_of_run(const struct scene *scene, const struct shape *shape) {
  struct built *built = build(scene, shape);
  run(built, HALF_MS);
  run(built, HALF_MS);
  uint64_t hash = hash_of(built);
  drop(built);
  return hash;
}

static void each_scene(void (*each)(const struct scene *scene)) {
  for (int k = 0; k < COUNT_OF(scenes); k++) each(&scenes[k]);
  assert_int_equal(memory_in_use(), 0);
}

/* ---- tests ---- */

/* The scene is alive, so that equal hashes mean something. */
static void check_alive(const struct scene *scene) {
  struct built *built = build(scene, &standard);
  double cells = 0;
  for (int p = 0; p < built->network->n_populations; p++) cells += built->network->population[p]->n;
  run(built, 2 * HALF_MS);
  double Hz = (double)built->spikes / cells / (2e-3 * HALF_MS);
  print_message("%s: %.0f cells, %zu synapses, %.1f Hz\n", scene->name, cells,
                network_synapses(built->network), Hz);
  assert_between(Hz, 0.5, 150);
  assert_true((double)network_synapses(built->network) > 5 * cells);
  assert_int_equal(built->network->arena[0].siblings, scene->siblings);
  drop(built);
}

static void check_shapes(const struct scene *scene) {
  static const struct shape shapes[] = {{2, 1, 1024, "", 21}, {3, 1, 1024, "", 21}, {1, 2, 1024, "", 21},
                                        {1, 3, 1024, "", 21}, {1, 1, 128, "", 21},  {1, 1, 256, "", 21},
                                        {2, 3, 128, "", 21},  {3, 2, 256, "", 21}};
  uint64_t wanted = hash_of_run(scene, &standard);
  for (int k = 0; k < COUNT_OF(shapes); k++) {
    if (hash_of_run(scene, &shapes[k]) != wanted)
      fail_msg("%s, %d threads, %d ranks, blocks of %d: another result", scene->name, shapes[k].threads,
               shapes[k].ranks, shapes[k].block_cells);
  }
}

static void check_instruction_sets(const struct scene *scene) {
  static const char *const isas[] = {"base", "v3", "v4"};
  uint64_t wanted = hash_of_run(scene, &standard);
  int compared = 0;
  for (int k = 0; k < COUNT_OF(isas); k++) {
    struct shape shape = standard;
    shape.isa = isas[k];
    if (!specimen_build(isas[k])) continue;
    if (hash_of_run(scene, &shape) != wanted) fail_msg("%s, %s: another result", scene->name, isas[k]);
    compared++;
  }
  assert_true(compared >= 1);
}

/* Saved in the middle and loaded into circuits of other shapes, which have been elsewhere meanwhile; the
 * saved one goes on too. */
static void check_resumed(const struct scene *scene) {
  static const struct shape shapes[] = {{1, 1, 1024, "", 21}, {2, 3, 128, "", 21}, {3, 1, 256, "", 21}};
  uint64_t wanted = hash_of_run(scene, &standard);
  struct built *first = build(scene, &standard);
  struct image *image;
  assert_ok(image_new(&image));
  run(first, HALF_MS);
  assert_ok(random_circuit_visit(&first->circuit, image_saver(image)));
  for (int k = 0; k < COUNT_OF(shapes); k++) {
    struct built *second = build(scene, &shapes[k]);
    run(second, k == 1 ? HALF_MS + 20 : 7);
    assert_ok(random_circuit_visit(&second->circuit, image_loader(image)));
    second->spikes_hash = first->spikes_hash;
    run(second, HALF_MS);
    if (hash_of(second) != wanted) fail_msg("%s, shape %d: another result after loading", scene->name, k);
    drop(second);
  }
  run(first, HALF_MS);
  assert_true(hash_of(first) == wanted);
  image_free(image);
  drop(first);
}

/* Another seed, and one bit of one cell. */
static void check_differences(const struct scene *scene) {
  struct shape other = standard;
  uint64_t wanted = hash_of_run(scene, &standard);
  other.seed = 22;
  assert_true(hash_of_run(scene, &other) != wanted);
  struct built *built = build(scene, &standard);
  run(built, HALF_MS);
  run(built, HALF_MS);
  assert_true(hash_of(built) == wanted);
  float *V = population_column(built->network->population[0], -1, "V", 0, 0);
  V[5] = nextafterf(V[5], 0);
  assert_true(hash_of(built) != wanted);
  drop(built);
}

static void test_alive(void **state) {
  (void)state;
  each_scene(check_alive);
}

static void test_shapes(void **state) {
  (void)state;
  each_scene(check_shapes);
}

static void test_instruction_sets(void **state) {
  (void)state;
  each_scene(check_instruction_sets);
}

static void test_resumed(void **state) {
  (void)state;
  each_scene(check_resumed);
}

static void test_differences(void **state) {
  (void)state;
  each_scene(check_differences);
}

static void test_resumed_at_full_size(void **state) {
  (void)state;
  for (int k = 0; k < COUNT_OF(full_scenes); k++) {
    check_resumed(&full_scenes[k]);
    print_message("%s: resumed to the same bits\n", full_scenes[k].name);
  }
  assert_int_equal(memory_in_use(), 0);
}

int main(int argc, char **argv) {
  const struct CMUnitTest full[] = {cmocka_unit_test(test_resumed_at_full_size)};
  if (argc > 1 && strcmp(argv[1], "full") == 0) return cmocka_run_group_tests(full, NULL, NULL);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_alive), cmocka_unit_test(test_shapes),
                                     cmocka_unit_test(test_instruction_sets), cmocka_unit_test(test_resumed),
                                     cmocka_unit_test(test_differences)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
