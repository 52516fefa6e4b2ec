/* config_faults.c — faults of a config: where, what, and what may have been meant. */
#include "config_parts.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  LINE_BYTES = 1000,
  SHOWN_MAX = 60,
  REPORT_BYTES = 3900,
  WORD_MAX = 48,
  LISTED_MAX = 16,
  FAULTS_MAX = 200
};

/* ---- texts ---- */

/* Length of the first line of a text, cut at `most` bytes between characters. */
static int cut_length(const char *text, size_t most) {
  size_t length = strcspn(text, "\n\t");
  if (length <= most) return (int)length;
  while (most && ((unsigned char)text[most] & 0xC0) == 0x80) most--;
  return (int)most;
}

static void write_cut(const char *lead, const char *value, const char *tail, char *text, size_t size) {
  int length = cut_length(value, SHOWN_MAX);
  snprintf(text, size, "%s%.*s%s%s", lead, length, value, value[length] ? "…" : "", tail);
}

void config_cut(const char *full, char *text, size_t size) {
  int length = cut_length(full, size - 1);
  if (full[length]) length = cut_length(full, size - 1 - strlen("…"));
  snprintf(text, size, "%.*s%s", length, full, full[length] ? "…" : "");
}

void config_place_text(const struct config *config, struct place place, char *text, size_t size) {
  if (place.file < 0) {
    write_cut("-s ", config->overrides[-1 - place.file], "", text, size);
  } else if (place.line == 0) {
    snprintf(text, size, "%s", config->files[place.file]);
  } else {
    snprintf(text, size, "%s:%d", config->files[place.file], place.line);
  }
}

void config_show(const struct node *node, char *text, size_t size) {
  switch (node->type) {
  case NODE_INTEGER:
    snprintf(text, size, "%lld", (long long)node->integer);
    break;
  case NODE_NUMBER:
    config_decimal(node->number, text, size);
    break;
  case NODE_FLAG:
    snprintf(text, size, "%s", node->flag ? "true" : "false");
    break;
  case NODE_TEXT:
    write_cut("\"", node->text, "\"", text, size);
    break;
  case NODE_GROUP:
    snprintf(text, size, "a group { }");
    break;
  case NODE_LIST:
    snprintf(text, size, "a list ( )");
    break;
  }
}

enum status config_refuse(const struct config *config, struct place place, const char *format, ...) {
  char where[LINE_BYTES], what[LINE_BYTES];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof what, format, arguments);
  va_end(arguments);
  config_place_text(config, place, where, sizeof where);
  return status_fail(STATUS_CONFIG, "%s: %s", where, what);
}

/* ---- the list of faults ---- */

static void add_fault(struct config *config, struct place place, const char *path, const char *what) {
  char where[LINE_BYTES], line[2 * LINE_BYTES];
  config_place_text(config, place, where, sizeof where);
  const char *override = place.file < 0 ? config->overrides[-1 - place.file] : NULL;
  size_t length = strlen(path);
  bool said = length == 0 || (override && strncmp(override, path, length) == 0 && override[length] == '=');
  snprintf(line, sizeof line, said ? "%s: %s%s" : "%s: %s: %s", where, said ? "" : path, what);
  for (int i = 0; i < config->n_faults; i++) {
    if (strcmp(config->faults[i].text, line) == 0) return;
  }
  if (config->n_faults == FAULTS_MAX) {
    config->n_dropped++;
    return;
  }
  struct fault fault = {.place = place};
  if (!config_held(config, config_copy(config, line, strlen(line), &fault.text))) return;
  if (!config_held(
          config, config_room(config, config->n_faults, &config->faults_room, sizeof fault, &config->faults)))
    return;
  config->faults[config->n_faults++] = fault;
}

void config_fault(struct config *config, const char *path, const char *format, ...) {
  char what[LINE_BYTES];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof what, format, arguments);
  va_end(arguments);
  bool whole;
  struct node *node = config_nearest(config, path, &whole);
  if (whole) node->faulted = true;
  add_fault(config, node->place, path, what);
}

void config_unknown(struct config *config, const char *path, const char *word, const char *const *known,
                    int n_known) {
  char what[LINE_BYTES];
  int length = snprintf(what, sizeof what, "\"%.*s\" is ", cut_length(word, SHOWN_MAX), word);
  const char *hint = nearest_word(word, known, n_known);
  bool listed = n_known > 0 && n_known <= LISTED_MAX;
  length += snprintf(what + length, sizeof what - (size_t)length, listed ? "none of " : "unknown");
  for (int i = 0; listed && i < n_known && length < LINE_BYTES; i++)
    length += snprintf(what + length, sizeof what - (size_t)length, "%s%s", i ? ", " : "", known[i]);
  if (hint && length < LINE_BYTES)
    snprintf(what + length, sizeof what - (size_t)length, "; did you mean \"%s\"?", hint);
  config_fault(config, path, "%s", what);
}

/* ---- unknown keys ---- */

/* Names that may be meant in a group: those that were asked for, present or not. */
static const char *meant(struct config *config, const struct node *group, const char *word) {
  const char **names;
  int n = 0;
  size_t room = (size_t)group->n_asked;
  for (int i = 0; i < group->n_children; i++) room += group->child[i]->known;
  if (!config_held(config, config_take(config, room * sizeof *names, &names))) return NULL;
  for (int i = 0; i < group->n_asked; i++) names[n++] = group->asked[i];
  for (int i = 0; i < group->n_children; i++) {
    if (group->child[i]->known) names[n++] = group->child[i]->name;
  }
  return nearest_word(word, names, n);
}

static void add_unknown(struct config *config, const struct node *group, const struct node *child,
                        const char *path) {
  char what[LINE_BYTES];
  const char *hint = config->n_faults < FAULTS_MAX ? meant(config, group, child->name) : NULL;
  snprintf(what, sizeof what, hint ? "unknown key; did you mean \"%s\"?" : "unknown key", hint);
  add_fault(config, child->place, path, what);
}

/* Walk the tree; a group with a fault of its own in which nobody looked is left out. */
static void find_unknown(struct config *config, struct node *node, char *path, size_t length) {
  for (int i = 0; i < node->n_children; i++) {
    struct node *child = node->child[i];
    const char *dot = length ? "." : "";
    int more = child->name ? snprintf(path + length, CONFIG_PATH_MAX - length, "%s%s", dot, child->name)
                           : snprintf(path + length, CONFIG_PATH_MAX - length, "%s[%d]", dot, i);
    size_t full = length + (size_t)more < CONFIG_PATH_MAX ? length + (size_t)more : CONFIG_PATH_MAX - 1;
    if (child->name && !child->known) {
      add_unknown(config, node, child, path);
    } else if (!child->faulted || child->searched) {
      find_unknown(config, child, path, full);
    }
    path[length] = '\0';
  }
}

/* ---- the report ---- */

/* Files in the order in which they were read, then overrides. */
static bool comes_before(struct place a, struct place b) {
  if (a.file == b.file) return a.line < b.line;
  if (a.file < 0 && b.file < 0) return a.file > b.file;
  return b.file < 0 || (a.file >= 0 && a.file < b.file);
}

/* Faults at one place keep their order. */
static void sort_faults(struct config *config) {
  for (int i = 1; i < config->n_faults; i++) {
    struct fault fault = config->faults[i];
    int k = i;
    for (; k > 0 && comes_before(fault.place, config->faults[k - 1].place); k--)
      config->faults[k] = config->faults[k - 1];
    config->faults[k] = fault;
  }
}

bool config_sound(const struct config *config) {
  return config->n_faults == 0 && config->n_dropped == 0 && config->broken == STATUS_OK;
}

enum status config_finish(struct config *config) {
  char path[CONFIG_PATH_MAX] = "", report[REPORT_BYTES + LINE_BYTES];
  find_unknown(config, config->root, path, 0);
  if (config->broken != STATUS_OK) return status_fail(config->broken, "out of memory: config");
  if (config->n_faults == 0) return STATUS_OK;
  sort_faults(config);
  size_t length = 0;
  for (int i = 0; i < config->n_faults; i++) {
    const char *text = config->faults[i].text;
    int left = config->n_faults - i + config->n_dropped;
    if (length + strlen(text) > REPORT_BYTES && i > 0) {
      snprintf(report + length, sizeof report - length, "\n… and %d more", left);
      break;
    }
    length += (size_t)snprintf(report + length, sizeof report - length, "%s%s", i ? "\n" : "", text);
  }
  return status_fail(STATUS_CONFIG, "%s", report);
}

/* ---- hints ---- */

/* Edit distance of words without case: insertions, deletions, changes, and swaps of neighbours. */
static int distance(const char *a, int n_a, const char *b, int n_b) {
  int d[WORD_MAX + 1][WORD_MAX + 1];
  for (int i = 0; i <= n_a; i++) d[i][0] = i;
  for (int k = 0; k <= n_b; k++) d[0][k] = k;
  for (int i = 1; i <= n_a; i++) {
    for (int k = 1; k <= n_b; k++) {
      bool same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[k - 1]);
      int least = d[i - 1][k - 1] + !same;
      if (d[i - 1][k] + 1 < least) least = d[i - 1][k] + 1;
      if (d[i][k - 1] + 1 < least) least = d[i][k - 1] + 1;
      if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] && d[i - 2][k - 2] + 1 < least)
        least = d[i - 2][k - 2] + 1;
      d[i][k] = least;
    }
  }
  return d[n_a][n_b];
}

const char *nearest_word(const char *word, const char *const *words, int n) {
  const char *nearest = NULL;
  size_t length = strlen(word);
  int least = (int)(length / 3) + 2;
  for (int i = 0; i < n && length <= WORD_MAX; i++) {
    size_t other = strlen(words[i]);
    if (other > WORD_MAX) continue;
    int far = distance(word, (int)length, words[i], (int)other);
    if (far >= least || far >= (int)length) continue;
    least = far;
    nearest = words[i];
  }
  return nearest;
}
