"""What somebody writes as the reason of a reading is sealed and can be erased

Written by hand: the log of readings gets the sentence, its salt and its digest, and its trigger is made anew. What was
written before stays where it is: the chain covers it, and it goes with its row.
"""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

COLUMNS = ["id", "at", "subject", "actor", "role", "what", "fields", "reason", "rows"]
LENGTHS = {"salt": 32, "digest": 64, "row_key": 32}
ADDED = ["note", *LENGTHS]
EMPTIED = "log = 'access_log' AND last_id >= OLD.id AND first_id <= OLD.id AND digests IS NULL"
MAY = {"note": "OLD.note IS NOT NULL", "salt": "NEW.salt = ''"}
REFUSE = "BEGIN SELECT RAISE(ABORT, 'history is append-only: access_log'); END"


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _guard(columns: list[str], may: dict[str, str]) -> None:
    same = "IS NOT DISTINCT FROM" if _is_postgresql() else "IS"
    parts = [f"NEW.{name} {same} OLD.{name}" for name in columns if name not in may]
    parts += [f"(NEW.{name} {same} OLD.{name} OR {when})" for name, when in may.items()]
    condition = f"NOT ({' AND '.join(parts)})"
    if _is_postgresql():
        op.execute("CREATE TRIGGER access_log_changed BEFORE UPDATE ON access_log FOR EACH ROW "
                   f"WHEN ({condition}) EXECUTE FUNCTION refuse_change_of_history()")
        return
    op.execute(f"CREATE TRIGGER access_log_changed BEFORE UPDATE ON access_log WHEN {condition} {REFUSE}")
    op.execute("CREATE TRIGGER access_log_removed BEFORE DELETE ON access_log "
               f"WHEN NOT EXISTS (SELECT 1 FROM log_seal WHERE {EMPTIED}) {REFUSE}")
    op.execute("CREATE TRIGGER access_log_replaced BEFORE INSERT ON access_log "
               f"WHEN EXISTS (SELECT 1 FROM access_log WHERE id = NEW.id) {REFUSE}")


def _open_the_guard() -> None:
    """SQLite rebuilds the table, which the other two would take for a removal; their rows go nowhere meanwhile."""
    if _is_postgresql():
        op.execute("DROP TRIGGER access_log_changed ON access_log")
        return
    for what in ("changed", "removed", "replaced"):
        op.execute(f"DROP TRIGGER access_log_{what}")


def upgrade() -> None:
    _open_the_guard()
    with op.batch_alter_table("access_log") as batch_op:
        batch_op.add_column(sa.Column("note", sa.LargeBinary(), nullable=True))
        for name, length in LENGTHS.items():
            batch_op.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
    with op.batch_alter_table("access_log") as batch_op:
        for name, length in LENGTHS.items():
            batch_op.alter_column(name, existing_type=sa.String(length), server_default=None)
    _guard([*COLUMNS, *ADDED], MAY)


def downgrade() -> None:
    """The sentences go: the log has no place for them that may be filled afterwards."""
    _open_the_guard()
    with op.batch_alter_table("access_log") as batch_op:
        for name in ADDED:
            batch_op.drop_column(name)
    _guard(COLUMNS, {})
