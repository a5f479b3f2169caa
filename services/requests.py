"""Requests: a wish that came in becomes an order, or does not."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from models import Contact, ExistingStructure, Occasion, Order, Organisation, Request, Theme, db
from rules.choices import MessageKind, OrderKind, OrderSource
from rules.errors import BadInput
from rules.folding import kept_words
from rules.permissions import Actor
from rules.wording import N_
from services import around, letters, outbox
from services.saving import prepare
from services.transitions import step
from services.verbs import Input, Note, verb

AS_TOLD = ("places", "requires_training", "training_reason", "audience", "audience_size", "minors_present",
           "background_needed", "practical", "other_times", "cost_centre", "invoicing", "heard_of")
"""What the order has word for word from the request."""


def _told(request: Request) -> dict[str, Any]:
    """What the request says itself of the order to be."""
    return {"organisation": request.organisation, "kind": request.kind, "themes": request.themes,
            "on": request.wished_on}


@verb(Request, "confirm", starts_with=_told, explains=N_(
    "An order is made of the request, with its wish as the purpose."))
def confirm(request: Request, actor: Actor, today: date, *,
            organisation: Annotated[Organisation, Input(N_("Orderer"))],
            kind: Annotated[OrderKind, Input(N_("Event"))],
            themes: Annotated[list[Theme], Input(N_("Themes"))],
            on: Annotated[date, Input(N_("Date"))]) -> Order:
    """Make the order, link it here, and give it back."""
    if not themes:
        raise BadInput(N_("Choose at least one theme: experts are found by it."), field="themes")
    step(request, "confirm", actor)
    with db.session.no_autoflush:
        order = Order(organisation=organisation, contact=_contact(request, organisation), kind=kind,
                      themes=list(themes), received_on=today, source=request.came_by, purpose=request.wish,
                      occasions=[_occasion(request, on)], **{name: getattr(request, name) for name in AS_TOLD})
        prepare(order, actor, today, is_new=True)
    db.session.add(order)
    request.order, request.organisation = order, organisation
    db.session.flush()
    return order


@verb(Request, "refer", starts_with=lambda request: {"referred_to": request.belongs_to}, explains=N_(
    "What already works stays where it is: the owner takes the request from here. No order is made of it."))
def refer(request: Request, actor: Actor, _today: date, *,
          referred_to: Annotated[ExistingStructure, Input(N_("Referred to"))], note: Note = "") -> None:
    """Send whoever asked to a structure that exists, by a draft that says whose it is and how to reach them."""
    step(request, "refer", actor, note)
    request.belongs_to, language = referred_to, request.written_in
    when = letters.day_in(request.wished_on, language) if request.wished_on else letters.OPEN_DAY[language]
    _tell(MessageKind.REFERRED, request, actor, {"when": when} | around.owner_facts(referred_to, language))


@verb(Request, "refuse", explains=N_(
    "Whoever asked is told in a message that names no reason; the note stays in the history."))
def refuse(request: Request, actor: Actor, _today: date, *, note: Note = "") -> None:
    step(request, "refuse", actor, note)
    _tell(MessageKind.REQUEST_REFUSED, request, actor, {})


def _tell(kind: MessageKind, request: Request, actor: Actor, facts: Mapping[str, str]) -> None:
    """Draft the message, except to an address of the form that its owner has not confirmed."""
    unsure = request.came_by is OrderSource.FORM and request.email_confirmed_at is None
    if request.email and not unsure:
        outbox.by_the_rule(letters.draft(kind, request.written_in, {"coordinator": actor.name, **facts},
                                         to=request.email, request=request), actor)


def _contact(request: Request, organisation: Organisation) -> Contact:
    """The organisation's card of whoever wrote, a new one when there is none; what the card lacks is filled."""
    known = next((card for card in organisation.contacts if card.active and _is_of(card, request)), None)
    if known is None:
        known = Contact(name=request.contact_name, email=request.email, message_language=request.written_in,
                        organisation=organisation, organisation_id=organisation.id)
    known.phone, known.title = known.phone or request.phone, known.title or request.contact_title
    return known


def _is_of(card: Contact, request: Request) -> bool:
    """The same address and a name that does not differ: several people may share the address of a unit.

    Of a request without an address the phone number takes its place.
    """
    ours, theirs = kept_words(card.name), kept_words(request.contact_name)
    same = card.email.lower() == request.email.lower() and bool(request.email or card.phone == request.phone)
    return same and (ours <= theirs or theirs <= ours)


def _occasion(request: Request, on: date) -> Occasion:
    return Occasion(on=on, starts=request.starts, ends=request.ends, remote=request.remote,
                    municipality=request.municipality, place=request.place)
