# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the runs of a group decay: a metric by the order in which the runs were started."""

from draw import groups, style

NAME = "decay"
TITLE = "From run to run"
CAPTION = (
    "Each point is a run, in the order of their start{ageing}; the line is the median slope between all pairs of runs "
    "(Theil-Sen), where there are three or more. A level line is what repeats of one another "
    "look like.{steady}{drifts}")
OLDER = ", which on a machine that is not restarted is the same memory growing older"
BOOTED = ". Every run is a guest of its own, booted anew, so that nothing grows older between them"
ALT = "Points by the order of start, for {groups}: {panels}.{drifts}"
MOST = 6
LEVEL = 0.05


def draw_series(series):
    if max(len(group.runs) for group in series.groups) < 2:
        return "One run a group: nothing can drift."
    moving = [row for row in series.headline if moves(row)]
    if not moving:
        return "Every number of the headline is the same in all runs of a group: nothing drifts."
    moving.sort(key=lambda row: least_p(row))
    shown = moving[:MOST]
    shown.sort(key=series.headline.index)
    columns = min(len(shown), 3)
    lines = (len(shown) + columns - 1) // columns
    fig, axes = style.figure(0.6 + 2.5 * lines, lines, columns, squeeze=False)
    axes = [axis for line in axes for axis in line]
    for axis in axes[len(shown):]:
        axis.set_visible(False)
    for axis, row in zip(axes, shown):
        panel(axis, series, row)
    if len(series.groups) > 1:
        axes[0].legend(loc="best", fontsize=8)
    told = drifts(series, moving)
    return (fig, CAPTION.format(ageing=ageing(series), steady=steady(series, len(moving) - len(shown)), drifts=told),
            ALT.format(groups=", ".join(g.label for g in series.groups),
                       panels=", ".join(row["name"] for row in shown), drifts=told))


def ageing(series):
    """What the order of the runs means: fragbench vm boots a guest for each."""
    is_booted = all(run.machine.get("guest") for run in series.runs)
    return BOOTED if is_booted else OLDER


def moves(row):
    return any(cell["n"] > 1 and cell["min"] < cell["max"] for cell in row["groups"])


def least_p(row):
    return min((c["slope_p"] for c in row["groups"] if c["slope_p"] is not None), default=2)


def panel(axis, series, row):
    unit = row["unit"]
    for group in series.groups:
        cell, colour = row["groups"][group.number], groups.colour(group.number)
        known = [v for v in series.values(row["name"], group) if v is not None]
        values = list(enumerate(known, 1))
        if not cell["n"] or not values:
            continue
        axis.plot(*zip(*values), ls="", marker=groups.mark(group.number), ms=4.5, color=colour,
                  label=style.short(group.label, 40))
        if cell["slope"] is not None:
            first, last = values[0][0], values[-1][0]
            middle = (first + last) / 2  # of the order, where the line takes the median
            axis.plot([first, last], [cell["median"] + cell["slope"] * (x - middle)
                                      for x in (first, last)], color=colour, lw=1.4, alpha=0.8)
    axis.set_title(style.short(row["name"], 34), loc="left")
    axis.set_xlabel("run")
    axis.set_ylabel("" if unit == "index" else style.short(unit, 20))
    axis.xaxis.get_major_locator().set_params(integer=True)
    style.thousands(axis.yaxis)


def steady(series, more):
    level = len([row for row in series.headline if not moves(row)])
    told = f" {more} more are not drawn." if more else ""
    return told + (f" {level} other numbers of the headline are the same in all runs of a group, or "
                   "are none." if level else "")


def drifts(series, rows):
    """Which of them go one way with certainty."""
    found = [f"{row['name']} of {group.label} by {row['groups'][group.number]['slope']:+.3g} a run"
             for row in rows for group in series.groups
             if (row["groups"][group.number]["slope_p"] or 1) < LEVEL]
    if not found:
        return " None of them goes one way with certainty (Mann-Kendall, p after Holm)."
    return " One way, with certainty (Mann-Kendall, p after Holm): " + "; ".join(found[:6]) + "."
