/* catalogue.c — collects the tables of parameters. See catalogue.h. */
#include "catalogue.h"
#include "batch/batch_plan.h"
#include "circuit.h"
#include "circuit/circuit_experiment.h"
#include "drive/stimulus.h"
#include "experiment.h"
#include "invitro/invitro.h"
#include "memory.h"
#include "random_circuit.h"
#include "stress_events.h"
#include "subject.h"
#include "synapses/elements.h"
#include "tracts.h"
#include "validation/hypotheses.h"
#include "validation/targets.h"
#include "windows.h"
#include <stdio.h>
#include <string.h>

#define OF_POPULATION "regions.<region>.populations.<population>"

/* Tables that stand for themselves, in the order of the page: the place in a config, what it is about, rows
 * and their number. Cell models and receptors follow the population, sites of action the drugs. */
static const struct {
  const char *path, *title;
  const struct param *params;
  const int *n;
} fixed[] = {
    {"", "the top of a config", experiment_params, &n_experiment_params},
    {"simulation", "how time is divided", simulation_params, &n_simulation_params},
    {"subject", "who is simulated", subject_params, &n_subject_params},
    {"species.<species>", "a species", species_params, &n_species_params},
    {"stressors.<stressor>", "a stressor that events of the kind stress name", stressor_params,
     &n_stressor_params},
    {"conditions.<condition>", "what may lie behind a subject at time 0", condition_params,
     &n_condition_params},
    {"regions.<region>", "a region's patch of tissue", region_params, &n_region_params},
    {"regions.<region>.spines", "what differs in its spines", spine_params, &n_spine_params},
    {"regions.<region>.fluctuation", "what the background of all cells of a region shares",
     fluctuation_params, &n_fluctuation_params},
    {OF_POPULATION, "a population, beside its cell model and receptors", population_params,
     &n_population_params},
    {OF_POPULATION ".theta", "what theta does to a population's afferents, and septal fibres on it",
     theta_input_params, &n_theta_input_params},
    {"regions.<region>.pathways.<from>_to_<to>", "a pathway from one population to another", pathway_params,
     &n_pathway_params},
    {"regions.<region>.afferents.<afferent>", "a named afferent of a region", stream_params,
     &n_stream_params},
    {"regions.<region>.afferents.<afferent>.<population>", "what it does to a population",
     stream_target_params, &n_stream_target_params},
    {"tracts.<i>", "a tract: from a population of one region to each of the list `to` in others",
     tract_params, &n_tract_params},
    {"drive.afferents", "receptors of the areas that background comes from", afferent_params,
     &n_afferent_params},
    {"drive.afferents.relay", "the thalamus: relay cells and the reticular nucleus", afferent_relay_params,
     &n_afferent_relay_params},
    {"drive.afferents.pyramidal", "cortex and hippocampus elsewhere: pyramidal cells and interneurons",
     afferent_pyramidal_params, &n_afferent_pyramidal_params},
    {"drive.afferents.entorhinal",
     "entorhinal cortex, which hippocampus hears: pyramidal cells and interneurons",
     afferent_entorhinal_params, &n_afferent_entorhinal_params},
    {"drive.theta", "theta: the rhythm of entorhinal and septal afferents", theta_params, &n_theta_params},
    {"synapses.calcium_entry", "calcium entry and release", calcium_entry_params, &n_calcium_entry_params},
    {"synapses.spines", "spines: formation, maturation, loss", spine_params, &n_spine_params},
    {"tissue.glutamate", "extracellular glutamate", glutamate_params, &n_glutamate_params},
    {"tissue.mglur2", "presynaptic mGlu2/3 autoreceptors", mglur2_params, &n_mglur2_params},
    {"tissue.gaba_b", "GABA-B receptors at terminals of pyramidal cells", heteroreceptor_params,
     &n_heteroreceptor_params},
    {"tissue.eef2", "phosphorylated eEF2 and the NMDA current of rest", eef2_params, &n_eef2_params},
    {"tissue.bdnf", "BDNF and its receptor TrkB", bdnf_params, &n_bdnf_params},
    {"tissue.adaptation", "adaptation to a TrkB signal that stays low", adaptation_params,
     &n_adaptation_params},
    {"tissue.mtorc1", "mTORC1", mtorc1_params, &n_mtorc1_params},
    {"tissue.erk", "ERK", erk_params, &n_erk_params},
    {"tissue.proteins", "synaptic proteins", proteins_params, &n_proteins_params},
    {"tissue.scaling", "homeostatic scaling of AMPA receptors", scaling_params, &n_scaling_params},
    {"body.temperature", "body temperature under anaesthesia", temperature_params, &n_temperature_params},
    {"tissue.inflammation", "cytokines and what they do to brain tissue", inflammation_params,
     &n_inflammation_params},
    {"tissue.stress", "stress, its hormone, and what weeks of it do to tissue", stress_params,
     &n_stress_params},
    {"tissue.gut", "bacteria of the gut that make butyrate", gut_params, &n_gut_params},
    {"tissue.serotonin", "weeks of an occupied serotonin transporter", serotonin_params, &n_serotonin_params},
    {"mechanisms", "which disputed mechanisms are on", switch_params, &n_switch_params},
    {"drugs.<substance>", "a substance that can be given", substance_params, &n_substance_params},
    {"drugs.<substance>.kinetics.<species>",
     "where a dose goes: pharmacokinetics of a substance in a species", kinetics_params, &n_kinetics_params},
    {"drugs.<substance>.kinetics.<species>.metabolites.<i>", "what the body makes of a substance",
     metabolite_params, &n_metabolite_params},
    {"drugs.<mixture>", "a mixture of substances, such as a racemate", mixture_params, &n_mixture_params},
    {"drugs.<mixture>.parts.<i>", "one substance of a mixture", part_params, &n_part_params},
    {"protocol", "what happens, and when", protocol_params, &n_protocol_params},
    {"protocol.events.<i>", "what happens to the subject", event_params, &n_event_params},
    {"protocol.auto", "windows that the program places, for windows = \"auto\"", automatic_params,
     &n_automatic_params},
    {"protocol.windows.<i>", "a window in which spikes are simulated", window_params, &n_window_params},
    {"arms.<i>", "an arm of the experiment", arm_params, &n_arm_params},
    {"batch", "what `spinule batch` makes of the experiment, beside `seeds`, a list of numbers", batch_params,
     &n_batch_params},
    {"batch.axes.<i>", "what differs between runs: `paths`, as -s takes them, and `values`, or a range",
     batch_axis_params, &n_batch_axis_params},
    {"record", "what is written", record_params, &n_record_params},
    {"record.dialysis", "a virtual microdialysis probe in every region", dialysis_params, &n_dialysis_params},
    {"record.electrode", "a virtual enzyme electrode in every region", electrode_params, &n_electrode_params},
    {"record.bursts", "bursts of extracellular glutamate", bursts_params, &n_bursts_params},
    {"record.clamp.<i>", "cells under voltage clamp", clamped_params, &n_clamped_params},
    {"record.traces.<i>", "cells whose membrane potential is recorded", traced_params, &n_traced_params},
    {"record.amplifier", "how cells are clamped", clamp_params, &n_clamp_params},
    {"record.assay", "an assay on membranes, by which affinities are told", assay_params, &n_assay_params},
    {"probe", "a built circuit measured at rest: anatomy, single cells, connected pairs", probe_params,
     &n_probe_params},
    {"clamp", "an experiment in vitro: receptors under a voltage clamp", invitro_params, &n_invitro_params},
    {"clamp.patches.<patch>", "a patch of receptors, beside the keys of the receptors that it names",
     invitro_patch_params, &n_invitro_patch_params},
    {"clamp.agonists.<i>", "an agonist that is washed on", invitro_agonist_params, &n_invitro_agonist_params},
    {"clamp.drugs.<i>", "a drug that is washed on", invitro_drug_params, &n_invitro_drug_params},
    {"clamp.voltages.<i>", "another potential for a time", invitro_voltage_params, &n_invitro_voltage_params},
    {"clamp.measures.<i>", "what is read off the currents", invitro_measure_params,
     &n_invitro_measure_params},
    {"", "the top of a file of configs/validation", target_file_params, &n_target_file_params},
    {"targets.<i>", "a published effect, in configs/validation", target_params, &n_target_params},
    {"targets.<i>.checks.<i>", "a number that shows it", target_check_params, &n_target_check_params},
    {"hypotheses.<i>", "a rival hypothesis, in configs/hypotheses, beside its list `set` of overrides",
     hypothesis_params, &n_hypothesis_params},
    {"circuit", "a circuit without space, for `run`, `check` and `bench`", circuit_params, &n_circuit_params},
    {"circuit", "a circuit whose cells and synapses stand in SONATA files", circuit_source_params,
     &n_circuit_source_params},
    {"circuit.populations.<population>", "a population of such a circuit, beside its cell model",
     circuit_population_params, &n_circuit_population_params},
    {"circuit.populations.<population>.receptors.<receptor>", "a receptor, beside its model's keys",
     circuit_receptor_params, &n_circuit_receptor_params},
    {"circuit.populations.<population>.start", "initial potentials", circuit_start_params,
     &n_circuit_start_params},
    {"circuit.populations.<population>.background", "Poisson events on every cell", circuit_background_params,
     &n_circuit_background_params},
    {"circuit.populations.<population>.stimuli.<i>", "more of the background's events, for a time",
     stimulus_params, &n_stimulus_params},
    {"circuit.populations.<population>.step", "a step of current", circuit_step_params,
     &n_circuit_step_params},
    {"circuit.populations.<population>.axon", "axonal elements that grow: their type, and how they grow",
     circuit_axon_params, &n_circuit_axon_params},
    {"circuit.populations.<population>.dendrites.<type>",
     "dendritic elements of a type that grow; axonal ones have the same keys", growth_params,
     &n_growth_params},
    {"circuit.pathways.<i>", "random pathways: from each population of the list `from` to each of `to`",
     circuit_pathway_params, &n_circuit_pathway_params},
    {"circuit.elements", "how often a network that wires itself changes, and by which calcium",
     elements_params, &n_elements_params},
    {"circuit.windows.<i>", "a time that `run` measures", circuit_window_params, &n_circuit_window_params},
    {"circuit.baths.<i>", "a drug at a free concentration", circuit_bath_params, &n_circuit_bath_params},
    {"circuit.record", "what is written", circuit_record_params, &n_circuit_record_params},
    {"bench", "what `spinule bench` times, and `run` measures where no window is given", circuit_times_params,
     &n_circuit_times_params},
};

static enum status add(struct catalogue *catalogue, const char *path, const char *title,
                       const struct param *params, int n) {
  size_t count = (size_t)catalogue->n;
  TRY(memory_resize("catalogue", count, count + 1, sizeof *catalogue->table, &catalogue->table));
  struct catalogue_table *table = &catalogue->table[count];
  snprintf(table->path, sizeof table->path, "%s", path);
  snprintf(table->title, sizeof table->title, "%s", title);
  table->params = params;
  table->n = n;
  catalogue->n++;
  return STATUS_OK;
}

static enum status add_mechanism(struct catalogue *catalogue, const char *path,
                                 const struct mechanism *mechanism) {
  char title[CATALOGUE_TITLE_MAX];
  snprintf(title, sizeof title, "%s: %s", mechanism->name, mechanism->meaning);
  return add(catalogue, path, title, mechanism->params, mechanism->n_params);
}

/* A population as it is equipped from an empty config says under which name each receptor is read. */
static enum status add_receptors(struct catalogue *catalogue, const char *cell, struct config *config) {
  struct population population = {0};
  char path[CATALOGUE_PATH_MAX];
  enum status status =
      circuit_equip(&population, cell, catalogue->mechanisms, config, OF_POPULATION, NULL, 0, 0.1);
  for (int r = 0; r < population.n_receptors && status == STATUS_OK; r++) {
    snprintf(path, sizeof path, "%s.%s", OF_POPULATION, population.receptor[r].name);
    status = add_mechanism(catalogue, path, population.receptor[r].mechanism);
  }
  population_free(&population);
  return status;
}

/* Cell models share the population's own group; every population has the same receptors. */
static enum status add_mechanisms(struct catalogue *catalogue) {
  const char *cell = NULL;
  struct config *config = NULL;
  for (int i = 0; i < catalogue->mechanisms->n; i++) {
    const struct mechanism *mechanism = catalogue->mechanisms->list[i];
    if (mechanism->kind != MECHANISM_CELL) continue;
    TRY(add_mechanism(catalogue, OF_POPULATION, mechanism));
    if (!mechanism->ports[0]) cell = mechanism->name; /* one that lives on receptors alone */
  }
  if (!cell) return STATUS_OK;
  TRY(config_parse("defaults", "", &config));
  enum status status = add_receptors(catalogue, cell, config);
  config_free(config);
  return status;
}

static enum status add_actions(struct catalogue *catalogue) {
  char path[CATALOGUE_PATH_MAX], title[CATALOGUE_TITLE_MAX];
  for (int a = 0; a < ACTION_COUNT; a++) {
    const struct action_site *site = &action_sites[a];
    snprintf(path, sizeof path, "drugs.<substance>.actions.%s", site->name);
    snprintf(title, sizeof title, "a site of action: %s", site->meaning);
    TRY(add(catalogue, path, title, site->params, site->n_params));
  }
  return STATUS_OK;
}

enum status catalogue_open(struct catalogue *out) {
  enum status status = STATUS_OK;
  *out = (struct catalogue){0};
  TRY(circuit_mechanisms(&out->mechanisms));
  for (int i = 0; i < COUNT_OF(fixed); i++) {
    TRY_GOTO(add(out, fixed[i].path, fixed[i].title, fixed[i].params, *fixed[i].n), failed);
    if (fixed[i].params == population_params) TRY_GOTO(add_mechanisms(out), failed);
    if (fixed[i].params == kinetics_params) TRY_GOTO(add_actions(out), failed);
  }
  return STATUS_OK;
failed:
  catalogue_close(out);
  return status;
}

void catalogue_close(struct catalogue *catalogue) {
  memory_free(catalogue->table);
  *catalogue = (struct catalogue){0};
}

/* ---- paths ---- */

/* Does the pattern's part "<from>_to_<to>" stand for the name "PV_to_PYR"? Each <…> is one letter or more. */
static bool part_fits(const char *part, const char *name) {
  if (*part == '\0' || *part == '.') return *name == '\0' || *name == '.';
  if (*name == '\0' || *name == '.') return false;
  if (*part != '<') return *part == *name && part_fits(part + 1, name + 1);
  const char *rest = strchr(part, '>') + 1;
  return part_fits(rest, name + 1) || part_fits(part, name + 1);
}

static const char *next_part(const char *path) {
  const char *dot = strchr(path, '.');
  return dot ? dot + 1 : NULL;
}

/* Which element of a list it is may be left out: no name stands for it. */
static const char *pass_index(const char *path, const char *asked) {
  bool index = path && strncmp(path, "<i>", 3) == 0;
  return index && *asked != '[' && *asked != '<' ? next_part(path) : path;
}

/* Do whole parts from here on fit all parts of `asked`? *rest is where they end, *literal tells that a part
 * was met by its own name. */
static bool parts_fit(const char *path, const char *asked, const char **rest, bool *literal) {
  *literal = false;
  for (; asked; asked = next_part(asked), path = next_part(path)) {
    path = pass_index(path, asked);
    if (!path || !part_fits(path, asked)) return false;
    *literal = *literal || memchr(path, '<', strcspn(path, ".")) == NULL;
  }
  *rest = path;
  return true;
}

enum catalogue_match catalogue_match(const char *path, const char *asked) {
  enum catalogue_match best = strcasestr(path, asked) ? CATALOGUE_CONTAINS : CATALOGUE_NONE;
  for (const char *part = path; part; part = next_part(part)) {
    const char *rest;
    bool literal;
    if (!parts_fit(part, asked, &rest, &literal) || !literal) continue;
    if (!rest) return CATALOGUE_ENDS;
    best = CATALOGUE_GROUP;
  }
  return best;
}
