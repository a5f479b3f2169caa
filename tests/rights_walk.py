"""What each role may meet, read from the text of the table of rights without the code that the views use; and a walk.

Shared by the tests of every address and by ``bin/access_report``. Nothing is tested here.
"""

import io
import re
import zipfile

import sqlalchemy as sa

from admin_views.generate import consoled
from models import Selection, User, db
from models.base import described
from rules.permission_table import TABLE
from tests.conftest import NOON, token

ROLES = ("coordinator", "trainer", "finance", "orderer", "steering", "expert", "admin")
NOBODY = "nobody"
MARK = re.compile(r"zz[ab]\d{3}zz")
NO_ROW = 999_999_999

CELLS = {(line.split()[0], line.split()[1]): dict(zip(ROLES, line.split()[2:9], strict=True))
         for line in TABLE.splitlines() if line.strip() and not line.startswith("#")}

OWN_ROWS_ONLY = {
    "coordinator": set(), "admin": set(),
    "trainer": {"Organisation", "Trainer", "Programme", "Completion", "Certificate", "Proposal", "Expert",
                "Assignment", "OnboardingPart"},
    "finance": {"Invoice", "InvoiceLine", "Receipt"},
    "orderer": {"Organisation", "Contact", "Order", "Occasion", "Assignment", "OnboardingPart", "Feedback"},
    "steering": {"Insight", "Group", "Membership", "Meeting", "Matter", "Decision"},
    "expert": {"Expert", "Pause", "SupportPerson", "Consent", "Agreement", "BackgroundCheck", "Completion",
               "Assignment", "TrainingCheck", "Certificate", "Invoice", "InvoiceLine", "Receipt"},
}
"""Record types of which the role sees the rows of its own side only; of the others that it opens it sees all."""

NAMES = {
    "Organisation.name", "Contact.name", "Expert.alias", "User.name", "Person.name", "Order.number", "Invoice.number",
    "Payee.official_name", "PaymentBatch.number", "Group.name", "Programme.name", "Matter.title", "Supervisor.name",
    "ExistingStructure.name", "Insight.text", "IncomeType.code", "IncomeType.name",
}
"""What a record is called where another one names it."""

LISTS = {"Theme.name", "Viewpoint.name", "Task.name", "SpokenLanguage.name", "Municipality.name",
         "OnboardingPoint.name"}
"""The short lists, whose names are nobody's own."""

GARBAGE = {model.__name__: {name: "¤" for name, _ in described(model)} | {"version": "0"} for model in consoled()}
"""For every field a value that is not there yet, or that it cannot take."""

TODAY = NOON.date()
"""The day on which the app answers."""
NAMES_FROM_ALL_SIDES = {"coordinator", "finance", "admin"}

PAGES = {
    "index_view": ("", "read"), "details_view": ("details/", "read"), "create_view": ("new/", "create"),
    "edit_view": ("edit/", "edit"), "delete_view": ("delete/", "delete"), "export": ("export/csv/", "export"),
    "lookup": ("lookup/", "lookup"), "verb_view": ("verb/", "verb"),
    "columns_view": ("columns/", "read"), "views_view": ("views/", "read"),
    "reveal_view": ("reveal/", "reveal"), "reason_view": ("reason/", "reason"),
    "bulk_view": ("bulk/", "choose"), "bulk_verb_view": ("bulk/cancel/", "bulk"),
    "bulk_done_view": ("bulk/cancel/done/", "bulk_done"),
    "action_view": ("action/", None), "ajax_lookup": ("ajax/lookup/", None), "ajax_update": ("ajax/update/", None),
}
"""Function name to address and what opens it; None is Flask-Admin's own and closed to everybody."""

OUTSIDE = {"static", "admin.static", "bootstrap.static", "admin.index", "sign_in.root", "sign_in.login",
           "sign_in.logout", "sign_in.act_as", "sign_in.read_in", "sign_in.alive", "sign_in.ready",
           "statement.accessibility", "statement.privacy", "sign_in.forgotten", "second_factor.code", "second_factor.enrol",
           "second_factor.picture", "set_up.page", "account.page", "account.change_password", "account.begin_factor",
           "answers.answer", "answers.for_another", "answers.answered", "order_form.page",
           "order_form.sent", "order_form.confirm", "order_form.confirmed",
           "how_it_went.of_expert", "how_it_went.of_orderer", "how_it_went.thanks", "training_check.page",
           "briefing.of_expert", "briefing.of_orderer", "briefing.of_assignment", "briefing.of_order",
           "account.end_factor", "account.make_codes", "account.sign_out_everywhere"}
OWN_PAGES = {"order.match_view": ("match/?id={}", "match"), "programme.grid_view": ("grid/?id={}", "fill"),
             "datarequest.download_view": ("download/?id={}", "download")}
"""A page of a model's own: its address below the model's, with the row's id, and the verb that opens it."""


TESTED_APART = {"review.index_view", "paymentbatch.add_view", "paymentbatch.pay_view", "paymentbatch.file_view", "receipt.receipt_view", "certificate.receipt_view",
                "report.index_view",
                "plot.index_view", "plot.image", "find.index_view", "drafts.keep", "drafts.throw_away", "calendar.index_view",
                "calendar.address_view", "board.index_view", "board.steps_view", "feed.calendar"}
"""Own pages that name other rows than their own, or give out a file: walked in the tests of their own in tests/admin/."""


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
            target = prop.mapper.class_ if chooses else getattr(getattr(prop, "columns", [None])[0], "type", None)
            target = target if chooses else getattr(target, "target", None)
            if target is not None and said.get("form", True) and has(role, "w", model.__name__, said["group"]):
                found.add(target.__name__)
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
