/* compare.c — do two results hold the same? See compare.h.
 *
 * Both files are walked together, group by group. References between datasets and their scales hold
 * addresses, which need not agree; the names of the scales are compared with the other attributes. */
#include "compare.h"
#include "memory.h"
#include "names.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
  PIECE_BYTES = 4 * 1024 * 1024, /* of a dataset, compared at a time: this much or one row */
  ROW_BYTES_MAX = 1 << 30,       /* of one row */
  OBJECTS_MAX = 1 << 20,         /* of one file; more only in a file whose groups hold one another */
  WHAT_MAX = 400
};

struct comparison {
  struct store *a, *b;
  compare_report *report;
  void *context;
  int *n_differences;
  int n_objects;
};

/* ---- reporting ---- */

/* "/rates/PV", "units" → "rates/PV@units" */
static void tell(struct comparison *both, const char *path, const char *attribute, const char *what) {
  char place[2 * STORE_NAME_MAX];
  snprintf(place, sizeof place, attribute ? "%s@%s" : "%s", path + (path[0] == '/'), attribute);
  ++*both->n_differences;
  if (both->report) both->report(both->context, place, what);
}

static void write_value(enum state_type type, const unsigned char *bytes, char *text, size_t size) {
  union {
    float f32;
    double f64;
    int8_t i8;
    uint8_t u8;
    uint16_t u16;
    int32_t i32;
    uint32_t u32;
    int64_t i64;
    uint64_t u64;
  } value = {0};
  memcpy(&value, bytes, state_type_size(type));
  switch (type) {
  case STATE_F32:
    snprintf(text, size, "%.9g", (double)value.f32);
    return;
  case STATE_F64:
    snprintf(text, size, "%.17g", value.f64);
    return;
  case STATE_I8:
    snprintf(text, size, "%d", (int)value.i8);
    return;
  case STATE_U8:
    snprintf(text, size, "%u", (unsigned)value.u8);
    return;
  case STATE_U16:
    snprintf(text, size, "%u", (unsigned)value.u16);
    return;
  case STATE_I32:
    snprintf(text, size, "%" PRId32, value.i32);
    return;
  case STATE_U32:
    snprintf(text, size, "%" PRIu32, value.u32);
    return;
  case STATE_I64:
    snprintf(text, size, "%" PRId64, value.i64);
    return;
  default:
    snprintf(text, size, "%" PRIu64, value.u64);
  }
}

static const char *kind_name(const struct store_form *form) {
#define KIND_NAME(name, type, bytes) #type,
  static const char *const types[] = {STATE_TYPES(KIND_NAME)};
#undef KIND_NAME
  if (form->kind == STORE_NUMBERS) return types[form->type];
  return form->kind == STORE_TEXTS ? "text" : "another type";
}

/* "3 x 4"; "one value" for a scalar. */
static void write_size(const struct store_form *form, char *text, size_t size) {
  size_t at = 0;
  snprintf(text, size, "one value");
  for (int d = 0; d < form->rank && at < size; d++)
    at += (size_t)snprintf(text + at, size - at, "%s%" PRIu64, d ? " x " : "", form->size[d]);
}

/* ---- values ---- */

/* Compare `n` numbers that begin in row `first`; true if a difference was told. */
static bool tell_numbers(struct comparison *both, const char *path, const char *attribute,
                         const struct store_form *form, uint64_t first, uint64_t row_values, size_t n,
                         const unsigned char *a, const unsigned char *b) {
  size_t size = state_type_size(form->type), at = 0;
  if (memcmp(a, b, n * size) == 0) return false;
  while (memcmp(a + at * size, b + at * size, size) == 0) at++;
  char value_a[40], value_b[40], what[WHAT_MAX];
  write_value(form->type, a + at * size, value_a, sizeof value_a);
  write_value(form->type, b + at * size, value_b, sizeof value_b);
  if (form->rank == 0)
    snprintf(what, sizeof what, "values differ: %s and %s", value_a, value_b);
  else
    snprintf(what, sizeof what, "values differ from row %" PRIu64 " on: %s and %s", first + at / row_values,
             value_a, value_b);
  tell(both, path, attribute, what);
  return true;
}

/* Two buffers of equal size. */
static enum status new_pair(const char *path, uint64_t count, uint64_t size, unsigned char **a,
                            unsigned char **b) {
  *a = *b = NULL;
  if (size > ROW_BYTES_MAX || count > ROW_BYTES_MAX / size)
    return status_fail(STATUS_CONFIG, "%s: too large to be compared", path);
  TRY(memory_new(path, (size_t)count, size, a));
  enum status status = memory_new(path, (size_t)count, size, b);
  if (status != STATUS_OK) memory_free(*a);
  return status;
}

/* A dataset of numbers, some rows at a time. */
static enum status compare_rows(struct comparison *both, const char *path, const struct store_form *form) {
  uint64_t rows = form->size[0], row_values = rows ? form->count / rows : 0;
  if (row_values == 0) return STATUS_OK;
  uint64_t row_bytes = row_values * state_type_size(form->type);
  uint64_t piece = row_bytes >= PIECE_BYTES ? 1 : PIECE_BYTES / row_bytes;
  if (piece > rows) piece = rows;
  unsigned char *a, *b;
  TRY(new_pair(path, piece, row_bytes, &a, &b));
  enum status status = STATUS_OK;
  for (uint64_t first = 0; first < rows; first += piece) {
    uint64_t n = rows - first < piece ? rows - first : piece;
    TRY_GOTO(store_read_rows(both->a, path, first, n, a), done);
    TRY_GOTO(store_read_rows(both->b, path, first, n, b), done);
    if (tell_numbers(both, path, NULL, form, first, row_values, (size_t)(n * row_values), a, b)) break;
  }
done:
  memory_free(a);
  memory_free(b);
  return status;
}

/* A single number, or an attribute of numbers. */
static enum status compare_numbers(struct comparison *both, const char *path, const char *attribute,
                                   const struct store_form *form) {
  unsigned char *a, *b;
  if (form->count == 0) return STATUS_OK;
  TRY(new_pair(path, form->count, state_type_size(form->type), &a, &b));
  enum status status;
  TRY_GOTO(store_read(both->a, path, attribute, form->type, form->count, a), done);
  TRY_GOTO(store_read(both->b, path, attribute, form->type, form->count, b), done);
  tell_numbers(both, path, attribute, form, 0, 1, (size_t)form->count, a, b);
done:
  memory_free(a);
  memory_free(b);
  return status;
}

static enum status compare_texts(struct comparison *both, const char *path, const char *attribute) {
  struct store_names a, b = {0};
  TRY(store_read_texts(both->a, path, attribute, &a));
  enum status status = store_read_texts(both->b, path, attribute, &b);
  for (int i = 0; status == STATUS_OK && i < a.n && i < b.n; i++) {
    if (strcmp(a.name[i], b.name[i]) == 0) continue;
    char what[WHAT_MAX];
    snprintf(what, sizeof what, "texts differ from row %d on: \"%.150s\" and \"%.150s\"", i, a.name[i],
             b.name[i]);
    tell(both, path, attribute, what);
    break;
  }
  store_names_free(&a);
  store_names_free(&b);
  return status;
}

static enum status compare_bytes(struct comparison *both, const char *path, const char *attribute,
                                 const struct store_form *form) {
  unsigned char *a, *b;
  if (form->count == 0 || form->value_bytes == 0) return STATUS_OK;
  TRY(new_pair(path, form->count, form->value_bytes, &a, &b));
  enum status status;
  TRY_GOTO(store_read_bytes(both->a, path, attribute, form, a), done);
  TRY_GOTO(store_read_bytes(both->b, path, attribute, form, b), done);
  if (memcmp(a, b, (size_t)(form->count * form->value_bytes)) != 0)
    tell(both, path, attribute, "values differ");
done:
  memory_free(a);
  memory_free(b);
  return status;
}

/* A dataset, or an attribute: type, size, values. */
static enum status compare_values(struct comparison *both, const char *path, const char *attribute) {
  struct store_form a, b;
  char what[WHAT_MAX], size_a[100], size_b[100];
  TRY(store_form(both->a, path, attribute, &a));
  TRY(store_form(both->b, path, attribute, &b));
  if (a.kind != b.kind || a.type != b.type || a.value_bytes != b.value_bytes) {
    snprintf(what, sizeof what, "types differ: %s and %s", kind_name(&a), kind_name(&b));
    tell(both, path, attribute, what);
    return STATUS_OK;
  }
  if (a.rank != b.rank || a.count != b.count || memcmp(a.size, b.size, sizeof a.size) != 0) {
    write_size(&a, size_a, sizeof size_a);
    write_size(&b, size_b, sizeof size_b);
    snprintf(what, sizeof what, "sizes differ: %s and %s", size_a, size_b);
    tell(both, path, attribute, what);
    return STATUS_OK;
  }
  if (a.kind == STORE_TEXTS) return compare_texts(both, path, attribute);
  if (a.kind == STORE_OTHER) return compare_bytes(both, path, attribute, &a);
  return attribute || a.rank == 0 ? compare_numbers(both, path, attribute, &a) : compare_rows(both, path, &a);
}

/* ---- objects ---- */

static bool contains(const struct store_names *names, const char *name) {
  for (int i = 0; i < names->n; i++)
    if (strcmp(names->name[i], name) == 0) return true;
  return false;
}

/* Tell the names that only one of two lists has. */
static void tell_missing(struct comparison *both, const char *path, bool attributes,
                         const struct store_names *has, const struct store_names *lacks, const char *what) {
  for (int i = 0; i < has->n; i++) {
    char full[2 * STORE_NAME_MAX];
    if (contains(lacks, has->name[i])) continue;
    if (attributes) {
      tell(both, path, has->name[i], what);
      continue;
    }
    snprintf(full, sizeof full, "%s/%s", strcmp(path, "/") == 0 ? "" : path, has->name[i]);
    if (strcmp(full, "/provenance") != 0 && strcmp(full, "/status") != 0) tell(both, full, NULL, what);
  }
}

static enum status compare_attributes(struct comparison *both, const char *path) {
  struct store_names a, b = {0};
  TRY(store_attributes(both->a, path, &a));
  enum status status = store_attributes(both->b, path, &b);
  if (status == STATUS_OK) {
    tell_missing(both, path, true, &a, &b, "only in the first file");
    tell_missing(both, path, true, &b, &a, "only in the second file");
  }
  for (int i = 0; i < a.n && status == STATUS_OK; i++)
    if (contains(&b, a.name[i])) status = compare_values(both, path, a.name[i]);
  store_names_free(&a);
  store_names_free(&b);
  return status;
}

static enum status compare_object(struct comparison *both, const char *path);

static enum status compare_children(struct comparison *both, const char *path) {
  struct store_names a, b = {0};
  TRY(store_children(both->a, path, &a));
  enum status status = store_children(both->b, path, &b);
  if (status == STATUS_OK) {
    tell_missing(both, path, false, &a, &b, "only in the first file");
    tell_missing(both, path, false, &b, &a, "only in the second file");
  }
  for (int i = 0; i < a.n && status == STATUS_OK; i++) {
    char full[STORE_NAME_MAX];
    if (!contains(&b, a.name[i])) continue;
    status = names_join(path, a.name[i], full);
    if (status == STATUS_OK && strcmp(full, "/provenance") != 0 && strcmp(full, "/status") != 0)
      status = compare_object(both, full);
  }
  store_names_free(&a);
  store_names_free(&b);
  return status;
}

static enum status compare_object(struct comparison *both, const char *path) {
  enum store_object a = store_object(both->a, path), b = store_object(both->b, path);
  if (++both->n_objects > OBJECTS_MAX)
    return status_fail(STATUS_CONFIG, "%s: has more than %d objects", store_path(both->a), OBJECTS_MAX);
  if (a != b) {
    tell(both, path, NULL, "a group in one file, a dataset in the other");
    return STATUS_OK;
  }
  TRY(compare_attributes(both, path));
  if (a == STORE_GROUP) return compare_children(both, path);
  return a == STORE_DATASET ? compare_values(both, path, NULL) : STATUS_OK;
}

enum status compare_results(const char *path_a, const char *path_b, compare_report *report, void *context,
                            int *n_differences) {
  struct comparison both = {.report = report, .context = context, .n_differences = n_differences};
  *n_differences = 0;
  TRY(store_open(path_a, false, &both.a));
  enum status status = store_open(path_b, false, &both.b);
  if (status == STATUS_OK) status = compare_object(&both, "/");
  store_abandon(both.a);
  store_abandon(both.b);
  return status;
}
