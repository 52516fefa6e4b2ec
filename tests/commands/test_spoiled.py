"""test_spoiled.py PROGRAM - results that hold something else than they should: each column of their tables
too short, too long, empty, of another type, of an absurd length, or gone. Whatever reads results ends with an
exit code of its own and one line on standard error, never by a signal."""

import pathlib
import shutil
import sys
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, Case, run_it, spinule

TINY = ROOT / "tests/fuzz/tiny.cfg"
COLUMNS = ("populations/name", "populations/region", "populations/cell_type", "populations/count",
           "populations/first_node_id", "protocol/windows/label", "protocol/windows/start_h",
           "protocol/windows/settled_h", "protocol/windows/stop_h", "provenance/parameters/path",
           "provenance/parameters/value", "rates/time", "spikes/mPFC/timestamps", "spikes/mPFC/node_ids",
           "summary/mPFC/time", "lfp/mPFC/time")
READERS = (("info", "vehicle.h5"), ("info", "."), ("report", "."), ("diff", "vehicle.h5", "ketamine.h5"),
           ("cite", "vehicle.h5"), ("export", "vehicle.h5", "-o", "out", "--overwrite"),
           ("export", "vehicle.h5", "--format", "nwb", "-o", "out.nwb", "--overwrite"))
OF_STOPPED = ("populations/name", "rates/time", "spikes/mPFC/timestamps", "spikes/mPFC/node_ids")
WAYS = ("short", "long", "empty", "type", "gone", "large", "numbers", "absurd")  # two of them for each column
ABSURD = 1 << 40


def other(values, how):
    """What stands in the place of a column; None: nothing."""
    text = values.dtype == object
    return {"short": lambda: values[:-1], "long": lambda: np.concatenate([values, values]),
            "empty": lambda: values[:0], "gone": lambda: None,
            "type": lambda: np.arange(len(values)) if text else np.array(["x"] * len(values), object),
            "numbers": lambda: values if text else np.full(len(values), np.nan),
            "large": lambda: values if text else np.full(len(values), 1e300)}[how]()


def spoil(path, column, how):
    with h5py.File(path, "r+") as file:
        values = file[column][()]
        del file[column]
        if how == "absurd":
            file.create_dataset(column, (ABSURD,), maxshape=(None,), chunks=(1024,), dtype="f8")
            return
        values = other(values, how)
        if values is not None:
            text = h5py.string_dtype() if values.dtype == object else values.dtype
            file.create_dataset(column, data=values, dtype=text)


class Spoiled(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.whole = cls.folder / "whole"
        run_it(TINY, cls.whole, "-t", 1)
        cls.stopped = cls.folder / "stopped"
        run_it(TINY, cls.stopped, "-t", 1, "--arm", "vehicle", "--time-limit", "1 ms", code=75)

    def read(self, folder, words):
        run = spinule(*words, cwd=folder)
        self.assertIn(run.returncode, (0, 2, 3, 5), (words, run.stderr))
        if run.returncode in (2, 3):
            self.assertRegex(run.stderr, r"\Aspinule: [^\n]+\n\Z", words)
        return run

    def test_columns(self):
        for number, column in enumerate(COLUMNS):
            folder = self.folder / f"spoiled_{number}"
            for how in WAYS[number % 4::4]:
                with self.subTest(column=column, how=how):
                    shutil.rmtree(folder, ignore_errors=True)
                    shutil.copytree(self.whole, folder)
                    spoil(folder / "vehicle.h5", column, how)
                    for words in READERS:
                        self.read(folder, words)

    def test_absurd_length(self):
        """A dataset that claims more than its file can hold is not read at all."""
        folder = self.folder / "absurd"
        shutil.copytree(self.whole, folder)
        spoil(folder / "vehicle.h5", "populations/count", "absurd")
        run = self.read(folder, ("export", "vehicle.h5", "-o", "out"))
        self.assertEqual(run.returncode, 2)
        self.assertIn("/populations/count: 1099511627776 values, more than a file of", run.stderr)

    def test_recover(self):
        for number, column in enumerate(OF_STOPPED):
            for how in ("short", "empty") if number % 2 else ("long", "type"):
                with self.subTest(column=column, how=how):
                    folder = self.folder / f"recovered_{number}_{how}"
                    shutil.copytree(self.stopped, folder)
                    spoil(folder / "vehicle.partial.h5", column, how)
                    self.read(folder, ("recover", "vehicle.partial.h5"))
                    (folder / "vehicle.ckpt").unlink()
                    self.read(folder, ("recover", "vehicle.partial.h5", "--overwrite"))


if __name__ == "__main__":
    unittest.main()
