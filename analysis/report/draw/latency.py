# SPDX-License-Identifier: GPL-2.0-or-later
"""How long steps and probes took: the share that took longer, group by group."""

import pooled
from draw import groups, stalls, style

NAME = "latency"
TITLE = "How long steps and probes took"
CAPTION = (
    "The height of a line is the share of the steps that took longer, on logarithmic axes both, "
    "so that the rare long ones are seen; the steps of all runs of a group are counted together. "
    "The hollow mark is the median, the full one the 99th percentile.{cut}{left}{rest}")
CUT = " Of {count} kinds of steps the {most} are drawn that most groups have and that are most."
LEFT = " Groups made under TCG are left out: times of an emulator are none."
EMULATED = ("How long steps took is left out: all runs were made under TCG, and an emulator's "
            "times are none.")
ALT = "Lines: share of steps that took longer than a time, on logarithmic axes. {told}"
MOST = 6


def draw_series(series):
    shown = groups.shown(series)
    merged = [pooled.buckets([run for run in group.runs if not run.is_emulated])
              for group in shown]
    if all(run.is_emulated for group in series.groups for run in group.runs):
        return EMULATED
    kinds = kinds_of(merged)
    if not kinds:
        return "No times of steps are there (latency.csv), or no step was timed."
    picked = kinds[:MOST]
    wide = min(len(picked), 2)
    fig, axes = style.figure(0.8 + 2.9 * -(-len(picked) // wide), -(-len(picked) // wide), wide,
                             squeeze=False)
    flat = list(axes.flat)
    for axis, key in zip(flat, picked):
        panel(axis, key, [one.get(key) for one in merged])
    for axis in flat[len(picked):]:
        axis.set_axis_off()
    groups.legend(fig, shown)
    is_left = any(run.is_emulated for group in shown for run in group.runs)
    cut = CUT.format(count=len(kinds), most=MOST) if len(kinds) > MOST else ""
    return (fig, CAPTION.format(cut=cut, left=LEFT if is_left else "",
                                rest=groups.told_rest(series)),
            ALT.format(told=told(picked, shown, merged)))


def kinds_of(merged):
    """(phase, workload), those that most groups have first, then those of most steps."""
    count = {}
    for one in merged:
        for key, rows in one.items():
            if not key[1].endswith(":failed"):
                have, steps = count.get(key, (0, 0))
                count[key] = (have + 1, steps + sum(row[2] for row in rows))
    return sorted(count, key=lambda key: (-count[key][0], -count[key][1], key))


def name_of(key):
    phase, workload = key
    kind = workload.removeprefix("probe:")
    return f"{style.short(phase, 20)}: {'probe ' if kind != workload else ''}{style.short(kind)}"


def panel(axis, key, lines):
    most = max(sum(row[2] for row in rows) for rows in lines if rows)
    for i, rows in enumerate(lines):
        if not rows:
            continue
        microseconds, longer = stalls.curve(rows)
        axis.plot(microseconds, longer, drawstyle="steps-pre", lw=1.6, color=groups.colour(i),
                  ls=groups.DASHES[i % len(groups.DASHES)])
        for share, fill in ((0.5, "white"), (0.99, groups.colour(i))):
            axis.plot([pooled.percentile(rows, share) / 1e3], [1 - share], ms=5.5, mew=1.3,
                      marker=groups.mark(i), color=groups.colour(i),
                      mfc=fill, zorder=4)
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_ylim(0.5 / most, 1.3)
    style.powers(axis.xaxis)
    axis.yaxis.set_minor_locator(style.ticker.NullLocator())
    axis.yaxis.set_major_formatter(lambda value, _: f"{value * 100:g} %")
    axis.grid(axis="x", visible=True)
    axis.set_title(name_of(key), loc="left", fontweight="bold", fontsize=9.5)
    axis.set_xlabel("microseconds, log")
    axis.set_ylabel("took longer")


def told(picked, shown, merged):
    words = []
    for key in picked:
        cells = [f"{group.label} p50 {pooled.percentile(one[key], 0.5) / 1e3:,.4g} µs, "
                 f"p99 {pooled.percentile(one[key], 0.99) / 1e3:,.4g} µs"
                 for group, one in zip(shown, merged) if key in one]
        words.append(f"{name_of(key)}: {'; '.join(cells)}")
    return ". ".join(words) + "."
