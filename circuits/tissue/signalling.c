/* signalling.c — the slow system of one site: its mechanisms put together and advanced by CVODE. */
#include "tissue/signalling.h"
#include "fields.h"
#include "maths.h"

/* Tolerances of the solver: far below what windows of seconds can resolve. */
static const double RELATIVE_TOLERANCE = 1e-7, ABSOLUTE_TOLERANCE = 1e-9;

const struct param switch_params[] = {
    PARAM_BOOL(
        struct signalling, direct_translation, 1, SETTING,
        "for: Autry et al. 2011, Gideons et al. 2014; against: Emnett et al. 2013 (memantine blocks alike)",
        "block of pyramidal NMDA receptors raises BDNF synthesis; off: synthesis sees no block"),
    PARAM_BOOL(struct signalling, homeostatic_scaling, 1, SETTING,
               "for: Turrigiano 2008; Kavalali & Monteggia 2012",
               "AMPA receptors scale with firing rate; off: scaling sees the baseline rate"),
    PARAM_BOOL(struct signalling, extrasynaptic, 1, SETTING,
               "for: Miller et al. 2014, doi:10.7554/eLife.03581; against: Emnett et al. 2013",
               "drugs reach extrasynaptic NMDA receptors; off: these see no drug, their current stays"),
    PARAM_BOOL(struct signalling, allosteric_site, 0, SETTING,
               "for: PMC11948614 (recombinant receptors), not confirmed in neurons",
               "extrasynaptic NMDA receptors have the allosteric site; off: they have none"),
};
const int n_switch_params = COUNT_OF(switch_params);

double signalling_hill(double x, double half, double n) {
  double top = maths_pow(x, n), k = maths_pow(half, n);
  return (1.0 + k) * top / (k + top);
}

void signalling_read(struct config *config, struct signalling *out) {
  params_read(config, "tissue.bdnf", bdnf_params, n_bdnf_params, NULL, 0, &out->bdnf);
  params_read(config, "tissue.mtorc1", mtorc1_params, n_mtorc1_params, NULL, 0, &out->mtorc1);
  params_read(config, "tissue.proteins", proteins_params, n_proteins_params, NULL, 0, &out->proteins);
  params_read(config, "tissue.scaling", scaling_params, n_scaling_params, NULL, 0, &out->scaling);
  params_read(config, "mechanisms", switch_params, n_switch_params, NULL, 0, out);
}

void signalling_rest(double y[SIGNALLING_COUNT]) {
#define SIGNALLING_REST(name, id, rest, meaning) y[SIGNALLING_##id] = rest;
  SIGNALLING_STATES(SIGNALLING_REST)
#undef SIGNALLING_REST
}

struct site {
  const struct signalling *signalling;
  const struct signalling_input *in;
};

static void rates(double t_h, const double *y, double *dydt, void *context) {
  (void)t_h;
  const struct site *site = context;
  const struct signalling *s = site->signalling;
  bdnf_rates(&s->bdnf, site->in, y, dydt);
  mtorc1_rates(&s->mtorc1, site->in, bdnf_trkb_signal(&s->bdnf, y), y, dydt);
  proteins_rates(&s->proteins, y, dydt);
}

enum status signalling_solver(struct stiff **out) {
  return stiff_new(SIGNALLING_SOLVED, RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE, out);
}

enum status signalling_advance(const struct signalling *signalling, const struct signalling_input *in,
                               struct stiff *solver, const char *where, double t0_h, double t1_h,
                               double y[SIGNALLING_COUNT]) {
  struct signalling_input clamped = *in;
  if (!signalling->direct_translation) clamped.nmda_blocked = 0.0;
  if (!signalling->homeostatic_scaling) clamped.rate = 1.0;
  struct site site = {signalling, &clamped};
  TRY(stiff_advance(solver, rates, &site, where, t0_h, t1_h, y));
  y[SIGNALLING_SCALE] = scaling_advance(&signalling->scaling, &clamped, t1_h - t0_h, y[SIGNALLING_SCALE]);
  return STATUS_OK;
}
