/* placement.c — positions of cells, from counter-based draws keyed by cell. */
#include "placement.h"
#include "memory.h"
#include "random.h"

enum status placement_place(struct population *population, const struct sheet *sheet, double top_um,
                            double bottom_um, uint64_t seed) {
  size_t n = (size_t)population->n, sites = (size_t)sheet_sites(sheet);
  TRY(memory_new("positions", n, sizeof(float), &population->x_um));
  TRY(memory_new("positions", n, sizeof(float), &population->y_um));
  TRY(memory_new("positions", n, sizeof(float), &population->z_um));
  TRY(memory_new("positions", n, sizeof(int32_t), &population->site));
  TRY(memory_new("positions", sites + 1, sizeof(int32_t), &population->site_begin));
  population->n_sites = (int)sites;
  for (size_t k = 0; k < n; k++) {
    struct random_draw draw = random_draw(seed, RANDOM_PLACE, population->first_id + k, 0, 0);
    size_t site = k * sites / n;
    population->site[k] = (int32_t)site;
    population->site_begin[site + 1]++;
    population->x_um[k] =
        (float)(((double)(site % (size_t)sheet->n_x) + random_uniform(draw.u[0])) * sheet->pitch_um);
    population->y_um[k] =
        (float)(((double)(site / (size_t)sheet->n_x) + random_uniform(draw.u[1])) * sheet->pitch_um);
    population->z_um[k] = (float)(top_um + (bottom_um - top_um) * random_uniform(draw.u[2]));
  }
  for (size_t s = 0; s < sites; s++) population->site_begin[s + 1] += population->site_begin[s];
  return STATUS_OK;
}
