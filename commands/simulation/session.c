/* session.c — an experiment and its simulation for the length of a command. See session.h. */
#include "session.h"
#include "batch/batch_plan.h"
#include "memory.h"

enum status session_run(const struct arguments *arguments, session_body *body) {
  struct experiment *experiment = NULL;
  struct simulation *simulation = NULL;
  enum status status;
  TRY(memory_new("experiment", 1, sizeof *experiment, &experiment));
  TRY_GOTO(memory_new("simulation", 1, sizeof *simulation, &simulation), done);
  status = body(arguments, experiment, simulation);
  simulation_free(simulation);
  experiment_free(experiment);
done:
  memory_free(simulation);
  memory_free(experiment);
  return status;
}

enum status session_place(const struct arguments *arguments, const struct experiment_options *options,
                          struct experiment *experiment, struct simulation *simulation) {
  TRY(experiment_read(arguments->words.text[0], options, experiment));
  struct batch batch; /* for its faults */
  enum status status = batch_read(experiment->config, experiment->simulation.seed, &batch);
  batch_free(&batch);
  TRY(status);
  TRY(simulation_place(experiment, simulation));
  return config_finish(experiment->config);
}
