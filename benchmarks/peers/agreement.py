"""agreement.py - whether two programs ran the same network: no ratio of times is given if they did not.

Mean rates of each population may differ by 10 % or 3 standard deviations between seeds, mean CVs by 0.05 or 3
standard deviations between seeds, whichever is more. The standard deviation is that of single rounds, the
larger of the two programs'."""

import statistics

RATE_SHARE, CV_DIFFERENCE, DEVIATIONS = 0.10, 0.05, 3.0


def spread(values):
    return statistics.stdev(values) if len(values) > 1 else 0.0


def faults(ours, theirs, measure):
    """What differs, one line a population. `measure`: "rate_Hz" or "cv". Both sides: rows of rounds."""
    for name in ours[0][measure]:
        sides = [[row[measure][name] for row in side if row[measure].get(name) is not None]
                 for side in (ours, theirs)]
        if not all(sides):
            if measure == "rate_Hz":
                yield f"{name}: no {measure}"
            continue
        means = [statistics.fmean(side) for side in sides]
        least = RATE_SHARE * means[0] if measure == "rate_Hz" else CV_DIFFERENCE
        allowed = max(least, DEVIATIONS * max(spread(side) for side in sides))
        if abs(means[1] - means[0]) > allowed:
            yield f"{name}: {measure} {means[1]:.3g} instead of {means[0]:.3g}, allowed {allowed:.2g}"


def differences(ours, theirs):
    """All that forbids a ratio; empty if the two agree."""
    found = list(faults(ours, theirs, "rate_Hz")) + list(faults(ours, theirs, "cv"))
    if not any(rate for row in ours for rate in row["rate_Hz"].values()):
        found.append("no spikes")
    return found
