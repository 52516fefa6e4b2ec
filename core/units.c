/* units.c — quantities as text: a number, exact in decimal, and a unit as powers of base dimensions.
 *
 * A unit is num/den × 10^ten of the coherent unit (m, kg, s, A, K, mol) and a vector of exponents. The power
 * of ten is never multiplied: it is added to the exponent of the decimal number before that is read, so that
 * "0.5 mm" in µm and "500 µm" give the same bits. A mass over a mass does not cancel; it is the dimension of
 * a dose (units.h). */
#include "units.h"
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum dimension { LENGTH, MASS, TIME, CURRENT, TEMPERATURE, AMOUNT, DOSE, DIMENSIONS };

struct unit {
  double num, den;
  int ten;
  int power[DIMENSIONS];
  int mass_above, mass_below; /* powers of mass in numerator and denominator, until doses are counted */
  bool celsius;               /* this is °C alone: a point of a scale, not a difference */
};

enum { PREFIXED = 1, WHOLE = 0, POWER_MAX = 9, NESTING_MAX = 4, DIGITS_MAX = 60 };

static const struct symbol {
  const char *text;
  bool prefixed;
  double num;
  int ten;
  int power[DIMENSIONS];
} symbols[] = {
    {"1", WHOLE, 1, 0, {0}},
    {"%", WHOLE, 1, -2, {0}},
    {"min", WHOLE, 60, 0, {[TIME] = 1}},
    {"h", WHOLE, 3600, 0, {[TIME] = 1}},
    {"d", WHOLE, 86400, 0, {[TIME] = 1}},
    {"s", PREFIXED, 1, 0, {[TIME] = 1}},
    {"Hz", PREFIXED, 1, 0, {[TIME] = -1}},
    {"m", PREFIXED, 1, 0, {[LENGTH] = 1}},
    {"L", PREFIXED, 1, -3, {[LENGTH] = 3}},
    {"g", PREFIXED, 1, -3, {[MASS] = 1}},
    {"mol", PREFIXED, 1, 0, {[AMOUNT] = 1}},
    {"M", PREFIXED, 1, 3, {[AMOUNT] = 1, [LENGTH] = -3}},
    {"A", PREFIXED, 1, 0, {[CURRENT] = 1}},
    {"V", PREFIXED, 1, 0, {[LENGTH] = 2, [MASS] = 1, [TIME] = -3, [CURRENT] = -1}},
    {"S", PREFIXED, 1, 0, {[LENGTH] = -2, [MASS] = -1, [TIME] = 3, [CURRENT] = 2}},
    {"F", PREFIXED, 1, 0, {[LENGTH] = -2, [MASS] = -1, [TIME] = 4, [CURRENT] = 2}},
    {"Ohm", PREFIXED, 1, 0, {[LENGTH] = 2, [MASS] = 1, [TIME] = -3, [CURRENT] = -2}},
    {"Ω", PREFIXED, 1, 0, {[LENGTH] = 2, [MASS] = 1, [TIME] = -3, [CURRENT] = -2}},
    {"K", WHOLE, 1, 0, {[TEMPERATURE] = 1}},
    {"°C", WHOLE, 1, 0, {[TEMPERATURE] = 1}},
    {"degC", WHOLE, 1, 0, {[TEMPERATURE] = 1}},
};
enum { N_SYMBOLS = sizeof symbols / sizeof symbols[0] };

static const struct prefix {
  const char *text;
  int ten;
} prefixes[] = {{"f", -15}, {"p", -12}, {"n", -9}, {"u", -6}, {"\u00B5", -6}, {"\u03BC", -6},
                {"m", -3},  {"c", -2},  {"d", -1}, {"k", 3},  {"M", 6}};
enum { N_PREFIXES = sizeof prefixes / sizeof prefixes[0] };

/* ---- reading a unit ---- */

struct reader {
  const char *at;
  int nesting;
};

/* Skip `word` if it stands here. */
static bool take(struct reader *reader, const char *word) {
  size_t length = strlen(word);
  if (strncmp(reader->at, word, length) != 0) return false;
  reader->at += length;
  return true;
}

/* Exactly this symbol, `length` bytes long. */
static const struct symbol *symbol_of(const char *text, size_t length, bool prefixed) {
  for (int i = 0; i < N_SYMBOLS; i++) {
    const struct symbol *symbol = &symbols[i];
    if (prefixed && !symbol->prefixed) continue;
    if (strlen(symbol->text) == length && memcmp(symbol->text, text, length) == 0) return symbol;
  }
  return NULL;
}

/* A symbol with or without prefix: letters, %, and whatever is not ASCII except ·, superscripts. */
static bool read_symbol(struct reader *reader, const struct symbol **symbol, int *ten) {
  static const char *const ends[] = {"·", "²", "³", "¹", "⁻"};
  const char *end = reader->at;
  while (isalpha((unsigned char)*end) || *end == '%' || (unsigned char)*end >= 0x80) {
    bool stop = false;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
      stop |= strncmp(end, ends[i], strlen(ends[i])) == 0;
    if (stop) break;
    end++;
  }
  size_t length = (size_t)(end - reader->at);
  *ten = 0;
  *symbol = symbol_of(reader->at, length, false);
  for (int i = 0; i < N_PREFIXES && !*symbol; i++) {
    size_t skip = strlen(prefixes[i].text);
    if (length <= skip || strncmp(reader->at, prefixes[i].text, skip) != 0) continue;
    *symbol = symbol_of(reader->at + skip, length - skip, true);
    *ten = prefixes[i].ten;
  }
  reader->at = end;
  return *symbol != NULL;
}

/* An integer power: 2, ^2, -1, ², ⁻¹; 1 if there is none. */
static bool read_power(struct reader *reader, int *power) {
  static const char *const superscripts[] = {"¹", "²", "³"};
  bool caret = take(reader, "^"), high = take(reader, "⁻"), minus = high || take(reader, "-");
  *power = 0;
  if (isdigit((unsigned char)*reader->at) && !high) {
    *power = *reader->at++ - '0';
    if (isdigit((unsigned char)*reader->at)) return false;
  }
  for (int i = 0; i < 3 && *power == 0 && !caret; i++) {
    if (take(reader, superscripts[i])) *power = i + 1;
  }
  if (*power == 0) {
    if (caret || minus) return false;
    *power = 1;
  }
  if (minus) *power = -*power;
  return true;
}

static double whole_power(double base, int power) {
  double result = 1;
  for (int i = 0; i < power; i++) result *= base;
  return result;
}

static bool read_product(struct reader *reader, int sign, struct unit *unit);

/* One symbol with its power, "1", or a parenthesis, multiplied into *unit to the power `sign`. */
static bool read_factor(struct reader *reader, int sign, struct unit *unit) {
  if (take(reader, "(")) {
    if (++reader->nesting > NESTING_MAX || !read_product(reader, sign, unit)) return false;
    reader->nesting--;
    return take(reader, ")");
  }
  if (*reader->at == '1') {
    reader->at++;
    return !isdigit((unsigned char)*reader->at);
  }
  const struct symbol *symbol;
  int ten, power;
  if (!read_symbol(reader, &symbol, &ten) || !read_power(reader, &power)) return false;
  power *= sign;
  unit->ten += power * (ten + symbol->ten);
  *(power > 0 ? &unit->num : &unit->den) *= whole_power(symbol->num, abs(power));
  for (int d = 0; d < DIMENSIONS; d++) unit->power[d] += power * symbol->power[d];
  if (strcmp(symbol->text, "g") == 0) *(power > 0 ? &unit->mass_above : &unit->mass_below) += abs(power);
  return abs(unit->ten) < 300;
}

/* factor { blank | · | * factor } { / factor … }: a quotient holds for the one factor that follows it. */
static bool read_product(struct reader *reader, int sign, struct unit *unit) {
  if (!read_factor(reader, sign, unit)) return false;
  for (;;) {
    bool gap = false;
    while (take(reader, " ")) gap = true;
    if (*reader->at == '\0' || *reader->at == ')') return true;
    bool quotient = take(reader, "/");
    if (!quotient && !take(reader, "·") && !take(reader, "*") && !gap) return false;
    while (take(reader, " ")) {
    }
    if (!read_factor(reader, quotient ? -sign : sign, unit)) return false;
  }
}

/* A whole unit; "" is the pure number. */
static bool read_unit(const char *text, struct unit *unit) {
  *unit = (struct unit){.num = 1, .den = 1};
  while (*text == ' ') text++;
  if (*text == '\0') return true;
  if (strlen(text) > DIGITS_MAX) return false;
  struct reader reader = {text, 0};
  if (!read_product(&reader, 1, unit) || *reader.at != '\0') return false;
  unit->power[DOSE] = unit->mass_above < unit->mass_below ? unit->mass_above : unit->mass_below;
  unit->celsius = strcmp(text, "°C") == 0 || strcmp(text, "degC") == 0;
  return true;
}

static bool same_dimension(const struct unit *a, const struct unit *b) {
  return memcmp(a->power, b->power, sizeof a->power) == 0;
}

/* ---- names and examples for messages ---- */

static const struct dimension_name {
  const char *unit, *name,
      *number; /* any unit of the dimension; what it is called; a number for the example */
} dimension_names[] = {
    {"1", "a pure number", "0.5"},
    {"m", "a length", "500"},
    {"m2", "an area", "10"},
    {"s", "a time", "10"},
    {"Hz", "a rate", "10"},
    {"V", "a voltage", "-65"},
    {"A", "a current", "10"},
    {"S", "a conductance", "10"},
    {"F", "a capacitance", "200"},
    {"Ohm", "a resistance", "100"},
    {"K", "a temperature", "37"},
    {"g", "a mass", "10"},
    {"L", "a volume", "10"},
    {"mol", "an amount of substance", "10"},
    {"M", "a concentration", "10"},
    {"mg/kg", "a dose", "10"},
    {"mg/kg/h", "a dose per time", "10"},
    {"g/mol", "a molar mass", "200"},
    {"L/kg", "a volume per body mass", "0.7"},
    {"L/min/kg", "a clearance per body mass", "0.1"},
    {"L/min", "a clearance", "1"},
    {"m/s", "a velocity", "0.3"},
    {"m2/s", "a diffusion coefficient", "0.3"},
    {"1/m", "a number per length", "1"},
    {"1/m2", "a number per area", "1000"},
    {"1/V", "a number per voltage", "0.06"},
    {"1/(M s)", "a rate per concentration", "0.01"},
    {"M/s", "a concentration per time", "1"},
    {"A/s", "a current per time", "1"},
};

static const struct dimension_name *dimension_name(const struct unit *unit) {
  for (size_t i = 0; i < sizeof dimension_names / sizeof dimension_names[0]; i++) {
    struct unit other;
    if (read_unit(dimension_names[i].unit, &other) && same_dimension(unit, &other))
      return &dimension_names[i];
  }
  return NULL;
}

static bool pure(const char *unit) { return unit[0] == '\0' || strcmp(unit, "1") == 0; }

/* `example: "500 µm"`, or `example: 0.5` for a pure number. */
static void write_example(const char *wanted, const struct dimension_name *name, char *text, size_t size) {
  const char *number = name ? name->number : "10";
  if (pure(wanted))
    snprintf(text, size, "example: %s", number);
  else
    snprintf(text, size, "example: \"%s %s\"", number, wanted);
}

/* ---- quantities ---- */

/* A decimal number at the start of `text`, split into digits (with sign and point) and exponent; NULL if
 * there is none. Gives where the unit begins. */
static const char *read_number(const char *text, char digits[DIGITS_MAX + 1], int *exponent) {
  while (*text == ' ') text++;
  const char *end = text;
  int count = 0;
  if (*end == '-' || *end == '+') end++;
  for (bool point = false; isdigit((unsigned char)*end) || (*end == '.' && !point); end++) {
    if (*end == '.')
      point = true;
    else
      count++;
  }
  if (count == 0 || end - text > DIGITS_MAX) return NULL;
  memcpy(digits, text, (size_t)(end - text));
  digits[end - text] = '\0';
  *exponent = 0;
  const char *e = end;
  if (*e == 'e' || *e == 'E') {
    bool minus = e[1] == '-';
    e += 1 + (e[1] == '-' || e[1] == '+');
    if (isdigit((unsigned char)*e)) {
      for (; isdigit((unsigned char)*e); e++)
        *exponent = *exponent < 1000 ? 10 * *exponent + (*e - '0') : 1000;
      if (minus) *exponent = -*exponent;
      end = e;
    }
  }
  while (*end == ' ') end++;
  return end;
}

/* digits × 10^exponent of unit `from`, in unit `to`. */
static double convert(const char *digits, int exponent, const struct unit *from, const struct unit *to) {
  char decimal[DIGITS_MAX + 16];
  snprintf(decimal, sizeof decimal, "%se%d", digits, exponent + from->ten - to->ten);
  double above = from->num * to->den, below = from->den * to->num, value = strtod(decimal, NULL);
  return above == below ? value : value * above / below;
}

enum status units_read(const char *text, const char *wanted, double *value) {
  struct unit from, to;
  char digits[DIGITS_MAX + 1], example[128];
  int exponent;
  if (!read_unit(wanted, &to)) return status_fail(STATUS_FAULT, "\"%s\" is not a unit", wanted);
  const struct dimension_name *name = dimension_name(&to);
  write_example(wanted, name, example, sizeof example);
  const char *unit = read_number(text, digits, &exponent);
  if (!unit) return status_fail(STATUS_CONFIG, "\"%.80s\" is not a quantity (%s)", text, example);
  if (*unit == '\0' && !pure(wanted))
    return status_fail(STATUS_CONFIG, "\"%s\" has no unit (%s)", text, example);
  if (!read_unit(unit, &from)) {
    return status_fail(STATUS_CONFIG, "\"%.80s\": \"%.40s\" is not a known unit (%s)", text, unit, example);
  }
  if (!same_dimension(&from, &to)) {
    if (name) return status_fail(STATUS_CONFIG, "\"%s\" is not %s (%s)", text, name->name, example);
    return status_fail(STATUS_CONFIG, "\"%s\" is not a quantity in %s (%s)", text, wanted, example);
  }
  double result = convert(digits, exponent, &from, &to);
  if (from.celsius != to.celsius && to.power[TEMPERATURE] == 1) {
    if (from.celsius) result += ZERO_CELSIUS_K;
    if (to.celsius) result -= ZERO_CELSIUS_K;
  }
  if (!isfinite(result)) return status_fail(STATUS_CONFIG, "\"%s\" is too large a number", text);
  *value = result;
  return STATUS_OK;
}

enum status units_factor(const char *from, const char *to, double *factor) {
  struct unit a, b;
  if (!read_unit(from, &a)) return status_fail(STATUS_CONFIG, "\"%.80s\" is not a known unit", from);
  if (!read_unit(to, &b)) return status_fail(STATUS_CONFIG, "\"%.80s\" is not a known unit", to);
  if (!same_dimension(&a, &b)) return status_fail(STATUS_CONFIG, "%s cannot be converted to %s", from, to);
  if (a.celsius != b.celsius) return status_fail(STATUS_CONFIG, "%s to %s is not a factor", from, to);
  *factor = convert("1", 0, &a, &b);
  return STATUS_OK;
}
