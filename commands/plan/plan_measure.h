/* plan_measure.h — what a circuit costs on this machine, for the model of plan_model.h. */
#ifndef COMMANDS_PLAN_MEASURE_H
#define COMMANDS_PLAN_MEASURE_H

#include "plan/plan_model.h"
#include "status.h"

/* Build the circuit of a config with about so many cells, or as many more as it takes that its synapses are
 * kept as those of large ones are; let it run on one thread for some biological seconds, and take its costs
 * from the profile. Fails: as bench_scene_open and window_run. */
MUST_USE enum status plan_measure(const char *path, const char *const *overrides, int n_overrides,
                                  double cells, double settle_s, double measure_s, struct plan_circuit *out);

#endif
