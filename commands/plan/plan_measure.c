/* plan_measure.c — costs of a circuit, from a profile of it at a small size. See plan_measure.h. */
#include "plan/plan_measure.h"
#include "benchmark/bench_scene.h"
#include "memory.h"
#include "profile.h"
#include <math.h>

/* Of a site on every node: slow variables, glutamate, measures. */
static const double SITE_BYTES = 8.0 * (SIGNALLING_COUNT + 2 * SITE_MEASURE_COUNT + 24);
/* A line of an index that is beyond the cache, s: what `spinule bench` measures for segments in memory. */
static const double LOOKUP_S = 30e-9;
/* Synapses are kept as rows of bits from this share of connected pairs on (core/arena.c). */
static const double DENSE_FROM = 0.04;
/* A Gaussian kernel beyond this many widths, and an exponential one, have next to no synapses. */
static const double GAUSSIAN_REACH = 3.0, EXPONENTIAL_REACH = 5.0;

/* The stretch is run so often; of each phase the least time counts, since others may use the machine. */
enum { STRETCHES = 5 };

struct phases {
  double s[PROFILE_PHASE_COUNT];
};

static double phase_s(const struct phases *phases, const enum profile_phase *phase, int n) {
  double sum = 0;
  for (int k = 0; k < n; k++) sum += phases->s[phase[k]];
  return sum;
}

static enum status run_stretch(struct bench_scene *scene, double seconds, struct phases *least) {
  struct profile *profile = NULL;
  TRY(profile_new(1, &profile));
  enum status status = bench_scene_advance(scene, seconds, profile);
  for (int k = 0; k < PROFILE_PHASE_COUNT; k++)
    least->s[k] = fmin(least->s[k], profile_s(profile, (enum profile_phase)k));
  profile_free(profile);
  return status;
}

/* Bytes that every cell of the network has on every node, and lines of indices that a spike asks for. */
static void add_index(const struct network *network, double cells, struct plan_circuit *out) {
  double index = 0, lines = 0;
  for (int k = 0; k < network->n_bundles; k++) {
    index += 4.0 * network->bundle[k].source->n * network->bundle[k].n_classes;
    lines += network->bundle[k].source->n;
  }
  for (int p = 0; p < network->n_populations; p++) {
    bool listed = network->out[p].n > 0;
    index += listed ? 4.0 * network->population[p]->n : 0.0;
    lines += listed ? network->population[p]->n : 0.0;
  }
  out->index_bytes = index / cells;
  out->lookup_s = LOOKUP_S * lines / cells;
}

/* Area, sites and reach of a circuit on sheets. */
static void add_space(const struct simulation *simulation, double cells, struct plan_circuit *out) {
  double area_um2 = 0, sites = 0;
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct region *region = &simulation->region[r];
    area_um2 += sheet_side_x_um(&region->sheet) * sheet_side_y_um(&region->sheet);
    sites += sheet_sites(&region->sheet);
    for (int w = 0; w < region->n_wirings; w++) {
      const struct wiring *wiring = &region->wiring[w];
      double widths = wiring->shape == KERNEL_GAUSSIAN ? GAUSSIAN_REACH : EXPONENTIAL_REACH;
      if (wiring->shape != KERNEL_UNIFORM) out->reach_um = fmax(out->reach_um, widths * wiring->width_um);
    }
  }
  out->sheet = true;
  out->density_um2 = cells / area_um2;
  out->sites = sites / cells;
  out->site_bytes = SITE_BYTES;
  out->place_bytes += 16.0; /* place and site */
}

/* What was counted in the stretch. */
struct counts {
  double cells, spikes, outgoing, events, synapses; /* spikes and events of one stretch */
  double cell_bytes, state_bytes;                   /* of cells; of their short-term states */
};

static struct counts count(const struct bench_scene *scene, double stretches) {
  const struct network *network = scene->network;
  double segments = 0;
  struct counts counts = {.events = bench_scene_events(scene, &segments) / stretches,
                          .synapses = (double)network_synapses(network)};
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    double spikes = (double)irregularity_spikes(&scene->irregularity, p) / stretches;
    counts.cells += population->n;
    counts.spikes += spikes;
    counts.outgoing += spikes * network->out[p].n;
    counts.state_bytes += 16.0 * network->out[p].n * population->n;
    counts.cell_bytes += (double)population_bytes(population);
  }
  return counts;
}

/* Of sheets, what observers do is the tissue's; else it is the recording of spikes. */
static void set_times(const struct bench_scene *scene, const struct phases *phases, const struct counts *n,
                      double seconds, struct plan_circuit *out) {
  static const enum profile_phase of_cells[] = {PROFILE_background, PROFILE_advance, PROFILE_note,
                                                PROFILE_adapt},
                                  of_events[] = {PROFILE_send, PROFILE_deliver};
  double events = phase_s(phases, of_events, COUNT_OF(of_events)) - n->spikes * out->lookup_s;
  double record = phases->s[PROFILE_record];
  out->cell_s = phase_s(phases, of_cells, COUNT_OF(of_cells)) / n->cells / seconds;
  out->event_s = n->events > 0 ? fmax(0, events) / n->events : 0;
  out->block_s = phases->s[PROFILE_exchange] / scene->network->n_blocks / seconds;
  if (scene->simulation)
    out->site_s = record / (out->sites * n->cells) / seconds;
  else
    out->record_s = n->spikes > 0 ? record / n->spikes : 0;
}

static void set_costs(const struct bench_scene *scene, const struct phases *phases, double seconds,
                      struct plan_circuit *out) {
  const struct network *network = scene->network;
  const struct counts n = count(scene, STRETCHES);
  out->cells = n.cells;
  out->in_degree = n.synapses / n.cells;
  out->spikes_Hz = n.spikes / n.cells / seconds;
  out->rate_Hz = n.synapses > 0 ? n.events / seconds / n.synapses : 0;
  out->interval_ms = network->interval * network->clock.dt_ms;
  out->message_bytes = 4.0 + (n.spikes > 0 ? 4.0 * n.outgoing / n.spikes : 0.0);
  out->cell_bytes = (n.cell_bytes + n.state_bytes) / n.cells;
  out->place_bytes = 4.0; /* its count of spikes */
  add_index(network, n.cells, out);
  if (scene->simulation) add_space(scene->simulation, n.cells, out);
  double synapse_bytes = (double)network_synapse_bytes(network) - n.cells * out->index_bytes - n.state_bytes;
  out->synapse_bytes = n.synapses > 0 ? fmax(1.0, synapse_bytes / n.synapses) : 0;
  set_times(scene, phases, &n, seconds, out);
}

static bool is_dense(const struct network *network) {
  bool dense = false;
  for (int a = 0; a < network->n_arenas; a++) dense |= network->arena[a].dense;
  return dense;
}

/* Where rows of bits stand for the synapses, the circuit is built again, so large that lists do. */
static enum status open(const char *path, struct bench_size *size, struct bench_scene *scene) {
  TRY(bench_scene_open(path, size, scene));
  if (!is_dense(scene->network)) return STATUS_OK;
  struct counts n = count(scene, 1);
  size->cells = (int64_t)(1.1 * n.synapses / n.cells / DENSE_FROM);
  bench_scene_close(scene);
  return bench_scene_open(path, size, scene);
}

enum status plan_measure(const char *path, const char *const *overrides, int n_overrides, double cells,
                         double settle_s, double measure_s, struct plan_circuit *out) {
  struct bench_size size = {.cells = (int64_t)cells,
                            .threads = 1,
                            .ranks = 1,
                            .block_cells = POPULATION_BLOCK,
                            .seed = -1,
                            .overrides = overrides,
                            .n_overrides = n_overrides};
  struct bench_scene *scene = NULL;
  struct phases least;
  enum status status;
  *out = (struct plan_circuit){0};
  for (int k = 0; k < PROFILE_PHASE_COUNT; k++) least.s[k] = INFINITY;
  TRY(memory_new("scene", 1, sizeof *scene, &scene));
  TRY_GOTO(open(path, &size, scene), done);
  TRY_GOTO(bench_scene_advance(scene, settle_s, NULL), done);
  irregularity_clear(&scene->irregularity);
  for (int k = 0; k < STRETCHES; k++) TRY_GOTO(run_stretch(scene, measure_s, &least), done);
  set_costs(scene, &least, measure_s, out);
done:
  bench_scene_close(scene);
  memory_free(scene);
  return status;
}
