# SPDX-License-Identifier: GPL-2.0-or-later
"""The headline metrics, one panel each: every run of every group, phase by phase."""

import arms
import read
from draw import groups, style

NAME = "measures"
TITLE = "The headline, run by run"
CAPTION = (
    "Each dot is a run, the large mark the median of its group, the line reaches from the "
    "smallest to the largest. Which way is better stands above each panel.{cut}{rest}")
ALT = "Dots, the runs of each group: {panels}. Medians: {told}."
MOST = 16
WIDE = 60
BOUNDED = ("index", "share", "ratio")
LEAST = 0.1
PANELS = (("unusable", "unusable index"), ("effectiveness", "effectiveness of compaction"),
          ("blocks_gained", "blocks gained"), ("hidden_mib", "hidden (MiB)"),
          ("interleave.switch_share", "frames beside another owner's"),
          ("extfrag.events", "fallbacks"), ("extfrag.fragmenting", "fragmenting fallbacks"),
          ("map.mixed_pageblocks", "mixed pageblocks"), ("pages_per_s", "pages/s"))
QUIET = ("settle", "setup", "teardown", "drain", "until", "stop")


def draw_series(series):
    return draw_panels(series, PANELS, CAPTION, ALT,
                       "None of the headline metrics is known of these runs: nothing to draw.")


def draw_panels(series, wanted, caption, alt, nothing):
    shown = groups.shown(series)
    panels = [(title, rows) for base, title in wanted if (rows := rows_of(series, base))]
    if not panels:
        return nothing
    is_cut = any(len(rows) > MOST for _, rows in panels)
    panels = [(title, rows[:MOST]) for title, rows in panels]
    fig, axes = grid(panels, len(shown))
    for axis, (title, rows) in zip(axes, panels):
        groups.dots(axis, series, rows, shown)
        axis.set_title(title + better(series, rows), loc="left", fontweight="bold", fontsize=9.5)
        scale(axis, series.metrics[rows[0][1]]["unit"])
    groups.legend(fig, shown)
    return (fig, caption.format(rest=groups.told_rest(series),
                                cut=f" Of each the first {MOST} phases." if is_cut else ""),
            alt.format(panels=", ".join(title for title, _ in panels),
                       told=told(series, panels, shown)))


def rows_of(series, base):
    """[(phase, metric)] of a metric, where there is anything to see; not of phases of rest.

    The state before the first phase that does something stays: it is what all began with.
    """
    kinds, wanted = {}, set()
    for run in series.runs:
        own = {str(phase.get("name")): phase.get("do") for phase in run.phases}
        wanted |= telling(run, series.metrics) or {n for n, do in own.items() if do not in QUIET}
        kinds.update({n: do for n, do in own.items()
                      if f"{base}.{n}" in series.metrics and n not in kinds})
    first = next((i for i, do in enumerate(kinds.values()) if do not in QUIET), 0)
    found = [(name, f"{base}.{name}") for i, name in enumerate(kinds)
             if name in wanted or (i == first - 1 and base == "unusable")]
    found = found or ([("", base)] if base in series.metrics else [])
    return [row for row in found if is_seen(series, row[1])]


def telling(run, metrics):
    """Of a scenario with arms the phases that the arms set apart, until they are asked for what
    came of it, and the first compaction of each arm where those have no bill of their own; none
    without arms."""
    beside = read.arms(run)
    differing = {key.split(".")[0] for arm in beside for key in arm.get("settings") or {}}
    kinds, found = {str(p.get("name")): p.get("do") for p in run.phases}, set()
    for arm in beside:
        names = [str(name) for name in arm["phases"]]
        asks = [i for i, name in enumerate(names) if kinds.get(name) == "probe"]
        names = names[:(asks or [len(names)])[0]]
        own = [name for name in names if arms.common([name], [arm]) in differing]
        if not any(f"blocks_gained.{name}" in metrics for name in own):
            own += [name for name in names if kinds.get(name) == "compact"][:1]
        found.update(own)
    return found


def is_seen(series, metric):
    """Whether any group has a number of it that is not 0."""
    cells = [series.cell(metric, group) for group in series.groups]
    return any(cell and (cell["min"] or cell["max"]) for cell in cells)


def grid(panels, count):
    """Two panels in a row, each as tall as the taller of them wants."""
    wide = min(2, len(panels))
    tall = [max(groups.inches(len(rows), count) for _, rows in panels[i:i + wide])
            for i in range(0, len(panels), wide)]
    fig, axes = style.figure(0.5 + sum(tall), len(tall), wide, squeeze=False, height_ratios=tall)
    flat = list(axes.flat)
    for axis in flat[len(panels):]:
        axis.set_axis_off()
    return fig, flat[:len(panels)]


def scale(axis, unit):
    """From 0, with room for a mark there; by the logarithm what would not be seen beside the
    largest, but no share. What is hardly an index at all shall not fill the panel."""
    numbers = [x for line in axis.lines for x in line.get_xdata() if line.get_marker() != "None"]
    if unit not in BOUNDED and min(numbers) > 0 and max(numbers) > WIDE * min(numbers):
        axis.set_xscale("log")
        style.powers(axis.xaxis)
        return
    low, high = min(*numbers, 0), max(*numbers, LEAST if unit in BOUNDED[::2] else 0)
    axis.set_xlim(low - 0.04 * (high - low), high + 0.04 * (high - low))
    axis.locator_params(axis="x", nbins=6)
    style.thousands(axis.xaxis)


def better(series, rows):
    word = series.metrics[rows[0][1]].get("better")
    return f" ({word} is better)" if word in ("higher", "lower") else ""


def told(series, panels, shown, most=6):
    """The medians, for who cannot see them."""
    words = []
    for title, rows in panels[:4]:
        for row, metric in rows[:most]:
            cells = [(group.label, series.cell(metric, group)) for group in shown]
            words.append(f"{title}{', ' if row else ''}{row}: " + ", ".join(
                f"{label} {cell['median']:,.4g}" for label, cell in cells if cell))
    return "; ".join(words)
