"""What the graph is, for programs that look for data: VoID, from the release and its settings."""

from collections.abc import Iterator, Mapping
from typing import Final

from flask import Blueprint, Response, url_for
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from tgkg.config import Config
from tgkg.formats import RDF_FORMATS
from tgkg.iris import DCTERMS, FOAF, RDF, UNNAMED_BASE, VOID, XSD
from tgkg.release import Counts, Manifest
from tgkg.serialization import serialize
from tgkg.web.asking import rows
from tgkg.web.current import Published, public_address, published
from tgkg.web.dumps import DumpEntry
from tgkg.web.responses import representation, wanted

blueprint: Final = Blueprint("void", __name__)

DATASET: Final = "#dataset"
"""What the graph is called, after the address of its description."""

_PREFIXES: Final = {"dcterms": DCTERMS, "foaf": FOAF, "rdf": RDF, "void": VOID, "xsd": XSD}
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_EXAMPLE: Final = """
SELECT ?class ?thing { ?thing a ?class FILTER(isIRI(?thing)) } ORDER BY ?thing LIMIT 1
"""
_SORTED_BELOW: Final = 10_000
"""Instances of a class that are put in order to show the first of them."""

_TYPE: Final = NamedNode(RDF + "type")


@blueprint.get("/.well-known/void")
def void() -> Response:
    """Return the description (Describing Linked Datasets with the VoID Vocabulary)."""
    fmt = wanted(RDF_FORMATS)
    alternates = {each: url_for(".void", format=each.extension) for each in RDF_FORMATS}
    body = serialize(_quads(published()), fmt, _PREFIXES)
    return representation(body, fmt, alternates=alternates)


def dataset_address() -> str:
    """Return the name of the graph as a whole, which the service description uses too."""
    return public_address(url_for("void.void")) + DATASET


def _quads(here: Published) -> Iterator[Quad]:
    manifest = here.release.manifest
    this = NamedNode(dataset_address())
    document = NamedNode(this.value.removesuffix(DATASET))
    yield Quad(document, _TYPE, _void("DatasetDescription"))
    yield Quad(document, NamedNode(FOAF + "primaryTopic"), this)
    yield Quad(this, _TYPE, _void("Dataset"))
    yield from _about(this, manifest.config)
    yield Quad(this, _dcterms("modified"), _typed(manifest.created, "dateTime"))
    yield from _access(this)
    yield from _dumps(this, manifest)
    yield from _statistics(this, manifest)
    yield from _sources(this, manifest.counts)
    example = _example(here)
    if example:
        yield Quad(this, _void("exampleResource"), example)


def _about(this: NamedNode, config: Config) -> Iterator[Quad]:
    """Yield who publishes what under which terms (VoID, section 2)."""
    yield from _texts(this, _dcterms("title"), config.title)
    yield from _texts(this, _dcterms("description"), config.description)
    if config.licence:
        yield Quad(this, _dcterms("license"), NamedNode(config.licence))
    if config.base != UNNAMED_BASE:
        yield Quad(this, _void("uriSpace"), Literal(config.base))
    publisher = config.publisher
    if publisher:
        who = NamedNode(publisher.iri) if publisher.iri else BlankNode("publisher")
        yield Quad(this, _dcterms("publisher"), who)
        yield from _texts(who, NamedNode(FOAF + "name"), publisher.name)
        if publisher.url:
            yield Quad(who, NamedNode(FOAF + "homepage"), NamedNode(publisher.url))


def _access(this: NamedNode) -> Iterator[Quad]:
    """Yield where it is asked (VoID, section 3)."""
    yield Quad(this, NamedNode(FOAF + "homepage"), _at(url_for("pages.home")))
    yield Quad(this, _void("sparqlEndpoint"), _at(url_for("sparql.sparql")))
    lookup = public_address(url_for("resources.resource")) + "?iri="
    yield Quad(this, _void("uriLookupEndpoint"), NamedNode(lookup))


def _dumps(this: NamedNode, manifest: Manifest) -> Iterator[Quad]:
    features = set()
    for entry in map(DumpEntry.of, manifest.dumps):
        file = _at(entry.href)
        held = this if entry.dump.graph is None else NamedNode(entry.dump.graph)
        yield Quad(held, _void("dataDump"), file)
        yield Quad(file, _dcterms("format"), NamedNode(_MEDIA_TYPES + entry.media_type))
        features.add(entry.format.iri)
    for iri in sorted(filter(None, features)):
        yield Quad(this, _void("feature"), NamedNode(iri))


def _statistics(this: NamedNode, manifest: Manifest) -> Iterator[Quad]:
    """Yield how much there is, by class and by property (VoID, section 4)."""
    counts = manifest.counts
    for name, count in (
        ("triples", counts.triples),
        ("distinctSubjects", counts.subjects),
        ("classes", len(counts.classes)),
        ("properties", len(counts.properties)),
    ):
        if count or manifest.outline is None:  # elsewhere, what could not be counted is none
            yield Quad(this, _void(name), _number(count))
    yield from _partitions(this, "class", "entities", counts.classes)
    yield from _partitions(this, "property", "triples", counts.properties)


def _partitions(
    this: NamedNode, kind: str, counted: str, counts: Mapping[str, int]
) -> Iterator[Quad]:
    for number, (iri, count) in enumerate(counts.items()):
        part = BlankNode(f"{kind}{number}")
        yield Quad(this, _void(f"{kind}Partition"), part)
        yield Quad(part, _void(kind), NamedNode(iri))
        yield Quad(part, _void(counted), _number(count))


def _sources(this: NamedNode, counts: Counts) -> Iterator[Quad]:
    """Yield each named graph as a part with its own address."""
    for iri, triples in counts.graphs.items():
        graph = NamedNode(iri)
        yield Quad(this, _void("subset"), graph)
        yield Quad(graph, _TYPE, _void("Dataset"))
        yield Quad(graph, _void("triples"), _number(triples))
        yield Quad(graph, _void("dataDump"), _at(url_for("graphs.graphs", graph=iri)))


def _example(here: Published) -> NamedNode | None:
    """Return the first instance of the largest class that is not too large to sort."""
    classes = here.release.manifest.counts.classes
    sizes = {iri: size for iri, size in classes.items() if size < _SORTED_BELOW}
    if not sizes:
        return None
    largest = NamedNode(max(sizes, key=lambda iri: (sizes[iri], iri)))
    for row in rows(here.engine, _EXAMPLE, **{"class": largest}):
        thing = row["thing"]
        return thing if isinstance(thing, NamedNode) else None
    return None


def _texts(
    subject: NamedNode | BlankNode, predicate: NamedNode, text: Mapping[str, str]
) -> Iterator[Quad]:
    for tag, value in text.items():
        yield Quad(subject, predicate, Literal(value, language=tag) if tag else Literal(value))


def _at(path: str) -> NamedNode:
    return NamedNode(public_address(path))


def _number(value: int) -> Literal:
    return _typed(str(value), "integer")


def _typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))


def _void(term: str) -> NamedNode:
    return NamedNode(VOID + term)


def _dcterms(term: str) -> NamedNode:
    return NamedNode(DCTERMS + term)
