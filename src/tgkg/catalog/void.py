"""What the graph is, for programs that look for data: VoID, from a release."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from tgkg.catalog.dumps import format_of, media_type_of, path_of
from tgkg.catalog.terms import (
    CATALOG_PATH,
    MEDIA_TYPES,
    VOID_PATH,
    Address,
    dataset_name,
    linked,
    of_type,
    texts,
    told,
)
from tgkg.config import Config
from tgkg.iris import DCTERMS, FOAF, RDF, UNNAMED_BASE, VOID, XSD
from tgkg.manifest import Counts, Manifest


def void_quads(manifest: Manifest, address: Address) -> Iterator[Quad]:
    """Yield the description (Describing Linked Datasets with the VoID Vocabulary)."""
    this, document = dataset_name(address), address(VOID_PATH)
    yield from of_type(document, VOID + "DatasetDescription")
    yield linked(document, FOAF + "primaryTopic", this)
    yield from of_type(this, VOID + "Dataset")
    yield from _about(this, manifest.config)
    yield told(this, DCTERMS + "modified", manifest.created, "dateTime")
    yield linked(this, FOAF + "homepage", address(""))
    yield linked(this, VOID + "sparqlEndpoint", address("sparql"))
    yield linked(this, VOID + "uriLookupEndpoint", address("resource?iri="))
    yield linked(document, FOAF + "topic", address(CATALOG_PATH))
    yield from _dumps(this, manifest, address)
    yield from _statistics(this, manifest)
    yield from _sources(this, manifest.counts, address)
    yield from _linksets(this, manifest)


def _about(this: str, config: Config) -> Iterator[Quad]:
    """Yield who publishes what under which terms (VoID, section 2)."""
    yield from texts(this, DCTERMS + "title", config.title)
    yield from texts(this, DCTERMS + "description", config.description)
    if config.licence:
        yield linked(this, DCTERMS + "license", config.licence)
    if config.base != UNNAMED_BASE:
        yield told(this, VOID + "uriSpace", config.base)
    publisher = config.publisher
    if publisher:
        who = publisher.iri or f"{this}-publisher"
        yield linked(this, DCTERMS + "publisher", who)
        yield from texts(who, FOAF + "name", publisher.name)
        if publisher.url:
            yield linked(who, FOAF + "homepage", publisher.url)


def _dumps(this: str, manifest: Manifest, address: Address) -> Iterator[Quad]:
    """Yield where the whole is downloaded, and each source (VoID, section 3.2)."""
    features = set()
    for dump in manifest.dumps:
        file = address(path_of(dump))
        yield linked(dump.graph or this, VOID + "dataDump", file)
        yield linked(file, DCTERMS + "format", MEDIA_TYPES + media_type_of(dump))
        features.add(format_of(dump).iri)
    for iri in sorted(filter(None, features)):
        yield linked(this, VOID + "feature", iri)


def _statistics(this: str, manifest: Manifest) -> Iterator[Quad]:
    """Yield how much there is, by class and by property (VoID, section 4)."""
    counts = manifest.counts
    for name, count in (
        ("triples", counts.triples),
        ("distinctSubjects", counts.subjects),
        ("classes", len(counts.classes)),
        ("properties", len(counts.properties)),
    ):
        if count or manifest.outline is None:  # elsewhere, what could not be counted is none
            yield told(this, VOID + name, str(count), "integer")
    for space in sorted({*map(_space, counts.classes), *map(_space, counts.properties)}):
        yield linked(this, VOID + "vocabulary", space)
    yield from _partitions(this, "class", "entities", counts.classes)
    yield from _partitions(this, "property", "triples", counts.properties)


def _space(term: str) -> str:
    return term[: max(term.rfind("#"), term.rfind("/")) + 1] or term


def _partitions(this: str, kind: str, counted: str, counts: Mapping[str, int]) -> Iterator[Quad]:
    for number, (iri, count) in enumerate(counts.items()):
        part = BlankNode(f"{kind}{number}")
        yield Quad(NamedNode(this), NamedNode(f"{VOID}{kind}Partition"), part)
        yield Quad(part, NamedNode(VOID + kind), NamedNode(iri))
        yield Quad(part, NamedNode(VOID + counted), _number(count))


def _sources(this: str, counts: Counts, address: Address) -> Iterator[Quad]:
    """Yield each named graph as a part with its own address."""
    for iri, triples in counts.graphs.items():
        yield linked(this, VOID + "subset", iri)
        yield from of_type(iri, VOID + "Dataset")
        yield told(iri, VOID + "triples", str(triples), "integer")
        yield linked(iri, VOID + "dataDump", address(f"graphs?graph={quote(iri, safe='')}"))


def _linksets(this: str, manifest: Manifest) -> Iterator[Quad]:
    """Yield how many triples lead where (VoID, section 5)."""
    dataset = NamedNode(this)
    spaces = {space: at for at, space in enumerate(sorted({x.space for x in manifest.linksets}))}
    for space, at in spaces.items():
        target = BlankNode(f"target{at}")
        yield Quad(target, NamedNode(RDF + "type"), NamedNode(VOID + "Dataset"))
        yield Quad(target, NamedNode(VOID + "uriSpace"), Literal(space))
    for number, each in enumerate(manifest.linksets):
        linkset = BlankNode(f"linkset{number}")
        yield Quad(dataset, NamedNode(VOID + "subset"), linkset)
        yield Quad(linkset, NamedNode(RDF + "type"), NamedNode(VOID + "Linkset"))
        yield Quad(linkset, NamedNode(VOID + "linkPredicate"), NamedNode(each.predicate))
        yield Quad(linkset, NamedNode(VOID + "subjectsTarget"), dataset)
        yield Quad(
            linkset, NamedNode(VOID + "objectsTarget"), BlankNode(f"target{spaces[each.space]}")
        )
        yield Quad(linkset, NamedNode(VOID + "triples"), _number(each.triples))


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(XSD + "integer"))
