"""What a bank's answer tells and the product cannot carry out waits for a person, who says what was done about it."""

import pytest

from models import BankAnswer, db
from rules.errors import BadInput, DomainError, NotAllowed
from services import queues
from tests.bank_batch_world import brought_in, everything_of, id_of
from tests.money_world import TODAY, do

HEAD = "Maksutunnus;Lopputulos;Päivä\n"


def taken(text, people):
    answer, _ = brought_in("lista.csv", (HEAD + text).encode(), people)
    do(answer, "take", people["finance"])
    return answer


@pytest.fixture
def unknown(sent_batch, people):
    """An answer that tells of a payment nobody has made, and of one that was."""
    return taken(f"KA2020B0001-000001;maksettu;24.11.2026\n{id_of(sent_batch, 1)};maksettu;24.11.2026\n", people)


def waiting(people):
    return queues.count(queues.TO_HANDLE, people["finance"], TODAY)


def test_answer_with_a_payment_not_known_waits_until_it_is_handled(unknown, sent_batch, people):
    before, waited = everything_of(sent_batch), waiting(people)

    do(unknown, "handle", people["finance2"], note="Kysytty pankista: toisen maksajan erä.")

    assert (unknown.unknown, waited, waiting(people)) == (1, 1, 0)
    assert (unknown.handled_on, unknown.handled_by_id, unknown.handled_note) == (
        TODAY, people["finance2"].user_id, "Kysytty pankista: toisen maksajan erä.")
    assert everything_of(sent_batch) == before


def test_late_paid_for_a_rejected_payment_waits_to_be_handled(sent_batch, people):
    payment = id_of(sent_batch, 1)
    first = taken(f"{payment};hylätty;24.11.2026\n", people)
    late = taken(f"{payment};maksettu;24.11.2026\n", people)

    assert (first.rejected, first.waits_for_a_look) == (1, False)
    assert (late.conflicts, late.waits_for_a_look, waiting(people)) == (1, True, 1)


def test_answer_in_which_all_was_carried_out_has_nothing_to_handle(sent_batch, people):
    answer = taken(f"{id_of(sent_batch, 1)};maksettu;24.11.2026\n", people)

    with pytest.raises(DomainError):
        do(answer, "handle", people["finance"], note="Katsottu.")
    assert (answer.paid, waiting(people)) == (1, 0)


def test_answer_is_handled_once(unknown, people):
    do(unknown, "handle", people["finance"], note="Katsottu.")

    with pytest.raises(DomainError):
        do(unknown, "handle", people["finance2"], note="Uudestaan.")
    db.session.rollback()
    assert db.session.get(BankAnswer, unknown.id).handled_note == "Katsottu."


@pytest.mark.parametrize("note", ["", "  ", "a" * 401])
def test_answer_is_handled_in_words_that_fit(unknown, people, note):
    with pytest.raises(BadInput) as refused:
        do(unknown, "handle", people["finance"], note=note)
    db.session.rollback()

    assert (refused.value.field, waiting(people)) == ("note", 1)
    do(unknown, "handle", people["finance"], note="a" * 400)
    assert waiting(people) == 0


def test_coordinator_does_not_handle_an_answer(unknown, people):
    with pytest.raises(NotAllowed):
        do(unknown, "handle", people["coordinator"], note="Katsottu.")
    db.session.rollback()

    do(unknown, "handle", people["finance"], note="Katsottu.")
    assert unknown.handled_on == TODAY
