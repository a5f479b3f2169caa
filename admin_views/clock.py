"""The business day, here. A demo or a test may stand on another day by the setting ``TODAY``."""

from datetime import date, datetime

from flask import current_app

from admin_views.words import ZONE


def today() -> date:
    """The local day, which rules and services take as an argument."""
    return current_app.config.get("TODAY") or datetime.now(ZONE).date()
