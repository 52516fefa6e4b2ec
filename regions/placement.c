/* placement.c — positions of cells, from counter-based draws keyed by cell. */
#include "placement.h"
#include "memory.h"
#include "random.h"

enum status placement_place(struct population *population, const struct sheet *sheet, double top_um,
                            double bottom_um, uint64_t seed) {
  size_t n = (size_t)population->n, sites = (size_t)sheet_sites(sheet);
  int32_t *curve = NULL;
  TRY(memory_new("positions", n, sizeof(float), &population->x_um));
  TRY(memory_new("positions", n, sizeof(float), &population->y_um));
  TRY(memory_new("positions", n, sizeof(float), &population->z_um));
  TRY(memory_new("positions", n, sizeof(int32_t), &population->site));
  TRY(memory_new("positions", sites, sizeof *population->in_site, &population->in_site));
  TRY(memory_new("positions", sites, sizeof *curve, &curve));
  sheet_curve(sheet, curve);
  for (size_t k = 0; k < n; k++) {
    struct random_draw draw = random_draw(seed, RANDOM_PLACE, population->first_id + k, 0, 0);
    int site = curve[k * sites / n];
    population_settle(population, (int)k, site);
    population->x_um[k] = (float)((site % sheet->n_x + random_uniform(draw.u[0])) * sheet->pitch_um);
    population->y_um[k] = (float)((site / sheet->n_x + random_uniform(draw.u[1])) * sheet->pitch_um);
    population->z_um[k] = (float)(top_um + (bottom_um - top_um) * random_uniform(draw.u[2]));
  }
  memory_free(curve);
  return STATUS_OK;
}
