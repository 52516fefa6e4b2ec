/* test_state.c — an image gives back every bit of the walk it was saved from and refuses any other walk; the
 * hash sees every bit, name, type, count and the order; values out of bounds are told; nothing leaks. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "memory.h"
#include "state.h"

/* A thing with state of every kind: fixed arrays, one of them under a name that repeats, and a list. */
struct thing {
  int64_t tick;
  double slow[3];
  float potential[5], current[5];
  size_t n_spikes;
  uint32_t *spikes;
};

static enum status thing_visit(struct thing *thing, struct visitor *visitor) {
  TRY(visitor->array(visitor, "tick", STATE_I64, 1, &thing->tick));
  TRY(visitor->array(visitor, "slow", STATE_F64, 3, thing->slow));
  TRY(visitor->array(visitor, "cell", STATE_F32, 5, thing->potential));
  TRY(visitor->array(visitor, "cell", STATE_F32, 5, thing->current));
  TRY(visitor->array(visitor, "nothing", STATE_U8, 0, NULL));
  return visitor->list(visitor, "spikes", STATE_U32, &thing->n_spikes, (void **)&thing->spikes);
}

static struct thing make_thing(size_t n_spikes) {
  struct thing thing = {.tick = 1234567890123, .slow = {0.1, -0.0, 1e-310}, .n_spikes = n_spikes};
  for (int i = 0; i < 5; i++) {
    thing.potential[i] = -70 + (float)i;
    thing.current[i] = 3 * (float)i;
  }
  assert_int_equal(memory_new("spikes", n_spikes, sizeof(uint32_t), &thing.spikes), STATUS_OK);
  for (uint32_t i = 0; i < n_spikes; i++) thing.spikes[i] = 7 * i;
  return thing;
}

static uint64_t hash_of(struct thing *thing) {
  struct hasher hasher = state_hasher();
  assert_int_equal(thing_visit(thing, &hasher.visitor), STATUS_OK);
  return hasher.hash;
}

static void test_sizes_are_those_of_c(void **state) {
  (void)state;
  assert_int_equal(state_type_size(STATE_F32), sizeof(float));
  assert_int_equal(state_type_size(STATE_U16), 2);
  assert_int_equal(state_type_size(STATE_U64), 8);
  assert_int_equal(state_type_size(STATE_TYPE_COUNT), 0);
}

static void test_image_gives_all_back(void **state) {
  (void)state;
  size_t before = memory_in_use();
  struct image *image;
  assert_int_equal(image_new(&image), STATUS_OK);
  struct thing saved = make_thing(100), loaded = make_thing(3);
  memset(loaded.slow, 0xff, sizeof loaded.slow);
  loaded.tick = 0;
  /* saved twice: the second time the image forgets the first */
  assert_int_equal(thing_visit(&loaded, image_saver(image)), STATUS_OK);
  assert_int_equal(thing_visit(&saved, image_saver(image)), STATUS_OK);
  assert_int_equal(image_bytes(image), 8 + 3 * 8 + 10 * 4 + 100 * 4);
  for (int times = 0; times < 2; times++) { /* an image serves any number of arms */
    loaded.potential[2] = 99;
    assert_int_equal(thing_visit(&loaded, image_loader(image)), STATUS_OK);
    assert_int_equal(loaded.n_spikes, 100);
    assert_memory_equal(loaded.spikes, saved.spikes, 400);
    assert_memory_equal(&loaded, &saved, offsetof(struct thing, n_spikes));
    assert_int_equal(hash_of(&loaded), hash_of(&saved));
  }
  memory_free(saved.spikes);
  memory_free(loaded.spikes);
  image_free(image);
  image_free(NULL);
  assert_int_equal(memory_in_use(), before);
}

static void test_image_is_a_copy(void **state) {
  (void)state;
  struct image *image;
  assert_int_equal(image_new(&image), STATUS_OK);
  double value = 1.5;
  struct visitor *saver = image_saver(image);
  assert_int_equal(saver->array(saver, "value", STATE_F64, 1, &value), STATUS_OK);
  value = 2.5;
  struct visitor *loader = image_loader(image);
  assert_int_equal(loader->array(loader, "value", STATE_F64, 1, &value), STATUS_OK);
  assert_true(value == 1.5);
  image_free(image);
}

static void test_another_walk_is_refused(void **state) {
  (void)state;
  struct image *image;
  assert_int_equal(image_new(&image), STATUS_OK);
  double values[3] = {1, 2, 3};
  void *list = NULL;
  size_t n = 0;
  struct visitor *saver = image_saver(image);
  assert_false(saver->loading);
  assert_int_equal(saver->array(saver, "values", STATE_F64, 3, values), STATUS_OK);
  struct visitor *loader = image_loader(image);
  assert_true(loader->loading);
  assert_int_equal(loader->array(loader, "others", STATE_F64, 3, values), STATUS_CONFIG);
  assert_non_null(strstr(status_message(), "others"));
  loader = image_loader(image);
  assert_int_equal(loader->array(loader, "values", STATE_I64, 3, values), STATUS_CONFIG);
  loader = image_loader(image);
  assert_int_equal(loader->array(loader, "values", STATE_F64, 2, values), STATUS_CONFIG);
  assert_true(values[0] == 1 && values[2] == 3);
  loader = image_loader(image);
  assert_int_equal(loader->list(loader, "values", STATE_F32, &n, &list), STATUS_CONFIG);
  assert_null(list);
  loader = image_loader(image);
  assert_int_equal(loader->list(loader, "values", STATE_F64, &n, &list), STATUS_OK);
  assert_int_equal(n, 3);
  assert_int_equal(loader->array(loader, "more", STATE_F64, 3, values), STATUS_CONFIG);
  assert_non_null(strstr(status_message(), "more"));
  memory_free(list);
  image_free(image);
}

static void test_hash_sees_every_bit(void **state) {
  (void)state;
  struct thing thing = make_thing(9);
  uint64_t reference = hash_of(&thing);
  assert_int_equal(hash_of(&thing), reference);
  unsigned char *bytes = (unsigned char *)&thing;
  for (size_t i = 0; i < offsetof(struct thing, n_spikes); i++) {
    for (int bit = 0; bit < 8; bit++) {
      bytes[i] ^= (unsigned char)(1 << bit);
      assert_int_not_equal(hash_of(&thing), reference);
      bytes[i] ^= (unsigned char)(1 << bit);
    }
  }
  thing.spikes[8] ^= 1;
  assert_int_not_equal(hash_of(&thing), reference);
  thing.spikes[8] ^= 1;
  thing.n_spikes = 8;
  assert_int_not_equal(hash_of(&thing), reference);
  memory_free(thing.spikes);
}

static uint64_t hash_two(const char *name, enum state_type type, size_t first, size_t second) {
  static uint8_t bytes[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  struct hasher hasher = state_hasher();
  size_t size = state_type_size(type);
  assert_int_equal(hasher.visitor.array(&hasher.visitor, name, type, first, bytes), STATUS_OK);
  assert_int_equal(hasher.visitor.array(&hasher.visitor, name, type, second, bytes + first * size),
                   STATUS_OK);
  return hasher.hash;
}

static void test_hash_sees_names_types_and_borders(void **state) {
  (void)state;
  uint64_t reference = hash_two("a", STATE_U32, 2, 2);
  assert_int_not_equal(hash_two("b", STATE_U32, 2, 2), reference);
  assert_int_not_equal(hash_two("a", STATE_I32, 2, 2), reference);
  assert_int_not_equal(hash_two("a", STATE_F32, 2, 2), reference);
  assert_int_not_equal(hash_two("a", STATE_U64, 1, 1), reference);
  assert_int_not_equal(hash_two("a", STATE_U32, 1, 3), reference);
  assert_int_not_equal(hash_two("a", STATE_U32, 4, 0), reference);
}

static void test_hash_sees_order(void **state) {
  (void)state;
  double a = 1, b = 2;
  struct hasher one = state_hasher(), two = state_hasher();
  assert_int_equal(one.visitor.array(&one.visitor, "a", STATE_F64, 1, &a), STATUS_OK);
  assert_int_equal(one.visitor.array(&one.visitor, "b", STATE_F64, 1, &b), STATUS_OK);
  assert_int_equal(two.visitor.array(&two.visitor, "b", STATE_F64, 1, &b), STATUS_OK);
  assert_int_equal(two.visitor.array(&two.visitor, "a", STATE_F64, 1, &a), STATUS_OK);
  assert_int_not_equal(one.hash, two.hash);
}

static void test_values_within(void **state) {
  (void)state;
  const float good[] = {0, 0.5f, 1}, low[] = {0.5f, -0.001f}, high[] = {1.001f}, none[] = {0, 1, NAN};
  assert_int_equal(state_within("u", good, 3, 0, 1), STATUS_OK);
  assert_int_equal(state_within("u", low, 2, 0, 1), STATUS_CONFIG);
  assert_non_null(strstr(status_message(), "value 1 of u is -0.001, not within 0 and 1"));
  assert_int_equal(state_within("u", high, 1, 0, 1), STATUS_CONFIG);
  assert_int_equal(state_within("u", none, 3, -INFINITY, INFINITY), STATUS_CONFIG);
  assert_int_equal(state_within("u", none, 2, 0, 1), STATUS_OK);
}

static void test_finite(void **state) {
  (void)state;
  const float narrow[] = {-FLT_MAX, FLT_MAX, INFINITY};
  const double wide[] = {-DBL_MAX, 1e300, NAN, 1};
  const int64_t whole[] = {-1, INT64_MAX};
  assert_int_equal(state_finite("u", STATE_F32, narrow, 2), STATUS_OK);
  assert_int_equal(state_finite("u", STATE_F32, narrow, 3), STATUS_CONFIG);
  assert_int_equal(state_finite("u", STATE_F64, wide, 2), STATUS_OK);
  assert_int_equal(state_finite("u", STATE_F64, wide, 4), STATUS_CONFIG);
  assert_non_null(strstr(status_message(), "value 2 of u is"));
  assert_int_equal(state_finite("u", STATE_I64, whole, 2), STATUS_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sizes_are_those_of_c),
      cmocka_unit_test(test_image_gives_all_back),
      cmocka_unit_test(test_image_is_a_copy),
      cmocka_unit_test(test_another_walk_is_refused),
      cmocka_unit_test(test_hash_sees_every_bit),
      cmocka_unit_test(test_hash_sees_names_types_and_borders),
      cmocka_unit_test(test_hash_sees_order),
      cmocka_unit_test(test_values_within),
      cmocka_unit_test(test_finite),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
