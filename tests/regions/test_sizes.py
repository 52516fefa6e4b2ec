"""test_sizes.py PROGRAM - the size of a patch changes nothing but the number of cells: mPFC on 0.25, 1 and
4 mm2 has the same synapses per cell, and fires at the same rates. Long suite: some minutes and a gigabyte."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
CELLS = [13750, 55000, 220000]  # 0.25, 1, 4 mm2
DEGREE, RATE = 0.005, 0.15      # allowed differences, relative; rates of a second of few interneurons scatter


def bench(cells):
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "table.json"
        words = [PROGRAM, "bench", "mpfc", "--cells", str(cells), "-t", "2", "--settle", "1 s",
                 "--measure", "2 s", "--repeat", "1", "--machine", "none", "--json", table]
        subprocess.run(words, check=True, capture_output=True)
        row, = json.loads(table.read_text(encoding="utf-8"))["rows"]
    return row["synapses"] / row["cells"], {entry["name"]: entry["rate_Hz"] for entry in row["populations"]}


class Sizes(unittest.TestCase):
    def test_sizes(self):
        small, *larger = [bench(cells) for cells in CELLS]
        for degree, rates in larger:
            self.assertLess(abs(degree / small[0] - 1), DEGREE)
            for name, rate in rates.items():
                with self.subTest(population=name):
                    self.assertLess(abs(rate - small[1][name]), RATE * small[1][name] + 0.3)


if __name__ == "__main__":
    unittest.main()
