"""Everything about one resource, gathered in a bounded number of queries over any engine."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, Quad

from tgkg.engine.port import Engine
from tgkg.iris import RDF, RDFS
from tgkg.manifest import Counts
from tgkg.web.asking import Row, quad, rows
from tgkg.web.evidence import Evidence, evidence_about
from tgkg.web.incoming import Asked, Incoming, incoming_of
from tgkg.web.labels import Labels, labels_of

DEPTH: Final = 4
"""How many levels of blank nodes come along with a resource; a list of any length is one."""

_TYPES: Final = f"""
SELECT DISTINCT ?this ?type ?super {{
  ?this a ?type .
  ?type <{RDFS}subClassOf>* ?super .
  FILTER(isIRI(?super))
}}
"""


def _outgoing_query(depth: int) -> str:
    """Return the query for a resource and the blank nodes below it.

    One query, because a blank node has no name that a second one could ask about; of fixed
    depth, because no property path stops at named nodes. A step goes along a whole list, so none
    begins with `rdf:rest`: that would try each pair of a list's members.
    """
    step = (
        "?n{above} ?q{level} ?b{level} . "
        f"FILTER(isBlank(?b{{level}}) && ?q{{level}} != <{RDF}rest>) "
        f"?b{{level}} <{RDF}rest>* ?n{{level}} . "
    )
    walk, branches = "", ["{ GRAPH ?g { ?this ?p ?o } }"]
    for level in range(1, depth + 1):
        walk += step.format(above=level - 1, level=level)
        steps = walk.replace("?n0 ", "?this ").replace(f"?n{level} ", "?s ")
        branches.append(f"{{ {steps}FILTER(isBlank(?s)) GRAPH ?g {{ ?s ?p ?o }} }}")
    union = "\n  UNION ".join(branches)
    return f"SELECT DISTINCT ?this ?g ?s ?p ?o {{\n  {union}\n}}"


_OUTGOING: Final = _outgoing_query(DEPTH)


@dataclass(frozen=True, slots=True)
class Description:
    """What the graph says about one IRI, for pages and for every RDF format."""

    iri: str
    outgoing: tuple[Quad, ...]
    nested: tuple[Quad, ...]
    """What is said about the blank nodes below it."""
    types: tuple[str, ...]
    """Its classes, then their superclasses, the most specific first."""
    evidence: tuple[Evidence, ...]
    incoming: Incoming
    labels: Labels
    graph_size: int = 0
    """How many statements the graph of this name holds."""
    uses: int = 0
    """In how many statements it is the property."""

    @property
    def is_empty(self) -> bool:
        """Whether the graph says nothing about it."""
        return not (self.outgoing or self.incoming.counts or self.graph_size or self.uses)

    @property
    def direct_types(self) -> tuple[str, ...]:
        """The classes that the graph states, the most specific first."""
        stated = {
            each.object.value
            for each in self.outgoing
            if each.predicate.value == RDF + "type" and isinstance(each.object, NamedNode)
        }
        return tuple(type_ for type_ in self.types if type_ in stated)

    def quads(self) -> tuple[Quad, ...]:
        """Return all of it as statements in their graphs, each once."""
        evidence = (each for item in self.evidence for each in item.quads)
        parts = (self.outgoing, self.nested, evidence, self.incoming.quads, self.labels.quads)
        return tuple(dict.fromkeys(each for part in parts for each in part))


def describe(engine: Engine, iri: str, counts: Counts, asked: Asked | None = None) -> Description:
    """Return what the graph says about an IRI, in seven queries at most.

    Raises:
        ValueError: the text is not an IRI.
        EngineError: the engine failed.
    """
    this = NamedNode(iri)
    found = rows(engine, _OUTGOING, this=this)
    outgoing = tuple(sorted((quad(row, "this") for row in found if "s" not in row), key=str))
    nested = tuple(sorted((quad(row) for row in found if "s" in row), key=str))
    typed = any(each.predicate.value == RDF + "type" for each in outgoing)
    types = _specific_first(rows(engine, _TYPES, this=this)) if typed else ()
    evidence = evidence_about(engine, this)
    incoming = incoming_of(engine, this, asked or Asked())
    told = (each for item in evidence for each in item.quads)
    mentioned = _mentioned(iri, types, (*outgoing, *nested, *told, *incoming.quads))
    known = {*counts.graphs, *counts.classes, *counts.properties}
    labels = labels_of(engine, (*mentioned, *incoming.counts), known)
    size, uses = counts.graphs.get(iri, 0), counts.properties.get(iri, 0)
    return Description(
        iri, outgoing, nested, types, evidence, incoming, labels, graph_size=size, uses=uses
    )


def _specific_first(found: Iterable[Row]) -> tuple[str, ...]:
    """Order classes: stated before inferred, then by how much lies above them."""
    above: dict[str, set[str]] = {}
    for row in found:
        above.setdefault(row["type"].value, set()).add(row["super"].value)
    inferred = {class_ for classes in above.values() for class_ in classes} - above.keys()
    direct = sorted(above, key=lambda class_: (-len(above[class_]), class_))
    return (*direct, *sorted(inferred))


def _mentioned(iri: str, types: Iterable[str], quads: Iterable[Quad]) -> Iterator[str]:
    """Yield the IRIs that need a name: what structures the page first, then values."""
    quads = tuple(quads)
    yield iri
    yield from types
    for term in (
        *(each.predicate for each in quads),
        *(each.graph_name for each in quads),
        *(each.subject for each in quads),
        *(each.object for each in quads),
    ):
        if isinstance(term, NamedNode):
            yield term.value
