"""Grows a demo to the size of a load test, by plain inserts: nobody took the steps, so no history is written."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from jobs import demo_scale_rows as rows
from jobs.demo_book import working_day
from models import (
    Assignment,
    Expert,
    IncomeType,
    Invoice,
    InvoiceLine,
    Municipality,
    Occasion,
    Order,
    Organisation,
    Payee,
    Theme,
    User,
    db,
)
from models.expert import expert_municipality, expert_theme
from models.order import order_theme
from models.search import SEARCH_TEXT, reindex
from services.numbers import next_number

CHUNK = 5_000
COORDINATOR, FINANCE = "coordinator@demo.invalid", "finance@demo.invalid"
FEE, JOURNEY = "210", "311"
RECORDS = (Expert, Organisation, Order, Occasion, Assignment, Payee, Invoice, InvoiceLine)


def _table(model: type[Any]) -> sa.Table:
    found: sa.Table = sa.inspect(model).local_table
    return found


STEPS: tuple[tuple[sa.Table, Callable[[rows.Ground], Iterator[rows.Row]]], ...] = (
    (_table(Expert), rows.expert_rows), (expert_theme, rows.expert_theme_rows),
    (expert_municipality, rows.expert_town_rows), (_table(Organisation), rows.organisation_rows),
    (_table(Order), rows.order_rows), (order_theme, rows.order_theme_rows), (_table(Occasion), rows.occasion_rows),
    (_table(Assignment), rows.assignment_rows), (_table(Payee), rows.payee_rows),
    (_table(Invoice), rows.claim_rows), (_table(InvoiceLine), rows.line_rows),
)


def grow(today: date, experts: int) -> Iterator[str]:
    """Add to a filled demo so many experts, a fiftieth of organisations, ten times of orders, assignments and claims.

    Writes in parts and gives the name of each part's table: the caller commits after each, and at the end.
    """
    ground = _ground(today, experts)
    for table, made in STEPS:
        waiting = made(ground)
        while chunk := list(islice(waiting, CHUNK)):
            db.session.connection().execute(table.insert(), chunk)
            yield table.name
        _move_sequence(table)
    for _ in reindex(db.session()):
        yield SEARCH_TEXT.name
    db.session.connection().execute(sa.text("ANALYZE"))


def _ground(today: date, experts: int) -> rows.Ground:
    coordinator = db.session.scalars(sa.select(User).where(User.email == COORDINATOR)).one()
    began = rows.began(today)
    years = range(began.year, today.year + 1)
    return rows.Ground(
        today=today, began=began, latest=working_day(today - timedelta(1), -1), experts=experts,
        coordinator=(coordinator.id, coordinator.name),
        finance=db.session.scalars(sa.select(User.id).where(User.email == FINANCE)).one(),
        themes=_ids(Theme), towns=_ids(Municipality), fee_type=_income_type(FEE), journey_type=_income_type(JOURNEY),
        first={_table(model).name: max(_ids(model), default=0) + 1 for model in RECORDS},
        order_numbers={year: _next(Order.number, f"{year}-", 3) for year in years},
        claim_numbers={year: _next(Invoice.number, f"L{year}-", 4) for year in years})


def _ids(model: type[Any]) -> list[int]:
    return list(db.session.scalars(sa.select(model.id).order_by(model.id)))


def _income_type(code: str) -> int:
    return db.session.scalars(sa.select(IncomeType.id).where(IncomeType.code == code)).one()


def _next(column: Any, prefix: str, width: int) -> int:
    return int(next_number(column, prefix, width).removeprefix(prefix))


def _move_sequence(table: sa.Table) -> None:
    """PostgreSQL gives the next id from where the written ones end."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql" and "id" in table.columns:
        sequence = sa.func.pg_get_serial_sequence(f'"{table.name}"', "id")
        connection.execute(sa.select(sa.func.setval(sequence, sa.select(sa.func.max(table.c.id)).scalar_subquery())))
