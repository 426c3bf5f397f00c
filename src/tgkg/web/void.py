"""What the graph is, for programs that look for data: VoID."""

from typing import Final

from flask import Blueprint, Response, url_for
from pyoxigraph import NamedNode, Quad

from tgkg.catalog.terms import PREFIXES, dataset_name
from tgkg.catalog.void import void_quads
from tgkg.formats import RDF_FORMATS
from tgkg.iris import VOID
from tgkg.serialization import serialize
from tgkg.web.addresses import site_address
from tgkg.web.asking import rows
from tgkg.web.current import Published, published
from tgkg.web.responses import representation, wanted
from tgkg.web.signposting import describes_home, signposted

blueprint: Final = Blueprint("void", __name__)

_EXAMPLE: Final = """
SELECT ?class ?thing { ?thing a ?class FILTER(isIRI(?thing)) } ORDER BY ?thing LIMIT 1
"""
_SORTED_BELOW: Final = 10_000
"""Instances of a class that are put in order to show the first of them."""


@blueprint.get("/.well-known/void")
def void() -> Response:
    """Return the description (Describing Linked Datasets with the VoID Vocabulary)."""
    fmt = wanted(RDF_FORMATS)
    alternates = {each: url_for(".void", format=each.extension) for each in RDF_FORMATS}
    quads = [*void_quads(published().release.manifest, site_address)]
    if example := _example(published()):
        quads.append(Quad(_this(), NamedNode(VOID + "exampleResource"), example))
    body = serialize(quads, fmt, PREFIXES)
    return signposted(representation(body, fmt, alternates=alternates), describes_home())


def dataset_address() -> str:
    """Return the name of the graph as a whole, which the service description uses too."""
    return dataset_name(site_address)


def _this() -> NamedNode:
    return NamedNode(dataset_address())


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
