"""test_experiments.py PROGRAM - configs/experiments: each says where it comes from; every drug file has a
dose axis in one of them; and some of them run, shortened, on a small patch of tissue."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, Case, arms, run_it, settings, spinule

EXPERIMENTS = sorted((ROOT / "configs/experiments").glob("*.cfg"))
SAMPLE = {"muscimol": ["mPFC"], "midazolam": ["mPFC"], "fluoxetine": ["mPFC", "CA1"],
          "hippocampus": ["CA1", "CA3", "DG"]}
# Below √(2π p₀) widths of a kernel, 340–440 µm for the densest in hippocampus, a target has fewer sources
# than its in-degree; interneurons are few, so inhibition is lost, and at 150 µm CA1 and DG run away.
SIDES = {"mPFC": "150 µm", "CA1": "350 µm", "CA3": "400 µm", "DG": "400 µm"}
# The acute effect alone: what a quick run reads in 0.25 s, two cycles of theta, is too noisy to drive tissue
# for a day, at which the fields run away at any size.
ACUTE = '({ at = "10 min"; duration = "8 s"; }, { at = "35 min"; }, { at = "55 min"; })'
WINDOWS = {"hippocampus": {"protocol.windows": ACUTE}}
FEW = {"fluoxetine": ["vehicle", "daily_10"], "hippocampus": ["vehicle", "ketamine"]}  # else all arms


def doses(text, drug):
    """The doses above 0 that events of an experiment give of a drug, as they are written."""
    found = re.findall(r'drug = "%s"; (?:dose|amount) = "([^"]+)"' % drug, text)
    return {dose for dose in found if float(dose.split()[0]) > 0}


class Experiments(Case):
    def test_each_names_its_source(self):
        for path in EXPERIMENTS:
            head = re.match(r"(?://.*\n)+", path.read_text(encoding="utf-8"))
            self.assertIsNotNone(head, path)
            title = r'(?m)^(title = ".+";|@include "\.\./circuits/\w+\.cfg")$'  # a circuit brings its own
            self.assertRegex(path.read_text(encoding="utf-8"), title)

    def test_each_names_its_rows(self):
        """The rows that an experiment names are those that name it, and with them stands its source."""
        judged = {}
        for path in sorted((ROOT / "configs/validation").glob("*.cfg")):
            for row in path.read_text(encoding="utf-8").split("\n  {\n")[1:]:
                shown = re.search(r'(?m)^    experiment = "(\w+)";$', row)
                if shown:
                    judged.setdefault(shown.group(1), set()).add(re.search(r'id = "(\w+)"', row).group(1))
        for path in EXPERIMENTS:
            rows = re.search(r"(?m)^rows = \[(.*)\];$", path.read_text(encoding="utf-8"))
            if rows:
                named = set(re.findall(r'"(\w+)"', rows.group(1)))
                self.assertEqual(named, judged.get(path.stem, set()), path)
                self.assertRegex(path.read_text(encoding="utf-8"), r'(?m)^source = ".+";$')

    def test_rows_name_their_pathway(self):
        """A pattern could fit a pathway into another region too, and mean the two."""
        seen = 0
        for path in sorted((ROOT / "configs/validation").glob("*.cfg")):
            for check in re.findall(r"\{[^{}]*/probe/pathways[^{}]*\}", path.read_text(encoding="utf-8")):
                for name in re.findall(r'\b(?:row|over) = "(.+?)"', check):
                    self.assertRegex(name, r"^\w+\.\w+_to_(\w+\.)?\w+$")
                    seen += 1
        self.assertGreater(seen, 60)

    def test_every_drug_has_a_dose_axis(self):
        texts = [path.read_text(encoding="utf-8") for path in EXPERIMENTS]
        for path in sorted((ROOT / "configs/drugs").glob("*.cfg")):
            names = re.findall(r"(?m)^(\w+) = \{$", path.read_text(encoding="utf-8"))
            most = max(len(doses(text, name)) for text in texts for name in names)
            self.assertGreaterEqual(most, 2, f"{path.name}: no experiment gives it at two doses")

    def test_windows_see_the_drug(self):
        """No drug comes or goes between two windows, so that one would stand for what it never saw."""
        timed = [path for path in EXPERIMENTS if "windows = (" in path.read_text(encoding="utf-8")]
        self.assertGreater(len(timed), 30)
        for path in timed:
            run = spinule("check", path)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertNotIn("has no window from", run.stdout, path)

    def test_some_run(self):
        for name, regions in SAMPLE.items():
            words = settings({f"regions.{region}.side": SIDES[region] for region in regions})
            words += settings(WINDOWS.get(name, {}))
            words += [word for arm in FEW.get(name, ()) for word in ("--arm", arm)]
            run_it(ROOT / f"configs/experiments/{name}.cfg", self.folder / name, "--quick", "-t", 1, *words)
            self.assertGreaterEqual(len(arms(self.folder / name)), 2)


if __name__ == "__main__":
    unittest.main()
