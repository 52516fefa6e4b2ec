/* glutamate.h — extracellular glutamate on the sheet of a region: release, uptake, leak, diffusion; once a
 * millisecond.
 *
 *   G' = ρ n p r(t)/(α N_A) − V_max G/(K_m + G) + leak + D* ∇²G
 * r(t): presynaptic rate per synapse at the site (1/ms, weighted by the short-term state of the synapse,
 * recurrent and afferent): events of that millisecond at the site's cells over the number of their synapses.
 * ρ synapses per volume, each releasing n molecules with probability p at a first spike, into the
 * extracellular share α. All spines of the tissue release, though only a part of them is in the model: hence
 * ρ and a rate per synapse, not a count of modelled synapses. Clearance length is 1–2 µm (Zheng et al. 2008,
 * PMC2576387), so at sites of 25–50 µm diffusion moves next to nothing; it shows when uptake fails. Released
 * glutamate acts where its targets are. */
#ifndef CIRCUITS_TISSUE_GLUTAMATE_H
#define CIRCUITS_TISSUE_GLUTAMATE_H

#include "sheet.h"
#include "window.h"

struct glutamate_params {
  double synapses, molecules, release_probability, volume_share; /* 1/µm³, 1, 1, 1 */
  double V_max, K_m, leak, diffusion;                            /* µM/ms, µM, µM/ms, µm²/ms */
};
extern const struct param glutamate_params[];
extern const int n_glutamate_params;

struct glutamate {
  struct glutamate_params params;
  const struct sheet *sheet;
  struct population *const *population;
  int n_populations;
  double *concentration; /* per site, µM */
  double *sum, looks;    /* over the window */
  double uptake;         /* factor on V_max: set before a window, 1 at rest */
  /* not state */
  double **last;     /* per population, per cell: released so far (nmda field of that name) */
  double *synapses;  /* per site: number of synapses onto its cells */
  int64_t **deposit; /* per thread, per site: events of this millisecond, fixed point */
  int n_threads;
  double *scratch;
};

/* Glutamate without release: the balance of leak and uptake; a window's settling brings in the rest, whose
 * time constant is milliseconds. Fails: NO_MEMORY. Free with glutamate_free (accepts a zeroed one). */
MUST_USE enum status glutamate_new(struct glutamate *glutamate, const struct glutamate_params *params,
                                   const struct sheet *sheet, struct population *const *populations, int n,
                                   int n_threads);
void glutamate_free(struct glutamate *glutamate);

/* The observer that releases (per block) and clears (per millisecond). */
struct observer glutamate_observer(struct glutamate *glutamate);

/* Forget the sums, and take the present count of releases as read: at the start of a window, after its sums
 * were cleared, and after a load. */
void glutamate_restart(struct glutamate *glutamate, bool clear_sums);

/* Mean concentration at a site over the window, µM. */
double glutamate_mean(const struct glutamate *glutamate, int site);

MUST_USE enum status glutamate_visit(struct glutamate *glutamate, const char *region,
                                     struct visitor *visitor);

#endif
