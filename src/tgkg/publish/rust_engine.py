"""Validates with the Rust package `shacl`, which takes large graphs; an optional extra."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from tgkg.iris import RDF, SH
from tgkg.property_paths import written
from tgkg.publish.graph_index import GraphIndex, Term
from tgkg.publish.shacl_engine import Finding, ShapeNode, ShapesError, by_language
from tgkg.publish.shapes import CLASSES, TARGETS, Shapes
from tgkg.publish.statements import statements_in

_PACKAGE: Final = "shacl"

_SKOLEM: Final = "urn:x-tgkg:shape:"
"""Stands before the label of a blank node of the shapes, which the engine would rename."""


def is_installed() -> bool:
    """Tell whether the package is there; it has no wheels for some platforms."""
    return find_spec(_PACKAGE) is not None


class RustShacl:
    """A file of statements, and shapes that this engine judges as the reference does."""

    def __init__(
        self, data: Path, shapes: Shapes, without: Collection[ShapeNode] = frozenset()
    ) -> None:
        """Take a file of N-Triples (`.nt`) or N-Quads (`.nq`); graphs are merged.

        Constraints that are asked elsewhere are left out.
        """
        self._without = without
        self._data = data
        self._shapes = shapes

    def results(self, shapes: Collection[ShapeNode] | None = None) -> Sequence[Finding]:
        """Return what breaks the shapes, in no order; by default of all that have targets.

        Raises:
            ShapesError: the engine does not take the shapes.
        """
        chosen = frozenset(self._shapes.targeted() if shapes is None else shapes)
        import shacl  # noqa: PLC0415 (an extra, which may be absent)

        triples = self._triples(chosen)
        text = "".join(f"{triple} .\n" for triple in triples)
        try:
            compiled = shacl.Shapes.from_text(text, format="ntriples")
            found = compiled.validate_file(str(self._data))
        except (ValueError, OSError) as error:
            raise ShapesError(" ".join(str(error).split())) from error
        if found.conforms and not len(found):
            return []
        report = GraphIndex(ox.parse(found.serialize("ntriples"), format=ox.RdfFormat.N_TRIPLES))
        results = [node for node in report.subjects() if report.objects(node, SH + "focusNode")]
        nodes = (node for triple in triples for node in (triple.subject, triple.object))
        first = len({node for node in nodes if isinstance(node, ox.BlankNode)})
        names = self._names(report, results, first)
        return list(_once(_finding(report, result, names) for result in results))

    def _triples(self, chosen: frozenset[ShapeNode]) -> list[ox.Triple]:
        """Return the shapes without the targets of others, and what only others ask for."""
        asked = self._parts(chosen)
        left_out = self._parts(set(self._shapes.targeted()) - chosen) - asked
        named = asked.union(*(self._shapes.objects(shape, SH + "sparql") for shape in asked))
        return [
            ox.Triple(_named(subject, named), ox.NamedNode(predicate), _named(value, named))
            for subject in self._shapes.subjects()
            if subject not in left_out
            for predicate, values in self._shapes.about(subject).items()
            for value in values
            if subject in chosen or not _is_target(predicate, value)
            if predicate != SH + "sparql" or value not in self._without
        ]

    def _parts(self, shapes: Iterable[ShapeNode]) -> set[Term]:
        return {part for shape in shapes for part in self._shapes.parts(shape)}

    def _names(
        self, report: GraphIndex, results: Iterable[Term], first: int
    ) -> dict[Term, ox.BlankNode]:
        """Return the data's own names of the blank nodes in results.

        The engine names them anew, by numbers in the order in which it meets them; `first` is the
        number of the first one in the data.
        """
        wanted = {
            term
            for result in results
            for name in ("focusNode", "value")
            for term in report.objects(result, SH + name)
            if isinstance(term, ox.BlankNode)
        }
        if not wanted:
            return {}
        met = dict.fromkeys(
            term
            for subject, _, object_ in statements_in(self._data)
            for term in (subject, object_)
            if term.startswith("_:")
        )
        named = {ox.BlankNode(f"0_b{number}"): label for number, label in enumerate(met, first)}
        return {node: ox.BlankNode(named[node][2:]) for node in wanted if node in named}


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out what solutions of one query say again, as the reference does."""
    told: set[tuple[object, ...]] = set()
    for finding in findings:
        said = (finding.focus, finding.constraint, finding.shape, finding.path, finding.value)
        if finding.constraint is None or said not in told:
            told.add(said)
            yield finding


def _finding(report: GraphIndex, result: Term, names: Mapping[Term, ox.BlankNode]) -> Finding:
    def only(name: str) -> Any:  # noqa: ANN401 (a report has terms of the right kind)
        found = next(iter(report.objects(result, SH + name)), None)
        return found if found is None else names.get(found, found)

    path, constraint = only("resultPath"), only("sourceConstraint")
    return Finding(
        focus=only("focusNode"),
        component=only("sourceConstraintComponent").value,
        shape=_as_it_was(only("sourceShape")),
        severity=only("resultSeverity").value,
        path=written(path, report.objects) if path is not None else None,
        value=only("value"),
        constraint=_as_it_was(constraint) if constraint is not None else None,
        messages=by_language(report.objects(result, SH + "resultMessage")),
    )


def _named(term: Term, named: Collection[Term]) -> Any:  # noqa: ANN401 (as good a term as before)
    """Return an IRI that stands for a blank node which results may name; others as they are."""
    if isinstance(term, ox.BlankNode) and term in named:
        return ox.NamedNode(_SKOLEM + term.value)
    return term


def _as_it_was(node: ox.NamedNode) -> ShapeNode:
    if node.value.startswith(_SKOLEM):
        return ox.BlankNode(node.value.removeprefix(_SKOLEM))
    return node


def _is_target(predicate: str, value: Term) -> bool:
    return predicate in TARGETS or (predicate == RDF + "type" and value in CLASSES)
