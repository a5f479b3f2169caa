"""What travels along through the pages of signing in: where the reader was going, and a form that waits."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from admin_views.base import LOCAL
from admin_views.doors import NEVER_KEPT

LONGEST = 200
DOORS = frozenset({"sign_in.login", "second_factor.code"})
"""Pages on the way in, whose form begins at the password again when its session has ended."""


def is_on_the_way() -> bool:
    """Whether this request is of somebody who is signing in; an app is also set up by who is signed in already."""
    enrolling = request.endpoint == "second_factor.enrol" and not current_user.is_authenticated
    return request.endpoint in DOORS or enrolling


def local_or_home(address: str | None) -> str:
    """``address`` if it is a plain path of this site, else the first screen."""
    return address if address and LOCAL.match(address) else url_for("admin.index")


def carried() -> dict[str, Any]:
    """For the templates of these pages: the address to go to, the fields that wait, whether any do."""
    return {"next": request.values.get("next", ""), "kept": kept(), "resend": resend()}


def resend() -> bool:
    """Whether a form waits to be sent again after signing in."""
    return request.form.get("resend") == "1"


def kept() -> list[tuple[str, str]]:
    """The fields of the form that waits."""
    fields = ((name.removeprefix("kept-"), value) for name, value in request.form.items(multi=True)
              if name.startswith("kept-"))
    return [(name, value) for name, value in fields if name not in NEVER_KEPT]


def go_on() -> Response | str:
    """To where the reader was going, or the form that waits, for sending it again."""
    address = local_or_home(request.form.get("next"))
    return render_template("kept.html", address=address, kept=kept()) if resend() else redirect(address)


def ask(status: int, headers: dict[str, str] | None = None) -> Response:
    """The sign-in page, with all that the form at hand carried except the password."""
    return answer("sign_in.html", status, headers, email=request.form.get("email", "")[:LONGEST])


def answer(template: str, status: int = 200, headers: dict[str, str] | None = None, **given: Any) -> Response:
    """A page of the way in, with what travels along."""
    page: Any = render_template(template, **carried() | given)
    return make_response(page, status, headers or {})


def say_wait(seconds: int) -> dict[str, str]:
    """Say that there were too many attempts; the headers of the answer that says it."""
    flash(gettext("Too many attempts from here. Try again in %(seconds)s seconds.", seconds=seconds), "look")
    return {"Retry-After": str(seconds)}
