"""measure.py PROGRAM WHAT… - what a run spends on other things than its circuits, as ratios of one session:

recording   an arm with spikes and maps, and with all instruments, against the same with none of them
batch       a batch against the sum of its runs, each started by hand; what it spends itself against its runs
report      a batch of six arms and ten seeds over seven days: writing its report, and opening it in Chromium

In processor time (user and system, of all processes), which hardly changes with what else the machine does;
in rounds that take turns, the median and the range of their ratios. `report` also gives wall times."""

import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import h5py

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = str(pathlib.Path(sys.argv[1]).resolve()) if len(sys.argv) > 1 else ""
SMALL = ROOT / "tests/configs/small.cfg"
DEFAULT = ROOT / "configs/experiments/ketamine.cfg"
ROUNDS = 3


def settings(values):
    return [word for path, value in values.items() for word in ("-s", f"{path}={value}")]


def processor_s(*words):
    """Processor time of the program with these words, and of what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([PROGRAM, *map(str, words)], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def own_share(*words):
    """Processor time of the program itself over that of the programs that it starts, in one go: what the
    machine does meanwhile slows both."""
    process = subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.DEVNULL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    spent = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:15]
    own, children = sum(map(int, spent[:2])), sum(map(int, spent[2:]))  # utime, stime, cutime, cstime
    if process.wait() != 0:
        sys.exit("the batch failed")
    return own / children


def tell(what, ratios):
    least, median, most = (100 * (of(ratios) - 1) for of in (min, statistics.median, max))
    print(f"{what}: {median:+.1f} % ({least:+.1f} to {most:+.1f} %, {len(ratios)} rounds)", flush=True)


def recording(folder):
    """One arm of the default experiment: three windows of 5 s, a quarter of its cells, one thread."""
    windows = ", ".join(f'{{ at = "{at}"; duration = "5 s"; }}' for at in ("10 min", "45 min", "24.5 h"))
    less = {"regions.mPFC.side": "250 um", "regions.CA1.side": "350 um", "protocol.windows": f"( {windows} )"}
    off = {f"record.{name}": "false" for name in
           ("lfp", "spectra", "statistics", "membrane", "dialysis.on", "electrode.on", "bursts.on")}
    bare = {"record.spikes": "false", "record.maps": "false"}
    kinds = {"nothing": {**off, **bare}, "spikes and maps": off, "all": {}}
    spent = {name: [] for name in kinds}
    for _ in range(ROUNDS):
        for name, values in kinds.items():
            words = ["-o", folder / "one", "--arm", "vehicle", "--overwrite", "-t", 1]
            spent[name].append(processor_s("run", DEFAULT, "--progress", "none", *words,
                                           *settings({**less, **values})))
    for name in ("spikes and maps", "all"):
        tell(f"{name}, against nothing", [a / b for a, b in zip(spent[name], spent["nothing"])])


def batch(folder):
    """Two seeds of the small circuit with windows of 2 s, one run at a time."""
    config, ratios, own, seeds = folder / "seeds.cfg", [], [], (1, 2)
    config.write_text(f'@include "{SMALL}"\nbatch = {{ seeds = {list(seeds)}; }};\n')
    long = settings({f"protocol.windows.[{k}].duration": "2 s" for k in range(5)})
    words = ["--progress", "none", "-t", 1, *long]
    for _ in range(ROUNDS):
        runs = [processor_s("run", SMALL, "-o", folder / "run", "--seed", seed, "--overwrite", *words)
                for seed in seeds]
        whole = processor_s("batch", config, "-o", folder / "batch", "-j", 1, *words)
        shutil.rmtree(folder / "batch")
        ratios.append(whole / sum(runs))
        own.append(1 + own_share("batch", config, "-o", folder / "batch", "-j", 1, *words))
        shutil.rmtree(folder / "batch")
    tell(f"a batch of {len(seeds)} runs of {sum(runs) / len(seeds):.1f} s, against their sum", ratios)
    tell("the batch itself, against its runs", own)


def six_arms():
    doses = (1, 3, 10, 30, 60)
    arms = ", ".join(f'{{ name = "{name}"; }}' for name in ("vehicle", *(f"k{dose}" for dose in doses)))
    events = ", ".join('{ at = "30 min"; kind = "dose"; drug = "ketamine"; route = "ip"; '
                       f'dose = "{dose} mg/kg"; arms = ["k{dose}"]; }}' for dose in doses)
    return {"arms": f"( {arms} )", "protocol.events": f"( {events} )"}


def ten_seeds(made):
    """The run of one seed, nine times more under other seeds: as many files, as long, for a page to read."""
    for seed in range(2, 11):
        copy = made / f"{seed - 1:04d}"
        shutil.copytree(made / "0000", copy)
        for path in copy.glob("*.h5"):
            with h5py.File(path, "r+") as file:
                if "provenance/seed" in file:
                    file["provenance/seed"][...] = seed


def report(folder):
    """The default experiment with its windows in full and two regions of 100 um: what a page holds depends on
    windows, steps, arms and seeds, and of the circuit's size only on the number of sites of its maps."""
    config, made = folder / "large.cfg", folder / "large"
    config.write_text(f'@include "{DEFAULT}"\nbatch = {{ seeds = [1]; }};\n')
    small = {"regions.mPFC.side": "100 um", "regions.CA1.side": "100 um", **six_arms()}
    words = ["-o", made, "-t", 1, "--progress", "none", *settings(small)]
    spent = processor_s("batch", config, *words)
    print(f"batch: {spent:.0f} s of processor time for six arms of one seed", flush=True)
    ten_seeds(made)
    config.write_text(config.read_text().replace("[1]", str(list(range(1, 11)))))
    processor_s("batch", config, *words, "--resume")
    begin = time.monotonic()
    spent = processor_s("report", made)
    page = made / "report.html"
    print(f"report of {len(list(made.glob('[0-9]*/k*.h5')) + list(made.glob('[0-9]*/vehicle.h5')))} files: "
          f"{spent:.1f} s of processor time, {time.monotonic() - begin:.1f} s of wall time, "
          f"{page.stat().st_size / 1e6:.1f} MB", flush=True)
    open_it(folder, page)


def open_it(folder, page):
    driver = folder / "driver"
    shutil.copytree(ROOT / "tests/browser", driver, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=driver, check=True,
                   capture_output=True)
    shots = pathlib.Path(os.environ.get("SPINULE_SHOTS", folder / "shots"))
    shots.mkdir(exist_ok=True)
    for _ in range(ROUNDS):
        run = subprocess.run(["node", "opens.mjs", page, shots], cwd=driver, check=True, capture_output=True,
                             text=True)
        found = json.loads(run.stdout)
        print(f"opened in {found['opens_s']:.2f} s of wall time; the page's thread worked "
              f"{found['task_s']:.2f} s", flush=True)


WHAT = {"recording": recording, "batch": batch, "report": report}


def main():
    if len(sys.argv) < 3 or any(word not in WHAT for word in sys.argv[2:]):
        sys.exit(__doc__)
    for word in sys.argv[2:]:
        with tempfile.TemporaryDirectory(prefix="spinule-measure-") as folder:
            print(f"{word}:", flush=True)
            WHAT[word](pathlib.Path(folder))


main()
