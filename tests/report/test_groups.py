# SPDX-License-Identifier: GPL-2.0-or-later
"""The pictures of a series: each from a small made-up one, and each when its data is missing.

usage: python3 tests/report/test_groups.py (needs numpy and matplotlib; tests/checks/report.sh
runs it)
"""

import os
import sys
import tempfile
import types
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../analysis/report"))
import curve as dial  # noqa: E402
import pooled  # noqa: E402
import read  # noqa: E402
from draw import (bars, bills, course, curve, decay, exchange, latency,  # noqa: E402
                  measures, orders, shifts, style)

ALL = (course, orders, measures, shifts, bills, latency, exchange, curve)
PHASES = (("baseline", "settle"), ("fill", "run"), ("compact", "compact"))
KINDS = ("unmovable", "movable", "reclaimable", "other")


def matrix(number):
    return {taker: {giver: number if (taker, giver) == ("movable", "unmovable") else 0
                    for giver in KINDS} for taker in KINDS}


def test(low, shift, high):
    return {"low": low, "shift": shift, "high": high}


class Series(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        style.begin()

    def run_(self, name, number, accelerator="none"):
        folder = os.path.join(self.folder.name, name)
        os.mkdir(folder)
        phases = [{"name": phase, "do": do, "start_ns": i * 10**9, "end_ns": (i + 1) * 10**9,
                   "zones": [{"zone": "all", "free": [256 * number, 0, 256]}]}
                  for i, (phase, do) in enumerate(PHASES)]
        run = read.Run.__new__(read.Run)
        run.folder, run.others = folder, ()
        run.manifest = {"machine": {"kernel": "6.1"}}
        run.summary = {"order": 2, "phases": phases, "accelerator": accelerator, "metrics": {},
                       "fallbacks": {"matrix": matrix(number), "matrix_fragmenting": matrix(1)}}
        self.write(run, "buddy.csv", "t_ns,phase,node,zone,pcp_pages,free_0,free_1,free_2\n" +
                   "".join(f"{i * 10**8},x,0,DMA,1,2,3,{i}\n" for i in range(31)))
        self.write(run, "latency.csv", "phase,workload,low_ns,high_ns,count\n"
                   f"fill,w,1000,1999,98\nfill,w,8000,{8999 + 1000 * number},2\n"
                   "ask,probe:thp:failed,10,19,5\n")
        return run

    def write(self, run, name, text):
        with open(run.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def series(self, sizes, **cells):
        """Groups a, b, ... of so many runs; cells: {metric: [values of a, of b, ...]}."""
        groups = [types.SimpleNamespace(number=g, label="ab"[g], runs=[
            self.run_(f"{g}-{i}", i + 1) for i in range(size)]) for g, size in enumerate(sizes)]
        made = types.SimpleNamespace(groups=groups, runs=[r for g in groups for r in g.runs],
                                     is_alike=True, headline=[], metrics={})
        for name, values in cells.items():
            name = name.replace("__", ".")
            made.metrics[name] = {"name": name, "unit": "index", "better": "lower", "groups": [
                {"n": len(v), "values": v, "min": min(v), "max": max(v),
                 "median": sorted(v)[len(v) // 2]} for v in values], "differences": []}
        made.headline = list(made.metrics.values())
        made.cell = lambda name, group: (made.metrics[name]["groups"][group.number]
                                         if name in made.metrics else None)
        return made


class Drawn(Series):
    def picture(self, module, series):
        """The caption and the alternative text of what must be a picture."""
        found = module.draw_series(series)
        self.assertIsInstance(found, tuple, found)
        style.save(found[0], self.folder.name, module.NAME, False)
        return found[1:]

    def test_course(self):
        caption, alt = self.picture(course, self.series([2, 1], unusable__fill=[[0.1, 0.2], [0.3]]))
        self.assertIn("order 2", caption)
        self.assertIn("the band reaches", caption)
        self.assertIn("over the phases baseline, fill, compact", alt)
        self.assertIn("a: fill 0.200; b: fill 0.300", alt)
        self.assertNotIn("band", self.picture(course, self.alone())[0])

    def test_a_group_with_other_phases(self):
        series = self.series([1, 1])
        series.groups[1].runs[0].phases[1]["name"] = "other"
        _, alt = self.picture(course, series)
        self.assertIn("over the phases baseline, fill, compact, other", alt)
        for phase in series.groups[1].runs[0].phases:
            phase["end_ns"] = 0
        self.picture(course, series)

    def test_the_index_is_a_ratio_of_free_lists(self):
        shared = pooled.axis(self.alone().runs)
        group = types.SimpleNamespace(runs=[self.run_("d", 1)])
        self.write(group.runs[0], "buddy.csv",
                   "t_ns,phase,node,zone,pcp_pages,free_0,free_1,free_2\n"
                   "0,x,0,DMA,9,2,1,0\n0,x,0,Normal,9,4,0,6\n3000000000,x,0,DMA,9,0,0,0\n")
        index, free, large = (lines[0] for lines in course.courses(group, shared, 2))
        # 6 * 4 of 2 + 2 + 4 + 24 pages lie in blocks of order 2; at the end nothing is free.
        self.assertAlmostEqual(index[0], 8 / 32)
        self.assertEqual((free[0], large[0]), (32 / 256, 24 / 256))
        self.assertEqual((index[-1], free[-1]), (1, 0))

    def alone(self):
        groups = [types.SimpleNamespace(number=0, label="c", runs=[self.run_("c", 1)])]
        return types.SimpleNamespace(groups=groups, runs=groups[0].runs, metrics={},
                                     cell=lambda name, group: None)

    def test_phases_that_have_no_room_are_counted(self):
        series = self.series([2, 1])
        self.assertNotIn("stand here", self.picture(orders, series)[0])
        for run in series.runs:
            last = run.phases[-1]
            run.summary["phases"] += [dict(last, name=f"again-{i}") for i in range(4)]
        caption, alt = self.picture(orders, series)
        self.assertIn("the first 5 stand here; of 2 more", caption)
        self.assertNotIn("again-2", alt)
        _, caption, _ = bars.draw(series.runs[0])
        self.assertIn("The first 5 phases that changed something stand here; 2 more are in", caption)

    def test_only_a_machine_that_stays_up_grows_older(self):
        series = self.series([3, 2], unusable__fill=[[0.1, 0.2, 0.3], [0.3, 0.2]])
        for cell in series.headline[0]["groups"]:
            cell.update(slope=0.1, slope_p=0.5)
        series.values = lambda name, group: series.cell(name, group)["values"]
        self.assertIn("the same memory growing older", self.picture(decay, series)[0])
        for run in series.runs:
            run.manifest["machine"]["guest"] = {"accel": "kvm"}
        self.assertNotIn("growing older", self.picture(decay, series)[0])
        self.assertIn("booted anew", self.picture(decay, series)[0])

    def test_orders(self):
        _, alt = self.picture(orders, self.series([3, 1]))
        self.assertIn("of order 2 or larger", alt)
        self.assertIn("fill: a 4, b 4", alt)

    def test_measures(self):
        _, alt = self.picture(measures, self.series(
            [2, 1], unusable__baseline=[[0.1, 0.1], [0.1]], unusable__fill=[[0.5, 0.7], [0.6]],
            blocks_gained__compact=[[0, 0], [0]], effectiveness__compact=[[0.5, 0.25], [0.75]]))
        self.assertIn("unusable index, fill: a 0.7, b 0.6", alt)
        self.assertIn("unusable index, baseline: a 0.1", alt)
        self.assertIn("effectiveness of compaction, compact: a 0.5, b 0.75", alt)
        self.assertNotIn("blocks gained", alt)

    def test_phases_of_arms_and_of_none(self):
        series = self.series([1, 1], unusable__fill=[[0.5], [0.6]],
                             unusable__compact=[[0.3], [0.2]])
        self.assertEqual([row[0] for row in measures.rows_of(series, "unusable")],
                         ["fill", "compact"])
        arms = [{"name": "x", "phases": ["fill", "compact"], "settings": {"fill.a": "1"}}]
        for run in series.runs:
            run.manifest["arms"] = arms
        series.metrics["blocks_gained.fill"] = {}
        self.assertEqual([row[0] for row in measures.rows_of(series, "unusable")], ["fill"])
        series.runs[1].manifest["arms"] = []
        self.assertEqual([row[0] for row in measures.rows_of(series, "unusable")],
                         ["fill", "compact"])

    def test_bills(self):
        _, alt = self.picture(bills, self.series(
            [1, 1], pgmigrate_success_per_block__compact=[[300.0], [30000.0]]))
        self.assertIn("pages moved, compact: a 300, b 3e+04", alt)

    def test_shifts(self):
        series = self.series([4, 4], unusable__fill=[[0.5] * 4, [0.6] * 4],
                             suitable__fill=[[0] * 4, [1] * 4])
        for row, one in zip(series.headline, (test(0.05, 0.1, 0.15), test(1, 1, 1))):
            row["differences"] = [{"group": "b", "test": one, "verdict": "WORSE", "floor": 0.02}]
        caption, alt = self.picture(shifts, series)
        self.assertIn("unusable.fill, b +20 % (+10 to +30), WORSE", alt)
        self.assertNotIn("suitable", alt)
        self.assertIn("there is no percentage: suitable.fill", caption)

    def test_latency(self):
        caption, alt = self.picture(latency, self.series([2, 1]))
        self.assertIn("fill: w: a p50 1.999 µs, p99 9.999 µs; b p50 1.999 µs, p99 9.999 µs", alt)
        self.assertNotIn("failed", alt)
        self.assertNotIn("TCG", caption)

    def test_exchange(self):
        caption, alt = self.picture(exchange, self.series([2, 1]))
        self.assertIn("a, 2 runs, 3 fallbacks, 2 fragmenting; b, 1 run, 1 fallbacks, 1 frag", alt)
        self.assertNotIn("No events", caption)


class Dialled(unittest.TestCase):
    """The panels of a response curve, from points of one kernel."""

    FULL = {"regained": 0.9, "effectiveness": 0.3, "blocks_gained": 90, "cpu_ms_per_block": 0.5,
            "compact_migrate_scanned_per_block": 900, "over_floor": 7,
            "probe.hugetlb.success_share": 1, "probe.hugetlb.p50_ns": 40000,
            "probe.hugetlb.p99_ns": 90000}

    def picture(self, *values, is_emulated=False):
        style.begin()
        points = [dial.Point(10.0 * i, "Linux 6.1", v, "", "") for i, v in enumerate(values)]
        found = "sculpt.unmovable", "%", {str(i): 10.0 * i for i in range(len(values))}
        fig, caption, alt = curve.picture(
            found, [types.SimpleNamespace(is_emulated=is_emulated)], points, [])
        shown = [a for a in fig.axes if a.get_visible()]
        self.assertEqual({tuple(a.get_xlim()) for a in shown}, {tuple(shown[0].get_xlim())})
        titles = [a.get_title(loc="left").replace("\n", " ") for a in shown]
        return titles, caption, alt, shown

    def test_all_of_it(self):
        titles, caption, alt, shown = self.picture(self.FULL, dict(self.FULL, regained=0.1))
        self.assertEqual([t.split()[0] for t in titles],
                         ["share", "effectiveness", "share", "bill:", "bill:", "time"])
        self.assertIn("the probe hugetlb", titles[2])
        self.assertIn("regained of Linux 6.1: 0: 0.9, 10: 0.1", alt)
        self.assertIn("p50 in µs of Linux 6.1: 0: 40, 10: 40", alt)
        self.assertIn("p99 in µs of Linux 6.1: 0: 90, 10: 90", alt)
        self.assertNotIn("Not shown", caption)
        self.assertEqual([a.get_xlabel() for a in shown], [""] * 4 + ["sculpt.unmovable (%)"] * 2)

    def test_no_times_of_an_emulator(self):
        kept = {k: v for k, v in self.FULL.items()
                if not k.endswith("_ns") and k not in ("cpu_ms_per_block", "over_floor")}
        titles, caption, _, _ = self.picture(kept, kept, is_emulated=True)
        self.assertEqual(len(titles), 4)
        self.assertIn("pages looked at", titles[3])
        self.assertIn("Not shown, for the times of an emulated machine are none: bill", caption)
        self.assertNotIn("no run has it", caption)

    def test_what_no_run_has(self):
        kept = {k: v for k, v in self.FULL.items() if not k.startswith("probe.")}
        _, caption, _, shown = self.picture(kept)
        self.assertEqual(len(shown), 4)
        self.assertIn("Not shown, for no run has it: share of the blocks that came", caption)

    def test_nothing_gained_has_no_bill(self):
        less = {k: v for k, v in self.FULL.items() if not k.endswith("_per_block")}
        _, caption, _, _ = self.picture(self.FULL, less, dict(self.FULL, cpu_ms_per_block=-3))
        self.assertIn("In 2 of 3 points (at 10, 20) no block was gained", caption)


class Missing(Series):
    def test_nothing_to_draw_from(self):
        series = self.series([1, 1])
        for run in series.runs:
            for name in ("buddy.csv", "latency.csv"):
                os.remove(run.path(name))
            run.summary["fallbacks"] = None
            for phase in run.phases:
                phase["zones"] = []
        for module in ALL:
            found = module.draw_series(series)
            self.assertFalse(isinstance(found, tuple), module.NAME)
            if found is not None:
                self.assertGreater(len(found), 20)
        self.assertIsNone(curve.draw_series(series))

    def test_no_phase_took_time(self):
        series = self.series([1])
        for phase in series.runs[0].phases:
            phase["end_ns"] = phase["start_ns"]
        self.assertIn("No phase", course.draw_series(series))

    def test_one_group_has_no_shift(self):
        self.assertIsNone(shifts.draw_series(self.series([2])))

    def test_unlike_runs_have_no_shift(self):
        series = self.series([1, 1])
        series.is_alike = False
        self.assertIn("not alike", shifts.draw_series(series))

    def test_an_emulator_has_no_times(self):
        series = self.series([1, 1])
        series.groups[1].runs[0].summary["accelerator"] = "tcg"
        caption = latency.draw_series(series)[1]
        self.assertIn("left out", caption)
        series.groups[0].runs[0].summary["accelerator"] = "tcg"
        self.assertIn("TCG", latency.draw_series(series))

    def test_a_group_without_events_is_named(self):
        series = self.series([1, 1])
        series.groups[0].runs[0].summary["fallbacks"] = None
        self.assertIn("in: a.", exchange.draw_series(series)[1])


if __name__ == "__main__":
    unittest.main()
