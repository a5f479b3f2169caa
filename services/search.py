"""Which records a search finds, as far as the one who asks may read. How the words are kept is in ``models.search``."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import RelationshipDirection

from models.audit import LogRow
from models.base import described
from models.search import CALLED, among, has_words, ids_with, sources
from rules.folding import asked_words
from rules.permissions import Access, Actor, groups_with
from services.protection import telling_fields, unprotected
from services.scopes import visible

Clause = sa.ColumnElement[bool]
STEPS = 2
"""So far a search goes: a claim is found by the expert of its assignment, which has no words of its own."""

NAMED = (RelationshipDirection.MANYTOONE, RelationshipDirection.MANYTOMANY)
"""The relationships by which a row names others; rows that point here are searched where they stand."""


def matching(model: type[Any], words: str, actor: Actor, *, looking_up: bool = False, by_row: bool = False) -> Clause:
    """The rows of ``model`` that have every one of ``words`` as the beginning of a word; all rows when it is blank.

    Looked at are the searched columns that ``actor`` reads, and what the records are called that a row names where
    ``actor`` reads that; ``looking_up`` also the row's own name, which the look-up shows. Nothing is found by words
    without a letter or a digit.

    What matches is gathered by the index first. ``by_row`` asks each row instead: the same rows, found sooner where
    few rows are looked at and many match.
    """
    asked = asked_words(words)
    if not asked:
        return sa.false() if words.strip() else sa.true()
    if issubclass(model, LogRow):
        return _named_in_log(model, asked, actor)
    if not _ways(model, actor, looking_up):
        return _any(_arms(model, asked, actor, called=looking_up, by_row=by_row))
    found = sa.and_(*(_any(_arms(model, [word], actor, called=looking_up, by_row=by_row)) for word in asked))
    return found if by_row else among(model.id, sa.select(model.id).where(found))


def _named_in_log(model: type[LogRow], asked: Sequence[str], actor: Actor) -> Clause:
    """Log rows by the record they are about ("Order:12"). They are too many, and written too often, to be indexed."""
    if not _reads(model, actor, "subject"):
        return sa.false()
    subject = sa.func.lower(model.subject)
    return sa.and_(*(sa.or_(subject.startswith(word), subject.like(f"%:{word}%")) for word in asked))


def _arms(model: type[Any], words: Sequence[str], actor: Actor, *, called: bool, reads: bool = True,
          steps: int = STEPS, by_row: bool) -> Iterator[Clause]:
    """Where the rows of ``model`` have ``words``: in their own text, then through each relationship.

    ``called``: by its name too. ``reads``: by what ``actor`` reads of it; without, nothing but its name counts.
    """
    own = set(sources(model).values())
    groups = own & groups_with(actor.role, Access.READ, model.__name__) if reads else set()
    if called and own - groups:
        groups.add(CALLED)
    if groups:
        yield _words_in(model, groups, words, by_row=by_row)
    goes_on = steps == STEPS or (steps > 0 and not own)
    for name, read in _ways(model, actor, called, reads=reads).items() if goes_on else ():
        relationship = sa.inspect(model).relationships[name]
        target, (key,) = relationship.mapper.class_, relationship.local_columns
        found = _any(_arms(target, words, actor, called=True, reads=read, steps=steps - 1, by_row=by_row))
        met, one = sa.and_(found, visible(target, actor)), getattr(model, name)
        if relationship.secondary is not None:
            (_, ours), = relationship.synchronize_pairs
            (_, theirs), = relationship.secondary_synchronize_pairs
            yield one.any(met) if by_row else among(key, sa.select(ours).where(
                theirs.in_(sa.select(target.id).where(met))))
        else:
            yield one.has(met) if by_row else among(key, sa.select(target.id).where(met))


def _words_in(model: type[Any], groups: set[str], words: Sequence[str], *, by_row: bool) -> Clause:
    """The rows that have ``words``; of those under non-disclosure, without looking into what tells where they are."""
    def having(some: set[str]) -> Clause:
        return has_words(model, some, words) if by_row else among(model.id, ids_with(model, some, words))

    telling = {group for name, group in sources(model).items() if name in telling_fields(model)}
    if not groups & telling:
        return having(groups)
    told = having(groups - telling) if groups - telling else sa.false()
    return sa.and_(having(groups), sa.or_(unprotected(model), told))


def _ways(model: type[Any], actor: Actor, called: bool, *, reads: bool = True) -> dict[str, bool]:
    """The relationships to search through, each with whether ``actor`` reads it or only its name within another's."""
    relationships = sa.inspect(model).relationships
    searched = {name: True for name, said in described(model) if reads and said.get("searched")
                and name in relationships and relationships[name].direction in NAMED
                and _reads(model, actor, name)}
    return (dict.fromkeys(model.console.label_from, False) if called else {}) | searched


def _reads(model: type[Any], actor: Actor, name: str) -> bool:
    return dict(described(model))[name]["group"] in groups_with(actor.role, Access.READ, model.__name__)


def _any(clauses: Iterator[Clause]) -> Clause:
    return sa.or_(sa.false(), *clauses)
