/* status.c — the record of the latest failure, one per thread, and the texts and exit codes of statuses. */
#include "status.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_MAX = 4000 };

#undef status_fail /* what stands for it in tests/checks/analyzed.h */

static _Thread_local char message[MESSAGE_MAX + 1];

#define STATUS_CODE(name, code, text) code,
static const int exit_codes[] = {STATUS_LIST(STATUS_CODE)};
#undef STATUS_CODE

#define STATUS_TEXT(name, code, text) text,
static const char *const texts[] = {STATUS_LIST(STATUS_TEXT)};
#undef STATUS_TEXT

enum status status_fail(enum status status, const char *format, ...) {
  /* A cause is often wrapped in its own words, so the old message may be among the arguments. */
  char fresh[MESSAGE_MAX + 1];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(fresh, sizeof fresh, format, arguments);
  va_end(arguments);
  if (length < 0) snprintf(fresh, sizeof fresh, "%s", status_text(status));
  if (length > MESSAGE_MAX) {
    /* Cut between characters: step back over the bytes of a UTF-8 sequence that did not fit whole. */
    size_t end = MESSAGE_MAX, start = end;
    while (start > end - 4 && ((unsigned char)fresh[start - 1] & 0xC0) == 0x80) start--;
    unsigned char lead = (unsigned char)fresh[start - 1];
    size_t needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (needed > 1 && end - (start - 1) < needed) fresh[start - 1] = '\0';
  }
  memcpy(message, fresh, strlen(fresh) + 1);
  return status;
}

const char *status_message(void) { return message; }

int status_exit_code(enum status status) {
  return (unsigned)status < STATUS_COUNT ? exit_codes[status] : exit_codes[STATUS_FAULT];
}

const char *status_text(enum status status) {
  return (unsigned)status < STATUS_COUNT ? texts[status] : texts[STATUS_FAULT];
}
