# SPDX-License-Identifier: GPL-2.0-or-later
"""A page as PDF, through WeasyPrint: the page's own style for print, text as text."""

import importlib
import logging
import os


def is_there():
    """Is WeasyPrint? Without the system's Pango it cannot be loaded, either (OSError)."""
    try:
        importlib.import_module("weasyprint")
    except (ImportError, OSError):
        return False
    return True


def write(folder):
    """index.pdf beside index.html, which refers to nothing outside of itself."""
    weasyprint = importlib.import_module("weasyprint")
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    page = weasyprint.HTML(filename=os.path.join(folder, "index.html"), url_fetcher=only_inside)
    data = page.write_pdf()
    with open(os.path.join(folder, "index.pdf"), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def only_inside(url, *arguments, **keywords):
    if not url.startswith(("data:", "file:")):
        raise ValueError(f"will not fetch {url}")
    return importlib.import_module("weasyprint").default_url_fetcher(url, *arguments, **keywords)
