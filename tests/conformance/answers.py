"""Reads answers, W3C's and the server's alike, with parsers that are not the engine's own."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import pyoxigraph as ox

SRX = "{http://www.w3.org/2005/sparql-results#}"
ITS_DIR = "{http://www.w3.org/2005/11/its}dir"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"
PARTS = ("subject", "predicate", "object")
TRUTH = "ASK "
"""The one column of a truth; the space keeps it apart from any variable."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a query of any form, as rows: of solutions, of triples, or one of a truth."""

    columns: frozenset[str]
    rows: tuple[Row, ...]
    ordered: bool = False
    """Whether the order is part of the answer."""

    @classmethod
    def of(cls, columns: Iterable[str], rows: Iterable[Row]) -> "Answer":
        """Make the answer of a SELECT query."""
        return cls(frozenset(columns), tuple(rows))

    @classmethod
    def truth(cls, *, is_true: bool) -> "Answer":
        """Make the answer of an ASK query."""
        return cls.of([TRUTH], [{TRUTH: ox.Literal(is_true)}])

    @classmethod
    def graph(cls, triples: Iterable[ox.Triple]) -> "Answer":
        """Make the answer of a CONSTRUCT or DESCRIBE query."""
        rows = ({f"{part} ": getattr(triple, part) for part in PARTS} for triple in set(triples))
        return cls.of((f"{part} " for part in PARTS), rows)

    @property
    def is_graph(self) -> bool:
        """Whether it answers a CONSTRUCT or DESCRIBE query."""
        return self.columns == {f"{part} " for part in PARTS}

    def __str__(self) -> str:
        """Show it for people, a row a line."""
        rows = (" ".join(f"?{n}={term}" for n, term in sorted(row.items())) for row in self.rows)
        return "\n".join(
            [" ".join(sorted(self.columns)), *(rows if self.ordered else sorted(rows))]
        )


def read(body: bytes, kind: str, base: str | None = None) -> Answer:
    """Read an answer by its kind: an extension, or a media type.

    Raises:
        ValueError: it is not what it is said to be.
    """
    match kind:
        case "srj" | "application/sparql-results+json":
            return _json(json.loads(body))
        case "srx" | "application/sparql-results+xml":
            return _xml(ET.fromstring(body))  # noqa: S314 - our own server's, or W3C's
        case "csv" | "text/csv":
            return _csv(body.decode())
        case "tsv" | "text/tab-separated-values":
            return _tsv(body.decode())
    fmt = ox.RdfFormat.from_media_type(kind) or ox.RdfFormat.from_extension(kind)
    if fmt is None:
        raise ValueError(f"{kind} is no format of answers")
    triples = [quad.triple for quad in ox.parse(body, format=fmt, base_iri=base)]
    return _result_set(triples) or Answer.graph(triples)


def _json(document: dict[str, Any]) -> Answer:
    """Read SPARQL Query Results JSON (https://www.w3.org/TR/sparql12-results-json/)."""
    if "boolean" in document:
        return Answer.truth(is_true=document["boolean"])
    bindings = document["results"]["bindings"]
    rows = ({name: _json_term(term) for name, term in row.items()} for row in bindings)
    return Answer.of(document["head"]["vars"], rows)


def _json_term(term: dict[str, Any]) -> Term:
    value = term["value"]
    match term["type"]:
        case "uri":
            return ox.NamedNode(value)
        case "bnode":
            return blank(value)
        case "triple":
            return ox.Triple(*(_json_term(value[part]) for part in PARTS))
        case "literal" | "typed-literal":
            return literal(value, *map(term.get, ("datatype", "xml:lang", "its:dir")))
        case other:
            raise ValueError(f"{other} is no kind of term")


def _xml(document: ET.Element) -> Answer:
    """Read SPARQL Query Results XML (https://www.w3.org/TR/sparql12-results-xml/)."""
    if (boolean := document.find(f"{SRX}boolean")) is not None:
        return Answer.truth(is_true={"true": True, "false": False}[(boolean.text or "").strip()])
    rows = (
        {binding.attrib["name"]: _xml_term(binding[0]) for binding in result}
        for result in document.iter(f"{SRX}result")
    )
    return Answer.of((each.attrib["name"] for each in document.iter(f"{SRX}variable")), rows)


def _xml_term(element: ET.Element) -> Term:
    text = element.text or ""
    match element.tag.removeprefix(SRX):
        case "uri":
            return ox.NamedNode(text)
        case "bnode":
            return blank(text)
        case "triple":
            return ox.Triple(*(_xml_term(element.find(f"{SRX}{part}")[0]) for part in PARTS))
        case "literal":
            return literal(text, *map(element.get, ("datatype", XML_LANG, ITS_DIR)))
        case other:
            raise ValueError(f"{other} is no kind of term")


def _csv(text: str) -> Answer:
    """Read SPARQL Query Results CSV: no more than the text of each term."""
    names, *rows = csv.reader(io.StringIO(text, newline=""))
    filled = ({n: v for n, v in zip(names, row, strict=True) if v} for row in rows)
    return Answer.of(names, ({n: _csv_term(v) for n, v in row.items()} for row in filled))


def _csv_term(value: str) -> Term:
    return blank(value[2:]) if value.startswith("_:") else ox.Literal(value)


def _tsv(text: str) -> Answer:
    """Read SPARQL Query Results TSV: terms as Turtle writes them."""
    head, *lines = text.removesuffix("\n").split("\n")
    names = [name.removeprefix("?") for name in head.split("\t")]
    rows = (zip(names, line.split("\t"), strict=True) for line in lines)
    terms = ({name: _turtle_term(value) for name, value in row if value} for row in rows)
    return Answer.of(filter(None, names), terms)


def _turtle_term(text: str) -> Term:
    (quad,) = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.TURTLE)
    return quad.object


def _result_set(triples: list[ox.Triple]) -> Answer | None:
    """Read an answer in DAWG's vocabulary; None where the graph itself is the answer."""

    def values(subject: Term | None, name: str) -> list[Term]:
        found = (t for t in triples if t.predicate.value == RS + name)
        return [t.object for t in found if subject in (None, t.subject)]

    if not any(t.object == ox.NamedNode(RS + "ResultSet") for t in triples):
        return None
    for truth in values(None, "boolean"):
        return Answer.truth(is_true=truth.value == "true")
    rows = {
        solution: {
            values(binding, "variable")[0].value: value
            for binding in values(solution, "binding")
            for value in values(binding, "value")
        }
        for solution in values(None, "solution")
    }
    names = frozenset(name.value for name in values(None, "resultVariable"))
    places = {solution: [int(n.value) for n in values(solution, "index")] for solution in rows}
    ordered = bool(rows) and all(places.values())
    sequence = sorted(rows, key=places.__getitem__) if ordered else list(rows)
    return Answer(names, tuple(rows[solution] for solution in sequence), ordered)


def blank(label: str) -> ox.BlankNode:
    """Return a blank node for a label of any form, the same for the same label."""
    return ox.BlankNode("b" + label.encode().hex())


def literal(
    text: str, datatype: str | None, language: str | None, direction: str | None
) -> ox.Literal:
    """Return a literal; language tags compare without case (RDF 1.1 Concepts, section 3.3)."""
    if language:
        way = ox.BaseDirection(direction) if direction else None
        return ox.Literal(text, language=language.lower(), direction=way)
    return ox.Literal(text, datatype=ox.NamedNode(datatype or XSD + "string"))
