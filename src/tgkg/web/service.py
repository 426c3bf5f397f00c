"""What the endpoint says of itself: SPARQL 1.1 Service Description, from the one table."""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from tgkg.formats import RDF_FORMATS, RESULTS_FORMATS
from tgkg.iris import RDF, SD, VOID, XSD
from tgkg.release import Counts

PREFIXES: Final = {"rdf": RDF, "sd": SD, "void": VOID, "xsd": XSD}

_TYPE: Final = NamedNode(RDF + "type")
_DATASET: Final = BlankNode("dataset")


def service_quads(endpoint: str, counts: Counts) -> Iterator[Quad]:
    """Yield the description of the endpoint at an absolute address.

    No `sd:inputFormat`: queries read no documents (no `FROM` of a web address).
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
    yield from dataset_quads(counts)


def dataset_quads(counts: Counts) -> Iterator[Quad]:
    """Yield the description of the dataset: its default graph and its named ones, with sizes."""
    default = BlankNode("default")
    yield Quad(_DATASET, _TYPE, _sd("Dataset"))
    yield Quad(_DATASET, _sd("defaultGraph"), default)
    yield from _graph(default, counts.triples)
    for number, (iri, triples) in enumerate(counts.graphs.items()):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Quad(_DATASET, _sd("namedGraph"), named)
        yield Quad(named, _TYPE, _sd("NamedGraph"))
        yield Quad(named, _sd("name"), NamedNode(iri))
        yield Quad(named, _sd("graph"), graph)
        yield from _graph(graph, triples)


def _graph(graph: BlankNode, triples: int) -> Iterator[Quad]:
    yield Quad(graph, _TYPE, _sd("Graph"))
    count = Literal(str(triples), datatype=NamedNode(XSD + "integer"))
    yield Quad(graph, NamedNode(VOID + "triples"), count)


def _sd(term: str) -> NamedNode:
    return NamedNode(SD + term)
