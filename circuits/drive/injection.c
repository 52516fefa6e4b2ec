/* injection.c — what an experimenter gives to cells, tick by tick. See injection.h. */
#include "drive/injection.h"
#include "maths.h"
#include "memory.h"
#include "random.h"

struct timed {
  int64_t from, to;                            /* ticks; a volley comes at `from` */
  float current_pA, conductance_nS, driven_pA; /* conductance times reversal potential */
  double none;                                 /* chance that a volley brings a cell nothing */
  bool volley;
};

struct stimuli {
  uint64_t seed;
  int n;
  struct timed one[];
};

/* Poisson number by its distribution, from one draw: m is small. */
static int32_t events(double none, double u) {
  double p = none, sum = none, mean = -maths_log(none);
  int32_t k = 0;
  while (u > sum && k < 1000) {
    k++;
    p *= mean / k;
    sum += p;
  }
  return k;
}

static void add_volley(const struct population *population, int b, const struct stimuli *stimuli, int s,
                       int64_t tick) {
  const struct block *block = &population->block[b];
  for (int i = 0; i < block->n && block->driven; i++) {
    uint64_t id = population->first_id + (uint64_t)(block->first + i);
    struct random_draw draw = random_draw(stimuli->seed, RANDOM_INJECTION, id, (uint64_t)tick, (uint32_t)s);
    block->background[i] += events(stimuli->one[s].none, random_uniform(draw.u[0]));
  }
}

static void inject(const struct population *population, int b, int64_t tick) {
  const struct stimuli *stimuli = population->inject_state;
  const struct block *block = &population->block[b];
  for (int s = 0; s < stimuli->n; s++) {
    const struct timed *one = &stimuli->one[s];
    if (one->volley && tick == one->from) add_volley(population, b, stimuli, s, tick);
    if (one->volley || tick < one->from || tick >= one->to) continue;
    const float g = one->conductance_nS, g_E = one->driven_pA + one->current_pA;
    for (int i = 0; i < block->padded; i++) {
      block->g[i] += g;
      block->g_E[i] += g_E;
    }
  }
}

static int64_t ticks(double ms, double dt_ms) { return (int64_t)floor(ms / dt_ms + 0.5); }

enum status injection_set(struct population *population, const struct injection *stimuli, int n, int64_t tick,
                          double dt_ms, uint64_t seed) {
  struct stimuli *own = NULL;
  memory_free(population->inject_state);
  population->inject_state = NULL;
  population->inject = NULL;
  if (n == 0) return STATUS_OK;
  size_t bytes = sizeof *own + (size_t)n * sizeof own->one[0];
  TRY(memory_new("stimuli", bytes, 1, &own));
  own->seed = seed;
  own->n = n;
  for (int s = 0; s < n; s++) {
    const struct injection *given = &stimuli[s];
    own->one[s] = (struct timed){.from = tick + ticks(given->from_ms, dt_ms),
                                 .to = tick + ticks(given->to_ms, dt_ms),
                                 .current_pA = (float)given->current_pA,
                                 .conductance_nS = (float)given->conductance_nS,
                                 .driven_pA = (float)(given->conductance_nS * given->reversal_mV),
                                 .none = maths_exp(-given->volleys),
                                 .volley = given->volleys > 0};
  }
  population->inject_state = own;
  population->inject = inject;
  return STATUS_OK;
}
