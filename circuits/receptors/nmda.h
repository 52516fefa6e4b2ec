/* nmda.h — the parameters of synaptic NMDA receptors, and what their fields say of one subunit: for nmda.c
 * and for those who look on. */
#ifndef CIRCUITS_RECEPTORS_NMDA_H
#define CIRCUITS_RECEPTORS_NMDA_H

#include "receptors/glun2.h"

/* Subunits of equal decay. */
struct decay_class {
  float factor, norm, rise; /* of one tick; N of two_exponential.h; N over that of the first class */
  int n, subunit[SUBUNITS];
};

struct nmda_params {
  double tau_rise, tau_decay;
  double decay_2A, decay_2B, decay_2C, decay_2D;
  double exposed;
  GLUN2_MEMBERS;
  float rise; /* factor of one tick */
  int n_classes, class_of[SUBUNITS];
  struct decay_class class[SUBUNITS];
  bool alike; /* GluN2A and 2B alone, which magnesium blocks alike */
};

/* Conductance over the share of a subunit, nS, from the field `rise` and the row of `decay` of its class:
 * neither magnesium nor drugs are in it. */
static inline float nmda_part(struct decay_class class, float rise, float decay) {
  return __builtin_fmaf(-class.rise, rise, decay);
}

#endif
