"""embed.py PAGE STYLE SCRIPT SOURCE - the page with its style and script in it, as an array of bytes that
ends with 0: the page_html of report_data.h."""

import pathlib
import sys

page, style, script = (pathlib.Path(path).read_text(encoding="utf-8") for path in sys.argv[1:4])
whole = page.replace("/*STYLE*/", style).replace("/*SCRIPT*/", script).encode() + b"\0"
rows = [", ".join(map(str, whole[k:k + 24])) for k in range(0, len(whole), 24)]
pathlib.Path(
    sys.argv[4]).write_text(
        '#include "report/report_data.h"\nconst unsigned char page_html[] = {\n  ' +
        ",\n  ".join(rows) +
    "};\n")
