"""test_removal.py PROGRAM - what is taken away takes its effect with it and nothing else: a dose of
nothing, an antagonist at each link of the chain from ketamine to spines, a switch of a disputed mechanism.
Each test says what must stay equal, bit for bit, and up to when: until what was taken away can reach it."""

import pathlib
import sys
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, Case, arms, datasets, run_it, same, settings

ANTAGONISTS = ("nbqx", "rapamycin", "anti_bdnf")
SOLVER = 1e-6  # of the slow system, whose step depends on all its equations


class Experiment(Case):
    """One run, with all its arms in memory; CONFIG names it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.arm = cls.results("as_it_is")

    @classmethod
    def results(cls, name, *words):
        run_it(cls.CONFIG, cls.folder / name, "-t", 1, *words)
        return {path.stem: datasets(path) for path in arms(cls.folder / name)}

    def without(self, mechanism, *words):
        return self.results(mechanism, *settings({f"mechanisms.{mechanism}": "false"}), *words)

    def assert_same(self, a, b, *names):
        """Datasets whose names begin so have equal bits in two arms."""
        found = [name for name in a if name.startswith(names)]
        self.assertTrue(found)
        for name in found:
            self.assertTrue(same(a[name], b[name]), name)

    def assert_same_before(self, time_h, a, b):
        """All that spikes and receptors did before a time has equal bits in two arms."""
        for clock, unit_h, names in (("rates/time", 1 / 3600, "rates/"), ("block/time", 1, "block/"),
                                     ("summary/mPFC/time", 1, "summary/mPFC/"),
                                     ("spikes/mPFC/timestamps", 1 / 3.6e6, "spikes/mPFC/")):
            rows = int(np.sum(a[clock] * unit_h < time_h))
            self.assertGreater(rows, 0)
            for name in a:
                if name.startswith(names) and name.rpartition("/")[2] != "title":
                    self.assertTrue(same(a[name][:rows], b[name][:rows]), name)


class ClosedLoop(Experiment):
    """A patch of cortex. A dose at 20 min is first felt by spikes in the window at 45 min if it acts on
    receptors; if it acts on tissue, through AMPA content and spines, in that at 3 h: until 30 min the
    tissue is driven by the baseline itself and rests, so nothing has changed at 45 min."""

    CONFIG = ROOT / "tests/configs/loop.cfg"
    SECOND_H, THIRD_H, END_H = 0.75, 3.0, 27.0

    def of_tissue(self, arm, name, first_h=0.0, last_h=END_H):
        """Rows of a slow variable in a stretch of time."""
        time_h = 24.0 * self.arm[arm]["slow/time"]
        rows = (time_h > first_h - 1e-9) & (time_h < last_h + 1e-9)
        self.assertGreater(rows.sum(), 2)
        return self.arm[arm]["slow/mPFC_" + name][rows]

    def synapses(self, arm):
        """Synapses of the last row of the turnover, recurrent and afferent."""
        found = [values[-1] for name, values in arm.items() if name.startswith("plasticity/turnover/alive_")]
        return sum(found)

    def test_a_dose_of_nothing(self):
        """Equal in everything and always, but for the list of what happened."""
        a, b = self.arm["vehicle"], self.arm["nothing"]
        self.assertEqual(list(a), list(b))
        differ = [name for name in a if not same(a[name], b[name])]
        self.assertTrue(all(name.startswith("protocol/events/") for name in differ), differ)
        self.assertEqual(list(b["protocol/events/drug"]), [b"ketamine"])
        self.assertEqual(list(a["protocol/events/drug"]), [])

    def test_ketamine_gains_synapses(self):
        """What the other tests take away is there."""
        self.assertGreater(self.of_tissue("ketamine", "mtorc1").max(), 1.5)
        self.assertGreater(self.of_tissue("ketamine", "proteins").max(), 1.5)
        self.assertGreater(self.synapses(self.arm["ketamine"]), 1.05 * self.synapses(self.arm["vehicle"]))

    def test_no_antagonist_leaves_a_gain(self):
        """With any link cut mTORC1 never rises, and spines turn over as if there were no ketamine: every
        count of every pathway is that of the antagonist alone, always."""
        for name in ANTAGONISTS:
            with self.subTest(name):
                alone, both = self.arm[name], self.arm["ketamine_" + name]
                self.assert_same(alone, both, "plasticity/turnover/")
                self.assertTrue(np.all(self.of_tissue("ketamine_" + name, "mtorc1") <= 1 + SOLVER))
                self.assertTrue(np.all(np.abs(self.of_tissue("ketamine_" + name, "proteins") - 1) < SOLVER))
                self.assertLess(self.synapses(both), 1.01 * self.synapses(self.arm["vehicle"]))

    def test_antagonists_leave_concentrations_alone(self):
        """The course of ketamine, always; and that of the antagonist beside ketamine."""
        for name in ANTAGONISTS:
            both = self.arm["ketamine_" + name]
            self.assert_same(self.arm["ketamine"], both, "drugs/plasma_esketamine", "drugs/brain_arketamine")
            self.assert_same(self.arm[name], both, "drugs/plasma_" + name, "drugs/brain_" + name)
            self.assertGreater(both["drugs/brain_" + name].max(), 0)

    def test_nbqx(self):
        """Recurrent AMPA is all but shut, so BDNF falls though its synthesis rises; nothing blocks NMDA
        receptors but ketamine. Equal until the window after the dose."""
        for with_it, without in (("nbqx", "vehicle"), ("ketamine_nbqx", "ketamine")):
            a, b = self.arm[with_it], self.arm[without]
            self.assert_same_before(self.SECOND_H - 0.01, a, b)
            self.assertLess(a["summary/mPFC/throughput"][1], 0.1 * b["summary/mPFC/throughput"][1])
            self.assertLess(self.of_tissue(with_it, "bdnf", self.THIRD_H, 10).max(), 0.3)
        self.assertTrue(np.all(self.arm["nbqx"]["block/PYR_L5"] == 0))
        self.assertGreater(self.arm["ketamine_nbqx"]["block/PYR_L5"][1], 0.3)
        self.assertGreater(self.of_tissue("ketamine_nbqx", "bdnf_supply").max(), 2)

    def check_on_tissue(self, name, *upstream):
        """A drug on tissue alone: spikes and receptors are equal before the third window, and so are the
        variables upstream of it as long as the second window drives them."""
        for with_it, without in ((name, "vehicle"), ("ketamine_" + name, "ketamine")):
            self.assert_same_before(self.THIRD_H - 0.01, self.arm[with_it], self.arm[without])
            for variable in upstream:
                a, b = (self.of_tissue(arm, variable, 0, 1.8) for arm in (with_it, without))
                np.testing.assert_allclose(a, b, rtol=SOLVER, err_msg=variable)

    def test_rapamycin(self):
        """Holds mTORC1 far below rest from an hour after the dose on; BDNF and its receptor do not feel
        it."""
        self.check_on_tissue("rapamycin", "bdnf_supply", "bdnf", "trkb")
        for arm in ("rapamycin", "ketamine_rapamycin"):
            self.assertLess(self.of_tissue(arm, "mtorc1", 1.5).max(), 0.2)
        self.assertGreater(self.of_tissue("ketamine_rapamycin", "bdnf").max(), 1.5)

    def test_erk_is_another_arm(self):
        """With ERK's part in synthesis, an inhibitor of mTORC1 leaves some of ketamine's effect on proteins,
        and alone does nothing to them. TrkB alone feeds it here: calcium falls with firing at this dose."""
        names = ("rapamycin", "ketamine_rapamycin", "ketamine")
        by_trkb = {"mechanisms.erk_proteins": "true", "tissue.erk.calcium": "0"}
        on = self.results("erk", *settings(by_trkb),
                          *(word for name in names for word in ("--arm", name)))
        found = {name: arm["slow/mPFC_proteins"].max() - 1 for name, arm in on.items()}
        self.assertLess(found["rapamycin"], 1e-3)
        self.assertGreater(found["ketamine_rapamycin"], 0.02)
        self.assertLess(found["ketamine_rapamycin"], 0.5 * found["ketamine"])
        late = 24 * on["ketamine"]["slow/time"] > 1.5
        self.assertLess(on["ketamine_rapamycin"]["slow/mPFC_mtorc1"][late].max(), 0.2)

    def test_anti_bdnf(self):
        """Takes BDNF away outside the cells, and with it what mTORC1 has of TrkB, a tenth of its rest; its
        synthesis does not feel it."""
        self.check_on_tissue("anti_bdnf", "bdnf_supply")
        for arm in ("anti_bdnf", "ketamine_anti_bdnf"):
            self.assertLess(self.of_tissue(arm, "bdnf", 3, 6).max(), 0.05)
            np.testing.assert_allclose(self.of_tissue(arm, "mtorc1", 3, 6), 0.9, atol=0.01)
        self.assertGreater(self.of_tissue("ketamine_anti_bdnf", "bdnf_supply").max(), 2)

    def test_adaptation(self):
        """With it, the level from which the arms count falls by a tenth in a day without BDNF, and what lies
        before it does not feel it; where TrkB is never short of signal, as after ketamine, all keeps its
        bits, always."""
        on = self.results("adapting", *settings({"mechanisms.adaptation": "true"}), "--arm", "anti_bdnf",
                          "--arm", "ketamine")
        self.assert_same(on["ketamine"], self.arm["ketamine"], "spikes/", "block/", "slow/", "plasticity/")
        self.assertTrue(np.all(on["ketamine"]["slow/mPFC_trkb_level"] == 1))
        a, b = on["anti_bdnf"], self.arm["anti_bdnf"]
        self.assert_same_before(self.THIRD_H - 0.01, a, b)
        for variable in ("bdnf_supply", "bdnf", "trkb", "trkb_level"):
            np.testing.assert_allclose(a["slow/mPFC_" + variable], b["slow/mPFC_" + variable], rtol=SOLVER,
                                       atol=SOLVER, err_msg=variable)
        self.assertLess(a["slow/mPFC_trkb_level"].min(), 0.92)

    def test_without_direct_translation(self):
        """Block no longer raises synthesis: BDNF's supply stays at 1 always; all is equal before the third
        window. What is gained all the same comes of firing, since interneurons are blocked too and AMPA
        throughput with it releases BDNF; with `disinhibition` off beside it nothing is gained."""
        off = self.without("direct_translation", "--arm", "vehicle", "--arm", "ketamine")
        self.assertTrue(np.all(off["ketamine"]["slow/mPFC_bdnf_supply"] == 1))
        self.assertGreater(self.of_tissue("ketamine", "bdnf_supply").max(), 2)
        self.assert_same_before(self.THIRD_H - 0.01, off["ketamine"], self.arm["ketamine"])
        self.assert_same(off["vehicle"], self.arm["vehicle"], "spikes/", "block/", "slow/", "plasticity/")

        def synthesis(proteins):
            """What was made: synapses, which hold 3 of rest, take the less of it, the fuller they are."""
            return -np.log((3 - proteins.max()) / 2)

        self.assertLess(synthesis(off["ketamine"]["slow/mPFC_proteins"]),
                        0.5 * synthesis(self.of_tissue("ketamine", "proteins")))
        neither = self.results("neither", *settings({"mechanisms.direct_translation": "false",
                                                     "mechanisms.disinhibition": "false"}),
                               "--arm", "vehicle", "--arm", "ketamine")
        self.assert_same(neither["vehicle"], self.arm["vehicle"], "spikes/", "block/", "slow/", "plasticity/")
        self.assertTrue(np.all(neither["ketamine"]["slow/mPFC_bdnf_supply"] == 1))
        throughput = [arm["summary/mPFC/throughput"][1] for arm in (neither["ketamine"], self.arm["vehicle"])]
        self.assertLess(*throughput)
        self.assertLess(self.synapses(neither["ketamine"]), 1.01 * self.synapses(neither["vehicle"]))

    def test_without_homeostatic_scaling(self):
        """The factor on AMPA receptors stays at 1 always. Equal before the third window."""
        off = self.without("homeostatic_scaling", "--arm", "vehicle", "--arm", "ketamine")
        for arm in ("vehicle", "ketamine"):
            self.assertTrue(np.all(off[arm]["slow/mPFC_ampa_scale"] == 1))
            self.assertGreater(np.abs(self.of_tissue(arm, "ampa_scale") - 1).max(), 0.001)
            self.assert_same_before(self.THIRD_H - 0.01, off[arm], self.arm[arm])

    def test_who_sees_the_drug(self):
        """Without `disinhibition` no receptor of an interneuron is blocked, without `pyramidal_block` none in
        a synapse of a pyramidal cell; the others are. Equal until the window after the dose, the vehicle
        always."""
        for name, spared, blocked in (("disinhibition", "PV_L5", "PYR_L5"),
                                      ("pyramidal_block", "PYR_L5", "PV_L5")):
            with self.subTest(name):
                off = self.without(name, "--arm", "vehicle", "--arm", "ketamine")
                self.assertTrue(np.all(off["ketamine"]["block/" + spared] == 0))
                self.assertGreater(off["ketamine"]["block/" + blocked][1], 0.3)
                self.assert_same_before(self.SECOND_H - 0.01, off["ketamine"], self.arm["ketamine"])
                self.assert_same(off["vehicle"], self.arm["vehicle"], "spikes/", "block/", "slow/",
                                 "plasticity/")

    def test_without_extrasynaptic(self):
        """Drugs reach no receptor outside of synapses: none of their charge is lost, while that of synapses
        is. Without drug nothing differs; with one nothing before the window after the dose, and the course of
        the drug always."""
        off = self.without("extrasynaptic", "--arm", "vehicle", "--arm", "ketamine")
        self.assert_same(off["vehicle"], self.arm["vehicle"], "spikes/", "block/", "slow/", "plasticity/")
        self.assert_same_before(self.SECOND_H - 0.01, off["ketamine"], self.arm["ketamine"])
        self.assert_same(off["ketamine"], self.arm["ketamine"], "drugs/")
        for cells in ("PYR_L5", "PV_L5", "SST_L5"):
            self.assertGreater(self.arm["ketamine"][f"block/{cells}_extrasynaptic"][1], 0.3)
            self.assertTrue(np.all(off["ketamine"][f"block/{cells}_extrasynaptic"] == 0))
            self.assertGreater(off["ketamine"][f"block/{cells}"][1], 0.3)

    def test_without_allosteric_site(self):
        """Ketamine takes less of the charge outside of synapses; what other drugs do, and a vehicle, has the
        same bits always, and ketamine until the window after the dose."""
        names = ("vehicle", "nbqx", "rapamycin", "ketamine")
        off = self.without("allosteric_site", *(word for name in names for word in ("--arm", name)))
        for name in names[:-1]:
            self.assert_same(off[name], self.arm[name], "spikes/", "block/", "slow/", "plasticity/")
        self.assert_same_before(self.SECOND_H - 0.01, off["ketamine"], self.arm["ketamine"])
        for cells in ("PYR_L5", "SST_L5"):
            less, more = (arm["ketamine"][f"block/{cells}_extrasynaptic"][1] for arm in (off, self.arm))
            self.assertGreater(more, less + 0.02)

    def test_without_mtorc1_route(self):
        """mTORC1 is active all the same; proteins do not follow. Equal before the third window."""
        off = self.without("mtorc1_route", "--arm", "vehicle", "--arm", "ketamine")
        self.assertGreater(off["ketamine"]["slow/mPFC_mtorc1"].max(), 1.5)
        self.assertLess(off["ketamine"]["slow/mPFC_proteins"].max(),
                        1 + 0.5 * (self.of_tissue("ketamine", "proteins").max() - 1))
        self.assert_same_before(self.THIRD_H - 0.01, off["ketamine"], self.arm["ketamine"])

    def test_agonist_of_autoreceptors(self):
        """With receptors full, release is what the published tone leaves, 0.6 of rest, and glutamate falls.
        Equal until the window after the dose; no NMDA receptor is blocked."""
        a, b = self.arm["ly379268"], self.arm["vehicle"]
        self.assert_same_before(self.SECOND_H - 0.01, a, b)
        np.testing.assert_allclose(a["summary/mPFC/release"], [1, 0.6, 0.6], atol=0.01)
        for name, no_spike_uM in (("glutamate", 0.030), ("ambient", 0.030), ("dialysate", 0)):
            with_agonist, without = (arm["summary/mPFC/" + name][1:] - no_spike_uM for arm in (a, b))
            self.assertTrue(np.all(with_agonist < 0.8 * without), name)
        self.assertTrue(np.all(a["block/PYR_L5"] == 0))

    def test_without_autoreceptors(self):
        """Release is as it was calibrated, always, and an agonist does nothing. The baseline is equal to
        what it is with them."""
        off = self.without("autoreceptors", "--arm", "vehicle", "--arm", "ly379268", "--arm", "ketamine")
        for name, arm in off.items():
            self.assertTrue(np.all(arm["summary/mPFC/release"] == 1))
            self.assert_same_before(self.SECOND_H - 0.01, arm, self.arm[name])
        self.assert_same(off["ly379268"], off["vehicle"], "spikes/", "summary/", "slow/", "dialysis/")
        on = self.arm["ketamine"]["summary/mPFC/release"]
        self.assertEqual(on[0], 1)
        self.assertTrue(np.all(on[1:] != 1))


    def test_without_gaba_b(self):
        """Release of gated pathways is as it was calibrated, always. The baseline is equal to what it is with
        the receptors; where SST cells fall silent, release rises with them alone."""
        off = self.without("gaba_b", "--arm", "vehicle", "--arm", "ketamine")
        for name, arm in off.items():
            self.assertTrue(np.all(arm["summary/mPFC/gate"] == 1))
            self.assert_same_before(self.SECOND_H - 0.01, arm, self.arm[name])
        on = self.arm["ketamine"]
        self.assertEqual(on["summary/mPFC/gate"][0], 1)
        self.assertGreater(on["summary/mPFC/gate"][1], 1.02)
        self.assertFalse(same(off["ketamine"]["spikes/mPFC/timestamps"], on["spikes/mPFC/timestamps"]))

class HighDose(Experiment):
    """An anaesthetic dose at 30 min. What acts on cells and terminals is first felt in the window at 45 min;
    body temperature acts on tissue, which rests until then, and through it on spikes at 2 h."""

    CONFIG = ROOT / "tests/configs/high.cfg"
    SECOND_H, THIRD_H = 0.75, 2.0
    CELLS = ("afferents", "hcn1", "nicotinic", "calcium_channel", "gaba_a_tonic")
    ALL = ("spikes/", "rates/", "block/", "summary/", "maps/", "slow/", "plasticity/", "drugs/")

    def course(self, arm):
        return [name for name in arm if name.startswith("drugs/") and name != "drugs/body_temperature"]

    def test_a_dose_of_nothing(self):
        self.assert_same(self.arm["vehicle"], self.arm["nothing"], *self.ALL)

    def test_switches_for_cells(self):
        """Off, the vehicle is equal always, ketamine until the window after the dose, its course always; and
        then something differs."""
        for name in self.CELLS:
            with self.subTest(name):
                off = self.without(name, "--arm", "vehicle", "--arm", "ketamine")
                self.assert_same(off["vehicle"], self.arm["vehicle"], *self.ALL)
                self.assert_same_before(self.SECOND_H - 0.01, off["ketamine"], self.arm["ketamine"])
                self.assert_same(off["ketamine"], self.arm["ketamine"], *self.course(off["ketamine"]))
                self.assertFalse(same(off["ketamine"]["spikes/mPFC/timestamps"],
                                      self.arm["ketamine"]["spikes/mPFC/timestamps"]))

    def test_temperature(self):
        """The body cools by some degrees and comes back; kept warm it does not. Off and warmed are one thing:
        spikes are equal until tissue has felt it, the course of the drug always, the vehicle always."""
        cold = self.arm["ketamine"]["drugs/body_temperature"]
        self.assertLess(cold.min(), -2)
        self.assertGreater(cold[-1], 0.5 * cold.min())
        self.assertTrue(np.all(self.arm["vehicle"]["drugs/body_temperature"] == 0))
        off = self.without("temperature", "--arm", "vehicle", "--arm", "ketamine")
        warm = self.results("warmed", *settings({"subject.warmed": "true"}), "--arm", "vehicle", "--arm",
                            "ketamine")
        for arm in ("vehicle", "ketamine"):
            self.assert_same(off[arm], warm[arm], *self.ALL)
            self.assertTrue(np.all(off[arm]["drugs/body_temperature"] == 0))
            self.assert_same(off[arm], self.arm[arm], *self.course(off[arm]))
            self.assert_same_before(self.THIRD_H - 0.01, off[arm], self.arm[arm])
        self.assert_same(off["vehicle"], self.arm["vehicle"], *self.ALL)
        a, b = (arm["ketamine"]["slow/mPFC_mtorc1"] for arm in (off, self.arm))
        self.assertGreater(np.abs(a - b).max(), 1e-3)

    def test_all_off(self):
        """Without any of them the channels of NMDA receptors are blocked all the same."""
        words = settings({f"mechanisms.{name}": "false" for name in (*self.CELLS, "temperature")})
        off = self.results("all_off", *words, "--arm", "vehicle", "--arm", "ketamine")
        self.assert_same(off["vehicle"], self.arm["vehicle"], *self.ALL)
        self.assert_same(off["ketamine"], self.arm["ketamine"], *self.course(off["ketamine"]))
        for arm in (off, self.arm):
            self.assertGreater(arm["ketamine"]["block/PYR_L5"][1], 0.7)


class OpenLoop(Experiment):
    """Cells that fire by themselves and do not feel their synapses: spikes are the same in every arm,
    always, and what a drug does behind them can be compared exactly."""

    CONFIG = ROOT / "tests/configs/open.cfg"
    SPIKES = ("spikes/", "rates/", "summary/CA1/rate", "summary/CA1/glutamate", "maps/CA1/glutamate")
    RECEPTORS = ("block/", "summary/CA1/blocked", "maps/CA1/nmda_block")
    REST = ("summary/CA1/throughput", "drugs/")

    def parameter_uM(self, path):
        with h5py.File(self.folder / "as_it_is/nbqx.h5") as file:
            parameters = file["provenance/parameters"]
            text = parameters["value"][list(parameters["path"][()]).index(path.encode())].decode()
        value, unit = text.split()
        return float(value) * {"nM": 1e-3, "uM": 1.0}[unit]

    def test_spikes_feel_nothing(self):
        self.assertGreater(self.arm["vehicle"]["summary/CA1/rate_CA1_PYR"].min(), 5)
        for arm in self.arm.values():
            self.assert_same(self.arm["vehicle"], arm, *self.SPIKES)

    def test_nbqx_takes_its_share_of_throughput(self):
        """1/(1 + C/K_B) of the conductance opens, at the concentration of the window's time; block of NMDA
        receptors and what ketamine does to it are equal, always."""
        K_B_uM = self.parameter_uM("drugs.nbqx.actions.ampa_competitive.K_B")
        for with_it, without in (("nbqx", "vehicle"), ("ketamine_nbqx", "ketamine")):
            a, b = self.arm[with_it], self.arm[without]
            left = a["summary/CA1/throughput"] / b["summary/CA1/throughput"]
            brain_uM = [a["drugs/brain_nbqx"][list(a["drugs/time"]).index(t)] for t in (0.75, 1.5)]
            self.assertGreater(min(brain_uM), K_B_uM)
            np.testing.assert_allclose(left, [1, *(1 / (1 + np.array(brain_uM) / K_B_uM))], rtol=1e-6)
            self.assert_same(a, b, *self.RECEPTORS)

    def test_ketamine_takes_none(self):
        for name in ("summary/CA1/throughput", "maps/CA1/ampa_throughput"):
            self.assert_same(self.arm["ketamine"], self.arm["vehicle"], name)
        self.assertGreater(self.arm["ketamine"]["block/CA1_PYR"][1], 0.2)

    def test_without_direct_translation(self):
        """Spikes, receptors and concentrations are equal, always; the tissue under ketamine is that under
        vehicle."""
        off = self.without("direct_translation")
        for name, arm in off.items():
            self.assert_same(self.arm[name], arm, *self.SPIKES, *self.RECEPTORS, *self.REST)
            self.assertTrue(np.all(arm["slow/CA1_bdnf_supply"] == 1))
        self.assert_same(off["ketamine"], self.arm["vehicle"], "slow/", "plasticity/")
        self.assertGreater(self.arm["ketamine"]["slow/CA1_bdnf_supply"].max(), 1.1)

    def test_without_homeostatic_scaling(self):
        """Spikes, receptors and concentrations are equal, always; of the tissue, the factor and the AMPA
        content alone change."""
        off = self.without("homeostatic_scaling")
        for name, arm in off.items():
            on = self.arm[name]
            self.assert_same(on, arm, *self.SPIKES, *self.RECEPTORS, *self.REST)
            self.assertTrue(np.all(arm["slow/CA1_ampa_scale"] == 1))
            self.assertTrue(np.all(arm["slow/CA1_gaba_scale"] == 1))
            self.assertGreater(np.abs(on["slow/CA1_ampa_scale"] - 1).max(), 1e-4)
            for variable in ("bdnf_supply", "bdnf", "trkb", "mtorc1", "proteins"):
                a, b = arm["slow/CA1_" + variable], on["slow/CA1_" + variable]
                np.testing.assert_allclose(a, b, rtol=SOLVER, atol=SOLVER, err_msg=variable)


class OtherSites(Experiment):
    """One drug at each of the sites that ketamine has no part in; doses at 20 min, windows at 45 min, 4 h and
    two days."""

    CONFIG = ROOT / "tests/configs/sites.cfg"
    SECOND_H, THIRD_H = 0.75, 4.0

    def differ(self, a, b):
        self.assertEqual(list(a), list(b))
        return [name for name in a if not same(a[name], b[name])]

    def assert_only(self, a, b, *names):
        """Nothing but datasets whose names begin so differ; the list of events always may."""
        found = [name for name in self.differ(a, b) if not name.startswith(("protocol/events/", *names))]
        self.assertEqual(found, [])

    def test_a_dose_of_nothing(self):
        """Of five drugs at five sites."""
        self.assert_only(self.arm["vehicle"], self.arm["nothing"])
        self.assertEqual(len(self.arm["nothing"]["protocol/events/drug"]), 5)

    def test_agonist_silences(self):
        rate = self.arm["agonist"]["summary/mPFC/rate"]
        self.assertLess(rate[1], 0.1 * self.arm["vehicle"]["summary/mPFC/rate"][1])
        self.assert_same_before(self.SECOND_H - 0.01, self.arm["agonist"], self.arm["vehicle"])

    def test_modulator_inhibits(self):
        rate = self.arm["modulator"]["summary/mPFC/rate"]
        self.assertLess(rate[1], self.arm["vehicle"]["summary/mPFC/rate"][1])
        self.assert_same_before(self.SECOND_H - 0.01, self.arm["modulator"], self.arm["vehicle"])

    def test_potentiator_raises_throughput(self):
        """Without block of NMDA receptors; with its switch off it does nothing but be there."""
        a, b = self.arm["potentiator"], self.arm["vehicle"]
        self.assertGreater(a["summary/mPFC/throughput"][1], 1.2 * b["summary/mPFC/throughput"][1])
        self.assertTrue(np.all(a["summary/mPFC/blocked"] == 0))
        self.assert_same_before(self.SECOND_H - 0.01, a, b)
        off = self.without("hnk_ampa", "--arm", "vehicle", "--arm", "potentiator")
        self.assert_only(off["vehicle"], off["potentiator"], "drugs/")
        self.assert_only(off["vehicle"], b)
        self.assertGreater(off["potentiator"]["drugs/brain_potentiator"].max(), 1)

    def test_reuptake_is_not_acute(self):
        """Spikes and receptors are equal until AMPA content or spines have changed; BDNF's supply is up after
        days of an occupied transporter and hardly on the first."""
        a, b = self.arm["reuptake"], self.arm["vehicle"]
        self.assert_same_before(self.THIRD_H - 0.01, a, b)
        hours = 24 * a["slow/time"]
        ratio = a["slow/mPFC_bdnf_supply"] / b["slow/mPFC_bdnf_supply"]
        self.assertLess(ratio[hours < 2].max(), 1.01)
        self.assertGreater(ratio[-1], 1.2)

    def test_challenge(self):
        """Less uptake in the window after it, less BDNF, more spines lost; with its switch off cytokines rise
        and nothing else happens."""
        a, b = self.arm["challenge"], self.arm["vehicle"]
        self.assertGreater(a["body/tnf"].max(), 10)
        self.assertGreater(a["summary/mPFC/glutamate"][2], 1.1 * b["summary/mPFC/glutamate"][2])
        self.assertLess(a["slow/mPFC_bdnf_supply"].min(), 0.85)
        lost = [sum(values.sum() for name, values in arm.items() if "turnover/removed_" in name)
                for arm in (a, b)]
        self.assertGreater(lost[0], 1.2 * lost[1])
        off = self.without("inflammation", "--arm", "vehicle", "--arm", "challenge")
        self.assert_only(off["vehicle"], off["challenge"], "drugs/", "body/")
        self.assert_same(off["challenge"], a, "body/", "drugs/")


class Stress(Experiment):
    """Sessions from 20 min on. The hormone and what it expresses are of the body; tissue feels the load,
    which is a matter of hours here."""

    CONFIG = ROOT / "tests/configs/stress.cfg"
    SECOND_H = 0.75
    ALL = ("spikes/", "rates/", "block/", "summary/", "maps/", "slow/", "plasticity/", "drugs/")

    def test_a_session_of_nothing(self):
        """Whose drive is 0: equal in everything, the body too."""
        self.assert_same(self.arm["nothing"], self.arm["vehicle"], *self.ALL, "body/")
        self.assertEqual(list(self.arm["nothing"]["protocol/events/kind"]), [b"stress"])
        self.assertEqual(list(self.arm["nothing"]["protocol/events/stressor"]), [b"unpredictable"])

    def test_stress(self):
        """The hormone is up, interneurons release less, SST cells least, synapses have fewer AMPA receptors,
        BDNF is lower, dendrites shorten and spines go. Equal until the window after its begin."""
        a, b = self.arm["stress"], self.arm["vehicle"]
        self.assert_same_before(self.SECOND_H - 0.01, a, b)
        self.assertGreater(a["body/glucocorticoid"].max(), 4)
        self.assertTrue(np.all(b["body/glucocorticoid"] == 1))
        self.assertLess(a["summary/mPFC/output_SST_L5"][3], a["summary/mPFC/output_PV_L5"][3])
        self.assertLess(a["summary/mPFC/output_PV_L5"][3], 1)
        self.assertEqual(a["summary/mPFC/output_PYR_L5"][3], 1)
        self.assertLess(a["slow/mPFC_ampa_content"][-1], 0.8 * b["slow/mPFC_ampa_content"][-1])
        self.assertLess(a["slow/mPFC_bdnf_supply"][-1], 0.85)
        alive = [sum(values[-1] for name, values in arm.items() if "turnover/alive_" in name)
                 for arm in (a, b)]
        self.assertLess(alive[0], 0.99 * alive[1])

    def test_sex(self):
        """In females the same load shortens dendrites less (PMC5555043); body and load are those of males."""
        female = self.results("female", *settings({"subject.sex": "female"}), "--arm", "stress")["stress"]
        male, rest = self.arm["stress"], self.arm["vehicle"]
        for name in ("glucocorticoid", "stress", "il6"):
            self.assert_same(female, male, "body/" + name)
        for layer in ("L23", "L5", "L6"):
            lengths = [arm[f"plasticity/turnover/dendrite_PYR_{layer}"][-1] for arm in (male, female, rest)]
            self.assertLess(lengths[0], lengths[1] - 0.005)
            self.assertLess(lengths[1], lengths[2])

    def test_hormone(self):
        """The hormone as a drug does as the body's own, which stays at rest."""
        a = self.arm["hormone"]
        self.assertTrue(np.all(np.abs(a["body/glucocorticoid"] - 1) < SOLVER))
        self.assertGreater(a["body/stress"].max(), 0.2)
        self.assertLess(a["slow/mPFC_ampa_content"][-1], 0.9)

    def test_without_stress(self):
        """Hormone and load go on; nothing else happens."""
        off = self.without("stress")
        self.assert_same(off["stress"], off["vehicle"], *self.ALL)
        self.assert_same(off["vehicle"], self.arm["vehicle"], *self.ALL, "body/")
        for name in ("glucocorticoid", "stress"):
            np.testing.assert_allclose(off["stress"]["body/" + name], self.arm["stress"]["body/" + name],
                                       rtol=1e-4, atol=1e-6)
        self.assertTrue(np.all(off["stress"]["body/butyricimonas"] == 1))

    def test_without_gut(self):
        """Bacteria fall all the same; cytokines and BDNF do not feel it."""
        off = self.without("gut", "--arm", "vehicle", "--arm", "stress")
        on = self.arm["stress"]
        self.assertLess(off["stress"]["body/butyricimonas"][-1], 0.9)
        self.assertGreater(off["stress"]["slow/mPFC_bdnf_supply"][-1], on["slow/mPFC_bdnf_supply"][-1])
        self.assertLess(off["stress"]["body/il6"][-1], on["body/il6"][-1])
        self.assert_same(off["vehicle"], self.arm["vehicle"], *self.ALL, "body/")

    def test_condition(self):
        """What lies behind a subject: load and content are already there at time 0, and go from there."""
        words = settings({"subject.condition": "before"})
        before = self.results("before", *words, "--arm", "vehicle")["vehicle"]
        self.assertGreater(before["body/stress"][0], 0.2)
        self.assertLess(before["body/stress"][-1], 0.2 * before["body/stress"][0])
        self.assertLess(before["summary/mPFC/output_SST_L5"][0], 1)
        self.assertLess(before["slow/mPFC_ampa_content"][0], 0.95)
        self.assertGreater(before["slow/mPFC_ampa_content"][-1], before["slow/mPFC_ampa_content"][0])


class BodyMass(Experiment):
    """A subject of body-mass index 35: cytokines are higher and rest there."""

    CONFIG = ROOT / "tests/configs/stress.cfg"

    @classmethod
    def setUpClass(cls):
        Case.setUpClass.__func__(cls)
        human = {"species": '{ human = { name = "human"; body_mass = "70 kg"; bmi = "25 kg/m2"; }; }',
                 "subject.species": "human", "drugs": "{ }",
                 # windows this short throw BDNF by half, which would grow into spines and their loss
                 "mechanisms.mtorc1_route": "false", "mechanisms.erk_proteins": "false",
                 "arms": '({ name = "vehicle"; }, { name = "nothing"; })',
                 "protocol.events": '({at = "20 min"; kind = "stress"; stressor = "unpredictable"; '
                                    'over = "1 h"; intensity = 0.0; arms = ["nothing"];})'}
        cls.arm = cls.results("lean", *settings(human), "--arm", "vehicle")
        cls.fat = cls.results("fat", *settings({**human, "subject.bmi": "35 kg/m2"}), "--arm", "vehicle")

    def test_rests_higher(self):
        lean, fat = self.arm["vehicle"], self.fat["vehicle"]
        self.assertTrue(np.all(lean["body/il6"] == 1))
        self.assertGreater(fat["body/il6"].min(), 1.3)
        self.assertLess(np.ptp(fat["body/il6"]), SOLVER)

    def test_spines_are_its_own(self):
        """Its inflammation is part of the turnover it has: as many spines are lost as in a lean subject, give
        or take chance, since activity differs."""
        lost = [sum(values.sum() for name, values in arm.items() if "turnover/removed_" in name)
                for arm in (self.arm["vehicle"], self.fat["vehicle"])]
        self.assertLess(abs(lost[1] / lost[0] - 1), 0.1)


if __name__ == "__main__":
    unittest.main()
