"""Which queries of SPARQL-based constraints mean the same to rdflib and to Oxigraph."""

import re
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from tgkg.iris import OWL, SH
from tgkg.publish.graph_index import Term
from tgkg.publish.shacl_engine import Finding
from tgkg.publish.shapes import Shapes

_SKIPPED: Final = re.compile(
    r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"|<[^<>"\s]*>|#[^\n]*|[?$]\w+|(?P<name>[\w-]*:[\w-]*)|[\d.]+'
)
_WORD: Final = re.compile(r"[A-Za-z]\w*|\^|@|'")
_KNOWN: Final = frozenset(
    {
        "SELECT", "DISTINCT", "WHERE", "FILTER", "NOT", "EXISTS", "OPTIONAL", "UNION", "AS", "BIND",
        "IN", "A", "TRUE", "FALSE", "IF", "BOUND", "STR", "LANG", "DATATYPE", "STRLEN", "SUBSTR",
        "STRBEFORE", "STRSTARTS", "STRENDS", "REGEX", "REPLACE", "FLOOR", "SUM", "GROUP", "BY",
    }
)  # fmt: skip
"""What our own shapes use; tests hold both engines to the same answers with it."""
_CASTS: Final = frozenset({"xsd:integer"})
_SELECTED: Final = frozenset({"this", "path", "value"})


def is_portable_query(shapes: Shapes, constraint: Term) -> bool:
    """Tell whether a constraint's query is SPARQL to both, and means the same."""
    (query,) = shapes.objects(constraint, SH + "select")
    if not isinstance(query, ox.Literal):
        return False
    text = _SKIPPED.sub(" ", query.value)
    words = {word.upper() for word in _WORD.findall(text)}
    functions = set(re.findall(r"([\w-]*:[\w-]*)\s*\(", query.value))
    return (
        words <= _KNOWN
        and functions <= _CASTS
        and not re.search(r"[?$](?:shapesGraph|currentShape|PATH)\b", query.value)
        and all(
            _SELECTED.issuperset(re.findall(r"\{[?$](\w+)\}", message.value))
            for message in shapes.messages(constraint)
        )
        and _is_plain(prologue(shapes, constraint) + query.value)
    )


def is_half_told(shapes: Shapes, finding: Finding) -> bool:
    """Tell whether a result lacks what its query selects: what it computed, if that is new."""
    if finding.constraint is None:
        return False
    query = str(shapes.objects(finding.constraint, SH + "select"))
    is_selected = {name: re.search(rf"[?$]{name}\b", query) for name in ("value", "path")}
    return bool(
        (is_selected["value"] and finding.value is None)
        or (is_selected["path"] and finding.path is None)
    )


def prologue(shapes: Shapes, constraint: Term) -> str:
    """Return the prefixes of a constraint as SPARQL declares them."""
    return "".join(
        f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in _prefixes(shapes, constraint)
    )


def _prefixes(shapes: Shapes, constraint: Term) -> Iterator[tuple[str, str]]:
    """Yield what a constraint's prefixes stand for (SHACL, section 5.2.1)."""
    waiting, seen = list(shapes.objects(constraint, SH + "prefixes")), set()
    while waiting:
        owner = waiting.pop()
        if owner in seen:
            continue
        seen.add(owner)
        waiting += shapes.objects(owner, OWL + "imports")
        for declared in shapes.objects(owner, SH + "declare"):
            for prefix in shapes.objects(declared, SH + "prefix"):
                for namespace in shapes.objects(declared, SH + "namespace"):
                    if isinstance(prefix, ox.Literal) and isinstance(namespace, ox.Literal):
                        yield prefix.value, namespace.value


def _is_plain(text: str) -> bool:
    """Tell whether a query is SPARQL and selects nothing but what a result has.

    By other variables the reference tells results apart that say the same.
    """
    try:
        found = ox.Store().query(text)
    except (SyntaxError, ValueError, OSError):
        return False
    return isinstance(found, ox.QuerySolutions) and _SELECTED.issuperset(
        variable.value for variable in found.variables
    )
