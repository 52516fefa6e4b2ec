"""test_plan.py PROGRAM - the command plan from outside: what it says was measured agrees with the circuit,
which is built so large that its synapses are lists; rows follow sizes, nodes and nets, and what is wrong is
one line."""

import pathlib
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop(1)
CIRCUITS = pathlib.Path(__file__).resolve().parents[2] / "configs/circuits"
SHORT = ("--build", 500, "--measure", "10 ms")


def plan(*words):
    return subprocess.run([PROGRAM, "plan", *map(str, words)], capture_output=True, text=True, timeout=250)


class Plan(unittest.TestCase):
    def table(self, *words):
        """The lines above the table, and its rows as lists of words, the net joined to one."""
        run = plan(*words)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        lines = run.stdout.splitlines()
        head = next(k for k, line in enumerate(lines) if line.split()[:2] == ["cells", "nodes"])
        return lines[:head], [line.split() for line in lines[head + 1:-1]], lines[-1]

    def test_a_circuit_without_space(self):
        said, rows, last = self.table(CIRCUITS / "nmda.cfg", "--nodes", 16, *SHORT)
        self.assertRegex(said[0], r"^calibrated here, on one thread and 13750 cells: 500 synapses onto")
        self.assertNotIn("pathways reach", "\n".join(said))
        sizes = ("1e+06", "1e+08", "1e+10")
        self.assertEqual([row[0] for row in rows], [size for size in sizes for _ in range(4)])  # nets
        self.assertEqual({row[1] for row in rows}, {"16"})
        self.assertIn("!", rows[-1])
        self.assertRegex(last, r"!: does not fit.*more than 2e9 cells are the model's alone")

    def test_a_sheet(self):
        words = (CIRCUITS / "mpfc.cfg", "--cells", 10**6, *SHORT)
        said, rows, last = self.table(*words, "--nodes", 64, "--net", "InfiniBand HDR")
        self.assertRegex("\n".join(said), r"site of tissue .*\n  pathways reach \d+ um at \d+ cells/mm2")
        self.assertEqual(len(rows), 1)
        self.assertNotIn("!", last)
        _, alone, _ = self.table(*words, "--nodes", 1)
        self.assertEqual(alone[0][4:6], ["one", "machine"])
        self.assertEqual(float(alone[0][-2]), 0)  # no messages
        self.assertLess(float(rows[0][2]), float(alone[0][2]))  # memory

    def test_faults(self):
        coba = CIRCUITS / "coba.cfg"
        for words, reason in (((), "CONFIG"), (("nosuch.cfg",), "nosuch.cfg"),
                              ((coba, "--nodes", 0), "--nodes"),
                              ((coba, "--net", "Tofo (K)"), '"Tofu (K)"')):
            run = plan(*words)
            self.assertEqual(run.returncode, 2, words)
            self.assertRegex(run.stderr, r"\Aspinule: [^\n]*\n(spinule: [^\n]*\n)*\Z")
            self.assertIn(reason, run.stderr)


if __name__ == "__main__":
    unittest.main()
