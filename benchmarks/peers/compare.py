"""compare.py - Spinule and other simulators on the same circuits, in turn, on this machine.

Every round runs each program once (A B C A B C ...), with the round as seed. Rates and CVs are compared
first; where they disagree (agreement.py), no ratio of times is given. The rows of a scene come from one run;
those of scenes that a run leaves out stay in the machine's table, each with its date and commit."""

import argparse
import csv
import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys

import agreement
import chart
import programs


def options_of():
    parser = argparse.ArgumentParser(prog="compare", description=__doc__.split("\n")[0], allow_abbrev=False)
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help="of: " + " ".join(programs.SCENES)
                        + "; default: all but microcircuit, which takes minutes and 15 GB")
    parser.add_argument("--peers", nargs="*", default=programs.PEERS, choices=programs.PEERS)
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--measure", type=float, help="biological s of the measured stretch")
    parser.add_argument("--slow", type=float, default=60, help="wall s of a round from which a program "
                        "has one round only; default: 60")
    parser.add_argument("--longest", type=float, default=600, help="wall s after which a program is stopped, "
                        "and has none; default: 600")
    parser.add_argument("--program", default=programs.ROOT / "build/spinule")
    parser.add_argument("--without-ours", action="store_true", help="peers only")
    parser.add_argument("--output", type=pathlib.Path, help="folder; default: benchmarks/results/<machine>")
    options = parser.parse_args()
    options.scenes = options.scenes or [name for name in programs.SCENES if name != "microcircuit"]
    if unknown := set(options.scenes) - set(programs.SCENES):
        parser.error("no such scene: " + " ".join(sorted(unknown)))
    return options


def run_rounds(options, scene, threads):
    """peer -> rows of its rounds; one row with "unfit" or "failed" where there is nothing to time."""
    names = ([] if options.without_ours else [programs.OURS]) + list(options.peers)
    rows, left_out = {name: [] for name in names}, set()
    for round_ in range(1, options.rounds + 1):
        for name in names:
            if name in left_out:
                continue
            begin = datetime.datetime.now()
            row = programs.run(name, options.program, scene, threads, round_, options.measure,
                               options.longest)
            took = (datetime.datetime.now() - begin).total_seconds()
            rows[name].append(row)
            if "wall" not in row or took > options.slow:
                left_out.add(name)
            print(f"{scene} x{threads} round {round_} {name}: "
                  + (f"{row['wall']:.3g} s" if "wall" in row else row.get("unfit") or row["failed"]),
                  file=sys.stderr, flush=True)
    return rows


def spread_of(rows, key):
    values = [row[key] for row in rows]
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def mean_of(rows, measure):
    """Mean over rounds of each population, without rounds that have no value."""
    values = {name: [row[measure][name] for row in rows if row[measure][name] is not None]
              for name in rows[0][measure]}
    return {name: statistics.fmean(found) if found else None for name, found in values.items()}


def result_of(scene, threads, name, rows, ours):
    """One row of the table, from all rounds of a program."""
    result = {"scene": scene, "threads": threads, "peer": name}
    timed = [row for row in rows if "wall" in row]
    if not timed:
        return result | {key: rows[0][key] for key in ("unfit", "failed") if key in rows[0]}
    first = timed[0]
    result |= {key: first[key] for key in ("version", "cells", "synapses", "method")}
    result |= {"rounds": len(timed), "wall": spread_of(timed, "wall"), "cpu": spread_of(timed, "cpu"),
               "build_s": statistics.median(row["build_s"] for row in timed),
               "peak_rss_MB": max(row["peak_rss_MB"] for row in timed),
               "rate_Hz": mean_of(timed, "rate_Hz"), "cv": mean_of(timed, "cv")}
    if ours and name != programs.OURS:
        result["differences"] = agreement.differences(ours, timed)
        result["agrees"] = not result["differences"]
        if result["agrees"]:
            for key in ("wall", "cpu"):
                base = statistics.median(row[key] for row in ours)
                result[f"{key}_ratio"] = result[key]["median"] / base
    return result


def numbers(values, form):
    shown = ["-" if value is None else format(value, form) for value in values.values()]
    return " ".join(shown)


def print_result(row):
    head = f"{row['scene']:14} {row['threads']} {row['peer']:8}"
    if "wall" not in row:
        print(head, "null:", row.get("unfit") or "failed: " + row["failed"])
        return
    wall, ratio = row["wall"], "wall_ratio" in row
    print(head, f"n={row['rounds']} wall {wall['median']:8.4g} ({wall['min']:.4g}-{wall['max']:.4g})",
          f"CPU {row['cpu']['median']:8.4g}", f"{row['wall_ratio']:7.2f} times" if ratio else "",
          f"{row['cpu_ratio']:7.2f} times CPU" if ratio and row["threads"] == 1 else "",
          f"  Hz {numbers(row['rate_Hz'], '.3g')}  CV {numbers(row['cv'], '.2f')}")
    for line in row.get("differences", ()):
        print(" " * 26 + "no ratio: " + line)


def machine():
    """(name of the folder, what is known about this machine)."""
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    cpu = re.search(r"model name\s*: (.*)", text).group(1)
    name = re.sub(r"[^a-z0-9]+", "-", cpu.lower()).strip("-") + f"-{os.cpu_count()}"
    return name, {"cpu": cpu, "processors": os.cpu_count(), "system": platform.platform(),
                  "load": os.getloadavg()[0], "compiler": first_line("g++", "--version")}


def first_line(*words):
    done = subprocess.run(words, capture_output=True, text=True, cwd=programs.ROOT)
    return done.stdout.split("\n")[0]


def with_kept(folder, about, results):
    """These rows, each with date and commit, and the rows of an earlier table that no new one replaces."""
    own = [{**row, "date": about["date"], "commit": about["commit"]} for row in results]
    new = {(row["scene"], row["threads"]) for row in own}
    path = folder / "peers.json"
    table = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"results": []}
    kept = [row for row in table["results"] if (row["scene"], row["threads"]) not in new]
    order = list(programs.SCENES)
    return sorted(kept + own, key=lambda row: (order.index(row["scene"]), row["threads"]))


def write(folder, about, results):
    folder.mkdir(parents=True, exist_ok=True)
    results = with_kept(folder, about, results)
    table = {key: value for key, value in about.items() if key not in ("date", "commit")}
    table["results"] = results
    (folder / "peers.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    with open(folder / "peers.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("scene", "threads", "program", "version", "rounds", "cells", "synapses", "build_s",
                         "wall_s", "wall_min_s", "wall_max_s", "cpu_s", "wall_ratio", "cpu_ratio", "agrees",
                         "date", "commit", "note"))
        for row in results:
            wall = row.get("wall", {})
            note = row.get("unfit") or row.get("failed") or "; ".join(row.get("differences", ()))
            writer.writerow([row[key] for key in ("scene", "threads", "peer")]
                            + [row.get(key, "") for key in ("version", "rounds", "cells", "synapses")]
                            + [row.get("build_s", "")]
                            + [wall.get(key, "") for key in ("median", "min", "max")]
                            + [row.get("cpu", {}).get("median", ""), row.get("wall_ratio", ""),
                               row.get("cpu_ratio", ""), row.get("agrees", ""), row["date"], row["commit"],
                               note])
    if any("wall" in row for row in results):
        title = f"{about['cpu']}, {about['processors']} processors"
        (folder / "peers.svg").write_text(chart.draw(results, title), encoding="utf-8")


def main():
    options = options_of()
    name, about = machine()
    if about["load"] > 0.5:
        print(f"compare: the load is {about['load']:.1f} before the first run: wall times will be too long",
              file=sys.stderr)
    about |= {"date": datetime.date.today().isoformat(),
              "commit": first_line("git", "describe", "--always", "--dirty")}
    results = []
    for scene in options.scenes:
        for threads in options.threads:
            rounds = run_rounds(options, scene, threads)
            ours = [row for row in rounds.get(programs.OURS, ()) if "wall" in row]
            for peer, rows in rounds.items():
                results.append(result_of(scene, threads, peer, rows, ours))
                print_result(results[-1])
            write(options.output or programs.ROOT / "benchmarks/results" / name, about, results)


if __name__ == "__main__":
    main()
