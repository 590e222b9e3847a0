# SPDX-License-Identifier: GPL-2.0-or-later
"""picture.py OUT MAP BEFORE [--hilbert]: draw a map of the physical memory, without a run.

Started by `fragbench map --png`; BEFORE is an earlier map, or empty. OUT does not exist.
"""

import sys

import report


def main(arguments):
    out, path, before, *flags = arguments
    report.quiet()
    if report.modules() is None:
        return report.EXIT_NO_MODULES
    # Not before it is known that matplotlib is there.
    from draw import map as drawing, style  # pylint: disable=import-outside-toplevel
    import mapfile  # pylint: disable=import-outside-toplevel
    style.begin()
    try:
        maps = [("before", mapfile.Map(before))] if before else []
        maps.append(("now" if before else "", mapfile.Map(path)))
        figure = drawing.paint(maps, "--hilbert" in flags)
        figure.savefig(out, dpi=style.DPI, metadata={"Software": None})
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return report.EXIT_FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
