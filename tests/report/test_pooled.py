# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs of a group taken together: one axis of phases for all, buckets and fallbacks added up.

usage: python3 tests/report/test_pooled.py (needs numpy; tests/checks/report.sh runs it)
"""

import gzip
import os
import sys
import tempfile
import unittest

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../analysis/report"))
import pooled  # noqa: E402
import read  # noqa: E402
import seek  # noqa: E402


def run_(*phases, folder="", fallbacks=None):
    """A run of phases (name, start, end) in seconds."""
    run = read.Run.__new__(read.Run)
    run.folder = folder
    run.manifest = {}
    run.summary = {"fallbacks": fallbacks, "phases": [
        {"name": name, "do": "setup" if name == "setup" else "run", "start_ns": int(start * 1e9),
         "end_ns": int(end * 1e9)} for name, start, end in phases]}
    return run


class Axis(unittest.TestCase):
    def test_median_widths(self):
        runs = [run_(("setup", 0, 9), ("a", 9, 9 + a), ("b", 20, 20 + b))
                for a, b in ((1, 3), (2, 4), (6, 5))]
        found = pooled.axis(runs)
        self.assertEqual(found.names, ("a", "b"))
        self.assertEqual(found.seconds, [2, 4])
        self.assertAlmostEqual(found.widths[0], 1 / 3)
        self.assertEqual(found.starts[0], 0)
        self.assertAlmostEqual(found.starts[1] + found.widths[1], 1)

    def test_short_phases_are_widened(self):
        found = pooled.axis([run_(("a", 0, 99), ("b", 99, 99.001))])
        self.assertGreater(found.widths[1], 0.1)

    def test_what_most_runs_did(self):
        odd = run_(("a", 0, 1), ("x", 1, 2))
        usual = [run_(("a", 0, 1), ("b", 1, 2)) for _ in range(2)]
        self.assertEqual(pooled.axis([odd, *usual]).names, ("a", "b"))

    def test_no_phases(self):
        self.assertIsNone(pooled.axis([run_(), run_(("a", 5, 5))]))


class Course(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.quick = run_(("a", 0, 1), ("b", 1, 2))
        self.slow = run_(("a", 10, 14), ("b", 14, 15))
        self.shared = pooled.axis([self.quick, self.slow])

    def course(self, run, seconds, values):
        run.folder = self.folder.name
        with open(run.path("x.csv"), "w", encoding="utf-8") as file:
            file.write("t_ns,phase,v\n" + "".join(f"{int(t * 1e9)},p,{v}\n"
                                                 for t, v in zip(seconds, values)))
        def reader(header):
            at = header.index("v")
            return lambda rows: [float(rows[-1][at]) if rows else 0]
        return pooled.course(run, self.shared, "x.csv", reader)[0]

    def test_phases_lie_upon_one_another(self):
        quick = self.course(self.quick, [0, 0.5, 1, 2], [1, 2, 3, 4])
        slow = self.course(self.slow, [10, 12, 14, 15], [1, 2, 3, 4])
        # The sample at the border belongs to both phases, so that the end of a is 3 in both.
        np.testing.assert_array_equal(quick, slow)
        self.assertEqual((quick[0], quick[-1]), (1, 4))

    def test_first_sample_stands_for_the_start(self):
        found = self.course(self.quick, [0.25, 1.5], [7, 9])
        self.assertFalse(np.isnan(found).any())
        self.assertEqual(set(found), {7, 9})

    def test_a_phase_without_a_sample(self):
        self.assertEqual(set(self.course(self.quick, [0.5], [7])), {7})

    def test_a_phase_that_is_lacking(self):
        found = self.course(run_(("a", 0, 1)), [0, 1], [5, 6])
        inside = np.array([name == "a" for name, _, _ in pooled.grid(self.shared)])
        self.assertTrue(np.isnan(found[~inside]).all())
        self.assertFalse(np.isnan(found[inside]).any())

    def test_envelope(self):
        nan = np.nan
        low, middle, high = pooled.envelope([[1, nan, nan], [2, 5, nan], [9, 7, nan]])
        np.testing.assert_array_equal(low, [1, 5, nan])
        np.testing.assert_array_equal(middle, [2, 6, nan])
        np.testing.assert_array_equal(high, [9, 7, nan])


class Samples(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def table(self, text):
        path = os.path.join(self.folder.name, "t.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return seek.Samples(path)

    def test_every_time_finds_its_sample(self):
        times = [3, 10, 11, 400, 5000]
        table = self.table("t_ns,zone\n" + "".join(f"{t},a\n{t},b\n" for t in times))
        self.assertEqual(table.header, ["t_ns", "zone"])
        for t in range(3, 5010):
            last = max(x for x in times if x <= t)
            self.assertEqual(table.sample(0, t, t), [[str(last), "a"], [str(last), "b"]])

    def test_the_first_where_none_came_before(self):
        table = self.table("t_ns,v\n10,x\n20,y\n")
        self.assertEqual(table.sample(5, 5, 15), [["10", "x"]])
        self.assertEqual(table.sample(5, 5, 9), [])
        # Nor was there one since 12: the first after it, or else the last before.
        self.assertEqual(table.sample(12, 15, 25), [["20", "y"]])
        self.assertEqual(table.sample(12, 15, 19), [["10", "x"]])

    def test_what_is_no_row(self):
        table = self.table("t_ns,v\n10,x\n10,x,x\n20,y")
        self.assertEqual(table.sample(0, 99, 99), [["10", "x"]])

    def test_compressed(self):
        path = os.path.join(self.folder.name, "t.csv.gz")
        with gzip.open(path, "wt") as file:
            file.write("t_ns,v\n10,x\n20,y\n")
        self.assertEqual(seek.Samples(path).sample(0, 15, 15), [["10", "x"]])

    def test_nothing(self):
        for text in ("", "t_ns,v", "t_ns,v\n"):
            self.assertEqual(self.table(text).sample(0, 1, 2), [])
        self.assertEqual(seek.Samples(self.folder.name).sample(0, 1, 2), [])


class Buckets(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def latency(self, name, rows):
        folder = os.path.join(self.folder.name, name)
        os.mkdir(folder)
        with open(os.path.join(folder, "latency.csv"), "w", encoding="utf-8") as file:
            file.write("phase,workload,low_ns,high_ns,count\n" + rows)
        return run_(folder=folder)

    def test_they_add_up(self):
        runs = [self.latency("a", "fill,w,10,19,3\nfill,w,20,29,1\nask,probe:thp,10,19,2\n"),
                self.latency("b", "fill,w,20,29,4\nfill,w,0,9,1\nfill,w,50,59,"),
                run_(folder=self.folder.name)]
        found = pooled.buckets(runs)
        self.assertEqual(found, {("fill", "w"): [[0, 9, 1], [10, 19, 3], [20, 29, 5]],
                                 ("ask", "probe:thp"): [[10, 19, 2]]})

    def test_percentiles_are_upper_ends(self):
        merged = [[0, 9, 1], [10, 19, 3], [20, 29, 5], [90, 99, 1]]
        for share, end in ((0.1, 9), (0.4, 19), (0.5, 29), (0.9, 29), (0.99, 99), (1, 99)):
            self.assertEqual(pooled.percentile(merged, share), end)


class Matrices(unittest.TestCase):
    def test_sums_of_those_that_have_any(self):
        def fallbacks(number):
            return {"matrix": {"movable": {"unmovable": number, "movable": 0}}}
        found = pooled.matrices([run_(fallbacks=fallbacks(3)), run_(),
                                 run_(fallbacks=fallbacks(4))], "matrix")
        self.assertEqual(found, ({"movable": {"unmovable": 7, "movable": 0}}, 2))
        self.assertEqual(pooled.matrices([run_()], "matrix"), ({}, 0))


if __name__ == "__main__":
    unittest.main()
