"""test_validate.py PROGRAM - published effects from outside: rows of the program's own folder that hold, and
rows of a folder made here, whose runs are those of a small circuit: how values, spreads and verdicts come
about, that runs are shared and used again, and what is told where something is wrong."""

import csv
import io
import json
import os
import pathlib
import re
import sys
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, SMALL, Case, spinule

PATCH = """title = "a patch";
drugs = {
  @include "%s/configs/drugs/nbqx.cfg"
};
clamp = {
  V = "-70 mV"; duration = "1 s";
  patches = { one = { ampa = { }; }; two = { ampa = { E_rev = "10 mV"; }; }; };
  agonists = ( { name = "glutamate"; concentration = "1 mM"; EC50 = "1 mM"; at = "0 s"; until = "1 s"; } );
  series = ["0.01 uM", "0.1 uM", "1 uM"];
  drugs = ( { drug = "nbqx"; series = true; at = "0 s"; until = "1 s"; } );
  measures = (
    { id = "IC50"; kind = "IC50"; from = "0.9 s"; to = "1 s"; },
    { id = "blocked"; kind = "blocked"; from = "0.9 s"; to = "1 s"; }
  );
};
""" % ROOT
NETWORK = SMALL.read_text(encoding="utf-8").replace("../../configs", str(ROOT / "configs"))
NETWORK = re.sub(r"windows = \(.*?\n  \);", 'windows = ({at = "5 min"; duration = "100 ms";}, '
                 '{at = "45 min"; duration = "100 ms";});', NETWORK, flags=re.DOTALL)
THREE = NETWORK.replace('{at = "45 min"; duration = "100 ms";}',
                        '{at = "45 min"; duration = "100 ms";}, {at = "60 min"; duration = "100 ms";}')


PROBE = re.sub(r"(drugs|protocol|record) = \{.*?\n\};\n|arms = \(.*?\n\);\n|  CA1 = .*?\n", "", NETWORK,
               flags=re.DOTALL)
PROBE += ('arms = ( { name = "probe"; } );\n'
          'probe = { cells = 1; sources = 1; rounds = 1; targets = 2; train = 2; settle = "50 ms"; '
          'populations = ["mPFC.PV_L5"]; };\n')


def row(name, checks, experiment="patch", low=0, high=1, **more):
    extra = "".join(f"{key} = {value}; " for key, value in more.items())
    return (f'{{ id = "{name}"; category = "{name[:2]}"; subject = "s"; measure = "m"; published = "p"; '
            f'source = "Somebody 2000"; seen = "read"; confidence = "high"; low = {low:.6f}; '
            f'high = {high:.6f}; experiment = "{experiment}"; {extra} checks = ({checks}); }}')


IC50 = '{ arm = "one"; measure = "IC50"; }'
RATE = '{ %s arm = "ketamine"; series = ["/summary/mPFC/rate_*"]; cells = "PV"; from = "40 min"; %s }'
ROWS = (
    row("aa01", IC50, low=0.06, high=0.08),
    row("aa02", IC50, low=0.08, high=0.09),
    row("aa03", IC50 + ', { what = "both"; arm = "two"; against = "one"; measure = "IC50"; '
        'combine = "ratio"; low = 0.999; high = 1.001; }', low=0.08, high=0.09),
    row("aa04", '{ arm = "one"; against = "two"; measure = "blocked_0p1uM"; combine = "difference"; }',
        low=-0.001, high=0.001),
    row("aa05", '{ arm = "one"; measure = "nonesuch"; }'),
    row("bb01", '{ arm = "one"; measure = "IC50"; factor = 2.0; }', set='["clamp.V=\\"-60 mV\\""]', low=0.14,
        high=0.14001),
    row("bb02", '{ arm = "one"; measure = "IC50"; invert = true; }', low=14, high=14.5),
    row("cc01", RATE % ("", ""), "network", low=0, high=1000, seeds="[3, 4]"),
    row("cc02", RATE % ('against = "vehicle"; combine = "ratio";', "baseline = true;"), "network", low=0.0,
        high=100, seeds="[3, 4]"),
    row("cc03", '{ arm = "ketamine"; series = ["/summary/mPFC/rate_*"]; cells = "XYZ"; }', "network",
        seeds="[3]"),
    row("ff01", '{ arm = "ketamine"; series = ["/summary/mPFC/rate"]; from = "45 min"; to = "45 min"; }',
        "three", high=1000, seeds="[3]"),
    row("gg01", '{ arm = "probe"; table = "/probe/cells"; row = "mPFC.PV_L5"; measure = "density"; }, '
        '{ what = "mean"; arm = "probe"; table = "/probe/cells"; row = "mPFC.PV_*"; measure = "cells"; }, '
        '{ what = "over"; arm = "probe"; table = "/probe/cells"; row = "mPFC.PV_*"; over = "mPFC.PYR_L5"; '
        'measure = "cells"; }', "probe", low=0, high=2000, seeds="[3]"),
    row("gg02", '{ arm = "probe"; table = "/probe/cells"; row = "mPFC.XYZ*"; measure = "cells"; }', "probe",
        seeds="[3]"),
    row("hh01", '{ arm = "probe"; table = "/probe/cells"; row = "mPFC.XYZ"; measure = "cells"; }', "probe",
        needs='["mPFC.PV_L5", "mPFC.XYZ*"]'),
    row("dd01", "", "", not_built='"there is no such thing"').replace("checks = (); ", ""),
)


class Folder(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.configs = cls.folder / "configs"
        for name in ("validation", "experiments"):
            (cls.configs / name).mkdir(parents=True)
        (cls.configs / "experiments/patch.cfg").write_text(PATCH, encoding="utf-8")
        (cls.configs / "experiments/network.cfg").write_text(NETWORK, encoding="utf-8")
        (cls.configs / "experiments/three.cfg").write_text(THREE, encoding="utf-8")
        (cls.configs / "experiments/probe.cfg").write_text(PROBE, encoding="utf-8")
        cls.write(ROWS)

    @classmethod
    def write(cls, rows):
        text = 'title = "rows";\ngroup = "ours";\ntargets = (\n%s\n);\n' % ",\n".join(rows)
        (cls.configs / "validation/rows.cfg").write_text(text, encoding="utf-8")

    def validate(self, *words, code=0):
        run = spinule("validate", *words, "-o", self.folder / "runs",
                      env={**os.environ, "SPINULE_CONFIGS": str(self.configs)})
        self.assertEqual(run.returncode, code, run.stderr)
        return run

    def verdicts(self, *words, code=0):
        """{id: line of each check} of the table with tabs."""
        path = self.folder / "verdicts.tsv"
        self.validate(*words, "--tsv", path, code=code)
        found = {}
        for line in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")), delimiter="\t"):
            found.setdefault(line["id"], []).append(line)
        return found


class Rows(Folder):
    def test_verdicts(self):
        """In range, out of range, two checks of which one fails, a reading that is not there."""
        found = self.verdicts("aa", code=5)
        self.assertEqual([line["verdict"] for line in found["aa01"]], ["pass"])
        self.assertAlmostEqual(float(found["aa01"][0]["value"]), 0.07, delta=1e-4)
        self.assertEqual(found["aa01"][0]["spread"], "")
        self.assertEqual([line["verdict"] for line in found["aa02"]], ["FAIL"])
        self.assertEqual([(line["check"], line["verdict"]) for line in found["aa03"]],
                         [("m", "FAIL"), ("both", "pass")])
        self.assertEqual(found["aa04"][0]["verdict"], "pass")
        self.assertEqual(found["aa05"][0]["verdict"], "FAIL")
        self.assertIn("nonesuch", found["aa05"][0]["why"])
        run = self.validate("aa01", "aa02", code=5)
        self.assertRegex(run.stdout, r"(?m)^aa01 +m +0\.07 +0\.06 … 0\.08 +pass +Somebody 2000$")
        self.assertRegex(run.stdout, r"(?m)^1 passed, 1 failed, 0 not built$")
        self.assertRegex(run.stderr, r"\Aspinule: validate: 1 of 2 rows fail\n\Z")

    def test_overrides_and_factors(self):
        found = self.verdicts("bb")
        self.assertAlmostEqual(float(found["bb01"][0]["value"]), 0.14, delta=2e-4)
        self.assertAlmostEqual(float(found["bb02"][0]["value"]), 1 / 0.07, delta=0.05)
        with_override = [path.name for path in (self.folder / "runs").iterdir()
                         if re.fullmatch(r"patch-[0-9a-f]{8}", path.name)]
        self.assertEqual(len(with_override), 1)

    def test_network(self):
        """Values are those of the files: means over cells, relative to the baseline, and over seeds."""
        found = self.verdicts("cc01", "cc02", "-j", 2)
        rates, relative = [], []
        for seed in (3, 4):
            ratio = {}
            for arm in ("vehicle", "ketamine"):
                with h5py.File(self.folder / f"runs/network-seed{seed}" / f"{arm}.h5") as file:
                    names, types = file["populations/name"][()], file["populations/cell_type"][()]
                    where, count = file["populations/region"][()], file["populations/count"][()]
                    own = (types == b"PV") & (where == b"mPFC")
                    rate = sum(n * file["summary/mPFC/rate_" + name.decode()][()]
                               for name, n in zip(names[own], count[own])) / count[own].sum()
                    ratio[arm] = rate[-1] / rate[0]
            rates.append(rate[-1])
            relative.append(ratio["ketamine"] / ratio["vehicle"])
        self.assertAlmostEqual(float(found["cc01"][0]["value"]), np.mean(rates), delta=1e-6)
        self.assertAlmostEqual(float(found["cc01"][0]["spread"]), np.std(rates, ddof=1), delta=1e-6)
        self.assertAlmostEqual(float(found["cc02"][0]["value"]), np.mean(relative), delta=1e-6)
        self.assertEqual(found["cc01"][0]["seeds"], "2")
        self.assertIn("no population of type XYZ", self.verdicts("cc03", code=5)["cc03"][0]["why"])

    def test_runs_are_shared_and_used_again(self):
        self.validate("aa01")
        files = [self.folder / "runs/patch/one.h5", self.folder / "runs/patch/summary.h5"]
        before = [path.stat().st_mtime_ns for path in files]
        self.validate("aa01", "aa04")
        self.assertEqual([path.stat().st_mtime_ns for path in files], before)
        self.validate("aa01", "--again")
        self.assertNotEqual([path.stat().st_mtime_ns for path in files], before)
        config = self.configs / "experiments/patch.cfg"
        try:  # another config: made again
            config.write_text(PATCH.replace('"1 uM"]', '"1 uM", "10 uM"]'), encoding="utf-8")
            self.validate("aa01")
            with h5py.File(files[0]) as file:
                self.assertEqual(len(file["runs/run"]), 5)
        finally:
            config.write_text(PATCH, encoding="utf-8")

    def test_not_built(self):
        """Neither a pass nor a failure, with its reason."""
        run = self.validate("dd01")
        self.assertRegex(run.stdout, r"(?m)^dd01 .* not built ")
        self.assertIn("dd01: there is no such thing", run.stdout)
        self.assertIn("0 passed, 0 failed, 1 not built", run.stdout)

    def test_tables(self):
        """Rows of a table by name, the mean of several, one over another."""
        found = self.verdicts("gg01")["gg01"]
        with h5py.File(self.folder / "runs/probe-seed3/probe.h5") as file:
            names = [name.decode() for name in file["probe/cells/name"][()]]
            cells = dict(zip(names, file["probe/cells/cells"][()]))
            density = dict(zip(names, file["probe/cells/density"][()]))
        mean = np.mean([cells[f"mPFC.PV_{layer}"] for layer in ("L23", "L5", "L6")])
        for line, value in zip(found, (density["mPFC.PV_L5"], mean, mean / cells["mPFC.PYR_L5"])):
            self.assertAlmostEqual(float(line["value"]), value, delta=1e-6 * value)
        self.assertIn('no row fits "mPFC.XYZ*"', self.verdicts("gg02", code=5)["gg02"][0]["why"])

    def test_needs(self):
        """A row about cells that no region has is not built, and says which."""
        run = self.validate("hh01")
        self.assertRegex(run.stdout, r"(?m)^hh01 .* not built ")
        self.assertIn("hh01: no region of this program has cells mPFC.XYZ*", run.stdout)

    def test_quick(self):
        run = self.validate("aa01", "--quick")
        self.assertIn("verdicts are indicative", run.stdout)
        self.assertTrue((self.folder / "runs/patch-quick/one.h5").exists())
        run = self.validate("ff01", "--quick")  # its window is one that a quick run leaves out
        self.assertRegex(run.stdout, r"(?m)^ff01 .* no value ")
        self.assertIn("0 passed, 0 failed, 0 not built, 1 without a value", run.stdout)

    def test_seeds(self):
        """The first of each row's, and the page says so."""
        page, runs = self.folder / "seeds.md", self.folder / "first"
        run = spinule("validate", "cc01", "--seeds", "1", "-o", runs, "--markdown", page,
                      env={**os.environ, "SPINULE_CONFIGS": str(self.configs)})
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual([path.name for path in runs.glob("network-*") if path.is_dir()], ["network-seed3"])
        text = page.read_text(encoding="utf-8")
        self.assertIn("`spinule validate cc01 --seeds 1 --markdown FILE`", text)
        self.assertNotIn("±", text)
        self.assertIn("--seeds", self.validate("aa01", "--seeds", "0", code=2).stderr)

    def test_json_and_markdown(self):
        paths = self.folder / "v.json", self.folder / "v.md"
        self.validate("aa01", "aa03", "dd01", "--json", paths[0], "--markdown", paths[1], code=5)
        rows = {row["id"]: row for row in json.loads(paths[0].read_text(encoding="utf-8"))["rows"]}
        self.assertEqual({name: row["verdict"] for name, row in rows.items()},
                         {"aa01": "pass", "aa03": "FAIL", "dd01": "not built"})
        self.assertEqual([check["verdict"] for check in rows["aa03"]["checks"]], ["FAIL", "pass"])
        self.assertEqual(rows["dd01"]["checks"], [])
        self.assertEqual({row["group"] for row in rows.values()}, {"ours"})
        page = paths[1].read_text(encoding="utf-8")
        self.assertRegex(page, r"(?m)^\| aa01 \| s \| m ")
        self.assertIn("`spinule validate aa01 aa03 dd01 --markdown FILE`", page)
        self.assertIn("**1 passed, 1 failed, 1 not built.** Failed: aa03.", page)
        run = self.validate("aa01", "--tsv", self.folder / "none" / "v.tsv", code=3)
        self.assertIn("cannot be written", run.stderr)

    def test_why_a_row_fails_is_told_where_it_does(self):
        self.write((row("aa01", IC50, low=0.06, high=0.08, missed='"not to be told"'),
                    row("aa02", IC50, low=0.08, high=0.09, missed='"since nothing is there"')))
        self.addCleanup(self.write, ROWS)
        page = self.folder / "missed.md"
        self.validate("aa", "--markdown", page, code=5)
        text = page.read_text(encoding="utf-8")
        self.assertIn("- **aa02** since nothing is there", text)
        self.assertNotIn("not to be told", text)

    def test_a_group_is_the_rows_of_its_files(self):
        (self.configs / "validation/others.cfg").write_text(
            'title = "others"; group = "theirs"; targets = (%s);' % row("zz01", IC50, low=0.06, high=0.08),
            encoding="utf-8")
        self.addCleanup((self.configs / "validation/others.cfg").unlink)
        self.assertEqual(set(self.verdicts("theirs")), {"zz01"})
        self.assertEqual(set(self.verdicts("theirs", "aa01")), {"zz01", "aa01"})
        run = self.validate("theris", code=2)
        self.assertIn('there is no id, category or group "theris"; did you mean "theirs"?', run.stderr)

    def test_a_run_that_fails(self):
        config = self.configs / "experiments/patch.cfg"
        try:
            config.write_text(PATCH.replace("E_rev = ", "E_ref = "), encoding="utf-8")
            found = self.verdicts("aa01", code=5)
        finally:
            config.write_text(PATCH, encoding="utf-8")
        self.assertRegex(found["aa01"][0]["why"], r"exit code 2: .*E_ref: unknown key")


class Hypotheses(Folder):
    def test_rows_under_each(self):
        """The rows under each set of overrides: those of experiments that draw; runs that no override reaches
        are shared, and all wait in one queue. The command does not fail where a row does."""
        (self.configs / "hypotheses").mkdir(exist_ok=True)
        (self.configs / "hypotheses/two.cfg").write_text(
            'title = "two"; hypotheses = ({ name = "one"; says = "all"; set = []; }, { name = "other"; '
            'says = "none"; set = ["mechanisms.disinhibition=false"]; });', encoding="utf-8")
        page = self.folder / "hypotheses.md"
        second = IC50 + (', { arm = "two"; against = "one"; measure = "IC50"; combine = "ratio"; '
                         'low = 2.0; high = 3.0; }')
        self.write((*ROWS, row("ee01", second, low=0.06, high=0.08)))
        self.addCleanup(self.write, ROWS)
        run = self.validate("aa01", "aa02", "cc01", "dd01", "ee01", "--hypotheses", "--markdown", page)
        lines = {line.split()[0]: line for line in run.stdout.splitlines() if line.strip()}
        self.assertEqual(lines["row"].split(), ["row", "measure", "one", "other"])
        self.assertEqual(lines["aa01"].count("pass 0.07"), 2)
        self.assertEqual(lines["aa02"].count("FAIL"), 2)
        self.assertEqual(lines["ee01"].count("FAIL 1"), 2)  # the value of the check that fails
        self.assertEqual(lines["cc01"].count("pass"), 2)
        self.assertEqual(lines["dd01"].count("not built"), 2)
        self.assertIn("2 of 5", run.stdout)
        self.assertIn("| cc01 |", page.read_text(encoding="utf-8"))
        made = [path.name for path in (self.folder / "runs").iterdir() if path.is_dir()]
        self.assertEqual(len([name for name in made if name == "patch"]), 1)
        drawn = [name for name in made if name.startswith("network-") and "seed3" in name]
        self.assertGreaterEqual(len(drawn), 2)
        self.assertEqual(set(re.findall(r"of (\d+) runs", run.stderr)), {str(len(made))})
        (self.configs / "hypotheses/two.cfg").write_text(
            'title = "two"; hypotheses = ({ name = "one"; set = []; });', encoding="utf-8")
        run = self.validate("aa01", "--hypotheses", code=2)
        self.assertIn("hypotheses.[0]", run.stderr)


class Wrong(Folder):
    def test_unknown(self):
        run = self.validate("aa1", code=2)
        self.assertRegex(run.stderr, r'\Aspinule: validate: [^\n]*"aa1"; did you mean "aa01"\?\n\Z')

    FAULTS = (
        (row("ee01", IC50, "pach"), "targets.[0]", '"patch"'),
        (row("ee01", IC50, "").replace('experiment = ""; ', ""), "targets.[0]", "not_built with the reason"),
        (row("ee01", IC50, low=2, high=1), "targets.[0]", "is above high"),
        (row("ee01", '{ arm = "one"; }'), "targets.[0].checks.[0]", "measure of summary.h5 or a series"),
        (row("ee01", '{ arm = "one"; measure = "IC50"; combine = "ratio"; }'), "targets.[0].checks.[0]",
         "against"),
        (row("ee01", '{ arm = "one"; series = ["rates"]; }'), "targets.[0].checks.[0].series", "no path"),
        (row("ee01", '{ arm = "one"; measure = "IC50"; take = "most"; }'), "targets.[0].checks.[0].take",
         "max"),
        (row("ee01", '{ arm = "one"; table = "/probe/cells"; measure = "cells"; }'), "targets.[0].checks.[0]",
         "belong together"),
        (row("ee01", '{ arm = "one"; measure = "IC50"; over = "x"; }'), "targets.[0].checks.[0]",
         "belongs to rows"),
        (row("ee01", IC50, colour='"red"'), "targets.[0].colour", "unknown key"),
        (row("ee01", ""), "targets.[0]", "no checks"),
    )

    def test_faults(self):
        try:
            for text, path, word in self.FAULTS:
                with self.subTest(word):
                    self.write([text])
                    run = self.validate(code=2)
                    self.assertRegex(run.stderr, rf"(?m)^spinule: \S+rows\.cfg:\d+: {re.escape(path)}"
                                                 rf"[^\n]*{re.escape(word)}")
            self.write([row("ee01", IC50), row("ee01", IC50)])
            self.assertIn("is there already", self.validate(code=2).stderr)
        finally:
            self.write(ROWS)


class Own(Case):
    """The rows that the program brings along."""

    def test_receptor_and_pk(self):
        """A receptor in vitro, and concentrations alone."""
        run = spinule("validate", "rc02", "pk01", "-o", self.folder / "runs")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertRegex(run.stdout, r"(?m)^rc02 .* pass ")
        self.assertRegex(run.stdout, r"(?m)^pk01 .* pass ")

    def test_rows_have_sources(self):
        """All files are read without fault, every row says where its range comes from."""
        path = self.folder / "all.json"
        run = spinule("validate", "rc02", "--json", path, "-o", self.folder / "runs")
        self.assertEqual(run.returncode, 0, run.stderr)
        for row in json.loads(path.read_text(encoding="utf-8"))["rows"]:
            self.assertTrue(row["source"] and row["published"] and row["confidence"])
            self.assertEqual(row["verdict"], "pass")


if __name__ == "__main__":
    unittest.main()
