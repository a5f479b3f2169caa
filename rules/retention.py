"""How long what is kept: by kind of record, with the ground for it in words; and when it may go. ``today`` is given."""

import calendar
from dataclasses import dataclass
from datetime import date

from rules.choices import Choice
from rules.wording import N_


class Then(Choice):
    """What becomes of a record when its time is over."""

    DELETE = "delete", N_("is deleted")
    EMPTY = "empty", N_("is emptied; what is counted stays")
    ANONYMISE = "anonymise", N_("is anonymised")


@dataclass(frozen=True)
class RecordRule:
    """How long one kind of record is kept after it has ended.

    ``months`` are counted from the day it ended or, with ``by_year``, from the end of that calendar year.
    """

    kind: str
    label: str
    months: int
    ended: str
    then: Then
    ground: str
    by_year: bool = False


_NO_LONGER = N_("No longer than needed (GDPR, article 5.1 e); the controller's own time.")
_CLAIMS_AGAINST = N_("For as long as a claim could be made: three years (Act on limitation of debts, section 4).")

# fmt: off
RECORD_RULES = {rule.kind: rule for rule in (
    RecordRule("payments", N_("Claims, batches and their files"), 72, N_("paid, rejected or withdrawn"), Then.DELETE,
               N_("Vouchers are kept for six years from the end of the year of the accounting period "
                  "(Accounting Act, chapter 2, section 10)."), by_year=True),
    RecordRule("experts",   N_("Experts who have left"), 3, N_("left the bank"), Then.ANONYMISE, _NO_LONGER),
    RecordRule("answers",   N_("Answers of those who were asked"), 6, N_("last time of the order"), Then.EMPTY,
               _NO_LONGER),
    RecordRule("checks",    N_("Background checks that a newer one replaced"), 12, N_("the newer one was seen"),
               Then.DELETE, _NO_LONGER),
    RecordRule("papers",    N_("Consents and agreements that have ended"), 36, N_("ended or withdrawn"), Then.DELETE,
               _CLAIMS_AGAINST),
    RecordRule("requests",  N_("Requests that became no order, proposals that became no expert"),
               6, N_("came"), Then.DELETE, _NO_LONGER),
    RecordRule("messages",  N_("Messages"), 12, N_("written"), Then.DELETE, _NO_LONGER),
    RecordRule("data_requests", N_("Data requests that are done"), 36, N_("due"), Then.DELETE, _CLAIMS_AGAINST),
    RecordRule("desk",      N_("Drafts, selections, sent forms, old links and codes"), 1, N_("last touched"),
               Then.DELETE, _NO_LONGER),
)}
# fmt: on


def goes_on(rule: RecordRule, ended: date) -> date:
    """The first day on which a record that ended on ``ended`` may go."""
    return months_after(date(ended.year, 12, 31), rule.months + 1).replace(day=1) if rule.by_year \
        else months_after(ended, rule.months)


def last_to_go(rule: RecordRule, today: date) -> date:
    """The newest end of a record that may go today: it, and all that ended before it."""
    if rule.by_year:
        return date(months_before(today, rule.months).year - 1, 12, 31)
    return months_before(today, rule.months)


def may_go(rule: RecordRule, ended: date, today: date) -> bool:
    """Whether a record that ended on ``ended`` has been kept long enough."""
    return goes_on(rule, ended) <= today


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_before(day: date, months: int) -> date:
    """The last day of which ``months_after`` is not later than ``day``."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    longest = calendar.monthrange(year, month + 1)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, longest if is_last else min(day.day, longest))


@dataclass(frozen=True)
class LogRule:
    """Years that one log is kept: its values and notes, then its rows. None: until the rows go."""

    log: str
    values: int | None
    rows: int


LOG_RULES = (
    LogRule("access_log", None, 5),
    LogRule("change_log", 2, 7),
    LogRule("status_change", 2, 7),
)
"""No law names a time for the log of readings; five years is what is usual. States and changes say who approved a
payment, so they outlive the accounting year by six years, as its papers do (Accounting Act 2:10)."""


def years_before(today: date, years: int) -> date:
    """The same day so many years ago; of 29 February, in a year without it, 28 February."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)
