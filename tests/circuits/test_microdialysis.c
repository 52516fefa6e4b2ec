/* test_microdialysis.c — the field around a probe against the solution by Bessel functions, where uptake
 * is far from saturation, and against the balance of source and uptake in wide shells, where it is not;
 * the published micromolar out of intact tissue's nanomolar; what has no steady state; the sites that it
 * asks; samples as means over their time, whatever the steps, and after save and load. */
#include "check.h"
#include "signals/microdialysis.h"
#include "small_patch.h"
#include "state.h"

static void read_all(struct dialysis_params *probe, struct glutamate_params *tissue) {
  struct config *config;
  assert_ok(config_parse("test", "", &config));
  params_read(config, "record.dialysis", dialysis_params, n_dialysis_params, NULL, 0, probe);
  params_read(config, "tissue.glutamate", glutamate_params, n_glutamate_params, NULL, 0, tissue);
  config_free(config);
}

/* Modified Bessel functions of order n by their integrals: I_n = 1/π ∫ e^(x cos θ) cos nθ dθ over 0 … π, and
 * K_n = ∫ e^(−x cosh t) cosh nt dt; both scaled by e^(∓x) so that they stay in range. */
static double bessel_I(int n, double x) {
  enum { STEPS = 4000 };
  double sum = 0, pi = acos(-1.0);
  for (int k = 0; k < STEPS; k++) {
    double angle = pi * (k + 0.5) / STEPS;
    sum += exp(x * (cos(angle) - 1)) * cos(n * angle) / STEPS;
  }
  return sum;
}
static double bessel_K(int n, double x) {
  enum { STEPS = 20000 };
  double sum = 0, last = 4;
  for (int k = 0; k < STEPS; k++) {
    double t = last * (k + 0.5) / STEPS;
    sum += exp(-x * (cosh(t) - 1)) * cosh(n * t) * last / STEPS;
  }
  return sum;
}

/* First-order uptake k in the shell R … R + w and K beyond, no flux at R: C = S/k + a I0(x/l) + b K0(x/l)
 * inside, S/K + c K0(x/L) outside, with value and gradient continuous. Gives C at R. Scaled functions
 * throughout: those of I relative to e^(edge), of K relative to e^(−R) inside and e^(−edge) outside. */
static double exact(double R, double w, double D, double S, double k, double K) {
  double l = sqrt(D / k), L = sqrt(D / K), edge = R + w, drop = exp(-w / l);
  double I1R = bessel_I(1, R / l) * drop, K1R = bessel_K(1, R / l), b_per_a = I1R / K1R;
  double I0R = bessel_I(0, R / l) * drop, K0R = bessel_K(0, R / l);
  double I0e = bessel_I(0, edge / l), I1e = bessel_I(1, edge / l);
  double K0e = bessel_K(0, edge / l) * drop, K1e = bessel_K(1, edge / l) * drop;
  double value = I0e + b_per_a * K0e, slope = (I1e - b_per_a * K1e) / l;
  double outer = bessel_K(0, edge / L), outer_slope = -bessel_K(1, edge / L) / L;
  /* S/k + a value = S/K + c outer; a slope = c outer_slope */
  double a = (S / K - S / k) / (value - slope * outer / outer_slope);
  return S / k + a * (I0R + b_per_a * K0R);
}

static void test_first_order(void **state) {
  (void)state;
  struct dialysis_params probe;
  struct glutamate_params tissue;
  read_all(&probe, &tissue);
  tissue.K_m = 1e6; /* far from saturation */
  tissue.V_max = 0.3 * tissue.K_m;
  static const double shells[] = {5, 10, 20, 40, 100}, lefts[] = {0.01, 0.1, 0.5};
  for (int i = 0; i < 5; i++) {
    for (int j = 0; j < 3; j++) {
      probe.shell = shells[i];
      probe.uptake = lefts[j];
      double due = exact(probe.radius, probe.shell, tissue.diffusion, 0.013, 0.3 * probe.uptake, 0.3);
      assert_near(dialysis_reading(&probe, &tissue, 0.013, 1), due, 2e-3 * due);
    }
  }
  probe.uptake = 1; /* no shell at all */
  assert_near(dialysis_reading(&probe, &tissue, 0.013, 1), 0.013 / 0.3, 1e-6);
  probe.shell = 0;
  assert_near(dialysis_reading(&probe, &tissue, 0.013, 1), 0.013 / 0.3, 1e-6);
}

/* In a shell of ten clearance lengths nothing gets out: K_m S/(v V_max − S), up to saturation. */
static void test_saturation(void **state) {
  (void)state;
  struct dialysis_params probe;
  struct glutamate_params tissue;
  read_all(&probe, &tissue);
  probe.shell = 400;
  for (double source = 0.001; source < 0.045; source += 0.004) {
    double due = tissue.K_m * source / (probe.uptake * tissue.V_max - source);
    assert_near(dialysis_reading(&probe, &tissue, source, 1), due, 0.002 * due);
  }
  /* half of the uptake gone: as half of the carriers */
  double due = tissue.K_m * 0.01 / (0.5 * probe.uptake * tissue.V_max - 0.01);
  assert_near(dialysis_reading(&probe, &tissue, 0.01, 0.5), due, 0.002 * due);
}

/* Tissue at 25–90 nM reads 2–10 µM (Sun et al. 2014); more release reads more, by more than its share;
 * where the shell cannot clear what is released, neighbouring tissue does, and where nothing can there is
 * no reading. */
static void test_published(void **state) {
  (void)state;
  struct dialysis_params probe;
  struct glutamate_params tissue;
  read_all(&probe, &tissue);
  double at_half_Hz = dialysis_reading(&probe, &tissue, 0.012 + 0.005, 1),
         at_1_Hz = dialysis_reading(&probe, &tissue, 0.012 + 0.01, 1),
         more = dialysis_reading(&probe, &tissue, 0.012 + 0.012, 1);
  assert_between(at_half_Hz, 2, 10);
  assert_between(at_1_Hz, 2, 10);
  assert_between(more / at_1_Hz, 0.024 / 0.022, 1.5);
  double beyond = dialysis_reading(&probe, &tissue, 0.1, 1); /* the shell takes 0.08 at most */
  assert_between(beyond, 100, 1e5);
  assert_true(isnan(dialysis_reading(&probe, &tissue, 9, 1)));
  assert_true(isnan(dialysis_reading(&probe, &tissue, 0.01, 0)));
  assert_true(dialysis_reading(&probe, &tissue, 0, 1) == 0);
}

/* ---- samples ---- */

struct samples {
  struct recorder recorder;
  int n;
  double at[64], value[64];
};
static enum status append(struct recorder *self, int handle, double at, const double *values) {
  struct samples *samples = (struct samples *)self;
  assert_int_equal(handle, 5);
  assert_true(samples->n < 64);
  samples->at[samples->n] = at;
  samples->value[samples->n++] = values[0];
  return STATUS_OK;
}

static void test_samples(void **state) {
  (void)state;
  struct spine_params spines = small_spine_params();
  struct small_patch *patch = small_patch_new(&small_plan, &spines);
  struct dialysis_params probe;
  struct glutamate_params tissue;
  struct glutamate glutamate;
  struct dialysis dialysis, other;
  struct image *image;
  read_all(&probe, &tissue);
  probe.sample = 0.25;
  assert_ok(image_new(&image));
  assert_ok(glutamate_new(&glutamate, &tissue, &patch->sheet, patch->population, SMALL_POPULATIONS, 1));
  assert_ok(dialysis_new(&dialysis, &probe, &glutamate));
  assert_ok(dialysis_new(&other, &probe, &glutamate));
  assert_int_equal(dialysis.n_sites, 60); /* centres within 220 µm of the corner where four sites meet */
  struct samples samples = {.recorder = {.append = append}};
  dialysis.reading = 4;
  assert_ok(dialysis_advance(&dialysis, 0, 0.3, &samples.recorder, 5)); /* one is full, the next begun */
  assert_int_equal(samples.n, 1);
  assert_ok(dialysis_visit(&dialysis, "test", image_saver(image)));
  dialysis_free(&dialysis);
  assert_ok(dialysis_visit(&other, "test", image_loader(image)));
  other.reading = 8;
  for (int k = 0; k < 12; k++) /* unequal steps */
    assert_ok(dialysis_advance(&other, 0.3 + 0.1 * k, 0.3 + 0.1 * (k + 1), &samples.recorder, 5));
  assert_int_equal(samples.n, 6);
  for (int k = 0; k < 6; k++) assert_near(samples.at[k], 0.125 + 0.25 * k, 1e-12);
  assert_near(samples.value[0], 4, 1e-12);
  assert_near(samples.value[1], (4 * 0.05 + 8 * 0.2) / 0.25, 1e-9);
  for (int k = 2; k < 6; k++) assert_near(samples.value[k], 8, 1e-9);
  /* what the sites released, with leak and their uptake */
  glutamate.looks = 10;
  for (int s = 0; s < 100; s++) {
    bool near = false;
    for (int k = 0; k < other.n_sites; k++) near |= other.site[k] == s;
    glutamate.source_sum[s] = near ? 10 * (0.008 + 0.0001 * (s % 2)) : 1000;
    glutamate.uptake[s] = near ? 0.8 : 0;
  }
  dialysis_read(&other);
  double due = dialysis_reading(&probe, &tissue, 0.00805 + tissue.leak, 0.8);
  assert_near(other.reading, due, 1e-3 * due);
  dialysis_free(&other);
  dialysis_free(&other); /* of a zeroed one */
  glutamate_free(&glutamate);
  small_patch_free(patch);
  image_free(image);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_first_order), cmocka_unit_test(test_saturation),
                                     cmocka_unit_test(test_published), cmocka_unit_test(test_samples)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
