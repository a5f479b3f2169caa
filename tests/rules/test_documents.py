"""The pages made from the tables: up to date, complete, and readable as Markdown."""

from pathlib import Path

import pytest

from rules.documents import PAGES, known_cycles, permissions_page, states_page
from rules.permissions import MATRIX, read_table
from rules.states import LifeCycle, PlanStatus, Step

DOCS = Path(__file__).parent.parent.parent / "docs"
ROW = "Bicycle {:<20} rw r w m - x mw"


def tables(page):
    """The rows of all tables of ``page`` as lists of cells."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_what_the_tables_make(name):
    written = (DOCS / name).read_text(encoding="utf-8")

    assert written == PAGES[name](), "the tables have changed: run make docs"


def test_rights_are_told_in_words_groups_before_verbs():
    matrix = read_table(f"{ROW.format('ride()')}\n{ROW.format('work')}")

    rows = tables(permissions_page(matrix))

    words = ["sees, changes", "sees", "enters", "sees masked", "", "may", "sees masked, changes"]
    assert rows == [
        ["", "coordinator", "trainer", "finance", "orderer", "steering group", "expert by experience", "administrator"],
        ["---"] * 8, ["Activity", *words], ["`ride()`", *words]]


def test_every_row_of_the_rights_is_on_the_page():
    page = permissions_page()

    assert len([row for row in tables(page) if row[0] not in ("", "---")]) == len(MATRIX)
    assert [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")] == list(
        dict.fromkeys(model for model, _ in MATRIX))


def test_life_cycle_is_told_as_a_picture_and_a_table():
    cycle = LifeCycle(PlanStatus.PLANNED, {
        "hold": Step((PlanStatus.PLANNED,), PlanStatus.HELD, "Mark as held", "required"),
        "cancel": Step((PlanStatus.PLANNED, PlanStatus.HELD), PlanStatus.CANCELLED, "Cancel", own=False)})

    page = states_page({"Plan": cycle})

    picture = page.partition("```mermaid\n")[2].partition("```")[0].splitlines()
    assert [line.strip() for line in picture] == [
        "stateDiagram-v2", "planned: planned", "held: held", "cancelled: cancelled", "[*] --> planned",
        "planned --> held: hold", "planned --> cancelled: cancel", "held --> cancelled: cancel"]
    assert tables(page) == [
        ["Verb", "Button", "From", "To", "A sentence", ""], ["---"] * 6,
        ["`hold`", "Mark as held", "planned", "held", "needed", ""],
        ["`cancel`", "Cancel", "planned, held", "cancelled", "", "by itself"]]


def test_every_verb_of_every_life_cycle_is_on_the_page():
    rows = [row[0] for row in tables(states_page()) if row[0].startswith("`")]

    assert rows == [f"`{verb}`" for cycle in known_cycles().values() for verb in cycle.steps]
