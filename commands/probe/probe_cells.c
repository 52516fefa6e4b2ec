/* probe_cells.c — membranes and firing of single cells of every population, as whole-cell recordings tell
 * them. The cells stay in their network; what they fire does not leave them. See probe.h. */
#include "memory.h"
#include "probe.h"
#include "sums.h"
#include <math.h>

static const double BEFORE_MS = 10, STEP_MS = 500, SMALL_PA = -20, LARGE_PA = -100, LAST_MS = 50;
static const double MOST_PA = 800, ABOVE_PA[3] = {50, 100, 150}, THRESHOLD_MV_PER_MS = 10;
enum { HALVINGS = 8 };

/* What one cell showed. */
struct cell_values {
  double R_in, tau_m, sag, rheobase, threshold, rate[3], adaptation;
};

struct recordings {
  struct probe *probe;
  struct pipettes pipettes;
  struct pipette *list;
  struct cell_values *value;
  double *low, *high; /* current that does not fire the cell, and that does */
  int n;
};

/* ---- traces ---- */

static int sample_at(const struct recordings *r, double ms) {
  return (int)floor(ms / r->probe->network->clock.dt_ms + 0.5);
}

static double mean_of(const float *trace, int from, int to) {
  double sum = 0;
  for (int i = from; i < to; i++) sum += (double)trace[i];
  return sum / (to - from);
}

/* Resting potential, that at the end of the step, and the farthest one in between with its sample. */
struct deflection {
  double rest, end, peak;
  int at;
};

static struct deflection deflection_of(const struct recordings *r, const float *trace) {
  int on = sample_at(r, BEFORE_MS), off = sample_at(r, BEFORE_MS + STEP_MS);
  struct deflection d = {.rest = mean_of(trace, 0, on), .at = on};
  d.end = mean_of(trace, off - sample_at(r, LAST_MS), off);
  for (int i = on; i < off; i++) {
    if ((double)trace[i] < (double)trace[d.at]) d.at = i;
  }
  d.peak = (double)trace[d.at];
  return d;
}

static double time_constant(const struct recordings *r, const float *trace, const struct deflection *d) {
  double level = d->rest + (1.0 - exp(-1.0)) * (d->peak - d->rest);
  int i = sample_at(r, BEFORE_MS);
  while (i < d->at && (double)trace[i] > level) i++;
  double before = (double)trace[i - 1], after = (double)trace[i];
  double part = after != before ? (level - before) / (after - before) : 1.0;
  return (i - 1 + part) * r->probe->network->clock.dt_ms - BEFORE_MS;
}

/* Where the last upswing before the first spike passes the threshold rate of rise; where it does so only
 * within the tick of the spike, the potential before that tick. */
static double threshold_of(const struct recordings *r, const struct pipette *p) {
  double dt_ms = r->probe->network->clock.dt_ms;
  int spike = sample_at(r, p->spike_ms[0]) - 1;
  if (p->n_spikes == 0 || spike < 2) return NAN;
  int i = sample_at(r, BEFORE_MS) + 1; /* the step itself is no upswing */
  while (i < spike - 1 && ((double)p->trace[i + 1] - (double)p->trace[i]) / dt_ms < THRESHOLD_MV_PER_MS) i++;
  return (double)p->trace[i];
}

static double adaptation_of(const struct pipette *p) {
  int n = p->n_spikes < PIPETTE_SPIKES ? p->n_spikes : PIPETTE_SPIKES;
  if (n < 4) return NAN;
  return (p->spike_ms[1] - p->spike_ms[0]) / (p->spike_ms[n - 1] - p->spike_ms[n - 2]);
}

/* ---- sweeps ---- */

static enum status sweep(struct recordings *r) {
  TRY(probe_rest(r->probe));
  return probe_record(r->probe, &r->pipettes, NULL, BEFORE_MS + STEP_MS, NULL, 0);
}

static enum status sweep_at(struct recordings *r, double pA) {
  for (int k = 0; k < r->n; k++) r->pipettes.pipette[k].step_pA = pA;
  return sweep(r);
}

static enum status measure_passive(struct recordings *r) {
  TRY(sweep_at(r, SMALL_PA));
  for (int k = 0; k < r->n; k++) {
    const float *trace = r->pipettes.pipette[k].trace;
    struct deflection d = deflection_of(r, trace);
    r->value[k].R_in = (d.end - d.rest) / SMALL_PA * 1000.0; /* mV/pA is GΩ */
    r->value[k].tau_m = time_constant(r, trace, &d);
  }
  TRY(sweep_at(r, LARGE_PA));
  for (int k = 0; k < r->n; k++) {
    struct deflection d = deflection_of(r, r->pipettes.pipette[k].trace);
    r->value[k].sag = (d.peak - d.end) / (d.peak - d.rest);
  }
  return STATUS_OK;
}

static enum status find_rheobase(struct recordings *r) {
  for (int k = 0; k < r->n; k++) r->high[k] = MOST_PA;
  for (int h = 0; h <= HALVINGS; h++) { /* the first asks whether it fires at all */
    for (int k = 0; k < r->n; k++)
      r->pipettes.pipette[k].step_pA = h == 0 ? r->high[k] : 0.5 * (r->low[k] + r->high[k]);
    TRY(sweep(r));
    for (int k = 0; k < r->n; k++) {
      const struct pipette *p = &r->pipettes.pipette[k];
      if (h == 0 && p->n_spikes == 0) r->high[k] = NAN;
      if (h > 0) *(p->n_spikes > 0 ? &r->high[k] : &r->low[k]) = p->step_pA;
    }
  }
  for (int k = 0; k < r->n; k++) r->value[k].rheobase = r->high[k];
  return STATUS_OK;
}

static enum status measure_firing(struct recordings *r) {
  for (int s = 0; s < 3; s++) {
    for (int k = 0; k < r->n; k++) {
      double pA = r->value[k].rheobase + ABOVE_PA[s];
      r->pipettes.pipette[k].step_pA = isnan(pA) ? 0.0 : pA;
    }
    TRY(sweep(r));
    for (int k = 0; k < r->n; k++) {
      const struct pipette *p = &r->pipettes.pipette[k];
      bool fires = !isnan(r->value[k].rheobase);
      r->value[k].rate[s] = fires ? p->n_spikes / (STEP_MS * 1e-3) : NAN;
      if (s == 0) r->value[k].threshold = threshold_of(r, p);
      if (s == 1) r->value[k].adaptation = adaptation_of(p);
    }
  }
  return STATUS_OK;
}

/* ---- means ---- */

/* Means over the n recorded cells of a population, which begin at `first`. */
static void put_means(const struct recordings *r, int first, int n, struct probe_population *out) {
  struct sums R = {0}, tau = {0}, sag = {0}, rheobase = {0}, threshold = {0}, rate = {0}, slope = {0},
              adaptation = {0};
  for (int k = first; k < first + n; k++) {
    const struct cell_values *value = &r->value[k];
    sums_add(&R, value->R_in);
    sums_add(&tau, value->tau_m);
    sums_add(&sag, value->sag);
    sums_add(&rheobase, value->rheobase);
    sums_add(&threshold, value->threshold);
    sums_add(&rate, value->rate[1]);
    sums_add(&slope, (value->rate[2] - value->rate[0]) / (ABOVE_PA[2] - ABOVE_PA[0]) * 100.0);
    sums_add(&adaptation, value->adaptation);
  }
  out->R_in = sums_mean(&R);
  out->R_in_cv = sums_deviation(&R) / sums_mean(&R);
  out->tau_m = sums_mean(&tau);
  out->sag = sums_mean(&sag);
  out->rheobase = sums_mean(&rheobase);
  out->threshold = sums_mean(&threshold);
  out->rate_100pA = sums_mean(&rate);
  out->fI_slope = sums_mean(&slope);
  out->adaptation = sums_mean(&adaptation);
}

/* Resting potentials of all cells, not of the recorded ones alone. */
static void put_rest(struct probe_population *own) {
  const struct population *population = own->population;
  struct sums rest = {0};
  for (int b = 0; b < population->n_blocks; b++) {
    const float *V = population->block[b].cell_column[0];
    for (int i = 0; i < population->block[b].n; i++) sums_add(&rest, (double)V[i]);
  }
  own->V_rest = sums_mean(&rest);
  own->V_rest_sd = sums_deviation(&rest);
}

/* ---- all ---- */

static int cells_of(const struct probe *probe, int p) {
  const struct probe_population *own = &probe->population[p];
  int wanted = (int)probe->settings->cells;
  return !own->chosen ? 0 : wanted < own->population->n ? wanted : own->population->n;
}

static enum status attach(struct recordings *r) {
  const struct probe *probe = r->probe;
  for (int p = 0; p < probe->network->n_populations; p++) r->n += cells_of(probe, p);
  size_t n = (size_t)r->n + 1;
  TRY(memory_new("recordings", n, sizeof *r->list, &r->list));
  TRY(memory_new("recordings", n, sizeof *r->value, &r->value));
  TRY(memory_new("recordings", n, sizeof *r->low, &r->low));
  TRY(memory_new("recordings", n, sizeof *r->high, &r->high));
  for (int p = 0, k = 0; p < probe->network->n_populations; p++) {
    int wanted = cells_of(probe, p);
    for (int c = 0; c < wanted; c++) {
      int cell = (int)((int64_t)(2 * c + 1) * probe->population[p].population->n / (2 * wanted));
      r->list[k++] = (struct pipette){.population = p,
                                      .cell = cell,
                                      .mode = PIPETTE_CURRENT,
                                      .cut = true,
                                      .step_from_ms = BEFORE_MS,
                                      .step_to_ms = BEFORE_MS + STEP_MS};
    }
  }
  return pipettes_new(&r->pipettes, probe->network, r->list, r->n, BEFORE_MS + STEP_MS);
}

static enum status measure(struct recordings *r) {
  struct probe *probe = r->probe;
  TRY(attach(r));
  if (r->n > 0) {
    TRY(measure_passive(r));
    TRY(find_rheobase(r));
    TRY(measure_firing(r));
  }
  TRY(probe_rest(probe));
  for (int p = 0, first = 0; p < probe->network->n_populations; p++) {
    int n = cells_of(probe, p);
    put_rest(&probe->population[p]);
    put_means(r, first, n, &probe->population[p]);
    first += n;
  }
  return STATUS_OK;
}

enum status probe_measure_cells(struct probe *probe) {
  struct recordings r = {.probe = probe};
  enum status status = measure(&r);
  pipettes_free(&r.pipettes);
  memory_free(r.list);
  memory_free(r.value);
  memory_free(r.low);
  memory_free(r.high);
  return status;
}
