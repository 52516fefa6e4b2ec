"""test_protocol.py PROGRAM - what a protocol can ask for: windows that the program places, the same in all
arms; arms as a tree that forks again; stimuli onto cells, which nothing feels before its window; a sham,
which nothing feels at all; and the check of how far results hang on windows and steps."""

import pathlib
import re
import sys
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import SMALL, Case, datasets, run_it, same, settings, spinule

PATCH = {"simulation.settle": "20 ms"}
TWO = '({at = "5 min"; duration = "50 ms";}, {at = "45 min"; duration = "50 ms";})'


def arms(*names):
    return "(" + ", ".join(f'{{name="{name}";}}' for name in names) + ")"


class Automatic(Case):
    AUTO = {"protocol.windows": "auto", "protocol.end": "8 d", **PATCH}

    def windows(self, values=None):
        run = spinule("check", SMALL, *settings({**self.AUTO, **(values or {})}))
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return np.array([float(t) for t in re.search(r"windows at \(h\) ([^\n]+)", run.stdout)[1].split(",")])

    def test_places(self):
        """A baseline before the dose; close together while the drug is there, ever farther apart later;
        within the protocol, and none over another."""
        at = self.windows()
        self.assertEqual(len(at), 11)
        self.assertLess(at[0], 0.5)
        self.assertTrue(np.all(at[1:] > 0.5) and at[-1] < 192)
        self.assertGreater(np.sum(at < 6.5), 4)
        self.assertGreater(np.sum(at > 24), 1)
        self.assertTrue(np.all(np.diff(at) > 2.5 / 3600))
        self.assertGreater(np.diff(at)[-1], 5 * np.diff(at)[1])

    def test_number(self):
        self.assertEqual(len(self.windows({"protocol.auto.count": "20"})), 20)
        events = ('({at="30 min"; drug="ketamine"; dose="10 mg/kg"; route="ip"; every="24 h"; count=6; '
                  'arms=["ketamine"];})')
        at = self.windows({"protocol.events": events})
        self.assertEqual(len(at), 26)
        for day in range(6):  # something moves after each dose
            self.assertTrue(np.any((at > 24 * day + 0.5) & (at < 24 * day + 12)), day)

    def test_stress(self):
        """Weeks of stress are seen before the dose that ends them, and the baseline lies before the first
        session."""
        events = ('({at="2 h"; kind="stress"; stressor="restraint"; over="6 h"; every="24 h"; count=14;}, '
                  '{at="14 d"; drug="ketamine"; dose="10 mg/kg"; route="ip"; arms=["ketamine"];})')
        at = self.windows({"protocol.events": events, "protocol.end": "16 d",
                           "stressors.restraint.drive": "0.9"})
        self.assertLess(at[0], 2)
        self.assertGreaterEqual(np.sum((at > 2) & (at < 336)), 5)
        self.assertGreaterEqual(np.sum(at > 336), 3)
        self.assertLess(np.diff(at[at < 336]).max(), 120)

    def test_from_all_arms_together(self):
        """The arms that are run do not matter; what other arms get does."""
        for arm in ("vehicle", "ketamine"):
            run_it(SMALL, self.folder / "run", "--quick", "-t", 1, "--arm", arm, *settings(self.AUTO))
        with h5py.File(self.folder / "run/vehicle.h5") as a, h5py.File(self.folder / "run/ketamine.h5") as b:
            found = [file["protocol/windows/settled_h"][()] for file in (a, b)]
            self.assertEqual(a["protocol/windows/label"][0], b"baseline")
        np.testing.assert_array_equal(*found)
        later = ('({at="30 min"; drug="ketamine"; dose="10 mg/kg"; route="ip"; arms=["ketamine"];}, '
                 '{at="4 d"; kind="sham"; arms=["vehicle"];})')
        self.assertFalse(np.array_equal(self.windows(), self.windows({"protocol.events": later})[:11]))


class Gaps(Case):
    """A drug that comes or goes while no window sees it is told, with the arm, the times and how much."""

    def notes(self, windows):
        listed = "(" + ", ".join(f'{{at="{at}"; duration="50 ms";}}' for at in windows) + ")"
        run = spinule("check", SMALL, *settings({**PATCH, "protocol.windows": listed}))
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return re.findall(r"(?m)^  note: (\w+) has no window from ([\d.]+) to ([\d.]+) h, [^\n]*", run.stdout)

    def test_notes(self):
        often = ("5 min", "35 min", "45 min", "1 h", "1.5 h", "2.5 h", "4.5 h", "12.5 h", "24.5 h")
        self.assertEqual(self.notes(often), [])
        self.assertEqual(self.notes(often[:6] + often[-1:]), [("ketamine", "2.5", "24.5")])
        self.assertEqual(self.notes(("5 min", "24.5 h")), [("ketamine", "0.08333", "24.5")])  # never seen


class Scatter(Case):
    """How far the rates of a patch are its own is told where it is much; it falls as the root of the area."""

    def note(self, values):
        run = spinule("check", "mpfc", *settings(values))
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        told = re.findall(r"(?m)^  note: ([\d.]+) mm2 keep the rates .*: of (\w+), .* SD (\d+) % between "
                          r"seeds; 10 % from ([\d.]+) mm2 on$", run.stdout)
        return [(float(area), name, int(percent), float(enough)) for area, name, percent, enough in told]

    def test_note(self):
        (quarter, name, percent, enough), = self.note({"regions.mPFC.side": "500 um"})
        (one, again, half, _), = self.note({"regions.mPFC.side": "1 mm"})
        self.assertEqual((quarter, one, name), (0.25, 1, again))
        self.assertAlmostEqual(percent / half, 2, delta=0.1)
        self.assertAlmostEqual(enough, (half / 10) ** 2, delta=0.2)
        self.assertEqual(self.note({"regions.mPFC.side": "2 mm"}), [])
        self.assertEqual(self.note({"regions.mPFC.without": '["VIP"]'}), [])  # another circuit


class Tree(Case):
    def test_forks_again(self):
        """Four arms that part in twos, and part again: each has the bits of the arm alone."""
        values = {**PATCH, "arms": arms("neither", "second", "first", "both"), "protocol.events":
                  '({at="10 min"; drug="ketamine"; dose="3 mg/kg"; route="ip"; arms=["first", "both"];}, '
                  '{at="30 min"; drug="ketamine"; dose="10 mg/kg"; route="ip"; arms=["second", "both"];})'}
        said = run_it(SMALL, self.folder / "tree", "-t", 1, "--profile", *settings(values)).stdout
        biology_s = float(re.search(r"for ([\d.]+) s of biology", said)[1])
        # of five windows one is shared by all, one by twos, three by none
        self.assertAlmostEqual(biology_s, (1 + 2 + 3 * 4) * 0.12, places=1)
        for arm in ("neither", "second", "first", "both"):
            run_it(SMALL, self.folder / "alone", "-t", 1, "--arm", arm, *settings(values))
        self.assert_equal_results(self.folder / "tree", self.folder / "alone")


class Stimuli(Case):
    """Two windows of 50 ms at 5 and 45 min; in the second, half of it, cells of layer 5 feel something."""

    ARMS = ("none", "sham", "current", "silenced", "driven", "pulse", "long")
    MS = "; region=\"mPFC\"; population=\"PYR_L5\""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        half = f'at="2700.025 s"; over="25 ms"{cls.MS}'
        events = (f'({{at="20 min"; kind="sham"; arms=["sham"];}}, '
                  f'{{{half}; kind="current"; current="400 pA"; arms=["current"];}}, '
                  f'{{{half}; kind="light"; conductance="80 nS"; reversal="-80 mV"; arms=["silenced"];}}, '
                  f'{{{half}; kind="light"; conductance="20 nS"; reversal="0 mV"; arms=["driven"];}}, '
                  f'{{at="2700.025 s"{cls.MS}; kind="pulse"; volleys=20; arms=["pulse"];}}, '
                  '{at="40 min"; over="10 min"; kind="current"; current="200 pA"; region="mPFC"; '
                  'population="PYR"; arms=["long"];})')
        cls.values = settings({**PATCH, "arms": arms(*cls.ARMS),
                               "protocol.events": events, "protocol.windows": TWO})
        run_it(SMALL, cls.folder / "all", "-t", 1, *cls.values)
        cls.arm = {name: datasets(cls.folder / f"all/{name}.h5") for name in cls.ARMS}

    def spikes(self, arm, population="PYR_L5", from_ms=25.0):
        """Spikes of a population in the second window from a time of its measured part on, for 25 ms."""
        file = self.arm[arm]
        names = [name.decode() for name in file["populations/name"]]
        first = file["populations/first_node_id"][names.index(population)]
        last = first + file["populations/count"][names.index(population)]
        time, node = file["spikes/mPFC/timestamps"] - 45 * 60e3, file["spikes/mPFC/node_ids"]
        return np.sum((node >= first) & (node < last) & (time >= from_ms) & (time < from_ms + 25))

    def test_cells_feel_it(self):
        plain = self.spikes("none")
        self.assertEqual(self.spikes("silenced", from_ms=27), 0)
        for arm in ("current", "driven", "pulse"):
            self.assertGreater(self.spikes(arm), 3 * plain + 20, arm)
        self.assertGreater(self.spikes("long", from_ms=0), 1.5 * self.spikes("none", from_ms=0) + 10)

    def test_nothing_before(self):
        """Bit for bit, and other regions always; a sham is nothing at all."""
        for arm in ("current", "silenced", "driven", "pulse"):
            for population in ("PYR_L5", "PYR_L23", "PV_L5"):
                self.assertEqual(self.spikes(arm, population, 0.0), self.spikes("none", population, 0.0))
            self.assertTrue(same(self.arm[arm]["spikes/CA1/timestamps"],
                                 self.arm["none"]["spikes/CA1/timestamps"]))
        for name, values in self.arm["none"].items():
            if not name.startswith("protocol/events/"):
                self.assertTrue(same(values, self.arm["sham"][name]), name)
        self.assertEqual(list(self.arm["sham"]["protocol/events/kind"]), [b"sham"])

    def test_alone_and_stopped(self):
        """An arm alone, and one that was stopped again and again, has the same bits."""
        for arm in ("pulse", "long"):
            code = 75
            for k in range(100):
                run = spinule("run", SMALL, "-o", self.folder / "cut", "--arm", arm, "--progress", "none",
                              "--time-limit", "0.7 s", *["--resume"][:k], *self.values)
                code = run.returncode
                if code == 0:
                    break
            self.assertEqual(code, 0, run.stderr)
            self.assert_equal_results(self.folder / f"all/{arm}.h5", self.folder / f"cut/{arm}.h5")


class Recorded(Case):
    def test_seed(self):
        """The config that is recorded, run again, has the seed that was given in the command line, the
        largest too; and a seed that a config could not hold is refused."""
        seed = 2**53
        run_it(SMALL, self.folder / "given", "--pk-only", "--seed", seed)
        with h5py.File(self.folder / "given/vehicle.h5") as file:
            self.assertEqual(file["provenance/seed"][()], seed)
            names = [name.decode() for name in file["provenance/parameters/path"]]
            value = file["provenance/parameters/value"][names.index("simulation.seed")].decode()
            self.assertEqual(value, str(seed))
            again = self.folder / "again.cfg"
            again.write_bytes(file["provenance/config_resolved"][()])
        run_it(again, self.folder / "again", "--pk-only")
        with h5py.File(self.folder / "again/vehicle.h5") as file:
            self.assertEqual(file["provenance/seed"][()], seed)
        run = run_it(SMALL, self.folder / "none", "--seed", seed + 1, code=2)
        self.assertEqual(run.stderr, f'spinule: run: --seed: "{seed + 1}" is out of range (0 … {seed})\n')


class Runaway(Case):
    def test_a_rate_above_the_limit(self):
        """Stops the run and says where; exit code 4."""
        words = settings({**PATCH, "simulation.rate_limit": "0.2 Hz"})
        run = run_it(SMALL, self.folder / "run", "-t", 1, *words, code=4)
        self.assertRegex(run.stderr, r"mPFC/PYR_\w+ fires at [\d.]+ Hz in the window at 0\.0833333 h, above "
                                     r"simulation\.rate_limit of 0.2 Hz")


class Coupling(Case):
    def test_check(self):
        """Four runs and a table: twice the windows but the baseline, half the steps, three seeds."""
        run = run_it(SMALL, self.folder / "check", "--coupling-check", "-t", 1, *settings(PATCH))
        self.assertIn("windows 5 and 9, longest step within a day of an event 0.5 and 0.25 h", run.stdout)
        rows = re.findall(r"(?m)^  (mPFC|CA1) +(vehicle|ketamine) .* (less|more)$", run.stdout)
        self.assertEqual(len(rows), 2 * 2 * 5)
        less = sum(row[2] == "less" for row in rows)
        self.assertIn(f"{less} of 20 move by no more than the seeds spread", run.stdout)
        found = {}
        for name in ("planned", "refined", "seed_2", "seed_3"):
            with h5py.File(self.folder / f"check/{name}/vehicle.h5") as file:
                found[name] = len(file["protocol/windows/label"]), file["provenance/seed"][()]
        self.assertEqual([windows for windows, _ in found.values()], [5, 9, 5, 5])
        self.assertEqual([int(seed) for _, seed in found.values()], [7, 7, 8, 9])


if __name__ == "__main__":
    unittest.main()
