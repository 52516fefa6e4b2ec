"""test_export.py PROGRAM - results and circuits for other programs: CSV against the result it came from, the
structure of NWB files, `recover` after a kill, `cite`, `new`, the manual page and completion. Circuits have a
test of their own (test_sonata.py), and real readers theirs (tests/clients)."""

import atexit
import csv
import functools
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import PROGRAM, ROOT, SMALL, Case, datasets, place, run_it, same, settings, spinule

HERE = pathlib.Path(__file__).resolve().parent

# a quarter of the small circuit: what is written matters, not what comes out
SHORT = settings({"regions.mPFC.side": '"100 um"', "regions.CA1.side": '"100 um"', "protocol.windows":
                  '({at="5 min"; duration="100 ms"; label="baseline";}, {at="45 min"; duration="100 ms"; '
                  'label="15 min, after";})'})


def table(path):
    """{header: texts} of a CSV file."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return {name: [row[k] for row in rows[1:]] for k, name in enumerate(rows[0])}


@functools.cache
def short_run():
    """A run that several classes read; it goes when all is done."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="spinule-test-"))
    atexit.register(shutil.rmtree, folder)
    run_it(SMALL, folder / "run", *SHORT)
    return folder / "run"


class Results(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.results = short_run()
        cls.file = h5py.File(cls.results / "ketamine.h5")
        cls.addClassCleanup(cls.file.close)


class Csv(Results):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run = spinule("export", cls.results, "-o", cls.folder / "tables")
        assert (run.returncode, run.stderr) == (0, ""), run.stderr
        cls.tables = cls.folder / "tables/ketamine_csv"

    def test_every_arm_and_the_summary(self):
        self.assertEqual({path.name for path in (self.folder / "tables").iterdir()},
                         {"vehicle_csv", "ketamine_csv", "summary_csv"})
        measures = table(self.folder / "tables/summary_csv/table.csv")
        self.assertEqual(measures["arm"], ["vehicle", "ketamine"])

    def test_every_plot_is_a_table(self):
        plots = []
        self.file.visititems(lambda name, item: plots.append(name) if "axes" in item.attrs else None)
        self.assertGreater(len(plots), 10)
        for name in plots:
            group, rows = self.file[name], table(self.tables / (name.replace("/", "_") + ".csv"))
            axes = list(group.attrs["axes"])
            shape = tuple(len(group[axis]) for axis in axes)
            signals = [key for key in group if key not in axes and getattr(group[key], "shape", ()) == shape]
            heads = [f"{key} ({group[key].attrs['units']})" for key in axes + signals]
            self.assertEqual(sorted(rows), sorted(heads), name)
            self.assertEqual(list(rows)[:len(axes)], heads[:len(axes)])
            places = np.meshgrid(*[group[axis][()] for axis in axes], indexing="ij")
            for values, head in zip(places + [group[key][()] for key in signals], heads):
                read = np.array(rows[head], values.dtype)
                np.testing.assert_array_equal(read, values.ravel(), f"{name} {head}")

    def test_spikes_and_cells(self):
        for region in ("mPFC", "CA1"):
            spikes, cells = (table(self.tables / f"{kind}_{region}.csv") for kind in ("spikes", "nodes"))
            np.testing.assert_array_equal(np.array(spikes["timestamps (ms)"], float),
                                          self.file[f"spikes/{region}/timestamps"])
            node = self.file[f"nodes/{region}"]
            words = node["0/@library/population"].asstr()[()][node["0/population"][()]]
            self.assertEqual(cells["population"], list(words))
            np.testing.assert_array_equal(np.array(cells["C_m (pF)"], float), node["0/dynamics_params/C_m"])
            np.testing.assert_array_equal(np.array(cells["x (um)"], np.float32), node["0/x"])

    def test_texts_are_quoted(self):
        windows = table(self.tables / "protocol_windows.csv")
        self.assertEqual(windows["label"], ["baseline", "15 min, after"])
        values = table(self.tables / "provenance_values.csv")
        config = dict(zip(values["name"], values["value"]))["config"]
        self.assertEqual(config, self.file["provenance/config"].asstr()[()])

    def test_beside_the_result_and_never_over_it(self):
        path = self.results / "vehicle.h5"
        for words, code in (((), 0), ((), 2), (("--overwrite",), 0)):
            run = spinule("export", path, *words)
            self.assertEqual(run.returncode, code, run.stderr)
        self.assertIn("vehicle_csv", run.stdout)
        self.assertTrue((self.results / "vehicle_csv/rates.csv").exists())
        shutil.rmtree(self.results / "vehicle_csv")

    def test_what_has_no_circuit(self):
        config = ROOT / "configs/experiments/invitro_ic50.cfg"
        lone = self.folder / "lone.h5"
        with h5py.File(lone, "w") as file:
            file.attrs["spinule_format"] = np.int32(1)
            file["status/state"] = np.int8(1)
        for word in (config, lone):
            run = spinule("export", word, "--format", "sonata", "-o", self.folder / "none")
            self.assertEqual((run.returncode, run.stderr.count("\n")), (2, 1))
            self.assertIn("no circuit", run.stderr)
        self.assertFalse((self.folder / "none").exists())

    def test_what_cannot_be_exported(self):
        for words, message in (((SMALL,), "is no result"), ((self.folder / "none",), "No such file"),
                               ((self.folder,), "no result"), ((self.results, "--format", "xls"), "xls")):
            run = spinule("export", *words)
            self.assertEqual(run.returncode, 2)
            self.assertIn(message, run.stderr)
            self.assertEqual(run.stderr.count("\n"), 1)


class Nwb(Results):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("one.nwb", "two.nwb"):
            run = spinule("export", cls.results / "ketamine.h5", "--format", "nwb", "-o", cls.folder / name)
            assert run.returncode == 0, run.stderr
        cls.nwb = h5py.File(cls.folder / "one.nwb")
        cls.addClassCleanup(cls.nwb.close)

    def test_again_it_is_the_same_file(self):
        self.assertEqual((self.folder / "one.nwb").read_bytes(), (self.folder / "two.nwb").read_bytes())

    def test_units_are_the_cells(self):
        units, at = self.nwb["units"], 0
        ends, times = units["spike_times_index"][()].astype(int), units["spike_times"][()]
        self.assertEqual(self.nwb[units["spike_times_index"].attrs["target"]].name, "/units/spike_times")
        for region in self.file["nodes"]:
            spikes = self.file[f"spikes/{region}"]
            node, time_ms = spikes["node_ids"][()], spikes["timestamps"][()]
            n = len(self.file[f"nodes/{region}/node_id"])
            for cell in range(n):
                own = times[ends[at + cell - 1] if at + cell else 0:ends[at + cell]]
                np.testing.assert_array_equal(own, 1e-3 * time_ms[node == cell])
            self.assertEqual(set(units["region"].asstr()[at:at + n]), {region})
            np.testing.assert_array_equal(units["node_id"][at:at + n], np.arange(n))
            at += n
        self.assertEqual((len(ends), len(times)), (at, ends[-1]))
        self.assertGreater(len(times), 50)

    def test_every_typed_object_has_an_id_of_its_own(self):
        ids = [self.nwb.attrs["object_id"]]
        self.nwb.visititems(lambda _, item: ids.append(item.attrs["object_id"])
                            if "neurodata_type" in item.attrs else None)
        self.assertEqual(len(set(ids)), len(ids))
        self.assertGreater(len(ids), 20)

    def test_schema_is_named(self):
        self.assertEqual(self.nwb.attrs["nwb_version"], "2.7.0")
        self.assertNotIn(".specloc", self.nwb.attrs)

    def test_series_and_epochs(self):
        epochs = self.nwb["intervals/epochs"]
        np.testing.assert_allclose(epochs["start_time"], 3600 * self.file["protocol/windows/start_h"][()])
        self.assertEqual(list(epochs["tags"].asstr()), list(self.file["protocol/windows/label"].asstr()))
        lfp, own = self.nwb["acquisition/lfp_mPFC_all"], self.file["lfp/mPFC"]
        kept = ~np.isnan(own["all"][()])
        np.testing.assert_array_equal(lfp["timestamps"], own["time"][()][kept])
        np.testing.assert_array_equal(lfp["data"], own["all"][()][kept].astype(float))
        self.assertEqual(lfp["data"].attrs["unit"], "pA")
        brain = self.nwb["stimulus/presentation/brain_esketamine"]
        np.testing.assert_array_equal(brain["data"], self.file["drugs/brain_esketamine"])
        np.testing.assert_allclose(brain["timestamps"], 3600 * self.file["drugs/time"][()])


class Recover(Case):
    def test_after_a_kill(self):
        """A run is killed while it simulates; what is recovered is the beginning of the whole result."""
        whole, killed = self.folder / "whole", self.folder / "killed"
        run_it(SMALL, whole, "--arm", "ketamine", "-t", 1)
        command = [PROGRAM, "run", str(SMALL), "-o", str(killed), "--arm", "ketamine", "--progress", "none",
                   "-t", "1"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as run:
            checkpoint = killed / "ketamine.ckpt"
            while run.poll() is None and not (checkpoint.exists() and self.passed(checkpoint)):
                time.sleep(0.02)
            run.send_signal(signal.SIGKILL)
        self.assertEqual(run.returncode, -signal.SIGKILL, "it ended before it was killed")
        partial = killed / "ketamine.partial.h5"
        before = partial.read_bytes()
        recovered = spinule("recover", partial)
        self.assertEqual((recovered.returncode, recovered.stderr), (0, ""))
        self.assertRegex(recovered.stdout, r"ketamine\.recovered\.h5: [1-9] windows? of spikes")
        self.assertEqual(partial.read_bytes(), before)
        self.compare(killed / "ketamine.recovered.h5", whole / "ketamine.h5")
        again = spinule("recover", partial)
        self.assertEqual(again.returncode, 2)
        self.assertIn("--overwrite", again.stderr)
        run_it(SMALL, killed, "--arm", "ketamine", "-t", 1, "--resume")
        self.assert_equal_results(whole / "ketamine.h5", killed / "ketamine.h5")

    @staticmethod
    def passed(checkpoint):
        try:
            return place(checkpoint)[0] >= 3
        except OSError:
            return False

    def compare(self, recovered, whole):
        found, wanted, grown = datasets(recovered), datasets(whole), 0
        with h5py.File(recovered) as file:
            self.assertEqual(file["status/state"][()], 2)
        for name, values in found.items():
            if name == "protocol/events" or np.ndim(values) == 0:
                continue
            n = len(values)
            self.assertTrue(same(values, wanted[name][:n]), name)
            grown += n > 0 and name.startswith(("rates/", "spikes/", "maps/", "drugs/"))
        self.assertGreater(grown, 10)
        stop_h, spikes = found["protocol/windows/stop_h"], found["spikes/mPFC/timestamps"]
        full = wanted["spikes/mPFC/timestamps"]
        self.assertGreaterEqual(len(spikes), np.sum(full < 3.6e6 * stop_h[-1]))

    def test_what_is_no_partial_result(self):
        path = self.folder / "x.partial.h5"
        path.write_text("no HDF5")
        for words, message in (((path,), "x.partial.h5"), (("y.h5",), ".partial.h5"),
                               ((self.folder / "none.partial.h5",), "none.partial.h5")):
            run = spinule("recover", *words)
            self.assertIn(run.returncode, (2, 3))
            self.assertIn(message, run.stderr)


class Cite(Results):
    def test_text(self):
        run = spinule("cite", self.results)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn("Brette & Gerstner 2005. https://doi.org/10.1152/jn.00686.2005\n", run.stdout)
        numbers = re.findall(r"https://doi.org/(\S+)", run.stdout)
        self.assertEqual(len(numbers), len(set(numbers)))
        self.assertGreater(len(numbers), 20)

    def test_every_doi_of_the_result_is_there(self):
        text = spinule("cite", self.results / "ketamine.h5").stdout
        parameters = self.file["provenance/parameters"]
        standing, source = (parameters[name].asstr()[()] for name in ("standing", "source"))
        wanted = set(self.file["provenance/citations"].asstr()[()]) | set(source[standing != "setting"])
        numbers = {n.rstrip(".,;:)") for work in wanted for n in re.findall(r"doi:(10\.[^\s,;]+)", work)}
        self.assertEqual({n for n in numbers if f"doi.org/{n}\n" not in text}, set())

    def test_bibtex(self):
        text = spinule("cite", self.results, "--format", "bibtex").stdout
        entries = re.findall(r"^@(\w+)\{([^,]*),\n(.*?)\n\}$", text, re.MULTILINE | re.DOTALL)
        keys = [key for _, key, _ in entries]
        self.assertEqual(len(keys), len(set(keys)), sorted(k for k in keys if keys.count(k) > 1))
        self.assertEqual(text.count("{"), text.count("}"))
        brette = next(body for _, key, body in entries if key == "brette2005")
        self.assertIn("author = {Brette and Gerstner}", brette)
        self.assertIn("doi = {10.1152/jn.00686.2005}", brette)


class New(Case):
    def test_it_runs_as_it_is(self):
        run = spinule("new", self.folder / "studies/trial")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        path = self.folder / "studies/trial.cfg"
        text = path.read_text()
        self.assertIn('title = "trial";', text)
        self.assertNotIn('"../', text)
        checked = spinule("check", path)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        self.assertIn("trial", checked.stdout)
        again = spinule("new", path)
        self.assertEqual(again.returncode, 2)
        self.assertEqual(path.read_text(), text)


class Manual(unittest.TestCase):
    def names(self):
        listed = spinule().stdout.partition("Commands:\n")[2].partition("\n\n")[0]
        return re.findall(r"^  (\w+)", listed, re.MULTILINE)

    def options(self, name):
        return re.findall(r"(--[a-z-]+)", spinule("help", name).stdout.partition("Options:")[2])

    def test_page_has_every_option(self):
        page = spinule("help", "--format", "man").stdout
        plain = page.replace("\\-", "-")
        for name in self.names():
            part = plain.partition(f'.SS "spinule {name}')[2].partition(".SS ")[0]
            self.assertTrue(part, name)
            for option in set(self.options(name)) - {"--help"}:
                self.assertIn(f"\\fB{option}", part, name)

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_page_is_clean(self):
        page = spinule("help", "--format", "man").stdout
        command = ["groff", "-man", "-Kutf8", "-Tutf8", "-ww", "-Wbreak", "-z"]
        run = subprocess.run(command, input=page, text=True,
                             capture_output=True)
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def complete(self, *words):
        """What bash offers for the last word."""
        line = "source /dev/stdin <<<\"$script\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _spinule; " \
            "printf '%s\\n' \"${COMPREPLY[@]}\""
        script = spinule("help", "--format", "bash").stdout
        run = subprocess.run(["bash", "-c", line, "bash", "spinule", *words], capture_output=True, text=True,
                             env={"script": script, "PATH": "/usr/bin:/bin"})
        self.assertEqual(run.stderr, "")
        return run.stdout.split()

    def test_bash_completes(self):
        self.assertEqual(set(self.complete("")), {*self.names(), "--help", "--version"})
        self.assertEqual(sorted(self.complete("exp")), ["explain", "export"])
        self.assertEqual(set(self.complete("export", "--format", "")), {"csv", "nwb", "sonata"})
        self.assertEqual(self.complete("run", "--progress", "j"), ["json"])
        self.assertEqual(set(self.complete("help", "")), set(self.names()))
        for name in self.names():
            self.assertEqual({w for w in self.complete(name, "--")}, set(self.options(name)), name)

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_reads_it(self):
        script = spinule("help", "--format", "zsh").stdout
        run = subprocess.run(["zsh", "-n"], input=script, text=True, capture_output=True)
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_completes(self):
        """In an interactive zsh, in a terminal of its own."""
        try:
            for end in os.openpty():
                os.close(end)
        except OSError as reason:
            self.skipTest(f"no terminal can be had here: {reason}")
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "_spinule").write_text(spinule("help", "--format", "zsh").stdout)

            def complete(*words):
                line = " ".join(["spinule", *words])
                run = subprocess.run(["zsh", "-f", HERE / "complete.zsh", folder, line], capture_output=True,
                                     text=True, timeout=60)
                self.assertEqual((run.returncode, run.stderr), (0, ""))
                return run.stdout.split()

            self.assertEqual(complete("exp"), ["explain", "export"])
            self.assertEqual(complete("export", "--format", ""), ["csv", "nwb", "sonata"])
            self.assertEqual(complete("run", "--progress", "j"), ["json"])
            self.assertEqual(complete("help", "re"), ["recover", "report"])
            for name in ("run", "export"):
                self.assertEqual(set(complete(name, "--")), set(self.options(name)), name)


if __name__ == "__main__":
    unittest.main()
