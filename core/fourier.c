/* fourier.c — the only file that knows FFTW. See fourier.h. */
#include "fourier.h"
#include "memory.h"
#include <fftw3.h>
#include <stdio.h>
#include <string.h>

struct fourier {
  int n;
  double *samples;
  fftw_complex *bins, *half, *wave; /* n/2 + 1, n, n */
  fftw_plan forward, backward;
};

enum status fourier_new(int n, struct fourier **out) {
  struct fourier *f = NULL;
  enum status status;
  size_t count = (size_t)n;
  *out = NULL;
  TRY(memory_new("transform", 1, sizeof *f, &f));
  f->n = n;
  TRY_GOTO(memory_new("samples", count, sizeof(double), &f->samples), failed);
  TRY_GOTO(memory_new("bins", count / 2 + 1, sizeof(fftw_complex), &f->bins), failed);
  TRY_GOTO(memory_new("bins", count, sizeof(fftw_complex), &f->half), failed);
  TRY_GOTO(memory_new("wave", count, sizeof(fftw_complex), &f->wave), failed);
  fftw_forget_wisdom();
  f->forward = fftw_plan_dft_r2c_1d(n, f->samples, f->bins, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
  fftw_forget_wisdom();
  f->backward = fftw_plan_dft_1d(n, f->half, f->wave, FFTW_BACKWARD, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
  if (!f->forward || !f->backward) {
    status = status_fail(STATUS_NO_MEMORY, "out of memory: a transform of %d samples", n);
    goto failed;
  }
  *out = f;
  return STATUS_OK;
failed:
  fourier_free(f);
  return status;
}

void fourier_free(struct fourier *f) {
  if (!f) return;
  if (f->forward) fftw_destroy_plan(f->forward);
  if (f->backward) fftw_destroy_plan(f->backward);
  memory_free(f->samples);
  memory_free(f->bins);
  memory_free(f->half);
  memory_free(f->wave);
  memory_free(f);
}

double *fourier_samples(struct fourier *f) { return f->samples; }

const double *fourier_forward(struct fourier *f) {
  fftw_execute(f->forward);
  return f->bins[0];
}

const double *fourier_analytic(struct fourier *f, const double *gain) {
  int positive = (f->n - 1) / 2; /* bins that have a mirror image, which is left out */
  for (int k = 0; k < f->n; k++) {
    double scale = k > f->n / 2 ? 0.0 : gain[k] * (k >= 1 && k <= positive ? 2.0 : 1.0) / f->n;
    f->half[k][0] = k > f->n / 2 ? 0.0 : f->bins[k][0] * scale;
    f->half[k][1] = k > f->n / 2 ? 0.0 : f->bins[k][1] * scale;
  }
  fftw_execute(f->backward);
  return f->wave[0];
}

void fourier_library_version(char *text, size_t size) {
  const char *number = strpbrk(fftw_version, "0123456789"); /* of "fftw-3.3.10-sse2-avx" */
  snprintf(text, size, "%.*s", number ? (int)strcspn(number, "-") : 0, number ? number : "");
}
