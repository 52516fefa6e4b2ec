/* list.c — the command `list`: the experiments, circuits, regions, cells, receptors, drugs, signals and
 * mechanisms that this program has. */
#include "circuit.h"
#include "command.h"
#include "experiment/anatomy_tables.h"
#include "experiment/configs_folder.h"
#include "experiment/describe.h"
#include "experiment/experiment.h"
#include "memory.h"
#include "recording/signal_list.h"
#include "terminal/layout.h"
#include "validation/targets.h"
#include <string.h>

enum { NAMES_MAX = 64 };

/* What is listed under one word: `name` NULL lists all, else shows one. */
struct listing {
  const char *word;
  enum status (*list)(const char *name, FILE *out);
};

static enum status print_and_close(struct layout *layout, enum status status, int indent, FILE *out) {
  if (status == STATUS_OK) layout_table(layout, indent, out);
  layout_close(layout);
  return status;
}

/* There is no `name` among the names. */
static enum status unknown(const char *name, const char *const *names, int n) {
  const char *near = nearest_word(name, names, n);
  return status_fail(STATUS_USAGE, "list: there is no \"%.60s\"%s%s", name, near ? "; the nearest is " : "",
                     near ? near : "");
}

/* ---- mechanisms ---- */

static const char *kind_name(const struct mechanism *mechanism) {
  static const char *const names[] = {
      [MECHANISM_CELL] = "cell", [MECHANISM_RECEPTOR] = "receptor", [MECHANISM_DRIVE] = "drive"};
  return names[mechanism->kind];
}

static enum status show_fields(const struct mechanism *mechanism, FILE *out) {
  static const char *const roles[] = {[FIELD_STATE] = "evolves",
                                      [FIELD_VARIED] = "drawn per cell",
                                      [FIELD_SUM] = "summed over a window",
                                      [FIELD_DERIVED] = "derived"};
  struct layout *layout = NULL;
  enum status status = STATUS_OK;
  TRY(layout_open("llll", &layout));
  for (int i = 0; i < mechanism->n_fields && status == STATUS_OK; i++) {
    const struct field *field = &mechanism->fields[i];
    status = layout_cell(layout, "%s", field->name);
    if (status == STATUS_OK) status = layout_cell(layout, "%s", field->unit);
    if (status == STATUS_OK) status = layout_cell(layout, "%s", roles[field->role]);
    if (status == STATUS_OK) status = layout_cell(layout, "%s", field->meaning);
  }
  fprintf(out, "\nState of a cell:\n");
  return print_and_close(layout, status, 2, out);
}

static enum status show_params(const struct mechanism *mechanism, FILE *out) {
  struct layout *layout = NULL;
  enum status status = STATUS_OK;
  TRY(layout_open("llll", &layout));
  for (int i = 0; i < mechanism->n_params && status == STATUS_OK; i++) {
    char standard[DESCRIBE_MAX];
    const struct param *param = &mechanism->params[i];
    describe_default(param, standard);
    status = layout_cell(layout, "%s", param->key);
    if (status == STATUS_OK) status = layout_cell(layout, "%s", standard);
    if (status == STATUS_OK) status = layout_cell(layout, "%s", describe_standing(param->standing));
    if (status == STATUS_OK) status = layout_cell(layout, "%s", param->meaning);
  }
  fprintf(out, "\nParameters (see: spinule explain %s):\n", mechanism->name);
  return print_and_close(layout, status, 2, out);
}

static enum status show_mechanism(const struct mechanism *mechanism, FILE *out) {
  fprintf(out, "%s: ", mechanism->name);
  layout_wrap(out, mechanism->meaning, 2);
  fprintf(out, "  ");
  layout_wrap(out, mechanism->citation, 2);
  if (mechanism->n_params) TRY(show_params(mechanism, out));
  return mechanism->n_fields ? show_fields(mechanism, out) : STATUS_OK;
}

/* Mechanisms of the kinds from `first` to `last`. */
static enum status list_kinds(enum mechanism_kind first, enum mechanism_kind last, const char *name,
                              FILE *out) {
  const struct mechanisms *mechanisms = NULL;
  const char *names[NAMES_MAX];
  struct layout *layout = NULL;
  enum status status = STATUS_OK;
  int n = 0;
  TRY(circuit_mechanisms(&mechanisms));
  TRY(layout_open("lll", &layout));
  for (int i = 0; i < mechanisms->n && status == STATUS_OK; i++) {
    const struct mechanism *mechanism = mechanisms->list[i];
    if (mechanism->kind < first || mechanism->kind > last) continue;
    if (n < NAMES_MAX) names[n++] = mechanism->name;
    if (name && strcmp(name, mechanism->name) == 0) {
      layout_close(layout);
      return show_mechanism(mechanism, out);
    }
    status = layout_cell(layout, "%s", mechanism->name);
    if (status == STATUS_OK) status = layout_cell(layout, "%s", kind_name(mechanism));
    if (status == STATUS_OK) status = layout_cell(layout, "%s", mechanism->meaning);
  }
  if (status == STATUS_OK && name) status = unknown(name, names, n);
  return print_and_close(layout, status, 0, out);
}

static enum status list_cells(const char *name, FILE *out) {
  return list_kinds(MECHANISM_CELL, MECHANISM_CELL, name, out);
}
static enum status list_receptors(const char *name, FILE *out) {
  return list_kinds(MECHANISM_RECEPTOR, MECHANISM_RECEPTOR, name, out);
}
static enum status list_mechanisms(const char *name, FILE *out) {
  return list_kinds(MECHANISM_CELL, MECHANISM_DRIVE, name, out);
}

/* ---- regions ---- */

static enum status show_region(const struct anatomy *anatomy, FILE *out) {
  static const struct {
    const char *name;
    enum status (*table)(const struct anatomy *anatomy, struct layout **out);
  } part[] = {
      {"Populations", anatomy_populations}, {"Pathways", anatomy_pathways}, {"Afferents", anatomy_afferents}};
  fprintf(out, "%s: %s; side %g µm\n", anatomy->name, anatomy->title, anatomy->side_um);
  for (int k = 0; k < COUNT_OF(part); k++) {
    struct layout *layout;
    if (part[k].table == anatomy_afferents && anatomy->n_afferents == 0) continue;
    TRY(part[k].table(anatomy, &layout));
    fprintf(out, "\n%s:\n", part[k].name);
    layout_table(layout, 2, out);
    layout_close(layout);
  }
  return STATUS_OK;
}

static enum status add_region(struct layout *layout, const struct anatomy *anatomy) {
  TRY(layout_cell(layout, "%s", anatomy->name));
  TRY(layout_cell(layout, "%d populations, %d pathways", anatomy->n_populations, anatomy->n_pathways));
  return layout_cell(layout, "%s", anatomy->title);
}

static enum status list_regions(const char *name, FILE *out) {
  const char *names[EXPERIMENT_REGIONS];
  struct layout *layout = NULL;
  enum status status = STATUS_OK;
  bool found = false;
  TRY(layout_open("lll", &layout));
  for (int i = 0; i < n_known_regions && status == STATUS_OK && !found; i++) {
    struct anatomy anatomy;
    names[i] = known_regions[i].name;
    found = name && strcmp(name, names[i]) == 0;
    status = known_regions[i].anatomy(&anatomy);
    if (status != STATUS_OK) break;
    status = found ? show_region(&anatomy, out) : add_region(layout, &anatomy);
    memory_free(anatomy.pathway);
  }
  if (name) {
    layout_close(layout);
    return status != STATUS_OK || found ? status : unknown(name, names, n_known_regions);
  }
  return print_and_close(layout, status, 0, out);
}

/* ---- config files ---- */

/* The rows of published effects by which an experiment is judged, with what each measures. */
static void show_rows(struct config *config, FILE *out) {
  const char *id[EXPERIMENT_ROWS];
  struct targets targets = {0};
  int n = experiment_rows(config, id);
  if (n == 0) return;
  if (targets_read(&targets) != STATUS_OK) targets.n = 0; /* their ids alone */
  fprintf(out, "Judged by:\n");
  for (int k = 0; k < n; k++) {
    const struct target *row = NULL;
    for (int t = 0; t < targets.n; t++) {
      if (strcmp(targets.row[t].id, id[k]) == 0) row = &targets.row[t];
    }
    fprintf(out, "  %s  ", id[k]);
    layout_wrap(out, row ? row->measure : "", 2 + (int)strlen(id[k]) + 2);
  }
  targets_free(&targets);
}

/* Where an experiment comes from, and what judges it. */
static enum status show_origin(const char *path, FILE *out) {
  struct config *config = NULL;
  struct experiment_settings top;
  TRY(config_load(path, NULL, 0, &config));
  params_read(config, "", experiment_params, n_experiment_params, NULL, 0, &top);
  if (top.source && *top.source) {
    fprintf(out, "Source: ");
    layout_wrap(out, top.source, 8);
  }
  show_rows(config, out);
  config_free(config);
  return STATUS_OK;
}

/* What a config file says of itself: the comment at its head. */
static enum status show_config(const struct config_file *file, FILE *out) {
  char line[1024];
  fprintf(out, "%s: ", file->name);
  layout_print(out, file->title);
  fprintf(out, "\n  %s\n", file->path);
  FILE *source = fopen(file->path, "r");
  if (!source) return status_fail(STATUS_WORLD, "%s: cannot be read", file->path);
  while (fgets(line, sizeof line, source) && (*line == '#' || strncmp(line, "//", 2) == 0)) {
    line[strcspn(line, "\n")] = '\0';
    fputs("  ", out);
    layout_print(out, line + strspn(line, "#/ "));
    fputc('\n', out);
  }
  fclose(source);
  return STATUS_OK;
}

static enum status show_file(const struct config_files *files, const char *part, const char *name,
                             FILE *out) {
  bool experiment = strcmp(part, "experiments") == 0;
  const char *names[NAMES_MAX];
  int n = 0;
  for (int i = 0; i < files->n; i++) {
    if (strcmp(files->file[i].name, name) == 0) {
      TRY(show_config(&files->file[i], out));
      return experiment ? show_origin(files->file[i].path, out) : STATUS_OK;
    }
    if (n < NAMES_MAX) names[n++] = files->file[i].name;
  }
  return unknown(name, names, n);
}

static enum status show_files(const struct config_files *files, FILE *out) {
  struct layout *layout = NULL;
  enum status status = STATUS_OK;
  TRY(layout_open("ll", &layout));
  for (int i = 0; i < files->n && status == STATUS_OK; i++) {
    status = layout_cell(layout, "%s", files->file[i].name);
    if (status == STATUS_OK) status = layout_cell(layout, "%s", files->file[i].title);
  }
  return print_and_close(layout, status, 0, out);
}

static enum status list_configs(const char *part, const char *name, FILE *out) {
  struct config_files files;
  TRY(configs_folder_list(part, &files));
  enum status status = name ? show_file(&files, part, name, out) : show_files(&files, out);
  configs_folder_free(&files);
  return status;
}

static enum status list_circuits(const char *name, FILE *out) { return list_configs("circuits", name, out); }
static enum status list_experiments(const char *name, FILE *out) {
  return list_configs("experiments", name, out);
}
static enum status list_drugs(const char *name, FILE *out) { return list_configs("drugs", name, out); }

/* ---- signals ---- */

/* Those whose path contains `name`; NULL: all. */
struct signal_choice {
  const char *name;
  struct layout *layout;
  int n;
};

static enum status add_signal(void *context, const char *path, const char *unit, const char *meaning) {
  struct signal_choice *choice = context;
  if (choice->name && !strcasestr(path, choice->name)) return STATUS_OK;
  choice->n++;
  TRY(layout_cell(choice->layout, "%s", path));
  TRY(layout_cell(choice->layout, "%s", unit));
  return layout_cell(choice->layout, "%s", meaning);
}

static enum status list_signals(const char *name, FILE *out) {
  struct signal_choice choice = {.name = name};
  TRY(layout_open("lll", &choice.layout));
  enum status status = signal_list_each(add_signal, &choice);
  if (status == STATUS_OK && choice.n == 0)
    status = status_fail(STATUS_USAGE, "list: no signal's path contains \"%.60s\"", name);
  return print_and_close(choice.layout, status, 0, out);
}

/* ---- the command ---- */

static const struct listing listings[] = {
    {"experiments", list_experiments}, {"circuits", list_circuits},
    {"regions", list_regions},         {"cells", list_cells},
    {"receptors", list_receptors},     {"drugs", list_drugs},
    {"signals", list_signals},         {"mechanisms", list_mechanisms},
};

static enum status run(const struct arguments *arguments) {
  const char *names[COUNT_OF(listings)], *word = arguments->words.text[0];
  const char *name = arguments->words.n > 1 ? arguments->words.text[1] : NULL;
  for (int i = 0; i < COUNT_OF(listings); i++) {
    if (strcmp(word, listings[i].word) == 0) return listings[i].list(name, arguments->out);
    names[i] = listings[i].word;
  }
  return unknown(word, names, COUNT_OF(listings));
}

const struct command command_list = {
    .name = "list",
    .summary =
        "the experiments, circuits, regions, cells, receptors, drugs, signals and mechanisms there are",
    .notes = "With NAME, one of them in full. Experiments, circuits and drugs are the configs that came with "
             "the program; "
             "SPINULE_CONFIGS can name another folder.",
    .example = "spinule list regions mPFC",
    .syntax = {.words = "experiments|circuits|regions|cells|receptors|drugs|signals|mechanisms [NAME]",
               .least = 1,
               .most = 2},
    .run = run,
};
