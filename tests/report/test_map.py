# SPDX-License-Identifier: GPL-2.0-or-later
"""A map of the physical memory, read and painted by the report's Python.

usage: FRAGBENCH=build-dev/fragbench python3 tests/report/test_map.py (needs numpy and
matplotlib; tests/checks/map.sh runs it)
"""

import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../analysis/report"))
import mapfile  # noqa: E402
from draw import map as drawing  # noqa: E402

FLAGS = {"buddy": 1 << 10, "anon": 1 << 12 | 1 << 5, "slab": 1 << 7, "file": 1 << 5, "kernel": 0}
ANON, SLAB = mapfile.ANON, mapfile.SLAB


def head(frames, first=0, order=3):
    return mapfile.HEAD.pack(mapfile.MAGIC, 1, 1, 4096, order, order + 2, 0, first, frames, 7, 0)


def new(kind, owner, length):
    return bytes([0xf0 | length, kind, owner])


class File(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def read(self, data, checksum=None):
        path = os.path.join(self.folder, "x.map")
        checksum = zlib.crc32(data) if checksum is None else checksum
        with open(path, "wb") as file:
            file.write(data + struct.pack("<I", checksum))
        return mapfile.Map(path)

    def test_stripes(self):
        """1-2-1-2 is a new one, a new one, one byte and how often it repeats."""
        m = self.read(head(8) + new(ANON, 1, 1) + new(ANON, 2, 1) + bytes([0x11, 0x00, 5, 0x01]))
        self.assertEqual(m.owners.tolist(), [1, 2] * 4)
        self.assertEqual(m.edges.tolist(), list(range(9)))
        self.assertEqual(m.at(np.array([0, 7])).tolist(), [0, 7])

    def test_long_and_recalled(self):
        m = self.read(head(1000) + new(SLAB, 0, 0) + bytes([0x80, 0x01]) + new(ANON, 0, 3)
                      + new(mapfile.FREE + 2, 0, 4) + bytes([0x2f, 0x10, 0xb2, 0x06, 0x01]))
        # 16 + 128 slab; 3 anon; 4 free; rank 2, 15 long: slab; rank 1, 16 + 818: free.
        self.assertEqual(m.kinds.tolist(), [SLAB, ANON, 34, SLAB, 34])
        self.assertEqual(np.diff(m.edges).tolist(), [144, 3, 4, 15, 834])

    def test_repeats_go_round_as_if_written_out(self):
        symbols = new(ANON, 1, 1) + new(SLAB, 0, 2) + new(ANON, 2, 3)
        for rank in (0, 1, 2):
            for times in range(1, 8):
                token = bytes([rank << 4 | 4])
                end = bytes([0x25, 0x16, 1])  # what was seen when stands as it would
                one = self.read(head(6 + 4 * (times + 1) + 11) + symbols + token +
                                bytes([0, times]) + end)
                other = self.read(head(6 + 4 * (times + 1) + 11) + symbols +
                                  token * (times + 1) + end)
                for name in ("kinds", "owners", "edges"):
                    np.testing.assert_array_equal(getattr(one, name), getattr(other, name))

    def test_damaged(self):
        whole = head(3) + new(SLAB, 0, 3) + bytes([0x01])
        self.read(whole)
        for data, checksum in ((whole, 1), (b"no map at all" * 9, None),
                               (head(4) + new(SLAB, 0, 3) + bytes([0x01]), None)):
            with self.assertRaises(ValueError):
                self.read(data, checksum)

    def test_as_the_program_counts(self):
        """Flags of chance, scanned and counted in C, come back from the file the same."""
        chance = np.random.default_rng(5)
        names = chance.choice(list(FLAGS), 4096, p=[0.4, 0.3, 0.05, 0.15, 0.1])
        names = np.repeat(names, chance.integers(1, 9, 4096))[:4096]
        machine(self.folder, [FLAGS[n] for n in names])
        saved = os.path.join(self.folder, "scan.map")
        done = subprocess.run([os.environ["FRAGBENCH"], "map", "--sysroot", self.folder, "--save",
                               saved, "--json"], stdout=subprocess.PIPE, check=True)
        counted = json.loads(done.stdout)["census"]["frames"]
        m = mapfile.Map(saved)
        lengths = np.diff(m.edges)
        self.assertEqual(m.frames, 4096)
        for kind, name in ((ANON, "anon"), (SLAB, "slab"), (mapfile.FILE, "file"),
                           (mapfile.KERNEL, "kernel")):
            self.assertEqual(int(lengths[m.kinds == kind].sum()), counted[name])
            self.assertEqual(int((names == name).sum()), counted[name])
        free = m.kinds >= mapfile.FREE
        self.assertEqual(int(lengths[free].sum()), int((names == "buddy").sum()))
        # Every free block lies where blocks of its order may.
        for kind, begin, length in zip(m.kinds[free], m.edges[:-1][free], lengths[free]):
            size = 2**int(kind - mapfile.FREE)
            self.assertEqual((int(begin) % size, int(length) % size), (0, 0))


def machine(folder, flags):
    """A machine of one zone, with pageblocks of 8 frames, that has these flags."""
    os.makedirs(os.path.join(folder, "proc/self"))
    files = {"buddyinfo": "Node 0, zone Normal 1 0 0 0 0\n",
             "pagetypeinfo": "Page block order: 3\n",
             "self/smaps": "KernelPageSize:        4 kB\n",
             "zoneinfo": f"Node 0, zone Normal\n  pages free 1\n        min 1\n"
                         f"        low 2\n        high 3\n        spanned  {len(flags)}\n"
                         f"        present  {len(flags)}\n        managed  {len(flags)}\n"
                         f"  pagesets\n    cpu: 0\n              count: 3\n"
                         f"  start_pfn:           0\n"}
    for name, text in files.items():
        with open(os.path.join(folder, "proc", name), "w", encoding="utf-8") as file:
            file.write(text)
    with open(os.path.join(folder, "proc/kpageflags"), "wb") as file:
        file.write(np.array(flags, dtype="<u8").tobytes())


class Painting(unittest.TestCase):
    def test_means_are_exact(self):
        edges = np.array([0, 3, 4, 10])
        values = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 0]])
        got = drawing.means(edges, values, np.array([0, 2, 6, 10, 12]))
        self.assertTrue(np.allclose(got[:3], [[1, 0, 0], [0.25, 0.25, 0], [0, 0, 0]]))
        # Beyond the end there is nothing: white.
        self.assertTrue(np.allclose(got[3], [1, 1, 1]))

    def test_hilbert_fills_the_square_step_by_step(self):
        for side in (1, 2, 8, 32):
            x, y = drawing.hilbert(side)
            self.assertEqual(len(set(zip(x.tolist(), y.tolist()))), side * side)
            self.assertTrue((abs(np.diff(x)) + abs(np.diff(y)) == 1).all())
            self.assertEqual((x[0], y[0]), (0, 0))


if __name__ == "__main__":
    unittest.main()
