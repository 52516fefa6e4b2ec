/* bench_store.c — how fast results are written: MB of raw numbers per second of wall and of processor time,
 * through the recorder that a run writes with, down to the disk.
 *
 * bench_store DIR [MB]: spikes of one region in bins of 10 ms (time and cell of each, not compressed), and
 * maps of 32 × 32 sites that change smoothly with a little noise (compressed), of MB (200) each. */
#include "directory.h"
#include "memory.h"
#include "result.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SIDE = 32, SIGNALS = 4, SPIKES = 5000 }; /* spikes of a bin: 250,000 cells at 2 Hz */

static double clock_s(clockid_t which) {
  struct timespec now;
  clock_gettime(which, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A number in 0 … 1 that follows from k. */
static double noise(uint64_t k) {
  k = (k ^ k >> 31) * UINT64_C(0x9E3779B97F4A7C15);
  k = (k ^ k >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
  return (double)(k >> 11) * 0x1p-53;
}

static enum status write_spikes(struct recorder *to, double mb, double *written) {
  double *time_ms = NULL;
  uint64_t *node = NULL;
  enum status status = memory_new("times", SPIKES, sizeof *time_ms, &time_ms);
  if (status == STATUS_OK) status = memory_new("cells", SPIKES, sizeof *node, &node);
  for (uint64_t bin = 0; status == STATUS_OK && *written < mb * 1e6; bin++) {
    for (uint64_t k = 0; k < SPIKES; k++) {
      time_ms[k] = 10.0 * (double)bin + 0.1 * (double)(k / (SPIKES / 100));
      node[k] = (uint64_t)(250000 * noise(bin * SPIKES + k));
    }
    status = to->spikes(to, "region", time_ms, node, SPIKES);
    *written += 16.0 * SPIKES;
  }
  memory_free(time_ms);
  memory_free(node);
  return status;
}

static enum status write_maps(struct recorder *to, double mb, double *written) {
  static const struct signal signals[SIGNALS] = {{"bdnf", "1", "BDNF"},
                                                 {"mtorc1", "1", "mTORC1"},
                                                 {"glutamate", "uM", "glutamate"},
                                                 {"spines", "1/um", "spines"}};
  const struct signal_group group = {.path = "maps/region",
                                     .title = "maps",
                                     .axis = "time",
                                     .axis_unit = "h",
                                     .axis_label = "time",
                                     .signals = signals,
                                     .n_signals = SIGNALS,
                                     .side_y = SIDE,
                                     .side_x = SIDE,
                                     .first_um = 25,
                                     .pitch_um = 50};
  double *row = NULL;
  int handle;
  TRY(to->group(to, &group, &handle));
  TRY(memory_new("maps", SIGNALS * SIDE * SIDE, sizeof *row, &row));
  enum status status = STATUS_OK;
  for (uint64_t step = 0; status == STATUS_OK && *written < mb * 1e6; step++) {
    for (uint64_t k = 0; k < SIGNALS * SIDE * SIDE; k++)
      row[k] = 1 + 0.5 * sin(1e-3 * (double)step + 0.1 * (double)(k % SIDE)) + 1e-3 * noise(step << 16 | k);
    status = to->append(to, handle, 0.5 * (double)step, row);
    *written += 8.0 * SIGNALS * SIDE * SIDE;
  }
  memory_free(row);
  return status;
}

typedef enum status writer(struct recorder *to, double mb, double *written);

static enum status measure(const char *folder, const char *name, writer *write, double mb) {
  struct directory *directory = NULL;
  struct result *result = NULL;
  double written = 0, wall = clock_s(CLOCK_MONOTONIC), processor = clock_s(CLOCK_PROCESS_CPUTIME_ID);
  char path[4096];
  struct stat about;
  TRY(directory_open(folder, &directory));
  enum status status =
      result_open(directory, name, "how fast results are written", RESULT_OVERWRITE, NULL, &result);
  if (status == STATUS_OK) status = write(result_recorder(result), mb, &written);
  if (status == STATUS_OK)
    status = result_finish(result);
  else
    result_fail(result);
  wall = clock_s(CLOCK_MONOTONIC) - wall;
  processor = clock_s(CLOCK_PROCESS_CPUTIME_ID) - processor;
  snprintf(path, sizeof path, "%s/%s.h5", folder, name);
  if (status == STATUS_OK && stat(path, &about) == 0)
    printf("%-7s %5.0f MB raw, %5.0f MB on disk: %6.0f MB/s of wall time, %6.0f MB/s of processor time\n",
           name, written / 1e6, (double)about.st_size / 1e6, written / 1e6 / wall, written / 1e6 / processor);
  unlink(path);
  directory_close(directory);
  return status;
}

int main(int n, char **words) {
  double mb = n > 2 ? atof(words[2]) : 200;
  if (n < 2 || !(mb > 0)) {
    fprintf(stderr, "bench_store DIR [MB]\n");
    return 2;
  }
  enum status status = measure(words[1], "spikes", write_spikes, mb);
  if (status == STATUS_OK) status = measure(words[1], "maps", write_maps, mb);
  if (status != STATUS_OK) fprintf(stderr, "bench_store: %s\n", status_message());
  return (int)(status != STATUS_OK);
}
