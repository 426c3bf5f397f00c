"""SPARQL-based constraints of node shapes, each asked once for all focus nodes.

An engine that asks for each node anew takes minutes for what is one query of a store (SHACL,
section 5.3.2, says what a solution becomes).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from tgkg.iris import RDFS, SH
from tgkg.publish.graph_index import Term
from tgkg.publish.portable_queries import prologue
from tgkg.publish.shacl_engine import Finding, Node, ShapeNode, by_language
from tgkg.publish.shapes import Shapes

_COMPONENT: Final = SH + "SPARQLConstraintComponent"
_SUBCLASSES: Final = f"SELECT ?each ?class {{ ?each <{RDFS}subClassOf>* ?class }}"
_SKIPPED: Final = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"|<[^<>"\s]*>|#[^\n]*')
_INNERMOST: Final = re.compile(r"\{[^{}]*\}")
_CALL: Final = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_HEAD: Final = re.compile(r"(\s*SELECT\s.*?\sWHERE\s*\{)", re.DOTALL)
_BLANK: Final = re.compile(r"\{[?$](\w+)\}")


class QueriesAtOnce:
    """The constraints that can be asked so, over a store whose default graph is all that counts."""

    def __init__(self, shapes: Shapes, store: ox.Store) -> None:
        """Take the shapes, and the store of what they are about."""
        self._shapes = shapes
        self._store = store

    def constraints(self, chosen: Collection[ShapeNode]) -> Mapping[ShapeNode, list[ShapeNode]]:
        """Return the constraints that can be asked at once, by the shape with targets."""
        found: dict[ShapeNode, list[ShapeNode]] = {}
        for shape in chosen:
            if self._shapes.objects(shape, SH + "path"):
                continue
            for constraint in self._shapes.objects(shape, SH + "sparql"):
                if isinstance(constraint, ShapeNode) and _binds_this(self._text(constraint)):
                    found.setdefault(shape, []).append(constraint)
        return found

    def results(
        self, shape: ShapeNode, constraint: ShapeNode, focus_nodes: Collection[str]
    ) -> Iterator[Finding]:
        """Yield what breaks a constraint among the focus nodes, which are in N-Triples form."""
        severity = next(iter(self._shapes.objects(shape, SH + "severity")), None)
        for row in self._rows(shape, constraint):
            focus = row.get("this")
            if focus is None or str(focus) not in focus_nodes:
                continue
            path = row.get("path")
            yield Finding(
                focus=focus,
                component=_COMPONENT,
                shape=shape,
                severity=severity.value if isinstance(severity, ox.NamedNode) else SH + "Violation",
                path=str(path) if isinstance(path, ox.NamedNode) else None,
                value=row.get("value", focus),
                constraint=constraint,
                messages=self._messages(shape, constraint, row),
            )

    def _rows(self, shape: ShapeNode, constraint: ShapeNode) -> Iterator[dict[str, Node]]:
        """Yield the solutions, by class where the shape targets classes: a store finds them by it.

        What is of several classes gives its solutions once.
        """
        text = prologue(self._shapes, constraint) + self._text(constraint)
        classes = self._classes(shape)
        if not classes:
            yield from self._asked(text)
            return
        told: set[tuple[tuple[str, str], ...]] = set()
        for each in classes:
            here = [*self._asked(_HEAD.sub(rf"\1 $this a {each} . ", text, count=1))]
            keys = [tuple((name, str(term)) for name, term in row.items()) for row in here]
            yield from (row for row, key in zip(here, keys, strict=True) if key not in told)
            told.update(keys)

    def _classes(self, shape: ShapeNode) -> list[Term]:
        """Return the classes that a shape targets, with those below them; none if not only so."""
        others = ("targetNode", "targetSubjectsOf", "targetObjectsOf")
        if any(self._shapes.objects(shape, SH + name) for name in others):
            return []
        if self._shapes.is_class(shape):
            return []
        found: dict[Term, None] = {}
        for target in self._shapes.objects(shape, SH + "targetClass"):
            rows = self._store.query(_SUBCLASSES, substitutions={ox.Variable("class"): target})
            if isinstance(rows, ox.QuerySolutions):
                found |= dict.fromkeys([target, *(row["each"] for row in rows)])
        return list(found)

    def _asked(self, text: str) -> Iterator[dict[str, Node]]:
        solutions = self._store.query(text)
        if not isinstance(solutions, ox.QuerySolutions):
            return
        names = [variable.value for variable in solutions.variables]
        for row in solutions:
            yield {name: term for name, term in zip(names, row, strict=True) if term is not None}

    def _messages(
        self, shape: ShapeNode, constraint: ShapeNode, row: Mapping[str, Node]
    ) -> dict[str, str]:
        def filled(blank: re.Match[str]) -> str:
            term = row.get(blank[1])
            return blank[0] if term is None else getattr(term, "value", str(term))

        templates = self._shapes.messages(constraint) or self._shapes.messages(shape)
        return by_language(
            ox.Literal(_BLANK.sub(filled, each.value), language=each.language)
            if each.language
            else ox.Literal(_BLANK.sub(filled, each.value))
            for each in templates
        )

    def _text(self, constraint: ShapeNode) -> str:
        (query,) = self._shapes.objects(constraint, SH + "select")
        return query.value if isinstance(query, ox.Literal) else ""


def _binds_this(query: str) -> bool:
    """Tell whether each solution of a query has a focus node without being given one.

    So it is where a pattern of the outermost group names it, and nothing is counted over all.
    """
    text = _SKIPPED.sub(" ", query)
    start, end = text.find("{"), text.rfind("}")
    if not _HEAD.match(text) or "(SUM" in text[:start].upper() or text[end + 1 :].strip():
        return False
    inside = text[start + 1 : end]
    branches = re.split(r"\}\s*UNION\s*\{", inside.strip()[1:-1], flags=re.IGNORECASE)
    return _names_this(inside) or all(map(_names_this, branches))


def _names_this(group: str) -> bool:
    """Tell whether a pattern of a group itself, not of one inside it, names the focus node."""
    while _INNERMOST.search(group):
        group = _INNERMOST.sub(" ", group)
    return re.search(r"[$?]this\b", _CALL.sub(" ", group)) is not None
