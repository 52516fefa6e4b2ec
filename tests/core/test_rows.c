/* test_rows.c — the rows of all owners together hold every synapse once, of its own source, list by list,
 * whatever blocks, threads and ranks; stretches longer than a reach can say are cut in pieces; rows follow
 * when synapses are set again; their size goes with what is reached. */
#include "metronome.h"
#include "random.h"

enum { SENDERS = 700, HEARERS = 500, SYNAPSES = 9000 };

struct job {
  uint32_t round;
};

static struct edge synapse_at(uint32_t round, uint32_t k) {
  struct random_draw draw = random_draw(5, RANDOM_WIRE, k, round, 0);
  return (struct edge){.target = random_below(draw.u[0], HEARERS),
                       .source = random_below(draw.u[1], SENDERS - 100), /* the last send to nobody */
                       .full = 1};
}

static enum status set_block(void *context, struct projection *projection, int b) {
  const struct job *job = context;
  const struct block *block = &projection->target->block[b];
  struct edge *edges;
  size_t n = 0;
  TRY(memory_new("edges", SYNAPSES, sizeof *edges, &edges));
  for (uint32_t k = 0; k < SYNAPSES; k++) {
    struct edge edge = synapse_at(job->round + 2 * (uint32_t)projection->index, k);
    if (edge.target >= (uint32_t)block->first && edge.target < (uint32_t)(block->first + block->n))
      edges[n++] = edge;
  }
  enum status status = projection_set(projection, b, edges, n);
  memory_free(edges);
  return status;
}

static struct network *make(int threads, int ranks, int block_cells) {
  struct network *network;
  assert_ok(network_new((struct clock){0.1}, 11, &network));
  struct population *sender = metronome_population(network, "sender", SENDERS, block_cells),
                    *hearer = metronome_population(network, "hearer", HEARERS, block_cells);
  metronome_projection(network, sender, hearer, 0, 0.5, 2.0);
  metronome_projection(network, sender, hearer, 1, 0.5, 2.0);
  assert_ok(network_connect(network, threads, ranks));
  return network;
}

/* Synapses per pathway, source and target, from the rows of all owners. */
static uint8_t found[2][SENDERS][HEARERS], wanted[2][SENDERS][HEARERS];

static void read_rows(const struct network *network) {
  memset(found, 0, sizeof found);
  for (int o = 0; o < network->n_owners; o++) {
    const struct owner *owner = &network->owner[o];
    const struct rows *rows = &owner->rows[0];
    assert_int_equal(owner->rows[1].n_lists, 0); /* hearers send nothing */
    for (uint32_t j = 0; rows->begin && j < SENDERS; j++) {
      for (uint32_t k = rows->begin[j]; k < rows->begin[j + 1]; k++) {
        const struct synapse_list *list = &rows->list[rows->reach[k].list];
        const struct block *block = network->block[list->number];
        assert_int_equal(block->rank, owner->rank);
        assert_int_equal(block->thread, owner->thread);
        assert_ptr_equal(block, &list->projection->target->block[list->b]);
        for (uint32_t e = 0; e < rows->reach[k].n; e++) {
          struct synapse synapse = list->projection->block[list->b].synapse[rows->reach[k].begin + e];
          found[list->projection->index][j][block->first + synapse_cell(synapse)]++;
        }
      }
    }
  }
}

static void test_every_synapse_once(void **state) {
  (void)state;
  static const struct {
    int threads, ranks, block_cells;
  } shapes[] = {{1, 1, 1024}, {1, 1, 128}, {2, 1, 128}, {1, 3, 128}, {2, 4, 256}, {2, 3, 128}};
  for (int s = 0; s < COUNT_OF(shapes); s++) {
    struct network *network = make(shapes[s].threads, shapes[s].ranks, shapes[s].block_cells);
    for (struct job job = {0}; job.round < 2; job.round++) {
      memset(wanted, 0, sizeof wanted);
      for (uint32_t k = 0; k < SYNAPSES; k++) {
        for (uint32_t p = 0; p < 2; p++) {
          struct edge edge = synapse_at(job.round + 2 * p, k);
          wanted[p][edge.source][edge.target]++;
        }
      }
      assert_ok(network_each_block(network, set_block, &job));
      read_rows(network);
      assert_memory_equal(found, wanted, sizeof wanted);
    }
    network_free(network);
  }
}

/* 10,000 synapses of one source cell onto one block: more than a visit holds. */
static void test_long_stretches(void **state) {
  (void)state;
  struct network *network = make(1, 1, 1024);
  struct projection *projection = network->projection[0];
  static struct edge edges[10000];
  for (uint32_t k = 0; k < 10000; k++)
    edges[k] = (struct edge){.target = k % HEARERS, .source = 7, .full = 1};
  assert_ok(projection_set(projection, 0, edges, 10000));
  assert_ok(network_make_rows(network));
  const struct rows *rows = &network->owner[0].rows[0];
  uint32_t next = 0;
  for (uint32_t k = rows->begin[7]; k < rows->begin[8]; k++) {
    assert_int_equal(rows->reach[k].begin, next);
    next += rows->reach[k].n;
  }
  assert_int_equal(next, 10000);
  assert_int_equal(rows->begin[SENDERS], 3);
  assert_int_equal(projection_find(projection, 0, 7).n, VISIT_SYNAPSES);
  assert_int_equal(projection_find(projection, 0, 6).n, 0);
  assert_int_equal(projection_find(projection, 0, 8).n, 0);
  network_free(network);
}

/* A cell that reaches nobody costs four bytes, whatever the number of blocks. */
static void test_size(void **state) {
  (void)state;
  struct network *network = make(1, 1, 128);
  struct job job = {0};
  assert_ok(network_each_block(network, set_block, &job));
  const struct rows *rows = &network->owner[0].rows[0];
  assert_int_equal(rows_bytes(rows, network->population[0]),
                   4 * (SENDERS + 1) + 8 * (size_t)rows->begin[SENDERS]);
  assert_int_equal(rows->begin[SENDERS], rows->begin[SENDERS - 100]);
  assert_int_equal(rows_bytes(&network->owner[0].rows[1], network->population[1]), 0);
  network_free(network);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_synapse_once),
                                     cmocka_unit_test(test_long_stretches), cmocka_unit_test(test_size)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
