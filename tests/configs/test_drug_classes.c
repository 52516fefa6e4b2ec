/* test_drug_classes.c — drugs of other classes than ketamine's: plasma, brain and what is held at the site of
 * action are as published. */
#include "drug_trial.h"

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
  int n = drugs_exposures(&trial->drugs, &free_uM, &given, NULL, exposures);
  return action_share_taken(exposures, n, ACTION_SEROTONIN_REUPTAKE, 0);
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
      cmocka_unit_test(mk801_reaches_the_published_concentrations),
      cmocka_unit_test(midazolam_acts_as_in_slices),
      cmocka_unit_test(inhibitors_hold_the_transporter),
      cmocka_unit_test(lipopolysaccharide_lasts_for_hours),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
