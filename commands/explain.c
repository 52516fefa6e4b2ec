/* explain.c — the command `explain`: what a parameter means, where its value comes from, in which range it
 * may lie. The page of all parameters (docs/parameters.md) is made in explain_all.c. */
#include "command.h"
#include "experiment/catalogue.h"
#include "experiment/defaults.h"
#include "experiment/describe.h"
#include "experiment/explain_all.h"
#include "memory.h"
#include "terminal/layout.h"
#include <string.h>

enum { INDENT = 4, GROUPS_SHOWN = 12, PATH_MAX_BYTES = CATALOGUE_PATH_MAX + 64 };

/* One question. */
struct question {
  const char *asked;
  enum catalogue_match match; /* the best that any parameter gives */
  const struct catalogue *catalogue;
  const struct defaults *defaults;
  FILE *out;
};

static void write_path(const struct catalogue_table *table, const struct param *param,
                       char path[PATH_MAX_BYTES]) {
  snprintf(path, PATH_MAX_BYTES, "%s%s%s", table->path, *table->path ? "." : "", param->key);
}

/* ---- values that regions set ---- */

/* Is this resolved value one of the parameter at `pattern`, set by a region's table, and asked for? */
static bool belongs(const struct question *question, const char *pattern, const struct resolved *value) {
  bool narrowed = strchr(question->asked, '<') == NULL && question->match != CATALOGUE_CONTAINS;
  return strcmp(value->origin, "preset") == 0 && catalogue_match(pattern, value->path) == CATALOGUE_ENDS &&
         (!narrowed || catalogue_match(value->path, question->asked) >= question->match);
}

/* Of the value's path, the names: "mPFC.PV_L5" of regions.mPFC.populations.PV_L5.nmda.tau_decay. */
static void print_names(FILE *out, const char *pattern, const char *path) {
  bool first = true;
  while (*pattern && *path) {
    size_t part = strcspn(pattern, "."), n = strcspn(path, ".");
    if (memchr(pattern, '<', part)) {
      fprintf(out, "%s%.*s", first ? "" : ".", (int)n, path);
      first = false;
    }
    pattern += part + (pattern[part] == '.');
    path += n + (path[n] == '.');
  }
}

/* The values, equal ones together. */
struct found {
  const struct resolved **value;
  int n, groups;
};

/* Is value i the first of those equal to it? */
static bool is_first(const struct found *found, int i) {
  for (int k = 0; k < i; k++)
    if (strcmp(found->value[k]->value, found->value[i]->value) == 0) return false;
  return true;
}

static enum status find_values(const struct question *question, const char *pattern, struct found *found) {
  int n = defaults_count(question->defaults);
  *found = (struct found){0};
  TRY(memory_new("values", (size_t)n, sizeof *found->value, &found->value));
  for (int i = 0; i < n; i++) {
    const struct resolved *value = defaults_at(question->defaults, i);
    if (!belongs(question, pattern, value)) continue;
    found->value[found->n] = value;
    found->groups += is_first(found, found->n);
    found->n++;
  }
  return STATUS_OK;
}

static void print_group(const struct question *question, const char *pattern, const struct found *found,
                        int first) {
  FILE *out = question->out;
  fprintf(out, "%*s%s: ", INDENT + 2, "", found->value[first]->value);
  for (int k = first; k < found->n; k++) {
    if (strcmp(found->value[k]->value, found->value[first]->value) != 0) continue;
    if (k > first) fputs(", ", out);
    print_names(out, pattern, found->value[k]->path);
  }
  fputc('\n', out);
}

static void print_values(const struct question *question, const char *pattern, const struct found *found) {
  FILE *out = question->out;
  if (found->n == 1) {
    const struct resolved *only = found->value[0];
    fprintf(out, "%*s%s = %s\n%*s", INDENT, "", only->path, only->value, INDENT + 2, "");
    fprintf(out, "%s: ", describe_standing(only->standing));
    layout_wrap(out, only->source, INDENT + 2);
  } else if (found->groups > GROUPS_SHOWN) {
    fprintf(out, "%*sset by regions in %d places; name one to see its value\n", INDENT, "", found->n);
  } else if (found->n > 0) {
    fprintf(out, "%*sset by regions:\n", INDENT, "");
    for (int i = 0; i < found->n; i++)
      if (is_first(found, i)) print_group(question, pattern, found, i);
  }
}

/* ---- parameters ---- */

static enum status print_parameter(const struct question *question, const char *path,
                                   const struct param *param) {
  FILE *out = question->out;
  char standard[DESCRIBE_MAX], range[DESCRIBE_MAX];
  struct found found;
  describe_default(param, standard);
  describe_range(param, range);
  fprintf(out, "%s\n%*s", path, INDENT, "");
  layout_wrap(out, param->meaning, INDENT);
  fprintf(out, "%*s%s%s; %s\n%*s", INDENT, "", describe_required(param) ? "" : "default ", standard, range,
          INDENT, "");
  fprintf(out, "%s%s", describe_standing(param->standing), *param->source ? ": " : "\n");
  if (*param->source) layout_wrap(out, param->source, INDENT);
  TRY(find_values(question, path, &found));
  print_values(question, path, &found);
  memory_free(found.value);
  return STATUS_OK;
}

/* Call for every parameter. */
typedef enum status each_parameter(struct question *question, const char *path, const struct param *param,
                                   int *n);

static enum status for_each(struct question *question, each_parameter *each, int *n) {
  char path[PATH_MAX_BYTES];
  for (int t = 0; t < question->catalogue->n; t++) {
    const struct catalogue_table *table = &question->catalogue->table[t];
    for (int i = 0; i < table->n; i++) {
      write_path(table, &table->params[i], path);
      TRY(each(question, path, &table->params[i], n));
    }
  }
  return STATUS_OK;
}

static enum status note_match(struct question *question, const char *path, const struct param *param,
                              int *n) {
  (void)param;
  enum catalogue_match match = catalogue_match(path, question->asked);
  if (match > question->match) question->match = match;
  *n += 1;
  return STATUS_OK;
}

static enum status print_match(struct question *question, const char *path, const struct param *param,
                               int *n) {
  if (catalogue_match(path, question->asked) != question->match) return STATUS_OK;
  if ((*n)++ > 0) fputc('\n', question->out);
  return print_parameter(question, path, param);
}

static enum status unknown_parameter(const struct question *question, int n) {
  const struct catalogue *catalogue = question->catalogue;
  const char **known = NULL;
  int k = 0;
  TRY(memory_new("names", (size_t)n, sizeof *known, &known));
  for (int t = 0; t < catalogue->n; t++)
    for (int i = 0; i < catalogue->table[t].n; i++) known[k++] = catalogue->table[t].params[i].key;
  const char *dot = strrchr(question->asked, '.');
  const char *near = nearest_word(dot ? dot + 1 : question->asked, known, k);
  enum status status = status_fail(STATUS_USAGE, "explain: no parameter answers to \"%.80s\"%s%s",
                                   question->asked, near ? "; the nearest is " : "", near ? near : "");
  memory_free(known);
  return status;
}

static enum status explain(struct question *question) {
  int n = 0, shown = 0;
  TRY(for_each(question, note_match, &n));
  if (question->match == CATALOGUE_NONE) return unknown_parameter(question, n);
  return for_each(question, print_match, &shown);
}

/* ---- the command ---- */

struct explain_options {
  bool all;
};

static const struct option options[] = {
    {.name = "all",
     .type = OPTION_FLAG,
     .offset = offsetof(struct explain_options, all),
     .meaning = "every parameter, as the Markdown of docs/parameters.md"},
};

static enum status explain_words(const struct arguments *arguments, const struct catalogue *catalogue) {
  struct defaults *defaults = NULL;
  enum status status = defaults_open(&defaults);
  for (int i = 0; i < arguments->words.n && status == STATUS_OK; i++) {
    struct question question = {arguments->words.text[i], CATALOGUE_NONE, catalogue, defaults,
                                arguments->out};
    if (i > 0) fputc('\n', arguments->out);
    status = explain(&question);
  }
  defaults_close(defaults);
  return status;
}

static enum status run(const struct arguments *arguments) {
  const struct explain_options *asked = arguments->options;
  struct catalogue catalogue;
  if (asked->all == (arguments->words.n > 0))
    return status_fail(STATUS_USAGE, "explain: name parameters, or ask for --all");
  TRY(catalogue_open(&catalogue));
  enum status status =
      asked->all ? explain_all(&catalogue, arguments->out) : explain_words(arguments, &catalogue);
  catalogue_close(&catalogue);
  return status;
}

const struct command command_explain = {
    .name = "explain",
    .summary = "what a parameter means, its default, range and source",
    .notes =
        "KEY is a parameter or a group, by the end of its path or the whole of it: tau_decay, "
        "nmda.tau_decay, regions.mPFC.populations.PV_L5.nmda. If nothing answers to that, parameters whose "
        "path contains KEY are shown.",
    .example = "spinule explain nmda.tau_decay",
    .syntax = {.words = "KEY...",
               .most = -1,
               .options = options,
               .n_options = COUNT_OF(options),
               .options_size = sizeof(struct explain_options)},
    .run = run,
};
