/* homeostat.h — the controller that finds the background drive at which each population fires at its
 * published rate.
 *
 *   every 50 ms:  ν ← ν exp(κ clip((r* − r)/r*, −1, 1)),  r smoothed over 400 ms
 * κ falls during the search; the drive is the mean (of ln ν) over its last part. NMDA currents and
 * facilitation lag by 0.3–1 s, so a larger κ, or a deeper clip, rings for ever. */
#ifndef CIRCUITS_DRIVE_HOMEOSTAT_H
#define CIRCUITS_DRIVE_HOMEOSTAT_H

#include "network.h"

enum { HOMEOSTAT_STEP_MS = 50 };

struct homeostat {
  struct network *network;
  double *rate, *log_drive; /* per population: smoothed rate, Hz; ln of the drive in Hz */
  double *sum;              /* of ln drive while averaging */
  int64_t n_sum;
};

/* Start from the populations' present drives. Fails: NO_MEMORY. Free with homeostat_free. */
MUST_USE enum status homeostat_new(struct homeostat *homeostat, struct network *network);
void homeostat_free(struct homeostat *homeostat);

/* One step of the controller: rates over the last HOMEOSTAT_STEP_MS, per population; `average` adds the drive
 * to the mean. Sets the populations' drive. Fails: NO_MEMORY, CONFIG (a drive beyond 20 kHz). */
MUST_USE enum status homeostat_step(struct homeostat *homeostat, const double *rate_Hz, double kappa,
                                    bool average);

/* Begin a mean of the drive anew. */
void homeostat_forget(struct homeostat *homeostat);

/* Set every drive to its mean. Fails: as homeostat_step. */
MUST_USE enum status homeostat_freeze(struct homeostat *homeostat);

/* κ at a share of the search done: 0.1 falling to 0.03 in its first part, 0.04 to 0.015 in the second. */
double homeostat_kappa(double share);
/* Is the drive averaged at this share? In the last quarter. */
bool homeostat_averages(double share);

#endif
