# SPDX-License-Identifier: GPL-2.0-or-later
"""The unusable free space index per order over time, the pageblock order on top."""

import read
from draw import style

NAME = "unusable-index"
TITLE = "Unusable free space index"
CAPTION = (
    "The share of free memory that cannot serve a request of that order: 0 is one large block, 1 "
    "is splinters. The thick line is order {order}, the size of a huge page here; its values at "
    "the ends of phases are written in. Dashed: the same with the hidden per-CPU pages counted in.")
ALT = ("Lines: unusable free space index from 0 to 1 over time for every order, "
       "order {order} emphasised, phases marked.")

WIDE, TALL = 0.065, 0.07  # of the axes: what a number takes


def draw(run):
    found = read.index(run, "unusable_")
    if found is None:
        return "No index over time is there (index.csv): see the table for the phase ends."
    seconds, values = found
    fig, axis = style.figure(4.7)
    palette = style.orders_palette(values.shape[1])
    for o in range(1, values.shape[1]):
        if o != run.order:
            axis.plot(seconds, values[:, o], color=palette[o], lw=1.1, label=f"order {o}")
    emphasise(axis, run, seconds, values)
    axis.set_ylim(-0.02, 1.02)
    axis.set_ylabel("unusable index (0 to 1)")
    style.bands(run, axis)
    ends(axis, run)
    handles, labels = axis.get_legend_handles_labels()
    axis.legend(handles[::-1], labels[::-1], loc="center left", bbox_to_anchor=(1.0, 0.5),
                handlelength=1.6, labelspacing=0.4)
    return fig, CAPTION.format(order=run.order), ALT.format(order=run.order)


def emphasise(axis, run, seconds, values):
    if run.order >= values.shape[1]:
        return
    axis.plot(seconds, values[:, run.order], color="black", lw=2.4,
              label=f"order {run.order}")
    hidden = read.index(run, "unusable_pcp_")
    if hidden is not None:
        axis.plot(hidden[0], hidden[1][:, run.order], color=style.HIDDEN, lw=1.6, ls=(0, (4, 2)),
                  label=f"order {run.order}, with\nhidden pages")


def ends(axis, run):
    """Write the value at the end of each phase, where there is room for it."""
    low, high = axis.get_xlim()
    written = []
    for phase in run.phases:
        state = read.whole(phase)
        if not state or phase["end_ns"] <= phase["start_ns"] or len(state["unusable"]) <= run.order:
            continue
        if phase.get("do") in ("setup", "teardown"):
            continue
        at, value = phase["end_ns"] / 1e9, state["unusable"][run.order]
        axis.plot([at], [value], "o", ms=4.5, color="black", zorder=5, clip_on=False)
        if all((at - x) / (high - low) > WIDE or abs(value - y) > TALL for x, y in written):
            write(axis, at, value, low, high)
            written.append((at, value))


def write(axis, at, value, low, high):
    above = value < 0.9
    axis.annotate(f"{value:.3f}", (at, value), xytext=(-3, 6 if above else -7),
                  textcoords="offset points", ha="right" if at > low + 0.05 * (high - low)
                  else "left", va="bottom" if above else "top", fontsize=9, fontweight="bold",
                  bbox={"facecolor": "white", "alpha": 0.75, "pad": 0.8, "lw": 0}, zorder=6)
