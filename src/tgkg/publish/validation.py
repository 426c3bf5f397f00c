"""Validates data and ontology together against the shapes: pySHACL, the reference."""

import logging
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pyoxigraph as ox
import pyshacl
import rdflib
from pyshacl.errors import ShapeRecursionWarning
from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch

from tgkg.errors import Place, UnreadableError
from tgkg.publish.locations import Locator
from tgkg.publish.prepared_graph import PreparedGraph
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
    with _libraries_left_alone():
        shapes_graph = _graph(shapes)
        results = list(read_results(_shacl_report(checked, shapes, shapes_graph), shapes_graph))
    placed = [_placed(*result, locator) for result in results]
    return Report(results=tuple(sorted(placed, key=_order)), notes=tuple(notes))


def _order(result: Result) -> tuple[bool, str, int, str, str]:
    """Violations first, then in the order of the sources."""
    place = result.place or Place("")
    rest = f"{result.path} {result.component} {result.value}"
    is_mild = result.severity is not Severity.VIOLATION
    return (is_mild, place.file, place.line or 0, result.focus, rest)


def _shacl_report(
    checked: Sequence[Source], shapes: Sequence[Source], shapes_graph: rdflib.Graph
) -> rdflib.Graph:
    report = _run(checked, shapes_graph)
    if isinstance(report, rdflib.Graph):
        return report
    at_fault = [source for source in shapes if _run(checked, _graph([source])) == report]
    names = [source.file.name for source in at_fault or shapes]
    raise UnreadableError.at(", ".join(names[:3]), f"the shapes are not in order: {report}")


def _run(checked: Iterable[Source], shapes_graph: rdflib.Graph) -> rdflib.Graph | str:
    """Return pySHACL's report, or why it could not make one; nothing is imported or inferred."""
    try:
        _, report, text = pyshacl.validate(
            _graph(checked),
            shacl_graph=shapes_graph,
            inference=None,
            do_owl_imports=False,
            inplace=True,
        )
    except Exception as error:  # noqa: BLE001 (it lets through what any part of it raises)
        text = str(error) or type(error).__name__
    else:
        if isinstance(report, rdflib.Graph):
            return report
    return " ".join(str(text).split())


@contextmanager
def _libraries_left_alone() -> Iterator[None]:
    """Keep literals as they are written, settings as they were, and complaints unprinted."""
    normalised = rdflib.NORMALIZE_LITERALS
    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl-validate")]
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


def _graph(sources: Iterable[Source]) -> rdflib.Graph:
    graph = PreparedGraph()
    for source in sources:
        for prefix, iri in source.prefixes.items():
            graph.bind(prefix, iri)  # for queries of shapes that declare none
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
