"""test_slurm.py PROGRAM - `spinule batch --slurm` on a real Slurm: controller, daemon and munge are installed
from Debian if they are missing and started on this machine alone, in a folder of the test; a batch of
eight runs goes through them as a job array, one of its tasks fails, the last job gathers, and what it
gathers is what a batch without Slurm gathers. Needs root; skipped elsewhere."""

import os
import pathlib
import shutil
import socket
import subprocess
import time
import sys
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import program
from program import ROOT, Case, spinule

PACKAGES = ("slurmctld", "slurmd", "slurm-client", "munge")
CONFIG = """@include "{root}/tests/configs/small.cfg"
batch = {{ seeds = [1, 2]; axes = (
  {{ name = "dose"; paths = ["protocol.events.[0].dose"];
    values = ["0 mg/kg", "3 mg/kg", "10 mg/kg", "30 mg/kg"]; }} ); }};
"""
SLURM = """ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CryptoType=crypto/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_ports(n):
    sockets = [socket.socket() for _ in range(n)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def install():
    """Why not, or None."""
    if os.getuid() != 0:
        return "needs root: daemons are started"
    if all(shutil.which(name) for name in ("slurmctld", "slurmd", "sbatch", "munged")):
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run = subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
                         capture_output=True, text=True, env=environment)
    said = run.stderr.strip().splitlines()[-1:]
    return None if run.returncode == 0 else f"Slurm cannot be installed: {said}"


class Slurm(Case):
    @classmethod
    def setUpClass(cls):
        why = install()
        if why:
            raise unittest.SkipTest(why)
        super().setUpClass()
        cls.daemons = []
        cls.addClassCleanup(cls.stop)
        cls.start()

    @classmethod
    def stop(cls):
        for daemon in reversed(cls.daemons):
            daemon.terminate()
        for daemon in cls.daemons:
            daemon.wait(timeout=60)

    @classmethod
    def daemon(cls, *words):
        with open(cls.folder / f"{pathlib.Path(words[0]).name}.out", "w") as log:
            cls.daemons.append(subprocess.Popen(words, stdout=log, stderr=log, env=cls.environment))

    @classmethod
    def start(cls):
        folder = cls.folder
        os.chmod(folder, 0o755)
        for name in ("state", "spool"):
            (folder / name).mkdir()
        key = folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        host = socket.gethostname().split(".")[0]
        (folder / "slurm.conf").write_text(SLURM.format(host=host, folder=folder, ports=free_ports(2),
                                                        cpus=len(os.sched_getaffinity(0))))
        cls.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
        cls.daemon(
            "munged",
            "--foreground",
            "--force",
            f"--key-file={key}",
            f"--socket={folder}/munge.socket",
            f"--pid-file={folder}/munge.pid",
            f"--log-file={folder}/munge.log",
            f"--seed-file={folder}/munge.seed")
        cls.wait_for(lambda: (folder / "munge.socket").exists(), "munge")
        cls.daemon("slurmctld", "-D", "-c")
        cls.daemon("slurmd", "-D", "-N", host)
        cls.wait_for(lambda: "idle" in cls.ask("sinfo", "-h", "-o", "%t"), "an idle node")

    @classmethod
    def ask(cls, *words):
        return subprocess.run(words, capture_output=True, text=True, env=cls.environment).stdout

    @classmethod
    def wait_for(cls, come, what, seconds=120):
        end = time.monotonic() + seconds
        while not come():
            if time.monotonic() > end:
                logs = "".join(path.read_text()[-2000:] for path in cls.folder.glob("*.log"))
                raise AssertionError(f"no {what} after {seconds} s\n{logs}")
            time.sleep(0.3)

    def test_an_array_of_eight_is_run_and_gathered(self):
        config, there, here = self.folder / "eight.cfg", self.folder / "with slurm", self.folder / "here"
        config.write_text(CONFIG.format(root=ROOT))
        there.mkdir()
        (there / "0005").write_text("in the way of a directory")
        run = spinule("batch", config, "-o", there, "--quick", "-t", 1, "--slurm", env=self.environment)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("submitted job array", run.stdout)
        print(run.stdout)
        self.wait_for(lambda: not self.ask("squeue", "-h").strip(), "end of all jobs", 4 * program.LONGEST_S)
        print(self.ask("squeue", "-t", "all", "-o", "%.10i %.12j %.10T %.4C %R"))  # one of the array failed
        self.assertEqual(sum((there / f"{k:04d}/ketamine.h5").exists() for k in range(8)), 7)
        with h5py.File(there / "summary.h5") as file:  # gathered by the last job
            self.assertEqual(sorted(set(file["table/run"][:])), [0, 1, 2, 3, 4, 6, 7])
        (there / "0005").unlink()
        run = spinule("batch", config, "-o", there, "--quick", "-t", 1, "--slurm", "--resume",
                      env=self.environment)
        self.assertEqual(run.returncode, 0, run.stderr)
        print(run.stdout)
        self.wait_for(lambda: not self.ask("squeue", "-h").strip(), "end of that job", program.LONGEST_S)
        run = spinule("batch", config, "-o", here, "--quick", "--progress", "none",
                      timeout=4 * program.LONGEST_S)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(spinule("diff", there, here).returncode, 0)
        with h5py.File(there / "summary.h5") as one, h5py.File(here / "summary.h5") as other:
            for name in one["paired"]:
                np.testing.assert_array_equal(
                    one["paired"][name][()], other["paired"][name][()], err_msg=name)


if __name__ == "__main__":
    unittest.main()
