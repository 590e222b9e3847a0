# SPDX-License-Identifier: GPL-2.0-or-later
"""What the workers did, and what it cost: pages held, time stalled, kernel threads."""

import numpy as np

import read
from draw import style

NAME = "workers"
TITLE = "What the workers did, and what waited"
CAPTION = ("{work}{cost}")
WORK = ("The pages that each worker has come to hold; a line ends with a cross when its worker "
        "is gone. ")
COST = ("Time that tasks stalled on memory (PSI), and CPU time of the kernel's memory "
        "threads, since the start of the run.")
ALT = "Lines: pages held by each worker over time; stall time and kernel thread CPU time."
ALT_HELD = "Lines: pages held by each worker over time."
ENDED = 4
MOST = 12


def draw(run):
    held = read.workers(run)
    costs = [] if run.is_emulated else stalls(run) + threads(run)
    if not held and not costs:
        return ("Nothing to see of workers, memory pressure or kernel threads: no table of them, "
                "or none of their numbers moved.")
    count = bool(held) + bool(costs)
    fig, axes = style.figure(0.8 + 2.2 * count, count, 1, sharex=True, squeeze=False)
    axes = list(axes[:, 0])
    if held:
        pages(axes[0], held)
    if costs:
        lines(axes[-1], costs)
    style.bands(run, axes)
    cost = COST if costs else quiet(run)
    return fig, CAPTION.format(work=WORK if held else "", cost=cost), ALT_HELD if not costs else ALT


def quiet(run):
    if run.is_emulated:
        return "Stall times and CPU times are left out: they would be those of an emulator."
    return "Neither memory pressure nor the kernel's memory threads showed anything."


def pages(axis, held):
    names = {workload for workload, _, _, _ in held.values()}
    for i, (worker, (workload, seconds, values, state)) in enumerate(held.items()):
        label = f"worker {style.short(worker, 6)}" if i < MOST else None
        alive = state < ENDED
        last = int(np.argmin(alive)) if not alive.all() else len(alive) - 1
        colour = style.owner_colour(read.number(worker) if worker.isdigit() else 0)
        axis.plot(seconds[:last + 1], values[:last + 1], color=colour, lw=2.0, label=label,
                  ls=("-", (0, (5, 2)))[i % 2])
        if not alive.all():
            axis.plot(seconds[last:last + 1], values[last:last + 1], "x", ms=8, mew=2,
                      color=colour)
    axis.set_ylabel("pages held")
    axis.set_ylim(0)
    style.thousands(axis.yaxis)
    title = style.short(", ".join(sorted(names)), 20)
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title=title, handlelength=2.6)


def stalls(run):
    found = read.table(run, "psi.csv", ["some_total_us", "full_total_us"])
    if found is None:
        return []
    names = ("stalled, some", "stalled, all")
    return moved(found[0], found[1] / 1e3, names)


def threads(run):
    header, _ = read.rows(run, "kthreads.csv")
    names = [n for n in header or [] if n.endswith("_ns") and n != "t_ns"]
    found = read.table(run, "kthreads.csv", names) if names else None
    if found is None:
        return []
    return moved(found[0], found[1] / 1e6, [n[:-3] + " CPU" for n in names])


def moved(seconds, values, names):
    """The columns that grew by at least a millisecond: (name, seconds, growth)."""
    rows = [(n, seconds, values[:, i] - values[0, i]) for i, n in enumerate(names)]
    return [r for r in rows if np.nanmax(r[2], initial=0) >= 1]


def lines(axis, costs):
    dashes = ("-", "--", "-.", ":")
    for i, (name, seconds, values) in enumerate(costs[:7]):
        axis.plot(seconds, values, color=style.OWNERS[i], ls=dashes[i % 4], lw=1.8,
                  label=f"{style.short(name)}\n+{values[-1]:,.0f} ms")
    axis.set_ylabel("since the start (ms)")
    axis.set_ylim(0)
    style.thousands(axis.yaxis)
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), labelspacing=0.6)
