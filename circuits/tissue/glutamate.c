/* glutamate.c — release and clearance of glutamate. The equation stands in glutamate.h.
 *
 * Method: once a millisecond, release and uptake by an exponential step at the rate of uptake that holds in
 * its middle, from a step ahead (order 2, exact far below K_m and at the steady state, stable for every
 * rate), then diffusion. Events are summed in fixed point, so the order of blocks and threads does not
 * matter. */
#include "tissue/glutamate.h"
#include "maths.h"
#include "memory.h"
#include "units.h"
#include <stdio.h>
#include <string.h>

const struct param glutamate_params[] = {
    PARAM_NUM(struct glutamate_params, synapses, "1/µm³", 1, 0.01, 10, PUBLISHED,
              "0.7-1.5 per cubic micrometre of cortex; Rusakov & Kullmann 1998, PMC6792642, for spacing",
              "density of synapses"),
    PARAM_NUM(struct glutamate_params, molecules, "1", 4000, 0, 1e6, PUBLISHED,
              "3000-5000, vesicular content", "molecules of a vesicle"),
    PARAM_NUM(struct glutamate_params, release_probability, "1", 0.3, 0, 1, PUBLISHED,
              "0.2-0.3 at CA3-CA1 synapses, 0.3-0.6 in layer 5", "release probability at a first spike"),
    PARAM_NUM(struct glutamate_params, volume_share, "1", 0.2, 0.01, 1, PUBLISHED,
              "0.15-0.2, Nicholson's diffusion studies", "extracellular share of the volume"),
    PARAM_NUM(struct glutamate_params, V_max, "µM/ms", 6, 0, 1000, PUBLISHED,
              "V_max/K_m = 0.3/ms, within 100-400/s from 0.14-0.25 mM transporters, Lehre & Danbolt 1998, "
              "doi:10.1523/JNEUROSCI.18-21-08751.1998",
              "largest rate of uptake"),
    PARAM_NUM(struct glutamate_params, K_m, "µM", 20, 0.1, 1000, PUBLISHED, "15-30 uM for EAAT1 and EAAT2",
              "half-saturation of uptake"),
    PARAM_NUM(struct glutamate_params, leak, "µM/ms", 0.003, 0, 10, ASSUMED,
              "10 nM at rest; with release at awake rates 25-90 nM, Herman & Jahr 2007, "
              "doi:10.1523/JNEUROSCI.2554-07.2007",
              "release that does not depend on spikes"),
    PARAM_NUM(struct glutamate_params, diffusion, "µm²/ms", 0.32, 0, 10, PUBLISHED,
              "apparent, Zheng et al. 2008, PMC2576387", "diffusion coefficient"),
};
const int n_glutamate_params = COUNT_OF(glutamate_params);

/* An event deposits this many units: sums of a millisecond stay far below 2⁶³, and a unit far below one
 * event. */
static const double UNITS_PER_EVENT = 0x1p24;

static const double *released(const struct population *population, int b) {
  return population_column(population, population_receptor(population, "nmda"), "released", 0, b);
}

static double synapses_of_cell(const struct population *population) {
  return population->release_nS > 0 ? population->synapses_nS / population->release_nS : 0;
}

/* µM/ms for one release per synapse and millisecond. */
static double per_rate(const struct glutamate_params *p) {
  double molecules_per_um3 = p->synapses * p->molecules * p->release_probability / p->volume_share;
  return molecules_per_um3 / AVOGADRO_PER_MOL * 1e15 * 1e6;
}

/* Balance of leak and uptake, µM; 0 where uptake cannot keep up with the leak and there is none. */
static double without_release(const struct glutamate_params *p) {
  return p->leak < p->V_max ? p->leak * p->K_m / (p->V_max - p->leak) : 0;
}

enum status glutamate_new(struct glutamate *glutamate, const struct glutamate_params *params,
                          const struct sheet *sheet, struct population *const *populations, int n,
                          int n_threads) {
  size_t sites = (size_t)sheet_sites(sheet);
  *glutamate = (struct glutamate){.params = *params,
                                  .sheet = sheet,
                                  .population = populations,
                                  .n_populations = n,
                                  .uptake = 1,
                                  .n_threads = n_threads};
  TRY(memory_new("glutamate", sites, sizeof(double), &glutamate->concentration));
  TRY(memory_new("glutamate", sites, sizeof(double), &glutamate->sum));
  TRY(memory_new("glutamate", sites, sizeof(double), &glutamate->synapses));
  TRY(memory_new("glutamate", sites, sizeof(double), &glutamate->scratch));
  TRY(memory_new("glutamate", (size_t)n, sizeof(double *), &glutamate->last));
  TRY(memory_new("glutamate", (size_t)n_threads, sizeof(int64_t *), &glutamate->deposit));
  for (int t = 0; t < n_threads; t++)
    TRY(memory_new("glutamate", sites, sizeof(int64_t), &glutamate->deposit[t]));
  for (int p = 0; p < n; p++) {
    TRY(memory_new("glutamate", (size_t)populations[p]->n, sizeof(double), &glutamate->last[p]));
    for (int i = 0; i < populations[p]->n; i++) {
      glutamate->synapses[populations[p]->site[i]] += synapses_of_cell(populations[p]);
    }
  }
  for (size_t s = 0; s < sites; s++) glutamate->concentration[s] = without_release(params);
  return STATUS_OK;
}

void glutamate_free(struct glutamate *glutamate) {
  for (int p = 0; glutamate->last && p < glutamate->n_populations; p++) memory_free(glutamate->last[p]);
  for (int t = 0; glutamate->deposit && t < glutamate->n_threads; t++) memory_free(glutamate->deposit[t]);
  memory_free(glutamate->last);
  memory_free(glutamate->deposit);
  memory_free(glutamate->concentration);
  memory_free(glutamate->sum);
  memory_free(glutamate->synapses);
  memory_free(glutamate->scratch);
  *glutamate = (struct glutamate){0};
}

/* Events at the cells of one block since the last look. */
static void release(void *context, int thread, const struct population *population, int b) {
  struct glutamate *glutamate = context;
  const struct block *block = &population->block[b];
  int p = 0;
  while (p < glutamate->n_populations && glutamate->population[p] != population) p++;
  if (p == glutamate->n_populations) return;
  const double *now = released(population, b);
  double *last = glutamate->last[p] + block->first;
  const int32_t *site = population->site + block->first;
  int64_t *deposit = glutamate->deposit[thread];
  const double units = population->release_nS > 0 ? UNITS_PER_EVENT / population->release_nS : 0;
  for (int i = 0; i < block->n; i++) {
    deposit[site[i]] += (int64_t)((now[i] - last[i]) * units);
    last[i] = now[i];
  }
}

/* G after a millisecond of a source against a first-order rate k of uptake. */
static double relax(double G, double source, double k) {
  double left = maths_exp(-k);
  return G * left + (k > 0 ? source / k * (1.0 - left) : source);
}

/* One millisecond of release, uptake and diffusion. */
static void clear(void *context, const struct network *network, int64_t tick) {
  (void)network, (void)tick;
  struct glutamate *glutamate = context;
  const struct glutamate_params *p = &glutamate->params;
  const double gain = per_rate(p), V_max = p->V_max * glutamate->uptake;
  for (int s = 0; s < sheet_sites(glutamate->sheet); s++) {
    int64_t units = 0;
    for (int t = 0; t < glutamate->n_threads; t++) {
      units += glutamate->deposit[t][s];
      glutamate->deposit[t][s] = 0;
    }
    double synapses = glutamate->synapses[s],
           rate = synapses > 0 ? (double)units / UNITS_PER_EVENT / synapses : 0;
    double G = glutamate->concentration[s], source = rate * gain + p->leak;
    double ahead = relax(G, source, V_max / (p->K_m + G));
    glutamate->concentration[s] = relax(G, source, V_max / (p->K_m + 0.5 * (G + ahead)));
  }
  sheet_diffuse(glutamate->sheet, glutamate->concentration, glutamate->scratch, p->diffusion, 1.0);
  for (int s = 0; s < sheet_sites(glutamate->sheet); s++) glutamate->sum[s] += glutamate->concentration[s];
  glutamate->looks += 1.0;
}

struct observer glutamate_observer(struct glutamate *glutamate) {
  return (struct observer){.context = glutamate, .block = release, .millisecond = clear};
}

void glutamate_restart(struct glutamate *glutamate, bool clear_sums) {
  for (int p = 0; p < glutamate->n_populations; p++) {
    const struct population *population = glutamate->population[p];
    for (int b = 0; b < population->n_blocks; b++) {
      const struct block *block = &population->block[b];
      memcpy(glutamate->last[p] + block->first, released(population, b), (size_t)block->n * sizeof(double));
    }
  }
  if (!clear_sums) return;
  memset(glutamate->sum, 0, (size_t)sheet_sites(glutamate->sheet) * sizeof(double));
  glutamate->looks = 0;
}

double glutamate_mean(const struct glutamate *glutamate, int site) {
  return glutamate->looks > 0 ? glutamate->sum[site] / glutamate->looks : glutamate->concentration[site];
}

enum status glutamate_visit(struct glutamate *glutamate, const char *region, struct visitor *visitor) {
  char name[96];
  size_t sites = (size_t)sheet_sites(glutamate->sheet);
  snprintf(name, sizeof name, "%s/glutamate", region);
  TRY(visitor->array(visitor, name, STATE_F64, sites, glutamate->concentration));
  snprintf(name, sizeof name, "%s/glutamate_sum", region);
  TRY(visitor->array(visitor, name, STATE_F64, sites, glutamate->sum));
  snprintf(name, sizeof name, "%s/glutamate_looks", region);
  return visitor->array(visitor, name, STATE_F64, 1, &glutamate->looks);
}
