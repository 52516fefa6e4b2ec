"""test_weeks.py PROGRAM - twelve weeks without a drug, on a small patch, for three seeds: spines, dendrites,
firing and AMPA stay, and as many spines form as are lost. Takes a minute or two."""

import pathlib
import sys
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, Case, run_it


class Weeks(Case):
    def test_twelve(self):
        for seed in (1, 2, 3):
            with self.subTest(seed):
                run_it(ROOT / "tests/configs/weeks.cfg", self.folder / str(seed), "--seed", seed)
                self.check(self.folder / str(seed) / "nothing.h5")

    def check(self, path):
        with h5py.File(path) as file:
            slow, turnover = file["slow"], file["plasticity/turnover"]
            self.assertGreater(slow["time"][-1], 83.9)
            spines = slow["mPFC_spines"][()]
            self.assertLess(np.abs(spines / spines[0] - 1).max(), 0.05)
            self.assertLess(np.abs(slow["mPFC_proteins"][()].mean() - 1), 0.05)
            self.assertTrue(np.all(slow["mPFC_dendrite"][()] == 1))
            self.assertLess(np.abs(slow["mPFC_ampa_content"][()] - 1).max(), 0.15)
            formed, removed = (sum(values[()].sum() for name, values in turnover.items()
                                   if name.startswith(kind)) for kind in ("formed_", "removed_"))
            self.assertLess(abs(formed / removed - 1), 0.02)
            rate = file["summary/mPFC/rate"][()]
            self.assertLess(np.abs(rate[1:].mean() / rate[0] - 1), 0.2)


if __name__ == "__main__":
    unittest.main()
