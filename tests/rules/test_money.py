"""Euros and payment identifiers: rounding, splitting, reading and writing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import money
from rules.errors import BadInput, DomainError
from rules.payment_ids import end_to_end_id

cents = st.integers(min_value=-99_999_999_999, max_value=99_999_999_999)
numbers = st.from_regex(r"[A-Z]{2}[0-9]{4}B[0-9]{1,8}", fullmatch=True)
line_numbers = st.integers(min_value=1, max_value=999_999)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("0.005", "0.01"), ("0.0049", "0.00"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("26.4", "26.40")],
)
def test_rounding_takes_halves_away_from_zero(exact: str, rounded: str) -> None:
    assert str(money.rounded(Decimal(exact))) == rounded


def test_line_amount_is_rounded_once() -> None:
    assert money.line_amount(Decimal("43.5"), Decimal("0.55")) == Decimal("23.93")


@given(cents)
def test_cents_survive_the_way_to_euros_and_back(amount: int) -> None:
    assert money.to_cents(money.from_cents(amount)) == amount


def test_part_of_a_cent_is_refused_not_rounded() -> None:
    assert money.to_cents(Decimal("1.10")) == 110

    with pytest.raises(BadInput, match="at most two decimals"):
        money.to_cents(Decimal("1.105"))


def test_split_gives_the_remainder_to_the_last_line() -> None:
    assert money.split(Decimal("100.00"), 3) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert money.split_by_weights(Decimal("10.00"), [Decimal(1), Decimal(2), Decimal(0)]) == [
        Decimal("3.33"),
        Decimal("6.67"),
        Decimal("0.00"),
    ]


@given(cents, st.lists(st.integers(0, 50).map(Decimal), min_size=1, max_size=12).filter(any))
def test_split_lines_add_up_and_share_the_sign_of_the_total(total: int, weights: list[Decimal]) -> None:
    lines = money.split_by_weights(money.from_cents(total), weights)

    assert sum(lines) == money.from_cents(total)
    assert [line for line in lines if line * total < 0] == []
    assert [line for line, weight in zip(lines, weights, strict=True) if not weight and line] == []


@pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(2), Decimal(-1)]])
def test_split_needs_weights_that_mean_something(weights: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="weights"):
        money.split_by_weights(Decimal(1), weights)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1 234,50 €", "1234.50"),
        ("1\N{NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€", "1234.50"),
        ("1\N{NARROW NO-BREAK SPACE}234,5 eur", "1234.50"),
        ("EUR 75", "75.00"),
        ("€75.5", "75.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1 234 567", "1234567.00"),
        ("50,-", "50.00"),
        ("\N{MINUS SIGN}5,00", "-5.00"),
        ("0,01", "0.01"),
        ("12", "12.00"),
        ("999999999,99", "999999999.99"),
    ],
)
def test_amount_is_read_as_people_write_it(written: str, amount: str) -> None:
    assert str(money.parse_amount(written)) == amount


@pytest.mark.parametrize(
    "written",
    [
        "",
        "€",
        "abc",
        "1.234",
        "1,234",
        "1,2345",
        "12 34",
        "1 23,00",
        "1e5",
        "NaN",
        "\N{ARABIC-INDIC DIGIT THREE},50",
        "5-",
        "--5",
        "1,,5",
        "=5",
    ],
)
def test_amount_that_is_none_or_could_be_two_is_refused(written: str) -> None:
    with pytest.raises(BadInput, match="Write the amount in euros") as refused:
        money.parse_amount(written, field="fee")

    assert refused.value.field == "fee"


def test_amount_larger_than_a_payment_can_carry_is_refused() -> None:
    with pytest.raises(BadInput, match="too large"):
        money.parse_amount("1 000 000 000,00")


@given(cents, st.sampled_from(",."))
def test_written_amount_reads_back_the_same(amount: int, point: str) -> None:
    euros = money.from_cents(amount)

    assert money.parse_amount(money.amount_text(euros, point)) == euros


@pytest.mark.parametrize(
    ("number", "text"),
    [("2.50", "2,5"), ("100", "100"), ("1E+2", "100"), ("0.00", "0"), ("-0.0", "0"), ("-1.20", "-1,2")],
)
def test_number_is_written_plainly(number: str, text: str) -> None:
    assert money.number_text(Decimal(number)) == text


def test_end_to_end_id_names_batch_and_line() -> None:
    assert end_to_end_id("KA2026B0042", 17) == "KA2026B0042-000017"


@given(numbers, line_numbers, numbers, line_numbers)
def test_end_to_end_ids_are_legal_and_differ(batch: str, line: int, other: str, other_line: int) -> None:
    one, two = end_to_end_id(batch, line), end_to_end_id(other, other_line)

    assert len(one) <= 35
    assert one.replace("-", "").isalnum()
    assert one.isascii()
    assert (one == two) == ((batch, line) == (other, other_line))


@pytest.mark.parametrize(
    "number", ["", "KA_1", "KA 1", "KÄ1", "-KA", "KA-", "K--A", "../KA", "KA1\n", "A" * 29]
)
def test_end_to_end_id_refuses_a_batch_number_that_a_bank_would(number: str) -> None:
    with pytest.raises(DomainError, match="batch number"):
        end_to_end_id(number, 1)


@pytest.mark.parametrize("line_no", [0, -1, 1_000_000])
def test_end_to_end_id_refuses_a_line_outside_the_batch(line_no: int) -> None:
    assert end_to_end_id("A" * 28, 999_999) == "A" * 28 + "-999999"

    with pytest.raises(DomainError, match="lines from 1"):
        end_to_end_id("KA2026B0042", line_no)
