"""One cell at a time: text, formulas, numbers, money, phone, e-mail."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import BadInput
from rules.reading import (
    Fee,
    looks_like_formula,
    read_email,
    read_fee,
    read_money,
    read_number,
    read_phone,
    text_of,
)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("  Leevi\u00a0 \u200b", "Leevi"),
        ("A\u0308a\u0308nekoski", "Äänekoski"),
        (501.0, "501"),
        (1.5, "1.5"),
        (True, "1"),
        (date(2025, 1, 9), "2025-01-09"),
        (datetime(2025, 1, 9), "2025-01-09"),  # noqa: DTZ001 - a cell knows no zone
    ],
)
def test_text_is_one_clean_line(cell, text):
    assert text_of(cell) == text


@pytest.mark.parametrize("cell", ["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+cmd|x", "-1+A1", " =1", "\t=1", "+A1"])
def test_cell_that_a_spreadsheet_would_count_looks_like_a_formula(cell):
    assert looks_like_formula(cell) is True


@pytest.mark.parametrize("cell", ["+358 40 123 4567", "-", "–", "-5", "-5,00", "ei = ei", "", 5.0, None, "a@b.fi"])
def test_ordinary_cell_does_not_look_like_a_formula(cell):
    assert looks_like_formula(cell) is False


@pytest.mark.parametrize(
    ("cell", "euros"),
    [
        ("150€", "150.00"), ("90,00 €", "90.00"), ("90,00", "90.00"), (75.0, "75.00"), (75, "75.00"),
        ("€ 75", "75.00"), ("75 euroa", "75.00"), ("75,-", "75.00"), ("1 234,50", "1234.50"),
        ("1.234,50 €", "1234.50"), (0.1 + 0.2, "0.30"), ("0", "0.00"), ("12,5", "12.50"),
    ],
)  # fmt: skip
def test_money_is_euros_with_two_decimals(cell, euros):
    amount = read_money(cell)

    assert (amount, str(amount)) == (Decimal(euros), euros)


@pytest.mark.parametrize(
    "cell",
    ["pullakahvit", "-5,00", -5.0, "1000000", "9" * 40,
     "1,234", "12,345", float("nan"), float("inf"), True],
)  # fmt: skip
def test_money_that_is_none_is_refused(cell):
    with pytest.raises(BadInput):
        read_money(cell)


@given(st.integers(0, 10**8 - 1))
def test_money_written_and_read_is_the_same(cents):
    amount = Decimal(cents) / 100

    written = f"{amount:.2f}"
    assert {read_money(way) for way in (f"{written} €".replace(".", ","), written, float(amount))} == {amount}


@pytest.mark.parametrize(
    ("cell", "fee"),
    [
        ("ei palkkiota", Fee(refused=True)),
        ("Ei palkkiota, vapaaehtoinen", Fee(refused=True)),
        ("150€", Fee(Decimal("150.00"))),
        ("", Fee()),
    ],
)
def test_fee_is_an_amount_or_refused(cell, fee):
    assert read_fee(cell) == fee


def test_number_keeps_its_decimals_and_none_is_none():
    assert [read_number(cell) for cell in ("12", "1,5", 140.0, "", None)] == [
        Decimal(12), Decimal("1.5"), Decimal(140), None, None]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("+358408375586", "+358408375586"), ("044/5387135", "+358445387135"), ("045-3931573", "+358453931573"),
        ("0459072341", "+358459072341"), ("050 151 8959", "+358501518959"), ("00358 40 123 4567", "+358401234567"),
        ("+358 (0)40 123 4567", "+358401234567"), ("(040) 1234567", "+358401234567"),
        (401234567.0, "+358401234567"), ("+46 70 123 45 67", "+46701234567"), ("358401234567", "+358401234567"),
        ("", None),
    ],
)  # fmt: skip
def test_phone_gets_its_one_form(cell, number):
    assert read_phone(cell) == number


@pytest.mark.parametrize("cell", ["040-12", "ei ole", "040 123 4567 / 050 123 4567", 12.0, "+0401234567"])
def test_phone_that_is_none_is_refused(cell):
    with pytest.raises(BadInput):
        read_phone(cell)


def test_email_is_lower_case_and_its_letters_are_kept():
    cells = ("VÄINÖ.SALO@ESIMERKKI.INVALID", "mailto:a@b.invalid", "<a@b.invalid>", "")

    assert [read_email(cell) for cell in cells] == [
        "väinö.salo@esimerkki.invalid", "a@b.invalid", "a@b.invalid", None]  # fmt: skip


@pytest.mark.parametrize("cell", ["ei ole", "a@b", "a b@c.fi", "a@b.fi, c@d.fi", "@b.fi"])
def test_email_that_is_none_is_refused(cell):
    with pytest.raises(BadInput):
        read_email(cell)
