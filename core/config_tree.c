/* config_tree.c — the tree of settings: memory, paths, and which names were asked for. */
#include "config_parts.h"
#include "memory.h"
#include <ctype.h>
#include <string.h>

/* ---- memory ---- */

enum { CHUNK_BYTES = 32 << 10, CHUNK_ALIGN = 16 };

struct chunk {
  struct chunk *next;
  size_t used, room;
  _Alignas(CHUNK_ALIGN) char bytes[];
};

enum status config_take(struct config *config, size_t bytes, void *out) {
  struct chunk *chunk = config->chunks;
  bytes = (bytes + CHUNK_ALIGN - 1) / CHUNK_ALIGN * CHUNK_ALIGN;
  if (!chunk || chunk->room - chunk->used < bytes) {
    size_t room = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    TRY(memory_new("config", 1, sizeof *chunk + room, &chunk));
    *chunk = (struct chunk){.next = config->chunks, .room = room};
    config->chunks = chunk;
  }
  void *piece = chunk->bytes + chunk->used;
  chunk->used += bytes;
  memcpy(out, &piece, sizeof piece); /* `out` is a pointer to a pointer of any type */
  return STATUS_OK;
}

enum status config_copy(struct config *config, const char *text, size_t length, const char **out) {
  char *copy;
  TRY(config_take(config, length + 1, &copy));
  memcpy(copy, text, length);
  *out = copy;
  return STATUS_OK;
}

/* Growth by doubling; what is outgrown stays until the config is freed. */
enum status config_room(struct config *config, int count, int *room, size_t size, void *inout) {
  if (count < *room) return STATUS_OK;
  int more = *room ? 2 * *room : 8;
  void *old, *new;
  TRY(config_take(config, (size_t)more * size, &new));
  memcpy(&old, inout, sizeof old);
  if (count) memcpy(new, old, (size_t)count * size);
  memcpy(inout, &new, sizeof new);
  *room = more;
  return STATUS_OK;
}

bool config_held(struct config *config, enum status status) {
  if (status != STATUS_OK) config->broken = status;
  return status == STATUS_OK;
}

void config_free(struct config *config) {
  if (!config) return;
  for (struct chunk *chunk = config->chunks, *next; chunk; chunk = next) {
    next = chunk->next;
    memory_free(chunk);
  }
  memory_free(config);
}

/* ---- nodes ---- */

enum status config_node(struct config *config, const char *name, size_t length, struct place place,
                        struct node **out) {
  struct node *node;
  TRY(config_take(config, sizeof *node, &node));
  if (name) TRY(config_copy(config, name, length, &node->name));
  node->place = place;
  *out = node;
  return STATUS_OK;
}

enum status config_adopt(struct config *config, struct node *parent, struct node *child) {
  TRY(config_room(config, parent->n_children, &parent->child_room, sizeof(struct node *), &parent->child));
  parent->child[parent->n_children++] = child;
  return STATUS_OK;
}

static bool same_name(const char *name, const char *other, size_t length) {
  return strncmp(name, other, length) == 0 && name[length] == '\0';
}

struct node *config_member(const struct node *group, const char *name, size_t length) {
  for (int i = 0; group->type == NODE_GROUP && i < group->n_children; i++) {
    if (same_name(group->child[i]->name, name, length)) return group->child[i];
  }
  return NULL;
}

/* ---- paths ---- */

/* "[12]" */
static bool index_step(const char **path, struct step_of_path *step) {
  const char *at = *path + 1;
  int index = 0;
  if (!isdigit((unsigned char)*at)) return false;
  for (; isdigit((unsigned char)*at); at++)
    index = index > CONFIG_VALUES_MAX ? index : 10 * index + (*at - '0');
  if (*at != ']') return false;
  *step = (struct step_of_path){NULL, 0, index};
  *path = at + 1;
  return true;
}

/* A name begins with a letter or *, and goes on with these, digits, _ and -. */
static bool name_step(const char **path, struct step_of_path *step) {
  const char *at = *path;
  if (!isalpha((unsigned char)*at) && *at != '*') return false;
  while (isalnum((unsigned char)*at) || (*at && strchr("*_-", *at))) at++;
  *step = (struct step_of_path){*path, (size_t)(at - *path), -1};
  *path = at;
  return true;
}

bool config_path_step(const char **path, struct step_of_path *step) {
  const char *at = *path;
  if (*at == '\0') return false;
  if (!(*at == '[' ? index_step(&at, step) : name_step(&at, step))) return false;
  if (*at == '.' && at[1] != '\0') {
    at++;
  } else if (*at != '\0' && *at != '[') {
    return false;
  }
  *path = at;
  return true;
}

static struct node *child_at(const struct node *node, const struct step_of_path *step) {
  if (step->name) return config_member(node, step->name, step->length);
  return node->type == NODE_LIST && step->index < node->n_children ? node->child[step->index] : NULL;
}

static void note_asked(struct config *config, struct node *group, const struct step_of_path *step) {
  for (int i = 0; i < group->n_asked; i++) {
    if (same_name(group->asked[i], step->name, step->length)) return;
  }
  const char *name;
  if (!config_held(config,
                   config_room(config, group->n_asked, &group->asked_room, sizeof name, &group->asked)) ||
      !config_held(config, config_copy(config, step->name, step->length, &name)))
    return;
  group->asked[group->n_asked++] = name;
}

struct node *config_ask(struct config *config, const char *path) {
  struct node *node = config->root;
  struct step_of_path step;
  while (node && config_path_step(&path, &step)) {
    struct node *child = child_at(node, &step);
    node->searched = true;
    if (child) child->known = true;
    if (!child && step.name && node->type == NODE_GROUP) note_asked(config, node, &step);
    node = child;
  }
  return *path ? NULL : node;
}

struct node *config_nearest(const struct config *config, const char *path, bool *whole) {
  struct node *node = config->root;
  struct step_of_path step;
  while (config_path_step(&path, &step)) {
    struct node *child = child_at(node, &step);
    *whole = child != NULL;
    if (!child) return node;
    node = child;
  }
  *whole = *path == '\0';
  return node;
}
