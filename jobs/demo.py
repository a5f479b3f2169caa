"""Fills an empty database with an invented Central Finland: the same for the same day and scale, apart from keys."""

from datetime import date

import sqlalchemy as sa

from jobs.demo_answers import add_answers
from jobs.demo_batches import add_money
from jobs.demo_checks import add_checks, add_graduates
from jobs.demo_feedback import add_calls, add_insights
from jobs.demo_groups import add_groups
from jobs.demo_incomes import add_incomes_reports
from jobs.demo_names import Names
from jobs.demo_orders import add_orders
from jobs.demo_outbox import add_outbox
from jobs.demo_papers import add_papers
from jobs.demo_people import add_people
from jobs.demo_places import add_places, add_training
from jobs.demo_rates import add_rates
from jobs.demo_support import add_support
from jobs.demo_users import ACCOUNTS, add_users
from jobs.demo_visibility import add_visibility
from jobs.demo_world import World
from models import ExportProfile, WithholdingRate
from models.audit import open_door
from models.base import Base, db
from models.search import reindex
from rules.errors import DomainError
from rules.wording import N_


def is_empty() -> bool:
    """Whether no table holds a row, but for what every installation begins with."""
    shipped = {ExportProfile.__tablename__, WithholdingRate.__tablename__}
    tables = [table for table in Base.metadata.sorted_tables if table.name not in shipped]
    return not any(db.session.scalar(sa.select(sa.exists(sa.select(table)))) for table in tables)


def fill(today: date, password: str, scale: int = 1) -> list[str]:
    """Write the demo as it stands on ``today`` and give the addresses of its accounts; the caller commits.

    ``scale`` multiplies experts and orders. DomainError when there is anything in the database.
    """
    if not is_empty():
        raise DomainError(N_("The demo fills an empty database only: this one has records."))
    world = World.on(today, scale)
    names = Names(world.rng)
    add_places(world, names)
    add_users(world, password)
    add_training(world, names)
    add_rates(world)
    add_people(world, names)
    add_papers(world, names)
    add_orders(world)
    add_calls(world)
    add_checks(world)
    add_graduates(world, names)
    add_insights(world)
    add_groups(world)
    add_support(world, names)
    add_money(world)
    add_answers(world)
    add_incomes_reports(world)
    add_visibility(world)
    add_outbox(world, names)
    with open_door("demo"):
        world.book.write(db.session.connection())
    list(reindex(db.session))  # no flush has seen them
    return [f"{account.word}@demo.invalid" for account in ACCOUNTS]
