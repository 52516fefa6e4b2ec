/* test_isa.c — every hook of every mechanism gives equal bits in the builds for plain x86-64, AVX2 and
 * AVX-512: on random states, also far outside of what biology knows, with and without denormal numbers
 * flushed, for one lane and two, for none to four blockers. */
#include "drugs/action.h"
#include "random.h"
#include "specimen.h"
#include "team.h"

/* Not a multiple of a vector register, so that padding and remainders take part. */
enum { CELLS = 203, TICKS = 40, ISAS = 3 };
static const char *const isas[ISAS] = {"base", "v3", "v4"};

struct variant {
  bool wild, four_subunits, one_lane;
  int blockers;
  const char *model; /* a cell other than that of the circuits, with receptors other than theirs; or NULL */
  bool alone;        /* its second port is not used */
};

/* ---- random states ---- */

static double draw(uint64_t *counter, double low, double high) {
  uint32_t u = random_draw(99, RANDOM_VARY, (*counter)++, 0, 0).u[0];
  return low + (high - low) * random_uniform(u);
}

/* A value as its unit suggests; wild ones spread over many powers of ten. */
static double value_for(const struct field *field, bool wild, uint64_t *counter) {
  double size = wild && draw(counter, 0, 1) < 0.3 ? exp(draw(counter, -90, 12)) : 1;
  if (strcmp(field->unit, "mV") == 0) return draw(counter, -110, 30) * (wild ? fmin(size + 0.5, 3) : 1);
  if (strcmp(field->unit, "1") == 0) return draw(counter, 0, 0.25);
  if (strcmp(field->unit, "pF") == 0) return draw(counter, 20, 400);
  return draw(counter, 0, 50) * size;
}

static void fill_field(const struct population *population, int receptor, const struct field *field,
                       bool wild, uint64_t *counter) {
  for (int row = 0; row < field_rows(field, population->substances); row++) {
    void *column = population_column(population, receptor, field->name, row, 0);
    for (int i = 0; i < population->block[0].padded; i++) {
      double value = value_for(field, wild, counter);
      if (field->type == STATE_F32) ((float *)column)[i] = (float)value;
      if (field->type == STATE_F64) ((double *)column)[i] = value;
      if (field->type == STATE_I32) ((int32_t *)column)[i] = (int32_t)(draw(counter, 0, 1) * 4);
    }
  }
}

/* A decay is never below its rise: both parts take the same jumps. */
static void order_parts(const struct population *population, int receptor) {
  if (!population_column(population, receptor, "rise", 0, 0)) return;
  float *rise = specimen_floats(population, receptor, "rise");
  for (int row = 0; row < 4; row++) { /* by class, where there are some */
    float *decay = population_column(population, receptor, "decay", row, 0);
    for (int i = 0; decay && i < population->block[0].padded; i++)
      if (decay[i] < rise[i]) decay[i] = rise[i];
  }
}

static void fill(const struct population *population, const struct variant *variant) {
  uint64_t counter = 0;
  for (int r = -1; r < population->n_receptors; r++) {
    const struct mechanism *mechanism = r < 0 ? population->cell : population->receptor[r].mechanism;
    for (int f = 0; f < mechanism->n_fields; f++)
      fill_field(population, r, &mechanism->fields[f], variant->wild, &counter);
    if (r >= 0) order_parts(population, r);
  }
  for (int i = 0; i < population->block[0].padded; i++)
    population->block[0].ambient[i] = (float)draw(&counter, 0, variant->wild ? 100 : 0.3);
}

static void arrive(const struct population *population, int tick) {
  struct block *block = &population->block[0];
  for (int i = 0; i < block->padded; i++) {
    struct random_draw u = random_draw(7, RANDOM_BACKGROUND, (uint64_t)i, (uint64_t)tick, 0);
    block->background[i] = (int32_t)(u.u[0] >> 30);
    for (int p = 0; p < population->n_ports; p++) {
      for (int l = 0; l < population->port[p].lanes; l++) {
        uint32_t counts =
            random_draw(7, RANDOM_BACKGROUND, (uint64_t)i, (uint64_t)tick, 1 + (uint32_t)(2 * p + l)).u[0];
        block->port[p][i * population->port[p].lanes + l] = (int32_t)(counts >> (1 + u.u[1] % 24));
      }
    }
  }
}

/* ---- running ---- */

static void no_drive(const struct population *population, int b, uint64_t seed, int64_t tick) {
  (void)population, (void)b, (void)seed, (void)tick;
}

/* The receptors for which there are ports left, the first of all with background. */
static struct population make_other(const char *isa, const struct variant *variant) {
  const char *const receptors[] = {variant->alone ? "nmda_plain" : "current", "exponential", "gaba_b"};
  const struct mechanisms *build = specimen_build(isa);
  struct population population = specimen_of(build, variant->model, CELLS);
  for (int k = 0; k < COUNT_OF(receptors) && population.n_ports < 3; k++)
    specimen_receive(&population, build, receptors[k]);
  if (!variant->one_lane) {
    population.port[2].lanes = 2;
    population.port[2].quantum[1] = 0x1p-22;
  }
  if (variant->alone) population.port[1].unused = true;
  population.drive = no_drive;
  population.background_port = 0;
  population.background_nS[0] = 0.7;
  specimen_ready(&population, 0.1, 1024);
  fill(&population, variant);
  return population;
}

static struct population make(const char *isa, const struct variant *variant) {
  if (variant->model) return make_other(isa, variant);
  struct population population = specimen(specimen_build(isa), CELLS);
  if (variant->four_subunits) {
    specimen_set(&population, SPECIMEN_NMDA, "share_2A", 0.3);
    specimen_set(&population, SPECIMEN_NMDA, "share_2C", 0.2);
    specimen_set(&population, SPECIMEN_NMDA, "share_2D", 0.1);
  }
  if (variant->one_lane) {
    population.port[0].lanes = 1;
    population.receptor[SPECIMEN_NMDA].lane = 0;
  } else { /* inhibition through a pair */
    population.port[2] = (struct port){.name = "pair", .lanes = 2, .quantum = {0x1p-20, 0x1p-22}};
    population.receptor[SPECIMEN_GABA_SLOW].lane = 1;
    population.port[population.n_ports++] = /* part of what glutamate receptors hear */
        (struct port){.name = "part", .lanes = 2, .quantum = {0x1p-20, 0x1p-20}, .joins = 1};
  }
  specimen_set(&population, specimen_extrasynaptic(&population, specimen_build(isa)), "allosteric", 1);
  if (variant->wild) specimen_one_decay(&population);
  specimen_ready(&population, 0.1, 1024);
  fill(&population, variant);
  return population;
}

struct work {
  struct population *population;
  const struct variant *variant;
};

static void advance(void *context, int thread) {
  (void)thread;
  static const struct nmda_channel drugs[4] = {{0.33, 0.31, 0.51, 0.83, 0.05, 1e-6, 0.55, 0, 0, 0},
                                               {2, 2, 3, 5, 0.02, 3e-6, 0.8, 1e-4, 0, 0},
                                               {10, 1, 1, 1, 1, 0, 0, 0, 5, 0.2},
                                               {1e-3, 1e-3, 1e-3, 1e-3, 1e-4, 0.1, 2, 0, 0, 0}};
  static const struct nmda_subunit antagonist = {9, 0.01, 1, 1, 1, 0.9, 0.5, 0.5};
  static const struct nmda_allosteric site = {0.1, 0.4};
  const struct work *work = context;
  struct population *population = work->population;
  struct exposure exposures[6] = {{ACTION_NMDA_SUBUNIT, 0, &antagonist, 0.02, NULL},
                                  {ACTION_NMDA_ALLOSTERIC, 0, &site, 0.05, NULL}};
  for (int k = 0; k < 4; k++)
    exposures[2 + k] = (struct exposure){ACTION_NMDA_CHANNEL, k, &drugs[k], k == 2 ? 0 : 3.0 * k + 1, NULL};
  for (int t = 0; t < TICKS; t++) {
    struct step step = {.tick = t, .dt_ms = 0.1, .slow_dt_ms = t % 3 ? 1 : 300, .slow_every = 2};
    step.exposures = exposures, step.n_exposures = work->variant->blockers ? 2 + work->variant->blockers : 0;
    arrive(population, t);
    specimen_tick(population, t, 0x1f, (float)(10 * t));
    for (int r = 0; r < population->n_receptors; r++) {
      const struct mechanism *mechanism = population->receptor[r].mechanism;
      struct cells cells = population_cells(population, 0, r);
      if (t % 5 == 4 && mechanism->adapt) mechanism->adapt(&cells, &step);
      if (t == TICKS - 3 && mechanism->rest) mechanism->rest(&cells, &step, 1e5);
    }
  }
}

/* First difference of two populations, in words; NULL if there is none. */
static const char *difference(const struct population *a, const struct population *b) {
  static char text[128];
  size_t cells = (size_t)a->block[0].padded;
  for (int r = -1; r < a->n_receptors; r++) {
    const struct mechanism *mechanism = r < 0 ? a->cell : a->receptor[r].mechanism;
    for (int f = 0; f < mechanism->n_fields; f++) {
      const struct field *field = &mechanism->fields[f];
      for (int row = 0; row < field_rows(field, a->substances); row++) {
        const void *p = population_column(a, r, field->name, row, 0),
                   *q = population_column(b, r, field->name, row, 0);
        if (memcmp(p, q, cells * state_type_size(field->type)) == 0) continue;
        snprintf(text, sizeof text, "%s.%s[%d]", mechanism->name, field->name, row);
        return text;
      }
    }
  }
  if (memcmp(a->block[0].g, b->block[0].g, 4 * cells)) return "g";
  if (memcmp(a->block[0].g_E, b->block[0].g_E, 4 * cells)) return "g_E";
  return memcmp(a->block[0].fired, b->block[0].fired, 4 * cells) ? "fired" : NULL;
}

/* `flush`: as in a run, by a team's thread; else in this one, where denormal numbers count. */
static void compare(const struct variant *variant, bool flush) {
  struct team *team;
  struct population first = {0};
  assert_ok(team_new(1, &team));
  for (int k = 0; k < ISAS; k++) {
    if (!specimen_build(isas[k])) continue;
    struct population population = make(isas[k], variant);
    struct work work = {&population, variant};
    if (flush) {
      team_run(team, advance, &work);
    } else {
      advance(&work, 0);
    }
    if (k == 0) {
      first = population;
      continue;
    }
    const char *where = difference(&first, &population);
    if (where) {
      fail_msg("%s differs from base in %s (%s, wild %d, four %d, one lane %d, %d blockers, flush %d)",
               isas[k], where, variant->model ? variant->model : "adex", variant->wild,
               variant->four_subunits, variant->one_lane, variant->blockers, flush);
    }
    population_free(&population);
  }
  population_free(&first);
  team_free(team);
}

static void test_builds_agree(void **state) {
  (void)state;
  for (int bits = 0; bits < 16; bits++) {
    for (int blockers = 0; blockers <= 4; blockers++) {
      const struct variant variant = {bits & 1, bits & 2, bits & 4, blockers, NULL, false};
      compare(&variant, bits & 8);
    }
  }
}

/* The precise cell divides its steps by the conductance: what is far from biology takes it out of its stable
 * range, where no number is left to compare. */
static void test_other_cells_agree(void **state) {
  (void)state;
  static const char *const models[] = {"adex_precise",    "lif_current", "lif_alpha",
                                       "lif_conductance", "izhikevich",  "izhikevich_2007"};
  for (int m = 0; m < COUNT_OF(models); m++) {
    for (int bits = 0; bits < 16; bits++) {
      const struct variant variant = {
          .wild = (bits & 1) && m > 0, .one_lane = bits & 2, .model = models[m], .alone = bits & 4};
      compare(&variant, bits & 8);
    }
  }
}

/* What was compared has moved: a spike, an open conductance and a block are among it, and all stays finite
 * where the start was that of biology. */
static void test_states_move(void **state) {
  (void)state;
  const struct variant variant = {false, true, false, 2, NULL, false};
  struct population population = make("", &variant), before = make("", &variant);
  struct work work = {&population, &variant};
  advance(&work, 0);
  const float *hold = specimen_floats(&population, SPECIMEN_CELL, "hold");
  const float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  const double *blocked = population_column(&population, SPECIMEN_NMDA, "blocked", 0, 0);
  const double *was = population_column(&before, SPECIMEN_NMDA, "blocked", 0, 0);
  int holding = 0, moved = 0;
  for (int i = 0; i < CELLS; i++) {
    holding += hold[i] > 5;
    moved += fabs(blocked[i] - was[i]) > 1e-6;
    assert_true(isfinite(V[i]));
  }
  assert_true(holding > 5 && moved > CELLS / 2);
  assert_non_null(difference(&population, &before));
  population_free(&population);
  population_free(&before);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_builds_agree),
                                     cmocka_unit_test(test_other_cells_agree),
                                     cmocka_unit_test(test_states_move)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
