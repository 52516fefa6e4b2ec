"""test_scenes.py PROGRAM - every circuit of configs/circuits at its full size has one state hash for any
number of threads and virtual ranks, any size of blocks and any
instruction set. Long suite: minutes a scene."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
SHAPES = [("-t", "1"), ("-t", "2"), ("-t", "3"), ("-t", "2", "--virtual-ranks", "3"),
          ("-t", "1", "--block", "128"), ("-t", "2", "--block", "384")]
BUILDS = ["v4", "v3"]  # base takes many times as long: tests/identity/test_circuits.c has it
# settle and measure are short where a scene is large
SCENES = {"coba": 300, "brunel": 200, "adex": 300, "nmda": 300, "mpfc": 200, "hippocampus": 200,
          "microcircuit": 100, "microcircuit_poisson": 50,
          "wang": 200, "susin": 100, "susin_nmda": 100, "structural": 3000}


def state(scene, ms, shape, isa):
    """The hash of a scene's state after 100 ms and `ms` more."""
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "table.json"
        words = [PROGRAM, "bench", scene, *shape, "--settle", "100 ms", "--measure", f"{ms} ms",
                 "--repeat", "1", "--machine", "none", "--json", table]
        environment = dict(os.environ, SPINULE_ISA=isa)
        subprocess.run(words, env=environment, check=True, capture_output=True)
        row, = json.loads(table.read_text(encoding="utf-8"))["rows"]
        return row["state_hash"], sum(entry["rate_Hz"] for entry in row["populations"])


def supported(isa):
    words = [PROGRAM, "--version"]
    return subprocess.run(words, env=dict(os.environ, SPINULE_ISA=isa), capture_output=True).returncode == 0


class Scenes(unittest.TestCase):
    def test_shapes(self):
        isa = next(build for build in BUILDS if supported(build))
        for scene, ms in SCENES.items():
            hashes = {shape: state(scene, ms, shape, isa) for shape in SHAPES}
            with self.subTest(scene=scene):
                self.assertEqual(len(set(hashes.values())), 1, hashes)
                self.assertGreater(next(iter(hashes.values()))[1], 0)  # it fires

    def test_instruction_sets(self):
        builds = [build for build in BUILDS if supported(build)]
        for scene, ms in SCENES.items():
            with self.subTest(scene=scene):
                self.assertEqual(len({state(scene, ms, SHAPES[1], isa) for isa in builds}), 1)


if __name__ == "__main__":
    unittest.main()
