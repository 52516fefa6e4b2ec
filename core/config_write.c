/* config_write.c — the tree of settings as libconfig text in one canonical layout, which reads as the same
 * tree: two blanks a level, one setting a line, numbers in the fewest digits that keep their value. */
#include "config_parts.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct writer {
  struct config *config;
  char *text;
  int length, room;
};

void config_decimal(double value, char *text, size_t size) {
  char decimal[40];
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(decimal, sizeof decimal, "%.*g", digits, value);
    if (strtod(decimal, NULL) == value) break;
  }
  snprintf(text, size, "%s", decimal);
}

static enum status put(struct writer *w, const char *text, size_t length) {
  while (w->room <= w->length + (int)length) TRY(config_room(w->config, w->room, &w->room, 1, &w->text));
  memcpy(w->text + w->length, text, length);
  w->length += (int)length;
  w->text[w->length] = '\0';
  return STATUS_OK;
}

static enum status put_text(struct writer *w, const char *text) { return put(w, text, strlen(text)); }

static enum status put_quoted(struct writer *w, const char *text) {
  TRY(put_text(w, "\""));
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') TRY(put_text(w, "\\"));
    TRY(*text == '\n' ? put_text(w, "\\n") : *text == '\t' ? put_text(w, "\\t") : put(w, text, 1));
  }
  return put_text(w, "\"");
}

static enum status put_indent(struct writer *w, int level) {
  for (int i = 0; i < level; i++) TRY(put_text(w, "  "));
  return STATUS_OK;
}

/* A number with a point or an exponent, so that it does not read as an integer. */
static enum status put_number(struct writer *w, double number) {
  char text[40];
  config_decimal(number, text, sizeof text);
  TRY(put_text(w, text));
  return strpbrk(text, ".e") ? STATUS_OK : put_text(w, ".0");
}

static enum status put_integer(struct writer *w, int64_t integer) {
  char text[32];
  snprintf(text, sizeof text, "%lld%s", (long long)integer,
           integer > INT_MAX || integer < INT_MIN ? "L" : "");
  return put_text(w, text);
}

static enum status put_node(struct writer *w, const struct node *node, int level);

/* name = value; the brackets of a group stand on lines of their own. */
static enum status put_members(struct writer *w, const struct node *group, int level) {
  for (int i = 0; i < group->n_children; i++) {
    TRY(put_indent(w, level));
    TRY(put_text(w, group->child[i]->name));
    TRY(put_text(w, " = "));
    TRY(put_node(w, group->child[i], level));
    TRY(put_text(w, ";\n"));
  }
  return STATUS_OK;
}

/* Simple values stand in a row; a list that holds groups or lists has one line for each element. */
static enum status put_elements(struct writer *w, const struct node *list, int level) {
  bool nested = false;
  for (int i = 0; i < list->n_children; i++) nested |= list->child[i]->type <= NODE_LIST;
  TRY(put_text(w, "("));
  for (int i = 0; i < list->n_children; i++) {
    if (i) TRY(put_text(w, nested ? "," : ", "));
    if (nested) TRY(put_text(w, "\n"));
    if (nested) TRY(put_indent(w, level + 1));
    TRY(put_node(w, list->child[i], level + 1));
  }
  if (nested) TRY(put_text(w, "\n"));
  if (nested) TRY(put_indent(w, level));
  return put_text(w, ")");
}

static enum status put_node(struct writer *w, const struct node *node, int level) {
  switch (node->type) {
  case NODE_GROUP:
    TRY(put_text(w, "{\n"));
    TRY(put_members(w, node, level + 1));
    TRY(put_indent(w, level));
    return put_text(w, "}");
  case NODE_LIST:
    return put_elements(w, node, level);
  case NODE_INTEGER:
    return put_integer(w, node->integer);
  case NODE_NUMBER:
    return put_number(w, node->number);
  case NODE_FLAG:
    return put_text(w, node->flag ? "true" : "false");
  case NODE_TEXT:
    return put_quoted(w, node->text);
  }
  return STATUS_OK;
}

enum status config_resolved_text(struct config *config, const char **text) {
  if (!config->resolved_text) {
    struct writer w = {.config = config};
    TRY(put_text(&w, ""));
    TRY(put_members(&w, config->root, 0));
    config->resolved_text = w.text;
  }
  *text = config->resolved_text;
  return STATUS_OK;
}
