/* test_trace.c — samples come back channel by channel, those beyond the capacity are left out; a trace
 * survives save and load, and one that does not fit is refused. */
#include "check.h"
#include "signals/trace.h"

static struct trace make(int channels, size_t capacity, int n) {
  struct trace trace;
  assert_ok(trace_new(&trace, channels, capacity));
  for (int k = 0; k < n; k++) {
    double values[3] = {k, 10 + k, 20 + k};
    trace_add(&trace, values);
  }
  return trace;
}

static void test_samples(void **state) {
  (void)state;
  struct trace trace = make(3, 5, 8);
  double out[5];
  assert_int_equal(trace.n, 5);
  trace_channel(&trace, 1, out);
  for (int k = 0; k < 5; k++) assert_near(out[k], 10 + k, 0);
  trace_free(&trace);
  trace_free(&trace);
  trace = make(1, 10 * TRACE_MOST, 0);
  assert_int_equal(trace.capacity, TRACE_MOST);
  trace_free(&trace);
}

static void test_state(void **state) {
  (void)state;
  struct image *image;
  struct trace trace = make(3, 5, 4), other = make(3, 5, 1), narrow = make(2, 5, 0), small = make(3, 3, 0);
  double out[5];
  assert_ok(image_new(&image));
  assert_ok(trace_visit(&trace, "trace", image_saver(image)));
  assert_ok(trace_visit(&other, "trace", image_loader(image)));
  assert_int_equal(other.n, 4);
  trace_channel(&other, 2, out);
  for (int k = 0; k < 4; k++) assert_near(out[k], 20 + k, 0);
  assert_fails(trace_visit(&small, "trace", image_loader(image)), STATUS_CONFIG, "trace does not fit");
  trace.n = 1;
  assert_ok(trace_visit(&trace, "trace", image_saver(image)));
  assert_fails(trace_visit(&narrow, "trace", image_loader(image)), STATUS_CONFIG, "trace does not fit");
  assert_int_equal(narrow.n, 0);
  trace_free(&trace);
  trace_free(&other);
  trace_free(&narrow);
  trace_free(&small);
  image_free(image);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_samples), cmocka_unit_test(test_state)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
