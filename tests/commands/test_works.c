/* test_works.c — publications out of texts of sources: authors, year and number of each, prose around them
 * left out, each work once. */
#include "check.h"
#include "fields.h"
#include "findings/works.h"
#include <string.h>

static void expect(const struct works *works, size_t k, const char *authors, int year, const char *doi,
                   const char *pmc) {
  assert_true(k < works->n);
  assert_string_equal(works->work[k].authors, authors);
  assert_int_equal(works->work[k].year, year);
  assert_string_equal(works->work[k].doi, doi);
  assert_string_equal(works->work[k].pmc, pmc);
}

static void test_one_work(void **state) {
  (void)state;
  static const struct {
    const char *source, *authors;
    int year;
    const char *doi, *pmc;
  } rows[] = {
      {"Brette & Gerstner 2005, doi:10.1152/jn.00686.2005", "Brette & Gerstner", 2005,
       "10.1152/jn.00686.2005", ""},
      {"Hass, Hertaeg & Durstewitz 2016, doi:10.1371/journal.pcbi.1004930, has 0.11-0.34 and 4-9 mV with "
       "noise",
       "Hass, Hertaeg & Durstewitz", 2016, "10.1371/journal.pcbi.1004930", ""},
      {"local unmyelinated axons, 0.2-0.5 m/s; Bezaire et al. 2016, doi:10.7554/eLife.18566",
       "Bezaire et al.", 2016, "10.7554/eLife.18566", ""},
      {"shortest latency seen in paired recordings, Hass et al. 2016", "Hass et al.", 2016, "", ""},
      {"consistent with Yi et al. 2019, PMC6858497", "Yi et al.", 2019, "", "PMC6858497"},
      {"NMDA receptors of PV cells (Rotaru et al. 2011; doi:10.1523/JNEUROSCI.1970-10.2011)", "Rotaru et al.",
       2011, "10.1523/JNEUROSCI.1970-10.2011", ""},
      {"van Albada, Helias & Diesmann 2015", "van Albada, Helias & Diesmann", 2015, "", ""},
      {"K: Abbott et al. 2024, doi:10.1016/j.bpj.2023.11.3201.", "Abbott et al.", 2024,
       "10.1016/j.bpj.2023.11.3201", ""},
      {"doi:10.1152/jn.00686.2005", "", 0, "10.1152/jn.00686.2005", ""},
  };
  for (int k = 0; k < COUNT_OF(rows); k++) {
    struct works works = {0};
    assert_ok(works_add(&works, rows[k].source, NULL));
    assert_int_equal(works.n, 1);
    expect(&works, 0, rows[k].authors, rows[k].year, rows[k].doi, rows[k].pmc);
    works_free(&works);
  }
}

static void test_no_work(void **state) {
  (void)state;
  static const char *const rows[] = {"",
                                     "of the species",
                                     "the region's table",
                                     "calibrated 2026-01-02, to 5 Hz",
                                     "awake rates, see docs/model.md",
                                     "room for 2000 cells"};
  struct works works = {0};
  for (int k = 0; k < COUNT_OF(rows); k++) assert_ok(works_add(&works, rows[k], "x"));
  assert_int_equal(works.n, 0);
}

static void test_a_number_that_comes_late(void **state) {
  (void)state;
  struct works works = {0};
  assert_ok(works_add(&works, "Li et al. 2010", "a"));
  assert_ok(works_add(&works, "doi:10.1126/science.1190287", "b"));
  assert_ok(works_add(&works, "Li et al. 2010, doi:10.1126/science.1190287", "c"));
  works_sort(&works);
  assert_int_equal(works.n, 1);
  expect(&works, 0, "Li et al.", 2010, "10.1126/science.1190287", "");
  assert_int_equal(works.work[0].uses, 3);
  works_free(&works);
}

static void test_several_are_told_apart_and_kept_once(void **state) {
  (void)state;
  struct works works = {0};
  assert_ok(works_add(&works, "Yi et al. 2019, PMC6858497; Perszyk et al. 2016", "cells.a"));
  assert_ok(works_add(&works, "Perszyk et al. 2016, doi:10.7554/x; Yi et al. 2019", "cells.b"));
  assert_ok(works_add(&works, "doi:10.7554/x", "cells.c"));
  assert_ok(works_add(&works, "doi:10.1/a, doi:10.1/b", NULL));
  works_sort(&works);
  assert_int_equal(works.n, 4);
  expect(&works, 0, "Perszyk et al.", 2016, "10.7554/x", "");
  expect(&works, 1, "Yi et al.", 2019, "", "PMC6858497");
  expect(&works, 2, "", 0, "10.1/a", "");
  expect(&works, 3, "", 0, "10.1/b", "");
  assert_int_equal(works.work[0].uses, 3);
  assert_string_equal(works.work[0].first_use, "cells.a");
  assert_int_equal(works.work[2].uses, 0);
  works_free(&works);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one_work),
      cmocka_unit_test(test_no_work),
      cmocka_unit_test(test_a_number_that_comes_late),
      cmocka_unit_test(test_several_are_told_apart_and_kept_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
