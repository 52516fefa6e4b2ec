/* plain_circuit.h — a small random circuit as text, read and wired, and a cell model with a synaptic current
 * of its own that does nothing. */
#ifndef TESTS_CIRCUITS_PLAIN_CIRCUIT_H
#define TESTS_CIRCUITS_PLAIN_CIRCUIT_H

#include "random_circuit.h"
#include "specimen.h"

/* Excitation and inhibition, every key of the first population and pathway written out. */
static const char plain[] =
    "circuit: {\n"
    "  scaling = \"in_degree\";\n"
    "  populations: {\n"
    "    E: {\n"
    "      cells = 240; cell = \"adex\"; rate = \"5 Hz\";\n"
    "      C_m = \"210 pF\";\n"
    "      receptors: {\n"
    "        ampa: { mechanism = \"ampa\"; port = \"glutamate\"; tau_decay = \"3 ms\"; };\n"
    "        nmda: { mechanism = \"nmda\"; port = \"glutamate\"; };\n"
    "        gaba: { mechanism = \"gaba_a\"; };\n"
    "      };\n"
    "      start: { V_low = \"-65 mV\"; V_high = \"-50 mV\"; };\n"
    "      background: { port = \"glutamate\"; rate = \"100 Hz\"; weight = \"1.5 nS\"; second = \"0.1 nS\"; "
    "};\n"
    "    };\n"
    "    I: {\n"
    "      cells = 60; cell = \"adex\";\n"
    "      receptors: {\n"
    "        ampa: { mechanism = \"ampa\"; port = \"glutamate\"; };\n"
    "        nmda: { mechanism = \"nmda\"; port = \"glutamate\"; };\n"
    "      };\n"
    "    };\n"
    "  };\n"
    "  pathways: (\n"
    "    { from = [\"E\"]; to = [\"E\", \"I\"]; port = \"glutamate\"; rule = \"in_degree\"; in_degree = 10;\n"
    "      autapses = false; weight = \"0.5 nS\"; weight_sd = \"0 nS\"; second = \"0.05 nS\"; delay = \"1.5 "
    "ms\";\n"
    "      delay_sd = \"0 ms\"; },\n"
    "    { from = [\"I\"]; to = [\"E\"]; port = \"gaba\"; rule = \"pairwise\"; p = 0.25; weight = \"4 nS\"; "
    "}\n"
    "  );\n"
    "};\n"
    "bench: { settle = \"0.5 s\"; measure = \"2 s\"; };\n";

/* A cell with a synaptic current of its own, which never fires. */

#define DUMB_FIELDS(X) X(float, V, "mV", STATE, 1, "membrane potential: as it starts")
FIELDS_DEFINE(dumb, DUMB_FIELDS)

struct dumb_params {
  double tau_syn, I_e;
};
static const struct param dumb_params[] = {
    PARAM_NUM(struct dumb_params, tau_syn, "ms", 0.5, 0.1, 100, SETTING, "", "time constant"),
    PARAM_NUM(struct dumb_params, I_e, "pA", 0, -1e4, 1e4, SETTING, "", "constant current"),
};
static inline void dumb_start(const struct cells *cells, int i, const uint32_t u[8]) {
  (void)u;
  dumb_at(cells->column).V[i] = -70;
}
static inline void dumb_advance(const struct cells *cells, const struct step *step) {
  (void)step;
  memset(cells->fired, 0, (size_t)cells->n * sizeof *cells->fired);
}
static const struct mechanism dumb = {.name = "dumb",
                                      .kind = MECHANISM_CELL,
                                      .fields = dumb_fields,
                                      .n_fields = COUNT_OF(dumb_fields),
                                      .params = dumb_params,
                                      .n_params = COUNT_OF(dumb_params),
                                      .params_size = sizeof(struct dumb_params),
                                      .ports = {"current"},
                                      .port_unit = "pA",
                                      .start = dumb_start,
                                      .advance = dumb_advance};

/* The mechanisms there are, and that one. */
static inline struct mechanisms known_mechanisms(void) {
  static const struct mechanism *list[64];
  const struct mechanisms *build = specimen_build("");
  assert_true(build->n < COUNT_OF(list));
  for (int k = 0; k < build->n; k++) list[k] = build->list[k];
  list[build->n] = &dumb;
  return (struct mechanisms){build->isa, list, build->n + 1};
}

/* What a config gives. */
struct made {
  struct config *config;
  struct network *network;
  struct random_circuit circuit;
};

static inline enum status read(const char *text, int64_t cells, int block_cells, struct made *made) {
  const struct mechanisms mechanisms = known_mechanisms();
  const struct circuit_settings settings = {.cells = cells, .block_cells = block_cells};
  *made = (struct made){0};
  assert_ok(config_parse("test.cfg", text, &made->config));
  assert_ok(network_new((struct clock){0.1}, 9, &made->network));
  TRY(random_circuit_read(made->config, &mechanisms, &settings, made->network, &made->circuit));
  return config_finish(made->config);
}

static inline void drop(struct made *made) {
  random_circuit_free(&made->circuit);
  network_free(made->network);
  config_free(made->config);
}

/* Read, connected on two threads, and wired. */
static inline struct made build(const char *text, int64_t cells, int block_cells) {
  struct made made;
  assert_ok(read(text, cells, block_cells, &made));
  assert_ok(network_connect(made.network, 2, 1));
  assert_ok(random_circuit_wire(&made.circuit));
  return made;
}

/* The text with one piece, which must be there, in the place of another; holds until the call after next. */
static inline const char *changed(const char *text, const char *from, const char *to) {
  static char out[2][4096];
  static int turn;
  const char *at = strstr(text, from);
  if (!at) fail_msg("the config does not hold %s", from);
  size_t head = (size_t)(at - text), piece = strlen(to), tail = strlen(at + strlen(from)) + 1;
  turn = !turn;
  assert_true(head + piece + tail <= sizeof out[0]);
  memcpy(out[turn], text, head);
  memcpy(out[turn] + head, to, piece);
  memcpy(out[turn] + head + piece, at + strlen(from), tail);
  return out[turn];
}

#endif
