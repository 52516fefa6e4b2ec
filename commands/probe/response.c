/* response.c — peaks and times of synaptic responses. See response.h. */
#include "response.h"
#include <math.h>

static const double BEFORE_MS = 2.0, LEFT = 0.36787944117144233; /* 1/e */

static int samples(double ms, double dt_ms) { return (int)floor(ms / dt_ms + 0.5); }

/* Place at which z passes a level between samples i−1 and i. */
static double crossing(const float *y, double baseline, double sign, int i, double level) {
  double before = sign * ((double)y[i - 1] - baseline), after = sign * ((double)y[i] - baseline);
  double part = after != before ? (level - before) / (after - before) : 1.0;
  return i - 1 + part;
}

/* First passage upwards after the spike, or downwards after the peak; NAN if there is none. */
static double upward(const float *y, const struct response *r, double sign, int from, int to, double share) {
  double level = share * fabs(r->amplitude);
  for (int i = from; i <= to; i++) {
    if (sign * ((double)y[i] - r->baseline) >= level) return crossing(y, r->baseline, sign, i, level);
  }
  return NAN;
}

static double downward(const float *y, const struct response *r, double sign, int from, int end,
                       double share) {
  double level = share * fabs(r->amplitude);
  for (int i = from; i < end; i++) {
    if (sign * ((double)y[i] - r->baseline) <= level) return crossing(y, r->baseline, sign, i, level);
  }
  return NAN;
}

void response_read(const float *y, int spike, int end, double dt_ms, struct response *out) {
  int first = spike - samples(BEFORE_MS, dt_ms), peak = spike - 1;
  double sum = 0;
  *out = (struct response){NAN, NAN, NAN, NAN, NAN, NAN};
  if (first < 0 || first == spike || end <= spike) return;
  for (int i = first; i < spike; i++) sum += (double)y[i];
  out->baseline = sum / (spike - first);
  for (int i = spike; i < end; i++) {
    if (fabs((double)y[i] - out->baseline) > fabs((double)y[peak] - out->baseline)) peak = i;
  }
  out->amplitude = (double)y[peak] - out->baseline;
  if (out->amplitude == 0 || peak < spike) return;
  double sign = out->amplitude > 0 ? 1.0 : -1.0;
  double low = upward(y, out, sign, spike, peak, 0.2), high = upward(y, out, sign, spike, peak, 0.8);
  double half_up = upward(y, out, sign, spike, peak, 0.5),
         half_down = downward(y, out, sign, peak + 1, end, 0.5);
  out->rise_ms = (high - low) * dt_ms;
  out->onset_ms = (low - (high - low) / 3.0 - spike) * dt_ms;
  out->width_ms = (half_down - half_up) * dt_ms;
  out->decay_ms = (downward(y, out, sign, peak + 1, end, LEFT) - peak) * dt_ms;
}

double response_later(const float *y, const struct response *first, int spike, int end, double dt_ms) {
  int back = samples(BEFORE_MS, dt_ms);
  double left = (double)y[spike - 1] - first->baseline,
         before = (double)y[spike - 1 - back] - first->baseline;
  double share = before != 0 ? fmax(0.0, fmin(1.0, left / before)) : 0.0, per_sample = pow(share, 1.0 / back);
  double sign = first->amplitude > 0 ? 1.0 : -1.0, most = -INFINITY;
  for (int i = spike; i < end; i++) {
    left *= per_sample;
    most = fmax(most, sign * ((double)y[i] - first->baseline - left));
  }
  return sign * most;
}
