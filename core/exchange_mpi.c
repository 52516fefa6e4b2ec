/* exchange_mpi.c — one rank in each process of a job of MPI.
 *
 * Messages go only to those that hear (exchange_route), as they are: one send for each, whose length the
 * receiver learns by a probe. They are begun before the blocks deliver the spikes of their own rank and
 * awaited after. A failure of MPI itself ends the job: no state of it could be trusted. All calls come from
 * the first thread (MPI_THREAD_FUNNELED). */
#include "exchange_mpi.h"
#include "exchange_parts.h"
#include "memory.h"
#include <math.h>
#include <mpi.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <time.h>

enum { TAG_SPIKES = 1, TAG_PARTS = 2, PIECE = 1 << 30 };

struct wires {
  MPI_Comm comm;
  MPI_Request *request; /* of the sends under way */
  int n_requests;
};

static struct wires *wires_of(struct exchange *exchange) { return exchange->wires; }

static void release(struct exchange *exchange) {
  struct wires *wires = exchange->wires;
  if (!wires) return;
  if (wires->comm != MPI_COMM_NULL) MPI_Comm_free(&wires->comm);
  memory_free(wires->request);
  memory_free(wires);
}

static void begin(struct exchange *exchange) {
  struct wires *wires = wires_of(exchange);
  int me = exchange->first;
  wires->n_requests = 0;
  for (int step = 1; step < exchange->n_ranks; step++) { /* not all to the same first */
    int to = (me + step) % exchange->n_ranks;
    const struct message *message = exchange_outgoing(exchange, me, to);
    if (!exchange->heard_by[to]) continue;
    MPI_Isend(message->bytes, (int)message->n, MPI_BYTE, to, TAG_SPIKES, wires->comm,
              &wires->request[wires->n_requests++]);
    exchange->traffic.messages++;
    exchange->traffic.bytes += (int64_t)message->n;
  }
  exchange->traffic.intervals++;
}

/* A waiting process looks again and again for some 100 µs, then sleeps between looks: where cores are fewer
 * than processes, or others use them, who sleeps is woken ahead of who computes, while one that yields comes
 * last. It sleeps for a share of the time that it has waited, so no wait grows by more: short naps, again and
 * again, would take the cores from those it waits for. Waits that are longer than the looks are numbered,
 * since a handler of signals asks whether one has no end. */
enum { LOOKS_BEFORE_SLEEP = 1000, NAP_NS = 5000, LONGEST_NAP_NS = 200000, SLACK_NS = 1000 };
static const double NAP_SHARE = 0.25;
static atomic_long waits, waiting;

struct wait {
  int looks;
  double asleep_from; /* s */
};

static void pause_in(struct wait *wait) {
  if (wait->looks < LOOKS_BEFORE_SLEEP) wait->looks++;
  if (wait->looks < LOOKS_BEFORE_SLEEP) return;
  double now = MPI_Wtime();
  if (wait->asleep_from == 0) {
    wait->asleep_from = now;
    atomic_store(&waiting, atomic_fetch_add(&waits, 1) + 1);
  }
  double share_ns = NAP_SHARE * 1e9 * (now - wait->asleep_from);
  const struct timespec nap = {.tv_nsec = (long)fmin(fmax(share_ns, NAP_NS), LONGEST_NAP_NS)};
  nanosleep(&nap, NULL);
}

static void end_wait(const struct wait *wait) {
  if (wait->asleep_from > 0) atomic_store(&waiting, 0);
}

long exchange_mpi_wait(void) { return atomic_load(&waiting); }

static void await(MPI_Request *request) {
  struct wait wait = {0};
  int done = 0;
  for (MPI_Test(request, &done, MPI_STATUS_IGNORE); !done; MPI_Test(request, &done, MPI_STATUS_IGNORE))
    pause_in(&wait);
  end_wait(&wait);
}

static void await_message(struct wires *wires, int from, MPI_Message *matched, MPI_Status *status) {
  struct wait wait = {0};
  int found = 0;
  while (!found) {
    MPI_Improbe(from, TAG_SPIKES, wires->comm, &found, matched, status);
    if (!found) pause_in(&wait);
  }
  end_wait(&wait);
}

static enum status receive(struct exchange *exchange, int from) {
  MPI_Status status;
  MPI_Message matched;
  int n = 0;
  struct message *message = &exchange->in[from];
  await_message(wires_of(exchange), from, &matched, &status);
  MPI_Get_count(&status, MPI_BYTE, &n);
  message->n = 0;
  if ((size_t)n > message->capacity) {
    size_t capacity = 2 * (size_t)n + 1024;
    TRY(memory_resize("message", message->capacity, capacity, 1, &message->bytes));
    message->capacity = capacity;
  }
  message->n = (size_t)n;
  MPI_Mrecv(message->bytes, n, MPI_BYTE, &matched, MPI_STATUS_IGNORE);
  return STATUS_OK;
}

static enum status finish(struct exchange *exchange) {
  struct wires *wires = wires_of(exchange);
  enum status status = STATUS_OK;
  double start = MPI_Wtime();
  for (int step = 1; step < exchange->n_ranks && status == STATUS_OK; step++) {
    int from = (exchange->first + exchange->n_ranks - step) % exchange->n_ranks;
    exchange->in[from].n = 0;
    if (exchange->hears[from]) status = receive(exchange, from);
  }
  for (int k = 0; k < wires->n_requests; k++) await(&wires->request[k]);
  exchange->traffic.wait_s += MPI_Wtime() - start;
  return status;
}

/* MPI counts in int: long arrays go in pieces. */
static void reduce(struct exchange *exchange, void *data, size_t n, MPI_Datatype type, size_t size,
                   MPI_Op op) {
  for (size_t at = 0; at < n; at += PIECE / size) {
    size_t some = n - at < PIECE / size ? n - at : PIECE / size;
    MPI_Request request;
    MPI_Iallreduce(MPI_IN_PLACE, (char *)data + at * size, (int)some, type, op, wires_of(exchange)->comm,
                   &request);
    await(&request);
  }
}

static void sum(struct exchange *exchange, int64_t *values, size_t n) {
  reduce(exchange, values, n, MPI_INT64_T, sizeof *values, MPI_SUM);
}

static void sum32(struct exchange *exchange, int32_t *counts, size_t n) {
  reduce(exchange, counts, n, MPI_INT32_T, sizeof *counts, MPI_SUM);
}

static void most(struct exchange *exchange, double *values, size_t n) {
  reduce(exchange, values, n, MPI_DOUBLE, sizeof *values, MPI_MAX);
}

static void unite(struct exchange *exchange, void *data, size_t bytes) {
  size_t words = bytes / sizeof(uint64_t), rest = bytes % sizeof(uint64_t);
  reduce(exchange, data, words, MPI_UINT64_T, sizeof(uint64_t), MPI_BOR);
  reduce(exchange, (char *)data + bytes - rest, rest, MPI_UINT8_T, 1, MPI_BOR);
}

static void tell(struct exchange *exchange, void *data, size_t bytes) {
  for (size_t at = 0; at < bytes; at += PIECE) {
    size_t some = bytes - at < PIECE ? bytes - at : PIECE;
    MPI_Request request;
    MPI_Ibcast((char *)data + at, (int)some, MPI_BYTE, 0, wires_of(exchange)->comm, &request);
    await(&request);
  }
}

static void send(struct exchange *exchange, int to, const void *data, size_t bytes) {
  for (size_t at = 0; at < bytes; at += PIECE) {
    size_t some = bytes - at < PIECE ? bytes - at : PIECE;
    MPI_Request request;
    MPI_Isend((const char *)data + at, (int)some, MPI_BYTE, to, TAG_PARTS, wires_of(exchange)->comm,
              &request);
    await(&request);
  }
}

static void take(struct exchange *exchange, int from, void *data, size_t bytes) {
  for (size_t at = 0; at < bytes; at += PIECE) {
    size_t some = bytes - at < PIECE ? bytes - at : PIECE;
    MPI_Request request;
    MPI_Irecv((char *)data + at, (int)some, MPI_BYTE, from, TAG_PARTS, wires_of(exchange)->comm, &request);
    await(&request);
  }
}

static const struct exchange_kind kind = {release, begin, finish, sum, sum32, most, unite, tell, send, take};

enum status exchange_mpi_new(struct exchange **out) {
  int rank = 0, ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  TRY(exchange_make(ranks, rank, 1, out));
  struct wires *wires = NULL;
  enum status status = memory_new("exchange", 1, sizeof *wires, &wires);
  if (status == STATUS_OK) {
    wires->comm = MPI_COMM_NULL;
    (*out)->wires = wires;
    (*out)->kind = &kind;
    status = memory_new("messages", (size_t)ranks, sizeof(MPI_Request), &wires->request);
  }
  prctl(PR_SET_TIMERSLACK, SLACK_NS, 0, 0, 0); /* or naps would be ten times as long */
  if (status == STATUS_OK) MPI_Comm_dup(MPI_COMM_WORLD, &wires->comm);
  if (status != STATUS_OK) {
    exchange_free(*out);
    *out = NULL;
  }
  return status;
}
