"""test_package.py - the Debian package: built by dpkg-buildpackage of what the repository holds, installed
with its dependencies alone into a bare Debian root that debootstrap makes here, and used there by an
ordinary user, from `new` to `report`; taken away again it leaves nothing. Needs root and network; skipped
elsewhere."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = {"debootstrap": "debootstrap", "dpkg-buildpackage": "dpkg-dev", "dh": "debhelper"}
SUITE = "bookworm"
USER = ["runuser", "-u", "nobody", "--"]


def apt(*words, root=None):
    command = [*(["chroot", root] if root else []), "apt-get", "-y", "-qq", *words]
    return subprocess.run(command, capture_output=True, text=True,
                          env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"})


def mirror():
    """Where this machine has its packages from."""
    run = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE)", f"Codename: {SUITE}"],
                         capture_output=True, text=True)
    return next(iter(run.stdout.split()), None)


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("needs root to make a root of its own")
        missing = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
        if missing and apt("install", "--no-install-recommends", *missing).returncode != 0:
            raise unittest.SkipTest(f"needs {' '.join(missing)}")
        cls.site = mirror()
        if not cls.site:
            raise unittest.SkipTest(f"this machine has no packages of Debian {SUITE}")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="spinule-package-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.package = cls.build()
        cls.root = cls.bare_root()

    @classmethod
    def build(cls):
        source = cls.folder / "source"
        source.mkdir()
        files = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, check=True).stdout
        archive = cls.folder / "source.tar"
        subprocess.run(["tar", "-C", ROOT, "--null", "-T", "-", "-cf", archive], input=files, check=True)
        subprocess.run(["tar", "-C", source, "-xf", archive], check=True)
        for part in ("sundials", "page"):
            if (ROOT / ".deps" / part).is_dir():
                shutil.copytree(ROOT / ".deps" / part, source / ".deps" / part)
        run = subprocess.run(["dpkg-buildpackage", "-b", "-us", "-uc", "-d"], cwd=source, capture_output=True,
                             text=True)
        assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
        return next(path for path in cls.folder.glob("spinule_*.deb"))

    @classmethod
    def bare_root(cls):
        root = cls.folder / "root"
        run = subprocess.run(["debootstrap", "--variant=minbase", SUITE, root, cls.site], capture_output=True,
                             text=True)
        assert run.returncode == 0, run.stdout[-2000:]
        for path in ("etc/apt/apt.conf.d", "etc/apt/sources.list.d"):
            shutil.copytree(f"/{path}", root / path, dirs_exist_ok=True)
        for path in ("etc/resolv.conf", "etc/hosts"):
            shutil.copy(f"/{path}", root / path)
        for path in ("proc", "dev"):
            subprocess.run(["mount", "--bind", f"/{path}", root / path], check=True)
            cls.addClassCleanup(subprocess.run, ["umount", root / path], check=True)
        shutil.copy(cls.package, root / "tmp/spinule.deb")
        return root

    def inside(self, *words, code=0):
        run = subprocess.run(["chroot", self.root, "env", "-i", "PATH=/usr/bin:/bin:/usr/sbin:/sbin",
                              "HOME=/tmp", "sh", "-c", 'cd /tmp && exec "$@"', "sh", *words],
                             capture_output=True, text=True)
        self.assertEqual(run.returncode, code, run.stdout[-2000:] + run.stderr[-2000:])
        return run

    def files(self):
        everything = (path for top in ("usr", "etc") for path in (self.root / top).rglob("*"))
        return {path for path in everything if "spinule" in path.name}

    def test_installed_used_and_taken_away(self):
        self.assertEqual(apt("update", root=self.root).returncode, 0)
        run = apt("install", "--no-install-recommends", "/tmp/spinule.deb", root=self.root)
        self.assertEqual(run.returncode, 0, run.stderr)
        print(subprocess.run(["dpkg", "-I", self.package], capture_output=True, text=True).stdout)
        self.assertIn("spinule 0.1.0", self.inside("spinule", "--version").stdout)
        self.assertIn("ketamine", self.inside(*USER, "spinule", "list", "experiments").stdout)
        self.inside(*USER, "spinule", "new", "my_study")
        self.inside(*USER, "spinule", "check", "my_study.cfg")
        self.inside(*USER, "spinule", "run", "my_study.cfg", "--quick", "-o", "study")
        for words in (("info", "study"), ("report", "study"), ("cite", "study"), ("export", "study")):
            self.inside(*USER, "spinule", *words)
        run = self.inside(*USER, "spinule", "run", "ketamin", "-o", "none", code=2)
        self.assertRegex(run.stderr, r"\Aspinule: [^\n]+\n\Z")
        for name in ("share/man/man1/spinule.1.gz", "share/bash-completion/completions/spinule",
                     "share/zsh/site-functions/_spinule", "share/spinule/configs/experiments/ketamine.cfg"):
            self.assertTrue((self.root / "usr" / name).exists(), name)
        if (ROOT / ".deps/page").is_dir():
            self.assertTrue((self.root / "usr/share/spinule/page/view.html").exists())
        self.assertEqual(apt("purge", "spinule", root=self.root).returncode, 0)
        self.assertEqual(self.files(), set())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
