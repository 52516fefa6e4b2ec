/* units_write.c — quantities for people, in the unit of their dimension that takes the fewest digits; and the
 * symbols of units in result files. */
#include "units.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_BYTES = 32, FAMILY_MAX = 6 };

/* Units that may stand for one another in a text, from small to large. */
static const char *const families[][FAMILY_MAX] = {
    {"nm", "µm", "mm", "m"},
    {"µs", "ms", "s", "min", "h", "d"},
    {"µV", "mV", "V"},
    {"pA", "nA", "µA", "mA"},
    {"pS", "nS", "µS", "mS"},
    {"pF", "nF", "µF"},
    {"Hz", "kHz"},
    {"nM", "µM", "mM", "M"},
    {"µg", "mg", "g", "kg"},
    {"µL", "mL", "L"},
    {"nmol", "µmol", "mmol", "mol"},
    {"Ohm", "kOhm", "MOhm"},
    {"ng/kg", "µg/kg", "mg/kg", "g/kg"},
};
enum { N_FAMILIES = sizeof families / sizeof families[0] };

/* Six digits, and no plus or zeros in the exponent: 1e6. */
static void write_number(double value, char text[NUMBER_BYTES]) {
  snprintf(text, NUMBER_BYTES, "%.6g", value);
  char *e = strchr(text, 'e');
  if (!e) return;
  char *digits = e + 1 + (e[1] == '-'), *first = digits;
  while (*first == '+' || (*first == '0' && first[1])) first++;
  memmove(digits, first, strlen(first) + 1);
}

/* The unit as families spell it: "um" is "µm". */
static bool same_unit(const char *unit, const char *member) {
  static const char micro[] = "µ";
  size_t lead = strlen(micro);
  bool spelled = unit[0] == 'u' && strncmp(member, micro, lead) == 0;
  return strcmp(spelled ? unit + 1 : unit, spelled ? member + lead : member) == 0;
}

static const char *const *family_of(const char *unit) {
  for (int f = 0; f < N_FAMILIES; f++) {
    for (int i = 0; i < FAMILY_MAX && families[f][i]; i++) {
      if (same_unit(unit, families[f][i])) return families[f];
    }
  }
  return NULL;
}

/* How hard a number is to read: its length, and more for an exponent: "100 mM" goes before "1e8 nM". */
static size_t weight(const char *number) {
  enum { EXPONENT = 4 };
  return strlen(number) + (strchr(number, 'e') ? EXPONENT : 0);
}

void units_write(double value, const char *unit, char *text, size_t size) {
  char best[NUMBER_BYTES], trial[NUMBER_BYTES];
  const char *const *family = family_of(unit), *best_unit = unit;
  write_number(value, best);
  for (int i = 0; family && i < FAMILY_MAX && family[i]; i++) {
    double factor;
    if (same_unit(unit, family[i]) && best_unit == unit) best_unit = family[i]; /* as families spell it */
    if (units_factor(unit, family[i], &factor) != STATUS_OK) continue;
    write_number(value * factor, trial);
    if (weight(trial) >= weight(best)) continue;
    memcpy(best, trial, sizeof best);
    best_unit = family[i];
  }
  bool pure = best_unit[0] == '\0' || strcmp(best_unit, "1") == 0;
  snprintf(text, size, pure ? "%s" : "%s %s", best, best_unit);
}

/* Units that are written otherwise in files; all others are the same. */
static const struct {
  const char *unit, *symbol;
} symbols[] = {
    {"", "1"},
    {"µm", "um"},
    {"µm²", "um2"},
    {"µm³", "um3"},
    {"mm²", "mm2"},
    {"1/µm", "1/um"},
    {"1/µm²", "1/um2"},
    {"1/mm²", "1/mm2"},
    {"µm²/ms", "um2/ms"},
    {"µM", "uM"},
    {"µM/ms", "uM/ms"},
    {"µM/h", "uM/h"},
    {"µM·ms", "uM.ms"},
    {"1/(µM ms)", "1/(uM.ms)"},
    {"1/(µM·ms)", "1/(uM.ms)"},
    {"µmol/kg", "umol/kg"},
    {"µg/kg", "ug/kg"},
    {"µs", "us"},
    {"µV", "uV"},
    {"µA", "uA"},
    {"µS", "uS"},
    {"µF", "uF"},
    {"µL", "uL"},
    {"µg", "ug"},
    {"°C", "degC"},
    {"Ω", "ohm"},
    {"Ohm", "ohm"},
};

const char *units_symbol(const char *unit) {
  for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
    if (strcmp(unit, symbols[i].unit) == 0) return symbols[i].symbol;
  }
  return unit;
}
