"""Validates SPARQL-based constraints (SHACL, section 5) with Oxigraph: all focus nodes at once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from tgkg.iris import SH
from tgkg.publish.portable_queries import query_of
from tgkg.publish.shacl_engine import Finding, ShapeNode, by_language
from tgkg.publish.shapes import Shapes

_COMPONENT: Final = SH + "SPARQLConstraintComponent"
_PLACE: Final = re.compile(r"\{[?$](\w+)\}")


class SparqlEngine:
    """A file of statements, and shapes whose queries say the same of all nodes as of each."""

    def __init__(self, data: Path, shapes: Shapes, store: ox.Store | None = None) -> None:
        """Take a file of N-Triples or N-Quads; graphs are merged.

        The default graph of the store, where there is one already, has all of it.
        """
        self._data = data
        self._ready = store
        self._shapes = shapes

    def results(self, focus_nodes: Mapping[ShapeNode, frozenset[str]]) -> list[Finding]:
        """Return what breaks the SPARQL-based constraints of these shapes on these focus nodes."""
        asking: dict[ox.NamedNode | ox.BlankNode, list[ShapeNode]] = {}
        for shape, nodes in focus_nodes.items():
            for constraint in self._shapes.objects(shape, SH + "sparql"):
                if nodes and isinstance(constraint, ShapeNode):
                    asking.setdefault(constraint, []).append(shape)
        if not asking:
            return []
        store = self._ready or self._store()
        return [
            finding
            for constraint, shapes in asking.items()
            for finding in self._findings(store, constraint, shapes, focus_nodes)
        ]

    def _store(self) -> ox.Store:
        store = ox.Store()
        is_quads = self._data.suffix == ".nq"
        fmt = ox.RdfFormat.N_QUADS if is_quads else ox.RdfFormat.N_TRIPLES
        if is_quads or self._has_blank_nodes():  # loading would keep graphs, and rename the nodes
            quads = ox.parse(path=str(self._data), format=fmt)
            store.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
        else:
            store.bulk_load(path=str(self._data), format=fmt)
        return store

    def _has_blank_nodes(self) -> bool:
        with self._data.open("rb") as lines:
            return any(b"_:" in line for line in lines)

    def _findings(
        self,
        store: ox.Store,
        constraint: ShapeNode,
        shapes: Iterable[ShapeNode],
        focus_nodes: Mapping[ShapeNode, frozenset[str]],
    ) -> Iterator[Finding]:
        found = store.query(query_of(self._shapes, constraint))
        if not isinstance(found, ox.QuerySolutions):
            return  # no such query is portable
        selected = {variable.value for variable in found.variables}
        names = [name for name in ("this", "path", "value") if name in selected]
        rows = dict.fromkeys(tuple(row[name] for name in names) for row in found)
        for row in rows:
            bound = dict(zip(names, row, strict=True))
            for shape in shapes:
                if str(bound["this"]) in focus_nodes[shape]:
                    yield self._finding(shape, constraint, bound)

    def _finding(
        self, shape: ShapeNode, constraint: ShapeNode, bound: Mapping[str, ox.NamedNode]
    ) -> Finding:
        path = bound.get("path")
        severity = next(iter(self._shapes.objects(shape, SH + "severity")), None)
        templates = self._shapes.messages(constraint) or self._shapes.messages(shape)
        return Finding(
            focus=bound["this"],
            component=_COMPONENT,
            shape=shape,
            severity=severity.value if isinstance(severity, ox.NamedNode) else SH + "Violation",
            path=str(path) if path is not None else None,
            value=bound.get("value") or bound["this"],
            constraint=constraint,
            messages=by_language(_filled(template, bound) for template in templates),
        )


def _filled(template: ox.Literal, bound: Mapping[str, ox.NamedNode]) -> ox.Literal:
    """Put values into a message (SHACL, section 5.3.2)."""

    def value(place: re.Match[str]) -> str:
        term = bound.get(place[1])
        return place[0] if term is None else term.value

    return ox.Literal(_PLACE.sub(value, template.value), language=template.language)
