/* blockade.c — shares of charge from the sums of the NMDA receptors. */
#include "signals/blockade.h"
#include "exchange.h"
#include "memory.h"
#include "receptors/nmda.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const blockade_subunits[BLOCKADE_SUBUNITS] = {"2A", "2B", "2C", "2D"};
const char *const blockade_receptor[BLOCKADE_PLACES] = {"nmda", "nmda_extrasynaptic"};

static double share_of(double carried, double without) {
  return without != 0 ? 1.0 - carried / without : NAN;
}

bool blockade_has(const struct population *population, enum blockade_place place, int subunit) {
  int r = population_receptor(population, blockade_receptor[place]);
  const struct mechanism *mechanism = r < 0 ? NULL : population->receptor[r].mechanism;
  char key[16];
  snprintf(key, sizeof key, "share_%s", blockade_subunits[subunit]);
  for (int p = 0; mechanism && p < mechanism->n_params; p++) {
    if (strcmp(mechanism->params[p].key, key) != 0) continue;
    double share;
    memcpy(&share, (const char *)population->receptor[r].params + mechanism->params[p].offset, sizeof share);
    return share > 0;
  }
  return false;
}

static void charge_at(const struct population *population, enum blockade_place place, int s, double *carried,
                      double *without) {
  int r = population_receptor(population, blockade_receptor[place]);
  *carried = r < 0 ? 0 : population_sum(population, r, "charge", s);
  *without = r < 0 ? 0 : population_sum(population, r, "charge_without", s);
}

void blockade_of(const struct population *population, enum blockade_place place,
                 double share[BLOCKADE_SUBUNITS], double *all) {
  double carried = 0, without = 0;
  for (int s = 0; s < BLOCKADE_SUBUNITS; s++) {
    double charge, no_drug;
    charge_at(population, place, s, &charge, &no_drug);
    share[s] = share_of(charge, no_drug);
    carried += charge;
    without += no_drug;
  }
  *all = share_of(carried, without);
}

double blockade_whole(const struct population *population) {
  double carried = 0, without = 0;
  for (int place = 0; place < BLOCKADE_PLACES; place++) {
    for (int s = 0; s < BLOCKADE_SUBUNITS; s++) {
      double charge, no_drug;
      charge_at(population, place, s, &charge, &no_drug);
      carried += charge;
      without += no_drug;
    }
  }
  return share_of(carried, without);
}

void blockade_add_sites(const struct population *population, int receptor, const char *field, int row,
                        double *room, int n_sites, double *sums) {
  memset(room, 0, (size_t)population->n * sizeof *room);
  population_gather(population, receptor, field, row, room);
  for (int site = 0; site < n_sites; site++) {
    struct site_cells here = population->in_site[site];
    double sum = 0;
    for (int i = here.first; i < here.first + here.n; i++) sum += room[i];
    if (here.n > 0) sums[site] += sum;
  }
}

void blockade_add_charge(const struct population *population, enum blockade_place place, double *room,
                         int n_sites, double *carried, double *without) {
  int receptor = population_receptor(population, blockade_receptor[place]);
  for (int s = 0; receptor >= 0 && s < BLOCKADE_SUBUNITS; s++) {
    blockade_add_sites(population, receptor, "charge", s, room, n_sites, carried);
    blockade_add_sites(population, receptor, "charge_without", s, room, n_sites, without);
  }
}

/* ---- by pathway ---- */

/* Charge by what opened it, summed over tiles in id order: independent of blocks. */
struct through {
  double carried, without;
};

/* Subunits by what synapses of one origin open of them, over the mean of both origins at a cell. */
struct origin {
  bool apart, fibres; /* do fibres from outside have a mix of their own; are these such? */
  double share[BLOCKADE_SUBUNITS], at_fibres[BLOCKADE_SUBUNITS];
};

static struct origin origin_of(const struct population *population, bool fibres) {
  int r = population_receptor(population, blockade_receptor[BLOCKADE_SYNAPTIC]);
  struct origin origin = {.fibres = fibres};
  if (r < 0 || strcmp(population->receptor[r].mechanism->name, "nmda") != 0) return origin;
  const struct nmda_params *p = population->receptor[r].params;
  const double share[BLOCKADE_SUBUNITS] = {p->share_2A, p->share_2B, p->share_2C, p->share_2D};
  origin.apart = p->by_origin;
  for (int s = 0; s < BLOCKADE_SUBUNITS; s++) {
    origin.share[s] = share[s];
    origin.at_fibres[s] = p->at_fibres[s];
  }
  return origin;
}

/* 1/conductance: what a released conductance of this origin has of the charge of subunit s. */
static double part_of(const struct origin *origin, int s, double released, double by_fibres) {
  if (!origin->apart) return 1 / released;
  double all = origin->share[s] * (released - by_fibres) + origin->at_fibres[s] * by_fibres;
  return all > 0 ? (origin->fibres ? origin->at_fibres[s] : origin->share[s]) / all : 0;
}

/* Add cells of a tile of block b: `weight` of each times its charge per released conductance. */
static struct through tile_charge(const struct population *population, int b, int tile,
                                  const struct origin *origin, const double *weight) {
  const struct block *block = &population->block[b];
  int r = population_receptor(population, blockade_receptor[BLOCKADE_SYNAPTIC]);
  const double *released = population_column(population, r, "released", 0, b),
               *by_fibres = population_column(population, r, "released_fibres", 0, b);
  const double *charge[2][BLOCKADE_SUBUNITS];
  struct through sum = {0};
  for (int s = 0; s < BLOCKADE_SUBUNITS; s++) {
    charge[0][s] = population_column(population, r, "charge", s, b);
    charge[1][s] = population_column(population, r, "charge_without", s, b);
  }
  for (int i = tile; i < tile + POPULATION_TILE && i < block->n; i++) {
    if (!(released[i] > 0)) continue;
    for (int s = 0; s < BLOCKADE_SUBUNITS; s++) {
      double part = weight[i] * part_of(origin, s, released[i], by_fibres[i]);
      sum.carried += part * charge[0][s][i];
      sum.without += part * charge[1][s][i];
    }
  }
  return sum;
}

/* Parts of the tiles of block b, among those of the population. */
static void charge_block(const struct population *population, int b, const struct origin *origin,
                         const double *weight, struct through *part) {
  const struct block *block = &population->block[b];
  for (int tile = 0; tile < block->n; tile += POPULATION_TILE)
    part[(block->first + tile) / POPULATION_TILE] = tile_charge(population, b, tile, origin, weight);
}

static enum status new_parts(const struct population *population, struct through **part) {
  return memory_new("tiles", (size_t)population->n / POPULATION_TILE + 1, sizeof **part, part);
}

/* The parts of all tiles, whichever process has them, in id order. */
static struct through sum_parts(const struct population *population, struct through *part) {
  size_t tiles = (size_t)(population->n + POPULATION_TILE - 1) / POPULATION_TILE;
  struct through sum = {0};
  exchange_unite(population->exchange, part, tiles * sizeof *part);
  for (size_t t = 0; t < tiles; t++) {
    sum.carried += part[t].carried;
    sum.without += part[t].without;
  }
  return sum;
}

static void weigh(const struct synapse_block *synapses, const uint32_t *spikes, double *weight) {
  memset(weight, 0, POPULATION_BLOCK * sizeof *weight);
  for (uint32_t k = 0; k < synapses->n_sources; k++) {
    double n = spikes[synapses->source[k]]; /* whole numbers: exact in any order */
    for (uint32_t j = synapses->begin[k]; n > 0 && j < synapses->begin[k + 1]; j++)
      weight[synapse_cell(synapses->synapse[j])] += n;
  }
}

enum status blockade_pathway(const struct projection *projection, const uint32_t *spikes, double *share) {
  const struct population *target = projection->target;
  struct through *part = NULL;
  double weight[POPULATION_BLOCK];
  const struct origin origin = origin_of(target, target->port[projection->port].joins > 0);
  *share = NAN;
  if (projection->fixed) return STATUS_OK;
  TRY(new_parts(target, &part));
  for (int b = 0; b < target->n_blocks; b++) {
    if (!population_holds(target, b)) continue;
    weigh(&projection->block[b], spikes, weight);
    charge_block(target, b, &origin, weight, part);
  }
  struct through sum = sum_parts(target, part);
  memory_free(part);
  *share = share_of(sum.carried, sum.without);
  return STATUS_OK;
}

enum status blockade_afferents(const struct population *population, double *share) {
  const struct origin origin = origin_of(population, false);
  struct through *part = NULL;
  double weight[POPULATION_BLOCK];
  TRY(new_parts(population, &part));
  for (int b = 0; b < population->n_blocks; b++) {
    if (!population_holds(population, b)) continue;
    for (int i = 0; i < population->block[b].n; i++) weight[i] = (double)population->block[b].afferents[i];
    charge_block(population, b, &origin, weight, part);
  }
  struct through sum = sum_parts(population, part);
  memory_free(part);
  *share = share_of(sum.carried, sum.without);
  return STATUS_OK;
}
