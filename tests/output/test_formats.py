"""test_formats.py PROGRAM - what a run really writes against docs/formats.md, both ways: every dataset is
in a table of that page, with its shape, type and unit, and every row of the tables is in the file. Then
what the page says of plots, spikes and cells, on a real result, by h5py and by libsonata where it is
installed."""

import collections
import pathlib
import re
import sys
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import ROOT, SMALL, Case, run_it, settings

try:
    import libsonata
except ImportError:
    libsonata = None

Row = collections.namedtuple("Row", "name pattern shape type unit")
REGIONS = {"mPFC": 9, "CA1": 16}  # and their sites
WINDOWS, EVENTS = 5, 2
GIVEN = """({ at = "30 min"; drug = "ketamine"; dose = "10 mg/kg"; route = "ip"; arms = ["ketamine"]; },
 { at = "30 min"; drug = "esketamine"; amount = "1 ng"; volume = "0.5 mm3"; route = "local"; region = "mPFC";
   radius = "50 um"; arms = ["ketamine"]; })"""
BIN_S, SETTLE_S, MEASURED_S, TICK_S = 0.01, 0.1, 0.1, 1e-4


def page_rows():
    """The rows of all tables of datasets, one for each name."""
    rows, columns = [], []
    for line in (ROOT / "docs/formats.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if cells and cells[0] == "dataset":
            columns = cells
        elif cells and columns and not cells[0].startswith("-"):
            row = dict(zip(columns, cells))
            names = re.findall(r"`([^`]+)`", row["dataset"])
            folder = names[0].rpartition("/")[0] + "/"
            for name in names:
                full = name if name.startswith("/") else folder + name
                rows.append(Row(full, pattern_of(full), row.get("shape", ""), row["type"], row["unit"]))
        elif not cells:
            columns = []
    return rows


def pattern_of(name):
    words = {"region": "(?:mPFC|CA1)", "drug": "[a-z0-9_]+", "subunit": "2[A-D]", "signal": r"\w+?",
             "cell": r"\d+",
             "population": "(?:(?:PYR|PV|SST|VIP|CA1)_(?:L[0-9]+|PYR|PV|OLM|CCK)|mPFC_MD|mPFC_vHPC"
                           "|CA1_schaffer)",
             "pathway": "(?:(?:PYR|CA1|mPFC)_[A-Za-z0-9]+_to_(?:PYR|PV|SST|VIP|CA1)_[A-Z0-9]+"
                        "|(?:mPFC|CA1)_afferents)"}
    return re.compile(re.sub(r"<(\w+)>", lambda word: words[word.group(1)], name))


def type_of(dataset):
    if h5py.check_string_dtype(dataset.dtype):
        return "text"
    return dataset.dtype.name


class Result(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run_it(SMALL, cls.folder / "run", "-t", 1, "-s", f"protocol.events={GIVEN}")
        cls.path = cls.folder / "run/ketamine.h5"
        cls.file = h5py.File(cls.path)
        cls.addClassCleanup(cls.file.close)

    def each(self, kind):
        found = []
        self.file.visititems(lambda name, item: found.append(("/" + name, item)))
        return [(name, item) for name, item in found if isinstance(item, kind)]


class Page(Result):
    def test_every_dataset_is_on_the_page(self):
        """In exactly one row; a scalar title of a plot or table apart."""
        rows = page_rows()
        self.assertGreater(len(rows), 100)
        met = set()
        for name, dataset in self.each(h5py.Dataset):
            if name.endswith("/title") and dataset.shape == ():
                self.assertIn(dataset.parent.attrs["NX_class"], ("NXdata", "NXcollection"))
                continue
            with self.subTest(name):
                own = [row for row in rows if row.pattern.fullmatch(name)]
                self.assertEqual(len(own), 1, [row.name for row in own])
                met.add(own[0].name)
                self.check(dataset, own[0])
        self.assertEqual({row.name for row in rows} - met, set(), "are on the page and not in the file")

    def check(self, dataset, row):
        self.assertEqual(type_of(dataset), row.type.replace("texts", "text"))
        unit = dataset.attrs.get("units", "")
        if row.unit == "as the signal":
            self.assertEqual(unit, self.file[dataset.name[:-len("_errors")]].attrs["units"])
        else:
            self.assertEqual(unit, row.unit)
        sizes = [size for size in row.shape.split(", ") if size]
        in_columns = row.type == "texts" or row.name.count("/") == 3 and row.name.startswith("/provenance")
        self.assertEqual(dataset.ndim, len(sizes) or int(in_columns))
        for size, letter in zip(dataset.shape, sizes):
            self.assertEqual(size, self.size(dataset, letter), letter)

    def size(self, dataset, letter):
        """What a letter of the page stands for where the dataset stands."""
        parts = dataset.name.split("/")
        if letter in "TYXF":
            return len(dataset.parent[{"T": "time", "Y": "y", "X": "x", "F": "frequency"}[letter]])
        if letter == "N":
            return len(self.file[f"nodes/{parts[2]}/node_id"])
        if letter == "S":
            return len(self.file[f"spikes/{parts[2]}/timestamps"])
        if letter == "K":
            return 1 + int(self.file[f"nodes/{parts[2]}/0/{parts[-1]}"][()].max())
        return {"W": WINDOWS, "E": EVENTS, "P": len(self.file["populations/name"]),
                "A": len(self.file["assay/substance"])}[letter]

    def test_groups_at_a_glance(self):
        """The table of groups names all groups below the root, as plots, columns and the rest."""
        text = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
        text = text.partition("at a glance")[2].partition("##")[0]
        forms = {}
        for names, form in re.findall(r"(?m)^\| (`/\w.*?) \| (.*?) \|", text):
            for name in re.findall(r"`(.*?)`", names):
                forms[name.replace("/<region>", "")] = form
        for name, form in forms.items():
            group = self.file[name]
            group = group["mPFC"] if "mPFC" in group else group
            wanted = {"plot": "NXdata", "plots": "NXdata", "plots of images": "NXdata",
                      "columns": "NXcollection"}
            self.assertEqual(group.attrs.get("NX_class"), wanted.get(form, group.attrs.get("NX_class")), name)
        tops = {"/" + name for name in self.file}
        self.assertEqual({"/" + name.split("/")[1] for name in forms}, tops)


class Plots(Result):
    def test_attributes_and_scales(self):
        plots = [(name, group) for name, group in self.each(h5py.Group)
                 if group.attrs.get("NX_class") == "NXdata"]
        self.assertEqual(len(plots), 7 + 14 * len(REGIONS))
        for name, group in plots:
            axes = list(group.attrs["axes"])
            signals = [group.attrs["signal"], *group.attrs.get("auxiliary_signals", ())]
            spreads = [signal + "_errors" for signal in signals if signal + "_errors" in group]
            self.assertEqual(set(group), {"title", *axes, *signals, *spreads}, name)
            for signal in signals + spreads:
                self.assertIn("long_name", group[signal].attrs)
                self.assertEqual(group[signal].shape, tuple(len(group[axis]) for axis in axes))
                for dimension, axis in zip(group[signal].dims, axes):
                    self.assertEqual([scale.name for scale in dimension.values()], [f"{name}/{axis}"])

    def test_rates_have_a_gap_between_windows(self):
        time_s = self.file["rates/time"][()]
        bins = round((SETTLE_S + MEASURED_S) / BIN_S)
        self.assertEqual(len(time_s), WINDOWS * bins + WINDOWS - 1)
        gaps = np.arange(bins, len(time_s), bins + 1)
        windows = self.file["protocol/windows"]
        for name, values in self.file["rates"].items():
            if name not in ("title", "time"):
                self.assertEqual(list(np.flatnonzero(np.isnan(values[()]))), list(gaps), name)
        starts = time_s[np.arange(WINDOWS) * (bins + 1)]
        np.testing.assert_allclose(starts, 3600 * windows["start_h"][()] + BIN_S / 2, rtol=1e-9)

    def test_traces_are_there_by_the_millisecond(self):
        """Of the cells that the config names, in the measured part of each window, as a membrane can be."""
        measured = round(1000 * MEASURED_S)
        windows, table = self.file["protocol/windows"], self.file["populations"]
        first = dict(zip(table["name"].asstr(), table["first_node_id"]))
        count = dict(zip(table["name"].asstr(), table["count"]))
        for region, population, cells in (("mPFC", "PV_L5", 2), ("CA1", "CA1_PYR", 1)):
            group = self.file[f"traces/{region}"]
            names = [name for name in group if name.startswith("V_")]
            wanted = [first[population] + (2 * k + 1) * count[population] // (2 * cells)
                      for k in range(cells)]
            self.assertEqual(names, [f"V_{population}_{node}" for node in wanted])
            time_s = group["time"][()]
            self.assertEqual(len(time_s), WINDOWS * (measured + 1) - 1)
            gaps = np.arange(measured, len(time_s), measured + 1)
            for w, settled in enumerate(windows["settled_h"]):
                own = time_s[w * (measured + 1):w * (measured + 1) + measured]
                np.testing.assert_allclose(own, 3600 * settled + 1e-3 * np.arange(1, measured + 1), rtol=1e-9)
            for name in names:
                values = group[name][()]
                self.assertEqual(list(np.flatnonzero(np.isnan(values))), list(gaps))
                kept = values[~np.isnan(values)]
                self.assertTrue(np.all((kept > -110) & (kept < 40)), (kept.min(), kept.max()))
                self.assertGreater(kept.std(), 0.1)

    def test_lfp_is_there_by_the_millisecond(self):
        """Of what is measured alone, with a gap between windows, as the mean over layers and electrodes."""
        windows = self.file["protocol/windows"]
        for region in REGIONS:
            group = self.file[f"lfp/{region}"]
            time_s, all_cells = group["time"][()], group["all"][()]
            each = round(1000 * MEASURED_S)
            self.assertEqual(len(time_s), WINDOWS * each + WINDOWS - 1)
            gaps = np.arange(each, len(time_s), each + 1)
            self.assertEqual(list(np.flatnonzero(np.isnan(all_cells))), list(gaps))
            starts = time_s[np.arange(WINDOWS) * (each + 1)]
            np.testing.assert_allclose(starts, 3600 * windows["settled_h"][()] + 0.001, rtol=1e-9)
            self.assertTrue(np.all(all_cells[~np.isnan(all_cells)] > 0))
            grid = self.file[f"lfp_grid/{region}/lfp"][()]
            np.testing.assert_allclose(grid.reshape(len(time_s), -1).mean(1), all_cells, rtol=1e-6)
            layers = [name for name in group if name.startswith("PYR")]
            if layers:
                table = self.file["populations"]
                count = dict(zip(table["name"].asstr(), table["count"]))
                mean = sum(group[name][()].astype(float) * count[name] for name in layers)
                np.testing.assert_allclose(mean / sum(count[name] for name in layers), all_cells, rtol=1e-6)

    def test_bands_are_those_of_the_spectra(self):
        """By a sum over the frequencies in them; and the spectrum of the LFP has the power of the series."""
        for region in REGIONS:
            spectra, bands = self.file[f"spectra/{region}"], self.file[f"bands/{region}"]
            frequency = spectra["frequency"][()]
            for name, low, high in (("gamma", 30, 80), ("slow_gamma", 25, 55), ("fast_gamma", 100, 180)):
                inside = (frequency >= low) & (frequency < high)
                power = spectra["lfp"][()][:, inside].mean(1) * (high - low)
                np.testing.assert_allclose(bands[name][()], power, rtol=1e-9)
            lfp = self.file[f"lfp/{region}/all"][()].astype(float)
            variance = np.var(lfp[:round(1000 * MEASURED_S)])
            power = spectra["lfp"][0, 1:].sum() * frequency[1]
            self.assertLess(power, 3 * variance)
            self.assertGreater(power, variance / 10)

    def test_occupancy_follows_the_drug(self):
        for region in REGIONS:
            share = self.file[f"occupancy/{region}/all"][()]
            self.assertEqual(list(share[:2]), [0, 0])
            self.assertTrue(0.1 < share[2] < 0.9 and share[2] > share[3] > share[4] >= 0, share)
        table = self.file["assay"]
        K_i = dict(zip(zip(table["region"].asstr(), table["substance"].asstr()), table["K_i_uM"]))
        for region in REGIONS:
            self.assertAlmostEqual(K_i[region, "arketamine"] / K_i[region, "esketamine"], 17 * 28 / 6 / 17, 2)
            half = {name: self.file[f"occupancy/{region}/half_{name}"][()] for name in
                    ("esketamine", "norketamine_r", "arketamine")}
            self.assertTrue(all(np.all(np.isnan(values[:2])) for values in half.values()))
            self.assertTrue(5 < half["arketamine"][2] < 25, half)
            self.assertTrue(7 < half["norketamine_r"][2] / half["arketamine"][2] < 11, half)  # K_d: 9.3
            self.assertEqual(np.all(np.isnan(half["esketamine"])), region == "mPFC")  # into tissue as well

    def test_rates_are_those_of_the_spikes(self):
        """Counted again from the spikes and the cells' populations. A spike at the very beginning is inside,
        one at the end is not."""
        table = self.file["populations"]
        for name, region, first, count in zip(table["name"].asstr(), table["region"].asstr(),
                                              table["first_node_id"], table["count"]):
            spikes = self.file[f"spikes/{region}"]
            own = (spikes["node_ids"][()] >= first) & (spikes["node_ids"][()] < first + count)
            times_s = spikes["timestamps"][()][own] / 1000
            for window, start_h in enumerate(self.file["protocol/windows/settled_h"]):
                since_s = times_s - 3600 * start_h + 0.5 * TICK_S  # times are those of whole ticks
                inside = np.sum((since_s > 0) & (since_s < MEASURED_S))
                rate = self.file[f"summary/{region}/rate_{name}"][window]
                self.assertAlmostEqual(rate * count * MEASURED_S, inside, places=6, msg=name)
            total = np.nansum(self.file[f"rates/{name}"][()].astype(float)) * BIN_S * count
            self.assertAlmostEqual(total, own.sum(), places=2)


class Extracellular(Result):
    def test_samples_of_a_probe(self):
        """In the middle of ten minutes each, from the start to the end; what is read is what the window that
        stands for the time measured, so the first is that of the baseline and the last that of the last."""
        for region in REGIONS:
            time_h = self.file[f"dialysis/{region}/time"][()]
            read = self.file[f"dialysis/{region}/glutamate"]
            measured = self.file[f"summary/{region}/dialysate"]
            np.testing.assert_allclose(time_h, (np.arange(len(time_h)) + 0.5) / 6, rtol=1e-9)
            self.assertEqual(len(time_h), 144)
            self.assertAlmostEqual(read[0], measured[0], places=9)
            self.assertAlmostEqual(read[-1], measured[-1], places=9)
            self.assertGreater(np.min(read), 0.999 * np.min(measured))
            self.assertLess(np.max(read), 1.001 * np.max(measured))

    def test_readings_of_an_electrode(self):
        """Every 100 ms of a window, and a gap between two."""
        start_h = self.file["protocol/windows/start_h"][()]
        for region in REGIONS:
            time_s, read = (self.file[f"electrode/{region}/{name}"][()] for name in ("time", "glutamate"))
            self.assertEqual(list(np.flatnonzero(np.isnan(read))), [2, 5, 8, 11])
            np.testing.assert_allclose(time_s[~np.isnan(read)],
                                       (3600 * start_h[:, None] + [0.1, 0.2]).ravel(), rtol=1e-9)

    def test_switched_off(self):
        """Neither groups nor numbers, and nothing else changes."""
        words = settings({f"record.{name}.on": "false" for name in ("dialysis", "electrode", "bursts")})
        run_it(SMALL, self.folder / "off", "-t", 1, "--arm", "ketamine", "-s", f"protocol.events={GIVEN}",
               *words)
        with h5py.File(self.folder / "off/ketamine.h5") as off:
            self.assertEqual(set(self.file) - set(off), {"dialysis", "electrode", "bursts"})
            for region in REGIONS:
                for name in ("dialysate", "bursts", "bursts_own", "burst_duration", "burst_extent"):
                    self.assertTrue(np.all(np.isnan(off[f"summary/{region}/{name}"][()])), name)
                for name in (f"spikes/{region}/timestamps", f"summary/{region}/ambient"):
                    np.testing.assert_array_equal(off[name][()], self.file[name][()])


class Sonata(Result):
    def test_root(self):
        self.assertEqual((self.file.attrs["magic"], list(self.file.attrs["version"])), (0x0A7A, [0, 1]))
        self.assertEqual(set(self.file["spikes"]), set(REGIONS))
        self.assertEqual(set(self.file["nodes"]), set(REGIONS))

    def test_spikes_are_sorted(self):
        for region in REGIONS:
            spikes = self.file[f"spikes/{region}"]
            time, node = spikes["timestamps"][()], spikes["node_ids"][()].astype(np.int64)
            self.assertGreater(len(time), 100)
            self.assertTrue(np.all(np.diff(time) >= 0))
            self.assertTrue(np.all(np.diff(node)[np.diff(time) == 0] > 0))
            self.assertLess(node.max(), len(self.file[f"nodes/{region}/node_id"]))
            windows = self.file["protocol/windows"]
            inside = np.zeros(len(time), bool)
            for start_h, stop_h in zip(windows["start_h"], windows["stop_h"]):
                inside |= (time > 3.6e6 * start_h - 1e-6) & (time < 3.6e6 * stop_h + 1e-3)
            self.assertTrue(np.all(inside))

    def test_cells_are_numbered_without_gaps(self):
        table = self.file["populations"]
        for region in REGIONS:
            node = self.file[f"nodes/{region}"]
            self.assertEqual(list(node["node_id"]), list(range(len(node["node_id"]))))
            self.assertEqual(list(node["node_group_index"]), list(node["node_id"]))
            self.assertTrue(np.all(node["node_group_id"][()] == 0))
            words = node["0/@library/population"].asstr()[()][node["0/population"][()]]
            here = [(n, f, c) for n, r, f, c in zip(table["name"].asstr(), table["region"].asstr(),
                                                    table["first_node_id"], table["count"]) if r == region]
            self.assertEqual([c for _, _, c in here], [np.sum(words == n) for n, _, _ in here])
            for name, first, count in here:
                self.assertEqual(set(words[first:first + count]), {name})
            side_um = {"mPFC": 150, "CA1": 200}[region]
            for axis in ("x", "y"):
                self.assertTrue(np.all((node["0"][axis][()] >= 0) & (node["0"][axis][()] <= side_um)))

    @unittest.skipUnless(libsonata, "libsonata is not installed")
    def test_libsonata_reads_the_same(self):
        spikes, nodes = libsonata.SpikeReader(str(self.path)), libsonata.NodeStorage(str(self.path))
        self.assertEqual(set(spikes.get_population_names()), set(REGIONS))
        self.assertEqual(nodes.population_names, set(REGIONS))
        for region in REGIONS:
            self.assertEqual(spikes[region].sorting, "by_time")
            node, time = zip(*spikes[region].get())
            np.testing.assert_array_equal(time, self.file[f"spikes/{region}/timestamps"])
            np.testing.assert_array_equal(node, self.file[f"spikes/{region}/node_ids"])
            cells = nodes.open_population(region)
            everything = libsonata.Selection([(0, cells.size)])
            self.assertEqual(cells.size, len(self.file[f"nodes/{region}/node_id"]))
            for name in ("x", "C_m"):
                read = cells.get_dynamics_attribute if name == "C_m" else cells.get_attribute
                own = self.file[f"nodes/{region}/0/{'dynamics_params/' * (name == 'C_m')}{name}"]
                np.testing.assert_array_equal(read(name, everything), own)
            names = list(dict.fromkeys(cells.get_attribute("population", everything)))
            table = self.file["populations"]
            here = table["region"].asstr()[()] == region
            self.assertEqual(names, list(table["name"].asstr()[()][here]))


class Switches(Result):
    def test_what_is_switched_off_is_not_there(self):
        """And all else is as it was: who looks on changes nothing."""
        off = self.folder / "off"
        run_it(SMALL, off, "-t", 1, "-s", f"protocol.events={GIVEN}", "-s",
               "record={lfp=false;spectra=false;statistics=false;}")
        with h5py.File(off / "ketamine.h5") as file:
            gone = set(self.file) - set(file)
            self.assertEqual(gone, {"lfp", "lfp_grid", "spectra", "bands", "spiking", "clamp", "traces"})
            for name in ("timestamps", "node_ids"):
                for region in REGIONS:
                    np.testing.assert_array_equal(file[f"spikes/{region}/{name}"][()],
                                                  self.file[f"spikes/{region}/{name}"][()])
            np.testing.assert_array_equal(file["slow/mPFC_bdnf"], self.file["slow/mPFC_bdnf"])


class Summary(Result):
    def test_table_of_measures(self):
        with h5py.File(self.folder / "run/summary.h5") as file:
            self.assertEqual(file.attrs["spinule_summary"], 1)
            self.assertEqual(list(file["table/arm"].asstr()), ["vehicle", "ketamine"])
            self.assertEqual(list(file["table/seed"]), [7, 7])
            self.assertEqual(file["ratio"].attrs["control"], "vehicle")
            self.assertEqual(list(file["table"]), list(file["ratio"]))
            for name in ("mPFC_gamma_power", "CA1_occupancy", "mPFC_correlation_PV", "CA1_cells_up_PYR",
                         "mPFC_epsc_frequency_PYR"):
                self.assertTrue(np.all(np.isfinite(file["table"][name][()])), name)
            window = int(np.argmax(self.file["summary/mPFC/blocked"]))
            self.assertEqual(file["table/mPFC_occupancy_half_arketamine"][1],
                             self.file["occupancy/mPFC/half_arketamine"][window])
            self.assertEqual(file["table/mPFC_gamma_power"][1], self.file["bands/mPFC/gamma"][window])
            table = self.file["populations"]
            rows = zip(table["name"].asstr(), table["cell_type"].asstr(), table["count"])
            own = [(name, count) for name, kind, count in rows if kind == "SST"]
            mean = sum(count * self.file[f"spiking/mPFC/fano_{name}"][window] for name, count in own)
            self.assertAlmostEqual(file["table/mPFC_fano_SST"][1], mean / sum(count for _, count in own))
            for name, column in file["table"].items():
                if name in ("title", "arm", "seed"):
                    continue
                self.assertRegex(name, "^(mPFC|CA1|body)_")
                self.assertEqual(len(column), 2)
                self.assertTrue(column.attrs["units"] and column.attrs["description"])
                ratio = file["ratio"][name][()]
                with np.errstate(divide="ignore", invalid="ignore"):
                    np.testing.assert_array_equal(ratio[1], column[1] / column[0], name)


if __name__ == "__main__":
    unittest.main()
