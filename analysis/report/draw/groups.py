# SPDX-License-Identifier: GPL-2.0-or-later
"""How the groups of a series are told apart in all pictures of a page, and how many are shown."""

from draw import style

MOST = 7
MARKS = "osD^vP*"
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (1, 1)), (0, (7, 2)), (0, (3, 1, 1, 1)))


def shown(series, most=MOST):
    return series.groups[:most]


def told_rest(series, most=MOST):
    """What stands for the groups that are not drawn."""
    more = len(series.groups) - most
    if more <= 0:
        return ""
    return f" The first {most} groups of {most + more} are drawn; the tables have all."


def colour(number):
    return style.owner_colour(number + 1)


def mark(number):
    return MARKS[number % len(MARKS)]


def label(group, most=26):
    return style.short(group.label, most)


def counted(group, most=26):
    runs = len(group.runs)
    return f"{label(group, most)} ({runs} run{'' if runs == 1 else 's'})"


def legend(fig, shown):
    """Above all panels: colour and mark of every group."""
    handles = [line(fig, i, "none") for i in range(len(shown))]
    above(fig, handles, [counted(group) for group in shown])


def line(fig, number, dash):
    """What stands for a group in a legend."""
    return fig.axes[0].plot([], [], color=colour(number), marker=mark(number), ls=dash,
                            lw=1.8, ms=5.5)[0]


def above(fig, handles, names):
    """A legend in the top of the figure, in as many columns as fit; the panels make room."""
    columns = max(1, min(5, 120 // (max(len(name) for name in names) + 6)))
    room = 0.08 + 0.21 * -(-len(names) // columns)
    fig.legend(handles, names, loc="upper left", ncol=columns, handletextpad=0.4,
               columnspacing=1.4, borderpad=0.2)
    fig.get_layout_engine().set(rect=(0, 0, 1, 1 - room / fig.get_figheight()))


def dots(axis, series, rows, shown):
    """One row for each (label, metric): every run a faint dot, the median a mark, a line for
    the range."""
    for i, group in enumerate(shown):
        for at, (_, metric) in enumerate(rows):
            cell = series.cell(metric, group)
            if not cell:
                continue
            y = at + (i - (len(shown) - 1) / 2) * min(0.8 / len(shown), 0.26)
            numbers = cell["values"]
            if len(numbers) > 1:
                axis.plot([cell["min"], cell["max"]], [y, y], color=colour(i), lw=1.6,
                          solid_capstyle="butt")
                axis.plot(numbers, [y] * len(numbers), ".", color=colour(i), ms=3.5, alpha=0.45)
            axis.plot([cell["median"]], [y], mark(i), color=colour(i), ms=5.5, mew=0.6,
                      mec="white")
    axis.set_ylim(len(rows) - 0.45, -0.55)
    axis.set_yticks(range(len(rows)), [style.short(row, 20) for row, _ in rows])
    axis.grid(axis="y", visible=False)
    axis.grid(axis="x", visible=True)
    for at in range(1, len(rows)):
        axis.axhline(at - 0.5, color=style.RULE, lw=0.6)


def inches(rows, groups):
    """How tall a panel of dots is."""
    return 0.55 + rows * max(0.26, 0.15 * groups)
