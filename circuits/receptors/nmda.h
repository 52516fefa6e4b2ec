/* nmda.h — the parameters of synaptic NMDA receptors, and what their fields say of one subunit: for nmda.c
 * and for those who look on. */
#ifndef CIRCUITS_RECEPTORS_NMDA_H
#define CIRCUITS_RECEPTORS_NMDA_H

#include "receptors/glun2.h"

/* Subunits of equal decay, and of equal share at fibres from outside over that at all other synapses. */
struct decay_class {
  float factor, norm, rise; /* of one tick; N of two_exponential.h; N over that of the first class */
  float excess;             /* that ratio, less 1 */
  int n, subunit[SUBUNITS];
};

struct nmda_params {
  double tau_rise, tau_decay;
  double decay_2A, decay_2B, decay_2C, decay_2D;
  double fibres_2A, fibres_2B, fibres_2C, fibres_2D;
  double exposed;
  GLUN2_MEMBERS;
  double at_fibres[SUBUNITS]; /* shares at synapses of fibres from outside the region */
  float rise;                 /* factor of one tick */
  int n_classes, class_of[SUBUNITS];
  struct decay_class class[SUBUNITS];
  bool alike;     /* GluN2A and 2B alone, which magnesium blocks alike */
  bool by_origin; /* fibres from outside open another mix */
};

/* Conductance over the share of a subunit, nS, from the fields `rise`, `rise_fibres` and the row of `decay`
 * of its class: neither magnesium nor drugs are in it. */
static inline float nmda_part(struct decay_class class, float rise, float fibres, float decay) {
  return __builtin_fmaf(-class.rise, __builtin_fmaf(class.excess, fibres, rise), decay);
}

#endif
