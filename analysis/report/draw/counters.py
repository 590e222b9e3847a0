# SPDX-License-Identifier: GPL-2.0-or-later
"""What compaction did, from the counters of /proc/vmstat, as growth since the start."""

import numpy as np

import read
from draw import style

NAME = "compaction"
TITLE = "What compaction did"
CAPTION = (
    "Growth of the kernel's counters since the start of the run. Above: pages looked at by the "
    "two scanners, one for pages to move, one for free places. Below: pages taken off the lists "
    "to be moved or filled (isolated), and pages that were moved.")
ALT = "Lines: compaction counters over time, as growth since the start, phases marked."
PANELS = (("pages scanned", (("compact_migrate_scanned", "#0072b2", "-"),
                             ("compact_free_scanned", "#d55e00", "--"))),
          ("pages handled", (("compact_isolated", "#009e73", "-"),
                             ("pgmigrate_success", "#8a3b7a", "--"),
                             ("pgmigrate_fail", "#8a6d00", ":"))))


def draw(run):
    header, _ = read.rows(run, "vmstat.csv")
    if header is None:
        return "No counters were recorded (vmstat.csv is not there)."
    names = [n for _, lines in PANELS for n, _, _ in lines if n in header]
    found = read.table(run, "vmstat.csv", names) if names else None
    if found is None:
        return "This kernel has none of the compaction counters, or no sample was taken."
    seconds, values = found
    growth = {n: values[:, i] - values[0, i] for i, n in enumerate(names)}
    if not any(np.nanmax(g) > 0 for g in growth.values()):
        return "Compaction did nothing in this run: none of its counters moved."
    fig, axes = style.figure(5.0, 2, 1, sharex=True)
    for axis, (label, lines) in zip(axes, PANELS):
        panel(axis, label, [line for line in lines if line[0] in growth], seconds, growth)
    style.bands(run, axes)
    return fig, CAPTION, ALT


def panel(axis, label, lines, seconds, growth):
    for name, colour, dash in lines:
        axis.plot(seconds, growth[name], color=colour, ls=dash, lw=1.9,
                  label=f"{name}\n+{growth[name][-1]:,.0f}")
    axis.set_ylabel(label)
    axis.set_ylim(0)
    style.thousands(axis.yaxis)
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), labelspacing=0.8)
