"""Each kind of page by every role, on the own row, somebody else's and none: the code it answers, the marks it shows.

What is expected is in ``tests.rights_walk``; the whole product of roles, rows, methods and tokens is ``make access-report``.
"""

import pytest

from admin_views.generate import consoled
from services import bulk, verbs
from tests.access_table import undecided
from tests.rights_walk import (
    CELLS,
    GARBAGE,
    NOBODY,
    OUTSIDE,
    OWN_PAGES,
    PAGES,
    ROLES,
    TESTED_APART,
    TODAY,
    Walk,
    allowed_marks,
    has,
    marks_read,
    may,
    opens,
)
from tests.two_sides import actor_of, two_sides


def walk_closed(walk, name, at):
    """A page of each kind of a record type that the role does not open: what it reads, makes, writes and takes out."""
    number = walk.rows[name][0][0]
    for page in ("", f"details/?id={number}", "new/", "export/csv/"):
        walk.ask("GET", at + page, 403)
    for page in (f"edit/?id={number}", f"verb/x/?id={number}", f"reveal/?id={number}"):
        walk.ask("POST", at + page, 403, walk.token)
    walk.ask("GET", f"{at}lookup/?q=zz", walk.code(name, "lookup"))


def walk_lists_and_records(walk, name, at):
    walk.ask("GET", at, walk.code(name, "read"))
    walk.ask("GET", f"{at}?q=zz&sort=-id&size=20&f_status=x", walk.code(name, "read"))
    for page in ("?panel=1", "columns/", "views/"):
        walk.ask("GET", at + page, walk.code(name, "read"))
    walk.ask("GET", f"{at}lookup/?q=zz", walk.code(name, "lookup"))
    for kind in ("csv", "xlsx"):
        walk.ask("GET", f"{at}export/{kind}/", walk.code(name, "export"))
    walk.ask("GET", f"{at}new/", walk.code(name, "create"))
    walk.ask("POST", f"{at}new/", walk.code(name, "create", then=422), walk.token)
    for number, seen in walk.rows[name]:
        walk.ask("GET", f"{at}details/?id={number}", walk.code(name, "read", seen))
        walk.ask("GET", f"{at}edit/?id={number}", walk.code(name, "edit", seen))
        walk.ask("POST", f"{at}edit/?id={number}", walk.code(name, "edit", seen, 409), GARBAGE[name] | walk.token)
        walk.ask("POST", f"{at}reason/?id={number}", walk.code(name, "read", seen, 302), walk.token)
        walk.ask("POST", f"{at}reveal/?id={number}", walk.code(name, "reveal", seen, 422), walk.token)
        if not seen or not may(walk.role, name, "delete"):
            walk.ask("POST", f"{at}delete/?id={number}", walk.code(name, "delete", seen), walk.token)


def walk_own_pages(walk, name, at):
    for endpoint, (address, verb) in OWN_PAGES.items():
        if endpoint.startswith(f"{name.lower()}."):
            for number, seen in walk.rows[name]:
                code = walk.code(name, verb, seen)
                walk.ask("GET", at + address.format(number), code)
                if code != 200:
                    walk.ask("POST", at + address.format(number), code, walk.token)


def walk_verbs(walk, model, at):
    name = model.__name__
    for verb in [what.removesuffix("()") for m, what in CELLS if m == name and what.endswith("()")]:
        known = verbs.find(model, verb)
        right = has(walk.role, "x", name, f"{verb}()")
        for number, seen in walk.rows[name][:2 if right else 1]:
            row = walk.rows_by_id.get((name, number))
            possible = known and row and known.possible(row, TODAY)
            missing, closed = known is None, not right
            code = 404 if missing or not seen else (200 if possible else 302)
            code = 403 if closed and not missing else code
            walk.ask("GET", f"{at}verb/{verb}/?id={number}", code)
            if code in (403, 404):
                walk.ask("POST", f"{at}verb/{verb}/?id={number}", code, walk.token)


def walk_verbs_on_many(walk, model, at):
    """A verb for many rows that the role has and one that it lacks: on a choice of one's own, of somebody else, on
    rows of which none is one's own.
    """
    name = model.__name__
    verbs_of = [what.removesuffix("()") for m, what in CELLS if m == name and what.endswith("()")]
    kinds = {(bulk.find(model, verb) is not None, has(walk.role, "x", name, f"{verb}()")): verb for verb in verbs_of}
    for (known, right), verb in kinds.items():
        closed = 404 if not known or right else 403
        for number, seen in walk.rows[name][:2]:
            own, foreign = walk.choices_of(name, number)
            walk.ask("GET", f"{at}bulk/{verb}/?chosen={own}", 200 if known and right and seen else closed)
            walk.ask("GET", f"{at}bulk/{verb}/?chosen={foreign}", closed)
            walk.ask("POST", f"{at}bulk/{verb}/?chosen={foreign}", closed, walk.token)
        walk.ask("GET", f"{at}bulk/{verb}/done/?sent=x", closed)
        walk.ask("POST", f"{at}bulk/", 302 if known and right else closed, {"do": verb} | walk.token)


def walk_closed_doors(walk, at, number):
    """What nobody opens: Flask-Admin's own pages, forms without their token, a verb of HTTP that a page lacks."""
    walk.ask("POST", f"{at}action/", 404, {"action": "delete", "rowid": str(number)} | walk.token)
    walk.ask("POST", f"{at}ajax/update/", 404, {"list_form_pk": str(number)} | walk.token)
    walk.ask("GET", f"{at}ajax/lookup/?name=x&query=zz", 404)
    walk.ask("GET", f"{at}delete/?id={number}", 405)
    for page in ("", "details/", "export/csv/", "lookup/"):
        walk.ask("POST", f"{at}{page}?id={number}", 405)
    for page in ("new/", "edit/", "delete/", "verb/cancel/", "action/", "ajax/update/"):
        walk.ask("POST", f"{at}{page}?id={number}", 400)


@pytest.fixture
def world(app):
    return two_sides()


@pytest.mark.parametrize("role", ROLES)
def test_role_meets_its_own_rows_and_fields_and_no_others(role, world, login):
    own, foreign = world
    walk = Walk(role, login(user=actor_of(role, own)), own, foreign)

    for model in consoled():
        name, at = model.__name__, f"/admin/{model.__name__.lower()}/"
        if opens(role, name):
            walk_lists_and_records(walk, name, at)
            walk_verbs(walk, model, at)
            walk_verbs_on_many(walk, model, at)
            walk_own_pages(walk, name, at)
        else:
            walk_closed(walk, name, at)

    assert walk.wrong == []
    assert walk.seen - allowed_marks(role, own, foreign) == set()
    assert marks_read(role, own, foreign, shown=True) - walk.seen == set()  # nor is anything missing


@pytest.mark.parametrize("page", [page for page in PAGES.values() if page[1]], ids=lambda page: page[1])
def test_nobody_is_asked_to_sign_in_and_meets_nothing(page, world, login):
    own, foreign = world
    walk = Walk(NOBODY, login(None), own, foreign)
    address = "verb/cancel/" if page[1] == "verb" else page[0]
    forms = page[1] in ("create", "edit", "delete", "verb", "choose", "bulk", "reveal", "reason") or page[0] in ("columns/", "views/")

    for model in consoled():
        at = f"/admin/{model.__name__.lower()}/{address}?id={walk.rows[model.__name__][0][0]}"
        walk.ask("GET", at, 405 if page[1] in ("delete", "choose", "reveal", "reason") else 302)
        walk.ask("POST", at, 401 if forms else 405)
        walk.ask("POST", at, 401 if forms else 405, walk.token)

    assert walk.wrong == []
    assert walk.seen == set()


def test_address_of_a_page_leads_back_to_it_after_signing_in(client):
    answer = client.get("/admin/order/?q=x")

    assert answer.headers["Location"] == "/login?next=/admin/order/?q%3Dx"


def test_closed_doors_open_to_nobody(world, login):
    own, foreign = world
    walk = Walk("coordinator", login(user=actor_of("coordinator", own)), own, foreign)

    for model in consoled()[::4]:  # the pages are the same class's; the access report asks all of them
        walk_closed_doors(walk, f"/admin/{model.__name__.lower()}/", walk.rows[model.__name__][0][0])

    assert walk.wrong == []


def test_every_address_is_walked_or_listed(app):
    unknown = set()
    for rule in app.url_map.iter_rules():
        blueprint, _, page = rule.endpoint.rpartition(".")
        walked = blueprint in {model.__name__.lower() for model in consoled()} and page in PAGES
        if not walked and rule.endpoint not in OUTSIDE | OWN_PAGES.keys() | TESTED_APART:
            unknown.add(rule.endpoint)

    assert unknown == set()


def test_access_report_knows_of_every_address_what_is_right(app):
    assert undecided(app) == set()


@pytest.mark.parametrize(("address", "nobody", "somebody"), [
    ("/", 302, 302), ("/admin/", 302, 200), ("/login", 200, 302), ("/healthz", 200, 200), ("/readyz", 200, 200),
    ("/static/kokemussilta.css", 200, 200), ("/admin/static/vendor/jquery.min.js", 200, 200),
    ("/logout", 405, 405), ("/role", 405, 405), ("/language", 405, 405), ("/nothing", 404, 404),
    ("/admin/nothing/", 404, 404),
])
def test_page_outside_the_records_answers(address, nobody, somebody, client, login):
    assert client.get(address).status_code == nobody
    assert login("admin").get(address).status_code == somebody
