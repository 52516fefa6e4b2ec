"""picture_weeks.py FILE DIRECTORY... - spines over two weeks, from runs of configs/experiments/two_weeks.cfg,
one directory a seed: density, formation and elimination of every arm, as a picture and as a table on standard
output. Density is over the vehicle of the same seed. Needs h5py and matplotlib."""

import pathlib
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from picture import REGION

COLOURS = ("#34495e", "#c0392b", "#7f8c8d", "#d68910", "#2471a3", "#117a65", "#884ea0", "#5d6d7e")
DAYS = (1, 2, 3, 5, 7, 10, 14)
EDGES = np.arange(0, 15.0)  # of days after the dose


def dose_d(results):
    """When the last arm got its drug."""
    times = [np.max(file["protocol/events/time_h"][()], initial=0) for file in results.values()]
    return max(times) / 24


def turnover(file, kind, origin_d):
    """Share of the spines that are there, per day. What a step counted has come about since the step before,
    so days are cut out of the running sum: steps need not fall on their ends."""
    group = file["plasticity/turnover"]
    day = group["time"][()] - origin_d
    counts = {name: sum(values[()] for key, values in group.items() if key.startswith(name + "_"))
              for name in (kind, "alive")}
    since = np.interp(EDGES, day, np.cumsum(counts[kind]))
    alive = np.interp(0.5 * (EDGES[1:] + EDGES[:-1]), day, counts["alive"])
    return np.diff(since) / alive


def read(folder):
    """{arm: {measure: course}} of one seed."""
    paths = [path for path in sorted(folder.glob("*.h5")) if path.name != "summary.h5"]
    results = {path.stem: h5py.File(path) for path in paths}
    names = [name for name in ("vehicle", "ketamine") if name in results]
    names += [name for name in results if name not in names]
    origin, found = dose_d(results), {}
    vehicle = results["vehicle"][f"slow/{REGION}_spine_density"][()]
    for name in names:
        file = results[name]
        day = file["slow/time"][()] - origin
        density = file[f"slow/{REGION}_spine_density"][()] / vehicle
        found[name] = {"density": np.interp(DAYS, day, density), "course": (day, density),
                       "formed": turnover(file, "formed", origin),
                       "removed": turnover(file, "removed", origin)}
    for file in results.values():
        file.close()
    return found


def spread(seeds, arm, measure):
    values = np.array([seed[arm][measure] for seed in seeds])
    return values.mean(0), values.std(0, ddof=min(1, len(seeds) - 1))


def print_table(seeds):
    print("| arm | " + " | ".join(f"day {day}" for day in DAYS)
          + " | formed, % a day, days 1, 2, 3-7, 8-14 | lost, % a day, the same |")
    print("|---" * (len(DAYS) + 3) + "|")
    for arm in seeds[0]:
        mean, sd = spread(seeds, arm, "density")
        cells = [f"{m:.3f} ± {s:.3f}" for m, s in zip(mean, sd)]
        for measure in ("formed", "removed"):
            rate = 100 * spread(seeds, arm, measure)[0]
            cells.append(", ".join(f"{value:.1f}" for value in (rate[0], rate[1], np.nanmean(rate[2:7]),
                                                                np.nanmean(rate[7:14]))))
        print(f"| {arm.replace('_', ' + ')} | " + " | ".join(cells) + " |")


def draw(seeds, path):
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.4), constrained_layout=True)
    middle = 0.5 * (EDGES[1:] + EDGES[:-1])
    for arm, colour in zip(seeds[0], COLOURS):
        grid = np.linspace(-0.5, 14, 300)
        courses = np.array([np.interp(grid, *seed[arm]["course"]) for seed in seeds])
        mean, sd = courses.mean(0), courses.std(0, ddof=min(1, len(seeds) - 1))
        axes[0].plot(grid, mean, color=colour, label=arm.replace("_", " + "))
        axes[0].fill_between(grid, mean - sd, mean + sd, color=colour, alpha=0.2, linewidth=0)
        for panel, measure in zip(axes[1:], ("formed", "removed")):
            mean, sd = spread(seeds, arm, measure)
            panel.errorbar(middle, 100 * mean, 100 * sd, color=colour, marker="o", markersize=3, capsize=2)
    for panel, title in zip(axes, ("spine density, of vehicle", "formed, % a day", "lost, % a day")):
        panel.set_xlabel("days after the dose")
        panel.set_title(title, fontsize=10)
    axes[0].axhline(1, color="black", linewidth=0.6)
    axes[1].legend(*axes[0].get_legend_handles_labels(), fontsize=7, frameon=False)
    for panel in axes[1:]:
        panel.set_ylim(bottom=0)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    found = [read(pathlib.Path(name)) for name in sys.argv[2:]]
    print_table(found)
    draw(found, sys.argv[1])
