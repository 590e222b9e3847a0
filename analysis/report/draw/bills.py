# SPDX-License-Identifier: GPL-2.0-or-later
"""What a block that compaction gained has cost, group by group."""

from draw import measures

NAME = "bills"
TITLE = "The bill, per block gained"
CAPTION = (
    "What each block of huge-page size has cost that a phase gained. Each dot is a run, the large "
    "mark the median of its group, the line reaches from the smallest to the largest. A phase "
    "that gained none has no bill.{cut}{rest}")
ALT = "Dots, the runs of each group, cost per block gained: {panels}. Medians: {told}."
PANELS = (("compact_migrate_scanned_per_block", "pages scanned to be moved"),
          ("compact_free_scanned_per_block", "pages scanned for room"),
          ("pgmigrate_success_per_block", "pages moved"),
          ("cpu_ms_per_block", "CPU time (ms)"), ("wall_ms_per_block", "wall time (ms)"),
          ("over_floor", "CPU time, in plain copies"))


def draw_series(series):
    return measures.draw_panels(series, PANELS, CAPTION, ALT,
                                "No bill: no phase of these runs gained a block by compaction.")
