"""test_mpi.py PROGRAM [full] - the same bits in processes of MPI as in one: circuits, their files with drugs
in a bath, subjects that are kept and begun, and a whole experiment with its tissue and structural change, on
1 to 4 ranks with 1 and 2 threads, and (full) on two machines that meet over a network (namespaces with
addresses of their own; needs root); a run goes on with other numbers of ranks after a stop, after SIGUSR1 to
mpirun, and after a lost process, which ends the job in one line; a rank holds its own part alone, and sends
to those that hear it; what is wrong is said once. With `full`, scenes at full size, the default experiment,
other numbers of ranks after every stop, lost processes and two machines: long suite."""

import itertools
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
FULL = sys.argv[2:3] == ["full"] and bool(sys.argv.pop(2))
from mpi import bench_rows, command, need_mpi, spinule_ranks
from program import PROGRAM, ROOT, SANITIZED, SMALL, Case, run_it, settings, spinule

SCENES = ("coba", "nmda", "hippocampus")
SHORT = ("--cells", 800, "--settle", "20 ms", "--measure", "30 ms", "--repeat", 1)
WINDOWS = '({at = "5 min"; duration = "50 ms";}, {at = "45 min"; duration = "50 ms";})'
EXPERIMENT = settings({"protocol.windows": WINDOWS})


def hashes(rows):
    return {(row["scene"], row["threads"]): row["state_hash"] for row in rows}


class Circuits(Case):
    def test_equal_bits(self):
        alone = hashes(bench_rows(0, *SCENES, *SHORT, "--threads", "1,2"))
        self.assertEqual(len(set(alone.values())), len(SCENES))  # threads make no difference, scenes do
        for ranks in (1, 2, 3, 4):
            with self.subTest(ranks=ranks):
                self.assertEqual(hashes(bench_rows(ranks, *SCENES, *SHORT, "--threads", "1,2")), alone)

    @unittest.skipIf(SANITIZED, "what a sanitizer keeps for itself would be counted")
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
        grows = ROOT / "configs/circuits/structural.cfg"
        for words, reason in ((("info", "x"), "info is no work for several processes"),
                              (("bench", "coba", "--virtual-ranks", 2), "this job has 2 ranks of its own"),
                              (("bench", "structural"), "circuit.elements: a circuit that wires itself"),
                              (("run", grows, "-o", self.folder, "--progress", "none"),
                               "circuit.elements: a circuit that wires itself"),
                              (("run", "nosuch.cfg"), "nosuch.cfg: No such file or directory")):
            run = spinule_ranks(2, *words)
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertRegex(run.stderr, rf"\Aspinule: [^\n]*{reason}[^\n]*\n\Z")


class Whole(Case):
    """A run, in one process and in several: of an experiment, or of what a class derived from this names."""
    CONFIG, SETTINGS, FIRST_ARM = SMALL, EXPERIMENT, "vehicle"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls.folder / "one"
        run_it(cls.CONFIG, cls.one, "-t", 1, *cls.SETTINGS)

    def words(self, directory, *words):
        return ["run", self.CONFIG, "-o", directory, "--progress", "none", *self.SETTINGS, *words]

    def run_ranks(self, ranks, directory, *words, code=0):
        """With ranks 0, without mpirun."""
        words = self.words(directory, *words)
        run = spinule_ranks(ranks, *words) if ranks else spinule(*words)
        self.assertEqual(run.returncode, code, run.stderr)
        return run

    def assert_same(self, directory):
        """Files and the table of all arms."""
        self.assert_equal_results(self.one, directory)
        tables = [path / "summary.h5" for path in (self.one, directory)]
        self.assertEqual(spinule("diff", *tables).returncode, 0)

    def disturb(self, ranks, directory, how):
        """Once there is a checkpoint, how(job) happens to so many processes; gives code and what was said."""
        line = command(ranks, *self.words(directory))
        with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as job:
            until = time.monotonic() + 120
            while not (directory / f"{self.FIRST_ARM}.ckpt").exists() and time.monotonic() < until:
                time.sleep(0.01)
            how(job)
            said = job.stderr.read()
            return job.wait(), said

    def check_losses(self):
        """A process of three is killed: rank 0, then another."""
        for number in (0, 1):
            def kill(job):
                children = pathlib.Path(f"/proc/{job.pid}/task/{job.pid}/children").read_text().split()
                os.kill(int(sorted(children, key=int)[number]), signal.SIGKILL)
            with self.subTest(rank=number):
                directory = self.folder / f"lost{number}"
                code, said = self.disturb(3, directory, kill)
                self.assertNotEqual(code, 0)
                self.assertRegex(said, r"\Aspinule: a process of this job was lost[^\n]*--resume[^\n]*\n\Z")
                self.run_ranks(2, directory, "--resume")
                self.assert_same(directory)

    def check_usr1(self):
        """SIGUSR1 goes to mpirun, as a batch system sends it before time is up."""
        directory = self.folder / "usr1"
        code, said = self.disturb(2, directory, lambda job: job.send_signal(signal.SIGUSR1))
        self.assertEqual((code, said), (75, "spinule: stopped by SIGUSR1; --resume goes on\n"))
        self.run_ranks(3, directory, "--resume")
        self.assert_same(directory)

    def check_journey(self, limit):
        """Stopped at a time limit again and again, two times at once, however fast the machine; each time
        other processes go on, at last one alone."""
        directory, code, rounds = self.folder / "steps", 75, 0
        for rounds in range(100):
            if code != 75:
                break
            until = limit if rounds > 1 else "10 ms"
            words = self.words(directory, "--time-limit", until, *["--resume"][:rounds])
            run = spinule_ranks(2 + rounds % 2, *words) if rounds % 3 < 2 else spinule(*words)
            code = run.returncode
        self.assertEqual(code, 0, run.stderr)
        self.assertGreater(rounds, 2)
        self.assert_same(directory)


CIRCUIT = f"""
@include "{ROOT}/configs/circuits/nmda.cfg"
drugs = {{
  @include "{ROOT}/configs/drugs/ketamine.cfg"
}};
arms = (
  {{ name = "control"; }},
  {{ name = "ketamine";
    set = ["circuit.baths=({{ drug = \\"ketamine\\"; concentration = \\"30 uM\\"; }})"]; }}
);
"""


class WholeCircuit(Whole):
    """A circuit without space: five blocks, drugs in a bath, two windows."""
    FIRST_ARM = "control"
    WINDOWS = '({at = "20 ms"; duration = "30 ms";}, {at = "60 ms"; duration = "40 ms";})'

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="spinule-test-"))
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.CONFIG = folder / "bath.cfg"
        cls.CONFIG.write_text(CIRCUIT, encoding="utf-8")
        cls.SETTINGS = settings({"circuit.cells": 4000, "circuit.windows": cls.WINDOWS})
        super().setUpClass()


class CircuitFiles(WholeCircuit):
    def test_equal_files(self):
        short = ((3, 1), (2, 2))
        for ranks, threads in itertools.product((1, 2, 3, 4), (1, 2)) if FULL else short:
            with self.subTest(ranks=ranks, threads=threads):
                directory = self.folder / f"on{ranks}x{threads}"
                self.run_ranks(ranks, directory, "-t", threads)
                self.assert_same(directory)

    def test_other_ranks_go_on(self):
        """Whoever is asked for 10 ms stops after the first bin: building takes longer."""
        directory, stopped = self.folder / "steps", "spinule: stopped at the time limit; --resume goes on\n"
        for ranks, words in ((2, ()), (0, ("--resume",)), (3, ("--resume",))):
            run = self.run_ranks(ranks, directory, *words, "--time-limit", "10 ms", code=75)
            self.assertEqual(run.stderr, stopped)
        self.run_ranks(2, directory, "--resume")
        self.assert_same(directory)
        refused = self.run_ranks(2, directory, code=2)
        self.assertRegex(refused.stderr, r"\Aspinule: [^\n]*a complete result[^\n]*--overwrite[^\n]*\n\Z")


class CircuitJourneys(WholeCircuit):
    """Long enough to be disturbed."""
    WINDOWS = '({at = "50 ms"; duration = "100 ms";}, {at = "200 ms"; duration = "1500 ms";})'

    def test_a_lost_process(self):
        self.check_losses()

    def test_usr1(self):
        self.check_usr1()

    def test_on_other_numbers_of_ranks(self):
        self.check_journey("3 s")


class CircuitExperiments(Case):
    """Circuits of the literature, as their configs have them but shorter, on 1 to 4 ranks with 1 and 2
    threads: synapses with a short-term state, probabilities that scale, relays, correlated input."""
    ONE = '({at = "50 ms"; duration = "100 ms";})'
    RUNS = {"experiments/wang_nmda": {"circuit.windows": ONE}, "circuits/coba": {"circuit.windows": ONE},
            "circuits/brunel": {"circuit.windows": ONE},
            "circuits/microcircuit": {"circuit.windows": ONE, "circuit.cells": 8000},
            "experiments/susin_ketamine": {"circuit.cells": 9000}}

    def test_equal_files(self):
        for name, values in self.RUNS.items():
            config, one = ROOT / f"configs/{name}.cfg", self.folder / pathlib.Path(name).name
            words = [*settings(values), *(["--arm", "ketamine_3", "--quick"] if "susin" in name else [])]
            run_it(config, one, "-t", 1, *words)
            words += ["--progress", "none"]
            for ranks in (1, 2, 3, 4):
                for threads in (1, 2):
                    with self.subTest(run=name, ranks=ranks, threads=threads):
                        directory = self.folder / f"{one.name}{ranks}x{threads}"
                        run = spinule_ranks(ranks, "run", config, "-o", directory, "-t", threads, *words)
                        self.assertEqual((run.returncode, run.stderr), (0, ""))
                        self.assert_equal_results(one, directory)


class Experiments(Whole):
    def test_equal_results(self):
        for ranks, threads in ((2, 2), (3, 1)):
            with self.subTest(ranks=ranks):
                directory = self.folder / f"on{ranks}"
                self.run_ranks(ranks, directory, "-t", threads)
                self.assert_same(directory)
        refused = self.run_ranks(2, directory, code=2)
        self.assertRegex(refused.stderr, r"\Aspinule: [^\n]*a complete result[^\n]*--overwrite[^\n]*\n\Z")

    def test_a_lost_process(self):
        self.check_losses()

    def test_usr1(self):
        self.check_usr1()


class Journeys(Whole):
    def test_on_other_numbers_of_ranks(self):
        self.check_journey("2 s")

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
        run = spinule_ranks(2, *self.words(directory), before=net.before, options=net.options, timeout=1800)
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
        for scene in self.SCENES:
            alone = hashes(bench_rows(0, scene, *self.WORDS))
            self.assertEqual(len(set(alone.values())), 1)  # threads make no difference
            for ranks in (1, 2, 3, 4):
                with self.subTest(scene=scene, ranks=ranks):
                    self.assertEqual(hashes(bench_rows(ranks, scene, *self.WORDS)), alone)

    def test_default_experiment(self):
        config = ROOT / "configs/experiments/ketamine.cfg"
        run_it(config, self.folder / "one", "-t", 2, timeout=3600)
        for ranks, threads in ((2, 1), (3, 2)):
            directory = self.folder / f"on{ranks}"
            words = ["run", config, "-o", directory, "--progress", "none", "-t", threads]
            done = subprocess.run(command(ranks, *words), capture_output=True, text=True, timeout=3600)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assert_equal_results(self.folder / "one", directory)


class KeptSubject(Case):
    def test_kept_and_begun(self):
        """The file of a subject is the same whoever writes it, and who begins with it goes on alike."""
        keep = ["--progress", "none", *EXPERIMENT, *settings({"record.subject": "true"})]
        run_it(SMALL, self.folder / "one", "-t", 1, *keep, "--arm", "vehicle")
        run = spinule_ranks(3, "run", SMALL, "-o", self.folder / "three", *keep, "--arm", "vehicle")
        self.assertEqual(run.returncode, 0, run.stderr)
        results = []
        for kept, ranks in (("one", 0), ("three", 0), ("one", 2)):
            begin = settings({"subject.from": f'"{self.folder / kept}/vehicle.subject"'})
            out = self.folder / f"{kept}_{ranks}"
            words = ["run", SMALL, "-o", out, "--progress", "none", *EXPERIMENT, *begin]
            run = spinule_ranks(ranks, *words) if ranks else spinule(*words)
            self.assertEqual(run.returncode, 0, run.stderr)
            results.append(out)
        for out in results[1:]:
            self.assert_equal_results(results[0], out)

    def test_other_seed_is_refused_once(self):
        """What the walk over the file finds, all processes leave together."""
        keep = ["--progress", "none", *EXPERIMENT, *settings({"record.subject": "true"})]
        run_it(SMALL, self.folder / "kept", "-t", 1, *keep, "--arm", "vehicle")
        begin = settings({"subject.from": f'"{self.folder}/kept/vehicle.subject"'})
        begun = time.monotonic()
        run = spinule_ranks(3, "run", SMALL, "-o", self.folder / "other", "--progress", "none", *EXPERIMENT,
                            *begin, "--seed", 99)
        self.assertEqual(run.returncode, 2)
        self.assertRegex(run.stderr, r"\Aspinule: [^\n]*of simulation.seed [^\n]*\n\Z")
        self.assertLess(time.monotonic() - begun, 60)

    def test_refused_once(self):
        begin = settings({"subject.from": '"nowhere.subject"'})
        run = spinule_ranks(2, "run", SMALL, "-o", self.folder / "none", "--progress", "none", *begin)
        self.assertEqual(run.returncode, 2)
        self.assertRegex(run.stderr, r"\Aspinule: [^\n]*nowhere.subject[^\n]*\n\Z")


def load_tests(loader, found, pattern):
    long = (CircuitJourneys, CircuitExperiments, Full, Experiments, Journeys)
    cases = (Circuits, CircuitFiles, KeptSubject, *(long if FULL else ()))
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in cases)


if __name__ == "__main__":
    need_mpi()
    unittest.main()
