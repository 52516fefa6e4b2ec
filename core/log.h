/* log.h — one sink for messages of a run (standard error). Never called from inside a parallel loop. */
#ifndef CORE_LOG_H
#define CORE_LOG_H

enum log_level { LOG_QUIET, LOG_WARNING, LOG_INFO };

struct log {
  enum log_level level;
};

void log_info(const struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_warning(const struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
