"""picture.py DIRECTORY FILE - draws the picture of the README from the results of its experiment:
drug, firing, signalling and spines of the mPFC, ketamine over vehicle. Needs h5py and matplotlib."""

import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

REGION, DOSE_H = "mPFC", 0.5
COLOURS = {"PYR": "#c0392b", "PV": "#2471a3", "SST": "#d68910", "VIP": "#7d3c98"}


def by_type(result, measure):
    """A measure of each cell type in a window, "rate" or "blocked": mean over the cells of its layers."""
    table = {name: [v.decode() if isinstance(v, bytes) else v for v in result["populations"][name][:]]
             for name in ("name", "region", "cell_type", "count")}
    sums = {}
    for name, region, kind, count in zip(*table.values()):
        if region == REGION:
            value, cells = sums.get(kind, (0, 0))
            sums[kind] = (value + count * result[f"summary/{REGION}/{measure}_{name}"][:], cells + count)
    return {kind: value / cells for kind, (value, cells) in sums.items()}


def main(directory, path):
    drug, vehicle = (h5py.File(f"{directory}/{arm}.h5", "r") for arm in ("ketamine", "vehicle"))
    figure, axes = plt.subplots(1, 4, figsize=(13, 3.2), constrained_layout=True)
    time = drug["drugs/time"][:] - DOSE_H
    free = drug["drugs/brain_esketamine"][:] + drug["drugs/brain_arketamine"][:]
    axes[0].plot(time * 60, free, color="black")
    axes[0].set(xlim=(-10, 180), xlabel="min after the dose", ylabel="free in the brain (µM)",
                title="ketamine 10 mg/kg i.p., rat")
    window = drug[f"summary/{REGION}/time"][:] - DOSE_H
    acute = (window > -1) & (window < 5)
    rates, control = by_type(drug, "rate"), by_type(vehicle, "rate")
    for kind, rate in rates.items():
        ratio = (rate / control[kind])[acute]
        axes[1].plot(window[acute], ratio, "o-", ms=3, color=COLOURS[kind], label=kind)
    axes[1].axhline(1, color="grey", lw=0.5)
    axes[1].set(xlabel="h after the dose", ylabel="rate / vehicle", title="firing, mPFC")
    axes[1].legend(frameon=False, fontsize=8)
    slow = drug["slow/time"][:] * 24 - DOSE_H
    early = (slow > -0.5) & (slow < 24)
    for name, colour in (("bdnf", "#1e8449"), ("mtorc1", "#b03a2e"), ("proteins", "#34495e")):
        course = drug[f"slow/{REGION}_{name}"][:] / vehicle[f"slow/{REGION}_{name}"][:]
        axes[2].plot(slow[early], course[early], color=colour,
                     label={"bdnf": "BDNF", "mtorc1": "mTORC1"}.get(name, name))
    axes[2].axhline(1, color="grey", lw=0.5)
    axes[2].set(xlabel="h after the dose", ylabel="of vehicle", title="signalling, mPFC")
    axes[2].legend(frameon=False, fontsize=8)
    for region, colour in (("mPFC", "#c0392b"), ("CA1", "#5d6d7e")):
        course = drug[f"slow/{region}_spine_density"][:] / vehicle[f"slow/{region}_spine_density"][:]
        axes[3].plot(slow / 24, 100 * (course - 1), color=colour, label=region)
    axes[3].axhline(0, color="grey", lw=0.5)
    axes[3].set(xlabel="days after the dose", ylabel="spines over vehicle (%)", title="spine density")
    axes[3].legend(frameon=False, fontsize=8)
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main(*sys.argv[1:3])
