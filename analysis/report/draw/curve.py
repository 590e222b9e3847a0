# SPDX-License-Identifier: GPL-2.0-or-later
"""The response curve: what compaction achieved, what it cost and what was had then, by the dial."""

import os
import re

import curve
from draw import style

NAME = "curve"
TITLE = "The response curve"
CAPTION = (
    "Each small mark is one arm of one run, and the line joins the medians{bars}. "
    "{count}{marked}{out}{strange}")
BARS = "; the bars reach over {}"
ALT = "Lines: {panels}, against {key}, over {runs} runs."
SHARE = "blocks without an unmovable page"
PANELS = (("regained", "share of what was broken that\ncompaction put together", False),
          ("effectiveness", "effectiveness of the compaction", False),
          ("blocks_gained", "blocks gained", False),
          ("over_floor", "CPU time, in times of a plain\ncopy of what moved (over_floor)", True),
          ("success_share", "share of the probe's blocks\nthat came", False),
          ("p50_ns", "time of a probe's block (µs)", True))
MARKS = "osD^vP*"


def draw(run):
    found = curve.dial(run)
    if found is None:
        return None
    runs, strange = curve.peers(run, run.others)
    points = [p for one in sorted(runs, key=curve.kernel) for p in curve.points(one)]
    return picture(found, runs, points, strange)


def draw_series(series):
    """The groups of a series, where they are of a scenario with a dial; a line each."""
    first = series.runs[0]
    found = curve.dial(first)
    if found is None:
        return None
    strange = [os.path.basename(run.folder) for run in series.runs
               if not curve.is_alike(first, run)]
    kept = [(group, run) for group in series.groups for run in group.runs
            if curve.is_alike(first, run)]
    points = [p for group, run in kept for p in curve.points(run, group.label)]
    return picture(found, [run for _, run in kept], points, strange)


def picture(found, runs, points, strange):
    kept = [p for p in points if not p.left_out]
    panels = panels_of(kept)
    if not panels:
        return "No arm of this scenario has left a point of a curve." + told_out(points)
    fig, axes = grid(len(panels))
    spans = set()
    for axis, panel in zip(axes, panels):
        spans |= one_panel(axis, kept, panel)
        label(axis, found, panel)
    legend(axes[0], kept, found)
    caption = CAPTION.format(bars=BARS.format(" or ".join(sorted(spans))) if spans else "",
                             count=told_count(runs), marked=told_marked(kept),
                             out=told_out(points),
                             strange=told_strange(strange))
    names = ", ".join(p[1].replace("\n", " ") for p in panels)
    return fig, caption, ALT.format(panels=names, key=found[0], runs=len(runs))


def panels_of(points):
    """What the points tell of. Where a shape was made, what of it was regained says more than
    the effectiveness, in which everything counts that is scattered on that machine."""
    panels = [p for p in PANELS if any(metric_of(point, p[0]) for point in points)]
    if any(p[0] == "regained" for p in panels):
        panels = [p for p in panels if p[0] != "effectiveness"]
    return panels


def grid(count):
    columns = 2 if count > 1 else 1
    rows = (count + columns - 1) // columns
    fig, axes = style.figure(0.7 + 2.8 * rows, rows, columns, squeeze=False)
    axes = [axis for line in axes for axis in line]
    for axis in axes[count:]:
        axis.set_visible(False)
    return fig, axes[:count]


def metric_of(point, panel):
    """The metric of a point that a panel shows; of a probe, of the first that it has."""
    if panel in point.values:
        return panel
    return next((m for m in sorted(point.values)
                 if m.startswith("probe.") and m.endswith("." + panel)), None)


def lines_of(points):
    return list(dict.fromkeys(p.line for p in points))


def one_panel(axis, points, panel):
    """Draw the points of one metric; returns what its bars are."""
    spans = set()
    for number, name in enumerate(lines_of(points)):
        own = [p for p in points if p.line == name]
        spans |= line(axis, own, panel[0], number, "-")
        if panel[0] == "p50_ns":
            spans |= line(axis, own, "p99_ns", number, "--")
    return spans


def scale(panel):
    return 1e-3 if panel.endswith("_ns") else 1


def line(axis, points, panel, number, dash):
    colour, mark, spans = style.owner_colour(number + 1), MARKS[number % len(MARKS)], set()
    x, medians, lows, highs = [], [], [], []
    for at in sorted({p.dial for p in points}):
        names = [(p, metric_of(p, panel)) for p in points if p.dial == at]
        sample = [p.values[name] * scale(panel) for p, name in names if name]
        if not sample:
            continue
        low, middle, high, what = curve.interval(sample)
        if len(sample) > 1:
            spans.add(what)
        rings(axis, [(p, p.values[name] * scale(panel)) for p, name in names if name], mark,
              colour)
        x.append(at)
        medians.append(middle)
        lows.append(middle - low)
        highs.append(high - middle)
    if x:
        axis.errorbar(x, medians, yerr=[lows, highs], color=colour, ls=dash, lw=1.9, marker=mark,
                      ms=5, capsize=3, elinewidth=1.2, zorder=3)
    return spans


def rings(axis, points, mark, colour):
    """The runs one by one; a cross is one that is doubted."""
    for point, value in points:
        style_of = {"marker": "x", "ms": 7} if point.doubted else {"marker": mark, "ms": 4.5}
        axis.plot([point.dial], [value], ls="", mfc="none", mec=colour, mew=1.0, alpha=0.6,
                  zorder=2, **style_of)


def label(axis, found, panel):
    key, unit, numbers = found
    axis.set_title(panel[1], loc="left")
    axis.set_xlabel(f"{key} ({unit})" if unit else key)
    axis.set_xticks(sorted(set(numbers.values())))
    axis.tick_params(axis="x", rotation=0)
    crowd(axis, sorted(set(numbers.values())))
    if panel[2]:
        axis.set_yscale("log")
        style.microseconds(axis.yaxis)
    if panel[0] == "p50_ns":
        axis.text(1.0, 1.0, "solid: median, dashed: p99", transform=axis.transAxes, ha="right",
                  va="bottom", fontsize=8.5, color=style.SOFT)
    if panel[2]:
        return
    low, high = axis.get_ylim()
    axis.set_ylim(min(0, low), max(high, 1.05))
    style.thousands(axis.yaxis)


def crowd(axis, ticks):
    """Leave out the numbers that would stand upon one another."""
    span, last, names = (ticks[-1] - ticks[0]) or 1, None, []
    for tick in ticks:
        is_near = last is not None and (tick - last) / span < 0.045
        names.append("" if is_near else f"{tick:g}")
        last = last if is_near else tick
    axis.set_xticklabels(names)


def legend(axis, points, found):
    """Who the lines are; where the dial is a share, what its other share would be."""
    names = lines_of(points)
    handles = [axis.plot([], [], color=style.owner_colour(i + 1), marker=MARKS[i % len(MARKS)],
                         lw=1.9, ms=5)[0] for i in range(len(names))]
    count = [max(sum(p.line == k and p.dial == d for p in points)
                 for d in found[2].values()) for k in names]
    labels = [f"{style.short(k, 36)}, {n} run{'' if n == 1 else 's'}"
              for k, n in zip(names, count)]
    if found[1] == "%" and found[0].endswith("unmovable"):
        handles += axis.plot([0, 100], [1, 0], color=style.SOFT, ls=":", lw=1.2, zorder=1)
        labels.append(SHARE)
    axis.legend(handles, labels, loc="best")


def told_count(runs):
    return ("One run: a point is an anecdote, give several runs to the report." if len(runs) == 1
            else f"{len(runs)} runs.")


def told_marked(points):
    """Which points are doubted, and why."""
    doubted = [p for p in points if p.doubted]
    if not doubted:
        return ""
    return (f" A cross is a point that is doubted ({len(doubted)} of {len(points)}, in the medians "
            f"all the same): {reasons(p.doubted for p in doubted)}.")


def told_out(points):
    """Which points are not there, and why."""
    out = [p for p in points if p.left_out]
    if not out:
        return ""
    return (f" {len(out)} of {len(points)} points are left out, for what they started from was not "
            f"what was asked for: {reasons(p.left_out for p in out)}.")


def reasons(texts, most=3):
    """Each once; numbers that differ do not make another."""
    found = {re.sub("[0-9]+", "0", text): text for text in texts}
    told = [style.short(text.rstrip("."), 160) for text in found.values()]
    return "; ".join(told[:most]) + (f"; and {len(told) - most} more" if len(told) > most else "")


def told_strange(strange):
    if not strange:
        return ""
    return (f" Not drawn, for they are of another scenario, other arms or cannot be read: "
            f"{', '.join(style.short(s, 60) for s in strange[:4])}"
            f"{', ...' if len(strange) > 4 else ''}.")
