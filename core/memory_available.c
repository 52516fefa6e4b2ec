/* memory_available.c — how much memory may still be had, as Linux says, and the question whether something
 * fits. See memory.h. */
#include "memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 };

/* The number behind `key` at the begin of a line of a file, or the first in it if key is ""; `otherwise` if
 * there is none. */
static uint64_t number_in(const char *path, const char *key, uint64_t otherwise) {
  char line[512];
  uint64_t found = otherwise;
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file)) {
    if (strncmp(line, key, strlen(key)) != 0) continue;
    char *text = line + strlen(key), *end;
    uint64_t number = strtoull(text, &end, 10);
    if (end == text) continue;
    found = number;
    break;
  }
  if (file) fclose(file);
  return found;
}

static uint64_t less(uint64_t a, uint64_t b) { return a < b ? a : b; }

static uint64_t left_of(uint64_t whole, uint64_t part) { return whole > part ? whole - part : 0; }

/* What the control group of this process and those above it leave; pages of files that were read are given
 * up. */
static uint64_t left_in_groups(void) {
  char group[PATH_ROOM] = "", line[PATH_ROOM], path[PATH_ROOM + 100];
  uint64_t left = UINT64_MAX;
  FILE *file = fopen("/proc/self/cgroup", "r");
  while (file && fgets(line, sizeof line, file)) {
    if (strncmp(line, "0::/", 4) == 0)
      snprintf(group, sizeof group, "%.*s", (int)strcspn(line + 3, "\n"), line + 3);
  }
  if (file) fclose(file);
  while (*group) {
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/memory.max", group);
    uint64_t most = number_in(path, "", UINT64_MAX);
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/memory.current", group);
    uint64_t used = number_in(path, "", 0);
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/memory.stat", group);
    uint64_t files = number_in(path, "inactive_file ", 0);
    if (most != UINT64_MAX) left = less(left, left_of(most, left_of(used, files)));
    *strrchr(group, '/') = '\0';
  }
  return left;
}

uint64_t memory_available(void) {
  const uint64_t kB = 1024, page = (uint64_t)sysconf(_SC_PAGESIZE);
  struct rlimit limit;
  uint64_t left = number_in("/proc/meminfo", "MemAvailable:", UINT64_MAX / kB / 2);
  left = (left + number_in("/proc/meminfo", "SwapFree:", 0)) * kB;
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    left = less(left, left_of(limit.rlim_cur, page * number_in("/proc/self/statm", "", 0)));
  return less(left, left_in_groups());
}

enum status memory_ask(const char *what, double bytes) {
  double left = (double)memory_available();
  if (bytes <= left) return STATUS_OK;
  return status_fail(STATUS_NO_MEMORY,
                     "%s would take %.3g GB of memory; %.3g GB can be had here: ask for less", what,
                     1e-9 * bytes, 1e-9 * left);
}
