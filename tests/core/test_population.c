/* test_population.c — cells lie in blocks without gap or overlap, in aligned and separate arrays; what is
 * drawn, summed, cleared, saved and loaded depends on ids and never on blocks. */
#include "metronome.h"
#include "random.h"

static struct population make(int n, int block_cells) {
  struct population population = {.name = "cells", .region = "test", .first_id = 70, .n = n};
  population.cell = &metronome;
  population.n_ports = 2;
  population.port[0] = (struct port){.name = "pair", .lanes = 2, .quantum = {1, 1}};
  population.port[1] = (struct port){.name = "single", .lanes = 1, .quantum = {1, 0}};
  population.n_receptors = 2;
  population.receptor[0] = (struct receptor){&listener, "first", NULL, 0, 0};
  population.receptor[1] = (struct receptor){&listener, "second", NULL, 0, 1};
  assert_ok(population_allocate(&population, block_cells));
  for (int b = 0; b < population.n_blocks; b++) population_start(&population, b, 5);
  return population;
}

static void test_blocks_cover(void **state) {
  (void)state;
  static const int sizes[] = {0, 1, 127, 128, 129, 1000, 4096}, wanted[] = {1, 128, 200, 256, 1024, 1 << 20};
  for (int s = 0; s < 7; s++) {
    for (int w = 0; w < 6; w++) {
      struct population population = make(sizes[s], wanted[w]);
      int next = 0;
      for (int b = 0; b < population.n_blocks; b++) {
        const struct block *block = &population.block[b];
        assert_int_equal(block->first, next);
        assert_int_equal(block->first % POPULATION_TILE, 0);
        assert_true(block->n > 0 && block->n <= (wanted[w] < POPULATION_TILE ? POPULATION_TILE : wanted[w]));
        assert_true(block->padded >= block->n && block->padded % MEMORY_LANES == 0);
        next += block->n;
      }
      assert_int_equal(next, sizes[s]);
      population_free(&population);
    }
  }
}

static void test_offsets_fit(void **state) {
  (void)state;
  struct population population = make(70000, 1 << 30);
  for (int b = 0; b < population.n_blocks; b++) assert_true(population.block[b].n <= POPULATION_BLOCK);
  population_free(&population);
}

/* Write every array of a block full of its own number, then read all: none overlaps another. */
static void test_arrays_are_separate(void **state) {
  (void)state;
  struct population population = make(300, 256);
  for (int b = 0; b < population.n_blocks; b++) {
    struct block *block = &population.block[b];
    size_t cells = (size_t)block->padded;
    struct piece {
      void *data;
      size_t bytes;
    } piece[] = {{block->cell_column[0], 4 * cells},
                 {block->cell_column[1], 4 * cells},
                 {block->cell_column[2], 4 * cells},
                 {block->receptor_column[0][0], 4 * cells * METRONOME_TICKS},
                 {block->receptor_column[0][1], 8 * cells},
                 {block->receptor_column[1][0], 4 * cells * METRONOME_TICKS},
                 {block->receptor_column[1][1], 8 * cells},
                 {block->port[0], 8 * cells},
                 {block->port[1], 4 * cells},
                 {block->background, 4 * cells},
                 {block->g, 4 * cells},
                 {block->g_E, 4 * cells},
                 {block->fired, 4 * cells},
                 {block->afferents, 4 * cells},
                 {block->ambient, 4 * cells},
                 {block->release[0], 4 * cells},
                 {block->release[RELEASE_FACTORS - 1], 4 * cells},
                 {block->afferent_release, 4 * cells}};
    for (int k = 0; k < COUNT_OF(piece); k++) {
      assert_int_equal((uintptr_t)piece[k].data % MEMORY_LINE, 0);
      memset(piece[k].data, k + 1, piece[k].bytes);
    }
    for (int k = 0; k < COUNT_OF(piece); k++) {
      const unsigned char *bytes = piece[k].data;
      for (size_t i = 0; i < piece[k].bytes; i++)
        if (bytes[i] != k + 1) fail_msg("array %d is overwritten", k);
    }
  }
  population_free(&population);
}

/* Nothing fills the ambient transmitter by itself; a receptor sees what stands in its block. */
static void test_ambient(void **state) {
  (void)state;
  struct population population = make(300, 128);
  for (int b = 0; b < population.n_blocks; b++) {
    for (int i = 0; i < population.block[b].padded; i++) {
      assert_true(population.block[b].ambient[i] == 0);
      population.block[b].ambient[i] = (float)(b + 1);
    }
  }
  for (int b = 0; b < population.n_blocks; b++) {
    struct cells cells = population_cells(&population, b, 1);
    for (int i = 0; i < cells.n; i++) assert_true(cells.ambient[i] == (float)(b + 1));
  }
  population_free(&population);
}

static void test_draws_follow_ids(void **state) {
  (void)state;
  struct population small = make(1000, 128), large = make(1000, 1024);
  for (int i = 0; i < 1000; i++) {
    const int32_t *a = population_column(&small, -1, "period", 0, i / small.block_cells);
    const int32_t *b = population_column(&large, -1, "period", 0, 0);
    struct random_draw draw = random_draw(5, RANDOM_VARY, 70 + (uint64_t)i, 0, 0);
    assert_int_equal(a[i % small.block_cells], b[i]);
    assert_int_equal(b[i], 20 + draw.u[0] % 50);
  }
  population_free(&small);
  population_free(&large);
}

static void test_columns(void **state) {
  (void)state;
  struct population population = make(200, 128);
  assert_null(population_column(&population, -1, "heard", 0, 0));
  assert_null(population_column(&population, 0, "V", 0, 0));
  assert_int_equal(population_receptor(&population, "second"), 1);
  assert_int_equal(population_receptor(&population, "third"), -1);
  int32_t *row0 = population_column(&population, 1, "heard", 0, 1),
          *row3 = population_column(&population, 1, "heard", 3, 1);
  assert_int_equal(row3 - row0, 3 * population.block[1].padded);
  population_free(&population);
}

/* The sum goes over groups of 128, then over groups: bits that depend on that order are the same in all
 * blocks, and differ from those of a plain sum. */
static void test_sum_has_one_order(void **state) {
  (void)state;
  double plain = 0, groups = 0, group = 0, first = 0;
  for (int block_cells = 128; block_cells <= 1024; block_cells *= 2) {
    struct population population = make(1000, block_cells);
    plain = groups = group = 0;
    for (int i = 0; i < 1000; i++) {
      double *total = population_column(&population, 1, "total", 0, i / population.block_cells);
      double value = exp(random_normal(random_draw(1, RANDOM_VARY, (uint64_t)i, 9, 0).u[0]) * 5);
      total[i % population.block_cells] = value;
      plain += value;
      group += value;
      if (i % 128 == 127 || i == 999) {
        groups += group;
        group = 0;
      }
    }
    double sum = population_sum(&population, 1, "total", 0);
    assert_true(sum == groups);
    assert_true(sum != plain);
    first = block_cells == 128 ? sum : first;
    assert_true(sum == first);
    assert_true(population_sum(&population, -1, "V", 0) == -60000.0);
    for (int b = 0; b < population.n_blocks; b++) population_clear_sums(&population, b);
    assert_true(population_sum(&population, 1, "total", 0) == 0.0);
    assert_true(population_sum(&population, -1, "V", 0) == -60000.0);
    population_free(&population);
  }
}

/* What is saved from blocks of one size and loaded into another gives the same image again. */
static void test_visit(void **state) {
  (void)state;
  struct population from = make(500, 128), to = make(500, 512);
  for (int b = 0; b < from.n_blocks; b++) {
    float *V = population_column(&from, -1, "V", 0, b);
    double *total = population_column(&from, 0, "total", 0, b);
    int32_t *heard = population_column(&from, 1, "heard", 17, b);
    for (int i = 0; i < from.block[b].n; i++) {
      V[i] = (float)(from.block[b].first + i);
      total[i] = 2.0 * V[i];
      heard[i] = 3 * (int)V[i];
      from.block[b].afferents[i] = 0.5f + V[i];
    }
  }
  struct image *image;
  assert_ok(image_new(&image));
  assert_ok(population_visit(&from, image_saver(image)));
  assert_ok(population_visit(&to, image_loader(image)));
  for (int i = 0; i < 500; i++) {
    assert_true(((float *)population_column(&to, -1, "V", 0, 0))[i] == (float)i);
    assert_true(((double *)population_column(&to, 0, "total", 0, 0))[i] == 2.0 * i);
    assert_true(((int32_t *)population_column(&to, 1, "heard", 17, 0))[i] == 3 * i);
    assert_true(to.block[0].afferents[i] == 0.5f + (float)i);
  }
  struct hasher a = state_hasher(), b = state_hasher();
  assert_ok(population_visit(&from, &a.visitor));
  assert_ok(population_visit(&to, &b.visitor));
  assert_true(a.hash == b.hash);
  struct population other = make(501, 512);
  assert_int_equal(population_visit(&other, image_loader(image)), STATUS_CONFIG);
  image_free(image);
  population_free(&from);
  population_free(&to);
  population_free(&other);
}

/* Cells of a site follow one another; a block may begin and end within one. */
static void test_sites(void **state) {
  (void)state;
  struct population population = make(300, 128);
  assert_ok(memory_new("sites", 300, sizeof *population.site, &population.site));
  assert_ok(memory_new("sites", 3, sizeof *population.in_site, &population.in_site));
  for (int k = 0; k < 300; k++) population_settle(&population, k, k < 100 ? 2 : k < 290 ? 0 : 1);
  static const int ends[3][3] = {{100, 128, 0}, {128, 0, 0}, {34, 44, 0}}; /* of 0-127, 128-255, 256-299 */
  for (int b = 0; b < 3; b++) {
    for (int i = 0, k = 0; i < population.block[b].n; k++) {
      int end = population_site_end(&population, &population.block[b], i);
      assert_int_equal(end, ends[b][k]);
      i = end;
    }
  }
  population_free(&population);
}

/* What is kept for the ticks to come is what the hooks would see. */
static void test_view(void **state) {
  (void)state;
  struct population population = make(300, 128);
  for (int b = 0; b < population.n_blocks; b++) {
    population_view(&population, b);
    for (int r = -1; r < population.n_receptors; r++) {
      struct cells cells = population_cells(&population, b, r), *view = population.block[b].view;
      assert_memory_equal(&view[r < 0 ? population.n_receptors : r], &cells, sizeof cells);
    }
  }
  population_free(&population);
}

/* Arrivals of a port that joins another are summed at both. */
static void test_joined_ports(void **state) {
  (void)state;
  struct population population = {
      .name = "cells", .region = "test", .n = 40, .cell = &metronome, .n_ports = 2};
  population.port[0] = (struct port){.name = "whole", .lanes = 2, .quantum = {1, 1}};
  population.port[1] = (struct port){.name = "part", .lanes = 2, .quantum = {1, 1}, .joins = 1};
  population.n_receptors = 1;
  population.receptor[0] = (struct receptor){&listener, "first", NULL, 0, 0};
  assert_ok(population_allocate(&population, 128));
  struct block *block = &population.block[0];
  for (int p = 0; p < 2; p++) {
    struct arrivals *arrivals = &block->due[p][0];
    assert_true(population_more_room(block, arrivals));
    arrivals->event[arrivals->n++] = (struct arrival){7, {3 + p, 10 + p}};
  }
  population_turn(&population, 0, 0);
  assert_int_equal(block->port[0][14], 7);
  assert_int_equal(block->port[0][15], 21);
  assert_int_equal(block->port[1][14], 4);
  assert_int_equal(block->port[1][15], 11);
  assert_ptr_equal(population_cells(&population, 0, 0).part, block->port[1]);
  population.port[1].unused = true; /* no pathway ends there: nothing to tell apart */
  assert_null(population_cells(&population, 0, 0).part);
  population_turn(&population, 0, population.port[0].slots);
  assert_int_equal(block->port[0][14], 0);
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sites),        cmocka_unit_test(test_view),
      cmocka_unit_test(test_joined_ports), cmocka_unit_test(test_blocks_cover),
      cmocka_unit_test(test_offsets_fit),  cmocka_unit_test(test_arrays_are_separate),
      cmocka_unit_test(test_ambient),      cmocka_unit_test(test_draws_follow_ids),
      cmocka_unit_test(test_columns),      cmocka_unit_test(test_sum_has_one_order),
      cmocka_unit_test(test_visit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
