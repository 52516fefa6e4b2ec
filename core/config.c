/* config.c — a config file as a tree of settings: reading files, and the one place that calls libconfig. */
#include "config_parts.h"
#include "memory.h"
#include <errno.h>
#include <fcntl.h>
#include <libconfig.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- files ---- */

/* Length of the UTF-8 character at `text`; 0 if it is none. */
static int character(const unsigned char *text) {
  static const struct {
    unsigned char mask, lead;
    int more;
    unsigned least;
  } forms[] = {{0x80, 0, 0, 0}, {0xE0, 0xC0, 1, 0x80}, {0xF0, 0xE0, 2, 0x800}, {0xF8, 0xF0, 3, 0x10000}};
  for (int f = 0; f < 4; f++) {
    if ((text[0] & forms[f].mask) != forms[f].lead) continue;
    unsigned code = text[0] & (unsigned char)~forms[f].mask;
    for (int i = 1; i <= forms[f].more; i++) {
      if ((text[i] & 0xC0) != 0x80) return 0;
      code = code << 6 | (text[i] & 0x3Fu);
    }
    bool good = code >= forms[f].least && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
    return good ? forms[f].more + 1 : 0;
  }
  return 0;
}

/* The first byte that is not UTF-8; NULL if all is. */
static const char *not_utf8(const char *text) {
  for (int length; *text; text += length) {
    length = character((const unsigned char *)text);
    if (length == 0) return text;
  }
  return NULL;
}

const char *config_bad_byte(const char *text) {
  for (const char *at = text; *at; at++) {
    if (((unsigned char)*at < ' ' && *at != '\n' && *at != '\t') || *at == 0x7F) return at;
  }
  return not_utf8(text);
}

static enum status check_text(const char *path, const char *text, size_t length) {
  const char *zero = memchr(text, 0, length), *bad = zero ? zero : not_utf8(text);
  if (!bad) return STATUS_OK;
  int line = 1;
  for (const char *at = text; at < bad; at++) line += *at == '\n';
  if (zero) return status_fail(STATUS_CONFIG, "%s:%d: a byte 0: this is not a text", path, line);
  return status_fail(STATUS_CONFIG, "%s:%d: byte 0x%02X is not UTF-8: save the file as UTF-8", path, line,
                     (unsigned char)*bad);
}

static enum status refuse_file(const char *path, const char *reason) {
  return status_fail(STATUS_CONFIG, "%s: %s", path, reason);
}

/* All of an open file, and whether it is one. */
static enum status read_whole(struct config *config, const char *path, int descriptor, const char **text) {
  struct stat info;
  if (fstat(descriptor, &info) != 0) return refuse_file(path, strerror(errno));
  if (S_ISDIR(info.st_mode)) return refuse_file(path, "is a folder, not a file");
  if (!S_ISREG(info.st_mode)) return refuse_file(path, "is not a plain file");
  if (info.st_size > CONFIG_TEXT_MAX)
    return status_fail(STATUS_CONFIG, "%s: larger than %d MB", path, CONFIG_TEXT_MAX >> 20);
  char *bytes;
  size_t length = 0;
  TRY(config_take(config, (size_t)info.st_size + 1, &bytes));
  while (length < (size_t)info.st_size) {
    ssize_t got = read(descriptor, bytes + length, (size_t)info.st_size - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse_file(path, strerror(errno));
    if (got == 0) break;
    length += (size_t)got;
  }
  *text = bytes;
  return check_text(path, bytes, length);
}

enum status config_read_text(struct config *config, const char *path, const char **text) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return refuse_file(path, strerror(errno));
  enum status status = read_whole(config, path, descriptor, text);
  close(descriptor);
  return status;
}

/* ---- text to tree ---- */

struct builder {
  struct config *config;
  const struct source *source;
  int n_values; /* simple values so far, in the order of the text */
};

/* Escapes can make bytes that are no text. */
static enum status take_text(struct builder *builder, struct node *node, const char *text) {
  const char *bad = config_bad_byte(text);
  if (bad)
    return config_refuse(builder->config, node->place, "the text holds the byte 0x%02X", (unsigned char)*bad);
  node->type = NODE_TEXT;
  return config_copy(builder->config, text, strlen(text), &node->text);
}

/* The scan and libconfig must see the same values. */
static enum status misread(const struct builder *builder) {
  return status_fail(STATUS_FAULT, "%s: libconfig does not find %d values", builder->config->path,
                     builder->source->n_values);
}

static enum status take_value(struct builder *builder, const config_setting_t *setting, struct node *node) {
  if (builder->n_values == builder->source->n_values) return misread(builder);
  struct place place = builder->source->values[builder->n_values++];
  if (!node->name) node->place = place;
  switch (config_setting_type(setting)) {
  case CONFIG_TYPE_INT:
    node->type = NODE_INTEGER;
    node->integer = config_setting_get_int(setting);
    break;
  case CONFIG_TYPE_INT64:
    node->type = NODE_INTEGER;
    node->integer = config_setting_get_int64(setting);
    break;
  case CONFIG_TYPE_FLOAT:
    node->type = NODE_NUMBER;
    node->number = config_setting_get_float(setting);
    break;
  case CONFIG_TYPE_BOOL:
    node->type = NODE_FLAG;
    node->flag = config_setting_get_bool(setting) != 0;
    break;
  default:
    return take_text(builder, node, config_setting_get_string(setting));
  }
  return STATUS_OK;
}

static enum status take(struct builder *builder, const config_setting_t *setting, struct node **out) {
  const char *name = config_setting_name(setting);
  struct place place = config_origin(builder->source, (int)config_setting_source_line(setting));
  TRY(config_node(builder->config, name, name ? strlen(name) : 0, place, out));
  struct node *node = *out;
  if (config_setting_is_scalar(setting)) return take_value(builder, setting, node);
  node->type = config_setting_is_group(setting) ? NODE_GROUP : NODE_LIST;
  for (int i = 0; i < config_setting_length(setting); i++) {
    struct node *child;
    TRY(take(builder, config_setting_get_elem(setting, (unsigned)i), &child));
    TRY(config_adopt(builder->config, node, child));
  }
  return STATUS_OK;
}

enum status config_tree(struct config *config, const struct source *source, struct node **root) {
  config_t parsed;
  struct builder builder = {config, source, 0};
  enum status status;
  config_init(&parsed);
  if (config_read_string(&parsed, source->text)) {
    status = take(&builder, config_root_setting(&parsed), root);
    if (status == STATUS_OK && builder.n_values != source->n_values) status = misread(&builder);
  } else {
    status = config_refuse(config, config_origin(source, config_error_line(&parsed)), "%s",
                           config_error_text(&parsed));
  }
  config_destroy(&parsed);
  return status;
}

/* ---- a config ---- */

static enum status begin(const char *path, struct config **out) {
  TRY(memory_new("config", 1, sizeof(struct config), out));
  struct config *config = *out;
  TRY(config_copy(config, path, strlen(path), &config->path));
  TRY(config_room(config, 0, &config->files_room, sizeof(char *), &config->files));
  config->files[config->n_files++] = config->path;
  return STATUS_OK;
}

static enum status build(struct config *config, const char *const *overrides, int n_overrides) {
  static const char mark[] = "\xEF\xBB\xBF"; /* some editors begin a UTF-8 file with it */
  struct source source;
  bool marked = strncmp(config->source, mark, strlen(mark)) == 0;
  TRY(config_join(config, 0, config->source + (marked ? strlen(mark) : 0), &source));
  TRY(config_tree(config, &source, &config->root));
  config->root->place = (struct place){0, 0};
  return config_override(config, overrides, n_overrides);
}

enum status config_load(const char *path, const char *const *overrides, int n_overrides,
                        struct config **out) {
  enum status status;
  *out = NULL;
  struct config *config = NULL;
  TRY_GOTO(begin(path, &config), failed);
  TRY_GOTO(config_read_text(config, path, &config->source), failed);
  TRY_GOTO(build(config, overrides, n_overrides), failed);
  *out = config;
  return STATUS_OK;
failed:
  config_free(config);
  return status;
}

enum status config_parse(const char *name, const char *text, struct config **out) {
  enum status status;
  *out = NULL;
  struct config *config = NULL;
  TRY_GOTO(begin(name, &config), failed);
  TRY_GOTO(check_text(name, text, strlen(text)), failed);
  TRY_GOTO(config_copy(config, text, strlen(text), &config->source), failed);
  TRY_GOTO(build(config, NULL, 0), failed);
  *out = config;
  return STATUS_OK;
failed:
  config_free(config);
  return status;
}

const char *config_source_text(const struct config *config) { return config->source; }

const char *config_path(const struct config *config) { return config->path; }
