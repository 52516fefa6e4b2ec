/* describe.c — parameters in words. See describe.h. */
#include "describe.h"
#include "terminal/options.h"
#include "units.h"
#include <math.h>
#include <string.h>

bool describe_required(const struct param *param) {
  return param->type == PARAM_TEXT ? !param->words : param->type == PARAM_NUMBER && isnan(param->standard);
}

void describe_default(const struct param *param, char text[DESCRIBE_MAX]) {
  const char *word;
  int length = 0;
  text[0] = '\0';
  if (describe_required(param)) {
    snprintf(text, DESCRIBE_MAX, "required");
    return;
  }
  switch (param->type) {
  case PARAM_NUMBER:
    units_write(param->standard, param->unit, text, DESCRIBE_MAX);
    break;
  case PARAM_INTEGER:
    snprintf(text, DESCRIBE_MAX, "%.0f", param->standard);
    break;
  case PARAM_FLAG:
    snprintf(text, DESCRIBE_MAX, "%s", param->standard != 0 ? "true" : "false");
    break;
  case PARAM_TEXT:
    snprintf(text, DESCRIBE_MAX, "\"%s\"", param->words);
    break;
  case PARAM_CHOICE:
    word = options_word(param->words, (int)param->standard, &length);
    snprintf(text, DESCRIBE_MAX, "%.*s", length, word ? word : "");
    break;
  }
}

/* "a|b|c" → "a, b or c" */
static void write_choices(const char *words, char text[DESCRIBE_MAX]) {
  size_t at = 0;
  int length;
  const char *word;
  for (int i = 0; (word = options_word(words, i, &length)) != NULL && at < DESCRIBE_MAX; i++) {
    const char *before = i == 0 ? "" : strchr(word, '|') ? ", " : " or ";
    at += (size_t)snprintf(text + at, DESCRIBE_MAX - at, "%s%.*s", before, length, word);
  }
}

void describe_range(const struct param *param, char text[DESCRIBE_MAX]) {
  char low[DESCRIBE_MAX / 3], high[DESCRIBE_MAX / 3];
  switch (param->type) {
  case PARAM_NUMBER:
    units_write(param->low, param->unit, low, sizeof low);
    units_write(param->high, param->unit, high, sizeof high);
    snprintf(text, DESCRIBE_MAX, "%s … %s", low, high);
    break;
  case PARAM_INTEGER:
    snprintf(text, DESCRIBE_MAX, "%.0f … %.0f", param->low, param->high);
    break;
  case PARAM_FLAG:
    snprintf(text, DESCRIBE_MAX, "true or false");
    break;
  case PARAM_TEXT:
    snprintf(text, DESCRIBE_MAX, "text");
    break;
  case PARAM_CHOICE:
    write_choices(param->words, text);
    break;
  }
}

const char *describe_standing(enum standing standing) {
  static const char *const words[] = {
      [PUBLISHED] = "published", [CALIBRATED] = "calibrated", [ASSUMED] = "assumed", [SETTING] = "setting"};
  return words[standing];
}
