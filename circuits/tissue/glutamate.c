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
    PARAM_NUM(struct glutamate_params, V_max, "µM/ms", 8, 0, 1000, PUBLISHED,
              "V_max/K_m = 0.4/ms, the upper end of 100-400/s from 0.14-0.25 mM transporters, Lehre & "
              "Danbolt 1998, "
              "doi:10.1523/JNEUROSCI.18-21-08751.1998",
              "largest rate of uptake"),
    PARAM_NUM(struct glutamate_params, K_m, "µM", 20, 0.1, 1000, PUBLISHED, "15-30 uM for EAAT1 and EAAT2",
              "half-saturation of uptake"),
    PARAM_NUM(struct glutamate_params, leak, "µM/ms", 0.012, 0, 10, ASSUMED,
              "30 nM without release: 25-90 nM in slices, where spikes release little, Herman & Jahr 2007, "
              "doi:10.1523/JNEUROSCI.2554-07.2007",
              "release that does not depend on spikes"),
    PARAM_NUM(struct glutamate_params, diffusion, "µm²/ms", 0.32, 0, 10, PUBLISHED,
              "apparent, Zheng et al. 2008, PMC2576387", "diffusion coefficient"),
    PARAM_NUM(struct glutamate_params, uptake, "1", 1, 0, 10, ASSUMED, "1 in healthy tissue",
              "share of uptake that is left at every site"),
    PARAM_NUM(struct glutamate_params, receptor_distance, "µm", 0.23, 0.01, 10, ASSUMED,
              "half of the 0.465 um from a synapse to the next, Rusakov & Kullmann 1998, PMC6792642",
              "distance of extrasynaptic receptors from the nearest synapse"),
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
  double V = p->uptake * p->V_max;
  return p->leak < V ? p->leak * p->K_m / (V - p->leak) : 0;
}

/* σ at a share of uptake, ms: what the nearest synapse adds to the mean. Without diffusion nothing gets
 * there. */
static double near_synapse(const struct glutamate_params *p, double uptake) {
  const double four_pi = 12.566370614359172;
  double d = p->receptor_distance, D = p->diffusion;
  if (!(D > 0)) return 0;
  double reach = maths_exp(-d * sqrt(uptake * p->V_max / (p->K_m * D)));
  return reach / (four_pi * D * d * p->synapses);
}

enum status glutamate_new(struct glutamate *glutamate, const struct glutamate_params *params,
                          const struct sheet *sheet, struct population *const *populations, int n,
                          int n_threads) {
  size_t sites = (size_t)sheet_sites(sheet);
  *glutamate = (struct glutamate){.params = *params,
                                  .sheet = sheet,
                                  .population = populations,
                                  .n_populations = n,
                                  .n_threads = n_threads};
  double **const fields[] = {&glutamate->concentration, &glutamate->seen,     &glutamate->uptake,
                             &glutamate->sum,           &glutamate->seen_sum, &glutamate->source_sum,
                             &glutamate->synapses,      &glutamate->near_ms,  &glutamate->scratch};
  for (int f = 0; f < COUNT_OF(fields); f++) TRY(memory_new("glutamate", sites, sizeof(double), fields[f]));
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
  for (size_t s = 0; s < sites; s++) {
    glutamate->uptake[s] = params->uptake;
    glutamate->near_ms[s] = near_synapse(params, params->uptake);
    glutamate->concentration[s] = glutamate->seen[s] = without_release(params);
  }
  return STATUS_OK;
}

void glutamate_free(struct glutamate *glutamate) {
  for (int p = 0; glutamate->last && p < glutamate->n_populations; p++) memory_free(glutamate->last[p]);
  for (int t = 0; glutamate->deposit && t < glutamate->n_threads; t++) memory_free(glutamate->deposit[t]);
  memory_free(glutamate->last);
  memory_free(glutamate->deposit);
  double *const fields[] = {glutamate->concentration, glutamate->seen,     glutamate->uptake,
                            glutamate->sum,           glutamate->seen_sum, glutamate->source_sum,
                            glutamate->synapses,      glutamate->near_ms,  glutamate->scratch};
  for (int f = 0; f < COUNT_OF(fields); f++) memory_free(fields[f]);
  *glutamate = (struct glutamate){0};
}

/* Place of a population among those of the region, −1 if it is of another. */
static int place_of(const struct glutamate *glutamate, const struct population *population) {
  for (int p = 0; p < glutamate->n_populations; p++) {
    if (glutamate->population[p] == population) return p;
  }
  return -1;
}

/* Released since the last look by n cells, in whole units: their sum is exact as a double, in any order. A
 * state of anybody's making may have more than any cell releases in a millisecond, or no number: it ends at
 * 65,536 events. */
static double in_units(const double *restrict now, double *restrict last, double units, int n) {
  const double most = 0x1p16 * UNITS_PER_EVENT, whole = 0x1p52; /* adding it rounds to the nearest integer */
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int i = 0; i < n; i++) {
    double x = (now[i] - last[i]) * units;
    x = x > 0 ? x : 0;
    x = x < most ? x : most;
    double nearest = (x + whole) - whole;
    sum += nearest > x ? nearest - 1 : nearest;
    last[i] = now[i];
  }
  return sum;
}

/* Events at the cells of one block since the last look. */
static void release(void *context, int thread, const struct population *population, int b) {
  struct glutamate *glutamate = context;
  const struct block *block = &population->block[b];
  int p = place_of(glutamate, population);
  if (p < 0) return;
  const double *now = released(population, b);
  double *last = glutamate->last[p] + block->first;
  const double units = population->release_nS > 0 ? UNITS_PER_EVENT / population->release_nS : 0;
  for (int i = 0, end; i < block->n; i = end) {
    end = population_site_end(population, block, i);
    glutamate->deposit[thread][population->site[block->first + i]] +=
        (int64_t)in_units(now + i, last + i, units, end - i);
  }
}

/* G after a millisecond of a source against a first-order rate k of uptake. */
static double relax(double G, double source, double k) {
  double left = maths_exp(-k);
  return G * left + (k > 0 ? source / k * (1.0 - left) : source);
}

/* Events of a millisecond at a site, of all threads, per synapse; the deposits are emptied. */
static double collect(struct glutamate *glutamate, int s) {
  int64_t units = 0;
  for (int t = 0; t < glutamate->n_threads; t++) {
    units += glutamate->deposit[t][s];
    glutamate->deposit[t][s] = 0;
  }
  double synapses = glutamate->synapses[s];
  return synapses > 0 ? (double)units / UNITS_PER_EVENT / synapses : 0;
}

/* Where cells are in several processes: what all of them released at each site. */
static void meet(struct glutamate *glutamate, struct exchange *exchange) {
  size_t sites = (size_t)sheet_sites(glutamate->sheet);
  int64_t *all = glutamate->deposit[0];
  if (exchange_whole(exchange)) return;
  for (int t = 1; t < glutamate->n_threads; t++) {
    for (size_t s = 0; s < sites; s++) all[s] += glutamate->deposit[t][s];
    memset(glutamate->deposit[t], 0, sites * sizeof(int64_t));
  }
  exchange_sum(exchange, all, sites);
}

/* One millisecond of release, uptake and diffusion. */
static void clear(void *context, const struct network *network, int64_t tick) {
  (void)tick;
  struct glutamate *glutamate = context;
  meet(glutamate, network->exchange);
  const struct glutamate_params *p = &glutamate->params;
  const double gain = per_rate(p);
  for (int s = 0; s < sheet_sites(glutamate->sheet); s++) {
    double released = collect(glutamate, s) * gain, source = released + p->leak;
    double G = glutamate->concentration[s], V = glutamate->uptake[s] * p->V_max;
    double ahead = relax(G, source, V / (p->K_m + G));
    glutamate->concentration[s] = relax(G, source, V / (p->K_m + 0.5 * (G + ahead)));
    glutamate->source_sum[s] += released;
    glutamate->seen[s] = glutamate->near_ms[s] * released;
  }
  sheet_diffuse(glutamate->sheet, glutamate->concentration, glutamate->scratch, p->diffusion, 1.0);
  for (int s = 0; s < sheet_sites(glutamate->sheet); s++) {
    glutamate->seen[s] += glutamate->concentration[s];
    glutamate->sum[s] += glutamate->concentration[s];
    glutamate->seen_sum[s] += glutamate->seen[s];
  }
  glutamate->looks += 1.0;
}

static void tell(void *context, const struct population *population, int b) {
  const struct glutamate *glutamate = context;
  const struct block *block = &population->block[b];
  if (place_of(glutamate, population) < 0) return;
  for (int i = 0, end; i < block->n; i = end) {
    const float seen = (float)glutamate->seen[population->site[block->first + i]];
    end = population_site_end(population, block, i);
    for (int j = i; j < end; j++) block->ambient[j] = seen;
  }
}

struct observer glutamate_observer(struct glutamate *glutamate) {
  return (struct observer){.context = glutamate, .block = release, .millisecond = clear, .tell = tell};
}

void glutamate_restart(struct glutamate *glutamate, bool clear_sums) {
  int sites = sheet_sites(glutamate->sheet);
  for (int s = 0; s < sites; s++) {
    glutamate->near_ms[s] = near_synapse(&glutamate->params, glutamate->uptake[s]);
  }
  for (int p = 0; p < glutamate->n_populations; p++) {
    const struct population *population = glutamate->population[p];
    for (int b = 0; b < population->n_blocks; b++) {
      const struct block *block = &population->block[b];
      if (!population_holds(population, b)) continue;
      memcpy(glutamate->last[p] + block->first, released(population, b), (size_t)block->n * sizeof(double));
      tell(glutamate, population, b);
    }
  }
  if (!clear_sums) return;
  double *const sums[] = {glutamate->sum, glutamate->seen_sum, glutamate->source_sum};
  for (int k = 0; k < COUNT_OF(sums); k++) memset(sums[k], 0, (size_t)sites * sizeof(double));
  glutamate->looks = 0;
}

double glutamate_mean(const struct glutamate *glutamate, int site) {
  return glutamate->looks > 0 ? glutamate->sum[site] / glutamate->looks : glutamate->concentration[site];
}

double glutamate_mean_seen(const struct glutamate *glutamate, int site) {
  return glutamate->looks > 0 ? glutamate->seen_sum[site] / glutamate->looks : glutamate->seen[site];
}

double glutamate_mean_source(const struct glutamate *glutamate, int site) {
  return glutamate->looks > 0 ? glutamate->source_sum[site] / glutamate->looks : 0;
}

enum status glutamate_visit(struct glutamate *glutamate, const char *region, struct visitor *visitor) {
  char name[96];
  size_t sites = (size_t)sheet_sites(glutamate->sheet);
  const struct {
    const char *name;
    double *data;
  } fields[] = {{"glutamate", glutamate->concentration},     {"glutamate_seen", glutamate->seen},
                {"glutamate_uptake", glutamate->uptake},     {"glutamate_sum", glutamate->sum},
                {"glutamate_seen_sum", glutamate->seen_sum}, {"glutamate_source_sum", glutamate->source_sum}};
  for (int f = 0; f < COUNT_OF(fields); f++) {
    snprintf(name, sizeof name, "%s/%s", region, fields[f].name);
    TRY(visitor->array(visitor, name, STATE_F64, sites, fields[f].data));
  }
  snprintf(name, sizeof name, "%s/glutamate_looks", region);
  return visitor->array(visitor, name, STATE_F64, 1, &glutamate->looks);
}
