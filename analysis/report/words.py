# SPDX-License-Identifier: GPL-2.0-or-later
"""Turns the numbers of summary.json into sentences: what happened, and how far to trust it."""

import arms
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
    """A sentence for each phase that did something, and for the wait after a killing."""
    if run.manifest.get("kind") == "record":
        return [watched(run)]
    if len(read.arms(run)) > 1:
        return [undone(run, p) for p in run.phases if p.get("result") == "failed"] + \
            list(arms.headline(run))
    sentences, killed_last = [], False
    for phase, before, after in told(run):
        do = phase.get("do")
        if phase.get("result") != "done":
            sentences.append(undone(run, phase))
        elif before is not None and do in SENTENCES:
            sentences.append(SENTENCES[do](run, phase, before, after))
            killed_last = do == "free"
        elif before is not None and killed_last and do == "settle":
            sentences.append(wait(run, phase, before, after))
            killed_last = False
    return sentences or [nothing(run)]


def meaning(run):
    """What the index of the headline is, for someone who meets it first."""
    size = run.page_size * 2**run.order / 2**20
    return (f"The unusable index at order {run.order} is the share of free memory that does not "
            f"lie in blocks of {size:g} MiB or more: 0 is none of it, 1 is all.")


def watched(run):
    """A recording has no phases of its own making: the machine was left to others."""
    return f"The machine was watched{lasted(run, run.manifest.get('duration_ns'))}. {nothing(run)}"


def lasted(run, ns):
    """" for 2.0 s", and nothing where seconds are those of an emulator."""
    return "" if run.is_emulated else f" for {(ns or 0) / 1e9:,.1f} s"


EMULATED = (
    "This run was made under TCG: the CPU of its machine was a program. Counts and layouts are "
    "the kernel's and stand. Times are the emulator's, which are not times: so this page has no "
    "durations, rates, CPU costs, latencies or stalls, and the clock below the pictures tells in "
    "which order things happened, not how long they took.")


def where(run):
    """What kind of machine it was: "a guest under KVM, ", or nothing on bare metal."""
    accelerator = {"tcg": "TCG", "kvm": "KVM"}.get(run.summary.get("accelerator"))
    if run.machine.get("guest"):
        return f"a guest of fragbench vm under {accelerator or 'an unknown accelerator'}, "
    hypervisor = run.machine.get("hypervisor")
    return f"a virtual machine ({hypervisor}), " if hypervisor else ""


def nothing(run):
    last = [after for _, _, after in told(run)]
    if not last:
        return "No phase has come to its end: there is no state to tell of."
    return f"At the end the unusable index at order {run.order} was {last[-1]:.3f}."


def undone(run, phase):
    reason = note_of(run, phase) or warned(run, phase)
    return f"The phase {phase['name']} was {phase.get('result') or 'not finished'}{reason}."


def warned(run, phase):
    said = [w.get("text", "") for w in run.manifest.get("warnings") or []
            if w.get("phase") == phase.get("name")]
    return f" ({said[0]})" if said else ""


def moved(run, before, after):
    name = f"the unusable index at order {run.order}"
    if abs(after - before) < SAME:
        return f"left {name} at {after:.3f}"
    verb = "raised" if after > before else "lowered"
    return f"{verb} {name} from {before:.3f} to {after:.3f}"


def filled(run, phase, before, after):
    own = [w for w in run.manifest.get("workloads") or [] if w.get("phase") == phase["name"]]
    text = " and ".join(workload(run, w) for w in own) or f"The phase {phase['name']} ran"
    return f"{text}, which {moved(run, before, after)}."


def workload(run, row):
    count = row.get("processes") or len(row.get("workers") or [])
    who = "One process" if count == 1 else f"{count_word(count)} processes"
    size = row.get("bytes") or 0
    took = f" took {size / 2**20:,.0f} MiB" if size else " ran"
    return f"{who} of {row.get('name')} ({how(row.get('options') or {})}){took}".replace(" ()", "")


def count_word(count):
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
    return words[count] if count < len(words) else f"{count:,}"


def how(options):
    shown = [str(options["mode"])] if options.get("mode") else []
    if options.get("mode") == "lockstep" and options.get("chunk"):
        shown.append(f"chunk {options['chunk']}")
    return ", ".join(shown)


def killed(run, phase, before, after):
    text = f"Killing {victims(run, phase)} {moved(run, before, after)}."
    hidden = (read.whole(phase) or {}).get("pcp_pages") or 0
    if run.mib(hidden) >= 16:
        text += (f" Another {run.mib(hidden):,.0f} MiB were free and hidden on per-CPU lists, "
                 "where no index sees them.")
    return text


def victims(run, phase):
    """How many of how many processes the phase killed, as far as the run tells."""
    known = [w.get("processes") or 0 for w in run.manifest.get("workloads") or []]
    asked = run.asked(phase["name"], "kill") or ""
    earlier = [run.asked(p["name"], "kill") for p in run.phases
               if p.get("do") == "free" and p["start_ns"] < phase["start_ns"]]
    if not asked.isdigit() or any(earlier) or int(asked) > sum(known):
        return "some of the processes"
    return f"{count_word(int(asked)).lower()} of {count_word(sum(known)).lower()} processes"


def paragraphs(text):
    """The comment at the head of a scenario, its line breaks undone."""
    lines = [line.lstrip("; \t") for line in str(text or "").splitlines()]
    return [" ".join(block.split()) for block in "\n".join(lines).split("\n\n") if block.strip()]


def compacted(run, phase, before, after):
    found = run.metric(f"effectiveness.{phase['name']}")
    share = (f", {found * 100:.0f} % of what a perfect compactor would have gained"
             if number(found) and found >= 0 else "")
    node = phase.get("node")
    of_node = "" if node is None else f" of node {node}"
    return f"Compaction{of_node} {moved(run, before, after)}{share}."


def wait(run, phase, before, after):
    time = lasted(run, phase["end_ns"] - phase["start_ns"])
    if abs(after - before) < SAME:
        return f"Doing nothing{time} changed nothing: {after:.3f}."
    return f"Doing nothing{time} {moved(run, before, after)}."


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


def missed(run):
    """The scenario's expectations that were not met, in one sentence; or None."""
    rows = run.summary.get("expectations") or []
    bad = [r for r in rows if r.get("met") is False]
    if not bad:
        return None
    each = "; ".join(f"{r.get('metric')} {r.get('op')} {r.get('limit')}, measured "
                     f"{'nothing' if r.get('got') is None else r['got']}" for r in bad)
    return f"Of {len(rows)} expectations of the scenario {len(bad)} did not come true: {each}."


def untold(run):
    """The expectations that nobody can tell of, in one sentence; or None."""
    rows = [r for r in run.summary.get("expectations") or [] if r.get("met") is None]
    if not rows:
        return None
    names = ", ".join(str(r.get("metric")) for r in rows)
    return f"Expected as well, and not to be told of this run, for it has no times: {names}."


def interleave(run):
    """What became of the hope for 1-2-1-2, or None when it was not measured."""
    share = run.metric("interleave.switch_share")
    length = run.metric("interleave.mean_run")
    if not number(share) or not number(length):
        return None
    figures = (f"a stretch of frames with one owner is {length:,.2f} frames long on average, and "
               f"{percent(share)} of the adjacent frames that workers own have two different "
               "owners")
    mixed = run.metric("interleave.mixed_pageblocks")
    if number(mixed):
        figures += f"; {percent(mixed)} of the pageblocks have more than one"
    modes = {(w.get("options") or {}).get("mode") for w in run.manifest.get("workloads") or []}
    if "lockstep" in modes and share >= 0.9:
        return f"Lockstep interleaves frame by frame, 1-2-1-2: {figures}."
    if "free-running" in modes and share < 0.5:
        return ("The hope of the 2017 blog, that processes which run freely side by side take "
                f"frames in turn (1-2-1-2), does not hold here: {figures}. Each CPU's list "
                "hands frames out in batches.")
    return f"How finely the owners alternate: {figures}."


def bill(run, row):
    """What a compaction gained and how near it came to the least it could cost."""
    text = f"In the phase “{row['phase']}”, compaction "
    if not row["is_asked"]:
        text = f"In the phase “{row['phase']}” the kernel compacted without being asked"
        if number(row["gained"]):
            text += (f"; at its end {row['gained']:+,.0f} blocks of order {run.order} were free or "
                     "held as huge pages")
        text += "."
    elif not number(row["gained"]):
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


def some(names, most=4):
    """A list of names, cut."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def maps_left(run):
    """Which maps are neither drawn nor in the table, and where they are; "" when all are."""
    left = read.maps_left(run)
    if not left:
        return ""
    return (f"{len(left)} of {len(run.summary['maps'])} maps are not shown ({some(left)}): they are "
            "in the folder maps/ of the run (fragbench map --load FILE), the census of each in "
            "summary.json.")


def hidden_in_maps(run):
    """What per-CPU lists do to a census."""
    pages = [read.whole(p).get("pcp_pages") or 0 for p in run.phases if read.whole(p)]
    if not pages or max(pages) < 512:
        return ""
    return (f"Up to {max(pages):,} pages were on per-CPU lists: they are free, look like the "
            "kernel's, and make pageblocks mixed that are not.")
