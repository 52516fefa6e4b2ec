/* stimulus.c — Poisson events with a course in time, on top of a population's background.
 *
 *   λ(t) = max(0, rate + sd ξ_k) s(t),   k = ⌊(t − from)/redraw⌋
 *   s rises from 0 to 1 over `ramp` after `from`, and falls to 0 over `ramp` before `to`; with `every` all of
 *   this comes again at that distance, and k counts on
 * ξ is normal and the same for all cells of the population: evidence that fluctuates, as in Wang 2002,
 * doi:10.1016/S0896-6273(02)01092-9 (sd 4 Hz, redrawn every 50 ms). Ramps: Susin & Destexhe 2021,
 * doi:10.1371/journal.pcbi.1009416.
 *
 * Method: in every tick the events of a tile of 128 cells are one Poisson number of the mean rate at the
 * middle of the tick, drawn by inversion, and each falls on a cell at random: exact for cells of equal rate,
 * for any dt that is short against the course. Draws belong to tile, tick and stimulus. */
#include "drive/stimulus.h"
#include "drive/poisson_state.h"
#include "fields.h"
#include "maths.h"
#include "memory.h"
#include "random.h"

#define WANG "Wang 2002, doi:10.1016/S0896-6273(02)01092-9"

const struct param stimulus_params[] = {
    PARAM_NUM(struct stimulus, rate, "Hz", PARAM_REQUIRED, 0, 1e5, SETTING, "the experiment",
              "events per second and cell, beside the background"),
    PARAM_NUM(struct stimulus, sd, "Hz", 0, 0, 1e5, SETTING, WANG " has 4 Hz",
              "standard deviation of the rate that all cells share"),
    PARAM_NUM(struct stimulus, from, "ms", 0, 0, 1e9, SETTING, "the experiment", "when it begins"),
    PARAM_NUM(struct stimulus, to, "ms", 1e9, 0, 1e9, SETTING, "the experiment", "when it ends"),
    PARAM_NUM(struct stimulus, ramp, "ms", 0, 0, 1e9, SETTING, "the experiment",
              "it rises for this time at first, and falls for it at last"),
    PARAM_NUM(struct stimulus, redraw, "ms", 50, 0.1, 1e9, SETTING, WANG,
              "time after which the shared rate is drawn anew, if sd is not 0"),
    PARAM_NUM(struct stimulus, every, "ms", 0, 0, 1e9, SETTING, "the experiment",
              "distance at which it comes again, from begin to begin; 0: once"),
};
const int n_stimulus_params = COUNT_OF(stimulus_params);

/* The state of the background stands first: its own hooks find it there. */
struct stimulus_drive {
  struct poisson background;
  void (*drive)(const struct population *population, int b, uint64_t seed, int64_t tick);
  int64_t background_until;
  double dt_ms;
  int n;
  struct stimulus stimulus[STIMULUS_MOST];
};

/* e^-mean must be a normal number, and the search end soon. */
static const double TILE_MEAN_MAX = 500.0;
/* Numbers of draws that one stimulus has in a tick. */
enum { DRAWS = 8192 };

/* ---- course ---- */

/* s(t): 0 outside. *since: time since it began, of the first repeat. */
static double shape(const struct stimulus *stimulus, double t_ms, double *since) {
  double length = stimulus->to - stimulus->from, t = t_ms - stimulus->from;
  *since = t;
  if (t < 0) return 0;
  if (stimulus->every > 0) t -= floor(t / stimulus->every) * stimulus->every;
  if (t >= length) return 0;
  double rising = stimulus->ramp > 0 ? t / stimulus->ramp : 1.0,
         falling = stimulus->ramp > 0 ? (length - t) / stimulus->ramp : 1.0;
  return fmin(1.0, fmin(rising, falling));
}

static double rate_at(const struct population *population, const struct stimulus_drive *drive, int k,
                      uint64_t seed, double t_ms) {
  const struct stimulus *stimulus = &drive->stimulus[k];
  double since, share = shape(stimulus, t_ms, &since);
  if (share <= 0) return 0;
  double rate = stimulus->rate;
  if (stimulus->sd > 0) {
    uint64_t epoch = (uint64_t)(since / stimulus->redraw);
    struct random_draw draw =
        random_draw(seed, RANDOM_STIMULUS, population->first_id, (uint64_t)1 << 63 | epoch, (uint32_t)k);
    rate += stimulus->sd * random_normal(draw.u[0]);
  }
  return fmax(0.0, rate) * share;
}

double stimulus_rate_Hz(const struct population *population, uint64_t seed, double t_ms) {
  const struct stimulus_drive *drive = population->drive_state;
  double sum = 0;
  for (int k = 0; k < drive->n; k++) sum += rate_at(population, drive, k, seed, t_ms);
  return sum;
}

/* ---- events ---- */

static int poisson_count(double mean, uint32_t u) {
  double p = maths_exp(-mean), sum = p, number = random_uniform(u);
  int count = 0;
  while (number > sum && count < 4 * (DRAWS - 1)) {
    count++;
    p *= mean / count;
    sum += p;
    if (p < 1e-18 && count > mean) break; /* where a 32-bit number ends */
  }
  return count;
}

static void drop(int32_t *background, int cells, double mean, uint64_t seed, uint64_t id, int64_t tick,
                 int k) {
  uint32_t index = (uint32_t)(k * DRAWS);
  struct random_draw draw = random_draw(seed, RANDOM_STIMULUS, id, (uint64_t)tick, index);
  int count = poisson_count(mean, draw.u[0]);
  for (int e = 0; e < count; e++) {
    if (e % 4 == 0)
      draw = random_draw(seed, RANDOM_STIMULUS, id, (uint64_t)tick, index + 1 + (uint32_t)(e / 4));
    background[random_below(draw.u[e % 4], (uint32_t)cells)]++;
  }
}

static void stimulate(const struct population *population, int b, uint64_t seed, int64_t tick) {
  const struct stimulus_drive *drive = population->drive_state;
  const struct block *block = &population->block[b];
  if (tick < drive->background_until) drive->drive(population, b, seed, tick);
  for (int k = 0; k < drive->n; k++) {
    double rate_Hz = rate_at(population, drive, k, seed, ((double)tick + 0.5) * drive->dt_ms);
    double mean = rate_Hz * drive->dt_ms * 1e-3;
    for (int tile = 0; tile < block->n && mean > 0; tile += POPULATION_TILE) {
      int cells = block->n - tile < POPULATION_TILE ? block->n - tile : POPULATION_TILE;
      uint64_t id = population->first_id + (uint64_t)(block->first + tile);
      drop(block->background + tile, cells, fmin(mean * cells, TILE_MEAN_MAX), seed, id, tick, k);
    }
  }
}

/* ---- setting ---- */

static enum status check(const struct population *population, const struct stimulus *stimulus, double dt_ms) {
  double length = stimulus->to - stimulus->from;
  double most = (stimulus->rate + 7.0 * stimulus->sd) * dt_ms * 1e-3 * POPULATION_TILE;
  const char *wrong = NULL;
  if (2.0 * stimulus->ramp > length) wrong = "its two ramps are longer than it lasts";
  if (stimulus->every > 0 && stimulus->every < length) wrong = "it comes again before it has ended";
  if (!(length > 0)) wrong = "it ends before it begins";
  if (!(most <= TILE_MEAN_MAX)) wrong = "more than four events per cell and tick may come";
  if (!wrong) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "a stimulus to %s: %s", population->name, wrong);
}

enum status stimulus_set(struct population *population, const struct stimulus *stimuli, int n, double dt_ms) {
  struct stimulus_drive *drive = NULL;
  if (n == 0) return STATUS_OK;
  if (n > STIMULUS_MOST)
    return status_fail(STATUS_CONFIG, "%s: %d stimuli, at most %d", population->name, n, STIMULUS_MOST);
  if (!population->drive_state)
    return status_fail(STATUS_CONFIG,
                       "%s: a stimulus brings events like those of the background, and there is none: give "
                       "a group `background`, with a rate of 0 Hz if need be",
                       population->name);
  for (int k = 0; k < n; k++) TRY(check(population, &stimuli[k], dt_ms));
  TRY(memory_new("stimulus", 1, sizeof *drive, &drive));
  drive->background = *(const struct poisson *)population->drive_state;
  drive->drive = population->drive;
  drive->background_until = population->drive_until;
  drive->dt_ms = dt_ms;
  drive->n = n;
  for (int k = 0; k < n; k++) drive->stimulus[k] = stimuli[k];
  memory_free(population->drive_state);
  population->drive_state = drive;
  population->drive = stimulate;
  population->drive_until = INT64_MAX;
  return STATUS_OK;
}
