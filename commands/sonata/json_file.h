/* json_file.h — reading JSON files, by jansson. Values belong to the file that they were read from. */
#ifndef COMMANDS_JSON_FILE_H
#define COMMANDS_JSON_FILE_H

#include "status.h"
#include <stdbool.h>

struct json_t;

/* Read a file whose value is an object; free with json_free. Fails: CONFIG (not there, no JSON: with its
 * line). */
MUST_USE enum status json_file_read(const char *path, struct json_t **out);
void json_file_free(struct json_t *json);

/* Member of an object, NULL if there is none or it is null. */
struct json_t *json_file_member(const struct json_t *object, const char *key);
/* Elements of an array, members of an object; 0 for anything else. */
int json_file_count(const struct json_t *value);
/* Element i of an array; member i of an object, with its key. */
struct json_t *json_file_at(struct json_t *value, int i, const char **key);

enum json_kind {
  JSON_KIND_OBJECT,
  JSON_KIND_ARRAY,
  JSON_KIND_TEXT,
  JSON_KIND_NUMBER,
  JSON_KIND_INTEGER,
  JSON_KIND_FLAG,
  JSON_KIND_NULL
};
enum json_kind json_file_kind(const struct json_t *value);
/* NULL if it is no text; NAN if it is no number; false if it is not true. */
const char *json_file_text(const struct json_t *value);
double json_file_value(const struct json_t *value);
bool json_file_flag(const struct json_t *value);

#endif
