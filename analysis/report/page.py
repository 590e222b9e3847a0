# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws the pictures and fills the template: one HTML file that needs no other."""

import base64
import os

import jinja2
import markupsafe

import arms
import draw
import tables
import words
from draw import bars, style

HERE = os.path.dirname(os.path.abspath(__file__))


def pictures(run, folder, svg):
    """Draw all pictures; a sentence stands in for one that cannot be drawn."""
    return drawn(draw.ALL, lambda module: (module.TITLE, module.draw(run)), folder, svg)


def drawn(modules, draw_one, folder, svg):
    """{name of the module: title and picture, or what is missing}, in order."""
    style.begin()
    found = {}
    for number, module in enumerate(modules, 1):
        title, made = draw_one(module)
        if made is None:
            continue  # not of this kind of run
        if isinstance(made, str):
            found[module.NAME] = {"title": title, "missing": made}
            continue
        figure, caption, alt = made
        name = style.save(figure, folder, f"{number}-{module.NAME}", svg)
        found[module.NAME] = {"title": title, "caption": caption, "alt": alt,
                              "data": data_uri(os.path.join(folder, name))}
    return found


def data_uri(path):
    with open(path, "rb") as file:
        return "data:image/png;base64," + base64.b64encode(file.read()).decode("ascii")


def read_text(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def environment():
    loader = jinja2.FileSystemLoader(HERE)
    made = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True,
                              lstrip_blocks=True)
    made.filters["show"] = tables.show
    return made


def render(run, shown):
    return environment().get_template("template.html.j2").render(
        run=run, manifest=run.manifest, summary=run.summary, pictures=shown, words=words,
        tables=tables, arms=arms, bars=bars, telling=bars.telling(run), trust=words.trust(run),
        css=markupsafe.Markup(read_text("style.css")))


def write(run, folder, svg):
    save(render(run, pictures(run, folder, svg)), folder)


def save(text, folder):
    path = os.path.join(folder, "index.html")
    with open(path, "w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
