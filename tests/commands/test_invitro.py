"""test_invitro.py PROGRAM - experiments with a clamp, and drugs in a bath, from outside: readings are those
that the equations of the receptor have at a held potential, files and table agree, faults are told with file
and line, and what means nothing there is refused."""

import math
import pathlib
import re
import sys
import unittest

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, SMALL, Case, run_it, settings, spinule

TEXT = """
drugs = {
  @include "%s/configs/drugs/ketamine.cfg"
};
clamp = {
  V = "-60 mV";
  duration = "60 s";
  sample = "0.5 s";
  stride = "50 ms";
  patches = {
    plain = { nmda = { share_2A = 1.0; share_2B = 0.0; Mg = "0 mM"; }; };
    magnesium = { V = "-40 mV"; nmda = { share_2A = 1.0; share_2B = 0.0; Mg = "1 mM"; }; };
  };
  agonists = (
    { name = "glutamate"; concentration = "1 mM"; EC50 = "3 uM"; at = "1 s"; until = "60 s"; }
  );
  series = ["0.1 uM", "0.3 uM", "1 uM", "3 uM", "10 uM", "30 uM"];
  drugs = (
    { drug = "esketamine"; series = true; at = "5 s"; until = "60 s"; }
  );
  measures = (
    { id = "IC50"; kind = "IC50"; from = "58 s"; to = "60 s"; },
    { id = "blocked"; kind = "blocked"; from = "59 s"; to = "60 s"; patches = ["plain"]; },
    { id = "bound"; kind = "bound"; drug = "esketamine"; from = "59 s"; to = "60 s"; patches = ["plain"]; }
  );
};
""" % ROOT
K_D, Z_DELTA, RT_F = 0.2004, 0.55, 8.314462618 * 295.15 / 96485.33212 * 1000  # uM, 1, mV


def half(V, Mg):
    """IC50 of S-ketamine at open GluN2A channels: K_d(V) (1 + m)."""
    m = Mg / 3.57 * math.exp(-0.062 * V)
    return K_D * math.exp(Z_DELTA * (V + 66) / RT_F) * (1 + m)


def table(path, group):
    with h5py.File(path) as file:
        columns = {name: column[()] for name, column in file[group].items() if name != "title"}
    return columns


class Clamp(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config = cls.folder / "clamp.cfg"
        cls.config.write_text(TEXT, encoding="utf-8")
        cls.results = cls.folder / "clamp"
        cls.printed = run_it(cls.config, cls.results)

    def readings(self, patch):
        columns = table(self.results / f"{patch}.h5", "readings")
        return {name.decode(): value for name, value in zip(columns["measure"], columns["value"])}

    def test_ic50(self):
        for patch, V, Mg in (("plain", -60, 0), ("magnesium", -40, 1)):
            wanted = half(V, Mg)
            self.assertAlmostEqual(self.readings(patch)["IC50"] / wanted, 1, delta=0.01)
            self.assertAlmostEqual(self.readings(patch)["IC50_hill"], 1, delta=0.01)

    def test_every_concentration(self):
        found, series = self.readings("plain"), (0.1, 0.3, 1, 3, 10, 30)
        for uM in series:
            wanted, at = uM / (uM + half(-60, 0)), f"{uM}uM".replace(".", "p")
            self.assertAlmostEqual(found[f"blocked_{at}"], wanted, delta=0.005)
            self.assertAlmostEqual(found[f"bound_{at}"], wanted, delta=0.005)
        self.assertNotIn("blocked_1uM", self.readings("magnesium"))

    def test_files(self):
        """Traces of every run, the table of all patches, and the same numbers on standard output."""
        with h5py.File(self.results / "plain.h5") as file:
            self.assertEqual(file["traces/time"].shape, (120,))
            self.assertEqual(file["traces/time"].attrs["units"], "s")
            self.assertEqual(sum(name.startswith("current_") for name in file["traces"]), 7)
            self.assertEqual(list(file["runs/concentration_uM"]), [0, 0.1, 0.3, 1, 3, 10, 30])
            steady = file["traces/current_0"][-1]
            self.assertEqual(file["status/state"][()], 1)
        self.assertAlmostEqual(steady / (10 * -60 * 1000 / 1003), 1, delta=0.002)  # nS x mV x share active
        summary = table(self.results / "summary.h5", "table")
        for arm, value in zip(summary["arm"], summary["IC50"]):
            self.assertEqual(value, self.readings(arm.decode())["IC50"])
            self.assertRegex(self.printed.stdout, rf"(?m)^  {arm.decode()} +IC50 +{value:.4g} ")

    def test_step_of_the_potential(self):
        """Block and current of the patch that is stepped follow its potential; the other's do not."""
        step = 'voltages = ( { V = "-20 mV"; at = "30 s"; until = "60 s"; patches = ["plain"]; } );'
        config = self.folder / "step.cfg"
        config.write_text(TEXT.replace("  series = [", f"  {step}\n  series = ["), encoding="utf-8")
        run_it(config, self.folder / "step")
        summary = table(self.folder / "step" / "summary.h5", "table")
        found = dict(zip(summary["arm"], summary["IC50"]))
        self.assertAlmostEqual(found[b"plain"] / half(-20, 0), 1, delta=0.01)
        self.assertEqual(found[b"magnesium"], self.readings("magnesium")["IC50"])
        with h5py.File(self.folder / "step" / "plain.h5") as file:
            current, before = file["traces/current_0"][()], file["traces/time"][()] <= 29.5
        full = 10 * 1000 / 1003  # nS x share active
        self.assertAlmostEqual(current[before][-1] / (-60 * full), 1, delta=0.002)
        self.assertAlmostEqual(current[-1] / (-20 * full), 1, delta=0.002)

    def test_again(self):
        """The same bits; --quick takes every other concentration."""
        run_it(self.config, self.folder / "again", "--arm", "plain")
        run = spinule("diff", self.results / "plain.h5", self.folder / "again" / "plain.h5")
        self.assertEqual((run.returncode, run.stdout), (0, ""))
        self.assertFalse((self.folder / "again" / "magnesium.h5").exists())
        run_it(self.config, self.folder / "quick", "--quick")
        runs = table(self.folder / "quick" / "plain.h5", "runs")
        self.assertEqual(list(runs["concentration_uM"]), [0, 0.1, 1, 10])

    def test_refused(self):
        for words in (["--seed", 1], ["--resume"], ["--virtual-ranks", 2], ["--profile"],
                      ["--time-limit", "1 h"], ["--threads", 1], ["--pk-only"], ["--coupling-check"],
                      ["--live"]):
            run = run_it(self.config, self.folder / "none", *words, code=2)
            self.assertRegex(run.stderr, rf"\Aspinule: run: {words[0]} means nothing[^\n]+\n\Z")
        run = run_it(self.config, self.results, code=2)
        self.assertIn("--overwrite replaces it", run.stderr)
        run = run_it(self.config, self.folder / "none", "--arm", "plane", code=2)
        self.assertIn('did you mean "plain"?', run.stderr)
        self.assertFalse((self.folder / "none").exists())

    FAULTS = {
        "unknown key": ('V = "-60 mV"', 'VV = "-60 mV"', "clamp.VV", "unknown key"),
        "unit": ('duration = "60 s"', 'duration = "60 mV"', "clamp.duration", "is not a time"),
        "shares": ("share_2B = 0.0; Mg = \"0 mM\"", "share_2B = 0.5; Mg = \"0 mM\"",
                   "clamp.patches.plain.nmda", "do not sum to 1"),
        "fibres": ("share_2B = 0.0; Mg = \"0 mM\"", "share_2B = 0.0; fibres_2A = 1.0; Mg = \"0 mM\"",
                   "clamp.patches.plain.nmda", "fibres_2A is for fibres from outside a region"),
        "cell": ('plain = {', 'plain = { cell = "mPFC.PVL5";', "clamp.patches.plain", '"PV_L5"'),
        "region": ('plain = {', 'plain = { cell = "PV_L5";', "clamp.patches.plain", "region.population"),
        "receptor": ('plain = { nmda', 'plain = { nmdb', "clamp.patches.plain", "no receptors"),
        "drug": ('drug = "esketamine"; series', 'drug = "esketamin"; series', "clamp.drugs.[0]",
                 '"esketamine"'),
        "both": ('series = true;', 'series = true; concentration = "1 uM";', "clamp.drugs.[0]", "not both"),
        "late": ('at = "5 s"; until = "60 s"', 'at = "5 s"; until = "61 s"', "clamp.drugs.[0]",
                 "ends at 61 s"),
        "backwards": ('at = "5 s"; until = "60 s"', 'at = "5 s"; until = "4 s"', "clamp.drugs.[0]",
                      "before it began"),
        "series": ('"0.3 uM", "1 uM"', '"1 uM", "0.3 uM"', "clamp.series", "must rise"),
        "negative": ('["0.1 uM"', '["-0.1 uM"', "clamp.series", "out of range"),
        "patch": ('to = "60 s"; patches = ["plain"]; },', 'to = "60 s"; patches = ["plane"]; },',
                  "clamp.measures.[1]", '"plain"'),
        "kind": ('kind = "IC50"', 'kind = "IC5"', "clamp.measures.[0].kind", "IC50"),
        "no drug": ('kind = "bound"; drug = "esketamine";', 'kind = "bound";', "clamp.measures.[2]",
                    "which drug"),
        "name": ('id = "IC50"', 'id = "IC 50"', "clamp.measures.[0]", "cannot name a measure"),
        "voltage": ("  series = [", '  voltages = ({ V = "-20 mV"; at = "9 s"; until = "61 s"; }); series=[',
                    "clamp.voltages.[0]", "ends at 61 s"),
        "step": ('V = "-60 mV";', 'V = "-60 mV"; dt = "0.3 ms";', "clamp.dt", "does not divide"),
        "network": ("clamp = {", "regions = { };\nclamp = {", "regions", "unknown key"),
    }

    def test_faults(self):
        """Of check and of run, in one line or more, each with file and line; nothing is made."""
        for name, (old, new, path, word) in self.FAULTS.items():
            with self.subTest(name):
                self.assertEqual(TEXT.count(old), 1, old)
                config = self.folder / f"{name}.cfg"
                config.write_text(TEXT.replace(old, new), encoding="utf-8")
                for run in (spinule("check", config), spinule("run", config, "-o", self.folder / "none")):
                    self.assertEqual((run.returncode, run.stdout), (2, ""))
                    self.assertRegex(run.stderr, rf"(?m)^spinule: {re.escape(str(config))}:\d+: "
                                                 rf"{re.escape(path)}[^\n]*{re.escape(word)}")
        self.assertFalse((self.folder / "none").exists())

    def test_check(self):
        lines = spinule("check", self.config).stdout
        for part in ("voltage clamp, 60 s a run, 6 concentrations", "patch magnesium at -40 mV: nmda",
                     "esketamine 0.1 ... 30 uM"):
            self.assertIn(part, lines)


class Bath(Case):
    EVENT = ('({at = "20 min"; kind = "bath"; drug = "ketamine"; concentration = "2 uM"; over = "30 min";'
             ' arms = ["ketamine"];})')
    WINDOWS = ('({at = "5 min"; duration = "50 ms";}, {at = "40 min"; duration = "50 ms";},'
               ' {at = "80 min"; duration = "50 ms";})')

    def test_held(self):
        """Each enantiomer at half of the concentration from the first moment to the last, none elsewhere; the
        channels meet it."""
        words = settings({"protocol.events": self.EVENT, "protocol.windows": self.WINDOWS,
                          "simulation.settle": "20 ms"})
        run_it(SMALL, self.folder / "bath", "--arm", "ketamine", *words)
        with h5py.File(self.folder / "bath" / "ketamine.h5") as file:
            time, brain = file["drugs/time"][()], file["drugs/brain_arketamine"][()]
            plasma = file["drugs/plasma_arketamine"][()]
            blocked = file["summary/mPFC/blocked"][()]
            self.assertEqual(file["protocol/events/concentration_uM"][0], 2)
        inside, outside = abs(time - 7 / 12) < 0.249, abs(time - 7 / 12) > 0.251
        self.assertTrue(inside.any() and outside.any())
        self.assertTrue((brain[inside] == 1).all() and (brain[outside] == 0).all() and (plasma == 0).all())
        self.assertGreater(blocked[1], 0.05)
        self.assertEqual(blocked[0], 0)

    def test_faults(self):
        for event, word in (('{at = "20 min"; kind = "bath"; drug = "ketamine";}', "needs a concentration"),
                            ('{at = "20 min"; kind = "bath"; drug = "ketamine"; concentration = "1 uM";'
                             ' dose = "1 mg/kg";}', "no dose"),
                            ('{at = "20 min"; kind = "bath"; drug = "ketamine"; concentration = "1 uM";'
                             ' route = "ip";}', "no route"),
                            ('{at = "20 min"; drug = "ketamine"; route = "ip"; dose = "1 mg/kg";'
                             ' concentration = "1 uM";}', "belongs to the kind bath")):
            run = spinule("check", SMALL, *settings({"protocol.events": f"({event})"}))
            self.assertEqual(run.returncode, 2)
            self.assertRegex(run.stderr, rf"protocol\.events\.\[0\][^\n]*{word}")


if __name__ == "__main__":
    unittest.main()
