# SPDX-License-Identifier: GPL-2.0-or-later
"""Who took pages from whom, a matrix for each group, all in the same colours."""

import numpy as np

import pooled
from draw import fallbacks, groups, style

NAME = "exchange"
TITLE = "Who took pages from whom, group by group"
CAPTION = (
    "Allocations that found no free page of their own kind and took another's: the row is the "
    "kind that was asked for, the column the one whose pages were taken. First all of them, "
    "then those that took less than a pageblock (fragmenting{none}). The numbers are sums over the "
    "runs of a group that listened to events; the shade is by the number per run, on one scale "
    "for all.{lacking}{rest}")
LACKING = " No events were listened to in: {names}."
ALT = "Grids of numbers, one pair a group: {told}."
MOST = 5


def draw_series(series):
    shown = groups.shown(series)
    found = [(group, pooled.matrices(group.runs, "matrix"),
              pooled.matrices(group.runs, "matrix_fragmenting")) for group in shown]
    lacking = [group.label for group, (_, runs), _ in found if not runs]
    found = [one for one in found if one[1][1]][:MOST]
    if not found:
        return "No fallbacks to show: these runs have no events (events.csv)."
    if not any(total(one[1][0]) for one in found):
        return "No allocation had to take another kind's pages in these runs: no fallbacks."
    fig = grids(found, any(total(one[2][0]) for one in found))
    told = "; ".join(f"{group.label}, {runs} run{'' if runs == 1 else 's'}, {total(matrix):,} "
                     f"fallbacks, {total(fragmenting[0]):,} fragmenting"
                     for group, (matrix, runs), fragmenting in found)
    return (fig, CAPTION.format(none="" if any(total(one[2][0]) for one in found)
                                else "; there were none",
                                lacking=LACKING.format(names=", ".join(lacking)) if lacking else "",
                                rest=groups.told_rest(series, MOST)), ALT.format(told=told))


def grids(found, is_fragmenting):
    """A grid for each group, and one of those that fragment beside it (of many below it)."""
    kinds = kinds_of([one[1][0] for one in found])
    most = max(array(matrix, kinds).max() / runs for _, (matrix, runs), _ in found)
    is_row = len(found) < 3 or not is_fragmenting
    each = 2 if is_fragmenting else 1
    fig, axes = style.figure(2.9 if is_row else 5.4, *((1, each * len(found)) if is_row
                                                      else (2, len(found))), squeeze=False)
    pairs = axes.reshape(len(found), each) if is_row else axes.T
    for number, (pair, (group, *both)) in enumerate(zip(pairs, found)):
        for axis, (matrix, runs) in zip(pair, both):
            is_first = number == 0 and (axis is pair[0] or not is_row)
            grid(axis, array(matrix, kinds), runs, most, kinds, is_first)
            axis.set_ylabel("asked for" if is_first else "")
        pair[-1].set_title("fragmenting", loc="left", fontsize=9)
        pair[0].set_title(groups.label(group, 24 if len(found) < 5 else 20), loc="left",
                          fontweight="bold", fontsize=9)
        for axis in pair if is_row else pair[1:]:
            axis.set_xlabel("pages of")
    return fig


def total(matrix):
    return sum(sum(line.values()) for line in matrix.values())


def kinds_of(matrices):
    """All three kinds that pages have of their own, and others where there are any."""
    others = any(array(matrix, fallbacks.KINDS)[[3], :].any()
                 or array(matrix, fallbacks.KINDS)[:, [3]].any() for matrix in matrices)
    return fallbacks.KINDS if others else fallbacks.KINDS[:3]


def array(matrix, kinds):
    return np.array([[matrix.get(taker, {}).get(giver, 0) for giver in kinds]
                     for taker in kinds], dtype=float)


def grid(axis, values, runs, most, kinds, is_first):
    """Shades by the logarithm of the number per run; @most of them is the darkest."""
    shades = np.log1p(values / runs) / max(np.log1p(most), 1e-9)
    axis.imshow(shades, cmap="Oranges", vmin=0, vmax=1.25, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        axis.text(column, row, f"{value:,.0f}" if value else "·", ha="center", va="center",
                  color="white" if shades[row, column] > 0.8 else style.INK, fontsize=9)
    names = [kind[:5] + "." for kind in kinds]
    axis.set_xticks(range(len(kinds)), names, fontsize=8)
    axis.set_yticks(range(len(kinds)), names if is_first else [], fontsize=8)
    axis.tick_params(length=0)
    axis.grid(False)
    for spine in axis.spines.values():
        spine.set_visible(False)
