/* bench_scene.c — building, advancing and counting a scene. */
#include "bench_scene.h"
#include "circuit.h"
#include "fields.h"
#include "memory.h"
#include "shared.h"
#include "simulation/wall.h"
#include "sonata/sonata_circuit.h"
#include "tissue/glutamate.h"
#include <stdio.h>
#include <string.h>

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

struct scene_settings {
  double dt;
  int64_t seed;
};
static const struct param scene_params[] = {
    PARAM_NUM(struct scene_settings, dt, "ms", 0.1, 0.001, 1, SETTING, "", "time step"),
    PARAM_INT(struct scene_settings, seed, 1, 0, 9e15, SETTING, "", "seed of all random draws"),
};
struct scene_title {
  const char *title;
};
static const struct param title_params[] = {
    PARAM_STR(struct scene_title, title, "", SETTING, "", "what the circuit is"),
};

/* ---- circuits without space ---- */

/* What belongs to a run of the circuit (commands/circuit): arms and drugs have no part in its speed. */
static const char *const of_runs[] = {"arms", "drugs", "circuit.windows", "circuit.baths", "circuit.record"};

/* Pathways of files come after those of the config. */
static enum status add_files(struct bench_scene *scene, const struct bench_size *size) {
  if (!scene->sonata) return STATUS_OK;
  if (size->cells > 0)
    return status_fail(STATUS_CONFIG, "%s: a circuit of SONATA files has the size that they say",
                       scene->name);
  return sonata_circuit_pathways(scene->sonata, scene->network);
}

static enum status open_circuit(struct bench_scene *scene, const char *path, const struct bench_size *size) {
  struct scene_settings settings;
  struct scene_title title;
  const struct mechanisms *mechanisms;
  struct circuit_settings circuit = {.cells = size->cells, .block_cells = size->block_cells};
  TRY(sonata_circuit_open(path, size->overrides, size->n_overrides, &scene->config, &scene->sonata));
  params_read(scene->config, "", title_params, COUNT_OF(title_params), NULL, 0, &title);
  scene->title = title.title;
  for (int k = 0; k < COUNT_OF(of_runs); k++) config_skip(scene->config, of_runs[k]);
  params_read(scene->config, "simulation", scene_params, COUNT_OF(scene_params), NULL, 0, &settings);
  TRY(circuit_mechanisms(&mechanisms));
  double begin = wall_s();
  TRY(network_new((struct clock){settings.dt}, (uint64_t)(size->seed >= 0 ? size->seed : settings.seed),
                  &scene->network));
  TRY(random_circuit_read(scene->config, mechanisms, &circuit, scene->network, &scene->circuit));
  TRY(config_finish(scene->config));
  TRY(add_files(scene, size));
  TRY(network_connect(scene->network, size->threads, size->ranks));
  if (scene->sonata) TRY(sonata_circuit_wire(scene->sonata, scene->network));
  TRY(random_circuit_wire(&scene->circuit));
  if (scene->sonata) TRY(sonata_circuit_vary(scene->sonata, scene->network));
  scene->build_s = wall_s() - begin;
  scene->times = scene->circuit.times;
  return STATUS_OK;
}

/* ---- regions ---- */

static void close_region(struct bench_scene *scene) {
  if (scene->simulation) simulation_free(scene->simulation);
  if (scene->experiment) experiment_free(scene->experiment);
  memory_free(scene->simulation);
  memory_free(scene->experiment);
  scene->simulation = NULL;
  scene->experiment = NULL;
}

/* Sides of regions, as overrides of their config. */
struct sides {
  int n;
  char text[2 * EXPERIMENT_REGIONS][96];
};

static enum status place_regions(struct bench_scene *scene, const char *path, const struct bench_size *size,
                                 const struct sides *sides) {
  enum { OVERRIDES_MOST = 256 };
  const char *overrides[OVERRIDES_MOST + 2 * EXPERIMENT_REGIONS];
  int n = size->n_overrides;
  if (n > OVERRIDES_MOST) return status_fail(STATUS_USAGE, "more than %d overrides", OVERRIDES_MOST);
  for (int k = 0; k < n; k++) overrides[k] = size->overrides[k];
  for (int k = 0; k < sides->n; k++) overrides[n++] = sides->text[k];
  struct experiment_options options = {
      .overrides = overrides, .n_overrides = n, .has_seed = size->seed >= 0, .seed = size->seed};
  TRY(memory_new("experiment", 1, sizeof *scene->experiment, &scene->experiment));
  TRY(memory_new("simulation", 1, sizeof *scene->simulation, &scene->simulation));
  TRY(experiment_read(path, &options, scene->experiment));
  if (size->block_cells < POPULATION_BLOCK) scene->experiment->simulation.block = size->block_cells;
  params_read(scene->experiment->config, "bench", circuit_times_params, n_circuit_times_params, NULL, 0,
              &scene->times);
  TRY(simulation_place(scene->experiment, scene->simulation));
  return config_finish(scene->experiment->config);
}

static void add_side(struct sides *sides, const struct region *region, const char *key, double side_um) {
  double pitch = region->settings.pitch;
  snprintf(sides->text[sides->n], sizeof sides->text[sides->n], "regions.%s.%s=\"%.10g um\"", region->name,
           key, pitch * fmax(1.0, floor(side_um / pitch + 0.5)));
  sides->n++;
}

/* The sides at which all regions together have about `cells` cells, in the same proportion. */
static void find_sides(const struct simulation *simulation, int64_t cells, struct sides *sides) {
  uint64_t all = 0;
  for (int r = 0; r < simulation->n_regions; r++) all += simulation->region[r].n_cells;
  const double scale = sqrt((double)cells / (double)all);
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct region *region = &simulation->region[r];
    add_side(sides, region, "side", scale * region->settings.side);
    if (region->settings.side_y > 0) add_side(sides, region, "side_y", scale * region->settings.side_y);
  }
}

static enum status open_region(struct bench_scene *scene, const char *path, const struct bench_size *size) {
  struct sides sides = {0};
  TRY(place_regions(scene, path, size, &sides));
  if (size->cells > 0) {
    find_sides(scene->simulation, size->cells, &sides);
    close_region(scene);
    TRY(place_regions(scene, path, size, &sides));
  }
  TRY(simulation_wire(scene->simulation, size->threads, size->ranks));
  scene->network = scene->simulation->network;
  scene->title = scene->experiment->title;
  scene->build_s = scene->simulation->build_wall_s;
  return STATUS_OK;
}

/* ---- all ---- */

enum status bench_scene_open(const char *path, const struct bench_size *size, struct bench_scene *out) {
  *out = (struct bench_scene){0};
  const char *name = base_name(path), *dot = strrchr(name, '.');
  snprintf(out->name, sizeof out->name, "%.*s", dot ? (int)(dot - name) : (int)strlen(name), name);
  TRY(config_load(path, size->overrides, size->n_overrides, &out->config));
  if (config_has(out->config, "circuit")) {
    TRY(open_circuit(out, path, size));
  } else {
    config_free(out->config);
    out->config = NULL;
    TRY(open_region(out, path, size));
  }
  return irregularity_new(&out->irregularity, out->network);
}

void bench_scene_close(struct bench_scene *scene) {
  sonata_circuit_close(scene->sonata);
  irregularity_free(&scene->irregularity);
  if (scene->simulation) {
    close_region(scene);
  } else {
    random_circuit_free(&scene->circuit);
    network_free(scene->network);
  }
  config_free(scene->config);
  *scene = (struct bench_scene){0};
}

enum status bench_scene_advance(struct bench_scene *scene, double seconds, struct profile *profile) {
  struct observer observers[1 + EXPERIMENT_REGIONS] = {irregularity_observer(&scene->irregularity)};
  int n = 1;
  for (int r = 0; scene->simulation && r < scene->simulation->n_regions; r++)
    observers[n++] = glutamate_observer(&scene->simulation->tissue[r].glutamate);
  struct window window = {.step = {.dt_ms = scene->network->clock.dt_ms, .slow_dt_ms = 1.0},
                          .observers = observers,
                          .n_observers = n,
                          .profile = profile};
  int64_t ticks = (int64_t)(seconds * 1000.0 + 0.5) * scene->network->ms_ticks;
  return scene->simulation ? window_run(scene->network, &window, ticks)
                           : random_circuit_advance(&scene->circuit, &window, ticks);
}

/* ---- counts ---- */

static double listed_events(const struct projection *projection, const uint32_t *spikes, double *segments) {
  double events = 0;
  for (int b = 0; b < projection->target->n_blocks; b++) {
    const struct synapse_block *block = &projection->block[b];
    for (uint32_t k = 0; k < block->n_sources; k++) {
      uint32_t j = block->source[k];
      events += (double)spikes[j] * (block->begin[k + 1] - block->begin[k]);
      *segments += spikes[j];
    }
  }
  return events;
}

static double bundle_events(const struct network *network, int k, const uint32_t *spikes, double *segments) {
  const struct bundle *bundle = &network->bundle[k];
  double events = 0;
  for (int a = 0; a < network->n_arenas; a++) {
    const struct arena *arena = &network->arena[a];
    const uint32_t *begin = arena->sibling == 0 ? arena->synapses[k].begin : NULL;
    for (int j = 0; begin && j < bundle->source->n; j++) {
      for (int c = 0; c < bundle->n_classes * arena->siblings; c++, begin++) {
        events += (double)spikes[j] * (begin[1] - begin[0]);
        *segments += begin[1] > begin[0] ? spikes[j] : 0;
      }
    }
  }
  return events;
}

/* What reaches synapses depends on all spikes, which the process of rank 0 knows. */
static void share_spikes(const struct bench_scene *scene) {
  for (int p = 0; p < scene->network->n_populations; p++)
    exchange_tell(scene->network->exchange, scene->irregularity.cells[p].spikes,
                  (size_t)scene->network->population[p]->n * sizeof(uint32_t));
}

double bench_scene_events(const struct bench_scene *scene, double *segments) {
  const struct network *network = scene->network;
  double events = 0;
  *segments = 0;
  share_spikes(scene);
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    if (projection->fixed) continue;
    events +=
        listed_events(projection, scene->irregularity.cells[projection->source->index].spikes, segments);
  }
  for (int k = 0; k < network->n_bundles; k++)
    events += bundle_events(network, k, scene->irregularity.cells[network->bundle[k].source->index].spikes,
                            segments);
  int64_t all[] = {(int64_t)events, (int64_t)*segments}; /* whole numbers */
  exchange_sum(network->exchange, all, COUNT_OF(all));
  *segments = (double)all[1];
  return (double)all[0];
}

static enum status visit(void *context, struct visitor *visitor) {
  struct bench_scene *scene = context;
  return scene->simulation ? network_visit(scene->network, visitor)
                           : random_circuit_visit(&scene->circuit, visitor);
}

enum status bench_scene_hash(struct bench_scene *scene, uint64_t *hash) {
  struct hasher hasher = state_hasher();
  TRY(shared_walk(scene->network->exchange, &hasher.visitor, false, visit, scene));
  *hash = hasher.hash;
  return STATUS_OK;
}
