"""Forms: what they take, what they refuse with which words, and that nothing typed or stored is lost."""

from datetime import date, time
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models import (
    Completion,
    Expert,
    Invoice,
    InvoiceLine,
    Municipality,
    Occasion,
    Order,
    Organisation,
    Payee,
    Programme,
    Theme,
    User,
    db,
)
from rules.choices import LineKind, OrganisationKind
from rules.states import ClaimStatus
from services.saving import PREPARE
from tests.admin.filling import errors_of, fields_of, filled, flashes_of, send
from tests.factories import make

ONE = "/admin/organisation/edit/?id={}"
IBAN, OTHER_IBAN = "FI2112345600000785", "FI5542345670000081"
CHOOSE = "Choose from the list."


@pytest.fixture(autouse=True)
def english(app):
    app.config["BABEL_DEFAULT_LOCALE"] = "en"


@pytest.fixture
def coordinator(login):
    return in_english(login("coordinator"))


def in_english(client):
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    return client


def order_form(client, **changed):
    """A new order as it is typed from a phone call."""
    organisation, theme = make(Organisation), make(Theme)
    typed = {"organisation": f"{organisation.id}", "kind": "talk", "themes": f"{theme.id}",
             "received_on": "2026-01-15", "occasions__on": "2026-02-01"}
    return filled(client.get("/admin/order/new/").text, **typed | changed)


# --- saving


def test_record_is_saved_as_typed(coordinator):
    town = make(Municipality)

    answer = send(coordinator, "/admin/organisation/new/", name="  Koti  ", kind="residential",
                  municipality=f"{town.id}", trains="y")

    organisation = db.session.scalars(sa.select(Organisation)).one()
    assert answer.headers["Location"] == f"/admin/organisation/details/?id={organisation.id}"
    assert (organisation.name, organisation.kind, organisation.municipality, organisation.trains) == (
        "Koti", OrganisationKind.RESIDENTIAL, town, True)


def test_order_is_saved_with_its_first_time(coordinator):
    answer = coordinator.post("/admin/order/new/", data=order_form(
        coordinator, occasions__starts="9.30", occasions__ends="11:00", offered_fee="1 234,50"))

    order = db.session.scalars(sa.select(Order)).one()
    assert answer.status_code == 302
    assert [(o.on, o.starts, o.ends) for o in order.occasions] == [(date(2026, 2, 1), time(9, 30), time(11))]
    assert order.offered_fee == Decimal("1234.50")


def test_edit_keeps_what_was_not_touched(coordinator):
    themes = [make(Theme), make(Theme)]
    expert = make(Expert, themes=themes, remote_only=True, birth_date=date(2000, 2, 29), load_limit=4)

    answer = send(coordinator, f"/admin/expert/edit/?id={expert.id}", alias="Uusi nimi")

    assert answer.status_code == 302
    assert (expert.alias, expert.themes, expert.remote_only, expert.birth_date, expert.load_limit) == (
        "Uusi nimi", themes, True, date(2000, 2, 29), 4)


@pytest.mark.parametrize("left_out", ["municipality", "parent", "kind"])
def test_field_that_a_form_does_not_carry_stays_as_it_was(left_out, coordinator):
    organisation = make(Organisation, municipality=make(Municipality), parent=make(Organisation))
    before = (organisation.municipality, organisation.parent, organisation.kind)

    answer = send(coordinator, ONE.format(organisation.id), name="Uusi", **{left_out: None})

    assert (answer.status_code, organisation.name) == (302, "Uusi")
    assert (organisation.municipality, organisation.parent, organisation.kind) == before


@pytest.mark.parametrize("left_out", ["birth_date", "load_limit", "known_by"])
def test_date_or_number_that_a_form_does_not_carry_stays_as_it_was(left_out, coordinator):
    expert = make(Expert, birth_date=date(2000, 2, 29), load_limit=4, known_by=make(User))
    before = (expert.birth_date, expert.load_limit, expert.known_by)

    answer = send(coordinator, f"/admin/expert/edit/?id={expert.id}", alias="Uusi", **{left_out: None})

    assert (answer.status_code, expert.alias) == (302, "Uusi")
    assert (expert.birth_date, expert.load_limit, expert.known_by) == before


# --- what a role may not write


@pytest.mark.parametrize(("posted", "kept"), [
    ({"status": "closed", "bank_status": "anonymised"}, "status"), ({"id": "77"}, "id"),
    ({"version": "1", "created_at": "2020-01-01"}, "created_at"), ({"row_key": "x"}, "alias")])
def test_field_that_is_not_in_the_form_is_not_taken(posted, kept, coordinator):
    expert = make(Expert, alias="Nimi")
    before = getattr(expert, kept)
    page = coordinator.get(f"/admin/expert/edit/?id={expert.id}").text

    coordinator.post(f"/admin/expert/edit/?id={expert.id}", data=filled(page, phone="+358401") | posted)

    assert (expert.phone, getattr(expert, kept)) == ("+358401", before)


def test_field_of_a_group_that_the_role_does_not_write_is_not_taken(login):
    own = make(Organisation, trains=True)
    completion = make(Completion, programme=make(Programme, organisation=own))
    client = login("trainer", organisation=own)

    answer = send(client, f"/admin/completion/edit/?id={completion.id}", valid_until="2030-01-01",
                  status="completed", completed_on="2026-01-01", created_at="2020-01-01")

    assert answer.status_code == 302
    assert (completion.valid_until, completion.status.value, completion.completed_on) == (
        date(2030, 1, 1), "enrolled", None)


# --- records in fields


@pytest.mark.parametrize("number", ["{other}", "Vieras #{other}", "999999999", "0", "-1", "abc", "1; DROP", "#", "٣"])
def test_record_that_is_not_ones_own_is_refused_and_nothing_is_emptied(number, login):
    own, other = make(Organisation, trains=True), make(Organisation)
    programme = make(Programme, organisation=own)
    client = in_english(login("trainer", organisation=own))

    answer = send(client, f"/admin/programme/edit/?id={programme.id}", organisation=number.format(other=other.id))

    assert (answer.status_code, errors_of(answer.text)) == (422, {"organisation": CHOOSE})
    assert programme.organisation == own


def test_record_of_ones_own_is_taken(login):
    own = make(Organisation, trains=True)
    programme = make(Programme, organisation=own)
    client = login("trainer", organisation=own)

    answer = send(client, f"/admin/programme/edit/?id={programme.id}", name="Uusi",
                  organisation=f"{own.name} #{own.id}")

    assert (answer.status_code, programme.name, programme.organisation) == (302, "Uusi", own)


@pytest.mark.parametrize("address", ["edit/?id={}", "new/"])
def test_save_does_not_put_a_record_among_somebody_elses(address, login, monkeypatch):
    """Also where no rule of the record type says so."""
    monkeypatch.delitem(PREPARE, Programme, raising=False)
    own, other = make(Organisation, trains=True), make(Organisation, trains=True)
    programme = make(Programme, organisation=own)
    client = in_english(login("trainer", organisation=own))

    answer = send(client, f"/admin/programme/{address.format(programme.id)}", name="Uusi",
                  organisation=f"{other.name} #{other.id}")

    assert (answer.status_code, flashes_of(answer.text)[-1]) == (
        422, "Saved like this, the record would not be yours to see any more.")
    assert [p.organisation for p in db.session.scalars(sa.select(Programme))] == [own]


def test_record_beyond_ones_rows_that_stood_there_before_is_kept(login):
    """A trainee who came under protection is not in the trainer's look-up, and stays in the completion."""
    own = make(Organisation, trains=True)
    completion = make(Completion, programme=make(Programme, organisation=own), expert=make(Expert, protected=True))
    client = in_english(login("trainer", organisation=own))

    answer = send(client, f"/admin/completion/edit/?id={completion.id}", valid_until="2030-01-01")

    assert (answer.status_code, completion.expert.protected, completion.valid_until) == (
        302, True, date(2030, 1, 1))


def test_of_several_records_a_foreign_one_is_refused_and_the_others_stay(coordinator):
    theme = make(Theme)
    expert = make(Expert, themes=[theme])

    answer = send(coordinator, f"/admin/expert/edit/?id={expert.id}", themes=[f"{theme.id}", "999999999"])

    assert (answer.status_code, errors_of(answer.text), expert.themes) == (422, {"themes": CHOOSE}, [theme])


def test_address_fills_a_record_that_one_may_choose(login):
    own, other = make(Organisation, trains=True), make(Organisation)
    client = login("trainer", organisation=own)

    taken = fields_of(client.get(f"/admin/programme/new/?organisation={own.id}").text)
    left = fields_of(client.get(f"/admin/programme/new/?organisation={other.id}").text)

    assert (taken["organisation"], left["organisation"]) == (f"{own.name} #{own.id}", "")


# --- sealed fields


def test_sealed_field_left_empty_keeps_what_is_stored(login):
    payee = make(Payee, iban=IBAN, official_name="Ennen")

    answer = send(login("finance"), f"/admin/payee/edit/?id={payee.id}", official_name="Jälkeen", iban="")

    assert (answer.status_code, payee.official_name, payee.iban) == (302, "Jälkeen", IBAN)


def test_sealed_field_takes_a_new_value_and_refuses_a_wrong_one(login):
    payee = make(Payee, iban=IBAN)
    client = login("finance")

    wrong = send(client, f"/admin/payee/edit/?id={payee.id}", iban="FI2112345600000786")
    assert (wrong.status_code, list(errors_of(wrong.text)), payee.iban) == (422, ["iban"], IBAN)
    right = send(client, f"/admin/payee/edit/?id={payee.id}", iban="FI55 4234 5670 0000 81")
    assert (right.status_code, payee.iban) == (302, OTHER_IBAN)


def test_field_that_the_writer_does_not_read_keeps_what_is_stored_when_left_empty(coordinator):
    payee = make(Payee, iban=IBAN, tax_percent=37, address="Verokuja 7", official_name="Ennen")

    kept = send(coordinator, f"/admin/payee/edit/?id={payee.id}", official_name="Jälkeen")
    assert (kept.status_code, payee.official_name, payee.tax_percent, payee.address) == (
        302, "Jälkeen", 37, "Verokuja 7")
    send(coordinator, f"/admin/payee/edit/?id={payee.id}", tax_percent="20", iban=OTHER_IBAN)
    assert (payee.tax_percent, payee.iban, payee.address) == (20, OTHER_IBAN, "Verokuja 7")


# --- words at the fields


@pytest.mark.parametrize(("field", "typed", "sentence"), [
    ("occasions__on", "32.1.2026", "Write the date as day.month.year, for example 1.2.2026."),
    ("occasions__on", "1.2.0000", "Write the date as day.month.year, for example 1.2.2026."),
    ("occasions__on", "1.2.99999", "Write the date as day.month.year, for example 1.2.2026."),
    ("occasions__on", "", "This is needed."),
    ("occasions__starts", "25.00", "Write the time as hours and minutes, for example 9.30."),
    ("occasions__starts", "half nine", "Write the time as hours and minutes, for example 9.30."),
    ("offered_fee", "12,345", "Write the amount in euros, for example 1 234,50."),
    ("offered_fee", "1e3", "Write the amount in euros, for example 1 234,50."),
    ("offered_fee", "NaN", "Write the amount in euros, for example 1 234,50."),
    ("offered_fee", "99999999999999", "Write the amount in euros, for example 1 234,50."),
    ("offered_fee", "-1", "A fee cannot be negative."),
    ("places", "many", "Write a whole number."), ("places", "9" * 5000, "Write a whole number."),
    ("places", "2147483648", "Write a whole number."), ("places", "", "This is needed."),
    ("places", "0", "At least one expert is needed."),
    ("audience_size", "-1", "The size of the audience cannot be negative."),
    ("kind", "party", CHOOSE), ("kind", "", "This is needed."), ("source", "", "This is needed."),
    ("organisation", "", "This is needed."), ("organisation", "Nobody", CHOOSE),
    ("title", "x" * 121, "At most 120 characters; this has 121."),
    ("requires_training", "y", "Say why training is required: otherwise it bars nobody."),
])
def test_value_that_cannot_be_taken_is_said_at_its_field_and_kept(field, typed, sentence, coordinator):
    form = order_form(coordinator, **{field: typed})

    answer = coordinator.post("/admin/order/new/", data=form)

    told = errors_of(answer.text)
    place = {"requires_training": "training_reason"}.get(field, field.replace("__", "-"))
    assert (answer.status_code, told) == (422, {place: sentence})
    assert db.session.scalar(sa.select(sa.func.count(Order.id))) == 0
    if field in ("offered_fee", "title", "places", "organisation", "occasions__on"):
        assert fields_of(answer.text)[field.replace("__", "-")] == typed


def test_end_before_the_start_is_said_at_the_end(coordinator):
    answer = coordinator.post("/admin/order/new/", data=order_form(
        coordinator, occasions__starts="12.00", occasions__ends="10.00"))
    occasion = make(Occasion)
    edited = send(coordinator, f"/admin/occasion/edit/?id={occasion.id}", starts="12.00", ends="10.00")

    assert list(errors_of(answer.text).values()) == ["The end must be after the start."]
    assert errors_of(edited.text) == {"ends": "The end must be after the start."}
    assert occasion.ends is None


def test_new_order_asks_first_for_what_is_told_on_the_phone_and_folds_the_rest_away(coordinator):
    page = coordinator.get("/admin/order/new/").text
    first, _, rest = page.partition('<details class="fold">')
    again = coordinator.post("/admin/order/new/", data=order_form(coordinator, places="0", **{"occasions-on": "x"})).text
    number = make(Order).id

    names = ("organisation", "contact", "kind", "themes", "occasions-on", "occasions-starts", "occasions-ends",
             "occasions-place", "purpose", "places", "audience", "occasions-remote", "cost_bearer")
    assert [name for name in names if f'id="{name}"' in first] == list(names[:9])
    assert [name for name in names if f'id="{name}"' in rest] == list(names[9:])
    assert [page.count(f'id="{name}"') for name in names] == [1] * 13
    assert set(errors_of(again)) >= {"occasions-on"}
    assert (page.count('<details class="fold" open>'), again.count('<details class="fold" open>')) == (0, 1)
    assert '<details class="fold"' not in coordinator.get(f"/admin/order/edit/?id={number}").text


def test_what_the_database_refuses_is_said_at_the_field(coordinator):
    make(Organisation, name="Koti")

    answer = send(coordinator, "/admin/organisation/new/", name="Koti", kind="ngo")

    assert errors_of(answer.text) == {"name": "There is already an organisation of this name."}
    assert fields_of(answer.text)["kind"] == "ngo"


def test_email_of_a_user_is_one_whatever_its_case(login):
    user = make(User, email="aino@test.invalid")

    answer = send(in_english(login("admin")), "/admin/user/new/", name="Toinen", email="AINO@test.invalid")

    assert errors_of(answer.text) == {"email": "Another user already has this e-mail address."}
    assert db.session.get(User, user.id).email == "aino@test.invalid"


def test_ten_megabytes_of_text_get_their_sentence_and_are_kept(coordinator):
    text = "ä" * (5 * 1024 * 1024)

    answer = coordinator.post("/admin/order/new/", data=order_form(coordinator, purpose=text))

    assert (answer.status_code, errors_of(answer.text)) == (
        422, {"purpose": f"At most 4000 characters; this has {len(text)}."})
    assert fields_of(answer.text)["purpose"].strip() == text


# --- money that was looked at


def test_line_of_a_checked_claim_is_neither_changed_nor_moved_away(coordinator):
    line = make(InvoiceLine, kind=LineKind.OTHER, invoice=make(Invoice, status=ClaimStatus.APPROVED))
    draft, claim = make(Invoice), line.invoice
    address = f"/admin/invoiceline/edit/?id={line.id}"

    changed = send(coordinator, address, unit_price="1000")
    moved = send(coordinator, address, invoice=f"{draft.number} #{draft.id}")

    assert (changed.status_code, moved.status_code) == (422, 422)
    assert (line.unit_price, line.invoice) == (Decimal(7), claim)


def test_names_of_a_field_are_looked_up_among_ones_own(login):
    own, other = make(Organisation, trains=True), make(Organisation)
    client = login("trainer", organisation=own)

    rows = client.get("/admin/organisation/lookup/?q=name").json["rows"]

    assert {row["id"] for row in rows} == {own.id}
    assert other.id not in {row["id"] for row in rows}


def test_administrator_finds_the_organisation_of_a_user_by_its_name(login):
    one, _ = make(Organisation, name="Pesäpuu"), make(Organisation, name="Koti")

    rows = login("admin").get("/admin/organisation/lookup/?q=pesä").json["rows"]

    assert rows == [{"id": one.id, "text": f"Pesäpuu #{one.id}"}]
