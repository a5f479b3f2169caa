"""The way back in when a session has ended: nothing typed is lost, and nothing that another site sent is kept."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

NEVER_KEPT = frozenset({"csrf_token", "password", "new_password"})


def sent_from_here() -> bool:
    """Whether the form came from a page of ours: browsers say so with every form that they send."""
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host


def kept_fields() -> list[tuple[str, str]]:
    """What the form at hand carried, for sending it again after signing in."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_KEPT]


def to_sign_in() -> Response:
    """Ask to sign in. A page is come back to; a form sent from a page of ours travels along in hidden fields."""
    if not sent_from_here():
        return redirect(url_for("sign_in.login"))
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("sign_in.login", next=request.full_path.rstrip("?")))
    page: Any = render_template("sign_in.html", next=request.full_path.rstrip("?"), kept=kept_fields(), resend=True)
    return make_response(page, 401)
