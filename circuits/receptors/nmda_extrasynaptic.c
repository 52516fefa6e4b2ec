/* nmda_extrasynaptic.c — NMDA receptors outside synapses, which the glutamate around the cell keeps open.
 *
 *   I = g_max (V − E_rev) Σ_s f_s A_s(G) u_s / (1 + m_s(V)),   A_s = G/(G + EC50_s)
 * G: extracellular glutamate at the cell (cells->ambient), at rest 25–90 nM (Herman & Jahr 2007,
 * doi:10.1523/JNEUROSCI.2554-07.2007). EC50_s: Traynelis et al. 2010, doi:10.1124/pr.109.002451. f_s: shares
 * of the receptors outside synapses, which hold more GluN2B and 2D than those inside. u_s is what drugs
 * leave, by trapping_block.h with these receptors' own open probability P_peak,s A_s, so that their block
 * has a state of its own. They alone can have the allosteric site for nanomolar ketamine, which spares
 * receptors that open briefly (PMC11948614). One binding site for glutamate: with two, A_s would be steeper.
 *
 * Method: everything once a millisecond, block as trapping_block.h says; the open conductance is held until
  * the next, since magnesium itself takes about as long to follow a potential, and the current is small. */
#include "receptors/magnesium.h"
#include "receptors/trapping_receptor.h"

#define EXTRASYNAPTIC_FIELDS(X)                                                                              \
  X(float, open, "nS", STATE, 1, "open conductance of this millisecond")                                     \
  TRAPPING_FIELDS(X)

FIELDS_DEFINE(extrasynaptic, EXTRASYNAPTIC_FIELDS)

struct extrasynaptic_params {
  double g_max;
  double EC50_2A, EC50_2B, EC50_2C, EC50_2D;
  double exposed, allosteric;
  GLUN2_MEMBERS;
  float EC50[SUBUNITS];
};

#define EC50_ROW(s, standard, range)                                                                         \
  PARAM_NUM(struct extrasynaptic_params, EC50_2##s, "uM", standard, 0.001, 1000, PUBLISHED,                  \
            "Traynelis et al. 2010, doi:10.1124/pr.109.002451: " range,                                      \
            "glutamate that activates half of the receptors with GluN2" #s)

static const struct param params[] = {
    PARAM_NUM(struct extrasynaptic_params, g_max, "nS", 0.5, 0, 100, ASSUMED,
              "so that 25-90 nM of glutamate drive a few pA at most",
              "conductance with all receptors activated, without magnesium"),
    EC50_ROW(A, 4, "3-5 uM"),
    EC50_ROW(B, 2.2, "1.5-3 uM"),
    EC50_ROW(C, 1, "1 uM"),
    EC50_ROW(D, 0.45, "0.4-0.5 uM"),
    PARAM_NUM(struct extrasynaptic_params, exposed, "1", 1, 0, 1, SETTING, "mechanisms.extrasynaptic",
              "share of the concentration of drugs that these receptors meet"),
    PARAM_NUM(struct extrasynaptic_params, allosteric, "1", 0, 0, 1, SETTING, "mechanisms.allosteric_site",
              "share of these receptors that have the allosteric site"),
    GLUN2_SHARE(struct extrasynaptic_params, A, 0.3),
    GLUN2_SHARE(struct extrasynaptic_params, B, 0.7),
    GLUN2_SHARE(struct extrasynaptic_params, C, 0),
    GLUN2_SHARE(struct extrasynaptic_params, D, 0),
    GLUN2_ROWS(struct extrasynaptic_params),
};

static const char *fault(const void *own) {
  const struct extrasynaptic_params *p = own;
  return GLUN2_FAULT(p);
}

static void prepare(void *own, double dt_ms) {
  (void)dt_ms;
  struct extrasynaptic_params *p = own;
  const double EC50[SUBUNITS] = {p->EC50_2A, p->EC50_2B, p->EC50_2C, p->EC50_2D};
  p->subunit = GLUN2_DERIVE(p);
  for (int s = 0; s < SUBUNITS; s++) p->EC50[s] = (float)EC50[s];
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  (void)u;
  const struct extrasynaptic_params *p = cells->params;
  struct extrasynaptic f = extrasynaptic_at(cells->column);
  for (int s = 0; s < SUBUNITS; s++) f.unblocked[s * cells->stride + i] = p->subunit.share[s];
}

static void open(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct extrasynaptic_params *p = cells->params;
  struct extrasynaptic f = extrasynaptic_at(cells->column);
  const float E_rev = (float)p->E_rev;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    g[i] += f.open[i];
    g_E[i] = __builtin_fmaf(f.open[i], E_rev, g_E[i]);
  }
}

static void activate(const struct cells *cells, int s, int first, int n, float *restrict activated) {
  const struct extrasynaptic_params *p = cells->params;
  const float EC50 = p->EC50[s];
  const float *restrict G = cells->ambient + first;
#pragma omp simd
  for (int i = 0; i < n; i++) activated[i] = G[i] / (G[i] + EC50);
}

static struct trapping_receptor channels(const struct extrasynaptic_params *p,
                                         const struct extrasynaptic *f) {
  return (struct trapping_receptor){TRAPPING_ROWS(f), &p->subunit, p->exposed, p->allosteric, activate};
}

/* Charge of the millisecond that ends, by the potential at its end, and the conductance of the next one. */
static void carry(const struct cells *cells, const struct extrasynaptic *f, int s) {
  const struct extrasynaptic_params *p = cells->params;
  const float share = p->subunit.share[s], EC50 = p->EC50[s], mg = p->subunit.mg[s];
  const float g_max = (float)p->g_max, E_rev = (float)p->E_rev;
  const int row = s * cells->stride;
  double *restrict charge = f->charge + row, *restrict without = f->charge_without + row;
  const float *restrict unblocked = f->unblocked + row, *restrict V = cells->V, *restrict G = cells->ambient;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float opened = g_max * G[i] / ((G[i] + EC50) * __builtin_fmaf(mg, f->voltage[i], 1.0f));
    float drive = opened * (V[i] - E_rev), carried = drive * unblocked[i];
    f->open[i] = __builtin_fmaf(opened, unblocked[i], f->open[i]);
    f->current[i] += carried;
    charge[i] -= (double)carried;
    without[i] -= (double)(drive * share);
  }
}

static void adapt(const struct cells *cells, const struct step *step) {
  const struct extrasynaptic_params *p = cells->params;
  struct extrasynaptic f = extrasynaptic_at(cells->column);
  const struct trapping_receptor receptor = channels(p, &f);
  const float *restrict V = cells->V;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    f.voltage[i] = magnesium_voltage(V[i]);
    f.open[i] = 0.0f;
    f.current[i] = 0.0f;
  }
  trapping_adapt(cells, step, &receptor);
  for (int s = 0; s < SUBUNITS; s++) {
    if (p->subunit.share[s] > 0.0f) carry(cells, &f, s);
  }
}

static void rest(const struct cells *cells, const struct step *step, double rest_ms) {
  struct extrasynaptic f = extrasynaptic_at(cells->column);
  const struct trapping_receptor receptor = channels(cells->params, &f);
  trapping_rest_all(cells, step, &receptor, rest_ms);
}

MECHANISM_DEFINE(nmda_extrasynaptic, MECHANISM_RECEPTOR,
                 "extrasynaptic NMDA receptor, opened by ambient glutamate, with magnesium and drugs",
                 "Herman & Jahr 2007, doi:10.1523/JNEUROSCI.2554-07.2007; " TRAYNELIS, extrasynaptic_fields,
                 params, .params_size = sizeof(struct extrasynaptic_params), .fault = fault,
                 .prepare = prepare, .start = start, .open = open, .adapt = adapt, .rest = rest,
                 .answers = 1u << ACTION_NMDA_CHANNEL | 1u << ACTION_NMDA_SUBUNIT |
                            1u << ACTION_NMDA_ALLOSTERIC);
