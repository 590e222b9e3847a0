# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs of a group taken together: their courses on one axis of phases, their buckets, their sums.

No two runs take equally long over a phase. So that they can be laid over one another each phase
gets one width for all runs, that of its median duration; time runs evenly inside of it.
"""

import collections
import dataclasses
import statistics

import numpy as np

import read
import seek

LEAST = 0.35
POINTS = 240


@dataclasses.dataclass
class Axis:
    """The phases in order: their names, where each begins and how wide it is; the sum is 1.

    seconds: the median of how long each took.
    """

    names: tuple
    starts: list
    widths: list
    seconds: list


def spans(run):
    """{phase: (start, end)} in seconds, of those that are the scenario's own and took time."""
    return {str(p.get("name")): (p["start_ns"] / 1e9, p["end_ns"] / 1e9) for p in run.phases
            if p.get("do") not in ("setup", "teardown")
            and p.get("end_ns", 0) > p.get("start_ns", 0)}


def axis(runs):
    """The axis of runs, of the phases that most of them have; None when they have none.

    A phase that is short beside the others is widened so that it is seen at all.
    """
    known = [spans(run) for run in runs]
    found = collections.Counter(tuple(s) for s in known if s)
    if not found:
        return None
    names = found.most_common(1)[0][0]
    seconds = [statistics.median(s[n][1] - s[n][0] for s in known if n in s) for n in names]
    least = LEAST * sum(seconds) / len(seconds)
    widths = [max(s, least) for s in seconds]
    widths = [w / sum(widths) for w in widths]
    starts = [sum(widths[:i]) for i in range(len(widths))]
    return Axis(names, starts, widths, seconds)


def grid(shared):
    """(phase, place in it from 0 to 1, place on the axis) of every point that is drawn."""
    for name, start, width in zip(shared.names, shared.starts, shared.widths):
        for share in np.linspace(0, 1, max(4, int(POINTS * width))):
            yield name, share, start + share * width


def course(run, shared, name, reader):
    """Numbers of the sample of a table at every point of the axis: of the last one of the phase
    before it, or the first where there is none yet; not a number where the run lacks the phase.

    reader: of the header of the table; returns what makes a list of numbers of the rows of a
    sample, split. A row of the result is one of these numbers over all points.
    """
    known, found = spans(run), []
    table = seek.Samples(run.path(name))
    value = reader(table.header)
    nothing = [np.nan] * len(value([]))
    for phase, share, _ in grid(shared):
        start, end = known.get(phase, (0, 0))
        rows = (table.sample(int(start * 1e9), int((start + share * (end - start)) * 1e9),
                             int(end * 1e9)) if phase in known else [])
        found.append(value(rows) if rows else nothing)
    return np.array(found).T


def places(shared):
    return np.array([place for _, _, place in grid(shared)])


def envelope(courses):
    """(smallest, median, largest) of several courses at each point, without warnings of none."""
    stack = np.array(courses)
    empty = np.isnan(stack).all(axis=0)
    stack[:, empty] = 0
    found = (np.nanmin(stack, axis=0), np.nanmedian(stack, axis=0), np.nanmax(stack, axis=0))
    for line in found:
        line[empty] = np.nan
    return found


def buckets(runs):
    """{(phase, workload): sorted [low, high, count]} of latency.csv, of all runs together."""
    found = {}
    for run in runs:
        header, source = read.rows(run, "latency.csv")
        need = ["phase", "workload", "low_ns", "high_ns", "count"]
        if header is None or any(c not in header for c in need):
            continue
        phase, workload, *rest = (header.index(c) for c in need)
        for cells in source:
            low, high, count = read.numbers([cells[i] for i in rest])
            if count > 0:
                bucket = found.setdefault((cells[phase], cells[workload]), {})
                bucket[low, high] = bucket.get((low, high), 0) + int(count)
    return {key: [[*ends, count] for ends, count in sorted(one.items())]
            for key, one in found.items()}


def percentile(merged, share):
    """The upper end of the bucket that holds it, as the analysis has it."""
    rest = share * sum(count for _, _, count in merged)
    for _, high, count in merged:
        rest -= count
        if rest <= 0:
            return high
    return merged[-1][1]


def matrices(runs, key):
    """({taker: {giver: pages}} summed up, how many runs had one)."""
    total, count = {}, 0
    for run in runs:
        fallbacks = run.summary.get("fallbacks")
        if not fallbacks:
            continue
        count += 1
        for taker, line in fallbacks[key].items():
            row = total.setdefault(taker, {})
            for giver, value in line.items():
                row[giver] = row.get(giver, 0) + value
    return total, count

