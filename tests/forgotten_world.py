"""Somebody who is named in every corner of the database, and a search of all of it. Nothing is tested here."""

import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import (
    AccessLog,
    Agreement,
    BackgroundCheck,
    BatchFile,
    ChangeLog,
    Consent,
    Draft,
    Feedback,
    Guardian,
    Meeting,
    Message,
    Organisation,
    Pause,
    Payee,
    Person,
    SavedView,
    Selection,
    StatusChange,
    Story,
    SupportContact,
    SupportPerson,
    Theme,
    db,
)
from models.base import Base
from models.encryption import Encrypted
from tests.factories import make
from tests.money_world import IBAN, TODAY, approved_claim, do, new_batch
from tests.people import make_user

FIRST, LAST, ALIAS = "Xantippa", "Kvistgårdinen", "Zorro Yx"
PHONE, EMAIL, CODE = "+358409998877", "xantippa.k@kviz.invalid", "010190-999W"
SAID = ("xantippa", "kvistgård", "zorro", "9998877", "kviz.invalid", "wibbleman", "aavikkokettu", IBAN.lower(),
        CODE.lower())
"""What must not be found afterwards, in lower case: the person's, the guardian's, the support person's, a note."""


@pytest.fixture
def known(held, people):
    """The expert of the assignment that was held, named wherever one may be named."""
    expert = held.expert
    expert.first_name, expert.last_name, expert.alias, expert.phone, expert.email = FIRST, LAST, ALIAS, PHONE, EMAIL
    expert.birth_date, expert.contact_note = date(1993, 4, 5), "aavikkokettu iltapäivisin"
    expert.themes, expert.closed_themes = [Theme(name="päihteet")], [Theme(name="väkivalta")]
    expert.avoided_organisations = [db.session.scalars(sa.select(Organisation)).first()]
    payee = db.session.scalars(sa.select(Payee)).one()
    payee.official_name, payee.identity_code = f"{FIRST} {LAST}", CODE
    db.session.commit()
    user = make_user("expert", expert=expert, person=Person(name=f"{FIRST} {LAST}"), name=f"{FIRST} {LAST}",
                     email=EMAIL)
    _papers(expert)
    _mentions(held, expert, make_user("coordinator"))
    db.session.add(SavedView(user_id=user.id, model="Order", name="omat", address="q=x"))
    db.session.commit()
    return expert


def _papers(expert):
    consent = Consent(expert_id=expert.id, kind="publishing", given_by=f"{FIRST} {LAST}", given_on=TODAY)
    db.session.add_all([
        consent, Story(expert_id=expert.id, on=TODAY, form="recorded", where_told="aavikkokettu", consent=consent),
        Pause(expert_id=expert.id, starts_on=TODAY), Guardian(expert_id=expert.id, name="Wibbleman Senior", phone="1"),
        SupportPerson(expert_id=expert.id, name="Wibbleman Tuki"),
        Agreement(expert_id=expert.id, kind="assignment", signed_on=TODAY),
        BackgroundCheck(expert_id=expert.id, basis="must_504", issued_on=TODAY, seen_on=TODAY),
        SupportContact(expert_id=expert.id, on=TODAY, note="aavikkokettu soitti")])
    db.session.commit()


def _mentions(assignment, expert, reader):
    order = assignment.order
    order.purpose = f"Puhujana {FIRST} Kvistgårdisen kokemus, tili {IBAN[:4]} {IBAN[4:8]} {IBAN[8:12]} {IBAN[12:16]} 85"
    db.session.add_all([
        Feedback(order_id=order.id, assignment_id=assignment.id, given_by="expert", given_on=TODAY, text="aavikkokettu puhui"),
        Message(order_id=order.id, to=EMAIL, subject_line="Tervetuloa", body=f"Hei {FIRST}!"),
        Draft(user_id=reader.id, path=f"/admin/expert/edit/?id={expert.id}", fields=json.dumps([["alias", "Zorro"]])),
        Draft(user_id=reader.id, path="/admin/order/new/", fields=json.dumps([["purpose", f"{LAST}, {FIRST}"]])),
        SavedView(user_id=reader.id, model="Expert", name="haku", address="q=Xantippa+Kvistg%C3%A5rdinen"),
        Selection(user_id=reader.id, model="Expert", ids=[expert.id])])
    make(Meeting, notes=f"Läsnä {FIRST} {LAST} ja muita")
    make(SupportContact, note=f"Toivoo paria: {FIRST} {LAST}")
    make(StatusChange, subject=assignment.subject, note="aavikkokettu ei nyt")
    make(StatusChange, subject="Order:999", note=f"{FIRST} {LAST} soitti")
    make(AccessLog, subject="Payee:999", what="reveal", reason="other", note=f"{FIRST} {LAST} kysyi")
    db.session.commit()


def paid_claim(assignment, people):
    """A claim of the assignment that has gone all the way, and its batch."""
    claim = approved_claim(assignment, people)
    batch = new_batch(people, [claim])
    do(batch, "submit", people["finance"])
    do(batch, "approve", people["finance2"])
    do(batch, "generate", people["finance"])
    do(batch, "send", people["finance"], on=None, way="kansio", receipt="R1")
    do(batch.items[0], "pay", people["finance"], on=None)
    do(batch, "close", people["finance"])
    return claim, batch


def leave(expert, people):
    do(expert, "leave", people["coordinator"])


def everything():
    """Each value of each table as (table, column, text), the sealed ones as they are stored."""
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(sa.text(f'SELECT * FROM "{table.name}"')).mappings():
            for column, value in row.items():
                text = bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                yield table.name, column, text


def sealed():
    """Each sealed value, opened: (table, column, text)."""
    for row in db.session.scalars(sa.select(ChangeLog)):
        yield "change_log", "sealed_values", json.dumps(row.values(), ensure_ascii=False)
    for mapper in Base.registry.mappers:
        names = [a.key for a in mapper.column_attrs if isinstance(a.columns[0].type, Encrypted)]
        for row in db.session.scalars(sa.select(mapper.class_)) if names else ():
            yield from ((mapper.local_table.name, name, str(getattr(row, name))) for name in names)
    for file in db.session.scalars(sa.select(BatchFile)):
        yield "batch_file", "sealed_data", file.plain().decode("latin-1")


def where_said(words=SAID):
    """The places, as table.column, where any of the words stands, sealed or not."""
    db.session.expire_all()
    return {f"{table}.{column}" for table, column, text in (*everything(), *sealed())
            if any(word in text.lower() for word in words)}


def in_the_file():
    """The words that the raw bytes of SQLite's file, its log and its dump have."""
    path = Path(db.engine.url.database)
    db.session.rollback()
    raw = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    dump = "\n".join(sqlite3.connect(path).iterdump())
    text = (raw.decode("utf-8", "ignore") + raw.decode("latin-1") + dump).lower()
    return {word for word in SAID if word in text}


def files():
    return {file.name: (file.plain(), file.sha256) for file in db.session.scalars(sa.select(BatchFile))}



