/* test_store_disk.c — a writer that is killed before any one of its system calls, or at any moment, leaves a
 * file that opens and holds every flushed row; one whose disk is full says so, and leaves the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "output/faults.h"
#include "output/scratch.h"
#include "packers.h"
#include "status.h"
#include "store.h"
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

enum { SERIES = 3, CHUNK = 4, ROWS_MAX = 1 << 15 };

static struct scratch scratch;
static char path[SCRATCH_MAX], base[SCRATCH_MAX];

/* What the writer has reached, in memory that outlives it. */
static struct progress {
  int64_t flushed; /* rows of each series */
  int64_t table;   /* generation of the table that was flushed last */
  bool ready;      /* the first flush is done */
  enum status status;
  char message[400];
} * progress;

static int set_up(void **state) {
  (void)state;
  scratch = scratch_make();
  scratch_file(&scratch, "file.h5", path);
  scratch_file(&scratch, "base.h5", base);
  progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return progress == MAP_FAILED;
}

static int tear_down(void **state) {
  (void)state;
  munmap(progress, sizeof *progress);
  scratch_remove(&scratch);
  return 0;
}

#define OK(call) assert_int_equal(call, STATUS_OK)

/* ---- a writer ---- */

static enum status append_chunk(struct series *const *series, int64_t first) {
  double rows[CHUNK];
  for (int r = 0; r < CHUNK; r++) rows[r] = (double)(first + r);
  for (int s = 0; s < SERIES; s++) TRY(series_append(series[s], CHUNK, rows));
  return STATUS_OK;
}

/* A table of two columns with one generation number, replaced as a whole. */
static enum status write_table(struct store *store, int64_t generation) {
  int64_t column[2] = {generation, generation};
  char text[60];
  snprintf(text, sizeof text, "generation %d", (int)generation);
  TRY(store_remove(store, "/table~"));
  TRY(store_group(store, "/table~"));
  TRY(store_write_column(store, "/table~/number", STATE_I64, 2, column));
  TRY(store_write_text(store, "/table~/text", text));
  TRY(store_replace(store, "/table~", "/table"));
  progress->table = generation;
  return STATUS_OK;
}

/* Create or take up the series, then `chunks` times: a chunk to each; and, unless `quietly`, a number in
 * place, a flush, sometimes a table. */
static enum status write_rows(struct store *store, struct series **series, bool fresh, int chunks,
                              bool quietly) {
  if (fresh) TRY(store_group(store, "/g"));
  for (int s = 0; s < SERIES; s++) {
    char name[20];
    snprintf(name, sizeof name, "/g/series%d", s);
    TRY(fresh ? series_create(store, name, STATE_F64, 0, NULL, CHUNK, STORE_PACKED, &series[s])
              : series_open(store, name, &series[s]));
    if (!fresh) TRY(series_restart(series[s], series_form(series[s])->stored, 0, NULL));
  }
  TRY(store_flush(store));
  progress->ready = true;
  for (int i = 0; i < chunks; i++) {
    int64_t stored = series_form(series[0])->stored;
    double t = (double)stored;
    TRY(append_chunk(series, stored));
    if (quietly) continue;
    TRY(store_write_number(store, "/t", STATE_F64, &t));
    TRY(store_flush(store));
    progress->flushed = stored + CHUNK;
    if (i % 3 == 1) TRY(write_table(store, progress->table + 1));
  }
  return STATUS_OK;
}

struct work {
  bool fresh;
  int chunks;
  bool quietly;
  int packers; /* threads that compress */
};

static bool write_file(void *context) {
  const struct work *work = context;
  struct store *store = NULL;
  struct series *series[SERIES] = {NULL};
  struct packers *packers = NULL;
  if (packers_new(work->packers, &packers) != STATUS_OK) return false;
  enum status status = work->fresh ? store_create(path, &store) : store_open(path, true, &store);
  if (status == STATUS_OK) store_share(store, packers);
  if (status == STATUS_OK) status = write_rows(store, series, work->fresh, work->chunks, work->quietly);
  progress->status = status;
  snprintf(progress->message, sizeof progress->message, "%s", status_message());
  for (int s = 0; s < SERIES; s++) series_free(series[s]);
  if (status == STATUS_OK)
    status = progress->status = store_close(store);
  else {
    if (store) assert_true(store_broken(store));
    store_abandon(store);
  }
  packers_free(packers);
  return status == STATUS_OK;
}

/* ---- what must be found ---- */

static double rows_back[ROWS_MAX];

/* All datasets can be read to their end, and hold at least what was flushed. */
static void expect_flushed(const char *when, int64_t call) {
  struct store *store;
  if (!progress->ready) return; /* there was no file yet */
  if (store_open(path, false, &store) != STATUS_OK) fail_msg("%s %d: %s", when, (int)call, status_message());
  for (int s = 0; s < SERIES; s++) {
    char name[20];
    struct store_form form;
    snprintf(name, sizeof name, "/g/series%d", s);
    for (int r = 0; r < ROWS_MAX; r++) rows_back[r] = -1; /* a chunk that is missing is left as it is */
    if (store_form(store, name, NULL, &form) != STATUS_OK ||
        store_read_rows(store, name, 0, form.size[0], rows_back) != STATUS_OK)
      fail_msg("%s %d: %s", when, (int)call, status_message());
    if ((int64_t)form.size[0] < progress->flushed)
      fail_msg("%s %d: %s has %d rows of %d", when, (int)call, name, (int)form.size[0],
               (int)progress->flushed);
    for (int64_t r = 0; r < (int64_t)form.size[0]; r++)
      if (rows_back[r] != (double)r) fail_msg("%s %d: row %d is %g", when, (int)call, (int)r, rows_back[r]);
  }
  if (progress->table > 0) { /* the old table or the new one, and that whole */
    int64_t column[2];
    struct store_names text;
    OK(store_read(store, "/table/number", NULL, STATE_I64, 2, column));
    assert_true(column[0] == column[1] && column[0] >= progress->table && column[0] <= progress->table + 1);
    OK(store_read_texts(store, "/table/text", NULL, &text));
    assert_int_equal(strtol(text.name[0] + strlen("generation "), NULL, 10), column[0]);
    store_names_free(&text);
  }
  OK(store_close(store));
}

/* ---- killed ---- */

/* Before every single call of a writer, or inside every write. */
static void kill_at_every_call(struct work *work, const char *when) {
  int code = 0, calls = 0;
  struct progress start = *progress;
  for (int64_t n = 1;; n++, calls++) {
    *progress = start;
    if (!work->fresh) scratch_copy(base, path);
    bool ended = faults_kill_at(n, write_file, work, &code);
    assert_int_equal(code, 0);
    expect_flushed(when, n);
    if (ended) break;
  }
  assert_true(calls > 20);
}

static void kill_everywhere(struct work *work, const char *when) {
  struct progress start = *progress;
  for (int tear = 0; tear < 2; tear++) {
    faults.tear = tear;
    *progress = start;
    kill_at_every_call(work, when);
  }
  faults.tear = false;
}

static void test_killed_in_a_new_file(void **state) {
  (void)state;
  *progress = (struct progress){0};
  struct work work = {.fresh = true, .chunks = 5, .packers = 2};
  kill_everywhere(&work, "new file, killed before call");
}

/* Begin with a file of so many chunks, quickly. */
static void kill_after(int chunks, int more, const char *when) {
  struct work begin = {.fresh = true, .chunks = chunks, .quietly = true}, work = {.chunks = more};
  *progress = (struct progress){0};
  assert_true(write_file(&begin));
  scratch_copy(path, base);
  progress->table = 0;
  progress->flushed = chunks * CHUNK;
  kill_everywhere(&work, when);
}

/* An index of chunks is full at 64: the next one splits it into two, under a new root. */
static void test_killed_while_an_index_splits(void **state) {
  (void)state;
  kill_after(62, 4, "split, killed before call");
}

/* With 3,700 chunks an index has three levels, and the first leaf under its new middle level splits. */
static void test_killed_while_a_high_index_splits(void **state) {
  (void)state;
  kill_after(3711, 2, "high split, killed before call");
}

static void test_killed_at_any_moment(void **state) {
  (void)state;
  uint32_t word = 7;
  for (int trial = 0; trial < 12; trial++) {
    *progress = (struct progress){0};
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
      struct work work = {.fresh = true, .chunks = ROWS_MAX / CHUNK};
      _exit(!write_file(&work));
    }
    word = word * 1664525u + 1013904223u;
    struct timespec delay = {.tv_nsec = 2000000 + word % 60000000};
    nanosleep(&delay, NULL);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    expect_flushed("random moment, trial", trial);
  }
}

/* ---- no room ---- */

static void test_a_full_disk_at_any_call(void **state) {
  (void)state;
  struct work work = {.fresh = true, .chunks = 4, .packers = 1};
  bool done = false;
  for (int64_t n = 1; !done; n++) {
    *progress = (struct progress){0};
    faults_fail_at(n, ENOSPC);
    done = write_file(&work);
    faults_fail_at(0, 0);
    if (!done) {
      assert_int_equal(progress->status, STATUS_WORLD);
      if (!strstr(progress->message, "No space left on device")) fail_msg("message: %s", progress->message);
      assert_non_null(strstr(progress->message, path));
    }
    expect_flushed("full disk at call", n);
  }
  assert_true(progress->flushed == 4 * CHUNK);
}

/* A limit of the system itself, which also cuts writes short; after it the file goes on. */
static void test_a_limit_of_the_size(void **state) {
  (void)state;
  struct rlimit before, limit;
  struct work work = {.fresh = true, .chunks = 1000}, more = {.fresh = false, .chunks = 20};
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  for (rlim_t bytes = 20000; bytes < 21000; bytes += 97) {
    *progress = (struct progress){0};
    limit = (struct rlimit){bytes, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    bool done = write_file(&work);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(done);
    assert_int_equal(progress->status, STATUS_WORLD);
    if (!strstr(progress->message, "File too large")) fail_msg("message: %s", progress->message);
    assert_true(progress->flushed > 0);
    expect_flushed("limit of", (int64_t)bytes);
    int64_t flushed = progress->flushed;
    assert_true(write_file(&more));
    assert_int_equal(progress->flushed, flushed + 20 * CHUNK);
    expect_flushed("gone on after limit of", (int64_t)bytes);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_killed_in_a_new_file, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_killed_while_an_index_splits, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_killed_while_a_high_index_splits, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_killed_at_any_moment, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_full_disk_at_any_call, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_limit_of_the_size, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
