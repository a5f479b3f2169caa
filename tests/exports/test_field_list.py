"""The list of fields: up to date, complete, and true of what is sealed and who reads it."""

from pathlib import Path

import pytest

from exports.field_list import field_list, kept
from models import Payee
from models.base import described
from rules.permissions import GROUPS
from rules.processing import GROUNDS, KEPT_BY
from rules.retention import RECORD_RULES
from tests.test_foundation import MODELS

PAGE = Path(__file__).parent.parent.parent / "docs" / "privacy" / "fields.md"


def rows(name):
    """The cells of the table of one record type."""
    part = field_list().partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    return {cells[0].partition("`")[2].rstrip("`)"): cells[1:] for line in part.splitlines()
            if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 4 and "`" in cells[0]}


def test_page_is_what_the_models_make():
    assert PAGE.read_text(encoding="utf-8") == field_list(), "a model has changed: run make docs"


@pytest.mark.parametrize("name", MODELS)
def test_every_described_field_of_every_record_type_has_its_line(name):
    assert list(rows(name)) == [field for field, _ in described(MODELS[name])]


def test_line_says_who_reads_and_how_it_lies_at_rest():
    payee = rows("Payee")

    assert payee["iban"] == ["payee", "coordinator *m*, finance *m*", "sealed"]
    assert payee["official_name"] == ["money", "coordinator, finance", "plain"]
    assert payee["iban_fingerprint"] == ["secret", "nobody", "keyed hash"]
    assert rows("Expert")["address"] == ["safety", "coordinator, expert", "sealed"]
    assert rows("Expert")["avoided_organisations"] == ["safety", "coordinator, expert", "sealed"]


@pytest.mark.parametrize(("name", "words"), [
    ("Payee", "72 months from the end of the calendar year"), ("AccessLog", "5 years"),
    ("ChangeLog", "7 years; values and notes 2 years"), ("Theme", "while the activity goes on")])
def test_time_that_a_record_is_kept_is_the_rules(name, words):
    assert kept(name, MODELS[name].__tablename__).startswith(words)
    assert Payee.__name__ in KEPT_BY


def test_every_field_group_has_a_purpose_and_every_rule_a_record_type():
    assert list(GROUNDS) == list(GROUPS)
    assert set(KEPT_BY.values()) | {"desk"} == RECORD_RULES.keys()
    assert KEPT_BY.keys() - MODELS.keys() == set()
