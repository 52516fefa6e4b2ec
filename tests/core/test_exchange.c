/* test_exchange.c — every rank gets what every other wrote to it, byte for byte, messages grow as they must
 * and keep nothing of the last one; where all ranks are in one process a meeting leaves everything as it is.
 * Between processes: tests/identity/test_mpi.py. */
#include "check.h"
#include "exchange.h"

static uint16_t word_of(size_t k, int from, int to, int round) {
  return (uint16_t)(k * 7 + (size_t)(from + 100 * to + round));
}

static void test_messages(void **state) {
  (void)state;
  struct exchange *exchange;
  assert_ok(exchange_new(3, &exchange));
  assert_int_equal(exchange_ranks(exchange), 3);
  assert_int_equal(exchange_first(exchange), 0);
  assert_int_equal(exchange_held(exchange), 3);
  assert_true(exchange_whole(exchange) && exchange_whole(NULL));
  assert_true(exchange_holds(exchange, 2) && !exchange_holds(exchange, 3));
  for (int round = 0; round < 4; round++) {
    size_t n = round == 2 ? 10 : (size_t)1 << (5 * round); /* growing, and once shorter than before */
    for (int pair = 0; pair < 9; pair++) {
      int from = pair / 3, to = pair % 3;
      struct message *message = exchange_outgoing(exchange, from, to);
      message->n = 0;
      for (size_t k = 0; k < n + (size_t)to; k++) {
        uint16_t word = word_of(k, from, to, round);
        assert_ok(message_put(message, &word, sizeof word));
      }
      assert_ok(message_put(message, NULL, 0));
    }
    exchange_begin(exchange);
    assert_ok(exchange_finish(exchange));
    for (int pair = 0; pair < 9; pair++) {
      int from = pair / 3, to = pair % 3;
      const struct message *message = exchange_incoming(exchange, to, from);
      assert_int_equal(message->n, 2 * (n + (size_t)to));
      for (size_t k = 0; k < n + (size_t)to; k++) {
        uint16_t word;
        memcpy(&word, message->bytes + 2 * k, sizeof word);
        assert_int_equal(word, word_of(k, from, to, round));
      }
    }
  }
  assert_int_equal(exchange_traffic(exchange).messages, 0); /* none left the process */
  exchange_free(exchange);
  exchange_free(NULL);
}

static void test_meetings_of_one_process(void **state) {
  (void)state;
  struct exchange *exchange;
  int64_t sums[2] = {INT64_MAX, -3};
  int32_t counts[1] = {7};
  double most[1] = {2.5};
  char bytes[3] = {1, 2, 3};
  assert_ok(exchange_new(2, &exchange));
  exchange_sum(exchange, sums, 2);
  exchange_sum32(exchange, counts, 1);
  exchange_most(exchange, most, 1);
  exchange_unite(exchange, bytes, sizeof bytes);
  exchange_tell(exchange, bytes, sizeof bytes);
  assert_true(sums[0] == INT64_MAX && sums[1] == -3 && counts[0] == 7 && most[0] == 2.5);
  assert_memory_equal(bytes, "\1\2\3", 3);
  assert_ok(exchange_agree(exchange, STATUS_OK));
  assert_fails(exchange_agree(exchange, status_fail(STATUS_WORLD, "no disk")), STATUS_WORLD, "no disk");
  exchange_free(exchange);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_messages),
                                     cmocka_unit_test(test_meetings_of_one_process)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
