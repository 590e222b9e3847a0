# SPDX-License-Identifier: GPL-2.0-or-later
"""The observer observed: how late each sample began, and what it cost."""

import numpy as np

import read
from draw import style

NAME = "sampler"
TITLE = "The observer observed"
CAPTION = (
    "How long after its deadline each sample began, and how long it took to read. Both should "
    "stay far below the time between two samples; where they do not, the picture over time is "
    "blurred there.")
THINNED = (" The run is long: of every {} samples the first, the last and the extremes are drawn, "
           "so that the dots show the range and not how many there are.")
ALT = "Dots: lateness and cost of every sample in microseconds over time, logarithmic."


EMULATED = ("How late the sampler was and what it cost is left out: these times would be those of "
            "an emulator.")


def draw(run):
    if run.is_emulated:
        return EMULATED
    ticks = read.table(run, "sampler.csv", ["late_ns"], keep=is_tick)
    costs = read.table(run, "sampler.csv", ["cost_ns"])
    if costs is None:
        return "The sampler's own record is not there (sampler.csv)."
    fig, axes = style.figure(2.5, 1, 2, sharey=True)
    for axis, found, label, colour in ((axes[0], ticks, "late (µs)", "#0072b2"),
                                       (axes[1], costs, "cost (µs)", "#d55e00")):
        dots(axis, found, colour)
        axis.set_title(label, loc="left")
        axis.set_xlabel("time since the start of the run (s)")
        style.thousands(axis.xaxis)
    axes[0].set_ylabel("microseconds, log")
    stretch = read.stretch_of(run.path("sampler.csv"))
    return fig, CAPTION + (THINNED.format(stretch) if stretch > 4 else ""), ALT


def is_tick(cells, header):
    return "kind" not in header or cells[header.index("kind")] == "tick"


def dots(axis, found, colour):
    axis.set_yscale("log")
    style.microseconds(axis.yaxis)
    if found is None:
        return
    seconds, values = found
    axis.plot(seconds, np.maximum(values[:, 0] / 1e3, 0.1), ".", ms=3.5, color=colour)
