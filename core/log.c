/* log.c — messages of a run, each one whole line on standard error. */
#include "log.h"
#include <stdarg.h>
#include <stdio.h>

enum { LINE_MAX_BYTES = 2000 };

/* A line leaves in one call, so that lines of processes that share a terminal do not mix. */
static void say(const char *lead, const char *format, va_list arguments) {
  char text[LINE_MAX_BYTES];
  if (vsnprintf(text, sizeof text, format, arguments) < 0) return;
  fprintf(stderr, "%s%s\n", lead, text);
}

void log_info(const struct log *log, const char *format, ...) {
  if (log->level < LOG_INFO) return;
  va_list arguments;
  va_start(arguments, format);
  say("", format, arguments);
  va_end(arguments);
}

void log_warning(const struct log *log, const char *format, ...) {
  if (log->level < LOG_WARNING) return;
  va_list arguments;
  va_start(arguments, format);
  say("warning: ", format, arguments);
  va_end(arguments);
}
