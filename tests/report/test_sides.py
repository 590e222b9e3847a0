# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of a page of several runs: what is put side by side, marked, and left out.

usage: python3 tests/report/test_sides.py (needs numpy; tests/checks/report.sh runs it)
"""

import os
import sys
import types
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../analysis/report"))
import sides  # noqa: E402


def run(name="r1", trusted=True, doubts=(), options=None, **machine):
    made = types.SimpleNamespace(folder=f"/there/{name}", machine=machine, phases=[],
                                 is_emulated=False)
    made.manifest = {"options": options or {}, "start_utc": "2026", "seed": 1}
    made.summary = {"trusted": trusted, "doubts": list(doubts), "scenario": "s"}
    return made


def series(*groups, left_out=()):
    made = types.SimpleNamespace(by=["kernel"], left_out=list(left_out), is_alike=True)
    made.groups = [types.SimpleNamespace(number=i, label=f"g{i}", runs=list(runs), kernels=["6.1"])
                   for i, runs in enumerate(groups)]
    made.runs = [one for group in made.groups for one in group.runs]
    return made


def cell(median=0.5, n=3, low=0.4, high=0.6, slope_p=None, reason=None):
    return {"median": median if n else None, "n": n, "min": low, "max": high, "slope": 0.1,
            "slope_p": slope_p, "reason": reason}


def other(value=-0.1, verdict="better", test=True, reason=None, why=None):
    numbers = {"p_holm": 0.0123, "low": -0.2, "high": -0.05} if test else None
    return {"value": value, "percent": -20.0, "reason": reason, "test": numbers,
            "verdict": verdict, "why": why}


class Numbers(unittest.TestCase):
    def test_a_cell(self):
        made = sides.cell({"unit": "index"}, cell(), other(), 3)
        self.assertEqual((made["text"], made["range"], made["lack"], made["drift"]),
                         ("0.500", "0.400 to 0.600", "", ""))
        self.assertEqual(made["against"],
                         {"difference": "−0.100 (−20.0 %)", "value": -0.1, "p": "0.012",
                          "interval": "−0.200 to −0.050", "low": -0.2, "p_holm": 0.0123,
                          "verdict": "better"})
        self.assertEqual(sides.in_cell(made["against"]),
                         (["−0.100 (−20.0 %)", "95 %: −0.200 to −0.050", "p = 0.012"],
                          "better"))

    def test_what_is_sorted_by_is_the_number(self):
        self.assertEqual([sides.sort_key(v) for v in (4.1e-05, 0.03, -12.5, 180, 0, None)],
                         ["4.1e-05", "0.03", "-12.5", "180", "0", ""])
        made = sides.against(other(test=False), "index")
        self.assertEqual((made["low"], made["p_holm"]), (None, None))

    def test_what_lacks_is_said(self):
        made = sides.cell({"unit": "ms"}, cell(n=2, reason="no event"), None, 3)
        self.assertEqual(made["lack"], "2 of 3 runs: no event")
        made = sides.cell({"unit": "ms"}, cell(n=0, reason="not a time (TCG)"), other(), 3)
        self.assertEqual((made["text"], made["lack"], made["against"]),
                         ("", "not a time (TCG)", None))

    def test_no_verdict_without_a_test(self):
        made = sides.against(other(verdict="cannot tell", test=False), "index")
        self.assertEqual((made["verdict"], made["p"], made["interval"]), ("", "", ""))
        made = sides.against(other(value=None, reason="not alike", test=False), "index")
        self.assertEqual((made["difference"], made["verdict"]), ("not alike", ""))

    def test_drift_is_marked_where_it_is_certain(self):
        self.assertIn("+0.1 a run", sides.cell({"unit": ""}, cell(slope_p=0.01), None, 3)["drift"])
        self.assertEqual(sides.cell({"unit": ""}, cell(slope_p=0.2), None, 3)["drift"], "")

    def test_each_reason_once(self):
        rows = [{"name": n, "differences": [other(why="too few"), other(why="too few")]}
                for n in "abcdef"]
        self.assertEqual(sides.whys(rows), [("a, b, c, d and 2 more", "too few")])


class Facts(unittest.TestCase):
    def test_what_differs_and_what_not(self):
        found = series([run(kernel="6.1", cpus=2), run(kernel="6.1", cpus=2)],
                       [run(kernel="7.3", cpus=2),
                        run(kernel="7.3", cpus=2, mem_available_bytes=1)])
        differing, alike = sides.facts(found)
        self.assertEqual([(r["name"], r["cells"]) for r in differing],
                         [("kernel", ["6.1", "7.3"])])
        self.assertIn(("cpus", ["2", "2"]), [(r["name"], r["cells"]) for r in alike])
        self.assertNotIn("mem_available_bytes", [r["name"] for r in differing + alike])

    def test_inside_of_a_group(self):
        differing, _ = sides.facts(series([run(options={"a": 1}), run(options={"a": 2}),
                                           run(options={"a": 2})]))
        self.assertEqual([(r["where"], r["name"], r["cells"]) for r in differing],
                         [("scenario", "a", ["2, 1"])])

    def test_a_knob_of_each_phase_by_itself(self):
        one, two = run(), run()
        for made in (one, two):
            made.manifest["knobs"] = [
                {"name": "b", "during": "15000", "phase": "before"},
                {"name": "b", "during": "0", "phase": "after"}, {"name": "b", "during": "7"}]
        differing, alike = sides.facts(series([one], [two]))
        self.assertEqual(differing, [])
        self.assertEqual([(r["where"], r["cells"]) for r in alike if r["name"] == "b"],
                         [("before: knob", ["15000"] * 2), ("after: knob", ["0"] * 2),
                          ("knob", ["7"] * 2)])

    def test_workloads_of_one_name_in_a_phase(self):
        one, two = run(), run()
        for made, last in ((one, "2"), (two, "3")):
            made.manifest["workloads"] = [{"phase": "fill", "name": "hog", "options": {"n": n}}
                                          for n in ("1", last)]
        differing, alike = sides.facts(series([one], [two]))
        self.assertEqual([(r["where"], r["cells"]) for r in differing],
                         [("fill: hog#2", ["2", "3"])])
        self.assertIn(("fill: hog", ["1", "1"]), [(r["where"], r["cells"]) for r in alike])

    def test_options_of_phases_and_probes(self):
        one, two = run(), run()
        for made, wait, count in ((one, "1s", "9"), (two, "2s", "8")):
            made.manifest["phases"] = [{"name": "ask", "options": {"for": wait, "node": "all"},
                                        "probes": [{"name": "thp", "options": {"count": count}}]}]
        differing, _ = sides.facts(series([one], [two]))
        self.assertEqual([(r["where"], r["name"], r["cells"]) for r in differing],
                         [("ask", "for", ["1s", "2s"]), ("ask: probe thp", "count", ["9", "8"])])

    def test_a_fact_that_one_group_has_not(self):
        differing, _ = sides.facts(series([run(thp="always")], [run()]))
        self.assertEqual([r["cells"] for r in differing], [["always", "none"]])


class Trust(unittest.TestCase):
    def test_doubts_once_and_nothing_lost(self):
        found = series([run("a", False, ["3 samples lost"]), run("b", False, ["41 samples lost"])],
                       [run("c")], left_out=[("/there/d", "damaged")])
        self.assertEqual(sides.doubts(found), [["3 samples lost", 2]])
        self.assertEqual([(r["name"], r["state"]) for r in sides.runs(found)],
                         [("a", "untrusted"), ("b", "untrusted"), ("c", "trusted"),
                          ("d", "left out")])


if __name__ == "__main__":
    unittest.main()
