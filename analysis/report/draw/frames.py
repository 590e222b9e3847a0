# SPDX-License-Identifier: GPL-2.0-or-later
"""The interleave picture: frames of a few pageblocks, coloured by the process that owns them."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch, Rectangle

import read
from draw import bars, style

NAME = "frames"
TITLE = "Who owns which frame"
CAPTION = (
    "Each field is one pageblock of {size} physical frames, row by row; a dot is one frame, its "
    "colour the worker that owns it. The same {count} pageblocks at the end of {phases}. "
    "Below: the {zoom} frames among which the owner changes most often, enlarged. Look for "
    "stripes of two colours after the filling, holes after the killing, and what "
    "compaction made of them.")
ALT = ("Fields of coloured dots: owners of the frames of {count} pageblocks at the end of the "
       "phases {names}.")
MISSING = ("No frame numbers were recorded (frames.csv is not there: they are hidden without "
           "CAP_SYS_ADMIN, or no worker tells its memory): no interleave picture.")
WINDOWS = 8
ZOOM = 64
GAP = 3


def draw(run):
    names = [p["name"] for p in bars.telling(run)] + [""]
    found = read.frames(run, set(names), WINDOWS)
    names = [name for name in names if is_owned(found.get(name, {}))]
    if not names:
        return MISSING
    size = 2**run.order
    windows = sorted({w for phase in found.values() for w in phase})
    starts = {w: min(f for p in found.values() for f, _, _ in p.get(w, [])[:1] or [(2**62, 0, 0)])
              for w in windows}
    grids = {name: [owners(found[name].get(w), starts[w], size) for w in windows]
             for name in names}
    fig = paint(names, grids, size)
    caption = CAPTION.format(size=size, count=len(windows), zoom=min(ZOOM, size),
                             phases=f"{len(names)} phase{'' if len(names) == 1 else 's'}")
    return fig, caption, ALT.format(count=len(windows), names=", ".join(names))


def is_owned(windows):
    return any(owner > 0 for lines in windows.values() for _, _, owner in lines)


def owners(stretches, start, size):
    """The owner of each frame of a pageblock; -1 where nothing was recorded."""
    line = np.full(size, -1, dtype=int)
    for pfn, pages, owner in stretches or []:
        low = max(pfn - start, 0)
        line[low:max(low, min(pfn - start + pages, size))] = owner
    return line


def pixels(line):
    image = np.ones((*line.shape, 3))
    for owner in np.unique(line):
        if owner >= 0:
            image[line == owner] = to_rgb(style.owner_colour(owner))
    return image


def busiest(lines):
    """The pageblock, and the first of ZOOM frames in it, with the most changes of owner."""
    stretches = [(int(np.count_nonzero(np.diff(line[at:at + ZOOM]))), -i, -at)
                 for i, line in enumerate(lines) for at in range(0, len(line), ZOOM)]
    _, window, at = max(stretches)
    return -window, -at


def paint(names, grids, size):
    wide = 2**((size.bit_length() + 1) // 2)
    fields, strips = field_height(names, grids, wide), 0.34 * len(names)
    height = 0.35 + fields + 0.45 + strips + 0.5
    fig = style.plt.figure(figsize=(style.WIDTH, height))
    above = fig.add_gridspec(1, len(names), left=0.01, right=0.99, wspace=0.12,
                             top=1 - 0.35 / height, bottom=1 - (0.35 + fields) / height)
    below = fig.add_gridspec(len(names), 1, left=0.1, right=0.99, hspace=0.35,
                             top=(strips + 0.5) / height, bottom=0.5 / height)
    window, at = busiest(grids[names[0]])
    for i, name in enumerate(names):
        axis = fig.add_subplot(above[i])
        field(axis, grids[name], wide)
        axis.set_title(style.short(name, 22), fontweight="bold")
        strip(fig.add_subplot(below[i]), name, grids[name][window][at:at + ZOOM])
    legend(fig, grids, 0.02 / height)
    return fig


def shape(lines, wide):
    """Columns and rows of fields, and the height of one field in frames."""
    columns = 2 if len(lines) > 1 else 1
    return columns, -(-len(lines) // columns), len(lines[0]) // wide


def field_height(names, grids, wide):
    """How many inches the fields take when they are as wide as the page lets them."""
    columns, rows, tall = shape(grids[names[0]], wide)
    across = style.WIDTH * 0.98 / (len(names) + 0.12 * (len(names) - 1))
    return min(across, 4.5) * (rows * (tall + GAP) - GAP) / (columns * (wide + GAP) - GAP)


def field(axis, lines, wide):
    """The pageblocks of one phase, two columns of fields with white between."""
    columns, rows, tall = shape(lines, wide)
    image = np.ones((rows * (tall + GAP) - GAP, columns * (wide + GAP) - GAP, 3))
    for i, line in enumerate(lines):
        y, x = i // columns * (tall + GAP), i % columns * (wide + GAP)
        image[y:y + tall, x:x + wide] = pixels(line).reshape(tall, wide, 3)
    axis.imshow(image, interpolation="nearest", aspect="equal")
    axis.set_axis_off()


def strip(axis, name, line):
    """A few frames of one phase, one large cell each."""
    for i, owner in enumerate(line):
        edge = "#aab0bb" if owner <= 0 else "none"
        axis.add_patch(Rectangle((i + 0.07, 0), 0.86, 1, lw=0.6, edgecolor=edge,
                                 facecolor=style.owner_colour(max(owner, 0))))
    axis.set_xlim(0, len(line))
    axis.set_ylim(-0.05, 1.05)
    axis.set_axis_off()
    axis.text(-0.01, 0.5, style.short(name, 12), transform=axis.transAxes, ha="right",
              va="center", fontsize=9)


def legend(fig, grids, bottom):
    seen = sorted({int(o) for lines in grids.values() for line in lines
                   for o in np.unique(line) if o > 0})
    handles = [Patch(facecolor=style.owner_colour(o), label=f"worker {o}") for o in seen[:6]]
    handles.append(Patch(facecolor=style.NOBODY, edgecolor="#aab0bb",
                         label="no worker (free, or somebody else's)"))
    fig.legend(handles=handles, loc="lower center", ncol=len(handles),
               bbox_to_anchor=(0.5, bottom))
