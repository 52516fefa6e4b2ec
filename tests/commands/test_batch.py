"""test_batch.py PROGRAM - `spinule batch` on a small circuit, from outside: every run is what `spinule run`
makes of its values and seed; the tables hold the runs' measures, and comparisons that numpy confirms; a
stop, a failed run and more seeds cost no run that is complete; designs and what a user can get wrong in
them."""

import csv
import math
import pathlib
import shutil
import signal
import subprocess
import time
import sys
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import program
from program import PROGRAM, ROOT, Case, run_it, spinule

BATCH = ROOT / "tests/configs/batch.cfg"
QUICK = ("--quick", "--progress", "none")


def batch(directory, *words, config=BATCH, code=0):
    run = spinule("batch", config, "-o", directory, *QUICK, *words)
    assert run.returncode == code, (run.returncode, run.stdout, run.stderr)
    return run


def manifest(directory):
    """Rows of the manifest, as dictionaries."""
    lines = [line for line in (directory / "manifest.tsv").read_text().splitlines()
             if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def column(file, name):
    values = file[name][:]
    return [v.decode() for v in values] if values.dtype == object else values


class Batches(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.whole = cls.folder / "whole"
        batch(cls.whole)

    def test_a_run_is_that_of_run(self):
        run_it(ROOT / "tests/configs/small.cfg", self.folder / "alone", "--quick", "--seed", 4,
               "-s", "protocol.events.[0].dose=10 mg/kg")
        rows = manifest(self.whole)
        self.assertEqual([(r["seed"], r["dose"], r["state"], r["exit_code"]) for r in rows],
                         [("3", "0 mg/kg", "complete", "0"), ("3", "10 mg/kg", "complete", "0"),
                          ("4", "0 mg/kg", "complete", "0"), ("4", "10 mg/kg", "complete", "0")])
        self.assert_equal_results(self.whole / "0003", self.folder / "alone")

    def test_tables_hold_what_runs_found(self):
        with h5py.File(self.whole / "summary.h5") as file:
            runs, arms = column(file, "table/run"), column(file, "table/arm")
            wanted = [(k, arm) for k in range(4) for arm in ("vehicle", "ketamine")]
            self.assertEqual(list(zip(runs, arms)), wanted)
            self.assertEqual(list(column(file, "table/dose")), [0, 0, 10, 10, 0, 0, 10, 10])
            self.assertEqual(file["table/dose"].attrs["units"], "mg/kg")
            for k in range(4):
                with h5py.File(self.whole / f"{k:04d}/summary.h5") as own:
                    np.testing.assert_array_equal(own["table/mPFC_rate_PYR"][:],
                                                  file["table/mPFC_rate_PYR"][2 * k:2 * k + 2])
            outside = file.get("runs/0003_ketamine", getlink=True)
            self.assertEqual((outside.filename, outside.path), ("0003/ketamine.h5", "/"))
            self.assertEqual(file["runs/0003_ketamine/provenance/seed"][()], 4)

    def test_comparisons_are_those_of_numpy(self):
        with h5py.File(self.whole / "summary.h5") as file:
            rate = file["table/mPFC_blocked_PYR"][:].reshape(2, 2, 2)  # seed, dose, arm
            paired = {key: column(file, "paired/" + key) for key in file["paired"] if key != "title"}
        for dose in range(2):
            [row] = [r for r in range(len(paired["arm"])) if paired["arm"][r] == "ketamine"
                     and paired["measure"][r] == "mPFC_blocked_PYR" and paired["point"][r] == dose]
            difference = rate[:, dose, 1] - rate[:, dose, 0]
            self.assertEqual(paired["pairs"][row], 2)
            self.assertAlmostEqual(paired["difference"][row], difference.mean(), delta=1e-12)
            half = 12.7062047 * difference.std(ddof=1) / math.sqrt(2)
            self.assertAlmostEqual(paired["high"][row] - paired["difference"][row], half, delta=1e-6)
        self.assertEqual(set(paired["point"]), {-1, 0, 1})
        self.assertGreater(rate[:, 1, 1].min(), 0.05)  # and a dose is a dose
        self.assertLess(rate[:, 0, 1].max(), 1e-6)

    def test_spreadsheet_says_the_same(self):
        with open(self.whole / "summary.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        with h5py.File(self.whole / "summary.h5") as file:
            paired = {key: column(file, "paired/" + key) for key in ("arm", "measure", "difference")}
        self.assertEqual([r["arm"] for r in rows], paired["arm"])
        self.assertEqual([r["measure"] for r in rows], paired["measure"])
        for row, difference in zip(rows, paired["difference"]):
            if math.isfinite(difference):
                allowed = 1e-6 * abs(difference) + 1e-12
                self.assertAlmostEqual(float(row["difference"]), difference, delta=allowed)
            else:
                self.assertEqual(row["difference"], "")
        self.assertEqual({r["dose"] for r in rows}, {"0 mg/kg", "10 mg/kg", ""})

    def test_status_info_and_diff_take_a_batch(self):
        for command in ("status", "info"):
            run = spinule(command, self.whole)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn("a batch of 4 runs, 100 % done: 4 complete", run.stdout)
        self.assertEqual(spinule("diff", self.whole, self.whole).returncode, 0)
        run = spinule("diff", self.whole, self.whole / "0000")
        self.assertEqual(run.returncode, 2)
        self.assertIn("two of a kind", run.stderr)

    def test_a_number_that_is_none_is_told_where_it_stands(self):
        spoiled = self.folder / "spoiled"
        shutil.copytree(self.whole, spoiled)
        lines = (self.whole / "manifest.tsv").read_text().splitlines()
        for field, word in ((0, "third"), (0, "-1"), (0, "99999999999"), (0, "3x"), (1, "")):
            row = lines[-1].split("\t")
            row[field] = word
            (spoiled / "manifest.tsv").write_text("\n".join([*lines[:-1], "\t".join(row)]) + "\n")
            kind = ("run", "point")[field]
            told = f'spoiled/manifest.tsv:{len(lines)}: "{word}" is no number of a {kind}: '
            for words in (("diff", "spoiled", "whole"), ("report", "spoiled"))[field:]:
                run = spinule(*words, cwd=self.folder)
                self.assertEqual(run.returncode, 2, (words, run.stderr))
                self.assertRegex(run.stderr, r"\Aspinule: [^\n]+\n\Z")
                self.assertIn(told, run.stderr)
        batch(spoiled, "--resume")
        self.assertEqual(manifest(spoiled), manifest(self.whole))

    def test_resume_runs_only_what_is_missing(self):
        more = self.folder / "more"
        config = self.folder / "more.cfg"
        text = BATCH.read_text().replace('"small.cfg"', f'"{ROOT}/tests/configs/small.cfg"')
        config.write_text(text)
        batch(more, config=config)
        made = {k: (more / f"{k:04d}/ketamine.h5").stat().st_mtime_ns for k in range(4)}
        again = batch(more, config=config, code=2)
        self.assertIn("--resume makes what is missing", again.stderr)
        config.write_text(text.replace("seeds = [3, 4]", "seeds = [3, 4, 5]"))
        (more / "0001/ketamine.h5").unlink()
        batch(more, "--resume", config=config)
        self.assertEqual([r["state"] for r in manifest(more)], ["complete"] * 6)
        now = {k: (more / f"{k:04d}/ketamine.h5").stat().st_mtime_ns for k in range(6)}
        self.assertEqual({k for k in made if now[k] != made[k]}, {1})
        self.assert_equal_results(more / "0001", self.whole / "0001")

    def test_interrupt_leaves_a_batch_to_go_on_with(self):
        stopped = self.folder / "stopped"
        process = subprocess.Popen([PROGRAM, "batch", BATCH, "-o", stopped, *QUICK, "-j", "1"],
                                   stderr=subprocess.PIPE, text=True)
        while not (stopped / "0001").exists():
            self.assertIsNone(process.poll())
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=program.LONGEST_S)[1]
        self.assertEqual(process.returncode, 130, said)
        states = [r["state"] for r in manifest(stopped)]
        self.assertEqual(states[0], "complete")
        self.assertIn("waiting", states)
        first = (stopped / "0000/vehicle.h5").stat().st_mtime_ns
        batch(stopped, "--resume")
        self.assertEqual((stopped / "0000/vehicle.h5").stat().st_mtime_ns, first)
        for k in range(4):
            self.assert_equal_results(stopped / f"{k:04d}", self.whole / f"{k:04d}")

    def test_a_failed_run_is_told_and_the_rest_goes_on(self):
        failed = self.folder / "failed"
        (failed).mkdir()
        (failed / "0002").write_text("in the way of a directory")
        run = batch(failed, code=5)
        self.assertIn("run 0002 (dose=0 mg/kg, seed 4) ended with exit code 3", run.stdout)
        self.assertIn("1 of 4 runs are not complete", run.stderr)
        states = [row["state"] for row in manifest(failed)]
        self.assertEqual(states, ["complete", "complete", "failed", "complete"])
        with h5py.File(failed / "summary.h5") as file:
            self.assertEqual(sorted(set(file["table/run"][:])), [0, 1, 3])


class Designs(Case):
    def test_a_cohort_is_drawn_within_its_bounds(self):
        config = self.folder / "cohort.cfg"
        config.write_text(f'''@include "{ROOT}/tests/configs/small.cfg"
batch = {{ design = "random"; points = 2; draw_seed = 2; axes = (
  {{ name = "mass"; paths = ["species.rat.body_mass"]; distribution = "normal"; unit = "kg";
     mean = 0.3; sd = 0.1;     low = 0.2; high = 0.4; }} ); }};
''')
        batch(self.folder / "cohort", config=config)
        masses = [float(r["mass"].split()[0]) for r in manifest(self.folder / "cohort")]
        self.assertEqual(len(set(masses)), 2)
        self.assertTrue(all(0.2 <= m <= 0.4 for m in masses), masses)
        with h5py.File(self.folder / "cohort/0001/ketamine.h5") as file:
            self.assertIn(f"{masses[1]:.9g} kg", file["provenance/config_resolved"][()].decode())
        with h5py.File(self.folder / "cohort/summary.h5") as file:
            self.assertNotIn("sensitivity", file)

    def test_sensitivity_is_told_by_designs_for_it(self):
        config = self.folder / "morris.cfg"
        config.write_text(f'''@include "{ROOT}/tests/configs/small.cfg"
batch = {{ design = "morris"; points = 2; axes = (
  {{ name = "dose"; paths = ["protocol.events.[0].dose"]; unit = "mg/kg"; low = 1.0; high = 30.0; }} ); }};
''')
        batch(self.folder / "morris", config=config)
        with h5py.File(self.folder / "morris/summary.h5") as file:
            rows = list(zip(column(file, "sensitivity/arm"), column(file, "sensitivity/measure")))
            k = rows.index(("vehicle", "mPFC_rate_PYR"))
            self.assertEqual(file["sensitivity/mu_star"][k], 0)  # a dose does nothing to those who get none

    def assert_refused(self, batch_text, *said):
        config = self.folder / "wrong.cfg"
        config.write_text(f'@include "{ROOT}/tests/configs/small.cfg"\nbatch = {{ {batch_text} }};\n')
        run = spinule("batch", config, "-o", self.folder / "wrong", *QUICK)
        self.assertEqual(run.returncode, 2, run.stderr)
        for words in said:
            self.assertIn(words, run.stderr)
        self.assertFalse((self.folder / "wrong").exists())

    def test_what_can_be_wrong_in_a_design(self):
        axis = 'axes = ( {{ name = "dose"; paths = ["{path}"]; values = [{values}]; }} );'
        self.assert_refused('axes = ( { name = "dose"; paths = ["a"]; } );', "wrong.cfg:2", "values")
        self.assert_refused(
            'axes = ( { name = "a b"; paths = ["a"]; values = [1]; } );',
            "cannot name a column")
        self.assert_refused('axes = ( { name = "dose"; values = [1]; } );', "no paths")
        self.assert_refused("seeds = [1, 1];", "seed 1 is there twice")
        self.assert_refused("seeds = [1.5];", "whole number")
        self.assert_refused('sedes = [1];', 'did you mean "seeds"?')
        self.assert_refused(axis.format(path="protocol.events.[0].dose", values='"10 mg"'), "10 mg")
        self.assert_refused(axis.format(path="protocol.events.[0].doze", values='"10 mg/kg"'), "doze")
        self.assert_refused(
            'design = "list"; axes = ( { name = "a"; paths = ["simulation.dt"]; values = [1]; },'
            '{ name = "b"; paths = ["simulation.settle"]; values = [1, 2]; } );', "same number")

    def test_run_and_check_take_the_config_too(self):
        self.assertEqual(spinule("check", BATCH).returncode, 0)
        directory = self.folder / "one"
        run_it(BATCH, directory, "--quick")
        with h5py.File(directory / "vehicle.h5") as file:
            self.assertNotIn("batch", file["provenance/config_resolved"][()].decode())


if __name__ == "__main__":
    unittest.main()
