/* stiff.h — one small stiff system of ordinary differential equations from t0 to t1 by CVODE (BDF, Newton,
 * dense difference Jacobian; Hindmarsh et al. 2005, doi:10.1145/1089014.1089020). The only file that knows
 * SUNDIALS.
 *
 * Vectors are serial and every call starts without history, so the result depends on nothing but the
 * arguments: the order in which sites are solved, and by which thread, changes no bit. */
#ifndef CORE_STIFF_H
#define CORE_STIFF_H

#include "status.h"

enum { STIFF_MAX = 64 }; /* equations of one system */

/* dydt = f(t, y); both arrays of length n. Must not fail; values outside the physical range are the
 * caller's. */
typedef void stiff_rhs(double t, const double *y, double *dydt, void *context);

struct stiff; /* one solver, reused for many systems of the same size; one per thread */

MUST_USE enum status stiff_new(int n, double relative_tolerance, double absolute_tolerance,
                               struct stiff **out);
void stiff_free(struct stiff *stiff);

/* Advance y in place from t0 to t1 (t1 > t0; the unit of time is the caller's). `where` names the system in
 * messages. Fails: DIVERGED (step size, convergence, not a number), with `where` and the time; y is then as
 * it was. May be called in parallel with another solver. */
MUST_USE enum status stiff_advance(struct stiff *stiff, stiff_rhs *f, void *context, const char *where,
                                   double t0, double t1, double *y);

/* SUNDIALS's version at run time, "6.4.1". */
void stiff_library_version(char *text, size_t size);

#endif
