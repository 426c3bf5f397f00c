"""What the page of the ontology shows: its terms, what they mean, how much they are used."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tgkg.iris import DESCRIPTION_PROPERTIES, OWL, RDF, RDFS, local_name
from tgkg.manifest import Counts
from tgkg.web.asking import quad, rows
from tgkg.web.current import Published
from tgkg.web.facts import Fact, facts_about
from tgkg.web.labels import labels_of
from tgkg.web.showing import Shower, Shown
from tgkg.web.site import shower

_TERMS: Final = """
SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }
"""

_CLASSES: Final = frozenset({OWL + "Class", RDFS + "Class", RDFS + "Datatype"})
_PROPERTIES: Final = frozenset(
    {
        RDF + "Property",
        *(
            OWL + kind + "Property"
            for kind in ("Object", "Datatype", "Annotation", "Functional", "InverseFunctional")
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the ontology."""

    iri: str
    anchor: str
    name: Shown
    definition: Shown | None
    facts: tuple[Fact, ...]
    uses: int
    """Instances of a class, statements with a property."""
    href: str
    """Where its uses are."""


@dataclass(frozen=True, slots=True)
class Ontology:
    """The terms by kind; where there is no ontology, what the data uses."""

    iri: str
    title: Shown | None
    description: Shown | None
    classes: tuple[Term, ...]
    properties: tuple[Term, ...]
    others: tuple[Term, ...]
    used_classes: tuple[Term, ...] = ()
    """Classes that the data has from elsewhere."""
    used_properties: tuple[Term, ...] = ()


def ontology_quads(here: Published) -> tuple[Quad, ...]:
    """Return what the ontology's graph holds, in one query; nothing when there is none."""
    graph = here.release.config.names.ontology_graph
    if graph not in here.release.manifest.counts.graphs:
        return ()
    return tuple(quad(row) for row in rows(here.engine, _TERMS, g=NamedNode(graph)))


def ontology(here: Published) -> Ontology:
    """Gather the page of the ontology in three queries at most."""
    config, counts = here.release.config, here.release.manifest.counts
    names = config.names
    by_term: dict[str, list[Quad]] = {}
    for each in ontology_quads(here):
        if isinstance(each.subject, NamedNode):
            by_term.setdefault(each.subject.value, []).append(each)
    mentioned = (
        term.value
        for quads in by_term.values()
        for each in quads
        for term in (each.subject, each.predicate, each.object)
        if isinstance(term, NamedNode)
    )
    used = {*counts.classes, *counts.properties}
    show = shower(labels_of(here.engine, (*mentioned, *used), used))
    own = {iri for iri in by_term if names.is_term(iri) and iri != names.ontology_graph}
    kinds = {iri: _kind(by_term[iri]) for iri in own}

    def terms(iris: Iterable[str]) -> tuple[Term, ...]:
        made = (_term(iri, by_term.get(iri, []), counts, show) for iri in iris)
        return tuple(sorted(made, key=lambda term: (term.name.text.casefold(), term.iri)))

    about = by_term.get(names.ontology_graph, [])
    return Ontology(
        iri=names.ontology_graph,
        title=show.heading(names.ontology_graph) if about else None,
        description=_definition(about, show),
        classes=terms(iri for iri in own if kinds[iri] == "class"),
        properties=terms(iri for iri in own if kinds[iri] == "property"),
        others=terms(iri for iri in own if kinds[iri] == "other"),
        used_classes=terms(counts.classes.keys() - own),
        used_properties=terms(counts.properties.keys() - own),
    )


def _kind(quads: Iterable[Quad]) -> str:
    types = {
        each.object.value
        for each in quads
        if each.predicate.value == RDF + "type" and isinstance(each.object, NamedNode)
    }
    if types & _CLASSES:
        return "class"
    return "property" if types & _PROPERTIES else "other"


def _term(iri: str, quads: Iterable[Quad], counts: Counts, show: Shower) -> Term:
    stated = tuple(quads)
    described = tuple(_telling(stated))
    return Term(
        iri=iri,
        anchor=local_name(iri),
        name=show.heading(iri),
        definition=_definition(stated, show),
        facts=facts_about(described, show),
        uses=counts.classes.get(iri, 0) + counts.properties.get(iri, 0),
        href=show.links.page_with(iri),
    )


def _telling(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield what stands below a term: not its names, definition and kind, which head it."""
    known = {RDF + "type", RDFS + "label", RDFS + "isDefinedBy", *DESCRIPTION_PROPERTIES}
    for each in quads:
        if each.predicate.value not in known and isinstance(each.object, (NamedNode, Literal)):
            yield each


def _definition(quads: Iterable[Quad], show: Shower) -> Shown | None:
    stated = tuple(quads)
    return show.picked(
        each.object
        for property_ in DESCRIPTION_PROPERTIES
        for each in stated
        if each.predicate.value == property_ and isinstance(each.object, Literal)
    )
