"""The approved claims that wait for a payment batch, narrowed to those that one wants in it."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models import Invoice, Payee, db
from rules.choices import BatchKind, PayeeKind
from rules.states import ClaimStatus

SHOWN = 100
"""Claims to choose from on one page; all that match can be added at once."""


@dataclass(frozen=True)
class Wanted:
    """What to look for among the waiting claims; empty is everything.

    ``words`` is a part of the payee's name or of the claim's number, ``until`` the last day of work.
    """

    words: str = ""
    cost_centre: str = ""
    until: date | None = None
    private_too: bool = False
    """Whether the bank may pay private persons."""

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.cost_centre or self.until)


def waiting(kind: BatchKind, wanted: Wanted) -> sa.ColumnElement[bool]:
    """The approved claims that are in no live batch, go to one of this kind, and are wanted."""
    private = Invoice.payee.has(Payee.kind == PayeeKind.PRIVATE)
    to_bank = sa.true() if wanted.private_too else sa.not_(private)
    clauses = [Invoice.status == ClaimStatus.APPROVED, private if kind is BatchKind.PAYROLL else to_bank]
    if wanted.words:
        name = sa.func.lower(Payee.official_name).contains(wanted.words.lower(), autoescape=True)
        clauses.append(sa.or_(Invoice.number.icontains(wanted.words, autoescape=True), Invoice.payee.has(name)))
    if wanted.cost_centre:
        clauses.append(Invoice.cost_centre == wanted.cost_centre)
    if wanted.until:
        clauses.append(Invoice.worked_on <= wanted.until)
    return sa.and_(*clauses)


def waiting_count(kind: BatchKind, wanted: Wanted = Wanted()) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Invoice).where(waiting(kind, wanted))) or 0


def waiting_claims(kind: BatchKind, wanted: Wanted = Wanted(), most: int = SHOWN) -> list[Invoice]:
    """The wanted claims, oldest first, ``most`` of them."""
    return list(db.session.scalars(
        sa.select(Invoice).where(waiting(kind, wanted)).options(joinedload(Invoice.payee))
        .order_by(Invoice.received_on, Invoice.id).limit(most)))


def waiting_ids(kind: BatchKind, wanted: Wanted) -> list[int]:
    return list(db.session.scalars(sa.select(Invoice.id).where(waiting(kind, wanted))))


def cost_centres_waiting(kind: BatchKind, *, private_too: bool = False) -> list[str]:
    """The cost centres of the claims that wait, to choose from."""
    waits = waiting(kind, Wanted(private_too=private_too))
    return list(db.session.scalars(sa.select(Invoice.cost_centre).where(
        waits, Invoice.cost_centre != "").distinct().order_by(Invoice.cost_centre)))
