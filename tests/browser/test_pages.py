"""test_pages.py PROGRAM - the report and the view in Debian's Chromium (pages.mjs clicks): every section is
drawn, selectors and sliders work, pictures are saved as SVG and PNG, nothing outside is asked for and
nothing complains; the view follows a run that goes on, and answers nobody without its token. Chromium and
npm are installed if they are missing, which needs root and network; skipped elsewhere."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import program
from program import PROGRAM, ROOT, SMALL, Case, run_it, settings, spinule

program.LONGEST_S = 1200  # of one visit: the machine may be shared

HERE = pathlib.Path(__file__).resolve().parent


def install():
    """Why not, or None."""
    if not all(shutil.which(name) for name in ("chromium", "npm")):
        if os.getuid() != 0:
            return "needs Chromium and npm, and root to install them"
        run = subprocess.run(["apt-get",
                              "install",
                              "-y",
                              "-qq",
                              "--no-install-recommends",
                              "chromium",
                              "nodejs",
                              "npm"],
                             capture_output=True,
                             text=True,
                             env={**os.environ,
                                  "DEBIAN_FRONTEND": "noninteractive"})
        if run.returncode:
            return f"Chromium cannot be installed: {run.stderr.strip().splitlines()[-1:]}"
    run = subprocess.run([ROOT / "commands/view/page/build"], capture_output=True, text=True)
    return None if run.returncode == 0 else f"npm: {run.stderr.strip().splitlines()[-1:]}"


class Pages(Case):
    @classmethod
    def setUpClass(cls):
        why = install()
        if why:
            raise unittest.SkipTest(why)
        super().setUpClass()
        cls.driver = cls.folder / "driver"
        cls.driver.mkdir()
        for name in ("package.json", "package-lock.json", "pages.mjs"):
            shutil.copy(HERE / name, cls.driver)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                       cwd=cls.driver, check=True, capture_output=True)
        cls.run_directory = cls.folder / "run"
        run_it(SMALL, cls.run_directory, "--quick")
        report = spinule("report", cls.run_directory)
        assert report.returncode == 0, report.stderr

    def view(self, directory):
        process = subprocess.Popen([PROGRAM, "view", directory],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.terminate)
        return process, process.stdout.readline().strip()

    def drive(self, report, address, **environment):
        """Screenshots go to a folder of each test, in SPINULE_SHOTS if that is set, to be looked at."""
        shots = pathlib.Path(os.environ.get("SPINULE_SHOTS", self.folder / "shots"))
        shots /= self.id().rpartition(".")[2]
        shots.mkdir(exist_ok=True, parents=True)
        run = subprocess.run(["node",
                              "pages.mjs",
                              report,
                              address,
                              shots],
                             cwd=self.driver,
                             capture_output=True,
                             text=True,
                             timeout=program.LONGEST_S,
                             env={**os.environ,
                                  **environment})
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        return json.loads(run.stdout)["seen"]

    def test_report_and_view(self):
        process, address = self.view(self.run_directory)
        seen = self.drive(self.run_directory / "report.html", address)
        self.assertEqual(seen["seed"], "7")
        self.assertGreater(len(seen["stretches"]), 3)
        self.assertTrue(
            any("ketamine against vehicle, mPFC" in text for text in seen["words"]), seen["words"])
        process.terminate()
        self.assertEqual(process.wait(timeout=30), 0)

    def test_view_follows_a_run(self):
        """Curves and maps are there while it goes on, from its checkpoints: no chunk is full yet."""
        directory = self.folder / "going"
        process = subprocess.Popen([PROGRAM, "run", SMALL, "-o", directory, "--progress", "none",
                                    *settings({f"protocol.windows.[{k}].duration": "4 s"
                                               for k in (2, 3, 4)})])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)  # what is looked at has been seen
        while not list(directory.glob("*.partial.h5")):
            self.assertIsNone(process.poll())
        _, address = self.view(directory)
        self.drive("-", address, GROWS="1")

    def test_nobody_without_the_token(self):
        _, address = self.view(self.run_directory)
        root = re.match(r"http://127\.0\.0\.1:\d+/", address)[0]
        port = root.split(":")[2].strip("/")

        def code(url, **headers):
            try:
                return urllib.request.urlopen(
                    urllib.request.Request(
                        url, headers=headers), timeout=10).status
            except urllib.error.HTTPError as error:
                return error.code

        self.assertEqual(code(address + "files"), 200)
        self.assertEqual(code(address + "file/vehicle.h5"), 200)
        self.assertEqual(code(root + "files"), 403)
        self.assertEqual(code(root + "0" * 32 + "/files"), 403)
        self.assertEqual(code(address + "files", Host=f"evil.example:{port}"), 403)
        for name in (
            "file/../summary.h5",
            "file/%2e%2e/secret.h5",
            "file//etc/passwd",
            "file/vehicle.ckpt",
            "file/.h5",
            "file/nothing.h5",
                "nothing"):
            self.assertEqual(code(address + name), 404, name)
        link = self.run_directory / "link.h5"
        link.symlink_to("/etc/passwd")
        self.addCleanup(link.unlink)
        self.assertEqual(code(address + "file/link.h5"), 404)


if __name__ == "__main__":
    unittest.main()
