"""programs.py - runs one program on one scene once: ours by `spinule bench`, a peer by its file."""

import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OURS = "spinule"
PEERS = ("nest", "brian2", "neuron", "arbor", "genn")

# name -> config and cells, if not those of the config
SCENES = {"coba": ("coba", None), "coba16": ("coba", 16000), "brunel": ("brunel", None),
          "adex": ("adex", None), "nmda": ("nmda", None), "microcircuit20": ("microcircuit", 20000),
          "microcircuit": ("microcircuit", None)}


def finish(words, longest):
    """What the program printed; raises RuntimeError with its last line if it failed or took too long."""
    try:
        done = subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=longest, cwd=ROOT)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"stopped after {longest:g} s, not yet done") from None
    if done.returncode:
        last = (done.stderr or done.stdout).strip().rpartition("\n")[2]
        raise RuntimeError(last or f"exit code {done.returncode}")
    return done.stdout


def run_ours(program, scene, threads, seed, window, longest):
    """One row in the form of the peers', from the table that `spinule bench` writes."""
    config, cells = SCENES[scene]
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "bench.json"
        words = [program, "bench", config, "--threads", threads, "--repeat", 1, "--machine", "none",
                 "--seed", seed, "-o", table]
        words += ["--cells", cells] if cells else []
        words += ["--measure", f"{window} s"] if window else []
        finish(words, longest)
        bench = json.loads(table.read_text(encoding="utf-8"))
    row, = bench["rows"]
    by_name = {entry["name"]: entry for entry in row["populations"]}
    return {"peer": OURS, "version": f"{bench['program'].removeprefix('spinule ')} ({bench['commit']})",
            "threads": threads, "cells": row["cells"], "synapses": row["synapses"], "build_s": row["build_s"],
            "wall": row["wall_per_biological_s"], "cpu": row["cpu_per_biological_s"],
            "rate_Hz": {name: entry["rate_Hz"] for name, entry in by_name.items()},
            "cv": {name: entry["cv"] if entry["cv_cells"] else None for name, entry in by_name.items()},
            "peak_rss_MB": row["peak_MB"], "method": "see docs/numerics.md"}


def run_peer(peer, scene, threads, seed, window, longest):
    """The line of a peer; with "unfit" if it cannot express the scene."""
    config, cells = SCENES[scene]
    words = [sys.executable, HERE / f"peer_{peer}.py", "--scene", ROOT / f"configs/circuits/{config}.cfg",
             "--threads", threads, "--seed", seed]
    words += ["--cells", cells] if cells else []
    words += ["--measure", window] if window else []
    row = json.loads(finish(words, longest).strip().split("\n")[-1])
    if "unfit" not in row:
        row["wall"] = row["measured_wall_s"] / row["biological_s"]
        row["cpu"] = row["measured_cpu_s"] / row["biological_s"]
    return row


def run(peer, program, scene, threads, seed, window, longest):
    """One round of one program: a row, with "unfit" and the reason if there is none to give."""
    try:
        if peer == OURS:
            return run_ours(program, scene, threads, seed, window, longest)
        return run_peer(peer, scene, threads, seed, window, longest)
    except (RuntimeError, OSError, ValueError) as error:
        return {"peer": peer, "threads": threads, "failed": str(error)}
