# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts the numbers of summary.json and manifest.json into the rows of the page's tables."""

import read

BILL = ("compact_migrate_scanned", "compact_free_scanned", "compact_isolated",
        "pgmigrate_success", "pgmigrate_fail", "caller_cpu_ms", "direct_ms",
        "kcompactd_cpu_ms", "kswapd_cpu_ms", "cpu_ms", "wall_ms")
ZONES_MOST = 64
EXPLICIT_MOST = 60
EPISODES_MOST = 24
LASTED = ("p50_ns", "p90_ns", "p99_ns", "max_ns")
GUEST = {"accel": "accelerator", "qemu": "QEMU", "cpus": "guest CPUs",
         "memory_bytes": "guest memory", "nodes": "guest nodes", "kernel": "guest kernel"}
KNOWN = {"page_size": "bytes", "mem_total_bytes": "bytes", "mem_available_bytes": "bytes",
         "swap_used_bytes": "bytes", "copy_ns_per_page": "ns"}


def show(value, unit=""):
    """A number as a reader wants it; None is a number that cannot be told."""
    if value is None:
        return "cannot be told"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {show(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "; ".join(show(one) for one in value)
    if isinstance(value, int):
        return f"{value:,}"
    if not isinstance(value, float):
        return str(value)
    if unit == "index":
        return f"{value:.3f}"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 1000 else f"{value:.4g}"


def phases(run):
    """One row a phase, with the references' rows for it right below."""
    found = []
    for phase in run.phases:
        state = read.whole(phase)
        if state:
            found.append(state_row(run, phase, state))
            found.extend(reference_rows(run, phase["name"]))
    return found


def state_row(run, phase, state):
    hidden = state.get("pcp_pages")
    return {"name": phase["name"], "do": action(phase), "free": state["free"],
            "mib": state["free_bytes"] / 2**20, "hidden": hidden and run.mib(hidden),
            "unusable": at_order(run, state.get("unusable")),
            "with_hidden": at_order(run, state.get("unusable_pcp")), "reference": None}


def at_order(run, values):
    return values[run.order] if values and len(values) > run.order else None


def reference_rows(run, name):
    for reference in run.summary.get("references") or []:
        for row in reference.get("rows") or []:
            if row.get("phase") == name:
                value = row.get("unusable")
                value = at_order(run, value) if isinstance(value, list) else value
                yield {"name": name, "do": "", "free": row["free"], "hidden": None,
                       "mib": row["free_bytes"] / 2**20, "unusable": value,
                       "with_hidden": None, "reference": reference.get("name", "reference")}


def zones(run, phases_shown):
    """One row a zone, and one a node where there are several: free MiB and index after each phase."""
    rows = {}
    for i, phase in enumerate(phases_shown):
        states = [z for z in phase.get("zones") or [] if z.get("zone") != "all"]
        for state in states + (phase.get("nodes") or []):
            name = (state.get("node"), state.get("zone"))
            cells = rows.setdefault(name, [None] * len(phases_shown))
            cells[i] = (state["free_bytes"] / 2**20, at_order(run, state.get("unusable")))
    return list(rows.items())[:ZONES_MOST]


def action(phase):
    """What a phase did, and to which node, when it was to one only."""
    node = phase.get("node")
    return phase.get("do", "") + ("" if node is None else f", node {node}")


def metrics(run):
    """Metrics, those of one name and several phases together in one row.

    Where the run has no times, those that are times are left out.
    """
    phases_known = sorted((str(p.get("name")) for p in run.phases), key=len, reverse=True)
    rows = {}
    for name, metric in (run.summary.get("metrics") or {}).items():
        if run.is_emulated and metric.get("is_time"):
            continue
        phase = next((p for p in phases_known if name.endswith("." + p)), "")
        base = name[:-len(phase) - 1] if phase else name
        row = rows.setdefault(base, {"name": base, "unit": metric.get("unit", ""),
                                     "better": metric.get("better", "none"),
                                     "about": metric.get("about", ""), "values": []})
        row["values"].append((phase, show(metric.get("value"), metric.get("unit", ""))))
    return list(rows.values())


def bills(run):
    """For each phase that compacted: what it gained, and each item of what it cost."""
    ran, in_arms = False, {name for arm in read.arms(run) for name in arm["phases"]}
    for phase in run.phases:
        name, ran = phase["name"], ran or phase.get("do") == "run"
        if name in in_arms:
            continue
        gained = run.metric(f"blocks_gained.{name}")
        items = [bill_item(run, item, name) for item in BILL]
        items = [item for item in items if item]
        if gained is not None or items:
            yield {"phase": name, "gained": gained, "items": items,
                   "is_asked": phase.get("do") == "compact",
                   "is_first_aid": not ran and any(p.get("do") == "run" for p in run.phases),
                   "effectiveness": run.metric(f"effectiveness.{name}"),
                   "floor": run.metric(f"floor_ms.{name}"),
                   "over": run.metric(f"over_floor.{name}"),
                   "cpu": run.metric(f"cpu_ms.{name}")}


def episodes(run):
    """Compaction and reclaim by phase, kind and order: how many, and how long they lasted; and
    how many rows have no room."""
    found = []
    for phase in (run.summary.get("episodes") or {}).get("phases") or []:
        for kind in phase.get("kinds") or []:
            for one in kind.get("orders") or [dict(kind, order=None)]:
                order = one.get("order")
                found.append({"phase": phase.get("phase", ""), "kind": kind.get("kind", ""),
                              "order": "" if order is None else order, "count": one["count"],
                              "lasted": [f"{one[key] / 1e6:,.3f}" for key in LASTED]})
    found.sort(key=lambda row: -row["count"])
    return found[:EPISODES_MOST], len(found[EPISODES_MOST:])


def explicit(run):
    """Each compaction of a zone that was asked for by hand, and how it ended, those that gave up
    first; and how many have no room."""
    found = []
    more = (run.summary.get("episodes") or {}).get("explicit_more") or 0
    for row in (run.summary.get("episodes") or {}).get("explicit") or []:
        zone = row.get("zone") or f"from frame {row.get('zone_start', '?')}"
        lasted = row.get("duration_ns")
        found.append({"phase": row.get("phase", ""), "status": row.get("status") or "not told",
                      "zone": f"{zone}, node {row['node']}" if "node" in row else zone,
                      "lasted": "" if lasted is None else f"{lasted / 1e6:,.3f}"})
    found.sort(key=lambda row: row["status"] != "contended")
    return found[:EXPLICIT_MOST], len(found[EXPLICIT_MOST:]) + more


def bill_item(run, item, phase):
    metric = (run.summary.get("metrics") or {}).get(f"{item}.{phase}")
    if not metric or metric.get("value") is None:
        return None
    each = run.metric(f"{item}_per_block.{phase}")
    return {"name": item, "unit": metric.get("unit", ""), "about": metric.get("about", ""),
            "total": show(metric["value"]), "each": "" if each is None else show(each)}


SHAPES_MOST = 6


def shapes(run):
    """(phase, [(order, asked, got)]) of each shape of the free lists that was asked for whole; of
    one that is held there is nothing to be said order by order. And how many have no room."""
    header, source = read.rows(run, "shapes.csv")
    need = ["phase", "workload", "worker", "order", "asked", "got"]
    if header is None or any(c not in header for c in need):
        return [], 0
    at = [header.index(c) for c in need]
    found = {}
    for cells in source:
        *who, order, asked, got = (cells[i] for i in at)
        if asked and got:
            found.setdefault(tuple(who), []).append((order, int(asked), int(got)))
    return [(who[0], rows) for who, rows in found.items()][:SHAPES_MOST], len(found) - SHAPES_MOST


def steps(run):
    """What was done, phase by phase, with what the manifest notes and warns of."""
    actions = action_times(run)
    notes = {row.get("name"): row.get("note") for row in run.manifest.get("phases") or []}
    for phase in run.phases:
        said = [w.get("text", "") for w in run.manifest.get("warnings") or []
                if w.get("phase") == phase["name"]]
        note = notes.get(phase["name"])
        said = ([note] if note and note not in said else []) + said
        wall, cpu = actions.get(phase["name"], (0, 0))
        yield {"name": phase["name"], "do": action(phase),
               "result": phase.get("result", ""), "start": phase["start_ns"] / 1e9,
               "lasted": (phase["end_ns"] - phase["start_ns"]) / 1e9, "wall": wall / 1e6,
               "cpu": cpu / 1e6, "notes": said}


def action_times(run):
    """Wall and CPU nanoseconds of each phase's one action, from phases.csv."""
    header, source = read.rows(run, "phases.csv")
    need = ["phase", "action_wall_ns", "action_cpu_ns"]
    if header is None or any(c not in header for c in need):
        return {}
    name, *times = (header.index(c) for c in need)
    return {cells[name]: read.numbers([cells[i] for i in times]) for cells in source}


def nodes(run):
    """How many NUMA nodes: the manifest has them one by one, or only their number."""
    found = run.machine.get("nodes")
    return len(found) if isinstance(found, list) else found


def machine(run):
    """The facts of the machine; first what its host says of it, when it was a guest."""
    guest = run.machine.get("guest") or {}
    for name, value in guest.items():
        if value not in ("", []):
            yield GUEST.get(name, name), show(value), "bytes" if name == "memory_bytes" else ""
    hidden = {"guest"} | ({"copy_ns_per_page"} if run.is_emulated else set())
    for name, value in run.machine.items():
        if name not in hidden and value != "":
            yield name, show(value), KNOWN.get(name, "")


def about_run(run):
    """How the run was asked for."""
    manifest = run.manifest
    tool = manifest.get("tool") or {}
    command = manifest.get("command")
    yield "command", " ".join(map(str, command)) if isinstance(command, list) else str(command)
    yield "started", f"{manifest.get('start_utc', '')} (UTC)"
    if manifest.get("duration_ns") and not run.is_emulated:
        yield "lasted", f"{manifest['duration_ns'] / 1e9:.1f} s"
    yield "run", f"{manifest.get('repeat', 1)} of {manifest.get('repeats', 1)}"
    yield "seed", str(manifest.get("seed", ""))
    yield "tool", " ".join(str(tool[k]) for k in ("name", "version", "build", "compiler")
                           if tool.get(k))


def options(run):
    for name, value in (run.manifest.get("options") or {}).items():
        yield "", name, plain(value)
    for row in run.manifest.get("workloads") or []:
        for name, value in (row.get("options") or {}).items():
            yield f"{row.get('phase')}: {row.get('name')}", name, plain(value)


def plain(value):
    """An option as it was given, without separators that it does not take."""
    return show(value) if isinstance(value, (bool, dict, list)) else str(value)


CLASSES = ("free", "movable", "mixed", "unmovable", "huge")


def census(run):
    """One row a map: its pageblocks by class, and what makes some of them mixed."""
    rows = []
    for found in read.maps(run):
        counted = found.get("census") or {}
        blocks, poison_ = counted.get("pageblocks") or {}, counted.get("poison") or {}
        rows.append({"phase": found["phase"], "blocks": [blocks.get(c, 0) for c in CLASSES],
                     "frames": poison_.get("frames", 0), "half": poison_.get("half_frames", 0)})
    return rows


def poison(run):
    """Kinds, and (frames, pageblocks, alone) of each in each map."""
    columns = [{k["kind"]: (k["frames"], k["pageblocks"], k["alone"])
                for k in ((found.get("census") or {}).get("poison") or {}).get("kinds") or []}
               for found in read.maps(run)]
    names = sorted({name for column in columns for name in column},
                   key=lambda name: -max(c[name][0] for c in columns if name in c))
    return [(name, [column.get(name) for column in columns]) for name in names]
