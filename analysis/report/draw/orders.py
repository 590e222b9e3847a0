# SPDX-License-Identifier: GPL-2.0-or-later
"""The free lists order by order at the ends of phases, the groups beside one another."""

import numpy as np

import read
from draw import bars, groups, style

NAME = "orders"
TITLE = "Free memory by order, group by group"
CAPTION = (
    "Free memory in the blocks of each order at the end of a phase: the mark is the median of "
    "the runs, the line reaches from the smallest to the largest. Right of the dotted line a "
    "block is large enough for a huge page.{log}{left}{rest}")
LEFT = (" Of the phases that changed something the first {most} stand here; of {more} more the "
        "numbers are in the tables.")
LOG = " The axis is logarithmic above 1 MiB."
ALT = "Marks: free MiB in blocks of each order at the end of {phases}. {told}"


def draw_series(series):
    shown = groups.shown(series)
    first = shown[0].runs[0]
    names = [str(p["name"]) for p in bars.telling(first)]
    cells = {n: [lists(group, n) for group in shown] for n in names}
    names = [n for n in names if any(len(found) for found in cells[n])]
    if not names:
        return "No phase has left its free lists behind: nothing to set side by side."
    fig, axes = style.figure(3.7, 1, len(names), sharey=True, squeeze=False)
    values = np.concatenate([f.ravel() for n in names for f in cells[n] if len(f)])
    is_log = values.max() > 20 * max(np.median(values), 1)
    for axis, phase in zip(axes[0], names):
        panel(axis, cells[phase], first)
        axis.set_title(style.short(phase, 22), loc="left", fontweight="bold")
        if is_log:
            axis.set_yscale("symlog", linthresh=1)
        axis.set_ylim(0, values.max() * (1.8 if is_log else 1.06))
        style.thousands(axis.yaxis)
        axis.set_xlabel("order")
    axes[0, 0].set_ylabel("free (MiB)")
    groups.legend(fig, shown)
    more = len(bars.changing(first)) - bars.MOST
    left = LEFT.format(most=bars.MOST, more=more) if more > 0 else ""
    return (fig, CAPTION.format(log=LOG if is_log else "", left=left,
                                rest=groups.told_rest(series)),
            ALT.format(phases=", ".join(names), told=told(shown, names, cells, first)))


def lists(group, name):
    """MiB by order of each run of a group at the end of the phase, one row a run."""
    found = []
    for run in group.runs:
        phase = next((p for p in run.phases if str(p.get("name")) == name), None)
        state = read.whole(phase) if phase else None
        if state:
            found.append([run.mib(n * 2**o) for o, n in enumerate(state["free"])])
    width = max((len(row) for row in found), default=0)
    return np.array([row + [0] * (width - len(row)) for row in found])


def panel(axis, found, run):
    for i, mib in enumerate(found):
        if not len(mib):
            continue
        at = np.arange(mib.shape[1]) + (i - (len(found) - 1) / 2) * min(0.8 / len(found), 0.2)
        axis.vlines(at, mib.min(axis=0), mib.max(axis=0), color=groups.colour(i), lw=1.4)
        axis.plot(at, np.median(mib, axis=0), groups.mark(i), ms=4.5,
                  color=groups.colour(i))
    widest = max(mib.shape[1] for mib in found if len(mib))
    axis.axvline(run.order - 0.5, color=style.SOFT, lw=1, ls=":")
    axis.set_xticks(range(0, widest, 2))
    axis.tick_params(axis="x", length=0)


def told(shown, names, cells, run):
    """How much is in large blocks at the end of each phase, in numbers."""
    words = []
    for phase in names:
        found = [f"{group.label} {np.median(mib[:, run.order:].sum(axis=1)):,.0f}"
                 for group, mib in zip(shown, cells[phase]) if len(mib)]
        words.append(f"{phase}: {', '.join(found)}")
    return f"MiB in blocks of order {run.order} or larger, medians: {'; '.join(words)}."
