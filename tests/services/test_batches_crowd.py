"""Many at the same claims, and a machine that dies while files are made: each claim in one batch, files whole or none."""

import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import BatchItem, Invoice, InvoiceLine, Payee, PaymentBatch, db
from models.audit import open_door
from rules.choices import LineKind
from rules.states import BatchStatus, ClaimStatus
from services import batches
from tests.factories import make_many
from tests.money_world import approved_claim, at_once, do, new_batch

ROOT = Path(__file__).parent.parent.parent
CLAIMS, THREADS = 200, 20

DIES = """
import sys, time
from datetime import date
from app import create_app
from models import PaymentBatch, User, db
from models.engine import writing
from rules.permissions import Actor, Role
from services import verbs
from tests.database import SETTINGS

address, number, user, moment = sys.argv[1:]
app = create_app(**{"SQLALCHEMY_DATABASE_URI": address} | SETTINGS)
with app.app_context(), writing():
    who = db.session.get(User, int(user))
    batch = db.session.get(PaymentBatch, int(number))
    verbs.run(batch, "generate", Actor(who.id, who.person_id, Role.FINANCE, who.name), date(2026, 11, 24), {})
    db.session.flush()
    if moment == "after":
        db.session.commit()
    print("made", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def many_claims(held, people):
    """Approved claims without the long road to it, each of 10.00 to 11.99 euros."""
    payee = db.session.scalars(sa.select(Payee)).one()
    claims = make_many(Invoice, CLAIMS, status=ClaimStatus.APPROVED, payee=payee, assignment=held)
    with open_door("record_past"):
        db.session.add_all(
            InvoiceLine(invoice=claim, kind=LineKind.FEE, quantity=Decimal(1), unit_price=price, amount=price)
            for place, claim in enumerate(claims) for price in [Decimal(1000 + place).scaleb(-2)])
        db.session.commit()
    return sorted(claim.id for claim in claims)


@pytest.mark.both_databases
def test_twenty_who_build_batches_of_the_same_claims_have_each_claim_in_one(app, many_claims, people):
    made = [new_batch(people).id for _ in range(THREADS)]
    db.session.commit()

    results = at_once(app, *(
        lambda number=number, part=many_claims[place::2] + many_claims[:50]: batches.add_claims(
            db.session.get(PaymentBatch, number), part, people["finance"])
        for place, number in enumerate(made)))

    live = db.session.scalars(sa.select(BatchItem.invoice_id).where(BatchItem.live).order_by(BatchItem.invoice_id)).all()
    assert live == sorted(set(live))
    assert set(live) == set(many_claims)
    assert sum(result for result in results if isinstance(result, int)) == CLAIMS
    assert db.session.scalar(sa.select(sa.func.sum(BatchItem.amount))) == sum(
        (Decimal(1000 + place).scaleb(-2) for place in range(CLAIMS)), Decimal(0))


@pytest.mark.parametrize(("moment", "status", "files"), [
    ("before", BatchStatus.APPROVED, 0), ("after", BatchStatus.GENERATED, 3)])
def test_machine_that_dies_while_files_are_made_leaves_all_of_them_or_none(
        app, database, held, people, moment, status, files):
    batch = new_batch(people, [approved_claim(held, people)])
    do(batch, "submit", people["finance"])
    do(batch, "approve", people["finance2"])
    number, maker = batch.id, people["finance"].user_id
    db.session.remove()

    dying = subprocess.Popen(
        [sys.executable, "-c", DIES, database, str(number), str(maker), moment], cwd=ROOT, stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)})
    said = dying.stdout.readline()
    dying.send_signal(signal.SIGKILL)
    dying.communicate()

    batch = db.session.get(PaymentBatch, number)
    assert (said, dying.returncode) == (b"made\n", -signal.SIGKILL)
    assert (batch.status, len(batch.files)) == (status, files)
    assert [len(file.plain()) == file.size for file in batch.files] == [True] * files
    if not files:
        do(batch, "generate", people["finance"])
    assert len(batch.files) == 3
