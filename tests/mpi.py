"""mpi.py - the built program in several processes of Open MPI's mpirun. For test scripts, with program.py."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from program import PROGRAM, LONGEST_S

MPIRUN = shutil.which("mpirun")
# More processes than cores, each free to use them all, also for root; nothing said about how processes ended.
FREELY = ["--quiet", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none"]
SKIPPED = 77
# Where /sys is not mounted, as in a bare root, what looks for processors says so in every process.
os.environ.setdefault("HWLOC_HIDE_ERRORS", "2")


def need_mpi():
    """End as a test that is skipped where there is no mpirun, or a program without MPI."""
    if not MPIRUN:
        print("skipped: there is no mpirun (openmpi-bin)")
        sys.exit(SKIPPED)
    said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout
    if "MPI: none" in said:
        print("skipped: the program was built without MPI")
        sys.exit(SKIPPED)


def command(ranks, *words):
    return [MPIRUN, *FREELY, "-n", str(ranks), PROGRAM, *map(str, words)]


def spinule_ranks(ranks, *words, before=(), options=(), **more):
    """The program in so many processes; `before` stands before mpirun, `options` are its own."""
    line = [*before, MPIRUN, *FREELY, *options, "-n", str(ranks), PROGRAM, *map(str, words)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **more.pop("env", {})}
    more = {"timeout": LONGEST_S, **more}
    return subprocess.run(line, capture_output=True, text=True, env=environment, **more)


def bench_rows(ranks, *words, **more):
    """Rows of `spinule bench` in so many processes; 0: without mpirun."""
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "table.json"
        words = ["bench", *words, "--machine", "none", "--json", table]
        if ranks:
            run = spinule_ranks(ranks, *words, **more)
        else:
            run = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True,
                                 timeout=LONGEST_S)
        assert (run.returncode, run.stderr) == (0, ""), (run.returncode, run.stderr)
        return json.loads(table.read_text())["rows"]
