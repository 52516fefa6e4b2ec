/* patch.h — a patch of receptors whose membrane potential is held: the voltage clamp of an experiment in
 * vitro.
 *
 * The receptors are the mechanisms of the running build, called through the hooks of mechanism.h in the order
 * in which a network calls them: `open` at every tick, `adapt` at every millisecond. No cell fires, and there
 * is no noise. An agonist that is washed on activates a share of the receptors: events at the receptors'
 * port, one at the onset and a steady flow of them after it, sized by the response of the receptor itself to
 * a single event (patch.c). Rise and decay are thus the receptor's own. */
#ifndef CIRCUITS_PATCH_H
#define CIRCUITS_PATCH_H

#include "population.h"

enum { PATCH_RECEPTORS = POPULATION_PORTS };

/* How a receptor answers one event that opens 1 nS at its peak. */
struct patch_answer {
  double sum;          /* over all ticks, nS */
  double late, before; /* conductance when it has fallen to half its peak, nS; sum up to and with that tick */
};

struct patch {
  struct population population;
  double conductance_nS;
  int ms_ticks;
  int64_t tick;
  double level, around_uM; /* share of receptors that the agonist holds active; its concentration */
  struct patch_answer answer[PATCH_RECEPTORS];
};

/* A patch of n receptors (at most PATCH_RECEPTORS), each with a parameter struct from memory_new that the
 * patch takes over, also on failure. dt divides a millisecond; conductance: what all receptors of a kind
 * carry when they are active and nothing blocks them (those outside of synapses have their own);
 * substances: that can act at one site. Fails: NO_MEMORY; CONFIG (a receptor that no agonist opens). Free
 * with patch_free, also after a failure. */
struct patch_receptor {
  const struct mechanism *mechanism;
  void *params;
};
MUST_USE enum status patch_new(const struct patch_receptor *receptors, int n, double dt_ms,
                               double conductance_nS, int substances, struct patch *out);
void patch_free(struct patch *patch);

/* Back to the beginning: receptors closed, nothing bound. Fails: NO_MEMORY. */
MUST_USE enum status patch_reset(struct patch *patch);

/* From now on the agonist holds this share of the receptors active, 0 … 1; those outside of synapses, which
 * no event reaches, meet its concentration, and know their own affinity. */
void patch_agonist(struct patch *patch, double share, double uM);

/* A millisecond at a potential, in which slow kinetics pass `slow_ms` (1, or more where nothing else
 * changes). */
void patch_advance(struct patch *patch, double V_mV, const struct exposure *exposures, int n, double slow_ms);

/* Current through the patch at the last tick, pA; inward is negative. */
double patch_current(const struct patch *patch);

/* Share of the patch's channels in which the substance of a slot sits, over all kinds by their share of the
 * conductance; NAN where no receptor of the patch has such channels. */
double patch_bound(const struct patch *patch, int slot);

#endif
