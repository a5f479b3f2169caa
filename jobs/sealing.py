"""Sealing the logs: every row that is there by now, log by log, each block kept as it is made."""

from datetime import datetime

from models.base import db
from models.engine import writing
from models.log_guard import LOGS
from services import log_chain


def seal_logs(now: datetime) -> dict[str, int]:
    """Seal what waits; log to how many rows were sealed. Run again, it seals what has come since."""
    sealed = {}
    for log in LOGS:
        with writing():
            until = log_chain.reach(log)
            db.session.commit()
            sealed[log.__tablename__] = 0
            for rows in log_chain.seal(log, until, now):
                db.session.commit()
                sealed[log.__tablename__] += rows
            db.session.commit()
    return sealed
