/* anatomy_tables.c — regions in tables. See anatomy_tables.h. */
#include "anatomy_tables.h"
#include "fields.h"
#include <string.h>

static enum status add_heads(struct layout *layout, const char *const *heads, int n) {
  for (int i = 0; i < n; i++) TRY(layout_cell(layout, "%s", heads[i]));
  return STATUS_OK;
}

static enum status add_population(struct layout *layout, const struct population_row *row) {
  TRY(layout_cell(layout, "%s", row->name));
  TRY(layout_cell(layout, "%s", row->type));
  TRY(layout_cell(layout, "%s", row->layer));
  TRY(layout_cell(layout, "%s", row->cell));
  TRY(layout_cell(layout, "%g", row->density_per_mm2));
  TRY(layout_cell(layout, "%g-%g", row->top_um, row->bottom_um));
  TRY(layout_cell(layout, "%g", row->target_Hz));
  TRY(layout_cell(layout, "%g", row->background_Hz));
  TRY(layout_cell(layout, "%g", row->event_nS));
  TRY(layout_cell(layout, "%g", row->nmda_ratio));
  return STATUS_OK;
}

enum status anatomy_populations(const struct anatomy *anatomy, struct layout **out) {
  static const char *const heads[] = {"population", "type",    "layer",         "cell",     "per mm²",
                                      "depth µm",   "rate Hz", "background Hz", "event nS", "NMDA:AMPA"};
  TRY(layout_open("llllrrrrrr", out));
  enum status status = add_heads(*out, heads, COUNT_OF(heads));
  for (int i = 0; i < anatomy->n_populations && status == STATUS_OK; i++)
    status = add_population(*out, &anatomy->population[i]);
  if (status == STATUS_OK) return STATUS_OK;
  layout_close(*out);
  *out = NULL;
  return status;
}

/* U, recovery and facilitation: of all source cells, or of each class, with the shares of these. */
static enum status add_release(struct layout *layout, const struct pathway_row *row) {
  char text[3][64] = {{0}};
  if (!row->classes) {
    TRY(layout_cell(layout, "%.3g", row->U));
    TRY(layout_cell(layout, "%g", row->tau_rec_ms));
    return layout_cell(layout, "%g", row->tau_facil_ms);
  }
  for (int k = 0; k < row->n_classes; k++) {
    const struct release_class *class = &row->classes[k];
    const double value[] = {class->U, class->tau_rec_ms, class->tau_facil_ms};
    for (int c = 0; c < COUNT_OF(value); c++) {
      size_t at = strlen(text[c]);
      snprintf(text[c] + at, sizeof text[c] - at, "%s%.3g", k ? ", " : "", value[c]);
      at = strlen(text[c]);
      if (c == 0) snprintf(text[c] + at, sizeof text[c] - at, " (%.2g)", class->share);
    }
  }
  for (int c = 0; c < COUNT_OF(text); c++) TRY(layout_cell(layout, "%s", text[c]));
  return STATUS_OK;
}

static enum status add_pathway(struct layout *layout, const struct anatomy *anatomy,
                               const struct pathway_row *row) {
  static const char *const shapes[] = {
      [KERNEL_GAUSSIAN] = "Gaussian", [KERNEL_EXPONENTIAL] = "exponential", [KERNEL_UNIFORM] = "uniform"};
  TRY(layout_cell(layout, "%s_to_%s", anatomy->population[row->from].name,
                  anatomy->population[row->to].name));
  TRY(layout_cell(layout, "%s", row->port));
  TRY(layout_cell(layout, "%s", shapes[row->shape]));
  TRY(layout_cell(layout, "%g", row->width_um));
  TRY(layout_cell(layout, "%.3g", row->p0));
  TRY(layout_cell(layout, "%g", row->reciprocity > 1 ? row->reciprocity : 1));
  TRY(layout_cell(layout, "%.3g", row->mean_nS));
  TRY(layout_cell(layout, "%.3g", row->cv));
  TRY(layout_cell(layout, "%.3g ± %.2g", row->delay_ms, row->delay_sd_ms));
  TRY(add_release(layout, row));
  return layout_cell(layout, "%s", row->plastic ? "yes" : "no");
}

static enum status add_afferent(struct layout *layout, const struct afferent_row *row, int t) {
  TRY(layout_cell(layout, "%s_to_%s", row->name, row->target[t].to));
  TRY(layout_cell(layout, "%s", row->title));
  TRY(layout_cell(layout, "%g", row->rate_Hz));
  TRY(layout_cell(layout, "%g", row->target[t].in_degree));
  TRY(layout_cell(layout, "%.3g", row->target[t].mean_nS));
  TRY(layout_cell(layout, "%.3g", row->cv));
  TRY(layout_cell(layout, "%.3g ± %.2g", row->delay_ms, row->delay_sd_ms));
  TRY(layout_cell(layout, "%.3g", row->U));
  TRY(layout_cell(layout, "%g", row->tau_rec_ms));
  return layout_cell(layout, "%g", row->tau_facil_ms);
}

enum status anatomy_afferents(const struct anatomy *anatomy, struct layout **out) {
  static const char *const heads[] = {"afferent",  "from",     "rate Hz", "in-degree",   "weight nS",
                                      "weight CV", "delay ms", "U",       "recovery ms", "facilitation ms"};
  TRY(layout_open("llrrrrrrrr", out));
  enum status status = add_heads(*out, heads, COUNT_OF(heads));
  for (int i = 0; i < anatomy->n_afferents; i++) {
    const struct afferent_row *row = &anatomy->afferent[i];
    for (int t = 0; t < REGION_POPULATIONS && row->target[t].to && status == STATUS_OK; t++)
      status = add_afferent(*out, row, t);
  }
  if (status == STATUS_OK) return STATUS_OK;
  layout_close(*out);
  *out = NULL;
  return status;
}

enum status anatomy_pathways(const struct anatomy *anatomy, struct layout **out) {
  static const char *const heads[] = {
      "pathway",  "onto", "kernel",      "width µm",        "p0",     "reciprocity", "weight nS", "weight CV",
      "delay ms", "U",    "recovery ms", "facilitation ms", "plastic"};
  TRY(layout_open("lllrrrrrrrrrl", out));
  enum status status = add_heads(*out, heads, COUNT_OF(heads));
  for (int i = 0; i < anatomy->n_pathways && status == STATUS_OK; i++)
    status = add_pathway(*out, anatomy, &anatomy->pathway[i]);
  if (status == STATUS_OK) return STATUS_OK;
  layout_close(*out);
  *out = NULL;
  return status;
}
