/* host.c — the machine and the time of day. See host.h. */
#include "host.h"
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* The value of the first line of a file that begins with `key`; what separates them and quotes are left
 * out. */
static void find_line(const char *path, const char *key, const char *between, char out[HOST_TEXT_MAX]) {
  snprintf(out, HOST_TEXT_MAX, "unknown");
  FILE *file = fopen(path, "r");
  if (!file) return;
  char line[1024];
  while (fgets(line, sizeof line, file)) {
    if (strncmp(line, key, strlen(key)) != 0) continue;
    const char *value = line + strlen(key);
    value += strspn(value, between);
    snprintf(out, HOST_TEXT_MAX, "%.*s", (int)strcspn(value, "\"\n"), value);
    break;
  }
  fclose(file);
}

void host_describe(struct host *out) {
  *out = (struct host){0};
  struct utsname machine;
  bool known = uname(&machine) == 0;
  snprintf(out->name, sizeof out->name, "%s", known ? machine.nodename : "unknown");
  find_line("/proc/cpuinfo", "model name", " \t:", out->cpu);
  char distribution[HOST_TEXT_MAX];
  find_line("/etc/os-release", "PRETTY_NAME", "=\"", distribution);
  snprintf(out->os, sizeof out->os, "%.79s, %.9s %.65s", distribution, known ? machine.sysname : "",
           known ? machine.release : "");
  cpu_set_t usable;
  out->processors = sched_getaffinity(0, sizeof usable, &usable) == 0 ? CPU_COUNT(&usable) : 1;
  long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
  out->memory_bytes = pages > 0 && page_bytes > 0 ? (uint64_t)pages * (uint64_t)page_bytes : 0;
}

void host_time(char text[HOST_TIME_MAX]) {
  time_t now = time(NULL);
  struct tm utc;
  gmtime_r(&now, &utc);
  strftime(text, HOST_TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* VmHWM begins anew with the program; the figure of getrusage may be that of who started it. */
uint64_t host_peak_bytes(void) {
  struct rusage usage;
  char line[256];
  uint64_t kB = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status && kB == 0 && fgets(line, sizeof line, status)) {
    if (strncmp(line, "VmHWM:", 6) == 0) kB = strtoull(line + 6, NULL, 10);
  }
  if (status) fclose(status);
  if (kB > 0) return kB * 1024;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}
