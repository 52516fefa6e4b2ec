/* voltage_clamp.c — currents at a holding potential, and the events in them. See voltage_clamp.h. */
#include "signals/voltage_clamp.h"
#include "maths.h"
#include "memory.h"
#include "random.h"
#include "receptors/magnesium.h"
#include "receptors/nmda.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Rise of the smooth trace that makes an event, in SD of what noise makes of such a rise: noise alone then
 * gives less than one in a minute. Least rise, pA: where there is no noise, the resolution of single
 * precision. */
static const double THRESHOLD_SD = 4.5, LEAST_PA = 0.1;

const struct param clamp_params[] = {
    PARAM_NUM(struct clamp_settings, hold_excitatory, "mV", -70, -120, 0, SETTING,
              "near the reversal potential of GABA-A, as in recordings of sEPSC",
              "holding potential for excitatory currents"),
    PARAM_NUM(struct clamp_settings, hold_inhibitory, "mV", 0, -60, 60, SETTING,
              "the reversal potential of excitation, as in recordings of sIPSC; 10 mV is used as well",
              "holding potential for inhibitory currents"),
    PARAM_NUM(struct clamp_settings, noise, "pA", 2, 0, 100, ASSUMED,
              "SD of whole-cell recordings is 1.5-3 pA", "noise of a sample"),
    PARAM_NUM(struct clamp_settings, smoothing, "ms", 0.5, 0, 2, SETTING,
              "shorter than the rise of a current", "SD of the Gaussian that smooths a deconvolved trace"),
};
const int n_clamp_params = COUNT_OF(clamp_params);

/* ---- making ---- */

static double number(const struct population *population, int receptor, const char *key) {
  const struct receptor *r = &population->receptor[receptor];
  return mechanism_number(r->mechanism, r->params, key);
}

/* Shares of channels that magnesium leaves open at the holding potential. */
static void set_open(struct clamp_population *own, const struct population *population, double V) {
  static const char *const keys[CLAMP_SUBUNITS] = {"K0_2A", "K0_2B", "K0_2C", "K0_2D"};
  double Mg = number(population, own->nmda, "Mg");
  for (int s = 0; s < CLAMP_SUBUNITS; s++) {
    double m = Mg / number(population, own->nmda, keys[s]) * (double)magnesium_voltage((float)V);
    own->open[s] = 1.0 / (1.0 + m);
  }
}

/* The Gaussian, in samples; one tap if it is narrower than they are. */
static void set_taps(struct clamp *clamp) {
  double sd = clamp->settings.smoothing / clamp->network->clock.dt_ms, sum = 0;
  int reach = (int)fmin(ceil(3.0 * sd), (double)((CLAMP_TAPS - 1) / 2));
  clamp->taps = 2 * reach + 1;
  for (int j = -reach; j <= reach; j++) {
    clamp->tap[reach + j] = sd > 0 ? maths_exp(-0.5 * j * j / (sd * sd)) : 1.0;
    sum += clamp->tap[reach + j];
  }
  for (int j = 0; j < clamp->taps; j++) clamp->tap[j] /= sum;
  clamp->reach = (int)fmax(2, fmin(ceil(4.0 * sd), CLAMP_TAPS - 4));
}

/* Largest SD of the difference of two values of the smooth trace, at most `reach` samples apart, that noise
 * of SD 1 makes: the inverse and the Gaussian one after the other, q, against itself. */
static double noise_of_rise(const struct clamp *clamp, const struct clamp_template *template) {
  double q[CLAMP_TAPS + 2] = {0}, most = 0;
  int n = clamp->taps + 2;
  for (int m = 0; m < clamp->taps; m++) {
    q[m] += clamp->tap[m];
    q[m + 1] -= (template->rise + template->decay) * clamp->tap[m];
    q[m + 2] += template->rise * template->decay * clamp->tap[m];
  }
  for (int lag = 1; lag <= clamp->reach; lag++) {
    double variance = 0;
    for (int m = 0; m < n + lag; m++) {
      double d = (m < n ? q[m] : 0) - (m >= lag ? q[m - lag] : 0);
      variance += d * d;
    }
    most = fmax(most, variance);
  }
  return sqrt(most);
}

static void set_template(const struct clamp *clamp, const struct population *population, int receptor,
                         struct clamp_template *out) {
  double dt = clamp->network->clock.dt_ms;
  double rise = number(population, receptor, "tau_rise"), decay = number(population, receptor, "tau_decay");
  out->rise = maths_exp(-dt / rise);
  out->decay = maths_exp(-dt / decay);
  double peak_ms = maths_log(decay / rise) * decay * rise / (decay - rise);
  double norm = 1.0 / (maths_exp(-peak_ms / decay) - maths_exp(-peak_ms / rise));
  out->per_pA = norm * (out->decay - out->rise) * clamp->tap[clamp->taps / 2];
  out->threshold =
      fmax(THRESHOLD_SD * clamp->settings.noise * noise_of_rise(clamp, out), LEAST_PA * out->per_pA);
}

static enum status set_population(struct clamp *clamp, int p) {
  const struct population *population = clamp->network->population[p];
  struct clamp_population *own = &clamp->population[p];
  own->ampa = population_receptor(population, "ampa");
  own->nmda = population_receptor(population, "nmda");
  own->gaba[0] = population_receptor(population, "gaba_a_fast");
  own->gaba[1] = population_receptor(population, "gaba_a_slow");
  if (own->ampa < 0 || own->nmda < 0 || own->gaba[0] < 0 || own->gaba[1] < 0)
    return status_fail(STATUS_CONFIG, "%s: a clamp needs AMPA, NMDA and GABA-A receptors", population->name);
  own->E_ampa = number(population, own->ampa, "E_rev");
  own->nmda_params = population->receptor[own->nmda].params;
  own->E_nmda = number(population, own->nmda, "E_rev");
  for (int k = 0; k < 2; k++) own->E_gaba[k] = number(population, own->gaba[k], "E_rev");
  set_open(own, population, clamp->settings.hold_excitatory);
  set_template(clamp, population, own->ampa, &own->template[CLAMP_EXCITATORY]);
  set_template(clamp, population, own->gaba[0], &own->template[CLAMP_INHIBITORY]);
  return STATUS_OK;
}

static const float *place_of(const struct population *population, int receptor, const char *field, int row,
                             int cell) {
  int b = cell / population->block_cells;
  const float *column = population_column(population, receptor, field, row, b);
  return column ? column + (cell - population->block[b].first) : NULL; /* NULL: another process has it */
}

/* A cell, and where its receptors keep what they have of it: blocks stay where they are. */
static struct clamp_cell cell_of(const struct clamp *clamp, int p, int i) {
  const struct population *population = clamp->network->population[p];
  const struct clamp_population *own = &clamp->population[p];
  static const char *const parts[2] = {"rise", "decay"};
  struct clamp_cell cell = {.population = p, .cell = i, .id = population->first_id + (uint64_t)i};
  cell.content = place_of(population, own->ampa, "content", 0, i);
  for (int k = 0; k < 2; k++) {
    cell.ampa[k] = place_of(population, own->ampa, parts[k], 0, i);
    for (int slow = 0; slow < 2; slow++)
      cell.gaba[slow][k] = place_of(population, own->gaba[slow], parts[k], 0, i);
  }
  cell.nmda_rise = place_of(population, own->nmda, "rise", 0, i);
  cell.nmda_rise_fibres = place_of(population, own->nmda, "rise_fibres", 0, i);
  for (int s = 0; s < CLAMP_SUBUNITS; s++) {
    cell.nmda_decay[s] = place_of(population, own->nmda, "decay", own->nmda_params->class_of[s], i);
    cell.unblocked[s] = place_of(population, own->nmda, "unblocked", s, i);
  }
  return cell;
}

enum status clamp_new(struct clamp *clamp, const struct clamp_settings *settings,
                      const struct network *network, const int *n) {
  int all = 0;
  *clamp = (struct clamp){.network = network, .settings = *settings};
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    if (n[p] > population->n)
      return status_fail(STATUS_CONFIG, "record.clamp: %s has %d cells", population->name, population->n);
    all += n[p];
  }
  if (all > CLAMP_CELLS)
    return status_fail(STATUS_CONFIG, "record.clamp: %d cells, at most %d", all, CLAMP_CELLS);
  set_taps(clamp);
  TRY(memory_new("clamps", (size_t)network->n_populations, sizeof *clamp->population, &clamp->population));
  TRY(memory_new("clamps", (size_t)all, sizeof *clamp->cell, &clamp->cell));
  TRY(memory_new("clamps", (size_t)all * 2 * CLAMP_PENDING, sizeof(double), &clamp->pending));
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    clamp->population[p] = (struct clamp_population){.first = clamp->n_cells, .n = n[p]};
    if (n[p] > 0) TRY(set_population(clamp, p));
    for (int k = 0; k < n[p]; k++) {
      int cell = (int)(((int64_t)(2 * k + 1) * population->n) / (2 * n[p]));
      clamp->cell[clamp->n_cells++] = cell_of(clamp, p, cell);
    }
  }
  return trace_new(&clamp->conductance, 2 * all, settings->samples);
}

void clamp_free(struct clamp *clamp) {
  memory_free(clamp->population);
  memory_free(clamp->cell);
  memory_free(clamp->pending);
  trace_free(&clamp->conductance);
  *clamp = (struct clamp){0};
}

/* ---- looking on ---- */

/* Currents of a cell at the holding potentials, pA: inward excitation and outward inhibition are positive. */
static void currents(const struct clamp *clamp, const struct clamp_population *own, struct clamp_cell *cell,
                     double out[CLAMP_KINDS]) {
  double ampa = (double)*cell->content * (double)(*cell->ampa[1] - *cell->ampa[0]);
  double nmda = 0;
  for (int s = 0; s < CLAMP_SUBUNITS; s++) {
    struct decay_class class = own->nmda_params->class[own->nmda_params->class_of[s]];
    float part = nmda_part(class, *cell->nmda_rise, *cell->nmda_rise_fibres, *cell->nmda_decay[s]);
    nmda += (double)(part * *cell->unblocked[s]) * own->open[s];
  }
  out[CLAMP_EXCITATORY] = ampa * (own->E_ampa - clamp->settings.hold_excitatory) +
                          nmda * (own->E_nmda - clamp->settings.hold_excitatory);
  out[CLAMP_INHIBITORY] = 0;
  cell->excitatory_nS = ampa + nmda;
  cell->inhibitory_nS = 0;
  for (int k = 0; k < 2; k++) {
    double gaba = (double)(*cell->gaba[k][1] - *cell->gaba[k][0]);
    out[CLAMP_INHIBITORY] += gaba * (clamp->settings.hold_inhibitory - own->E_gaba[k]);
    cell->inhibitory_nS += gaba;
  }
}

/* Is the sample before this one, the maximum of an event? z holds this one already. */
static void follow(struct clamp_trace *trace, const struct clamp_template *template, int reach,
                   int64_t tick) {
  const double *z = trace->z;
  double top = z[(tick - 1) & (CLAMP_TAPS - 1)], low = top;
  trace->since += 1;
  if (!(top > z[(tick - 2) & (CLAMP_TAPS - 1)] && top >= z[tick & (CLAMP_TAPS - 1)])) return;
  reach = trace->since - 1 < reach ? (int)trace->since - 1 : reach;
  for (int j = 1; j <= reach; j++) low = fmin(low, z[(tick - 1 - j) & (CLAMP_TAPS - 1)]);
  if (top - low <= template->threshold) return;
  trace->events += 1;
  trace->amplitude += (top - low) / template->per_pA;
  trace->since = 1;
}

/* One sample of a current. */
static void take(const struct clamp *clamp, struct clamp_trace *trace, const struct clamp_template *template,
                 double y, int64_t tick) {
  double x =
      y - (template->rise + template->decay) * trace->y[0] + template->rise * template->decay * trace->y[1];
  double z = 0;
  trace->y[1] = trace->y[0];
  trace->y[0] = y;
  trace->x[tick & (CLAMP_TAPS - 1)] = x;
  for (int j = 0; j < clamp->taps; j++) z += clamp->tap[j] * trace->x[(tick - j) & (CLAMP_TAPS - 1)];
  trace->z[tick & (CLAMP_TAPS - 1)] = z;
  trace->current += y;
  trace->samples += 1;
  follow(trace, template, clamp->reach, tick);
}

static void look(void *context, int thread, const struct population *population, int b, int64_t tick) {
  struct clamp *clamp = context;
  const struct clamp_population *own = &clamp->population[population->index];
  const struct block *block = &population->block[b];
  (void)thread;
  for (int k = own->first; k < own->first + own->n; k++) {
    struct clamp_cell *cell = &clamp->cell[k];
    int i = cell->cell - block->first;
    double y[CLAMP_KINDS];
    if (i < 0 || i >= block->n) continue;
    struct random_draw draw = random_draw(clamp->network->seed, RANDOM_CLAMP, cell->id, (uint64_t)tick, 0);
    currents(clamp, own, cell, y);
    for (int kind = 0; kind < CLAMP_KINDS; kind++)
      take(clamp, &cell->trace[kind], &own->template[kind],
           y[kind] + clamp->settings.noise * random_normal(draw.u[kind]), tick);
  }
}

static void sample(void *context, const struct network *network, int64_t tick) {
  struct clamp *clamp = context;
  (void)tick;
  if (clamp->n_pending == CLAMP_PENDING) return;
  double *out = clamp->pending + clamp->n_pending++ * 2 * clamp->n_cells;
  for (int k = 0; k < clamp->n_cells; k++) {
    out[2 * k] = clamp->cell[k].excitatory_nS;
    out[2 * k + 1] = clamp->cell[k].inhibitory_nS;
  }
  exchange_unite(network->exchange, out, 2 * (size_t)clamp->n_cells * sizeof *out);
}

struct observer clamp_observer(struct clamp *clamp) {
  return (struct observer){.context = clamp, .tick = look, .millisecond = sample};
}

void clamp_take(struct clamp *clamp, bool measured) {
  for (int i = 0; i < clamp->n_pending && measured; i++)
    trace_add(&clamp->conductance, clamp->pending + i * 2 * clamp->n_cells);
  clamp->n_pending = 0;
}

void clamp_clear(struct clamp *clamp) {
  clamp->conductance.n = 0;
  for (int k = 0; k < clamp->n_cells; k++) {
    for (int kind = 0; kind < CLAMP_KINDS; kind++) {
      struct clamp_trace *trace = &clamp->cell[k].trace[kind];
      trace->events = trace->amplitude = trace->current = trace->samples = 0;
    }
  }
}

/* ---- measures ---- */

/* All processes get the traces of all cells. */
static void meet(const struct clamp *clamp, struct clamp_cell *cell) {
  if (!cell->content) memset(cell->trace, 0, sizeof cell->trace);
  exchange_unite(clamp->network->exchange, cell->trace, sizeof cell->trace);
}

void clamp_measure(const struct clamp *clamp, int p, enum clamp_kind kind, struct clamp_measures *out) {
  const struct clamp_population *own = &clamp->population[p];
  double events = 0, amplitude = 0, current = 0, samples = 0;
  for (int k = own->first; k < own->first + own->n; k++) {
    meet(clamp, &clamp->cell[k]);
    const struct clamp_trace *trace = &clamp->cell[k].trace[kind];
    events += trace->events;
    amplitude += trace->amplitude;
    current += trace->current;
    samples += trace->samples;
  }
  double seconds = samples * clamp->network->clock.dt_ms * 1e-3;
  *out = (struct clamp_measures){seconds > 0 ? events / seconds : NAN, events > 0 ? amplitude / events : NAN,
                                 samples > 0 ? current / samples : NAN};
}

double clamp_threshold_pA(const struct clamp *clamp, int p, enum clamp_kind kind) {
  const struct clamp_template *template = &clamp->population[p].template[kind];
  return template->threshold / template->per_pA;
}

enum status clamp_visit(struct clamp *clamp, struct visitor *visitor) {
  for (int k = 0; k < clamp->n_cells; k++) {
    struct clamp_trace *trace = clamp->cell[k].trace;
    if (!visitor->loading && !visitor->own) meet(clamp, &clamp->cell[k]);
    TRY(visitor->array(visitor, "clamp/trace", STATE_F64, CLAMP_KINDS * sizeof *trace / sizeof(double),
                       trace));
  }
  return trace_visit(&clamp->conductance, "clamp/conductance", visitor);
}
