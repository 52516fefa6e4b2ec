"""peer.py - what all peers share: the command line, the clocks, and the line of JSON they print.

A peer is a file that calls main(NAME, VERSION, run). run(scene, options) builds and runs the circuit and
returns a Run, or raises Unfit with the reason why the peer cannot express the scene."""

import argparse
import dataclasses
import json
import resource
import time

import numpy as np

import scene as scenes

FEWEST_SPIKES = 10  # of a cell whose CV counts


class Unfit(Exception):
    """The peer cannot express the scene; the text is the reason, in one line."""


@dataclasses.dataclass
class Run:
    synapses: int
    build_s: float
    wall_s: float  # of the measured stretch
    cpu_s: float  # of all threads
    cells: np.ndarray | None  # of each spike in the measured stretch, counted over all populations
    times: np.ndarray | None  # of the same, ms
    method: str
    peak_MB: float | None = None  # if the circuit ran in another process


class Stopwatch:
    """Wall and CPU seconds of this process since it was made."""

    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self):
        return time.perf_counter() - self.wall, time.process_time() - self.cpu


def options_of(arguments=None):
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--scene", required=True, help="config of the circuit")
    parser.add_argument("--cells", type=int, help="cells, if not those of the config")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--settle", type=float, help="s before the measured stretch; default: the config's")
    parser.add_argument("--measure", type=float, help="s of the measured stretch; default: the config's")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--silent", action="store_true", help="record no spikes, where the peer can")
    return parser.parse_args(arguments)


def cv_of(cells, times):
    """Mean over cells with FEWEST_SPIKES of the CV (sample variance) of their intervals, or None."""
    order = np.lexsort((times, cells))
    trains = np.split(times[order], np.flatnonzero(np.diff(cells[order])) + 1)
    intervals = [np.diff(train) for train in trains if len(train) >= FEWEST_SPIKES]
    return float(np.mean([np.std(i, ddof=1) / np.mean(i) for i in intervals])) if intervals else None


def statistics_of(scene, run, seconds):
    """Spikes, rate and CV of each population, and the synaptic events that the spikes made."""
    spikes, rates, cvs, events = {}, {}, {}, 0.0
    for population in scene.populations:
        mine = (run.cells >= population.first) & (run.cells < population.first + population.cells)
        name, count = population.name, int(mine.sum())
        spikes[name], rates[name] = count, count / population.cells / seconds
        cvs[name] = cv_of(run.cells[mine], run.times[mine])
        targets = sum(p.synapses() for p in scene.pathways if p.source is population)
        events += count * targets / population.cells
    return {"spikes": spikes, "rate_Hz": rates, "cv": cvs, "synaptic_events": round(events)}


def peak_MB():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main(name, version, run):
    options = options_of()
    scene = scenes.read(options.scene, options.cells)
    options.settle = scene.settle if options.settle is None else options.settle
    options.measure = scene.measure if options.measure is None else options.measure
    line = {"peer": name, "version": version, "scene": scene.name, "threads": options.threads,
            "cells": scene.cells, "seed": options.seed}
    try:
        made = run(scene, options)
    except Unfit as reason:
        print(json.dumps({**line, "unfit": str(reason)}))
        return
    line |= {"synapses": made.synapses, "build_s": made.build_s, "measured_wall_s": made.wall_s,
             "measured_cpu_s": made.cpu_s, "settle_s": options.settle, "biological_s": options.measure,
             "peak_rss_MB": made.peak_MB or peak_MB(), "method": made.method}
    if made.cells is not None:
        line |= statistics_of(scene, made, options.measure)
    print(json.dumps(line), flush=True)
