/* mechanism.h — the contract of cells, receptors and drives: descriptors, and hooks that work on one block.
 *
 * A mechanism is one file. It states its fields (fields.h) and parameters (params.h) and gives hooks; the
 * engine allocates, reads, calls, records, saves. Hooks see one block, small enough for the cache, so
 * mechanisms run one after another on hot data. Each file is compiled once per instruction set; MECHANISM
 * gives the symbol its suffix. Hooks cannot fail. */
#ifndef CORE_MECHANISM_H
#define CORE_MECHANISM_H

#include "fields.h"
#include "params.h"

/* A substance that acts at a site: what `action` means, and what `properties` holds, is a matter between
 * drugs and the mechanism that is acted on. `slot` numbers the substances of one run that act at the same
 * site. */
struct exposure {
  int action, slot;
  const void *properties;
  double free_uM;     /* concentration at the receptor, µM: at a site, times its share */
  const float *reach; /* share of it at each site of the region's sheet; NULL: 1 everywhere */
};

/* Concentration at a site of the sheet, µM. */
static inline double exposure_uM(const struct exposure *exposure, int site) {
  return exposure->reach ? exposure->free_uM * (double)exposure->reach[site] : exposure->free_uM;
}

/* Constants of the present window and tick. */
struct step {
  int64_t tick;
  double dt_ms;
  double slow_dt_ms; /* time that one call of `adapt` stands for: more than 1 ms while a window settles */
  const struct exposure *exposures;
  int n_exposures;
  int slow_every; /* `adapt` may move slow states once in so many ms, at multiples of it; 0: in every one */
};

/* A port as a cell with synapses of its own reads it. */
struct inlet {
  const int32_t *arrivals; /* this tick's counts, one a cell */
  bool unused;             /* no pathway ends here: all of them are 0 */
  double quantum;          /* what one count brings, in the port's unit */
  double background;       /* what one background event brings; 0 where none arrive */
};

/* Most ports of one cell mechanism; cells of one tile, the grain of sums, of background draws and of the
 * search for spikes: a constant of the model. */
enum { MECHANISM_PORTS = 2, MECHANISM_TILE = 128 };

/* One block as a hook sees it. Arrays hold n cells, padded to whole vector registers; stride is the distance
 * of stacked rows. */
struct cells {
  int n, stride;
  const void *params;  /* the mechanism's own, after prepare */
  void *const *column; /* the mechanism's own fields: name_at(cells->column) */
  const float *V;      /* membrane potential, mV: the first field of every cell mechanism */
  float *g, *g_E;      /* open synaptic conductance, nS, and conductance × reversal potential, pA: sums */
  const int32_t
      *arrivals; /* receptor: this tick's spikes through its port, `lanes` counts per cell, interleaved */
  const int32_t *part; /* receptor: those of them that came by a port that joins this one; NULL: none can */
  int lanes, lane;     /* lanes of the port, and the one this receptor reads */
  double quantum;      /* nS per count */
  const int32_t *background;       /* receptor: this tick's background events per cell */
  double background_nS;            /* peak conductance of one background event */
  const float *background_release; /* receptor: factor on what its events release, per cell */
  double synapses_nS;   /* peak conductance if every synapse of a mean cell released once, lane 1 */
  double fibres_nS;     /* the part of it that comes by a port that joins this one */
  const float *ambient; /* extracellular transmitter at each cell, µM; 0 where nothing fills it */
  const int32_t *site;  /* site of the region's sheet, a cell each; NULL: cells without place */
  int substances;       /* slots below this have rows in fields that are PER_SUBSTANCE */
  int32_t *fired;       /* cell hook: 1 where the cell spiked in this tick */
  int32_t
      *tile_fired; /* cell hook, if the mechanism says `finds_tiles`: not 0 where a cell of a tile spiked */
  struct inlet own[MECHANISM_PORTS]; /* cell hook: the mechanism's own ports */
};

enum mechanism_kind { MECHANISM_CELL, MECHANISM_RECEPTOR, MECHANISM_DRIVE };

struct population;

struct mechanism {
  const char *name;
  enum mechanism_kind kind;
  const char *meaning, *citation;
  const struct field *fields;
  int n_fields;
  const struct param *params;
  int n_params;
  size_t params_size;
  /* Cell with synapses of its own: names of the ports that it reads, NULL where there are fewer. */
  const char *ports[MECHANISM_PORTS];
  const char *port_unit; /* of weights on them: "pA", "nS" */
  int exponentials;      /* of a cell and tick: they bound what a tick must take at least */
  /* Optional: what is wrong with a set of parameters that are each in range ("shares sum to 1.2, not 1");
   * NULL if nothing. */
  const char *(*fault)(const void *params);
  /* Derived constants from the read parameters, in place, for steps of dt_ms. */
  void (*prepare)(void *params, double dt_ms);
  /* Cell: parameters that vary and initial values of cell i of the block; u holds four draws of stream VARY
   * and four of START. */
  void (*start)(const struct cells *cells, int i, const uint32_t u[8]);
  /* Cell, optional: derived fields of cell i from those that vary, after these were changed. */
  void (*derive)(const struct cells *cells, int i);
  /* Cell: one tick. Reads g, g_E; sets fired. */
  void (*advance)(const struct cells *cells, const struct step *step);
  bool finds_tiles; /* cell: `advance` fills tile_fired, which spares a search of `fired` */
  /* Receptor: one tick. Takes arrivals, adds to g and g_E. */
  void (*open)(const struct cells *cells, const struct step *step);
  /* Receptor, optional: once per millisecond, slow kinetics and sums. */
  void (*adapt)(const struct cells *cells, const struct step *step);
  /* Receptor, optional: from the end of a window over rest_ms without spikes, at the exposures of `step`. */
  void (*rest)(const struct cells *cells, const struct step *step, double rest_ms);
  /* Receptor, optional: the actions of drugs (struct exposure) that it answers to, bit a for action a. */
  uint64_t answers;
  /* Drive: add the background events of a tick to those of block b (population.h). */
  void (*drive)(const struct population *population, int b, uint64_t seed, int64_t tick);
};

#ifndef ISA
#define ISA base
#endif
#define MECHANISM_JOIN_(name, isa) mechanism_##name##_##isa
#define MECHANISM_JOIN(name, isa) MECHANISM_JOIN_(name, isa)
#define MECHANISM(name) MECHANISM_JOIN(name, ISA)

/* Defines the descriptor of a mechanism; hooks follow as designated initialisers. */
#define MECHANISM_DEFINE(id, kind_, meaning_, citation_, fields_, params_, ...)                              \
  extern const struct mechanism MECHANISM(id);                                                               \
  const struct mechanism MECHANISM(id) = {.name = #id,                                                       \
                                          .kind = kind_,                                                     \
                                          .meaning = meaning_,                                               \
                                          .citation = citation_,                                             \
                                          .fields = fields_,                                                 \
                                          .n_fields = COUNT_OF(fields_),                                     \
                                          .params = params_,                                                 \
                                          .n_params = COUNT_OF(params_),                                     \
                                          __VA_ARGS__}

/* The mechanisms of one program, best build for this machine first found; see mechanism_choose. */
struct mechanisms {
  const char *isa; /* "base", "v3", "v4" */
  const struct mechanism *const *list;
  int n;
};

/* Choose among the builds (ordered from plain to best) the last that this CPU can run; the environment
 * variable SPINULE_ISA forces one by name. Fails: USAGE (unknown or unsupported name). */
MUST_USE enum status mechanism_choose(const struct mechanisms *builds, int n_builds,
                                      const struct mechanisms **out);

/* A number among the parameters of a mechanism, by its key; NAN if there is none. */
double mechanism_number(const struct mechanism *mechanism, const void *params, const char *key);

/* By name; NULL if there is none. */
const struct mechanism *mechanism_find(const struct mechanisms *mechanisms, const char *name);

#endif
