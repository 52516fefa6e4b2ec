/* test_arena_dense.c — rows of bits add what a plain loop over them adds: any number of rows and words, the
 * largest counts of a byte, rows named twice, negative weights, beside what stands at the port. */
#include "arena_dense.h"
#include "check.h"
#include "memory.h"
#include "random.h"

enum { ROWS = 400 };

static uint64_t *random_rows(size_t words, uint32_t share) {
  uint64_t *bits;
  assert_ok(memory_new("rows", ROWS * words, sizeof *bits, &bits));
  for (size_t w = 0; w < ROWS * words; w++) {
    for (int b = 0; b < 64; b++) {
      struct random_draw draw = random_draw(5, RANDOM_WIRE, w, (uint64_t)b, 0);
      bits[w] |= (uint64_t)(draw.u[0] < share) << b;
    }
  }
  return bits;
}

static void check(size_t cells, int n, uint32_t share, int32_t weight, bool same_row) {
  size_t words = dense_words(cells);
  uint64_t *bits = random_rows(words, share);
  int32_t *port, *wanted;
  uint32_t row[DENSE_ROWS];
  assert_ok(memory_new("port", 64 * words, sizeof *port, &port));
  assert_ok(memory_new("port", 64 * words, sizeof *wanted, &wanted));
  for (size_t i = 0; i < 64 * words; i++) port[i] = wanted[i] = (int32_t)(i * 77) - 5000;
  for (int r = 0; r < n; r++) {
    row[r] = same_row ? 7 : random_below(random_draw(6, RANDOM_WIRE, (uint64_t)r, 0, 0).u[0], ROWS);
    for (size_t i = 0; i < 64 * words; i++)
      wanted[i] += bits[row[r] * words + i / 64] >> i % 64 & 1 ? weight : 0;
  }
  dense_add(port, bits, words, row, n, weight);
  assert_memory_equal(port, wanted, 64 * words * sizeof *port);
  memory_free(bits);
  memory_free(port);
  memory_free(wanted);
}

static void test_sums(void **state) {
  (void)state;
  if (!dense_supported()) skip();
  check(1, 0, 0x80000000u, 3, false);
  check(100, 1, 0x80000000u, 1000003, false);
  check(512, 31, 0x20000000u, -17, false);
  check(513, 44, 0x19999999u, 412345, false);
  check(3000, DENSE_ROWS, 0x10000000u, -8000000, false);
  check(900, DENSE_ROWS, 0xffffffffu, 65537, true);
}

static void test_words(void **state) {
  (void)state;
  assert_int_equal(dense_words(0), 0);
  assert_int_equal(dense_words(1), 8);
  assert_int_equal(dense_words(512), 8);
  assert_int_equal(dense_words(513), 16);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sums), cmocka_unit_test(test_words)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
