"""Who of the coordinators is away, who stands in, and whose orders that means."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models import Absence, Order, User, db
from rules.errors import BadInput
from rules.permissions import Actor, opens
from rules.states import OrderStatus
from rules.wording import N_
from services.saving import on_save
from services.scopes import visible

SOON = timedelta(14)
OPEN_ORDERS = (OrderStatus.RECEIVED, OrderStatus.SEARCHING, OrderStatus.STAFFED)


@dataclass(frozen=True)
class Away:
    """Somebody who is away now or soon, and how many open orders are on their name."""

    absence: Absence
    orders: int
    now: bool


@on_save(Absence)
def prepare_absence(absence: Absence, actor: Actor, _today: date, _is_new: bool) -> None:
    """The one who writes it down, unless somebody else is named; nobody stands in for themselves."""
    if absence.user is None and actor.user_id:
        absence.user = db.session.get_one(User, actor.user_id)
    if absence.ends_on < absence.starts_on:
        raise BadInput(N_("The end cannot be before the start."), field="ends_on")
    if absence.deputy is not None and absence.deputy.id == absence.user.id:
        raise BadInput(N_("Choose somebody else to stand in."), field="deputy")


def away(actor: Actor, today: date) -> list[Away]:
    """Whoever is away today or within two weeks, the first to go first; nobody for a role that does not read it."""
    if not opens(actor.role, "Absence"):
        return []
    rows = db.session.scalars(sa.select(Absence).where(
        visible(Absence, actor), Absence.ends_on >= today, Absence.starts_on <= today + SOON)
        .options(joinedload(Absence.user), joinedload(Absence.deputy))
        .order_by(Absence.starts_on, Absence.id)).all()
    if not rows:
        return []
    counted = dict(db.session.execute(sa.select(Order.responsible_id, sa.func.count()).where(
        Order.responsible_id.in_({row.user_id for row in rows}), Order.status.in_(OPEN_ORDERS))
        .group_by(Order.responsible_id)).tuples().all())
    return [Away(row, counted.get(row.user_id, 0), row.starts_on <= today) for row in rows]
