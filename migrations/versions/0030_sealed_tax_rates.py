"""The tax rates of a payment are sealed, as on the tax card

Written by hand: the rates that are there are sealed. It needs the FIELD_KEYS of the installation.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.encryption import KEYRING

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

RATES = ("tax_percent", "tax_over_percent")


def _replace(column: str, kind: Any, value_of: Callable[[Any, str], Any]) -> None:
    """Put in the place of ``column`` one of ``kind``, with what ``value_of`` makes of each value and its place."""
    with op.batch_alter_table("batch_item") as batch_op:
        batch_op.add_column(sa.Column("filled", kind, nullable=True))
    table = sa.table("batch_item", sa.column("id"), sa.column("row_key"), sa.column(column), sa.column("filled", kind))
    held = sa.select(table.c.id, table.c.row_key, table.c[column]).where(table.c[column].is_not(None))
    for number, key, value in op.get_bind().execute(held).all():
        place = f"batch_item.{column}:{number}:{key}"
        op.get_bind().execute(table.update().where(table.c.id == number).values(filled=value_of(value, place)))
    with op.batch_alter_table("batch_item") as batch_op:
        batch_op.drop_column(column)
    with op.batch_alter_table("batch_item") as batch_op:
        batch_op.alter_column("filled", new_column_name=column, existing_type=kind)


def upgrade() -> None:
    for column in RATES:
        _replace(column, sa.LargeBinary(), lambda value, place: KEYRING.seal(
            str(Decimal(value).scaleb(-2)).encode(), place))


def downgrade() -> None:
    for column in RATES:
        _replace(column, sa.BigInteger(), lambda value, place: int(
            Decimal(KEYRING.open(bytes(value), place).decode()).scaleb(2)))
