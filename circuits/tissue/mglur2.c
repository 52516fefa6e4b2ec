/* mglur2.c — autoreceptors on glutamatergic terminals. The equations stand in mglur2.h.
 *
 * Method: once a millisecond, both linear equations by their exact exponential step with the input held
 * (order 1 in the input, stable for any step). While a window settles a millisecond stands for so much
 * time that six time constants pass: minutes to days lie between windows, and receptors have followed. The
 * filter stands before the curve, so that the curve sees the mean of release and not its millisecond
 * noise. */
#include "tissue/mglur2.h"
#include "drugs/action.h"
#include "maths.h"
#include "memory.h"
#include <stdio.h>
#include <string.h>

#define HASCUP "Hascup et al. 2010, doi:10.1111/j.1471-4159.2010.07066.x"

const struct param mglur2_params[] = {
    PARAM_NUM(struct mglur2_params, tone, "1", 0.667, 0, 0.99, PUBLISHED,
              "from antagonist +40 %, agonist -20 %, omega-conotoxin -50 % of resting glutamate, " HASCUP,
              "activity of the autoreceptors at rest"),
    PARAM_NUM(struct mglur2_params, largest, "1", 0.667, 0, 0.99, PUBLISHED,
              "from antagonist +40 %, agonist -20 %, omega-conotoxin -50 % of resting glutamate, " HASCUP,
              "share of release that full activity takes away"),
    PARAM_NUM(struct mglur2_params, hill, "1", 1, 0.5, 4, ASSUMED, "one site of glutamate in each receptor",
              "Hill coefficient"),
    PARAM_NUM(struct mglur2_params, tau_on, "ms", 200, 1, 1e5, ASSUMED,
              "G proteins reach terminals within some hundred milliseconds", "time constant of onset"),
    PARAM_NUM(struct mglur2_params, tau_off, "ms", 1000, 1, 1e5, ASSUMED,
              "presynaptic inhibition by G proteins outlasts its cause by a second or so",
              "time constant of decay"),
};
const int n_mglur2_params = COUNT_OF(mglur2_params);

/* Time constants that pass while a window settles. */
static const double SETTLING = 6;

/* Does a population open receptors of the port that the background opens too? */
static bool opens_glutamate(const struct network *network, const struct population *population) {
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    if (projection->source == population && projection->port == projection->target->background_port)
      return true;
  }
  return false;
}

static int sites_of(const struct mglur2 *mglur2) { return sheet_sites(mglur2->glutamate->sheet); }

enum status mglur2_new(struct mglur2 *mglur2, const struct mglur2_params *params, bool on,
                       const struct glutamate *glutamate, const struct network *network) {
  *mglur2 =
      (struct mglur2){.params = *params, .glutamate = glutamate, .network = network, .on = on, .pace = 1};
  double **const fields[] = {&mglur2->filtered, &mglur2->activity, &mglur2->rest,  &mglur2->factor,
                             &mglur2->sum,      &mglur2->agonist,  &mglur2->raised};
  int sites = sites_of(mglur2), n = glutamate->n_populations;
  for (int f = 0; f < COUNT_OF(fields); f++)
    TRY(memory_new("autoreceptors", (size_t)sites, sizeof(double), fields[f]));
  TRY(memory_new("autoreceptors", (size_t)n, sizeof(bool), &mglur2->glutamatergic));
  for (int p = 0; p < n; p++) mglur2->glutamatergic[p] = opens_glutamate(network, glutamate->population[p]);
  for (int s = 0; s < sites; s++) {
    mglur2->filtered[s] = glutamate->seen[s];
    mglur2->activity[s] = params->tone;
    mglur2->factor[s] = mglur2->raised[s] = 1;
  }
  return STATUS_OK;
}

void mglur2_free(struct mglur2 *mglur2) {
  double *const fields[] = {mglur2->filtered, mglur2->activity, mglur2->rest,  mglur2->factor,
                            mglur2->sum,      mglur2->agonist,  mglur2->raised};
  for (int f = 0; f < COUNT_OF(fields); f++) memory_free(fields[f]);
  memory_free(mglur2->glutamatergic);
  *mglur2 = (struct mglur2){0};
}

double mglur2_most(const struct mglur2_params *params) {
  return 1.0 / (1.0 - params->largest * params->tone);
}

static double power(double x, double n) { return n == 1.0 ? x : maths_pow(x, n); }

/* f at activity h: what release is where `tone` is 1. */
static double factor_of(const struct mglur2 *mglur2, double activity) {
  const struct mglur2_params *p = &mglur2->params;
  return (1.0 - p->largest * activity) / (1.0 - p->largest * p->tone);
}

static void advance(void *context, const struct network *network, int64_t tick) {
  (void)network, (void)tick;
  struct mglur2 *mglur2 = context;
  const struct mglur2_params *p = &mglur2->params;
  const double on = 1.0 - maths_exp(-mglur2->pace / p->tau_on),
               off = 1.0 - maths_exp(-mglur2->pace / p->tau_off);
  const double at_rest = power(p->tone / (1.0 - p->tone), 1.0 / p->hill);
  for (int s = 0; s < sites_of(mglur2); s++) {
    double rest = mglur2->rest[s];
    mglur2->filtered[s] += on * (mglur2->glutamate->seen[s] - mglur2->filtered[s]);
    if (rest > 0) {
      double z = power(at_rest * mglur2->filtered[s] / rest + mglur2->agonist[s], p->hill);
      mglur2->activity[s] += off * (z / (1.0 + z) - mglur2->activity[s]);
    }
    mglur2->factor[s] = mglur2->on ? factor_of(mglur2, mglur2->activity[s]) : 1.0;
    mglur2->sum[s] += mglur2->factor[s];
  }
  mglur2->looks += 1.0;
}

/* Fibres from outside that end in this region. */
static bool ends_here(const struct mglur2 *mglur2, const struct population *population) {
  const struct glutamate *glutamate = mglur2->glutamate;
  return population->outside && glutamate->n_populations > 0 &&
         strcmp(population->region, glutamate->population[0]->region) == 0;
}

static void tell(void *context, const struct population *population, int b) {
  const struct mglur2 *mglur2 = context;
  const struct block *block = &population->block[b];
  const int32_t *site = population->site + block->first;
  const struct glutamate *glutamate = mglur2->glutamate;
  int p = 0;
  while (p < glutamate->n_populations && glutamate->population[p] != population) p++;
  if (ends_here(mglur2, population)) { /* terminals of fibres from outside */
    for (int i = 0; i < block->n; i++)
      block->release[i] = (float)(mglur2->factor[site[i]] * mglur2->raised[site[i]]);
    return;
  }
  if (p == glutamate->n_populations) return;
  for (int i = 0; i < block->n; i++)
    block->afferent_release[i] = (float)(mglur2->factor[site[i]] * mglur2->raised[site[i]]);
  if (mglur2->glutamatergic[p])
    memcpy(block->release, block->afferent_release, (size_t)block->n * sizeof(float));
}

struct observer mglur2_observer(struct mglur2 *mglur2) {
  return (struct observer){.context = mglur2, .millisecond = advance, .tell = tell};
}

/* Σ C/EC50 of agonists at a site. */
static double agonist_at(const struct exposure *exposures, int n, int site) {
  double sum = 0;
  for (int e = 0; e < n; e++) {
    if (exposures[e].action != ACTION_MGLUR2_AGONIST) continue;
    const struct mglur2_agonist *drug = exposures[e].properties;
    sum += exposure_uM(&exposures[e], site) / drug->EC50;
  }
  return sum;
}

void mglur2_conditions(struct mglur2 *mglur2, const struct exposure *exposures, int n, double settle_ms) {
  double slowest = fmax(mglur2->params.tau_on, mglur2->params.tau_off);
  mglur2->pace = settle_ms > 0 ? fmax(1.0, SETTLING * slowest / settle_ms) : 1.0;
  bool changed = false;
  for (int site = 0; site < sites_of(mglur2); site++) {
    double raised = action_release(exposures, n, site);
    changed |= raised != mglur2->raised[site];
    mglur2->raised[site] = raised;
    mglur2->agonist[site] = agonist_at(exposures, n, site);
  }
  if (changed) mglur2_restart(mglur2, false); /* what was told last, or before a load, holds no more */
}

void mglur2_restart(struct mglur2 *mglur2, bool clear_sums) {
  const struct glutamate *glutamate = mglur2->glutamate;
  for (int p = 0; p < glutamate->n_populations; p++) {
    for (int b = 0; b < glutamate->population[p]->n_blocks; b++) tell(mglur2, glutamate->population[p], b);
  }
  for (int p = 0; p < mglur2->network->n_populations; p++) {
    const struct population *population = mglur2->network->population[p];
    for (int b = 0; population->outside && b < population->n_blocks; b++) tell(mglur2, population, b);
  }
  if (!clear_sums) return;
  memset(mglur2->sum, 0, (size_t)sites_of(mglur2) * sizeof(double));
  mglur2->looks = 0;
}

void mglur2_set_rest(struct mglur2 *mglur2) {
  for (int s = 0; s < sites_of(mglur2); s++) {
    mglur2->rest[s] = glutamate_mean_seen(mglur2->glutamate, s);
    mglur2->activity[s] = mglur2->params.tone;
  }
}

double mglur2_mean(const struct mglur2 *mglur2, int site) {
  return mglur2->looks > 0 ? mglur2->sum[site] / mglur2->looks : mglur2->factor[site];
}

enum status mglur2_visit(struct mglur2 *mglur2, const char *region, struct visitor *visitor) {
  char name[96];
  const struct {
    const char *name;
    double *data;
  } fields[] = {{"filtered", mglur2->filtered},
                {"activity", mglur2->activity},
                {"rest", mglur2->rest},
                {"factor", mglur2->factor},
                {"sum", mglur2->sum}};
  for (int f = 0; f < COUNT_OF(fields); f++) {
    snprintf(name, sizeof name, "%s/mglur2_%s", region, fields[f].name);
    TRY(visitor->array(visitor, name, STATE_F64, (size_t)sites_of(mglur2), fields[f].data));
  }
  snprintf(name, sizeof name, "%s/mglur2_looks", region);
  return visitor->array(visitor, name, STATE_F64, 1, &mglur2->looks);
}
