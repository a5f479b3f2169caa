"""A new record made from a field of another form: the form as a part of a page, and what it answers."""

import pytest
import sqlalchemy as sa
from lxml import html

from models import Organisation, db
from tests.admin.filling import errors_of
from tests.admin.test_forms import in_english
from tests.factories import make

FRAGMENT = "/admin/organisation/new/?fragment=1"


@pytest.fixture
def coordinator(login):
    return in_english(login("coordinator"))


def form_in(page):
    (form,) = html.fromstring(page).xpath("//form[@data-dialog-form]")
    return form


def filled(page, **typed):
    return dict(form_in(page).form_values()) | {f"new-{name}": value for name, value in typed.items()}


def makers(page):
    """The fields beside which a new record can be made: field to address."""
    return {a.get("data-makes-for"): a.get("href") for a in html.fromstring(page).xpath("//a[@data-makes-for]")}


def test_field_offers_a_new_record_where_one_may_make_it(coordinator, login):
    own = make(Organisation, trains=True)
    order, programme = coordinator.get("/admin/order/new/").text, login("trainer", organisation=own).get(
        "/admin/programme/new/").text

    assert makers(order)["organisation"] == "/admin/organisation/new/"
    assert "organisation" not in makers(programme)


def test_fragment_is_a_form_alone_with_names_of_its_own(coordinator):
    page = coordinator.get(FRAGMENT).text

    assert "<html" not in page
    names = {name for name, _ in form_in(page).form_values()}
    assert {name for name in names if not name.startswith("new-")} == {"csrf_token", "form_key"}
    assert (form_in(page).get("action"), {f.get("id") for f in form_in(page).xpath(".//input[@id]")} & {"name"}) == (
        FRAGMENT, set())


def test_new_record_is_answered_with_its_number_and_name(coordinator):
    form = filled(coordinator.get(FRAGMENT).text, name="Koti", kind="ngo")

    first, second = coordinator.post(FRAGMENT, data=form), coordinator.post(FRAGMENT, data=form)

    organisation = db.session.scalars(sa.select(Organisation)).one()
    assert first.json == second.json == {"id": str(organisation.id), "name": "Koti"}
    assert "note done" not in coordinator.get("/admin/").text  # the page behind tells nothing


def test_errors_come_back_in_the_fragment_at_their_fields(coordinator):
    make(Organisation, name="Koti")

    answer = coordinator.post(FRAGMENT, data=filled(coordinator.get(FRAGMENT).text, name="Koti", kind="ngo"))

    assert (answer.status_code, errors_of(answer.text)) == (
        422, {"new-name": "There is already an organisation of this name."})
    assert dict(form_in(answer.text).form_values())["new-kind"] == "ngo"


def test_form_with_a_first_row_is_made_in_a_dialog_too(coordinator):
    page = coordinator.get("/admin/order/new/?fragment=1").text

    assert "new-occasions-on" in dict(form_in(page).form_values())


@pytest.mark.parametrize("method", ["get", "post"])
def test_fragment_is_refused_without_the_right_to_make_one(method, login, coordinator):
    form = filled(coordinator.get(FRAGMENT).text, name="Koti", kind="ngo")
    trainer = login("trainer")

    answer = getattr(trainer, method)(FRAGMENT, data=form | {"csrf_token": _token(trainer)})

    assert answer.status_code == 403
    assert "Koti" not in db.session.scalars(sa.select(Organisation.name)).all()


def _token(client):
    return html.fromstring(client.get("/admin/").text).xpath("//input[@name='csrf_token']/@value")[0]


def test_errors_stand_in_a_summary_that_takes_the_focus_and_leads_to_the_fields(coordinator):
    form = dict(html.fromstring(coordinator.get("/admin/organisation/new/").text).xpath(
        "//main//form[.//input[@name='form_key']]")[0].form_values())

    page = html.fromstring(coordinator.post("/admin/organisation/new/", data=form).text)

    (summary,) = page.xpath("//main//div[@data-take-focus][@tabindex='-1'][@role='alert']")
    leads = [href.removeprefix("#") for href in summary.xpath(".//a/@href")]
    wrong = page.xpath("//*[@aria-invalid='true']/@id")
    assert (leads, leads) == (wrong, ["name", "kind"])
    assert [page.xpath(f"//*[@id='{name}']/@aria-describedby")[0].split()[-1] for name in wrong] == [
        f"{name}-error" for name in wrong]
