"""The sums of a batch, by state, by what they are for and by cost centre. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from models import BatchItem, PaymentBatch, db
from models.base import Money
from rules.states import ItemStatus


@dataclass(frozen=True)
class Share:
    """A part of a batch: what it is, how many payments, their sum in euros."""

    name: ItemStatus | str
    count: int
    sum: Decimal


@dataclass(frozen=True)
class Figures:
    """What is in a batch, what was taken out not counted; ``sum`` is net of ``tax``, ``states`` in the usual order."""

    count: int
    sum: Decimal
    fee: Decimal
    travel: Decimal
    other: Decimal
    companion: Decimal
    """Among the other costs."""
    tax: Decimal
    states: Sequence[Share]
    cost_centres: Sequence[Share]


def figures_of(batch: PaymentBatch) -> Figures:
    """All sums by two queries, however many payments there are."""
    counted = sa.and_(BatchItem.batch_id == batch.id, BatchItem.status != ItemStatus.REMOVED)
    by_state = db.session.execute(
        sa.select(BatchItem.status, sa.func.count(), _sum(BatchItem.amount), _sum(BatchItem.fee),
                  _sum(BatchItem.kilometre_amount), _sum(BatchItem.other), _sum(BatchItem.companion),
                  _sum(BatchItem.tax))
        .where(counted).group_by(BatchItem.status)).all()
    by_centre = db.session.execute(
        sa.select(BatchItem.cost_centre, sa.func.count(), _sum(BatchItem.amount))
        .where(counted).group_by(BatchItem.cost_centre).order_by(BatchItem.cost_centre)).all()
    states = {row[0]: Share(row[0], row[1], row[2]) for row in by_state}
    fee, travel, other, companion, tax = (
        sum((row[place] for row in by_state), Decimal(0)) for place in (3, 4, 5, 6, 7))
    return Figures(
        count=sum(one.count for one in states.values()), sum=sum((one.sum for one in states.values()), Decimal(0)),
        fee=fee, travel=travel, other=other, companion=companion, tax=tax,
        states=[states[state] for state in ItemStatus if state in states],
        cost_centres=[Share(*row) for row in by_centre])


def _sum(column: sa.orm.InstrumentedAttribute[Decimal]) -> sa.ColumnElement[Decimal]:
    return sa.func.coalesce(sa.type_coerce(sa.func.sum(column), Money), sa.literal(Decimal(0), Money))
