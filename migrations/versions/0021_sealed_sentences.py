"""What was said with a step is sealed, and so is how much an expert takes on

Written by hand: the notes of state changes and the load limits that are there are sealed, and the triggers of the log
are made anew. It needs the FIELD_KEYS of the installation.
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from models.encryption import KEYRING

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

STEPS = sa.table("status_change", sa.column("id"), sa.column("note"), sa.column("row_key"),
                 sa.column("sealed", sa.LargeBinary), sa.column("plain"))
EXPERTS = sa.table("expert", sa.column("id"), sa.column("row_key"), sa.column("load_limit"),
                   sa.column("sealed", sa.LargeBinary), sa.column("plain"))
COLUMNS = ["id", "at", "subject", "actor", "role", "verb", "source", "target", "note", "salt", "digest"]
EMPTIED = "log = 'status_change' AND last_id >= OLD.id AND first_id <= OLD.id AND digests IS NULL"
REFUSE = "BEGIN SELECT RAISE(ABORT, 'history is append-only: status_change'); END"
LIMIT = "load_limit > 0"


def _kept(same: str, columns: list[str], may: dict[str, str]) -> str:
    parts = [f"NEW.{name} {same} OLD.{name}" for name in columns if name not in may]
    parts += [f"(NEW.{name} {same} OLD.{name} OR {when})" for name, when in may.items()]
    return f"NOT ({' AND '.join(parts)})"


def _guard(columns: list[str], may: dict[str, str]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TRIGGER status_change_changed BEFORE UPDATE ON status_change FOR EACH ROW "
                   f"WHEN ({_kept('IS NOT DISTINCT FROM', columns, may)}) EXECUTE FUNCTION refuse_change_of_history()")
        return
    op.execute("CREATE TRIGGER status_change_changed BEFORE UPDATE ON status_change "
               f"WHEN {_kept('IS', columns, may)} {REFUSE}")
    op.execute("CREATE TRIGGER status_change_removed BEFORE DELETE ON status_change "
               f"WHEN NOT EXISTS (SELECT 1 FROM log_seal WHERE {EMPTIED}) {REFUSE}")
    op.execute("CREATE TRIGGER status_change_replaced BEFORE INSERT ON status_change "
               f"WHEN EXISTS (SELECT 1 FROM status_change WHERE id = NEW.id) {REFUSE}")


def _open_the_guard() -> None:
    """SQLite rebuilds the table, which the other two would take for a removal; their rows go nowhere meanwhile."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER status_change_changed ON status_change")
        return
    for what in ("changed", "removed", "replaced"):
        op.execute(f"DROP TRIGGER status_change_{what}")


def _replace(table: str, column: str, nullable: bool) -> None:
    """Put the column that was filled beside ``column`` in its place."""
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_column(column)
    filled, kind = ("sealed", sa.LargeBinary()) if nullable else ("plain", sa.String(1000))
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column(filled, new_column_name=column, existing_type=kind, nullable=nullable)


def upgrade() -> None:
    _open_the_guard()
    with op.batch_alter_table("status_change") as batch_op:
        batch_op.add_column(sa.Column("row_key", sa.String(32), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
    _seal_notes()
    with op.batch_alter_table("status_change") as batch_op:
        batch_op.alter_column("row_key", existing_type=sa.String(32), server_default=None)
    _replace("status_change", "note", nullable=True)
    _guard([*COLUMNS, "row_key"], {"note": "OLD.note IS NOT NULL", "salt": "NEW.salt = ''"})
    _seal_limits()


def _seal_notes() -> None:
    for number, note in op.get_bind().execute(sa.select(STEPS.c.id, STEPS.c.note)).all():
        key = uuid4().hex
        sealed = KEYRING.seal(note.encode(), f"status_change.note::{key}") if note else None
        op.get_bind().execute(STEPS.update().where(STEPS.c.id == number).values(row_key=key, sealed=sealed))


def _seal_limits() -> None:
    with op.batch_alter_table("expert") as batch_op:
        batch_op.drop_constraint(op.f("ck_expert_load_positive"), type_="check")
        batch_op.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
    limits = sa.select(EXPERTS.c.id, EXPERTS.c.row_key, EXPERTS.c.load_limit).where(EXPERTS.c.load_limit.is_not(None))
    for number, key, limit in op.get_bind().execute(limits).all():
        sealed = KEYRING.seal(str(limit).encode(), f"expert.load_limit:{number}:{key}")
        op.get_bind().execute(EXPERTS.update().where(EXPERTS.c.id == number).values(sealed=sealed))
    _replace("expert", "load_limit", nullable=True)


def downgrade() -> None:
    _open_the_guard()
    with op.batch_alter_table("status_change") as batch_op:
        batch_op.add_column(sa.Column("plain", sa.String(1000), nullable=False, server_default=""))
    sealed = sa.select(STEPS.c.id, STEPS.c.row_key, STEPS.c.note).where(STEPS.c.note.is_not(None))
    for number, key, note in op.get_bind().execute(sealed).all():
        plain = KEYRING.open(bytes(note), f"status_change.note::{key}").decode()
        op.get_bind().execute(STEPS.update().where(STEPS.c.id == number).values(plain=plain))
    _replace("status_change", "note", nullable=False)
    with op.batch_alter_table("status_change") as batch_op:
        batch_op.alter_column("note", existing_type=sa.String(1000), server_default=None)
        batch_op.drop_column("row_key")
    _guard(COLUMNS, {"note": "NEW.note = ''", "salt": "NEW.salt = ''"})
    _open_limits()


def _open_limits() -> None:
    with op.batch_alter_table("expert") as batch_op:
        batch_op.add_column(sa.Column("plain", sa.Integer(), nullable=True))
    limits = sa.select(EXPERTS.c.id, EXPERTS.c.row_key, EXPERTS.c.load_limit).where(EXPERTS.c.load_limit.is_not(None))
    for number, key, limit in op.get_bind().execute(limits).all():
        plain = int(KEYRING.open(bytes(limit), f"expert.load_limit:{number}:{key}").decode())
        op.get_bind().execute(EXPERTS.update().where(EXPERTS.c.id == number).values(plain=plain))
    with op.batch_alter_table("expert") as batch_op:
        batch_op.drop_column("load_limit")
    with op.batch_alter_table("expert") as batch_op:
        batch_op.alter_column("plain", new_column_name="load_limit", existing_type=sa.Integer())
        batch_op.create_check_constraint(op.f("ck_expert_load_positive"), LIMIT)
