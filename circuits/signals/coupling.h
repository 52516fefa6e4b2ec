/* coupling.h — phase–amplitude coupling: does the amplitude of a fast band follow the phase of a slow one?
 *
 * Modulation index of Tort et al. 2010, doi:10.1152/jn.00106.2010: amplitudes of the fast band are averaged
 * in 18 bins of phase of the slow band; with p_j their shares, MI = (ln 18 + Σ p_j ln p_j)/ln 18, which is 0
 * if amplitude does not know the phase and 1 if all of it falls into one bin. A short stretch has MI > 0 by
 * chance, so it is compared with surrogates in which amplitude is turned against phase by a lag of at least a
 * slow cycle: z = (MI − mean)/SD over the surrogates. That needs a slow rhythm whose phase wanders; of a
 * clock, turned stretches are coupled as well.
 *
 * Bands are cut out of the transform of the whole stretch with edges of a raised cosine; phase and amplitude
 * are those of the analytic signal. Since a transform joins end and beginning, a quarter of a second at both
 * ends is left out. Limits: a second of signal at least (8 slow cycles of 8 Hz); the band of amplitudes must
 * be wider than twice the slow frequency, or the modulation is filtered away (Aru et al. 2015,
 * doi:10.1016/j.conb.2014.08.002, on this and other pitfalls: a sharp slow wave brings fast power along). */
#ifndef CIRCUITS_SIGNALS_COUPLING_H
#define CIRCUITS_SIGNALS_COUPLING_H

#include "status.h"

enum { COUPLING_PHASES = 18, COUPLING_SURROGATES = 200 };

struct coupling_bands {
  double phase_low, phase_high, amplitude_low, amplitude_high; /* Hz */
};

struct coupling {
  double index; /* MI; NAN if the stretch is too short */
  double z;     /* against the surrogates */
};

/* Of n samples at rate_Hz. Fails: NO_MEMORY. */
MUST_USE enum status coupling_measure(const double *samples, size_t n, double rate_Hz,
                                      const struct coupling_bands *bands, struct coupling *out);

#endif
