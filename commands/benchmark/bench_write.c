/* bench_write.c — the rows of the benchmark as a table, JSON, CSV and a picture. */
#include "bench.h"
#include "host.h"
#include "terminal/json.h"
#include "version.h"
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

void bench_print_header(FILE *out) {
  fprintf(out, "%-14s %9s %11s %2s %8s %21s %9s %8s %6s %8s %6s  %-10s %s\n", "scene", "cells", "synapses",
          "T", "build s", "wall/biological", "CPU", "Mev/s", "B/syn", "peak MB", "limit", "bound by",
          "state");
}

void bench_print_row(const struct bench_row *row, FILE *out) {
  char limit[16] = "-";
  if (row->limit_s > 0) snprintf(limit, sizeof limit, "%.0f %%", 100.0 * row->limit_s / row->wall_s);
  fprintf(out, "%-14s %9.0f %11.0f %2d %8.2f %8.4f (%.4f-%.4f) %8.4f %8.1f %6.2f %8.0f %6s  %-10s %016llx\n",
          row->scene, row->cells, row->synapses, row->threads, row->build_s, row->wall_s, row->wall_best_s,
          row->wall_worst_s, row->cpu_s, row->events_Hz / row->wall_s * 1e-6, row->bytes_per_synapse,
          row->peak_MB, limit, row->bound ? row->bound : "-", (unsigned long long)row->hash);
  for (int p = 0; p < row->n_populations; p++) {
    const struct bench_population *population = &row->population[p];
    fprintf(out, "%s %s %.2f Hz", p ? "," : "              ", population->name, population->rate_Hz);
    if (population->cv_cells > 0) fprintf(out, " CV %.2f", population->cv);
  }
  fprintf(out, "\n");
  if (row->ranks > 1)
    fprintf(out,
            "              %d ranks: each sends %.2f messages and %.0f bytes per interval, waits %.0f %%\n",
            row->ranks, row->messages, row->message_bytes, 100.0 * row->wait);
  double total = 0;
  for (int k = 0; k < PROFILE_PHASE_COUNT; k++) total += row->phase_s[k];
  for (int k = 0; k < PROFILE_PHASE_COUNT && row->profiled; k++) {
    fprintf(out, "              %-10s %8.4f s %5.1f %%  %s\n", profile_name[k], row->phase_s[k],
            total > 0 ? 100.0 * row->phase_s[k] / total : 0.0, profile_meaning[k]);
  }
}

/* ---- JSON and CSV ---- */

static void number(FILE *file, const char *key, double value, const char *after) {
  fprintf(file, "\"%s\": ", key);
  json_number(file, value);
  fputs(after, file);
}

/* A name in a picture. */
static void marked_up(FILE *file, const char *name) {
  for (; *name; name++) {
    if (strchr("<>&\"", *name) || (unsigned char)*name < ' ')
      fprintf(file, "&#%u;", (unsigned)((unsigned char)*name < ' ' ? '?' : *name));
    else
      fputc(*name, file);
  }
}

static void json_row(FILE *file, const struct bench_row *row) {
  fprintf(file, "    {\"scene\": ");
  json_text(file, row->scene);
  fprintf(file, ", \"threads\": %d, \"repeats\": %d,\n     ", row->threads, row->repeats);
  number(file, "cells", row->cells, ", ");
  number(file, "synapses", row->synapses, ", ");
  number(file, "build_s", row->build_s, ",\n     ");
  number(file, "wall_per_biological_s", row->wall_s, ", ");
  number(file, "wall_best_s", row->wall_best_s, ", ");
  number(file, "wall_worst_s", row->wall_worst_s, ", ");
  number(file, "cpu_per_biological_s", row->cpu_s, ",\n     ");
  number(file, "events_per_biological_s", row->events_Hz, ", ");
  number(file, "events_per_s", row->events_Hz / row->wall_s, ",\n     ");
  number(file, "bytes_per_synapse", row->bytes_per_synapse, ", ");
  number(file, "peak_MB", row->peak_MB, ", ");
  number(file, "limit_s", row->limit_s > 0 ? row->limit_s : NAN, ", ");
  fprintf(file, "\"bound_by\": \"%s\",\n     \"state_hash\": \"%016llx\",\n     \"populations\": [",
          row->bound ? row->bound : "", (unsigned long long)row->hash);
  for (int p = 0; p < row->n_populations; p++) {
    const struct bench_population *population = &row->population[p];
    fprintf(file, "%s{\"name\": ", p ? ",\n       " : "");
    json_text(file, population->name);
    fprintf(file, ", \"cells\": %d, ", population->cells);
    number(file, "rate_Hz", population->rate_Hz, ", ");
    number(file, "cv", population->cv, "");
    fprintf(file, ", \"cv_cells\": %d}", population->cv_cells);
  }
  fprintf(file, "]");
  for (int k = 0; k < PROFILE_PHASE_COUNT && row->profiled; k++) {
    fprintf(file, "%s\"%s\": %.9g", k ? ", " : ",\n     \"phase_s\": {", profile_name[k], row->phase_s[k]);
  }
  fprintf(file, "%s", row->profiled ? "}" : "");
  if (row->ranks > 1) {
    fprintf(file, ",\n     \"ranks\": %d, ", row->ranks);
    number(file, "messages_per_interval", row->messages, ", ");
    number(file, "bytes_per_interval", row->message_bytes, ", ");
    number(file, "wait_share", row->wait, "");
  }
  fprintf(file, "}");
}

static void json_list(FILE *file, const char *name, const double *value, int n, const char *after) {
  fprintf(file, "\"%s\": [", name);
  for (int k = 0; k < n; k++) fprintf(file, "%s%.5g", k ? ", " : "", value[k]);
  fprintf(file, "]%s", after);
}

static void json_machine(FILE *file, const struct machine *machine) {
  fprintf(file, "    {\"threads\": %d, \"isa\": \"%s\", \"cache_bytes\": %.0f,\n     ", machine->threads,
          machine->isa, machine->cache_bytes);
  json_list(file, "set_bytes", machine_set_bytes, MACHINE_SETS, ", ");
  json_list(file, "add_ns", machine->add_ns, MACHINE_SETS, ",\n     ");
  json_list(file, "poisson_rates", machine_rates, MACHINE_RATES, ", ");
  json_list(file, "poisson_ns", machine->poisson_ns, MACHINE_RATES, ",\n     ");
  number(file, "read_1_GB_s", machine->read_1_GB_s, ", ");
  number(file, "read_all_GB_s", machine->read_all_GB_s, ", ");
  number(file, "update_1_GB_s", machine->update_1_GB_s, ", ");
  number(file, "update_all_GB_s", machine->update_all_GB_s, ",\n     ");
  number(file, "segment_cached_ns", machine->segment_cached_ns, ", ");
  number(file, "segment_memory_ns", machine->segment_memory_ns, ", ");
  number(file, "barrier_ns", machine->barrier_ns, ", ");
  number(file, "exponential_ns", machine->exponential_ns, ", ");
  number(file, "difference_ns", machine->difference_ns, "}");
}

static void write_json(FILE *file, const struct bench_table *table) {
  struct host host;
  struct version version;
  host_describe(&host);
  if (version_describe(&version) != STATUS_OK) version = (struct version){.program = "unknown"};
  fprintf(file, "{\n  \"program\": \"spinule %s\", \"commit\": \"%s%s\", \"build\": ", version.program,
          version.commit, version.dirty ? "-dirty" : "");
  json_text(file, version.build);
  fprintf(file, ",\n  \"cpu\": ");
  json_text(file, host.cpu);
  fprintf(file, ", \"processors\": %d, \"system\": ", host.processors);
  json_text(file, host.os);
  fprintf(file, ",\n");
  fprintf(file, "  \"machines\": [\n");
  for (int k = 0; k < table->n_machines; k++) {
    json_machine(file, &table->machine[k]);
    fprintf(file, "%s\n", k + 1 < table->n_machines ? "," : "");
  }
  fprintf(file, "  ],\n  \"rows\": [\n");
  for (int k = 0; k < table->n; k++) {
    json_row(file, &table->row[k]);
    fprintf(file, "%s\n", k + 1 < table->n ? "," : "");
  }
  fprintf(file, "  ]\n}\n");
}

/* A name in a table: in quotes, themselves doubled, if it could be taken for something else. */
static void quoted_if(FILE *file, const char *name) {
  bool quotes = strpbrk(name, ",\"\r\n") != NULL;
  if (quotes) fputc('"', file);
  for (; *name; name++) {
    if (*name == '"') fputc('"', file);
    fputc(*name, file);
  }
  if (quotes) fputc('"', file);
}

static void write_csv(FILE *file, const struct bench_row *row, int n) {
  fprintf(file, "scene,cells,synapses,threads,build_s,wall_per_biological_s,wall_best_s,wall_worst_s,"
                "cpu_per_biological_s,events_per_biological_s,events_per_s,bytes_per_synapse,peak_MB,limit_s,"
                "bound_by,state_hash\n");
  for (int k = 0; k < n; k++, row++) {
    quoted_if(file, row->scene);
    fprintf(file, ",%.0f,%.0f,%d,%.6g,%.6g,%.6g,%.6g,%.6g,%.9g,%.9g,%.6g,%.6g,%.6g,%s,%016llx\n", row->cells,
            row->synapses, row->threads, row->build_s, row->wall_s, row->wall_best_s, row->wall_worst_s,
            row->cpu_s, row->events_Hz, row->events_Hz / row->wall_s, row->bytes_per_synapse, row->peak_MB,
            row->limit_s, row->bound ? row->bound : "", (unsigned long long)row->hash);
  }
}

/* ---- the picture: wall time per biological second against cells, both logarithmic ---- */

enum { WIDTH = 720, HEIGHT = 480, LEFT = 70, RIGHT = 190, TOP = 20, BOTTOM = 50 };

struct axes {
  double x0, x1, y0, y1; /* decades */
};

/* A circuit without cells stands where one of one cell would. */
static double decades_x(double cells) { return log10(fmax(cells, 1)); }
static double decades_y(double wall_s) { return log10(fmax(wall_s, 1e-9)); }

static double at_x(const struct axes *axes, double value) {
  return LEFT + (WIDTH - LEFT - RIGHT) * (decades_x(value) - axes->x0) / (axes->x1 - axes->x0);
}
static double at_y(const struct axes *axes, double value) {
  return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (decades_y(value) - axes->y0) / (axes->y1 - axes->y0);
}

static struct axes find_axes(const struct bench_row *row, int n) {
  struct axes axes = {99, -99, 99, -99};
  for (int k = 0; k < n; k++) {
    axes.x0 = fmin(axes.x0, floor(decades_x(row[k].cells)));
    axes.x1 = fmax(axes.x1, ceil(decades_x(row[k].cells) + 1e-9));
    axes.y0 = fmin(axes.y0, floor(decades_y(row[k].wall_s)));
    axes.y1 = fmax(axes.y1, ceil(decades_y(row[k].wall_s) + 1e-9));
  }
  return axes;
}

static void draw_axes(FILE *file, const struct axes *axes) {
  for (double d = axes->x0; d <= axes->x1; d++) {
    double x = at_x(axes, pow(10, d));
    fprintf(file,
            "<path d=\"M%.1f %d V%d\" stroke=\"#ddd\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g"
            "</text>\n",
            x, TOP, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 18, pow(10, d));
  }
  for (double d = axes->y0; d <= axes->y1; d++) {
    double y = at_y(axes, pow(10, d));
    fprintf(file,
            "<path d=\"M%d %.1f H%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g"
            "</text>\n",
            LEFT, y, WIDTH - RIGHT, LEFT - 6, y + 4, pow(10, d));
  }
  fprintf(file, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">cells</text>\n", (LEFT + WIDTH - RIGHT) / 2,
          HEIGHT - 10);
  fprintf(file,
          "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">wall s per biological s"
          "</text>\n",
          HEIGHT / 2);
}

/* One line per scene and number of threads, in the order of the rows; told apart by dashes and by a name at
 * its end. */
static void draw_series(FILE *file, const struct axes *axes, const struct bench_row *row, int n, int first,
                        int number) {
  static const char *const dashes[] = {"none", "7 3", "2 3", "9 3 2 3"};
  fprintf(file, "<path fill=\"none\" stroke=\"#000\" stroke-width=\"1.5\" stroke-dasharray=\"%s\" d=\"",
          dashes[number % 4]);
  int last = first;
  for (int k = first; k < n; k++) {
    if (strcmp(row[k].scene, row[first].scene) != 0 || row[k].threads != row[first].threads) continue;
    fprintf(file, "%c%.1f %.1f ", k == first ? 'M' : 'L', at_x(axes, row[k].cells),
            at_y(axes, row[k].wall_s));
    last = k;
  }
  fprintf(file, "\"/>\n");
  for (int k = first; k < n; k++) {
    if (strcmp(row[k].scene, row[first].scene) != 0 || row[k].threads != row[first].threads) continue;
    fprintf(file, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n", at_x(axes, row[k].cells),
            at_y(axes, row[k].wall_s));
  }
  fprintf(file, "<text x=\"%.1f\" y=\"%.1f\">", at_x(axes, row[last].cells) + 8,
          at_y(axes, row[last].wall_s) + 4);
  marked_up(file, row[first].scene);
  fprintf(file, ", %d thread%s</text>\n", row[first].threads, row[first].threads > 1 ? "s" : "");
}

static bool seen_before(const struct bench_row *row, int k) {
  for (int j = 0; j < k; j++) {
    if (strcmp(row[j].scene, row[k].scene) == 0 && row[j].threads == row[k].threads) return true;
  }
  return false;
}

static void write_svg(FILE *file, const struct bench_row *row, int n) {
  struct axes axes = find_axes(row, n);
  int number = 0;
  fprintf(file,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" "
          "font-size=\"12\">\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
          WIDTH, HEIGHT, WIDTH, HEIGHT);
  draw_axes(file, &axes);
  for (int k = 0; k < n; k++) {
    if (!seen_before(row, k)) draw_series(file, &axes, row, n, k, number++);
  }
  fprintf(file, "</svg>\n");
}

static bool ends_in(const char *path, const char *ending) {
  const char *dot = strrchr(path, '.');
  return dot && strcmp(dot, ending) == 0;
}

static enum status open_file(const char *path, const char *mode, FILE **out) {
  *out = fopen(path, mode);
  return *out ? STATUS_OK : status_fail(STATUS_WORLD, "%s: cannot be written: %s", path, strerror(errno));
}

enum bench_format bench_format(const char *path) {
  return ends_in(path, ".json")  ? BENCH_JSON
         : ends_in(path, ".csv") ? BENCH_CSV
         : ends_in(path, ".svg") ? BENCH_SVG
                                 : BENCH_UNKNOWN;
}

enum status bench_check_file(const char *path) {
  FILE *file;
  bool there = access(path, F_OK) == 0;
  TRY(open_file(path, "a", &file));
  fclose(file);
  if (!there) remove(path);
  return STATUS_OK;
}

enum status bench_write(const char *path, enum bench_format format, const struct bench_table *table) {
  FILE *file;
  TRY(open_file(path, "w", &file));
  if (format == BENCH_JSON) write_json(file, table);
  if (format == BENCH_CSV) write_csv(file, table->row, table->n);
  if (format == BENCH_SVG) write_svg(file, table->row, table->n);
  bool good = !ferror(file);
  if (fclose(file) != 0 || !good)
    return status_fail(STATUS_WORLD, "%s: cannot be written: %s", path, strerror(errno));
  return STATUS_OK;
}
