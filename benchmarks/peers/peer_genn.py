"""peer_genn.py - GeNN: cell code turned into C++, its single-threaded CPU backend, single precision.

Events of one port are summed in an input of the cell's own code, which holds the receptors as well."""

import math
import os
import shutil
import tempfile

import numpy as np
import pygenn

import peer
import scene as scenes

HEAD = "if (waiting > 0) {\n  waiting -= 1;\n} else {\n%s}\n"
# Knuth 1969: uniforms until their product falls below e^-mean.
DRAW = """
scalar product = gennrand_uniform();
while (product > %.9g) {
  %s
  product *= gennrand_uniform();
}
"""
METHODS = {"lif_current": "exact", "lif_conductance": "exponential Euler", "adex": "midpoint"}


def receptor_code(name, receptor, dt):
    """States, conductance at V, lines that decay it, and what an event adds to."""
    if receptor["mechanism"] == "exponential":
        decay = f"g_{name} *= {math.exp(-dt / receptor['tau']):.9g};\n"
        return [f"g_{name}"], f"g_{name}", decay
    states = [f"late_{name}", f"early_{name}"]
    decay = "".join(f"{state} *= {math.exp(-dt / receptor[tau]):.9g};\n"
                    for state, tau in zip(states, ("tau_decay", "tau_rise")))
    conductance = f"{scenes.peak_factor(receptor):.9g} * (late_{name} - early_{name})"
    if receptor["mechanism"] == "nmda":
        conductance += f" / (1 + {receptor['Mg'] / 3.57:.9g} * exp(-0.062 * V))"
    return states, conductance, decay


def lif_current_code(p, dt):
    keep, scale = math.exp(-dt / p["tau_m"]), p["tau_m"] / p["C_m"]
    syn = p["tau_syn"]
    gain = syn * p["tau_m"] / (p["C_m"] * (p["tau_m"] - syn)) * (keep - math.exp(-dt / syn))
    move = (f"V = {p['E_L']:.9g} + (V - {p['E_L']:.9g}) * {keep:.9g} + {gain:.9g} * i_syn"
            f" + I_e * {scale * (1 - keep):.9g};\n")
    return ["i_syn"], HEAD % move, f"i_syn *= {math.exp(-dt / syn):.9g};\n", {"current": [["i_syn"]]}


def conductance_code(population, dt):
    """States, the lines that move V, those that decay conductances, and per port what events add to."""
    p, states, decays, ports = population.params, [], "", {}
    total, drive = f"{p['g_L']:.9g}", f"{p['g_L'] * p['E_L']:.9g} + I_e"
    for name, receptor in population.receptors.items():
        # AdEx cells take two halves of a step, with conductances decayed in between.
        more, conductance, decay = receptor_code(name, receptor, dt / 2 if population.cell == "adex" else dt)
        states += more
        decays += decay
        ports.setdefault(receptor["port"], []).append(more)
        total += f" + {conductance}"
        drive += f" + {conductance} * {receptor['E_rev']:.9g}"
    if population.cell == "lif_conductance":
        move = (f"const scalar total = {total};\nconst scalar goal = ({drive}) / total;\n"
                f"V = goal + (V - goal) * exp(-total * {dt / p['C_m']:.9g});\n")
        return states, HEAD % move, decays, ports
    upswing = f"{p['g_L'] * p['Delta_T']:.9g} * exp((V - {p['V_T']:.9g}) / {p['Delta_T']:.9g})"
    slope = f"({drive} - ({total}) * V + {upswing})"
    half_w, full_w = dt / 2 / p["tau_w"], dt / p["tau_w"]
    pull = f"({p['a']:.9g} * (V_half - {p['E_L']:.9g}) - w_half)"
    move = (f"const scalar V_old = V;\nscalar V_half = V, w_half = w;\n"
            f"w_half = w + {half_w:.9g} * {pull.replace('w_half', 'w')};\n"
            f"if (waiting == 0) {{\n  V_half = V + {dt / 2 / p['C_m']:.9g} * ({slope} - w);\n}}\n"
            f"{decays}if (waiting > 0) {{\n  waiting -= 1;\n}} else {{\n  V = V_half;\n"
            f"  V = V_old + {dt / p['C_m']:.9g} * ({slope} - w_half);\n}}\n"
            f"w += {full_w:.9g} * {pull};\n")
    return states + ["w"], move, decays, ports


def share_of(scene, port):
    """What of an event's first weight goes to each receptor of a port; one for all events."""
    drives = [q.background for q in scene.populations if q.background]
    events = [(d["weight"], d["second"]) for d in drives if d["port"] == port]
    events += [(p.weight, p.second) for p in scene.pathways if p.port == port]
    shares = {round(second / weight, 9) for weight, second in events}
    if len(shares) > 1:
        raise peer.Unfit("NMDA shares differ between pathways")
    return (1.0, shares.pop() if shares else 0.0)


def cell_model(scene, population):
    p, dt = population.params, scene.dt
    code = lif_current_code(p, dt) if population.cell == "lif_current" else conductance_code(population, dt)
    states, move, decay, ports = code
    lines = move + decay
    for port, receptors in ports.items():
        shares = share_of(scene, port)
        lines += "".join(f"{state} += {share:.9g} * in_{port};\n"
                         for receptor, share in zip(receptors, shares) for state in receptor)
    if drive := population.background:
        add = "; ".join(f"{state} += {weight:.9g}" for receptor, weight in
                        zip(ports[drive["port"]], (drive["weight"], drive["second"])) for state in receptor)
        draw = DRAW % (math.exp(-drive["rate"] * dt * 1e-3), add + ";")
        lines += draw if math.isinf(drive["until"]) else f"if (t < {drive['until']:.9g}) {{{draw}}}\n"
    reset = f"V = {p['V_reset']:.9g};\nwaiting = {round(p['t_ref'] / dt)};\n"
    if population.cell == "adex":
        reset += f"w += {p['b']:.9g};\n"
    variables = [("V", "scalar"), ("waiting", "int")] + [(state, "scalar") for state in states]
    model = pygenn.create_neuron_model(
        population.cell, params=["I_e"], vars=variables, sim_code=lines,
        threshold_condition_code=f"V >= {p.get('V_th', p.get('V_peak')):.9g}", reset_code=reset,
        additional_input_vars=[(f"in_{port}", "scalar", 0.0) for port in ports])
    return model, states


def add_synapses(model, pathway, groups, random, dt):
    pairs = pathway.pairs(random)
    constant, steps = not pathway.weight_sd, round(pathway.delay / dt)
    if constant:
        weights = pygenn.init_weight_update("StaticPulseConstantWeight", {"g": pathway.weight})
    else:
        delays = pathway.delays(random, len(pairs[0]), dt)
        values = {"g": pathway.weights(random, len(pairs[0])), "d": (delays - 1).astype(np.uint8)}
        weights = pygenn.init_weight_update("StaticPulseDendriticDelay", {}, values)
    synapses = model.add_synapse_population(
        f"{pathway.source.name}_{pathway.target.name}", "SPARSE", groups[pathway.source.name],
        groups[pathway.target.name], weights, pygenn.init_postsynaptic("DeltaCurr"))
    synapses.post_target_var = f"in_{pathway.port}"
    synapses.set_sparse_connections(*pairs)
    if constant:
        synapses.axonal_delay_steps = steps - 1
    else:
        synapses.max_dendritic_delay_timesteps = int(delays.max())
    return len(pairs[0])


def build(scene, options, folder):
    model = pygenn.GeNNModel("float", "peer", backend="single_threaded_cpu", optimize_code=True)
    model.dt, model.seed = scene.dt, options.seed
    model.default_narrow_sparse_ind_enabled = True
    model.fuse_postsynaptic_models = True
    random, groups = np.random.default_rng(options.seed), {}
    for population in scene.populations:
        cell, states = cell_model(scene, population)
        start = {"V": population.start_values(random), "waiting": 0} | dict.fromkeys(states, 0.0)
        group = model.add_neuron_population(population.name, population.cells, cell,
                                            {"I_e": population.params["I_e"]}, start)
        group.spike_recording_enabled = not options.silent
        groups[population.name] = group
    synapses = sum(add_synapses(model, pathway, groups, random, scene.dt) for pathway in scene.pathways)
    model.build(folder)
    return model, groups, synapses


def spikes_of(scene, groups, since):
    cells, times = [], []
    for population in scene.populations:
        time, cell = groups[population.name].spike_recording_data[0]
        late = time >= since - scene.dt / 2
        cells.append(cell[late] + population.first)
        times.append(time[late])
    return np.concatenate(cells), np.concatenate(times)


def run(scene, options):
    if options.threads != 1:
        raise peer.Unfit("the CPU backend has one thread")
    os.environ["CXX"] = "g++ -march=native"
    watch = peer.Stopwatch()
    folder = tempfile.mkdtemp(prefix="peer-genn-")
    try:
        model, groups, synapses = build(scene, options, folder)
        settle, measure = (round(s * 1e3 / scene.dt) for s in (options.settle, options.measure))
        model.load(num_recording_timesteps=None if options.silent else settle + measure)
        build_s = watch.read()[0]
        for _ in range(settle):
            model.step_time()
        watch = peer.Stopwatch()
        for _ in range(measure):
            model.step_time()
        wall, cpu = watch.read()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    cells = times = None
    if not options.silent:
        model.pull_recording_buffers_from_device()
        cells, times = spikes_of(scene, groups, options.settle * 1e3)
    method = f"{METHODS[scene.kind()[0]]}, float; -O3 -ffast-math -march=native"
    return peer.Run(synapses, build_s, wall, cpu, cells, times, method)


if __name__ == "__main__":
    peer.main("genn", pygenn.__version__, run)
