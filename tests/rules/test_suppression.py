"""Small cells stay unknown: attacked by subtraction, and by trying every table that fits what is shown."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.suppression import (
    PublishedTable,
    Withheld,
    is_small,
    protect_amounts,
    protect_counts,
    with_totals,
)

SMALL, HIDDEN = Withheld.SMALL, Withheld.HIDDEN


def tables(rows: int, columns: int, largest: int) -> st.SearchStrategy[list[list[int]]]:
    """Tables of up to that size, noughts and small counts common."""
    count = st.one_of(st.just(0), st.integers(1, 4), st.integers(0, largest))
    return st.integers(1, columns).flatmap(
        lambda width: st.lists(st.lists(count, min_size=width, max_size=width), min_size=1, max_size=rows)
    )


@pytest.mark.parametrize(("count", "small"), [(0, False), (1, True), (4, True), (5, False)])
def test_count_is_small_from_one_to_four(count: int, small: bool) -> None:
    assert is_small(count) is small


def test_table_without_small_cells_is_shown_whole() -> None:
    assert protect_counts([[5, 0], [12, 9]]) == PublishedTable(((5, 0, 5), (12, 9, 21), (17, 9, 26)))


def test_one_small_cell_takes_three_others_with_it() -> None:
    shown = protect_counts([[2, 30, 8], [40, 50, 60], [9, 70, 80]])

    assert shown == PublishedTable(
        (
            (SMALL, 30, HIDDEN, 40),
            (40, 50, 60, 150),
            (HIDDEN, 70, HIDDEN, 159),
            (51, 150, 148, 349),
        )
    )


def test_single_small_row_hides_its_totals_too() -> None:
    assert protect_counts([[3]]).withheld() == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_two_small_cells_that_their_total_would_give_away_are_opened_up() -> None:
    # 1 + 1 = 2 and each is at least one: the row total may not stay.
    shown = protect_counts([[1, 1, 0], [10, 10, 10]])

    assert _values_that_fit(shown, 12)[0, 0] >= {1, 2}


@given(tables(6, 5, 40))
def test_no_withheld_cell_follows_by_subtraction(table: list[list[int]]) -> None:
    shown = protect_counts(table)

    assert _found_by_subtraction(shown.withheld()) == set()


@given(tables(6, 5, 40))
def test_small_cells_are_withheld_and_shown_cells_are_true(table: list[list[int]]) -> None:
    full, shown = with_totals(table), protect_counts(table)

    pairs = [
        pair for line, marks in zip(full, shown.cells, strict=True) for pair in zip(line, marks, strict=True)
    ]
    assert [mark for count, mark in pairs if is_small(count) and not isinstance(mark, Withheld)] == []
    assert [mark for count, mark in pairs if not is_small(count) and mark not in {count, HIDDEN}] == []


@settings(max_examples=60, deadline=None)
@given(tables(2, 2, 8))
def test_every_withheld_cell_has_two_values_that_fit_all_that_is_shown(table: list[list[int]]) -> None:
    shown = protect_counts(table)

    fitting = _values_that_fit(shown, 12)
    assert [place for place in shown.withheld() if len(fitting[place]) < 2] == []


@pytest.mark.parametrize(
    "table",
    [
        [[1, 4], [1, 3]],
        [[4, 5], [3, 1]],
        [[5, 3], [1, 1]],
        [[0, 3, 1], [0, 4, 1]],
        [[0, 5], [0, 1], [4, 1]],
        [[5, 1], [1, 1], [6, 6]],
        [[1, 5, 3], [3, 6, 4]],
    ],
)
def test_tables_that_a_simpler_rule_would_give_away_stay_open(table: list[list[int]]) -> None:
    shown = protect_counts(table)

    fitting = _values_that_fit(shown, 14)
    assert [place for place in shown.withheld() if len(fitting[place]) < 2] == []


@given(tables(5, 4, 90_000), st.data())
def test_sensitive_amounts_are_withheld_and_not_found_by_subtraction(
    table: list[list[int]], data: st.DataObject
) -> None:
    places = [
        (row, column) for row in range(len(table)) for column in range(len(table[0])) if table[row][column]
    ]
    sensitive = data.draw(st.sets(st.sampled_from(places))) if places else set()

    hidden = protect_amounts(table, sensitive, slack=100).withheld()

    assert hidden >= sensitive
    assert _found_by_subtraction(hidden) == set()


def test_amounts_of_enough_people_are_shown_whole() -> None:
    assert protect_amounts([[100, 200]], [], slack=100) == PublishedTable(((100, 200, 300), (100, 200, 300)))


def test_withheld_amount_is_covered_by_cells_that_leave_it_wide_open() -> None:
    # A neighbour of 50 cents would leave the withheld amount known to the euro.
    shown = protect_amounts([[10_000, 50, 8_000], [20_000, 60_000, 7_000]], [(0, 0)], slack=1_000)

    assert shown.withheld() == {(0, 0), (0, 2), (1, 0), (1, 2)}


def test_withheld_nought_needs_no_cover() -> None:
    assert protect_amounts([[0, 500], [700, 0]], [(0, 0)], slack=100).withheld() == {(0, 0)}


def test_table_without_rows_has_a_total_of_nought() -> None:
    assert protect_counts([]) == PublishedTable(((0,),))
    assert protect_amounts([], [], slack=100) == PublishedTable(((0,),))


def _found_by_subtraction(hidden: frozenset[tuple[int, int]]) -> set[tuple[int, int]]:
    """Cells that are alone in a row or a column, again and again as they become known."""
    left, found = set(hidden), set[tuple[int, int]]()
    while alone := {
        place
        for place in left
        if sum(other[0] == place[0] for other in left) == 1
        or sum(other[1] == place[1] for other in left) == 1
    }:
        found |= alone
        left -= alone
    return found


def _values_that_fit(shown: PublishedTable, most: int) -> dict[tuple[int, int], set[int]]:
    """Every value that each cell has in some table that looks like ``shown``."""
    rows = [list(_lines_that_fit(line, most)) for line in shown.cells[:-1]]
    values: dict[tuple[int, int], set[int]] = {}
    for chosen in product(*rows):
        full = [*chosen, tuple(sum(column) for column in zip(*chosen, strict=True))]
        if all(_fits(count, cell) for count, cell in zip(full[-1], shown.cells[-1], strict=True)):
            for row, line in enumerate(full):
                for column, count in enumerate(line):
                    values.setdefault((row, column), set()).add(count)
    return values


def _lines_that_fit(line: tuple[int | Withheld, ...], most: int) -> Iterator[tuple[int, ...]]:
    for inner in product(*(_choices(cell, most) for cell in line[:-1])):
        if _fits(sum(inner), line[-1]):
            yield (*inner, sum(inner))


def _choices(cell: int | Withheld, most: int) -> list[int]:
    return (
        [count for count in range(most + 1) if _fits(count, cell)] if isinstance(cell, Withheld) else [cell]
    )


def _fits(count: int, cell: int | Withheld) -> bool:
    return {SMALL: is_small(count), HIDDEN: True}[cell] if isinstance(cell, Withheld) else count == cell
