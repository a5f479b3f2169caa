"""What payroll answered to the batches of a demo: a list that was taken, one to be looked at, one put aside."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from imports.bank_outcomes import Told, seal_report
from jobs.demo_book import Went, working_day
from jobs.demo_world import World
from models import BankAnswer, BatchItem, PaymentBatch
from models.encryption import KEYRING
from rules.bank_answers import AnswerKind
from rules.choices import BatchKind
from rules.outcomes import Effect
from rules.states import BatchStatus, ItemStatus

NOBODYS = "KA2020B0001-000001"
"""A payment id that no batch of the demo has."""


def add_answers(world: World) -> None:
    """The newest closed batch was answered and taken, one line of it left to look at; the delivered one waits."""
    maker = world.users["finance"]
    batches = [batch for batch in world.book.of(PaymentBatch) if batch.kind is BatchKind.PAYROLL]
    closed = [batch for batch in batches if batch.status is BatchStatus.CLOSED][-2]
    sent = next(batch for batch in batches if batch.status is BatchStatus.SENT)
    paid, came = _paid(world, closed), closed.payment_date + timedelta(1)
    told = [Told(line, 0, item.end_to_end_id or "", Effect.PAID.value, f"Maksettu tililtä {_day(closed)}.",
                 str(item.amount)) for line, item in enumerate(paid, 2)]
    told.append(Told(len(paid) + 2, 0, NOBODYS, Effect.UNKNOWN.value, "Tällaista maksua ei ole."))
    taken = _file([*(item.end_to_end_id or "" for item in paid), NOBODYS], _day(closed))
    world.book.add_after(
        BankAnswer, came, [Went("take", came + timedelta(1), maker)], by=maker, name=f"maksetut-{closed.number}.csv",
        received_by_id=maker.id, paid=len(paid), unknown=1, sealed_report=seal_report(taken["key"], told), **taken)
    world.book.add_after(
        BankAnswer, came, [Went("drop", came + timedelta(1), maker)], by=maker, name="vaara-lista.csv",
        received_by_id=maker.id, **_file([NOBODYS], "1.12.2020"))
    waiting = [item.end_to_end_id or "" for item in world.book.of(BatchItem) if item.batch_id == sent.id]
    world.book.add_after(
        BankAnswer, working_day(world.today - timedelta(1), -1), [], by=maker, name=f"maksetut-{sent.number}.csv",
        received_by_id=maker.id, **_file(waiting, _day(sent)))


def _paid(world: World, batch: PaymentBatch) -> list[BatchItem]:
    return [item for item in world.book.of(BatchItem)
            if item.batch_id == batch.id and item.status in (ItemStatus.PAID, ItemStatus.RETURNED)]


def _day(batch: PaymentBatch) -> str:
    day: date = batch.payment_date
    return f"{day.day}.{day.month}.{day.year}"


def _file(ids: Sequence[str], day: str) -> dict[str, Any]:
    """The columns of a list that says all of ``ids`` to be paid."""
    rows = ["Maksutunnus;Lopputulos;Päivä\n", *(f"{one};maksettu;{day}\n" for one in ids)]
    data, key = "".join(rows).encode(), uuid4().hex
    return {"kind": AnswerKind.OUTCOMES, "entries": len(ids), "size": len(data), "key": key,
            "sha256": hashlib.sha256(data).hexdigest(), "sealed_data": KEYRING.seal(data, f"bank_answer:{key}")}
