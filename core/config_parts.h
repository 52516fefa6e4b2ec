/* config_parts.h — what the files of the config reader share: the tree of settings, and where each stands.
 *
 *   config_source.c   files → one text without includes, with the origin of each line
 *   config.c          text → tree, by libconfig
 *   config_override.c -s path=value → changes of the tree
 *   config_tree.c     places, paths, known names; memory of it all
 *   config_faults.c   faults, unknown keys, hints
 *   config_write.c    tree → canonical text
 *   params.c          tables → structs, the list of resolved values
 *
 * All memory is taken from the config and freed with it. Functions of the public header that cannot fail note
 * a lack of memory in `broken`, and config_finish reports it. */
#ifndef CORE_CONFIG_PARTS_H
#define CORE_CONFIG_PARTS_H

#include "params.h"

enum {
  CONFIG_TEXT_MAX = 4 << 20, /* bytes of a file, and of a config with its includes */
  CONFIG_SETTINGS_MAX = 10000,
  CONFIG_VALUES_MAX = 200000,
  CONFIG_DEPTH_MAX = 32, /* of groups and lists in one another */
  CONFIG_INCLUDE_MAX = 256,
  CONFIG_NESTING_MAX = 16, /* of includes in one another */
  CONFIG_NAME_MAX = 100,   /* bytes of a key */
  CONFIG_PATH_MAX = 400    /* bytes of a path that messages show */
};

/* Where a setting stands: line (from 1; 0 is the file as a whole) of files[file], or overrides[−1 − file]. */
struct place {
  int file, line;
};

/* A list is what libconfig writes in ( ), where elements are of any kind, and in [ ]. */
enum node_type { NODE_GROUP, NODE_LIST, NODE_INTEGER, NODE_NUMBER, NODE_FLAG, NODE_TEXT };

struct node {
  const char *name; /* NULL for elements of lists */
  enum node_type type;
  struct place place;
  int64_t integer;
  double number;
  bool flag;
  const char *text;
  struct node **child;
  int n_children, child_room;
  bool known;         /* somebody asked for it */
  bool faulted;       /* it has a fault of its own */
  bool searched;      /* somebody asked for one of its children */
  const char **asked; /* names that were asked for in this group, and are not there */
  int n_asked, asked_room;
};

struct fault {
  struct place place;
  const char *text;
};

struct config {
  struct chunk *chunks;
  const char *path, *source;
  const char **files, **overrides;
  int n_files, files_room, n_overrides;
  struct node *root;
  struct fault *faults;
  int n_faults, faults_room, n_dropped; /* dropped: faults beyond what a report can hold */
  struct resolved *resolved;
  uint32_t *resolved_hash;
  int n_resolved, resolved_room, hash_room;
  const char *resolved_text;
  enum status broken;
};

/* ---- memory: config_tree.c ---- */

/* Zeroed bytes that live as long as the config. Fails: NO_MEMORY. */
MUST_USE enum status config_take(struct config *config, size_t bytes, void *out);
MUST_USE enum status config_copy(struct config *config, const char *text, size_t length, const char **out);
/* Make room for one more of `count` items of `size` bytes in *inout. Fails: NO_MEMORY. */
MUST_USE enum status config_room(struct config *config, int count, int *room, size_t size, void *inout);
/* Note a failure for config_finish; true if there was none. */
bool config_held(struct config *config, enum status status);

/* ---- files and lines: config_source.c ---- */

/* From line `from` of the joined text on, lines are those of a file from `place` on. */
struct segment {
  int from;
  struct place place;
};

struct source {
  char *text; /* joined text, ended by 0, in words that libconfig reads as they are meant */
  int length, text_room, n_lines;
  struct segment *segments;
  int n_segments, segments_room;
  struct place *values; /* of every simple value, in order */
  int n_values, values_room;
};

/* Read a file, check that it is a file of text (UTF-8, no NUL), of reasonable size. Fails: CONFIG, NO_MEMORY;
 * the message has no place. */
MUST_USE enum status config_read_text(struct config *config, const char *path, const char **text);
/* Join a text, that is files[file] or an override (−1 − index), with its includes; brackets, quotes, doubled
 * keys and sizes are checked on the way. Fails: CONFIG, with place; NO_MEMORY. */
MUST_USE enum status config_join(struct config *config, int file, const char *text, struct source *out);
struct place config_origin(const struct source *source, int line);

/* ---- text to tree: config.c ---- */

/* Parse a joined text. Fails: CONFIG, with place; NO_MEMORY. */
MUST_USE enum status config_tree(struct config *config, const struct source *source, struct node **root);

/* The first byte of a text that is not UTF-8, or a control character other than line feed and tab; NULL if
 * there is none. */
const char *config_bad_byte(const char *text);

/* Apply -s options in their order. Fails: CONFIG, with place; NO_MEMORY. config_override.c */
MUST_USE enum status config_override(struct config *config, const char *const *overrides, int n);

/* ---- the tree: config_tree.c ---- */

MUST_USE enum status config_node(struct config *config, const char *name, size_t length, struct place place,
                                 struct node **out);
MUST_USE enum status config_adopt(struct config *config, struct node *parent, struct node *child);
/* The child of a group by its name; NULL if there is none. */
struct node *config_member(const struct node *group, const char *name, size_t length);

/* One part of a path: a name, or an index if name is NULL. */
struct step_of_path {
  const char *name;
  size_t length;
  int index;
};
/* Take the next part off *path; false at its end, or where it is malformed (**path is then not 0). */
bool config_path_step(const char **path, struct step_of_path *step);
/* The node at a path; NULL if there is none. Asking makes every part known. */
struct node *config_ask(struct config *config, const char *path);
/* The same without asking: the deepest node of the path that exists, and whether that is the whole path. */
struct node *config_nearest(const struct config *config, const char *path, bool *whole);

/* ---- faults: config_faults.c ---- */

/* "file:line" or "-s path=value". */
void config_place_text(const struct config *config, struct place place, char *text, size_t size);
/* A text for people: its first line, cut between characters, with … if anything is left out. */
void config_cut(const char *full, char *text, size_t size);
/* A value as messages show it: "500 mm" in quotes, 3, true, a group. */
void config_show(const struct node *node, char *text, size_t size);

/* Fails with CONFIG and a message at a place. */
MUST_USE enum status config_refuse(const struct config *config, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- writing: config_write.c ---- */

/* The shortest decimal that reads as the same double. */
void config_decimal(double value, char *text, size_t size);

#endif
