/* population.h — cells of one kind, stored as structures of arrays in blocks.
 *
 * A block is the unit of ownership, delivery and update: all arrays of its cells lie in one piece of memory
 * that one thread at a time touches. The size of a block is a choice of speed and changes no result. Sums
 * over cells are taken over groups of 128 ids in id order (population_sum), and random draws are keyed by ids
 * or by such groups (tiles). */
#ifndef CORE_POPULATION_H
#define CORE_POPULATION_H

#include "mechanism.h"

enum {
  POPULATION_BLOCK = 1024, /* most cells of a block: a synapse names its target by 10 bits */
  POPULATION_TILE = MECHANISM_TILE,
  POPULATION_RECEPTORS = 10,
  POPULATION_PORTS = 4,
  RELEASE_FACTORS = 3 /* kinds of receptors and drugs that change the release of some terminals */
};

/* Where spikes arrive: a port has 1 lane (weighted) or 2 (weighted, and counted by a factor of the
 * projection). */
struct port {
  const char *name;
  int lanes;
  double quantum[2]; /* nS (or the port's unit) per count; fixed at build so that no sum can overflow */
  bool unused;       /* no pathway ends here */
  int slots;         /* ticks that arrivals are kept for: a power of two */
  int joins;         /* 1 + the port that its arrivals count for as well, in whose quanta they are; 0: none */
  double injected_nS; /* the most that `inject` brings in a tick, lane 0 */
};

struct receptor {
  const struct mechanism *mechanism;
  const char *name; /* "ampa", "gaba_a_fast" */
  void *params;
  int port;
  int lane; /* the lane of the port that it reads */
};

/* An event on its way: the cell in its block, and what it adds to each lane. */
struct arrival {
  uint32_t cell;
  int32_t count[2];
};
/* Those that arrive through one port in one tick. */
struct arrivals {
  uint32_t n, capacity;
  struct arrival *event;
};

/* What the drive of a block computed for steps of time, for the ticks that follow: no state. */
enum { POPULATION_HELD = 23 };
struct steps_held {
  bool known[POPULATION_HELD];
  uint64_t step[POPULATION_HELD];
  double value[POPULATION_HELD];
};

struct block {
  int first, n, padded; /* cells first … first+n−1 of the population */
  void *memory;
  void **cell_column; /* the cell mechanism's fields */
  void **receptor_column[POPULATION_RECEPTORS];
  int32_t *port[POPULATION_PORTS];        /* arrivals of the present tick, summed */
  struct arrivals *due[POPULATION_PORTS]; /* those to come, by tick mod port.slots */
  bool no_memory;                         /* an arrival found no room: the run stops */
  /* within a tick only; blocks of one thread share them in a network, but loose ones (partition.c) */
  void *scratch;       /* their memory, if they are the block's own */
  int32_t *background; /* events */
  float *g, *g_E;
  int32_t *fired;
  int32_t *tile_fired; /* by tile: not 0 where a cell may have fired */
  float *afferents;    /* background rate of the cell relative to the population's */
  float *ambient; /* extracellular transmitter at the cell, µM: filled by an observer, whose state it is */
  float *release[RELEASE_FACTORS]; /* on the release of the cell's own terminals, of pathways that heed them:
                                      the same */
  float
      *afferent_release; /* factor on that of the terminals which its background events come from: the same */
  bool driven;           /* background events may come in this tick */
  struct cells *view;    /* of the hooks of a tick, as population_view left them: receptors, then the cell */
  int rank, thread;      /* owner */
  int number;            /* among all blocks of the network */
  struct steps_held held;
};

/* The cells of a site, which follow one another; in which order the sites come is free. */
struct site_cells {
  int32_t first, n;
};

struct exchange;

struct population {
  char name[24], region[16], type[16], layer[8];
  int index;           /* among all populations of the network */
  int region_index;    /* of its region: which step of a window holds (window.h) */
  uint64_t first_node; /* id of cell 0 within its region; ids follow the order of populations */
  uint64_t first_id;   /* id of cell 0 within the network: keys random draws */
  int n;
  bool outside; /* sources that lie elsewhere: they have no node, and their rate is given */
  const struct mechanism *cell;
  void *cell_params;
  struct receptor receptor[POPULATION_RECEPTORS];
  int n_receptors;
  struct port port[POPULATION_PORTS]; /* first those of the cell mechanism, if it has any */
  int n_ports;
  /* background: events that open the receptors of one port; `drive` adds this tick's events of block b to its
   * counts */
  void (*drive)(const struct population *population, int b, uint64_t seed, int64_t tick);
  void *drive_state;   /* of the drive: freed with memory_free */
  int64_t drive_until; /* its events end before this tick */
  int background_port; /* −1: none */
  /* stimulus: adds this tick's current, pA, to g_E of block b, or counts to what arrives at its ports, before
   * receptors open */
  void (*inject)(const struct population *population, int b, int64_t tick);
  void *inject_state; /* freed with memory_free */
  double background_Hz, background_nS[2];
  double background_spread;      /* largest per-cell factor on the rate that can occur */
  double background_lost;        /* share of the size of background events that is lost */
  double release_lost;           /* share of the release probability of the cells' terminals that is lost */
  double synapses_nS, fibres_nS; /* see struct cells */
  double release_nS;             /* lane-1 conductance of one release at a mean synapse */
  double afferent_synapses;      /* per cell: what the background stands for */
  bool spiny;                    /* its excitatory synapses sit on spines, which come and go */
  double target_Hz;              /* published mean rate */
  int substances; /* that can act at one site in this run: rows of fields that are PER_SUBSTANCE */
  /* places */
  float *x_um, *y_um, *z_um;
  int32_t *site;              /* site of the region's sheet */
  struct site_cells *in_site; /* per site */
  struct block *block;
  int n_blocks, block_cells; /* every block but the last holds block_cells cells */
  struct exchange *exchange; /* between the processes that hold its blocks; NULL: this one holds them all */
};

/* Divide n cells into blocks of at most `block_cells` (rounded to tiles), without arrays yet. The description
 * above `block` must be complete. Fails: NO_MEMORY. Free with population_free (accepts a zeroed one). */
MUST_USE enum status population_divide(struct population *population, int block_cells);
/* Allocate the arrays of block b: of those that this process holds. Fails: NO_MEMORY. */
MUST_USE enum status population_hold(struct population *population, int b);
/* The same of all blocks at once. */
MUST_USE enum status population_allocate(struct population *population, int block_cells);
static inline bool population_holds(const struct population *population, int b) {
  return population->block[b].memory != NULL;
}
void population_free(struct population *population);

/* Cell k lies in a site: to be said of all cells in order, with those of a site one after the other.
 * `site` and `in_site` are allocated. */
static inline void population_settle(struct population *population, int k, int site) {
  struct site_cells *cells = &population->in_site[site];
  population->site[k] = site;
  cells->first = cells->n ? cells->first : k;
  cells->n++;
}

/* Cells of a block that lie in the site of its cell i, from i on: i … the result − 1. */
static inline int population_site_end(const struct population *population, const struct block *block, int i) {
  const struct site_cells *cells = &population->in_site[population->site[block->first + i]];
  int end = cells->first + cells->n - block->first;
  return end < block->n ? end : block->n;
}

/* Keep arrivals at each port for up to so many ticks ahead, in all blocks that are held; those on their way
 * are dropped. Fails: NO_MEMORY. */
MUST_USE enum status population_horizon(struct population *population, const int ticks[POPULATION_PORTS]);

/* Turn block b to a tick: sum what is due into its ports. */
void population_turn(struct population *population, int b, int64_t tick);
/* Drop all arrivals that are on their way to block b. */
void population_drop_arrivals(struct population *population, int b);
/* Room for one more arrival in a list; the block remembers if there is none, and the arrival is lost. */
bool population_more_room(struct block *block, struct arrivals *arrivals);

/* The view of block b for the cell's hooks (receptor < 0) or a receptor's. */
struct cells population_cells(const struct population *population, int b, int receptor);

/* Keep these views of block b for the ticks to come, of receptors in their order and of the cell. They hold
 * until a parameter of the population, a quantum, a place in memory or `driven` changes. */
void population_view(const struct population *population, int b);

/* Draw what varies and the initial values of block b. May run in parallel over blocks. */
void population_start(struct population *population, int b, uint64_t seed);

/* Receptor by its name, −1 if the population has none. */
int population_receptor(const struct population *population, const char *name);

/* Column of a field: of the cell (receptor < 0) or a receptor; row of stacked fields; in block b. NULL if
 * there is no such field or row, or the block is not held. */
void *population_column(const struct population *population, int receptor, const char *field, int row, int b);

/* A field of all cells, row by its number, into `out` (n values of the field's type), from whichever process
 * holds them: a meeting (exchange.h) where several do, as what is built on it. 0 where there is no such field
 * or row. */
void population_gather(const struct population *population, int receptor, const char *field, int row,
                       void *out);

/* Sum of a double or float field over all cells of every tile, then over tiles in id order; a meeting. */
double population_sum(const struct population *population, int receptor, const char *field, int row);

/* Values of cells, of which each process has those of the cells that it holds: afterwards all have all. A
 * meeting. */
void population_unite(const struct population *population, void *values, size_t size);

/* The background of each cell relative to the population's: of all cells, which is a meeting, or of those
 * held, with 0 for others. */
void population_afferents(const struct population *population, float *out, bool all);

/* Set the sums to zero in block b, if it is held: at the start of a window. */
void population_clear_sums(struct population *population, int b);

/* Visit state: STATE and SUM fields of cells and receptors. Arrivals are not among them: they are rebuilt
 * from spikes. */
MUST_USE enum status population_visit(struct population *population, struct visitor *visitor);

/* Bytes held. */
size_t population_bytes(const struct population *population);

#endif
