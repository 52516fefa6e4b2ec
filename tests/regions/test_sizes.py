"""test_sizes.py PROGRAM CLASS... - the size of a patch changes nothing but the number of cells: mPFC on 0.25,
1 and 4 mm2 (classes Cortex...), each field of hippocampus by itself on 1, 1.96 and 4 mm2 (Field...).

In-degree, weight and unitary potential are those of the tissue on each: of every pathway alike within 5
standard errors, and the potentials of all pathways together within 4.

A rate is another matter. A patch is one draw of cells and synapses, and keeps the rate that it has drawn.
What size must not change is the mean over patches; their variance falls as the area grows. So there are as
many mm2 of each size, 8, in patches with seeds of their own, and an analysis of variance in which a patch
weighs as its area tells whether the three means are one: at a level of 0.01 over all populations. How small a
difference the scatter lets it find is reckoned from the same patches; where that is half a rate, it fails
too. The fluctuation of the background is off here: all cells of a patch share it, so what it does to a rate
within a window is the same on each size. The SD that `spinule check` tells belongs to what is measured. Long
suite: minutes, a gigabyte."""

import json
import math
import pathlib
import re
import statistics
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, Case, probe_table, run_it, settings, spinule

LEVEL = 0.01  # of all populations together
FOUND = 5.4  # standard errors between one size and the others that are found nine times of ten (simulated)
LONGEST_S = 3600
FIBRES = re.compile("mPFC_|CA1_schaffer|CA3_mossy|CA3_filopodia")  # no cells of the patch
PATCH = """
title = "a patch";
@include "%s/configs/calibrated/ketamine.cfg"
species = {
  @include "%s/configs/species/rat.cfg"
};
subject = { species = "rat"; };
regions = { %s = { side = "%g um"; fluctuation = { depth = 0.0; }; }; };
%s
"""
PROBE = """
arms = ( { name = "probe"; } );
probe = { cells = 0; sources = 2; rounds = 2; targets = 200; train = 2; settle = "200 ms"; };
"""
REST = """
protocol = { windows = ( { at = "10 s"; duration = "10 s"; label = "rest"; } ); };
"""
CORTEX = {0.25: range(1, 33), 1: range(33, 41), 4: range(41, 43)}  # mm2: seeds
FIELD = {1: range(1, 9), 1.96: range(9, 13), 4: range(13, 15)}  # sides are multiples of 50 um


def patch(folder, region, area, what):
    """A config of a patch of so many mm2."""
    config = folder / f"{region}-{area}-{len(what)}.cfg"
    config.write_text(PATCH % (ROOT, ROOT, region, 1000 * math.sqrt(area), what), encoding="utf-8")
    return config


def apart(a, b):
    """Difference of two means, (value, standard error), in standard errors."""
    return (a[0] - b[0]) / math.hypot(a[1], b[1])


def ratio_above(ratio, first, second):
    """Probability of a larger ratio of two variances with so many degrees of freedom, Fisher's F: the
    integral of a beta density over the angle whose squared sine is the share of the first in their sum."""
    steps, least = 20000, math.asin(math.sqrt(first * ratio / (first * ratio + second)))
    width = (0.5 * math.pi - least) / steps
    angles = (least + (k + 0.5) * width for k in range(steps))
    total = sum(math.sin(x) ** (first - 1) * math.cos(x) ** (second - 1) for x in angles) * width
    beta = math.gamma(first / 2) * math.gamma(second / 2) / math.gamma((first + second) / 2)
    return 2 * total / beta


class Tissue:
    """What is counted in the built circuits, and what a spike of one cell does in them."""

    region, areas = None, ()
    pathways_seen, potentials_seen = 0, 0  # at least

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cells, cls.pathways = {}, {}
        for area in cls.areas:
            results = cls.folder / f"{area}"
            run_it(patch(cls.folder, cls.region, area, PROBE), results, "-t", 2, timeout=LONGEST_S)
            cls.cells[area] = probe_table(results / "probe.h5", "cells")
            cls.pathways[area] = probe_table(results / "probe.h5", "pathways")

    def steps(self, rows):
        """What is told of a row, the row on one area, the same on the next."""
        for area, larger in zip(self.areas, self.areas[1:]):
            for name, row in rows[area].items():
                yield f"{name}, {area} and {larger} mm2", row, rows[larger][name]

    def test_density(self):
        for name, small, large in self.steps(self.cells):
            if not FIBRES.search(name):
                self.assertAlmostEqual(small["density"] / large["density"], 1, delta=0.01, msg=name)

    def test_in_degree_and_weight(self):
        """In-degrees of N cells, drawn at random, scatter by the root of their mean at most."""
        seen = 0
        for name, *rows in self.steps(self.pathways):
            degrees, weights = [], []
            for row in rows:
                cells = row["synapses"] / row["in_degree"]
                degrees.append((row["in_degree"], math.sqrt(row["in_degree"] / cells)))
                weights.append((row["weight"], row["weight"] * row["weight_cv"] / math.sqrt(row["synapses"])))
            self.assertLess(abs(apart(*degrees)), 5, name)
            self.assertLess(abs(apart(*weights)), 5, name)
            seen += 1
        self.assertGreater(seen, self.pathways_seen)

    def test_potential(self):
        z = []
        for name, *rows in self.steps(self.pathways):
            if min(row["pairs"] for row in rows) < 20:
                continue
            found = [(abs(row["psp"]), abs(row["psp"]) * row["psp_cv"] / math.sqrt(row["pairs"]))
                     for row in rows]
            z.append(apart(*found))
            self.assertLess(abs(z[-1]), 5, name)
        self.assertGreater(len(z), self.potentials_seen)
        self.assertLess(abs(sum(z)) / math.sqrt(len(z)), 4)


class CortexTissue(Tissue, Case):
    region, areas, pathways_seen, potentials_seen = "mPFC", tuple(CORTEX), 150, 40


class FieldTissueCA1(Tissue, Case):
    region, areas, pathways_seen, potentials_seen = "CA1", tuple(FIELD), 20, 12


class FieldTissueCA3(Tissue, Case):
    region, areas, pathways_seen, potentials_seen = "CA3", tuple(FIELD), 20, 12


class FieldTissueDG(Tissue, Case):
    region, areas, pathways_seen, potentials_seen = "DG", tuple(FIELD), 20, 12


def rates(folder, region, area, seed):
    table = folder / f"{region}-{area}-{seed}.json"
    run = spinule("bench", patch(folder, region, area, REST), "--seed", seed, "--threads", 2,
                  "--settle", "2 s", "--measure", "2 s", "--repeat", 1, "--machine", "none", "--json", table,
                  timeout=LONGEST_S)
    assert run.returncode == 0, run.stderr
    row, = json.loads(table.read_text(encoding="utf-8"))["rows"]
    own = (entry for entry in row["populations"] if not FIBRES.search(entry["name"]))
    return {entry["name"]: entry["rate_Hz"] for entry in own}


class Analysis:
    """One-way analysis of variance of {area: rates of its patches}, a patch weighing as its area."""

    def __init__(self, patches):
        total = {area: area * len(rate) for area, rate in patches.items()}
        self.mean = {area: statistics.fmean(rate) for area, rate in patches.items()}
        self.square = {area: area * statistics.variance(rate) for area, rate in patches.items()}  # of 1 mm2
        self.freedom = {area: len(rate) - 1 for area, rate in patches.items()}
        freedom = sum(self.freedom.values())
        self.grand = sum(total[area] * self.mean[area] for area in patches) / sum(total.values())
        between = sum(total[area] * (self.mean[area] - self.grand) ** 2 for area in patches)
        within = sum(self.freedom[area] * self.square[area] for area in patches)
        self.p = (1 + between / within) ** (-freedom / 2)  # of F where 2 degrees of freedom stand above
        self.sd = math.sqrt(within / freedom)  # of a patch of 1 mm2
        self.error = self.sd * math.sqrt(1.5 / min(total.values()))  # of one mean against the two others

    def scatter(self, small, large):
        """How probable a ratio of two variances is that is as far from 1 as theirs, if they are one."""
        few, many = self.freedom[large], self.freedom[small]
        above = ratio_above(self.square[small] / self.square[large], many, few)
        return 2 * min(above, 1 - above)


class Rates:
    region, patches, populations = None, {}, 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        found = {area: [rates(cls.folder, cls.region, area, seed) for seed in seeds]
                 for area, seeds in cls.patches.items()}
        cls.of = {name: Analysis({area: [rate[name] for rate in patches] for area, patches in found.items()})
                  for name in found[1][0]}
        cls.z = statistics.NormalDist().inv_cdf(1 - LEVEL / len(cls.of) / 2)

    def test_means(self):
        self.assertEqual(len(self.of), self.populations)
        for name, own in self.of.items():
            least = FOUND * own.error
            told = (f"{name}: {', '.join(f'{mean:.2f}' for mean in own.mean.values())} Hz, SD of 1 mm2 "
                    f"{own.sd:.2f} Hz, p {own.p:.4f}, least difference found {least:.2f} Hz")
            print(told, file=sys.stderr)
            with self.subTest(population=name):
                self.assertGreater(own.p, LEVEL / len(self.of), told)
                self.assertLess(least, 0.5 * own.grand, told)

    def test_variance_falls_as_the_area_grows(self):
        for name, own in self.of.items():
            with self.subTest(population=name):
                self.assertGreater(own.scatter(*sorted(self.patches)[:2]), LEVEL / len(self.of))


class FieldRatesCA1(Rates, Case):
    region, patches, populations = "CA1", FIELD, 4


class FieldRatesCA3(Rates, Case):
    region, patches, populations = "CA3", FIELD, 4


class FieldRatesDG(Rates, Case):
    region, patches, populations = "DG", FIELD, 4


class CortexRates(Rates, Case):
    region, patches, populations = "mPFC", CORTEX, 12

    def test_what_check_tells(self):
        """Of which population, and how much: within what so many patches can tell, at the level above."""
        said = spinule("check", "mpfc", *settings({"regions.mPFC.side": "500 um"})).stdout
        name, percent = re.search(r"  note: 0\.25 mm2 .*: of (\w+), .* SD (\d+) %", said).groups()
        own = self.of[name]
        found = own.sd / own.grand
        self.assertEqual(found, max(other.sd / other.grand for other in self.of.values()))
        error = 1 / math.sqrt(2 * sum(own.freedom.values()))
        self.assertLess(abs(math.log(0.5 * float(percent) / 100 / found)), self.z * error)


if __name__ == "__main__":
    unittest.main()
