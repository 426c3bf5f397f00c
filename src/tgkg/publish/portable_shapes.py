"""Which shapes the fast engine judges as the reference does; the others are left to that.

`tests/publish/test_engines_agree.py` holds them to it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from tgkg.iris import RDF, RDFS, SH, XSD
from tgkg.publish.graph_index import Term
from tgkg.publish.literal_forms import STRING, LiteralForms, are_agreed
from tgkg.publish.portable_queries import is_computed, is_portable_query
from tgkg.publish.shacl_engine import Finding, ShapeNode
from tgkg.publish.shapes import Shapes

_COUNT: Final = re.compile("[0-9]{1,9}")
_NUMBERS: Final = frozenset(XSD + name for name in ("integer", "decimal", "double"))
_ORDERED: Final = (_NUMBERS, {XSD + "date"}, {XSD + "dateTime"}, {STRING})
"""Datatypes whose values both engines put in the same order."""
_PATTERN: Final = re.compile(
    r"(\\[dDsS.()\[\]{}^$|*+?/\\-]|\(\?:|\((?!\?)|\[\^?[^\\\[\]&~]+\]|\{\d+(,\d*)?\}"
    r"|[^\\()\[\]{}]|\))*"
)
"""Regular expressions that mean the same to both engines."""
_KINDS: Final = frozenset(
    ox.NamedNode(SH + name)
    for name in ("IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral",
                 "IRIOrLiteral")
)  # fmt: skip
_COMPARISONS: Final = tuple(SH + name for name in ("lessThan", "lessThanOrEquals"))


class PortableShapes:
    """Tells shapes that both engines judge alike, by what they ask and what the data hold."""

    def __init__(self, shapes: Shapes) -> None:
        """Take the shapes."""
        self._shapes = shapes
        self.forms = LiteralForms({str(each) for pair in self._compared() for each in pair})
        """What is to see the data before the shapes are chosen."""

    def chosen(self) -> frozenset[ShapeNode]:
        """Return the shapes with targets that both judge alike, with all that they ask for."""
        if any(self._shapes.objects(node, RDFS + "subClassOf") for node in self._shapes.subjects()):
            return frozenset()  # shapes may be classes in a way that only the reference sees
        return frozenset(shape for shape in self._shapes.targeted() if self._is_chosen(shape))

    def in_doubt(self, findings: Iterable[Finding]) -> frozenset[ShapeNode]:
        """Return the shapes of findings whose values a store may have written otherwise."""
        return frozenset(
            finding.shape
            for finding in findings
            if isinstance(finding.value, ox.Literal)
            and not (
                self.forms.is_kept(finding.value)
                and finding.constraint is not None
                and not is_computed(self._shapes, finding.constraint)
            )
        )

    def _is_chosen(self, shape: ShapeNode) -> bool:
        parts = self._shapes.parts(shape)
        is_recursive = any(
            part in self._shapes.parts(asked)
            for part in parts
            for asked in self._shapes.asked_for(part)
        )
        return not is_recursive and all(map(self._is_portable, parts))

    def _is_portable(self, shape: Term) -> bool:
        """Tell whether every constraint of a shape is one that both know."""
        return all(
            check is not None and all(check(self, shape, value) for value in values)
            for predicate, values in self._shapes.about(shape).items()
            for check in (self._check(predicate),)
        )

    def _check(self, predicate: str) -> "Check | None":
        if predicate.startswith(SH):
            return _CHECKS.get(predicate.removeprefix(SH))
        return None if predicate in self._parameters() else _anything

    def _parameters(self) -> frozenset[str]:
        """Return the properties by which shapes use constraint components of their own."""
        return frozenset(
            path.value
            for component in self._shapes.subjects()
            for parameter in self._shapes.objects(component, SH + "parameter")
            for path in self._shapes.objects(parameter, SH + "path")
            if isinstance(path, ox.NamedNode)
        )

    def _compared(self) -> Iterator[tuple[Term, Term]]:
        for shape in self._shapes.subjects():
            for predicate in _COMPARISONS:
                for other in self._shapes.objects(shape, predicate):
                    for path in self._shapes.objects(shape, SH + "path"):
                        yield path, other

    def is_ordered(self, shape: Term, other: Term) -> bool:
        """Tell whether the values of a shape's path and of another property can be compared."""
        paths = self._shapes.objects(shape, SH + "path")
        return all(isinstance(each, ox.NamedNode) for each in (*paths, other)) and all(
            datatypes.isdisjoint(self.forms.odd) and any(map(datatypes.issubset, _ORDERED))
            for path in paths
            for datatypes in self.forms.side_by_side(str(path), str(other))
        )

    def is_datatype(self, _: Term, value: Term) -> bool:
        """Tell whether both agree on each literal of a datatype in the data."""
        return (
            isinstance(value, ox.NamedNode)
            and are_agreed(value.value)
            and (value.value == STRING or value.value not in self.forms.odd)
        )

    def is_number(self, _: Term, value: Term) -> bool:
        """Tell whether both compare a bound alike with what is in the data."""
        return (
            isinstance(value, ox.Literal)
            and value.datatype.value in _NUMBERS
            and _NUMBERS.isdisjoint(self.forms.odd)
        )

    def is_pattern(self, shape: Term, value: Term) -> bool:
        """Tell whether a regular expression means the same to both."""
        flags = {str(flag) for flag in self._shapes.objects(shape, SH + "flags")}
        return (
            isinstance(value, ox.Literal)
            and _PATTERN.fullmatch(value.value) is not None
            and flags <= {'"i"'}
            and STRING not in self.forms.odd
        )

    def is_constraint(self, shape: Term, constraint: Term) -> bool:
        """Tell whether a constraint in SPARQL gives the same answers in both."""
        known = {RDF + "type", *(SH + name for name in ("select", "prefixes", "message"))}
        about = self._shapes.about(constraint)
        return (
            known.issuperset(about)
            and len(about.get(SH + "select", ())) == 1
            and not self._shapes.objects(shape, SH + "path")
            and not self._is_asked_for(shape)
            and is_portable_query(self._shapes, constraint)
            and self.forms.odd.isdisjoint({*_NUMBERS, XSD + "boolean"})
        )

    def _is_asked_for(self, shape: Term) -> bool:
        return any(shape in self._shapes.asked_for(other) for other in self._shapes.subjects())


Check = Callable[[PortableShapes, Term, Term], bool]


def _anything(_: PortableShapes, __: Term, ___: Term) -> bool:
    return True


def _iri(_: PortableShapes, __: Term, value: Term) -> bool:
    return isinstance(value, ox.NamedNode)


def _shape(_: PortableShapes, __: Term, value: Term) -> bool:
    return isinstance(value, ox.NamedNode | ox.BlankNode)


def _count(_: PortableShapes, __: Term, value: Term) -> bool:
    return (
        isinstance(value, ox.Literal)
        and value.datatype.value == XSD + "integer"
        and _COUNT.fullmatch(value.value) is not None
    )


def _length(here: PortableShapes, shape: Term, value: Term) -> bool:
    """Tell whether blank nodes are too short to both: where 0 is enough, not to the reference."""
    return _count(here, shape, value) and str(value)[1] != "0"


def _truth(_: PortableShapes, __: Term, value: Term) -> bool:
    return (
        isinstance(value, ox.Literal)
        and value.datatype.value == XSD + "boolean"
        and value.value in ("true", "false")
    )


def _kind(_: PortableShapes, __: Term, value: Term) -> bool:
    return value in _KINDS


_CHECKS: Final[Mapping[str, Check]] = {
    **dict.fromkeys(
        ("name", "description", "order", "group", "defaultValue", "message", "path", "flags",
         "hasValue", "in", "languageIn", "ignoredProperties", "targetNode"),
        _anything,
    ),
    **dict.fromkeys(
        ("class", "equals", "disjoint", "severity", "targetClass", "targetSubjectsOf",
         "targetObjectsOf"),
        _iri,
    ),
    **dict.fromkeys(
        ("property", "node", "not", "and", "or", "xone", "qualifiedValueShape"), _shape
    ),
    **dict.fromkeys(
        ("minCount", "maxCount", "maxLength", "qualifiedMinCount",
         "qualifiedMaxCount"),
        _count,
    ),
    **dict.fromkeys(
        ("deactivated", "uniqueLang", "closed", "qualifiedValueShapesDisjoint"), _truth
    ),
    **dict.fromkeys(
        ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive"), PortableShapes.is_number
    ),
    **dict.fromkeys(("lessThan", "lessThanOrEquals"), PortableShapes.is_ordered),
    "datatype": PortableShapes.is_datatype,
    "minLength": _length,
    "nodeKind": _kind,
    "pattern": PortableShapes.is_pattern,
    "sparql": PortableShapes.is_constraint,
}  # fmt: skip
"""The parameters of SHACL 1.0 that both engines know, with what their values must be."""
