# SPDX-License-Identifier: GPL-2.0-or-later
"""The arms of a scenario beside one another: their bills, and who took pages from whom in each."""

import read
import tables

# The bill: what an item is called, the metric, and what its value is multiplied by.
SIDE = (("blocks gained", "blocks_gained", 1), ("effectiveness", "effectiveness", 1),
        ("unusable index after it", "unusable", 1),
        ("pages looked at to be moved", "compact_migrate_scanned", 1),
        ("the same, per block gained", "compact_migrate_scanned_per_block", 1),
        ("free pages looked at", "compact_free_scanned", 1),
        ("pages isolated", "compact_isolated", 1), ("pages moved", "pgmigrate_success", 1),
        ("pages that could not be moved", "pgmigrate_fail", 1),
        ("CPU of the caller (ms)", "caller_cpu_ms", 1),
        ("tasks in direct compaction (ms)", "direct_ms", 1),
        ("CPU of kcompactd (ms)", "kcompactd_cpu_ms", 1),
        ("CPU of kswapd (ms)", "kswapd_cpu_ms", 1),
        ("CPU of all these (ms)", "cpu_ms", 1),
        ("the same, per block gained", "cpu_ms_per_block", 1),
        ("times the price of a plain copy", "over_floor", 1),
        ("wall time of compaction (ms)", "wall_ms", 1),
        ("direct compactions", "stall.direct-compaction.count", 1),
        ("99 % of them within (ms)", "stall.direct-compaction.p99_ns", 1e-6),
        ("direct reclaims", "stall.direct-reclaim.count", 1),
        ("99 % of them within (ms)", "stall.direct-reclaim.p99_ns", 1e-6),
        ("compactions by kcompactd, woken", "stall.kcompactd.count", 1),
        ("the same, of its own accord", "stall.proactive.count", 1),
        ("share of the workers' time stalled", "stall.share", 1),
        ("some task stalled on memory (ms)", "psi_some_ms", 1),
        ("fallbacks", "extfrag.events", 1),
        ("fragmenting ones", "extfrag.fragmenting", 1))
KINDS = ("unmovable", "movable", "reclaimable", "other")
TAKERS_MOST = 6
NAMED_MOST = 6


def rounds(run):
    """(what the phase is called in all arms, its names arm by arm), in order."""
    found = read.arms(run)
    for place in range(max((len(arm["phases"]) for arm in found), default=0)):
        names = [arm["phases"][place] if place < len(arm["phases"]) else "" for arm in found]
        yield common(names, found), names


def common(names, found):
    """What the phases of the arms are called without the arm's name."""
    name, label = names[0], "-" + str(found[0].get("name", ""))
    return name[:-len(label)] if name.endswith(label) else name


def set_by(arm):
    """What makes an arm differ from the others, in words."""
    return ", ".join(f"{key} = {value}" for key, value in (arm.get("settings") or {}).items())


def weight(run, names):
    """How much happened in a phase: pages that compaction looked at, and fallbacks."""
    return sum(run.metric(f"{metric}.{name}") or 0 for name in names
               for metric in ("compact_migrate_scanned", "extfrag.events"))


def set_apart(run):
    """The phases that the arms set apart and that have bills, the one with most in it first."""
    differing = {key.split(".")[0] for arm in read.arms(run) for key in arm.get("settings") or {}
                 if "." in key}
    found = [(phase, names) for phase, names in rounds(run)
             if (not differing or phase in differing) and
             any(run.metric(f"blocks_gained.{name}") is not None for name in names)]
    return sorted(found, key=lambda one: -weight(run, one[1])) if differing else found


def side_by_side(run):
    """The bill, one column an arm, of the phase that the arms set apart; where several are, of
    the one with most in it."""
    for phase, names in set_apart(run)[:1]:
        rows = [(label, cells) for label, metric, factor in SIDE
                if any(cells := side(run, metric, names, factor))]
        yield {"phase": phase, "arms": [(arm.get("name", ""), set_by(arm)) for arm in read.arms(run)],
               "rows": rows, "others": [other for other, _ in set_apart(run)[1:]]}


def side(run, metric, names, factor):
    """The cells of one metric, "" where an arm has none or the run has no such times."""
    known = run.summary.get("metrics") or {}
    rows = [known.get(f"{metric}.{name}") or {} if name not in skipped(run) else {}
            for name in names]
    return ["" if row.get("value") is None or (run.is_emulated and row.get("is_time"))
            else tables.show(row["value"] if factor == 1 else row["value"] * factor,
                             row.get("unit", ""))
            for row in rows]


def skipped(run):
    """The phases that were left out: what was seen meanwhile is not their doing."""
    return {p["name"] for p in run.phases if p.get("result") == "skipped"}


def takers(run):
    """Who took pages from whom: a column for each arm, or else for the phases with most of it."""
    found = {one["phase"]: one for one in (run.summary.get("fallbacks") or {}).get("phases") or []}
    table = None
    for phase, names in rounds(run):
        total = sum(found[name]["events"] for name in names if name in found)
        if total and (not table or total > table["total"]):
            table = {"phase": phase, "total": total, "names": names,
                     "columns": [str(arm.get("name", "")) for arm in read.arms(run)]}
    if not table and found:
        names = sorted(found, key=lambda name: -found[name]["events"])[:NAMED_MOST]
        names = [p["name"] for p in run.phases if p["name"] in names]
        table = {"phase": None, "names": names, "columns": names}
    if table:
        table["rows"] = list(taker_rows([found.get(name) for name in table["names"]],
                                        [name in skipped(run) for name in table["names"]]))
    return table


def taker_rows(columns, left_out):
    """(label, cells): all, pair by pair, order by order, and the foremost takers."""
    def row(label, value):
        return label, ["" if out else tables.show(value(one)) if one else "0"
                       for one, out in zip(columns, left_out)]
    yield row("fallbacks", lambda one: one["events"])
    yield row("fragmenting", lambda one: one["fragmenting"])
    yield row("pageblocks that changed their kind", lambda one: one["ownership"])
    for taker in KINDS:
        for giver in KINDS:
            if any(one and one["matrix"][taker][giver] for one in columns):
                yield row(f"{taker} from {giver}",
                          lambda one, t=taker, g=giver: one["matrix"][t][g])
    for order in sorted({o["order"] for one in columns if one for o in one["orders"]}):
        yield row(f"asked for order {order}", lambda one, at=order: listed(one["orders"], "order", at))
    for comm in foremost(columns):
        yield row(f"by {comm}", lambda one, at=comm: by_comm(one["comms"], at))


def listed(rows, key, wanted):
    """How many fallbacks the entry with that key had."""
    return next((one["events"] for one in rows if one.get(key) == wanted), 0)


def by_comm(rows, comm):
    """How many a process had. Only the foremost of a phase are kept by name: one that is not
    among them may have some of what the others have together, who have no name."""
    most = next((one["events"] for one in rows if not one.get("comm")), 0)
    if most and not any(one.get("comm") == comm for one in rows):
        return f"{most:,} at most"
    return listed(rows, "comm", comm)


def foremost(columns):
    """The comms with most fallbacks in all columns together."""
    sums = {}
    for one in columns:
        for entry in one["comms"] if one else ():
            if entry.get("comm"):
                sums[entry["comm"]] = sums.get(entry["comm"], 0) + entry["events"]
    return sorted(sums, key=lambda comm: (-sums[comm], comm))[:TAKERS_MOST]


def headline(run):
    """Sentences for a run whose arms are to be compared: what they are, and what each came to."""
    found = read.arms(run)
    names = ", ".join(str(arm.get("name", "")) for arm in found)
    yield f"The same was done in {len(found)} arms, one after the other, each in its own way: {names}."
    for phase, phases in set_apart(run)[:1]:
        kinds = {p.get("name"): p.get("do") for p in run.phases}
        if any(kinds.get(name) == "compact" for name in phases):
            yield from gains(run, phase, list(zip(phases, found)))
        taken = [(run.metric(f"extfrag.events.{name}"), arm.get("name", ""))
                 for name, arm in zip(phases, found) if name not in skipped(run)]
        if sum(1 for count, _ in taken if count) > 1:
            each = ", ".join(f"{name} {count or 0:,.0f}" for count, name in taken)
            yield f"Allocations that took another kind's pages in “{phase}”: {each}."


def gains(run, phase, pairs):
    """Which arm gained most in the phase, and which gained nothing."""
    gained = [(run.metric(f"blocks_gained.{name}"), run.metric(f"effectiveness.{name}"),
               str(arm.get("name", ""))) for name, arm in pairs]
    gained = [one for one in gained if one[0] is not None]
    most, share, best = max(gained, key=lambda one: one[0], default=(0, None, ""))
    none = [name for blocks, _, name in gained if blocks <= 0]
    if most > 0:
        perfect = ("" if share is None else
                   f", {share * 100:.0f} % of what a perfect compactor would have gained")
        yield f"In “{phase}” {best} gained most: {most:,.0f} blocks of order {run.order}{perfect}."
    if none:
        yield f"Nothing was gained there by {', '.join(none)}."
