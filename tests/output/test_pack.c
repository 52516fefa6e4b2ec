/* test_pack.c — chunks are shuffled byte by byte as HDF5 expects, and stay so when compression gains nothing.
 * That HDF5's own filters unpack what was compressed is shown by test_store_write.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "memory.h"
#include "pack.h"

static void test_noise_is_only_shuffled(void **state) {
  (void)state;
  enum { N = 1000 };
  struct pack *pack;
  struct packed packed;
  uint32_t noise[N], word = 3;
  unsigned char shuffled[sizeof noise];
  assert_int_equal(pack_new(&pack), STATUS_OK);
  for (int i = 0; i < N; i++) {
    noise[i] = 0;
    for (int k = 0; k < 4; k++) noise[i] = noise[i] << 8 | (word = word * 1664525u + 1013904223u) >> 24;
  }
  assert_int_equal(pack_chunk(pack, noise, N, sizeof *noise, shuffled, &packed), STATUS_OK);
  assert_false(packed.deflated);
  assert_int_equal(packed.size, sizeof noise);
  const unsigned char *plain = (const unsigned char *)noise;
  for (int i = 0; i < N; i++)
    for (int byte = 0; byte < 4; byte++) assert_int_equal(shuffled[byte * N + i], plain[4 * i + byte]);
  assert_int_equal(pack_chunk(pack, noise, N, sizeof *noise, noise, &packed), STATUS_OK); /* in its place */
  assert_memory_equal(noise, shuffled, sizeof noise);
  pack_free(pack);
}

static void test_pattern_is_compressed(void **state) {
  (void)state;
  static double ramp[20000], room[20000];
  size_t before = memory_in_use();
  struct pack *pack;
  struct packed packed;
  assert_int_equal(pack_new(&pack), STATUS_OK);
  for (int i = 0; i < 20000; i++) ramp[i] = i;
  for (size_t n = 10; n <= 20000; n *= 2) { /* chunks of growing size with one compressor */
    assert_int_equal(pack_chunk(pack, ramp, n, sizeof *ramp, room, &packed), STATUS_OK);
    if (n < 100) continue;
    assert_true(packed.deflated && packed.size < n * sizeof *ramp / 2);
    const unsigned char *bytes =
        (const unsigned char *)room; /* RFC 1950: deflate, 32 KiB window; a multiple of 31 */
    assert_int_equal(bytes[0], 0x78);
    assert_int_equal((bytes[0] * 256 + bytes[1]) % 31, 0);
  }
  pack_free(pack);
  pack_free(NULL);
  assert_int_equal(memory_in_use(), before);
  assert_true(strlen(pack_library_version()) >= 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_noise_is_only_shuffled),
      cmocka_unit_test(test_pattern_is_compressed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
