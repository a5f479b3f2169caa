"""The command ``import-register``: what it prints, the file of bad rows, all or nothing."""

import stat
from datetime import date

import pytest
import sqlalchemy as sa

from imports.bad_rows import free_name
from imports.experts import read_experts
from imports.layouts import EXPERTS as EXPERT_LAYOUT
from imports.layouts import INVOICES as INVOICE_LAYOUT
from imports.sheet import open_register
from imports.workbooks import open_grids
from models import AccessLog, Expert, Order
from rules.errors import BadInput, DomainError
from tests.imports.importing import (
    DATA,
    EXPERTS,
    INVOICES,
    ORDERS,
    TODAY,
    fates,
    kinds,
    run,
    table_counts,
    write_csv,
)

HEADINGS = "Nimi;Synt;Puh;Sähköposti;Tilinumero;Hetu;Huom"


@pytest.fixture
def command(app):
    """Runs ``import-register`` with the given words; gives its result."""
    app.config["TODAY"] = TODAY

    def invoke(*words):
        return app.test_cli_runner().invoke(args=["import-register", *map(str, words)])

    return invoke


def counts_in(output):
    """The counts at the end of the output: words to number."""
    lines = output.partition("rows read")[2].splitlines()
    found = {"rows read": int(lines[0])}
    for line in filter(None, (line[:40] for line in lines[1:])):
        words, _, number = line.rstrip().rpartition(" ")
        if number.isdigit():
            found[words.strip()] = int(number)
    return found


def test_dry_run_prints_exact_counts_and_writes_nothing(command, session):
    result = command("experts", EXPERTS)

    counts = counts_in(result.output)
    assert result.exit_code == 0
    assert {words: counts[words] for words in (
        "rows read", "new", "changed (empty fields filled)", "the same, nothing to add", "not taken",
        "the same as a row above", "errors", "notices", "records",
    )} == {
        "rows read": 63, "new": 47, "changed (empty fields filled)": 0, "the same, nothing to add": 3, "not taken": 13,
        "the same as a row above": 3, "errors": 13, "notices": 34, "records": 177,
    }  # fmt: skip
    assert result.output.endswith("This was a dry run: nothing was written. Add --commit to take the good rows.\n")
    assert table_counts() == {}


def test_output_names_rows_and_columns_and_nobody(command):
    output = command("experts", EXPERTS).output

    lines = output.splitlines()
    rows = read_experts(EXPERTS, TODAY, allow_temporary=True).rows
    told = {secret for row in rows for secret in (
        row.iban, row.identity_code, row.phone, row.email, row.name.surname, row.name.given) if secret}
    assert "Pankki!M15  error    The bank's own check digit in the account number does not match." in lines
    assert "Pankki!Q13  notice   Nothing was made of the note “tuo oman koiran; puh. •••• 67”." in lines
    assert "Pankki!64  same     The same as row 43." in lines
    assert [secret for secret in told if secret in output] == []


def test_changed_fields_are_printed_masked(command, session, tmp_path):
    command("experts", write_csv(tmp_path, HEADINGS, "Aino Salo;1985;0401234567;;;;"), "--commit")

    output = command("experts", write_csv(
        tmp_path, HEADINGS, "Aino Salo;;0401234567;aino@esimerkki.invalid;;;vain etänä")).output

    assert output.splitlines()[:2] == [
        "list.csv!2  changed  E-mail: – → a••••@esimerkki.invalid", "list.csv!2  changed  Remote only: – → True"]


def test_commit_writes_the_bad_rows_for_their_owner_alone(command, session, tmp_path):
    target = tmp_path / "bad.xlsx"

    result = command("experts", EXPERTS, "--commit", "--bad-rows", target)

    original = {row.number: row for row in open_register(EXPERTS, EXPERT_LAYOUT).rows}
    bad = open_register(target, EXPERT_LAYOUT)
    numbers = [14, 15, 16, 17, 18, 20, 21, 22, 25, 26, 27, 28, 29]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert result.output.splitlines()[-1] == f"The good rows were taken. The others are in {target}, which only you can read."
    kept = {number: row.cells for number, row in zip(numbers, bad.rows, strict=True)}
    kept[22]["note"] = ""  # a formula that showed nothing is marked
    assert kept == {number: dict(original[number].cells) for number in numbers}
    assert [row.columns for row in bad.rows] == [original[number].columns for number in numbers]
    [grid] = open_grids(target)
    assert (grid.rows[0][-1], grid.rows[2][-1]) == (
        "Ongelmat", "M: The bank's own check digit in the account number does not match.")


def test_bad_rows_come_in_again_as_bad_until_they_are_corrected(command, session, tmp_path):
    target = tmp_path / "bad.xlsx"
    command("experts", EXPERTS, "--commit", "--bad-rows", target)

    first, again = run("experts", EXPERTS), run("experts", target, commit=True, bad_rows=tmp_path / "again.xlsx")

    assert fates(again) == (0, 0, 0, 13)
    assert kinds(again, "error") == kinds(first, "error")
    twice, once = (open_grids(path)[0].rows for path in (tmp_path / "again.xlsx", target))
    assert [row[:-1] for row in twice] == [row[:-1] for row in once]


def test_bad_rows_of_a_csv_keep_their_cells(session, tmp_path):
    target = tmp_path / "bad.xlsx"

    report = run("invoices", INVOICES, commit=True, bad_rows=target)

    original, bad = (open_register(path, INVOICE_LAYOUT).rows for path in (INVOICES, target))
    assert (len(bad), fates(report)) == (40, (0, 0, 0, 40))
    assert [row.cells for row in bad] == [
        {name: cell or "" for name, cell in row.cells.items()} for row in original]


def test_bad_rows_never_go_over_a_file_that_is_there(command, session, tmp_path):
    target = tmp_path / "bad.xlsx"
    target.write_text("being corrected")

    refused = command("experts", EXPERTS, "--commit", "--bad-rows", target)
    no_workbook = command("experts", EXPERTS, "--commit", "--bad-rows", tmp_path / "bad.csv")
    nowhere = command("experts", EXPERTS, "--commit", "--bad-rows", tmp_path / "no" / "bad.xlsx")

    assert [result.exit_code for result in (refused, no_workbook, nowhere)] == [1, 1, 1]
    assert refused.output == "Error: There is a file “bad.xlsx” already: it is left as it is.\n"
    assert nowhere.output == "Error: The file “bad.xlsx” cannot be written: No such file or directory.\n"
    assert (target.read_text(), table_counts()) == ("being corrected", {})


def test_free_name_leaves_earlier_files_alone(tmp_path):
    names = []
    for _ in range(3):
        names.append(free_name(tmp_path / "instance", "experts", TODAY))
        names[-1].touch()

    assert [name.name for name in names] == [
        f"bad-rows-experts-2026-11-24{ending}.xlsx" for ending in ("", "-2", "-3")]
    assert stat.S_IMODE((tmp_path / "instance").stat().st_mode) == 0o700


def test_wrong_file_is_refused_in_a_sentence(command):
    result = command("experts", ORDERS)

    assert (result.exit_code, result.output) == (1, "Error: This file is a list of orders, not a register of experts.\n")


def test_temporary_codes_pass_in_tests_and_demo_and_by_the_option(app, command, tmp_path):
    path = write_csv(tmp_path, HEADINGS, "Aino Salo;2.2.1985;0401234567;;;020285-9128;")

    outputs = {}
    for testing, demo, option in ((True, False, ()), (False, True, ()), (False, False, ()),
                                  (False, False, ("--allow-temporary",))):
        app.config.update(TESTING=testing, DEMO=demo)
        outputs[testing, demo, option] = counts_in(command("experts", path, *option).output)["new"]

    assert list(outputs.values()) == [1, 1, 0, 1]


def test_what_the_database_refuses_takes_every_row_back(session, tmp_path):
    session.execute(sa.text(
        "CREATE TRIGGER no_otto BEFORE INSERT ON expert WHEN NEW.first_name = 'Otto' "
        "BEGIN SELECT RAISE(ABORT, 'Otto Laine is refused'); END"))
    path = write_csv(tmp_path, HEADINGS, "Aino Salo;1985;0401234567;;;;", "Otto Laine;1985;0407654321;;;;")
    target = tmp_path / "bad.xlsx"

    with pytest.raises(DomainError) as refused:
        run("experts", path, commit=True, bad_rows=target)
    session.execute(sa.text("DROP TRIGGER no_otto"))
    run("experts", path, commit=True)

    assert str(refused.value) == (
        "Row 3 of the sheet “list.csv” cannot be kept: "
        "The database refused this: a value is missing or does not fit. Nothing was written.")
    assert not target.exists()
    assert session.scalar(sa.select(sa.func.count()).select_from(AccessLog)) == 1


def test_file_that_is_no_register_is_refused(session, tmp_path):
    with pytest.raises(BadInput):
        run("orders", write_csv(tmp_path, "a;b", "1;2"))

    assert table_counts() == {}


@pytest.mark.both_databases
def test_registers_are_taken_one_after_the_other(app, command, session, tmp_path):
    expected = {"experts": (47, 0, 50), "orders": (69, 0, 70), "invoices": (0, 0, 0)}
    found = {}
    for kind, path in (("experts", EXPERTS), ("orders", ORDERS), ("invoices", INVOICES)):
        words = ("--commit", "--bad-rows")
        first = counts_in(command(kind, path, *words, tmp_path / f"{kind}-1.xlsx").output)
        second = counts_in(command(kind, path, *words, tmp_path / f"{kind}-2.xlsx").output)
        found[kind] = (first["new"], second["new"], second["the same, nothing to add"])

    assert found == expected
    counted = [session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Expert, Order, AccessLog)]
    assert counted == [47, 69, 6]
    assert session.scalar(sa.select(sa.func.min(Order.received_on))) >= date(2025, 1, 1)
    assert sorted(path.name for path in DATA.glob("*.xlsx")) == ["register-experts.xlsx", "register-orders.xlsx"]
