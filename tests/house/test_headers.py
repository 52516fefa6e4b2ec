"""test_headers.py COMPILER... - every header compiles alone, and twice in one file, with no more include
directories than its folder may have. Left out are headers that only the files around one library share."""

import pathlib
import subprocess
import sys
import tempfile

import source
import test_includes

FLAGS = ["-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wstrict-prototypes", "-Wmissing-prototypes",
         "-Wundef", "-Werror", "-fopenmp-simd", "-fsyntax-only", "-x", "c"]


def complaint(compiler, root, path):
    """What the compiler says of a file that includes the header twice and nothing else; "" if it accepts."""
    folder, _, name = path.partition("/")
    visible = [f"-I{root / seen}" for seen in sorted(test_includes.MAY_SEE[folder])]
    text = f'#include "{name}"\n#include "{name}"\nextern int translation_unit;\n'
    run = subprocess.run([*compiler, *FLAGS, *visible, "-"], input=text, capture_output=True, text=True)
    return run.stderr if run.returncode else ""


def tells_good_from_bad(compiler):
    """The check itself: a good header passes; one that leans on another, or has no guard, does not."""
    trials = (("good.h", "#ifndef A\n#define A\n#include <stdint.h>\nextern int64_t a;\n#endif\n", False),
              ("leans.h", "#ifndef B\n#define B\nextern int64_t b;\n#endif\n", True),
              ("bare.h", "struct c { int x; };\n", True))
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "core").mkdir()
        for name, text, _ in trials:
            (root / "core" / name).write_text(text)
        return all(bool(complaint(compiler, root, "core/" + name)) == bad for name, _, bad in trials)


def main(compiler):
    if not tells_good_from_bad(compiler):
        print("the check of headers does not tell good from bad here")
        return 1
    tree = source.tree(".h")
    paths = sorted(set(tree) - set(test_includes.library_carriers(tree)))
    faults = [(path, said) for path in paths if (said := complaint(compiler, source.ROOT, path))]
    for path, said in faults:
        print(f"{path} does not compile alone:\n{said}")
    print(f"{len(paths)} headers, {len(faults)} faults")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["cc"]))
