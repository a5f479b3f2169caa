"""What this product promises about people, in sentences, each tried through the pages by somebody signed in.

Written by hand and independent of the table of rights: a change there that breaks a promise is seen here.
"""

import csv
import io
import re

import pytest
import sqlalchemy as sa

from models import (
    AccessLog,
    Assignment,
    BackgroundCheck,
    BatchItem,
    Completion,
    Expert,
    Feedback,
    Invoice,
    Matter,
    Membership,
    Order,
    Organisation,
    Pause,
    Payee,
    SupportContact,
    SupportPerson,
    Theme,
    User,
    db,
)
from rules.choices import FeedbackBy
from rules.states import AssignmentStatus, ClaimStatus, MatterStatus
from tests.conftest import token
from tests.factories import make
from tests.people import make_user

IBAN, CODE, SECRET = "FI2112345600000785", "131052-308T", "Salasana-ei-näy"
EVERYBODY = ("coordinator", "trainer", "finance", "orderer", "steering", "expert", "admin")


def page(client, address):
    answer = client.get(address)
    assert answer.status_code in (200, 302, 403, 404)
    return answer.text


def pages_of(client, record):
    """All that the console shows of a record: its page, its form, its list, its export."""
    at = f"/admin/{type(record).__name__.lower()}"
    return "".join(page(client, f"{at}/{rest}") for rest in (
        f"details/?id={record.id}", f"edit/?id={record.id}", "", "export/csv/", "lookup/?q="))


def who_reads(word, record, login, **given):
    """The roles whose pages of ``record`` have ``word``."""
    return [role for role in EVERYBODY if word in pages_of(login(role, **given.get(role, {})), record)]


@pytest.mark.parametrize("value", [IBAN, CODE])
def test_nobody_reads_an_account_or_an_identity_code_on_a_page_of_its_own_accord(value, app, login):
    payee = make(Payee, iban=IBAN, identity_code=CODE, official_name="Helmi Maksunsaaja")

    assert who_reads(value, payee, login) == []
    assert who_reads("Helmi Maksunsaaja", payee, login) == ["coordinator", "finance"]


def test_coordinator_enters_a_tax_card_without_reading_the_one_that_is_stored(app, login):
    payee = make(Payee, tax_percent=37, address="Verokuja 7")

    assert who_reads("Verokuja 7", payee, login) == ["finance"]
    assert who_reads('value="37,00"', payee, login) == ["finance"]


def test_payment_names_the_payee_to_finance_with_the_account_masked(app, login):
    item = make(BatchItem, iban=IBAN, identity_code=CODE, payee_name="Helmi Maksunsaaja")

    assert who_reads("Helmi Maksunsaaja", item, login) == ["finance"]
    assert who_reads("FI21 •••• 85", item, login) == ["finance"]
    assert who_reads(IBAN, item, login) == []


def test_contact_data_of_an_expert_are_for_the_coordinator_the_own_trainer_and_the_expert(app, login):
    completion = make(Completion)
    expert = completion.expert
    expert.phone = "+358401112223"
    own = {"trainer": {"organisation": completion.programme.organisation}, "expert": {"expert": expert}}

    assert who_reads("+358401112223", expert, login, **own) == ["coordinator", "trainer", "expert"]
    assert who_reads("+358401112223", expert, login) == ["coordinator"]


def test_units_not_to_meet_are_for_the_coordinator_and_the_expert_alone(app, login):
    unit = make(Organisation, name="Vältettävä koti")
    expert = make(Expert, avoided_organisations=[unit])

    assert who_reads("Vältettävä koti", expert, login, expert={"expert": expert},
                     orderer={"organisation": unit}) == ["coordinator", "expert"]


@pytest.mark.parametrize(("record", "word", "readers"), [
    (lambda expert: make(SupportPerson, expert=expert, name="Turva Tuula"), "Turva Tuula", ["coordinator", "expert"]),
    (lambda expert: make(SupportContact, expert=expert, note="Soitetaan"), "Soitetaan", ["coordinator"]),
    (lambda expert: make(Pause, expert=expert), "15.1.2026", ["coordinator", "expert"]),
    (lambda expert: make(BackgroundCheck, expert=expert), "15.1.2026", ["coordinator", "expert"]),
])
def test_wellbeing_pauses_and_papers_are_for_the_coordinator_and_mostly_the_expert(record, word, readers, app, login):
    expert = make(Expert)
    made = record(expert)

    assert who_reads(word, made, login, expert={"expert": expert}) == readers


@pytest.mark.parametrize("status", [AssignmentStatus.ASKED, AssignmentStatus.ACCEPTED, AssignmentStatus.NOT_NOW,
                                    AssignmentStatus.NO_ANSWER, AssignmentStatus.STOOD_DOWN])
def test_orderer_cannot_tell_who_was_asked_or_what_was_answered(status, app, login):
    order = make(Order)
    client = login("orderer", organisation=order.organisation)
    before = page(client, f"/admin/order/details/?id={order.id}")

    assignment = make(Assignment, order=order, status=status, expert=make(Expert, alias="Kysytty"))

    assert plain(page(client, f"/admin/order/details/?id={order.id}")) == plain(before)
    assert client.get(f"/admin/assignment/details/?id={assignment.id}").status_code == 404
    assert "Kysytty" not in page(client, "/admin/assignment/") + page(client, "/admin/")


def test_orderer_reads_the_name_of_a_confirmed_expert_and_not_the_answers(app, login):
    assignment = make(Assignment, status=AssignmentStatus.CONFIRMED, expert=make(Expert, alias="Vahvistettu"),
                      goes_by="Vahvistettu", override_reason="Kysyttiin silti", answered_by="coordinator")
    client = login("orderer", organisation=assignment.order.organisation)

    text = page(client, f"/admin/assignment/details/?id={assignment.id}")

    assert ("Vahvistettu" in text, "Kysyttiin silti" in text) == (True, False)


def test_feedback_about_wellbeing_is_the_coordinators(app, login):
    feedback = make(Feedback, given_by=FeedbackBy.ORDERER, text="Kiitos paljon", feels_after=1)
    own = {"orderer": {"organisation": feedback.order.organisation}}

    assert who_reads("Kiitos paljon", feedback, login, **own) == ["coordinator", "orderer"]
    feedback.given_by = FeedbackBy.EXPERT
    assert who_reads("Kiitos paljon", feedback, login, **own) == ["coordinator"]


def test_finance_reads_a_checked_claim_and_no_theme_of_its_expert(app, login):
    expert = make(Expert, alias="Kokija", themes=[make(Theme, name="sijaishuolto")])
    claim = make(Invoice, payee=make(Payee, expert=expert), status=ClaimStatus.CHECKED)
    client = login("finance")

    text = pages_of(client, claim) + pages_of(client, claim.payee) + page(client, "/admin/")

    assert (claim.number in text, "sijaishuolto" in text, "Kokija" in text) == (True, False, False)
    assert client.get(f"/admin/expert/details/?id={expert.id}").status_code == 403


def test_steering_group_reads_matters_and_never_who_sits_in_a_group(app, login):
    matter = make(Matter, status=MatterStatus.SENT, title="Asia ohjausryhmälle")
    member = make(Membership, expert=make(Expert, alias="Jäsen Jaana"))

    assert who_reads("Asia ohjausryhmälle", matter, login) == ["coordinator", "steering"]
    assert who_reads("Jäsen Jaana", member, login) == ["coordinator"]


def test_administrator_reads_no_expert_no_order_and_no_claim(app, login):
    client = login("admin")

    codes = {name: client.get(f"/admin/{name}/").status_code
             for name in ("expert", "order", "assignment", "invoice", "payee", "theme", "feedback", "user")}

    assert {name for name, code in codes.items() if code == 200} == {"user"}


def test_nobody_reads_a_password_hash(app, login):
    user = make(User, password_hash=SECRET)

    assert who_reads(SECRET, user, login) == []
    assert who_reads(user.name, user, login) == ["coordinator", "admin"]


def test_opening_what_is_sensitive_is_written_down(app, login):
    expert = make(Expert)
    client = login("coordinator")

    client.get(f"/admin/expert/details/?id={expert.id}")
    client.get(f"/admin/expert/edit/?id={expert.id}")

    rows = db.session.scalars(sa.select(AccessLog)).all()
    assert [(row.subject, row.what, row.actor) for row in rows] == [(expert.subject, "open", client.user.name)] * 2


def test_export_is_written_down_with_its_rows_and_filters_and_no_words_of_a_search(app, login):
    make(Expert, alias="Aamu"), make(Expert, alias="Aino"), make(Expert, alias="Onni")
    client = login("coordinator")

    client.get("/admin/expert/export/csv/?q=A&sort=alias&somebody=Aino")

    (row,) = db.session.scalars(sa.select(AccessLog)).all()
    assert (row.subject, row.what, row.rows, row.reason) == ("Expert:list", "export", 2, "q, sort")


def test_protected_expert_is_in_no_file_and_the_reader_is_told(app, login):
    make(Expert, alias="Näkyvä"), make(Expert, alias="Suojattu", protected=True, phone="+358409998887")
    client = login("coordinator")

    rows = list(csv.reader(io.StringIO(client.get("/admin/expert/export/csv/").text.removeprefix("\ufeff")),
                           delimiter=";"))

    assert [row[0] for row in rows[1:]] == ["Näkyvä"]
    assert [page(client, "/admin/expert/").count('<p class="note kept"') for _ in range(2)] == [1, 0]


def test_role_is_taken_only_from_ones_own(app, login):
    client = login(user=make_user("trainer", "steering"))
    send = {"csrf_token": token(client, "/admin/")}

    assert client.post("/role", data=send | {"role": "admin"}).status_code == 403
    assert client.get("/admin/user/").status_code == 403
    assert client.post("/role", data=send | {"role": "steering"}).status_code == 302
    assert (client.get("/admin/matter/").status_code, client.get("/admin/trainer/").status_code) == (200, 403)


def plain(text):
    """A page without what differs from one answer to the next."""
    return re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"', "", text)
