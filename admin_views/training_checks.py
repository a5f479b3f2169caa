"""Training checks: the code as text and picture for whoever gives it, and who has opened it."""

from typing import Any

import segno
from flask import current_app, request

from admin_views.base import GuardedView
from admin_views.clock import today
from admin_views.generate import own_view
from models import TrainingCheck
from rules.permissions import Actor
from services import training_checks


@own_view(TrainingCheck)
class TrainingCheckView(GuardedView):
    """The record page with the code on it while it opens."""

    record_template = "admin/training_check.html"

    def extra(self, obj: TrainingCheck, _actor: Actor) -> dict[str, Any]:
        """The code, the page where it is typed, its picture; and the views. A code that opens nothing is not shown."""
        shown: dict[str, Any] = {"looks": training_checks.views_of(obj)}
        if training_checks.opens(obj, today()):
            shown |= code_card(obj)
        return shown


def code_card(check: TrainingCheck) -> dict[str, str]:
    """The code in its three forms: as text, as the address that opens it, as a picture of that."""
    code = training_checks.code_of(check)
    base = (current_app.config["BASE_URL"] or request.host_url).rstrip("/")
    picture = segno.make_qr(f"{base}/check/{code}", error="m").svg_data_uri(scale=6, border=4, light="#ffffff")
    return {"code": code, "page": f"{base}/check", "picture": picture}
