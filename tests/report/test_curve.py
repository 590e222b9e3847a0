# SPDX-License-Identifier: GPL-2.0-or-later
"""The response curve: which number is the dial, which points count, how far the bars reach.

usage: python3 tests/report/test_curve.py (needs numpy; tests/checks/report.sh runs it)
"""

import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../analysis/report"))
import curve  # noqa: E402
import read  # noqa: E402


def arm(name, **settings):
    return {"name": name, "phases": [f"sculpt-{name}", f"compact-{name}", f"ask-{name}"],
            "settings": {key.replace("_", "."): value for key, value in settings.items()}}


ARMS = [arm("none", sculpt_unmovable="0%"), arm("half", sculpt_unmovable="50%")]
DO = {"sculpt": "run", "compact": "compact", "ask": "probe"}


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def run_(self, name, arms=None, doubts=(), failed=(), kernel="6.1", accelerator="", others=(),
             scenario="curve"):
        folder = os.path.join(self.folder.name, name)
        os.makedirs(folder, exist_ok=True)
        arms = ARMS if arms is None else arms
        names = [n for a in arms for n in a["phases"]]
        phases = [{"name": n, "do": DO[n.split("-")[0]],
                   "result": "failed" if n in failed else "done"} for n in names]
        metrics = {f"effectiveness.{n}": {"value": 0.5} for n in names if "compact" in n}
        metrics.update({f"probe.thp.p50_ns.{n}": {"value": 170, "is_time": True}
                        for n in names if "ask" in n})
        metrics["unusable.sculpt-none"] = {"value": 0.9}
        summary = {"order": 9, "scenario": scenario, "phases": phases, "doubts": list(doubts),
                   "metrics": metrics, "accelerator": accelerator}
        for file, data in (("manifest", {"arms": arms, "machine": {"kernel": kernel}}),
                           ("summary", summary)):
            with open(f"{folder}/{file}.json", "w", encoding="utf-8") as out:
                json.dump(data, out)
        return read.Run(folder, [os.path.join(self.folder.name, o) for o in others])


class Dial(Case):
    def test_the_number_that_differs(self):
        self.assertEqual(curve.dial(self.run_("a")),
                         ("sculpt.unmovable", "%", {"none": 0.0, "half": 50.0}))
        arms = [arm("a", x_same="3", x_order="2"), arm("b", x_same="3", x_order="9.5")]
        self.assertEqual(curve.dial(self.run_("b", arms)), ("x.order", "", {"a": 2, "b": 9.5}))

    def test_none(self):
        for arms in ([], [arm("a")], [arm("a", x_y="1"), arm("b", x_y="yes")],
                     [arm("a", x_y="1"), arm("b", x_z="2")],
                     [arm("a", x_y="1%"), arm("b", x_y="2")],
                     [arm("a", x_y="4"), arm("b", x_y="4")]):
            self.assertIsNone(curve.dial(self.run_("c", arms)), arms)
            self.assertEqual(curve.points(self.run_("c", arms)), [])


class Points(Case):
    def test_values_stand_without_their_phase(self):
        none, half = curve.points(self.run_("a"))
        self.assertEqual((none.dial, half.dial, none.line), (0, 50, "Linux 6.1"))
        self.assertEqual(none.values, {"effectiveness": 0.5, "probe.thp.p50_ns": 170})

    def test_no_times_of_an_emulator(self):
        self.assertEqual(curve.points(self.run_("a", accelerator="tcg"))[0].values,
                         {"effectiveness": 0.5})

    def test_a_doubted_state_is_left_out(self):
        none, half = curve.points(self.run_("a", doubts=["sculpt-half: 9 blocks off.",
                                                         "compact-none: it gave up.",
                                                         "half a doubt of nobody's"]))
        self.assertEqual((none.left_out, none.doubted), ("", "it gave up."))
        self.assertEqual((half.left_out, half.doubted), ("9 blocks off.", ""))

    def test_an_arm_that_began_elsewhere_is_marked(self):
        run = self.run_("a")
        run.summary["notes"] = ["sculpt-half: its arm began at an unusable index of 0.6, x.",
                                "sculpt-none: something else."]
        none, half = curve.points(run)
        self.assertEqual((none.left_out, none.doubted), ("", ""))
        self.assertEqual(half.left_out, "")
        self.assertIn("its arm began", half.doubted)

    def test_tidying_up_does_not_count(self):
        arms = [dict(a, phases=a["phases"] + [f"compact-2-{a['name']}"]) for a in ARMS]
        run = self.run_("a", arms, doubts=["compact-2-none: it gave up."])
        run.summary["metrics"]["effectiveness.compact-2-none"]["value"] = 0.1
        none, _ = curve.points(run)
        self.assertEqual((none.values["effectiveness"], none.doubted, none.left_out),
                         (0.5, "", ""))

    def test_an_undone_phase_leaves_out(self):
        none, half = curve.points(self.run_("a", failed=["ask-none"]))
        self.assertNotEqual(none.left_out, "")
        self.assertEqual(half.left_out, "")


class Peers(Case):
    def test_only_what_fits(self):
        self.run_("b", kernel="7.3")
        self.run_("c", scenario="another")
        self.run_("d", [arm("none", sculpt_unmovable="0%"), arm("half", sculpt_unmovable="60%")])
        self.run_("e", accelerator="tcg")
        one = self.run_("a", others=["a", "b", "b", "c", "d", "e", "gone"])
        runs, strange = curve.peers(one, one.others)
        self.assertEqual([r.machine["kernel"] for r in runs], ["6.1", "7.3"])
        self.assertEqual(strange, ["c", "d", "e", "gone"])


class Interval(unittest.TestCase):
    def test_few_show_all(self):
        self.assertEqual(curve.interval([3])[:3], (3, 3, 3))
        self.assertIn("all runs", curve.interval([3, 4, 5, 6, 7])[3])
        self.assertEqual(curve.interval([5, 1, 4, 2, 3])[:3], (1, 3, 5))
        self.assertEqual(curve.interval([1, 2])[1], 1.5)

    def test_ranks(self):
        # The table of every book: n = 6: 1st and 6th, 9: 2nd and 8th, 20: 6th and 15th.
        for n, low, high in ((6, 1, 6), (8, 1, 8), (9, 2, 8), (12, 3, 10), (20, 6, 15)):
            found = curve.interval(range(n, 0, -1))
            self.assertEqual((found[0], found[2]), (low, high))
            self.assertIn("confidence", found[3])


if __name__ == "__main__":
    unittest.main()
