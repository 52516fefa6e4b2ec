/* config_override.c — path=value: a value put over one of the file, or beside those of a group. */
#include "config_parts.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* One override on its way to its place. */
struct override {
  struct config *config;
  struct place place;
  const char *path, *value;
};

/* A value is a setting of a text of its own. */
static enum status parse_value(const struct override *o, struct node **out) {
  struct source source;
  struct node *root;
  char *text;
  size_t room = sizeof "value = " + strlen(o->value);
  TRY(config_take(o->config, room, &text));
  snprintf(text, room, "value = %s", o->value);
  TRY(config_join(o->config, o->place.file, text, &source));
  TRY(config_tree(o->config, &source, &root));
  if (root->n_children != 1) return config_refuse(o->config, o->place, "more than one value");
  *out = root->child[0];
  return STATUS_OK;
}

/* What is no value of libconfig's, and does not begin like one, is a word or a quantity: it stands for
 * itself. */
static enum status read_value(const struct override *o, struct node **out) {
  if (*o->value == '\0') return config_refuse(o->config, o->place, "there is no value after \"=\"");
  enum status status = parse_value(o, out);
  if (status != STATUS_CONFIG || strchr("\"[({", *o->value)) return status;
  TRY(config_node(o->config, NULL, 0, o->place, out));
  (*out)->type = NODE_TEXT;
  (*out)->text = o->value;
  return STATUS_OK;
}

static int depth_of(const struct node *node) {
  int deepest = 0;
  for (int i = 0; i < node->n_children; i++) {
    int depth = depth_of(node->child[i]);
    if (depth > deepest) deepest = depth;
  }
  return deepest + 1;
}

/* Length of the path up to `at`, for messages. */
static int walked(const struct override *o, const char *at) {
  int length = (int)(at - o->path);
  return length > 0 && at[-1] == '.' ? length - 1 : length;
}

/* Can this step be taken from this node? */
static enum status check_step(const struct override *o, const char *at, const struct node *node,
                              const struct step_of_path *step) {
  char shown[CONFIG_PATH_MAX];
  config_show(node, shown, sizeof shown);
  if (node->type != (step->name ? NODE_GROUP : NODE_LIST))
    return config_refuse(o->config, o->place, "%.*s is %s, not a %s", walked(o, at), o->path, shown,
                         step->name ? "group" : "list");
  if (!step->name && node->n_children == 0)
    return config_refuse(o->config, o->place, "%.*s has no elements", walked(o, at), o->path);
  if (!step->name && step->index >= node->n_children)
    return config_refuse(o->config, o->place, "%.*s ends at [%d]", walked(o, at), o->path,
                         node->n_children - 1);
  bool word = step->name && (step->length > CONFIG_NAME_MAX ||
                             (step->length == 4 && strncasecmp(step->name, "true", 4) == 0) ||
                             (step->length == 5 && strncasecmp(step->name, "false", 5) == 0));
  if (word)
    return config_refuse(o->config, o->place, "\"%.*s\" cannot be a key", (int)step->length, step->name);
  return STATUS_OK;
}

/* Where a step leads: an element of a list, or a key of a group, which is made if it is not there. */
static enum status take_step(const struct override *o, struct node *node, const struct step_of_path *step,
                             struct node **out) {
  *out = step->name ? config_member(node, step->name, step->length) : node->child[step->index];
  if (*out) return STATUS_OK;
  TRY(config_node(o->config, step->name, step->length, o->place, out));
  return config_adopt(o->config, node, *out);
}

static enum status refuse_path(const struct override *o) {
  char shown[80];
  config_cut(o->path, shown, sizeof shown);
  return config_refuse(o->config, o->place, "\"%s\" is not a path like group.key or list.[0].key", shown);
}

static enum status apply(const struct override *o) {
  struct node *node = o->config->root, *value;
  struct step_of_path step;
  int depth = 0;
  TRY(read_value(o, &value));
  for (const char *at = o->path; *at || depth == 0; depth++) {
    const char *next = at;
    if (!config_path_step(&next, &step)) return refuse_path(o);
    TRY(check_step(o, at, node, &step));
    TRY(take_step(o, node, &step, &node));
    at = next;
  }
  if (depth + depth_of(value) > CONFIG_DEPTH_MAX)
    return config_refuse(o->config, o->place, "groups and lists are nested deeper than %d", CONFIG_DEPTH_MAX);
  value->name = node->name;
  *node = *value;
  return STATUS_OK;
}

/* A copy of `length` bytes without blanks at its ends. */
static enum status trimmed(struct config *config, const char *text, size_t length, const char **out) {
  while (length && (*text == ' ' || *text == '\t')) text++, length--;
  while (length && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
  return config_copy(config, text, length, out);
}

enum status config_override(struct config *config, const char *const *overrides, int n) {
  if (n == 0) return STATUS_OK;
  TRY(config_take(config, (size_t)n * sizeof *overrides, &config->overrides));
  for (int i = 0; i < n; i++) {
    struct override o = {.config = config, .place = {-1 - i, 0}};
    TRY(trimmed(config, overrides[i], strlen(overrides[i]), &config->overrides[i]));
    const char *text = config->overrides[i], *equals = strchr(text, '=');
    const char *bad = config_bad_byte(text);
    if (bad) /* the option cannot be shown */
      return status_fail(STATUS_CONFIG, "-s option %d: the byte 0x%02X is no text", i + 1,
                         (unsigned char)*bad);
    if (!equals) return config_refuse(config, o.place, "write it as path=value");
    TRY(trimmed(config, text, (size_t)(equals - text), &o.path));
    TRY(trimmed(config, equals + 1, strlen(equals + 1), &o.value));
    TRY(apply(&o));
  }
  return STATUS_OK;
}
