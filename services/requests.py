"""Requests: a wish that came in becomes an order, or does not."""

from datetime import date
from typing import Annotated

from models import Contact, Occasion, Order, Organisation, Request, Theme, db
from rules.choices import OrderKind, OrderSource
from rules.errors import BadInput
from rules.permissions import Actor
from rules.wording import N_
from services.saving import prepare
from services.transitions import step
from services.verbs import Input, verb


@verb(Request, "confirm", explains=N_("An order is made of the request, with its wish as the purpose."))
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
                          phone=request.phone)
        db.session.add(contact)
        order = Order(organisation=organisation, contact=contact, kind=kind, themes=list(themes), received_on=today,
                      source=OrderSource.FORM, purpose=request.wish[:2000], places=1, requires_training=False,
                      training_reason="", occasions=[Occasion(on=on)])
        contact.organisation_id = organisation.id
        prepare(order, actor, today, is_new=True)
    db.session.add(order)
    request.order = order
    db.session.flush()
    return order
