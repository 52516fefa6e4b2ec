/* field.c — pathways of a hippocampal field from its table. See field.h. */
#include "hippocampus/field.h"
#include "memory.h"

/* p₀ of a kernel whose integral times the density of the source is the in-degree. */
static double p0_of(const struct anatomy *anatomy, const struct field_pathway *row) {
  if (!(row->in_degree > 0)) return row->p0;
  double area_mm2 = 2.0 * 3.14159265358979 * row->width_um * row->width_um * 1e-6;
  return row->in_degree / (anatomy->population[row->from].density_per_mm2 * area_mm2);
}

enum status field_pathways(struct anatomy *out, const struct field_pathway *rows, int n, int principal,
                           int spiny) {
  TRY(memory_new("pathways", (size_t)n, sizeof *out->pathway, &out->pathway));
  for (int k = 0; k < n; k++) {
    out->pathway[out->n_pathways++] =
        (struct pathway_row){.from = rows[k].from,
                             .to = rows[k].to,
                             .port = rows[k].port,
                             .shape = rows[k].shape,
                             .width_um = rows[k].width_um,
                             .p0 = p0_of(out, &rows[k]),
                             .mean_nS = rows[k].mean_nS,
                             .cv = rows[k].cv,
                             .delay_ms = rows[k].delay_ms,
                             .delay_sd_ms = 0.2,
                             .U = rows[k].U,
                             .tau_rec_ms = rows[k].tau_rec_ms,
                             .tau_facil_ms = rows[k].tau_facil_ms,
                             .heeds = rows[k].heeds,
                             .plastic = rows[k].from == principal && rows[k].to == spiny,
                             .source = rows[k].source};
  }
  return STATUS_OK;
}
