/* kinetics.h — where a dose goes: pharmacokinetics of a substance and of what the body makes of it.
 *
 *   depot r:    A_r' = input_r − k_a,r A_r         one for each route that absorbs: i.p., s.c., oral, nasal
 *   central:    A_1' = input + Σ_r k_a,r A_r − ((CL + Q + Q_3)/V_1) A_1 + (Q/V_2) A_2 + (Q_3/V_3) A_3 + made
 *   peripheral: A_2' = (Q/V_1) A_1 − (Q/V_2) A_2,  A_3 likewise where there is a third compartment
 *   brain:      C_b' = (ln 2/t_half_effect) (Kp_uu f_u C_1 − C_b) + input/V_icv,  C_1 = A_1/V_1
 *   made of a parent p:  share CL_p/V_1,p A_1,p + Σ_r first_pass_r (1 − F_r)/F_r k_a,r A_r,p
 * C_b is the free concentration at receptors. A share F_r of a dose by route r enters depot r; the rest is
 * lost on the way, and a share first_pass_r of the rest is the metabolite when it arrives. Of what is cleared
 * from plasma a share becomes the metabolite. All amounts are in moles per body mass (µmol/kg), so a molecule
 * of the parent makes one of the metabolite; volumes L/kg, clearances L/min/kg; time is in minutes inside, in
 * hours at the edges. A metabolite is a substance like any other and may have metabolites. A dose straight
 * into the brain (i.c.v.) spreads in V_icv and leaves with the same half-life that equilibrates brain and
 * plasma; what it adds to plasma is left out. A dose into tissue (local) is in local.h.
 * Effect compartment: Sheiner et al. 1979, doi:10.1002/cpt1979253358. Metabolites: linear chains, as in
 * Gibaldi & Perrier 1982, Pharmacokinetics.
 *
 * Method: a substance and its metabolites, its family, are one linear system with constant coefficients,
 * x' = M x + b, between jumps of the input. All rates between states are positive, so P = 1 + M/α is a matrix
 * without a negative element for α, the fastest loss, and
 *   e^{Mt} x = Σ_k e^{−αt} (αt)^k/k! P^k x
 * (Jensen 1953; "uniformisation") is a sum of positive terms: exact to rounding, for any step, and never
 * negative. Only core/maths.h is called, so bits do not depend on a C library. tests/circuits/test_kinetics.c
 * compares it with closed forms, test_metabolites.c chains and families. */
#ifndef CIRCUITS_DRUGS_KINETICS_H
#define CIRCUITS_DRUGS_KINETICS_H

#include "params.h"

enum kinetics_state {
  KINETICS_IP,
  KINETICS_SC,
  KINETICS_ORAL,
  KINETICS_NASAL,
  KINETICS_CENTRAL,
  KINETICS_PERIPHERAL,
  KINETICS_DEEP,
  KINETICS_BRAIN, /* µM; all before are µmol/kg */
  KINETICS_PLASMA_AREA,
  KINETICS_BRAIN_AREA, /* µM min: integrals of the total concentration in plasma and the free one in brain */
  KINETICS_STATES
};

/* Routes of administration; the names are those of configs. */
#define ROUTES "iv|ip|sc|oral|nasal|icv|local"
enum route { ROUTE_IV, ROUTE_IP, ROUTE_SC, ROUTE_ORAL, ROUTE_NASAL, ROUTE_ICV, ROUTE_LOCAL, ROUTE_COUNT };

/* Metabolites of one substance; members of one family. */
enum { KINETICS_METABOLITES = 4, KINETICS_FAMILY = 8 };

/* One metabolite: an element of drugs.<substance>.kinetics.<species>.metabolites. */
struct kinetics_metabolite {
  const char *substance;                                   /* its name */
  int id;                                                  /* its number among the substances of the run */
  double share;                                            /* of the clearance from plasma */
  double first_pass_ip, first_pass_oral, first_pass_nasal; /* of what such a dose loses on its way */
};
extern const struct param metabolite_params[];
extern const int n_metabolite_params;

/* One substance in one species: the group drugs.<substance>.kinetics.<species>. */
struct kinetics {
  double V1, V2, V3; /* L/kg; V1 = 0: only i.c.v. or local is possible; V2, V3 = 0: no such compartment */
  double CL, Q, Q3;  /* L/min/kg */
  double ka_ip, ka_sc, ka_oral, ka_nasal; /* 1/min; 0: this route is not possible */
  double F_ip, F_sc, F_oral, F_nasal;     /* share of the dose that is absorbed */
  double t_half_effect;                   /* min */
  double unbound;                         /* free fraction in plasma */
  double Kp_uu;                           /* free brain over free plasma at steady state */
  double V_icv; /* L/kg: free concentration after a dose into the brain = dose/V_icv; 0: not possible */
  double t_half_local; /* min: of a dose into tissue, there; 0: not possible */
  double diffusion;    /* µm²/min: of a dose into tissue, through it */
  struct kinetics_metabolite metabolite[KINETICS_METABOLITES];
  int n_metabolites;
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

/* A substance of a family: its number in the run, the doses of it, its state. */
struct kinetics_member {
  int id;
  const char *name;
  const struct kinetics *kinetics;
  const struct kinetics_dose *doses;
  int n_doses;
  double *state; /* KINETICS_STATES numbers */
};

/* Advance the states of a family of n substances from t0_h to t1_h together, with those of the doses that
 * fall into (or last into) the span; a bolus at exactly t0_h is given, one at exactly t1_h is not. All
 * metabolites of a member must be members. Doses into tissue are left to local.h. Fails: DIVERGED (a state
 * that is not finite), FAULT (a dose that kinetics_has_route excludes, or negative; a family that is too
 * large or not complete). May be called in parallel for different families. */
MUST_USE enum status kinetics_advance(const struct kinetics_member *member, int n, double t0_h, double t1_h);

/* Concentrations of a state, µM: total in plasma, free at the receptors of the brain. */
double kinetics_plasma_uM(const struct kinetics *kinetics, const double state[KINETICS_STATES]);
double kinetics_brain_uM(const double state[KINETICS_STATES]);

#endif
