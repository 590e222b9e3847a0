# SPDX-License-Identifier: GPL-2.0-or-later
"""The course of a run, group by group on the same axes: unusable index and free memory."""

import numpy as np

import pooled
import read
from draw import groups, style

NAME = "course"
TITLE = "The course of the runs, group by group"
CAPTION = (
    "One panel a group, all on the same axes. Above: the unusable index at order {order}, below: "
    "free memory, all of it and what lies in blocks of that order or larger. The line is the median of "
    "the runs of the group{band}. Runs take unequally long over a phase: each phase has one "
    "width for all, that of its median duration, and short ones are widened.{rest}")
BAND = ", the band reaches from the smallest to the largest of them"
ALT = ("Small multiples, one panel a group: unusable index at order {order} over the phases "
       "{phases}. {ends}")
MOST = 12
LANES = 12
FREE, LARGE = "#9aa1ad", "#0072b2"


def draw_series(series):
    shown = groups.shown(series, MOST)
    order = shown[0].runs[0].order
    axes = shared_axes(shown)
    if not any(axes):
        return "No phase of these runs took any time: there is no course to draw."
    lines = [courses(group, shared, order) for group, shared in zip(shown, axes)]
    if not any(index for index, _, _ in lines):
        return "No samples of the free lists are there (buddy.csv): no course to draw."
    fig, pairs = panels(len(shown))
    top = max((np.nanmax(free) for _, free, _ in lines if free), default=1) or 1
    for pair, group, shared, (index, free, large) in zip(pairs, shown, axes, lines):
        title(pair[0], group, columns(len(shown)))
        band(pair[0], shared, index, "black", 0.16)
        pair[0].set_ylim(-0.03, 1.03)
        band(pair[1], shared, free, FREE, 0.35, "all free")
        band(pair[1], shared, large, LARGE, 0.35, f"order {order} and above")
        pair[1].set_ylim(0, 1.08 * top)
        if shared:
            phases(pair, shared, group.runs[0])
    finish(fig, pairs, order, all(shared is axes[0] for shared in axes))
    many = any(len(group.runs) > 1 for group in shown)
    return (fig, CAPTION.format(order=order, band=BAND if many else "",
                                rest=groups.told_rest(series, MOST)),
            ALT.format(order=order, phases=", ".join(names_of(axes)[:20]),
                       ends=ends(series, shown, axes)))


def shared_axes(shown):
    """One axis for all groups, but of its own for one that did other phases."""
    shared = pooled.axis([run for group in shown for run in group.runs])
    own = [pooled.axis(group.runs) for group in shown]
    return [shared if shared and one and one.names == shared.names else one for one in own]


def names_of(axes):
    return list(dict.fromkeys(name for shared in axes if shared for name in shared.names))


def title(axis, group, wide):
    """Its name, with the number of its runs where there is room for it."""
    text = groups.counted(group, 24) if wide < 4 else groups.label(group, 27)
    axis.set_title(text, loc="left", fontweight="bold", fontsize=9.5 if wide < 4 else 8.5)


def columns(count):
    return min(count, 4) if count <= 4 or count > 6 else 3


def panels(count):
    """Pairs of axes, one pair a group: the index above, free memory below."""
    wide = columns(count)
    rows = -(-count // wide)
    fig, axes = style.figure(0.9 + 2.75 * rows, 2 * rows, wide, squeeze=False,
                             height_ratios=[1.45, 1] * rows)
    pairs = [(axes[2 * row, column], axes[2 * row + 1, column])
             for row in range(rows) for column in range(wide)]
    for pair in pairs[count:]:
        for axis in pair:
            axis.set_axis_off()
    return fig, pairs[:count]


def finish(fig, pairs, order, is_shared):
    """Say once what is the same in a row or a column of panels."""
    wide = columns(len(pairs))
    for i, pair in enumerate(pairs):
        for axis in pair:
            axis.tick_params(labelleft=i % wide == 0)
        pair[0].tick_params(labelbottom=False)
        if is_shared and i + wide < len(pairs):
            pair[1].set_xticklabels([])
        if i % wide == 0:
            pair[0].set_ylabel(f"unusable({order})")
            pair[1].set_ylabel("free (MiB)")
    pairs[0][1].legend(loc="best", fontsize=7.5, handlelength=1.2, labelspacing=0.2)
    fig.align_ylabels()


def courses(group, shared, order):
    """What each run of a group has at each point: the index, free MiB, those in large blocks.

    The index is what is free and not in large blocks, as a share of what is free: buddy.csv has
    that, and copies that `fragbench keep` made have no other table of it.
    """
    found = ([], [], [])
    for run in group.runs if shared else ():
        free, large = pooled.course(run, shared, "buddy.csv", pages_reader(order))
        if np.isnan(free).all():
            continue
        index = np.where(free > 0, 1 - large / np.maximum(free, 1), 1)
        for lines, course in zip(found, (index, run.mib(free), run.mib(large))):
            lines.append(np.where(np.isnan(free), np.nan, course))
    return found


def pages_reader(order):
    """Free pages of all zones, and those in blocks of the order and above, of a sample of
    buddy.csv."""
    def reader(header):
        columns = list(enumerate(read.groups(header, "free_")))

        def value(rows):
            pages = [sum(read.number(cells[at]) for cells in rows) * 2**o for o, at in columns]
            return [sum(pages), sum(pages[order:])] if columns else [np.nan, np.nan]
        return value
    return reader


def band(axis, shared, lines, colour, alpha, label=None):
    if not lines:
        axis.text(0.5, 0.5, "not told", transform=axis.transAxes, ha="center", color=style.SOFT)
        return
    at = pooled.places(shared)
    low, middle, high = pooled.envelope(lines)
    if len(lines) > 1:
        axis.fill_between(at, low, high, color=colour, alpha=alpha, lw=0)
    axis.plot(at, middle, color=colour, lw=1.8, label=label)


def phases(pair, shared, run):
    """The bands of the phases, and below their names (of many, those of the arms)."""
    for axis in pair:
        axis.set_xlim(0, 1)
        style.thousands(axis.yaxis)
        for start, width in list(zip(shared.starts, shared.widths))[1::2]:
            axis.axvspan(start, start + width, color=style.BAND, lw=0, zorder=0)
    marks = names(shared, run)
    for axis in pair:
        axis.set_xticks([at for _, at in marks])
        axis.tick_params(axis="x", length=0)
    pair[1].set_xticklabels([style.short(text, 14) for text, _ in marks], rotation=35,
                            ha="right", rotation_mode="anchor", fontsize=8)


def names(shared, run):
    """(name, its middle on the axis): of the phases, or of the arms where there are too many."""
    middles = {n: s + w / 2 for n, s, w in zip(shared.names, shared.starts, shared.widths)}
    if len(middles) <= LANES:
        return list(middles.items())
    found = []
    for arm in run.manifest.get("arms") or []:
        own = [middles[str(p)] for p in arm.get("phases") or [] if str(p) in middles]
        if own:
            found.append((str(arm.get("name")), sum(own) / len(own)))
    if found:
        return found
    widest = sorted(zip(shared.widths, shared.names), reverse=True)[:LANES]
    return [(n, middles[n]) for n in middles if n in {w[1] for w in widest}]


def ends(series, shown, axes):
    """The index of each group at the ends of the phases, for who cannot see it."""
    told = []
    for group, shared in list(zip(shown, axes))[:4]:
        cells = [(phase, series.cell(f"unusable.{phase}", group))
                 for phase in (shared.names[:8] if shared else ())]
        found = [f"{phase} {cell['median']:.3f}" for phase, cell in cells if cell]
        if found:
            told.append(f"{group.label}: {', '.join(found)}")
    return f"Medians at the ends of the phases: {'; '.join(told)}." if told else ""
