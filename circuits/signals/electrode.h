/* electrode.h — a virtual enzyme electrode: extracellular glutamate of a few sites as a sensor with a
 * response of a second shows it.
 *
 *   E' = (G − E)/τ          G: mean concentration of the sites under it (tissue/glutamate.h)
 * Ceramic electrodes coated with glutamate oxidase follow glutamate second by second in awake rats (Hascup
 * et al. 2010, doi:10.1111/j.1471-4159.2010.07066.x). Tissue is taken as intact round so small a device,
 * so the level is that of the tissue; published levels are in µM, and only relative changes should be
 * compared. */
#ifndef CIRCUITS_SIGNALS_ELECTRODE_H
#define CIRCUITS_SIGNALS_ELECTRODE_H

#include "tissue/glutamate.h"

enum { ELECTRODE_STEP_MS = 100 }; /* between two readings that are recorded */

struct electrode_params {
  bool on;
  double x, y, radius; /* from the middle of the sheet, µm; µm */
  double response;     /* τ, ms */
};
extern const struct param electrode_params[];
extern const int n_electrode_params;

struct electrode {
  struct electrode_params params;
  const struct glutamate *glutamate;
  int32_t *site;
  int n_sites;
  double reading; /* E, µM: state */
};

/* Fails: NO_MEMORY. Free with electrode_free (accepts a zeroed one). */
MUST_USE enum status electrode_new(struct electrode *electrode, const struct electrode_params *params,
                                   const struct glutamate *glutamate);
void electrode_free(struct electrode *electrode);

/* To follow the observer of `glutamate`. */
struct observer electrode_observer(struct electrode *electrode);

/* A window begins, and the electrode shows what there is. */
void electrode_begin(struct electrode *electrode);

MUST_USE enum status electrode_visit(struct electrode *electrode, const char *region,
                                     struct visitor *visitor);

#endif
