"""What a payment by the bank says besides its amount, and what the bank would refuse, found before it is sealed."""

from models import PayingAccount
from models.numbers import clean_reference
from rules.bank_characters import LONGEST_NAME, bank_text
from rules.errors import BadInput, DomainError
from rules.payment_routes import remittance_text
from rules.wording import N_
from services.batch_reading import AnyClaim


def words_for_the_bank(claim: AnyClaim, account: PayingAccount) -> dict[str, str]:
    """Either the payee's own reference or a text that reveals nothing; never both.

    DomainError names the claim whose payee, account or reference the bank would not take.
    """
    if claim.payee.iban == account.iban:
        raise DomainError(N_("%(number)s: the payee's account is the payer's own."), number=claim.number)
    try:
        bank_text(claim.payee.official_name, account.characters, most=LONGEST_NAME, field="payee_name")
        reference = clean_reference(claim.reference) if claim.reference.strip() else ""
    except BadInput as refused:
        raise DomainError(N_("%(number)s: %(why)s"), number=claim.number, why=refused.sentence) from None
    return {"reference": reference, "text": "" if reference else remittance_text(claim.number)}
