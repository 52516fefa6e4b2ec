/* test_units.c — quantities keep their bits through any spelling of their unit; what is none is refused with
 * the reason; what is written for people reads back; symbols of result files are ASCII and mean the same. */
#include "units.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

static void quantities_are_converted_exactly(void **state) {
  (void)state;
  static const struct {
    const char *text, *wanted;
    double value;
  } rows[] = {
      {"281 pF", "pF", 281},
      {"0.281 nF", "pF", 281},
      {"0.5 mm", "µm", 500},
      {"500 um", "µm", 500},
      {"500 \u03BCm", "µm", 500},
      {"0.1 ms", "ms", 0.1},
      {"100 us", "ms", 0.1},
      {"1e-4 s", "ms", 0.1},
      {"40 min", "h", 40.0 / 60.0},
      {"40 min", "min", 40},
      {"1 d", "h", 24},
      {"-65.4 mV", "mV", -65.4},
      {"+3 mV", "mV", 3},
      {"10 mg/kg", "mg/kg", 10},
      {"0.01 g/kg", "mg/kg", 10},
      {"10 1/(uM s)", "1/(µM ms)", 0.01},
      {"10 1/(µM·s)", "1/(µM ms)", 0.01},
      {"0.3 m/s", "µm/ms", 300},
      {"2 um2/ms", "µm²/ms", 2},
      {"2 um^2/ms", "µm²/ms", 2},
      {"3 1/mm2", "1/mm²", 3},
      {"3 mm^-2", "1/mm²", 3},
      {"3 mm⁻²", "1/mm²", 3},
      {"37 °C", "°C", 37},
      {"310.15 K", "°C", 37},
      {"37 degC", "K", 310.15},
      {"2 1/min", "Hz", 2.0 / 60.0},
      {"5 nmol/L", "µM", 0.005},
      {"150 mM", "mM", 150},
      {"0.1 L/min/kg", "L/min/kg", 0.1},
      {"0.25", "1", 0.25},
      {"25 %", "1", 0.25},
      {"  25 %  ", "", 0.25},
      {"1 nS mV", "pA", 1},
      {"1 pF·mV/ms", "pA", 1},
  };
  for (int i = 0; i < COUNT_OF(rows); i++) {
    double value = NAN;
    assert_int_equal(units_read(rows[i].text, rows[i].wanted, &value), STATUS_OK);
    if (value != rows[i].value) fail_msg("%s in %s: %.17g", rows[i].text, rows[i].wanted, value);
  }
}

static void what_is_no_quantity_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *wanted, *message;
  } rows[] = {
      {"10", "mg/kg", "\"10\" has no unit (example: \"10 mg/kg\")"},
      {"10 ms", "µm", "\"10 ms\" is not a length (example: \"500 µm\")"},
      {"10 %", "mg/kg", "\"10 %\" is not a dose (example: \"10 mg/kg\")"},
      {"10 mg/kg", "1", "\"10 mg/kg\" is not a pure number (example: 0.5)"},
      {"10 mg", "mg/kg", "\"10 mg\" is not a dose (example: \"10 mg/kg\")"},
      {"ten ms", "ms", "\"ten ms\" is not a quantity (example: \"10 ms\")"},
      {"", "ms", "\"\" is not a quantity (example: \"10 ms\")"},
      {"10 furlong", "ms", "\"10 furlong\": \"furlong\" is not a known unit (example: \"10 ms\")"},
      {"1e999 ms", "ms", "\"1e999 ms\" is too large a number"},
      {"nan ms", "ms", "\"nan ms\" is not a quantity (example: \"10 ms\")"},
      {"1 ms/", "ms", "\"1 ms/\": \"ms/\" is not a known unit (example: \"10 ms\")"},
      {"1 1/(ms", "Hz", "\"1 1/(ms\": \"1/(ms\" is not a known unit (example: \"10 Hz\")"},
      {"1 km/h", "mV", "\"1 km/h\" is not a voltage (example: \"-65 mV\")"},
  };
  for (int i = 0; i < COUNT_OF(rows); i++) {
    double value = 7;
    assert_int_equal(units_read(rows[i].text, rows[i].wanted, &value), STATUS_CONFIG);
    assert_string_equal(status_message(), rows[i].message);
    assert_true(value == 7);
  }
}

static void factors_invert(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"mm", "µm"},   {"h", "ms"}, {"1/min", "Hz"}, {"mg/kg", "g/kg"}, {"1/(µM ms)", "1/(M s)"},
      {"MOhm", "Ohm"}};
  for (int i = 0; i < COUNT_OF(pairs); i++) {
    double there, back;
    assert_int_equal(units_factor(pairs[i][0], pairs[i][1], &there), STATUS_OK);
    assert_int_equal(units_factor(pairs[i][1], pairs[i][0], &back), STATUS_OK);
    assert_true(fabs(there * back - 1) < 1e-15);
  }
  double factor;
  assert_int_equal(units_factor("mg/kg", "%", &factor), STATUS_CONFIG);
  assert_string_equal(status_message(), "mg/kg cannot be converted to %");
  assert_int_equal(units_factor("°C", "K", &factor), STATUS_CONFIG);
  assert_string_equal(status_message(), "°C to K is not a factor");
  assert_int_equal(units_factor("parsec", "m", &factor), STATUS_CONFIG);
  assert_string_equal(status_message(), "\"parsec\" is not a known unit");
}

static void people_read_the_shortest_form(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *unit, *text;
  } rows[] = {
      {50, "µm", "50 µm"},         {5000, "µm", "5 mm"},
      {0.5, "mm", "0.5 mm"},       {2.0 / 3.0, "h", "40 min"},
      {168, "h", "7 d"},           {100, "s", "100 s"},
      {5000, "ms", "5 s"},         {0, "ms", "0 ms"},
      {-70, "mV", "-70 mV"},       {0.25, "1", "0.25"},
      {1e6, "1/mm²", "1e6 1/mm²"}, {1e-7, "", "1e-7"},
      {0.005, "µM", "5 nM"},       {10, "mg/kg", "10 mg/kg"},
      {37, "°C", "37 °C"},         {1.0 / 3.0, "nS", "333.333 pS"},
      {2000, "um", "2 mm"},        {INFINITY, "ms", "inf ms"},
      {1e8, "nM", "100 mM"},       {100000, "h", "100000 h"}, /* an exponent is harder to read than digits */
      {4, "uM", "4 µM"},           {1e9, "mg", "1000 kg"},
  };
  for (int i = 0; i < COUNT_OF(rows); i++) {
    char text[64];
    units_write(rows[i].value, rows[i].unit, text, sizeof text);
    assert_string_equal(text, rows[i].text);
  }
  char cut[4];
  units_write(12345, "1", cut, sizeof cut);
  assert_string_equal(cut, "123");
}

static void what_is_written_reads_back(void **state) {
  (void)state;
  static const char *const units[] = {"mV", "ms", "pA", "nS",    "pF",    "µm",     "um",        "µM",
                                      "mM", "Hz", "h",  "min",   "mg/kg", "°C",     "1/mm²",     "m/s",
                                      "1",  "kg", "L",  "g/mol", "mmol",  "µm²/ms", "1/(µM ms)", "Ohm"};
  for (int u = 0; u < COUNT_OF(units); u++) {
    for (int k = -12; k <= 12; k++) {
      char text[64];
      double value = 1.234567 * pow(10, k), back = NAN;
      units_write(value, units[u], text, sizeof text);
      assert_int_equal(units_read(text, units[u], &back), STATUS_OK);
      if (fabs(back - value) > 6e-6 * value) fail_msg("%g %s: %s", value, units[u], text);
    }
  }
}

static void symbols_are_plain_and_mean_the_same(void **state) {
  (void)state;
  static const char *const units[] = {"mV",     "ms",   "pA",        "nS",    "pF",    "µm",    "µM",
                                      "mM",     "Hz",   "h",         "%",     "1/µm",  "1/µm²", "1/mm²",
                                      "µm²/ms", "m/s",  "1/(µM ms)", "µM·ms", "mg/kg", "°C",    "1/min",
                                      "µs",     "MOhm", "µmol/kg",   "µg/kg", "d"};
  for (int i = 0; i < COUNT_OF(units); i++) {
    const char *symbol = units_symbol(units[i]);
    double factor = NAN;
    for (const char *at = symbol; *at; at++) assert_true((unsigned char)*at < 0x80);
    if (!strchr(symbol, '.')) {
      assert_int_equal(units_factor(units[i], symbol, &factor), STATUS_OK);
      assert_true(factor == 1);
    }
  }
  assert_string_equal(units_symbol(""), "1");
  assert_string_equal(units_symbol("µM"), "uM");
  assert_string_equal(units_symbol("°C"), "degC");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quantities_are_converted_exactly),
      cmocka_unit_test(what_is_no_quantity_is_refused),
      cmocka_unit_test(factors_invert),
      cmocka_unit_test(people_read_the_shortest_form),
      cmocka_unit_test(what_is_written_reads_back),
      cmocka_unit_test(symbols_are_plain_and_mean_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
