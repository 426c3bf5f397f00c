"""Validates with pySHACL, the reference, over graphs of rdflib."""

import logging
import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import pyoxigraph as ox
import rdflib
from pyshacl.errors import ShapeRecursionWarning
from pyshacl.graph_abstraction import DataGraph
from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch
from pyshacl.shape import Shape
from pyshacl.validator import Validator

from tgkg.publish.large_files import AnySource
from tgkg.publish.prepared_graph import PreparedGraph
from tgkg.publish.rdflib_terms import (
    Term,
    from_rdflib,
    graph_of,
    node_from_rdflib,
    to_rdflib,
    triple_of,
)
from tgkg.publish.shacl_engine import Finding, Node, ShapeNode, ShapesError
from tgkg.publish.shacl_results import read_results

_LOGGERS: Final = ("rdflib.term", "pyshacl-validate")
_NOBODY: Final = rdflib.URIRef("urn:x-tgkg:nobody")
"""A focus node of which nothing is known."""


class PyShacl:
    """The reference engine: nothing is imported or inferred, literals are judged as written.

    Its data may be changed between two runs. Triple terms of RDF 1.2 are passed over: SHACL 1.0
    does not know them.
    """

    def __init__(
        self,
        data: Iterable[AnySource],
        shapes: Iterable[AnySource],
        graph: PreparedGraph | None = None,
    ) -> None:
        """Take what the sources state; `graph` is what takes the data, by default one of ours."""
        with libraries_left_alone():
            self._data = graph_of(data, graph)
            self._shapes = graph_of(shapes)
        self._kept: Validator | None = None

    def change(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Change the data; what is both removed and added is there afterwards."""
        with libraries_left_alone():
            for triple in filter(None, map(triple_of, removed)):
                self._data.remove(triple)
            for triple in filter(None, map(triple_of, added)):
                self._data.add(triple)

    def results(self, shapes: Collection[ShapeNode] | None = None) -> Sequence[Finding]:
        """Return what breaks the shapes, in no order; by default of all that have targets.

        Raises:
            ShapesError: the shapes are not in order, or one that is asked for is not there.
        """
        with self._validator() as validator:
            return self._findings(validator, _chosen(validator, shapes))

    def results_on(self, shape: ShapeNode, focus_nodes: Collection[Node]) -> Sequence[Finding]:
        """Return what breaks one shape on these focus nodes, whatever its targets are.

        Raises:
            ShapesError: as `results`.
        """
        with self._validator() as validator:
            focus = list(map(to_rdflib, focus_nodes))
            return self._findings(validator, _chosen(validator, [shape]), focus)

    def check_shapes(self) -> None:
        """Look at every shape and constraint, even where no data call for it.

        Raises:
            ShapesError: one is not in order.
        """
        with self._validator() as validator:
            self._findings(validator, validator.shacl_graph.shapes, [_NOBODY])

    def focus_nodes(self) -> dict[ShapeNode, frozenset[Node]]:
        """Return the focus nodes that the targets of each shape give, where they give any.

        Raises:
            ShapesError: the shapes are not in order.
        """
        with self._validator() as validator:
            return {
                node_from_rdflib(shape.node): frozenset(map(from_rdflib, found))
                for shape in validator.shacl_graph.shapes
                if (found := shape.focus_nodes(validator.data_graph))
            }

    def shape_nodes(self) -> Sequence[ShapeNode]:
        """Return every shape, whether it has targets or not.

        Raises:
            ShapesError: the shapes are not in order.
        """
        with self._validator() as validator:
            return [node_from_rdflib(shape.node) for shape in validator.shacl_graph.shapes]

    def focus_nodes_of(self, shape: ShapeNode) -> frozenset[Node]:
        """Return the focus nodes that the targets of one shape give.

        Raises:
            ShapesError: as `results`.
        """
        with self._validator() as validator:
            [chosen] = _chosen(validator, [shape])
            found = chosen.focus_nodes(validator.data_graph)  # type: ignore[no-untyped-call]
            return frozenset(map(from_rdflib, found))

    def _findings(
        self,
        validator: Validator,
        shapes: Iterable[Shape],
        focus: Sequence[Term] | None = None,
    ) -> list[Finding]:
        executor = validator.make_executor()
        found = []
        for shape in shapes:
            found += shape.validate(executor, validator.data_graph, focus=focus)[1]
        if not found:
            return []  # making an empty report takes longer than many a check
        report, _ = validator.create_validation_report(validator.shacl_graph, not found, found)
        return list(read_results(report, self._shapes))

    @contextmanager
    def _validator(self) -> Iterator[Validator]:
        """Lend a validator; whatever is raised in the meantime is about the shapes."""
        with libraries_left_alone():
            try:
                if self._kept is None:
                    self._kept = Validator(
                        DataGraph.from_rdflib(self._data),
                        shacl_graph=self._shapes,
                        options={"inplace": True, "logger": logging.getLogger(_LOGGERS[1])},
                    )
                yield self._kept
            except Exception as error:
                said = str(error) or type(error).__name__
                raise ShapesError(" ".join(said.split())) from error


def _chosen(validator: Validator, nodes: Collection[ShapeNode] | None) -> Collection[Shape]:
    """Return the shapes of these nodes; by default all, each of which knows its targets."""
    everything: Collection[Shape] = validator.shacl_graph.shapes
    if nodes is None:
        return everything
    return [validator.shacl_graph.lookup_shape_from_node(to_rdflib(node)) for node in nodes]


@contextmanager
def libraries_left_alone() -> Iterator[None]:
    """Keep literals as they are written, settings as they were, and complaints unprinted."""
    normalised = rdflib.NORMALIZE_LITERALS
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    rdflib_bool_patch()  # type: ignore[no-untyped-call]  # literals stay as they are written
    for logger in loggers:
        logger.addFilter(_nothing)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ShapeRecursionWarning)
            yield
    finally:
        rdflib_bool_unpatch()  # type: ignore[no-untyped-call]
        rdflib.NORMALIZE_LITERALS = normalised
        for logger in loggers:
            logger.removeFilter(_nothing)


def _nothing(_: logging.LogRecord) -> bool:
    return False
