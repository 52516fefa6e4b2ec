/* machine_measure.c — measures the constants of machine.h.
 *
 * One thread is timed by its own CPU time, so that other work on the machine does not count, over bursts
 * shorter than a turn of the scheduler; the least burst is taken. Lists change from burst to burst, or they
 * would stay in a cache where those of a simulation do not. Several threads can only be timed by the wall
 * clock. */
#include "circuit.h"
#include "machine.h"
#include "machine_kernels.h"
#include "maths.h"
#include "memory.h"
#include "registry.h"
#include "simulation/wall.h"
#include "team.h"
#include <sched.h>
#include <stdio.h>
#include <string.h>

enum {
  BURSTS = 100,
  CHUNKS = 16, /* of the memory that is read and updated */
  EVENTS = 1 << 19,
  ADDITIONS = 1 << 17,
  PLACES = 1 << 14, /* cells of an accumulator of 64 KiB */
  CELLS = 4096,
  SHORT = 16,
  LONG = 128, /* events of a segment */
  BARRIERS = 50
};
static const double BARRIER_TIME_S = 0.2;
static const double MEMORY = 0x1p30, POOL = 0x1p27, CACHED_POOL = 0x1p20; /* bytes */

struct bench {
  const struct machine_kernels *kernel;
  int bursts, events;
  size_t words;     /* of the memory */
  uint64_t *memory; /* four places a word */
  int32_t *set;
  uint32_t *place, *source, *begin;
  struct machine_lists lists;
  int n_sources, pool_sources;
  uint32_t mask;
  float *x, *y, *z;
  int32_t *background;
  uint32_t threshold[64];
  int n_thresholds, ticks;
  double rate;
  uint64_t sum; /* keeps what was read from being optimised away */
};

/* A mixed number (splitmix64: Steele et al. 2014, doi:10.1145/2660193.2660195), good enough for addresses.
 */
static uint64_t mixed(uint64_t k) {
  k += 0x9e3779b97f4a7c15u;
  k = (k ^ k >> 30) * 0xbf58476d1ce4e5b9u;
  k = (k ^ k >> 27) * 0x94d049bb133111ebu;
  return k ^ k >> 31;
}

static double cpu_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

/* Least time of a burst, ns: `before` is not timed. */
static double least(struct bench *bench, int bursts, void (*before)(struct bench *bench, int burst),
                    void (*run)(struct bench *bench, int burst)) {
  double best = 0;
  for (int burst = 0; burst < bursts; burst++) {
    if (before) before(bench, burst);
    double begin = cpu_ns();
    run(bench, burst);
    double time = cpu_ns() - begin;
    if (burst == 0 || time < best) best = time;
  }
  return best;
}

/* Where the calling thread may run. */
struct affinity {
  cpu_set_t former;
  bool narrowed;
};

/* Keep the calling thread on one of its processors, another for each number: caches keep what is measured,
 * and threads that meet do not share a processor while others are busy. If the system refuses, on any. */
static struct affinity narrow(int number) {
  struct affinity affinity = {.narrowed = false};
  if (sched_getaffinity(0, sizeof affinity.former, &affinity.former) != 0) return affinity;
  int left = number % CPU_COUNT(&affinity.former);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int processor = 0; processor < CPU_SETSIZE; processor++) {
    if (CPU_ISSET(processor, &affinity.former) && left-- == 0) CPU_SET(processor, &one);
  }
  affinity.narrowed = sched_setaffinity(0, sizeof one, &one) == 0;
  return affinity;
}

static void widen(const struct affinity *affinity) {
  if (affinity->narrowed) (void)sched_setaffinity(0, sizeof affinity->former, &affinity->former);
}

/* ---- memory ---- */

/* Other places in a set of mask + 1 words. */
static void choose_places(struct bench *bench, int burst) {
  for (int e = 0; e < ADDITIONS; e++)
    bench->place[e] = (uint32_t)mixed((uint64_t)burst << 32 | (uint64_t)e) & bench->mask;
}
static void run_add(struct bench *bench, int burst) {
  (void)burst;
  bench->kernel->add(bench->set, bench->place, ADDITIONS);
}

static void measure_add(struct bench *bench, struct machine *out) {
  int32_t *own = bench->set;
  bench->set = (int32_t *)(void *)bench->memory;
  for (int k = 0; k < MACHINE_SETS; k++) {
    bench->mask = (uint32_t)(machine_set_bytes[k] / 4) - 1;
    out->add_ns[k] = least(bench, bench->bursts, choose_places, run_add) / ADDITIONS;
  }
  bench->set = own;
}

static uint64_t *chunk(const struct bench *bench, int burst) {
  return bench->memory + (size_t)(burst % CHUNKS) * (bench->words / CHUNKS);
}
static void run_read(struct bench *bench, int burst) {
  bench->sum += bench->kernel->read(chunk(bench, burst), bench->words / CHUNKS);
}
static void run_update(struct bench *bench, int burst) {
  bench->kernel->update(chunk(bench, burst), bench->words / CHUNKS);
}

static void measure_bandwidth(struct bench *bench, struct machine *out) {
  double bytes = 8.0 * (double)(bench->words / CHUNKS);
  out->read_1_GB_s = bytes / least(bench, 3 * CHUNKS, NULL, run_read);
  out->update_1_GB_s = 2 * bytes / least(bench, 3 * CHUNKS, NULL, run_update);
}

/* ---- delivery ---- */

/* Other sources of the pool, as many as give the events of a burst. */
static void choose_sources(struct bench *bench, int burst) {
  bench->n_sources = bench->events / bench->lists.length;
  for (int s = 0; s < bench->n_sources; s++) {
    uint64_t number = mixed((uint64_t)burst << 32 | (uint64_t)s) >> 32;
    bench->source[s] = (uint32_t)(number * (uint64_t)bench->pool_sources >> 32);
  }
}

static void run_deliver(struct bench *bench, int burst) {
  (void)burst;
  bench->kernel->deliver(bench->set, &bench->lists, bench->source, bench->n_sources);
}

static double delivery_ns(struct bench *bench, double pool_bytes, int length) {
  double places = fmin(pool_bytes, 8.0 * (double)bench->words) / sizeof(uint16_t);
  bench->pool_sources = (int)(places / length);
  for (int s = 0; s < bench->pool_sources; s++) bench->begin[s] = (uint32_t)(s * length);
  bench->lists = (struct machine_lists){(const uint16_t *)(const void *)bench->memory, bench->begin, length};
  return least(bench, bench->bursts, choose_sources, run_deliver);
}

/* Slope of the time over the number of segments, at the same number of events. */
static double segment_ns(struct bench *bench, double pool_bytes) {
  double more = bench->events / SHORT - bench->events / LONG;
  double slope = (delivery_ns(bench, pool_bytes, SHORT) - delivery_ns(bench, pool_bytes, LONG)) / more;
  return fmax(slope, 0.1); /* noise must not make segments free */
}

/* ---- cells and background ---- */

static void fill_cells(struct bench *bench, int burst) {
  (void)burst;
  for (int i = 0; i < CELLS; i++) bench->x[i] = -0.5f, bench->y[i] = 1.0f, bench->z[i] = 0;
}
static void run_exponential(struct bench *bench, int burst) {
  (void)burst;
  for (int t = 0; t < bench->ticks; t++) bench->kernel->exponential(bench->x, CELLS);
}
static void run_difference(struct bench *bench, int burst) {
  (void)burst;
  for (int t = 0; t < bench->ticks; t++)
    bench->kernel->difference(bench->x, bench->y, bench->z, bench->background, CELLS);
}
static void run_superpose(struct bench *bench, int burst) {
  for (int t = 0; t < bench->ticks; t++)
    bench->kernel->superpose(bench->background, CELLS, (int)(bench->rate * CELLS + 0.5),
                             (uint64_t)burst * (uint64_t)bench->ticks + (uint64_t)t);
}
static void run_invert(struct bench *bench, int burst) {
  for (int t = 0; t < bench->ticks; t++)
    bench->kernel->invert(bench->background, CELLS, bench->threshold, bench->n_thresholds,
                          (uint64_t)burst * (uint64_t)bench->ticks + (uint64_t)t);
}

/* Thresholds that all cells are compared with, but one in two thousand. */
static void set_rate(struct bench *bench, double rate) {
  double p = maths_exp(-rate), sum = p;
  bench->rate = rate;
  bench->n_thresholds = 0;
  for (int k = 1; k < 64 && (k == 1 || sum < 0.9995); k++) {
    bench->threshold[bench->n_thresholds++] = (uint32_t)(sum * 0x1p32);
    p *= rate / k;
    sum += p;
  }
}

static void measure_cells(struct bench *bench, struct machine *out) {
  double cells = (double)CELLS * bench->ticks;
  out->exponential_ns = least(bench, bench->bursts, fill_cells, run_exponential) / cells;
  out->difference_ns = least(bench, bench->bursts, fill_cells, run_difference) / cells;
  for (int k = 0; k < MACHINE_RATES; k++) {
    set_rate(bench, machine_rates[k]);
    double superposed = least(bench, bench->bursts, NULL, run_superpose);
    out->poisson_ns[k] = fmin(superposed, least(bench, bench->bursts, NULL, run_invert)) / cells;
  }
}

/* ---- all threads ---- */

struct shared {
  struct bench *bench;
  struct team *team;
  double read_s, update_s, barrier_s; /* of a chunk; of BARRIERS */
  bool enough;
};

static void keep(double *best, double time) { *best = *best > 0 && *best < time ? *best : time; }

/* Chunk by chunk, read and update in turn, far from one another. */
static void share_memory(struct shared *shared, int thread) {
  struct bench *bench = shared->bench;
  size_t share = bench->words / CHUNKS / (size_t)team_size(shared->team);
  uint64_t sum = 0;
  for (int pass = 0; pass < 3 * CHUNKS; pass++) {
    uint64_t *own = chunk(bench, pass / 2 + pass % 2 * (CHUNKS / 2)) + (size_t)thread * share;
    team_barrier(shared->team, thread);
    double begin = wall_s();
    if (pass % 2 == 0) sum += bench->kernel->read(own, share);
    if (pass % 2 == 1) bench->kernel->update(own, share);
    team_barrier(shared->team, thread);
    if (thread == 0) keep(pass % 2 ? &shared->update_s : &shared->read_s, wall_s() - begin);
  }
  if (thread == 0) bench->sum += sum;
}

/* Short bursts, until one has found all threads on processors; not for long, since others may hold them. */
static void share_barriers(struct shared *shared, int thread) {
  const double start = wall_s();
  while (!shared->enough) {
    double begin = wall_s();
    for (int k = 0; k < BARRIERS; k++) team_barrier(shared->team, thread);
    double end = wall_s();
    if (thread == 0) keep(&shared->barrier_s, end - begin);
    if (thread == 0) shared->enough = end - start > BARRIER_TIME_S;
    team_barrier(shared->team, thread); /* all see the same answer */
  }
}

static void run_shared(void *context, int thread) {
  struct affinity affinity = narrow(thread);
  share_memory(context, thread);
  share_barriers(context, thread);
  widen(&affinity);
}

static enum status measure_shared(struct bench *bench, int threads, struct machine *out) {
  struct shared shared = {.bench = bench};
  TRY(team_new(threads, &shared.team));
  team_run(shared.team, run_shared, &shared);
  size_t words = bench->words / CHUNKS / (size_t)threads * (size_t)threads;
  out->read_all_GB_s = 8e-9 * (double)words / shared.read_s;
  out->update_all_GB_s = 16e-9 * (double)words / shared.update_s;
  out->barrier_ns = threads > 1 ? 1e9 * shared.barrier_s / BARRIERS : 0;
  team_free(shared.team);
  return STATUS_OK;
}

/* ---- all ---- */

#define DECLARE(isa) extern const struct machine_kernels machine_kernels_##isa;
#define ROW(isa) {#isa, &machine_kernels_##isa},
BUILD_LIST(DECLARE)

const struct machine_kernels *machine_kernels(const char *isa) {
  static const struct {
    const char *isa;
    const struct machine_kernels *kernels;
  } builds[] = {BUILD_LIST(ROW)};
  int chosen = 0;
  for (int k = 0; k < COUNT_OF(builds); k++) chosen = strcmp(builds[k].isa, isa) == 0 ? k : chosen;
  return builds[chosen].kernels;
}

static enum status allocate(struct bench *bench, double effort) {
  size_t bytes = (size_t)fmax(MEMORY * effort, 0x1p26);
  bench->words = bytes / sizeof(uint64_t) / CHUNKS * CHUNKS;
  bench->bursts = (int)fmax(BURSTS * effort, 3);
  bench->events = effort > 0.5 ? EVENTS : EVENTS / 8;
  bench->ticks = effort > 0.5 ? 64 : 8;
  TRY(memory_new("measuring the machine", bench->words, sizeof(uint64_t), &bench->memory));
  TRY(memory_new("measuring the machine", ADDITIONS, sizeof(uint32_t), &bench->place));
  TRY(memory_new("measuring the machine", PLACES, sizeof(int32_t), &bench->set));
  TRY(memory_new("measuring the machine", (size_t)POOL / 2 / SHORT, sizeof(uint32_t), &bench->begin));
  TRY(memory_new("measuring the machine", EVENTS / SHORT, sizeof(uint32_t), &bench->source));
  TRY(memory_new("measuring the machine", CELLS, sizeof(float), &bench->x));
  TRY(memory_new("measuring the machine", CELLS, sizeof(float), &bench->y));
  TRY(memory_new("measuring the machine", CELLS, sizeof(float), &bench->z));
  TRY(memory_new("measuring the machine", CELLS, sizeof(int32_t), &bench->background));
  for (size_t i = 0; i < bench->words; i++) bench->memory[i] = mixed(i) & 0x3fff3fff3fff3fffu;
  return STATUS_OK;
}

static void release(struct bench *bench) {
  void *const pieces[] = {bench->memory, bench->place, bench->set, bench->begin,     bench->source,
                          bench->x,      bench->y,     bench->z,   bench->background};
  for (int k = 0; k < COUNT_OF(pieces); k++) memory_free(pieces[k]);
}

static void measure_one(struct bench *bench, struct machine *out) {
  struct affinity affinity = narrow(0);
  measure_cells(bench, out);
  out->segment_cached_ns = segment_ns(bench, CACHED_POOL);
  out->segment_memory_ns = fmax(segment_ns(bench, POOL), out->segment_cached_ns);
  measure_bandwidth(bench, out);
  measure_add(bench, out);
  widen(&affinity);
}

/* As the system's kernel knows it; the C library gives that of a whole host to a virtual machine. */
static double last_cache_bytes(void) {
  double kib = 0;
  for (int level = 3; level >= 2 && !(kib > 0); level--) {
    char path[64];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", level);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    /* a number of the system's: NOLINTNEXTLINE(cert-err34-c) */
    if (fscanf(file, "%lfK", &kib) != 1) kib = 0;
    fclose(file);
  }
  return kib > 0 ? 1024 * kib : 0x1p23;
}

enum status machine_measure(int threads, double effort, struct machine *out) {
  const struct mechanisms *mechanisms;
  struct bench bench = {0};
  if (!(effort > 0 && effort <= 1))
    return status_fail(STATUS_USAGE, "an effort of %g is not in 0 … 1", effort);
  TRY(circuit_mechanisms(&mechanisms));
  *out = (struct machine){.threads = threads, .isa = mechanisms->isa, .cache_bytes = last_cache_bytes()};
  bench.kernel = machine_kernels(mechanisms->isa);
  enum status status = allocate(&bench, effort);
  if (status == STATUS_OK) {
    measure_one(&bench, out);
    status = measure_shared(&bench, threads, out);
  }
  release(&bench);
  return status;
}
