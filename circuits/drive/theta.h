/* theta.h — the theta rhythm that comes to hippocampus from outside: a clock for its phase, afferents whose
 * rate follows it, and GABAergic fibres of the septum.
 *
 *   phase, in turns, 0 at the trough of theta in the pyramidal layer of CA1:
 *     φ(t) = f t + Σ_k a_k sin 2π(f_k t + θ_k),  a_k = w √(2/n) / 2πf_k
 *   background of a population:  r(t) = r₀ (1 + d m cos 2π(φ − φ_b))
 *   septal fibres, per cell:     Poisson events at K r_s (1 + d m_s cos 2π(φ − φ_s)), each of conductance g
 *
 * t is biological time since the start of the protocol, also where no spikes are simulated, so phase is
 * nothing that has to be kept. f is the frequency, w the standard deviation of the momentary frequency (four
 * slow waves of incommensurate f_k, phases θ_k from the seed): without it the rhythm would be that of a
 * machine. Depths m are those of the afferents, d scales all of them; d = 0 leaves every mean and takes the
 * rhythm.
 *
 * Septal GABAergic cells pace hippocampal interneurons, and these by being silenced rhythmically the
 * pyramidal cells (Freund & Antal 1988, doi:10.1038/336170a0; Stewart & Fox 1990,
 * doi:10.1016/0166-2236(90)90040-H); they fire bursts at 4–12 Hz (Kocsis et al. 2022, Cell Reports; Joshi et
 * al. 2017, doi:10.1016/j.neuron.2017.10.033). Entorhinal cells are phase-locked (Mizuseki et al. 2009,
 * doi:10.1016/j.neuron.2009.08.037). Frequencies 6–9 Hz awake: Belluscio et al. 2012, PMC3293373. */
#ifndef CIRCUITS_DRIVE_THETA_H
#define CIRCUITS_DRIVE_THETA_H

#include "maths.h"
#include "params.h"
#include "population.h"

enum { THETA_WAVES = 4 };

/* The group drive.theta. */
struct theta_settings {
  double frequency, wander, depth; /* Hz, Hz, 1 */
  double septal_rate, septal_depth;
};

/* A population's share in it, the group `theta` of the population; phases in degrees. */
struct theta_inputs {
  double depth, phase;                      /* of its background */
  double fibres, conductance, septal_phase; /* of the septum; nS */
};

extern const struct param theta_params[], theta_input_params[];
extern const int n_theta_params, n_theta_input_params;

struct theta_clock {
  double dt_ms, start_ms; /* of a tick; protocol time of the first tick */
  int64_t first_tick;
  double turns_per_ms;
  double wave_per_ms[THETA_WAVES], wave_start[THETA_WAVES], wave_turns[THETA_WAVES];
};

/* Ticks begin at protocol time 0. */
void theta_clock_set(struct theta_clock *clock, const struct theta_settings *settings, uint64_t seed,
                     double dt_ms);
/* From now on `tick` is protocol time start_ms. */
void theta_clock_begin(struct theta_clock *clock, int64_t tick, double start_ms);

/* Protocol time at the start of a tick. */
static inline double theta_ms(const struct theta_clock *clock, int64_t tick) {
  return clock->start_ms + (double)(tick - clock->first_tick) * clock->dt_ms;
}

/* Phase at the start of a tick, turns. */
static inline double theta_turns(const struct theta_clock *clock, int64_t tick) {
  double t = theta_ms(clock, tick);
  double turns = clock->turns_per_ms * t;
  for (int k = 0; k < THETA_WAVES; k++) /* a sine is a cosine a quarter of a turn later */
    turns += clock->wave_turns[k] * maths_cos_turns(clock->wave_per_ms[k] * t + clock->wave_start[k] - 0.25);
  return turns;
}

/* Factor on a rate of depth m that is highest at `phase`, turns. */
static inline double theta_factor(const struct theta_clock *clock, double depth, double phase, int64_t tick) {
  return 1.0 + depth * maths_cos_turns(theta_turns(clock, tick) - phase);
}

/* Give a population its rhythm: after poisson_set, whose spread must be at least the largest factor of a cell
 * times theta_most. `clock` stays the caller's and must outlive the population. Events of septal fibres come
 * through `port`, whose unit is nS. Fails: NO_MEMORY. Not in parallel. */
MUST_USE enum status theta_equip(struct population *population, const struct theta_clock *clock,
                                 const struct theta_settings *settings, const struct theta_inputs *inputs,
                                 int port, uint64_t seed);

/* The largest factor on the rate of the background. */
double theta_most(const struct theta_settings *settings, const struct theta_inputs *inputs);

#endif
