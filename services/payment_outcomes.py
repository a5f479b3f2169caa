"""Outcomes of payments as a file tells them, carried to the payments of batches and their claims."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models import BatchItem, Invoice, PaymentBatch, db
from rules.bank_answers import Answer, Scope, batch_number_of
from rules.outcomes import Expected, Outcome
from rules.permissions import Actor
from services.batch_items import SENT, end_item
from services.spoken import SAY
from services.transitions import held, step

AT_ONCE = 500
"""Payment ids in one query."""

Items = dict[str, BatchItem]
Row = TypeVar("Row", PaymentBatch, BatchItem, Invoice)


def items_spoken_of(answers: Sequence[Answer]) -> Items:
    """The payments that the answers may speak of, by payment id; all of a batch that one names as a whole."""
    ids = sorted({one.end_to_end_id for one in answers if one.end_to_end_id})
    whole = {name for one in answers if one.scope is not Scope.PAYMENT
             for name in (one.message_id, batch_number_of(one.group_id)) if name}
    asked: list[sa.ColumnElement[bool]] = [
        BatchItem.end_to_end_id.in_(ids[at:at + AT_ONCE]) for at in range(0, len(ids), AT_ONCE)]
    if whole:
        asked.append(sa.and_(BatchItem.end_to_end_id.is_not(None),
                             BatchItem.batch.has(PaymentBatch.number.in_(sorted(whole)))))
    found: Items = {}
    for clause in asked:
        rows = db.session.scalars(
            sa.select(BatchItem).where(clause).order_by(BatchItem.id).execution_options(populate_existing=True)
            .options(joinedload(BatchItem.invoice).joinedload(Invoice.payee),
                     joinedload(BatchItem.batch).joinedload(PaymentBatch.paying_account)))
        found |= {str(item.end_to_end_id): item for item in rows}
    return found


def expected_of(item: BatchItem) -> Expected:
    """The payment as it stands, for ``rules.outcomes``."""
    account = item.batch.paying_account
    return Expected(
        end_to_end_id=item.end_to_end_id or "", status=item.status, amount=item.amount, iban=item.iban or "",
        batch_number=item.batch.number, payer_account=account.iban if account else "",
        sent=item.batch.status in SENT, outcome_on=item.outcome_on)


@contextmanager
def holding(answers: Sequence[Answer]) -> Iterator[Items]:
    """The same payments, locked with their batches and claims until the end of the transaction."""
    found = items_spoken_of(answers)
    numbers = sorted(item.id for item in found.values())
    batches = sorted({item.batch_id for item in found.values()})
    locked: list[PaymentBatch | BatchItem | Invoice] = list(db.session.scalars(
        _held(sa.select(PaymentBatch).where(PaymentBatch.id.in_(batches)).order_by(PaymentBatch.id), PaymentBatch)))
    for at in range(0, len(numbers), AT_ONCE):
        part = numbers[at:at + AT_ONCE]
        locked += db.session.scalars(
            _held(sa.select(BatchItem).where(BatchItem.id.in_(part)).order_by(BatchItem.id), BatchItem)).all()
        locked += db.session.scalars(_held(
            sa.select(Invoice).join(BatchItem, BatchItem.invoice_id == Invoice.id).where(BatchItem.id.in_(part))
            .order_by(Invoice.id), Invoice)).unique().all()
    with held(locked):
        yield found


def _held(asked: sa.Select[tuple[Row]], of: type[Row]) -> sa.Select[tuple[Row]]:
    return asked.with_for_update(of=of).execution_options(populate_existing=True)


def carry_out(found: Iterable[Outcome], items: Items, actor: Actor, today: date) -> None:
    """Take each payment and its claim along the steps that ``rules.outcomes`` decided on. The caller holds them."""
    for one in found:
        for name in one.decision.steps:
            item = items[one.payment.end_to_end_id if one.payment else ""]
            if name == "accept":
                step(item, "accept", actor, follows=True)
            else:
                note = "" if name == "pay" else SAY.get()(one.decision.sentence)
                end_item(item, name, actor, one.answer.on or today, note)
