"""Payees whose papers are missing, have run out or end soon, as clauses: what ``rules.payee_needs`` says, for lists."""

from datetime import date

import sqlalchemy as sa

from models import Invoice, Payee, User
from rules.choices import PayeeKind
from rules.payee_needs import CHECK_HOLDS, ENDS_SOON, NEEDS, Need
from rules.permissions import Actor
from rules.states import ClaimStatus

Clause = sa.ColumnElement[bool]
TO_BE_PAID = (ClaimStatus.CHECKED, ClaimStatus.APPROVED, ClaimStatus.BATCHED, ClaimStatus.RETURNED)
JANUARY = 1


def lacking(today: date) -> Clause:
    """Payees with a claim on its way to payment who lack something today, but for the confirming of an account."""
    waits = sa.exists().where(Invoice.payee_id == Payee.id, Invoice.status.in_(TO_BE_PAID))
    return sa.and_(waits, lacks_a_paper(today))


def lacks_a_paper(today: date) -> Clause:
    """Payees who lack something today, but for the confirming of an account."""
    missing = {
        Need.ACCOUNT: Payee.iban_fingerprint.is_(None),
        Need.CONFIRMED_ACCOUNT: sa.false(),
        Need.IDENTITY_CODE: Payee.identity_code_fingerprint.is_(None),
        Need.TAX_CARD: sa.func.coalesce(sa.not_(_card_holds(today)), sa.true()),
        Need.BUSINESS_ID: Payee.business_id.is_(None),
        Need.PREPAYMENT: sa.or_(Payee.prepayment_checked_on.is_(None),
                                Payee.prepayment_checked_on < today - CHECK_HOLDS),
        Need.REGISTRATION: sa.and_(sa.not_(Payee.in_prepayment_register), Payee.prepayment_checked_on.is_not(None)),
        Need.YEL: sa.or_(Payee.yel_seen_on.is_(None), Payee.yel_seen_on < today - CHECK_HOLDS),
    }
    return _by_kind(missing)


def ending(today: date) -> Clause:
    """Payees of whom some paper holds today and ends within ``ENDS_SOON``."""
    first = today - CHECK_HOLDS
    last_years = sa.and_(Payee.tax_card_year == today.year - 1, _card_holds(today))
    return _by_kind({
        Need.TAX_CARD: sa.func.coalesce(last_years, sa.false()),
        Need.PREPAYMENT: sa.func.coalesce(Payee.prepayment_checked_on.between(first, first + ENDS_SOON), sa.false()),
        Need.YEL: sa.func.coalesce(Payee.yel_seen_on.between(first, first + ENDS_SOON), sa.false()),
    })


def to_confirm(actor: Actor) -> Clause:
    """Payees whose account waits for a second person, and ``actor`` is one."""
    mine = sa.exists().where(User.id == Payee.iban_changed_by_id, User.person_id == actor.person_id)
    return sa.and_(Payee.iban_fingerprint.is_not(None), Payee.iban_confirmed_on.is_(None), sa.not_(mine))


def _card_holds(today: date) -> Clause:
    years = [today.year, today.year - 1] if today.month == JANUARY else [today.year]
    begun = sa.or_(Payee.tax_card_from.is_(None), Payee.tax_card_from <= today)
    return sa.and_(Payee.tax_card_year.in_(years), begun)


def _by_kind(clauses: dict[Need, Clause]) -> Clause:
    return sa.or_(*(sa.and_(Payee.kind == kind, sa.or_(*(clauses[need] for need in NEEDS[kind] if need in clauses)))
                    for kind in PayeeKind))
