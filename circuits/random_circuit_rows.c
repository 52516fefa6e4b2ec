/* random_circuit_rows.c — the tables of a circuit without space. Its numbers are those of the model that it
 * writes down. */
#include "random_circuit_rows.h"

const struct param circuit_params[] = {
    PARAM_INT(struct circuit_row, cells, 0, 0, 1e9, SETTING, "",
              "cells in all; 0: as the populations say, else the circuit is built at this size"),
    PARAM_PICK(struct circuit_row, scaling, 0, "in_degree|probability", SETTING, "",
               "what a circuit of another size keeps"),
    PARAM_NUM(struct circuit_row, delay_step, "ms", 0, 0, 10, SETTING, "",
              "delays that are spread are rounded to its multiples; 0: to 0.1 ms up to 1 ms, 0.2 ms up to 3 "
              "ms, 0.5 ms"),
};
const int n_circuit_params = COUNT_OF(circuit_params);

const struct param circuit_source_params[] = {
    PARAM_STR(
        struct circuit_source, sonata, "", SETTING, "",
        "circuit config of SONATA files that say the cells, their models and all synapses; its path, from "
        "the folder of this config on"),
};
const int n_circuit_source_params = COUNT_OF(circuit_source_params);

const struct param circuit_population_params[] = {
    PARAM_INT(struct population_row, cells, 1000, 0, 1e9, SETTING, "the model's definition",
              "number of cells"),
    PARAM_STR(struct population_row, cell, NULL, SETTING, "the model's definition", "cell model"),
    PARAM_NUM(struct population_row, rate, "Hz", 0, 0, 1000, SETTING, "the model's definition",
              "mean firing rate, as far as it is known: for scaling and the sharing of work"),
};
const int n_circuit_population_params = COUNT_OF(circuit_population_params);

const struct param circuit_receptor_params[] = {
    PARAM_STR(struct receptor_row, mechanism, NULL, SETTING, "the model's definition", "receptor model"),
    PARAM_STR(
        struct receptor_row, port, "", SETTING, "",
        "port that it reads; receptors of one port open together; if empty: a port of its own name; none: it "
        "reads no port"),
};
const int n_circuit_receptor_params = COUNT_OF(circuit_receptor_params);

const struct param circuit_start_params[] = {
    PARAM_NUM(struct start_row, V_low, "mV", 0, -200, 100, SETTING, "", "initial potential, uniform: from"),
    PARAM_NUM(struct start_row, V_high, "mV", 0, -200, 100, SETTING, "", "initial potential, uniform: to"),
    PARAM_NUM(struct start_row, V_mean, "mV", 0, -200, 100, SETTING, "", "initial potential, normal: mean"),
    PARAM_NUM(struct start_row, V_sd, "mV", 0, 0, 100, SETTING, "",
              "initial potential, normal: standard deviation"),
};
const int n_circuit_start_params = COUNT_OF(circuit_start_params);

const struct param circuit_step_params[] = {
    PARAM_NUM(struct step_row, current, "pA", 0, -1e6, 1e6, SETTING, "the experiment",
              "current into every cell"),
    PARAM_NUM(struct step_row, from, "ms", 0, 0, 1e9, SETTING, "the experiment", "when it begins"),
    PARAM_NUM(struct step_row, to, "ms", 1e9, 0, 1e9, SETTING, "the experiment", "when it ends"),
};
const int n_circuit_step_params = COUNT_OF(circuit_step_params);

const struct param circuit_background_params[] = {
    PARAM_STR(struct background_row, port, NULL, SETTING, "the model's definition", "port of the events"),
    PARAM_NUM(struct background_row, rate, "Hz", 0, 0, 1e6, SETTING, "the model's definition",
              "Poisson events per second and cell"),
    PARAM_NUM(struct background_row, weight, "nS", 0, -1e6, 1e6, SETTING, "the model's definition",
              "what an event brings (pA at a port for currents)"),
    PARAM_NUM(struct background_row, second, "nS", 0, 0, 1e6, SETTING, "the model's definition",
              "what it brings to the second receptor of the port"),
    PARAM_NUM(struct background_row, until, "ms", 0, 0, 1e9, SETTING, "the model's definition",
              "end of the events; 0: never"),
    PARAM_NUM(struct background_row, afferents, "1", 0, 0, 1e6, ASSUMED,
              "cortical afferents at rest fire at about 2 Hz",
              "afferents of a cell that the events come from, for block by use; 0: one for every 2 Hz"),
};
const int n_circuit_background_params = COUNT_OF(circuit_background_params);

const struct param circuit_pathway_params[] = {
    PARAM_STR(struct pathway_row, port, NULL, SETTING, "the model's definition", "port of the target"),
    PARAM_PICK(
        struct pathway_row, rule, 0, "pairwise|in_degree|total|all|grown", SETTING, "the model's definition",
        "pairwise: every ordered pair with probability p; in_degree: every target has so many "
        "different sources; total: ln(1 - p) / ln(1 - 1/(N_from N_to)) synapses with replacement; all: "
        "every pair; grown: none at first, synapses form of elements"),
    PARAM_NUM(struct pathway_row, p, "1", 0, 0, 0.999999, SETTING, "the model's definition",
              "connection probability"),
    PARAM_INT(struct pathway_row, in_degree, 0, 0, 1e6, SETTING, "the model's definition",
              "sources of every target"),
    PARAM_BOOL(struct pathway_row, autapses, 0, SETTING, "the model's definition",
               "whether a cell may connect to itself"),
    PARAM_NUM(struct pathway_row, weight, "nS", 0, -1e6, 1e6, SETTING, "the model's definition",
              "weight (pA at a port for currents)"),
    PARAM_NUM(struct pathway_row, weight_sd, "nS", 0, 0, 1e6, SETTING, "the model's definition",
              "its standard deviation over synapses"),
    PARAM_NUM(struct pathway_row, second, "nS", 0, 0, 1e6, SETTING, "the model's definition",
              "what an event brings to the second receptor of the port"),
    PARAM_NUM(struct pathway_row, delay, "ms", 1.5, 0.01, 1000, SETTING, "the model's definition", "delay"),
    PARAM_NUM(struct pathway_row, delay_sd, "ms", 0, 0, 1000, SETTING, "the model's definition",
              "its standard deviation over synapses"),
    PARAM_NUM(struct pathway_row, U, "1", 0, 0, 1, SETTING, "the model's definition",
              "short-term plasticity: release probability of the first spike; 0: none"),
    PARAM_NUM(struct pathway_row, tau_rec, "ms", 0, 0, 20000, SETTING, "the model's definition",
              "short-term plasticity: recovery from depression"),
    PARAM_NUM(struct pathway_row, tau_facil, "ms", 0, 0, 20000, SETTING, "the model's definition",
              "short-term plasticity: decay of facilitation"),
    PARAM_STR(struct pathway_row, type, "", SETTING, "the model's definition",
              "rule grown: the type of axonal and dendritic elements that it is made of"),
};
const int n_circuit_pathway_params = COUNT_OF(circuit_pathway_params);

const struct param circuit_axon_params[] = {
    PARAM_STR(struct axon_row, type, NULL, SETTING, "the model's definition",
              "type of the axon's elements: they meet dendritic ones of the same type"),
};
const int n_circuit_axon_params = COUNT_OF(circuit_axon_params);

const struct param circuit_times_params[] = {
    PARAM_NUM(struct circuit_times, settle, "s", 1, 0, 1000, SETTING, "", "time before the measurement"),
    PARAM_NUM(struct circuit_times, measure, "s", 1, 0.01, 1000, SETTING, "", "time that is measured"),
};
const int n_circuit_times_params = COUNT_OF(circuit_times_params);
