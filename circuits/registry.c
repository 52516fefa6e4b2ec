/* registry.c — the table of mechanisms for each instruction set they were built for, from the list in
 * meson.build. */
#include "registry.h"
#include "circuit.h"

#define DECLARE_BASE(name) extern const struct mechanism mechanism_##name##_base;
#define DECLARE_V3(name) extern const struct mechanism mechanism_##name##_v3;
#define DECLARE_V4(name) extern const struct mechanism mechanism_##name##_v4;
#define LIST_BASE(name) &mechanism_##name##_base,
#define LIST_V3(name) &mechanism_##name##_v3,
#define LIST_V4(name) &mechanism_##name##_v4,

#define TABLE_base                                                                                           \
  MECHANISM_LIST(DECLARE_BASE) static const struct mechanism *const list_base[] = {MECHANISM_LIST(LIST_BASE)};
#define TABLE_v3                                                                                             \
  MECHANISM_LIST(DECLARE_V3) static const struct mechanism *const list_v3[] = {MECHANISM_LIST(LIST_V3)};
#define TABLE_v4                                                                                             \
  MECHANISM_LIST(DECLARE_V4) static const struct mechanism *const list_v4[] = {MECHANISM_LIST(LIST_V4)};
#define TABLE(isa) TABLE_##isa
#define ROW(isa) {#isa, list_##isa, COUNT_OF(list_##isa)},

BUILD_LIST(TABLE)

enum status circuit_mechanisms(const struct mechanisms **out) {
  static const struct mechanisms builds[] = {BUILD_LIST(ROW)};
  return mechanism_choose(builds, COUNT_OF(builds), out);
}
