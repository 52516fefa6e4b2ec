/* mglur2.c — autoreceptors on glutamatergic terminals: what they see and whom they tell. See mglur2.h. */
#include "tissue/mglur2.h"
#include "drugs/action.h"
#include "memory.h"
#include <string.h>

#define HASCUP "Hascup et al. 2010, doi:10.1111/j.1471-4159.2010.07066.x"

const struct param mglur2_params[] = {
    PARAM_NUM(struct presynaptic_params, tone, "1", 0.667, 0, 0.99, PUBLISHED,
              "from antagonist +40 %, agonist -20 %, omega-conotoxin -50 % of resting glutamate, " HASCUP,
              "activity of the autoreceptors at rest"),
    PARAM_NUM(struct presynaptic_params, largest, "1", 0.667, 0, 0.99, PUBLISHED,
              "from antagonist +40 %, agonist -20 %, omega-conotoxin -50 % of resting glutamate, " HASCUP,
              "share of release that full activity takes away"),
    PARAM_NUM(struct presynaptic_params, hill, "1", 1, 0.5, 4, ASSUMED,
              "one site of glutamate in each receptor", "Hill coefficient"),
    PARAM_NUM(struct presynaptic_params, tau_on, "ms", 200, 1, 1e5, ASSUMED,
              "G proteins reach terminals within some hundred milliseconds", "time constant of onset"),
    PARAM_NUM(struct presynaptic_params, tau_off, "ms", 1000, 1, 1e5, ASSUMED,
              "presynaptic inhibition by G proteins outlasts its cause by a second or so",
              "time constant of decay"),
};
const int n_mglur2_params = COUNT_OF(mglur2_params);

/* Does a population open receptors of the port that the background opens too? */
static bool opens_glutamate(const struct network *network, const struct population *population) {
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    if (projection->source == population && projection->port == projection->target->background_port)
      return true;
  }
  return false;
}

enum status mglur2_new(struct mglur2 *mglur2, const struct presynaptic_params *params, bool on,
                       const struct glutamate *glutamate, const struct heteroreceptors *heteroreceptors,
                       const struct network *network, const struct background_terminals *background) {
  *mglur2 = (struct mglur2){.glutamate = glutamate, .heteroreceptors = heteroreceptors, .network = network};
  int sites = sheet_sites(glutamate->sheet), n = glutamate->n_populations;
  TRY(presynaptic_new(&mglur2->receptors, params, on, sites, glutamate->seen));
  TRY(memory_new("autoreceptors", (size_t)sites, sizeof(double), &mglur2->agonist));
  TRY(memory_new("autoreceptors", (size_t)sites, sizeof(double), &mglur2->raised));
  TRY(memory_new("autoreceptors", (size_t)n, sizeof(bool), &mglur2->glutamatergic));
  TRY(memory_new("autoreceptors", (size_t)n, sizeof *mglur2->open_to, &mglur2->open_to));
  for (int p = 0; p < n; p++)
    mglur2->open_to[p] = background ? background[p] : (struct background_terminals){1, 1};
  for (int p = 0; p < n; p++) mglur2->glutamatergic[p] = opens_glutamate(network, glutamate->population[p]);
  for (int s = 0; s < sites; s++) mglur2->raised[s] = 1;
  return STATUS_OK;
}

void mglur2_free(struct mglur2 *mglur2) {
  presynaptic_free(&mglur2->receptors);
  memory_free(mglur2->agonist);
  memory_free(mglur2->raised);
  memory_free(mglur2->glutamatergic);
  memory_free(mglur2->open_to);
  *mglur2 = (struct mglur2){0};
}

static void advance(void *context, const struct network *network, int64_t tick) {
  (void)network, (void)tick;
  struct mglur2 *mglur2 = context;
  presynaptic_advance(&mglur2->receptors, mglur2->glutamate->seen, mglur2->agonist);
}

/* Fibres from outside that end in this region. */
static bool ends_here(const struct mglur2 *mglur2, const struct population *population) {
  const struct glutamate *glutamate = mglur2->glutamate;
  return population->outside && glutamate->n_populations > 0 &&
         strcmp(population->region, glutamate->population[0]->region) == 0;
}

/* Factor on what the background of a population's cells releases at a site, but for heteroreceptors. */
static double background_at(const struct mglur2 *mglur2, int p, int site) {
  const struct background_terminals share = mglur2->open_to[p];
  double tone = 1.0 + share.mglur2 * (mglur2->receptors.factor[site] - 1.0),
         drugs = 1.0 + share.drugs * (mglur2->raised[site] - 1.0);
  return tone * drugs;
}

static void tell(void *context, const struct population *population, int b) {
  const struct mglur2 *mglur2 = context;
  const struct block *block = &population->block[b];
  if (!population_holds(population, b)) return;
  const struct glutamate *glutamate = mglur2->glutamate;
  const struct heteroreceptors *hetero = mglur2->heteroreceptors;
  int p = 0;
  while (p < glutamate->n_populations && glutamate->population[p] != population) p++;
  const bool here = p < glutamate->n_populations;
  const bool own = here ? mglur2->glutamatergic[p] : ends_here(mglur2, population);
  if (!here && !own) return;
  for (int i = 0, end; i < block->n; i = end) {
    const int site = population->site[block->first + i];
    const double held = here && hetero ? heteroreceptors_background(hetero, p, site) : 1.0,
                 background = here ? held * background_at(mglur2, p, site) : 1.0;
    end = population_site_end(population, block, i);
    for (int j = i; own && j < end; j++) {
      block->release[RELEASE_MGLUR2][j] = (float)mglur2->receptors.factor[site];
      block->release[RELEASE_DRUGS][j] = (float)mglur2->raised[site];
    }
    for (int j = i; here && j < end; j++) block->afferent_release[j] = (float)background;
  }
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
  presynaptic_settle(&mglur2->receptors, settle_ms);
  bool changed = false;
  for (int site = 0; site < mglur2->receptors.sites; site++) {
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
  if (clear_sums) presynaptic_forget(&mglur2->receptors);
}

void mglur2_set_rest(struct mglur2 *mglur2) {
  for (int s = 0; s < mglur2->receptors.sites; s++)
    presynaptic_rest(&mglur2->receptors, s, glutamate_mean_seen(mglur2->glutamate, s));
}

enum status mglur2_visit(struct mglur2 *mglur2, const char *region, struct visitor *visitor) {
  return presynaptic_visit(&mglur2->receptors, region, "mglur2", visitor);
}
