"""What the home page shows: the graph's classes, its sources and how much there is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from tgkg.iris import DESCRIPTION_PROPERTIES, OWL, RDF, RDFS, SH, SKOS
from tgkg.web.asking import inline, rows
from tgkg.web.current import Published
from tgkg.web.labels import grouped, labels_of, texts_of
from tgkg.web.layout import LAST
from tgkg.web.showing import Shower, Shown
from tgkg.web.site import shower
from tgkg.web.view_address import address_of

FIRST: Final = 5
"""How many instances of a class the home page shows."""

MOST: Final = 12
"""How many classes it shows with their instances."""

_MACHINERY: Final = (OWL, RDFS, RDF, SH, SKOS + "ConceptScheme", SKOS + "Collection")
"""Classes of these vocabularies are about the graph's own workings, not about its subject."""

_INSTANCES: Final = """
{ SELECT ?class ?s { VALUES ?class { %s } ?s a ?class FILTER(isIRI(?s)) } %s LIMIT %d }
"""

_REIFICATIONS: Final = f"""
SELECT ?class {{ ?class <{RDFS}subClassOf>+ <{RDF}Statement> }}
"""

_ORDERED_BELOW: Final = 2000
"""Classes up to this size are sorted; of larger ones any instances are shown."""


@dataclass(frozen=True, slots=True)
class ClassCard:
    """A class with its size and its first instances."""

    name: Shown
    href: str
    """Where all its instances are."""
    definition: Shown | None
    count: int
    instances: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A named graph."""

    name: Shown
    description: Shown | None
    size: int


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the home page."""

    description: Shown | None
    triples: int
    subjects: int
    cards: tuple[ClassCard, ...]
    more: tuple[ClassCard, ...]
    """Classes past the most that a page shows with instances."""
    machinery: tuple[ClassCard, ...]
    """Classes about the graph's own workings."""
    sources: tuple[SourceCard, ...]
    example: str
    """The address of the query form with a first query."""


def home(here: Published) -> Home:
    """Gather the home page in five queries at most."""
    manifest = here.release.manifest
    counts = manifest.counts
    backstage = {row["class"].value for row in rows(here.engine, _REIFICATIONS)}
    ordered = sorted(counts.classes, key=lambda iri: _place(here, iri, backstage))
    subject = [iri for iri in ordered if not _is_backstage(iri, backstage)]
    front = subject[:MOST]
    instances = _instances(here, front)
    shown = {iri for found in instances.values() for iri in found}
    show = shower(
        labels_of(here.engine, (*counts.classes, *counts.graphs, *shown), (*counts.graphs, *shown))
    )
    described = texts_of(here.engine, (*counts.classes, *counts.graphs), DESCRIPTION_PROPERTIES)
    texts = grouped(described, DESCRIPTION_PROPERTIES)
    cards = {iri: _card(here, iri, texts, instances.get(iri, ()), show) for iri in ordered}
    return Home(
        description=show.text(here.release.config.description),
        triples=counts.triples,
        subjects=counts.subjects,
        cards=tuple(cards[iri] for iri in front),
        more=tuple(cards[iri] for iri in subject[MOST:]),
        machinery=tuple(cards[iri] for iri in ordered if iri not in subject),
        sources=tuple(_sources(counts.graphs, texts, show)),
        example=show.links.query(_EXAMPLE),
    )


_EXAMPLE: Final = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?thing ?label WHERE {
  ?thing rdfs:label ?label
}
LIMIT 20"""


def _instances(here: Published, classes: Iterable[str]) -> dict[str, list[str]]:
    counts = here.release.manifest.counts.classes
    parts = [
        _INSTANCES % (inline([iri]), "ORDER BY ?s" if counts[iri] < _ORDERED_BELOW else "", FIRST)
        for iri in classes
    ]
    found: dict[str, list[str]] = {}
    query = f"SELECT ?class ?s {{ {' UNION '.join(parts)} }}"
    for row in rows(here.engine, query) if parts else ():
        found.setdefault(row["class"].value, []).append(row["s"].value)
    return found


def _card(
    here: Published,
    iri: str,
    texts: Mapping[str, tuple[Literal, ...]],
    instances: Iterable[str],
    show: Shower,
) -> ClassCard:
    return ClassCard(
        name=show.thing(iri),
        href=address_of(show.links, iri),
        definition=show.picked(texts.get(iri, ())),
        count=here.release.manifest.counts.classes[iri],
        instances=tuple(show.thing(each) for each in instances),
    )


def _sources(
    graphs: Mapping[str, int], texts: Mapping[str, tuple[Literal, ...]], show: Shower
) -> Iterable[SourceCard]:
    for iri, size in sorted(graphs.items(), key=lambda item: show.thing(item[0]).text.casefold()):
        yield SourceCard(show.term(NamedNode(iri)), show.picked(texts.get(iri, ())), size)


def _place(
    here: Published, iri: str, backstage: Iterable[str]
) -> tuple[bool, float, bool, int, str]:
    """Order classes: as their shapes say, then those with a shape, then by size."""
    order = here.layout.orders.get(iri, LAST)
    has_none = iri not in here.layout.fields
    count = here.release.manifest.counts.classes[iri]
    return (_is_backstage(iri, backstage), order, has_none, -count, iri)


def _is_backstage(iri: str, backstage: Iterable[str]) -> bool:
    return iri in backstage or iri.startswith(_MACHINERY)
