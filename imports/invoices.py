"""The list of invoices (fee claims) down to typed rows. Whose they are and for which order: the importer."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from imports.cells import RowCells
from imports.duplicates import add_problem, mark_repeats, number_letters, refuse_taken_numbers
from imports.layouts import INVOICES
from imports.problems import Problem, Reading, ReadRow, Severity
from imports.sheet import SheetRow, open_register
from models.numbers import clean_iban, clean_reference
from rules.person_names import NameOrder, PersonName
from rules.reading import CENT, Cell, Fee, is_blank, read_fee, read_money, read_number, text_of
from rules.reading_dates import read_event_date
from rules.register_words import read_order_number
from rules.wording import N_, Sentence

KmRate = Callable[[date], Decimal]
NOTHING = Decimal("0.00")
# A claim without these cannot be worked with; without the last two it can be completed by hand.
NEEDED = {
    "number": N_("The invoice number is missing."),
    "name": N_("The name is missing."),
    "fee": N_("The fee is missing; write 0 or “ei palkkiota” when there is none."),
    "total": N_("The total is missing."),
    "received_on": N_("The day of arrival is missing."),
}
WANTED = {
    "iban": N_("The account number is missing; it is needed for payment."),
    "order_number": N_("The order is missing: the claim has to be tied by hand."),
}


@dataclass(frozen=True, kw_only=True)
class InvoiceRow(ReadRow):
    """One claim in euros. ``km_rate`` is the rate by which the sum holds; None when it does not hold."""

    number: str = ""
    received_on: date | None = None
    name: PersonName = field(default_factory=PersonName)
    order_number: str | None = None
    fee: Fee = field(default_factory=Fee)
    km: Decimal = NOTHING
    km_rate: Decimal | None = None
    other: Decimal = NOTHING
    total: Decimal | None = None
    iban: str | None = None
    reference: str | None = None
    note: str = ""


@dataclass(frozen=True)
class _Column:
    names: NameOrder
    today: date
    km_rate: KmRate


def read_invoices(path: Path, today: date, km_rate: KmRate) -> Reading[InvoiceRow]:
    """Every claim of the list, with the problems of each row.

    ``km_rate`` gives the euros per kilometre in force on a day.
    Raises BadInput when the file is no such list.
    """
    opened = open_register(path, INVOICES)
    names = NameOrder.learn((row.cells["name"], None) for row in opened.rows)
    column = _Column(names, today, km_rate)
    rows = mark_repeats([_read_row(row, column) for row in opened.rows], _same_claim)
    rows = refuse_taken_numbers(rows, _number, number_letters(opened.rows))
    return Reading(_mark_shared_accounts(rows), opened.remarks)


def _read_row(row: SheetRow, column: _Column) -> InvoiceRow:
    cells = RowCells(row)
    invoice = InvoiceRow(
        sheet=row.sheet,
        row=row.number,
        number=cells.text("number"),
        received_on=cells.take("received_on", lambda cell: read_event_date(cell, column.today), None),
        name=cells.take("name", column.names.read, PersonName()),
        order_number=cells.take("order_number", read_order_number, None),
        fee=cells.take("fee", read_fee, Fee()),
        km=cells.take("km", read_number, None) or NOTHING,
        other=cells.take("other", read_money, None) or NOTHING,
        total=cells.take("total", read_money, None),
        iban=cells.take("iban", _iban, None),
        reference=cells.take("reference", _reference, None),
        note=cells.text("note"),
    )
    _check_whole(cells, invoice, column.today)
    invoice = replace(invoice, km_rate=_check_sum(cells, invoice, column.km_rate))
    return replace(invoice, problems=tuple(cells.problems))


def _iban(cell: Cell) -> str | None:
    return None if is_blank(cell) else clean_iban(text_of(cell))


def _reference(cell: Cell) -> str | None:
    return None if is_blank(cell) else clean_reference(text_of(cell))


def _check_whole(cells: RowCells, invoice: InvoiceRow, today: date) -> None:
    for name, text in NEEDED.items():
        if is_blank(cells.row.cells.get(name)) and name not in cells.row.formulas:
            cells.error(name, name, text)
    for name, text in WANTED.items():
        if is_blank(cells.row.cells.get(name)):
            cells.notice(name, f"{name}_missing", text)
    if invoice.received_on and invoice.received_on > today:
        cells.notice("received_on", "received_later", N_("The day of arrival is still to come."))
    if not invoice.name.sure:
        cells.notice("name", "name_order", N_("Which word is the given name was guessed."))
    if invoice.note:
        cells.notice("note", "note", N_("A note to read: “%(words)s”."), words=invoice.note)


def _check_sum(cells: RowCells, invoice: InvoiceRow, km_rate: KmRate) -> Decimal | None:
    """The rate by which the parts make the total: of the day of arrival, else of the year before."""
    day, total = invoice.received_on, invoice.total
    if day is None or total is None or (invoice.fee.amount is None and not invoice.fee.refused):
        return None
    current = km_rate(day)
    if _sum(invoice, current) == total:
        return current
    earlier = km_rate(date(day.year - 1, 12, 31))
    if _sum(invoice, earlier) == total:
        text = N_("The sum holds by last year's rate of %(rate)s per kilometre.")
        cells.notice("km", "earlier_rate", text, rate=earlier)
        return earlier
    text = N_("Fee, kilometres and costs make %(counted)s; the row says %(total)s.")
    cells.error("total", "sum", text, counted=_sum(invoice, current), total=total)
    return None


def _sum(invoice: InvoiceRow, rate: Decimal) -> Decimal:
    travel = (invoice.km * rate).quantize(CENT, ROUND_HALF_UP)
    return (invoice.fee.amount or NOTHING) + travel + invoice.other


def _number(invoice: InvoiceRow) -> str | None:
    return invoice.number or None


def _same_claim(invoice: InvoiceRow) -> Iterator[tuple[str, Hashable]]:
    if invoice.name.key and invoice.total is not None:
        if invoice.number:
            yield "number", (invoice.number, invoice.name.key, invoice.total)
        if invoice.order_number:
            yield "order", (invoice.order_number, invoice.name.key, invoice.total)


def _mark_shared_accounts(rows: Sequence[InvoiceRow]) -> list[InvoiceRow]:
    first: dict[str, InvoiceRow] = {}
    marked: list[InvoiceRow] = []
    for row in rows:
        earlier = first.setdefault(row.iban, row) if row.iban else row
        if earlier.name.key == row.name.key:
            marked.append(row)
            continue
        text = N_("Row %(number)s has the same account and another name.")
        sentence = Sentence(text, number=earlier.row)
        shared = Problem(row.sheet, row.row, "", sentence, Severity.NOTICE, "shared_account")
        marked.append(add_problem(row, shared))
    return marked
