# SPDX-License-Identifier: GPL-2.0-or-later
"""A response curve: the same phases in several arms, with a number that differs between them.

The dial is that number. Each run of a scenario with arms gives one point an arm; runs of the
same scenario that are given to the report together give several.
"""

import dataclasses
import math
import os
import re

import read

NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)(%?)")


@dataclasses.dataclass
class Point:
    """What one arm of one run came to.

    line: the one that it is on: of its kernel, or of its group. left_out: why it does not
    count, "" when it does: the state that compaction was to mend was not the one asked for.
    doubted: what speaks against the rest of it; that is the kernel's own answer, and to leave it
    out would flatter.
    """

    dial: float
    line: str
    values: dict
    left_out: str
    doubted: str


def dial(run):
    """(the key that differs between the arms, its unit, {arm: number}), or None."""
    arms = run.manifest.get("arms") or []
    keys = list(arms[0].get("settings") or {}) if arms else []
    for key in keys:
        found = [NUMBER.fullmatch(str((a.get("settings") or {}).get(key, ""))) for a in arms]
        if all(found) and len({m.group(2) for m in found}) == 1:
            numbers = {str(a["name"]): float(m.group(1)) for a, m in zip(arms, found)}
            if len(set(numbers.values())) > 1:
                return key, found[0].group(2), numbers
    return None


def peers(run, others):
    """The runs whose points belong into one picture with @run's, itself the first, and what was
    given beside it and does not: (runs, names of the others)."""
    found, strange, seen = [run], [], {os.path.realpath(run.folder)}
    for folder in others:
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        try:
            other = read.Run(folder)
        except (OSError, ValueError):
            strange.append(os.path.basename(real))
            continue
        if is_alike(run, other):
            found.append(other)
        else:
            strange.append(os.path.basename(real))
    return found, strange


def is_alike(run, other):
    """The same scenario with the same arms, and times in both or in neither."""
    return (run.summary.get("scenario") == other.summary.get("scenario")
            and run.manifest.get("arms") == other.manifest.get("arms")
            and run.is_emulated == other.is_emulated and run.order == other.order)


def points(run, on=None):
    """The points of one run, on the line of its kernel or on another one."""
    found = dial(run)
    if found is None:
        return []
    by_name = {str(p.get("name")): p for p in run.phases}
    result = []
    for arm in run.manifest["arms"]:
        names = [str(name) for name in arm.get("phases") or []]
        phases = [by_name[n] for n in names if n in by_name]
        made, mended = split(names, by_name)
        result.append(Point(found[2][str(arm["name"])], on or kernel(run),
                            values(run, [p for p in phases if p["name"] in mended]),
                            undone(phases, names) or doubt(run, made),
                            doubt(run, mended) or drifted(run, made)))
    return result


def kernel(run):
    return f"Linux {run.machine.get('kernel', '?')}"


def split(names, by_name):
    """The phases of an arm that make the state, and those from its first compaction to the next,
    if there is another, which tidies up for the next arm."""
    compacts = [i for i, n in enumerate(names) if by_name.get(n, {}).get("do") == "compact"]
    first, second, *_ = compacts + [len(names)] * 2
    return names[:first], names[first:second]


def undone(phases, names):
    done = {str(p["name"]) for p in phases if p.get("result") == "done"}
    return "not all of its phases were done" if set(names) - done else ""


def doubt(run, names):
    """The first doubt of the run that begins with the name of one of the phases."""
    return said(run.summary.get("doubts"), names)


def drifted(run, names):
    """That what was free beside the shape was not what the first arm began with."""
    return said([text for text in run.summary.get("notes") or [] if ": its arm began " in str(text)],
                names)


def said(texts, names):
    for text in texts or []:
        for name in names:
            if str(text).startswith(f"{name}: "):
                return str(text)[len(name) + 2:]
    return ""


def values(run, phases):
    """{metric without phase: value} of the phases that compact and that ask."""
    found = {}
    for phase in phases:
        name = f".{phase['name']}"
        for metric in run.summary.get("metrics") or {}:
            if not metric.endswith(name):
                continue
            base = metric[:-len(name)]
            wanted = base.startswith("probe.") or phase.get("do") == "compact"
            value = run.metric(metric) if wanted else None
            if isinstance(value, (int, float)) and not is_untold(run, metric):
                found[base] = float(value)
    return found


def is_untold(run, metric):
    """A time of an emulated machine is none."""
    return run.is_emulated and bool(run.summary["metrics"][metric].get("is_time"))


def interval(sample):
    """(low, median, high, what low and high are) of a few numbers.

    From six on the order statistics that hold the median of the population between them in 95
    cases of 100 or more, whatever its distribution; fewer cannot: all of them then.
    """
    ordered = sorted(sample)
    n = len(ordered)
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    cut, tail = 0, 1 / 2**n
    while tail <= 0.025:
        cut += 1
        tail += math.comb(n, cut) / 2**n
    if not cut:
        return (ordered[0], middle, ordered[-1],
                "all runs, from the smallest to the largest (a confidence interval takes six)")
    return (ordered[cut - 1], middle, ordered[n - cut],
            "a 95 % confidence interval of the median, by ranks")
