# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts what groups of runs have in common, and what not, into the rows of their page's tables."""

import os
import re

import tables
import words

LEVEL = 0.05
EMULATED = ("These runs were made under TCG: the CPUs of their machines were programs. Counts and "
            "layouts are the kernel's and stand. Times are the emulator's, which are not times, so "
            "this page has none.")
# Of a moment, not of the machine: they are another in every run.
FLEETING = ("mem_available_bytes", "swap_used_bytes", "copy_ns_per_page", "uptime_s", "load_1")
VALUES_MOST = 4


def title(series):
    """The scenarios, and what the runs are set side by side by."""
    names = sorted({str(run.summary.get("scenario", "?")) for run in series.runs})
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")


def label(series, group):
    """What a group is called; a number alone says nothing."""
    if series.by == ["series"] and len(series.groups) == 1:
        return "Linux " + ", ".join(group.kernels)
    return group.label


def lead(series):
    """The first sentence: how many runs of what."""
    count, groups = len(series.runs), len(series.groups)
    runs = f"{count} run{'' if count == 1 else 's'}"
    if groups == 1:
        return f"{runs} of one {' and '.join(series.by)}, on Linux {kernels(series)}."
    return f"{runs} in {groups} groups, by {' and '.join(series.by)}."


def kernels(series):
    return ", ".join(dict.fromkeys(k for group in series.groups for k in group.kernels))


def strip(series):
    """For each group its runs in order: (name, state, what is said of it)."""
    return [(group, [(name_of(run.folder), *trust(run)) for run in group.runs])
            for group in series.groups]


def trust(run):
    """(state, sentences) of a run that takes part."""
    said = [str(text) for text in run.summary.get("doubts") or []]
    missed = words.missed(run)
    if not run.summary.get("trusted"):
        return "untrusted", said or ["It does not say why."]
    return ("missed", [missed]) if missed else ("trusted", [])


def name_of(folder):
    return os.path.basename(str(folder).rstrip("/"))


def doubts(series):
    """What speaks against runs, each once whatever its numbers, and of how many runs."""
    found = {}
    for run in series.runs:
        for text in trust(run)[1]:
            row = found.setdefault(re.sub("[0-9]+", "0", text), [text, 0])
            row[1] += 1
    return sorted(found.values(), key=lambda row: -row[1])


def runs(series):
    """One row a run, of those that are left out, too."""
    for group in series.groups:
        for run in group.runs:
            state, said = trust(run)
            yield {"group": label(series, group), "name": name_of(run.folder), "state": state,
                   "start": run.manifest.get("start_utc", ""),
                   "kernel": run.machine.get("kernel", ""),
                   "seed": run.manifest.get("seed", ""), "said": said}
    for folder, why in series.left_out:
        yield {"group": "none", "name": name_of(folder), "state": "left out", "start": "",
               "kernel": "", "seed": "", "said": [why]}


def base_of(series, name):
    """The metric without its phase, and the phase."""
    for run in series.runs:
        for phase in sorted((str(p.get("name")) for p in run.phases), key=len, reverse=True):
            if name.endswith("." + phase):
                return name[:-len(phase) - 1], phase
    return name, ""


def metrics(series, rows):
    """One row a metric, one cell a group."""
    for row in rows:
        if all(not cell["n"] for cell in row["groups"]):
            continue
        differences = [None] + row["differences"]
        yield {"name": row["name"], "unit": row["unit"], "better": row["better"],
               "about": about(series, row["name"]),
               "cells": [cell(row, one, other, len(group.runs)) for one, other, group
                         in zip(row["groups"], differences, series.groups)]}


def about(series, name):
    for run in series.runs:
        metric = (run.summary.get("metrics") or {}).get(name)
        if metric:
            return metric.get("about", "")
    return ""


def cell(row, one, other, count):
    unit = row["unit"]
    made = {"median": one["median"], "text": "", "range": "", "lack": "", "drift": "",
            "against": None}
    if not one["n"]:
        made["lack"] = one["reason"] or "no run has it"
        return made
    made["text"] = tables.show(one["median"], unit)
    low, high = tables.show(one["min"], unit), tables.show(one["max"], unit)
    made["range"] = f"{low} to {high}" if low != high else ""
    if one["n"] < count:
        why = f": {one['reason']}" if one["reason"] else ""
        made["lack"] = f"{one['n']} of {count} runs{why}"
    if one["slope_p"] is not None and one["slope_p"] < LEVEL:
        made["drift"] = f"drifts by {one['slope']:+.3g} a run"
    if other:
        made["against"] = against(other, unit)
    return made


def against(other, unit):
    """What the group is against the first one, as texts; "" where there is none."""
    made = {"difference": other["reason"] or "", "value": other["value"], "interval": "", "p": "",
            "low": None, "p_holm": None, "verdict": ""}
    if other["reason"] or other["value"] is None:
        return made
    made["difference"] = signed(other["value"], unit)
    if other["percent"] is not None and other["value"]:
        made["difference"] += f" ({other['percent']:+.1f} %)".replace("-", "\u2212")
    test = other["test"]
    if test:
        made["p"], made["p_holm"] = f"{test['p_holm']:.2g}", test["p_holm"]
        if test["low"] is not None:
            made["low"] = test["low"]
            made["interval"] = f"{signed(test['low'], unit)} to {signed(test['high'], unit)}"
    if test or other["verdict"] == "same":
        made["verdict"] = other["verdict"]
    return made


def whys(rows):
    """Why something cannot be told, each reason once with the metrics that it is of."""
    found = {}
    for row in rows:
        for other in row["differences"]:
            if other["why"] and other["test"]:
                names = found.setdefault(other["why"], [])
                if row["name"] not in names:
                    names.append(row["name"])
    return [(", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else ""), why)
            for why, names in found.items()]


def in_cell(one):
    """The same in short lines, for a table that has no columns for it: lines, verdict."""
    parts = [one["difference"], one["interval"] and f"95 %: {one['interval']}",
             one["p"] and f"p = {one['p']}"]
    return [part for part in parts if part], one["verdict"]


def sort_key(value):
    """What the script of the page sorts by; texts have units, signs and separators in them."""
    return "" if value is None else repr(value)


def signed(value, unit):
    text = tables.show(value, unit)
    return f"+{text}" if value > 0 else text.replace("-", "\u2212", 1)


def facts(series):
    """(what differs, what is alike): rows of a fact, its unit, and one text a group."""
    found = {}
    for group in series.groups:
        for run in group.runs:
            for key, text, unit in of_run(run):
                row = found.setdefault(key, (unit, [[] for _ in series.groups]))
                row[1][group.number].append(text)
    differing, alike = [], []
    for key, (unit, columns) in found.items():
        for column, group in zip(columns, series.groups):
            column += ["none"] * (len(group.runs) - len(column))
        sets = [set(column) for column in columns]
        row = {"where": key[0], "name": key[1], "unit": unit,
               "cells": [told(column) for column in columns]}
        is_alike = all(s == sets[0] and len(s) == 1 for s in sets)
        (alike if is_alike else differing).append(row)
    return differing, alike


def of_run(run):
    """((where, name), text, unit) of all that is known of where and how a run was made.

    A name that comes a second time (two workloads of one name in a phase) has its number behind
    it: they stand side by side with those of other runs, not with one another.
    """
    seen = {}
    for where, name, text, unit in told_of(run):
        count = seen[where, name] = seen.get((where, name), 0) + 1
        yield (where if count == 1 else f"{where}#{count}", name), text, unit


def told_of(run):
    for name, text, unit in tables.machine(run):
        if name not in FLEETING:
            yield "machine", name, text, unit
    tool = run.manifest.get("tool") or {}
    version = " ".join(str(tool[k]) for k in ("version", "build") if tool.get(k))
    yield "tool", "version", version, ""
    for where, name, text in tables.options(run):
        yield where or "scenario", name, text, ""
    for where, name, text in of_phases(run):
        yield where, name, text, ""
    for knob in run.manifest.get("knobs") or []:
        where = f"{knob['phase']}: knob" if knob.get("phase") else "knob"
        yield where, str(knob.get("name")), str(knob.get("during", "")), ""


def of_phases(run):
    """(where, name, text) of the options of phases and of their probes."""
    for phase in run.manifest.get("phases") or []:
        for name, value in (phase.get("options") or {}).items():
            yield str(phase.get("name")), name, tables.plain(value)
        for probe in phase.get("probes") or []:
            for name, value in (probe.get("options") or {}).items():
                yield (f"{phase.get('name')}: probe {probe.get('name')}", name,
                       tables.plain(value))


def told(column):
    """The values of a group, each once, the most frequent first."""
    values = sorted(set(column), key=lambda text: -column.count(text))
    text = ", ".join(values[:VALUES_MOST])
    return text + (f", ... ({len(values)} values)" if len(values) > VALUES_MOST else "")
