"""Reads the results of a SHACL validation report (SHACL, section 3.6) as rdflib holds it."""

import re
from collections.abc import Iterator

import pyoxigraph as ox
import rdflib
from rdflib.namespace import SH

from tgkg.property_paths import Objects, written
from tgkg.publish.rdflib_terms import from_rdflib, node_from_rdflib, to_rdflib
from tgkg.publish.shacl_engine import Finding, by_language


def read_results(report: rdflib.Graph, shapes: rdflib.Graph) -> Iterator[Finding]:
    """Yield each result of a report on these shapes."""
    paths = _objects_in(report)
    for node in report.objects(None, SH.result):  # not those that are only details of others
        path, value, constraint = (
            report.value(node, property_)
            for property_ in (SH.resultPath, SH.value, SH.sourceConstraint)
        )
        yield Finding(
            focus=from_rdflib(_required(report, node, SH.focusNode)),
            component=str(report.value(node, SH.sourceConstraintComponent)),
            shape=node_from_rdflib(_required(report, node, SH.sourceShape)),
            severity=str(report.value(node, SH.resultSeverity)),
            path=written(node_from_rdflib(path), paths) if path is not None else None,
            value=from_rdflib(value) if value is not None else None,
            constraint=node_from_rdflib(constraint) if constraint is not None else None,
            messages=_messages(report, node, shapes),
        )


def _required(
    report: rdflib.Graph, result: rdflib.term.Node, property_: rdflib.URIRef
) -> rdflib.term.Node:
    """Return what every result has (SHACL, section 3.6.2)."""
    return next(report.objects(result, property_))


def _messages(
    report: rdflib.Graph, result: rdflib.term.Node, shapes: rdflib.Graph
) -> dict[str, str]:
    """Return the messages that the shapes give for a result.

    For a SPARQL-based constraint these are its own, or else its shape's (SHACL, section 5.3.2).
    pySHACL gives both, drops their languages, and makes up one where there is none.
    """
    given = [m for m in report.objects(result, SH.resultMessage) if isinstance(m, rdflib.Literal)]
    component = str(report.value(result, SH.sourceConstraintComponent))
    if not component.startswith(str(SH)):
        return by_language(map(from_rdflib, given))
    constraint, shape = (
        report.value(result, property_) for property_ in (SH.sourceConstraint, SH.sourceShape)
    )
    own = list(shapes.objects(constraint, SH.message)) if constraint is not None else []
    return by_language(
        ox.Literal(str(message), language=template.language)
        for template in own or shapes.objects(shape, SH.message)
        if isinstance(template, rdflib.Literal)
        for message in given
        if _filled(template).fullmatch(str(message))
        and message.language in (None, template.language)
    )


def _filled(template: str) -> re.Pattern[str]:
    """Match what a message template becomes: `{?name}` and `{$name}` are any text."""
    fixed = re.split(r"\{[?$]\w+\}", template)
    return re.compile("(?s:.*)".join(map(re.escape, fixed)))


def _objects_in(graph: rdflib.Graph) -> Objects:
    return lambda subject, predicate: map(
        from_rdflib, graph.objects(to_rdflib(subject), rdflib.URIRef(predicate))
    )
