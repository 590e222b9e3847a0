# SPDX-License-Identifier: GPL-2.0-or-later
"""How long compaction and reclaim lasted: the distribution of each kind, phase by phase."""

import numpy as np

from draw import style

NAME = "stalls"
TITLE = "Compaction and reclaim, by how long each took"
CAPTION = (
    "Every episode of compaction and of direct reclaim, by how long it lasted: the height of a "
    "line is the share of them that lasted longer, on logarithmic axes both, so that the rare "
    "long ones are seen. A line further right is a longer wait. Direct ones are waited for by "
    "a task; kcompactd and proactive ones are the kernel's own.")
MORE = " Phases with fewer episodes are left out: at most {most} lines a panel."
ALT = "Lines: share of episodes that lasted longer than a time, one panel for each of {kinds}."
KINDS = (("direct-compaction", "direct compaction"), ("direct-reclaim", "direct reclaim"),
         ("kcompactd", "kcompactd"), ("proactive", "proactive compaction"),
         ("explicit", "compact_memory"), ("kswapd", "kswapd"))
MOST = 6
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (1, 1)))
EMULATED = ("How long compaction and reclaim took is left out: these times would be those of an "
            "emulator. How often there were any is among the metrics.")


def draw(run):
    found = (run.summary.get("episodes") or {}).get("phases") or []
    if not run.summary.get("episodes"):
        return "No episodes to show: the run has no events (events.csv)."
    if run.is_emulated:
        return EMULATED
    panels = [(title, lines) for kind, title in KINDS if (lines := curves(found, kind))]
    if not panels:
        return "Nobody compacted and nobody reclaimed in this run: no episodes."
    columns = min(len(panels), 2)
    rows = -(-len(panels) // columns)
    fig, axes = style.figure(0.4 + 2.9 * rows, rows, columns, squeeze=False, sharex=True)
    flat = list(axes.flat)
    for axis, (title, lines) in zip(flat, panels):
        panel(axis, title, lines[:MOST])
    for axis in flat[len(panels):]:
        axis.set_axis_off()
    is_cut = any(len(lines) > MOST for _, lines in panels)
    return (fig, CAPTION + (MORE.format(most=MOST) if is_cut else ""),
            ALT.format(kinds=", ".join(title for title, _ in panels)))


def curves(phases, kind):
    """(phase, count, buckets) of each phase that had that kind, the fullest first."""
    lines = [(phase["phase"], one["count"], one["buckets"]) for phase in phases
             for one in phase["kinds"] if one["kind"] == kind and one.get("buckets")]
    return sorted(lines, key=lambda line: -line[1])


def curve(buckets):
    """Microseconds, and the share of episodes that lasted at least as long; down to none."""
    ends = np.array([buckets[0][0]] + [b[1] for b in buckets]) / 1e3
    counts = np.cumsum([0] + [b[2] for b in buckets])
    longer = 1 - np.concatenate([[0], counts[:-1]]) / counts[-1]
    return np.append(np.maximum(ends, 0.1), max(ends[-1], 0.1)), np.append(longer, 1e-9)


def panel(axis, title, lines):
    for i, (phase, count, buckets) in enumerate(lines):
        microseconds, longer = curve(buckets)
        axis.plot(microseconds, longer, drawstyle="steps-pre", lw=1.8,
                  color=style.OWNERS[i % len(style.OWNERS)], ls=DASHES[i % len(DASHES)],
                  label=f"{style.short(phase, 20)} ({count:,})")
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_ylim(0.5 / max(count for _, count, _ in lines), 1.2)
    axis.margins(x=0.12)
    style.durations(axis.xaxis)
    axis.yaxis.set_major_formatter(lambda value, _: f"{value * 100:g} %")
    axis.yaxis.set_minor_locator(style.ticker.NullLocator())
    axis.grid(axis="x", visible=True)
    axis.tick_params(axis="x", labelbottom=True)
    axis.set_title(title, loc="left", fontweight="bold")
    axis.set_xlabel("how long it lasted, log")
    axis.set_ylabel("lasted at least")
    axis.legend(loc="lower left", fontsize=7.5, handlelength=2.6)
