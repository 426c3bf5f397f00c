"""Reads the results of a SHACL validation report (SHACL, section 3.6) as rdflib holds it."""

import re
from collections.abc import Iterator
from typing import Final

import rdflib
from rdflib.namespace import SH

from tgkg.publish.rdflib_terms import from_rdflib, node_from_rdflib
from tgkg.publish.shacl_engine import Finding

_REPEATED: Final = {
    SH.zeroOrMorePath: "*",
    SH.oneOrMorePath: "+",
    SH.zeroOrOnePath: "?",
}


def read_results(report: rdflib.Graph, shapes: rdflib.Graph) -> Iterator[Finding]:
    """Yield each result of a report on these shapes."""
    for node in report.objects(None, SH.result):  # not those that are only details of others
        path, value, constraint, shape = (
            report.value(node, property_)
            for property_ in (SH.resultPath, SH.value, SH.sourceConstraint, SH.sourceShape)
        )
        yield Finding(
            focus=from_rdflib(report.value(node, SH.focusNode)),
            component=str(report.value(node, SH.sourceConstraintComponent)),
            shape=node_from_rdflib(shape),
            severity=str(report.value(node, SH.resultSeverity)),
            path=_path(report, path) if path is not None else None,
            value=from_rdflib(value) if value is not None else None,
            constraint=node_from_rdflib(constraint) if constraint is not None else None,
            messages=_messages(report, node, shapes),
        )


def _messages(
    report: rdflib.Graph, result: rdflib.term.Node, shapes: rdflib.Graph
) -> dict[str, str]:
    """Return a result's messages by language.

    For a SPARQL-based constraint these are its own (SHACL, section 5.3.2). pySHACL gives the
    shape's as well, and drops the languages of all: they are found again by the constraint's
    templates.
    """
    given = [m for m in report.objects(result, SH.resultMessage) if isinstance(m, rdflib.Literal)]
    constraint = report.value(result, SH.sourceConstraint)
    templates = list(shapes.objects(constraint, SH.message)) if constraint else []
    own = [
        rdflib.Literal(str(message), lang=template.language)
        for template in templates
        if isinstance(template, rdflib.Literal)
        for message in given
        if _filled(template).fullmatch(str(message))
    ]
    texts: dict[str, list[str]] = {}
    for message in sorted(own or given):
        texts.setdefault(message.language or "", []).append(str(message))
    return {language: " ".join(said) for language, said in texts.items()}


def _filled(template: str) -> re.Pattern[str]:
    """Match what a message template becomes: `{?name}` and `{$name}` are any text."""
    fixed = re.split(r"\{[?$]\w+\}", template)
    return re.compile("(?s:.*)".join(map(re.escape, fixed)))


def _path(report: rdflib.Graph, path: rdflib.term.Node) -> str:
    """Write a SHACL property path (SHACL, section 2.3.1) as SPARQL writes it."""
    if isinstance(path, rdflib.URIRef):
        return f"<{path}>"
    inverse = report.value(path, SH.inversePath)
    if inverse is not None:
        return f"^{_part(report, inverse)}"
    for predicate, mark in _REPEATED.items():
        repeated = report.value(path, predicate)
        if repeated is not None:
            return f"{_part(report, repeated)}{mark}"
    alternative = report.value(path, SH.alternativePath)
    steps = report.items(path if alternative is None else alternative)
    return ("/" if alternative is None else "|").join(_part(report, step) for step in steps)


def _part(report: rdflib.Graph, path: rdflib.term.Node) -> str:
    """Write a path inside another, in brackets unless it is a single property."""
    written = _path(report, path)
    return written if isinstance(path, rdflib.URIRef) else f"({written})"
