"""All rights but one: whoever lacks a single cell of the table is refused just that, and let in with it."""

import pytest
import sqlalchemy as sa
from flask import session as cookie
from flask_login import login_user
from lxml import html

from admin_views import exporting, forms
from admin_views.generate import OWN_VIEWS, consoled
from models.audit import LogRow
from models.base import Record, described
from rules.permissions import MATRIX, Actor, Role
from services import verbs
from tests.every_right import PAGE_VERBS
from tests.factories import make, make_full
from tests.people import make_user

MODELS = {model.__name__: model for model in consoled()}
ADMIN = Actor(1, 1, Role.ADMIN)
RECORDS = [name for name, model in MODELS.items() if issubclass(model, Record)]


def facts(page):
    """What the record page names of the record itself."""
    return {term.text_content().strip() for term in html.fromstring(page).xpath("//main//dl//dt")}


def own_words(model, group):
    """Labels of columns that a file shows and that only this group of the model has."""
    by_label = {}
    for name, said in described(model):
        prop = sa.inspect(model).attrs[name]
        if not said.get("mask") and not (getattr(prop, "uselist", False) and prop.secondary is None):
            by_label.setdefault(said["label"], set()).add(said["group"])
    return {label for label, groups in by_label.items() if groups == {group}}


def groups_of(name):
    return [what for model, what in MATRIX if model == name and not what.endswith("()")]


@pytest.mark.parametrize("name", MODELS)
def test_group_that_is_taken_away_leaves_file_list_page_and_form(name, login, everything):
    model, client, at = MODELS[name], login("admin", language="en"), f"/admin/{name.lower()}/"
    row = make(model)
    everything(name, "export()", "x")

    def titles():
        answer = client.get(f"{at}export/csv/")
        return set(answer.text.removeprefix("\ufeff").splitlines()[0].split(";")) if answer.status_code == 200 else set()

    for group in groups_of(name):
        words = own_words(model, group)
        shown = titles() & words
        everything(name, group)
        page, rows = client.get(f"{at}details/?id={row.id}").text, client.get(at).text
        left = titles() & words
        listed = {cell.text_content().strip(" ↑↓\n") for cell in html.fromstring(rows).xpath("//main//th")} & words
        told = facts(page) & words if name not in OWN_VIEWS else set()
        fields = {field for field, said in forms.writable(model, ADMIN) if said["group"] == group}
        everything(name, group, "rw")

        assert (shown, left, listed, told, fields) == (words, set(), set(), set(), set())


@pytest.mark.parametrize("name", RECORDS)
def test_group_that_is_read_only_is_in_no_form(name, app, login, everything):
    model, client, at = MODELS[name], login("admin"), f"/admin/{name.lower()}/"
    row = make_full(model)

    for group in groups_of(name):
        everything(name, group, "r")
        answer = client.get(f"{at}edit/?id={row.id}")
        offered = set(html.fromstring(answer.text).xpath("//main//form//@name"))
        everything(name, group, "rw")
        with_right = set(html.fromstring(client.get(f"{at}edit/?id={row.id}").text).xpath("//main//form//@name"))

        fields = {field for field, said in forms.writable(model, ADMIN) if said["group"] == group}
        assert (offered & fields, fields - with_right) == (set(), set())


@pytest.mark.parametrize("name", MODELS)
def test_page_whose_right_is_taken_away_is_refused_and_with_it_opens(name, login, everything):
    model, client, at = MODELS[name], login("admin"), f"/admin/{name.lower()}/"
    row = make(model)

    for what in [what.removesuffix("()") for m, what in MATRIX if m == name and what.endswith("()")]:
        page = PAGE_VERBS.get(what) or (f"verb/{what}/" if verbs.find(model, what) else None)
        if page is None or page == "delete/":
            continue
        address = f"{at}{page}?id={row.id}"
        allowed = client.get(address).status_code
        everything(name, f"{what}()")
        refused = client.get(address).status_code
        everything(name, f"{what}()", "x")

        assert (what, allowed in (200, 302), refused) == (what, True, 403)


@pytest.mark.parametrize("name", [model for model, what in MATRIX if what == "delete()"])
def test_removal_is_refused_without_its_right_and_done_with_it(name, login, everything):
    client, row = login("admin"), make(MODELS[name])
    page = client.get(f"/admin/{name.lower()}/details/?id={row.id}").text
    send = {"csrf_token": html.fromstring(page).xpath("//input[@name='csrf_token']/@value")[0], "version": row.version}

    everything(name, "delete()")
    assert client.post(f"/admin/{name.lower()}/delete/?id={row.id}", data=send).status_code == 403
    everything(name, "delete()", "x")
    assert client.post(f"/admin/{name.lower()}/delete/?id={row.id}", data=send).status_code == 302


def test_column_of_a_masked_group_is_in_no_file(login, everything):
    """Not even a date or a number, which a mask of dots would not fit."""
    make(MODELS["Payee"], tax_percent=37, address="Verokuja 7", official_name="Maija")
    everything("Payee", "payee", "mw")
    client = login("admin")

    text = client.get("/admin/payee/export/csv/").text if ("Payee", "export()") in MATRIX else exported(client)

    assert ("Maija" in text, "37" in text, "Verokuja" in text) == (True, False, False)


def exported(client):
    """The file of a list that has no export of its own, asked for as if it had."""
    app = client.application
    view = next(v for v in app.extensions["admin"][0]._views if getattr(v, "model", None) is MODELS["Payee"])
    with app.test_request_context("/admin/payee/export/csv/"):
        login_user(make_user("admin"))
        cookie["second_factor"] = True
        answer = exporting.export_list(view, "csv")
        answer.direct_passthrough = False
        text = answer.get_data(as_text=True)
        answer.close()
        return text


def test_history_is_read_and_nothing_else():
    logs = {name for name, model in MODELS.items() if issubclass(model, LogRow)}

    assert {what for model, what in MATRIX if model in logs} == {"meta", "answers"}
