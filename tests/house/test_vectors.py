"""test_vectors.py BUILD - the loops over cells that are marked `omp simd` become vector code in the builds
for AVX2 and AVX-512: the compiler's own report, from the very commands of the build. A flag of another width,
a count that is not known or a call can silently make a loop scalar, which costs 4 to 16 times its time; no
test of values sees it."""

import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import source

WIDTH = {"v3": 32, "v4": 64}
SKIPPED = 77


def marked_loops(text):
    """First and last line of every loop under `#pragma omp simd`."""
    lines = source.without_comments(text).split("\n")
    for number, line in enumerate(lines, 1):
        if not re.match(r"\s*#\s*pragma\s+omp\s+simd", line):
            continue
        depth, last = 0, number + 1
        for last in range(number + 1, len(lines) + 1):
            depth += lines[last - 1].count("{") - lines[last - 1].count("}")
            if depth == 0 and re.search(r"[;}]\s*$", lines[last - 1]):
                break
        yield number + 1, last


def begins_loop(path, line):
    """Does a loop stand in this very line?"""
    return re.search(r"\b(for|while) \(", path.read_text(encoding="utf-8").split("\n")[line - 1]) is not None


def report(entry):
    """What the compiler says of the loops: (path, line, message)."""
    with tempfile.TemporaryDirectory() as folder:
        notes = pathlib.Path(folder) / "notes"
        command = shlex.split(re.sub(r" (-MD|-M[QF] \S+|-o \S+)(?= )", "", entry["command"]))
        options = ["-o", "/dev/null", f"-fopt-info-vec-optimized-missed={notes}"]
        subprocess.run(command + options, cwd=entry["directory"], check=True, capture_output=True)
        for line in notes.read_text(encoding="utf-8", errors="replace").split("\n"):
            found = re.match(r"(\S+?):(\d+):\d+: (?:optimized|missed): +(.*)", line)
            if found:
                path = (pathlib.Path(entry["directory"]) / found.group(1)).resolve()
                yield path, int(found.group(2)), found.group(3)


def faults(entry, width):
    path = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
    loops = list(marked_loops(path.read_text(encoding="utf-8")))
    said = list(report(entry))
    scalar = [(where, line) for where, line, message in said if message.startswith("couldn't vectorize loop")]
    vector = sum(message.startswith(f"loop vectorized using {width} byte") for _, _, message in said)
    for first, last in loops:
        if any(where == path and first <= line <= last for where, line in scalar):
            yield f"{path.name}:{first}: a scalar loop in the build for {width}-byte vectors"
    # a loop that begins with an inlined formula is reported where the formula stands; a header's own loops
    # are not over cells
    for where, line in scalar:
        beside = where.suffix == ".h" and where.parent.name == path.parent.name
        if beside and not begins_loop(where, line):
            yield f"{where.name}:{line}: scalar in a loop of {path.name}, {width}-byte vectors"
    if vector < len(loops):
        yield f"{path.name}: {vector} loops of {width}-byte vectors, {len(loops)} are marked"


def main(build):
    entries = json.loads((pathlib.Path(build) / "compile_commands.json").read_text(encoding="utf-8"))
    seen, found = 0, []
    for entry in entries:
        isa = re.search(r"libkernels_(v\d)\.a\.p/", entry["output"])
        if not isa or isa.group(1) not in WIDTH:
            continue
        if "-O3" not in entry["command"] or "-fsanitize" in entry["command"] or "clang" in entry["command"]:
            print("this build has no report: it is not an optimised one of GCC")
            return SKIPPED
        seen += 1
        found += faults(entry, WIDTH[isa.group(1)])
    print("\n".join(sorted(set(found))))
    print(f"{seen} kernels, {len(found)} faults")
    return SKIPPED if seen == 0 else bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
