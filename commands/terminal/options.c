/* options.c — reads a command line by a table of options. See options.h. */
#include "options.h"
#include "memory.h"
#include "params.h"
#include "units.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHOICES_MAX = 16, CHOICE_MAX = 32 };

/* The line as it is being read. */
struct reading {
  const char *command;
  const struct syntax *syntax;
  const char *const *words;
  int n, next;  /* next: the word to be read */
  char *filled; /* the struct of options */
  struct arguments *out;
};

/* ---- failures ---- */

static enum status wrong(const struct reading *line, const char *what) {
  return status_fail(STATUS_USAGE, "%s: %s (see: spinule help %s)", line->command, what, line->command);
}

/* `shown` is the option as the user wrote it. */
static enum status wrong_value(const struct reading *line, const char *shown, const char *what) {
  return status_fail(STATUS_USAGE, "%s: %s: %s", line->command, shown, what);
}

/* "; the nearest is --quick", or nothing. */
static void hint(char *text, size_t size, const char *dashes, const char *near) {
  text[0] = '\0';
  if (near) snprintf(text, size, "; the nearest is %s%s", dashes, near);
}

static enum status unknown_option(const struct reading *line, const char *name, int length) {
  const struct syntax *syntax = line->syntax;
  char word[80], nearest[64], message[256];
  snprintf(word, sizeof word, "%.*s", length, name);
  const char *known[OPTIONS_MAX + 1] = {"help"};
  for (int i = 0; i < syntax->n_options; i++) known[i + 1] = syntax->options[i].name;
  hint(nearest, sizeof nearest, "--", nearest_word(word, known, syntax->n_options + 1));
  snprintf(message, sizeof message, "unknown option --%s%s", word, nearest);
  return wrong(line, message);
}

/* ---- values ---- */

const char *options_word(const char *words, int i, int *length) {
  for (; i > 0; i--) {
    words = strchr(words, '|');
    if (!words) return NULL;
    words++;
  }
  *length = (int)strcspn(words, "|");
  return words;
}

static enum status read_integer(const struct reading *line, const struct option *option, const char *shown,
                                const char *text, int64_t *out) {
  char *end, message[200];
  errno = 0;
  long long value = strtoll(text, &end, 10);
  if (end == text || *end != '\0') {
    snprintf(message, sizeof message, "\"%.60s\" is not a whole number", text);
    return wrong_value(line, shown, message);
  }
  if (errno == ERANGE || value < option->low || value > option->high) {
    snprintf(message, sizeof message, "\"%.60s\" is out of range (%" PRId64 " … %" PRId64 ")", text,
             option->low, option->high);
    return wrong_value(line, shown, message);
  }
  *out = value;
  return STATUS_OK;
}

static enum status read_choice(const struct reading *line, const struct option *option, const char *shown,
                               const char *text, int *out) {
  char known[CHOICES_MAX][CHOICE_MAX], nearest[64], message[300];
  const char *list[CHOICES_MAX], *word;
  int n = 0, length;
  for (; n < CHOICES_MAX && (word = options_word(option->value, n, &length)) != NULL; n++) {
    snprintf(known[n], sizeof known[n], "%.*s", length, word);
    list[n] = known[n];
    if (strcmp(known[n], text) == 0) {
      *out = n;
      return STATUS_OK;
    }
  }
  hint(nearest, sizeof nearest, "", nearest_word(text, list, n));
  snprintf(message, sizeof message, "\"%.60s\" is none of %.140s%s", text, option->value, nearest);
  return wrong_value(line, shown, message);
}

static enum status read_duration(const struct reading *line, const char *shown, const char *text,
                                 double *out) {
  double seconds = 0;
  if (units_read(text, "s", &seconds) != STATUS_OK) {
    char message[300];
    snprintf(message, sizeof message, "%.280s", status_message());
    return wrong_value(line, shown, message);
  }
  if (!(seconds > 0 && seconds < 1e10))
    return wrong_value(line, shown, "a duration is more than 0 s and less than 300 years");
  *out = seconds;
  return STATUS_OK;
}

/* Set the option's member to `text` (NULL for a flag). */
static enum status set(const struct reading *line, const struct option *option, const char *shown,
                       const char *text) {
  void *member = line->filled + option->offset;
  switch (option->type) {
  case OPTION_FLAG:
    *(bool *)member = true;
    return STATUS_OK;
  case OPTION_INTEGER:
    return read_integer(line, option, shown, text, member);
  case OPTION_TEXT:
    *(const char **)member = text;
    return STATUS_OK;
  case OPTION_CHOICE:
    return read_choice(line, option, shown, text, member);
  case OPTION_DURATION:
    return read_duration(line, shown, text, member);
  case OPTION_TEXTS:
    break;
  }
  struct texts *list = member;
  list->text[list->n++] = text;
  return STATUS_OK;
}

static void set_standards(const struct syntax *syntax, char *options) {
  for (int i = 0; i < syntax->n_options; i++) {
    const struct option *option = &syntax->options[i];
    if (option->type == OPTION_INTEGER) *(int64_t *)(options + option->offset) = option->standard;
    if (option->type == OPTION_CHOICE) *(int *)(options + option->offset) = (int)option->standard;
  }
}

/* ---- options ---- */

/* The value of an option: what is attached to it, or the word behind it. */
static enum status take_value(struct reading *line, const char *shown, const char *attached,
                              const char **out) {
  if (attached) {
    *out = attached;
    return STATUS_OK;
  }
  const char *word = line->next < line->n ? line->words[line->next] : NULL;
  /* A word with two dashes is the next option: a forgotten value must not swallow it. */
  if (!word || strncmp(word, "--", 2) == 0) return wrong_value(line, shown, "needs a value");
  line->next++;
  *out = word;
  return STATUS_OK;
}

static enum status read_long(struct reading *line, const char *word) {
  const char *name = word + 2;
  int length = (int)strcspn(name, "=");
  const char *attached = name[length] == '=' ? name + length + 1 : NULL, *value = NULL;
  char shown[96];
  snprintf(shown, sizeof shown, "--%.*s", length, name);
  if (strcmp(word, "--help") == 0) {
    line->out->help = true;
    return STATUS_OK;
  }
  for (int i = 0; i < line->syntax->n_options; i++) {
    const struct option *option = &line->syntax->options[i];
    if ((int)strlen(option->name) != length || memcmp(option->name, name, (size_t)length) != 0) continue;
    if (option->type == OPTION_FLAG && attached) return wrong_value(line, shown, "takes no value");
    if (option->type != OPTION_FLAG) TRY(take_value(line, shown, attached, &value));
    return set(line, option, shown, value);
  }
  return unknown_option(line, name, length);
}

static const struct option *find_letter(const struct syntax *syntax, char letter) {
  for (int i = 0; i < syntax->n_options; i++)
    if (syntax->options[i].letter == letter) return &syntax->options[i];
  return NULL;
}

/* One dash: flags one behind the other, or an option with its value. */
static enum status read_letters(struct reading *line, const char *word) {
  for (const char *c = word + 1; *c; c++) {
    const char shown[] = {'-', *c, '\0'};
    const struct option *option = find_letter(line->syntax, *c);
    if (!option && *c == 'h') {
      line->out->help = true;
      return STATUS_OK;
    }
    if (!option) {
      char message[120];
      snprintf(message, sizeof message, "unknown option %.60s", word);
      return wrong(line, message);
    }
    if (option->type != OPTION_FLAG) {
      const char *value = NULL;
      TRY(take_value(line, shown, c[1] ? c + 1 : NULL, &value));
      return set(line, option, shown, value);
    }
    TRY(set(line, option, shown, NULL));
  }
  return STATUS_OK;
}

/* ---- the line ---- */

static enum status read_words(struct reading *line) {
  struct texts *plain = &line->out->words;
  bool options = true;
  while (line->next < line->n && !line->out->help) {
    const char *word = line->words[line->next++];
    if (options && strcmp(word, "--") == 0)
      options = false;
    else if (options && strncmp(word, "--", 2) == 0)
      TRY(read_long(line, word));
    else if (options && word[0] == '-' && word[1] != '\0')
      TRY(read_letters(line, word));
    else
      plain->text[plain->n++] = word;
  }
  return STATUS_OK;
}

static enum status check_words(const struct reading *line) {
  const struct syntax *syntax = line->syntax;
  const struct texts *plain = &line->out->words;
  char message[200];
  if (line->out->help) return STATUS_OK;
  if (plain->n < syntax->least) {
    snprintf(message, sizeof message, "too few arguments: it takes %.120s", syntax->words);
    return wrong(line, message);
  }
  if (syntax->most >= 0 && plain->n > syntax->most) {
    snprintf(message, sizeof message, "one argument too many: \"%.80s\"", plain->text[syntax->most]);
    return wrong(line, message);
  }
  return STATUS_OK;
}

/* Lists get room for every word of the line: none can outgrow that. */
static enum status allocate(const struct syntax *syntax, int n, struct arguments *out, char **filled) {
  TRY(memory_new("options", 1, syntax->options_size, filled));
  out->options = *filled;
  set_standards(syntax, *filled);
  TRY(memory_new("arguments", (size_t)n + 1, sizeof *out->words.text, &out->words.text));
  for (int i = 0; i < syntax->n_options; i++) {
    if (syntax->options[i].type != OPTION_TEXTS) continue;
    struct texts *list = (void *)(*filled + syntax->options[i].offset);
    TRY(memory_new("options", (size_t)n + 1, sizeof *list->text, &list->text));
  }
  return STATUS_OK;
}

enum status options_join(const char *first, int n, const char *const *text, char **out) {
  size_t size = strlen(first) + 1;
  for (int k = 0; k < n; k++) size += strlen(text[k]) + 1;
  TRY(memory_new("options", size, 1, out));
  char *at = stpcpy(*out, first);
  for (int k = 0; k < n; k++) at = stpcpy(at > *out ? stpcpy(at, "\n") : at, text[k]);
  return STATUS_OK;
}

static enum status join_lists(const struct syntax *syntax, char *filled) {
  for (int i = 0; i < syntax->n_options; i++) {
    if (syntax->options[i].type != OPTION_TEXTS) continue;
    struct texts *list = (void *)(filled + syntax->options[i].offset);
    TRY(options_join("", list->n, list->text, &list->lines));
  }
  return STATUS_OK;
}

enum status options_read(const char *command, const struct syntax *syntax, int n, const char *const *words,
                         struct arguments *out) {
  enum status status;
  *out = (struct arguments){.syntax = syntax, .line = ""};
  struct reading line = {command, syntax, words, n, 0, NULL, out};
  TRY_GOTO(allocate(syntax, n, out, &line.filled), failed);
  TRY_GOTO(read_words(&line), failed);
  TRY_GOTO(check_words(&line), failed);
  TRY_GOTO(join_lists(syntax, line.filled), failed);
  return STATUS_OK;
failed:
  options_free(out);
  return status;
}

void options_free(struct arguments *arguments) {
  const struct syntax *syntax = arguments->syntax;
  for (int i = 0; arguments->options && i < syntax->n_options; i++) {
    if (syntax->options[i].type != OPTION_TEXTS) continue;
    const struct texts *list = (const void *)((const char *)arguments->options + syntax->options[i].offset);
    memory_free(list->text);
    memory_free(list->lines);
  }
  memory_free(arguments->words.text);
  memory_free((void *)arguments->options);
  *arguments = (struct arguments){0};
}

/* ---- the line as a shell would take it ---- */

static bool plain(const char *word) {
  static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:,+%@";
  return *word && word[strspn(word, harmless)] == '\0';
}

/* Write a word in single quotes, and a quote inside as '\''. Gives the end. */
static char *write_quoted(char *at, const char *word) {
  *at++ = '\'';
  for (; *word; word++) {
    if (*word == '\'')
      at = stpcpy(at, "'\\''");
    else
      *at++ = *word;
  }
  *at++ = '\'';
  return at;
}

enum status options_line(int n, const char *const *words, char **out) {
  size_t room = 1;
  for (int i = 0; i < n; i++) room += 4 * strlen(words[i]) + 3;
  TRY(memory_new("command line", room, 1, out));
  char *at = *out;
  for (int i = 0; i < n; i++) {
    if (i > 0) *at++ = ' ';
    at = plain(words[i]) ? stpcpy(at, words[i]) : write_quoted(at, words[i]);
  }
  return STATUS_OK;
}
