/* bath.c — drugs at a held concentration. See bath.h. */
#include "bath.h"
#include "memory.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

bool bath_is(const struct dose_event *event) { return event->kind && strcmp(event->kind, "bath") == 0; }

double bath_end_h(const struct dose_event *event) {
  return event->over > 0 ? event->at + event->over : INFINITY;
}

void bath_check(const struct experiment *experiment, const char *path, const struct dose_event *event) {
  struct config *config = experiment->config;
  char route[128];
  snprintf(route, sizeof route, "%s.route", path);
  if (!bath_is(event)) {
    if (event->concentration > 0) config_fault(config, path, "a concentration belongs to the kind bath");
    return;
  }
  if (!(event->concentration > 0)) config_fault(config, path, "a bath needs a concentration");
  if (event->dose > 0 || event->amount > 0)
    config_fault(config, path, "a bath has a concentration, no dose and no amount");
  if (config_has(config, route)) config_fault(config, route, "a bath has no route");
  if (event->count > 1) config_fault(config, path, "a bath comes once; give one event for each");
}

enum status bath_add(const struct experiment *experiment, const struct dose_event *event,
                     struct arm_doses *out) {
  struct drug_share share[DRUG_PARTS];
  int n = drugs_split(&experiment->drugs, event->drug, 1.0, share);
  double all = 0;
  for (int k = 0; k < n; k++) all += share[k].umol_per_kg;
  TRY(memory_resize("baths", (size_t)out->n_baths, (size_t)(out->n_baths + n), sizeof *out->bath,
                    &out->bath));
  for (int k = 0; k < n; k++) {
    out->bath[out->n_baths++] = (struct bath){share[k].substance, event->at, bath_end_h(event),
                                              event->concentration * share[k].umol_per_kg / all};
  }
  return STATUS_OK;
}

double bath_uM(const struct arm_doses *doses, int substance, double t_h) {
  double sum = 0;
  for (int k = 0; k < doses->n_baths; k++) {
    const struct bath *bath = &doses->bath[k];
    if (bath->substance == substance && bath->at_h <= t_h && t_h < bath->until_h) sum += bath->uM;
  }
  return sum;
}

bool bath_begun(const struct arm_doses *doses, int substance, double t_h) {
  for (int k = 0; k < doses->n_baths; k++) {
    if (doses->bath[k].substance == substance && doses->bath[k].at_h <= t_h) return true;
  }
  return false;
}
