/* test_store_write.c — what is written whole comes back: numbers of every type and shape, long columns in
 * chunks that HDF5's own filters unpack, texts, attributes, names in their order; replacing and removing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "memory.h"
#include "output/scratch_fixture.h"
#include "store.h"

static struct store *create(void) {
  struct store *store;
  OK(store_create(path, &store));
  return store;
}

/* Close what was written and open it to be read. */
static struct store *reopen(struct store *store) {
  OK(store_close(store));
  OK(store_open(path, false, &store));
  return store;
}

static void test_every_type_and_rank(void **state) {
  (void)state;
  size_t before = memory_in_use();
  struct store *store = create();
  unsigned char bytes[24 * 8], back[24 * 8];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i % 64); /* no NaN among them */
  const uint64_t size[4] = {2, 3, 4, 1};
  char name[40];
  for (int type = 0; type < STATE_TYPE_COUNT; type++) {
    for (int rank = 0; rank <= 4; rank++) {
      snprintf(name, sizeof name, "/type%d_rank%d", type, rank);
      OK(store_write(store, name, (enum state_type)type, rank, size, bytes));
    }
  }
  store = reopen(store);
  for (int type = 0; type < STATE_TYPE_COUNT; type++) {
    uint64_t count = 1;
    for (int rank = 0; rank <= 4; rank++) {
      struct store_form form;
      if (rank > 0) count *= size[rank - 1];
      snprintf(name, sizeof name, "/type%d_rank%d", type, rank);
      OK(store_form(store, name, NULL, &form));
      assert_int_equal(form.kind, STORE_NUMBERS);
      assert_int_equal(form.type, type);
      assert_int_equal(form.rank, rank);
      assert_int_equal(form.count, count);
      for (int d = 0; d < rank; d++) assert_int_equal(form.size[d], size[d]);
      OK(store_read(store, name, NULL, form.type, count, back));
      assert_memory_equal(back, bytes, count * state_type_size(form.type));
    }
  }
  OK(store_close(store));
  assert_int_equal(memory_in_use(), before);
}

/* In pieces of 1, 3, 9, … values, and one of none. */
static void write_in_pieces(struct store *store, const char *name, size_t n, const double *values) {
  struct pieces *pieces;
  OK(pieces_create(store, name, STATE_F64, n, &pieces));
  for (size_t at = 0, size = 1; at < n; at += size, size *= 3) {
    if (size > n - at) size = n - at;
    OK(pieces_write(pieces, size, values + at));
  }
  OK(pieces_write(pieces, 0, NULL));
  assert_int_equal(pieces_write(pieces, 1, values), STATUS_FAULT);
  pieces_free(pieces);
}

/* Lengths on both sides of every limit: what is compressed, and whole chunks. */
static void test_columns_of_any_length(void **state) {
  (void)state;
  static const size_t lengths[] = {0, 1, 2047, 2048, 2049, 5000, 65535, 65536, 65537, 200000};
  enum { MOST = 200000 };
  double *column, *back;
  OK(memory_new("column", MOST, sizeof *column, &column));
  OK(memory_new("column", MOST, sizeof *back, &back));
  for (size_t i = 0; i < MOST; i++) column[i] = 0.1 * (double)i;
  struct store *store = create();
  char name[40];
  for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
    snprintf(name, sizeof name, "/column%zu", lengths[k]);
    OK(store_write_column(store, name, STATE_F64, lengths[k], lengths[k] ? column : NULL));
    snprintf(name, sizeof name, "/plain%zu", lengths[k]);
    write_in_pieces(store, name, lengths[k], column);
  }
  store = reopen(store);
  for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
    struct store_form form;
    for (int plain = 0; plain < 2; plain++) {
      snprintf(name, sizeof name, "/%s%zu", plain ? "plain" : "column", lengths[k]);
      OK(store_form(store, name, NULL, &form));
      assert_int_equal(form.count, lengths[k]);
      if (plain) assert_int_equal(form.bytes_on_disk, 8 * lengths[k]);
      if (!plain && lengths[k] > 2048) assert_true(form.bytes_on_disk < 8 * lengths[k]);
      OK(store_read(store, name, NULL, STATE_F64, lengths[k], back));
      assert_memory_equal(back, column, 8 * lengths[k]);
    }
  }
  OK(store_read_rows(store, "/column200000", 65530, 100, back)); /* across two chunks */
  assert_memory_equal(back, column + 65530, 800);
  OK(store_close(store));
  memory_free(column);
  memory_free(back);
}

/* Bytes without any pattern: deflate gains nothing, and the chunk is stored as shuffled. */
static void test_noise_is_stored(void **state) {
  (void)state;
  enum { N = 20000 };
  uint32_t *noise, *back, word = 1;
  OK(memory_new("noise", N, sizeof *noise, &noise));
  OK(memory_new("noise", N, sizeof *back, &back));
  for (int i = 0; i < N; i++) noise[i] = word = word * 1664525u + 1013904223u;
  for (int i = 0; i < N; i++) noise[i] ^= noise[i] >> 16;
  struct store *store = create();
  OK(store_write_column(store, "/noise", STATE_U32, N, noise));
  store = reopen(store);
  OK(store_read(store, "/noise", NULL, STATE_U32, N, back));
  assert_memory_equal(back, noise, N * sizeof *noise);
  OK(store_close(store));
  memory_free(noise);
  memory_free(back);
}

static void test_texts(void **state) {
  (void)state;
  struct store *store = create();
  const char *const words[] = {"", "µM", "a longer text with \"quotes\"\nand lines", "x"};
  OK(store_write_text(store, "/one", "ψ"));
  OK(store_write_texts(store, "/some", words, 4));
  OK(store_write_texts(store, "/none", NULL, 0));
  store = reopen(store);
  struct store_names texts;
  OK(store_read_texts(store, "/some", NULL, &texts));
  assert_int_equal(texts.n, 4);
  for (int i = 0; i < 4; i++) assert_string_equal(texts.name[i], words[i]);
  store_names_free(&texts);
  OK(store_read_texts(store, "/none", NULL, &texts));
  assert_int_equal(texts.n, 0);
  store_names_free(&texts);
  char *one;
  OK(store_read_text(store, "/one", NULL, &one));
  assert_string_equal(one, "ψ");
  memory_free(one);
  assert_int_equal(store_read_text(store, "/some", NULL, &one), STATUS_CONFIG);
  assert_null(one);
  OK(store_close(store));
}

static void test_attributes(void **state) {
  (void)state;
  struct store *store = create();
  const char *const axes[] = {"time", "y", "x"}, *const members[] = {"none", "by_id", "by_time"};
  uint32_t version[2] = {0, 1}, magic = 0x0A7A;
  double old = 1;
  OK(store_group(store, "/g"));
  OK(store_attribute_number(store, "/g", "changed", STATE_F64, 0, &old));
  OK(store_attribute_text(store, "/g", "changed", "now a text"));
  OK(store_attribute_texts(store, "/g", "axes", axes, 3));
  OK(store_attribute_number(store, "/", "version", STATE_U32, 2, version));
  OK(store_attribute_number(store, "/", "magic", STATE_U32, 0, &magic));
  OK(store_attribute_enum(store, "/g", "sorting", members, 3, 2));
  store = reopen(store);
  char *text;
  OK(store_read_text(store, "/g", "changed", &text));
  assert_string_equal(text, "now a text");
  memory_free(text);
  struct store_names names;
  OK(store_read_texts(store, "/g", "axes", &names));
  assert_int_equal(names.n, 3);
  assert_string_equal(names.name[2], "x");
  store_names_free(&names);
  uint32_t back[2] = {9, 9};
  struct store_form form;
  OK(store_read(store, "/", "version", STATE_U32, 2, back));
  assert_true(back[0] == 0 && back[1] == 1);
  OK(store_form(store, "/", "magic", &form));
  assert_int_equal(form.rank, 0);
  OK(store_form(store, "/g", "sorting", &form));
  assert_int_equal(form.kind, STORE_OTHER);
  assert_int_equal(form.value_bytes, 1);
  int8_t code = 0;
  OK(store_read_bytes(store, "/g", "sorting", &form, &code));
  assert_int_equal(code, 2);
  OK(store_attributes(store, "/g", &names));
  assert_int_equal(names.n, 3);
  store_names_free(&names);
  assert_true(store_has_attribute(store, "/g", "axes"));
  assert_false(store_has_attribute(store, "/g", "none"));
  assert_false(store_has_attribute(store, "/nowhere", "axes"));
  OK(store_close(store));
}

static void test_names_keep_their_order(void **state) {
  (void)state;
  static const char *const order[] = {"/z", "/a", "/m", "/b"};
  struct store *store = create();
  for (int i = 0; i < 4; i++) OK(store_group(store, order[i]));
  OK(store_group(store, "/deep/er/est"));
  OK(store_group(store, "/deep/er"));
  char name[40];
  for (int i = 99; i >= 0; i--) { /* more than HDF5 keeps in a header on its own account */
    double value = i;
    snprintf(name, sizeof name, "/deep/number%d", i);
    OK(store_write_number(store, name, STATE_F64, &value));
  }
  OK(store_link(store, "/deep/number7", "/deep/seven"));
  store = reopen(store);
  struct store_names names;
  OK(store_children(store, "/", &names));
  assert_int_equal(names.n, 5);
  for (int i = 0; i < 4; i++) assert_string_equal(names.name[i], order[i] + 1);
  store_names_free(&names);
  OK(store_children(store, "/deep", &names));
  assert_int_equal(names.n, 102);
  assert_string_equal(names.name[0], "er");
  assert_string_equal(names.name[1], "number99");
  assert_string_equal(names.name[100], "number0");
  store_names_free(&names);
  double seven = 0;
  OK(store_read(store, "/deep/seven", NULL, STATE_F64, 1, &seven));
  assert_true(seven == 7);
  assert_int_equal(store_object(store, "/deep/er/est"), STORE_GROUP);
  assert_int_equal(store_object(store, "/deep/seven"), STORE_DATASET);
  assert_int_equal(store_object(store, "/deep/no/where"), STORE_ABSENT);
  OK(store_close(store));
}

static void test_replacing(void **state) {
  (void)state;
  struct store *store = create();
  double values[3] = {1, 2, 3}, one = 1, two = 2;
  OK(store_write_number(store, "/number", STATE_F64, &one));
  OK(store_attribute_text(store, "/number", "units", "s"));
  OK(store_write_column(store, "/column", STATE_F64, 3, values));
  OK(store_attribute_text(store, "/column", "units", "s"));
  OK(store_write_text(store, "/text", "before"));
  OK(store_flush(store));
  OK(store_write_number(store, "/number", STATE_F64, &two));
  OK(store_write_column(store, "/column", STATE_F64, 2, values + 1));
  OK(store_write_text(store, "/text", "and after, longer"));
  OK(store_group(store, "/fresh"));
  OK(store_write_number(store, "/fresh/new", STATE_F64, &two));
  OK(store_group(store, "/table/below"));
  OK(store_replace(store, "/fresh", "/table"));
  OK(store_group(store, "/gone/with/all"));
  OK(store_remove(store, "/gone"));
  OK(store_remove(store, "/never"));
  OK(store_write_number(store, "/gone", STATE_F64, &one)); /* the name is free again */
  store = reopen(store);
  OK(store_read(store, "/number", NULL, STATE_F64, 1, values));
  assert_true(values[0] == 2);
  assert_true(store_has_attribute(store, "/number", "units")); /* written in place */
  OK(store_read(store, "/column", NULL, STATE_F64, 2, values));
  assert_true(values[0] == 2 && values[1] == 3);
  assert_false(store_has_attribute(store, "/column", "units"));
  char *text;
  OK(store_read_text(store, "/text", NULL, &text));
  assert_string_equal(text, "and after, longer");
  memory_free(text);
  assert_int_equal(store_object(store, "/table/new"), STORE_DATASET);
  assert_int_equal(store_object(store, "/table/below"), STORE_ABSENT);
  assert_int_equal(store_object(store, "/fresh"), STORE_ABSENT);
  assert_int_equal(store_object(store, "/gone"), STORE_DATASET);
  struct store_names names;
  OK(store_children(store, "/", &names));
  assert_int_equal(names.n, 5); /* nothing is left over under another name */
  store_names_free(&names);
  OK(store_close(store));
}

static void test_scales(void **state) {
  (void)state;
  struct store *store = create();
  double time[3] = {0, 1, 2}, rate[3] = {5, 6, 7};
  OK(store_write_column(store, "/time", STATE_F64, 3, time));
  OK(store_write_column(store, "/rate", STATE_F64, 3, rate));
  OK(store_scale(store, "/time", "time"));
  OK(store_attach(store, "/rate", 0, "/time", "time"));
  store = reopen(store);
  struct store_names labels;
  assert_true(store_has_attribute(store, "/rate", "DIMENSION_LIST"));
  assert_true(store_has_attribute(store, "/time", "REFERENCE_LIST"));
  OK(store_read_texts(store, "/rate", "DIMENSION_LABELS", &labels));
  assert_string_equal(labels.name[0], "time");
  store_names_free(&labels);
  OK(store_close(store));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_every_type_and_rank, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_columns_of_any_length, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_noise_is_stored, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_texts, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_attributes, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_names_keep_their_order, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_replacing, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_scales, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
