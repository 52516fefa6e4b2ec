/* test_checkpoint.c — a checkpoint gives back what was saved, bit for bit; one that is damaged at any byte,
 * cut off, killed before any system call of its making, or of another run, is never loaded: the one before
 * is, or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checkpoint.h"
#include "memory.h"
#include "output/faults.h"
#include "output/scratch.h"

static struct scratch scratch;
static char path[SCRATCH_MAX], previous_path[SCRATCH_MAX], fresh_path[SCRATCH_MAX];

static int set_up(void **state) {
  (void)state;
  scratch = scratch_make();
  scratch_file(&scratch, "run.ckpt", path);
  scratch_file(&scratch, "run.ckpt.prev", previous_path);
  scratch_file(&scratch, "run.ckpt.tmp", fresh_path);
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

/* ---- a state ---- */

enum { CELLS = 300 };

struct thing {
  int64_t tick;
  float V[CELLS];
  double slow[7];
  int8_t flags[5];
  size_t n_edges;
  uint32_t *edges;
  bool more; /* one array that the others do not have */
};

static enum status visit(void *context, struct visitor *visitor) {
  struct thing *thing = context;
  TRY(visitor->array(visitor, "tick", STATE_I64, 1, &thing->tick));
  TRY(visitor->array(visitor, "population/V", STATE_F32, CELLS, thing->V));
  TRY(visitor->array(visitor, "slow", STATE_F64, 7, thing->slow));
  TRY(visitor->array(visitor, "slow", STATE_I8, 5, thing->flags)); /* names may repeat */
  TRY(visitor->array(visitor, "nothing", STATE_U16, 0, NULL));
  TRY(visitor->list(visitor, "edges", STATE_U32, &thing->n_edges, (void **)&thing->edges));
  return thing->more ? visitor->array(visitor, "more", STATE_I64, 1, &thing->tick) : STATUS_OK;
}

/* The state at a tick: all of it differs from that at any other. */
static struct thing make_thing(int64_t tick) {
  struct thing thing = {.tick = tick, .n_edges = (size_t)(tick % 90)};
  for (int i = 0; i < CELLS; i++) thing.V[i] = (float)(tick + i);
  for (int i = 0; i < 7; i++) thing.slow[i] = 1.0 / (double)(tick + i + 1);
  for (int i = 0; i < 5; i++) thing.flags[i] = (int8_t)(tick * 3 + i);
  OK(memory_new("edges", thing.n_edges, 4, &thing.edges));
  for (size_t i = 0; i < thing.n_edges; i++) thing.edges[i] = (uint32_t)(tick * 1000 + (int64_t)i);
  return thing;
}

static uint64_t hash_of(struct thing *thing) {
  struct hasher hasher = state_hasher();
  OK(visit(thing, &hasher.visitor));
  return hasher.hash;
}

static void save(int64_t tick) {
  struct thing thing = make_thing(tick);
  OK(checkpoint_save(path, "config 1, seed 2", visit, &thing));
  memory_free(thing.edges);
}

/* Load; the state must be that of one tick, whole. Gives this tick, −1 if nothing can be loaded. */
static int64_t load(bool *previous) {
  struct thing thing = {0};
  enum status status = checkpoint_load(path, "config 1, seed 2", visit, &thing, previous);
  if (status != STATUS_OK) {
    assert_int_equal(status, STATUS_CONFIG);
    assert_int_equal(thing.tick, 0); /* nothing was touched */
    assert_null(thing.edges);
    return -1;
  }
  struct thing wanted = make_thing(thing.tick);
  assert_int_equal(hash_of(&thing), hash_of(&wanted));
  memory_free(wanted.edges);
  memory_free(thing.edges);
  return thing.tick;
}

/* ---- tests ---- */

static void test_what_was_saved_comes_back(void **state) {
  (void)state;
  size_t before = memory_in_use();
  bool previous = true;
  assert_false(checkpoint_exists(path));
  assert_int_equal(load(&previous), -1);
  assert_non_null(strstr(status_message(), path));
  save(7);
  assert_true(checkpoint_exists(path));
  assert_int_equal(load(&previous), 7);
  assert_false(previous);
  assert_int_not_equal(access(previous_path, F_OK), 0);
  save(41);
  save(89);
  assert_int_equal(load(&previous), 89);
  assert_int_not_equal(access(fresh_path, F_OK), 0);
  unlink(path);
  assert_true(checkpoint_exists(path)); /* its predecessor */
  assert_int_equal(load(&previous), 41);
  assert_true(previous);
  assert_int_equal(memory_in_use(), before);
}

static void test_another_run_is_refused(void **state) {
  (void)state;
  struct thing thing = {0};
  bool previous;
  save(7);
  save(8);
  assert_int_equal(checkpoint_load(path, "config 1, seed 3", visit, &thing, &previous), STATUS_CONFIG);
  assert_non_null(strstr(status_message(), "another experiment"));
  assert_int_equal(thing.tick, 0);
}

/* ---- another walk ---- */

static enum status visit_other(void *context, struct visitor *visitor) {
  const int *how = context;
  int64_t tick = 0;
  float few[2] = {0};
  if (*how == 0) return visitor->array(visitor, "tock", STATE_I64, 1, &tick);
  if (*how == 1) return visitor->array(visitor, "tick", STATE_U64, 1, &tick);
  TRY(visitor->array(visitor, "tick", STATE_I64, 1, &tick));
  return *how == 2 ? visitor->array(visitor, "population/V", STATE_F32, 2, few) : STATUS_OK;
}

static void test_another_walk_is_refused(void **state) {
  (void)state;
  static const char *const words[] = {"tock", "tick", "300", "population/V"};
  bool previous;
  save(7);
  for (int how = 0; how < 4; how++) {
    assert_int_equal(checkpoint_load(path, "config 1, seed 2", visit_other, &how, &previous), STATUS_CONFIG);
    if (!strstr(status_message(), words[how])) fail_msg("message: %s", status_message());
  }
  struct thing thing = {.more = true};
  assert_int_equal(checkpoint_load(path, "config 1, seed 2", visit, &thing, &previous), STATUS_CONFIG);
  assert_non_null(strstr(status_message(), "ends before more"));
  memory_free(thing.edges);
}

/* ---- damage ---- */

/* Each byte of the newest in turn, by one bit and by all. */
static void test_damaged_at_any_byte(void **state) {
  (void)state;
  size_t size;
  bool previous;
  save(20);
  save(21);
  unsigned char *bytes = scratch_read(path, &size);
  assert_true(size > 1000);
  for (size_t i = 0; i < size; i += i < 200 || i > size - 30 ? 1 : 13) {
    bytes[i] ^= i % 2 ? 0xff : (unsigned char)(1 << i % 8);
    scratch_write(path, bytes, size);
    assert_int_equal(load(&previous), 20);
    assert_true(previous);
    bytes[i] ^= i % 2 ? 0xff : (unsigned char)(1 << i % 8);
  }
  scratch_write(path, bytes, size);
  assert_int_equal(load(&previous), 21);
  assert_false(previous);
  free(bytes);
}

static void test_cut_off_anywhere_or_longer(void **state) {
  (void)state;
  size_t size;
  bool previous;
  save(20);
  unlink(previous_path);
  unsigned char *bytes = scratch_read(path, &size);
  for (size_t cut = 0; cut < size; cut += cut < 40 || cut > size - 40 ? 1 : 97) {
    scratch_write(path, bytes, cut);
    assert_int_equal(load(&previous), -1);
    assert_non_null(strstr(status_message(), "damaged"));
  }
  bytes = realloc(bytes, size + 1);
  bytes[size] = 0;
  scratch_write(path, bytes, size + 1);
  assert_int_equal(load(&previous), -1);
  scratch_write(previous_path, bytes, 30); /* and both damaged: both are named */
  assert_int_equal(load(&previous), -1);
  assert_non_null(strstr(status_message(), ".prev"));
  free(bytes);
}

/* ---- killed ---- */

static bool save_next(void *context) {
  struct thing thing = make_thing(*(int64_t *)context);
  return checkpoint_save(path, "config 1, seed 2", visit, &thing) == STATUS_OK;
}

static void test_killed_before_any_call(void **state) {
  (void)state;
  int64_t tick = 31, calls = 0;
  int code = 0;
  bool ended = false, previous;
  for (int64_t n = 1; !ended; n++, calls++) {
    scratch_empty(&scratch);
    save(29);
    save(30);
    ended = faults_kill_at(n, save_next, &tick, &code);
    assert_int_equal(code, 0);
    int64_t loaded = load(&previous);
    assert_false(previous); /* at no moment was there none of the first name */
    assert_true(loaded == 30 || loaded == 31);
    if (ended) assert_int_equal(loaded, 31);
    save(32); /* and what is left over does no harm */
    assert_int_equal(load(&previous), 32);
  }
  assert_true(calls > 20);
}

static void test_a_full_disk_at_any_call(void **state) {
  (void)state;
  bool ended = false, previous;
  save(29);
  save(30);
  for (int64_t n = 1; !ended; n++) {
    struct thing thing = make_thing(31);
    faults_fail_at(n, ENOSPC);
    enum status status = checkpoint_save(path, "config 1, seed 2", visit, &thing);
    faults_fail_at(0, 0);
    ended = status == STATUS_OK;
    if (!ended) {
      assert_int_equal(status, STATUS_WORLD);
      if (!strstr(status_message(), "No space left")) fail_msg("call %d: %s", (int)n, status_message());
    }
    int64_t loaded = load(&previous);
    assert_true(loaded == (ended ? 31 : 30) || (loaded == 31 && !previous));
    memory_free(thing.edges);
  }
}

/* What the walk itself refuses comes out, and leaves the old checkpoint. */
static enum status refuse(void *context, struct visitor *visitor) {
  (void)context, (void)visitor;
  return status_fail(STATUS_DIVERGED, "no state to save");
}

static void test_a_walk_that_fails(void **state) {
  (void)state;
  bool previous;
  save(5);
  assert_int_equal(checkpoint_save(path, "config 1, seed 2", refuse, NULL), STATUS_DIVERGED);
  assert_string_equal(status_message(), "no state to save");
  assert_int_equal(load(&previous), 5);
  assert_false(previous);
  assert_int_not_equal(access(fresh_path, F_OK), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_what_was_saved_comes_back, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_another_run_is_refused, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_another_walk_is_refused, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_damaged_at_any_byte, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_cut_off_anywhere_or_longer, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_killed_before_any_call, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_full_disk_at_any_call, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_walk_that_fails, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
