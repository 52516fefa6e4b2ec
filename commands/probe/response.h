/* response.h — what is read off the trace of a synaptic response: its peak, and its times. */
#ifndef COMMANDS_PROBE_RESPONSE_H
#define COMMANDS_PROBE_RESPONSE_H

/* Samples y[0 … n−1] at intervals dt_ms. NAN where the trace does not show it. */
struct response {
  double baseline;  /* mean of the 2 ms before it */
  double amplitude; /* peak over baseline, with its sign */
  double onset_ms; /* from its arrival to where the line through 20 and 80 % of the rise meets the baseline */
  double rise_ms;  /* 20 to 80 % */
  double width_ms; /* at half the peak */
  double decay_ms; /* from the peak until 37 % of it is left */
};

/* The response that can show from sample `spike` on, looked for before sample `end`. */
void response_read(const float *y, int spike, int end, double dt_ms, struct response *out);

/* Peak of a later response, in units and with the sign of the first one, over what is left of those before:
 * their decay of the last 2 ms before the spike goes on as an exponential. */
double response_later(const float *y, const struct response *first, int spike, int end, double dt_ms);

#endif
