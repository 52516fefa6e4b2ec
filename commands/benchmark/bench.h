/* bench.h — one row of the benchmark's table, and its ways out: terminal, JSON, CSV, picture. */
#ifndef COMMANDS_BENCH_H
#define COMMANDS_BENCH_H

#include "machine.h"
#include "profile.h"
#include <stdbool.h>
#include <stdio.h>

enum { BENCH_POPULATIONS = 32 };

struct bench_population {
  char name[24];
  int cells, cv_cells; /* cv_cells: those with enough spikes for a CV */
  double rate_Hz, cv;
};

struct bench_row {
  char scene[32];
  double cells, synapses;
  int threads, repeats;
  double build_s;
  double wall_s, wall_best_s, wall_worst_s; /* per biological second: median, best, worst */
  double cpu_s;                             /* of all threads, per biological second, median */
  double events_Hz;                         /* synaptic events per biological second, background apart */
  double bytes_per_synapse, peak_MB;
  double limit_s;    /* of the machine, per biological second */
  const char *bound; /* what sets it */
  int ranks;         /* processes; of the next three: per rank and interval, mean over ranks */
  double messages, message_bytes, wait; /* to others; wait: share of the wall time, of the last stretches */
  uint64_t hash;
  int n_populations;
  struct bench_population population[BENCH_POPULATIONS];
  double phase_s[PROFILE_PHASE_COUNT]; /* per biological second, summed over threads; of one stretch more */
  bool profiled;
};

void bench_print_header(FILE *out);
void bench_print_row(const struct bench_row *row, FILE *out);

/* All rows, and the machine as it was measured with each number of threads. */
struct bench_table {
  const struct bench_row *row;
  int n;
  const struct machine *machine;
  int n_machines;
};

/* .json, .csv, .svg: a picture of wall time against cells. */
enum bench_format { BENCH_UNKNOWN, BENCH_JSON, BENCH_CSV, BENCH_SVG };

/* By the ending of a file's name. */
enum bench_format bench_format(const char *path);

/* Can a file be written? Leaves it as it is. Fails: WORLD. */
MUST_USE enum status bench_check_file(const char *path);

/* Fails: WORLD. */
MUST_USE enum status bench_write(const char *path, enum bench_format format, const struct bench_table *table);

#endif
