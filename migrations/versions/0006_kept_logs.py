"""Logs that the database keeps as they were written, their seals, and sealed values bound to their row's number

Written by hand: triggers on both engines, the digests of the notes that are there, values sealed anew for their place.
It needs the FIELD_KEYS with which the values were sealed.
"""

import hashlib
import secrets
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from models.encryption import KEYRING

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

KEPT = {
    "access_log": ["id", "at", "subject", "actor", "role", "what", "fields", "reason", "rows"],
    "change_log": ["id", "at", "subject", "actor", "role", "verb", "fields", "key", "sealed_values", "digest"],
    "status_change": ["id", "at", "subject", "actor", "role", "verb", "source", "target", "note", "salt", "digest"],
    "log_seal": ["id", "log", "at", "first_id", "last_id", "rows", "digests", "root", "chain"],
}
MAY_BECOME = {
    "change_log": {"sealed_values": "OLD.sealed_values IS NOT NULL"},
    "status_change": {"note": "NEW.note = ''", "salt": "NEW.salt = ''"},
    "log_seal": {"digests": "NEW.digests IS NULL"},
}
EMPTIED = "log = {} AND last_id >= OLD.id AND first_id <= OLD.id AND digests IS NULL"
RAISE = ("RAISE EXCEPTION USING MESSAGE = 'history is append-only: ' || TG_TABLE_NAME, "
         "ERRCODE = 'integrity_constraint_violation';")
FUNCTIONS = (
    ("CREATE OR REPLACE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS "
     f"$body$ BEGIN {RAISE} END $body$"),
    ("CREATE OR REPLACE FUNCTION refuse_removal_of_history() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
     f"IF EXISTS (SELECT 1 FROM log_seal WHERE {EMPTIED.format('TG_TABLE_NAME')}) THEN RETURN OLD; END IF; "
     f"{RAISE} END $body$"),
)
SEALED = {"payee": ["iban", "identity_code"], "batch_item": ["iban", "identity_code"], "draft": ["fields"],
          "second_factor": ["secret", "waiting"]}
Place = Callable[[str, str, int, str], str]


def changed(table: str, same: str) -> str:
    may = MAY_BECOME.get(table, {})
    kept = [f"NEW.{name} {same} OLD.{name}" for name in KEPT[table] if name not in may]
    kept += [f"(NEW.{name} {same} OLD.{name} OR {when})" for name, when in may.items()]
    return f"NOT ({' AND '.join(kept)})"


def guard_on_sqlite(table: str) -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, 'history is append-only: {table}'); END"
    emptied = EMPTIED.format(f"'{table}'")
    op.execute(f"CREATE TRIGGER {table}_changed BEFORE UPDATE ON {table} WHEN {changed(table, 'IS')} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_removed BEFORE DELETE ON {table} "
               f"WHEN NOT EXISTS (SELECT 1 FROM log_seal WHERE {emptied}) {refuse}")
    op.execute(f"CREATE TRIGGER {table}_replaced BEFORE INSERT ON {table} "
               f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}")


def guard_on_postgresql(table: str) -> None:
    refuse = "EXECUTE FUNCTION refuse_change_of_history()"
    op.execute(f"CREATE TRIGGER {table}_changed BEFORE UPDATE ON {table} FOR EACH ROW "
               f"WHEN ({changed(table, 'IS NOT DISTINCT FROM')}) {refuse}")
    op.execute(f"CREATE TRIGGER {table}_removed BEFORE DELETE ON {table} FOR EACH ROW "
               "EXECUTE FUNCTION refuse_removal_of_history()")
    op.execute(f"CREATE TRIGGER {table}_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")


def add_texts(table: str, **lengths: int) -> None:
    """Columns of text that are empty in the rows there are, and have no default in the database."""
    with op.batch_alter_table(table) as batch_op:
        for name, length in lengths.items():
            batch_op.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
    with op.batch_alter_table(table) as batch_op:
        for name in lengths:
            batch_op.alter_column(name, server_default=None)


def digest_notes() -> None:
    table = sa.table("status_change", *map(sa.column, ("id", "note", "salt", "digest")))
    rows = op.get_bind().execute(sa.select(table.c.id, table.c.note).where(table.c.note != "")).all()
    for number, note in rows:
        salt = secrets.token_hex(16)
        digest = hashlib.sha256(f"{salt}:{note}".encode()).hexdigest()
        op.get_bind().execute(table.update().where(table.c.id == number).values(salt=salt, digest=digest))


def reseal(before: Place, after: Place) -> None:
    """Open every sealed value in the place where it was sealed, and seal it for the new one."""
    for name, columns in SEALED.items():
        kept = [sa.column(column, sa.LargeBinary) for column in columns]
        table = sa.table(name, sa.column("id"), sa.column("row_key"), *kept)
        for row in op.get_bind().execute(sa.select(table)).mappings().all():
            anew = {column: KEYRING.seal(
                        KEYRING.open(bytes(row[column]), before(name, column, row["id"], row["row_key"])),
                        after(name, column, row["id"], row["row_key"]))
                    for column in columns if row[column] is not None}
            if anew:
                op.get_bind().execute(table.update().where(table.c.id == row["id"]).values(anew))


def by_key(table: str, column: str, _number: int, row_key: str) -> str:
    return f"{table}.{column}:{row_key}"


def by_number_and_key(table: str, column: str, number: int, row_key: str) -> str:
    return f"{table}.{column}:{number}:{row_key}"


def upgrade() -> None:
    op.create_table('log_seal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('log', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('last_id', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('digests', sa.LargeBinary(), nullable=True),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('chain', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_seal')),
    sa.UniqueConstraint('log', 'last_id', name=op.f('uq_log_seal_log_last_id'))
    )
    add_texts("access_log", fields=200)
    add_texts("status_change", salt=32, digest=64)
    digest_notes()
    reseal(by_key, by_number_and_key)
    postgresql = op.get_bind().dialect.name == "postgresql"
    for function in FUNCTIONS if postgresql else ():
        op.execute(function)
    for table in KEPT:
        (guard_on_postgresql if postgresql else guard_on_sqlite)(table)


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in KEPT:
        for what in ("changed", "removed", "emptied" if postgresql else "replaced"):
            op.execute(f"DROP TRIGGER {table}_{what}" + (f" ON {table}" if postgresql else ""))
    for function in ("refuse_change_of_history", "refuse_removal_of_history") if postgresql else ():
        op.execute(f"DROP FUNCTION {function}()")
    reseal(by_number_and_key, by_key)
    with op.batch_alter_table("status_change") as batch_op:
        batch_op.drop_column("salt")
        batch_op.drop_column("digest")
    with op.batch_alter_table("access_log") as batch_op:
        batch_op.drop_column("fields")
    op.drop_table("log_seal")
