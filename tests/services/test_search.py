"""Which records a search finds: by the words of what the actor reads, the same on both databases."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import RelationshipDirection

from models import (
    AccessLog,
    Assignment,
    Completion,
    Contact,
    Expert,
    Group,
    Invoice,
    Order,
    Organisation,
    Payee,
    User,
    db,
)
from models.base import described
from rules.folding import asked_words, kept_words
from rules.permissions import Actor, Role
from services.scopes import visible
from services.search import matching
from tests.factories import make
from tests.people import make_organisation
from tests.test_foundation import MODELS

COORDINATOR = Actor(1, 1, Role.COORDINATOR)
ODD = ["%", "_", "%%", "\\", "'", '"', "*", "''", "(", ")", "^", "-", ":*", "&", "|", "!", "\x00", ".",
       "\ud800", "\u200d"]
LETTERS = "abäöåÄé0129 -+.%_\"'*:()&|!\\дß"


def found(model, words, actor=COORDINATOR, **how):
    query = sa.select(model.id).where(matching(model, words, actor, **how), visible(model, actor))
    return sorted(db.session.scalars(query))


def as_role(role, **given):
    return Actor(1, 1, Role(role), **given)


def has(text, question):
    """What search promises, in plain words."""
    asked = asked_words(question)
    kept = kept_words(text)
    return bool(not question.strip() or asked) and all(any(word.startswith(a) for word in kept) for a in asked)


@pytest.mark.both_databases
@given(st.lists(st.text(alphabet=LETTERS, max_size=12), min_size=1, max_size=5, unique=True), st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_search_finds_what_plain_python_finds(app, session, texts, data):
    session.rollback()
    groups = [Group(name=text, kind="development") for text in texts]
    session.add_all(groups)
    session.flush()
    from_a_text = data.draw(st.sampled_from(texts))
    question = data.draw(st.text(alphabet=LETTERS, max_size=6) | st.just(from_a_text[:data.draw(st.integers(0, 8))]))

    ids = found(Group, question)

    assert ids == sorted(group.id for group in groups if has(group.name, question))


@pytest.mark.both_databases
def test_questions_are_taken_to_the_letter(app, session):
    names = ["Alennus 50 % kahvila", "nuoret_koti", "polku\\talo", "D'Arc", "Älä jää yksin", "OR NEAR(koti, 2) AND NOT *"]
    made = {name: make(Organisation, name=name).id for name in names}

    answers = {asked: [name for name in names if made[name] in found(Organisation, asked)] for asked in (
        "50 %", "nuoret_koti", "nuoret_", "nuoret%", "d'a", "ÄLÄ", "ala", "or", "near(", "not", "kah* OR", "-koti", "koti")}

    assert answers == {
        "50 %": names[:1], "nuoret_koti": names[1:2], "nuoret_": names[1:2], "nuoret%": names[1:2], "d'a": names[3:4],
        "ÄLÄ": names[4:5], "ala": names[4:5], "or": names[5:], "near(": names[5:], "not": names[5:], "kah* OR": [],
        "-koti": [names[1], names[5]], "koti": [names[1], names[5]]}


@pytest.mark.both_databases
@pytest.mark.parametrize("question", ["x 2026-1 ä", "NEAR(", "'\"*%_\\", "x" * 10_000, "x y " * 2_500])
def test_every_record_type_takes_every_question(question, app, session):
    answers = [found(model, question, actor, looking_up=looking_up) for model in MODELS.values()
               for actor, looking_up in ((COORDINATOR, False), (as_role("finance"), True))]

    assert answers == [[]] * len(MODELS) * 2


@pytest.mark.both_databases
def test_question_without_a_letter_finds_nothing_and_a_blank_one_everything(app, session):
    home = make(Organisation, name="".join(ODD[:-4]) + " 50")

    assert [found(Organisation, odd) for odd in ODD] == [[]] * len(ODD)
    assert [found(Organisation, blank) for blank in ("", " ", "\t\n")] == [[home.id]] * 3


@pytest.mark.both_databases
def test_words_of_a_question_may_stand_in_different_fields(app, session):
    expert = make(Expert, first_name="Aino", last_name="Virtanen", phone="+358 40 123 4567", email="a.v@koti.invalid")
    make(Expert, first_name="Eino", last_name="Virtanen")

    questions = ["aino virtanen", "VIRT ain", "virtanen 040 1234567", "a.v@koti", "eino 0401234567", "skanen"]

    assert [found(Expert, question) for question in questions] == [[expert.id]] * 4 + [[]] * 2


@pytest.mark.both_databases
def test_record_is_found_by_what_it_names(app, session):
    home = make(Organisation, name="Nuorisokoti Mäntyrinne")
    order = make(Order, number="2026-0143", title="Kahvila", organisation=home, contact=make(Contact, name="Liisa Laine"))
    expert = make(Expert, alias="Kukka", first_name="Aino", last_name="Virtanen")
    place = make(Assignment, order=order, expert=expert)
    claim = make(Invoice, assignment=place, payee=make(Payee, official_name="Maija Meikäläinen"))
    for model in (Order, Assignment, Invoice):
        make(model)

    answers = {question: (found(Order, question), found(Assignment, question), found(Invoice, question)) for question in (
        "mäntyrinne", "laine", "kahvila manty", "2026-0143", "virtanen", "kukka 2026-01", "meika", "meika virtanen", "muu")}

    o, a, i = [order.id], [place.id], [claim.id]
    assert answers == {
        "mäntyrinne": (o, [], []), "laine": (o, [], []), "kahvila manty": (o, [], []), "2026-0143": (o, a, i),
        "virtanen": ([], a, i), "kukka 2026-01": ([], a, i), "meika": ([], [], i), "meika virtanen": ([], [], i),
        "muu": ([], [], [])}


@pytest.mark.both_databases
def test_other_record_renamed_needs_no_words_of_ones_own(app, session):
    home = make(Organisation, name="Mäntyrinne")
    order = make(Order, organisation=home)
    before = (found(Order, "manty"), found(Order, "kuusela"))

    home.name = "Kuusela"
    session.commit()

    assert (before, (found(Order, "manty"), found(Order, "kuusela"))) == (([order.id], []), ([], [order.id]))


@pytest.mark.both_databases
@pytest.mark.parametrize(("model", "question", "reads", "reads_not"), [
    (User, "z@posti", "admin", "coordinator"), (User, "zeta", "coordinator", "finance"),
    (Contact, "zeta", "orderer", "trainer"), (Expert, "z@posti", "coordinator", "finance"),
    (Payee, "zeta", "finance", "trainer"), (Group, "zeta", "steering", "orderer"),
])
def test_nothing_is_found_by_what_the_role_does_not_read(model, question, reads, reads_not, app, session):
    texts = {"name": "Zeta", "first_name": "Zeta", "official_name": "Zeta", "email": "z@posti.invalid"}
    own = make_organisation()
    given = {name: text for name, text in texts.items() if name in dict(described(model))}
    row = make(model, **given | ({"organisation": own} if model is Contact else {}))

    answers = [found(model, question, as_role(role, organisation_id=own.id)) for role in (reads, reads_not)]

    assert answers == [[row.id], []]


def test_masked_is_not_searched(app, session, monkeypatch):
    payee = make(Payee, official_name="Zeta")
    readers = [as_role("coordinator"), as_role("finance")]
    read = [found(Payee, "zeta", actor) for actor in readers]

    from rules.permissions import MATRIX

    monkeypatch.setitem(MATRIX, ("Payee", "money"), MATRIX["Payee", "money"] | {Role.COORDINATOR: "mw"})
    masked = [found(Payee, "zeta", actor) for actor in readers]

    assert (read, masked) == ([[payee.id]] * 2, [[], [payee.id]])


@pytest.mark.both_databases
def test_name_is_found_where_it_is_read_and_nothing_more(app, session):
    """An orderer reads the name chosen for the order, which nothing is found by."""
    home = make_organisation()
    expert = make(Expert, alias="Kukka", first_name="Aino", last_name="Virtanen", phone="0401234567")
    place = make(Assignment, order=make(Order, organisation=home), expert=expert, status="confirmed")
    orderer, finance = as_role("orderer", organisation_id=home.id), as_role("finance")

    answers = {question: [found(Assignment, question, actor) for actor in (COORDINATOR, orderer, finance)]
               for question in ("kukka", "virtanen", "0401234567")}

    assert answers == {"kukka": [[place.id], [], []], "virtanen": [[place.id], [], []],
                       "0401234567": [[place.id], [], []]}


@pytest.mark.both_databases
def test_other_record_out_of_sight_finds_nothing(app, session):
    """A trainer reads the completions of the own programmes, but does not meet an expert under non-disclosure."""
    trainers = make_organisation(trains=True)
    open_one, hidden = make(Completion), make(Completion)
    for completion, name, protected in ((open_one, "Aino", False), (hidden, "Aili", True)):
        completion.programme.organisation = trainers
        completion.expert.first_name, completion.expert.protected = name, protected
    session.commit()
    trainer = as_role("trainer", organisation_id=trainers.id)

    answers = [found(Completion, name, actor) for actor in (COORDINATOR, trainer) for name in ("aino", "aili")]

    assert answers == [[open_one.id], [hidden.id], [open_one.id], []]


@pytest.mark.both_databases
def test_claim_is_found_by_the_name_of_its_assignment_and_not_by_its_expert(app, session):
    """Finance reads "2026-0143/7" where it may not read who that was."""
    expert = make(Expert, alias="Kukka", first_name="Aino")
    claim = make(Invoice, assignment=make(Assignment, order=make(Order, number="2026-0143"), expert=expert), status="checked")
    finance = as_role("finance")

    assert [found(Invoice, question, finance) for question in ("2026-0143", "kukka")] == [[claim.id], []]
    assert [found(Invoice, question) for question in ("2026-0143", "kukka")] == [[claim.id]] * 2


@pytest.mark.both_databases
def test_look_up_finds_by_the_name_it_shows(app, session):
    """An administrator chooses the organisation of a user by its name and reads nothing else of it."""
    home = make(Organisation, name="Pesäpuu", email="zeta@koti.invalid")
    admin = as_role("admin")

    answers = [found(Organisation, question, admin, looking_up=True) for question in ("pesä", "zeta", "")]

    assert (answers, found(Organisation, "pesä", admin)) == ([[home.id], [], [home.id]], [])


@pytest.mark.both_databases
def test_look_up_finds_an_assignment_by_the_number_in_its_name(app, session):
    place = make(Assignment, order=make(Order, number="2026-0143"))
    make(Assignment)

    answers = [found(Assignment, "2026-0143", as_role("finance"), looking_up=looking_up) for looking_up in (True, False)]

    assert answers == [[place.id], []]


@pytest.mark.both_databases
def test_log_rows_are_found_by_their_record(app, session):
    rows = [AccessLog(subject=subject, what="open") for subject in ("Expert:12", "Expert:120", "Order:12")]
    session.add_all(rows)
    session.commit()
    first, second, third = (row.id for row in rows)

    answers = {question: found(AccessLog, question) for question in ("Expert:12", "expert", "12", "order 12", "2", "pert")}

    assert answers == {"Expert:12": [first, second], "expert": [first, second], "12": [first, second, third],
                       "order 12": [third], "2": [], "pert": []}
    assert found(AccessLog, "expert", as_role("finance")) == []


def test_every_searched_relationship_names_others_and_is_not_the_rows_that_point_here():
    relationships = [sa.inspect(model).relationships[name] for model in MODELS.values() for name, said in described(model)
                     if said.get("searched") and name in sa.inspect(model).relationships]

    assert [str(found) for found in relationships if found.direction is RelationshipDirection.ONETOMANY] == []
    assert len(relationships) > 20
