/* glun2.h — what synaptic and extrasynaptic NMDA receptors have in common: the constants of GluN2A, 2B, 2C
 * and 2D, and the parameters that name them.
 *
 * A mechanism that includes it has GLUN2_MEMBERS at the head of its parameters and GLUN2_ROWS in its table;
 * shares of the subunits are its own. Sources stand in the rows; magnesium.h has that of the slope. */
#ifndef CIRCUITS_RECEPTORS_GLUN2_H
#define CIRCUITS_RECEPTORS_GLUN2_H

#include "mechanism.h"

enum { SUBUNITS = 4 };

/* By subunit, derived. */
struct glun2 {
  float share[SUBUNITS], mg[SUBUNITS], peak[SUBUNITS]; /* mg: [Mg]/K0; peak: largest open probability */
  float RT_F_mV;
};

#define GLUN2_MEMBERS                                                                                        \
  double E_rev, Mg;                                                                                          \
  double share_2A, share_2B, share_2C, share_2D;                                                             \
  double K0_2A, K0_2B, K0_2C, K0_2D;                                                                         \
  double P_2A, P_2B, P_2C, P_2D;                                                                             \
  double temperature;                                                                                        \
  struct glun2 subunit

#define TRAYNELIS "Traynelis et al. 2010, doi:10.1124/pr.109.002451 (range over preparations)"
#define MG_2CD                                                                                               \
  "from the ratio of ketamine's IC50 with and without Mg at -66 mV, Kotermanski & Johnson 2009, "            \
  "doi:10.1523/JNEUROSCI.3703-08.2009, with the slope of Jahr & Stevens"
#define JAHR "Jahr & Stevens 1990, doi:10.1523/JNEUROSCI.10-09-03178.1990"
#define SHARES                                                                                               \
  "consistent with Yi et al. 2019, PMC6858497, and Perszyk et al. 2016, doi:10.1124/mol.116.105130, not "    \
  "measured as shares"

#define GLUN2_SHARE(type, s, standard)                                                                       \
  PARAM_NUM(type, share_2##s, "1", standard, 0, 1, ASSUMED, SHARES,                                          \
            "share of conductance carried by GluN2" #s)
#define GLUN2_K0(type, s, standard, source)                                                                  \
  PARAM_NUM(type, K0_2##s, "mM", standard, 0.01, 1000, PUBLISHED, source, "K_Mg at 0 mV, GluN2" #s)
#define GLUN2_PEAK(type, s, standard)                                                                        \
  PARAM_NUM(type, P_2##s, "1", standard, 0.0001, 1, PUBLISHED, TRAYNELIS, "peak open probability, GluN2" #s)

#define GLUN2_ROWS(type)                                                                                     \
  PARAM_NUM(type, E_rev, "mV", 0, -20, 20, PUBLISHED, JAHR, "reversal potential"),                           \
      PARAM_NUM(type, Mg, "mM", 1, 0, 10, ASSUMED,                                                           \
                "interstitial Mg is 0.7-1.0 mM in vivo, usually 1 in slices", "extracellular magnesium"),    \
      GLUN2_K0(type, A, 3.57, JAHR), GLUN2_K0(type, B, 3.57, JAHR), GLUN2_K0(type, C, 45, MG_2CD),           \
      GLUN2_K0(type, D, 23, MG_2CD), GLUN2_PEAK(type, A, 0.4), GLUN2_PEAK(type, B, 0.13),                    \
      GLUN2_PEAK(type, C, 0.01), GLUN2_PEAK(type, D, 0.02),                                                  \
      PARAM_NUM(type, temperature, "°C", 37, 0, 45, ASSUMED, "body temperature of mammals",                  \
                "temperature that sets RT/F")

/* Derived constants and what is wrong with the shares, of a struct with GLUN2_MEMBERS. */
#define GLUN2_DERIVE(p)                                                                                      \
  glun2((double[]){(p)->share_2A, (p)->share_2B, (p)->share_2C, (p)->share_2D},                              \
        (double[]){(p)->K0_2A, (p)->K0_2B, (p)->K0_2C, (p)->K0_2D},                                          \
        (double[]){(p)->P_2A, (p)->P_2B, (p)->P_2C, (p)->P_2D}, (p)->Mg, (p)->temperature)
#define GLUN2_FAULT(p) glun2_fault((p)->share_2A + (p)->share_2B + (p)->share_2C + (p)->share_2D)

static inline struct glun2 glun2(const double *share, const double *K0, const double *peak, double Mg,
                                 double temperature_C) {
  struct glun2 g = {.RT_F_mV = (float)(8.314462618 * (temperature_C + 273.15) / 96485.33212 * 1000.0)};
  for (int s = 0; s < SUBUNITS; s++) {
    g.share[s] = (float)share[s];
    g.mg[s] = (float)(Mg / K0[s]);
    g.peak[s] = (float)peak[s];
  }
  return g;
}

static inline const char *glun2_fault(double sum) {
  return fabs(sum - 1.0) > 1e-6 ? "the shares of GluN2A, 2B, 2C and 2D do not sum to 1" : NULL;
}

#endif
