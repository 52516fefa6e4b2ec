/* config_source.c — from a text to one text without includes: joins what is included, and checks the grammar
 * on the way. libconfig would do both, but it blames the wrong line for an error, cuts whole numbers to 32
 * bits without a word, and ends the program at an include that is a folder.
 *
 * A name after @include is relative to the folder of the file in which it stands. A file closes every bracket
 * that it opens. */
#include "config_parts.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SHOWN_MAX = 40 }; /* bytes of a text that a message repeats */

enum token { KEY, EQUALS, VALUE, TEXT, SEPARATOR, OPEN, CLOSE, START };

struct bracket {
  char kind;
  struct place place;
  int first_key; /* of its keys in the stack of keys */
};

struct key {
  const char *name;
  size_t length;
  struct place place;
};

struct scan {
  struct config *config;
  struct source *source;
  struct bracket bracket[CONFIG_DEPTH_MAX + 1]; /* [0] is the root */
  int depth;
  struct key *keys; /* of the groups that are open now */
  int n_keys, keys_room, n_settings;
  enum token last;
  int files[CONFIG_NESTING_MAX + 1]; /* those that are open now */
  int nesting;
};

/* Where the scan of one file stands. */
struct cursor {
  const char *at, *copied, *line; /* next character; end of what was copied; begin of the line */
  const char *value;              /* begin of the last value, if it is a number */
  struct place place;
  int floor; /* brackets that were open before this file */
};

/* ---- the joined text ---- */

static enum status append(struct scan *scan, const char *text, size_t length) {
  struct source *source = scan->source;
  if (length + (size_t)source->length > CONFIG_TEXT_MAX)
    return status_fail(STATUS_CONFIG, "%s: larger than %d MB with its includes", scan->config->path,
                       CONFIG_TEXT_MAX >> 20);
  while ((size_t)source->text_room <= (size_t)source->length + length)
    TRY(config_room(scan->config, source->text_room, &source->text_room, 1, &source->text));
  memcpy(source->text + source->length, text, length);
  for (size_t i = 0; i < length; i++) source->n_lines += text[i] == '\n';
  source->length += (int)length;
  source->text[source->length] = '\0';
  return STATUS_OK;
}

static enum status copy_up(struct scan *scan, struct cursor *c) {
  TRY(append(scan, c->copied, (size_t)(c->at - c->copied)));
  c->copied = c->at;
  return STATUS_OK;
}

/* What is appended from now on comes from `place`. */
static enum status mark(struct scan *scan, struct place place) {
  struct source *source = scan->source;
  TRY(config_room(scan->config, source->n_segments, &source->segments_room, sizeof(struct segment),
                  &source->segments));
  source->segments[source->n_segments++] = (struct segment){source->n_lines + 1, place};
  return STATUS_OK;
}

struct place config_origin(const struct source *source, int line) {
  int low = 0, high = source->n_segments - 1;
  while (low < high) {
    int middle = (low + high + 1) / 2;
    if (source->segments[middle].from <= line)
      low = middle;
    else
      high = middle - 1;
  }
  struct segment segment = source->segments[low];
  return (struct place){segment.place.file, segment.place.line + line - segment.from};
}

/* ---- messages ---- */

/* How much of a text can be shown: up to one of `ends` or a control character, and no more than SHOWN_MAX
 * bytes, between characters, without blanks at the end. */
static int shown(const char *text, const char *ends) {
  size_t length = 0;
  while (length < SHOWN_MAX && text[length] && !strchr(ends, text[length]) &&
         (text[length] == '\t' || !iscntrl((unsigned char)text[length])))
    length++;
  while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
  return (int)length;
}

/* What stands from `from` to the end of the line or setting. */
static int phrase(const char *from) { return shown(from, "\n\r;,{}[]()#=\""); }

static bool in_list(const struct scan *scan) { return scan->bracket[scan->depth].kind != '{'; }

static bool value_may_stand(const struct scan *scan) {
  if (!in_list(scan)) return scan->last == EQUALS;
  return scan->last == OPEN || scan->last == SEPARATOR;
}

static bool setting_is_whole(const struct scan *scan) { return scan->last != KEY && scan->last != EQUALS; }

/* Something stands where it cannot: after a number it is most often a unit. */
static enum status unexpected(struct scan *scan, struct cursor *c) {
  struct config *config = scan->config;
  int length = phrase(c->at);
  if (*c->at == '\0') return config_refuse(config, c->place, "the text ends inside a setting");
  if (iscntrl((unsigned char)*c->at))
    return config_refuse(config, c->place, "control character %d", (unsigned char)*c->at);
  if (scan->last == VALUE && c->value && c->value >= c->line && length)
    return config_refuse(config, c->place, "a quantity stands in quotes: \"%.*s\"", phrase(c->value),
                         c->value);
  if (value_may_stand(scan) && length)
    return config_refuse(config, c->place, "a text stands in quotes: \"%.*s\"", length, c->at);
  if (scan->last == KEY) return config_refuse(config, c->place, "\"=\" is missing after a key");
  return config_refuse(config, c->place, "syntax error at: %.*s", shown(c->at, "\n\r"), c->at);
}

/* ---- values ---- */

/* Count a value, and note where it stands. */
static enum status note_value(struct scan *scan, struct place place) {
  struct source *source = scan->source;
  if (source->n_values == CONFIG_VALUES_MAX)
    return config_refuse(scan->config, place, "more than %d values", CONFIG_VALUES_MAX);
  TRY(config_room(scan->config, source->n_values, &source->values_room, sizeof place, &source->values));
  source->values[source->n_values++] = place;
  return STATUS_OK;
}

/* A text: "…"; several in a row are one. A line's end is refused, which tells where a quote is missing. */
static enum status scan_text(struct scan *scan, struct cursor *c) {
  if (scan->last != TEXT) {
    if (!value_may_stand(scan)) return unexpected(scan, c);
    TRY(note_value(scan, c->place));
  }
  const char *end = c->at + 1;
  while (*end && *end != '"' && *end != '\n')
    end += *end == '\\' && (end[1] == '"' || end[1] == '\\') ? 2 : 1;
  if (*end != '"') return config_refuse(scan->config, c->place, "no quote closes this text on its line");
  c->at = end + 1;
  scan->last = TEXT;
  return STATUS_OK;
}

struct number {
  char kind;     /* 'i', 'f'; 0 if it is none */
  bool unmarked; /* an integer without L: libconfig would cut it to 32 bits */
  bool large;
};

static struct number read_number(const char *text, size_t length) {
  struct number number = {0};
  char copy[64], *end;
  if (length >= sizeof copy) return number;
  memcpy(copy, text, length);
  copy[length] = '\0';
  size_t bare = length;
  while (bare > 1 && length - bare < 2 && copy[bare - 1] == 'L') bare--;
  copy[bare] = '\0';
  bool hex = strncasecmp(copy, "0x", 2) == 0;
  errno = 0;
  (void)strtoll(copy, &end, hex ? 16 : 10);
  if (*end == '\0' && isxdigit((unsigned char)end[-1])) {
    number = (struct number){'i', bare == length, errno == ERANGE};
  } else if (bare == length && strspn(copy, "0123456789+-.eE") == length) {
    bool large = isinf(strtod(copy, &end));
    if (*end == '\0' && end != copy) number = (struct number){'f', false, large};
  }
  return number;
}

static enum status scan_number(struct scan *scan, struct cursor *c) {
  const char *end = c->at + 1;
  while (isalnum((unsigned char)*end) || *end == '.' ||
         ((*end == '-' || *end == '+') && (end[-1] == 'e' || end[-1] == 'E')))
    end++;
  if (!value_may_stand(scan)) return unexpected(scan, c);
  size_t length = (size_t)(end - c->at);
  struct number number = read_number(c->at, length);
  if (number.large)
    return config_refuse(scan->config, c->place, "%.*s is too large a number", (int)length, c->at);
  if (!number.kind) {
    if (isdigit((unsigned char)end[-1]) || !isdigit((unsigned char)*c->at)) return unexpected(scan, c);
    return config_refuse(scan->config, c->place, "a quantity stands in quotes: \"%.*s\"", phrase(c->at),
                         c->at);
  }
  TRY(note_value(scan, c->place));
  c->value = c->at;
  c->at = end;
  scan->last = VALUE;
  if (!number.unmarked) return STATUS_OK;
  TRY(copy_up(scan, c));
  return append(scan, "L", 1);
}

/* ---- keys and words ---- */

/* No key twice in a group. */
static enum status note_key(struct scan *scan, struct key key) {
  for (int i = scan->bracket[scan->depth].first_key; i < scan->n_keys; i++) {
    struct key *other = &scan->keys[i];
    if (other->length != key.length || memcmp(other->name, key.name, key.length) != 0) continue;
    char first[CONFIG_PATH_MAX];
    config_place_text(scan->config, other->place, first, sizeof first);
    return config_refuse(scan->config, key.place, "\"%.*s\" is given twice; first at %s", (int)key.length,
                         key.name, first);
  }
  if (++scan->n_settings > CONFIG_SETTINGS_MAX)
    return config_refuse(scan->config, key.place, "more than %d settings", CONFIG_SETTINGS_MAX);
  if (key.length > CONFIG_NAME_MAX)
    return config_refuse(scan->config, key.place, "a key longer than %d letters", CONFIG_NAME_MAX);
  TRY(config_room(scan->config, scan->n_keys, &scan->keys_room, sizeof key, &scan->keys));
  scan->keys[scan->n_keys++] = key;
  scan->last = KEY;
  return STATUS_OK;
}

/* A key, or true or false. */
static enum status scan_word(struct scan *scan, struct cursor *c) {
  const char *end = c->at + 1;
  while (isalnum((unsigned char)*end) || (*end && strchr("*_-", *end))) end++;
  struct key word = {c->at, (size_t)(end - c->at), c->place};
  const char *next = end + strspn(end, " \t");
  bool flag = (word.length == 4 && strncasecmp(c->at, "true", 4) == 0) ||
              (word.length == 5 && strncasecmp(c->at, "false", 5) == 0);
  bool unit = scan->last == VALUE && c->value && c->value >= c->line && *next != '=' && *next != ':';
  if (flag ? !value_may_stand(scan) : in_list(scan) || !setting_is_whole(scan) || unit)
    return unexpected(scan, c);
  if (!flag) TRY(note_key(scan, word));
  if (flag) TRY(note_value(scan, c->place));
  if (flag) scan->last = VALUE;
  if (flag) c->value = NULL;
  c->at = end;
  return STATUS_OK;
}

/* ---- brackets and separators ---- */

/* [ ] is written as ( ): libconfig refuses 1 beside 0.5 in an array. */
static enum status copy_bracket(struct scan *scan, struct cursor *c) {
  char bracket = *c->at == '[' ? '(' : *c->at == ']' ? ')' : *c->at;
  TRY(copy_up(scan, c));
  c->copied = ++c->at;
  return append(scan, &bracket, 1);
}

static enum status scan_opening(struct scan *scan, struct cursor *c) {
  if (!value_may_stand(scan)) return unexpected(scan, c);
  if (scan->depth == CONFIG_DEPTH_MAX)
    return config_refuse(scan->config, c->place, "groups and lists are nested deeper than %d",
                         CONFIG_DEPTH_MAX);
  scan->bracket[++scan->depth] = (struct bracket){*c->at, c->place, scan->n_keys};
  scan->last = OPEN;
  return copy_bracket(scan, c);
}

static enum status scan_closing(struct scan *scan, struct cursor *c) {
  const struct bracket *bracket = &scan->bracket[scan->depth];
  if (scan->depth == c->floor) return config_refuse(scan->config, c->place, "\"%c\" closes nothing", *c->at);
  char wanted = bracket->kind == '{' ? '}' : bracket->kind == '[' ? ']' : ')', where[CONFIG_PATH_MAX];
  if (*c->at != wanted) {
    config_place_text(scan->config, bracket->place, where, sizeof where);
    return config_refuse(scan->config, c->place, "\"%c\" cannot close the \"%c\" of %s", *c->at,
                         bracket->kind, where);
  }
  if (in_list(scan) ? scan->last == SEPARATOR : !setting_is_whole(scan)) return unexpected(scan, c);
  scan->n_keys = bracket->first_key;
  scan->depth--;
  scan->last = CLOSE;
  return copy_bracket(scan, c);
}

static enum status scan_separator(struct scan *scan, struct cursor *c) {
  bool equals = *c->at == '=' || *c->at == ':',
       after_value = scan->last == VALUE || scan->last == TEXT || scan->last == CLOSE;
  if (equals ? scan->last != KEY : !after_value || (*c->at == ';' && in_list(scan)))
    return unexpected(scan, c);
  scan->last = equals ? EQUALS : SEPARATOR;
  c->at++;
  return STATUS_OK;
}

/* ---- includes ---- */

static enum status scan_file(struct scan *scan, int file, const char *text);

/* The path of a name that stands after @include in a file. */
static enum status include_path(struct scan *scan, const char *name, size_t length, const char *from,
                                const char **path) {
  const char *slash = strrchr(from, '/');
  size_t folder = slash && *name != '/' ? (size_t)(slash - from) + 1 : 0;
  char *joined;
  TRY(config_take(scan->config, folder + length + 1, &joined));
  memcpy(joined, from, folder);
  memcpy(joined + folder, name, length);
  *path = joined;
  return STATUS_OK;
}

static enum status include(struct scan *scan, struct place place, const char *path) {
  struct config *config = scan->config;
  for (int i = 0; i <= scan->nesting; i++) {
    if (strcmp(config->files[scan->files[i]], path) == 0)
      return config_refuse(config, place, "@include goes round: %s is being read already", path);
  }
  if (scan->nesting == CONFIG_NESTING_MAX)
    return config_refuse(config, place, "@include is nested deeper than %d", CONFIG_NESTING_MAX);
  if (config->n_files == CONFIG_INCLUDE_MAX)
    return config_refuse(config, place, "more than %d files", CONFIG_INCLUDE_MAX);
  const char *text;
  enum status status = config_read_text(config, path, &text);
  if (status == STATUS_CONFIG) return config_refuse(config, place, "@include: %s", status_message());
  TRY(status);
  TRY(config_room(config, config->n_files, &config->files_room, sizeof path, &config->files));
  config->files[config->n_files] = path;
  scan->nesting++;
  TRY(scan_file(scan, config->n_files++, text));
  scan->nesting--;
  return append(scan, "\n", 1);
}

/* @include "name", at the beginning of a line. */
static enum status scan_include(struct scan *scan, struct cursor *c) {
  static const char word[] = "@include";
  const char *name = c->at + strlen(word);
  if (c->place.file < 0 || strncmp(c->at, word, strlen(word)) != 0) return unexpected(scan, c);
  if (in_list(scan) || !setting_is_whole(scan) || c->line + strspn(c->line, " \t") != c->at)
    return config_refuse(scan->config, c->place, "@include stands between settings, on a line of its own");
  name += strspn(name, " \t");
  size_t length = 0;
  if (*name == '"') {
    while (name[1 + length] != '"' && !iscntrl((unsigned char)name[1 + length])) length++;
  }
  if (length == 0 || name[1 + length] != '"')
    return config_refuse(scan->config, c->place, "write it as @include \"file\"");
  const char *path;
  TRY(include_path(scan, name + 1, length, scan->config->files[c->place.file], &path));
  TRY(copy_up(scan, c));
  c->at = c->copied = name + length + 2;
  TRY(include(scan, c->place, path));
  return mark(scan, c->place);
}

/* ---- a file ---- */

static enum status scan_comment(struct scan *scan, struct cursor *c) {
  struct place begin = c->place;
  if (c->at[0] == '#' || c->at[1] == '/') {
    c->at += strcspn(c->at, "\n");
    return STATUS_OK;
  }
  for (c->at += 2; *c->at && !(c->at[0] == '*' && c->at[1] == '/'); c->at++) {
    if (*c->at != '\n') continue;
    c->place.line++;
    c->line = c->at + 1;
  }
  if (!*c->at) return config_refuse(scan->config, begin, "no */ closes this comment");
  c->at += 2;
  return STATUS_OK;
}

static enum status scan_token(struct scan *scan, struct cursor *c) {
  char at = *c->at;
  if (at == '\n') {
    c->place.line++;
    c->line = ++c->at;
    return STATUS_OK;
  }
  if (strchr(" \t\r\f", at)) {
    c->at++;
    return STATUS_OK;
  }
  if (at == '#' || (at == '/' && (c->at[1] == '/' || c->at[1] == '*'))) return scan_comment(scan, c);
  if (at == '@') return scan_include(scan, c);
  if (at == '"') return scan_text(scan, c);
  if (strchr("{[(", at)) return scan_opening(scan, c);
  if (strchr("}])", at)) return scan_closing(scan, c);
  if (strchr("=:;,", at)) return scan_separator(scan, c);
  if (isdigit((unsigned char)at) || strchr("+-.", at)) return scan_number(scan, c);
  if (isalpha((unsigned char)at) || at == '*') return scan_word(scan, c);
  return unexpected(scan, c);
}

static enum status scan_file(struct scan *scan, int file, const char *text) {
  struct cursor c = {
      .at = text, .copied = text, .line = text, .place = {file, file < 0 ? 0 : 1}, .floor = scan->depth};
  scan->files[scan->nesting] = file;
  scan->last = START;
  TRY(mark(scan, c.place));
  while (*c.at) TRY(scan_token(scan, &c));
  if (scan->depth > c.floor) {
    const struct bracket *open = &scan->bracket[scan->depth];
    return config_refuse(scan->config, open->place, "nothing closes this \"%c\"", open->kind);
  }
  if (!setting_is_whole(scan)) return unexpected(scan, &c);
  scan->last = START;
  return copy_up(scan, &c);
}

enum status config_join(struct config *config, int file, const char *text, struct source *out) {
  struct scan scan = {.config = config, .source = out, .bracket = {{.kind = '{'}}};
  *out = (struct source){0};
  TRY(append(&scan, "", 0));
  TRY(scan_file(&scan, file, text));
  return append(&scan, "\n", 1);
}
