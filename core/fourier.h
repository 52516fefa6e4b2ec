/* fourier.h — discrete Fourier transforms of real samples, for spectra and for the phase and amplitude of a
 * band. The only header of the one file that knows FFTW.
 *
 * Plans are estimated, never timed, and made without what earlier plans have left behind, so equal samples
 * give equal bits in every run on a CPU. (FFTW chooses its code by the CPU model, as the C library does: see
 * docs/identity.md. Nothing here feeds state.) Not to be called by several threads at once. */
#ifndef CORE_FOURIER_H
#define CORE_FOURIER_H

#include "status.h"

struct fourier;

/* For n samples, n ≥ 2. Fails: NO_MEMORY. Free with fourier_free (accepts NULL). */
MUST_USE enum status fourier_new(int n, struct fourier **out);
void fourier_free(struct fourier *fourier);

/* Place for the n samples. */
double *fourier_samples(struct fourier *fourier);

/* X_k = Σ_j x_j exp(−2πi jk/n) for k = 0 … n/2: real and imaginary part, one after the other. Holds until the
 * next call. */
const double *fourier_forward(struct fourier *fourier);

/* The analytic signal of what the latest forward transform was given, with its part at bin k times gain[k],
 * k = 0 … n/2: n pairs of real and imaginary part. The real part is the filtered signal, the length of the
 * pair its envelope, the angle its phase. Holds until the next call. */
const double *fourier_analytic(struct fourier *fourier, const double *gain);

/* FFTW's version at run time, "3.3.10". */
void fourier_library_version(char *text, size_t size);

#endif
