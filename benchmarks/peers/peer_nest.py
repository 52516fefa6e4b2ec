"""peer_nest.py - NEST: ready-made cell models, spikes on the grid, threads, one spike recorder."""

import warnings

import nest
import numpy as np

import peer

MODELS = {("lif_current", "plain"): "iaf_psc_exp", ("lif_conductance", "plain"): "iaf_cond_exp",
          ("adex", "plain"): "aeif_cond_exp"}
METHODS = {"iaf_psc_exp": "exact", "iaf_cond_exp": "Runge-Kutta-Fehlberg 4(5), adaptive, tolerance 1e-3",
           "aeif_cond_exp": "Runge-Kutta-Fehlberg 4(5), adaptive, tolerance 1e-6"}
COMMON = {"C_m": "C_m", "E_L": "E_L", "V_reset": "V_reset", "t_ref": "t_ref", "I_e": "I_e"}
LEAK = {"g_L": "g_L"}
ADEX = {"V_T": "V_th", "Delta_T": "Delta_T", "a": "a", "b": "b", "tau_w": "tau_w", "V_peak": "V_peak"}


def cell_params(population):
    p = population.params
    names = COMMON | (LEAK if "g_L" in p else {"tau_m": "tau_m"})
    names |= ADEX if population.cell == "adex" else {"V_th": "V_th"}
    chosen = {theirs: p[ours] for ours, theirs in names.items()}
    if population.cell == "lif_current":
        chosen |= {"tau_syn_ex": p["tau_syn"], "tau_syn_in": p["tau_syn"]}
    else:
        excitatory, inhibitory = population.receptors["excitatory"], population.receptors["inhibitory"]
        chosen |= {"tau_syn_ex": excitatory["tau"], "E_ex": excitatory["E_rev"],
                   "tau_syn_in": inhibitory["tau"], "E_in": inhibitory["E_rev"]}
    return chosen


def rule_of(pathway):
    if pathway.rule == "pairwise":
        return {"rule": "pairwise_bernoulli", "p": pathway.number, "allow_autapses": pathway.autapses}
    if pathway.rule == "in_degree":
        return {"rule": "fixed_indegree", "indegree": int(pathway.number),
                "allow_autapses": pathway.autapses, "allow_multapses": False}
    return {"rule": "fixed_total_number", "N": int(pathway.number)}


def synapse_of(pathway, number, dt):
    """One weight for a pathway is kept once for all its synapses; drawn ones are kept in each. Every pathway
    has a synapse model of its own, since one model can have 134 million synapses in a thread."""
    weight = -pathway.weight if pathway.port == "inhibitory" else pathway.weight
    model = f"pathway_{number}"
    if not pathway.weight_sd:
        nest.CopyModel("static_synapse_hom_w", model, {"weight": weight})
        return {"synapse_model": model, "delay": pathway.delay}
    nest.CopyModel("static_synapse", model)
    delay = nest.random.normal(pathway.delay, pathway.delay_sd)
    return {"synapse_model": model, "weight": nest.random.normal(weight, pathway.weight_sd),
            "delay": nest.math.redraw(delay, min=dt / 2, max=1e3)}


def build(scene, options):
    """Cells, drive and synapses; the recorder, or None."""
    model = MODELS.get(scene.kind())
    if model is None:
        raise peer.Unfit("no ready-made AdEx cell has NMDA receptors with magnesium block")
    nest.ResetKernel()
    nest.set(resolution=scene.dt, local_num_threads=options.threads, rng_seed=options.seed, print_time=False)
    random = np.random.default_rng(options.seed)
    groups = {}
    for population in scene.populations:
        cells = nest.Create(model, population.cells, cell_params(population))
        cells.V_m = population.start_values(random)
        groups[population.name] = cells  # ids of the cells are 1, 2, ... over all populations
    for population in scene.populations:
        if drive := population.background:
            until = {"stop": drive["until"]} if np.isfinite(drive["until"]) else {}
            generator = nest.Create("poisson_generator", params={"rate": drive["rate"], **until})
            nest.Connect(generator, groups[population.name],
                         syn_spec={"weight": drive["weight"], "delay": scene.dt})
    for number, pathway in enumerate(scene.pathways):
        nest.Connect(groups[pathway.source.name], groups[pathway.target.name], rule_of(pathway),
                     synapse_of(pathway, number, scene.dt))
    recorder = None
    if not options.silent:
        recorder = nest.Create("spike_recorder", params={"start": options.settle * 1e3})
        for cells in groups.values():
            nest.Connect(cells, recorder)
    return model, recorder


def run(scene, options):
    warnings.simplefilter("ignore")
    nest.set_verbosity("M_ERROR")
    watch = peer.Stopwatch()
    model, recorder = build(scene, options)
    with nest.RunManager():
        build_s = watch.read()[0]
        if options.settle:
            nest.Run(options.settle * 1e3)
        watch = peer.Stopwatch()
        nest.Run(options.measure * 1e3)
        wall, cpu = watch.read()
    events = recorder.events if recorder else None
    synapses = round(sum(pathway.synapses() for pathway in scene.pathways))
    return peer.Run(synapses, build_s, wall, cpu, events["senders"] - 1 if events else None,
                    events["times"] if events else None, f"{model}, {METHODS[model]}")


if __name__ == "__main__":
    peer.main("nest", nest.__version__, run)
