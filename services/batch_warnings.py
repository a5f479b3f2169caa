"""What an approver should look at in a batch: sentences, never a refusal. Computed anew at each look."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa

from models import BatchItem, Consent, Expert, Invoice, Payee, User, db
from rules.choices import ConsentKind
from rules.payee_needs import Need
from rules.states import ConsentStatus
from rules.wording import N_, Sentence
from services.batch_reading import AnyItem, AnyPayee, ReadUser
from services.claim_facts import differs
from services.payees import lacks_of

NEW_ACCOUNT = timedelta(30)
"""So long a changed account is pointed out."""
OF_AGE = 18


def warnings_of(item: AnyItem, today: date) -> Iterator[Sentence]:
    """What to look at in one payment."""
    claim, payee, pays_on = item.invoice, item.invoice.payee, item.batch.payment_date
    if (changed := account_change(payee, today)) is not None:
        yield changed
    if differs(claim):
        yield Sentence(N_("differs from what was agreed: %(why)s"), why=claim.difference_note or "–")
    for lack in lacks_of(payee, pays_on):
        if item.fee or lack.need is not Need.TAX_CARD:
            yield lack.sentence
    if claim.requested_month and claim.requested_month > pays_on:
        yield Sentence(N_("payment wished for later"))


def account_change(payee: AnyPayee, today: date) -> Sentence | None:
    """When and by whom the account was changed, and who confirmed it; None when it is no news."""
    if payee.iban_changed_on is None or payee.iban_changed_on <= today - NEW_ACCOUNT:
        return None
    facts = {"day": payee.iban_changed_on, "who": _name(payee.iban_changed_by)}
    if payee.iban_confirmed_on is None:
        return Sentence(N_("account changed on %(day)s by %(who)s"), **facts)
    return Sentence(N_("account changed on %(day)s by %(who)s, confirmed by %(other)s"), **facts,
                    other=_name(payee.iban_confirmed_by))


def _name(user: User | ReadUser | None) -> str:
    return user.name if user else "–"


def notes_of(items: Sequence[BatchItem]) -> Iterator[Sentence]:
    """What to look at in the batch as a whole: shared accounts, payees paid twice, days paid twice, minors."""
    for account, payees in _shared_accounts(items).items():
        yield Sentence(N_("One account belongs to several payees: %(names)s (%(claims)s)."), names=", ".join(payees),
                       claims=", ".join(item.invoice.number for item in items if _account(item) == account))
    by_payee: dict[int, list[BatchItem]] = {}
    for item in items:
        by_payee.setdefault(item.invoice.payee_id, []).append(item)
    for own in by_payee.values():
        if len(own) > 1:
            yield Sentence(N_("%(name)s is paid more than once: %(claims)s."), name=own[0].payee_name,
                           claims=_numbers(own))
    yield from _same_day_and_amount(items)
    yield from _unsettled_minors(items)


def _numbers(items: Sequence[BatchItem]) -> str:
    return ", ".join(item.invoice.number for item in items)


def _same_day_and_amount(items: Sequence[BatchItem]) -> Iterator[Sentence]:
    """Payments of one payee, day of work and amount, here or in another batch: one claim entered twice, it may be."""
    alike: dict[tuple[int, date | None, Decimal], list[str]] = {}
    payees = {item.invoice.payee_id for item in items}
    rows = db.session.execute(
        sa.select(Invoice.payee_id, BatchItem.worked_on, BatchItem.amount, Invoice.number)
        .join(Invoice, Invoice.id == BatchItem.invoice_id)
        .where(BatchItem.live, Invoice.payee_id.in_(payees)).order_by(Invoice.number))
    for payee, day, amount, number in rows:
        alike.setdefault((payee, day, amount), []).append(number)
    told = set()
    for item in items:
        key = (item.invoice.payee_id, item.worked_on, item.amount)
        if len(alike.get(key, ())) > 1 and key not in told:
            told.add(key)
            yield Sentence(N_("%(name)s has the same sum for the same day more than once: %(claims)s."),
                           name=item.payee_name, claims=", ".join(alike[key]))


def _unsettled_minors(items: Sequence[BatchItem]) -> Iterator[Sentence]:
    """Payees who are not of age on the payment date and for whom no guardian's consent is in force."""
    if not items:
        return
    pays_on = items[0].batch.payment_date
    came_of_age = pays_on.replace(year=pays_on.year - OF_AGE, day=min(pays_on.day, 28))
    minor = sa.or_(Expert.birth_date > came_of_age,
                   sa.and_(Expert.birth_date.is_(None), Expert.birth_year >= came_of_age.year))
    settled = sa.exists().where(
        Consent.expert_id == Expert.id, Consent.kind == ConsentKind.GUARDIAN, Consent.status == ConsentStatus.GIVEN)
    payees = {item.invoice.payee_id for item in items}
    found = set(db.session.scalars(
        sa.select(Payee.id).join(Expert, Expert.id == Payee.expert_id).where(Payee.id.in_(payees), minor, ~settled)))
    for payee in sorted(found):
        own = [item for item in items if item.invoice.payee_id == payee]
        yield Sentence(N_("%(name)s is under age, and no guardian's consent is in force: %(claims)s."),
                       name=own[0].payee_name, claims=_numbers(own))


def _account(item: BatchItem) -> str | None:
    return item.invoice.payee.iban_fingerprint


def _shared_accounts(items: Sequence[BatchItem]) -> dict[str, list[str]]:
    """Of the accounts paid to, those that other payees have too, inside the batch or outside: the payees' names."""
    accounts = {account for item in items if (account := _account(item))}
    rows = db.session.execute(sa.select(Payee.iban_fingerprint, Payee.official_name).where(
        Payee.iban_fingerprint.in_(accounts)).order_by(Payee.official_name, Payee.id))
    names: dict[str, list[str]] = {}
    for account, name in rows:
        names.setdefault(str(account), []).append(name)
    return {account: payees for account, payees in names.items() if len(payees) > 1}
