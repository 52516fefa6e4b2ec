/* slurm.c — job arrays written and submitted. See slurm.h. */
#include "slurm.h"
#include "memory.h"
#include "terminal/children.h"
#include "whole.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 + 32, ID_BYTES = 64, ARRAYS_MOST = BATCH_RUNS / SLURM_TASKS_MOST + 1 };

/* ---- the script ---- */

/* A word as the shell takes it: in single quotes. */
static void quote(FILE *file, const char *word) {
  fputs(" '", file);
  for (; *word; word++) {
    if (*word == '\'')
      fputs("'\\''", file);
    else
      fputc(*word, file);
  }
  fputc('\'', file);
}

struct script {
  const struct batch_work *work;
  const char *program;
  int threads;
};

/* With a number, the run of that task; without, what gathers. The working directory is that of the
 * submission, so that paths mean the same. */
static enum status write_script(FILE *file, const void *what) {
  const struct script *script = what;
  const struct batch_work *work = script->work;
  fputs("#!/bin/sh\n# Runs of a batch, as `spinule batch --slurm` submits them: slurm.sh FIRST for task "
        "FIRST + "
        "SLURM_ARRAY_TASK_ID,\n# slurm.sh gather for the tables.\n"
        "if [ \"$1\" = gather ]; then set -- --gather\nelse set -- --task \"$(($1 + SLURM_ARRAY_TASK_ID))\"\n"
        "fi\nexec",
        file);
  quote(file, script->program);
  fputs(" batch", file);
  quote(file, work->config);
  fputs(" -o", file);
  quote(file, work->directory);
  fprintf(file, " -t %d", script->threads);
  if (work->quick) fputs(" --quick", file);
  for (int k = 0; k < work->overrides.n; k++) {
    fputs(" -s", file);
    quote(file, work->overrides.text[k]);
  }
  fputs(" \"$@\"\n", file);
  return STATUS_OK;
}

/* ---- submitting ---- */

/* The due runs from `first` on, less than SLURM_TASKS_MOST of them, as an array's list: "0-3,7". "" if
 * none. */
static enum status write_list(const struct batch_work *work, int first, char **list) {
  size_t size = 16 * (size_t)SLURM_TASKS_MOST, at = 0;
  int end = first + SLURM_TASKS_MOST, n = batch_runs(&work->batch);
  TRY(memory_new("list of tasks", size, 1, list));
  if (end > n) end = n;
  for (int run = first; run < end; run++) {
    if (work->complete[run]) continue;
    int last = run;
    while (last + 1 < end && !work->complete[last + 1]) last++;
    at += (size_t)snprintf(*list + at, size - at, "%s%d", at ? "," : "", run - first);
    if (last > run) at += (size_t)snprintf(*list + at, size - at, "-%d", last - first);
    run = last;
  }
  return STATUS_OK;
}

/* sbatch prints the id of the job, with --parsable alone on its line. */
static enum status submit(const struct batch_work *work, const char *const *words, char id[ID_BYTES]) {
  char log[PATH_ROOM];
  snprintf(log, sizeof log, "%.4090s/slurm.log", work->directory);
  struct child child = {.words = words, .log = log};
  TRY(children_run(&child, 1, 1, NULL, NULL));
  char line[1024];
  children_last_line(log, line, sizeof line);
  if (child.code != 0)
    return status_fail(STATUS_WORLD, "sbatch ended with exit code %d: %.600s", child.code, line);
  line[strcspn(line, ";")] = '\0'; /* the cluster's name may follow */
  if (strspn(line, "0123456789") != strlen(line) || !*line || strlen(line) >= ID_BYTES)
    return status_fail(STATUS_WORLD, "sbatch names no job: %.600s", line);
  snprintf(id, ID_BYTES, "%s", line);
  return STATUS_OK;
}

static enum status find_sbatch(char *path, size_t size) {
  const char *search = getenv("PATH");
  while (search && *search) {
    size_t length = strcspn(search, ":");
    snprintf(path, size, "%.*s/sbatch", (int)length, search);
    if (length > 0 && access(path, X_OK) == 0) return STATUS_OK;
    search += length + (search[length] == ':');
  }
  return status_fail(STATUS_WORLD,
                     "there is no sbatch in PATH: --slurm needs a machine that submits to Slurm");
}

static enum status submit_array(const struct batch_work *work, const char *sbatch, const char *script,
                                int threads, int first, char id[ID_BYTES]) {
  char array[64 + 16 * SLURM_TASKS_MOST], cpus[48], start[16], log[PATH_ROOM], *list = NULL;
  TRY(write_list(work, first, &list));
  snprintf(array, sizeof array, "--array=%s", list);
  memory_free(list);
  snprintf(cpus, sizeof cpus, "--cpus-per-task=%d", threads);
  snprintf(start, sizeof start, "%d", first);
  snprintf(log, sizeof log, "--output=%.4000s/slurm-%%A_%%a.log", work->directory);
  const char *const words[] = {sbatch, "--parsable", "--job-name=spinule", array, cpus, log, script,
                               start,  NULL};
  id[0] = '\0';
  return strcmp(array, "--array=") == 0 ? STATUS_OK : submit(work, words, id);
}

static enum status submit_gather(const struct batch_work *work, const char *sbatch, const char *script,
                                 const char *after, char id[ID_BYTES]) {
  char log[PATH_ROOM];
  snprintf(log, sizeof log, "--output=%.4000s/slurm-gather.log", work->directory);
  const char *const words[] = {sbatch,   "--parsable", "--job-name=spinule-gather", after, log, script,
                               "gather", NULL};
  return submit(work, words, id);
}

enum status slurm_submit(const struct batch_work *work, int threads, FILE *out) {
  char sbatch[PATH_ROOM], program[PATH_ROOM], script[PATH_ROOM], after[32 + ARRAYS_MOST * (ID_BYTES + 1)];
  char id[ID_BYTES];
  size_t at = 0;
  TRY(find_sbatch(sbatch, sizeof sbatch));
  TRY(children_program(program, sizeof program));
  snprintf(script, sizeof script, "%.4090s/slurm.sh", work->directory);
  TRY(whole_text(script, write_script, &(struct script){work, program, threads}));
  TRY(manifest_write(&work->manifest));
  at = (size_t)snprintf(after, sizeof after, "--dependency=afterany");
  for (int first = 0; first < batch_runs(&work->batch); first += SLURM_TASKS_MOST) {
    TRY(submit_array(work, sbatch, script, threads, first, id));
    if (!*id) continue;
    at += (size_t)snprintf(after + at, sizeof after - at, ":%s", id);
    fprintf(out, "submitted job array %s\n", id);
  }
  TRY(submit_gather(work, sbatch, script, after, id));
  fprintf(out, "job %s gathers when all have ended; see squeue, and %s\n", id, work->directory);
  return STATUS_OK;
}
