/* invitro_values.c — what is read off the traces of a patch. See invitro.h. */
#include "curve.h"
#include "fields.h"
#include "invitro.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

struct reading {
  const struct invitro *invitro;
  const struct invitro_traces *traces;
  struct invitro_value *out;
  int n;
};

/* ---- means over a time ---- */

/* A trace of the binding of a drug, all its substances together; NULL: the current. */
static double sample_of(const struct reading *r, const char *drug, int run, int i) {
  const struct invitro_traces *traces = r->traces;
  size_t place = (size_t)run * (size_t)traces->n_samples + (size_t)i;
  if (!drug) return traces->current[place];
  struct drug_share share[DRUG_PARTS];
  int n = drugs_split(&r->invitro->drugs, drug, 1.0, share);
  double sum = 0;
  bool any = false;
  for (int k = 0; k < n; k++) {
    for (int b = 0; b < traces->n_bound; b++) {
      if (traces->substance[b] != share[k].substance) continue;
      sum += traces->bound[b][place];
      any = true;
    }
  }
  return any ? sum : (double)NAN;
}

/* Mean from `from` to `to`, ends included; of a time shorter than a sample, the next sample. */
static double mean(const struct reading *r, const char *drug, int run, double from, double to) {
  const double *time = r->traces->time_s;
  double sum = 0;
  int n = 0, i = 0;
  while (i < r->traces->n_samples && time[i] < from - 1e-9) i++;
  for (; i < r->traces->n_samples && (n == 0 || time[i] <= to + 1e-9); i++, n++)
    sum += sample_of(r, drug, run, i);
  return n ? sum / n : (double)NAN;
}

static double blocked(const struct reading *r, int run, double from, double to) {
  double control = mean(r, NULL, 0, from, to);
  return control != 0 ? 1.0 - mean(r, NULL, run, from, to) / control : (double)NAN;
}

static double time_constant(const struct reading *r, int run, double from, double to) {
  const double *time = r->traces->time_s;
  int first = 0, last = r->traces->n_samples;
  double tau;
  while (first < last && time[first] < from - 1e-9) first++;
  while (last > first && time[last - 1] > to + 1e-9) last--;
  curve_exponential(time + first, r->traces->current + (size_t)run * (size_t)r->traces->n_samples + first,
                    last - first, &tau);
  return tau;
}

/* ---- measures ---- */

/* "_0p3uM": a name has no points. */
static void name_concentration(double uM, char *out, size_t size) {
  snprintf(out, size, "_%guM", uM);
  for (; *out; out++) *out = *out == '.' ? 'p' : *out == '-' ? 'm' : *out == '+' ? '_' : *out;
}

static void add(struct reading *r, const char *id, const char *more, int run, const char *unit,
                const char *meaning, double value) {
  if (r->n == INVITRO_VALUES) return;
  struct invitro_value *out = &r->out[r->n++];
  bool series = run > 0 && r->invitro->n_series > 0;
  int length = snprintf(out->id, sizeof out->id, "%.30s%s", id, more);
  if (series)
    name_concentration(r->invitro->series[run - 1], out->id + length, sizeof out->id - (size_t)length);
  out->unit = unit;
  out->meaning = meaning;
  out->concentration = series ? r->invitro->series[run - 1] : (double)NAN;
  out->value = value;
}

static double one_of(const struct reading *r, const struct invitro_measure *m, int run) {
  const char *drug = m->drug && *m->drug ? m->drug : NULL;
  switch ((enum invitro_kind)m->kind) {
  case INVITRO_CURRENT:
    return mean(r, NULL, run, m->from, m->to);
  case INVITRO_BLOCKED:
    return blocked(r, run, m->from, m->to);
  case INVITRO_BOUND:
    return mean(r, drug, run, m->from, m->to);
  case INVITRO_TIME_CONSTANT:
    return time_constant(r, run, m->from, m->to);
  case INVITRO_TRAPPED:
    return blocked(r, run, m->later, m->later_to) / blocked(r, run, m->from, m->to);
  default:
    return (double)NAN;
  }
}

/* Hill curve through the runs of the series, relative to the control. */
static void add_curve(struct reading *r, const struct invitro_measure *m) {
  const char *drug = m->kind == INVITRO_KI || m->binding ? m->drug : NULL;
  double left[INVITRO_RUNS], half, slope, control = mean(r, drug, 0, m->from, m->to);
  for (int run = 1; run < r->traces->n_runs; run++)
    left[run - 1] = mean(r, drug, run, m->from, m->to) / control;
  curve_hill(r->invitro->series, left, r->invitro->n_series, &half, &slope);
  /* Cheng & Prusoff 1973: 1 + L/K_L of the ligand is 1/(1 - its own occupancy) */
  if (m->kind == INVITRO_KI) half *= 1.0 - control;
  add(r, m->id, "", 0, "uM", m->kind == INVITRO_KI ? "inhibition constant" : "concentration of half effect",
      half);
  add(r, m->id, "_hill", 0, "1", "Hill coefficient", slope);
}

static const struct {
  const char *unit, *meaning;
} kinds[] = {[INVITRO_CURRENT] = {"pA", "mean current"},
             [INVITRO_BLOCKED] = {"1", "blocked share of the current"},
             [INVITRO_BOUND] = {"1", "share of channels that hold the drug"},
             [INVITRO_TIME_CONSTANT] = {"s", "time constant of the current"},
             [INVITRO_TRAPPED] = {"1", "share of the block that is still there"}};

int invitro_values(const struct invitro *invitro, int p, const struct invitro_traces *traces,
                   struct invitro_value out[INVITRO_VALUES]) {
  struct reading r = {invitro, traces, out, 0};
  for (int k = 0; k < invitro->n_measures; k++) {
    const struct invitro_measure *m = &invitro->measure[k];
    if (!(m->patches >> p & 1u)) continue;
    if (m->kind == INVITRO_IC50 || m->kind == INVITRO_KI) {
      add_curve(&r, m);
      continue;
    }
    for (int run = traces->n_runs > 1; run < traces->n_runs; run++)
      add(&r, m->id, "", run, kinds[m->kind].unit, kinds[m->kind].meaning, one_of(&r, m, run));
  }
  return r.n;
}
