/* glutamate.h — extracellular glutamate on the sheet of a region: release, uptake, leak, diffusion; once a
 * millisecond.
 *
 *   G' = S(t) + leak − v V_max G/(K_m + G) + D* ∇²G,   S = ρ n p r(t)/(α N_A)
 *   A  = G + σ S,   σ = e^(−d/λ)/(4π D* d ρ),   λ = √(D* K_m/(v V_max))
 * r(t): presynaptic rate per synapse at the site (1/ms, weighted by the short-term state of the synapse,
 * recurrent and afferent): events of that millisecond at the site's cells over the number of their synapses.
 * ρ synapses per volume, each releasing n molecules with probability p at a first spike, into the
 * extracellular share α. All spines of the tissue release, though only a part of them is in the model: hence
 * ρ and a rate per synapse, not a count of modelled synapses. Clearance length is 0.9 µm (1–2 µm: Zheng et
 * al. 2008, PMC2576387), so at sites of 25–50 µm diffusion moves next to nothing; it shows when uptake fails.
 * Released glutamate acts where its targets are. v is the share of uptake that is left at a site, 1 in
 * health.
 *
 * G is the mean over the volume. A is what receptors outside of synapses, and those at terminals, see: at the
 * distance d from the nearest synapse its own release comes on top. A point that releases n p molecules
 * now and then, cleared at the rate k = v V_max/K_m, adds over time the integral e^(−d/λ)/(4π α D* d) of a
 * molecule, where all synapses together add 1/(α k) of ρ molecules: hence σ. The cloud at d is gone within
 * the millisecond of its release (d²/6D* = 0.03 ms). */
#ifndef CIRCUITS_TISSUE_GLUTAMATE_H
#define CIRCUITS_TISSUE_GLUTAMATE_H

#include "sheet.h"
#include "window.h"

struct glutamate_params {
  double synapses, molecules, release_probability, volume_share; /* 1/µm³, 1, 1, 1 */
  double V_max, K_m, leak, diffusion;                            /* µM/ms, µM, µM/ms, µm²/ms */
  double uptake, receptor_distance;                              /* 1, µm */
};
extern const struct param glutamate_params[];
extern const int n_glutamate_params;

struct glutamate {
  struct glutamate_params params;
  const struct sheet *sheet;
  struct population *const *population;
  int n_populations;
  double *concentration;                      /* per site: G, µM */
  double *seen;                               /* per site: A, µM */
  double *uptake;                             /* per site: v, an input that others may set between windows */
  double *sum, *seen_sum, *source_sum, looks; /* over the window: of G, A and S */
  /* not state */
  double **last;     /* per population, per cell: released so far (nmda field of that name) */
  double *synapses;  /* per site: number of synapses onto its cells */
  double *near_ms;   /* per site: σ */
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

/* The observer that releases (per block), clears (per millisecond) and tells cells A as `ambient`. */
struct observer glutamate_observer(struct glutamate *glutamate);

/* Forget the sums, take the present count of releases as read, heed a new uptake, and tell cells A: at the
 * start of a window, after its sums were cleared, and after a load. */
void glutamate_restart(struct glutamate *glutamate, bool clear_sums);

/* Mean concentration at a site over the window, µM. */
double glutamate_mean(const struct glutamate *glutamate, int site);
/* The same of what receptors outside of synapses see. */
double glutamate_mean_seen(const struct glutamate *glutamate, int site);
/* Mean of what synapses of the site released over the window, µM/ms. */
double glutamate_mean_source(const struct glutamate *glutamate, int site);

MUST_USE enum status glutamate_visit(struct glutamate *glutamate, const char *region,
                                     struct visitor *visitor);

#endif
