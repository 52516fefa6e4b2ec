/* protocol.c — the slow loop: windows of spikes, steps of the tissue, structural change. */
#include "protocol.h"
#include "body_course.h"
#include "conditions.h"
#include "experiment/subject.h"
#include "experiment/windows.h"
#include "extracellular.h"
#include "memory.h"
#include "signals/blockade.h"
#include "stimulation.h"
#include "structure.h"
#include "wall.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* While a window settles, receptors catch up with at most this much of the time that has passed; what lies
 * before is carried by the mean rates of the window before. Block relaxes within minutes at usual open
 * probabilities. */
static const double CATCH_UP_H = 20.0 / 60.0;
/* In the first window of a subject that was kept block comes from nothing to what the drugs that are left
 * hold. */
static const double KEPT_H = 24;
/* Share of the settling time in which block runs ahead; the rest settles the network at the block that was
 * reached. */
static const double CATCH_UP_SHARE = 2.0 / 3.0;
/* Steps without spikes: this long at first, then this share of the time since the latest dose. */
static const double REST_STEP_H = 2.0 / 60.0, REST_GROWTH = 0.1;

/* ---- windows ---- */

/* Ticks of a time, rounded to whole bins. */
static int64_t bin_ticks(const struct simulation *simulation, double s) {
  int64_t bin = ACTIVITY_BIN_MS * simulation->network->ms_ticks;
  return (int64_t)floor(s * 1000.0 / ACTIVITY_BIN_MS + 0.5) * bin;
}

struct rest_job {
  struct network *network;
  const struct step *step; /* per region */
  double rest_ms;
};

static void rest_block(void *context, int thread, int number) {
  (void)thread;
  const struct rest_job *job = context;
  const struct population *population = job->network->block_population[number];
  for (int r = 0; r < population->n_receptors; r++) {
    if (!population->receptor[r].mechanism->rest) continue;
    struct cells cells = population_cells(population, job->network->block_in_population[number], r);
    population->receptor[r].mechanism->rest(&cells, &job->step[population->region_index], job->rest_ms);
  }
}

/* Carry receptors over the time without spikes up to `to_h`, at the mean rates of the window before, in steps
 * that grow with the time since the latest dose: concentrations change ever slower. */
static enum status rest(struct simulation *simulation, double to_h) {
  const struct experiment *experiment = simulation->experiment;
  for (double t = simulation->window_end_h, next; t < to_h; t = next) {
    struct conditions conditions;
    double since_h = t - fmax(0, experiment_event_before_h(experiment, t));
    next = fmin(t + fmax(REST_STEP_H, REST_GROWTH * since_h),
                fmin(to_h, experiment_event_after_h(experiment, t)));
    TRY(course_advance(simulation, &simulation->fast, &simulation->afferents, 0.5 * (t + next)));
    struct rest_job job = {simulation->network, conditions.step, (next - t) * 3.6e6};
    if (conditions_at(simulation, &simulation->fast, &conditions) > 0)
      network_blocks(simulation->network, rest_block, &job);
  }
  return STATUS_OK;
}

static enum status begin_window(struct simulation *simulation, const struct recording *recording,
                                const struct stage *stage) {
  double settle_h = windows_settle_s(simulation->experiment, stage->window) / 3600.0,
         start_h = stage->t0_h - settle_h;
  TRY(rest(simulation, fmax(simulation->window_end_h, start_h - CATCH_UP_H)));
  TRY(course_advance(simulation, &simulation->fast, &simulation->afferents, stage->t0_h));
  activity_begin(&simulation->activity, simulation->network->tick, floor(start_h * 3.6e7 + 0.5) * 0.1);
  for (int r = 0; r < simulation->n_regions; r++) {
    double uptake =
        simulation_body(simulation, &simulation->fast, r).uptake * simulation->experiment->glutamate.uptake;
    for (int s = 0; s < simulation->tissue[r].n_sites; s++)
      simulation->tissue[r].glutamate.uptake[s] = uptake;
    extracellular_begin(&simulation->tissue[r]);
  }
  if (stage->window == 0) return STATUS_OK;
  TRY(recording_rates(recording, simulation, start_h * 3600.0, NULL));
  return extracellular_row(recording, simulation, start_h * 3600.0);
}

/* Measurement begins: forget what was summed while the window settled. */
static enum status begin_measuring(struct simulation *simulation, const struct recording *recording,
                                   const struct stage *stage, int64_t ticks) {
  struct network *network = simulation->network;
  for (int b = 0; b < network->n_blocks; b++)
    population_clear_sums(network->block_population[b], network->block_in_population[b]);
  activity_clear(&simulation->activity);
  for (int r = 0; r < simulation->n_regions; r++) extracellular_measure(&simulation->tissue[r]);
  instruments_begin(&simulation->instruments, network->tick, ticks);
  if (stage->window == 0) return STATUS_OK;
  return instruments_part(simulation, recording->to, &recording->instruments, stage->t0_h * 3600.0);
}

/* Time of block kinetics that a millisecond stands for, at a tick of the window. */
static double slow_dt_ms(const struct simulation *simulation, const struct stage *stage, int64_t settle) {
  int64_t ahead = (int64_t)(CATCH_UP_SHARE * (double)settle);
  bool first = stage->window == 0, kept = subject_is_kept(simulation->experiment);
  if (simulation->window_ticks >= ahead || (first && !kept)) return 1.0;
  double gap_h = first ? KEPT_H : fmin(CATCH_UP_H, stage->t0_h - simulation->window_end_h);
  return fmax(1.0, gap_h * 3.6e6 * simulation->network->ms_ticks / (double)ahead);
}

/* One bin of spikes, recorded. */
static enum status advance_bin(struct simulation *simulation, const struct recording *recording,
                               struct window *window, bool measured) {
  struct network *network = simulation->network;
  int64_t bin = ACTIVITY_BIN_MS * network->ms_ticks;
  double rates[256];
  if (network->n_populations > 256) return status_fail(STATUS_FAULT, "more than 256 populations");
  TRY(window_run(network, window, bin));
  simulation->window_ticks += bin;
  TRY(activity_flush(&simulation->activity, recording->to, simulation->experiment->record.spikes, rates));
  double end_ms = simulation->activity.start_ms +
                  clock_ms(&network->clock, network->tick - simulation->activity.first_tick);
  TRY(instruments_flush(simulation, recording->to, &recording->instruments, end_ms * 1e-3, measured));
  TRY(recording_rates(recording, simulation, (end_ms - 0.5 * ACTIVITY_BIN_MS) * 1e-3, rates));
  return extracellular_row(recording, simulation, end_ms * 1e-3);
}

/* ---- what a window tells the tissue ---- */

static double share_blocked(double carried, double without) {
  return without != 0 ? 1.0 - carried / without : 0;
}

/* What the cells with spines of each site did in a window: sums over them, in the order of populations and
 * ids. */
struct site_sums {
  double *delivered, *weight, *spikes, *cells;
  double *carried[BLOCKADE_PLACES], *without[BLOCKADE_PLACES];
  double *room; /* for a value of each cell of a population */
};
enum { SITE_SUMS = 4 + 2 * BLOCKADE_PLACES };

static enum status new_sums(const struct tissue *tissue, double **memory, struct site_sums *out) {
  size_t sites = (size_t)tissue->n_sites, most = 0;
  double **const sum[SITE_SUMS] = {&out->delivered,  &out->weight,     &out->spikes,     &out->cells,
                                   &out->carried[0], &out->carried[1], &out->without[0], &out->without[1]};
  for (int k = 0; k < tissue->spines.n_cells; k++) {
    size_t n = (size_t)tissue->spines.cells[k].population->n;
    most = n > most ? n : most;
  }
  TRY(memory_new("sums of sites", SITE_SUMS * sites + most, sizeof **memory, memory));
  for (size_t f = 0; f < SITE_SUMS; f++) *sum[f] = *memory + f * sites;
  out->room = *memory + SITE_SUMS * sites;
  return STATUS_OK;
}

static void add_cells(const struct simulation *simulation, const struct spine_cells *own, int sites,
                      const struct site_sums *sums) {
  const struct population *population = own->population;
  blockade_add_sites(population, population_receptor(population, "ampa"), "throughput", 0, sums->room, sites,
                     sums->delivered);
  for (int p = 0; p < BLOCKADE_PLACES; p++)
    blockade_add_charge(population, (enum blockade_place)p, sums->room, sites, sums->carried[p],
                        sums->without[p]);
  for (int site = 0; site < sites; site++) {
    struct site_cells here = population->in_site[site];
    for (int i = here.first; i < here.first + here.n; i++) {
      sums->weight[site] += (double)own->weight_nS[i];
      sums->spikes[site] += simulation->activity.count[population->index][i];
    }
    sums->cells[site] += here.n;
  }
}

/* AMPA of the synapses of a site's cells, without the homeostatic factor: of their number, growth and
 * proteins, and of stress. */
static double excitation(const struct simulation *simulation, int r, int site) {
  const struct tissue *tissue = &simulation->tissue[r];
  double content = simulation_ampa_content(simulation, r, site) / tissue->y[SIGNALLING_SCALE][site];
  return spines_ampa(&tissue->spines, site) * content;
}

static void set_measures(struct simulation *simulation, int r, const struct site_sums *sums, int site,
                         double seconds) {
  struct tissue *tissue = &simulation->tissue[r];
  double weight = sums->weight[site], cells = sums->cells[site];
  tissue->measured[SITE_throughput][site] = weight > 0 ? sums->delivered[site] / weight / seconds : 0;
  tissue->measured[SITE_rate][site] = cells > 0 ? sums->spikes[site] / cells / seconds : 0;
  tissue->measured[SITE_blocked][site] =
      share_blocked(sums->carried[BLOCKADE_SYNAPTIC][site], sums->without[BLOCKADE_SYNAPTIC][site]);
  tissue->measured[SITE_resting_blocked][site] =
      share_blocked(sums->carried[BLOCKADE_EXTRASYNAPTIC][site], sums->without[BLOCKADE_EXTRASYNAPTIC][site]);
  tissue->measured[SITE_scale][site] = tissue->y[SIGNALLING_SCALE][site];
  tissue->measured[SITE_gaba_scale][site] = tissue->y[SIGNALLING_GABA_SCALE][site];
  tissue->measured[SITE_excitation][site] = excitation(simulation, r, site);
  tissue->measured[SITE_glutamate][site] = glutamate_mean(&tissue->glutamate, site);
  tissue->measured[SITE_ambient][site] = glutamate_mean_seen(&tissue->glutamate, site);
  tissue->measured[SITE_release][site] = presynaptic_mean(&tissue->mglur2.receptors, site);
  tissue->measured[SITE_gate][site] = presynaptic_mean(&tissue->heteroreceptors.receptors, site);
}

static enum status summarise(struct simulation *simulation, const struct stage *stage) {
  double seconds = simulation->experiment->window[stage->window].duration;
  for (int r = 0; r < simulation->n_regions; r++) {
    struct tissue *tissue = &simulation->tissue[r];
    struct site_sums sums;
    double *memory = NULL;
    TRY(new_sums(tissue, &memory, &sums));
    for (int k = 0; k < tissue->spines.n_cells; k++)
      add_cells(simulation, &tissue->spines.cells[k], tissue->n_sites, &sums);
    for (int s = 0; s < tissue->n_sites; s++) set_measures(simulation, r, &sums, s, seconds);
    memory_free(memory);
    if (stage->window > 0 || subject_is_kept(simulation->experiment)) continue;
    for (int m = 0; m < SITE_MEASURE_COUNT; m++)
      memcpy(tissue->baseline[m], tissue->measured[m], (size_t)tissue->n_sites * sizeof(double));
  }
  return STATUS_OK;
}

/* What holds outside of cells in this part of a window, of which `settle` of all ticks settle. */
static enum status set_extracellular(struct simulation *simulation, const struct conditions *conditions,
                                     int64_t settle, int64_t all) {
  double settle_ms = simulation->window_ticks < settle ? clock_ms(&simulation->network->clock, settle) : 0;
  for (int r = 0; r < simulation->n_regions; r++) {
    TRY(extracellular_conditions(&simulation->tissue[r], &conditions->step[r], settle_ms,
                                 clock_ms(&simulation->network->clock, all - settle)));
  }
  return STATUS_OK;
}

/* Has the circuit run away? */
static enum status watch_rates(const struct simulation *simulation, const struct stage *stage) {
  const struct window_plan *window = &simulation->experiment->window[stage->window];
  double limit_Hz = simulation->experiment->simulation.rate_limit;
  for (int p = 0; p < simulation->network->n_populations; p++) {
    const struct population *population = simulation->network->population[p];
    if (population->n == 0 || !population->spiny) continue;
    double rate_Hz = (double)activity_spikes(&simulation->activity, p) / population->n / window->duration;
    if (rate_Hz > limit_Hz)
      return status_fail(STATUS_DIVERGED,
                         "%s/%s fires at %.4g Hz in the window at %g h, above simulation.rate_limit of %g Hz",
                         population->region, population->name, rate_Hz, window->at, limit_Hz);
  }
  return STATUS_OK;
}

static enum status run_window(struct simulation *simulation, const struct recording *recording,
                              const struct stage *stage, const struct protocol_watch *watch) {
  const struct experiment *experiment = simulation->experiment;
  double settle_s = windows_settle_s(experiment, stage->window);
  int64_t settle = bin_ticks(simulation, settle_s);
  int64_t all = settle + bin_ticks(simulation, experiment->window[stage->window].duration);
  struct conditions conditions;
  struct observer observers[1 + EXTRACELLULAR_OBSERVERS * EXPERIMENT_REGIONS + INSTRUMENTS_OBSERVERS] = {
      activity_observer(&simulation->activity)};
  struct window window = {
      .regions = conditions.step, .observers = observers, .n_observers = 1, .profile = simulation->profile};
  for (int r = 0; r < simulation->n_regions; r++)
    window.n_observers += extracellular_observers(&simulation->tissue[r], observers + window.n_observers);
  window.n_observers += instruments_observers(&simulation->instruments, observers + window.n_observers);
  if (simulation->window_ticks == 0) TRY(begin_window(simulation, recording, stage));
  TRY(stimulation_set(simulation, stage->t0_h - settle_s / 3600.0, stage->t1_h,
                      simulation->network->tick - simulation->window_ticks));
  theta_clock_begin(&simulation->theta, simulation->activity.first_tick, simulation->activity.start_ms);
  conditions_at(simulation, &simulation->fast, &conditions);
  conditions_set(simulation, &conditions);
  while (simulation->window_ticks < all) {
    bool measured = simulation->window_ticks >= settle;
    if (simulation->window_ticks == settle) TRY(begin_measuring(simulation, recording, stage, all - settle));
    for (int r = 0; r < simulation->n_regions; r++)
      conditions.step[r].slow_dt_ms = slow_dt_ms(simulation, stage, settle);
    TRY(set_extracellular(simulation, &conditions, settle, all));
    TRY(advance_bin(simulation, recording, &window, measured));
    if (simulation->window_ticks < all) TRY(watch->stop(watch->context, simulation));
  }
  activity_share(&simulation->activity);
  TRY(watch_rates(simulation, stage));
  TRY(summarise(simulation, stage));
  TRY(extracellular_end(recording, simulation, stage));
  simulation->window_ticks = 0;
  simulation->window_end_h = stage->t1_h;
  TRY(recording_window(recording, simulation, stage->t0_h));
  instruments_end(&simulation->instruments, stage->window == 0);
  return STATUS_OK;
}

/* ---- the slow half ---- */

struct slow_job {
  struct simulation *simulation;
  double t0_h, t1_h, slowing, serotonin;
  struct body_effects body[EXPERIMENT_REGIONS];
  struct conditions conditions;
  struct slow_site {
    int region, site;
    enum status status;
    char *message;
  } * item;
};

static double left_at(const struct step *step, enum action action, int site) {
  return action_share_left(step->exposures, step->n_exposures, action, site);
}

/* Of the latest window; 0 before there was one. */
static double scale_then(const struct tissue *tissue, int site) {
  double gaba = tissue->measured[SITE_gaba_scale][site];
  return gaba > 0 ? tissue->measured[SITE_scale][site] / gaba : 0;
}

/* Over that of the latest window. */
static double excitation_since(const struct simulation *simulation, int r, int site) {
  double then = simulation->tissue[r].measured[SITE_excitation][site];
  return then > 0 ? excitation(simulation, r, site) / then : 1;
}

static void advance_site(void *context, int thread, int i) {
  struct slow_job *job = context;
  struct slow_site *item = &job->item[i];
  struct tissue *tissue = &job->simulation->tissue[item->region];
  const struct step *step = &job->conditions.step[item->region];
  struct signalling_input in = {.throughput = tissue_relative(tissue, SITE_throughput, item->site),
                                .resting_blocked = tissue->measured[SITE_resting_blocked][item->site],
                                .rate = tissue_relative(tissue, SITE_rate, item->site),
                                .scale_then = scale_then(tissue, item->site),
                                .excitation = excitation_since(job->simulation, item->region, item->site),
                                .bdnf_left = left_at(step, ACTION_BDNF_SCAVENGER, item->site),
                                .mtorc1_left = left_at(step, ACTION_MTORC1_INHIBITOR, item->site),
                                .serotonin = job->serotonin * tissue->region->settings.serotonin,
                                .inflamed = job->body[item->region].inflamed,
                                .stress_lost = job->body[item->region].stress_lost,
                                .gut_change = job->body[item->region].gut_change,
                                .calcium_blocked =
                                    calcium_entry_blocked(step->exposures, step->n_exposures, item->site),
                                .slowing = job->slowing};
  double y[SIGNALLING_COUNT];
  char where[64];
  snprintf(where, sizeof where, "%s, site %d", tissue->region->name, item->site);
  for (int k = 0; k < SIGNALLING_COUNT; k++) y[k] = tissue->y[k][item->site];
  item->status = signalling_advance(&job->simulation->experiment->signalling, &in,
                                    job->simulation->solver[thread], where, job->t0_h, job->t1_h, y);
  if (item->status != STATUS_OK && memory_text(status_message(), &item->message) != STATUS_OK)
    item->message = NULL;
  for (int k = 0; k < SIGNALLING_COUNT; k++) tissue->y[k][item->site] = y[k];
}

/* Sites go round the processes: each is solved by one. */
static bool solves(const struct simulation *simulation, int site) {
  const struct exchange *exchange = simulation->network->exchange;
  return exchange_whole(exchange) || site % exchange_ranks(exchange) == exchange_first(exchange);
}

/* The sites that others solved. */
static void meet(struct simulation *simulation) {
  if (exchange_whole(simulation->network->exchange)) return;
  for (int r = 0, before = 0; r < simulation->n_regions; before += simulation->tissue[r++].n_sites) {
    const struct tissue *tissue = &simulation->tissue[r];
    for (int k = 0; k < SIGNALLING_COUNT; k++) {
      for (int s = 0; s < tissue->n_sites; s++) {
        if (!solves(simulation, before + s)) tissue->y[k][s] = 0;
      }
      exchange_unite(simulation->network->exchange, tissue->y[k], (size_t)tissue->n_sites * sizeof(double));
    }
  }
}

/* All sites of all regions; the failure of the lowest site counts. */
static enum status advance_sites(struct slow_job *job) {
  struct simulation *simulation = job->simulation;
  int n = 0, sites = 0;
  for (int r = 0; r < simulation->n_regions; r++) sites += simulation->tissue[r].n_sites;
  TRY(memory_new("sites", (size_t)sites, sizeof *job->item, &job->item));
  for (int r = 0, i = 0; r < simulation->n_regions; r++) {
    for (int s = 0; s < simulation->tissue[r].n_sites; s++, i++) {
      if (solves(simulation, i)) job->item[n++] = (struct slow_site){r, s, STATUS_OK, NULL};
    }
  }
  team_share(simulation->network->team, n, advance_site, job);
  enum status status = STATUS_OK;
  for (int i = 0; i < n; i++) {
    if (job->item[i].status != STATUS_OK && status == STATUS_OK) {
      status = status_fail(job->item[i].status, "%s",
                           job->item[i].message ? job->item[i].message : "out of memory");
    }
    memory_free(job->item[i].message);
  }
  memory_free(job->item);
  TRY(exchange_agree(simulation->network->exchange, status));
  meet(simulation);
  return STATUS_OK;
}

/* Advance the course to t1, with a row of /drugs at every drug_step within a day of an event. */
static enum status advance_course(struct simulation *simulation, const struct recording *recording,
                                  double t1_h) {
  double step = simulation->experiment->simulation.drug_step;
  while (simulation->slow.time_h < t1_h) {
    double next = (floor(simulation->slow.time_h / step + 1e-9) + 1.0) * step;
    bool fine = next < t1_h && t1_h - simulation->slow.time_h <= 24.0 && recording;
    TRY(course_advance(simulation, &simulation->slow, NULL, fine ? next : t1_h));
    if (recording) TRY(recording_drugs(recording, simulation, &simulation->slow));
  }
  return STATUS_OK;
}

static double gaba_content(const struct simulation *simulation, int r, int site) {
  return simulation->tissue[r].y[SIGNALLING_GABA_SCALE][site];
}

/* Receptors that a population's synapses hold, by the tissue of each cell's site. */
static void fill_content(const struct simulation *simulation, int r, const struct population *population,
                         const char *mechanism,
                         double (*content_at)(const struct simulation *simulation, int r, int site)) {
  int receptor = population_receptor(population, mechanism);
  for (int b = 0; receptor >= 0 && b < population->n_blocks; b++) {
    float *content = population_column(population, receptor, "content", 0, b);
    const int32_t *site = population->site + population->block[b].first;
    for (int i = 0; content && i < population->block[b].n; i++)
      content[i] = (float)content_at(simulation, r, site[i]);
  }
}

/* AMPA and GABA-A content of the cells with spines follow the tissue of their site. */
static void set_content(const struct simulation *simulation, int r) {
  const struct spines *spines = &simulation->tissue[r].spines;
  for (int k = 0; k < spines->n_cells; k++) {
    const struct population *population = spines->cells[k].population;
    fill_content(simulation, r, population, "ampa", simulation_ampa_content);
    fill_content(simulation, r, population, "gaba_a_fast", gaba_content);
    fill_content(simulation, r, population, "gaba_a_slow", gaba_content);
  }
}

void protocol_set_content(const struct simulation *simulation) {
  for (int r = 0; r < simulation->n_regions; r++) set_content(simulation, r);
}

static enum status run_slow(struct simulation *simulation, const struct recording *recording,
                            const struct stage *stage) {
  struct slow_job job = {.simulation = simulation, .t0_h = stage->t0_h, .t1_h = stage->t1_h};
  TRY(advance_course(simulation, recording, 0.5 * (stage->t0_h + stage->t1_h)));
  job.slowing = 1.0 - temperature_rate(&simulation->experiment->temperature, simulation->slow.cooling_C);
  job.serotonin = simulation->slow.body[SYSTEMIC_SEROTONIN];
  for (int r = 0; r < simulation->n_regions; r++)
    job.body[r] = simulation_body(simulation, &simulation->slow, r);
  conditions_at(simulation, &simulation->slow, &job.conditions);
  TRY(advance_sites(&job));
  TRY(extracellular_sample(recording, simulation, stage->t0_h, stage->t1_h));
  TRY(advance_course(simulation, recording, stage->t1_h));
  double before = wall_s();
  if (structure_due(simulation, stage)) {
    TRY(structure_change(simulation, stage->t1_h));
    TRY(recording_turnover(recording, simulation, stage->t1_h));
  }
  simulation->remodel_wall_s += wall_s() - before;
  protocol_set_content(simulation);
  return recording_slow(recording, simulation, stage->t1_h);
}

/* ---- all stages ---- */

static enum status run_stage(struct simulation *simulation, const struct recording *recording,
                             const struct protocol_watch *watch) {
  const struct stage *stage = &simulation->stage[simulation->position];
  double begin = wall_s();
  int64_t tick = simulation->network->tick;
  bool spikes = stage->kind == STAGE_WINDOW;
  enum status status =
      spikes ? run_window(simulation, recording, stage, watch) : run_slow(simulation, recording, stage);
  *(spikes ? &simulation->spike_wall_s : &simulation->slow_wall_s) += wall_s() - begin;
  simulation->biology_s += clock_ms(&simulation->network->clock, simulation->network->tick - tick) * 1e-3;
  return status;
}

enum status protocol_run(struct simulation *simulation, const struct recording *recording, int until,
                         const struct protocol_watch *watch) {
  while (simulation->position < until) {
    TRY(run_stage(simulation, recording, watch));
    bool window = simulation->stage[simulation->position].kind == STAGE_WINDOW;
    simulation->position++;
    if (window) TRY(recording_windows(recording, simulation));
    TRY(watch->stage_done(watch->context, simulation));
    TRY(watch->stop(watch->context, simulation));
  }
  return STATUS_OK;
}
