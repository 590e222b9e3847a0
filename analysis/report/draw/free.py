# SPDX-License-Identifier: GPL-2.0-or-later
"""Free memory by order over time: the largest blocks at the bottom, the hidden pages on top."""

import numpy as np

import read
from draw import events, style

NAME = "free-memory"
TITLE = "Free memory, by the size of its blocks"
CAPTION = (
    "What lies under the black line is free in blocks of a whole pageblock (order {order}) or "
    "larger; what lies above it is free and cannot serve a huge page. The brighter, the smaller "
    "the blocks. Hatched on top: hidden pages, free on per-CPU lists and seen by no index.")
CLOSER = " Nearly all of it is large here: the lower picture shows what is not, by itself."
OFF_SCALE = " Before and after, up to {most:,.0f} MiB are free, off the scale: the ballast of the run."
SWAMPED = 0.15
DWARFED = 2.5
ALT = ("Stacked area: free memory in MiB over time, one layer for each order, phases marked, "
       "hidden per-CPU pages as a hatched layer on top.")


def draw(run):
    lists = read.free_lists(run)
    if lists is None:
        return "No samples of the free lists are there (buddy.csv): no picture over time."
    seconds, blocks, hidden = lists
    layers = [run.mib(blocks[:, o] * 2**o) for o in range(blocks.shape[1])]
    hidden = run.mib(hidden)
    small = sum(layers[:run.order]) + np.nan_to_num(hidden)
    is_swamped = bool(np.all(small < SWAMPED * sum(layers)))
    lanes = events.lanes(run)
    tall = [4.9] + [1.6] * is_swamped + [events.height(lanes)] * bool(lanes)
    fig, axes = style.figure(sum(tall), len(tall), 1, sharex=True, squeeze=False,
                             height_ratios=tall)
    axes = list(axes[:, 0])
    everything(axes[0], run, seconds, layers, hidden)
    if is_swamped:
        stack(axes[1], seconds, layers[:run.order], style.orders_palette(len(layers)))
        hide(axes[1], seconds, sum(layers[:run.order]), hidden)
        finish(axes[1], f"below order {run.order} (MiB)")
    if lanes:
        events.strip(axes[-1], run, lanes)
    style.bands(run, axes)
    legend(axes[0])
    most = focus(axes[0], run, seconds, sum(layers) + np.nan_to_num(hidden))
    caption = CAPTION.format(order=run.order) + (CLOSER if is_swamped else "")
    caption += OFF_SCALE.format(most=most) if most else ""
    if not lanes:
        return fig, caption, ALT
    return fig, caption + events.caption(run), ALT + events.alt(lanes)


def focus(axis, run, seconds, total):
    """Let the phases of the scenario fill the axis where setup and teardown dwarf them.

    Returns the largest value that is then cut off, or None.
    """
    bounds = {p.get("do"): p for p in run.phases}
    if "setup" not in bounds or "teardown" not in bounds:
        return None
    inner = total[(seconds > bounds["setup"]["end_ns"] / 1e9) &
                  (seconds < bounds["teardown"]["start_ns"] / 1e9)]
    if not len(inner) or total.max() < DWARFED * inner.max():
        return None
    axis.set_ylim(0, 1.12 * inner.max())
    return total.max()


def everything(axis, run, seconds, layers, hidden):
    stack(axis, seconds, layers, style.orders_palette(len(layers)))
    hide(axis, seconds, sum(layers), hidden)
    usable = np.array(layers[run.order:]).sum(axis=0) if len(layers) > run.order else 0 * seconds
    axis.plot(seconds, usable, color="black", lw=1.6, label=f"order {run.order} and above")
    finish(axis, "free memory (MiB)")


def finish(axis, label):
    axis.set_ylabel(label)
    axis.set_ylim(0)
    style.thousands(axis.yaxis)


def stack(axis, seconds, layers, palette):
    base = np.zeros(len(seconds))
    for o in reversed(range(len(layers))):
        axis.fill_between(seconds, base, base + layers[o], color=palette[o], lw=0,
                          label=f"order {o}")
        base = base + layers[o]


def hide(axis, seconds, top, hidden):
    axis.fill_between(seconds, top, top + hidden, facecolor="#f7e1ec", edgecolor=style.HIDDEN,
                      hatch="////", lw=0, label="hidden (PCP)")


def legend(axis):
    """From top to bottom as the layers lie."""
    handles, labels = axis.get_legend_handles_labels()
    line = labels.index(next(name for name in labels if name.endswith("above")))
    handles.append(handles.pop(line))
    labels.append(labels.pop(line))
    axis.legend(handles[-2::-1] + handles[-1:], labels[-2::-1] + labels[-1:],
                loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=1.4,
                labelspacing=0.35)
