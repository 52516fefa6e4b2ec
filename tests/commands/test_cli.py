"""test_cli.py PROGRAM - the built program from outside: help of every command, one line and the right exit
code for what is wrong, what list, explain, info, status and diff print, docs/parameters.md up to date, and
output that has nowhere to go. Results are written here with h5py as docs/formats.md describes them."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

PROGRAM = sys.argv.pop(1)
ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = ("PYR_L23", "PV_L5")


def spinule(*words, **options):
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=60, **options)


def in_shell(line, **options):
    """A shell line in which $spinule is the program; the exit code is the program's, if the line says so."""
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "spinule": PROGRAM}, **options)


def commands():
    """Names of all commands, from the overview."""
    listed = spinule().stdout.partition("Commands:\n")[2].partition("\n\n")[0]
    return re.findall(r"^  (\w+)", listed, re.MULTILINE)


def write_result(path, state=1, rate=3.0, title="Ketamine 10 mg/kg"):
    """A small result: two populations, two windows of 0.5 s with a row of NaN between them."""
    path.parent.mkdir(exist_ok=True)
    with h5py.File(path, "w") as file:
        file.attrs.update({"spinule_format": np.int32(1), "title": title})
        status = {"state": np.int8(state), "t_s": 7200.0, "wall_s": 125.0,
                  "fraction": 1.0 if state == 1 else 0.25, "updated_unix_s": np.int64(1)}
        for name, value in status.items():
            file["status/" + name] = value
        file["provenance/seed"] = np.uint64(2**63 + 5)
        file["provenance/program_version"] = "0.1.0"
        file["protocol/windows/start_h"] = [0.0, 2.0]
        file["protocol/windows/stop_h"] = [0.5 / 3600, 2 + 0.5 / 3600]
        file["protocol/windows/label"] = ["baseline", "after"]
        for column, values in (("name", NAMES), ("region", ("mPFC",) * 2), ("cell_type", ("PYR", "PV")),
                               ("layer", ("L23", "L5")), ("count", (800, 120)),
                               ("target_rate_Hz", (1.0, 10.0))):
            file["populations/" + column] = values
        for number, name in enumerate(NAMES):
            values = np.full(101, rate * (number + 1), np.float32)
            values[50] = np.nan
            file["rates/" + name] = values
        for name in ("plasma_esketamine", "brain_esketamine"):
            file["drugs/" + name] = np.zeros(5)


class Help(unittest.TestCase):
    def test_overview(self):
        for words in ((), ("--help",), ("-h",), ("help",)):
            run = spinule(*words)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            self.assertIn("Exit codes:", run.stdout)
        self.assertGreater(len(commands()), 5)

    def test_every_command(self):
        for name in commands():
            with self.subTest(name):
                by_option, by_command = spinule(name, "--help"), spinule("help", name)
                self.assertEqual((by_option.returncode, by_option.stderr), (0, ""))
                self.assertEqual(by_option.stdout, by_command.stdout)
                for part in (f"Usage: spinule {name}", "Options:", "Example:", f"spinule {name} "):
                    self.assertIn(part, by_option.stdout)
                self.assertLessEqual(max(map(len, by_option.stdout.splitlines())), 110)

    def test_version(self):
        run = spinule("--version")
        self.assertEqual(run.returncode, 0)
        for pattern in (r"spinule \d+\.\d+", r"commit +\w+", r"build +\w+ \d+.*instruction set (base|v\d)",
                        r"HDF5 \d+\.\d+\.\d+", r"SUNDIALS \d+\.\d+\.\d+"):
            self.assertRegex(run.stdout, pattern)

    def test_instruction_set_is_said(self):
        run = spinule("--version", env={**os.environ, "SPINULE_ISA": "base"})
        self.assertIn("instruction set base", run.stdout)
        run = spinule("--version", env={**os.environ, "SPINULE_ISA": "nonesuch"})
        self.assertEqual(run.returncode, 2)


class Wrong(unittest.TestCase):
    """What is wrong with a command line: exit code 2, nothing on standard output, one line that says it."""

    def check(self, words, *named):
        run = spinule(*words)
        self.assertEqual((run.returncode, run.stdout), (2, ""), words)
        self.assertRegex(run.stderr, r"\Aspinule: [^\n]+\n\Z")
        for part in named:
            self.assertIn(part, run.stderr)

    def test_command(self):
        self.check(["explian"], "explian", "explain")
        self.check(["--nonsense"], "--nonsense")
        self.check(["help", "dif"], "diff")

    def test_option_of_every_command(self):
        for name in commands():
            self.check([name, "--no-such-option"], name, "--no-such-option")
        self.check(["explain", "--al"], "--all")

    def test_words(self):
        self.check(["diff", "one"], "A B")
        self.check(["diff", "one", "two", "three"], "three")
        self.check(["list", "regoins"], "regions")
        self.check(["list", "regions", "mPFCC"], "mPFC")
        self.check(["list", "cells", "adx"], "adex")
        self.check(["explain"], "--all")
        self.check(["explain", "tau_deca_y"], "tau_decay")
        self.check(["info", "/no/such/file"], "/no/such/file")

    def test_a_config_that_is_not_there(self):
        self.check(["check", "ketamin"], "ketamin: No such file", "nearest experiment is ketamine")
        self.check(["run", "configs/experiments/ketamin.cfg"], "nearest experiment is ketamine")
        self.check(["check", "qqqqqqqqqqqqqq"], "spinule list experiments")
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "mine.cfg").write_text("")
            self.check(["check", f"{folder}/mine"], f"did you mean {folder}/mine.cfg?")

    def test_control_characters_do_not_reach_the_terminal(self):
        run = spinule("list", "a\033[31mb\n")
        self.assertNotIn("\033", run.stderr)


class Looking(unittest.TestCase):
    def lines(self, *words, **options):
        run = spinule(*words, **options)
        self.assertEqual((run.returncode, run.stderr), (0, ""), words)
        return run.stdout

    def test_list(self):
        self.assertRegex(self.lines("list", "regions"), r"(?m)^mPFC +\d+ populations")
        self.assertIn("PYR_L23", self.lines("list", "regions", "mPFC"))
        self.assertRegex(self.lines("list", "cells"), r"(?m)^adex +cell ")
        self.assertRegex(self.lines("list", "receptors"), r"(?m)^nmda +receptor ")
        self.assertNotIn("adex", self.lines("list", "receptors"))
        self.assertIn("doi:", self.lines("list", "mechanisms", "nmda"))
        self.assertRegex(self.lines("list", "signals", "drugs"), r"(?m)^/drugs/plasma_<drug> +uM ")

    def test_configs_by_their_name(self):
        """Those that come with the program, from any folder."""
        path = str(ROOT / "configs/experiments/ketamine.cfg")
        for name in ("ketamine", "ketamine.cfg"):
            self.assertEqual(spinule("check", name).stdout, spinule("check", path).stdout)
        self.assertEqual(spinule("check", "coba").returncode, 0)

    def test_check_names_the_animal(self):
        first = self.lines("check", ROOT / "configs/experiments/ketamine.cfg").splitlines()[0]
        self.assertIn("(rat, Rattus norvegicus, 0.25 kg, seed 1)", first)

    def test_check_tells_what_the_end_cuts_off(self):
        infusion = ("check", "infusion", "-s", 'protocol.events.[0].over="4 h"', "-s",
                    'protocol.windows=({at="10 min";},{at="2 h";})')
        cut = r"note: the protocol ends at 2\.\d+ h, 2\.\d+ h before this does"
        self.assertRegex(self.lines(*infusion), cut)
        self.assertNotIn("before this does", self.lines("check", "infusion"))

    def test_list_of_configs(self):
        for kind in ("drugs", "experiments"):
            folder = ROOT / "configs" / kind
            names = sorted(path.stem for path in folder.glob("*.cfg"))
            if names:
                listed = self.lines("list", kind)
                self.assertEqual([line.split()[0] for line in listed.splitlines()], names)
                self.assertIn(str(folder / names[0]), self.lines("list", kind, names[0]))

    def test_an_experiment_says_what_it_follows_and_what_judges_it(self):
        text = self.lines("list", "experiments", "chronic_stress")
        self.assertRegex(text, r"(?m)^Source: Radley et al\. 2006")
        self.assertRegex(text, r"(?m)^  st01  spine density, stress / control$")
        self.assertNotIn("Judged by", self.lines("list", "experiments", "lps"))

    def test_configs_of_ones_own(self):
        with tempfile.TemporaryDirectory() as folder:
            drugs = pathlib.Path(folder, "drugs")
            drugs.mkdir()
            (drugs / "b.cfg").write_text("# b.cfg — a comment\nx = 1;\n")
            (drugs / "a.cfg").write_text('# no\na = {\n  title = "A of \\u00b5";\n};\n')
            (drugs / "c.txt").write_text("no config")
            own = {**os.environ, "SPINULE_CONFIGS": folder}
            self.assertRegex(self.lines("list", "drugs", env=own), r"\Aa  A of .*\nb  a comment\n\Z")
            run = spinule("list", "experiments", env=own)
            self.assertEqual(run.returncode, 3)

    def test_explain(self):
        text = self.lines("explain", "nmda.tau_decay")
        for part in ("regions.<region>.populations.<population>.nmda.tau_decay", "decay time constant",
                     "default 75 ms", "5 ms … 3 s", "published", "Myme"):
            self.assertIn(part, text)
        one = self.lines("explain", "regions.mPFC.populations.PV_L5.nmda.tau_decay")
        self.assertIn("regions.mPFC.populations.PV_L5.nmda.tau_decay = ", one)
        self.assertEqual(one.count("decay time constant"), 1)
        self.assertGreater(self.lines("explain", "nmda").count("\n    default "), 15)

    def test_documentation_of_parameters_is_up_to_date(self):
        page = (ROOT / "docs/parameters.md").read_text(encoding="utf-8")
        self.assertEqual(page, self.lines("explain", "--all"),
                         "docs/parameters.md is old: spinule explain --all >docs/parameters.md")

    def test_page_is_a_table_of_equal_rows(self):
        columns = None
        for line in self.lines("explain", "--all").splitlines():
            cells = len(re.findall(r"(?<!\\)\|", line))
            columns = None if not line.startswith("|") else columns or cells
            if columns:
                self.assertEqual(cells, columns, line)


class Results(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        for name in ("a", "b"):
            write_result(self.folder / name / "vehicle.h5")
            write_result(self.folder / name / "ketamine.h5", rate=4.5)

    def test_info_of_a_file(self):
        run = spinule("info", self.folder / "a/ketamine.h5")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        for pattern in (r"title +Ketamine 10 mg/kg", r"state +complete\n", r"seed +9223372036854775813\n",
                        r"wall time +2 min 5 s", r"drugs +esketamine\n", r"Windows: 2, 1 s",
                        r"baseline +at +0 s +0.5 s", r"after +at +2 h 0 min +0.5 s",
                        r"Populations: 2, 920 cells",
                        r"PYR_L23 +mPFC +PYR +L23 +800 +4.5 +1\n",
                        r"PV_L5 +mPFC +PV +L5 +120 +9 +10\n"):
            self.assertRegex(run.stdout, pattern)

    def test_info_of_a_directory(self):
        write_result(self.folder / "a/late.partial.h5", state=2)
        run = spinule("info", self.folder / "a")
        self.assertRegex(run.stdout, r"(?m)^  ketamine +complete +100 % +2 h 0 min +2 min 5 s")
        self.assertRegex(run.stdout, r"(?m)^  late +stopped, without checkpoint +25 % ")

    def test_info_of_something_else(self):
        (self.folder / "x.h5").write_text("no HDF5")
        with h5py.File(self.folder / "y.h5", "w") as file:
            file["x"] = 1
        for name in ("x.h5", "y.h5", "none.h5"):
            run = spinule("info", self.folder / name)
            self.assertEqual((run.returncode, run.stdout), (2, ""), name)
            self.assertIn(name, run.stderr)

    def test_titles_cannot_command_a_terminal(self):
        write_result(self.folder / "a/vehicle.h5", title="a\033[2Jb")
        for words in (["info", self.folder / "a"], ["info", self.folder / "a/vehicle.h5"]):
            self.assertNotIn("\033", spinule(*words).stdout)

    def test_status(self):
        write_result(self.folder / "a/late.partial.h5", state=0)
        run = spinule("status", self.folder / "a")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn("no process is running here", run.stdout)
        self.assertRegex(run.stdout, r"(?m)^  late +killed, without checkpoint +25 % +2 min 5 s +- ")
        self.assertEqual(spinule("status", self.folder / "a/vehicle.h5").returncode, 2)
        (self.folder / "empty").mkdir()
        self.assertEqual(spinule("status", self.folder / "empty").returncode, 2)

    def test_equal_results(self):
        for a, b in (("a", "b"), ("a/vehicle.h5", "b/vehicle.h5")):
            run = spinule("diff", self.folder / a, self.folder / b)
            self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))

    def test_provenance_and_status_do_not_count(self):
        with h5py.File(self.folder / "b/vehicle.h5", "r+") as file:
            file["status/wall_s"][()] = 1.0
            file["provenance/host"] = "elsewhere"
        self.assertEqual(spinule("diff", self.folder / "a", self.folder / "b").returncode, 0)

    def test_different_results(self):
        with h5py.File(self.folder / "b/ketamine.h5", "r+") as file:
            file["rates/PV_L5"][12] = 3.25
        run = spinule("diff", self.folder / "a", self.folder / "b")
        self.assertEqual(run.returncode, 5)
        self.assertRegex(run.stdout, r"\Aketamine: \S*rates/PV_L5: [^\n]*12[^\n]*\n\Z")
        self.assertRegex(run.stderr, r"\Aspinule: .* differ in 1 place\n\Z")

    def test_missing_arms(self):
        (self.folder / "b/ketamine.h5").unlink()
        write_result(self.folder / "b/sham.h5")
        run = spinule("diff", self.folder / "a", self.folder / "b")
        self.assertEqual((run.returncode, run.stdout.count("\n")), (5, 2))
        self.assertIn("ketamine: is not in", run.stdout)
        self.assertIn("sham: is not in", run.stdout)

    def test_a_file_and_a_directory(self):
        self.assertEqual(spinule("diff", self.folder / "a", self.folder / "b/vehicle.h5").returncode, 2)
        self.assertEqual(spinule("diff", self.folder / "a", self.folder / "none").returncode, 2)


SMALL = """
title = "a small patch";
simulation = {{ settle = "20 ms"; }};
species = {{
  @include "{root}/configs/species/rat.cfg"
}};
subject = {{ species = "rat"; }};
drugs = {{
  @include "{root}/configs/drugs/ketamine.cfg"
}};
regions = {{ mPFC = {{ side = "100 µm"; }}; }};
arms = ( {{ name = "vehicle"; }}, {{ name = "drug"; }} );
protocol = {{
  events = ( {{ at = "30 s"; drug = "ketamine"; dose = "10 mg/kg"; route = "ip"; arms = ["drug"]; }} );
  windows = ( {{ at = "10 s"; duration = "50 ms"; }}, {{ at = "60 s"; duration = "4 s"; }} );
}};
"""


class Running(unittest.TestCase):
    """The commands around a run of a very small experiment."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.config = cls.folder / "small.cfg"
        cls.config.write_text(SMALL.format(root=ROOT), encoding="utf-8")
        cls.ran = spinule("run", cls.config, "-o", cls.folder / "one", "--progress", "json", "-t", 1)

    def test_it_runs(self):
        self.assertEqual(self.ran.returncode, 0, self.ran.stderr)
        lines = [json.loads(line) for line in self.ran.stderr.splitlines()]
        self.assertEqual(lines[-1]["fraction"], 1)
        shares = [line["fraction"] for line in lines if "fraction" in line]
        self.assertEqual(shares, sorted(shares))

    def stop_halfway(self, *words):
        """Run, and ask it to stop when half is done."""
        with subprocess.Popen([PROGRAM, "run", self.config, "--progress", "json", *map(str, words)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
            for line in run.stderr:
                if line.startswith("{") and json.loads(line)["fraction"] >= 0.5:
                    run.terminate()
                    break
            return run.stderr.read(), run.wait(60)

    def test_a_stopped_arm_alone_ends_with_the_same_bits(self):
        """One arm by itself, stopped and resumed with other threads, is the arm that ran with the other."""
        words = ("-o", self.folder / "two", "--arm", "drug")
        said, code = self.stop_halfway(*words, "-t", 1)
        self.assertEqual(code, 143, said)
        status = spinule("status", self.folder / "two").stdout
        self.assertRegex(status, r"(?m)^  drug +stopped, resumable +[3-9]\d %")
        self.assertEqual(spinule("run", self.config, *words).returncode, 2)  # it does not begin again unasked
        ended = spinule("run", self.config, *words, "--resume", "--progress", "none", "--threads=2")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        run = spinule("diff", self.folder / "one/drug.h5", self.folder / "two/drug.h5")
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))

    def test_an_arm_that_is_not_there(self):
        run = spinule("run", self.config, "-o", self.folder / "three", "--arm", "drag")
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("drug", run.stderr)

    def test_every_signal_is_listed(self):
        """Each series of the result answers to exactly one row of `list signals`, with its unit."""
        rows = []
        for line in spinule("list", "signals").stdout.splitlines():
            path, unit = re.match(r"(\S+)  +(\S*)  +", line).groups()
            named = re.sub(r"<subunit>", r"2[ABCD]", re.sub(r"<region>", r"[A-Za-z0-9]+", path))
            named = re.sub(r"<drug>", r"\\w+", named)
            ends = r"_2[ABCD]$|_extrasynaptic|_total$" + r"|_afferents$" * path.startswith("/pathways")
            rows.append((re.compile(re.sub(r"<\w+>", lambda _: rf"(?:(?!{ends})\w)+", named)), unit))
        checked = set()
        groups = {"rates", "drugs", "block", "pathways", "summary", "maps", "slow", "plasticity", "dialysis",
                  "electrode", "bursts"}

        def check(path, item):
            if not isinstance(item, h5py.Dataset) or path.split("/")[-1] in ("title", "time", "x", "y"):
                return
            if path.split("/")[0] not in groups:
                return
            plain = "/" + re.sub("_errors$", "", path)
            units = [unit for row, unit in rows if row.fullmatch(plain)]
            self.assertEqual(units, [item.attrs["units"]], path)
            checked.add(path.split("/")[0])

        with h5py.File(self.folder / "one/drug.h5") as file:
            file.visititems(check)
        self.assertEqual(checked, groups)

    def test_a_window_where_a_step_ends(self):
        """Times that agree but for rounding are one: a step of half an hour from a dose at 40 min ends at
        the window at 70 min, and no step is left between the two."""
        words = ["-s", 'protocol.windows=({at="10 min";duration="50 ms";},{at="70 min";duration="50 ms";},'
                       '{at="100 min";duration="50 ms";})', "-s", 'protocol.events.[0].at="40 min"',
                 "-s", 'simulation.rate_limit="500 Hz"']  # so few cells may burst for 50 ms
        run = spinule("run", self.config, "-o", self.folder / "steps", "--progress", "none", *words)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        with h5py.File(self.folder / "steps/drug.h5") as file:
            time_d = file["slow/time"][()]
            self.assertGreater((time_d[1:] - time_d[:-1]).min(), 1e-9)

    def test_info(self):
        text = spinule("info", self.folder / "one/drug.h5").stdout
        self.assertRegex(text, r"drugs +esketamine, norketamine_s, hnk_2s6s, arketamine, norketamine_r, "
                               r"hnk_2r6r\n")
        self.assertRegex(text, r"Windows: 2, ")
        self.assertRegex(text, r"(?m)^  PYR_L5 +mPFC +PYR +L5 +\d+ +[\d.]+ +[\d.]+$")


class Streams(unittest.TestCase):
    """Output that nobody reads, cannot be written, or has no stream at all."""

    def test_reader_that_has_enough(self):
        for line in ("explain --all", "list regions mPFC", "--help"):
            run = in_shell(f'"$spinule" {line} | head -n 1; exit "${{PIPESTATUS[0]}}"')
            self.assertEqual((run.returncode, run.stderr), (0, ""), line)
            self.assertEqual(run.stdout.count("\n"), 1)

    def test_reader_that_never_was(self):
        run = in_shell('"$spinule" explain --all | true; exit "${PIPESTATUS[0]}"')
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_full_disk(self):
        for line in ("--version", "explain --all", "list regions"):
            run = in_shell(f'"$spinule" {line} >/dev/full')
            self.assertEqual(run.returncode, 3, line)
            self.assertRegex(run.stderr, r"\Aspinule: standard output cannot be written[^\n]*\n\Z")

    def test_no_streams(self):
        self.assertEqual(in_shell('"$spinule" --version >&-').returncode, 3)
        self.assertEqual(in_shell('"$spinule" --version <&- 2>&-').returncode, 0)
        self.assertEqual(in_shell('"$spinule" nonsense <&- >&- 2>&-').returncode, 2)

    def test_no_locale(self):
        bare = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        self.assertIn("µm", spinule("explain", "side", env=bare).stdout)


if __name__ == "__main__":
    unittest.main()
