"""peer_arbor.py - Arbor: its LIF cell, exact and event-driven, in continuous time. An event moves the
potential at once by its charge over C_m, so a synaptic current becomes a pulse of equal charge; a constant
current moves E_L, which comes to the same."""

import arbor as A
import numpy as np

import peer

U = A.units


class Circuit(A.recipe):
    """A scene as Arbor asks for it, cell by cell."""

    def __init__(self, scene, options):
        A.recipe.__init__(self)
        self.scene, self.seed = scene, options.seed
        random = np.random.default_rng(options.seed)
        self.home = np.repeat(np.arange(len(scene.populations)), [p.cells for p in scene.populations])
        self.start = np.concatenate([p.start_values(random) for p in scene.populations])
        self.synapses = 0
        wires = [self.wires_of(pathway, random) for pathway in scene.pathways]
        sources, targets, weights, delays = (np.concatenate(column) for column in zip(*wires))
        order = np.argsort(targets, kind="stable")
        self.source, self.weight, self.delay = sources[order], weights[order], delays[order]
        self.first = np.searchsorted(targets[order], np.arange(scene.cells + 1))
        self.synapses = len(sources)

    def wires_of(self, pathway, random):
        sources, targets = pathway.pairs(random)
        charge = pathway.target.params["tau_syn"]
        weights = pathway.weights(random, len(sources)) * charge
        delays = pathway.delays(random, len(sources), self.scene.dt) * self.scene.dt
        return sources + pathway.source.first, targets + pathway.target.first, weights, delays

    def num_cells(self):
        return self.scene.cells

    def cell_kind(self, gid):
        return A.cell_kind.lif

    def cell_description(self, gid):
        p = self.scene.populations[self.home[gid]].params
        E_L = p["E_L"] + p["I_e"] * p["tau_m"] / p["C_m"]
        return A.lif_cell("source", "target", tau_m=p["tau_m"] * U.ms, V_th=p["V_th"] * U.mV,
                          C_m=p["C_m"] * U.pF, E_L=E_L * U.mV, E_R=p["V_reset"] * U.mV,
                          V_m=float(self.start[gid]) * U.mV, t_ref=p["t_ref"] * U.ms)

    def connections_on(self, gid):
        mine = slice(self.first[gid], self.first[gid + 1])
        delays = {delay: delay * U.ms for delay in set(self.delay[mine].tolist())}
        return [A.connection((source, "source"), "target", weight, delays[delay]) for source, weight, delay
                in zip(self.source[mine].tolist(), self.weight[mine].tolist(), self.delay[mine].tolist())]

    def event_generators(self, gid):
        population = self.scene.populations[self.home[gid]]
        if not (drive := population.background):
            return []
        weight = drive["weight"] * population.params["tau_syn"]
        rate = A.poisson_schedule(drive["rate"] * U.Hz, seed=self.seed * 1_000_003 + gid)
        return [A.event_generator("target", weight, rate)]

    def probes(self, gid):
        return []


def run(scene, options):
    if scene.kind() != ("lif_current", "plain"):
        raise peer.Unfit("its LIF and AdEx cells have no synaptic conductances, its cable cells no reset")
    watch = peer.Stopwatch()
    circuit = Circuit(scene, options)
    context = A.context(threads=options.threads)
    group = -(-scene.cells // options.threads)
    hints = {A.cell_kind.lif: A.partition_hint(cpu_group_size=min(group, 1000))}
    domains = A.partition_load_balance(circuit, context, hints)
    simulation = A.simulation(circuit, context, domains, options.seed)
    build_s = watch.read()[0]
    step, settle = scene.dt * U.ms, options.settle * 1e3
    if settle:
        simulation.run(settle * U.ms, step)
    if not options.silent:
        simulation.record(A.spike_recording.all)
    watch = peer.Stopwatch()
    simulation.run((settle + options.measure * 1e3) * U.ms, step)
    wall, cpu = watch.read()
    cells = times = None
    if not options.silent:
        spikes = simulation.spikes()
        cells, times = spikes["source"]["gid"].astype(np.int64), spikes["time"]
    return peer.Run(circuit.synapses, build_s, wall, cpu, cells, times, "lif_cell, exact, pulses of charge")


if __name__ == "__main__":
    peer.main("arbor", A.__version__, run)
