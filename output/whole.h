/* whole.h — files that are there whole or not at all: written beside the one before, then given its name. */
#ifndef OUTPUT_WHOLE_H
#define OUTPUT_WHOLE_H

#include "store.h"
#include <stdio.h>

/* Write an HDF5 file by `write`. If anything fails the file before stays. Fails: as `write`, WORLD,
 * NO_MEMORY, CONFIG (too long a path). */
MUST_USE enum status whole_store(const char *path,
                                 enum status (*write)(struct store *store, const void *what),
                                 const void *what);
/* The same of a text. `write` prints; what cannot be written is found here. */
MUST_USE enum status whole_text(const char *path, enum status (*write)(FILE *file, const void *what),
                                const void *what);

#endif
