/* presynaptic.c — receptors at terminals. The equations and the method stand in presynaptic.h. */
#include "tissue/presynaptic.h"
#include "fields.h"
#include "maths.h"
#include "memory.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Time constants that pass while a window settles. */
static const double SETTLING = 6;

enum status presynaptic_new(struct presynaptic *receptors, const struct presynaptic_params *params, bool on,
                            int sites, const double *first) {
  *receptors = (struct presynaptic){.params = *params, .sites = sites, .on = on, .pace = 1};
  double **const fields[] = {&receptors->filtered, &receptors->activity, &receptors->rest, &receptors->factor,
                             &receptors->sum};
  for (int f = 0; f < COUNT_OF(fields); f++)
    TRY(memory_new("receptors at terminals", (size_t)sites, sizeof(double), fields[f]));
  for (int s = 0; s < sites; s++) {
    receptors->filtered[s] = first[s];
    receptors->activity[s] = params->tone;
    receptors->factor[s] = 1;
  }
  return STATUS_OK;
}

void presynaptic_free(struct presynaptic *receptors) {
  double *const fields[] = {receptors->filtered, receptors->activity, receptors->rest, receptors->factor,
                            receptors->sum};
  for (int f = 0; f < COUNT_OF(fields); f++) memory_free(fields[f]);
  *receptors = (struct presynaptic){0};
}

double presynaptic_most(const struct presynaptic_params *params) {
  return 1.0 / (1.0 - params->largest * params->tone);
}

static double power(double x, double n) { return n == 1.0 ? x : maths_pow(x, n); }

/* f at activity h: what release is where `tone` is 1. */
static double factor_of(const struct presynaptic_params *p, double activity) {
  return (1.0 - p->largest * activity) / (1.0 - p->largest * p->tone);
}

void presynaptic_advance(struct presynaptic *receptors, const double *transmitter, const double *agonist) {
  const struct presynaptic_params *p = &receptors->params;
  const double on = 1.0 - maths_exp(-receptors->pace / p->tau_on),
               off = 1.0 - maths_exp(-receptors->pace / p->tau_off);
  const double at_rest = power(p->tone / (1.0 - p->tone), 1.0 / p->hill);
  for (int s = 0; s < receptors->sites; s++) {
    double rest = receptors->rest[s];
    receptors->filtered[s] += on * (transmitter[s] - receptors->filtered[s]);
    if (rest > 0) {
      double z = power(at_rest * receptors->filtered[s] / rest + (agonist ? agonist[s] : 0.0), p->hill);
      receptors->activity[s] += off * (z / (1.0 + z) - receptors->activity[s]);
    }
    receptors->factor[s] = receptors->on ? factor_of(p, receptors->activity[s]) : 1.0;
    receptors->sum[s] += receptors->factor[s];
  }
  receptors->looks += 1.0;
}

void presynaptic_settle(struct presynaptic *receptors, double settle_ms) {
  double slowest = fmax(receptors->params.tau_on, receptors->params.tau_off);
  receptors->pace = settle_ms > 0 ? fmax(1.0, SETTLING * slowest / settle_ms) : 1.0;
}

void presynaptic_rest(struct presynaptic *receptors, int site, double transmitter) {
  receptors->rest[site] = transmitter;
  receptors->activity[site] = receptors->params.tone;
}

double presynaptic_mean(const struct presynaptic *receptors, int site) {
  return receptors->looks > 0 ? receptors->sum[site] / receptors->looks : receptors->factor[site];
}

void presynaptic_forget(struct presynaptic *receptors) {
  memset(receptors->sum, 0, (size_t)receptors->sites * sizeof(double));
  receptors->looks = 0;
}

enum status presynaptic_visit(struct presynaptic *receptors, const char *region, const char *name,
                              struct visitor *visitor) {
  char place[96];
  const struct {
    const char *name;
    double *data;
  } fields[] = {{"filtered", receptors->filtered},
                {"activity", receptors->activity},
                {"rest", receptors->rest},
                {"factor", receptors->factor},
                {"sum", receptors->sum}};
  for (int f = 0; f < COUNT_OF(fields); f++) {
    snprintf(place, sizeof place, "%s/%s_%s", region, name, fields[f].name);
    TRY(visitor->array(visitor, place, STATE_F64, (size_t)receptors->sites, fields[f].data));
  }
  snprintf(place, sizeof place, "%s/%s_looks", region, name);
  return visitor->array(visitor, place, STATE_F64, 1, &receptors->looks);
}
