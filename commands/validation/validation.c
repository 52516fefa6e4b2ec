/* validation.c — choosing rows, making their runs, judging what came out. See validation.h. */
#include "validation.h"
#include "fields.h"
#include "memory.h"
#include "statistics.h"
#include "terminal/children.h"
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 24 + 2 * TARGET_SETS };

/* ---- choosing ---- */

static enum status refuse(const struct targets *targets, const char *word) {
  const char **known = NULL;
  TRY(memory_new("names", 3 * (size_t)targets->n + 1, sizeof *known, &known));
  for (int k = 0; k < targets->n; k++) {
    known[3 * k] = targets->row[k].id;
    known[3 * k + 1] = targets->row[k].category;
    known[3 * k + 2] = targets->row[k].group;
  }
  const char *near = nearest_word(word, known, 3 * targets->n);
  enum status status =
      status_fail(STATUS_USAGE, "validate: there is no id, category or group \"%.60s\"%s%s%s", word,
                  near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
  memory_free(known);
  return status;
}

static bool names_it(const char *word, const struct target *row) {
  return strcmp(word, row->id) == 0 || strcmp(word, row->category) == 0 || strcmp(word, row->group) == 0;
}

enum status validation_choose(const char *const *words, int n, struct validation_manner manner,
                              struct validation *out) {
  *out = (struct validation){.manner = manner, .words = words, .n_words = n};
  TRY(targets_read(&out->targets));
  TRY(memory_new("rows", (size_t)out->targets.n + 1, sizeof *out->row, &out->row));
  for (int w = 0; w < n; w++) {
    bool found = false;
    for (int k = 0; k < out->targets.n; k++) found |= names_it(words[w], &out->targets.row[k]);
    if (!found) return refuse(&out->targets, words[w]);
  }
  for (int k = 0; k < out->targets.n; k++) {
    const struct target *row = &out->targets.row[k];
    bool chosen = n == 0;
    for (int w = 0; w < n; w++) chosen |= names_it(words[w], row);
    if (chosen) out->row[out->n_rows++] = (struct validation_row){.target = row};
  }
  return STATUS_OK;
}

void validation_free(struct validation *validation) {
  for (int k = 0; k < validation->n_rows; k++) memory_free(validation->row[k].why);
  memory_free(validation->row);
  for (int k = 0; k < validation->n_runs; k++) {
    struct validation_run *run = &validation->run[k];
    memory_free(run->config);
    memory_free(run->directory);
    memory_free(run->log);
    memory_free(run->arm);
  }
  memory_free(validation->run);
  targets_free(&validation->targets);
  *validation = (struct validation){0};
}

/* ---- making ---- */

/* The words of one run; texts that are made here stand in `made`. */
struct command_line {
  const char *word[WORDS_MAX + 3 * TARGET_CHECKS * 2 + 64];
  int n, room;
  char threads[16], seed[32];
};

static void say(struct command_line *line, const char *word) {
  if (line->n < line->room - 1) line->word[line->n++] = word;
  line->word[line->n] = NULL;
}

static void write_line(const struct validation *validation, const struct validation_run *run,
                       const char *program, int threads, struct command_line *line) {
  bool random = run->seed >= 0;
  line->n = 0;
  line->room = COUNT_OF(line->word);
  const char *const first[] = {program, "run", run->config, "-o", run->directory, "--progress", "none"};
  for (int k = 0; k < COUNT_OF(first); k++) say(line, first[k]);
  snprintf(line->threads, sizeof line->threads, "%d", threads);
  snprintf(line->seed, sizeof line->seed, "%lld", (long long)run->seed);
  if (random) {
    const char *const drawn[] = {"--seed", line->seed, "-t", line->threads};
    for (int k = 0; k < COUNT_OF(drawn); k++) say(line, drawn[k]);
  }
  say(line, run->again || !random ? "--overwrite" : "--resume");
  if (validation->manner.quick) say(line, "--quick");
  if (run->like->pk_only) say(line, "--pk-only");
  for (int k = 0; k < run->n_arms; k++) {
    say(line, "--arm");
    say(line, run->arm[k]);
  }
  for (int k = 0; k < run->like->n_sets; k++) {
    say(line, "-s");
    say(line, run->like->set[k]);
  }
}

/* Runs that are to be made, each once, with their command lines and processes. */
struct queue {
  struct validation_run **run;
  struct command_line *line;
  struct child *child;
};

static enum status run_queue(const struct validation *of, struct queue *queue, int n, int jobs,
                             int processors, void (*told)(void *context, int ended), void *context) {
  char program[PATH_MAX];
  int side_by_side = jobs < n ? jobs : n;
  int threads = side_by_side > 0 && processors > side_by_side ? processors / side_by_side : 1;
  TRY(children_program(program, sizeof program));
  for (int k = 0; k < n; k++) {
    write_line(of, queue->run[k], program, threads, &queue->line[k]);
    queue->child[k] = (struct child){.words = queue->line[k].word, .log = queue->run[k]->log};
  }
  TRY(children_run(queue->child, n, jobs, told, context));
  for (int k = 0; k < n; k++) queue->run[k]->code = queue->child[k].code;
  return STATUS_OK;
}

/* A run that several validations wait for was made once: all of them hear how it ended. */
static void share_codes(struct validation *of, int n_of, struct validation_run *const *made, int n) {
  for (int v = 0; v < n_of; v++) {
    for (int r = 0; r < of[v].n_runs; r++) {
      struct validation_run *run = &of[v].run[r];
      for (int k = 0; k < n; k++)
        if (strcmp(run->directory, made[k]->directory) == 0) run->code = made[k]->code;
    }
  }
}

enum status validation_make(struct validation *of, int n_of, int jobs, int processors,
                            void (*told)(void *context, int ended), void *context) {
  struct queue queue = {0};
  int n = validation_due(of, n_of, NULL);
  enum status status;
  TRY(memory_new("runs", (size_t)n + 1, sizeof *queue.run, &queue.run));
  TRY_GOTO(memory_new("children", (size_t)n + 1, sizeof *queue.child, &queue.child), done);
  TRY_GOTO(memory_new("command lines", (size_t)n + 1, sizeof *queue.line, &queue.line), done);
  validation_due(of, n_of, queue.run);
  TRY_GOTO(run_queue(of, &queue, n, jobs, processors, told, context), done);
  share_codes(of, n_of, queue.run, n);
done:
  memory_free(queue.line);
  memory_free(queue.child);
  memory_free(queue.run);
  return status;
}

/* ---- judging ---- */

static enum status explain(struct validation_row *row, const char *why) {
  return row->why ? STATUS_OK : memory_text(why, &row->why);
}

/* The values of all checks from one run. */
static enum status read_run(struct validation_row *row, const struct validation_run *run) {
  char why[1200];
  if (run->code != 0) {
    char line[1024];
    children_last_line(run->log, line, sizeof line);
    snprintf(why, sizeof why, "its run ended with exit code %d: %s", run->code, line);
    return explain(row, why);
  }
  for (int c = 0; c < row->target->n_checks; c++) {
    struct validation_check *check = &row->check[c];
    double value;
    if (target_value(&row->target->check[c], run->directory, &value) != STATUS_OK) {
      snprintf(why, sizeof why, "%s", status_message());
      TRY(explain(row, why));
      value = (double)NAN;
    }
    check->value[check->n++] = value;
  }
  return STATUS_OK;
}

/* Mean and standard deviation over seeds; a value that is no number fails. */
static void judge_check(const struct target_check *range, struct validation_check *check) {
  check->mean = statistics_mean(check->value, check->n);
  check->spread = statistics_sd(check->value, check->n);
  check->passed = check->mean >= range->low && check->mean <= range->high;
}

enum status validation_judge(struct validation *validation) {
  for (int k = 0; k < validation->n_rows; k++) {
    struct validation_row *row = &validation->row[k];
    const struct target *target = row->target;
    row->verdict = VERDICT_NOT_BUILT;
    if (*target->not_built) continue;
    int seeds = validation_seeds(validation, target);
    for (int s = 0; s < seeds; s++) {
      const struct validation_run *run = validation_run_of(validation, target, s);
      if (run) TRY(read_run(row, run));
      if (!run || run->seed < 0) break;
    }
    row->verdict = row->why ? VERDICT_FAIL : VERDICT_PASS;
    bool missing = false;
    for (int c = 0; c < target->n_checks; c++) {
      judge_check(&target->check[c], &row->check[c]);
      missing |= row->check[c].n > 0 && isnan(row->check[c].mean);
      if (!row->check[c].passed) row->verdict = VERDICT_FAIL;
    }
    if (validation->manner.quick && missing) row->verdict = VERDICT_NO_VALUE;
  }
  return STATUS_OK;
}

void validation_count(const struct validation *validation, int count[VERDICT_COUNT]) {
  for (int v = 0; v < VERDICT_COUNT; v++) count[v] = 0;
  for (int k = 0; k < validation->n_rows; k++) count[validation->row[k].verdict]++;
}
