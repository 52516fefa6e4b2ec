/* stiff.c — CVODE behind stiff.h.
 *
 * Everything that CVODE allocates is made once per solver and used again: CVodeReInit throws away step size,
 * order, Jacobian and counters, so a call knows nothing of the calls before it. A stop time at t1 keeps steps
 * from reaching over the end, beyond which the right-hand side may be another one: the result is the last
 * step's own value, not an interpolation. If a call fails, the caller's state is as it was. SUNDIALS 6. */
#include "stiff.h"
#include "memory.h"
#include <cvode/cvode.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdbool.h>
#include <string.h>
#include <sundials/sundials_version.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

/* A span needs tens to hundreds of steps and hardly ever meets a rate of change that is not finite; one that
 * needs so many of the one, or meets so many of the other, is not going to end. */
enum { STEPS_MAX = 100000, NOT_FINITE_MAX = 100 };

struct stiff {
  int n;
  SUNContext suncontext;
  void *cvode;
  N_Vector y;
  SUNMatrix jacobian;
  SUNLinearSolver linear;
  stiff_rhs *f; /* of the call that is going on, as the next two */
  void *context;
  int not_finite; /* rates of change so far that were not finite */
};

static bool all_finite(const double *values, int n) {
  for (int i = 0; i < n; i++) {
    if (!isfinite(values[i])) return false;
  }
  return true;
}

/* The caller's right-hand side as CVODE wants it. A value that is not finite may come from a trial
 * point far out, which a shorter step avoids; so it is recoverable a number of times. */
static int right_hand_side(sunrealtype t, N_Vector y, N_Vector dydt, void *user_data) {
  struct stiff *stiff = user_data;
  double *slope = N_VGetArrayPointer(dydt);
  stiff->f(t, N_VGetArrayPointer(y), slope, stiff->context);
  if (all_finite(slope, stiff->n)) return 0;
  return ++stiff->not_finite < NOT_FINITE_MAX ? 1 : -1;
}

/* Failures become statuses with one message; CVODE's own lines on stderr are not wanted beside it.
 * The parameters are CVODE's: NOLINTNEXTLINE(readability-non-const-parameter) */
static void keep_silent(int code, const char *module, const char *function, char *text, void *user_data) {
  (void)code, (void)module, (void)function, (void)text, (void)user_data;
}

static const char *reason(int flag) {
  switch (flag) {
  case CV_TOO_MUCH_WORK:
    return "too many steps";
  case CV_TOO_MUCH_ACC:
    return "the tolerance is below the precision of numbers";
  case CV_ERR_FAILURE:
    return "the step size fell to nothing in the error test";
  case CV_CONV_FAILURE:
    return "Newton's iteration does not converge";
  case CV_LSETUP_FAIL:
  case CV_LSOLVE_FAIL:
    return "the Jacobian cannot be solved for";
  case CV_FIRST_RHSFUNC_ERR:
  case CV_REPTD_RHSFUNC_ERR:
  case CV_UNREC_RHSFUNC_ERR:
  case CV_RHSFUNC_FAIL:
    return "the rate of change is not a finite number";
  case CV_TOO_CLOSE:
    return "the span is shorter than the clock resolves";
  default:
    return "the solver refused";
  }
}

/* Make all that CVODE needs; what was made before a failure is left to stiff_free. */
static bool make_parts(struct stiff *stiff, double relative_tolerance, double absolute_tolerance) {
  int n = stiff->n;
  if (SUNContext_Create(NULL, &stiff->suncontext) != 0) return false;
  stiff->y = N_VNew_Serial(n, stiff->suncontext);
  stiff->jacobian = SUNDenseMatrix(n, n, stiff->suncontext);
  stiff->cvode = CVodeCreate(CV_BDF, stiff->suncontext);
  if (!stiff->y || !stiff->jacobian || !stiff->cvode) return false;
  N_VConst(0.0, stiff->y);
  stiff->linear = SUNLinSol_Dense(stiff->y, stiff->jacobian, stiff->suncontext);
  return stiff->linear && CVodeSetErrHandlerFn(stiff->cvode, keep_silent, NULL) == CV_SUCCESS &&
         CVodeInit(stiff->cvode, right_hand_side, 0.0, stiff->y) == CV_SUCCESS &&
         CVodeSStolerances(stiff->cvode, relative_tolerance, absolute_tolerance) == CV_SUCCESS &&
         CVodeSetUserData(stiff->cvode, stiff) == CV_SUCCESS &&
         CVodeSetLinearSolver(stiff->cvode, stiff->linear, stiff->jacobian) == CV_SUCCESS &&
         CVodeSetMaxNumSteps(stiff->cvode, STEPS_MAX) == CV_SUCCESS;
}

enum status stiff_new(int n, double relative_tolerance, double absolute_tolerance, struct stiff **out) {
  *out = NULL;
  if (n < 1 || n > STIFF_MAX || !(relative_tolerance > 0) || !(absolute_tolerance > 0)) {
    return status_fail(STATUS_FAULT, "a stiff solver for %d equations with tolerances %g and %g", n,
                       relative_tolerance, absolute_tolerance);
  }
  struct stiff *stiff;
  TRY(memory_new("stiff solver", 1, sizeof *stiff, &stiff));
  stiff->n = n;
  if (!make_parts(stiff, relative_tolerance, absolute_tolerance)) {
    stiff_free(stiff);
    return status_fail(STATUS_NO_MEMORY, "no memory for a stiff solver of %d equations", n);
  }
  *out = stiff;
  return STATUS_OK;
}

void stiff_free(struct stiff *stiff) {
  if (!stiff) return;
  if (stiff->cvode) CVodeFree(&stiff->cvode);
  if (stiff->linear) SUNLinSolFree(stiff->linear);
  if (stiff->jacobian) SUNMatDestroy(stiff->jacobian);
  if (stiff->y) N_VDestroy(stiff->y);
  if (stiff->suncontext) SUNContext_Free(&stiff->suncontext);
  memory_free(stiff);
}

/* Start afresh at t0 and go to t1; *t is where it ended. Gives CVODE's flag. */
static int integrate(struct stiff *stiff, double t0, double t1, double *t) {
  int flag = CVodeReInit(stiff->cvode, t0, stiff->y);
  if (flag == CV_SUCCESS) flag = CVodeSetStopTime(stiff->cvode, t1);
  if (flag == CV_SUCCESS) flag = CVode(stiff->cvode, t1, stiff->y, t, CV_NORMAL);
  return flag;
}

enum status stiff_advance(struct stiff *stiff, stiff_rhs *f, void *context, const char *where, double t0,
                          double t1, double *y) {
  double t = t0, *inside = N_VGetArrayPointer(stiff->y);
  size_t bytes = (size_t)stiff->n * sizeof *y;
  if (!all_finite(y, stiff->n))
    return status_fail(STATUS_DIVERGED, "%s: the state at t = %.6g is not finite", where, t0);
  memcpy(inside, y, bytes);
  stiff->f = f;
  stiff->context = context;
  stiff->not_finite = 0;
  int flag = integrate(stiff, t0, t1, &t);
  if (flag < 0 || !all_finite(inside, stiff->n)) {
    return status_fail(STATUS_DIVERGED, "%s: no solution beyond t = %.6g on the way from %.6g to %.6g: %s",
                       where, t, t0, t1, reason(flag));
  }
  memcpy(y, inside, bytes);
  return STATUS_OK;
}

void stiff_library_version(char *text, size_t size) {
  if (size > 0 && SUNDIALSGetVersion(text, (int)size) != 0) text[0] = '\0';
}
