"""Makes the statements of a catalogue: what they are about, and values as terms."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tgkg.iris import ADMS, DCAT, DCTERMS, FOAF, PROV, RDF, RDFS, SKOS, SPDX, VCARD, VOID, XSD

Address = Callable[[str], str]
"""Gives the absolute address of a path below the home page of the site, as `dumps/isles.ttl`."""

PREFIXES: Final = {
    "adms": ADMS, "dcat": DCAT, "dcterms": DCTERMS, "foaf": FOAF, "prov": PROV, "rdf": RDF,
    "rdfs": RDFS, "skos": SKOS, "spdx": SPDX, "vcard": VCARD, "void": VOID, "xsd": XSD,
}  # fmt: skip

DATASET: Final = "#dataset"
"""What the graph is called, after the address of its description in VoID."""

VOID_PATH: Final = ".well-known/void"
CATALOG_PATH: Final = "catalog"
MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"


def dataset_name(address: Address) -> str:
    """Return the name of the graph as a whole."""
    return address(VOID_PATH) + DATASET


def of_type(subject: str, *types: str) -> Iterator[Quad]:
    """Yield what a thing is."""
    for each in types:
        yield linked(subject, RDF + "type", each)


def linked(subject: str, predicate: str, value: str) -> Quad:
    """Return the statement that leads from one thing to another."""
    return Quad(NamedNode(subject), NamedNode(predicate), NamedNode(value))


def kept(subject: str, predicate: str, value: str, *types: str) -> Iterator[Quad]:
    """Yield the statement that leads to a thing, and what that is."""
    yield linked(subject, predicate, value)
    yield from of_type(value, *types)


def told(subject: str, predicate: str, value: str, datatype: str = "string") -> Quad:
    """Return the statement of a value."""
    literal = Literal(value, datatype=NamedNode(XSD + datatype))
    return Quad(NamedNode(subject), NamedNode(predicate), literal)


def texts(subject: str, predicate: str, text: Mapping[str, str]) -> Iterator[Quad]:
    """Yield a text in each of its languages."""
    for tag, value in text.items():
        literal = Literal(value, language=tag) if tag else Literal(value)
        yield Quad(NamedNode(subject), NamedNode(predicate), literal)
