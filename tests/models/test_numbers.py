"""Numbers with check digits: what passes, what is refused, and that one slip of the hand is always seen."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.numbers import (
    birth_date_of,
    clean_business_id,
    clean_finnish_reference,
    clean_iban,
    clean_identity_code,
    clean_reference,
    clean_rf_reference,
    finnish_check_digit,
)
from rules.errors import BadInput

TODAY = date(2026, 11, 24)
HETU_CONTROL = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def refusal(clean, text, **options):
    with pytest.raises(BadInput) as refused:
        clean(text, **options)
    return refused.value.field, str(refused.value.sentence)


def digits(count):
    return st.text("0123456789", min_size=count, max_size=count)


def luhn(number):
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(number)))
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


@st.composite
def finnish_ibans(draw):
    base = draw(digits(13))
    bban = base + luhn(base)
    return f"FI{98 - int(bban + '151800') % 97:02d}{bban}"


@st.composite
def identity_codes(draw):
    born = draw(st.dates(date(1930, 1, 1), TODAY))
    number = draw(st.integers(2, 999))
    sign = draw(st.sampled_from("-YXWVU" if born.year < 2000 else "ABCDEF"))
    control = HETU_CONTROL[int(f"{born:%d%m%y}{number:03d}") % 31]
    return f"{born:%d%m%y}{sign}{number:03d}{control}", born


@st.composite
def business_ids(draw):
    base = draw(digits(7))
    rest = sum(int(d) * w for d, w in zip(base, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    assume(rest != 1)
    return f"{base}-{(11 - rest) % 11}"


@st.composite
def references(draw):
    base = draw(st.integers(100, 10**19 - 1).map(str))
    return base + finnish_check_digit(base)


def with_changed_digit(data, text):
    place = data.draw(st.sampled_from([at for at, sign in enumerate(text) if sign.isdigit()]))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != text[place]))
    return text[:place] + other + text[place + 1 :]


def with_swap(data, text):
    places = [
        at
        for at in range(len(text) - 1)
        if text[at : at + 2].isdigit() and text[at] != text[at + 1]
    ]  # fmt: skip
    assume(places)
    at = data.draw(st.sampled_from(places))
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("FI2112345600000785", "FI2112345600000785"),
        ("fi21 1234 5600 0007 85", "FI2112345600000785"),
        ("FI21-1234-5600-0007-85", "FI2112345600000785"),
        ("FI21\u00a01234\u20115600 0007 85\n", "FI2112345600000785"),
        ("\uff26\uff29\uff12\uff11 1234 5600 0007 85", "FI2112345600000785"),
        ("FI9399999900000014", "FI9399999900000014"),
        ("SE45 5000 0000 0583 9825 7466", "SE4550000000058398257466"),
        ("EE38 2200 2210 2014 5685", "EE382200221020145685"),
    ],
)
def test_iban_is_cleaned_of_spaces_and_hyphens(written, cleaned):
    assert clean_iban(written) == cleaned


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "The account number is missing."),
        ("FI21 1234 5600 0007 86", "The check digits of the account number do not match."),
        ("FI21 1234 5600 0007 8", "The account number has the wrong number of characters."),
        ("XX21 1234 5600 0007 85", "The account number does not begin with a known country."),
        ("FI21 ABCD 5600 0007 85", "The account number has characters that do not belong there."),
        ("FI21.1234.5600.0007.85", "The account number has characters that do not belong there."),
        ("FI91 1234 5600 0007 86", "The bank's own check digit in the account number does not match."),
    ],
)
def test_iban_is_refused_with_what_is_wrong(written, sentence):
    assert refusal(clean_iban, written) == ("iban", sentence)


@given(finnish_ibans())
def test_iban_with_both_check_digits_passes(iban):
    assert clean_iban(iban) == iban


@given(st.data(), finnish_ibans())
def test_iban_with_one_changed_digit_is_refused(data, iban):
    assert refusal(clean_iban, with_changed_digit(data, iban))[0] == "iban"


@given(st.data(), finnish_ibans())
def test_iban_with_two_neighbours_swapped_is_refused(data, iban):
    assert refusal(clean_iban, with_swap(data, iban))[0] == "iban"


@given(digits(13), st.integers(1, 9))
def test_iban_with_right_mod_97_and_wrong_national_digit_is_refused(base, shift):
    bban = base + str((int(luhn(base)) + shift) % 10)
    iban = f"FI{98 - int(bban + '151800') % 97:02d}{bban}"

    sentence = "The bank's own check digit in the account number does not match."
    assert refusal(clean_iban, iban) == ("iban", sentence)


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("131052-308t", "131052-308T"),
        (" 131052\u2013308T ", "131052-308T"),
        ("131052Y308T", "131052Y308T"),
        ("010200A9618", "010200A9618"),
    ],
)
def test_identity_code_keeps_its_sign(written, cleaned):
    assert clean_identity_code(written, TODAY, allow_temporary=True) == cleaned


@pytest.mark.parametrize("code", ["010594Y9032", "020516C903K"])
def test_temporary_identity_code_passes_only_when_allowed(code):
    assert clean_identity_code(code, TODAY, allow_temporary=True) == code
    assert refusal(clean_identity_code, code, today=TODAY, allow_temporary=False) == (
        "identity_code", "Temporary identity codes are not taken here.")  # fmt: skip


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("131052A308T", "The identity code says a date of birth in the future."),
        ("010127A002F", "The identity code says a date of birth in the future."),
        ("131052-308S", "The check character of the identity code does not match."),
        ("311152-308T", "The identity code has no real date or number in it."),
        ("131052308T", "The identity code does not have the right form."),
        ("131052G308T", "The identity code does not have the right form."),
    ],
)
def test_identity_code_is_refused_with_what_is_wrong(code, sentence):
    refused = refusal(clean_identity_code, code, today=TODAY, allow_temporary=True)

    assert refused == ("identity_code", sentence)


def test_identity_code_of_somebody_born_today_passes_and_of_tomorrow_not():
    number = HETU_CONTROL[int("241126002") % 31]
    code = f"241126A002{number}"

    assert clean_identity_code(code, TODAY, allow_temporary=False) == code
    refused = refusal(clean_identity_code, code, today=date(2026, 11, 23), allow_temporary=False)
    assert refused == ("identity_code", "The identity code says a date of birth in the future.")


@given(identity_codes())
def test_identity_code_gives_its_birth_date(code_and_birth):
    code, born = code_and_birth

    assert birth_date_of(clean_identity_code(code, TODAY, allow_temporary=True)) == born


@given(st.data(), identity_codes())
def test_identity_code_with_one_changed_digit_is_refused(data, code_and_birth):
    code = code_and_birth[0][:10]
    changed = with_changed_digit(data, code) + code_and_birth[0][10]

    assert refusal(clean_identity_code, changed, today=TODAY, allow_temporary=True)[0] == "identity_code"


@given(st.data(), identity_codes())
def test_identity_code_with_two_neighbours_swapped_is_refused(data, code_and_birth):
    swapped = with_swap(data, code_and_birth[0][:10]) + code_and_birth[0][10]

    assert refusal(clean_identity_code, swapped, today=TODAY, allow_temporary=True)[0] == "identity_code"


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("2077474-0", "2077474-0"),
        ("1234567-1", "1234567-1"),
        ("FI20774740", "2077474-0"),
        ("737546-2", "0737546-2"),
        (" 2077474\u20130 ", "2077474-0"),
    ],
)
def test_business_id_gets_its_one_form(written, cleaned):
    assert clean_business_id(written) == cleaned


@pytest.mark.parametrize("written", ["1000008-0", "1000008-1", "2077474-1"])
def test_business_id_with_a_wrong_digit_is_refused(written):
    assert refusal(clean_business_id, written) == (
        "business_id", "The check digit of the business ID is wrong.")  # fmt: skip


@pytest.mark.parametrize("written", ["", "123-4", "Silmu ry"])
def test_business_id_without_its_form_is_refused(written):
    assert refusal(clean_business_id, written) == (
        "business_id", "A business ID has seven digits, a hyphen and a digit.")  # fmt: skip


@given(st.data(), business_ids())
def test_business_id_with_one_slip_is_refused(data, business_id):
    assert clean_business_id(business_id) == business_id
    assert refusal(clean_business_id, with_changed_digit(data, business_id))[0] == "business_id"
    assert refusal(clean_business_id, with_swap(data, business_id))[0] == "business_id"


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("12345672", "12345672"),
        ("1232", "1232"),
        ("123 45672", "12345672"),
        ("0000 1232", "1232"),
        ("10000003", "10000003"),
    ],
)
def test_finnish_reference_gets_its_one_form(written, cleaned):
    assert clean_finnish_reference(written) == cleaned


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("12345671", "The check digit of the reference number does not match."),
        ("123", "A reference number has 4 to 20 digits."),
        ("0000", "A reference number has 4 to 20 digits."),
        ("1" * 21, "A reference number has 4 to 20 digits."),
        ("1234567A", "A reference number has digits only."),
        ("\u0661\u0662\u0663\u0662", "A reference number has digits only."),
        ("\uff11232", "A reference number has digits only."),
    ],
)
def test_finnish_reference_is_refused_with_what_is_wrong(written, sentence):
    assert refusal(clean_finnish_reference, written) == ("reference", sentence)


@given(st.data(), references())
def test_finnish_reference_with_one_changed_digit_is_refused(data, reference):
    changed = with_changed_digit(data, reference)

    assert clean_finnish_reference(reference) == reference
    assert refusal(clean_finnish_reference, changed)[0] == "reference"


@given(st.data(), references())
def test_finnish_reference_sees_swaps_except_of_digits_five_apart(data, reference):
    swapped = with_swap(data, reference)
    [one, other] = [int(digit) for digit, now in zip(reference, swapped, strict=True) if digit != now]
    assume(abs(one - other) != 5)

    assert refusal(clean_finnish_reference, swapped)[0] == "reference"


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [("RF8512345672", "RF8512345672"), ("rf11 1232", "RF111232"), ("RF18 5390 0754 70Y", "RF185390075470Y")],
)
def test_rf_reference_is_cleaned(written, cleaned):
    assert clean_rf_reference(written) == cleaned


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("RF8412345672", "The check digits of the RF reference do not match."),
        ("RF85", "An RF reference is RF, two digits, and letters or digits."),
        ("12345672", "An RF reference is RF, two digits, and letters or digits."),
        ("RF85" + "1" * 22, "An RF reference has at most 25 characters."),
    ],
)
def test_rf_reference_is_refused_with_what_is_wrong(written, sentence):
    assert refusal(clean_rf_reference, written) == ("reference", sentence)


@given(st.data(), references())
def test_rf_reference_with_one_slip_is_refused(data, reference):
    rf = f"RF{98 - int(reference + '271500') % 97:02d}{reference}"

    assert clean_rf_reference(rf) == rf
    assert refusal(clean_rf_reference, with_changed_digit(data, rf))[0] == "reference"
    assert refusal(clean_rf_reference, with_swap(data, rf))[0] == "reference"


def test_reference_of_either_kind_is_told_by_its_beginning():
    assert clean_reference(" rf8512345672") == "RF8512345672"
    assert clean_reference("12345672") == "12345672"
