/* sonata_table.c — tables of types. See sonata_table.h. */
#include "sonata_table.h"
#include "memory.h"
#include "text_file.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MOST = 16 << 20 };

static enum status read_text(const char *path, char **text) {
  FILE *file = text_file_read(path);
  size_t room = 0, n = 0, got = 0;
  if (!file) return status_fail(STATUS_CONFIG, "%s: cannot be opened: %s", path, strerror(errno));
  enum status status;
  do {
    status = memory_resize("table", n, room + 65536 + 1, 1, text);
    room += 65536;
    got = status == STATUS_OK ? fread(*text + n, 1, room - n, file) : 0;
    n += got;
  } while (got > 0 && n < BYTES_MOST);
  fclose(file);
  if (status == STATUS_OK && n >= BYTES_MOST) return status_fail(STATUS_CONFIG, "%s: is too long", path);
  if (status == STATUS_OK) (*text)[n] = '\0';
  return status;
}

/* Cut the next field off a line that is ended by 0; NULL at its end. A field in quotes keeps its blanks. */
static char *next_field(char **at) {
  char *begin = *at + strspn(*at, " \t\r"), mark = *begin == '"' ? '"' : '\0';
  if (*begin == '\0') return NULL;
  if (mark) begin++;
  char *end = mark ? strchr(begin, '"') : begin + strcspn(begin, " \t\r");
  if (!end) end = begin + strlen(begin);
  *at = *end ? end + 1 : end;
  *end = '\0';
  return begin;
}

static enum status add_line(struct sonata_table *table, char *line, int number, size_t *room) {
  size_t at = (size_t)(table->n_rows + (table->n_columns > 0)) * (size_t)table->n_columns, n = at;
  for (char *field; (field = next_field(&line));) {
    if (n == *room) TRY(memory_resize("table", n, *room = 2 * n + 64, sizeof *table->cell, &table->cell));
    table->cell[n++] = field;
  }
  if (n == at) return STATUS_OK; /* an empty line */
  if (table->n_columns == 0) {
    table->n_columns = (int)n;
    return STATUS_OK;
  }
  if (n - at != (size_t)table->n_columns)
    return status_fail(STATUS_CONFIG, "%s:%d: %zu fields, the first line has %d", table->path, number, n - at,
                       table->n_columns);
  table->n_rows++;
  return STATUS_OK;
}

enum status sonata_table_read(const char *path, struct sonata_table *out) {
  size_t room = 0;
  int number = 1;
  *out = (struct sonata_table){0};
  TRY(memory_text(path, &out->path));
  TRY(read_text(path, &out->text));
  for (char *line = out->text, *end; *line; line = end, number++) {
    end = line + strcspn(line, "\n");
    if (*end) *end++ = '\0';
    TRY(add_line(out, line, number, &room));
  }
  if (out->n_columns > 0) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: is empty", path);
}

void sonata_table_free(struct sonata_table *table) {
  memory_free(table->path);
  memory_free(table->text);
  memory_free(table->cell);
  *table = (struct sonata_table){0};
}

const char *sonata_table_text(const struct sonata_table *table, int row, const char *column) {
  for (int c = 0; c < table->n_columns; c++) {
    if (strcmp(table->cell[c], column) != 0) continue;
    const char *text = table->cell[(row + 1) * table->n_columns + c];
    return strcmp(text, "NULL") == 0 || *text == '\0' ? NULL : text;
  }
  return NULL;
}

enum status sonata_table_number(const struct sonata_table *table, int row, const char *column, double *out) {
  const char *text = sonata_table_text(table, row, column);
  char *end = NULL;
  *out = text ? strtod(text, &end) : (double)NAN;
  if (!text || (end > text && *end == '\0')) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: %s: \"%.60s\" is no number", table->path, column, text);
}
