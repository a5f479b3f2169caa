"""Every phrase of the founding document is served somewhere and shown by a test: ``docs/coverage.md``."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| ([A-Z]-?\d) \| (.+?) \| `(.+?)` \| `(.+?)::(.+?)` \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs" / "coverage.md").read_text(encoding="utf-8"))
PHRASES = {
    *(f"V{n}" for n in range(8)), *(f"R{n}" for n in range(1, 9)), *(f"T{n}" for n in range(10)), "B1", "B2",
    *(f"M{n}" for n in range(1, 8)), *(f"A-{n}" for n in range(1, 6)),
}


@cache
def names_in(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_phrase_has_its_row_and_no_line_of_a_table_is_left_unread():
    lines = [line for line in (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines()
             if line.startswith("| ") and not line.startswith("| # ")]

    assert {number for number, *_ in ROWS} == PHRASES
    assert len(lines) == len(ROWS)


@pytest.mark.parametrize(("number", "path", "name"), [(row[0], row[3], row[4]) for row in ROWS])
def test_test_that_shows_it_exists(number, path, name):
    assert name in names_in(path), f"{number}: {path} has no {name}"


def test_pages_named_exist(app):
    known = {str(rule).split("<", maxsplit=1)[0].rstrip("/") for rule in app.url_map.iter_rules()}

    assert [where for _, _, where, *_ in ROWS if where.split("new/", maxsplit=1)[0].rstrip("/") not in known] == []
