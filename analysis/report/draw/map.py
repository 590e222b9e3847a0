# SPDX-License-Identifier: GPL-2.0-or-later
"""The map: all physical memory, a pageblock or a few a row, before, after and the difference."""

import os

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch, Rectangle

import mapfile
import read
from draw import style

NAME = "map"
TITLE = "The physical memory"
CAPTION = (
    "Every frame of the machine at the end of {ends}, {scale} a row; a dot has the mean colour "
    "of {frames}. What can be moved is cold, what cannot is warm, free memory is grey, the paler the "
    "larger its blocks.{changed}{zoomed} Frames on per-CPU lists are free, too, and look like the "
    "kernel's.{left}")
CHANGED = " The last field: what became of each frame from “{first}” to “{last}”."
ZOOMED = " Below, {zoom} frames one by one: those among which the owner changes most often."
ALT = "Maps of the physical memory at the end of the phases {names}, and what changed."
MISSING = ("No maps were taken: map = marks in the scenario, or fragbench run --map marks, takes "
           "one at the end of each phase (root only).")

# What can be moved is cold, what cannot is warm; runner/verb/map-draw.c has the same.
COLOURS = {
    mapfile.HOLE: "#ffffff", mapfile.KERNEL: "#b2182b", mapfile.RESERVED: "#4d2a2a",
    mapfile.SLAB: "#d55e00", mapfile.TABLE: "#cc79a7", mapfile.ANON: "#92c5de",
    mapfile.FILE: "#009e73", mapfile.THP: "#0072b2", mapfile.HUGETLB: "#3b3f8f",
    mapfile.UNEVICTABLE: "#e69f00", mapfile.OFFLINE: "#7f7f7f",
}
NAMES = {
    mapfile.KERNEL: "kernel, or on a per-CPU list", mapfile.RESERVED: "reserved",
    mapfile.SLAB: "slab", mapfile.TABLE: "page tables", mapfile.ANON: "anon",
    mapfile.FILE: "file", mapfile.THP: "huge (THP)", mapfile.HUGETLB: "huge (hugetlb)",
    mapfile.UNEVICTABLE: "unevictable", mapfile.OFFLINE: "offline",
}
FREE_LARGE, FREE_SMALL = "#f2f4f7", "#9fb096"
WORKERS = ("#00a6d6", "#08306b", "#3690c0", "#7b6fd0", "#66c2a4", "#4d004b")
FREED, TAKEN, OTHER, SAME = "#0072b2", "#d55e00", "#e6c229", "#eef0f3"
ROWS_MAX, SIDE_MAX, ZOOM, HOLE_ROWS = 1024, 512, 128, 4


def draw(run):
    try:
        maps = [(m["phase"], mapfile.Map(run.path(os.path.join("maps", os.path.basename(m["file"])))))
                for m in read.maps(run)]
    except (OSError, ValueError) as error:
        return f"The maps cannot be drawn: {error}."
    if not maps:
        return MISSING
    names = [name for name, _ in maps]
    scale = layout(maps[0][1])[0]
    changed = CHANGED.format(first=names[0], last=names[-1]) if len(maps) > 1 else ""
    zoomed_ = ZOOMED.format(zoom=ZOOM) if any(m.owners.any() for _, m in maps) else ""
    caption = CAPTION.format(scale="a pageblock" if scale == 1 else f"{scale} pageblocks",
                             frames="one frame" if scale == 1 else f"{scale} frames",
                             ends=f"{len(maps)} phase{'' if len(maps) == 1 else 's'}",
                             changed=changed, zoomed=zoomed_, left=told_left(run))
    return paint(maps, False), caption, ALT.format(names=", ".join(names))


def told_left(run):
    left = len(read.maps_left(run))
    return f" {left} more map{' is' if left == 1 else 's are'} not drawn." if left else ""


def paint(maps, is_hilbert):
    """A figure of a field for each map and, of two or more, one for the difference."""
    fields = [(name, image(m, colours(m), is_hilbert)) for name, m in maps]
    if len(maps) > 1:
        fields.append(("difference", change_image(maps[0][1], maps[-1][1], is_hilbert)))
    strips = [] if is_hilbert else zooms(maps)
    columns = min(len(fields), 3)
    lines = -(-len(fields) // columns)
    tall, wide = fields[0][1].shape[:2]
    inches = style.WIDTH * 0.9 / columns
    high = min(max(inches * tall / wide, 2.6), 11.0) * lines
    height = 0.35 + high + 0.42 * (lines - 1) + 0.36 * len(strips) + 1.0
    fig = style.plt.figure(figsize=(style.WIDTH, height))
    grid = fig.add_gridspec(lines, columns, left=0.075, right=0.99, wspace=0.06,
                            hspace=0.42 * lines / high, top=1 - 0.35 / height,
                            bottom=1 - (0.35 + high + 0.42 * (lines - 1)) / height)
    for i, (name, pixels) in enumerate(fields):
        axis = fig.add_subplot(grid[i // columns, i % columns])
        field(axis, name, pixels, maps[0][1], is_hilbert)
        if i % columns:
            axis.set_yticklabels([])
    zoomed(fig, strips, height)
    legend(fig, maps, height)
    return fig


def colours(m):
    """The colour of every run."""
    table = np.ones((256, 3))
    for kind, colour in COLOURS.items():
        table[kind] = to_rgb(colour)
    small, large = np.array(to_rgb(FREE_SMALL)), np.array(to_rgb(FREE_LARGE))
    for order in range(m.orders):
        share = min(order / max(m.order, 1), 1)
        table[mapfile.FREE + order] = small + (large - small) * share
    found_ = table[m.kinds]
    owned = m.owners > 0
    found_[owned] = np.array([to_rgb(c) for c in WORKERS])[(m.owners[owned] - 1) % len(WORKERS)]
    return found_


def layout(m):
    """Pageblocks a row, frames a row, rows."""
    blocks = -(-(m.first + m.frames) // 2**m.order)
    scale = 1
    while blocks > scale * ROWS_MAX:
        scale *= 2
    return scale, scale * 2**m.order, -(-blocks // scale)


def means(edges, values, cuts):
    """The mean of a colour between cuts, from runs: exact, whatever lies between."""
    lengths = np.diff(edges)
    result = np.ones((len(cuts) - 1, 3))
    inside = np.clip(cuts, edges[0], edges[-1])
    width = np.diff(inside)
    for channel in range(3):
        total = np.concatenate([[0], np.cumsum(lengths * values[:, channel])])
        gained = np.diff(np.interp(inside, edges, total))
        known = width > 0
        result[known, channel] = gained[known] / width[known]
    return np.clip(result, 0, 1)


def image(m, values, is_hilbert, edges=None):
    edges = m.edges if edges is None else edges
    if is_hilbert:
        return square(m, edges, values)
    _, row, rows = layout(m)
    dots = min(2**m.order, 512)
    cuts = np.arange(rows * dots + 1, dtype=np.int64) * (row // dots)
    return means(edges, values, cuts).reshape(rows, dots, 3)


def square(m, edges, values):
    """Along a Hilbert curve, in a square of a power of two."""
    side = 1
    while side < SIDE_MAX and side * side < m.first + m.frames:
        side *= 2
    dot = 1
    while dot * side * side < m.first + m.frames:
        dot *= 2
    cuts = np.arange(side * side + 1, dtype=np.int64) * dot
    line = means(edges, values, cuts)
    x, y = hilbert(side)
    pixels = np.ones((side, side, 3))
    pixels[y, x] = line
    return pixels


def hilbert(side):
    """The places x, y along the curve that fills the square, in order."""
    rest = np.arange(side * side)
    x, y = np.zeros_like(rest), np.zeros_like(rest)
    step = 1
    while step < side:
        right = (rest // 2) & 1
        low = (rest ^ right) & 1
        turned, flipped = low == 0, (low == 0) & (right == 1)
        x[flipped], y[flipped] = step - 1 - x[flipped], step - 1 - y[flipped]
        x[turned], y[turned] = y[turned], x[turned]
        x, y = x + step * right, y + step * low
        rest, step = rest // 4, step * 2
    return x, y


def change_image(before, after, is_hilbert):
    edges = np.union1d(before.edges, after.edges)
    old, new = before.kinds[before.at(edges[:-1])], after.kinds[after.at(edges[:-1])]
    was, is_ = old >= mapfile.FREE, new >= mapfile.FREE
    values = np.tile(to_rgb(SAME), (len(old), 1))
    values[(old == mapfile.HOLE) & (new == mapfile.HOLE)] = 1
    values[~was & ~is_ & (old != new)] = to_rgb(OTHER)
    values[~was & is_] = to_rgb(FREED)
    values[was & ~is_] = to_rgb(TAKEN)
    return image(after, values, is_hilbert, edges)


def field(axis, name, pixels, m, is_hilbert):
    if is_hilbert:
        axis.imshow(pixels, interpolation="nearest")
        axis.set_xticks([])
        axis.set_yticks([])
    else:
        kept, ticks = fold(pixels, m)
        axis.imshow(pixels[kept], interpolation="antialiased", aspect="auto")
        axis.set_yticks([at for at, _ in ticks], [text for _, text in ticks])
        axis.set_xticks([])
    axis.grid(False)
    axis.spines[:].set_visible(False)
    if name:
        axis.set_title(style.short(name, 26), fontweight="bold", loc="left")


def fold(pixels, m):
    """Rows to show, long holes made short, and the ticks that tell where in memory they are."""
    _, row, _ = layout(m)
    empty = (pixels == 1).all(axis=(1, 2))
    run, kept = 0, []
    for i, is_empty in enumerate(empty):
        run = run + 1 if is_empty else 0
        if run <= HOLE_ROWS:
            kept.append(i)
    # A step of a power of two: about eight ticks, at places that are easy to read.
    step = 1
    while step * 8 < len(kept):
        step *= 2
    ticks = [(at, size(i * row * m.page_size)) for at, i in enumerate(kept) if i % step == 0]
    return kept, ticks


def size(number):
    return f"{number / 2**30:g} GiB" if number >= 2**30 else f"{number / 2**20:g} MiB"


def zooms(maps):
    """(name, colours) of the frames in which the owner changes most often, in each map."""
    spot = busiest([m for _, m in maps])
    if spot is None:
        return []
    pfns = np.arange(spot, spot + ZOOM)
    return [(name, colours(m)[m.at(pfns)]) for name, m in maps]


def busiest(maps):
    """The first of the ZOOM frames with the most runs that have owners; None without any."""
    best = (0, None)
    for m in maps:
        starts = m.edges[:-1][m.owners > 0]
        cells, counts = np.unique(starts // ZOOM, return_counts=True)
        if len(counts) and counts.max() > best[0]:
            best = (counts.max(), int(cells[counts.argmax()]) * ZOOM)
    return best[1]


def zoomed(fig, strips, height):
    for i, (name, line) in enumerate(strips):
        bottom = (0.8 + 0.36 * (len(strips) - 1 - i)) / height
        axis = fig.add_axes([0.12, bottom, 0.87, 0.26 / height])
        for at, colour in enumerate(line):
            axis.add_patch(Rectangle((at + 0.06, 0), 0.88, 1, facecolor=colour, lw=0.3,
                                     edgecolor="#aab0bb"))
        axis.set_xlim(0, len(line))
        axis.set_ylim(0, 1)
        axis.set_axis_off()
        axis.text(-0.01, 0.5, style.short(name, 12), transform=axis.transAxes, ha="right",
                  va="center", fontsize=9)


def legend(fig, maps, height):
    kinds = {int(k) for _, m in maps for k in np.unique(m.kinds[m.owners == 0])}
    owners = sorted({int(o) for _, m in maps for o in np.unique(m.owners) if o})
    handles = [Patch(facecolor=FREE_LARGE, edgecolor="#aab0bb", label="free, large blocks"),
               Patch(facecolor=FREE_SMALL, label="free, small blocks")]
    handles += [Patch(facecolor=COLOURS[k], label=NAMES[k]) for k in NAMES if k in kinds]
    handles += [Patch(facecolor=WORKERS[(o - 1) % len(WORKERS)], label=f"worker {o}")
                for o in owners[:6]]
    if len(maps) > 1:
        handles += [Patch(facecolor=c, label=f"difference: {text}") for c, text in
                    ((FREED, "freed"), (TAKEN, "taken"), (OTHER, "used otherwise"))]
    fig.legend(handles=handles, loc="lower center", ncol=5, bbox_to_anchor=(0.5, 0.05 / height),
               fontsize=8)
