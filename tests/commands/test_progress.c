/* test_progress.c — the time that remains follows the recent rate; a bar fits its terminal and is not redrawn
 * too often; where there is no terminal, or a dumb one, nothing but plain lines comes out; JSON is one object
 * a line, and misses no phase. A pseudo terminal stands for the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "terminal/layout.h"
#include "terminal/progress.h"

enum { SCREEN_COLUMNS = 60, ROOM = 1 << 16 };

/* What was written to a stream in memory. */
struct page {
  FILE *stream;
  char *text;
  size_t size;
};

static void page_open(struct page *page) {
  page->stream = open_memstream(&page->text, &page->size);
  assert_non_null(page->stream);
}

static const char *page_read(struct page *page) {
  fflush(page->stream);
  return page->text;
}

static void page_close(struct page *page) {
  fclose(page->stream);
  free(page->text);
}

static int count(const char *text, char c) {
  int n = 0;
  for (; *text; text++) n += *text == c;
  return n;
}

/* ---- remaining time ---- */

static void remaining_time_is_exact_at_a_steady_rate(void **state) {
  (void)state;
  struct page page;
  page_open(&page);
  struct progress *p;
  assert_int_equal(progress_open(PROGRESS_NONE, page.stream, &p), STATUS_OK);
  assert_true(isnan(progress_remaining_s(p)));
  progress_update_at(p, 1000, 0.1, "", "");
  assert_true(isnan(progress_remaining_s(p)));
  for (int i = 1; i <= 800; i++) {
    progress_update_at(p, 1000 + 0.1 * i, 0.1 + 0.001 * i, "", "");
    if (i >= 10) assert_true(fabs(progress_remaining_s(p) - (90 - 0.1 * i)) < 1e-6);
  }
  progress_update_at(p, 1100, 1, "", "");
  assert_true(progress_remaining_s(p) == 0);
  progress_close(p);
  page_close(&page);
}

static void remaining_time_follows_the_recent_rate(void **state) {
  (void)state;
  struct page page;
  page_open(&page);
  struct progress *p;
  assert_int_equal(progress_open(PROGRESS_NONE, page.stream, &p), STATUS_OK);
  double t = 0, f = 0;
  for (; f < 0.5; t += 0.2, f += 0.002) progress_update_at(p, t, f, "", "");  /* 100 s for the whole */
  for (; f < 0.9; t += 0.2, f += 0.0005) progress_update_at(p, t, f, "", ""); /* four times slower */
  double by_recent = (1 - f) * 400, by_mean = (1 - f) * t / f;
  assert_true(by_recent > 1.2 * by_mean);
  assert_true(fabs(progress_remaining_s(p) - by_recent) < 0.02 * by_recent);
  progress_close(p);
  page_close(&page);
}

static void a_standstill_promises_nothing(void **state) {
  (void)state;
  struct page page;
  page_open(&page);
  struct progress *p;
  assert_int_equal(progress_open(PROGRESS_NONE, page.stream, &p), STATUS_OK);
  for (int i = 0; i < 100; i++) progress_update_at(p, i, 0.3, "", "");
  assert_true(isnan(progress_remaining_s(p)));
  progress_update_at(p, 100, NAN, "", "");
  progress_update_at(p, 101, -4, "", "");
  progress_update_at(p, 102, 5, "", "");
  assert_true(progress_remaining_s(p) == 0);
  progress_close(p);
  page_close(&page);
}

static void times_read_well(void **state) {
  (void)state;
  static const struct {
    double s;
    const char *text;
  } cases[] = {
      {0, "0 s"},         {-1, "0 s"},           {44.6, "45 s"},      {59.4, "59 s"},     {59.7, "1 min 0 s"},
      {125, "2 min 5 s"}, {3599.8, "1 h 0 min"}, {3661, "1 h 1 min"}, {86399, "1 d 0 h"}, {187200, "2 d 4 h"},
      {NAN, "?"},         {INFINITY, "?"}};
  char text[PROGRESS_TIME_MAX];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    progress_time(cases[i].s, text);
    assert_string_equal(text, cases[i].text);
  }
}

/* ---- lines and JSON ---- */

/* An hour of work in steps of 20 ms, every one reported. */
static void work_for_an_hour(struct progress *p) {
  for (int i = 0; i <= 180000; i++) progress_update_at(p, 0.02 * i, i / 180000.0, "spikes", "some of it");
}

static void lines_where_there_is_no_terminal(void **state) {
  (void)state;
  static const enum progress_mode modes[] = {PROGRESS_AUTO, PROGRESS_BAR};
  for (int m = 0; m < 2; m++) {
    struct page page;
    page_open(&page);
    struct progress *p;
    assert_int_equal(progress_open(modes[m], page.stream, &p), STATUS_OK);
    work_for_an_hour(p);
    progress_close(p);
    const char *text = page_read(&page);
    assert_null(strchr(text, '\r'));
    assert_null(strchr(text, '\033'));
    assert_in_range(count(text, '\n'), 21, 3600 / 30 + 22); /* each 5 %, each 30 s, the first and the last */
    assert_non_null(strstr(text, "100 %  took 1 h 0 min  spikes  some of it\n"));
    page_close(&page);
  }
}

static void json_is_one_object_a_line(void **state) {
  (void)state;
  struct page page;
  page_open(&page);
  struct progress *p;
  assert_int_equal(progress_open(PROGRESS_JSON, page.stream, &p), STATUS_OK);
  for (int i = 0; i <= 1000; i++) progress_update_at(p, 5 + 0.01 * i, i / 2000.0, "a \"b\" \\ µ\n", "x");
  progress_message(p, "say \"so\"\t");
  const char *text = page_read(&page), *first = strchr(text, '\n');
  assert_in_range(count(text, '\n'), 90, 102); /* 10 s at ten a second */
  assert_memory_equal(
      text, "{\"fraction\": 0.000000, \"phase\": \"a \\\"b\\\" \\\\ µ\\u000a\", \"detail\": \"x\", ",
      strlen("{\"fraction\": 0.000000, \"phase\": \"a \\\"b\\\" \\\\ µ\\u000a\", \"detail\": \"x\", "));
  assert_non_null(strstr(text, "\"elapsed_s\": 0.0, \"eta_s\": null}\n"));
  assert_non_null(strstr(first, "\"eta_s\": 10.0}\n"));
  assert_non_null(strstr(text, "{\"message\": \"say \\\"so\\\"\\u0009\"}\n"));
  progress_close(p);
  page_close(&page);
}

/* A program that reads along misses none, also if many pass in a tenth of a second. */
static void json_tells_of_every_phase(void **state) {
  (void)state;
  static const char *const phases[] = {"build", "window 1", "window 10", "tissue", "window 1"};
  struct page page;
  page_open(&page);
  struct progress *p;
  assert_int_equal(progress_open(PROGRESS_JSON, page.stream, &p), STATUS_OK);
  double now_s = 7;
  for (int phase = 0; phase < 5; phase++)
    for (int i = 0; i < 3; i++, now_s += 0.001) progress_update_at(p, now_s, 0.2 * phase, phases[phase], "");
  const char *text = page_read(&page);
  assert_int_equal(count(text, '\n'), 5);
  for (int phase = 0; phase < 5; phase++) {
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\"phase\": \"%s\", ", phases[phase]);
    text = strstr(text, wanted);
    assert_non_null(text);
    text += strlen(wanted);
  }
  progress_close(p);
  page_close(&page);
}

static void none_is_silent_but_for_messages(void **state) {
  (void)state;
  struct page page;
  page_open(&page);
  struct progress *p;
  assert_int_equal(progress_open(PROGRESS_NONE, page.stream, &p), STATUS_OK);
  work_for_an_hour(p);
  assert_string_equal(page_read(&page), "");
  progress_message(p, "careful");
  progress_close(p);
  assert_string_equal(page_read(&page), "careful\n");
  page_close(&page);
}

/* ---- a terminal ---- */

struct screen {
  int master;
  FILE *stream;
  char text[ROOM];
  size_t n;
};

static void screen_open(struct screen *screen, int columns) {
  screen->n = 0;
  screen->master = posix_openpt(O_RDWR | O_NOCTTY);
  if (screen->master < 0) skip(); /* a system without pseudo-terminals, such as a bare chroot */
  assert_int_equal(grantpt(screen->master), 0);
  assert_int_equal(unlockpt(screen->master), 0);
  int slave = open(ptsname(screen->master), O_RDWR | O_NOCTTY);
  assert_true(slave >= 0);
  struct termios raw;
  assert_int_equal(tcgetattr(slave, &raw), 0);
  cfmakeraw(&raw);
  assert_int_equal(tcsetattr(slave, TCSANOW, &raw), 0);
  struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)columns};
  assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
  assert_int_equal(fcntl(screen->master, F_SETFL, O_NONBLOCK), 0);
  screen->stream = fdopen(slave, "w");
  assert_non_null(screen->stream);
}

/* Take what has been drawn; a terminal that nobody reads would stop the writer. */
static void screen_read(struct screen *screen) {
  fflush(screen->stream);
  ssize_t got;
  while ((got = read(screen->master, screen->text + screen->n, ROOM - 1 - screen->n)) > 0)
    screen->n += (size_t)got;
  screen->text[screen->n] = '\0';
}

static void screen_close(struct screen *screen) {
  fclose(screen->stream);
  close(screen->master);
}

/* Columns that a drawing takes: escape sequences take none. */
static int drawn_columns(const char *text, size_t n) {
  char plain[1024];
  size_t k = 0;
  for (size_t i = 0; i < n && k < sizeof plain - 1; i++) {
    if (text[i] != '\033') {
      plain[k++] = text[i];
      continue;
    }
    while (i < n && !(text[i] >= 'A' && text[i] <= 'z' && text[i] != '[')) i++;
  }
  plain[k] = '\0';
  return layout_columns(plain);
}

static void draw(struct screen *screen, int columns, const char *detail) {
  struct progress *p;
  screen_open(screen, columns);
  assert_int_equal(progress_open(PROGRESS_AUTO, screen->stream, &p), STATUS_OK);
  for (int i = 0; i <= 200; i++) {
    progress_update_at(p, 0.01 * i, i / 200.0, "window 3 of 7", detail);
    screen_read(screen);
  }
  progress_close(p);
  screen_read(screen);
}

static void bar_fits_its_terminal(void **state) {
  (void)state;
  static const int widths[] = {12, 25, 40, SCREEN_COLUMNS, 200};
  static struct screen screen;
  setenv("TERM", "xterm", 1);
  for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
    draw(&screen, widths[w],
         "12.4 of 60 s of µ-biology, and much more to say than there is room for on a line");
    int drawings = 0;
    for (const char *line = screen.text; *line; drawings++) {
      size_t n = strcspn(line, "\r\n");
      assert_true(drawn_columns(line, n) < widths[w]);
      line += n + (line[n] != '\0');
    }
    assert_in_range(drawings, 19, 22); /* 2 s at ten a second */
    assert_int_equal(count(screen.text, '\n'), 1);
    assert_int_equal(screen.text[screen.n - 1], '\n');
    screen_close(&screen);
  }
}

static void colour_is_a_choice(void **state) {
  (void)state;
  static struct screen screen;
  setenv("TERM", "xterm", 1);
  unsetenv("NO_COLOR");
  draw(&screen, SCREEN_COLUMNS, "");
  assert_non_null(strstr(screen.text, "\033[32m"));
  assert_non_null(strstr(screen.text, "####"));
  screen_close(&screen);
  setenv("NO_COLOR", "1", 1);
  draw(&screen, SCREEN_COLUMNS, "");
  assert_null(strstr(screen.text, "\033[32m"));
  assert_non_null(strstr(screen.text, "####"));
  screen_close(&screen);
  unsetenv("NO_COLOR");
}

static void dumb_terminals_get_lines(void **state) {
  (void)state;
  static const char *const names[] = {"dumb", "", NULL};
  static struct screen screen;
  for (int i = 0; i < 3; i++) {
    if (names[i])
      setenv("TERM", names[i], 1);
    else
      unsetenv("TERM");
    draw(&screen, SCREEN_COLUMNS, "");
    assert_null(strchr(screen.text, '\r'));
    assert_null(strchr(screen.text, '\033'));
    assert_non_null(strstr(screen.text, "100 %"));
    screen_close(&screen);
  }
}

static void messages_stand_above_the_bar(void **state) {
  (void)state;
  static struct screen screen;
  struct progress *p;
  setenv("TERM", "xterm", 1);
  screen_open(&screen, SCREEN_COLUMNS);
  assert_int_equal(progress_open(PROGRESS_AUTO, screen.stream, &p), STATUS_OK);
  progress_update_at(p, 0, 0.25, "build", "");
  progress_message(p, "warning: \033[2J");
  screen_read(&screen);
  const char *message = strstr(screen.text, "\r\033[Kwarning: ?[2J\n");
  assert_non_null(message); /* the bar is wiped, the message is harmless, and ends its line */
  assert_non_null(strstr(message, " 25 %")); /* and the bar is there again */
  progress_close(p);
  screen_close(&screen);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(remaining_time_is_exact_at_a_steady_rate),
      cmocka_unit_test(remaining_time_follows_the_recent_rate),
      cmocka_unit_test(a_standstill_promises_nothing),
      cmocka_unit_test(times_read_well),
      cmocka_unit_test(lines_where_there_is_no_terminal),
      cmocka_unit_test(json_is_one_object_a_line),
      cmocka_unit_test(json_tells_of_every_phase),
      cmocka_unit_test(none_is_silent_but_for_messages),
      cmocka_unit_test(bar_fits_its_terminal),
      cmocka_unit_test(colour_is_a_choice),
      cmocka_unit_test(dumb_terminals_get_lines),
      cmocka_unit_test(messages_stand_above_the_bar),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
