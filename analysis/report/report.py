# SPDX-License-Identifier: GPL-2.0-or-later
"""report.py RUN FOLDER [--svg] [--pdf] [OTHER...]: write the report of a run into an empty folder.

OTHER are runs that were given with it: they share its response curve, if they have one.

Started by `fragbench report`, which has made FOLDER, puts it in its place when this
succeeds and clears it away when not. What the exit codes mean stands there, too.
"""

import errno
import importlib
import logging
import sys
import warnings

EXIT_FAILED = 1
EXIT_NO_MODULES = 77
EXIT_NO_SPACE = 78
EXIT_NO_PDF = 79
FLAGS = ("--svg", "--pdf")


def modules():
    """The halves of the report that need matplotlib and jinja2, None without these."""
    try:
        for name in ("matplotlib", "numpy", "jinja2"):
            importlib.import_module(name)
    except ImportError:
        return None
    return importlib.import_module("page"), importlib.import_module("read")


def quiet():
    """No advice of matplotlib's on fonts and caches: it is not the reader's business."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="matplotlib")
    warnings.filterwarnings("ignore", message="Glyph")


def main(arguments):
    run, folder, *rest = arguments
    others = [word for word in rest if word not in FLAGS]
    quiet()
    found = modules()
    if found is None:
        return EXIT_NO_MODULES
    page, read = found
    return made(run, folder, rest,
                lambda svg: page.write(read.Run(run, others), folder, svg))


def made(what, folder, flags, write):
    """Let @write write the page of @what, and make a PDF of it where that was asked for; the exit
    code that tells how it went."""
    paper = importlib.import_module("paper") if "--pdf" in flags else None
    if paper and not paper.is_there():
        return EXIT_NO_PDF
    try:
        write("--svg" in flags)
        if paper:
            paper.write(folder)
    except OSError as error:
        print(f"{error.filename or what}: {error.strerror or error}", file=sys.stderr)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        return EXIT_NO_SPACE if full else EXIT_FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
