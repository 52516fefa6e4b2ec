"""peer_brian2.py - Brian 2: equations turned into C++ (standalone mode), with OpenMP beyond one thread.

Populations of equal cells are one NeuronGroup, synapses of equal weight and delay one Synapses object."""

import math
import pathlib
import tempfile

import brian2 as b2
import numpy as np

import peer
import scene as scenes

# Clocks of the running program: wall and CPU seconds, peak kB.
CLOCKS = r"""
{
  timespec wall, cpu;
  rusage use;
  clock_gettime(CLOCK_MONOTONIC, &wall);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  getrusage(RUSAGE_SELF, &use);
  FILE *file = fopen("CLOCKS", "a");
  fprintf(file, "%.9f %.9f %ld\n", wall.tv_sec + 1e-9 * wall.tv_nsec, cpu.tv_sec + 1e-9 * cpu.tv_nsec,
          use.ru_maxrss);
  fclose(file);
}
"""
METHODS = {"lif_current": "exact", "lif_conductance": "exponential_euler", "adex": "rk2"}


def receptor_equations(name, receptor):
    """Lines, the conductance, and what an event of weight w adds to."""
    if receptor["mechanism"] == "exponential":
        return f"dg_{name}/dt = -g_{name} / ({receptor['tau']} * ms) : 1\n", f"g_{name}", (f"g_{name}",)
    lines = (f"dlate_{name}/dt = -late_{name} / ({receptor['tau_decay']} * ms) : 1\n"
             f"dearly_{name}/dt = -early_{name} / ({receptor['tau_rise']} * ms) : 1\n")
    conductance = f"{scenes.peak_factor(receptor)} * (late_{name} - early_{name})"
    if receptor["mechanism"] == "nmda":
        conductance += f" / (1 + {receptor['Mg'] / 3.57} * exp(-0.062 * v))"
    return lines, conductance, (f"late_{name}", f"early_{name}")


def equations_of(block):
    """Equations of one block, threshold, reset, and per port what the first and the second weight add to."""
    first = block[0]
    p, lines, current, ports = first.params, "I_e : 1 (constant)\n", "I_e", {}
    if first.cell == "lif_current":
        lines += f"di_syn/dt = -i_syn / ({p['tau_syn']} * ms) : 1\n"
        lines += (f"dv/dt = (({p['E_L']} - v) / {p['tau_m']} + (i_syn + I_e) / {p['C_m']}) / ms"
                  " : 1 (unless refractory)\n")
        return lines, f"v >= {p['V_th']}", f"v = {p['V_reset']}", {"current": [("i_syn",)]}
    for name, receptor in first.receptors.items():
        more, conductance, states = receptor_equations(name, receptor)
        lines += more
        current += f" + ({conductance}) * ({receptor['E_rev']} - v)"
        ports.setdefault(receptor["port"], []).append(states)
    reset = f"v = {p['V_reset']}"
    threshold = p.get("V_th", p.get("V_peak"))
    if first.cell == "adex":
        upswing = f"{p['g_L'] * p['Delta_T']} * exp((v - {p['V_T']}) / {p['Delta_T']})"
        lines += f"dw/dt = ({p['a']} * (v - {p['E_L']}) - w) / ({p['tau_w']} * ms) : 1\n"
        current += f" + {upswing} - w"
        reset += f"; w += {p['b']}"
    lines += (f"dv/dt = ({p['g_L']} * ({p['E_L']} - v) + {current}) / ({p['C_m']} * ms)"
              " : 1 (unless refractory)\n")
    return lines, f"v >= {threshold}", reset, ports


def additions(ports, port, weights):
    return "; ".join(f"{state}_post += {weight}" for states, weight in zip(ports[port], weights)
                     for state in states)


class Network:
    """A scene as Brian objects."""

    def __init__(self, scene, options):
        self.scene, self.random = scene, np.random.default_rng(options.seed)
        self.groups, self.home, self.objects, self.passing = [], {}, [], []
        for block in scene.blocks():
            self.add_block(block)
        for number in range(len(self.groups)):
            self.add_synapses(number)
        self.monitors = [b2.SpikeMonitor(group) for group, _ in self.groups]
        self.net = b2.Network([group for group, _ in self.groups], self.objects, self.passing, self.monitors)

    def add_block(self, block):
        lines, threshold, reset, ports = equations_of(block)
        cell, p = block[0].cell, block[0].params
        group = b2.NeuronGroup(sum(population.cells for population in block), lines, threshold=threshold,
                               reset=reset, refractory=p["t_ref"] * b2.ms, method=METHODS[cell])
        group.v = np.concatenate([population.start_values(self.random) for population in block])
        group.I_e = np.concatenate([np.full(q.cells, q.params["I_e"]) for q in block])
        for population in block:
            self.home[population.name] = len(self.groups), population.first - block[0].first
        self.groups.append((group, ports))
        if drive := block[0].background:
            count = f"poisson({drive['rate'] * self.scene.dt * 1e-3})"
            terms = additions(ports, drive["port"], (drive["weight"], drive["second"])).replace("_post", "")
            terms = "; ".join(f"{term} * drawn" for term in terms.split("; "))
            drawn = group.run_regularly(f"drawn = {count}; {terms}", when="synapses")
            (self.objects if math.isinf(drive["until"]) else self.passing).append(drawn)

    def add_synapses(self, number):
        """All synapses onto one block: those of a source block with drawn weights are one object."""
        kinds = {}
        for pathway in self.scene.pathways:
            source, _ = self.home[pathway.source.name]
            if self.home[pathway.target.name][0] == number:
                fixed = None if pathway.weight_sd or pathway.delay_sd else (pathway.weight, pathway.delay)
                kinds.setdefault((source, pathway.port, fixed), []).append(pathway)
        for (source, port, fixed), pathways in kinds.items():
            self.add_pathways(self.groups[source][0], *self.groups[number], port, fixed, pathways)

    def add_pathways(self, source, target, ports, port, fixed, pathways):
        i, j, weights, delays = [], [], [], []
        for pathway in pathways:
            sources, targets = pathway.pairs(self.random)
            i.append(sources + self.home[pathway.source.name][1])
            j.append(targets + self.home[pathway.target.name][1])
            if not fixed:
                weights.append(pathway.weights(self.random, len(sources)))
                delays.append(pathway.delays(self.random, len(sources), self.scene.dt))
        weight = (pathways[0].weight, pathways[0].second) if fixed else ("weight",)
        synapses = b2.Synapses(source, target, "" if fixed else "weight : 1 (constant)",
                               on_pre=additions(ports, port, weight),
                               delay=pathways[0].delay * b2.ms if fixed else None)
        synapses.connect(i=np.concatenate(i), j=np.concatenate(j))
        if not fixed:
            synapses.weight = np.concatenate(weights)
            synapses.delay = np.concatenate(delays) * self.scene.dt * b2.ms
        self.objects.append(synapses)

    def run(self, options):
        """Settle, without what passes and without recording, then the measured stretch between clocks."""
        settle, kick = options.settle * 1e3, 0.0
        self.watch_spikes(False)
        if self.passing:
            kick = min(settle, self.scene.populations[0].background["until"])
            self.net.run(kick * b2.ms)
            for drawn in self.passing:
                drawn.active = False
        if settle > kick:
            self.net.run((settle - kick) * b2.ms)
        self.watch_spikes(not options.silent)
        b2.device.insert_code("main", CLOCKS)
        self.net.run(options.measure * b2.second)
        b2.device.insert_code("main", CLOCKS)

    def watch_spikes(self, active):
        for monitor in self.monitors:
            monitor.active = active

    def spikes(self):
        first = np.cumsum([0] + [group.N for group, _ in self.groups])
        cells = [np.asarray(monitor.i) + offset for monitor, offset in zip(self.monitors, first)]
        return np.concatenate(cells), np.concatenate([monitor.t / b2.ms for monitor in self.monitors])


def run(scene, options):
    watch = peer.Stopwatch()
    with tempfile.TemporaryDirectory(prefix="peer-brian2-") as folder:
        b2.set_device("cpp_standalone", build_on_run=False)
        b2.prefs.devices.cpp_standalone.openmp_threads = options.threads if options.threads > 1 else 0
        b2.prefs.codegen.cpp.headers += ["<time.h>", "<stdio.h>", "<sys/resource.h>"]
        b2.defaultclock.dt = scene.dt * b2.ms
        b2.seed(options.seed)
        network = Network(scene, options)
        network.run(options)
        b2.device.build(directory=folder, compile=True, run=False, debug=False)
        build_s = watch.read()[0]
        b2.device.run(folder, with_output=False, run_args=[])
        before, after = np.loadtxt(next(pathlib.Path(folder).rglob("CLOCKS")))
        cells, times = (None, None) if options.silent else network.spikes()
    synapses = sum(len(group) for group in network.objects if isinstance(group, b2.Synapses))
    flags = " ".join(b2.prefs.codegen.cpp.extra_compile_args_gcc)
    return peer.Run(synapses, build_s, after[0] - before[0], after[1] - before[1], cells, times,
                    f"{METHODS[scene.kind()[0]]}; {flags}", peak_MB=after[2] / 1e3)


if __name__ == "__main__":
    peer.main("brian2", b2.__version__, run)
