"""Which nodes each shape is about (SHACL, section 2.1.3), counted without an engine."""

from collections.abc import Iterable, Mapping
from typing import Final

from tgkg.iris import RDF, RDFS, SH
from tgkg.publish.shacl_engine import ShapeNode
from tgkg.publish.shapes import Shapes
from tgkg.publish.statements import Statement

_TYPE: Final = f"<{RDF}type>"
_SUBCLASS: Final = f"<{RDFS}subClassOf>"


class Targets:
    """The terms by which the shapes find their focus nodes."""

    def __init__(self, shapes: Shapes) -> None:
        """Take the shapes."""
        self._by_shape = {shape: _Target(shapes, shape) for shape in shapes.targeted()}
        targets = self._by_shape.values()
        self.subjects_of = frozenset().union(*(each.subjects_of for each in targets))
        self.objects_of = frozenset().union(*(each.objects_of for each in targets))
        self.predicates = self.subjects_of | self.objects_of | {_TYPE, _SUBCLASS}
        """Of which predicates statements matter."""

    def focus_nodes(self, statements: Iterable[Statement]) -> Mapping[ShapeNode, frozenset[str]]:
        """Return the focus nodes of each shape, in N-Triples form."""
        instances: dict[str, set[str]] = {}
        subclasses: dict[str, set[str]] = {}
        subjects: dict[str, set[str]] = {iri: set() for iri in self.subjects_of}
        objects: dict[str, set[str]] = {iri: set() for iri in self.objects_of}
        for subject, predicate, object_ in statements:
            if predicate == _TYPE:
                instances.setdefault(object_, set()).add(subject)
            elif predicate == _SUBCLASS:
                subclasses.setdefault(object_, set()).add(subject)
            if predicate in subjects:
                subjects[predicate].add(subject)
            if predicate in objects:
                objects[predicate].add(object_)
        return {
            shape: frozenset().union(
                target.nodes,
                *(instances.get(each, ()) for each in _with_subclasses(target.classes, subclasses)),
                *(subjects[iri] for iri in target.subjects_of),
                *(objects[iri] for iri in target.objects_of),
            )
            for shape, target in self._by_shape.items()
        }


class _Target:
    def __init__(self, shapes: Shapes, shape: ShapeNode) -> None:
        def given(name: str) -> frozenset[str]:
            return frozenset(map(str, shapes.objects(shape, SH + name)))

        itself = {str(shape)} if shapes.is_class(shape) else set()
        self.nodes = given("targetNode")
        self.classes = given("targetClass") | itself
        self.subjects_of = given("targetSubjectsOf")
        self.objects_of = given("targetObjectsOf")


def _with_subclasses(classes: Iterable[str], subclasses: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(classes)
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += subclasses.get(each, ())
    return found
