# SPDX-License-Identifier: GPL-2.0-or-later
"""Arms side by side: what was left out has no numbers, and what is not known is not 0.

usage: python3 tests/report/test_arms.py (tests/checks/report.sh runs it)
"""

import os
import sys
import types
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../analysis/report"))
import arms  # noqa: E402
import tables  # noqa: E402

ARMS = [{"name": name, "phases": [f"act-{name}"], "settings": {}} for name in ("a", "b", "c")]


def fallbacks(phase, events, comms):
    row = {kind: 0 for kind in arms.KINDS}
    return {"phase": phase, "events": events, "fragmenting": events, "ownership": 0,
            "matrix": {kind: dict(row) for kind in arms.KINDS}, "orders": [],
            "comms": [dict(events=n, **({"comm": comm} if comm else {})) for comm, n in comms]}


def run(results=("done", "done", "skipped"), **summary):
    made = types.SimpleNamespace(is_emulated=False, manifest={"arms": ARMS}, summary=summary)
    made.phases = [{"name": f"act-{arm['name']}", "do": "run", "result": result}
                   for arm, result in zip(ARMS, results)]
    made.metric = lambda name: (summary.get("metrics", {}).get(name) or {}).get("value")
    return made


class Arms(unittest.TestCase):
    def test_skipped_has_no_bill(self):
        metrics = {f"unusable.act-{arm}": {"value": value, "unit": "index"}
                   for arm, value in (("a", 0.61), ("b", 0.0), ("c", 0.032))}
        cells = arms.side(run(metrics=metrics), "unusable", [f"act-{arm}" for arm in "abc"], 1)
        self.assertEqual(cells, ["0.610", "0.000", ""])

    def test_takers(self):
        one = run(fallbacks={"phases": [
            fallbacks("act-a", 900, [("sh", 500), ("cc", 300), (None, 100)])]})
        rows = dict(arms.takers(one)["rows"])
        self.assertEqual(rows["fallbacks"], ["900", "0", ""])
        self.assertEqual(rows["by cc"], ["300", "0", ""])

    def test_not_among_the_foremost(self):
        one = run(results=["done"] * 3, fallbacks={"phases": [
            fallbacks("act-a", 900, [("sh", 900)]),
            fallbacks("act-b", 1200, [("cc", 1000), (None, 200)]),
            fallbacks("act-c", 7, [("cc", 7)])]})
        rows = dict(arms.takers(one)["rows"])
        self.assertEqual(rows["by sh"], ["900", "200 at most", "0"])
        self.assertEqual(rows["by cc"], ["0", "1,000", "7"])


class Tables(unittest.TestCase):
    def test_contended_first_and_the_rest_is_counted(self):
        rows = [{"phase": "mend", "status": "complete", "zone": f"z{n}"} for n in range(70)]
        rows[69]["status"] = "contended"
        found, more = tables.explicit(run(episodes={"explicit": rows, "explicit_more": 5}))
        self.assertEqual(found[0]["zone"], "z69")
        self.assertEqual((found[1]["zone"], len(found), more), ("z0", 60, 15))

    def test_episodes_are_counted(self):
        lasted = {key: 1 for key in tables.LASTED}
        phases = [{"phase": f"p{n}", "kinds": [dict(lasted, kind="x", count=n)]} for n in range(31)]
        found, more = tables.episodes(run(episodes={"phases": phases}))
        self.assertEqual((found[0]["phase"], len(found), more), ("p30", 24, 7))


if __name__ == "__main__":
    unittest.main()
