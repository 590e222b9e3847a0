# SPDX-License-Identifier: GPL-2.0-or-later
"""How far each group is from the first, with its interval: what of it is more than chance."""

from draw import groups, style

NAME = "shifts"
TITLE = "What differs from the first group"
CAPTION = (
    "The shift of each group against {base}, in percent of its median, with the 95 % interval of "
    "it (Hodges-Lehmann, as fragbench compare has it). Within the grey box a difference is below "
    "the floor of the metric. The word is the verdict, after Holm's adjustment for all metrics "
    "of the headline. The axis is linear up to 10 % and logarithmic beyond.{cut}{zero}{rest}")
CUT = " Of {count} metrics those {most} are drawn whose verdict is the surest."
ZERO = " Of a metric whose median is 0 in the first group there is no percentage: {names}."
ALT = "Shifts against {base} in percent, with intervals: {told}."
MOST = 18
SKIPPED = ("unusable_pcp.",)
SURE = {"better": 0, "WORSE": 0, "different": 0, "cannot tell": 1, "same": 2}
LINEAR = 10


def draw_series(series):
    if len(series.groups) < 2:
        return None
    if not series.is_alike:
        return "The runs are not alike: no group is held against another (see the warnings)."
    tested = [row for row in series.headline
              if is_tested(row) and not row["name"].startswith(SKIPPED)]
    if not tested:
        return ("No intervals: there are fewer than 4 runs on a side, or they all came to one and "
                "the same numbers.")
    rows = [row for row in tested if base_of(series, row)]
    if not rows:
        return "No intervals in percent: every median of the first group is 0."
    surest = sorted(rows, key=lambda row: min(SURE.get(d["verdict"], 3)
                                              for d in row["differences"]))[:MOST]
    drawn = [row for row in rows if row in surest]
    shown = groups.shown(series)
    fig, axis = style.figure(0.9 + len(drawn) * max(0.28, 0.17 * (len(shown) - 1)))
    words = [one(axis, series, row, at, len(shown)) for at, row in enumerate(drawn)]
    finish(axis, drawn)
    groups.above(fig, [groups.line(fig, i, "-") for i in range(1, len(shown))],
                 [groups.label(group, 40) for group in shown[1:]])
    zero = [row["name"] for row in tested if row not in rows]
    base = style.short(series.groups[0].label, 60)
    return (fig, CAPTION.format(
        base=base, rest=groups.told_rest(series),
        cut=CUT.format(count=len(rows), most=MOST) if len(rows) > MOST else "",
        zero=ZERO.format(names=", ".join(zero[:6])) if zero else ""),
            ALT.format(base=base, told="; ".join(word for found in words for word in found)))


def is_tested(row):
    return any(d["test"] and d["test"]["low"] is not None for d in row["differences"])


def base_of(series, row):
    cell = series.cell(row["name"], series.groups[0])
    return abs(cell["median"]) if cell else 0


def one(axis, series, row, at, count):
    """The shifts of one metric; returns what they are, in words."""
    base, words = base_of(series, row), []
    step = min(0.8 / max(count - 1, 1), 0.3)
    for i, d in enumerate(row["differences"][:count - 1], 1):
        if d["floor"] is not None and i == 1:
            axis.fill_betweenx([at - 0.42, at + 0.42], -100 * d["floor"] / base,
                               100 * d["floor"] / base, color=style.NOBODY, lw=0, zorder=0.4)
        test, y = d["test"], at + (i - count / 2) * step
        if not test or test["low"] is None:
            continue
        low, shift, high = (100 * test[k] / base for k in ("low", "shift", "high"))
        axis.plot([low, high], [y, y], color=groups.colour(i), lw=2, solid_capstyle="butt")
        axis.plot([shift], [y], groups.mark(i), color=groups.colour(i), ms=5.5, mec="white",
                  mew=0.6)
        axis.annotate(d["verdict"], (1.01, y), xycoords=("axes fraction", "data"), va="center",
                      fontsize=7.5, annotation_clip=False,
                      fontweight="bold" if SURE.get(d["verdict"]) == 0 else "normal",
                      color=style.INK if SURE.get(d["verdict"]) == 0 else style.SOFT)
        words.append(f"{row['name']}, {d['group']} {shift:+.3g} % ({low:+.3g} to {high:+.3g}), "
                     f"{d['verdict']}")
    return words


def finish(axis, rows):
    axis.axvline(0, color=style.SOFT, lw=1)
    axis.set_xscale("symlog", linthresh=LINEAR)
    axis.set_ylim(len(rows) - 0.5, -0.5)
    names = [style.short(row["name"], 34) + {"higher": " ↑", "lower": " ↓"}.get(row["better"], "")
             for row in rows]
    axis.set_yticks(range(len(rows)), names, fontsize=8.5)
    axis.grid(axis="y", visible=False)
    axis.grid(axis="x", visible=True)
    low, high = axis.get_xlim()
    marks = [m for m in (-1000, -100, -30, -10, -5, 0, 5, 10, 30, 100, 1000, 10000)
             if low <= m <= high]
    axis.set_xticks(marks, [f"{m:+,}" if m else "0" for m in marks])
    axis.minorticks_off()
    axis.set_xlabel("shift against the first group (%); arrows: the better way")
