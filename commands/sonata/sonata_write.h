/* sonata_write.h — a built circuit as a directory of SONATA files (docs/formats.md). */
#ifndef COMMANDS_SONATA_WRITE_H
#define COMMANDS_SONATA_WRITE_H

#include "network.h"
#include "params.h"
#include "sonata_reports.h"

struct sonata_export {
  const struct network *network; /* built, at its start */
  const struct config *config;   /* whose list of resolved values has the inputs of the populations */
  const char *title;
  double settle_s, measure_s;           /* of a run of the circuit */
  double stop_ms;                       /* end of the simulation that readers are told of */
  const char *result;                   /* the result whose circuit this is, "" if there is none */
  const struct sonata_reports *reports; /* of that result */
};

/* Write all files into a directory, which is made. Fails: WORLD, NO_MEMORY, CONFIG. */
MUST_USE enum status sonata_write(const struct sonata_export *export, const char *directory);

#endif
