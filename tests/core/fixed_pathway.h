/* fixed_pathway.h — static pathways between metronomes by a rule that repeats pairs, mixes delays and gives
 * targets unequal numbers of synapses; their weights, worked out apart from the engine; and populations that
 * hear nothing, of which a machine holds many. */
#ifndef TESTS_CORE_FIXED_PATHWAY_H
#define TESTS_CORE_FIXED_PATHWAY_H

#include "metronome.h"
#include "random.h"

struct fixed_plan {
  uint32_t in_degree; /* at least; up to 2 more */
  int n_weights;
  float weight, second; /* weights: weight × (1 + 0 … 1,023/256), mixed */
  double low_ms, high_ms;
  uint64_t key; /* of the draws */
};

static inline enum status fixed_draw(const void *rule, const struct projection *projection, uint32_t i,
                                     struct fan_in *out) {
  const struct fixed_plan *plan = rule;
  uint32_t n = plan->in_degree + i % 3;
  TRY(fan_in_reserve(out, n, 1));
  for (uint32_t k = 0; k < n; k++) {
    struct random_draw draw = random_draw(plan->key, RANDOM_WIRE, i, k, (uint32_t)projection->target->index);
    out->source[k] = random_below(draw.u[0], (uint32_t)projection->source->n);
    out->class[k] = (uint8_t)random_below(draw.u[1], (uint32_t)projection->n_classes);
  }
  out->n = n;
  return STATUS_OK;
}

static inline struct projection *fixed_pathway(struct network *network, struct population *source,
                                               struct population *target, int port,
                                               const struct fixed_plan *plan) {
  struct projection *projection;
  assert_ok(network_projection(network, source, target, &projection));
  snprintf(projection->name, sizeof projection->name, "%s_to_%s", source->name, target->name);
  projection->port = port;
  assert_ok(projection_delays(projection, &network->clock, plan->low_ms, plan->high_ms));
  assert_ok(memory_new("pathway", 1, sizeof *projection->fixed, &projection->fixed));
  struct fixed_plan *rule;
  assert_ok(memory_new("rule", 1, sizeof *rule, &rule));
  *rule = *plan;
  struct static_pathway *fixed = projection->fixed;
  *fixed = (struct static_pathway){.draw = fixed_draw,
                                   .rule = rule,
                                   .most = plan->in_degree + 2,
                                   .n_weights = plan->n_weights,
                                   .salt = 12345,
                                   .second = plan->second};
  for (int k = 0; k < plan->n_weights; k++)
    fixed->weight[k] = plan->weight * (1.0f + (float)(k * 389 % STATIC_WEIGHTS) / 256.0f);
  return projection;
}

/* The finaliser of MurmurHash3, in other words than the engine's. */
static inline uint32_t fixed_mixed(uint32_t h) {
  h ^= h >> 16, h *= 2246822507u;
  h ^= h >> 13, h *= 3266489909u;
  h ^= h >> 16;
  return h;
}

/* Which of the weights the synapse from source j to target i has. */
static inline int fixed_weight(const struct static_pathway *fixed, uint32_t j, uint32_t i) {
  if (fixed->n_weights == 1) return 0;
  return (int)((i + fixed_mixed(fixed->salt ^ fixed_mixed(j))) % STATIC_WEIGHTS);
}

/* n metronomes with one port, at which nobody listens. */
static inline struct population *deaf_population(struct network *network, const char *name, int n, int lanes,
                                                 int block_cells) {
  struct population *population;
  assert_ok(network_population(network, &population));
  snprintf(population->name, sizeof population->name, "%s", name);
  population->n = n;
  population->cell = &metronome;
  population->background_port = -1;
  population->n_ports = 1;
  population->port[0] = (struct port){.name = "all", .lanes = lanes, .quantum = {1.0 / 1024, 1.0 / 1024}};
  assert_ok(population_allocate(population, block_cells));
  return population;
}

#endif
