"""Reads the layout of pages out of SHACL shapes."""

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox
from pyoxigraph import BlankNode, Literal, NamedNode, Store

from tgkg.iris import OWL, RDF, RDFS, SH
from tgkg.release import Release
from tgkg.web.layout import LAST, Field, Group, Layout, Path, Texts

_TYPE: Final = NamedNode(RDF + "type")
_REST: Final = NamedNode(RDF + "rest")
_FIRST: Final = NamedNode(RDF + "first")
_CLASSES: Final = frozenset({NamedNode(RDFS + "Class"), NamedNode(OWL + "Class")})

_Node = NamedNode | BlankNode


def layout_of(release: Release) -> Layout:
    """Return the layout that the release's shapes give; an empty one where it has none."""
    try:
        return read_layout(release.shapes.read_bytes())
    except FileNotFoundError:
        return Layout()


def read_layout(n_quads: bytes) -> Layout:
    """Return the layout that shapes in N-Quads give."""
    store = Store()
    quads = ox.parse(n_quads, format=ox.RdfFormat.N_QUADS)
    store.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    return _Shapes(store).layout()


class _Shapes:
    """A graph of shapes, asked for what pages need."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def layout(self) -> Layout:
        fields: dict[str, dict[Path, Field]] = {}
        orders: dict[str, float] = {}
        for shape, target in sorted(self._targets(), key=str):
            orders[target] = min(orders.get(target, LAST), self._order(shape))
            for field in sorted(self._fields(shape, set()), key=_place):
                fields.setdefault(target, {}).setdefault(field.path, field)
        groups = {each.group for by_path in fields.values() for each in by_path.values()}
        return Layout(
            fields={target: tuple(by_path.values()) for target, by_path in fields.items()},
            groups={iri: self._group(iri) for iri in sorted(groups - {None}, key=str) if iri},
            orders=orders,
        )

    def _targets(self) -> Iterator[tuple[_Node, str]]:
        """Yield each shape with the classes it is about (SHACL, sections 2.1.3.2 and 2.1.3.3)."""
        for quad in self._store.quads_for_pattern(None, _sh("targetClass"), None):
            if isinstance(quad.object, NamedNode):
                yield _node(quad.subject), quad.object.value
        for shape in self._subjects(_TYPE, (_sh("NodeShape"), _sh("PropertyShape"))):
            if isinstance(shape, NamedNode) and _CLASSES & set(self._objects(shape, _TYPE)):
                yield shape, shape.value

    def _fields(self, shape: _Node, seen: set[_Node]) -> Iterator[Field]:
        """Yield the fields of a shape and of the shapes it builds on (sections 4.6.1 and 4.7)."""
        if shape in seen:
            return
        seen.add(shape)
        for property_shape in self._nodes(shape, "property"):
            yield from self._field(property_shape)
        alike = [*self._nodes(shape, "node")]
        for listed in self._nodes(shape, "and"):
            alike += self._list(listed)
        for other in alike:
            yield from self._fields(other, seen)

    def _field(self, shape: _Node) -> Iterator[Field]:
        group = next((g for g in self._nodes(shape, "group") if isinstance(g, NamedNode)), None)
        for path in self._paths(shape):
            yield Field(
                path=path,
                names=self._texts(shape, _sh("name")),
                descriptions=self._texts(shape, _sh("description")),
                order=self._order(shape),
                group=group and group.value,
            )

    def _paths(self, shape: _Node) -> Iterator[Path]:
        """Yield a path that is one step, forwards or backwards (section 2.3.1)."""
        for path in self._objects(shape, _sh("path")):
            if isinstance(path, NamedNode):
                yield Path(path.value)
            elif isinstance(path, BlankNode):
                inverse = self._objects(path, _sh("inversePath"))
                yield from (
                    Path(p.value, inverse=True) for p in inverse if isinstance(p, NamedNode)
                )

    def _group(self, iri: str) -> Group:
        node = NamedNode(iri)
        return Group(iri, self._texts(node, NamedNode(RDFS + "label")), self._order(node))

    def _order(self, node: _Node) -> float:
        orders = (o for o in self._objects(node, _sh("order")) if isinstance(o, Literal))
        return min((_number(order) for order in orders), default=LAST)

    def _texts(self, node: _Node, property_: NamedNode) -> Texts:
        texts = (o for o in self._objects(node, property_) if isinstance(o, Literal))
        return tuple(sorted(texts, key=str))

    def _nodes(self, node: _Node, term: str) -> Iterator[_Node]:
        for found in self._objects(node, _sh(term)):
            if isinstance(found, (NamedNode, BlankNode)):
                yield found

    def _objects(self, node: _Node, property_: NamedNode) -> list[object]:
        return [quad.object for quad in self._store.quads_for_pattern(node, property_, None)]

    def _subjects(self, property_: NamedNode, objects: Iterable[NamedNode]) -> Iterator[_Node]:
        for each in objects:
            for quad in self._store.quads_for_pattern(None, property_, each):
                yield _node(quad.subject)

    def _list(self, head: _Node) -> list[_Node]:
        members: list[_Node] = []
        visited: set[object] = set()
        rest: object = head
        while isinstance(rest, (NamedNode, BlankNode)) and rest not in visited:
            visited.add(rest)
            firsts = self._objects(rest, _FIRST)
            members += [each for each in firsts if isinstance(each, (NamedNode, BlankNode))]
            rest = next(iter(self._objects(rest, _REST)), None)
        return members


def _place(field: Field) -> tuple[float, str, str]:
    return (field.order, field.path.iri, str(field.names))


def _sh(term: str) -> NamedNode:
    return NamedNode(SH + term)


def _node(subject: object) -> _Node:
    if not isinstance(subject, (NamedNode, BlankNode)):
        raise TypeError(subject)
    return subject


def _number(order: Literal) -> float:
    try:
        return float(order.value)
    except ValueError:
        return LAST
