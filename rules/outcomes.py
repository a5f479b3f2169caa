"""What an answer does to a payment: paid, refused, come back, nothing, or a conflict for a person. Changes nothing.

Reading the same answers again changes nothing more, in whatever order the files come.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rules.bank_answers import NAMES, Answer, Meaning, Scope, group_id_of, reason_of
from rules.choices import Choice
from rules.states import ITEM, ItemStatus
from rules.wording import N_, Sentence

I = ItemStatus  # noqa: E741 - as in the table of states
WAITING = (I.PENDING, I.ACCEPTED)


class Effect(Choice):
    """How an answer ends: with a step of the payment, or without one."""

    ACCEPTED = "accepted", N_("accepted by the bank")
    PAID = "paid", N_("paid")
    REJECTED = "rejected", N_("rejected by the bank")
    RETURNED = "returned", N_("payment returned")
    NOTHING = "nothing", N_("nothing new")
    CONFLICT = "conflict", N_("for you to look at")
    UNKNOWN = "unknown", N_("payment not known")
    OTHER_MONEY = "other_money", N_("other money")


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A payment of a batch as it stands: what was sent, and what became of it so far.

    ``sent`` says whether the batch was delivered; ``outcome_on`` is the day of its last outcome.
    """

    end_to_end_id: str
    status: ItemStatus
    amount: Decimal
    iban: str
    batch_number: str
    payer_account: str = ""
    sent: bool = True
    outcome_on: date | None = None


@dataclass(frozen=True)
class Decision:
    """The verbs of the payment's life cycle to run, in order (none when nothing changes), and why."""

    effect: Effect
    sentence: Sentence
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A decision with the answer it follows from and the payment it concerns, None when there is none of ours."""

    answer: Answer
    payment: Expected | None
    decision: Decision


def outcomes(payments: Iterable[Expected], answers: Iterable[Answer]) -> Iterator[Outcome]:
    """What the answers of one file do to ``payments``, each after the earlier ones, in the order of the file.

    An answer for a whole group or file gives one outcome for each of its payments. A sum booked for a whole batch
    comes last: what it is the sum of is known only when everything else is. ``payments`` are all those that the file
    may speak of.
    """
    known = {payment.end_to_end_id: payment for payment in payments}
    batches: dict[str, list[str]] = {}
    for payment in known.values():
        for name in (payment.batch_number, group_id_of(payment.batch_number)):
            batches.setdefault(name, []).append(payment.end_to_end_id)
    booked: set[str] = set()
    for answer in _sums_last(answers):
        concerned, trouble = _concerned(answer, known, batches)
        if not concerned:
            yield Outcome(answer, None, decide(None, answer))
        for payment in concerned:
            decision = trouble or _once_in_a_file(payment, answer, booked) or decide(payment, answer)
            yield Outcome(answer, payment, decision)
            known[payment.end_to_end_id] = after(payment, answer, decision)


def _sums_last(answers: Iterable[Answer]) -> Iterator[Answer]:
    sums: list[Answer] = []
    for answer in answers:
        if answer.meaning is Meaning.PAID and answer.scope is not Scope.PAYMENT:
            sums.append(answer)
        else:
            yield answer
    yield from sums


def after(payment: Expected, answer: Answer, decision: Decision) -> Expected:
    """The payment once ``decision`` is carried out."""
    if not decision.steps:
        return payment
    return replace(payment, status=ItemStatus(ITEM.steps[decision.steps[-1]].target), outcome_on=answer.on)


def decide(payment: Expected | None, answer: Answer) -> Decision:
    """What ``answer`` does to ``payment`` as it stands; None is a payment that we do not know."""
    if answer.meaning is Meaning.OTHER_MONEY:
        return Decision(Effect.OTHER_MONEY, Sentence(N_("This is no payment of a batch.")))
    if payment is None:
        name = answer.end_to_end_id or answer.group_id or answer.message_id
        return Decision(Effect.UNKNOWN, Sentence(N_("No batch has a payment %(id)s."), id=name))
    trouble = _mismatch(payment, answer) or _not_expected(payment, answer)
    return trouble or _BY_MEANING[answer.meaning](payment, answer)


def _concerned(
    answer: Answer, known: dict[str, Expected], batches: dict[str, list[str]]
) -> tuple[list[Expected], Decision | None]:
    """The payments that ``answer`` speaks of, and what is wrong with all of them at once, if something is."""
    if answer.scope is Scope.PAYMENT:
        found = known.get(answer.end_to_end_id)
        return [found] if found else [], None
    named = batches.get(answer.group_id) or batches.get(answer.message_id) or []
    whole = [known[name] for name in named if known[name].status is not I.REMOVED]
    if answer.meaning is Meaning.RETURNED:
        return whole, _conflict(N_("Money came back for the batch in one sum: find out for which payments."))
    return _summed(answer, whole) if whole and answer.meaning is Meaning.PAID else (whole, None)


def _summed(answer: Answer, whole: list[Expected]) -> tuple[list[Expected], Decision | None]:
    """One entry for a whole batch is believed only when it is the sum of what waits in it, or of all that left."""
    for among in ((*WAITING,), (*WAITING, I.PAID), (*WAITING, I.PAID, I.RETURNED)):
        group = [one for one in whole if one.status in among]
        if group and answer.amount == sum(one.amount for one in group) and answer.count in (None, len(group)):
            return group, None
    return whole, _conflict(N_("The entry is %(amount)s, which is not the sum of the batch's payments."),
                            amount=answer.amount or "")


def _conflict(text: str, **facts: object) -> Decision:
    return Decision(Effect.CONFLICT, Sentence(text, **facts))


def _nothing(text: str, **facts: object) -> Decision:
    return Decision(Effect.NOTHING, Sentence(text, **facts))


def _once_in_a_file(payment: Expected, answer: Answer, booked: set[str]) -> Decision | None:
    if answer.meaning is not Meaning.PAID:
        return None
    if payment.end_to_end_id in booked:
        return _conflict(N_("The account was debited twice for this payment."))
    booked.add(payment.end_to_end_id)
    return None


def _mismatch(payment: Expected, answer: Answer) -> Decision | None:
    """A payment id that is ours with something in it that is not."""
    # On a statement the bank may have put a message id of its own.
    from_account = answer.meaning in (Meaning.PAID, Meaning.RETURNED)
    if not from_account and answer.message_id not in ("", payment.batch_number):
        return _conflict(N_("The answer names the batch %(number)s, and the payment is not in it."),
                         number=answer.message_id)
    if answer.currency != "EUR":
        return _conflict(N_("The answer is in %(currency)s and not in euros."), currency=answer.currency)
    if answer.scope is Scope.PAYMENT and answer.amount not in (None, payment.amount):
        return _conflict(N_("The answer says %(theirs)s, and the payment is %(ours)s."), theirs=answer.amount,
                         ours=payment.amount)
    if answer.payee_account and answer.payee_account != payment.iban:
        return _conflict(N_("The answer names another account of the payee."))
    if answer.account and payment.payer_account and answer.account != payment.payer_account:
        return _conflict(N_("The answer is of another account than the batch was paid from."))
    return None


def _not_expected(payment: Expected, answer: Answer) -> Decision | None:
    if not payment.sent:
        return _conflict(N_("The batch has not been delivered: its payments have no outcome yet."))
    if payment.status is I.REMOVED:
        return _conflict(N_("The payment was removed from its batch before delivery."))
    if answer.meaning in (Meaning.PAID, Meaning.RETURNED) and answer.on is None:
        return _conflict(N_("The answer does not say on which day."))
    return None


def _on_its_way(payment: Expected, answer: Answer) -> Decision:
    if payment.status is I.PENDING:
        return Decision(Effect.ACCEPTED, Sentence(N_("The bank has taken it; it is not paid yet.")), ("accept",))
    if payment.status is I.REJECTED:
        return _conflict(N_("It was rejected before, and now the bank says that it is on its way."))
    return _nothing(N_("Nothing new: more is known of it already."))


def _refused(payment: Expected, answer: Answer) -> Decision:
    why = reason_of(answer)
    if payment.status in WAITING:
        return Decision(Effect.REJECTED, Sentence(N_("Not paid: %(why)s."), why=why), ("reject",))
    if payment.status is I.REJECTED:
        return _nothing(N_("It is rejected already."))
    return _conflict(N_("It was paid from the account, and now the bank says that it was refused: %(why)s."), why=why)


def _paid(payment: Expected, answer: Answer) -> Decision:
    known, day = payment.outcome_on, answer.on
    if payment.status in WAITING:
        return Decision(Effect.PAID, Sentence(N_("Paid from the account on %(day)s."), day=day), ("pay",))
    if payment.status is I.REJECTED:
        return _conflict(N_("It was rejected before, and now it is paid. If the claim is in a new batch, stop that."))
    if payment.status is I.PAID and known in (None, day):
        return _nothing(N_("It is paid already."))
    if payment.status is I.RETURNED and (known is None or day is None or day <= known):
        return _nothing(N_("It was paid, and came back later."))
    return _conflict(N_("It was settled on %(known)s, and the account is debited again on %(day)s: was it paid twice?"),
                     known=known, day=day)


def _returned(payment: Expected, answer: Answer) -> Decision:
    came = Sentence(N_("Came back on %(day)s: %(why)s."), day=answer.on, why=reason_of(answer))
    if payment.status is I.PAID:
        if payment.outcome_on and answer.on and answer.on < payment.outcome_on:
            return _conflict(N_("It came back on %(day)s, before the day it was paid on."), day=answer.on)
        return Decision(Effect.RETURNED, came, ("return",))
    if payment.status in WAITING:
        # What comes back has left: the statement of that day is just not here yet.
        return Decision(Effect.RETURNED, came, ("pay", "return"))
    if payment.status is I.RETURNED:
        return _nothing(N_("It has come back already."))
    return _conflict(N_("It was rejected before, and now money comes back for it."))


def _sent_twice(payment: Expected, answer: Answer) -> Decision:
    if answer.scope is Scope.PAYMENT and payment.status in WAITING:
        return _conflict(N_("The bank takes it for one that was sent before. Ask the bank which one was paid."))
    return _nothing(N_("The file was sent a second time and not taken again. The first one stands."))


def _name_check(payment: Expected, answer: Answer) -> Decision:
    return _nothing(NAMES.get(answer.status, N_("The bank could not check the name.")))


def _unclear(payment: Expected, answer: Answer) -> Decision:
    return _conflict(N_("The bank's status %(status)s is not known here: %(why)s."), status=answer.status,
                     why=reason_of(answer))


_BY_MEANING = {
    Meaning.ON_ITS_WAY: _on_its_way,
    Meaning.REFUSED: _refused,
    Meaning.PAID: _paid,
    Meaning.RETURNED: _returned,
    Meaning.DUPLICATE: _sent_twice,
    Meaning.NAME_CHECK: _name_check,
    Meaning.UNCLEAR: _unclear,
}
