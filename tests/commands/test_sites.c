/* test_sites.c — is there anything at which a drug acts? Found among the receptors of every population; told
 * of an event whose drug has no site; what no receptor answers to is left to the tissue; each receptor says
 * what it answers to. */
#include "circuit.h"
#include "experiment/sites.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A network of one population that has the receptors named. */
struct patch {
  struct network network;
  struct population population, *list[1];
};

static void equip(struct patch *patch, const char *const *names, int n) {
  const struct mechanisms *mechanisms;
  assert_int_equal(circuit_mechanisms(&mechanisms), STATUS_OK);
  memset(patch, 0, sizeof *patch);
  patch->population.cell = mechanism_find(mechanisms, "adex");
  for (int r = 0; r < n; r++) {
    patch->population.receptor[r].mechanism = mechanism_find(mechanisms, names[r]);
    assert_non_null(patch->population.receptor[r].mechanism);
  }
  patch->population.n_receptors = n;
  patch->list[0] = &patch->population;
  patch->network.population = patch->list;
  patch->network.n_populations = 1;
}

static void receptors_say_what_they_answer_to(void **state) {
  (void)state;
  const struct mechanisms *mechanisms;
  static const char *const all[] = {"ampa", "nmda"}, *const none[] = {"gaba_a"};
  struct patch patch;
  assert_int_equal(circuit_mechanisms(&mechanisms), STATUS_OK);
  equip(&patch, all, 2);
  assert_false(sites_lack(mechanisms, &patch.network, ACTION_NMDA_CHANNEL));
  assert_false(sites_lack(mechanisms, &patch.network, ACTION_AMPA_COMPETITIVE));
  equip(&patch, all, 1);
  assert_true(sites_lack(mechanisms, &patch.network, ACTION_NMDA_CHANNEL));
  assert_false(sites_lack(mechanisms, &patch.network, ACTION_AMPA_COMPETITIVE));
  equip(&patch, none, 1);
  assert_true(sites_lack(mechanisms, &patch.network, ACTION_AMPA_COMPETITIVE));
  assert_false(sites_lack(mechanisms, &patch.network, ACTION_MTORC1_INHIBITOR)); /* of the tissue */
}

/* An experiment with one event, on line 2; `both` gives the drug a second site, in the tissue. */
static void check(bool both, const char *const *names, int n, const char *wanted) {
  static struct experiment experiment;
  struct patch patch;
  memset(&experiment, 0, sizeof experiment);
  assert_int_equal(
      config_parse("t.cfg", "protocol = {\nevents = ( { drug = \"x\"; } );\n};\n", &experiment.config),
      STATUS_OK);
  experiment.drugs.n_substances = 1;
  experiment.drugs.substance[0] = (struct substance){.name = "x", .molar_mass = 1};
  experiment.drugs.substance[0].acts[ACTION_NMDA_CHANNEL] = true;
  experiment.drugs.substance[0].acts[ACTION_BDNF_SCAVENGER] = both;
  experiment.event[0].drug = "x";
  experiment.n_events = 1;
  config_skip(experiment.config, "protocol");
  equip(&patch, names, n);
  assert_int_equal(sites_check(&experiment, &patch.network), STATUS_OK);
  assert_int_equal(config_finish(experiment.config), wanted ? STATUS_CONFIG : STATUS_OK);
  if (wanted) assert_string_equal(status_message(), wanted);
  config_free(experiment.config);
}

static void a_drug_without_a_site_is_told(void **state) {
  (void)state;
  static const char *const nmda[] = {"nmda"}, *const ampa[] = {"ampa"};
  check(false, nmda, 1, NULL);
  check(true, ampa, 1, NULL); /* one of its sites is there */
  check(false, ampa, 1,
        "t.cfg:2: protocol.events.[0]: x acts at nmda_channel, which no population of this experiment has");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(receptors_say_what_they_answer_to),
      cmocka_unit_test(a_drug_without_a_site_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
