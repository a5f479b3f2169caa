"""Makes ``bank/``: a batch of five as this product writes it, and the answers of mock-bank.

The names say what each file tells; the times in them are those of the making.
"""

from datetime import date

from exports.pain001 import pain001
from rules.payment_ids import end_to_end_id
from tests.bank_world import DATA, NUMBER, RETURNED, MockBank, an_order


def make():
    order = pain001(an_order())
    with MockBank() as bank:
        bank.send_back(end_to_end_id(NUMBER, RETURNED), days=2)
        bank.receive(order)
        bank.receive(order)
        bank.advance(date(2026, 12, 1))
        one_closed, twice = bank.messages("pain.002")
        debits, = bank.messages("camt.054")
        bank.messages()
        bank.advance(date(2026, 12, 2))
        statement, = bank.messages("camt.053")
        bank.advance(date(2026, 12, 3))
        between_banks, = bank.messages("pacs.004")
        credit, = bank.messages("camt.054")
    return {
        "0-pain.001-five-payments.xml": order,
        "1-pain.002-four-taken-one-account-closed.xml": one_closed,
        "2-pain.002-sent-twice.xml": twice,
        "3-camt.054-four-paid.xml": debits,
        "4-camt.053-the-same-four-paid.xml": statement,
        "5-pacs.004-between-banks.xml": between_banks,
        "6-camt.054-one-came-back.xml": credit,
    }


if __name__ == "__main__":
    for name, data in make().items():
        (DATA / "bank" / name).write_bytes(data)
