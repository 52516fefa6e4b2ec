/* progress.c — the bar, the lines and the JSON of a running simulation. See progress.h. */
#include "progress.h"
#include "json.h"
#include "layout.h"
#include "memory.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
  SAMPLES = 24,
  TEXT_MAX = 400,
  TEXT_COLUMNS = TEXT_MAX / 4 - 1,
  LINE_MAX_COLUMNS = 240,
  BAR_LEAST = 10,
  BAR_MOST = 40
};

static const double redraw_s = 0.1; /* between two drawings of the bar, or two objects of JSON */
static const double line_s = 30, line_least_s = 2; /* a line after this time, or with line_share progress */
static const double line_share = 0.05;
static const double sample_s = 0.5, sample_share = 1.0 / 60; /* distance of samples; of the time passed */

enum style { STYLE_BAR, STYLE_LINES, STYLE_JSON, STYLE_NONE };

struct progress {
  FILE *stream;
  enum style style;
  bool colour, drawn, closing; /* drawn: a bar stands on the present line */
  bool new_phase;              /* the phase is another than at the update before */
  double start_s, now_s, shown_s, fraction, shown_fraction;
  char phase[TEXT_MAX], detail[TEXT_MAX];
  struct sample {
    double time_s, fraction;
  } sample[SAMPLES]; /* a ring, for the recent rate */
  int newest, n_samples;
};

static double clock_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- remaining time ---- */

static void take_sample(struct progress *p) {
  const struct sample *newest = &p->sample[p->newest];
  double distance = fmax(sample_s, sample_share * (p->now_s - p->start_s));
  if (p->n_samples > 0 && p->now_s - newest->time_s < distance) return;
  p->newest = (p->newest + 1) % SAMPLES;
  p->sample[p->newest] = (struct sample){p->now_s, p->fraction};
  if (p->n_samples < SAMPLES) p->n_samples++;
}

double progress_remaining_s(const struct progress *p) {
  if (p->fraction >= 1) return 0;
  if (p->n_samples == 0) return NAN;
  const struct sample *oldest = &p->sample[(p->newest + SAMPLES - p->n_samples + 1) % SAMPLES];
  double time_s = p->now_s - oldest->time_s, done = p->fraction - oldest->fraction;
  return time_s >= sample_s && done > 0 ? (1 - p->fraction) * time_s / done : NAN;
}

void progress_time(double seconds, char text[PROGRESS_TIME_MAX]) {
  static const struct {
    const char *name, *finer;
    double seconds, finer_seconds;
  } units[] = {{"d", "h", 86400, 3600}, {"h", "min", 3600, 60}, {"min", "s", 60, 1}};
  if (!(seconds < 1e10)) {
    snprintf(text, PROGRESS_TIME_MAX, "?");
    return;
  }
  for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
    /* Rounded first, so that no time reads "59 min 60 s". */
    double whole = round(seconds / units[u].finer_seconds) * units[u].finer_seconds;
    if (whole < units[u].seconds) continue;
    double coarse = floor(whole / units[u].seconds);
    snprintf(text, PROGRESS_TIME_MAX, "%.0f %s %.0f %s", coarse, units[u].name,
             round((whole - coarse * units[u].seconds) / units[u].finer_seconds), units[u].finer);
    return;
  }
  snprintf(text, PROGRESS_TIME_MAX, "%.0f s", fmax(0, round(seconds)));
}

/* ---- bar and lines ---- */

static int terminal_columns(const struct progress *p) {
  struct winsize size;
  bool known = ioctl(fileno(p->stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  int columns = known ? size.ws_col : 80;
  return columns < LINE_MAX_COLUMNS ? columns : LINE_MAX_COLUMNS;
}

/* " 42 %  1 min 5 s left  window 3 of 7  12.4 of 60 s", at most `columns` wide. */
static void write_text(const struct progress *p, int columns, char *text, size_t size) {
  char time[PROGRESS_TIME_MAX], pace[PROGRESS_TIME_MAX + 16] = "";
  double left_s = progress_remaining_s(p);
  bool done = p->fraction >= 1 && p->closing;
  progress_time(done ? p->now_s - p->start_s : left_s, time);
  if (done) snprintf(pace, sizeof pace, "  took %s", time);
  if (p->fraction < 1 && !isnan(left_s)) snprintf(pace, sizeof pace, "  %s left", time);
  snprintf(text, size, "%3.0f %%%s%s%s%s%s", floor(100 * p->fraction), pace, *p->phase ? "  " : "", p->phase,
           *p->detail ? "  " : "", p->detail);
  text[layout_cut(text, columns)] = '\0';
}

static void erase(struct progress *p) {
  if (p->drawn) fputs("\r\033[K", p->stream);
  p->drawn = false;
}

static void draw_bar(struct progress *p) {
  char text[2 * TEXT_MAX + 80], bar[BAR_MOST + 1];
  int columns = terminal_columns(p) - 1; /* the last column would make some terminals wrap */
  int length = columns / 3 < BAR_MOST ? columns / 3 : BAR_MOST;
  erase(p);
  if (length >= BAR_LEAST) {
    int filled = (int)(p->fraction * length);
    memset(bar, '-', (size_t)length);
    memset(bar, '#', (size_t)filled);
    bar[length] = '\0';
    const char *begin = p->colour ? "\033[32m" : "", *end = p->colour ? "\033[0m" : "";
    fprintf(p->stream, "[%s%.*s%s%s] ", begin, filled, bar, end, bar + filled);
    columns -= length + 3;
  }
  write_text(p, columns, text, sizeof text);
  layout_print(p->stream, text);
  fflush(p->stream);
  p->drawn = true;
}

static void print_line(struct progress *p) {
  char text[2 * TEXT_MAX + 80];
  write_text(p, LINE_MAX_COLUMNS, text, sizeof text);
  layout_print(p->stream, text);
  fputc('\n', p->stream);
  fflush(p->stream);
}

/* ---- JSON ---- */

static void print_json(struct progress *p) {
  double left = progress_remaining_s(p);
  fprintf(p->stream, "{\"fraction\": %.6f, \"phase\": ", p->fraction);
  json_text(p->stream, p->phase);
  fputs(", \"detail\": ", p->stream);
  json_text(p->stream, p->detail);
  fprintf(p->stream, ", \"elapsed_s\": %.1f, \"eta_s\": ", p->now_s - p->start_s);
  if (isnan(left))
    fputs("null}\n", p->stream);
  else
    fprintf(p->stream, "%.1f}\n", left);
  fflush(p->stream);
}

/* ---- the whole ---- */

static bool is_terminal(FILE *stream) {
  const char *term = getenv("TERM");
  return isatty(fileno(stream)) && term && *term && strcmp(term, "dumb") != 0;
}

enum status progress_open(enum progress_mode mode, FILE *stream, struct progress **out) {
  TRY(memory_new("progress", 1, sizeof **out, out));
  struct progress *p = *out;
  const char *no_colour = getenv("NO_COLOR");
  p->stream = stream;
  p->style = is_terminal(stream) ? STYLE_BAR : STYLE_LINES;
  if (mode == PROGRESS_JSON) p->style = STYLE_JSON;
  if (mode == PROGRESS_NONE) p->style = STYLE_NONE;
  p->colour = p->style == STYLE_BAR && !(no_colour && *no_colour);
  p->shown_s = -INFINITY;
  return STATUS_OK;
}

/* Is it time to show something? A program that reads along learns of every phase, however short. */
static bool due(const struct progress *p) {
  double since_s = p->now_s - p->shown_s;
  if (p->style == STYLE_NONE) return false;
  if (p->style == STYLE_JSON && p->new_phase) return true;
  if (p->style != STYLE_LINES) return since_s >= redraw_s;
  if (p->fraction >= 1) return false; /* the last line comes when all is closed */
  return since_s >= line_s || (since_s >= line_least_s && p->fraction - p->shown_fraction >= line_share);
}

static void show(struct progress *p) {
  if (p->style == STYLE_BAR) draw_bar(p);
  if (p->style == STYLE_LINES) print_line(p);
  if (p->style == STYLE_JSON) print_json(p);
  p->shown_s = p->now_s;
  p->shown_fraction = p->fraction;
}

/* Whole characters only. Is it another text than the one that stood there? */
static bool copy(char to[TEXT_MAX], const char *text) {
  int length = layout_cut(text, TEXT_COLUMNS);
  bool another = strncmp(to, text, (size_t)length) != 0 || to[length] != '\0';
  snprintf(to, TEXT_MAX, "%.*s", length, text);
  return another;
}

void progress_update_at(struct progress *p, double now_s, double fraction, const char *phase,
                        const char *detail) {
  if (p->n_samples == 0) p->start_s = now_s;
  p->now_s = now_s;
  p->fraction = fraction > 0 ? fmin(fraction, 1) : 0;
  take_sample(p);
  p->new_phase = copy(p->phase, phase);
  copy(p->detail, detail);
  if (due(p)) show(p);
}

void progress_update(struct progress *p, double fraction, const char *phase, const char *detail) {
  progress_update_at(p, clock_s(), fraction, phase, detail);
}

void progress_message(struct progress *p, const char *text) {
  bool redraw = p->drawn;
  if (p->style == STYLE_JSON) {
    fputs("{\"message\": ", p->stream);
    json_text(p->stream, text);
    fputs("}\n", p->stream);
  } else {
    erase(p);
    layout_print(p->stream, text);
    fputc('\n', p->stream);
    if (redraw) draw_bar(p);
  }
  fflush(p->stream);
}

void progress_close(struct progress *p) {
  if (!p) return;
  bool behind = p->now_s > p->shown_s || (p->fraction >= 1 && p->style != STYLE_JSON);
  p->closing = true;
  if (p->n_samples > 0 && behind && p->style != STYLE_NONE) show(p);
  if (p->drawn) fputc('\n', p->stream);
  fflush(p->stream);
  memory_free(p);
}
