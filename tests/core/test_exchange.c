/* test_exchange.c — every rank gets every rank's message byte for byte, messages grow as they must and keep
 * nothing of the last one, and sums over parts are exact. */
#include "check.h"
#include "exchange.h"

static void test_messages(void **state) {
  (void)state;
  struct exchange *exchange;
  assert_ok(exchange_new(3, &exchange));
  assert_int_equal(exchange_ranks(exchange), 3);
  for (int round = 0; round < 4; round++) {
    size_t n = round == 2 ? 10 : (size_t)1 << (5 * round); /* growing, and once shorter than before */
    for (int rank = 0; rank < 3; rank++) {
      struct message *message = exchange_outgoing(exchange, rank);
      message->n = 0;
      for (size_t k = 0; k < n; k++) {
        uint16_t word = (uint16_t)(k * 7 + (size_t)(rank + round));
        assert_ok(message_put(message, &word, sizeof word));
      }
      assert_ok(message_put(message, NULL, 0));
    }
    for (int rank = 0; rank < 3; rank++) {
      for (int from = 0; from < 3; from++) {
        const struct message *message = exchange_incoming(exchange, rank, from);
        assert_int_equal(message->n, 2 * n);
        for (size_t k = 0; k < n; k++) {
          uint16_t word;
          memcpy(&word, message->bytes + 2 * k, sizeof word);
          assert_int_equal(word, (uint16_t)(k * 7 + (size_t)(from + round)));
        }
      }
    }
  }
  exchange_free(exchange);
  exchange_free(NULL);
}

/* Large numbers of both signs, whose sum in floating point would depend on the order. */
static void test_sum(void **state) {
  (void)state;
  struct exchange *exchange;
  assert_ok(exchange_new(1, &exchange));
  int64_t a[3] = {INT64_MAX - 5, 1, 0}, b[3] = {3, INT64_MIN + 7, 0}, c[3] = {-9, -8, 0}, sum[3] = {1, 1, 1};
  int64_t *parts[3] = {a, b, c};
  exchange_sum(exchange, parts, 3, 3, sum);
  assert_int_equal(sum[0], INT64_MAX - 11);
  assert_int_equal(sum[1], INT64_MIN);
  assert_int_equal(sum[2], 0);
  exchange_free(exchange);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_messages), cmocka_unit_test(test_sum)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
