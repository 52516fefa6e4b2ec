/* electrode.c — the first-order response of an enzyme electrode. The equation stands in electrode.h.
 *
 * Method: once a millisecond the exact exponential step with G held. */
#include "signals/electrode.h"
#include "fields.h"
#include "maths.h"
#include "memory.h"
#include <stdio.h>

const struct param electrode_params[] = {
    PARAM_BOOL(struct electrode_params, on, 1, SETTING, "", "record what an enzyme electrode would read"),
    PARAM_NUM(struct electrode_params, x, "µm", 0, -1e5, 1e5, SETTING, "",
              "place of the electrode, from the middle of the sheet"),
    PARAM_NUM(struct electrode_params, y, "µm", 0, -1e5, 1e5, SETTING, "",
              "place of the electrode, from the middle of the sheet"),
    PARAM_NUM(struct electrode_params, radius, "µm", 40, 1, 1000, ASSUMED,
              "recording sites of ceramic arrays are tens of micrometres wide", "reach of the electrode"),
    PARAM_NUM(struct electrode_params, response, "ms", 1000, 1, 60000, PUBLISHED,
              "second by second, Hascup et al. 2010, doi:10.1111/j.1471-4159.2010.07066.x",
              "time constant of the response"),
};
const int n_electrode_params = COUNT_OF(electrode_params);

enum status electrode_new(struct electrode *electrode, const struct electrode_params *params,
                          const struct glutamate *glutamate) {
  *electrode = (struct electrode){.params = *params, .glutamate = glutamate};
  TRY(memory_new("sites of an electrode", (size_t)sheet_sites(glutamate->sheet), sizeof(int32_t),
                 &electrode->site));
  electrode->n_sites = sheet_disc(glutamate->sheet, params->x, params->y, params->radius, electrode->site);
  electrode_begin(electrode);
  return STATUS_OK;
}

void electrode_free(struct electrode *electrode) {
  memory_free(electrode->site);
  *electrode = (struct electrode){0};
}

static double here(const struct electrode *electrode) {
  double sum = 0;
  for (int k = 0; k < electrode->n_sites; k++) sum += electrode->glutamate->concentration[electrode->site[k]];
  return sum / electrode->n_sites;
}

static void respond(void *context, const struct network *network, int64_t tick) {
  (void)network, (void)tick;
  struct electrode *electrode = context;
  double share = 1.0 - maths_exp(-1.0 / electrode->params.response);
  electrode->reading += share * (here(electrode) - electrode->reading);
}

struct observer electrode_observer(struct electrode *electrode) {
  return (struct observer){.context = electrode, .millisecond = respond};
}

void electrode_begin(struct electrode *electrode) { electrode->reading = here(electrode); }

enum status electrode_visit(struct electrode *electrode, const char *region, struct visitor *visitor) {
  char name[96];
  snprintf(name, sizeof name, "%s/electrode", region);
  return visitor->array(visitor, name, STATE_F64, 1, &electrode->reading);
}
