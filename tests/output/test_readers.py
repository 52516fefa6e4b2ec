"""test_readers.py WRITER - a result file as other programs see it: h5py (attributes, units, plots, scales),
libsonata (spikes, cells), and xarray where it is installed. WRITER writes the file. Ends with 77, skipped,
if all but libsonata, which is not installed, was content."""

import os
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy

try:
    import libsonata
except ImportError:
    libsonata = None
try:
    import xarray
except ImportError:
    xarray = None

PYR, PV, BINS, FRAMES, Y, X, SPIKES = 12, 5, 5000, 40, 64, 48, 100000
CELLS = PYR + PV
UNITS = {"s", "ms", "h", "d", "Hz", "um", "uM", "1", "1/um", "mg/kg", "pF", "nS"}
WRITER = None


def write(folder):
    subprocess.run([WRITER, folder], check=True)
    return os.path.join(folder, "arm.h5")


def objects(file, kind):
    """(path, object) of every group, or of every dataset."""
    found = []
    file.visititems(lambda path, item: found.append(("/" + path, item)))
    return [(path, item) for path, item in found if isinstance(item, kind)]


def datasets(file):
    return objects(file, h5py.Dataset)


def in_order_of_making(group):
    names = []
    group.id.links.iterate(lambda name: names.append(name.decode()), idx_type=h5py.h5.INDEX_CRT_ORDER)
    return names


class WithFile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = write(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()


class Hdf5(WithFile):
    """The file by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = h5py.File(cls.path, "r")

    @classmethod
    def tearDownClass(cls):
        cls.file.close()
        super().tearDownClass()

    def plots(self):
        groups = objects(self.file, h5py.Group)
        return [(path, group) for path, group in groups if group.attrs.get("NX_class") == "NXdata"]

    def test_root(self):
        attributes = self.file.attrs
        self.assertEqual(attributes["NX_class"], "NXroot")
        self.assertEqual(attributes["default"], "rates")
        self.assertEqual(attributes["spinule_format"], 1)
        self.assertEqual(attributes["magic"], 0x0A7A)
        self.assertEqual(attributes["magic"].dtype, numpy.uint32)
        self.assertEqual(attributes["version"].tolist(), [0, 1])
        self.assertEqual(attributes["version"].dtype, numpy.uint32)
        self.assertEqual(attributes["title"], "An example")
        self.assertIn("CF-", attributes["Conventions"])

    def test_oldest_format(self):
        with open(self.path, "rb") as file:
            head = file.read(9)
        self.assertEqual(head[:8], b"\x89HDF\r\n\x1a\n")
        self.assertEqual(head[8], 0)

    def test_names_keep_the_order_of_making(self):
        top = ["status", "provenance", "nodes", "rates", "maps", "slow", "spikes", "protocol", "outcome"]
        slow = ["title", "time", "bdnf", "bdnf_errors", "spine_density"]
        self.assertEqual(in_order_of_making(self.file), top)
        self.assertEqual(in_order_of_making(self.file["slow"]), slow)

    def test_no_time_stamps(self):
        for path, dataset in datasets(self.file):
            self.assertFalse(dataset.id.get_create_plist().get_obj_track_times(), path)

    def test_texts_are_of_variable_length(self):
        seen = 0
        for path, dataset in datasets(self.file):
            if dataset.dtype.kind in "SO":
                text = h5py.check_string_dtype(dataset.dtype)
                self.assertEqual((text.encoding, text.length), ("utf-8", None), path)
                seen += 1
        self.assertGreater(seen, 20)

    def test_plots_are_complete(self):
        plots = self.plots()
        self.assertEqual([path for path, _ in plots], ["/maps/mPFC", "/rates", "/slow"])
        for path, group in plots:
            axes = list(group.attrs["axes"])
            signals = [group.attrs["signal"], *group.attrs.get("auxiliary_signals", [])]
            self.assertEqual(group["title"].shape, ())
            for signal in signals:
                dataset = group[signal]
                self.assertEqual(dataset.shape, group[signals[0]].shape)
                self.assertEqual(dataset.ndim, len(axes))
                self.assertEqual(dataset.shape, tuple(len(group[axis]) for axis in axes))
            for name in signals + axes:
                unit, label = group[name].attrs["units"], group[name].attrs["long_name"]
                self.assertIn(unit, UNITS, path)
                if unit != "1" and name not in axes:
                    self.assertIn("(", label)

    def test_spreads_are_found_by_name(self):
        slow = self.file["slow"]
        self.assertEqual(list(slow.attrs["auxiliary_signals"]), ["spine_density"])
        self.assertEqual(slow["bdnf_errors"].shape, slow["bdnf"].shape)

    def test_axes_are_scales_and_attached(self):
        for path, group in self.plots():
            axes = list(group.attrs["axes"])
            for name in axes:
                self.assertTrue(h5py.h5ds.is_scale(group[name].id), f"{path}/{name}")
            for name in group:
                if name == "title" or name in axes:
                    continue
                for dimension, axis in zip(group[name].dims, axes):
                    self.assertEqual(dimension.label, axis)
                    self.assertEqual([scale.name for scale in dimension.values()], [f"{path}/{axis}"])

    def test_values(self):
        rates, bins = self.file["rates"], numpy.arange(BINS)
        wanted = numpy.where(bins == BINS // 2, numpy.nan, 0.5 * bins).astype(numpy.float32)
        numpy.testing.assert_array_equal(rates["PYR_L23"][:], wanted)
        self.assertTrue(numpy.isnan(rates["time"][BINS // 2]))
        self.assertEqual(rates["time"].dtype, numpy.float64)
        self.assertTrue(numpy.isnan(rates["PYR_L23"].attrs["_FillValue"][0]))
        maps = self.file["maps/mPFC"]
        t, y, x = numpy.ogrid[:FRAMES, :Y, :X]
        wanted = (t + 0.01 * y + 0.0001 * x).astype(numpy.float32)
        numpy.testing.assert_array_equal(maps["glutamate"][:], wanted)
        numpy.testing.assert_array_equal(maps["x"][:], 25 + 50.0 * numpy.arange(X))
        numpy.testing.assert_array_equal(maps["time"][:], 0.5 * numpy.arange(FRAMES))

    def test_chunks_and_filters(self):
        for path in ("maps/mPFC/glutamate", "maps/mPFC/time", "rates/PV_L23"):
            dataset = self.file[path]
            filters = (dataset.compression, dataset.compression_opts, dataset.shuffle)
            self.assertEqual(filters, ("gzip", 1, True))
            self.assertIsNone(dataset.maxshape[0])
        for path, dataset in datasets(self.file):  # libsonata comes with an HDF5 that has no zlib
            if path.startswith(("/spikes/", "/nodes/")):
                self.assertEqual((dataset.compression, dataset.shuffle), (None, False), path)
        maps = self.file["maps/mPFC/glutamate"]
        self.assertEqual(maps.chunks[1:], (Y, X))
        self.assertTrue(64 << 10 <= 4 * numpy.prod(maps.chunks) <= 1 << 20)
        self.assertEqual(self.file["maps/mPFC/time"].chunks[0], maps.chunks[0])

    def test_tables(self):
        for path, lengths in (("protocol/windows", 2), ("protocol/events", 2), ("provenance/timing", 1)):
            group = self.file[path]
            self.assertEqual(group.attrs["NX_class"], "NXcollection")
            columns = [name for name in group if name != "title"]
            self.assertEqual({group[name].shape for name in columns}, {(lengths,)}, path)
            for name in columns:
                self.assertTrue(group[name].attrs["description"])
        events = self.file["protocol/events"]
        self.assertEqual(events["kind"].asstr()[:].tolist(), ["window", "dose"])
        self.assertEqual(events["dose_mg_per_kg"].attrs["units"], "mg/kg")
        self.assertTrue(numpy.isnan(events["dose_mg_per_kg"][0]))
        self.assertEqual(self.file["outcome/rate_ratio"][()], 1.25)
        self.assertEqual(self.file["outcome/rate_ratio"].attrs["units"], "1")

    def test_status_and_provenance(self):
        status, provenance = self.file["status"], self.file["provenance"]
        self.assertEqual(status["state"][()], 1)
        self.assertEqual(status["state"].dtype, numpy.int8)
        self.assertEqual(status["updated_unix_s"].dtype, numpy.float64)
        self.assertEqual(provenance["config"].asstr()[()], "seed = 1; # µ\n")
        self.assertEqual(provenance["state_hash"].asstr()[()], "0000000000000abc")
        self.assertEqual(provenance["parameters/value"].asstr()[:].tolist(), ["10 nS"])
        self.assertRegex(provenance["run_uuid"].asstr()[()], r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]")
        self.assertEqual(provenance["real_time_factor"][()], 0.5)

    def test_sonata_demands(self):
        spikes = self.file["spikes/mPFC"]
        code = h5py.check_enum_dtype(spikes.attrs.get_id("sorting").dtype)
        self.assertEqual(code, {"none": 0, "by_id": 1, "by_time": 2})
        self.assertEqual(spikes.attrs["sorting"], 2)
        self.assertEqual(spikes["timestamps"].attrs["units"], "ms")
        self.assertEqual(spikes["node_ids"].dtype, numpy.uint64)
        self.assertEqual(list(self.file["spikes"]), ["mPFC", "CA1", "silent"])
        self.assertEqual(list(self.file["nodes"]), ["mPFC", "CA1"])
        types = [set(self.file[f"nodes/{region}/node_type_id"][:]) for region in ("mPFC", "CA1")]
        self.assertEqual(types, [{100, 101}, {200, 201}])


class Running(unittest.TestCase):
    """The file of a run that goes on."""

    def test_read_while_it_grows(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.Popen([WRITER, folder, "hold"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            try:
                self.assertEqual(run.stdout.readline(), b"written\n")
                self.assertFalse(os.path.exists(os.path.join(folder, "arm.h5")))
                partial = os.path.join(folder, "arm.partial.h5")
                with self.assertRaises(OSError):  # it is locked, for those who ask
                    h5py.File(partial, "r", locking=True)
                with h5py.File(partial, "r", locking=False) as file:
                    self.assertEqual(file["status/state"][()], 0)
                    self.assertEqual(file["status/t_s"][()], 50)
                    whole_chunks = SPIKES // 8192 * 8192
                    self.assertEqual(len(file["spikes/mPFC/timestamps"]), whole_chunks)
                    self.assertEqual(file["rates/PV_L23"][4000], 8000)
            finally:
                run.communicate()
            self.assertEqual(run.returncode, 0)
            with h5py.File(os.path.join(folder, "arm.h5"), "r") as file:
                self.assertEqual(len(file["spikes/mPFC/timestamps"]), SPIKES)


@unittest.skipUnless(libsonata, "libsonata is not installed")
class Sonata(WithFile):
    """The file as libsonata reads it."""

    def test_spikes(self):
        reader = libsonata.SpikeReader(self.path)
        self.assertEqual(set(reader.get_population_names()), {"mPFC", "CA1", "silent"})
        population = reader["mPFC"]
        self.assertEqual(population.sorting, "by_time")
        self.assertEqual(population.times[1], 0.1 * ((SPIKES - 1) // 2))
        spikes = population.get()
        self.assertEqual(len(spikes), SPIKES)
        self.assertEqual(tuple(spikes[3]), (2, 0.1))
        some = population.get(node_ids=[0], tstart=0, tstop=2)
        self.assertEqual([node for node, _ in some], [0, 0])
        self.assertEqual(len(reader["silent"].get()), 0)

    def test_cells(self):
        storage = libsonata.NodeStorage(self.path)
        self.assertEqual(storage.population_names, {"mPFC", "CA1"})
        cells = storage.open_population("CA1")
        self.assertEqual(cells.size, CELLS)
        everyone = libsonata.Selection([(0, CELLS)])
        self.assertEqual(list(cells.get_attribute("cell_type", everyone)), ["PYR"] * PYR + ["PV"] * PV)
        words = {"population", "cell_type", "layer", "synapse_class", "model_type", "model_template"}
        self.assertEqual(cells.enumeration_names, words)
        self.assertEqual(list(cells.enumeration_values("synapse_class")), ["EXC", "INH"])
        numpy.testing.assert_array_equal(cells.get_attribute("x", everyone)[:3], [0, 10, 20])
        self.assertEqual(cells.dynamics_attribute_names, {"C_m", "g_L"})
        leak = cells.get_dynamics_attribute("g_L", everyone)
        self.assertEqual(leak[2], 102)
        self.assertTrue(numpy.isnan(leak[PYR]))

    def test_node_sets(self):
        cells = libsonata.NodeStorage(self.path).open_population("mPFC")
        sets = libsonata.NodeSets('{"PV": {"cell_type": "PV"}, "all": {"layer": ["L23"]}}')
        self.assertEqual(sets.materialize("PV", cells).flatten().tolist(), list(range(PYR, CELLS)))
        self.assertEqual(len(sets.materialize("all", cells).flatten()), CELLS)


@unittest.skipUnless(xarray, "xarray is not installed")
class Xarray(WithFile):
    """The file as xarray reads it."""

    def test_labelled_arrays(self):
        with xarray.open_dataset(self.path, group="maps/mPFC", engine="h5netcdf", phony_dims="sort") as maps:
            self.assertEqual(maps["glutamate"].dims, ("time", "y", "x"))
            self.assertEqual(maps["glutamate"].attrs["units"], "uM")
            self.assertEqual(float(maps["glutamate"].sel(time=1.5, y=75, x=25)), numpy.float32(3.01))
        with xarray.open_dataset(self.path, group="slow", engine="h5netcdf", phony_dims="sort") as slow:
            self.assertEqual(slow["time"].dtype.kind, "f")  # days, not a time of xarray's own
            self.assertEqual(float(slow["bdnf"].sel(time=0.5)), 1.2)


def main():
    global WRITER
    WRITER = os.path.abspath(sys.argv.pop(1))
    outcome = unittest.main(exit=False).result
    if not outcome.wasSuccessful():
        return 1
    return 0 if libsonata else 77


if __name__ == "__main__":
    sys.exit(main())
