"""Files of every make: which are opened as a register, and which are refused with a sentence."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from imports.experts import read_experts
from imports.layouts import EXPERTS
from imports.sheet import column_letter, open_register
from rules.errors import BadInput
from rules.person_names import PersonName

DATA = Path(__file__).parents[1] / "data"
TODAY = date(2026, 11, 24)


def write_csv(folder, *lines, encoding="utf-8"):
    path = folder / "list.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_is_read_in_every_encoding_and_with_every_delimiter(tmp_path, encoding, delimiter):
    lines = [delimiter.join(cells) for cells in (("Nimi", "Synt.", "Kunta"), ("Väinö Åkerlund", "1999", "Jämsä"))]
    path = write_csv(tmp_path, *lines, encoding=encoding)

    [row] = read_experts(path, TODAY, allow_temporary=False).rows

    assert (row.row, row.name, row.municipalities.names) == (2, PersonName("Väinö", "Åkerlund"), ("Jämsä",))


def test_unknown_column_with_values_is_noticed(tmp_path):
    path = write_csv(tmp_path, "Nimi;Synt.;Kengät;Tyhjä", "Leevi;1999;43;")

    reading = read_experts(path, TODAY, allow_temporary=False)

    assert [(note.column, note.kind, str(note.sentence)) for note in reading.remarks] == [
        ("C", "unknown_column", "The column “Kengät” is not known and was not read.")]  # fmt: skip


def test_every_sheet_with_the_headings_is_read_and_a_hidden_one_is_not(tmp_path):
    path = tmp_path / "three.xlsx"
    with Workbook(path) as book:
        for name in ("Pankki", "Uudet", "Piilo"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Nimi", "Synt."])
            sheet.write_row(1, 0, [f"Leevi {name}", 1999])
        sheet.hide()

    reading = read_experts(path, TODAY, allow_temporary=False)

    assert [(row.sheet, row.row) for row in reading.rows] == [("Pankki", 2), ("Uudet", 2)]
    assert [str(note.sentence) for note in reading.remarks] == ["The sheet “Piilo” is hidden and was not read."]


def test_file_of_another_register_is_refused_by_name():
    with pytest.raises(BadInput) as refused:
        read_experts(DATA / "register-orders.xlsx", TODAY, allow_temporary=False)

    assert (refused.value.field, str(refused.value.sentence)) == (
        "file", "This file is a list of orders, not a register of experts.")  # fmt: skip


def test_file_of_no_register_is_refused_with_the_headings_it_needs(tmp_path):
    path = write_csv(tmp_path, "Resepti;Määrä", "pulla;2")

    with pytest.raises(BadInput) as refused:
        read_experts(path, TODAY, allow_temporary=False)

    assert str(refused.value.sentence) == (
        "This file is not a register of experts: no row has the headings nimi, synt.")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 and then nothing", "The file is damaged or is not a spreadsheet."),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "The file is damaged or is not a spreadsheet."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "The file is neither a spreadsheet nor text."),
        (b"\x81\x8d", "The file is neither a spreadsheet nor text."),
        (b"", "This file is not a register of experts: no row has the headings nimi, synt."),
    ],
)
def test_file_that_is_no_spreadsheet_is_refused(tmp_path, content, sentence):
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)

    with pytest.raises(BadInput) as refused:
        read_experts(path, TODAY, allow_temporary=False)

    assert str(refused.value.sentence) == sentence


def test_file_is_known_by_its_bytes_and_not_by_its_name(tmp_path):
    path = tmp_path / "register.csv"
    shutil.copy(DATA / "register-experts.xlsx", path)

    assert len(open_register(path, EXPERTS).rows) == 63


def test_columns_have_the_letters_of_a_spreadsheet():
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
