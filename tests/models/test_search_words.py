"""The words by which records are found: kept by every flush, made anew by a command, the same on both databases."""

import flask_migrate
import pytest
import sqlalchemy as sa

from models import Expert, Group, Invoice, Organisation, Payee, db
from models.encryption import Encrypted
from models.search import SEARCH_TEXT, ids_with, reindex, searched_models, sources, words_of
from tests.database import MIGRATIONS
from tests.factories import make, make_many

ORGANISATION = ["work", "called"]


def words():
    """What is kept, by table and id."""
    rows = db.session.execute(sa.select(SEARCH_TEXT.c.kind, SEARCH_TEXT.c.record_id, SEARCH_TEXT.c.words))
    return {(row.kind, row.record_id): row.words for row in rows}


def found(word, model=Organisation, groups=ORGANISATION):
    return sorted(db.session.scalars(ids_with(model, groups, [word])))


def own_schema():
    """Triggers, virtual tables and indexes of the search, as the database has them."""
    asked = {"sqlite": "SELECT name, sql FROM sqlite_master WHERE name LIKE 'search%' AND sql IS NOT NULL",
             "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'search_text'"}
    with db.engine.connect() as connection:
        rows = connection.execute(sa.text(asked[connection.dialect.name])).all()
    return {name: " ".join(statement.split()) for name, statement in rows}


@pytest.mark.both_databases
def test_words_are_kept_as_records_are_made_changed_and_deleted(app, session):
    home, _other = make(Organisation, name="Mäntyrinne"), make(Organisation, name="Koivula")
    made = found("manty")

    home.name = "Kuusela"
    session.commit()
    changed = (found("manty"), found("kuus"))
    session.delete(home)
    session.commit()

    assert (made, changed) == ([home.id], ([], [home.id]))
    assert found("kuus") == []
    assert {kind for kind, _ in words()} == {"organisation"}


@pytest.mark.both_databases
def test_words_go_back_with_their_transaction(app, session):
    home = make(Organisation, name="Mäntyrinne")

    home.name = "Kuusela"
    session.flush()
    within = (found("manty"), found("kuus"))
    session.rollback()

    assert within == ([], [home.id])
    assert (found("manty"), found("kuus")) == ([home.id], [])


@pytest.mark.both_databases
def test_words_go_back_to_a_savepoint(app, session):
    home = make(Organisation, name="Mäntyrinne")

    with session.begin_nested() as savepoint:
        home.name = "Kuusela"
        session.flush()
        savepoint.rollback()
    session.commit()

    assert (found("manty"), found("kuus")) == ([home.id], [])


def test_record_is_written_once_however_often_it_is_flushed(app, session):
    home = make(Organisation, name="Mäntyrinne")

    for name in ("Kuusela", "Koivula"):
        home.name = name
        session.flush()
    home.note = "no word of this is searched"
    session.commit()

    assert words() == {("organisation", home.id): "organisation.called.koivula organisation.work.koivula"}


@pytest.mark.both_databases
def test_words_of_rows_that_no_flush_has_seen_are_made_anew(app, session):
    homes = make_many(Organisation, 3)
    kept = words()
    session.execute(sa.delete(SEARCH_TEXT).where(SEARCH_TEXT.c.record_id == homes[0].id))
    session.execute(sa.update(SEARCH_TEXT).where(SEARCH_TEXT.c.record_id == homes[1].id).values(words="organisation.x.y"))
    session.execute(sa.insert(SEARCH_TEXT), [{"kind": "organisation", "record_id": 999, "words": "organisation.work.gone"},
                                             {"kind": "nothing", "record_id": 1, "words": "nothing.work.gone"}])

    written = sum(list(reindex(session)))
    session.commit()

    assert (written, words()) == (3, kept)
    assert (found("name"), found("gone"), found("y", groups=["x"])) == ([home.id for home in homes], [], [])


def test_words_are_made_in_batches_that_can_be_kept_one_by_one(app, session, monkeypatch):
    monkeypatch.setattr("models.search.BATCH", 2)
    make_many(Organisation, 5)
    kept = words()
    session.execute(sa.delete(SEARCH_TEXT))
    session.commit()

    stopped = reindex(session)
    next(stopped)
    session.commit()
    partly = len(words())
    batches = list(reindex(session))
    session.commit()

    assert (partly, batches, words()) == (2, [2, 2, 1], kept)


def test_command_makes_the_words_anew(app, session):
    make_many(Organisation, 2)
    kept = words()
    session.execute(sa.delete(SEARCH_TEXT))
    session.commit()

    said = app.test_cli_runner().invoke(args=["reindex"])

    assert (said.exit_code, said.output) == (0, "2 records are found by their words.\n")
    assert words() == kept


@pytest.mark.both_databases
def test_migration_makes_the_words_of_the_rows_that_are_there(app, session):
    make(Organisation, name="Mäntyrinne")
    make(Invoice)
    kept = words()
    session.remove()
    flask_migrate.downgrade(directory=str(MIGRATIONS), revision="0002")

    flask_migrate.upgrade(directory=str(MIGRATIONS))

    assert (len(kept) > 2, words()) == (True, kept)
    assert len(found("manty")) == 1


@pytest.mark.both_databases
def test_migrations_and_models_make_the_same_search(app, session):
    migrated = own_schema()
    session.remove()
    SEARCH_TEXT.drop(db.engine)
    without = own_schema()

    SEARCH_TEXT.create(db.engine)

    assert (without, own_schema() == migrated) == ({}, True)
    assert len(migrated) > 2


def test_sealed_columns_are_not_searched(app):
    sealed = {(model.__name__, name) for model in searched_models() for name in sources(model)
              if isinstance(sa.inspect(model).attrs[name].columns[0].type, Encrypted)}

    assert (sealed, sources(Payee)) == (set(), {"official_name": "money"})


@pytest.mark.parametrize("model", searched_models(), ids=lambda model: model.__name__)
def test_name_of_a_searched_record_is_made_of_its_searched_columns(model):
    values = {"id": 1} | dict.fromkeys(sources(model), "Sana")

    assert f"{model.__tablename__}.called.sana" in words_of(model, values).split()


def test_each_word_stands_with_its_group(app, session):
    expert = make(Expert, alias="", first_name="Aino", last_name="Virtanen", phone="", email="aino@koti.invalid")

    assert words()["expert", expert.id].split() == [
        "expert.called.aino", "expert.called.v", "expert.contact.aino", "expert.contact.invalid", "expert.contact.koti",
        "expert.identity.aino", "expert.identity.virtanen"]


@pytest.mark.both_databases
def test_question_is_answered_by_the_index(app, session):
    make_many(Group, 3)
    kind = session.get_bind().dialect.name
    if kind == "postgresql":
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))  # three rows are read more quickly without

    question = ids_with(Group, ["work"], ["name"]).compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    explain = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[kind]
    plan = " ".join(str(row[-1]) for row in session.connection().exec_driver_sql(explain + str(question)))

    assert {"sqlite": "SCAN search_match VIRTUAL TABLE INDEX" in plan and "SCAN search_text" not in plan,
            "postgresql": "ix_search_text_words" in plan}[kind]
