"""test_default.py PROGRAM - the default experiment, whole: stopped again and again and gone on with on other
threads and ranks, it ends in the bits of one run. Long suite: minutes."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, Case, run_it, spinule

HOUR_S = 3600  # other work may be going on beside it
KETAMINE = ROOT / "configs/experiments/ketamine.cfg"


class Default(Case):
    def test_stopped_and_resumed(self):
        whole, parts = self.folder / "whole", self.folder / "parts"
        run_it(KETAMINE, whole, "-t", 2, timeout=HOUR_S)
        code, rounds = 75, 0
        while code == 75:
            run = spinule("run", KETAMINE, "-o", parts, "--progress", "none", "--time-limit", "25 s",
                          "-t", 1 + rounds % 3, "--virtual-ranks", 1 + rounds % 2, *["--resume"][:rounds],
                          timeout=HOUR_S)
            code, rounds = run.returncode, rounds + 1
            self.assertLess(rounds, 100)
        self.assertEqual(code, 0, run.stderr)
        self.assertGreater(rounds, 2)
        self.assert_equal_results(whole, parts)


if __name__ == "__main__":
    unittest.main()
