"""test_drugs.py PROGRAM - drugs in a run, from outside: concentrations alone are those of the whole run, and
take no time; a dose into tissue is felt in its region and within its radius only; it changes no bit whether
arms run together, alone, or go on after a stop; how often block moves hardly matters."""

import pathlib
import signal
import sys
import time
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import SMALL, Case, datasets, run_it, settings, spinule, stopped_at

EVENTS = """({at = "30 min"; drug = "ketamine"; dose = "10 mg/kg"; route = "ip"; every = "1 h"; count = 3;
 arms = ["ketamine"];})"""
BOLUS = '({at = "30 min"; drug = "ketamine"; dose = "10 mg/kg"; route = "iv"; arms = ["ketamine"];})'
TISSUE = """({at = "30 min"; drug = "esketamine"; amount = "10 ng"; volume = "0.5 mm3"; route = "local";
 region = "mPFC"; radius = "25 um"; arms = ["ketamine"];})"""
WINDOWS = """({at = "5 min"; duration = "100 ms"; label = "baseline";},
 {at = "32 min"; duration = "200 ms"; label = "needle";},
 {at = "50 min"; duration = "100 ms"; label = "later";})"""
LOCAL = settings({"protocol.events": TISSUE, "protocol.windows": WINDOWS, "regions.mPFC.pitch": "50 µm",
                  "regions.CA1.side": "100 µm", "simulation.settle": "300 ms",
                  "drugs.esketamine.kinetics.rat.diffusion": "0 um2/ms",
                  "drugs.esketamine.kinetics.rat.t_half_local": "30 min"})


def course(path, name):
    with h5py.File(path) as file:
        return dict(zip(file["drugs/time"][:], file[f"drugs/{name}"][:]))


class Concentrations(Case):
    """--pk-only, with repeated doses and all metabolites of both enantiomers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.words = settings({"protocol.events": EVENTS, "regions.mPFC.side": "100 µm",
                              "regions.CA1.side": "100 µm"})
        begin = time.monotonic()
        cls.told = run_it(SMALL, cls.folder / "alone", "--pk-only", *cls.words)
        cls.took_s = time.monotonic() - begin

    def test_table(self):
        rows = [line.split() for line in self.told.stdout.splitlines() if line.startswith("  ketamine")]
        self.assertEqual(sorted(row[1] for row in rows), ["arketamine", "esketamine", "hnk_2r6r",
                                                          "hnk_2s6s", "norketamine_r", "norketamine_s"])
        for row in rows:
            with h5py.File(self.folder / "alone/ketamine.h5") as file:
                plasma, at = file[f"drugs/plasma_{row[1]}"][:], file["drugs/time"][:]
            self.assertAlmostEqual(float(row[2]), plasma.max(), delta=1e-3 * plasma.max())
            area = np.sum((plasma[1:] + plasma[:-1]) / 2 * np.diff(at))
            self.assertAlmostEqual(float(row[4]), area, delta=5e-3 * area)
        self.assertNotIn("vehicle", self.told.stdout)

    def test_file(self):
        """What is there, and nothing of what was not simulated."""
        with h5py.File(self.folder / "alone/ketamine.h5") as file:
            self.assertEqual(sorted(file), ["drugs", "protocol", "provenance", "status"])
            self.assertEqual((file.attrs["default"], file["status/state"][()]), ("drugs", 1))
            self.assertEqual(list(file["protocol/events/count"]), [3])
            self.assertGreater(len(file["provenance/parameters/path"]), 50)
        with h5py.File(self.folder / "alone/vehicle.h5") as file:
            self.assertTrue(all(not np.any(file[f"drugs/{name}"][:]) for name in file["drugs"]
                                if name.startswith(("plasma_", "brain_"))))

    def test_they_are_those_of_the_whole_run(self):
        run_it(SMALL, self.folder / "whole", "--arm", "ketamine", *self.words)
        for name in ("plasma_esketamine", "brain_esketamine", "brain_norketamine_r", "plasma_hnk_2r6r"):
            whole = course(self.folder / "whole/ketamine.h5", name)
            alone = course(self.folder / "alone/ketamine.h5", name)
            common = sorted(set(whole) & set(alone))
            self.assertGreater(len(common), 100)
            for t in common:
                self.assertAlmostEqual(alone[t], whole[t], delta=1e-11 * max(1e-3, whole[t]))

    def area(self, name, **subject):
        """Area under the curve of a bolus in a subject."""
        words = settings({"protocol.events": BOLUS})
        words += settings({f"subject.{key}": value for key, value in subject.items()})
        run_it(SMALL, self.folder / name, "--pk-only", "--arm", "ketamine", *words)
        with h5py.File(self.folder / name / "ketamine.h5") as file:
            plasma, at = file["drugs/plasma_esketamine"][:], file["drugs/time"][:]
        return np.sum((plasma[1:] + plasma[:-1]) / 2 * np.diff(at))

    def test_subject(self):
        """Clearance per mass falls with the quarter of body mass: a dose per mass makes more of an area; a
        subject's own factor does as it says; volumes per mass are those of the species."""
        mean = self.area("mean")
        heavy = self.area("heavy", body_mass="0.5 kg")
        slow = self.area("slow", clearance=0.5)
        self.assertAlmostEqual(heavy / mean, 2**0.25, delta=0.01)
        self.assertAlmostEqual(slow / mean, 2, delta=0.1)

    def test_results_are_spared(self):
        run = spinule("run", SMALL, "-o", self.folder / "alone", "--pk-only", *self.words)
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("--overwrite replaces it", run.stderr)
        run = spinule("run", SMALL, "-o", self.folder / "alone", "--pk-only", "--resume")
        self.assertEqual(run.returncode, 2)

    def test_it_takes_no_time(self):
        with h5py.File(self.folder / "alone/ketamine.h5") as file:
            phase = dict(zip(file["provenance/timing/phase"].asstr(), file["provenance/timing/wall_s"]))
        self.assertEqual(list(phase), ["kinetics"])
        self.assertLess(self.took_s, 10)  # on the slowest disk; the courses themselves take milliseconds


class Tissue(Case):
    """A dose into the middle one of nine sites."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run_it(SMALL, cls.folder / "one", *LOCAL)

    def test_only_its_radius_is_blocked(self):
        with h5py.File(self.folder / "one/ketamine.h5") as file:
            block = file["maps/mPFC/nmda_block"][:]
            self.assertLess(np.nanmax(np.abs(file["maps/CA1/nmda_block"][:])), 1e-6)
            self.assertEqual(list(file["protocol/events/region"].asstr()), ["mPFC"])
        last = block[np.argmax(np.nanmax(block, axis=(1, 2)))]
        self.assertGreater(last[1, 1], 0.3)
        last[1, 1] = 0
        self.assertLess(np.nanmax(np.abs(last)), 1e-6)

    def test_its_course(self):
        tissue = course(self.folder / "one/ketamine.h5", "tissue_mPFC_esketamine")
        before = [uM for t, uM in tissue.items() if t <= 0.5]
        after = [(t, uM) for t, uM in tissue.items() if t > 0.5]
        self.assertEqual(max(before), 0)
        self.assertGreater(after[0][1], 70)
        self.assertLessEqual(max(uM for _, uM in after), 10 / 237.73 / 0.5 * 1e3)  # that of the solution, µM
        self.assertTrue(all(a[1] >= b[1] for a, b in zip(after[1:], after[2:])))
        for name in ("plasma_esketamine", "brain_esketamine"):
            self.assertEqual(max(course(self.folder / "one/ketamine.h5", name).values()), 0)

    def test_the_other_region_is_that_of_vehicle(self):
        one, other = (datasets(self.folder / f"one/{arm}.h5") for arm in ("ketamine", "vehicle"))
        for name in ("spikes/CA1/timestamps", "spikes/CA1/node_ids", "maps/CA1/bdnf"):
            self.assertTrue(np.array_equal(one[name], other[name]), name)
        self.assertFalse(np.array_equal(one["spikes/mPFC/timestamps"], other["spikes/mPFC/timestamps"]))

    def test_alone_and_stopped(self):
        run_it(SMALL, self.folder / "alone", "--arm", "ketamine", "-t", 2, *LOCAL)
        for attempt in range(5):
            stopped = self.folder / f"stopped{attempt}"
            code, _ = stopped_at("ketamine, needle", signal.SIGINT, SMALL, stopped, "--arm", "ketamine",
                                 "-t", 1, *LOCAL)
            if code == 130:
                break
        else:
            self.fail("never stopped")
        run_it(SMALL, stopped, "--resume", "--arm", "ketamine", *LOCAL)
        self.assert_equal_results(self.folder / "alone/ketamine.h5", stopped / "ketamine.h5")
        self.assert_equal_results(self.folder / "alone/ketamine.h5", self.folder / "one/ketamine.h5")


class Steps(Case):
    def test_block_hardly_depends_on_its_step(self):
        """Moved once in 10 ms, as it is by default, or in every one: other bits, the same share. Spikes of
        the two part ways, so shares of a window of 10 s differ by 3 % (SD of the ratio), their means over
        three seeds by 2 %."""
        windows = WINDOWS.replace('"100 ms"; label = "later"', '"10 s"; label = "later"')
        words = settings({"protocol.windows": windows, "regions.CA1.side": "100 µm"})
        share = {1: [], 10: []}
        for step, found in share.items():
            for seed in (7, 8, 9):
                folder = self.folder / f"{step}ms-{seed}"
                run_it(SMALL, folder, "--arm", "ketamine", "--seed", seed, *words,
                       "-s", f'simulation.kinetics_step="{step} ms"')
                with h5py.File(folder / "ketamine.h5") as file:
                    found.append([file[f"summary/mPFC/blocked_{name}"][2] for name in ("PYR_L5", "PV_L5")])
        every, tenth = np.array(share[1]), np.array(share[10])
        self.assertTrue(np.all(every > 0.1), share)
        self.assertTrue(np.all(every != tenth), share)
        np.testing.assert_allclose(tenth.mean(axis=0), every.mean(axis=0), rtol=0.05)


if __name__ == "__main__":
    unittest.main()
