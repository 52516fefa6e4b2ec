/* kinetics.c — the equations of kinetics.h as one linear system, advanced from jump to jump.
 *
 * Between two jumps (a bolus, the start or the end of an infusion) the input is constant. Each such piece has
 * its own clock that starts at 0, so the course does not depend on how late in a run a dose is given, and two
 * jumps that differ by rounding do no harm. */
#include "kinetics.h"
#include "fields.h"
#include "maths.h"
#include <math.h>
#include <string.h>

#define MIN_PER_H 60.0

/* Compartments mix within a circulation of the blood, seconds to a minute: no exchange is faster, 1/min. */
static const double FASTEST = 100.0;

#define UNSET "0 stands for what is not given"

#define VOLUME(member, meaning)                                                                              \
  PARAM_NUM(struct kinetics, member, "L/kg", 0, 0, 1000, ASSUMED, UNSET, meaning)
#define CLEARANCE(member, meaning)                                                                           \
  PARAM_NUM(struct kinetics, member, "L/min/kg", 0, 0, 10, ASSUMED, UNSET, meaning)
#define ABSORPTION(member, meaning)                                                                          \
  PARAM_NUM(struct kinetics, member, "1/min", 0, 0, 10, ASSUMED, UNSET, meaning)
#define SHARE(member, meaning) PARAM_NUM(struct kinetics, member, "1", 0, 0, 1, ASSUMED, UNSET, meaning)

const struct param kinetics_params[] = {
    VOLUME(V1, "volume of the central compartment, in which plasma is; 0: only i.c.v. or local is possible"),
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
    PARAM_NUM(struct kinetics, t_half_local, "min", 0, 0, 1e6, ASSUMED, UNSET,
              "half-life in tissue of a dose into it; 0: route not possible"),
    PARAM_NUM(struct kinetics, diffusion, "um2/min", 0, 0, 1e6, ASSUMED, UNSET,
              "diffusion through tissue of a dose into it; 0: stays where it was given"),
};
const int n_kinetics_params = COUNT_OF(kinetics_params);

#define FIRST_PASS(member, meaning)                                                                          \
  PARAM_NUM(struct kinetics_metabolite, member, "1", 0, 0, 1, ASSUMED, UNSET, meaning)

const struct param metabolite_params[] = {
    PARAM_STR(struct kinetics_metabolite, substance, NULL, SETTING, "what the body makes of it",
              "name of the substance that is formed"),
    FIRST_PASS(share, "share of the clearance that becomes this metabolite, in moles"),
    FIRST_PASS(first_pass_ip, "share of what an i.p. dose loses on its way, 1 - F_ip, that arrives as it"),
    FIRST_PASS(first_pass_oral, "share of what an oral dose loses, 1 - F_oral, that arrives as it"),
    FIRST_PASS(first_pass_nasal, "share of what a nasal dose loses, 1 - F_nasal, that arrives as it"),
};
const int n_metabolite_params = COUNT_OF(metabolite_params);

/* ---- routes ---- */

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
  if (route == ROUTE_LOCAL) return kinetics->t_half_local > 0;
  return entry_of(kinetics, route).factor > 0;
}

/* Both or neither. */
static bool paired(double a, double b) { return (a > 0) == (b > 0); }

static double over(double clearance, double volume) { return volume > 0 ? clearance / volume : 0; }

static const char *metabolites_fault(const struct kinetics *k) {
  double cleared = 0, ip = 0, oral = 0, nasal = 0;
  const double most = 1 + 1e-9; /* shares that sum to 1 but for rounding */
  for (int m = 0; m < k->n_metabolites; m++) {
    cleared += k->metabolite[m].share;
    ip += k->metabolite[m].first_pass_ip;
    oral += k->metabolite[m].first_pass_oral;
    nasal += k->metabolite[m].first_pass_nasal;
  }
  if (cleared > most) return "the shares of the clearance that become metabolites sum to more than 1";
  if (ip > most || oral > most || nasal > most)
    return "the shares of the first passage that become metabolites sum to more than 1";
  if ((ip > 0 && k->F_ip <= 0) || (oral > 0 && k->F_oral <= 0) || (nasal > 0 && k->F_nasal <= 0))
    return "a first passage belongs to a route with F and ka";
  return NULL;
}

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
  if (k->V1 <= 0 && k->V_icv <= 0 && k->t_half_local <= 0)
    return "without V1, V_icv and t_half_local there is no way in";
  if (k->V1 <= 0 && k->n_metabolites > 0) return "metabolites are made of what is in plasma: V1 is missing";
  if (over(k->CL + k->Q + k->Q3, k->V1) > FASTEST || over(k->Q, k->V2) > FASTEST ||
      over(k->Q3, k->V3) > FASTEST)
    return "an exchange of more than 100 /min, faster than blood goes round, is not one of compartments";
  return metabolites_fault(k);
}

/* ---- the linear system of a family ---- */

/* One more state than the members have: it is always 1, and what flows from it is the input. */
enum { SYSTEM_STATES = KINETICS_FAMILY * KINETICS_STATES + 1 };
enum { MEMBER_FLOWS = 12, SYSTEM_FLOWS = KINETICS_FAMILY * (MEMBER_FLOWS + 4 * KINETICS_METABOLITES) };

/* rate × state `from` is added to the rate of change of state `to`. */
struct flow {
  int from, to;
  double rate; /* 1/min; in a system that is built, over α */
};

/* P = 1 + M/α of kinetics.h. */
struct linear {
  int n, n_flows;
  double alpha;                /* 1/min */
  double stay[SYSTEM_STATES];  /* diagonal of P; while it is built, 1/min that leave a state */
  double input[SYSTEM_STATES]; /* column of the state that is 1 */
  struct flow flow[SYSTEM_FLOWS];
};

static void add(struct linear *linear, int from, int to, double rate) {
  if (rate > 0) linear->flow[linear->n_flows++] = (struct flow){from, to, rate};
}

/* Leaves one state for another. */
static void move(struct linear *linear, int from, int to, double rate) {
  linear->stay[from] += rate;
  add(linear, from, to, rate);
}

/* The rows of one member; its states begin at `base`. */
static void add_member(struct linear *linear, const struct kinetics *k, int base) {
  const double absorb[] = {k->ka_ip, k->ka_sc, k->ka_oral, k->ka_nasal};
  const double equilibrate = M_LN2 / k->t_half_effect;
  const int central = base + KINETICS_CENTRAL, brain = base + KINETICS_BRAIN;
  for (int depot = 0; depot < COUNT_OF(absorb); depot++) move(linear, base + depot, central, absorb[depot]);
  linear->stay[central] += over(k->CL, k->V1);
  move(linear, central, base + KINETICS_PERIPHERAL, over(k->Q, k->V1));
  move(linear, base + KINETICS_PERIPHERAL, central, over(k->Q, k->V2));
  move(linear, central, base + KINETICS_DEEP, over(k->Q3, k->V1));
  move(linear, base + KINETICS_DEEP, central, over(k->Q3, k->V3));
  linear->stay[brain] += equilibrate;
  add(linear, central, brain, equilibrate * over(k->Kp_uu * k->unbound, k->V1));
  add(linear, central, base + KINETICS_PLASMA_AREA, over(1, k->V1));
  add(linear, brain, base + KINETICS_BRAIN_AREA, 1);
}

/* What a dose loses in the first passage arrives with what is absorbed: this much for each part of that. */
static double lost_per_absorbed(double F) { return F > 0 ? (1 - F) / F : 0; }

static void add_metabolite(struct linear *linear, const struct kinetics *k, int base,
                           const struct kinetics_metabolite *m, int to) {
  add(linear, base + KINETICS_CENTRAL, to, m->share * over(k->CL, k->V1));
  add(linear, base + KINETICS_IP, to, m->first_pass_ip * lost_per_absorbed(k->F_ip) * k->ka_ip);
  add(linear, base + KINETICS_ORAL, to, m->first_pass_oral * lost_per_absorbed(k->F_oral) * k->ka_oral);
  add(linear, base + KINETICS_NASAL, to, m->first_pass_nasal * lost_per_absorbed(k->F_nasal) * k->ka_nasal);
}

static int member_with(const struct kinetics_member *member, int n, int id) {
  int m = 0;
  while (m < n && member[m].id != id) m++;
  return m;
}

static void divide_by_fastest(struct linear *linear) {
  for (int i = 0; i < linear->n; i++) linear->alpha = fmax(linear->alpha, linear->stay[i]);
  for (int i = 0; i < linear->n; i++) linear->stay[i] = 1 - linear->stay[i] / linear->alpha;
  for (int f = 0; f < linear->n_flows; f++) linear->flow[f].rate /= linear->alpha;
}

static enum status build(const struct kinetics_member *member, int n, struct linear *linear) {
  if (n > KINETICS_FAMILY) return status_fail(STATUS_FAULT, "%s: a family of %d", member[0].name, n);
  *linear = (struct linear){.n = n * KINETICS_STATES + 1};
  for (int i = 0; i < n; i++) {
    const struct kinetics *k = member[i].kinetics;
    int base = i * KINETICS_STATES;
    add_member(linear, k, base);
    for (int j = 0; j < k->n_metabolites; j++) {
      int m = member_with(member, n, k->metabolite[j].id);
      if (m == n) return status_fail(STATUS_FAULT, "%s: a metabolite outside of its family", member[i].name);
      add_metabolite(linear, k, base, &k->metabolite[j], m * KINETICS_STATES + KINETICS_CENTRAL);
    }
  }
  divide_by_fastest(linear);
  return STATUS_OK;
}

/* Largest αt of one sum: its first weight, e^−αt, is still far above the smallest number. Weights below
 * SMALLEST change no digit of a sum whose weights make 1. Less than NOTHING is no molecule in a kilogram. */
static const double LONGEST = 32.0, SMALLEST = 1e-19, NOTHING = 1e-30;

/* x ← e^{Mt} x by one sum. */
static void advance_sum(const struct linear *linear, double t, double *x) {
  double term[SYSTEM_STATES], next[SYSTEM_STATES], sum[SYSTEM_STATES];
  const int n = linear->n, one = n - 1;
  double events = linear->alpha * t, weight = maths_exp(-events);
  for (int i = 0; i < n; i++) {
    term[i] = x[i];
    sum[i] = weight * x[i];
  }
  for (int k = 1; k <= events || weight > SMALLEST; k++) {
    weight *= events / k;
    for (int i = 0; i < n; i++) next[i] = linear->stay[i] * term[i] + linear->input[i] * term[one];
    for (int f = 0; f < linear->n_flows; f++)
      next[linear->flow[f].to] += linear->flow[f].rate * term[linear->flow[f].from];
    for (int i = 0; i < n; i++) {
      term[i] = next[i];
      sum[i] += weight * next[i];
    }
  }
  /* all n are set above: NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
  for (int i = 0; i < one; i++) x[i] = sum[i] > NOTHING ? sum[i] : 0;
}

static void advance_linear(const struct linear *linear, double t, double *x) {
  int64_t pieces = (int64_t)ceil(fmax(1.0, linear->alpha * t / LONGEST));
  for (int64_t p = 0; p < pieces; p++) advance_sum(linear, t / (double)pieces, x);
}

/* ---- doses ---- */

static double end_h(const struct kinetics_dose *dose) { return dose->at_h + dose->over_h; }

/* The first start or end of a dose after t_h, at most t1_h. */
static double next_jump_h(const struct kinetics_member *member, int n, double t_h, double t1_h) {
  double next = t1_h;
  for (int m = 0; m < n; m++) {
    for (int d = 0; d < member[m].n_doses; d++) {
      double start = member[m].doses[d].at_h, end = end_h(&member[m].doses[d]);
      if (start > t_h && start < next) next = start;
      if (end > t_h && end < next) next = end;
    }
  }
  return next;
}

/* The boluses of t_h enter the state, the infusions that go on right after it the input. */
static void give(const struct kinetics_member *member, int base, double t_h, struct linear *linear,
                 double *x) {
  for (int d = 0; d < member->n_doses; d++) {
    const struct kinetics_dose *dose = &member->doses[d];
    struct entry entry = entry_of(member->kinetics, dose->route);
    double amount = entry.factor * dose->amount_umol_per_kg;
    if (dose->over_h <= 0 && dose->at_h == t_h) x[base + entry.state] += amount;
    if (dose->over_h <= 0 || dose->at_h > t_h || end_h(dose) <= t_h) continue;
    linear->input[base + entry.state] += amount / (dose->over_h * MIN_PER_H) / linear->alpha;
  }
}

static enum status check(const struct kinetics_member *member, double t_h) {
  for (int s = 0; s < KINETICS_STATES; s++) {
    if (!isfinite(member->state[s]))
      return status_fail(STATUS_DIVERGED, "kinetics of %s: the state at %.6g h is not finite", member->name,
                         t_h);
  }
  for (int d = 0; d < member->n_doses; d++) {
    const struct kinetics_dose *dose = &member->doses[d];
    if (!kinetics_has_route(member->kinetics, dose->route))
      return status_fail(STATUS_FAULT, "%s: a dose by a route without kinetics", member->name);
    if (!(dose->amount_umol_per_kg >= 0) || !(dose->over_h >= 0))
      return status_fail(STATUS_FAULT, "%s: a dose of negative amount or duration", member->name);
  }
  return STATUS_OK;
}

enum status kinetics_advance(const struct kinetics_member *member, int n, double t0_h, double t1_h) {
  struct linear linear;
  double x[SYSTEM_STATES];
  for (int m = 0; m < n; m++) TRY(check(&member[m], t0_h));
  TRY(build(member, n, &linear));
  for (int m = 0; m < n; m++) memcpy(x + m * KINETICS_STATES, member[m].state, KINETICS_STATES * sizeof *x);
  x[linear.n - 1] = 1;
  for (double t_h = t0_h, next_h; t_h < t1_h; t_h = next_h) {
    next_h = next_jump_h(member, n, t_h, t1_h);
    memset(linear.input, 0, sizeof linear.input);
    for (int m = 0; m < n; m++) give(&member[m], m * KINETICS_STATES, t_h, &linear, x);
    advance_linear(&linear, (next_h - t_h) * MIN_PER_H, x);
  }
  for (int m = 0; m < n; m++) memcpy(member[m].state, x + m * KINETICS_STATES, KINETICS_STATES * sizeof *x);
  return STATUS_OK;
}

double kinetics_plasma_uM(const struct kinetics *kinetics, const double state[KINETICS_STATES]) {
  return over(state[KINETICS_CENTRAL], kinetics->V1);
}

double kinetics_brain_uM(const double state[KINETICS_STATES]) { return state[KINETICS_BRAIN]; }
