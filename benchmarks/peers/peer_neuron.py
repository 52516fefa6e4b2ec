"""peer_neuron.py - NEURON: cells as point processes that keep their own potential (neuron_cells/*.mod), all
of a thread in one section, run by CoreNEURON."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np

import peer

HERE = pathlib.Path(__file__).resolve().parent
MODELS = {("lif_conductance", "plain"): "LifConductance", ("lif_current", "plain"): "LifCurrent",
          ("adex", "plain"): "AdexConductance"}
METHODS = {"LifConductance": "exponential Euler", "LifCurrent": "exact", "AdexConductance": "midpoint"}
KEPT = ("C_m", "g_L", "E_L", "V_th", "V_reset", "t_ref", "I_e", "tau_m", "tau_syn", "V_T", "Delta_T",
        "a", "b", "tau_w", "V_peak")


def cell_params(population):
    chosen = {key: entry for key, entry in population.params.items() if key in KEPT}
    for name, receptor in population.receptors.items():
        chosen |= {f"tau_{name}": receptor["tau"], f"E_{name}": receptor["E_rev"]}
    if drive := population.background:
        chosen |= {"rate": drive["rate"], "weight_drive": drive["weight"], "until": min(drive["until"], 1e9)}
    return chosen


def compile_cells(folder):
    """The library of the cells, for NEURON and CoreNEURON, in `folder`."""
    tool = pathlib.Path(sys.executable).parent / "nrnivmodl"
    path = f"{tool.parent}:{os.environ['PATH']}"
    subprocess.run([tool, "-coreneuron", HERE / "neuron_cells"], cwd=folder, check=True, capture_output=True,
                   env={**os.environ, "PATH": path})
    os.environ["CORENEURONLIB"] = str(next(pathlib.Path(folder).rglob("libcorenrnmech.so")))
    return str(next(pathlib.Path(folder).rglob("libnrnmech.so")))


class Network:
    """A scene as objects of NEURON; `h` is its interpreter."""

    def __init__(self, scene, options, h):
        self.scene, self.h, self.pc = scene, h, h.ParallelContext()
        self.random = np.random.default_rng(options.seed)
        self.pc.nthread(options.threads)
        self.sections = [h.Section(name=f"cells_{k}") for k in range(options.threads)]
        for k, section in enumerate(self.sections):
            self.pc.partition(k, h.SectionList([section]))
        self.cells, self.wires, self.synapses = [], [], 0
        for population in scene.populations:
            self.add_cells(population, getattr(h, MODELS[scene.kind()]), options.seed)
        for pathway in scene.pathways:
            self.add_synapses(pathway)

    def add_cells(self, population, kind, seed):
        params = cell_params(population)
        for start in population.start_values(self.random):
            number = len(self.cells)
            cell = kind(self.sections[number % len(self.sections)](0.5))
            for key, entry in params.items():
                setattr(cell, key, entry)
            cell.start = start
            cell.noise.set_ids(number, seed, 0)
            self.pc.set_gid2node(number, self.pc.id())
            self.pc.cell(number, self.h.NetCon(cell, None))
            self.cells.append(cell)

    def add_synapses(self, pathway):
        sources, targets = pathway.pairs(self.random)
        count, dt = len(sources), self.scene.dt
        weights = pathway.weights(self.random, count)
        delays = pathway.delays(self.random, count, dt) * dt
        if pathway.port == "inhibitory":
            weights = -weights
        sources, targets = sources + pathway.source.first, targets + pathway.target.first
        connect, cells, wires = self.pc.gid_connect, self.cells, self.wires
        for source, target, weight, delay in zip(sources.tolist(), targets.tolist(), weights.tolist(),
                                                 delays.tolist()):
            wire = connect(source, cells[target])
            wire.weight[0] = weight
            wire.delay = delay
            wires.append(wire)
        self.synapses += count


def run(scene, options):
    if scene.kind() not in MODELS:
        raise peer.Unfit("no cell was written in NMODL for receptors with rise times and magnesium block")
    if options.threads > 1 and any(p.delay_sd or p.delay < 2 * scene.dt for p in scene.pathways):
        raise peer.Unfit("more than one thread needs delays of more than one step")
    watch = peer.Stopwatch()
    folder = tempfile.mkdtemp(prefix="peer-neuron-")
    try:
        os.environ["NEURON_MODULE_OPTIONS"] = "-nogui"
        library = compile_cells(folder)
        from neuron import coreneuron, h

        h.nrn_load_dll(library)
        h.dt, h.celsius = scene.dt, 37
        network = Network(scene, options, h)
        pc, times, cells = network.pc, h.Vector(), h.Vector()
        if not options.silent:
            pc.spike_record(-1, times, cells)
        coreneuron.enable, coreneuron.verbose = True, 0
        pc.set_maxstep(10)
        h.finitialize()
        build_s = watch.read()[0]
        settle, end = options.settle * 1e3, (options.settle + options.measure) * 1e3
        pc.psolve(settle - scene.dt)
        # What it takes to hand the circuit over to CoreNEURON and back is not the circuit's own time.
        watch = peer.Stopwatch()
        pc.psolve(settle)
        handing = watch.read()
        watch = peer.Stopwatch()
        pc.psolve(end)
        wall, cpu = watch.read()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    times, cells = np.array(times), np.array(cells, dtype=np.int64)
    late = times > settle
    method = f"{MODELS[scene.kind()]}, {METHODS[MODELS[scene.kind()]]}, CoreNEURON"
    return peer.Run(network.synapses, build_s, wall - handing[0], cpu - handing[1],
                    None if options.silent else cells[late], times[late], method)


def version():
    import importlib.metadata

    return importlib.metadata.version("neuron")


if __name__ == "__main__":
    peer.main("neuron", version(), run)
