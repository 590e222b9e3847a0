# SPDX-License-Identifier: GPL-2.0-or-later
"""Turns the numbers of summary.json into sentences: what happened, and how far to trust it."""

import read

SAME = 0.01


def index_at(run, phase):
    """The unusable index at the pageblock order at the end of a phase, or None."""
    state = read.whole(phase)
    values = state.get("unusable") if state else None
    return values[run.order] if values and len(values) > run.order else None


def told(run):
    """(phase, index before, index after) for the phases that left a state behind."""
    before = None
    for phase in run.phases:
        after = index_at(run, phase)
        if after is None:
            continue
        yield phase, before, after
        before = after


def headline(run):
    """A sentence for each phase that did something, and for a wait after a change."""
    sentences, changed = [], False
    for phase, before, after in told(run):
        do = phase.get("do")
        if before is None or phase.get("result") != "done":
            continue
        if do in ("run", "free", "compact"):
            sentences.append(SENTENCES[do](run, phase, before, after))
            changed = True
        elif changed and do == "settle":
            sentences.append(wait(run, phase, before, after))
            changed = False
    return sentences or [nothing(run)]


def nothing(run):
    last = [after for _, _, after in told(run)]
    if not last:
        return "No phase has come to its end: there is no state to tell of."
    return f"At the end the unusable index at order {run.order} was {last[-1]:.3f}."


def moved(before, after):
    if abs(after - before) < SAME:
        return f"left it at {after:.3f}"
    verb = "raised" if after > before else "lowered"
    return f"{verb} it from {before:.3f} to {after:.3f}"


def filled(run, phase, before, after):
    own = [w for w in run.manifest.get("workloads") or [] if w.get("phase") == phase["name"]]
    text = " and ".join(workload(run, w) for w in own) or f"The phase {phase['name']}"
    return (f"{text}: the unusable index at order {run.order} went from {before:.3f} to "
            f"{after:.3f}.")


def workload(run, row):
    count = row.get("processes") or len(row.get("workers") or [])
    who = "One process" if count == 1 else f"{count} processes"
    size = row.get("bytes") or 0
    took = f" took {size / 2**20:,.0f} MiB" if size else " ran"
    return f"{who} of {row.get('name')} ({how(row.get('options') or {})}){took}".replace(" ()", "")


def how(options):
    shown = [str(options["mode"])] if options.get("mode") else []
    if options.get("mode") == "lockstep" and options.get("chunk"):
        shown.append(f"chunk {options['chunk']}")
    return ", ".join(shown)


def killed(run, phase, before, after):
    note = note_of(run, phase)
    return f"Killing some of the processes{note} {moved(before, after)}."


def compacted(run, phase, before, after):
    found = run.metric(f"effectiveness.{phase['name']}")
    share = f" ({found:.0%} of what a perfect compactor would gain)" if number(found) else ""
    return f"Compaction {moved(before, after)}{share}."


def wait(run, phase, before, after):
    seconds = (phase["end_ns"] - phase["start_ns"]) / 1e9
    return f"Doing nothing for {seconds:.1f} s {moved(before, after)}."


SENTENCES = {"run": filled, "free": killed, "compact": compacted}


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def note_of(run, phase):
    for row in run.manifest.get("phases") or []:
        if row.get("name") == phase.get("name") and row.get("note"):
            return f" ({row['note']})"
    return ""


def trust(run):
    """How far to trust the run: (class, sentence)."""
    if run.summary.get("trusted"):
        if run.summary.get("notes"):
            return "good", "The numbers can be trusted. Worth knowing all the same:"
        return "good", "The numbers can be trusted: nothing that speaks against them was seen."
    return "bad", "Do not rely on these numbers. What speaks against them:"


def interleave(run):
    """What became of the hope for 1-2-1-2, or None when it was not measured."""
    share = run.metric("interleave.switch_share")
    length = run.metric("interleave.mean_run")
    if not number(share) or not number(length):
        return None
    figures = (f"a stretch of frames with one owner is {length:,.2f} frames long on average, and "
               f"{percent(share)} of the adjacent frames that workers own have two different "
               "owners")
    modes = {(w.get("options") or {}).get("mode") for w in run.manifest.get("workloads") or []}
    if "lockstep" in modes and share >= 0.9:
        return f"Lockstep interleaves frame by frame, 1-2-1-2: {figures}."
    if "free-running" in modes and share < 0.5:
        return ("The hope of the 2017 blog, that processes which run freely side by side take "
                f"frames in turn (1-2-1-2), does not hold here: {figures}. Most pageblocks "
                "then belong to few owners, and killing one of them frees long stretches.")
    return f"How finely the owners alternate: {figures}."


def bill(run, row):
    """What a compaction gained and how near it came to the least it could cost."""
    text = f"In the phase {row['phase']} compaction "
    if not number(row["gained"]):
        text += "was paid for, and what it gained cannot be told."
    elif row["gained"] <= 0:
        text += f"gained no block of order {run.order} ({row['gained']:+,.0f})."
    else:
        text += f"gained {row['gained']:,.0f} blocks of order {run.order}"
        if number(row["effectiveness"]):
            text += (f": effectiveness {row['effectiveness']:.3f}, where 1 is a perfect "
                     "compactor and 0 did nothing")
        text += "."
    if number(row["over"]) and number(row["floor"]) and number(row["cpu"]):
        text += (f" It took {row['cpu']:,.1f} ms of CPU, {row['over']:,.1f} times the "
                 f"{row['floor']:,.1f} ms of a plain copy of the pages that were moved.")
    return text


def percent(share):
    return f"{share * 100:.3g} %" if share < 0.1 else f"{share * 100:.1f} %"
