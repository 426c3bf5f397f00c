"""The report as RDF: a SHACL validation report (SHACL, section 3.6)."""

from collections.abc import Iterator

import pyoxigraph as ox

from tgkg.iris import RDF, RDFS, SH, XSD
from tgkg.property_paths import PathReader
from tgkg.report import Report, Result


def report_quads(report: Report) -> Iterator[ox.Quad]:
    """Yield the report; each result is a blank node, numbered in the order of the report.

    What could not be read has no focus node: it stands in comments on the report, as does what
    SHACL has no words for: how many nodes were judged, and why it was published all the same.
    """
    node = ox.BlankNode("report")
    yield _quad(node, RDF + "type", ox.NamedNode(SH + "ValidationReport"))
    conforms = "false" if report.results or report.problems else "true"
    yield _quad(node, SH + "conforms", ox.Literal(conforms, datatype=_xsd("boolean")))
    said = [str(problem) for problem in report.problems]
    if report.shapes:
        said.append(report.extent)
    if report.allowed is not None:
        said.append(f"Published all the same: {report.allowed}")
    for each in said:
        yield _quad(node, RDFS + "comment", ox.Literal(each))
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
        ("sourceConstraint", result.constraint),
    ):
        if written is not None:
            yield _quad(node, SH + name, _term(written, f"{name}{number}"))
    if result.path is not None:
        path = PathReader(result.path, f"path{number}")
        yield _quad(node, SH + "resultPath", path.node)
        yield from (ox.Quad(*triple) for triple in path.triples)
    for language, text in result.messages.items():
        message = ox.Literal(text, language=language) if language else ox.Literal(text)
        yield _quad(node, SH + "resultMessage", message)
    if result.place:
        yield _quad(node, SH + "resultMessage", ox.Literal(str(result.place)))


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
