/* sonata_model.c — models of cells as other programs name them. See sonata_model.h.
 *
 * NEST's units are ours: mV, ms, pA, nS, pF. A model with receptors beyond two exponential conductances has
 * no NEST counterpart: its membrane is written, and docs/formats.md says that the rest is left out. */
#include "sonata_model.h"
#include "recording/cells.h"
#include "terminal/json.h"
#include "text_file.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- NEST ---- */

static const struct nest_key current_keys[] = {{"C_m", "C_m"},
                                               {"tau_m", "tau_m"},
                                               {"E_L", "E_L"},
                                               {"V_th", "V_th"},
                                               {"V_reset", "V_reset"},
                                               {"t_ref", "t_ref"},
                                               {"tau_syn_ex", "tau_syn"},
                                               {"tau_syn_in", "tau_syn_inhibitory"},
                                               {"I_e", "I_e"}};
static const struct nest_key conductance_keys[] = {{"C_m", "C_m"},         {"g_L", "g_L"},
                                                   {"E_L", "E_L"},         {"V_th", "V_th"},
                                                   {"V_reset", "V_reset"}, {"t_ref", "t_ref"},
                                                   {"I_e", "I_e"},         {"tau_syn_ex", "tau_exc"},
                                                   {"E_ex", "E_exc"},      {"tau_syn_in", "tau_inh"},
                                                   {"E_in", "E_inh"}};
static const struct nest_key membrane_keys[] = {{"C_m", "C_m"},   {"g_L", "g_L"},         {"E_L", "E_L"},
                                                {"V_th", "V_th"}, {"V_reset", "V_reset"}, {"t_ref", "t_ref"},
                                                {"I_e", "I_e"}};
static const struct nest_key exponential_keys[] = {
    {"C_m", "C_m"}, {"g_L", "g_L"}, {"E_L", "E_L"},     {"V_th", "V_T"},        {"Delta_T", "Delta_T"},
    {"a", "a"},     {"b", "b"},     {"tau_w", "tau_w"}, {"V_reset", "V_reset"}, {"t_ref", "t_ref"}};
static const struct nest_key quadratic_keys[] = {
    {"a", "a"}, {"b", "b"}, {"c", "c"}, {"d", "d"}, {"V_th", "V_peak"}};

static const struct nest_model models[] = {
    {"nest:iaf_psc_exp", "lif_current", current_keys, COUNT_OF(current_keys), false},
    {"nest:iaf_psc_alpha", "lif_alpha", current_keys, COUNT_OF(current_keys), false},
    {"nest:iaf_cond_exp", "lif_exponential", conductance_keys, COUNT_OF(conductance_keys), false},
    {"nest:iaf_cond_exp", "lif_conductance", membrane_keys, COUNT_OF(membrane_keys), true},
    {"nest:aeif_cond_exp", "adex", exponential_keys, COUNT_OF(exponential_keys), true},
    {"nest:aeif_cond_exp", "adex_precise", exponential_keys, COUNT_OF(exponential_keys), true},
    {"nest:izhikevich", "izhikevich", quadratic_keys, COUNT_OF(quadratic_keys), false},
};

const struct nest_model *sonata_nest_model(const char *template, const char *cell) {
  for (int k = 0; k < COUNT_OF(models); k++) {
    bool wanted = template ? strcmp(models[k].template, template) == 0 : strcmp(models[k].cell, cell) == 0;
    if (wanted) return &models[k];
  }
  return NULL;
}

static void write_number(FILE *out, const char *key, double value, bool *first) {
  char text[TEXT_NUMBER_MAX];
  if (isnan(value)) return;
  text_number(value, text);
  fprintf(out, "%s  ", *first ? "" : ",\n");
  json_text(out, key);
  fprintf(out, ": %s", text);
  *first = false;
}

/* The exponential conductances, by what they do. */
static void write_synapses(const struct population *population, FILE *out, bool *first) {
  bool seen[2] = {false, false};
  for (int r = 0; r < population->n_receptors; r++) {
    const struct receptor *receptor = &population->receptor[r];
    double tau = mechanism_number(receptor->mechanism, receptor->params, "tau");
    double reversal = mechanism_number(receptor->mechanism, receptor->params, "E_rev");
    bool inhibits = cells_port_inhibits(population, receptor->port, 1.0);
    if (isnan(tau) || isnan(reversal) || seen[inhibits]) continue;
    seen[inhibits] = true;
    write_number(out, inhibits ? "tau_syn_in" : "tau_syn_ex", tau, first);
    write_number(out, inhibits ? "E_in" : "E_ex", reversal, first);
  }
}

void sonata_write_nest(const struct population *population, FILE *out) {
  const struct nest_model *model = sonata_nest_model(NULL, population->cell->name);
  bool first = true;
  fputs("{\n", out);
  for (int k = 0; model && k < model->n; k++)
    write_number(out, model->key[k].nest,
                 mechanism_number(population->cell, population->cell_params, model->key[k].own), &first);
  if (model && model->receptors) write_synapses(population, out, &first);
  fputs("\n}\n", out);
}

/* ---- ours ---- */

static void write_word(FILE *out, const char *words, int index) {
  for (; index > 0 && strchr(words, '|'); index--) words = strchr(words, '|') + 1;
  fprintf(out, "\"%.*s\"", (int)strcspn(words, "|"), words);
}

static void write_value(FILE *out, const struct param *row, const void *params) {
  const char *member = (const char *)params + row->offset;
  char number[TEXT_NUMBER_MAX], quantity[TEXT_NUMBER_MAX + 64];
  switch (row->type) {
  case PARAM_NUMBER:
    text_number(*(const double *)(const void *)member, number);
    snprintf(quantity, sizeof quantity, "%s %.60s", number, row->unit);
    if (strcmp(row->unit, "1") == 0)
      fputs(number, out);
    else
      json_text(out, quantity);
    break;
  case PARAM_INTEGER:
    fprintf(out, "%" PRId64, *(const int64_t *)(const void *)member);
    break;
  case PARAM_FLAG:
    fputs(*(const bool *)(const void *)member ? "true" : "false", out);
    break;
  case PARAM_TEXT:
    json_text(out, *(const char *const *)(const void *)member);
    break;
  case PARAM_CHOICE:
    write_word(out, row->words, *(const int *)(const void *)member);
  }
}

static void write_params(const struct mechanism *mechanism, const void *params, const char *indent,
                         FILE *out) {
  for (int k = 0; k < mechanism->n_params; k++) {
    fprintf(out, ",\n%s", indent);
    json_text(out, mechanism->params[k].key);
    fputs(": ", out);
    write_value(out, &mechanism->params[k], params);
  }
}

/* The port that a receptor reads; one whose lane another receptor has reads none. */
static const char *port_name(const struct population *population, int r) {
  const struct receptor *receptor = &population->receptor[r];
  for (int k = 0; k < r; k++) {
    if (population->receptor[k].port == receptor->port && population->receptor[k].lane == receptor->lane)
      return "none";
  }
  return population->port[receptor->port].name;
}

void sonata_write_model(const struct population *population, FILE *out) {
  fputs("{\n  \"cell\": ", out);
  json_text(out, population->cell->name);
  write_params(population->cell, population->cell_params, "  ", out);
  for (int r = 0; r < population->n_receptors; r++) {
    const struct receptor *receptor = &population->receptor[r];
    fputs(r ? ",\n    " : ",\n  \"receptors\": {\n    ", out);
    json_text(out, receptor->name);
    fputs(": {\n      \"mechanism\": ", out);
    json_text(out, receptor->mechanism->name);
    fputs(",\n      \"port\": ", out);
    json_text(out, port_name(population, r));
    write_params(receptor->mechanism, receptor->params, "      ", out);
    fputs("\n    }", out);
  }
  fputs(population->n_receptors ? "\n  }\n}\n" : "\n}\n", out);
}
