"""The words by which records are found: one row for each record, kept right by every flush. Who may ask is not here.

Each word carries its table and its field group ("organisation.work.mantyrinne"), so that a question names the groups
it may look into. The words are folded in Python (``rules.folding``): neither database takes them apart in its own way.
On SQLite the table ``search_match`` (FTS5) indexes them, kept by triggers; on PostgreSQL a GIN index does.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import ColumnProperty, Session, scoped_session

from models.base import Base, Record, described
from models.encryption import Encrypted
from rules.folding import kept_words

CALLED = "called"
"""Stands in the place of a field group for what a record is called: its ``str``, which others show as its name."""

BATCH = 1000
AnySession = Session | scoped_session[Any]

SEARCH_TEXT = sa.Table(
    "search_text", Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("record_id", sa.Integer, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.UniqueConstraint("kind", "record_id"),
)

_UPSERT: dict[str, Any] = {
    kind.__name__.rpartition(".")[2]: (made := kind.insert(SEARCH_TEXT)).on_conflict_do_update(
        index_elements=["kind", "record_id"], set_={"words": made.excluded.words})
    for kind in (sqlite, postgresql)}

_TAKE = "INSERT INTO search_match (rowid, words) VALUES (new.id, new.words);"
_LEAVE = "INSERT INTO search_match (search_match, rowid, words) VALUES ('delete', old.id, old.words);"
ON_SQLITE = (
    ("CREATE VIRTUAL TABLE search_match USING fts5(words, content='search_text', content_rowid='id', detail='none', "
     "columnsize=0, tokenize=\"ascii tokenchars '._'\")"),
    f"CREATE TRIGGER search_text_born AFTER INSERT ON search_text BEGIN {_TAKE} END",
    f"CREATE TRIGGER search_text_gone AFTER DELETE ON search_text BEGIN {_LEAVE} END",
    f"CREATE TRIGGER search_text_changed AFTER UPDATE ON search_text BEGIN {_LEAVE} {_TAKE} END",
)
ON_POSTGRESQL = (
    ("CREATE INDEX ix_search_text_words ON search_text "
     "USING gin (array_to_tsvector(string_to_array(words, ' ')))"),
)


def _when(moment: str, dialect: str, statement: str) -> None:
    ddl: Any = sa.DDL
    event.listen(SEARCH_TEXT, moment, ddl(statement).execute_if(dialect=dialect))


for _statement in ON_SQLITE:
    _when("after_create", "sqlite", _statement)
for _statement in ON_POSTGRESQL:
    _when("after_create", "postgresql", _statement)
_when("after_drop", "sqlite", "DROP TABLE search_match")


def is_compared(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether autogenerate compares this table or index with the models: not what one database has for itself."""
    of_sqlite = kind == "table" and (name or "").startswith("search_match")
    return not of_sqlite and (kind, name) != ("index", "ix_search_text_words")


def sources(model: type[Any]) -> dict[str, str]:
    """The searched columns of ``model`` with the field group of each. What is sealed is never among them."""
    if model not in _SOURCES:
        attributes = sa.inspect(model).attrs
        _SOURCES[model] = {
            name: said["group"] for name, said in described(model)
            if said.get("searched") and isinstance(found := attributes[name], ColumnProperty)
            and not isinstance(found.columns[0].type, Encrypted)}
    return _SOURCES[model]


_SOURCES: dict[type[Any], dict[str, str]] = {}


def words_of(model: type[Any], values: Mapping[str, Any]) -> str:
    """The words of a record of ``model`` from its ``id`` and searched columns, each with its table and group.

    What a searched record is called is made of these alone: AttributeError when its ``str`` reads more.
    """
    table, called = model.__tablename__, getattr(model, "__str__")  # noqa: B009 - mypy takes it for that of a type
    texts = [(CALLED, called(SimpleNamespace(**values)))]
    texts += [(group, str(values[name])) for name, group in sources(model).items() if values[name] is not None]
    return " ".join(sorted({f"{table}.{group}.{word}" for group, text in texts for word in kept_words(text)}))


# --- kept by every flush

@event.listens_for(Session, "after_flush")
def _keep_words(session: Session, *_: object) -> None:
    """Write the words of what was made or changed, in the same transaction; take away those of what was deleted."""
    changed = [obj for obj in session.dirty if _is_searched(obj) and _has_other_words(obj)]
    gone = [obj for obj in session.deleted if _is_searched(obj)]
    born = [obj for obj in session.new if _is_searched(obj)]
    _forget(session, _ids(gone))
    _write(session, [_row(type(obj), {"id": obj.id} | {name: getattr(obj, name) for name in sources(type(obj))})
                     for obj in [*born, *changed]])


def _is_searched(obj: object) -> bool:
    return isinstance(obj, Record) and bool(sources(type(obj)))


def _has_other_words(obj: Any) -> bool:
    attributes: Any = sa.inspect(obj).attrs
    return any(attributes[name].history.has_changes() for name in sources(type(obj)))


def _ids(records: Iterable[Any]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for record in records:
        found.setdefault(record.__tablename__, []).append(record.id)
    return found


def _row(model: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": model.__tablename__, "record_id": values["id"], "words": words_of(model, values)}


def _forget(session: AnySession, ids: Mapping[str, list[int]]) -> None:
    for kind, numbers in ids.items():
        if not numbers:
            continue
        session.execute(sa.delete(SEARCH_TEXT).where(SEARCH_TEXT.c.kind == kind, SEARCH_TEXT.c.record_id.in_(numbers)))


def _write(session: AnySession, rows: list[dict[str, Any]]) -> None:
    """Put the words in, in the place of those that are kept of the same records."""
    if rows:
        session.execute(_UPSERT[session.connection().dialect.name], rows)


# --- made anew

def searched_models() -> list[type[Any]]:
    """The record types with words of their own, by table name."""
    found = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Record)]
    return sorted((model for model in found if sources(model)), key=lambda model: str(model.__tablename__))


def reindex(session: AnySession) -> Iterator[int]:
    """Put all words right, for rows that no flush has seen; gives how many records each batch had.

    The caller may commit after any batch: run again, it ends the same. A table or column that the database does not
    have yet is passed by: the migration that makes the index runs before later ones add theirs.
    """
    models = {model.__tablename__: model for model in searched_models()}
    session.execute(sa.delete(SEARCH_TEXT).where(SEARCH_TEXT.c.kind.not_in(models)))
    inspector = sa.inspect(session.connection())
    here = {name: {column["name"] for column in inspector.get_columns(name)}
            for name in inspector.get_table_names() if name in models}
    for name, columns in here.items():
        yield from _reindex(session, models[name], columns)
    if session.connection().dialect.name == "sqlite":
        # From the words anew, whatever the index held: a second for 200,000 records, and nothing deleted stays in it.
        session.execute(sa.text("INSERT INTO search_match (search_match) VALUES ('rebuild')"))


def forget_deleted_words(session: AnySession) -> None:
    """Merge the parts of FTS5's tables: until then they keep the words of what was deleted or changed."""
    if session.connection().dialect.name == "sqlite":
        session.execute(sa.text("INSERT INTO search_match (search_match) VALUES ('optimize')"))


def _reindex(session: AnySession, model: type[Any], here: set[str]) -> Iterator[int]:
    names = [name for name in sources(model) if sa.inspect(model).attrs[name].columns[0].name in here]
    nothing: dict[str, Any] = dict.fromkeys(sources(model), "")
    asked = sa.select(model.id, *(getattr(model, name) for name in names)).order_by(model.id).limit(BATCH)
    of_kind = sa.delete(SEARCH_TEXT).where(SEARCH_TEXT.c.kind == model.__tablename__)
    last = 0
    while rows := session.execute(asked.where(model.id > last)).mappings().all():
        before, last = last, rows[-1]["id"]
        _put_right(session, [_row(model, nothing | dict(row)) for row in rows], before, last)
        yield len(rows)
    session.execute(of_kind.where(SEARCH_TEXT.c.record_id > last))


def _put_right(session: AnySession, rows: list[dict[str, Any]], before: int, last: int) -> None:
    """Make ``rows`` the words of their kind after the id ``before`` until ``last``; writes what differs alone."""
    kind, wanted = rows[0]["kind"], {row["record_id"]: row["words"] for row in rows}
    asked = sa.select(SEARCH_TEXT.c.record_id, SEARCH_TEXT.c.words).where(
        SEARCH_TEXT.c.kind == kind, SEARCH_TEXT.c.record_id.between(before + 1, last))
    kept: dict[int, str] = dict(session.execute(asked).tuples().all())
    _forget(session, {kind: [number for number in kept if number not in wanted]})
    _write(session, [row for row in rows if kept.get(row["record_id"]) != row["words"]])


# --- asked

_FTS5 = sa.table("search_match", sa.column("rowid"), sa.column("search_match"))


class _Condition(sa.sql.functions.FunctionElement[Any]):
    """A condition that each database writes in its own way.

    Of no type: a Boolean would be compared with 1 on SQLite, which then uses no index.
    """


class _Matches(_Condition):
    """Whether a row of ``search_text`` matches: its id, its words, the question for FTS5 and that for PostgreSQL."""

    inherit_cache = True


class _Among(_Condition):
    """Whether the first argument is among the rows of the second, which are gathered first."""

    inherit_cache = True


@compiles(_Matches, "sqlite")
def _matches_fts5(element: _Matches, compiler: Any, **more: Any) -> str:
    number, _words, question, _ = element.clauses
    found = sa.select(_FTS5.c.rowid).where(_FTS5.c.search_match.op("MATCH")(question)).correlate(None)
    return str(compiler.process(number.in_(found), **more))


@compiles(_Matches, "postgresql")
def _matches_tsvector(element: _Matches, compiler: Any, **more: Any) -> str:
    _number, words, _, question = element.clauses
    return (f"array_to_tsvector(string_to_array({compiler.process(words, **more)}, ' ')) @@ "
            f"CAST({compiler.process(question, **more)} AS tsquery)")


@compiles(_Among, "sqlite")
def _among_rows(element: _Among, compiler: Any, **more: Any) -> str:
    key, rows = element.clauses
    return f"{compiler.process(key, **more)} IN {compiler.process(rows, **more)}"


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: Any, **more: Any) -> str:
    """An array, for PostgreSQL joins several of these by their indexes, and of IN (SELECT) it would walk the table."""
    key, rows = element.clauses
    return f"{compiler.process(key, **more)} = ANY(ARRAY{compiler.process(rows, **more)})"


def among(key: Any, rows: sa.Select[tuple[int]]) -> sa.ColumnElement[bool]:
    """``key IN (rows)``, found by the index of ``key`` also where several are parts of an OR."""
    return _Among(key, rows.correlate(None).scalar_subquery())


def ids_with(model: type[Any], groups: Iterable[str], words: Iterable[str]) -> sa.Select[tuple[int]]:
    """The ids of the records of ``model`` that have each of the folded ``words``, as a beginning, in any ``groups``."""
    keys = [f"{model.__tablename__}.{group}" for group in sorted(groups)]
    fts5 = " AND ".join("(" + " OR ".join(f'"{key}.{word}" *' for key in keys) + ")" for word in words)
    tsquery = " & ".join("(" + " | ".join(f"'{key}.{word}':*" for key in keys) + ")" for word in words)
    matches = _Matches(SEARCH_TEXT.c.id, SEARCH_TEXT.c.words, sa.literal(fts5), sa.literal(tsquery))
    return sa.select(SEARCH_TEXT.c.record_id).where(matches)


def has_words(model: type[Any], groups: Iterable[str], words: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether a record of ``model`` is among ``ids_with``, looked up record by record and without their index."""
    own = [SEARCH_TEXT.c.kind == model.__tablename__, SEARCH_TEXT.c.record_id == model.id]
    kept, keys = sa.literal(" ") + SEARCH_TEXT.c.words, [f" {model.__tablename__}.{group}" for group in sorted(groups)]
    found = [sa.or_(*(kept.contains(f"{key}.{word}", autoescape=True) for key in keys)) for word in words]
    return sa.exists().where(*own, *found).correlate_except(SEARCH_TEXT)
