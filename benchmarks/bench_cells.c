/* bench_cells.c — what one step of every cell model and every receptor costs: ns per cell, of the build that
 * SPINULE_ISA names or the best.
 *
 * bench_cells [BURSTS]: 4,096 cells in blocks of 1,024, which stay in the second cache, as in a run. A step
 * of a mechanism that reads a port includes clearing it, and one count in fifty is not 0. The figure is the
 * least of BURSTS (200) bursts of 50 steps, in time of this thread: others on the machine can only add. AdEx
 * is set against a plain exponential Euler step of the same equations, compiled for the same set. */
#include "circuit.h"
#include "maths.h"
#include "memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CELLS = 4096, BLOCK = 1024, STEPS = 50 };

static double thread_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

/* ---- a population that holds what is measured ---- */

static enum status defaults(const struct mechanism *mechanism, void **out) {
  TRY(memory_new("parameters", 1, mechanism->params_size, out));
  for (int k = 0; k < mechanism->n_params; k++) {
    const struct param *row = &mechanism->params[k];
    if (row->type == PARAM_NUMBER) memcpy((char *)*out + row->offset, &row->standard, sizeof(double));
  }
  mechanism->prepare(*out, 0.1);
  return STATUS_OK;
}

/* The first cell model without ports carries the receptor, if one is given. */
static enum status make(const struct mechanism *cell, const struct mechanism *receptor,
                        struct population *out) {
  *out = (struct population){.name = "cells", .region = "bench", .n = CELLS, .cell = cell};
  int n = 0;
  while (n < MECHANISM_PORTS && cell->ports[n]) n++;
  if (receptor) n = 1;
  for (int p = 0; p < n; p++)
    out->port[p] = (struct port){.lanes = 1, .quantum = {0x1p-20, 0}, .unused = p > 0};
  out->n_ports = n;
  out->background_port = -1;
  TRY(defaults(cell, &out->cell_params));
  if (receptor) {
    out->receptor[0] = (struct receptor){.mechanism = receptor, .name = receptor->name};
    out->n_receptors = 1;
    TRY(defaults(receptor, &out->receptor[0].params));
  }
  TRY(population_allocate(out, BLOCK));
  for (int b = 0; b < out->n_blocks; b++) population_start(out, b, 1);
  return STATUS_OK;
}

/* A current at which a fifth of the cells fire, at up to tens of Hz; the form of 2003 has 1 pF. */
static void load(struct population *population, bool cell) {
  const float scale = strcmp(population->cell->name, "izhikevich") == 0 ? 0.02f : 1.0f;
  for (int b = 0; b < population->n_blocks; b++) {
    struct block *block = &population->block[b];
    for (int i = 0; i < block->padded; i++) {
      block->g[i] = 0.0f;
      block->g_E[i] = cell ? scale * (float)(100 + i % 130) : 0.0f;
      block->fired[i] = 0;
    }
  }
}

typedef void kernel(const struct population *population, int b, const struct step *step);

static void clear_port(const struct population *population, int b, int64_t tick) {
  const struct block *block = &population->block[b];
  for (int p = 0; p < population->n_ports; p++) {
    if (population->port[p].unused) continue;
    memset(block->port[p], 0, (size_t)block->padded * sizeof(int32_t));
    for (int i = (int)(tick % 50); i < block->padded; i += 50) block->port[p][i] = 1 << 18;
  }
}

static void advance(const struct population *population, int b, const struct step *step) {
  struct cells cells = population_cells(population, b, -1);
  clear_port(population, b, step->tick);
  population->cell->advance(&cells, step);
}

static void receive(const struct population *population, int b, const struct step *step) {
  struct cells cells = population_cells(population, b, 0);
  clear_port(population, b, step->tick);
  population->receptor[0].mechanism->open(&cells, step);
}

/* ---- AdEx by the plainest step ---- */

struct plain {
  float *V, *w, *C_m, *g_L, *E_L, *V_T;
  int32_t *hold;
};

static struct plain plain_of(const struct population *population, int b) {
  float *column[6];
  static const char *const names[] = {"V", "w", "C_m", "g_L", "E_L", "V_T"};
  for (int k = 0; k < COUNT_OF(names); k++) column[k] = population_column(population, -1, names[k], 0, b);
  return (struct plain){
      column[0], column[1], column[2], column[3], column[4], column[5], population->block[b].background};
}

/* Exponential Euler for V and w, spike at a fixed potential, on the grid; the defaults of the table. */
__attribute__((always_inline)) static inline void plain_body(const struct population *population, int b) {
  const struct block *block = &population->block[b];
  const struct plain s = plain_of(population, b);
  const float *restrict g = block->g, *restrict g_E = block->g_E;
  const float decay = (float)maths_exp(-0.1 / 30);
  int32_t *restrict fired = block->fired;
#pragma GCC ivdep
  for (int i = 0; i < block->padded; i++) {
    float V = s.V[i], w = s.w[i], g_L = s.g_L[i], all = g_L + g[i];
    float upswing = 2.0f * g_L * maths_exp_f32((V - s.V_T[i]) * 0.5f);
    float end = (__builtin_fmaf(g_L, s.E_L[i], g_E[i]) + upswing - w) / all;
    float V_next = __builtin_fmaf(V - end, maths_exp_f32(-0.1f * all / s.C_m[i]), end);
    float w_far = 2.0f * (V - s.E_L[i]);
    s.w[i] = __builtin_fmaf(w - w_far, decay, w_far);
    s.V[i] = s.hold[i] > 0 ? -58.0f : V_next;
  }
#pragma GCC ivdep
  for (int i = 0; i < block->padded; i++) {
    bool spike = s.V[i] >= -40.0f;
    int32_t left = s.hold[i];
    s.V[i] = spike ? -58.0f : s.V[i];
    s.w[i] += spike ? 60.0f : 0.0f;
    s.hold[i] = spike ? 20 : left > 0 ? left - 1 : 0;
    fired[i] = spike ? 1 : 0;
  }
}

static void plain_base(const struct population *population, int b, const struct step *step) {
  (void)step;
  plain_body(population, b);
}

#ifdef __x86_64__
__attribute__((target("arch=x86-64-v3"))) static void plain_v3(const struct population *population, int b,
                                                               const struct step *step) {
  (void)step;
  plain_body(population, b);
}

__attribute__((target("arch=x86-64-v4,prefer-vector-width=512"))) static void plain_v4(
    const struct population *population, int b, const struct step *step) {
  (void)step;
  plain_body(population, b);
}
#else
#define plain_v3 plain_base
#define plain_v4 plain_base
#endif

/* ---- bursts ---- */

static double burst_ns(const struct population *population, kernel *run, int bursts) {
  double least = 1e30;
  for (int k = 0; k < bursts; k++) {
    struct step step = {.tick = (int64_t)k * STEPS, .dt_ms = 0.1, .slow_dt_ms = 1};
    double spent = 0;
    for (int b = 0; b < population->n_blocks; b++) {
      double begin = thread_ns();
      for (int s = 0; s < STEPS; s++, step.tick++) run(population, b, &step);
      spent += thread_ns() - begin;
    }
    least = spent < least ? spent : least;
  }
  return least / STEPS / CELLS;
}

static enum status measure(const struct mechanism *cell, const struct mechanism *receptor, kernel *run,
                           int bursts, double *ns) {
  struct population population;
  enum status status = make(cell, receptor, &population);
  if (status == STATUS_OK) {
    load(&population, receptor == NULL);
    *ns = burst_ns(&population, run, bursts);
  }
  population_free(&population);
  return status;
}

static enum status bench(int bursts) {
  const struct mechanisms *build;
  TRY(circuit_mechanisms(&build));
  const struct mechanism *adex = mechanism_find(build, "adex");
  double ns, fast = 0, plain = 0;
  printf("%-18s %-9s %6s  (build %s)\n", "mechanism", "", "ns", build->isa);
  for (int i = 0; i < build->n; i++) {
    const struct mechanism *mechanism = build->list[i];
    bool cell = mechanism->kind == MECHANISM_CELL;
    if (mechanism->kind == MECHANISM_DRIVE) continue;
    TRY(measure(cell ? mechanism : adex, cell ? NULL : mechanism, cell ? advance : receive, bursts, &ns));
    printf("%-18s %-9s %6.3f\n", mechanism->name, cell ? "cell" : "receptor", ns);
  }
  kernel *euler = strcmp(build->isa, "v4") == 0   ? plain_v4
                  : strcmp(build->isa, "v3") == 0 ? plain_v3
                                                  : plain_base;
  TRY(measure(adex, NULL, advance, bursts, &fast));
  TRY(measure(adex, NULL, euler, bursts, &plain));
  printf("%-18s %-9s %6.3f\nadex over exponential Euler: %.2f\n", "exponential Euler", "(adex)", plain,
         fast / plain);
  return STATUS_OK;
}

int main(int argc, char **argv) {
  int bursts = argc > 1 ? atoi(argv[1]) : 200;
  if (bursts < 1 || bursts > 100000) {
    fprintf(stderr, "usage: bench_cells [BURSTS]\n");
    return 2;
  }
  enum status status = bench(bursts);
  if (status != STATUS_OK) fprintf(stderr, "bench_cells: %s\n", status_message());
  return status_exit_code(status);
}
