/* names.c — names and paths of the objects in a file. See names.h. */
#include "names.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_LENGTH_MAX = 63, PATH_LENGTH_MAX = 127 };

bool names_plain(const char *name) {
  if (!name || !name[0] || isdigit((unsigned char)name[0]) || strlen(name) > NAME_LENGTH_MAX) return false;
  for (const char *c = name; *c; c++)
    if (!isalnum((unsigned char)*c) && *c != '_') return false;
  return true;
}

enum status names_path(const char *path, char out[STORE_NAME_MAX]) {
  int length = snprintf(out, STORE_NAME_MAX, "/%s", path);
  bool good = length > 1 && length <= PATH_LENGTH_MAX && !strstr(out, "//") && out[length - 1] != '/';
  for (const char *c = out; good && *c; c++) good = isalnum((unsigned char)*c) || strchr("/_-.+", *c);
  return good ? STATUS_OK : status_fail(STATUS_FAULT, "\"%s\" cannot name a group of a file", path);
}

enum status names_join(const char *group, const char *name, char out[STORE_NAME_MAX]) {
  const char *upper = strcmp(group, "/") == 0 ? "" : group;
  if (snprintf(out, STORE_NAME_MAX, "%s/%s", upper, name) < STORE_NAME_MAX) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "too long a name: %.60s…/%.60s…", group, name);
}
