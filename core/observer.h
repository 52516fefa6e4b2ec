/* observer.h — the contract between those who measure and those who write.
 *
 * Whoever measures describes a group of signals once (names, units, axes) and appends rows as time goes on;
 * whoever writes (output/) decides about files, chunks and compression. A group becomes one plot in HDF5
 * viewers and one labelled table in xarray. `core` and everything above it thus never see HDF5. */
#ifndef CORE_OBSERVER_H
#define CORE_OBSERVER_H

#include "status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct signal {
  const char *name;  /* lower case, digits, _ ; or a population's name */
  const char *unit;  /* internal unit, written as UDUNITS symbol */
  const char *label; /* what a plot's axis says, without unit: "firing rate" */
};

/* A second axis of a group, of n places that stay the same: frequencies of a spectrum, say. */
struct signal_columns {
  const char *axis, *unit, *label; /* "frequency", "Hz", "frequency" */
  int n;                           /* 0: there is none */
  double first, step;
};

/* A group of equally shaped signals over one growing axis: a row holds one value (side_y = side_x = 0), one
 * map, or one value for each place of a second axis (columns.n > 0; not both). */
struct signal_group {
  const char *path;                          /* "rates", "maps/mPFC" */
  const char *title;                         /* title of the plot */
  const char *axis, *axis_unit, *axis_label; /* "time", "h", "time" */
  const struct signal *signals;
  int n_signals;
  int side_y, side_x;        /* sites along y and x of a map */
  double first_um, pitch_um; /* centre of the first site, distance of sites, both directions */
  struct signal_columns columns;
  bool single; /* store signals as float32 (else float64) */
};

/* Columns written whole, once or again (replaced). Rows n; n = -1 makes each column a scalar. */
enum column_type { COLUMN_F64, COLUMN_I64, COLUMN_TEXT };
struct column {
  const char *name;
  enum column_type type;
  const char *unit; /* "" for texts and codes */
  const char *meaning;
  const void *data; /* double *, int64_t * or const char ** */
};
struct table {
  const char *path, *title;
  int n_rows;
  const struct column *columns;
  int n_columns;
};

struct recorder {
  /* Describe a group; *handle is for append. Describing a path again (after a resume) returns the existing
   * group. */
  enum status (*group)(struct recorder *self, const struct signal_group *group, int *handle);
  /* Append one row at position `at` on the axis: n_signals values, or n_signals maps of side_y × side_x, row
   * major, or n_signals times columns.n values. */
  enum status (*append)(struct recorder *self, int handle, double at, const double *values);
  /* Append spikes of one region, sorted by tick, then node: protocol time in ms. */
  enum status (*spikes)(struct recorder *self, const char *region, const double *time_ms,
                        const uint64_t *node, size_t n);
  /* Write or replace a table. */
  enum status (*table)(struct recorder *self, const struct table *table);
};

/* Sends everything to several recorders: the shared prefix of forked arms goes to each arm's file. */
enum { OBSERVER_TEE_MAX = 16 };
struct tee {
  struct recorder recorder;
  struct recorder *to[OBSERVER_TEE_MAX];
  int n;
  struct tee_handles {
    int handle[OBSERVER_TEE_MAX];
  } * handles;
  int n_handles;
};
void tee_open(struct tee *tee, struct recorder *const *to, int n);
void tee_close(struct tee *tee);

#endif
