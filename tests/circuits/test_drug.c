/* test_drug.c — drugs as data: a config's group becomes substances and mixtures; each fault is told with its
 * place; doses are split by share and molar mass; receptors meet what was given and nothing else. */
#include "drugs/drug.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Groups of a substance, one a line, so that a message's line says which. */
#define HEAD "title = \"T\"; molar_mass = \"200 g/mol\";\n"
#define SCAVENGER "actions = { bdnf_scavenger = { K_d = \"1 nM\"; }; };\n"
#define BLOCKER                                                                                              \
  "actions = { nmda_channel = { K_d_2A = \"1 uM\"; K_d_2B = \"2 uM\"; K_d_2C = \"3 uM\"; K_d_2D = \"4 uM\";" \
  " k_on = \"10 1/(uM s)\"; k_escape = \"0.002 1/s\"; z_delta = 0.5; }; };\n"
#define PLASMA "V1 = \"2 L/kg\"; CL = \"3 L/h/kg\"; unbound = 0.5; Kp_uu = 1.0; t_half_effect = \"2 min\"; "
#define RAT "kinetics = { rat = { " PLASMA "}; };\n"
#define SUBSTANCE(name, action) name " = {\n" HEAD action RAT "};\n"
#define PARTS(of) "mix = { title = \"M\"; parts = ( " of " ); };\n"
#define PART(name, share) "{ substance = \"" name "\"; share = " share "; }"

/* Read `drugs = { text }` for a rat; `wanted` is the whole message, or NULL if it is without fault. */
static struct config *read_drugs(const char *text, const char *wanted, struct drugs *drugs) {
  char whole[20000];
  struct config *config = NULL;
  assert_true(snprintf(whole, sizeof whole, "drugs = {\n%s};\n", text) < (int)sizeof whole);
  if (config_parse("t.cfg", whole, &config) != STATUS_OK) fail_msg("%s", status_message());
  assert_int_equal(drugs_read(config, "rat", drugs), STATUS_OK);
  enum status status = config_finish(config);
  if (!wanted && status != STATUS_OK) fail_msg("%s", status_message());
  if (wanted) {
    assert_int_equal(status, STATUS_CONFIG);
    assert_string_equal(status_message(), wanted);
  }
  return config;
}

static void refused(const char *text, const char *wanted) {
  struct drugs drugs;
  config_free(read_drugs(text, wanted, &drugs));
}

static void near(double value, double wanted) {
  if (!(fabs(value - wanted) <= 1e-12 * fabs(wanted))) fail_msg("%.16g, wanted %.16g", value, wanted);
}

/* ---- reading ---- */

static void a_group_becomes_substances_and_mixtures(void **state) {
  (void)state;
  struct drugs drugs;
  struct config *config = read_drugs(PARTS(PART("b", "0.25") ", " PART("a", "0.75")) /* before its parts */
                                     SUBSTANCE("a", BLOCKER) SUBSTANCE("b", SCAVENGER),
                                     NULL, &drugs);
  assert_int_equal(drugs.n_substances, 2);
  assert_int_equal(drugs.n_mixtures, 1);
  const struct substance *a = &drugs.substance[0], *b = &drugs.substance[1];
  assert_string_equal(a->name, "a");
  assert_string_equal(a->title, "T");
  near(a->molar_mass, 200);
  assert_true(a->acts[ACTION_NMDA_CHANNEL] && !a->acts[ACTION_BDNF_SCAVENGER]);
  assert_true(b->acts[ACTION_BDNF_SCAVENGER] && !b->acts[ACTION_NMDA_CHANNEL]);
  const struct nmda_channel *channel = &a->properties[ACTION_NMDA_CHANNEL].nmda_channel;
  near(channel->K_d_2D, 4);
  near(channel->k_on, 0.01);
  near(channel->k_escape, 2e-6);
  near(channel->z_delta, 0.5);
  near(b->properties[ACTION_BDNF_SCAVENGER].bdnf_scavenger.K_d, 1e-3);
  near(b->kinetics.CL, 0.05);
  near(b->kinetics.t_half_effect, 2);
  const struct mixture *mixture = &drugs.mixture[0];
  assert_string_equal(mixture->name, "mix");
  assert_int_equal(mixture->n_parts, 2);
  assert_int_equal(mixture->substance[0], 1);
  near(mixture->share[1], 0.75);
  config_free(config);
}

static void no_group_is_no_drug(void **state) {
  (void)state;
  struct config *config = NULL;
  struct drugs drugs;
  assert_int_equal(config_parse("t.cfg", "", &config), STATUS_OK);
  assert_int_equal(drugs_read(config, "rat", &drugs), STATUS_OK);
  assert_int_equal(config_finish(config), STATUS_OK);
  assert_int_equal(drugs.n_substances + drugs.n_mixtures, 0);
  config_free(config);
}

/* Slots count the substances at each site apart. */
static void slots_number_the_substances_at_a_site(void **state) {
  (void)state;
  struct drugs drugs;
  struct config *config = read_drugs(SUBSTANCE("a", BLOCKER) SUBSTANCE("b", SCAVENGER) SUBSTANCE("c", BLOCKER)
                                         SUBSTANCE("d", SCAVENGER) SUBSTANCE("e", BLOCKER),
                                     NULL, &drugs);
  static const int slot[] = {0, 0, 1, 1, 2};
  for (int i = 0; i < 5; i++) {
    enum action action = i % 2 ? ACTION_BDNF_SCAVENGER : ACTION_NMDA_CHANNEL;
    assert_int_equal(drugs.substance[i].slot[action], slot[i]);
  }
  config_free(config);
}

/* The kinetics of other species are not read: neither faults in them nor their values matter. */
static void other_species_are_left_alone(void **state) {
  (void)state;
  struct drugs drugs;
  struct config *config =
      read_drugs("a = {\n" HEAD SCAVENGER
                 "kinetics = { mouse = { V1 = \"7 L/kg\"; nonsense = 1; }; rat = { " PLASMA "}; };\n};\n",
                 NULL, &drugs);
  near(drugs.substance[0].kinetics.V1, 2);
  for (int i = 0; i < config_resolved_count(config); i++)
    assert_null(strstr(config_resolved_at(config, i)->path, "mouse"));
  config_free(config);
}

/* ---- faults ---- */

/* What is said of a site "nmda_chanel": with the names of all that there are. */
static void faulty_substances_are_told(void **state) {
  (void)state;
  refused("a = {\n" HEAD RAT "};\n", "t.cfg:2: drugs.a: the substance has no actions");
  refused("a = {\n" HEAD SCAVENGER "};\n",
          "t.cfg:2: drugs.a: the substance has no kinetics for the species rat");
  refused("a = {\n" HEAD "actions = { nmda_subunit = { IC50_2B = \"-9 nM\"; }; };\n" RAT "};\n",
          "t.cfg:4: drugs.a.actions.nmda_subunit.IC50_2B: \"-9 nM\" is out of range (1e-9 µM … 1 M)");
  refused("a = {\n" HEAD SCAVENGER "kinetics = { mouse = { " PLASMA "}; };\n};\n",
          "t.cfg:2: drugs.a: the substance has no kinetics for the species rat");
  refused("a = {\n" HEAD "actions = { nmda_chanel = { K_d = 1; }; };\n" RAT "};\n",
          "t.cfg:4: drugs.a.actions.nmda_chanel: \"nmda_chanel\" is unknown; did you mean \"nmda_channel\"?");
  refused("a = {\n" HEAD "actions = { bdnf_scavenger = { }; };\n" RAT "};\n",
          "t.cfg:4: drugs.a.actions.bdnf_scavenger.K_d: missing: a number (1e-9 µM … 1 M)");
  refused("a = {\n" HEAD SCAVENGER "kinetics = { rat = { " PLASMA "Q = \"1 L/min/kg\"; }; };\n};\n",
          "t.cfg:5: drugs.a.kinetics.rat: V2 and Q go together");
  refused("a = {\n" HEAD SCAVENGER "kinetics = { rat = { " PLASMA "clearance = 1; }; };\n};\n",
          "t.cfg:5: drugs.a.kinetics.rat.clearance: unknown key");
  refused("a = {\ntitle = \"T\";\n" SCAVENGER RAT "};\n",
          "t.cfg:2: drugs.a.molar_mass: missing: a number (1 g/mol … 1e7 g/mol)");
}

static void faulty_mixtures_are_told(void **state) {
  (void)state;
  refused(SUBSTANCE("a", SCAVENGER) PARTS(PART("a", "0.5") ", " PART("a", "0.4")),
          "t.cfg:7: drugs.mix.parts: the shares of the mass sum to 0.9, not 1");
  refused(SUBSTANCE("alpha", SCAVENGER) PARTS(PART("alpa", "1.0")),
          "t.cfg:7: drugs.mix.parts.[0].substance: \"alpa\" is none of alpha; did you mean \"alpha\"?");
  refused(SUBSTANCE("a", SCAVENGER) PARTS(PART("a", "1.5") ", " PART("a", "-0.5")),
          "t.cfg:7: drugs.mix.parts.[0].share: 1.5 is out of range (0 … 1)\n"
          "t.cfg:7: drugs.mix.parts.[1].share: -0.5 is out of range (0 … 1)");
  refused(SUBSTANCE("a", SCAVENGER) PARTS(""),
          "t.cfg:7: drugs.mix.parts: the shares of the mass sum to 0, not 1");
#define FIFTH PART("a", "0.2")
  refused(SUBSTANCE("a", SCAVENGER) PARTS(FIFTH ", " FIFTH ", " FIFTH ", " FIFTH ", " FIFTH),
          "t.cfg:7: drugs.mix.parts: more than 4 parts");
#undef FIFTH
}

static void there_are_only_so_many_places(void **state) {
  (void)state;
  char text[16000] = "", wanted[200];
  size_t used = 0;
  for (int i = 0; i <= ACTION_SLOTS; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, "s%d = {\n" HEAD BLOCKER RAT "};\n", i);
  snprintf(wanted, sizeof wanted,
           "t.cfg:%d: drugs.s%d.actions.nmda_channel: more than %d substances act at this site",
           4 + 5 * ACTION_SLOTS, ACTION_SLOTS, ACTION_SLOTS);
  refused(text, wanted);

  used = 0;
  for (int i = 0; i <= DRUG_SUBSTANCES; i++) { /* few at each site, and one substance too many */
    static const char *const actions[] = {BLOCKER, SCAVENGER,
                                          "actions = { ampa_competitive = { K_B = \"1 uM\"; }; };\n",
                                          "actions = { mtorc1_inhibitor = { IC50 = \"1 nM\"; }; };\n"};
    used += (size_t)snprintf(text + used, sizeof text - used, "s%d = {\n" HEAD "%s" RAT "};\n", i,
                             actions[i % 4]);
  }
  snprintf(wanted, sizeof wanted, "t.cfg:%d: drugs.s%d: more than %d substances", 2 + 5 * DRUG_SUBSTANCES,
           DRUG_SUBSTANCES, DRUG_SUBSTANCES);
  refused(text, wanted);
}

/* ---- metabolites ---- */

#define MAKES(of) "kinetics = { rat = { " PLASMA "metabolites = ( " of " ); }; };\n"
#define MADE(name, share) "{ substance = \"" name "\"; share = " share "; }"
#define PARENT(name, of) name " = {\n" HEAD SCAVENGER MAKES(of) "};\n"

/* Families are what metabolism connects, whoever stands first; who is given brings along what it becomes. */
static void metabolites_make_families(void **state) {
  (void)state;
  struct drugs drugs;
  struct config *config =
      read_drugs(SUBSTANCE("last", SCAVENGER) PARENT("a", MADE("b", "0.4") ", " MADE("last", "0.6"))
                     SUBSTANCE("x", SCAVENGER) PARENT("b", MADE("last", "1.0")),
                 NULL, &drugs);
  static const int family[] = {0, 0, 2, 0};
  int member[KINETICS_FAMILY];
  for (int i = 0; i < 4; i++) assert_int_equal(drugs.substance[i].family, family[i]);
  assert_int_equal(drugs_family(&drugs, 0, member), 3);
  assert_true(member[0] == 0 && member[1] == 1 && member[2] == 3);
  assert_int_equal(drugs.substance[1].kinetics.n_metabolites, 2);
  assert_int_equal(drugs.substance[1].kinetics.metabolite[0].id, 3);
  near(drugs.substance[1].kinetics.metabolite[1].share, 0.6);

  bool given[DRUG_SUBSTANCES] = {[1] = true};
  drugs_add_metabolites(&drugs, given);
  assert_true(given[0] && given[1] && !given[2] && given[3]);
  bool made[DRUG_SUBSTANCES] = {[3] = true};
  drugs_add_metabolites(&drugs, made);
  assert_true(made[0] && !made[1] && !made[2] && made[3]);
  config_free(config);
}

static void faulty_metabolites_are_told(void **state) {
  (void)state;
  refused(
      PARENT("alpha", MADE("alpa", "0.5")),
      "t.cfg:5: drugs.alpha.kinetics.rat.metabolites.[0].substance: \"alpa\" is none of alpha; did you mean "
      "\"alpha\"?");
  refused(PARENT("a", MADE("b", "0.7") ", " MADE("c", "0.4")) SUBSTANCE("b", SCAVENGER)
              SUBSTANCE("c", SCAVENGER),
          "t.cfg:5: drugs.a.kinetics.rat: the shares of the clearance that become metabolites sum to more "
          "than 1");
  refused(PARENT("a", MADE("b", "0.7")) PARENT("b", MADE("a", "0.2")),
          "t.cfg:5: drugs.a.kinetics.rat.metabolites: a becomes itself again: metabolites may not go in a "
          "circle\n"
          "t.cfg:10: drugs.b.kinetics.rat.metabolites: b becomes itself again: metabolites may not go in a "
          "circle");
  refused(PARENT("a", MADE("a", "0.7")), "t.cfg:5: drugs.a.kinetics.rat.metabolites: a becomes itself again: "
                                         "metabolites may not go in a circle");
  refused(
      PARENT(
          "a",
          MADE("b", "0.7")) "b = {\n" HEAD SCAVENGER
                            "kinetics = { rat = { V_icv = \"1 L/kg\"; t_half_effect = \"2 min\"; }; };\n};\n",
      "t.cfg:5: drugs.a.kinetics.rat.metabolites.[0]: b has no volume in plasma (V1) in this species to be "
      "formed in");
  refused(PARENT("a", "{ substance = \"b\"; share = 0.2; first_pass_oral = 0.5; }") SUBSTANCE("b", SCAVENGER),
          "t.cfg:5: drugs.a.kinetics.rat: a first passage belongs to a route with F and ka");
  refused(PARENT("a", "{ substance = \"b\"; share = -0.2; }") SUBSTANCE("b", SCAVENGER),
          "t.cfg:5: drugs.a.kinetics.rat.metabolites.[0].share: -0.2 is out of range (0 … 1)");
#define ONE MADE("b", "0.1")
  refused(PARENT("a", ONE ", " ONE ", " ONE ", " ONE ", " ONE) SUBSTANCE("b", SCAVENGER),
          "t.cfg:5: drugs.a.kinetics.rat.metabolites: more than 4 metabolites");
#undef ONE
}

/* ---- doses ---- */

#define ORAL "kinetics = { rat = { " PLASMA "ka_oral = \"0.1 1/min\"; F_oral = 0.5; }; };\n"

static struct config *read_pair(struct drugs *drugs) {
  return read_drugs("light = {\n" HEAD SCAVENGER ORAL "};\n"
                    "heavy = {\ntitle = \"H\"; molar_mass = \"400 g/mol\";\n" BLOCKER RAT
                    "};\n" PARTS(PART("light", "0.25") ", " PART("heavy", "0.75")),
                    NULL, drugs);
}

/* 10 mg/kg of a mixture of 0.25 and 0.75 by mass: 2.5 mg/kg over 200 g/mol, 7.5 mg/kg over 400 g/mol. */
static void doses_are_split_by_mass(void **state) {
  (void)state;
  struct drugs drugs;
  struct drug_share parts[DRUG_PARTS];
  struct config *config = read_pair(&drugs);
  assert_int_equal(drugs_split(&drugs, "mix", 10, parts), 2);
  assert_int_equal(parts[0].substance, 0);
  near(parts[0].umol_per_kg, 12.5);
  assert_int_equal(parts[1].substance, 1);
  near(parts[1].umol_per_kg, 18.75);
  assert_int_equal(drugs_split(&drugs, "heavy", 10, parts), 1);
  assert_int_equal(parts[0].substance, 1);
  near(parts[0].umol_per_kg, 25);
  assert_int_equal(drugs_split(&drugs, "neither", 10, parts), 0);
  config_free(config);
}

static void impossible_doses_are_told(void **state) {
  (void)state;
  struct drugs drugs;
  struct config *config = read_pair(&drugs);
  static const struct {
    const char *name;
    double mg_per_kg, over_h;
    enum route route;
    const char *wanted;
  } doses[] = {
      {"mix", 10, 0, ROUTE_IV, NULL},
      {"mix", 0, 0.5, ROUTE_IV, NULL},
      {"light", 10, 0, ROUTE_ORAL, NULL},
      {"mixx", 10, 0, ROUTE_IV, "there is no drug \"mixx\"; did you mean \"mix\"?"},
      {"aspirin", 10, 0, ROUTE_IV, "there is no drug \"aspirin\" in the group drugs"},
      {"light", -1, 0, ROUTE_IV, "a dose of -1 mg/kg is negative"},
      {"light", NAN, 0, ROUTE_IV, "a dose of nan mg/kg is negative"},
      {"light", DRUG_DOSE_MAX, 0, ROUTE_IV, NULL},
      {"light", 5001, 0, ROUTE_IV,
       "a dose of 5001 mg/kg is beyond 5000 mg/kg, the highest of tests of acute toxicity (OECD guideline "
       "425): is "
       "its unit right?"},
      {"light", 1, 0, ROUTE_LOCAL,
       "light cannot be given by route \"local\" in this species (possible: iv, oral)"},
      {"light", 1, -0.5, ROUTE_IV, "an infusion over -0.5 h is negative"},
      {"mix", 10, 0, ROUTE_ORAL, "heavy cannot be given by route \"oral\" in this species (possible: iv)"},
      {"light", 10, 0, ROUTE_ICV,
       "light cannot be given by route \"icv\" in this species (possible: iv, oral)"},
  };
  for (size_t i = 0; i < sizeof doses / sizeof doses[0]; i++) {
    enum status status =
        drugs_check_dose(&drugs, doses[i].name, doses[i].mg_per_kg, doses[i].over_h, doses[i].route);
    assert_int_equal(status, doses[i].wanted ? STATUS_CONFIG : STATUS_OK);
    if (doses[i].wanted) assert_string_equal(status_message(), doses[i].wanted);
  }
  config_free(config);
}

/* ---- exposures ---- */

static void receptors_meet_what_was_given(void **state) {
  (void)state;
  struct drugs drugs;
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  struct config *config =
      read_drugs(SUBSTANCE("a", BLOCKER) SUBSTANCE("b", SCAVENGER) SUBSTANCE("c", BLOCKER), NULL, &drugs);
  const double none[3] = {0}, brain_uM[3] = {0, 0.5, 1.5};
  const bool never[3] = {false}, once[3] = {true, false, false};
  assert_int_equal(drugs_exposures(&drugs, none, never, NULL, exposures), 0);

  assert_int_equal(drugs_exposures(&drugs, none, once, NULL, exposures),
                   1); /* gone, but what it did may be left */
  assert_true(exposures[0].free_uM == 0);

  assert_int_equal(drugs_exposures(&drugs, brain_uM, once, NULL, exposures), 3);
  assert_int_equal(exposures[1].action, ACTION_BDNF_SCAVENGER);
  assert_int_equal(exposures[1].slot, 0);
  assert_true(exposures[1].free_uM == 0.5);
  assert_int_equal(exposures[2].action, ACTION_NMDA_CHANNEL);
  assert_int_equal(exposures[2].slot, 1);
  assert_true(exposures[2].free_uM == 1.5);
  const struct nmda_channel *channel = exposures[2].properties;
  near(channel->K_d_2C, 3);
  config_free(config);
}

/* A substance may act at several sites at once. */
static void one_substance_may_act_at_several_sites(void **state) {
  (void)state;
  struct drugs drugs;
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  struct config *config = read_drugs(
      "a = {\n" HEAD "actions = { ampa_competitive = { K_B = \"70 nM\"; };\n mtorc1_inhibitor = { IC50 = \"3 "
      "nM\"; hill = 2.0; }; };\n" RAT "};\n",
      NULL, &drugs);
  const double brain_uM[1] = {0.1};
  const bool given[1] = {true};
  assert_int_equal(drugs_exposures(&drugs, brain_uM, given, NULL, exposures), 2);
  assert_int_equal(exposures[0].action, ACTION_AMPA_COMPETITIVE);
  assert_int_equal(exposures[1].action, ACTION_MTORC1_INHIBITOR);
  const struct mtorc1_inhibitor *inhibitor = exposures[1].properties;
  near(inhibitor->IC50, 3e-3);
  near(inhibitor->hill, 2);
  config_free(config);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_group_becomes_substances_and_mixtures),
      cmocka_unit_test(no_group_is_no_drug),
      cmocka_unit_test(slots_number_the_substances_at_a_site),
      cmocka_unit_test(other_species_are_left_alone),
      cmocka_unit_test(faulty_substances_are_told),
      cmocka_unit_test(faulty_mixtures_are_told),
      cmocka_unit_test(there_are_only_so_many_places),
      cmocka_unit_test(metabolites_make_families),
      cmocka_unit_test(faulty_metabolites_are_told),
      cmocka_unit_test(doses_are_split_by_mass),
      cmocka_unit_test(impossible_doses_are_told),
      cmocka_unit_test(receptors_meet_what_was_given),
      cmocka_unit_test(one_substance_may_act_at_several_sites),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
