/* microdialysis.h — a virtual microdialysis probe: what a probe would read where a disc of sites releases
 * as it does.
 *
 *   0 = D* (1/x)(x C')' + S + leak − v(x) V_max C/(K_m + C)        C' = 0 at the probe, x = R, and far away
 *   v(x) = v u in the shell R < x < R + w, v beyond
 * x is the distance from the axis of the probe, S the mean release of the sites within R + w of it in a
 * window, v the share of uptake that is left there. Implantation leaves a shell of some 100 µm in which
 * uptake is reduced about a hundredfold; that alone makes the 2–10 µM that microdialysis reports of the
 * 25–90 nM of intact tissue (Sun et al. 2014, Neurochem Int 73:152). The reading is that of no net flux:
 * perfusate and tissue agree at the probe's surface.
 *
 * Assumed: the probe does not disturb the circuit, which goes on as if it were not there; terminals in the
 * shell release like those of the window's intact tissue, and leak like it; the shell is at its steady
 * state (it takes a second, a sample minutes). Between windows release is that of the window which stands
 * for the time, as in the slow half, and a sample is the mean over its time. Relative changes are larger
 * than those of intact tissue, since uptake in the shell is near saturation. */
#ifndef CIRCUITS_SIGNALS_MICRODIALYSIS_H
#define CIRCUITS_SIGNALS_MICRODIALYSIS_H

#include "observer.h"
#include "tissue/glutamate.h"

struct dialysis_params {
  bool on;
  double x, y;                  /* of the probe, from the middle of the sheet, µm */
  double radius, shell, uptake; /* R, w, u: µm, µm, 1 */
  double sample;                /* h */
};
extern const struct param dialysis_params[];
extern const int n_dialysis_params;

struct dialysis {
  struct dialysis_params params;
  const struct glutamate *glutamate;
  int32_t *site;
  int n_sites;
  /* state */
  double reading;        /* of the latest window, µM */
  double sum_h, taken_h; /* of the sample that is being taken: reading × h, h */
};

/* What a probe reads, µM, at a source (release and leak, µM/ms) and a share v of uptake that is left in its
 * surroundings. NAN if uptake cannot keep up with the source. */
double dialysis_reading(const struct dialysis_params *probe, const struct glutamate_params *tissue,
                        double source, double uptake_left);

/* Fails: NO_MEMORY. Free with dialysis_free (accepts a zeroed one). */
MUST_USE enum status dialysis_new(struct dialysis *dialysis, const struct dialysis_params *params,
                                  const struct glutamate *glutamate);
void dialysis_free(struct dialysis *dialysis);

/* After a window: the reading for the release that was measured in it. */
void dialysis_read(struct dialysis *dialysis);

/* Time goes on without spikes from t0_h to t1_h; samples that fill up are appended to a group of a
 * recorder, at the middle of each. Fails: as the recorder does. */
MUST_USE enum status dialysis_advance(struct dialysis *dialysis, double t0_h, double t1_h,
                                      struct recorder *recorder, int handle);

MUST_USE enum status dialysis_visit(struct dialysis *dialysis, const char *region, struct visitor *visitor);

#endif
