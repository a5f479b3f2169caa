"""What an expert does not wish to meet is sealed with the expert's row

Written by hand: the links of closed themes, of units and of persons not to meet become sealed choices. It needs the
FIELD_KEYS of the installation.
"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

from models.encryption import KEYRING

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

CHOICES = {
    "closed_themes": ("expert_closed_theme", "theme", "Theme"),
    "avoided_organisations": ("expert_avoided_organisation", "organisation", "Organisation"),
    "avoided_contacts": ("expert_avoided_contact", "contact", "Contact"),
}
"""Column of ``expert`` to its table of links before, the table chosen from, and what its rows are called in logs."""


def place(column: str, number: int, row_key: str) -> str:
    return f"expert.{column}:{number}:{row_key}"


def experts(column: str) -> sa.TableClause:
    return sa.table("expert", sa.column("id"), sa.column("row_key"), sa.column(column, sa.LargeBinary))


def upgrade() -> None:
    with op.batch_alter_table("expert") as batch_op:
        for column in CHOICES:
            batch_op.add_column(sa.Column(column, sa.LargeBinary(), nullable=True))
    for column, (links, target, called) in CHOICES.items():
        _seal(column, sa.table(links, sa.column("expert_id"), sa.column(f"{target}_id")), f"{target}_id", called)
        op.drop_table(links)


def _seal(column: str, links: sa.TableClause, target: str, called: str) -> None:
    chosen: dict[int, list[str]] = defaultdict(list)
    query = sa.select(links.c.expert_id, links.c[target]).order_by(links.c.expert_id, links.c[target])
    for number, other in op.get_bind().execute(query).all():
        chosen[number].append(f"{called}:{other}")
    rows = experts(column)
    keys = dict(op.get_bind().execute(sa.select(rows.c.id, rows.c.row_key)).tuples().all())
    for number, names in chosen.items():
        sealed = KEYRING.seal(", ".join(names).encode(), place(column, number, keys[number]))
        op.get_bind().execute(rows.update().where(rows.c.id == number).values({column: sealed}))


def downgrade() -> None:
    for column, (links, target, _) in CHOICES.items():
        op.create_table(
            links,
            sa.Column("expert_id", sa.Integer(), nullable=False),
            sa.Column(f"{target}_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f(f"fk_{links}_expert_id")),
            sa.ForeignKeyConstraint([f"{target}_id"], [f"{target}.id"], name=op.f(f"fk_{links}_{target}_id")),
            sa.PrimaryKeyConstraint("expert_id", f"{target}_id", name=op.f(f"pk_{links}")),
        )
        op.create_index(op.f(f"ix_{links}_{target}_id"), links, [f"{target}_id"])
        _open(column, sa.table(links, sa.column("expert_id"), sa.column(f"{target}_id")), target)
    with op.batch_alter_table("expert") as batch_op:
        for column in CHOICES:
            batch_op.drop_column(column)


def _open(column: str, links: sa.TableClause, target: str) -> None:
    """Back into links; a row that has been deleted since is left out, for nothing points there any more."""
    rows, known = experts(column), sa.table(target, sa.column("id"))
    there = set(op.get_bind().execute(sa.select(known.c.id)).scalars())
    query = sa.select(rows.c.id, rows.c.row_key, rows.c[column]).where(rows.c[column].is_not(None))
    for number, row_key, sealed in op.get_bind().execute(query).all():
        names = KEYRING.open(bytes(sealed), place(column, number, row_key)).decode().split(", ")
        for other in {int(name.partition(":")[2]) for name in names} & there:
            op.get_bind().execute(links.insert().values({"expert_id": number, f"{target}_id": other}))
