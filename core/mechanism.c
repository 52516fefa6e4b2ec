/* mechanism.c — choosing the build of the mechanisms for this CPU, and look-up by name. */
#include "mechanism.h"
#include <stdlib.h>
#include <string.h>

/* Can this CPU run the build? The levels are those of the x86-64 psABI. */
static bool supported(const char *isa) {
#if defined(__x86_64__)
  bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
            __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  if (strcmp(isa, "v3") == 0) return v3;
  if (strcmp(isa, "v4") == 0) {
    return v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd");
  }
#endif
  return strcmp(isa, "base") == 0;
}

enum status mechanism_choose(const struct mechanisms *builds, int n_builds, const struct mechanisms **out) {
  const char *wanted = getenv("SPINULE_ISA");
  *out = NULL;
  for (int i = 0; i < n_builds; i++) {
    if (wanted && *wanted && strcmp(wanted, builds[i].isa) != 0) continue;
    if (supported(builds[i].isa)) *out = &builds[i];
  }
  if (*out) return STATUS_OK;
  return status_fail(STATUS_USAGE,
                     "SPINULE_ISA=%s: not built, or this CPU cannot run it (known: base, v3, v4)",
                     wanted ? wanted : "");
}

const struct mechanism *mechanism_find(const struct mechanisms *mechanisms, const char *name) {
  for (int i = 0; i < mechanisms->n; i++) {
    if (strcmp(mechanisms->list[i]->name, name) == 0) return mechanisms->list[i];
  }
  return NULL;
}

double mechanism_number(const struct mechanism *mechanism, const void *params, const char *key) {
  for (int p = 0; p < mechanism->n_params; p++) {
    const struct param *param = &mechanism->params[p];
    double value;
    if (param->type != PARAM_NUMBER || strcmp(param->key, key) != 0) continue;
    memcpy(&value, (const char *)params + param->offset, sizeof value);
    return value;
  }
  return NAN;
}
