# SPDX-License-Identifier: GPL-2.0-or-later
"""The response curve: what compaction achieved, what it cost and what was had then, by the dial."""

import dataclasses
import os
import re

import curve
from draw import groups, style

NAME = "curve"
TITLE = "The response curve"
CAPTION = (
    "Each small mark is one arm of one run, and the line joins the medians{bars}. "
    "{count}{lacking}{marked}{out}{strange}")
BARS = "; the bars reach over {}"
ALT = "Lines: {panels}, against {key}, over {runs} runs: {medians}."
SHARE = "blocks without an unmovable page"


@dataclasses.dataclass(frozen=True)
class Panel:
    """metric: of a point. is_log: with a logarithmic axis, on which only what is above 0 has a
    place. is_time: an emulated machine has none. instead: where there is one of this metric it
    says more. {} in the title is the probe."""

    metric: str
    title: str
    is_log: bool = False
    is_time: bool = False
    instead: str = ""


PANELS = (
    Panel("regained", "share of what was broken that\ncompaction put together (regained)"),
    Panel("effectiveness", "effectiveness of the compaction,\nof all that is free on that machine"),
    Panel("blocks_gained", "blocks gained", instead="regained"),
    Panel("success_share", "share of the blocks that came\nto the probe{}"),
    Panel("cpu_ms_per_block", "bill: CPU time for each block\ngained (ms)", True, True),
    Panel("compact_migrate_scanned_per_block", "bill: pages looked at for each\nblock gained", True,
          instead="cpu_ms_per_block"),
    Panel("over_floor", "bill: CPU time, in times of a plain\ncopy of what moved (over_floor)",
          is_time=True),
    Panel("p50_ns", "time of a block of the probe{} (µs),\nsolid: median, dashed: p99", True, True))
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
    fig, axes = grid(len(panels), f"{found[0]} ({found[1]})" if found[1] else found[0])
    spans = set()
    for axis, panel in zip(axes, panels):
        spans |= one_panel(axis, kept, panel)
        label(axis, found, panel, kept)
    legend(fig, kept, found, panels[0])
    caption = CAPTION.format(bars=BARS.format(" or ".join(sorted(spans))) if spans else "",
                             count=told_count(runs), lacking=told_lacking(runs, kept, panels),
                             marked=told_marked(kept), out=told_out(points),
                             strange=told_strange(strange))
    names = ", ".join(title(p, kept) for p in panels)
    return fig, caption, ALT.format(panels=names, key=found[0], runs=len(runs),
                                    medians=told_medians(kept, panels))


def panels_of(points):
    """What the points tell of."""
    there = {p.metric for p in PANELS if sample_of(points, p)}
    return [p for p in PANELS if p.metric in there and p.instead not in there]


def grid(count, dial):
    """Axes in two columns over one and the same dial; the lowest of each has its numbers."""
    columns = 2 if count > 1 else 1
    rows = (count + columns - 1) // columns
    fig, axes = style.figure(0.7 + 2.6 * rows, rows, columns, squeeze=False, sharex=True)
    axes = [axis for line in axes for axis in line]
    for axis in axes[count:]:
        axis.set_visible(False)
    for axis in axes[max(0, count - columns):count]:
        axis.tick_params(axis="x", labelbottom=True)
        axis.set_xlabel(dial)
    return fig, axes[:count]


def title(panel, points):
    """The title of a panel in one line, with the name of the probe that is shown."""
    return titled(panel, points).replace("\n", " ")


def titled(panel, points):
    metrics = (metric_of(point, panel.metric) for point in points)
    probe = next((m.split(".")[1] for m in metrics if m and m.startswith("probe.")), "")
    return panel.title.replace("{}", f" {probe}" if probe else "")


def sample_of(points, panel, at=None):
    """[(point, value)] of a panel, at one number of the dial or at all."""
    found = [(p, metric_of(p, panel.metric)) for p in points if at in (None, p.dial)]
    found = [(p, p.values[name] * scale(panel.metric)) for p, name in found if name]
    return [(p, value) for p, value in found if value > 0 or not panel.is_log]


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
        spans |= line(axis, own, panel, number, "-")
        if panel.metric == "p50_ns":
            spans |= line(axis, own, dataclasses.replace(panel, metric="p99_ns"), number, "--")
    return spans


def scale(panel):
    return 1e-3 if panel.endswith("_ns") else 1


def line(axis, points, panel, number, dash):
    colour, mark, spans = style.owner_colour(number + 1), MARKS[number % len(MARKS)], set()
    x, medians, lows, highs = [], [], [], []
    for at in sorted({p.dial for p in points}):
        sample = sample_of(points, panel, at)
        if not sample:
            continue
        low, middle, high, what = curve.interval([value for _, value in sample])
        if len(sample) > 1:
            spans.add(what)
        rings(axis, sample, mark, colour)
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


def label(axis, found, panel, points):
    numbers = sorted(set(found[2].values()))
    axis.set_title(titled(panel, points), loc="left")
    axis.set_xticks(numbers)
    crowd(axis, numbers)
    if panel.is_log:
        axis.set_yscale("log")
        style.powers(axis.yaxis)
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


def legend(fig, points, found, first):
    """Who the lines are; where the dial is a share, what its other share would be."""
    axis, names = fig.axes[0], lines_of(points)
    handles = [axis.plot([], [], color=style.owner_colour(i + 1), marker=MARKS[i % len(MARKS)],
                         lw=1.9, ms=5)[0] for i in range(len(names))]
    count = [max(sum(p.line == k and p.dial == d for p in points)
                 for d in found[2].values()) for k in names]
    labels = [f"{style.short(k, 36)}, {n} run{'' if n == 1 else 's'}"
              for k, n in zip(names, count)]
    is_share = first.metric in ("regained", "effectiveness")
    if is_share and found[1] == "%" and found[0].endswith("unmovable"):
        handles += axis.plot([0, 100], [1, 0], color=style.SOFT, ls=":", lw=1.2, zorder=1)
        labels.append(SHARE)
    groups.above(fig, handles, labels)


def told_count(runs):
    return ("One run: a point is an anecdote, give several runs to the report." if len(runs) == 1
            else f"{len(runs)} runs.")


def told_lacking(runs, points, panels):
    """Which panels are not there, and which points have no bill, for nothing was gained."""
    lack = [p for p in PANELS if p not in panels and not p.instead]
    untold = [p for p in lack if p.is_time and all(run.is_emulated for run in runs)]
    text = ""
    for why, which in (("the times of an emulated machine are none", untold),
                       ("no run has it", [p for p in lack if p not in untold])):
        if which:
            text += f" Not shown, for {why}: {'; '.join(title(p, points) for p in which)}."
    bill = next((p for p in panels if p.metric.endswith("_per_block")), None)
    has = {id(p) for p, _ in sample_of(points, bill)} if bill else set()
    none = [p.dial for p in points if id(p) not in has]
    if bill and none:
        text += (f" In {len(none)} of {len(points)} points (at "
                 f"{', '.join(f'{at:g}' for at in sorted(set(none)))}) no block was gained, and "
                 "there is no bill for one.")
    return text


def told_medians(points, panels):
    """The medians of each panel, from the first number of the dial to the last."""
    tails = [dataclasses.replace(p, metric="p99_ns") for p in panels if p.metric == "p50_ns"]
    told = []
    for panel in [*panels, *tails]:
        for name in lines_of(points):
            own = [p for p in points if p.line == name]
            samples = [(at, [v for _, v in sample_of(own, panel, at)])
                       for at in sorted({p.dial for p in own})]
            numbers = ", ".join(f"{at:g}: {curve.interval(sample)[1]:.3g}"
                                for at, sample in samples if sample)
            told.append(f"{panel.metric.replace('_ns', ' in µs')} of {style.short(name, 36)}: "
                        f"{numbers or 'none'}")
    return "; ".join(told)


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
