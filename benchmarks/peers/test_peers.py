"""test_peers.py - how circuits are read and scaled, statistics of spikes, and when a ratio is refused. Needs
numpy and libconf; ends with 77, skipped, without."""

import importlib.util
import json
import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree

import numpy as np

if not importlib.util.find_spec("libconf"):
    print("libconf is not installed")
    sys.exit(77)

import agreement
import chart
import compare
import peer
import scene

CIRCUITS = pathlib.Path(__file__).resolve().parents[2] / "configs/circuits"


def row(rate, cv=0.8):
    return {"rate_Hz": {"E": rate}, "cv": {"E": cv}}


class Scenes(unittest.TestCase):
    def test_quantities(self):
        self.assertEqual([scene.value(text) for text in ("200 pF", "1.5 s", "in_degree", 7)],
                         [200.0, 1500.0, "in_degree", 7])

    def test_in_degree_is_kept(self):
        small, large = (scene.read(CIRCUITS / "coba.cfg", cells) for cells in (None, 16000))
        self.assertEqual((small.cells, large.cells), (4000, 16000))
        self.assertAlmostEqual(large.pathways[0].number, 0.005)
        self.assertEqual(small.pathways[0].weight, large.pathways[0].weight)

    def test_probability_is_kept(self):
        whole, part = (scene.read(CIRCUITS / "microcircuit.cfg", cells) for cells in (None, 20000))
        synapses = [sum(pathway.synapses() for pathway in circuit.pathways) for circuit in (whole, part)]
        scale = 20000 / 77169
        self.assertAlmostEqual(synapses[1] / synapses[0] / scale ** 2, 1, places=2)
        self.assertAlmostEqual(part.pathways[0].weight / whole.pathways[0].weight, scale ** -0.5)
        self.assertLess(part.populations[0].params["I_e"], whole.populations[0].params["I_e"])

    def test_partners(self):
        random = np.random.default_rng(1)
        for name, cells in (("coba", 1000), ("adex", None)):
            circuit = scene.read(CIRCUITS / f"{name}.cfg", cells)
            inward = circuit.pathways[0]
            sources, targets = inward.pairs(random)
            self.assertEqual(len(set(zip(sources.tolist(), targets.tolist()))), len(sources))
            self.assertEqual((sources == targets).any(), inward.autapses)
            self.assertLess(abs(len(sources) / inward.synapses() - 1), 0.05)

    def test_peak_is_one(self):
        t = np.arange(0, 50, 1e-3)
        rise_and_fall = np.exp(-t / 6) - np.exp(-t / 0.5)
        factor = scene.peak_factor({"tau_rise": 0.5, "tau_decay": 6.0})
        self.assertAlmostEqual(factor * rise_and_fall.max(), 1, places=6)


class Statistics(unittest.TestCase):
    def test_cv(self):
        regular, few = np.arange(12.0), np.arange(9.0) ** 2
        cells = np.repeat([3, 5], [12, 9])
        self.assertAlmostEqual(peer.cv_of(cells, np.concatenate((regular, few))), 0)
        self.assertIsNone(peer.cv_of(cells[12:], few))
        random = np.random.default_rng(1)
        poisson = np.cumsum(random.exponential(size=100000))
        self.assertAlmostEqual(peer.cv_of(np.zeros(len(poisson), int), poisson), 1, places=2)


class Agreement(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(agreement.differences([row(10.0)], [row(10.9, 0.84)]), [])

    def test_different(self):
        for theirs in (row(11.1), row(8.9), row(10.0, 0.86), row(0.0, None)):
            self.assertNotEqual(agreement.differences([row(10.0)], [theirs]), [])
        self.assertNotEqual(agreement.differences([row(0.0, None)], [row(0.0, None)]), [])

    def test_spread_between_seeds(self):
        ours = [row(rate) for rate in (9.0, 10.0, 11.0)]
        self.assertEqual(agreement.differences(ours, [row(12.5)]), [])
        self.assertNotEqual(agreement.differences(ours, [row(13.5)]), [])


class Table(unittest.TestCase):
    def test_other_scenes_are_kept(self):
        """A run replaces what it ran, and nothing else; every row tells which run it is of."""
        def of(scene, threads, commit, date):
            return {"scene": scene, "threads": threads, "peer": "nest", "commit": commit, "date": date}

        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            first = [of("brunel", 1, "a", "d"), of("coba", 1, "a", "d"), of("coba", 2, "a", "d")]
            (folder / "peers.json").write_text(json.dumps({"results": first}), encoding="utf-8")
            rows = compare.with_kept(folder, {"date": "e", "commit": "b"},
                                     [{"scene": "coba", "threads": 1, "peer": "genn"}])
        self.assertEqual(rows, [of("coba", 1, "b", "e") | {"peer": "genn"}, of("coba", 2, "a", "d"),
                                of("brunel", 1, "a", "d")])


class Picture(unittest.TestCase):
    def test_is_xml_with_every_program(self):
        wall = {"median": 0.5, "min": 0.4, "max": 0.6}
        results = [{"scene": "coba", "threads": threads, "peer": name, "wall": wall}
                   for threads in (1, 2) for name in ("spinule", "nest")]
        results.append({"scene": "coba", "threads": 1, "peer": "arbor", "unfit": "no"})
        words = "".join(xml.etree.ElementTree.fromstring(chart.draw(results, "a < b")).itertext())
        self.assertIn("nest", words)
        self.assertNotIn("arbor", words)


if __name__ == "__main__":
    unittest.main()
