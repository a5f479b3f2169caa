"""How long a receipt is kept, with what it goes, and that keys, checks and packages know it."""

import base64
import secrets
from datetime import date

import pytest
import sqlalchemy as sa

from jobs.retention_records import let_go_of_records
from models import ChangeLog, Receipt, db
from models.encryption import KEYRING
from models.engine import writing
from services.data_package import package_of
from services.key_rotation import reseal, sealed_columns
from services.receipts import add_receipts
from services.stored_file_check import broken_files
from services.verbs import Upload
from tests.database import SETTINGS
from tests.factories import make
from tests.forgotten_world import leave, paid_claim
from tests.money_world import do
from tests.receipt_files import PDF

NEW = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def receipts():
    return list(db.session.scalars(sa.select(Receipt)))


def give_receipt(claim):
    with writing():
        add_receipts(claim, [Upload(PDF)])
        db.session.commit()


@pytest.mark.parametrize("verb", ["reject", "withdraw"])
def test_receipt_of_what_was_not_paid_goes_with_the_expert(known, held, people, verb):
    claim = do(held, "claim", people["coordinator"])
    give_receipt(claim)
    do(claim, verb, people["coordinator"], note="Ei makseta")
    leave(known, people)
    before = len(receipts())

    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")

    assert (before, receipts()) == (1, [])


@pytest.mark.both_databases
def test_receipt_of_what_was_paid_is_a_voucher_and_goes_with_the_claim(known, held, people):
    claim, _batch = paid_claim(held, people)
    db.session.add(Receipt.sealed(PDF, invoice=claim, name=f"{claim.number}-1.pdf", content_type="application/pdf"))
    db.session.commit()
    subject = receipts()[0].subject
    leave(known, people)
    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")
    kept = [receipt.plain() for receipt in receipts()]

    with writing():
        for _ in let_go_of_records(date(2033, 1, 1)):
            db.session.commit()
        db.session.commit()

    told = db.session.scalars(sa.select(ChangeLog.sealed_values).where(ChangeLog.subject == subject)).all()
    assert (kept, receipts(), set(told)) == ([PDF], [], {None})


def test_receipt_is_sealed_anew_with_a_new_key_and_opens_with_it_alone(app):
    receipt = make(Receipt)
    plain = receipt.plain()
    KEYRING.configure([NEW, SETTINGS["FIELD_KEYS"]])
    try:
        with writing():
            done = sum(part.done for one in sealed_columns() if one.table == "receipt" for part in reseal(one))
            db.session.commit()
        KEYRING.configure([NEW])
        db.session.expire_all()

        assert (done, receipt.plain()) == (1, plain)
    finally:
        KEYRING.configure([SETTINGS["FIELD_KEYS"]])


def test_receipt_that_is_not_the_one_added_is_named(app):
    whole, broken = make(Receipt), make(Receipt, name="L2026-0001-1.pdf")
    db.session.execute(sa.text("UPDATE receipt SET sealed_data = (SELECT sealed_data FROM receipt WHERE id = :other) "
                               "WHERE id = :id"), {"id": broken.id, "other": whole.id})
    db.session.commit()
    db.session.expire_all()

    assert [str(one) for one in broken_files()] == ["The receipt L2026-0001-1.pdf is not the one that was added."]


def test_receipts_are_named_in_the_package_of_the_expert(held, people):
    claim = do(held, "claim", people["coordinator"])
    give_receipt(claim)

    parts = {part.model.__name__: part.rows for part in package_of(held.expert).parts}

    assert parts["Receipt"] == claim.receipts
