"""Whether the stored files of payment batches are still those that were made."""

from collections.abc import Iterator

import sqlalchemy as sa

from models import BatchFile
from models.base import db
from rules.wording import N_, Sentence


def broken_files() -> Iterator[Sentence]:
    """A sentence for each file whose bytes do not open or do not give the hash that stands beside them."""
    for number in db.session.scalars(sa.select(BatchFile.id).order_by(BatchFile.id)).all():
        file = db.session.get_one(BatchFile, number)
        try:
            file.plain()
        except ValueError:
            yield Sentence(N_("The file %(name)s of batch %(batch)s is not the one that was made."),
                           name=file.name, batch=file.batch.number)
        db.session.expunge(file)
