"""test_circuit.py PROGRAM - circuits without space through `run` and `check`, from outside: files and tables
hold what the spikes say, arms differ by what they set and by nothing else, drugs in a bath block NMDA
receptors, results do not depend on threads and ranks, a run that was stopped or killed goes on to the same
bits, and faults are told with file and line."""

import pathlib
import signal
import subprocess
import sys
import time
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import PROGRAM, ROOT, Case, digests, run_it, settings, spinule, state_hash, stopped_at

TEXT = """
title = "a small circuit";
simulation: { dt = "0.1 ms"; };
drugs = {
  @include "%s/configs/drugs/ketamine.cfg"
};
circuit: {
  populations: {
    E: { cells = 400; cell = "adex"; receptors: {
        ampa: { mechanism = "ampa"; port = "glutamate"; };
        nmda: { mechanism = "nmda"; port = "glutamate"; };
        gaba: { mechanism = "gaba_a"; }; };
      background: { port = "glutamate"; rate = "900 Hz"; weight = "1.4 nS"; second = "0.3 nS"; };
      stimuli: ( { rate = "300 Hz"; from = "150 ms"; to = "200 ms"; } ); };
    I: { cells = 100; cell = "adex"; receptors: {
        ampa: { mechanism = "ampa"; port = "glutamate"; };
        nmda: { mechanism = "nmda"; port = "glutamate"; };
        gaba: { mechanism = "gaba_a"; }; };
      background: { port = "glutamate"; rate = "900 Hz"; weight = "1.4 nS"; second = "0.3 nS"; }; };
  };
  pathways: (
    { from = ["E"]; to = ["E", "I"]; port = "glutamate"; rule = "in_degree"; in_degree = 40;
      weight = "0.4 nS"; second = "0.2 nS"; delay = "1 ms"; },
    { from = ["I"]; to = ["E", "I"]; port = "gaba"; rule = "pairwise"; p = 0.2; weight = "2 nS";
      delay = "1 ms"; }
  );
  windows: (
    { at = "100 ms"; duration = "50 ms"; label = "before"; },
    { at = "150 ms"; duration = "50 ms"; label = "during"; }
  );
  baths: ( { drug = "ketamine"; concentration = "30 uM"; arms = ["ketamine"]; } );
};
arms = (
  { name = "control"; },
  { name = "same"; },
  { name = "ketamine"; },
  { name = "strong"; set = ["circuit.pathways.[1].weight=\\"8 nS\\""]; }
);
""" % ROOT

FAULTS = {
    'drug = "ketamine"': ('drug = "ketamin"', "ketamine"),
    'arms = ["ketamine"]': ('arms = ["ketamin"]', "ketamine"),
    'at = "150 ms"': ('at = "140 ms"', "begins before"),
    'duration = "50 ms"; label = "before"': ('duration = "55 ms"; label = "before"', "multiples of 10 ms"),
    'nmda: { mechanism = "nmda"; port = "glutamate"; }': (
        'nmda: { mechanism = "nmda"; port = "glutamate"; fibres_2A = 1.0; }', "fibres from outside a region"),
    'name = "same"': ('name = "control"', "there already"),
    'label = "during"': ('labl = "during"', "label"),
    'rate = "300 Hz"; from = "150 ms"': ('rate = "300 Hz"; from = "250 ms"', "ends before it begins"),
}


def column(path, name):
    with h5py.File(path) as file:
        return file[name][()]


class Circuit(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config = cls.folder / "small.cfg"
        cls.config.write_text(TEXT, encoding="utf-8")
        cls.results = cls.folder / "small"
        cls.out = run_it(cls.config, cls.results, "-t", 1).stdout

    def arm(self, name):
        return self.results / f"{name}.h5"

    def test_rates_are_those_of_the_spikes(self):
        node = column(self.arm("control"), "spikes/circuit/node_ids")
        time = column(self.arm("control"), "spikes/circuit/timestamps")
        self.assertGreater(len(time), 100)
        for first, n, name in ((0, 400, "E"), (400, 100, "I")):
            own = time[(node >= first) & (node < first + n)]
            rates = column(self.arm("control"), f"rates/{name}")
            self.assertEqual(len(rates), 20)
            self.assertAlmostEqual(float(rates.sum()) * n * 0.01, len(own), delta=1e-3 * len(own))
            windows = column(self.arm("control"), f"summary/circuit/rate_{name}")
            for k, begin in enumerate((100, 150)):
                inside = np.sum((own >= begin - 1e-6) & (own < begin + 50 - 1e-6))
                self.assertAlmostEqual(windows[k] * n * 0.05, inside, delta=1e-6)

    def test_table_of_all_arms(self):
        arms = [name.decode() for name in column(self.results / "summary.h5", "table/arm")]
        self.assertEqual(arms, ["control", "same", "ketamine", "strong"])
        rate = column(self.results / "summary.h5", "table/rate_E_during")
        for k, name in enumerate(arms):
            self.assertEqual(rate[k], column(self.arm(name), "summary/circuit/rate_E")[1])
        self.assertIn("control", self.out)

    def test_stimulus_and_setting_act(self):
        rate = column(self.arm("control"), "summary/circuit/rate_E")
        self.assertGreater(rate[1], 1.5 * rate[0])
        self.assertLess(column(self.arm("strong"), "summary/circuit/rate_E")[1], rate[1])

    def test_arms_share_all_else(self):
        self.assertEqual(state_hash(self.arm("control")), state_hash(self.arm("same")))
        self.assertNotEqual(state_hash(self.arm("control")), state_hash(self.arm("ketamine")))

    def test_bath_blocks(self):
        for name in ("E", "I"):
            self.assertEqual(list(column(self.arm("control"), f"summary/circuit/blocked_{name}")), [0, 0])
            blocked = column(self.arm("ketamine"), f"summary/circuit/blocked_{name}")
            self.assertGreater(blocked[0], 0.02)
            self.assertGreater(blocked[1], blocked[0])

    def test_bath_comes_and_goes(self):
        """Before it comes nothing is blocked; one of the first 60 ms leaves less than one that stays."""
        values = {"late": 'circuit.baths.[0].at="150 ms"', "short": 'circuit.baths.[0].over="60 ms"',
                  "weak": 'circuit.baths.[0].concentration="3 uM"'}
        stays = column(self.arm("ketamine"), "summary/circuit/blocked_E")
        found = {}
        for name, value in values.items():
            run_it(self.config, self.folder / name, "--arm", "ketamine", "-s", value)
            found[name] = column(self.folder / name / "ketamine.h5", "summary/circuit/blocked_E")
        self.assertEqual(found["late"][0], 0)
        self.assertGreater(found["late"][1], 0)
        self.assertLess(found["short"][1], stays[1])
        self.assertLess(found["weak"][1], 0.5 * stays[1])

    def test_block_follows_use(self):
        """Events that stand for more afferents open a smaller share of the channels each."""
        more = 'circuit.populations.E.background.afferents=20000.0'
        run_it(self.config, self.folder / "afferents", "--arm", "ketamine", "-s", more)
        blocked = column(self.folder / "afferents/ketamine.h5", "summary/circuit/blocked_E")
        self.assertLess(blocked[1], 0.5 * column(self.arm("ketamine"), "summary/circuit/blocked_E")[1])

    def test_record(self):
        words = ["-s", "circuit.record.spikes=false", "-s", 'circuit.record.segment="20 ms"',
                 "-s", 'circuit.record.count_bin="10 ms"', "-s", 'circuit.record.synchrony_bin="1 ms"',
                 "-s", 'circuit.record.burst_interval="50 ms"']
        run_it(self.config, self.folder / "record", "--arm", "control", *words)
        path = self.folder / "record/control.h5"
        with h5py.File(path) as file:
            self.assertNotIn("spikes/circuit/timestamps", file)
            self.assertEqual(file["spectra/circuit/frequency"][1], 50)
        for measure in ("correlation_E", "synchrony_E", "burst_E"):
            own, other = (column(at, f"spiking/circuit/{measure}")[1] for at in (path, self.arm("control")))
            self.assertNotEqual(own, other, measure)
        self.assertEqual(state_hash(path), state_hash(self.arm("control")))

    def test_quick(self):
        run_it(self.config, self.folder / "quick", "--arm", "control", "--quick")
        self.assertEqual(len(column(self.folder / "quick/control.h5", "summary/circuit/rate_E")), 2)

    def test_one_window_without_a_list(self):
        text = TEXT[:TEXT.index("  windows: (")] + TEXT[TEXT.index("  baths: ("):]
        config = self.folder / "plain.cfg"
        config.write_text(text + 'bench: { settle = "50 ms"; measure = "100 ms"; };\n', encoding="utf-8")
        run_it(config, self.folder / "plain", "--arm", "control")
        self.assertEqual(len(column(self.folder / "plain/control.h5", "summary/circuit/rate_E")), 1)
        self.assertGreater(column(self.folder / "plain/summary.h5", "table/rate_E")[0], 0)

    def test_nothing_depends_on_threads(self):
        for k, words in enumerate((["-t", 2], ["-t", 3, "--virtual-ranks", 2])):
            run_it(self.config, self.folder / f"threads{k}", "--arm", "ketamine", *words)
            own = state_hash(self.folder / f"threads{k}/ketamine.h5")
            self.assertEqual(own, state_hash(self.arm("ketamine")))

    def test_seed(self):
        run_it(self.config, self.folder / "seed", "--arm", "control", "--seed", 5)
        self.assertNotEqual(state_hash(self.folder / "seed/control.h5"), state_hash(self.arm("control")))
        self.assertIn(b"seed = 5;", column(self.folder / "seed/control.h5", "provenance/config_resolved"))

    def test_overrides_are_recorded_whole(self):
        values = ["title=\"" + "long " * 30 + str(k) + "\"" for k in range(40)]  # 6 kB
        words = [word for value in values for word in ("-s", value)]
        run_it(self.config, self.folder / "long", "--arm", "strong", *words)
        recorded = column(self.folder / "long/strong.h5", "provenance/overrides").decode()
        self.assertEqual(recorded.split("\n"), [*values, 'circuit.pathways.[1].weight="8 nS"'])

    def test_complete_results_are_spared(self):
        run_it(self.config, self.folder / "again", "--arm", "control")
        run = run_it(self.config, self.folder / "again", "--arm", "control", code=2)
        self.assertIn("--overwrite", run.stderr)
        run_it(self.config, self.folder / "again", "--arm", "control", "--overwrite")

    def test_what_means_nothing_is_refused(self):
        for word in ("--pk-only", "--profile", "--coupling-check"):
            self.assertIn(word, run_it(self.config, self.folder / "none", word, code=2).stderr)
        run = run_it(self.config, self.folder / "none", "--arm", "ketamin", code=2)
        self.assertIn("ketamine", run.stderr)
        self.assertFalse((self.folder / "none").exists())

    def test_faults(self):
        for old, (new, word) in FAULTS.items():
            with self.subTest(new=new):
                self.assertIn(old, TEXT)
                config = self.folder / "fault.cfg"
                config.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
                for command in (["check"], ["run", "-o", self.folder / "fault"]):
                    run = spinule(command[0], config, *command[1:])
                    self.assertEqual(run.returncode, 2, run.stderr)
                    self.assertRegex(run.stderr, r"fault\.cfg:\d+: ")
                    self.assertIn(word, run.stderr)

    def test_bath_needs_a_receptor(self):
        config = self.folder / "plain_nmda.cfg"
        config.write_text(TEXT.replace('"nmda"; port', '"nmda_plain"; port'), encoding="utf-8")
        run = spinule("check", config)
        self.assertEqual(run.returncode, 2)
        self.assertIn("acts at no receptor of this circuit", run.stderr)

    def test_check_tells_what_there_is(self):
        out = spinule("check", self.config).stdout
        for word in ("E ", "400 cells", "nmda", "2 windows", "control same ketamine strong"):
            self.assertIn(word, out)

    def test_every_circuit_can_be_run(self):
        folders = [ROOT / "configs/circuits", ROOT / "configs/experiments"]
        circuits = [path for folder in folders for path in sorted(folder.glob("*.cfg"))
                    if "circuit: {" in path.read_text(encoding="utf-8")
                    or "../circuits/" in path.read_text(encoding="utf-8")]
        self.assertGreaterEqual(len(circuits), 12)
        for path in circuits:
            run = spinule("check", path)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn(" cells, ", run.stdout)


class Stops(Case):
    """Of circuits that stay as they are, and of one that wires itself; stopped in their last window."""

    LONG = settings({"circuit.windows": '({at = "200 ms"; duration = "100 ms"; label = "first";},'
                                        ' {at = "300 ms"; duration = "20 s"; label = "last";})'})
    ARMS = ["--arm", "control", "--arm", "ketamine"]
    GROWS = ROOT / "configs/circuits/structural.cfg"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config = cls.folder / "small.cfg"
        cls.config.write_text(TEXT, encoding="utf-8")
        cls.words = [*cls.ARMS, *cls.LONG]
        run_it(cls.config, cls.folder / "whole", *cls.words)

    def send_when(self, number, awaited, config, directory, *words):
        """Run; a signal as soon as there is a file, such as the checkpoint after the first window. Gives the
        exit code."""
        command = [PROGRAM, "run", config, "-o", directory, "--progress", "none", *words]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as run:
            while not awaited.exists():
                self.assertIsNone(run.poll())
                time.sleep(0.002)
            run.send_signal(number)
            return run.wait(60)

    def test_stopped_and_gone_on_with(self):
        """With other threads and ranks each time; the first arm is complete when the second is stopped."""
        directory = self.folder / "stopped"
        said = [stopped_at(arm, number, self.config, directory, *self.words, *more)
                for arm, number, more in (("control", signal.SIGINT, ["-t", 1]),
                                          ("control", signal.SIGUSR1, ["-t", 2, "--resume"]),
                                          ("ketamine", signal.SIGTERM, ["--virtual-ranks", 2, "--resume"]))]
        self.assertEqual([code for code, _ in said], [130, 75, 143])
        for _, text in said:
            self.assertIn("--resume goes on", text)
        self.assertIn("stopped, resumable", spinule("status", directory).stdout)
        before = digests(directory)
        self.assertIn("--resume goes on", run_it(self.config, directory, *self.words, code=2).stderr)
        other = run_it(self.config, directory, *self.words, "--resume", "--seed", 8, code=2)
        self.assertIn("another experiment", other.stderr)
        self.assertEqual(digests(directory), before)
        run_it(self.config, directory, *self.words, "--resume", "-t", 2)
        self.assert_equal_results(self.folder / "whole", directory)
        summaries = [folder / "summary.h5" for folder in (self.folder / "whole", directory)]
        self.assertEqual(spinule("diff", *summaries).stdout, "")
        self.assertEqual(list(digests(directory)), ["control.h5", "ketamine.h5", "summary.h5"])

    def test_killed(self):
        """After its first checkpoint; from the one before if that was damaged; and by `recover`."""
        directory = self.folder / "killed"
        self.send_when(signal.SIGKILL, directory / "control.ckpt", self.config, directory, *self.words)
        recovered = spinule("recover", directory / "control.partial.h5")
        self.assertEqual(recovered.returncode, 0, recovered.stderr)
        for name in ("summary/circuit/rate_E", "rates/E"):
            part = column(directory / "control.recovered.h5", name)
            self.assertGreater(len(part), 0)
            self.assertEqual(list(part), list(column(self.folder / "whole/control.h5", name)[:len(part)]))
        (directory / "control.recovered.h5").unlink()
        stopped_at("control", signal.SIGINT, self.config, directory, *self.words, "--resume")
        bytes_ = bytearray((directory / "control.ckpt").read_bytes())
        bytes_[len(bytes_) // 2] ^= 1
        (directory / "control.ckpt").write_bytes(bytes_)
        run = run_it(self.config, directory, *self.words, "--resume")
        self.assertIn("went on from the one before", run.stderr)
        self.assert_equal_results(self.folder / "whole", directory)

    def test_live(self):
        """A copy that can be read while the run goes on (test_live.py); it goes with the end of the arm."""
        directory = self.folder / "live"
        copy = directory / "live/control.h5"
        self.send_when(signal.SIGKILL, copy, self.config, directory, *self.words, "--live")
        part = column(copy, "rates/E")
        self.assertGreater(len(part), 0)
        self.assertEqual(list(part), list(column(self.folder / "whole/control.h5", "rates/E")[:len(part)]))
        stopped_at("ketamine", signal.SIGINT, self.config, directory, *self.words, "--live", "--resume")
        self.assertFalse(copy.parent.exists())

    def test_a_network_that_wires_itself(self):
        """After it has changed many times."""
        fast = {f"circuit.populations.{population}.{part}.rate": "2 Hz" for population in "EI"
                for part in ("axon", "dendrites.excitatory", "dendrites.inhibitory")}
        words = settings({**fast, "circuit.elements.interval": "50 ms",
                          "circuit.windows": '({at = "0 s"; duration = "2.5 s"; label = "first";},'
                                             ' {at = "2.5 s"; duration = "2 s"; label = "last";})'})
        run_it(self.GROWS, self.folder / "grown", *words, "-t", 1)
        formed = column(self.folder / "grown/run.h5", "elements/circuit/formed")
        self.assertGreater(sum(formed[:49]), 0)  # before the stop
        growing = self.folder / "growing"
        code = self.send_when(signal.SIGINT, growing / "run.ckpt", self.GROWS, growing, *words)
        self.assertEqual(code, 130)
        run_it(self.GROWS, growing, *words, "--resume", "-t", 2)
        self.assert_equal_results(self.folder / "grown", growing)


if __name__ == "__main__":
    unittest.main()
