/* elements.h — a network that wires itself: cells grow axonal and dendritic elements as their own firing
 * bids, elements that meet become synapses, and those that are withdrawn take their synapses along.
 * Butz & van Ooyen 2013, doi:10.1371/journal.pcbi.1003259; Diaz-Pier et al. 2016,
 * doi:10.3389/fnana.2016.00057.
 *
 *   calcium   τ dC/dt = −C,   C ← C + β at every spike of the cell
 *   linear    dz/dt = ν (1 − C/ε)
 *   Gaussian  dz/dt = ν [2 e^(−((C − ξ)/ζ)²) − 1],  ξ = (η + ε)/2,  ζ = (ε − η)/(2 √ln 2)
 *   sigmoid   dz/dt = ν [2/(1 + e^((C − ε)/ψ)) − 1]
 * z, never below 0, is the number of a cell's elements of one kind: axonal ones of the one type that its axon
 * has, and dendritic ones of as many types as it takes. ⌊z⌋ of them can be used. Every `interval`:
 *   1. a cell with fewer axonal elements than synapses loses so many of these at random; the partners'
 *      elements become vacant
 *   2. the same for dendritic elements, type by type
 *   3. vacant axonal and dendritic elements of a type are paired at random, as many as the rarer of them,
 *      without regard to distance
 *   4. of what is vacant after that, the share `vacant_loss` goes
 * Synapses have one weight and are grown at once. Distances, ages and proteins are those of spines.h, for
 * tissue; this is the rule of circuits without space.
 *
 * Method: spikes are added as they come; calcium decays, and elements grow at the calcium reached, every
 * `step` (forward Euler, whose error is of the order step/τ; stable for step < τ). All draws belong to the
 * seed, the number of the change, and cells or types, so nothing depends on blocks or threads. */
#ifndef CIRCUITS_SYNAPSES_ELEMENTS_H
#define CIRCUITS_SYNAPSES_ELEMENTS_H

#include "params.h"
#include "window.h"

enum { ELEMENTS_TYPES = 4 }; /* of dendritic elements on one cell */

struct elements_settings {
  double interval, step, tau, beta, vacant_loss; /* ms, ms, ms, 1, 1 */
};

enum growth_curve { GROWTH_GAUSSIAN, GROWTH_LINEAR, GROWTH_SIGMOID };
struct growth {
  int curve;
  double eta, epsilon, rate, slope; /* calcium; elements per second */
  double start;                     /* z at the start */
};

/* The growth of a kind of elements at a calcium, elements per second. */
double growth_rate(const struct growth *growth, double calcium);

struct element_kind {
  const char *type; /* NULL: there are none */
  struct growth growth;
  double *count; /* z of every cell */
};

struct element_cells {
  double *calcium; /* NULL: these cells have no elements */
  struct element_kind axon, dendrite[ELEMENTS_TYPES];
  int n_dendrites;
};

struct element_pathway {
  struct projection *projection;
  const char *type;
  bool autapses;
};

struct elements {
  struct elements_settings settings;
  const struct network *network;
  struct element_cells *cells; /* per population */
  struct element_pathway *pathway;
  int n_pathways;
  /* derived */
  int64_t step_ticks, interval_ticks;
  double decay;
  /* of the latest change; not state */
  int64_t formed, removed;
};

/* For the populations that the network has so far. Fails: NO_MEMORY, CONFIG (times that are no whole
 * milliseconds, or do not divide one another). Free with elements_free (accepts NULL), also after a
 * failure. */
MUST_USE enum status elements_new(const struct elements_settings *settings, const struct network *network,
                                  struct elements **out);
void elements_free(struct elements *elements);

/* The cells of population p have an axon of a type, or take dendritic elements of it. Fails: NO_MEMORY;
 * CONFIG (too many types). */
MUST_USE enum status elements_axon(struct elements *elements, int p, const char *type,
                                   const struct growth *growth);
MUST_USE enum status elements_dendrites(struct elements *elements, int p, const char *type,
                                        const struct growth *growth);

/* A pathway whose synapses form of elements of a type: described up to its delay, not allocated yet; weight:
 * of every synapse, in the port's unit. Fails: NO_MEMORY; CONFIG (source or target lack the elements). */
MUST_USE enum status elements_pathway(struct elements *elements, struct projection *projection,
                                      const char *type, double weight, bool autapses);

/* Axons and dendrites of a type on cells between which no pathway is given; NULL where there are none. */
MUST_USE bool elements_unmatched(const struct elements *elements, const char **type, int *from, int *to);

/* Gathers calcium and lets elements grow. */
struct observer elements_observer(struct elements *elements);

/* Is a change due at this tick? */
bool elements_due(const struct elements *elements, int64_t tick);
/* The change: between two windows, when it is due. Fails: NO_MEMORY; DIVERGED (more synapses on a cell than
 * its port holds). */
MUST_USE enum status elements_change(struct elements *elements, struct network *network);

/* Means over the cells of population p: calcium, elements of its axon (dendrite < 0) or of a dendrite. */
double elements_calcium(const struct elements *elements, int p);
double elements_count(const struct elements *elements, int p, int dendrite);

MUST_USE enum status elements_visit(struct elements *elements, struct visitor *visitor);

/* The tables, for configs and documentation. */
extern const struct param elements_params[], growth_params[];
extern const int n_elements_params, n_growth_params;

#endif
