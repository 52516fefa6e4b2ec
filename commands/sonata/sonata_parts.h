/* sonata_parts.h — what the files that read a SONATA circuit share. */
#ifndef COMMANDS_SONATA_PARTS_H
#define COMMANDS_SONATA_PARTS_H

#include "json_file.h"
#include "sonata_circuit.h"
#include "sonata_table.h"
#include "store.h"
#include <limits.h>

enum { SONATA_TYPES = 64, SONATA_FILES = 16, SONATA_NAME = 24, SONATA_OVERRIDES = 8192 };

/* A type of nodes: a population of the circuit. */
struct node_type {
  int64_t id;
  char name[SONATA_NAME], region[16], cell_type[16], layer[8];
  uint64_t cells;
  const struct population *population; /* of the network */
};

/* A node population of the files. */
struct node_file {
  char path[PATH_MAX], group[STORE_NAME_MAX]; /* the file, "/nodes/mPFC" */
  const char *name;                           /* in group */
  uint64_t n;
  uint16_t *type; /* of each node: number in the list of types */
  uint32_t *cell; /* place of each node among those of its type */
};

/* An edge population, and the table of its types. */
struct edge_file {
  char path[PATH_MAX], group[STORE_NAME_MAX];
  struct sonata_table types;
};

struct sonata_circuit {
  char path[PATH_MAX], directory[PATH_MAX]; /* of the circuit config */
  struct json_t *json, *manifest;
  char models[PATH_MAX], own_models[PATH_MAX];
  struct node_type type[SONATA_TYPES];
  int n_types;
  struct node_file nodes[SONATA_FILES];
  int n_nodes;
  struct edge_file edges[SONATA_FILES];
  int n_edges;
  char *override[SONATA_OVERRIDES];
  int n_overrides;
  const struct config *config;
  struct listed *listed; /* pathways: sonata_pathways.c */
  int n_listed, listed_room;
};

/* A path of the config: names of the manifest replaced, from the folder of the config on. Fails: CONFIG. */
MUST_USE enum status sonata_path(const struct sonata_circuit *circuit, const char *text, char out[PATH_MAX]);

/* Read the node populations of a file with their table of types: types, and the settings of their models.
 * Fails: CONFIG, NO_MEMORY, WORLD. */
MUST_USE enum status sonata_read_nodes(struct sonata_circuit *circuit, const char *path, const char *types);

/* Settings of a population from the row of its type. Fails: CONFIG, NO_MEMORY. */
MUST_USE enum status sonata_read_model(struct sonata_circuit *circuit, const struct node_type *type,
                                       const struct sonata_table *table, int row);
/* `circuit.populations.<name>.<key>` = value, libconfig text, unless the config has it. */
MUST_USE enum status sonata_set(struct sonata_circuit *circuit, const struct node_type *type, const char *key,
                                const char *value);

/* The node population of a name; NULL if there is none. */
const struct node_file *sonata_find_nodes(const struct sonata_circuit *circuit, const char *name);

/* Open a file that the circuit config names. Fails: CONFIG, WORLD, NO_MEMORY. */
MUST_USE enum status sonata_store(const struct sonata_circuit *circuit, const char *path, struct store **out);

void sonata_free_listed(struct sonata_circuit *circuit);

#endif
