"""Which queries of SPARQL-based constraints mean the same to rdflib and to Oxigraph."""

import re
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from tgkg.iris import OWL, SH
from tgkg.publish.graph_index import Term
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
_THIS: Final = re.compile(r"[?$]this\b")
_JOINED_AT_ONCE: Final = re.compile(r"(?i)\b(EXISTS|OPTIONAL)\s*$")
_SELECTED: Final = frozenset({"this", "path", "value"})


def is_portable_query(shapes: Shapes, constraint: Term) -> bool:
    """Tell whether a constraint's query is SPARQL to both, and means the same."""
    (query,) = shapes.objects(constraint, SH + "select")
    if not isinstance(query, ox.Literal):
        return False
    text = _SKIPPED.sub(lambda found: found[0] if found[0][0] in "?$" else " ", query.value)
    words = {word.upper() for word in _WORD.findall(re.sub(r"[?$]\w+", " ", text))}
    functions = set(re.findall(r"([\w-]*:[\w-]*)\s*\(", query.value))
    return (
        words <= _KNOWN
        and functions <= _CASTS
        and not re.search(r"[?$](?:shapesGraph|currentShape|PATH)\b", query.value)
        and all(
            _SELECTED.issuperset(re.findall(r"\{[?$](\w+)\}", message.value))
            for message in shapes.messages(constraint)
        )
        and _is_about_each(text)
        and _is_plain(query_of(shapes, constraint))
    )


def query_of(shapes: Shapes, constraint: Term) -> str:
    """Return a constraint's query with its prefixes."""
    (query,) = shapes.objects(constraint, SH + "select")
    return _prologue(shapes, constraint) + (query.value if isinstance(query, ox.Literal) else "")


def is_computed(shapes: Shapes, constraint: Term) -> bool:
    """Tell whether the value of a constraint's results may be one that its query makes."""
    return re.search(r"(?i)\bAS\s+[?$]value\b", query_of(shapes, constraint)) is not None


def _is_about_each(text: str) -> bool:
    """Tell whether a query says of all nodes together what it says of each by itself.

    To be sure of that, it has a pattern with `$this`, or all groups within it have one, and so has
    each that tests `$this`: such a group is evaluated before it is joined (SPARQL 1.1, section
    18.2.2).
    """
    *within, outermost = list(_groups(text)) or [""]
    is_given = _gives_this(outermost) or (bool(within) and all(map(_gives_this, within)))
    return is_given and all(
        _gives_this(group) or not (_tests_something(group) and _THIS.search(group))
        for group in within
    )


def _groups(text: str) -> Iterator[str]:
    """Yield what is in each pair of braces, but in EXISTS and OPTIONAL, the outermost last."""
    opened: list[int] = []
    for at, sign in enumerate(text):
        if sign == "{":
            opened.append(at)
        elif sign == "}" and opened:
            start = opened.pop()
            above = (text[:each] for each in (*opened, start))
            if not any(_JOINED_AT_ONCE.search(each) for each in above):
                yield text[start + 1 : at]


def _gives_this(group: str) -> bool:
    """Tell whether a group has `$this` in a pattern of its own, or selects it from within."""
    inside = ""
    while inside != group:
        inside, group = group, re.sub(r"\{[^{}]*\}|\([^()]*\)", " ", group)
    return _THIS.search(group) is not None


def _tests_something(group: str) -> bool:
    return re.search(r"(?i)\b(FILTER|BIND|IF)\b", group) is not None


def _prologue(shapes: Shapes, constraint: Term) -> str:
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
