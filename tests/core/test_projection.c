/* test_projection.c — synapses that are set come back in order, whatever the blocks; delay classes are as
 * near as promised; short-term plasticity is that of Tsodyks & Markram; what is delivered is the exact sum of
 * rounded events, whatever their order; grown weights follow their share; a checkpoint's synapses are
 * checked. */
#include "metronome.h"
#include "random.h"
#include "reference.h"
#include <stdlib.h>

enum { SOURCES = 300, TARGETS = 500, EDGES = 20000 };

struct pair {
  struct network *network;
  struct projection *projection;
};

static struct pair make(int block_cells, int port, bool plastic) {
  struct pair pair;
  assert_ok(network_new((struct clock){0.1}, 3, &pair.network));
  struct population *source = metronome_population(pair.network, "source", SOURCES, 128),
                    *target = metronome_population(pair.network, "target", TARGETS, block_cells);
  pair.projection = metronome_projection(pair.network, source, target, port, 0.5, 4.0);
  pair.projection->plastic = plastic;
  return pair;
}

/* Edge k of a fixed list in no order; pairs may repeat with another delay. */
static struct edge edge_at(uint32_t k, int n_classes) {
  struct random_draw draw = random_draw(8, RANDOM_WIRE, k, 0, 0);
  return (struct edge){.target = random_below(draw.u[0], TARGETS),
                       .source = random_below(draw.u[1], SOURCES),
                       .full = (uint16_t)draw.u[2],
                       .delay = (uint8_t)random_below(draw.u[3], (uint32_t)n_classes),
                       .age = (uint8_t)(draw.u[2] >> 24)};
}

/* Give every block its edges. */
static void set_edges(struct pair pair) {
  struct projection *projection = pair.projection;
  for (int b = 0; b < projection->target->n_blocks; b++) {
    const struct block *block = &projection->target->block[b];
    static struct edge edges[EDGES];
    size_t n = 0;
    for (uint32_t k = 0; k < EDGES; k++) {
      struct edge edge = edge_at(k, projection->n_classes);
      if (edge.target >= (uint32_t)block->first && edge.target < (uint32_t)(block->first + block->n))
        edges[n++] = edge;
    }
    assert_ok(projection_set(projection, b, edges, n));
  }
}

static int by_all(const void *a, const void *b) {
  const struct edge *p = a, *q = b;
  if (p->target != q->target) return p->target < q->target ? -1 : 1;
  if (p->source != q->source) return p->source < q->source ? -1 : 1;
  if (p->delay != q->delay) return p->delay < q->delay ? -1 : 1;
  return p->full < q->full ? -1 : p->full > q->full;
}

static void test_edges_round_trip(void **state) {
  (void)state;
  static struct edge wanted[EDGES], found[EDGES];
  for (int block_cells = 128; block_cells <= 512; block_cells *= 2) {
    struct pair pair = make(block_cells, 0, true);
    set_edges(pair);
    size_t at = 0;
    for (int b = 0; b < pair.projection->target->n_blocks; b++) {
      struct edge *some;
      size_t n;
      assert_ok(projection_edges(pair.projection, b, &some, &n));
      for (size_t e = 1; e < n; e++) {
        const struct edge *p = &some[e - 1], *q = &some[e];
        assert_true(p->source < q->source || (p->source == q->source && p->target <= q->target));
      }
      memcpy(found + at, some, n * sizeof *some);
      at += n;
      memory_free(some);
    }
    assert_int_equal(at, EDGES);
    assert_int_equal(projection_count(pair.projection), EDGES);
    for (uint32_t k = 0; k < EDGES; k++) wanted[k] = edge_at(k, pair.projection->n_classes);
    qsort(wanted, EDGES, sizeof *wanted, by_all);
    qsort(found, EDGES, sizeof *found, by_all);
    assert_memory_equal(wanted, found, sizeof wanted);
    network_free(pair.network);
  }
}

/* Every delay of the range lies within half a class, and classes ascend. */
static void test_delay_classes(void **state) {
  (void)state;
  struct pair pair = make(512, 0, false);
  struct projection *projection = pair.projection;
  assert_ok(projection_delays(projection, &pair.network->clock, 0.1, 20));
  assert_int_equal(projection->delay_ticks[0], 1);
  for (int c = 1; c < projection->n_classes; c++)
    assert_true(projection->delay_ticks[c] > projection->delay_ticks[c - 1]);
  for (double ms = 0.1; ms <= 20; ms += 0.0137) {
    double allowed = ms < 1 ? 0.05 : ms < 3 ? 0.1 : 0.25;
    int c = projection_class(projection, ms / 0.1);
    assert_near(projection->delay_ticks[c] * 0.1, ms, allowed + 1e-9);
  }
  assert_ok(projection_delays(projection, &pair.network->clock, 1.5, 1.5));
  assert_int_equal(projection->n_classes, 1);
  assert_int_equal(projection->delay_ticks[0], 15);
  assert_fails(projection_delays(projection, &pair.network->clock, 0.5, 50), STATUS_CONFIG, "delay classes");
  network_free(pair.network);
}

/* ---- short-term plasticity ---- */

/* The equations again, in long double and from the interval to the first spike onwards. */
struct synapse_model {
  long double U, tau_rec, tau_facil, u, x;
  bool begun;
};

static long double model_release(struct synapse_model *m, long double interval_ms) {
  if (m->begun) {
    m->u = m->tau_facil > 0 ? m->u * expl(-interval_ms / m->tau_facil) : 0;
    m->x = m->tau_rec > 0 ? 1 + (m->x - 1) * expl(-interval_ms / m->tau_rec) : 1;
  } else {
    *m = (struct synapse_model){m->U, m->tau_rec, m->tau_facil, 0, 1, true};
  }
  m->u = m->u + m->U * (1 - m->u);
  long double release = m->u * m->x;
  m->x -= release;
  return release;
}

static void test_release_by_equation(void **state) {
  (void)state;
  static const double kinds[][3] = {
      {0.5, 800, 0}, {0.05, 120, 900}, {0.25, 0, 300}, {1, 0, 0}, {0.02, 700, 20}};
  struct pair pair = make(512, 0, false);
  struct projection *p = pair.projection;
  for (int kind = 0; kind < 5; kind++) {
    p->U = kinds[kind][0], p->tau_rec_ms = kinds[kind][1], p->tau_facil_ms = kinds[kind][2];
    struct synapse_model model = {.U = p->U, .tau_rec = p->tau_rec_ms, .tau_facil = p->tau_facil_ms};
    int64_t tick = 0, last = 0;
    for (int spike = 0; spike < 400; spike++) {
      uint32_t u = random_draw(2, RANDOM_WIRE, (uint64_t)spike, (uint64_t)kind, 0).u[0];
      tick += 1 + (int64_t)(-maths_log(random_uniform(u)) * 400); /* 40 ms on average */
      long double wanted = model_release(&model, (long double)(tick - last) * 0.1L) / model.U;
      float efficacy = projection_release(p, kind, tick, 0.1, 1);
      assert_near(efficacy, wanted, 3e-6 * (double)(wanted + 0.01L));
      last = tick;
    }
  }
  network_free(pair.network);
}

/* Receptors at the terminals change U and nothing else: the equation with f U, at most 1, for a factor of its
 * own at every spike; efficacy stays relative to U, so less release leaves more for the next spike. */
static void test_release_by_factor(void **state) {
  (void)state;
  static const double kinds[][3] = {{0.5, 800, 0}, {0.05, 120, 900}, {0.7, 300, 50}};
  struct pair pair = make(512, 0, false);
  struct projection *p = pair.projection;
  for (int kind = 0; kind < 3; kind++) {
    p->U = kinds[kind][0], p->tau_rec_ms = kinds[kind][1], p->tau_facil_ms = kinds[kind][2];
    struct synapse_model model = {.U = p->U, .tau_rec = p->tau_rec_ms, .tau_facil = p->tau_facil_ms};
    for (int spike = 0; spike < 200; spike++) {
      float factor = 0.25f * (float)(spike % 8);
      struct synapse_model now = model;
      now.U = fmin(1, p->U * (double)factor);
      if (!model.begun) now.begun = true, now.u = 0, now.x = 1;
      long double wanted = model_release(&now, spike ? 20 : 0) / p->U;
      now.U = model.U;
      model = now;
      float efficacy = projection_release(p, kind, 1 + 200 * spike, 0.1, factor);
      assert_near(efficacy, wanted, 1e-5 * (double)(wanted + 0.01L));
      assert_true((double)efficacy <= 1 / p->U + 1e-6);
    }
  }
  network_free(pair.network);
}

/* A share of release that is lost is a lower U, in depression and facilitation too; efficacy is relative to
 * the U of rest. */
static void test_release_lost(void **state) {
  (void)state;
  struct pair pair = make(512, 0, false), low = make(512, 0, false);
  pair.projection->U = 0.4, low.projection->U = 0.3;
  pair.projection->tau_rec_ms = low.projection->tau_rec_ms = 300;
  pair.projection->tau_facil_ms = low.projection->tau_facil_ms = 80;
  pair.projection->source->release_lost = 0.25;
  for (int spike = 0; spike < 50; spike++) {
    int64_t tick = 1 + 90 * spike + spike % 7;
    double lost = (double)projection_release(pair.projection, 3, tick, 0.1, 1) * 0.4;
    double less = (double)projection_release(low.projection, 3, tick, 0.1, 1) * 0.3;
    assert_near(lost, less, 1e-6);
    if (spike == 0) assert_near(less, 0.3, 1e-6);
  }
  network_free(pair.network);
  network_free(low.network);
}

static void test_release_by_reference(void **state) {
  (void)state;
  static struct reference table;
  reference_read("tsodyks_markram", &table);
  struct pair pair = make(512, 0, false);
  struct projection *p = pair.projection;
  p->U = 0.5, p->tau_rec_ms = 800, p->tau_facil_ms = 0;
  int source = -1;
  for (int row = 0; row < table.n_rows; row++) {
    if (reference_value(&table, row, "spike") == 0) source++; /* each train on a fresh synapse */
    int64_t tick = llround(reference_value(&table, row, "t_ms") / 0.1);
    double efficacy = (double)projection_release(p, source, tick, 0.1, 1);
    assert_near(efficacy * 0.5, reference_value(&table, row, "release_u_times_x"), 2e-7);
  }
  assert_int_equal(source, 2);
  network_free(pair.network);
}

/* ---- delivery ---- */

/* What a list of spikes brings through all classes, in integers and by the definition. */
static void expect(const struct projection *p, const float *efficacy, int64_t *first, int64_t *second) {
  const struct port *port = &p->target->port[p->port];
  for (uint32_t k = 0; k < EDGES; k++) {
    struct edge edge = edge_at(k, p->n_classes);
    double factor = p->weight_quantum_nS / port->quantum[0] * (double)efficacy[edge.source];
    int64_t fixed = (int64_t)(factor * 16777216.0 + 0.5);
    first[edge.target] += (edge.full * fixed + 8388608) >> 24;
    if (port->lanes == 2)
      second[edge.target] +=
          (int64_t)(p->counted_nS * (double)efficacy[edge.source] / port->quantum[1] + 0.5);
  }
}

/* All sources spike, in a given order; without a horizon all classes arrive in one tick. */
static void deliver_all(struct projection *p, const uint32_t *source, const float *efficacy) {
  for (int b = 0; b < p->target->n_blocks; b++) {
    struct visit visit[SOURCES];
    for (int s = 0; s < SOURCES; s++) {
      visit[s] = projection_find(p, b, source[s]);
      visit[s].efficacy = efficacy[s];
    }
    assert_int_equal(projection_deliver(p, b, visit, SOURCES, 0, 0), SOURCES);
    population_turn(p->target, b, 0);
  }
}

static void test_delivery_is_exact(void **state) {
  (void)state;
  for (int port = 0; port <= 1; port++) {
    int64_t first[TARGETS] = {0}, second[TARGETS] = {0};
    uint32_t forth[SOURCES], back[SOURCES];
    float efficacy[SOURCES], reversed[SOURCES];
    for (uint32_t s = 0; s < SOURCES; s++) {
      forth[s] = s, back[SOURCES - 1 - s] = s;
      efficacy[s] = reversed[SOURCES - 1 - s] = 0.01f + 0.0037f * (float)s;
    }
    for (int block_cells = 128; block_cells <= 512; block_cells *= 4) {
      struct pair pair = make(block_cells, port, false);
      struct projection *p = pair.projection;
      set_edges(pair);
      if (block_cells == 128) expect(p, efficacy, first, second);
      for (int order = 0; order <= 1; order++) {
        deliver_all(p, order ? back : forth, order ? reversed : efficacy);
        for (int i = 0; i < TARGETS; i++) {
          const struct block *block = &p->target->block[i / p->target->block_cells];
          const int32_t *lanes = block->port[port] + (i - block->first) * p->target->port[port].lanes;
          assert_int_equal(lanes[0], first[i]);
          if (port == 0) assert_int_equal(lanes[1], second[i]);
        }
      }
      network_free(pair.network);
    }
  }
}

/* Conductance arrives to within half a count an event. */
static void test_delivery_in_nS(void **state) {
  (void)state;
  struct pair pair = make(512, 1, false);
  struct projection *p = pair.projection;
  uint32_t source[SOURCES];
  float efficacy[SOURCES];
  double wanted[TARGETS] = {0}, events[TARGETS] = {0};
  set_edges(pair);
  for (uint32_t s = 0; s < SOURCES; s++) source[s] = s, efficacy[s] = 0.731f;
  for (uint32_t k = 0; k < EDGES; k++) {
    struct edge edge = edge_at(k, p->n_classes);
    wanted[edge.target] += edge.full * p->weight_quantum_nS * (double)0.731f;
    events[edge.target]++;
  }
  deliver_all(p, source, efficacy);
  for (int i = 0; i < TARGETS; i++) {
    double nS = p->target->block[0].port[1][i] * p->target->port[1].quantum[0];
    assert_near(nS, wanted[i], 0.51 * events[i] * p->target->port[1].quantum[0]);
  }
  network_free(pair.network);
}

/* ---- growth ---- */

static void test_growth(void **state) {
  (void)state;
  struct pair pair = make(256, 0, true);
  struct projection *p = pair.projection;
  set_edges(pair);
  float share[SYNAPSE_GROWN + 1];
  for (int age = 0; age <= SYNAPSE_GROWN; age++) share[age] = (float)age / SYNAPSE_GROWN;
  for (int b = 0; b < p->target->n_blocks; b++) {
    const struct synapse_block *block = &p->block[b];
    for (size_t e = 0; e < block->n; e++) assert_int_equal(block->synapse[e].weight, block->full[e]);
    projection_grow(p, b, share);
    for (size_t e = 0; e < block->n; e++) {
      int age = block->age[e] & SYNAPSE_GROWN; /* young or not */
      assert_near(block->synapse[e].weight, block->full[e] * (double)share[age], 0.51);
      if (age == SYNAPSE_GROWN) assert_int_equal(block->synapse[e].weight, block->full[e]);
      if (age == 0) assert_int_equal(block->synapse[e].weight, 0);
    }
  }
  network_free(pair.network);
}

static void test_peak(void **state) {
  (void)state;
  struct pair pair = make(256, 0, true);
  struct projection *p = pair.projection;
  set_edges(pair);
  double sum[TARGETS] = {0}, count[TARGETS] = {0}, most = 0, most_counted = 0;
  for (uint32_t k = 0; k < EDGES; k++) {
    struct edge edge = edge_at(k, p->n_classes);
    sum[edge.target] += edge.full * p->weight_quantum_nS;
    count[edge.target] += p->counted_nS;
    most = fmax(most, sum[edge.target]);
    most_counted = fmax(most_counted, count[edge.target]);
  }
  p->U = 0.25;
  assert_near(projection_peak_nS(p, 0), most, 1e-9 * most); /* depression never exceeds the first spike */
  assert_near(projection_peak_nS(p, 1), most_counted, 1e-9 * most_counted);
  p->tau_facil_ms = 100;
  assert_near(projection_peak_nS(p, 0), 4 * most, 1e-9 * most);
  network_free(pair.network);
}

/* ---- state ---- */

/* A visitor that loads an image, and then breaks one word of the edges, or of the arrays of a name. */
struct saboteur {
  struct visitor visitor;
  struct visitor *from;
  size_t word;
  uint32_t value;
  size_t cut;
  const char *array; /* NULL: none */
};

static enum status pass_array(struct visitor *self, const char *name, enum state_type type, size_t count,
                              void *data) {
  const struct saboteur *saboteur = (struct saboteur *)self;
  TRY(saboteur->from->array(saboteur->from, name, type, count, data));
  const char *end = strrchr(name, '/');
  if (saboteur->array && end && strcmp(end, saboteur->array) == 0) memcpy(data, &saboteur->value, 4);
  return STATUS_OK;
}

static enum status break_list(struct visitor *self, const char *name, enum state_type type, size_t *count,
                              void **data) {
  const struct saboteur *saboteur = (struct saboteur *)self;
  TRY(saboteur->from->list(saboteur->from, name, type, count, data));
  if (!saboteur->array) ((uint32_t *)*data)[saboteur->word] = saboteur->value;
  *count -= saboteur->cut;
  return STATUS_OK;
}

static void test_state_round_trip(void **state) {
  (void)state;
  struct pair from = make(128, 0, true), to = make(512, 0, true);
  set_edges(from);
  for (int i = 0; i < SOURCES; i++) (void)projection_release(from.projection, i, 100 + i, 0.1, 1);
  struct image *image;
  struct hasher a = state_hasher(), b = state_hasher();
  assert_ok(image_new(&image));
  assert_ok(projection_visit(from.projection, image_saver(image)));
  assert_ok(projection_visit(to.projection, image_loader(image)));
  assert_int_equal(projection_count(to.projection), EDGES);
  assert_ok(projection_visit(from.projection, &a.visitor));
  assert_ok(projection_visit(to.projection, &b.visitor));
  assert_true(a.hash == b.hash);
  assert_true(projection_release(from.projection, 7, 300, 0.1, 1) ==
              projection_release(to.projection, 7, 300, 0.1, 1));
  const struct {
    size_t word;
    uint32_t value;
    size_t cut;
  } faults[] = {
      {0, TARGETS, 0}, {3 * 7000, 0, 0}, {3 * 77 + 1, SOURCES, 0}, {3 * 77 + 2, 0x00ff0000, 0}, {0, 0, 1}};
  for (int k = 0; k < 5; k++) {
    struct saboteur saboteur = {{.loading = true, .array = pass_array, .list = break_list},
                                image_loader(image),
                                faults[k].word,
                                faults[k].value,
                                faults[k].cut,
                                NULL};
    assert_fails(projection_visit(to.projection, &saboteur.visitor), STATUS_CONFIG, "source_to_target");
  }
  /* short-term states that are none: no number, −1, 2 */
  static const uint32_t odd[] = {0x7fc00000, 0xbf800000, 0x40000000};
  for (int k = 0; k < 6; k++) {
    struct saboteur saboteur = {{.loading = true, .array = pass_array, .list = break_list},
                                image_loader(image),
                                0,
                                odd[k / 2],
                                0,
                                k % 2 ? "/u" : "/x"};
    assert_fails(projection_visit(to.projection, &saboteur.visitor), STATUS_CONFIG, "not within 0 and 1");
  }
  image_free(image);
  network_free(from.network);
  network_free(to.network);
}

/* Source cells of classes of their own: as many as their shares say, each released as a pathway of its three
 * numbers; the most that can arrive is that of the class that facilitates most. */
static void test_release_classes(void **state) {
  (void)state;
  static const struct release_class classes[] = {{.25, .1, 50, 400}, {.5, .25, 700, 20}, {.25, .4, 0, 0}};
  struct pair pair = make(256, 0, false), again = make(128, 0, false);
  double count[3] = {0};
  set_edges(pair);
  pair.projection->U = .25;
  pair.projection->tau_facil_ms = 0;
  double before = projection_peak_nS(pair.projection, 0);
  assert_ok(projection_classes(pair.projection, classes, 3, 3));
  assert_ok(projection_classes(again.projection, classes, 3, 3));
  assert_near(projection_peak_nS(pair.projection, 0), before * 10, 1e-9 * before);
  for (int j = 0; j < SOURCES; j++) {
    int k = pair.projection->release_of[j];
    count[k]++;
    assert_int_equal(again.projection->release_of[j], k);
    struct projection alone = *again.projection;
    alone.release_of = NULL;
    alone.U = classes[k].U;
    alone.tau_rec_ms = classes[k].tau_rec_ms;
    alone.tau_facil_ms = classes[k].tau_facil_ms;
    for (int spike = 0; spike < 4; spike++) {
      float wanted = projection_release(&alone, j, 1 + 150 * spike, 0.1, 1);
      assert_true(projection_release(pair.projection, j, 1 + 150 * spike, 0.1, 1) == wanted);
      if (spike == 0) assert_near(wanted, 1, 1e-6);
    }
  }
  for (int k = 0; k < 3; k++)
    assert_near(count[k], SOURCES * classes[k].share,
                5 * sqrt(SOURCES * classes[k].share * (1 - classes[k].share)));
  network_free(pair.network);
  network_free(again.network);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_release_classes),
      cmocka_unit_test(test_edges_round_trip),
      cmocka_unit_test(test_delay_classes),
      cmocka_unit_test(test_release_by_equation),
      cmocka_unit_test(test_release_by_factor),
      cmocka_unit_test(test_release_by_reference),
      cmocka_unit_test(test_release_lost),
      cmocka_unit_test(test_delivery_is_exact),
      cmocka_unit_test(test_delivery_in_nS),
      cmocka_unit_test(test_growth),
      cmocka_unit_test(test_peak),
      cmocka_unit_test(test_state_round_trip),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
