/* table.h — columns of one length in a group of their own (observer.h), written whole. */
#ifndef OUTPUT_TABLE_H
#define OUTPUT_TABLE_H

#include "observer.h"
#include "store.h"

/* Write a table beside the one of its path, whose place it then takes: a kill leaves the old one or the new
 * one. Fails: FAULT (a name that is none), WORLD, NO_MEMORY. */
MUST_USE enum status table_write(struct store *store, const struct table *table);

#endif
