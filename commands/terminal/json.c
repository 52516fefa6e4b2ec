/* json.c — texts and numbers as JSON. See json.h. */
#include "json.h"
#include <math.h>

static void put(FILE *file, const char *text, int escaped) {
  fputc('"', file);
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\')
      fprintf(file, "\\%c", c);
    else if (c < 0x20 || c == escaped)
      fprintf(file, "\\u%04x", c);
    else
      fputc(c, file);
  }
  fputc('"', file);
}

void json_text(FILE *file, const char *text) { put(file, text, -1); }

void json_text_in_page(FILE *file, const char *text) { put(file, text, '<'); }

void json_number(FILE *file, double value) {
  if (isfinite(value))
    fprintf(file, "%.9g", value);
  else
    fputs("null", file);
}
