/* protocol.h — running the stages of an experiment: windows of spikes and steps of the slow half. */
#ifndef COMMANDS_PROTOCOL_H
#define COMMANDS_PROTOCOL_H

#include "recording/recording.h"
#include "simulation.h"

/* Asked every ACTIVITY_BIN_MS of spikes and after every slow step, never inside a parallel loop. */
struct protocol_watch {
  void *context;
  /* Shall the run stop here? STATUS_OK: go on. */
  enum status (*stop)(void *context, const struct simulation *simulation);
  /* A stage is complete, or the run stops: time for a checkpoint. */
  enum status (*stage_done)(void *context, struct simulation *simulation);
};

/* Run from where the simulation stands to the stage `until` (n_stages: to the end). Fails: as the watch says;
 * DIVERGED; as the recorder does. After a stop the simulation can be saved and goes on from there. */
MUST_USE enum status protocol_run(struct simulation *simulation, const struct recording *recording, int until,
                                  const struct protocol_watch *watch);

/* AMPA content of all cells with spines follows the tissue of their site. */
void protocol_set_content(const struct simulation *simulation);

#endif
