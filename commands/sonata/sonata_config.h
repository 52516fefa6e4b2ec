/* sonata_config.h — the configs of an exported circuit: SONATA's own in JSON, and the experiment that runs it
 * here. All write to a stream and cannot fail but by that. */
#ifndef COMMANDS_SONATA_CONFIG_H
#define COMMANDS_SONATA_CONFIG_H

#include "sonata_edges.h"
#include "sonata_write.h"
#include <stdio.h>

MUST_USE enum status sonata_write_circuit(FILE *out, const struct sonata_export *export,
                                          const struct sonata_regions *regions);
MUST_USE enum status sonata_write_simulation(FILE *out, const struct sonata_export *export,
                                             const struct sonata_regions *regions);
MUST_USE enum status sonata_write_node_sets(FILE *out, const struct sonata_export *export,
                                            const struct sonata_regions *regions);
MUST_USE enum status sonata_write_experiment(FILE *out, const struct sonata_export *export,
                                             const struct sonata_regions *regions);
MUST_USE enum status sonata_write_readme(FILE *out, const struct sonata_export *export,
                                         const struct sonata_regions *regions);

#endif
