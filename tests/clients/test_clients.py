"""test_clients.py PROGRAM - what is written, as the programs read it that people use: libsonata, bluepysnap
and bmtk (results and exported circuits), xarray (results as labelled arrays), pynwb, nwbinspector, neo and
elephant (NWB). Values are compared with those that h5py reads."""

import atexit
import functools
import pathlib
import shutil
import sys
import tempfile
import unittest
import warnings

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import SMALL, run_it, settings, spinule

import bluepysnap
import elephant.statistics
import libsonata
import neo
import nwbinspector
import pynwb
import xarray
from bmtk.utils import sonata
from bmtk.utils.reports.spike_trains import SpikeTrains

warnings.simplefilter("ignore")
SIZE = settings({"regions.mPFC.side": '"100 um"', "regions.CA1.side": '"100 um"'})
WINDOWS = settings({"protocol.windows": '({at="5 min"; duration="100 ms"; label="baseline";}, {at="45 min"; '
                                        'duration="100 ms"; label="after";})'})


@functools.cache
def made():
    """A run, its circuit and its NWB file, in a folder that goes when all is done."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="spinule-test-"))
    atexit.register(shutil.rmtree, folder)
    run_it(SMALL, folder / "run", *SIZE, *WINDOWS)
    for words in (("sonata", "-o", folder / "circuit"), ("nwb", "-o", folder / "arm.nwb")):
        run = spinule("export", folder / "run/ketamine.h5", "--format", *words)
        assert run.returncode == 0, run.stderr
    return folder


class Client(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.path, cls.circuit = made() / "run/ketamine.h5", made() / "circuit"
        cls.nwb = made() / "arm.nwb"
        cls.file = h5py.File(cls.path)
        cls.addClassCleanup(cls.file.close)
        cls.edges = h5py.File(cls.circuit / "edges.h5")
        cls.addClassCleanup(cls.edges.close)

    def edge(self, region):
        return self.edges[f"edges/{region}__{region}__chemical"]


class Sonata(Client):
    def test_libsonata_reads_the_circuit(self):
        config = libsonata.CircuitConfig.from_file(str(self.circuit / "circuit_config.json"))
        self.assertEqual(config.node_populations, {"mPFC", "CA1"})
        for region in ("mPFC", "CA1"):
            nodes, own = config.node_population(region), self.file[f"nodes/{region}"]
            everyone = libsonata.Selection([(0, nodes.size)])
            np.testing.assert_array_equal(nodes.get_attribute("x", everyone), own["0/x"])
            np.testing.assert_array_equal(nodes.get_dynamics_attribute("V_T", everyone),
                                          own["0/dynamics_params/V_T"])
            edges, group = config.edge_population(f"{region}__{region}__chemical"), self.edge(region)
            self.assertEqual((edges.source, edges.target), (region, region))
            source, target = group["source_node_id"][()], group["target_node_id"][()]
            for node in (0, nodes.size // 2, nodes.size - 1):
                for ends, select in ((target, edges.afferent_edges), (source, edges.efferent_edges)):
                    wanted = np.flatnonzero(ends == node)
                    np.testing.assert_array_equal(select(node).flatten(), wanted)
            some = edges.afferent_edges(nodes.size // 2)
            for name in ("syn_weight", "conductance", "delay", "u_syn"):
                np.testing.assert_array_equal(edges.get_attribute(name, some),
                                              group[f"0/{name}"][()][some.flatten()])

    def test_libsonata_reads_node_sets_and_simulation(self):
        sets = libsonata.NodeSets.from_file(str(self.circuit / "node_sets.json"))
        cells = libsonata.NodeStorage(str(self.circuit / "nodes.h5")).open_population("mPFC")
        words = self.file["nodes/mPFC/0/@library/synapse_class"].asstr()[()]
        wanted = np.flatnonzero(words[self.file["nodes/mPFC/0/synapse_class"][()]] == "INH")
        np.testing.assert_array_equal(sets.materialize("mPFC_inhibitory", cells).flatten(), wanted)
        table = self.file["populations"]
        for name, first, count in zip(table["name"].asstr(), table["first_node_id"], table["count"]):
            if f"mPFC_{name}" in sets.names:
                np.testing.assert_array_equal(sets.materialize(f"mPFC_{name}", cells).flatten(),
                                              np.arange(first, first + count))
        simulation = libsonata.SimulationConfig.from_file(str(self.circuit / "simulation_config.json"))
        self.assertEqual((simulation.run.dt, simulation.run.random_seed), (0.1, 7))
        self.assertEqual(simulation.output.spikes_file, "ketamine.h5")

    def test_bluepysnap_opens_circuit_and_simulation(self):
        circuit = bluepysnap.Circuit(str(self.circuit / "circuit_config.json"))
        nodes = circuit.nodes["CA1"]
        self.assertEqual(nodes.size, len(self.file["nodes/CA1/node_id"]))
        np.testing.assert_array_equal(nodes.positions().to_numpy()[:, 0], self.file["nodes/CA1/0/x"])
        words = self.file["nodes/CA1/0/@library/cell_type"].asstr()[()]
        words = words[self.file["nodes/CA1/0/cell_type"][()]]
        np.testing.assert_array_equal(nodes.get(properties="cell_type").to_numpy(), words)
        edges, group = circuit.edges["CA1__CA1__chemical"], self.edge("CA1")
        source, target = group["source_node_id"][()], group["target_node_id"][()]
        np.testing.assert_array_equal(edges.afferent_nodes(5), np.unique(source[target == 5]))
        np.testing.assert_array_equal(edges.efferent_nodes(5), np.unique(target[source == 5]))
        weights = edges.afferent_edges(5, properties=["syn_weight"])["syn_weight"]
        np.testing.assert_array_equal(weights, group["0/syn_weight"][()][target == 5])
        simulation = bluepysnap.Simulation(str(self.circuit / "simulation_config.json"))
        spikes = simulation.spikes["CA1"].get()
        np.testing.assert_array_equal(spikes.index, self.file["spikes/CA1/timestamps"])
        np.testing.assert_array_equal(spikes.to_numpy(), self.file["spikes/CA1/node_ids"])
        inhibitory = simulation.spikes["CA1"].get("CA1_inhibitory")
        self.assertLess(len(inhibitory), len(spikes))

    def test_reports_of_potentials(self):
        """One for each region and window, as libsonata and bluepysnap read it."""
        simulation = bluepysnap.Simulation(str(self.circuit / "simulation_config.json"))
        self.assertEqual(set(simulation.reports), {f"V_{r}_{w}" for r in ("mPFC", "CA1") for w in (0, 1)})
        traces = self.file["traces/mPFC"]
        names = [name for name in traces if name.startswith("V_")]
        nodes = [int(name.rpartition("_")[2]) for name in names]
        values = np.array([traces[name][()] for name in names])
        breaks = np.flatnonzero(np.isnan(values[0]))
        reader = libsonata.ElementReportReader(str(self.circuit / "reports/V_mPFC_1.h5"))["mPFC"]
        self.assertEqual((list(reader.get_node_ids()), reader.data_units), (nodes, "mV"))
        frame = reader.get()
        np.testing.assert_array_equal(frame.data, values[:, breaks[0] + 1:].T)
        np.testing.assert_allclose(frame.times, 1e3 * traces["time"][breaks[0] + 1:], atol=0.5)
        report = simulation.reports["V_mPFC_0"]["mPFC"].get()
        np.testing.assert_array_equal(report.to_numpy(), values[:, :breaks[0]].T)
        np.testing.assert_array_equal(report.columns.get_level_values(0), nodes)

    def test_bmtk_reads_cells_synapses_and_spikes(self):
        files = sonata.File(
            data_files=[str(self.circuit / "nodes.h5"), str(self.circuit / "edges.h5")],
            data_type_files=[str(self.circuit / "node_types.csv"), str(self.circuit / "edge_types.csv")])
        self.assertEqual(set(files.nodes.population_names), {"mPFC", "CA1"})
        nodes, group = files.nodes.get_population("mPFC"), self.edge("mPFC")
        table = self.file["populations"]
        names = [name for name, region, count in
                 zip(table["name"].asstr(), table["region"].asstr(), table["count"])
                 for _ in range(count) if region == "mPFC"]
        self.assertEqual([node["pop_name"] for node in nodes], names)
        self.assertEqual(nodes.get_node_id(0)["model_template"], "nest:aeif_cond_exp")
        edges = files.edges.get_population("mPFC__mPFC__chemical")
        target = group["target_node_id"][()]
        found = list(edges.get_target(7))
        self.assertEqual([edge.source_node_id for edge in found],
                         list(group["source_node_id"][()][target == 7]))
        np.testing.assert_array_equal([edge["syn_weight"] for edge in found],
                                      group["0/syn_weight"][()][target == 7])
        self.assertTrue({edge["port"] for edge in found} <= {"glutamate", "gaba_fast", "gaba_slow"})
        sources = list(edges.get_source(7))
        self.assertEqual(len(sources), np.sum(group["source_node_id"][()] == 7))
        trains = SpikeTrains.from_sonata(str(self.path), population="mPFC")
        frame = trains.to_dataframe(populations=["mPFC"])
        self.assertEqual(len(frame), len(self.file["spikes/mPFC/timestamps"]))
        np.testing.assert_array_equal(np.sort(frame["timestamps"]), self.file["spikes/mPFC/timestamps"])

    def test_one_file_is_a_circuit_too(self):
        """Spikes and cells stand in the result itself."""
        self.assertEqual(set(libsonata.SpikeReader(str(self.path)).get_population_names()), {"mPFC", "CA1"})
        self.assertEqual(libsonata.NodeStorage(str(self.path)).population_names, {"mPFC", "CA1"})


class Arrays(Client):
    def plots(self):
        names = []
        self.file.visititems(lambda name, item: names.append(name) if "axes" in item.attrs else None)
        return names

    def test_xarray_opens_every_plot(self):
        self.assertGreater(len(self.plots()), 10)
        for name in self.plots():
            group = self.file[name]
            axes = list(group.attrs["axes"])
            with self.subTest(name), xarray.open_dataset(self.path, group=name, engine="h5netcdf") as opened:
                for axis in axes:
                    np.testing.assert_array_equal(opened[axis], group[axis])
                    self.assertEqual(opened[axis].dtype.kind, "f")
                for signal in [group.attrs["signal"], *group.attrs.get("auxiliary_signals", [])]:
                    self.assertEqual(opened[signal].dims, tuple(axes))
                    self.assertEqual(opened[signal].attrs["units"], group[signal].attrs["units"])
                    np.testing.assert_array_equal(opened[signal], group[signal])

    def test_xarray_selects_by_place_and_time(self):
        with xarray.open_dataset(self.path, group="maps/mPFC", engine="h5netcdf") as maps:
            self.assertEqual(maps["spine_density"].dims, ("time", "y", "x"))
            point = maps["spine_density"].sel(x=25, y=75).isel(time=-1)
            self.assertEqual(float(point), self.file["maps/mPFC/spine_density"][-1, 1, 0])


class Nwb(Client):
    def test_pynwb_validates_by_the_schema_in_the_file(self):
        found = pynwb.validate(path=str(self.nwb))
        errors = found[0] if isinstance(found, tuple) else found
        self.assertEqual([str(error) for error in errors], [])

    def test_nwbinspector_has_nothing_critical(self):
        severe = {"CRITICAL", "ERROR", "PYNWB_VALIDATION", "BEST_PRACTICE_VIOLATION"}
        messages = list(nwbinspector.inspect_nwbfile(nwbfile_path=str(self.nwb)))
        self.assertEqual([f"{m.importance.name}: {m.check_function_name}: {m.message}" for m in messages
                          if m.importance.name in severe], [])

    def test_pynwb_reads_units(self):
        with pynwb.NWBHDF5IO(str(self.nwb), "r") as io:
            file = io.read()
            units = file.units.to_dataframe()
            self.assertEqual(len(units), sum(len(self.file[f"nodes/{r}/node_id"]) for r in ("mPFC", "CA1")))
            spikes = self.file["spikes/mPFC"]
            node, time_ms = spikes["node_ids"][()], spikes["timestamps"][()]
            cell = int(np.bincount(node.astype(int)).argmax())
            row = units[(units.region == "mPFC") & (units.node_id == cell)].iloc[0]
            np.testing.assert_array_equal(row.spike_times, 1e-3 * time_ms[node == cell])
            self.assertEqual([list(t) for t in file.epochs.to_dataframe().tags], [["baseline"], ["after"]])
            self.assertEqual(file.subject.species, "Rattus norvegicus")
            self.assertIn("doi:10.1152/jn.00686.2005", list(file.related_publications))
            self.assertEqual(file.acquisition["lfp_mPFC_all"].unit, "pA")
            name = next(name for name in self.file["traces/CA1"] if name.startswith("V_"))
            trace = file.acquisition[f"CA1_{name}"]
            values = self.file[f"traces/CA1/{name}"][()]
            np.testing.assert_array_equal(trace.data[:], values[~np.isnan(values)])

    def test_neo_and_elephant_read_the_spikes(self):
        blocks = neo.io.NWBIO(str(self.nwb), mode="r").read_all_blocks()
        trains = [train for block in blocks for segment in block.segments for train in segment.spiketrains]
        counts = []
        for region in ("mPFC", "CA1"):
            n = len(self.file[f"nodes/{region}/node_id"])
            node = self.file[f"spikes/{region}/node_ids"][()].astype(int)
            counts += list(np.bincount(node, minlength=n))
        self.assertEqual(sorted(len(train) for train in trains), sorted(counts))
        busiest = max(trains, key=len)
        rate = elephant.statistics.mean_firing_rate(busiest)
        self.assertGreater(float(rate.rescale("Hz").magnitude), 0)
        self.assertEqual(len(elephant.statistics.isi(busiest)), len(busiest) - 1)


if __name__ == "__main__":
    unittest.main()
