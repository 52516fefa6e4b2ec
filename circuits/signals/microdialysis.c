/* microdialysis.c — the field around a probe, and its samples. The equation stands in microdialysis.h.
 *
 * Method: finite volumes on rings, finer in the shell than its clearance length and finer beyond than that of
 * intact tissue (order 2); Newton's method from 0, which rises to the solution, as uptake is concave. Solved
 * once a window. */
#include "signals/microdialysis.h"
#include "fields.h"
#include "memory.h"
#include <stdio.h>

const struct param dialysis_params[] = {
    PARAM_BOOL(struct dialysis_params, on, 1, SETTING, "", "record what a microdialysis probe would read"),
    PARAM_NUM(struct dialysis_params, x, "µm", 0, -1e5, 1e5, SETTING, "",
              "place of the probe, from the middle of the sheet"),
    PARAM_NUM(struct dialysis_params, y, "µm", 0, -1e5, 1e5, SETTING, "",
              "place of the probe, from the middle of the sheet"),
    PARAM_NUM(struct dialysis_params, radius, "µm", 120, 1, 1000, ASSUMED, "usual probes are 0.2-0.3 mm wide",
              "radius of the probe"),
    PARAM_NUM(struct dialysis_params, shell, "µm", 100, 0, 1000, PUBLISHED,
              "Sun et al. 2014, Neurochem Int 73:152", "width of the injured shell round the probe"),
    PARAM_NUM(struct dialysis_params, uptake, "1", 0.01, 1e-6, 1, PUBLISHED,
              "reduced about a hundredfold, Sun et al. 2014, Neurochem Int 73:152",
              "share of uptake that is left in the shell"),
    PARAM_NUM(struct dialysis_params, sample, "h", 0.16666666666666667, 0.001, 24, SETTING,
              "10-20 min are usual", "time over which a sample is collected"),
};
const int n_dialysis_params = COUNT_OF(dialysis_params);

/* Rings in the shell and beyond it; how far beyond, in clearance lengths of intact tissue; when to give
 * up. */
enum { INNER = 200, OUTER = 60, RINGS = INNER + OUTER, ITERATIONS = 100 };
static const double BEYOND = 15;

/* The rings: their edges, the centres and areas over 2π, and the largest rate of uptake in each, µM/ms. */
struct rings {
  double edge[RINGS + 1], centre[RINGS], area[RINGS], V[RINGS];
};

static void lay_rings(const struct dialysis_params *probe, const struct glutamate_params *tissue, double left,
                      struct rings *rings) {
  double V = left * tissue->V_max, length = V > 0 ? sqrt(tissue->diffusion * tissue->K_m / V) : probe->shell;
  double inner = probe->shell / INNER, outer = fmax(1e-3, BEYOND * length) / OUTER;
  rings->edge[0] = probe->radius;
  for (int i = 0; i < RINGS; i++) {
    double in = rings->edge[i], out = in + (i < INNER ? inner : outer);
    rings->edge[i + 1] = out;
    rings->centre[i] = 0.5 * (in + out);
    rings->area[i] = 0.5 * (out * out - in * in);
    rings->V[i] = i < INNER ? probe->uptake * V : V;
  }
}

/* One step of Newton's method: the tridiagonal system for the new C, by elimination from the inside. Gives
 * the largest change relative to C. */
static double newton(const struct rings *rings, const struct glutamate_params *tissue, double source,
                     double C[RINGS]) {
  double above[RINGS], right[RINGS], most = 0, next = 0;
  for (int i = 0; i < RINGS; i++) {
    double K = tissue->K_m + C[i], slope = rings->V[i] * tissue->K_m / (K * K);
    double gap_in = i > 0 ? rings->centre[i] - rings->centre[i - 1] : 1;
    double gap_out = i + 1 < RINGS ? rings->centre[i + 1] - rings->centre[i] : 1;
    double in = i > 0 && gap_in > 0 ? tissue->diffusion * rings->edge[i] / gap_in : 0;
    double out = i + 1 < RINGS && gap_out > 0 ? tissue->diffusion * rings->edge[i + 1] / gap_out : 0;
    double diagonal = in + out + rings->area[i] * slope - (i > 0 ? in * above[i - 1] : 0);
    double known = rings->area[i] * (source - rings->V[i] * C[i] / K + slope * C[i]);
    above[i] = out / diagonal;
    right[i] = (known + (i > 0 ? in * right[i - 1] : 0)) / diagonal;
  }
  for (int i = RINGS - 1; i >= 0; i--) {
    next = right[i] + (i + 1 < RINGS ? above[i] * next : 0);
    most = fmax(most, fabs(next - C[i]) / (next + 1e-9));
    C[i] = next;
  }
  return most;
}

double dialysis_reading(const struct dialysis_params *probe, const struct glutamate_params *tissue,
                        double source, double uptake_left) {
  struct rings rings;
  double C[RINGS] = {0};
  if (!(source < uptake_left * tissue->V_max)) return NAN;
  if (source <= 0) return 0;
  if (probe->shell == 0) return tissue->K_m * source / (uptake_left * tissue->V_max - source);
  lay_rings(probe, tissue, uptake_left, &rings);
  for (int k = 0; k < ITERATIONS; k++) {
    double change = newton(&rings, tissue, source, C);
    if (!isfinite(change)) return NAN;
    if (change < 1e-10) return C[0];
  }
  return NAN;
}

enum status dialysis_new(struct dialysis *dialysis, const struct dialysis_params *params,
                         const struct glutamate *glutamate) {
  size_t sites = (size_t)sheet_sites(glutamate->sheet);
  *dialysis = (struct dialysis){.params = *params, .glutamate = glutamate};
  TRY(memory_new("sites of a probe", sites, sizeof(int32_t), &dialysis->site));
  dialysis->n_sites =
      sheet_disc(glutamate->sheet, params->x, params->y, params->radius + params->shell, dialysis->site);
  return STATUS_OK;
}

void dialysis_free(struct dialysis *dialysis) {
  memory_free(dialysis->site);
  *dialysis = (struct dialysis){0};
}

void dialysis_read(struct dialysis *dialysis) {
  const struct glutamate *glutamate = dialysis->glutamate;
  double source = 0, left = 0;
  for (int k = 0; k < dialysis->n_sites; k++) {
    source += glutamate_mean_source(glutamate, dialysis->site[k]);
    left += glutamate->uptake[dialysis->site[k]];
  }
  dialysis->reading =
      dialysis_reading(&dialysis->params, &glutamate->params,
                       source / dialysis->n_sites + glutamate->params.leak, left / dialysis->n_sites);
}

enum status dialysis_advance(struct dialysis *dialysis, double t0_h, double t1_h, struct recorder *recorder,
                             int handle) {
  const double sample = dialysis->params.sample;
  for (double t = t0_h; t < t1_h;) {
    double full = (floor(t / sample + 1e-9) + 1.0) * sample, next = fmin(full, t1_h);
    dialysis->sum_h += (next - t) * dialysis->reading;
    dialysis->taken_h += next - t;
    t = next;
    if (full - next > 1e-9 * sample) break;
    double mean = dialysis->sum_h / dialysis->taken_h;
    dialysis->sum_h = dialysis->taken_h = 0;
    TRY(recorder->append(recorder, handle, full - 0.5 * sample, &mean));
  }
  return STATUS_OK;
}

enum status dialysis_visit(struct dialysis *dialysis, const char *region, struct visitor *visitor) {
  char name[96];
  double state[] = {dialysis->reading, dialysis->sum_h, dialysis->taken_h};
  snprintf(name, sizeof name, "%s/dialysis", region);
  TRY(visitor->array(visitor, name, STATE_F64, COUNT_OF(state), state));
  dialysis->reading = state[0];
  dialysis->sum_h = state[1];
  dialysis->taken_h = state[2];
  return STATUS_OK;
}
