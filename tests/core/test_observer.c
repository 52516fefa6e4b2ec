/* test_observer.c — a tee hands everything on to all its recorders, in order, each under the handle that this
 * recorder gave; a failure of one comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "memory.h"
#include "observer.h"

enum { NOTED_MAX = 64 };

/* A recorder that notes what it is given, and numbers groups from a start of its own. */
struct notebook {
  struct recorder recorder;
  int next_handle, n_groups;
  const char *path[NOTED_MAX];
  int handle[NOTED_MAX], n_rows;
  double at[NOTED_MAX], value[NOTED_MAX];
  const char *region;
  size_t n_spikes;
  double last_spike_ms;
  const struct table *table;
  bool refuses;
};

static enum status note_group(struct recorder *self, const struct signal_group *group, int *handle) {
  struct notebook *book = (struct notebook *)self;
  for (int i = 0; i < book->n_groups; i++) {
    if (strcmp(book->path[i], group->path) != 0) continue;
    *handle = book->next_handle + i;
    return STATUS_OK;
  }
  book->path[book->n_groups] = group->path;
  *handle = book->next_handle + book->n_groups++;
  return STATUS_OK;
}

static enum status note_row(struct recorder *self, int handle, double at, const double *values) {
  struct notebook *book = (struct notebook *)self;
  if (book->refuses) return status_fail(STATUS_WORLD, "full");
  book->handle[book->n_rows] = handle;
  book->at[book->n_rows] = at;
  book->value[book->n_rows++] = values[0];
  return STATUS_OK;
}

static enum status note_spikes(struct recorder *self, const char *region, const double *time_ms,
                               const uint64_t *node, size_t n) {
  struct notebook *book = (struct notebook *)self;
  (void)node;
  book->region = region;
  book->n_spikes += n;
  book->last_spike_ms = time_ms[n - 1];
  return STATUS_OK;
}

static enum status note_table(struct recorder *self, const struct table *table) {
  ((struct notebook *)self)->table = table;
  return STATUS_OK;
}

static struct notebook notebook(int first_handle) {
  return (struct notebook){.recorder = {note_group, note_row, note_spikes, note_table},
                           .next_handle = first_handle};
}

static const struct signal_group rates = {.path = "rates"}, lfp = {.path = "lfp"};

static void test_everything_reaches_all(void **state) {
  (void)state;
  size_t before = memory_in_use();
  struct notebook one = notebook(0), two = notebook(40);
  struct tee tee;
  tee_open(&tee, (struct recorder *[]){&one.recorder, &two.recorder}, 2);
  struct recorder *all = &tee.recorder;
  int handle[5];
  /* the second notebook knows "lfp" already, so its handles stand in another order than the first's */
  int early;
  assert_int_equal(note_group(&two.recorder, &lfp, &early), STATUS_OK);
  assert_int_equal(all->group(all, &rates, &handle[0]), STATUS_OK);
  assert_int_equal(all->group(all, &lfp, &handle[1]), STATUS_OK);
  assert_int_not_equal(handle[0], handle[1]);
  assert_int_equal(all->append(all, handle[1], 0.5, (double[]){7}), STATUS_OK);
  assert_int_equal(all->append(all, handle[0], 1.5, (double[]){8}), STATUS_OK);
  assert_int_equal(one.n_rows, 2);
  assert_int_equal(one.handle[0], 1);
  assert_int_equal(one.handle[1], 0);
  assert_int_equal(two.handle[0], 40);
  assert_int_equal(two.handle[1], 41);
  assert_true(two.at[0] == 0.5 && two.value[0] == 7 && two.at[1] == 1.5 && two.value[1] == 8);
  assert_int_equal(all->spikes(all, "A", (double[]){1, 2, 3}, (uint64_t[]){4, 5, 6}, 3), STATUS_OK);
  assert_int_equal(one.n_spikes, 3);
  assert_string_equal(two.region, "A");
  assert_true(two.last_spike_ms == 3);
  struct table table = {.path = "events"};
  assert_int_equal(all->table(all, &table), STATUS_OK);
  assert_ptr_equal(one.table, &table);
  assert_ptr_equal(two.table, &table);
  tee_close(&tee);
  assert_int_equal(memory_in_use(), before);
}

static void test_a_group_described_again_keeps_its_handle(void **state) {
  (void)state;
  struct notebook one = notebook(3), two = notebook(9);
  struct tee tee;
  tee_open(&tee, (struct recorder *[]){&one.recorder, &two.recorder}, 2);
  struct recorder *all = &tee.recorder;
  int first, other, again;
  assert_int_equal(all->group(all, &rates, &first), STATUS_OK);
  assert_int_equal(all->group(all, &lfp, &other), STATUS_OK);
  assert_int_equal(all->group(all, &rates, &again), STATUS_OK);
  assert_int_equal(again, first);
  assert_int_not_equal(other, first);
  assert_int_equal(all->group(all, &lfp, &again), STATUS_OK);
  assert_int_equal(again, other);
  tee_close(&tee);
}

static void test_many_groups(void **state) {
  (void)state;
  struct notebook one = notebook(0);
  struct tee tee;
  tee_open(&tee, (struct recorder *[]){&one.recorder}, 1);
  char path[NOTED_MAX][8];
  for (int g = 0; g < NOTED_MAX; g++) {
    path[g][0] = (char)('0' + g / 10);
    path[g][1] = (char)('0' + g % 10);
    path[g][2] = 0;
    struct signal_group group = {.path = path[g]};
    int handle;
    assert_int_equal(tee.recorder.group(&tee.recorder, &group, &handle), STATUS_OK);
    assert_int_equal(tee.recorder.append(&tee.recorder, handle, g, (double[]){0}), STATUS_OK);
  }
  for (int g = 0; g < NOTED_MAX; g++) assert_int_equal(one.handle[g], g);
  tee_close(&tee);
}

static void test_failures_come_out(void **state) {
  (void)state;
  struct notebook one = notebook(0), two = notebook(0);
  two.refuses = true;
  struct tee tee;
  tee_open(&tee, (struct recorder *[]){&one.recorder, &two.recorder}, 2);
  int handle;
  assert_int_equal(tee.recorder.group(&tee.recorder, &rates, &handle), STATUS_OK);
  assert_int_equal(tee.recorder.append(&tee.recorder, handle, 0, (double[]){0}), STATUS_WORLD);
  assert_int_equal(tee.recorder.append(&tee.recorder, handle + 1, 0, (double[]){0}), STATUS_FAULT);
  assert_int_equal(tee.recorder.append(&tee.recorder, -1, 0, (double[]){0}), STATUS_FAULT);
  assert_int_equal(one.n_rows, 1);
  tee_close(&tee);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_everything_reaches_all),
      cmocka_unit_test(test_a_group_described_again_keeps_its_handle),
      cmocka_unit_test(test_many_groups),
      cmocka_unit_test(test_failures_come_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
