"""The report as RDF: a SHACL validation report (SHACL, section 3.6)."""

from collections.abc import Iterator

import pyoxigraph as ox

from tgkg.iris import RDF, RDFS, SH, XSD
from tgkg.report import Report, Result


def report_quads(report: Report) -> Iterator[ox.Quad]:
    """Yield the report; each result is a blank node, numbered in the order of the report.

    What could not be read has no focus node: it stands in comments on the report.
    A path that is more than one property is left out: its place in the message says it.
    """
    node = ox.BlankNode("report")
    yield _quad(node, RDF + "type", ox.NamedNode(SH + "ValidationReport"))
    conforms = "false" if report.results or report.problems else "true"
    yield _quad(node, SH + "conforms", ox.Literal(conforms, datatype=_xsd("boolean")))
    for problem in report.problems:
        yield _quad(node, RDFS + "comment", ox.Literal(str(problem)))
    if report.allowed is not None:
        yield _quad(node, RDFS + "comment", ox.Literal(f"Published all the same: {report.allowed}"))
    for number, result in enumerate(report.results, 1):
        result_node = ox.BlankNode(f"result{number}")
        yield _quad(node, SH + "result", result_node)
        yield from _result(result_node, result, number)


def _result(node: ox.BlankNode, result: Result, number: int) -> Iterator[ox.Quad]:
    yield _quad(node, RDF + "type", ox.NamedNode(SH + "ValidationResult"))
    yield _quad(node, SH + "resultSeverity", ox.NamedNode(SH + result.severity.value))
    yield _quad(node, SH + "sourceConstraintComponent", ox.NamedNode(result.component))
    for name, written in (
        ("focusNode", result.focus),
        ("value", result.value),
        ("sourceShape", result.shape),
        ("resultPath", result.path if _is_simple(result.path) else None),
    ):
        if written is not None:
            yield _quad(node, SH + name, _term(written, f"{name}{number}"))
    for language, text in result.messages.items():
        message = ox.Literal(text, language=language) if language else ox.Literal(text)
        yield _quad(node, SH + "resultMessage", message)
    if result.place:
        yield _quad(node, SH + "resultMessage", ox.Literal(str(result.place)))


def _is_simple(path: str | None) -> bool:
    return path is not None and path.startswith("<") and path.count("<") == 1 and path[-1] == ">"


def _term(written: str, label: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    """Read a term back from its N-Triples form; `[]` is some blank node."""
    if written == "[]":
        return ox.BlankNode(label)
    line = f"<x:s> <x:p> {written} ."
    quad: ox.Quad = next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES)))
    return quad.object


def _quad(
    subject: ox.BlankNode,
    predicate: str,
    value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple,
) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode(predicate), value)


def _xsd(name: str) -> ox.NamedNode:
    return ox.NamedNode(XSD + name)
