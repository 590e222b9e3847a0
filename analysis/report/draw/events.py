# SPDX-License-Identifier: GPL-2.0-or-later
"""The strip below the chart of free memory: what the kernel did at the same time, lane by lane."""

import numpy as np

import read
from draw import style

BINS = 500
LEAST = 0.12
LANES = (("fragmenting", "fallbacks,\nfragmenting", "#d55e00"),
         ("harmless", "fallbacks,\nharmless", "#e69f00"),
         ("direct-compaction", "direct\ncompaction", "#0072b2"),
         ("direct-reclaim", "direct\nreclaim", "#cc79a7"),
         ("kcompactd", "kcompactd", "#009e73"),
         ("proactive", "proactive\ncompaction", "#56b4e9"),
         ("explicit", "compact_\nmemory", "#8a6d00"),
         ("kswapd", "kswapd", "#5b6475"))
CAPTION = (
    " The strip below, on the same clock, is what the kernel did meanwhile: fallbacks by how many "
    "there were, episodes of compaction and reclaim by {height}. Each lane is as high as "
    "its own most; at its right stands how many there were in all.")
BUSY = "how much of the time they filled"
COUNTED = "how many began"


def lanes(run):
    """The lanes that have anything in them: (label, colour, total, one value a bin)."""
    end = max((p.get("end_ns", 0) for p in run.phases), default=0) / 1e9
    if end <= 0:
        return []
    found = read.fallbacks_over_time(run, end, BINS)
    found.update(read.episodes_over_time(run, end, BINS))
    return [(label, colour, *found[key]) for key, label, colour in LANES
            if key in found and found[key][0]]


def height(found):
    """Inches that the strip takes."""
    return 0.25 + 0.36 * len(found) if found else 0


def strip(axis, run, found):
    """Draw the lanes, the first at the top; the axis shares its clock with the chart above."""
    end = max(p.get("end_ns", 0) for p in run.phases) / 1e9
    edges = np.linspace(0, end, BINS + 1)
    for i, (_, colour, total, values) in enumerate(reversed(found)):
        share = values / values.max() if values.max() > 0 else values
        tall = np.where(values > 0, LEAST + (0.86 - LEAST) * share, 0)
        axis.stairs(i + tall, edges, baseline=i, fill=True, color=colour, lw=0)
        axis.axhline(i, color=style.RULE, lw=0.6)
        axis.annotate(f"{total:,}", (1.005, i + 0.4), xycoords=("axes fraction", "data"),
                      fontsize=9, color=style.INK, va="center")
    axis.set_ylim(0, len(found))
    axis.set_yticks([i + 0.4 for i in range(len(found))],
                    [label for label, *_ in reversed(found)], fontsize=7.5)
    axis.tick_params(axis="y", length=0)
    axis.grid(False)
    axis.spines["left"].set_visible(False)


def caption(run):
    return CAPTION.format(height=COUNTED if run.is_emulated else BUSY)


def alt(found):
    names = ", ".join(label.replace("-\n", "-").replace("_\n", "_").replace("\n", " ")
                      for label, *_ in found)
    return f" Below, on the same clock, a strip with a lane each for {names}."
