"""What a report of validation shows to people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode

from tgkg.iris import local_name
from tgkg.report import Report, Result, Severity, ShapeCount
from tgkg.web.languages import Reader
from tgkg.web.showing import Shower, Shown
from tgkg.web.site import reader, shower_for

MOST_ALIKE: Final = 10
"""How many results of one constraint a page shows."""

MOST_GROUPS: Final = 50
"""Of how many constraints it shows results."""

MOST_OPEN: Final = 20
"""How many shapes stand open; the rest of a longer list unfolds."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of validation, among those that differ in nothing else."""

    focus: Shown
    value: Shown | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """The results of one constraint with one message."""

    severity: str
    message: str
    shape: str
    component: str
    path: str | None
    count: int
    findings: tuple[Finding, ...]
    """The first of them."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A shape, and how many nodes it judged."""

    name: str
    iri: str | None
    place: str | None
    checked: int
    passed: int | None
    failed: int | None


@dataclass(frozen=True, slots=True)
class Findings:
    """A report, ready to be shown."""

    validated: bool
    publishable: bool
    allowed: str | None
    problems: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    """How many results there are, by the severities that there are."""
    checked: int
    shapes: tuple[Checked, ...]
    """Those with results first."""
    groups: tuple[Group, ...]
    unshown: int
    """How many results are only in the other formats."""
    notes: tuple[str, ...]


def findings(report: Report) -> Findings:
    """Return a report for the reader, its terms by their names, in two queries at most."""
    gathered = list(islice(_alike(report.results), MOST_GROUPS))
    seen = [result for alike in gathered for result in alike[:MOST_ALIKE]]
    terms = {
        text: term
        for result in seen
        for text in (result.focus, result.value)
        if text and (term := _term(text)) is not None
    }
    show = shower_for(term.value for term in terms.values() if isinstance(term, NamedNode))
    who = reader()
    return Findings(
        validated=report.validated,
        publishable=report.publishable,
        allowed=report.allowed,
        problems=tuple(map(str, report.problems)),
        counts=tuple(_counts(report.results)),
        checked=report.checked,
        shapes=tuple(sorted((_checked(each, who) for each in report.shapes), key=_worst_first)),
        groups=tuple(_group(alike, terms, show, who) for alike in gathered),
        unshown=len(report.results) - len(seen),
        notes=report.notes,
    )


def _alike(results: Iterable[Result]) -> Iterator[list[Result]]:
    """Yield the results of each constraint together, the worst first."""
    by_constraint: dict[tuple[object, ...], list[Result]] = {}
    for result in results:
        said = tuple(sorted(result.messages.items()))
        key = (result.severity, result.shape, result.component, result.path, said)
        by_constraint.setdefault(key, []).append(result)
    order = list(Severity)
    yield from sorted(by_constraint.values(), key=lambda alike: order.index(alike[0].severity))


def _group(
    alike: list[Result], terms: dict[str, NamedNode | Literal], show: Shower, who: Reader
) -> Group:
    first = alike[0]
    return Group(
        severity=first.severity.value,
        message=first.message(who.languages),
        shape=first.shape,
        component=local_name(first.component),
        path=first.path,
        count=len(alike),
        findings=tuple(
            Finding(
                focus=_shown(result.focus, terms, show),
                value=_shown(result.value, terms, show) if result.value else None,
                place=str(result.place) if result.place else None,
            )
            for result in alike[:MOST_ALIKE]
        ),
    )


def _counts(results: Iterable[Result]) -> Iterator[tuple[str, int]]:
    severities = [result.severity for result in results]
    for severity in Severity:
        if severity in severities:
            yield severity.value, severities.count(severity)


def _checked(count: ShapeCount, who: Reader) -> Checked:
    iri = count.shape[1:-1] if count.shape != "[]" else None
    place = str(count.place) if count.place else None
    return Checked(
        name=count.name(who.languages) or (local_name(iri) if iri else place or count.shape),
        iri=iri,
        place=place,
        checked=count.checked,
        passed=count.passed,
        failed=None if count.passed is None else count.checked - count.passed,
    )


def _worst_first(shape: Checked) -> tuple[bool, bool, str]:
    return (shape.failed == 0, shape.checked == 0, shape.name.casefold())


def _shown(text: str, terms: dict[str, NamedNode | Literal], show: Shower) -> Shown:
    return show.term(terms[text]) if text in terms else Shown(text, lang="")


def _term(text: str) -> NamedNode | Literal | None:
    """Read a term in N-Triples form; None for a blank node and whatever is no term."""
    line = f"<urn:s> <urn:p> {text} ."
    try:
        (quad,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError):
        return None
    return quad.object if isinstance(quad.object, (NamedNode, Literal)) else None
