# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws the pictures and fills the template: one HTML file that needs no other."""

import base64
import os

import jinja2
import markupsafe

import draw
import tables
import words
from draw import bars, style

HERE = os.path.dirname(os.path.abspath(__file__))


def pictures(run, folder, svg):
    """Draw all pictures; a sentence stands in for one that cannot be drawn."""
    style.begin()
    found = {}
    for number, module in enumerate(draw.ALL, 1):
        drawn = module.draw(run)
        if drawn is None:
            continue  # not of this kind of run
        if isinstance(drawn, str):
            found[module.NAME] = {"title": module.TITLE, "missing": drawn}
            continue
        figure, caption, alt = drawn
        name = style.save(figure, folder, f"{number}-{module.NAME}", svg)
        found[module.NAME] = {"title": module.TITLE, "caption": caption, "alt": alt,
                              "data": data_uri(os.path.join(folder, name))}
    return found


def data_uri(path):
    with open(path, "rb") as file:
        return "data:image/png;base64," + base64.b64encode(file.read()).decode("ascii")


def read_text(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def render(run, drawn):
    loader = jinja2.FileSystemLoader(HERE)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True,
                                     lstrip_blocks=True)
    environment.filters["show"] = tables.show
    return environment.get_template("template.html.j2").render(
        run=run, manifest=run.manifest, summary=run.summary, pictures=drawn, words=words,
        tables=tables, telling=bars.telling(run), trust=words.trust(run),
        css=markupsafe.Markup(read_text("style.css")))


def write(run, folder, svg):
    page = render(run, pictures(run, folder, svg))
    path = os.path.join(folder, "index.html")
    with open(path, "w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write(page)
        file.flush()
        os.fsync(file.fileno())
