/* explain_all.c — docs/parameters.md from the tables. See explain_all.h. */
#include "explain_all.h"
#include "anatomy_tables.h"
#include "describe.h"
#include "experiment.h"
#include "fields.h"
#include "memory.h"
#include "terminal/layout.h"

static const char introduction[] =
    "# Parameters\n\n"
    "Every key that a config may hold, from the tables in the source: `spinule explain --all` prints this "
    "page,\n"
    "`spinule explain KEY` a part of it. A part of a path in angle brackets stands for a name. Quantities "
    "are\n"
    "texts with their unit in a config, `tau_w = \"144 ms\"`; pure numbers are bare.\n\n"
    "Where a value stands: *published*, read off the publication named; *calibrated*, found by the "
    "procedure\n"
    "named; *assumed*, for the reason given; *setting*, no claim about biology.\n";

static enum status add_row(struct layout *layout, const struct param *param) {
  char standard[DESCRIBE_MAX], range[DESCRIBE_MAX];
  describe_default(param, standard);
  describe_range(param, range);
  TRY(layout_cell(layout, "%s", param->key));
  TRY(layout_cell(layout, "%s", param->meaning));
  TRY(layout_cell(layout, "%s", standard));
  TRY(layout_cell(layout, "%s", range));
  return layout_cell(layout, "%s%s%s", describe_standing(param->standing), *param->source ? ": " : "",
                     param->source);
}

static enum status print_table(const struct catalogue_table *table, FILE *out) {
  static const char *const heads[] = {"key", "meaning", "default", "range", "standing"};
  struct layout *layout = NULL;
  enum status status = STATUS_OK;
  TRY(layout_open("lllll", &layout));
  for (int i = 0; i < COUNT_OF(heads) && status == STATUS_OK; i++)
    status = layout_cell(layout, "%s", heads[i]);
  for (int i = 0; i < table->n && status == STATUS_OK; i++) status = add_row(layout, &table->params[i]);
  fprintf(out, "\n## `%s`\n\n%s\n\n", *table->path ? table->path : "the top of a config", table->title);
  layout_markdown(layout, out);
  layout_close(layout);
  return status;
}

static enum status print_anatomy(const struct anatomy *anatomy, FILE *out) {
  static const struct {
    const char *name;
    enum status (*table)(const struct anatomy *anatomy, struct layout **out);
  } part[] = {
      {"Populations", anatomy_populations}, {"Pathways", anatomy_pathways}, {"Afferents", anatomy_afferents}};
  fprintf(out, "\n## Defaults of `regions.%s`\n\n%s; side %g µm.", anatomy->name, anatomy->title,
          anatomy->side_um);
  for (int k = 0; k < COUNT_OF(part); k++) {
    struct layout *layout;
    if (part[k].table == anatomy_afferents && anatomy->n_afferents == 0) continue;
    TRY(part[k].table(anatomy, &layout));
    fprintf(out, "%s%s:\n\n", k ? "\n" : " ", part[k].name);
    layout_markdown(layout, out);
    layout_close(layout);
  }
  return STATUS_OK;
}

enum status explain_all(const struct catalogue *catalogue, FILE *out) {
  fputs(introduction, out);
  for (int t = 0; t < catalogue->n; t++) TRY(print_table(&catalogue->table[t], out));
  for (int i = 0; i < n_known_regions; i++) {
    struct anatomy anatomy;
    TRY(known_regions[i].anatomy(&anatomy));
    enum status status = print_anatomy(&anatomy, out);
    memory_free(anatomy.pathway);
    TRY(status);
  }
  return STATUS_OK;
}
