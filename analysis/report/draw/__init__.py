# SPDX-License-Identifier: GPL-2.0-or-later
"""The pictures of the report, one module each; all of them in ALL, in order."""

from draw import (bars, counters, curve, fallbacks, frames, free, sampler, stalls, unusable,
                  work)
from draw import map as memory

ALL = (free, unusable, bars, frames, counters, stalls, fallbacks, work, sampler, memory,
       curve)
