/* test_survey.c — the state of results is told right at every moment of a run's life: while it writes, when
 * it stopped, was killed, failed or is complete; and files that are damaged, of a later version, or no
 * results at all do not get in the way. The results are written by the writer of the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checkpoint.h"
#include "findings/survey.h"

static char folder[64];

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "/tmp/spinule-survey-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command);
}

/* A run begins an arm, and is `fraction` through when it last brought something to the disk. */
static struct result *begin(const struct directory *directory, const char *arm, double fraction) {
  struct result *result;
  assert_int_equal(result_open(directory, arm, "a title", RESULT_NEW, NULL, &result), STATUS_OK);
  assert_int_equal(result_progress(result, 3600 * fraction, 100 * fraction, fraction), STATUS_OK);
  assert_int_equal(store_flush(result_store(result)), STATUS_OK);
  return result;
}

static enum status no_state(void *context, struct visitor *visitor) {
  (void)context, (void)visitor;
  return STATUS_OK;
}

static void save_checkpoint(const char *arm) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s%s", folder, arm, CHECKPOINT_SUFFIX);
  assert_int_equal(checkpoint_save(path, "of a test", no_state, NULL), STATUS_OK);
}

static void assert_state(const char *arm, const char *state, bool held) {
  struct survey survey;
  const struct surveyed *found = NULL;
  assert_int_equal(survey_directory(folder, &survey), STATUS_OK);
  for (int i = 0; i < survey.n; i++)
    if (strcmp(survey.arm[i].arm, arm) == 0) found = &survey.arm[i];
  assert_non_null(found);
  assert_string_equal(found->unreadable, "");
  assert_string_equal(survey_state(found, survey.held), state);
  assert_int_equal(survey.held, held);
  if (held) assert_int_equal(survey.pid, getpid());
  survey_free(&survey);
}

static void a_running_run_is_seen(void **state) {
  (void)state;
  struct directory *directory;
  struct survey survey;
  assert_int_equal(directory_open(folder, &directory), STATUS_OK);
  struct result *result = begin(directory, "drug", 0.25);
  assert_int_equal(survey_directory(folder, &survey), STATUS_OK);
  assert_int_equal(survey.n, 1);
  const struct surveyed *arm = &survey.arm[0];
  assert_string_equal(arm->arm, "drug");
  assert_string_equal(arm->title, "a title");
  assert_true(arm->partial && !arm->resumable);
  assert_true(arm->fraction == 0.25 && arm->wall_s == 25 && arm->t_s == 900);
  assert_true(arm->bytes > 1000);
  survey_free(&survey);
  assert_state("drug", "running", true);
  assert_int_equal(result_finish(result), STATUS_OK);
  assert_state("drug", "complete", true);
  directory_close(directory);
  assert_state("drug", "complete", false);
}

static void a_stopped_run_says_whether_it_can_go_on(void **state) {
  (void)state;
  struct directory *directory;
  assert_int_equal(directory_open(folder, &directory), STATUS_OK);
  assert_int_equal(result_suspend(begin(directory, "bare", 0.5)), STATUS_OK);
  assert_int_equal(result_suspend(begin(directory, "kept", 0.5)), STATUS_OK);
  save_checkpoint("kept");
  result_fail(begin(directory, "wrong", 0.5));
  directory_close(directory);
  assert_state("bare", "stopped, without checkpoint", false);
  assert_state("kept", "stopped, resumable", false);
  assert_state("wrong", "failed", false);
}

static void a_killed_run_is_told_from_a_running_one(void **state) {
  (void)state;
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    struct directory *directory;
    if (directory_open(folder, &directory) != STATUS_OK) _exit(1);
    begin(directory, "drug", 0.5);
    kill(getpid(), SIGKILL);
  }
  int ended;
  assert_int_equal(waitpid(child, &ended, 0), child);
  assert_true(WIFSIGNALED(ended));
  assert_state("drug", "killed, without checkpoint", false);
  save_checkpoint("drug");
  assert_state("drug", "killed, resumable", false);
}

static void write_file(const char *name, const char *text) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

/* Any HDF5 file, with a format number if that is not 0. */
static void write_foreign(const char *name, int32_t format) {
  char path[128];
  struct store *store;
  int8_t state = RESULT_COMPLETE;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  assert_int_equal(store_create(path, &store), STATUS_OK);
  if (format) {
    assert_int_equal(store_attribute_number(store, "/", "spinule_format", STATE_I32, 0, &format), STATUS_OK);
    assert_int_equal(store_group(store, "/status"), STATUS_OK);
    assert_int_equal(store_write_number(store, "/status/state", STATE_I8, &state), STATUS_OK);
  }
  assert_int_equal(store_close(store), STATUS_OK);
}

static void strange_files_do_not_get_in_the_way(void **state) {
  (void)state;
  struct survey survey;
  struct surveyed one;
  char path[128];
  assert_int_equal(survey_directory(folder, &survey), STATUS_CONFIG); /* nothing there */
  write_foreign("summary.h5", 0);
  write_file("notes.txt", "not HDF5");
  assert_int_equal(survey_directory(folder, &survey), STATUS_CONFIG); /* nothing of ours */
  write_file("broken.h5", "not HDF5 either");
  write_foreign("later.h5", RESULT_FORMAT + 1);
  write_foreign("bare.h5", RESULT_FORMAT);
  assert_int_equal(survey_directory(folder, &survey), STATUS_OK);
  assert_int_equal(survey.n, 3); /* in order of name */
  assert_string_equal(survey.arm[0].arm, "bare");
  assert_true(isnan(survey.arm[0].fraction) && isnan(survey.arm[0].wall_s));
  assert_string_equal(survey_state(&survey.arm[0], false), "complete");
  assert_non_null(strstr(survey.arm[1].unreadable, "broken.h5"));
  assert_non_null(strstr(survey.arm[2].unreadable, "reads up to 1"));
  survey_free(&survey);
  snprintf(path, sizeof path, "%s/summary.h5", folder);
  assert_int_equal(survey_file(path, &one), STATUS_CONFIG);
  snprintf(path, sizeof path, "%s/broken.h5", folder);
  assert_int_equal(survey_file(path, &one), STATUS_CONFIG);
}

static void a_complete_result_stands_before_its_successor(void **state) {
  (void)state;
  struct directory *directory;
  struct result *result;
  struct survey survey;
  assert_int_equal(directory_open(folder, &directory), STATUS_OK);
  assert_int_equal(result_finish(begin(directory, "drug", 0.5)), STATUS_OK);
  assert_int_equal(result_open(directory, "drug", "again", RESULT_OVERWRITE, NULL, &result), STATUS_OK);
  assert_int_equal(survey_directory(folder, &survey), STATUS_OK);
  assert_int_equal(survey.n, 2);
  assert_true(!survey.arm[0].partial && survey.arm[1].partial);
  assert_string_equal(survey.arm[1].title, "again");
  survey_free(&survey);
  result_fail(result);
  directory_close(directory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_running_run_is_seen, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(a_stopped_run_says_whether_it_can_go_on, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(a_killed_run_is_told_from_a_running_one, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(strange_files_do_not_get_in_the_way, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(a_complete_result_stands_before_its_successor, make_folder,
                                      remove_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
