"""Releases as versions of the data, in DCAT 3 (section 11.1) and PROV."""

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tgkg.chronicle import Entry
from tgkg.iris import DCTERMS, PROV, RDF, VOID, XSD
from tgkg.web.past import Past, release_address
from tgkg.web.void import dataset_address

DCAT: Final = "http://www.w3.org/ns/dcat#"

PREFIXES: Final = {
    "dcat": DCAT, "dcterms": DCTERMS, "prov": PROV, "rdf": RDF, "void": VOID, "xsd": XSD,
}  # fmt: skip

_TYPE: Final = NamedNode(RDF + "type")


def release_quads(past: Past, entries: Iterable[Entry]) -> Iterator[Quad]:
    """Yield what is known of some releases."""
    dataset = NamedNode(dataset_address())
    yield Quad(dataset, _TYPE, NamedNode(DCAT + "Dataset"))
    for entry in entries:
        this = NamedNode(release_address(entry.id))
        yield Quad(dataset, NamedNode(DCAT + "hasVersion"), this)
        if entry.id == past.current:
            yield Quad(dataset, NamedNode(DCAT + "hasCurrentVersion"), this)
        yield from _one(this, dataset, entry)
        parent = past.chronicle.parent(entry)
        if parent:
            before = NamedNode(release_address(parent.id))
            yield Quad(this, NamedNode(DCAT + "previousVersion"), before)
            yield Quad(this, NamedNode(PROV + "wasRevisionOf"), before)
        release = past.opened(entry.id)
        if release:
            triples = str(release.manifest.counts.triples)
            yield _told(this, VOID + "triples", triples, "integer")


def _one(this: NamedNode, dataset: NamedNode, entry: Entry) -> Iterator[Quad]:
    yield Quad(this, _TYPE, NamedNode(DCAT + "Dataset"))
    yield Quad(this, _TYPE, NamedNode(PROV + "Entity"))
    yield Quad(this, NamedNode(DCAT + "isVersionOf"), dataset)
    yield _told(this, DCAT + "version", entry.version or entry.id, "string")
    yield _told(this, DCTERMS + "identifier", entry.id, "string")
    yield _told(this, DCTERMS + "issued", entry.created, "dateTime")


def _told(this: NamedNode, predicate: str, text: str, datatype: str) -> Quad:
    return Quad(this, NamedNode(predicate), Literal(text, datatype=NamedNode(XSD + datatype)))
