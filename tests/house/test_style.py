"""test_style.py - sizes and habits that keep the source readable: files under 500 lines, functions under 60,
at most 110 columns, a head comment that begins with the file's name, no name twice, nothing left undone."""

import re
import unittest

import source

FILE_LINES, FUNCTION_LINES, COLUMNS = 500, 60, 110
CODE = (".c", ".h")
TEXTS = (".c", ".h", ".h.in", ".py", ".build", ".cfg", ".txt")
UNDONE = re.compile(r"\b(%s)\b" % "|".join(("TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK")))
EXIT = re.compile(r"\b_?exit\s*\(")
UNSEEDED = re.compile(r"\b(s?rand|rand_r|s?random|[dels]rand48)\s*\(")


def size_faults(tree):
    for path, text in tree.items():
        lines = text.split("\n")
        if path.endswith(CODE) and len(lines) > FILE_LINES:
            yield f"{path}: {len(lines) - 1} lines; a file has less than {FILE_LINES}"
        for number, line in enumerate(lines, 1):
            columns = len(line.expandtabs(8))
            if path.endswith(CODE + (".py", ".build")) and columns > COLUMNS:
                yield f"{path}:{number}: {columns} columns; a line has at most {COLUMNS}"


def functions(text):
    """(first line, lines) of each function: from the line that begins at the margin to the brace there."""
    lines = source.without_comments(text).split("\n")
    start = None
    for number, line in enumerate(lines, 1):
        if re.match(r"[A-Za-z_]", line):
            start = number if start is None else start
        if start is not None and re.match(r"\}|.*;\s*$|.*\}\s*$", line) and not line.startswith(" "):
            body = "\n".join(lines[start - 1:number])
            if line.startswith("}") and re.match(r"[^{=]*\([^{]*\)\s*\{", body):
                yield start, number - start + 1
            start = None


def function_faults(tree):
    for path, text in tree.items():
        if path.endswith(CODE):
            for start, lines in functions(text):
                if lines >= FUNCTION_LINES:
                    yield f"{path}:{start}: {lines} lines; a function has less than {FUNCTION_LINES}"


def head_faults(tree):
    for path, text in tree.items():
        if path.endswith(CODE) and not text.startswith(f"/* {path.rpartition('/')[2]} — "):
            yield f"{path}:1: the head comment begins with: /* {path.rpartition('/')[2]} — "


def name_faults(tree):
    seen = {}
    for path in tree:
        name = path.rpartition("/")[2]
        if path.endswith(CODE) and seen.setdefault(name, path) != path:
            yield f"{path}: the name is taken by {seen[name]}"


# Handlers of signals after which nothing can go on.
ENDS = {"output/store_guard.c"}


def habit_faults(tree):
    for path, text in tree.items():
        code = source.without_comments(text, strings=False) if path.endswith(CODE) else ""
        for number, (line, bare) in enumerate(zip(text.split("\n"), (code or text).split("\n")), 1):
            if UNDONE.search(line):
                yield f"{path}:{number}: {UNDONE.search(line).group()}: nothing is left undone in what lands"
            if line != line.rstrip() or "\t" in line:
                yield f"{path}:{number}: a tab, or blanks at the end"
            if code and UNSEEDED.search(bare):
                yield f"{path}:{number}: draw from core/random.h, by seed, stream, id, tick and index"
            ends = source.folder_of(path) in (".", "tests", "benchmarks") or path in ENDS
            if code and EXIT.search(bare) and not ends:
                yield f"{path}:{number}: only spinule.c ends the program; return a status"


CHECKS = (size_faults, function_faults, head_faults, name_faults, habit_faults)


class Repository(unittest.TestCase):
    """The tree as it stands."""

    def test_tree(self):
        tree = source.tree(*TEXTS)
        self.assertGreater(len(tree), 10)
        for check in CHECKS:
            with self.subTest(check.__name__):
                faults = list(check(tree))
                if faults:
                    self.fail("\n" + "\n".join(faults))


class Faults(unittest.TestCase):
    """Each rule, broken once."""

    GOOD = "/* one.c — a file. */\nint f(int a) {\n  return a;\n}\n"

    BROKEN = (
        (size_faults, GOOD + "int a;\n" * FILE_LINES),
        (size_faults, GOOD + "/* " + "µ" * COLUMNS + " */\n"),
        (function_faults, GOOD + "static int g(int a,\n  int b) {\n" + "  a++;\n" * FUNCTION_LINES + "}\n"),
        (head_faults, "int f(void);\n"),
        (habit_faults, GOOD + "/* TO" "DO later */\n"),
        (habit_faults, GOOD + "int b = rand();\n"),
        (habit_faults, GOOD + "int c; \n"),
        (habit_faults, GOOD + "void g(void) { exit(1); }\n"),
    )

    def test_good_file_is_silent(self):
        longest = "int h(void) {\n" + "  f(1);\n" * (FUNCTION_LINES - 3) + "}\n"
        table = "static const int t[] = {\n" + "    1,\n" * FUNCTION_LINES + "};\n"
        exact = "/* " + "µ" * (COLUMNS - 6) + " */\n"
        plain = "int strand(void) { return operand(1); }\n"
        tree = {"core/one.c": self.GOOD + longest + table + exact + plain}
        for check in CHECKS:
            self.assertEqual(list(check(tree)), [])

    def test_each_breach_is_found(self):
        for breached, text in self.BROKEN:
            with self.subTest(text[-40:]):
                tree = {"core/one.c": text}
                found = [check.__name__ for check in CHECKS if list(check(tree))]
                self.assertEqual(found, [breached.__name__])

    def test_names_are_unique(self):
        self.assertEqual(len(list(name_faults({"core/one.c": "", "output/one.c": "", "core/one.h": ""}))), 1)

    def test_functions_are_counted_whole(self):
        text = ("int a;\nstatic int g(int a,\n    int b) {\n  if (a) {\n  }\n}\n"
                "int h(void) { return 1; }\nint k(void)\n{\n}\n")
        self.assertEqual(list(functions(text)), [(2, 5), (8, 3)])


if __name__ == "__main__":
    unittest.main()
