/* test_drug_files.c — configs/drugs: every file is read without fault for every species that it names, each
 * of its numbers has a source, and the courses that come out are the published ones. Files are found by
 * looking, so a new one is tested too. */
#include "drugs/drug.h"
#include <glob.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DRUGS SOURCE_ROOT "/configs/drugs/"
static const char *const all_species[] = {"mouse", "rat", "human"};

static void within(const char *what, double value, double low, double high) {
  if (!(value >= low && value <= high)) fail_msg("%s: %g is not within %g … %g", what, value, low, high);
}

static void near(double value, double wanted, double relative) {
  within("value", value, wanted * (1 - relative), wanted * (1 + relative));
}

static struct config *open_file(const char *path) {
  char text[600];
  struct config *config = NULL;
  snprintf(text, sizeof text, "drugs = {\n@include \"%s\"\n};\n", path);
  if (config_parse("test.cfg", text, &config) != STATUS_OK) fail_msg("%s", status_message());
  return config;
}

static struct config *read_drugs(const char *name, const char *species, struct drugs *drugs) {
  char path[400];
  snprintf(path, sizeof path, DRUGS "%s.cfg", name);
  struct config *config = open_file(path);
  assert_int_equal(drugs_read(config, species, drugs), STATUS_OK);
  if (config_finish(config) != STATUS_OK) fail_msg("%s", status_message());
  return config;
}

/* ---- every file ---- */

/* Does every substance of the file have kinetics for a species? */
static bool covers(const char *path, const char *species) {
  struct config *config = open_file(path);
  bool all = true;
  for (int i = 0; i < config_count(config, "drugs"); i++) {
    char at[300];
    const char *name = config_child(config, "drugs", i);
    snprintf(at, sizeof at, "drugs.%s.parts", name);
    if (config_has(config, at)) continue;
    snprintf(at, sizeof at, "drugs.%s.kinetics.%s", name, species);
    all &= config_has(config, at);
  }
  config_free(config);
  return all;
}

/* No value of the file stands for itself: source and standing are given beside it. Names for people need
 * none. */
static void values_have_sources(const struct config *config, const char *path) {
  for (int i = 0; i < config_resolved_count(config); i++) {
    const struct resolved *value = config_resolved_at(config, i);
    bool free_of_it = strstr(value->path, ".parts.") || strstr(value->path, ".title");
    if (free_of_it || strcmp(value->origin, "config") != 0) continue;
    if (value->standing == SETTING) fail_msg("%s: %s has no source", path, value->path);
  }
}

static void every_file_is_read_without_fault(void **state) {
  (void)state;
  glob_t files;
  assert_int_equal(glob(DRUGS "*.cfg", 0, NULL, &files), 0);
  assert_true(files.gl_pathc >= 6);
  for (size_t f = 0; f < files.gl_pathc; f++) {
    int read = 0;
    for (int s = 0; s < 3; s++) {
      struct drugs drugs;
      if (!covers(files.gl_pathv[f], all_species[s])) continue;
      struct config *config = open_file(files.gl_pathv[f]);
      assert_int_equal(drugs_read(config, all_species[s], &drugs), STATUS_OK);
      if (config_finish(config) != STATUS_OK) fail_msg("%s", status_message());
      values_have_sources(config, files.gl_pathv[f]);
      assert_true(drugs.n_substances >= 1);
      config_free(config);
      read++;
    }
    if (read == 0) fail_msg("%s: no species", files.gl_pathv[f]);
  }
  globfree(&files);
}

/* ---- ketamine ---- */

/* At equal concentrations the two enantiomers hold as many channels as the racemate of the same total:
 * C_S/K_S + C_R/K_R = C/K. And they differ as much as measured (Ebert et al. 1997: 1.4/0.3). */
static void enantiomers_make_the_racemate(void **state) {
  (void)state;
  static const double racemate_uM[] = {0.33, 0.31, 0.51, 0.83};
  struct drugs drugs;
  struct config *config = read_drugs("ketamine", "rat", &drugs);
  assert_int_equal(drugs.n_substances, 2);
  assert_int_equal(drugs.mixture[0].n_parts, 2);
  const struct nmda_channel *S = &drugs.substance[0].properties[ACTION_NMDA_CHANNEL].nmda_channel;
  const struct nmda_channel *R = &drugs.substance[1].properties[ACTION_NMDA_CHANNEL].nmda_channel;
  const double K_S[] = {S->K_d_2A, S->K_d_2B, S->K_d_2C, S->K_d_2D};
  const double K_R[] = {R->K_d_2A, R->K_d_2B, R->K_d_2C, R->K_d_2D};
  for (int s = 0; s < 4; s++) {
    near(2 / (1 / K_S[s] + 1 / K_R[s]), racemate_uM[s], 1e-3);
    near(K_R[s] / K_S[s], 1.4 / 0.3, 1e-3);
    near(K_S[s] / racemate_uM[s], 0.6, 0.02);
    within("K_R over K", K_R[s] / racemate_uM[s], 2.5, 3.0);
  }
  within("k_off of the racemate, 1/s", 1000 * S->k_on * racemate_uM[0], 2, 6);
  config_free(config);
}

/* One dose of a drug on its way: the sums over its parts. */
struct trial {
  struct drugs drugs;
  struct config *config;
  struct stiff *solver;
  struct kinetics_dose dose[DRUG_PARTS];
  struct drug_share part[DRUG_PARTS];
  double state[DRUG_PARTS][KINETICS_STATES];
  int n;
  double time_h;
};

static void start(struct trial *trial, const char *file, const char *species, double mg_per_kg,
                  enum route route, double over_h) {
  memset(trial, 0, sizeof *trial);
  trial->config = read_drugs(file, species, &trial->drugs);
  assert_int_equal(drugs_check_dose(&trial->drugs, file, mg_per_kg, over_h, route), STATUS_OK);
  trial->n = drugs_split(&trial->drugs, file, mg_per_kg, trial->part);
  for (int i = 0; i < trial->n; i++)
    trial->dose[i] = (struct kinetics_dose){0, over_h, trial->part[i].umol_per_kg, route};
  assert_int_equal(kinetics_solver(&trial->solver), STATUS_OK);
}

static void stop(struct trial *trial) {
  stiff_free(trial->solver);
  config_free(trial->config);
}

static const struct substance *substance_of(const struct trial *trial, int i) {
  return &trial->drugs.substance[trial->part[i].substance];
}

static void advance_to(struct trial *trial, double minutes) {
  for (int i = 0; i < trial->n; i++) {
    assert_int_equal(kinetics_advance(&substance_of(trial, i)->kinetics, &trial->dose[i], 1, trial->solver,
                                      "drug", trial->time_h, minutes / 60, trial->state[i]),
                     STATUS_OK);
  }
  trial->time_h = minutes / 60;
}

static double brain_uM(const struct trial *trial) {
  double sum = 0;
  for (int i = 0; i < trial->n; i++) sum += kinetics_brain_uM(trial->state[i]);
  return sum;
}

static double plasma_ng_mL(const struct trial *trial) {
  double sum = 0;
  for (int i = 0; i < trial->n; i++) {
    const struct substance *substance = substance_of(trial, i);
    sum += kinetics_plasma_uM(&substance->kinetics, trial->state[i]) * substance->molar_mass;
  }
  return sum;
}

/* Highest free concentration in brain within three hours, and its minute. */
static double peak_uM(const char *species, double mg_per_kg, enum route route, double over_h,
                      double *minute) {
  struct trial trial;
  double peak = 0;
  start(&trial, "ketamine", species, mg_per_kg, route, over_h);
  for (int t = 1; t <= 180; t++) {
    advance_to(&trial, t);
    if (brain_uM(&trial) <= peak) continue;
    peak = brain_uM(&trial);
    *minute = t;
  }
  stop(&trial);
  return peak;
}

static void rodents_reach_the_published_concentrations(void **state) {
  (void)state;
  static const struct {
    double mg_per_kg, low, high;
  } doses[] = {{3, 0.6, 1.2}, {10, 2, 4}, {30, 6, 12}, {50, 10, 20}, {80, 16, 32}, {200, 40, 80}};
  double minute = 0;
  for (int s = 0; s < 2; s++) {
    for (int d = 0; d < 6; d++) {
      within(all_species[s], peak_uM(all_species[s], doses[d].mg_per_kg, ROUTE_IP, 0, &minute), doses[d].low,
             doses[d].high);
    }
  }
  peak_uM("mouse", 30, ROUTE_SC, 0, &minute);
  within("minute of the peak after s.c.", minute, 10, 20);
}

/* 0.5 mg/kg over 40 min: plasma at its end (Zarate et al. 2006: 185 ng/mL) and later (Zarate et al. 2012: 95,
 * 70, 36 ng/mL at 80, 110, 230 min, within a sixth), and what is free in brain. */
static void men_reach_the_published_concentrations(void **state) {
  (void)state;
  static const double later[][2] = {{80, 95}, {110, 70}, {230, 36}};
  struct trial trial;
  double minute = 0;
  start(&trial, "ketamine", "human", 0.5, ROUTE_IV, 40 / 60.0);
  advance_to(&trial, 40);
  within("ng/mL at the end of infusion", plasma_ng_mL(&trial), 140, 260);
  for (int i = 0; i < 3; i++) {
    advance_to(&trial, later[i][0]);
    near(plasma_ng_mL(&trial), later[i][1], 1 / 6.0);
  }
  stop(&trial);
  within("peak free in brain, µM", peak_uM("human", 0.5, ROUTE_IV, 40 / 60.0, &minute), 0.45, 0.6);
  peak_uM("human", 0.5, ROUTE_NASAL, 0, &minute);
  within("minute of the peak after a nasal dose", minute, 14, 23);
}

/* Dose over the area under the plasma curve: 79 L/h per 70 kg (Kamp et al. 2020), whatever the dose lasts. */
static void dose_over_area_is_the_published_clearance(void **state) {
  (void)state;
  for (int infused = 0; infused < 2; infused++) {
    struct trial trial;
    double area = 0, step_min = 0.5; /* ng/mL × h */
    start(&trial, "ketamine", "human", 0.5, ROUTE_IV, infused * 40 / 60.0);
    for (int i = 0; i < 2 * 60 * 48; i++) {
      double before = i ? plasma_ng_mL(&trial) : infused ? 0 : 0.5e3 / 1.5;
      advance_to(&trial, (i + 1) * step_min);
      area += (before + plasma_ng_mL(&trial)) / 2 * step_min / 60;
    }
    double clearance_L_h = 0.5e6 * 70 / (area * 1e3); /* ng per 70 kg over ng/L h */
    within("dose/AUC, L/h for 70 kg", clearance_L_h, 65, 105);
    near(clearance_L_h, 0.0188 * 60 * 70, 2e-3);
    stop(&trial);
  }
}

/* ---- the others ---- */

/* 10 mg/kg i.p.: 0.1-0.3 µM for 1-1.5 h, which blocks 50-85 % of AMPA receptors meanwhile. */
static void nbqx_acts_for_its_hour(void **state) {
  (void)state;
  for (int s = 0; s < 2; s++) {
    struct trial trial;
    int minutes = 0;
    double peak = 0;
    start(&trial, "nbqx", all_species[s], 10, ROUTE_IP, 0);
    double K_B = trial.drugs.substance[0].properties[ACTION_AMPA_COMPETITIVE].ampa_competitive.K_B;
    for (int t = 1; t <= 240; t++) {
      advance_to(&trial, t);
      double C = brain_uM(&trial);
      minutes += C >= 0.1;
      peak = C > peak ? C : peak;
    }
    within("peak, µM", peak, 0.1, 0.3);
    within("minutes above 0.1 µM", minutes, 60, 90);
    within("blocked at the peak", peak / (peak + K_B), 0.5, 0.85);
    within("blocked at 0.1 µM", 0.1 / (0.1 + K_B), 0.5, 0.85);
    stop(&trial);
  }
}

/* What is left of mTORC1's or BDNF's share `hours` after a dose into the brain. */
static double left_after(const char *file, double mg_per_kg, enum action action, double hours) {
  struct trial trial;
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  const bool given = true;
  start(&trial, file, "rat", mg_per_kg, ROUTE_ICV, 0);
  advance_to(&trial, hours * 60);
  double free_uM = brain_uM(&trial);
  int n = drugs_exposures(&trial.drugs, &free_uM, &given, exposures);
  double left = action_share_left(exposures, n, action);
  stop(&trial);
  return left;
}

/* 0.2 nmol of rapamycin into the brain of a rat of 250 g blocks mTORC1 for more than a day; 1 µg of antibody
 * takes BDNF away for hours. Doses in mg/kg: amount × molar mass / body mass. */
static void doses_into_the_brain_block_what_they_should(void **state) {
  (void)state;
  double rapamycin = 0.2e-9 * 914.17 * 1e3 / 0.25, antibody = 1e-3 / 0.25;
  within("mTORC1 left after 30 min", left_after("rapamycin", rapamycin, ACTION_MTORC1_INHIBITOR, 0.5), 0,
         0.1);
  within("mTORC1 left after a day", left_after("rapamycin", rapamycin, ACTION_MTORC1_INHIBITOR, 24.5), 0,
         0.1);
  within("mTORC1 left after two weeks", left_after("rapamycin", rapamycin, ACTION_MTORC1_INHIBITOR, 336), 0.9,
         1);
  within("BDNF left after 30 min", left_after("anti_bdnf", antibody, ACTION_BDNF_SCAVENGER, 0.5), 0, 0.01);
  within("BDNF left after 3 h", left_after("anti_bdnf", antibody, ACTION_BDNF_SCAVENGER, 3), 0, 0.01);
  within("BDNF left after 3 d", left_after("anti_bdnf", antibody, ACTION_BDNF_SCAVENGER, 72), 0.9, 1);
}

/* ---- drugs of other classes ---- */

/* Course of a drug given alone: highest plasma, ng/mL; area over it, ng min/mL; minute of the highest. */
struct course {
  double peak_ng_mL, area, minute, late_ng_mL[2];
};

/* By minutes up to `last`; late_ng_mL: at two thirds of that time and at its end. */
static struct course course_of(const char *file, const char *species, double mg_per_kg, enum route route,
                               int last) {
  struct trial trial;
  struct course course = {0};
  double before = 0;
  start(&trial, file, species, mg_per_kg, route, 0);
  for (int t = 1; t <= last; t++) {
    advance_to(&trial, t);
    double now = plasma_ng_mL(&trial);
    course.area += t > 1 || route != ROUTE_IV ? 0.5 * (before + now) : now;
    if (now > course.peak_ng_mL) course.peak_ng_mL = now, course.minute = t;
    if (t == last * 2 / 3) course.late_ng_mL[0] = now;
    before = now;
  }
  course.late_ng_mL[1] = before;
  stop(&trial);
  return course;
}

/* Half-life over the last third of a course, min. */
static double half_life(const struct course *course, int last) {
  return (last - last * 2 / 3) * log(2) / log(course->late_ng_mL[0] / course->late_ng_mL[1]);
}

/* PMC6806415: 0.1 mg/kg i.p. 2.7 ng/mL, 208 ng min/mL from 15 to 240 min; s.c. 5.0 and 311, within a
 * third. Rat: 44 ng/mL after 3 mg/kg i.p., half-life 1.65 h (doi:10.1016/0014-2999(92)90201-e). */
static void mk801_reaches_the_published_concentrations(void **state) {
  (void)state;
  struct course ip = course_of("mk801", "mouse", 0.1, ROUTE_IP, 240);
  struct course sc = course_of("mk801", "mouse", 0.1, ROUTE_SC, 240);
  near(ip.peak_ng_mL, 2.7, 1 / 3.0);
  near(ip.area, 208 * 1.1, 1 / 3.0);
  near(sc.peak_ng_mL, 5.0, 1 / 3.0);
  near(sc.area, 311 * 1.1, 1 / 3.0);
  struct course rat = course_of("mk801", "rat", 3, ROUTE_IP, 360);
  near(rat.peak_ng_mL, 44, 0.1);
  near(half_life(&rat, 360), 99, 0.05);
}

/* Men: half-life 2.9 h (Pecking et al. 2002); rats: 27 min (Mandema et al. 1991). Decay ×1.25 and ×1.70 at
 * 0.1 and 1 µM in slices (Anesthesiology 2005 102:962). */
static void midazolam_acts_as_in_slices(void **state) {
  (void)state;
  struct course men = course_of("midazolam", "human", 0.1, ROUTE_IV, 720);
  struct course rat = course_of("midazolam", "rat", 10, ROUTE_IV, 150);
  within("half-life in men, min", half_life(&men, 720), 150, 200);
  within("half-life in rats, min", half_life(&rat, 150), 22, 32);
  struct drugs drugs;
  struct config *config = read_drugs("midazolam", "rat", &drugs);
  const struct gaba_a_modulator *site =
      &drugs.substance[0].properties[ACTION_GABA_A_MODULATOR].gaba_a_modulator;
  near(1 + (site->decay - 1) * 0.1 / (0.1 + site->K_d), 1.25, 0.01);
  near(1 + (site->decay - 1) * 1 / (1 + site->K_d), 1.70, 0.01);
  config_free(config);
}

/* Share of the transporter that is taken, free_uM being in brain. */
static double taken(const struct trial *trial) {
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  const bool given = true;
  double free_uM = brain_uM(trial);
  int n = drugs_exposures(&trial->drugs, &free_uM, &given, exposures);
  return action_share_taken(exposures, n, ACTION_SEROTONIN_REUPTAKE);
}

/* 10 mg/kg a day hold the transporter of a rat around the clock: above 80 % before the next dose. 20 mg of
 * escitalopram hold that of men alike; mice are free of it within a day. */
static void inhibitors_hold_the_transporter(void **state) {
  (void)state;
  static const struct {
    const char *drug, *species;
    double mg_per_kg;
    enum route route;
    double low, high;
  } cases[] = {{"fluoxetine", "rat", 10, ROUTE_IP, 0.8, 1},
               {"escitalopram", "human", 20 / 70.0, ROUTE_ORAL, 0.8, 1},
               {"escitalopram", "mouse", 10, ROUTE_IP, 0, 0.8}};
  for (int k = 0; k < 3; k++) {
    struct trial trial;
    start(&trial, cases[k].drug, cases[k].species, cases[k].mg_per_kg, cases[k].route, 0);
    advance_to(&trial, 24 * 60);
    within(cases[k].drug, taken(&trial), cases[k].low, cases[k].high);
    stop(&trial);
  }
  struct course mouse = course_of("escitalopram", "mouse", 2.38, ROUTE_IV, 480);
  near(mouse.area, 68700, 0.05);
  near(half_life(&mouse, 480), 96, 0.05);
}

/* Half-life in blood 58–63 min (Buchanan & Filkins 1976); the doses of behaviour call for all that there
 * is. */
static void lipopolysaccharide_lasts_for_hours(void **state) {
  (void)state;
  struct course rat = course_of("lps", "rat", 0.5, ROUTE_IP, 600);
  within("half-life, min", half_life(&rat, 600), 58, 63);
  struct trial trial;
  start(&trial, "lps", "rat", 0.1, ROUTE_IP, 0);
  advance_to(&trial, 240);
  double EC50 = trial.drugs.substance[0].properties[ACTION_IMMUNE_CHALLENGE].immune_challenge.EC50;
  assert_true(brain_uM(&trial) > 5 * EC50);
  stop(&trial);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_file_is_read_without_fault),
      cmocka_unit_test(enantiomers_make_the_racemate),
      cmocka_unit_test(rodents_reach_the_published_concentrations),
      cmocka_unit_test(men_reach_the_published_concentrations),
      cmocka_unit_test(dose_over_area_is_the_published_clearance),
      cmocka_unit_test(nbqx_acts_for_its_hour),
      cmocka_unit_test(doses_into_the_brain_block_what_they_should),
      cmocka_unit_test(mk801_reaches_the_published_concentrations),
      cmocka_unit_test(midazolam_acts_as_in_slices),
      cmocka_unit_test(inhibitors_hold_the_transporter),
      cmocka_unit_test(lipopolysaccharide_lasts_for_hours),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
