/* kinetics.h — where a dose goes: pharmacokinetics of one substance in one species.
 *
 *   depot r:    A_r' = input_r − k_a,r A_r         one for each route that absorbs: i.p., s.c., oral, nasal
 *   central:    A_1' = input + Σ_r k_a,r A_r − ((CL + Q + Q_3)/V_1) A_1 + (Q/V_2) A_2 + (Q_3/V_3) A_3
 *   peripheral: A_2' = (Q/V_1) A_1 − (Q/V_2) A_2,  A_3 likewise where there is a third compartment
 *   brain:      C_b' = (ln 2/t_half_effect) (Kp_uu f_u C_1 − C_b) + input/V_icv,  C_1 = A_1/V_1
 * C_b is the free concentration at receptors. A share F_r of a dose by route r enters depot r; the rest is
 * lost. A dose straight into the brain (i.c.v., or into a region) spreads in V_icv and leaves with the same
 * half-life that equilibrates brain and plasma; what it adds to plasma is left out. All doses are amounts per
 * body mass (µmol/kg), volumes L/kg, clearances L/min/kg; time is in minutes inside, in hours at the edges.
 * Effect compartment: Sheiner et al. 1979, doi:10.1002/cpt1979253358. Solved by CVODE (stiff.h), stopped at
 * every dose, start and end of infusion, so no step crosses a jump. */
#ifndef CIRCUITS_DRUGS_KINETICS_H
#define CIRCUITS_DRUGS_KINETICS_H

#include "params.h"
#include "stiff.h"

enum kinetics_state {
  KINETICS_IP,
  KINETICS_SC,
  KINETICS_ORAL,
  KINETICS_NASAL,
  KINETICS_CENTRAL,
  KINETICS_PERIPHERAL,
  KINETICS_DEEP,
  KINETICS_BRAIN, /* µM; all others µmol/kg */
  KINETICS_STATES
};

/* Routes of administration; the names are those of configs. */
#define ROUTES "iv|ip|sc|oral|nasal|icv"
enum route { ROUTE_IV, ROUTE_IP, ROUTE_SC, ROUTE_ORAL, ROUTE_NASAL, ROUTE_ICV, ROUTE_COUNT };

/* One substance in one species: the group drugs.<substance>.kinetics.<species>. */
struct kinetics {
  double V1, V2, V3; /* L/kg; V1 = 0: only i.c.v. is possible; V2, V3 = 0: no such compartment */
  double CL, Q, Q3;  /* L/min/kg */
  double ka_ip, ka_sc, ka_oral, ka_nasal; /* 1/min; 0: this route is not possible */
  double F_ip, F_sc, F_oral, F_nasal;     /* share of the dose that is absorbed */
  double t_half_effect;                   /* min */
  double unbound;                         /* free fraction in plasma */
  double Kp_uu;                           /* free brain over free plasma at steady state */
  double V_icv; /* L/kg: free concentration after a dose into the brain = dose/V_icv; 0: not possible */
};
extern const struct param kinetics_params[];
extern const int n_kinetics_params;

/* What is wrong with a set of values that are each in range; NULL if nothing. */
const char *kinetics_fault(const struct kinetics *kinetics);

/* Can the substance be given by this route? */
bool kinetics_has_route(const struct kinetics *kinetics, enum route route);

/* An amount of one substance given at a time; over_h = 0 is a bolus. */
struct kinetics_dose {
  double at_h, over_h;
  double amount_umol_per_kg;
  enum route route;
};

/* A solver for kinetics_advance, with the tolerances that concentrations need; free with stiff_free. */
MUST_USE enum status kinetics_solver(struct stiff **out);

/* Advance the state of one substance from t0_h to t1_h, with those of the n doses that fall into (or last
 * into) the span; a bolus at exactly t0_h is given, one at exactly t1_h is not. Fails: DIVERGED, FAULT (a
 * dose that kinetics_has_route excludes, or negative). Not with the same solver in parallel. */
MUST_USE enum status kinetics_advance(const struct kinetics *kinetics, const struct kinetics_dose *doses,
                                      int n, struct stiff *solver, const char *substance, double t0_h,
                                      double t1_h, double state[KINETICS_STATES]);

/* Concentrations of a state, µM: total in plasma, free at the receptors of the brain. Never negative. */
double kinetics_plasma_uM(const struct kinetics *kinetics, const double state[KINETICS_STATES]);
double kinetics_brain_uM(const double state[KINETICS_STATES]);

#endif
