"""test_models.py PROGRAM quick|full - published circuits do what was published of them.

`quick`: each at a size of at most 2,000 cells, where the state that it is known for still comes out: whether
it is there at all. `full`: at the published size, with the figures; prints the table of
docs/published_models.md. A figure is accepted in the range that stands beside it: that of the publication
where it has one, the spread between seeds or implementations, or a wider one where the figure is recalled."""

import pathlib
import shutil
import sys
import tempfile
import unittest

import h5py
import numpy as np

MODE = sys.argv.pop(2)
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import program
from program import ROOT, run_it, settings

program.LONGEST_S = 3000

BRUNEL = "Brunel 2000, figure 8 (recalled)"
APART = "published parameters, implemented apart from Spinule"
SUSIN = "Susin & Destexhe 2023, abstract"
WANG = "Wang 2002 (recalled)"
LAM = "Lam et al. 2022, abstract"
POTJANS = "Potjans & Diesmann 2014 (recalled)"


class Results:
    """What a run left: of the window of a label, or of the last one."""

    def __init__(self, folder, arm):
        self.path = folder / f"{arm}.h5"

    def read(self, name):
        with h5py.File(self.path) as file:
            return file[name][()]

    def elements(self, *names):
        """Sum of some series of a network that wires itself."""
        return sum(self.read(f"elements/circuit/{name}") for name in names)

    def value(self, group, measure, label=""):
        labels = [text.decode() for text in self.read("protocol/windows/label")]
        window = labels.index(label) if label else len(labels) - 1
        return float(self.read(f"{group}/circuit/{measure}")[window])

    def rate(self, population, label=""):
        return self.value("summary", f"rate_{population}", label)

    def cv(self, population):
        return self.value("spiking", f"cv_{population}")

    def peak(self, population, label=""):
        return self.value("bands", f"peak_{population}", label)

    def gamma(self, population, label=""):
        return self.value("bands", f"gamma_{population}", label)


class Model(unittest.TestCase):
    rows = []

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="spinule-models-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_arms(self, config, arms=("run",), seed=1, **values):
        """Results of some arms of a config of configs/circuits or configs/experiments."""
        path = ROOT / f"configs/{config}.cfg"
        where = self.folder / f"{path.stem}-{seed}-{len(list(self.folder.iterdir()))}"
        named = [] if arms == ("run",) else [word for arm in arms for word in ("--arm", arm)]
        words = settings({key.replace("__", "."): value for key, value in values.items()})
        run_it(path, where, "-t", 1, "--seed", seed, *named, *words)
        found = [Results(where, arm) for arm in arms]
        return found if len(found) > 1 else found[0]

    def check(self, model, figure, published, value, low, high, source):
        """One row of the table."""
        self.rows.append((model, figure, published, f"{value:.4g}", f"{low:.4g} to {high:.4g}", source))
        with self.subTest(model=model, figure=figure):
            self.assertTrue(low <= value <= high, f"{model}, {figure}: {value:.4g}, not {low:g} to {high:g}")

    @classmethod
    def tearDownClass(cls):
        heads = ("model", "figure", "published", "here", "accepted", "source")
        if cls.rows:
            print("\n| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))
        for row in cls.rows:
            print("| " + " | ".join(row) + " |")
        cls.rows.clear()


class Quick(Model):
    def test_activity_sustains_itself(self):
        """Vogels & Abbott 2005, 2,000 cells: the kick ends after 200 ms, the activity goes on."""
        run = self.run_arms("circuits/coba", circuit__cells=2000, bench__settle='"250 ms"',
                            bench__measure='"150 ms"')
        self.check("coba", "rate of E after the kick, Hz", "8-25", run.rate("E"), 4, 60,
                   "Vogels & Abbott 2005")

    def test_states_of_brunel(self):
        """Brunel 2000, 1,500 cells: regular and in step where excitation wins, irregular where not."""
        regular, irregular = self.run_arms("experiments/brunel_phases", ("SR", "AI"), circuit__cells=1500,
                                           bench__settle='"50 ms"', bench__measure='"150 ms"')
        self.check("brunel", "CV, state SR", "regular", regular.cv("E"), 0, 0.2, BRUNEL)
        self.check("brunel", "CV, state AI", "irregular", irregular.cv("E"), 0.25, 1.5, BRUNEL)
        ratio = regular.rate("E") / irregular.rate("E")
        self.check("brunel", "rate, SR over AI", "high", ratio, 2, 50, BRUNEL)

    def test_decision(self):
        """Wang 2002, 600 cells: at 51.2 % the population with more input wins, and stays."""
        run = self.run_arms("experiments/wang_decision", ("c51p2",), circuit__cells=600)
        winner, loser = run.rate("A", "delay"), run.rate("B", "delay")
        self.check("wang", "loser over winner in the delay", "small", loser / winner, 0, 0.5, WANG)
        self.check("wang", "winner in the delay, Hz", "20-30", winner, 10, 70, WANG)

    def test_wiring_to_a_target(self):
        """Butz & van Ooyen 2013, 125 cells: from no synapse at all to some that move cells to their rate."""
        run = self.run_arms("circuits/structural", circuit__cells=125,
                            circuit__windows='({ at = "39 s"; duration = "1 s"; })')
        synapses = run.elements("synapses_E_to_E", "synapses_E_to_I")
        self.assertEqual(synapses[8], 0)
        self.assertGreater(synapses[-1], 20)
        calcium = run.elements("calcium_E")[-1]
        self.check("structural", "calcium of E at 40 s", "near 0.05", calcium, 0.03, 0.07, "NEST")


SEEDS = 12
COHERENCES = (0, 3.2, 6.4, 12.8, 25.6, 51.2)

# Mean rates of one run of the implementation of its authors for NEST.
MICROCIRCUIT_HZ = {"L23E": 0.903, "L23I": 2.965, "L4E": 4.414, "L4I": 5.876, "L5E": 7.569, "L5I": 8.633,
                   "L6E": 1.105, "L6I": 7.829}


# RS and FS at rest and with raised drive.
SUSIN_HZ = {("RS", "base"): 0.66, ("FS", "base"): 3.56, ("RS", "raised"): 1.17, ("FS", "raised"): 6.11}
STEP_1_MS, STEP_7_MS = (z / (1 - np.exp(-z)) for z in (0.1 / 1, 0.1 / 7.5))


class Full(Model):
    def test_coba(self):
        run = self.run_arms("circuits/coba", bench__measure='"2 s"')
        source = "NEST, 4 runs (tests/reference)"
        self.check("coba", "rate of E, Hz", "18.4-19.2", run.rate("E"), 16, 22, source)
        self.check("coba", "rate of I, Hz", "18.7-19.4", run.rate("I"), 16, 22, source)
        self.check("coba", "CV of E", "1.74-1.85", run.cv("E"), 1.55, 2.1, source)

    def test_brunel(self):
        names = ("SR", "SI_fast", "AI", "SI_slow")
        SR, fast, AI, slow = self.run_arms("experiments/brunel_phases", names, bench__measure='"1 s"',
                                            circuit__record__synchrony_bin='"0.5 ms"')
        self.check("brunel, SR", "CV of E", "regular", SR.cv("E"), 0, 0.2, BRUNEL)
        synchrony = SR.value("spiking", "synchrony_E")
        self.check("brunel, SR", "correlation at 0.5 ms", "in step", synchrony, 0.1, 1, BRUNEL)
        synchrony = AI.value("spiking", "synchrony_E")
        self.check("brunel, AI", "correlation at 0.5 ms", "hardly", synchrony, -0.002, 0.02, BRUNEL)
        self.check("brunel, SI fast", "rate of E, Hz", "60.7", fast.rate("E"), 52, 70, BRUNEL)
        self.check("brunel, SI fast", "frequency of all, Hz", "180", fast.peak("E"), 155, 205, BRUNEL)
        self.check("brunel, SI fast", "CV of E", "irregular", fast.cv("E"), 0.3, 1, BRUNEL)
        self.check("brunel, AI", "rate of E, Hz", "37.7", AI.rate("E"), 34, 42, BRUNEL)
        self.check("brunel, AI", "CV of E", "irregular", AI.cv("E"), 0.3, 1, BRUNEL)
        self.check("brunel, SI slow", "rate of E, Hz", "5.5", slow.rate("E"), 3.5, 8, BRUNEL)
        self.check("brunel, SI slow", "frequency of all, Hz", "22", slow.peak("E"), 16, 30, BRUNEL)

    def test_microcircuit(self):
        run = self.run_arms("circuits/microcircuit_poisson", bench__measure='"4 s"')
        for name, rate in MICROCIRCUIT_HZ.items():
            self.check("microcircuit", f"rate of {name}, Hz", f"{rate}", run.rate(name), 0.85 * rate,
                       1.15 * rate, "NEST, one run of the authors")
        for name in ("L4E", "L5E", "L5I", "L6I"):
            self.check("microcircuit", f"CV of {name}", "0.75-0.95", run.cv(name), 0.65, 1.05, POTJANS)
        for name in ("L23E", "L4E", "L5E", "L6E"):
            self.check("microcircuit", f"correlation of {name}", "below 0.01",
                       run.value("spiking", f"correlation_{name}"), -0.005, 0.01, POTJANS)

    def test_susin(self):
        """The implementation apart takes conductances at the beginning of each step of 0.1 ms: of one that
        decays in 1 ms that is z/(1 - e^-z) = 1.051 times the charge (z = 0.1), of one of 7.5 ms 1.007."""
        excitation, inhibition = STEP_1_MS, STEP_7_MS
        as_step = {"circuit__pathways__[0]__weight": f'"{5 * excitation} nS"',
                   "circuit__pathways__[1]__weight": f'"{10 / 3 * inhibition} nS"',
                   "circuit__pathways__[2]__weight": f'"{4 * excitation} nS"',
                   "circuit__populations__RS__background__weight": f'"{4 * excitation} nS"',
                   "circuit__populations__FS__background__weight": f'"{4 * excitation} nS"'}
        for model, values, share in (("susin", {}, 0.3), ("susin, charge of a step", as_step, 0.12)):
            run = self.run_arms("circuits/susin", **values)
            for (cells, label), Hz in SUSIN_HZ.items():
                self.check(model, f"{cells}, {label}, Hz", f"{Hz}", run.rate(cells, label),
                           (1 - share) * Hz, (1 + share) * Hz, APART)
            self.check(model, "rhythm of FS, raised, Hz", "30-50", run.peak("FS", "raised"), 30, 50,
                       "Susin & Destexhe 2021")
            ratio = run.gamma("RS", "raised") / run.gamma("RS", "base")
            self.check(model, "RS, power at 30-80 Hz, raised over base", "6.9", ratio, 3.5, 18, APART)

    def test_susin_ing(self):
        """Gamma while the drive is raised, little before."""
        run = self.run_arms("experiments/susin_ing")
        peak, ratio = run.peak("RS", "raised"), run.gamma("RS", "raised") / run.gamma("RS", "base")
        self.check("susin_ing", "rhythm of RS, raised, Hz", "30-50", peak, 30, 50, "Susin & Destexhe 2021")
        self.check("susin_ing", "RS, power at 30-80 Hz, raised over base", "up", ratio, 1.5, 100,
                   "Susin & Destexhe 2021")

    def test_susin_nmda(self):
        runs = self.run_arms("experiments/susin_nmda", ("intact", "both_50", "fs_10", "fs_20"))
        rate, power = [run.rate("RS", "raised") for run in runs], [run.gamma("RS", "raised") for run in runs]
        self.check("susin_nmda", "RS, raised, intact, Hz", "1.69", rate[0], 1.3, 2.2, APART)
        self.check("susin_nmda", "RS, raised, NMDA halved on both, Hz", "1.39", rate[1], 1.1, 1.7, APART)
        self.check("susin_nmda", "power at 30-80 Hz, halved on both over intact", "0.40", power[1] / power[0],
                   0.1, 0.8, APART)
        self.check("susin_nmda", "RS, 10 % less on FS over intact", "up", rate[2] / rate[0], 1.01, 5, SUSIN)
        self.check("susin_nmda", "RS, 20 % over 10 % less on FS", "up", rate[3] / rate[2], 1.01, 500, SUSIN)
        self.check("susin_nmda", "power at 30-80 Hz, 10 % less on FS over intact", "up", power[2] / power[0],
                   1.01, 50, SUSIN)

    def test_wang(self):
        arms = [f"c{coherence}".replace(".", "p") for coherence in COHERENCES]
        won, rest, winner, inhibition, kept = dict.fromkeys(COHERENCES, 0), [], [], [], []
        for seed in range(1, SEEDS + 1):
            runs = self.run_arms("experiments/wang_decision", arms, seed=seed)
            for coherence, run in zip(COHERENCES, runs):
                won[coherence] += run.rate("A", "delay") > run.rate("B", "delay")
                rest.append(run.rate("N", "rest"))
                inhibition.append(run.rate("I", "rest"))
                winner.append(max(run.rate("A", "stimulus"), run.rate("B", "stimulus")))
                kept.append(max(run.rate("A", "delay"), run.rate("B", "delay")))
        print(f"won by A of {SEEDS}: {won}")
        some = (won[6.4] + won[12.8]) / 2 / SEEDS
        self.check("wang", "E at rest, Hz", "2-3", np.mean(rest), 1.5, 4, WANG)
        self.check("wang", "I at rest, Hz", "8-12", np.mean(inhibition), 6, 14, WANG)
        self.check("wang", "winner during the stimulus, Hz", "20-30", np.median(winner), 15, 40, WANG)
        persistent = np.median(kept) / np.mean(rest)
        self.check("wang", "winner in the delay over rest", "persists", persistent, 3, 20, WANG)
        self.check("wang", "correct at 51.2 %", "1", won[51.2] / SEEDS, 0.95, 1, WANG)
        self.check("wang", "correct at 25.6 %", "0.97-1", won[25.6] / SEEDS, 0.85, 1, WANG)
        self.check("wang", "correct at 6.4 and 12.8 %", "about 0.8", some, 0.6, 0.97, WANG)
        self.check("wang", "A wins at 0 %", "0.5", won[0] / SEEDS, 0.17, 0.83, WANG)

    def test_less_nmda_on_one_side(self):
        """Lam et al. 2022: less on pyramidal cells weakens competition, less on interneurons helps."""
        arms, winner = ("less_on_E", "control", "less_on_I"), []
        for seed in range(1, 7):
            runs = self.run_arms("experiments/wang_nmda", arms, seed=seed)
            winner.append([max(run.rate("A", "stimulus"), run.rate("B", "stimulus")) for run in runs])
        less, control, more = np.mean(winner, axis=0)
        self.check("wang_nmda", "winner, 2 % less NMDA on E, of control", "down", less / control, 0.1, 0.97,
                   LAM)
        self.check("wang_nmda", "winner, 3 % less NMDA on I, of control", "up", more / control, 1.03, 5, LAM)

    def test_structural(self):
        run = self.run_arms("circuits/structural")
        for cells, target in (("E", 0.05), ("I", 0.2)):
            calcium = np.mean(run.elements(f"calcium_{cells}")[-10:])
            self.check("structural", f"calcium of {cells} at 200 s", f"{target}", calcium, 0.92 * target,
                       1.08 * target, "target of the growth curves")
        excitatory = run.elements("synapses_E_to_E", "synapses_E_to_I")
        inhibitory = run.elements("synapses_I_to_E", "synapses_I_to_I")
        alone = run.rate("E", "alone")
        self.check("structural", "rate of E before there are any, Hz", "4.0", alone, 3.6, 4.4, APART)
        self.check("structural", "E synapses at 200 s", "1768", excitatory[-1], 1500, 2050, APART)
        self.check("structural", "I synapses at 200 s", "1013", inhibitory[-1], 860, 1170, APART)
        self.check("structural", "E synapses at their most", "2029", np.max(excitatory), 1700, 2600, APART)


if __name__ == "__main__":
    unittest.main(defaultTest="Quick" if MODE == "quick" else "Full", argv=sys.argv)
