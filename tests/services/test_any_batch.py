"""Whatever claims there are, what the bank, the control list and the database say of a batch is the same to the cent."""

from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import openpyxl
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from models import BatchFile, BatchItem, Invoice, InvoiceLine, Payee, db
from rules.bank_characters import EPC_BASIC, LATIN_LETTERS
from rules.choices import LineKind, PayeeKind
from rules.money import rounded
from services import saving
from tests.bank_batch_world import delivered, message_of, to_the_bank
from tests.bank_world import IBANS, NAMES
from tests.money_world import TODAY, approved_claim, confirmed, do

CENTS = st.integers(1, 9_999_999)
KILOMETRES = st.one_of(st.none(), st.decimals(min_value="0.01", max_value="999.99", places=2))
COSTS = st.one_of(st.none(), CENTS)
CLAIMS = st.lists(st.tuples(CENTS, KILOMETRES, COSTS, COSTS, st.sampled_from(NAMES)), min_size=1, max_size=4)
RATE = Decimal("0.55")


def lines_of(fee, kilometres, costs, companion):
    yield InvoiceLine(kind=LineKind.FEE, quantity=Decimal(1), unit_price=Decimal(fee).scaleb(-2))
    if kilometres is not None:
        yield InvoiceLine(kind=LineKind.KILOMETRES, quantity=kilometres, unit_price=RATE)
    if costs is not None:
        yield InvoiceLine(kind=LineKind.OTHER, quantity=Decimal(1), unit_price=Decimal(costs).scaleb(-2))
    if companion is not None:
        yield InvoiceLine(kind=LineKind.COMPANION, quantity=Decimal(1), unit_price=Decimal(companion).scaleb(-2))


def a_claim(ground, people, place, fee, kilometres, costs, companion, name):
    lines = list(lines_of(fee, kilometres, costs, companion))
    for line in lines:
        line.amount = rounded(line.quantity * line.unit_price)
    payee = Payee(official_name=name, iban=IBANS[place], kind=PayeeKind.COMPANY, **confirmed(people["finance2"].user_id))
    claim = Invoice(payee=payee, assignment=ground, received_on=TODAY, worked_on=TODAY, lines=lines)
    with db.session.no_autoflush:
        saving.prepare(claim, people["coordinator"], TODAY, is_new=True)
    db.session.add(claim)
    db.session.commit()
    do(claim, "submit", people["coordinator"])
    do(claim, "check", people["coordinator"], difference_note=f"Sovittu {uuid4()}")
    do(claim, "approve", people["finance"])
    return claim


def every(document, name):
    return [found.text for found in document.iter(f"{{*}}{name}")]


def sum_of_list(batch):
    data = next(file.plain() for file in batch.files if file.name.endswith(".xlsx"))
    lines = list(openpyxl.load_workbook(BytesIO(data), data_only=True).worksheets[1].iter_rows(values_only=True))
    at = lines[0].index("Sum")
    return [rounded(Decimal(str(row[at]))) for row in lines[1:-1]], rounded(Decimal(str(lines[-1][at])))


def test_any_claims_come_out_as_the_same_sum_in_every_file_and_in_the_database(held, people, paying_account):
    approved_claim(held, people)
    used = set()

    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(CLAIMS)
    def holds(rows):
        claims = [a_claim(held, people, place, *row) for place, row in enumerate(rows)]
        batch = delivered(to_the_bank(people, paying_account, claims), people)
        document = etree.fromstring(message_of(batch))
        expected = [sum(rounded(line.quantity * line.unit_price) for line in lines_of(*row[:4])) for row in rows]
        cents = db.session.scalar(sa.select(sa.func.sum(sa.type_coerce(BatchItem.amount, sa.Integer))).where(
            BatchItem.batch_id == batch.id))
        ids = every(document, "EndToEndId")

        assert [Decimal(text) for text in every(document, "InstdAmt")] == expected
        assert every(document, "CtrlSum") == [f"{sum(expected):.2f}"] * 2
        assert every(document, "NbOfTxs") == [str(len(rows))] * 2
        assert sum_of_list(batch) == (expected, sum(expected))
        assert sum((item.companion for item in batch.items), Decimal(0)) == sum(Decimal(row[3] or 0) for row in rows) / 100
        assert (cents, db.session.query(BatchFile).filter_by(batch_id=batch.id).count()) == (sum(expected) * 100, 3)
        assert set("".join(document.itertext())) <= EPC_BASIC | LATIN_LETTERS
        assert (len(set(ids)), used & set(ids)) == (len(rows), set())
        used.update(ids)

    holds()
    assert len(used) >= 8
