"""A batch for the bank and a bank to send it to: a payer, payees with real check digits, and mock-bank with its clock."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from lxml import etree
from mockbank import accounts, outbox
from mockbank.server import Config
from mockbank.state import State

from exports.pain001_order import BankOrder, Payer, Payment
from rules.choices import PainVersion
from rules.outcomes import Expected
from rules.payment_ids import end_to_end_id
from rules.payment_routes import remittance_text
from rules.states import ItemStatus

DATA = Path(__file__).parent / "data"
NUMBER = "KA2026B0042"
PAYER = Payer(name="Pirkanmaan hyvinvointialue", iban="FI2112345600000785", bic="NDEAFIHH")
MADE_AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
PAYMENT_DATE = date(2026, 12, 1)
NAMES = ("Pekka Mäkinen", "Elli-Noora Öhman", "Sönke Åström", "Tuomas Nieminen", "Liisa Åström")
IBANS = ("FI4511181590830167", "FI2853909960308243", "FI9634199351819099", "FI0214323194875746", "FI6217601895559793")
AMOUNTS = tuple(map(Decimal, ("113.86", "53.73", "217.16", "398.75", "123.10")))
CLOSED, RETURNED = 2, 3
"""Lines of the batch: the payee's account is closed; the payment comes back two banking days later."""


def a_payment(line_no=1, number=NUMBER, **changes):
    place = (line_no - 1) % len(NAMES)
    made = Payment(end_to_end_id=end_to_end_id(number, line_no), name=NAMES[place], iban=IBANS[place],
                   amount=AMOUNTS[place], text=remittance_text(f"2026-{line_no:03d}"))
    return replace(made, **changes)


def an_order(payments=None, version=PainVersion.V09, **changes):
    five = [a_payment(line_no) for line_no in range(1, 6)]
    made = BankOrder(number=NUMBER, payment_date=PAYMENT_DATE, made_at=MADE_AT, payer=replace(PAYER, version=version),
                     payments=five if payments is None else payments)
    return replace(made, **changes)


def expected(order=None, **changes):
    """The payments of ``order`` as the batch has them once it is delivered."""
    order = order or an_order()
    return [
        replace(Expected(end_to_end_id=one.end_to_end_id, status=ItemStatus.PENDING, amount=one.amount, iban=one.iban,
                         batch_number=order.number, payer_account=order.payer.iban), **changes)
        for one in order.payments]


def schema(version):
    return etree.XMLSchema(etree.parse(DATA / "iso20022" / f"{version}.xsd"))


class MockBank:
    """A bank in memory that holds the payer's account and those of the payees of lines 2 (closed) and 3."""

    def __init__(self):
        self._state = State(Config(clock="2026-11-24T09:00", quiet=True))
        self._open("PIRHA", PAYER.iban, PAYER.name, balance=10_000_000)
        self._open("CLOSED", IBANS[CLOSED - 1], NAMES[CLOSED - 1], closed=True)

    def _open(self, identifier, iban, name, **fields):
        accounts.create(self._state.conn, identifier, {"iban": iban, "name": name, "currency": "EUR", **fields})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._state.close()

    def send_back(self, payment_id, *, days):
        """Have one payment come back ``days`` banking days after it was booked."""
        accounts.update(self._state.conn, "PIRHA", {
            "behaviour": "return-later", "parameters": {"days": days, "reason": "AC04", "end_to_end_id": payment_id}})

    def receive(self, data):
        """Take a payment file; what the bank finds wrong in it."""
        _, _, findings = self._state.receive(data, "application/xml")
        return [str(finding) for finding in findings]

    def advance(self, day):
        self._state.clock.advance(to=day)

    def messages(self, kind=""):
        """What waits for the payer, oldest first, each once: the bank's other customers have statements too."""
        self._state.release()
        rows = outbox.collect(self._state.conn, self._state.now(), kind=kind)
        return [row["body"].encode() for row in rows if row["type"].startswith("pain") or PAYER.iban in row["body"]]
