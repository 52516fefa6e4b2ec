"""test_sizes.py PROGRAM - the size of a patch changes nothing but the number of cells: mPFC on 0.25, 1 and
4 mm2 has the same synapses per cell, and fires at the same rates. Small patches differ from seed to seed (SST
cells of layer 6 by a sixth), so four of them, as many cells as 1 mm2 has, stand for their size. Long suite:
some minutes and a gigabyte."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
SMALL, LARGER, SEEDS = 13750, (55000, 220000), (1, 2, 3, 4)  # 0.25; 1, 4 mm2
DEGREE, RATE = 0.005, 0.15      # allowed differences, relative; rates of a second of few interneurons scatter


def bench(cells, seed=1):
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "table.json"
        words = [PROGRAM, "bench", "mpfc", "--cells", str(cells), "--seed", str(seed), "-t", "2", "--settle",
                 "1 s", "--measure", "2 s", "--repeat", "1", "--machine", "none", "--json", table]
        subprocess.run(words, check=True, capture_output=True)
        row, = json.loads(table.read_text(encoding="utf-8"))["rows"]
    return row["synapses"] / row["cells"], {entry["name"]: entry["rate_Hz"] for entry in row["populations"]}


class Sizes(unittest.TestCase):
    def test_sizes(self):
        degrees, rates = zip(*(bench(SMALL, seed) for seed in SEEDS))
        mean = {name: sum(rate[name] for rate in rates) / len(rates) for name in rates[0]}
        for cells in LARGER:
            degree, larger = bench(cells)
            self.assertLess(abs(degree * len(SEEDS) / sum(degrees) - 1), DEGREE)
            for name, rate in larger.items():
                with self.subTest(cells=cells, population=name):
                    self.assertLess(abs(rate - mean[name]), RATE * mean[name] + 0.3)


if __name__ == "__main__":
    unittest.main()
