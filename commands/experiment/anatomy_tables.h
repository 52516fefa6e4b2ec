/* anatomy_tables.h — the tables of a region as tables for people: its populations, pathways, afferents. */
#ifndef COMMANDS_ANATOMY_TABLES_H
#define COMMANDS_ANATOMY_TABLES_H

#include "region.h"
#include "terminal/layout.h"

/* One row per population or pathway below a row of heads. Free with layout_close. Fail: NO_MEMORY. */
MUST_USE enum status anatomy_populations(const struct anatomy *anatomy, struct layout **out);
MUST_USE enum status anatomy_pathways(const struct anatomy *anatomy, struct layout **out);
/* One row per population that a named afferent reaches; none where a region has none. */
MUST_USE enum status anatomy_afferents(const struct anatomy *anatomy, struct layout **out);

#endif
