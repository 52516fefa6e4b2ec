/* recording_body.c — the group /body. See recording_body.h. */
#include "recording_body.h"
#include "fields.h"
#include "simulation/body_course.h"

static const struct signal body_signals[] = {
#define ROW(name, id, rest, meaning) {#name, "1", meaning},
    SYSTEMIC_STATES(ROW)
#undef ROW
};

const struct signal *recording_body_signals(int *n) {
  *n = COUNT_OF(body_signals);
  return body_signals;
}

enum status recording_body_open(const struct simulation *simulation, struct recorder *to, int *handle) {
  *handle = -1;
  if (!body_may_move(simulation->experiment)) return STATUS_OK;
  const struct signal_group group = {.path = "body",
                                     .title = "the body: cytokines, stress, gut and serotonin",
                                     .axis = "time",
                                     .axis_unit = "d",
                                     .axis_label = "time",
                                     .signals = body_signals,
                                     .n_signals = COUNT_OF(body_signals)};
  return to->group(to, &group, handle);
}

enum status recording_body_row(struct recorder *to, int handle, const struct course *course, double time_h) {
  return handle < 0 ? STATUS_OK : to->append(to, handle, time_h / 24.0, course->body);
}
