"""Running an import in a test and counting what it did."""

from collections import Counter
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from imports.problems import Severity
from imports.register import Kind, Settings, import_register
from models import db
from models.base import Base

DATA = Path(__file__).parents[1] / "data"
TODAY = date(2026, 11, 24)
EXPERTS, ORDERS, INVOICES = (
    DATA / name for name in ("register-experts.xlsx", "register-orders.xlsx", "register-invoices.csv"))


def run(kind, path, **settings):
    """Import ``path`` as of ``TODAY``, temporary identity codes allowed; what the test has arranged is committed."""
    db.session.commit()
    return import_register(Kind(kind), path, Settings(**{"today": TODAY, "allow_temporary": True} | settings))


def fates(report):
    """(new, changed, same, not taken)."""
    found = Counter(taken.fate for taken in report.rows)
    return tuple(found[fate] for fate in ("new", "changed", "same", "refused"))


def kinds(report, severity):
    return Counter(problem.kind for problem in report.problems if problem.severity is Severity(severity))


def on_row(report, number):
    [taken] = [taken for taken in report.rows if taken.row.row == number]
    return taken


def sentences(taken, kind):
    return [str(problem.sentence) for problem in taken.problems if problem.kind == kind]


SHIPPED = {"export_profile", "withholding_rate"}
"""Tables that the migrations fill, which no register does."""


def table_counts():
    """Rows in every other table that has any."""
    counted = {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in Base.metadata.sorted_tables if table.name not in SHIPPED
    }
    db.session.rollback()
    return {name: number for name, number in counted.items() if number}


def write_csv(folder, *lines):
    path = folder / "list.csv"
    path.write_text("\r\n".join(lines), encoding="utf-8")
    return path
