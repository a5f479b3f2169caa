"""The accessibility statement, open to everybody."""

from datetime import date

from flask import Blueprint, render_template

blueprint = Blueprint("statement", __name__)
WRITTEN_ON = date(2026, 11, 24)
"""The day on which the statement was last held against the pages."""


@blueprint.get("/accessibility")
def accessibility() -> str:
    """What was tested, what is known to be wanting, whom to tell."""
    return render_template("accessibility.html", written_on=WRITTEN_ON)
