"""embed.py OUT FILE... - the schema files of NWB as a source file: nwb_schema.h says what it defines."""

import json
import pathlib
import sys


def literal(text):
    """C string literals, one a line, of a text in ASCII."""
    pieces = [text[at:at + 80] for at in range(0, len(text), 80)]
    return "\n".join("    " + json.dumps(piece) for piece in pieces)


def main():
    out, files = pathlib.Path(sys.argv[1]), sorted(map(pathlib.Path, sys.argv[2:]))
    lines = ["/* Made by embed.py from the schema files of NWB. */", '#include "nwb_schema.h"', "",
             '#pragma GCC diagnostic ignored "-Woverlength-strings"', "",
             "const struct nwb_schema nwb_schemas[] = {"]
    for file in files:
        text = file.read_text().strip()
        json.loads(text)
        name = "/".join(file.with_suffix("").parts[-3:])
        lines += [f'    {{"{name}",', literal(text) + "},"]
    lines += ["};", f"const int n_nwb_schemas = {len(files)};", ""]
    out.write_text("\n".join(lines))


main()
