/* test_result.c — the life of a result file: what is recorded is in it; its names say how far it is; and a
 * run that was stopped, failed or killed, and is resumed from its checkpoint, ends in the same file as one
 * that was never interrupted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checkpoint.h"
#include "compare.h"
#include "output/faults.h"
#include "output/sample.h"
#include "output/scratch.h"

static struct scratch scratch;
static struct directory *directory;

static int set_up(void **state) {
  (void)state;
  scratch = scratch_make();
  return directory_open(scratch.path, &directory) != STATUS_OK;
}

static int tear_down(void **state) {
  (void)state;
  directory_close(directory);
  scratch_remove(&scratch);
  return 0;
}

#define OK(call) assert_ok(call, __LINE__)
static void assert_ok(enum status status, int line) {
  if (status != STATUS_OK) fail_msg("line %d: %s", line, status_message());
}

static void file_of(const char *name, char path[SCRATCH_MAX]) { scratch_file(&scratch, name, path); }

static enum result_found found(const char *arm) {
  enum result_found what;
  OK(result_find(directory, arm, &what));
  return what;
}

static int state_of(const char *name) {
  char path[SCRATCH_MAX];
  struct store *store;
  int8_t code = -1;
  file_of(name, path);
  OK(store_open(path, false, &store));
  OK(store_read(store, "/status/state", NULL, STATE_I8, 1, &code));
  OK(store_close(store));
  return code;
}

/* A whole run in one go, the measure of all others. */
static void run_whole(const char *arm) {
  struct sample sample;
  OK(sample_open(&sample, directory, arm, RESULT_NEW));
  OK(sample_describe(&sample));
  OK(sample_run(&sample, SAMPLE_STEPS));
  OK(result_finish(sample.result));
}

static void tell(void *context, const char *path, const char *what) {
  (void)context;
  print_message("%s: %s\n", path, what);
}

static void expect_same(const char *a, const char *b) {
  char path_a[SCRATCH_MAX], path_b[SCRATCH_MAX];
  int n = -1;
  file_of(a, path_a);
  file_of(b, path_b);
  OK(compare_results(path_a, path_b, tell, NULL, &n));
  assert_int_equal(n, 0);
}

/* ---- content ---- */

static void expect_text(struct store *store, const char *object, const char *attribute, const char *wanted) {
  char *text;
  OK(store_read_text(store, object, attribute, &text));
  assert_string_equal(text, wanted);
  memory_free(text);
}

static void test_what_is_recorded_is_there(void **state) {
  (void)state;
  char path[SCRATCH_MAX];
  struct store *store;
  struct store_form form;
  run_whole("arm");
  file_of("arm.h5", path);
  OK(store_open(path, false, &store));
  expect_text(store, "/", "NX_class", "NXroot");
  expect_text(store, "/rates", "NX_class", "NXdata");
  expect_text(store, "/rates", "signal", "PV");
  expect_text(store, "/rates", "axes", "time");
  expect_text(store, "/rates", "auxiliary_signals", "PYR"); /* and not the spread */
  expect_text(store, "/rates/title", NULL, "firing rates");
  expect_text(store, "/rates/PV", "units", "Hz");
  expect_text(store, "/rates/PV", "long_name", "firing rate (Hz)");
  expect_text(store, "/maps/A/glutamate", "units", "uM");
  expect_text(store, "/protocol/windows/start_h", "description", "start");
  double time[3];
  OK(store_form(store, "/rates/time", NULL, &form));
  assert_int_equal(form.size[0], SAMPLE_STEPS * SAMPLE_RATES);
  OK(store_read_rows(store, "/rates/time", SAMPLE_RATES, 3, time));
  assert_true(time[0] == 1 && time[1] == 1.001 && time[2] == 1.002);
  float rate[1];
  OK(store_read_rows(store, "/rates/PV", 7 * SAMPLE_RATES + 10, 1, rate));
  assert_true(rate[0] == (float)7.1);
  OK(store_form(store, "/maps/A/synapse_count", NULL, &form));
  assert_true(form.rank == 3 && form.size[0] == SAMPLE_STEPS && form.size[1] == SAMPLE_Y &&
              form.size[2] == SAMPLE_X);
  double place[SAMPLE_X];
  OK(store_read(store, "/maps/A/x", NULL, STATE_F64, SAMPLE_X, place));
  assert_true(place[0] == 25 && place[1] == 75);
  OK(store_form(store, "/spikes/A/timestamps", NULL, &form));
  assert_int_equal(form.size[0], SAMPLE_STEPS * SAMPLE_SPIKES);
  uint64_t node[1];
  OK(store_read_rows(store, "/spikes/A/node_ids", SAMPLE_SPIKES + 1, 1, node));
  assert_int_equal(node[0], (7919 + 31) % 1000);
  OK(store_form(store, "/spikes/B/node_ids", NULL, &form));
  assert_int_equal(form.size[0], SAMPLE_STEPS * (SAMPLE_SPIKES / 3));
  OK(store_form(store, "/protocol/windows/label", NULL, &form));
  assert_int_equal(form.size[0], 5);
  assert_int_equal(store_object(store, "/protocol/windows~"), STORE_ABSENT);
  double fraction;
  OK(store_read(store, "/status/fraction", NULL, STATE_F64, 1, &fraction));
  assert_true(fraction > 0.9 && fraction < 1);
  OK(store_close(store));
}

static void test_descriptions_that_cannot_be(void **state) {
  (void)state;
  struct sample sample;
  int handle, again;
  struct signal signals[] = {{"a", "Hz", ""}, {"b", "Hz", ""}};
  struct signal_group group = {.path = "g",
                               .title = "",
                               .axis = "time",
                               .axis_unit = "s",
                               .axis_label = "",
                               .signals = signals,
                               .n_signals = 2};
  OK(sample_open(&sample, directory, "arm", RESULT_NEW));
  struct recorder *recorder = sample.recorder;
  OK(recorder->group(recorder, &group, &handle));
  OK(recorder->group(recorder, &group, &again));
  assert_int_equal(again, handle);
  group.n_signals = 1; /* the same path, another content */
  assert_int_equal(recorder->group(recorder, &group, &handle), STATUS_FAULT);
  group.n_signals = 2;
  static const char *const paths[] = {"", "/g", "g//h", "g h", "g/", "ψ"};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    group.path = paths[i];
    assert_int_equal(recorder->group(recorder, &group, &handle), STATUS_FAULT);
  }
  group.path = "h";
  static const char *const names[] = {"b", "time", "title", "1a", "a-b", ""};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    signals[0].name = names[i];
    assert_int_equal(recorder->group(recorder, &group, &handle), STATUS_FAULT);
  }
  assert_int_equal(store_object(result_store(sample.result), "/h"), STORE_ABSENT);
  assert_int_equal(recorder->append(recorder, 99, 0, (double[2]){0}), STATUS_FAULT);
  assert_int_equal(recorder->spikes(recorder, "a/b", NULL, NULL, 0), STATUS_FAULT);
  struct column column = {"title", COLUMN_F64, "", "", (double[]){0}};
  struct table table = {"t", "", 1, &column, 1};
  assert_int_equal(recorder->table(recorder, &table), STATUS_FAULT);
  table.path = "g"; /* a group of signals already */
  column.name = "x";
  assert_int_equal(recorder->table(recorder, &table), STATUS_FAULT);
  OK(result_finish(sample.result));
}

/* A group whose rows are spectra: its second axis is there once, with its unit, and a row has a value for
 * each place of it. Forms that contradict themselves are refused. */
static void test_columns(void **state) {
  (void)state;
  enum { N = 5 };
  struct sample sample;
  struct signal signals[] = {{"a", "pA2/Hz", "power"}, {"b", "pA2/Hz", "power"}};
  struct signal_group group = {.path = "spectra/A",
                               .title = "spectra",
                               .axis = "time",
                               .axis_unit = "h",
                               .axis_label = "time",
                               .signals = signals,
                               .n_signals = 2,
                               .columns = {"frequency", "Hz", "frequency", N, 0, 2.5}};
  double row[2 * N], read[3 * N], place[N];
  int handle, again;
  char path[SCRATCH_MAX];
  struct store *store;
  struct store_form form;
  OK(sample_open(&sample, directory, "arm", RESULT_NEW));
  struct recorder *recorder = sample.recorder;
  OK(recorder->group(recorder, &group, &handle));
  for (int t = 0; t < 3; t++) {
    for (int k = 0; k < 2 * N; k++) row[k] = 100 * t + k;
    OK(recorder->append(recorder, handle, t, row));
    OK(recorder->group(recorder, &group, &again));
    assert_int_equal(again, handle);
  }
  group.columns.n = N + 1; /* the same path, another form */
  assert_int_equal(recorder->group(recorder, &group, &again), STATUS_FAULT);
  group.columns.n = 0;
  assert_int_equal(recorder->group(recorder, &group, &again), STATUS_FAULT);
  group.path = "other";
  group.columns = (struct signal_columns){"time", "Hz", "", N, 0, 1};
  assert_int_equal(recorder->group(recorder, &group, &again), STATUS_FAULT);
  group.columns.axis = "b";
  assert_int_equal(recorder->group(recorder, &group, &again), STATUS_FAULT);
  group.columns.axis = "frequency";
  group.side_y = group.side_x = 2;
  assert_int_equal(recorder->group(recorder, &group, &again), STATUS_FAULT);
  OK(result_finish(sample.result));
  file_of("arm.h5", path);
  OK(store_open(path, false, &store));
  expect_text(store, "/spectra/A/frequency", "units", "Hz");
  OK(store_read(store, "/spectra/A/frequency", NULL, STATE_F64, N, place));
  assert_true(place[0] == 0 && place[4] == 10);
  OK(store_form(store, "/spectra/A/b", NULL, &form));
  assert_true(form.rank == 2 && form.size[0] == 3 && form.size[1] == N);
  OK(store_read_rows(store, "/spectra/A/b", 0, 3, read));
  for (int t = 0; t < 3; t++) assert_true(read[t * N + 2] == 100 * t + N + 2);
  OK(store_close(store));
}

/* ---- names and modes ---- */

static void test_names_say_how_far_it_is(void **state) {
  (void)state;
  struct sample sample;
  char first[RESULT_UUID_MAX];
  assert_int_equal(found("arm"), RESULT_FOUND_NONE);
  assert_int_equal(sample_open(&sample, directory, "arm", RESULT_RESUME), STATUS_CONFIG);
  OK(sample_open(&sample, directory, "arm", RESULT_NEW));
  assert_string_equal(result_arm(sample.result), "arm");
  snprintf(first, sizeof first, "%s", result_uuid(sample.result));
  assert_int_equal(strlen(first), 36);
  assert_int_equal(found("arm"), RESULT_FOUND_PARTIAL);
  assert_int_equal(state_of("arm.partial.h5"), RESULT_RUNNING);
  OK(result_suspend(sample.result));
  assert_int_equal(state_of("arm.partial.h5"), RESULT_STOPPED);
  OK(sample_open(&sample, directory, "arm", RESULT_RESUME));
  assert_string_equal(result_uuid(sample.result), first);
  OK(result_finish(sample.result));
  assert_int_equal(found("arm"), RESULT_FOUND_COMPLETE);
  assert_int_equal(state_of("arm.h5"), RESULT_COMPLETE);
  assert_int_equal(sample_open(&sample, directory, "arm", RESULT_NEW), STATUS_CONFIG);
  assert_non_null(strstr(status_message(), "--overwrite"));
  OK(sample_open(&sample, directory, "arm", RESULT_OVERWRITE));
  assert_string_not_equal(result_uuid(sample.result), first);
  assert_int_equal(state_of("arm.h5"), RESULT_COMPLETE); /* the old one is there until the new one is */
  status_fail(STATUS_DIVERGED, "a cell went astray");
  result_fail(sample.result);
  assert_string_equal(status_message(), "a cell went astray");
  assert_int_equal(state_of("arm.partial.h5"), RESULT_FAILED);
  assert_int_equal(state_of("arm.h5"), RESULT_COMPLETE);
  assert_int_equal(sample_open(&sample, directory, "../arm", RESULT_NEW), STATUS_CONFIG);
  result_fail(NULL);
}

static void test_damaged_and_foreign_files_are_refused(void **state) {
  (void)state;
  struct sample sample;
  struct store *store;
  char path[SCRATCH_MAX];
  int32_t format = RESULT_FORMAT + 1;
  file_of("arm.partial.h5", path);
  scratch_write(path, "no result", 9);
  assert_int_equal(sample_open(&sample, directory, "arm", RESULT_RESUME), STATUS_CONFIG);
  OK(store_create(path, &store));
  OK(store_attribute_number(store, "/", "spinule_format", STATE_I32, 0, &format));
  OK(store_close(store));
  assert_int_equal(sample_open(&sample, directory, "arm", RESULT_RESUME), STATUS_CONFIG);
  assert_non_null(strstr(status_message(), "has result format 2"));
  OK(sample_open(&sample, directory, "arm", RESULT_NEW)); /* which begins it again */
  struct sample other;
  assert_int_equal(sample_open(&other, directory, "arm", RESULT_RESUME), STATUS_IN_USE);
  OK(result_suspend(sample.result));
}

/* ---- resumed ---- */

static void checkpoint_path(char path[SCRATCH_MAX]) { file_of("arm.ckpt", path); }

static void go_on(void) {
  struct sample sample;
  char path[SCRATCH_MAX];
  bool previous;
  checkpoint_path(path);
  OK(sample_open(&sample, directory, "arm", RESULT_RESUME));
  OK(checkpoint_load(path, "sample", sample_visit, &sample, &previous));
  OK(sample_describe(&sample));
  OK(sample_run(&sample, SAMPLE_STEPS));
  OK(result_finish(sample.result));
}

enum stop { STOP_SUSPENDED, STOP_FAILED, STOP_LEFT, STOP_COUNT };

static void stop_at(int saved, int last, enum stop how) {
  struct sample sample;
  char path[SCRATCH_MAX];
  checkpoint_path(path);
  OK(sample_open(&sample, directory, "arm", RESULT_OVERWRITE));
  OK(sample_describe(&sample));
  OK(sample_run(&sample, saved));
  OK(result_sync(sample.result));
  OK(checkpoint_save(path, "sample", sample_visit, &sample));
  OK(sample_run(&sample, last));
  if (how == STOP_SUSPENDED) OK(result_suspend(sample.result));
  if (how == STOP_FAILED) result_fail(sample.result);
  if (how == STOP_LEFT) { /* as a kill leaves it */
    char partial[SCRATCH_MAX], copy[SCRATCH_MAX];
    file_of("arm.partial.h5", partial);
    file_of("copy", copy);
    scratch_copy(partial, copy);
    OK(result_suspend(sample.result));
    scratch_copy(copy, partial);
  }
}

static void test_resumed_is_as_if_never_stopped(void **state) {
  (void)state;
  static const int stops[][2] = {{0, 0},  {0, 3}, {1, 1}, {4, SAMPLE_LATE + 8}, {6, 7}, {SAMPLE_LATE, 15},
                                 {23, 24}};
  run_whole("whole");
  for (size_t k = 0; k < sizeof stops / sizeof *stops; k++) {
    for (int how = 0; how < STOP_COUNT; how++) {
      stop_at(stops[k][0], stops[k][1], (enum stop)how);
      go_on();
      expect_same("whole.h5", "arm.h5");
    }
  }
}

/* A checkpoint in memory does the same, and one of another run does not. */
static void test_only_its_own_state_is_taken(void **state) {
  (void)state;
  struct sample sample, other;
  struct image *image;
  OK(image_new(&image));
  OK(sample_open(&sample, directory, "arm", RESULT_NEW));
  OK(sample_describe(&sample));
  OK(sample_run(&sample, 3));
  OK(sample_visit(&sample, image_saver(image)));
  OK(sample_run(&sample, 7));
  OK(sample_visit(&sample, image_loader(image))); /* back, without closing */
  assert_int_equal(sample.step, 3);
  OK(sample_run(&sample, SAMPLE_STEPS));
  OK(result_finish(sample.result));
  run_whole("whole");
  expect_same("whole.h5", "arm.h5");
  OK(sample_open(&other, directory, "other", RESULT_NEW));
  assert_int_equal(sample_visit(&other, image_loader(image)), STATUS_CONFIG);
  assert_non_null(strstr(status_message(), "/rates"));
  result_fail(other.result);
  image_free(image);
}

/* ---- killed ---- */

static bool run_with_checkpoints(void *context) {
  (void)context;
  struct sample sample;
  char path[SCRATCH_MAX];
  checkpoint_path(path);
  if (sample_open(&sample, directory, "arm", RESULT_OVERWRITE) != STATUS_OK) return false;
  if (sample_describe(&sample) != STATUS_OK) return false;
  while (sample.step < SAMPLE_STEPS) {
    if (sample_run(&sample, sample.step + 6) != STATUS_OK) return false;
    if (result_sync(sample.result) != STATUS_OK) return false;
    if (checkpoint_save(path, "sample", sample_visit, &sample) != STATUS_OK) return false;
  }
  return result_finish(sample.result) == STATUS_OK;
}

static void test_killed_and_resumed(void **state) {
  (void)state;
  char path[SCRATCH_MAX];
  int code = 0, resumed = 0;
  checkpoint_path(path);
  run_whole("whole");
  faults_kill_at(0, run_with_checkpoints, NULL, &code);
  assert_int_equal(code, 0);
  expect_same("whole.h5", "arm.h5");
  for (int64_t n = 3;; n += 97) {
    bool ended = faults_kill_at(n, run_with_checkpoints, NULL, &code);
    assert_int_equal(code, 0);
    if (ended) break;
    if (checkpoint_exists(path)) {
      if (found("arm") == RESULT_FOUND_PARTIAL) go_on();
      expect_same("whole.h5", "arm.h5");
      resumed++;
    }
    char complete[SCRATCH_MAX];
    file_of("arm.h5", complete);
    unlink(complete);
  }
  assert_true(resumed > 5);
}

/* ---- a full disk ---- */

static void test_a_full_disk(void **state) {
  (void)state;
  for (int64_t n = 80; n < 800; n += 103) {
    struct sample sample;
    OK(sample_open(&sample, directory, "arm", RESULT_OVERWRITE));
    OK(sample_describe(&sample));
    faults_fail_at(n, ENOSPC);
    assert_int_equal(sample_run(&sample, 1000), STATUS_WORLD);
    assert_non_null(strstr(status_message(), "No space left on device"));
    faults_fail_at(0, 0);
    result_fail(sample.result);
    assert_non_null(strstr(status_message(), "No space left on device"));
    assert_int_equal(state_of("arm.partial.h5"), RESULT_FAILED);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_what_is_recorded_is_there, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_descriptions_that_cannot_be, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_columns, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_names_say_how_far_it_is, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_damaged_and_foreign_files_are_refused, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_resumed_is_as_if_never_stopped, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_only_its_own_state_is_taken, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_killed_and_resumed, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_full_disk, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
