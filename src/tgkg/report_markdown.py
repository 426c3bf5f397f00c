"""A report as Markdown, for the summary of a job or a comment."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tgkg.annotations import Annotation, annotations
from tgkg.report import Report, ShapeCount

MOST_ROWS: Final = 50
"""How many rows a table has; all of them are in the report as JSON."""

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~!&@$:])")


def markdown(report: Report, folder: str) -> str:
    """Return a heading that says how it stands, what is to be mended, and each shape's counts."""
    return "\n".join(_lines(report, folder)) + "\n"


def _lines(report: Report, folder: str) -> Iterator[str]:
    said = tuple(annotations(report, folder))
    yield f"### {_verdict(report)}"
    yield ""
    if report.allowed is not None:
        yield f"Published all the same: {_plain(report.allowed)}"
        yield ""
    if report.shapes:
        yield report.extent
        yield ""
    if said:
        yield from _table(("What", "Where", "Message"), map(_row, said[:MOST_ROWS]))
        if len(said) > MOST_ROWS:
            yield f"And {len(said) - MOST_ROWS:,} more: `tgkg check --format json` has them all."
            yield ""
    for note in report.notes:
        yield _plain(note)
        yield ""
    if report.shapes:
        yield "<details><summary>Each shape</summary>"
        yield ""
        yield from _table(("Shape", "Checked", "Passed"), map(_count, report.shapes))
        yield "</details>"


def _verdict(report: Report) -> str:
    if report.problems:
        return f"tgkg: {_number(len(report.problems), 'source')} cannot be read"
    if report.violations:
        return f"tgkg: {_number(len(report.violations), 'violation')}"
    if not report.validated:
        return "tgkg: readable, and not validated, as there are no shapes"
    if report.results:
        return f"tgkg: no violations, {_number(len(report.results), 'remark')}"
    return "tgkg: everything is readable and satisfies the shapes"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    heads = tuple(heads)
    yield _cells(heads)
    yield _cells("---" for _ in heads)
    yield from map(_cells, rows)
    yield ""


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _row(each: Annotation) -> tuple[str, str, str]:
    return each.kind, _plain(str(each.place or "")), _plain(each.text)


def _count(shape: ShapeCount) -> tuple[str, str, str]:
    passed = "–" if shape.passed is None else f"{shape.passed:,}"
    return _plain(shape.name() or shape.shape), f"{shape.checked:,}", passed


def _plain(text: str) -> str:
    """Write a text so that it is shown as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
