/* bench_store.c — how fast results are written: MB of raw numbers per second of wall and of processor time,
 * through the recorder that a run writes with, down to the disk.
 *
 * bench_store DIR [MB [PACKERS [MB/S]]]: spikes of one region in bins of 10 ms (time and cell of each, not
 * compressed), and maps of 32 × 32 sites that change smoothly with a little noise (compressed by so many
 * threads, 1, beside the one that writes), of MB (200) each: as fast as they can be written, or at a pace as
 * they come in a run. Says what writing took of its caller, a simulation. */
#include "directory.h"
#include "memory.h"
#include "packers.h"
#include "result.h"
#include <math.h>
#include <stdbool.h>
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

/* What is written, how fast it comes (0: as fast as it can be written), and the time spent on writing. */
struct flow {
  double mb, mb_s;
  double begin_s, written;
  double kept_s, worked_s; /* wall time and processor time that writing took of its caller */
};

static void begin_write(struct flow *flow) {
  flow->kept_s -= clock_s(CLOCK_MONOTONIC);
  flow->worked_s -= clock_s(CLOCK_THREAD_CPUTIME_ID);
}

static void end_write(struct flow *flow, double bytes) {
  flow->kept_s += clock_s(CLOCK_MONOTONIC);
  flow->worked_s += clock_s(CLOCK_THREAD_CPUTIME_ID);
  flow->written += bytes;
}

/* Is there more to come? If so, wait until it is there. */
static bool more(const struct flow *flow) {
  double ahead =
      flow->mb_s > 0 ? flow->begin_s + 1e-6 * flow->written / flow->mb_s - clock_s(CLOCK_MONOTONIC) : 0;
  if (ahead > 0) nanosleep(&(struct timespec){(time_t)ahead, (long)(1e9 * (ahead - floor(ahead)))}, NULL);
  return flow->written < flow->mb * 1e6;
}

/* A number in 0 … 1 that follows from k. */
static double noise(uint64_t k) {
  k = (k ^ k >> 31) * UINT64_C(0x9E3779B97F4A7C15);
  k = (k ^ k >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
  return (double)(k >> 11) * 0x1p-53;
}

static enum status write_spikes(struct recorder *to, struct flow *flow) {
  double *time_ms = NULL;
  uint64_t *node = NULL;
  enum status status = memory_new("times", SPIKES, sizeof *time_ms, &time_ms);
  if (status == STATUS_OK) status = memory_new("cells", SPIKES, sizeof *node, &node);
  for (uint64_t bin = 0; status == STATUS_OK && more(flow); bin++) {
    for (uint64_t k = 0; k < SPIKES; k++) {
      time_ms[k] = 10.0 * (double)bin + 0.1 * (double)(k / (SPIKES / 100));
      node[k] = (uint64_t)(250000 * noise(bin * SPIKES + k));
    }
    begin_write(flow);
    status = to->spikes(to, "region", time_ms, node, SPIKES);
    end_write(flow, 16.0 * SPIKES);
  }
  memory_free(time_ms);
  memory_free(node);
  return status;
}

static enum status write_maps(struct recorder *to, struct flow *flow) {
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
  for (uint64_t step = 0; status == STATUS_OK && more(flow); step++) {
    for (uint64_t k = 0; k < SIGNALS * SIDE * SIDE; k++)
      row[k] = 1 + 0.5 * sin(1e-3 * (double)step + 0.1 * (double)(k % SIDE)) + 1e-3 * noise(step << 16 | k);
    begin_write(flow);
    status = to->append(to, handle, 0.5 * (double)step, row);
    end_write(flow, 8.0 * SIGNALS * SIDE * SIDE);
  }
  memory_free(row);
  return status;
}

typedef enum status writer(struct recorder *to, struct flow *flow);

static enum status measure(const char *folder, const char *name, writer *write, int n_packers,
                           struct flow flow) {
  struct directory *directory = NULL;
  struct result *result = NULL;
  struct packers *packers = NULL;
  double processor = clock_s(CLOCK_PROCESS_CPUTIME_ID);
  char path[4096];
  struct stat about;
  flow.begin_s = clock_s(CLOCK_MONOTONIC);
  TRY(packers_new(n_packers, &packers));
  TRY(directory_open(folder, &directory));
  enum status status =
      result_open(directory, name, "how fast results are written", RESULT_OVERWRITE, NULL, &result);
  if (status == STATUS_OK) store_share(result_store(result), packers);
  if (status == STATUS_OK) status = write(result_recorder(result), &flow);
  begin_write(&flow);
  if (status == STATUS_OK)
    status = result_finish(result);
  else
    result_fail(result);
  end_write(&flow, 0);
  double wall = clock_s(CLOCK_MONOTONIC) - flow.begin_s;
  processor = clock_s(CLOCK_PROCESS_CPUTIME_ID) - processor;
  snprintf(path, sizeof path, "%s/%s.h5", folder, name);
  if (status == STATUS_OK && stat(path, &about) == 0)
    printf("%-7s %d packers: %.0f MB raw, %.0f on disk; %.0f MB/s of wall time, %.0f of processor time; its "
           "caller was kept %.2f ms per MB and worked %.2f\n",
           name, n_packers, 1e-6 * flow.written, 1e-6 * (double)about.st_size, 1e-6 * flow.written / wall,
           1e-6 * flow.written / processor, 1e9 * flow.kept_s / flow.written,
           1e9 * flow.worked_s / flow.written);
  unlink(path);
  directory_close(directory);
  packers_free(packers);
  return status;
}

int main(int n, char **words) {
  struct flow flow = {.mb = n > 2 ? atof(words[2]) : 200, .mb_s = n > 4 ? atof(words[4]) : 0};
  int packers = n > 3 ? atoi(words[3]) : 1;
  if (n < 2 || !(flow.mb > 0) || packers < 0) {
    fprintf(stderr, "bench_store DIR [MB [PACKERS [MB/S]]]\n");
    return 2;
  }
  enum status status = measure(words[1], "spikes", write_spikes, packers, flow);
  if (status == STATUS_OK) status = measure(words[1], "maps", write_maps, packers, flow);
  if (status != STATUS_OK) fprintf(stderr, "bench_store: %s\n", status_message());
  return (int)(status != STATUS_OK);
}
