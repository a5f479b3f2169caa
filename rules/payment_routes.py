"""Which way a payee is paid, and what the payee reads on the account. Stores nothing.

A private person is paid by payroll, costs without a fee too: payroll withholds the tax and reports what was paid to the
Incomes Register, and a payment by the bank would pass by both. Where finance has decided on net pay, the bank may pay
private persons what is left once tax is withheld here. A business is paid by the bank alone.
"""

from rules.choices import BatchKind, PayeeKind
from rules.wording import N_


def route_of(payee: PayeeKind) -> BatchKind:
    """The kind of batch that pays such a payee."""
    return BatchKind.PAYROLL if payee is PayeeKind.PRIVATE else BatchKind.SEPA


def may_go(payee: PayeeKind, batch: BatchKind, *, net_pay: bool) -> bool:
    """Whether a batch of the kind pays such a payee; ``net_pay`` is the decision in force on its payment date."""
    return route_of(payee) is batch or (net_pay and payee is PayeeKind.PRIVATE)


WRONG_WAY = {
    BatchKind.SEPA: N_("%(number)s: a private person is paid by payroll, which withholds the tax and reports it."),
    BatchKind.PAYROLL: N_("%(number)s: a business is paid by the bank, not by payroll."),
}
"""Why a claim does not go to a batch of the kind."""


def remittance_text(claim_number: str) -> str:
    """What stands on the payee's statement, in Finnish: a number, and nothing of what the work was or for whom."""
    return f"Palkkio {claim_number}"
