"""Small cells of a report: which are withheld so that nobody can be worked out from it. Writes no file.

A table is published with its row totals, column totals and grand total. A withheld cell is safe when those
numbers leave it at least two possible values (or a chosen width of them): no subtraction finds it.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

SMALLEST_SHOWN = 5
ZERO_COST, TOTAL_COST = 10**12, 10**9
"""Withhold an ordinary cell rather than a total, and anything rather than a nought people know about."""

Place = tuple[int, int]


class Withheld(StrEnum):
    """What stands in the place of a number."""

    SMALL = "<5"
    HIDDEN = ".."


Shown = int | Withheld


@dataclass(frozen=True)
class PublishedTable:
    """A table as it may be shown; the last row and the last column of ``cells`` are the totals."""

    cells: tuple[tuple[Shown, ...], ...]

    def withheld(self) -> frozenset[Place]:
        """Places of the cells, totals included, that are not shown."""
        return frozenset(
            (row, place)
            for row, line in enumerate(self.cells)
            for place, cell in enumerate(line)
            if isinstance(cell, Withheld)
        )


def is_small(count: int) -> bool:
    """Whether a count of people is too small to show; nought may be shown."""
    return 0 < count < SMALLEST_SHOWN


def protect_counts(table: Sequence[Sequence[int]]) -> PublishedTable:
    """Add totals to a table of counts and withhold small cells and what would give them away.

    Small cells and small totals read ``<5``, the others withheld with them ``..``.
    """
    full = with_totals(table)
    small = {place: (1, SMALLEST_SHOWN - 1) for place, count in _places(full) if is_small(count)}
    hidden = _Guard(full, small, slack=1).protect()
    # When no pattern protects a table, not even the mark "<5" may say anything about it.
    marks = small if hidden < {place for place, _ in _places(full)} else {}
    return _published(full, hidden, lambda place: Withheld.SMALL if place in marks else Withheld.HIDDEN)


def protect_amounts(table: Sequence[Sequence[int]], sensitive: Iterable[Place], slack: int) -> PublishedTable:
    """Add totals to a table of whole cents (zero or more) and withhold ``sensitive`` places and their cover.

    Sensitive are the places where few people stand behind an amount. Each withheld amount above nought stays
    open by at least ``slack`` cents. Two tables are protected apart, so do not publish their sum as a third.
    """
    full = with_totals(table)
    hidden = _Guard(full, dict.fromkeys(sorted(sensitive), (0, None)), slack).protect()
    return _published(full, hidden, lambda _: Withheld.HIDDEN)


def with_totals(table: Sequence[Sequence[int]]) -> list[list[int]]:
    """The table with a column of row totals and a row of column totals; without rows the total nought."""
    if not table:
        return [[0]]
    rows = [[*line, sum(line)] for line in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def _places(full: Sequence[Sequence[int]]) -> list[tuple[Place, int]]:
    return [((row, place), count) for row, line in enumerate(full) for place, count in enumerate(line)]


def _published(
    full: Sequence[Sequence[int]], hidden: frozenset[Place], mark: Callable[[Place], Withheld]
) -> PublishedTable:
    return PublishedTable(
        tuple(
            tuple(mark((row, place)) if (row, place) in hidden else count for place, count in enumerate(line))
            for row, line in enumerate(full)
        )
    )


class _Guard:
    """Finds what else to withhold in one table with totals.

    Rows and columns are the points of a graph and cells its edges: a cell can hold another value exactly
    when a closed way of withheld cells goes through it, on which values rise and fall in turn. The cheapest
    way (values as cost, withheld cells free) names the cells to withhold as well. A total counts with the
    opposite sign, so it rises where another cell falls.
    """

    def __init__(
        self, full: Sequence[Sequence[int]], hidden: Mapping[Place, tuple[int, int | None]], slack: int
    ) -> None:
        self.full, self.slack = full, slack
        self.hidden: dict[Place, tuple[int, int | None]] = dict(hidden)
        self.last_row, self.last_column = len(full) - 1, len(full[0]) - 1

    def protect(self) -> frozenset[Place]:
        """All places to withhold; the whole table when nothing less will do."""
        # A nought may be known, so only amounts above it need a way.
        for place in [place for place in self.hidden if self._value(place)]:
            ways = [way for rising in (True, False) if (way := self._way(place, rising=rising)) is not None]
            if not ways:
                return frozenset(other for other, _ in _places(self.full))
            for other in min(ways)[1]:
                self.hidden.setdefault(other, (0, None))
        return frozenset(self.hidden)

    def _way(self, place: Place, *, rising: bool) -> tuple[int, list[Place]] | None:
        """Cost and cells of the cheapest closed way through ``place`` on which it rises (or falls)."""
        if not self._can_move(place, rising=rising):
            return None
        row, column = ("row", place[0]), ("column", place[1])
        start, goal = (column, row) if rising else (row, column)
        queue: list[tuple[int, tuple[str, int], list[Place]]] = [(0, start, [])]
        done = set()
        while queue:
            cost, node, way = heapq.heappop(queue)
            if node == goal:
                return cost, way
            if node in done:
                continue
            done.add(node)
            for cell, following in self._steps(node):
                if cell != place and following not in done:
                    heapq.heappush(queue, (cost + self._cost(cell), following, [*way, cell]))
        return None

    def _steps(self, node: tuple[str, int]) -> list[tuple[Place, tuple[str, int]]]:
        """From a row its cells that can rise, from a column its cells that can fall."""
        side, number = node
        if side == "row":
            cells = [((number, other), ("column", other)) for other in range(self.last_column + 1)]
        else:
            cells = [((other, number), ("row", other)) for other in range(self.last_row + 1)]
        return [(cell, end) for cell, end in cells if self._can_move(cell, rising=side == "row")]

    def _can_move(self, place: Place, *, rising: bool) -> bool:
        low, high = self.hidden.get(place, (0, None))
        value = self._value(place)
        if rising != self._is_margin(place):
            return high is None or value + self.slack <= high
        return value - self.slack >= low

    def _cost(self, place: Place) -> int:
        if place in self.hidden:
            return 0
        value = self._value(place)
        return 1 + value + (ZERO_COST if value == 0 else 0) + (TOTAL_COST if self._is_margin(place) else 0)

    def _value(self, place: Place) -> int:
        return self.full[place[0]][place[1]]

    def _is_margin(self, place: Place) -> bool:
        return (place[0] == self.last_row) != (place[1] == self.last_column)
