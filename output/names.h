/* names.h — names and paths of the objects in a file, of a form that every viewer takes. */
#ifndef OUTPUT_NAMES_H
#define OUTPUT_NAMES_H

#include "store.h"

/* Viewers and netCDF take letters, digits and _ ; a digit may not lead. */
bool names_plain(const char *name);

/* "maps/mPFC" → "/maps/mPFC"; parts of letters, digits, _ - . + . Fails: FAULT. */
MUST_USE enum status names_path(const char *path, char out[STORE_NAME_MAX]);

/* "/rates" and "PV" → "/rates/PV". Fails: CONFIG (too long). */
MUST_USE enum status names_join(const char *group, const char *name, char out[STORE_NAME_MAX]);

#endif
