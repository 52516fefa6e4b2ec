/* random_wiring.c — drawing the synapses of a target cell by a rule without space. */
#include "synapses/random_wiring.h"
#include "memory.h"
#include "random.h"
#include <stdio.h>

enum { DELAY_SHARES = 4096 };

/* What a draw needs; one piece of memory. */
struct rule {
  enum wiring_rule kind;
  uint64_t seed;
  double jump; /* 1 / ln(1 − p) */
  double p;
  uint32_t in_degree;
  bool autapses, delays;       /* delays: they differ between synapses */
  uint8_t class[DELAY_SHARES]; /* of the delay: each as often as it is probable */
  uint32_t in_degrees[];       /* RULE_TOTAL: of every target cell */
};

/* Numbers of one target cell and pathway, four by four. */
struct numbers {
  uint64_t seed, id, when;
  uint32_t count;
  struct random_draw draw;
};

static struct numbers numbers_of(const struct rule *rule, const struct projection *projection, uint32_t i) {
  return (struct numbers){
      .seed = rule->seed, .id = projection->target->first_id + i, .when = (uint64_t)projection->index << 32};
}

static inline uint32_t next_number(struct numbers *numbers) {
  uint32_t k = numbers->count++;
  if (k % 4 == 0)
    numbers->draw = random_draw(numbers->seed, RANDOM_WIRE, numbers->id, numbers->when + (k >> 18), k >> 2);
  return numbers->draw.u[k % 4];
}

static inline void add(const struct rule *rule, struct numbers *numbers, struct fan_in *out,
                       uint32_t source) {
  out->source[out->n] = source;
  out->class[out->n] = rule->class[rule->delays ? next_number(numbers) >> 20 : 0];
  out->n++;
}

/* ln(1 − x) for 0 <= x < 1: by its series where 1 − x loses what x is. */
static double log_one_less(double x) {
  if (x > 1e-3) return maths_log(1.0 - x);
  double sum = 0;
  for (int k = 6; k >= 1; k--) sum = sum * x + 1.0 / k;
  return -x * sum;
}

/* ---- the rules ---- */

/* Sources that are passed over before the next success of probability p are geometrically distributed. */
static enum status draw_pairwise(const void *own, const struct projection *projection, uint32_t i,
                                 struct fan_in *out) {
  const struct rule *rule = own;
  int64_t n = projection->source->n;
  struct numbers numbers = numbers_of(rule, projection, i);
  TRY(fan_in_reserve(out, (size_t)n, (size_t)n));
  if (rule->p <= 0) return STATUS_OK;
  for (int64_t j = -1;;) {
    double pass = rule->p < 1.0 ? floor(maths_log(random_uniform(next_number(&numbers))) * rule->jump) : 0.0;
    if (pass >= (double)(n - j - 1)) return STATUS_OK;
    j += 1 + (int64_t)pass;
    if (!rule->autapses && projection->source == projection->target && j == i) continue;
    add(rule, &numbers, out, (uint32_t)j);
  }
}

static inline bool take(uint64_t *seen, uint32_t j) {
  uint64_t bit = (uint64_t)1 << (j % 64);
  if (seen[j / 64] & bit) return false;
  seen[j / 64] |= bit;
  return true;
}

/* Different sources by redrawing those met before; of more than half of the cells, those that are left out.
 * */
static enum status draw_in_degree(const void *own, const struct projection *projection, uint32_t i,
                                  struct fan_in *out) {
  const struct rule *rule = own;
  uint32_t n = (uint32_t)projection->source->n, wanted = rule->in_degree;
  struct numbers numbers = numbers_of(rule, projection, i);
  TRY(fan_in_reserve(out, wanted, n));
  bool itself = !rule->autapses && projection->source == projection->target, rest = wanted > n / 2;
  uint32_t chosen = rest ? n - itself - wanted : wanted;
  if (itself) take(out->seen, i);
  for (uint32_t k = 0; k < chosen;) {
    uint32_t j = random_below(next_number(&numbers), n);
    if (!take(out->seen, j)) continue;
    if (!rest) add(rule, &numbers, out, j);
    k++;
  }
  for (uint32_t j = 0; rest && j < n; j++) {
    if (take(out->seen, j)) add(rule, &numbers, out, j);
  }
  memset(out->seen, 0, (n / 64 + 1) * sizeof *out->seen);
  return STATUS_OK;
}

static enum status draw_total(const void *own, const struct projection *projection, uint32_t i,
                              struct fan_in *out) {
  const struct rule *rule = own;
  uint32_t n = (uint32_t)projection->source->n, wanted = rule->in_degrees[i];
  struct numbers numbers = numbers_of(rule, projection, i);
  TRY(fan_in_reserve(out, wanted, 1));
  for (uint32_t k = 0; k < wanted; k++) add(rule, &numbers, out, random_below(next_number(&numbers), n));
  return STATUS_OK;
}

/* The target of each of `total` synapses, drawn one by one: the in-degrees are multinomial. */
static uint32_t draw_in_degrees(struct rule *rule, const struct projection *projection, uint64_t total) {
  uint32_t n = (uint32_t)projection->target->n, most = 0;
  for (uint64_t s = 0; s < total; s += 4) {
    struct random_draw draw =
        random_draw(rule->seed, RANDOM_IN_DEGREES, (uint64_t)projection->index, s >> 18, (uint32_t)(s >> 2));
    for (uint64_t k = 0; k < 4 && s + k < total; k++) rule->in_degrees[random_below(draw.u[k], n)]++;
  }
  for (uint32_t i = 0; i < n; i++) most = rule->in_degrees[i] > most ? rule->in_degrees[i] : most;
  return most;
}

/* ---- weights and delays ---- */

/* Quantiles of a normal distribution, spread so that their variance is exact, in random order. */
static void set_weights(struct static_pathway *fixed, const struct random_wiring *wiring, uint64_t seed) {
  double z[STATIC_WEIGHTS], squares = 0;
  fixed->second = (float)wiring->second;
  fixed->n_weights = wiring->weight_sd > 0 ? STATIC_WEIGHTS : 1;
  fixed->weight[0] = (float)wiring->weight;
  if (fixed->n_weights == 1) return;
  fixed->salt = random_draw(seed, RANDOM_WEIGHTS, 0, 0, 0).u[0];
  for (int k = 0; k < STATIC_WEIGHTS; k++) {
    z[k] = maths_normal_quantile((k + 0.5) / STATIC_WEIGHTS);
    squares += z[k] * z[k];
  }
  for (int k = 0; k < STATIC_WEIGHTS; k++) { /* Fisher and Yates */
    uint32_t other = random_below(random_draw(seed, RANDOM_WEIGHTS, 1, (uint64_t)k, 0).u[0], (uint32_t)k + 1);
    double taken = z[k];
    z[k] = z[other];
    z[other] = taken;
  }
  for (int k = 0; k < STATIC_WEIGHTS; k++) {
    double weight = wiring->weight + wiring->weight_sd * z[k] * sqrt(STATIC_WEIGHTS / squares);
    fixed->weight[k] = weight * wiring->weight > 0 ? (float)weight : 0.0f;
  }
}

/* Fill the table of delay classes, each as often as it is probable: by quantiles of the normal
 * distribution, without those below half a tick. */
static void set_delays(const struct projection *projection, const struct random_wiring *wiring,
                       struct rule *rule) {
  enum { QUANTILES = 16 * DELAY_SHARES };
  double sd = wiring->delay_sd_ms, mean = wiring->delay_ms, dt = projection->dt_ms;
  uint32_t count[PROJECTION_CLASSES] = {0}, total = 0, sum = 0;
  for (int k = 0; k < QUANTILES; k++) {
    double ms = mean + (sd > 0 ? sd * maths_normal_quantile((k + 0.5) / QUANTILES) : 0.0);
    if (ms < 0.5 * dt) continue;
    count[projection_class(projection, ms / dt)]++;
    total++;
  }
  uint32_t filled = 0;
  for (int c = 0; c < projection->n_classes; c++) {
    sum += count[c];
    uint32_t end = total ? (uint32_t)(((uint64_t)sum * DELAY_SHARES + total / 2) / total) : DELAY_SHARES;
    for (; filled < end; filled++) rule->class[filled] = (uint8_t)c;
  }
}

/* Classes at the multiples of a step. */
static enum status even_classes(struct projection *projection, const struct random_wiring *wiring,
                                const struct clock *clock) {
  int64_t step = clock_ticks(clock, wiring->delay_step_ms);
  double sd = wiring->delay_sd_ms, mean = wiring->delay_ms, step_ms = clock_ms(clock, step);
  if (step < 1) {
    return status_fail(STATUS_CONFIG, "%s: a step of %g ms between delays is shorter than a time step",
                       projection->name, wiring->delay_step_ms);
  }
  int low = (int)fmax(1.0, floor((mean - 4.0 * sd) / step_ms + 0.5)),
      high = (int)((mean + 4.0 * sd) / step_ms + 0.5);
  if (high - low >= PROJECTION_CLASSES) {
    return status_fail(STATUS_CONFIG, "%s: delays of %g +- %g ms are more than %d classes of %g ms",
                       projection->name, mean, sd, PROJECTION_CLASSES, step_ms);
  }
  projection->dt_ms = clock->dt_ms;
  projection->n_classes = 0;
  for (int k = low; k <= high; k++) projection->delay_ticks[projection->n_classes++] = (int)(k * step);
  return STATUS_OK;
}

static enum status find_classes(struct projection *projection, const struct random_wiring *wiring,
                                const struct clock *clock) {
  double sd = wiring->delay_sd_ms, mean = wiring->delay_ms;
  if (sd <= 0) {
    projection->dt_ms = clock->dt_ms;
    projection->n_classes = 1;
    projection->delay_ticks[0] = (int)clock_ticks(clock, mean);
    if (projection->delay_ticks[0] >= 1) return STATUS_OK;
    return status_fail(STATUS_CONFIG, "%s: a delay of %g ms is shorter than a time step", projection->name,
                       mean);
  }
  if (wiring->delay_step_ms > 0) return even_classes(projection, wiring, clock);
  return projection_delays(projection, clock, fmax(clock->dt_ms, mean - 4.0 * sd), mean + 4.0 * sd);
}

/* ---- all ---- */

uint64_t random_wiring_total(double p, int n_source, int n_target) {
  double pairs = (double)n_source * n_target;
  return pairs > 1 ? (uint64_t)(log_one_less(p) / log_one_less(1.0 / pairs) + 0.5)
                   : (uint64_t)(pairs * p + 0.5);
}

double random_wiring_expected(const struct random_wiring *wiring, int n_source, int n_target) {
  switch (wiring->rule) {
  case RULE_PAIRWISE:
    return wiring->p * n_source * n_target;
  case RULE_IN_DEGREE:
    return (double)wiring->in_degree * n_target;
  default:
    return (double)wiring->total;
  }
}

static enum status check(const struct projection *projection, const struct random_wiring *wiring) {
  int n = projection->source->n - (projection->source == projection->target && !wiring->autapses);
  if (wiring->rule == RULE_IN_DEGREE && wiring->in_degree > 0 && (int64_t)wiring->in_degree > n) {
    return status_fail(STATUS_CONFIG,
                       "%s: %u different sources for every cell, but %s has only %d cells to give",
                       projection->name, wiring->in_degree, projection->source->name, n > 0 ? n : 0);
  }
  if (wiring->rule == RULE_PAIRWISE && !(wiring->p <= 1.0)) {
    return status_fail(STATUS_CONFIG, "%s: a connection probability of %g", projection->name, wiring->p);
  }
  return STATUS_OK;
}

/* More sources than a cell can have by chance: 12 standard deviations above the mean. */
static uint32_t most_pairwise(double p, int n) {
  double most = n * p + 12.0 * sqrt(n * p * (1.0 - p)) + 12.0;
  return most < n ? (uint32_t)most : (uint32_t)n;
}

/* In-degrees of a total are drawn at once, a while for more synapses than could ever be kept. */
static enum status ask_for_memory(const struct projection *projection, const struct random_wiring *wiring) {
  char what[128];
  double n = random_wiring_expected(wiring, projection->source->n, projection->target->n);
  snprintf(what, sizeof what, "%.3g synapses of %s", n, projection->name);
  return memory_ask(what, n * (double)sizeof(struct synapse));
}

enum status random_wiring_set(struct projection *projection, const struct random_wiring *wiring,
                              const struct clock *clock, uint64_t seed) {
  TRY(check(projection, wiring));
  TRY(ask_for_memory(projection, wiring));
  TRY(find_classes(projection, wiring, clock));
  size_t counted = wiring->rule == RULE_TOTAL ? (size_t)projection->target->n : 0;
  struct rule *rule;
  TRY(memory_new("pathway", 1, sizeof *projection->fixed, &projection->fixed));
  TRY(memory_new("pathway", 1, sizeof *rule + counted * sizeof rule->in_degrees[0], &rule));
  struct static_pathway *fixed = projection->fixed;
  fixed->rule = rule;
  set_weights(fixed, wiring, seed);
  set_delays(projection, wiring, rule);
  rule->kind = wiring->rule;
  rule->seed = seed;
  rule->p = wiring->p;
  rule->jump = wiring->p < 1.0 && wiring->p > 0 ? 1.0 / log_one_less(wiring->p) : 0.0;
  rule->in_degree = wiring->in_degree;
  rule->autapses = wiring->autapses;
  rule->delays = projection->n_classes > 1;
  fixed->distinct = wiring->rule != RULE_TOTAL;
  switch (wiring->rule) {
  case RULE_PAIRWISE:
    fixed->draw = draw_pairwise;
    fixed->most = most_pairwise(wiring->p, projection->source->n);
    break;
  case RULE_IN_DEGREE:
    fixed->draw = draw_in_degree;
    fixed->most = wiring->in_degree;
    break;
  default:
    fixed->draw = draw_total;
    fixed->most = projection->target->n ? draw_in_degrees(rule, projection, wiring->total) : 0;
  }
  return STATUS_OK;
}

enum status random_wiring_block(struct projection *projection, const struct static_pathway *drawn, int b) {
  const struct block *block = &projection->target->block[b];
  struct fan_in fan_in = {0};
  struct edge *edges = NULL;
  size_t n = 0, room = 0;
  enum status status = STATUS_OK;
  for (int i = block->first; i < block->first + block->n; i++) {
    fan_in.n = 0;
    TRY_GOTO(drawn->draw(drawn->rule, projection, (uint32_t)i, &fan_in), done);
    if (n + fan_in.n > room) {
      size_t more = n + fan_in.n + (n + fan_in.n) / 2 + 64;
      TRY_GOTO(memory_resize("edges", room, more, sizeof *edges, &edges), done);
      room = more;
    }
    for (size_t k = 0; k < fan_in.n; k++)
      edges[n++] = (struct edge){.target = (uint32_t)i,
                                 .source = fan_in.source[k],
                                 .full = RANDOM_WIRING_FULL,
                                 .delay = fan_in.class[k],
                                 .age = SYNAPSE_GROWN};
  }
  status = projection_set(projection, b, edges, n);
done:
  fan_in_free(&fan_in);
  memory_free(edges);
  return status;
}
