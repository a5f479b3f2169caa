"""Requests: a wish that came in becomes an order, or does not."""

from datetime import date
from typing import Annotated, Any

from models import Contact, Occasion, Order, Organisation, Request, Theme, db
from rules.choices import OrderKind
from rules.errors import BadInput
from rules.permissions import Actor
from rules.wording import N_
from services.saving import prepare
from services.transitions import step
from services.verbs import Input, verb


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
        contact = Contact(name=request.contact_name, organisation=organisation, email=request.email,
                          phone=request.phone, title=request.contact_title, message_language=request.written_in)
        db.session.add(contact)
        order = Order(organisation=organisation, contact=contact, kind=kind, themes=list(themes), received_on=today,
                      source=request.came_by, purpose=request.wish[:2000], places=request.places,
                      requires_training=request.requires_training, training_reason=request.training_reason,
                      audience=request.audience, audience_size=request.audience_size,
                      minors_present=request.minors_present, background_needed=request.background_needed,
                      cost_centre=request.cost_centre, heard_of=request.heard_of, occasions=[_occasion(request, on)])
        contact.organisation_id = organisation.id
        prepare(order, actor, today, is_new=True)
    db.session.add(order)
    request.order, request.organisation = order, organisation
    db.session.flush()
    return order


def _occasion(request: Request, on: date) -> Occasion:
    return Occasion(on=on, starts=request.starts, ends=request.ends, remote=request.remote,
                    municipality=request.municipality, place=request.place)
