/* team.h — the threads of one process: one parallel region a window, spin barriers inside. The only file that
 * knows OpenMP.
 *
 * A barrier of libgomp costs about 1.3 µs and a parallel region 3 µs, a spin barrier under 0.1 µs; a window
 * meets some thousands of barriers a biological second. A waiting thread spins for about 20 µs, then sleeps
 * until it is woken, so that a machine with fewer free cores than threads still goes on. Every thread flushes
 * denormal numbers to zero while it works, so that the decay of a conductance costs the same everywhere. */
#ifndef CORE_TEAM_H
#define CORE_TEAM_H

#include "status.h"

struct team;

/* n threads (n ≥ 1). Fails: NO_MEMORY; WORLD (the system gives fewer). */
MUST_USE enum status team_new(int n, struct team **out);
void team_free(struct team *team);
int team_size(const struct team *team);

/* Run work(context, thread) on every thread 0 … size−1; returns when all are done. Not from inside work. */
void team_run(struct team *team, void (*work)(void *context, int thread), void *context);

/* Wait until all threads of the running work have come here. */
void team_barrier(struct team *team, int thread);

/* Run each(context, thread, i) for i in 0 … n−1, item i by thread i mod size: what a thread makes first lies
 * near it. */
void team_each(struct team *team, int n, void (*each)(void *context, int thread, int i), void *context);
/* The same, each item by the thread that comes first: for items of unequal cost, where it does not matter who
 * does which, nor in what order. */
void team_share(struct team *team, int n, void (*each)(void *context, int thread, int i), void *context);

#endif
