"""What has been reported to the Incomes Register and what has not, by payment date. Nothing is sent from here."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from models import BatchItem, IncomesReport, User, db
from rules.errors import BadInput
from rules.income_register import last_day_overdue, report_deadline
from rules.permissions import Actor
from rules.states import ItemStatus
from rules.wording import N_
from services.saving import on_save

Clause = sa.ColumnElement[bool]


@dataclass(frozen=True)
class PaymentDay:
    """A day with payments, its deadline, and when and by whom it was marked as reported: None and "" until then."""

    paid_on: date
    report_by: date
    reported_on: date | None
    reported_by: str


@on_save(IncomesReport)
def prepare_report(report: IncomesReport, actor: Actor, today: date, is_new: bool) -> None:
    """A report is of payments that were made and was made itself; whoever marks it first stays its maker."""
    if not has_payments(report.payment_date):
        raise BadInput(N_("Nothing was paid on this day."), field="payment_date")
    if report.reported_on > today:
        raise BadInput(N_("The day of the report is in the future."), field="reported_on")
    if is_new and actor.user_id is not None:
        report.reported_by = db.session.get_one(User, actor.user_id)


def has_payments(day: date) -> bool:
    """Whether the worksheet of the Incomes Register has a line for ``day``."""
    asked = sa.select(BatchItem.id).where(BatchItem.status == ItemStatus.PAID, BatchItem.paid_on == day).limit(1)
    return db.session.scalar(asked) is not None


def is_reported(day: date) -> bool:
    """Whether the payments of ``day`` have been marked as reported."""
    return db.session.scalar(sa.select(IncomesReport.id).where(IncomesReport.payment_date == day)) is not None


def payment_days(first: date, last: date) -> list[PaymentDay]:
    """The days of the worksheet from ``first`` to ``last``, in one question, the newest first."""
    rows = db.session.execute(
        sa.select(BatchItem.paid_on, IncomesReport.reported_on, sa.func.coalesce(User.name, ""))
        .outerjoin(IncomesReport, IncomesReport.payment_date == BatchItem.paid_on)
        .outerjoin(IncomesReport.reported_by)
        .where(BatchItem.status == ItemStatus.PAID, BatchItem.paid_on.between(first, last))
        .distinct().order_by(BatchItem.paid_on.desc()))
    return [PaymentDay(day, report_deadline(day), reported_on, name) for day, reported_on, name in rows]


def unreported() -> Clause:
    """Payments that were made, of a day that nobody has marked as reported."""
    return sa.and_(BatchItem.status == ItemStatus.PAID,
                   ~sa.exists().where(IncomesReport.payment_date == BatchItem.paid_on))


def overdue(today: date) -> Clause:
    """The same, where the deadline has passed by ``today``."""
    return sa.and_(unreported(), BatchItem.paid_on <= last_day_overdue(today))


def to_correct() -> Clause:
    """Payments that came back after their day was reported, and nobody has corrected the report yet."""
    return sa.and_(BatchItem.correct_from.is_not(None), BatchItem.corrected_on.is_(None))
