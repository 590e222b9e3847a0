# SPDX-License-Identifier: GPL-2.0-or-later
"""Before and after, order by order: one small panel a phase, the references below."""

import read
from draw import style

NAME = "before-after"
TITLE = "Before and after, order by order"
CAPTION = (
    "Free memory in the blocks of each order at the end of a phase. Bars to the right of the "
    "dotted line are large enough for a huge page. The hatched bar holds the hidden pages.{left}")
OTHERS = (" The grey row is another person's measurement on another machine: compare shapes, "
          "not heights.")
ALT = "Bars: free MiB per order at the ends of the phases {names}."
MOST = 5


def draw(run):
    phases = telling(run)
    if not phases:
        return "No phase has left a state behind: nothing to set side by side."
    rows = [r for r in run.summary.get("references") or [] if matching(r, phases)][:2]
    fig, axes = style.figure(2.9 + 2.5 * len(rows), 1 + len(rows), len(phases), sharey="row",
                             squeeze=False)
    for axis, phase in zip(axes[0], phases):
        own(axis, run, phase)
    for line, reference in zip(axes[1:], rows):
        others(line, run, phases, reference)
    for line in axes:
        label(line)
    if is_lopsided(run, phases):
        stretch(axes[0])
    caption = CAPTION.format(left=told_left(run)) + (OTHERS if rows else "")
    return fig, caption, ALT.format(names=", ".join(str(p["name"]) for p in phases))


def is_lopsided(run, phases):
    """True when one order holds nearly everything, so that no other bar would be seen."""
    shares = []
    for phase in phases:
        pages = [n * 2**o for o, n in enumerate(read.whole(phase)["free"])]
        shares.append(max(pages) / max(sum(pages), 1))
    return min(shares) > 0.9


def stretch(line):
    line[0].set_yscale("log")
    line[0].set_ylim(bottom=0.1)
    line[0].set_ylabel("free (MiB, logarithmic)")
    style.thousands(line[0].yaxis)


def label(line):
    for axis in line:
        axis.set_xlabel("order" if axis.patches else "")
    line[0].set_ylabel("free (MiB)")
    style.thousands(line[0].yaxis)


def telling(run):
    """The phases that changed something, and the last state before the first of them; not more
    than fit beside one another."""
    return changing(run)[:MOST]


def changing(run):
    kept = [p for p in run.phases if read.whole(p)]
    first = next((i for i, p in enumerate(kept) if p.get("do") == "run"), 0)
    picked = [p for i, p in enumerate(kept)
              if i == first - 1 or (i >= first and p.get("do") in ("run", "free", "compact"))]
    return picked or kept


def told_left(run):
    """How many phases changed something and are not among these."""
    left = len(changing(run)) - MOST
    if left <= 0:
        return ""
    return (f" The first {MOST} phases that changed something stand here; {left} more "
            f"{'is' if left == 1 else 'are'} in the table of all phases.")


def matching(reference, phases):
    names = {row.get("phase") for row in reference.get("rows") or []}
    return names & {p["name"] for p in phases}


def bars(axis, run, free, hidden, colours):
    mib = [run.mib(n * 2**o) for o, n in enumerate(free)]
    axis.bar(range(len(mib)), mib, color=colours, width=0.86)
    ticks, names = list(range(0, len(mib), 2)), [str(o) for o in range(0, len(mib), 2)]
    if hidden is not None:
        axis.bar([len(mib) + 0.9], [run.mib(hidden)], facecolor="white", hatch="/////",
                 edgecolor=style.HIDDEN, width=0.86)
        ticks, names = ticks + [len(mib) + 0.9], names + ["PCP"]
    axis.axvline(run.order - 0.5, color=style.SOFT, lw=1, ls=":")
    axis.set_xticks(ticks, names)
    axis.tick_params(axis="x", length=0)


def own(axis, run, phase):
    state = read.whole(phase)
    bars(axis, run, state["free"], state.get("pcp_pages"),
         style.orders_palette(len(state["free"])))
    axis.set_title(style.short(phase["name"], 22), loc="left", fontweight="bold", pad=18)
    tell(axis, run, state)


def others(line, run, phases, reference):
    by_phase = {row.get("phase"): row for row in reference["rows"]}
    for axis, phase in zip(line, phases):
        row = by_phase.get(phase["name"])
        if not row or not row.get("free"):
            axis.set_xticks([])
            axis.text(0.5, 0.5, "not told", transform=axis.transAxes, ha="center",
                      color=style.SOFT)
            continue
        bars(axis, run, row["free"], None, "#9aa1ad")
        axis.set_title(f"{style.short(reference.get('name', ''), 14)}, "
                       f"{style.short(phase['name'], 10)}", loc="left", color=style.SOFT, pad=18)
        tell(axis, run, row)


def tell(axis, run, state):
    value = state.get("unusable")
    value = value[run.order] if isinstance(value, list) and len(value) > run.order else value
    if isinstance(value, (int, float)):
        axis.text(0, 1.02, f"unusable({run.order}) {value:.3f}", transform=axis.transAxes,
                  va="bottom", fontsize=9)
