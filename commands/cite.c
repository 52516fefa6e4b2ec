/* cite.c — the command `cite`: the publications behind a result, from what it says of its mechanisms and
 * parameters. */
#include "command.h"
#include "findings/survey.h"
#include "findings/works.h"
#include "memory.h"
#include "terminal/layout.h"
#include "version.h"
#include <ctype.h>
#include <string.h>

struct cite_options {
  int format;
};
enum cite_format { CITE_TEXT, CITE_BIBTEX };

static const struct option option_rows[] = {
    {.name = "format",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct cite_options, format),
     .value = "text|bibtex",
     .meaning = "text: a list with what each work is the source of; bibtex: entries for a reference manager "
                "(default: text)"},
};

/* ---- gathering ---- */

/* Sources of parameters; settings of a run claim nothing. */
static enum status add_parameters(struct store *store, bool count, struct works *works) {
  static const char *const paths[] = {"/provenance/parameters/source", "/provenance/parameters/path",
                                      "/provenance/parameters/standing"};
  struct store_names text[3] = {0};
  enum status status = STATUS_OK;
  if (store_object(store, paths[0]) != STORE_DATASET) return STATUS_OK;
  for (int k = 0; k < 3 && status == STATUS_OK; k++)
    status = store_read_texts(store, paths[k], NULL, &text[k]);
  if (status == STATUS_OK && (text[0].n != text[1].n || text[0].n != text[2].n))
    status = status_fail(STATUS_CONFIG, "%s: /provenance/parameters is no table", store_path(store));
  for (int i = 0; i < text[0].n && status == STATUS_OK; i++) {
    if (strcmp(text[2].name[i], "setting") != 0)
      status = works_add(works, text[0].name[i], count ? text[1].name[i] : NULL);
  }
  for (int k = 0; k < 3; k++) store_names_free(&text[k]);
  return status;
}

/* With `count`, say of how many parameters a work is the source. */
static enum status add_result(const char *path, bool count, struct works *works) {
  struct store *store = NULL;
  struct store_names cited = {0};
  TRY(store_open(path, false, &store));
  enum status status = add_parameters(store, count, works);
  if (status == STATUS_OK && store_object(store, "/provenance/citations") == STORE_DATASET)
    status = store_read_texts(store, "/provenance/citations", NULL, &cited);
  for (int i = 0; i < cited.n && status == STATUS_OK; i++) status = works_add(works, cited.name[i], NULL);
  store_names_free(&cited);
  store_abandon(store);
  return status;
}

static enum status add_directory(const char *path, struct works *works) {
  struct survey survey;
  TRY(survey_directory(path, &survey));
  enum status status = STATUS_OK;
  for (int a = 0; a < survey.n && status == STATUS_OK; a++)
    if (!*survey.arm[a].unreadable)
      status = add_result(survey.arm[a].path, a == 0, works); /* arms share their parameters */
  survey_free(&survey);
  return status;
}

/* ---- printing ---- */

static void print_text(const struct works *works, const char *program, FILE *out) {
  fprintf(out, "Spinule %s.\n", program);
  for (size_t k = 0; k < works->n; k++) {
    const struct work *work = &works->work[k];
    layout_print(out, *work->authors ? work->authors : "Authors as its number says");
    if (work->year) fprintf(out, " %d", work->year);
    fputc('.', out);
    if (*work->doi) fputs(" https://doi.org/", out);
    layout_print(out, work->doi);
    if (*work->pmc && !*work->doi) fputs(" https://pmc.ncbi.nlm.nih.gov/articles/", out);
    if (!*work->doi) layout_print(out, work->pmc);
    fputc('\n', out);
    if (work->uses == 0) continue;
    fprintf(out, "    %d parameter%s: ", work->uses, work->uses == 1 ? "" : "s");
    layout_print(out, work->first_use);
    fputs(work->uses > 1 ? ", …\n" : "\n", out);
  }
}

/* The first name in lower case, letters only, and the year. */
static void make_key(const struct works *works, size_t k, char *key, size_t size) {
  size_t n = 0, alike = 0;
  const struct work *work = &works->work[k];
  const char *name = *work->authors ? work->authors : *work->pmc ? work->pmc : "work";
  for (; *name && *name != ' ' && *name != ',' && n + 1 < size; name++)
    if (isalnum((unsigned char)*name)) key[n++] = (char)tolower((unsigned char)*name);
  key[n] = '\0';
  for (size_t i = 0; i < k; i++) {
    const struct work *other = &works->work[i];
    size_t length = strcspn(work->authors, " ,");
    alike += other->year == work->year && strcspn(other->authors, " ,") == length &&
             strncmp(other->authors, work->authors, length) == 0;
  }
  n += (size_t)snprintf(key + n, size - n, "%d", work->year);
  if (alike > 0 && n < size) snprintf(key + n, size - n, "%c", alike < 26 ? (char)('a' + alike) : 'z');
}

/* "Hass, Hertaeg & Durstewitz" → "Hass and Hertaeg and Durstewitz"; "et al." → "and others". */
static void print_authors(const char *authors, FILE *out) {
  for (const char *at = authors; *at;) {
    if (strncmp(at, " & ", 3) == 0) {
      fputs(" and ", out);
      at += 3;
    } else if (strncmp(at, ", ", 2) == 0) {
      fputs(" and ", out);
      at += 2;
    } else if (strncmp(at, " et al", 6) == 0) {
      fputs(" and others", out);
      at += 6 + (at[6] == '.');
    } else {
      if (!strchr("{}\\%", *at)) fputc(*at, out);
      at++;
    }
  }
}

static void print_bibtex(const struct works *works, const char *program, FILE *out) {
  fprintf(out, "@software{spinule,\n  title = {Spinule},\n  version = {%s}\n}\n", program);
  for (size_t k = 0; k < works->n; k++) {
    const struct work *work = &works->work[k];
    char key[64];
    make_key(works, k, key, sizeof key);
    fprintf(out, "@misc{%s", key);
    if (*work->authors) fputs(",\n  author = {", out);
    print_authors(work->authors, out);
    if (*work->authors) fputc('}', out);
    if (work->year) fprintf(out, ",\n  year = {%d}", work->year);
    if (*work->doi) fprintf(out, ",\n  doi = {%s}", work->doi);
    if (*work->pmc) fprintf(out, ",\n  eprint = {%s},\n  eprinttype = {pmcid}", work->pmc);
    if (work->uses > 0) fprintf(out, ",\n  note = {%d parameters, such as %s}", work->uses, work->first_use);
    fputs("\n}\n", out);
  }
}

static enum status run(const struct arguments *arguments) {
  const struct cite_options *options = arguments->options;
  const char *path = arguments->words.text[0];
  struct works works = {0};
  struct version version;
  bool directory = false;
  struct surveyed file;
  TRY(version_describe(&version));
  TRY(survey_kind(path, &directory));
  if (!directory) TRY(survey_file(path, &file));
  enum status status = directory ? add_directory(path, &works) : add_result(path, true, &works);
  works_sort(&works);
  if (status == STATUS_OK && options->format == CITE_BIBTEX)
    print_bibtex(&works, version.program, arguments->out);
  else if (status == STATUS_OK)
    print_text(&works, version.program, arguments->out);
  works_free(&works);
  return status;
}

const struct command command_cite = {
    .name = "cite",
    .summary = "the publications behind a result",
    .notes =
        "Every work that the mechanisms, drugs, regions and parameters of a run name as their source, as "
        "/provenance of the result has them.",
    .example = "spinule cite results/ketamine --format bibtex",
    .syntax = {.words = "DIR|FILE",
               .least = 1,
               .most = 1,
               .options = option_rows,
               .n_options = sizeof option_rows / sizeof *option_rows,
               .options_size = sizeof(struct cite_options)},
    .run = run,
};
