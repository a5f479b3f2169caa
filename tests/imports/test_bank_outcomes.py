"""A bank's answers taken into the product: there and back, twice, of others, half read; each preview changes nothing."""

from collections import Counter
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa

from imports.bank_outcomes import told_by
from models import BankAnswer, BatchItem, StatusChange, db
from rules.errors import BadInput, DomainError, IllegalTransition, NotAllowed
from rules.states import AnswerStatus, BatchStatus, ClaimStatus, ItemStatus
from tests.bank_batch_world import brought_in, delivered, everything_of, id_of, message_of, states_of, to_the_bank
from tests.bank_world import CLOSED, RETURNED, MockBank
from tests.conftest import token
from tests.money_world import do

I, C = ItemStatus, ClaimStatus  # noqa: E741 - as in the table of states


def taken(name, data, people):
    answer, _ = brought_in(name, data, people)
    do(answer, "take", people["finance"])
    return answer


def counts(answer):
    names = ("accepted", "paid", "rejected", "returned", "conflicts", "unknown", "other_money")
    return {name: getattr(answer, name) for name in names if getattr(answer, name)}


def verbs_of(record):
    return list(db.session.scalars(
        sa.select(StatusChange.verb).where(StatusChange.subject == record.subject).order_by(StatusChange.id)))


def test_batch_of_five_ends_as_the_bank_says(sent_batch, five_claims, people):
    batch, data = sent_batch, message_of(sent_batch)
    with MockBank() as bank:
        bank.send_back(id_of(batch, RETURNED), days=2)
        assert bank.receive(data) == []
        report, = bank.messages("pain.002")
        assert counts(taken("1.xml", report, people)) == {"accepted": 4, "rejected": 1}
        assert states_of(batch) == [I.ACCEPTED, I.REJECTED, I.ACCEPTED, I.ACCEPTED, I.ACCEPTED]

        bank.receive(data)
        twice, = bank.messages("pain.002")
        assert counts(taken("2.xml", twice, people)) == {}

        bank.advance(date(2026, 12, 1))
        debits, = bank.messages("camt.054")
        assert counts(taken("3.xml", debits, people)) == {"paid": 4}
        bank.messages("camt.053")
        bank.advance(date(2026, 12, 2))
        statement, = bank.messages("camt.053")
        assert counts(taken("4.xml", statement, people)) == {}

        bank.advance(date(2026, 12, 3))
        bank.messages("pacs.004")
        credit, = bank.messages("camt.054")
        assert counts(taken("5.xml", credit, people)) == {"returned": 1}

    assert states_of(batch) == [I.PAID, I.REJECTED, I.RETURNED, I.PAID, I.PAID]
    assert [claim.status for claim in five_claims] == [C.PAID, C.RETURNED, C.RETURNED, C.PAID, C.PAID]
    assert [claim.paid_on for claim in five_claims] == [date(2026, 12, 1), None, None, date(2026, 12, 1), date(2026, 12, 1)]
    assert [verbs_of(item) for item in batch.items[:3]] == [["accept", "pay"], ["reject"], ["accept", "pay", "return"]]
    assert verbs_of(five_claims[CLOSED - 1])[-2:] == ["batch", "bounce"]
    assert [item.outcome_note for item in batch.items[:3]] == [
        "", "Not paid: the account is closed (AC04).", "Came back on 2026-12-03: the account is closed (AC04)."]


def test_payment_that_came_back_is_mended_and_paid_in_a_new_batch_under_a_new_id(sent_batch, five_claims, people, paying_account):
    with MockBank() as bank:
        bank.receive(message_of(sent_batch))
        report, = bank.messages("pain.002")
        taken("1.xml", report, people)
        claim, first = five_claims[CLOSED - 1], id_of(sent_batch, CLOSED)

        do(claim, "mend", people["finance"], note="Saaja antoi uuden tilin")
        again = delivered(to_the_bank(people, paying_account, [claim]), people)

        live = db.session.scalars(sa.select(BatchItem).where(BatchItem.invoice_id == claim.id, BatchItem.live)).one()
        assert (first, live.end_to_end_id) == (f"{sent_batch.number}-000002", f"{again.number}-000001")
        assert claim.status is C.BATCHED


def test_preview_says_what_would_happen_and_changes_nothing(sent_batch, people):
    before = everything_of(sent_batch)
    with MockBank() as bank:
        bank.receive(message_of(sent_batch))
        report, = bank.messages("pain.002")

    answer, is_new = brought_in("1.xml", report, people)
    told = told_by(answer)

    assert (is_new, answer.status, answer.plain()) == (True, AnswerStatus.WAITING, report)
    assert Counter(one.effect for one in told) == {"accepted": 4, "rejected": 1}
    assert [one.words for one in told if one.effect == "rejected"] == ["Not paid: the account is closed (AC04)."]
    assert everything_of(sent_batch) == before
    do(answer, "take", people["finance"])
    assert told_by(answer) == told


def test_same_file_twice_is_the_same_record_and_changes_nothing(sent_batch, people):
    with MockBank() as bank:
        bank.receive(message_of(sent_batch))
        report, = bank.messages("pain.002")
    first = taken("1.xml", report, people)
    before = everything_of(sent_batch)

    second, is_new = brought_in("kopio.xml", report, people)
    with pytest.raises(IllegalTransition):
        do(second, "take", people["finance"])
    db.session.rollback()

    assert (second.id, is_new) == (first.id, False)
    assert everything_of(sent_batch) == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BankAnswer)) == 1


def test_file_that_was_put_aside_can_still_be_taken(sent_batch, people):
    with MockBank() as bank:
        bank.receive(message_of(sent_batch))
        report, = bank.messages("pain.002")
    answer, _ = brought_in("1.xml", report, people)

    do(answer, "drop", people["finance"])
    do(answer, "take", people["finance"])

    assert (answer.status, answer.accepted) == (AnswerStatus.TAKEN, 4)


def test_answers_to_batches_of_others_change_nothing(sent_batch, people):
    before = everything_of(sent_batch)
    with MockBank() as bank:
        bank.receive(message_of(sent_batch).replace(sent_batch.number.encode(), b"KA1999B9999"))
        report, = bank.messages("pain.002")

    answer = taken("1.xml", report, people)

    assert counts(answer) == {"unknown": 5}
    assert everything_of(sent_batch) == before


def test_outcome_of_a_batch_that_was_not_delivered_is_for_a_person(five_claims, people, paying_account):
    batch = to_the_bank(people, paying_account, five_claims)
    for verb, who in (("submit", "finance"), ("approve", "finance2"), ("generate", "finance")):
        do(batch, verb, people[who])
    before = everything_of(batch)
    with MockBank() as bank:
        bank.receive(message_of(batch))
        report, = bank.messages("pain.002")

    answer = taken("1.xml", report, people)

    assert (counts(answer), batch.status) == ({"conflicts": 5}, BatchStatus.GENERATED)
    assert everything_of(batch) == before


def test_list_of_outcomes_from_payroll_is_taken(sent_batch, people):
    rows = f"Maksutunnus;Lopputulos;Päivä\n{id_of(sent_batch, 1)};maksettu;1.12.2026\n{id_of(sent_batch, 2)};hylätty;\n"

    answer = taken("lista.csv", rows.encode(), people)

    assert counts(answer) == {"paid": 1, "rejected": 1}
    assert states_of(sent_batch)[:3] == [I.PAID, I.REJECTED, I.PENDING]


@pytest.mark.parametrize("data", [
    b"", b"<Document><CstmrPmtStsRpt>", b"Maksutunnus;Lopputulos\nA;ehk\xc3\xa4\n", b"\x00\x01",
    b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><Document><CstmrPmtStsRpt/></Document>',
])
def test_file_that_cannot_be_read_whole_is_not_kept(sent_batch, people, data):
    before = everything_of(sent_batch)

    with pytest.raises(BadInput) as refused:
        brought_in("x.xml", data, people)
    db.session.rollback()

    assert refused.value.field == "file"
    assert everything_of(sent_batch) == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BankAnswer)) == 0


def test_half_of_a_good_file_is_not_kept(sent_batch, people):
    with MockBank() as bank:
        bank.receive(message_of(sent_batch))
        report, = bank.messages("pain.002")

    with pytest.raises(BadInput, match="damaged or ends too early"):
        brought_in("1.xml", report[:len(report) // 2], people)
    db.session.rollback()

    assert counts(taken("1.xml", report, people)) == {"accepted": 4, "rejected": 1}


def test_only_finance_brings_in(sent_batch, people):
    rows = f"Maksutunnus;Lopputulos;Päivä\n{id_of(sent_batch, 1)};maksettu;1.12.2026\n".encode()

    with pytest.raises(NotAllowed):
        brought_in("1.csv", rows, people | {"finance": people["coordinator"]})
    db.session.rollback()

    assert brought_in("1.csv", rows, people)[1]


def test_stored_file_that_was_changed_is_not_used(sent_batch, people, login, session):
    rows = f"Maksutunnus;Lopputulos;Päivä\n{id_of(sent_batch, 1)};maksettu;1.12.2026\n".encode()
    answer, _ = brought_in("1.csv", rows, people)
    session.execute(sa.text("UPDATE bank_answer SET size = 1"))
    session.commit()
    session.expire_all()

    page = login("finance").get(f"{HERE}/details/?id={answer.id}", headers=ENGLISH)
    with pytest.raises(DomainError, match="not what came in"):
        do(answer, "take", people["finance"])
    session.rollback()

    assert (page.status_code, page.text.count("The stored file is not what came in: it is not used.")) == (200, 1)
    assert states_of(sent_batch)[0] is I.PENDING


# --- the pages

HERE = "/admin/bankanswer"
ENGLISH = {"Accept-Language": "en"}


def upload(client, data, name="1.csv"):
    return client.post(f"{HERE}/new/", headers=ENGLISH, content_type="multipart/form-data", data={
        "csrf_token": token(client, f"{HERE}/new/"), "file": (BytesIO(data), name)})


def test_payer_brings_a_file_in_looks_at_it_and_takes_it(sent_batch, people, login, app):
    rows = f"Maksutunnus;Lopputulos;Päivä\n{id_of(sent_batch, 1)};maksettu;1.12.2026\nKA1-1;maksettu;1.12.2026\n".encode()
    client = login("finance")

    answer = upload(client, rows)
    page = client.get(answer.headers["Location"], headers=ENGLISH).text
    number = db.session.scalars(sa.select(BankAnswer.id)).one()
    before = states_of(sent_batch)[0]
    verb = f"{HERE}/verb/take/?id={number}"
    client.post(verb, data={"csrf_token": token(client, verb)})

    assert answer.status_code == 302
    assert [page.count(part) for part in ("No batch has a payment KA1-1.", "Paid from the account on 1 Dec 2026.",
                                          "Nothing has been changed yet.")] == [1, 1, 1]
    assert (before, states_of(sent_batch)[0]) == (I.PENDING, I.PAID)


def test_page_says_that_the_file_was_taken_before(sent_batch, people, login):
    rows = f"Maksutunnus;Lopputulos;Päivä\n{id_of(sent_batch, 1)};maksettu;1.12.2026\n".encode()
    taken("1.csv", rows, people)
    client = login("finance")

    page = client.get(upload(client, rows).headers["Location"], headers=ENGLISH).text

    assert page.count("This file was taken before: nothing was changed now.") == 1


@pytest.mark.parametrize(("data", "name", "sentence"), [
    (b"<Palaute/>", "1.xml", "This is no message of a bank (ISO 20022)."), (b"", "", "Choose the file."),
    (b"", "1.xml", "The file is empty."),
])
def test_file_that_cannot_be_read_is_refused_at_its_field(sent_batch, login, data, name, sentence):
    answer = upload(login("finance"), data, name)

    assert (answer.status_code, answer.text.count(sentence)) == (422, 1)


def test_file_of_a_hundred_megabytes_is_refused_unread(sent_batch, login):
    answer = login("finance").post(f"{HERE}/new/", headers=ENGLISH, data=b" " * 100_000_000,
                                   content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 413
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BankAnswer)) == 0
