"""picture_state.py RESULT FOLDER - draws the state of every region in the first window of a result as
FOLDER/state_<region>.png: half a second of spikes, spectrum of the LFP proxy, phase and strictness of locking
to theta if the result has them, map of firing. The pictures of docs/model.md are those of
`spinule run configs/experiments/state.cfg`. Needs h5py and matplotlib."""

import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

COLOURS = ("#c0392b", "#2471a3", "#d68910", "#7d3c98", "#1e8449", "#5d6d7e")
SHOWN_S, CELLS = 0.5, 60  # time of the raster, cells of each population in it
SQUARE_UM = 50  # of the map


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
    """Of DG_GC: the region stands above."""
    field, _, rest = name.partition("_")
    return rest if field in ("DG", "CA3", "CA1") else name


def raster(axis, result, region):
    times, nodes = (result[f"spikes/{region}/{key}"][:] for key in ("timestamps", "node_ids"))
    begin = result[f"summary/{region}/time"][0] * 3.6e6
    inside = (times >= begin) & (times < begin + 1000 * SHOWN_S)
    times, nodes, line = times[inside] - begin, nodes[inside], 0
    for colour, (name, first, last) in zip(2 * COLOURS, populations(result, region)):
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
    for colour, (name, _, _) in zip(2 * COLOURS, populations(result, region)):
        degrees, length = (result[f"spiking/{region}/theta_{key}_{name}"][0] for key in ("phase", "locking"))
        phase = np.radians(degrees)
        axis.annotate("", (phase, length), (0, 0), arrowprops={"arrowstyle": "->", "color": colour})
        axis.text(phase, length + 0.08, short(name), color=colour, ha="center", fontsize=7)
    axis.set(ylim=(0, 1), yticks=[0.5, 1], title="theta (0°: trough in CA1)")
    axis.tick_params(labelsize=7)


def firing(figure, axis, result, region):
    """Mean rate of the most numerous population in squares of the sheet."""
    _, first, last = max(populations(result, region), key=lambda own: own[2] - own[1])
    times, nodes = (result[f"spikes/{region}/{key}"][:] for key in ("timestamps", "node_ids"))
    begin = result[f"summary/{region}/time"][0] * 3.6e6
    nodes = nodes[(nodes >= first) & (nodes < last) & (times >= begin)]
    x, y = (result[f"nodes/{region}/0/{key}"][:] for key in ("x", "y"))
    edges = np.arange(0, max(x.max(), y.max()) + SQUARE_UM, SQUARE_UM)
    cells, _, _ = np.histogram2d(y[first:last], x[first:last], bins=(edges, edges))
    spikes, _, _ = np.histogram2d(y[nodes], x[nodes], bins=(edges, edges))
    rate = spikes / np.maximum(cells, 1) / ((times.max() - begin) / 1000)
    picture = axis.imshow(rate, origin="lower", cmap="magma", extent=(0, edges[-1], 0, edges[-1]))
    figure.colorbar(picture, ax=axis, shrink=0.7)
    axis.set(xlabel="µm", title="firing of principal cells (Hz)")


def main(path, folder):
    with h5py.File(path) as result:
        for region in (name for name in result["summary"] if f"spectra/{name}/lfp" in result):
            name = populations(result, region)[0][0]
            locked = f"spiking/{region}/theta_phase_{name}" in result
            kinds = (None, None, "polar", None) if locked else (None, None, None)
            figure = plt.figure(figsize=(3.3 * len(kinds), 3.2), constrained_layout=True)
            axes = [figure.add_subplot(1, len(kinds), k + 1, projection=kind) for k, kind in enumerate(kinds)]
            raster(axes[0], result, region)
            spectrum(axes[1], result, region)
            if locked:
                phases(axes[2], result, region)
            firing(figure, axes[-1], result, region)
            figure.savefig(f"{folder}/state_{region}.png", dpi=80)


if __name__ == "__main__":
    main(*sys.argv[1:3])
