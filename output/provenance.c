/* provenance.c — /provenance of a result. See provenance.h.
 *
 * Single texts and numbers, so that every viewer shows them, and tables. What two equal runs do not share
 * (times, host, threads, identity) stands here and in /status, and nowhere else. */
#include "provenance.h"
#include "host.h"
#include "memory.h"
#include "names.h"
#include "sha256.h"
#include "table.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const home = "/provenance";

static enum status write_text(struct store *store, const char *name, const char *text) {
  char path[STORE_NAME_MAX];
  TRY(names_join(home, name, path));
  return store_write_text(store, path, text);
}

static enum status write_number(struct store *store, const char *name, enum state_type type,
                                const void *value, const char *unit) {
  char path[STORE_NAME_MAX];
  TRY(names_join(home, name, path));
  TRY(store_write_number(store, path, type, value));
  return unit ? store_attribute_text(store, path, "units", unit) : STATUS_OK;
}

/* ---- at the start ---- */

static enum status write_program(struct store *store, const struct provenance *p) {
  int8_t dirty = p->git_dirty;
  TRY(write_text(store, "program_version", p->program_version));
  TRY(write_text(store, "git_commit", p->git_commit));
  TRY(write_number(store, "git_dirty", STATE_I8, &dirty, NULL));
  TRY(write_text(store, "build", p->build));
  return write_text(store, "libraries", p->libraries);
}

static enum status write_input(struct store *store, const struct provenance *p) {
  char hash[SHA256_TEXT_MAX];
  sha256_text(p->config, strlen(p->config), hash);
  TRY(write_text(store, "config", p->config));
  TRY(write_text(store, "config_resolved", p->config_resolved));
  TRY(write_text(store, "config_sha256", hash));
  TRY(write_text(store, "command_line", p->command_line));
  TRY(write_text(store, "overrides", p->overrides));
  TRY(write_number(store, "seed", STATE_U64, &p->seed, NULL));
  return write_text(store, "rng", p->rng);
}

static enum status write_host(struct store *store, int threads) {
  struct host host;
  char memory[40], now[HOST_TIME_MAX];
  int64_t count = threads;
  host_describe(&host);
  host_time(now);
  snprintf(memory, sizeof memory, "%.1f GB", 1e-9 * (double)host.memory_bytes);
  TRY(write_number(store, "threads", STATE_I64, &count, NULL));
  TRY(write_text(store, "host", host.name));
  TRY(write_text(store, "cpu", host.cpu));
  TRY(write_text(store, "memory", memory));
  TRY(write_text(store, "os", host.os));
  return write_text(store, "started", now);
}

/* Rows of structs as columns of texts. */
static enum status write_parameters(struct store *store, const struct provenance_parameter *parameter,
                                    int n) {
  enum { COLUMNS = 6 };
  static const char *const names[COLUMNS] = {"path", "value", "origin", "standing", "source", "meaning"};
  const char **texts = NULL;
  TRY(memory_new("table of parameters", (size_t)n * COLUMNS, sizeof *texts, &texts));
  struct column columns[COLUMNS];
  for (int c = 0; c < COLUMNS; c++)
    columns[c] =
        (struct column){.name = names[c], .type = COLUMN_TEXT, .data = texts + (size_t)c * (size_t)n};
  for (int i = 0; i < n; i++) {
    const struct provenance_parameter *p = &parameter[i];
    const char *const row[COLUMNS] = {p->path, p->value, p->origin, p->standing, p->source, p->meaning};
    for (int c = 0; c < COLUMNS; c++) texts[(size_t)c * (size_t)n + (size_t)i] = row[c];
  }
  struct table table = {"provenance/parameters", "every value that was used", n, columns, COLUMNS};
  enum status status = table_write(store, &table);
  memory_free(texts);
  return status;
}

/* ---- resumes ---- */

struct resumes {
  int n;
  const double *t_s;
  const char *const *wall_clock, *const *host, *const *version;
};

static enum status write_resumes(struct store *store, const struct resumes *rows) {
  const struct column columns[] = {
      {"t_s", COLUMN_F64, "s", "protocol time of the checkpoint", rows->t_s},
      {"wall_clock", COLUMN_TEXT, "", "time of day, UTC", rows->wall_clock},
      {"host", COLUMN_TEXT, "", "machine", rows->host},
      {"program_version", COLUMN_TEXT, "", "program", rows->version},
  };
  struct table table = {"provenance/resumed", "when the run was resumed", rows->n, columns, 4};
  return table_write(store, &table);
}

/* A column of texts with one text more. */
static enum status read_longer(struct store *store, const char *name, const char *last,
                               struct store_names *out) {
  char path[STORE_NAME_MAX];
  struct store_names old;
  TRY(names_join("/provenance/resumed", name, path));
  TRY(store_read_texts(store, path, NULL, &old));
  size_t n = (size_t)old.n;
  enum status status;
  TRY_GOTO(memory_resize("column of texts", n, n + 1, sizeof *old.name, &old.name), failed);
  TRY_GOTO(memory_text(last, &old.name[n]), failed);
  old.n++;
  *out = old;
  return STATUS_OK;
failed:
  store_names_free(&old);
  return status;
}

enum status provenance_resumed(struct store *store, double t_s, const char *program_version) {
  struct store_names clock = {0}, machine = {0}, version = {0};
  struct host host;
  char now[HOST_TIME_MAX];
  double *times = NULL;
  enum status status;
  host_describe(&host);
  host_time(now);
  TRY_GOTO(read_longer(store, "wall_clock", now, &clock), done);
  TRY_GOTO(read_longer(store, "host", host.name, &machine), done);
  TRY_GOTO(read_longer(store, "program_version", program_version, &version), done);
  if (machine.n != clock.n || version.n != clock.n) {
    status =
        status_fail(STATUS_CONFIG, "%s: the columns of %s/resumed differ in length", store_path(store), home);
    goto done;
  }
  size_t before = (size_t)clock.n - 1;
  TRY_GOTO(memory_new("times of resumes", before + 1, sizeof *times, &times), done);
  TRY_GOTO(store_read(store, "/provenance/resumed/t_s", NULL, STATE_F64, before, times), done);
  times[before] = t_s;
  const struct resumes rows = {clock.n, times, (const char *const *)clock.name,
                               (const char *const *)machine.name, (const char *const *)version.name};
  status = write_resumes(store, &rows);
done:
  store_names_free(&clock);
  store_names_free(&machine);
  store_names_free(&version);
  memory_free(times);
  return status;
}

enum status provenance_begin(struct store *store, const struct provenance *provenance) {
  const struct resumes none = {0};
  TRY(store_group(store, home));
  TRY(write_input(store, provenance));
  TRY(write_program(store, provenance));
  TRY(write_host(store, provenance->threads));
  TRY(write_text(store, "parent_uuid", provenance->parent_uuid));
  TRY(store_write_texts(store, "/provenance/citations", provenance->citation,
                        (size_t)provenance->n_citations));
  TRY(write_parameters(store, provenance->parameter, provenance->n_parameters));
  return write_resumes(store, &none);
}

/* ---- at the end ---- */

static enum status write_timing(struct store *store, const struct provenance_phase *phase, int n) {
  const char **name = NULL;
  double *wall_s = NULL, *cpu_s = NULL;
  enum status status;
  TRY_GOTO(memory_new("names of phases", (size_t)n, sizeof *name, &name), done);
  TRY_GOTO(memory_new("times of phases", (size_t)n, sizeof *wall_s, &wall_s), done);
  TRY_GOTO(memory_new("times of phases", (size_t)n, sizeof *cpu_s, &cpu_s), done);
  for (int i = 0; i < n; i++) {
    name[i] = phase[i].name;
    wall_s[i] = phase[i].wall_s;
    cpu_s[i] = phase[i].cpu_s;
  }
  const struct column columns[] = {
      {"phase", COLUMN_TEXT, "", "part of the run", name},
      {"wall_s", COLUMN_F64, "s", "time on the clock", wall_s},
      {"cpu_s", COLUMN_F64, "s", "time of all threads", cpu_s},
  };
  struct table table = {"provenance/timing", "where the time went", n, columns, 3};
  status = table_write(store, &table);
done:
  memory_free(name);
  memory_free(wall_s);
  memory_free(cpu_s);
  return status;
}

enum status provenance_end(struct store *store, uint64_t state_hash, const struct provenance_phase *phase,
                           int n_phases, double biology_s, double spiking_wall_s) {
  char now[HOST_TIME_MAX], hash[17];
  uint64_t peak_bytes = host_peak_bytes();
  double factor = biology_s > 0 ? spiking_wall_s / biology_s : (double)NAN;
  host_time(now);
  snprintf(hash, sizeof hash, "%016" PRIx64, state_hash);
  TRY(write_text(store, "finished", now));
  TRY(write_text(store, "state_hash", hash));
  TRY(write_number(store, "peak_memory_bytes", STATE_U64, &peak_bytes, "1"));
  TRY(write_number(store, "biology_s", STATE_F64, &biology_s, "s"));
  TRY(write_number(store, "real_time_factor", STATE_F64, &factor, "1"));
  return write_timing(store, phase, n_phases);
}
