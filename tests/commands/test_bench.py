"""test_bench.py PROGRAM - the command bench from outside: what it writes can be read, is complete and
consistent, also before a failure; the machine is measured if it is asked for; the state's hash depends on
scene, size, seed and times alone; what is wrong with the command line or a scene is one line and an exit
code, before anything runs."""

import csv
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

PROGRAM = sys.argv.pop(1)
SMALL = ("--cells", 500, "--settle", "20 ms", "--measure", "50 ms", "--repeat", 2)
SHORT = ("--cells", 500, "--settle", "1 ms", "--measure", "1 ms", "--repeat", 1)

NUMBERS = ("cells", "synapses", "build_s", "wall_per_biological_s", "wall_best_s", "wall_worst_s",
           "cpu_per_biological_s", "events_per_biological_s", "events_per_s", "bytes_per_synapse", "peak_MB")
TEXTS = ("bound_by", "state_hash")
ROW = {"scene", "threads", "repeats", "limit_s", "populations", *NUMBERS, *TEXTS}
CSV = ["scene", "cells", "synapses", "threads", "build_s", "wall_per_biological_s", "wall_best_s",
       "wall_worst_s", "cpu_per_biological_s", "events_per_biological_s", "events_per_s",
       "bytes_per_synapse", "peak_MB", "limit_s", "bound_by", "state_hash"]
MACHINE = {"threads", "isa", "cache_bytes", "set_bytes", "add_ns", "poisson_rates", "poisson_ns",
           "read_1_GB_s", "read_all_GB_s", "update_1_GB_s", "update_all_GB_s", "segment_cached_ns",
           "segment_memory_ns", "barrier_ns", "exponential_ns", "difference_ns"}
TERMS = ("cells", "background", "events", "segments", "bandwidth", "barriers")
CIRCUIT = """circuit: {
  populations: { A: { cells = %s; cell = "adex"; receptors: { all: { mechanism = "ampa"; }; }; %s }; };
  pathways: (
    { from = ["A"]; to = ["A"]; port = "%s"; rule = "in_degree"; in_degree = %s; weight = "1 nS"; } );
};
bench: { settle = "%s"; measure = "0.02 s"; };
"""


def bench(*words):
    """The machine is not measured unless it is asked for."""
    machine = () if "--machine" in words else ("--machine", "none")
    return subprocess.run([PROGRAM, "bench", *map(str, words), *machine], capture_output=True, text=True,
                          timeout=250)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="spinule-bench-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)

    def rows(self, *words):
        """What a run writes as JSON."""
        path = self.folder / "rows.json"
        run = bench(*words, "-o", path)
        self.assertEqual((run.returncode, run.stderr), (0, ""), words)
        return json.loads(path.read_text())["rows"]

    def config(self, name="circuit.cfg", cells=100, more="", port="all", in_degree=10, settle="0.01 s"):
        path = self.folder / name
        path.write_text(CIRCUIT % (cells, more, port, in_degree, settle))
        return path


class Files(Case):
    """One run of two rows, in all three forms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paths = [cls.folder / f"x.{ending}" for ending in ("json", "csv", "svg")]
        files = [word for path in cls.paths for word in ("-o", path)]
        cls.again = cls.folder / "named.otherwise"
        cls.run_ = bench("nmda", *SMALL, "--threads", "1,2", *files, "--json", cls.again,
                         "--machine", "quick")
        cls.json = json.loads(cls.paths[0].read_text())

    def test_table(self):
        self.assertEqual((self.run_.returncode, self.run_.stderr), (0, ""))
        lines = self.run_.stdout.splitlines()
        self.assertRegex(lines[0], r"^scene +cells +synapses +T .*state$")
        for line, threads in ((lines[1], 1), (lines[3], 2)):
            self.assertRegex(line, rf"^nmda +500 +250000 +{threads} .* +\d+ %  [a-z]+ +[0-9a-f]{{16}}$")
        for line in (lines[2], lines[4]):
            self.assertRegex(line, r"^ +E [\d.]+ Hz.*, I [\d.]+ Hz")
        self.assertEqual(len(lines), 5)

    def test_head(self):
        self.assertEqual(set(self.json),
                         {"program", "commit", "build", "cpu", "processors", "system", "machines", "rows"})
        self.assertRegex(self.json["program"], r"^spinule \d+\.\d+")
        self.assertGreaterEqual(self.json["processors"], 1)
        self.assertEqual([row["threads"] for row in self.json["rows"]], [1, 2])

    def test_machines(self):
        """One for each number of threads; all is measured, and in its order."""
        self.assertEqual([machine["threads"] for machine in self.json["machines"]], [1, 2])
        for machine in self.json["machines"]:
            self.assertEqual(set(machine), MACHINE)
            self.assertRegex(machine["isa"], r"^(base|v3|v4)$")
            for scale, measured in (("set_bytes", "add_ns"), ("poisson_rates", "poisson_ns")):
                self.assertEqual(machine[scale], sorted(machine[scale]))
                self.assertEqual(len(machine[scale]), len(machine[measured]))
                self.assertTrue(all(0 < value < 1e4 for value in machine[measured]), measured)
            for key in MACHINE - {"threads", "isa", "set_bytes", "add_ns", "poisson_rates", "poisson_ns"}:
                alone = key == "barrier_ns" and machine["threads"] == 1
                self.assertEqual(machine[key] > 0, not alone, key)

    def test_limit(self):
        """What the machine allows is more than nothing, and is named."""
        for row in self.json["rows"]:
            self.assertTrue(0 < row["limit_s"] < 1)
            self.assertIn(row["bound_by"], TERMS)

    def test_json_of_any_name(self):
        self.assertEqual(self.again.read_text(), self.paths[0].read_text())

    def test_rows(self):
        for row in self.json["rows"]:
            self.assertEqual(set(row), ROW)
            self.assertEqual((row["scene"], row["cells"], row["repeats"]), ("nmda", 500, 2))
            for key in NUMBERS:
                self.assertGreater(row[key], 0, key)
            self.assertEqual(row["synapses"], 500 * 500)  # in-degrees of 400 and 100
            self.assertLessEqual(row["wall_best_s"], row["wall_per_biological_s"])
            self.assertLessEqual(row["wall_per_biological_s"], row["wall_worst_s"])
            events = row["events_per_biological_s"]
            self.assertAlmostEqual(row["events_per_s"] * row["wall_per_biological_s"], events,
                                   delta=1e-6 * events)
            self.assertGreaterEqual(row["bytes_per_synapse"], 1)
            self.assertLess(row["bytes_per_synapse"], 3)  # weights are equal: no level is kept
            self.assertLess(row["peak_MB"], 2000)
            self.assertRegex(row["state_hash"], r"^[0-9a-f]{16}$")

    def test_events_are_spikes_times_out_degrees(self):
        for row in self.json["rows"]:
            spikes = sum(p["cells"] * p["rate_Hz"] for p in row["populations"])
            self.assertAlmostEqual(row["events_per_biological_s"], 500 * spikes, delta=0.2 * 500 * spikes)

    def test_populations(self):
        for row in self.json["rows"]:
            self.assertEqual([(p["name"], p["cells"]) for p in row["populations"]], [("E", 400), ("I", 100)])
            for population in row["populations"]:
                self.assertEqual(set(population), {"name", "cells", "rate_Hz", "cv", "cv_cells"})
                self.assertTrue(0 < population["rate_Hz"] < 200)
                self.assertEqual(population["cv"] is None, population["cv_cells"] == 0)

    def test_csv(self):
        with open(self.paths[1], newline="") as file:
            reader = csv.DictReader(file)
            self.assertEqual(reader.fieldnames, CSV)
            rows = list(reader)
        self.assertEqual(len(rows), len(self.json["rows"]))
        for row, wanted in zip(rows, self.json["rows"]):
            for key in ("scene", *TEXTS):
                self.assertEqual(row[key], wanted[key])
            for key in ("threads", *NUMBERS):
                self.assertAlmostEqual(float(row[key]), wanted[key], delta=1e-5 * wanted[key], msg=key)

    def test_picture(self):
        root = xml.parse(self.paths[2]).getroot()
        space = "{http://www.w3.org/2000/svg}"
        self.assertEqual(root.tag, space + "svg")
        said = [text.text for text in root.iter(space + "text")]
        self.assertIn("nmda, 1 thread", said)
        self.assertIn("nmda, 2 threads", said)
        self.assertEqual(len(list(root.iter(space + "circle"))), 2)
        width, height = map(float, root.get("viewBox").split()[2:])
        for circle in root.iter(space + "circle"):
            self.assertTrue(0 < float(circle.get("cx")) < width and 0 < float(circle.get("cy")) < height)


class Hash(Case):
    def hashes(self, *words):
        return [row["state_hash"] for row in self.rows("nmda", *SMALL, *words)]

    def test_nothing_of_the_machine(self):
        wanted = self.hashes()[0]
        self.assertEqual(self.hashes("--threads", "1,2,3"), 3 * [wanted])
        for words in (("--virtual-ranks", 2), ("--block", 128), ("--repeat", 1), ("--profile",),
                      ("--virtual-ranks", 3, "--block", 256, "-t", 2)):
            self.assertEqual(self.hashes(*words), [wanted], words)

    def test_all_of_the_model(self):
        wanted = self.hashes()[0]
        for words in (("--seed", 5), ("--cells", 505), ("--settle", "21 ms"), ("--measure", "51 ms")):
            self.assertNotEqual(self.hashes(*words), [wanted], words)

    def test_settled_time_is_time(self):
        """What is hashed is the end of the first stretch."""
        self.assertEqual(self.hashes("--settle", "30 ms", "--measure", "40 ms"), self.hashes())

    def test_region(self):
        words = ("hippocampus", "--cells", 1000, "--settle", "5 ms", "--measure", "10 ms", "--repeat", 1)
        rows = self.rows(*words, "--threads", "1,2") + self.rows(*words, "--virtual-ranks", 2, "--block", 128)
        self.assertEqual(len({row["state_hash"] for row in rows}), 1)
        self.assertTrue(300 < rows[0]["cells"] < 3000)
        self.assertGreater(rows[0]["synapses"], 0)


class Choices(Case):
    def test_sizes_scenes_and_threads(self):
        path = self.config()
        rows = self.rows(path, "nmda", "--cells", "500,1k,0.6k", "-t", "2,1", "--settle", "1 ms", "--measure",
                         "1 ms", "--repeat", 1)
        self.assertEqual([(row["scene"], row["cells"], row["threads"]) for row in rows],
                         [(scene, cells, threads) for scene in ("circuit", "nmda")
                          for cells in (500, 1000, 600) for threads in (2, 1)])

    def test_times_of_the_config(self):
        path = self.config(more='background: { port = "all"; rate = "2000 Hz"; weight = "5 nS"; };')
        own = self.rows(path, "--repeat", 1)
        self.assertEqual(own[0]["cells"], 100)
        asked = self.rows(path, "--settle", "10 ms", "--measure", "0.02 s", "--repeat", 1)
        self.assertEqual(own[0]["state_hash"], asked[0]["state_hash"])
        self.assertEqual(own[0]["populations"], asked[0]["populations"])

    def test_without_machine(self):
        path = self.folder / "without.json"
        run = bench("nmda", *SHORT, "--json", path, "--machine", "none")
        self.assertRegex(run.stdout.splitlines()[1], r" -  - +[0-9a-f]{16}$")
        written = json.loads(path.read_text())
        self.assertEqual((written["machines"], written["rows"][0]["limit_s"], written["rows"][0]["bound_by"]),
                         ([], None, ""))

    def test_all_scenes(self):
        """Without words: all that `list circuits` names."""
        rows = self.rows("--cells", 1500, *SHORT[2:])
        listed = subprocess.run([PROGRAM, "list", "circuits"], capture_output=True, text=True).stdout
        self.assertEqual([row["scene"] for row in rows], re.findall(r"(?m)^(\w+) ", listed))
        self.assertGreaterEqual(len(rows), 8)

    def test_profile(self):
        row = self.rows("nmda", *SMALL, "--profile", "--threads", 2)[0]
        phases = row["phase_s"]
        self.assertLessEqual({"deliver", "background", "advance", "exchange", "wait"}, set(phases))
        self.assertTrue(all(seconds >= 0 for seconds in phases.values()))
        self.assertGreater(phases["advance"], 0)
        printed = bench("nmda", *SHORT, "--profile").stdout
        for name in phases:
            self.assertRegex(printed, rf"(?m)^ +{name} +[\d.]+ s")

    def test_names_of_any_kind(self):
        path = self.config('a"&<b,.cfg')
        files = [self.folder / f"names.{ending}" for ending in ("json", "csv", "svg")]
        run = bench(path, *SHORT, *(word for file in files for word in ("-o", file)))
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(json.loads(files[0].read_text())["rows"][0]["scene"], 'a"&<b,')
        with open(files[1], newline="") as file:
            self.assertEqual(next(csv.DictReader(file))["scene"], 'a"&<b,')
        self.assertIn('a"&<b,, 1 thread', "".join(xml.parse(files[2]).getroot().itertext()))

    def test_no_cells(self):
        path = self.folder / "empty.cfg"
        path.write_text('circuit: { populations: { A: { cells = 0; cell = "adex"; }; }; };')
        picture = self.folder / "none.svg"
        row = self.rows(path, *SHORT[2:], "-o", picture)[0]
        self.assertEqual((row["cells"], row["synapses"], row["events_per_s"]), (0, 0, 0))
        xml.parse(picture)


class Wrong(Case):
    def check(self, words, code, *said):
        run = bench(*words)
        self.assertEqual((run.returncode, run.stdout), (code, ""), words)
        self.assertRegex(run.stderr, r"\Aspinule: [^\n]+\n\Z")
        for part in said:
            self.assertIn(part, run.stderr)

    def test_scene(self):
        self.check(("nmdaa", *SHORT), 2, '"nmdaa"', 'did you mean "nmda"?')
        self.check(("nmda", "hipocampus", *SHORT), 2, '"hippocampus"')  # before the first has run
        self.check(("zzzzzz", *SHORT), 2, "spinule list circuits")

    def test_lists(self):
        for option, values in (("--cells", ("", "0", "-5", "1.5", "x", "500,", ",500", "1,,2", "1k0", "nan",
                                            "inf", "3e9", "1 2", ",".join(17 * ["1"]))),
                               ("--threads", ("", "0", "1.5", "two", "1;2", "2000"))):
            for value in values:
                self.check(("nmda", f"{option}={value}"), 2, option, "whole numbers from 1 to")
        many = ("--cells", ",".join(16 * ["500"]), "--threads", ",".join(16 * ["1"]))
        self.check(("nmda", "nmda", *many), 2, "256")

    def test_times(self):
        for option in ("--settle", "--measure"):
            for value in ("0.2 ms", "1.7 ms", "1e-9 s", "100.0001 ms"):
                self.check(("nmda", *SHORT, option, value), 2, option, "whole number of milliseconds")
            for value in ("0 s", "-1 s", "5", "5 mV"):
                self.check(("nmda", *SHORT, option, value), 2, option)

    def test_other_options(self):
        self.check(("nmda", "--repeat", 0), 2, "--repeat")
        self.check(("nmda", "--block", 64), 2, "--block")
        self.check(("nmda", "--virtual-ranks", 0), 2, "--virtual-ranks")
        self.check(("nmda", "--seed=-1"), 2, "--seed")
        self.check(("nmda", "--machine", "slow"), 2, "--machine")

    def test_files(self):
        nowhere = self.folder / "no" / "such.json"
        self.check(("nmda", "-o", nowhere), 3, str(nowhere), "No such file or directory")
        self.check(("nmda", "-o", self.folder), 2, "none of .json, .csv, .svg")
        for name in ("x.txt", "json", "x.JSON", "x"):
            self.check(("nmda", "-o", self.folder / name), 2, "none of .json, .csv, .svg")
        (self.folder / "taken.json").mkdir()
        self.check(("nmda", "-o", self.folder / "taken.json"), 3, "taken.json")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["taken.json"])

    def test_looking_leaves_files_alone(self):
        old = self.folder / "old.json"
        old.write_text("kept")
        self.check(("nmda", "nmdaa", "-o", old), 2)
        self.check(("nmda", "-o", old, "-o", self.folder / "x.txt"), 2)
        self.assertEqual(old.read_text(), "kept")
        old.unlink()

    def test_rows_beside_a_failure(self):
        """A scene that cannot be built is named among the rows; the others run and are written."""
        files = [self.folder / f"partly.{ending}" for ending in ("json", "csv", "svg")]
        words = [word for file in files for word in ("-o", file)]
        run = bench(self.config("bad.cfg", in_degree=600), "nmda", *SHORT, *words)
        self.assertEqual(run.returncode, 5)
        self.assertIn("bad.cfg:4: ", run.stdout)
        self.assertIn("1 of 2 rows could not be built", run.stderr)
        row, = json.loads(files[0].read_text())["rows"]
        self.assertEqual((row["scene"], row["cells"]), ("nmda", 500))
        self.assertEqual(len(files[1].read_text().splitlines()), 2)
        xml.parse(files[2])

    def test_full_disk(self):
        full = self.folder / "full.json"
        full.symlink_to("/dev/full")
        run = bench("nmda", *SHORT, "-o", full)
        full.unlink()
        self.assertEqual(run.returncode, 3)
        self.assertRegex(run.stderr, r"\Aspinule: [^\n]*full\.json: cannot be written[^\n]*\n\Z")

    def test_config(self):
        """A fault in a scene comes after the table's head: exit code 2, one line with its place."""
        for said, path in (("No such file", self.folder / "none.cfg"),
                           (r"port.cfg:4: .*\"al\" is none of all", self.config("port.cfg", port="al")),
                           (r"cells.cfg:2: .*out of range", self.config("cells.cfg", cells=-3)),
                           (r"degree.cfg:4: .*99 cells", self.config("degree.cfg", in_degree=100)),
                           ("bench: .*whole milliseconds", self.config("times.cfg", settle="1.5 ms"))):
            run = bench(path, "--repeat", 1)
            self.assertEqual(run.returncode, 2, said)
            self.assertRegex(run.stderr, rf"\Aspinule: [^\n]*{said}[^\n]*\n\Z")
            self.assertEqual(len(run.stdout.splitlines()), 1)
            self.assertTrue(re.match("scene ", run.stdout))
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    unittest.main()
