"""scene.py - the circuit of a config as plain numbers, for peers to build: mV, ms, pF, nS, pA, Hz.

A circuit given another number of cells keeps its in-degrees (p shrinks as the circuit grows), or, with
scaling = "probability", keeps p: then weights grow with the square root of the cells lost, and a constant
current replaces the mean input that is lost (van Albada, Helias & Diesmann 2015)."""

import dataclasses
import math

import libconf
import numpy as np

UNITS = {"ms": 1.0, "s": 1e3, "mV": 1.0, "pF": 1.0, "nS": 1.0, "pA": 1.0, "Hz": 1.0, "mM": 1.0, "nA": 1e3}
V_PEAK_OVER_V_T = 10.0  # mV; an upswing cut here is less than a tick from its end


def value(text):
    """The number in "200 pF", in the units of this file; numbers and other words pass as they are."""
    words = text.split() if isinstance(text, str) else ()
    return float(words[0]) * UNITS[words[1]] if len(words) == 2 and words[1] in UNITS else text


def values(group):
    if isinstance(group, dict):
        return {key: values(entry) for key, entry in group.items()}
    if isinstance(group, (list, tuple)):
        return [values(entry) for entry in group]
    return value(group)


@dataclasses.dataclass
class Population:
    name: str
    cells: int
    first: int  # index of its first cell among all cells
    cell: str  # lif_current, lif_conductance or adex
    params: dict
    receptors: dict  # name -> port, mechanism, tau or tau_rise and tau_decay, E_rev
    start: dict
    background: dict | None  # port, rate, weight, second, until

    def start_values(self, random):
        """Membrane potentials at t = 0."""
        start = self.start
        if "V_low" in start:
            return random.uniform(start["V_low"], start["V_high"], self.cells)
        return random.normal(start["V_mean"], start["V_sd"], self.cells)


@dataclasses.dataclass
class Pathway:
    source: Population
    target: Population
    port: str
    rule: str
    number: float  # p, partners of a target, or synapses in all, by rule
    autapses: bool
    weight: float
    second: float  # NMDA beside AMPA
    weight_sd: float
    delay: float
    delay_sd: float

    def synapses(self):
        """Expected number of synapses."""
        source, target = self.source.cells, self.target.cells
        if self.rule == "pairwise":
            own = target if self.source is self.target and not self.autapses else 0
            return self.number * (source * target - own)
        return self.number * target if self.rule == "in_degree" else self.number

    def pairs(self, random):
        """(source, target) of each synapse, counted within its population, by target and then source."""
        source, target = self.source.cells, self.target.cells
        if self.rule == "total":
            drawn = np.sort(random.integers(0, source * target, int(self.number)))
            return (drawn % source).astype(np.int32), (drawn // source).astype(np.int32)
        partners = []
        for cell in range(target):
            if self.rule == "pairwise":
                row = np.flatnonzero(random.random(source) < self.number)
                if self.source is self.target and not self.autapses:
                    row = row[row != cell]
            else:
                row = np.sort(random.choice(source, int(self.number), replace=False, shuffle=False))
            partners.append(row.astype(np.int32))
        targets = np.repeat(np.arange(target, dtype=np.int32), [len(row) for row in partners])
        return np.concatenate(partners), targets

    def weights(self, random, count):
        return random.normal(self.weight, self.weight_sd, count)

    def delays(self, random, count, dt):
        """Delays in whole steps; drawn again if below one."""
        steps = np.rint(random.normal(self.delay, self.delay_sd, count) / dt)
        while (low := steps < 1).any():
            steps[low] = np.rint(random.normal(self.delay, self.delay_sd, low.sum()) / dt)
        return steps.astype(np.int32)


def peak_factor(receptor):
    """What makes the peak of a difference of exponentials 1."""
    rise, decay = receptor["tau_rise"], receptor["tau_decay"]
    peak = rise * decay / (decay - rise) * math.log(decay / rise)
    return 1 / (math.exp(-peak / decay) - math.exp(-peak / rise))


@dataclasses.dataclass
class Scene:
    name: str
    dt: float
    settle: float  # s
    measure: float  # s
    populations: list
    pathways: list

    @property
    def cells(self):
        return sum(population.cells for population in self.populations)

    def blocks(self):
        """Runs of populations whose cells differ in constant current and start only."""
        blocks = []
        for population in self.populations:
            if blocks and alike(blocks[-1][-1], population):
                blocks[-1].append(population)
            else:
                blocks.append([population])
        return blocks

    def kind(self):
        """What a peer must be able to do: cell model and receptor mechanisms."""
        first = self.populations[0]
        mechanisms = {receptor["mechanism"] for receptor in first.receptors.values()}
        return first.cell, "nmda" if "nmda" in mechanisms else "plain"


def alike(one, other):
    def of(population):
        params = {key: entry for key, entry in population.params.items() if key not in ("I_e", "rate")}
        return population.cell, params, population.receptors, population.background

    return of(one) == of(other)


def background_of(group):
    return {"until": math.inf, "second": 0.0, **group} if group else None


def populations_of(groups, scale):
    populations, first = [], 0
    for name, group in groups.items():
        group = dict(group)
        cells = round(group.pop("cells") * scale)
        receptors = {key: {"port": key, **entry} for key, entry in group.pop("receptors", {}).items()}
        cell, start = group.pop("cell"), group.pop("start")
        if cell == "lif_exponential":  # a lif_conductance cell with its receptors inside
            cell = "lif_conductance"
            for key, short in (("excitatory", "exc"), ("inhibitory", "inh")):
                receptors[key] = {"port": key, "mechanism": "exponential", "tau": group.pop(f"tau_{short}"),
                                  "E_rev": group.pop(f"E_{short}")}
        background = background_of(group.pop("background", None))
        if cell == "adex":
            group.setdefault("V_peak", group["V_T"] + V_PEAK_OVER_V_T)
        group.setdefault("I_e", 0.0)
        populations.append(Population(name, cells, first, cell, group, receptors, start, background))
        first += cells
    return populations


def number_of(group, source, target, scale, keeps_p):
    """The number of Pathway.number, for a circuit scaled to `scale`."""
    if group["rule"] == "pairwise":
        return group["p"] * (1 if keeps_p else 1 / scale)
    if group["rule"] == "in_degree":
        return round(group["in_degree"] * (scale if keeps_p else 1))
    synapses = math.log(1 - group["p"]) / math.log1p(-1 / (source.cells * target.cells))
    return round(synapses * (1 if keeps_p else 1 / scale))


def pathway_of(group, source, target, scale, keeps_p):
    strength = 1 / math.sqrt(scale) if keeps_p else 1
    number = number_of(group, source, target, scale, keeps_p)
    return Pathway(source, target, group["port"], group["rule"], number, group.get("autapses", False),
                   group["weight"] * strength, group.get("second", 0.0) * strength,
                   group.get("weight_sd", 0.0) * strength, group["delay"], group.get("delay_sd", 0.0))


def replace_lost_input(pathways, scale):
    """The mean current that a target of exponential currents loses with its partners, into I_e."""
    for pathway in pathways:
        target, rate = pathway.target, pathway.source.params["rate"]
        partners, weight = pathway.synapses() / target.cells / scale, pathway.weight * math.sqrt(scale)
        mean = 1e-3 * rate * partners * weight * target.params["tau_syn"]
        target.params["I_e"] += (1 - math.sqrt(scale)) * mean


def read(path, cells=None):
    """The scene of a config file, with about `cells` cells if given."""
    with open(path, encoding="utf-8") as file:
        config = values(libconf.load(file))
    circuit = config["circuit"]
    groups = circuit["populations"]
    scale = cells / sum(group["cells"] for group in groups.values()) if cells else 1.0
    keeps_p = circuit.get("scaling") == "probability"
    populations = populations_of(groups, scale)
    named = {population.name: population for population in populations}
    pathways = [pathway_of(group, named[source], named[target], scale, keeps_p)
                for group in circuit["pathways"] for source in group["from"] for target in group["to"]]
    if keeps_p and scale != 1:
        replace_lost_input(pathways, scale)
    name = str(path).rpartition("/")[2].removesuffix(".cfg")
    bench = config["bench"]
    return Scene(name, config["simulation"]["dt"], bench["settle"] / 1e3, bench["measure"] / 1e3,
                 populations, pathways)
