/* layout.h — text for people: words that wrap, columns that line up, nothing that could upset a terminal.
 *
 * Width is counted in characters, not bytes. Texts may come out of a stranger's file, so control characters
 * are shown as "?" and never reach the terminal. */
#ifndef COMMANDS_LAYOUT_H
#define COMMANDS_LAYOUT_H

#include "status.h"
#include <stdio.h>

enum { LAYOUT_WIDTH = 88 }; /* where wrapped text ends */

/* Characters of a UTF-8 text. */
int layout_columns(const char *text);

/* Bytes of the longest beginning of `text` that has at most `columns` characters. */
int layout_cut(const char *text, int columns);

/* Print a text, control characters as "?". */
void layout_print(FILE *out, const char *text);

/* Print a text and fill up with blanks to `columns`, at least `gap` of them. */
void layout_pad(FILE *out, const char *text, int columns, int gap);

/* Print words from column `indent` on, where the cursor stands, to LAYOUT_WIDTH; further lines begin at
 * `indent` too. Ends with a new line. */
void layout_wrap(FILE *out, const char *text, int indent);

/* A number of bytes, "1.23 MB". */
enum { LAYOUT_BYTES = 32 };
void layout_bytes(double bytes, char text[LAYOUT_BYTES]);

/* A table whose columns are as wide as their widest cell. */
struct layout;

/* One letter per column: l or r, where its cells line up ("lrrl"). Fails: NO_MEMORY. Free with layout_close.
 */
MUST_USE enum status layout_open(const char *alignment, struct layout **out);
/* Add a cell, the next of its row. Fails: NO_MEMORY. */
MUST_USE enum status layout_cell(struct layout *layout, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Print all rows, each behind `indent` blanks. */
void layout_table(const struct layout *layout, int indent, FILE *out);
/* Print it as a Markdown table; its first row is the head. */
void layout_markdown(const struct layout *layout, FILE *out);
void layout_close(struct layout *layout); /* NULL is accepted */

#endif
