"""How long a large payment batch takes, and how much memory: ``python -m benchmarks.batch_db``.

Fills a database of its own with approved claims, then takes one batch of them through its steps, each step in a process
of its own, as another person would come to it another day. Prints seconds by the clock and of the processor, the
questions asked, and the highest memory of the process. Fails when making the files goes over its limits.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter, process_time
from uuid import uuid4

import sqlalchemy as sa

from app import create_app
from exports import batch_generation  # noqa: F401 - the verb that makes the files registers itself
from jobs.demo_names import account
from models import (
    ExportProfile,
    Group,
    Invoice,
    InvoiceLine,
    Meeting,
    Payee,
    PayingAccount,
    PaymentBatch,
    Person,
    RoleGrant,
    User,
    db,
)
from models.encryption import KEYRING, Bound, place_of
from models.engine import writing
from rules.choices import BatchKind, GroupKind, LineKind, PayeeKind
from rules.export_profiles import GENERIC
from rules.permissions import Actor, Role
from rules.states import ClaimStatus
from services import batches, saving, verbs

CLAIMS, LIMIT_SECONDS, LIMIT_MEGABYTES = 10_000, 5.0, 250
TODAY, PAYMENT_DATE = date(2026, 11, 24), date(2026, 12, 1)
FIELD_KEYS = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
STEPS = ("add", "submit", "approve", "generate")
WHO = {"add": 1, "submit": 1, "approve": 2, "generate": 1}
PRICES = (Decimal("75.00"), Decimal("33.55"))


def fill(claims, kind):
    """Payees with confirmed accounts, an approved claim of two lines for each, an empty batch."""
    db.create_all()
    for place in (1, 2):
        db.session.add(User(email=f"finance{place}@demo.invalid", name=f"Maksaja {place}",
                            person=Person(name=f"Maksaja {place}"), grants=[RoleGrant(role=Role.FINANCE)]))
    meeting = Meeting(group=Group(name="Kehittäjäryhmä", kind=GroupKind.DEVELOPMENT), on=TODAY)
    payer = PayingAccount(name="Keski-Suomen hyvinvointialue", iban=account(9_000_000))
    profile = ExportProfile(name=GENERIC.name, columns=GENERIC.columns)
    db.session.add_all([meeting, payer, profile])
    db.session.flush()
    for model, rows in ((Payee, _payees(claims, kind)), (Invoice, _claims(claims, meeting.id)),
                        (InvoiceLine, _lines(claims))):
        db.session.connection().execute(sa.inspect(model).local_table.insert(), list(rows))
    batch = PaymentBatch(kind=kind, payment_date=PAYMENT_DATE, paying_account=payer if kind is BatchKind.SEPA else None)
    with db.session.no_autoflush:
        saving.prepare(batch, _actor(1), TODAY, is_new=True)
    db.session.add(batch)
    db.session.commit()


def _payees(claims, kind):
    for number in range(1, claims + 1):
        row_key, iban = uuid4().hex, Bound(account(number))
        iban.bound_to = partial(place_of, "payee", "iban", number, row_key)
        yield {"id": number, "version": 1, "official_name": f"Yrjö Mäkeläinen {number}", "iban": iban,
               "iban_fingerprint": KEYRING.fingerprint(iban), "row_key": row_key, "iban_changed_by_id": 1,
               "kind": PayeeKind.COMPANY if kind is BatchKind.SEPA else PayeeKind.PRIVATE,
               "iban_changed_on": date(2025, 1, 1), "iban_confirmed_on": date(2025, 1, 2), "iban_confirmed_by_id": 2}


def _claims(claims, meeting):
    for number in range(1, claims + 1):
        yield {"id": number, "version": 1, "number": f"L2026-{number:05}", "status": ClaimStatus.APPROVED,
               "payee_id": number, "meeting_id": meeting, "received_on": TODAY, "worked_on": TODAY,
               "cost_centre": f"4{number % 90:03}", "checked_by_id": 2, "approved_by_id": 2}


def _lines(claims):
    numbers = count(1)
    for claim in range(1, claims + 1):
        for kind, price in zip((LineKind.FEE, LineKind.KILOMETRES), PRICES, strict=True):
            yield {"id": next(numbers), "version": 1, "invoice_id": claim, "kind": kind, "quantity": Decimal(1),
                   "unit_price": price, "amount": price}


def _actor(number):
    user = db.session.get_one(User, number)
    return Actor(user.id, user.person_id, Role.FINANCE, user.name)


def take(step):
    """Take the batch along one step and print what it cost."""
    asked = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with writing():
        start, started = perf_counter(), process_time()
        batch = db.session.scalars(sa.select(PaymentBatch)).one()
        if step == "add":
            batches.add_claims(batch, db.session.scalars(sa.select(Invoice.id)).all(), _actor(WHO[step]))
        else:
            verbs.run(batch, step, _actor(WHO[step]), TODAY, {})
        db.session.commit()
    print(perf_counter() - start, process_time() - started, len(asked),
          resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def steps_of(kind, claims):
    """Figures of each step of a batch of ``claims`` payments: seconds, of the processor, questions, megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{Path(folder) / 'batch.sqlite'}"}
        for step in ("fill", *STEPS):
            said = subprocess.run(
                [sys.executable, "-m", "benchmarks.batch_db", "--step", step, "--kind", kind, "--claims", str(claims)],
                env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
            if step != "fill":
                yield step, *(float(figure) for figure in said.split())


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--claims", type=int, default=CLAIMS)
    options.add_argument("--kind", type=BatchKind, choices=[kind.value for kind in BatchKind])
    options.add_argument("--step", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.step:
        app = create_app(SQLALCHEMY_DATABASE_URI=os.environ["DATABASE_URL"], TESTING=True,
                         SECRET_KEY="only for measuring", FIELD_KEYS=FIELD_KEYS)
        with app.app_context():
            fill(given.claims, given.kind) if given.step == "fill" else take(given.step)
        return
    slow = False
    for kind in [given.kind] if given.kind else BatchKind:
        print(f"{given.claims} payments, {kind.value}")
        for step, seconds, own, asked, megabytes in steps_of(kind.value, given.claims):
            print(f"  {step:9} {seconds:6.2f} s, of the processor {own:6.2f} s, {asked:5.0f} statements, "
                  f"{megabytes:4.0f} MB at most", flush=True)
            # A machine busy with something else is no reason to fail: the processor's own seconds count.
            slow |= step == "generate" and (own >= LIMIT_SECONDS or megabytes >= LIMIT_MEGABYTES)
    if slow:
        raise SystemExit(f"making the files takes over {LIMIT_SECONDS:.0f} s or {LIMIT_MEGABYTES} MB")


if __name__ == "__main__":
    main()
