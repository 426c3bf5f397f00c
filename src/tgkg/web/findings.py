"""What a report of validation shows to people."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode

from tgkg.iris import local_name
from tgkg.report import Report, Result
from tgkg.web.languages import Reader
from tgkg.web.showing import Shower, Shown
from tgkg.web.site import reader, shower_for


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of validation."""

    severity: str
    focus: Shown
    path: str | None
    value: Shown | None
    message: str
    shape: str
    component: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Findings:
    """A report, ready to be shown."""

    validated: bool
    publishable: bool
    problems: tuple[str, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


def findings(report: Report) -> Findings:
    """Return a report for the reader, its terms by their names, in two queries at most."""
    terms = {
        text: term
        for result in report.results
        for text in (result.focus, result.value)
        if text and (term := _term(text)) is not None
    }
    show = shower_for(term.value for term in terms.values() if isinstance(term, NamedNode))
    return Findings(
        report.validated,
        report.publishable,
        tuple(map(str, report.problems)),
        tuple(_findings(report.results, terms, show, reader())),
        report.notes,
    )


def _findings(
    results: Iterable[Result],
    terms: dict[str, NamedNode | Literal],
    show: Shower,
    who: Reader,
) -> Iterable[Finding]:
    for result in results:
        yield Finding(
            severity=result.severity.value,
            focus=_shown(result.focus, terms, show),
            path=result.path,
            value=_shown(result.value, terms, show) if result.value else None,
            message=result.message(who.languages),
            shape=result.shape,
            component=local_name(result.component),
            place=str(result.place) if result.place else None,
        )


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
