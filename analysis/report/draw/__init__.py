# SPDX-License-Identifier: GPL-2.0-or-later
"""The pictures of the report, one module each.

ALL, in order: those of a run. Each has NAME, TITLE and draw(run), which returns (figure,
caption, alternative text), a sentence when it cannot be drawn, or None when it does not belong
to this kind of run. SERIES, in order: those of a page of several runs. Each has NAME, TITLE (or
SERIES_TITLE, where it is another there) and draw_series(series), which returns the same; what a
series is stands in series.py.
"""

from draw import (bars, bills, counters, course, curve, decay, exchange, fallbacks, frames, free,
                  latency, measures, orders, sampler, shifts, stalls, unusable, work)
from draw import map as memory

ALL = (free, unusable, bars, frames, counters, stalls, fallbacks, work, sampler, memory,
       curve)
SERIES = (curve, measures, shifts, decay, course, orders, bills, latency, exchange)
