/* random_circuit_reader.h — what the parts that read a circuit without space share: random_circuit.c reads
 * its populations, random_circuit_pathways.c its pathways. */
#ifndef CIRCUITS_RANDOM_CIRCUIT_READER_H
#define CIRCUITS_RANDOM_CIRCUIT_READER_H

#include "random_circuit_rows.h"

enum { PATH_BYTES = 160 };

struct reader {
  struct config *config;
  const struct mechanisms *mechanisms;
  const struct circuit_settings *settings;
  struct random_circuit *circuit;
  bool keep_probability;
  double delay_step_ms;
  double factor;                      /* cells over the config's */
  int64_t cells[CIRCUIT_POPULATIONS]; /* in the config */
  double lost[CIRCUIT_POPULATIONS];   /* mean current that scaling takes away, pA */
  const char *unit[CIRCUIT_POPULATIONS][POPULATION_PORTS];
  double released[CIRCUIT_POPULATIONS][POPULATION_PORTS]
                 [2]; /* onto a mean cell if all synapses release once */
};

/* path.key; what is too long for a config's paths is cut. */
void reader_join(char out[PATH_BYTES], const char *path, const char *key);
/* A table with its weights in the unit of a port. */
void reader_with_unit(struct config *config, const char *path, const struct param *table, int n,
                      const char *unit, void *out);
/* The port of a name; −1 if there is none, of which the second makes a fault. */
int reader_port(const struct population *population, const char *name);
int reader_find_port(struct reader *reader, const char *path, const struct population *population,
                     const char *name);
/* A mean input that scaling takes away comes back as a constant current. */
void reader_lose_current(struct reader *reader, const char *path, const struct population *to, double weight,
                         double events_Hz);

/* Read entry i of the list of pathways. Fails: NO_MEMORY. */
MUST_USE enum status reader_pathway(struct reader *reader, int i);
/* Storage of pathways whose synapses change or have a short-term state; when all cells have theirs. Fails:
 * NO_MEMORY. */
MUST_USE enum status reader_finish_pathways(struct reader *reader);

#endif
