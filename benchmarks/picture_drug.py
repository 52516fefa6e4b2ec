"""picture_drug.py FILE IC50 RAT HUMAN - ketamine at its receptor and on its way there: from runs of
configs/experiments/invitro_ic50.cfg, and of ketamine.cfg and infusion.cfg with --pk-only. Needs h5py and
matplotlib."""

import pathlib
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

SUBUNITS = {"2A": "#c0392b", "2B": "#d68910", "2C": "#2471a3", "2D": "#7d3c98"}
PARTS = {"ketamine": (("esketamine", "arketamine"), "black", "-"),
         "norketamine": (("norketamine_s", "norketamine_r"), "#2471a3", "--"),
         "hydroxynorketamine": (("hnk_2s6s", "hnk_2r6r"), "#b03a2e", ":")}


def blocked(path):
    """(concentrations, µM; share of the steady current that is lost)."""
    with h5py.File(path) as result:
        concentrations = result["runs/concentration_uM"][:]
        last = [result[f"traces/current_{k}"][-1] for k in range(len(concentrations))]
    return concentrations[1:], [1 - current / last[0] for current in last[1:]]


def draw_curves(axes, folder):
    for subunit, colour in SUBUNITS.items():
        for magnesium, style in ((0, "o-"), (1, "s--")):
            x, y = blocked(folder / f"GluN{subunit}_Mg{magnesium}.h5")
            axes.plot(x, y, style, color=colour, markersize=3, linewidth=1,
                      label=f"{subunit}, {magnesium} mM Mg")
    axes.axhline(0.5, color="grey", linewidth=0.5)
    axes.set(xscale="log", xlabel="ketamine (µM)", ylabel="blocked share of the current",
             title="voltage clamp at -66 mV, 22 °C")
    axes.legend(frameon=False, fontsize=7)


def draw_courses(axes, path, dose_h, hours, title):
    with h5py.File(path) as result:
        time = result["drugs/time"][:] - dose_h
        for name, (parts, colour, style) in PARTS.items():
            axes.plot(time, sum(result[f"drugs/brain_{part}"][:] for part in parts), style, color=colour,
                      label=name)
    axes.set(xlim=(-0.2, hours), xlabel="h after the dose", ylabel="free in the brain (µM)", title=title)
    axes.legend(frameon=False, fontsize=7)


def main(path, curves, rat, human):
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.4), constrained_layout=True)
    draw_curves(axes[0], pathlib.Path(curves))
    draw_courses(axes[1], f"{rat}/ketamine.h5", 0.5, 6, "10 mg/kg i.p., rat")
    draw_courses(axes[2], f"{human}/ketamine.h5", 0.5, 24, "0.5 mg/kg over 40 min, human")
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main(*sys.argv[1:5])
