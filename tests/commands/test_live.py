"""test_live.py PROGRAM - `run --live`: while an arm is simulated, DIR/live has a whole result of every window
that is finished, which h5py opens without switching locks off; a kill leaves it as it was; when the run ends
the copies are gone, and results have the bits of a run without them."""

import pathlib
import signal
import subprocess
import sys
import time
import unittest

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import PROGRAM, ROOT, Case, run_it, settings, spinule

TINY = ROOT / "tests/fuzz/tiny.cfg"
LONG = settings({"protocol.windows.[1].duration": "500 ms"})


class Live(Case):
    def killed_at_the_first_copy(self, directory):
        command = [PROGRAM, "run", TINY, "-o", directory, "--progress", "none", "--live", *LONG]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as run:
            while not (directory / "live/vehicle.h5").exists():
                self.assertIsNone(run.poll(), "no copy was made while the run went on")
                time.sleep(0.002)
            run.send_signal(signal.SIGKILL)
            run.wait(60)

    def test_copies(self):
        run_it(TINY, self.folder / "whole", *LONG)
        directory = self.folder / "run"
        self.killed_at_the_first_copy(directory)
        with h5py.File(directory / "live/vehicle.h5") as copy, \
                h5py.File(self.folder / "whole/vehicle.h5") as whole:
            self.assertEqual(copy["status/state"][()], 0)
            self.assertEqual([label.decode() for label in copy["protocol/windows/label"]], ["before"])
            for name in ("rates/PYR_L5", "summary/mPFC/rate", "spikes/mPFC/timestamps", "rates/time"):
                part = copy[name][()]
                self.assertGreater(len(part), 0, name)
                self.assertEqual(part.tobytes(), whole[name][:len(part)].tobytes(), name)
        self.assertIn("vehicle", spinule("info", directory / "live").stdout)
        run_it(TINY, directory, *LONG, "--live", "--resume")
        self.assertFalse((directory / "live").exists())
        self.assert_equal_results(self.folder / "whole", directory)

    def test_stopped(self):
        """By its time limit: the run's own files can be opened now."""
        directory = self.folder / "stopped"
        run_it(TINY, directory, *LONG, "--live", "--time-limit", "10 ms", code=75)
        self.assertFalse((directory / "live").exists())

    def test_no_copy_is_no_fault(self):
        """Where a folder stands in the place of the copy, the run says so once and goes on."""
        directory = self.folder / "barred"
        (directory / "live/vehicle.h5/mine").mkdir(parents=True)
        run = run_it(TINY, directory, "--live", "--arm", "vehicle")
        self.assertRegex(run.stderr, r"\Awarning: --live: [^\n]*vehicle\.h5[^\n]*; the run goes on\n\Z")
        self.assertTrue((directory / "live/vehicle.h5/mine").exists())

    def test_refused(self):
        for word in ("--pk-only", "--coupling-check"):
            run = run_it(TINY, self.folder / "none", "--live", word, code=2)
            self.assertRegex(run.stderr, r"\Aspinule: run: --live [^\n]+\n\Z")
        run_it(TINY, self.folder / "none", "--arm", "nobody", code=2)
        self.assertFalse((self.folder / "none").exists())


if __name__ == "__main__":
    unittest.main()
