"""picture_doses.py FILE DIRECTORY... - dose and response of ketamine in mPFC, from runs of
configs/experiments/dose_response.cfg, one directory a seed: a picture, and the table on standard output. All
over the vehicle of the same seed. Needs h5py and matplotlib."""

import pathlib
import re
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from picture import COLOURS, REGION, by_type

WINDOWS = (1, 2, 3, 4)  # 15, 30, 45, 60 min after the dose
LATE = 5  # 80 min


def measures(path):
    with h5py.File(path) as result:
        rates, blocked = by_type(result, "rate"), by_type(result, "blocked")
        summary, bands = result[f"summary/{REGION}"], result[f"bands/{REGION}"]
        time_h = 24 * result["slow/time"][:] - 0.5
        acute = (time_h >= 0.49) & (time_h <= 1.01)
        found = {f"rate {kind}": value for kind, value in rates.items()}
        found |= {f"blocked {kind}": value for kind, value in blocked.items()}
        found |= {"glutamate": summary["glutamate"][:], "dialysate": summary["dialysate"][:],
                  "throughput": summary["throughput"][:], "gamma": bands["gamma"][:],
                  "mTORC1": result[f"slow/{REGION}_mtorc1"][:][acute].mean()}
    return found


def value(found, vehicle, name, windows):
    if name == "mTORC1":
        return found[name] / vehicle[name]
    here = found[name][list(windows)].mean()
    return here if name.startswith("blocked") else here / vehicle[name][list(windows)].mean()


def gather(folders):
    """{dose: {measure: one value a seed}}; and those at 80 min with " late" behind their names."""
    table = {}
    for folder in folders:
        vehicle = measures(folder / "vehicle.h5")
        for path in folder.glob("dose_*.h5"):
            dose, found = float(re.search(r"dose_(\d+)", path.name).group(1)), measures(path)
            row = table.setdefault(dose, {})
            for name in found:
                row.setdefault(name, []).append(value(found, vehicle, name, WINDOWS))
                if name in ("glutamate", "dialysate", "rate PYR"):
                    row.setdefault(name + " late", []).append(value(found, vehicle, name, (LATE,)))
    return dict(sorted(table.items()))


def print_table(table):
    names = list(next(iter(table.values())))
    print("| mg/kg | " + " | ".join(names) + " |\n" + "|---" * (len(names) + 1) + "|")
    for dose, row in table.items():
        cells = (f"{np.mean(row[name]):.2f} ± {np.std(row[name], ddof=min(1, len(row[name]) - 1)):.2f}"
                 for name in names)
        print(f"| {dose:g} | " + " | ".join(cells) + " |")


def line(axes, table, name, label, colour, style):
    doses = list(table)
    mean = [np.mean(row[name]) for row in table.values()]
    spread = [np.std(row[name], ddof=min(1, len(row[name]) - 1)) for row in table.values()]
    axes.errorbar(doses, mean, spread, label=label, color=colour, linestyle=style[1:], marker=style[0],
                  markersize=4, capsize=2)


def draw(table, path):
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.4), constrained_layout=True)
    styles = {"PYR": "o-", "PV": "s--", "SST": "^:", "VIP": "d-."}
    for kind, style in styles.items():
        line(axes[0], table, f"rate {kind}", kind, COLOURS[kind], style)
        line(axes[2], table, f"blocked {kind}", kind, COLOURS[kind], style)
    line(axes[1], table, "dialysate", "glutamate, probe", "#117a65", "o-")
    line(axes[1], table, "throughput", "AMPA throughput", "#884ea0", "s--")
    line(axes[1], table, "gamma", "LFP 30-80 Hz", "#7f8c8d", "^:")
    line(axes[1], table, "mTORC1", "mTORC1, 30-60 min", "#ba4a00", "d-.")
    for panel, title in zip(axes, ("firing, 15-60 min, of vehicle", "signals, 15-60 min, of vehicle",
                                   "blocked share of NMDA charge")):
        panel.set_xscale("log")
        panel.set_xlabel("ketamine, mg/kg i.p.")
        panel.set_title(title, fontsize=10)
        panel.legend(fontsize=7, frameon=False)
    for panel in axes[:2]:
        panel.axhline(1, color="black", linewidth=0.6)
        panel.set_ylim(bottom=0)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    found = gather([pathlib.Path(name) for name in sys.argv[2:]])
    print_table(found)
    draw(found, sys.argv[1])
