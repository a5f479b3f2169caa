"""The order form for those without an account, in steps; what was typed travels in the page and is never lost."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext, refresh
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, StringField, TextAreaField
from wtforms.validators import StopValidation

from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.fields import AtMost, ChoiceField, DateField, Needed, NumberField, TimeField
from admin_views.words import language, say
from models import Request, db
from models.audit import at_work
from models.personal_link import LinkFor
from portal import throttle
from portal.way_in import say_wait
from rules.choices import Language, OrderKind
from rules.errors import FieldErrors
from rules.permissions import Role
from rules.referrals import Elsewhere, belongs_elsewhere
from rules.wording import N_
from services import order_form, personal_links, referrals
from services.personal_links import LinkClosed

blueprint = Blueprint("order_form", __name__)
STEPS = (
    (N_("What you wish for"), ("kind", "wish", "audience", "audience_size", "minors_present")),
    (N_("When and where"), ("wished_on", "starts", "ends", "other_times", "remote", "place")),
    (N_("What is needed"), ("places", "requires_training", "training_reason", "background_needed", "practical",
                            "cost_centre", "invoicing")),
    (N_("Who you are"), ("organisation_name", "contact_name", "contact_title", "email", "phone", "heard_of",
                         "accepts_rules")),
)
"""The headings of the steps and their fields."""

NEEDED = ("kind", "wish", "organisation_name", "contact_name", "email", "accepts_rules")
LAST = len(STEPS) - 1
TRAP = "website"
"""A field that nobody sees; what fills it is a program."""


def _stripped(value: str | None) -> str:
    return (value or "").strip()


def _text(label: str, most: int, help: str = "", *, long: bool = False, needed: bool = False) -> Any:
    field = TextAreaField if long else StringField
    return field(label, [*([Needed()] if needed else []), AtMost(most)], [_stripped], help)


def form_class() -> type[Form]:
    """The form in the reader's language."""
    _ = gettext
    return type("OrderForm", (Form,), {
        "kind": ChoiceField(_("Event"), [Needed()], enum=OrderKind, blank=True),
        "wish": _text(_("What should it be about, and what will you do with what you hear?"), 4000,
                      _("Write about the matter, not about people: no names and nothing they could be known by."),
                      long=True, needed=True),
        "audience": _text(_("Who will be there"), 120),
        "audience_size": NumberField(_("How many")),
        "minors_present": BooleanField(_("There will be children or young people under 18")),
        "wished_on": DateField(_("Date")), "starts": TimeField(_("Starts")), "ends": TimeField(_("Ends")),
        "other_times": _text(_("Other possible times"), 400, _("Two or three more make it easier to find somebody.")),
        "remote": BooleanField(_("Remote")),
        "place": _text(_("Place"), 120, _("Municipality and address.")),
        "places": NumberField(_("How many people you wish for"), default=1),
        "requires_training": BooleanField(_("The person must be trained")),
        "training_reason": _text(_("Why training is required"), 400),
        "background_needed": BooleanField(_("Background check needed")),
        "practical": _text(_("Practical matters"), 1000, _("Equipment, accessibility, an interpreter, recording."),
                           long=True),
        "cost_centre": _text(_("Cost centre"), 40),
        "invoicing": _text(_("Invoicing"), 400, _("Reference, e-invoice address and operator, if you pay the fee.")),
        "organisation_name": _text(_("Organisation and unit"), 120, needed=True),
        "contact_name": _text(_("Your name"), 120, needed=True),
        "contact_title": _text(_("Job title"), 120),
        "email": _text(_("E-mail"), 120, _("We send a link there, by which you confirm the order."), needed=True),
        "phone": _text(_("Phone"), 40),
        "heard_of": _text(_("Heard of us from"), 120),
        "accepts_rules": BooleanField(
            _("We do not press for details, we record nothing without permission, and the expert may cancel at any "
              "time."), [_agreed]),
    })


def _agreed(_form: Form, field: Any) -> None:
    if not field.data:
        raise StopValidation(gettext("This is needed."))


@blueprint.route("/order", methods=["GET", "POST"])
def page() -> Response:
    """One step of the form, another one, or the sending of it."""
    if request.method == "GET":
        return _page(_begun(), 0)
    form, at, go = form_class()(request.form), _number(request.form.get("step")), request.form.get("go", "")
    if (wanted := request.form.get("language")) in {one.value for one in Language}:
        session["language"] = wanted
        return _in_another_language(at)
    if go == "send":
        return _send(form)
    if go == "back":
        return _page(form, max(0, at - 1))
    if go == "next":
        wrong = _wrong_in(form, at)
        return _page(form, at, 422) if wrong else _page(form_class()(request.form), min(LAST, at + 1))
    return _page(form, _number(go))


def _in_another_language(at: int) -> Response:
    """The same step in the language just chosen, with all that was typed."""
    refresh()
    return _page(form_class()(request.form), at)


def again() -> Response:
    """The form as it was sent, for a page that had grown old."""
    return _page(form_class()(request.form), _number(request.form.get("step")), 400,
                 note=gettext("This page had grown old. Send it again, nothing is lost."))


def _begun() -> Form:
    """An empty form; an orderer who is signed in need not say who they are."""
    actor = current_actor()
    form = form_class()()
    if actor.role is Role.ORDERER and current_user.organisation:
        known = order_form.contact_of(actor, current_user.email)
        form.organisation_name.data, form.contact_name.data = current_user.organisation.name, current_user.name
        form.email.data = current_user.email
        form.phone.data, form.contact_title.data = (known.phone, known.title) if known else ("", "")
        form.cost_centre.data = current_user.organisation.cost_centre
    return form


def _wrong_in(form: Form, at: int) -> bool:
    """Whether something typed in this step cannot be read; what is only missing may wait."""
    form.validate()
    for field in form:
        if field.name not in STEPS[at][1] or (field.name in NEEDED and not field.data):
            field.errors = []
    return any(field.errors for field in form)


def _send(form: Form) -> Response:
    if request.form.get(TRAP):
        return redirect(url_for(".sent"), 303)
    if not form.validate():
        return _page(form, _first_wrong(form), 422)
    elsewhere = belongs_elsewhere(form.kind.data, form.wish.data)
    if elsewhere and request.form.get("anyway") != "1":
        return _page(form, LAST, elsewhere=elsewhere, owner=referrals.owner_of(elsewhere))
    if seconds := throttle.wait_after(throttle.order_counters(form.email.data)):
        return _page(form, LAST, 429, say_wait(seconds))
    try:
        _receive(form, elsewhere)
    except FieldErrors as refused:
        db.session.rollback()
        for name, sentence in refused.errors.items():
            form[name].errors = [say(sentence)]
        return _page(form, _first_wrong(form), 422)
    return redirect(url_for(".sent"), 303)


def _receive(form: Form, elsewhere: Elsewhere | None) -> None:
    given = {name: value for name, value in form.data.items() if name != "accepts_rules"}
    given["places"] = 1 if given["places"] is None else given["places"]
    actor = current_actor()
    with at_work(actor if actor.user_id else order_form.FORM), db.session.no_autoflush:
        wish = Request(**given, written_in=Language(language()))
        wish.belongs_to = referrals.owner_of(elsewhere) if elsewhere else None
        order_form.receive(wish, actor, today(), datetime.now(UTC))
        db.session.commit()


def _first_wrong(form: Form) -> int:
    return next((place for place, (_, names) in enumerate(STEPS) if any(form[name].errors for name in names)), LAST)


@blueprint.get("/order/sent")
def sent() -> str:
    """What happens next. Loading it again sends nothing."""
    return render_template("order_sent.html", signed_in_orderer=current_actor().role is Role.ORDERER)


@blueprint.route("/order/confirm/<secret>", methods=["GET", "POST"])
def confirm(secret: str) -> Response:
    """Behind the link in the e-mail: a button that puts the order into the queue. Opening it changes nothing."""
    if seconds := throttle.wait_after(throttle.link_counters()):
        return make_response(render_template("link_closed.html"), 429, say_wait(seconds))
    try:
        link = personal_links.open_link(LinkFor.REQUEST, secret, today())
    except LinkClosed:
        return make_response(render_template("link_closed.html"), 410)
    if request.method == "GET":
        return make_response(render_template("order_confirm.html", wish=link.request))
    with at_work(order_form.FORM):
        order_form.confirm_email(link, datetime.now(UTC))
        db.session.commit()
    return redirect(url_for(".confirmed"), 303)


@blueprint.get("/order/confirmed")
def confirmed() -> str:
    return render_template("order_sent.html", is_confirmed=True)


def _number(typed: str | None) -> int:
    return min(int(typed), LAST) if typed and typed.isdecimal() and len(typed) < 3 else 0


def _page(form: Form, at: int, status: int = 200, headers: dict[str, str] | None = None, **given: Any) -> Response:
    titles = [say(title) for title, _ in STEPS]
    short = {"accepts_rules": gettext("Your promise at the end")}
    missing = [short.get(name) or form[name].label.text for name in NEEDED if not form[name].data]
    page: Any = render_template(
        "order_form.html", form=form, at=at, titles=titles, last=LAST, missing=missing, trap=TRAP,
        shown=[form[name] for name in STEPS[at][1]],
        carried=[form[name] for place, (_, names) in enumerate(STEPS) if place != at for name in names],
        errors=[form[name] for name in STEPS[at][1] if form[name].errors], **given)
    return make_response(page, status, headers or {})
