"""Export profiles of payroll batches: chosen, sealed with, kept as they were, made anew as another version."""

from datetime import date

import flask_migrate
import pytest
import sqlalchemy as sa

from models import BatchFile, ExportProfile, PaymentBatch, db
from models.engine import writing
from rules.choices import BatchKind
from rules.errors import BadInput, DomainError, FieldErrors
from rules.export_profiles import SHIPPED, DecimalMark, Encoding, Separator
from services import saving
from services.batches import seal_of
from tests.database import MIGRATIONS
from tests.money_world import TODAY, approved_claim, do, new_batch

SEALED = "A batch was sealed with this version: make a new version to change it."


@pytest.fixture
def claim(held, people):
    return approved_claim(held, people)


@pytest.fixture
def profile(app):
    return db.session.scalars(sa.select(ExportProfile).where(ExportProfile.name == "Yleinen")).one()


def edit(profile, people, **changes):
    with db.session.no_autoflush:
        for name, value in changes.items():
            setattr(profile, name, value)
        saving.prepare(profile, people["finance"], TODAY, is_new=False)
    db.session.commit()


def csv_of(batch):
    return db.session.scalars(sa.select(BatchFile).where(
        BatchFile.batch_id == batch.id, BatchFile.name.endswith(".csv"))).one().plain()


def take(batch, people, *steps):
    for step in steps:
        do(batch, step, people["finance2" if step == "approve" else "finance"])


def test_installation_begins_with_the_three_shipped_profiles(app):
    found = db.session.scalars(sa.select(ExportProfile).order_by(ExportProfile.id)).all()

    assert [(one.name, one.edition, one.active, one.columns, one.encoding) for one in found] == [
        (shipped.name, 1, True, shipped.columns, shipped.encoding) for shipped in SHIPPED]


def test_payroll_batch_takes_the_profile_of_the_last_one(people):
    first = new_batch(people)
    other = db.session.scalars(sa.select(ExportProfile).where(ExportProfile.name.startswith("Mepco"))).one()
    first_chosen, first.export_profile = first.export_profile.name, other
    db.session.commit()

    assert (first_chosen, new_batch(people).export_profile) == ("Yleinen", other)


def test_file_is_written_by_the_chosen_profile_and_the_batch_tells_its_version(claim, people, profile):
    edit(profile, people, columns="Numero = claim_no\nTyyppi = income_type\nEuroa = amount", separator=Separator.BAR,
         decimal_mark=DecimalMark.POINT, encoding=Encoding.UTF8)
    batch = new_batch(people, [claim])

    take(batch, people, "submit", "approve", "generate")

    assert csv_of(batch) == f"Numero|Tyyppi|Euroa\r\n{claim.number}||75.00\r\n".encode()
    assert batch.profile == "Yleinen 1"


def test_content_stays_once_a_batch_is_sealed_with_it_but_it_can_go_out_of_use(claim, people, profile):
    batch = new_batch(people, [claim])
    edit(profile, people, codes="project: A = 1")
    take(batch, people, "submit")

    with pytest.raises(FieldErrors) as refused:
        edit(profile, people, codes="", separator=Separator.TAB)
    db.session.rollback()
    edit(profile, people, active=False)

    assert {name: str(sentence) for name, sentence in refused.value.errors.items()} == {
        "codes": SEALED, "separator": SEALED}
    assert (profile.active, profile.codes) == (False, "project: A = 1")


def test_profile_changed_past_the_console_breaks_the_seal(claim, people, profile):
    batch = new_batch(people, [claim])
    take(batch, people, "submit")
    before = seal_of(batch)
    profile.columns = profile.columns.replace("Palkkio", "Summa")
    db.session.commit()

    with pytest.raises(DomainError) as refused:
        take(batch, people, "approve")
    db.session.rollback()
    profile.columns = profile.columns.replace("Summa", "Palkkio")
    db.session.commit()
    take(batch, people, "approve")

    assert str(refused.value) == "The export profile has changed since: return the batch to draft."
    assert (before, batch.approved_hash) == (batch.content_hash, batch.content_hash)


def test_seal_binds_the_profile(claim, people, profile):
    batch = new_batch(people, [claim])
    take(batch, people, "submit")
    first = batch.content_hash
    do(batch, "refuse", people["finance"], note="Toinen profiili")
    batch.export_profile = db.session.scalars(sa.select(ExportProfile).where(ExportProfile.id != profile.id)).first()
    db.session.commit()
    unsealed = batch.profile_hash

    take(batch, people, "submit")
    other = batch.content_hash
    batch.profile_hash = ""

    assert unsealed == ""
    assert len({first, other, seal_of(batch)}) == 3


def test_new_version_is_a_copy_that_can_be_edited_and_drafts_keep_theirs(claim, people, profile):
    batch = new_batch(people, [claim])
    newer = do(profile, "renew", people["finance"])

    edit(newer, people, columns="Euroa = amount")
    take(batch, people, "submit", "approve", "generate")

    assert ((newer.edition, newer.active, newer.name), profile.active) == ((2, True, "Yleinen"), False)
    assert (batch.profile, new_batch(people).export_profile) == ("Yleinen 1", newer)


def test_version_out_of_use_is_refused_for_a_new_batch_and_not_renewed(people, profile):
    do(profile, "renew", people["finance"])

    with pytest.raises(BadInput) as refused:
        saving.prepare(PaymentBatch(payment_date=date(2026, 11, 30), export_profile=profile), people["finance"], TODAY,
                       is_new=True)
    db.session.rollback()
    with pytest.raises(DomainError):
        do(profile, "renew", people["finance"])

    assert (refused.value.field, str(refused.value)) == (
        "export_profile", "This version of the profile is no longer in use.")


def test_batch_to_the_bank_has_no_profile(people, profile, paying_account):
    batch = PaymentBatch(kind=BatchKind.SEPA, paying_account=paying_account, payment_date=date(2026, 11, 30))
    batch.export_profile = profile

    with pytest.raises(BadInput) as refused:
        saving.prepare(batch, people["finance"], TODAY, is_new=True)
    batch.export_profile = None
    saving.prepare(batch, people["finance"], TODAY, is_new=True)

    assert refused.value.field == "export_profile"


def test_code_that_is_lacking_is_told_before_sealing(claim, people, profile):
    edit(profile, people, codes="cost_centre: 1 = A\nincome_type: 1 = B")
    batch = new_batch(people, [claim])

    with pytest.raises(DomainError) as refused:
        take(batch, people, "submit")
    db.session.rollback()
    edit(profile, people, codes="cost_centre: 4711 = A")
    take(batch, people, "submit", "approve", "generate")

    assert str(refused.value) == (
        "The export profile Yleinen 1 has no code for cost_centre 4711: add them in a new version of it.")
    assert b";A;" in csv_of(batch)


def test_what_cannot_be_read_is_refused_at_every_field_at_once(people, profile):
    with pytest.raises(FieldErrors) as refused:
        edit(profile, people, columns="A = salary", codes="x", separator=Separator.COMMA)

    assert set(refused.value.errors) == {"columns", "codes", "separator"}


@pytest.mark.both_databases
def test_batches_from_before_have_the_generic_profile(people):
    with writing():
        batch = new_batch(people)
        number = batch.number
    db.session.remove()
    flask_migrate.downgrade(directory=str(MIGRATIONS), revision="0021")
    flask_migrate.upgrade(directory=str(MIGRATIONS))

    found = db.session.scalars(sa.select(PaymentBatch)).one()

    assert (found.number, str(found.export_profile), found.profile_hash) == (number, "Yleinen 1", "")
