"""The triples of one row of a table, as CSVW derives them (https://www.w3.org/TR/csv2rdf/)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox
from csvw.metadata import Column, Table, URITemplate  # type: ignore[import-untyped]

from tgkg.iris import RDF, XSD

_CSVW: Final = "http://www.w3.org/ns/csvw#"
_DATATYPES: Final[Mapping[str, str]] = {
    "any": XSD + "anyAtomicType",
    "binary": XSD + "base64Binary",
    "datetime": XSD + "dateTime",
    "html": RDF + "HTML",
    "json": _CSVW + "JSON",
    "number": XSD + "double",
    "xml": RDF + "XMLLiteral",
}
"""Datatypes that are not called what XML Schema calls them (Metadata Vocabulary, 5.11.1)."""

_PATTERNS: Final[Mapping[str, str]] = {"date": "yyyy-MM-dd", "time": "HH:mm:ss"}
"""How csvw is told to write what it would otherwise write as a date and time."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is in order: its number, its line in the file, its values by column name."""

    number: int
    """1 for the first row after the header."""
    line: int
    values: Mapping[str, Any]


def cell_triples(row: Row, table: Table) -> Iterator[ox.Triple]:
    """Yield a triple for each cell that has a value, and for each virtual column."""
    texts = _texts(row, table)
    for column in table.tableSchema.columns:
        if not column.suppressOutput:
            yield from _of_cell(row, table, column, texts)


def row_triples(row: Row, table: Table) -> Iterator[ox.Triple]:
    """Yield the cells' triples, and those of the row: number, line, and what it describes."""
    node = ox.BlankNode("row")
    number = ox.Literal(str(row.number), datatype=ox.NamedNode(XSD + "integer"))
    address = ox.NamedNode(f"{table.url}#row={row.line}")
    yield ox.Triple(node, ox.NamedNode(RDF + "type"), ox.NamedNode(_CSVW + "Row"))
    yield ox.Triple(node, ox.NamedNode(_CSVW + "rownum"), number)
    yield ox.Triple(node, ox.NamedNode(_CSVW + "url"), address)
    described: set[ox.NamedNode | ox.BlankNode] = set()
    for triple in cell_triples(row, table):
        yield triple
        if not isinstance(triple.subject, ox.Triple) and triple.subject not in described:
            described.add(triple.subject)
            yield ox.Triple(node, ox.NamedNode(_CSVW + "describes"), triple.subject)


def _of_cell(
    row: Row, table: Table, column: Column, texts: Mapping[str, Any]
) -> Iterator[ox.Triple]:
    name = column.header
    value = row.values.get(name)
    if value is None and not column.virtual:
        return

    def expanded(template: URITemplate | None) -> str | None:
        """Expand a URI template (RFC 6570) with the row's values, and make it absolute."""
        return str(table.expand(template, texts, row.number, _name=name)) if template else None

    about = expanded(column.inherit("aboutUrl"))
    subject = ox.NamedNode(about) if about else ox.BlankNode(f"line{row.line}")
    told = expanded(column.inherit("propertyUrl"))
    predicate = ox.NamedNode(told or f"{table.url}#{quote(name)}")
    link = expanded(column.inherit("valueUrl"))
    if link:
        yield ox.Triple(subject, predicate, ox.NamedNode(link))
        return
    for item in value if isinstance(value, list) else [value]:
        if item is not None:
            yield ox.Triple(subject, predicate, _literal(item, column))


def _texts(row: Row, table: Table) -> dict[str, Any]:
    """Return what the variables of a template stand for in this row."""
    columns = table.tableSchema.columndict
    texts: dict[str, Any] = {"_sourceRow": row.line}
    for name, value in row.values.items():
        if isinstance(value, list):
            texts[name] = [lexical(item, columns[name]) for item in value if item is not None]
        elif value is not None:
            texts[name] = lexical(value, columns[name])
    return texts


def _literal(value: Any, column: Column) -> ox.Literal:  # noqa: ANN401 (of any datatype)
    datatype = column.inherit("datatype")
    if datatype is None or datatype.base == "string":
        language = column.inherit("lang")
        plain = language in (None, "und")
        return ox.Literal(str(value)) if plain else ox.Literal(str(value), language=language)
    iri = _DATATYPES.get(datatype.base, XSD + datatype.base)
    return ox.Literal(lexical(value, column), datatype=ox.NamedNode(iri))


def lexical(value: Any, column: Column) -> str:  # noqa: ANN401 (of any datatype)
    """Write a value of a column as XML Schema writes it, whatever its format in the file."""
    datatype = column.inherit("datatype")
    if datatype is None:
        return str(value)
    pattern = _PATTERNS.get(datatype.base)
    options = {"pattern": pattern} if pattern else {}
    return str(datatype.basetype.to_string(value, **options))
