"""test_probe.py PROGRAM - circuits that are probed, from outside: counts are those of the circuit that was
asked for, cells answer to current as their own numbers say, and synapses as theirs: a change of one number of
the config shows in the reading that stands for it, and in no other. The same bits for any threads, ranks and
blocks. Faults are told in one line."""

import pathlib
import re
import sys
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, Case, probe_table, run_it, same, settings, spinule

TEXT = """
title = "a probed patch";
simulation = { seed = 3; };
species = {
  @include "%s/configs/species/rat.cfg"
};
subject = { species = "rat"; };
regions = { mPFC = { side = "150 µm"; }; };
arms = ( { name = "probe"; } );
probe = { cells = 0; sources = 1; rounds = 1; targets = 12; train = 3; settle = "400 ms";
          populations = ["mPFC.P*_L5"]; };
""" % ROOT
EE, EP, PE = "mPFC.PYR_L5_to_PYR_L5", "mPFC.PYR_L5_to_PV_L5", "mPFC.PV_L5_to_PYR_L5"
PATH = "regions.mPFC.pathways."


class Probe(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config = cls.folder / "patch.cfg"
        cls.config.write_text(TEXT, encoding="utf-8")
        cls.runs = {}
        cls.plain = cls.probe("plain")

    @classmethod
    def probe(cls, name, values=None, *words):
        if name not in cls.runs:
            run = run_it(cls.config, cls.folder / name, *settings(values or {}), *words)
            cls.runs[name] = (cls.folder / name / "probe.h5", run)
        return cls.runs[name][0]

    def pathway(self, file, name=EE):
        return probe_table(file, "pathways")[name]

    def test_counts(self):
        layers, cells = probe_table(self.plain, "layers"), probe_table(self.plain, "cells")
        with h5py.File(self.plain) as file:
            nodes = len(file["nodes/mPFC/node_type_id"])
        self.assertEqual(layers["mPFC"]["cells"], nodes)
        self.assertAlmostEqual(layers["mPFC"]["density"], nodes / 0.0225, delta=1e-6)
        self.assertEqual(sum(row["cells"] for name, row in layers.items() if "." in name), nodes)
        own = cells["mPFC.PYR_L5"]
        self.assertEqual(own["cells"], round(15960 * 0.0225))
        self.assertAlmostEqual(own["share"], own["cells"] / nodes, delta=1e-9)
        self.assertTrue(470 <= own["depth_from"] < own["depth_to"] <= 850)
        self.assertAlmostEqual(layers["mPFC"]["e_to_i"], 5.5, delta=0.1)

    def test_synapses(self):
        """In-degrees are those that `check` foretells, fibres from outside among them; probability falls with
        distance as the kernel does; pairs connected both ways are as many as is asked for, or chance."""
        values = {"probe.populations": "[]", "probe.rounds": 0, "regions.mPFC.side": "300 µm",
                  PATH + EE[5:] + ".width": "40 µm"}
        check = spinule("check", self.config, *settings(values)).stdout
        foretold = float(re.search(r"PYR_L5 +\d+ +\S+ +\S+ +(\d+)", check).group(1))
        pathways = probe_table(self.probe("whole", values), "pathways")
        found = sum(row["in_degree"] for name, row in pathways.items() if name.endswith("_to_PYR_L5"))
        self.assertAlmostEqual(found / foretold, 1, delta=0.03)
        fibres = pathways["mPFC.mPFC_vHPC_to_PYR_L5"]
        self.assertTrue(fibres["in_degree"] > 5 and fibres["pairs"] == 0)
        self.assertTrue(np.isnan(probe_table(self.probe("whole"), "cells")["mPFC.mPFC_vHPC"]["cells"]))
        ee = pathways[EE]
        self.assertEqual((ee["autapses"], ee["doubles"]), (0, 0))
        self.assertAlmostEqual(ee["synapses"], ee["in_degree"] * 1436, delta=1e-6)
        self.assertGreater(ee["p_50um"], 2 * ee["p_100um"])
        self.assertAlmostEqual(ee["kernel_width"], 40, delta=2)
        self.assertAlmostEqual(ee["weight"], 0.56, delta=0.03)
        self.assertAlmostEqual(ee["weight_cv"], 0.8, delta=0.06)
        self.assertAlmostEqual(ee["weight_sigma"], np.sqrt(np.log(1.64)), delta=0.02)
        self.assertAlmostEqual(ee["velocity"], 0.3, delta=0.03)
        self.assertAlmostEqual(ee["reciprocal_excess"], 4, delta=0.2)
        self.assertAlmostEqual(pathways[EE.replace("L5", "L23")]["reciprocal_excess"], 1, delta=0.2)

    def test_cells(self):
        values = {f"regions.mPFC.populations.PV_L5.{key}": 0.0 for key in ("cv_C_m", "cv_g_L")}
        values.update({"probe.cells": 3, "probe.rounds": 0, "probe.settle": "1 s"})
        cells = probe_table(self.probe("alike", values), "cells")
        pv = cells["mPFC.PV_L5"]
        self.assertAlmostEqual(pv["R_in"], 1000 / 8.5, delta=3)
        self.assertAlmostEqual(pv["tau_m"], 10, delta=0.3)
        self.assertAlmostEqual(pv["sag"], 0, delta=0.01)
        self.assertLess(pv["R_in_cv"], 0.02)
        pyr = cells["mPFC.PYR_L5"]
        self.assertAlmostEqual(pyr["V_rest"], -70, delta=0.7)
        self.assertAlmostEqual(pyr["V_rest_sd"], 4.2, delta=0.6)
        self.assertTrue(0.05 < pyr["sag"] < 0.3)  # of the slow current: a = 1 nS
        self.assertTrue(-50 < pyr["threshold"] < -43)  # V_T -52, where the upswing passes 10 mV/ms
        self.assertTrue(pyr["rheobase"] > 50 and pyr["rate_100pA"] > 2 and pyr["adaptation"] < 0.9)
        self.assertTrue(np.isnan(cells["mPFC.SST_L5"]["R_in"]))  # was not asked for

    def test_a_larger_weight(self):
        """Twice the conductance: twice the current, and nothing else of it."""
        a = self.pathway(self.plain)
        b = self.pathway(self.probe("heavy", {PATH + EE[5:] + ".weight": "1.12 nS"}))
        for key in ("weight", "conductance", "current"):
            self.assertAlmostEqual(b[key] / a[key], 2, delta=0.05)
        self.assertTrue(1.8 < b["psp"] / a["psp"] < 2.2)
        for key in ("in_degree", "delay", "ppr_train", "latency", "nmda_ampa"):
            self.assertAlmostEqual(b[key] / a[key], 1, delta=0.03)
        self.assertAlmostEqual(a["conductance"] / a["weight"], 1, delta=0.45)  # 12 pairs, and they vary

    def test_release(self):
        """Second over first is 1 - U e^(-t/200) at U 0.5, recovery of 200 ms and no facilitation."""
        prefix = PATH + EP[5:]
        file = self.probe("release", {prefix + ".U": 0.5, prefix + ".tau_rec": "200 ms",
                                      prefix + ".tau_facil": "0 ms"})
        found = self.pathway(file, EP)
        self.assertAlmostEqual(found["ppr_train"], 1 - 0.5 * np.exp(-20 / 200), delta=0.04)
        self.assertAlmostEqual(found["ppr_pair"], 1 - 0.5 * np.exp(-50 / 200), delta=0.04)
        self.assertLess(found["train"], found["ppr_train"])
        self.assertEqual(found["failures"], 0)

    def test_nmda(self):
        """NMDA over AMPA is the ratio of the pathway; without any there is none."""
        values = {PATH + EE[5:] + ".nmda_ratio": 0.0, PATH + EE[5:] + ".cv": 0.0,
                  PATH + EP[5:] + ".cv": 0.0}
        file = self.probe("nmda", values)
        self.assertAlmostEqual(self.pathway(file)["nmda_ampa"], 0, delta=3e-3)
        magnesium = 1 / (1 + np.exp(-0.062 * 40) / 3.57)
        self.assertAlmostEqual(self.pathway(file, EP)["nmda_ampa"], 0.25 * magnesium, delta=0.01)
        self.assertTrue(np.isnan(self.pathway(file, PE)["nmda_ampa"]))

    def test_inhibition(self):
        found = self.pathway(self.plain, PE)
        self.assertLess(found["psp_held"], -0.2)
        self.assertGreater(found["current"], 0)  # outward at 0 mV
        self.assertTrue(5 < found["current_decay"] < 9)
        self.assertTrue(np.isnan(self.pathway(self.plain)["psp_held"]))

    def test_delays(self):
        late = self.pathway(self.probe("late", {PATH + EE[5:] + ".delay": "4.2 ms"}))
        early = self.pathway(self.plain)
        self.assertAlmostEqual(late["delay"] - early["delay"], 3, delta=0.1)
        self.assertAlmostEqual(late["latency"] - early["latency"], 3, delta=0.4)

    def test_background(self):
        """With background on, a clamped cell shows the current that it shows at rest, to the last tick,
        since nothing comes back from the network; the potential is shunted. Where terminals depress, those of
        a cell that fires by itself have less left."""
        noise = {"probe.background": "true", "probe.within": "10 ms"}
        fixed = {PATH + EP[5:] + ".tau_rec": "0 ms", PATH + EP[5:] + ".tau_facil": "0 ms"}
        quiet = self.pathway(self.plain, EP)
        noisy = self.pathway(self.probe("noisy", {**noise, **fixed}), EP)
        for key in ("conductance", "current", "latency", "current_rise", "current_decay"):
            self.assertAlmostEqual(noisy[key] / quiet[key], 1, delta=1e-3, msg=key)
        self.assertTrue(0.4 < noisy["psp"] / quiet["psp"] < 1.3)  # shunted, but nearer to threshold
        self.assertTrue(np.isnan(noisy["nmda_ampa"]) and np.isnan(noisy["psp_held"]))
        self.assertEqual(noisy["pairs"], quiet["pairs"])
        tired = self.pathway(self.probe("tired", noise), EP)
        self.assertTrue(0.1 < tired["conductance"] / quiet["conductance"] < 0.95)
        self.assertAlmostEqual(tired["current_decay"], quiet["current_decay"], delta=1e-3)

    def test_same_bits(self):
        other = self.probe("other", {"simulation.block": 128}, "-t", 2, "--virtual-ranks", 2)
        for name in ("layers", "cells", "pathways"):
            a, b = probe_table(self.plain, name), probe_table(other, name)
            self.assertEqual(list(a), list(b))
            for row, values in a.items():
                for key, value in values.items():
                    self.assertTrue(same(value, b[row][key]), f"{name} {row} {key}: {value} {b[row][key]}")

    def test_words(self):
        run = self.runs["plain"][1]
        self.assertRegex(run.stdout, r"(?m)^  mPFC +12[0-9]{2} ")
        self.assertRegex(run.stdout, r"(?m)^  mPFC\.PYR_L5_to_PV_L5 ")
        with h5py.File(self.folder / "plain/summary.h5") as file:
            self.assertEqual(file["table/autapses"][0], 0)
        again = run_it(self.config, self.folder / "plain", code=2)
        self.assertIn("--overwrite replaces it", again.stderr)
        run_it(self.config, self.folder / "plain", "--resume")

    FAULTS = (({"probe.populations": '["mPFC.XYZ*"]'}, r"probe\.populations=[^\n]*: no population fits"),
              ({"probe.trains": 3}, r"probe\.trains=3: unknown key; did you mean .train."),
              ({"probe.train": 99}, r"probe\.train=99: .*out of range"))

    def test_faults(self):
        for values, message in self.FAULTS:
            with self.subTest(message):
                run = run_it(self.config, self.folder / "fault", *settings(values), code=2)
                self.assertRegex(run.stderr, message)
        run = run_it(self.config, self.folder / "fault", "--arm", "vehicle", code=2)
        self.assertRegex(run.stderr, r'--arm vehicle: there is no such arm; it is called "probe"\n\Z')
        run = run_it(self.config, self.folder / "fault", "--profile", code=2)
        self.assertRegex(run.stderr, r"\Aspinule: run: --profile[^\n]*probed\n\Z")
        self.assertEqual(spinule("check", self.config).returncode, 0)


if __name__ == "__main__":
    unittest.main()
