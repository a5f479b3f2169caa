"""The payer's accounts: their numbers checked, and kept as they are once something was paid from them."""

from datetime import date

import sqlalchemy as sa

from models import PayingAccount, PaymentBatch, db
from models.numbers import BIC, clean_iban
from rules.bank_characters import LONGEST_NAME, Characters, bank_text
from rules.errors import BadInput
from rules.payment_ids import LONGEST
from rules.permissions import Actor
from rules.wording import N_
from services.saving import on_save


@on_save(PayingAccount)
def prepare_account(account: PayingAccount, _actor: Actor, _today: date, is_new: bool) -> None:
    """What the bank would refuse in every batch is refused here, at its field."""
    before = None if is_new else _iban_before(account)
    account.iban = clean_iban(account.iban)
    account.bic = (account.bic or "").replace(" ", "").upper()
    if account.bic and not BIC.fullmatch(account.bic):
        raise BadInput(N_("A bank code (BIC) has eight or eleven letters and digits."), field="bic")
    bank_text(account.name, account.characters or Characters.LATIN1, most=LONGEST_NAME, field="name")
    if account.agreement:
        bank_text(account.agreement, Characters.EPC_BASIC, most=LONGEST, field="agreement")
    if before and before != account.iban and _is_used(account):
        raise BadInput(N_("Batches are paid from this account: make a new paying account for another number."),
                       field="iban")


def _iban_before(account: PayingAccount) -> str | None:
    history = sa.inspect(account).attrs.iban.history
    return next(iter(history.deleted or history.unchanged), None)


def _is_used(account: PayingAccount) -> bool:
    return db.session.scalar(sa.select(PaymentBatch.id).where(
        PaymentBatch.paying_account_id == account.id).limit(1)) is not None
