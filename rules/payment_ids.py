"""The identifier that follows one payment through bank and payroll. Makes and checks text; stores nothing."""

import re

from rules.errors import DomainError
from rules.wording import N_

LONGEST = 35
LAST_LINE = 999_999
BATCH_NUMBER = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")


def end_to_end_id(batch_number: str, line_no: int) -> str:
    """``KA2026B0042-000017``: letters, digits and hyphens, at most 35; different for every batch and line.

    DomainError when the batch number holds anything else or the identifier would be too long: it is never
    cut, for two cut identifiers may become one.
    """
    if not BATCH_NUMBER.fullmatch(batch_number):
        raise DomainError(N_("A batch number has only letters A to Z, digits and single hyphens."))
    if not 1 <= line_no <= LAST_LINE:
        raise DomainError(N_("A batch has lines from 1 to 999,999."))
    made = f"{batch_number}-{line_no:06d}"
    if len(made) > LONGEST:
        raise DomainError(N_("The batch number %(number)s is too long."), number=batch_number)
    return made
