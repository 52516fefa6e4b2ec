/* test_team.c — every thread works once; a barrier lets none pass before all have come, over many rounds and
 * several runs, with more threads than processors too; items go to thread i mod size, or each to who comes
 * first; denormal numbers are flushed while a team works and nowhere else; a team that cannot be filled is
 * refused instead of hanging. */
#include "check.h"
#include "team.h"
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 5, ROUNDS = 101 };

struct rounds {
  struct team *team;
  int progress[THREADS]; /* plain memory: the barrier has to make it visible */
  int n;
  atomic_int faults;
};

static void go_round(void *context, int thread) {
  struct rounds *rounds = context;
  for (int k = 1; k <= rounds->n; k++) {
    if ((k + thread) % 7 == 0) sched_yield(); /* uneven */
    rounds->progress[thread]++;
    team_barrier(rounds->team, thread);
    for (int t = 0; t < team_size(rounds->team); t++)
      if (rounds->progress[t] != rounds->progress[thread]) atomic_fetch_add(&rounds->faults, 1);
    team_barrier(rounds->team, thread);
  }
}

static void one_barrier(void *context, int thread) {
  struct rounds *rounds = context;
  rounds->progress[thread] = thread;
  team_barrier(rounds->team, thread);
  for (int t = 0; t < team_size(rounds->team); t++)
    if (rounds->progress[t] != t) atomic_fetch_add(&rounds->faults, 1);
}

/* Runs with an even and an odd number of barriers follow one another. */
static void test_barrier(void **state) {
  (void)state;
  for (int n = 1; n <= THREADS; n++) {
    struct rounds rounds = {.n = ROUNDS};
    assert_ok(team_new(n, &rounds.team));
    assert_int_equal(team_size(rounds.team), n);
    for (int run = 0; run < 5; run++) {
      memset(rounds.progress, 0, sizeof rounds.progress);
      team_run(rounds.team, go_round, &rounds);
      for (int t = 0; t < n; t++) assert_int_equal(rounds.progress[t], ROUNDS);
      memset(rounds.progress, 0xff, sizeof rounds.progress);
      team_run(rounds.team, one_barrier, &rounds);
    }
    assert_int_equal(rounds.faults, 0);
    team_free(rounds.team);
  }
}

struct items {
  int done[1000], thread[1000];
};

static void note_item(void *context, int thread, int i) {
  struct items *items = context;
  items->done[i]++;
  items->thread[i] = thread;
}

typedef void (*hand_out)(struct team *team, int n, void (*each)(void *context, int thread, int i),
                         void *context);

/* Three threads do each of so many items once. */
static void check_items(hand_out hand, void (*each)(void *context, int thread, int i),
                        void (*check)(const struct items *items, int n)) {
  struct team *team;
  assert_ok(team_new(3, &team));
  static const int counts[] = {0, 1, 2, 3, 1000};
  for (int c = 0; c < 5; c++) {
    static struct items items;
    memset(&items, 0, sizeof items);
    hand(team, counts[c], each, &items);
    for (int i = 0; i < 1000; i++) assert_int_equal(items.done[i], i < counts[c]);
    check(&items, counts[c]);
  }
  team_free(team);
}

static void check_in_turn(const struct items *items, int n) {
  for (int i = 0; i < n; i++) assert_int_equal(items->thread[i], i % 3);
}

static void test_each(void **state) {
  (void)state;
  check_items(team_each, note_item, check_in_turn);
}

/* Who is held up leaves the others to the rest. */
static void note_held_up(void *context, int thread, int i) {
  note_item(context, thread, i);
  if (i == 0) usleep(200000);
}

static void check_shared(const struct items *items, int n) {
  int held_up = 0;
  for (int i = 0; i < n; i++) {
    assert_between(items->thread[i], 0, 2);
    held_up += items->thread[i] == items->thread[0];
  }
  assert_true(n < 1000 || held_up < 500);
}

static void test_share(void **state) {
  (void)state;
  check_items(team_share, note_held_up, check_shared);
}

struct tiny {
  volatile float smallest, half[THREADS];
};

static void halve(void *context, int thread) {
  struct tiny *tiny = context;
  tiny->half[thread] = 0.5f * tiny->smallest;
}

static void test_denormals(void **state) {
  (void)state;
#if defined(__x86_64__)
  struct tiny tiny = {.smallest = 1.17549435e-38f}; /* the smallest normal number */
  struct team *team;
  assert_ok(team_new(2, &team));
  tiny.half[0] = tiny.half[1] = 1;
  team_run(team, halve, &tiny);
  assert_true(tiny.half[0] == 0.0f && tiny.half[1] == 0.0f);
  halve(&tiny, 0);
  assert_true(tiny.half[0] > 0.0f);
  team_free(team);
#else
  skip();
#endif
}

/* The limit counts for a process from its start, so this program starts once more. */
static void test_refuses_what_cannot_be_filled(void **state) {
  (void)state;
  struct team *team;
  assert_fails(team_new(0, &team), STATUS_WORLD, "0 threads");
  pid_t child = fork();
  if (child == 0) {
    setenv("OMP_THREAD_LIMIT", "2", 1);
    execl("/proc/self/exe", "test_team", "refused", (char *)NULL);
    _exit(99);
  }
  int result = -1;
  assert_int_equal(waitpid(child, &result, 0), child);
  assert_true(WIFEXITED(result));
  assert_int_equal(WEXITSTATUS(result), 0);
}

static int refused(void) {
  struct team *team;
  if (team_new(3, &team) != STATUS_WORLD || team != NULL || !strstr(status_message(), "only 2")) return 1;
  if (team_new(2, &team) != STATUS_OK) return 2;
  team_free(team);
  return 0;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "refused") == 0) return refused();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_barrier),
      cmocka_unit_test(test_each),
      cmocka_unit_test(test_share),
      cmocka_unit_test(test_denormals),
      cmocka_unit_test(test_refuses_what_cannot_be_filled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
