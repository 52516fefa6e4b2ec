/* step.c — a current that is on for a time: added to what receptors and cells see as g E, with no
 * conductance. */
#include "drive/step.h"
#include "memory.h"
#include <math.h>

struct step_drive {
  double current_pA, from, to; /* in ticks */
};

static void inject(const struct population *population, int b, int64_t tick) {
  const struct step_drive *drive = population->inject_state;
  const struct block *block = &population->block[b];
  double begin = drive->from > (double)tick ? drive->from : (double)tick;
  double end = drive->to < (double)(tick + 1) ? drive->to : (double)(tick + 1);
  if (!(end > begin)) return;
  float current = (float)(drive->current_pA * (end - begin));
  for (int i = 0; i < block->padded; i++) block->g_E[i] += current;
}

enum status step_set(struct population *population, double current_pA, double from_ms, double to_ms,
                     double dt_ms) {
  if (!(isfinite(current_pA) && isfinite(from_ms) && to_ms >= from_ms)) {
    return status_fail(STATUS_CONFIG, "%s/%s: a step of %g pA from %g to %g ms is none", population->region,
                       population->name, current_pA, from_ms, to_ms);
  }
  if (!population->inject_state)
    TRY(memory_new("step of current", 1, sizeof(struct step_drive), &population->inject_state));
  struct step_drive *drive = population->inject_state;
  /* a time that is a whole number of ticks but for rounding is one */
  double from = from_ms / dt_ms, to = to_ms / dt_ms;
  if (fabs(from - floor(from + 0.5)) < 1e-6) from = floor(from + 0.5);
  if (fabs(to - floor(to + 0.5)) < 1e-6) to = floor(to + 0.5);
  *drive = (struct step_drive){current_pA, from, to};
  population->inject = inject;
  return STATUS_OK;
}
