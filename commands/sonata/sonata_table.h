/* sonata_table.h — tables of types: text separated by blanks, with a row of names, NULL for what is empty. */
#ifndef COMMANDS_SONATA_TABLE_H
#define COMMANDS_SONATA_TABLE_H

#include "status.h"

struct sonata_table {
  char *path;
  char *text; /* all cells, each ended by 0 */
  int n_columns, n_rows;
  const char **cell; /* names, then row by row */
};

/* Free with sonata_table_free, also after a failure. Fails: CONFIG (not there, rows of other lengths),
 * NO_MEMORY. */
MUST_USE enum status sonata_table_read(const char *path, struct sonata_table *out);
void sonata_table_free(struct sonata_table *table);

/* Cell of a row; NULL if there is no such column or the cell is empty. */
const char *sonata_table_text(const struct sonata_table *table, int row, const char *column);
/* The same as a number; NAN if there is none. Fails: CONFIG (something else stands there). */
MUST_USE enum status sonata_table_number(const struct sonata_table *table, int row, const char *column,
                                         double *out);

#endif
