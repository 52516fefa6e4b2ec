/* test_compare.c — two files that hold the same differ nowhere; each single change is told once, at its place
 * and in words; /provenance and /status do not count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compare.h"
#include "memory.h"
#include "output/scratch.h"
#include <math.h>

static struct scratch scratch;
static char path_a[SCRATCH_MAX], path_b[SCRATCH_MAX];

static int set_up(void **state) {
  (void)state;
  scratch = scratch_make();
  scratch_file(&scratch, "a.h5", path_a);
  scratch_file(&scratch, "b.h5", path_b);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  scratch_remove(&scratch);
  return 0;
}

#define OK(call) assert_ok(call, __LINE__)
static void assert_ok(enum status status, int line) {
  if (status != STATUS_OK) fail_msg("line %d: %s", line, status_message());
}

/* ---- a file, and its changes ---- */

enum { ROWS = 5000 };

enum change {
  SAME,
  ROW_VALUE,
  MAP_VALUE,
  NAN_BITS,
  ZERO_SIGN,
  SCALAR,
  LENGTH,
  TYPE,
  RANK,
  TEXT,
  TEXT_COUNT,
  ATTRIBUTE_TEXT,
  ATTRIBUTE_NUMBER,
  ATTRIBUTE_ENUM,
  ATTRIBUTE_MISSING,
  DATASET_MISSING,
  DATASET_MORE,
  KIND,
  SCALE_LABEL,
  PROVENANCE,
  CHANGES
};

/* What is told of each change; NULL: nothing. */
static const struct {
  const char *path, *what;
} told[CHANGES] = {
    [SAME] = {NULL, NULL},
    [ROW_VALUE] = {"rates/PV_L5", "values differ from row 4321 on: 3.5 and 3.25"},
    [MAP_VALUE] = {"maps/A/glutamate", "values differ from row 1 on: 8 and -1"},
    [NAN_BITS] = {"rates/PV_L5", "values differ from row 0 on: nan and nan"},
    [ZERO_SIGN] = {"rates/PV_L5", "values differ from row 1 on: 0 and -0"},
    [SCALAR] = {"outcome/count", "values differ: -3 and 12"},
    [LENGTH] = {"rates/PV_L5", "sizes differ: 5000 and 4999"},
    [TYPE] = {"rates/PV_L5", "types differ: double and float"},
    [RANK] = {"outcome/count", "sizes differ: one value and 1"},
    [TEXT] = {"events/kind", "texts differ from row 1 on: \"dose\" and \"sham\""},
    [TEXT_COUNT] = {"events/kind", "sizes differ: 2 and 1"},
    [ATTRIBUTE_TEXT] = {"rates/PV_L5@units", "texts differ from row 0 on: \"Hz\" and \"kHz\""},
    [ATTRIBUTE_NUMBER] = {"@spinule_format", "values differ: 1 and 2"},
    [ATTRIBUTE_ENUM] = {"rates@sorting", "values differ"},
    [ATTRIBUTE_MISSING] = {"rates/PV_L5@units", "only in the first file"},
    [DATASET_MISSING] = {"events/kind", "only in the first file"},
    [DATASET_MORE] = {"events/more", "only in the second file"},
    [KIND] = {"events/kind", "a group in one file, a dataset in the other"},
    [SCALE_LABEL] = {"rates/PV_L5@DIMENSION_LABELS", "texts differ from row 0 on: \"time\" and \"t\""},
    [PROVENANCE] = {NULL, NULL},
};

static void write_rates(struct store *store, enum change change) {
  static const char *const sorting[] = {"none", "by_time"};
  double *rate, time[ROWS];
  float single[ROWS];
  OK(memory_new("rates", ROWS, sizeof *rate, &rate));
  for (int i = 0; i < ROWS; i++) {
    time[i] = i;
    rate[i] = i < 2 ? 0 : 3.5;
    single[i] = (float)rate[i];
  }
  uint64_t bits = UINT64_C(0x7ff8000000000001) + (change == NAN_BITS);
  memcpy(rate, &bits, sizeof bits);
  if (change == ZERO_SIGN) rate[1] = -0.0;
  if (change == ROW_VALUE) rate[4321] = rate[4444] = 3.25;
  OK(store_group(store, "/rates"));
  OK(store_attribute_enum(store, "/rates", "sorting", sorting, 2, change == ATTRIBUTE_ENUM));
  if (change == TYPE)
    OK(store_write_column(store, "/rates/PV_L5", STATE_F32, ROWS, single));
  else
    OK(store_write_column(store, "/rates/PV_L5", STATE_F64, change == LENGTH ? ROWS - 1 : ROWS, rate));
  if (change != ATTRIBUTE_MISSING)
    OK(store_attribute_text(store, "/rates/PV_L5", "units", change == ATTRIBUTE_TEXT ? "kHz" : "Hz"));
  OK(store_write_column(store, "/rates/time", STATE_F64, ROWS, time));
  OK(store_scale(store, "/rates/time", "time"));
  OK(store_attach(store, "/rates/PV_L5", 0, "/rates/time", change == SCALE_LABEL ? "t" : "time"));
  memory_free(rate);
}

static void write_events(struct store *store, enum change change) {
  const char *kind[2] = {"baseline", change == TEXT ? "sham" : "dose"};
  double more = 1;
  OK(store_group(store, "/events"));
  if (change == KIND) OK(store_group(store, "/events/kind"));
  if (change != DATASET_MISSING && change != KIND)
    OK(store_write_texts(store, "/events/kind", kind, change == TEXT_COUNT ? 1 : 2));
  if (change == DATASET_MORE) OK(store_write_number(store, "/events/more", STATE_F64, &more));
}

static void write_file(const char *path, enum change change) {
  struct store *store;
  int32_t format = change == ATTRIBUTE_NUMBER ? 2 : 1;
  int64_t count = change == SCALAR ? 12 : -3, wall = change == PROVENANCE;
  float map[2][3] = {{1, 2, 4}, {8, 16, 32}};
  if (change == MAP_VALUE) map[1][0] = -1;
  OK(store_create(path, &store));
  OK(store_attribute_number(store, "/", "spinule_format", STATE_I32, 0, &format));
  write_rates(store, change);
  write_events(store, change);
  OK(store_group(store, "/maps/A"));
  OK(store_write(store, "/maps/A/glutamate", STATE_F32, 2, (uint64_t[]){2, 3}, map));
  OK(store_group(store, "/outcome"));
  OK(store_write(store, "/outcome/count", STATE_I64, change == RANK, (uint64_t[]){1}, &count));
  OK(store_group(store, "/provenance"));
  OK(store_write_number(store, "/provenance/wall", STATE_I64, &wall));
  if (change != PROVENANCE) OK(store_group(store, "/status/deep"));
  OK(store_close(store));
}

/* ---- what is told ---- */

struct note {
  int n;
  char path[200], what[400];
};

static void take_note(void *context, const char *path, const char *what) {
  struct note *note = context;
  note->n++;
  snprintf(note->path, sizeof note->path, "%s", path);
  snprintf(note->what, sizeof note->what, "%s", what);
}

static void test_each_change_is_told(void **state) {
  (void)state;
  size_t before = memory_in_use();
  write_file(path_a, SAME);
  for (int change = 0; change < CHANGES; change++) {
    struct note note = {0};
    int n = -1;
    write_file(path_b, (enum change)change);
    OK(compare_results(path_a, path_b, take_note, &note, &n));
    assert_int_equal(n, note.n);
    if (n != (told[change].path != NULL))
      fail_msg("change %d: %d told; %s: %s", change, n, note.path, note.what);
    if (n == 0) continue;
    assert_string_equal(note.path, told[change].path);
    assert_string_equal(note.what, told[change].what);
    OK(compare_results(path_b, path_a, NULL, NULL, &n)); /* and the other way round */
    assert_int_equal(n, 1);
  }
  assert_int_equal(memory_in_use(), before);
}

static void test_several_changes_are_counted(void **state) {
  (void)state;
  struct store *store;
  struct note note = {0};
  int n;
  double value = 1;
  write_file(path_a, SAME);
  write_file(path_b, ROW_VALUE);
  OK(store_open(path_b, true, &store));
  OK(store_remove(store, "/events"));
  OK(store_write_number(store, "/new", STATE_F64, &value));
  OK(store_close(store));
  OK(compare_results(path_a, path_b, take_note, &note, &n));
  assert_int_equal(n, 3);
  assert_int_equal(note.n, 3);
}

static void test_what_cannot_be_read(void **state) {
  (void)state;
  int n;
  write_file(path_a, SAME);
  assert_int_equal(compare_results(path_a, path_b, NULL, NULL, &n), STATUS_WORLD);
  scratch_write(path_b, "no result", 9);
  assert_int_equal(compare_results(path_a, path_b, NULL, NULL, &n), STATUS_CONFIG);
  assert_int_equal(compare_results(path_b, path_a, NULL, NULL, &n), STATUS_CONFIG);
}

/* Groups that hold each other have no end; one is refused, and takes no time. */
static void test_groups_in_a_circle(void **state) {
  (void)state;
  struct store *store;
  int n;
  OK(store_create(path_a, &store));
  OK(store_group(store, "/a/b"));
  OK(store_link(store, "/a", "/a/b/a"));
  OK(store_close(store));
  assert_int_equal(compare_results(path_a, path_a, NULL, NULL, &n), STATUS_CONFIG);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_each_change_is_told, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_several_changes_are_counted, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_what_cannot_be_read, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_groups_in_a_circle, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
