"""test_faults.py PROGRAM - what can go wrong around a run: faults of its config, refusals of the system,
damaged and foreign files. Each is told in one clear line, with file and line where there is one, ends with
the right exit code, and costs nothing that was written before."""

import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import unittest

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import (PROGRAM, ROOT, SMALL, Case, datasets, digests, run_it, same, settings, spinule,
                     stopped_at)

NOBODY = 65534
TEXT = SMALL.read_text(encoding="utf-8").replace("../../configs", str(ROOT / "configs"))
WINDOWS = '({at = "5 min"; duration = "50 ms";}, {at = "45 min"; duration = "50 ms";})'
SHORT = settings({"protocol.windows": WINDOWS, "simulation.settle": "20 ms"})  # of the small circuit


class Told(Case):
    def assert_one_line(self, run, code, *parts):
        """Exit code, and one line on standard error that has all parts; nothing on standard output."""
        self.assertEqual((run.returncode, run.stdout), (code, ""), run.stderr)
        self.assertRegex(run.stderr, r"\Aspinule: [^\n]+\n\Z")
        for part in parts:
            self.assertIn(part, run.stderr)


def substance(metabolites):
    """The group `drugs` begins with a substance that becomes these."""
    return ('drugs = {',
            'drugs = { dot = { title = "."; molar_mass = "200 g/mol"; '
            'actions = { bdnf_scavenger = { K_d = "1 nM"; }; }; kinetics = { rat = { V1 = "2 L/kg"; '
            'CL = "1 L/h/kg"; unbound = 0.5; Kp_uu = 1.0; t_half_effect = "2 min"; '
            f'metabolites = ( {metabolites} ); }}; }}; }};')


def into_tissue(words):
    """The dose goes into tissue instead."""
    return 'route = "ip"', f'route = "local"; {words}'


def stimulus(words):
    """A current instead of the dose."""
    return ('kind = "dose"; drug = "ketamine"; dose = "10 mg/kg"; route = "ip"',
            f'kind = "current"; {words}')


DOSE = 'kind = "dose"; drug = "ketamine"; dose = "10 mg/kg"; route = "ip"; '


def stress(words):
    """The event is stress instead of a dose."""
    return DOSE, f'kind = "stress"; {words} '


class Configs(Told):
    """A text of the small circuit's config, and what it is replaced by; the place that is named, and the
    words."""

    FAULTS = {
        "unknown key": ('settle = "100 ms"', 'setle = "100 ms"', "simulation.setle", "unknown key",
                        '"settle"'),
        "wrong unit": ('settle = "100 ms"', 'settle = "100 mV"', "simulation.settle",
                       '"100 mV" is not a time'),
        "bare number": ('settle = "100 ms"', "settle = 0.1", "simulation.settle", "has no unit", "example"),
        "out of range": ('settle = "100 ms"', 'settle = "500 s"', "simulation.settle", "out of range",
                         "1 min"),
        "steps of block": ('settle = "100 ms"', 'settle = "100 ms"; kinetics_step = "3 ms"',
                           "simulation.kinetics_step", "take 1, 2, 5 or 10"),
        "whole number": ("seed = 7", "seed = 7.5", "simulation.seed", "whole number"),
        "truncated": ('seed = 7; settle = "100 ms"; };', 'seed = 7; settle = "100 m', "", "closes"),
        "given twice": ("seed = 7;", "seed = 7; seed = 8;", "", '"seed" is given twice'),
        "missing include": ("species/rat.cfg", "species/ratt.cfg", "@include", "ratt.cfg", "No such file"),
        "species": ('species = "rat"', 'species = "cat"', "subject.species", '"cat" is none of rat'),
        "region": ("mPFC = {", "mPFD = {", "regions.mPFD", '"mPFC"'),
        "population": ('side = "150 µm";', 'side = "150 µm"; populations = { PYR_5 = { g_L = "9 nS"; }; };',
                       "regions.mPFC.populations.PYR_5", "unknown key", '"PYR_L5"'),
        "pathway": ('side = "150 µm";', 'side = "150 µm"; pathways = { PYR_L5_to_PYR = { p0 = 0.1; }; };',
                    "regions.mPFC.pathways.PYR_L5_to_PYR", "unknown key"),
        "clamped": ('population = "PYR_L5"', 'population = "PYR_5"', "record.clamp.[0]", '"PYR_L5"'),
        "clamped twice": ('population = "CA1_PYR"; cells = 2', 'population = "PYR_L5"; cells = 2',
                          "record.clamp.[1]", "PYR_L5 is named already"),
        "too few to clamp": ('"PYR_L5"; cells = 3;', '"PV_L6"; cells = 60;', "record.clamp.[0]", "PV_L6 has"),
        "too many to clamp": ("cells = 3;", "cells = 63;", "record.clamp", "65 cells, at most 64"),
        "record": ("record = {", "record = { lpf = false;", "record.lpf", "unknown key", '"lfp"'),
        "shares": ('side = "150 µm";',
                   'side = "150 µm"; populations = { PYR_L5 = { nmda = { share_2A = 0.9; }; }; };',
                   "regions.mPFC.populations.PYR_L5.nmda", "do not sum to 1"),
        "shares of fibres": ('side = "150 µm";',
                             'side = "150 µm"; populations = { PYR_L5 = { nmda = { fibres_2B = 0.9; }; }; };',
                             "regions.mPFC.populations.PYR_L5.nmda", "fibres_2A, 2B, 2C and 2D do not sum"),
        "probe": ("record = {", 'record = { dialysis = { x = "80 µm"; };',
                  "record.dialysis", "(80 µm, 0 µm) lies outside the sheet of mPFC"),
        "extrasynaptic shares": ('side = "150 µm";', 'side = "150 µm"; populations = '
                                 '{ PV_L5 = { nmda_extrasynaptic = { share_2D = 0.9; }; }; };',
                                 "regions.mPFC.populations.PV_L5.nmda_extrasynaptic", "do not sum to 1"),
        "origins of afferents": ('side = "150 µm";',
                                 'side = "150 µm"; populations = { PYR_L6 = { entorhinal = 0.9; }; };',
                                 "regions.mPFC.populations.PYR_L6", "together above 1"),
        "ratio of inhibition": ('side = "150 µm";',
                                'side = "150 µm"; pathways = { PV_L5_to_PYR_L5 = { nmda_ratio = 0.2; }; };',
                                "regions.mPFC.pathways.PV_L5_to_PYR_L5.nmda_ratio", "unknown key"),
        "reciprocity of two": ('side = "150 µm";',
                               'side = "150 µm"; pathways = { PV_L5_to_PYR_L5 = { reciprocity = 3; }; };',
                               "regions.mPFC.pathways.PV_L5_to_PYR_L5.reciprocity", "onto itself"),
        "negative K": ('side = "150 µm";',
                       'side = "150 µm"; populations = '
                       '{ PV_L5 = { nmda_extrasynaptic = { EC50_2B = "-2 uM"; }; }; };',
                       "regions.mPFC.populations.PV_L5.nmda_extrasynaptic.EC50_2B", "out of range"),
        "drug": ('drug = "ketamine"', 'drug = "ketamin"', "protocol.events.[0]", '"ketamin" is none of',
                 '"ketamine"'),
        "route": ('route = "ip"', 'route = "rectal"', "protocol.events.[0].route", '"rectal" is none of'),
        "impossible route": ('route = "ip"', 'route = "icv"', "protocol.events.[0]", "icv",
                             "possible: iv, ip"),
        "kind": ('kind = "dose"', 'kind = "doze"', "protocol.events.[0]", '"doze"'),
        "negative dose": ('"10 mg/kg"', '"-10 mg/kg"', "protocol.events.[0].dose", "out of range"),
        "absurd dose": ('"10 mg/kg"', '"10 g/kg"', "protocol.events.[0]", "beyond 5000 mg/kg", "OECD"),
        "radius without tissue": ('route = "ip"', 'route = "ip"; radius = "50 um"',
                                  "protocol.events.[0].radius", 'route = "local"'),
        "no region": (*into_tissue('volume = "1 mm3"'), "protocol.events.[0]", "the name of its region"),
        "region that is not there": (*into_tissue('region = "CA3"; volume = "1 mm3"'),
                                     "protocol.events.[0].region", '"CA3" is none of mPFC, CA1'),
        "no volume": (*into_tissue('region = "mPFC"'), "protocol.events.[0]", "needs the volume"),
        "radius beyond the patch": (*into_tissue('region = "mPFC"; volume = "1 mm3"; radius = "80 um"'),
                                    "protocol.events.[0].radius", "exceeds the patch of mPFC, of 150 um"),
        "place beyond the patch": (*into_tissue('region = "mPFC"; volume = "1 mm3"; x = "160 um"'),
                                   "protocol.events.[0].x", "beyond the patch"),
        "metabolite": (*substance('{ substance = "norketamin_s"; share = 0.1; }'),
                       "drugs.dot.kinetics.rat.metabolites.[0].substance", '"norketamin_s" is none of',
                       '"norketamine_s"'),
        "metabolites of more than all": (*substance('{ substance = "norketamine_s"; share = 0.7; }, '
                                                    '{ substance = "hnk_2s6s"; share = 0.4; }'),
                                         "drugs.dot.kinetics.rat", "sum to more than 1"),
        "circle of metabolites": (*substance('{ substance = "dot"; share = 0.1; }'),
                                  "drugs.dot.kinetics.rat.metabolites", "circle"),
        "unit of the dose": ('"10 mg/kg"', '"10 mg"', "protocol.events.[0].dose", "is not a dose"),
        "no stressor": (*stress('over = "1 h";'), "protocol.events.[0]", "which stressor?"),
        "unknown stressor": (*stress('stressor = "restrain"; over = "1 h";'), "protocol.events.[0]",
                             '"restrain"', '"restraint"'),
        "no time of stress": (*stress('stressor = "restraint";'), "protocol.events.[0]", "give `over`"),
        "dose of stress": (*stress('stressor = "restraint"; over = "1 h"; dose = "1 mg/kg";'),
                           "protocol.events.[0].dose", "an event of the kind stress has no dose"),
        "stressor of a dose": (DOSE, DOSE + 'stressor = "restraint"; ', "protocol.events.[0]",
                               "belongs to the kind stress"),
        "no drug": (DOSE, 'dose = "10 mg/kg"; route = "ip"; ', "protocol.events.[0]", "which drug?"),
        "condition": ('species = "rat"', 'species = "rat"; condition = "ill"', "subject.condition", '"ill"'),
        "body-mass index": ('species = "rat"', 'species = "rat"; bmi = "30 kg/m2"', "subject.bmi",
                            "rat has no body-mass index"),
        "sex": ('species = "rat"', 'species = "rat"; sex = "both"', "subject.sex", "male, female"),
        "arm of an event": ('arms = ["ketamine"]', 'arms = ["ketamin"]', "protocol.events.[0].arms",
                            '"ketamine"'),
        "arm as a path": ('{ name = "vehicle"; }', '{ name = "../vehicle"; }', "arms.[0].name",
                          "cannot name an arm"),
        "arm as the table": ('{ name = "vehicle"; }', '{ name = "summary"; }', "arms.[0].name",
                             "cannot name an arm"),
        "same arm": ('{ name = "ketamine"; }', '{ name = "ketamine"; }, { name = "ketamine"; }',
                     "arms.[2].name", "there already"),
        "overlap": ('at = "20 min"', 'at = "300.1 s"', "protocol.windows", "overlap"),
        "no baseline": ('at = "30 min"', 'at = "1 min"', "protocol.windows", "baseline",
                        "before the first event"),
        "no time to settle": ('at = "5 min"', 'at = "50 ms"', "protocol.windows", "settle"),
        "windows out of order": ('at = "20 min"', 'at = "3 h"', "protocol.windows.[2]", "in order of time"),
        "end before the last window": ("windows = (", 'end = "2 h"; windows = (', "protocol.end",
                                       "2 h is before the last window ends"),
        "event after the end": ('at = "30 min"', 'at = "30 h"', "protocol.events.[0]",
                                "after the protocol has ended"),
        "repeat after the end": ('route = "ip"', 'route = "ip"; every = "10 h"; count = 4',
                                 "protocol.events.[0]", "the last of 4 times is at 30.5 h"),
        "arms alike": ('arms = ["ketamine"]', 'arms = ["ketamine", "vehicle"]', "arms.[1]",
                       'no event tells arm "ketamine" from arm "vehicle"'),
        "no drug by name": ('drug = "ketamine"; ', "", "protocol.events.[0]", "which drug?"),
        "dose with a current": ('route = "ip"', 'route = "ip"; current = "5 pA"',
                                "protocol.events.[0].current", "an event of the kind dose has none"),
        "sham with a dose": ('kind = "dose"; drug = "ketamine"; dose = "10 mg/kg"; route = "ip"',
                             'kind = "sham"; dose = "10 mg/kg"', "protocol.events.[0].dose",
                             "an event of the kind sham has none"),
        "stimulus of no region": (*stimulus('current = "9 pA"; over = "1 h"'), "protocol.events.[0]",
                                  "needs the name of its region"),
        "stimulus of another region": (*stimulus('region = "CA2"; current = "9 pA"; over = "1 h"'),
                                       "protocol.events.[0].region", '"CA2" is none of mPFC, CA1'),
        "stimulus of no population": (
            *stimulus('region = "mPFC"; population = "PYR_5"; current = "9 pA"; over = "1 h"'),
            "protocol.events.[0].population", '"PYR_L5"'),
        "stimulus without size": (*stimulus('region = "mPFC"; over = "1 h"'), "protocol.events.[0]",
                                  "needs `current`"),
        "stimulus without time": (*stimulus('region = "mPFC"; current = "9 pA"'), "protocol.events.[0]",
                                  "give `over`"),
        "stimulus of another kind": (
            *stimulus('region = "mPFC"; current = "9 pA"; volleys = 2; over = "1 h"'),
                                     "protocol.events.[0].volleys", "belongs to the kind pulse"),
        "stimulus in no window": (*stimulus('region = "mPFC"; current = "9 pA"; over = "1 s"'),
                                  "protocol.events.[0]", "falls into no window"),
    }

    # what is told at another line than what was replaced
    PLACES = {"protocol.windows": "windows = (", "protocol.windows.[2]": 'at = "45 min"',
              "arms.[1]": '{ name = "ketamine"; }',
              "record.clamp": "clamp = ("}

    def test_faults(self):
        """Of check and of run, which makes no directory for it."""
        for name, (old, new, path, *words) in self.FAULTS.items():
            with self.subTest(name):
                self.assertEqual(TEXT.count(old), 1)
                config = self.folder / f"{name}.cfg"
                config.write_text(TEXT.replace(old, new), encoding="utf-8")
                number = TEXT[:TEXT.index(self.PLACES.get(path, old))].count("\n") + 1
                for run in (spinule("check", config), spinule("run", config, "-o", self.folder / "none")):
                    self.assert_one_line(run, 2, f"{config}:{number}: {path}", *words)
        self.assertFalse((self.folder / "none").exists())

    def test_all_at_once(self):
        """In order of lines."""
        config, text = self.folder / "several.cfg", TEXT
        for name in ("arm of an event", "negative dose", "overlap", "out of range"):
            text = text.replace(*self.FAULTS[name][:2])
        config.write_text(text, encoding="utf-8")
        run = spinule("check", config)
        lines = [int(n) for n in re.findall(rf"(?m)^spinule: {re.escape(str(config))}:(\d+): ", run.stderr)]
        self.assertEqual((run.returncode, len(lines), len(run.stderr.splitlines())), (2, 4, 4), run.stderr)
        self.assertEqual(lines, sorted(lines))

    def test_includes(self):
        """That break off, or go round."""
        for name, text in (("half", 'tissue = { bdnf = { tau_supply = "40 min";'),
                           ("open", 'title = "no end'),
                           ("round", '@include "round.cfg"')):
            (self.folder / f"{name}.cfg").write_text(text + "\n", encoding="utf-8")
            config = self.folder / "including.cfg"
            config.write_text(f'@include "{name}.cfg"\n' + TEXT, encoding="utf-8")
            self.assert_one_line(spinule("check", config), 2, f"{self.folder}/{name}.cfg:1: ")

    def test_files(self):
        self.assert_one_line(spinule("check", self.folder / "none.cfg"), 2, "none.cfg: No such file")
        self.assert_one_line(spinule("check", self.folder), 2, f"{self.folder}: is a folder")

    def test_command_line(self):
        for words, *parts in ((["--no-such"], "unknown option --no-such"),
                              (["--arm", "ketamin"], '"ketamine"'),
                              (["--seed", "one"], "whole number"), (["--time-limit", "3"], "has no unit"),
                              (["--resume", "--overwrite"], "exclude each other"),
                              (["-s", "simulation.sede=3"], "-s simulation.sede=3: ", '"seed"'),
                              (["-s", "protocol.events.[1].dose=3 mg/kg"], "ends at [0]"),
                              (["-s", "protocol.windows=often"], "protocol.windows", '"auto"'),
                              (["-s", "protocol.windows=auto"], "protocol.windows", "need the `end`"),
                              (["-s", "protocol.windows=auto", "-s", "protocol.end=1 d", "-s",
                                "protocol.events.[0].at=10 s"], "protocol.events", "no time for a baseline"),
                              (["--coupling-check", "--arm", "vehicle"], "takes all arms")):
            run = spinule("run", SMALL, "-o", self.folder / "words", *words)
            self.assert_one_line(run, 2, *parts)
        self.assertFalse(list(self.folder.glob("words/*.h5")))

    def test_what_is_shipped_is_sound(self):
        for config in sorted((ROOT / "configs/experiments").glob("*.cfg")):
            run = spinule("check", config)
            self.assertEqual((run.returncode, run.stderr), (0, ""), config)


@unittest.skipUnless(os.geteuid() == 0, "needs root to become someone else")
class Permissions(Told):
    def as_nobody(self, *words):
        return spinule(*words, user=NOBODY, group=NOBODY, extra_groups=[])

    def setUp(self):
        self.folder.chmod(0o755)
        if self.as_nobody("check", SMALL).returncode != 0:
            self.skipTest("nobody may not look at this repository")

    def test_a_config_that_may_not_be_read(self):
        config = self.folder / "own.cfg"
        config.write_text(TEXT, encoding="utf-8")
        config.chmod(0o600)
        self.assert_one_line(self.as_nobody("check", config), 2, f"{config}: Permission denied")

    def test_a_directory_that_may_not_be_written(self):
        (self.folder / "own").mkdir(mode=0o755)
        for directory in (self.folder / "own", self.folder / "own/below"):
            run = self.as_nobody("run", SMALL, "-o", directory, "--progress", "none")
            self.assert_one_line(run, 3, str(directory), "Permission denied")
        self.assertEqual(list((self.folder / "own").iterdir()), [])


class Directories(Told):
    def test_a_file_in_its_place(self):
        (self.folder / "file").write_text("mine")
        for directory in (self.folder / "file", self.folder / "file/below"):
            self.assert_one_line(spinule("run", SMALL, "-o", directory, "--progress", "none"), 3,
                                 str(directory))
        self.assertEqual((self.folder / "file").read_text(), "mine")

    def test_two_runs(self):
        """The second is told the first, which goes on as if nothing had been."""
        command = [PROGRAM, "run", SMALL, "-o", self.folder / "used", "--progress", "none", "-t", "1"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as first:
            while not list(self.folder.glob("used/*.partial.h5")):
                time.sleep(0.01)
            os.kill(first.pid, signal.SIGSTOP)  # so that it cannot end before the second has looked
            try:
                second = spinule("run", SMALL, "-o", self.folder / "used", "--overwrite", "--progress",
                                 "none")
            finally:
                os.kill(first.pid, signal.SIGCONT)
            self.assert_one_line(second, 2, "in use by process", str(first.pid))
            self.assertEqual(first.wait(120), 0)
        run_it(SMALL, self.folder / "alone", "-t", 1)
        self.assert_equal_results(self.folder / "alone", self.folder / "used")

    def test_standard_output(self):
        """Closed or full: the results are there all the same, and the code says that the words are not."""
        for name, where in (("closed", ">&-"), ("full", ">/dev/full")):
            words = ["run", SMALL, "-o", self.folder / name, "--progress", "none", *SHORT]
            run = subprocess.run(["bash", "-c", f'"$@" {where}', "bash", PROGRAM, *words],
                                 stderr=subprocess.PIPE, text=True, timeout=120)
            self.assertEqual(run.returncode, 3)
            self.assertRegex(run.stderr, r"\Aspinule: standard output cannot be written[^\n]*\n\Z")
            self.assertEqual(sorted(digests(self.folder / name)), ["ketamine.h5", "summary.h5", "vehicle.h5"])


class Resuming(Told):
    """Stopped in the window of the second arm; every test works on a copy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run_it(SMALL, cls.folder / "whole", "-t", 1)
        for attempt in range(20):
            cls.stopped = cls.folder / f"stopped{attempt}"
            code, _ = stopped_at("vehicle, 2 h", signal.SIGINT, SMALL, cls.stopped, "-t", 1)
            if code == 130 and len(list(cls.stopped.glob("*.ckpt.prev"))) == 2:
                return
        raise AssertionError("never stopped")

    def copy(self):
        directory = self.folder / self.id().rpartition(".")[2]
        shutil.copytree(self.stopped, directory)
        return directory

    def refuse(self, directory, *words, code=2, parts=()):
        before = digests(directory)
        self.assert_one_line(spinule("run", SMALL, "-o", directory, "--progress", "none", *words), code,
                             *parts)
        self.assertEqual(digests(directory), before)

    def damage(self, path):
        bytes_ = bytearray(path.read_bytes())
        bytes_[len(bytes_) // 2] ^= 1
        path.write_bytes(bytes_)

    def test_of_another_experiment(self):
        """Another seed, another value: refused, and still there for the right one."""
        directory = self.copy()
        for words in (["--seed", 8], ["-s", "tissue.mtorc1.tau=16 min"], ["--quick"]):
            self.refuse(directory, "--resume", *words, parts=("vehicle.ckpt", "another experiment"))
        run_it(SMALL, directory, "--resume")
        self.assert_equal_results(self.folder / "whole", directory)

    def test_checkpoint_of_another_arm(self):
        directory = self.copy()
        shutil.copy(directory / "ketamine.ckpt", directory / "vehicle.ckpt")
        self.refuse(directory, "--resume", parts=("vehicle.ckpt", "another experiment"))

    def test_a_damaged_checkpoint(self):
        """It says so, goes on from the one before, and ends with the same bits."""
        directory = self.copy()
        self.damage(directory / "vehicle.ckpt")
        run = run_it(SMALL, directory, "--resume")
        self.assertRegex(run.stderr,
                         r"\A[^\n]*vehicle\.ckpt: damaged or missing; went on from the one before\n\Z")
        self.assert_equal_results(self.folder / "whole", directory)

    def test_no_whole_checkpoint(self):
        directory = self.copy()
        self.damage(directory / "ketamine.ckpt")
        self.damage(directory / "ketamine.ckpt.prev")
        self.refuse(directory, "--resume", "--arm", "ketamine", parts=("ketamine.ckpt", "damaged", ".prev"))

    def test_a_damaged_result(self):
        directory = self.copy()
        (directory / "vehicle.partial.h5").write_bytes(b"no result any more")
        self.refuse(directory, "--resume", parts=("vehicle.partial.h5", "HDF5"))


TWO = """circuit: { populations: { A: { cells = %d; cell = "lif_current"; };
  B: { cells = %d; cell = "lif_current"; }; };
  pathways: ( { from = ["A"]; to = ["B"]; port = "current"; rule = "all"; weight = "1 pA"; } ); };
bench: { settle = "0.01 s"; measure = "0.01 s"; };
"""


class Limits(Told):
    """What a config asks for is weighed before it is taken: in 4 GB of address space, and on this disk."""

    def told(self, *words, code=3, parts=()):
        most = 4 << 30
        run = spinule(*words, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)))
        self.assert_one_line(run, code, *parts)

    def circuit(self, a, b):
        path = self.folder / f"circuit_{a}_{b}.cfg"
        path.write_text(TWO % (a, b))
        return path

    def test_cells(self):
        config = self.circuit(10**9, 10)
        one = settings({"circuit.pathways.[0].rule": '"in_degree"', "circuit.pathways.[0].in_degree": 1})
        self.told("check", config, *one, parts=("1000000000 cells of A would take", "GB of memory"))
        self.told("run", config, *one, "-o", self.folder / "cells", "--progress", "none",
                  parts=("1000000000 cells of A would take",))

    def test_synapses(self):
        self.told("run", self.circuit(300000, 300000), "-o", self.folder / "synapses", "--progress", "none",
                  parts=("9e+10 synapses of A_to_B would take", "GB of memory"))

    def test_region(self):
        self.told("run", SMALL, *settings({"regions.mPFC.side": '"20 mm"'}), "-o", self.folder / "region",
                  "--progress", "none", parts=("cells of", "would take", "GB of memory"))

    def test_disk(self):
        directory = self.folder / "disk"
        long = settings({"protocol.windows.[4].duration": '"1 h"', "record.lfp_grid": '"1 µm"',
                         "regions.mPFC.side": '"3 mm"'})
        run = spinule("run", SMALL, *long, "-o", directory, "--progress", "none")
        self.assert_one_line(run, 3, str(directory), "2 arms would record about", "free on this disk")
        self.assertRegex(run.stderr, r"about [1-9][0-9.]* [kMGT]?B, [1-9][0-9.]* [kMGT]?B are free")
        self.assertEqual(list(directory.iterdir()), [])


@unittest.skipUnless(os.geteuid() == 0, "needs root to mount a small disk")
class FullDisk(Told):
    """A disk that ends within the run. What was flushed is there; with room again it ends with the same
    bits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.disk = cls.folder / "disk"
        cls.disk.mkdir()
        if cls.mount("size=1m").returncode != 0:
            raise unittest.SkipTest("this machine does not let a disk be mounted")
        cls.addClassCleanup(subprocess.run, ["umount", cls.disk], check=True)
        run_it(SMALL, cls.folder / "whole", "-t", 1)

    @classmethod
    def mount(cls, options):
        command = ["mount", "-t", "tmpfs", "-o", options, "none", cls.disk]
        return subprocess.run(command, stderr=subprocess.DEVNULL)

    def test_at_any_size(self):
        seen = set()
        for megabytes in (2, 8, 13, 16):
            with self.subTest(megabytes):
                subprocess.run(["mount", "-o", f"remount,size={megabytes}m", self.disk], check=True)
                directory = self.disk / "run"
                run = spinule("run", SMALL, "-o", directory, "--progress", "none", "-t", 1)
                self.assert_one_line(run, 3, str(directory), "No space left on device")
                seen.add(self.check_kept(directory))
                subprocess.run(["mount", "-o", "remount,size=100m", self.disk], check=True)
                run_it(SMALL, directory, "--resume", "-t", 1)
                self.assert_equal_results(self.folder / "whole", directory)
                shutil.rmtree(directory)
        self.assertGreater(len(seen), 1)

    def check_kept(self, directory):
        """Opens, says that it failed, holds the windows it names. Gives their number."""
        windows = 0
        for path in directory.glob("*.partial.h5"):
            whole = datasets(self.folder / "whole" / path.name.replace(".partial", ""))
            with h5py.File(path) as file:
                self.assertEqual(file["status/state"][()], 3)
            for name, values in datasets(path).items():
                if name.startswith(("nodes/", "populations/")):
                    self.assertTrue(same(values, whole[name]), name)
                if name == "protocol/windows/label":
                    self.assertEqual(list(values), list(whole[name][:len(values)]))
                    windows = max(windows, len(values))
        return windows


if __name__ == "__main__":
    unittest.main()
