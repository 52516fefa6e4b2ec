"""program.py - the built program, driven from outside: run it, stop it at a chosen place, read what it wrote.
For test scripts, whose first argument is the program's path."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import h5py
import numpy as np

PROGRAM = sys.argv.pop(1)
ROOT = pathlib.Path(__file__).resolve().parents[1]
SMALL = ROOT / "tests/configs/small.cfg"
SANITIZED = "SANITIZED" in os.environ  # by tests/checks/sanitize: ten times slower, with more memory
LONGEST_S = 3000 if SANITIZED else 300  # of one run; a run of the small circuit takes seconds


def spinule(*words, **options):
    """The program with these words; options as for subprocess.run. It is called by the path that was given,
    which another user may reach where the whole one is closed to him; in another folder by its whole one."""
    options = {"timeout": LONGEST_S, **options}
    program = pathlib.Path(PROGRAM).absolute() if "cwd" in options else PROGRAM
    return subprocess.run([program, *map(str, words)], capture_output=True, text=True, **options)


def settings(values):
    """{path: value} as words -s path=value."""
    return [word for path, value in values.items() for word in ("-s", f"{path}={value}")]


def run_it(config, directory, *words, code=0, **options):
    """`spinule run`, which must end with `code`."""
    run = spinule("run", config, "-o", directory, "--progress", "none", *words, **options)
    assert run.returncode == code, (run.returncode, run.stderr)
    return run


class Case(unittest.TestCase):
    """Tests that share a folder."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="spinule-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)

    def assert_equal_results(self, a, b):
        """Two results, or two directories of them, bit for bit, with the hashes of their final states."""
        run = spinule("diff", a, b)
        self.assertEqual((run.returncode, run.stdout[:2000], run.stderr), (0, "", ""))
        a, b = pathlib.Path(a), pathlib.Path(b)
        for path in arms(a) if a.is_dir() else [a]:
            self.assertEqual(state_hash(path), state_hash(b / path.name if b.is_dir() else b), path)


def arms(directory):
    """The complete results of a directory."""
    return [path for path in sorted(pathlib.Path(directory).glob("*.h5"))
            if path.name != "summary.h5" and not path.name.endswith(".partial.h5")]


def state_hash(path):
    with h5py.File(path) as file:
        return file["provenance/state_hash"][()]


def digests(folder):
    """{name: hash of the bytes} of the files of a folder, the lock apart."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(pathlib.Path(folder).iterdir()) if not path.name.startswith(".")}


def datasets(path):
    """{name: values} of all datasets of a result but /provenance and /status."""
    found = {}

    def take(name, item):
        if isinstance(item, h5py.Dataset) and name.split("/")[0] not in ("provenance", "status"):
            found[name] = item[()]

    with h5py.File(path) as file:
        file.visititems(take)
    return found


def probe_table(path, name):
    """{row: {column: value}} of a table of a probed circuit."""
    with h5py.File(path) as file:
        group = file[f"probe/{name}"]
        rows = [row.decode() if isinstance(row, bytes) else row for row in group["name"][()]]
        columns = {key: column[()] for key, column in group.items() if key not in ("title", "name")}
    return {row: {key: column[i] for key, column in columns.items()} for i, row in enumerate(rows)}


def same(a, b):
    """Equal bits, NaN included, or equal texts."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    return a.tolist() == b.tolist() if a.dtype == object else a.tobytes() == b.tobytes()


def place(checkpoint):
    """Where a checkpoint stands: (stage of the protocol, ticks done of its window; 0: at its beginning)."""
    with h5py.File(checkpoint) as file:
        numbers = file["state/i64"][()]
        own = file["index/type"][()] == 7  # STATE_I64 of core/state.h
        names, counts = file["index/name"][()][own], file["index/count"][()][own]
    at = int(counts[:list(names).index(b"position")].sum())
    return int(numbers[at]), int(numbers[at + 1])


def stopped_at(phase, number, config, directory, *words, wait_s=0):
    """Run, and send a signal this long after the progress shows a phase with `phase` in its name. Gives the
    exit code and what was said last."""
    command = [PROGRAM, "run", str(config), "-o", str(directory), "--progress", "json", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
        sent, line = False, ""
        for line in run.stderr:
            if not sent and line.startswith("{") and phase in json.loads(line)["phase"]:
                time.sleep(wait_s)
                run.send_signal(number)
                sent = True
        return run.wait(LONGEST_S), line
