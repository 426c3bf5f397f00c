"""Validates data and ontology together against the shapes: pySHACL, the reference."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pyoxigraph as ox
import pyshacl
import rdflib
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError

from tgkg.errors import Place, UnreadableError
from tgkg.publish.locations import Locator
from tgkg.publish.project import Role
from tgkg.publish.shacl_results import read_results
from tgkg.publish.sources import Source
from tgkg.report import Report, Result, Severity


def validate(sources: Sequence[Source], notes: Sequence[str] = ()) -> Report:
    """Return the report on data and ontology, each result with its place in the sources.

    Raises:
        UnreadableError: the shapes themselves are not in order.
    """
    shapes = [source for source in sources if source.file.role is Role.SHAPES]
    if not shapes:
        return Report(validated=False, notes=tuple(notes))
    checked = [source for source in sources if source.file.role is not Role.SHAPES]
    locator = Locator(checked)
    shapes_graph = _graph(shapes)
    results = read_results(_shacl_report(checked, shapes, shapes_graph), shapes_graph)
    placed = [_placed(*result, locator) for result in results]
    return Report(results=tuple(sorted(placed, key=_order)), notes=tuple(notes))


def _order(result: Result) -> tuple[bool, str, int, str, str]:
    """Violations first, then in the order of the sources."""
    place = result.place or Place("")
    rest = f"{result.path} {result.component} {result.value}"
    is_mild = result.severity is not Severity.VIOLATION
    return (is_mild, place.file, place.line or 0, result.focus, rest)


def _shacl_report(
    checked: Iterable[Source], shapes: Sequence[Source], shapes_graph: rdflib.Graph
) -> rdflib.Graph:
    """Run pySHACL: nothing is imported, inferred or changed."""
    with _rdflib_left_alone():
        try:
            _, report, text = pyshacl.validate(
                _graph(checked),
                shacl_graph=shapes_graph,
                inference=None,
                do_owl_imports=False,
                inplace=True,
            )
        except (ShapeLoadError, ConstraintLoadError, ReportableRuntimeError) as error:
            raise _shapes_error(shapes, error) from error
    if not isinstance(report, rdflib.Graph):
        raise UnreadableError.at(shapes[0].file.name, f"the shapes cannot be used: {text}.")
    return report


def _shapes_error(shapes: Sequence[Source], error: Exception) -> UnreadableError:
    reason = " ".join(str(error).split())
    named = ", ".join(sorted(source.file.name for source in shapes)[:3])
    return UnreadableError.at(named, f"the shapes are not in order: {reason}")


@contextmanager
def _rdflib_left_alone() -> Iterator[None]:
    """Keep literals as they are written, and rdflib's complaints about them to itself."""
    logger, normalised = logging.getLogger("rdflib.term"), rdflib.NORMALIZE_LITERALS
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = normalised
        logger.setLevel(level)


def _graph(sources: Iterable[Source]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for source in sources:
        for quad in source.quads:
            subject, predicate, object_ = (_term(term) for term in quad.triple)
            if subject is not None and predicate is not None and object_ is not None:
                graph.add((subject, predicate, object_))
    return graph


def _term(
    term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple,
) -> rdflib.term.Identifier | None:
    """Return rdflib's term; None for a triple term of RDF 1.2, which SHACL 1.0 does not know."""
    if isinstance(term, ox.Triple):
        return None
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    datatype = None if term.language else rdflib.URIRef(term.datatype.value)
    if datatype == rdflib.XSD.string:
        datatype = None
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


def _placed(
    result: Result, focus: rdflib.term.Node | None, path: str | None, locator: Locator
) -> Result:
    if isinstance(focus, rdflib.URIRef):
        place = locator.place(ox.NamedNode(str(focus)), path, result.value)
    elif isinstance(focus, rdflib.BNode):
        place = locator.place(ox.BlankNode(str(focus)), path, result.value)
    else:
        place = None
    return replace(result, place=place)
