"""Addresses, tax and notes sealed at rest

Written by hand: what stood in plain is sealed for its row. It needs the FIELD_KEYS of the installation.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from models.encryption import KEYRING

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

PLAIN = {
    "expert": {"address": sa.String(400)},
    "support_person": {"phone": sa.String(40)},
    "support_contact": {"note": sa.String(1000)},
    "payee": {"business_id": sa.String(12), "address": sa.String(400), "tax_percent": sa.Integer()},
}
"""What was not sealed, with its type; a text had no NULL."""

KEYED_NOW = ("expert", "support_person", "support_contact")
PERCENT = "tax_percent BETWEEN 0 AND 100"


def place(table: str, column: str, number: int, row_key: str) -> str:
    return f"{table}.{column}:{number}:{row_key}"


def add_row_keys(table: str) -> None:
    with op.batch_alter_table(table) as batch_op:
        batch_op.add_column(sa.Column("row_key", sa.String(32), nullable=False, server_default=""))
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column("row_key", server_default=None)
    rows = sa.table(table, sa.column("id"), sa.column("row_key"))
    for number in op.get_bind().execute(sa.select(rows.c.id)).scalars().all():
        op.get_bind().execute(rows.update().where(rows.c.id == number).values(row_key=uuid4().hex))


def rewrite(table: str, column: str, before: Any, after: Any, write: Callable[[Any, str], Any], empty: Any) -> None:
    """Put a column of another type in the place of ``column``, each value written anew; ``empty`` where there is none."""
    with op.batch_alter_table(table) as batch_op:
        batch_op.add_column(sa.Column("written_anew", after))
    rows = sa.table(table, sa.column("id"), sa.column("row_key"), sa.column(column, before),
                    sa.column("written_anew", after))
    for number, value in _values(rows, column, write, empty):
        op.get_bind().execute(rows.update().where(rows.c.id == number).values(written_anew=value))
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_column(column)
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column("written_anew", new_column_name=column, existing_type=after, nullable=empty is None)


def _values(rows: Any, column: str, write: Callable[[Any, str], Any], empty: Any) -> Iterator[tuple[int, Any]]:
    for number, row_key, value in op.get_bind().execute(sa.select(rows.c.id, rows.c.row_key, rows.c[column])).all():
        if value not in (None, ""):
            yield number, write(value, place(rows.name, column, number, row_key))
        elif empty is not None:
            yield number, empty


def upgrade() -> None:
    with op.batch_alter_table("payee") as batch_op:
        batch_op.drop_constraint(op.f("ck_payee_percent_range"), type_="check")
    for table in KEYED_NOW:
        add_row_keys(table)
    for table, columns in PLAIN.items():
        for column, kind in columns.items():
            rewrite(table, column, kind, sa.LargeBinary(), lambda value, bound_to: KEYRING.seal(
                str(value).encode(), bound_to), None)


def downgrade() -> None:
    for table, columns in PLAIN.items():
        for column, kind in columns.items():
            text = isinstance(kind, sa.String)
            rewrite(table, column, sa.LargeBinary(), kind, lambda value, bound_to, as_kind=str if text else int: as_kind(
                KEYRING.open(bytes(value), bound_to).decode()), "" if text else None)
    for table in KEYED_NOW:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("row_key")
    with op.batch_alter_table("payee") as batch_op:
        batch_op.create_check_constraint(op.f("ck_payee_percent_range"), PERCENT)
