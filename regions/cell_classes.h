/* cell_classes.h — what is known of classes of cells whatever their region: what lasting stress takes of the
 * inhibitory transmitter of interneurons, and who releases glutamate. */
#ifndef REGIONS_CELL_CLASSES_H
#define REGIONS_CELL_CLASSES_H

#include "region.h"

/* Share of its release of GABA that a class of cells (population_row.type) loses under the whole load of
 * stress; 0 for classes that are not listed. *source says where it is from. */
double cell_class_stress_loss(const char *type, const char **source);

/* Does population k of an anatomy release glutamate? */
bool cell_class_glutamatergic(const struct anatomy *anatomy, int k);

#endif
