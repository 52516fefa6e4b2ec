/* local_events.c — doses into tissue: their events checked, and turned into balls. See local_events.h. */
#include "local_events.h"
#include "fields.h"
#include "memory.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- faults ---- */

/* The place of a key of the event. */
struct key_path {
  char text[80];
};
static struct key_path key_of(const char *event_path, const char *key) {
  struct key_path path;
  snprintf(path.text, sizeof path.text, "%s.%s", event_path, key);
  return path;
}

/* What only a dose into tissue has. */
static void refuse_place(struct config *config, const char *path, const struct dose_event *event) {
  const struct {
    const char *key;
    bool given;
  } own[] = {{"region", *event->region != '\0'},
             {"volume", event->volume > 0},
             {"radius", event->radius >= 0},
             {"x", event->x >= 0},
             {"y", event->y >= 0}};
  for (int k = 0; k < COUNT_OF(own); k++) {
    if (own[k].given)
      config_fault(config, key_of(path, own[k].key).text, "belongs to a dose into tissue: route = \"local\"");
  }
}

void local_event_check(const struct experiment *experiment, const char *path, struct dose_event *event) {
  struct config *config = experiment->config;
  const char *names[EXPERIMENT_REGIONS];
  if (!event->region) return; /* told already */
  if (event->route != ROUTE_LOCAL) {
    refuse_place(config, path, event);
    return;
  }
  event->region_index = -1;
  for (int r = 0; r < experiment->n_regions; r++) {
    names[r] = experiment->anatomy[r].name;
    if (strcmp(event->region, names[r]) == 0) event->region_index = r;
  }
  if (*event->region == '\0')
    config_fault(config, path, "a dose into tissue needs the name of its region");
  else if (event->region_index < 0)
    config_unknown(config, key_of(path, "region").text, event->region, names, experiment->n_regions);
  if (!(event->volume > 0))
    config_fault(config, path, "a dose into tissue needs the volume that is injected");
  if (event->radius == 0) config_fault(config, key_of(path, "radius").text, "a radius of 0 reaches no cell");
}

static void check_coordinate(struct config *config, const char *path, double value, double side_um) {
  if (value > side_um) config_fault(config, path, "%g um is beyond the patch, of %g um", value, side_um);
}

void local_events_fit(const struct experiment *experiment, const struct sheet *const *sheets) {
  for (int e = 0; e < experiment->n_events; e++) {
    const struct dose_event *event = &experiment->event[e];
    char path[48];
    if (event->route != ROUTE_LOCAL || event->region_index < 0) continue;
    const struct sheet *sheet = sheets[event->region_index];
    double side_x = sheet_side_x_um(sheet), side_y = sheet_side_y_um(sheet), side = fmin(side_x, side_y);
    snprintf(path, sizeof path, "protocol.events.[%d]", e);
    if (2 * event->radius > side)
      config_fault(experiment->config, key_of(path, "radius").text,
                   "%g um exceeds the patch of %s, of %g um: without a radius it is reached everywhere",
                   event->radius, event->region, side);
    check_coordinate(experiment->config, key_of(path, "x").text, event->x, side_x);
    check_coordinate(experiment->config, key_of(path, "y").text, event->y, side_y);
  }
}

/* ---- doses ---- */

enum status local_event_doses(const struct experiment *experiment, const struct dose_event *event,
                              const struct drug_share *share, int n, struct arm_doses *out) {
  size_t old = (size_t)out->n_local, room = old + (size_t)n * (size_t)event->count;
  TRY(memory_resize("doses into tissue", old, room, sizeof *out->local, &out->local));
  for (int k = 0; k < n; k++) {
    double umol = share[k].umol_per_kg * experiment->species.body_mass, litres = event->volume * 1e-6;
    for (int64_t i = 0; i < event->count; i++) {
      out->local[out->n_local++] =
          (struct local_dose){.substance = share[k].substance,
                              .region = event->region_index,
                              .at_h = event->at + (double)i * event->every,
                              .over_h = event->over,
                              .solution_uM = umol / litres,
                              .radius_um = event->radius > 0 ? event->radius : local_radius_um(event->volume),
                              .everywhere = event->radius < 0,
                              .x_um = event->x,
                              .y_um = event->y};
    }
  }
  return STATUS_OK;
}

bool local_events_have(const struct experiment *experiment, int region, int substance) {
  for (int e = 0; e < experiment->n_events; e++) {
    const struct dose_event *event = &experiment->event[e];
    struct drug_share share[DRUG_PARTS];
    if (event->route != ROUTE_LOCAL || event->region_index != region) continue;
    int n = drugs_split(&experiment->drugs, event->drug, 1, share);
    for (int k = 0; k < n; k++) {
      if (share[k].substance == substance) return true;
    }
  }
  return false;
}
