/* simulation.c — building an experiment, and its state. protocol.c runs it. */
#include "simulation.h"
#include "body_course.h"
#include "circuit.h"
#include "experiment/local_events.h"
#include "experiment/sites.h"
#include "experiment/windows.h"
#include "extracellular.h"
#include "history.h"
#include "memory.h"
#include "shared.h"
#include "tracts.h"
#include "wall.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- cells ---- */

/* The sheets of the regions, in their order. */
static void list_sheets(const struct simulation *simulation, const struct sheet **out) {
  for (int r = 0; r < simulation->n_regions; r++) out[r] = &simulation->region[r].sheet;
}

enum status simulation_place(const struct experiment *experiment, struct simulation *out) {
  *out = (struct simulation){.experiment = experiment};
  const struct simulation_settings *settings = &experiment->simulation;
  const struct mechanisms *mechanisms;
  TRY(circuit_mechanisms(&mechanisms));
  TRY(network_new((struct clock){settings->dt}, (uint64_t)settings->seed, &out->network));
  theta_clock_set(&out->theta, &experiment->theta, (uint64_t)settings->seed, settings->dt);
  struct region_context context = {.config = experiment->config,
                                   .mechanisms = mechanisms,
                                   .network = out->network,
                                   .block_cells = (int)settings->block,
                                   .spines = &experiment->spines,
                                   .temperature_C = experiment->species.temperature,
                                   .theta = &experiment->theta,
                                   .clock = &out->theta,
                                   .substances = drugs_slots(&experiment->drugs, ACTION_NMDA_CHANNEL),
                                   .extrasynaptic = experiment->signalling.extrasynaptic,
                                   .allosteric_site = experiment->signalling.allosteric_site,
                                   .interneurons_spared = !experiment->signalling.disinhibition,
                                   .pyramidal_spared = !experiment->signalling.pyramidal_block};
  for (int r = 0; r < experiment->n_regions; r++) {
    out->n_regions++;
    context.index = r;
    TRY(region_build(&out->region[r], &experiment->anatomy[r], &context));
  }
  TRY(tracts_build(out->region, out->n_regions, &context));
  extracellular_check(out);
  instruments_check(experiment, out->network);
  const struct sheet *sheets[EXPERIMENT_REGIONS];
  list_sheets(out, sheets);
  local_events_fit(experiment, sheets);
  return sites_check(experiment, out->network);
}

/* ---- stages ---- */

/* Times as close as this are one: sums of steps are rounded. */
static const double INSTANT_H = 1e-9;

/* Next break of the slow half after t: an event, the window's time, the end of the interval, or one step. */
static double next_break_h(const struct experiment *experiment, int w, double t_h, double end_h) {
  const struct simulation_settings *settings = &experiment->simulation;
  double since = t_h - fmax(0, experiment_event_before_h(experiment, t_h));
  double step = since < 24 ? settings->macro_step : fmax(settings->macro_step, settings->remodel_step);
  double next = t_h + step, at = experiment->window[w].at;
  if (next > end_h - 0.25 * step) next = end_h;
  if (at > t_h + INSTANT_H && at < next + INSTANT_H) next = at;
  double event = experiment_event_after_h(experiment, t_h);
  if (event < t_h + INSTANT_H) event = experiment_event_after_h(experiment, event);
  return event < next + INSTANT_H ? event : next;
}

static enum status push(struct simulation *simulation, int *room, struct stage stage) {
  if (simulation->n_stages == *room) {
    int more = 2 * *room + 64;
    TRY(memory_resize("stages", (size_t)*room, (size_t)more, sizeof stage, &simulation->stage));
    *room = more;
  }
  simulation->stage[simulation->n_stages++] = stage;
  return STATUS_OK;
}

static enum status list_stages(struct simulation *simulation) {
  const struct experiment *experiment = simulation->experiment;
  int room = 0;
  double t = 0;
  for (int w = 0; w < experiment->n_windows; w++) {
    const struct window_plan *window = &experiment->window[w];
    double end = windows_interval_end_h(experiment, w);
    TRY(push(simulation, &room,
             (struct stage){STAGE_WINDOW, w, window->at, window->at + window->duration / 3600.0, false}));
    while (t < end) {
      double next = next_break_h(experiment, w, t, end);
      bool notable = next == window->at || next == end;
      TRY(push(simulation, &room, (struct stage){STAGE_SLOW, w, t, next, notable}));
      t = next;
    }
  }
  return STATUS_OK;
}

int simulation_divergence(const struct simulation *simulation, double t_h) {
  int s = 0;
  while (s < simulation->n_stages) {
    const struct stage *stage = &simulation->stage[s];
    if (stage->kind == STAGE_WINDOW ? stage->t0_h >= t_h : stage->t1_h > t_h) break;
    s++;
  }
  return s;
}

/* ---- tissue ---- */

static enum status new_tissue(struct simulation *simulation, int r, int threads) {
  struct region *region = &simulation->region[r];
  struct tissue *tissue = &simulation->tissue[r];
  tissue->region = region;
  tissue->n_sites = sheet_sites(&region->sheet);
  size_t sites = (size_t)tissue->n_sites;
  double rest[SIGNALLING_COUNT];
  signalling_rest(rest);
  for (int k = 0; k < SIGNALLING_COUNT; k++) {
    TRY(memory_new("tissue", sites, sizeof(double), &tissue->y[k]));
    for (size_t s = 0; s < sites; s++) tissue->y[k][s] = rest[k];
  }
  for (int m = 0; m < SITE_MEASURE_COUNT; m++) {
    TRY(memory_new("tissue", sites, sizeof(double), &tissue->measured[m]));
    TRY(memory_new("tissue", sites, sizeof(double), &tissue->baseline[m]));
  }
  TRY(memory_new("tissue", sites, sizeof(double), &tissue->elimination_factor));
  TRY(memory_new("tissue", sites, sizeof(double), &tissue->formation_factor));
  TRY(memory_new("tissue", sites, sizeof(double), &tissue->dendrite_target));
  const struct spine_inputs inputs = {.wiring = region->wiring,
                                      .tract = region->tract,
                                      .own = region->population,
                                      .n_wirings = region->n_wirings,
                                      .n_tract = region->n_tracts,
                                      .n_own = region->anatomy.n_populations};
  TRY(spines_new(&tissue->spines, &region->spines, &region->sheet, &inputs, simulation->network->seed));
  return extracellular_new(tissue, simulation, threads);
}

static enum status new_places(struct simulation *simulation) {
  const struct sheet *sheets[EXPERIMENT_REGIONS];
  list_sheets(simulation, sheets);
  return places_new(simulation->experiment, sheets, &simulation->places);
}

enum status simulation_wire(struct simulation *simulation, int threads, int ranks) {
  double begin = wall_s();
  struct region *regions[EXPERIMENT_REGIONS];
  TRY(network_connect(simulation->network, threads, ranks));
  for (int r = 0; r < simulation->n_regions; r++) regions[r] = &simulation->region[r];
  extracellular_prepare(simulation);
  TRY(region_wire(regions, simulation->n_regions, simulation->network));
  for (int r = 0; r < simulation->n_regions; r++) TRY(new_tissue(simulation, r, threads));
  TRY(activity_new(&simulation->activity, simulation->network));
  TRY(memory_new("solvers", (size_t)threads, sizeof *simulation->solver, &simulation->solver));
  for (int t = 0; t < threads; t++) {
    TRY(signalling_solver(&simulation->solver[t]));
  }
  TRY(new_places(simulation));
  TRY(systemic_solver(&simulation->systemic_solver));
  TRY(list_stages(simulation));
  TRY(history_live(simulation));
  simulation->build_wall_s = wall_s() - begin;
  return STATUS_OK;
}

/* Pyramidal cells are those with spines. */
enum status simulation_instruments(struct simulation *simulation) {
  TRY(instruments_new(&simulation->instruments, simulation->experiment, &simulation->theta,
                      simulation->network));
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct spines *spines = &simulation->tissue[r].spines;
    const struct population *spiny[REGION_POPULATIONS];
    for (int k = 0; k < spines->n_cells; k++) spiny[k] = spines->cells[k].population;
    TRY(instruments_add_region(&simulation->instruments, &simulation->region[r].sheet, spiny,
                               spines->n_cells));
  }
  return STATUS_OK;
}

static void free_tissue(struct tissue *tissue) {
  for (int k = 0; k < SIGNALLING_COUNT; k++) memory_free(tissue->y[k]);
  for (int m = 0; m < SITE_MEASURE_COUNT; m++) {
    memory_free(tissue->measured[m]);
    memory_free(tissue->baseline[m]);
  }
  memory_free(tissue->elimination_factor);
  memory_free(tissue->formation_factor);
  memory_free(tissue->dendrite_target);
  spines_free(&tissue->spines);
  extracellular_free(tissue);
}

void simulation_free(struct simulation *simulation) {
  profile_free(simulation->profile);
  int threads = simulation->network && simulation->network->team ? team_size(simulation->network->team) : 0;
  for (int t = 0; simulation->solver && t < threads; t++) stiff_free(simulation->solver[t]);
  memory_free(simulation->solver);
  stiff_free(simulation->systemic_solver);
  activity_free(&simulation->activity);
  instruments_free(&simulation->instruments);
  for (int r = 0; r < simulation->n_regions; r++) {
    free_tissue(&simulation->tissue[r]);
    region_release(&simulation->region[r]);
  }
  experiment_free_doses(&simulation->doses);
  places_free(&simulation->places);
  memory_free(simulation->stage);
  network_free(simulation->network);
  *simulation = (struct simulation){0};
}

enum status simulation_arm(struct simulation *simulation, int arm) {
  simulation->arm = arm;
  experiment_free_doses(&simulation->doses);
  TRY(experiment_doses(simulation->experiment, arm, &simulation->doses));
  memcpy(simulation->doses.carried, simulation->carried, sizeof simulation->carried);
  return STATUS_OK;
}

/* ---- the body and the tissue ---- */

struct body_effects simulation_body(const struct simulation *simulation, const struct course *course, int r) {
  return body_effects_of(simulation->experiment, course->body, &simulation->region[r].settings);
}

double simulation_ampa_content(const struct simulation *simulation, int r, int site) {
  double y[SIGNALLING_COUNT];
  for (int k = 0; k < SIGNALLING_COUNT; k++) y[k] = simulation->tissue[r].y[k][site];
  return proteins_ampa_content(&simulation->experiment->signalling.proteins, y) *
         simulation_body(simulation, &simulation->slow, r).ampa;
}

/* ---- drugs ---- */

enum status course_advance(const struct simulation *simulation, struct course *course,
                           struct afferents_block *block, double t_h) {
  if (t_h <= course->time_h) return STATUS_OK;
  TRY(course_follow(simulation->experiment, &simulation->doses, course, block, t_h));
  return body_course_step(simulation->experiment, &simulation->doses, simulation->systemic_solver, course,
                          t_h);
}

int course_exposures(const struct simulation *simulation, const struct course *course, int r,
                     struct exposure *out) {
  return course_exposures_at(simulation->experiment, &simulation->doses, course, r,
                             r < 0 ? NULL : &simulation->region[r].sheet, &simulation->places, out);
}

/* ---- state ---- */

static enum status visit_tissue(struct tissue *tissue, struct visitor *visitor) {
  static const char *const states[] = {
#define NAME(name, id, rest, meaning) #name,
      SIGNALLING_STATES(NAME)
#undef NAME
  };
  size_t sites = (size_t)tissue->n_sites;
  char name[96];
  for (int k = 0; k < SIGNALLING_COUNT; k++) {
    snprintf(name, sizeof name, "%s/%s", tissue->region->name, states[k]);
    TRY(visitor->array(visitor, name, STATE_F64, sites, tissue->y[k]));
  }
  for (int m = 0; m < SITE_MEASURE_COUNT; m++) {
    snprintf(name, sizeof name, "%s/measured[%d]", tissue->region->name, m);
    TRY(visitor->array(visitor, name, STATE_F64, sites, tissue->measured[m]));
    snprintf(name, sizeof name, "%s/baseline[%d]", tissue->region->name, m);
    TRY(visitor->array(visitor, name, STATE_F64, sites, tissue->baseline[m]));
  }
  TRY(spines_visit(&tissue->spines, visitor));
  return extracellular_visit(tissue, visitor);
}

static enum status visit_position(struct simulation *simulation, struct visitor *visitor) {
  int64_t whole[] = {simulation->position, simulation->window_ticks, simulation->remodels};
  double times[] = {simulation->remodelled_h, simulation->window_end_h};
  TRY(visitor->array(visitor, "position", STATE_I64, COUNT_OF(whole), whole));
  TRY(visitor->array(visitor, "times", STATE_F64, COUNT_OF(times), times));
  if (!visitor->loading) return STATUS_OK;
  if (whole[0] < 0 || whole[0] > simulation->n_stages || whole[1] < 0 || whole[2] < 0 ||
      whole[2] >= SPINES_STEPS) {
    return status_fail(STATUS_CONFIG, "checkpoint: its position is not in this protocol");
  }
  simulation->position = whole[0];
  simulation->window_ticks = whole[1];
  simulation->remodels = whole[2];
  simulation->remodelled_h = times[0];
  simulation->window_end_h = times[1];
  return STATUS_OK;
}

enum status simulation_visit(struct simulation *simulation, struct visitor *visitor) {
  TRY(visit_position(simulation, visitor));
  TRY(course_visit(&simulation->fast, "course/fast", visitor));
  TRY(course_visit(&simulation->slow, "course/slow", visitor));
  TRY(visitor->array(visitor, "course/afferents", STATE_F64, sizeof simulation->afferents / sizeof(double),
                     &simulation->afferents.principal[0].held[0][0]));
  TRY(network_visit(simulation->network, visitor));
  TRY(activity_visit(&simulation->activity, visitor));
  TRY(instruments_visit(&simulation->instruments, visitor));
  for (int r = 0; r < simulation->n_regions; r++) {
    TRY(visit_tissue(&simulation->tissue[r], visitor));
    if (!visitor->loading) continue;
    spines_restore(&simulation->tissue[r].spines);
    extracellular_restart(&simulation->tissue[r], false);
  }
  /* once more, since young synapses have their present weights only now */
  return visitor->loading ? network_restore_arrivals(simulation->network) : STATUS_OK;
}

static enum status visit(void *context, struct visitor *visitor) {
  return simulation_visit(context, visitor);
}

enum status simulation_hash(struct simulation *simulation, uint64_t *hash) {
  struct hasher hasher = state_hasher();
  TRY(shared_walk(simulation->network->exchange, &hasher.visitor, false, visit, simulation));
  *hash = hasher.hash;
  return STATUS_OK;
}

/* ---- where it stands ---- */

double simulation_time_h(const struct simulation *simulation) {
  if (simulation->position == simulation->n_stages) return simulation->experiment->end_h;
  return simulation->stage[simulation->position].t0_h;
}

double simulation_biology_s(const struct experiment *experiment) {
  double sum = 0;
  for (int w = 0; w < experiment->n_windows; w++)
    sum += experiment->window[w].duration + windows_settle_s(experiment, w);
  return sum;
}

double simulation_share(const struct simulation *simulation) {
  const struct experiment *experiment = simulation->experiment;
  double done = (double)simulation->window_ticks * experiment->simulation.dt * 1e-3;
  for (int64_t s = 0; s < simulation->position; s++) {
    if (simulation->stage[s].kind != STAGE_WINDOW) continue;
    int w = simulation->stage[s].window;
    done += experiment->window[w].duration + windows_settle_s(experiment, w);
  }
  return fmin(1.0, done / simulation_biology_s(experiment));
}

double tissue_mean(const struct tissue *tissue, const double *per_site) {
  double sum = 0;
  for (int s = 0; s < tissue->n_sites; s++) sum += per_site[s];
  return sum / tissue->n_sites;
}

double tissue_relative(const struct tissue *tissue, enum site_measure measure, int site) {
  double baseline = tissue->baseline[measure][site];
  return baseline > 0 ? tissue->measured[measure][site] / baseline : 1.0;
}
