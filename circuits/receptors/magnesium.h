/* magnesium.h — block of the NMDA channel by magnesium, in rapid equilibrium.
 *
 *   m_s(V) = [Mg] / K_s(V),   K_s(V) = K0_s exp(0.062 V);   open share 1/(1 + m_s)
 * Jahr & Stevens 1990, doi:10.1523/JNEUROSCI.10-09-03178.1990, for GluN2A and 2B: K0 = 3.57 mM. GluN2C and 2D
 * are blocked less; with the same slope K0 = 45 and 23 mM follow from the ratio of ketamine's IC50 in 1 and 0
 * mM Mg at −66 mV (Kotermanski & Johnson 2009, doi:10.1523/JNEUROSCI.3703-08.2009): K(−66 mV) = 0.76 and 0.39
 * mM; away from there the two are uncertain by a factor of 2 to 4. One exponential serves all subunits. */
#ifndef CIRCUITS_RECEPTORS_MAGNESIUM_H
#define CIRCUITS_RECEPTORS_MAGNESIUM_H

#include "maths.h"

#define MAGNESIUM_SLOPE_PER_MV 0.062f

/* exp(−slope V): m_s is this times [Mg]/K0_s. */
static inline float magnesium_voltage(float V) { return maths_exp_f32(-MAGNESIUM_SLOPE_PER_MV * V); }

#endif
