/* cell_classes.c — classes of cells under stress. See cell_classes.h.
 *
 * Somatostatin mRNA is 0.65–0.85, that of PV cells 0.8–1.0, GAD67 0.7–0.9 of control in prefrontal cortex of
 * stressed rodents and of depressed people (Sibille et al. 2011, PMC3388740; Czeh et al. 2018,
 * doi:10.3389/fncel.2018.00148); the values here are those under the whole load, of which weeks of stress
 * reach about two thirds. What a cell lacks in transmitter it is taken to release less. Against: PV cells
 * were more active under stress, and silencing them protected (Nawreen et al. 2020). */
#include "cell_classes.h"
#include "fields.h"
#include <string.h>

#define CZEH "Sibille et al. 2011, PMC3388740; Czeh et al. 2018, doi:10.3389/fncel.2018.00148"

static const struct {
  const char *type;
  double loss;
  const char *source;
} classes[] = {
    {"SST", 0.35, "somatostatin mRNA x0.65-0.85: " CZEH},
    {"OLM", 0.35, "as somatostatin cells of cortex, whose peptide they have"},
    {"PV", 0.1, "smaller or unchanged: " CZEH},
};

double cell_class_stress_loss(const char *type, const char **source) {
  *source = "no loss is known";
  for (int k = 0; k < COUNT_OF(classes); k++) {
    if (strcmp(classes[k].type, type) != 0) continue;
    *source = classes[k].source;
    return classes[k].loss;
  }
  return 0;
}

bool cell_class_glutamatergic(const struct anatomy *anatomy, int k) {
  for (int p = 0; p < anatomy->n_pathways; p++) {
    const struct pathway_row *row = &anatomy->pathway[p];
    if (row->from == k && circuit_port(row->port) == circuit_port("glutamate")) return true;
  }
  return false;
}
