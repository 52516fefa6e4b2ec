/* blockade.c — shares of charge from the sums of the NMDA receptors. */
#include "signals/blockade.h"
#include <math.h>

const char *const blockade_subunits[BLOCKADE_SUBUNITS] = {"2A", "2B", "2C", "2D"};

static double share_of(double carried, double without) {
  return without != 0 ? 1.0 - carried / without : NAN;
}

void blockade_of(const struct population *population, double share[BLOCKADE_SUBUNITS], double *all) {
  int receptor = population_receptor(population, "nmda");
  double carried = 0, without = 0;
  for (int s = 0; s < BLOCKADE_SUBUNITS; s++) {
    double with_drug = population_sum(population, receptor, "charge", s);
    double no_drug = population_sum(population, receptor, "charge_without", s);
    share[s] = share_of(with_drug, no_drug);
    carried += with_drug;
    without += no_drug;
  }
  *all = share_of(carried, without);
}

double blockade_sum(const struct population *population, int receptor, const char *field, int row, int first,
                    int last) {
  double sum = 0;
  for (int b = first / population->block_cells;
       b <= last / population->block_cells && b < population->n_blocks; b++) {
    const struct block *block = &population->block[b];
    const double *value = population_column(population, receptor, field, row, b);
    for (int i = first > block->first ? first : block->first; i <= last && i < block->first + block->n; i++) {
      sum += value[i - block->first];
    }
  }
  return sum;
}

void blockade_charge(const struct population *population, int first, int last, double *carried,
                     double *without) {
  int receptor = population_receptor(population, "nmda");
  for (int s = 0; s < BLOCKADE_SUBUNITS; s++) {
    *carried += blockade_sum(population, receptor, "charge", s, first, last);
    *without += blockade_sum(population, receptor, "charge_without", s, first, last);
  }
}
