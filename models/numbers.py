"""Numbers with check digits: account, identity code, business ID, references; and how they are masked."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import partial

from schwifty import IBAN
from schwifty import exceptions as iban_errors
from schwifty.checksum import algorithms as national_algorithms
from stdnum import iso11649
from stdnum.exceptions import InvalidComponent, InvalidFormat, InvalidLength, ValidationError
from stdnum.fi import hetu, ytunnus

from rules.errors import BadInput
from rules.wording import N_

DOTS = "••••"
REFERENCE_WEIGHTS = (7, 3, 1)
FIRST_TEMPORARY = 900
BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")

_SEPARATORS = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff\-‐-―−]")
_HETU_CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
_DASHES = re.compile(r"[‐-―−]")

# Structure errors that schwifty may raise, each with the sentence a person reads; the order matters.
_IBAN_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (iban_errors.InvalidCountryCode, N_("The account number does not begin with a known country.")),
    (iban_errors.InvalidLength, N_("The account number has the wrong number of characters.")),
    (iban_errors.InvalidChecksumDigits, N_("The check digits of the account number do not match.")),
    (iban_errors.InvalidBBANChecksum, N_("The bank's own check digit in the account number does not match.")),
    (iban_errors.SchwiftyException, N_("The account number has characters that do not belong there.")),
)


def clean_iban(text: str) -> str:
    """The account number without spaces, in upper case; mod 97 and the country's own check digits hold.

    Raises BadInput (field ``iban``). Source: ISO 13616; national check digits by schwifty.
    """
    compact = _compact(text)
    if not compact:
        raise BadInput(N_("The account number is missing."), field="iban")
    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]+", compact, re.ASCII):
        raise BadInput(_IBAN_SENTENCES[-1][1], field="iban")
    has_algorithm = f"{compact[:2]}:default" in national_algorithms
    try:
        return str(IBAN(compact, validate_bban=has_algorithm))
    except iban_errors.SchwiftyException as error:
        sentence = next(sentence for kind, sentence in _IBAN_SENTENCES if isinstance(error, kind))
        raise BadInput(sentence, field="iban") from None


def clean_identity_code(text: str, today: date, *, allow_temporary: bool) -> str:
    """A Finnish personal identity code in upper case, with its century sign as written.

    Individual numbers 900-999 (temporary and test codes) only with ``allow_temporary``.
    Raises BadInput (field ``identity_code``). Source: DVV, the reform of the century signs 2023.
    """
    code = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip().upper()
    try:
        code = hetu.validate(code, allow_temporary=True)
    except InvalidFormat:
        raise _bad_code(N_("The identity code does not have the right form.")) from None
    except InvalidComponent:
        raise _bad_code(N_("The identity code has no real date or number in it.")) from None
    except ValidationError:
        raise _bad_code(N_("The check character of the identity code does not match.")) from None
    if int(code[7:10]) >= FIRST_TEMPORARY and not allow_temporary:
        raise _bad_code(N_("Temporary identity codes are not taken here."))
    # The check character does not cover the century sign: a wrong sign shows only as a birth that is to come.
    if birth_date_of(code) > today:
        raise _bad_code(N_("The identity code says a date of birth in the future."))
    return code


def birth_date_of(code: str) -> date:
    """The date of birth in an identity code that ``clean_identity_code`` has passed."""
    return date(_HETU_CENTURIES[code[6]] + int(code[4:6]), int(code[2:4]), int(code[:2]))


def clean_business_id(text: str) -> str:
    """A Finnish business ID as 1234567-1; the prefix FI and a missing first zero are mended.

    Raises BadInput (field ``business_id``). Source: PRH, check digit by weights 7, 9, 10, 5, 8, 4, 2.
    """
    digits = _compact(text).removeprefix("FI")
    if not re.fullmatch(r"[0-9]{7,8}", digits, re.ASCII):
        raise BadInput(N_("A business ID has seven digits, a hyphen and a digit."), field="business_id")
    try:
        return ytunnus.format(ytunnus.validate(digits.zfill(8)))
    except ValidationError:
        raise BadInput(N_("The check digit of the business ID is wrong."), field="business_id") from None


def clean_finnish_reference(text: str) -> str:
    """A national reference number without spaces and leading zeros: 4 to 20 digits, the last one by 7-3-1.

    Raises BadInput (field ``reference``). Source: Finance Finland, the Finnish reference number.
    """
    digits = re.sub(r"\s", "", text)
    if not re.fullmatch(r"[0-9]+", digits, re.ASCII):
        raise BadInput(N_("A reference number has digits only."), field="reference")
    digits = digits.lstrip("0")
    if not 4 <= len(digits) <= 20:
        raise BadInput(N_("A reference number has 4 to 20 digits."), field="reference")
    if digits[-1] != finnish_check_digit(digits[:-1]):
        raise BadInput(N_("The check digit of the reference number does not match."), field="reference")
    return digits


def finnish_check_digit(digits: str) -> str:
    """The check digit for a reference number, by weights 7, 3, 1 from the right."""
    total = sum(int(digit) * REFERENCE_WEIGHTS[place % 3] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def clean_rf_reference(text: str) -> str:
    """An international reference without spaces, in upper case: RF, two check digits, 1 to 21 more.

    Raises BadInput (field ``reference``). Source: ISO 11649.
    """
    compact = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if not re.fullmatch(r"RF[0-9]{2}[A-Z0-9]+", compact, re.ASCII):
        raise BadInput(N_("An RF reference is RF, two digits, and letters or digits."), field="reference")
    try:
        return iso11649.validate(compact)
    except InvalidLength:
        raise BadInput(N_("An RF reference has at most 25 characters."), field="reference") from None
    except ValidationError:
        raise BadInput(N_("The check digits of the RF reference do not match."), field="reference") from None


def clean_reference(text: str) -> str:
    """A reference of either kind. Raises BadInput (field ``reference``)."""
    is_rf = text.strip().upper().startswith("RF")
    return clean_rf_reference(text) if is_rf else clean_finnish_reference(text)


def mask_iban(text: str) -> str:
    """Country, check digits and the last two: "FI21 •••• 85"."""
    compact = _compact(text)
    return f"{compact[:4]} {DOTS} {compact[-2:]}" if len(compact) > 8 else DOTS


def mask_identity_code(text: str) -> str:
    """The check character only; the birth date is as secret as the rest."""
    return f"{DOTS}{DOTS}{text.strip()[-1:].upper()}"


def mask_phone(text: str) -> str:
    """Two last digits, and the country when it is written."""
    compact = _SEPARATORS.sub("", text)
    country = f"{compact[:4]} " if compact.startswith("+") else ""
    return f"{country}{DOTS} {compact[-2:]}" if len(compact) > 6 else DOTS


def mask_email(text: str) -> str:
    """First letter and the domain."""
    local, _, domain = text.partition("@")
    return f"{local[:1]}{DOTS}@{domain}" if domain else DOTS


def mask_in_text(text: str) -> str:
    """The text with every account number, identity code, phone number and address in it masked."""
    for pattern, mask in _IDENTIFIERS:
        text = pattern.sub(partial(_masked, mask), text)
    return text


def _masked(mask: Callable[[str], str], found: re.Match[str]) -> str:
    return mask(found[0])


def _bad_code(sentence: str) -> BadInput:
    return BadInput(sentence, field="identity_code")


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


# In this order: an account number and an identity code hold what looks like a phone number.
_IDENTIFIERS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.\w+"), mask_email),
    (re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b", re.IGNORECASE), mask_iban),
    (re.compile(r"\b\d{6}[-+A-FU-Y]\d{3}[0-9A-Z]\b", re.IGNORECASE), mask_identity_code),
    (re.compile(r"(?:\+|\b0)\d[\d ()/-]{5,}\d"), mask_phone),
)
