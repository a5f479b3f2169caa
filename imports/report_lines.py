"""An import's report as lines to read: rows by their number, values masked, exact counts at the end."""

from collections import Counter
from collections.abc import Iterator

from imports.problems import Problem, Severity
from imports.register import Report
from imports.row_taken import Fate, RowTaken

FATES = {
    Fate.NEW: "new",
    Fate.CHANGED: "changed (empty fields filled)",
    Fate.SAME: "the same, nothing to add",
    Fate.REFUSED: "not taken",
}
MARKS = {Severity.ERROR: "error", Severity.NOTICE: "notice"}
WIDTH = 34


def report_lines(report: Report) -> Iterator[str]:
    """Every remark, problem, change and repeated person, then the counts. Names of persons are in none of them."""
    for remark in report.remarks:
        yield _problem_line(remark)
    for taken in report.rows:
        yield from _row_lines(taken)
    yield ""
    yield from _counts(report)
    yield ""
    yield _last(report)


def _row_lines(taken: RowTaken) -> Iterator[str]:
    place = f"{taken.row.sheet}!{taken.row.row}"
    for problem in taken.problems:
        yield _problem_line(problem)
    if taken.good and taken.known_from is not None:
        yield f"{place}  same     The same as row {taken.known_from.row}."
    if taken.fate is Fate.CHANGED:
        for change in taken.changes:
            yield f"{place}  changed  {change.label}: {change.old} → {change.new}"


def _problem_line(problem: Problem) -> str:
    cell = f"{problem.column}{problem.row}" if problem.row is not None else ""
    place = f"{problem.sheet}!{cell}" if problem.sheet else "file"
    return f"{place.rstrip('!')}  {MARKS[problem.severity]:<7}  {problem.sentence}"


def _counts(report: Report) -> Iterator[str]:
    fates = Counter(taken.fate for taken in report.rows)
    yield _count("rows read", len(report.rows))
    for fate, words in FATES.items():
        yield _count(f"  {words}", fates[fate])
    again = sum(taken.good and taken.known_from is not None for taken in report.rows)
    yield _count("the same as a row above", again)
    for severity in Severity:
        kinds = Counter(problem.kind for problem in report.problems if problem.severity is severity)
        yield _count(f"{MARKS[severity]}s", kinds.total())
        for kind, number in sorted(kinds.items()):
            yield _count(f"  {kind}", number)
    yield _count("records", report.made.counts.total())
    for model, number in sorted(report.made.counts.items()):
        names = report.made.names.get(model)
        yield _count(f"  {model}", number) + (f"  {', '.join(sorted(names))}" if names else "")


def _count(words: str, number: int) -> str:
    return f"{words:<{WIDTH}}{number:>6}"


def _last(report: Report) -> str:
    if not report.committed:
        return "This was a dry run: nothing was written. Add --commit to take the good rows."
    if report.bad_rows is not None:
        return f"The good rows were taken. The others are in {report.bad_rows}, which only you can read."
    return "The rows were taken."
