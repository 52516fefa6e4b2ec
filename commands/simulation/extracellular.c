/* extracellular.c — the parts of extracellular glutamate in a run. See extracellular.h. */
#include "extracellular.h"
#include "experiment/subject.h"
#include "fields.h"
#include "memory.h"
#include <math.h>
#include <stdio.h>

_Static_assert((int)EXTRACELLULAR_MEASURE_COUNT <= (int)SIMULATION_WHOLES, "room for all measures");

/* ---- config ---- */

void extracellular_read(struct config *config, struct experiment *experiment) {
  params_read(config, "tissue.glutamate", glutamate_params, n_glutamate_params, NULL, 0,
              &experiment->glutamate);
  params_read(config, "tissue.mglur2", mglur2_params, n_mglur2_params, NULL, 0, &experiment->mglur2);
  params_read(config, "tissue.gaba_b", heteroreceptor_params, n_heteroreceptor_params, NULL, 0,
              &experiment->heteroreceptors);
  params_read(config, "record.dialysis", dialysis_params, n_dialysis_params, NULL, 0, &experiment->dialysis);
  params_read(config, "record.electrode", electrode_params, n_electrode_params, NULL, 0,
              &experiment->electrode);
  params_read(config, "record.bursts", bursts_params, n_bursts_params, NULL, 0, &experiment->bursts);
}

static void check_place(const struct simulation *simulation, const char *path, bool on, double x, double y) {
  for (int r = 0; r < simulation->n_regions && on; r++) {
    const struct sheet *sheet = &simulation->region[r].sheet;
    double half_x = 0.5 * sheet_side_x_um(sheet), half_y = 0.5 * sheet_side_y_um(sheet);
    if (fabs(x) <= half_x && fabs(y) <= half_y) continue;
    config_fault(simulation->experiment->config, path,
                 "(%g µm, %g µm) lies outside the sheet of %s, which reaches %g and %g µm from its middle", x,
                 y, simulation->region[r].name, half_x, half_y);
  }
}

void extracellular_check(const struct simulation *simulation) {
  const struct dialysis_params *probe = &simulation->experiment->dialysis;
  const struct electrode_params *electrode = &simulation->experiment->electrode;
  check_place(simulation, "record.dialysis", probe->on, probe->x, probe->y);
  check_place(simulation, "record.electrode", electrode->on, electrode->x, electrode->y);
}

/* ---- a region's parts ---- */

void extracellular_prepare(struct simulation *simulation) {
  const struct drugs *drugs = &simulation->experiment->drugs;
  double tone = presynaptic_most(&simulation->experiment->mglur2); /* on or off: baselines are equal */
  double raised = 1;
  struct presynaptic_params gaba_b = heteroreceptors_at_terminals(&simulation->experiment->heteroreceptors);
  double held = presynaptic_most(&gaba_b);
  for (int s = 0; s < drugs->n_substances; s++) {
    if (drugs->substance[s].acts[ACTION_AMPA_POTENTIATOR])
      raised *= fmax(1.0, drugs->substance[s].properties[ACTION_AMPA_POTENTIATOR].ampa_potentiator.release);
  }
  for (int p = 0; p < simulation->network->n_projections; p++) {
    struct projection *projection = simulation->network->projection[p];
    const double largest[RELEASE_FACTORS] = {
        [RELEASE_MGLUR2] = tone, [RELEASE_DRUGS] = raised, [RELEASE_GABA_B] = held};
    projection->release_most = 1;
    for (int f = 0; f < RELEASE_FACTORS; f++) {
      if (projection->heeds >> f & 1u) projection->release_most *= largest[f];
    }
  }
}

enum status extracellular_new(struct tissue *tissue, const struct simulation *simulation, int threads) {
  const struct experiment *experiment = simulation->experiment;
  const struct region *region = tissue->region;
  TRY(glutamate_new(&tissue->glutamate, &experiment->glutamate, &region->sheet, region->population,
                    region->anatomy.n_populations, threads));
  glutamate_restart(&tissue->glutamate, false);
  double thalamic[REGION_POPULATIONS];
  struct background_terminals background[REGION_POPULATIONS];
  for (int k = 0; k < region->anatomy.n_populations; k++) {
    thalamic[k] = region->own[k].thalamic;
    background[k] = (struct background_terminals){region->own[k].mglur2, region->own[k].ampa_potentiator};
  }
  TRY(heteroreceptors_new(&tissue->heteroreceptors, &experiment->heteroreceptors,
                          experiment->signalling.gaba_b, simulation->network, &region->sheet,
                          region->population, region->anatomy.n_populations, thalamic));
  TRY(mglur2_new(&tissue->mglur2, &experiment->mglur2, experiment->signalling.autoreceptors,
                 &tissue->glutamate, &tissue->heteroreceptors, simulation->network, background));
  TRY(dialysis_new(&tissue->dialysis, &experiment->dialysis, &tissue->glutamate));
  TRY(electrode_new(&tissue->electrode, &experiment->electrode, &tissue->glutamate));
  return bursts_new(&tissue->bursts, &experiment->bursts, &tissue->glutamate);
}

void extracellular_free(struct tissue *tissue) {
  bursts_free(&tissue->bursts);
  electrode_free(&tissue->electrode);
  dialysis_free(&tissue->dialysis);
  mglur2_free(&tissue->mglur2);
  heteroreceptors_free(&tissue->heteroreceptors);
  glutamate_free(&tissue->glutamate);
}

enum status extracellular_visit(struct tissue *tissue, struct visitor *visitor) {
  const char *region = tissue->region->name;
  TRY(glutamate_visit(&tissue->glutamate, region, visitor));
  TRY(heteroreceptors_visit(&tissue->heteroreceptors, region, visitor));
  TRY(mglur2_visit(&tissue->mglur2, region, visitor));
  TRY(dialysis_visit(&tissue->dialysis, region, visitor));
  TRY(electrode_visit(&tissue->electrode, region, visitor));
  return bursts_visit(&tissue->bursts, region, visitor);
}

void extracellular_restart(struct tissue *tissue, bool clear_sums) {
  glutamate_restart(&tissue->glutamate, clear_sums);
  heteroreceptors_restart(&tissue->heteroreceptors, clear_sums);
  mglur2_restart(&tissue->mglur2, clear_sums);
}

int extracellular_observers(struct tissue *tissue, struct observer out[EXTRACELLULAR_OBSERVERS]) {
  int n = 0;
  out[n++] = glutamate_observer(&tissue->glutamate);
  out[n++] = heteroreceptors_observer(&tissue->heteroreceptors);
  out[n++] = mglur2_observer(&tissue->mglur2);
  if (tissue->electrode.params.on) out[n++] = electrode_observer(&tissue->electrode);
  if (tissue->bursts.params.on) out[n++] = bursts_observer(&tissue->bursts);
  return n;
}

void extracellular_begin(struct tissue *tissue) {
  extracellular_restart(tissue, false);
  electrode_begin(&tissue->electrode);
}

void extracellular_measure(struct tissue *tissue) {
  extracellular_restart(tissue, true);
  bursts_begin(&tissue->bursts);
}

enum status extracellular_conditions(struct tissue *tissue, const struct step *step, double settle_ms,
                                     double window_ms) {
  presynaptic_settle(&tissue->heteroreceptors.receptors, settle_ms);
  mglur2_conditions(&tissue->mglur2, step->exposures, step->n_exposures, settle_ms);
  return tissue->bursts.params.on ? bursts_listen(&tissue->bursts, window_ms, settle_ms == 0) : STATUS_OK;
}

/* ---- groups ---- */

static const struct signal burst_signals[] = {
    {"criterion", "1", "threshold: 0 of the baseline, 1 of the window itself"},
    {"duration", "ms", "time above the threshold"},
    {"size", "µM·ms", "integral of what exceeds the mean"},
    {"peak", "µM", "largest mean over the region"},
    {"extent", "1", "share of sites that take part"},
    {"speed", "m/s", "speed of the front"},
};
static const struct signal concentration[] = {{"glutamate", "µM", "glutamate"}};

const struct signal *extracellular_burst_signals(int *n) {
  *n = COUNT_OF(burst_signals);
  return burst_signals;
}

static enum status describe_group(const char *place, const struct region *region, const char *title,
                                  const char *axis_unit, const struct signal *signals, int n,
                                  struct recorder *to, int *handle) {
  char path[64];
  snprintf(path, sizeof path, "%s/%s", place, region->name);
  struct signal_group group = {.path = path,
                               .title = title,
                               .axis = "time",
                               .axis_unit = axis_unit,
                               .axis_label = "time",
                               .signals = signals,
                               .n_signals = n};
  return to->group(to, &group, handle);
}

enum status extracellular_describe(const struct simulation *simulation, struct recorder *to, int r,
                                   struct recording *out) {
  const struct region *region = &simulation->region[r];
  const struct tissue *tissue = &simulation->tissue[r];
  out->dialysis[r] = out->electrode[r] = out->bursts[r] = -1;
  if (tissue->dialysis.params.on)
    TRY(describe_group("dialysis", region, "samples of a microdialysis probe", "h", concentration, 1, to,
                       &out->dialysis[r]));
  if (tissue->electrode.params.on)
    TRY(describe_group("electrode", region, "readings of an enzyme electrode", "s", concentration, 1, to,
                       &out->electrode[r]));
  if (!tissue->bursts.params.on) return STATUS_OK;
  return describe_group("bursts", region, "bursts of glutamate, by their onset", "s", burst_signals,
                        COUNT_OF(burst_signals), to, &out->bursts[r]);
}

/* ---- rows ---- */

enum status extracellular_row(const struct recording *recording, const struct simulation *simulation,
                              double time_s) {
  int64_t step = (int64_t)ELECTRODE_STEP_MS * simulation->network->ms_ticks;
  if (simulation->window_ticks % step != 0) return STATUS_OK;
  for (int r = 0; r < simulation->n_regions; r++) {
    double reading = simulation->window_ticks == 0 ? NAN : simulation->tissue[r].electrode.reading;
    if (recording->electrode[r] < 0) continue;
    TRY(recording->to->append(recording->to, recording->electrode[r], time_s, &reading));
  }
  return STATUS_OK;
}

/* The bursts of one criterion: their rows, and of the baseline's criterion what all have in common. */
static enum status record_bursts(const struct recording *recording, struct tissue *tissue, int handle,
                                 const struct window_plan *window, enum bursts_criterion criterion) {
  struct burst *burst = NULL;
  int n = 0;
  double duration = 0, extent = 0;
  TRY(bursts_find(&tissue->bursts, criterion, &burst, &n));
  enum status status = STATUS_OK;
  for (int k = 0; k < n && status == STATUS_OK; k++) {
    double row[] = {criterion,        burst[k].duration_ms, burst[k].size_uM_ms,
                    burst[k].peak_uM, burst[k].extent,      burst[k].speed_m_s};
    status =
        recording->to->append(recording->to, handle, window->at * 3600.0 + burst[k].onset_ms * 1e-3, row);
    duration += burst[k].duration_ms / n;
    extent += burst[k].extent / n;
  }
  memory_free(burst);
  double *out = tissue->extracellular;
  out[criterion == BURSTS_OWN ? EXTRACELLULAR_bursts_own : EXTRACELLULAR_bursts] = n / window->duration;
  if (criterion == BURSTS_OWN) return status;
  out[EXTRACELLULAR_burst_duration] = n > 0 ? duration : NAN;
  out[EXTRACELLULAR_burst_extent] = n > 0 ? extent : NAN;
  return status;
}

enum status extracellular_end(const struct recording *recording, struct simulation *simulation,
                              const struct stage *stage) {
  bool baseline = stage->window == 0;
  const struct window_plan *window = &simulation->experiment->window[stage->window];
  for (int r = 0; r < simulation->n_regions; r++) {
    struct tissue *tissue = &simulation->tissue[r];
    for (int m = 0; m < EXTRACELLULAR_MEASURE_COUNT; m++) tissue->extracellular[m] = NAN;
    if (baseline && !subject_is_kept(simulation->experiment)) {
      heteroreceptors_set_rest(&tissue->heteroreceptors);
      mglur2_set_rest(&tissue->mglur2);
    }
    dialysis_read(&tissue->dialysis);
    if (tissue->dialysis.params.on) tissue->extracellular[EXTRACELLULAR_dialysate] = tissue->dialysis.reading;
    if (!tissue->bursts.params.on) continue;
    if (baseline) bursts_set_control(&tissue->bursts);
    for (int criterion = 0; criterion < BURSTS_CRITERIA; criterion++)
      TRY(record_bursts(recording, tissue, recording->bursts[r], window, criterion));
    bursts_begin(&tissue->bursts);
  }
  return STATUS_OK;
}

enum status extracellular_sample(const struct recording *recording, struct simulation *simulation,
                                 double t0_h, double t1_h) {
  for (int r = 0; r < simulation->n_regions; r++) {
    struct tissue *tissue = &simulation->tissue[r];
    if (recording->dialysis[r] < 0) continue;
    TRY(dialysis_advance(&tissue->dialysis, t0_h, t1_h, recording->to, recording->dialysis[r]));
  }
  return STATUS_OK;
}
