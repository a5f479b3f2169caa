"""What is said to everybody: the accessibility statement, and the privacy notice."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from flask import Blueprint, current_app, render_template
from flask_babel import gettext
from markupsafe import Markup, escape

from admin_views.words import language
from rules.retention import RECORD_RULES

blueprint = Blueprint("statement", __name__)
WRITTEN_ON = date(2026, 11, 24)
"""The day on which the statement was last held against the pages."""

NOTICE = Path(__file__).parent.parent / "docs" / "privacy"
BOLD = re.compile(r"\*\*(.+?)\*\*")


@blueprint.get("/accessibility")
def accessibility() -> str:
    """What was tested, what is known to be wanting, whom to tell."""
    return render_template("accessibility.html", written_on=WRITTEN_ON)


@blueprint.get("/privacy")
def privacy() -> str:
    """What is kept about people, why, how long, and what they may do."""
    controller = current_app.config["CONTROLLER"] or gettext("the employer of your coordinator")
    return render_template("privacy.html", sections=list(_sections(language(), controller)),
                           kept=RECORD_RULES.values(), written_on=WRITTEN_ON)


def _sections(spoken: str, controller: str) -> Iterator[tuple[str, list[tuple[Markup, list[Markup]]]]]:
    """The headings of the notice, each with its blocks: a paragraph, then the entries of a list."""
    for heading, blocks in _read(spoken):
        said = [[_bold(part.replace("{controller}", controller)) for part in block] for block in blocks]
        yield heading, [(first, entries) for first, *entries in said]


@cache
def _read(spoken: str) -> tuple[tuple[str, list[list[str]]], ...]:
    """The notice as it is written in ``docs/``: "## " begins a section, "- " an entry, an empty line parts."""
    found = []
    for part in (NOTICE / f"notice.{spoken}.md").read_text(encoding="utf-8").split("## ")[1:]:
        heading, *blocks = part.strip().split("\n\n")
        found.append((heading, [[" ".join(entry.split()) for entry in f"\n{block}".split("\n- ")] for block in blocks]))
    return tuple(found)


def _bold(text: str) -> Markup:
    return Markup(BOLD.sub(r"<strong>\1</strong>", str(escape(text))))  # noqa: S704 - escaped before it is marked
