# SPDX-License-Identifier: GPL-2.0-or-later
"""How all pictures look: fonts, colours that colour-blind readers tell apart, phase bands."""

import matplotlib

matplotlib.use("Agg")

import numpy as np  # noqa: E402
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib import ticker  # noqa: E402

import read  # noqa: E402

DPI = 150
WIDTH = 10.0
INK = "#1d2433"
SOFT = "#5b6475"
RULE = "#d5d9e0"
BAND = "#eef1f5"
HIDDEN = "#c44e8a"
NOBODY = "#eceef2"
PHASES_MOST = 12
OWNERS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a6d00")

RC = {
    "font.family": "DejaVu Sans", "font.size": 10, "axes.titlesize": 10.5,
    "axes.labelsize": 10, "xtick.labelsize": 9, "ytick.labelsize": 9, "legend.fontsize": 9,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": SOFT, "axes.linewidth": 0.8,
    "xtick.color": SOFT, "ytick.color": SOFT, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "axes.grid.axis": "y", "grid.color": RULE,
    "grid.linewidth": 0.6, "axes.axisbelow": True, "legend.frameon": False,
    "figure.facecolor": "white", "svg.hashsalt": "fragbench", "svg.fonttype": "none",
    "text.parse_math": False,
}


def begin():
    """Forget what a user's matplotlibrc says: the same run gives the same page."""
    matplotlib.rcdefaults()
    matplotlib.use("Agg")
    matplotlib.rcParams.update(RC)


def orders_palette(count):
    """One colour an order: bright is small blocks, dark is large ones."""
    return [matplotlib.colormaps["viridis_r"](x) for x in np.linspace(0.02, 0.98, count)]


def owner_colour(owner):
    return OWNERS[(int(owner) - 1) % len(OWNERS)] if int(owner) > 0 else NOBODY


def figure(height, rows=1, columns=1, **keywords):
    return plt.subplots(rows, columns, figsize=(WIDTH, height), layout="constrained",
                        **keywords)


def thousands(axis):
    axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:,.10g}"))


def microseconds(axis):
    """A logarithmic axis that says more than its powers of ten."""
    axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axis.set_minor_locator(ticker.NullLocator())
    thousands(axis)


def durations(axis):
    """A logarithmic axis of microseconds, its labels in the unit that is short."""
    axis.set_major_locator(ticker.LogLocator(numticks=8))
    axis.set_minor_locator(ticker.NullLocator())
    axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: duration(value)))


def duration(microseconds):
    for unit, size in (("s", 1e6), ("ms", 1e3), ("µs", 1)):
        if microseconds >= size * 0.999:
            return f"{microseconds / size:,.10g} {unit}"
    return f"{microseconds * 1e3:,.10g} ns"


def powers(axis):
    """A logarithmic axis with its powers of ten, and more where it has few of them."""
    low, high = axis.get_view_interval()
    axis.set_major_locator(ticker.LogLocator(subs=(1,) if high > 50 * low else (1, 2, 5),
                                             numticks=8))
    axis.set_minor_locator(ticker.NullLocator())
    thousands(axis)


def short(text, most=18):
    """A name of the user's, cut so that it fits into a picture."""
    text = "".join(c if c.isprintable() else "?" for c in str(text))
    return text if len(text) <= most else text[:most - 1] + "…"


def bands(run, axes, label=True):
    """Phase bands behind every axis; their names above the first."""
    axes = list(np.atleast_1d(axes))
    marks = [(p.get("name", ""), p["start_ns"] / 1e9, p["end_ns"] / 1e9)
             for p in run.phases if p.get("end_ns", 0) > p.get("start_ns", 0)]
    if not marks:
        return
    first, last = marks[0][1], marks[-1][2]
    for axis in axes:
        axis.set_xlim(0 if first < 0.05 * last else first, last)
        for i, (_, start, end) in enumerate(marks):
            if i % 2:
                axis.axvspan(start, end, color=BAND, lw=0, zorder=0)
            axis.axvline(start, color=RULE, lw=0.6, zorder=0.5)
    axes[-1].set_xlabel("clock of the emulated machine (s): an order, no duration"
                        if run.is_emulated else "time since the start of the run (s)")
    thousands(axes[-1].xaxis)
    if label:
        lanes(axes[0], labels(run, marks))


def labels(run, marks):
    """The marks (name, begin, end) with which a clock is told: the phases, or where they are too
    many the arms and what is before the first of them."""
    found = read.arms(run)
    if len(marks) <= PHASES_MOST or not found:
        return marks
    begin = {name: (start, end) for name, start, end in marks}
    told = [(name, start, end) for name, start, end in marks
            if not any(name in arm["phases"] for arm in found)]
    for arm in found:
        own = [begin[name] for name in arm["phases"] if name in begin]
        if own:
            told.append((str(arm.get("name", "")), own[0][0], own[-1][1]))
    return sorted(told, key=lambda mark: mark[1])


def lanes(axis, marks, most=4):
    """Write the names of the phases above the axis, in as few lanes as fit."""
    inches = WIDTH * 0.82
    low, high = axis.get_xlim()
    ends = [0.0] * most
    for name, start, end in marks:
        text = short(name)
        half = (len(text) * 0.078 + 0.12) / inches / 2
        centre = ((start + end) / 2 - low) / (high - low)
        at, lane = place(centre, half, ends)
        if abs(at - centre) > 0.15:
            continue
        ends[lane] = at + half
        axis.annotate(text, (centre, 1.0), xycoords="axes fraction", xytext=(at, 9 + 14 * lane),
                      textcoords=("axes fraction", "offset points"), ha="center", va="bottom",
                      fontsize=9, arrowprops={"arrowstyle": "-", "color": SOFT, "lw": 0.6,
                                              "shrinkA": 1, "shrinkB": 0,
                                              "relpos": (0.5, 0.0)})


def place(centre, half, ends):
    """The lane, and the place in it, that moves a label least from its centre."""
    wanted = min(max(centre, half), 1 - half)
    tries = [(max(wanted, end + half), lane) for lane, end in enumerate(ends)]
    fitting = [t for t in tries if t[0] + half <= 1.0001] or tries
    return min(fitting, key=lambda t: (round(t[0] - wanted, 3), t[1]))


def save(fig, folder, name, svg):
    """Write the picture; returns the PNG's name. No date: same run, same bytes."""
    fig.savefig(f"{folder}/{name}.png", dpi=DPI, metadata={"Software": None})
    if svg:
        fig.savefig(f"{folder}/{name}.svg", metadata={"Date": None, "Creator": None})
    plt.close(fig)
    return f"{name}.png"
