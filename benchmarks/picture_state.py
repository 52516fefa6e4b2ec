"""picture_state.py RESULT FILE - draws the state of every region in the first window of a result: half a
second of spikes, spectrum of the LFP proxy, phase and strictness of locking to theta, map of glutamate.
Needs h5py and matplotlib."""

import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

COLOURS = ("#c0392b", "#2471a3", "#d68910", "#7d3c98", "#1e8449", "#5d6d7e")
SHOWN_S, CELLS = 0.5, 60  # time of the raster, cells of each population in it


def populations(result, region):
    """Name and first and last cell of each population of a region, in their order."""
    names, regions = (result["populations"][key].asstr()[:] for key in ("name", "region"))
    found, first = [], 0
    for name, home, count in zip(names, regions, result["populations/count"][:]):
        if home == region:
            found.append((name, first, first + int(count)))
            first += int(count)
    return found


def short(name):
    """DG_GC: the region stands above."""
    return name.split("_", 1)[-1]


def raster(axis, result, region):
    times, nodes = (result[f"spikes/{region}/{key}"][:] for key in ("timestamps", "node_ids"))
    begin = result[f"summary/{region}/time"][0] * 3.6e6
    inside = (times >= begin) & (times < begin + 1000 * SHOWN_S)
    times, nodes, line = times[inside] - begin, nodes[inside], 0
    for colour, (name, first, last) in zip(COLOURS, populations(result, region)):
        step = max(1, (last - first) // CELLS)
        own = (nodes >= first) & (nodes < last) & ((nodes - first) % step == 0)
        axis.plot(times[own], line + (nodes[own] - first) // step, "|", ms=2, color=colour, mew=0.7)
        height = -(-(last - first) // step)
        axis.text(1010 * SHOWN_S, line + height / 2, short(name), color=colour, va="center", fontsize=8)
        line += height + 4
    axis.set(xlim=(0, 1000 * SHOWN_S), yticks=[], title=region, xlabel="ms")


def spectrum(axis, result, region):
    frequency, power = result[f"spectra/{region}/frequency"][:], result[f"spectra/{region}/lfp"][0]
    axis.loglog(frequency[1:], power[1:], color="black", lw=1)
    axis.set(xlabel="Hz", ylabel="pA²/Hz", title="LFP proxy", xlim=(2, 200))


def phases(axis, result, region):
    for colour, (name, _, _) in zip(COLOURS, populations(result, region)):
        degrees, length = (result[f"spiking/{region}/theta_{key}_{name}"][0] for key in ("phase", "locking"))
        phase = np.radians(degrees)
        axis.annotate("", (phase, length), (0, 0), arrowprops={"arrowstyle": "->", "color": colour})
        axis.text(phase, length + 0.08, short(name), color=colour, ha="center", fontsize=7)
    axis.set(ylim=(0, 1), yticks=[0.5, 1], title="theta (0°: trough in CA1)")
    axis.tick_params(labelsize=7)


def glutamate(figure, axis, result, region):
    picture = axis.imshow(1000 * result[f"maps/{region}/glutamate"][0], origin="lower", cmap="magma")
    figure.colorbar(picture, ax=axis, shrink=0.7)
    axis.set(xticks=[], yticks=[], title="glutamate (nM)")


def main(path, picture):
    with h5py.File(path) as result:
        regions = [name for name in result["summary"] if f"spectra/{name}/lfp" in result]
        figure = plt.figure(figsize=(13, 3.2 * len(regions)), constrained_layout=True)
        for row, region in enumerate(regions):
            kinds = (None, None, "polar", None)
            axes = [figure.add_subplot(len(regions), 4, 4 * row + k + 1, projection=kind)
                    for k, kind in enumerate(kinds)]
            raster(axes[0], result, region)
            spectrum(axes[1], result, region)
            phases(axes[2], result, region)
            glutamate(figure, axes[3], result, region)
        figure.savefig(picture, dpi=100)


if __name__ == "__main__":
    main(*sys.argv[1:3])
