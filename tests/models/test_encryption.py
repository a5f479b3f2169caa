"""Sealed values: nothing of them in the database, opened only in their own place, found by their hash."""

import base64
import secrets
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from admin_views.lists.columns import may_sort, to_one
from admin_views.lists.filters import kind_of
from admin_views.words import column_type
from models import ChangeLog, Expert, Invoice, Payee, StatusChange, SupportContact, SupportPerson, db
from models.base import described
from models.encryption import KEYRING, Encrypted, HasSecrets, Keyring, Sealed, encrypted_columns, opened
from models.search import sources
from tests.factories import make
from tests.test_foundation import MODELS

IBAN, OTHER_IBAN = "FI2112345600000785", "FI5542345670000081"
CODE = "131052-308T"
NAME = "Helmi Salaperäinen"
ASKED_OF_THE_DATABASE = {"payee": {"Payee.tax_card_year"}, "safety": set()}
"""A number that stays in plain, beside days and flags: rows are found by them. Why: docs/decisions/0014."""


def key():
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def stored(payee, column="iban"):
    """The bytes as the database has them."""
    return db.session.execute(sa.text(f"SELECT {column} FROM payee WHERE id = {payee.id}")).scalar_one()


def put(payee, column, data):
    """Write bytes past the records, as somebody with the database file could."""
    db.session.execute(sa.text(f"UPDATE payee SET {column} = :data WHERE id = {payee.id}"), {"data": data})
    db.session.commit()


def file_bytes(app):
    db.session.commit()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(db.engine.url.database)
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


PAYEE = {"iban": IBAN, "identity_code": CODE, "address": "Vanhakuja 7", "business_id": "1234567-1", "tax_percent": 37}
SECRETS = (IBAN, OTHER_IBAN, CODE, "Vanhakuja 7", "Uusikuja 9", "1234567-1", "Piilokuja 3", "+358409990001",
           "Itketti kovasti")
"""What is sealed, of the payee and of the expert, before and after a change."""


def write_secrets():
    payee = make(Payee, official_name="Toinen", **PAYEE)
    payee.iban, payee.address = OTHER_IBAN, "Uusikuja 9"
    expert = make(Expert, address="Piilokuja 3", contact_note="Iltaisin vain")
    make(SupportPerson, expert=expert, phone="+358409990001"), make(SupportContact, expert=expert, note="Itketti kovasti")
    db.session.commit()
    return payee


def test_database_file_has_no_sealed_value_and_no_old_value_of_a_change(app):
    write_secrets()

    data = file_bytes(app)

    assert [value for value in SECRETS if value.encode() in data] == []
    assert b"Iltaisin vain" in data  # a plain column is found, so the search finds what is there


def dump(databases):
    """The database as its own tool writes it down, bytes in hexadecimal."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(url.database)) as connection:
            return "\n".join(connection.iterdump())
    program = databases("postgresql").server.bin_path / "pg_dump"
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([program, plain], capture_output=True, text=True, check=True).stdout


@pytest.mark.both_databases
def test_dump_has_no_sealed_value(app, databases):
    write_secrets()
    db.session.remove()

    told = dump(databases)

    assert [value for value in SECRETS if value in told or value.encode().hex() in told.lower()] == []
    assert "Iltaisin vain" in told


def test_number_is_sealed_and_read_as_a_number(app):
    number = make(Payee, tax_percent=0).id
    other = make(Payee, tax_percent=37).id

    db.session.expire_all()

    assert [db.session.get(Payee, one).tax_percent for one in (number, other)] == [0, 37]
    assert [isinstance(stored(db.session.get(Payee, one), "tax_percent"), bytes) for one in (number, other)] == [True] * 2


@pytest.mark.parametrize("group", ["payee", "safety"])
def test_every_text_number_and_choice_of_the_group_is_sealed_or_asked_of_the_database(group):
    kinds = {f"{name}.{field}": column_type(model, field) for name, model in MODELS.items()
             for field, said in described(model) if said["group"] == group and not to_one(model, field)}

    plain = {name for name, kind in kinds.items() if not isinstance(kind, Encrypted | sa.Date | sa.Boolean)}
    assert plain == ASKED_OF_THE_DATABASE[group]
    assert any(isinstance(kind, Encrypted) for kind in kinds.values())


def test_copy_of_a_sealed_field_of_a_payee_is_sealed_too():
    secret = {field for field, _ in described(Payee) if isinstance(column_type(Payee, field), Encrypted)}
    copies = {f"{name}.{field}": isinstance(column_type(model, field), Encrypted) for name, model in MODELS.items()
              if name not in ("Payee", "PayingAccount") for field, _ in described(model)
              if field in secret - {"address", "business_id"}}

    assert copies == dict.fromkeys(("BatchItem.iban", "BatchItem.identity_code", "BatchItem.tax_percent"), True)


def test_sentence_of_a_step_is_sealed_without_a_number_and_opens_in_no_other_row(app):
    said, other = (make(StatusChange, note=note) for note in ("Itketti kovasti", "Soitetaan"))
    db.session.commit()
    raw = dict(db.session.execute(sa.text("SELECT id, note FROM status_change")).tuples().all())
    assert [b"Itketti" in bytes(raw[said.id]), said.note] == [False, "Itketti kovasti"]

    with pytest.raises(ValueError, match="does not belong here"):
        opened(StatusChange.note, Sealed(raw[said.id]), other.id, other.row_key)

    assert opened(StatusChange.note, Sealed(raw[said.id]), said.id, said.row_key) == "Itketti kovasti"


def test_every_long_note_about_support_and_wellbeing_is_sealed():
    notes = {f"{name}.{field}": isinstance(column_type(model, field), Encrypted) for name, model in MODELS.items()
             for field, said in described(model) if said["group"] == "wellbeing" and said.get("long")}

    assert notes == {"SupportContact.note": True}


@pytest.mark.parametrize("model", [model for model in MODELS.values() if issubclass(model, HasSecrets)])
def test_nothing_sealed_is_searched_sorted_or_filtered(model):
    said = dict(described(model))
    sealed = encrypted_columns(sa.inspect(model))

    assert sealed != {}
    assert {name for name in sealed if name in sources(model) or may_sort(model, name)
            or kind_of(model, name, said[name])} == set()


def test_value_reads_as_it_was_set_in_every_way_of_loading(app):
    number = make(Payee, iban=IBAN, identity_code=CODE).id

    db.session.expire_all()
    assert (db.session.get(Payee, number).iban, db.session.get(Payee, number).identity_code) == (IBAN, CODE)
    db.session.expunge_all()
    assert db.session.scalars(sa.select(Payee)).one().iban == IBAN
    payee = db.session.scalars(sa.select(Payee).options(sa.orm.defer(Payee.iban))).one()
    assert payee.iban == IBAN
    db.session.refresh(payee)
    assert payee.iban == IBAN


@pytest.mark.both_databases
def test_rows_of_a_save_that_failed_leave_nothing_to_those_that_get_their_numbers(app):
    db.session.add(Invoice(number="L1", payee=Payee(official_name="Never", iban=IBAN, address="Vanhakuja 7")))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()

    payees = [Payee(official_name=f"{place}", iban=OTHER_IBAN, address=address)
              for place, address in enumerate((None, "Uusikuja 9"))]
    db.session.add_all(payees)
    db.session.commit()
    db.session.expire_all()

    assert [(payee.iban, payee.address) for payee in payees] == [(OTHER_IBAN, None), (OTHER_IBAN, "Uusikuja 9")]


def test_value_that_is_selected_alone_is_dots(app):
    make(Payee, iban=IBAN)

    sealed = db.session.scalars(sa.select(Payee.iban)).one()

    assert isinstance(sealed, Sealed)
    assert (str(sealed), repr(sealed), f"{[sealed]}") == ("••••", "••••", "[••••]")


def test_same_value_is_sealed_differently_each_time(app):
    one, other = make(Payee, iban=IBAN), make(Payee, iban=IBAN)

    assert stored(one) != stored(other)


@pytest.mark.parametrize("column", ["iban", "identity_code"])
def test_value_moved_to_another_row_or_column_is_refused(column, app):
    one, other = make(Payee, iban=IBAN, identity_code=CODE), make(Payee, iban=OTHER_IBAN)
    put(other, column, stored(one, "iban"))

    with pytest.raises(ValueError, match="the sealed value does not belong here"):
        db.session.get(Payee, other.id, populate_existing=True)
    assert db.session.get(Payee, one.id).iban == IBAN


def test_changed_value_is_refused(app):
    payee = make(Payee, iban=IBAN)
    data = stored(payee)
    put(payee, "iban", data[:-1] + bytes([data[-1] ^ 1]))

    with pytest.raises(ValueError, match="does not belong here"):
        db.session.refresh(payee)


def test_value_is_found_by_its_hash(app):
    payee = make(Payee, iban="FI21 1234 5600 0007 85", identity_code=CODE)
    make(Payee, iban=OTHER_IBAN)

    found = db.session.scalars(sa.select(Payee).where(Payee.iban_fingerprint == KEYRING.fingerprint(IBAN))).all()

    assert found == [payee]
    assert payee.identity_code_fingerprint == KEYRING.fingerprint(CODE)


def test_hash_goes_with_its_value(app):
    payee = make(Payee, iban=IBAN)

    payee.iban = None
    db.session.commit()

    assert (payee.iban, payee.iban_fingerprint, stored(payee)) == (None, None, None)


@pytest.mark.parametrize("compare", [
    lambda: Payee.iban == IBAN, lambda: Payee.iban != IBAN, lambda: Payee.iban.in_([IBAN]),
    lambda: Payee.iban.like("FI%"), lambda: Payee.iban > IBAN, Payee.iban.desc,
    lambda: Payee.iban == Payee.identity_code,
])
def test_sealed_column_is_not_compared(compare, app):
    with pytest.raises(TypeError, match="use its fingerprint"):
        compare()


@pytest.mark.parametrize(("clause", "count"), [
    (lambda: Payee.iban.is_(None), 1), (lambda: Payee.iban.is_not(None), 2),
    (lambda: Payee.iban == None, 1), (lambda: Payee.iban != None, 2),  # noqa: E711 - SQL's IS NULL
])
def test_sealed_column_says_whether_there_is_a_value(clause, count, app):
    make(Payee, iban=IBAN), make(Payee, iban=OTHER_IBAN), make(Payee)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Payee).where(clause())) == count


def test_plain_value_does_not_reach_the_column_past_its_record(app):
    with pytest.raises(sa.exc.StatementError, match="cannot be compared"):
        db.session.execute(sa.insert(Payee.__table__).values(iban=IBAN))


def test_change_log_keeps_values_sealed_and_its_digest_over_them(app):
    payee = make(Payee, official_name=NAME, iban=IBAN)
    payee.iban, payee.iban_changed_on = OTHER_IBAN, date(2026, 1, 20)
    db.session.commit()

    row = db.session.scalars(sa.select(ChangeLog).where(ChangeLog.verb == "edit")).one()

    assert row.fields == "iban,iban_fingerprint,iban_changed_on"
    assert row.values() == {"iban": [IBAN, OTHER_IBAN], "iban_fingerprint": [None, None],
                            "iban_changed_on": [None, "2026-01-20"]}
    assert OTHER_IBAN.encode() not in row.sealed_values


@given(st.binary(), st.text(max_size=80))
def test_what_is_sealed_opens_in_its_place(plain, place):
    ring = Keyring()
    ring.configure([key()])

    assert ring.open(ring.seal(plain, place), place) == plain
    with pytest.raises(ValueError, match="does not belong here"):
        ring.open(ring.seal(plain, place), place + "x")


def test_after_rotation_the_old_key_still_opens_and_hashes():
    old, new = key(), key()
    before, after, later = Keyring(), Keyring(), Keyring()
    before.configure([old])
    after.configure([new, old])
    later.configure([new])

    sealed = before.seal(b"secret", "here")

    assert after.open(sealed, "here") == b"secret"
    assert after.fingerprint(IBAN) == before.fingerprint(IBAN)
    assert later.open(after.seal(b"secret", "here"), "here") == b"secret"  # the first key in the list seals
    with pytest.raises(ValueError, match="a key that is not in FIELD_KEYS"):
        later.open(sealed, "here")


def test_hash_cannot_be_made_without_the_key():
    one, other = Keyring(), Keyring()
    one.configure([key()])
    other.configure([key()])

    assert one.fingerprint(IBAN) != other.fingerprint(IBAN)
    assert len(one.fingerprint(IBAN)) == 64


@pytest.mark.parametrize("bad", ["", "short", "A" * 42 + "==", "!" * 43 + "=", "ä" * 43 + "="])
def test_bad_key_is_named_by_its_place_and_not_shown(bad):
    with pytest.raises(ValueError) as refused:
        Keyring().configure([key(), bad])

    assert str(refused.value) == "FIELD_KEYS: key 2 is not 32 bytes of base64"


def test_sealing_is_plain_aes_gcm_so_that_a_backup_opens_without_us():
    raw = secrets.token_bytes(32)
    ring = Keyring()
    ring.configure([base64.urlsafe_b64encode(raw).decode()])
    sealed = ring.seal(b"secret", "here")

    assert AESGCM(raw).decrypt(sealed[4:16], sealed[16:], b"here") == b"secret"


@pytest.mark.both_databases
@pytest.mark.parametrize("columns", ["iban", "iban, row_key", "iban, identity_code, row_key"])
def test_values_of_two_rows_that_change_places_with_their_keys_are_refused(columns, app):
    numbers = [make(Payee, iban=iban, identity_code=CODE).id for iban in (IBAN, OTHER_IBAN)]
    names = columns.split(", ")
    rows = [db.session.execute(sa.text(f"SELECT {columns} FROM payee WHERE id = {number}")).one() for number in numbers]
    db.session.expunge_all()

    for number, row in zip(numbers, reversed(rows), strict=True):
        db.session.execute(sa.text(f"UPDATE payee SET {', '.join(f'{name} = :{name}' for name in names)} "
                                   f"WHERE id = {number}"), dict(zip(names, row, strict=True)))

    for number in numbers:
        with pytest.raises(ValueError, match="does not belong here"):
            db.session.get(Payee, number)


def test_value_put_back_into_its_own_place_opens(app):
    payee = make(Payee, iban=IBAN)
    kept = stored(payee), stored(payee, "row_key")
    put(payee, "iban", None)

    put(payee, "iban", kept[0]), put(payee, "row_key", kept[1])

    assert db.session.get(Payee, payee.id, populate_existing=True).iban == IBAN
