"""test_sonata.py PROGRAM - circuits as SONATA files: export and import give the same spikes, bit for bit
where weights are equal or multiples of a quantum; an exported circuit exported again gives the same files;
what the files hold, by h5py; circuits that another program wrote, with NEST's models; faults."""

import csv
import json
import pathlib
import sys
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import SMALL, Case, datasets, same, settings, spinule

ADEX = """E: { cells = 160; cell = "adex"; rate = "5 Hz"; b = "40 pA"; tau_w = "200 ms";
    receptors: { excitatory: { mechanism = "exponential"; tau = "5 ms"; E_rev = "0 mV"; };
                 inhibitory: { mechanism = "exponential"; tau = "5 ms"; E_rev = "-80 mV"; }; };
    start: { V_low = "-65 mV"; V_high = "-50 mV"; };
    background: { port = "excitatory"; rate = "1500 Hz"; weight = "2.3 nS"; }; };
  I: { cells = 40; cell = "adex"; V_T = "-52 mV"; cv_C_m = 0.3;
    receptors: { excitatory: { mechanism = "exponential"; tau = "5 ms"; E_rev = "0 mV"; };
                 inhibitory: { mechanism = "exponential"; tau = "5 ms"; E_rev = "-80 mV"; }; };
    background: { port = "excitatory"; rate = "1500 Hz"; weight = "2.3 nS"; until = "130 ms"; };
    step: { current = "40 pA"; from = "20 ms"; to = "180 ms"; }; };"""
LIF = """E: { cells = 160; cell = "lif_current"; I_e = "300 pA";
    start: { V_mean = "-58 mV"; V_sd = "5 mV"; };
    background: { port = "current"; rate = "4000 Hz"; weight = "60 pA"; }; };
  I: { cells = 40; cell = "lif_current"; I_e = "300 pA"; tau_syn = "1.5 ms";
    start: { V_mean = "-58 mV"; V_sd = "5 mV"; }; };"""
TWO = """E: { cells = 160; cell = "lif_conductance";
    receptors: { ampa: { mechanism = "ampa"; port = "glutamate"; };
                 nmda: { mechanism = "nmda_plain"; port = "glutamate"; }; gaba: { mechanism = "gaba_a"; }; };
    background: { port = "glutamate"; rate = "1200 Hz"; weight = "2.5 nS"; second = "0.5 nS"; }; };
  I: { cells = 40; cell = "izhikevich_2007";
    receptors: { ampa: { mechanism = "ampa"; port = "glutamate"; };
                 nmda: { mechanism = "nmda_plain"; port = "glutamate"; }; gaba: { mechanism = "gaba_a"; }; };
    background: { port = "glutamate"; rate = "1200 Hz"; weight = "2.5 nS"; second = "0.5 nS"; }; };"""
CONDUCTANCES = """
    { from = ["E"]; to = ["E", "I"]; port = "excitatory"; rule = "pairwise"; p = 0.1; weight = "1.1 nS";
      delay = "1.5 ms"; delay_sd = "0.4 ms"; },
    { from = ["I"]; to = ["E", "I"]; port = "inhibitory"; rule = "in_degree"; in_degree = 12;
      weight = "3.7 nS"; delay = "0.8 ms"; }"""
CURRENTS = """
    { from = ["E"]; to = ["E", "I"]; port = "current"; rule = "total"; p = 0.1; weight = "52.3 pA"; },
    { from = ["I"]; to = ["E", "I"]; port = "current"; rule = "in_degree"; in_degree = 12;
      weight = "-211.7 pA"; delay = "2.1 ms"; }"""
SECOND = """
    { from = ["E"]; to = ["E", "I"]; port = "glutamate"; rule = "in_degree"; in_degree = 20;
      weight = "0.9 nS"; second = "0.13 nS"; },
    { from = ["I"]; to = ["E", "I"]; port = "gaba"; rule = "in_degree"; in_degree = 12;
      weight = "2.9 nS"; }"""
CIRCUITS = {"adex": (ADEX, CONDUCTANCES), "lif": (LIF, CURRENTS), "two": (TWO, SECOND)}


def write_circuit(path, populations, pathways):
    path.write_text(f'title = "{path.stem}, small";\nsimulation: {{ dt = "0.1 ms"; seed = 11; }};\n'
                    f"circuit: {{ populations: {{\n  {populations}\n  }};\n"
                    f"  pathways: ({pathways}\n  ); }};\n"
                    'bench: { settle = "0.05 s"; measure = "0.15 s"; };\n')
    return path


def bench(case, config, *words):
    """The row of `bench`: hash of the state after settling and a stretch, rates by population."""
    path = case.folder / "row.json"
    run = spinule("bench", config, "--machine", "none", "--repeat", 1, "--json", path, *words)
    case.assertEqual((run.returncode, run.stderr), (0, ""))
    row = json.loads(path.read_text())["rows"][0]
    return row["state_hash"], {p["name"]: p["rate_Hz"] for p in row["populations"]}, row["synapses"]


def export(case, config, name, *words, code=0):
    path = case.folder / name
    run = spinule("export", config, "--format", "sonata", "-o", path, *words)
    case.assertEqual(run.returncode, code, run.stderr)
    return path if code == 0 else run.stderr


def digests(folder):
    """{path: bytes} of all files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def types(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=" "))


class RoundTrip(Case):
    def test_same_bits(self):
        for name, parts in CIRCUITS.items():
            with self.subTest(name):
                config = write_circuit(self.folder / f"{name}.cfg", *parts)
                path = export(self, config, name)
                native, rates, synapses = bench(self, config)
                imported = bench(self, path / "circuit.cfg")
                self.assertEqual(imported[0], native)
                self.assertEqual(imported[2], synapses)
                self.assertTrue(all(rate > 1 for rate in rates.values()), rates)
                self.assertEqual(bench(self, path / "circuit.cfg", "-t", 2, "--block", 128)[0], native)

    def test_run_gives_the_same_spikes(self):
        config = write_circuit(self.folder / "ran.cfg", *CIRCUITS["adex"])
        path = export(self, config, "ran")
        spikes = []
        for of in (config, path / "circuit.cfg"):
            directory = self.folder / f"ran_{of.stem}"
            run = spinule("run", of, "-o", directory, "--progress", "none")
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            with h5py.File(directory / "run.h5") as file:
                spikes.append({key: file[f"spikes/circuit/{key}"][()] for key in ("timestamps", "node_ids")})
        self.assertGreater(len(spikes[0]["timestamps"]), 100)
        for key in spikes[0]:
            np.testing.assert_array_equal(spikes[0][key], spikes[1][key])

    def test_exported_again_it_is_the_same(self):
        for name, parts in CIRCUITS.items():
            with self.subTest(name):
                config = write_circuit(self.folder / f"again_{name}.cfg", *parts)
                first = export(self, config, f"first_{name}")
                second = export(self, first / "circuit.cfg", f"second_{name}", "-t", 2)
                for file in ("nodes.h5", "edges.h5"):
                    a, b = datasets(first / file), datasets(second / file)
                    self.assertEqual(list(a), list(b))
                    ids = {key: values for key, values in a.items() if not same(values, b[key])}
                    self.assertEqual({key for key in ids if not key.endswith("edge_type_id")}, set(), file)
                for component in (first / "components/spinule").iterdir():
                    other = second / "components/spinule" / component.name
                    self.assertEqual(component.read_text(), other.read_text())

    def test_weights_of_their_own(self):
        """Weights that differ are kept to a 65,535th of the largest; rates agree as between two seeds."""
        pathways = CONDUCTANCES.replace('weight = "1.1 nS"', 'weight = "1.1 nS"; weight_sd = "0.4 nS"')
        config = write_circuit(self.folder / "spread.cfg", ADEX, pathways)
        path = export(self, config, "spread")
        again = export(self, path / "circuit.cfg", "spread_again")
        with h5py.File(path / "edges.h5") as file, h5py.File(again / "edges.h5") as other:
            edges, others = (f["edges/circuit__circuit__chemical"] for f in (file, other))
            weight = edges["0/syn_weight"][()]
            first = weight[np.isin(edges["edge_type_id"][()], (1000, 1001))]
            self.assertAlmostEqual(first.mean(), 1.1, delta=5 * 0.4 / len(first)**0.5)
            self.assertAlmostEqual(first.std(), 0.4, delta=0.03)
            np.testing.assert_array_equal(edges["source_node_id"], others["source_node_id"])
            np.testing.assert_allclose(others["0/syn_weight"], weight, rtol=0, atol=weight.max() / 65535)
        _, native, _ = bench(self, config)
        _, imported, _ = bench(self, path / "circuit.cfg")
        for name in native:
            self.assertAlmostEqual(imported[name], native[name], delta=0.25 * native[name] + 2, msg=name)

    def test_short_term_plasticity_and_quanta(self):
        """The circuit of a region: weights, delays and plasticity come back as they were written."""
        small = settings({"regions.mPFC.side": '"100 um"', "regions.CA1.side": '"100 um"'})
        path = export(self, SMALL, "regions", *small)
        again = export(self, path / "circuit.cfg", "regions_again")
        for file in ("nodes.h5", "edges.h5"):
            a, b = datasets(path / file), datasets(again / file)
            self.assertEqual(list(a), list(b))
            different = {key for key, values in a.items() if not same(values, b[key])}
            self.assertEqual({key for key in different if not key.endswith("edge_type_id")}, set(), file)
        _, rates, synapses = bench(self, path / "circuit.cfg", "--settle", "20 ms", "--measure", "50 ms")
        with h5py.File(path / "edges.h5") as edges:
            self.assertEqual(sum(len(group["source_node_id"]) for group in edges["edges"].values()), synapses)
        self.assertGreater(max(rates.values()), 0)


class Files(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config = write_circuit(cls.folder / "adex.cfg", *CIRCUITS["adex"])
        cls.path = export(cls(), cls.config, "one")

    def runTest(self):
        pass

    def test_depends_on_nothing_else(self):
        other = export(self, self.config, "two", "-t", 1)
        self.assertEqual(digests(self.path), digests(other))
        self.assertNotEqual(digests(self.path), digests(export(self, self.config, "three", "--seed", 12)))

    def test_never_over_what_is_there(self):
        self.assertIn("--overwrite", export(self, self.config, "one", code=2))
        export(self, self.config, "one", "--overwrite")

    def test_edges(self):
        rows = {int(row["edge_type_id"]): row for row in types(self.path / "edge_types.csv")}
        with h5py.File(self.path / "edges.h5") as file, h5py.File(self.path / "nodes.h5") as nodes:
            edges, kind = file["edges/circuit__circuit__chemical"], nodes["nodes/circuit/node_type_id"][()]
            source, target = edges["source_node_id"][()], edges["target_node_id"][()]
            self.assertTrue(np.all(np.lexsort((source, target)) == np.arange(len(source))))
            names = {int(row["node_type_id"]): row["pop_name"] for row in types(self.path / "node_types.csv")}
            for number, row in rows.items():
                own = edges["edge_type_id"][()] == number
                for ends, query in ((source, "source_query"), (target, "target_query")):
                    self.assertEqual({f"pop_name=='{names[k]}'" for k in set(kind[ends[own]])}, {row[query]})
                wanted = 1.1 if row["port"] == "excitatory" else 3.7
                self.assertEqual(set(edges["0/syn_weight"][own]), {np.float32(wanted)})
            others = [number for number, row in rows.items() if row["port"] != "excitatory"]
            inhibitory = np.isin(edges["edge_type_id"][()], others)
            self.assertEqual(set(np.bincount(target[inhibitory].astype(int), minlength=200)), {12})
            delay = edges["0/delay"][()][~inhibitory]
            self.assertAlmostEqual(delay.mean(), 1.5, delta=0.1)
            self.assertGreater(len(set(delay)), 5)
            self.assertEqual(edges["source_node_id"].attrs["node_population"], "circuit")

    def test_cells(self):
        rows = types(self.path / "node_types.csv")
        self.assertEqual([row["model_template"] for row in rows], ["nest:aeif_cond_exp"] * 2)
        folder = self.path / "components/point_neuron_models"
        nest = json.loads((folder / rows[1]["dynamics_params"]).read_text())
        self.assertEqual({key: nest[key] for key in ("V_th", "tau_syn_ex", "E_in", "tau_w")},
                         {"V_th": -52, "tau_syn_ex": 5, "E_in": -80, "tau_w": 30})
        with h5py.File(self.path / "nodes.h5") as file:
            capacitance = file["nodes/circuit/0/dynamics_params/C_m"][()]
            self.assertNotIn("x", file["nodes/circuit/0"])
        self.assertAlmostEqual(capacitance[160:].std() / capacitance[160:].mean(), 0.3, delta=0.12)

    def test_configs_name_the_files(self):
        circuit = json.loads((self.path / "circuit_config.json").read_text())
        for part in ("nodes", "edges"):
            entry = circuit["networks"][part][0]
            for key in (f"{part}_file", f"{part[:-1]}_types_file"):
                self.assertTrue((self.path / entry[key].replace("$BASE_DIR/", "")).exists())
        simulation = json.loads((self.path / "simulation_config.json").read_text())
        self.assertEqual(simulation["run"], {"tstop": 200, "dt": 0.1, "random_seed": 11})
        sets = json.loads((self.path / "node_sets.json").read_text())
        self.assertEqual(sets["circuit_I"], {"population": "circuit", "cell_type": "I"})


class Foreign(Case):
    """A circuit as other programs write them: NEST models, weights with a sign, types only in the tables."""

    EXPONENTIAL = {"C_m": 200.0, "g_L": 10.0, "E_L": -70.0, "V_th": -50.0, "Delta_T": 2.0, "a": 2.0,
                   "b": 20.0, "tau_w": 100.0, "V_reset": -58.0, "t_ref": 2.0, "tau_syn_ex": 5.0, "E_ex": 0.0,
                   "tau_syn_in": 8.0, "E_in": -80.0, "V_peak": 0.0}

    def write(self, name, model=None, template="nest:aeif_cond_exp", weight=(2.0, -6.0), kind="point_neuron",
              **changes):
        path = self.folder / name
        path.mkdir()
        generator = np.random.default_rng(5)
        source = np.concatenate([generator.choice(100, 10) for _ in range(100)])
        target = np.repeat(np.arange(100), 10)
        with h5py.File(path / "nodes.h5", "w") as file:
            group = file.create_group("nodes/net")
            group["node_type_id"] = np.where(np.arange(100) % 5 == 4, 7, 3)  # every fifth inhibits
            group["node_id"] = np.arange(100, dtype=np.uint64)
            group.create_group("0")
        with h5py.File(path / "edges.h5", "w") as file:
            group = file.create_group("edges/net_to_net")
            for key, values in (("source_node_id", source), ("target_node_id", target)):
                group[key] = values.astype(np.uint32)
                group[key].attrs["node_population"] = "net"
            group["edge_type_id"] = np.where(source % 5 == 4, 21, 20)
            group["0/nsyns"] = np.full(len(source), 2, np.uint16)
        (path / "node_types.csv").write_text(
            "node_type_id model_type model_template dynamics_params pop_name\n"
            f"3 {kind} {template} cell.json exc\n7 {kind} {template} cell.json inh\n")
        (path / "edge_types.csv").write_text("edge_type_id syn_weight delay\n"
                                             f"20 {weight[0]} 1.5\n21 {weight[1]} 0.8\n")
        (path / "cell.json").write_text(json.dumps(model or {**self.EXPONENTIAL, **changes}))
        (path / "circuit_config.json").write_text(json.dumps({
            "manifest": {"$HERE": "."}, "components": {"point_neuron_models_dir": "$HERE"},
            "networks": {part + "s": [{f"{part}s_file": f"$HERE/{part}s.h5",
                                       f"{part}_types_file": f"$HERE/{part}_types.csv"}]
                         for part in ("node", "edge")}}))
        drive = '{ background: { port = "%s"; rate = "1500 Hz"; weight = "%s"; }; }'
        drive %= ("current", "60 pA") if "psc" in template else ("excitatory", "2.5 nS")
        (path / "run.cfg").write_text(
            'circuit: { sonata = "circuit_config.json";\n'
            f"populations: {{ exc: {drive}; inh: {drive}; }}; }};\n"
            'bench: { settle = "0.05 s"; measure = "0.3 s"; };\n')
        return path / "run.cfg"

    def test_runs_and_its_inhibition_inhibits(self):
        _, rates, synapses = bench(self, self.write("net"))
        _, weaker, _ = bench(self, self.write("weaker", weight=(2.0, -0.25)))
        self.assertEqual(synapses, 1000)
        self.assertGreater(weaker["exc"], rates["exc"] + 2)
        self.assertGreater(rates["exc"], 1)

    def test_is_what_a_config_would_say(self):
        """The same synapses through our own tables: the same bits."""
        config = self.write("direct")
        path = export(self, config, "direct_again")
        self.assertEqual(bench(self, config)[0], bench(self, path / "circuit.cfg")[0])
        with h5py.File(path / "edges.h5") as file:
            weight = file["edges/net__net__chemical/0/syn_weight"][()]
        self.assertEqual(set(weight), {np.float32(4), np.float32(12)})  # two synapses each, conductances

    def test_currents_keep_their_sign(self):
        model = {"C_m": 250.0, "tau_m": 10.0, "E_L": -65.0, "V_th": -50.0, "V_reset": -65.0, "t_ref": 2.0,
                 "tau_syn_ex": 2.0, "tau_syn_in": 4.0, "I_e": 350.0}
        template = "nest:iaf_psc_exp"
        _, rates, _ = bench(self, self.write("psc", model, template, (20.0, -300.0)))
        _, weaker, _ = bench(self, self.write("psc2", model, template, (20.0, -1.0)))
        self.assertGreater(weaker["exc"], rates["exc"] + 2)

    def test_faults_say_where(self):
        broken = [
            ("a", {"kind": "virtual"}, "node_types.csv: exc are virtual"),
            ("b", {"template": "nest:hh_psc_alpha"}, "no model for nest:hh_psc_alpha"),
            ("c", {"tau_minus": 20.0}, "tau_minus of nest:aeif_cond_exp has no counterpart"),
            ("d", {"E_in": None}, "lack E_in"),
            ("e", {"weight": ("heavy", -6.0)}, 'edge_types.csv: syn_weight: "heavy" is no number'),
            ("f", {"C_m": -5.0}, "C_m"),
        ]
        for name, changes, message in broken:
            with self.subTest(message):
                run = spinule("bench", self.write(name, **changes), "--machine", "none")
                self.assertEqual((run.returncode, run.stdout.count("exc")), (2, 0))
                self.assertIn(message, run.stderr)
        for file, old, new, message in (
                ("circuit_config.json", "{", "{,", "circuit_config.json:1:"),
                ("circuit_config.json", "nodes.h5", "none.h5", "none.h5"),
                ("edge_types.csv", " 1.5", " 0.01", "a delay of 0.01 ms"),
                ("edge_types.csv", "20 2", "19 2", "edge_type_id 20"),
                ("node_types.csv", " exc", "", "fields"),
                ("run.cfg", "exc:", "ecx:", "ecx"),
                ("run.cfg", "2.5 nS", "2.5 mV", "run.cfg:2")):
            with self.subTest(message):
                path = self.write("x" + message.strip(":").replace("/", "").replace(" ", "_")).parent
                text = (path / file).read_text()
                (path / file).write_text(text.replace(old, new, 1))
                run = spinule("bench", path / "run.cfg", "--machine", "none")
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertIn(message, run.stderr)


if __name__ == "__main__":
    unittest.main()
