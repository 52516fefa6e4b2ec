/* theta.c — settings of the theta rhythm, its clock, and events of septal fibres. The equations stand in
 * theta.h.
 *
 * A septal event is counted into a port, like a spike of the circuit, so receptors and drugs at them treat it
 * as one. Counts are drawn by inversion, one 32-bit number a cell and tick: a number belongs to the seed, the
 * cell and the tick. */
#include "drive/theta.h"
#include "drive/poisson.h"
#include "memory.h"
#include "random.h"

/* Hz; no two in a simple ratio. */
static const double WAVE_HZ[THETA_WAVES] = {0.13, 0.31, 0.53, 0.83};

/* Counts of a cell and tick that can be told apart: more are as good as impossible at the rates allowed. */
enum { SEPTAL_COUNTS = 12 };

const struct param theta_params[] = {
    PARAM_NUM(struct theta_settings, frequency, "Hz", 8, 1, 15, PUBLISHED,
              "6-9 Hz in awake rats, 4-12 Hz: Belluscio et al. 2012, PMC3293373", "mean frequency of theta"),
    PARAM_NUM(struct theta_settings, wander, "Hz", 0.5, 0, 3, ASSUMED,
              "half of the range of 6-9 Hz within two standard deviations and more",
              "standard deviation of the momentary frequency"),
    PARAM_NUM(struct theta_settings, depth, "1", 1, 0, 1, SETTING, "0: afferents keep their means, no rhythm",
              "factor on all depths"),
    PARAM_NUM(struct theta_settings, septal_rate, "Hz", 20, 0, 200, ASSUMED,
              "3-8 spikes a cycle at 10-40 Hz; firing in bursts: Joshi et al. 2017, "
              "doi:10.1016/j.neuron.2017.10.033; 0: no septal fibres",
              "mean rate of a septal GABAergic fibre"),
    PARAM_NUM(struct theta_settings, septal_depth, "1", 0.9, 0, 1, ASSUMED,
              "bursts with nearly silent gaps: Kocsis et al. 2022, Cell Reports (S2211-1247(22)00958-5)",
              "depth of their rhythm"),
};
const int n_theta_params = COUNT_OF(theta_params);

#define BY_REGION "the region's table"
const struct param theta_input_params[] = {
    PARAM_NUM(struct theta_inputs, depth, "1", 0, 0, 1, ASSUMED, BY_REGION,
              "depth with which the rate of background events follows theta"),
    PARAM_NUM(struct theta_inputs, phase, "1", 0, -360, 360, ASSUMED, BY_REGION,
              "phase at which it is highest, degrees; 0: trough of theta in the pyramidal layer of CA1"),
    PARAM_NUM(struct theta_inputs, fibres, "1", 0, 0, 1000, ASSUMED, BY_REGION,
              "septal GABAergic fibres that end on a cell"),
    PARAM_NUM(struct theta_inputs, conductance, "nS", 0.8, 0, 20, ASSUMED, BY_REGION,
              "peak conductance of an event of one"),
    PARAM_NUM(struct theta_inputs, septal_phase, "1", 0, -360, 360, ASSUMED, BY_REGION,
              "phase at which they fire most, degrees"),
};
const int n_theta_input_params = COUNT_OF(theta_input_params);

/* ---- clock ---- */

void theta_clock_set(struct theta_clock *clock, const struct theta_settings *settings, uint64_t seed,
                     double dt_ms) {
  *clock = (struct theta_clock){.dt_ms = dt_ms, .turns_per_ms = settings->frequency * 1e-3};
  for (int k = 0; k < THETA_WAVES; k++) {
    clock->wave_per_ms[k] = WAVE_HZ[k] * 1e-3;
    clock->wave_start[k] = random_uniform(random_draw(seed, RANDOM_THETA, (uint64_t)k, 0, 0).u[0]);
    clock->wave_turns[k] = settings->wander * sqrt(2.0 / THETA_WAVES) / (2.0 * M_PI * WAVE_HZ[k]);
  }
}

void theta_clock_begin(struct theta_clock *clock, int64_t tick, double start_ms) {
  clock->first_tick = tick;
  clock->start_ms = start_ms;
}

/* ---- septal fibres ---- */

struct septum {
  const struct theta_clock *clock;
  uint64_t seed;
  double mean, depth, phase; /* events of a cell and tick; 1; turns */
  double conductance_nS;
  int port;
};

/* Thresholds of the counts of a Poisson distribution: 2³² P(count ≤ k). */
static int fill(double mean, uint64_t threshold[SEPTAL_COUNTS]) {
  double p = maths_exp(-mean), sum = p;
  int n = 0;
  while (n < SEPTAL_COUNTS && sum < 1.0 - 0x1p-32) {
    threshold[n++] = (uint64_t)(sum * 0x1p32);
    p *= mean / n;
    sum += p;
  }
  return n;
}

static void septal_events(const struct population *population, int b, int64_t tick) {
  const struct septum *septum = population->inject_state;
  const struct block *block = &population->block[b];
  const struct port *port = &population->port[septum->port];
  const double factor = theta_factor(septum->clock, septum->depth, septum->phase, tick);
  const int32_t one = (int32_t)(septum->conductance_nS / port->quantum[0] + 0.5);
  uint64_t threshold[SEPTAL_COUNTS], first = population->first_id + (uint64_t)block->first;
  int n = fill(septum->mean * factor, threshold);
  for (int i = 0; i < block->n;) {
    uint64_t id = first + (uint64_t)i;
    struct random_draw draw = random_draw_threefry(septum->seed, RANDOM_THETA, id / 4, (uint64_t)tick, 1);
    for (uint64_t w = id % 4; w < 4 && i < block->n; w++, i++) {
      int count = 0;
      while (count < n && draw.u[w] >= threshold[count]) count++;
      block->port[septum->port][i * port->lanes] += count * one;
    }
  }
}

double theta_most(const struct theta_settings *settings, const struct theta_inputs *inputs) {
  return 1.0 + settings->depth * inputs->depth;
}

enum status theta_equip(struct population *population, const struct theta_clock *clock,
                        const struct theta_settings *settings, const struct theta_inputs *inputs, int port,
                        uint64_t seed) {
  double mean = inputs->fibres * settings->septal_rate * clock->dt_ms * 1e-3;
  poisson_rhythm(population, clock, settings->depth * inputs->depth, inputs->phase / 360.0);
  if (!(mean > 0 && inputs->conductance > 0)) return STATUS_OK;
  TRY(memory_new("septal fibres", 1, sizeof(struct septum), &population->inject_state));
  *(struct septum *)population->inject_state =
      (struct septum){.clock = clock,
                      .seed = seed,
                      .mean = mean,
                      .depth = settings->depth * settings->septal_depth,
                      .phase = inputs->septal_phase / 360.0,
                      .conductance_nS = inputs->conductance,
                      .port = port};
  population->port[port].injected_nS = SEPTAL_COUNTS * inputs->conductance;
  population->inject = septal_events;
  return STATUS_OK;
}
