# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a run directory, as results/README.md has it, and nothing else.

Long tables are thinned while they stream past: of every stretch of rows the
ones with the smallest and the largest value of each column stay, so that no
spike is lost and memory does not grow with the length of the run.
"""

import configparser
import gzip
import json
import os

import numpy as np

STRETCHES = 300
NAN = float("nan")


class Run:
    """A run directory: its manifest, its summary, and tables on demand."""

    def __init__(self, folder, others=()):
        self.folder = folder
        self.others = others  # folders of the runs that were given with it
        self.manifest = self._json("manifest.json")
        self.summary = self._json("summary.json")

    def _json(self, name):
        with opened(self.path(name)) as file:
            found = json.load(file)
        if not isinstance(found, dict):
            raise ValueError(f"{name} is not a JSON object")
        return found

    def path(self, name):
        """Of a file, or of its compressed self where only that was kept."""
        path = os.path.join(self.folder, name)
        return path if os.path.exists(path) or not os.path.exists(path + ".gz") else path + ".gz"

    @property
    def order(self):
        """The pageblock order, at which the headline numbers stand."""
        return int(self.summary.get("order", 9))

    @property
    def page_size(self):
        return int(self.machine.get("page_size", 4096))

    @property
    def machine(self):
        return self.manifest.get("machine") or {}

    @property
    def phases(self):
        return self.summary.get("phases") or []

    @property
    def is_emulated(self):
        """True where the CPU was a program: then no time of the run is told."""
        return self.summary.get("accelerator") == "tcg"

    @property
    def is_interrupted(self):
        status = self.manifest.get("status")
        return self.folder.rstrip("/").endswith(".partial") or status in ("running", "interrupted")

    def metric(self, name):
        """The value of a metric, None when it is not there or cannot be told."""
        row = (self.summary.get("metrics") or {}).get(name)
        return row.get("value") if isinstance(row, dict) else None

    def asked(self, phase, key):
        """What scenario.ini says of a phase, as text; None when it does not."""
        scenario = configparser.ConfigParser(strict=False, interpolation=None)
        try:
            with opened(self.path("scenario.ini")) as file:
                scenario.read_file(file)
        except (configparser.Error, OSError):
            return None
        for section in (f"phase {phase}", phase):
            if scenario.has_option(section, key):
                return scenario.get(section, key)
        return None

    def mib(self, pages):
        return pages * self.page_size / 2**20


def opened(path, **more):
    """A text file, compressed or not."""
    how = gzip.open if path.endswith(".gz") else open
    return how(path, "rt", encoding="utf-8", errors="replace", **more)


def whole(phase):
    """The state of all zones at the end of a phase, None when there is none."""
    return next((z for z in phase.get("zones") or [] if z.get("zone") == "all"), None)


def maps(run, most=5):
    """The maps at the ends of the phases that changed something, and the last before them."""
    kinds = {p.get("name"): p.get("do") for p in run.phases}
    kept = [m for m in run.summary.get("maps") or [] if m.get("phase") in kinds]
    first = next((i for i, m in enumerate(kept) if kinds[m["phase"]] == "run"), 0)
    picked = [m for i, m in enumerate(kept)
              if i == first - 1
              or (i >= first and kinds[m["phase"]] in ("run", "free", "release", "compact"))]
    picked = picked or kept
    return picked[:most - 1] + picked[most - 1:][-1:]


def maps_left(run):
    """The phases of all other maps of the run."""
    shown = [id(m) for m in maps(run)]
    return [str(m.get("phase")) for m in run.summary.get("maps") or [] if id(m) not in shown]


def number(cell):
    """A cell as a number; an empty or strange one is not a number."""
    try:
        return float(cell)
    except ValueError:
        return NAN


def numbers(cells):
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        return [number(cell) for cell in cells]


def lines(path):
    """Whole lines, without newline; what an interrupted write left is not one."""
    with opened(path, newline="\n") as file:
        for line in file:
            if not line.endswith("\n"):
                return
            yield line[:-1]


def rows(run, name, only=None):
    """The header and an iterator over the split lines of a table.

    only: a text that a line must hold to be split at all. Returns (None, ())
    when the table is not there.
    """
    path = run.path(name)
    if not os.path.isfile(path):
        return None, iter(())
    source = lines(path)
    header = next(source, "").split(",")
    width = len(header)
    picked = source if only is None else (line for line in source if only in line)
    split = (line.split(",") for line in picked)
    return header, (cells for cells in split if len(cells) == width)


def groups(header, prefix):
    """The columns prefix0..prefixN, as positions."""
    found = []
    while f"{prefix}{len(found)}" in header:
        found.append(header.index(f"{prefix}{len(found)}"))
    return found


class Thinner:
    """Keeps of each stretch of rows the first, the last and every extreme."""

    def __init__(self, stretch):
        self.stretch = stretch
        self.open = []
        self.kept = []

    def add(self, row):
        self.open.append(row)
        if len(self.open) >= self.stretch:
            self.flush()

    def flush(self):
        if not self.open:
            return
        block = np.array(self.open)
        self.open = []
        if len(block) > 4:
            filled = np.where(np.isnan(block), -1.0, block)
            keep = {0, len(block) - 1}
            keep.update(filled.argmin(axis=0).tolist(), filled.argmax(axis=0).tolist())
            block = block[sorted(keep)]
        self.kept.append(block)

    def all(self, width):
        self.flush()
        return np.concatenate(self.kept) if self.kept else np.empty((0, width))


def stretch_of(path, rows_a_sample=1):
    """How many samples go into one stretch, from the size of the file."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        file.readline()
        length = max(len(file.readline()), 1)
        size = file.seek(0, os.SEEK_END) if path.endswith(".gz") else os.path.getsize(path)
    samples = size / length / max(rows_a_sample, 1)
    return max(1, int(samples / STRETCHES))


def table(run, name, columns, only=None, rows_a_sample=1, keep=None):
    """Seconds and the named columns of a table, thinned; None when missing.

    keep: tells of the split cells and the header whether a row is wanted.
    """
    header, source = rows(run, name, only)
    if header is None or any(c not in header for c in ["t_ns", *columns]):
        return None
    at = [header.index(c) for c in ["t_ns", *columns]]
    thin = Thinner(stretch_of(run.path(name), rows_a_sample))
    for cells in source:
        if keep is None or keep(cells, header):
            thin.add(numbers([cells[i] for i in at]))
    data = thin.all(len(at))
    return (data[:, 0] / 1e9, data[:, 1:]) if len(data) else None


def free_lists(run):
    """Seconds, free blocks per order and hidden pages over all zones together."""
    header, source = rows(run, "buddy.csv")
    if header is None or not {"t_ns", "pcp_pages", "free_0"} <= set(header):
        return None
    at = [header.index("t_ns"), header.index("pcp_pages"), *groups(header, "free_")]
    phase = header.index("phase") if "phase" in header else at[0]
    zones = len(run.phases[0].get("zones") or [0, 0]) - 1 if run.phases else 1
    thin = Thinner(stretch_of(run.path("buddy.csv"), zones))
    for row in samples_of(source, at, phase):
        thin.add(row)
    data = thin.all(len(at))
    return (data[:, 0] / 1e9, data[:, 2:], data[:, 1]) if len(data) else None


def samples_of(source, at, phase):
    """The zones of one sample added up, sample after sample."""
    stamp, total = None, None
    for cells in source:
        row = numbers([cells[i] for i in at])
        if (cells[at[0]], cells[phase]) != stamp:
            if total is not None:
                yield total
            stamp, total = (cells[at[0]], cells[phase]), row
        else:
            total = total[:1] + [a + b for a, b in zip(total[1:], row[1:])]
    if total is not None:
        yield total


def index(run, prefix):
    """Seconds and an index of all zones together, one column an order."""
    header, _ = rows(run, "index.csv")
    if header is None:
        return None
    columns = [header[i] for i in groups(header, prefix)]
    if not columns:
        return None
    zones = len(run.phases[0].get("zones") or [0]) if run.phases else 1
    return table(run, "index.csv", columns, only=",all,all,", rows_a_sample=zones)


def workers(run):
    """{worker: (workload, seconds, pages, state)}; empty when there is no table."""
    header, source = rows(run, "ops.csv")
    need = ["t_ns", "workload", "worker", "pages", "state"]
    if header is None or any(c not in header for c in need):
        return {}
    t, workload, worker, pages, state = (header.index(c) for c in need)
    stretch = stretch_of(run.path("ops.csv"), 2)
    found = {}
    for cells in source:
        name, thin = found.setdefault(cells[worker], (cells[workload], Thinner(stretch)))
        thin.add(numbers([cells[t], cells[pages], cells[state]]))
    result = {}
    for key in sorted(found, key=number):
        data = found[key][1].all(3)
        result[key] = (found[key][0], data[:, 0] / 1e9, data[:, 1], data[:, 2])
    return result


def frames(run, phases, windows):
    """{phase: {window: list of (first frame, pages, owner)}} of frames.csv.

    phases: the names that are wanted; windows: how many of the pageblocks.
    """
    header, source = rows(run, "frames.csv")
    need = ["phase", "window", "pfn", "pages", "owner"]
    if header is None or any(c not in header for c in need):
        return {}
    phase, *rest = (header.index(c) for c in need)
    found = {}
    for cells in source:
        if cells[phase] not in phases:
            continue
        window, pfn, pages, owner = numbers([cells[i] for i in rest])
        if window < windows:
            found.setdefault(cells[phase], {}).setdefault(int(window), []).append(
                (int(pfn), int(pages), int(owner)))
    return found


def arms(run):
    """The arms of the scenario, as the manifest tells of them."""
    found = run.manifest.get("arms") or []
    return [arm for arm in found if isinstance(arm, dict) and arm.get("phases")]


def fallbacks_over_time(run, end, bins):
    """{"fragmenting" or "harmless": (how many, how many in each bin)} of events.csv.

    end: seconds that the bins share. A fallback is fragmenting below the pageblock order.
    """
    header, source = rows(run, "events.csv", only=",mm_page_alloc_extfrag,")
    need = ["t_ns", "fallback_order"]
    if header is None or any(c not in header for c in need):
        return {}
    at, order = (header.index(c) for c in need)
    counts = {"fragmenting": np.zeros(bins), "harmless": np.zeros(bins)}
    for cells in source:
        kind = "fragmenting" if number(cells[order]) < run.order else "harmless"
        counts[kind][bin_of(number(cells[at]) / 1e9, end, bins)] += 1
    return {kind: (int(values.sum()), values) for kind, values in counts.items()}


def episodes_over_time(run, end, bins):
    """{kind: (how many, how much in each bin)} of episodes.csv.

    How much: of the time of a bin, what such episodes filled; under an emulator, whose times are
    none, how many began in it.
    """
    header, source = rows(run, "episodes.csv")
    need = ["t_ns", "kind", "duration_ns"]
    if header is None or any(c not in header for c in need):
        return {}
    at, kind, lasted = (header.index(c) for c in need)
    found, counts = {}, {}
    for cells in source:
        filled = found.setdefault(cells[kind], np.zeros(bins))
        begin, seconds = number(cells[at]) / 1e9, number(cells[lasted]) / 1e9
        counts[cells[kind]] = counts.get(cells[kind], 0) + 1
        if run.is_emulated or not seconds > 0:
            filled[bin_of(begin, end, bins)] += 1e-9
        else:
            fill(filled, begin * bins / end, (begin + seconds) * bins / end)
    return {key: (counts[key], filled) for key, filled in found.items()}


def bin_of(seconds, end, bins):
    if seconds != seconds:
        return 0
    return min(max(int(seconds * bins / end), 0), bins - 1)


def fill(filled, begin, end):
    """Add the stretch from begin to end, both in bins, to the bins that it lies in."""
    first, last = (min(max(int(x), 0), len(filled) - 1) for x in (begin, end))
    for i in range(first, last + 1):
        filled[i] += max(min(end, i + 1) - max(begin, i), 0)
