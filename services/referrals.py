"""Orders and requests that belong to a structure that works already: nobody is asked for them, they are referred."""

from datetime import date

import sqlalchemy as sa

from models import ExistingStructure, Order, Request, db
from rules.choices import OrderKind
from rules.errors import DomainError
from rules.permissions import Actor
from rules.referrals import Elsewhere, belongs_elsewhere
from rules.wording import N_, Sentence
from services.notices import Notice, notice
from services.saving import on_save


def owner_of(place: Elsewhere) -> ExistingStructure | None:
    """The structure of the directory that such wishes belong to, by its name."""
    return db.session.scalars(sa.select(ExistingStructure).where(
        sa.func.lower(ExistingStructure.name).contains(place.value)).order_by(ExistingStructure.id).limit(1)).first()


def place_of(wish: Order | Request) -> Elsewhere | None:
    """Where an order or a request seems to belong, by its kind and by what is written in it."""
    words = (wish.title, wish.purpose) if isinstance(wish, Order) else (wish.wish,)
    return belongs_elsewhere(wish.kind, "\n".join(filter(None, words)))


def structure_for(wish: Order | Request) -> ExistingStructure | None:
    """The structure that takes it, when it seems to belong elsewhere and the directory knows where."""
    place = place_of(wish)
    return owner_of(place) if place else None


def check_ours(order: Order, *_: object) -> None:
    """DomainError for a peer evaluation, which is never staffed here. What only sounds like one is no reason."""
    if order.kind is not OrderKind.PEER_EVALUATION:
        return
    if owner := owner_of(Elsewhere.VALTTI):
        raise DomainError(N_("A peer evaluation is not staffed here: refer it to %(owner)s."), owner=owner.owner)
    raise DomainError(N_("A peer evaluation is not staffed here: refer it to whoever arranges them."))


@on_save(Request)
def prepare_request(request: Request, _actor: Actor, _today: date, _is_new: bool) -> None:
    """Where the wish seems to belong is looked at anew; once the request has been taken on it stays as it was."""
    if request.status in (None, Request.lifecycle.initial):
        request.belongs_to = structure_for(request)


@notice(Order, Request)
def seems_to_belong_elsewhere(wish: Order | Request, _today: date) -> Notice | None:
    """Beside the button that refers it, for as long as it can be referred."""
    if (place := place_of(wish)) is None:
        return None
    what, owner = Sentence(place.label), owner_of(place)
    if owner is None:
        return Notice(Sentence(N_("This seems to be %(what)s, which is not arranged here."), what=what), "refer")
    return Notice(Sentence(N_("This seems to be %(what)s, which is not arranged here: %(owner)s does."), what=what,
                           owner=owner.owner), "refer")
