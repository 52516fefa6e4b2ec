/* test_sha256.c — the examples of FIPS 180-4 and of NIST's vectors, and a chain over every length up to 299,
 * whose end another implementation (Python's hashlib) gave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sha256.h"

static void expect(const void *bytes, size_t size, const char *wanted) {
  char text[SHA256_TEXT_MAX];
  sha256_text(bytes, size, text);
  assert_string_equal(text, wanted);
}

static void test_published_examples(void **state) {
  (void)state;
  static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  expect("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(two_blocks, 56, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  char *million = malloc(1000000);
  assert_non_null(million);
  memset(million, 'a', 1000000);
  expect(million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  free(million);
}

/* Each hash is part of the next message, whose length grows by one. */
static void test_every_length(void **state) {
  (void)state;
  char message[300 + SHA256_TEXT_MAX], text[SHA256_TEXT_MAX] = "";
  for (int n = 0; n < 300; n++) {
    for (int i = 0; i < n; i++) message[i] = (char)(i * 7 + n);
    size_t rest = strlen(text);
    memcpy(message + n, text, rest);
    sha256_text(message, (size_t)n + rest, text);
  }
  assert_string_equal(text, "05d24cf0bb6a2b38e1833e75e8af90233f29aa6c25492ceeffa02fe3683746ed");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_published_examples),
      cmocka_unit_test(test_every_length),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
