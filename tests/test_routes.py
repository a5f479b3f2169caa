"""Every address by every role, on the own row, somebody else's and none: the code it answers, the marks it shows.

What is expected is read from the text of the table of rights here, without the code that the views use.
"""

import io
import re
import zipfile
from datetime import date

import pytest
import sqlalchemy as sa

from admin_views.generate import consoled
from models import Selection, User, db
from models.base import described
from rules.permission_table import TABLE
from services import bulk, verbs
from tests.conftest import token
from tests.two_sides import actor_of, two_sides

ROLES = ("coordinator", "trainer", "finance", "orderer", "steering", "expert", "admin")
NOBODY = "nobody"
MARK = re.compile(r"zz[ab]\d{3}zz")
NO_ROW = 999_999_999

CELLS = {(line.split()[0], line.split()[1]): dict(zip(ROLES, line.split()[2:9], strict=True))
         for line in TABLE.splitlines() if line.strip() and not line.startswith("#")}

OWN_ROWS_ONLY = {
    "coordinator": set(), "admin": set(),
    "trainer": {"Organisation", "Trainer", "Programme", "Completion", "Expert", "Assignment"},
    "finance": {"Invoice", "InvoiceLine"},
    "orderer": {"Organisation", "Contact", "Order", "Occasion", "Assignment", "Feedback"},
    "steering": {"Insight", "Group", "Membership", "Meeting", "Matter", "Decision"},
    "expert": {"Expert", "Pause", "SupportPerson", "Consent", "Agreement", "BackgroundCheck", "Completion",
               "Assignment", "Invoice", "InvoiceLine"},
}
"""Record types of which the role sees the rows of its own side only; of the others that it opens it sees all."""

NAMES = {
    "Organisation.name", "Contact.name", "Expert.alias", "User.name", "Person.name", "Order.number", "Invoice.number",
    "Payee.official_name", "PaymentBatch.number", "Group.name", "Programme.name", "Matter.title", "Supervisor.name",
    "ExistingStructure.name", "Insight.text", "IncomeType.code", "IncomeType.name",
}
"""What a record is called where another one names it."""

LISTS = {"Theme.name", "Viewpoint.name", "Task.name", "SpokenLanguage.name", "Municipality.name"}
"""The short lists, whose names are nobody's own."""

GARBAGE = {model.__name__: {name: "¤" for name, _ in described(model)} | {"version": "0"} for model in consoled()}
"""For every field a value that is not there yet, or that it cannot take."""

TODAY = date(2026, 1, 20)
NAMES_FROM_ALL_SIDES = {"coordinator", "finance", "admin"}

PAGES = {
    "index_view": ("", "read"), "details_view": ("details/", "read"), "create_view": ("new/", "create"),
    "edit_view": ("edit/", "edit"), "delete_view": ("delete/", "delete"), "export": ("export/csv/", "export"),
    "lookup": ("lookup/", "lookup"), "verb_view": ("verb/", "verb"),
    "columns_view": ("columns/", "read"), "views_view": ("views/", "read"),
    "bulk_view": ("bulk/", "choose"), "bulk_verb_view": ("bulk/cancel/", "bulk"),
    "bulk_done_view": ("bulk/cancel/done/", "bulk_done"),
    "action_view": ("action/", None), "ajax_lookup": ("ajax/lookup/", None), "ajax_update": ("ajax/update/", None),
}
"""Function name to address and what opens it; None is Flask-Admin's own and closed to everybody."""

OUTSIDE = {"static", "admin.static", "bootstrap.static", "admin.index", "sign_in.root", "sign_in.login",
           "sign_in.logout", "sign_in.act_as", "sign_in.read_in", "sign_in.alive", "sign_in.ready",
           "statement.accessibility"}
OWN_PAGES = {"order.match_view": ("match/?id={}", "match")}
"""A page of a model's own: its address below the model's, with the row's id, and the verb that opens it."""


TESTED_APART = {"paymentbatch.add_view", "paymentbatch.pay_view", "paymentbatch.file_view", "report.index_view",
                "plot.index_view", "plot.image", "find.index_view", "drafts.keep", "drafts.throw_away", "calendar.index_view",
                "calendar.address_view", "board.index_view", "board.steps_view", "feed.calendar"}
"""Own pages that name other rows than their own: walked in the tests of their own in tests/admin/."""


def has(role, access, model, what):
    return access in CELLS.get((model, what), {}).get(role, "-")


def opens(role, model):
    return any(has(role, access, model, what) for m, what in CELLS if m == model for access in "rm")


def may(role, model, page):
    if page == "lookup":
        return model in chosen_by(role)
    if page == "edit":
        return opens(role, model) and any(has(role, "w", m, what) for m, what in CELLS if m == model)
    return opens(role, model) and (page in ("read", "verb") or has(role, "x", model, f"{page}()"))


def chosen_by(role):
    """Models that some form of the role chooses from."""
    found = set()
    for model in consoled():
        for name, said in described(model):
            prop = sa.inspect(model).attrs[name]
            chooses = hasattr(prop, "secondary") and (not prop.uselist or prop.secondary is not None)
            if chooses and said.get("form", True) and has(role, "w", model.__name__, said["group"]):
                found.add(prop.mapper.class_.__name__)
    return found


def sees(role, model, side):
    return opens(role, model) and (side.letter == "a" or model not in OWN_ROWS_ONLY[role])


class Walk:
    """One role's walk: what it asked, what it was answered, which marks it met."""

    def __init__(self, role, client, own, foreign):
        self.role, self.client = role, client
        self.rows_by_id = {(name, side.rows[name].id): side.rows[name] for side in (own, foreign) for name in own.rows}
        self.rows = {name: [(own[name].id, sees(role, name, own)), (foreign[name].id, sees(role, name, foreign)),
                            (NO_ROW, False)] for name in own.rows}
        """By model: (id, whether the role sees it) of the own row, somebody else's, and one that is not there."""
        self.wrong, self.seen, self.asked = [], set(), 0
        self.token = {"csrf_token": token(client, "/login" if role == NOBODY else "/admin/")}

    def choices_of(self, model, number):
        """The numbers of two choices of this one row: one's own, and another user's."""
        owner = self.client.user.id
        other = db.session.scalar(sa.select(User.id).where(User.id != owner).limit(1))
        made = [Selection(user_id=user, model=model, ids=[number]) for user in (owner, other)]
        db.session.add_all(made)
        db.session.commit()
        return [choice.id for choice in made]

    def ask(self, method, address, expected, form=None):
        answer = self.client.open(address, method=method, data=form)
        self.asked += 1
        self.seen |= set(MARK.findall(text_of(answer)))
        if answer.status_code != expected:
            self.wrong.append((method, address, answer.status_code, expected))

    def code(self, model, page, seen=True, then=200):
        return 403 if not may(self.role, model, page) else (then if seen else 404)


def text_of(answer):
    if "spreadsheet" in answer.content_type:
        book = zipfile.ZipFile(io.BytesIO(answer.data))
        return " ".join(book.read(name).decode() for name in book.namelist())
    return answer.text


def walk_closed(walk, name, at):
    """Every page of a record type that the role does not open."""
    number = walk.rows[name][0][0]
    for page in ("", "columns/", "views/", f"details/?id={number}", f"edit/?id={number}", "new/", "export/csv/", f"verb/x/?id={number}"):
        walk.ask("GET", at + page, 403)
    for page in ("new/", f"edit/?id={number}", f"delete/?id={number}", f"verb/x/?id={number}"):
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
    """Every verb for many rows: on a choice of one's own, of somebody else, and on rows of which none is one's own."""
    name = model.__name__
    for verb in [what.removesuffix("()") for m, what in CELLS if m == name and what.endswith("()")]:
        known, right = bulk.find(model, verb), has(walk.role, "x", name, f"{verb}()")
        closed = 404 if known is None else (404 if right else 403)
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


def marks_read(role, own, foreign, *, shown=False):
    """Marks of the fields that the role reads, of the rows that it sees; or only of those its record page shows."""
    said = {(model.__name__, name): said for model in consoled() for name, said in described(model)}
    found = set()
    for side in (own, foreign):
        for mark, (model, name) in side.marks.items():
            about = said.get((model, name), {"group": "secret"})
            left_out = shown and about.get("detail", True) is False
            if has(role, "r", model, about["group"]) and sees(role, model, side) and not left_out:
                found.add(mark)
    return found


def allowed_marks(role, own, foreign):
    """The same, and what records are called: a field that the role reads may name one that it does not open."""
    found = marks_read(role, own, foreign)
    for side in (own, foreign):
        called = NAMES | LISTS if side is own or role in NAMES_FROM_ALL_SIDES else LISTS
        found |= {mark for mark, field in side.marks.items() if ".".join(field) in called}
    return found


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
    forms = page[1] in ("create", "edit", "delete", "verb", "choose", "bulk") or page[0] in ("columns/", "views/")

    for model in consoled():
        at = f"/admin/{model.__name__.lower()}/{address}?id={walk.rows[model.__name__][0][0]}"
        walk.ask("GET", at, 405 if page[1] in ("delete", "choose") else 302)
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

    for model in consoled():
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


@pytest.mark.parametrize(("address", "nobody", "somebody"), [
    ("/", 302, 302), ("/admin/", 302, 200), ("/login", 200, 302), ("/healthz", 200, 200), ("/readyz", 200, 200),
    ("/static/kokemussilta.css", 200, 200), ("/admin/static/vendor/jquery.min.js", 200, 200),
    ("/logout", 405, 405), ("/role", 405, 405), ("/language", 405, 405), ("/nothing", 404, 404),
    ("/admin/nothing/", 404, 404),
])
def test_page_outside_the_records_answers(address, nobody, somebody, client, login):
    assert client.get(address).status_code == nobody
    assert login("admin").get(address).status_code == somebody
