/* test_channel_drugs.c — configs/drugs: memantine's two sites make up the affinity that was measured, and as
 * much of its block is trapped as was seen; a day's infusion leaves the concentration found in brain; what
 * acts on one subunit spares the others. */
#include "drugs/drug.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void near(double value, double wanted, double relative) {
  if (!(fabs(value - wanted) <= relative * fabs(wanted))) fail_msg("%g, wanted %g", value, wanted);
}

static const struct substance *read_one(const char *name, const char *species, struct drugs *drugs,
                                        struct config **config) {
  char text[600];
  snprintf(text, sizeof text, "drugs = {\n@include \"" SOURCE_ROOT "/configs/drugs/%s.cfg\"\n};\n", name);
  if (config_parse("test.cfg", text, config) != STATUS_OK) fail_msg("%s", status_message());
  assert_int_equal(drugs_read(*config, species, drugs), STATUS_OK);
  if (config_finish(*config) != STATUS_OK) fail_msg("%s", status_message());
  return &drugs->substance[0];
}

/* 1/K_d + 1/K_superficial = 1/IC50 (Kotermanski & Johnson 2009, without magnesium at −66 mV); of the block by
 * 10 µM, 71 % are left after 120 s without agonist of ketamine's 86 % (Mealing et al. 1999), which leaves by
 * exp(−k_escape 120 s). */
static void memantine_has_two_sites(void **state) {
  (void)state;
  static const double IC50[] = {0.80, 0.57, 0.52, 0.54};
  struct drugs drugs;
  struct config *config;
  const struct nmda_channel *site =
      &read_one("memantine", "rat", &drugs, &config)->properties[ACTION_NMDA_CHANNEL].nmda_channel;
  const double K_d[] = {site->K_d_2A, site->K_d_2B, site->K_d_2C, site->K_d_2D};
  for (int s = 0; s < 4; s++) near(1 / (1 / K_d[s] + 1 / site->K_superficial), IC50[s], 5e-3);
  double deep = 10 / K_d[1], superficial = 10 / site->K_superficial;
  double trapped = deep / (1 + deep + superficial),
         blocked = trapped + superficial / (1 + deep + superficial);
  near(trapped / blocked * exp(-site->k_escape * 120e3), 0.71, 0.02);
  config_free(config);
}

/* 20 mg/kg a day into rats: 0.83 µM free in the fluid of the brain, half-life 2.8 h (Hesselink et al. 1999).
 * As mass of the base. */
static void memantine_reaches_the_published_concentration(void **state) {
  (void)state;
  struct drugs drugs;
  struct config *config;
  const struct kinetics *k = &read_one("memantine", "rat", &drugs, &config)->kinetics;
  near(20e3 / 179.3 / (24 * 60) / k->CL * k->unbound * k->Kp_uu, 0.83, 0.01);
  near(log(2) * k->V1 / k->CL / 60, 2.8, 0.02);
  config_free(config);
}

/* Fischer et al. 1997: 9 nM against 52 µM; Swanger et al. 2018: 800-fold. At 50 times the IC50 of the one
 * subunit less than a tenth of any other is taken. */
static void what_acts_on_a_subunit_spares_the_others(void **state) {
  (void)state;
  static const struct {
    const char *name;
    bool hit[4];
  } cases[] = {{"ro25_6981", {false, true, false, false}}, {"nab14", {false, false, true, true}}};
  for (int c = 0; c < 2; c++) {
    struct drugs drugs;
    struct config *config;
    const struct nmda_subunit *site =
        &read_one(cases[c].name, "mouse", &drugs, &config)->properties[ACTION_NMDA_SUBUNIT].nmda_subunit;
    const double IC50[] = {site->IC50_2A, site->IC50_2B, site->IC50_2C, site->IC50_2D};
    const double most[] = {site->most_2A, site->most_2B, site->most_2C, site->most_2D};
    double uM = 50 * IC50[c == 0 ? 1 : 3];
    for (int s = 0; s < 4; s++) {
      double taken = most[s] * uM / (uM + IC50[s]);
      assert_true(cases[c].hit[s] ? taken > 0.85 && most[s] < 1 : taken < 0.1);
    }
    config_free(config);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(memantine_has_two_sites),
      cmocka_unit_test(memantine_reaches_the_published_concentration),
      cmocka_unit_test(what_acts_on_a_subunit_spares_the_others),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
