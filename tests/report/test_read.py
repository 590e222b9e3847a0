# SPDX-License-Identifier: GPL-2.0-or-later
"""What the report's Python must get right by itself: reading, thinning, wording.

usage: python3 tests/report/test_read.py (needs numpy; tests/checks/report.sh runs it)
"""

import gzip
import math
import os
import sys
import tempfile
import types
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../analysis/report"))
import arms  # noqa: E402
import read  # noqa: E402
import tables  # noqa: E402
import words  # noqa: E402


def state(unusable, pcp=0):
    return {"node": "all", "zone": "all", "free": [0, 1], "free_bytes": 8192,
            "pcp_pages": pcp, "unusable": [0.0, unusable]}


def phase(name, do, unusable, result="done", pcp=0):
    return {"name": name, "do": do, "result": result, "start_ns": 0, "end_ns": 10**9,
            "zones": [state(unusable, pcp)]}


class Tables(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.run_ = read.Run.__new__(read.Run)
        self.run_.folder = self.folder.name
        self.run_.manifest = {"machine": {"page_size": 4096}}
        self.run_.summary = {"order": 1, "phases": []}

    def write(self, name, text):
        with open(os.path.join(self.folder.name, name), "w", encoding="utf-8") as file:
            file.write(text)

    def test_missing(self):
        self.assertIsNone(read.table(self.run_, "psi.csv", ["a"]))
        self.assertIsNone(read.free_lists(self.run_))
        self.assertEqual(read.workers(self.run_), {})

    def test_shapes(self):
        """What was asked for order by order has rows; a held index has none."""
        self.assertEqual(tables.shapes(self.run_), ([], 0))
        self.write("shapes.csv", "phase,workload,worker,order,asked,got,asked_unusable,got_unusable\n"
                                 "make,sculpt,1,0,6446,6445,,\nmake,sculpt,1,9,3,5,802,801\n"
                                 "keep,hold,1,9,,3,800,812\n")
        found, more = tables.shapes(self.run_)
        self.assertEqual(found, [("make", [("0", 6446, 6445), ("9", 3, 5)])])
        self.assertLessEqual(more, 0)

    def test_compressed(self):
        text = "t_ns,phase,a\n0,x,1\n1000000000,x,3\n"
        with gzip.open(os.path.join(self.folder.name, "psi.csv.gz"), "wt") as file:
            file.write(text)
        seconds, values = read.table(self.run_, "psi.csv", ["a"])
        self.assertEqual(list(seconds), [0, 1])
        self.assertEqual(list(values[:, 0]), [1, 3])
        self.write("psi.csv", "t_ns,phase,a\n0,x,5\n")
        _, values = read.table(self.run_, "psi.csv", ["a"])
        self.assertEqual(list(values[:, 0]), [5])

    def test_asked_of_a_compressed_scenario(self):
        self.assertIsNone(self.run_.asked("fill", "pages"))
        with gzip.open(os.path.join(self.folder.name, "scenario.ini.gz"), "wt") as file:
            file.write("[phase fill]\npages = 7\n")
        self.assertEqual(self.run_.asked("fill", "pages"), "7")

    def test_cut_off_line_and_empty_cell(self):
        self.write("psi.csv", "t_ns,phase,a\n0,x,1\n1000000000,x,\n2000000000,x,7")
        seconds, values = read.table(self.run_, "psi.csv", ["a"])
        self.assertEqual(list(seconds), [0, 1])
        self.assertEqual(values[0, 0], 1)
        self.assertTrue(math.isnan(values[1, 0]))

    def test_zones_add_up(self):
        self.write("buddy.csv", "t_ns,phase,node,zone,pcp_pages,free_0,free_1\n"
                   "5,x,0,DMA,1,2,3\n5,x,0,Normal,10,20,30\n"
                   "5,y,0,DMA,1,1,1\n5,y,0,Normal,1,1,1\n")
        _, blocks, hidden = read.free_lists(self.run_)
        self.assertEqual(blocks.tolist(), [[22, 33], [2, 2]])
        self.assertEqual(hidden.tolist(), [11, 2])

    def test_nodes_stand_behind_their_zones(self):
        one = phase("c", "compact", 0.5)
        one["zones"] += [dict(state(0.1), node=0, zone="DMA"), dict(state(0.2), node=0, zone="DMA32"),
                         dict(state(0.3), node=1, zone="DMA32")]
        without = tables.zones(self.run_, [one])
        self.assertEqual([name for name, _ in without], [(0, "DMA"), (0, "DMA32"), (1, "DMA32")])
        one["nodes"] = [dict(state(0.15), node=0), dict(state(0.3), node=1)]
        rows = tables.zones(self.run_, [one, phase("e", "settle", 0.5)])
        self.assertEqual(rows[3], ((0, "all"), [(8192 / 2**20, 0.15), None]))
        self.assertEqual([name for name, _ in rows[3:]], [(0, "all"), (1, "all")])
        self.assertEqual(tables.action(one), "compact")
        self.assertEqual(tables.action(dict(one, node=0)), "compact, node 0")

    def test_fallbacks_fall_into_bins(self):
        self.write("events.csv", "t_ns,event,order,fallback_order\n"
                   "0,mm_page_alloc_extfrag,0,0\n1,mm_compaction_begin,,\n"
                   "4000000000,mm_page_alloc_extfrag,0,0\n3000000000,mm_page_alloc_extfrag,0,1\n")
        found = read.fallbacks_over_time(self.run_, 4, 2)
        self.assertEqual(found["fragmenting"][0], 2)
        self.assertEqual(found["fragmenting"][1].tolist(), [1, 1])
        self.assertEqual(found["harmless"][1].tolist(), [0, 1])

    def test_episodes_fill_bins(self):
        self.write("episodes.csv", "t_ns,kind,duration_ns\n"
                   "500000000,a,2000000000\n3500000000,a,9000000000\n0,b,\n")
        found = read.episodes_over_time(self.run_, 4, 4)
        self.assertEqual(found["a"][0], 2)
        self.assertEqual(found["a"][1].tolist(), [0.5, 1, 0.5, 0.5])
        self.assertEqual(found["b"][0], 1)
        self.assertGreater(found["b"][1][0], 0)

    def test_arms_stand_side_by_side(self):
        self.run_.manifest["arms"] = [
            {"name": "x", "phases": ["make-x", "do-x"], "settings": {"do.knobs": "k=1"}},
            {"name": "y", "phases": ["make-y", "do-y"]}]
        self.run_.summary["metrics"] = {
            "blocks_gained.do-x": {"value": 7}, "blocks_gained.do-y": {"value": 0},
            "cpu_ms_per_block.do-x": {"value": 1.5}, "cpu_ms_per_block.do-y": {"value": None}}
        self.run_.summary["metrics"]["blocks_gained.make-x"] = {"value": 1}
        one, = arms.side_by_side(self.run_)
        self.assertEqual(one["phase"], "do")
        self.assertEqual(one["arms"], [("x", "do.knobs = k=1"), ("y", "")])
        self.assertEqual(one["rows"], [("blocks gained", ["7", "0"]),
                                       ("the same, per block gained", ["1.5", ""])])
        self.assertEqual(len(list(arms.headline(self.run_))), 1)
        self.run_.summary["phases"] = [phase("do-x", "compact", 0.1), phase("do-y", "run", 0.1)]
        said = list(arms.headline(self.run_))
        self.assertIn("2 arms", said[0])
        self.assertIn("x gained most: 7 blocks of order 1", said[1])
        self.assertEqual(said[2], "Nothing was gained there by y.")

    def test_arms_differ_in_several_phases(self):
        """One bill, of the phase in which most happened; the others are named."""
        self.run_.manifest["arms"] = [
            {"name": name, "phases": [f"make-{name}", f"do-{name}"],
             "settings": {"make.knobs": f"k={name}", "do.knobs": f"k={name}"}} for name in "xy"]
        self.run_.summary["metrics"] = {
            f"{metric}.{phase}": {"value": value, "is_time": metric == "cpu_ms"}
            for metric, phase, value in (
                ("blocks_gained", "make-x", 1), ("blocks_gained", "do-x", 2),
                ("blocks_gained", "do-y", 3), ("compact_migrate_scanned", "make-x", 50),
                ("extfrag.events", "do-y", 70), ("cpu_ms", "do-x", 5.0))}
        one, = arms.side_by_side(self.run_)
        self.assertEqual((one["phase"], one["others"]), ("do", ["make"]))
        self.assertIn(("CPU of all these (ms)", ["5", ""]), one["rows"])
        self.run_.summary["accelerator"] = "tcg"
        one, = arms.side_by_side(self.run_)
        self.assertNotIn("CPU of all these (ms)", [label for label, _ in one["rows"]])

    def test_episodes_by_order(self):
        """The most first; a kind that knows no orders has one row."""
        self.assertEqual(tables.episodes(self.run_), ([], 0))
        lasted = {"p50_ns": 1000, "p90_ns": 2000, "p99_ns": 3000, "max_ns": 1500000}
        self.run_.summary["episodes"] = {"phases": [{"phase": "p", "kinds": [
            dict(lasted, kind="explicit", count=2, orders=[]),
            dict(lasted, kind="direct-compaction", count=5,
                 orders=[dict(lasted, order=9, count=4), dict(lasted, order=0, count=1)])]}]}
        rows, _ = tables.episodes(self.run_)
        self.assertEqual([(r["kind"], r["order"], r["count"]) for r in rows],
                         [("direct-compaction", 9, 4), ("explicit", "", 2),
                          ("direct-compaction", 0, 1)])
        self.assertEqual(rows[0]["lasted"], ["0.001", "0.002", "0.003", "1.500"])

    def test_takers(self):
        """Arms have a column each, and without arms the phases."""
        self.assertIsNone(arms.takers(self.run_))
        nothing = {kind: {giver: 0 for giver in arms.KINDS} for kind in arms.KINDS}
        phases = [{"phase": f"do-{name}", "events": n, "fragmenting": n - 1, "ownership": 0,
                   "matrix": nothing | {"movable": nothing["movable"] | {"unmovable": n}},
                   "orders": [{"order": n, "events": n}], "comms": [{"comm": "c", "events": n}]}
                  for name, n in (("x", 3), ("y", 5))]
        self.run_.summary["fallbacks"] = {"phases": phases}
        self.run_.summary["phases"] = [phase("do-y", "run", 0), phase("do-x", "run", 0)]
        found = arms.takers(self.run_)
        self.assertEqual((found["phase"], found["columns"]), (None, ["do-y", "do-x"]))
        self.run_.manifest["arms"] = [{"name": n, "phases": [f"do-{n}"]} for n in "xyz"]
        found = arms.takers(self.run_)
        self.assertEqual((found["phase"], found["columns"]), ("do", ["x", "y", "z"]))
        self.assertEqual(list(found["rows"]), [
            ("fallbacks", ["3", "5", "0"]), ("fragmenting", ["2", "4", "0"]),
            ("pageblocks that changed their kind", ["0", "0", "0"]),
            ("movable from unmovable", ["3", "5", "0"]),
            ("asked for order 3", ["3", "0", "0"]), ("asked for order 5", ["0", "5", "0"]),
            ("by c", ["3", "5", "0"])])

    def test_thinning_keeps_every_extreme(self):
        rows = [f"{i},x,{500 + i % 7},{i}\n" for i in range(30000)]
        rows[12345] = "12345,x,9999,12345\n"
        rows[23456] = "23456,x,-3,23456\n"
        self.write("psi.csv", "t_ns,phase,a,b\n" + "".join(rows))
        seconds, values = read.table(self.run_, "psi.csv", ["a", "b"])
        self.assertLess(len(seconds), 3000)
        self.assertEqual((values[:, 0].max(), values[:, 0].min()), (9999, -3))
        self.assertEqual((values[0, 1], values[-1, 1]), (0, 29999))
        self.assertEqual(sorted(seconds), list(seconds))

    def test_asked(self):
        self.write("scenario.ini", "; why\n[phase free]\ndo = free\nkill = 2\nkill = 3\n")
        self.assertEqual(self.run_.asked("free", "kill"), "3")
        self.assertIsNone(self.run_.asked("free", "do not"))
        self.write("scenario.ini", "garbage\n")
        self.assertIsNone(self.run_.asked("free", "kill"))

    def test_frames_of_wanted_phases(self):
        self.write("frames.csv", "t_ns,phase,window,pfn,pages,owner\n"
                   "1,fill,0,512,1,1\n1,fill,0,513,511,2\n1,free,1,0,512,0\n1,end,0,0,1,0\n")
        found = read.frames(self.run_, {"fill", "free"}, 1)
        self.assertEqual(found, {"fill": {0: [(512, 1, 1), (513, 511, 2)]}})


class Words(unittest.TestCase):
    def told(self, *phases, **manifest):
        run = types.SimpleNamespace(order=1, phases=list(phases), manifest=manifest,
                                    is_emulated=manifest.get("is_emulated", False),
                                    page_size=4096, mib=lambda pages: pages / 256,
                                    metric=lambda name: None,
                                    asked=lambda phase, key: manifest.get("asked"))
        return words.headline(run)

    def test_directions(self):
        said = self.told(phase("a", "settle", 0.1), phase("f", "free", 0.8),
                         phase("s", "settle", 0.8), phase("c", "compact", 0.2),
                         phase("e", "settle", 0.2))
        self.assertEqual(len(said), 3)
        self.assertIn("raised the unusable index at order 1 from 0.100 to 0.800", said[0])
        self.assertEqual(said[1], "Doing nothing for 1.0 s changed nothing: 0.800.")
        self.assertIn("Compaction lowered the unusable index at order 1 from 0.800", said[2])

    def test_an_emulator_has_no_seconds(self):
        phases = (phase("a", "settle", 0.1), phase("f", "free", 0.8), phase("s", "settle", 0.8))
        said = self.told(*phases, is_emulated=True)
        self.assertEqual(said[1], "Doing nothing changed nothing: 0.800.")
        said = self.told(phases[0], kind="record", duration_ns=2 * 10**9, is_emulated=True)
        self.assertTrue(said[0].startswith("The machine was watched. "), said[0])
        said = self.told(phases[0], kind="record", duration_ns=2 * 10**9)
        self.assertTrue(said[0].startswith("The machine was watched for 2.0 s. "), said[0])

    def test_where(self):
        for machine, accelerator, text in (
                ({"hypervisor": ""}, "none", ""), ({}, None, ""),
                ({"hypervisor": "KVM"}, "none", "a virtual machine (KVM), "),
                ({"hypervisor": "TCG", "guest": {"accel": "tcg"}}, "tcg",
                 "a guest of fragbench vm under TCG, ")):
            run = types.SimpleNamespace(machine=machine, summary={"accelerator": accelerator})
            self.assertEqual(words.where(run), text)

    def test_expectations(self):
        rows = [{"metric": "a", "op": "<", "limit": 1, "got": 2, "met": False},
                {"metric": "b", "op": "<", "limit": 1, "got": None, "met": None},
                {"metric": "c", "op": "<", "limit": 1, "got": 0, "met": True}]
        run = types.SimpleNamespace(summary={"expectations": rows})
        self.assertIn("Of 3 expectations of the scenario 1 did not come true: a <", words.missed(run))
        self.assertTrue(words.untold(run).endswith("for it has no times: b."))
        run.summary = {"expectations": rows[2:]}
        self.assertIsNone(words.missed(run))
        self.assertIsNone(words.untold(run))

    def test_victims(self):
        row = {"phase": "r", "processes": 3}
        free = phase("f", "free", 0.8)
        for asked, text in (("2", "Killing two of three processes "),
                            ("4", "Killing some of the processes "),
                            (None, "Killing some of the processes ")):
            said = self.told(phase("a", "settle", 0.1), free, asked=asked, workloads=[row])
            self.assertTrue(said[0].startswith(text), said[0])

    def test_compaction_of_one_node(self):
        said = self.told(phase("a", "settle", 0.5), dict(phase("c", "compact", 0.1), node=1))
        self.assertTrue(said[-1].startswith("Compaction of node 1 "), said[-1])

    def test_paragraphs(self):
        self.assertEqual(words.paragraphs("; One\n; line.\n;\n; Two."), ["One line.", "Two."])
        self.assertEqual(words.paragraphs(None), [])

    def test_hidden_and_skipped(self):
        said = self.told(phase("a", "settle", 0.1), phase("f", "free", 0.1, pcp=25600),
                         phase("c", "compact", 0.1, result="skipped"),
                         warnings=[{"phase": "c", "text": "only root may"}])
        self.assertIn("left the unusable index at order 1 at 0.100", said[0])
        self.assertIn("Another 100 MiB were free and hidden", said[0])
        self.assertEqual(said[1], "The phase c was skipped (only root may).")

    def test_maps_without_room_are_named(self):
        run = types.SimpleNamespace(phases=[phase(f"p{i}", "run", 0.1) for i in range(9)])
        run.summary = {"maps": [{"phase": f"p{i}"} for i in range(5)]}
        self.assertEqual((len(read.maps(run)), words.maps_left(run)), (5, ""))
        run.summary["maps"] = [{"phase": f"p{i}"} for i in range(9)]
        self.assertEqual([m["phase"] for m in read.maps(run)], ["p0", "p1", "p2", "p3", "p8"])
        self.assertIn("4 of 9 maps are not shown (p4, p5, p6, p7): they are in the folder maps/",
                      words.maps_left(run))
        self.assertEqual(words.some(list("abcdef")), "a, b, c, d and 2 more")

    def test_numbers(self):
        self.assertEqual(tables.show(None), "cannot be told")
        self.assertEqual(tables.show(0.5, "index"), "0.500")
        self.assertEqual(tables.show(1234567), "1,234,567")
        self.assertEqual(tables.show(True), "yes")
        self.assertEqual(tables.show(0.00012), "0.00012")


if __name__ == "__main__":
    unittest.main()
