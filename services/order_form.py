"""Requests from the public form: received, confirmed by the e-mail's owner, let go when nobody confirms them."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from models import Contact, Organisation, PersonalLink, Request, db
from models.personal_link import LinkFor
from rules.addresses import is_address
from rules.choices import MessageKind, OrderSource
from rules.errors import FieldErrors
from rules.permissions import Actor, Role
from rules.states import RequestStatus
from rules.wording import N_, Sentence
from services import letters, outbox, personal_links
from services.transitions import step

FORM = Actor(None, None, None, "order form")
WAITS = timedelta(7)
"""How long an order waits for its e-mail address to be confirmed."""


def receive(request: Request, actor: Actor, today: date, now: datetime) -> None:
    """Take a request. From an orderer who is signed in it is in the queue; from others when the e-mail is confirmed.

    FieldErrors says what cannot be taken. The caller commits.
    """
    _check(request)
    request.came_by = OrderSource.FORM
    if actor.role is Role.ORDERER and actor.organisation_id:
        request.organisation = db.session.get_one(Organisation, actor.organisation_id)
        request.organisation_name, request.email_confirmed_at = request.organisation.name, now
    db.session.add(request)
    db.session.flush()
    if request.email_confirmed_at is None:
        until = today + WAITS
        personal_links.make_link(LinkFor.REQUEST, request, until, now)
        message = letters.draft(MessageKind.CONFIRM_REQUEST, request.written_in,
                                {"until": letters.day_in(until, request.written_in)}, to=request.email, request=request)
        outbox.by_the_rule(message, FORM)


def _check(request: Request) -> None:
    errors: dict[str, Sentence] = {}
    if not is_address(request.email):
        errors["email"] = Sentence(N_("This is not an e-mail address."))
    if request.starts and request.ends and request.ends <= request.starts:
        errors["ends"] = Sentence(N_("The end must be after the start."))
    if request.requires_training and not request.training_reason:
        errors["training_reason"] = Sentence(N_("Say why training is required: otherwise it bars nobody."))
    if request.places < 1:
        errors["places"] = Sentence(Request.constraint_sentences["places_positive"])
    if request.audience_size is not None and request.audience_size < 0:
        errors["audience_size"] = Sentence(Request.constraint_sentences["audience_not_negative"])
    if errors:
        raise FieldErrors(errors)


def confirm_email(link: PersonalLink, now: datetime) -> None:
    """The owner of the address has opened the link and said so: the request enters the queue."""
    if link.request is None:
        raise personal_links.LinkClosed
    link.used_at = link.request.email_confirmed_at = now


def contact_of(actor: Actor, email: str) -> Contact | None:
    """The orderer's own card in their organisation, by e-mail."""
    return db.session.scalars(sa.select(Contact).where(
        Contact.organisation_id == actor.organisation_id, Contact.email == email).limit(1)).first()


def expire_unconfirmed(today: date) -> int:
    """Let go of requests whose e-mail nobody has confirmed in time; gives how many. The caller commits."""
    live = sa.exists().where(PersonalLink.request_id == Request.id, PersonalLink.expires_on >= today)
    rows = db.session.scalars(sa.select(Request).where(
        Request.status == RequestStatus.UNCONFIRMED, Request.came_by == OrderSource.FORM,
        Request.email_confirmed_at.is_(None), ~live)).all()
    for request in rows:
        step(request, "expire", FORM, follows=True)
    return len(rows)
