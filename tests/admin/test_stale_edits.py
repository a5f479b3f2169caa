"""Two people in one record: each sees what the other wrote, and what both wrote stands as they choose."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from lxml import html

from models import Completion, Expert, Occasion, Order, Organisation, Payee, Programme, Theme, db
from rules.choices import OrganisationKind
from tests.admin.filling import errors_of, fields_of, filled, flashes_of, send
from tests.admin.test_forms import CHOOSE, IBAN, ONE, in_english
from tests.factories import make

CHOOSE_ONE = "Choose yours or theirs."


@pytest.fixture
def coordinator(login):
    return in_english(login("coordinator", name="Aino"))


@pytest.fixture
def other(login):
    return in_english(login("coordinator", name="Bertta"))


def differences(page):
    """The fields that a stale page asks about: label to (theirs, before, what is chosen)."""
    found = {}
    for row in html.fromstring(page).xpath("//fieldset[@data-meeting]"):
        theirs, before = (p.text_content() for p in row.xpath(".//p[@class='said']"))
        chosen = row.xpath(".//input[@type='radio'][@checked]/@value")
        asked = bool(row.xpath(".//input[@type='radio']"))
        found[row.xpath("./legend")[0].text_content()] = (theirs, before, (chosen or [""])[0] if asked else None)
    return found


def met(client, other, address, theirs, mine):
    """The answer to a save of ``mine`` after the other one saved ``theirs`` in the same form."""
    page = client.get(address).text
    assert other.post(address, data=filled(other.get(address).text, **theirs)).status_code == 302
    return client.post(address, data=filled(page, **mine))


# --- what the page shows


def test_stale_edit_shows_yours_theirs_and_before_where_they_differ(coordinator, other):
    organisation = make(Organisation, name="Ennen", phone="1", email="a@test.invalid", note="sama")

    answer = met(coordinator, other, ONE.format(organisation.id),
                 {"name": "Ensin", "phone": "2"}, {"name": "Sitten", "email": "b@test.invalid"})

    assert (answer.status_code, organisation.name) == (409, "Ensin")
    assert differences(answer.text) == {
        "Name": ("Ensin", "Ennen", ""), "Phone": ("2", "1", "theirs"),
        "E-mail": ("a@test.invalid", "a@test.invalid", "mine")}
    typed = fields_of(answer.text)
    assert [typed[name] for name in ("name", "phone", "email", "note")] == ["Sitten", "1", "b@test.invalid", "sama"]


def test_stale_edit_says_who_saved_what_and_when(coordinator, other):
    organisation = make(Organisation, name="Ennen")

    answer = met(coordinator, other, ONE.format(organisation.id), {"phone": "2"}, {"name": "Sitten"})

    (event,) = html.fromstring(answer.text).xpath("//main//div[contains(@class, 'note')]//li")
    assert " ".join(event.text_content().split()).partition(" · ")[2] == "Bertta: Changed (Phone)"
    assert event.xpath("./time/@datetime")[0].startswith("20")


def test_stale_edit_speaks_of_records_choices_days_and_money_in_words(coordinator, other):
    themes = [make(Theme, name=name, name_en=name) for name in ("Arki", "Koulu")]
    order = make(Order, themes=themes[:1], requires_training=False, offered_fee=Decimal(50), title="Ennen",
                 received_on=date(2026, 1, 15))

    answer = met(coordinator, other, f"/admin/order/edit/?id={order.id}", {
        "themes": [str(theme.id) for theme in themes], "offered_fee": "1234,50", "received_on": "2026-01-16",
        "requires_training": "y", "training_reason": "Varhaiskasvatus"}, {"title": "Sitten"})

    shown = differences(answer.text)
    assert {label: row[:2] for label, row in shown.items()} == {
        "Title": ("Ennen", "Ennen"), "Themes": ("Arki, Koulu", "Arki"), "Fee offered": ("1,234.50 €", "50.00 €"),
        "Received on": ("16 Jan 2026", "15 Jan 2026"), "Training required": ("yes", "no"),
        "Why training is required": ("Varhaiskasvatus", "–")}
    assert coordinator.post(f"/admin/order/edit/?id={order.id}", data=fields_of(answer.text)).status_code == 302
    assert (order.title, order.themes, order.offered_fee, order.received_on, order.requires_training) == (
        "Sitten", themes, Decimal("1234.50"), date(2026, 1, 16), True)


def test_line_ends_of_a_browser_are_no_difference(coordinator, other):
    organisation = make(Organisation, note="yksi\nkaksi")

    answer = met(coordinator, other, ONE.format(organisation.id), {"phone": "2"}, {"note": "yksi\r\nkaksi"})

    assert list(differences(answer.text)) == ["Phone"]


def test_unreadable_value_is_kept_and_is_not_taken_for_the_same(coordinator, other):
    occasion = make(Occasion)

    answer = met(coordinator, other, f"/admin/occasion/edit/?id={occasion.id}",
                 {"place": "Kirjasto"}, {"place": "Kirjasto", "on": "32.1.2026"})
    again = coordinator.post(f"/admin/occasion/edit/?id={occasion.id}", data=fields_of(answer.text))

    assert (answer.status_code, fields_of(answer.text)["on"]) == (409, "32.1.2026")
    assert (again.status_code, list(errors_of(again.text)), fields_of(again.text)["on"]) == (422, ["on"], "32.1.2026")


def test_form_without_its_sealed_values_still_meets_and_asks_about_every_difference(coordinator, other):
    organisation = make(Organisation, name="Ennen", phone="1")

    answer = met(coordinator, other, ONE.format(organisation.id), {"phone": "2"}, {"name": "Sitten", "before": "x"})

    assert (answer.status_code, differences(answer.text)) == (
        409, {"Name": ("Ennen", "–", ""), "Phone": ("2", "–", "")})


# --- choosing


def test_changes_of_both_stand_when_they_wrote_in_different_fields(coordinator, other):
    organisation = make(Organisation, name="Ennen", phone="1")
    address = ONE.format(organisation.id)

    answer = met(coordinator, other, address, {"phone": "2"}, {"name": "Sitten"})
    saved = coordinator.post(address, data=fields_of(answer.text))

    assert (saved.status_code, organisation.name, organisation.phone) == (302, "Sitten", "2")


@pytest.mark.parametrize(("choice", "stands"), [("mine", "Sitten"), ("theirs", "Ensin")])
def test_field_that_both_wrote_is_asked_about_and_saved_as_chosen(choice, stands, coordinator, other):
    organisation = make(Organisation, name="Ennen")
    address = ONE.format(organisation.id)
    page = met(coordinator, other, address, {"name": "Ensin"}, {"name": "Sitten"}).text

    asked = coordinator.post(address, data=fields_of(page))
    assert (asked.status_code, errors_of(asked.text), organisation.name) == (422, {"name": CHOOSE_ONE}, "Ensin")
    assert fields_of(asked.text)["name"] == "Sitten"
    saved = coordinator.post(address, data=filled(asked.text) | {"choose-name": choice})
    assert (saved.status_code, organisation.name) == (302, stands)


def test_field_can_still_be_written_on_the_page_that_asks(coordinator, other):
    organisation = make(Organisation, name="Ennen", kind=OrganisationKind.NGO)
    address = ONE.format(organisation.id)
    page = met(coordinator, other, address, {"name": "Ensin"}, {"name": "Sitten"}).text

    saved = coordinator.post(address, data=filled(page, name="Kolmas", phone="3") | {"choose-name": "mine"})

    assert (saved.status_code, organisation.name, organisation.phone) == (302, "Kolmas", "3")


def test_words_written_beside_theirs_are_not_dropped_without_a_question(coordinator, other):
    """Where scripts are off, typing does not move the choice."""
    organisation = make(Organisation, name="Ennen", phone="1")
    address = ONE.format(organisation.id)
    page = met(coordinator, other, address, {"phone": "2"}, {"name": "Sitten"}).text

    asked = coordinator.post(address, data=filled(page, phone="3"))

    assert (asked.status_code, errors_of(asked.text), fields_of(asked.text)["phone"]) == (
        422, {"phone": CHOOSE_ONE}, "3")


def test_third_save_in_between_is_shown_and_nothing_typed_is_lost(coordinator, other):
    organisation = make(Organisation, name="Ennen", phone="1", email="a@test.invalid")
    address = ONE.format(organisation.id)
    page = met(coordinator, other, address, {"name": "Ensin", "phone": "2"}, {"name": "Sitten"}).text
    send(other, address, name="Kolmas", email="c@test.invalid")

    again = coordinator.post(address, data=filled(page) | {"choose-name": "mine"})

    assert (again.status_code, fields_of(again.text)["name"]) == (409, "Sitten")
    assert differences(again.text) == {
        "Name": ("Kolmas", "Ennen", ""), "Phone": ("2", "1", "theirs"),
        "E-mail": ("c@test.invalid", "a@test.invalid", "theirs")}
    coordinator.post(address, data=filled(again.text) | {"choose-name": "mine"})
    assert (organisation.name, organisation.phone, organisation.email) == ("Sitten", "2", "c@test.invalid")


def test_choice_stands_when_a_third_save_touched_another_field(coordinator, other):
    organisation = make(Organisation, name="Ennen", phone="1")
    address = ONE.format(organisation.id)
    page = met(coordinator, other, address, {"name": "Ensin"}, {"name": "Sitten"}).text
    send(other, address, phone="3")

    again = coordinator.post(address, data=filled(page) | {"choose-name": "mine"})

    assert differences(again.text) == {"Name": ("Ensin", "Ennen", "mine"), "Phone": ("3", "1", "theirs")}


def test_address_to_go_back_to_passes_through_the_page(coordinator, other):
    organisation = make(Organisation, name="Ennen")
    address = ONE.format(organisation.id) + "&url=/admin/organisation/?q%3Dx"

    page = met(coordinator, other, address, {"phone": "2"}, {"name": "Sitten"}).text
    saved = coordinator.post(address, data=fields_of(page))

    assert fields_of(page)["url"] == saved.headers["Location"] == "/admin/organisation/?q=x"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_save_overtaken_at_the_same_moment_is_shown_too(coordinator):
    """The database notices where two saves passed the first look together; SQLite lets no two get that far."""
    organisation = make(Organisation, name="Ennen", phone="1")
    address = ONE.format(organisation.id)
    form = filled(coordinator.get(address).text, name="Sitten")

    def overtake(*_):
        with db.engine.begin() as elsewhere:
            elsewhere.execute(sa.text("UPDATE organisation SET phone = '2', version = version + 1"))

    db.session.commit()
    sa.event.listen(db.session, "before_flush", overtake, once=True)
    answer = coordinator.post(address, data=form)

    assert (answer.status_code, differences(answer.text)) == (
        409, {"Name": ("Ennen", "Ennen", "mine"), "Phone": ("2", "1", "theirs")})


# --- rights


def test_field_that_the_writer_does_not_read_says_only_that_it_was_changed(coordinator, login):
    payee = make(Payee, iban=IBAN, official_name="Ennen", address="Verokuja 7", tax_percent=37)
    address = f"/admin/payee/edit/?id={payee.id}"

    answer = met(coordinator, login("finance"), address, {"address": "Uusikuja 9", "tax_percent": "20"},
                 {"official_name": "Oma", "address": "Oma tie 1"})

    assert {label: row for label, row in differences(answer.text).items() if "name" not in label} == {
        "Address": ("Has been changed", "Not shown", ""), "Tax rate (%)": ("Has been changed", "Not shown", None)}
    assert [word in answer.text for word in (IBAN, "Uusikuja 9", "Verokuja 7", ">20<", ">37<")] == [False] * 5
    coordinator.post(address, data=filled(answer.text) | {"choose-address": "theirs"})
    assert (payee.official_name, payee.address, payee.tax_percent) == ("Oma", "Uusikuja 9", 20)


def test_unread_field_cannot_be_guessed_by_sending_an_old_form(coordinator):
    payee = make(Payee, iban=IBAN, tax_percent=37)
    address = f"/admin/payee/edit/?id={payee.id}"
    form = filled(coordinator.get(address).text, version="0")

    right, wrong = (coordinator.post(address, data=form | {"tax_percent": guess}) for guess in ("37", "36"))

    assert (right.status_code, differences(right.text)) == (409, differences(wrong.text))


def test_sealed_values_of_one_user_or_record_open_for_no_other(coordinator, other):
    organisation, second = make(Organisation, name="Ennen"), make(Organisation, name="Toinen")
    carried = fields_of(coordinator.get(ONE.format(organisation.id)).text)["before"]

    for client, row in ((other, organisation), (coordinator, second)):
        page = client.get(ONE.format(row.id)).text
        answer = client.post(ONE.format(row.id), data=filled(page, name="Uusi", before=carried, version="0"))
        assert differences(answer.text) == {"Name": (row.name, "–", "")}


def test_record_that_stood_there_and_is_out_of_sight_now_is_no_change_of_ones_own(login, coordinator):
    own = make(Organisation, trains=True)
    hidden = make(Expert, first_name="Eka", protected=True)
    completion = make(Completion, programme=make(Programme, organisation=own), expert=hidden)
    trainer = in_english(login("trainer", organisation=own))
    address = f"/admin/completion/edit/?id={completion.id}"
    page = trainer.get(address).text
    completion.expert = make(Expert)

    answer = trainer.post(address, data=filled(page, valid_until="2030-01-01"))
    saved = trainer.post(address, data=fields_of(answer.text))

    assert [row[2] for row in differences(answer.text).values()] == ["theirs", "mine"]
    assert (saved.status_code, completion.expert == hidden, completion.valid_until) == (302, False, date(2030, 1, 1))
    assert CHOOSE not in saved.text


# --- deleting


def test_record_deleted_while_one_wrote_gives_back_what_was_typed(coordinator, other):
    occasion = one_of_two()
    address = f"/admin/occasion/edit/?id={occasion.id}"
    form = filled(coordinator.get(address).text, place="Kirjoitin pitkään")
    delete(other, occasion)

    answer = coordinator.post(address, data=form)

    tree = html.fromstring(answer.text)
    (said,) = tree.xpath("//main//div[contains(@class, 'note')]//p")
    assert (answer.status_code, "Bertta deleted it" in said.text_content()) == (410, True)
    assert "Kirjoitin pitkään" in tree.xpath("//textarea[@readonly]")[0].text


def test_values_of_a_deleted_record_make_a_new_one(coordinator, other):
    occasion = one_of_two()
    order, address = occasion.order, f"/admin/occasion/edit/?id={occasion.id}"
    form = filled(coordinator.get(address).text, place="Kirjoitin pitkään")
    delete(other, occasion)
    gone = coordinator.post(address, data=form).text

    (offer,) = html.fromstring(gone).xpath("//main//form[@method='post'][.//input[@name='as_new']]")
    page = coordinator.post(offer.get("action"), data=dict(offer.form_values()))
    assert (page.status_code, db.session.query(Occasion).count(), errors_of(page.text)) == (200, 1, {})
    made = coordinator.post("/admin/occasion/new/", data=fields_of(page.text))
    assert made.status_code == 302
    assert [(o.place, o.order) for o in db.session.query(Occasion)][1:] == [("Kirjoitin pitkään", order)]


@pytest.mark.parametrize("carried", [{"before": ""}, {"before": "x"}])
def test_record_that_one_never_opened_is_not_there(carried, coordinator):
    page = coordinator.get(f"/admin/occasion/edit/?id={make(Occasion).id}").text

    answer = coordinator.post("/admin/occasion/edit/?id=999999", data=filled(page) | carried)

    assert answer.status_code == 404


def test_record_changed_since_the_page_was_opened_is_not_deleted(coordinator, other):
    occasion = one_of_two()
    page = coordinator.get(f"/admin/occasion/details/?id={occasion.id}").text
    send(other, f"/admin/occasion/edit/?id={occasion.id}", place="Jälkeen")

    refused = coordinator.post(f"/admin/occasion/delete/?id={occasion.id}", data=delete_form(page))

    told = flashes_of(coordinator.get(refused.headers["Location"]).text)[0]
    assert refused.headers["Location"] == f"/admin/occasion/details/?id={occasion.id}"
    assert told.startswith("This was not deleted: it has been changed since you opened the page. Look at it first. ")
    assert told.endswith("Bertta: Changed (Place)")
    number = occasion.id
    assert delete(coordinator, occasion).status_code == 302
    assert db.session.get(Occasion, number) is None


def one_of_two():
    """An occasion that may be deleted: its order keeps another."""
    first = make(Occasion)
    return make(Occasion, order=first.order, place="Ennen")


def delete_form(page):
    (form,) = html.fromstring(page).xpath("//main//form[contains(@action, '/delete/')]")
    return dict(form.form_values())


def delete(client, row):
    name = type(row).__name__.lower()
    page = client.get(f"/admin/{name}/details/?id={row.id}").text
    return client.post(f"/admin/{name}/delete/?id={row.id}", data=delete_form(page))
