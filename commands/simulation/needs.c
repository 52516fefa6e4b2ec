/* needs.c — memory, disk and time of a run, estimated. See needs.h. */
#include "needs.h"
#include "experiment/windows.h"
#include "job.h"
#include "memory.h"
#include "terminal/layout.h"
#include "wall.h"
#include <math.h>
#include <stdio.h>
#include <sys/statvfs.h>

/* Bytes of the tables beside synapses: segments are counted per source cell and block. */
static double synapse_bytes(const struct projection *projection, double synapses) {
  double per_synapse = (double)sizeof(struct synapse) + (projection->plastic ? 3.0 : 0.0);
  return synapses * per_synapse +
         (double)projection->source->n * projection->target->n_blocks * sizeof(uint32_t);
}

static void add_projection(struct needs *needs, const struct projection *projection) {
  needs->synapses += projection->expected;
  if (projection->plastic) needs->plastic += projection->expected;
  needs->events += projection->expected * projection->source->target_Hz;
  needs->bytes += synapse_bytes(projection, projection->expected);
}

struct needs needs_of_region(const struct region *region) {
  struct needs needs = {0};
  for (int k = 0; k < region->anatomy.n_populations; k++) {
    needs.cells += region->population[k]->n;
    needs.spikes += region->population[k]->n * region->population[k]->target_Hz;
  }
  for (int t = 0; t < region->n_tracts; t++) add_projection(&needs, region->tract[t].projection);
  for (int w = 0; w < region->n_wirings; w++) add_projection(&needs, region->wiring[w].projection);
  return needs;
}

struct needs needs_of(const struct simulation *simulation) {
  struct needs all = {0};
  for (int r = 0; r < simulation->n_regions; r++) {
    struct needs one = needs_of_region(&simulation->region[r]);
    all.cells += one.cells;
    all.synapses += one.synapses;
    all.plastic += one.plastic;
    all.bytes += one.bytes;
    all.spikes += one.spikes;
    all.events += one.events;
  }
  return all;
}

/* Groups of arms that are one until a time. */
static int groups_at(const struct experiment *experiment, double t_h) {
  int groups = 0;
  for (int a = 0; a < experiment->n_arms; a++) {
    int b = 0;
    while (b < a && experiment_divergence_h(experiment, 1u << a | 1u << b) <= t_h) b++;
    groups += b == a;
  }
  return groups;
}

/* Biological seconds that are simulated in all: what arms share counts once. */
double needs_biology_s(const struct experiment *experiment) {
  double sum = 0;
  for (int w = 0; w < experiment->n_windows; w++) {
    double s = experiment->window[w].duration + windows_settle_s(experiment, w);
    sum += s * groups_at(experiment, experiment->window[w].at);
  }
  return sum;
}

/* Time to expect, from costs per cell and per event as measured on one thread of a 3.3 GHz server with
 * AVX-512 (docs/results.md); other machines differ by a factor of two either way. */
static const double CELL_S = 4e-5, EVENT_S = 1.2e-8, BUILD_S = 4e-7;

/* A cell with its receptors and what is on its way to it; its state and that of a plastic synapse in an image
 * or checkpoint, of which two are held; the program; a spike in a file; the rest of an arm's file. */
static const double CELL_BYTES = 2000, CELL_STATE = 500, EDGE_STATE = 12, PROGRAM_BYTES = 3e7;
static const double SPIKE_BYTES = 16, FILE_BYTES = 4e6;

/* A sample of a series of the LFP; a region has a few layers beside its electrodes. */
static const double LFP_BYTES = 4, LFP_SERIES = 6;

/* Of a second. */
static double lfp_bytes(const struct simulation *simulation) {
  const struct record_settings *record = &simulation->experiment->record;
  double series = 0;
  for (int r = 0; r < simulation->n_regions && record->lfp; r++) {
    const struct sheet *sheet = &simulation->region[r].sheet;
    double electrodes =
        sheet_side_x_um(sheet) * sheet_side_y_um(sheet) / (record->lfp_grid * record->lfp_grid);
    series += LFP_SERIES + (record->lfp_grid > 0 ? fmax(1, electrodes) : 0);
  }
  return 1000 * LFP_BYTES * series;
}

double needs_memory(const struct needs *needs) {
  double state = needs->cells * CELL_STATE + needs->plastic * EDGE_STATE;
  return PROGRAM_BYTES + needs->bytes + needs->cells * CELL_BYTES + 2.0 * state;
}

/* What grows with the protocol. */
static double recorded_bytes(const struct simulation *simulation, const struct needs *needs, int arms) {
  const struct experiment *experiment = simulation->experiment;
  double biology = simulation_biology_s(experiment);
  double spikes = experiment->record.spikes ? biology * needs->spikes : 0;
  return arms * (spikes * SPIKE_BYTES + biology * lfp_bytes(simulation));
}

double needs_disk(const struct simulation *simulation, const struct needs *needs, int arms) {
  double subject = simulation->experiment->record.subject ? needs->plastic * EDGE_STATE : 0;
  return recorded_bytes(simulation, needs, arms) + arms * (FILE_BYTES + subject);
}

double needs_wall_s(const struct simulation *simulation, const struct needs *needs) {
  double per_s = needs->cells * CELL_S + needs->events * EVENT_S;
  return needs_biology_s(simulation->experiment) * per_s + needs->synapses * BUILD_S;
}

enum status needs_fit(const struct simulation *simulation, const char *directory, int arms) {
  const struct needs needs = needs_of(simulation);
  struct statvfs disk;
  char what[160];
  snprintf(what, sizeof what, "%.0f cells with %.3g synapses", needs.cells, needs.synapses);
  TRY(memory_ask(what, needs_memory(&needs) / job_ranks() - (double)memory_in_use()));
  double bytes = recorded_bytes(simulation, &needs, arms);
  if (statvfs(directory, &disk) != 0) return STATUS_OK; /* writing will tell */
  double room = (double)disk.f_bavail * (double)disk.f_frsize;
  if (bytes <= room) return STATUS_OK;
  char wanted[LAYOUT_BYTES], there[LAYOUT_BYTES];
  layout_bytes(bytes, wanted);
  layout_bytes(room, there);
  return status_fail(STATUS_WORLD,
                     "%s: %d arm%s would record about %s, %s are free on this disk: record less, or choose "
                     "another with -o",
                     directory, arms, arms == 1 ? "" : "s", wanted, there);
}
