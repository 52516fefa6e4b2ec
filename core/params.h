/* params.h — descriptor tables of parameters, and the reader that fills plain structs from a config file by
 * them.
 *
 * One row of a table says everything about one parameter; reading, range check, unit conversion, the resolved
 * list that goes into every result, `spinule explain` and docs/parameters.md are loops over rows. All faults
 * of a config are collected, each as `file:line: path: what, allowed range, nearest known name`, and reported
 * together. The only file that knows libconfig is config.c. */
#ifndef CORE_PARAMS_H
#define CORE_PARAMS_H

#include "status.h"
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

enum param_type {
  PARAM_NUMBER,  /* double; with unit: text "281 pF"; unit "1": a bare number */
  PARAM_INTEGER, /* int64_t, bare */
  PARAM_FLAG,    /* bool, true or false */
  PARAM_TEXT,    /* const char *, owned by the config */
  PARAM_CHOICE   /* int: index into the words of `choices`, "mouse|rat|human" */
};

/* Where a value stands: read off a publication; found by a stated calibration (source gives date and target);
 * chosen here (source gives the reason); or a setting of the run that is no claim about biology. */
enum standing { PUBLISHED, CALIBRATED, ASSUMED, SETTING };

#define PARAM_REQUIRED NAN /* as `standard` of a NUMBER: must be given */

struct param {
  const char *key;
  enum param_type type;
  size_t offset;     /* of the member in the struct that is filled */
  const char *unit;  /* unit of the member, "1" for pure numbers */
  double standard;   /* default: number, integer, 0/1, or index of the choice; PARAM_REQUIRED */
  double low, high;  /* inclusive range of NUMBER and INTEGER; a low end of −1 that is the default too means
                      * "not given", and nothing between it and 0 has a meaning */
  const char *words; /* TEXT: default (NULL: required); CHOICE: the choices */
  enum standing standing;
  const char *source;
  const char *meaning;
};

/* Row makers: `type` is the struct, `member` both the key and the member. */
#define PARAM_NUM(type, member, unit, standard, low, high, standing, source, meaning)                        \
  {                                                                                                          \
#member, PARAM_NUMBER, offsetof(type, member), unit, standard, low, high, NULL, standing, source,        \
        meaning                                                                                              \
  }
#define PARAM_INT(type, member, standard, low, high, standing, source, meaning)                              \
  {                                                                                                          \
#member, PARAM_INTEGER, offsetof(type, member), "1", standard, low, high, NULL, standing, source,        \
        meaning                                                                                              \
  }
#define PARAM_BOOL(type, member, standard, standing, source, meaning)                                        \
  { #member, PARAM_FLAG, offsetof(type, member), "1", standard, 0, 1, NULL, standing, source, meaning }
#define PARAM_STR(type, member, standard_text, standing, source, meaning)                                    \
  { #member, PARAM_TEXT, offsetof(type, member), "", 0, 0, 0, standard_text, standing, source, meaning }
#define PARAM_PICK(type, member, standard_index, choices, standing, source, meaning)                         \
  {                                                                                                          \
#member, PARAM_CHOICE, offsetof(type, member), "", standard_index, 0, 0, choices, standing, source,      \
        meaning                                                                                              \
  }

/* A value that a table of data (a region's populations, say) puts in the place of the row's default. */
struct preset {
  const char *key;
  double value; /* in the row's unit */
  enum standing standing;
  const char *source;
};

/* ---- the config file ---- */
struct config;

/* Read a config file with its @include files and apply `overrides` ("path=value", the -s options; the value
 * is libconfig text, a bare word or quantity may go without quotes). @include names are relative to the
 * folder of the file in which they stand. On failure *out is NULL. Fails: CONFIG (missing, unreadable,
 * malformed or truncated file or include, override that names no place; with file:line where there is one),
 * NO_MEMORY. Free with config_free. */
MUST_USE enum status config_load(const char *path, const char *const *overrides, int n_overrides,
                                 struct config **out);
/* The same from text in memory, for tests; `name` stands for the file in messages. */
MUST_USE enum status config_parse(const char *name, const char *text, struct config **out);
void config_free(struct config *config);

/* Fill *out by the rows of `table` from the group at `path` ("" is the root; a group that is absent gives all
 * defaults). Each value, default or not, joins the resolved list. Faults join the config's list of faults;
 * out then holds the default. Keys of the group that no row and no config_* call ever names are faults at the
 * end. A group may say where its values come from by the texts `source` and `standing` ("published",
 * "calibrated", "assumed"), unless the table has rows of these names. Presets without a row are left out. */
void params_read(struct config *config, const char *path, const struct param *table, int n_rows,
                 const struct preset *presets, int n_presets, void *out);

/* Does the path exist? Asking makes its last part a known name in its group. */
bool config_has(struct config *config, const char *path);
/* Is it there, and a text? */
bool config_is_text(struct config *config, const char *path);
/* Number of children of a group or list or array; 0 if absent. Makes the path known. */
int config_count(struct config *config, const char *path);
/* Name of child i of a group (NULL for list elements, which are addressed as "path.[i]"). The child becomes
 * known. */
const char *config_child(struct config *config, const char *path, int i);
/* Makes all at and below the path known without reading it: data that this run has no use for, such as a
 * drug's kinetics in another species. */
void config_skip(struct config *config, const char *path);
/* Element i of an array or list of strings; NULL, and a fault, if it is not a string. */
const char *config_text_at(struct config *config, const char *path, int i);
/* Element i of an array or list of numbers or quantities, in `unit`; a fault and NAN if it is not. */
double config_number_at(struct config *config, const char *path, const char *unit, int i);

/* Element i of an array or list as an override would give it: 3, "10 mg/kg" without its quotes, true.
 * False, and a fault, if it is a group or a list, or longer than size − 1. */
bool config_value_at(struct config *config, const char *path, int i, char *text, size_t size);
/* Take a group of the root away, as if it had not been written: what a reader has no part in. */
void config_drop(struct config *config, const char *name);

/* Add a fault at a path: file:line of the setting (or of the nearest parent that exists) is put in front. */
void config_fault(struct config *config, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Add a fault for `word` at `path`, which is none of `known`, with the nearest of them as a hint. */
void config_unknown(struct config *config, const char *path, const char *word, const char *const *known,
                    int n_known);

/* Were there no faults so far? */
bool config_sound(const struct config *config);

/* After everything was read: unknown keys become faults too; all faults, sorted by file and line, become the
 * message of the failure, one a line. Fails: CONFIG if there was any fault. */
MUST_USE enum status config_finish(struct config *config);

/* The file as it stands (byte for byte), for provenance. */
const char *config_source_text(const struct config *config);
const char *config_path(const struct config *config);
/* The resolved configuration as libconfig text: includes inlined, overrides applied, canonical layout. Owned
 * by config. */
MUST_USE enum status config_resolved_text(struct config *config, const char **text);

/* One value that was used. */
struct resolved {
  const char *path;   /* regions.mpfc.populations.PV_L5.g_L */
  char value[64];     /* as text with unit */
  const char *origin; /* "default", "preset", "config" or "override" */
  enum standing standing;
  const char *source, *meaning;
};
int config_resolved_count(const struct config *config);
const struct resolved *config_resolved_at(const struct config *config, int i);

/* Nearest of n words to `word` by edit distance without case; NULL if none is near (distance at most a third
 * of its length + 1, and less than all of it). */
const char *nearest_word(const char *word, const char *const *words, int n);

#endif
