/* invitro_trace.c — the runs of a patch: solutions come and go, the receptors answer. See invitro.h.
 *
 * Time is cut where a solution or the potential changes. After a change the patch runs in real time until its
 * conductances are steady; from there a millisecond may stand for a longer stretch of the slow kinetics,
 * which meet the same potential, opening and concentrations in all of it. */
#include "fields.h"
#include "invitro.h"
#include "memory.h"
#include <math.h>
#include <stdlib.h>

enum { BREAKS = 6 * INVITRO_STEPS + 2 };

/* Conditions of a stretch. */
struct stretch {
  double V_mV, active, agonist_uM;
  struct exposure exposure[DRUG_SUBSTANCES * ACTION_COUNT];
  int n_exposures;
};

static int64_t to_ms(double s) { return (int64_t)floor(s * 1000.0 + 0.5); }

/* ---- what stands at a time ---- */

static bool holds(uint32_t patches, int p, double at, double until, int64_t ms) {
  return (patches >> p & 1u) && to_ms(at) <= ms && ms < to_ms(until);
}

static double active_share(const struct invitro *invitro, int p, int64_t ms, double *uM) {
  double closed = 1.0;
  *uM = 0.0;
  for (int k = 0; k < invitro->n_agonists; k++) {
    const struct invitro_agonist *a = &invitro->agonist[k];
    if (!holds(a->patches, p, a->at, a->until, ms) || !(a->concentration > 0)) continue;
    closed *= 1.0 - 1.0 / (1.0 + pow(a->EC50 / a->concentration, a->hill));
    *uM += a->concentration;
  }
  return 1.0 - closed;
}

/* Concentration of a drug row in a run; a control has none of those that make the difference. */
static double concentration(const struct invitro *invitro, const struct invitro_drug *drug, int run) {
  bool control = run == 0;
  if (drug->series) return control ? 0.0 : invitro->series[run - 1];
  return control && invitro->n_series == 0 ? 0.0 : drug->concentration;
}

static void add_drug(const struct invitro *invitro, const struct invitro_drug *drug, double uM,
                     double free_uM[DRUG_SUBSTANCES]) {
  struct drug_share share[DRUG_PARTS];
  double all = 0;
  int n = drugs_split(&invitro->drugs, drug->drug, 1.0, share);
  for (int i = 0; i < n; i++) all += share[i].umol_per_kg;
  for (int i = 0; i < n; i++) free_uM[share[i].substance] += uM * share[i].umol_per_kg / all;
}

static void find_conditions(const struct invitro *invitro, int p, int run, int64_t ms, struct stretch *out) {
  double free_uM[DRUG_SUBSTANCES] = {0}, ever_uM[DRUG_SUBSTANCES] = {0};
  bool given[DRUG_SUBSTANCES];
  out->V_mV = invitro->patch[p].V;
  out->active = active_share(invitro, p, ms, &out->agonist_uM);
  for (int k = 0; k < invitro->n_voltages; k++) {
    const struct invitro_voltage *v = &invitro->voltage[k];
    if (holds(v->patches, p, v->at, v->until, ms)) out->V_mV = v->V;
  }
  for (int k = 0; k < invitro->n_drugs; k++) {
    const struct invitro_drug *d = &invitro->drug[k];
    double uM = concentration(invitro, d, run);
    if (d->patches >> p & 1u) add_drug(invitro, d, uM, ever_uM);
    if (holds(d->patches, p, d->at, d->until, ms)) add_drug(invitro, d, uM, free_uM);
  }
  for (int s = 0; s < DRUG_SUBSTANCES; s++) given[s] = ever_uM[s] > 0;
  const float *everywhere[DRUG_SUBSTANCES] = {NULL};
  out->n_exposures = drugs_exposures(&invitro->drugs, free_uM, given, everywhere, out->exposure);
}

static int by_time(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

/* All times at which something changes, in order, the last the end of the run. */
static int find_breaks(const struct invitro *invitro, int64_t breaks[BREAKS]) {
  int64_t end = to_ms(invitro->settings.duration);
  int n = 0;
  breaks[n++] = 0;
  breaks[n++] = end;
  for (int k = 0; k < invitro->n_agonists; k++) {
    breaks[n++] = to_ms(invitro->agonist[k].at);
    breaks[n++] = to_ms(invitro->agonist[k].until);
  }
  for (int k = 0; k < invitro->n_drugs; k++) {
    breaks[n++] = to_ms(invitro->drug[k].at);
    breaks[n++] = to_ms(invitro->drug[k].until);
  }
  for (int k = 0; k < invitro->n_voltages; k++) {
    breaks[n++] = to_ms(invitro->voltage[k].at);
    breaks[n++] = to_ms(invitro->voltage[k].until);
  }
  for (int k = 0; k < n; k++) breaks[k] = breaks[k] < end ? breaks[k] : end;
  qsort(breaks, (size_t)n, sizeof *breaks, by_time);
  return n;
}

/* ---- a run ---- */

struct progress_of_run {
  int64_t ms, sample_ms;
  int at; /* samples taken */
};

static void take_sample(const struct invitro *invitro, const struct patch *patch, int run,
                        const struct progress_of_run *now, struct invitro_traces *traces) {
  int64_t place = (int64_t)run * traces->n_samples + now->at;
  if (now->at >= traces->n_samples) return;
  traces->time_s[now->at] = (double)now->ms * 1e-3;
  traces->current[place] = patch_current(patch);
  for (int i = 0; i < traces->n_bound; i++) {
    const struct substance *substance = &invitro->drugs.substance[traces->substance[i]];
    traces->bound[i][place] = patch_bound(patch, substance->slot[ACTION_NMDA_CHANNEL]);
  }
}

static void run_stretch(const struct invitro *invitro, struct patch *patch, int run, int64_t until,
                        const struct stretch *stretch, struct progress_of_run *now,
                        struct invitro_traces *traces) {
  int64_t begin = now->ms, settle = to_ms(invitro->settings.settle),
          stride = (int64_t)invitro->settings.stride;
  patch_agonist(patch, stretch->active, stretch->agonist_uM);
  while (now->ms < until) {
    int64_t next_sample = (int64_t)(now->at + 1) * now->sample_ms, step = 1;
    if (now->ms - begin >= settle) {
      step = stride < until - now->ms ? stride : until - now->ms;
      step = step < next_sample - now->ms ? step : next_sample - now->ms;
    }
    patch_advance(patch, stretch->V_mV, stretch->exposure, stretch->n_exposures, (double)step);
    now->ms += step;
    if (now->ms < next_sample) continue;
    take_sample(invitro, patch, run, now, traces);
    now->at++;
  }
}

static enum status run_once(const struct invitro *invitro, int p, struct patch *patch, int run,
                            struct invitro_traces *traces) {
  int64_t breaks[BREAKS];
  int n = find_breaks(invitro, breaks);
  struct progress_of_run now = {.sample_ms = to_ms(invitro->settings.sample)};
  TRY(patch_reset(patch));
  for (int k = 0; k + 1 < n; k++) {
    struct stretch stretch;
    if (breaks[k + 1] <= breaks[k]) continue;
    find_conditions(invitro, p, run, breaks[k], &stretch);
    run_stretch(invitro, patch, run, breaks[k + 1], &stretch, &now, traces);
  }
  return STATUS_OK;
}

/* ---- all runs ---- */

static enum status make_traces(const struct invitro *invitro, struct invitro_traces *out) {
  int64_t sample = to_ms(invitro->settings.sample), all = to_ms(invitro->settings.duration);
  out->n_samples = (int)(all / (sample > 0 ? sample : 1));
  out->n_runs = 1 + (invitro->n_series ? invitro->n_series : invitro->n_drugs > 0);
  size_t values = (size_t)out->n_runs * (size_t)out->n_samples;
  TRY(memory_new("traces", (size_t)out->n_samples + 1, sizeof(double), &out->time_s));
  TRY(memory_new("traces", values + 1, sizeof(double), &out->current));
  for (int s = 0; s < invitro->drugs.n_substances; s++) {
    if (!invitro->drugs.substance[s].acts[ACTION_NMDA_CHANNEL]) continue;
    TRY(memory_new("traces", values + 1, sizeof(double), &out->bound[out->n_bound]));
    out->substance[out->n_bound++] = s;
  }
  return STATUS_OK;
}

enum status invitro_trace(struct invitro *invitro, int p, struct invitro_traces *out) {
  struct patch patch;
  *out = (struct invitro_traces){0};
  TRY(make_traces(invitro, out));
  int n = invitro->patch[p].n_receptors;
  invitro->patch[p].n_receptors = 0; /* the patch owns their parameters from here on */
  enum status status =
      patch_new(invitro->patch[p].receptor, n, invitro->settings.dt, invitro->settings.conductance,
                drugs_slots(&invitro->drugs, ACTION_NMDA_CHANNEL), &patch);
  for (int run = 0; status == STATUS_OK && run < out->n_runs; run++)
    status = run_once(invitro, p, &patch, run, out);
  patch_free(&patch);
  return status;
}

void invitro_free_traces(struct invitro_traces *traces) {
  memory_free(traces->time_s);
  memory_free(traces->current);
  for (int i = 0; i < traces->n_bound; i++) memory_free(traces->bound[i]);
  *traces = (struct invitro_traces){0};
}
