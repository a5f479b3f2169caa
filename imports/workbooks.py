"""A spreadsheet or CSV file as plain grids of cells. Which column means what is not known here."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from rules.errors import BadInput
from rules.reading import Cell
from rules.wording import N_

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 300 * 1024 * 1024
DELIMITERS = ";\t,"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Grid:
    """Rows from A1 on; ``formulas`` are cell names ("B5") whose value was counted by the spreadsheet."""

    name: str
    rows: list[list[Cell]]
    hidden: bool = False
    formulas: frozenset[str] = frozenset()


def open_grids(path: Path) -> list[Grid]:
    """All sheets of a file; a CSV is one sheet. What the file is, is told by its bytes and not by its name.

    Raises BadInput (field ``file``) when it cannot be read as a spreadsheet.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise BadInput(N_("The file is larger than a register can be."), field="file")
    data = path.read_bytes()
    if data.startswith((_ZIP, _OLE)):
        return _open_workbook(data)
    return [Grid(path.name, _read_csv(data))]


def _open_workbook(data: bytes) -> list[Grid]:
    try:
        formulas = _formulas(data) if data.startswith(_ZIP) else {}
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheets = [sheet for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
            return [
                Grid(
                    sheet.name,
                    [list[Cell](row) for row in book.get_sheet_by_name(sheet.name).to_python(False)],
                    sheet.visible is not SheetVisibleEnum.Visible,
                    formulas.get(sheet.name, frozenset()),
                )
                for sheet in sheets
            ]
    except PasswordError:
        raise BadInput(N_("The file is protected by a password."), field="file") from None
    except (CalamineError, zipfile.BadZipFile, etree.XMLSyntaxError, KeyError):
        raise BadInput(N_("The file is damaged or is not a spreadsheet."), field="file") from None


def _read_csv(data: bytes) -> list[list[Cell]]:
    text = _decode(data)
    first = max(text.splitlines()[:20], key=lambda line: sum(map(line.count, DELIMITERS)), default="")
    delimiter = max(DELIMITERS, key=first.count)
    try:
        return [list[Cell](row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error:
        raise BadInput(N_("The file is damaged or is not a spreadsheet."), field="file") from None


def _decode(data: bytes) -> str:
    """UTF-8 when it is that, else what Finnish Excel writes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252") if b"\x00" not in data else ()
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(N_("The file is neither a spreadsheet nor text."), field="file")


def _formulas(data: bytes) -> Mapping[str, frozenset[str]]:
    """Sheet name to the names of the cells with a formula; empty for a file not of Excel's own kind."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
            raise BadInput(N_("The file is larger than a register can be."), field="file")
        if "xl/workbook.xml" not in archive.namelist():
            return {}
        return {
            name: frozenset(_formula_cells(archive.read(part)))
            for name, part in _sheet_parts(archive).items()
            if part in archive.namelist()
        }


def _sheet_parts(archive: zipfile.ZipFile) -> Mapping[str, str]:
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), _parser())
    targets = {relation.get("Id"): str(relation.get("Target")) for relation in relations}
    book = etree.fromstring(archive.read("xl/workbook.xml"), _parser())
    return {
        str(sheet.get("name")): _part_name(targets[sheet.get(_RELATION_ID)])
        for sheet in book.iter(f"{_MAIN}sheet")
    }


def _formula_cells(xml: bytes) -> Iterator[str]:
    for formula in etree.fromstring(xml, _parser()).iter(f"{_MAIN}f"):
        cell = formula.getparent()
        if cell is not None:
            yield str(cell.get("r"))


def _part_name(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
