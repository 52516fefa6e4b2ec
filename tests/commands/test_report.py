"""test_report.py PROGRAM - `spinule report` of a run and of a batch: one page that refers to nothing outside,
whose numbers are those of the results (mean and deviation over seeds by numpy), with every plot of a
result in it; texts of a result cannot become markup; what is damaged, missing or still running is told or
shown."""

import base64
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import PROGRAM, ROOT, SMALL, Case, digests, run_it, spinule


class Page:
    def __init__(self, path):
        self.text = path.read_text()
        data = re.search(r'<script type="application/json" id="data">(.*?)</script>', self.text, re.S)[1]
        blob = re.search(r'<script type="text/plain" id="numbers">(.*?)</script>', self.text, re.S)[1]
        self.data = json.loads(data)
        self.numbers = np.frombuffer(base64.b64decode(blob), "<f4")

    def take(self, place):
        return self.numbers[place[0]:place[0] + place[1]]

    def group(self, path):
        return next(group for group in self.data["groups"] if group["path"] == path)

    def signal(self, path, name):
        return next(signal for signal in self.group(path)["signals"] if signal["name"] == name)


def report(directory, *words, code=0):
    run = spinule("report", directory, *words)
    assert run.returncode == code, (run.returncode, run.stderr)
    return run


class Reports(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = cls.folder / "run"
        run_it(SMALL, cls.made, "--quick")
        report(cls.made)
        cls.page = Page(cls.made / "report.html")

    def test_it_refers_to_nothing_outside(self):
        self.assertIn("default-src 'none'", self.page.text)
        without_data = re.sub(
            r'<script type="application/json".*?</script>',
            "",
            self.page.text,
            flags=re.S)
        self.assertEqual(re.findall(r"""(?:src|href)\s*=\s*["']?(?!#|data:)[^"'#\s>]+""", without_data), [])
        self.assertNotIn("@import", without_data)

    def test_curves_are_those_of_the_results(self):
        for s, arm in enumerate(("vehicle", "ketamine")):  # the control first
            self.assertEqual(self.page.data["sets"][s]["arm"], arm)
            with h5py.File(self.made / f"{arm}.h5") as file:
                for path, name in (("/drugs", "brain_esketamine"),
                                   ("/slow", "mPFC_bdnf"), ("/summary/CA1", "rate")):
                    found = self.page.signal(path, name)["sets"][s]
                    np.testing.assert_allclose(
                        self.page.take(
                            found["mean"]),
                        file[f"{path}/{name}"][:],
                        rtol=1e-6)
                    self.assertNotIn("sd", found)
                    at = self.page.group(path)["axes"][0]["at"][s]
                    np.testing.assert_allclose(self.page.take(at), file[f"{path}/time"][:], rtol=1e-6)

    def test_every_plot_is_there(self):
        with h5py.File(self.made / "ketamine.h5") as file:
            plots = []
            file.visititems(lambda name, item: plots.append("/" + name) if "signal" in item.attrs else None)
        left_out = [path for path in plots if re.match(r"/(lfp|lfp_grid)/", path)]
        self.assertEqual(
            sorted(
                group["path"] for group in self.page.data["groups"]), sorted(
                set(plots) - set(left_out)))

    def test_maps_keep_first_and_last_frame(self):
        found = self.page.signal("/maps/mPFC", "spine_density")["sets"][0]
        frames = self.page.take(found["values"]).reshape(found["frames"], found["rows"], found["columns"])
        with h5py.File(self.made / "vehicle.h5") as file:
            maps = file["maps/mPFC/spine_density"][:]
        np.testing.assert_allclose(frames[0], maps[0], rtol=1e-6)
        np.testing.assert_allclose(frames[-1], maps[-1], rtol=1e-6)

    def test_rasters_show_spikes_that_were(self):
        [raster] = [r for r in self.page.data["rasters"] if r["region"] == "mPFC"]
        window = raster["sets"][0][0]
        t, row = self.page.take(window["t"]), self.page.take(window["row"])
        with h5py.File(self.made / "vehicle.h5") as file:
            start = file["protocol/windows/settled_h"][0] * 3600e3
            times, ids = file["spikes/mPFC/timestamps"][:] - start, file["spikes/mPFC/node_ids"][:]
            count = file["populations/count"][0]
        step = -(-count // 40)
        wanted = {(round(a, 1), int(b // step)) for a, b in zip(times, ids)
                  if -1e-6 <= a < 1000 and b < count and b % step == 0}
        shown = {(round(float(a), 1), int(b))
                 for a, b in zip(t, row) if b < raster["populations"][0]["rows"]}
        self.assertEqual(shown, wanted)

    def test_measures_are_those_of_the_summary(self):
        table = self.page.data["measures"]["table"]
        with h5py.File(self.made / "summary.h5") as file:
            np.testing.assert_allclose(table["mPFC_rate_PYR"], file["table/mPFC_rate_PYR"][:], rtol=1e-8)
        self.assertEqual(table["unit of mPFC_rate_PYR"], "Hz")

    def test_seeds_become_mean_and_deviation(self):
        batch = self.folder / "batch"
        run = spinule(
            "batch",
            ROOT /
            "tests/configs/batch.cfg",
            "-o",
            batch,
            "--quick",
            "--progress",
            "none")
        self.assertEqual(run.returncode, 0, run.stderr)
        report(batch, "-o", self.folder / "batch.html")
        page = Page(self.folder / "batch.html")
        self.assertEqual([s["label"] for s in page.data["sets"]],
                         ["vehicle, dose=0 mg/kg", "ketamine, dose=0 mg/kg", "vehicle, dose=10 mg/kg",
                          "ketamine, dose=10 mg/kg"])
        values = []
        for k in (1, 3):  # the second point with either seed
            with h5py.File(batch / f"{k:04d}/ketamine.h5") as file:
                values.append(file["summary/mPFC/rate"][:])
        found = page.signal("/summary/mPFC", "rate")["sets"][3]
        self.assertEqual(found["seeds"], 2)
        np.testing.assert_allclose(page.take(found["mean"]), np.mean(values, 0), rtol=1e-6)
        np.testing.assert_allclose(page.take(found["sd"]), np.std(values, 0, ddof=1), rtol=1e-5, atol=1e-7)
        self.assertGreater(len(page.data["measures"]["paired"]["measure"]), 0)

    def test_texts_do_not_become_markup(self):
        evil = self.folder / "evil"
        shutil.copytree(self.made, evil)
        with h5py.File(evil / "vehicle.h5", "r+") as file:
            file.attrs["title"] = "</script><script>alert(1)</script>"
        report(evil)
        self.assertNotIn("<script>alert", (evil / "report.html").read_text())
        self.assertEqual(Page(evil / "report.html").data["title"], "</script><script>alert(1)</script>")

    def test_a_damaged_result_is_passed_over(self):
        damaged = self.folder / "damaged"
        shutil.copytree(self.made, damaged)
        (damaged / "ketamine.h5").write_bytes(b"no HDF5")
        report(damaged)
        self.assertEqual([s["arm"] for s in Page(damaged / "report.html").data["sets"]], ["vehicle"])

    def test_a_run_that_goes_on(self):
        """Rows that wait for their chunk are shown, from its checkpoint; nothing is left behind."""
        going, room = self.folder / "going", self.folder / "room"
        room.mkdir()
        command = [PROGRAM, "run", SMALL, "-o", going, "--progress", "none", "-t", "1"]
        with subprocess.Popen(command) as run:
            while not (going / "vehicle.ckpt").exists():
                time.sleep(0.01)
            run.send_signal(signal.SIGSTOP)
            before = digests(going)
            made = spinule("report", going, "-o", self.folder / "going.html",
                           env={**os.environ, "TMPDIR": room})
            after = digests(going)
            run.kill()
        self.assertEqual((made.returncode, after, list(room.iterdir())), (0, before, []), made.stderr)
        page = Page(self.folder / "going.html")
        vehicle = [found["arm"] for found in page.data["sets"]].index("vehicle")
        at = page.take(page.group("/rates")["axes"][0]["at"][vehicle])
        self.assertGreater(len(at), 10)
        with h5py.File(going / "vehicle.partial.h5") as file:
            self.assertLess(len(file["rates/time"]), len(at))
        self.assertGreater(len(page.data["rasters"][0]["windows"]), 0)

    def test_what_has_no_results_is_told(self):
        empty = self.folder / "empty"
        empty.mkdir()
        self.assertIn("empty", report(empty, code=2).stderr)
        self.assertIn("is no directory", report(self.made / "vehicle.h5", code=2).stderr)
        run = report(self.made, "-o", "/proc/nowhere.html", code=3)
        self.assertIn("/proc/nowhere.html", run.stderr)


if __name__ == "__main__":
    unittest.main()
