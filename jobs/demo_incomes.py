"""Which payment dates of a demo were reported to the Incomes Register: all that are late, save the newest of them."""

from datetime import timedelta

from jobs.demo_book import working_day
from jobs.demo_world import World
from models import BatchItem, IncomesReport
from rules.income_register import report_deadline
from rules.states import ItemStatus


def add_incomes_reports(world: World) -> None:
    """By one of finance two days after each payment; what was paid lately waits."""
    maker = world.users["finance"]
    paid = {item.paid_on for item in world.book.of(BatchItem) if item.status is ItemStatus.PAID and item.paid_on}
    late = sorted(day for day in paid if report_deadline(day) < world.today)
    for day in late[:-1]:
        reported = min(working_day(day + timedelta(2)), report_deadline(day))
        for item in world.book.of(BatchItem):
            if item.status is ItemStatus.RETURNED and item.paid_on == day and item.outcome_on and (
                    item.outcome_on > reported):
                item.correct_from = item.outcome_on
        world.book.add(IncomesReport, reported, maker, payment_date=day, reported_on=reported, reported_by_id=maker.id)
