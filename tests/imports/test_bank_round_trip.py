"""There and back with a bank: a batch of five, one account closed, sent twice, four booked, one of them returned."""

import io
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from exports.pain001 import pain001
from imports.bank_answers import read_answers
from rules.choices import PainVersion
from rules.errors import BadInput
from rules.outcomes import Effect, outcomes
from rules.payment_ids import end_to_end_id
from rules.states import ITEM, ItemStatus
from tests.bank_world import CLOSED, NUMBER, RETURNED, MockBank, a_payment, an_order, expected

I, E = ItemStatus, Effect  # noqa: E741 - as in the table of states


class Batch:
    """The payments as they stand, and how each file ended."""

    def __init__(self, order):
        self.payments = {one.end_to_end_id: one for one in expected(order)}

    def read(self, message):
        answers = read_answers(io.BytesIO(message), date(2026, 12, 10)).answers
        found = list(outcomes(list(self.payments.values()), answers))
        for one in found:
            for verb in one.decision.steps:
                held = self.payments[one.payment.end_to_end_id]
                self.payments[held.end_to_end_id] = replace(
                    held, status=ITEM.target(held.status, verb), outcome_on=one.answer.on)
        return Counter(one.decision.effect for one in found)

    @property
    def states(self):
        return [one.status for one in self.payments.values()]


@pytest.mark.parametrize("version", PainVersion)
def test_batch_of_five_ends_as_the_bank_says(version):
    order = an_order(version=version)
    batch = Batch(order)

    with MockBank() as bank:
        bank.send_back(end_to_end_id(NUMBER, RETURNED), days=2)
        assert bank.receive(pain001(order)) == []

        taken, = bank.messages("pain.002")
        assert batch.read(taken) == {E.ACCEPTED: 4, E.REJECTED: 1}
        assert batch.states == [I.ACCEPTED, I.REJECTED, I.ACCEPTED, I.ACCEPTED, I.ACCEPTED]

        bank.receive(pain001(order))
        twice, = bank.messages("pain.002")
        assert batch.read(twice) == {E.NOTHING: 5}

        bank.advance(date(2026, 12, 1))
        debits, = bank.messages("camt.054")
        assert batch.read(debits) == {E.PAID: 4}
        assert batch.states == [I.PAID, I.REJECTED, I.PAID, I.PAID, I.PAID]

        bank.messages("camt.053")
        bank.advance(date(2026, 12, 2))
        statement, = bank.messages("camt.053")
        assert batch.read(statement) == {E.NOTHING: 4}

        bank.advance(date(2026, 12, 3))
        between_banks, = bank.messages("pacs.004")
        with pytest.raises(BadInput):
            batch.read(between_banks)
        credit, = bank.messages("camt.054")
        assert batch.read(credit) == {E.RETURNED: 1}

    assert batch.states == [I.PAID, I.REJECTED, I.RETURNED, I.PAID, I.PAID]
    for message in (taken, twice, debits, statement, credit):
        assert batch.read(message).keys() <= {E.NOTHING, E.CONFLICT}
    assert batch.states == [I.PAID, I.REJECTED, I.RETURNED, I.PAID, I.PAID]


def test_returned_payment_is_paid_in_a_new_batch_under_a_new_id():
    again = an_order([a_payment(RETURNED, number="KA2026B0043")], number="KA2026B0043")
    batch = Batch(again)

    with MockBank() as bank:
        bank.receive(pain001(an_order()))
        bank.messages()
        assert bank.receive(pain001(again)) == []
        bank.advance(date(2026, 12, 1))

        effects = [batch.read(message) for message in bank.messages("pain.002") + bank.messages("camt.054")]

    assert effects == [{E.ACCEPTED: 1}, {E.UNKNOWN: 4, E.PAID: 1}]
    assert batch.states == [I.PAID]


def test_statement_read_before_the_report_leads_to_the_same_end():
    batch = Batch(an_order())

    with MockBank() as bank:
        bank.receive(pain001(an_order()))
        report, = bank.messages("pain.002")
        bank.advance(date(2026, 12, 1))
        debits, = bank.messages("camt.054")

    assert [batch.read(debits), batch.read(report)] == [{E.PAID: 4}, {E.NOTHING: 4, E.REJECTED: 1}]
    assert [line for line, status in enumerate(batch.states, 1) if status is I.REJECTED] == [CLOSED]


@pytest.mark.parametrize(("old", "new", "code"), [
    (b"<CtrlSum>906.60", b"<CtrlSum>906.61", "AM10"),
    (b"<NbOfTxs>5", b"<NbOfTxs>6", "AM18"),
    (b"FI4511181590830167", b"FI4611181590830167", "AC01"),
    (b"EndToEndId>KA2026B0042-000002<", b"EndToEndId>KA2026B0042-000001<", "AM05"),
])
def test_bank_finds_what_our_rules_keep_out_of_a_file(old, new, code):
    data = pain001(an_order())

    with MockBank() as bank:
        assert bank.receive(data) == []
    with MockBank() as bank:
        assert [finding for finding in bank.receive(data.replace(old, new)) if code in finding] != []
