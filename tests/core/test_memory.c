/* test_memory.c — pieces are aligned, zeroed and counted to the byte; sizes that overflow or that no machine
 * has, or that this one has not left, are refused and change nothing; a resized piece keeps its content and
 * zeroes the rest. */
#include "check.h"
#include "memory.h"
#include <stdio.h>
#include <sys/resource.h>

static void assert_zero(const unsigned char *bytes, size_t n) {
  for (size_t i = 0; i < n; i++) assert_int_equal(bytes[i], 0);
}

static void test_aligned_and_zeroed(void **state) {
  (void)state;
  for (size_t n = 0; n < 300; n++) {
    unsigned char *piece = NULL;
    assert_ok(memory_new("piece", n, 1, &piece));
    assert_non_null(piece);
    assert_int_equal((uintptr_t)piece % MEMORY_LINE, 0);
    assert_zero(piece, n);
    memset(piece, 0xa5, n); /* what comes from this place next has to be zero again */
    memory_free(piece);
  }
}

static void test_counts_bytes(void **state) {
  (void)state;
  size_t before = memory_in_use();
  double *one = NULL;
  char *two = NULL;
  assert_ok(memory_new("one", 10, sizeof *one, &one));
  assert_int_equal(memory_in_use() - before, 128); /* 80 bytes take two lines */
  assert_ok(memory_new("two", 64, 1, &two));
  assert_int_equal(memory_in_use() - before, 192);
  memory_free(one);
  memory_free(NULL);
  assert_int_equal(memory_in_use() - before, 64);
  memory_free(two);
  assert_int_equal(memory_in_use(), before);
}

/* Sanitizers end the program at a size that no machine has, unless told to do as the C library does. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "allocator_may_return_null=1"; }
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) { return "allocator_may_return_null=1"; }

static void test_refuses_what_cannot_be(void **state) {
  (void)state;
  size_t before = memory_in_use();
  char mark, *piece = &mark;
  assert_fails(memory_new("synapses", SIZE_MAX / 2, 3, &piece), STATUS_NO_MEMORY, "synapses");
  assert_fails(memory_new("synapses", SIZE_MAX, 1, &piece), STATUS_NO_MEMORY, "synapses");
  assert_fails(memory_new("synapses", SIZE_MAX / 2 + 1, 1, &piece), STATUS_NO_MEMORY, "out of memory");
  assert_fails(memory_new("synapses", (size_t)1 << 60, 1, &piece), STATUS_NO_MEMORY, "synapses");
  assert_ptr_equal(piece, &mark);
  assert_int_equal(memory_in_use(), before);
}

static void test_resize(void **state) {
  (void)state;
  size_t before = memory_in_use();
  uint32_t *list = NULL;
  assert_ok(memory_resize("list", 0, 5, sizeof *list, &list)); /* from nothing */
  for (uint32_t i = 0; i < 5; i++) list[i] = 100 + i;
  assert_ok(memory_resize("list", 5, 1000, sizeof *list, &list));
  for (uint32_t i = 0; i < 5; i++) assert_int_equal(list[i], 100 + i);
  assert_zero((unsigned char *)(list + 5), 995 * sizeof *list);
  memset(list, 0xff, 1000 * sizeof *list);
  assert_ok(memory_resize("list", 1000, 3, sizeof *list, &list));
  assert_int_equal(list[2], UINT32_MAX);
  assert_ok(memory_resize("list", 3, 16, sizeof *list, &list));
  assert_int_equal(list[2], UINT32_MAX);
  assert_zero((unsigned char *)(list + 3), 13 * sizeof *list);
  uint32_t *kept = list;
  assert_fails(memory_resize("list", 16, SIZE_MAX / 2, sizeof *list, &list), STATUS_NO_MEMORY, "list");
  assert_ptr_equal(list, kept);
  memory_free(list);
  assert_int_equal(memory_in_use(), before);
}

static void test_padding_and_text(void **state) {
  (void)state;
  assert_int_equal(memory_padded(0), 0);
  assert_int_equal(memory_padded(1), MEMORY_LANES);
  assert_int_equal(memory_padded(MEMORY_LANES), MEMORY_LANES);
  assert_int_equal(memory_padded(MEMORY_LANES + 1), 2 * MEMORY_LANES);
  char *text = NULL;
  assert_ok(memory_text("µM", &text));
  assert_string_equal(text, "µM");
  memory_free(text);
}

/* What cannot be had is refused before a byte of it is taken, also where the system would promise it. */
static void test_asks_first(void **state) {
  (void)state;
  const uint64_t GB = 1000000000, page = 4096;
  size_t before = memory_in_use();
  char mark, *piece = &mark;
  struct rlimit as_it_was, limit;
  unsigned long pages = 0;
  assert_ok(memory_ask("a few bytes", 4096));
  assert_fails(memory_ask("12 cells", 3e18), STATUS_NO_MEMORY, "12 cells would take 3e+09 GB of memory");
  FILE *file = fopen("/proc/self/statm", "r");
  assert_non_null(file);
  assert_int_equal(fscanf(file, "%lu", &pages), 1);
  fclose(file);
  assert_int_equal(getrlimit(RLIMIT_AS, &as_it_was), 0);
  limit = as_it_was;
  limit.rlim_cur = pages * page + GB;
  assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
  assert_true(memory_available() <= GB);
  assert_fails(memory_new("a list", 2 * GB, 1, &piece), STATUS_NO_MEMORY, "a list would take 2 GB of memory");
  assert_int_equal(setrlimit(RLIMIT_AS, &as_it_was), 0);
  assert_ptr_equal(piece, &mark);
  assert_int_equal(memory_in_use(), before);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_aligned_and_zeroed),     cmocka_unit_test(test_counts_bytes),
      cmocka_unit_test(test_refuses_what_cannot_be), cmocka_unit_test(test_resize),
      cmocka_unit_test(test_padding_and_text),       cmocka_unit_test(test_asks_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
