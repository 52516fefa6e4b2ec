/* targets.c — reading the rows of configs/validation. See targets.h. */
#include "targets.h"
#include "experiment/configs_folder.h"
#include "experiment/experiment.h"
#include "fields.h"
#include "memory.h"
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 160 };

/* ---- tables ---- */

#define WORDS(type, member, standard, meaning) PARAM_STR(type, member, standard, SETTING, "", meaning)

const struct param target_file_params[] = {
    WORDS(struct target_file, title, NULL, "what its rows are about"),
    WORDS(struct target_file, group, "",
          "a word that chooses the rows of all files of the group: effects, circuits, further"),
};
const int n_target_file_params = COUNT_OF(target_file_params);

const struct param target_params[] = {
    WORDS(struct target, id, NULL, "its short name"),
    WORDS(struct target, category, NULL, "group of rows: receptor, pk, physiology, …"),
    WORDS(struct target, subject, NULL, "in whom or what it was found, and under which dose"),
    WORDS(struct target, measure, NULL, "what was measured"),
    WORDS(struct target, unit, "1", "unit of the values; 1 for ratios and shares"),
    WORDS(struct target, published, NULL, "what was found"),
    WORDS(struct target, source, NULL, "by whom"),
    WORDS(struct target, seen, NULL, "whether number and direction were read there or are recalled"),
    WORDS(struct target, confidence, NULL, "high, medium or low"),
    WORDS(struct target, experiment, "", "name of the config in configs/experiments that shows it"),
    WORDS(struct target, not_built, "", "why no experiment can show it yet"),
    WORDS(struct target, note, "", "how the experiment differs from the one that was published"),
    WORDS(struct target, missed, "",
          "why the model misses it, as far as it is known: told where the row fails"),
    PARAM_NUM(struct target, low, "1", PARAM_REQUIRED, -1e9, 1e9, SETTING, "", "least accepted value"),
    PARAM_NUM(struct target, high, "1", PARAM_REQUIRED, -1e9, 1e9, SETTING, "", "largest accepted value"),
    PARAM_BOOL(struct target, pk_only, 0, SETTING, "", "concentrations are enough: no spikes are simulated"),
};
const int n_target_params = COUNT_OF(target_params);

const struct param target_check_params[] = {
    WORDS(struct target_check, what, "", "what it reads, where the row has several"),
    WORDS(struct target_check, arm, NULL, "arm or patch that is read"),
    WORDS(struct target_check, against, "", "arm that it is compared with"),
    WORDS(struct target_check, reference, "", "arm that has the whole effect, for combine = \"share\""),
    WORDS(struct target_check, measure, "", "a column of summary.h5, or of `table`"),
    WORDS(struct target_check, table, "",
          "a table of the arm's file whose rows have names, as \"/probe/cells\""),
    WORDS(struct target_check, row, "", "rows of the table, * for any letters: their mean is taken"),
    WORDS(struct target_check, over, "", "rows over whose mean it is taken"),
    WORDS(struct target_check, cells, "", "cell type over whose populations a * in `series` stands"),
    PARAM_NUM(struct target_check, from, "h", 0, 0, 1e6, SETTING, "", "protocol time from which it is read"),
    PARAM_NUM(struct target_check, to, "h", 1e6, 0, 1e6, SETTING, "", "until which it is read"),
    PARAM_PICK(struct target_check, take, TAKE_MEAN, TARGET_TAKES, SETTING, "", "what is taken of the time"),
    PARAM_PICK(struct target_check, combine, COMBINE_VALUE, TARGET_COMBINES, SETTING, "",
               "how the arms are combined"),
    PARAM_BOOL(struct target_check, baseline, 0, SETTING, "", "relative to the first row of the series"),
    PARAM_BOOL(struct target_check, invert, 0, SETTING, "", "factor over the value, not times it"),
    PARAM_NUM(struct target_check, factor, "1", 1, -1e12, 1e12, SETTING, "", "factor, of units say"),
    PARAM_NUM(struct target_check, period, "1", 0, 0, 1e6, SETTING, "",
              "of a value on a circle, 360 of an angle: the turn nearest to the range is taken"),
    PARAM_NUM(struct target_check, low, "1", 0, -1e9, 1e9, SETTING, "the row's",
              "least accepted value, where it is not the row's"),
    PARAM_NUM(struct target_check, high, "1", 0, -1e9, 1e9, SETTING, "the row's",
              "largest accepted value, where it is not the row's"),
};
const int n_target_check_params = COUNT_OF(target_check_params);

/* ---- checks ---- */

static void read_paths(struct config *config, const char *of, const char *key, struct target_series *out) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "%.120s.%.20s", of, key);
  if (!config_has(config, path)) return;
  int n = config_count(config, path);
  if (n > TARGET_PATHS) config_fault(config, path, "%d paths, at most %d", n, TARGET_PATHS);
  for (int k = 0; k < n && k < TARGET_PATHS; k++) {
    const char *text = config_text_at(config, path, k);
    if (text && *text != '/')
      config_fault(config, path, "\"%s\" is no path of a result: /group/dataset", text);
    if (text && *text == '/') out->path[out->n++] = text;
  }
}

static bool empty(const char *text) { return !text || !*text; }

static void judge_check(struct config *config, const char *path, const struct target_check *check) {
  bool measured = !empty(check->measure), pair = check->combine != COMBINE_VALUE, row = !empty(check->row);
  if (measured == (check->series.n > 0))
    config_fault(config, path, "give a measure of summary.h5 or a series of the arm's file");
  if (measured && (check->per.n > 0 || check->baseline || !empty(check->cells)))
    config_fault(config, path, "per, baseline and cells belong to a series");
  if (row == empty(check->table)) config_fault(config, path, "`table` and `row` belong together");
  if (row && !measured) config_fault(config, path, "a table needs a measure, one of its columns");
  if (!empty(check->over) && !row) config_fault(config, path, "`over` belongs to rows of a table");
  if (pair == empty(check->against))
    config_fault(config, path, pair ? "combine needs the arm `against`" : "`against` needs combine");
  if ((check->combine == COMBINE_SHARE) == empty(check->reference))
    config_fault(config, path, "`reference` and combine = \"share\" belong together");
  if (check->low > check->high)
    config_fault(config, path, "low, %g, is above high, %g", check->low, check->high);
  if (check->from > check->to)
    config_fault(config, path, "from, %g h, is after to, %g h", check->from, check->to);
}

static void read_checks(struct config *config, const char *of, struct target *row) {
  char list[PATH_BYTES], path[PATH_BYTES + 16];
  snprintf(list, sizeof list, "%.120s.checks", of);
  int n = config_has(config, list) ? config_count(config, list) : 0;
  if (n > TARGET_CHECKS) config_fault(config, list, "%d checks, at most %d", n, TARGET_CHECKS);
  for (int k = 0; k < n && k < TARGET_CHECKS; k++) {
    struct target_check *check = &row->check[row->n_checks++];
    const struct preset range[] = {{"low", row->low, SETTING, "the row's"},
                                   {"high", row->high, SETTING, "the row's"}};
    snprintf(path, sizeof path, "%s.[%d]", list, k);
    params_read(config, path, target_check_params, n_target_check_params, range, COUNT_OF(range), check);
    read_paths(config, path, "series", &check->series);
    read_paths(config, path, "per", &check->per);
    judge_check(config, path, check);
  }
}

/* ---- rows ---- */

/* Has a region of this program a population "region.population" that fits? */
static enum status find_population(const char *pattern, bool *found) {
  *found = false;
  for (int r = 0; r < n_known_regions && !*found; r++) {
    struct anatomy anatomy;
    TRY(known_regions[r].anatomy(&anatomy));
    for (int p = 0; p < anatomy.n_populations; p++)
      *found |= probe_fits(pattern, anatomy.name, anatomy.population[p].name);
    memory_free(anatomy.pathway);
  }
  return STATUS_OK;
}

/* The populations that a row needs: of those that there are not, the first is told. */
static enum status read_needs(struct config *config, const char *of, struct target *row) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "%.120s.needs", of);
  int n = config_has(config, path) ? config_count(config, path) : 0;
  for (int k = 0; k < n; k++) {
    const char *pattern = config_text_at(config, path, k);
    bool found = true;
    if (pattern) TRY(find_population(pattern, &found));
    if (!found && !*row->lacks)
      snprintf(row->lacks, sizeof row->lacks, "no region of this program has cells %.60s", pattern);
  }
  return STATUS_OK;
}

static void read_seeds(struct config *config, const char *of, struct target *row) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "%.120s.seeds", of);
  int n = config_has(config, path) ? config_count(config, path) : 0;
  if (n > TARGET_SEEDS) config_fault(config, path, "%d seeds, at most %d", n, TARGET_SEEDS);
  for (int k = 0; k < n && k < TARGET_SEEDS; k++) {
    double seed = config_number_at(config, path, "1", k);
    if (!(seed >= 0 && seed < 9e15)) continue; /* told already, or no seed of a run */
    row->seed[row->n_seeds++] = (int64_t)seed;
  }
  for (int k = 1; n == 0 && k <= 3; k++) row->seed[row->n_seeds++] = k;
}

static void read_sets(struct config *config, const char *of, struct target *row) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "%.120s.set", of);
  int n = config_has(config, path) ? config_count(config, path) : 0;
  if (n > TARGET_SETS) config_fault(config, path, "%d overrides, at most %d", n, TARGET_SETS);
  for (int k = 0; k < n && k < TARGET_SETS; k++) {
    const char *text = config_text_at(config, path, k);
    if (text) row->set[row->n_sets++] = text;
  }
}

static void judge_row(const struct targets *targets, struct config *config, const char *path,
                      const struct target *row, const struct config_files *experiments) {
  bool built = empty(row->not_built);
  const char *names[256];
  int n = 0;
  bool found = false;
  for (int k = 0; k < experiments->n && n < COUNT_OF(names); k++) {
    names[n++] = experiments->file[k].name;
    found |= row->experiment && strcmp(row->experiment, experiments->file[k].name) == 0;
  }
  if (row->low > row->high) config_fault(config, path, "low, %g, is above high, %g", row->low, row->high);
  if (built && empty(row->experiment))
    config_fault(config, path, "give an experiment, or not_built with the reason");
  if (built && !empty(row->experiment) && !found) config_unknown(config, path, row->experiment, names, n);
  if (built && row->n_checks == 0) config_fault(config, path, "the row has no checks");
  for (int k = 0; k + 1 < targets->n && row->id; k++) {
    if (targets->row[k].id && strcmp(targets->row[k].id, row->id) == 0)
      config_fault(config, path, "the row \"%s\" is there already", row->id);
  }
}

static enum status read_file(struct targets *targets, const char *file,
                             const struct config_files *experiments) {
  struct config *config = NULL;
  if (targets->n_configs == TARGET_FILES)
    return status_fail(STATUS_CONFIG, "%s: more than %d files of targets", file, TARGET_FILES);
  TRY(config_load(file, NULL, 0, &config));
  targets->config[targets->n_configs++] = config;
  struct target_file top;
  params_read(config, "", target_file_params, n_target_file_params, NULL, 0, &top);
  int n = config_count(config, "targets");
  for (int k = 0; k < n; k++) {
    size_t old = (size_t)targets->n;
    char path[PATH_BYTES];
    TRY(memory_resize("targets", old, old + 1, sizeof *targets->row, &targets->row));
    struct target *row = &targets->row[targets->n++];
    snprintf(path, sizeof path, "targets.[%d]", k);
    params_read(config, path, target_params, n_target_params, NULL, 0, row);
    row->group = top.group;
    read_seeds(config, path, row);
    read_sets(config, path, row);
    read_checks(config, path, row);
    TRY(read_needs(config, path, row));
    judge_row(targets, config, path, row, experiments);
  }
  return config_finish(config);
}

enum status targets_read(struct targets *out) {
  struct config_files files, experiments = {0};
  *out = (struct targets){0};
  TRY(configs_folder_list("validation", &files));
  enum status status = configs_folder_list("experiments", &experiments);
  for (int k = 0; k < files.n && status == STATUS_OK; k++)
    status = read_file(out, files.file[k].path, &experiments);
  configs_folder_free(&files);
  configs_folder_free(&experiments);
  for (int k = 0; k < out->n; k++) { /* rows stay where they are from here on */
    if (*out->row[k].lacks) out->row[k].not_built = out->row[k].lacks;
  }
  return status;
}

void targets_free(struct targets *targets) {
  memory_free(targets->row);
  for (int k = 0; k < targets->n_configs; k++) config_free(targets->config[k]);
  *targets = (struct targets){0};
}

static int add_name(const char *name, const char **names, int n) {
  for (int k = 0; k < n; k++) {
    if (strcmp(names[k], name) == 0) return n;
  }
  names[n] = name;
  return n + 1;
}

int target_arms(const struct target *target, const char *out[3 * TARGET_CHECKS]) {
  int n = 0;
  for (int k = 0; k < target->n_checks; k++) {
    const struct target_check *check = &target->check[k];
    n = add_name(check->arm, out, n);
    if (!empty(check->against)) n = add_name(check->against, out, n);
    if (!empty(check->reference)) n = add_name(check->reference, out, n);
  }
  return n;
}
