/* placed.h — cells at random on a sheet, as many in every site, for tests of what hangs on place. */
#ifndef TESTS_PLACED_H
#define TESTS_PLACED_H

#include "check.h"
#include "memory.h"
#include "population.h"
#include "random.h"
#include "sheet.h"

static inline void place_cells(struct population *population, const struct sheet *sheet, uint64_t seed) {
  size_t n = (size_t)population->n, sites = (size_t)sheet_sites(sheet);
  assert_ok(memory_new("x", n, sizeof(float), &population->x_um));
  assert_ok(memory_new("y", n, sizeof(float), &population->y_um));
  assert_ok(memory_new("site", n, sizeof(int32_t), &population->site));
  assert_ok(memory_new("sites", sites, sizeof *population->in_site, &population->in_site));
  for (size_t k = 0; k < n; k++) {
    size_t site = k * sites / n;
    struct random_draw draw = random_draw(seed, RANDOM_PLACE, population->first_id + k, 0, 0);
    population->x_um[k] = (float)((site % (size_t)sheet->n_x + random_uniform(draw.u[0])) * sheet->pitch_um);
    population->y_um[k] = (float)((site / (size_t)sheet->n_x + random_uniform(draw.u[1])) * sheet->pitch_um);
    population_settle(population, (int)k, (int)site);
  }
}

#endif
