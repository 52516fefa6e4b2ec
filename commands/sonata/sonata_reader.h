/* sonata_reader.h — edges of a SONATA edge population, some at a time. */
#ifndef COMMANDS_SONATA_READER_H
#define COMMANDS_SONATA_READER_H

#include "sonata_parts.h"

/* Some edges of a population. */
struct edge_piece {
  size_t n;
  uint64_t *source, *target;
  int64_t *type;
  double *weight, *delay_ms, *copies; /* NAN: the table of types says */
};

enum { EDGES_AT_ONCE = 1 << 18 };

struct edge_reader {
  struct sonata_circuit *circuit;
  const struct edge_file *file;
  struct store *store;
  const struct node_file *source, *target;
  uint64_t n;
  struct edge_piece piece;
  int *of; /* number of the pathway: row × source type × target type × sign, −1: none yet */
  double dt_ms;
};

/* Open an edge population of a circuit for a network of steps of dt_ms. Free with sonata_reader_close, also
 * after a failure. Fails: CONFIG, NO_MEMORY. */
MUST_USE enum status sonata_reader_open(struct sonata_circuit *circuit, const struct edge_file *file,
                                        double dt_ms, struct edge_reader *out);
void sonata_reader_close(struct edge_reader *reader);
/* Read the piece that begins with edge `first`. Fails: CONFIG. */
MUST_USE enum status sonata_reader_piece(struct edge_reader *reader, uint64_t first);

#endif
