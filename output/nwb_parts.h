/* nwb_parts.h — what the files nwb*.c share: the two files, and typed objects. */
#ifndef OUTPUT_NWB_PARTS_H
#define OUTPUT_NWB_PARTS_H

#include "nwb.h"

struct nwb {
  struct store *result, *out;
  const char *arm;
  char *uuid; /* of the result: ids of objects follow from it, so that equal exports are equal */
};

/* Make an object, a group or a dataset that is there, one of NWB's: its namespace ("core", "hdmf-common"),
 * type and id. */
MUST_USE enum status nwb_type(struct nwb *nwb, const char *path, const char *space, const char *type);
/* Make a group of a type, with a description if it is not NULL. */
MUST_USE enum status nwb_group(struct nwb *nwb, const char *path, const char *type, const char *description);
/* A column of a table: data are there already. */
MUST_USE enum status nwb_column(struct nwb *nwb, const char *path, const char *type, const char *description);
/* A text of the result; "" if there is none. Free with memory_free. */
MUST_USE enum status nwb_text(struct nwb *nwb, const char *path, char **out);

/* nwb_units.c: cells with their spikes. nwb_series.c: windows, LFP proxies, potentials, concentrations. */
MUST_USE enum status nwb_units(struct nwb *nwb);
MUST_USE enum status nwb_epochs(struct nwb *nwb);
MUST_USE enum status nwb_all_series(struct nwb *nwb);

#endif
