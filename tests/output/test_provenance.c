/* test_provenance.c — what was given at the start and the end stands in the file; resumes add rows; hashes
 * and times have their form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"
#include "memory.h"
#include "output/scratch_fixture.h"
#include "provenance.h"
#include <math.h>

static const struct provenance_parameter parameters[] = {
    {"circuit.PV.g_L", "10 nS", "default", "published", "doi:10.1152/jn.00686.2005", "leak conductance"},
    {"seed", "7", "run.cfg:3", "setting", "", "seed of all draws"},
};
static const char *const citations[] = {"Brette & Gerstner 2005", "Salmon et al. 2011"};

static struct provenance example(void) {
  return (struct provenance){.config = "simulation: { seed = 1; } # µM\n",
                             .config_resolved = "simulation = { seed = 1; dt = \"0.1 ms\"; };\n",
                             .command_line = "spinule run x.cfg -s \"seed=7\"",
                             .overrides = "seed=7",
                             .program_version = "0.1.0",
                             .git_commit = "0123456789abcdef",
                             .build = "cc 12.2.0, -O3, v3",
                             .libraries = "HDF5 1.10.8",
                             .rng = "Philox4x32-10",
                             .git_dirty = true,
                             .seed = UINT64_MAX,
                             .threads = 2,
                             .parent_uuid = "",
                             .parameter = parameters,
                             .n_parameters = 2,
                             .citation = citations,
                             .n_citations = 2};
}

static void expect_text(struct store *store, const char *name, const char *wanted) {
  char object[100], *text;
  snprintf(object, sizeof object, "/provenance/%s", name);
  OK(store_read_text(store, object, NULL, &text));
  assert_string_equal(text, wanted);
  memory_free(text);
}

/* "2025-11-24T16:13:05Z" */
static void expect_time(struct store *store, const char *object) {
  struct store_names times;
  OK(store_read_texts(store, object, NULL, &times));
  for (int i = 0; i < times.n; i++) {
    const char *form = "dddd-dd-ddTdd:dd:ddZ";
    assert_int_equal(strlen(times.name[i]), strlen(form));
    for (const char *c = times.name[i]; *c; c++, form++)
      assert_true(*form == 'd' ? *c >= '0' && *c <= '9' : *c == *form);
  }
  store_names_free(&times);
}

static void expect_row(struct store *store, const char *object, int n, int row, const char *wanted) {
  struct store_names texts;
  OK(store_read_texts(store, object, NULL, &texts));
  assert_int_equal(texts.n, n);
  if (n > 0) assert_string_equal(texts.name[row], wanted);
  store_names_free(&texts);
}

static void test_the_start(void **state) {
  (void)state;
  struct store *store;
  struct provenance provenance = example();
  struct host host;
  host_describe(&host);
  OK(store_create(path, &store));
  OK(provenance_begin(store, &provenance));
  OK(store_close(store));
  OK(store_open(path, false, &store));
  expect_text(store, "config", provenance.config);
  expect_text(store, "config_resolved", provenance.config_resolved);
  expect_text(store, "config_sha256", "6e0b017592eeb1367c85355b0d591b23ce4fce115087319313272eba4651f6c2");
  expect_text(store, "command_line", provenance.command_line);
  expect_text(store, "overrides", "seed=7");
  expect_text(store, "program_version", "0.1.0");
  expect_text(store, "git_commit", "0123456789abcdef");
  expect_text(store, "build", "cc 12.2.0, -O3, v3");
  expect_text(store, "libraries", "HDF5 1.10.8");
  expect_text(store, "rng", "Philox4x32-10");
  expect_text(store, "parent_uuid", "");
  expect_text(store, "host", host.name);
  expect_text(store, "cpu", host.cpu);
  expect_text(store, "os", host.os);
  expect_time(store, "/provenance/started");
  uint64_t seed = 0;
  int64_t threads = 0;
  int8_t dirty = 0;
  OK(store_read(store, "/provenance/seed", NULL, STATE_U64, 1, &seed));
  OK(store_read(store, "/provenance/threads", NULL, STATE_I64, 1, &threads));
  OK(store_read(store, "/provenance/git_dirty", NULL, STATE_I8, 1, &dirty));
  assert_true(seed == UINT64_MAX && threads == 2 && dirty == 1);
  expect_row(store, "/provenance/parameters/path", 2, 0, "circuit.PV.g_L");
  expect_row(store, "/provenance/parameters/value", 2, 0, "10 nS");
  expect_row(store, "/provenance/parameters/origin", 2, 1, "run.cfg:3");
  expect_row(store, "/provenance/parameters/standing", 2, 1, "setting");
  expect_row(store, "/provenance/parameters/source", 2, 0, "doi:10.1152/jn.00686.2005");
  expect_row(store, "/provenance/parameters/meaning", 2, 1, "seed of all draws");
  expect_row(store, "/provenance/citations", 2, 1, "Salmon et al. 2011");
  expect_row(store, "/provenance/resumed/host", 0, 0, "");
  OK(store_close(store));
}

static void test_resumes_add_rows(void **state) {
  (void)state;
  struct store *store;
  struct provenance provenance = example();
  struct host host;
  host_describe(&host);
  OK(store_create(path, &store));
  OK(provenance_begin(store, &provenance));
  for (int i = 0; i < 3; i++) {
    char version[20];
    snprintf(version, sizeof version, "0.%d", i);
    OK(provenance_resumed(store, 1.5 * i, version));
    OK(store_close(store));
    OK(store_open(path, true, &store));
  }
  double t_s[3];
  OK(store_read(store, "/provenance/resumed/t_s", NULL, STATE_F64, 3, t_s));
  for (int i = 0; i < 3; i++) assert_true(t_s[i] == 1.5 * i);
  expect_row(store, "/provenance/resumed/program_version", 3, 0, "0.0");
  expect_row(store, "/provenance/resumed/program_version", 3, 2, "0.2");
  expect_row(store, "/provenance/resumed/host", 3, 1, host.name);
  expect_time(store, "/provenance/resumed/wall_clock");
  OK(store_remove(store, "/provenance/resumed/host"));
  assert_int_equal(provenance_resumed(store, 9, "0.3"), STATUS_CONFIG);
  OK(store_close(store));
}

static void test_the_end(void **state) {
  (void)state;
  static const struct provenance_phase phases[] = {{"build", 1.5, 2.5}, {"spikes", 30, 58}};
  struct store *store;
  double value[2] = {0};
  uint64_t bytes = 0;
  OK(store_create(path, &store));
  OK(store_group(store, "/provenance"));
  OK(provenance_end(store, UINT64_C(0x00ab12), phases, 2, 60, 30));
  expect_text(store, "state_hash", "000000000000ab12");
  expect_time(store, "/provenance/finished");
  expect_row(store, "/provenance/timing/phase", 2, 1, "spikes");
  OK(store_read(store, "/provenance/timing/wall_s", NULL, STATE_F64, 2, value));
  assert_true(value[0] == 1.5 && value[1] == 30);
  OK(store_read(store, "/provenance/timing/cpu_s", NULL, STATE_F64, 2, value));
  assert_true(value[0] == 2.5 && value[1] == 58);
  OK(store_read(store, "/provenance/biology_s", NULL, STATE_F64, 1, value));
  assert_true(value[0] == 60);
  OK(store_read(store, "/provenance/real_time_factor", NULL, STATE_F64, 1, value));
  assert_true(value[0] == 0.5);
  OK(store_read(store, "/provenance/peak_memory_bytes", NULL, STATE_U64, 1, &bytes));
  assert_true(bytes > 1000000);
  OK(provenance_end(store, 1, NULL, 0, 0, 0)); /* a run without spikes has no factor */
  OK(store_read(store, "/provenance/real_time_factor", NULL, STATE_F64, 1, value));
  assert_true(isnan(value[0]));
  OK(store_close(store));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_the_start, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_resumes_add_rows, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_the_end, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
