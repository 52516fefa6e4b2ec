/* json_file.c — reading JSON files, by jansson. See json_file.h. */
#include "json_file.h"
#include "text_file.h"
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

enum status json_file_read(const char *path, struct json_t **out) {
  json_error_t error;
  FILE *file = text_file_read(path);
  *out = NULL;
  if (!file) return status_fail(STATUS_CONFIG, "%s: cannot be read: %s", path, strerror(errno));
  *out = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
  fclose(file);
  if (!*out && error.line > 0)
    return status_fail(STATUS_CONFIG, "%s:%d: is no JSON: %s", path, error.line, error.text);
  if (!*out) return status_fail(STATUS_CONFIG, "%s: %s", path, error.text);
  if (json_is_object(*out)) return STATUS_OK;
  json_file_free(*out);
  *out = NULL;
  return status_fail(STATUS_CONFIG, "%s: is no object of JSON", path);
}

void json_file_free(struct json_t *json) { json_decref(json); }

struct json_t *json_file_member(const struct json_t *object, const char *key) {
  struct json_t *found = json_object_get(object, key);
  return json_is_null(found) ? NULL : found;
}

int json_file_count(const struct json_t *value) {
  return (int)(json_is_object(value) ? json_object_size(value) : json_array_size(value));
}

struct json_t *json_file_at(struct json_t *value, int i, const char **key) {
  if (key) *key = NULL;
  if (json_is_array(value)) return json_array_get(value, (size_t)i);
  void *at = json_object_iter(value);
  while (at && i-- > 0) at = json_object_iter_next(value, at);
  if (at && key) *key = json_object_iter_key(at);
  return at ? json_object_iter_value(at) : NULL;
}

enum json_kind json_file_kind(const struct json_t *value) {
  if (!value) return JSON_KIND_NULL;
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    return JSON_KIND_OBJECT;
  case JSON_ARRAY:
    return JSON_KIND_ARRAY;
  case JSON_STRING:
    return JSON_KIND_TEXT;
  case JSON_INTEGER:
    return JSON_KIND_INTEGER;
  case JSON_REAL:
    return JSON_KIND_NUMBER;
  case JSON_TRUE:
  case JSON_FALSE:
    return JSON_KIND_FLAG;
  case JSON_NULL:
    break;
  }
  return JSON_KIND_NULL;
}

const char *json_file_text(const struct json_t *value) { return json_string_value(value); }
double json_file_value(const struct json_t *value) {
  return json_is_number(value) ? json_number_value(value) : NAN;
}
bool json_file_flag(const struct json_t *value) { return json_is_true(value); }
