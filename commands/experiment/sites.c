/* sites.c — drugs against the receptors that are there. See sites.h. */
#include "sites.h"
#include "circuit.h"
#include <stdio.h>

static bool answers(const struct mechanism *mechanism, int action) {
  return mechanism->answers >> action & 1u;
}

bool sites_lack(const struct mechanisms *mechanisms, const struct network *network, int action) {
  bool known = false;
  for (int m = 0; m < mechanisms->n; m++) known |= answers(mechanisms->list[m], action);
  if (!known) return false;
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    if (answers(population->cell, action)) return false;
    for (int r = 0; r < population->n_receptors; r++) {
      if (answers(population->receptor[r].mechanism, action)) return false;
    }
  }
  return true;
}

/* The first site of a substance if all that it has are lacking; −1 if one is there. */
static int missing_site(const struct mechanisms *mechanisms, const struct network *network,
                        const struct substance *substance) {
  int first = -1;
  for (int a = 0; a < ACTION_COUNT; a++) {
    if (!substance->acts[a]) continue;
    if (!sites_lack(mechanisms, network, a)) return -1;
    if (first < 0) first = a;
  }
  return first;
}

enum status sites_check(const struct experiment *experiment, const struct network *network) {
  const struct mechanisms *mechanisms;
  TRY(circuit_mechanisms(&mechanisms));
  for (int e = 0; e < experiment->n_events; e++) {
    const struct dose_event *event = &experiment->event[e];
    struct drug_share share[DRUG_PARTS];
    char path[48];
    if (!event->drug || !*event->drug) continue; /* stress, or told already */
    int n = drugs_split(&experiment->drugs, event->drug, 1, share);
    snprintf(path, sizeof path, "protocol.events.[%d]", e);
    for (int k = 0; k < n; k++) {
      const struct substance *substance = &experiment->drugs.substance[share[k].substance];
      int site = missing_site(mechanisms, network, substance);
      if (site < 0) continue;
      config_fault(experiment->config, path, "%s acts at %s, which no population of this experiment has",
                   substance->name, action_sites[site].name);
    }
  }
  return STATUS_OK;
}
