"""Whole files: three registers kept as coordinators keep them."""

from dataclasses import asdict
from datetime import date, time
from decimal import Decimal
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from imports.experts import read_experts
from imports.invoices import read_invoices
from imports.orders import read_orders
from imports.problems import SameAs, Severity
from imports.workbooks import open_grids
from rules.choices import OrderKind
from rules.person_names import PersonName
from rules.reading import Fee
from rules.reading_dates import Birth
from rules.register_words import Feedback, Place, StateWord

DATA = Path(__file__).parents[1] / "data"
TODAY = date(2026, 11, 24)


def km_rate(day):
    return Decimal("0.55") if day >= date(2026, 1, 1) else Decimal("0.59")


@pytest.fixture(scope="module")
def experts():
    return read_experts(DATA / "register-experts.xlsx", TODAY, allow_temporary=True)


@pytest.fixture(scope="module")
def orders():
    return read_orders(DATA / "register-orders.xlsx", TODAY)


@pytest.fixture(scope="module")
def invoices():
    return read_invoices(DATA / "register-invoices.csv", TODAY, km_rate)


def on_row(reading, number):
    [row] = [row for row in reading.rows if row.row == number]
    return row


def kinds(row):
    return sorted(problem.kind for problem in row.problems)


def write_csv(folder, *lines, encoding="utf-8"):
    path = folder / "list.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def test_committed_registers_are_what_their_maker_makes(tmp_path):
    spec = spec_from_file_location("make_register", DATA / "make_register.py")
    maker = module_from_spec(spec)
    spec.loader.exec_module(maker)

    maker.make(tmp_path)

    for name in ("register-experts.xlsx", "register-orders.xlsx", "register-invoices.csv"):
        made, committed = ([asdict(grid) for grid in open_grids(folder / name)] for folder in (tmp_path, DATA))
        assert made == committed


def test_experts_are_counted(experts):
    assert (experts.rows_read, len(experts.good_rows), len(experts.repeated_rows)) == (63, 50, 2)
    assert experts.count(Severity.ERROR) == {
        "iban": 2, "identity_code": 2, "birth_differs": 1, "name": 1, "formula": 2, "phone": 1, "email": 1,
        "birth": 2, "trained": 1,
    }  # fmt: skip
    assert experts.count(Severity.NOTICE) == {
        "summary_row": 1, "unread_sheet": 1, "pause_open": 1, "avoided_unit": 1, "email_letters": 18,
        "theme_closed": 1, "minor_contradiction": 1, "note_unread": 1, "live_formula": 1, "no_contact": 1,
        "training": 2, "language": 1, "minor": 1, "repeated": 2, "maybe_repeated": 1,
    }  # fmt: skip


def test_orders_are_counted(orders):
    assert (orders.rows_read, len(orders.good_rows), len(orders.repeated_rows)) == (80, 70, 1)
    assert orders.count(Severity.ERROR) == {
        "number_taken": 1, "number": 2, "fee": 1, "length": 1, "state": 3, "formula": 1, "received_on": 1,
    }  # fmt: skip
    assert orders.count(Severity.NOTICE) == {
        "summary_row": 1, "unread_sheet": 1, "time": 1, "paid_before": 1, "paid_without_day": 1,
        "people_missing": 1, "remote_km": 1, "live_formula": 1, "event": 1, "length": 1, "repeated": 1,
    }  # fmt: skip


def test_invoices_are_counted(invoices):
    assert (invoices.rows_read, len(invoices.good_rows), len(invoices.repeated_rows)) == (40, 32, 1)
    assert invoices.count(Severity.ERROR) == {
        "sum": 1, "number_taken": 1, "iban": 1, "reference": 2, "order_number": 1, "formula": 1, "fee": 1,
    }  # fmt: skip
    assert invoices.count(Severity.NOTICE) == {
        "repeated": 1, "earlier_rate": 1, "received_later": 1, "iban_missing": 1, "note": 1,
    }  # fmt: skip


def test_every_expert_with_two_names_has_the_given_name_found(experts):
    maker_given = {"Aino", "Anna-Kaisa", "Ville", "Noora", "Jean-Pierre", "Saga", "Otto", "Helmi", "Åsa", "Väinö",
                   "Minttu", "Petteri", "Amina", "Oskari", "Katri"}  # fmt: skip
    named = [row.name for row in experts.rows if row.name.surname]

    assert (len(named), {name.given for name in named}, {name.sure for name in named}) == (60, maker_given, {True})


def test_bad_account_keeps_the_expert_out_and_a_good_one_does_not(experts):
    bad, good = on_row(experts, 14), on_row(experts, 6)

    assert (bad.good, bad.iban, kinds(bad)) == (False, None, ["iban"])
    assert (good.good, good.iban is not None, kinds(good)) == (True, True, [])


def test_problem_says_where_it_is(experts):
    [problem] = on_row(experts, 15).problems

    assert (problem.sheet, problem.row, problem.column, problem.severity) == ("Pankki", 15, "M", Severity.ERROR)
    assert str(problem.sentence) == "The bank's own check digit in the account number does not match."


def test_note_of_an_expert_becomes_its_meaning(experts):
    paused, protected, remote, avoiding = (on_row(experts, row) for row in (5, 6, 7, 8))

    assert (paused.note.paused, paused.note.pause_until) == (True, None)
    assert (protected.note.protected, protected.municipalities.withheld) == (True, True)
    assert (remote.note.remote_only, remote.note.contact) == (True, "soita iltapäivällä")
    assert avoiding.note.avoided == ("Jämsä",)


def test_closed_theme_is_not_among_the_themes(experts):
    row = on_row(experts, 9)

    assert (row.themes, row.closed_themes) == (("jälkihuolto",), ("väkivalta",))


def test_note_of_a_minor_is_compared_with_the_birth(experts):
    adult, young, unsaid = on_row(experts, 10), on_row(experts, 11), on_row(experts, 32)

    assert kinds(adult) == ["minor_contradiction"]
    assert (kinds(young), young.birth, young.note.guardian_consent_needed) == (
        ["email_letters"], Birth(year=2011), True)  # fmt: skip
    assert kinds(unsaid) == ["minor"]


def test_identifiers_in_problem_sentences_are_masked(experts):
    row = on_row(experts, 13)

    sentences = [str(problem.sentence) for problem in row.problems if problem.kind == "note_unread"]
    assert sentences == ["Nothing was made of the note “tuo oman koiran; puh. •••• 67”."]


def test_formula_in_a_cell_is_never_taken_for_its_text(experts):
    typed, empty, counted = (on_row(experts, row) for row in (21, 22, 23))

    assert (typed.good, kinds(typed), typed.name) == (False, ["formula"], PersonName())
    assert (empty.good, "formula" in kinds(empty)) == (False, True)
    assert (counted.good, counted.training.hours) == (True, Decimal(40))


def test_alias_is_enough_and_no_name_is_not(experts):
    alias, nameless = on_row(experts, 19), on_row(experts, 20)

    assert (alias.good, alias.name) == (True, PersonName(alias="Leevi"))
    assert (nameless.good, "name" in kinds(nameless)) == (False, True)


def test_repeated_expert_points_to_the_earlier_row(experts):
    assert [(row.row, row.same_as) for row in experts.repeated_rows] == [
        (64, SameAs("Pankki", 43, ("iban",))),
        (65, SameAs("Pankki", 44, ("identity_code", "name_and_birth"))),
    ]
    assert [(row.row, row.same_as) for row in experts.rows if "maybe_repeated" in kinds(row)] == [(66, None)]


def test_temporary_identity_codes_pass_only_when_allowed(experts):
    strict = read_experts(DATA / "register-experts.xlsx", TODAY, allow_temporary=False)

    with_code = [row for row in experts.rows if row.identity_code]
    assert (len(with_code), [row for row in strict.rows if row.identity_code]) == (54, [])


def test_order_is_read_whole(orders):
    order = on_row(orders, 2)

    assert (order.number, order.received_on, order.day) == ("2025-001", date(2025, 1, 6), date(2025, 2, 5))
    assert (order.organisation, order.contact) == ("Jämsän lastensuojelu", PersonName("Senni", "Kinnunen"))
    assert (order.kind, order.time.start, order.minutes) == (OrderKind.PANEL, time(13), 45)
    assert (order.place, order.people) == (Place("Multia"), (PersonName("Anna-Kaisa", "Lehtonen"),))
    assert (order.fee, order.km, order.state) == (Fee(Decimal("90.00")), Decimal(12), StateWord.HELD)
    assert (order.invoice_number, order.feedback) == ("501", Feedback(5))


def test_order_number_taken_is_refused_and_a_slash_is_not(orders):
    slash, taken = on_row(orders, 32), on_row(orders, 33)

    assert (slash.good, slash.number) == (True, "2025-031")
    assert (taken.good, [str(problem.sentence) for problem in taken.problems]) == (
        False, ["The number 2025-001 is already on row 2."])  # fmt: skip


def test_order_without_a_fee_or_with_odd_words_is_told_apart(orders):
    refused, odd_words, odd_time = (on_row(orders, row) for row in (36, 37, 38))

    assert (refused.good, refused.fee) == (True, Fee(refused=True))
    assert (odd_words.good, odd_words.fee) == (False, Fee())
    assert (odd_time.good, odd_time.time.words, odd_time.time.start) == (True, "aamukahvin jälkeen", None)


def test_order_states_are_the_words_of_the_register(orders):
    rows = [on_row(orders, row) for row in (3, 4, 40, 41, 42, 50)]

    assert [row.state for row in rows] == [
        StateWord.PAID, StateWord.HELD, StateWord.CANCELLED, StateWord.MOVED, None, StateWord.RECEIVED]  # fmt: skip


def test_two_people_of_one_order_are_parted(orders):
    row = on_row(orders, 45)

    assert (row.places, row.people) == (2, (PersonName("Noora", "Korhonen"), PersonName("Otto", "Salo")))


def test_repeated_order_is_no_taken_number(orders):
    assert [(row.row, row.same_as, row.good) for row in orders.repeated_rows] == [
        (61, SameAs("Tilaukset 2025-26", 60, ("event",)), True)]  # fmt: skip


def test_invoice_is_read_whole(invoices):
    invoice = on_row(invoices, 2)

    assert (invoice.number, invoice.received_on, invoice.order_number) == ("701", date(2026, 10, 2), "2026-101")
    assert (invoice.name, invoice.fee) == (PersonName("Anna-Kaisa", "Lehtonen"), Fee(Decimal("75.00")))
    assert (invoice.km, invoice.km_rate, invoice.other) == (Decimal(22), Decimal("0.55"), Decimal("4.50"))
    assert (invoice.total, invoice.reference) == (Decimal("91.60"), None)


def test_invoice_whose_parts_do_not_make_the_total_is_refused(invoices):
    row = on_row(invoices, 6)

    [problem] = row.problems
    assert (row.good, problem.column, problem.kind, problem.sentence.facts) == (
        False, "H", "sum", {"counted": Decimal("116.60"), "total": Decimal("999.50")})  # fmt: skip


def test_invoice_of_january_may_use_last_years_rate(invoices):
    row = on_row(invoices, 16)

    assert (row.good, row.km_rate, kinds(row)) == (True, Decimal("0.59"), ["earlier_rate"])


def test_invoice_reference_is_checked_in_both_kinds(invoices):
    rows = [on_row(invoices, row) for row in (10, 11, 12, 13)]

    assert [(row.good, row.reference) for row in rows] == [
        (True, "RF18539007547034"), (False, None), (True, "12345672"), (False, None)]  # fmt: skip


def test_invoice_without_a_fee_is_travel_only(invoices):
    row = on_row(invoices, 20)

    assert (row.good, row.fee, row.km, row.total) == (True, Fee(refused=True), Decimal(20), Decimal("11.00"))


def test_account_shared_by_two_names_is_noticed_and_by_one_name_is_not(tmp_path):
    path = write_csv(
        tmp_path,
        "Laskun nro;Saapunut;Nimi;Palkkio;Yhteensä;IBAN;Tilaus",
        "1;1.9.2026;Aino Korhonen;50;50;FI2112345600000785;2026-1",
        "2;2.9.2026;Korhonen Aino;60;60;FI2112345600000785;2026-2",
        "3;3.9.2026;Otto Salo;70;70;FI2112345600000785;2026-3",
    )

    reading = read_invoices(path, TODAY, km_rate)

    assert [kinds(row) for row in reading.rows] == [[], [], ["shared_account"]]
