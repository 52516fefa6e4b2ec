/* drug_rows.c — concentrations and events of an arm, as its result holds them. See drug_rows.h. */
#include "drug_rows.h"
#include "experiment/bath.h"
#include "experiment/local_events.h"
#include "experiment/stress_events.h"
#include "fields.h"
#include "memory.h"
#include <stdio.h>

enum { ROWS_MAX = (2 + EXPERIMENT_REGIONS) * DRUG_SUBSTANCES + 1, NAME_BYTES = 96 };

/* The columns of /drugs, with room for the names they have. */
struct columns {
  struct signal signal[ROWS_MAX];
  char name[ROWS_MAX][NAME_BYTES];
  int n;
};

static void add(struct columns *columns, const char *first, const char *second, const char *unit,
                const char *label) {
  char *name = columns->name[columns->n];
  snprintf(name, NAME_BYTES, "%s_%s", first, second);
  columns->signal[columns->n++] = (struct signal){name, unit, label};
}

static void add_tissue(struct columns *columns, const char *region, const char *substance) {
  char first[32];
  snprintf(first, sizeof first, "tissue_%s", region);
  add(columns, first, substance, "µM", "concentration");
}

enum status drug_rows_describe(const struct experiment *experiment, struct recorder *to, int *handle) {
  const struct drugs *drugs = &experiment->drugs;
  struct columns *columns = NULL;
  *handle = -1;
  if (drugs->n_substances == 0) return STATUS_OK;
  TRY(memory_new("columns", 1, sizeof *columns, &columns));
  for (int s = 0; s < drugs->n_substances; s++) {
    add(columns, "plasma", drugs->substance[s].name, "µM", "concentration");
    add(columns, "brain", drugs->substance[s].name, "µM", "concentration");
  }
  add(columns, "body", "temperature", "K", "body temperature relative to normal");
  for (int r = 0; r < experiment->n_regions; r++) {
    for (int s = 0; s < drugs->n_substances; s++) {
      if (local_events_have(experiment, r, s))
        add_tissue(columns, experiment->anatomy[r].name, drugs->substance[s].name);
    }
  }
  const struct signal_group group = {.path = "drugs",
                                     .title = "drug: total in plasma, free in the brain",
                                     .axis = "time",
                                     .axis_unit = "h",
                                     .axis_label = "time",
                                     .signals = columns->signal,
                                     .n_signals = columns->n};
  enum status status = to->group(to, &group, handle);
  memory_free(columns);
  return status;
}

enum status drug_rows_append(const struct experiment *experiment, const struct arm_doses *doses,
                             struct recorder *to, int handle, const struct course *course) {
  const struct drugs *drugs = &experiment->drugs;
  double row[ROWS_MAX];
  int n = 0;
  if (handle < 0) return STATUS_OK;
  for (int s = 0; s < drugs->n_substances; s++) {
    row[n++] = kinetics_plasma_uM(&drugs->substance[s].kinetics, course->state[s]);
    row[n++] = course_brain_uM(doses, course, s);
  }
  row[n++] = course->cooling_C;
  for (int r = 0; r < experiment->n_regions; r++) {
    for (int s = 0; s < drugs->n_substances; s++) {
      if (local_events_have(experiment, r, s)) row[n++] = course_local_uM(experiment, doses, course, r, s);
    }
  }
  return to->append(to, handle, course->time_h, row);
}

/* What happened to an arm, column by column. */
struct events {
  const char *kind[EXPERIMENT_EVENTS], *drug[EXPERIMENT_EVENTS], *route[EXPERIMENT_EVENTS];
  const char *region[EXPERIMENT_EVENTS], *population[EXPERIMENT_EVENTS], *stressor[EXPERIMENT_EVENTS];
  double concentration[EXPERIMENT_EVENTS];
  double current[EXPERIMENT_EVENTS], conductance[EXPERIMENT_EVENTS], reversal[EXPERIMENT_EVENTS],
      volleys[EXPERIMENT_EVENTS];
  double at[EXPERIMENT_EVENTS], over[EXPERIMENT_EVENTS], dose[EXPERIMENT_EVENTS], every[EXPERIMENT_EVENTS];
  int64_t count[EXPERIMENT_EVENTS];
  int n;
};

static void list_events(const struct experiment *experiment, int arm, struct events *out) {
  static const char *const routes[] = {"iv", "ip", "sc", "oral", "nasal", "icv", "local"};
  for (int e = 0; e < experiment->n_events; e++) {
    const struct dose_event *event = &experiment->event[e];
    if (!(event->arms >> arm & 1u)) continue;
    int n = out->n++;
    out->kind[n] = event->kind;
    out->drug[n] = event->drug;
    out->stressor[n] = event->stressor;
    out->concentration[n] = event->concentration;
    bool given = event->route < COUNT_OF(routes) && *event->drug && !bath_is(event);
    out->route[n] = given ? routes[event->route] : "";
    out->population[n] = event->population;
    out->current[n] = event->current;
    out->conductance[n] = event->conductance;
    out->reversal[n] = event->reversal;
    out->volleys[n] = event->volleys;
    out->region[n] = event->region;
    out->at[n] = event->at;
    out->over[n] = event->over;
    out->every[n] = event->every;
    out->count[n] = event->count;
    out->dose[n] = event_mg_per_kg(experiment, event);
  }
}

enum status drug_rows_events(const struct experiment *experiment, struct recorder *to, int arm) {
  struct events e = {.n = 0};
  list_events(experiment, arm, &e);
  const struct column columns[] = {{"time_h", COLUMN_F64, "h", "", e.at},
                                   {"kind", COLUMN_TEXT, "", "", e.kind},
                                   {"drug", COLUMN_TEXT, "", "", e.drug},
                                   {"stressor", COLUMN_TEXT, "", "of stress", e.stressor},
                                   {"dose_mg_per_kg", COLUMN_F64, "mg/kg", "", e.dose},
                                   {"concentration_uM", COLUMN_F64, "uM", "of a bath", e.concentration},
                                   {"route", COLUMN_TEXT, "", "", e.route},
                                   {"region", COLUMN_TEXT, "", "of a dose into tissue, a stimulus", e.region},
                                   {"population", COLUMN_TEXT, "", "of a stimulus", e.population},
                                   {"current_pA", COLUMN_F64, "pA", "of a current", e.current},
                                   {"conductance_nS", COLUMN_F64, "nS", "of an opsin", e.conductance},
                                   {"reversal_mV", COLUMN_F64, "mV", "of an opsin", e.reversal},
                                   {"volleys", COLUMN_F64, "1", "of a pulse", e.volleys},
                                   {"over_h", COLUMN_F64, "h", "duration of each", e.over},
                                   {"every_h", COLUMN_F64, "h", "interval of repeated events", e.every},
                                   {"count", COLUMN_I64, "1", "how often it happens", e.count}};
  const struct table table = {"protocol/events", "what happened to this arm", e.n, columns,
                              COUNT_OF(columns)};
  return to->table(to, &table);
}
