# SPDX-License-Identifier: GPL-2.0-or-later
"""Who took pages from whom: the matrix of fallbacks, and who the takers were."""

import numpy as np

from draw import style

NAME = "fallbacks"
TITLE = "Who took pages from whom"
CAPTION = (
    "Allocations that found no free page of their own kind and took another's, in the whole run: "
    "{events:,}, of which {fragmenting:,} took less than a pageblock (order {order}), so that two "
    "kinds share it, and {ownership:,} made the pageblock change its kind. The row is the kind "
    "that was asked for, the column the one whose pages were taken. Right: the processes that "
    "did it, the fragmenting ones dark.")
ALT = ("Two grids of numbers, who took pages from whom: of {events:,} fallbacks, and of the "
       "{fragmenting:,} fragmenting ones among them; and bars of the processes that did it, the "
       "first {first}.")
KINDS = ("unmovable", "movable", "reclaimable", "other")
MOST = 8
DARK, LIGHT = "#d55e00", "#f3c9a5"


def draw(run):
    found = run.summary.get("fallbacks")
    if not found:
        return ("No fallbacks to show: the run has no events (events.csv), or these were not among "
                "them.")
    if not found["events"]:
        return "No allocation had to take another kind's pages in this run: no fallbacks."
    kinds = KINDS if has_others(found) else KINDS[:3]
    fig, axes = style.figure(3.3, 1, 3, width_ratios=(1, 1, 1.15))
    grid(axes[0], "all fallbacks", found["matrix"], kinds)
    grid(axes[1], "fragmenting", found["matrix_fragmenting"], kinds)
    takers(axes[2], found["comms"][:MOST])
    numbers = {k: found[k] for k in ("events", "fragmenting", "ownership")}
    return (fig, CAPTION.format(order=run.order, **numbers),
            ALT.format(first=name_of(found["comms"][0]), **numbers))


def has_others(found):
    matrix = found["matrix"]
    return any(matrix["other"].values()) or any(row["other"] for row in matrix.values())


def grid(axis, title, matrix, kinds):
    """Shades by the logarithm, for one pair is often a thousand times another; numbers say it."""
    values = np.array([[matrix[taker][giver] for giver in kinds] for taker in kinds], dtype=float)
    shades = np.log1p(values) / max(np.log1p(values.max()), 1e-9)
    axis.imshow(shades, cmap="Oranges", vmin=0, vmax=1.25, aspect="auto")
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            axis.text(column, row, f"{value:,.0f}" if value else "·", ha="center", va="center",
                      color="white" if shades[row, column] > 0.8 else style.INK, fontsize=9.5)
    axis.set_xticks(range(len(kinds)), kinds, fontsize=8, rotation=20)
    axis.set_yticks(range(len(kinds)), kinds, fontsize=8)
    axis.tick_params(length=0)
    axis.set_xlabel("pages of")
    axis.set_ylabel("asked for")
    axis.set_title(title, loc="left", fontweight="bold")
    axis.grid(False)
    for spine in axis.spines.values():
        spine.set_visible(False)


def name_of(row):
    return style.short(row.get("comm") or "all others", 15)


def takers(axis, rows):
    places = range(len(rows))
    for key, colour, label in (("events", LIGHT, "harmless"), ("fragmenting", DARK, "fragmenting")):
        axis.barh(places, [r[key] for r in rows], height=0.7, color=colour, label=label)
    axis.set_ylim(-0.6, max(len(rows), 4) - 0.4)
    axis.set_yticks(places, [name_of(r) for r in rows], fontsize=8)
    axis.invert_yaxis()
    axis.set_title("by whom", loc="left", fontweight="bold")
    axis.grid(axis="y", visible=False)
    axis.grid(axis="x", visible=True)
    axis.locator_params(axis="x", nbins=4)
    style.thousands(axis.xaxis)
    axis.legend(loc="lower right", fontsize=8)
