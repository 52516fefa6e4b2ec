/* sample.h — a run without any model: what it records at a step is a function of the step. It fills chunks of
 * every kind within a few steps, begins one group late, and replaces a table. */
#ifndef TESTS_OUTPUT_SAMPLE_H
#define TESTS_OUTPUT_SAMPLE_H

#include <math.h>
#include <stdio.h>

#include "memory.h"
#include "result.h"

enum {
  SAMPLE_STEPS = 24,
  SAMPLE_LATE = 9, /* the step at which the late group begins */
  SAMPLE_RATES = 700,
  SAMPLE_SPIKES = 12000,
  SAMPLE_Y = 160,
  SAMPLE_X = 130
};

struct sample {
  struct result *result;
  struct recorder *recorder;
  int64_t step;
  int rates, maps, late;
};

static inline enum status sample_describe_late(struct sample *sample) {
  static const struct signal level[] = {{"level", "µM", "concentration"}};
  const struct signal_group late = {.path = "slow",
                                    .title = "slow",
                                    .axis = "time",
                                    .axis_unit = "d",
                                    .axis_label = "time",
                                    .signals = level,
                                    .n_signals = 1};
  return sample->recorder->group(sample->recorder, &late, &sample->late);
}

static inline enum status sample_describe(struct sample *sample) {
  static const struct signal rates[] = {
      {"PV", "Hz", "firing rate"}, {"PYR", "Hz", "firing rate"}, {"PV_errors", "Hz", "spread"}};
  static const struct signal fields[] = {{"glutamate", "µM", "glutamate"},
                                         {"synapse_count", "1", "synapses"}};
  const struct signal_group series = {.path = "rates",
                                      .title = "firing rates",
                                      .axis = "time",
                                      .axis_unit = "s",
                                      .axis_label = "time",
                                      .signals = rates,
                                      .n_signals = 3,
                                      .single = true};
  const struct signal_group maps = {.path = "maps/A",
                                    .title = "maps of A",
                                    .axis = "time",
                                    .axis_unit = "h",
                                    .axis_label = "time",
                                    .signals = fields,
                                    .n_signals = 2,
                                    .side_y = SAMPLE_Y,
                                    .side_x = SAMPLE_X,
                                    .first_um = 25,
                                    .pitch_um = 50,
                                    .single = true};
  TRY(sample->recorder->group(sample->recorder, &series, &sample->rates));
  TRY(sample->recorder->group(sample->recorder, &maps, &sample->maps));
  return sample->step >= SAMPLE_LATE ? sample_describe_late(sample) : STATUS_OK;
}

static inline enum status sample_open(struct sample *sample, const struct directory *directory,
                                      const char *arm, enum result_mode mode) {
  *sample = (struct sample){0};
  TRY(result_open(directory, arm, "a sample", mode, NULL, &sample->result));
  sample->recorder = result_recorder(sample->result);
  return STATUS_OK;
}

static inline enum status sample_spikes(struct sample *sample) {
  double *time_ms = NULL;
  uint64_t *node = NULL;
  enum status status;
  TRY_GOTO(memory_new("times", SAMPLE_SPIKES, sizeof *time_ms, &time_ms), done);
  TRY_GOTO(memory_new("nodes", SAMPLE_SPIKES, sizeof *node, &node), done);
  for (int64_t i = 0; i < SAMPLE_SPIKES; i++) {
    time_ms[i] = 0.1 * (double)(sample->step * SAMPLE_SPIKES + i);
    node[i] = (uint64_t)((sample->step * 7919 + i * 31) % 1000);
  }
  TRY_GOTO(sample->recorder->spikes(sample->recorder, "A", time_ms, node, SAMPLE_SPIKES), done);
  TRY_GOTO(sample->recorder->spikes(sample->recorder, "B", time_ms, node, SAMPLE_SPIKES / 3), done);
done:
  memory_free(time_ms);
  memory_free(node);
  return status;
}

static inline enum status sample_maps(struct sample *sample) {
  double *maps = NULL;
  size_t n = 2 * SAMPLE_Y * SAMPLE_X;
  TRY(memory_new("maps", n, sizeof *maps, &maps));
  for (size_t i = 0; i < n; i++) maps[i] = (double)sample->step + 0.001 * (double)(i % 997);
  enum status status =
      sample->recorder->append(sample->recorder, sample->maps, 0.5 * (double)sample->step, maps);
  memory_free(maps);
  return status;
}

static inline enum status sample_table(struct sample *sample) {
  double start[SAMPLE_STEPS];
  int64_t row[SAMPLE_STEPS];
  const char *label[SAMPLE_STEPS];
  int n = (int)(sample->step / 5) + 1;
  for (int i = 0; i < n; i++) {
    start[i] = 2.5 * i;
    row[i] = 100 * i;
    label[i] = i % 2 ? "later" : "baseline";
  }
  const struct column columns[] = {{"start_h", COLUMN_F64, "h", "start", start},
                                   {"first_spike_A", COLUMN_I64, "1", "first row", row},
                                   {"label", COLUMN_TEXT, "", "", label}};
  const struct table table = {"protocol/windows", "windows", n, columns, 3};
  return sample->recorder->table(sample->recorder, &table);
}

/* One step: rows of every kind. */
static inline enum status sample_step(struct sample *sample) {
  double step = (double)sample->step;
  if (sample->step == SAMPLE_LATE) TRY(sample_describe_late(sample));
  for (int i = 0; i < SAMPLE_RATES; i++) {
    double rates[3] = {step + 0.01 * i, i % 5 ? 3.5 : NAN, 0.25};
    TRY(sample->recorder->append(sample->recorder, sample->rates, step + 0.001 * i, rates));
  }
  for (int i = 0; i < SAMPLE_RATES && sample->step >= SAMPLE_LATE; i++)
    TRY(sample->recorder->append(sample->recorder, sample->late, step + 0.001 * i, &step));
  TRY(sample_maps(sample));
  TRY(sample_spikes(sample));
  if (sample->step % 5 == 0) TRY(sample_table(sample));
  TRY(result_progress(sample->result, step, 0.1 * step, step / SAMPLE_STEPS));
  sample->step++;
  return STATUS_OK;
}

static inline enum status sample_run(struct sample *sample, int64_t stop) {
  while (sample->step < stop) TRY(sample_step(sample));
  return STATUS_OK;
}

/* The state of the run: the step, and what the result cannot hold. */
static inline enum status sample_visit(void *context, struct visitor *visitor) {
  struct sample *sample = context;
  TRY(visitor->array(visitor, "step", STATE_I64, 1, &sample->step));
  return result_visit(sample->result, visitor);
}

#endif
