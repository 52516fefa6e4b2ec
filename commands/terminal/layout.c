/* layout.c — wrapped text and tables for people. See layout.h. */
#include "layout.h"
#include "memory.h"
#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

enum { COLUMNS_MAX = 16, GAP = 2 };

/* Does a character begin at this byte? */
static bool begins(char byte) { return ((unsigned char)byte & 0xC0) != 0x80; }

int layout_cut(const char *text, int columns) {
  int bytes = 0;
  for (int seen = 0; text[bytes]; bytes++) {
    if (begins(text[bytes]) && ++seen > columns) break;
  }
  return bytes;
}

int layout_columns(const char *text) {
  int columns = 0;
  for (; *text; text++) columns += begins(*text);
  return columns;
}

/* Length of the control character at `text`, 0 if there is none: U+0000 to U+001F, U+007F to U+009F. */
static int control(const unsigned char *text) {
  if (text[0] < 0x20 || text[0] == 0x7F) return 1;
  return text[0] == 0xC2 && text[1] >= 0x80 && text[1] <= 0x9F ? 2 : 0;
}

static void print_part(FILE *out, const char *text, int length) {
  for (int i = 0; i < length;) {
    int skipped = control((const unsigned char *)text + i);
    fputc(skipped ? '?' : text[i], out);
    i += skipped ? skipped : 1;
  }
}

void layout_print(FILE *out, const char *text) { print_part(out, text, (int)strlen(text)); }

static void print_blanks(FILE *out, int n) {
  if (n > 0) fprintf(out, "%*s", n, "");
}

void layout_pad(FILE *out, const char *text, int columns, int gap) {
  int left = columns - layout_columns(text);
  layout_print(out, text);
  print_blanks(out, left > gap ? left : gap);
}

void layout_wrap(FILE *out, const char *text, int indent) {
  int at = indent;
  for (;;) {
    text += strspn(text, " ");
    int length = (int)strcspn(text, " ");
    if (length == 0) break;
    int columns = 0;
    for (int i = 0; i < length; i++) columns += begins(text[i]);
    if (at > indent && at + 1 + columns > LAYOUT_WIDTH) {
      fputc('\n', out);
      print_blanks(out, indent);
      at = indent;
    } else if (at > indent) {
      fputc(' ', out);
      at++;
    }
    print_part(out, text, length);
    at += columns;
    text += length;
  }
  fputc('\n', out);
}

void layout_bytes(double bytes, char text[LAYOUT_BYTES]) {
  static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
  int u = 0;
  for (; bytes >= 999.5 && u < 4; u++) bytes /= 1000;
  snprintf(text, LAYOUT_BYTES, "%.3g %s", bytes, units[u]);
}

/* ---- tables ---- */

struct layout {
  const char *alignment;
  int n_columns;
  char **cell;
  size_t n, room;
};

enum status layout_open(const char *alignment, struct layout **out) {
  TRY(memory_new("table", 1, sizeof **out, out));
  (*out)->alignment = alignment;
  (*out)->n_columns = (int)strlen(alignment);
  assert((*out)->n_columns <= COLUMNS_MAX);
  return STATUS_OK;
}

/* Room for one more cell. */
static enum status grow(struct layout *layout) {
  if (layout->n < layout->room) return STATUS_OK;
  size_t room = layout->room ? 2 * layout->room : 64;
  TRY(memory_resize("table", layout->room, room, sizeof *layout->cell, &layout->cell));
  layout->room = room;
  return STATUS_OK;
}

enum status layout_cell(struct layout *layout, const char *format, ...) {
  char *text = NULL;
  va_list arguments, again;
  TRY(grow(layout));
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  enum status status = memory_new("cell of a table", (size_t)length + 1, 1, &text);
  if (status == STATUS_OK) vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  va_end(arguments);
  TRY(status);
  layout->cell[layout->n++] = text;
  return STATUS_OK;
}

static void measure(const struct layout *layout, int width[COLUMNS_MAX]) {
  memset(width, 0, COLUMNS_MAX * sizeof *width);
  for (size_t i = 0; i < layout->n; i++) {
    int columns = layout_columns(layout->cell[i]), *widest = &width[i % (size_t)layout->n_columns];
    if (columns > *widest) *widest = columns;
  }
}

void layout_table(const struct layout *layout, int indent, FILE *out) {
  int width[COLUMNS_MAX];
  measure(layout, width);
  for (size_t i = 0; i < layout->n; i++) {
    int column = (int)(i % (size_t)layout->n_columns);
    bool right = layout->alignment[column] == 'r';
    bool last = column == layout->n_columns - 1 || i + 1 == layout->n;
    int left = width[column] - layout_columns(layout->cell[i]);
    if (column == 0) print_blanks(out, indent);
    if (right) print_blanks(out, left);
    layout_print(out, layout->cell[i]);
    if (last)
      fputc('\n', out);
    else
      print_blanks(out, right ? GAP : left + GAP);
  }
}

/* What would end a cell or the table is escaped. */
static void print_markdown(FILE *out, const char *text) {
  for (; *text; text++) {
    if (*text == '|' || *text == '<' || *text == '*') fputc('\\', out);
    fputc(*text, out);
  }
}

void layout_markdown(const struct layout *layout, FILE *out) {
  int n = layout->n_columns;
  for (size_t i = 0; i < layout->n; i++) {
    int column = (int)(i % (size_t)n);
    fputs(column == 0 ? "| " : " | ", out);
    print_markdown(out, layout->cell[i]);
    if (column < n - 1) continue;
    fputs(" |\n", out);
    for (int c = 0; i + 1 == (size_t)n && c < n; c++)
      fprintf(out, "|%s%s", layout->alignment[c] == 'r' ? "---:" : "---", c == n - 1 ? "|\n" : "");
  }
}

void layout_close(struct layout *layout) {
  if (!layout) return;
  for (size_t i = 0; i < layout->n; i++) memory_free(layout->cell[i]);
  memory_free(layout->cell);
  memory_free(layout);
}
