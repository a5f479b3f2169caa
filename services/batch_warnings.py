"""What an approver should look at in a batch: sentences, never a refusal. Computed anew at each look."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from models import BatchItem, Payee, db
from rules.choices import PayeeKind
from rules.wording import N_, Sentence
from services.claim_facts import differs
from services.payees import tax_card_is_missing

NEW_ACCOUNT = timedelta(30)
WITHHELD = "60 %"
"""What payroll withholds of a wage without a tax card."""


def warnings_of(item: BatchItem, today: date) -> Iterator[Sentence]:
    """What to look at in one payment."""
    claim, payee, pays_on = item.invoice, item.invoice.payee, item.batch.payment_date
    if payee.iban_changed_on and payee.iban_changed_on > today - NEW_ACCOUNT:
        yield Sentence(N_("new account number"))
    if differs(claim):
        yield Sentence(N_("differs from what was agreed: %(why)s"), why=claim.difference_note or "–")
    if item.fee and tax_card_is_missing(payee, pays_on):
        yield Sentence(N_("no tax card of the year: %(withheld)s"), withheld=WITHHELD)
    if payee.kind is PayeeKind.PRIVATE and not item.identity_code:
        yield Sentence(N_("no personal identity code"))
    if claim.requested_month and claim.requested_month > pays_on:
        yield Sentence(N_("payment wished for later"))


def notes_of(items: Sequence[BatchItem]) -> Iterator[Sentence]:
    """What to look at in the batch as a whole: accounts of two payees, payees paid twice."""
    for account, payees in _shared_accounts(items).items():
        yield Sentence(N_("One account belongs to several payees: %(names)s (%(claims)s)."), names=", ".join(payees),
                       claims=", ".join(item.invoice.number for item in items if _account(item) == account))
    by_payee: dict[int, list[BatchItem]] = {}
    for item in items:
        by_payee.setdefault(item.invoice.payee_id, []).append(item)
    for own in by_payee.values():
        if len(own) > 1:
            yield Sentence(N_("%(name)s is paid more than once: %(claims)s."), name=own[0].payee_name,
                           claims=", ".join(item.invoice.number for item in own))


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
