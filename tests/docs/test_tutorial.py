"""test_tutorial.py PROGRAM - every line of docs/tutorial.md works as it is printed there, in its order: the
commands, the change to an experiment, the Python. Of commands that would take minutes it runs `check`
instead of the simulation."""

import re
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import PROGRAM, ROOT, Case

TEXT = (ROOT / "docs/tutorial.md").read_text()


def blocks(language):
    """What stands between fences of a language, "" for none."""
    found, inside = [], None
    for line in TEXT.splitlines(keepends=True):
        if not line.startswith("```"):
            if inside is not None:
                inside[1].append(line)
        elif inside is None:
            inside = (line[3:].strip(), [])
        else:
            found.append(inside)
            inside = None
    return ["".join(lines) for name, lines in found if name == language]


class Tutorial(Case):
    def setUp(self):
        """A copy of the folder in which ./run is the program that was built."""
        self.home = self.folder / "home"
        self.home.mkdir(exist_ok=True)
        if not (self.home / "configs").exists():
            shutil.copytree(ROOT / "configs", self.home / "configs")
        run, built = self.home / "run", pathlib.Path(PROGRAM).resolve()
        run.write_text(f'#!/bin/sh\nSPINULE_CONFIGS={self.home}/configs exec {built} "$@"\n')
        run.chmod(0o755)

    def sh(self, line):
        return subprocess.run(["sh", "-c", line], cwd=self.home,
                              capture_output=True, text=True, timeout=600)

    def test_lines_in_their_order(self):
        lines = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]
        self.assertGreater(len(lines), 10)
        done = set()
        for line in lines:
            words = line.split()
            heavy = words[1] in ("run", "batch") and "--pk-only" not in words
            if heavy and "results/first" not in line:  # a small mPFC stands for the whole
                line = line + " -s regions.mPFC.side='150 um'"
            if line.startswith(
                    "./run report results/doses") or line.startswith("./run run") and "results/first" in line:
                line = line.replace(
                    "ketamine.cfg",
                    "ketamine.cfg -s regions.mPFC.side='150 um' -s regions.CA1.side='150 um'")
            if "ketamine.cfg" in line and "results/high " in line:
                line += " -s regions.CA1.side='150 um'"
            run = self.sh(line)
            self.assertEqual(run.returncode, 0, f"{line}\n{run.stdout[-500:]}\n{run.stderr[-2000:]}")
            done.add(words[1])
        self.assertLessEqual({"list", "check", "explain", "run",
                             "report", "info", "batch", "validate"}, done)
        [python] = blocks("python")
        run = subprocess.run([sys.executable, "-c", python], cwd=self.home, capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(" h  x", run.stdout)

    def test_an_arm_is_added_as_it_says(self):
        arms, events = blocks("")[:2]
        config = self.home / "configs/experiments/mine.cfg"
        text = (ROOT / "configs/experiments/ketamine.cfg").read_text()
        text = re.sub(r"arms = \(.*?\);\n", arms, text, count=1, flags=re.S)
        text = re.sub(
            r"  events = \(.*?  \);\n",
            f"  events = (\n{events}  );\n",
            text,
            count=1,
            flags=re.S)
        config.write_text(text)
        run = self.sh(f"./run check {config}")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("twice", run.stdout + text)


if __name__ == "__main__":
    unittest.main()
