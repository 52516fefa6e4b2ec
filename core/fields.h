/* fields.h — from one list of fields: a struct of columns, its descriptors, and the view of one block.
 *
 * A mechanism states its per-cell arrays once, as an X-macro of rows
 *     X(type, name, "unit", ROLE, rows, "meaning")
 * and FIELDS_DEFINE(adex, ADEX_FIELDS) gives `struct adex` with one pointer per field, `adex_fields[]` for
 * whoever allocates, saves, hashes or records, and `adex_at(columns)` that points into one block. rows > 1
 * makes a field a stack of arrays (subunits, say), each `stride` cells long; PER_SUBSTANCE(n) makes it n for
 * each substance that can act at one site in this run, so that a run pays for those it uses. */
#ifndef CORE_FIELDS_H
#define CORE_FIELDS_H

#include "state.h"

enum field_role {
  FIELD_STATE,  /* evolves; saved, hashed */
  FIELD_VARIED, /* drawn per cell at the start from the seed; not saved */
  FIELD_SUM,    /* accumulates over a window; saved, since a stop may fall inside a window */
  FIELD_DERIVED /* recomputed from the others */
};

#define PER_SUBSTANCE(n) (-(n))

struct field {
  const char *name, *unit, *meaning;
  enum state_type type;
  enum field_role role;
  int rows; /* or PER_SUBSTANCE */
};

/* Rows of a field where `substances` can act at one site. */
static inline int field_rows(const struct field *field, int substances) {
  return field->rows >= 0 ? field->rows : -field->rows * substances;
}

#define FIELD_TYPE(type) _Generic((type){0}, float : STATE_F32, double : STATE_F64, int32_t : STATE_I32)

#define FIELD_POINTER(type, name, unit, role, rows, meaning) type *restrict name;
#define FIELD_ROW(type, name, unit, role, rows, meaning)                                                     \
  {#name, unit, meaning, FIELD_TYPE(type), FIELD_##role, rows},

#define FIELD_ASSIGN(type, name, unit, role, rows, meaning) view.name = (type *)*column++;

#define FIELDS_DEFINE(prefix, LIST)                                                                          \
  struct prefix {                                                                                            \
    LIST(FIELD_POINTER)                                                                                      \
  };                                                                                                         \
  static const struct field prefix##_fields[] = {LIST(FIELD_ROW)};                                           \
  static inline struct prefix prefix##_at(void *const *column) {                                             \
    struct prefix view;                                                                                      \
    LIST(FIELD_ASSIGN)                                                                                       \
    return view;                                                                                             \
  }

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

#endif
