"""Whether the stored files, of payment batches and of claims, are still those that were made."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from models import BatchFile, Receipt
from models.base import db
from models.sealed_file import SealedFile
from rules.wording import N_, Sentence


def broken_files() -> Iterator[Sentence]:
    """A sentence for each file whose bytes do not open or do not give the hash that stands beside them."""
    for file in _broken(BatchFile):
        yield Sentence(N_("The file %(name)s of batch %(batch)s is not the one that was made."),
                       name=file.name, batch=file.batch.number)
    for receipt in _broken(Receipt):
        yield Sentence(N_("The receipt %(name)s is not the one that was added."), name=receipt.name)


def _broken(model: type[SealedFile]) -> Iterator[Any]:
    for number in db.session.scalars(sa.select(model.id).order_by(model.id)).all():
        file = db.session.get_one(model, number)
        try:
            file.plain()
        except ValueError:
            yield file
        db.session.expunge(file)
