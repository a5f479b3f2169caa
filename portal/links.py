"""What every page behind a personal link has in common: the throttle, and one page for each link that opens nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from flask import make_response, redirect, render_template, request, session
from flask_babel import force_locale
from werkzeug.wrappers import Response

from admin_views.clock import today
from admin_views.words import language, say
from models import PersonalLink, db
from models.personal_link import LinkFor
from portal import throttle
from portal.way_in import say_wait
from rules.choices import Language
from rules.errors import BadInput
from services import personal_links
from services.personal_links import LinkClosed


class Show(Protocol):
    """Makes the page of an open link; ``refused`` is what was wrong with what was sent."""

    def __call__(self, link: PersonalLink, refused: BadInput | None = None) -> Response: ...


def behind(purpose: LinkFor, secret: str, show: Show, act: Callable[[PersonalLink], str]) -> Response:
    """Show the page of a link, or do on POST what it is for and go on to the address that ``act`` gives.

    Opening a link changes nothing: programs that read mail open links, too.
    """
    if seconds := throttle.wait_after(throttle.link_counters()):
        return make_response(render_template("link_closed.html"), 429, say_wait(seconds))
    try:
        link = personal_links.open_link(purpose, secret, today())
        if request.method == "POST":
            return redirect(act(link), 303)
        return show(link)
    except LinkClosed as closed:
        db.session.rollback()
        return make_response(render_template("link_closed.html", sentence=say(closed.sentence)), 410)
    except BadInput as refused:
        db.session.rollback()
        return show(personal_links.open_link(purpose, secret, today()), refused)


def reading_in(own: Language) -> AbstractContextManager[None]:
    """Inside, words are in the language that the reader chose, else in that of the person's messages."""
    return force_locale(language() if session.get("language") else own.value)


def page(template: str, refused: BadInput | None, **given: Any) -> Response:
    """The page of an open link; 422 when it tells what was wrong with what was sent."""
    text: Any = render_template(template, error=say(refused.sentence) if refused else "", **given)
    return make_response(text, 422 if refused else 200)
