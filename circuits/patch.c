/* patch.c — receptors under a voltage clamp. See patch.h.
 *
 * How an agonist is held. A receptor answers an event of w nS with w h(k), k ticks later; kinetics are
 * linear. A flow of r nS per tick comes to r Σ h. So r = a G/Σ h holds the share a of the conductance G. The
 * flow alone would reach it with the slow decay; an event of w at the onset cancels that: w h(p) =
 * r Σ_(k>p) h(k) at the tick p at which h, past its peak, has fallen to one half, where only the decay is
 * left. So the conductance comes with the receptor's rise and stays. When the agonist goes, it decays as
 * after any event. h is measured on the receptor itself, at a potential where no ion of the solution
 * blocks. */
#include "patch.h"
#include "drugs/action.h"
#include "memory.h"
#include "signals/blockade.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Far above any potential at which magnesium is in a pore; and how small an answer has to be to be over. */
static const double FREE_MV = 200.0, OVER = 1e-9;
/* Longest answer that is waited for, ms; counts of one nS-fold of the conductance. */
static const double ANSWER_MS = 60000.0, COUNTS = 0x1p28;
/* An agonist at which all is active, and the time in which that shows. */
static const double SATURATING_UM = 1000.0;
enum { BATHED_MS = 10 };

/* ---- a cell that is held ---- */

#define HELD_FIELDS(X) X(float, V, "mV", STATE, 1, "potential at which the patch is held")
FIELDS_DEFINE(held, HELD_FIELDS)

static void held_start(const struct cells *cells, int i, const uint32_t u[8]) {
  (void)u;
  held_at(cells->column).V[i] = 0.0f;
}

static const struct mechanism held_cell = {.name = "held",
                                           .kind = MECHANISM_CELL,
                                           .meaning = "a membrane at a held potential",
                                           .fields = held_fields,
                                           .n_fields = COUNT_OF(held_fields),
                                           .start = held_start};

/* ---- time ---- */

static void tick(struct patch *patch, const struct step *step) {
  struct population *population = &patch->population;
  struct block *block = &population->block[0];
  memset(block->g, 0, (size_t)block->padded * sizeof(float));
  memset(block->g_E, 0, (size_t)block->padded * sizeof(float));
  for (int r = 0; r < population->n_receptors; r++) {
    struct cells cells = population_cells(population, 0, r);
    population->receptor[r].mechanism->open(&cells, step);
  }
  patch->tick++;
}

static void adapt(struct patch *patch, const struct step *step) {
  struct population *population = &patch->population;
  for (int r = 0; r < population->n_receptors; r++) {
    struct cells cells = population_cells(population, 0, r);
    if (population->receptor[r].mechanism->adapt) population->receptor[r].mechanism->adapt(&cells, step);
  }
}

static void hold(struct patch *patch, double V_mV) {
  struct block *block = &patch->population.block[0];
  float *V = block->cell_column[0];
  for (int i = 0; i < block->padded; i++) V[i] = (float)V_mV;
}

/* Events of this tick at receptor r, nS. */
static void arrive(struct patch *patch, int r, double nS) {
  struct block *block = &patch->population.block[0];
  int32_t count = (int32_t)floor(nS / patch->population.port[r].quantum[0] + 0.5);
  for (int i = 0; i < block->padded; i++) block->port[r][i] = count;
}

/* The concentration that receptors outside of synapses meet. */
static void surround(struct patch *patch, double uM) {
  struct block *block = &patch->population.block[0];
  patch->around_uM = uM;
  for (int i = 0; i < block->padded; i++) block->ambient[i] = (float)uM;
}

/* A visitor that leaves nothing of any state. */
static enum status forget_array(struct visitor *self, const char *name, enum state_type type, size_t count,
                                void *data) {
  (void)self, (void)name;
  memset(data, 0, count * state_type_size(type));
  return STATUS_OK;
}

static enum status forget_list(struct visitor *self, const char *name, enum state_type type, size_t *count,
                               void **data) {
  (void)self, (void)name, (void)type;
  memory_free(*data);
  *data = NULL;
  *count = 0;
  return STATUS_OK;
}

enum status patch_reset(struct patch *patch) {
  struct visitor forget = {.loading = true, .array = forget_array, .list = forget_list};
  for (int r = 0; r < patch->population.n_receptors; r++) arrive(patch, r, 0.0);
  TRY(population_visit(&patch->population, &forget));
  population_start(&patch->population, 0, 0);
  surround(patch, 0.0);
  patch->tick = 0;
  patch->level = 0.0;
  return STATUS_OK;
}

/* ---- the agonist ---- */

/* Does a concentration open what no event opens? */
static bool bathed(struct patch *patch) {
  struct step step = {.dt_ms = 1.0 / patch->ms_ticks, .slow_dt_ms = 1.0};
  bool opens = false;
  hold(patch, FREE_MV);
  surround(patch, SATURATING_UM);
  for (int k = 0; k < patch->ms_ticks * BATHED_MS; k++) {
    tick(patch, &step);
    if (patch->tick % patch->ms_ticks == 0) adapt(patch, &step);
    opens |= patch->population.block[0].g[0] > 0;
  }
  return opens;
}

/* Answer of receptor r to one event of the whole conductance. */
static enum status measure(struct patch *patch, int r) {
  struct patch_answer *answer = &patch->answer[r];
  const struct block *block = &patch->population.block[0];
  int64_t longest = (int64_t)(ANSWER_MS * patch->ms_ticks);
  struct step step = {.dt_ms = 1.0 / patch->ms_ticks, .slow_dt_ms = 1.0};
  TRY(patch_reset(patch));
  hold(patch, FREE_MV);
  arrive(patch, r, patch->conductance_nS);
  *answer = (struct patch_answer){0};
  double peak = 0;
  for (int64_t k = 0; k < longest; k++) {
    step.tick = patch->tick;
    tick(patch, &step);
    if (patch->tick % patch->ms_ticks == 0) adapt(patch, &step);
    arrive(patch, r, 0.0);
    double h = (double)block->g[0] / patch->conductance_nS;
    answer->sum += h;
    peak = h > peak ? h : peak;
    if (h > 0.5 * peak) {
      answer->late = h;
      answer->before = answer->sum;
    }
    if (peak > 0 && h < OVER * peak) break;
  }
  TRY(patch_reset(patch));
  if (answer->late > 0) return STATUS_OK;
  bool opens = bathed(patch);
  TRY(patch_reset(patch));
  if (opens) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "receptor %s: no agonist opens it", patch->population.receptor[r].name);
}

void patch_agonist(struct patch *patch, double share, double uM) {
  double rise = share - patch->level;
  patch->level = share;
  surround(patch, uM);
  for (int r = 0; r < patch->population.n_receptors; r++) {
    const struct patch_answer *answer = &patch->answer[r];
    if (!(answer->late > 0)) continue;
    double flow = share * patch->conductance_nS / answer->sum, onset = 0.0;
    if (rise > 0) onset = rise * patch->conductance_nS * (1.0 - answer->before / answer->sum) / answer->late;
    arrive(patch, r, flow + onset);
  }
}

void patch_advance(struct patch *patch, double V_mV, const struct exposure *exposures, int n,
                   double slow_ms) {
  struct step step = {
      .dt_ms = 1.0 / patch->ms_ticks, .slow_dt_ms = slow_ms, .exposures = exposures, .n_exposures = n};
  hold(patch, V_mV);
  for (int k = 0; k < patch->ms_ticks; k++) {
    step.tick = patch->tick;
    tick(patch, &step);
    if (k == 0) patch_agonist(patch, patch->level, patch->around_uM); /* the event of an onset is over */
  }
  adapt(patch, &step);
}

/* ---- readings ---- */

double patch_current(const struct patch *patch) {
  const struct block *block = &patch->population.block[0];
  const float *V = block->cell_column[0];
  return (double)block->g[0] * (double)V[0] - (double)block->g_E[0];
}

double patch_bound(const struct patch *patch, int slot) {
  const struct population *population = &patch->population;
  for (int r = 0; r < population->n_receptors; r++) {
    const struct mechanism *mechanism = population->receptor[r].mechanism;
    const double *row = population_column(population, r, "blocked", 0, 0);
    double bound = 0;
    if (!row) continue;
    for (int s = 0; s < BLOCKADE_SUBUNITS; s++) {
      char key[16];
      snprintf(key, sizeof key, "share_%s", blockade_subunits[s]);
      const double *channel = population_column(population, r, "blocked", slot * BLOCKADE_SUBUNITS + s, 0);
      bound += mechanism_number(mechanism, population->receptor[r].params, key) * channel[0];
    }
    return bound;
  }
  return (double)NAN;
}

/* ---- making ---- */

enum status patch_new(const struct patch_receptor *receptors, int n, double dt_ms, double conductance_nS,
                      int substances, struct patch *out) {
  *out = (struct patch){.conductance_nS = conductance_nS, .ms_ticks = (int)floor(1.0 / dt_ms + 0.5)};
  struct population *population = &out->population;
  snprintf(population->name, sizeof population->name, "patch");
  population->cell = &held_cell;
  population->n = 1;
  population->background_port = -1;
  population->synapses_nS = conductance_nS;
  population->substances = substances;
  population->n_receptors = population->n_ports = n;
  for (int r = 0; r < n; r++) {
    population->receptor[r] =
        (struct receptor){receptors[r].mechanism, receptors[r].mechanism->name, receptors[r].params, r, 0};
    population->port[r] =
        (struct port){.name = "agonist", .lanes = 1, .quantum = {conductance_nS / COUNTS, 0}};
    if (receptors[r].mechanism->prepare)
      receptors[r].mechanism->prepare(receptors[r].params, 1.0 / out->ms_ticks);
  }
  TRY(population_allocate(population, POPULATION_TILE));
  for (int r = 0; r < n; r++) TRY(measure(out, r));
  return STATUS_OK;
}

void patch_free(struct patch *patch) { population_free(&patch->population); }
