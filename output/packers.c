/* packers.c — threads that pack chunks. See packers.h. */
#include "packers.h"
#include "memory.h"
#include <pthread.h>
#include <signal.h>
#include <string.h>

enum { PACKERS_MOST = 8 }; /* what one thread can write: a packer makes some 150 MB/s, a file takes 1 GB/s */

struct packers {
  pthread_mutex_t lock;
  pthread_cond_t given, done;
  struct pack_work *first, *last; /* that nobody has begun */
  bool closing;
  int n;
  pthread_t *thread;
};

int packers_beside(int threads) {
  int n = threads - 1; /* who waits for a chunk packs too */
  return n < 1 ? 1 : n > PACKERS_MOST ? PACKERS_MOST : n;
}

/* ---- the list; all under the lock ---- */

static void put(struct packers *packers, struct pack_work *work) {
  work->state = PACK_GIVEN;
  work->next = NULL;
  if (packers->last)
    packers->last->next = work;
  else
    packers->first = work;
  packers->last = work;
}

static void take(struct packers *packers, struct pack_work *work) {
  struct pack_work **link = &packers->first, *before = NULL;
  while (*link != work) before = *link, link = &before->next;
  *link = work->next;
  if (packers->last == work) packers->last = before;
  work->state = PACK_BEGUN;
}

/* ---- packing ---- */

static enum status pack_it(struct pack *pack, struct pack_work *work) {
  return pack_chunk(pack, work->bytes, work->n_values, work->value_size, work->bytes, &work->packed);
}

/* A packer without memory leaves the chunk to its owner, who has the failure told. */
static void *pack_on(void *context) {
  struct packers *packers = context;
  struct pack *pack = NULL;
  enum status status = pack_new(&pack);
  pthread_mutex_lock(&packers->lock);
  while (status == STATUS_OK) {
    while (!packers->first && !packers->closing) pthread_cond_wait(&packers->given, &packers->lock);
    struct pack_work *work = packers->first;
    if (!work) break;
    take(packers, work);
    pthread_mutex_unlock(&packers->lock);
    status = pack_it(pack, work);
    pthread_mutex_lock(&packers->lock);
    work->state = status == STATUS_OK ? PACK_DONE : PACK_IDLE;
    pthread_cond_broadcast(&packers->done);
  }
  pthread_mutex_unlock(&packers->lock);
  pack_free(pack);
  return NULL;
}

/* ---- the threads ---- */

static enum status start(struct packers *packers, int n) {
  sigset_t all, former;
  int refused = 0;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &former); /* which new threads inherit */
  while (refused == 0 && packers->n < n) {
    refused = pthread_create(&packers->thread[packers->n], NULL, pack_on, packers);
    if (refused == 0) packers->n++;
  }
  pthread_sigmask(SIG_SETMASK, &former, NULL);
  return refused == 0 ? STATUS_OK
                      : status_fail(STATUS_WORLD, "a thread that compresses results cannot be had: %s",
                                    strerror(refused));
}

enum status packers_new(int n, struct packers **out) {
  struct packers *packers = NULL;
  *out = NULL;
  TRY(memory_new("packers", 1, sizeof *packers, &packers));
  pthread_mutex_init(&packers->lock, NULL);
  pthread_cond_init(&packers->given, NULL);
  pthread_cond_init(&packers->done, NULL);
  enum status status = memory_new("packers", (size_t)n, sizeof *packers->thread, &packers->thread);
  if (status == STATUS_OK) status = start(packers, n);
  if (status != STATUS_OK) {
    packers_free(packers);
    return status;
  }
  *out = packers;
  return STATUS_OK;
}

void packers_free(struct packers *packers) {
  if (!packers) return;
  pthread_mutex_lock(&packers->lock);
  packers->closing = true;
  pthread_cond_broadcast(&packers->given);
  pthread_mutex_unlock(&packers->lock);
  for (int k = 0; k < packers->n; k++) pthread_join(packers->thread[k], NULL);
  pthread_cond_destroy(&packers->done);
  pthread_cond_destroy(&packers->given);
  pthread_mutex_destroy(&packers->lock);
  memory_free(packers->thread);
  memory_free(packers);
}

/* ---- what their owner calls ---- */

void packers_give(struct packers *packers, struct pack_work *work) {
  if (!packers) {
    work->state = PACK_IDLE;
    return;
  }
  pthread_mutex_lock(&packers->lock);
  put(packers, work);
  pthread_cond_signal(&packers->given);
  pthread_mutex_unlock(&packers->lock);
}

void packers_forget(struct packers *packers, struct pack_work *work) {
  if (!packers) return;
  pthread_mutex_lock(&packers->lock);
  if (work->state == PACK_GIVEN) {
    take(packers, work);
    work->state = PACK_IDLE;
  }
  while (work->state == PACK_BEGUN) pthread_cond_wait(&packers->done, &packers->lock);
  pthread_mutex_unlock(&packers->lock);
}

enum status packers_wait(struct packers *packers, struct pack_work *work, struct pack *own) {
  packers_forget(packers, work);
  if (work->state == PACK_DONE) return STATUS_OK;
  TRY(pack_it(own, work));
  work->state = PACK_DONE;
  return STATUS_OK;
}
