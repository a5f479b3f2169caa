"""Workbooks and spreadsheet CSV, read back: real types, nothing executable, nothing cut, the same bytes."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from exports.columns import Column, Kind, Mark
from exports.csv_file import CsvStyle, write_csv
from exports.sheet_cells import sheet_name
from exports.workbook import ColumnChart, CoverLine, CoverSheet, Sheet, stream_workbook, write_workbook
from rules.errors import DomainError

CREATED = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)
HELSINKI = ZoneInfo("Europe/Helsinki")
PAYLOADS = [
    "=1+1",
    '=HYPERLINK("http://example.invalid";"x")',
    "{=1}",
    "+358401234567",
    "-5",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "http://example.invalid",
    "mailto:x@example.invalid",
    "007",
    "1e5",
    "FI2112345600000785",
]
COLUMNS = [
    Column("Name", lambda row: row[0]),
    Column("Fee", lambda row: row[1], "money", total=True),
    Column("Day", lambda row: row[2], "date"),
    Column("At", lambda row: row[3], "datetime"),
    Column("Count", lambda row: row[4], "integer", total=True),
    Column("Hours", lambda row: row[5], "decimal"),
    Column("Done", lambda row: row[6], "boolean"),
    Column("Month", lambda row: row[7], "month"),
    Column("Share", lambda row: row[8], "share"),
]
ROWS = [
    (
        "Åsa Öst",
        Decimal("12345678.90"),
        date(2026, 11, 3),
        datetime(2026, 11, 3, 22, 30, tzinfo=UTC),
        5,
        Decimal("2.5"),
        True,
        date(2026, 11, 1),
        Decimal("0.75"),
    ),
    (None, Decimal("0.10"), None, None, 7, Decimal(3), False, None, None),
]


def write(*sheets: Sheet | CoverSheet) -> bytes:
    return write_workbook(sheets, created=CREATED, zone=HELSINKI)


def read(data: bytes, title: str = "List", *, values: bool = False) -> Worksheet:
    page = load_workbook(BytesIO(data), data_only=values)[title]
    assert isinstance(page, Worksheet)
    return page


def one_column(kind: Kind, *values: Any) -> Sheet:
    return Sheet("List", [Column("Value", lambda row: row, kind)], values)


def test_cells_have_the_type_and_format_of_their_column() -> None:
    page = read(write(Sheet("List", COLUMNS, ROWS)))

    assert [(cell.value, cell.data_type, cell.number_format) for cell in page[2]] == [
        ("Åsa Öst", "s", "General"),
        (12345678.9, "n", '#,##0.00 "€"'),
        (datetime(2026, 11, 3), "d", "d.m.yyyy"),  # noqa: DTZ001 - worksheets know no zones
        (datetime(2026, 11, 4, 0, 30), "d", "d.m.yyyy h:mm"),  # noqa: DTZ001 - worksheets know no zones
        (5, "n", "#,##0"),
        (2.5, "n", "General"),
        (True, "b", "General"),
        (datetime(2026, 11, 1), "d", "m/yyyy"),  # noqa: DTZ001 - worksheets know no zones
        (0.75, "n", "0 %"),
    ]
    assert [cell.value for cell in page[3]] == [None, 0.1, None, None, 7, 3, False, None, None]


def test_total_row_is_formulas_that_carry_their_value() -> None:
    data = write(Sheet("List", COLUMNS, ROWS))

    assert [cell.value for cell in read(data)[4]][:5] == ["Total", "=SUM(B2:B3)", None, None, "=SUM(E2:E3)"]
    assert [cell.value for cell in read(data, values=True)[4]][:5] == ["Total", 12345679.0, None, None, 12]


def test_total_of_no_rows_is_nought() -> None:
    assert [cell.value for cell in read(write(Sheet("List", COLUMNS, [])))[2]][:2] == ["Total", 0]


def test_given_total_row_is_written_as_it_stands() -> None:
    columns = [Column("Name", lambda row: row[0]), Column("Count", lambda row: row[1], "integer", total=True)]

    page = read(write(Sheet("List", columns, [("a", Mark("<5")), ("b", 9)], total_row=(None, Mark("..")))))

    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["Name", "Count"],
        ["a", "<5"],
        ["b", 9],
        ["Total", ".."],
    ]


def test_withheld_cell_is_never_summed_around() -> None:
    columns = [Column("Count", lambda row: row, "integer", total=True)]

    with pytest.raises(ValueError, match="withheld"):
        write(Sheet("List", columns, [Mark("<5"), 9]))


def test_shorter_way_of_writing_cells_gives_the_bytes_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*PAYLOADS, "", 'a & b < c > d "e"', "Å\x0b\ufffe\n toinen", "x" * 16_001, "x" * 32_767]
    sheets = [
        CoverSheet("Cover", "Heading", [CoverLine("Sum", Decimal(5), "money"), CoverLine("Who", "A & B")]),
        Sheet("List", COLUMNS, ROWS * 40, chart=ColumnChart("Sums", 0, (1,), "Sums by name")),
        one_column("text", *texts, Mark("<5"), None), Sheet("Empty", COLUMNS, [])]
    written = write(*sheets)

    monkeypatch.setattr("exports.workbook.PlainSheet", xlsxwriter.worksheet.Worksheet)

    assert written == write(*sheets)


def test_same_input_gives_the_same_bytes() -> None:
    sheets: list[Sheet | CoverSheet] = [
        CoverSheet("Cover", "Report", [CoverLine("Sum", Decimal(3), "money")], ["A note."]),
        Sheet("List", COLUMNS, ROWS, chart=ColumnChart("Fees", 0, (1,), "Bars")),
    ]

    assert write(*sheets) == write(*sheets)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_that_looks_like_something_else_stays_text(payload: str) -> None:
    page = read(write(one_column("text", payload)))

    assert (page["A2"].value.replace("_x000D_", "\r"), page["A2"].data_type) == (payload, "s")
    assert page["A2"].hyperlink is None


@pytest.mark.parametrize("payload", ["=1+1", "http://example.invalid", "{=1}"])
def test_titles_and_cover_texts_stay_text_too(payload: str) -> None:
    column = Column(payload, lambda row: row)
    cover = CoverSheet("Cover", payload, [CoverLine(payload, payload)], [payload])

    data = write(cover, Sheet("List", [column], ["x"], chart=ColumnChart(payload, 0, (0,), payload)))

    cells = [cell for title in ("Cover", "List") for row in read(data, title).iter_rows() for cell in row]
    assert {(cell.value, cell.data_type) for cell in cells if cell.value not in {None, "x"}} == {(payload, "s")}


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=40))
def test_any_text_can_be_written(text: str) -> None:
    page = read(write(one_column("text", f"x{text}")))

    assert page["A2"].data_type == "s"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("money", 1.5),
        ("money", "1,50"),
        ("money", Decimal("NaN")),
        ("integer", True),
        ("integer", Decimal(1)),
        ("text", 5),
        ("date", datetime(2026, 1, 1, tzinfo=UTC)),
        ("datetime", datetime(2026, 1, 1)),  # noqa: DTZ001 - that is the point
        ("month", date(2026, 1, 2)),
        ("boolean", 1),
    ],
)
def test_value_of_another_kind_is_a_mistake_that_shows(kind: Kind, value: object) -> None:
    with pytest.raises(TypeError, match="column 'Value' is"):
        write(one_column(kind, value))


def test_text_that_does_not_fit_is_refused_and_never_cut() -> None:
    longest = "ä" * 32_767
    assert read(write(one_column("text", longest)))["A2"].value == longest

    with pytest.raises(DomainError, match="does not fit in one cell"):
        write(one_column("text", longest + "ä"))
    with pytest.raises(DomainError, match="does not fit in one cell"):
        write(one_column("text", "\N{GRINNING FACE}" * 16_384))


def test_number_with_more_digits_than_a_spreadsheet_keeps_is_refused() -> None:
    assert read(write(one_column("integer", 10**15 - 1)))["A2"].value == 10**15 - 1

    with pytest.raises(DomainError, match="too long for a spreadsheet"):
        write(one_column("integer", 10**15))


def test_cells_beyond_the_edge_of_a_worksheet_are_refused() -> None:
    columns = [Column("Value", lambda row: row)] * 16_385

    with pytest.raises(DomainError, match="do not fit in one worksheet"):
        write(Sheet("List", columns, []))


def test_sheet_is_ready_to_read_and_to_print() -> None:
    page = read(write(Sheet("List", COLUMNS, ROWS)))

    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:I3"
    assert page.print_title_rows == "$1:$1"
    assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("landscape", 0)
    assert page.sheet_properties.pageSetUpPr is not None
    assert page.sheet_properties.pageSetUpPr.fitToPage is True
    assert page.column_dimensions["B"].width > len("12 345 678,90 €")


def test_cover_holds_heading_typed_facts_and_notes() -> None:
    lines = [CoverLine("Sum", Decimal("4318.40"), "money"), CoverLine("Made at", CREATED, "datetime")]

    page = read(write(CoverSheet("Cover", "Batch 1", lines, ["A note."])), "Cover")

    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["Batch 1", None],
        [None, None],
        ["Sum", 4318.4],
        ["Made at", datetime(2026, 11, 24, 9, 5)],  # noqa: DTZ001 - worksheets know no zones
        [None, None],
        [None, "A note."],
    ]


def test_own_words_go_through_the_translation() -> None:
    data = write_workbook([Sheet("List", COLUMNS, ROWS)], created=CREATED, translate={"Total": "Yhteensä"}.__getitem__)

    assert read(data)["A4"].value == "Yhteensä"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Erä 42/2026", "Erä 42-2026"),
        ("'Nimi'", "Nimi"),
        ("[a]:*?\\", "-a-----"),
        ("", "Sheet"),
        ("history", "history (2)"),
        ("x" * 40, "x" * 31),
        ("\N{GRINNING FACE}" * 20, "\N{GRINNING FACE}" * 15),
        ("a\nb", "a-b"),
    ],
)
def test_sheet_name_is_made_legal(title: str, name: str) -> None:
    assert sheet_name(title, set()) == name


def test_sheet_names_stay_apart_whatever_their_case() -> None:
    taken: set[str] = set()

    assert [sheet_name(title, taken) for title in ("Erä", "erä", "x" * 31, "X" * 35)] == [
        "Erä",
        "erä (2)",
        "x" * 31,
        "X" * 27 + " (2)",
    ]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=4))
def test_workbook_with_any_titles_opens(titles: list[str]) -> None:
    data = write(*(Sheet(title, [Column("Value", lambda row: row)], ["x"]) for title in titles))

    assert len(load_workbook(BytesIO(data)).sheetnames) == len(titles)


def test_time_of_making_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="aware instant"):
        write_workbook([one_column("text", "x")], created=datetime(2026, 1, 1))  # noqa: DTZ001 - the point


def test_streamed_list_has_the_same_cells_and_the_same_bytes(tmp_path: Path) -> None:
    target, buffer = tmp_path / "list.xlsx", BytesIO()

    count = stream_workbook("List", COLUMNS, iter(ROWS), target, created=CREATED, zone=HELSINKI)
    stream_workbook("List", COLUMNS, iter(ROWS), buffer, created=CREATED, zone=HELSINKI)

    assert count == 2
    assert target.read_bytes() == buffer.getvalue()
    plain = list(read(write(Sheet("List", COLUMNS, ROWS))).iter_rows(max_row=3, values_only=True))
    assert list(read(buffer.getvalue()).iter_rows(values_only=True)) == plain
    assert [entry.name for entry in tmp_path.iterdir()] == ["list.xlsx"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_streamed_text_stays_text(payload: str) -> None:
    buffer = BytesIO()

    stream_workbook("List", [Column("Value", lambda row: row)], [payload], buffer, created=CREATED)

    cell = read(buffer.getvalue())["A2"]
    assert (cell.value.replace("_x000D_", "\r"), cell.data_type, cell.hyperlink) == (payload, "s", None)


def test_list_that_fails_on_the_way_leaves_no_file(tmp_path: Path) -> None:
    def rows() -> Iterator[str]:
        yield "first"
        yield "x" * 40_000

    with pytest.raises(DomainError, match="does not fit"):
        stream_workbook("List", [Column("Value", lambda row: row)], rows(), tmp_path / "list.xlsx", created=CREATED)

    assert list(tmp_path.iterdir()) == []


def test_csv_opens_in_a_finnish_spreadsheet() -> None:
    data = write_csv(COLUMNS, ROWS, zone=HELSINKI, translate={"Yes": "Kyllä", "No": "Ei"}.__getitem__)

    assert (
        data
        == (
            "\ufeffName;Fee;Day;At;Count;Hours;Done;Month;Share\r\n"
            "Åsa Öst;12345678,90;3.11.2026;4.11.2026 0:30;5;2,5;Kyllä;1.11.2026;0,75\r\n"
            ";0,10;;;7;3;Ei;;\r\n"
        ).encode()
    )


def test_csv_follows_another_style() -> None:
    style = CsvStyle(delimiter=",", decimal=".", bom=False, date_format="yyyy-mm-dd")

    data = write_csv(COLUMNS[:3], ROWS, style=style)

    assert data == b"Name,Fee,Day\r\n\xc3\x85sa \xc3\x96st,12345678.90,2026-11-03\r\n,0.10,\r\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+358", "'+358"),
        ("-5", "'-5"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a=b", "a=b"),
        ("'=1", "'=1"),
    ],
)
def test_csv_text_that_would_act_gets_an_apostrophe(text: str, written: str) -> None:
    data = write_csv([Column("=x", lambda row: row)], [text])

    records = list(csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert records == [["'=x"], [written]]


def test_csv_number_below_nought_stays_a_number() -> None:
    data = write_csv([Column("Fee", lambda row: row, "money")], [Decimal("-5.00"), Mark("=x")])

    assert data.decode("utf-8-sig") == "Fee\r\n-5,00\r\n'=x\r\n"
