"""Reads what an endpoint elsewhere answered, whatever it calls it, and writes it in our formats."""

import json
import re
from contextlib import suppress
from typing import Any, Final

import pyoxigraph as ox

from tgkg.engine.named_blanks import NamedBlanks
from tgkg.engine.port import Answer
from tgkg.engine.remote_query import Form
from tgkg.errors import EngineError
from tgkg.formats import SPARQL_XML, Format
from tgkg.serialization import results_as_xml, serialize_triples

_KINDS: Final = {"typed-literal": "literal", "iri": "uri"}
_TRUE: Final = frozenset({"true", "1"})
_FALSE: Final = frozenset({"false", "0"})
_NOT_IN_LABEL: Final = re.compile("[^0-9A-Za-z]")

_Table = ox.QuerySolutions | ox.QueryBoolean


def rewritten(content: bytes, form: Form, fmt: Format, blanks: NamedBlanks) -> Answer:
    """Return an answer in SPARQL JSON, or in N-Triples or Turtle, in the format that was asked.

    Raises:
        EngineError: it is not an answer to a query of this form.
        NotExpressibleError: the format cannot hold it.
    """
    try:
        if form.gives_triples:
            return Answer(fmt, _graph(content, fmt, blanks))
        return Answer(fmt, _table(content, form, fmt, blanks))
    except (SyntaxError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise EngineError(f"The endpoint's answer cannot be read: {_short(error)}.") from error


def _graph(content: bytes, fmt: Format, blanks: NamedBlanks) -> bytes:
    """Read Turtle, of which N-Triples are a part; each triple once."""
    quads = ox.parse(content, format=ox.RdfFormat.TURTLE, rename_blank_nodes=False)
    triples = list(dict.fromkeys(blanks.triple(quad.triple) for quad in quads))
    return serialize_triples(triples, fmt, {})


def _table(content: bytes, form: Form, fmt: Format, blanks: NamedBlanks) -> bytes:
    if blanks.prefix.encode() not in content:
        with suppress(SyntaxError, ValueError):  # not quite the standard's
            return _written(_read(content), form, fmt)
    return _written(_read(_standard(content, blanks)), form, fmt)


def _read(content: bytes) -> _Table:
    return ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)


def _written(result: _Table, form: Form, fmt: Format) -> bytes:
    if form is Form.ASK and isinstance(result, ox.QuerySolutions):
        result = _read(json.dumps({"head": {}, "boolean": _truth(result)}).encode())
    if form is Form.SELECT and isinstance(result, ox.QueryBoolean):
        raise ValueError("a truth value stands where a table should")
    written = result.serialize(format=fmt.results) or b""
    return results_as_xml(written) if fmt is SPARQL_XML else written


def _truth(table: ox.QuerySolutions) -> bool:
    """Return the truth value that a store writes as a table: of one cell, or empty for false."""
    if len(table.variables) > 1:
        raise ValueError("a table stands where a truth value should")
    cells = [term.value.lower() for [term] in table if isinstance(term, ox.Literal)]
    if not {*cells} <= _TRUE | _FALSE:
        raise ValueError("a table stands where a truth value should")
    return any(cell in _TRUE for cell in cells)


def _standard(content: bytes, blanks: NamedBlanks) -> bytes:
    """Return SPARQL JSON as the standard has it, from what stores make of it."""
    document = json.loads(content)
    if "boolean" in document:
        return json.dumps({"head": {}, "boolean": document["boolean"]}).encode()
    names = document["head"].get("vars", [])
    rows = [
        {name: blanks.cell(_term(cell)) for name, cell in row.items() if name in names and cell}
        for row in document["results"]["bindings"]
    ]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


def _term(cell: dict[str, Any]) -> dict[str, Any]:
    kind = _KINDS.get(cell["type"], cell["type"])
    match kind:
        case "bnode":
            return {"type": kind, "value": _label(cell["value"])}
        case "literal" if cell.get("xml:lang"):
            return {"type": kind, "value": cell["value"], "xml:lang": cell["xml:lang"]}
        case "literal" if cell.get("datatype"):
            return {"type": kind, "value": str(cell["value"]), "datatype": cell["datatype"]}
        case "literal":
            return {"type": kind, "value": str(cell["value"])}
        case _:
            return {**cell, "type": kind}


def _label(name: str) -> str:
    """Return a blank node's label in letters and digits, another one for another name."""
    bare = name.removeprefix("_:").removeprefix("nodeID://")
    return "b" + _NOT_IN_LABEL.sub(lambda found: f"x{ord(found[0]):x}x", bare)


def _short(error: Exception) -> str:
    words = str(error).split("\n")[0]
    return words if len(words) <= 200 else words[:200] + "…"  # noqa: PLR2004
