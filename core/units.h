/* units.h — quantities as text with a unit, and the physical constants.
 *
 * "281 pF", "10 mg/kg", "40 min", "0.3 m/s", "10 1/(uM s)". A text is converted to the unit that the reader
 * of the parameter works in; a unit of another dimension is refused. Accepted spellings: SI prefixes f p n u
 * µ m c d k M; base symbols m s min h d g L mol M (molar) A V S F Hz Ohm °C K %; products with a blank, "·"
 * or "*", quotients with "/", parentheses in the denominator, integer powers (um2, um^2). A dose (mg/kg,
 * ug/kg) is a dimension of its own, so that a percentage is never read as a dose. */
#ifndef CORE_UNITS_H
#define CORE_UNITS_H

#include "status.h"

/* Read "<number> <unit>" into the unit `wanted` ("" or "1" for a pure number). Fails: CONFIG, with a message
 * that names the text, the dimension wanted and an example; no file or line (the caller knows them). */
MUST_USE enum status units_read(const char *text, const char *wanted, double *value);

/* Factor by which a value in unit `from` is multiplied to get one in unit `to`. Fails: CONFIG. */
MUST_USE enum status units_factor(const char *from, const char *to, double *factor);

/* Write a value with its unit for people ("0.5 mm", "40 min"): at most 6 significant digits. */
void units_write(double value, const char *unit, char *text, size_t size);

/* The UDUNITS short symbol written into result files for an internal unit ("µM" → "uM", "µm" → "um"). */
const char *units_symbol(const char *unit);

/* Constants (CODATA 2018, exact). */
#define FARADAY_C_PER_MOL 96485.33212
#define GAS_J_PER_MOL_K 8.314462618
#define AVOGADRO_PER_MOL 6.02214076e23
#define ZERO_CELSIUS_K 273.15

#endif
