/* kinetics.h — where a dose goes: pharmacokinetics of one substance in one species.
 *
 *   gut:        A_g' = −k_a A_g                              (i.p., s.c., oral: F of the dose enters here)
 *   central:    A_1' = input + k_a A_g − (CL/V_1) A_1 − (Q/V_1) A_1 + (Q/V_2) A_2 − (Q_3/V_1) A_1 + (Q_3/V_3)
 * A_3
 *   peripheral: A_2' = (Q/V_1) A_1 − (Q/V_2) A_2,  A_3 likewise where there is a third compartment
 *   brain:      C_b' = (ln 2/t_half_effect) (Kp_uu f_u C_1 − C_b),  C_1 = A_1/V_1: free concentration at
 * receptors Amounts are per body mass (µmol/kg), volumes L/kg, clearances L/min/kg, time in minutes inside,
 * hours at the edges. Sheiner et al. 1979, doi:10.1002/cpt1979253358 (effect compartment). Solved by CVODE
 * (stiff.h), stopped at every dose, start and end of infusion, so no step crosses a jump. */
#ifndef CIRCUITS_DRUGS_KINETICS_H
#define CIRCUITS_DRUGS_KINETICS_H

#include "params.h"
#include "stiff.h"

enum { KINETICS_STATES = 5 };
enum kinetics_state { KINETICS_GUT, KINETICS_CENTRAL, KINETICS_PERIPHERAL, KINETICS_DEEP, KINETICS_BRAIN };

/* Routes of administration; the names are those of configs. */
#define ROUTES "iv|ip|sc|oral"
enum route { ROUTE_IV, ROUTE_IP, ROUTE_SC, ROUTE_ORAL };

/* One substance in one species: the group drugs.<substance>.kinetics.<species>. */
struct kinetics {
  double V1, V2, V3;            /* L/kg; V3 = 0: no third compartment */
  double CL, Q, Q3;             /* L/min/kg */
  double ka_ip, ka_sc, ka_oral; /* 1/min */
  double F_ip, F_sc, F_oral;    /* share of the dose that is absorbed */
  double t_half_effect;         /* min */
  double unbound;               /* free fraction in plasma */
  double Kp_uu;                 /* free brain over free plasma at steady state */
};
extern const struct param kinetics_params[];
extern const int n_kinetics_params;

/* An amount of one substance given at a time; over_h = 0 is a bolus. */
struct kinetics_dose {
  double at_h, over_h;
  double amount_umol_per_kg;
  enum route route;
};

/* Advance the state of one substance from t0_h to t1_h, with those of the n doses that fall into (or last
 * into) the span; a bolus at exactly t0_h is given, one at exactly t1_h is not. Fails: DIVERGED, NO_MEMORY.
 * Not with the same solver in parallel. `solver` is for KINETICS_STATES equations. */
MUST_USE enum status kinetics_advance(const struct kinetics *kinetics, const struct kinetics_dose *doses,
                                      int n, struct stiff *solver, const char *substance, double t0_h,
                                      double t1_h, double state[KINETICS_STATES]);

/* Concentrations of a state, µM: total in plasma, free at the receptors of the brain. */
double kinetics_plasma_uM(const struct kinetics *kinetics, const double state[KINETICS_STATES]);
double kinetics_brain_uM(const double state[KINETICS_STATES]);

#endif
