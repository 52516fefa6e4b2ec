"""test_kept_subject.py PROGRAM - a subject that one experiment keeps and another begins with: it is who it
was, goes on as the same weeks do in one run, whatever threads and stops do, and a file that does not fit is
refused in one line."""

import pathlib
import shutil
import signal
import sys
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, Case, run_it, settings, spinule, stopped_at

CONFIG = ROOT / "tests/configs/stress.cfg"
HOURS = {"s": 1 / 3600, "min": 1 / 60, "h": 1, "d": 24}  # of a unit in which a result counts time
KEPT_H = 48.0 + 2.0 / 3600.0  # the end of the protocol: of its last window
AFTER = '({at = "10 min"; duration = "1 s";}, {at = "12 h"; duration = "200 ms";})'
LATER = settings({"protocol.events": "( )", "protocol.windows": AFTER, "arms": '({ name = "after"; })'})


def series(result, group, name):
    """(hours, values) of a series of a result."""
    with h5py.File(result) as file:
        time = file[f"{group}/time"]
        return time[()] * HOURS[time.attrs["units"]], file[f"{group}/{name}"][()]


class Kept(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.folder / "before"
        keep = settings({"record.subject": "true"})
        run_it(CONFIG, cls.before, "--arm", "stress", "--arm", "hormone", *keep)
        cls.file = cls.before / "stress.subject"
        cls.begin = settings({"subject.from": f'"{cls.file}"'})

    def after(self, name, *words, code=0):
        directory = self.folder / name
        run = run_it(CONFIG, directory, *self.begin, *LATER, *words, code=code)
        return run if code else directory / "after.h5"

    def refused(self, name, *words, code=2):
        run = self.after(name, *words, code=code)
        self.assertRegex(run.stderr, r"\Aspinule: [^\n]+\n\Z")
        return run.stderr


class WhoItIs(Kept):
    """The result's first rows are those with which the kept arm ended."""

    def test_body_and_tissue(self):
        """All go on from where they were, without a jump, and the load that nobody adds to falls."""
        kept, after = self.before / "stress.h5", self.after("who")
        with h5py.File(kept) as file:
            names = [("body", name) for name in file["body"] if name not in ("time", "title")]
            names += [("slow", f"mPFC_{name}")
                      for name in ("ampa_content", "bdnf_supply", "trkb", "activity")]
        self.assertGreater(len(names), 15)
        for group, name in names:
            last = series(kept, group, name)[1][-1].mean()
            first = series(after, group, name)[1][0].mean()
            self.assertLess(abs(first - last), 0.02 * max(1, abs(last)), name)
        load = series(after, "body", "stress")[1]
        self.assertGreater(load[0], 0.5)
        self.assertLess(load[-1], 0.7 * load[0])
        self.assertLess(series(after, "slow", "mPFC_ampa_content")[1][0].mean(), 0.8)

    def test_spines(self):
        """The first change of structure finds as many synapses as the kept arm had in its end, to one, and
        dendrites as short."""
        with h5py.File(self.before / "stress.h5") as kept, h5py.File(self.after("spines")) as after:
            old, new = kept["plasticity/turnover"], after["plasticity/turnover"]
            pathways = [name[len("alive_"):] for name in old if name.startswith("alive_")]
            self.assertGreater(len(pathways), 10)
            for name in pathways:
                changed = int(new[f"formed_{name}"][0]) - int(new[f"removed_{name}"][0])
                self.assertEqual(int(new[f"alive_{name}"][0]) - changed, old[f"alive_{name}"][-1], name)
            for name in ("PYR_L23", "PYR_L5", "PYR_L6"):
                shortened = 1 - old[f"dendrite_{name}"][-1]
                self.assertGreater(shortened, 0.005)
                self.assertLess(abs(1 - new[f"dendrite_{name}"][0] - shortened), 0.2 * shortened, name)

    def test_parent(self):
        with h5py.File(self.before / "stress.h5") as kept, h5py.File(self.after("parent")) as after:
            self.assertEqual(after["provenance/parent_uuid"][()], kept["provenance/run_uuid"][()])
            self.assertEqual(kept["provenance/parent_uuid"][()], b"")

    def test_seed_in_the_path(self):
        shutil.copy(self.file, self.folder / "of_5.subject")
        again = self.after("seed", *settings({"subject.from": f'"{self.folder}/of_{{seed}}.subject"'}))
        self.assert_equal_results(again, self.after("no_seed"))


class GoesOn(Kept):
    def test_as_in_one_run(self):
        """What the body does after the weeks is what it does in one run, and cells fire alike, once windows
        are long enough to tell: within what two draws of the background differ by."""
        long = {"simulation.settle": '"1.5 s"'}
        weeks = '({at = "10 min"; duration = "2 s";}, {at = "24 h"; duration = "2 s";}'
        last = '{at = "48 h"; duration = "2 s";}'
        later = '{at = "48.1667 h"; duration = "2 s";}, {at = "60 h"; duration = "2 s";})'
        after = '({at = "10 min"; duration = "2 s";}, {at = "12 h"; duration = "2 s";})'
        for name, windows in (("first", f"{weeks}, {last})"), ("whole", f"{weeks}, {last}, {later}")):
            keep = settings({**long, "protocol.windows": windows, "record.subject": "true"})
            run_it(CONFIG, self.folder / name, "--arm", "stress", *keep)
        begin = settings({"subject.from": f'"{self.folder}/first/stress.subject"', **long})
        one, two = self.folder / "whole/stress.h5", self.after("split", *begin, *settings(
            {"protocol.windows": after}))
        for name in ("stress", "glucocorticoid", "il6", "butyricimonas"):
            hours, values = series(one, "body", name)
            own_h, own = series(two, "body", name)
            late, inside = hours > KEPT_H + 0.5, own_h > 1
            expected = np.interp(own_h + KEPT_H, hours[late], values[late])
            np.testing.assert_allclose(own[inside], expected[inside], rtol=0.03, atol=0.01, err_msg=name)
        # receptors at terminals count from the rest of health, as tissue does
        for name, allowed in (("rate", 0.15), ("gate", 0.05), ("release", 0.05), ("excitation", 0.02)):
            in_one = series(one, "summary/mPFC", name)[1][-2].mean()
            split = series(two, "summary/mPFC", name)[1][0].mean()
            self.assertLess(abs(split / in_one - 1), allowed, name)
        self.assertGreater(abs(series(two, "summary/mPFC", "gate")[1][0].mean() - 1), 0.1)
        for name in ("mPFC_ampa_content", "mPFC_bdnf_supply", "mPFC_proteins"):
            ends = [series(result, "slow", name)[1][-1].mean() for result in (one, two)]
            self.assertLess(abs(ends[1] / ends[0] - 1), 0.05, name)

    def test_drug_that_is_left(self):
        """The hormone that was given is in the body still, and leaves it as it would have."""
        words = settings({"subject.from": f'"{self.before}/hormone.subject"'})
        given = series(self.before / "hormone.h5", "drugs", "brain_corticosterone")[1][-1]
        _, values = series(self.after("left", *words), "drugs", "brain_corticosterone")
        self.assertGreater(given, 0)
        self.assertTrue(0.3 < values[0] / given < 1)
        self.assertTrue(np.all(np.diff(values) <= 0))

    def test_drug_that_has_gone(self):
        """Of what left the body long ago nothing is asked."""
        event = ('({at = "20 min"; drug = "corticosterone"; dose = "10 mg/kg"; route = "oral"; '
                 'arms = ["hormone"];})')
        windows = '({at = "10 min"; duration = "200 ms";}, {at = "500 h"; duration = "200 ms";})'
        gone = self.folder / "gone"
        run_it(CONFIG, gone, "--arm", "hormone", *settings(
            {"protocol.events": event, "protocol.windows": windows, "record.subject": "true",
             "arms": '({ name = "vehicle"; }, { name = "hormone"; })'}))
        words = settings({"subject.from": f'"{gone}/hormone.subject"', "drugs": "{ }"})
        self.assertTrue(self.after("without", *words).exists())

    def test_arms_of_one_subject(self):
        """They share what they can, and each is as if it ran alone; a stop between them loses nothing."""
        event = ('({at = "20 min"; drug = "corticosterone"; dose = "10 mg/kg"; route = "oral"; '
                 'arms = ["dosed"];})')
        arms = settings({"arms": '({ name = "after"; }, { name = "dosed"; })', "protocol.events": event})
        words = [*self.begin, *LATER, *arms]
        run_it(CONFIG, self.folder / "both", *words)
        code, said = stopped_at("dosed", signal.SIGINT, CONFIG, self.folder / "between", *words)
        self.assertEqual(code, 130, said)
        run_it(CONFIG, self.folder / "between", *words, "--resume")
        self.assert_equal_results(self.folder / "both", self.folder / "between")
        run_it(CONFIG, self.folder / "alone", *words, "--arm", "dosed")
        self.assert_equal_results(self.folder / "both/dosed.h5", self.folder / "alone/dosed.h5")

    def test_scaling_switched_off(self):
        """Factors that the weeks left stay as they are."""
        off = self.after("unscaled", *settings({"mechanisms.homeostatic_scaling": "false"}))
        scale = series(off, "slow", "mPFC_ampa_scale")[1]
        self.assertGreater(abs(scale[0].mean() - 1), 0.1)
        self.assertTrue(np.all(scale == scale[0]))

    def test_overwriting_removes_it(self):
        """No subject stands beside a result that it is not of."""
        directory = self.folder / "overwritten"
        words = [*self.begin, *LATER]
        run_it(CONFIG, directory, *words, *settings({"record.subject": "true"}))
        self.assertTrue((directory / "after.subject").exists())
        run_it(CONFIG, directory, *words, "--overwrite")
        self.assertFalse((directory / "after.subject").exists())

    def test_threads_and_ranks(self):
        one = self.after("one", "-t", "1")
        self.assert_equal_results(one, self.after("two", "-t", "2", "--virtual-ranks", "3"))

    def test_stopped_and_resumed(self):
        directory = self.folder / "stopped"
        words = [*self.begin, *LATER]
        code, said = stopped_at("tissue", signal.SIGINT, CONFIG, directory, *words)
        self.assertEqual(code, 130, said)
        run_it(CONFIG, directory, *words, "--resume")
        self.assert_equal_results(directory / "after.h5", self.after("not_stopped"))

    def test_kept_again(self):
        """A subject that began with a file can be kept."""
        directory = self.folder / "again"
        run_it(CONFIG, directory, *self.begin, *LATER, *settings({"record.subject": "true"}))
        words = settings({"subject.from": f'"{directory}/after.subject"'})
        load = series(directory / "after.h5", "body", "stress")[1][-1]
        self.assertLess(series(self.after("third", *words), "body", "stress")[1][0], 1.01 * load)


class Refused(Kept):
    def test_no_file(self):
        said = self.refused("none", *settings({"subject.from": '"nowhere.subject"'}))
        self.assertIn("nowhere.subject", said)

    def test_damaged(self):
        damaged = self.folder / "damaged.subject"
        data = bytearray(self.file.read_bytes())
        data[len(data) // 2] ^= 1
        damaged.write_bytes(bytes(data))
        self.assertIn("damaged", self.refused("damaged", *settings({"subject.from": f'"{damaged}"'})))

    def test_other_seed(self):
        self.assertIn("of simulation.seed 5, this experiment of 6", self.refused("seed", "--seed", "6"))

    def test_other_person(self):
        for key, value in (("sex", "female"), ("body_mass", '"0.3 kg"'), ("clearance", "1.2")):
            said = self.refused(f"person_{key}", *settings({f"subject.{key}": value}))
            self.assertIn(f"of subject.{key}", said)

    def test_a_checkpoint_is_no_subject(self):
        directory = self.folder / "stopped_for_ckpt"
        code, said = stopped_at("tissue", signal.SIGINT, CONFIG, directory, "--arm", "stress")
        self.assertEqual(code, 130, said)
        said = self.refused("ckpt", *settings({"subject.from": f'"{directory}/stress.ckpt"'}))
        self.assertIn("no subject that an experiment kept", said)

    def test_not_over_itself(self):
        """A run does not remove the subject that it begins with."""
        before = self.file.read_bytes()
        words = [*self.begin, *LATER, *settings({"arms": '({ name = "stress"; })'})]
        run = spinule("run", CONFIG, "-o", self.before, "--overwrite", "--progress", "none", *words)
        self.assertEqual(run.returncode, 2, run.stdout)
        self.assertRegex(run.stderr, r"\Aspinule: subject.from: [^\n]+choose another directory[^\n]*\n\Z")
        self.assertEqual(self.file.read_bytes(), before)

    def test_remade_subject(self):
        """A run that was stopped goes on from the very subject it began with, or not at all."""
        directory, file = self.folder / "remade", self.folder / "remade.subject"
        words = [*settings({"subject.from": f'"{file}"'}), *LATER]
        shutil.copy(self.file, file)
        code, said = stopped_at("tissue", signal.SIGINT, CONFIG, directory, *words)
        self.assertEqual(code, 130, said)
        again = self.folder / "again_for_remade"
        run_it(CONFIG, again, "--arm", "stress", *settings({"record.subject": "true"}))
        shutil.copy(again / "stress.subject", file)
        run = run_it(CONFIG, directory, *words, "--resume", code=2)
        self.assertIn("belongs to another experiment", run.stderr)

    def test_other_circuits(self):
        said = self.refused("circuits", *settings({"regions.mPFC.side": '"180 µm"',
                                                   "regions.mPFC.pitch": '"180 µm"'}))
        self.assertIn("of other circuits", said)

    def test_other_species(self):
        mouse = settings({"subject.species": "mouse", "species.mouse": '{ name = "mouse"; }', "drugs": "{ }"})
        self.assertIn("of species rat, this experiment of mouse", self.refused("species", *mouse))

    def test_drug_unknown(self):
        said = self.refused("drug", *settings({"subject.from": f'"{self.before}/hormone.subject"',
                                               "drugs": "{ }"}))
        self.assertIn("corticosterone", said)

    def test_condition_too(self):
        said = self.refused("both", *settings({"subject.condition": "before"}))
        self.assertIn("subject.condition", said)

    def test_concentrations_alone(self):
        run = spinule("run", CONFIG, "-o", self.folder / "pk", "--pk-only", *self.begin, *LATER)
        self.assertEqual(run.returncode, 2)
        self.assertIn("subject.from", run.stderr)

    def test_tissue_is_not_kept(self):
        """What was given into tissue is not in the body, and would be lost."""
        event = ('({at = "20 min"; drug = "corticosterone"; amount = "1 ug"; route = "local"; '
                 'region = "mPFC"; volume = "0.5 ul"; arms = ["hormone"];})')
        run = spinule("check", CONFIG, *settings({"record.subject": "true", "protocol.events": event}))
        self.assertEqual(run.returncode, 2, run.stdout)
        self.assertIn("record.subject", run.stderr)

    def test_check_tells(self):
        """`check` finds the file missing before a run does."""
        run = spinule("check", CONFIG, *settings({"subject.from": '"nowhere.subject"'}))
        self.assertEqual(run.returncode, 2)
        self.assertIn("nowhere.subject", run.stderr)


if __name__ == "__main__":
    unittest.main()
