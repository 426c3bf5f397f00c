"""SHACL property paths (SHACL, section 2.3.1), written as SPARQL writes them and read back."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from tgkg.iris import RDF, SH

Node = ox.NamedNode | ox.BlankNode
Objects = Callable[[Node, str], Iterable[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]
"""Gives the objects of a subject and the IRI of a predicate."""

_REPEATED: Final = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
_TOKEN: Final = re.compile(r"<[^<>]*>|[\^/|*+?()]")


def written(path: Node, objects: Objects) -> str:
    """Return a path of a graph as SPARQL writes it."""
    if isinstance(path, ox.NamedNode):
        return str(path)
    inverse = _only(path, "inversePath", objects)
    if inverse is not None:
        return f"^{_part(inverse, objects)}"
    for mark, name in _REPEATED.items():
        repeated = _only(path, name, objects)
        if repeated is not None:
            return f"{_part(repeated, objects)}{mark}"
    alternative = _only(path, "alternativePath", objects)
    steps = _items(path if alternative is None else alternative, objects)
    return ("/" if alternative is None else "|").join(_part(step, objects) for step in steps)


def _part(path: Node, objects: Objects) -> str:
    """Write a path inside another, in brackets unless it is a single property."""
    inside = written(path, objects)
    return inside if isinstance(path, ox.NamedNode) else f"({inside})"


def _only(subject: Node, name: str, objects: Objects) -> Node | None:
    found = next(iter(objects(subject, SH + name)), None)
    return found if isinstance(found, Node) else None


def _items(head: Node, objects: Objects) -> Iterator[Node]:
    at: object = head
    while isinstance(at, ox.BlankNode):
        first = next(iter(objects(at, RDF + "first")), None)
        if isinstance(first, Node):
            yield first
        at = next(iter(objects(at, RDF + "rest")), None)


class PathReader:
    """Reads a path that `written` wrote into the statements that make it in a graph."""

    def __init__(self, path: str, label: str) -> None:
        """Take the path, and what the labels of its blank nodes start with."""
        self.triples: list[ox.Triple] = []
        self._tokens = _TOKEN.findall(path)
        self._label = label
        self._count = 0
        self.node = self._joined()
        """The node that stands for the path."""

    def _joined(self) -> Node:
        steps, mark = [self._step()], ""
        while self._next() in ("/", "|"):
            mark = self._tokens.pop(0)
            steps.append(self._step())
        if not mark:
            return steps[0]
        listed = self._list(steps)
        return listed if mark == "/" else self._having("alternativePath", listed)

    def _step(self) -> Node:
        token = self._tokens.pop(0)
        if token == "^":  # noqa: S105 (a mark of the syntax)
            return self._having("inversePath", self._step())
        if token == "(":  # noqa: S105 (as above)
            inside = self._joined()
            self._tokens.pop(0)
        else:
            inside = ox.NamedNode(token[1:-1])
        while self._next() in _REPEATED:
            inside = self._having(_REPEATED[self._tokens.pop(0)], inside)
        return inside

    def _next(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def _having(self, name: str, value: Node) -> Node:
        node = self._blank()
        self.triples.append(ox.Triple(node, ox.NamedNode(SH + name), value))
        return node

    def _list(self, steps: list[Node]) -> Node:
        rest: Node = ox.NamedNode(RDF + "nil")
        for step in reversed(steps):
            node = self._blank()
            self.triples.append(ox.Triple(node, ox.NamedNode(RDF + "first"), step))
            self.triples.append(ox.Triple(node, ox.NamedNode(RDF + "rest"), rest))
            rest = node
        return rest

    def _blank(self) -> ox.BlankNode:
        self._count += 1
        return ox.BlankNode(f"{self._label}-{self._count}")
