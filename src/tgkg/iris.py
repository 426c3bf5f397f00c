"""IRIs: the vocabularies' terms we speak, and how a graph's names map to the server's paths."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from pyoxigraph import NamedNode

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SH: Final = "http://www.w3.org/ns/shacl#"
DCTERMS: Final = "http://purl.org/dc/terms/"
DC: Final = "http://purl.org/dc/elements/1.1/"
SCHEMA: Final = "https://schema.org/"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
VOID: Final = "http://rdfs.org/ns/void#"
SD: Final = "http://www.w3.org/ns/sparql-service-description#"
PROV: Final = "http://www.w3.org/ns/prov#"

COMMON_PREFIXES: Final[Mapping[str, str]] = {
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
    "owl": OWL,
    "skos": SKOS,
    "sh": SH,
    "dcterms": DCTERMS,
    "schema": SCHEMA,
    "foaf": FOAF,
    "void": VOID,
    "prov": PROV,
}
"""Prefixes that a reader of Turtle expects without being told."""

LABEL_PROPERTIES: Final = (
    SKOS + "prefLabel",
    RDFS + "label",
    DCTERMS + "title",
    SCHEMA + "name",
    "http://schema.org/name",
    FOAF + "name",
    DC + "title",
    SH + "name",
)
"""What names a thing to people, the most telling first."""

DESCRIPTION_PROPERTIES: Final = (
    DCTERMS + "description",
    SKOS + "definition",
    SCHEMA + "description",
    RDFS + "comment",
    DC + "description",
)
"""What describes a thing to people, the most telling first."""

ALTERNATIVE_PROPERTIES: Final = (
    SKOS + "altLabel",
    SKOS + "hiddenLabel",
    DCTERMS + "alternative",
    SCHEMA + "alternateName",
    "http://schema.org/alternateName",
    FOAF + "nick",
)
"""What people call a thing besides."""

IDENTIFIER_PROPERTIES: Final = (
    SKOS + "notation",
    DCTERMS + "identifier",
    SCHEMA + "identifier",
    "http://schema.org/identifier",
    DC + "identifier",
)
"""What systems call a thing."""

UNNAMED_BASE: Final = "https://unnamed.invalid/"
"""The base of data whose owner gave none: `.invalid` never resolves (RFC 6761, section 6.4)."""

_THING: Final = "id/"
_PREFIX: Final = re.compile(r"(?:[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)?")
_PATH_SAFE: Final = "/:@!$&'()*+,;=-._~"


def node(iri: str) -> NamedNode:
    """Return the term of an IRI known to be valid."""
    return NamedNode(iri)


def is_iri(text: str) -> bool:
    """Tell whether the text is an absolute IRI (RFC 3987), as the engine understands it."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def is_prefix(text: str) -> bool:
    """Tell whether every format takes the text for a prefix; "" is one."""
    return bool(_PREFIX.fullmatch(text))


def is_web_address(iri: str) -> bool:
    """Tell whether a page may link to the IRI: only http and https, never `javascript:`."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def local_name(iri: str) -> str:
    """Return the last telling part of an IRI: what to show when nothing has a label."""
    trimmed = iri.rstrip("/#")
    for separator in ("#", "/", ":"):
        head, found, tail = trimmed.rpartition(separator)
        if found and head and tail:
            return tail
    return iri


@dataclass(frozen=True, slots=True)
class Names:
    """How the graph's names under `base` map to the server's paths, and back.

    `base` ends in `/`. The data keeps its names on every host; only links change.
    """

    base: str

    def iri_of_thing(self, path: str) -> str:
        """Return the name whose page is `/doc/{path}`."""
        return self.base + _THING + path

    def iri_of_path(self, path: str) -> str:
        """Return the name that the server's path (without leading slash) stands for."""
        return self.base + path

    def thing_path(self, iri: str) -> str | None:
        """Return `{kind}/{slug}` of a name of the form `{base}id/{kind}/{slug}`, else None."""
        prefix = self.base + _THING
        rest = iri.removeprefix(prefix)
        return rest if rest != iri and _is_plain(rest) else None

    def graph_of_folder(self, folder: str) -> str:
        """Return the name of the graph that a source's folder becomes."""
        return self.iri_of_thing(f"graph/{quote(folder, safe=_PATH_SAFE)}")

    @property
    def ontology_graph(self) -> str:
        """The name of the ontology, and of the graph that holds it."""
        return self.base + "def"

    def is_term(self, iri: str) -> bool:
        """Tell whether the IRI is the ontology or one of its terms (`{base}def#...`)."""
        return iri == self.ontology_graph or iri.startswith(self.ontology_graph + "#")


def _is_plain(path: str) -> bool:
    return bool(path) and not any(mark in path for mark in "?#") and "//" not in f"/{path}"
