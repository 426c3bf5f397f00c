"""What the endpoint says of itself: SPARQL 1.1 Service Description, from the one table."""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from tgkg.formats import RDF_FORMATS, RESULTS_FORMATS
from tgkg.iris import DCTERMS, RDF, SD, VOID, XSD
from tgkg.manifest import Counts
from tgkg.operation import Limits, Operation
from tgkg.search import SEARCH_FUNCTION

_SCHEMA: Final = "https://schema.org/"
_SECOND: Final = "SEC"
_MEBIBYTE: Final = "E63"
"""Units by their codes in UN/CEFACT Recommendation 20, as schema.org has them."""

PREFIXES: Final = {
    "dcterms": DCTERMS, "rdf": RDF, "schema": _SCHEMA, "sd": SD, "void": VOID, "xsd": XSD,
}  # fmt: skip

_TYPE: Final = NamedNode(RDF + "type")
_DATASET: Final = BlankNode("dataset")


def service_quads(
    endpoint: str, counts: Counts, operation: Operation, whole: str
) -> Iterator[Quad]:
    """Yield the description of the endpoint at an absolute address.

    `whole` is the name that VoID has for the default graph.

    No `sd:inputFormat`: queries read no documents (no `FROM` of a web address). The limits are
    told in schema.org's words, for Service Description has none.
    """
    service = BlankNode("service")
    yield Quad(service, _TYPE, _sd("Service"))
    yield Quad(service, _sd("endpoint"), NamedNode(endpoint))
    yield Quad(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield Quad(service, _sd("feature"), _sd("UnionDefaultGraph"))
    for fmt in (*RESULTS_FORMATS, *RDF_FORMATS):
        if fmt.iri:
            yield Quad(service, _sd("resultFormat"), NamedNode(fmt.iri))
    yield Quad(service, _sd("defaultDataset"), _DATASET)
    if not isinstance(operation.engine, tuple):
        yield Quad(service, _sd("extensionFunction"), NamedNode(SEARCH_FUNCTION))
        yield Quad(NamedNode(SEARCH_FUNCTION), _TYPE, _sd("Function"))
    yield from _limits(service, operation.limits)
    if operation.services:
        yield Quad(service, _sd("feature"), _sd("BasicFederatedQuery"))
    for number, address in enumerate(operation.services):
        called = BlankNode(f"called{number}")
        yield Quad(service, NamedNode(DCTERMS + "requires"), called)
        yield Quad(called, _TYPE, _sd("Service"))
        yield Quad(called, _sd("endpoint"), NamedNode(address))
    yield from dataset_quads(counts, whole)


def _limits(service: BlankNode, limits: Limits) -> Iterator[Quad]:
    told: list[tuple[str, str, float, float | None]] = [
        ("timeout", _SECOND, limits.longest_seconds, limits.seconds),
        ("memory", _MEBIBYTE, limits.memory_mb, None),
        ("answer", _MEBIBYTE, limits.answer_mb, None),
    ]
    for name, unit, most, usual in told:
        limit = BlankNode(f"limit-{name}")
        yield Quad(service, _schema("additionalProperty"), limit)
        yield Quad(limit, _TYPE, _schema("PropertyValue"))
        yield Quad(limit, _schema("propertyID"), Literal(name))
        yield Quad(limit, _schema("unitCode"), Literal(unit))
        yield Quad(limit, _schema("maxValue"), _number(most))
        if usual is not None:
            yield Quad(limit, _schema("value"), _number(usual))


def dataset_quads(counts: Counts, whole: str | None = None) -> Iterator[Quad]:
    """Yield the description of the dataset: its default graph and its named ones, with sizes."""
    default = NamedNode(whole) if whole else BlankNode("default")
    yield Quad(_DATASET, _TYPE, _sd("Dataset"))
    yield Quad(_DATASET, _sd("defaultGraph"), default)
    if whole:
        yield Quad(default, _TYPE, NamedNode(VOID + "Dataset"))
    yield from _graph(default, counts.triples)
    for number, (iri, triples) in enumerate(counts.graphs.items()):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Quad(_DATASET, _sd("namedGraph"), named)
        yield Quad(named, _TYPE, _sd("NamedGraph"))
        yield Quad(named, _sd("name"), NamedNode(iri))
        yield Quad(named, _sd("graph"), graph)
        yield from _graph(graph, triples)


def _graph(graph: BlankNode | NamedNode, triples: int) -> Iterator[Quad]:
    yield Quad(graph, _TYPE, _sd("Graph"))
    count = Literal(str(triples), datatype=NamedNode(XSD + "integer"))
    yield Quad(graph, NamedNode(VOID + "triples"), count)


def _number(value: float) -> Literal:
    return Literal(f"{value:f}".rstrip("0").rstrip("."), datatype=NamedNode(XSD + "decimal"))


def _schema(term: str) -> NamedNode:
    return NamedNode(_SCHEMA + term)


def _sd(term: str) -> NamedNode:
    return NamedNode(SD + term)
