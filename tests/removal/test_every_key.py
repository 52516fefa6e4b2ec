"""test_every_key.py PROGRAM - no key is read and ignored: each number and switch that an experiment resolves
is moved by itself, by a tenth where that may be, and the result differs. What does not move this experiment
stands in ASLEEP with the reason; shares of a whole are moved in pairs."""

import collections
import concurrent.futures
import pathlib
import re
import shutil
import sys
import unittest

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, Case, run_it, spinule

CONFIG = ROOT / "tests/configs/everything.cfg"
DIVERGED, DIFFERENT = 4, 5  # exit codes
INSTANCES = 6  # of a key that many populations or pathways have: one of them must act
AWAKE_FIRST = ("PYR_L5", "PV_L5", "SST_L5", "CA1.populations.PYR", "OLM", "VIP", "MD")

ASLEEP = {  # how paths begin, and why they do not move this experiment
    r"simulation\.(rate_limit|block)": "a bound that is not met; changes speed, never a result",
    r"simulation\.kinetics_step|regions\.\w+\.(pitch|side_y)": "steps and sites divide a whole",
    r"subject\.bmi|species\.\w+\.(bmi|body_mass)|tissue\.inflammation\.\w+_adipose":
        "the body-mass index of people; the mass itself when it is that of reference",
    r"tissue\.gaba_b\.reach|record\.(dialysis|electrode)\.[xy]|record\.(electrode\.|lfp_grid)": "one site",
    r"record\.(segment|count_bin|bursts\.threshold)": "windows are shorter",
    r"record\.amplifier\.": "no cell is clamped",
    r"record\.subject": "writes a file beside the result",
    r"tissue\.scaling\.(high|low_gaba|high_gaba)": "bounds that are not met in two days",
    r"tissue\.stress\.(habituated|tau_habituation|tau_novelty)": "stressors that come alike",
    r"tissue\.stress\.female_dendrites": "a male",
    r"synapses\.spines\.(regrow|inactivity_loss|inactive_below)": "stress that has ended; silence",
    r"drugs\.\w+\.actions\.nmda_channel\.z_superficial": "a blocker with a second site",
    r"drugs\.\w+\.kinetics\.\w+\.(V3|Q3)": "a third compartment",
    r"drugs\.\w+\.kinetics\.\w+\.[\w.\[\]]*_(sc|oral|nasal|icv)": "other routes",
    r"drugs\.\w+\.kinetics\.\w+\.(t_half_local|diffusion)": "doses into tissue",
    r"drugs\.\w+\.parts\.": "both enantiomers must sum to the whole",
    r"protocol\.events\.\[\d+\]\.(amount|concentration|current)": "other kinds of events",
    r"protocol\.events\.\[\d+\]\.(conductance|reversal|volleys)": "other kinds of events",
    r"protocol\.events\.\[\d+\]\.(volume|radius|[xy]$)": "doses into tissue",
    r"regions\.\w+\.(delay_least|afferents\.\w+\.delay_high)": "delays that are not met",
    r"regions\.\w+\.afferents\.\w+\.(density|width)$": "a small patch has the fibres that its inputs need",
    r"calibrated\.\w+\.\w+\.(target|reached|spread|seeds|date)": "what a calibration says of itself",
    r"regions\.\w+\.populations\.\w+\.nmda\.fibres_2[A-D]": "fibres have the mix of all others",
    r"regions\.\w+\.populations\.\w+\.gaba_a_(fast|slow)\.tonic": "no agonist of GABA-A receptors",
}
NAMES = ((r"^(regions|calibrated)\.\w+", r"\1.<>"), (r"\.(populations|pathways)\.\w+", r".\1.<>"),
         (r"^(regions.*\.afferents)\.\w+", r"\1.<>"),
         (r"\.afferents\.<>\.\w+\.", ".afferents.<>.<>."), (r"^drugs\.\w+", "drugs.<>"),
         (r"\[\d+\]", "[]"))


def kind(path):
    """The path without the names in it."""
    for pattern, name in NAMES:
        path = re.sub(pattern, name, path)
    return path


def moved(value):
    """Values near by, the best first, as the text of an override."""
    if value in ("true", "false"):
        return ["false" if value == "true" else "true"]
    number = re.fullmatch(r"(-?[\d.]+(?:e[-+]?\d+)?)(?: (.+))?", value)
    if not number:
        return []
    x, unit = float(number[1]), number[2]
    near = (1.1 * x, 0.9 * x, 2 * x) if x else (0.5, 0.1, 1e-3, 10.0)
    whole = () if unit or "." in number[1] else (int(x) + 1, int(x) - 1)
    return [f'"{y:g} {unit}"' if unit else repr(y) for y in (*near, *whole)]


def overrides(path, value, values):
    """Ways to move a key; one of shares that sum to 1 gives to, or takes from, the largest other."""
    share = re.fullmatch(r"(.*\.(?:share|inhibitory)_2)[A-D]", path)
    if not share:
        return [[f"{path}={text}"] for text in moved(value)]
    others = {key: float(values[key]) for key in (share[1] + letter for letter in "ABCD") if key != path}
    largest = max(others, key=others.get)
    return [[f"{path}={float(value) + 0.05:g}", f"{largest}={others[largest] - 0.05:g}"]]


class EveryKey(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run_it(CONFIG, cls.folder / "as_it_is", "-t", 1)
        cls.result = cls.folder / "as_it_is" / "all.h5"
        with h5py.File(cls.result) as file:
            columns = [file[f"provenance/parameters/{name}"].asstr()[()] for name in ("path", "value")]
        cls.values = dict(zip(*columns))

    def acts(self, path):
        """Whether moving it moves the result; None if no value near by is taken."""
        for number, words in enumerate(overrides(path, self.values[path], self.values)):
            directory = self.folder / f"{path}.{number}"
            options = [word for text in words for word in ("-s", text)]
            run = spinule("run", CONFIG, "-o", directory, "-t", 1, "--progress", "none", *options)
            if run.returncode == 2:
                continue
            self.assertIn(run.returncode, (0, DIVERGED), (words, run.stderr))
            acts = run.returncode == DIVERGED
            acts = acts or spinule("diff", self.result, directory / "all.h5").returncode == DIFFERENT
            shutil.rmtree(directory)
            return acts
        return None

    def look(self, paths):
        """What a few of these do, the likeliest first; None, or the fault in words."""
        first = {name: path for name in AWAKE_FIRST for path in reversed(paths) if name in path}
        tried = list(dict.fromkeys([*first.values(), *paths]))[:INSTANCES]
        found = [None]
        for path in tried:
            found.append(self.acts(path))
            if found[-1]:
                return None
        what = "moves nothing" if False in found else "no value near by is taken"
        return f"{paths[0]} and {len(paths) - 1} of its kind: {what}"

    def test_every_key(self):
        """A quarter of an hour on two free cores."""
        kinds = collections.defaultdict(list)
        for path, value in self.values.items():
            if moved(value) and not any(re.match(pattern, path) for pattern in ASLEEP):
                kinds[kind(path)].append(path)
        self.assertGreater(len(kinds), 300)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            faults = [fault for fault in pool.map(self.look, kinds.values()) if fault]
        self.assertEqual(faults, [], "\n" + "\n".join(faults))


if __name__ == "__main__":
    unittest.main()
