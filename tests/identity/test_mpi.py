"""test_mpi.py PROGRAM [full] - the same bits in processes of MPI as in one: circuits, and a whole experiment
with its tissue and structural change, on 1 to 4 ranks with 1 and 2 threads, and (full) on two machines that
meet over a network (namespaces with addresses of their own; needs root); a run goes on with other numbers of
ranks after a lost process, which ends the job in one line; a rank holds its own part alone,
and sends to those that hear it; what is wrong is said once. With `full`, scenes at full size, the default
experiment, other numbers of ranks after every stop, and two machines: long suite."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
FULL = sys.argv[2:] == ["full"] and bool(sys.argv.pop())
from mpi import bench_rows, command, need_mpi, spinule_ranks
from program import PROGRAM, ROOT, SMALL, Case, run_it, settings, spinule

SCENES = ("coba", "nmda", "hippocampus")
SHORT = ("--cells", 800, "--settle", "20 ms", "--measure", "30 ms", "--repeat", 1)
WINDOWS = '({at = "5 min"; duration = "50 ms";}, {at = "45 min"; duration = "50 ms";})'
EXPERIMENT = settings({"protocol.windows": WINDOWS})


def hashes(rows):
    return {(row["scene"], row["threads"]): row["state_hash"] for row in rows}


class Circuits(unittest.TestCase):
    def test_equal_bits(self):
        alone = hashes(bench_rows(0, *SCENES, *SHORT, "--threads", "1,2"))
        self.assertEqual(len(set(alone.values())), len(SCENES))  # threads make no difference, scenes do
        for ranks in (1, 2, 3, 4):
            with self.subTest(ranks=ranks):
                self.assertEqual(hashes(bench_rows(ranks, *SCENES, *SHORT, "--threads", "1,2")), alone)

    def test_a_rank_holds_its_part(self):
        """Memory of the largest process, beyond what a process needs for no circuit to speak of, falls as the
        number of ranks grows; so does the traffic where ranks need not hear each other."""
        words = ("brunel", "--settle", "1 ms", "--measure", "1 ms", "--repeat", 1, "--cells")
        constant = bench_rows(4, *words, 1400)[0]["peak_MB"]
        held = {ranks: bench_rows(ranks, *words, "25k")[0]["peak_MB"] - constant for ranks in (1, 2, 4)}
        self.assertLess(held[2], 0.6 * held[1], held)
        self.assertLess(held[4], 0.36 * held[1], held)

    @unittest.skipUnless(FULL, "takes minutes where processes outnumber cores: long suite")
    def test_messages_go_to_those_that_hear(self):
        """CA1 projects to mPFC, and not the other way: the ranks of CA1 hear only each other."""
        words = (SMALL, "--block", 128, "--settle", "20 ms", "--measure", "30 ms", "--repeat", 1)
        row, = bench_rows(4, *words)
        self.assertEqual(row["ranks"], 4)
        self.assertLess(row["messages_per_interval"], 3)  # all to all others
        self.assertGreater(row["bytes_per_interval"], 0)
        self.assertEqual(row["state_hash"], bench_rows(0, *words)[0]["state_hash"])

    def test_what_one_process_is_for(self):
        for words, reason in ((("info", "x"), "info is no work for several processes"),
                              (("bench", "coba", "--virtual-ranks", 2), "this job has 2 ranks of its own"),
                              (("bench", "structural"), "circuit.elements: a circuit that wires itself"),
                              (("run", ROOT / "configs/circuits/wang.cfg"), "a circuit without space"),
                              (("run", "nosuch.cfg"), "nosuch.cfg: No such file or directory")):
            run = spinule_ranks(2, *words)
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertRegex(run.stderr, rf"\Aspinule: [^\n]*{reason}[^\n]*\n\Z")


class Whole(Case):
    """A whole experiment, in one process and in several."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls.folder / "one"
        run_it(SMALL, cls.one, "-t", 1, *EXPERIMENT)

    def run_ranks(self, ranks, directory, *words, code=0):
        run = spinule_ranks(ranks, "run", SMALL, "-o", directory, "--progress", "none", *EXPERIMENT, *words)
        self.assertEqual(run.returncode, code, run.stderr)
        return run

    def lose(self, number, directory):
        """A process of three is killed once there is a checkpoint; gives what was said."""
        words = command(3, "run", SMALL, "-o", directory, "--progress", "none", *EXPERIMENT)
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as job:
            until = time.monotonic() + 120
            while not (directory / "vehicle.ckpt").exists() and time.monotonic() < until:
                time.sleep(0.01)
            children = pathlib.Path(f"/proc/{job.pid}/task/{job.pid}/children").read_text().split()
            os.kill(int(sorted(children, key=int)[number]), signal.SIGKILL)
            said = job.stderr.read()
            self.assertNotEqual(job.wait(), 0)
        return said


class Experiments(Whole):
    def test_equal_results(self):
        for ranks, threads in ((2, 2), (3, 1)):
            with self.subTest(ranks=ranks):
                directory = self.folder / f"on{ranks}"
                self.run_ranks(ranks, directory, "-t", threads)
                self.assert_equal_results(self.one, directory)
                tables = [path / "summary.h5" for path in (self.one, directory)]
                self.assertEqual(spinule("diff", *tables).returncode, 0)
        refused = self.run_ranks(2, directory, code=2)
        self.assertRegex(refused.stderr, r"\Aspinule: [^\n]*a complete result[^\n]*--overwrite[^\n]*\n\Z")

    def test_a_lost_process(self):
        for number in (0, 1):
            with self.subTest(rank=number):
                directory = self.folder / f"lost{number}"
                said = self.lose(number, directory)
                self.assertRegex(said, r"\Aspinule: a process of this job was lost[^\n]*--resume[^\n]*\n\Z")
                self.run_ranks(2, directory, "--resume")
                self.assert_equal_results(self.one, directory)


class Journeys(Whole):
    def test_on_other_numbers_of_ranks(self):
        """Stopped at a time limit again and again; each time other processes go on, at last one alone."""
        directory, code, rounds = self.folder / "steps", 75, 0
        for rounds in range(100):
            if code != 75:
                break
            words = ("run", SMALL, "-o", directory, "--progress", "none", *EXPERIMENT, "--time-limit", "2 s",
                     *["--resume"][:rounds])
            run = spinule_ranks(2 + rounds % 2, *words) if rounds % 3 < 2 else spinule(*words)
            code = run.returncode
        self.assertEqual(code, 0, run.stderr)
        self.assertGreater(rounds, 2)
        self.assert_equal_results(self.one, directory)

    def test_virtual_machines(self):
        """Two network namespaces with a link between them, as two machines: other addresses, other names, no
        shared memory; the second is reached by an agent in the place of ssh."""
        if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("unshare"):
            self.skipTest("network namespaces need root, ip and unshare")
        if subprocess.run(["ip", "netns", "list"], capture_output=True).returncode != 0 or \
                subprocess.run(["unshare", "--uts", "--net", "true"], capture_output=True).returncode != 0:
            self.skipTest("this system does not let root make network namespaces")
        net = Net(self.folder, os.getpid())
        self.addCleanup(net.close)
        net.open()
        alone = hashes(bench_rows(0, "nmda", *SHORT))
        self.assertEqual(hashes(bench_rows(4, "nmda", *SHORT, before=net.before, options=net.options)), alone)
        self.assertGreater(net.bytes_sent(), 20000)  # they did meet over the link
        directory = self.folder / "apart"
        words = ("run", SMALL, "-o", directory, "--progress", "none", *EXPERIMENT)
        run = spinule_ranks(2, *words, before=net.before, options=net.options)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_equal_results(self.one, directory)


class Net:
    """Two namespaces, `a` where mpirun is started and `b`, and a pair of virtual cards between them."""

    def __init__(self, folder, number):
        self.name = {end: f"spinule-{number}-{end}" for end in "ab"}
        self.card = {end: f"sp{number % 100000}{end}" for end in "ab"}
        self.address = {"a": "10.77.0.1", "b": "10.77.0.2"}
        self.agent = folder / "agent"
        at_home = 'hostname "$0"; exec "$@"'
        self.before = ["ip", "netns", "exec", self.name["a"], "unshare", "--uts", "sh", "-c", at_home,
                       self.name["a"]]
        net = "10.77.0.0/24"
        self.options = ["--host", f"{self.address['a']}:2,{self.address['b']}:2", "--map-by", "node",
                        "--mca", "plm_rsh_agent", self.agent, "--mca", "btl", "tcp,self",
                        "--mca", "btl_tcp_if_include", net, "--mca", "oob_tcp_if_include", net]
        self.options = list(map(str, self.options))

    def ip(self, *words):
        subprocess.run(["ip", *words], check=True, capture_output=True)

    def open(self):
        for end in "ab":
            self.ip("netns", "add", self.name[end])
        self.ip("link", "add", self.card["a"], "netns", self.name["a"], "type", "veth", "peer", "name",
                self.card["b"], "netns", self.name["b"])
        for end in "ab":
            self.ip("-n", self.name[end], "addr", "add", f"{self.address[end]}/24", "dev", self.card[end])
            self.ip("-n", self.name[end], "link", "set", "lo", "up")
            self.ip("-n", self.name[end], "link", "set", self.card[end], "up")
        self.agent.write_text(
            f"#!/bin/sh\n# called as ssh is: HOST COMMAND...\nshift\nexec ip netns exec {self.name['b']} "
            "unshare --uts sh -c 'hostname \"$0\"; eval \"$1\"' " + self.name["b"] + ' "$*"\n')
        self.agent.chmod(0o755)

    def bytes_sent(self):
        said = subprocess.run(["ip", "netns", "exec", self.name["a"], "cat", "/proc/net/dev"],
                              capture_output=True, text=True, check=True).stdout
        card, = (line for line in said.splitlines() if line.strip().startswith(self.card["a"]))
        return int(card.split(":")[1].split()[8])

    def close(self):
        for name in self.name.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


class Full(Case):
    """Scenes of the published size, and the default experiment."""

    SCENES = ("coba", "brunel", "adex", "nmda", "mpfc", "hippocampus", "wang", "susin_nmda")
    WORDS = ("--settle", "100 ms", "--measure", "100 ms", "--repeat", 1, "--threads", "1,2")

    def test_scenes(self):
        alone = hashes(bench_rows(0, *self.SCENES, *self.WORDS))
        for ranks in (1, 2, 3, 4):
            with self.subTest(ranks=ranks):
                self.assertEqual(hashes(bench_rows(ranks, *self.SCENES, *self.WORDS)), alone)

    def test_default_experiment(self):
        config = ROOT / "configs/experiments/ketamine.cfg"
        run_it(config, self.folder / "one", "-t", 2, timeout=3600)
        for ranks, threads in ((2, 1), (3, 2)):
            directory = self.folder / f"on{ranks}"
            words = ["run", config, "-o", directory, "--progress", "none", "-t", threads]
            done = subprocess.run(command(ranks, *words), capture_output=True, text=True, timeout=3600)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assert_equal_results(self.folder / "one", directory)


def load_tests(loader, found, pattern):
    cases = (Circuits, Full, Experiments, Journeys) if FULL else (Circuits,)
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in cases)


if __name__ == "__main__":
    need_mpi()
    unittest.main()
