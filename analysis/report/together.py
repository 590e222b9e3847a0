# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of several runs: one HTML file that needs no other, and sorts its tables itself."""

import base64
import hashlib

import markupsafe

import draw
import page
import sides
import words


def pictures(series, folder, svg):
    def one(module):
        return getattr(module, "SERIES_TITLE", module.TITLE), module.draw_series(series)
    return page.drawn(draw.SERIES, one, folder, svg)


def script():
    """The text of the script, and what lets a browser run this one and no other."""
    text = page.read_text("together.js")
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return markupsafe.Markup(text), f"'sha256-{digest}'"


def render(series, shown):
    text, digest = script()
    return page.environment().get_template("together.html.j2").render(
        series=series, comparison=series.comparison, pictures=shown, sides=sides, words=words,
        css=markupsafe.Markup(page.read_text("style.css") + page.read_text("together.css")),
        script=text, script_hash=digest)


def write(series, folder, svg):
    page.save(render(series, pictures(series, folder, svg)), folder)
