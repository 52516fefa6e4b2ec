/* occupancy.c — displacement of a tracer from the channel. See occupancy.h. */
#include "signals/occupancy.h"
#include "maths.h"
#include "memory.h"
#include "receptors/magnesium.h"
#include "receptors/nmda.h"
#include <string.h>

const struct param assay_params[] = {
    PARAM_NUM(struct occupancy_assay, potential, "mV", 0, -120, 60, ASSUMED, "membranes hold no potential",
              "potential across the membrane of an assay"),
    PARAM_NUM(struct occupancy_assay, Mg, "mM", 0, 0, 10, ASSUMED,
              "buffers of binding assays are washed and hold no magnesium, unless stated",
              "magnesium in an assay"),
    PARAM_NUM(struct occupancy_assay, temperature, "°C", 23, 0, 45, ASSUMED, "room temperature",
              "temperature of an assay"),
};
const int n_assay_params = COUNT_OF(assay_params);

/* Share of conductance and peak open probability of the subunits of a population; `all`: its share over all
 * synapses where fibres from outside have a mix of their own, over `share`. */
struct mix {
  double share[OCCUPANCY_SUBUNITS], peak[OCCUPANCY_SUBUNITS], K0[OCCUPANCY_SUBUNITS], all[OCCUPANCY_SUBUNITS];
};

/* Synapses of fibres from outside count by their own share. */
static double over_all(const struct population *population, const struct receptor *r, int s, double share) {
  if (strcmp(r->mechanism->name, "nmda") != 0 || !(share > 0) || !(population->synapses_nS > 0)) return 1;
  const struct nmda_params *p = r->params;
  double excess = p->at_fibres[s] / share - 1;
  return 1 + excess * population->fibres_nS / population->synapses_nS;
}

static struct mix mix_of(const struct population *population, int receptor) {
  static const char *const shares[] = {"share_2A", "share_2B", "share_2C", "share_2D"},
                           *const peaks[] = {"P_2A", "P_2B", "P_2C", "P_2D"},
                           *const K0[] = {"K0_2A", "K0_2B", "K0_2C", "K0_2D"};
  const struct receptor *r = &population->receptor[receptor];
  struct mix mix;
  for (int s = 0; s < OCCUPANCY_SUBUNITS; s++) {
    mix.share[s] = mechanism_number(r->mechanism, r->params, shares[s]);
    mix.peak[s] = mechanism_number(r->mechanism, r->params, peaks[s]);
    mix.K0[s] = mechanism_number(r->mechanism, r->params, K0[s]);
    mix.all[s] = over_all(population, r, s, mix.share[s]);
  }
  return mix;
}

/* ---- in vivo ---- */

/* What cells have of one subunit: bind, unblocked, and what one substance blocks. */
struct subunit_room {
  float *bind, *unblocked;
  double *blocked;
};

static void add_subunit(const struct population *population, int receptor, int slot, int s,
                        const struct mix *mix, const struct subunit_room *room, struct occupancy_sums *sums) {
  double per_cell = population->synapses_nS * mix->all[s] / mix->peak[s];
  int substances = population->substances < ACTION_SLOTS ? population->substances : ACTION_SLOTS;
  population_gather(population, receptor, "bind", slot * OCCUPANCY_SUBUNITS + s, room->bind);
  population_gather(population, receptor, "unblocked", s, room->unblocked);
  for (int k = 0; k < substances; k++) {
    population_gather(population, receptor, "blocked", k * OCCUPANCY_SUBUNITS + s, room->blocked);
    for (int i = 0; i < population->n; i++)
      sums->by[k] += per_cell * mix->share[s] * (double)room->bind[i] * room->blocked[i];
  }
  for (int i = 0; i < population->n; i++) {
    double opened = per_cell * (double)room->bind[i], weight = (double)(float)mix->share[s] * opened;
    sums->all += weight;
    sums->held += weight - opened * (double)room->unblocked[i];
  }
}

enum status occupancy_add(const struct population *population, int slot, struct occupancy_sums *sums) {
  int receptor = population_receptor(population, "nmda");
  size_t n = (size_t)population->n;
  struct subunit_room room = {0};
  if (receptor < 0 || slot < 0) return STATUS_OK;
  struct mix mix = mix_of(population, receptor);
  enum status status = memory_new("occupancy", n, sizeof *room.bind, &room.bind);
  if (status == STATUS_OK) status = memory_new("occupancy", n, sizeof *room.unblocked, &room.unblocked);
  if (status == STATUS_OK) status = memory_new("occupancy", n, sizeof *room.blocked, &room.blocked);
  for (int s = 0; s < OCCUPANCY_SUBUNITS && status == STATUS_OK; s++) {
    if (mix.share[s] > 0) add_subunit(population, receptor, slot, s, &mix, &room, sums);
  }
  memory_free(room.bind);
  memory_free(room.unblocked);
  memory_free(room.blocked);
  return status;
}

double occupancy_half(const struct occupancy_sums *sums, const struct exposure *exposure) {
  if (exposure->reach || exposure->slot >= ACTION_SLOTS || !(sums->by[exposure->slot] > 0)) return NAN;
  return exposure->free_uM * (sums->all - sums->held) / sums->by[exposure->slot];
}

bool occupancy_slot(const struct exposure *exposures, int n, int *slot) {
  bool any = false;
  *slot = -1;
  for (int e = 0; e < n; e++) {
    if (exposures[e].action != ACTION_NMDA_CHANNEL) continue;
    const struct nmda_channel *drug = exposures[e].properties;
    any |= exposures[e].free_uM > 0;
    if (*slot < 0 && drug->k_closed == 0) *slot = exposures[e].slot;
  }
  return any;
}

/* ---- in vitro ---- */

double occupancy_displaced(const struct occupancy_assay *assay, const struct nmda_channel *drug, double C,
                           const struct population *const *populations, int n) {
  const double K_d[OCCUPANCY_SUBUNITS] = {drug->K_d_2A, drug->K_d_2B, drug->K_d_2C, drug->K_d_2D};
  double V = assay->potential;
  double RT_F_mV = 8.314462618 * (assay->temperature + 273.15) / 96485.33212 * 1000.0;
  double weaker = maths_exp(drug->z_delta * (V + 66.0) / RT_F_mV), free = 0, all = 0;
  for (int p = 0; p < n; p++) {
    int receptor = population_receptor(populations[p], "nmda");
    if (receptor < 0) continue;
    struct mix mix = mix_of(populations[p], receptor);
    for (int s = 0; s < OCCUPANCY_SUBUNITS; s++) {
      double m = assay->Mg / mix.K0[s] * (double)magnesium_voltage((float)V);
      double receptors =
          populations[p]->n * populations[p]->synapses_nS * mix.all[s] * mix.share[s] / mix.peak[s];
      all += receptors / (1.0 + m);
      free += receptors / (1.0 + m + C / (K_d[s] * weaker));
    }
  }
  return all > 0 ? 1.0 - free / all : NAN;
}

double occupancy_K_i(const struct occupancy_assay *assay, const struct nmda_channel *drug,
                     const struct population *const *populations, int n) {
  double low = 1e-9, high = 1e9; /* µM */
  if (!(occupancy_displaced(assay, drug, high, populations, n) > 0.5)) return NAN;
  for (int k = 0; k < 100; k++) {
    double middle = sqrt(low * high);
    *(occupancy_displaced(assay, drug, middle, populations, n) > 0.5 ? &high : &low) = middle;
  }
  return sqrt(low * high);
}
