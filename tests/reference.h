/* reference.h — reads a table of tests/reference: names in the first line, fields separated by tabs. */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include "check.h"
#include <stdlib.h>

#ifndef REFERENCE_DIR
#define REFERENCE_DIR "tests/reference" /* of a program that is started by hand from the root */
#endif

enum { REFERENCE_COLUMNS = 12, REFERENCE_ROWS = 500, REFERENCE_WIDTH = 40 };

struct reference {
  int n_columns, n_rows;
  char name[REFERENCE_COLUMNS][REFERENCE_WIDTH];
  char cell[REFERENCE_ROWS][REFERENCE_COLUMNS][REFERENCE_WIDTH];
};

/* Cut a line at its tabs; gives the number of fields. */
static inline int reference_split(char *line, char field[REFERENCE_COLUMNS][REFERENCE_WIDTH]) {
  int n = 0;
  line[strcspn(line, "\r\n")] = 0;
  for (char *rest = line, *text = strsep(&rest, "\t"); text; text = strsep(&rest, "\t"), n++) {
    assert_true(n < REFERENCE_COLUMNS);
    snprintf(field[n], REFERENCE_WIDTH, "%s", text);
  }
  return n;
}

static inline void reference_read(const char *table, struct reference *out) {
  char path[500], line[500];
  snprintf(path, sizeof path, "%s/%s.tsv", REFERENCE_DIR, table);
  FILE *file = fopen(path, "r");
  if (!file) fail_msg("no table %s", path);
  assert_non_null(fgets(line, sizeof line, file));
  out->n_columns = reference_split(line, out->name);
  for (out->n_rows = 0; fgets(line, sizeof line, file); out->n_rows++) {
    assert_true(out->n_rows < REFERENCE_ROWS);
    assert_int_equal(reference_split(line, out->cell[out->n_rows]), out->n_columns);
  }
  fclose(file);
  assert_true(out->n_rows > 0);
}

static inline const char *reference_text(const struct reference *table, int row, const char *column) {
  for (int c = 0; c < table->n_columns; c++)
    if (strcmp(table->name[c], column) == 0) return table->cell[row][c];
  fail_msg("no column %s", column);
  return NULL;
}

static inline double reference_value(const struct reference *table, int row, const char *column) {
  const char *text = reference_text(table, row, column);
  char *end;
  double value = strtod(text, &end);
  if (*text == 0 || *end != 0) fail_msg("\"%s\" in column %s is no number", text, column);
  return value;
}

#endif
