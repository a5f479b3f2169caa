"""The files of a payment batch: read back, sealed, reproducible, and refused when anything disagrees."""

import csv
import hashlib
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from exports.batch_check import FilesDiffer, check_csv, check_workbook
from exports.batch_facts import BatchSheet
from exports.batch_workbook import batch_workbook
from exports.payment_batch import MadeFile, batch_files
from exports.payroll import Profile, payroll_csv, read_payroll_csv
from rules.batch_seal import BatchFacts, BatchLine, content_hash
from rules.choices import BatchKind
from rules.errors import DomainError
from rules.export_profiles import GENERIC as GENERIC_AS_WRITTEN
from rules.export_profiles import SHIPPED, DateForm, DecimalMark, Encoding, LineEnd, Separator, Written
from rules.payment_ids import end_to_end_id

HELSINKI = ZoneInfo("Europe/Helsinki")
NUMBER = "KA2026B0042"
FACTS = BatchFacts(NUMBER, BatchKind.PAYROLL, date(2026, 11, 30))


def a_line(line_no: int = 1, **changes: Any) -> BatchLine:
    facts: dict[str, Any] = {
        "line_no": line_no,
        "end_to_end_id": end_to_end_id(NUMBER, line_no),
        "claim_number": f"2026-{line_no:03d}",
        "payee_name": "Venla Salminen",
        "last_name": "Salminen",
        "first_name": "Venla",
        "iban": "FI2112345600000785",
        "identity_code": "010190-999P",
        "income_type": "210",
        "work_from": date(2026, 11, 3),
        "work_to": date(2026, 11, 4),
        "hours": Decimal("2.5"),
        "unit_price": Decimal("30.00"),
        "fee": Decimal("75.00"),
        "km": Decimal(48),
        "km_amount": Decimal("26.40"),
        "other": Decimal("0.10"),
        "cost_centre": "4410",
        "project": "P-7",
        "note": "",
        "warnings": ("New account number.",),
    }
    facts.update(changes)
    facts.setdefault("total", facts["fee"] + facts["km_amount"] + facts["other"])
    return BatchLine(**facts)


LINES = [a_line(1), a_line(2, fee=Decimal("150.00"), km=None, km_amount=Decimal(0), warnings=())]


def a_sheet(facts: BatchFacts = FACTS, lines: list[BatchLine] = LINES, **changes: Any) -> BatchSheet:
    stamp = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)
    sheet = BatchSheet(
        facts=facts,
        kind_label="To payroll",
        content_hash=content_hash(facts, lines),
        maker="Sari Talous",
        created_at=stamp,
        submitter="Sari Talous",
        submitted_at=stamp,
        approver="Timo Talous",
        approved_at=stamp,
        generated_at=stamp,
        income_register_deadline=date(2026, 12, 7),
    )
    return replace(sheet, **changes)


GENERIC = Profile.of(GENERIC_AS_WRITTEN)


def made(**changes: Any) -> dict[str, MadeFile]:
    return {file.name: file for file in batch_files(a_sheet(**changes), LINES, GENERIC, zone=HELSINKI)}


def cells(data: bytes, sheet: str, *, values: bool = False) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(data), data_only=values)[sheet].iter_rows(values_only=True))


def records(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_batch_has_its_three_files() -> None:
    files = batch_files(a_sheet(), LINES, GENERIC)

    assert [(file.name, file.content_type) for file in files] == [
        (
            "KA2026B0042_maksulista.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("KA2026B0042_palkka.csv", "text/csv; charset=utf-8"),
        ("KA2026B0042_SHA256SUMS.txt", "text/plain; charset=utf-8"),
    ]
    assert [file.sha256 for file in files] == [hashlib.sha256(file.data).hexdigest() for file in files]


def test_batch_files_made_twice_are_the_same_bytes() -> None:
    assert made() == made()


def test_checksums_are_what_sha256sum_checks(tmp_path: Path) -> None:
    for file in made().values():
        (tmp_path / file.name).write_bytes(file.data)

    checked = subprocess.run(
        ["/usr/bin/sha256sum", "-c", f"{NUMBER}_SHA256SUMS.txt"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.stdout.splitlines() == [
        "KA2026B0042_maksulista.xlsx: OK",
        "KA2026B0042_palkka.csv: OK",
    ]
    assert checked.returncode == 0


def test_summary_says_what_finance_compares() -> None:
    files = made()

    summary = dict(row[:2] for row in cells(files[f"{NUMBER}_maksulista.xlsx"].data, "Summary")[2:])

    local = datetime(2026, 11, 24, 9, 5)  # noqa: DTZ001 - worksheets know no zones
    assert summary == {
        "Kind": "To payroll",
        "Payment date": datetime(2026, 11, 30),  # noqa: DTZ001 - worksheets know no zones
        "Lines": 2,
        "Sum": 251.6,
        "Warnings": 1,
        "In the Incomes Register by": datetime(2026, 12, 7),  # noqa: DTZ001 - worksheets know no zones
        "Made by": "Sari Talous",
        "Made at": local,
        "Submitted by": "Sari Talous",
        "Submitted at": local,
        "Approved by": "Timo Talous",
        "Approved at": local,
        "Files made at": local,
        "Content sealed (SHA-256)": content_hash(FACTS, LINES),
        "Export profile": "Yleinen 1",
        "KA2026B0042_palkka.csv": files["KA2026B0042_palkka.csv"].sha256,
    }


def test_lines_are_typed_and_summed() -> None:
    data = made()[f"{NUMBER}_maksulista.xlsx"].data

    _, first, _, total = cells(data, "Lines", values=True)

    assert first == (
        1,
        "KA2026B0042-000001",
        "2026-001",
        "Venla Salminen",
        "FI21 •••• 85",
        "••••••••P",
        "210",
        datetime(2026, 11, 3),  # noqa: DTZ001 - worksheets know no zones
        datetime(2026, 11, 4),  # noqa: DTZ001 - worksheets know no zones
        2.5,
        30,
        75,
        48,
        26.4,
        0.1,
        101.5,
        "4410",
        "P-7",
        None,
    )
    assert total[9:16] == (None, None, 225, 48, 26.4, 0.2, 251.6)
    assert cells(data, "Lines")[3][15] == "=SUM(P2:P3)"


def test_warnings_stand_on_their_own_sheet() -> None:
    assert cells(made()[f"{NUMBER}_maksulista.xlsx"].data, "Warnings") == [
        ("Line", "Claim", "Payee", "Warning"),
        (1, "2026-001", "Venla Salminen", "New account number."),
    ]


@pytest.mark.parametrize(
    ("mask", "shown"),
    [(True, ("FI21 •••• 85", "••••••••P")), (False, ("FI2112345600000785", "010190-999P"))],
)
def test_payee_is_masked_unless_the_list_is_for_paying(mask: bool, shown: tuple[str, str]) -> None:
    data = made(mask_payee=mask)[f"{NUMBER}_maksulista.xlsx"].data

    assert cells(data, "Lines")[1][4:6] == shown


def test_nothing_to_mask_stays_empty() -> None:
    lines = [a_line(1, iban="", identity_code="")]

    data = batch_files(a_sheet(lines=lines), lines, GENERIC)[0].data

    assert cells(data, "Lines")[1][4:6] == (None, None)


def test_payroll_file_has_the_columns_that_finance_named() -> None:
    data = payroll_csv(GENERIC, a_sheet(), LINES, zone=HELSINKI)

    assert data.startswith(b"\xef\xbb\xbf")
    assert records(data)[0] == {
        "Erä": NUMBER,
        "Rivi": "1",
        "Laskunumero": "2026-001",
        "Henkilötunniste": "010190-999P",
        "Sukunimi": "Salminen",
        "Etunimi": "Venla",
        "Tulolaji": "210",
        "Työ alkaen": "3.11.2026",
        "Työ päättyen": "4.11.2026",
        "Tunnit": "2,5",
        "Yksikköhinta": "30,00",
        "Palkkio": "75,00",
        "Kilometrit": "48",
        "Kilometrikorvaus": "26,40",
        "Muut kulut": "0,10",
        "Kustannuspaikka": "4410",
        "Projekti": "P-7",
        "Hyväksyjä": "Timo Talous",
        "Hyväksytty": "24.11.2026 9:05",
        "Huomautus": "",
    }


def test_payroll_file_follows_its_profile() -> None:
    profile = Profile.of(Written(
        name="House", columns="ID = person_id\nCode = income_type\nDay = work_from\nEur = total",
        separator=Separator.COMMA, decimal_mark=DecimalMark.POINT, encoding=Encoding.UTF8,
        date_form=DateForm.FINNISH_DIGITS, line_end=LineEnd.LF, codes="income_type: 210 = 5021"), "3")

    data = payroll_csv(profile, a_sheet(), LINES[:1])

    assert data == b"ID,Code,Day,Eur\n010190-999P,5021,03112026,101.50\n"
    assert str(profile) == "House 3"


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda written: written.name)
def test_shipped_profiles_write_files_that_read_back(shipped: Written) -> None:
    profile = Profile.of(shipped)

    data = payroll_csv(profile, a_sheet(), LINES, zone=HELSINKI)

    assert data == payroll_csv(profile, a_sheet(), LINES, zone=HELSINKI)
    check_csv(profile, data, LINES)


def test_file_has_the_byte_order_mark_only_where_the_profile_says_so() -> None:
    written = {encoding: payroll_csv(replace(GENERIC, encoding=encoding.value), a_sheet(), LINES) for encoding in Encoding}

    assert {encoding: data.startswith(b"\xef\xbb\xbf") for encoding, data in written.items()} == {
        Encoding.UTF8_MARKED: True, Encoding.UTF8: False, Encoding.LATIN1: False}
    assert written[Encoding.LATIN1] == written[Encoding.UTF8].decode().encode("latin-1")


def test_character_that_the_encoding_lacks_is_refused_and_not_changed() -> None:
    profile = replace(GENERIC, encoding="iso-8859-1")
    assert payroll_csv(profile, a_sheet(), [a_line(1, last_name="Åström")])

    with pytest.raises(DomainError) as refused:
        payroll_csv(profile, a_sheet(), [a_line(1, last_name="Šimić")])

    assert str(refused.value) == (
        "The export profile Yleinen 1 writes ISO-8859-1, which does not have the character Š.")


def test_code_without_a_counterpart_is_refused() -> None:
    profile = replace(GENERIC, codes={"income_type": {"214": "5021"}})
    mapped = payroll_csv(profile, a_sheet(), [a_line(1, income_type="214")])
    assert records(mapped)[0]["Tulolaji"] == "5021"

    with pytest.raises(DomainError) as refused:
        payroll_csv(profile, a_sheet(), LINES)

    assert str(refused.value) == "Line 1: the export profile Yleinen has no code for Tulolaji 210."


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.sampled_from(";,\t|"))
def test_any_note_reads_back_unchanged_from_the_payroll_file(note: str, delimiter: str) -> None:
    profile = replace(GENERIC, delimiter=delimiter)

    data = payroll_csv(profile, a_sheet(), [a_line(1, note=note), a_line(2)])

    assert [record["note"] for record in read_payroll_csv(profile, data)] == [note, ""]


def test_payroll_file_adds_nothing_before_a_value() -> None:
    data = payroll_csv(GENERIC, a_sheet(), [a_line(1, note="=1+1"), a_line(2, note='a;"b"\nc')])

    assert [line["Huomautus"] for line in records(data)] == ["=1+1", 'a;"b"\nc']


def test_payroll_file_of_another_profile_is_not_read() -> None:
    other = replace(GENERIC, columns=GENERIC.columns[:3])

    with pytest.raises(DomainError, match="does not have the columns"):
        read_payroll_csv(other, payroll_csv(GENERIC, a_sheet(), LINES))


def test_payee_name_that_looks_like_a_formula_stays_text() -> None:
    lines = [a_line(1, payee_name='=HYPERLINK("http://example.invalid")')]

    files = batch_files(a_sheet(lines=lines), lines, GENERIC)

    cell = load_workbook(BytesIO(files[0].data))["Lines"]["D2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (lines[0].payee_name, "s", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"payee_name": "Venla Salmi"},
        {"iban": "FI5412345600000731"},
        {"identity_code": "010190-998N"},
        {"fee": Decimal("75.01")},
        {"hours": Decimal("2.6")},
        {"km": None},
        {"income_type": "214"},
        {"work_to": date(2026, 11, 5)},
        {"cost_centre": "4411"},
        {"project": ""},
        {"claim_number": "2026-009"},
        {"note": "x"},
    ],
)
def test_seal_breaks_when_a_line_changes(changes: dict[str, Any]) -> None:
    changed = [a_line(1, **changes), LINES[1]]

    assert content_hash(FACTS, changed) != content_hash(FACTS, LINES)
    with pytest.raises(DomainError, match="not what was approved"):
        batch_files(a_sheet(), changed, GENERIC)


@pytest.mark.parametrize(
    "facts",
    [
        replace(FACTS, payment_date=date(2026, 12, 1)),
        replace(FACTS, kind="sepa"),
        replace(FACTS, payer_account="FI2112345600000785"),
        replace(FACTS, number="KA2026B0043"),
    ],
)
def test_seal_breaks_when_the_head_changes(facts: BatchFacts) -> None:
    assert content_hash(facts, LINES) != content_hash(FACTS, LINES)


def test_seal_holds_when_only_the_look_changes() -> None:
    same = [LINES[1], a_line(1, hours=Decimal("2.50"), fee=Decimal("75.000"), warnings=(), claim_approver="K. K.")]

    assert content_hash(FACTS, same) == content_hash(FACTS, LINES)


def test_seal_is_the_same_for_a_kind_by_name_and_by_value() -> None:
    assert content_hash(replace(FACTS, kind="payroll"), LINES) == content_hash(FACTS, LINES)


def test_seal_of_a_known_batch_never_changes() -> None:
    lines = [BatchLine(line_no=1, end_to_end_id="E-1", claim_number="1", payee_name="Ä", total=Decimal(1))]
    text = (
        '{"batch":{"kind":"payroll","number":"KA2026B0042","payer_account":"","payment_date":"2026-11-30"},'
        '"form":"kokemussilta-batch-1","lines":[{"claim_number":"1","cost_centre":"","end_to_end_id":"E-1",'
        '"fee":0,"first_name":"","hours":null,"iban":"","identity_code":"","income_type":"","km":null,'
        '"km_amount":0,"last_name":"","line_no":1,"note":"","other":0,"payee_name":"Ä","project":"",'
        '"total":100,"unit_price":null,"work_from":null,"work_to":null}]}'
    )

    assert content_hash(FACTS, lines) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "The batch has no lines."),
        ([a_line(1), a_line(1)], "Two lines of the batch have the same number."),
        ([a_line(1, end_to_end_id="KA2026B0041-000001")], "Line 1 has an identifier of another payment."),
        ([a_line(1, total=Decimal("1.00"))], "The parts of line 1 do not add up to its sum."),
        (
            [a_line(1, fee=Decimal(0), km_amount=Decimal(0), other=Decimal(0))],
            "Line 1 has nothing to pay.",
        ),
    ],
)
def test_lines_that_cannot_be_paid_are_refused(lines: list[BatchLine], sentence: str) -> None:
    with pytest.raises(DomainError) as refused:
        batch_files(a_sheet(lines=lines), lines, GENERIC)

    assert str(refused.value) == sentence


def test_bank_batch_has_its_file_listed_and_no_payroll_file() -> None:
    facts = replace(FACTS, kind="sepa", payer_account="FI5412345600000731")
    bank = MadeFile.of(f"{NUMBER}_pain001.xml", "application/xml", b"<Document/>")

    files = batch_files(a_sheet(facts), LINES, None, other_files=[bank])

    names = [f"{NUMBER}_maksulista.xlsx", f"{NUMBER}_pain001.xml", f"{NUMBER}_SHA256SUMS.txt"]
    assert [file.name for file in files] == names
    assert (bank.name, bank.sha256) in [row[:2] for row in cells(files[0].data, "Summary")]
    assert files[2].data.decode().splitlines()[1] == f"{bank.sha256}  {bank.name}"


@pytest.mark.parametrize(("kind", "profile"), [("payroll", None), ("sepa", GENERIC)])
def test_export_profile_belongs_to_payroll_alone(kind: str, profile: Profile | None) -> None:
    with pytest.raises(DomainError, match="needs an export profile"):
        batch_files(a_sheet(replace(FACTS, kind=kind)), LINES, profile)


def test_reading_back_accepts_the_lines_the_files_were_made_of() -> None:
    files = made()

    check_workbook(files[f"{NUMBER}_maksulista.xlsx"].data, LINES)
    check_csv(GENERIC, files[f"{NUMBER}_palkka.csv"].data, LINES)


@pytest.mark.parametrize(
    "lines",
    [
        LINES[:1],
        [*LINES, a_line(3)],
        [LINES[0], a_line(2)],
        [LINES[0], replace(LINES[1], end_to_end_id=end_to_end_id(NUMBER, 3), line_no=3)],
    ],
)
def test_reading_back_finds_a_file_of_other_lines(lines: list[BatchLine]) -> None:
    files = made()

    with pytest.raises(FilesDiffer):
        check_workbook(files[f"{NUMBER}_maksulista.xlsx"].data, lines)
    with pytest.raises(FilesDiffer):
        check_csv(GENERIC, files[f"{NUMBER}_palkka.csv"].data, lines)


def test_hundreds_of_lines_add_up_to_the_cent() -> None:
    lines = [a_line(number, fee=Decimal("0.10") * number) for number in range(1, 501)]

    files = batch_files(a_sheet(lines=lines), lines, GENERIC)

    total = cells(files[0].data, "Lines", values=True)[-1][15]
    assert Decimal(str(total)) == sum(line.total for line in lines)


def test_workbook_that_loses_a_line_is_never_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def losing(sheet: BatchSheet, lines: list[BatchLine], *rest: Any) -> bytes:
        return batch_workbook(sheet, lines[:-1], *rest)

    monkeypatch.setattr("exports.payment_batch.batch_workbook", losing)

    with pytest.raises(FilesDiffer):
        batch_files(a_sheet(), LINES, GENERIC)


def test_payroll_file_that_loses_a_line_is_never_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def losing(profile: Profile, sheet: BatchSheet, lines: list[BatchLine], **zone: Any) -> bytes:
        return payroll_csv(profile, sheet, lines[:-1], **zone)

    monkeypatch.setattr("exports.payment_batch.payroll_csv", losing)

    with pytest.raises(FilesDiffer):
        batch_files(a_sheet(), LINES, GENERIC)
