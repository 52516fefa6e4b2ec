"""test_identity.py PROGRAM - a whole experiment gives the same bits on any machine, cut into any parts, an
arm alone or beside others, in one go or stopped in any way and gone on with elsewhere. What is compared is
the whole result, /provenance and /status apart, and the hash of the final state."""

import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import (PROGRAM, SMALL, Case, datasets, digests, place, run_it, same, settings,
                     spinule, stopped_at)

WINDOW_TICKS = 2000  # of a window of the small circuit: 100 ms to settle, 100 ms measured
FEW_TICKS = 100  # a bin of activity, the distance of two places where a run can stop
FLUCTUATING = settings({"regions.mPFC.fluctuation.depth": 0.4, "regions.CA1.fluctuation.depth": 0.2,
                        "regions.CA1.fluctuation.tau": '"20 ms"'})
TWO_WINDOWS = '({at = "5 min"; duration = "50 ms";}, {at = "45 min"; duration = "50 ms";})'

ONE = pathlib.Path(tempfile.mkdtemp(prefix="spinule-test-"))
TOOK_S = 0.0  # by the one run


def setUpModule():
    global TOOK_S
    unittest.addModuleCleanup(shutil.rmtree, ONE)
    begin = time.monotonic()
    run_it(SMALL, ONE / "one", "-t", 1)
    TOOK_S = time.monotonic() - begin


class Whole(Case):
    """Against one run on one thread."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = ONE / "one"

    def new(self, name):
        return self.folder / f"{self.id().rpartition('.')[2]}-{name}"


class Machines(Whole):
    def check(self, *words, env=None):
        with self.subTest(words):
            directory = self.new(len(list(self.folder.iterdir())))
            run_it(SMALL, directory, *words, env=env)
            self.assert_equal_results(self.one, directory)

    def test_threads(self):
        for threads in (2, 4):
            self.check("-t", threads)

    def test_ranks(self):
        for ranks, threads in ((2, 1), (3, 2)):
            self.check("--virtual-ranks", ranks, "-t", threads)

    def test_blocks(self):
        for cells in (128, 256):
            self.check("-t", 1, "-s", f"simulation.block={cells}")

    def test_instruction_sets(self):
        """The plain build is slow: a smaller circuit, and two windows."""
        smaller = {"regions.mPFC.side": "100 µm", "regions.CA1.side": "100 µm", "simulation.settle": "20 ms"}
        words = [*settings({**smaller, "protocol.windows": TWO_WINDOWS}), "--arm", "ketamine", "-t", 1]
        done = []
        for name in ("base", "v3", "v4"):
            env = {**os.environ, "SPINULE_ISA": name}
            if f"instruction set {name}" not in spinule("--version", env=env).stdout:
                continue  # this CPU has less
            run_it(SMALL, self.new(name), *words, env=env)
            done.append(name)
            self.assert_equal_results(self.new("base"), self.new(name))
        self.assertIn("base", done)

    def test_a_fluctuation(self):
        """That the background of a region shares: the same on other threads, ranks and blocks; it moves
        spikes; at depth 0 it is none."""
        whole = self.new("whole")
        run_it(SMALL, whole, "-t", 1, *FLUCTUATING)
        for number, words in enumerate((("-t", 2, "--virtual-ranks", 2), ("-s", "simulation.block=128"))):
            run_it(SMALL, self.new(number), *words, *FLUCTUATING)
            self.assert_equal_results(whole, self.new(number))
        for region in ("mPFC", "CA1"):
            vehicle = [datasets(folder / "vehicle.h5") for folder in (self.one, whole)]
            times = [arm[f"spikes/{region}/timestamps"] for arm in vehicle]
            self.assertFalse(same(*times))
        none = {"regions.CA1.fluctuation.depth": 0, "regions.CA1.fluctuation.tau": '"20 ms"'}
        self.check("-t", 1, *settings(none))

    def test_another_seed_is_seen(self):
        run_it(SMALL, self.new("seed"), "--seed", 8, "--arm", "vehicle", "-t", 1)
        run = spinule("diff", self.one / "vehicle.h5", self.new("seed") / "vehicle.h5")
        self.assertEqual(run.returncode, 5)
        self.assertIn("spikes/mPFC/timestamps", run.stdout)


class Arms(Whole):
    def test_an_arm_alone(self):
        for arm in ("vehicle", "ketamine"):
            run_it(SMALL, self.new("alone"), "--arm", arm, "-t", 1)
        self.assert_equal_results(self.one, self.new("alone"))

    def test_three_arms_in_another_order(self):
        """The shared part is shorter, and every arm but the first goes on from its image."""
        arms = '({name="early";}, {name="ketamine";}, {name="vehicle";})'
        events = ('({at="30 min"; drug="ketamine"; dose="10 mg/kg"; route="ip"; arms=["ketamine"];},'
                  ' {at="10 min"; drug="ketamine"; dose="3 mg/kg"; route="ip"; arms=["early"];})')
        words = settings({"arms": arms, "protocol.events": events})
        run_it(SMALL, self.new("three"), "-t", 1, *words)
        for arm in ("early", "ketamine", "vehicle"):
            run_it(SMALL, self.new("alone"), "-t", 1, "--arm", arm, *words)
        self.assert_equal_results(self.new("three"), self.new("alone"))

    def test_overwriting(self):
        again = self.new("again")
        run_it(SMALL, again, "-t", 1)
        before = digests(again)
        refused = run_it(SMALL, again, "-t", 1, code=2)
        self.assertIn("--overwrite", refused.stderr)
        self.assertEqual(digests(again), before)
        run_it(SMALL, again, "-t", 1, "--resume")  # nothing is left to do
        self.assertEqual(digests(again), before)
        run_it(SMALL, again, "-t", 1, "--overwrite")
        self.assertNotEqual(digests(again), before)  # another identity, other times
        self.assert_equal_results(self.one, again)


class Stops(Whole):
    """A run that is asked to stop, and goes on with other threads and ranks."""

    CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGUSR1: 75}

    def stop_inside(self, phase, number, stands, *words):
        """Stop at a place of which stands(directory) is true. A phase is told before its first bin: where all
        is busy, a signal at once can always find the run still there, so each attempt waits a little more."""
        seen = []
        for attempt in range(20):
            directory = self.new(f"{phase}-{attempt}")
            wait_s = attempt * TOOK_S / 800
            code, said = stopped_at(phase, number, SMALL, directory, "-t", 1, *words, wait_s=wait_s)
            if code == self.CODES[number] and stands(directory):
                self.assertIn("--resume", said)
                return directory
            seen.append((code, {file.name: place(file) for file in directory.glob("*.ckpt")}))
        self.fail(f"no stop was at the right place in {phase}: {seen}")

    def check(self, phase, number, stands, whole=None, words=()):
        directory = self.stop_inside(phase, number, stands, *words)
        self.assert_unfinished(directory, words)
        for arm in directory.glob("*.partial.h5"):
            with h5py.File(arm) as file:
                self.assertEqual(file["status/state"][()], 2)
        run_it(SMALL, directory, "--resume", "-t", 2, "--virtual-ranks", 2, *words)
        self.assert_equal_results(whole or self.one, directory)
        self.assertEqual(list(digests(directory)), ["ketamine.h5", "summary.h5", "vehicle.h5"])
        run = spinule("diff", (whole or self.one) / "summary.h5", directory / "summary.h5")
        self.assertEqual((run.returncode, run.stdout), (0, ""), run.stderr)

    def assert_unfinished(self, directory, words):
        """It is neither begun again nor lost by a run that does not say what it wants."""
        before = digests(directory)
        refused = run_it(SMALL, directory, *words, code=2)
        self.assertRegex(refused.stderr, r"\Aspinule: [^\n]*--resume[^\n]*--overwrite[^\n]*\n\Z")
        self.assertEqual(digests(directory), before)

    def test_while_it_is_built(self):
        """The request is not lost: it stops after its first bin."""
        def stands(directory):
            return place(directory / "vehicle.ckpt") == (0, FEW_TICKS)

        self.check("building", signal.SIGUSR1, stands)

    def test_in_a_window_of_the_shared_part(self):
        def stands(directory):
            (a, ticks), b = (place(directory / f"{arm}.ckpt") for arm in ("vehicle", "ketamine"))
            return (a, ticks) == b and 0 < ticks < WINDOW_TICKS and ticks % FEW_TICKS == 0

        self.check("all arms, baseline", signal.SIGINT, stands)

    def test_in_a_window_of_the_first_arm(self):
        """The second arm then waits where they parted."""
        def stands(directory):
            (a, ticks), (b, none) = (place(directory / f"{arm}.ckpt") for arm in ("vehicle", "ketamine"))
            return a > b and ticks > 0 and none == 0

        self.check("vehicle, 2 h", signal.SIGTERM, stands)

    def test_in_a_window_of_the_last_arm(self):
        def stands(directory):
            return (directory / "vehicle.h5").exists() and place(directory / "ketamine.ckpt")[1] > 0

        self.check("ketamine, day 1", signal.SIGUSR1, stands)

    def test_in_the_tissue(self):
        """In many short steps, so that one is met: of all arms together, and of one."""
        words = settings({"simulation.macro_step": "4 s", "protocol.windows": TWO_WINDOWS})
        whole = self.new("whole")
        run_it(SMALL, whole, "-t", 1, *words)

        def stands(directory):
            stage, ticks = place(directory / "vehicle.ckpt")
            with h5py.File(directory / "vehicle.partial.h5") as file:
                windows = len(file["protocol/windows/label"])
            return ticks == 0 and stage > windows  # other stages than windows have passed

        for phase, number in (("all arms, tissue", signal.SIGINT), ("vehicle, tissue", signal.SIGTERM)):
            self.check(phase, number, stands, whole, words)

    def test_in_a_fluctuation(self):
        """That the background of a region shares: it goes on where it was, in the arm that stopped and in the
        one that waited."""
        whole = self.new("whole")
        run_it(SMALL, whole, "-t", 1, *FLUCTUATING)

        def stands(directory):
            return place(directory / "vehicle.ckpt")[1] > 0

        for phase, number in (("all arms, before", signal.SIGINT), ("vehicle, 2 h", signal.SIGTERM)):
            self.check(phase, number, stands, whole, FLUCTUATING)

    def test_again_and_again(self):
        """Each time a little further, on changing numbers of threads and ranks."""
        directory, code, rounds = self.new("steps"), 75, 0
        limit = f"{max(0.7, 0.2 * TOOK_S):.2f} s"  # longer than building takes, also where all is slow
        while code == 75:
            run = spinule("run", SMALL, "-o", directory, "--progress", "none", "--time-limit", limit,
                          "-t", 1 + rounds % 2, "--virtual-ranks", 1 + rounds % 3, *["--resume"][:rounds])
            code, rounds = run.returncode, rounds + 1
            self.assertLess(rounds, 200)
        self.assertEqual(code, 0, run.stderr)
        self.assertGreater(rounds, 1)
        self.assert_equal_results(self.one, directory)


class Kills(Whole):
    """SIGKILL at any moment: what the file holds opens, and the run goes on to the same bits."""

    def kill_after(self, directory, delay_s, *words):
        command = [PROGRAM, "run", SMALL, "-o", directory, "--progress", "none", "-t", "1", *words]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
            time.sleep(delay_s)
            run.kill()
            said = run.stderr.read()
            return run.wait(), said

    def open_all(self, directory):
        """Every result opens, and all of it can be read, from the first flush on: long before there is a
        checkpoint."""
        for path in directory.glob("*.h5"):
            try:
                datasets(path)
            except OSError:
                self.assertFalse((directory / path.name.replace(".partial.h5", ".ckpt")).exists(), path)
                self.assertTrue(path.name.endswith(".partial.h5"), path)

    def test_at_random_moments(self):
        draw = random.Random(20)
        for number in range(4):
            directory = self.new(number)
            self.kill_after(directory, draw.uniform(0.05, TOOK_S))
            if directory.exists():
                self.open_all(directory)
            run_it(SMALL, directory, "--resume", "-t", 2)
            self.assert_equal_results(self.one, directory)

    def test_again_and_again(self):
        """A run that is killed over and over still comes to its end: every window is kept."""
        draw, directory = random.Random(21), self.new("often")
        for number in range(5):
            code, said = self.kill_after(directory, draw.uniform(0.2, 0.6) * TOOK_S, "--resume")
            self.assertIn(code, (-signal.SIGKILL, 0), said)
            if directory.exists():
                self.open_all(directory)
        run_it(SMALL, directory, "--resume", "-t", 1, "--virtual-ranks", 3)
        self.assert_equal_results(self.one, directory)


if __name__ == "__main__":
    unittest.main()
