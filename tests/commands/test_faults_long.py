"""test_faults_long.py PROGRAM - every fault many times over, at random and at every place: 200 kills, a disk
that ends at each of its first 200 pages and at 30 places after them, SIGTERM in every phase, readers that
hold the files of a run, 200 damaged files. Whatever comes, what is on the disk opens, nothing is said in more
than one clear line, and the run goes on to the same bits. Prints what came out, for docs/results.md."""

import collections
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import program
from program import (PROGRAM, SMALL, Case, datasets, run_it, settings, spinule, stopped_at)

program.LONGEST_S = 1800  # of one run: the machine may be shared

KILLS, PAGES, PLACES, FLIPS = 200, 200, 30, 200
PAGE = 4096  # bytes; a disk in memory gives room by the page
SHORT = settings({"protocol.windows": '({at = "5 min"; duration = "50 ms";}, {at = "45 min"; '
                                      'duration = "50 ms";}, {at = "2 h"; duration = "50 ms";})',
                  "simulation.settle": "20 ms"})


def tell(fault, outcomes):
    print(f"{fault}: " + ", ".join(f"{n} x {name}" for name, n in sorted(outcomes.items())), flush=True)


class Faults(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.whole = cls.folder / "whole"
        begin = time.monotonic()
        run_it(SMALL, cls.whole, "-t", 1, *SHORT)
        cls.took_s = time.monotonic() - begin

    def new(self, name):
        return self.folder / f"{self.id().rpartition('.')[2]}-{name}"

    def assert_one_line(self, run, *codes):
        self.assertIn(run.returncode, codes, run.stderr)
        self.assertRegex(run.stderr, r"\Aspinule: [^\n]+\n\Z")

    def finish(self, directory):
        """Go on, compare, and make room."""
        run_it(SMALL, directory, "--resume", "-t", 1, "--virtual-ranks", 2, *SHORT)
        self.assert_equal_results(self.whole, directory)
        shutil.rmtree(directory)


class Kills(Faults):
    def kill_once(self, directory, delay_s, threads):
        """Gives what became of a run that is killed after a time."""
        command = [PROGRAM, "run", SMALL, "-o", directory, "--progress", "none", "-t", str(threads),
                   "--resume", *SHORT]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
            time.sleep(delay_s)
            run.kill()
            said = run.stderr.read()
            code = run.wait()
        self.assertIn(code, (-signal.SIGKILL, 0), said)
        if code == 0:
            return "complete before it was killed"
        saved = list(directory.glob("*.ckpt*"))
        for path in directory.glob("*.h5"):
            try:
                datasets(path)
            except OSError:  # before its first flush
                self.assertFalse(saved, path)
        return "killed, with a checkpoint" if saved else "killed, before its first checkpoint"

    def test_at_random_moments(self):
        draw, outcomes, kills, rounds = random.Random(1), collections.Counter(), 0, 0
        self.addCleanup(tell, "kill -9", outcomes)  # also of a test that is broken off
        while kills < KILLS:
            directory = self.new(rounds)
            rounds += 1
            for _ in range(20):
                what = self.kill_once(directory, draw.uniform(0.0, self.took_s), draw.choice((1, 2)))
                outcomes[what] += 1
                kills += what.startswith("killed")
                if not what.startswith("killed") or draw.random() < 0.3:
                    break
            self.finish(directory)
            outcomes["brought to its end, same bits"] += 1


class Signals(Faults):
    def phases(self):
        run = subprocess.run([PROGRAM, "run", SMALL, "-o", self.new("look"), "--progress", "json", *SHORT],
                             capture_output=True, text=True, timeout=300)
        lines = [json.loads(line) for line in run.stderr.splitlines() if line.startswith("{")]
        return list(dict.fromkeys(line["phase"] for line in lines))

    def test_in_every_phase(self):
        outcomes = collections.Counter()
        phases = self.phases()
        self.assertGreater(len(phases), 5)
        for number, phase in enumerate(phases):
            for attempt in range(5):
                directory = self.new(f"{number}-{attempt}")
                code, said = stopped_at(phase, signal.SIGTERM, SMALL, directory, *SHORT)
                self.assertIn(code, (143, 0), said)
                if code == 143:
                    self.assertIn("--resume goes on", said)
                    outcomes["stopped with a checkpoint, same bits"] += 1
                    self.finish(directory)
                    break
            else:
                outcomes[f"always at its end before the signal came ({phase})"] += 1
        tell(f"SIGTERM in each of {len(phases)} phases", outcomes)
        self.assertGreaterEqual(outcomes["stopped with a checkpoint, same bits"], len(phases) - 1)


@unittest.skipUnless(os.geteuid() == 0, "needs root to mount a small disk")
class FullDisk(Faults):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.disk = cls.folder / "disk"
        cls.disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=100m", "none", cls.disk]
        if subprocess.run(mount, stderr=subprocess.DEVNULL).returncode != 0:
            raise unittest.SkipTest("this machine does not let a disk be mounted")
        cls.addClassCleanup(subprocess.run, ["umount", cls.disk], check=True)

    def room(self, size):
        subprocess.run(["mount", "-o", f"remount,size={size}", self.disk], check=True)

    def size_of_a_run(self):
        """Pages that a run needs at most, checkpoints and all."""
        low, high = 1, 100 * 256
        while high - low > 64:
            pages = (low + high) // 2
            self.room(pages * PAGE)
            run = spinule("run", SMALL, "-o", self.disk / "run", "--progress", "none", "-t", 1, *SHORT)
            shutil.rmtree(self.disk / "run", ignore_errors=True)
            low, high = (low, pages) if run.returncode == 0 else (pages, high)
        return low

    def end_at(self, pages, outcomes, goes_on):
        """A disk of so many pages; if wanted, with room again the run is brought to its end."""
        directory = self.disk / "run"
        shutil.rmtree(directory, ignore_errors=True)  # of a place that failed
        self.room(pages * PAGE)
        run = spinule("run", SMALL, "-o", directory, "--progress", "none", "-t", 1, *SHORT)
        self.assert_one_line(run, 3)
        if "free on this disk: record less" in run.stderr:
            self.assertEqual(list(directory.iterdir()), [])
            outcomes["refused in one line before anything is made"] += 1
            self.room("100m")
            return
        self.assertIn("No space left on device", run.stderr)
        for path in directory.glob("*.partial.h5"):
            if path.stat().st_size:
                with h5py.File(path) as file:
                    self.assertEqual(file["status/state"][()], 3)
                datasets(path)
        saved = bool(list(directory.glob("*.ckpt*")))
        outcomes["told in one line, exit code 3, what is there opens"] += 1
        self.room("100m")
        if goes_on:
            self.finish(directory)
            outcomes["then same bits, " + ("from its checkpoint" if saved else "from the start")] += 1
        else:
            shutil.rmtree(directory)

    def test_at_every_page(self):
        outcomes = collections.Counter()
        self.addCleanup(tell, f"disk full at each of the first {PAGES} pages", outcomes)
        for pages in range(1, PAGES + 1):
            with self.subTest(pages=pages):
                self.end_at(pages, outcomes, pages % 10 == 0)

    def test_further_on(self):
        most, draw, outcomes = self.size_of_a_run(), random.Random(2), collections.Counter()
        self.addCleanup(tell, f"disk full at {PLACES} places of {most} pages", outcomes)
        for pages in sorted(draw.sample(range(PAGES + 1, most), PLACES)):
            with self.subTest(pages=pages):
                self.end_at(pages, outcomes, True)


class Readers(Faults):
    def test_while_it_runs(self):
        """h5py opens and reads the files over and over, and holds the last of them open."""
        directory, outcomes, held = self.new("read"), collections.Counter(), []
        command = [PROGRAM, "run", SMALL, "-o", directory, "--progress", "none", "-t", "1"]
        run_it(SMALL, self.new("alone"), "-t", 1)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
            while run.poll() is None:
                for path in directory.glob("*.partial.h5"):
                    try:
                        file = h5py.File(path, locking=False)
                        outcomes["opened without locks"] += 1
                        file.visititems(lambda name, item: None)
                        held.append(file)
                        if len(held) > 4:
                            held.pop(0).close()
                    except (OSError, RuntimeError, KeyError):
                        outcomes["met in the middle of a flush"] += 1
                time.sleep(0.02)
            self.assertEqual(run.returncode, 0, run.stderr.read())
        for file in held:
            file.close()
        self.assertGreater(outcomes["opened without locks"], 10)
        self.assert_equal_results(self.new("alone"), directory)
        outcomes["run complete, same bits"] = 1
        tell("read while it is written", outcomes)


class Damage(Faults):
    """Files cut off and with a flipped bit: what reads them says so, or never needed that byte."""

    COMMANDS = (("info",), ("diff", "whole"), ("report",), ("export", "-o", "csv"))

    def damaged(self, path, draw):
        bytes_ = bytearray(path.read_bytes())
        if draw.random() < 0.3:
            del bytes_[draw.randrange(len(bytes_)):]
        else:
            bytes_[draw.randrange(len(bytes_))] ^= 1 << draw.randrange(8)
        path.write_bytes(bytes_)

    def test_checkpoints_and_partial_results(self):
        """Refused in one line, taken from the checkpoint before, or the same bits: never other ones."""
        draw, outcomes, stopped = random.Random(3), collections.Counter(), self.new("stopped")
        code = 0
        while code != 143:
            shutil.rmtree(stopped, ignore_errors=True)
            code, _ = stopped_at("vehicle", signal.SIGTERM, SMALL, stopped, *SHORT)
        for number in range(FLIPS // 2):
            directory = self.new(number)
            shutil.copytree(stopped, directory)
            path = draw.choice(sorted(directory.glob("vehicle.*")))
            self.damaged(path, draw)
            run = spinule("run", SMALL, "-o", directory, "--progress", "none", "--resume", *SHORT)
            kind = "checkpoint" if ".ckpt" in path.name else "result"
            if run.returncode == 0:
                same = spinule("diff", self.whole, directory).returncode == 0
                self.assertTrue(same or kind == "result", path)
                outcomes[f"{kind}: went on, " + ("same bits" if same else "a written value differs")] += 1
            else:
                self.assert_one_line(run, 2, 3)
                outcomes[f"{kind}: refused in one line"] += 1
            shutil.rmtree(directory)
        tell("damaged files of a stopped run", outcomes)

    def test_results(self):
        """Whoever reads a damaged result ends with a code of its own and one line, also where HDF5 1.10
        itself faults in a damaged heap of texts (H5HG_read copies as many bytes as the file says)."""
        draw, outcomes = random.Random(4), collections.Counter()
        for number in range(FLIPS // 2):
            directory = self.new(number)
            shutil.copytree(self.whole, directory)
            self.damaged(directory / "ketamine.h5", draw)
            name, *words = self.COMMANDS[number % len(self.COMMANDS)]
            if name == "diff":
                words = [self.whole]
            elif name == "export":
                words = ["--format", "csv", "-o", directory / "tables"]
            run = spinule(name, directory, *words)
            self.assertIn(run.returncode, (0, 2, 3, 5), (name, run.returncode, run.stderr))
            if run.returncode in (2, 3):
                self.assert_one_line(run, 2, 3)
            named = {0: "read as it is", 5: "told as a difference"}
            outcomes[named.get(run.returncode, "refused in one line")] += 1
            shutil.rmtree(directory)
        tell("damaged results that are read", outcomes)


if __name__ == "__main__":
    unittest.main()
