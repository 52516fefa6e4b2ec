/* test_engine.c — one small circuit with all that the engine has (three populations, background, seven
 * pathways with short-term plasticity, growing synapses, magnesium and two blockers) gives the same spikes,
 * states and sums, bit for bit, on 1 … 4 threads, 1 … 3 ranks, blocks of 128, 256 and 1,024 cells, every
 * instruction set, and in one run or saved, loaded and gone on with. A single changed bit and another seed
 * are seen. */
#include "drive/poisson.h"
#include "drugs/action.h"
#include "placed.h"
#include "random.h"
#include "specimen.h"
#include "synapses/wiring.h"
#include "window.h"

/* Half of the time ends between two moves of channel block. */
enum { PYR, PV, SST, POPULATIONS, PATHWAYS = 7, HALF_TICKS = 500 };

struct shape {
  int threads, ranks, block_cells;
  const char *isa;
  uint64_t seed;
};
static const struct shape plain = {1, 1, 1024, "", 21};

struct scene {
  struct network *network;
  struct sheet sheet;
  struct wiring wiring[PATHWAYS];
  uint64_t spikes_hash;
  int64_t spikes[POPULATIONS];
};

static const struct {
  const char *name;
  int n;
  double C_m, g_L, E_L, V_T, b, background_Hz;
} cells_of[POPULATIONS] = {{"PYR", 1300, 180, 9, -68, -50, 40, 900},
                           {"PV", 200, 80, 8, -66, -49, 0, 500},
                           {"SST", 90, 90, 5, -62, -50, 15, 100}};

static const struct {
  int from, to, port;
  double p0, mean_nS, U, tau_rec_ms, tau_facil_ms;
  bool plastic;
} pathways_of[PATHWAYS] = {
    {PYR, PYR, 0, 0.15, 0.4, 0.5, 500, 0, true}, {PYR, PV, 0, 0.25, 0.8, 0.6, 300, 0, false},
    {PYR, SST, 0, 0.2, 0.3, 0.1, 50, 500, true}, {PV, PYR, 1, 0.4, 1.5, 0.3, 200, 20, false},
    {PV, PV, 1, 0.4, 1.2, 0.3, 200, 20, false},  {SST, PYR, 2, 0.4, 0.8, 0.3, 400, 0, false},
    {SST, PV, 2, 0.3, 0.8, 0.3, 400, 0, false}};

static void add_population(struct scene *scene, int k, const struct shape *shape) {
  struct population *population;
  uint64_t first_id = 0;
  for (int p = 0; p < k; p++) first_id += (uint64_t)cells_of[p].n;
  assert_ok(network_population(scene->network, &population));
  int index = population->index;
  *population = specimen(specimen_build(shape->isa), cells_of[k].n);
  population->index = index;
  population->first_id = first_id;
  snprintf(population->name, sizeof population->name, "%s", cells_of[k].name);
  specimen_set(population, SPECIMEN_CELL, "C_m", cells_of[k].C_m);
  specimen_set(population, SPECIMEN_CELL, "g_L", cells_of[k].g_L);
  specimen_set(population, SPECIMEN_CELL, "E_L", cells_of[k].E_L);
  specimen_set(population, SPECIMEN_CELL, "V_T", cells_of[k].V_T);
  specimen_set(population, SPECIMEN_CELL, "b", cells_of[k].b);
  if (k == SST) { /* the kernel with a magnesium block for each subunit */
    specimen_set(population, SPECIMEN_NMDA, "share_2A", 0.3);
    specimen_set(population, SPECIMEN_NMDA, "share_2D", 0.3);
  }
  specimen_extrasynaptic(population, specimen_build(shape->isa));
  specimen_ready(population, 0.1, shape->block_cells);
  for (int b = 0; b < population->n_blocks; b++) {
    for (int i = 0; i < population->block[b].n; i++)
      population->block[b].ambient[i] = 0.01f * (float)((population->block[b].first + i) % 9);
  }
  place_cells(population, &scene->sheet, shape->seed);
  for (int i = 0; i < population->n; i++) /* cells whose afferents have changed */
    population->block[i / population->block_cells].afferents[i % population->block_cells] =
        0.8f + 0.1f * (float)(i % 5);
  assert_ok(poisson_set(population, cells_of[k].background_Hz, 1.5, 0.1));
}

static void add_pathway(struct scene *scene, int k) {
  struct network *network = scene->network;
  struct projection *projection;
  struct wiring *wiring = &scene->wiring[k];
  assert_ok(network_projection(network, network->population[pathways_of[k].from],
                               network->population[pathways_of[k].to], &projection));
  snprintf(projection->name, sizeof projection->name, "pathway %d", k);
  projection->port = pathways_of[k].port;
  projection->mean_nS = pathways_of[k].mean_nS;
  projection->cv = 0.7;
  projection->counted_nS = 0.7 * projection->mean_nS;
  projection->weight_quantum_nS = projection->mean_nS * PROJECTION_WEIGHT_RANGE / 65535.0;
  projection->U = pathways_of[k].U;
  projection->tau_rec_ms = pathways_of[k].tau_rec_ms;
  projection->tau_facil_ms = pathways_of[k].tau_facil_ms;
  projection->plastic = pathways_of[k].plastic;
  *wiring = (struct wiring){.projection = projection,
                            .sheet = &scene->sheet,
                            .shape = KERNEL_GAUSSIAN,
                            .p0 = pathways_of[k].p0,
                            .width_um = 90,
                            .delay_ms = 1.2,
                            .delay_sd_ms = 0.4,
                            .velocity_m_per_s = 0.3,
                            .delay_least_ms = 0.5,
                            .young_share = 0.3,
                            .young_mean_h = 10};
  assert_ok(projection_delays(projection, &network->clock, 0.5, wiring_longest_ms(wiring)));
  assert_ok(projection_allocate(projection));
}

/* Young synapses have the weight of their age: what follows after wiring and after loading. */
static void grow(struct scene *scene) {
  float share[SYNAPSE_GROWN + 1];
  for (int age = 0; age <= SYNAPSE_GROWN; age++) share[age] = 1.0f - 0.9f / (1.0f + 0.2f * (float)age);
  share[SYNAPSE_GROWN] = 1;
  for (int k = 0; k < PATHWAYS; k++) {
    struct projection *projection = scene->network->projection[k];
    for (int b = 0; projection->plastic && b < projection->target->n_blocks; b++)
      projection_grow(projection, b, share);
  }
}

static enum status wire(void *context, struct projection *projection, int b) {
  struct scene *scene = context;
  return wiring_block(&scene->wiring[projection->index], b, scene->network->seed);
}

static void start(void *context, int thread, int i) {
  (void)thread;
  struct network *network = context;
  population_start(network->block_population[i], network->block_in_population[i], network->seed);
}

static struct scene *make(const struct shape *shape) {
  struct scene *scene;
  assert_ok(memory_new("scene", 1, sizeof *scene, &scene));
  scene->sheet = (struct sheet){6, 6, 60, true};
  assert_ok(network_new((struct clock){0.1}, shape->seed, &scene->network));
  for (int k = 0; k < POPULATIONS; k++) add_population(scene, k, shape);
  for (int k = 0; k < PATHWAYS; k++) add_pathway(scene, k);
  assert_ok(network_connect(scene->network, shape->threads, shape->ranks));
  assert_ok(network_each_block(scene->network, wire, scene));
  network_set_quanta(scene->network, 4);
  grow(scene);
  team_each(scene->network->team, scene->network->n_blocks, start, scene->network);
  return scene;
}

static void drop(struct scene *scene) {
  network_free(scene->network);
  memory_free(scene);
}

/* ---- running ---- */

static uint64_t mix(uint64_t hash, uint64_t value) {
  return random_draw(hash, RANDOM_PLACE, 0, value, 0).u[0] |
         (uint64_t)random_draw(hash, RANDOM_VARY, 0, value, 0).u[1] << 32;
}

static void note_spikes(void *context, const struct network *network, int64_t first, int n) {
  struct scene *scene = context;
  for (int64_t tick = first; tick < first + n; tick++) {
    for (int p = 0; p < POPULATIONS; p++) {
      const struct spike_list *list =
          &network->rank[0].history[p * network->ring + (int)(tick % network->ring)];
      scene->spikes[p] += list->n;
      for (int s = 0; s < list->n; s++)
        scene->spikes_hash =
            mix(scene->spikes_hash, (uint64_t)tick << 40 | (uint64_t)p << 32 | list->cell[s]);
    }
  }
}

static void run(struct scene *scene, int64_t ticks) {
  static const struct nmda_channel strong = {0.33, 0.31, 0.51, 0.83, 0.05, 1e-6, 0.55, 0, 0, 0},
                                   weak = {2, 2, 3, 5, 0.05, 1e-6, 0.3, 1e-4, 0, 0};
  static const struct ampa_competitive antagonist = {0.1};
  const struct exposure exposures[] = {{ACTION_NMDA_CHANNEL, 0, &strong, 1.5, NULL},
                                       {ACTION_AMPA_COMPETITIVE, 0, &antagonist, 0.01, NULL},
                                       {ACTION_NMDA_CHANNEL, 1, &weak, 3, NULL}};
  const struct observer observer = {.context = scene, .interval = note_spikes};
  const struct window window = {
      .step = {.dt_ms = 0.1, .slow_dt_ms = 50, .slow_every = 20, .exposures = exposures, .n_exposures = 3},
      .observers = &observer,
      .n_observers = 1};
  assert_ok(window_run(scene->network, &window, ticks));
}

/* All that a result could show: state, and the sums that are measured. */
static uint64_t hash_of(struct scene *scene) {
  struct hasher hasher = state_hasher();
  assert_ok(network_visit(scene->network, &hasher.visitor));
  static const char *const sums[] = {"charge", "charge_without", "released", "bind"};
  for (int p = 0; p < POPULATIONS; p++) {
    for (int k = 0; k < COUNT_OF(sums); k++) {
      double sum = population_sum(scene->network->population[p], SPECIMEN_NMDA, sums[k], 0);
      uint64_t bits;
      memcpy(&bits, &sum, sizeof bits);
      hasher.hash = mix(hasher.hash, bits);
    }
    double throughput = population_sum(scene->network->population[p], SPECIMEN_AMPA, "throughput", 0);
    uint64_t bits;
    memcpy(&bits, &throughput, sizeof bits);
    hasher.hash = mix(hasher.hash, bits);
  }
  return mix(hasher.hash, scene->spikes_hash);
}

static uint64_t hash_of_run(const struct shape *shape) {
  struct scene *scene = make(shape);
  run(scene, HALF_TICKS);
  run(scene, HALF_TICKS);
  uint64_t hash = hash_of(scene);
  drop(scene);
  return hash;
}

/* ---- tests ---- */

/* The circuit is alive, so that equal hashes mean something: rates, block and depression are away from 0. */
static void test_scene_is_alive(void **state) {
  (void)state;
  struct scene *scene = make(&plain);
  run(scene, 2 * HALF_TICKS);
  for (int p = 0; p < POPULATIONS; p++) {
    double Hz = (double)scene->spikes[p] / cells_of[p].n / 0.1;
    printf("%d %g\n", p, Hz);
    assert_between(Hz, 1, 60);
    const double *blocked = population_column(scene->network->population[p], SPECIMEN_NMDA, "blocked", 0, 0);
    assert_between(blocked[0], 1e-4, 0.999);
    for (int b = 0; b < scene->network->population[p]->n_blocks; b++)
      assert_true(scene->network->population[p]->block[b].n > 0);
  }
  assert_between(network_synapses(scene->network), 100000, 1000000);
  double least = 1;
  for (int i = 0; i < cells_of[PYR].n; i++) least = fmin(least, (double)scene->network->projection[0]->x[i]);
  assert_true(least < 0.5);
  drop(scene);
}

static void test_threads_ranks_blocks(void **state) {
  (void)state;
  uint64_t wanted = hash_of_run(&plain);
  static const struct shape shapes[] = {{2, 1, 1024, "", 21}, {4, 1, 1024, "", 21}, {1, 2, 1024, "", 21},
                                        {1, 3, 1024, "", 21}, {1, 1, 128, "", 21},  {1, 1, 256, "", 21},
                                        {2, 2, 128, "", 21},  {4, 3, 256, "", 21},  {3, 2, 128, "", 21},
                                        {2, 3, 1024, "", 21}};
  for (int k = 0; k < COUNT_OF(shapes); k++) {
    if (hash_of_run(&shapes[k]) != wanted)
      fail_msg("%d threads, %d ranks, blocks of %d: another result", shapes[k].threads, shapes[k].ranks,
               shapes[k].block_cells);
  }
}

static void test_instruction_sets(void **state) {
  (void)state;
  uint64_t wanted = hash_of_run(&plain);
  static const char *const isas[] = {"base", "v3", "v4"};
  int compared = 0;
  for (int k = 0; k < 3; k++) {
    struct shape shape = plain;
    shape.isa = isas[k];
    if (!specimen_build(isas[k])) continue;
    if (hash_of_run(&shape) != wanted) fail_msg("%s: another result", isas[k]);
    compared++;
  }
  assert_true(compared >= 1);
}

/* Saved in the middle and loaded into a circuit of another shape, which has been elsewhere meanwhile. */
static void test_saved_and_loaded(void **state) {
  (void)state;
  uint64_t wanted = hash_of_run(&plain);
  static const struct shape shapes[] = {{1, 1, 1024, "", 21}, {2, 3, 128, "", 21}, {3, 1, 256, "", 21}};
  struct scene *first = make(&plain);
  struct image *image;
  assert_ok(image_new(&image));
  run(first, HALF_TICKS);
  assert_ok(network_visit(first->network, image_saver(image)));
  for (int k = 0; k < COUNT_OF(shapes); k++) {
    struct scene *second = make(&shapes[k]);
    run(second, 70);
    second->spikes_hash = first->spikes_hash;
    assert_ok(network_visit(second->network, image_loader(image)));
    grow(second);
    assert_ok(network_restore_arrivals(second->network));
    run(second, HALF_TICKS);
    if (hash_of(second) != wanted) fail_msg("shape %d: another result after loading", k);
    drop(second);
  }
  image_free(image);
  drop(first);
}

/* An image can be brought back again and again: arms that share a past. */
static void test_forked(void **state) {
  (void)state;
  struct shape shape = {2, 2, 256, "", 21};
  struct scene *scene = make(&shape);
  struct image *image;
  uint64_t hash[3], spikes_hash;
  assert_ok(image_new(&image));
  run(scene, HALF_TICKS);
  spikes_hash = scene->spikes_hash;
  assert_ok(network_visit(scene->network, image_saver(image)));
  for (int arm = 0; arm < 3; arm++) {
    assert_ok(network_visit(scene->network, image_loader(image)));
    grow(scene);
    assert_ok(network_restore_arrivals(scene->network));
    scene->spikes_hash = spikes_hash;
    run(scene, HALF_TICKS);
    hash[arm] = hash_of(scene);
  }
  assert_true(hash[0] == hash[1] && hash[1] == hash[2]);
  assert_true(hash[0] == hash_of_run(&plain));
  image_free(image);
  drop(scene);
}

static void test_differences_are_seen(void **state) {
  (void)state;
  uint64_t wanted = hash_of_run(&plain);
  struct shape other = plain;
  other.seed = 22;
  assert_true(hash_of_run(&other) != wanted);
  struct scene *scene = make(&plain);
  run(scene, HALF_TICKS);
  float *V = population_column(scene->network->population[PYR], SPECIMEN_CELL, "V", 0, 1);
  V[5] = nextafterf(V[5], 0);
  run(scene, HALF_TICKS);
  assert_true(hash_of(scene) != wanted);
  drop(scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_scene_is_alive),   cmocka_unit_test(test_threads_ranks_blocks),
      cmocka_unit_test(test_instruction_sets), cmocka_unit_test(test_saved_and_loaded),
      cmocka_unit_test(test_forked),           cmocka_unit_test(test_differences_are_seen)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
