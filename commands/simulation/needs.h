/* needs.h — what a run of an experiment will need: counted and estimated before anything is built. */
#ifndef COMMANDS_NEEDS_H
#define COMMANDS_NEEDS_H

#include "simulation.h"

struct needs {
  double cells, synapses, plastic, bytes; /* bytes: of synapses and their tables */
  double spikes, events; /* per biological second, at the published rates; events: synaptic */
};

/* Of one region that was placed. */
struct needs needs_of_region(const struct region *region);
/* Of all regions. */
struct needs needs_of(const struct simulation *simulation);

double needs_memory(const struct needs *needs); /* bytes */
/* Bytes in the files of `arms` arms. */
double needs_disk(const struct simulation *simulation, const struct needs *needs, int arms);
/* Biological seconds that are simulated in all: what arms share counts once. */
double needs_biology_s(const struct experiment *experiment);
/* Wall time on one thread, s. */
double needs_wall_s(const struct simulation *simulation, const struct needs *needs);

/* Will it fit into memory, and what `arms` arms write onto the disk of the directory? Fails: NO_MEMORY,
 * WORLD, saying what is needed and what there is. */
MUST_USE enum status needs_fit(const struct simulation *simulation, const char *directory, int arms);

#endif
