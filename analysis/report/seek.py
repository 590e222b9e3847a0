# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the samples of a long table by their time, without reading what lies between them."""

import gzip
import mmap
import os


def whole(path):
    """The bytes of a file; those of one that is compressed all have to be read."""
    if path.endswith(".gz"):
        with gzip.open(path, "rb") as file:
            return file.read()
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class Samples:
    """A table that begins with t_ns, in the order of time: several rows, one a zone, a sample.

    Empty where there is no such table. What an interrupted write left at its end is not a row.
    """

    def __init__(self, path):
        self.header, self.data, self.first, self.end = [], b"", 0, 0
        if not os.path.isfile(path) or not os.path.getsize(path):
            return
        self.data = whole(path)
        self.end = self.data.rfind(b"\n") + 1
        self.first = self.data.find(b"\n") + 1
        self.header = self.data[:max(self.first - 1, 0)].decode("utf-8", "replace").split(",")

    def time(self, start):
        """The time of the row that begins at @start, 0 where it has none."""
        cell = self.data[start:self.data.find(b",", start)]
        return int(cell) if cell.isdigit() else 0

    def start(self, inside):
        """Where the row begins that @inside lies in."""
        return max(self.data.rfind(b"\n", 0, inside) + 1, self.first)

    def after(self, t_ns):
        """Where the first row of a later time than @t_ns begins; the end where there is none."""
        low, high = self.first, self.end
        while low < high:
            row = self.start((low + high) // 2)
            if self.time(row) <= t_ns:
                low = self.data.find(b"\n", row) + 1
            else:
                high = row
        return low

    def sample(self, begin, t_ns, end):
        """The rows, split, of the last sample from @begin to @t_ns; else of the first that
        comes then, until @end; else of the last one before."""
        row = self.after(t_ns)
        last = self.time(self.start(row - 1)) if row > self.first else None
        if (last is None or last < begin) and row < self.end and self.time(row) <= end:
            last = self.time(row)
        if last is None:
            return []
        text = self.data[self.after(last - 1):self.after(last)]
        rows = [line.split(",") for line in text.decode("utf-8", "replace").splitlines()]
        return [cells for cells in rows if len(cells) == len(self.header)]
