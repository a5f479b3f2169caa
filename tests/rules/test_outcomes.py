"""What answers do to payments: every state with every meaning, what does not fit, and the same file twice."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.bank_answers import REASONS, Answer, Meaning, Scope, group_id_of, reason_of
from rules.outcomes import Decision, Effect, Expected, decide, outcomes
from rules.states import ITEM, ItemStatus

I, M, E = ItemStatus, Meaning, Effect  # noqa: E741 - as in the table of states
NUMBER = "KA2026B0042"
DAY, LATER, EARLIER = date(2026, 12, 1), date(2026, 12, 3), date(2026, 11, 30)
IBAN, PAYER = "FI4511181590830167", "FI2112345600000785"


def a_payment(line_no=1, status=I.PENDING, **changes):
    facts = {"end_to_end_id": f"{NUMBER}-{line_no:06d}", "status": status, "amount": Decimal("10.00") * line_no,
             "iban": IBAN, "batch_number": NUMBER, "payer_account": PAYER,
             "outcome_on": None if status in (I.PENDING, I.ACCEPTED) else DAY}
    return Expected(**{**facts, **changes})


def an_answer(meaning=M.PAID, line_no=1, **changes):
    facts = {"entry": 1, "meaning": meaning, "end_to_end_id": f"{NUMBER}-{line_no:06d}", "on": DAY}
    return Answer(**{**facts, **changes})


def for_all(meaning=M.PAID, scope=Scope.GROUP, **changes):
    return an_answer(meaning, scope=scope, end_to_end_id="", group_id=group_id_of(NUMBER), **changes)


def effects(payments, answers):
    return [one.decision.effect for one in outcomes(payments, answers)]


@pytest.mark.parametrize(("status", "meaning", "effect", "steps"), [
    (I.PENDING,  M.ON_ITS_WAY, E.ACCEPTED, ("accept",)),
    (I.PENDING,  M.REFUSED,    E.REJECTED, ("reject",)),
    (I.PENDING,  M.PAID,       E.PAID,     ("pay",)),
    (I.PENDING,  M.RETURNED,   E.RETURNED, ("pay", "return")),
    (I.PENDING,  M.DUPLICATE,  E.CONFLICT, ()),
    (I.ACCEPTED, M.ON_ITS_WAY, E.NOTHING,  ()),
    (I.ACCEPTED, M.REFUSED,    E.REJECTED, ("reject",)),
    (I.ACCEPTED, M.PAID,       E.PAID,     ("pay",)),
    (I.ACCEPTED, M.RETURNED,   E.RETURNED, ("pay", "return")),
    (I.ACCEPTED, M.DUPLICATE,  E.CONFLICT, ()),
    (I.PAID,     M.ON_ITS_WAY, E.NOTHING,  ()),
    (I.PAID,     M.REFUSED,    E.CONFLICT, ()),
    (I.PAID,     M.PAID,       E.NOTHING,  ()),
    (I.PAID,     M.RETURNED,   E.RETURNED, ("return",)),
    (I.PAID,     M.DUPLICATE,  E.NOTHING,  ()),
    (I.REJECTED, M.ON_ITS_WAY, E.CONFLICT, ()),
    (I.REJECTED, M.REFUSED,    E.NOTHING,  ()),
    (I.REJECTED, M.PAID,       E.CONFLICT, ()),
    (I.REJECTED, M.RETURNED,   E.CONFLICT, ()),
    (I.REJECTED, M.DUPLICATE,  E.NOTHING,  ()),
    (I.RETURNED, M.ON_ITS_WAY, E.NOTHING,  ()),
    (I.RETURNED, M.REFUSED,    E.CONFLICT, ()),
    (I.RETURNED, M.PAID,       E.NOTHING,  ()),
    (I.RETURNED, M.RETURNED,   E.NOTHING,  ()),
    (I.RETURNED, M.DUPLICATE,  E.NOTHING,  ()),
    *((I.REMOVED, meaning, E.CONFLICT, ()) for meaning in M if meaning is not M.OTHER_MONEY),
    *((status, M.OTHER_MONEY, E.OTHER_MONEY, ()) for status in I),
    *((status, M.NAME_CHECK, E.NOTHING, ()) for status in I if status is not I.REMOVED),
    *((status, M.UNCLEAR, E.CONFLICT, ()) for status in I if status is not I.REMOVED),
])
def test_each_answer_does_to_each_state(status, meaning, effect, steps):
    decision = decide(a_payment(status=status), an_answer(meaning))

    assert (decision.effect, decision.steps) == (effect, steps)


def test_accepted_is_not_paid_and_paid_is_not_final():
    answers = [an_answer(M.ON_ITS_WAY), an_answer(M.PAID), an_answer(M.RETURNED, on=LATER)]

    assert effects([a_payment()], answers) == [E.ACCEPTED, E.PAID, E.RETURNED]


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"amount": Decimal("10.01")}, "The answer says 10.01, and the payment is 10.00."),
    ({"currency": "SEK"}, "The answer is in SEK and not in euros."),
    ({"payee_account": PAYER}, "The answer names another account of the payee."),
    ({"account": IBAN}, "The answer is of another account than the batch was paid from."),
    ({"on": None}, "The answer does not say on which day."),
])
def test_answer_that_does_not_fit_its_payment_is_a_conflict(changes, sentence):
    fitting = an_answer(amount=Decimal("10.00"), payee_account=IBAN, account=PAYER, message_id=NUMBER)

    assert decide(a_payment(), fitting).effect is E.PAID
    assert shown(decide(a_payment(), replace(fitting, **changes))) == (E.CONFLICT, sentence)


def shown(decision: Decision):
    return decision.effect, str(decision.sentence)


def test_report_on_another_batch_is_a_conflict_and_a_statement_may_have_an_id_of_its_own():
    assert decide(a_payment(), an_answer(M.REFUSED, message_id="KA2026B0041")).effect is E.CONFLICT
    assert decide(a_payment(), an_answer(M.REFUSED, message_id=NUMBER)).effect is E.REJECTED
    assert decide(a_payment(), an_answer(M.PAID, message_id="BANK-77")).effect is E.PAID


def test_batch_that_was_not_delivered_has_no_outcome():
    assert decide(a_payment(sent=False), an_answer()).effect is E.CONFLICT
    assert decide(a_payment(sent=True), an_answer()).effect is E.PAID


def test_payment_that_nobody_knows_is_told_apart_from_other_money():
    answers = [an_answer(line_no=9), an_answer(M.OTHER_MONEY, end_to_end_id="")]

    assert [(one.payment, *shown(one.decision)) for one in outcomes([a_payment()], answers)] == [
        (None, E.UNKNOWN, "No batch has a payment KA2026B0042-000009."),
        (None, E.OTHER_MONEY, "This is no payment of a batch."),
    ]


@pytest.mark.parametrize(("status", "on", "effect"), [
    (I.PAID, DAY, E.NOTHING), (I.PAID, LATER, E.CONFLICT), (I.RETURNED, EARLIER, E.NOTHING), (I.RETURNED, LATER, E.CONFLICT)])
def test_debit_on_another_day_than_the_known_one_is_for_a_person_to_look_at(status, on, effect):
    assert decide(a_payment(status=status), an_answer(on=on)).effect is effect


def test_return_before_the_day_of_payment_is_a_conflict():
    assert decide(a_payment(status=I.PAID), an_answer(M.RETURNED, on=EARLIER)).effect is E.CONFLICT
    assert decide(a_payment(status=I.PAID), an_answer(M.RETURNED, on=LATER)).effect is E.RETURNED


def test_account_debited_twice_in_one_file_is_paid_once_and_a_conflict():
    assert effects([a_payment()], [an_answer(), an_answer(entry=2)]) == [E.PAID, E.CONFLICT]


def test_second_sending_refuses_nothing_of_the_first():
    again = for_all(M.DUPLICATE, Scope.MESSAGE, message_id=NUMBER, reason="DUPL", status="RJCT")

    assert effects([a_payment(1), a_payment(2, I.ACCEPTED), a_payment(3, I.PAID)], [again]) == [E.NOTHING] * 3


@pytest.mark.parametrize("scope", [Scope.GROUP, Scope.MESSAGE])
def test_whole_file_refused_refuses_every_payment_that_waits(scope):
    answer = for_all(M.REFUSED, scope, message_id=NUMBER, reason="FF01")
    payments = [a_payment(1), a_payment(2, I.ACCEPTED), a_payment(3, I.REMOVED)]

    assert effects(payments, [answer]) == [E.REJECTED, E.REJECTED]


@pytest.mark.parametrize(("amount", "count", "found"), [
    ("30.00", None, [E.PAID, E.PAID]),
    ("30.00", 2, [E.PAID, E.PAID]),
    ("30.00", 3, [E.CONFLICT, E.CONFLICT, E.CONFLICT]),
    ("60.00", None, [E.CONFLICT, E.CONFLICT, E.CONFLICT]),
])
def test_entry_for_the_whole_batch_pays_it_when_it_is_the_sum_of_what_waits(amount, count, found):
    payments = [a_payment(1), a_payment(2, I.ACCEPTED), a_payment(3, I.REJECTED)]

    assert effects(payments, [for_all(amount=Decimal(amount), count=count)]) == found


def test_entry_for_the_whole_batch_says_nothing_new_the_second_time():
    answer = for_all(amount=Decimal("30.00"))

    assert effects([a_payment(1), a_payment(2)], [answer]) == [E.PAID, E.PAID]
    assert effects([a_payment(1, I.PAID), a_payment(2, I.PAID)], [answer]) == [E.NOTHING, E.NOTHING]
    assert effects([a_payment(1, I.PAID), a_payment(2, I.RETURNED, outcome_on=LATER)], [answer]) == [E.NOTHING] * 2


def test_return_in_one_sum_is_for_a_person_to_look_at():
    assert effects([a_payment(1), a_payment(2, I.PAID)], [for_all(M.RETURNED, amount=Decimal("30.00"))]) == [E.CONFLICT] * 2


@pytest.mark.parametrize("order", [1, -1])
def test_sum_of_a_batch_and_a_return_out_of_it_in_one_file_are_both_seen(order):
    answers = [for_all(amount=Decimal("30.00")), an_answer(M.RETURNED, on=LATER)][::order]

    after_both, steps = read([a_payment(1), a_payment(2)], answers)

    assert ([one.status for one in after_both], steps) == ([I.RETURNED, I.PAID], 3)


def test_reason_is_said_in_words_with_its_code_or_in_the_banks_own():
    said = [str(reason_of(an_answer(M.REFUSED, reason=code, reason_text=words)))
            for code, words in (("AC04", "closed"), ("XY99", "no such thing"), ("", "no such thing"), ("", ""))]

    assert said == ["the account is closed (AC04)", "the bank says: XY99 no such thing", "the bank says: no such thing",
                    "no reason was given"]


STATUSES = st.sampled_from([status for status in I if status is not I.REMOVED])
DAYS = st.sampled_from([EARLIER, DAY, LATER])


@st.composite
def batches(draw):
    return [a_payment(line_no, draw(STATUSES)) for line_no in range(1, draw(st.integers(1, 4)) + 1)]


@st.composite
def files(draw):
    ones = st.builds(an_answer, st.sampled_from(M), st.integers(1, 5), on=DAYS,
                     amount=st.sampled_from([None, Decimal("10.00"), Decimal("20.00")]), reason=st.sampled_from(sorted(REASONS)))
    groups = st.builds(for_all, st.sampled_from(M), st.sampled_from([Scope.GROUP, Scope.MESSAGE]), on=DAYS,
                       message_id=st.just(NUMBER), amount=st.sampled_from([Decimal(tens) for tens in (10, 30, 60, 100)]))
    return draw(st.lists(ones | groups, max_size=12))


def read(payments, answers):
    """The payments after a file, and how many steps were taken."""
    now, steps = {one.end_to_end_id: one for one in payments}, 0
    for outcome in outcomes(payments, answers):
        for verb in outcome.decision.steps:
            before = now[outcome.payment.end_to_end_id]
            assert before.status in ITEM.steps[verb].sources
            now[before.end_to_end_id] = replace(before, status=ITEM.steps[verb].target, outcome_on=outcome.answer.on)
            steps += 1
    return list(now.values()), steps


@given(batches(), files())
def test_same_file_a_second_time_changes_nothing(payments, answers):
    after_one, _ = read(payments, answers)

    assert read(after_one, answers) == (after_one, 0)


@given(st.permutations([M.ON_ITS_WAY, M.PAID, M.RETURNED, M.PAID, M.RETURNED]))
def test_files_of_a_payment_that_came_back_lead_to_the_same_end_in_any_order(meanings):
    payments, steps = [a_payment()], 0

    for meaning in meanings:
        payments, more = read(payments, [an_answer(meaning, on=LATER if meaning is M.RETURNED else DAY)])
        steps += more

    assert ([one.status for one in payments], steps) == ([I.RETURNED], 2 + (meanings[0] is M.ON_ITS_WAY))


@given(batches(), files())
def test_what_failed_is_never_paid_and_what_came_back_is_never_paid_again(payments, answers):
    after_one, _ = read(payments, answers)

    for old, new in zip(payments, after_one, strict=True):
        assert old.status not in (I.REJECTED, I.RETURNED) or new == old
        assert old.status is not I.PAID or new.status in (I.PAID, I.RETURNED)


@given(batches(), files())
def test_every_answer_has_an_outcome_with_a_sentence(payments, answers):
    found = list(outcomes(payments, answers))

    assert [one.answer for one in found if one.answer.scope is Scope.PAYMENT] == [
        one for one in answers if one.scope is Scope.PAYMENT]
    assert all(str(one.decision.sentence) for one in found)
