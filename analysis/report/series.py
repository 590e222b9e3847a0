# SPDX-License-Identifier: GPL-2.0-or-later
"""Several runs on one page: the groups that `fragbench compare` makes of them, and its numbers.

usage: series.py COMPARISON FOLDER [--svg] [--pdf]

Started by `fragbench report`. COMPARISON, the name of a file in FOLDER, is what
`compare --json` prints, with the rows of every metric as "all". Medians, intervals and
slopes of metrics are those of the file; what is made here is what it cannot have: courses and
buckets of several runs (pooled.py), and the points of a response curve (curve.py).
"""

import dataclasses
import json
import os
import sys

import report


@dataclasses.dataclass
class Group:
    """Runs that are alike, by the time of their start: what a line or a column of the page is of.

    number: from 0, for its place and colour; row of a metric: row["groups"][number].
    """

    number: int
    label: str
    keys: dict
    runs: list  # of read.Run
    kernels: list
    accelerators: list


class Series:
    """What `draw_series(series)` of a picture gets.

    groups: of them the pictures are. runs: all in the groups, group by group. left_out: of a run
    that takes no part: (folder, why).
    """

    def __init__(self, folder, name):
        # Not before it is known that numpy is there.
        import read  # pylint: disable=import-outside-toplevel
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
            self.comparison = json.load(file)
        self.groups = []
        for number, row in enumerate(self.comparison["groups"]):
            runs = [read.Run(os.fsencode(path).decode("utf-8", "surrogateescape"))
                    for path in row["runs"]]
            self.groups.append(Group(number, row["label"], row["keys"], runs, row["kernels"],
                                     row["accelerators"]))
        self.runs = [run for group in self.groups for run in group.runs]
        self.left_out = [(row["run"], row["why"]) for row in self.comparison["left_out"]]
        self.left_out += [(path, "it was not finished")
                          for path in self.comparison.get("unfinished") or []]
        self.by = self.comparison["by"]
        self.headline = self.comparison["metrics"]
        self.metrics = {row["name"]: row for row in self.comparison["all"]}

    @property
    def order(self):
        return self.runs[0].order

    @property
    def is_emulated(self):
        """True where no run has times."""
        return all(run.is_emulated for run in self.runs)

    @property
    def is_alike(self):
        """False where the runs differ in more than what makes the groups."""
        return self.comparison["alike"]

    def cell(self, name, group):
        """What the comparison says of a metric of a group: n, median, min, max, slope, ...; or
        None when there is no number of it."""
        row = self.metrics.get(name)
        cell = row["groups"][group.number] if row else None
        return cell if cell and cell["n"] else None

    def values(self, name, group):
        """The number of each run of the group, None where it has none or it is no time."""
        if self.cell(name, group) is None:
            return [None] * len(group.runs)
        return [run.metric(name) for run in group.runs]


def main(arguments):
    name, folder, *flags = arguments
    report.quiet()
    if report.modules() is None:
        return report.EXIT_NO_MODULES
    import together  # pylint: disable=import-outside-toplevel
    return report.made(folder, folder, flags,
                       lambda svg: together.write(Series(folder, name), folder, svg))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
