"""test_calibrate.py PROGRAM - `spinule calibrate` writes drives that a config can include, with target, rate,
seeds and date of each population; the drive that it finds holds the rates; what no drive can hold is told."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, Case, settings, spinule

MPFC = ROOT / "configs/circuits/mpfc.cfg"
ROW = re.compile(r'(\w+) = \{ background_rate = "([\d.]+) Hz"; target = "([\d.]+) Hz"; '
                 r'reached = "([\d.]+) Hz"; spread = "([\d.e-]+) Hz"; '
                 r'seeds = 2; date = "\d{4}-\d\d-\d\d"; \}')
AGAIN = """title = "again";
calibrated = {
  @include "drives.cfg"
};
species = {
  @include "%s/configs/species/rat.cfg"
};
subject = { species = "rat"; };
regions = { mPFC = { side = "200 um"; only = ["L6"]; }; };
protocol = { windows = ( { at = "10 s"; } ); };
""" % ROOT


class Calibrate(Case):
    def test_drives(self):
        drives = self.folder / "drives.cfg"
        run = spinule("calibrate", MPFC, "-o", drives, "--seeds", 2,
                      *settings({"regions.mPFC.side": "200 um", "regions.mPFC.only": '["L6"]'}))
        self.assertEqual(run.returncode, 0, run.stderr)
        rows = ROW.findall(drives.read_text(encoding="utf-8"))
        self.assertEqual([row[0] for row in rows], ["PYR_L6", "PV_L6", "SST_L6", "VIP_L6"])
        for name, drive, target, reached, _ in rows:
            self.assertGreater(float(drive), 0, name)
            self.assertLess(abs(float(reached) / float(target) - 1), 0.35, name)
        again = self.folder / "again.cfg"
        again.write_text(AGAIN, encoding="utf-8")
        run = spinule("check", again)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(f"{float(rows[0][1]):.4g}", run.stdout)

    def test_what_cannot_be(self):
        run = spinule("calibrate", MPFC, *settings({
            "regions.mPFC.side": "100 um", "regions.mPFC.only": '["PYR_L6", "PV_L6"]',
            "regions.mPFC.pathways.PYR_L6_to_PV_L6.weight": "20 nS",
            "regions.mPFC.populations.PV_L6.target_rate": "0.2 Hz"}))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("no drive is left", run.stdout)


if __name__ == "__main__":
    unittest.main()
