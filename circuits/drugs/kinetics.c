/* kinetics.c — the equations of kinetics.h as one linear system, advanced from jump to jump.
 *
 * Between two jumps (a bolus, the start or the end of an infusion) the input is constant. Each such piece is
 * one call of the solver with its own clock that starts at 0, so the course does not depend on how late in a
 * run a dose is given, and two jumps that differ by rounding do no harm. */
#include "kinetics.h"
#include "fields.h"
#include <math.h>
#include <stdio.h>

#define MIN_PER_H 60.0
#define RELATIVE_TOLERANCE 1e-8
#define ABSOLUTE_TOLERANCE 1e-10 /* µmol/kg, µM */

#define UNSET "0 stands for what is not given"

#define VOLUME(member, meaning)                                                                              \
  PARAM_NUM(struct kinetics, member, "L/kg", 0, 0, 1000, ASSUMED, UNSET, meaning)
#define CLEARANCE(member, meaning)                                                                           \
  PARAM_NUM(struct kinetics, member, "L/min/kg", 0, 0, 10, ASSUMED, UNSET, meaning)
#define ABSORPTION(member, meaning)                                                                          \
  PARAM_NUM(struct kinetics, member, "1/min", 0, 0, 10, ASSUMED, UNSET, meaning)
#define SHARE(member, meaning) PARAM_NUM(struct kinetics, member, "1", 0, 0, 1, ASSUMED, UNSET, meaning)

const struct param kinetics_params[] = {
    VOLUME(V1, "volume of the central compartment, in which plasma is; 0: only i.c.v. is possible"),
    VOLUME(V2, "volume of the peripheral compartment; 0: none"),
    VOLUME(V3, "volume of the deep compartment; 0: none"),
    CLEARANCE(CL, "clearance from plasma"),
    CLEARANCE(Q, "exchange between central and peripheral compartment"),
    CLEARANCE(Q3, "exchange between central and deep compartment"),
    ABSORPTION(ka_ip, "rate of absorption after i.p. injection; 0: route not possible"),
    ABSORPTION(ka_sc, "rate of absorption after s.c. injection; 0: route not possible"),
    ABSORPTION(ka_oral, "rate of absorption by mouth; 0: route not possible"),
    ABSORPTION(ka_nasal, "rate of absorption from the nose; 0: route not possible"),
    SHARE(F_ip, "share of an i.p. dose that reaches plasma"),
    SHARE(F_sc, "share of an s.c. dose that reaches plasma"),
    SHARE(F_oral, "share of an oral dose that reaches plasma"),
    SHARE(F_nasal, "share of a nasal dose that reaches plasma"),
    PARAM_NUM(struct kinetics, t_half_effect, "min", PARAM_REQUIRED, 0.01, 1e6, ASSUMED,
              "no default: it is the drug's own", "half-life of equilibration between plasma and brain"),
    SHARE(unbound, "free fraction in plasma"),
    PARAM_NUM(struct kinetics, Kp_uu, "1", 0, 0, 100, ASSUMED, UNSET,
              "free concentration in brain over that in plasma, at steady state"),
    VOLUME(V_icv, "volume in which a dose into the brain counts as free; 0: route not possible"),
};
const int n_kinetics_params = COUNT_OF(kinetics_params);

/* Where a dose by a route enters, and the share of it that counts there: the absorbed share for a depot,
 * 1/V_icv for the brain, whose state is a concentration. 0 if the route is not possible. */
struct entry {
  enum kinetics_state state;
  double factor;
};

static struct entry entry_of(const struct kinetics *k, enum route route) {
  switch (route) {
  case ROUTE_IV:
    return (struct entry){KINETICS_CENTRAL, k->V1 > 0 ? 1 : 0};
  case ROUTE_IP:
    return (struct entry){KINETICS_IP, k->ka_ip > 0 ? k->F_ip : 0};
  case ROUTE_SC:
    return (struct entry){KINETICS_SC, k->ka_sc > 0 ? k->F_sc : 0};
  case ROUTE_ORAL:
    return (struct entry){KINETICS_ORAL, k->ka_oral > 0 ? k->F_oral : 0};
  case ROUTE_NASAL:
    return (struct entry){KINETICS_NASAL, k->ka_nasal > 0 ? k->F_nasal : 0};
  case ROUTE_ICV:
    return (struct entry){KINETICS_BRAIN, k->V_icv > 0 ? 1 / k->V_icv : 0};
  default:
    return (struct entry){KINETICS_CENTRAL, 0};
  }
}

bool kinetics_has_route(const struct kinetics *kinetics, enum route route) {
  return entry_of(kinetics, route).factor > 0;
}

/* Both or neither. */
static bool paired(double a, double b) { return (a > 0) == (b > 0); }

const char *kinetics_fault(const struct kinetics *k) {
  if (!paired(k->V2, k->Q)) return "V2 and Q go together";
  if (!paired(k->V3, k->Q3)) return "V3 and Q3 go together";
  if (!paired(k->ka_ip, k->F_ip)) return "ka_ip and F_ip go together";
  if (!paired(k->ka_sc, k->F_sc)) return "ka_sc and F_sc go together";
  if (!paired(k->ka_oral, k->F_oral)) return "ka_oral and F_oral go together";
  if (!paired(k->ka_nasal, k->F_nasal)) return "ka_nasal and F_nasal go together";
  bool central = k->CL > 0 && k->unbound > 0 && k->Kp_uu > 0;
  bool absorbs = k->ka_ip > 0 || k->ka_sc > 0 || k->ka_oral > 0 || k->ka_nasal > 0;
  if (k->V1 > 0 && !central) return "with V1 go CL, unbound and Kp_uu";
  if (k->V1 <= 0 && (k->V2 > 0 || k->V3 > 0 || k->CL > 0 || absorbs)) return "V1 is missing";
  if (k->V1 <= 0 && k->V_icv <= 0) return "without V1 and V_icv there is no way in";
  return NULL;
}

/* Rate constants of one substance, 1/min, and the constant input to each state, per minute. */
struct flow {
  double absorb[KINETICS_CENTRAL]; /* by depot */
  double out, to_peripheral, to_deep, from_peripheral, from_deep;
  double equilibrate, free_uM; /* free_uM: Kp_uu f_u C_1 of one µmol/kg in the central compartment */
  double input[KINETICS_STATES];
};

static double over(double clearance, double volume) { return volume > 0 ? clearance / volume : 0; }

static struct flow flow_of(const struct kinetics *k) {
  return (struct flow){
      .absorb = {k->ka_ip, k->ka_sc, k->ka_oral, k->ka_nasal},
      .out = over(k->CL, k->V1),
      .to_peripheral = over(k->Q, k->V1),
      .to_deep = over(k->Q3, k->V1),
      .from_peripheral = over(k->Q, k->V2),
      .from_deep = over(k->Q3, k->V3),
      .equilibrate = M_LN2 / k->t_half_effect,
      .free_uM = over(k->Kp_uu * k->unbound, k->V1),
  };
}

/* The system of kinetics.h; time does not enter. */
static void change(double t, const double *A, double *dAdt, void *context) {
  const struct flow *flow = context;
  (void)t;
  for (int s = 0; s < KINETICS_STATES; s++) dAdt[s] = flow->input[s];
  for (int depot = 0; depot < KINETICS_CENTRAL; depot++) {
    double absorbed = flow->absorb[depot] * A[depot];
    dAdt[depot] -= absorbed;
    dAdt[KINETICS_CENTRAL] += absorbed;
  }
  double central = A[KINETICS_CENTRAL];
  double peripheral = flow->to_peripheral * central - flow->from_peripheral * A[KINETICS_PERIPHERAL];
  double deep = flow->to_deep * central - flow->from_deep * A[KINETICS_DEEP];
  dAdt[KINETICS_CENTRAL] -= flow->out * central + peripheral + deep;
  dAdt[KINETICS_PERIPHERAL] += peripheral;
  dAdt[KINETICS_DEEP] += deep;
  dAdt[KINETICS_BRAIN] += flow->equilibrate * (flow->free_uM * central - A[KINETICS_BRAIN]);
}

enum status kinetics_solver(struct stiff **out) {
  return stiff_new(KINETICS_STATES, RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE, out);
}

static double end_h(const struct kinetics_dose *dose) { return dose->at_h + dose->over_h; }

/* The first start or end of a dose after t_h, at most t1_h. */
static double next_jump_h(const struct kinetics_dose *doses, int n, double t_h, double t1_h) {
  double next = t1_h;
  for (int d = 0; d < n; d++) {
    double start = doses[d].at_h, end = end_h(&doses[d]);
    if (start > t_h && start < next) next = start;
    if (end > t_h && end < next) next = end;
  }
  return next;
}

static void give_boluses(const struct kinetics *kinetics, const struct kinetics_dose *doses, int n,
                         double t_h, double *state) {
  for (int d = 0; d < n; d++) {
    if (doses[d].over_h > 0 || doses[d].at_h != t_h) continue;
    struct entry entry = entry_of(kinetics, doses[d].route);
    state[entry.state] += entry.factor * doses[d].amount_umol_per_kg;
  }
}

/* The input of all infusions that go on right after t_h. */
static void set_input(const struct kinetics *kinetics, const struct kinetics_dose *doses, int n, double t_h,
                      struct flow *flow) {
  for (int s = 0; s < KINETICS_STATES; s++) flow->input[s] = 0;
  for (int d = 0; d < n; d++) {
    if (doses[d].over_h <= 0 || doses[d].at_h > t_h || end_h(&doses[d]) <= t_h) continue;
    struct entry entry = entry_of(kinetics, doses[d].route);
    flow->input[entry.state] += entry.factor * doses[d].amount_umol_per_kg / (doses[d].over_h * MIN_PER_H);
  }
}

static enum status check_doses(const struct kinetics *kinetics, const struct kinetics_dose *doses, int n,
                               const char *substance) {
  for (int d = 0; d < n; d++) {
    const struct kinetics_dose *dose = &doses[d];
    if (!kinetics_has_route(kinetics, dose->route))
      return status_fail(STATUS_FAULT, "%s: a dose by a route without kinetics", substance);
    if (!(dose->amount_umol_per_kg >= 0) || !(dose->over_h >= 0))
      return status_fail(STATUS_FAULT, "%s: a dose of negative amount or duration", substance);
  }
  return STATUS_OK;
}

enum status kinetics_advance(const struct kinetics *kinetics, const struct kinetics_dose *doses, int n,
                             struct stiff *solver, const char *substance, double t0_h, double t1_h,
                             double state[KINETICS_STATES]) {
  TRY(check_doses(kinetics, doses, n, substance));
  struct flow flow = flow_of(kinetics);
  for (double t_h = t0_h; t_h < t1_h;) {
    char where[128];
    snprintf(where, sizeof where, "kinetics of %s in minutes from %.6g h", substance, t_h);
    double next_h = next_jump_h(doses, n, t_h, t1_h);
    give_boluses(kinetics, doses, n, t_h, state);
    set_input(kinetics, doses, n, t_h, &flow);
    TRY(stiff_advance(solver, change, &flow, where, 0, (next_h - t_h) * MIN_PER_H, state));
    t_h = next_h;
  }
  return STATUS_OK;
}

/* Long after a dose the solver's error, below its tolerance, may have either sign. */
static double not_negative(double value) { return value > 0 ? value : 0; }

double kinetics_plasma_uM(const struct kinetics *kinetics, const double state[KINETICS_STATES]) {
  return not_negative(over(state[KINETICS_CENTRAL], kinetics->V1));
}

double kinetics_brain_uM(const double state[KINETICS_STATES]) { return not_negative(state[KINETICS_BRAIN]); }
