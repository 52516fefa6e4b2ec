"""source.py - the source tree as the house tests see it: files, and C text without its comments."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("core", "circuits", "regions", "output", "commands", "benchmarks", "tests")

TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""", re.DOTALL)


def without_comments(text, strings=True):
    """C text with comments (and, if not `strings`, what stands in quotes) blanked; lines keep numbers."""

    def blank(match):
        token = match.group()
        if match.group("text"):
            return token if strings else token[0] + token[0]
        return re.sub(r"[^\n]", " ", token)

    return TOKEN.sub(blank, text)


def files(*suffixes, folders=FOLDERS):
    """Paths, relative to the root and in order, of all files with one of the suffixes."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    found += [path for path in ROOT.iterdir() if path.is_file()]
    return sorted(path.relative_to(ROOT).as_posix() for path in found
                  if path.name.endswith(suffixes) and "__pycache__" not in path.parts)


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def tree(*suffixes):
    """Path -> text of every file with one of the suffixes."""
    return {path: read(path) for path in files(*suffixes)}


def folder_of(path):
    """The top folder of a path; "." for files of the root."""
    return path.split("/")[0] if "/" in path else "."
