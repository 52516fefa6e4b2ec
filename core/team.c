/* team.c — threads by OpenMP, with a sense-reversing spin barrier (Mellor-Crummey & Scott 1991,
 * doi:10.1145/103727.103729). */
#include "team.h"
#include "memory.h"
#include <linux/futex.h>
#include <omp.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { SPINS_BEFORE_SLEEP = 4000 };

struct sense {
  int value;
  char rest_of_line[MEMORY_LINE - sizeof(int)];
};

struct team {
  int size;
  struct sense *sense; /* one line per thread */
  _Alignas(MEMORY_LINE) atomic_int waiting;
  _Alignas(MEMORY_LINE) atomic_int phase;
  atomic_int sleeping;
  atomic_int begun, ended; /* runs; shares of runs: for detectors of races, see share_of */
};

/* What OpenMP hands to a region is read in code that it makes, which a detector of races must not judge: it
 * knows nothing of the order that OpenMP keeps. */
#if defined(__SANITIZE_THREAD__)
#define UNJUDGED __attribute__((no_sanitize_thread, noinline))
#else
#define UNJUDGED
#endif

/* Threads that a parallel region gets. With fewer than asked for, barriers would wait for ever. */
UNJUDGED static int count_threads(int n) {
  int count = 0;
  omp_set_dynamic(0);
#pragma omp parallel num_threads(n)
#pragma omp single
  count = omp_get_num_threads();
  return count;
}

enum status team_new(int n, struct team **out) {
  *out = NULL;
  int count = n < 1 ? 0 : count_threads(n);
  if (count != n || n < 1) {
    return status_fail(STATUS_WORLD, "%d threads cannot be had, only %d (OMP_THREAD_LIMIT?)", n, count);
  }
  TRY(memory_new("team", 1, sizeof **out, out));
  (*out)->size = n;
  enum status status = memory_new("team", (size_t)n, sizeof(struct sense), &(*out)->sense);
  if (status != STATUS_OK) {
    memory_free(*out);
    *out = NULL;
  }
  return status;
}

void team_free(struct team *team) {
  if (!team) return;
  memory_free(team->sense);
  memory_free(team);
}

int team_size(const struct team *team) { return team->size; }

static void relax(void) {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

/* Who has spun for long sleeps until it is woken: where others use the cores, who yields comes last. The
 * kernel looks at the phase once more before it lets a thread sleep, and who changes the phase looks for
 * sleepers after that, in one order for all (sequential consistency), so none is missed. */
static void sleep_until(struct team *team, int next) {
  atomic_fetch_add(&team->sleeping, 1);
  while (atomic_load(&team->phase) != next)
    syscall(SYS_futex, &team->phase, FUTEX_WAIT_PRIVATE, !next, NULL, NULL, 0);
  atomic_fetch_sub(&team->sleeping, 1);
}

static void open_barrier(struct team *team, int next) {
  atomic_store_explicit(&team->waiting, 0, memory_order_relaxed);
  atomic_store(&team->phase, next);
  if (atomic_load(&team->sleeping) > 0)
    syscall(SYS_futex, &team->phase, FUTEX_WAKE_PRIVATE, team->size, NULL, NULL, 0);
}

void team_barrier(struct team *team, int thread) {
  if (team->size == 1) return;
  int next = !team->sense[thread].value;
  team->sense[thread].value = next;
  if (atomic_fetch_add_explicit(&team->waiting, 1, memory_order_acq_rel) == team->size - 1) {
    open_barrier(team, next);
    return;
  }
  for (int spins = 0; spins < SPINS_BEFORE_SLEEP; spins++) {
    if (atomic_load_explicit(&team->phase, memory_order_acquire) == next) return;
    relax();
  }
  sleep_until(team, next);
}

/* Flush denormals to zero, both results and inputs; gives the former mode. */
static unsigned flush_denormals(void) {
#if defined(__x86_64__)
  unsigned former = _mm_getcsr();
  _mm_setcsr(former | 0x8040u);
  return former;
#else
  return 0;
#endif
}

static void restore_mode(unsigned mode) {
#if defined(__x86_64__)
  _mm_setcsr(mode);
#else
  (void)mode;
#endif
}

/* One thread's share of a run. OpenMP orders memory at both ends of a region; the two atomics say so once
 * more, in words that a detector of races hears. */
static __attribute__((noinline)) void share_of(struct team *team, void (*work)(void *context, int thread),
                                               void *context) {
  (void)atomic_load_explicit(&team->begun, memory_order_acquire);
  unsigned mode = flush_denormals();
  work(context, omp_get_thread_num());
  restore_mode(mode);
  atomic_fetch_add_explicit(&team->ended, 1, memory_order_release);
}

UNJUDGED static void run_shares(struct team *team, void (*work)(void *context, int thread), void *context) {
#pragma omp parallel num_threads(team->size)
  share_of(team, work, context);
}

void team_run(struct team *team, void (*work)(void *context, int thread), void *context) {
  atomic_fetch_add_explicit(&team->begun, 1, memory_order_release);
  run_shares(team, work, context);
  (void)atomic_load_explicit(&team->ended, memory_order_acquire);
}

struct each {
  struct team *team;
  void (*each)(void *context, int thread, int i);
  void *context;
  int n;
};

static void run_each(void *context, int thread) {
  const struct each *each = context;
  for (int i = thread; i < each->n; i += each->team->size) each->each(each->context, thread, i);
}

void team_each(struct team *team, int n, void (*each)(void *context, int thread, int i), void *context) {
  struct each items = {team, each, context, n};
  team_run(team, run_each, &items);
}

struct taken {
  void (*each)(void *context, int thread, int i);
  void *context;
  int n;
  atomic_int next;
};

static void run_taken(void *context, int thread) {
  struct taken *items = context;
  for (int i; (i = atomic_fetch_add_explicit(&items->next, 1, memory_order_relaxed)) < items->n;)
    items->each(items->context, thread, i);
}

void team_share(struct team *team, int n, void (*each)(void *context, int thread, int i), void *context) {
  struct taken items = {each, context, n, 0};
  team_run(team, run_taken, &items);
}
