"""test_includes.py - the direction of dependencies: who may include whom, which one file knows each library,
and that no layer speaks the words of a higher one.

    spinule.c, commands -> regions -> circuits -> core;  commands -> output -> core
    nothing -> tests, benchmarks
"""

import re
import unittest

import source

MAY_SEE = {
    "core": {"core"},
    "circuits": {"circuits", "core"},
    "regions": {"regions", "circuits", "core"},
    "output": {"output", "core"},
    "commands": {"commands", "regions", "circuits", "output", "core"},
    ".": {"commands", "regions", "circuits", "output", "core"},
    "benchmarks": {"benchmarks", "commands", "regions", "circuits", "output", "core"},
    "tests": {"tests", "commands", "regions", "circuits", "output", "core"},
}

# Library: its headers, and the one file that knows it, or the one name under which that file is split.
LIBRARIES = {
    "HDF5": (r"hdf5(_hl)?\.h|H5\w+\.h", r"output/store(_\w+)?\.[ch]"),
    "libdeflate": (r"libdeflate\.h", r"output/pack\.c"),
    "POSIX threads": (r"pthread\.h", r"output/packers\.c"),
    "libconfig": (r"libconfig\.h", r"core/(config|params)\.c"),
    "SUNDIALS": (r"(sundials|cvode|nvector|sunmatrix|sunlinsol|sunnonlinsol)/.*", r"core/stiff\.c"),
    "FFTW": (r"fftw3\.h", r"core/fourier\.c"),
    "GSL": (r"gsl/.*", r"core/statistics\.c"),
    "libmicrohttpd": (r"microhttpd\.h", r"commands/view/server\.c"),
    "OpenMP": (r"omp\.h", r"core/team\.c"),
    "MPI": (r"mpi\.h", r"core/(exchange|job)_mpi\.c"),
    "Random123": (r"Random123/.*", r"core/random\.[ch]"),
    "jansson": (r"jansson\.h", r"commands/sonata/json_file\.c"),
    "xxHash": (r"xxhash\.h", r"core/state\.c|output/checkpoint\.c"),
}
OPEN_LIBRARIES = {"Random123"}  # its header of inline functions is there to be included by all
TEST_LIBRARIES = r"cmocka\.h|hdf5(_hl)?\.h"

C_LIBRARY = "|".join("""
    assert ctype dirent errno fcntl fenv float fnmatch ftw glob inttypes limits locale math poll sched setjmp
    signal spawn stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib string strings termios time
    unistd cpuid immintrin xmmintrin
    sys/file sys/ioctl sys/mman sys/prctl sys/random sys/resource sys/stat sys/statvfs sys/syscall sys/sysinfo
    sys/time sys/types sys/utsname sys/wait arpa/inet linux/futex netinet/in""".split())

# Words of biology and anatomy beyond those that the names of files give.
BIOLOGY = {"ketamine", "ampa", "nmda", "gaba", "adex", "memantine", "rapamycin", "nbqx", "dopamine"}
ANATOMY = {"mpfc", "prelimbic", "hippocampus", "ca1", "ca3", "cortex", "thalamus"}

# Words of physics and mathematics that are also names of mechanisms.
PHYSICS = {"current", "exponential"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)
PRAGMA = re.compile(r"(?:#[ \t]*pragma[ \t]+|_Pragma\(\")omp[ \t]+(?!simd|declare[ \t]+simd)(\w+)")


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def includes(tree):
    """(path, line, is_system, name) of every include."""
    for path, text in tree.items():
        if path.endswith((".c", ".h")):
            clean = source.without_comments(text)
            for match in INCLUDE.finditer(clean):
                yield path, line_of(clean, match.start()), match.group(1) == "<", match.group(2)


def headers(tree):
    """Every header, those that Meson makes from a .h.in counted where they are made."""
    return {path[:-3] if path.endswith(".in") else path for path in tree if path.endswith((".h", ".h.in"))}


def resolve(known, path, name):
    """The headers that a bare name can mean: beside the file, or below one of the top folders."""
    beside = path.rpartition("/")[0] + "/" + name
    if beside in known:
        return [beside]
    return [header for header in known if header.partition("/")[2] == name]


def direction_faults(tree):
    known = headers(tree)
    for path, line, is_system, name in includes(tree):
        if is_system:
            continue
        found = resolve(known, path, name)
        if ".." in name.split("/"):
            yield f'{path}:{line}: "{name}" climbs out of its folder: include by bare name'
        elif not found:
            yield f'{path}:{line}: "{name}" is no header of this repository'
        elif len(found) > 1:
            yield f'{path}:{line}: "{name}" can mean {" and ".join(sorted(found))}'
        elif source.folder_of(found[0]) not in MAY_SEE[source.folder_of(path)]:
            yield f"{path}:{line}: {source.folder_of(path)} may not see {found[0]}"


def leaf_faults(tree):
    """A cell or receptor includes no other: only formulas beside it, the list of sites of action, core."""
    known = headers(tree)
    for path, line, is_system, name in includes(tree):
        leaf = re.match(r"circuits/(cells|receptors)/", path)
        if not leaf or is_system:
            continue
        for header in resolve(known, path, name):
            if not header.startswith("circuits/") or header == "circuits/drugs/action.h":
                continue
            if not header.startswith(leaf.group()):
                yield f"{path}:{line}: a mechanism sees only formulas beside it, not {header}"
            elif header[:-1] + "c" in tree and header[:-1] != path[:-1]:
                yield f"{path}:{line}: a mechanism may not include another: {header}"


def library_of(name):
    return next((library for library, (pattern, _) in LIBRARIES.items() if re.fullmatch(pattern, name)), None)


def library_carriers(tree):
    """Header -> the library that it brings along to whoever includes it."""
    brought = {path: library_of(name) for path, _, is_system, name in includes(tree)
               if is_system and path.endswith(".h") and library_of(name)}
    return {path: library for path, library in brought.items() if library not in OPEN_LIBRARIES}


def library_faults(tree):
    for path, line, is_system, name in includes(tree):
        if not is_system or re.fullmatch(rf"(?:{C_LIBRARY})\.h", name):
            continue
        if source.folder_of(path) == "tests" and re.fullmatch(TEST_LIBRARIES, name):
            continue
        library = library_of(name)
        if library is None:
            yield f"{path}:{line}: <{name}> is a library that tests/house/test_includes.py does not list"
        elif not re.fullmatch(LIBRARIES[library][1], path):
            yield f"{path}:{line}: {library} is known to {LIBRARIES[library][1]} alone"
    carriers = library_carriers(tree)
    for path, line, is_system, name in includes(tree):
        for header in [] if is_system else resolve(set(carriers), path, name):
            if not re.fullmatch(LIBRARIES[carriers[header]][1], path):
                yield f"{path}:{line}: {header} brings {carriers[header]} along"


def parallel_faults(tree):
    for path, text in tree.items():
        if not path.endswith((".c", ".h")) or path == "core/team.c":
            continue
        for match in PRAGMA.finditer(text):
            yield f"{path}:{line_of(text, match.start())}: omp {match.group(1)} belongs to core/team.c"


def biology_words(tree):
    """Names of cells, receptors and drugs, from the files that define them."""
    names = set(BIOLOGY)
    for path in tree:
        match = re.fullmatch(r"circuits/(?:cells|receptors)/(\w+)\.c|configs/drugs/(\w+)\.cfg", path)
        if match:
            names.add(match.group(1) or match.group(2))
    return names - PHYSICS


def drug_words(tree):
    return {match.group(1) for path in tree if (match := re.fullmatch(r"configs/drugs/(\w+)\.cfg", path))}


def anatomy_words(tree):
    found = {path[8:-2] for path in tree if re.fullmatch(r"regions/\w+\.c", path)}
    return ANATOMY | (found - {"region", "placement", "tract"})


def words_in(text, words):
    """(line, word) where one of the words stands alone or as a part of an identifier between underscores."""
    pattern = re.compile(r"(?<![A-Za-z0-9])(%s)(?![A-Za-z0-9])" % "|".join(sorted(words)), re.IGNORECASE)
    for number, line in enumerate(text.split("\n"), 1):
        for match in pattern.finditer(line):
            yield number, match.group()


def word_faults(tree):
    biology, anatomy, drugs = biology_words(tree), anatomy_words(tree), drug_words(tree)
    for path, text in tree.items():
        folder = source.folder_of(path)
        if not path.endswith((".c", ".h")) or folder in ("tests", "benchmarks"):
            continue
        code, bare = source.without_comments(text), source.without_comments(text, strings=False)
        found = []
        if folder == "core":
            found = list(words_in(code, biology | anatomy))
        elif folder == "circuits":
            found = list(words_in(bare, anatomy))
        if drugs and folder != "core":  # no named case: a drug is a row of data
            found += list(words_in(bare, drugs))
        for line, word in found:
            yield f"{path}:{line}: {folder} should not know the word {word}"


def meson_faults(tree):
    """What a folder hands to the compiler: dependencies and include directories of allowed folders only."""
    for path, text in tree.items():
        folder = source.folder_of(path)
        if not path.endswith("/meson.build"):
            continue
        clean = "\n".join(line.partition("#")[0] for line in text.split("\n"))
        for match in re.finditer(r"\b(%s)_(?:inc|dep|lib)\b" % "|".join(source.FOLDERS), clean):
            if match.group(1) not in MAY_SEE[folder]:
                yield f"{path}:{line_of(clean, match.start())}: {folder} may not see {match.group()}"
        if folder != "tests":
            for match in re.finditer(r"include_directories\([^)]*\.\.[^)]*\)", clean):
                yield f"{path}:{line_of(clean, match.start())}: {match.group()} leaves its folder"


CHECKS = (direction_faults, leaf_faults, library_faults, parallel_faults, word_faults, meson_faults)


class Repository(unittest.TestCase):
    """The tree as it stands."""

    def test_tree(self):
        tree = source.tree(".c", ".h", ".h.in", "meson.build")
        tree.update({path: "" for path in source.files(".cfg", folders=("configs",))})
        self.assertGreater(len(tree), 10)
        for check in CHECKS:
            with self.subTest(check.__name__):
                faults = list(check(tree))
                if faults:
                    self.fail("\n" + "\n".join(faults))


class Faults(unittest.TestCase):
    """Each rule, broken once in a small tree: exactly that rule must say so."""

    GOOD = {
        "core/clock.h": "",
        "core/clock.c": '#include "clock.h"\n#include <stdint.h>\n/* NMDA in a comment */ int campaign;',
        "circuits/circuit.h": '#include "clock.h"',
        "circuits/cells/adex.c": '#include "cells/start.h"\n#pragma omp simd',
        "circuits/cells/start.h": "",
        "circuits/cells/lif.c": "",
        "circuits/cells/lif.h": "",
        "circuits/receptors/current.c": "",
        "core/units.c": "enum { CURRENT };",
        "circuits/registry.h.in": "",
        "circuits/registry.c": '#include "registry.h"',
        "regions/mpfc.c": '#include "circuit.h"\n#include "clock.h"\nconst char *source = "ketamine study";',
        "output/store_hdf5.h": "#include <hdf5.h>",
        "output/store.c": '#include "store_hdf5.h"\n#include "clock.h"',
        "commands/run.c": '#include "circuit.h"',
        "spinule.c": '#include "clock.h"',
        "tests/core/test_clock.c": '#include <cmocka.h>\n#include "clock.h"',
        "configs/drugs/ketamine.cfg": "",
        "circuits/meson.build": "x = [core_dep] # regions_dep",
    }

    BROKEN = (
        (direction_faults, "core/clock.c", '#include "circuit.h"'),
        (direction_faults, "output/store.c", '#include "circuit.h"'),
        (direction_faults, "regions/mpfc.c", '#include "../circuits/circuit.h"'),
        (direction_faults, "commands/run.c", '#include "nowhere.h"'),
        (leaf_faults, "circuits/cells/adex.c", '#include "cells/lif.h"'),
        (leaf_faults, "circuits/cells/adex.c", '#include "circuit.h"'),
        (library_faults, "regions/mpfc.c", "#include <hdf5.h>"),
        (library_faults, "core/clock.c", "#include <omp.h>"),
        (library_faults, "core/clock.c", "#include <gsl/gsl_rng.h>"),
        (library_faults, "core/clock.c", "#include <cmocka.h>"),
        (library_faults, "commands/run.c", '#include "store_hdf5.h"'),
        (parallel_faults, "circuits/cells/adex.c", "#pragma omp parallel for"),
        (word_faults, "core/clock.c", "float g_ampa;"),
        (word_faults, "core/clock.c", 'const char *region = "mPFC";'),
        (word_faults, "circuits/circuit.h", "int mpfc_cells;"),
        (word_faults, "commands/run.c", "if (drug == KETAMINE) return;"),
        (meson_faults, "circuits/meson.build", "y = [regions_dep]"),
        (meson_faults, "circuits/meson.build", "y = include_directories('../regions')"),
    )

    def test_good_tree_is_silent(self):
        for check in CHECKS:
            self.assertEqual(list(check(self.GOOD)), [])

    def test_each_breach_is_found(self):
        for breached, path, text in self.BROKEN:
            tree = {**self.GOOD, path: text}
            with self.subTest(path=path, text=text):
                found = [check.__name__ for check in CHECKS if list(check(tree))]
                self.assertEqual(found, [breached.__name__])


if __name__ == "__main__":
    unittest.main()
