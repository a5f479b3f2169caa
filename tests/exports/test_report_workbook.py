"""Report workbooks read back: cover, typed sheets, a chart on its data, small numbers withheld."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from openpyxl import load_workbook

from exports.reports import (
    ActivityRow,
    Cover,
    FeeRow,
    TrainingRow,
    activity_sheets,
    fee_sheets,
    report_workbook,
    training_sheets,
    without_fee_sheets,
)
from exports.workbook import Sheet

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
ACTIVITY = [
    ActivityRow(OCTOBER, "13-17", "Lecture", 2, 30),
    ActivityRow(OCTOBER, "18-25", "Lecture", 14, 60),
    ActivityRow(OCTOBER, "26+", "Meeting", 8, 20),
    ActivityRow(NOVEMBER, "13-17", "Lecture", 9, 12),
    ActivityRow(NOVEMBER, "18-25", "Lecture", 11, 45),
    ActivityRow(NOVEMBER, "26+", "Meeting", 0, 0),
]
FEES = [
    FeeRow(OCTOBER, "4410", 2, Decimal("150.00"), Decimal("26.40"), Decimal(0)),
    FeeRow(OCTOBER, "4420", 9, Decimal("900.00"), Decimal("120.00"), Decimal("12.30")),
    FeeRow(NOVEMBER, "4410", 12, Decimal("1200.00"), Decimal("310.50"), Decimal(0), Decimal("8.40")),
    FeeRow(NOVEMBER, "4420", 7, Decimal("700.00"), Decimal("80.00"), Decimal(0)),
]
TRAINING = [
    TrainingRow("Basic course", "Pesäpuu", 40, 30, 8),
    TrainingRow("Group leader", "KoKoA", 12, 10, 0),
    TrainingRow("Refresher", "KoKoA", 20, 11, 5),
]


def report(sheets: Sequence[Sheet], *, suppressed: bool = True) -> bytes:
    cover = Cover(
        "Report", OCTOBER, date(2026, 11, 30), datetime(2026, 12, 1, 6, 0, tzinfo=UTC), "steering", suppressed
    )
    return report_workbook(cover, sheets, zone=ZoneInfo("Europe/Helsinki"))


def cells(sheets: Sequence[Sheet], title: str, *, values: bool = False) -> list[tuple[Any, ...]]:
    book = load_workbook(BytesIO(report(sheets)), data_only=values)
    return [
        tuple(value.date() if isinstance(value, datetime) else value for value in row)
        for row in book[title].iter_rows(values_only=True)
    ]


def test_cover_says_period_maker_and_what_withheld_means() -> None:
    page = load_workbook(BytesIO(report(training_sheets(TRAINING, suppress=True))))["Cover"]

    rows = list(page.iter_rows(values_only=True))
    assert rows[:7] == [
        ("Report", None),
        (None, None),
        ("First day", datetime(2026, 10, 1)),  # noqa: DTZ001 - worksheets know no zones
        ("Last day", datetime(2026, 11, 30)),  # noqa: DTZ001 - worksheets know no zones
        ("Made at", datetime(2026, 12, 1, 8, 0)),  # noqa: DTZ001 - worksheets know no zones
        ("Made in the role", "steering"),
        ("Numbers under five", "Withheld"),
    ]
    assert rows[8] == (None, "<5 stands for one to four. Nought is shown.")
    assert len(rows) == 12


def test_cover_of_a_full_report_warns_against_passing_it_on() -> None:
    data = report(training_sheets(TRAINING, suppress=False), suppressed=False)

    rows = list(load_workbook(BytesIO(data))["Cover"].iter_rows(values_only=True))
    assert rows[6:] == [("Numbers under five", "Shown in full: do not pass this report on")]


def test_same_rows_give_the_same_bytes() -> None:
    assert report(fee_sheets(FEES, suppress=True)) == report(fee_sheets(FEES, suppress=True))


def test_activity_in_full_has_every_count_and_formula_totals() -> None:
    sheets = activity_sheets(ACTIVITY, suppress=False)

    assert cells(sheets, "Activity")[:2] == [
        ("Month", "Age band", "Kind", "Orders", "Participations"),
        (OCTOBER, "13-17", "Lecture", 2, 30),
    ]
    assert cells(sheets, "Activity")[-1] == ("Total", None, None, "=SUM(D2:D7)", "=SUM(E2:E7)")
    assert cells(sheets, "Activity", values=True)[-1][3:] == (44, 167)
    assert cells(sheets, "Activity by month", values=True)[1:] == [
        (OCTOBER, 24, 110),
        (NOVEMBER, 20, 57),
        ("Total", 44, 167),
    ]
    assert cells(sheets, "Activity by age band", values=True)[1:] == [
        ("13-17", "Lecture", 11, 42),
        ("18-25", "Lecture", 25, 105),
        ("26+", "Meeting", 8, 20),
        ("Total", None, 44, 167),
    ]


def test_activity_withholds_a_small_cell_and_what_gives_it_away() -> None:
    sheets = activity_sheets(ACTIVITY, suppress=True)

    assert cells(sheets, "Activity")[1:] == [
        (OCTOBER, "13-17", "Lecture", "<5", 30),
        (OCTOBER, "18-25", "Lecture", "..", 60),
        (OCTOBER, "26+", "Meeting", 8, 20),
        (NOVEMBER, "13-17", "Lecture", "..", 12),
        (NOVEMBER, "18-25", "Lecture", "..", 45),
        (NOVEMBER, "26+", "Meeting", 0, 0),
        ("Total", None, None, 44, 167),
    ]
    assert cells(sheets, "Activity by month")[1:] == [
        (OCTOBER, 24, 110),
        (NOVEMBER, 20, 57),
        ("Total", 44, 167),
    ]


def test_fees_in_full_are_money_with_formula_totals() -> None:
    sheets = fee_sheets(FEES, suppress=False)

    assert cells(sheets, "Fees", values=True) == [
        ("Month", "Cost centre", "Payees", "Fees", "Travel", "Other costs", "Companions' costs", "Sum"),
        (OCTOBER, "4410", 2, 150, 26.4, 0, 0, 176.4),
        (OCTOBER, "4420", 9, 900, 120, 12.3, 0, 1032.3),
        (NOVEMBER, "4410", 12, 1200, 310.5, 0, 8.4, 1518.9),
        (NOVEMBER, "4420", 7, 700, 80, 0, 0, 780),
        ("Total", None, None, 2950, 536.9, 12.3, 8.4, 3507.6),
    ]
    assert cells(sheets, "Fees by cost centre", values=True)[1:] == [
        ("4410", 1350, 336.9, 0, 8.4, 1695.3),
        ("4420", 1600, 200, 12.3, 0, 1812.3),
        ("Total", 2950, 536.9, 12.3, 8.4, 3507.6),
    ]
    money = load_workbook(BytesIO(report(sheets)))["Fees"]["D2"]
    assert (money.data_type, money.number_format) == ("n", '#,##0.00 "€"')


def test_fees_of_few_people_are_withheld_and_no_sum_tells_them() -> None:
    sheets = fee_sheets(FEES, suppress=True)

    assert cells(sheets, "Fees") == [
        ("Month", "Cost centre", "Payees", "Fees", "Travel", "Other costs"),
        (OCTOBER, "4410", "<5", "..", "..", ".."),
        (OCTOBER, "4420", 9, "..", "..", 12.3),
        (NOVEMBER, "4410", 12, "..", "..", 8.4),
        (NOVEMBER, "4420", 7, "..", "..", 0),
        ("Total", None, None, 2950, 536.9, 20.7),
    ]


@pytest.mark.parametrize(("suppress", "shown"), [(False, [7, 2]), (True, [7, "<5"])])
def test_who_took_part_without_a_fee_is_counted_by_how_it_came(suppress: bool, shown: list[object]) -> None:
    found = cells(without_fee_sheets({"voluntary": 7, "refused": 2}, suppress=suppress), "Without a fee")

    assert found == [("Without a fee", "Participations"), ("voluntary", shown[0]), ("refused", shown[1])]


def test_total_of_few_people_is_withheld_too() -> None:
    rows = [*FEES, FeeRow(date(2026, 12, 1), "4410", 3, Decimal(300), Decimal(50), Decimal(0))]

    months = cells(fee_sheets(rows, suppress=True), "Fees by month")

    assert months[3] == (date(2026, 12, 1), "..", "..", "..")


def test_fee_chart_stands_on_its_own_data() -> None:
    with ZipFile(BytesIO(report(fee_sheets(FEES, suppress=False)))) as parts:
        chart = etree.fromstring(parts.read("xl/charts/chart1.xml"))

    spaces = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    bars = chart.findall(".//c:barChart/c:ser", spaces)
    assert [bar.findtext("c:val/c:numRef/c:f", namespaces=spaces) for bar in bars] == [
        "'Fees by month'!$B$2:$B$3",
        "'Fees by month'!$C$2:$C$3",
    ]
    drawn = [[value.text for value in bar.findall("c:val//c:v", spaces)] for bar in bars]
    assert [[Decimal(text or "") for text in values] for values in drawn] == [
        [Decimal(1050), Decimal(1900)],
        [Decimal("146.40"), Decimal("390.50")],
    ]


def test_training_in_full_shows_the_share_that_holds() -> None:
    assert cells(training_sheets(TRAINING, suppress=False), "Training coverage", values=True) == [
        (
            "Programme",
            "Organiser",
            "Experts trained",
            "Valid",
            "Of these expiring soon",
            "Expired",
            "Share valid",
        ),
        ("Basic course", "Pesäpuu", 40, 30, 8, 10, 0.75),
        ("Group leader", "KoKoA", 12, 10, 0, 2, 0.8333),
        ("Refresher", "KoKoA", 20, 11, 5, 9, 0.55),
        ("Total", None, 72, 51, 13, 21, None),
    ]


def test_training_withholds_small_counts_and_the_shares_that_tell_them() -> None:
    assert cells(training_sheets(TRAINING, suppress=True), "Training coverage")[1:] == [
        ("Basic course", "Pesäpuu", 40, 30, 8, 10, 0.75),
        ("Group leader", "KoKoA", 12, "..", "..", "<5", None),
        ("Refresher", "KoKoA", 20, "..", "..", "..", None),
        ("Total", None, 72, 51, "..", 21, 0.7083),
    ]


@pytest.mark.parametrize(("row", "in_full", "withheld"), [
    (TrainingRow("A", "X", 40, 30, 8, 25), 0.5, 0.5),
    (TrainingRow("A", "X", 40, 30, 8, 30), 0.6, 0.6),
    (TrainingRow("A", "X", 40, 30, 8, 27), 0.54, None),  # three hold it and cannot be asked
    (TrainingRow("A", "X", 60, 52, 8, 47), 0.94, None),  # three of those who can be asked lack it
    (TrainingRow("A", "X", 40, 7, 0, 2), 0.04, None),
    (TrainingRow("A", "X", 8, 4, 0, 4), 0.08, None),
])
def test_share_of_those_who_can_be_asked_tells_of_no_few(
    row: TrainingRow, in_full: float, withheld: float | None
) -> None:
    shares = [cells(training_sheets([row], suppress=suppress, askable=50), "Training coverage")[1][7]
              for suppress in (False, True)]

    assert shares == [in_full, withheld]


def test_expiring_is_withheld_when_it_or_the_rest_is_small() -> None:
    rows = [
        TrainingRow("A", "X", 20, 10, 3),
        TrainingRow("B", "X", 20, 10, 7),
        TrainingRow("C", "X", 20, 10, 5),
    ]

    lines = cells(training_sheets(rows, suppress=True), "Training coverage")

    assert [line[3:5] for line in lines[1:]] == [(10, "<5"), (10, ".."), (10, 5), (30, "..")]


@pytest.mark.parametrize("suppress", [True, False])
def test_reports_without_rows_still_open(suppress: bool) -> None:
    sheets = [
        *activity_sheets([], suppress=suppress),
        *fee_sheets([], suppress=suppress),
        *training_sheets([], suppress=suppress),
    ]

    assert len(load_workbook(BytesIO(report(sheets))).sheetnames) == 8


def test_two_rows_of_the_same_keys_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="same keys"):
        fee_sheets([FEES[0], FEES[0]], suppress=False)


@pytest.mark.parametrize("counts", [(5, 6, 0), (5, 4, 5), (5, 4, -1)])
def test_training_counts_must_nest(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="do not nest"):
        TrainingRow("A", "X", *counts)


def test_names_that_look_like_formulas_stay_text() -> None:
    sheets = training_sheets([TrainingRow("=1+1", "@x", 9, 9, 9)], suppress=False)

    page = load_workbook(BytesIO(report(sheets)))["Training coverage"]
    assert [(cell.value, cell.data_type) for cell in page[2][:2]] == [("=1+1", "s"), ("@x", "s")]
