/* trapping_drugs.h — which drugs act on the NMDA receptors of one subunit in a step, with what rates and
 * shares: the constants of the equation in trapping_block.h. */
#ifndef CIRCUITS_RECEPTORS_TRAPPING_DRUGS_H
#define CIRCUITS_RECEPTORS_TRAPPING_DRUGS_H

#include "drugs/action.h"
#include "receptors/glun2.h"

enum { BLOCKERS = ACTION_SLOTS };

/* Fields of a receptor whose channels can be blocked. Rows PER_SUBSTANCE(SUBUNITS) are those of a blocker's
 * slot; of `binding` and `leaving` those of a kind of blocker, of which there are never more. */
#define TRAPPING_FIELDS(X)                                                                                   \
  X(double, blocked, "1", STATE, PER_SUBSTANCE(SUBUNITS), "share blocked, by blocker and subunit")           \
  X(float, unblocked, "1", STATE, SUBUNITS, "share of the conductance: of a subunit, left by drugs")         \
  X(float, binding, "1", STATE, PER_SUBSTANCE(SUBUNITS), "what binding goes with, since block moved last")   \
  X(float, leaving, "1", STATE, PER_SUBSTANCE(SUBUNITS), "what leaving goes with, since block moved last")   \
  X(float, waited, "1", STATE, 1, "milliseconds since block moved last")                                     \
  X(float, bind, "1", SUM, PER_SUBSTANCE(SUBUNITS), "sum of what binding is proportional to")                \
  X(float, unbind, "1", SUM, PER_SUBSTANCE(SUBUNITS), "sum of what leaving is proportional to")              \
  X(double, looks, "1", SUM, 1, "milliseconds in the sums")                                                  \
  X(double, charge, "nS mV", SUM, SUBUNITS, "charge carried in the window, by subunit")                      \
  X(double, charge_without, "nS mV", SUM, SUBUNITS, "the same with no drug")                                 \
  X(float, voltage, "1", DERIVED, 1, "exp(-slope V) of magnesium's block at the last millisecond")           \
  X(float, current, "pA", DERIVED, 1, "current at the last millisecond")

/* The columns of these fields in one block. */
struct trapping_rows {
  double *blocked, *looks;
  float *unblocked, *binding, *leaving, *waited, *bind, *unbind;
  const float *voltage;
};
#define TRAPPING_ROWS(f)                                                                                     \
  (struct trapping_rows) {                                                                                   \
    (f)->blocked, (f)->looks, (f)->unblocked, (f)->binding, (f)->leaving, (f)->waited, (f)->bind,            \
        (f)->unbind, (f)->voltage                                                                            \
  }

/* Antagonists that compete for one site: sum of C/K, and of what each would take at saturation times its
 * part. */
struct trapping_site {
  double occupied, taken;
};

/* One that does not reach the whole sheet. */
struct trapping_local {
  double relative, most; /* C/K where it is strongest */
  const float *reach;
  bool allosteric;
};

/* Blockers that come and go with the same things, if at different rates: they differ neither in the charge
 * that depolarisation drives out nor in what they reach of closed channels. */
struct trapping_kind {
  float voltage; /* zδ F/RT, 1/mV */
  float closed;  /* binding to a closed channel over binding to an open one */
  float *restrict binding, *restrict leaving;
};

struct trapping_blocker {
  float on, off, escape; /* 1/ms; on at the present concentration, off at −66 mV */
  int kind;
  double *restrict blocked;
  float *restrict bind, *restrict unbind;
  const float *reach; /* share of the concentration at each site; NULL: 1 */
};

struct trapping_drugs {
  int n, n_kinds, n_superficial, n_local;
  bool any;                            /* does anything act here? */
  struct trapping_site subunit, other; /* antagonists there that reach the whole sheet; other: allosteric */
  float active;                        /* share of the opening that these leave */
  struct trapping_local local[2 * ACTION_SLOTS];
  const int32_t *site; /* of each cell */
  struct trapping_blocker blocker[BLOCKERS];
  struct trapping_kind kind[BLOCKERS];
  struct {
    float relative, voltage; /* C/K at −66 mV; zδ F/RT, 1/mV */
    const float *reach;
  } superficial[BLOCKERS];
};

/* The number of a kind among those found so far; a new one gets the next rows. */
static inline int trapping_kind_of(const struct cells *cells, const struct trapping_rows *rows, int s,
                                   float voltage, float closed, struct trapping_drugs *drugs) {
  int q = 0;
  while (q < drugs->n_kinds && (drugs->kind[q].voltage != voltage || drugs->kind[q].closed != closed)) q++;
  if (q < drugs->n_kinds) return q;
  const int row = (q * SUBUNITS + s) * cells->stride;
  drugs->kind[drugs->n_kinds++] =
      (struct trapping_kind){voltage, closed, rows->binding + row, rows->leaving + row};
  return q;
}

static inline void trapping_add(const struct cells *cells, const struct trapping_rows *rows, int s,
                                const struct exposure *exposure, double uM, float RT_F_mV,
                                struct trapping_drugs *drugs) {
  if (exposure->slot >= cells->substances || drugs->n == BLOCKERS) return;
  const struct nmda_channel *drug = exposure->properties;
  const double K_d[SUBUNITS] = {drug->K_d_2A, drug->K_d_2B, drug->K_d_2C, drug->K_d_2D};
  const int row = (exposure->slot * SUBUNITS + s) * cells->stride;
  const int kind = trapping_kind_of(cells, rows, s, (float)drug->z_delta / RT_F_mV,
                                    (float)(drug->k_closed / drug->k_on), drugs);
  drugs->blocker[drugs->n++] = (struct trapping_blocker){.on = (float)(drug->k_on * uM),
                                                         .off = (float)(drug->k_on * K_d[s]),
                                                         .escape = (float)drug->k_escape,
                                                         .kind = kind,
                                                         .blocked = rows->blocked + row,
                                                         .bind = rows->bind + row,
                                                         .unbind = rows->unbind + row,
                                                         .reach = exposure->reach};
  if (!(drug->K_superficial > 0)) return;
  drugs->superficial[drugs->n_superficial].relative = (float)(uM / drug->K_superficial);
  drugs->superficial[drugs->n_superficial].reach = exposure->reach;
  drugs->superficial[drugs->n_superficial++].voltage = (float)drug->z_superficial / RT_F_mV;
}

static inline void trapping_compete(struct trapping_site *site, double relative, double most) {
  site->occupied += relative;
  site->taken += most * relative;
}

/* Share of the opening that they leave. */
static inline double trapping_left(const struct trapping_site *site) {
  return 1.0 - site->taken / (1.0 + site->occupied);
}

/* An antagonist takes from the opening, of all cells or at the sites that it reaches. */
static inline void trapping_oppose(const struct exposure *exposure, double relative, double most,
                                   bool allosteric, struct trapping_drugs *drugs) {
  if (!exposure->reach)
    trapping_compete(allosteric ? &drugs->other : &drugs->subunit, relative, most);
  else if (drugs->n_local < 2 * ACTION_SLOTS)
    drugs->local[drugs->n_local++] = (struct trapping_local){relative, most, exposure->reach, allosteric};
}

/* All that acts on subunit s in this step. `reach`: share of the concentrations that is seen here.
 * `allosteric`: share of the receptors with the allosteric site. */
static inline void trapping_find(const struct cells *cells, const struct step *step,
                                 const struct trapping_rows *rows, int s, float RT_F_mV, double reach,
                                 double allosteric, struct trapping_drugs *drugs) {
  drugs->n = drugs->n_kinds = drugs->n_superficial = drugs->n_local = 0;
  drugs->subunit = drugs->other = (struct trapping_site){0};
  drugs->site = cells->site;
  drugs->any = false;
  for (int e = 0; e < step->n_exposures && reach > 0; e++) {
    const struct exposure *exposure = &step->exposures[e];
    double uM = reach * exposure->free_uM;
    if (exposure->action == ACTION_NMDA_CHANNEL) {
      trapping_add(cells, rows, s, exposure, uM, RT_F_mV, drugs);
    } else if (exposure->action == ACTION_NMDA_SUBUNIT) {
      const struct nmda_subunit *drug = exposure->properties;
      const double IC50[SUBUNITS] = {drug->IC50_2A, drug->IC50_2B, drug->IC50_2C, drug->IC50_2D};
      const double most[SUBUNITS] = {drug->most_2A, drug->most_2B, drug->most_2C, drug->most_2D};
      trapping_oppose(exposure, uM / IC50[s], most[s], false, drugs);
    } else if (exposure->action == ACTION_NMDA_ALLOSTERIC && allosteric > 0) {
      const struct nmda_allosteric *drug = exposure->properties;
      trapping_oppose(exposure, uM / drug->K, allosteric * drug->most, true, drugs);
    } else {
      continue;
    }
    drugs->any = true;
  }
  drugs->active = (float)(trapping_left(&drugs->subunit) * trapping_left(&drugs->other));
}

/* Share of a concentration at cell i. */
static inline float trapping_here(const struct trapping_drugs *drugs, const float *reach, int i) {
  return reach ? reach[drugs->site[i]] : 1.0f;
}

/* Share of the opening that antagonists leave at cell i. */
static inline float trapping_active(const struct trapping_drugs *drugs, int i) {
  if (drugs->n_local == 0) return drugs->active;
  struct trapping_site subunit = drugs->subunit, other = drugs->other;
  for (int k = 0; k < drugs->n_local; k++) {
    const struct trapping_local *local = &drugs->local[k];
    double relative = local->relative * (double)trapping_here(drugs, local->reach, i);
    trapping_compete(local->allosteric ? &other : &subunit, relative, local->most);
  }
  return (float)(trapping_left(&subunit) * trapping_left(&other));
}

#endif
