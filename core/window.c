/* window.c — the fast loop. */
#include "window.h"
#include "exchange.h"
#include "memory.h"
#include "spikes.h"
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* Potentials outside this range are a numerical failure of any cell model here, mV. */
static const float V_LOWEST = -250.0f, V_HIGHEST = 150.0f;

struct failure {
  enum status status;
  int block; /* lowest number wins */
  char message[256];
};

/* An interval, by its first tick + 1, on a line of its own. */
struct mark {
  _Alignas(MEMORY_LINE) _Atomic int64_t interval;
};

struct run {
  struct network *network;
  const struct window *window;
  int64_t n_ticks;
  struct failure *failure; /* one per thread */
  bool *clean;             /* per thread: no block left anything in g and g_E */
  bool stop;
  struct mark *called; /* per thread: its blocks have heard of all spikes of the interval before */
  struct mark *taken;  /* per loose arena: some thread advances it */
};

static void fail(struct run *run, int thread, int block, enum status status) {
  struct failure *failure = &run->failure[thread];
  if (failure->status != STATUS_OK && failure->block <= block) return;
  failure->status = status;
  failure->block = block;
  snprintf(failure->message, sizeof failure->message, "%s", status_message());
}

/* Conductances and injected currents of a block begin at 0. Its thread's arrays are so already if no block
 * before wrote to them. */
static void clear(struct run *run, int thread, const struct population *population,
                  const struct block *block) {
  bool writes = population->n_receptors > 0 || population->inject;
  if (block->driven) memset(block->background, 0, (size_t)block->padded * sizeof(int32_t));
  if (writes || !run->clean[thread]) {
    memset(block->g, 0, (size_t)(writes ? block->padded : POPULATION_BLOCK) * sizeof(float));
    memset(block->g_E, 0, (size_t)(writes ? block->padded : POPULATION_BLOCK) * sizeof(float));
  }
  run->clean[thread] = !writes;
}

/* The conditions of a population at a tick. */
static struct step step_at(const struct window *window, const struct population *population, int64_t tick) {
  struct step step = window->regions ? window->regions[population->region_index] : window->step;
  step.tick = tick;
  return step;
}

static void advance_block(struct run *run, int thread, int number, int k, int64_t tick) {
  struct profile *profile = run->window->profile;
  uint64_t time = profile_now(profile);
  struct network *network = run->network;
  struct population *population = network->block_population[number];
  int b = network->block_in_population[number];
  struct step step = step_at(run->window, population, tick + k);
  struct block *block = &population->block[b];
  bool driven = population->drive && step.tick < population->drive_until;
  if (driven != block->driven) {
    block->driven = driven;
    population_view(population, b);
  }
  clear(run, thread, population, block);
  if (population->inject) population->inject(population, b, step.tick);
  if (block->driven) population->drive(population, b, network->seed, step.tick);
  time = profile_add(profile, thread, PROFILE_background, time);
  for (int r = 0; r < population->n_receptors; r++)
    population->receptor[r].mechanism->open(&block->view[r], &step);
  population->cell->advance(&block->view[population->n_receptors], &step);
  time = profile_add(profile, thread, PROFILE_advance, time);
  for (int o = 0; o < run->window->n_observers; o++) {
    const struct observer *observer = &run->window->observers[o];
    if (observer->tick) observer->tick(observer->context, thread, population, b, step.tick);
  }
  enum status status = spikes_note(network, number, k, tick);
  profile_add(profile, thread, PROFILE_note, time);
  if (status != STATUS_OK) fail(run, thread, number, status);
}

/* Are all potentials finite and possible? */
static void watch(struct run *run, int thread, int number, int64_t tick) {
  const struct network *network = run->network;
  const struct block *block = network->block[number];
  const float *V = block->cell_column[0];
  int bad = 0;
  for (int i = 0; i < block->n; i++) bad |= !(V[i] >= V_LOWEST && V[i] <= V_HIGHEST);
  if (!bad) return;
  int i = 0;
  while (V[i] >= V_LOWEST && V[i] <= V_HIGHEST) i++;
  const struct population *population = network->block_population[number];
  fail(run, thread, number,
       status_fail(STATUS_DIVERGED, "%s/%s: cell %d at %.1f ms of simulated time: V = %g mV",
                   population->region, population->name, block->first + i, clock_ms(&network->clock, tick),
                   (double)V[i]));
}

static void adapt_block(struct run *run, int thread, int number, int64_t tick) {
  struct network *network = run->network;
  const struct window *window = run->window;
  struct population *population = network->block_population[number];
  int b = network->block_in_population[number];
  struct step step = step_at(window, population, tick);
  for (int r = 0; r < population->n_receptors; r++) {
    if (!population->receptor[r].mechanism->adapt) continue;
    struct cells cells = population_cells(population, b, r);
    population->receptor[r].mechanism->adapt(&cells, &step);
  }
  for (int o = 0; o < window->n_observers; o++) {
    if (window->observers[o].block)
      window->observers[o].block(window->observers[o].context, thread, population, b);
  }
  watch(run, thread, number, tick);
}

/* What was emitted in the interval before, on its way to the blocks of an arena: no delay is shorter than an
 * interval, so nothing of it was due earlier. */
static void deliver_arena(struct run *run, int thread, struct arena *arena, int64_t tick) {
  struct network *network = run->network;
  if (arena->slots && arena->sibling == 0) /* the first comes first */
    spikes_send(network, arena, tick - network->interval, tick - 1, 0,
                network->own_sent ? SPIKES_FOREIGN : SPIKES_ALL);
  if (arena->no_memory)
    fail(run, thread, arena->block[0], status_fail(STATUS_NO_MEMORY, "out of memory: segments"));
  for (int k = 0; k < arena->n_blocks; k++) {
    int number = arena->block[k];
    const struct population *population = network->block_population[number];
    if (network->in[population->index].n == 0) continue;
    spikes_deliver(network, number, tick - 1, 0);
    if (network->block[number]->no_memory) {
      fail(run, thread, number, status_fail(STATUS_NO_MEMORY, "out of memory: arrivals"));
    }
  }
}

/* One tick: all that arrives, then the cells. */
static void advance_arena(struct run *run, int thread, struct arena *arena, int k, int64_t tick) {
  struct network *network = run->network;
  uint64_t time = profile_now(run->window->profile);
  for (int i = 0; i < arena->n_blocks; i++) {
    int number = arena->block[i];
    population_turn(network->block_population[number], network->block_in_population[number], tick + k);
  }
  if (arena->slots) arena_arrive(arena, network->bundle, tick + k);
  profile_add(run->window->profile, thread, PROFILE_deliver, time);
  for (int i = 0; i < arena->n_blocks; i++) advance_block(run, thread, arena->block[i], k, tick);
}

/* An arena through an interval. */
static void advance_through(struct run *run, int thread, struct arena *arena, int64_t tick) {
  struct network *network = run->network;
  bool millisecond = (tick + network->interval) % network->ms_ticks == 0;
  uint64_t time = profile_now(run->window->profile);
  deliver_arena(run, thread, arena, tick);
  profile_add(run->window->profile, thread, PROFILE_send, time);
  for (int k = 0; k < network->interval; k++) advance_arena(run, thread, arena, k, tick);
  time = profile_now(run->window->profile);
  for (int i = 0; i < arena->n_blocks && millisecond; i++)
    adapt_block(run, thread, arena->block[i], tick + network->interval);
  profile_add(run->window->profile, thread, PROFILE_adapt, time);
}

static void call_owned(struct run *run, int thread, int64_t tick) {
  struct network *network = run->network;
  uint64_t time = profile_now(run->window->profile);
  for (int o = 0; o < network->n_owners; o++) {
    if (network->owner[o].thread == thread)
      spikes_call(network, &network->owner[o], tick - network->interval, tick - 1,
                  network->own_sent ? SPIKES_FOREIGN : SPIKES_ALL);
  }
  atomic_store_explicit(&run->called[thread].interval, tick + 1, memory_order_release);
  profile_add(run->window->profile, thread, PROFILE_send, time);
}

/* Advance a loose arena, if no other thread does. */
static void try_loose(struct run *run, int thread, int k, int64_t tick) {
  struct arena *arena = &run->network->arena[run->network->loose[k]];
  int64_t before = atomic_load_explicit(&run->taken[k].interval, memory_order_relaxed);
  if (before == tick + 1 ||
      atomic_load_explicit(&run->called[arena->thread].interval, memory_order_acquire) != tick + 1)
    return;
  if (atomic_compare_exchange_strong(&run->taken[k].interval, &before, tick + 1))
    advance_through(run, thread, arena, tick);
}

/* Own arenas first, loose ones last of them, then what others have not come to yet. */
static void advance_owned(struct run *run, int thread, int64_t tick) {
  struct network *network = run->network;
  call_owned(run, thread, tick);
  for (int a = 0; a < network->n_arenas; a++) {
    struct arena *arena = &network->arena[a];
    if (arena->thread == thread && !arena->loose) advance_through(run, thread, arena, tick);
  }
  for (int k = 0; k < network->n_loose; k++) {
    if (network->arena[network->loose[k]].thread == thread) try_loose(run, thread, k, tick);
  }
  for (int k = network->n_loose - 1; k >= 0; k--) {
    if (network->arena[network->loose[k]].thread != thread) try_loose(run, thread, k, tick);
  }
}

/* Spikes of the interval that begins at `tick`, on their way within their own rank: no delay is shorter than
 * an interval, so none is due before the next. */
static void send_within(struct run *run, int thread, int64_t tick) {
  struct network *network = run->network;
  int64_t last = tick + network->interval - 1;
  for (int o = 0; o < network->n_owners; o++) {
    if (network->owner[o].thread == thread) spikes_call(network, &network->owner[o], tick, last, SPIKES_OWN);
  }
  for (int a = 0; a < network->n_arenas; a++) {
    struct arena *arena = &network->arena[a];
    if (arena->thread != thread) continue;
    if (arena->slots && arena->sibling == 0) spikes_send(network, arena, tick, last, 0, SPIKES_OWN);
    for (int k = 0; k < arena->n_blocks; k++) spikes_deliver(network, arena->block[k], last, 0);
  }
}

/* Each rank is served by one thread: write the messages, and read those that came when all have written.
 * Between the two every thread delivers what goes from its rank to its own blocks. */
static void exchange_spikes(struct run *run, int thread, int64_t tick) {
  struct network *network = run->network;
  struct exchange *exchange = network->exchange;
  int first = exchange_first(exchange), held = exchange_held(exchange), threads = team_size(network->team);
  bool several = exchange_ranks(exchange) > 1;
  for (int r = thread; r < held; r += threads) {
    enum status status = spikes_pack(network, first + r);
    if (status != STATUS_OK) fail(run, thread, network->n_blocks, status);
  }
  if (held > 1) team_barrier(network->team, thread);
  if (several && thread == 0) exchange_begin(exchange);
  if (several) send_within(run, thread, tick);
  if (several && thread == 0) {
    enum status status = exchange_finish(exchange);
    if (status != STATUS_OK) fail(run, thread, network->n_blocks, status);
    network->own_sent = true;
  }
  for (int r = thread; r < held; r += threads) {
    enum status status = spikes_unpack(network, first + r, tick);
    if (status != STATUS_OK) fail(run, thread, network->n_blocks, status);
  }
  if (several) team_barrier(network->team, thread); /* observers see all histories and failures whole */
}

/* Has anything failed? Processes ask each other at full milliseconds only. By one thread, of all. */
static bool anything_failed(struct run *run, int64_t next) {
  struct network *network = run->network;
  double failed = 0;
  for (int t = 0; t < team_size(network->team); t++) failed += run->failure[t].status != STATUS_OK;
  if (exchange_whole(network->exchange)) return failed > 0;
  if (next % network->ms_ticks != 0) return false;
  exchange_most(network->exchange, &failed, 1);
  return failed > 0;
}

static void observe(struct run *run, int64_t tick) {
  const struct network *network = run->network;
  const struct window *window = run->window;
  int64_t next = tick + network->interval;
  for (int o = 0; o < window->n_observers; o++) {
    const struct observer *observer = &window->observers[o];
    if (observer->interval) observer->interval(observer->context, network, tick, network->interval);
    if (observer->millisecond && next % network->ms_ticks == 0)
      observer->millisecond(observer->context, network, next);
  }
}

/* At a full millisecond: what the observers' fields now mean for the thread's cells. */
static void tell_owned(const struct run *run, int thread, int64_t next) {
  const struct network *network = run->network;
  const struct window *window = run->window;
  if (next % network->ms_ticks != 0) return;
  for (int o = 0; o < window->n_observers; o++) {
    const struct observer *observer = &window->observers[o];
    if (!observer->tell) continue;
    for (int number = 0; number < network->n_blocks; number++) {
      if (network->block[number]->thread == thread)
        observer->tell(observer->context, network->block_population[number],
                       network->block_in_population[number]);
    }
  }
}

static void run_thread(void *context, int thread) {
  struct run *run = context;
  struct network *network = run->network;
  struct profile *profile = run->window->profile;
  int64_t end = network->tick + run->n_ticks;
  for (int64_t tick = network->tick; tick < end && !run->stop; tick += network->interval) {
    advance_owned(run, thread, tick);
    uint64_t time = profile_now(profile);
    team_barrier(network->team, thread);
    time = profile_add(profile, thread, PROFILE_wait, time);
    exchange_spikes(run, thread, tick);
    time = profile_add(profile, thread, PROFILE_exchange, time);
    if (thread == 0) {
      observe(run, tick);
      run->stop = anything_failed(run, tick + network->interval);
    }
    time = profile_add(profile, thread, PROFILE_record, time);
    team_barrier(network->team, thread);
    time = profile_add(profile, thread, PROFILE_wait, time);
    tell_owned(run, thread, tick + network->interval);
    profile_add(profile, thread, PROFILE_adapt, time);
  }
}

/* Between windows anything may have changed. */
static void view_blocks(const struct network *network) {
  for (int number = 0; number < network->n_blocks; number++) {
    if (network->block[number]->thread < 0) continue;
    population_view(network->block_population[number], network->block_in_population[number]);
  }
}

/* The failure of the lowest block, whichever process has it. */
static enum status first_of_all(struct network *network, const struct failure *own) {
  double mine = own ? (double)INT32_MAX - own->block : 0, most = mine;
  exchange_most(network->exchange, &most, 1);
  bool tell = own && mine == most;
  return exchange_agree(network->exchange, tell ? status_fail(own->status, "%s", own->message) : STATUS_OK);
}

static enum status prepare(struct run *run) {
  const struct network *network = run->network;
  size_t threads = (size_t)team_size(network->team), loose = (size_t)network->n_loose;
  TRY(memory_new("failures", threads, sizeof *run->failure, &run->failure));
  TRY(memory_new("threads", threads, sizeof *run->clean, &run->clean));
  TRY(memory_new("threads", threads, sizeof *run->called, &run->called));
  TRY(memory_new("arenas", loose, sizeof *run->taken, &run->taken));
  view_blocks(network);
  return STATUS_OK;
}

static void release(const struct run *run) {
  memory_free(run->failure);
  memory_free(run->clean);
  memory_free(run->called);
  memory_free(run->taken);
}

static const struct failure *first_failure(const struct run *run) {
  const struct failure *first = NULL;
  for (int t = 0; t < team_size(run->network->team); t++) {
    const struct failure *failure = &run->failure[t];
    if (failure->status != STATUS_OK && (!first || failure->block < first->block)) first = failure;
  }
  return first;
}

enum status window_run(struct network *network, const struct window *window, int64_t n_ticks) {
  if (n_ticks < 0 || n_ticks % network->ms_ticks != 0) {
    return status_fail(STATUS_FAULT, "a window of %lld ticks does not end at a full millisecond",
                       (long long)n_ticks);
  }
  struct run run = {.network = network, .window = window, .n_ticks = n_ticks};
  enum status status = exchange_agree(network->exchange, prepare(&run));
  if (status == STATUS_OK) {
    team_run(network->team, run_thread, &run);
    network->tick += n_ticks;
    status = first_of_all(network, first_failure(&run));
  }
  release(&run);
  return status;
}
