"""Every address by every role, row, method and token: what is asked, and what the table of rights says of it.

``bin/access_report`` prints it. The short walk of each kind of page is ``tests/test_routes.py``. Nothing is tested here.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from admin_views.generate import consoled
from models import BatchFile, Selection, db
from services import bulk, verbs
from tests.conftest import token
from tests.people import make_user
from tests.rights_walk import CELLS, MARK, NO_ROW, NOBODY, PAGES, ROLES, allowed_marks, has, may, opens, sees, text_of
from tests.two_sides import actor_of, two_sides

IN = frozenset({"shows", "goes on", "asks again"})
"""Let in: the page, on to another one, or the form back with what is wrong in it."""

SIGN_IN, REFUSED, CLOSED, ABSENT, NO_METHOD = (
    frozenset({word}) for word in ("sign in", "refused", "closed", "not there", "no method"))
WORDS = {200: "shows", 301: "goes on", 302: "goes on", 303: "goes on", 304: "shows", 308: "goes on", 400: "refused",
         401: "sign in", 403: "closed", 404: "not there", 405: "no method", 410: "not there", 409: "asks again", 422: "asks again"}

ROW_PAGES = frozenset({"details_view", "edit_view", "delete_view", "verb_view", "bulk_verb_view", "reveal_view",
                       "reason_view", "match_view", "add_view", "pay_view", "file_view", "download_view",
                       "receipt_view", "grid_view"})
MORE_PAGES = {"match_view": ("match/", "match"), "add_view": ("add/", "submit"), "pay_view": ("pay/", "send"),
              "file_view": ("file/", "download"), "reason_view": ("reason/", "read"),
              "download_view": ("download/", "download"), "receipt_view": ("receipt/", "download"),
              "grid_view": ("grid/", "fill")}
"""Pages of one record type alone, and what opens them; anybody who reads a record may be asked why."""

FOUND_AS = {"file_view": BatchFile.__name__}
"""Pages whose ``id`` is of another record type."""

REPORTED = {("Programme", "name"), ("Organisation", "name")}
"""What the report of trainings names to the steering group, which opens neither record: who trains, and in what."""


class Request(NamedTuple):
    """One request: how the report names it, how it is sent, which outcomes the rights allow."""

    route: str
    row: str
    method: str
    with_token: bool
    address: str
    form: dict[str, str]
    allowed: frozenset[str]

    @property
    def line(self):
        """What the cells of all roles in one line of the report have in common."""
        return self.route, self.row, f"{self.method}{' +token' if self.with_token else ''}"


class World:
    """Two sides of every record in an SQLite database of its own, and one role at its doors."""

    def __init__(self, app, role):
        self.app, self.role = app, role
        self.own, self.foreign = two_sides()
        self.user = None if role == NOBODY else actor_of(role, self.own)
        other = make_user("coordinator")
        self.chosen = {name: self._choices(name, other) for name in self.own.rows} if self.user else {}
        db.session.commit()
        self.ids = {name: (self.own[name].id, self.foreign[name].id) for name in self.own.rows}
        self.rights = allowed_marks(role, self.own, self.foreign) if self.user else set()
        self.reported = {mark for side in (self.own, self.foreign) for mark, field in side.marks.items()
                         if role == "steering" and field in REPORTED}
        self.path = db.engine.url.database
        with closing(sqlite3.connect(self.path)) as here, closing(sqlite3.connect(f"{self.path}.kept")) as kept:
            here.backup(kept)
        self.client = app.test_client()
        with self.client.session_transaction() as cookie:
            cookie.update({"_user_id": self.user.get_id(), "_fresh": True, "second_factor": True} if self.user else {})
        self.token = {"csrf_token": token(self.client, "/admin/" if self.user else "/login")}
        with self.client.session_transaction() as cookie:
            self.cookie = dict(cookie)

    def _choices(self, name, other):
        """Choices of rows, by what the report calls the row: one's own, somebody else's, and another user's choice."""
        made = {row: Selection(user_id=user.id, model=name, ids=[side[name].id]) for row, user, side in (
            ("own", self.user, self.own), ("foreign", self.user, self.foreign), ("missing", other, self.own))}
        db.session.add_all(made.values())
        db.session.flush()
        return {row: choice.id for row, choice in made.items()}

    def rows(self, name):
        """By what the report calls the row: its id, and whether the role sees it."""
        own, foreign = self.ids[name]
        return {"own": (own, self.sees(name, self.own)), "foreign": (foreign, self.sees(name, self.foreign)),
                "missing": (NO_ROW, False)}

    def sees(self, name, side):
        return self.role != NOBODY and sees(self.role, name, side)

    def ask(self, request):
        """The outcome in a word, with "?" when no right explains it and "LEAK" when it shows what it should not."""
        with self.client.session_transaction() as cookie:
            cookie.clear()
            cookie.update(self.cookie)
        answer = self.client.open(request.address, method=request.method,
                                  data=request.form | (self.token if request.with_token else {}))
        word = WORDS.get(answer.status_code, str(answer.status_code))
        if word == "goes on" and answer.headers["Location"].startswith("/login"):
            word = "sign in"
        if set(MARK.findall(text_of(answer))) - self.rights - self._told_by(request):
            word = f"LEAK {word}"
        if request.with_token and answer.status_code < 400:
            self._restore()
        return word if word in request.allowed else f"{word}?"

    def _told_by(self, request):
        """Marks beyond the role's fields that the page is made to tell: a person's package is all that is held of them."""
        packages = {"own": self.own, "foreign": self.foreign} if request.route == "datarequest/download/" else {}
        if request.row in packages:
            return packages[request.row].marks.keys()
        return self.reported if request.route == "report.index_view" else set()

    def _restore(self):
        """Undo what the request has written."""
        db.session.remove()
        with closing(sqlite3.connect(f"{self.path}.kept")) as kept, closing(sqlite3.connect(self.path)) as here:
            kept.backup(here)


# --- what is asked


def requests(world) -> Iterator[Request]:
    """Every address of the application, by every row, method and token, with the outcomes that the rights allow."""
    methods, models = {}, {model.__name__.lower(): model for model in consoled()}
    for rule in world.app.url_map.iter_rules():
        methods.setdefault(rule.endpoint, set()).update(rule.methods)
    for endpoint, known in methods.items():
        blueprint, _, page = endpoint.rpartition(".")
        if blueprint in models and page in PAGES | MORE_PAGES:
            yield from _of_model(world, models[blueprint], page, known)
        else:
            yield from _outside(world, endpoint, known)


def undecided(app):
    """The endpoints of which the report would not know what is right."""
    models = {model.__name__.lower() for model in consoled()}
    split = {rule.endpoint: rule.endpoint.rpartition(".") for rule in app.url_map.iter_rules()}
    return {endpoint for endpoint, (blueprint, _, page) in split.items()
            if not (blueprint in models and page in PAGES | MORE_PAGES)
            and endpoint not in CONSOLE | DOORS and endpoint != "board.steps_view"}


def _sent(route, row, known, address, form, allowed) -> Iterator[Request]:
    """The address by each method and token. ``allowed``: what the rights say where the method and the token are right."""
    for method, with_token in (("GET", False), ("POST", False), ("POST", True)):
        expected = allowed(method, with_token)
        if method not in known:
            expected = NO_METHOD
        yield Request(route, row, method, with_token, address, form if method == "POST" else {}, expected)


def _of_model(world, model, page, known):
    name = model.__name__
    address, kind = MORE_PAGES.get(page) or PAGES[page]
    for route, path, form, right in _ways(world, model, page, address, kind):
        for row, (number, seen) in _rows(world, name, page).items():
            at = f"/admin/{name.lower()}/{path}"
            if page == "bulk_verb_view":
                at += f"?chosen={world.chosen.get(name, {}).get(row, NO_ROW)}"
            elif row != "-":
                at += f"?id={number}"
            outcome = right if row == "-" or seen or right != IN else ABSENT
            if page == "bulk_verb_view" and row == "foreign" and outcome == ABSENT:
                outcome |= {"goes on"}  # to the page that says that of one's choice no row was left to do
            yield from _sent(f"{name.lower()}/{route}", row, known, at, form, _gated(world.role, outcome))


def _rows(world, name, page):
    return world.rows(FOUND_AS.get(page, name)) if page in ROW_PAGES else {"-": (None, True)}


def _gated(role, outcome):
    def allowed(method, with_token):
        if role == NOBODY:
            return SIGN_IN
        return REFUSED if method == "POST" and not with_token else outcome

    return allowed


def _ways(world, model, page, address, kind):
    """The addresses of one page of a record type: (name, path, form, what the rights say of it)."""
    name, role = model.__name__, world.role
    named = [what.removesuffix("()") for m, what in CELLS if m == name and what.endswith("()")]
    if page == "verb_view":
        for verb in named:
            outcome = ABSENT if verbs.find(model, verb) is None else _let_in(role, name, verb)
            yield f"verb/{verb}", f"verb/{verb}/", {}, CLOSED if not _opens(role, name) else outcome
    elif page in ("bulk_view", "bulk_verb_view", "bulk_done_view"):
        for verb in named:
            outcome = ABSENT if bulk.find(model, verb) is None else _let_in(role, name, verb)
            if page == "bulk_done_view" and outcome == IN:
                outcome = ABSENT  # nothing was done under that name
            path = {"bulk_view": "bulk/", "bulk_verb_view": f"bulk/{verb}/", "bulk_done_view": f"bulk/{verb}/done/?sent=x"}
            yield (f"{path[page].partition('?')[0]} ({verb})", path[page], {"do": verb},
                   CLOSED if not _opens(role, name) else outcome)
    elif page == "export":
        for ending in ("csv", "xlsx"):
            yield f"export/{ending}", f"export/{ending}/", {}, _let_in(role, name, kind)
    elif kind is None:
        yield address, address, {}, ABSENT
    else:
        yield address or "list", address, {}, _let_in(role, name, kind)


def _opens(role, name):
    return role != NOBODY and opens(role, name)


def _let_in(role, name, kind):
    return IN if role != NOBODY and may(role, name, kind) else CLOSED


# --- pages that belong to no record type


def _runs(model):
    """The roles that run any verb of ``model``."""
    return {role for role in ROLES for m, what in CELLS if m == model and has(role, "x", m, what)}


def _read(*models):
    return {role for role in ROLES for model in models if has(role, "r", model, "work")}


CONSOLE = {
    "admin.index": ("/admin/", set(ROLES)),
    "find.index_view": ("/admin/find/?q=zz", set(ROLES)),
    "report.index_view": ("/admin/report/", _runs("Report")),
    "plot.index_view": ("/admin/plot/", _runs("Plot")),
    "plot.image": ("/admin/plot/fees.svg", {role for role in ROLES if has(role, "x", "Plot", "fees()")}),
    "review.index_view": ("/admin/review/", _runs("Review")),
    "calendar.index_view": ("/admin/calendar/", _read("Occasion", "SupervisionSession", "Meeting")),
    "calendar.address_view": ("/admin/calendar/address/", _read("Occasion", "SupervisionSession", "Meeting")),
    "board.index_view": ("/admin/board/", {role for role in ROLES if opens(role, "Order")}),
    "drafts.keep": ("/admin/desk/draft", set(ROLES)),
    "drafts.throw_away": ("/admin/desk/draft/drop", set(ROLES)),
}
"""Pages of the console beside the record types, and the roles for whom they are there."""

DOORS = {
    "static": ("/static/kokemussilta.css", IN, IN), "admin.static": ("/admin/static/vendor/jquery.min.js", IN, IN),
    "bootstrap.static": ("/bootstrap/static/css/bootstrap.min.css", IN, IN),
    "sign_in.alive": ("/healthz", IN, IN), "sign_in.ready": ("/readyz", IN, IN),
    "statement.accessibility": ("/accessibility", IN, IN), "statement.privacy": ("/privacy", IN, IN),
    "sign_in.forgotten": ("/login/forgotten", IN, IN),
    "sign_in.root": ("/", IN, IN), "sign_in.login": ("/login", IN | SIGN_IN, IN | SIGN_IN),
    "second_factor.code": ("/login/code", SIGN_IN, IN | SIGN_IN),
    "second_factor.enrol": ("/second-factor", SIGN_IN, IN), "second_factor.picture": ("/second-factor/qr.svg", ABSENT, ABSENT),
    "sign_in.logout": ("/logout", SIGN_IN, SIGN_IN), "sign_in.read_in": ("/language", REFUSED, REFUSED),
    "sign_in.act_as": ("/role", CLOSED | SIGN_IN, CLOSED),
    "set_up.page": ("/set-up/nothing", ABSENT, ABSENT), "feed.calendar": ("/calendar/nothing.ics", ABSENT, ABSENT),
    "answers.answer": ("/answer/nothing", ABSENT, ABSENT), "answers.for_another": ("/for-another/nothing", ABSENT, ABSENT),
    "how_it_went.of_expert": ("/how-it-went/nothing", ABSENT, ABSENT), "how_it_went.of_orderer": ("/how-did-it-go/nothing", ABSENT, ABSENT),
    "briefing.of_expert": ("/briefing/nothing", ABSENT, ABSENT), "briefing.of_orderer": ("/order-briefing/nothing", ABSENT, ABSENT),
    "briefing.of_assignment": (f"/own-briefing/assignment/{NO_ROW}", SIGN_IN, ABSENT | CLOSED),
    "briefing.of_order": (f"/own-briefing/order/{NO_ROW}", SIGN_IN, ABSENT | CLOSED),
    "how_it_went.thanks": ("/how-it-went", IN, IN),
    "training_check.page": ("/check/nothing", IN | ABSENT, IN | ABSENT),
    "answers.answered": ("/answered/yes", IN, IN), "order_form.page": ("/order", IN, IN),
    "order_form.sent": ("/order/sent", IN, IN), "order_form.confirmed": ("/order/confirmed", IN, IN),
    "order_form.confirm": ("/order/confirm/nothing", ABSENT, ABSENT),
    "account.page": ("/account/", SIGN_IN, IN), "account.change_password": ("/account/password", SIGN_IN, IN),
    "account.begin_factor": ("/account/second-factor", SIGN_IN, IN),
    "account.end_factor": ("/account/second-factor/off", SIGN_IN, IN | CLOSED),
    "account.make_codes": ("/account/recovery-codes", SIGN_IN, ABSENT),
    "account.sign_out_everywhere": ("/account/sign-out", SIGN_IN, SIGN_IN),
}
"""Pages outside the console: what they are to nobody, and to somebody who is signed in."""


def _outside(world, endpoint, known):
    if endpoint == "board.steps_view":
        for row, (number, seen) in world.rows("Order").items():
            right = (IN if seen else ABSENT) if _opens(world.role, "Order") else CLOSED
            yield from _sent("board/steps", row, known, f"/admin/board/steps/?id={number}", {}, _gated(world.role, right))
    elif endpoint in CONSOLE:
        address, roles = CONSOLE[endpoint]
        right = IN if world.role in roles else CLOSED
        if endpoint.startswith("drafts."):
            right = REFUSED  # a form that is none
        form = {"draft-path": "/nothing"}
        yield from _sent(endpoint, "-", known, address, form, _gated(world.role, right))
    else:
        # What stands in no list is undecided, whatever it answers.
        address, *outcomes = DOORS.get(endpoint, (f"/{endpoint}", frozenset(), frozenset()))
        right = outcomes[world.role != NOBODY]

        def allowed(method, with_token):
            if method == "POST" and not with_token:
                return REFUSED | (IN if endpoint == "set_up.page" else SIGN_IN if world.role == NOBODY else set())
            return right

        yield from _sent(endpoint, "-", known, address, {}, allowed)


def column(app, role):
    """The cells of one role: by line of the report the outcome."""
    world = World(app, role)
    return {request.line: world.ask(request) for request in requests(world)}
