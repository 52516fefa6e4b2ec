"""chart.py - the picture of a comparison: one line a program, a filled dot for one thread and an open
square for two, on a logarithmic axis of wall seconds per biological second. Black on white, labelled where
it stands."""

import html
import math

LEFT, WIDTH, ROW, GAP, TOP = 170, 640, 20, 34, 30
MARKS = {1: '<circle cx="{x:.1f}" cy="{y:.1f}" r="5"/>',
         2: '<rect x="{left:.1f}" y="{top:.1f}" width="9" height="9" fill="#fff" stroke="#000"'
            ' stroke-width="1.6"/>'}


def text(x, y, words, anchor="start", weight="normal"):
    style = f'text-anchor="{anchor}" font-weight="{weight}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{html.escape(words)}</text>'


def lines_of(results):
    """(scene, peer) -> threads -> median wall time, in the order they came."""
    table = {}
    for row in results:
        if row.get("wall"):
            table.setdefault(row["scene"], {}).setdefault(row["peer"], {})[row["threads"]] = row
    return table


def draw(results, title):
    """SVG text."""
    table = lines_of(results)
    walls = [row["wall"]["median"] for peers in table.values() for rows in peers.values()
             for row in rows.values()]
    low, high = math.floor(math.log10(min(walls))), math.ceil(math.log10(max(walls)))

    def at(wall):
        return LEFT + WIDTH * (math.log10(wall) - low) / (high - low)

    parts, y = [text(10, 18, title, weight="bold")], TOP
    for scene, peers in table.items():
        y += GAP
        parts.append(text(10, y - 14, scene, weight="bold"))
        bottom = y + ROW * len(peers) - 6
        for power in range(low, high + 1):
            x = at(10.0 ** power)
            parts.append(f'<path d="M{x:.1f} {y - 6}V{bottom}" stroke="#bbb"/>')
            parts.append(text(x, y - 12, f"{10.0 ** power:g} s", "middle"))
        for peer, rows in peers.items():
            y += ROW
            parts.append(text(LEFT - 12, y - 7, peer, "end"))
            for threads, row in sorted(rows.items(), reverse=True):
                x = at(row["wall"]["median"])
                parts.append(MARKS.get(threads, MARKS[2]).format(x=x, y=y - 11, left=x - 4.5, top=y - 15.5))
            last = at(max(row["wall"]["median"] for row in rows.values()))
            words = ", ".join(f"{row['wall']['median']:.3g} s" for _, row in sorted(rows.items()))
            parts.append(text(last + 10, y - 7, words + ("" if row.get("agrees", True) else " (differs)")))
    y += GAP
    parts.append(text(10, y - 8, "wall seconds per biological second; filled dot: 1 thread, open square: 2"))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 150} {y}"'
            f' font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n'
            + "\n".join(parts) + "\n</svg>\n")
